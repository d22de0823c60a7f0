import datetime as dt

import pytest

from styrlib import swedish
from styrlib.falt import Aspekt, Grad, Lankriktning, Riktning, Sakerhet, Status, Underlag
from styrlib.konsskillnad import Skillnad
from styrlib.lage import Laget
from styrlib.maluppfyllelse import Utsikt


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


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (87.1, "procent", 1, "87,1 procent"),
        (100.0, "procent", 1, "100 procent"),
        (1.0, "dagar", 0, "1 dag"),
        (1.0, "gånger per person", 0, "1 gång per person"),
        (1.0, "dagar", 1, "1,0 dagar"),
        (12.0, "antal", 0, "12"),
        (2243.0, "antal per 100 000 invånare", 0, "2 243 per 100 000 invånare"),
        (67.0, "index 0–100", 0, "67 på skalan 0–100"),
        (67.0, "index", 0, "67"),
        (None, "procent", 1, "–"),
    ],
)
def test_numbers_in_running_text_have_their_unit_in_words(value, unit, decimals, text):
    assert swedish.in_text(value, unit, decimals).replace(swedish.NBSP, " ") == text


def test_differences_and_intervals_have_their_own_units():
    assert swedish.difference(3.2, "procent", 1) == "3,2\u00a0procentenheter"
    assert swedish.difference(1.0, "procent") == "1\u00a0procentenhet"
    assert swedish.difference(2.5, "index 0–100", 1) == "2,5"
    assert swedish.interval(69.07, 77.93, "procent", 1) == "69,1–77,9\u00a0procent"
    assert swedish.interval(-3.2, 4.0, "kr", 1) == "−3,2 till 4,0\u00a0kr"
    assert swedish.interval(0.0, 100.0, "procent", 1) == "0–100\u00a0procent"
    assert swedish.interval(4.0, 4.04, "dagar", 1) == "4,0\u00a0dagar"


def test_small_whole_numbers_are_words_and_large_ones_digits():
    assert [swedish.numeral(n, "ett") for n in (0, 1, 2, 12, 13)] == ["noll", "ett", "två", "tolv", "13"]
    assert swedish.capitalised("åtta av KS:s nio") == "Åtta av KS:s nio"


@pytest.mark.parametrize("scale", [Laget, Skillnad, Utsikt])
def test_every_step_of_a_judgement_has_a_word(scale):
    assert all(swedish.WORDS[step] for step in scale)


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


def test_a_number_without_a_unit_is_called_a_value_where_somebody_has_it():
    assert swedish.had(605.0, "antal") == "värdet 605"
    assert swedish.had(87.1, "procent", 1) == swedish.in_text(87.1, "procent", 1)
