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

    datum: Day = Field(description="Dag då ändringen beslutades.")
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
    status: Status = Field(description="Hur långt det hade kommit då.")
    gjort: Text | None = Field(None, description="Vad som var gjort då.")
    aterstar: Text | None = Field(None, description="Vad som återstod då.")
    hinder: Text | None = Field(None, description="Vad som hindrade då.")


class Aktivitet(Part):
    """An action tied to a målbild or an uppdrag."""

    id: Id = Field(description="Kort namn som aldrig ändras: a–z, siffror och bindestreck.")
    rubrik: Text = Field(description="Vad som görs, i några ord.")
    beskrivning: Text | None = Field(None, description="Vad aktiviteten innebär.")
    ansvarig: Text | None = Field(None, description="Funktion som ansvarar, aldrig ett personnamn.")
    start: Day | None = Field(None, description="Datum då aktiviteten börjar.")
    slut: Day | None = Field(None, description="Datum då aktiviteten ska vara klar.")
    status: Status = Field(description="Hur långt aktiviteten har kommit.")
    kommentar: Text | None = Field(
        None, description="Det läsaren behöver veta, till exempel varför aktiviteten är försenad."
    )
    lankar: tuple[Lank, ...] = Field((), description="Koppling till Agenda 2030-mål, med skäl.")
    tidigare: tuple[Tidigare, ...] = Field((), description="Status vid tidigare perioder, när den var en annan.")


class Delegering(Part):
    """Who decides what for a målbild."""

    fraga: Text = Field(description="Frågan som avgörs.")
    niva: Beslutsniva | None = Field(None, description="kf, namnd, utskott eller delegat.")
    beslutas_av: Text = Field(description="Den som beslutar, i ord: kommunfullmäktige, nämnden eller en funktion.")
    narmare: Text | None = Field(
        None, description="Kan det avgöras närmare invånaren? Nämndens svar, eller frågan som ska utredas."
    )


class Malbild(Part):
    """The nämnd's level of ambition for one verksamhet."""

    id: Id = Field(description="Kort namn som aldrig ändras: a–z, siffror och bindestreck.")
    rubrik: Text = Field(description="Målbildens namn, i några ord.")
    text: Text = Field(description="Målbilden, så som nämnden har beslutat den.")
    verksamhet: Id = Field(description="Id på en av nämndens verksamheter.")
    ansvarig: Text | None = Field(None, description="Funktion som ansvarar, om annan än verksamhetens.")
    aspekter: Aspektlista = Field(description="En till tre av ekologisk, social, ekonomisk.")
    lankar: tuple[Lank, ...] = Field((), description="Koppling till Agenda 2030-mål, med skäl.")
    nyckeltal: tuple[Nyckeltal, ...] = Field((), description="Nyckeltalen som följer målbilden.")
    bedomningar: tuple[Bedomning, ...] = Field((), description="En bedömning per period.")
    aktiviteter: tuple[Aktivitet, ...] = Field((), description="Det som görs för att nå målbilden.")
    delegering: tuple[Delegering, ...] = Field((), description="Vem som beslutar vad.")


class Uppdrag(Part):
    """Local politics: what kommunfullmäktige has asked the nämnd to do."""

    id: Id = Field(description="Kort namn som aldrig ändras: a–z, siffror och bindestreck.")
    rubrik: Text = Field(description="Uppdraget, i några ord.")
    text: Text | None = Field(None, description="Uppdraget, så som kommunfullmäktige har beslutat det.")
    ar: Annotated[
        tuple[Year, ...], Field(min_length=1), BeforeValidator(as_list, json_schema_input_type=Year | tuple[Year, ...])
    ] = Field(description="Året eller åren som uppdraget gäller.")
    omrade: Text | None = Field(None, description="Prioriterat område i det politiska programmet.")
    exempel: JaNej = Field(True, description="nej när uppdraget är ett verkligt beslut; annars ja.")
    kalla: Text | None = Field(None, description="Varifrån uppdraget är hämtat.")
    ansvarig: Text | None = Field(None, description="Funktion som ansvarar.")
    status: Status = Field(description="Hur långt uppdraget har kommit.")
    gjort: Text | None = Field(None, description="Vad som är gjort.")
    aterstar: Text | None = Field(None, description="Vad som återstår.")
    hinder: Text | None = Field(None, description="Vad som hindrar.")
    slut: Day | None = Field(None, description="När uppdraget ska vara klart.")
    malbilder: tuple[Id, ...] = Field((), description="Id på målbilder som uppdraget stöder.")
    lankar: tuple[Lank, ...] = Field((), description="Koppling till Agenda 2030-mål, med skäl.")
    aktiviteter: tuple[Aktivitet, ...] = Field((), description="Det som görs för att fullgöra uppdraget.")
    tidigare: tuple[Tidigare, ...] = Field((), description="Läget vid tidigare perioder, när det var ett annat.")


class Overenskommelse(Part):
    """Something agreed in a verksamhetsdialog."""

    text: Text = Field(description="Vad ni kom överens om.")
    ansvarig: Text = Field(description="Funktion som ansvarar, aldrig ett personnamn.")
    klar_senast: Day | None = Field(None, description="Datum då det ska vara gjort.")
    status: Status = Field(description="Hur långt det har kommit.")
    resultat: Text | None = Field(None, description="Vad det ledde till.")
    tidigare: tuple[Tidigare, ...] = Field((), description="Status vid tidigare perioder, när den var en annan.")


class Dialog(Part):
    """A verksamhetsdialog: politics talks with those who run a verksamhet."""

    datum: Day = Field(description="Dag då dialogen hölls.")
    verksamhet: Id = Field(description="Id på verksamheten som dialogen gällde.")
    deltagare: tuple[Text, ...] = Field((), description="Deltagarnas roller, aldrig namn.")
    sammanfattning: Text = Field(description="Vad ni talade om.")
    insikter: tuple[Text, ...] = Field((), description="Det ni lärde er om förutsättningarna.")
    overenskommelser: tuple[Overenskommelse, ...] = Field((), description="Det ni kom överens om.")


class Sjalvskattning(Part):
    """A nämnd's own view of one styrprincip."""

    princip: Princip = Field(description="Styrprincipen som skattas.")
    period: Id = Field(description="Periodens id i kommun.yaml.")
    exempel: Text = Field(description="Ett exempel på hur principen märks.")
    forbattring: Text = Field(description="En sak att förbättra.")
    svar: dict[Svar, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict, description="Hur många som svarade vad: helt, till_stor_del, till_liten_del …"
    )
    slappt: JaNej = Field(False, description="ja när nämnden har beslutat att visa skattningen; annars är den intern.")


class Grunduppdrag(Part):
    """What law and reglemente require of the nämnd."""

    text: Text = Field(description="Vad lag och reglemente kräver, med nämndens egna ord.")
    lagar: tuple[Text, ...] = Field((), description="De viktigaste lagarna och styrdokumenten.")
    lankar: tuple[Lank, ...] = Field((), description="Koppling till Agenda 2030-mål, med skäl.")


class Verksamhet(Part):
    """One of the nämnd's fields of work."""

    id: Id = Field(description="Kort namn som aldrig ändras: a–z, siffror och bindestreck.")
    namn: Text = Field(description="Verksamhetens namn.")
    ansvarig: Text = Field(description="Funktion som ansvarar, aldrig ett personnamn.")
    beskrivning: Text | None = Field(None, description="Vad verksamheten gör, i en mening.")


class Namnd(Part):
    """One political body with everything that it follows up; `id` is the file's name."""

    id: Id
    namn: Text = Field(description="Nämndens namn.")
    kortnamn: Annotated[str, StringConstraints(pattern=r"^[A-ZÅÄÖ]{2,6}$")] = Field(description="KS, SN, KUN …")
    ordning: int = Field(description="Plats i listor; lägst först.")
    exempel: JaNej = Field(description="ja så länge innehållet inte är beslutat av kommunen.")
    grunduppdrag: Grunduppdrag = Field(description="Det lag och reglemente kräver.")
    verksamheter: Annotated[tuple[Verksamhet, ...], Field(min_length=1)] = Field(description="Nämndens verksamheter.")
    malbilder: tuple[Malbild, ...] = Field((), description="Nämndens målbilder.")
    uppdrag: tuple[Uppdrag, ...] = Field((), description="Uppdrag från kommunfullmäktige.")
    dialoger: tuple[Dialog, ...] = Field((), description="Verksamhetsdialoger som har hållits.")
    styrprinciper: tuple[Sjalvskattning, ...] = Field((), description="Nämndens självskattning av styrprinciperna.")

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

    id: Id = Field(description="Kort namn som aldrig ändras: a–z, siffror och bindestreck.")
    namn: Text = Field(description="Organets namn.")
    slag: Organslag = Field(description="bolag, gemensam_namnd eller namnd.")
    beskrivning: Text | None = Field(None, description="Vad det gör, i en mening.")
    exempel: JaNej = Field(True, description="ja så länge uppdragen inte är beslutade av kommunen.")
    uppdrag: tuple[Uppdrag, ...] = Field((), description="Uppdrag från kommunfullmäktige.")


class Mandatperiod(Part):
    """The term of office."""

    fran: Year = Field(description="Första året.")
    till: Year = Field(description="Sista året.")


class Period(Part):
    """A period that is followed up: delår, helår."""

    id: Id = Field(description="Kort namn som aldrig ändras, till exempel 2026-delar.")
    namn: Text = Field(description="Periodens namn i rapporten.")
    ar: Year = Field(description="Året som perioden hör till.")
    fran: Day = Field(description="Periodens första dag.")
    till: Day = Field(description="Periodens sista dag.")


class Aspekter(Part):
    """Which aspects each goal is shown under, and whose mapping that is."""

    kalla: Text = Field(description="Vems indelning det är; skrivs ut i rapporten.")
    mal: dict[Goal, Aspektlista] = Field(description="Hållbarhetsaspekter för vart och ett av de 17 målen.")

    @field_validator("mal")
    @classmethod
    def _every_goal(cls, mal: dict[int, Any]) -> dict[int, Any]:
        absent = sorted(set(GOALS) - set(mal))
        if absent:
            raise ValueError(f"Mål {', '.join(map(str, absent))} saknas. Ge alla 17 mål minst en aspekt.")
        return mal


class Styrprincip(Part):
    """A styrprincip with what it means here."""

    princip: Princip = Field(description="Vilken princip det är.")
    namn: Text = Field(description="Principens namn i rapporten.")
    betydelse: Text = Field(description="Vad principen betyder hos er.")


class Inriktningsmal(Part):
    """An earlier term's strategic goal: history, not in force."""

    namn: Text = Field(description="Målets namn.")
    mandatperiod: Mandatperiod = Field(description="När målet gällde.")
    beskrivning: Text | None = Field(None, description="Vad målet betydde, och vad som hände med det.")


class Omlankning(Part):
    """The municipality's own change of RKA's mapping between nyckeltal and goals."""

    nyckeltal: NyckeltalId = Field(description="Koladas id, till exempel N15428.")
    bort: tuple[Goal, ...] = Field((), description="Mål som RKA:s koppling tas bort från.")
    till: tuple[Goal, ...] = Field((), description="Mål som nyckeltalet kopplas till.")
    skal: Text = Field(description="Varför ni kopplar på ett annat sätt än RKA.")


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
    mandatperiod: Mandatperiod = Field(description="Mandatperioden som följs upp.")
    jamforelser: Annotated[tuple[Jamforelse, ...], Field(min_length=1)] = Field(
        description="Vilka kommunen jämförs med."
    )
    minsta_bas: Annotated[int, Field(ge=1)] = Field(
        5, description="Lokala värden med mindre bas döljs, och det som skulle avslöja dem."
    )
    perioder: Annotated[tuple[Period, ...], Field(min_length=1)] = Field(description="Perioderna som följs upp.")
    aspekter: Aspekter = Field(description="Vilka hållbarhetsaspekter målen visas under.")
    styrprinciper: tuple[Styrprincip, ...] = Field((), description="Kommunens styrprinciper.")
    prioriterade_omraden: tuple[Text, ...] = Field((), description="Områdena i det politiska programmet.")
    inriktningsmal: tuple[Inriktningsmal, ...] = Field((), description="Den förra mandatperiodens mål, som historia.")
    ovriga_organ: tuple[Organ, ...] = Field((), description="Bolag och nämnder som inte har någon egen fil.")
    utgivare: Utgivare | None = Field(None, description="Vem som ger ut webbplatsen och de öppna data.")
    agenda2030: tuple[Omlankning, ...] = Field(
        (), description="Egna ändringar i RKA:s koppling mellan nyckeltal och mål."
    )


class Ansokan(Part):
    """An application for the sustainability fund: what was applied for, granted, used, and what came of it."""

    id: Id = Field(description="Kort namn som aldrig ändras: a–z, siffror och bindestreck.")
    rubrik: Text = Field(description="Vad ansökan gäller, i några ord.")
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

    ar: Year = Field(description="Budgetår.")
    belopp: Annotated[int, Field(ge=0)] = Field(description="Kronor.")


class Medel(Part):
    """The fund that verksamheter apply to for work with the goals; the file medel.yaml."""

    namn: Text = Field(description="Medlens namn.")
    beskrivning: Text = Field(description="Vad medlen är till för.")
    exempel: JaNej = Field(description="ja så länge innehållet inte är verkligt.")
    budget: tuple[Budget, ...] = Field((), description="Vad som finns att fördela, per år.")
    ansokningar: tuple[Ansokan, ...] = Field((), description="Alla ansökningar.")


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

    fragor: Annotated[tuple[Dialogfraga, ...], Field(min_length=1)] = Field(description="Frågorna.")


class Publicering(Part):
    """How far a page has come for a period."""

    rapport: Id = Field(description="Nämndens id, eller kommunoversikt, agenda2030, insatser eller erfarenhetsbank.")
    period: Id = Field(description="Periodens id i kommun.yaml.")
    tillstand: Tillstand = Field(description="utkast, faststalld eller publicerad.")
    diarienummer: Text | None = Field(None, description="Ärendets diarienummer.")
    beslutad: Day | None = Field(None, description="Dag då den fastställdes.")

    @model_validator(mode="after")
    def _decided_when(self) -> Publicering:
        if self.tillstand is not Tillstand.utkast and not (self.diarienummer and self.beslutad):
            raise ValueError("En fastställd eller publicerad rapport behöver diarienummer och beslutad (datum).")
        return self


class Publiceringar(Part):
    """The states of all pages; the file publicering.yaml. A page without a row is utkast."""

    exempel: JaNej = Field(description="ja så länge diarienummer och datum inte är verkliga.")
    rapporter: tuple[Publicering, ...] = Field((), description="En post per sida och period.")


class Reportage(Part):
    """A short story about sustainability work; `id` is the file's name, `text` Markdown."""

    id: Id
    rubrik: Text = Field(description="Reportagets rubrik.")
    datum: Day = Field(description="Dag då det skrevs.")
    namnd: Id = Field(description="Nämndens id: filens namn utan .yaml.")
    verksamhet: Id = Field(description="Id på en av nämndens verksamheter.")
    ingress: Text = Field(description="En eller två meningar som säger det viktigaste.")
    lankar: Annotated[tuple[Lank, ...], Field(min_length=1)] = Field(description="Globala mål, med skäl.")
    malbild: Id | None = Field(None, description="Målbilden som reportaget handlar om.")
    bild: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*\.(png|jpg|jpeg)$")] | None = Field(
        None, description="Bildens filnamn i mappen reportage/bilder."
    )
    alt: Text | None = Field(None, description="Vad bilden visar, för den som inte ser den.")
    exempel: JaNej = Field(True, description="nej när reportaget är verkligt; annars ja.")
    text: Text = Field(description="Själva texten, i Markdown: det som står under raderna med ---.")

    @model_validator(mode="after")
    def _picture_with_text(self) -> Reportage:
        if (self.bild is None) != (self.alt is None):
            raise ValueError("Bild och alt hör ihop: skriv vad bilden visar i alt, eller ta bort båda.")
        return self


class Last(Part):
    """A nyckeltal as it was when it was locked."""

    nyckeltal: NyckeltalId = Field(description="Nyckeltalets id.")
    namnd: Id = Field(description="Nämndens id.")
    malbild: Id = Field(description="Målbildens id.")
    kortnamn: Text = Field(description="Kortnamnet när nyckeltalet beslutades.")
    forklaring: Text = Field(description="Förklaringen när nyckeltalet beslutades.")
    enhet: Text = Field(description="Enheten när nyckeltalet beslutades.")
    riktning: Riktning = Field(description="Önskad riktning när nyckeltalet beslutades.")
    malniva: Number | None = Field(None, description="Målnivån när nyckeltalet beslutades.")
    malar: Year | None = Field(None, description="Målåret när nyckeltalet beslutades.")
    niva: Malniva = Field(description="Vem nyckeltalet följdes upp för.")


class Avford(Part):
    """A locked nyckeltal that is no longer followed: why, since it can't be told where it no longer stands."""

    nyckeltal: NyckeltalId = Field(description="Nyckeltalets id.")
    datum: Day = Field(description="Dag då det beslutades att nyckeltalet inte längre följs.")
    skal: Text = Field(description="Varför det inte längre följs.")


class Ersattning(Part):
    """An earlier lock of the same year that this one took the place of."""

    datum: Day = Field(description="Dag då det tidigare låset beslutades.")
    skal: Text = Field(description="Varför det ersattes.")


class Las(Part):
    """The set of nyckeltal that was decided for a year; the file las/<ar>.yaml, written by `styr las`."""

    ar: Year = Field(description="Året som nyckeltalen är beslutade för.")
    datum: Day = Field(description="Dag då uppsättningen beslutades.")
    diarienummer: Text | None = Field(None, description="Ärendets diarienummer.")
    exempel: JaNej = Field(True, description="nej när nyckeltalen är beslutade på riktigt; annars ja.")
    kontrollsumma: Text | None = Field(None, description="Skrivs av styr las: visar om låset har ändrats för hand.")
    avforda: tuple[Avford, ...] = Field(
        (), description="Nyckeltal som har tagits bort ur styrmodellen sedan beslutet, med datum och skäl."
    )
    ersatter: tuple[Ersattning, ...] = Field((), description="Tidigare lås för samma år. Skrivs av styr las.")
    nyckeltal: Annotated[tuple[Last, ...], Field(min_length=1)] = Field(description="Nyckeltalen så som de beslutades.")


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
