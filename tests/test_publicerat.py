"""Only what is decided to be published is, and what gathers all nämnder waits for them all."""

import datetime as dt

import pytest

from styrlib import process, project, publicerat, snapshot
from styrlib.falt import Tillstand
from styrlib.sidor import Slag
from styrlib.styrmodell import Publicering, Publiceringar

NOW, BEFORE = "2026-delar", "2025-helar"


@pytest.fixture(scope="module")
def modell():
    here = project.find()
    return process.read_raw_model(here, snapshot.find(here.kolada))[0]


def row(rapport, period=NOW, tillstand=Tillstand.publicerad):
    return Publicering(
        rapport=rapport, period=period, tillstand=tillstand, diarienummer="KS 1", beslutad=dt.date(2026, 9, 1)
    )


def select(modell, *rows):
    given = Publiceringar(exempel=True, rapporter=rows)
    return publicerat.select(modell.model_copy(update={"publicering": given}))


def all_namnder(modell, period=NOW):
    return [row(n.id, period) for n in modell.namnder]


def test_without_a_row_or_with_another_state_nothing_is_published(modell):
    assert publicerat.select(modell.model_copy(update={"publicering": None})).sidor == ()
    found = select(
        modell,
        row("socialnamnden", tillstand=Tillstand.utkast),
        row("kommunstyrelsen", tillstand=Tillstand.faststalld),
    )
    assert found.sidor == ()
    assert [(title, period.id) for title, period in found.vantar] == [("Kommunstyrelsen", NOW)]


def test_addresses_are_permanent_and_the_newest_period_comes_first(modell):
    found = select(modell, row("socialnamnden", BEFORE), row("socialnamnden"))
    assert [s.adress for s in found.sidor] == ["2026-delar/socialnamnden.html", "2025-helar/socialnamnden.html"]
    assert [p.id for p in found.perioder] == [NOW, BEFORE]
    assert found.namnder(found.perioder[0]) == ("socialnamnden",)


@pytest.mark.parametrize("rapport", ["kommunoversikt", "agenda2030", "insatser"])
def test_what_gathers_all_namnder_waits_until_every_report_is_published(modell, rapport):
    *others, last = all_namnder(modell)
    held = last.model_copy(update={"tillstand": Tillstand.faststalld})
    found = select(modell, *others, held, row(rapport))
    assert {s.sida.slag for s in found.sidor} == {Slag.namnd}
    assert [[n.id for n in left.saknar] for left in found.utelamnade] == [[last.rapport]]
    complete = select(modell, *others, last, row(rapport))
    assert complete.utelamnade == ()
    assert {s.sida.rapport for s in complete.sidor} >= {rapport}


def test_a_namnd_that_came_with_a_later_election_holds_up_no_earlier_period(modell):
    new = modell.namnder[0].model_copy(
        update={"id": "ny-namnd", "malbilder": (), "dialoger": (), "uppdrag": (), "styrprinciper": ()}
    )
    rows = [*all_namnder(modell, BEFORE), row("kommunoversikt", BEFORE), *all_namnder(modell), row("kommunoversikt")]
    found = select(modell.model_copy(update={"namnder": (*modell.namnder, new)}), *rows)
    assert [left.period.id for left in found.utelamnade] == [NOW]
    assert "2025-helar/kommunoversikt.html" in {s.adress for s in found.sidor}


def test_dialogblad_are_never_published(modell):
    everything = [*all_namnder(modell), *map(row, ("kommunoversikt", "agenda2030", "insatser", "erfarenhetsbank"))]
    assert all(s.sida.slag is not Slag.dialogblad for s in select(modell, *everything).sidor)


def test_a_namnd_without_a_report_for_a_period_that_its_uppdrag_began_in_holds_up_what_gathers_all(modell):
    last = modell.namnder[-1]
    unjudged = [m.model_copy(update={"bedomningar": ()}) for m in last.malbilder]
    namnder = (*modell.namnder[:-1], last.model_copy(update={"malbilder": tuple(unjudged)}))
    others = [r for r in all_namnder(modell, BEFORE) if r.rapport != last.id]
    found = select(modell.model_copy(update={"namnder": namnder}), *others, row("kommunoversikt", BEFORE))
    assert [[n.id for n in left.saknar] for left in found.utelamnade] == [[last.id]]
    assert all(s.sida.slag is Slag.namnd for s in found.sidor)
