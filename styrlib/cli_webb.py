"""The commands that publish and archive."""

from __future__ import annotations

from pathlib import Path

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

    here = project.find()
    plan = webbplats.plan(here, gor_om=gor_om, uttag=uttag)
    if plan.kvar:
        kept = swedish.count(len(plan.kvar), "En sida", "sidor")
        click.echo(f"{swedish.capitalised(kept)} från tidigare perioder står kvar som de är.", err=True)
    with progress(plan.antal) as done:
        built = webbplats.make(plan, done=done)
    urval = plan.webb.urval
    for remark in built.anmarkningar:
        click.echo(f"Obs: {remark}", err=True)
    if urval.vantar:
        waiting = (f"{title} ({swedish.lower_first(period.namn)})" for title, period in urval.vantar)
        click.echo(f"Fastställda men inte publicerade: {swedish.listed(waiting)}.")
    for left in urval.utelamnade:
        names = swedish.listed(namnd.namn for namnd in left.saknar)
        click.echo(
            f"Inte med: {left.titel} ({swedish.lower_first(left.period.namn)}). Sidan samlar alla nämnder, "
            f"och rapporten är inte publicerad för {names}."
        )
    click.echo(f"Webbplatsen har {built.sidor} sidor. Öppna {shown(here.webb)}index.html.")


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]")
@click.option("--period", default="", metavar="PERIOD", help="Perioden som arkiveras; den aktuella om inget anges.")
@click.option("--ut", default="", metavar="MAPP", help="Mapp för paketet; output/arkiv om inget anges.")
@click.option("--uttag", default="", metavar="UTTAG", help="Uttag ur Kolada; det nyaste om inget anges.")
@click.option("--utan-pdf", "utan_pdf", is_flag=True, help="Gör sidorna bara som webbsidor, inte som PDF/A.")
def arkivera(period: str, ut: str, uttag: str, utan_pdf: bool) -> None:
    """Gör ett arkivpaket av en periods beslutade sidor, med allt som behövs för att göra dem igen."""
    from styrlib import arkiv, project, swedish

    here = project.find()
    plan = arkiv.plan(here, period=period, uttag=uttag)
    folder = Path(ut).resolve() if ut else here.output / "arkiv"
    with progress(len(plan.run.plans)) as done:
        made = arkiv.make(plan, folder, with_pdf=not utan_pdf, done=done)
    pages = swedish.count(made.sidor, "en beslutad sida som webbsida", "beslutade sidor som webbsidor")
    click.echo(
        f"Arkiverade {swedish.lower_first(plan.period.namn)} i {shown(made.fil)}: {pages}"
        f"{' och PDF/A' if made.pdf else ''}, {swedish.count(made.tabeller, 'en tabell', 'tabeller')} öppna data, "
        "styrmodellens filer, lokala värden, uttagen ur Kolada, anteckningsböckerna och programmet."
    )
    click.echo(
        "Inte med: interna anteckningar"
        + (f", och texterna i {made.borttagna} självskattningar som inte är släppta." if made.borttagna else ".")
    )
    if plan.utkast:
        names = swedish.listed(swedish.lower_first(namnd.namn) for namnd in plan.utkast)
        click.echo(f"Obs: Filerna för {names} är med, fast rapporten är ett utkast. Modellen behövs hel.", err=True)
    if made.saknas:
        click.echo(f"Obs: Programmets {swedish.listed(made.saknas)} fanns inte och är inte med.", err=True)
    click.echo(
        "Obs: De lokala filerna håller också värden som är dolda i rapporterna. "
        "Lämna inte ut paketet utan sekretessprövning.",
        err=True,
    )


COMMANDS: tuple[click.Command, ...] = (publicera, arkivera)
