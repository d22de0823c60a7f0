"""Worked by hand: who is of the same size, the middle 90 %, and where nothing is said."""

import numpy as np
import pandas as pd
import pytest

from styrlib.storlek import Storlek, judge

OWN = "0584"


def rows(values, ar=2022, kon="T"):
    """Return processed values from a dict code → value, with categories as the table has them."""
    frame = pd.DataFrame({"nyckeltal": "N00001", "kommun": list(values), "ar": ar, "kon": kon})
    frame = frame.assign(varde=pd.Series(list(values.values()), dtype="float64"), antal=None, status=None, dold=False)
    return frame.astype({"kommun": "category", "kon": "category", "ar": "int16"})


def around(values, sizes, own=50.0, inhabitants=8000.0):
    """Return values and inhabitants of the others, coded 1000 onwards, and of the municipality itself."""
    codes = [f"{1000 + n}" for n in range(len(values))]
    return {OWN: own} | dict(zip(codes, values, strict=True)), pd.Series([inhabitants, *sizes], index=[OWN, *codes])


def ask(values, invanare, ar=2022):
    frame = values if isinstance(values, pd.DataFrame) else rows(values)
    kommuner = [code for code in invanare.index if not code.startswith("00")]
    return judge(frame, OWN, ar, kommuner=kommuner, invanare=invanare)


@pytest.mark.parametrize(
    ("own", "utanfor"), [(50.0, 0), (95.95, 0), (96.0, 1), (5.0, -1), (5.05, 0), (200.0, 1), (-3.0, -1)]
)
def test_the_middle_90_percent_by_hand(own, utanfor):
    # 59 others with the values 1, 2, … 59 would have ranks (59 + 1) × 0.05 = 3 and 57. Here the 59 values are
    # 5.05 third from below and 95.95 third from above.
    values, sizes = around([1, 2, 5.05, *np.linspace(40, 60, 53), 95.95, 97, 99], [8000 + n for n in range(59)], own)
    assert ask(values, sizes) == Storlek(pytest.approx(5.05), pytest.approx(95.95), 59, utanfor, 8000, 8058)


def test_a_percentile_between_two_values_is_between_them():
    # 30 values 1 to 30: rank 31 × 0.05 = 1.55 and 31 × 0.95 = 29.45, so the limits are 1.55 and 29.45.
    found = ask(*around(list(range(1, 31)), [9000] * 30))
    assert (found.nedre, found.ovre, found.utanfor) == (pytest.approx(1.55), pytest.approx(29.45), 1)


def test_the_sixty_nearest_by_ratio_count_and_not_the_municipality_itself():
    # In inhabitants 4,000 is nearer to 8,000 than 13,000 is; as ratios 2 and 1.625, 13,000 is nearer.
    near = [8000] * 58
    values, sizes = around([10.0] * 58 + [10.0, 10.0, 999.0], [*near, 13000, 5000, 4000], own=10.0)
    assert ask(values, sizes) == Storlek(10.0, 10.0, 60, 0, 5000, 13000)


def test_other_sizes_are_not_of_the_same_size_however_few_there_are():
    # A third of 9,000 is 3,000 and three times as many 27,000.
    values, sizes = around([1.0] * 30 + [500.0] * 40, [3000, 27000] * 15 + [2999, 27001] * 20, inhabitants=9000)
    assert ask(values, sizes).antal == 30
    values, sizes = around([1.0] * 29 + [500.0] * 40, [9000] * 29 + [2999, 27001] * 20, inhabitants=9000)
    assert ask(values, sizes) is None


def test_only_those_with_a_value_the_same_year_count():
    values, sizes = around([1.0] * 31 + [None] * 60, [8000] * 91)
    frame = pd.concat(
        [rows(values), rows(dict.fromkeys(values, 7.0), ar=2021), rows(dict.fromkeys(values, 7.0), kon="K")],
        ignore_index=True,
    )
    assert ask(frame, sizes) == Storlek(1.0, 1.0, 31, 1, 8000, 8000)
    assert ask(frame, sizes, ar=2021).antal == 60
    assert ask(frame, sizes, ar=2020) is None


def test_riket_and_regions_are_of_no_size():
    values, sizes = around([1.0] * 30, [8000] * 30)
    sizes = pd.concat([sizes, pd.Series({"0000": 8000.0, "0005": 8000.0})])
    assert ask(values | {"0000": 9.0, "0005": 9.0}, sizes).antal == 30


def test_nothing_is_said_without_a_value_or_a_population_of_ones_own():
    values, sizes = around([1.0] * 40, [8000] * 40)
    assert ask(values, sizes) is not None
    assert ask(values | {OWN: None}, sizes) is None
    assert ask(values, sizes.drop(OWN)) is None
    assert ask(values, sizes.replace({8000.0: np.nan})) is None


def test_the_order_of_rows_does_not_matter():
    values, sizes = around([float(n) for n in range(90)], [8000, 7000, 9000] * 30)
    shuffled = ask(rows(values).sample(frac=1, random_state=1), sizes.sample(frac=1, random_state=2))
    assert shuffled == ask(values, sizes)


@pytest.mark.parametrize("draw", ["normal", "exponential"])
def test_one_in_ten_drawn_as_the_others_falls_outside(draw):
    chance = np.random.default_rng(90)
    found = []
    for number in (30, 60):
        for _ in range(150):
            every = getattr(chance, draw)(size=number + 1)
            found.append(ask(*around(every[1:].tolist(), [8000] * number, own=every[0])).utanfor != 0)
    assert 0.06 < np.mean(found) < 0.14  # 300 draws: 0.10 ± 2.3 standard errors of 0.017
