"""What Kolada can be asked, and how few questions it takes.

The caller names nyckeltal, units and years; the limit of 25 ids in an address and the
paging stay in here. A page holds 5,000 rows, so questions are made to fill pages: what a
first block of units answers says how many rows each nyckeltal gives, and the rest is
packed by that. Answers become columns at once: 5,000 rows of JSON as Python objects
weigh twenty times as much.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import pyarrow as pa

from styrlib.errors import UnknownNameError
from styrlib.snapshot import DATA_SCHEMA
from styrlib.stavning import Insida
from styrlib.transport import KoladaError, Row, Transport

sys.modules[__name__].__class__ = Insida
MOST_IDS = 25  # in one segment of an address
PAGE = 5000  # rows
MARGIN = 0.97  # of a page: units differ a little in which years they have
Year = Annotated[int, msgspec.Meta(ge=1900, le=2200)]
Count = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]


class Value(msgspec.Struct, gc=False):
    """One value of a row of data."""

    gender: Literal["T", "K", "M"]
    value: float | None = None
    count: Count | None = None
    status: str | None = None
    isdeleted: bool | None = None


class KommunRow(msgspec.Struct, gc=False):
    """The values of one nyckeltal, municipality (or region, or group) and year."""

    kpi: str
    period: Year
    values: tuple[Value, ...]
    unit: str = msgspec.field(name="municipality")


class EnhetRow(msgspec.Struct, gc=False):
    """The values of one nyckeltal, unit (OU) and year."""

    kpi: str
    period: Year
    values: tuple[Value, ...]
    unit: str = msgspec.field(name="ou")


@dataclass(frozen=True)
class Question:
    """Every combination of at most 25 of each kind; a kind that is empty is not limited.

    Kolada has no route for every combination: at least two kinds are named, one of them
    years or nyckeltal.
    """

    nyckeltal: tuple[str, ...] = ()
    kommuner: tuple[str, ...] = ()
    enheter: tuple[str, ...] = ()
    ar: tuple[int, ...] = ()
    om: Literal["data", "oudata"] = "data"
    sedan: dt.date | None = None

    @property
    def path(self) -> str:
        """The address below the base."""
        kinds = {"kpi": self.nyckeltal, "municipality": self.kommuner, "ou": self.enheter, "year": self.ar}
        return f"/{self.om}/" + "/".join(f"{kind}/{','.join(map(str, ids))}" for kind, ids in kinds.items() if ids)

    @property
    def query(self) -> dict[str, str]:
        """What stands after the question mark."""
        return {"from_date": self.sedan.isoformat()} if self.sedan else {}


def catalogue(transport: Transport, entity: str, query: Mapping[str, str] | None = None) -> list[Row]:
    """Return the entries of `kpi`, `municipality`, `municipality_groups`, `kpi_groups` or `ou`, as Kolada gives them.

    Parameters
    ----------
    transport
        The way to the server.
    entity
        Which catalogue.
    query
        What limits it: `title`, `region_type`, `municipality`.

    Raises
    ------
    KoladaError
        When the whole catalogue can't be had, or an entry has no id and title.
    """
    rows = transport.rows(f"/{entity}", dict(query or {}), dict[str, Any], _distinct_ids)
    if not all(isinstance(row.get("id"), str) and isinstance(row.get("title"), str) for row in rows):
        raise KoladaError("Kolada svarade med rader som inte går att förstå. Inget av svaret behölls. Försök senare.")
    return rows


def group_members(groups: Sequence[Row], name: str) -> list[str]:
    """Return the ids in one of Kolada's groups of nyckeltal, by its id or title in any case.

    Raises
    ------
    UnknownNameError
        When there is no such group; the nearest titles are suggested.
    """
    for group in groups:
        if name.casefold() in (group["id"].casefold(), group["title"].casefold()):
            return [member["member_id"] for member in group["members"]]
    raise UnknownNameError("gruppen", name, [group["title"] for group in groups])


def ask(transport: Transport, question: Question, most: float = math.inf) -> pa.Table:
    """Return the answer to a question.

    Parameters
    ----------
    transport
        The way to the server.
    question
        What to ask.
    most
        Pages that the answer is worth.

    Returns
    -------
    Table
        The columns of a snapshot's `DATA_SCHEMA`, with Kolada's own names; `municipality` holds
        a unit's id when the question is about units. One row per gender, in the order of the answer.

    Raises
    ------
    KoladaError
        When the whole answer can't be had, has rows that were not asked for, or the same
        value twice; nothing of it is to be kept.
    """
    kind = KommunRow if question.om == "data" else EnhetRow
    columns = _Columns()
    rows = transport.rows(question.path, question.query, kind, columns.read, most)
    units = question.kommuner if question.om == "data" else question.enheter
    asked = ((question.nyckeltal, columns.kpi), (units, columns.unit))
    wrong = any(ids and not set(names.dictionary.to_pylist()).issubset(ids) for ids, names in asked)
    if wrong or (question.ar and not np.isin(columns.period, question.ar).all()):
        raise KoladaError("Kolada svarade med rader som ingen frågat efter. Inget av svaret behölls. Försök senare.")
    return _table(rows, columns)


class _Columns:
    """What tells the rows of an answer apart, as columns: read once, for more than one use."""

    def read(self, rows: Sequence[KommunRow] | Sequence[EnhetRow]) -> int:
        """Read them, and return how many different rows there are."""
        self.kpi = pa.array([row.kpi for row in rows], pa.string()).dictionary_encode()
        self.unit = pa.array([row.unit for row in rows], pa.string()).dictionary_encode()
        self.period = np.array([row.period for row in rows], dtype="int16")
        key = self.kpi.indices.to_numpy().astype("int64") * (len(self.unit.dictionary) or 1)
        key = (key + self.unit.indices.to_numpy()) * 10_000 + self.period
        return len(key) if (np.diff(key) > 0).all() else len(np.unique(key))


def _table(rows: Sequence[KommunRow] | Sequence[EnhetRow], outer: _Columns) -> pa.Table:
    parts = [row.values for row in rows]
    values = list(itertools.chain.from_iterable(parts))
    where = np.repeat(np.arange(len(rows)), list(map(len, parts)))
    genders = pa.array([value.gender for value in values], pa.string()).dictionary_encode()
    # A row's values are told apart by gender alone.
    if np.bincount(where * 3 + genders.indices.to_numpy(), minlength=1).max() > 1:
        raise KoladaError("Kolada svarade med två värden för samma kön. Inget av svaret behölls. Försök senare.")
    columns = {
        "kpi": outer.kpi.take(pa.array(where)),
        "municipality": outer.unit.take(pa.array(where)),
        "period": pa.array(outer.period[where]),
        "gender": genders,
        "value": pa.array([value.value for value in values], pa.float64()),
        "count": pa.array([value.count for value in values], pa.int32()),
        "status": pa.array([value.status for value in values], pa.string()),
        "isdeleted": pa.array([value.isdeleted for value in values], pa.bool_()),
    }
    return pa.table(columns, schema=DATA_SCHEMA)


def _distinct_ids(rows: Sequence[Row]) -> int:
    return len({str(row.get("id")) for row in rows})


def data(
    answers: Callable[[Sequence[Question]], Iterable[pa.Table]],
    nyckeltal: Sequence[str],
    kommuner: Sequence[str],
    ar: Sequence[int],
) -> Iterator[pa.Table]:
    """Yield the answers to every combination, in as few questions as paging allows.

    Parameters
    ----------
    answers
        What asks: questions in, an answer for each out.
    nyckeltal, kommuner, ar
        What to ask for, without limits; every year when none is given.
    """
    for years in blocks(ar) or [()]:
        counted: Counter[str] = Counter()
        for table in answers(sample_questions(nyckeltal, kommuner, years)):
            counted.update(rows_by_nyckeltal(table))
            yield table
        yield from answers(other_questions(counted, nyckeltal, kommuner, years))


def rows_by_nyckeltal(table: pa.Table) -> dict[str, int]:
    """Return how many rows of Kolada's (a nyckeltal, unit and year; not a gender) an answer holds."""
    keys = table.select([0, 1, 2]).to_pandas()
    counted = keys.drop_duplicates().iloc[:, 0].astype("str").value_counts()
    return {str(id_): int(n) for id_, n in counted.items()}


def sample_questions(nyckeltal: Sequence[str], kommuner: Sequence[str], ar: Sequence[int]) -> list[Question]:
    """Return the questions for the first block of units, which show how many rows each nyckeltal gives."""
    return [Question(ids, tuple(kommuner[:MOST_IDS]), ar=tuple(ar)) for ids in blocks(nyckeltal)]


def other_questions(
    counted: Mapping[str, int], nyckeltal: Sequence[str], kommuner: Sequence[str], ar: Sequence[int]
) -> list[Question]:
    """Return the questions for all other units, packed by the sample's rows so that each fills a page.

    Parameters
    ----------
    counted
        Rows that each nyckeltal gave to `sample_questions`.
    nyckeltal, kommuner, ar
        As there.
    """
    first = len(kommuner[:MOST_IDS])
    rows = {id_: counted.get(id_, 0) / first for id_ in nyckeltal}
    return [
        Question(tuple(ids), block, ar=tuple(ar))
        for block in blocks(kommuner[MOST_IDS:])
        for ids in pack(rows, PAGE * MARGIN / len(block))
    ]


def pack(sizes: Mapping[str, float], capacity: float) -> list[list[str]]:
    """Put ids into few bins, each of at most 25 ids.

    Parameters
    ----------
    sizes
        Size of each id; one that fills a bin by itself gets its own.
    capacity
        What a bin holds.

    Notes
    -----
    Spread evenly over as few bins as they can be (largest first, each into the emptiest bin)
    large and small ids share bins, so that neither room nor the 25 run out first. Where that
    fails it is first-fit decreasing, which without the 25 uses at most 11/9 of the fewest
    bins, and 6/9 of one (Dósa 2007).
    """
    ids = sorted(sizes, key=lambda id_: (-sizes[id_], id_))
    fitted = _fitted(ids, sizes, capacity)
    fewest = max(math.ceil(len(ids) / MOST_IDS), math.ceil(sum(sizes.values()) / capacity))
    tried = (_spread(ids, sizes, capacity, count) for count in range(fewest, len(fitted)))
    return next(filter(None, tried), fitted)


def _spread(ids: Sequence[str], sizes: Mapping[str, float], capacity: float, count: int) -> list[list[str]] | None:
    """Put ids into some bins, each into the emptiest; None where one has no room."""
    bins: list[list[str]] = [[] for _ in range(count)]
    emptiest = [(0.0, i) for i in range(count)]
    for id_ in ids:
        if not emptiest or emptiest[0][0] + sizes[id_] > capacity:
            return None
        filled, i = heapq.heappop(emptiest)
        bins[i].append(id_)
        if len(bins[i]) < MOST_IDS:
            heapq.heappush(emptiest, (filled + sizes[id_], i))
    return bins


def _fitted(ids: Sequence[str], sizes: Mapping[str, float], capacity: float) -> list[list[str]]:
    """Put ids into the first bin that has room."""
    bins: list[list[str]] = []
    room: list[float] = []
    for id_ in ids:
        fits = (i for i, left in enumerate(room) if left >= sizes[id_] and len(bins[i]) < MOST_IDS)
        i = next(fits, len(bins))
        if i == len(bins):
            bins.append([])
            room.append(capacity)
        bins[i].append(id_)
        room[i] -= sizes[id_]
    return bins


def blocks(ids: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return ids in blocks that an address can hold."""
    return [tuple(ids[i : i + MOST_IDS]) for i in range(0, len(ids), MOST_IDS)]
