"""The commands that publish and archive."""

from __future__ import annotations

import click

from styrlib.svenskcli import SwedishCommand, progress, shown


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]")
@click.option(
    "--gor-om",
    "gor_om",
    multiple=True,
    metavar="PERIOD",
    help="Gör om sidor som redan är publicerade för en tidigare period; kan upprepas.",
)
@click.option("--uttag", default="", metavar="UTTAG", help="Uttag ur Kolada; det nyaste om inget anges.")
def publicera(gor_om: tuple[str, ...], uttag: str) -> None:
    """Gör webbplatsen i output/webb av de sidor som är publicerade enligt publicering.yaml."""
    from styrlib import project, swedish, webbplats
    from styrlib.render import lower_first

    here = project.find()
    plan = webbplats.plan(here, gor_om=gor_om, uttag=uttag)
    if plan.kvar:
        kept = swedish.count(len(plan.kvar), "En sida", "sidor")
        click.echo(f"{swedish.capitalised(kept)} från tidigare perioder står kvar som de är.", err=True)
    built = webbplats.make(plan, done=progress(plan.antal))
    urval = plan.webb.urval
    for remark in built.anmarkningar:
        click.echo(f"Obs: {remark}", err=True)
    if urval.vantar:
        waiting = (f"{title} ({lower_first(period.namn)})" for title, period in urval.vantar)
        click.echo(f"Fastställda men inte publicerade: {swedish.listed(waiting)}.")
    for left in urval.utelamnade:
        names = swedish.listed(namnd.namn for namnd in left.saknar)
        click.echo(
            f"Inte med: {left.titel} ({lower_first(left.period.namn)}). Sidan samlar alla nämnder, "
            f"och rapporten är inte publicerad för {names}."
        )
    click.echo(f"Webbplatsen har {built.sidor} sidor. Öppna {shown(here.webb)}index.html.")


COMMANDS: tuple[click.Command, ...] = (publicera,)
