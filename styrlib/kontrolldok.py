"""`docs/kontroll.md`: what the check sees, written from its rules."""

from __future__ import annotations

from styrlib.fynd import MEANING, ORD, Allvar
from styrlib.regler import REGLER


def documentation() -> str:
    """Return `docs/kontroll.md`: every rule, in Swedish."""
    lines = [
        "# Det som styr kontrollera ser",
        "",
        "`styr kontrollera` läser kommunens egna filer och berättar var styrkedjan är bruten: från grunduppdrag och",
        "målbild till nyckeltal, aktivitet och globalt mål. Varje fynd säger nämnd, fil och rad, vad det är och vad du",
        "gör. Den här sidan skrivs av `styr dokumentera`.",
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
        "- Är själva låset fel görs ett nytt: `styr las 2026 --datum … --ersatt --skal ”…”`. Det gamla sparas i",
        "  `las/ersatta/`, och skälet står i det nya.",
        "",
        "Kontrollen kan se att ett nyckeltal har ändrats, och att något är skrivet om det efter beslutet. Den kan inte",
        "se om texten verkligen förklarar just den ändringen.",
        "",
        "## Personuppgifter",
        "",
        "Kontrollen letar efter personnummer och samordningsnummer med rätt kontrollsiffra, e-postadresser och svenska",
        "telefonnummer i all text. Den visar bara början av dem. **Namn hittas inte:** ett namn ser ut som vilket ord",
        "som helst. Läs därför igenom texterna, och skriv funktion i stället för namn.",
        "",
        "## Ord som dömer",
        "",
        "Orden står i `styrlib/hardaord.csv`, med skäl och förslag. Ändra gärna listan. Ordens böjningar hittas också.",
    ]
    for allvar in Allvar:
        lines += ["", f"## {ORD[allvar]}"]
        for regel in (r for r in REGLER.values() if r.allvar is allvar):
            lines += ["", f"### {regel.rubrik}", "", f"`{regel.kod}`", "", regel.varfor, ""]
            lines += [f"**Gör så här:** {regel.atgard}"]
    return "\n".join(lines) + "\n"
