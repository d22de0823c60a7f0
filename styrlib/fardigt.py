"""Which of the planned pages already stand as they would be made, by a small record of each.

A record holds a digest of what every page is made from (`Plan.grund`), one of what this page has read (`spar`), and
what the page looked like on disk. It is written after the page. Whatever happens between the two, or to the record, a
page without a record that agrees with it is made again.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from styrlib import oforandrat, process, spar, tabellsummor, tidtagning
from styrlib.errors import StyrError
from styrlib.files import sha256, write_text
from styrlib.project import Project
from styrlib.spar import Spar
from styrlib.styrmodell import Styrmodell

try:
    import resource
except ImportError:  # Windows
    resource = None

FORMAT = 1
TRACES = "lasta"  # folder of traces, each named by its content: many municipalities share one
INTERNAL = ("data", "raw", "internt")  # what no processed table is made from, and a page may yet hold


def place(out: Path, id_: str) -> Path:
    """Return where a page's record is."""
    return out / oforandrat.FOLDER / f"{id_}.json"


def digest(facts: Any) -> str:
    """Return a digest of plain data."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def grund(project: Project, uttag: str) -> str:
    """Return a digest of what all pages are made from, whatever they read.

    Parameters
    ----------
    project
        Where everything is.
    uttag
        Name of the snapshot.
    """
    agenda = sorted(path for path in project.agenda2030.rglob("*") if path.is_file())
    files = [project.kolada / uttag / "manifest.json", *agenda]
    sums = {path.relative_to(project.root).as_posix(): sha256(path) for path in files}
    return digest([FORMAT, oforandrat.program(), uttag, sums])


def fingerprint(processed: Path) -> str:
    """Return what the processed data was made from; empty while it is being made."""
    try:
        return str(json.loads((processed / process.MANIFEST).read_text(encoding="utf-8"))["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _everything(project: Project) -> str:
    """Return a digest of all that a page can have read, for one whose reading was not followed."""
    folder = project.root.joinpath(*INTERNAL)
    notes = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): sha256(path) for path in notes}
    return digest([fingerprint(project.processed), files])


@dataclass
class Gjord:
    """A page in the making: what was so when it began, to be compared with what is so when it is done."""

    project: Project
    before: str = field(init=False)

    def __post_init__(self) -> None:
        self.before = _everything(self.project)

    def read(self, followed: Spar) -> str | None:
        """Return a digest of what the page has read; None when it was changed while the page was made."""
        if any(spar.of_file(self.project.root, name) != seen for name, seen in followed.filer.items()):
            return None
        if followed.allt:
            same = self.before == _everything(self.project) and not followed.utifran
            return _with_files(self.before, followed.to_json(), self.project.root) if self.before and same else None
        sums = tabellsummor.read(self.project.processed)
        now = _read(followed.to_json(), followed.rotter, followed.ar, sums, self.project.root)
        return now if self.before == _everything(self.project) else None


def _with_files(everything: str, trace: Mapping[str, Any], root: Path) -> str:
    """Return a digest of all that a page can have read, and of the files that it is known to have read beside that."""
    files = {name: spar.of_file(root, name) for name in trace.get("filer", ())}
    return digest([everything, files]) if files else everything


def _read(
    trace: Mapping[str, Any], rotter: Mapping[str, Any], ar: int | None, sums: Mapping[str, Any], root: Path
) -> str:
    """Return a digest of what a trace's reads give, with a model and tables that need not be those it was kept of."""
    return digest(
        [
            {name: spar.said(trace["modell"].get(name, {}), part) for name, part in rotter.items()},
            ar,
            tabellsummor.said(sums, trace["tabeller"]),
            {name: spar.of_file(root, name) for name in trace["filer"]},
        ]
    )


def remember(
    record: Path,
    *,
    grund: str,
    trace: Mapping[str, Any],
    read: str | None,
    page: tuple[Path, bytes],
    paper: tuple[Path, bytes] | None,
    cost: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write a page's record, or take it away when it can't be said what the page was made from.

    Parameters
    ----------
    record
        From `place`.
    grund
        The plan's.
    trace, read
        The page's trace as plain data, and from `Gjord.read`.
    page, paper
        Path and content of what was written; no paper when no PDF was asked for.
    cost
        What the page took: seconds and memory.
    facts
        What the page says of itself: see `start.standing`.
    """
    files = {"sida": _stands(*page), "pdf": _stands(*paper) if paper else None}
    whole = files["sida"] and (files["pdf"] or not paper)
    try:
        record.unlink(missing_ok=True)
        if read is None or not whole:
            return
        text = json.dumps(trace, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:32]
        kept = _traces(record) / f"{name}.json"
        if _trace(kept) is None:
            write_text(kept, text)
        known = {
            "format": FORMAT,
            "grund": grund,
            "spar": name,
            "lasta": read,
            "fakta": dict(facts or {}),
            **files,
            **{name: taken for name, taken in cost.items() if name != "delar"},
        }
        write_text(record, json.dumps(known, ensure_ascii=False) + "\n")
    except (StyrError, OSError):  # the page stands; it is only made once more
        return


def _trace(path: Path) -> dict[str, Any] | None:
    """Return a kept trace; None when there is none that is as it was written."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return json.loads(content) if hashlib.sha256(content).hexdigest().startswith(path.stem) else None


def _traces(record: Path) -> Path:
    top = next(parent for parent in record.parents if parent.name == oforandrat.FOLDER)
    return top / TRACES


def _stands(path: Path, content: bytes) -> list[Any] | None:
    """Return size, time and SHA-256 of a file just written; None when another run has replaced it."""
    before = oforandrat.stamp(path)
    try:
        same = path.read_bytes() == content
    except OSError:
        return None
    return (
        [*before, hashlib.sha256(content).hexdigest()] if before and same and before == oforandrat.stamp(path) else None
    )


def recorded(record: Path) -> dict[str, Any]:
    """Return what a record says; nothing when there is none that can be read."""
    try:
        facts = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


@dataclass
class Granskning:
    """Looks through records, with what all of them are compared with read once.

    Parameters
    ----------
    project
        Where everything is.
    made
        The processed data.
    modell
        The whole model.
    """

    project: Project
    made: process.Processed
    modell: Styrmodell
    _known: dict[tuple[str, str, int], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._everything = _everything(self.project)
        self._sums = tabellsummor.read(self.made.folder)

    def current(self, record: Path, page: Path, grund: str, *, period: str, ar: int, paper: Path | None) -> bool:
        """Return whether the page that stands is the one that would be made.

        Parameters
        ----------
        record, page
            Where the record and the page are.
        grund
            What a page made now would have.
        period, ar
            The page's parameters.
        paper
            Where its PDF must stand as well, if it must.
        """
        try:
            facts = recorded(record)
            return bool(
                facts["format"] == FORMAT
                and facts["grund"] == grund
                and _same(page, facts["sida"])
                and (paper is None or _same(paper, facts["pdf"]))
                and self._read(_traces(record) / f"{facts['spar']}.json", period, ar) == facts["lasta"]
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False

    def _read(self, trace: Path, period: str, ar: int) -> str | None:
        key = trace.name, period, ar
        if key not in self._known:
            kept = _trace(trace)
            if kept is None or kept.get("allt"):
                self._known[key] = kept and _with_files(self._everything, kept, self.project.root)
            else:
                from styrlib import underlag  # which brings all of the statistics: not for pages that nobody has made

                given = underlag.of(self.made, self.modell, period=period, ar=ar)
                self._known[key] = _read(kept, given.rotter, given.ar, self._sums, self.project.root)
        return self._known[key]


def _same(path: Path, known: list[Any]) -> bool:
    """Return whether a file is as it was: by size and time, or else, if it has only been moved, by its content."""
    now = oforandrat.stamp(path)
    if now is None or now[0] != known[0]:
        return False
    return now == known[:2] or sha256(path) == known[2]


def cost(began: float) -> dict[str, Any]:
    """Return what a page took of the process that made it.

    Parameters
    ----------
    began
        `time.perf_counter()` when it began.

    Returns
    -------
    dict
        sekunder; delar: seconds of the processor by what it did; and minne_mb: the peak of memory in MB, where the
        system tells it.
    """
    taken: dict[str, Any] = {"sekunder": round(time.perf_counter() - began, 2), "delar": tidtagning.spent()}
    if resource:
        unit = 2**20 if sys.platform == "darwin" else 2**10
        taken["minne_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)
    return taken


def tidy(out: Path) -> None:
    """Remove the traces that none of a folder's records refers to any longer."""
    used, top = set(), out / oforandrat.FOLDER
    for record in top.rglob("*.json"):
        used.add(recorded(record).get("spar"))
    for trace in (top / TRACES).glob("*.json"):
        if trace.stem not in used:
            trace.unlink(missing_ok=True)
