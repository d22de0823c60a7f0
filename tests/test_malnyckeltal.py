"""The nyckeltal of a goal stand with the municipality's figures, whether a nämnd follows them or not."""

import pandas as pd
import pytest

from styrlib import malnyckeltal, process, tidpunkt
from styrlib.falt import Jamforelse, Malniva, Sakerhet
from styrlib.styrmodell import Nyckeltal
from styrlib.underlag import Underlag

from .test_malkarta import malbild, namnd, styrmodell


@pytest.fixture(scope="module")
def given(bearbetat):
    made = process.ensure(bearbetat)
    modell = process.read_model(made.folder)
    return Underlag(modell, tidpunkt.find_period(modell, ""), None, made.uttag, made.folder)


@pytest.fixture(scope="module")
def goal(given):
    links = given.table("malkoppling")

    def follow(mal, ar=None):
        frames = given.frames(malnyckeltal.ids(links, mal))
        return {n.id: n for n in malnyckeltal.follow(mal, given.modell, frames, ar=ar, uttag=given.uttag)}

    return follow


def test_what_is_said_agrees_with_the_report_of_the_namnd(given, goal):
    namnd = given.modell.namnd("samhallsbyggnadsnamnden")
    report = given.namnd(namnd, nivaer=tuple(Malniva)).uppfoljningar
    shared = {id_: n for mal in (6, 13) for id_, n in goal(mal).items() if id_ in report}
    assert len(shared) >= 5
    for id_, n in shared.items():
        u = report[id_]
        assert (n.ar, n.varde, n.dold, n.decimaler, n.lage) == (u.ar, u.varde, u.dold, u.decimaler, u.lage.laget)
        assert dict(n.bredvid) == pytest.approx({kind: u.bredvid[kind] for kind in n.bredvid}, nan_ok=True)


def test_one_that_no_namnd_follows_comes_last_with_value_and_without_lage(goal):
    found = list(goal(13).values())
    followed = [bool(n.anvands) for n in found]
    assert followed == sorted(followed, reverse=True)
    unused = [n for n in found if not n.anvands]
    assert unused
    for n in unused:
        assert n.varde is not None
        assert n.lage is None


def test_sheer_amounts_are_compared_with_no_one(goal):
    amount = goal(13)["N07702"]  # all emissions, in tonnes
    assert amount.bredvid == {}
    assert amount.beside(Jamforelse.riket) == "–"
    assert goal(13)["N00401"].beside(Jamforelse.riket) != "–"


def test_an_old_value_and_a_discontinued_nyckeltal_have_no_lage(goal):
    assert goal(7)["N45932"].ar == 2019
    assert goal(7)["N45932"].lage is None
    assert goal(8)["N00914"].upphorde == 2021


def test_figures_stop_at_the_year_that_is_asked_for(goal):
    assert max(n.ar for n in goal(13, 2019).values() if n.ar) == 2019


def test_the_last_goal_has_none(goal):
    assert goal(17) == {}


def test_the_municipalitys_own_link_and_hidden_value_are_told():
    own = Nyckeltal.model_validate(
        {"id": "L001", "kortnamn": "Eget", "forklaring": "Vårt.", "enhet": "procent", "riktning": "hogre"}
    )
    body = namnd("ena", malbilder=[malbild("a") | {"nyckeltal": [own.model_dump()]}])
    varden = pd.DataFrame(
        [("L001", "0584", year, "T", value, 3, None, value is None) for year, value in ((2023, 80.0), (2025, None))],
        columns=["nyckeltal", "kommun", "ar", "kon", "varde", "antal", "status", "dold"],
    )
    frames = {
        "varden": varden,
        "nyckeltal": pd.DataFrame({"nyckeltal": ["L001"], "titel": ["Eget"], "upphorde": [pd.NA]}),
        "kommuner": pd.DataFrame({"kommun": ["0584"], "namn": ["Vadstena"], "slag": ["K"]}),
        "grupper": pd.DataFrame(columns=["grupp", "titel", "slag", "omrade", "agare", "medlem"]),
        "malkoppling": pd.DataFrame(
            [("L001", 5, "kommunen", "hog", "Vi ser det så.")],
            columns=["nyckeltal", "mal", "kalla", "sakerhet", "skal"],
        ),
        "anvandning": pd.DataFrame([("ena", "a", "L001")], columns=["namnd", "malbild", "nyckeltal"]),
    }
    (found,) = malnyckeltal.follow(5, styrmodell(body), frames, ar=None, uttag="2024-08")
    assert (found.text, found.ar) == ("..", 2025)  # an older value in its place would mislead
    assert (found.fran_rka, found.skal, found.sakerhet) == (False, "Vi ser det så.", Sakerhet.hog)
    assert found.exempel
    assert [(n.id, m.id) for n, m in found.anvands] == [("ena", "a")]
