"""Analysis: pure functions on the processed frames. No files, no HTML, no state.

Group values are unweighted means over members that have a value, computed here ("Egen
beräkning"), as Kolada's own group values are; riket is Kolada's value ("Källa: Kolada"),
usually weighted, so the two are not the same kind of mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from styrlib import tidtagning
from styrlib.kommuner import RIKET

STALE_AFTER = 3  # years behind the newest year of the figures


def group_mean(varden: pd.DataFrame, kommuner: Sequence[str]) -> pd.DataFrame:
    """Return a group's unweighted mean per nyckeltal, year and sex.

    A mean of fewer than two thirds of the members would pass a part off as the whole, and
    move when its members change, so it is missing; antal_medlemmar says how many there were.

    Returns
    -------
    DataFrame
        nyckeltal (str), ar (int), kon (str), varde (float64), antal_medlemmar (int64).
    """
    among = varden[varden["kommun"].isin(kommuner) & varden["varde"].notna()]
    keys = ["nyckeltal", "ar", "kon"]
    means = among.groupby(keys, observed=True)["varde"].agg(varde="mean", antal_medlemmar="size").reset_index()
    means["varde"] = means["varde"].where(enough(means["antal_medlemmar"], len(kommuner)))
    return means


def enough(number: Any, of: int) -> Any:
    """Return whether so many of a group's members have a value that their mean stands for the group."""
    return number * 3 >= of * 2


def by_nyckeltal(varden: pd.DataFrame, nyckeltal: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return the rows of each nyckeltal, in the order given; empty frames for those without."""
    parts = {str(id_): rows for id_, rows in varden.groupby("nyckeltal", observed=True)}
    return {id_: parts.get(id_, varden.iloc[:0]) for id_ in nyckeltal}


def series(rows: pd.DataFrame, kommun: str, kon: str = "T") -> pd.Series:
    """Return one nyckeltal's values by year in order, missing and hidden years left out."""
    own = _own(rows, kommun, kon)
    years, values = rows["ar"].to_numpy()[own], rows["varde"].to_numpy(float)[own]
    known = ~np.isnan(values)
    years, values = years[known], values[known]
    order = np.argsort(years, kind="stable")
    return pd.Series(values[order], pd.Index(years[order], name="ar"), name="varde")


def of_year(rows: pd.DataFrame, ar: int | None) -> dict[str, float]:
    """Return one nyckeltal's values of a year, both sexes together, by code of the municipality, region or riket."""
    of_all = np.asarray(rows["kon"].array == "T") & (rows["ar"].to_numpy() == ar)
    values = rows["varde"].to_numpy(float)[of_all]
    known = ~np.isnan(values)
    codes = np.asarray(rows["kommun"].array[of_all])[known]
    return dict(zip(map(str, codes), values[known].tolist(), strict=True))


def group_series(rows: pd.DataFrame, kommuner: Sequence[str]) -> pd.Series:
    """Return a group's unweighted mean of one nyckeltal by year, both sexes together: see `group_mean`.

    Years in which fewer than two thirds of the members have a value are left out.
    """
    values = rows["varde"].to_numpy(float)
    among = np.asarray(rows["kon"].array == "T") & rows["kommun"].isin(kommuner).to_numpy() & ~np.isnan(values)
    years, of_year, counts = np.unique(rows["ar"].to_numpy()[among], return_inverse=True, return_counts=True)
    means = np.bincount(of_year, values[among], len(years)) / counts
    whole = enough(counts, len(kommuner))
    return pd.Series(means[whole], pd.Index(years[whole], name="ar"), name="varde")


def hidden_years(rows: pd.DataFrame, kommun: str, kon: str = "T") -> list[int]:
    """Return the years whose value is hidden because it rests on too few."""
    hidden = _own(rows, kommun, kon) & rows["dold"].to_numpy(bool)
    return sorted(rows["ar"].to_numpy()[hidden].tolist())


def _own(rows: pd.DataFrame, kommun: str, kon: str) -> np.ndarray:
    """Return which rows are of a municipality and a sex: asked so often that a frame of them would take too long."""
    return np.asarray(rows["kommun"].array == kommun) & np.asarray(rows["kon"].array == kon)


@tidtagning.part("räkna statistik")
def overview(
    varden: Mapping[str, pd.DataFrame], kommun: str, grupper: Mapping[str, Mapping[str, Sequence[str]]]
) -> pd.DataFrame:
    """Return one row per nyckeltal: the latest value and what it is to be seen beside.

    Parameters
    ----------
    varden
        From `by_nyckeltal`, already limited to the years that may be shown.
    kommun
        The municipality's code.
    grupper
        Kind of comparison → nyckeltal → member codes; the kind `riket` needs no members.

    Returns
    -------
    DataFrame
        nyckeltal (str, index), ar, fore_ar (Int16), varde, fore, fem_ar, kvinnor, man
        (float64), dold, fem_ar_dold, kvinnor_dold, man_dold (bool), antal (Int32) and for each kind of
        comparison its value (float64) and `<kind>_antal` (Int16: members with a value).
        Comparisons and sexes are of the same year as the latest value.
    """
    rows = [_overview_row(id_, frame, kommun, grupper) for id_, frame in varden.items()]
    columns = ["nyckeltal", "ar", "dold", "varde", "fore_ar", "fore", "fem_ar", "fem_ar_dold", "antal"]
    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
    counts = {c: "Int16" for c in frame if c in ("ar", "fore_ar") or c.endswith("_antal")}
    values = {c: "float64" for c in frame if c in ("varde", "fore", "fem_ar", "kvinnor", "man", *grupper)}
    return frame.set_index("nyckeltal").astype(
        {**counts, **values, "antal": "Int32", "dold": "bool", "fem_ar_dold": "bool"}
    )


def _overview_row(
    id_: str, varden: pd.DataFrame, kommun: str, grupper: Mapping[str, Mapping[str, Sequence[str]]]
) -> dict[str, object]:
    own = series(varden, kommun)
    hidden = hidden_years(varden, kommun)
    # A hidden value is still the latest: an older one in its place would mislead.
    year = max([*own.index[-1:], *hidden[-1:]], default=None)
    earlier = own[own.index < year] if year is not None else own
    base = varden["antal"].array[_own(varden, kommun, "T") & (varden["ar"].to_numpy() == year)]
    row: dict[str, object] = {
        "nyckeltal": id_,
        "ar": year,
        "dold": year in hidden,
        "varde": own.get(year),
        "fore_ar": earlier.index[-1] if len(earlier) else None,
        "fore": earlier.iloc[-1] if len(earlier) else None,
        "fem_ar": own.get(year - 5) if year is not None else None,
        "fem_ar_dold": year is not None and year - 5 in hidden,
        "antal": base[0] if len(base) else None,
    }
    for name, kon in (("kvinnor", "K"), ("man", "M")):
        row[name] = series(varden, kommun, kon).get(year)
        row[f"{name}_dold"] = year in hidden_years(varden, kommun, kon)
    everyone = of_year(varden, year)
    for kind, members_of in grupper.items():
        if kind == "riket":
            row[kind] = everyone.get(RIKET)
            continue
        members = set(members_of[id_])
        among = [value for code, value in everyone.items() if code in members]
        row[kind] = np.mean(among) if among and enough(len(among), len(members_of[id_])) else None
        row[f"{kind}_antal"] = len(among)
    return row
