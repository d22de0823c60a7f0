"""`styr hamta`: a new whole snapshot from Kolada, or none.

Each answered question is kept in `data/raw/kolada/.hamtning/` as it comes, so that an
interrupted fetch (Ctrl-C, power, kill) goes on where it was. The snapshot itself is written
beside and moved in when all answers are there, a few nyckeltal at a time, so that memory
does not grow with the size of the fetch. Answers older than a day are thrown away: a
snapshot never mixes vintages.

After a first fetch from the same server it is cheaper to ask what has changed since
(`from_date`) and put that into the values one has. Nobody has promised that Kolada's
answer is whole, so a part of the result is asked for in full and compared; where they
differ, or so much has changed that it is not cheaper, all is fetched as the first time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import math
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from styrlib import kolada, snapshot
from styrlib.errors import InputError
from styrlib.files import replacing, write_text
from styrlib.kolada import Question
from styrlib.kommuner import RIKET
from styrlib.snapshot import KEYS, Snapshot
from styrlib.transport import KoladaError, Row, TooManyPagesError, Transport

YEARS = 17  # the year of the fetch and the sixteen before it
STAGE = ".hamtning"
ALL, CHANGES, NEW = "allt", "andrat", "nytt"  # folders: one question may be asked in more than one way
SAME_VINTAGE = dt.timedelta(days=1)
WHOLE_AGAIN = dt.timedelta(days=92)  # what from_date missed, if it ever does, is made good within a quarter
CONTROLS = 3  # questions asked in full to control what from_date gave
PART = 500_000  # values in memory at once while a snapshot is put together


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
            return _fetch(folder, nyckeltal, _Stage(folder / STAGE, transport, now, progress), whole)
    except Timeout as error:
        raise InputError("En annan hämtning pågår redan i samma mapp. Vänta tills den är klar.") from error


def _fetch(folder: Path, nyckeltal: Iterable[str] | None, stage: _Stage, whole: bool) -> Fetched:
    catalogues = {entity: stage.catalogue(entity) for entity in snapshot.CATALOGUES}
    units = [*sorted(m["id"] for m in catalogues["municipality"] if m["type"] == "K"), RIKET]
    _check_catalogues(catalogues, units, stage)
    known = {entry["id"] for entry in catalogues["kpi"]}
    asked = known if nyckeltal is None else set(nyckeltal)
    ids = tuple(sorted(asked & known))
    years = tuple(range(stage.started.year - YEARS + 1, stage.started.year + 1))
    found: Counter[str] = Counter()
    base = None if whole else _base(folder, stage)
    parts = None if base is None else _changed(base, stage, ids, units, years)
    if parts is None:
        base, parts = None, _all(stage, ids, units, years)
    catalogues["kpi"] = [entry for entry in catalogues["kpi"] if entry["id"] in asked]
    since = stage.started if base is None else dt.datetime.fromisoformat(base.manifest["fetch"]["whole"])
    origin = {
        "source": "Källa: Kolada",
        "origin": f"Fetched from {stage.base}, {stage.started.isoformat(timespec='seconds')}."
        + (f" Values that had not changed since are those of {base.name}." if base else ""),
        "limits": [f"{len(ids)} nyckeltal, {years[0]}-{years[-1]}, {len(units) - 1} municipalities and Riket."],
        "fetch": {
            "base": stage.base,
            "started": stage.started.isoformat(timespec="seconds"),
            "whole": since.isoformat(timespec="seconds"),
            "years": [years[0], years[-1]],
            "questions": stage.asked if base is None else base.manifest["fetch"]["questions"],
        },
    }
    written = snapshot.write(folder, _name(folder, stage.started), _counting(parts, found, stage), catalogues, origin)
    stage.clear()
    empty = tuple(id_ for id_ in ids if id_ not in found)
    return Fetched(written, tuple(sorted(asked - known)), empty, base and base.name)


def _name(folder: Path, started: dt.datetime) -> str:
    """Return the day's name, or the first of `2026-11-21-02` and so on that is free."""
    day = started.date().isoformat()
    names = itertools.chain([day], (f"{day}-{n:02}" for n in itertools.count(2)))
    return next(name for name in names if not (folder / name).exists())


def _counting(parts: Iterable[pa.Table], found: Counter[str], stage: _Stage) -> Iterator[pa.Table]:
    """Yield the parts on their way to the disk, and refuse what can't be a snapshot."""
    for part in parts:
        counted = part["kpi"].value_counts().to_pylist()
        found.update({entry["values"]: entry["counts"] for entry in counted})
        if part.group_by(KEYS).aggregate([]).num_rows < part.num_rows:
            stage.clear()
            raise KoladaError("Kolada svarade med samma värde två gånger. Inget uttag gjordes. Försök senare.")
        yield part
    if not found:
        stage.clear()
        raise KoladaError("Koladas svar var tomt. Inget uttag gjordes. Försök senare.")


def _check_catalogues(catalogues: dict[str, list[Row]], units: Sequence[str], stage: _Stage) -> None:
    """Refuse an empty catalogue: it has come with status 200, and a snapshot of nothing would be the newest."""
    codes = {m["id"] for m in catalogues["municipality"]}
    if not all(catalogues.values()) or RIKET not in codes or len(units) == 1:
        stage.clear()
        raise KoladaError(
            "Koladas lista över nyckeltal, kommuner eller grupper var tom. Inget uttag gjordes. Försök senare."
        )


# --- All of it --------------------------------------------------------------------------------------------------------


def _all(stage: _Stage, ids: Sequence[str], units: Sequence[str], years: Sequence[int]) -> Iterator[pa.Table]:
    """Ask for everything, and return it in parts of whole nyckeltal, in their order."""
    sizes: Counter[str] = Counter()
    for table in kolada.data(partial(stage.answers, ALL), ids, units, years):
        sizes.update({entry["values"]: entry["counts"] for entry in table["kpi"].value_counts().to_pylist()})
    return (_sorted(stage.kept(ALL, part)) for part in _parts(sizes))


def _parts(sizes: Counter[str]) -> Iterator[list[str]]:
    """Yield ids in order, as many at a time as fit in memory."""
    part: list[str] = []
    for id_ in sorted(sizes):
        if part and sum(sizes[other] for other in part) + sizes[id_] > PART:
            yield part
            part = []
        part.append(id_)
    if part:
        yield part


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by([(key, "ascending") for key in ("kpi", "municipality", "gender", "period")])


# --- What has changed -------------------------------------------------------------------------------------------------


def _base(folder: Path, stage: _Stage) -> Snapshot | None:
    """Return the newest snapshot from the same server, unless it is long since all of it was asked for."""
    for found in reversed(snapshot.all_whole(folder)):
        made = found.manifest.get("fetch", {})
        if made.get("base") == stage.base:
            recent = stage.started - dt.datetime.fromisoformat(made["whole"]) < WHOLE_AGAIN
            return found if recent else None
    return None


def _changed(
    base: Snapshot, stage: _Stage, ids: Sequence[str], units: Sequence[str], years: Sequence[int]
) -> Iterator[pa.Table] | None:
    """Return the base with what has changed put in, in parts; None where asking for all is cheaper or safer."""
    made = base.manifest["fetch"]
    old_ids = {entry["id"] for entry in base.catalogue("kpi")} & set(ids)
    old_units = {m["id"] for m in base.catalogue("municipality") if m["type"] == "K"} | {RIKET}
    old_units &= set(units)
    old_years = set(range(made["years"][0], made["years"][1] + 1)) & set(years)
    new_ids, new_units, new_years = (
        tuple(sorted(set(now) - old)) for now, old in ((ids, old_ids), (units, old_units), (years, old_years))
    )
    # A day more than enough: nobody has said in which time zone from_date counts.
    since = dt.datetime.fromisoformat(made["started"]).date() - dt.timedelta(days=1)
    # An answer for all units is groups, for the most part; but one that has nothing to tell costs nothing.
    blocks = kolada.blocks(sorted(old_ids))
    known_years = tuple(sorted(old_years))
    changes = [Question(block, ar=known_years, sedan=since) for block in blocks]
    new = [Question(block, ar=new_years) for block in blocks if new_years]
    new += [Question(block, new_units, ar=known_years) for block in blocks if new_units]
    worth = made["questions"] // 2 - CONTROLS - len(kolada.blocks(new_ids)) * len(kolada.blocks(units))
    try:
        for folder, questions in ((CHANGES, changes), (NEW, new)):
            worth -= len(questions)
            if worth < 0:
                return None
            for table in stage.answers(folder, questions, worth + 1):
                worth -= table.num_rows // kolada.PAGE
    except TooManyPagesError:
        return None
    for _ in kolada.data(partial(stage.answers, NEW), new_ids, units, years):
        pass  # kept on the disk
    merge = partial(_merged, base, stage, units, years)
    return None if _differs(stage, merge, ids, units, years) else map(merge, _parts(_sizes(base, stage, ids)))


def _sizes(base: Snapshot, stage: _Stage, ids: Sequence[str]) -> Counter[str]:
    """Return at most how many values each nyckeltal has."""
    sizes: Counter[str] = Counter()
    for table in (base.table(columns=["kpi"]), stage.kept(CHANGES), stage.kept(NEW)):
        sizes.update({entry["values"]: entry["counts"] for entry in table["kpi"].value_counts().to_pylist()})
    return Counter({id_: sizes[id_] for id_ in ids if sizes[id_]})


def _merged(base: Snapshot, stage: _Stage, units: Sequence[str], years: Sequence[int], ids: Sequence[str]) -> pa.Table:
    """Return some nyckeltal of the base, with every value that has been answered since in place of the old one."""
    merged = snapshot.plain(base.table(ids))
    for newer in (stage.kept(CHANGES, ids), stage.kept(NEW, ids)):
        merged = pa.concat_tables([merged.join(newer.select(KEYS), KEYS, join_type="left anti"), newer])
    return _sorted(_standing(_within(merged, units, years)))


def _within(table: pa.Table, units: Sequence[str], years: Sequence[int]) -> pa.Table:
    inside = pc.is_in(table["municipality"], pa.array(units))
    return table.filter(pc.and_(inside, pc.is_in(table["period"], pa.array(years, pa.int16()))))


def _standing(table: pa.Table) -> pa.Table:
    return table.filter(pc.invert(pc.coalesce(table["isdeleted"], pa.scalar(value=False))))


def _differs(
    stage: _Stage,
    merge: Callable[[Sequence[str]], pa.Table],
    ids: Sequence[str],
    units: Sequence[str],
    years: Sequence[int],
) -> bool:
    """Tell whether some questions, asked in full, have another answer than what was put together."""
    chance = random.Random(stage.started.isoformat())  # noqa: S311  (which part is controlled is no secret)
    for _ in range(CONTROLS):
        some = tuple(sorted(chance.sample(ids, min(len(ids), 12))))
        places = tuple(sorted(chance.sample(units, min(len(units), kolada.MOST_IDS))))
        answer = stage.ask(Question(some, places, ar=tuple(years)))
        whole = _sorted(_standing(snapshot.plain(answer)))
        if not _within(merge(some), places, years).drop(["isdeleted"]).equals(whole.drop(["isdeleted"])):
            return True
    return False


# --- On the way -------------------------------------------------------------------------------------------------------


class _Stage:
    """Answers on their way to a snapshot, one file per question, in a folder per vintage."""

    def __init__(
        self, root: Path, transport: Transport, now: dt.datetime, progress: Callable[[int, int], None]
    ) -> None:
        self.root, self.transport, self.progress = root, transport, progress
        self.base = transport.base
        self.asked = 0  # questions for data
        self.started = self._began(now)
        if not now - SAME_VINTAGE < self.started <= now:
            self.clear()
            self.started = now
        # Answers of another fetch can't be met even where the system would not remove them.
        self.folder = root / self.started.strftime("%Y%m%dT%H%M%S%f")
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(root / "borjade.json", json.dumps({"base": self.base, "started": self.started.isoformat()}))

    def catalogue(self, entity: str) -> list[Row]:
        """Return a catalogue, asked for once."""
        path = self.folder / f"{entity}.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # nothing, or what a crash of the machine left
            rows = kolada.catalogue(self.transport, entity)
            write_text(path, json.dumps(rows, ensure_ascii=False))
            return rows

    def ask(self, question: Question) -> pa.Table:
        """Return an answer that is not kept."""
        return kolada.ask(self.transport, question)

    def answers(self, folder: str, questions: Sequence[Question], most: float = math.inf) -> Iterator[pa.Table]:
        """Yield the answer to each question, asking only those that are not kept whole."""
        missing = [question for question in questions if not _is_whole(self._path(folder, question))]
        asked = self.transport.each(partial(kolada.ask, self.transport, most=most), missing)
        total = self.asked + len(questions)
        for question in questions:
            if question in missing:
                table = next(asked)
                with replacing(self._path(folder, question)) as path:
                    # Small row groups, so that a few nyckeltal can be found without reading the rest.
                    pq.write_table(_sorted(snapshot.plain(table)), path, row_group_size=2_000)
            else:
                table = pq.read_table(self._path(folder, question), partitioning=None)
            self.asked += 1
            self.progress(self.asked, total)
            yield table

    def kept(self, folder: str, ids: Sequence[str] | None = None) -> pa.Table:
        """Return what has been answered about some nyckeltal or all."""
        files = sorted((self.folder / folder).glob("*.parquet"))
        if not files:
            return snapshot.PLAIN_SCHEMA.empty_table()
        chosen = None if ids is None else ds.field("kpi").isin(list(ids))
        return ds.dataset(files, schema=snapshot.PLAIN_SCHEMA).to_table(filter=chosen)

    def clear(self) -> None:
        """Remove everything that is kept."""
        shutil.rmtree(self.root, ignore_errors=True)

    def _began(self, now: dt.datetime) -> dt.datetime:
        try:
            kept = json.loads((self.root / "borjade.json").read_text(encoding="utf-8"))
            started = dt.datetime.fromisoformat(kept["started"])
            same = kept["base"] == self.base and started.tzinfo is not None
        except (OSError, ValueError, KeyError, TypeError):
            same = False
        return started if same else now - SAME_VINTAGE

    def _path(self, folder: str, question: Question) -> Path:
        name = hashlib.sha256(f"{question.path}{question.query}".encode()).hexdigest()
        return self.folder / folder / f"{name}.parquet"


def _is_whole(path: Path) -> bool:
    """Tell whether an answer is kept whole: a crash of the machine may have left a part."""
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return False
    return True
