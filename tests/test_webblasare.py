"""The published site in headless Chromium, from a file share: no server, no network."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import REPOSITORY
from .liten_webb import BEFORE, NOW, SN
from .test_browser import WCAG

pytestmark = pytest.mark.browser

WIDTHS = (1280, 320)  # 320 is 1280 at 400 % zoom
PICTURES = {"exclude": [["figure svg"]]}  # half of axe's time, and the same at every width


def opened(browser, path, width=1280, **context):
    """Open a page in a context of its own, and note every error and every request for anything else."""
    page = browser.new_context(viewport={"width": width, "height": 900}, **context).new_page()
    heard = []
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("request", lambda request: heard.append(request.url) if not request.is_navigation_request() else None)
    page.goto(path.as_uri())
    return page, heard


@pytest.mark.timeout(3600)
def test_axe_finds_nothing_on_any_page_and_nothing_else_is_asked_for(browser, request):
    result = request.config.getoption("--tillganglighet")
    folder = REPOSITORY / "output" / "webb" if result else request.getfixturevalue("webb")
    pages = sorted(folder.rglob("*.html"))
    assert pages, "Kör styr publicera först."
    passed, broken, sounds, version = set(), {}, [], ""
    for path in pages:
        rules = set()
        for width in WIDTHS:
            page, heard = opened(browser, path, width)
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            found = Axe().run(page, context=None if width == WIDTHS[0] else PICTURES, options=WCAG).response
            version = found["testEngine"]["version"]
            passed |= {rule["id"] for rule in found["passes"]}
            rules |= {rule["id"] for rule in found["violations"]}
            sounds += heard
            if page.evaluate("document.documentElement.scrollWidth") > width:
                rules.add(f"wider than {width} px")
            page.context.close()
        for rule in rules:
            broken.setdefault(rule, []).append(path.name)
    if result:
        text = {
            "datum": dt.datetime.now().astimezone().date().isoformat(),
            "axe": version,
            "webblasare": f"Chromium {browser.version}",
            "sidor": len(pages),
            "bredder": WIDTHS,
            "regler": len(passed - set(broken)),
            "brott": {rule: len(names) for rule, names in sorted(broken.items())},
        }
        Path(result).write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert broken == {}
    assert sounds == []


def links(page):
    """Return the addresses of the site that a page links to, without anchors."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    return {address.partition("#")[0] for address in found if address.startswith("file:")}


def test_every_page_is_reached_from_the_start_page_within_two_clicks(browser, webb):
    page, heard = opened(browser, webb / "index.html")
    first = links(page)
    second = set()
    for address in sorted(a for a in first if a.endswith(".html")):
        page.goto(address)
        assert page.locator("h1").count() == 1
        second |= links(page)
    everything = {path.as_uri() for path in webb.rglob("*.html")}
    assert everything <= first | second
    assert {(webb / NOW / f"{SN}.html").as_uri(), (webb / "sok.html").as_uri()} <= first
    files = {path.as_uri() for path in webb.rglob("*") if path.is_file()}
    assert first | second <= files  # and no link leads out of the site, or nowhere
    assert heard == []


def test_clicks_lead_to_an_earlier_period_and_back(browser, webb):
    page, _ = opened(browser, webb / "index.html")
    page.get_by_role("link", name="Helår 2025").click()
    page.locator("h2#\\32 025-helar ~ ul a", has_text="Socialnämnden").first.click()
    assert page.url == (webb / BEFORE / f"{SN}.html").as_uri()
    page.get_by_role("navigation", name="Webbplatsen").get_by_role("link").first.click()
    assert page.url == (webb / "index.html").as_uri()


def ask(page, question):
    page.keyboard.press("Control+A")
    page.keyboard.type(question)
    page.wait_for_function("q => document.getElementById('antal').textContent.includes(q)", arg=question)
    return [text.strip() for text in page.locator("#traffar a").all_inner_texts()]


def test_search_works_by_keyboard_and_tells_how_many(browser, webb):
    page, heard = opened(browser, webb / "sok.html")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "fraga":
            break
    titles = ask(page, "hemtjänst")
    assert titles
    assert re.fullmatch(rf"{len(titles)} träff(ar)? på ”hemtjänst”\.", page.get_by_role("status").inner_text())
    first = page.locator("#traffar a").first.evaluate("a => a.href")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(first)
    page.go_back()
    page.wait_for_function("document.querySelectorAll('#traffar a').length")  # the question is kept
    page.locator("#fraga").focus()
    assert ask(page, "xyzzy") == []
    assert "Inga träffar" in page.get_by_role("status").inner_text()
    assert heard == []


def test_search_finds_other_forms_of_a_word_parts_of_it_and_letters_without_dots(browser, webb):
    page, _ = opened(browser, webb / "sok.html")
    page.locator("#fraga").focus()
    wanted = ask(page, "socialnämnden")
    assert wanted[0] == "Socialnämnden"
    for question in ("socialnämnd", "SOCIALNÄMNDENS", "socialnamnden", "socialnä"):
        assert "Socialnämnden" in ask(page, question), question
    assert "Socialnämnden" in ask(page, "nämnden")  # inside a compound
    assert ask(page, "<b>socialnämnden</b>")[0] != ""
    assert page.locator("#traffar b").count() == 0


def test_every_place_in_the_list_is_found_by_its_own_title(browser, webb):
    page, _ = opened(browser, webb / "sok.html")
    places = page.eval_on_selector_all(".traffar li a", "all => all.map(a => [a.textContent, a.getAttribute('href')])")
    assert len(places) > 20
    missing = page.evaluate(
        """async places => {
            const field = document.getElementById('fraga');
            const lost = [];
            for (const [title, href] of places) {
                field.value = title;
                field.dispatchEvent(new Event('input'));
                await new Promise(done => setTimeout(done, 230));
                const found = [...document.querySelectorAll('#traffar a')].map(a => a.getAttribute('href'));
                if (!found.includes(href)) lost.push(title);
            }
            return lost;
        }""",
        places,
    )
    assert missing == []


def test_without_script_there_is_a_list_of_everything_instead(browser, webb):
    page, heard = opened(browser, webb / "sok.html", java_script_enabled=False)
    assert page.locator("#fraga").is_hidden()
    names = page.locator("ul.traffar a").all_inner_texts()
    assert {"Socialnämnden", "Kommunstyrelsen", "Verksamhetsdialoger"} <= set(names)
    assert page.get_by_role("heading", name="Allt från A till Ö").is_visible()
    assert heard == []
