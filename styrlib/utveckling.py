"""The direction of a short yearly series, signal told from noise.

One rule and two functions that give the same answers: `judge` for one series, `judge_many`
for rows of ten years. A rule's answer is never a `bedomning`: that is a person's.

1. The ten years up to the judged one count; after a clear jump with six values since, only those.
2. A signal is (a) the latest value outside the XmR limits, mean ± 2.66 × mean moving range,
   or (b) a Theil-Sen slope whose 90 % confidence interval excludes 0.
3. The signal is the direction only if the latest value lies strictly beyond the mean of the
   latest three years on the signal's side: the movement has not stopped or turned.

How well the answers hold stands in `docs/metod.md`; `benchmarks/utveckling.py` measures it.

Sources: for the limits of values (2.66 = 3 / 1.128) and of moving ranges (3.267) Shewhart (1931),
*Economic Control of Quality of Manufactured Product*; Wheeler and Chambers (1992), *Understanding
Statistical Process Control*; NIST/SEMATECH, *e-Handbook of Statistical Methods*, 6.3.2.2. For the
slope and its interval Theil (1950), "A rank-invariant method of linear and polynomial regression
analysis"; Sen (1968), "Estimates of the regression coefficient based on Kendall's tau".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
import pandas as pd

WINDOW = 10  # years, the judged one included
FEWEST = 6  # values in the window; and after a jump for the years before it to be left out
RECENT = 3  # years whose mean the latest value must lie beyond
XMR = 2.66  # × mean moving range: three standard deviations
JUMP = 3.267  # × mean moving range: upper limit of the moving range itself
LEVEL = 0.90  # confidence of the slope's interval
SIGMA = 1.128  # mean moving range in standard deviations
XMR_ROLLING = XMR * 3**0.5  # of three-year means neighbours share two years: their moving range is too small
LEVEL_ROLLING = 0.99  # and the slope's interval too narrow; found by simulation
NOT_JUDGED = 9  # among the numbers of `judge_many`
BLOCK = 50_000  # rows at a time
_EQUAL = 1e-9  # relative: differences of binary fractions, not of values


class Utveckling(StrEnum):
    """Where a series is going."""

    upp = "upp"
    oforandrad = "oforandrad"
    ner = "ner"
    gar_inte_att_bedoma = "gar_inte_att_bedoma"


class Skal(StrEnum):
    """Why a series was judged so."""

    grans = "grans"  # the latest value is outside the XmR limits
    trend = "trend"  # the slope is certain
    grans_och_trend = "grans_och_trend"
    inget_utslag = "inget_utslag"
    konstant = "konstant"
    avstannad = "avstannad"  # a signal, but the latest value is back at or past the three-year mean
    motstridigt = "motstridigt"  # the two signals point apart
    en_andring = "en_andring"  # all values equal but the latest
    for_fa_ar = "for_fa_ar"
    inget_varde = "inget_varde"  # of the judged year
    for_gammalt = "for_gammalt"  # the latest value is not of today; this and the next are said by the caller
    upphort = "upphort"  # the nyckeltal is discontinued


NUMBERS = dict(zip(Utveckling, (1, 0, -1, NOT_JUDGED), strict=True))
_DIRECTIONS = {number: utveckling for utveckling, number in NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class Judged:
    """The direction of a series, and what it rests on.

    `antal` values count, from the year `fran`. The series' own variation explains what lies
    between `nedre` and `ovre`, the XmR limits; `lutning` is the Theil-Sen slope, units a year.
    """

    utveckling: Utveckling
    skal: Skal
    antal: int
    nedre: float | None = None
    ovre: float | None = None
    lutning: float | None = None
    fran: int | None = None


def judge(
    varden: Mapping[int, float | None] | pd.Series, ar: int | None = None, *, xmr: float = XMR, level: float = LEVEL
) -> Judged:
    """Judge the direction of one yearly series.

    `varden` maps years to values; missing ones may be absent, None or NaN. `ar` is the judged year,
    the latest with a value unless given; later values are not looked at. For a series of three-year
    means, `xmr` and `level` are to be `XMR_ROLLING` and `LEVEL_ROLLING`.
    """
    known = {int(year): float(v) for year, v in varden.items() if not pd.isna(v) and np.isfinite(v)}
    judged = max(known, default=0) if ar is None else ar
    years = np.array([year for year in sorted(known) if judged - WINDOW < year <= judged], dtype=int)
    y = np.array([known[year] for year in years.tolist()])
    if judged not in known:
        return Judged(Utveckling.gar_inte_att_bedoma, Skal.inget_varde, len(y))
    if len(y) < FEWEST:
        return Judged(Utveckling.gar_inte_att_bedoma, Skal.for_fa_ar, len(y))
    first = _after_jump(y)
    years, y = years[first:], y[first:]
    middle, reach = y.mean(), xmr * np.abs(np.diff(y)).mean()
    row = np.full((1, WINDOW), np.nan)
    row[0, years - (judged - WINDOW + 1)] = y
    slopes, trend = _slopes(row)[0], int(_trends(row, level)[0])
    limit = int(np.sign(y[-1] - middle)) if abs(y[-1] - middle) > reach else 0
    beyond = (y[-1] - y[years > judged - RECENT].mean()) * (limit or trend)
    going_on = bool(beyond > _EQUAL * max(1.0, abs(y[-1])))
    number, skal = _direction(y, limit, trend, going_on=going_on)
    figures = (float(figure) for figure in (middle - reach, middle + reach, np.nanmedian(slopes)))
    return Judged(_DIRECTIONS[number], skal, len(y), *figures, int(years[0]))


def _after_jump(y: np.ndarray) -> int:
    """Return the index of the first value after a jump, else 0: a range above its limit that parts the values."""
    ranges = np.abs(np.diff(y))
    i = int(ranges.argmax()) + 1
    before, after = y[:i], y[i:]
    apart = after.min() > before.max() or after.max() < before.min()
    return i if ranges.max() > JUMP * ranges.mean() and len(after) >= FEWEST and apart else 0


def _direction(y: np.ndarray, limit: int, trend: int, *, going_on: bool) -> tuple[int, Skal]:
    if (y == y[0]).all():
        return 0, Skal.konstant
    if (y[:-1] == y[0]).all():
        return NOT_JUDGED, Skal.en_andring
    if not limit and not trend:
        return 0, Skal.inget_utslag
    if limit * trend < 0 or not going_on:
        return NOT_JUDGED, Skal.motstridigt if limit * trend < 0 else Skal.avstannad
    return limit or trend, Skal.grans_och_trend if limit and trend else Skal.grans if limit else Skal.trend


def judge_many(varden: np.ndarray, *, xmr: float = XMR, level: float = LEVEL, margin: float = 0.0) -> np.ndarray:
    """Judge rows of ten consecutive years, the judged one last, by the rule of `judge`; NaN where missing.

    The latest value must lie `margin` standard deviations beyond the three-year mean: 0 is the rule.
    Each row's answer is a number (int8) as in `NUMBERS`: 1, 0, -1, or 9 where not judged.
    """
    varden = np.where(np.isfinite(varden), varden, np.nan)
    answers = np.full(len(varden), NOT_JUDGED, np.int8)
    for start in range(0, len(varden), BLOCK):
        block = varden[start : start + BLOCK]
        rows = np.flatnonzero((np.isfinite(block).sum(1) >= FEWEST) & np.isfinite(block[:, -1]))
        if rows.size:
            answers[start + rows] = _judge_block(_cut_jumps(block[rows]), xmr, level, margin)
    return answers


def _ranges(v: np.ndarray) -> np.ndarray:
    """Return each row's moving ranges, gaps closed; NaN last."""
    order = np.argsort(np.isnan(v), axis=1, kind="stable")
    return np.abs(np.diff(np.take_along_axis(v, order, 1), axis=1))


def _cut_jumps(v: np.ndarray) -> np.ndarray:
    cut, ranges = v.copy(), _ranges(v)
    for row in np.flatnonzero(np.nanmax(ranges, 1) > JUMP * np.nanmean(ranges, 1)):
        known = np.flatnonzero(np.isfinite(v[row]))
        cut[row, : known[_after_jump(v[row, known])]] = np.nan
    return cut


def _slopes(v: np.ndarray) -> np.ndarray:
    """Return each row's slopes between all pairs of years in order, NaN last; their median is Theil and Sen's slope."""
    i, j = np.triu_indices(WINDOW, 1)
    return np.sort((v[:, j] - v[:, i]) / (j - i), axis=1)


def _trends(v: np.ndarray, level: float) -> np.ndarray:
    """Return the signs of certain slopes: the ranks of the interval that `scipy.stats.theilslopes` gives.

    SciPy takes one series at a time, and longer to import than all the rest of a chart takes.
    """
    slopes = _slopes(v)
    number = np.isfinite(v).sum(1)
    pairs = number * (number - 1) // 2
    ties = (v[:, :, None] == v[:, None, :]).sum(2)  # values equal to this one, itself included; 0 where missing
    tied = np.where(ties > 0, (ties - 1) * (2 * ties + 5), 0).sum(1)
    sigma = np.sqrt(np.maximum(number * (number - 1) * (2 * number + 5) - tied, 0) / 18)
    width = NormalDist().inv_cdf((1 + level) / 2) * sigma
    ranks = np.maximum(np.round((pairs - width) / 2) - 1, 0), np.minimum(np.round((pairs + width) / 2), pairs - 1)
    low, high = (np.take_along_axis(slopes, rank.astype(int)[:, None], 1)[:, 0] for rank in ranks)
    return (low > 0).astype(int) - (high < 0)


def _judge_block(v: np.ndarray, xmr: float, level: float, margin: float) -> np.ndarray:
    moving, latest, missing = np.nanmean(_ranges(v), 1), v[:, -1], np.isnan(v)
    constant = ((v == latest[:, None]) | missing).all(1)
    first = np.take_along_axis(v, (~missing).argmax(1)[:, None], 1)
    one_change = ~constant & ((v == first) | missing)[:, :-1].all(1)
    off = latest - np.nanmean(v, 1)
    limit = np.where(np.abs(off) > xmr * moving, np.sign(off), 0)
    trend = _trends(v, level)
    direction = np.where(limit != 0, limit, trend)
    beyond = (latest - np.nanmean(v[:, -RECENT:], 1)) * direction
    going_on = beyond > np.maximum(_EQUAL * np.maximum(1, np.abs(latest)), margin * moving / SIGMA)
    without = one_change | (limit * trend < 0) | ((direction != 0) & ~going_on)
    return np.where(constant, 0, np.where(without, NOT_JUDGED, direction))
