"""The map of links to the 17 goals: what is counted, where goals pull apart, and what is not linked."""

import pytest

from styrlib import malkarta
from styrlib.falt import Aspekt
from styrlib.styrmodell import Styrmodell

ASPEKTER = {
    **dict.fromkeys(range(1, 6), "social"),
    **dict.fromkeys(range(6, 13), "ekonomisk"),
    **dict.fromkeys(range(13, 17), "ekologisk"),
    17: ["ekologisk", "social", "ekonomisk"],
}


def lank(mal, riktning="bidrar", skal="Så är det."):
    return {"mal": mal, "riktning": riktning, "skal": skal}


def namnd(id_, *, malbilder=(), uppdrag=(), grund=(), exempel="ja"):
    return {
        "id": id_,
        "namn": id_.capitalize(),
        "kortnamn": id_[:3].upper(),
        "ordning": 1,
        "exempel": exempel,
        "grunduppdrag": {"text": "Det vi gör.", "lankar": list(grund)},
        "verksamheter": [{"id": "allt", "namn": "Allt", "ansvarig": "Chef"}],
        "malbilder": list(malbilder),
        "uppdrag": list(uppdrag),
    }


def malbild(id_, *links, aktiviteter=()):
    return {
        "id": id_,
        "rubrik": f"Målbild {id_}",
        "text": "Så vill vi ha det.",
        "verksamhet": "allt",
        "aspekter": "social",
        "lankar": list(links),
        "aktiviteter": [
            {"id": a, "rubrik": f"Aktivitet {a}", "status": "pagar", "lankar": list(of)} for a, *of in aktiviteter
        ],
    }


def uppdrag(id_, *links, exempel="ja", status="pagar"):
    return {"id": id_, "rubrik": f"Uppdrag {id_}", "ar": "2026", "status": status, "exempel": exempel, "lankar": links}


def ansokan(id_, *links, beviljat=5000):
    rest = {"namnd": "andra", "verksamhet": "allt", "datum": "2026-03-01", "syfte": "Prova.", "sokt": 5000}
    return {"id": id_, "rubrik": f"Ansökan {id_}", "beviljat": beviljat, "lankar": links, **rest}


def styrmodell(*namnder, organ=(), **rest):
    kommun = {
        "kommun": "0584",
        "namn": "Vadstena",
        "version": "1",
        "mandatperiod": {"fran": 2023, "till": 2026},
        "jamforelser": ["liknande", "riket"],
        "perioder": [{"id": "2026", "namn": "2026", "ar": 2026, "fran": "2026-01-01", "till": "2026-12-31"}],
        "aspekter": {"kalla": "Vi", "mal": ASPEKTER},
        "ovriga_organ": list(organ),
    }
    return Styrmodell.model_validate({"kommun": kommun, "namnder": namnder, **rest})


@pytest.fixture(scope="module")
def modell():
    """Return two nämnder, a company with an uppdrag and one without, an application and a story."""
    first = namnd(
        "ena",
        grund=[lank(3)],
        malbilder=[
            malbild("a", lank(8), lank(13, "motverkar"), aktiviteter=[("kora", lank(13), lank(2, "motverkar"))]),
            malbild("b"),
        ],
        uppdrag=[uppdrag("riktigt", lank(9), exempel="nej")],
    )
    second = namnd("andra", malbilder=[malbild("a", lank(3, skal=None), lank(4, "motverkar"))])
    bolag = {"id": "bolaget", "namn": "Bolaget AB", "slag": "bolag", "uppdrag": [uppdrag("bygg", lank(11))]}
    tyst = {"id": "tysta", "namn": "Tysta AB", "slag": "bolag"}
    reportage = {
        "id": "om-lada",
        "rubrik": "Om lådan",
        "datum": "2026-05-01",
        "namnd": "ena",
        "verksamhet": "allt",
        "ingress": "Så gick det.",
        "lankar": [lank(12)],
        "exempel": "nej",
        "text": "Bra.",
    }
    medel = {"namn": "Medel", "beskrivning": "Att söka.", "exempel": "ja", "ansokningar": [ansokan("lada", lank(12))]}
    return styrmodell(first, second, organ=[bolag, tyst], medel=medel, reportage=[reportage])


@pytest.fixture(scope="module")
def links(modell):
    return malkarta.lankar(modell)


def test_every_part_of_the_model_is_on_the_map_with_where_it_stands(links):
    found = links.drop_duplicates(["organ", "slag", "id"])[["organ", "slag", "adress"]]
    assert found.to_numpy().tolist() == [
        ["ena", "grunduppdrag", "ena.html#grunduppdrag"],
        ["ena", "malbild", "ena.html#malbild-a"],
        ["ena", "aktivitet", "ena.html#malbild-a"],
        ["ena", "uppdrag", "ena.html#uppdrag-riktigt"],
        ["ena", "reportage", "erfarenhetsbank.html#om-lada"],
        ["andra", "malbild", "andra.html#malbild-a"],
        ["andra", "ansokan", "insatser.html#ansokan-lada"],
        ["bolaget", "uppdrag", "kommunoversikt.html#uppdrag-bolaget-bygg"],
    ]
    assert links.loc[links["slag"] == "aktivitet", "under"].unique().tolist() == ["Målbild a"]


def test_what_is_invented_is_marked_and_a_real_uppdrag_said_to_have_an_invented_link(links):
    marks = links.set_index("id")["markning"]
    assert marks["riktigt"] == malkarta.REAL_UPPDRAG
    assert marks["bygg"] == marks["lada"] == malkarta.EXEMPEL
    assert marks["om-lada"] == ""


def test_the_matrix_counts_each_way_and_holds_the_zeros(modell, links):
    bodies = malkarta.organ(modell, links)
    assert list(bodies.values()) == ["Ena", "Andra", "Bolaget AB"]  # a company without links is left out
    counts = malkarta.matris(links, list(bodies)).set_index(["organ", "mal"])
    assert len(counts) == 3 * 17
    assert counts.loc[("ena", 13)].tolist() == [1, 1]
    assert counts.loc[("andra", 4)].tolist() == [0, 1]
    assert counts.loc[("bolaget", 1)].tolist() == [0, 0]
    assert counts.to_numpy().sum() == len(links)


def test_a_goal_of_several_aspects_counts_in_each():
    model = styrmodell(namnd("ena", grund=[lank(17), lank(3)]))
    counts = malkarta.aspektmatris(malkarta.lankar(model), ["ena"], model.kommun.aspekter.mal)
    assert dict(zip(counts["aspekt"], counts["bidrar"], strict=True)) == {"ekologisk": 1, "social": 2, "ekonomisk": 1}


def test_a_conflict_is_one_part_that_goes_both_ways_and_not_two_parts(modell, links):
    found = malkarta.konflikter(links, modell.kommun.aspekter.mal)
    assert [(k.part["organ"], k.part["slag"], k.part["id"]) for k in found] == [
        ("ena", "malbild", "a"),
        ("ena", "aktivitet", "kora"),
        ("andra", "malbild", "a"),
    ]
    assert found[0].aspekter == ((Aspekt.ekonomisk, Aspekt.ekologisk),)
    assert found[2].aspekter == ()  # both goals are social
    assert [k.touches(13) for k in found] == [True, True, False]


def test_a_goal_of_all_aspects_sets_no_aspect_against_another():
    model = styrmodell(namnd("ena", malbilder=[malbild("a", lank(17), lank(13, "motverkar"))]))
    (found,) = malkarta.konflikter(malkarta.lankar(model), model.kommun.aspekter.mal)
    assert found.aspekter == ()


def test_what_is_not_linked_is_named(modell, links):
    found = malkarta.luckor(modell, links)
    assert found.mal == (1, 5, 6, 7, 10, 14, 15, 16, 17)
    assert found.mal_bredvid == (12,)
    assert [(row["organ"], row["mal"]) for row in found.utan_skal] == [("andra", 3)]
    assert found.aspekter == {"andra": (Aspekt.ekologisk,)}
    assert [(n.id, m.id) for n, m in found.malbilder] == [("ena", "b")]


def test_what_will_not_be_done_is_left_out_and_what_waits_is_told():
    broken = [uppdrag("slut", lank(1), status="avbruten"), uppdrag("sen", lank(2), status="ej_paborjad")]
    asked = [ansokan("nej", lank(3), beviljat=0), ansokan("fraga", lank(4), beviljat=None), ansokan("ja", lank(5))]
    medel = {"namn": "Medel", "beskrivning": "Att söka.", "exempel": "ja", "ansokningar": asked}
    links = malkarta.lankar(styrmodell(namnd("andra", uppdrag=broken), medel=medel))
    assert dict(zip(links["id"], links["vantar"], strict=True)) == {
        "sen": "inte påbörjat",
        "fraga": "inte beslutad än",
        "ja": "",
    }


def test_a_model_without_links_has_only_gaps():
    model = styrmodell(namnd("ena"))
    links = malkarta.lankar(model)
    assert malkarta.matris(links, ["ena"])[["bidrar", "motverkar"]].to_numpy().sum() == 0
    assert malkarta.konflikter(links, model.kommun.aspekter.mal) == []
    assert malkarta.luckor(model, links).mal == tuple(range(1, 18))
    assert malkarta.luckor(model, links).aspekter == {"ena": tuple(Aspekt)}
