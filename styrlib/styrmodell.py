"""The steering model: what the municipality's own files may say.

One class per part of *Verksamhetsfokuserad styrning och ledning*. Field names are the
keys of the YAML files, so they are Swedish and ASCII-folded; each carries the sentence
that editors show (the JSON Schema is generated from here). What a single value may be
stands in `falt`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any

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

from styrlib.falt import (
    GOALS,
    LOCAL_ID,
    Aspektlista,
    Beslutsniva,
    Day,
    Goal,
    Grad,
    Id,
    Jamforelse,
    JaNej,
    Kommunkod,
    Lankriktning,
    Malniva,
    Monster,
    Number,
    NyckeltalId,
    Organslag,
    Princip,
    Riktning,
    Sakerhet,
    Status,
    Svar,
    Text,
    Tillstand,
    Underlag,
    Year,
    as_list,
    unit_name,
)


class Part(BaseModel):
    """Base of all parts: unknown keys are errors, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Lank(Part):
    """A link to one of Agenda 2030's goals, with its reason."""

    mal: Goal = Field(description="Målets nummer, 1–17.")
    riktning: Lankriktning = Field(Lankriktning.bidrar, description="bidrar eller motverkar.")
    skal: Text | None = Field(
        None, description="Varför: en mening om hur arbetet bidrar till eller motverkar målet. Bör alltid finnas."
    )


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
    enhet: Annotated[Text, AfterValidator(unit_name)] = Field(
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
        tuple[Underlag, ...], BeforeValidator(as_list, json_schema_input_type=Underlag | tuple[Underlag, ...])
    ] = Field((), description="Vad den vilar på: dialog, enkat, besok, nyckeltal, granskning.")
    av: Text = Field(description="Funktion som bedömt, aldrig ett personnamn.")
    sakerhet: Sakerhet = Field(Sakerhet.medel, description="Hur säker bedömningen är: hog, medel eller lag.")
    atgard: Text | None = Field(None, description="Åtgärd vid avvikelse: vad görs, av vem, till när.")
    skillnad: Text | None = Field(
        None, description="Varför bedömningen skiljer sig från räkneförslaget, om den gör det."
    )


class Tidigare(Part):
    """How far an aktivitet or an uppdrag had come at the end of an earlier period."""

    period: Id = Field(description="Periodens id i kommun.yaml.")
    status: Status
    gjort: Text | None = Field(None, description="Vad som var gjort då.")
    aterstar: Text | None = Field(None, description="Vad som återstod då.")
    hinder: Text | None = Field(None, description="Vad som hindrade då.")


class Aktivitet(Part):
    """An action tied to a målbild or an uppdrag."""

    id: Id
    rubrik: Text
    beskrivning: Text | None = None
    ansvarig: Text | None = Field(None, description="Funktion som ansvarar, aldrig ett personnamn.")
    start: Day | None = None
    slut: Day | None = Field(None, description="Datum då aktiviteten ska vara klar.")
    status: Status
    kommentar: Text | None = None
    lankar: tuple[Lank, ...] = Field((), description="Koppling till Agenda 2030-mål, med skäl.")
    tidigare: tuple[Tidigare, ...] = Field((), description="Status vid tidigare perioder, när den var en annan.")


class Delegering(Part):
    """Who decides what for a målbild."""

    fraga: Text
    niva: Beslutsniva | None = Field(None, description="kf, namnd, utskott eller delegat.")
    beslutas_av: Text = Field(description="Den som beslutar, i ord: kommunfullmäktige, nämnden eller en funktion.")
    narmare: Text | None = Field(
        None, description="Kan det avgöras närmare invånaren? Nämndens svar, eller frågan som ska utredas."
    )


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
        tuple[Year, ...], Field(min_length=1), BeforeValidator(as_list, json_schema_input_type=Year | tuple[Year, ...])
    ] = Field(description="Året eller åren som uppdraget gäller.")
    omrade: Text | None = Field(None, description="Prioriterat område i det politiska programmet.")
    exempel: JaNej = Field(True, description="nej när uppdraget är ett verkligt beslut; annars ja.")
    kalla: Text | None = Field(None, description="Varifrån uppdraget är hämtat.")
    ansvarig: Text | None = Field(None, description="Funktion som ansvarar.")
    status: Status
    gjort: Text | None = Field(None, description="Vad som är gjort.")
    aterstar: Text | None = Field(None, description="Vad som återstår.")
    hinder: Text | None = Field(None, description="Vad som hindrar.")
    slut: Day | None = Field(None, description="När uppdraget ska vara klart.")
    malbilder: tuple[Id, ...] = Field((), description="Id på målbilder som uppdraget stöder.")
    lankar: tuple[Lank, ...] = ()
    aktiviteter: tuple[Aktivitet, ...] = ()
    tidigare: tuple[Tidigare, ...] = Field((), description="Läget vid tidigare perioder, när det var ett annat.")


class Overenskommelse(Part):
    """Something agreed in a verksamhetsdialog."""

    text: Text
    ansvarig: Text
    klar_senast: Day | None = None
    status: Status
    resultat: Text | None = Field(None, description="Vad det ledde till.")
    tidigare: tuple[Tidigare, ...] = Field((), description="Status vid tidigare perioder, när den var en annan.")


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
    svar: dict[Svar, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict, description="Hur många som svarade vad: helt, till_stor_del, till_liten_del …"
    )
    slappt: JaNej = Field(False, description="ja när nämnden har beslutat att visa skattningen; annars är den intern.")


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


class Organ(Part):
    """A body that answers to kommunfullmäktige and has no report of its own here."""

    id: Id
    namn: Text
    slag: Organslag = Field(description="bolag, gemensam_namnd eller namnd.")
    beskrivning: Text | None = Field(None, description="Vad det gör, i en mening.")
    exempel: JaNej = Field(True, description="ja så länge uppdragen inte är beslutade av kommunen.")
    uppdrag: tuple[Uppdrag, ...] = ()


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
        absent = sorted(set(GOALS) - set(mal))
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
    beskrivning: Text | None = Field(None, description="Vad målet betydde, och vad som hände med det.")


class Omlankning(Part):
    """The municipality's own change of RKA's mapping between nyckeltal and goals."""

    nyckeltal: NyckeltalId
    bort: tuple[Goal, ...] = Field((), description="Mål som RKA:s koppling tas bort från.")
    till: tuple[Goal, ...] = Field((), description="Mål som nyckeltalet kopplas till.")
    skal: Text


class Utgivare(Part):
    """Who publishes, for the site and its open data."""

    namn: Text = Field(description="Till exempel Vadstena kommun.")
    adress: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+[^/]$")] = Field(
        description="Webbadressen där output/webb ligger, utan snedstreck sist."
    )
    kontakt: Text = Field(description="Funktionsadress (e-post) eller sida dit läsaren vänder sig.")
    telefon: Text | None = Field(None, description="Telefonnummer till växeln eller kontaktcentret.")
    licens: Text = Field(
        "https://creativecommons.org/publicdomain/zero/1.0/", description="Licensen för öppna data, som webbadress."
    )


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
    ovriga_organ: tuple[Organ, ...] = Field((), description="Bolag och nämnder som inte har någon egen fil.")
    utgivare: Utgivare | None = None
    agenda2030: tuple[Omlankning, ...] = ()


class Ansokan(Part):
    """An application for the sustainability fund: what was applied for, granted, used, and what came of it."""

    id: Id
    rubrik: Text
    namnd: Id = Field(description="Nämndens id: filens namn utan .yaml.")
    verksamhet: Id = Field(description="Id på en av nämndens verksamheter.")
    datum: Day = Field(description="När ansökan kom in.")
    syfte: Text = Field(description="Vad pengarna ska användas till.")
    sokt: Annotated[int, Field(ge=0)] = Field(description="Sökt belopp, kronor.")
    beviljat: Annotated[int, Field(ge=0)] | None = Field(None, description="Beviljat belopp, kronor; tomt före beslut.")
    anvant: Annotated[int, Field(ge=0)] | None = Field(
        None, description="Använt belopp, kronor; tomt tills det är känt."
    )
    beslutad: Day | None = Field(None, description="Dag då ansökan avgjordes.")
    redovisad: Day | None = Field(None, description="Dag då det som är använt och vad det ledde till redovisades.")
    effekt: Text | None = Field(None, description="Vad det ledde till.")
    malbild: Id | None = Field(None, description="Målbilden som ansökan stöder.")
    lankar: tuple[Lank, ...] = Field((), description="Koppling till Agenda 2030-mål, med skäl.")

    @model_validator(mode="after")
    def _days_in_order(self) -> Ansokan:
        days = [day for day in (self.datum, self.beslutad, self.redovisad) if day]
        if days != sorted(days):
            raise ValueError("En ansökan kommer in, avgörs och redovisas, i den ordningen. Kontrollera datumen.")
        if self.beslutad and self.beviljat is None:
            raise ValueError("Ansökan är avgjord men beviljat saknas. Skriv beloppet; ett avslag skrivs 0.")
        return self


class Budget(Part):
    """What the fund has for a year."""

    ar: Year
    belopp: Annotated[int, Field(ge=0)] = Field(description="Kronor.")


class Medel(Part):
    """The fund that verksamheter apply to for work with the goals; the file medel.yaml."""

    namn: Text
    beskrivning: Text
    exempel: JaNej = Field(description="ja så länge innehållet inte är verkligt.")
    budget: tuple[Budget, ...] = Field((), description="Vad som finns att fördela, per år.")
    ansokningar: tuple[Ansokan, ...] = ()


class Dialogfraga(Part):
    """A question about conditions for a verksamhetsdialog."""

    monster: Monster = Field(description="När frågan ställs: ett mönster i uppföljningen, eller alltid.")
    fraga: Text = Field(description="Frågan, om förutsättningar. Aldrig ett omdöme.")

    @field_validator("fraga")
    @classmethod
    def _a_question(cls, fraga: str) -> str:
        if not fraga.endswith("?"):
            raise ValueError("En dialogfråga slutar med frågetecken. Skriv den som en fråga.")
        return fraga


class Dialogfragor(Part):
    """The bank of questions for verksamhetsdialoger; the file dialogfragor.yaml."""

    fragor: Annotated[tuple[Dialogfraga, ...], Field(min_length=1)]


class Publicering(Part):
    """How far a page has come for a period."""

    rapport: Id = Field(description="Nämndens id, eller kommunoversikt, agenda2030, insatser eller erfarenhetsbank.")
    period: Id = Field(description="Periodens id i kommun.yaml.")
    tillstand: Tillstand = Field(description="utkast, faststalld eller publicerad.")
    diarienummer: Text | None = None
    beslutad: Day | None = Field(None, description="Dag då den fastställdes.")

    @model_validator(mode="after")
    def _decided_when(self) -> Publicering:
        if self.tillstand is not Tillstand.utkast and not (self.diarienummer and self.beslutad):
            raise ValueError("En fastställd eller publicerad rapport behöver diarienummer och beslutad (datum).")
        return self


class Publiceringar(Part):
    """The states of all pages; the file publicering.yaml. A page without a row is utkast."""

    exempel: JaNej = Field(description="ja så länge diarienummer och datum inte är verkliga.")
    rapporter: tuple[Publicering, ...] = ()


class Reportage(Part):
    """A short story about sustainability work; `id` is the file's name, `text` Markdown."""

    id: Id
    rubrik: Text
    datum: Day
    namnd: Id = Field(description="Nämndens id: filens namn utan .yaml.")
    verksamhet: Id = Field(description="Id på en av nämndens verksamheter.")
    ingress: Text
    lankar: Annotated[tuple[Lank, ...], Field(min_length=1)] = Field(description="Globala mål, med skäl.")
    malbild: Id | None = Field(None, description="Målbilden som reportaget handlar om.")
    bild: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*\.(png|jpg|jpeg)$")] | None = Field(
        None, description="Bildens filnamn i mappen reportage/bilder."
    )
    alt: Text | None = Field(None, description="Vad bilden visar, för den som inte ser den.")
    exempel: JaNej = Field(True, description="nej när reportaget är verkligt; annars ja.")
    text: Text

    @model_validator(mode="after")
    def _picture_with_text(self) -> Reportage:
        if (self.bild is None) != (self.alt is None):
            raise ValueError("Bild och alt hör ihop: skriv vad bilden visar i alt, eller ta bort båda.")
        return self


class Last(Part):
    """A nyckeltal as it was when it was locked."""

    nyckeltal: NyckeltalId
    namnd: Id
    malbild: Id
    kortnamn: Text
    forklaring: Text
    enhet: Text
    riktning: Riktning
    malniva: Number | None = None
    malar: Year | None = None
    niva: Malniva


class Avford(Part):
    """A locked nyckeltal that is no longer followed: why, since it can't be told where it no longer stands."""

    nyckeltal: NyckeltalId
    datum: Day = Field(description="Dag då det beslutades att nyckeltalet inte längre följs.")
    skal: Text = Field(description="Varför det inte längre följs.")


class Ersattning(Part):
    """An earlier lock of the same year that this one took the place of."""

    datum: Day = Field(description="Dag då det tidigare låset beslutades.")
    skal: Text = Field(description="Varför det ersattes.")


class Las(Part):
    """The set of nyckeltal that was decided for a year; the file las/<ar>.yaml, written by `styr las`."""

    ar: Year
    datum: Day = Field(description="Dag då uppsättningen beslutades.")
    diarienummer: Text | None = None
    exempel: JaNej = True
    kontrollsumma: Text | None = Field(None, description="Skrivs av styr las: visar om låset har ändrats för hand.")
    avforda: tuple[Avford, ...] = Field(
        (), description="Nyckeltal som har tagits bort ur styrmodellen sedan beslutet, med datum och skäl."
    )
    ersatter: tuple[Ersattning, ...] = Field((), description="Tidigare lås för samma år. Skrivs av styr las.")
    nyckeltal: Annotated[tuple[Last, ...], Field(min_length=1)]


class Styrmodell(Part):
    """The whole model: the municipality, its bodies in order, and what they share."""

    kommun: Kommun
    namnder: tuple[Namnd, ...]
    medel: Medel | None = None
    dialogfragor: tuple[Dialogfraga, ...] = ()
    publicering: Publiceringar | None = None
    reportage: tuple[Reportage, ...] = ()
    las: tuple[Las, ...] = ()

    @cached_property
    def perioder(self) -> dict[str, Period]:
        """Periods by id, in the order of the calendar."""
        return {p.id: p for p in sorted(self.kommun.perioder, key=lambda p: (p.till, p.id))}

    @cached_property
    def aktuell(self) -> Period:
        """The latest period that any målbild is judged for; the first one when none is yet."""
        judged = {b.period for n in self.namnder for m in n.malbilder for b in m.bedomningar}
        return next(
            (p for id_, p in reversed(self.perioder.items()) if id_ in judged), next(iter(self.perioder.values()))
        )

    @property
    def exempel(self) -> bool:
        """Whether any body's content is an example rather than decided."""
        return any(n.exempel for n in self.namnder)

    def namnd(self, id_: str) -> Namnd:
        """Return the nämnd with an id; the check has made sure that it exists."""
        return next(n for n in self.namnder if n.id == id_)

    def publicerad(self, rapport: str, period: str) -> Publicering | None:
        """Return what is said of a page's state for a period, if anything is."""
        rows = self.publicering.rapporter if self.publicering else ()
        return next((p for p in rows if (p.rapport, p.period) == (rapport, period)), None)
