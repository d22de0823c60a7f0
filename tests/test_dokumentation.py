"""The user docs as they are built: offline, in Swedish, readable by everybody, and the same every time."""

import os
import re
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import REPOSITORY, once
from .test_browser import WCAG

PAGES = ("kolada.html", "uppslag/namn.html")  # code and tables, and tables wider than a phone
SCHEMES = ("light", "dark")


def build(folder):
    """Build the site as `make dokumentation` does, into a folder, and return what is said."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Return the folder of the built docs, in a path with å and a space."""

    def make(folder):
        result = build(folder / "handbok på delad disk")
        assert result.returncode == 0, result.stderr

    return once(tmp_path_factory, "dokumentation", make) / "handbok på delad disk"


def contents(folder):
    """Return every file's bytes by its name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_makefile_builds_it_strictly_and_silently():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert "NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet\n" in makefile


def test_two_builds_give_the_same_bytes_and_nothing_is_said(site, tmp_path):
    result = build(tmp_path / "igen")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert contents(tmp_path / "igen") == contents(site)


def test_no_page_refers_to_anything_elsewhere_but_by_a_link(site):
    for path in site.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert re.search(r'<html lang="sv"', page)
        loaded = re.findall(r'<(?:script|img|iframe|link|source)\b[^>]*?(?:src|href)="([^"]*)"', page)
        assert loaded
        assert [address for address in loaded if "//" in address] == []
    for path in [*site.rglob("*.css"), *site.rglob("*.svg")]:
        assert re.findall(r"url\(['\"]?https?:", path.read_text(encoding="utf-8")) == []


def opened(browser, path, **context):
    """Open a page without a network, and note every error and every request that leaves the disk."""
    page = browser.new_context(offline=True, **context).new_page()
    heard = []
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("requestfailed", lambda request: heard.append(f"failed: {request.url}"))
    page.on("request", lambda request: heard.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(path.as_uri())
    return page, heard


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_every_page_opens_from_a_file_without_a_network_and_fits_a_narrow_screen(browser, site):
    for path in site.rglob("*.html"):
        page, heard = opened(browser, path, viewport={"width": 400, "height": 900})
        page.wait_for_selector("h1")
        assert heard == [], path.name
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, path.name
        page.context.close()


@pytest.mark.browser
@pytest.mark.timeout(600)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_light_or_dark(browser, site, name, scheme):
    for width in (1280, 400):
        page, _ = opened(browser, site / name, viewport={"width": width, "height": 900}, color_scheme=scheme)
        assert page.evaluate("document.body.dataset.mdColorScheme") == {"light": "default", "dark": "slate"}[scheme]
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Hur många elever i Vadstena är behöriga till yrkesprogram, och är det en förbättring?", "Följa över tid"),
        ("Vilka kommuner som liknar oss har lägst nettokostnadsavvikelse för äldreomsorg?", "Jämföra kommuner"),
        ("Vilka nyckeltal för mål 13 saknar vi i modellen?", "Hitta nyckeltal"),
        ("jamfor_kommuner", "Namn"),
        ("styr publicera", "Publicera en rapport"),
        ("tabb", "Vanliga fel"),
        ("jamfora", "Jämföra kommuner"),
        ("jämföra", "Jämföra kommuner"),
        ("folja over tid", "Följa över tid"),
    ],
)
def test_search_finds_the_page_without_a_network(browser, site, question, wanted):
    page, heard = opened(browser, site / "index.html")
    page.get_by_role("textbox", name="Sök").click()
    page.keyboard.type(question)
    hits = page.locator(".md-search-result__item h1")
    hits.first.wait_for()
    assert wanted in hits.all_inner_texts()[:2]
    assert heard == []
