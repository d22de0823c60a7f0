"""The command `styr`: everything an utredare or a scheduler runs."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import click

from styrlib.errors import InputError, StyrError, UnknownNameError, reason, suggestions


class SwedishFormatter(click.HelpFormatter):
    """Help with Swedish headings."""

    HEADINGS: ClassVar = {"Options": "Flaggor", "Commands": "Kommandon"}

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, prefix or "Användning: ")

    def write_heading(self, heading: str) -> None:
        """Write a section's heading."""
        super().write_heading(self.HEADINGS.get(heading, heading))


class SwedishContext(click.Context):
    """A context whose help is Swedish."""

    formatter_class = SwedishFormatter


class SwedishCommand(click.Command):
    """A command whose help is Swedish."""

    context_class = SwedishContext

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option, explained in Swedish."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Visa den här hjälpen."
        return option


class SwedishGroup(SwedishCommand, click.Group):
    """A command group that speaks Swedish and never shows a traceback for bad input."""

    command_class = SwedishCommand

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which there are."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise UnknownNameError("kommandot", args[0], self.commands)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> None:
        """Run, and turn every error into one Swedish sentence and an exit code."""
        for stream in (sys.stdout, sys.stderr):  # a Windows code page may lack a character: never a traceback for it
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        try:
            code = super().main(*args, **kwargs, standalone_mode=False)
        except (click.exceptions.Abort, KeyboardInterrupt):
            click.echo("Avbrutet. Det som redan var klart står kvar.", err=True)
            code = 1
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            code = InputError.exit_code
        except click.UsageError as error:
            click.echo(f"Fel: {_usage(error)}", err=True)
            code = InputError.exit_code
        except StyrError as error:
            click.echo(f"Fel: {error}", err=True)
            code = error.exit_code
        except (OSError, RecursionError, MemoryError) as error:  # the last net: a sentence, whatever the machine does
            what = reason(error) if isinstance(error, OSError) else type(error).__name__
            click.echo(f"Fel: Datorn kunde inte slutföra kommandot: {what}. Inget färdigt är ändrat.", err=True)
            code = 1
        sys.exit(code or 0)


def _usage(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "styr"
    remedy = f"Skriv ”{command} --help” för hjälp."
    options = [name for p in error.ctx.command.get_params(error.ctx) for name in p.opts] if error.ctx else []
    if isinstance(error, click.NoSuchOption):
        near = suggestions(error.option_name, options)
        hint = f"Menade du {' eller '.join(near)}?" if near else f"Det här finns: {', '.join(options)}."
        return f"Flaggan ”{error.option_name}” finns inte. {hint} {remedy}"
    if isinstance(error, click.BadOptionUsage):
        return f"Flaggan ”{error.option_name}” behöver ett värde. {remedy}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"{error.param.make_metavar(error.ctx)} saknas. {remedy}"
    return f"Kommandot fick fler ord än det förstår, eller ett värde som inte går att använda. {remedy}"


@click.group(cls=SwedishGroup, options_metavar="", subcommand_metavar="KOMMANDO …")
@click.version_option(package_name="styrlib", message="styr %(version)s", help="Visa versionen.")
def main() -> None:
    """Följ upp kommunens mål: från Kolada och egna filer till rapporter."""


@main.command(options_metavar="[FLAGGOR]")
@click.argument("namnder", nargs=-1, metavar="[NÄMND …]")
@click.option("--kommun", default="", metavar="KOD", help="Kommunkod eller namn; styrmodellens kommun om inget anges.")
@click.option("--ar", default="", metavar="ÅR", help="Visa siffror till och med detta år; de senaste om inget anges.")
@click.option("--uttag", default="", metavar="UTTAG", help="Uttag ur Kolada; det nyaste om inget anges.")
@click.option("--ut", default="", metavar="MAPP", help="Mapp för rapporterna; output/ om inget anges.")
@click.option("--pdf", is_flag=True, help="Gör varje rapport också som PDF.")
def rapport(namnder: tuple[str, ...], kommun: str, ar: str, uttag: str, ut: str, pdf: bool) -> int:
    """Gör rapporter som HTML, för alla nämnder eller dem som anges."""
    from styrlib import project, report, swedish

    if ar and not re.fullmatch(r"[12][0-9]{3}", ar):
        raise InputError(f"--ar ska vara ett år med fyra siffror, inte ”{ar}”.")
    out = Path(ut).resolve() if ut else None
    run = report.plan(project.find(), namnder, kommun, int(ar or 0), uttag, out, with_pdf=pdf)
    failed: list[report.Outcome] = []
    remarks: list[str] = []
    move = _progress(len(run.plans))

    def done(outcome: report.Outcome) -> None:
        failed.extend([outcome] if outcome.error else [])
        remarks.extend(f"Obs: {outcome.plan.id}: {remark}" for remark in outcome.remarks)
        move(outcome)

    try:
        report.make(run, done=done)
    finally:
        for outcome in failed:
            click.echo(f"Misslyckades: {outcome.plan.id}: {outcome.error}", err=True)
        for remark in remarks:
            click.echo(remark, err=True)
    total = len(run.plans)
    click.echo(f"{total - len(failed)} av {total} rapporter är klara. Öppna {_shown(run.out)}index.html.")
    click.echo(f"Siffrorna ur Kolada är från {swedish.month(run.uttag)}, {swedish.age(run.uttag)} gamla.")
    return 1 if failed else 0


@main.command(options_metavar="[FLAGGOR]")
@click.option("--nyckeltal", multiple=True, metavar="ID", help="Hämta också det här nyckeltalet; kan upprepas.")
@click.option("--grupp", multiple=True, metavar="NAMN", help="Hämta också alla nyckeltal i en av Koladas grupper.")
@click.option("--alla", is_flag=True, help="Hämta alla nyckeltal som Kolada har.")
@click.option("--fran-borjan", is_flag=True, help="Hämta varje värde på nytt, inte bara det som har ändrats.")
def hamta(nyckeltal: tuple[str, ...], grupp: tuple[str, ...], alla: bool, fran_borjan: bool) -> None:
    """Hämta ett nytt uttag ur Kolada: det styrmodellen behöver, och det som det förra uttaget har."""
    from styrlib import hamta, kolada, process, project, snapshot, swedish
    from styrlib.styrmodell import KOLADA_ID
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
        with _counter("Frågor till Kolada") as count:
            fetched = hamta.fetch(here.kolada, ids, transport, whole=fran_borjan, progress=count)
    except KoladaError as error:
        message = f"{error} Rapporterna kan göras ändå, med siffrorna från {swedish.month(before.name)}."
        raise KoladaError(message) from error
    rows = fetched.snapshot.manifest["files"]["data.parquet"]["rows"]
    entries = {entry["id"] for entry in fetched.snapshot.catalogue("kpi")}
    click.echo(f"Hämtade {rows} värden för {len(entries)} nyckeltal till {_shown(fetched.snapshot.folder)}")
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
    click.echo(f"Läs mer i {_shown(html)}. Varje värde står i {_shown(csv)}.")


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


@contextlib.contextmanager
def _counter(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a callback that shows how many are done of how many, with time left, in a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from tqdm import tqdm

    with tqdm(desc=what, bar_format="{desc} {bar} {n_fmt} av {total_fmt}, {remaining} kvar") as bar:

        def count(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield count


def _progress(total: int) -> Any:
    """Return a callback that moves one calm bar in a terminal, and writes a line per report elsewhere."""
    if not sys.stderr.isatty():
        return lambda outcome: click.echo(f"{'Misslyckad' if outcome.error else 'Klar'}: {outcome.plan.id}", err=True)
    from tqdm import tqdm

    bar = tqdm(
        total=total, desc="Rapporter", unit="st", bar_format="{desc} {bar} {n_fmt} av {total_fmt}, {remaining} kvar"
    )

    def move(_: Any) -> None:
        bar.update()
        if bar.n == total:
            bar.close()

    return move


def _shown(path: Path) -> str:
    with contextlib.suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return f"{path}/" if path.is_dir() else str(path)
