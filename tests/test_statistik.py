"""Worked by hand: ranks, quartiles, changes, coverage, co-variation."""

import math

import numpy as np
import pandas as pd
import pytest

from styrlib import statistik

NONE = None


def values(*rows):
    """Return tidy values from kommun, ar, kon, varde, or with a nyckeltal before them."""
    full = [row if len(row) == 5 else ("N00001", *row) for row in rows]
    frame = pd.DataFrame(full, columns=["nyckeltal", "kommun", "ar", "kon", "varde"])
    text = {"nyckeltal": "str", "kommun": "str", "kon": "str"}
    return frame.astype({**text, "ar": "int64", "varde": "float64"})


def one_year(numbers, ar=2022, kon="T", nyckeltal="N00001"):
    return values(*((nyckeltal, f"{n:04d}", ar, kon, number) for n, number in enumerate(numbers, start=1)))


# --- Coverage and the latest value ------------------------------------------------------------------------------------


def test_coverage_counts_municipalities_with_a_value():
    frame = values(
        ("0001", 2020, "T", 1.0),
        ("0002", 2020, "T", 0.0),
        ("0003", 2020, "T", None),
        ("0001", 2020, "K", 1.0),
        ("0001", 2021, "T", None),
        ("N00002", "0001", 2019, "T", -1.0),
    )
    found = statistik.coverage(frame)
    assert found.to_dict("list") == {
        "nyckeltal": ["N00001", "N00001", "N00002"],
        "ar": [2020, 2020, 2019],
        "kon": ["K", "T", "T"],
        "kommuner": [1, 2, 1],
    }
    assert [str(dtype) for dtype in found.dtypes] == ["str", "int64", "str", "int64"]


# Ten municipalities have 2020, five 2021, two 2022, and one an empty 2023.
STEPS = pd.concat(
    [
        one_year(range(10), 2020),
        one_year([*range(10, 15)], 2021),
        one_year([20, 21], 2022),
        one_year([None, 30], 2023).iloc[:1],
    ]
)


@pytest.mark.parametrize(
    ("tackning", "year", "rows"),
    [(0.01, 2022, 2), (0.2, 2022, 2), (0.21, 2021, 5), (0.5, 2021, 5), (0.51, 2020, 10), (1.0, 2020, 10)],
)
def test_the_latest_year_is_the_last_that_enough_municipalities_have(tackning, year, rows):
    found = statistik.latest(STEPS, tackning)
    assert set(found["ar"]) == {year}
    assert len(found) == rows
    assert found["varde"].notna().all()
    assert found.columns.tolist() == STEPS.columns.tolist()


def test_without_a_rule_each_municipality_has_its_own_latest_year():
    found = statistik.latest(STEPS).set_index("kommun")
    years = {"0001": 2022, "0002": 2022, **{f"{n:04d}": 2021 for n in (3, 4, 5)}}
    years |= {f"{n:04d}": 2020 for n in range(6, 11)}
    assert found["ar"].to_dict() == years
    assert found.loc["0001", "varde"] == 20
    assert found.loc["0006", "varde"] == 5


def test_zero_is_a_latest_value_and_a_missing_one_is_not():
    frame = values(("0001", 2020, "T", 5.0), ("0001", 2021, "T", 0.0), ("0001", 2022, "T", None))
    for tackning in (0.0, 0.5):
        found = statistik.latest(frame, tackning)
        assert found[["ar", "varde"]].to_numpy().tolist() == [[2021, 0.0]]


def test_sexes_and_nyckeltal_have_latest_years_of_their_own():
    frame = values(
        ("0001", 2022, "T", 1.0),
        ("0001", 2021, "K", 2.0),
        ("N00002", "0001", 2019, "T", 3.0),
        ("N00002", "0001", 2018, "T", 4.0),
    )
    for tackning in (0.0, 0.5):
        found = statistik.latest(frame, tackning).sort_values("varde")
        assert found["varde"].tolist() == [1.0, 2.0, 3.0]


def test_nothing_has_no_latest_value():
    empty = values()
    for tackning in (0.0, 0.5):
        assert statistik.latest(empty, tackning).empty
        assert statistik.latest(values(("0001", 2020, "T", None)), tackning).empty


# --- Change -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "difference", "percent"),
    [
        (80.0, 100.0, 20.0, 25.0),
        (100.0, 80.0, -20.0, -20.0),
        (50.0, 0.0, -50.0, -100.0),
        (50.0, -25.0, -75.0, -150.0),
        (5.0, 5.0, 0.0, 0.0),
        (0.0, 5.0, 5.0, NONE),
        (-10.0, 5.0, 15.0, NONE),
        (-10.0, -5.0, 5.0, NONE),
        (NONE, 5.0, NONE, NONE),
        (5.0, NONE, NONE, NONE),
    ],
)
def test_a_change_is_a_difference_and_percent_of_a_positive_value_before(before, after, difference, percent):
    frame = values(("0114", 2015, "T", before), ("0114", 2022, "T", after), ("0114", 2020, "T", 999.0))
    found = statistik.change(frame, 2015, 2022)
    keys = ["nyckeltal", "kommun", "kon", "fran", "till"]
    assert found[keys].to_numpy().tolist() == [["N00001", "0114", "T", 2015, 2022]]
    numbers = found.loc[0, ["fore", "efter", "skillnad", "procent"]].astype("float64")
    for number, wanted in zip(numbers, (before, after, difference, percent), strict=True):
        assert math.isnan(number) if wanted is None else number == pytest.approx(wanted)


def test_a_change_backwards_is_from_the_later_year():
    frame = values(("0001", 2015, "T", 10.0), ("0001", 2022, "T", 15.0))
    found = statistik.change(frame, 2022, 2015).iloc[0]
    assert (found["fore"], found["efter"], found["skillnad"]) == (15.0, 10.0, -5.0)


def test_a_series_without_either_year_keeps_its_row():
    frame = values(("0001", 2015, "T", 10.0), ("0001", 2022, "T", 15.0), ("0002", 2022, "T", 1.0))
    found = statistik.change(frame, 2015, 2022).set_index("kommun")
    assert found["skillnad"].isna().to_dict() == {"0001": False, "0002": True}


def test_no_series_appears_that_is_not_there():
    divided = [("0001", ar, kon, 10.0) for ar in (2015, 2022) for kon in "KMT"]
    frame = values(*divided, ("N00002", "0002", 2015, "T", 1.0), ("N00002", "0002", 2022, "T", 2.0))
    found = statistik.change(frame, 2015, 2022)
    assert sorted(found[["nyckeltal", "kommun", "kon"]].itertuples(index=False, name=None)) == [
        ("N00001", "0001", "K"),
        ("N00001", "0001", "M"),
        ("N00001", "0001", "T"),
        ("N00002", "0002", "T"),
    ]


def test_the_change_within_one_year_is_none():
    found = statistik.change(values(("0001", 2022, "T", 7.0)), 2022, 2022).iloc[0]
    assert (found["fore"], found["efter"], found["skillnad"], found["procent"]) == (7.0, 7.0, 0.0, 0.0)


@pytest.mark.parametrize("frame", [values(), values(("0001", 2020, "T", 1.0))])
def test_a_change_between_years_that_no_series_has_is_an_empty_frame(frame):
    found = statistik.change(frame, 2015, 2022)
    assert found.empty
    assert found.columns.tolist() == [*statistik.KEYS, "fran", "till", "fore", "efter", "skillnad", "procent"]


# --- Rank -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "highest_first", "places"),
    [
        ([10, 10, 8, 8, 8, 1], True, [1, 1, 3, 3, 3, 6]),
        ([10, 10, 8, 8, 8, 1], False, [5, 5, 2, 2, 2, 1]),
        ([1, 2, 3], True, [3, 2, 1]),
        ([-1, 0, 1], True, [3, 2, 1]),
        ([5, 5, 5], True, [1, 1, 1]),
        ([7], False, [1]),
    ],
)
def test_equal_values_share_the_best_place(numbers, highest_first, places):
    found = statistik.rank(one_year(numbers), hogst_forst=highest_first)
    assert found["plats"].tolist() == places
    assert set(found["antal_kommuner"]) == {len(numbers)}
    assert found["kvartil"].isna().all()


def test_a_missing_value_has_no_place_and_does_not_count():
    found = statistik.rank(one_year([3, None, 0]))
    assert found["kommun"].tolist() == ["0001", "0003"]
    assert found["plats"].tolist() == [1, 2]
    assert set(found["antal_kommuner"]) == {2}


@pytest.mark.parametrize(
    ("number", "sizes"), [(290, [73, 72, 73, 72]), (12, [3, 3, 3, 3]), (10, [3, 2, 3, 2]), (11, [3, 3, 3, 2])]
)
def test_quartiles_divide_the_places_in_four(number, sizes):
    found = statistik.rank(one_year(range(number)))
    assert found["kvartil"].value_counts().sort_index().tolist() == sizes
    in_order = found.sort_values("plats")
    assert in_order["kvartil"].is_monotonic_increasing
    assert in_order.iloc[0]["varde"] == number - 1  # the highest is first
    assert in_order["plats"].tolist() == list(range(1, number + 1))


@pytest.mark.parametrize(("number", "told"), [(9, False), (10, True)])
def test_fewer_than_ten_municipalities_have_no_quartile(number, told):
    assert statistik.rank(one_year(range(number)))["kvartil"].notna().all() == told
    padded = pd.concat([one_year(range(number)), values(*((f"9{n:03d}", 2022, "T", None) for n in range(5)))])
    assert statistik.rank(padded)["kvartil"].notna().all() == told


def test_those_that_share_a_place_share_a_quartile():
    found = statistik.rank(one_year([1.0] * 290))
    assert set(found["plats"]) == {1}
    assert set(found["kvartil"]) == {1}
    tied = statistik.rank(one_year([9, 8, 7, 6, 5, 5, 5, 5, 5, 5]))  # places 1–4, and six fifths
    assert tied["kvartil"].tolist() == [1, 1, 1, 2, 2, 2, 2, 2, 2, 2]


def test_years_sexes_and_nyckeltal_are_ranked_apart():
    frames = [one_year([1, 2]), one_year([2, 1], 2021), one_year([5], kon="K"), one_year([9, 8], nyckeltal="N00002")]
    found = statistik.rank(pd.concat(frames))
    assert found["plats"].tolist() == [2, 1, 1, 2, 1, 1, 2]
    assert found["antal_kommuner"].tolist() == [2, 2, 2, 2, 1, 2, 2]


def test_a_rank_has_the_documented_columns():
    wanted = {
        "nyckeltal": "str",
        "kommun": "str",
        "ar": "int64",
        "kon": "str",
        "varde": "float64",
        "plats": "int64",
        "antal_kommuner": "int64",
        "kvartil": "Int8",
    }
    for frame in (one_year(range(12)), one_year([1]), values(), one_year([None])):
        found = statistik.rank(frame)
        assert {name: str(dtype) for name, dtype in found.dtypes.items()} == wanted


# --- Distribution -----------------------------------------------------------------------------------------------------


def test_a_distribution_is_that_of_the_formulas():
    frame = pd.concat([one_year([4, None, 1, 2, 0]), one_year([7.0], 2021), one_year([None], 2020)])
    found = statistik.distribution(frame).set_index("ar")
    assert list(found.index) == [2021, 2022]  # a year without any value is not there
    names = ["kommuner", "lagst", "undre_kvartil", "median", "ovre_kvartil", "hogst", "medel"]
    assert found.loc[2022, names].tolist() == [4, 0, 0.75, 1.5, 2.5, 4, 1.75]
    assert found.loc[2022, "standardavvikelse"] == pytest.approx(math.sqrt((1.75**2 + 0.75**2 + 0.25**2 + 2.25**2) / 3))
    assert found.loc[2021, names].tolist() == [1, 7, 7, 7, 7, 7, 7]
    assert pd.isna(found.loc[2021, "standardavvikelse"])


def test_a_distribution_of_nothing_is_an_empty_frame():
    found = statistik.distribution(values())
    assert found.empty
    assert "standardavvikelse" in found


# --- Comparison -------------------------------------------------------------------------------------------------------


def test_a_comparison_has_means_of_those_that_have_a_value_and_says_how_many():
    everyone = values(
        ("0001", 2022, "T", 10.0),
        ("0002", 2022, "T", 6.0),
        ("0003", 2022, "T", 0.0),
        ("0004", 2022, "T", None),
        ("0000", 2022, "T", 12.5),
        ("0002", 2021, "T", 999.0),
        ("0002", 2022, "K", 999.0),
    )
    own = everyone[everyone["kommun"] == "0001"]
    groups = {
        "min": {"0001": ""},
        "två": ["0002", "0003"],
        "tre": ["0002", "0003", "0004"],
        "få": ["0003", "0004"],
        "riket": ["0000"],
        "ingen": ["0009"],
    }
    found = statistik.compare(own, everyone, groups)
    assert found["jamforelse"].tolist() == list(groups)  # in the order given
    by = found.set_index("jamforelse")
    assert by["varde"].dropna().to_dict() == {"min": 10.0, "två": 3.0, "tre": 3.0, "riket": 12.5}
    assert by["skillnad"].dropna().to_dict() == {"min": 0.0, "två": 7.0, "tre": 7.0, "riket": -2.5}
    assert by["med_varde"].to_dict() == {"min": 1, "två": 2, "tre": 2, "få": 1, "riket": 1, "ingen": 0}
    assert by["kommuner"].to_dict() == {"min": 1, "två": 2, "tre": 3, "få": 2, "riket": 1, "ingen": 1}
    assert set(found["ar"]) == {2022}
    assert set(found["kon"]) == {"T"}


def test_nyckeltal_years_and_sexes_are_compared_each_by_itself():
    keys = [(n, ar, kon) for n in ("N00001", "N00002") for ar in (2021, 2022) for kon in "KM"]
    everyone = values(
        *((n, "0001", ar, kon, 100.0 + i) for i, (n, ar, kon) in enumerate(keys)),
        *((n, "0002", ar, kon, 10.0 * i) for i, (n, ar, kon) in enumerate(keys)),
    )
    own = everyone[everyone["kommun"] == "0001"]
    found = statistik.compare(own, everyone, {"b": ["0002"]})
    assert found[["nyckeltal", "ar", "kon"]].to_numpy().tolist() == [list(key) for key in keys]
    assert found["varde"].tolist() == [10.0 * i for i in range(8)]
    assert found["skillnad"].tolist() == [100.0 - 9 * i for i in range(8)]


# --- Co-variation -----------------------------------------------------------------------------------------------------

X = [2.0, 4.0, 4.0, 5.0, 7.0, 8.0, 9.0, 11.0, 12.0, 15.0, 15.0, 30.0]
Y = [9.0, 8.0, 8.5, 6.0, 7.0, 7.0, 3.0, 4.0, 5.0, 1.0, 2.0, -40.0]


def two(x, y, ar=2022):
    return pd.concat([one_year(x, ar), one_year(y, ar, nyckeltal="N00002")])


def pearson(x, y):
    x, y = np.array(x) - np.mean(x), np.array(y) - np.mean(y)
    return float((x * y).sum() / math.sqrt((x * x).sum() * (y * y).sum()))


def ranks(numbers):
    """Return ranks, with the mean of the places for those that share one."""
    return [sum(n < m for n in numbers) + (sum(n == m for n in numbers) + 1) / 2 for m in numbers]


def test_the_coefficients_are_those_of_the_formulas():
    found = statistik.correlation(two(X, Y), "N00001", "N00002")
    r = pearson(X, Y)
    assert found.pearson == pytest.approx(r)
    assert found.spearman == pytest.approx(pearson(ranks(X), ranks(Y)))
    assert found.spearman != pytest.approx(found.pearson, abs=0.01)  # the outlier tells them apart
    half = 1.959963984540054 / math.sqrt(len(X) - 3)
    assert found.fran == pytest.approx(math.tanh(math.atanh(r) - half))
    assert found.till == pytest.approx(math.tanh(math.atanh(r) + half))
    assert (found.nyckeltal, found.ar, found.kommuner) == (("N00001", "N00002"), 2022, 12)


def test_the_other_way_round_is_the_same():
    one, other = (statistik.correlation(two(X, Y), *ids) for ids in (("N00001", "N00002"), ("N00002", "N00001")))
    assert (one.pearson, one.spearman) == pytest.approx((other.pearson, other.spearman))
    assert other.nyckeltal == ("N00002", "N00001")


@pytest.mark.parametrize(("slope", "wanted"), [(2.0, 1.0), (-0.5, -1.0)])
def test_a_straight_line_is_a_whole_correlation(slope, wanted):
    found = statistik.correlation(two(X, [slope * x + 1 for x in X]), "N00001", "N00002")
    assert (found.pearson, found.spearman) == pytest.approx((wanted, wanted))
    assert found.fran == pytest.approx(wanted)
    assert found.till == pytest.approx(wanted)


def test_only_municipalities_that_have_both_count():
    frame = pd.concat([two(X, Y), values(("0099", 2022, "T", 1000.0), ("N00002", "0098", 2022, "T", 1000.0))])
    frame = pd.concat([frame, values(("0097", 2022, "T", 1000.0), ("N00002", "0097", 2022, "T", None))])
    assert statistik.correlation(frame, "N00001", "N00002") == statistik.correlation(two(X, Y), "N00001", "N00002")


@pytest.mark.parametrize(("number", "year"), [(5, 2021), (6, 2022), (12, 2022)])
def test_the_year_is_the_latest_that_half_as_many_as_in_the_fullest_have(number, year):
    frame = pd.concat([two(X, Y, 2021), two(X[:number], Y[:number], 2022)])
    found = statistik.correlation(frame, "N00001", "N00002")
    assert found.ar == year
    assert found.kommuner == (12 if year == 2021 else number)


@pytest.mark.parametrize(
    ("x", "y", "ar", "number"),
    [
        (X[:9], Y[:9], 2022, 9),
        ([1.0] * 12, Y, 2022, 12),
        (X, [0.1 + 0.2] * 12, 2022, 12),
        ([None] * 12, Y, None, 0),
        ([], [], None, 0),
    ],
)
def test_too_few_or_too_equal_are_not_judged(x, y, ar, number):
    found = statistik.correlation(two(x, y), "N00001", "N00002")
    assert (found.ar, found.kommuner) == (ar, number)
    assert (found.spearman, found.pearson, found.fran, found.till) == (None,) * 4
    assert "går inte att bedöma" in str(found)
    assert f"{number} kommuner" in str(found)


def test_ten_are_enough_to_judge():
    assert statistik.correlation(two(X[:10], Y[:10]), "N00001", "N00002").pearson == pytest.approx(
        pearson(X[:10], Y[:10])
    )


def test_a_correlation_says_in_a_sentence_what_it_is_and_what_it_is_not():
    text = repr(statistik.correlation(two(X, Y), "N00001", "N00002"))
    assert text.startswith("N00001 och N00002 i 12 kommuner 2022: Spearman −0,9")
    assert "Samvariation säger inget om orsak." in text
    assert text.endswith("Egen beräkning.")
    assert "Kolada" not in text
