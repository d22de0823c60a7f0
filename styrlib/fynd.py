"""What the check can find: a rule for each thing, with how serious it is, why, and the remedy.

`docs/kontroll.md` is written from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from styrlib.personuppgifter import mask


class Allvar(StrEnum):
    """How serious something is, the worst first."""

    fel = "fel"
    varning = "varning"
    rad = "rad"

    @property
    def exit_code(self) -> int:
        """What the command ends with when nothing is worse."""
        return {Allvar.fel: 2, Allvar.varning: 1, Allvar.rad: 0}[self]


ORD = {Allvar.fel: "Fel", Allvar.varning: "Varning", Allvar.rad: "Råd"}
MEANING = {
    Allvar.fel: "måste rättas innan något publiceras",
    Allvar.varning: "styrkedjan är bruten, eller något är inte gjort",
    Allvar.rad: "kan bli bättre, men behöver inte ändras",
}
MOST_NYCKELTAL = 7
DIALOG_YEARS = 2


@dataclass(frozen=True)
class Regel:
    """One thing that is checked.

    Attributes
    ----------
    kod
        Never changes: other programs may know it.
    allvar
        How serious it is.
    rubrik, varfor, atgard
        What it is called, why it matters and what to do, in Swedish.
    """

    kod: str
    allvar: Allvar
    rubrik: str
    varfor: str
    atgard: str


@dataclass(frozen=True)
class Fynd:
    """Something that was found.

    Attributes
    ----------
    regel
        Which rule.
    namnd
        The nämnd's id; empty when it concerns the whole municipality.
    fil, rad, plats
        File from `data/raw/styrmodell`, line (0 when there is none) and place in the file.
    vad
        What was found, in Swedish. Personal data in it is masked.
    """

    regel: Regel
    namnd: str
    fil: str
    rad: int
    plats: str
    vad: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "vad", mask(self.vad))

    @property
    def var(self) -> str:
        """File and line, as the user looks them up."""
        return f"{self.fil}, rad {self.rad}" if self.rad else self.fil


FEL, VARNING, RAD = Allvar.fel, Allvar.varning, Allvar.rad
REGLER = {
    regel.kod: regel
    for regel in (
        Regel(
            "fil-gar-inte-att-anvanda",
            FEL,
            "Filen går inte att använda",
            "Så länge en fil har ett sådant fel går inga rapporter att göra, och resten kan inte kontrolleras.",
            "Gör som det står vid felet. Alla sådana fel visas på en gång.",
        ),
        Regel(
            "personnummer",
            FEL,
            "Personnummer i text",
            "Personuppgifter hör inte hemma i en rapport som publiceras.",
            "Ta bort numret. Har filen delats med någon: följ kommunens rutin för personuppgiftsincidenter.",
        ),
        Regel(
            "epostadress",
            FEL,
            "E-postadress i text",
            "En adress pekar ofta ut en person. Kommunens egen adress står i kommun.yaml under utgivare.",
            "Ta bort adressen. Skriv vilken funktion läsaren vänder sig till.",
        ),
        Regel(
            "telefonnummer",
            FEL,
            "Telefonnummer i text",
            "Ett nummer pekar ofta ut en person. Kommunens eget nummer står i kommun.yaml under utgivare.",
            "Ta bort numret. Skriv vilken funktion läsaren vänder sig till.",
        ),
        Regel(
            "last-nyckeltal-andrat",
            FEL,
            "Beslutat nyckeltal är ändrat utan förklaring",
            "Den som har beslutat ett nyckeltal ska kunna lita på att det står kvar så som det beslutades.",
            "Skriv datum, vad och skal under andringar för nyckeltalet, eller ändra tillbaka.",
        ),
        Regel(
            "last-nyckeltal-borttaget",
            FEL,
            "Beslutat nyckeltal är borttaget utan förklaring",
            "Ett nyckeltal som går dåligt får inte bara försvinna.",
            "Skriv nyckeltal, datum och skal under avforda i låset, eller lägg tillbaka nyckeltalet.",
        ),
        Regel(
            "las-andrat",
            FEL,
            "Låset är ändrat för hand",
            "Låset visar vad som beslutades. Det får inte ändras i efterhand.",
            "Återställ filen, eller gör ett nytt lås med styr las och flaggan --ersatt. Bara avforda skrivs för hand.",
        ),
        Regel(
            "nyckeltal-tillagt-efter-las",
            VARNING,
            "Nyckeltal är tillagt efter beslutet utan förklaring",
            "Uppsättningen är beslutad. Den som läser ska veta varför den har växt.",
            "Skriv datum, vad och skal under andringar för nyckeltalet.",
        ),
        Regel(
            "malbild-utan-nyckeltal",
            VARNING,
            "Målbild utan nyckeltal",
            "Utan siffror vilar bedömningen bara på ord.",
            "Lägg till minst ett nyckeltal, ur Kolada eller eget.",
        ),
        Regel(
            "malbild-utan-globalt-mal",
            VARNING,
            "Målbild utan koppling till ett globalt mål",
            "Hållbarhet är en del av den ordinarie uppföljningen. Verksamheten säger själv hur den hänger ihop med målen.",
            "Lägg till minst ett mål under lankar, med skäl.",
        ),
        Regel(
            "grunduppdrag-utan-globalt-mal",
            VARNING,
            "Grunduppdrag utan koppling till ett globalt mål",
            "Nämnden beskriver sitt grunduppdrag utifrån Agenda 2030.",
            "Lägg till minst ett mål under grunduppdrag, lankar, med skäl.",
        ),
        Regel(
            "lank-utan-skal",
            VARNING,
            "Koppling till ett globalt mål utan skäl",
            "Utan skäl är en koppling bara ett märke. Läsaren ska förstå hur arbetet bidrar eller motverkar.",
            "Skriv en mening under skal.",
        ),
        Regel(
            "uppdrag-utan-ansvarig",
            VARNING,
            "Uppdrag utan ansvarig",
            "Ett uppdrag som ingen äger blir lätt liggande.",
            "Skriv vilken funktion som ansvarar, aldrig ett namn.",
        ),
        Regel(
            "aktivitet-utan-ansvarig",
            VARNING,
            "Aktivitet utan ansvarig",
            "En aktivitet som ingen äger blir lätt liggande.",
            "Skriv vilken funktion som ansvarar, aldrig ett namn.",
        ),
        Regel(
            "uppdrag-over-tiden",
            VARNING,
            "Uppdrag skulle ha varit klart",
            "Slutdatum har passerat, och uppdraget är varken klart eller avbrutet.",
            "Ändra status, eller skriv ett nytt slut och varför under hinder.",
        ),
        Regel(
            "aktivitet-over-tiden",
            VARNING,
            "Aktivitet skulle ha varit klar",
            "Slutdatum har passerat, och aktiviteten är varken klar eller avbruten.",
            "Ändra status, eller skriv ett nytt slut och varför under kommentar.",
        ),
        Regel(
            "overenskommelse-over-tiden",
            VARNING,
            "Överenskommelse skulle ha varit klar",
            "Det som en nämnd och en verksamhet har kommit överens om ska någon svara för.",
            "Ändra status, och skriv under resultat vad som hände.",
        ),
        Regel(
            "bedomning-saknas",
            VARNING,
            "Målbilden är inte bedömd för perioden",
            "Den som läser ska veta om målbilden nås. Går det inte att bedöma är också det en bedömning.",
            "Lägg till en bedömning för perioden.",
        ),
        Regel(
            "kf-nyckeltal-utan-varde",
            VARNING,
            "Nyckeltal på KF-nivå utan värde",
            "Kommunfullmäktige har valt nyckeltalet, men uttaget har inget värde för kommunen.",
            "Kör styr hamta. Saknas värdet ändå: skriv varför under anmarkning, eller välj ett annat nyckeltal.",
        ),
        Regel(
            "nyckeltal-borta-ur-kolada",
            VARNING,
            "Nyckeltalet finns inte i det nyaste uttaget",
            "Kolada har tagit bort det, eller så hämtades det inte. Det får inga nya värden.",
            "Kör styr hamta. Är det borta: välj ett annat, och skriv bytet under andringar.",
        ),
        Regel(
            "lokalt-utan-malbild",
            VARNING,
            "Lokalt nyckeltal utan målbild",
            "Siffrorna samlas in men visas aldrig.",
            "Lägg nyckeltalet under en målbild, eller ta bort raderna.",
        ),
        Regel(
            "omkopplat-utan-malbild",
            RAD,
            "Nyckeltal i kommun.yaml utan målbild",
            "Kommunen har kopplat nyckeltalet till ett globalt mål, men ingen målbild följer det.",
            "Lägg nyckeltalet under en målbild, eller ta bort kopplingen.",
        ),
        Regel(
            "nyckeltal-upphor",
            RAD,
            "Nyckeltalet uppdateras inte längre",
            "Kolada skriver i titeln vilket år som är det sista.",
            "Välj en ersättare, och skriv bytet under andringar.",
        ),
        Regel(
            "las-saknas",
            RAD,
            "Årets nyckeltal är inte låsta",
            "Med ett lås syns det om ett nyckeltal ändras eller tas bort efter beslutet.",
            "Kör styr las när nyckeltalen är beslutade.",
        ),
        Regel(
            "manga-nyckeltal",
            RAD,
            f"Fler än {MOST_NYCKELTAL} nyckeltal i en målbild",
            f"Den som läser i tre minuter hinner inte väga samman fler än {MOST_NYCKELTAL}. "
            "Fler siffror gör det också svårare att se vad som är viktigt.",
            "Välj de viktigaste. Det som bara verksamheten behöver kan den följa själv.",
        ),
        Regel(
            "mal-utan-koppling",
            RAD,
            "Globalt mål som inget är kopplat till",
            "Alla mål behöver inte vara med, men det ska vara ett val.",
            "Fundera på om något av det kommunen gör bidrar till eller motverkar målet.",
        ),
        Regel(
            "dialog-saknas",
            RAD,
            "Ingen verksamhetsdialog på två år",
            "Nämnden talar direkt med verksamheterna om förutsättningarna för att nå målbilderna.",
            "Boka en verksamhetsdialog.",
        ),
        Regel(
            "hart-ord",
            RAD,
            "Ord som dömer",
            "Uppföljningen ska leda till samtal om förutsättningar. Ord som dömer pekar ut människor.",
            "Beskriv vad som hände och vad som saknades. Datorn ser bara ordet, inte sammanhanget: avgör själv.",
        ),
        Regel(
            "lang-mening",
            RAD,
            "Lång mening",
            "Långa meningar är svåra att läsa, allra mest på skärm.",
            "Dela meningen i två eller flera.",
        ),
        Regel(
            "svarlast-text",
            RAD,
            "Svårläst text",
            "Rapporten ska gå att förstå för den som inte är insatt. Måttet heter LIX.",
            "Skriv kortare meningar, och byt långa ord mot korta.",
        ),
    )
}


def worst(fynd: Iterable[Fynd]) -> Allvar:
    """Return how serious the worst is; `rad` of nothing at all."""
    found = {f.regel.allvar for f in fynd}
    return next((allvar for allvar in Allvar if allvar in found), Allvar.rad)


def counts(fynd: Iterable[Fynd]) -> dict[Allvar, int]:
    """Return how many there are of each, the worst first, with 0 where there is none."""
    found = Counter(f.regel.allvar for f in fynd)
    return {allvar: found[allvar] for allvar in Allvar}


def documentation() -> str:
    """Return `docs/kontroll.md`: every rule, in Swedish."""
    lines = [
        "# Det som styr kontrollera ser",
        "",
        "`styr kontrollera` läser kommunens egna filer och berättar var styrkedjan är bruten: från grunduppdrag och",
        "målbild till nyckeltal, aktivitet och globalt mål. Varje fynd säger nämnd, fil, rad, vad det är och vad du gör.",
        "Den här sidan skrivs av `styr dokumentera`.",
        "",
        "## Tre grader",
        "",
        "| grad | betyder | kommandots svarskod |",
        "| --- | --- | --- |",
        *(f"| {ORD[allvar].lower()} | {MEANING[allvar]} | {allvar.exit_code} |" for allvar in Allvar),
        "",
        "Svarskoden är den högsta av dem som fanns, och 0 när inget fanns. `styr rapport` stoppas inte av fynden:",
        "bara en fil som inte går att använda gör det.",
        "",
        "## Flaggor",
        "",
        "- `--namnd SN` visar bara en nämnds fynd. Fler nämnder går bra.",
        "- `--dag 2026-08-31` är dagen som slutdatum jämförs med. Annars är det i dag.",
        "- `--format html` skriver en sida i `output/kontroll.html`. `--format json` är för andra program.",
        "- `--ut fil` skriver till en annan fil.",
        "",
        "## Så fungerar låset",
        "",
        "`styr las 2026 --datum 2025-11-19` skriver de beslutade nyckeltalen med namn, förklaring, enhet, riktning och",
        "mål till `las/2026.yaml`. Låset ändras sedan aldrig. Det som ändras skrivs så här:",
        "",
        "- Ett ändrat eller nytt nyckeltal får en rad under `andringar` i nämndens fil, med ett datum efter beslutet.",
        "- Ett borttaget nyckeltal får en rad under `avforda` i låset: nyckeltal, datum och skäl.",
        "- Har nyckeltalen beslutats på nytt för ett senare år räcker det nya låset som förklaring.",
        "- Är själva låset fel görs ett nytt: `styr las 2026 --datum … --ersatt --skal \"…\"`. Det gamla sparas i",
        "  `las/ersatta/`, och skälet står i det nya.",
        "",
        "Kontrollen kan se att ett nyckeltal har ändrats och att något är skrivet om det efter beslutet. Den kan inte se",
        "om texten verkligen förklarar just den ändringen.",
        "",
        "## Personuppgifter",
        "",
        "Kontrollen letar efter personnummer och samordningsnummer med rätt kontrollsiffra, e-postadresser och svenska",
        "telefonnummer i all text. Den visar bara början av dem. **Namn hittas inte:** ett namn ser ut som vilket ord som",
        "helst. Läs därför igenom texterna, och skriv funktion i stället för namn.",
        "",
        "## Ord som dömer",
        "",
        "Orden står i `styrlib/hardaord.csv`, med skäl och förslag. Ändra gärna listan. Ordens böjningar hittas också.",
    ]
    for allvar in Allvar:
        lines += ["", f"## {ORD[allvar]}"]
        for regel in (r for r in REGLER.values() if r.allvar is allvar):
            lines += ["", f"### {regel.rubrik}", "", f"`{regel.kod}`", "", regel.varfor, "", f"**Gör så här:** {regel.atgard}"]
    return "\n".join(lines) + "\n"
