"""What Kolada can be asked, and how few questions it takes.

The caller names nyckeltal, units and years; the limit of 25 ids in an address and the
paging stay in here. A page holds 5,000 rows, so questions are made to fill pages: what a
first block of units answers says how many rows each nyckeltal gives, and the rest is
packed by that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from styrlib.errors import UnknownNameError
from styrlib.transport import KoladaError, Query, Row, Transport

MOST_IDS = 25  # in one segment of an address
PAGE = 5000  # rows
MARGIN = 0.97  # of a page: units differ a little in which years they have


def catalogue(transport: Transport, entity: str) -> list[Row]:
    """Return all entries of `kpi`, `municipality`, `municipality_groups`, `kpi_groups` or `ou`, as Kolada gives them.

    Raises
    ------
    KoladaError
        When the whole catalogue can't be had.
    """
    return transport.rows(f"/{entity}", {}, lambda row: row["id"])


def group_members(transport: Transport, name: str) -> list[str]:
    """Return the ids in one of Kolada's groups of nyckeltal, by its id or title in any case.

    Raises
    ------
    UnknownNameError
        When there is no such group; the nearest titles are suggested.
    """
    groups = catalogue(transport, "kpi_groups")
    for group in groups:
        if name.casefold() in (group["id"].casefold(), group["title"].casefold()):
            return [member["member_id"] for member in group["members"]]
    raise UnknownNameError("gruppen", name, [group["title"] for group in groups])


def data_key(row: Row) -> tuple[str, str, int]:
    """Return what tells one row of data from another."""
    return row["kpi"], row["municipality"], row["period"]


def data_query(nyckeltal: Sequence[str], units: Sequence[str], years: Sequence[int]) -> Query:
    """Return the question for every combination of at most 25 of each."""
    segments = (",".join(map(str, part)) for part in (nyckeltal, units, years))
    return "/data/kpi/{}/municipality/{}/year/{}".format(*segments), {}


def check_rows(path: str, rows: Iterable[Row]) -> None:
    """Check that rows answer the question of `path`, and have the shape that the contract gives them.

    Raises
    ------
    KoladaError
        When a row does not; nothing of the answer is to be kept.
    """
    segments = path.split("/")
    ids, units, years = (set(segments[i].split(",")) for i in (3, 5, 7))
    for row in rows:
        asked = row["kpi"] in ids and row["municipality"] in units and str(row["period"]) in years
        values = row.get("values")
        if not (asked and isinstance(values, list) and all(_is_value(value) for value in values)):
            raise KoladaError(
                "Kolada svarade med rader som inte går att förstå. Inget av svaret behölls. Försök senare."
            )
        if len({value["gender"] for value in values}) < len(values):
            raise KoladaError("Kolada svarade med två värden för samma kön. Inget av svaret behölls. Försök senare.")


def _is_value(value: Any) -> bool:
    if not isinstance(value, dict) or value.get("gender") not in ("T", "K", "M"):
        return False
    numbers = value.get("value"), value.get("count")
    return all(n is None or (isinstance(n, (int, float)) and not isinstance(n, bool)) for n in numbers)


def sample_queries(nyckeltal: Sequence[str], units: Sequence[str], years: Sequence[int]) -> list[Query]:
    """Return the questions for the first block of units, which show how many rows each nyckeltal gives."""
    return [data_query(ids, units[:MOST_IDS], years) for ids in _blocks(nyckeltal)]


def other_queries(
    sample: Iterable[Row], nyckeltal: Sequence[str], units: Sequence[str], years: Sequence[int]
) -> list[Query]:
    """Return the questions for all other units, packed by the sample's rows so that each fills a page.

    Parameters
    ----------
    sample
        The rows that `sample_queries` gave.
    nyckeltal, units, years
        As there.
    """
    counted = Counter(row["kpi"] for row in sample)
    first = len(units[:MOST_IDS])
    rows = {id_: counted[id_] / first for id_ in nyckeltal}
    return [
        data_query(ids, block, years)
        for block in _blocks(units[MOST_IDS:])
        for ids in pack(rows, PAGE * MARGIN / len(block))
    ]


def pack(sizes: Mapping[str, float], capacity: float) -> list[list[str]]:
    """Put ids into as few bins as first-fit decreasing finds, each of at most 25 ids.

    Parameters
    ----------
    sizes
        Size of each id; one that fills a bin by itself gets its own.
    capacity
        What a bin holds.

    Notes
    -----
    First-fit decreasing uses at most 11/9 of the fewest bins, and 6/9 of one (Dósa 2007).
    """
    bins: list[list[str]] = []
    room: list[float] = []
    for id_ in sorted(sizes, key=lambda id_: (-sizes[id_], id_)):
        fits = (i for i, left in enumerate(room) if left >= sizes[id_] and len(bins[i]) < MOST_IDS)
        i = next(fits, len(bins))
        if i == len(bins):
            bins.append([])
            room.append(capacity)
        bins[i].append(id_)
        room[i] -= sizes[id_]
    return bins


def _blocks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[i : i + MOST_IDS] for i in range(0, len(ids), MOST_IDS)]
