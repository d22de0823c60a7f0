"""The command `styr`: everything an utredare or a scheduler runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from styrlib import cli_excel, cli_kontroll, cli_lab, cli_ny, cli_rapport, cli_webb
from styrlib.errors import InputError
from styrlib.svenskcli import SwedishGroup, counter, shown


@click.group(cls=SwedishGroup, options_metavar="", subcommand_metavar="KOMMANDO …")
@click.version_option(package_name="styrlib", message="styr %(version)s", help="Visa versionen.")
def main() -> None:
    """Följ upp kommunens mål: från Kolada och egna filer till rapporter."""


@main.command(options_metavar="[FLAGGOR]")
@click.option("--nyckeltal", multiple=True, metavar="ID", help="Hämta också det här nyckeltalet; kan upprepas.")
@click.option("--grupp", multiple=True, metavar="NAMN", help="Hämta också alla nyckeltal i en av Koladas grupper.")
@click.option("--alla", is_flag=True, help="Hämta alla nyckeltal som Kolada har.")
@click.option("--fran-borjan", is_flag=True, help="Hämta varje värde på nytt, inte bara det som har ändrats.")
def hamta(nyckeltal: tuple[str, ...], grupp: tuple[str, ...], alla: bool, fran_borjan: bool) -> None:
    """Hämta ett nytt uttag ur Kolada: det styrmodellen behöver, och det som det förra uttaget har."""
    from styrlib import hamta, kolada, process, project, snapshot, swedish
    from styrlib.falt import KOLADA_ID
    from styrlib.transport import KoladaError, Transport

    here = project.find()
    wrong = [id_ for id_ in nyckeltal if not KOLADA_ID.fullmatch(id_.upper())]
    if wrong:
        raise InputError(f"”{wrong[0]}” är inget nyckeltal. Skriv N eller U och fem siffror, till exempel N15428.")
    malbilder, model = process.wanted(here)
    transport = Transport()
    before = snapshot.find(here.kolada)
    kept = [entry["id"] for entry in before.catalogue("kpi")]
    try:
        groups = kolada.catalogue(transport, "kpi_groups") if grupp else []
        extra = [id_ for name in grupp for id_ in kolada.group_members(groups, name)]
        ids = None if alla else {*malbilder, *kept, *(id_.upper() for id_ in nyckeltal), *extra}
        with counter("Frågor till Kolada") as count:
            fetched = hamta.fetch(here.kolada, ids, transport, whole=fran_borjan, progress=count)
    except KoladaError as error:
        message = f"{error} Rapporterna kan göras ändå, med siffrorna från {swedish.month(before.name)}."
        raise KoladaError(message) from error
    rows = fetched.snapshot.manifest["files"]["data.parquet"]["rows"]
    entries = {entry["id"] for entry in fetched.snapshot.catalogue("kpi")}
    click.echo(f"Hämtade {rows} värden för {len(entries)} nyckeltal till {shown(fetched.snapshot.folder)}")
    if fetched.base:
        click.echo(f"Det som inte har ändrats sedan uttaget {fetched.base} är taget därifrån, och stickprov stämmer.")
    for id_ in sorted({*fetched.gone, *malbilder} - entries):
        click.echo(f"Obs: {id_} finns inte i Kolada längre.{_follows(id_, malbilder)}", err=True)
    if fetched.empty:
        click.echo(f"Obs: Inga värden för {_some(fetched.empty)}.", err=True)
    _tell_revisions(before, fetched.snapshot, here.output / "uttag", malbilder, model)


@main.command("jamfor-uttag", options_metavar="[FLAGGOR]")
@click.argument("fore", metavar="UTTAG")
@click.argument("efter", metavar="UTTAG")
@click.option("--ut", default="", metavar="MAPP", help="Mapp för sidan och CSV-filen; output/uttag om inget anges.")
def jamfor_uttag(fore: str, efter: str, ut: str) -> None:
    """Visa vad Kolada har ändrat, lagt till och tagit bort mellan två uttag."""
    from styrlib import process, project, snapshot

    here = project.find()
    if fore == efter:
        raise InputError("Välj två olika uttag: ett uttag skiljer sig inte från sig självt.")
    older, newer = sorted((snapshot.find(here.kolada, name) for name in (fore, efter)), key=lambda one: one.name)
    folder = Path(ut).resolve() if ut else here.output / "uttag"
    _tell_revisions(older, newer, folder, *process.wanted(here))


def _tell_revisions(older: Any, newer: Any, folder: Path, malbilder: dict[str, list[str]], model: Any) -> None:
    from styrlib import revideringar, revideringssida

    found = revideringar.compare(older, newer)
    own = revideringssida.Kommunens(model.kommun.kommun, model.kommun.namn, malbilder)
    html, csv = revideringssida.write(folder, found, own)
    click.echo(f"Jämfört med uttaget {older.name}:")
    for rows, whose in ((found.varden, ""), (found.varden[found.varden["kommun"] == own.kommun], f" för {own.namn}")):
        kinds = rows["slag"].value_counts()
        words = {"andrat": "ändrade", "nytt": "nya", "nytt ar": "för nya år", "borttaget": "borttagna"}
        click.echo(
            f"  Värden{whose}: " + ", ".join(f"{kinds.get(kind, 0)} {word}" for kind, word in words.items()) + "."
        )
    for id_ in found.gamla:
        click.echo(f"  {id_} finns inte i det nyare uttaget: {found.titlar[id_]}.{_follows(id_, malbilder)}")
    for id_, (old, new) in found.omdopta.items():
        click.echo(f"  {id_} heter nu ”{new}”, förut ”{old}”.{_follows(id_, malbilder)}")
    click.echo(f"Läs mer i {shown(html)}. Varje värde står i {shown(csv)}.")


def _follows(id_: str, malbilder: dict[str, list[str]]) -> str:
    return f" Det följer målbilden {', '.join(malbilder[id_])}." if malbilder.get(id_) else ""


def _some(ids: tuple[str, ...], most: int = 10) -> str:
    """Return ids as a list that a person reads to its end."""
    return ", ".join(ids[:most]) + (f" och {len(ids) - most} till" if len(ids) > most else "")


@main.command(options_metavar="[FLAGGOR]")
def bearbeta() -> None:
    """Gör om tabellerna i data/processed när något i data/raw har ändrats."""
    from styrlib import process, project

    made = process.ensure(project.find())
    click.echo(f"Tabellerna i {shown(made.folder)} stämmer med data/raw. Uttag från Kolada: {made.uttag}.")


@main.command(options_metavar="[FLAGGOR]")
def dokumentera() -> None:
    """Skriv om scheman och dokumentation som görs ur koden."""
    from styrlib import document, project

    for path in document.write(project.find(), main):
        click.echo(f"Skrev {shown(path)}")


for command in (
    *cli_rapport.COMMANDS,
    *cli_kontroll.COMMANDS,
    *cli_excel.COMMANDS,
    *cli_webb.COMMANDS,
    *cli_ny.COMMANDS,
    *cli_lab.COMMANDS,
):
    main.add_command(command)
