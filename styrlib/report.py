"""All reports of a run: plan → check → execute → export → manifest → summary.

One notebook, fanned out over the bodies by Papermill, two or more at a time. A report
that fails touches no other: the earlier page still stands, and the notebook as far as
it came is kept where the message says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from styrlib import process, start, tables
from styrlib.errors import InputError, StyrError
from styrlib.files import sha256, write_text
from styrlib.kommuner import find_kommun, find_namnd
from styrlib.project import ROOT_VARIABLE, Project

NOTEBOOK = "10_namnd.ipynb"
TIMEOUT = 300  # seconds for one cell; a whole report takes a few


@dataclass(frozen=True)
class Plan:
    """One report to be made: what it is about and where it goes."""

    id: str
    namnd: str
    namn: str
    kommun: str
    kommunnamn: str
    ar: int
    notebook: Path
    html: Path
    failed: Path
    footer: str

    @property
    def parameters(self) -> dict[str, Any]:
        """The notebook's parameters."""
        return {"namnd": self.namnd, "kommun": self.kommun, "ar": self.ar}


@dataclass(frozen=True)
class Outcome:
    """What became of a planned report; `error` is a Swedish sentence, or empty."""

    plan: Plan
    error: str = ""


def plan(
    project: Project, namnder: Sequence[str] = (), kommun: str = "", ar: int = 0, out: Path | None = None
) -> list[Plan]:
    """Check what is asked for, make the processed data current, and say what is to be made.

    Raises
    ------
    StyrError
        When anything is wrong with the names, the year or the municipality's files:
        before a single notebook has been run.
    """
    made = process.ensure(project)
    modell = process.read_model(made.folder)
    code, name = find_kommun(tables.read(made.folder, "kommuner"), kommun or modell.kommun.kommun)
    chosen = [find_namnd(modell.namnder, given) for given in namnder] or modell.namnder
    _check_year(made.folder, ar)
    out = out or project.output
    footer = f"Källa: Kolada, uttag {made.uttag}. Styrmodell {modell.kommun.version}."
    return [
        Plan(
            id=f"{code}/{namnd.id}",
            namnd=namnd.id,
            namn=namnd.namn,
            kommun=code,
            kommunnamn=name,
            ar=ar,
            notebook=project.notebooks / NOTEBOOK,
            html=out / code / f"{namnd.id}.html",
            failed=out / "misslyckade" / f"{code}-{namnd.id}.ipynb",
            footer=footer,
        )
        for namnd in dict.fromkeys(chosen)
    ]


def make(
    project: Project,
    plans: Sequence[Plan],
    *,
    workers: int | None = None,
    done: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Make the planned reports, and the start page that lists all that there are.

    Parameters
    ----------
    project
        Whose processed data the reports are made from.
    plans
        From `plan`.
    workers
        How many at a time; one per processor unless given.
    done
        Called with each outcome as it comes.

    Returns
    -------
    list of Outcome
        In the order of `plans`.
    """
    workers = min(workers or os.cpu_count() or 1, len(plans)) or 1
    outcomes: dict[str, Outcome] = {}
    # Spawned, so that a worker is alike on every system and inherits no state.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(make_one, project, item): item for item in plans}
        for future in as_completed(futures):
            item = futures[future]
            try:
                outcome = future.result()
            except Exception as error:  # noqa: BLE001  (the worker itself died, of anything)
                outcome = Outcome(item, f"Processen som gjorde rapporten avbröts ({type(error).__name__}). Kör igen.")
            outcomes[item.id] = outcome
            done(outcome)
    ordered = [outcomes[item.id] for item in plans]
    if plans:
        _update_start(project, plans[0].html.parent.parent, ordered)
    return ordered


def make_one(project: Project, item: Plan) -> Outcome:
    """Execute and export one report; what fails becomes the outcome's sentence."""
    # Imported here: the command and its help must not wait for Jupyter.
    from styrlib import execute, export

    os.environ[ROOT_VARIABLE] = str(project.root)
    try:
        notebook = execute.execute(item.notebook, item.parameters, item.failed, timeout=TIMEOUT)
        html = export.page(notebook, footer=item.footer, start=("../index.html", "Alla rapporter"))
        write_text(item.html, html)
    except StyrError as error:
        return Outcome(item, str(error))
    item.failed.unlink(missing_ok=True)
    return Outcome(item)


def _check_year(processed: Path, ar: int) -> None:
    if not ar:
        return
    years = tables.read(processed, "varden")["ar"]
    first, last = int(years.min()), int(years.max())
    if not first <= ar <= last:
        raise InputError(f"Året {ar} finns inte i siffrorna. Välj ett år från {first} till {last}.")


def _update_start(project: Project, out: Path, outcomes: Iterable[Outcome]) -> None:
    """Write the manifest of all standing reports, and the start page from it."""
    path = out / start.MANIFEST
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["rapporter"]
    except (OSError, ValueError, KeyError):
        entries = {}
    for outcome in outcomes:
        if not outcome.error:
            item = outcome.plan
            entries[item.id] = {
                "namnd": item.namn,
                "kommun": item.kommun,
                "kommunnamn": item.kommunnamn,
                "ar": item.ar,
                "fil": item.html.relative_to(out).as_posix(),
                "sha256": sha256(item.html),
            }
    entries = {id_: entry for id_, entry in sorted(entries.items()) if (out / entry["fil"]).exists()}
    manifest = {"uttag": process.ensure(project).uttag, "rapporter": entries}
    write_text(path, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
    modell = process.read_model(project.processed)
    write_text(out / "index.html", start.page(modell, manifest))
