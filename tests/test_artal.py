"""Years as people write them."""

import re

import numpy as np
import pandas as pd
import pytest

from styrlib import artal
from styrlib.errors import InputError


@pytest.mark.parametrize(
    ("given", "years"),
    [
        (2022, (2022,)),
        ("2022", (2022,)),
        (" 2022 ", (2022,)),
        ("2015-2018", (2015, 2016, 2017, 2018)),
        ("2015–2018", (2015, 2016, 2017, 2018)),
        ("2015 — 2016", (2015, 2016)),
        ("2022-2022", (2022,)),
        (range(2015, 2018), (2015, 2016, 2017)),
        ([2022, 2015, 2022], (2015, 2022)),
        ({2022, 2021}, (2021, 2022)),
        (["2020", 2022, "2015-2016"], (2015, 2016, 2020, 2022)),
        ([range(2015, 2017), [2020]], (2015, 2016, 2020)),
        ((year for year in (2022, 2021)), (2021, 2022)),
        ([np.int64(2022), np.int16(2021)], (2021, 2022)),
        (np.int64(2022), (2022,)),
        (np.arange(2020, 2023), (2020, 2021, 2022)),
        (pd.Series([2022, 2020]), (2020, 2022)),
        (range(1990, 2030), tuple(range(1990, 2030))),
    ],
)
def test_years_are_named_one_by_one_in_order_and_once(given, years):
    assert artal.parse(given) == (years, 0)
    assert all(type(year) is int for year in artal.parse(years).ar)


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ("senaste", 1),
        (" senaste ", 1),
        ("senaste 1", 1),
        ("senaste 10", 10),
        ("senaste  3 år", 3),
        ("senaste 5 åren", 5),
        ("Senaste", 1),
        ("SENASTE 10", 10),
    ],
)
def test_the_latest_years_are_a_number_of_years(given, count):
    assert artal.parse(given) == ((), count)


@pytest.mark.parametrize("given", [None, "alla", "Alla", " alla "])
def test_all_years_are_neither_named_nor_counted(given):
    assert artal.parse(given) == ((), 0)


@pytest.mark.parametrize(
    "given",
    [
        *("20222", "202", "2022-2015", "2022-", "-2022", "2015-2016-2017", "tjugotjugo", "", " ", "2022.0"),
        *("senaste 0", "senaste -1", "senaste tio", "senaste 1000", "senaste10"),
        *("0584", "1815", "0000-0100", "9999", 584, 0, -2022, 22022),
        *(True, False, [True], 2022.5, float("nan"), [2022.5], [2022, None], ["alla", 2022], [2022, "Vadstena"]),
        *([], (), {}, [[]], iter(()), pd.Series(dtype="int64"), object(), b"2022", pd.NaT),
    ],
    ids=lambda given: re.sub(r" at 0x\w+", "", repr(given)),
)
def test_what_is_no_year_is_refused_with_examples(given):
    with pytest.raises(InputError, match=r"Skriv till exempel 2022, 2015–2022, senaste, senaste 10 eller alla\."):
        artal.parse(given)


def test_the_error_says_what_was_written():
    with pytest.raises(InputError, match="”20222” är inget år"):
        artal.parse([2021, "20222"])


@pytest.mark.parametrize(
    ("years", "text"),
    [
        ([], ""),
        ([2020], "2020"),
        ([2014, 2013, 2015, 2020], "2013–2015, 2020"),
        ([2013, 2015, 2016], "2013, 2015–2016"),
        (range(2000, 2023), "2000–2022"),
    ],
)
def test_years_are_told_as_spans(years, text):
    assert artal.spans(years) == text


@pytest.mark.parametrize("years", [[2020], [2013, 2014, 2020], [2001, 2003, 2005], [*range(2010, 2020), 2022]])
def test_what_is_told_as_spans_can_be_asked_for(years):
    assert artal.parse(artal.spans(years).split(", ")).ar == tuple(years)
