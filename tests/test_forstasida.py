"""The first page: one paper, counts with their denominators, and what waits for a decision."""

import re

import pytest
from bs4 import BeautifulSoup

from styrlib import forstasida, lasbarhet
from styrlib.falt import Riktning, Status
from styrlib.forstasida import Lista, Punkt
from styrlib.namndrapport import open_report

from .test_browser import open_page

A4 = 297 - 2 * 16  # mm between the margins that the page's print style sets
MM = 96 / 25.4  # CSS px


@pytest.fixture
def rapport(made, monkeypatch):
    monkeypatch.setenv("STYR_ROT", str(made.root))
    return open_report("SBN")


def lists(rapport):
    return {lista.id: lista for lista in forstasida.lists(rapport)}


def test_the_lists_count_every_nyckeltal_with_a_desired_direction_once(rapport):
    directed = [u for u in rapport.uppfoljningar.values() if u.nyckeltal.riktning is not Riktning.ingen]
    found = lists(rapport)
    judged = int(re.search(r"av (\d+)", found["battre"].antal)[1])
    unsure, of = map(int, re.search(r"för (\d+) av (\d+)", found["oklart"].antal).groups())
    assert judged + unsure == of == len(directed)
    assert sum(int(p.text.split()[0]) for p in found["oklart"].alla) == unsure
    assert len(found["battre"].alla) + len(found["samre"].alla) <= judged


def test_every_line_leads_somewhere_in_the_page(rapport, made):
    page = BeautifulSoup(
        (made.output / "0584" / "samhallsbyggnadsnamnden.html").read_text(encoding="utf-8"), "html.parser"
    )
    for lista in lists(rapport).values():
        assert page.find(id=lista.id)
        assert page.find(id=lista.mer)
        assert all(page.find(id=p.lank) for p in lista.alla)


def test_what_is_late_by_the_end_of_the_period_waits_for_a_decision(rapport):
    waiting = {a.rubrik: a.skal for a in rapport.arenden}
    late = [u for u in rapport.namnd.uppdrag if u.status is Status.forsenad]
    assert late
    for uppdrag in late:
        assert waiting[uppdrag.rubrik].startswith("Uppdraget är försenat")
    overdue = [
        a
        for a, _ in rapport.aktiviteter
        if a.slut and a.slut <= rapport.period.till and a.status not in (Status.klar, Status.avbruten)
    ]
    assert {a.rubrik for a in overdue} <= waiting.keys()
    assert not [a for a in rapport.namnd.uppdrag if a.status is Status.klar and a.rubrik in waiting]


def test_a_long_list_is_cut_but_never_by_one():
    points = [Punkt(str(n), "x") for n in range(6)]
    shown = [len(Lista("a", "A", "", points[:n], "x", "").punkter) for n in range(7)]
    assert shown == [0, 1, 2, 3, 4, 5, 4]
    assert Lista("a", "A", "", points, "x", "").fler == 2


def test_another_municipality_has_nothing_to_decide(made, monkeypatch):
    monkeypatch.setenv("STYR_ROT", str(made.root))
    other = open_report("KUN", kommun="Åtvidaberg")
    assert other.arenden == []
    assert "behover-beslut" not in lists(other)


@pytest.mark.browser
def test_the_first_page_is_one_paper(browser, pages):
    for path in [path for path in pages if path.stem != "index"]:
        page, _ = open_page(browser, path, round((210 - 2 * 14) * MM))
        page.emulate_media(media="print")
        height = page.evaluate("document.querySelector('.ledamot').getBoundingClientRect().height")
        assert height <= A4 * MM, f"{path.name}: {height / MM:.0f} mm"
        page.close()


@pytest.mark.browser
def test_text_in_pictures_is_nine_points_on_paper(browser, made):
    script = """() => [...document.querySelectorAll('figure svg text')].map(t => {
        const scale = t.ownerSVGElement.getScreenCTM().a;
        return parseFloat(getComputedStyle(t).fontSize) * scale * 72 / 96;
    })"""
    for path in sorted((made.output / "0584").glob("*.html")):
        page, _ = open_page(browser, path, round((210 - 2 * 14) * MM))
        page.emulate_media(media="print")
        sizes = page.evaluate(script)
        assert len(sizes) > 500
        assert min(sizes) > 8.9, path.name
        page.close()


def test_every_page_is_easy_to_read(pages):
    for path in pages:
        found = lasbarhet.problems(lasbarhet.of_page(path.read_text(encoding="utf-8")))
        assert not found, f"{path.name}: {found}"
