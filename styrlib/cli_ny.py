"""The command that sets up another municipality."""

from __future__ import annotations

from pathlib import Path

import click

from styrlib.svenskcli import SwedishCommand, shown


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]")
@click.argument("kommun", metavar="KOMMUN")
@click.option("--ut", default="", metavar="MAPP", help="Mapp för det nya projektet; kommunens namn om inget anges.")
@click.option(
    "--namnder",
    default="",
    metavar="NAMN,NAMN",
    help="Nämnderna, med komma emellan; fyra vanliga annars.",
)
def ny(kommun: str, ut: str, namnder: str) -> None:
    """Börja för en annan kommun: ett eget projekt med ett utkast till styrmodell."""
    import datetime as dt

    from styrlib import kommuner, nykommun, project, snapshot

    source = project.find()
    raw = snapshot.find(source.kolada)
    code, name = kommuner.find_kommun(kommuner.kommuner(raw.catalogue("municipality")), kommun)
    folder = Path(ut or name.replace(" ", "-")).resolve()
    wanted = [one.strip() for one in namnder.split(",") if one.strip()]
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    nykommun.create(source, kommuner.Kommun(code, name), folder, wanted, today=today)
    groups = kommuner.grupper(raw.catalogue("municipality_groups"))
    similar = kommuner.members(groups, "liknande", code, name, "övergripande")
    names = {m["id"]: m["title"] for m in raw.catalogue("municipality")}
    click.echo(f"Skapade {shown(folder)} för {name} ({code}).")
    if similar:
        click.echo(f"Liknande kommuner, övergripande: {', '.join(names[c] for c in similar)}.")
    click.echo(
        "Gå dit, öppna data/raw/styrmodell/ och ändra utkasten. Kör sedan ”styr kontrollera” och ”styr rapport”."
    )


COMMANDS = (ny,)
