"""What Kolada changed between two snapshots, announced or not.

Kolada revises and withdraws values without notice. Two snapshots tell what happened:
values changed, appeared and withdrawn, nyckeltal gone or renamed, for all municipalities
and for one's own. Only what both snapshots asked for can have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from styrlib import snapshot
from styrlib.snapshot import KEYS, Snapshot, standing, within

# Copies of the database round at six to eight decimals, and floats at fifteen digits; that is no revision.
ROUNDING, FLOAT = 1e-6, 1e-12
PART = 100  # nyckeltal compared at a time
COLUMNS = {
    "nyckeltal": "str",
    "kommun": "str",
    "ar": "int64",
    "kon": "str",
    "slag": "str",
    "fore": "float64",
    "efter": "float64",
}
_NOTHING = pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)


@dataclass(frozen=True)
class Revideringar:
    """The differences between an older and a newer snapshot.

    Attributes
    ----------
    aldre, nyare
        The snapshots' names.
    varden
        One row per value that differs: nyckeltal, kommun (str), ar (int64), kon, slag (str:
        andrat; nytt, in a year that already had values; nytt ar; borttaget), fore, efter
        (float64, the nyckeltal's unit).
    titlar
        Title by id, the newer one where there are two.
    gamla, nya
        Ids of nyckeltal that are gone, and of those that were not there before.
    omdopta
        Old and new title by id.
    """

    aldre: str
    nyare: str
    varden: pd.DataFrame
    titlar: dict[str, str]
    gamla: tuple[str, ...]
    nya: tuple[str, ...]
    omdopta: dict[str, tuple[str, str]]

    def per_nyckeltal(self) -> pd.DataFrame:
        """Return how many values of each nyckeltal differ: by id, a column (int64) per `slag`."""
        counted = pd.crosstab(self.varden["nyckeltal"], self.varden["slag"])
        return counted.reindex(columns=["andrat", "nytt", "nytt ar", "borttaget"], fill_value=0)


def compare(older: Snapshot, newer: Snapshot) -> Revideringar:
    """Return what differs from an older snapshot to a newer one.

    A value of a year or a unit that the other snapshot does not hold at all is no
    revision, so only the years, units and nyckeltal that both hold are compared.
    """
    titles = [{entry["id"]: entry["title"] for entry in s.catalogue("kpi")} for s in (older, newer)]
    units = sorted(set(older.units()) & set(newer.units()))
    years = sorted(set(older.years()) & set(newer.years()))
    both = sorted(set(titles[0]) & set(titles[1]))
    parts = [_differences(*(_values(s, some, units, years) for s in (older, newer))) for some in _parts(both)]
    varden = pd.concat([_NOTHING, *parts], ignore_index=True)
    return Revideringar(
        aldre=older.name,
        nyare=newer.name,
        varden=varden.sort_values(["nyckeltal", "kommun", "ar", "kon"], ignore_index=True),
        titlar=titles[0] | titles[1],
        gamla=tuple(id_ for id_ in titles[0] if id_ not in titles[1]),
        nya=tuple(id_ for id_ in titles[1] if id_ not in titles[0]),
        omdopta={i: (t, titles[1][i]) for i, t in titles[0].items() if titles[1].get(i, t) != t},
    )


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while part := list(islice(rest, PART)):
        yield part


def _values(raw: Snapshot, ids: Sequence[str], units: Sequence[str], years: Sequence[int]) -> pa.Table:
    table = standing(within(snapshot.plain(raw.table(ids)), units, years))
    return table.filter(pc.is_valid(table["value"]))


def _differences(before: pa.Table, after: pa.Table) -> pd.DataFrame:
    if not before.num_rows and not after.num_rows:
        return _NOTHING
    old, new = (table.select([*KEYS, "value"]).to_pandas() for table in (before, after))
    merged = old.merge(new, on=KEYS, how="outer", suffixes=("_fore", "_efter"))
    fore, efter = merged["value_fore"], merged["value_efter"]
    differs = fore.isna() != efter.isna()
    differs |= (fore - efter).abs() > ROUNDING + FLOAT * fore.abs()
    names = {"kpi": "nyckeltal", "municipality": "kommun", "gender": "kon", "period": "ar"}
    found = merged[differs].rename(columns={**names, "value_fore": "fore", "value_efter": "efter"})
    known = pd.MultiIndex.from_frame(old[["kpi", "period"]].drop_duplicates())
    first = ~pd.MultiIndex.from_frame(found[["nyckeltal", "ar"]]).isin(known)
    kind = pd.Series("andrat", index=found.index, dtype="str").mask(found["fore"].isna(), "nytt")
    kind = kind.mask(first, "nytt ar").mask(found["efter"].isna(), "borttaget")
    return found.assign(slag=kind)[list(COLUMNS)].astype(COLUMNS)
