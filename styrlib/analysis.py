"""Analysis: pure functions on the processed frames. No files, no HTML, no state.

Group values are unweighted means over members that have a value, computed here ("Egen
beräkning"), as Kolada's own group values are; riket is Kolada's value ("Källa: Kolada"),
usually weighted, so the two are not the same kind of mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

RIKET = "0000"
STALE_AFTER = 3  # years behind the newest year of the figures


def members(grupper: pd.DataFrame, slag: str, kommun: str, namn: str, omrade: str | None = None) -> list[str]:
    """Return the codes of the municipalities that a municipality is compared with.

    Parameters
    ----------
    grupper
        The processed table.
    slag
        liknande, lan, skr or alla.
    kommun, namn
        The municipality's code and name: similar groups are named after it, and it is
        never among its own; of the others it is a member, as in Kolada's own values.
    omrade
        The area of similar municipalities; other kinds ignore it.

    Returns
    -------
    list of str
        Sorted codes; empty where Kolada has no such group.
    """
    kind = grupper[grupper["slag"] == slag]
    if slag == "liknande":
        own = kind[(kind["agare"] == namn) & (kind["omrade"] == omrade)]
        newest = own["titel"].max()  # the year ends the title
    else:
        own = kind[kind["grupp"].isin(kind.loc[kind["medlem"] == kommun, "grupp"])]
        newest = own["titel"].min()
    return sorted(own.loc[own["titel"] == newest, "medlem"])


def group_mean(varden: pd.DataFrame, kommuner: Sequence[str]) -> pd.DataFrame:
    """Return a group's unweighted mean per nyckeltal, year and sex.

    A mean of fewer than half of the members would pass a part off as the whole, so it is
    missing; antal_medlemmar says how many had a value all the same.

    Returns
    -------
    DataFrame
        nyckeltal (str), ar (int), kon (str), varde (float64), antal_medlemmar (int64).
    """
    among = varden[varden["kommun"].isin(kommuner) & varden["varde"].notna()]
    keys = ["nyckeltal", "ar", "kon"]
    means = among.groupby(keys, observed=True)["varde"].agg(varde="mean", antal_medlemmar="size").reset_index()
    means["varde"] = means["varde"].where(means["antal_medlemmar"] * 2 >= len(kommuner))
    return means


def series(varden: pd.DataFrame, nyckeltal: str, kommun: str, kon: str = "T") -> pd.Series:
    """Return one series: values by year in order, missing and hidden years left out."""
    rows = varden[(varden["nyckeltal"] == nyckeltal) & (varden["kommun"] == kommun) & (varden["kon"] == kon)]
    return rows.set_index("ar")["varde"].astype(float).dropna().sort_index()


def hidden_years(varden: pd.DataFrame, nyckeltal: str, kommun: str, kon: str = "T") -> list[int]:
    """Return the years whose value is hidden because it rests on too few."""
    rows = varden[(varden["nyckeltal"] == nyckeltal) & (varden["kommun"] == kommun) & (varden["kon"] == kon)]
    return sorted(int(year) for year in rows.loc[rows["dold"], "ar"])


def overview(
    varden: pd.DataFrame,
    nyckeltal: Sequence[str],
    kommun: str,
    grupper: Mapping[str, Mapping[str, Sequence[str]]],
) -> pd.DataFrame:
    """Return one row per nyckeltal: the latest value and what it is to be seen beside.

    Parameters
    ----------
    varden
        The processed table, already limited to the years that may be shown.
    nyckeltal
        Ids, in the order wanted; all of them get a row, with or without values.
    kommun
        The municipality's code.
    grupper
        Kind of comparison → nyckeltal → member codes; the kind `riket` needs no members.

    Returns
    -------
    DataFrame
        nyckeltal (str, index), ar, fore_ar (Int16), varde, fore, fem_ar, kvinnor, man
        (float64), dold, kvinnor_dold, man_dold (bool), antal (Int32) and for each kind of
        comparison its value (float64) and `<kind>_antal` (Int16: members with a value).
        Comparisons and sexes are of the same year as the latest value.
    """
    rows = [_overview_row(varden, id_, kommun, grupper) for id_ in nyckeltal]
    frame = pd.DataFrame(rows).set_index("nyckeltal")
    counts = {c: "Int16" for c in frame if c in ("ar", "fore_ar") or c.endswith("_antal")}
    return frame.astype({**counts, "antal": "Int32"})


def _overview_row(
    varden: pd.DataFrame, id_: str, kommun: str, grupper: Mapping[str, Mapping[str, Sequence[str]]]
) -> dict[str, object]:
    own = series(varden, id_, kommun)
    hidden = hidden_years(varden, id_, kommun)
    # A hidden value is still the latest: an older one in its place would mislead.
    year = max([*own.index[-1:], *hidden[-1:]], default=None)
    row: dict[str, object] = {"nyckeltal": id_, "ar": year, "dold": year in hidden}
    earlier = own[own.index < year] if year is not None else own
    row |= {
        "varde": own.get(year),
        "fore_ar": earlier.index[-1] if len(earlier) else None,
        "fore": earlier.iloc[-1] if len(earlier) else None,
        "fem_ar": own.get(year - 5) if year is not None else None,
        "antal": None,
    }
    this_year = varden[(varden["nyckeltal"] == id_) & (varden["ar"] == year)]
    base = this_year.loc[(this_year["kommun"] == kommun) & (this_year["kon"] == "T"), "antal"]
    row["antal"] = base.iloc[0] if len(base) else None
    for name, kon in (("kvinnor", "K"), ("man", "M")):
        row[name] = series(this_year, id_, kommun, kon).get(year)
        row[f"{name}_dold"] = bool(hidden_years(this_year, id_, kommun, kon))
    for kind, by_nyckeltal in grupper.items():
        if kind == "riket":
            row[kind] = series(this_year, id_, RIKET).get(year)
            continue
        means = group_mean(this_year[this_year["kon"] == "T"], by_nyckeltal[id_])
        row[kind] = means["varde"].iloc[0] if len(means) else None
        row[f"{kind}_antal"] = means["antal_medlemmar"].iloc[0] if len(means) else 0
    return row
