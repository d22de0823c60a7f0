"""The commands that look at the municipality's own files as a whole."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import click

from styrlib.errors import InputError, ProblemsError, UnknownNameError
from styrlib.svenskcli import SwedishCommand, shown

FORMAT = ("text", "json", "html")


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]")
@click.option("--namnd", "namnder", multiple=True, metavar="NÄMND", help="Visa bara en nämnds fynd; kan upprepas.")
@click.option("--dag", default="", metavar="DATUM", help="Dagen som slutdatum jämförs med; i dag om inget anges.")
@click.option("--format", "form", default="text", metavar="FORMAT", help="text, json eller html; annars text.")
@click.option("--ut", default="", metavar="FIL", help="Skriv till en fil; html skrivs annars i output.")
def kontrollera(namnder: tuple[str, ...], dag: str, form: str, ut: str) -> int:
    """Kontrollera kommunens egna filer: fel, varningar och råd, med fil, rad och vad du gör."""
    from styrlib import fynd, kontroll, kontrollsida, project
    from styrlib.files import write_text

    if form not in FORMAT:
        raise UnknownNameError("formatet", form, FORMAT)
    here = project.find()
    today = _day(dag, "--dag") if dag else dt.datetime.now().astimezone().date()
    try:
        found = kontroll.run(here, today, namnder)
    except ProblemsError as error:
        if form == "text":
            raise
        found = kontroll.unusable(error, today)
    writers = {"text": kontrollsida.text, "json": kontrollsida.as_json, "html": kontrollsida.page}
    content = writers[form](found)
    path = Path(ut) if ut else here.output / "kontroll.html" if form == "html" else None
    if path:
        write_text(path.resolve(), content)
        click.echo(f"{kontrollsida.summary(list(found.fynd))}. Läs mer i {shown(path.resolve())}.")
    else:
        click.echo(content, nl=False)
    return fynd.worst(found.fynd).exit_code


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]")
@click.argument("ar", metavar="ÅR")
@click.option("--datum", default="", metavar="DATUM", help="Dagen då nyckeltalen beslutades. Måste anges.")
@click.option("--diarienummer", default="", metavar="NUMMER", help="Beslutets diarienummer, om det finns.")
@click.option("--ersatt", is_flag=True, help="Ersätt ett lås som redan finns för året. Det gamla sparas.")
@click.option("--skal", default="", metavar="TEXT", help="Varför låset ersätts. Måste anges med --ersatt.")
def las(ar: str, datum: str, diarienummer: str, ersatt: bool, skal: str) -> None:
    """Lås de nyckeltal som är beslutade för ett år, så att ändringar efter beslutet syns."""
    from styrlib import lasfil, lasning, process, project, snapshot

    if not re.fullmatch(r"(199|20[0-9])[0-9]", ar):
        raise InputError(f"ÅR ska vara ett år med fyra siffror, inte ”{ar}”.")
    if not datum:
        raise InputError("--datum saknas. Skriv dagen då nyckeltalen beslutades, till exempel --datum 2025-11-19.")
    decided = _day(datum, "--datum")
    if decided.year > int(ar):
        raise InputError(f"Nyckeltalen för {ar} kan inte vara beslutade {datum}. Kontrollera år och datum.")
    if ersatt and not skal.strip():
        raise InputError("--ersatt behöver --skal: skriv varför låset ersätts.")
    here = project.find()
    modell, _ = process.read_raw_model(here, snapshot.find(here.kolada))
    if not any(True for namnd in modell.namnder for _ in namnd.nyckeltal()):
        raise InputError("Styrmodellen har inga nyckeltal att låsa. Lägg till dem under målbilderna först.")
    new = lasning.lock(modell, int(ar), decided, process.titles(here), diarienummer.strip())
    before = lasning.for_year(modell, int(ar))
    path = lasfil.write(here.styrmodell / "las", new, before, skal.strip() if ersatt else "")
    click.echo(f"Låste {len({n.nyckeltal for n in new.nyckeltal})} nyckeltal för {ar} i {shown(path)}.")
    if before:
        click.echo(f"Det tidigare låset ligger kvar i {shown(path.parent / 'ersatta')}")


def _day(given: str, flag: str) -> dt.date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        try:
            return dt.date.fromisoformat(given)
        except ValueError:
            pass
    raise InputError(f"{flag} ska vara ett datum som 2026-03-31, inte ”{given}”.")


COMMANDS = (kontrollera, las)
