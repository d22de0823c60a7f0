"""Handen på hjärtat: only what is released is shown, as counts, and never of too few."""

import pytest

from styrlib import process, project, sjalvskattning, snapshot
from styrlib.falt import Princip, Svar
from styrlib.styrmodell import Sjalvskattning


@pytest.fixture(scope="module")
def modell():
    here = project.find()
    return process.read_raw_model(here, snapshot.find(here.kolada))[0]


def entry(princip="tillit", period="2025-helar", svar=None, slappt="ja"):
    given = {"princip": princip, "period": period, "exempel": "Så.", "forbattring": "Mer.", "slappt": slappt}
    return Sjalvskattning.model_validate({**given, "svar": svar or {}})


def released(modell, *entries):
    namnd = modell.namnder[0].model_copy(update={"styrprinciper": entries})
    return sjalvskattning.released(modell, namnd)


def test_what_is_not_released_leaves_nothing(modell):
    assert released(modell, entry(slappt="nej"), entry("kvalitet", slappt="nej", svar={"helt": "9"})) == []


def test_answers_are_counted_with_every_step_also_those_that_nobody_chose(modell):
    [one] = released(modell, entry(svar={"helt": "3", "inte": "2"}))
    [spread] = one.fordelningar
    assert spread.svarade == 5
    assert spread.antal == {Svar.helt: 3, Svar.till_stor_del: 0, Svar.till_liten_del: 0, Svar.inte: 2, Svar.vet_inte: 0}
    assert (one.namn, one.exempel, one.forbattring) == ("Tillit", "Så.", "Mer.")


def test_fewer_than_five_answers_show_only_their_number(modell):
    [one] = released(modell, entry(svar={"helt": "3", "inte": "1"}))
    assert [(f.svarade, f.antal) for f in one.fordelningar] == [(4, None)]


def test_the_latest_period_comes_first_and_an_unreleased_one_is_not_beside_it(modell):
    shown = released(
        modell,
        entry(period="2025-delar", svar={"helt": "7"}),
        entry(period="2026-delar", svar={"helt": "6"}),
        entry(period="2025-helar", svar={"helt": "5"}, slappt="nej"),
    )
    assert [f.period for f in shown[0].fordelningar] == ["Delår 2026", "Delår 2025"]


def test_principles_come_in_the_order_of_the_municipality_and_an_undescribed_one_last(modell):
    kommun = modell.kommun.model_copy(update={"styrprinciper": modell.kommun.styrprinciper[:0:-1]})  # all but tillit
    shown = released(modell.model_copy(update={"kommun": kommun}), *(entry(p) for p in Princip))
    assert [s.namn for s in shown] == [p.namn for p in kommun.styrprinciper] + ["Tillit"]
    assert shown[-1].betydelse == ""
