"""What the site has beside its pages, and what it has not when there is nothing to say or nobody to say it."""

import datetime as dt
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from styrlib import csvw, export, process, publicerat, tillganglighet, webbplats
from styrlib.oppnatabeller import TABELLER
from styrlib.styrmodell import Publicering, Publiceringar, Utgivare
from styrlib.webbsidor import Webbplats

from .conftest import copy_project

NOW, BEFORE = "2026-delar", "2025-helar"
KS, SN = "kommunstyrelsen", "socialnamnden"
UTGIVARE = Utgivare(namn="Vadstena kommun", adress="https://v.example/mal", kontakt="a@v.example")


@pytest.fixture(scope="module")
def webb(tmp_path_factory, bearbetat):
    """Return a site that publishes one nämnd for two periods, and has another one's report decided only."""
    project = copy_project(tmp_path_factory.mktemp("webbdata") / "projekt", bearbetat)
    made = process.ensure(project)
    modell = process.read_model(made.folder)
    rows = [
        (SN, NOW, "publicerad"),
        (SN, BEFORE, "publicerad"),
        (KS, NOW, "faststalld"),
        ("agenda2030", NOW, "publicerad"),
    ]
    publicering = Publiceringar(
        exempel=True,
        rapporter=tuple(
            Publicering(
                rapport=rapport, period=period, tillstand=state, diarienummer="SN & 1", beslutad=dt.date(2026, 9, 1)
            )
            for rapport, period, state in rows
        ),
    )
    kommun = modell.kommun.model_copy(update={"utgivare": UTGIVARE})
    # The page of all goals gathers every nämnd, so the model has just the one here.
    own = tuple(n for n in modell.namnder if n.id in {SN, KS})
    modell = modell.model_copy(update={"publicering": publicering, "kommun": kommun, "namnder": own})
    lage = tillganglighet.Lage(None, None)
    return Webbplats(modell, publicerat.select(modell), made.uttag, made.folder, {4: "God utbildning"}, lage)


def build(folder, webb):
    return [download for add in webbplats.TILLAGG for download in add(folder, webb)]


@pytest.fixture(scope="module")
def built(webb, tmp_path_factory):
    folder = tmp_path_factory.mktemp("webb")
    return folder, build(folder, webb)


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_each_period_has_its_own_tables_and_the_start_page_is_told_of_page_and_feed(built):
    folder, downloads = built
    names = set(contents(folder))
    assert {f"data/{period}/{file}" for period in (NOW, BEFORE) for file in ("varden.csv", csvw.METADATA)} <= names
    assert {"data.html", "data/dcat.rdf", "nytt.xml"} <= names
    assert [(d.adress, d.flode) for d in downloads] == [("data.html", False), ("nytt.xml", True)]


def test_what_is_decided_and_not_published_is_in_no_file(built, webb):
    ks = webb.modell.namnd(KS)
    whole = b"".join(contents(built[0]).values()).decode()
    assert ks.malbilder[0].text not in whole
    assert KS not in whole


def test_the_page_explains_every_table_and_column_and_links_only_to_what_is_there(built):
    folder, _ = built
    html = (folder / "data.html").read_text(encoding="utf-8")
    export._check(html)
    soup = BeautifulSoup(html, "html.parser")
    files = set(contents(folder))
    there = {name.split("/")[-1].removesuffix(".csv") for name in files if name.endswith(".csv")}
    for name in there:
        assert soup.find(id=name).get_text() == TABELLER[name].titel
        rows = [th.get_text() for th in soup.find(id=f"kolumner-{name}").parent.find_all("th", scope="row")]
        assert rows == TABELLER[name].namn
    ids = {tag["id"] for tag in soup.find_all(id=True)}
    for link in soup.find("main").find_all("a", href=True):
        href = link["href"]
        assert href in files or href[1:] in ids or href.startswith("https://"), href
    texts = [a.get_text() for a in soup.find("main").find_all("a") if a["href"].startswith("data/")]
    assert len(texts) == len(set(texts))  # a link's text alone says where it leads
    assert "formel" in html
    assert "Exempel, inte beslutat" in html


def test_the_feed_tells_published_pages_and_of_the_goals_only_the_page_of_all(built):
    channel = ET.parse(built[0] / "nytt.xml").getroot().find("channel")
    links = [item.findtext("link") for item in channel.iter("item")]
    assert f"https://v.example/mal/{NOW}/{SN}.html" in links
    assert f"https://v.example/mal/{BEFORE}/{SN}.html" in links
    assert not [link for link in links if KS in link or re.search(r"mal-\d\d", link)]
    assert all("Exempel, inte beslutat." in item.findtext("description") for item in channel.iter("item"))


def test_the_same_data_give_the_same_bytes(built, webb, tmp_path):
    build(tmp_path, webb)
    assert contents(tmp_path) == contents(built[0])


def test_without_a_utgivare_there_is_neither_feed_nor_record_and_the_page_says_so(webb, tmp_path):
    kommun = webb.modell.kommun.model_copy(update={"utgivare": None})
    downloads = build(tmp_path, replace(webb, modell=webb.modell.model_copy(update={"kommun": kommun})))
    assert [d.adress for d in downloads] == ["data.html"]
    assert not {"nytt.xml", "data/dcat.rdf"} & set(contents(tmp_path))
    html = (tmp_path / "data.html").read_text(encoding="utf-8")
    assert "Kommunen har inte bestämt någon licens än" in html
    assert "dcat.rdf" not in html


def test_with_nothing_published_there_are_no_open_data(webb, tmp_path):
    modell = webb.modell.model_copy(update={"publicering": None})
    empty = replace(webb, modell=modell, urval=publicerat.select(modell))
    assert [d.adress for d in build(tmp_path, empty)] == ["nytt.xml"]
    assert set(contents(tmp_path)) == {"nytt.xml"}
