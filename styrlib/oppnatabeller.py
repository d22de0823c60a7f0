"""The tables of open data: what they are called, their columns and how they hold together.

This module is the one place that says which tables there are: the CSV files, their CSVW
metadata and the page that explains them are all written from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SEPARATOR = " "  # between ids in a column that holds several


class Kalla(StrEnum):
    """Whose figures or words a table holds."""

    kommunen = "kommunen"
    kolada = "kolada"
    bada = "bada"


@dataclass(frozen=True)
class Kolumn:
    """A column: its name in the file, its title and meaning for people, and its CSVW datatype."""

    namn: str
    titel: str
    typ: str
    betydelse: str
    lista: bool = False  # several ids, with a space between


@dataclass(frozen=True)
class Hanvisning:
    """A foreign key: columns here that name one row of another table by columns there."""

    fran: tuple[str, ...]
    tabell: str
    till: tuple[str, ...]


@dataclass(frozen=True)
class Tabell:
    """A table.

    Attributes
    ----------
    titel, rad
        What it is called, and what one row of it is.
    kalla
        Whose figures or words it holds.
    kolumner
        In order.
    nyckel
        Names of the columns that together tell one row from all others; they are never empty.
    hanvisningar
        What its rows name in other tables.
    """

    titel: str
    rad: str
    kalla: Kalla
    kolumner: tuple[Kolumn, ...]
    nyckel: tuple[str, ...]
    hanvisningar: tuple[Hanvisning, ...] = ()

    @property
    def namn(self) -> list[str]:
        """The names of the columns."""
        return [kolumn.namn for kolumn in self.kolumner]


def _ids(namn: str, titel: str, betydelse: str) -> Kolumn:
    return Kolumn(namn, titel, "string", betydelse, lista=True)


NAMND = Kolumn("namnd", "Nämnd", "string", "Nämndens id.")
MALBILD = Kolumn("malbild", "Målbild", "string", "Målbildens id inom nämnden.")
NYCKELTAL = Kolumn("nyckeltal", "Nyckeltal", "string", "Nyckeltalets id: Koladas, eller L och siffror för ett lokalt.")
AR = Kolumn("ar", "År", "integer", "Året som värdet gäller.")
KON = Kolumn("kon", "Kön", "string", "T för alla, K för kvinnor eller flickor, M för män eller pojkar.")
PERIOD = Kolumn("period", "Period", "string", "Periodens id.")
RUBRIK = Kolumn("rubrik", "Rubrik", "string", "Rubriken.")
ANSVARIG = Kolumn("ansvarig", "Ansvarig", "string", "Funktionen som ansvarar.")
STATUS = Kolumn("status", "Status", "string", "ej_paborjad, pagar, klar, forsenad eller avbruten.")
EXEMPEL = Kolumn("exempel", "Exempel", "boolean", "true när innehållet är påhittat, för att visa hur det kan se ut.")
MAL = Kolumn("mal", "Globalt mål", "integer", "Målets nummer i Agenda 2030, 1 till 17.")
TILL_NAMND = Hanvisning(("namnd",), "namnder", ("namnd",))
TILL_MALBILD = Hanvisning(("namnd", "malbild"), "malbilder", ("namnd", "malbild"))
TILL_NYCKELTAL = Hanvisning(("nyckeltal",), "nyckeltal", ("nyckeltal",))

TABELLER = {
    "namnder": Tabell(
        "Nämnder",
        "en nämnd vars rapport för perioden är publicerad",
        Kalla.kommunen,
        (
            NAMND,
            Kolumn("namn", "Namn", "string", "Nämndens namn."),
            Kolumn("kortnamn", "Kortnamn", "string", "Nämndens förkortning."),
            PERIOD,
            Kolumn("beslutad", "Beslutad", "date", "Dagen då rapporten fastställdes."),
            Kolumn("diarienummer", "Diarienummer", "string", "Beslutets diarienummer."),
            Kolumn("beslut_exempel", "Exempel på beslut", "boolean", "true när datum och diarienummer är påhittade."),
            EXEMPEL,
        ),
        ("namnd",),
    ),
    "malbilder": Tabell(
        "Målbilder",
        "en målbild: nämndens ambition för en verksamhet",
        Kalla.kommunen,
        (
            NAMND,
            MALBILD,
            RUBRIK,
            Kolumn("text", "Målbilden", "string", "Målbilden, ordagrant."),
            Kolumn("verksamhet", "Verksamhet", "string", "Verksamhetens namn."),
            ANSVARIG,
            _ids("aspekter", "Hållbarhetsaspekter", "En till tre av ekologisk, social och ekonomisk."),
            EXEMPEL,
        ),
        ("namnd", "malbild"),
        (TILL_NAMND,),
    ),
    "nyckeltal": Tabell(
        "Nyckeltal",
        "ett nyckeltal som följer en målbild",
        Kalla.bada,
        (
            NYCKELTAL,
            Kolumn("namn", "Kort namn", "string", "Namnet i rapporten."),
            Kolumn("titel", "Titel i Kolada", "string", "Koladas titel; för ett lokalt nyckeltal det korta namnet."),
            Kolumn("forklaring", "Förklaring", "string", "Vad nyckeltalet mäter, i en mening."),
            Kolumn("enhet", "Enhet", "string", "Enheten som värdena är i."),
            Kolumn("riktning", "Önskad riktning", "string", "Åt vilket håll det är bra: hogre, lagre eller ingen."),
            Kolumn("malniva", "Målnivå", "number", "Målnivån, i nyckeltalets enhet."),
            Kolumn("malar", "Målår", "integer", "Året då målnivån ska vara nådd."),
            Kolumn("niva", "Nivå", "string", "Vem det följs upp för: namnd eller kf (kommunfullmäktige)."),
            Kolumn("rullande", "Rullande år", "integer", "Antal år som varje värde är ett rullande medelvärde över."),
            Kolumn("producent", "Producent", "string", "Vem som tar fram statistiken, enligt Kolada."),
            Kolumn("kalla", "Källa", "string", "Kolada eller kommunen."),
            Kolumn("varden_exempel", "Exempel på värden", "boolean", "true när nyckeltalets värden är påhittade."),
        ),
        ("nyckeltal",),
    ),
    "malbildsnyckeltal": Tabell(
        "Målbildernas nyckeltal",
        "ett nyckeltal under en målbild",
        Kalla.kommunen,
        (NAMND, MALBILD, NYCKELTAL),
        ("namnd", "malbild", "nyckeltal"),
        (TILL_MALBILD, TILL_NYCKELTAL),
    ),
    "varden": Tabell(
        "Kommunens värden",
        "kommunens värde för ett nyckeltal, ett år och ett kön",
        Kalla.bada,
        (
            NYCKELTAL,
            AR,
            KON,
            Kolumn("varde", "Värde", "number", "Värdet. Tomt när det saknas eller är dolt; tomt betyder aldrig 0."),
            Kolumn("antal", "Antal", "integer", "Hur många ett lokalt värde bygger på. Tomt när det inte är känt."),
            Kolumn("dold", "Dolt", "boolean", "true när värdet är dolt: det bygger på för få, eller röjer ett sådant."),
        ),
        ("nyckeltal", "ar", "kon"),
        (TILL_NYCKELTAL,),
    ),
    "jamforelser": Tabell(
        "Jämförelser",
        "ett värde att jämföra kommunens med",
        Kalla.kolada,
        (
            NYCKELTAL,
            AR,
            KON,
            Kolumn(
                "jamforelse",
                "Jämförelse",
                "string",
                "riket (Koladas värde), eller ett ovägt medelvärde för liknande, lan, skr eller alla kommuner.",
            ),
            Kolumn("varde", "Värde", "number", "Tomt när färre än två tredjedelar av gruppen har ett värde."),
            Kolumn("antal_kommuner", "Antal kommuner", "integer", "Hur många i gruppen som har ett värde."),
        ),
        ("nyckeltal", "ar", "kon", "jamforelse"),
        (TILL_NYCKELTAL,),
    ),
    "bedomningar": Tabell(
        "Bedömningar",
        "en bedömning av en målbild för perioden, gjord av en människa",
        Kalla.kommunen,
        (
            NAMND,
            MALBILD,
            PERIOD,
            Kolumn("grad", "Grad", "string", "uppfylld, i_huvudsak, delvis, inte eller gar_inte_att_bedoma."),
            Kolumn("motivering", "Motivering", "string", "Skälen till bedömningen."),
            _ids("underlag", "Underlag", "Vad den vilar på: dialog, enkat, besok, nyckeltal eller granskning."),
            Kolumn("av", "Bedömt av", "string", "Funktionen som bedömde."),
            Kolumn("sakerhet", "Säkerhet", "string", "Hur säker bedömningen är: hog, medel eller lag."),
            Kolumn("atgard", "Åtgärd", "string", "Åtgärd vid avvikelse."),
            Kolumn("skillnad", "Skillnad", "string", "Varför bedömningen skiljer sig från vad siffrorna säger."),
        ),
        ("namnd", "malbild", "period"),
        (TILL_MALBILD,),
    ),
    "uppdrag": Tabell(
        "Uppdrag",
        "ett uppdrag från kommunfullmäktige till en nämnd",
        Kalla.kommunen,
        (
            NAMND,
            Kolumn("uppdrag", "Uppdrag", "string", "Uppdragets id inom nämnden."),
            RUBRIK,
            Kolumn("text", "Text", "string", "Vad som ska göras."),
            _ids("ar", "År", "Åren som uppdraget gäller."),
            Kolumn("omrade", "Område", "string", "Prioriterat område i det politiska programmet."),
            ANSVARIG,
            STATUS,
            Kolumn("gjort", "Gjort", "string", "Vad som är gjort."),
            Kolumn("aterstar", "Återstår", "string", "Vad som återstår."),
            Kolumn("hinder", "Hinder", "string", "Vad som hindrar."),
            Kolumn("slut", "Ska vara klart", "date", "När uppdraget ska vara klart."),
            _ids("malbilder", "Målbilder", "Id på nämndens målbilder som uppdraget stöder."),
            Kolumn("kalla", "Källa", "string", "Varifrån uppdraget är hämtat."),
            Kolumn("uppdrag_exempel", "Påhittat uppdrag", "boolean", "true när själva uppdraget är påhittat."),
            EXEMPEL,
        ),
        ("namnd", "uppdrag"),
        (TILL_NAMND,),
    ),
    "aktiviteter": Tabell(
        "Aktiviteter",
        "en aktivitet under en målbild eller ett uppdrag",
        Kalla.kommunen,
        (
            NAMND,
            Kolumn("aktivitet", "Aktivitet", "string", "Aktivitetens id inom nämnden."),
            Kolumn("hor_till_slag", "Hör till", "string", "malbild eller uppdrag."),
            Kolumn("hor_till", "Hör till, id", "string", "Id på målbilden eller uppdraget."),
            RUBRIK,
            Kolumn("beskrivning", "Beskrivning", "string", "Vad som görs."),
            ANSVARIG,
            Kolumn("start", "Start", "date", "Planerad start."),
            Kolumn("slut", "Slut", "date", "När aktiviteten ska vara klar."),
            STATUS,
            Kolumn("kommentar", "Kommentar", "string", "Verksamhetens kommentar i rapporten."),
            EXEMPEL,
        ),
        ("namnd", "aktivitet"),
        (TILL_NAMND,),
    ),
    "dialoger": Tabell(
        "Verksamhetsdialoger",
        "ett samtal mellan politiker och dem som arbetar i en verksamhet",
        Kalla.kommunen,
        (
            NAMND,
            Kolumn("dialog", "Dialog", "integer", "Dialogens nummer inom nämnden, den äldsta först."),
            Kolumn("datum", "Datum", "date", "Dagen för dialogen."),
            Kolumn("verksamhet", "Verksamhet", "string", "Verksamhetens namn."),
            Kolumn("sammanfattning", "Sammanfattning", "string", "Vad samtalet handlade om."),
            EXEMPEL,
        ),
        ("namnd", "dialog"),
        (TILL_NAMND,),
    ),
    "dialogpunkter": Tabell(
        "Lärdomar och överenskommelser",
        "något som en verksamhetsdialog ledde till",
        Kalla.kommunen,
        (
            NAMND,
            Kolumn("dialog", "Dialog", "integer", "Dialogens nummer inom nämnden."),
            Kolumn("nummer", "Nummer", "integer", "Punktens nummer inom dialogen."),
            Kolumn("slag", "Slag", "string", "insikt eller overenskommelse."),
            Kolumn("text", "Text", "string", "Lärdomen, eller det man kom överens om."),
            ANSVARIG,
            Kolumn("klar_senast", "Klar senast", "date", "När överenskommelsen ska vara klar."),
            STATUS,
            Kolumn("resultat", "Resultat", "string", "Vad överenskommelsen ledde till."),
        ),
        ("namnd", "dialog", "nummer"),
        (Hanvisning(("namnd", "dialog"), "dialoger", ("namnd", "dialog")),),
    ),
    "lankar": Tabell(
        "Kopplingar till Agenda 2030",
        "en koppling från något som nämnden gör till ett globalt mål",
        Kalla.kommunen,
        (
            NAMND,
            Kolumn("nummer", "Nummer", "integer", "Kopplingens nummer inom nämnden."),
            Kolumn("slag", "Slag", "string", "grunduppdrag, malbild, uppdrag, aktivitet, ansokan eller reportage."),
            Kolumn("id", "Id", "string", "Id på det som är kopplat."),
            RUBRIK,
            MAL,
            Kolumn("riktning", "Riktning", "string", "bidrar eller motverkar."),
            Kolumn("skal", "Skäl", "string", "Varför."),
            EXEMPEL,
        ),
        ("namnd", "nummer"),
        (TILL_NAMND,),
    ),
    "sjalvskattningar": Tabell(
        "Nämndernas egna skattningar",
        "en nämnds egen syn på en styrprincip, som nämnden har beslutat att visa",
        Kalla.kommunen,
        (
            NAMND,
            Kolumn("nummer", "Nummer", "integer", "Skattningens nummer inom nämnden."),
            Kolumn("princip", "Styrprincip", "string", "Principen."),
            PERIOD,
            Kolumn("marks", "Så märks principen", "string", "Nämndens exempel på hur principen märks."),
            Kolumn("forbattring", "Att förbättra", "string", "En sak som nämnden vill förbättra."),
            Kolumn("svarade", "Svarade", "integer", "Hur många som svarade."),
            Kolumn("helt", "Stämmer helt", "integer", "Antal svar. Tomt när färre än fem svarade."),
            Kolumn("till_stor_del", "Till stor del", "integer", "Antal svar. Tomt när färre än fem svarade."),
            Kolumn("till_liten_del", "Till liten del", "integer", "Antal svar. Tomt när färre än fem svarade."),
            Kolumn("inte", "Stämmer inte", "integer", "Antal svar. Tomt när färre än fem svarade."),
            Kolumn("vet_inte", "Vet inte", "integer", "Antal svar. Tomt när färre än fem svarade."),
            EXEMPEL,
        ),
        ("namnd", "nummer"),
        (TILL_NAMND,),
    ),
    "medel": Tabell(
        "Ansökningar om medel",
        "en ansökan om pengar till arbetet med de globala målen",
        Kalla.kommunen,
        (
            Kolumn("ansokan", "Ansökan", "string", "Ansökans id."),
            NAMND,
            RUBRIK,
            Kolumn("verksamhet", "Verksamhet", "string", "Verksamhetens namn."),
            Kolumn("datum", "Datum", "date", "När ansökan kom in."),
            Kolumn("syfte", "Syfte", "string", "Vad pengarna ska användas till."),
            Kolumn("sokt", "Sökt", "integer", "Sökt belopp, kronor."),
            Kolumn("beviljat", "Beviljat", "integer", "Beviljat belopp, kronor. Tomt före beslut."),
            Kolumn("anvant", "Använt", "integer", "Använt belopp, kronor. Tomt tills det är känt."),
            Kolumn("effekt", "Effekt", "string", "Vad det ledde till."),
            Kolumn("malbild", "Målbild", "string", "Id på målbilden som ansökan stöder."),
            EXEMPEL,
        ),
        ("ansokan",),
        (TILL_NAMND,),
    ),
}
