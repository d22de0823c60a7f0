"""The model as it stood at the end of an earlier period holds nothing that came later."""

import datetime as dt

import pandas as pd
import pytest

from styrlib import namndrapport, process, project, snapshot, tidpunkt
from styrlib.errors import UnknownNameError
from styrlib.falt import Status
from styrlib.namnduppfoljning import Namnduppfoljning
from styrlib.styrmodell import Aktivitet, Avford, Overenskommelse, Tidigare


@pytest.fixture(scope="module")
def modell():
    here = project.find()
    return process.read_raw_model(here, snapshot.find(here.kolada))[0]


def changed(modell, namnd, part):
    """Return the model with one uppdrag of a nämnd replaced."""
    index = [n.id for n in modell.namnder].index(namnd)
    old = modell.namnder[index]
    new = old.model_copy(update={"uppdrag": (part, *old.uppdrag[1:])})
    return modell.model_copy(update={"namnder": (*modell.namnder[:index], new, *modell.namnder[index + 1 :])})


def test_the_current_period_is_the_latest_that_is_judged_and_changes_nothing(modell):
    current = tidpunkt.find_period(modell, "")
    assert current == modell.aktuell
    assert tidpunkt.as_of(modell, current) is modell
    assert tidpunkt.figures_until(modell, current) is None


def test_the_current_period_is_the_first_while_none_is_judged(modell):
    bodies = tuple(
        n.model_copy(update={"malbilder": tuple(m.model_copy(update={"bedomningar": ()}) for m in n.malbilder)})
        for n in modell.namnder
    )
    new = type(modell).model_construct(kommun=modell.kommun, namnder=bodies)  # a copy would keep what it has counted
    assert new.aktuell == modell.kommun.perioder[0]
    assert tidpunkt.figures_until(new, new.aktuell) is None


def test_a_period_is_found_by_id_and_name_and_else_told(modell):
    assert tidpunkt.find_period(modell, "2025-helar") == tidpunkt.find_period(modell, "Helår 2025")
    with pytest.raises(UnknownNameError, match="Perioden ”2025-hel” finns inte"):
        tidpunkt.find_period(modell, "2025-hel")


def test_what_came_later_is_left_out(modell):
    period = modell.perioder["2025-helar"]
    then = tidpunkt.as_of(modell, period)
    assert list(then.perioder)[-1] == "2025-helar"
    for now, namnd in zip(modell.namnder, then.namnder, strict=True):
        assert all(b.period in then.perioder for m in namnd.malbilder for b in m.bedomningar)
        assert all(k.period in then.perioder for _, n in namnd.nyckeltal() for k in n.kommentarer)
        assert all(a.datum <= period.till for _, n in namnd.nyckeltal() for a in n.andringar)
        assert all(d.datum <= period.till for d in namnd.dialoger)
        assert all(min(u.ar) <= 2025 for u in namnd.uppdrag)
        assert all(a.start is None or a.start <= period.till for m in namnd.malbilder for a in m.aktiviteter)
        assert len(now.malbilder) == len(namnd.malbilder)
    assert sum(len(n.dialoger) for n in then.namnder) < sum(len(n.dialoger) for n in modell.namnder)


def test_status_is_the_one_told_for_the_period_or_the_nearest_after_it(modell):
    uppdrag = (
        modell.namnder[0]
        .uppdrag[0]
        .model_copy(
            update={
                "ar": (2025,),
                "status": Status.klar,
                "gjort": "Allt.",
                "tidigare": (Tidigare(period="2025-helar", status="pagar", gjort="Hälften."),),
            }
        )
    )
    model = changed(modell, modell.namnder[0].id, uppdrag)
    for id_ in ("2025-delar", "2025-helar"):
        then = tidpunkt.as_of(model, model.perioder[id_]).namnder[0].uppdrag[0]
        assert (then.status, then.gjort) == (Status.pagar, "Hälften.")
    assert tidpunkt.as_of(model, model.aktuell).namnder[0].uppdrag[0].status is Status.klar


def test_a_period_that_ends_before_the_year_has_no_figure_of_its_own_year(modell):
    assert tidpunkt.figures_until(modell, modell.perioder["2025-helar"]) == 2025
    assert tidpunkt.figures_until(modell, modell.perioder["2025-delar"]) == 2024
    assert tidpunkt.last_year(modell.aktuell) == modell.aktuell.ar - 1
    assert modell.perioder["2025-delar"].till == dt.date(2025, 8, 31)


def test_a_period_shows_its_own_bedomningar_also_when_its_figures_end_a_year_before(modell):
    empty = pd.DataFrame({"nyckeltal": [], "kommun": [], "ar": [], "kon": [], "varde": []})
    frames = {"varden": empty, "nyckeltal": empty}
    for period in modell.perioder.values():
        then = tidpunkt.as_of(modell, period)
        until = tidpunkt.figures_until(modell, period)
        namnd = Namnduppfoljning(
            then, then.namnder[0], (modell.kommun.kommun, modell.kommun.namn), until, "2024-08", frames
        )
        assert namnd.period == period
        assert sum(namnd.grader.values()) == len(then.namnder[0].malbilder)


def test_a_report_of_an_earlier_period_links_to_no_uppdrag_that_had_not_begun(modell):
    period = modell.perioder["2025-helar"]
    later = {n.id: [u for u in n.uppdrag if u.lankar and min(u.ar) > period.ar] for n in modell.namnder}
    namnd = next(id_ for id_, uppdrag in later.items() if uppdrag)
    for name, shown in (("", True), (period.id, False)):
        section = namndrapport.open_report(namnd, period=name).agenda2030()
        assert all((f"#uppdrag-{u.id}" in section) is shown for u in later[namnd])


def test_what_an_application_led_to_is_known_from_the_day_it_was_accounted_for(modell):
    first = modell.medel.ansokningar[0].model_copy(
        update={"datum": dt.date(2025, 2, 1), "beviljat": 10, "anvant": 7, "effekt": "Senare känt."}
    )

    def then(period, **days):
        medel = modell.medel.model_copy(update={"ansokningar": (first.model_copy(update=days),)})
        model = modell.model_copy(update={"medel": medel})
        (found,) = tidpunkt.as_of(model, model.perioder[period]).medel.ansokningar
        return found.beviljat, found.anvant, found.effekt

    days = {"beslutad": dt.date(2025, 9, 15), "redovisad": dt.date(2026, 1, 20)}
    assert then("2025-delar", **days) == (None, None, None)
    assert then("2025-helar", **days) == (10, None, None)
    assert then("2026-delar", **days) == (10, 7, "Senare känt.")
    assert then("2025-helar", beslutad=None, redovisad=None) == (10, None, None)
    assert then("2025-helar", **{**days, "redovisad": dt.date(2025, 12, 1)}) == (10, 7, "Senare känt.")


def test_words_of_today_on_what_still_goes_on_are_not_shown_of_an_earlier_period(modell):
    aktivitet = Aktivitet(id="a", rubrik="A", start="2025-01-01", status="pagar", kommentar="I dag.")
    uppdrag = modell.namnder[0].uppdrag[0].model_copy(update={"ar": (2025,), "aktiviteter": (aktivitet,)})
    for status, shown in (("pagar", None), ("klar", "I dag.")):
        part = uppdrag.model_copy(update={"aktiviteter": (aktivitet.model_copy(update={"status": Status(status)}),)})
        model = changed(modell, modell.namnder[0].id, part)
        then = tidpunkt.as_of(model, model.perioder["2025-helar"])
        assert then.namnder[0].uppdrag[0].aktiviteter[0].kommentar == shown
        assert tidpunkt.as_of(model, model.aktuell).namnder[0].uppdrag[0].aktiviteter[0].kommentar == "I dag."


def test_an_aktivitet_says_what_hindered_it_then(modell):
    told = Tidigare(period="2025-helar", status="forsenad", gjort="Hälften.", hinder="Elnätet.")
    aktivitet = Aktivitet(id="a", rubrik="A", status="klar", kommentar="I dag.", tidigare=(told,))
    uppdrag = modell.namnder[0].uppdrag[0].model_copy(update={"ar": (2025,), "aktiviteter": (aktivitet,)})
    model = changed(modell, modell.namnder[0].id, uppdrag)
    then = tidpunkt.as_of(model, model.perioder["2025-helar"]).namnder[0].uppdrag[0].aktiviteter[0]
    assert (then.status, then.kommentar) == (Status.forsenad, "Elnätet.")


def test_a_result_of_today_of_an_agreement_that_still_goes_on_is_not_shown_of_an_earlier_period(modell):
    def then(status):
        agreed = Overenskommelse(text="Ö", ansvarig="Chef", status=status, resultat="I dag.")
        held = (
            modell.namnder[0]
            .dialoger[0]
            .model_copy(update={"datum": dt.date(2025, 5, 1), "overenskommelser": (agreed,)})
        )
        namnd = modell.namnder[0].model_copy(update={"dialoger": (held,)})
        model = modell.model_copy(update={"namnder": (namnd, *modell.namnder[1:])})
        cut = tidpunkt.as_of(model, model.perioder["2025-helar"])
        return cut.namnder[0].dialoger[0].overenskommelser[0].resultat

    assert then("pagar") is None
    assert then("klar") == "I dag."


def test_a_namnd_that_nothing_is_known_of_by_then_is_left_out(modell):
    old = modell.namnder[0]
    bare = [m.model_copy(update={"bedomningar": (), "aktiviteter": (), "nyckeltal": ()}) for m in old.malbilder]
    later = [u.model_copy(update={"ar": (2026,)}) for u in old.uppdrag]
    new = old.model_copy(
        update={"id": "ny", "malbilder": tuple(bare), "uppdrag": tuple(later), "dialoger": (), "styrprinciper": ()}
    )
    model = modell.model_copy(update={"namnder": (*modell.namnder, new)})

    def there(model, period):
        return "ny" in [n.id for n in tidpunkt.as_of(model, model.perioder[period]).namnder]

    assert not there(model, "2025-helar")
    assert there(model, "2026-delar")
    begun = new.model_copy(update={"uppdrag": (later[0].model_copy(update={"ar": (2025,)}),)})
    assert there(modell.model_copy(update={"namnder": (*modell.namnder, begun)}), "2025-helar")


def test_a_nyckeltal_dropped_from_a_lock_after_the_period_is_not_told_of(modell):
    dropped = Avford(nyckeltal="N03102", datum="2026-03-01", skal="Senare.")
    las = tuple(x.model_copy(update={"avforda": (dropped,)}) for x in modell.las)
    model = modell.model_copy(update={"las": las})
    assert all(not x.avforda for x in tidpunkt.as_of(model, model.perioder["2025-helar"]).las)
