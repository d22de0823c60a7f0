"""What fullmäktige should know: five sentences at most, counted, and changes in plain words."""

import pytest

from styrlib import kommunkorthet, lasbarhet
from styrlib.falt import Grad, Status
from styrlib.forandringar import Forandring, Forandringar, Forandringsslag, Handelse
from styrlib.styrmodell import Period
from styrlib.utveckling import Utveckling

from .test_forandringar import PERIODER
from .test_korthet import UNJUDGED, A, B, C, moved
from .test_meningar import plain

HELAR = Period.model_validate(PERIODER[1])
STILL = moved(Utveckling.oforandrad)


def five(**facts):
    nothing = {
        "grader": {},
        "obedomda": 0,
        "forandringar": Forandringar(),
        "uppdrag": {},
        "nyckeltal": [],
        "fragor": [],
    }
    return [plain(sentence) for sentence in kommunkorthet.five(**{**nothing, **facts})]


def graded(fore, efter, handelse=Handelse.andrad):
    return Forandring(Forandringsslag.bedomning, handelse, "aa", "Målbilden", "x", fore, efter)


UPP, NER = graded(Grad.inte, Grad.delvis), graded(Grad.uppfylld, Grad.inte)
BESIDE, NEW = graded(Grad.delvis, Grad.gar_inte_att_bedoma), graded(None, Grad.delvis, Handelse.ny)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (Forandringar(), "Det här är den första perioden, så det går inte att se vad som har ändrats."),
        (
            Forandringar(HELAR, 0, 4),
            "Ingen målbild bedömdes för helår 2025, så det går inte att se hur bedömningarna har ändrats.",
        ),
        (Forandringar(HELAR, 4, 4), "Ingen målbild har fått en annan bedömning än för helår 2025."),
        (Forandringar(HELAR, 4, 4, (NEW,)), "Ingen målbild har fått en annan bedömning än för helår 2025."),
        (Forandringar(HELAR, 4, 4, (UPP,)), "Sedan helår 2025 har bedömningen höjts för en målbild."),
        (
            Forandringar(HELAR, 4, 4, (UPP, UPP, BESIDE)),
            "Sedan helår 2025 har bedömningen höjts för två målbilder och ändrats på annat sätt för en målbild.",
        ),
    ],
)
def test_what_has_changed_is_counted_by_way(changes, said):
    assert five(forandringar=changes)[0] == said


def test_a_period_that_is_not_judged_says_so_once():
    said = five(obedomda=3, forandringar=Forandringar(HELAR, 3, 0))
    assert said[0] == "Ingen av tre målbilder är bedömd."
    assert not any("helår" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, "Fullmäktige har inga uppdrag att följa upp."),
        ({Status.pagar: 1}, "Fullmäktiges enda uppdrag pågår."),
        ({Status.klar: 3, Status.pagar: 0}, "Fullmäktiges tre uppdrag är klara."),
        ({Status.klar: 1, Status.pagar: 2}, "Av fullmäktiges tre uppdrag pågår två och ett är klart."),
        ({Status.klar: 1, Status.forsenad: 2}, "Av fullmäktiges tre uppdrag är ett klart och två försenade."),
        (
            {Status.pagar: 11, Status.forsenad: 1, Status.klar: 3},
            "Av fullmäktiges 15 uppdrag pågår elva, tre är klara och ett är försenat.",
        ),
    ],
)
def test_uppdrag_are_counted_by_status(found, said):
    assert five(uppdrag=found)[1] == said


@pytest.mark.parametrize(
    ("every", "said"),
    [
        ([UNJUDGED], "Utvecklingen går inte att bedöma för fullmäktiges enda nyckeltal."),
        ([UNJUDGED] * 3, "Utvecklingen går inte att bedöma för något av fullmäktiges tre nyckeltal."),
        ([A], "För fullmäktiges enda nyckeltal går utvecklingen att bedöma: det har blivit bättre."),
        (
            [STILL, UNJUDGED],
            "För ett av fullmäktiges två nyckeltal går utvecklingen att bedöma: ingen säker förändring syns.",
        ),
        (
            [A, B, STILL, UNJUDGED],
            (
                "För tre av fullmäktiges fyra nyckeltal går utvecklingen att bedöma: "
                "två har blivit bättre och inget sämre."
            ),
        ),
        (
            [STILL, STILL],
            "För alla fullmäktiges två nyckeltal går utvecklingen att bedöma: inget har blivit bättre eller sämre.",
        ),
    ],
)
def test_nyckeltal_are_counted_of_those_that_can_be_judged(every, said):
    assert five(nyckeltal=every)[2] == said


def test_what_waits_is_counted_and_named_as_far_as_it_fits():
    assert five()[-1] == "Ingen fråga behöver beslut eller förklaring."
    assert five(fragor=["A"])[-1] == "En fråga behöver beslut eller förklaring: ”A”."
    assert five(fragor=["A", "B"])[-1] == "Två frågor behöver beslut eller förklaring: ”A” och ”B”."
    assert five(fragor=["A", "B", "C"])[-1] == "Tre frågor behöver beslut eller förklaring, bland annat ”A” och ”B”."
    long = " ".join(["ord"] * 12)
    assert five(fragor=[long, long])[-1] == f"Två frågor behöver beslut eller förklaring, bland annat ”{long}”."


def test_there_are_five_short_sentences():
    said = five(
        grader=dict.fromkeys(Grad, 4),
        obedomda=2,
        forandringar=Forandringar(HELAR, 4, 4, (UPP, NER, BESIDE)),
        uppdrag=dict.fromkeys(Status, 3),
        nyckeltal=[A, B, C, STILL],
        fragor=["Ordna trygghetspunkter i hela kommunen", "Gör vägen till skolan säkrare", "C"],
    )
    assert len(said) == 5
    assert lasbarhet.problems(lasbarhet.of_text(*said)) == []


@pytest.mark.parametrize(
    ("slag", "fore", "efter", "handelse", "said"),
    [
        ("bedomning", Grad.delvis, Grad.i_huvudsak, "andrad", "var delvis uppfylld, är nu i huvudsak uppfylld"),
        ("bedomning", Grad.gar_inte_att_bedoma, Grad.inte, "andrad", "gick inte att bedöma, är nu inte uppfylld"),
        ("bedomning", None, Grad.inte, "andrad", "var inte bedömd, är nu inte uppfylld"),
        ("bedomning", Grad.inte, None, "andrad", "var inte uppfylld, är nu inte bedömd"),
        ("bedomning", None, Grad.delvis, "ny", "ny målbild, delvis uppfylld"),
        ("bedomning", None, None, "ny", "ny målbild, inte bedömd"),
        ("bedomning", Grad.delvis, None, "borta", "finns inte längre"),
        ("uppdrag", Status.pagar, Status.forsenad, "andrad", "pågick, är nu försenat"),
        ("uppdrag", Status.ej_paborjad, Status.pagar, "andrad", "var inte påbörjat, pågår nu"),
        ("uppdrag", None, Status.pagar, "ny", "nytt uppdrag, pågår"),
        ("aktivitet", Status.pagar, Status.klar, "andrad", "pågick, är nu klar"),
        ("overenskommelse", None, Status.klar, "ny", "ny, klar"),
    ],
)
def test_a_change_is_told_in_words(slag, fore, efter, handelse, said):
    f = Forandring(Forandringsslag(slag), Handelse(handelse), "aa", "Rubrik", "", fore, efter)
    assert kommunkorthet.told(f) == said
