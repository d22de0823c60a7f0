"""The command `styr`: everything an utredare or a scheduler runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from styrlib.errors import InputError, StyrError

HELP = {"help_option_names": ["-h", "--help", "--hjalp"]}


class SwedishGroup(click.Group):
    """A command group that speaks Swedish and never shows a traceback for bad input."""

    def main(self, *args: Any, **kwargs: Any) -> None:
        """Run, and turn every error into one Swedish sentence and an exit code."""
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except click.exceptions.Abort:
            click.echo("Avbrutet. Det som redan var klart står kvar.", err=True)
            code = 1
        except click.UsageError as error:
            click.echo(f"Fel: {_usage(error)}", err=True)
            code = InputError.exit_code
        except StyrError as error:
            click.echo(f"Fel: {error}", err=True)
            code = error.exit_code
        sys.exit(code or 0)


def _usage(error: click.UsageError) -> str:
    from styrlib.errors import suggestions

    command = error.ctx.command_path if error.ctx else "styr"
    remedy = f"Skriv ”{command} --help” för hjälp."
    if isinstance(error, click.NoSuchOption):
        options = [o for p in error.ctx.command.get_params(error.ctx) for o in p.opts] if error.ctx else []
        near = suggestions(error.option_name, options)
        hint = f"Menade du {' eller '.join(near)}?" if near else f"Det här finns: {', '.join(options)}."
        return f"Flaggan ”{error.option_name}” finns inte. {hint} {remedy}"
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param else ""
        return f"{name} saknas. {remedy}"
    if isinstance(error, click.BadParameter):
        name = error.param.opts[0] if error.param else "Värdet"
        return f"{name} har ett värde som inte går att använda. {remedy}"
    if isinstance(error, click.BadOptionUsage):
        return f"Flaggan ”{error.option_name}” behöver ett värde. {remedy}"
    if error.ctx is not None and isinstance(error.ctx.command, click.Group):
        given = error.ctx._protected_args[:1] or error.ctx.args[:1]
        names = list(error.ctx.command.commands)
        what = f"Kommandot ”{given[0]}” finns inte." if given else "Kommandot finns inte."
        return f"{what} Det här finns: {', '.join(names)}. {remedy}"
    return f"Kommandot går inte att förstå. {remedy}"


@click.group(cls=SwedishGroup, context_settings=HELP, options_metavar="", subcommand_metavar="KOMMANDO …")
@click.version_option(package_name="styrlib", message="styr %(version)s", help="Visa versionen.")
def main() -> None:
    """Följ upp kommunens mål: från Kolada och egna filer till rapporter."""


@main.command(options_metavar="[FLAGGOR]")
@click.argument("namnder", nargs=-1, metavar="[NÄMND …]")
@click.option("--kommun", default="", metavar="KOD", help="Kommunkod eller namn; styrmodellens kommun om inget anges.")
@click.option("--ar", default="", metavar="ÅR", help="Visa siffror till och med detta år; de senaste om inget anges.")
@click.option("--ut", default="", metavar="MAPP", help="Mapp för rapporterna; output/ om inget anges.")
def rapport(namnder: tuple[str, ...], kommun: str, ar: str, ut: str) -> int:
    """Gör rapporter som HTML, för alla nämnder eller dem som anges."""
    from styrlib import project, report

    if ar and not (ar.isdigit() and len(ar) == 4):
        raise InputError(f"--ar ska vara ett år med fyra siffror, inte ”{ar}”.")
    here = project.find()
    plans = report.plan(here, namnder, kommun, int(ar or 0), Path(ut).resolve() if ut else None)
    outcomes = report.make(here, plans, done=_progress(len(plans)))
    failed = [o for o in outcomes if o.error]
    for outcome in failed:
        click.echo(f"Misslyckades: {outcome.plan.id}: {outcome.error}", err=True)
    out = _shown(plans[0].html.parent.parent)
    click.echo(f"{len(outcomes) - len(failed)} av {len(outcomes)} rapporter är klara. Öppna {out}index.html.")
    return 1 if failed else 0


@main.command(options_metavar="[FLAGGOR]")
def bearbeta() -> None:
    """Gör om tabellerna i data/processed när något i data/raw har ändrats."""
    from styrlib import process, project

    made = process.ensure(project.find())
    click.echo(f"Tabellerna i {_shown(made.folder)} stämmer med data/raw. Uttag från Kolada: {made.uttag}.")


@main.command(options_metavar="[FLAGGOR]")
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


@main.command(options_metavar="[FLAGGOR]")
def dokumentera() -> None:
    """Skriv om scheman och dokumentation som görs ur koden."""
    from styrlib import document, project

    for path in document.write(project.find()):
        click.echo(f"Skrev {_shown(path)}")


def _progress(total: int) -> Any:
    """Return a callback that moves one calm bar in a terminal, and writes a line per report elsewhere."""
    if not sys.stderr.isatty():
        return lambda outcome: click.echo(f"{'Misslyckad' if outcome.error else 'Klar'}: {outcome.plan.id}", err=True)
    from tqdm import tqdm

    bar = tqdm(total=total, desc="Rapporter", unit="st", bar_format="{desc} {bar} {n_fmt} av {total_fmt}, {remaining} kvar")

    def move(_: Any) -> None:
        bar.update()
        if bar.n == total:
            bar.close()

    return move


def _shown(path: Path) -> str:
    try:
        path = path.relative_to(Path.cwd())
    except ValueError:
        pass
    return f"{path}/" if path.is_dir() else str(path)
