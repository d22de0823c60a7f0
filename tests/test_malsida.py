"""Agenda 2030's pages, as a reader meets them."""

import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup

from styrlib import lasbarhet, process, report, tidpunkt
from styrlib.errors import InputError
from styrlib.malsida import Maloversikt, Malsida, open_mal
from styrlib.project import ROOT_VARIABLE
from styrlib.sidor import Slag
from styrlib.underlag import Underlag

from .conftest import copy_project
from .test_browser import WCAG
from .test_malkarta import lank, malbild, namnd, styrmodell, uppdrag

SECTIONS = ("inledning", "kopplingar", "malkonflikter", "nyckeltal", "luckor", "om_sidan")


@pytest.fixture(scope="module")
def project(tmp_path_factory, bearbetat):
    return copy_project(tmp_path_factory.mktemp("malsida"), bearbetat)


def pages(project, modell):
    """Return a function from a goal's number to its page, put together of its sections."""
    made = process.ensure(project)
    given = Underlag(modell, tidpunkt.find_period(modell, ""), None, made.uttag, made.folder)

    def page(mal):
        sida = Malsida(given, mal) if mal else Maloversikt(given)
        return BeautifulSoup("".join(str(getattr(sida, section)()) for section in SECTIONS), "html.parser")

    return page


@pytest.fixture(scope="module")
def shipped(project):
    return pages(project, process.read_model(project.processed))


@pytest.fixture(scope="module")
def small(project):
    ena = namnd(
        "ena",
        malbilder=[malbild("a", lank(8, skal="Det ger <b>jobb</b>."), lank(13, "motverkar", skal=None)), malbild("b")],
    )
    bolag = {"id": "bolaget", "namn": "Bolaget AB", "slag": "bolag", "uppdrag": [uppdrag("bygg", lank(8))]}
    return pages(project, styrmodell(ena, namnd("andra"), organ=[bolag]))


def text(node):
    return " ".join(node.get_text(" ").split())


@pytest.mark.parametrize("mal", [0, 13, 17])
def test_a_page_has_one_first_heading_no_level_skipped_and_no_id_twice(shipped, mal):
    page = shipped(mal)
    levels = [int(h.name[1]) for h in page.find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [node["id"] for node in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("mal", [0, 13])
def test_the_text_is_easy_to_read(shipped, mal):
    read = lasbarhet.of_page(f"<main>{shipped(mal)}</main>")
    assert lasbarhet.problems(read) == []


def test_each_link_stands_in_its_group_with_who_why_and_where(small):
    page = small(8)
    rows = page.select("#bidrar-tabell")[0].find_parent("table").select("tbody tr")
    assert [text(row.select("td")[0]) for row in rows] == ["Ena", "Bolaget AB"]
    assert [row.a["href"] for row in rows] == ["../ena.html#malbild-a", "../kommunoversikt.html#uppdrag-bolaget-bygg"]
    assert "Det ger <b>jobb</b>." in text(rows[0])  # escaped: the reader sees the signs
    assert all(row.select(".markning") for row in rows)
    assert "Ingen har skrivit att något motverkar målet." in text(page)
    missing = small(13).select("#motverkar-tabell")[0].find_parent("table")
    assert "Skäl saknas." in text(missing)


def test_a_goal_that_nothing_links_to_says_so_without_blame(small):
    said = text(small(1))
    assert "Ingen har skrivit någon koppling till målet än." in said
    assert "Det betyder inte att inget gör det." in said
    assert "Nämnder utan koppling till målet Alla mål rör inte alla nämnder. Ena Andra" in said


def test_a_conflict_is_shown_with_both_reasons_on_the_pages_of_both_goals_only(small):
    for mal in (0, 8, 13):
        said = text(small(mal).select("#mot-varandra-tabell")[0].find_parent("table"))
        assert "den ekonomiska aspekten men motverkar den ekologiska" in said
        assert "8 Anständiga arbetsvillkor och ekonomisk tillväxt : Det ger <b>jobb</b>." in said
        assert "13 Bekämpa klimatförändringarna : Skäl saknas." in said
    assert not small(9).select(".malkonflikter")


def test_the_matrix_has_numbers_and_words_for_every_goal_and_a_sum(small):
    table = small(0).select("#mal-tabell")[0].find_parent("table")
    assert [h.get_text().replace("\u00ad", "") for h in table.select("thead th")] == [
        "Globalt mål",
        "Ena",
        "Andra",
        "Bolaget AB",
        "Alla",
    ]
    rows = {text(row.th): [text(cell) for cell in row.select("td")] for row in table.select("tbody tr")}
    assert len(rows) == 17
    assert rows["8 Anständiga arbetsvillkor och ekonomisk tillväxt"] == ["1 bidrar", "–", "1 bidrar", "2 bidrar"]
    assert rows["13 Bekämpa klimatförändringarna"] == ["1 motverkar", "–", "–", "1 motverkar"]
    assert "Antalet säger inte hur viktigt ett mål är." in text(small(0))


def test_the_overview_names_what_is_missing(small):
    after = small(0).find(id="luckor").find_all_next(["h3", "li"])
    said = [text(node) for node in after]
    assert "14 Hav och marina resurser" in said
    assert "Målbild a, Ena: motverkar mål 13" in said
    assert "Andra: ekologisk, social och ekonomisk" in said
    assert "Målbild b, Ena" in said


def test_the_last_goal_says_that_rka_has_no_nyckeltal_for_it(shipped):
    page = shipped(17)
    assert "RKA har inte valt något nyckeltal för mål 17" in text(page)
    assert not page.select("table.malnyckeltal")


def test_the_way_goes_to_the_goals_beside_and_to_all(shipped):
    def way(mal):
        return [a["href"] for a in shipped(mal).select(".malnav a")]

    assert way(1) == ["oversikt.html", "mal-02.html"]
    assert way(13) == ["mal-12.html", "oversikt.html", "mal-14.html"]
    assert way(17) == ["mal-16.html", "oversikt.html"]


def test_an_unknown_goal_is_a_sentence():
    with pytest.raises(InputError, match="Mål 18 finns inte"):
        open_mal(18)


def test_a_page_is_made_by_its_notebook_and_axe_finds_nothing(project, browser, monkeypatch):
    monkeypatch.setenv(ROOT_VARIABLE, str(project.root))  # so that what `make_one` sets is taken back
    run = report.plan(project, slag=[Slag.agenda2030])
    titles = {item.id: item.facts["titel"] for item in run.plans}
    assert titles["0584/agenda2030/mal-07"] == "Mål 7: Hållbar energi för alla"
    chosen = next(item for item in run.plans if item.id == "0584/agenda2030/mal-13")
    outcome = report.make_one((project, chosen), lambda _: None, alone=False)
    assert outcome.error == ""
    for width in (1280, 320):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(chosen.html.as_uri())
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
