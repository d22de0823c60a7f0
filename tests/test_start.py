"""The start page: what stands, told from each page's record or else from the page, and usable with a whole country."""

import json

import pytest
from bs4 import BeautifulSoup

from styrlib import fardigt, process, start
from styrlib.sidor import Slag

FACTS = {
    "slag": "namnd",
    "titel": "Socialnämnden",
    "kommun": "0561",
    "kommunnamn": "Åtvidaberg",
    "ar": 0,
    "period": "p",
}


@pytest.fixture(name="sida")
def _sida(tmp_path):
    """Return a page that says what it is, with its record."""
    page = tmp_path / "0561" / "socialnamnden.html"
    page.parent.mkdir()
    page.write_text(f"<meta name=styr content='{json.dumps(FACTS)}'>", encoding="utf-8")
    remember(tmp_path, page)
    return page


def remember(out, page):
    """Write the record of a page."""
    fardigt.remember(
        fardigt.place(out, "0561/socialnamnden"),
        grund="g",
        trace={},
        read="r",
        page=(page, page.read_bytes()),
        paper=None,
        cost={},
        facts=FACTS,
    )


@pytest.mark.usefixtures("sida")
def test_a_page_with_a_record_is_told_as_it_tells_itself_and_is_not_read(tmp_path, monkeypatch):
    fardigt.place(tmp_path, "0561/socialnamnden").rename(tmp_path / "undan")
    by_itself = start.standing(tmp_path)
    assert by_itself["0561/socialnamnden"]["titel"] == "Socialnämnden"
    (tmp_path / "undan").rename(fardigt.place(tmp_path, "0561/socialnamnden"))
    monkeypatch.setattr(start, "facts", lambda _: pytest.fail("Sidan lästes."))
    monkeypatch.setattr(start, "sha256", lambda _: pytest.fail("Sidan lästes."))
    assert start.standing(tmp_path) == by_itself


def test_a_page_that_is_not_as_it_was_recorded_tells_itself_what_it_is(tmp_path, sida):
    before = start.standing(tmp_path)["0561/socialnamnden"]
    sida.write_text(sida.read_text(encoding="utf-8").replace("mnden", "mnd"), encoding="utf-8")
    after = start.standing(tmp_path)["0561/socialnamnden"]
    assert after["titel"] == "Socialnämnd"
    assert after["sha256"] != before["sha256"]
    sida.unlink()
    assert start.standing(tmp_path) == {}


def test_a_whole_country_is_one_line_per_municipality_with_its_namnder(bearbetat):
    modell = process.read_model(process.ensure(bearbetat).folder)
    names = {f"{number:04}": f"{'ABCÅÄÖ'[number % 6]}-kommun {number}" for number in range(600, 890)}
    reports = {
        f"{code}/{namnd.id}": FACTS
        | {"titel": namnd.namn, "kommun": code, "kommunnamn": name, "fil": f"{code}/{namnd.id}.html", "pdf": ""}
        for code, name in names.items()
        for namnd in modell.namnder
    }
    page = BeautifulSoup(start.page(modell, "2024-08", reports), "html.parser")
    lines = page.select("ul.kommuner > li")
    assert len(lines) == 290
    assert {len(line.select("a")) for line in lines} == {len(modell.namnder)}
    assert lines[0].get_text(" ", strip=True).startswith("A-kommun 600: KS , Kommunstyrelsen för")
    headings = page.select("#andra-kommuner ~ h3")
    assert [heading.get_text() for heading in headings] == list("ABCÅÄÖ")
    assert [a["href"] for a in page.select(".bokstaver a")] == [f"#{heading['id']}" for heading in headings]


def test_a_few_municipalities_need_no_letters(bearbetat):
    modell = process.read_model(process.ensure(bearbetat).folder)
    report = FACTS | {"fil": "0561/socialnamnden.html", "pdf": ""}
    page = BeautifulSoup(start.page(modell, "2024-08", {"0561/socialnamnden": report}), "html.parser")
    assert not page.select("h3, .bokstaver")
    assert page.select_one("ul.kommuner a").get_text() == "Socialnämnden för Åtvidaberg"
    assert Slag.namnd == report["slag"]
