"""What moved together in one municipality: pairs of nyckeltal whose changes agree more than by chance.

1. For each pair the changes between consecutive years that both have; at least eight.
2. Spearman's rank correlation (1904) of the changes. Changes and not values: two series that both rise agree whatever
   they measure (Yule 1926, "Why do we sometimes get nonsense-correlations between time-series?").
3. Its p-value by permutation, the larger of two: one puts the changes in random order, the other the values. The first
   is right for series that wander, the second for series that vary around a level. Changes of the latter turn back and
   forth, and so agree by chance two to four times as often as the first one, or a table, lets one believe.
4. Of all pairs those are kept whose false discovery rate is at most 5 % (Benjamini and Hochberg 1995).

With some ten years and some hundred pairs, only pairs that nearly follow each other step by step can be found. Mostly
there are none: that is an answer, and not a sign that nothing hangs together. Nothing here says what causes what.
How often it is wrong, and what it finds in real series, stands in `docs/metod.md`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, permutations

import numpy as np
import pandas as pd
from scipy import stats

from styrlib import tidtagning

FEWEST = 8  # changes: with seven even the very same order, 2 of 7! = 0.0004, is likely among some hundred pairs
FALSE = 0.05  # of the pairs found
TWINS = 0.98  # |Pearson| of the changes: the same measured twice
RESAMPLES = 99_999
STEPS = (1_999, *range(9_999, RESAMPLES + 1, 10_000))  # tried so many, enough may be known
SEEN = 50  # makes a p-value certain to a seventh of it
# A pair whose p-value is larger, by a table or by either permutation, is given p = 1: the rest takes time, and only
# makes it larger.
SCREEN = 0.01


@dataclass(frozen=True, slots=True)
class Samrorelse:
    """Two nyckeltal that moved together.

    `spearman` is the rank correlation, from -1 to 1, of `antal` changes, the first of them from the year `fran` and
    the last to the year `till`. Among the pairs that are at least as certain as this one, on average at most the share
    `falska` is chance.
    """

    nyckeltal: tuple[str, str]
    antal: int
    spearman: float
    fran: int
    till: int
    falska: float


@dataclass(frozen=True, slots=True)
class _Pair:
    nyckeltal: tuple[str, str]
    years: np.ndarray  # the shared years
    values: np.ndarray  # 2 rows, one column per shared year
    steps: np.ndarray  # indices of the years that follow directly on the one before

    @property
    def changes(self) -> np.ndarray:
        return _changes(self.values, self.steps)


@tidtagning.part("räkna statistik")
def find(serier: Mapping[str, pd.Series], *, utom: Collection[tuple[str, str]] = ()) -> list[Samrorelse]:
    """Return the pairs of series that moved together, the most certain first.

    Parameters
    ----------
    serier
        Nyckeltal → one municipality's values by year, missing ones absent or NaN; some 20 to 35, as a nämnd has.
    utom
        Pairs that are not to be looked at, in either order: where one is a part of the other, or the same thing for
        another sex, age or regi. They are not counted among the pairs that chance is allowed for. Neither are pairs
        whose changes are proportional (|Pearson| at least 0.98): the same measured twice.
    """
    left_out = {frozenset(pair) for pair in utom}
    table = pd.DataFrame(dict(serier), dtype=float).sort_index()
    years = table.index.to_numpy(dtype=int)
    columns = {id_: table[id_].to_numpy() for id_ in sorted(serier)}
    pairs = [
        pair
        for ids in combinations(columns, 2)
        if frozenset(ids) not in left_out and (pair := _pair(ids, years, columns)) is not None
    ]
    if not pairs:
        return []
    p = np.array([_p_value(pair) for pair in pairs])
    falska = stats.false_discovery_control(p, method="bh")
    found = [(p[i], _found(pairs[i], float(falska[i]))) for i in np.flatnonzero(falska <= FALSE)]
    return [each for _, each in sorted(found, key=lambda row: (row[0], -abs(row[1].spearman), row[1].nyckeltal))]


def _found(pair: _Pair, falska: float) -> Samrorelse:
    spearman = float(stats.spearmanr(*pair.changes).statistic)
    fran, till = pair.years[pair.steps[0] - 1], pair.years[pair.steps[-1]]
    return Samrorelse(pair.nyckeltal, len(pair.steps), spearman, int(fran), int(till), falska)


def _pair(ids: tuple[str, str], years: np.ndarray, columns: Mapping[str, np.ndarray]) -> _Pair | None:
    """Return what two series share; None where it is too little, never changes, or is the same measured twice.

    Twins are told by Pearson's coefficient: with nine changes no pair is found unless the ranks agree to 0.98.
    """
    values = np.array([columns[id_] for id_ in ids])
    there = ~np.isnan(values).any(axis=0)
    years, values = years[there], values[:, there]
    pair = _Pair(ids, years, values, np.flatnonzero(np.diff(years) == 1) + 1)
    if len(pair.steps) < FEWEST or (np.ptp(pair.changes, axis=1) == 0).any():
        return None
    return None if abs(np.corrcoef(pair.changes)[0, 1]) >= TWINS else pair


def _changes(values: np.ndarray, steps: np.ndarray) -> np.ndarray:
    # The source has at most eight decimals: beyond them equal changes differ, as binary fractions do.
    return np.round(values[..., steps] - values[..., steps - 1], 8)


def _agree(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the absolute correlation of ranks along the last axis, 0 where one side does not vary."""
    x, y = (side - side.mean(axis=-1, keepdims=True) for side in (x, y))
    size = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    return np.divide(np.abs((x * y).sum(axis=-1)), size, out=np.zeros_like(size), where=size > 0)


def _p_value(pair: _Pair) -> float:
    """Return the larger p-value of the changes, and of the values, in random order; 1 where it is above 1 %."""
    x, y = pair.changes
    if stats.spearmanr(x, y).pvalue > SCREEN:
        return 1.0

    def of_values(*sides: np.ndarray) -> np.ndarray:
        return _agree(*(stats.rankdata(_changes(side, pair.steps), axis=-1) for side in sides))

    y_ranks = stats.rankdata(y)
    largest = _permuted(tuple(pair.values), of_values)
    if largest <= SCREEN:  # in random order, changes keep their ranks: these are found once
        largest = max(largest, _permuted((stats.rankdata(x),), lambda ranks: _agree(ranks, y_ranks)))
    return largest if largest <= SCREEN else 1.0


def _permuted(data: tuple[np.ndarray, ...], statistic: Callable[..., np.ndarray]) -> float:
    """Return how often the statistic is at least as large with each row in random order, or in all orders if few.

    Not all of the orders are tried for a p-value that is too large to matter: it is known well enough when `SEEN` are
    as large (Besag and Clifford 1991, "Sequential Monte Carlo p-values", Biometrika 78).
    """
    observed = statistic(*(row[np.newaxis] for row in data))[0] * (1 - 1e-12)  # equal, as binary fractions go

    def as_large(*orders: np.ndarray) -> int:
        return int((statistic(*(row[order] for row, order in zip(data, orders, strict=True))) >= observed).sum())

    if len(data) == 1 and math.factorial(len(data[0])) <= RESAMPLES:
        every = np.array([*permutations(range(len(data[0])))])
        return as_large(every) / len(every)
    found = tried = 0
    for step, end in enumerate(STEPS):
        number = min(end, RESAMPLES) - tried
        found += as_large(*(_orders(len(row), number, (step, side)) for side, row in enumerate(data)))
        tried += number
        if found >= SEEN or tried == RESAMPLES:
            break
    return (found + 1) / (tried + 1)


@lru_cache(maxsize=32)
def _orders(length: int, number: int, seed: tuple[int, ...]) -> np.ndarray:
    """Return random orders as rows of indices; the same seed gives the same, so that the same data give one answer."""
    return np.random.default_rng(seed).random((number, length)).argsort(axis=1)
