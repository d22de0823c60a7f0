"""All reports of a run: plan → check → execute → export → record → manifest → summary.

One notebook, fanned out over the bodies by Papermill, two or more at a time. A report
that fails touches no other: the earlier page still stands, and the notebook as far as
it came is kept where the message says.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styrlib import arbetare, fardigt, oforandrat, pdf, process, spar, start, swedish, tables, tidpunkt, tidtagning
from styrlib.arbetare import Forlorad
from styrlib.errors import InputError, ReportError, StyrError, reason
from styrlib.falt import Tillstand
from styrlib.files import alone, replacing, sha256, write_text
from styrlib.kommuner import find_kommun, find_namnd
from styrlib.oforandrat import FAILED, INTERNAL
from styrlib.project import ROOT_VARIABLE, Project
from styrlib.sidor import Sida, Slag, all_pages
from styrlib.styrmodell import Period, Styrmodell

if TYPE_CHECKING:
    import pandas as pd

TIMEOUT = 300  # seconds for one report, unless given; it takes a few
LOCK = ".las"  # held while the start page is made
EVERY = "alla"  # the word for all municipalities


@dataclass(frozen=True)
class Plan:
    """One report to be made: what it is about and where it goes."""

    id: str
    parameters: dict[str, Any]
    notebook: Path
    html: Path
    failed: Path
    start: str
    footer: str
    facts: dict[str, Any]
    tillstand: tuple[str, str] | None
    with_pdf: bool
    internt: bool = False
    grund: str = ""  # digest of what the page is made from, but for what it reads: see `fardigt`
    post: Path | None = None  # where its record is kept; None when the page is not to stand
    tid: int = TIMEOUT  # seconds that it may take
    egen: str = ""  # an own notebook's name, such as `egna/elever`; empty for a page of the house

    @property
    def pdf(self) -> Path:
        """Where the page's PDF is, or would be."""
        return self.html.with_suffix(".pdf")


@dataclass(frozen=True)
class Outcome:
    """What became of a planned report.

    `error` is a Swedish sentence, or empty; `remarks` are sentences about a report that was made, and
    `cost` is what it took: see `fardigt.cost`.
    """

    plan: Plan
    error: str = ""
    remarks: tuple[str, ...] = ()
    cost: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fardig:
    """A report that is made and not yet written: the page, its PDF if asked for, and what it was made from."""

    html: str
    paper: bytes | None
    remarks: tuple[str, ...]
    trace: dict[str, Any]
    read: str | None
    cost: dict[str, Any]


Engine = Callable[[Project, Sequence[Plan], Callable[[Outcome], None]], list[Outcome]]


@dataclass(frozen=True)
class Run:
    """All that a run needs to know: read once, so that a file saved meanwhile changes nothing."""

    project: Project
    modell: Styrmodell
    uttag: str
    out: Path
    plans: tuple[Plan, ...]
    standing: frozenset[str] = frozenset()  # ids of the plans whose page is as it would be made

    @property
    def att_gora(self) -> tuple[Plan, ...]:
        """The plans that are to be made."""
        return tuple(item for item in self.plans if item.id not in self.standing)


def plan(
    project: Project,
    namnder: Sequence[str] = (),
    *,
    slag: Sequence[Slag] = (),
    kommun: str = "",
    ar: int = 0,
    period: str = "",
    uttag: str = "",
    out: Path | None = None,
    with_pdf: bool = False,
    internt: bool = False,
    tvinga: bool = False,
    tid: int = TIMEOUT,
) -> Run:
    """Check what is asked for, make the processed data current, and say what is to be made.

    Parameters
    ----------
    project
        Where everything is.
    namnder, ar, period, uttag
        As in `namndrapport.open_report`; every body when none is named.
    kommun
        Code or name of a municipality, or `alla` for every one; the model's own unless given.
    slag
        The kinds of pages. Unless given: all kinds for the model's own municipality and its
        current period when no nämnd is named; else the reports of the nämnder.
    out
        Where reports go; `output/` unless given.
    with_pdf
        Whether each report is also made as a PDF, beside the page.
    internt
        Whether dialogblad are made with internal notes, in a folder of their own; no other kind can be.
    tvinga
        Whether also pages that are as they would be made are made again.
    tid
        Seconds that one report may take.

    Raises
    ------
    StyrError
        When anything is wrong with the names, the year, the folder or the municipality's
        files, or a PDF can't be made here: before a single notebook has been run.
    """
    if internt and set(slag) != {Slag.dialogblad}:
        raise InputError("Bara dialogblad kan göras med interna anteckningar. Lägg till --slag dialogblad.")
    _check_kinds(slag, namnder, ar)
    if with_pdf:
        pdf.check()
    made = process.ensure(project, uttag or None)
    made.check_year(ar)
    modell = process.read_model(made.folder)
    units = find_places(tables.read(made.folder, "kommuner"), kommun or modell.kommun.kommun)
    own = [code for code, _ in units] == [modell.kommun.kommun]
    if slag and not own and set(slag) != {Slag.namnd}:
        name = units[0][1] if len(units) == 1 else "alla kommuner"
        raise InputError(f"Bara nämndernas rapporter kan göras för {name}. Ta bort --slag eller --kommun.")
    slag = slag or (list(Slag) if own and not namnder and not ar else [Slag.namnd])
    when = tidpunkt.find_period(modell, period)
    existing = tidpunkt.as_of(modell, when).namnder  # not those that have come later
    chosen = {namnd.id: namnd for namnd in [find_namnd(existing, given) for given in namnder] or existing}
    out = out or project.output
    check_writable(out)
    oforandrat.clear(out)
    malnamn = dict(tables.read(made.folder, "mal")[["mal", "namn"]].itertuples(index=False))
    folder = out / INTERNAL if internt else out
    plans = tuple(
        Plan(
            id=f"{INTERNAL}/{code}/{sida.id}" if internt else f"{code}/{sida.id}",
            parameters={
                **_parameters(sida.slag, code, ar),
                **({"internt": True} if internt else {}),
                **sida.parameters,
                "period": period,
                "uttag": uttag,
            },
            notebook=project.notebooks / sida.notebook,
            html=folder / code / f"{sida.id}.html",
            failed=folder / FAILED / f"{code}-{sida.id.replace('/', '-')}.ipynb",
            start="../" * (1 + sida.id.count("/") + internt) + "index.html",
            footer=f"Källa: Kolada, uttag {made.uttag}. Styrmodell {modell.kommun.version}.",
            facts={
                "slag": sida.slag,
                "titel": sida.titel,
                "kommun": code,
                "kommunnamn": name,
                "ar": ar,
                "period": when.id,
            },
            tillstand=(
                _state(modell, sida, when, internt=internt)
                if internt or (code == modell.kommun.kommun and not ar)
                else None
            ),
            with_pdf=with_pdf,
            internt=internt,
            tid=tid,
        )
        for code, name in units
        for sida in all_pages(modell, slag, chosen.values(), malnamn)
    )
    plans = grounded(project, made.uttag, out, plans)
    return Run(project, modell, made.uttag, out, plans, frozenset() if tvinga else stand(project, made, modell, plans))


def find_places(kommuner: pd.DataFrame, wanted: str) -> list[tuple[str, str]]:
    """Return code and name of the municipalities that are meant: one, or all in the order of their codes."""
    if wanted.casefold() != EVERY:
        return [find_kommun(kommuner, wanted)]
    every = kommuner[kommuner["slag"] == "K"].sort_values("kommun")
    return list(every[["kommun", "namn"]].itertuples(index=False, name=None))


def grounded(project: Project, uttag: str, out: Path, plans: Sequence[Plan]) -> tuple[Plan, ...]:
    """Return the plans, each with a digest of what its page is made from and the place of its record."""
    books = {path: sha256(path) if path.exists() else "" for path in {item.notebook for item in plans}}
    shared = fardigt.grund(project, uttag)
    return tuple(
        replace(
            item,
            grund=fardigt.digest(
                [shared, books[item.notebook], item.id, item.parameters, item.footer, item.facts, item.tillstand]
            ),
            post=fardigt.place(out, item.id),
        )
        for item in plans
    )


def stand(project: Project, made: process.Processed, modell: Styrmodell, plans: Sequence[Plan]) -> frozenset[str]:
    """Return the ids of the plans whose page stands as it would be made."""
    look = fardigt.Granskning(project, made, modell)
    return frozenset(
        item.id
        for item in plans
        if item.post
        and look.current(
            item.post,
            item.html,
            item.grund,
            period=item.parameters.get("period", ""),
            ar=item.parameters.get("ar", 0),
            paper=item.pdf if item.with_pdf else None,
        )
    )


def _check_kinds(slag: Sequence[Slag], namnder: Sequence[str], ar: int) -> None:
    """Refuse what a kind of page can't be made for: it would be made without it, and say nothing."""
    if ar and slag and set(slag) != {Slag.namnd}:
        raise InputError("Bara nämndernas rapporter kan göras för ett visst år. Ta bort --ar eller --slag.")
    whole = [kind for kind in slag if kind not in (Slag.namnd, Slag.dialogblad)]
    if namnder and whole:
        remedy = f"Ta bort {namnder[0]} eller --slag."
        raise InputError(f"Slaget {whole[0]} gäller hela kommunen och kan inte göras för en nämnd. {remedy}")


def _parameters(slag: Slag, kommun: str, ar: int) -> dict[str, Any]:
    """Return the parameters that only a nämnd's report has: whose figures, and until when."""
    return {"kommun": kommun, "ar": ar} if slag is Slag.namnd else {}


def _state(modell: Styrmodell, sida: Sida, period: Period, *, internt: bool) -> tuple[str, str]:
    """Return how far a page has come, as a class and a sentence."""
    if internt:
        return INTERNAL, "Internt: får inte publiceras."
    if not sida.rapport:
        return "arbetsmaterial", "Arbetsmaterial. Publiceras inte."
    row = modell.publicerad(sida.rapport, period.id)
    if row is None or row.tillstand is Tillstand.utkast:
        return Tillstand.utkast, "Utkast. Inte fastställt."
    example = " (exempel)" if modell.publicering and modell.publicering.exempel else ""
    return row.tillstand, f"Fastställd {swedish.date(row.beslutad)}, diarienummer {row.diarienummer}{example}."


def make(
    run: Run,
    *,
    workers: int | None = None,
    forks: bool = arbetare.FORKS,
    engine: Engine | None = None,
    done: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Make the planned reports that do not stand already, and the start page that lists all that there are.

    Parameters
    ----------
    run
        From `plan`.
    workers
        How many at a time; one per processor unless given.
    forks
        Whether each is made in a process forked from a warm one, or in a kernel of its own; the pages are the same.
    engine
        What makes them, when it is not this machine: see `kluster`.
    done
        Called with each outcome as it comes.

    Returns
    -------
    list of Outcome
        Of those that were made, in the order of the plans.
    """
    engine = engine or partial(_here, workers=workers, forks=forks)
    try:
        return engine(run.project, run.att_gora, done)
    finally:
        _update_start(run)


def _here(
    project: Project, plans: Sequence[Plan], done: Callable[[Outcome], None], *, workers: int | None, forks: bool
) -> list[Outcome]:
    ramar = arbetare.limits(len(plans), max((item.tid for item in plans), default=TIMEOUT), workers)
    return arbetare.run([(project, item) for item in plans], make_one, lost, ramar, done, forks=forks)


def lost(job: tuple[Project, Plan], forlorad: Forlorad) -> Outcome:
    """Say what became of a report whose process ended before it, and keep its notebook."""
    from styrlib import execute

    _, item = job
    cause = _cause(forlorad, item.tid)
    error = execute.keep_unfinished(item.notebook, item.parameters, item.failed, forlorad.steg, cause)
    return Outcome(item, str(error))


def _cause(forlorad: Forlorad, tid: int) -> str:
    if forlorad.fel:
        return f"Rapporten avbröts av felet {forlorad.fel}."
    if forlorad.kod is None:
        return f"Rapporten tog mer än {tid} sekunder och avbröts."
    if forlorad.kod == -signal.SIGKILL:
        return "Processen stoppades utifrån, kanske för att datorns minne tog slut."
    return f"Processen avslutades mitt i arbetet (kod {forlorad.kod})."


def make_one(job: tuple[Project, Plan], tell: Callable[[Any], None], alone: bool) -> Outcome:
    """Make one report and put it in its place; what fails becomes the outcome's sentence."""
    made = compose(job, tell, alone)
    return made if isinstance(made, Outcome) else put(job[1], made)


def compose(job: tuple[Project, Plan], tell: Callable[[Any], None], alone: bool) -> Fardig | Outcome:
    """Execute and export one report, in a process made for it; what fails becomes the outcome's sentence."""
    # Imported here: the command and its help must not wait for Jupyter.
    from styrlib import execute, export, lasbarhet

    project, item = job
    os.environ[ROOT_VARIABLE] = str(project.root)
    making, began = fardigt.Gjord(project), time.perf_counter()
    tidtagning.spent()  # whatever this process did before
    try:
        with spar.follow(project if item.egen else None) as followed:
            with tidtagning.part("räkna och skriva, i anteckningsboken"):
                notebook = execute.execute(
                    item.notebook,
                    item.parameters,
                    item.failed,
                    timeout=item.tid,
                    here=alone,
                    step=tell,
                    egen=bool(item.egen),
                )
            shown, said = _in_the_house(item, notebook) if item.egen else (notebook, ())
        # Of an own notebook in a kernel of its own nobody knows what it has read: it is made each time.
        read = making.read(followed) if alone or not item.egen else None
        try:
            with tidtagning.part("göra webbsidan"):
                html = export.page(
                    shown,
                    footer=item.footer,
                    start=(item.start, "Alla rapporter"),
                    facts=item.facts,
                    tillstand=item.tillstand,
                )
            paper = pdf.make(html) if item.with_pdf else None
        except StyrError as error:
            return Outcome(item, f"{error} {execute.keep(item.failed, notebook)}")
    except StyrError as error:
        return Outcome(item, str(error))
    # A remark quotes the page, and may end in a log: not of internal notes.
    with tidtagning.part("granska språket"):
        remarks = () if item.internt else (*said, *lasbarhet.problems(lasbarhet.of_page(html)))
    return Fardig(html, paper, remarks, followed.to_json(), read, fardigt.cost(began))


def _in_the_house(item: Plan, notebook: Any) -> tuple[Any, tuple[str, ...]]:
    """Return an own notebook as the house shows it, with remarks; what can't be shown keeps the notebook."""
    from styrlib import egensida, execute

    try:
        return egensida.husets(notebook, item.notebook.parent)
    except StyrError as error:
        raise ReportError(f"{item.notebook.name}, {error} {execute.keep(item.failed, notebook)}") from error


def put(item: Plan, made: Fardig) -> Outcome:
    """Write a report that is made, and what is known of it."""
    remarks = made.remarks
    try:
        dropped = _drop_stale(item, made.html)
        write_text(item.html, made.html)
        if made.paper is not None:
            with replacing(item.pdf) as temporary:
                temporary.write_bytes(made.paper)
        elif dropped:
            remarks += (f"{item.pdf.name} är borttagen, för den var gjord av en äldre rapport.",)
        if item.post:
            fardigt.remember(
                item.post,
                grund=item.grund,
                trace=made.trace,
                read=made.read,
                page=(item.html, made.html.encode()),
                paper=None if made.paper is None else (item.pdf, made.paper),
                cost=made.cost,
                facts=item.facts,
            )
    except StyrError as error:
        return Outcome(item, str(error))
    item.failed.unlink(missing_ok=True)
    return Outcome(item, remarks=remarks, cost=made.cost)


def _drop_stale(item: Plan, html: str) -> bool:
    """Remove a PDF that is of another page than the one that is to stand beside it."""
    try:
        if not item.pdf.exists() or (item.html.exists() and item.html.read_bytes() == html.encode()):
            return False
        item.pdf.unlink()
    except OSError as error:
        raise StyrError(f"Den gamla filen {item.pdf} kunde inte tas bort: {reason(error)}. Stäng den.") from error
    return True


def check_writable(out: Path) -> None:
    """Make sure that reports can be written in a folder, or raise InputError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise InputError(f"Mappen {out} går inte att skriva i: {reason(error)}. Välj en annan med --ut.") from error


def _update_start(run: Run) -> None:
    """Write the manifest of all standing reports, from what their pages say, and the start page from it.

    One run at a time: else one that looked before another's last page came could write after the other, without it.
    """
    with alone(run.out / oforandrat.FOLDER / LOCK):
        entries = start.without_removed(run.project, start.standing(run.out))
        manifest = {"uttag": run.uttag, "rapporter": entries}
        write_text(run.out / "rapporter.json", json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
        write_text(run.out / "index.html", start.page(run.modell, run.uttag, entries))
        fardigt.tidy(run.out)


def stamps(run: Run) -> dict[str, list[int] | None]:
    """Return every file that a run leaves standing, by its place in the folder: size and time, as recorded of a page.

    None for a page without a record.
    """
    found: dict[str, list[int] | None] = {
        name: oforandrat.stamp(run.out / name) for name in ("index.html", "rapporter.json")
    }
    for item in run.plans:
        known = fardigt.recorded(item.post) if item.post else {}
        for path, part in ((item.html, "sida"), *([(item.pdf, "pdf")] if item.with_pdf else [])):
            found[path.relative_to(run.out).as_posix()] = known.get(part, [])[:2] or None
    return found
