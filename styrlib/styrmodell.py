"""The steering model: what the municipality's own files may say.

One class per part of *Verksamhetsfokuserad styrning och ledning*. Field names are the
keys of the YAML files, so they are Swedish and ASCII-folded; each carries the sentence
that editors show (the JSON Schema is generated from here). All values arrive as text
(see `yamltext`), so every number and date is parsed here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

KOLADA_ID = re.compile(r"[NU][0-9]{5}")
LOCAL_ID = re.compile(r"L[0-9]{3,5}")


def _as_list(value: Any) -> Any:
    """Let `aspekter: social` mean the same as `aspekter: [social]`."""
    return [value] if isinstance(value, str) else value


def _decimal_point(value: Any) -> Any:
    """Read `12,5` and `1 250` as a Swede means them."""
    if isinstance(value, str) and re.fullmatch(r"[-−]?\d[\d \u00a0]*(,\d+)?", value.strip()):
        return re.sub(r"[ \u00a0]", "", value.strip()).replace(",", ".").replace("−", "-")
    return value


def _unit(text: str) -> str:
    """Let one unit have one name: rules and sentences know shares by it."""
    return "procent" if text.casefold() in ("%", "procent", "procent (%)", "andel (%)", "andel i procent") else text


def _four_digits(value: Any) -> Any:
    """Give a kommunkod back the zero that a spreadsheet or a JSON writer took."""
    return value.strip().zfill(4) if isinstance(value, str) and value.strip().isdigit() else value


def _printable(text: str) -> str:
    """Refuse control characters: no reader sees them, and HTML forbids them."""
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        raise ValueError("Texten innehåller ett osynligt styrtecken. Skriv om den.")
    return text


def _iso_date(value: Any) -> Any:
    """Refuse what pydantic would take for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        raise ValueError(f"”{value[:60]}” är inget datum. Skriv år-månad-dag, till exempel 2026-03-31.")
    return value


def _ja_nej(value: Any) -> Any:
    return {"ja": True, "nej": False, "true": True, "false": False}.get(str(value).strip().casefold(), value)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_printable)]
Day = Annotated[dt.date, BeforeValidator(_iso_date)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
NyckeltalId = Annotated[str, StringConstraints(pattern=rf"^({KOLADA_ID.pattern}|{LOCAL_ID.pattern})$")]
Kommunkod = Annotated[
    str, StringConstraints(pattern=r"^\d{4}$"), BeforeValidator(_four_digits, json_schema_input_type=str | int)
]
Number = Annotated[
    float,
    Field(allow_inf_nan=False, ge=-1e9, le=1e9),
    BeforeValidator(_decimal_point, json_schema_input_type=float | str),
]
Year = Annotated[int, Field(ge=1990, le=2100)]
JaNej = Annotated[bool, BeforeValidator(_ja_nej, json_schema_input_type=Literal["ja", "nej"] | bool)]
Goal = Annotated[int, Field(ge=1, le=17)]


class Riktning(StrEnum):
    """Desired direction of a nyckeltal; `ingen` where neither high nor low is good."""

    hogre = "hogre"
    lagre = "lagre"
    ingen = "ingen"


class Lankriktning(StrEnum):
    """Whether something helps a goal or works against it."""

    bidrar = "bidrar"
    motverkar = "motverkar"


class Aspekt(StrEnum):
    """The three aspects of sustainability."""

    ekologisk = "ekologisk"
    social = "social"
    ekonomisk = "ekonomisk"


Aspektlista = Annotated[
    tuple[Aspekt, ...],
    Field(min_length=1, max_length=3),
    BeforeValidator(_as_list, json_schema_input_type=Aspekt | tuple[Aspekt, ...]),
]


class Grad(StrEnum):
    """Måluppfyllelse as a person judges it, in five steps."""

    uppfylld = "uppfylld"
    i_huvudsak = "i_huvudsak"
    delvis = "delvis"
    inte = "inte"
    gar_inte_att_bedoma = "gar_inte_att_bedoma"


class Status(StrEnum):
    """How far an aktivitet, an uppdrag or an agreement has come."""

    ej_paborjad = "ej_paborjad"
    pagar = "pagar"
    klar = "klar"
    forsenad = "forsenad"
    avbruten = "avbruten"


class Underlag(StrEnum):
    """What a bedömning rests on."""

    dialog = "dialog"
    enkat = "enkat"
    besok = "besok"
    nyckeltal = "nyckeltal"
    granskning = "granskning"


class Sakerhet(StrEnum):
    """How sure the person is of the bedömning."""

    hog = "hog"
    medel = "medel"
    lag = "lag"


class Malniva(StrEnum):
    """Whom a nyckeltal is followed up for: not all measures go to the politicians."""

    verksamhet = "verksamhet"
    namnd = "namnd"
    kf = "kf"


class Princip(StrEnum):
    """The styrprinciper, "Handen på hjärtat", with the citizen in focus."""

    tillit = "tillit"
    transparens = "transparens"
    rattssakerhet = "rattssakerhet"
    effektivitet = "effektivitet"
    kvalitet = "kvalitet"
    medborgarfokus = "medborgarfokus"


class Jamforelse(StrEnum):
    """Whom the municipality is compared with."""

    liknande = "liknande"
    lan = "lan"
    skr = "skr"
    alla = "alla"
    riket = "riket"


class Part(BaseModel):
    """Base of all parts: unknown keys are errors, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Lank(Part):
    """A link to one of Agenda 2030's goals, with its reason."""

    mal: Goal = Field(description="Målets nummer, 1–17.")
    riktning: Lankriktning = Field(Lankriktning.bidrar, description="bidrar eller motverkar.")
    skal: Text = Field(description="Varför: en mening om hur arbetet bidrar till eller motverkar målet.")


class Andring(Part):
    """A logged change of something that was decided."""

    datum: Day
    vad: Text = Field(description="Vad som ändrades.")
    skal: Text = Field(description="Varför det ändrades.")


class Seriebrott(Part):
    """A year from which a nyckeltal is measured in another way: values before it are not comparable."""

    ar: Year = Field(description="Första året med det nya sättet att mäta.")
    vad: Text = Field(description="Vad som ändrades, i en mening.")


class Kommentar(Part):
    """What the verksamhet says of a nyckeltal for a period: why it turned out so."""

    period: Id = Field(description="Periodens id i kommun.yaml.")
    text: Text = Field(description="Varför det blev så, och vad siffran inte visar.")


class Nyckeltal(Part):
    """A measure that follows a målbild, from Kolada or local."""

    id: NyckeltalId = Field(description="Koladas id (N15428) eller eget id för lokalt nyckeltal (L001).")
    kortnamn: Text | None = Field(None, description="Kort namn i tabeller och diagram.")
    forklaring: Text = Field(description="En enkel mening: vad nyckeltalet mäter, med egna ord.")
    enhet: Annotated[Text, AfterValidator(_unit)] = Field(
        description="Enhet, till exempel procent eller kr per invånare. antal jämförs inte med andra kommuner."
    )
    riktning: Riktning = Field(description="hogre, lagre eller ingen: åt vilket håll är det bra?")
    malniva: Number | None = Field(None, description="Målnivå, i nyckeltalets enhet.")
    malar: Year | None = Field(None, description="År då målnivån ska vara nådd.")
    liknande: Text = Field("övergripande", description="Område för liknande kommuner, till exempel grundskola.")
    niva: Malniva = Field(Malniva.namnd, description="Vem nyckeltalet följs upp för: verksamhet, namnd eller kf.")
    anmarkning: Text | None = Field(None, description="Det läsaren behöver veta om serien, till exempel ett brott.")
    decimaler: Annotated[int, Field(ge=0, le=4)] | None = Field(None, description="Antal decimaler i rapporten.")
    barn: JaNej = Field(False, description="ja när nyckeltalet gäller barn och unga: då skrivs flickor och pojkar.")
    brott: tuple[Seriebrott, ...] = Field((), description="År då sättet att mäta ändrades. Bara åren efter bedöms.")
    matar: tuple[Year, ...] = Field((), description="År då det mäts, om källan upprepar värdet åren däremellan.")
    kommentarer: tuple[Kommentar, ...] = Field((), description="Verksamhetens egna ord om siffran, per period.")
    rullande: Annotated[int, Field(ge=2)] | None = Field(
        None, description="Antal år som värdet är ett rullande medelvärde över."
    )
    andringar: tuple[Andring, ...] = Field((), description="Ändringar av definition eller mål, med datum och skäl.")

    @property
    def jamforbart(self) -> bool:
        """Whether other municipalities' values say anything beside it: sheer numbers only follow size."""
        return not self.lokalt and self.enhet != "antal"

    @property
    def lokalt(self) -> bool:
        """Whether the values are the municipality's own rather than Kolada's."""
        return bool(LOCAL_ID.fullmatch(self.id))

    @model_validator(mode="after")
    def _level_and_year_together(self) -> Nyckeltal:
        if (self.malniva is None) != (self.malar is None):
            raise ValueError("Målnivå och målår hör ihop. Skriv både malniva och malar, eller ta bort båda.")
        return self


class Bedomning(Part):
    """A person's judgement of a målbild for a period, with reasons."""

    period: Id = Field(description="Periodens id i kommun.yaml.")
    grad: Grad = Field(description="uppfylld, i_huvudsak, delvis, inte eller gar_inte_att_bedoma.")
    motivering: Text = Field(description="Varför: skälen till bedömningen.")
    underlag: Annotated[
        tuple[Underlag, ...], BeforeValidator(_as_list, json_schema_input_type=Underlag | tuple[Underlag, ...])
    ] = Field((), description="Vad den vilar på: dialog, enkat, besok, nyckeltal, granskning.")
    av: Text = Field(description="Funktion som bedömt, aldrig ett personnamn.")
    sakerhet: Sakerhet = Field(Sakerhet.medel, description="Hur säker bedömningen är: hog, medel eller lag.")
    atgard: Text | None = Field(None, description="Åtgärd vid avvikelse: vad görs, av vem, till när.")
    skillnad: Text | None = Field(
        None, description="Varför bedömningen skiljer sig från räkneförslaget, om den gör det."
    )


class Aktivitet(Part):
    """An action tied to a målbild or an uppdrag."""

    id: Id
    rubrik: Text
    beskrivning: Text | None = None
    ansvarig: Text = Field(description="Funktion som ansvarar, aldrig ett personnamn.")
    start: Day | None = None
    slut: Day | None = Field(None, description="Datum då aktiviteten ska vara klar.")
    status: Status
    kommentar: Text | None = None
    lankar: tuple[Lank, ...] = Field((), description="Koppling till Agenda 2030-mål, med skäl.")


class Delegering(Part):
    """Who decides what for a målbild."""

    fraga: Text
    beslutas_av: Text = Field(description="KF, nämnden, utskott eller delegat (funktion).")


class Malbild(Part):
    """The nämnd's level of ambition for one verksamhet."""

    id: Id
    rubrik: Text
    text: Text = Field(description="Målbilden, så som nämnden har beslutat den.")
    verksamhet: Id = Field(description="Id på en av nämndens verksamheter.")
    ansvarig: Text | None = Field(None, description="Funktion som ansvarar, om annan än verksamhetens.")
    aspekter: Aspektlista = Field(description="En till tre av ekologisk, social, ekonomisk.")
    lankar: tuple[Lank, ...] = Field((), description="Koppling till Agenda 2030-mål, med skäl.")
    nyckeltal: tuple[Nyckeltal, ...] = ()
    bedomningar: tuple[Bedomning, ...] = ()
    aktiviteter: tuple[Aktivitet, ...] = ()
    delegering: tuple[Delegering, ...] = ()


class Uppdrag(Part):
    """Local politics: what kommunfullmäktige has asked the nämnd to do."""

    id: Id
    rubrik: Text
    text: Text | None = None
    ar: Annotated[
        tuple[Year, ...], Field(min_length=1), BeforeValidator(_as_list, json_schema_input_type=Year | tuple[Year, ...])
    ] = Field(description="Året eller åren som uppdraget gäller.")
    omrade: Text | None = Field(None, description="Prioriterat område i det politiska programmet.")
    exempel: JaNej = Field(True, description="nej när uppdraget är ett verkligt beslut; annars ja.")
    kalla: Text | None = Field(None, description="Varifrån uppdraget är hämtat.")
    ansvarig: Text = Field(description="Funktion som ansvarar.")
    status: Status
    gjort: Text | None = Field(None, description="Vad som är gjort.")
    aterstar: Text | None = Field(None, description="Vad som återstår.")
    hinder: Text | None = Field(None, description="Vad som hindrar.")
    slut: Day | None = Field(None, description="När uppdraget ska vara klart.")
    malbilder: tuple[Id, ...] = Field((), description="Id på målbilder som uppdraget stöder.")
    lankar: tuple[Lank, ...] = ()
    aktiviteter: tuple[Aktivitet, ...] = ()


class Overenskommelse(Part):
    """Something agreed in a verksamhetsdialog."""

    text: Text
    ansvarig: Text
    klar_senast: Day | None = None
    status: Status


class Dialog(Part):
    """A verksamhetsdialog: politics talks with those who run a verksamhet."""

    datum: Day
    verksamhet: Id
    deltagare: tuple[Text, ...] = Field((), description="Deltagarnas roller, aldrig namn.")
    sammanfattning: Text
    insikter: tuple[Text, ...] = ()
    overenskommelser: tuple[Overenskommelse, ...] = ()


class Sjalvskattning(Part):
    """A nämnd's own view of one styrprincip."""

    princip: Princip
    period: Id
    exempel: Text = Field(description="Ett exempel på hur principen märks.")
    forbattring: Text = Field(description="En sak att förbättra.")


class Grunduppdrag(Part):
    """What law and reglemente require of the nämnd."""

    text: Text
    lagar: tuple[Text, ...] = Field((), description="De viktigaste lagarna och styrdokumenten.")
    lankar: tuple[Lank, ...] = ()


class Verksamhet(Part):
    """One of the nämnd's fields of work."""

    id: Id
    namn: Text
    ansvarig: Text = Field(description="Funktion som ansvarar, aldrig ett personnamn.")
    beskrivning: Text | None = None


class Namnd(Part):
    """One political body with everything that it follows up; `id` is the file's name."""

    id: Id
    namn: Text
    kortnamn: Annotated[str, StringConstraints(pattern=r"^[A-ZÅÄÖ]{2,6}$")] = Field(description="KS, SN, KUN …")
    ordning: int = Field(description="Plats i listor; lägst först.")
    exempel: JaNej = Field(description="ja så länge innehållet inte är beslutat av kommunen.")
    grunduppdrag: Grunduppdrag
    verksamheter: Annotated[tuple[Verksamhet, ...], Field(min_length=1)]
    malbilder: tuple[Malbild, ...] = ()
    uppdrag: tuple[Uppdrag, ...] = ()
    dialoger: tuple[Dialog, ...] = ()
    styrprinciper: tuple[Sjalvskattning, ...] = ()

    def verksamhet(self, id_: str) -> Verksamhet:
        """Return the verksamhet with an id; the check has made sure that it exists."""
        return next(v for v in self.verksamheter if v.id == id_)

    def nyckeltal(self) -> Iterator[tuple[Malbild, Nyckeltal]]:
        """Yield every nyckeltal with the målbild that it follows."""
        for malbild in self.malbilder:
            for nyckeltal in malbild.nyckeltal:
                yield malbild, nyckeltal


class Mandatperiod(Part):
    """The term of office."""

    fran: Year
    till: Year


class Period(Part):
    """A period that is followed up: delår, helår."""

    id: Id
    namn: Text
    ar: Year
    fran: Day
    till: Day


class Aspekter(Part):
    """Which aspects each goal is shown under, and whose mapping that is."""

    kalla: Text
    mal: dict[Goal, Aspektlista]

    @field_validator("mal")
    @classmethod
    def _every_goal(cls, mal: dict[int, Any]) -> dict[int, Any]:
        absent = sorted(set(range(1, 18)) - set(mal))
        if absent:
            raise ValueError(f"Mål {', '.join(map(str, absent))} saknas. Ge alla 17 mål minst en aspekt.")
        return mal


class Styrprincip(Part):
    """A styrprincip with what it means here."""

    princip: Princip
    namn: Text
    betydelse: Text


class Inriktningsmal(Part):
    """An earlier term's strategic goal: history, not in force."""

    namn: Text
    mandatperiod: Mandatperiod


class Omlankning(Part):
    """The municipality's own change of RKA's mapping between nyckeltal and goals."""

    nyckeltal: NyckeltalId
    bort: tuple[Goal, ...] = Field((), description="Mål som RKA:s koppling tas bort från.")
    till: tuple[Goal, ...] = Field((), description="Mål som nyckeltalet kopplas till.")
    skal: Text


class Kommun(Part):
    """The municipality and what holds for all its bodies."""

    kommun: Kommunkod = Field(description="Kommunkoden, fyra siffror.")
    namn: Text = Field(description="Kommunens namn utan ordet kommun.")
    version: Text = Field(description="Styrmodellens version; ändra när innehållet ändras.")
    mandatperiod: Mandatperiod
    jamforelser: Annotated[tuple[Jamforelse, ...], Field(min_length=1)]
    minsta_bas: Annotated[int, Field(ge=1)] = Field(
        5, description="Lokala värden med mindre bas döljs, och det som skulle avslöja dem."
    )
    perioder: Annotated[tuple[Period, ...], Field(min_length=1)]
    aspekter: Aspekter
    styrprinciper: tuple[Styrprincip, ...] = ()
    prioriterade_omraden: tuple[Text, ...] = ()
    inriktningsmal: tuple[Inriktningsmal, ...] = ()
    agenda2030: tuple[Omlankning, ...] = ()


class Styrmodell(Part):
    """The whole model: the municipality and its bodies in order."""

    kommun: Kommun
    namnder: tuple[Namnd, ...]

    @cached_property
    def perioder(self) -> dict[str, Period]:
        """Periods by id, in the order of the calendar."""
        return {p.id: p for p in sorted(self.kommun.perioder, key=lambda p: (p.till, p.id))}

    @property
    def exempel(self) -> bool:
        """Whether any body's content is an example rather than decided."""
        return any(n.exempel for n in self.namnder)
