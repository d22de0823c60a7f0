"""The gap between women and men in one municipality's series, and whether it is more than chance.

Each year that has a value for both gives a gap, women less men. The gap is certain when

1. at least six of the latest ten years have both;
2. the Wilcoxon signed-rank test, two-sided and exact, says that gaps as one-sided as these
   come by chance at most one time in twenty;
3. the latest gap lies on the same side as most of them.

The test asks for the side and the size: a small gap the wrong way weighs less than a large one.
It takes the years to be independent. How often it errs stands in `docs/metod.md`;
`benchmarks/konsskillnad.py` measures it.

Source: Wilcoxon (1945), "Individual comparisons by ranking methods", Biometrics Bulletin 1(6).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

WINDOW = 10  # years, the latest that has both included
FEWEST = 6  # years with both: with five, even five gaps the same way come by chance one time in sixteen
LEVEL = 0.05  # how often chance may look certain
_DIGITS = 9  # of a gap that count: the rest is dust of binary fractions, and would part equal gaps


class Skillnad(StrEnum):
    """What the gap is over the years."""

    saker = "saker"  # the years agree on who is higher
    osaker = "osaker"  # it changes sides, or is no larger than the years' own variation
    gar_inte_att_bedoma = "gar_inte_att_bedoma"  # too few years


@dataclass(frozen=True, slots=True)
class Konsskillnad:
    """Women and men the latest year that has both: the gap is women less men, in the nyckeltal's unit.

    `antal` years were compared, from the year `fran`. `vanlig` is the median gap of those years.
    """

    ar: int
    kvinnor: float
    man: float
    skillnad: Skillnad
    vanlig: float | None
    antal: int
    fran: int

    @property
    def gap(self) -> float:
        """Women's value less men's."""
        return self.kvinnor - self.man


def judge(kvinnor: pd.Series, man: pd.Series) -> Konsskillnad | None:
    """Judge the gap between two yearly series, the values of women and of men by year.

    Missing values may be absent or NaN. None when no year has both. With fewer than `FEWEST`
    years the gap is shown and not judged, and `vanlig` is None.
    """
    women, men = ({int(year): float(value) for year, value in side.dropna().items()} for side in (kvinnor, man))
    years = sorted(women.keys() & men.keys())
    if not years:
        return None
    years = [year for year in years if year > years[-1] - WINDOW]
    gaps = np.round([women[year] - men[year] for year in years], _DIGITS)
    judged = len(gaps) >= FEWEST
    certain = judged and bool(judge_many(gaps[None, :])[0])
    return Konsskillnad(
        ar=years[-1],
        kvinnor=women[years[-1]],
        man=men[years[-1]],
        skillnad=Skillnad.saker if certain else Skillnad.osaker if judged else Skillnad.gar_inte_att_bedoma,
        vanlig=float(np.median(gaps)) if judged else None,
        antal=len(gaps),
        fran=years[0],
    )


def judge_many(gaps: np.ndarray) -> np.ndarray:
    """Return the certain side of each row of gaps, the latest last: 1 women higher, -1 men higher, 0 not certain.

    The probability is that of `scipy.stats.wilcoxon` with a `PermutationMethod` of all resamples: equal gaps
    share their ranks, and zeros are left out. SciPy takes a tenth of a second a series for it, this far less.
    """
    size = np.abs(gaps)
    # Zeros are the smallest: ranks from the first gap that is not nothing, and 0 for nothing.
    ranks = np.where(size > 0, stats.rankdata(size, axis=1) - (size == 0).sum(1, keepdims=True), 0)
    total = (np.sign(gaps) * ranks).sum(1)
    chance = (np.abs(ranks @ _signs(gaps.shape[1])) >= np.abs(total)[:, None] - 10.0**-_DIGITS).mean(1)
    return np.where((chance <= LEVEL) & (np.sign(gaps[:, -1]) == np.sign(total)), np.sign(total), 0).astype(int)


@cache
def _signs(number: int) -> np.ndarray:
    """Return every way to put plus and minus before a number of gaps: number × 2^number."""
    return 1.0 - 2 * (np.arange(2**number) >> np.arange(number)[:, None] & 1)
