"""The page for kommunfullmäktige: its sections from small models, and the finished page as a reader meets it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup

from styrlib import export, lasbarhet, tidpunkt
from styrlib.kommunoversikt import Kommunoversikt

from .test_browser import WCAG, open_page
from .test_forandringar import FORRA, PERIOD, malbild, modell, namnd, tidigare, uppdrag
from .test_forstasida import A4, MM

SECTIONS = ("forsta_sidan", "sida_vid_sida", "alla_uppdrag", "malbilder", "alla_nyckeltal", "andrat", "om_sidan")
EVIL = "<script>alert(1)</script> & mer"


def shown(whole, period=PERIOD, forra=FORRA):
    """Return all sections of the page as parsed HTML; without figures."""
    now = whole.perioder[period]
    before = whole.perioder[forra] if forra else None
    page = Kommunoversikt(
        tidpunkt.as_of(whole, now),
        now,
        fore=tidpunkt.as_of(whole, before) if before else None,
        forra=before,
        uttag="2024-08",
    )
    return BeautifulSoup("".join(getattr(page, name)() for name in SECTIONS), "html.parser")


def text(part):
    return " ".join(part.get_text(" ").replace("\xa0", " ").split())


@pytest.fixture
def whole():
    """Return a model with something to tell in every section."""
    bolag = {
        "id": "bolag",
        "namn": f"Bolaget {EVIL}",
        "slag": "bolag",
        "beskrivning": "Bygger.",
        "uppdrag": [uppdrag("b", "forsenad", exempel="nej", **tidigare("pagar"))],
    }
    made = {"period": PERIOD, "grad": "inte", "motivering": "Skäl.", "av": "Chef", "atgard": "Vi gör mer."}
    return modell(
        namnd(
            "bb",
            malbilder=[
                malbild("ner", bedomningar=[made, {**made, "period": FORRA, "grad": "delvis"}]),
                malbild("upp", {FORRA: "inte", PERIOD: "uppfylld"}, rubrik=EVIL),
            ],
            uppdrag=[uppdrag("x", "klar", ar=[2025], omrade="Klimat"), uppdrag("y", exempel="nej", omrade="Klimat")],
        ),
        namnd("aa"),
        prioriterade_omraden=["Klimat", "Landsbygd"],
        ovriga_organ=[bolag],
        inriktningsmal=[{"namn": "Växande Vadstena", "mandatperiod": {"fran": "2019", "till": "2022"}}],
    )


def test_every_part_of_the_page_is_there_and_what_files_say_is_text(whole):
    page = shown(whole)
    assert page.find("script") is None
    assert [h["id"] for h in page.find_all("h2")] == [
        "i-korthet",
        "sedan-forra",
        "behover-beslut",
        "namnder",
        "uppdrag",
        "malbilder",
        "nyckeltal",
        "forandringar",
        "om-sidan",
    ]
    assert text(page.h1) == "Vadstena kommun: uppföljning till fullmäktige"
    assert "mandatperioden 2023–2026" in text(page.find(class_="ingress"))
    assert "Växande Vadstena, mandatperioden 2019–2022" in text(page)
    assert "De gäller inte längre" in text(page)
    export._check(str(page))  # headings in order, no id twice


def test_links_within_the_page_lead_somewhere_and_others_are_relative(whole):
    page = shown(whole)
    for link in page.find_all("a"):
        if link["href"].startswith("#"):
            assert page.find(id=link["href"][1:]), link["href"]
        else:
            assert re.match(r"(bb|aa|agenda2030/oversikt|insatser)\.html(#|$)", link["href"])


def test_the_first_page_tells_up_and_down_uppdrag_and_what_waits(whole):
    first = shown(whole).find(class_="ledamot")
    lists = {h["id"]: text(h.find_next("ul")) for h in first.find_all(["h2", "h3"])}
    assert lists["hojda"] == f"{EVIL} : var inte uppfylld, är nu uppfylld. Nämnden bb."
    assert lists["sankta"] == "Målbild ner : var delvis uppfylld, är nu inte uppfylld. Nämnden bb."
    assert lists["andrade-uppdrag"] == f"Uppdrag b : pågick, är nu försenat. Bolaget {EVIL}."
    assert lists["behover-beslut"] == f"Uppdrag b : uppdraget är försenat. Bolaget {EVIL}."
    assert len(first.find(class_="korthet").find_all("li")) == 4  # no nyckeltal: nothing to say of them


def test_namnder_stand_side_by_side_in_order_and_without_a_mean(whole):
    table = shown(whole).find("caption", id="grader-tabell").find_parent("table")
    rows = [[text(cell) for cell in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")]
    assert rows == [["Nämnden bb", "1", "0", "0", "1", "0", "0"], ["Nämnden aa", "0", "0", "0", "0", "0", "0"]]
    assert len(table.thead.find_all("svg")) == 5


def test_uppdrag_have_their_matrix_their_mark_and_the_status_before(whole):
    page = shown(whole)
    rows = page.find("caption", id="omraden-tabell").find_parent("table").tbody.find_all("tr")
    assert [text(row) for row in rows] == ["Klimat 0 1 1 0 0 2", "Landsbygd 0 0 0 0 0 0", "Utan område 0 0 0 1 0 1"]
    late = text(page.find(id="uppdrag-bolag-b").find_parent("section"))
    assert "Försenad Verkligt uppdrag, men status och texter är exempel" in late
    assert "Status helår 2025: pågår." in late
    assert page.find(id="uppdrag-bolag-b").find_parent("section").find("a") is None  # a body without a report here
    ended = page.find(id="uppdrag-bb-x")
    assert ended.find_previous("h3")["id"] == "avslutade"
    assert "Klar Exempel" in text(ended)


def test_every_period_has_a_shape_and_a_word(whole):
    rows = shown(whole).find("caption", id="vag-tabell").find_parent("table").find_all("tr")
    assert [text(th) for th in rows[0].find_all("th")] == ["Målbild", "Delår 2025", "Helår 2025", "Delår 2026"]
    assert [text(td) for td in rows[2].find_all("td")] == ["– Inte bedömd", "Delvis uppfylld", "Inte uppfylld"]


def test_the_first_period_says_that_nothing_is_before(whole):
    page = shown(whole, FORRA, None)
    assert "Det finns ingen tidigare period att jämföra med." in text(page.find(id="sedan-forra").find_next("p"))
    assert "första perioden" in text(page.find(class_="korthet"))
    assert page.find(id="hojda") is None


def test_a_period_before_without_bedomningar_is_said_and_not_guessed(whole):
    page = shown(whole, FORRA, "2025-delar")
    assert "en av perioderna saknar bedömningar" in text(page.find(id="andrade-malbilder").find_next("p"))
    assert "Ingen målbild bedömdes för delår 2025." in text(page.find(id="forandringar").find_next("p"))
    assert page.find(id="andrat-bedomning") is None


@pytest.mark.browser
@pytest.mark.usefixtures("tabeller")
def test_the_finished_page_is_accessible_readable_and_begins_with_one_paper(styr, project, browser):
    result = styr("rapport", "--slag", "kommunoversikt")
    assert result.returncode == 0, result.stderr
    path = project.output / "0584" / "kommunoversikt.html"
    html = path.read_text(encoding="utf-8")
    assert lasbarhet.problems(lasbarhet.of_page(html)) == []
    levels = BeautifulSoup(html, "html.parser").find(id="nyckeltal").find_next("p")
    rows = BeautifulSoup(html, "html.parser").find("caption", id="kf-tabell").find_parent("table").tbody.find_all("tr")
    assert f"och {len(rows)} av fullmäktige" in text(levels)
    page, heard = open_page(browser, path, 400)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    assert heard == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.close()
    page, _ = open_page(browser, path, round((210 - 2 * 14) * MM))
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('.ledamot').getBoundingClientRect().height") <= A4 * MM
    page.close()
