"""The questions of a dialogue: a pattern is found only by a judgement that holds, and each question says why."""

import pandas as pd
import pytest

from styrlib import yamltext
from styrlib.dialogfragor import LABELS, LEAST, MOST, Omkring, choose, patterns
from styrlib.falt import Monster
from styrlib.konsskillnad import Konsskillnad, Skillnad
from styrlib.lage import Lage, Laget
from styrlib.maluppfyllelse import Forslag, Utsikt
from styrlib.styrmodell import Dialogfraga, Dialogfragor, Nyckeltal
from styrlib.uppfoljning import Uppfoljning
from styrlib.utveckling import Judged, Skal, Utveckling

from .conftest import REPOSITORY

BANK = [Dialogfraga(monster=m, fraga=f"{m.value} {i}?") for m in Monster for i in (1, 2)]


def tal(namn="Trivsel", *, way="oforandrad", laget="mitten", utsikt=None, gap=None, varde=50.0, **extra):
    """Make a nyckeltal as it is followed up, higher being better; nothing about it is a pattern unless asked for."""
    described = {"id": "N00001", "forklaring": "x", "enhet": "procent", "riktning": extra.pop("riktning", "hogre")}
    skal = Skal.for_fa_ar if way == "gar_inte_att_bedoma" else Skal.trend
    sexes = gap and Konsskillnad(2022, 1.0, 2.0, Skillnad(gap), 1.0, 8, 2015)
    return Uppfoljning(
        nyckeltal=Nyckeltal.model_validate(described | {"barn": extra.pop("barn", "nej")}),
        namn=namn,
        kommun="Aby",
        decimaler=0,
        serie=pd.Series(dtype=float),
        ar=2022,
        varde=varde,
        dold=extra.pop("dold", False),
        bas=None,
        bredvid={},
        lage=Lage(laget and Laget(laget)),
        utveckling=Judged(Utveckling(way), skal, 10),
        konsskillnad=sexes,
        storlek=None,
        forslag=utsikt and Forslag(Utsikt(utsikt), 60.0, 2026),
        **extra,
    )


def found(*followed, **around):
    """Return the patterns, but the one that is always there and the one of no pattern at all."""
    return {m: text for m, text in patterns(followed, Omkring(**around)).items() if m is not Monster.alltid}


@pytest.mark.parametrize(
    ("one", "monster", "why"),
    [
        ({"way": "ner"}, "samre", "”Trivsel” har blivit sämre"),
        ({"way": "upp"}, "battre", "”Trivsel” har blivit bättre"),
        ({"way": "ner", "riktning": "lagre"}, "battre", "”Trivsel” har blivit bättre"),
        ({"laget": "samsta"}, "langt_fran_andra", "”Trivsel” ligger i den sämsta fjärdedelen av kommunerna"),
        ({"laget": "basta"}, "battre_an_andra", "”Trivsel” ligger i den bästa fjärdedelen av kommunerna"),
        ({"utsikt": "otrolig"}, "mal_svart_att_na", "målet för ”Trivsel” troligen inte nås"),
        ({"utsikt": "inte_natt"}, "mal_svart_att_na", "målet för ”Trivsel” inte nåddes"),
        ({"gap": "saker"}, "konsskillnad", "kvinnor och män skiljer sig åt år efter år i ”Trivsel”"),
        ({"gap": "saker", "barn": "ja"}, "konsskillnad", "flickor och pojkar skiljer sig åt år efter år i ”Trivsel”"),
        ({"way": "gar_inte_att_bedoma"}, "osakert", "utvecklingen inte går att bedöma för ”Trivsel”"),
        (
            {"way": "gar_inte_att_bedoma", "varde": None, "laget": "saknas"},
            "siffror_saknas",
            "det inte finns någon siffra att visa för ”Trivsel”",
        ),
        ({"way": "ner", "exempel": True}, "samre", "”Trivsel (exempel)” har blivit sämre"),
    ],
)
def test_a_pattern_in_the_figures_is_found_and_said(one, monster, why):
    assert found(tal(**one)) == {Monster(monster): f"Frågan ställs för att {why}."}


@pytest.mark.parametrize(
    "one",
    [
        {},
        {"way": "ner", "riktning": "ingen", "laget": None},  # less of what is neither good nor bad
        {"gap": "osaker"},
        {"gap": "gar_inte_att_bedoma"},
        {"laget": "gar_inte_att_bedoma"},
        {"utsikt": "oviss"},
        {"utsikt": "trolig"},
        {"utsikt": "natt"},
        {"utsikt": "gar_inte_att_bedoma"},
    ],
)
def test_noise_and_what_is_not_certain_is_no_pattern(one):
    assert found(tal(**one)) == {}


def test_a_hidden_value_is_uncertain_and_not_missing():
    hidden = tal(way="gar_inte_att_bedoma", varde=None, dold=True, laget=None)
    assert list(found(hidden)) == [Monster.osakert]


@pytest.mark.parametrize(
    ("around", "monster", "why"),
    [
        ({"oppna": 1}, "oppen_overenskommelse", "en överenskommelse från en tidigare dialog inte är klar"),
        ({"oppna": 3}, "oppen_overenskommelse", "tre\u00a0överenskommelser från tidigare dialoger inte är klara"),
        ({"forsenade": ["A"]}, "forsenat", "tidplanen inte håller för ”A”"),
        ({"forsenade": list("ABCD")}, "forsenat", "tidplanen inte håller för ”A”, ”B” och två till"),
        ({"skiljer_sig": True}, "bedomning_skiljer_sig", "bedömningen skiljer sig från det som siffrorna för sig"),
        ({"obedomda": 1, "period": "Delår 2026"}, "bedomning_saknas", "målbilden inte är bedömd för delår 2026"),
        ({"motverkar": [(13, "Klimat")]}, "motverkar_mal", "arbetet också motverkar mål 13, Klimat"),
        (
            {"motverkar": [(7, "Energi"), (12, "Konsumtion"), (13, "Klimat")]},
            "motverkar_mal",
            "mål 7, Energi, mål 12, Konsumtion och ett mål till",
        ),
    ],
)
def test_a_pattern_beside_the_figures_is_found_and_said(around, monster, why):
    ((pattern, said),) = found(tal(), **around).items()
    assert pattern is Monster(monster)
    assert why in said


def test_a_verksamhet_without_nyckeltal_lacks_figures():
    assert found() == {Monster.siffror_saknas: "Frågan ställs för att verksamheten inte följs av något nyckeltal."}


def test_every_pattern_can_be_found_and_named():
    assert set(LABELS) == set(Monster)


def test_one_question_per_pattern_until_all_have_one_and_the_rest_are_told():
    said = {monster: f"För att {monster}." for monster in LABELS}
    chosen = choose(BANK, said)
    assert len(chosen.fragor) == MOST
    assert len({q.monster for q in chosen.fragor}) == MOST
    assert chosen.fragor[-1].monster is Monster.alltid
    assert {q.monster for q in chosen.fragor} | set(chosen.utelamnade) == set(Monster)
    assert all(q.varfor == said[q.monster] for q in chosen.fragor)
    assert "skillnader mellan könen" in chosen.om
    assert len(choose(BANK, said, antal=LEAST).fragor) == LEAST


def test_a_second_question_of_a_pattern_only_fills_up_to_the_least():
    said = {Monster.samre: "För att.", Monster.alltid: "Alltid."}
    asked = [q.monster for q in choose(BANK, said).fragor]
    assert asked == [Monster.samre, Monster.samre, Monster.alltid, Monster.alltid]
    assert len(choose(BANK, {Monster.alltid: "Alltid."}).fragor) == 2  # as far as the bank goes


def test_a_pattern_without_a_question_in_the_bank_takes_no_place():
    bank = [q for q in BANK if q.monster is not Monster.samre]
    chosen = choose(bank, {Monster.samre: "x", Monster.battre: "y", Monster.alltid: "z"})
    assert {q.monster for q in chosen.fragor} == {Monster.battre, Monster.alltid}
    assert chosen.utelamnade == ()
    assert choose([], {Monster.alltid: "z"}).fragor == ()


def test_the_next_question_is_asked_in_the_next_dialogue():
    said = {Monster.alltid: "Alltid."}
    assert [choose(BANK, said, varv=n).fragor[0].fraga for n in range(3)] == ["alltid 1?", "alltid 2?", "alltid 1?"]


def test_the_shipped_bank_has_two_to_four_questions_per_pattern_each_short_enough_to_be_whole():
    content, _ = yamltext.read(REPOSITORY / "data" / "raw" / "styrmodell" / "dialogfragor.yaml")
    bank = Dialogfragor.model_validate(content).fragor
    for monster in Monster:
        assert 2 <= sum(q.monster is monster for q in bank) <= 4, monster
    assert len({q.fraga for q in bank}) == len(bank)
    assert max(len(q.fraga) for q in bank) <= 110  # the barest sheet's room
