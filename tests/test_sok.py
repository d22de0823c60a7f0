"""Search as people search: some words, in any form, and the best first."""

import pytest

from styrlib import nyckeltal
from styrlib.sok import Sokindex

TITLES = {
    "N00001": ("Elever i grundskolan som är behöriga till yrkesprogram, andel (%)", "Källa: Skolverket."),
    "N00002": ("Kostnad för äldreomsorg, kr/inv 80+", "Avser personer i hemtjänst. Källa: SCB."),
    "N00003": ("Nettokostnad förskola, kr/inv", "Kostnaden delas med antal barn. Källa: SCB."),
    "N00004": ("Lärare med legitimation, andel (%)", "Lärare i grundskolan, kommunala skolor. Källa: Skolverket."),
    "N00005": ("Invånare 65+, antal", "Äldre personer den 31 december. Källa: SCB."),
    "U00006": ("Väntetid på boende, dagar", "Särskilt boende för äldre enligt SoL. Källa: Kommunen."),
    "U00007": ("Skola och hälsa, index", "Ett index."),
}


@pytest.fixture(scope="module")
def index():
    rows = [{"id": id_, "title": title, "description": text} for id_, (title, text) in TITLES.items()]
    return Sokindex(nyckeltal.catalogue(rows))


def ids(index, text):
    return index(text)["nyckeltal"].tolist()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("yrkesprogram", {"N00001"}),
        ("YRKESPROGRAM", {"N00001"}),
        ("grundskola", {"N00001", "N00004"}),
        ("grundskolor", {"N00001", "N00004"}),
        ("äldre", {"N00002", "N00005", "U00006"}),
        ("aldre", {"N00002", "N00005", "U00006"}),
        ("a\u0308ldre", {"N00002", "N00005", "U00006"}),
        ("äldres", {"N00002", "N00005", "U00006"}),
        ("lärarna", {"N00004"}),
        ("larare", {"N00004"}),
        ("behörighet", {"N00001"}),
        ("kostnader", {"N00002", "N00003"}),
        ("N00003", {"N00003"}),
        ("n00003", {"N00003"}),
        ("scb", {"N00002", "N00003", "N00005"}),
        ("legitimationer", {"N00004"}),
    ],
)
def test_a_word_finds_its_other_forms_in_id_title_and_description(index, text, found):
    assert set(ids(index, text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kostnad äldre", ["N00002"]),
        ("äldre, kostnad!", ["N00002"]),
        ("skolverket andel legitimation", ["N00004"]),
        ("  äldre   boende ", ["U00006"]),
        ("på boende", ["U00006"]),
        ("65 personer", ["N00005"]),
    ],
)
def test_of_several_words_all_are_sought(index, text, found):
    assert ids(index, text) == found


def test_words_in_different_fields_are_one_hit(index):
    assert ids(index, "U00006 väntetid enligt") == ["U00006"]


def test_a_hit_in_the_title_comes_before_one_in_the_description(index):
    assert ids(index, "äldre")[0] == "N00002"
    assert ids(index, "skola")[0] == "U00007"  # a word of its own in the title
    assert ids(index, "grundskola") == ["N00001", "N00004"]


def test_when_no_nyckeltal_has_all_the_words_some_have_any(index):
    assert set(ids(index, "yrkesprogram väntetid")) == {"N00001", "U00006"}


@pytest.mark.parametrize("text", ["xyzzy", "zz", "x y", "qqq www"])
def test_words_that_nothing_has_find_nothing(index, text):
    found = index(text)
    assert found.empty
    assert "titel" in found


@pytest.mark.parametrize("text", ["", "   ", '"', "!?", "()"])
def test_no_words_find_everything_in_order(index, text):
    assert ids(index, text) == list(TITLES)


@pytest.mark.parametrize(
    "text", ['"', "grundskola*", 'grund"skola', "NOT grundskola", "titel:grundskola", "grundskola)", "^grundskola", "'"]
)
def test_what_means_something_to_a_search_engine_means_nothing_here(index, text):
    assert "N00001" in ids(index, text)


@pytest.mark.parametrize("text", ["skola", "kostnad", "äldre", "andel index", ""])
def test_the_order_is_the_same_every_time(index, text):
    assert ids(index, text) == ids(index, text)


def test_an_id_comes_before_a_text_that_mentions_it():
    rows = [
        {"id": "N00001", "title": "Andra", "description": "Se N00002, N00002 och N00002. Källa: SCB."},
        {"id": "N00002", "title": "Ett helt annat och mycket längre namn än det första", "description": "Källa: SCB."},
    ]
    assert ids(Sokindex(nyckeltal.catalogue(rows)), "N00002") == ["N00002", "N00001"]


def test_a_catalogue_without_texts_can_be_searched():
    assert ids(Sokindex(nyckeltal.catalogue([{"id": "N00001", "title": ""}])), "N00001") == ["N00001"]
    assert ids(Sokindex(nyckeltal.catalogue([])), "N00001") == []
