"""What Kolada changed between two snapshots, announced or not.

Kolada revises and withdraws values without notice. Two snapshots tell what happened:
values changed, appeared and withdrawn, nyckeltal gone or renamed, for all municipalities
and for one's own. Only what both snapshots asked for can have changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from styrlib.snapshot import KEYS, Snapshot

ROUNDING = 1e-6


@dataclass(frozen=True)
class Revideringar:
    """The differences between an older and a newer snapshot.

    Attributes
    ----------
    varden
        One row per value that differs: nyckeltal, kommun, kon, slag (str: andrat, nytt,
        borttaget), ar (int64), fore, efter (float64).
    gamla, nya
        Titles by id, of nyckeltal that are gone, and of those that were not there before.
    omdopta
        Old and new title by id.
    """

    varden: pd.DataFrame
    gamla: dict[str, str]
    nya: dict[str, str]
    omdopta: dict[str, tuple[str, str]]


def compare(older: Snapshot, newer: Snapshot) -> Revideringar:
    """Return what differs from an older snapshot to a newer one.

    A value of a year or a unit that the other snapshot does not hold at all is no
    revision, so only the years, units and nyckeltal that both hold are compared.
    """
    titles = [{entry["id"]: entry["title"] for entry in s.catalogue("kpi")} for s in (older, newer)]
    before, after = (_values(s) for s in (older, newer))
    for key, both in (
        ("kpi", set(titles[0]) & set(titles[1])),
        ("municipality", set(before["municipality"]) & set(after["municipality"])),
        ("period", set(before["period"]) & set(after["period"])),
    ):
        before, after = before[before[key].isin(both)], after[after[key].isin(both)]
    merged = before.merge(after, on=KEYS, how="outer", suffixes=("_fore", "_efter"))
    old, new = merged["value_fore"], merged["value_efter"]
    differs = old.isna() != new.isna()
    # Copies of the database round at six to eight decimals; that is no revision.
    differs |= (old - new).abs() > ROUNDING * old.abs().clip(lower=1.0)
    found = merged[differs]
    kind = pd.Series("andrat", index=found.index).mask(found["value_fore"].isna(), "nytt")
    kind = kind.mask(found["value_efter"].isna(), "borttaget")
    names = {"kpi": "nyckeltal", "municipality": "kommun", "gender": "kon", "period": "ar"}
    varden = found.rename(columns={**names, "value_fore": "fore", "value_efter": "efter"}).assign(slag=kind)
    return Revideringar(
        varden=varden.sort_values(["nyckeltal", "kommun", "ar", "kon"], ignore_index=True).astype({"ar": "int64"}),
        gamla={id_: title for id_, title in titles[0].items() if id_ not in titles[1]},
        nya={id_: title for id_, title in titles[1].items() if id_ not in titles[0]},
        omdopta={i: (t, titles[1][i]) for i, t in titles[0].items() if titles[1].get(i, t) != t},
    )


def _values(raw: Snapshot) -> pd.DataFrame:
    data = raw.data()
    standing = data[~data["isdeleted"].fillna(False).astype(bool) & data["value"].notna()]
    return standing[[*KEYS, "value"]].astype({"kpi": "str", "municipality": "str", "gender": "str"})
