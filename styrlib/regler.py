"""What the check looks for: how serious each thing is, why it matters, and the remedy. `docs/kontroll.md` shows it."""

from __future__ import annotations

from styrlib.fynd import Allvar, Regel

MOST_NYCKELTAL = 7
DIALOG_YEARS = 2

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
            "Hållbarhet är en del av den vanliga uppföljningen. Verksamheten säger själv hur den hör ihop med målen.",
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
