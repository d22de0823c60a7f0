"""Worked by hand: directions, reasons, limits; what must not matter; and noise is seldom judged."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from styrlib import utveckling
from styrlib.utveckling import Skal, Utveckling, judge, judge_many

UPP, SAMMA, NER, VET_EJ = Utveckling
OPPOSITE = {UPP: NER, NER: UPP, SAMMA: SAMMA, VET_EJ: VET_EJ}
ROLLING = {"xmr": utveckling.XMR_ROLLING, "level": utveckling.LEVEL_ROLLING}
NONE = None


def years(values, last=2022):
    """Return year → value, the last one in 2022."""
    return dict(zip(range(last - len(values) + 1, last + 1), values, strict=True))


EXAMPLES = {
    # Mean 50.9, mean moving range 13/9: at most 50.9 + 3.84 = 54.74. The slopes' interval starts at 0.
    "up by limit": ([50, 51, 50, 51, 50, 51, 50, 51, 50, 55], UPP, Skal.grans),
    # Mean 53.5, mean moving range 23/9: at most 60.3. The slope is certain, and 57 is above (56 + 54 + 57) / 3.
    "up by trend": ([50, 53, 51, 54, 52, 55, 53, 56, 54, 57], UPP, Skal.trend),
    # Mean 14.5, moving ranges all 1: at most 17.16.
    "up by both": ([10, 11, 12, 13, 14, 15, 16, 17, 18, 19], UPP, Skal.grans_och_trend),
    "down by limit": ([50, 49, 50, 49, 50, 49, 50, 49, 50, 45], NER, Skal.grans),
    # The slope is 2 a year, but 54 is the mean of 54, 54 and 54.
    "stopped": ([40, 42, 44, 46, 48, 50, 52, 54, 54, 54], VET_EJ, Skal.avstannad),
    "turned": ([50, 51, 52, 53, 54, 55, 56, 57, 58, 56], VET_EJ, Skal.avstannad),
    # Mean 12.8, mean moving range 24/9: at least 5.71; 36 of 45 slopes are 1.
    "contradictory": ([10, 11, 12, 13, 14, 15, 16, 17, 18, 2], VET_EJ, Skal.motstridigt),
    "noise": ([50, 52, 49, 51, 50, 52, 49, 51, 50, 51], SAMMA, Skal.inget_utslag),
    "constant": ([7.1] * 10, SAMMA, Skal.konstant),
    "constant at nothing": ([0] * 10, SAMMA, Skal.konstant),
    "one change only": ([*[7.1] * 9, 7.2], VET_EJ, Skal.en_andring),
    "too few years": ([1, 2, 3, 4, 5], VET_EJ, Skal.for_fa_ar),
    # At most 3.5 + 2.66 = 6.16.
    "six years are enough": ([1, 2, 3, 4, 5, 6], UPP, Skal.trend),
    "nothing in the judged year": ([10, 11, 12, 13, 14, 15, 16, 17, 18, NONE], VET_EJ, Skal.inget_varde),
    # Mean 117/8 = 14.63, mean moving range 9/7: at most 18.05; the slope is 1 over the gaps too.
    "gap years": ([10, 11, NONE, 13, 14, 15, NONE, 17, 18, 19], UPP, Skal.grans_och_trend),
    # Mean 89/6 = 14.83, mean moving range 9/5: at most 19.62.
    "as many gaps as may be": ([10, NONE, 12, NONE, 14, NONE, 16, NONE, 18, 19], UPP, Skal.trend),
    "every other year": ([NONE, 11, NONE, 13, NONE, 15, NONE, 17, NONE, 19], VET_EJ, Skal.for_fa_ar),
    # 19 from 11 to 30 is above 3.267 × 27/9, and six values follow: only those count.
    "a jump that cuts": ([10, 11, 10, 11, 30, 31, 30, 31, 30, 31], SAMMA, Skal.inget_utslag),
    # 20 is above 3.267 × 29/9, but five values follow. Mean 20.5: at most 29.07.
    "a jump too late to cut": ([10, 11, 10, 11, 10, 31, 30, 31, 30, 31], UPP, Skal.grans),
}


@pytest.mark.parametrize(("values", "direction", "reason"), EXAMPLES.values(), ids=EXAMPLES)
def test_worked_by_hand(values, direction, reason):
    found = judge(years(values), 2022)
    assert (found.utveckling, found.skal) == (direction, reason)


def test_what_a_direction_rests_on():
    # The example of docs/metod.md: mean 73.5, mean moving range 15/9, median of 45 slopes 0.75.
    found = judge(years([70, 72, 71, 73, 72, 74, 73, 75, 76, 79]))
    assert (found.utveckling, found.skal, found.antal, found.fran) == (UPP, Skal.grans_och_trend, 10, 2013)
    assert found.nedre == pytest.approx(73.5 - 2.66 * 15 / 9)
    assert found.ovre == pytest.approx(73.5 + 2.66 * 15 / 9)
    assert found.lutning == pytest.approx(0.75)


def test_after_a_jump_the_figures_are_of_the_years_since():
    found = judge(years(EXAMPLES["a jump that cuts"][0]))
    assert (found.antal, found.fran) == (6, 2017)
    assert (found.nedre, found.ovre) == (pytest.approx(30.5 - 2.66), pytest.approx(30.5 + 2.66))


def test_what_is_not_judged_for_want_of_values_has_no_figures():
    for values, number in (([], 0), ([NONE] * 10, 0), ([1, 2, 3], 3)):
        found = judge(years(values))
        assert (found.skal, found.antal) == (Skal.for_fa_ar if number else Skal.inget_varde, number)
        assert (found.nedre, found.ovre, found.lutning, found.fran) == (None,) * 4


def test_rolling_means_need_more():
    values = years(EXAMPLES["up by limit"][0])  # 50.9 + 1.73 × 3.84 = 57.6
    assert judge(values).utveckling == UPP
    assert judge(values, **ROLLING).skal == Skal.inget_utslag
    assert judge(years(EXAMPLES["up by both"][0]), **ROLLING).skal == Skal.trend


@pytest.mark.parametrize("missing", [None, math.nan, math.inf, np.nan, pd.NA])
def test_a_missing_value_is_the_same_as_no_year(missing):
    whole = years(EXAMPLES["up by both"][0])
    without = {year: value for year, value in whole.items() if year != 2016}
    assert judge({**whole, 2016: missing}) == judge(without)
    assert judge(pd.Series({**whole, 2016: missing}, dtype=object)) == judge(without)


def test_the_order_of_years_and_what_lies_outside_the_window_do_not_matter():
    values = years(EXAMPLES["up by trend"][0])
    expected = judge(values)
    assert judge(dict(reversed(values.items()))) == expected
    assert judge(pd.Series(values)) == expected
    assert judge({**values, 2012: 900.0}) == expected
    assert judge({**values, 2023: 0.0}, 2022) == expected
    assert judge({**values, 2023: 0.0}) != expected


@pytest.mark.parametrize("values", [e[0] for e in EXAMPLES.values()], ids=EXAMPLES)
def test_negated_moved_and_scaled(values):
    def changed(factor, term):
        return judge(years([v if v is None else v * factor + term for v in values]), 2022)

    found = judge(years(values), 2022)
    negated = changed(-1, 0)
    assert (negated.utveckling, negated.skal) == (OPPOSITE[found.utveckling], found.skal)
    for factor, term in ((1, 64), (1, -1024), (8, 0), (0.25, 0), (4, -16)):  # exact in binary
        other = changed(factor, term)
        assert (other.utveckling, other.skal, other.antal, other.fran) == (
            found.utveckling,
            found.skal,
            found.antal,
            found.fran,
        )


def random_series(number, seed=7):
    """Return still, rising, jumping and constant series, rounded so that values tie, many with gaps."""
    chance = np.random.default_rng(seed)
    drift = chance.choice([0, 0.4, -0.8], (number, 1)) * np.arange(10)
    jump = chance.choice([0, 0, 9], (number, 1)) * (np.arange(10) >= chance.integers(1, 10, (number, 1)))
    w = np.round(50 + chance.normal(0, chance.choice([0, 1, 2], (number, 1)), (number, 10)) + drift + jump, 1)
    w[::3] = np.round(w[::3])
    w[chance.random((number, 10)) < chance.choice([0, 0.15, 0.3], (number, 1))] = np.nan
    return w


@pytest.mark.parametrize("thresholds", [{}, ROLLING], ids=["yearly", "rolling"])
def test_one_and_many_judge_alike(thresholds):
    w = random_series(500)
    one = [judge(years(row), 2022, **thresholds) for row in w]
    assert judge_many(w, **thresholds).tolist() == [utveckling.NUMBERS[each.utveckling] for each in one]
    assert {each.utveckling for each in one} == set(Utveckling)
    if not thresholds:
        assert {each.skal for each in one} >= set(Skal) - {Skal.motstridigt, Skal.for_gammalt, Skal.upphort}
        examples = [e for e in EXAMPLES.values() if len(e[0]) == 10]
        many = judge_many(np.array([e[0] for e in examples], dtype=float))
        assert many.tolist() == [utveckling.NUMBERS[e[1]] for e in examples]


def test_many_leaves_what_it_is_given_as_it_was_and_takes_none_at_all(monkeypatch):
    w = random_series(50)
    before = w.copy()
    whole = judge_many(w)
    np.testing.assert_array_equal(w, before)
    assert judge_many(np.empty((0, 10))).tolist() == []
    monkeypatch.setattr(utveckling, "BLOCK", 7)
    assert judge_many(w).tolist() == whole.tolist()


def test_a_margin_only_takes_directions_away():
    w = random_series(500)
    without, within = judge_many(w), judge_many(w, margin=0.5)
    changed = without != within
    assert changed.any()
    assert set(within[changed].tolist()) == {utveckling.NOT_JUDGED}


@pytest.mark.parametrize("share", [0.5, 0.8, 0.9, 0.97])
def test_noise_of_65_persons_is_judged_in_less_than_five_of_a_hundred(share):
    chance = np.random.default_rng(65)
    noise = np.round(100 * chance.binomial(65, share, (10_000, 10)) / 65, 1)
    assert np.isin(judge_many(noise), [1, -1]).mean() < 0.05


def test_a_clear_change_is_seen():
    chance = np.random.default_rng(65)
    rising = np.round(100 * chance.binomial(65, 0.5 + 0.05 * (np.arange(10) - 4.5), (5_000, 10)) / 65, 1)
    found = judge_many(rising)
    assert (found == 1).mean() > 0.8
    assert (found == -1).mean() < 0.001


@pytest.mark.parametrize("level", [0.9, 0.99])
def test_the_slope_and_its_certainty_are_those_of_scipy(level):
    rng = np.random.default_rng(7)
    certain = set()
    for _ in range(300):
        years = np.sort(rng.choice(np.arange(2013, 2023), rng.integers(6, 11), replace=False))
        years[-1] = 2022
        values = np.round(rng.normal(size=len(years)) + rng.choice([0, 0.3, -0.6]) * (years - 2013), rng.integers(0, 3))
        judged = judge(dict(zip(years.tolist(), values.tolist(), strict=True)), xmr=1e9, level=level)
        kept = years >= judged.fran  # since the last jump
        slope, _, low, high = stats.theilslopes(values[kept], years[kept], alpha=level)
        assert judged.lutning == pytest.approx(slope)
        found = judged.skal in (Skal.trend, Skal.avstannad)
        if judged.skal not in (Skal.konstant, Skal.en_andring):
            assert found == (low > 0 or high < 0)
        certain.add(found)
    assert certain == {True, False}
