"""Worked by hand: which changes count, and how certain they are; what is left out; and noise seldom moves together."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from styrlib import samrorelse
from styrlib.samrorelse import Samrorelse, find


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch):
    monkeypatch.setattr(samrorelse, "RESAMPLES", 4_999)


def by_year(changes, start=50.0, first=2010):
    """Return a series that starts at a value and changes so from year to year."""
    values = np.cumsum([start, *changes])
    return pd.Series(values, index=range(first, first + len(values)), dtype="float64")


# Eight changes in the same order, smallest to largest, but not proportional: coefficient 1.
ORDER = [3, -1, 4, -2, 5, -3, 2, -4]
SAME_ORDER = [change**3 for change in ORDER]
# Ten changes of which only the two largest, 5 and 6, have changed places.
TEN = [1, -2, 3, -4, 5, 6, -5, 2, -3, 4]
NEARLY = [1, -2, 3, -4, 60, 50, -50, 2, -3, 4]


def test_changes_in_the_same_order_move_together():
    (found,) = find({"N2": by_year(SAME_ORDER, 9.0), "N1": by_year(ORDER)})
    assert (found.nyckeltal, found.antal, found.fran, found.till) == (("N1", "N2"), 8, 2010, 2018)
    assert found.spearman == pytest.approx(1)
    assert 2 / 40_320 <= found.falska < 0.01  # the least that eight changes can give is 2 of 8!


def test_the_coefficient_by_hand():
    # Two ranks differ by one: 1 - 6 × (1² + 1²) / (10 × (10² - 1)) = 1 - 12 / 990 = 0.988.
    (found,) = find({"N1": by_year(TEN), "N2": by_year(NEARLY)})
    assert found.spearman == pytest.approx(1 - 12 / 990)


def test_changes_in_the_opposite_order_move_together_too():
    (found,) = find({"N1": by_year(ORDER), "N2": by_year([-change for change in SAME_ORDER])})
    assert found.spearman == pytest.approx(-1)


def test_all_orders_are_tried_when_they_are_few():
    # Of the 4! = 24 orders of four values two are as far from chance: the same and the opposite.
    four = np.array([1.0, 2.0, 3.0, 4.0])
    assert samrorelse._permuted((four,), lambda orders: samrorelse._agree(orders, four)) == 2 / 24


def test_two_series_that_only_rise_do_not_move_together():
    # The values agree entirely, as both rise every year; the changes have 1 - 6 × 104 / 504 = -0.24.
    one, other = by_year([1, 2, 3, 4, 5, 6, 7, 8]), by_year([4, 7, 3, 6, 2, 8, 5, 1])
    assert stats.spearmanr(one, other).statistic == 1
    assert find({"N1": one, "N2": other}) == []


def test_the_level_and_a_steady_rise_do_not_matter():
    one, other = by_year(ORDER), by_year(SAME_ORDER)
    risen = other + 1000 + 8 * np.arange(len(other))
    assert find({"N1": one, "N2": risen}) == find({"N1": one, "N2": other})


def test_only_changes_between_consecutive_years_that_both_have_count():
    one, other = by_year([*ORDER, 100, -7, 6]), by_year([*SAME_ORDER, -900, -400, 300])
    # 2019 is missing in one: the changes to and from it are out, and 2020 to 2021 (6 and 300) is in.
    (found,) = find({"N1": one.drop(2019), "N2": other})
    assert (found.antal, found.fran, found.till) == (9, 2010, 2021)
    assert found.spearman == pytest.approx(1)
    (same,) = find({"N1": one.where(one.index != 2019), "N2": other.sample(frac=1, random_state=1)})
    assert same == found


def test_seven_changes_are_too_few():
    series = {"N1": by_year(ORDER), "N2": by_year(SAME_ORDER)}
    assert len(find(series)) == 1
    assert find({id_: values.iloc[1:] for id_, values in series.items()}) == []
    assert find({"N1": series["N1"], "N2": series["N2"].set_axis(range(2030, 2039))}) == []


def test_what_never_changes_or_changes_steadily_moves_with_nothing():
    series = {"N1": by_year(ORDER), "N2": by_year([0] * 8), "N3": by_year([0.1] * 8)}
    assert find(series) == []


def test_equal_changes_are_equal_although_binary_fractions_differ():
    values = pd.Series([70.1, 70.2, 70.3, 70.4], index=range(2010, 2014))
    assert len(set(np.diff(values))) > 1
    assert len(set(samrorelse._changes(values.to_numpy(), np.array([1, 2, 3])))) == 1


def test_the_same_measured_twice_is_left_out():
    one = by_year(TEN)
    assert find({"N1": one, "N2": 3 * one + 7}) == []
    assert find({"N1": one, "N2": 100 - one}) == []


@pytest.mark.parametrize("pair", [("N1", "N2"), ("N2", "N1")])
def test_pairs_are_left_out_in_either_order_and_not_counted(pair):
    series = {"N1": by_year(ORDER), "N2": by_year(SAME_ORDER)}
    assert find(series, utom=[pair]) == []
    # N3 changes in another order: three pairs are tried, and one when those with N3 are left out.
    more = {**series, "N3": by_year([1, 2, -3, 8, 4, 5, -7, 6])}
    (among_three,) = find(more)
    assert among_three.falska == pytest.approx(3 * find(series)[0].falska)
    assert find(more, utom=[("N1", "N3"), ("N3", "N2")]) == find(series)


def test_the_most_certain_comes_first_whatever_the_order_of_the_series():
    chance = np.random.default_rng(5)
    changes = chance.normal(size=(2, 14))
    series = {
        "N1": by_year(changes[0]),
        "N2": by_year(changes[0] + chance.normal(0, 0.7, 14)),
        "N3": by_year(changes[1]),
        "N4": by_year(changes[1] + chance.normal(0, 0.25, 14)),
    }
    found = find(series)
    assert [pair.nyckeltal for pair in found] == [("N3", "N4"), ("N1", "N2")]
    assert found[0].falska <= found[1].falska
    assert found[0].spearman > found[1].spearman
    assert find(dict(reversed(series.items()))) == found


def test_nothing_moves_with_nothing():
    assert find({}) == []
    assert find({"N1": by_year(ORDER)}) == []


def test_one_pair_is_found_among_the_noise_of_a_namnd():
    chance = np.random.default_rng(30)
    series = {f"N{n:02d}": pd.Series(chance.normal(size=15), index=range(2008, 2023)) for n in range(12)}
    shared = chance.normal(size=15)
    series |= {id_: pd.Series(shared + chance.normal(0, 0.2, 15), index=range(2008, 2023)) for id_ in ("N50", "N51")}
    (found,) = find(series)
    assert isinstance(found, Samrorelse)
    assert found.nyckeltal == ("N50", "N51")


def test_values_around_a_level_agree_by_chance_more_often_than_a_table_says_and_the_rule_knows(monkeypatch):
    monkeypatch.setattr(samrorelse, "RESAMPLES", 999)
    chance = np.random.default_rng(44)
    steps = np.arange(1, 10)
    pairs = [samrorelse._Pair(("N1", "N2"), np.arange(10), chance.normal(size=(2, 10)), steps) for _ in range(2_000)]
    table = np.mean([stats.spearmanr(*pair.changes).pvalue <= 0.01 for pair in pairs])
    rule = np.mean([samrorelse._p_value(pair) <= 0.01 for pair in pairs])
    assert table > 0.016
    assert rule < 0.014
