"""A command line that speaks Swedish: help, errors in one sentence, exit codes and calm progress."""

from __future__ import annotations

import contextlib
import io
import itertools
import sys
import time
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
        words = {name.lstrip("-"): name for name in options}  # the dashes are alike in all
        near = [words[word] for word in suggestions(error.option_name.lstrip("-"), words)]
        hint = f"Menade du {' eller '.join(near)}?" if near else f"Det här finns: {', '.join(options)}."
        return f"Flaggan ”{error.option_name}” finns inte. {hint} {remedy}"
    if isinstance(error, click.BadOptionUsage):
        return f"Flaggan ”{error.option_name}” behöver ett värde. {remedy}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"{error.param.make_metavar(error.ctx)} saknas. {remedy}"
    if isinstance(error, click.BadParameter) and error.param is not None:
        what = f"ska vara ett heltal, minst {kind.min}" if isinstance(kind := error.param.type, click.IntRange) else ""
        return f"{error.param.opts[0]} {what or 'fick ett värde som inte går att använda'}. {remedy}"
    return f"Kommandot fick fler ord än det förstår, eller ett värde som inte går att använda. {remedy}"


@contextlib.contextmanager
def counter(what: str) -> Iterator[Callable[[int, int], None]]:
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


def pace(done: int, total: int, seconds: float) -> str:
    """Return how far a run has come in words: `120 av 1160, 34 per minut, 31 min kvar`.

    Parameters
    ----------
    done, total
        Reports; at least one is done.
    seconds
        How long it took to come so far: what is left is taken to go as fast.
    """
    if done == total:
        return f"{done} av {total}"
    rate = 60 * done / max(seconds, 0.001)
    shown_rate = f"{rate:.0f}" if rate >= 9.95 else f"{rate:.1f}".replace(".", ",")
    left = 60 * (total - done) / rate
    hours, minutes = divmod(round(left / 60), 60)
    until = f"{left:.0f} s" if left < 99.5 else f"{hours} tim {minutes} min" if hours else f"{minutes} min"
    return f"{done} av {total}, {shown_rate} per minut, {until} kvar"


@contextlib.contextmanager
def progress(total: int) -> Iterator[Callable[[Any], Any]]:
    """Yield a callback that moves one calm bar in a terminal, and writes a line per report elsewhere."""
    began, done = time.monotonic(), itertools.count(1)
    if not sys.stderr.isatty():

        def tell(outcome: Any) -> None:
            so_far = f" ({pace(next(done), total, time.monotonic() - began)})" if total > 1 else ""
            click.echo(f"{'Misslyckad' if outcome.error else 'Klar'}: {outcome.plan.id}{so_far}", err=True)

        yield tell
        return
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread of its own beside the workers
    # Nothing is shown of nothing, and the line ends also when the run is interrupted.
    with tqdm(total=total, desc=f"0 av {total}", bar_format="Rapporter {bar} {desc}", disable=not total) as bar:

        def move(_: Any) -> None:
            bar.set_description_str(pace(next(done), total, time.monotonic() - began), refresh=False)
            bar.update()

        yield move


def shown(path: Path) -> str:
    """Return a path as the user sees it from where they stand; a folder ends with a slash."""
    with contextlib.suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return f"{path}/" if path.is_dir() else str(path)
