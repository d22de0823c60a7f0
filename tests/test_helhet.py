import random

import pytest

from styrlib.helhet import SHAPES, Helhetsrad, Helhetstal, whole, zone

from .bildmatt import Measured

ROWS = [
    Helhetsrad(
        "Trygg äldreomsorg",
        [
            ("Nöjda", 0.9, "battre"),
            ("Väntetid", 0.1, "samre"),
            ("Fall", 0.5, "oforandrad"),
            ("Kostnad", None, "okar"),
        ],
    ),
    Helhetsrad("Rätt stöd", [("Utredning", 0.2, "gar_inte_att_bedoma"), ("Placerade", None, "minskar")]),
]


def draw(rows, **extra):
    return whole(rows, **{"title": "Socialnämnden", "kommun": "Vadstena", "source": "Källa: Kolada.", **extra})


def test_the_alt_text_says_how_many_and_then_which():
    # By hand: places 0.9 | 0.5 | 0.1, 0.2 of six; one each better, worse, unchanged and not judged.
    alt = draw(ROWS).alt
    assert "Av Vadstenas 6 nyckeltal har 4 ett läge bland landets kommuner" in alt
    assert "1 i bästa fjärdedelen, 1 i mitten och 2 i sämsta fjärdedelen" in alt
    assert "1 har blivit bättre, 1 har blivit sämre, 1 är oförändrade, 1 går inte att bedöma" in alt
    assert "I sämsta fjärdedelen: Väntetid; Utredning." in alt
    assert "Bättre: Nöjda." in alt


def test_the_table_holds_what_is_drawn():
    data = draw(ROWS).data
    assert data.index.name == "Nyckeltal"
    assert data.loc["Nöjda"].tolist() == ["Trygg äldreomsorg", "bästa fjärdedelen", "90", "bättre"]
    assert data.loc["Kostnad"].tolist() == ["Trygg äldreomsorg", "–", "–", "ökar"]


def test_every_nyckeltal_with_a_place_is_a_mark_and_the_others_are_counted():
    seen = Measured(lambda: draw(ROWS))
    key = len(SHAPES)
    assert [shape for shape, _ in seen.marks][key:] == ["v", "s", "^", "s"]  # from worst to best, row by row
    assert seen.written.count("1 utan läge") == 2


def test_marks_on_the_same_place_are_stacked():
    seen = Measured(lambda: draw([Helhetsrad("Alla lika", [(str(i), 0.5, "oforandrad") for i in range(7)])]))
    boxes = [box for _, box in seen.marks[len(SHAPES) :]]
    assert len({box[0] for box in boxes}) == 1
    assert len({box[1] for box in boxes}) == 7
    seen.check()


def test_a_mark_stands_wholly_in_the_quarter_it_counts_to():
    seen = Measured(
        lambda: draw([Helhetsrad("Gräns", [("a", 0.2499, "battre"), ("b", 0.2501, "battre"), ("c", 0.7499, "samre")])])
    )
    strip = seen.width - 66
    a, b, c = (box for _, box in seen.marks[len(SHAPES) :])
    assert a[2] <= strip / 4 <= b[0]
    assert c[2] <= strip * 3 / 4


def test_the_callers_laget_decides_the_quarter():
    assert zone(Helhetstal("a", 0.26, "battre")) == "mitten"
    assert zone(Helhetstal("a", 0.26, "battre", "samsta")) == "samsta"
    assert [zone(Helhetstal("a", x, "battre")) for x in (0.25, 0.75, None)] == ["samsta", "basta", None]


def test_nothing_to_show_gives_no_picture_and_an_empty_malbild_is_said_to_be():
    assert draw([]) is None
    assert draw([Helhetsrad("Tom", [])]) is None
    seen = Measured(lambda: draw([Helhetsrad("Tom", []), *ROWS]))
    assert "inga nyckeltal" in seen.written
    seen.check()


def test_a_missing_number_is_no_place_and_impossible_ones_are_refused():
    assert draw([Helhetsrad("M", [("a", float("nan"), "oforandrad")])]).data.loc["a", "Läge"] == "–"
    for wrong in (("a", 1.2, "battre"), ("a", 0.5, "okar")):
        with pytest.raises(ValueError, match="a: "):
            draw([Helhetsrad("M", [wrong])])
    with pytest.raises(KeyError):
        draw([Helhetsrad("M", [("a", 0.5, "uppåt")])])


def test_nothing_overlaps_whatever_the_namnd():
    rng = random.Random(584)
    for number in (*range(1, 9), 20):
        rows = []
        for i in range(number):
            tal = []
            for j in range(rng.randrange(9)):
                andel = rng.choice([None, 0.0, 1.0, 0.25, rng.random(), rng.random()])
                ways = list(SHAPES) + ([] if andel is not None else ["okar", "minskar"])
                tal.append((f"n{j}", andel, rng.choice(ways)))
            rows.append(Helhetsrad("Målbild med ett långt namn " * rng.randrange(1, 5) + f"{i} $x$ & <b>", tal))
        rows.append(Helhetsrad("x", [(str(i), None, "oforandrad") for i in range(12)]))
        Measured(lambda rows=rows: draw(rows)).check()


def test_the_same_rows_give_the_same_bytes():
    assert draw(ROWS).svg == draw(ROWS).svg
