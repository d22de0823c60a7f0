"""The commands that look at the municipality's own files as a whole."""

from __future__ import annotations

import click

from styrlib.svenskcli import SwedishCommand


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]")
def kontrollera() -> None:
    """Kontrollera kommunens egna filer och berätta om alla fel på en gång."""
    from styrlib import process, project, snapshot

    here = project.find()
    raw = snapshot.find(here.kolada)
    raw.verify()
    modell, _ = process.read_raw_model(here, raw)
    malbilder = [m for n in modell.namnder for m in n.malbilder]
    nyckeltal = {n.id for m in malbilder for n in m.nyckeltal}
    click.echo(
        f"Inga fel. {modell.kommun.namn}: {len(modell.namnder)} nämnder, {len(malbilder)} målbilder, "
        f"{len(nyckeltal)} nyckeltal."
    )


COMMANDS = (kontrollera,)
