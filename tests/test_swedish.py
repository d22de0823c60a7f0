import datetime as dt

import pytest

from styrlib import swedish
from styrlib.styrmodell import Aspekt, Grad, Lankriktning, Riktning, Sakerhet, Status, Underlag


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.56, 1, "1\u00a0234,6"),
        (1_000_000, 0, "1\u00a0000\u00a0000"),
        (-12.5, 1, "−12,5"),
        (-0.04, 1, "0,0"),
        (54.5, 0, "55"),
        (62.5, 0, "63"),
        (1.005, 2, "1,01"),
        (1e-9, 1, "0,0"),
        (0.0, 0, "0"),
        (None, 1, "–"),
        (float("nan"), 1, "–"),
        (float("inf"), 1, "–"),
    ],
)
def test_numbers_are_swedish(value, decimals, text):
    assert swedish.number(value, decimals) == text


def test_units_follow_their_number():
    assert swedish.with_unit(87.1, "procent", 1) == "87,1\u00a0%"
    assert swedish.with_unit(65336.6, "kr per invånare") == "65\u00a0337\u00a0kr\u00a0per invånare"
    assert swedish.with_unit(None, "procent") == "–"
    assert swedish.with_unit(12, "antal") == "12"
    assert swedish.with_unit(2243, "antal per 100 000 invånare") == "2\u00a0243\u00a0per\u00a0100 000 invånare"


@pytest.mark.parametrize(
    ("values", "unit", "decimals"),
    [
        ([1, 2, 3], "antal", 0),
        ([87.1, 90.0], "procent", 1),
        ([65336.6], "kr", 0),
        ([0.81, 1.2], "antal", 2),
        ([], "kr", 0),
        ([12.5], "dagar", 1),
    ],
)
def test_a_series_gets_no_more_decimals_than_a_reader_can_use(values, unit, decimals):
    assert swedish.decimals_for(values, unit) == decimals


@pytest.mark.parametrize(
    ("name", "text"), [("2024", "2024"), ("2024-08", "augusti 2024"), ("2026-11-21", "21 november 2026")]
)
def test_the_date_of_extraction_is_as_exact_as_it_is_known(name, text):
    assert swedish.month(name) == text


def test_dates_lists_counts_and_genitives():
    assert swedish.date(dt.date(2026, 3, 1)) == "1 mars 2026"
    assert swedish.date(None) == "–"
    assert swedish.listed(["a", "b", "c"]) == "a, b och c"
    assert swedish.listed(["a"]) == "a"
    assert swedish.count(1, "ett uppdrag", "uppdrag") == "ett uppdrag"
    assert swedish.count(5, "ett uppdrag", "uppdrag") == "fem\u00a0uppdrag"
    assert swedish.genitive("Vadstena") == "Vadstenas"
    assert swedish.genitive("Borås") == "Borås"


def test_counted_judgements_agree_with_their_number():
    assert swedish.counted({Grad.delvis: 2, Grad.uppfylld: 1}) == "1 är uppfylld och 2 är delvis uppfyllda"
    assert swedish.counted({Status.forsenad: 1, Status.klar: 2}) == "2 är klara och 1 är försenat"


@pytest.mark.parametrize("scale", [Grad, Status, Aspekt, Lankriktning, Riktning, Sakerhet, Underlag])
def test_every_grade_has_a_word(scale):
    assert all(swedish.WORDS[step] for step in scale)


@pytest.mark.parametrize(
    ("extracted", "age"),
    [
        ("2026-11-21", "mindre än en dag"),
        ("2026-11-20", "en dag"),
        ("2026-11-09-02", "tolv\u00a0dagar"),
        ("2026-09-01", "två\u00a0månader"),
        ("2024-08", "27\u00a0månader"),
        ("2026-11", "mindre än en månad"),
    ],
)
def test_the_age_of_figures_is_told_as_exactly_as_it_is_known(extracted, age):
    assert swedish.age(extracted, dt.date(2026, 11, 21)) == age


@pytest.mark.parametrize(
    ("extracted", "text"),
    [
        ("2024", "2024"),
        ("2024-08", "i augusti 2024"),
        ("2026-11-21", "den 21 november 2026"),
        ("2026-11-21-02", "den 21 november 2026"),
    ],
)
def test_the_date_of_extraction_stands_in_a_sentence(extracted, text):
    assert swedish.when(extracted) == text
