"""The whole municipality followed up from small models: counts, order, what is late, what waits."""

from types import SimpleNamespace

from styrlib import tidpunkt
from styrlib.falt import Grad, Malniva, Status
from styrlib.kommunuppfoljning import NO_AREA, Kommunuppfoljning
from styrlib.maluppfyllelse import Rakneforslag

from .test_forandringar import FORRA, PERIOD, malbild, measure, modell, namnd, tidigare, uppdrag

AREAS = ["Klimat", "Landsbygd"]


def followed(whole, period=PERIOD, forra=FORRA, **facts):
    now, before = whole.perioder[period], whole.perioder[forra]
    return Kommunuppfoljning(tidpunkt.as_of(whole, now), now, fore=tidpunkt.as_of(whole, before), forra=before, **facts)


def test_grades_are_of_the_period_alone_and_namnder_keep_their_order():
    whole = modell(
        namnd("bb", malbilder=[malbild("a", {FORRA: "uppfylld"}), malbild("b", {PERIOD: "delvis"})]),
        namnd("aa", malbilder=[malbild("c", {PERIOD: "uppfylld"}), malbild("d", {PERIOD: "delvis"})]),
    )
    found = followed(whole)
    assert [(n.namnd.id, dict(n.grader), n.obedomda) for n in found.namnder] == [
        ("bb", {Grad.delvis: 1}, 1),
        ("aa", {Grad.uppfylld: 1, Grad.delvis: 1}, 0),
    ]
    assert (found.grader, found.obedomda) == ({Grad.uppfylld: 1, Grad.delvis: 2}, 1)


def test_uppdrag_of_namnder_and_bodies_stand_by_area_and_year_with_the_status_before():
    bolag = {"id": "bolag", "namn": "AB", "slag": "bolag", "uppdrag": [uppdrag("b", ar=[2025, 2026], omrade="Klimat")]}
    whole = modell(
        namnd(
            malbilder=[malbild("a", {PERIOD: "delvis"})],
            uppdrag=[
                uppdrag("utan"),
                uppdrag("land", ar=[2026], omrade="Landsbygd"),
                uppdrag("sent", "klar", ar=[2026], omrade="Klimat"),
                uppdrag("over", "klar", ar=[2025], omrade="Klimat", **tidigare("pagar")),
                uppdrag("kvar", "forsenad", ar=[2025], omrade="Klimat"),
            ],
        ),
        prioriterade_omraden=[*AREAS, "Kultur"],
        ovriga_organ=[bolag],
    )
    found = followed(whole)
    assert found.omraden == (*AREAS, "Kultur", NO_AREA)
    assert {area: [r.uppdrag.id for r in rows] for area, rows in found.pagaende.items()} == {
        "Klimat": ["kvar", "b", "sent"],
        "Landsbygd": ["land"],
        NO_AREA: ["utan"],
    }
    (over,) = found.avslutade
    assert (over.id, over.fore.status) == ("uppdrag-aa-over", Status.pagar)
    assert next(r for r in found.uppdrag if r.uppdrag.id == "land").fore is None
    assert found.matris["Klimat"] == {Status.klar: 2, Status.forsenad: 1, Status.pagar: 1}
    assert found.matris["Kultur"].total() == 0


def test_the_way_has_every_period_of_the_model_up_to_the_chosen_one():
    whole = modell(namnd(malbilder=[malbild("a", {"2025-delar": "inte", PERIOD: "delvis"})]))
    assert [[p.id for p in found.perioder] for found in (followed(whole), followed(whole, FORRA, "2025-delar"))] == [
        ["2025-delar", FORRA, PERIOD],
        ["2025-delar", FORRA],
    ]
    ((_, ((_, grades),)),) = followed(whole).vag
    assert grades == [Grad.inte, None, Grad.delvis]


def test_late_uppdrag_and_what_is_not_judged_or_explained_wait():
    made = {"period": PERIOD, "motivering": "Skäl.", "av": "Chef", "grad": "uppfylld"}
    explained = malbild("c", bedomningar=[{**made, "skillnad": "Därför."}])
    whole = modell(
        namnd("aa", malbilder=[malbild("a"), malbild("b", {PERIOD: "uppfylld"}), explained]),
        namnd("bb", malbilder=[malbild("d", {FORRA: "delvis"}), malbild("e")]),
        namnd("cc", uppdrag=[uppdrag("x", slut="2026-06-30"), uppdrag("y", "klar", slut="2026-06-30")]),
    )
    lower = SimpleNamespace(rakneforslag=lambda _: Rakneforslag(Grad.delvis, 4, 4, 2))
    found = followed(whole, foljda={"aa": lower})
    assert [(f.rubrik, f.skal, f.svarar.id, f.lank) for f in found.fragor] == [
        ("Uppdrag x", "Uppdraget skulle vara klart 30 juni 2026 men är det inte.", "cc", "#uppdrag-cc-x"),
        ("Målbild a", "Målbilden är inte bedömd för perioden.", "aa", "aa.html#malbild-a"),
        ("Målbild b", "Bedömningen skiljer sig från siffrorna utan förklaring.", "aa", "aa.html#malbild-b"),
        ("Nämnden bb", "Ingen målbild är bedömd för perioden.", "bb", "bb.html"),
    ]


def test_late_aktiviteter_and_agreements_are_counted_beside():
    late = {"id": "x", "rubrik": "X", "status": "pagar", "slut": "2026-08-31"}
    later = {"id": "y", "rubrik": "Y", "status": "pagar", "slut": "2026-09-01"}
    agreed = {"text": "Gör.", "ansvarig": "Chef", "status": "forsenad"}
    dialog = {"datum": "2026-01-02", "verksamhet": "v", "sammanfattning": "Tal.", "overenskommelser": [agreed]}
    whole = modell(namnd(malbilder=[malbild("a", {PERIOD: "delvis"}, aktiviteter=[late, later])], dialoger=[dialog]))
    (row,) = followed(whole).namnder
    assert (row.sena_aktiviteter, row.sena_overenskommelser) == (1, 1)


def test_a_nyckeltal_of_two_malbilder_is_counted_once():
    both = [measure("N00001", "kf"), measure("N00002", "verksamhet")]
    whole = modell(
        namnd("aa", malbilder=[malbild("a", nyckeltal=both)]), namnd("bb", malbilder=[malbild("b", nyckeltal=both)])
    )
    assert followed(whole).nivaer == {Malniva.kf: 1, Malniva.verksamhet: 1}
    assert followed(whole).nyckeltal == []


def test_measures_are_told_of_malbilder_that_deviate_in_the_period():
    def judged(grad, period=PERIOD):
        return {"period": period, "grad": grad, "motivering": "Skäl.", "av": "Chef", "atgard": f"Vi gör {grad}."}

    whole = modell(
        namnd(malbilder=[malbild("a", bedomningar=[judged("inte")]), malbild("b", bedomningar=[judged("uppfylld")])]),
        namnd("bb", malbilder=[malbild("c", bedomningar=[judged("delvis", FORRA)])]),
    )
    assert [(m.id, text) for _, m, _, text in followed(whole).atgarder] == [("a", "Vi gör inte.")]
