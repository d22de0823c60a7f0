"""What has changed from one period to the next, worked by hand on a small model."""

import datetime as dt

import pytest

from styrlib import forandringar, tidpunkt
from styrlib.falt import Grad, Status
from styrlib.forandringar import Forandringar, Forandringsslag, Handelse
from styrlib.styrmodell import Kommun, Las, Namnd, Styrmodell

FORRA, PERIOD = "2025-helar", "2026-delar"
PERIODER = [
    {"id": "2025-delar", "namn": "Delår 2025", "ar": 2025, "fran": "2025-01-01", "till": "2025-08-31"},
    {"id": FORRA, "namn": "Helår 2025", "ar": 2025, "fran": "2025-01-01", "till": "2025-12-31"},
    {"id": PERIOD, "namn": "Delår 2026", "ar": 2026, "fran": "2026-01-01", "till": "2026-08-31"},
]


def malbild(id_, grader=(), **facts):
    """Return a målbild with a grade per period id."""
    made = [{"period": p, "grad": g, "motivering": "Skäl.", "av": "Chef"} for p, g in dict(grader).items()]
    given = {"id": id_, "rubrik": f"Målbild {id_}", "text": "Så.", "verksamhet": "v", "aspekter": "social"}
    return {**given, "bedomningar": made, **facts}


def uppdrag(id_, status="pagar", ar=(2025, 2026), **facts):
    return {"id": id_, "rubrik": f"Uppdrag {id_}", "ar": [str(year) for year in ar], "status": status, **facts}


def tidigare(status, period=FORRA):
    return {"tidigare": [{"period": period, "status": status}]}


def namnd(id_="aa", **facts):
    given = {"id": id_, "namn": f"Nämnden {id_}", "kortnamn": id_.upper(), "ordning": "1", "exempel": "ja"}
    parts = {"grunduppdrag": {"text": "Allt."}, "verksamheter": [{"id": "v", "namn": "Verket", "ansvarig": "Chef"}]}
    return Namnd.model_validate({**given, **parts, **facts})


def modell(*namnder, las=(), **kommun):
    """Return a model of the given nämnder for a municipality of its own."""
    facts = {
        "kommun": "0584",
        "namn": "Vadstena",
        "version": "1",
        "mandatperiod": {"fran": "2023", "till": "2026"},
        "jamforelser": ["riket"],
        "perioder": PERIODER,
        "aspekter": {"kalla": "Ingen.", "mal": {str(goal): "social" for goal in range(1, 18)}},
    }
    return Styrmodell(kommun=Kommun.model_validate({**facts, **kommun}), namnder=namnder, las=las)


def changed(whole, period=PERIOD, forra=FORRA):
    now, before = whole.perioder[period], whole.perioder[forra]
    return forandringar.between(tidpunkt.as_of(whole, now), now, tidpunkt.as_of(whole, before), before)


def of(found, slag):
    return [(f.rubrik, f.handelse, f.fore, f.efter) for f in found.av(slag)]


def test_the_first_period_has_nothing_before_and_says_no_change():
    whole = modell(namnd(malbilder=[malbild("a", {PERIOD: "delvis"})], uppdrag=[uppdrag("x")]))
    found = forandringar.between(whole, whole.perioder[PERIOD], None, None)
    assert found == Forandringar(None, 0, 1, ())


def test_a_bedomning_has_its_steps_up_and_down_and_none_beside_the_scale():
    whole = modell(
        namnd(
            malbilder=[
                malbild("upp", {FORRA: "inte", PERIOD: "i_huvudsak"}),
                malbild("ner", {FORRA: "uppfylld", PERIOD: "i_huvudsak"}),
                malbild("lika", {FORRA: "delvis", PERIOD: "delvis"}),
                malbild("oviss", {FORRA: "delvis", PERIOD: "gar_inte_att_bedoma"}),
                malbild("forsta", {PERIOD: "delvis"}),
                malbild("ogjord", {FORRA: "delvis"}),
            ]
        )
    )
    found = changed(whole)
    assert [(f.rubrik, f.steg) for f in found.alla] == [
        ("Målbild upp", 2),
        ("Målbild ner", -1),
        ("Målbild oviss", 0),
        ("Målbild forsta", 0),
        ("Målbild ogjord", 0),
    ]
    assert of(found, Forandringsslag.bedomning)[3:] == [
        ("Målbild forsta", Handelse.andrad, None, Grad.delvis),
        ("Målbild ogjord", Handelse.andrad, Grad.delvis, None),
    ]
    assert found.alla[0].lank == "malbild-upp"


def test_a_new_malbild_is_new_and_one_that_is_gone_is_gone():
    whole = modell(namnd(malbilder=[malbild("ny", {PERIOD: "delvis"}), malbild("a", {PERIOD: "inte", FORRA: "inte"})]))
    before = modell(namnd(malbilder=[malbild("a", {FORRA: "inte"}), malbild("bort", {FORRA: "uppfylld"})]))
    found = forandringar.between(whole, whole.perioder[PERIOD], before, whole.perioder[FORRA])
    assert of(found, Forandringsslag.bedomning) == [
        ("Målbild ny", Handelse.ny, None, Grad.delvis),
        ("Målbild bort", Handelse.borta, Grad.uppfylld, None),
    ]
    assert [f.lank for f in found.alla] == ["malbild-ny", ""]


@pytest.mark.parametrize(("grader", "judged"), [({PERIOD: "delvis"}, (0, 2)), ({FORRA: "delvis"}, (2, 0))])
def test_a_period_without_any_bedomning_makes_none_of_them_changed(grader, judged):
    whole = modell(namnd(malbilder=[malbild("a", grader), malbild("b", grader)]))
    now, before = whole.perioder[PERIOD], whole.perioder[FORRA]
    found = forandringar.between(whole, now, whole, before)
    assert (found.bedomda_fore, found.bedomda_nu) == judged
    assert found.alla == ()


def test_an_uppdrag_has_the_status_of_each_period_and_is_new_the_year_it_begins():
    bolag = {
        "id": "bolag",
        "namn": "Bolaget AB",
        "slag": "bolag",
        "uppdrag": [uppdrag("b", "klar", **tidigare("pagar"))],
    }
    whole = modell(
        namnd(
            malbilder=[malbild("a", {PERIOD: "delvis"})],
            uppdrag=[
                uppdrag("sen", "forsenad", **tidigare("pagar")),
                uppdrag("stilla"),
                uppdrag("ny", ar=[2026]),
                uppdrag("kommande", "ej_paborjad", ar=[2027]),
            ],
        ),
        ovriga_organ=[bolag],
    )
    found = changed(whole)
    assert of(found, Forandringsslag.uppdrag) == [
        ("Uppdrag sen", Handelse.andrad, Status.pagar, Status.forsenad),
        ("Uppdrag ny", Handelse.ny, None, Status.pagar),
        ("Uppdrag b", Handelse.andrad, Status.pagar, Status.klar),
    ]
    assert [f.namnd for f in found.av(Forandringsslag.uppdrag)] == ["aa", "aa", "bolag"]


def test_aktiviteter_agreements_and_dialogues_are_found_wherever_they_stand():
    def dialog(datum, *agreed):
        return {"datum": datum, "verksamhet": "v", "sammanfattning": "Vi talade.", "overenskommelser": list(agreed)}

    def agreed(text, status, **facts):
        return {"text": text, "ansvarig": "Chef", "status": status, **facts}

    done = {"id": "akt", "rubrik": "Aktiviteten", "status": "klar", **tidigare("pagar")}
    late = {"id": "akt2", "rubrik": "Den andra", "status": "forsenad", "start": "2026-02-01"}
    whole = modell(
        namnd(
            malbilder=[malbild("a", {PERIOD: "delvis"}, aktiviteter=[done])],
            uppdrag=[uppdrag("x", aktiviteter=[late])],
            dialoger=[
                dialog("2025-05-01", agreed("Gör så.", "klar", **tidigare("pagar")), agreed("Gör mer.", "pagar")),
                dialog("2026-05-01", agreed("Gör nytt.", "pagar")),
            ],
        )
    )
    found = changed(whole)
    assert of(found, Forandringsslag.aktivitet) == [
        ("Aktiviteten", Handelse.andrad, Status.pagar, Status.klar),
        ("Den andra", Handelse.ny, None, Status.forsenad),
    ]
    assert [f.lank for f in found.av(Forandringsslag.aktivitet)] == ["malbild-a", "uppdrag-x"]
    assert of(found, Forandringsslag.overenskommelse) == [
        ("Gör så", Handelse.andrad, Status.pagar, Status.klar),
        ("Gör nytt", Handelse.ny, None, Status.pagar),
    ]
    assert [(f.rubrik, f.datum) for f in found.av(Forandringsslag.dialog)] == [("Verket", dt.date(2026, 5, 1))]


def measure(id_, niva="namnd", andringar=()):
    facts = {"id": id_, "kortnamn": f"Mått {id_}", "forklaring": "Del.", "enhet": "procent", "riktning": "hogre"}
    return {**facts, "niva": niva, "andringar": list(andringar)}


def locked(ar, **levels):
    facts = {"namnd": "aa", "malbild": "a", "forklaring": "Del.", "enhet": "procent", "riktning": "hogre"}
    rows = [
        {**facts, "nyckeltal": id_, "kortnamn": f"Mått {id_}", "malniva": level, "malar": "2027", "niva": "kf"}
        for id_, level in levels.items()
    ]
    return Las.model_validate({"ar": str(ar), "datum": f"{ar - 1}-11-20", "nyckeltal": rows})


def test_logged_changes_of_what_politicians_follow_are_told_once_and_only_when_new():
    change = {"datum": "2026-03-01", "vad": "Målnivån är höjd.", "skal": "Den var nådd."}
    old = {"datum": "2025-03-01", "vad": "Äldre.", "skal": "Då."}
    both = measure("N00001", andringar=[old, change])
    whole = modell(
        namnd(
            malbilder=[
                malbild("a", {PERIOD: "delvis"}, nyckeltal=[both, measure("N00002", "verksamhet", [change])]),
                malbild("b", nyckeltal=[both]),
            ]
        )
    )
    (f,) = changed(whole).av(Forandringsslag.nyckeltal)
    assert (f.rubrik, f.lank, f.text) == ("Mått N00001", "a-N00001", "Målnivån är höjd. Skäl: Den var nådd.")


def test_the_decided_set_is_compared_with_the_year_before_unless_the_change_is_logged():
    change = {"datum": "2026-03-01", "vad": "Målnivån är höjd.", "skal": "Den var nådd."}
    whole = modell(
        namnd(malbilder=[malbild("a", {PERIOD: "delvis"}, nyckeltal=[measure("N00004", andringar=[change])])]),
        las=(
            locked(2025, N00001="10", N00002="10", N00004="10"),
            locked(2026, N00001="12", N00003="10", N00004="11"),
            locked(2027, N00001="12", N00003="10", N00004="11"),
        ),
    )
    found = changed(whole).av(Forandringsslag.nyckeltal)
    assert [(f.rubrik, f.handelse, f.text) for f in found] == [
        ("Mått N00004", Handelse.andrad, "Målnivån är höjd. Skäl: Den var nådd."),
        ("Mått N00001", Handelse.andrad, "Ändrat: målnivån."),
        ("Mått N00003", Handelse.ny, "Nytt bland de beslutade för 2026."),
        ("Mått N00002", Handelse.borta, "Inte längre bland de beslutade för 2026."),
    ]


def test_two_periods_of_one_year_have_the_same_decided_set():
    whole = modell(
        namnd(malbilder=[malbild("a", {PERIOD: "delvis"})]), las=(locked(2025, N00001="10"), locked(2026, N00001="12"))
    )
    assert changed(whole, FORRA, "2025-delar").av(Forandringsslag.nyckeltal) == []
