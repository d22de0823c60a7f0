"""Worked by hand: sides, sizes and too few years; and chance seldom looks certain."""

import math
import time

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from styrlib.konsskillnad import Skillnad, judge, judge_many

SAKER, OSAKER, VET_EJ = Skillnad


def years(values, last=2022):
    return pd.Series(dict(zip(range(last - len(values) + 1, last + 1), values, strict=True)), dtype=float)


def gaps(*sizes):
    """Return women's and men's series with these gaps, men at 50."""
    return years([50 + size for size in sizes]), years([50.0] * len(sizes))


EXAMPLES = {
    # All six the same way: 1 of 64 ways to put the signs, and the mirror: 2/64 = 0.031.
    "six of six": ((2, 3, 1, 4, 5, 6), SAKER),
    # The ranks that go the wrong way are 1 at most in 2 of 64 ways, and mirrored: 4/64 = 0.063.
    "five of six, the smallest against": ((2, 3, -1, 4, 5, 6), OSAKER),
    # The ranks that go the wrong way are 1 at most in 2 of 256 ways, and mirrored: 4/256 = 0.016.
    "seven of eight, the smallest against": ((2, 3, -1, 4, 5, 6, 7, 8), SAKER),
    # Rank 8 goes the wrong way: at most 8 in 25 of 256 ways (1, 1, 1, 2, 2, 3, 4, 5, 6 sum to 0, 1 … 8), 50/256 = 0.20.
    "seven of eight, the largest against": ((2, 3, -8, 4, 5, 6, 7, 1), OSAKER),
    "men higher": ((-2, -3, -1, -4, -5, -6), SAKER),
    # 4/1024 = 0.004, but the latest is the one against.
    "certain until the latest": ((2, 3, 4, 5, 6, 7, 8, 9, 10, -1), OSAKER),
    # Nothing is on no side.
    "certain until the latest, which is nothing": ((2, 3, 4, 5, 6, 7, 8, 9, 10, 0), OSAKER),
    # Zeros are left out: 2/64 of six years; of five 2/32 = 0.063.
    "zeros leave six": ((0, 0, 2, 3, 1, 4, 5, 6), SAKER),
    "zeros leave five": ((0, 0, 0, 3, 1, 4, 5, 6), OSAKER),
    # Ranks 1 and 2 go the wrong way: at most 3 in 5 of 256 ways, and mirrored: 10/256 = 0.039.
    "zeros take no ranks": ((0, 0, -1, -2, 3, 4, 5, 6, 7, 8), SAKER),
    "equal gaps": ((2, 2, 2, 2, 2, 2), SAKER),
    "never any gap": ((0,) * 10, OSAKER),
    "changes sides": ((5, -5, 6, -4, 5, -6, 4, -5, 6, -4), OSAKER),
    "five years": ((2, 3, 1, 4, 5), VET_EJ),
    "one year": ((2,), VET_EJ),
}


@pytest.mark.parametrize(("sizes", "answer"), EXAMPLES.values(), ids=EXAMPLES)
def test_worked_by_hand(sizes, answer):
    assert judge(*gaps(*sizes)).skillnad is answer


@pytest.mark.parametrize(("sizes", "answer"), EXAMPLES.values(), ids=EXAMPLES)
def test_who_is_called_women_does_not_matter(sizes, answer):
    women, men = gaps(*sizes)
    other = judge(men, women)
    assert other.skillnad is answer
    assert other.gap == -judge(women, men).gap


def test_the_example_of_the_method_page():
    # Gaps 8, 5, 10, -2, 7, 9, 12, 6. The smallest goes the other way: 4/256 = 0.016. Sorted -2, 5, 6, 7, 8, 9, 10, 12.
    women = years([92, 90, 94, 85, 91, 93, 95, 90])
    men = years([84, 85, 84, 87, 84, 84, 83, 84])
    found = judge(women, men)
    assert found.skillnad is SAKER
    assert (found.ar, found.kvinnor, found.man, found.gap) == (2022, 90, 84, 6)
    assert (found.vanlig, found.antal, found.fran) == (7.5, 8, 2015)


def test_only_years_with_both_count_and_only_the_latest_ten():
    women = years([1, 1, 1, *[60] * 10])  # 2010–2022
    men = years([99, 99, 99, 50, None, 50, 50, math.nan, 50, 50, 50, 50, 50, 50], last=2023)
    found = judge(women, men)
    assert (found.ar, found.antal, found.fran, found.skillnad) == (2022, 8, 2013, SAKER)


def test_the_latest_year_with_both_is_shown_though_one_of_them_goes_on():
    women, men = gaps(2, 3, 1, 4, 5, 6)
    assert judge(women, men.iloc[:-1]).ar == 2021


def test_without_a_year_that_has_both_there_is_nothing():
    empty = pd.Series(dtype=float)
    assert judge(empty, empty) is None
    assert judge(years([1, 2, 3]), years([1, 2, 3], last=2010)) is None
    assert judge(years([1, None]), years([None, 2])) is None


def test_few_years_are_shown_and_not_judged():
    found = judge(years([81.0, 82.0]), years([80.0, 79.0]))
    assert (found.gap, found.vanlig, found.antal, found.skillnad) == (3, None, 2, VET_EJ)


def test_order_of_years_does_not_matter():
    women, men = gaps(2, 3, -1, 4, 5, 6, 7, 8)
    assert judge(women.iloc[::-1], men.sample(frac=1, random_state=1)) == judge(women, men)


def test_gaps_that_are_printed_alike_are_equal():
    # 80.3 - 80.1, 70.2 - 70.0 and 60.4 - 60.2 differ in the fifteenth decimal.
    women, men = [80.3, 70.2, 60.4, 50.1, 80.3, 70.2, 60.4, 80.3], [80.1, 70.0, 60.2, 50.3, 80.1, 70.0, 60.2, 80.1]
    # Equal sizes: one or no minus in 9 of 256 ways, and mirrored: 18/256 = 0.070.
    assert judge(years(women), years(men)).skillnad is OSAKER


def test_the_probability_is_that_of_scipy():
    chance = np.random.default_rng(3)
    for number in (6, 8, 10):
        drawn = np.round(chance.normal(1, 1.5, number))  # equal gaps and zeros
        drawn[-1] = 9
        test = stats.wilcoxon(drawn, method=stats.PermutationMethod(n_resamples=np.inf))
        assert (judge_many(drawn[None, :])[0] == 1) == (test.pvalue <= 0.05), drawn


def test_chance_seldom_looks_certain():
    chance = np.random.default_rng(65)
    for half in (10, 32):
        shares = [np.round(100 * chance.binomial(half, 0.8, (5_000, 10)) / half, 1) for _ in range(2)]
        assert (judge_many(np.round(shares[0] - shares[1], 9)) != 0).mean() < 0.05


def test_a_clear_gap_is_seen_on_the_right_side():
    chance = np.random.default_rng(300)
    women, men = (np.round(100 * chance.binomial(150, share, (2_000, 10)) / 150, 1) for share in (0.55, 0.45))
    found = judge_many(np.round(women - men, 9))
    assert (found == 1).mean() > 0.9
    assert (found == -1).mean() < 0.001


def test_a_report_of_nyckeltal_is_judged_at_once():
    women, men = gaps(2, 2, -1, 4, 5, 5, 7, 8, 0, 3)
    start = time.perf_counter()
    for _ in range(30):
        judge(women, men)
    assert time.perf_counter() - start < 1
