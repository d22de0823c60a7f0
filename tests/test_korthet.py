import itertools

import pytest

from styrlib import korthet, lasbarhet
from styrlib.falt import Grad, Status
from styrlib.konsskillnad import Konsskillnad, Skillnad
from styrlib.lage import Lage, Laget, Plats
from styrlib.maluppfyllelse import Forslag, Utsikt
from styrlib.utveckling import Judged, Skal, Utveckling

from .test_meningar import FEW_YEARS, follow, measure, plain

PLACE = Plats(10, 287)


def moved(utveckling, name="", varde=79.0, riktning="hogre", **facts):
    """Return a nyckeltal whose ordinary variation is 60 to 70: 79 lies (79 − 65) / 5 = 2,8 half widths off."""
    skal = Skal.inget_utslag if utveckling is Utveckling.oforandrad else Skal.grans
    judged = Judged(utveckling, skal, 10, 60.0, 70.0, 0.5, 2013)
    return follow(measure(riktning=riktning), namn=name, varde=varde, utveckling=judged, **facts)


UP, DOWN, STILL = Utveckling.upp, Utveckling.ner, Utveckling.oforandrad
A, B, C = moved(UP, "A, åk 9", 72.0), moved(UP, "B"), moved(DOWN, "C", 50.0, "lagre")
UNJUDGED = follow(utveckling=FEW_YEARS)


@pytest.mark.parametrize(
    ("every", "better", "worse"),
    [
        ([], "", ""),
        ([UNJUDGED, moved(UP, riktning="ingen")], "", ""),
        (
            [A],
            "Det enda nyckeltal vars utveckling går att bedöma har blivit bättre: ”A, åk 9”.",
            "Det enda nyckeltal vars utveckling går att bedöma har inte blivit sämre.",
        ),
        (
            [A, moved(STILL), moved(STILL), UNJUDGED],
            "Av tre nyckeltal vars utveckling går att bedöma har ett blivit bättre: ”A, åk 9”.",
            "Av tre nyckeltal vars utveckling går att bedöma har inget blivit sämre.",
        ),
        (  # C has moved (65 − 50) / 5 = 3,0 half widths, B 2,8 and A 1,4: the clearest two are named
            [A, B, C, *[moved(DOWN, "D")] * 10],
            "Av 13 nyckeltal vars utveckling går att bedöma har tre blivit bättre, tydligast ”C” och ”B”.",
            "Av 13 nyckeltal vars utveckling går att bedöma har tio blivit sämre, tydligast ”D” och ”D”.",
        ),
        (
            [A, B],
            "Av två nyckeltal vars utveckling går att bedöma har båda blivit bättre: ”B” och ”A, åk 9”.",
            "Av två nyckeltal vars utveckling går att bedöma har inget blivit sämre.",
        ),
        (  # names that do not fit are left out, the clearest last
            [moved(UP, "Ett namn som är alldeles för långt för att få plats", 79.0), moved(UP, "Ett kort namn", 80.0)],
            "Av två nyckeltal vars utveckling går att bedöma har båda blivit bättre, tydligast ”Ett kort namn”.",
            "Av två nyckeltal vars utveckling går att bedöma har inget blivit sämre.",
        ),
    ],
)
def test_what_moved_is_counted_among_what_can_be_judged_and_the_clearest_are_named(every, better, worse):
    said = [plain(s) for s in korthet.five(every)]
    assert ([s for s in said if "bättre" in s and "blivit" in s] or [""]) == [better]
    assert ([s for s in said if "sämre" in s and "blivit" in s] or [""]) == [worse]


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ([None, Laget.saknas], None),
        ([Laget.basta], "Det enda nyckeltal som går att jämföra ligger i den bästa fjärdedelen av kommunerna."),
        ([Laget.mitten] * 3, "Av tre nyckeltal som går att jämföra ligger alla i mitten bland kommunerna."),
        (
            [Laget.basta] * 6 + [Laget.samsta] + [Laget.mitten] * 14,
            (
                "Av 21 nyckeltal som går att jämföra ligger sex i den bästa fjärdedelen av kommunerna "
                "och ett i den sämsta."
            ),
        ),
        (
            [Laget.samsta, Laget.mitten],
            (
                "Av två nyckeltal som går att jämföra ligger inget i den bästa fjärdedelen av kommunerna "
                "och ett i den sämsta."
            ),
        ),
    ],
)
def test_the_places_are_counted(places, sentence):
    said = [plain(s) for s in korthet.five([follow(lage=Lage(place, 287, PLACE)) for place in places])]
    assert [s for s in said if "jämföra" in s] == ([sentence] if sentence else [])


@pytest.mark.parametrize(
    ("grader", "obedomda", "sentence"),
    [
        ({Grad.delvis: 1}, 0, "Den enda målbilden är delvis uppfylld."),
        ({Grad.gar_inte_att_bedoma: 1}, 0, "Den enda målbilden går inte att bedöma."),
        ({Grad.delvis: 5}, 0, "Alla fem målbilder är delvis uppfyllda."),
        ({Grad.uppfylld: 1, Grad.delvis: 2}, 0, "Av tre målbilder är en uppfylld och två delvis uppfyllda."),
        (
            {Grad.gar_inte_att_bedoma: 1, Grad.i_huvudsak: 2, Grad.inte: 1},
            1,
            (
                "Av fem målbilder är två i huvudsak uppfyllda, en inte uppfylld, en inte bedömd "
                "och en går inte att bedöma."
            ),
        ),
        ({Grad.i_huvudsak: 2}, 0, "Båda målbilderna är i huvudsak uppfyllda."),
        ({Grad.inte: 5}, 0, "Ingen av fem målbilder är uppfylld."),
        ({Grad.gar_inte_att_bedoma: 2}, 0, "Ingen av två målbilder går att bedöma."),
        ({}, 3, "Ingen av tre målbilder är bedömd."),
    ],
)
def test_the_bedomningar_come_first(grader, obedomda, sentence):
    assert plain(korthet.five([A], grader=grader, obedomda=obedomda)[0]) == sentence


@pytest.mark.parametrize(
    ("beslut", "exempel", "uppdrag", "sentence"),
    [
        (0, (), {}, "Ingen fråga behöver beslut."),
        (0, (), {Status.klar: 1}, "Ingen fråga behöver beslut, och det enda uppdraget är inte försenat."),
        (1, ("X",), {}, "En fråga behöver beslut: ”X”."),
        (
            2,
            ("X", "Y"),
            {Status.klar: 5, Status.forsenad: 1},
            "Två frågor behöver beslut: ”X” och ”Y”; ett av sex uppdrag är försenat.",
        ),
        (14, ("X", "Y"), {}, "14 frågor behöver beslut, bland annat ”X” och ”Y”."),
        (2, ("ord " * 25,), {Status.forsenad: 3}, "Två frågor behöver beslut, och alla tre uppdrag är försenade."),
        (3, (), {}, "Tre frågor behöver beslut."),
        (None, (), {Status.pagar: 4}, "Inget av fyra uppdrag är försenat."),
        (None, (), {}, "Utvecklingen går inte att bedöma för ett av två nyckeltal med önskad riktning."),
    ],
)
def test_what_needs_a_decision_comes_last(beslut, exempel, uppdrag, sentence):
    said = korthet.five([A, UNJUDGED], grader={Grad.delvis: 1}, beslut=beslut, exempel=exempel, uppdrag=uppdrag)
    assert plain(said[-1]) == sentence


def test_another_municipality_gets_five_sentences_about_the_figures():
    lage = Lage(Laget.mitten, 287, PLACE, mot_riket=1)
    every = [moved(UP, "A", lage=lage), moved(DOWN, "B", lage=lage), follow(varde=None, ar=None)]
    assert [plain(s) for s in korthet.five(every)] == [
        "Av tre nyckeltal har två ett värde, det nyaste från 2022.",
        "Av två nyckeltal vars utveckling går att bedöma har ett blivit bättre: ”A”.",
        "Av två nyckeltal vars utveckling går att bedöma har ett blivit sämre: ”B”.",
        "Av två nyckeltal som går att jämföra ligger båda i mitten bland kommunerna.",
        "Utvecklingen går inte att bedöma för ett av tre nyckeltal med önskad riktning.",
    ]


def test_figures_that_are_not_said_are_filled_with_others():
    target = Forslag(Utsikt.natt, 70.0, 2027)
    gap = Konsskillnad(2022, 84.1, 78.3, Skillnad.saker, 5.2, 10, 2013)
    every = [follow(forslag=target, konsskillnad=gap, lage=Lage(None, mot_riket=way)) for way in (1, -1)]
    assert [plain(s) for s in korthet.five(every)] == [
        "Båda nyckeltalen har ett värde, det nyaste från 2022.",
        "Av två nyckeltal med en målnivå är båda på den.",
        "Av två nyckeltal är ett bättre än i riket och ett sämre.",
        "Kvinnor och män skiljer sig åt över åren i två av två nyckeltal med siffror för båda.",
        "Utvecklingen går inte att bedöma för något nyckeltal med önskad riktning.",
    ]
    assert korthet.five([]) == ()


def test_the_five_sentences_are_short_and_whole_whatever_the_counts():
    names = ["Ett", "Nyanställda kvar efter två år", "Godkänt i alla ämnen, åk 9", "ord " * 20 + "slut"]
    ways = [(UP, "hogre"), (DOWN, "hogre"), (STILL, "lagre"), (UP, "ingen"), (DOWN, "lagre")]
    steps = [0, 1, 2, 14]
    for i, (number, way, step) in enumerate(itertools.product((0, 1, 2, 3, 31), range(5), steps)):
        every = [
            moved(*[ways[(way + j) % 5][0]], names[(i + j) % 4], 50.0 + j, ways[(way + j) % 5][1])
            for j in range(number)
        ]
        grader = {grad: steps[(i + j) % 4] for j, grad in enumerate(Grad)} if i % 3 else {}
        uppdrag = {status: steps[(i + j) % 4] for j, status in enumerate(Status)} if i % 2 else {}
        said = korthet.five(
            every,
            grader=grader,
            obedomda=step,
            uppdrag=uppdrag,
            beslut=None if i % 5 == 0 else step,
            exempel=names[way:],
        )
        assert len(said) <= korthet.NUMBER
        assert len(set(said)) == len(said)
        for sentence in map(plain, said):
            assert sentence[0].isupper() or sentence[0].isdigit()
            assert sentence.endswith(".")
            assert "  " not in sentence
            assert "None" not in sentence
            assert len(lasbarhet.words(sentence)) <= lasbarhet.LONG_SENTENCE, sentence
