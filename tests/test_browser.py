"""Every finished page in headless Chromium, as a reader meets it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # of what passes one place is told, for to point out all of them takes long
}


def open_page(browser, path, width):
    """Open a page, and note all that it says and asks for."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    heard = []
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("request", lambda request: heard.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    return page, heard


@pytest.mark.timeout(600)
def test_axe_finds_nothing_and_the_pages_are_silent(browser, pages):
    axe = Axe()
    pictures = {"exclude": [["figure svg"]]}  # half of axe's time; the next test looks into them
    for path in pages:
        page, heard = open_page(browser, path, 1280)
        found = axe.run(page, context=pictures, options=WCAG)
        assert found.violations_count == 0, f"{path.name}: {found.generate_report()}"
        assert heard == []
        page.close()


@pytest.mark.timeout(600)
def test_axe_finds_nothing_on_a_narrow_page_with_all_that_can_be_opened(browser, made):
    page, heard = open_page(browser, made.output / "0584" / "socialnamnden.html", 320)  # as 1280 px at 400 % zoom
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    assert heard == []
    page.close()


@pytest.mark.parametrize("width", [1280, 400, 320])
def test_only_wide_tables_scroll_sideways_and_only_in_their_box(browser, pages, width):
    for path in pages:
        page, _ = open_page(browser, path, width)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
        page.close()


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(browser, pages):
    for path in pages:
        page, _ = open_page(browser, path, 1280)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Hoppa till innehållet"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "innehall"
        page.close()


def test_text_in_pictures_stays_readable_on_a_phone_and_nothing_is_cut_off(browser, made):
    script = """() => [...document.querySelectorAll('figure svg')].map(svg => {
        const box = svg.getBoundingClientRect();
        const texts = [...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect());
        return {
            out: texts.filter(t => t.left < box.left - 1 || t.right > box.right + 1
                                || t.top < box.top - 1 || t.bottom > box.bottom + 1).length,
            height: Math.min(...texts.map(t => t.height)),
        }
    })"""
    for width in (1280, 400):
        for path in sorted((made.output / "0584").glob("*.html")):
            page, _ = open_page(browser, path, width)
            for picture in page.evaluate(script):
                assert picture["out"] == 0, path.name
                assert picture["height"] >= 10.5, path.name  # line height in px; 9 pt at print size is 12 px
            page.close()


def test_print_loses_nothing_that_cannot_be_opened_on_paper(browser, made):
    page, _ = open_page(browser, made.output / "0584" / "socialnamnden.html", 1280)
    page.emulate_media(media="print")
    hidden = page.evaluate(
        "[...document.querySelectorAll('main h2, main table.nyckeltal, main figure, main .bedomning')]"
        ".filter(e => !e.getClientRects().length).length"
    )
    assert hidden == 0
    assert page.locator("nav.toc").is_hidden()
    page.close()
