"""Röjandekontroll: which local values are hidden, so that no one can be worked out from what is shown.

Primary suppression hides what says too much about a few persons. Secondary suppression hides what
would let a reader compute it: the other sex, the total, the neighbouring years of a rolling value.
The rules are closed-form and public; `docs/rojande.md` tells them in Swedish with an example. They
hold for a reader who knows them, the threshold, and every shown value exactly with its base: a
chart's coordinates give more decimals than its labels, so nothing is trusted to rounding.

Sources: Hundepool et al. (2012), *Statistical Disclosure Control*, ch. 4 (threshold rule, secondary
suppression, the feasible interval of a hidden cell); Willenborg and de Waal (2001), *Elements of
Statistical Disclosure Control*, ch. 6 (a respondent who subtracts the own contribution). The slack of
a rolling sum is our own, derived in `slack`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from styrlib.styrmodell import Nyckeltal

KEYS = ["nyckeltal", "ar"]
PARTS = ["K", "M", "rest"]  # rest: those of the total who are neither, as a reader can subtract
FEWEST = 2  # cases, and others, in a total with hidden parts: who knows one of them must not know the rest


@dataclass(frozen=True)
class _Groups:
    """What a reader who sees everything can know of each group: frames by nyckeltal and year, columns T, K, M, rest.

    `bas` is the number that a value rests on, `taljare` the numerator, `ovriga` the others (missing where
    the value is no share). `summa` says which rows hold sums of amounts rather than numbers of cases.
    """

    varde: pd.DataFrame
    bas: pd.DataFrame
    taljare: pd.DataFrame
    ovriga: pd.DataFrame
    summa: pd.Series
    har_bas: pd.Series

    def few(self) -> pd.DataFrame:
        """Return where the cases or the others are so few that a part is nearly given, or all is 0."""
        limit = pd.Series(np.where(self.summa, 0, FEWEST - 0.5), index=self.summa.index)  # numerators come rounded
        return self.taljare.le(limit, axis=0) | self.ovriga.le(FEWEST - 0.5)


def suppress(values: pd.DataFrame, nyckeltal: Mapping[str, Nyckeltal], smallest_base: int) -> pd.DataFrame:
    """Hide values that rest on too few, and what would give them away.

    Parameters
    ----------
    values
        As from `lokala.read`: nyckeltal, ar, kon (T, K, M), varde, antal; one row per key.
    nyckeltal
        The model's nyckeltal by id. One that is not there has no unit, so all its values are hidden.
    smallest_base
        The smallest base that is shown (`minsta_bas`).

    Returns
    -------
    DataFrame
        The same rows with the column dold (bool); varde and antal are missing where it is true.
    """
    groups = _groups(values, nyckeltal)
    hidden = _within_years(groups, smallest_base)
    for id_ in hidden.index.unique("nyckeltal"):
        window = nyckeltal[id_].rullande if id_ in nyckeltal else None
        if window:
            hidden.loc[[id_]] = _between_years(id_, groups, hidden.loc[id_], window).to_numpy()
        elif id_ not in nyckeltal:
            hidden.loc[[id_]] = True
    keys = pd.MultiIndex.from_frame(values[KEYS])
    by_row = hidden.reindex(keys)
    total = (values["kon"] == "T").to_numpy()
    dold = np.where(total, by_row["T"], by_row["parts"]).astype(bool)
    dold &= values[["varde", "antal"]].notna().any(axis=1).to_numpy()  # what is missing is not hidden
    result = values.assign(dold=dold)
    result.loc[dold, ["varde", "antal"]] = None
    return result


def slack(sums: np.ndarray, window: int) -> float:
    """Return how far a single year's number stays unknown when the sums over consecutive windows are known.

    Neighbouring windows differ by one year in and one out, so they give every year's number relative to
    the one `window` years before: only each class of such years can be moved, and the classes together by
    nothing. With numbers that are never negative, each year is known to an interval whose width is the
    first sum less what the classes must hold: the slack. At 0 every year is known exactly.

    Parameters
    ----------
    sums
        Shape (windows,): sums over windows that each begin a year after the one before.
    window
        The number of years in a sum.

    Examples
    --------
    Three-year sums 4, 5, 3 say that year 4 is one more than year 1, and year 5 two fewer than year 2.
    So year 2 is at least 2, and of the first sum only 4 - 2 = 2 is free.

    >>> float(slack(np.array([4, 5, 3]), 3))
    2.0
    """
    relative = np.zeros(window)
    lowest = np.zeros(window)
    for i, step in enumerate(np.diff(sums)):
        relative[i % window] += step
        lowest = np.minimum(lowest, relative)
    return sums[0] + lowest.sum()


def _groups(values: pd.DataFrame, nyckeltal: Mapping[str, Nyckeltal]) -> _Groups:
    by_sex = {kon: values[values["kon"] == kon].set_index(KEYS) for kon in ("T", "K", "M")}
    varde, bas = (
        pd.DataFrame({kon: rows[column].astype("float64") for kon, rows in by_sex.items()})
        for column in ("varde", "antal")
    )
    har_bas = bas.notna().any(axis=1).groupby(level="nyckeltal").transform("any")
    bas["T"] = bas["T"].fillna(bas["K"] + bas["M"])
    for sex, other in (("K", "M"), ("M", "K")):
        bas[sex] = bas[sex].fillna(bas["T"] - bas[other])
    bas["rest"] = bas["T"] - bas["K"] - bas["M"]

    ids = varde.index.get_level_values("nyckeltal")
    unit = pd.Series([nyckeltal[i].enhet if i in nyckeltal else "" for i in ids], index=varde.index)
    percent, count = unit == "procent", unit == "antal"
    antal = bas[["T", "K", "M"]]
    taljare = varde.where(count, varde * antal / np.where(percent, 100, 1)[:, None])
    # A count of the very persons that it rests on has no others; a count among them has.
    among = (varde.le(antal) | varde.isna()).all(axis=1) & count
    some = varde.lt(antal).any(axis=1).groupby(level="nyckeltal").transform("any")
    among = among.groupby(level="nyckeltal").transform("all") & some
    ovriga = (antal - taljare).where(percent | among)
    for frame in (taljare, ovriga):
        for sex, other in (("K", "M"), ("M", "K")):
            frame[sex] = frame[sex].fillna(frame["T"] - frame[other])
        frame["rest"] = frame["T"] - frame["K"] - frame["M"]
    amounts = ~(percent | count)
    return _Groups(
        varde.assign(rest=np.nan), bas, taljare.mask(amounts, taljare.abs()), ovriga, summa=amounts, har_bas=har_bas
    )


def _within_years(groups: _Groups, smallest_base: int) -> pd.DataFrame:
    """Return which totals and parts (bool columns T, parts) are hidden, each year for itself."""
    bas, varde = groups.bas, groups.varde
    there = bas.assign(rest=bas["rest"].where(bas["rest"] != 0))
    small = there < smallest_base
    # A numerator that follows from rounded values is itself not exact.
    room = varde.isna() * 0.5
    extreme = (groups.taljare.le(room) | groups.ovriga.le(room)) & (there < 2 * smallest_base)
    unknown = (varde.notna() & bas.isna()).mul(groups.har_bas, axis=0)
    bad = small | extreme | unknown
    split = (varde[["K", "M"]].notna() | bas[["K", "M"]].notna()).any(axis=1)
    parts = bad[PARTS].any(axis=1) | bad["T"]
    total = bad["T"] | (parts & split & groups.few()["T"])
    return pd.DataFrame({"T": total, "parts": parts | total})


def _between_years(id_: str, groups: _Groups, hidden: pd.DataFrame, window: int) -> pd.DataFrame:
    """Return which totals and parts of a rolling nyckeltal are hidden, given those hidden year by year.

    A window is a total whose parts are years, so few cases in it hide it as hidden sexes do.
    """
    few = groups.few().loc[id_]
    varde = groups.varde.loc[id_]
    has = varde["T"].notna()
    years = hidden.index.to_numpy()
    gone = years[hidden["T"] | (has & few["T"])]
    total = pd.Series([bool((abs(gone - year) < window).any()) for year in years], index=hidden.index)
    whole = True  # every total is shown, with slack in each run
    for run in _runs(years[has & ~total], window):
        if not _loose(id_, groups, ["T"], run, window):
            whole = False
            total[[year for year in run if not _kept(year, run, window)]] = True
    split = varde[["K", "M"]].notna()
    shown = years[has & ~total]
    parts_shown = (
        whole
        and not total[has].any()
        and bool(split.loc[shown].all(axis=None))
        and not bool(split[~has].any(axis=None))
        and not hidden.loc[shown, "parts"].any()
        and _parts_loose(id_, groups, few, shown, window)
    )
    return pd.DataFrame({"T": total, "parts": not parts_shown}, index=hidden.index)


def _parts_loose(id_: str, groups: _Groups, few: pd.DataFrame, shown: np.ndarray, window: int) -> bool:
    there = [part for part in PARTS if part != "rest" or groups.bas.loc[id_].loc[shown, "rest"].ne(0).any()]
    if few.loc[shown, there].any(axis=None):
        return False
    return all(_loose(id_, groups, there, run, window) for run in _runs(shown, window))


def _runs(years: np.ndarray, window: int) -> list[np.ndarray]:
    """Split years where windows no longer share a year."""
    return [run for run in np.split(years, np.flatnonzero(np.diff(years) >= window) + 1) if len(run)]


def _kept(year: int, run: np.ndarray, window: int) -> bool:
    """Tell whether a year stands when only windows without common years are shown, the latest among them."""
    shown = run[-1]
    for earlier in run[::-1]:
        if shown - earlier >= window:
            shown = earlier
        if shown == year:
            return True
    return False


def _loose(id_: str, groups: _Groups, columns: list[str], run: np.ndarray, window: int) -> bool:
    """Tell whether every single year in a run of windows stays unknown by at least two persons' worth."""
    if len(run) == 1:
        return True
    if (np.diff(run) != 1).any():  # a window is missing: how much its neighbours give can't be told in closed form
        return False
    amounts = bool(groups.summa.loc[id_].iloc[0])
    worth = float(groups.varde.loc[id_].loc[run].abs().max(axis=None)) if amounts else 1.0
    for frame in (groups.taljare, groups.ovriga):
        known = frame.loc[id_].loc[run, columns]
        for column in columns:
            sums = known[column].to_numpy()
            if np.isfinite(sums).all() and slack(sums, window) < (FEWEST - 0.5) * worth:
                return False
    return True
