"""The bank of experience: found by goal and verksamhet, told in full, quoted in the nämnd's report."""

import base64
import re
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup

from styrlib import agenda2030, erfarenhetsbank, process, snapshot, tidpunkt
from styrlib.erfarenhetsbank import Erfarenhetsbank
from styrlib.errors import InputError, ProblemsError
from styrlib.project import Project
from styrlib.render import render

from .conftest import REPOSITORY, run_styr
from .test_browser import WCAG, open_page

PROJECT = Project(REPOSITORY)


@pytest.fixture(scope="module")
def modell():
    return process.read_raw_model(PROJECT, snapshot.find(PROJECT.kolada))[0]


def bank_of(modell, pictures=PROJECT.reportagebilder):
    goals = agenda2030.read_goals(PROJECT.agenda2030, modell.kommun.aspekter)
    return Erfarenhetsbank(SimpleNamespace(modell=modell, period=modell.aktuell, table={"mal": goals}.get), pictures)


def soup_of(*html):
    return BeautifulSoup("".join(html), "html.parser")


def told(bank):
    return [bank.reportage(year) for year in bank.ar]


def test_every_story_is_told_once_and_the_newest_first(modell):
    bank = bank_of(modell)
    ids = [h["id"] for h in soup_of(*told(bank)).find_all("h3")]
    dates = {r.id: r.datum for r in modell.reportage}
    assert len(ids) == len(set(ids)) == len(modell.reportage) >= 6
    assert [dates[id_] for id_ in ids] == sorted(dates.values(), reverse=True)
    assert modell.reportage[0].rubrik in bank.sammanfattning()


def test_every_story_is_found_by_each_of_its_goals_and_by_its_verksamhet(modell):
    by_goal = erfarenhetsbank.by_goal(modell.reportage)
    assert list(by_goal) == sorted(by_goal)
    for story in modell.reportage:
        assert {goal for goal, found in by_goal.items() if story in found} == {link.mal for link in story.lankar}
    shelved = [
        (n.id, h.verksamhet.id, r.id)
        for n in modell.namnder
        for h in erfarenhetsbank.by_verksamhet(n, modell.reportage)
        for r in h.reportage
    ]
    assert sorted(shelved) == sorted((r.namnd, r.verksamhet, r.id) for r in modell.reportage)
    bank = bank_of(modell)
    linked = {a["href"][1:] for a in soup_of(bank.register()).find_all("a")}
    assert linked == {h["id"] for h in soup_of(*told(bank)).find_all("h3")}


def test_pictures_are_embedded_with_size_and_alt_text_and_are_small(modell):
    pictures = soup_of(*told(bank_of(modell))).find_all("img")
    assert len(pictures) == sum(r.bild is not None for r in modell.reportage)
    for picture in pictures:
        assert picture["alt"].startswith("Teckning:")
        assert int(picture["width"]) > int(picture["height"]) > 100
        assert len(base64.b64decode(picture["src"].partition(",")[2])) < 60_000


def test_a_storys_own_headings_lie_below_its_title(modell):
    soup = soup_of(*told(bank_of(modell)))
    assert {h.name for h in soup.select(".reportage-text :is(h1, h2, h3, h4, h5, h6)")} == {"h4"}


def test_a_story_can_hold_nothing_hostile(modell):
    hostile = modell.reportage[0].model_copy(
        update={"text": "<script>x</script>\n\n[a](javascript:x)", "rubrik": "<b>r</b>", "ingress": '"><img src=x>'}
    )
    bank = bank_of(modell.model_copy(update={"reportage": (hostile,)}))
    soup = soup_of(bank.sammanfattning(), bank.register(), *told(bank))
    assert not soup.find(["script", "img", "b"])
    assert all(re.match(r"#|[a-z-]+\.html#", a["href"]) for a in soup.find_all("a"))


def test_an_earlier_period_has_only_its_own_stories(modell):
    period = modell.perioder["2025-delar"]
    before = bank_of(tidpunkt.as_of(modell, period))
    assert 0 < len(before.alla) < len(modell.reportage)
    assert all(r.datum <= period.till for r in before.alla)


def test_a_bank_without_stories_says_so(modell):
    bank = bank_of(modell.model_copy(update={"reportage": ()}))
    assert "Det fanns inga reportage" in bank.sammanfattning()
    assert bank.register().strip() == ""
    assert bank.ar == []


def test_a_picture_that_has_gone_is_told(modell, tmp_path):
    with pytest.raises(InputError, match=r"Bilden [a-z]+\.png kan inte läsas"):
        told(bank_of(modell, tmp_path))


def test_a_bad_picture_and_text_that_is_not_shown_are_told_with_their_place(project):
    story = project.styrmodell / "reportage" / "klimatladan-mot-matsvinn.md"
    (project.reportagebilder / "klimatladan.png").write_bytes(b"GIF89a")
    text = story.read_text(encoding="utf-8")
    first = text[: text.index("Klockan är halv två")].count("\n") + 1
    story.write_text(text + "\n![x](x.png)\n", encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        process.read_raw_model(project, snapshot.find(project.kolada))
    picture, body = sorted(caught.value.problems, key=lambda p: p.place)
    assert picture.file == body.file == "reportage/klimatladan-mot-matsvinn.md"
    assert (picture.place, "ingen hel PNG" in picture.message) == ("bild", True)
    assert (body.place, body.line, "Bilder i texten" in body.message) == ("text", first, True)


@pytest.mark.parametrize("name", ["reportage/lien-tillbaka-pa-angen.md", "reportage/bilder/angen.png"])
def test_a_changed_story_or_picture_is_read_anew(project, name):
    process.ensure(project)
    made = (project.processed / process.MANIFEST).stat().st_mtime_ns
    path = project.styrmodell / name
    path.write_bytes(path.read_bytes() + b"\n")
    process.ensure(project)
    assert (project.processed / process.MANIFEST).stat().st_mtime_ns > made


def quote(modell, namnd, malbild=None, *, egen=True):
    rapport = SimpleNamespace(modell=modell, namnd=namnd, egen=egen)
    return soup_of(render("reportagecitat.html.j2", rapport=rapport, **({"malbild": malbild} if malbild else {})))


def test_each_story_is_quoted_once_in_its_namnds_report(modell):
    for namnd in modell.namnder:
        places = [quote(modell, namnd), *(quote(modell, namnd, m) for m in namnd.malbilder)]
        quoted = [a["href"] for place in places for a in place.find_all("a")]
        assert sorted(quoted) == sorted(f"erfarenhetsbank.html#{r.id}" for r in modell.reportage if r.namnd == namnd.id)
    assert any(r.malbild is None for r in modell.reportage)


def test_another_municipalitys_report_quotes_nothing(modell):
    namnd = modell.namnder[0]
    assert not quote(modell, namnd, egen=False).find(True)


@pytest.mark.browser
def test_both_pages_are_made_axe_clean_and_fit_a_phone(project, browser):
    result = run_styr(project, "rapport", "--slag", "insatser", "--slag", "erfarenhetsbank")
    assert result.returncode == 0, result.stderr
    assert "LIX" not in result.stdout + result.stderr
    for name in ("insatser", "erfarenhetsbank"):
        for width in (1280, 400, 320):
            page, heard = open_page(browser, project.output / "0584" / f"{name}.html", width)
            assert Axe().run(page, options=WCAG).violations_count == 0, (name, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert [entry for entry in heard if not entry.startswith("data:")] == []
            page.close()
