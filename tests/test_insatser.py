"""The page on aktiviteter and medel: counted, late with its reason, linked, and told without guessing."""

import datetime as dt
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from styrlib import agenda2030, aktiviteter, process, snapshot, tidpunkt
from styrlib.falt import Status
from styrlib.insatser import Insatser
from styrlib.project import Project
from styrlib.styrmodell import Medel

from .conftest import REPOSITORY

TILL = dt.date(2026, 8, 31)


@pytest.fixture(scope="module")
def modell():
    project = Project(REPOSITORY)
    return process.read_raw_model(project, snapshot.find(project.kolada))[0]


def page_of(modell, period=None):
    goals = agenda2030.read_goals(Project(REPOSITORY).agenda2030, modell.kommun.aspekter)
    shown = {"period": period or modell.aktuell, "ar": period and tidpunkt.figures_until(modell, period)}
    return Insatser(SimpleNamespace(modell=tidpunkt.as_of(modell, shown["period"]), table={"mal": goals}.get, **shown))


def with_aktivitet(modell, **update):
    """Return a model with a single aktivitet, changed."""
    namnd = modell.namnder[0]
    malbild = namnd.malbilder[0]
    aktivitet = malbild.aktiviteter[0].model_copy(update=update)
    malbild = malbild.model_copy(update={"aktiviteter": (aktivitet,)})
    namnd = namnd.model_copy(update={"malbilder": (malbild,), "uppdrag": ()})
    return modell.model_copy(update={"namnder": (namnd,)})


def text(html):
    return " ".join(BeautifulSoup(html, "html.parser").get_text().split())


def test_every_aktivitet_is_counted_once(modell):
    every = aktiviteter.every(modell)
    expected = [a for n in modell.namnder for part in (*n.malbilder, *n.uppdrag) for a in part.aktiviteter]
    assert [i.aktivitet for i in every] == expected
    assert aktiviteter.by_status(every).total() == len(expected)
    assert sum(map(len, aktiviteter.by_namnd(every).values())) == len(expected)


@pytest.mark.parametrize(
    ("status", "slut", "late"),
    [
        (Status.forsenad, None, True),
        (Status.forsenad, dt.date(2027, 1, 1), True),
        (Status.pagar, TILL, True),
        (Status.ej_paborjad, dt.date(2026, 1, 1), True),
        (Status.pagar, dt.date(2026, 9, 1), False),
        (Status.pagar, None, False),
        (Status.klar, dt.date(2026, 1, 1), False),
        (Status.avbruten, dt.date(2026, 1, 1), False),
    ],
)
def test_late_is_what_says_so_or_has_passed_its_end(modell, status, slut, late):
    every = aktiviteter.every(with_aktivitet(modell, status=status, slut=slut))
    assert bool(aktiviteter.late(every, TILL)) is late


def test_the_reason_is_the_verksamhets_own_then_the_uppdrags_obstacle_else_said_to_lack(modell):
    assert aktiviteter.every(with_aktivitet(modell, kommentar="Därför."))[0].skal == "Därför."
    silent = with_aktivitet(modell, status=Status.forsenad, kommentar=None)
    assert "Inget skäl är skrivet." in text(page_of(silent).lage())
    assert "En sen aktivitet saknar skäl." in text(page_of(silent).sammanfattning())
    hindered = next(i for i in aktiviteter.every(modell) if i.i_uppdrag and i.hor_till.hinder)
    alone = hindered.aktivitet.model_copy(update={"kommentar": None})
    assert aktiviteter.Insats(hindered.namnd, hindered.hor_till, alone).skal == hindered.hor_till.hinder


def test_every_link_leads_to_an_anchor_of_the_namnds_report(modell):
    anchors = {
        f"{n.id}.html#{kind}-{part.id}"
        for n in modell.namnder
        for kind, parts in (("malbild", n.malbilder), ("uppdrag", n.uppdrag))
        for part in parts
    }
    page = page_of(modell)
    soup = BeautifulSoup(page.lage() + page.aktiviteter() + page.medel(), "html.parser")
    addresses = {a["href"] for a in soup.find_all("a")}
    assert {a for a in addresses if not a.startswith("#")} <= anchors
    assert {a[1:] for a in addresses if a.startswith("#")} <= {tag["id"] for tag in soup.find_all(id=True)}


def test_what_is_not_accounted_for_is_never_zero_kronor(modell):
    page = page_of(modell)
    said = text(page.medel())
    assert "Inte redovisat än" in said
    assert "Inte avgjord än" in said
    assert "Avslag" in said
    for row in BeautifulSoup(page.medel(), "html.parser").select("tbody tr"):
        assert not [cell for cell in row.find_all("td") if cell.get_text().strip().startswith("0\u00a0kr")]


def test_a_model_without_activities_or_a_fund_says_so(modell):
    bare = with_aktivitet(modell).model_copy(update={"medel": None})
    nothing = bare.namnder[0].model_copy(update={"malbilder": ()})
    page = page_of(bare.model_copy(update={"namnder": (nothing,)}))
    assert "Nämnderna har inga aktiviteter." in text(page.sammanfattning())
    assert "Nämnderna har inga aktiviteter." in text(page.lage())
    assert "Nämnden har inga aktiviteter." in text(page.aktiviteter())
    assert "Inga medel är registrerade." in text(page.medel())


def test_a_fund_without_budget_or_applications_says_so(modell):
    empty = Medel(namn="Potten", beskrivning="Små pengar.", exempel=True)
    page = page_of(modell.model_copy(update={"medel": empty}))
    assert "Ingen budget och inga ansökningar är registrerade." in text(page.medel())
    assert "Potten" not in text(page.sammanfattning())
    unbudgeted = modell.medel.model_copy(update={"budget": ()})
    page = page_of(modell.model_copy(update={"medel": unbudgeted}))
    assert "Inte angiven" in text(page.medel())
    assert "Budgeten är inte angiven." in text(page.sammanfattning())


def test_text_from_the_files_is_escaped(modell):
    page = page_of(with_aktivitet(modell, rubrik="<b>x</b>", kommentar="<script>", status=Status.forsenad))
    assert "<b>x</b>" not in page.lage() + page.aktiviteter() + page.sammanfattning()
    assert "<script>" not in page.lage()


def test_an_earlier_period_knows_no_later_application(modell):
    period = modell.perioder["2025-delar"]
    page = page_of(modell, period)
    assert "visas dagens" in text(page.lage())
    assert "visas dagens" not in text(page_of(modell).lage())
    shown = {a.datum for year in page.ar for a in year.ansokningar}
    assert shown
    assert max(shown) <= period.till
    assert "Delår 2025" in text(page.sammanfattning())


def test_everything_invented_is_marked(modell):
    page = page_of(modell)
    assert "Exempel, inte beslutat." in text(page.sammanfattning())
    soup = BeautifulSoup(page.medel(), "html.parser")
    assert all("Exempel" in h.get_text() for h in soup.find_all("h4"))
    assert all("Exempel" in h.get_text() for h in BeautifulSoup(page.aktiviteter(), "html.parser").find_all("h3"))
