"""`styr hamta`: a new whole snapshot from Kolada, or none.

Answers are kept as they come (`stage`), and only what has changed is asked for where an
earlier snapshot makes that cheaper (`andringar`). The snapshot itself is written beside and
moved in when all answers are there, a few nyckeltal at a time, so that memory does not grow
with the size of the fetch. It holds at least the years and units that the newest one has.
"""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
from filelock import FileLock, Timeout

from styrlib import andringar, kolada, snapshot
from styrlib.andringar import Wanted
from styrlib.errors import InputError, SnapshotError
from styrlib.kommuner import RIKET
from styrlib.snapshot import KEYS, Snapshot
from styrlib.stage import Stage, by_nyckeltal, parts, sizes
from styrlib.transport import KoladaError, Row, Transport

YEARS = 17  # the year of the fetch and the sixteen before it
STAGE = ".hamtning"
ALL = "allt"  # folder of the stage


@dataclass(frozen=True)
class Fetched:
    """A finished fetch."""

    snapshot: Snapshot
    gone: tuple[str, ...]  # asked for, but not in Kolada's catalogue
    empty: tuple[str, ...]  # in the catalogue, but without a value for these units and years
    base: str | None  # the snapshot that changes were put into; None for one fetched from nothing


def fetch(
    folder: Path,
    nyckeltal: Iterable[str] | None,
    transport: Transport,
    *,
    whole: bool = False,
    now: dt.datetime | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Fetched:
    """Fetch nyckeltal for every municipality and riket into a new snapshot.

    Parameters
    ----------
    folder
        `data/raw/kolada`.
    nyckeltal
        Ids; all that Kolada has when None.
    transport
        The way to the server.
    whole
        Ask for every value, also where an earlier snapshot would make it cheaper.
    now
        The time of the fetch; the snapshot is named after its day.
    progress
        Called with how many questions are answered, of how many.

    Raises
    ------
    InputError
        When another fetch is going on.
    KoladaError
        When an answer can't be had; what was answered is kept for the next try.
    """
    now = now or dt.datetime.now().astimezone()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".hamtning.lock", blocking=False):
            for left in folder.glob(".[0-9]*"):  # what a kill left of a snapshot on its way
                shutil.rmtree(left, ignore_errors=True)
            return _fetch(folder, nyckeltal, Stage(folder / STAGE, transport, now, progress), whole=whole)
    except Timeout as error:
        raise InputError("En annan hämtning pågår redan i samma mapp. Vänta tills den är klar.") from error


def _fetch(folder: Path, nyckeltal: Iterable[str] | None, stage: Stage, *, whole: bool) -> Fetched:
    catalogues = {entity: stage.catalogue(entity) for entity in snapshot.CATALOGUES}
    _check_catalogues(catalogues, stage)
    known = {entry["id"] for entry in catalogues["kpi"]}
    asked = known if nyckeltal is None else set(nyckeltal)
    years, units = _years_and_units(folder, catalogues["municipality"], stage.started.year)
    wanted = Wanted(tuple(sorted(asked & known)), units, years)
    base = None if whole else andringar.base(folder, stage)
    found = None if base is None else andringar.changed(base, stage, wanted, catalogues["kpi"])
    if found is None:
        base, found = None, _all(stage, wanted)
    counted: Counter[str] = Counter()
    catalogues["kpi"] = [entry for entry in catalogues["kpi"] if entry["id"] in asked]
    origin = {
        "source": "Källa: Kolada",
        "origin": f"Fetched from {stage.base}, {stage.started.isoformat(timespec='seconds')}."
        + (f" Values that had not changed since are those of {base.name}." if base else ""),
        "limits": [f"{len(wanted.nyckeltal)} nyckeltal, {years[0]}-{years[-1]}, {len(units)} units."],
        "fetch": andringar.asked(stage, wanted, base, stage.number(ALL)),
    }
    written = snapshot.write(folder, _name(folder, stage.started), _counting(found, counted, stage), catalogues, origin)
    stage.clear()
    empty = tuple(id_ for id_ in wanted.nyckeltal if id_ not in counted)
    return Fetched(written, tuple(sorted(asked - known)), empty, base and base.name)


def _years_and_units(folder: Path, municipalities: Sequence[Row], year: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return what to ask about: as far back as the newest snapshot goes, and the regions that it has."""
    first, regions = year - YEARS + 1, {RIKET}
    try:
        newest = snapshot.find(folder)
        first = min(first, *newest.years()[:1])
        regions |= set(newest.units())
    except SnapshotError:
        pass  # none yet, or one that can't be read: there is nothing to go on from
    first = max(first, year - kolada.MOST_IDS + 1)  # as many years as one question holds
    codes = {m["id"]: m["type"] for m in municipalities}
    units = sorted(code for code, kind in codes.items() if kind == "K" or code in regions)
    return tuple(range(first, year + 1)), tuple(units)


def _all(stage: Stage, wanted: Wanted) -> Iterator[pa.Table]:
    """Ask for everything, and return it in parts of whole nyckeltal, in their order."""
    answers = kolada.data(partial(stage.answers, ALL), wanted.nyckeltal, wanted.units, wanted.years)
    counted = sizes(answers)
    return (by_nyckeltal(stage.kept(ALL, part)) for part in parts(counted))


def _name(folder: Path, started: dt.datetime) -> str:
    """Return the day's name, or the first of `2026-11-21-02` and so on that is free."""
    day = started.date().isoformat()
    names = itertools.chain([day], (f"{day}-{n:02}" for n in itertools.count(2)))
    return next(name for name in names if not (folder / name).exists())


def _counting(found: Iterable[pa.Table], counted: Counter[str], stage: Stage) -> Iterator[pa.Table]:
    """Yield the parts on their way to the disk, and refuse what can't be a snapshot."""
    for part in found:
        counted.update(sizes([part]))
        if part.group_by(KEYS).aggregate([]).num_rows < part.num_rows:
            stage.clear()
            raise KoladaError("Kolada svarade med samma värde två gånger. Inget uttag gjordes. Försök senare.")
        yield part
    if not counted:
        stage.clear()
        raise KoladaError("Koladas svar var tomt. Inget uttag gjordes. Försök senare.")


def _check_catalogues(catalogues: dict[str, list[Row]], stage: Stage) -> None:
    """Refuse an empty catalogue: it has come with status 200, and a snapshot of nothing would be the newest."""
    kinds = {m["id"]: m.get("type") for m in catalogues["municipality"]}
    if not all(catalogues.values()) or RIKET not in kinds or "K" not in kinds.values():
        stage.clear()
        raise KoladaError(
            "Koladas lista över nyckeltal, kommuner eller grupper var tom. Inget uttag gjordes. Försök senare."
        )
