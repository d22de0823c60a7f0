"""The commands that take the model to a spreadsheet and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from styrlib.svenskcli import SwedishCommand, shown

FILE = "styrmodell.xlsx"


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]")
@click.option("--ut", default="", metavar="FIL", help=f"Arbetsboken, .xlsx; output/{FILE} om inget anges.")
@click.option("--namnd", "namnder", multiple=True, metavar="NÄMND", help="Bara den här nämnden; kan upprepas.")
@click.option("--csv", "csv", default="", metavar="MAPP", help="Gör också en CSV-fil per blad i den här mappen.")
@click.option("--ersatt", is_flag=True, help="Skriv över en arbetsbok som redan finns.")
def exportera(ut: str, namnder: tuple[str, ...], csv: str, ersatt: bool) -> None:
    """Gör en Excel-arbetsbok av styrmodellen, att fylla i och läsa in igen."""
    from styrlib import excelut, kalkylrader, platt, project
    from styrlib.errors import InputError
    from styrlib.kommuner import find_namnd

    here = project.find()
    path = Path(ut).resolve() if ut else here.output / FILE
    if path.suffix.casefold() != ".xlsx":
        raise InputError(f"Arbetsbokens namn ska sluta på .xlsx, inte {path.suffix or 'utan ändelse'}.")
    if path.exists() and not ersatt:
        message = f"Filen {shown(path)} finns redan och kan vara ifylld. Välj ett annat namn med --ut, eller --ersatt."
        raise InputError(message)
    modell, mal = _model(here)
    chosen = [find_namnd(modell.namnder, given) for given in dict.fromkeys(namnder)] or modell.namnder
    rows = kalkylrader.rows(chosen, mal)
    excelut.write(path, modell, rows, mal)
    count = sum(not row.intern for some in rows.values() for row in some)
    click.echo(f"Arbetsboken {shown(path)} är klar: {count} rader från {', '.join(n.id for n in chosen)}.")
    if csv:
        paths = platt.write(Path(csv).resolve(), rows)
        click.echo(f"{len(paths)} CSV-filer ligger i {shown(Path(csv).resolve())}")


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]")
@click.argument("fil", metavar="FIL")
@click.option("--provkor", is_flag=True, help="Visa bara vad som skulle ändras.")
@click.option("--ja", is_flag=True, help="Skriv ändringarna utan att fråga.")
@click.option("--ta-bort", is_flag=True, help="Ta bort det som inte finns kvar i arbetsboken.")
def importera(fil: str, provkor: bool, ja: bool, ta_bort: bool) -> None:
    """Läs in en ifylld arbetsbok: visa vad som ändras, och skriv det när allt är rätt."""
    from styrlib import excelin, kalkyljamforelse, kalkylrader, project, utbyte, yamlskriv, yamltext
    from styrlib.errors import ProblemsError

    here = project.find()
    path = Path(fil)
    book = excelin.read(path)
    modell, mal = _model(here)
    old = {f"{n.id}.yaml": (here.styrmodell / f"{n.id}.yaml").read_bytes() for n in modell.namnder}
    content = {n.id: yamltext.read(here.styrmodell / f"{n.id}.yaml")[0] for n in modell.namnder}
    rows = kalkylrader.rows(modell.namnder, mal)
    found = kalkyljamforelse.compare(book, rows, content, modell.kommun.kommun, ta_bort=ta_bort)
    if found.fel:
        raise excelin.WorkbookError(path.name, found.fel)
    new = {name: yamlskriv.changed_bytes(old[name], found.innehall[name.removesuffix(".yaml")], name) for name in old}
    new = {name: data for name, data in new.items() if data != old[name]}
    if new:
        try:
            utbyte.trial(here, new)
        except ProblemsError as error:
            raise excelin.WorkbookError(path.name, [found.where(problem) for problem in error.problems]) from error
    for note in found.anmarkningar:
        click.echo(f"Obs: {note}", err=True)
    for sentence in found.andringar:
        click.echo(sentence)
    if not new:
        click.echo("Arbetsboken ändrar inget.")
        return
    if _allowed(f"{_count(found.andringar)} i {', '.join(new)}", provkor=provkor, ja=ja):
        utbyte.replace(here.styrmodell, old, new)
        click.echo(f"Skrev {', '.join(new)}. Kör ”styr rapport” för att göra om rapporterna.")


def _model(here: Any) -> tuple[Any, dict[int, str]]:
    from styrlib import agenda2030, process, snapshot

    modell, _ = process.read_raw_model(here, snapshot.find(here.kolada))
    goals = agenda2030.read_goals(here.agenda2030, modell.kommun.aspekter)
    return modell, dict(zip(goals["mal"], goals["namn"], strict=True))


def _count(sentences: list[str]) -> str:
    return "En ändring" if len(sentences) == 1 else f"{len(sentences)} ändringar"


def _allowed(what: str, *, provkor: bool, ja: bool) -> bool:
    """Say what would be written, and return whether to write it."""
    if provkor or not (ja or sys.stdin.isatty()):
        how = "Det här är en provkörning." if provkor else "Kör i ett terminalfönster, eller med --ja, för att skriva."
        click.echo(f"{what}. Inget är skrivet. {how}")
        return False
    click.echo(f"{what}.")
    return ja or click.prompt("Ska de skrivas? Svara ja eller nej", default="nej").strip().casefold() in ("ja", "j")


COMMANDS = (exportera, importera)
