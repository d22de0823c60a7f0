"""What Kolada has changed since a snapshot (`from_date`), put into what the snapshot has.

It costs a tenth of asking for everything. But nobody has written down what `from_date`
promises, so this is careful: a nyckeltal whose catalogue entry has changed, whose day of
publication has passed, or whose changes can be read in two ways is asked for in full; a
part of the result is asked for in full and compared; and where anything differs, fails,
or would not be cheaper, there is no result, and all is fetched instead.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from styrlib import kolada, snapshot
from styrlib.errors import SnapshotError
from styrlib.kolada import Question
from styrlib.snapshot import KEYS, Snapshot, standing, within
from styrlib.stage import Stage, by_nyckeltal, parts, sizes
from styrlib.transport import KoladaError, Row

CHANGES, NEW = "andrat", "nytt"  # folders of the stage
WHOLE_AGAIN = dt.timedelta(days=92)  # what from_date missed, if it ever does, is made good within a quarter
CONTROLS = 3  # questions asked in full to control the result
SAID = ("title", "publication_date", "publ_period", "prel_publication_date", "is_divided_by_gender")
ROW = KEYS[:3]


@dataclass(frozen=True)
class Wanted:
    """What a snapshot is to hold."""

    nyckeltal: tuple[str, ...]
    units: tuple[str, ...]
    years: tuple[int, ...]


def base(folder: Path, stage: Stage) -> Snapshot | None:
    """Return the newest undamaged snapshot from the same server, unless it is long since all of it was asked for."""
    for found in reversed(snapshot.all_whole(folder)):
        try:
            made = found.manifest.get("fetch", {})
            if made.get("base") != stage.base:
                continue
            found.verify()
        except SnapshotError:
            continue
        started, whole = (dt.datetime.fromisoformat(made[name]) for name in ("started", "whole"))
        # A clock that was wrong then, or is wrong now, would make from_date skip something.
        usable = started <= stage.started and stage.started - whole < WHOLE_AGAIN
        return found if usable else None
    return None


def changed(base: Snapshot, stage: Stage, wanted: Wanted, entries: Sequence[Row]) -> Iterator[pa.Table] | None:
    """Return the base with what has changed put in, in parts of whole nyckeltal in their order.

    Parameters
    ----------
    base
        From `base`.
    stage
        Where answers are kept.
    wanted
        What the new snapshot is to hold.
    entries
        Today's catalogue of nyckeltal.

    Returns
    -------
    iterator of Table or None
        None where asking for all is cheaper or safer.
    """
    try:
        return _changed(base, stage, wanted, entries)
    except KoladaError:  # of whatever kind: asking for all either works or says why
        return None


def _changed(base: Snapshot, stage: Stage, wanted: Wanted, entries: Sequence[Row]) -> Iterator[pa.Table] | None:
    made = base.manifest["fetch"]
    started = dt.datetime.fromisoformat(made["started"])
    old_ids = set(wanted.nyckeltal) & _settled(base, entries, started.date(), stage.started.date())
    old_units = set(made["units"]) & set(wanted.units)
    old_years = set(range(made["years"][0], made["years"][1] + 1)) & set(wanted.years)
    new_units, new_years = (
        tuple(sorted(set(now) - old)) for now, old in ((wanted.units, old_units), (wanted.years, old_years))
    )
    # A day more than enough: nobody has said in which time zone from_date counts.
    since = started.date() - dt.timedelta(days=1)
    # An answer for all units is groups, for the most part; but one that has nothing to tell costs nothing.
    blocks = kolada.blocks(sorted(old_ids))
    known_years = tuple(sorted(old_years))
    changes = [Question(block, ar=known_years, sedan=since) for block in blocks]
    new = [Question(block, ar=new_years) for block in blocks if new_years]
    new += [Question(block, new_units, ar=known_years) for block in blocks if new_units]
    worth = made["questions"] // 2 - CONTROLS
    for folder, questions in ((CHANGES, changes), (NEW, new)):
        worth -= len(questions)
        if worth < 0:
            return None
        for table in stage.answers(folder, questions, worth + 1):
            worth -= table.num_rows // kolada.PAGE
    in_full = tuple(sorted(set(wanted.nyckeltal) - old_ids | _unclear(base, stage)))
    if worth < len(kolada.blocks(in_full)) * len(kolada.blocks(wanted.units)):
        return None
    for _ in kolada.data(partial(stage.answers, NEW), in_full, wanted.units, wanted.years):
        pass  # kept on the disk
    merge = partial(_merged, base, stage, wanted, frozenset(in_full))
    if _differs(stage, merge, wanted):
        return None
    counted = sizes((base.table(columns=["kpi"]), stage.kept(CHANGES), stage.kept(NEW)))
    return map(merge, parts(Counter({id_: counted[id_] for id_ in wanted.nyckeltal if counted[id_]})))


def _settled(base: Snapshot, entries: Sequence[Row], then: dt.date, today: dt.date) -> set[str]:
    """Return the nyckeltal whose catalogue entry is as it was, and that were not to be published meanwhile."""
    before = {entry["id"]: entry for entry in base.catalogue("kpi")}
    same = set()
    for entry in entries:
        old = before.get(entry["id"])
        if old is None or any(old.get(name) != entry.get(name) for name in SAID):
            continue
        days = (entry.get(name) or "" for name in ("publication_date", "prel_publication_date"))
        if not any(then.isoformat() <= day <= today.isoformat() for day in days):
            same.add(entry["id"])
    return same


def _unclear(base: Snapshot, stage: Stage) -> set[str]:
    """Return the nyckeltal that have a row which has changed and lacks a gender that it had.

    The gender may be withdrawn, or merely unchanged.
    """
    answer = stage.kept(CHANGES)
    if not answer.num_rows:
        return set()
    ids = answer["kpi"].unique().to_pylist()
    old = snapshot.plain(base.table(ids)).select(KEYS)
    touched = old.join(answer.select(ROW).group_by(ROW).aggregate([]), ROW, join_type="left semi")
    return set(touched.join(answer.select(KEYS), KEYS, join_type="left anti")["kpi"].unique().to_pylist())


def _merged(base: Snapshot, stage: Stage, wanted: Wanted, in_full: frozenset[str], ids: Sequence[str]) -> pa.Table:
    """Return some nyckeltal of the base, with every value that has been answered since in place of the old one."""
    merged = snapshot.plain(base.table([id_ for id_ in ids if id_ not in in_full]))
    changes, new = stage.kept(CHANGES, [id_ for id_ in ids if id_ not in in_full]), stage.kept(NEW, ids)
    # What is asked for in full may have been asked about as a new year or unit too.
    whole = pc.is_in(new["kpi"], pa.array([*in_full], pa.string()))
    new = pa.concat_tables([new.filter(pc.invert(whole)), _once(new.filter(whole))])
    for newer in (changes, new):
        merged = pa.concat_tables([merged.join(newer.select(KEYS), KEYS, join_type="left anti"), newer])
    return by_nyckeltal(standing(within(merged, wanted.units, wanted.years)))


def _once(table: pa.Table) -> pa.Table:
    """Return a table without rows that say the same twice; two that differ both stay, to be refused."""
    names = table.column_names
    return table.group_by(names, use_threads=False).aggregate([]).select(names)


def _differs(stage: Stage, merge: Callable[[Sequence[str]], pa.Table], wanted: Wanted) -> bool:
    """Tell whether some questions, asked in full, have another answer than what was put together."""
    chance = random.Random(stage.started.isoformat())  # noqa: S311  (which part is controlled is no secret)
    for _ in range(CONTROLS):
        ids = tuple(sorted(chance.sample(wanted.nyckeltal, min(len(wanted.nyckeltal), 12))))
        units = tuple(sorted(chance.sample(wanted.units, min(len(wanted.units), kolada.MOST_IDS))))
        answer = snapshot.plain(stage.ask(Question(ids, units, ar=wanted.years)))
        found = within(merge(ids), units, wanted.years)
        if not found.drop(["isdeleted"]).equals(by_nyckeltal(standing(answer)).drop(["isdeleted"])):
            return True
    return False


def asked(stage: Stage, wanted: Wanted, base: Snapshot | None, questions: int) -> Mapping[str, object]:
    """Return what a manifest says of a fetch, for the next one to build on: `questions` is what all of it took."""
    before = base.manifest["fetch"] if base else {}
    return {
        "base": stage.base,
        "started": stage.started.isoformat(timespec="seconds"),
        "whole": before.get("whole", stage.started.isoformat(timespec="seconds")),
        "years": [wanted.years[0], wanted.years[-1]],
        "units": list(wanted.units),
        "questions": before.get("questions", questions),
    }
