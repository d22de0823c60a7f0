import random
from dataclasses import replace

import pytest

from styrlib.falt import Riktning
from styrlib.malavstand import Malavstandsrad, distance, reached, status

from .bildmatt import Measured

HIGHER = Malavstandsrad("Nöjda", "procent", 1, Riktning.hogre, 90, 2027, 2022, 86.8, 2017, 80.0)
LOWER = Malavstandsrad("Väntetid", "dagar", 0, Riktning.lagre, 45, 2027, 2022, 44.0, 2017, 60.0)
WITHOUT = Malavstandsrad("Nytt", "procent", 0, Riktning.hogre, 50, 2026)
HIDDEN = Malavstandsrad("Liten grupp", "procent", 0, Riktning.hogre, 50, 2026, 2024, None, dold=True)


def draw(rows, **extra):
    return distance(rows, **{"title": "Avstånd", "kommun": "Vadstena", "source": "Källa: Kolada.", **extra})


def test_what_is_left_is_told_with_unit_and_year():
    # 90 − 86.8 = 3.2; 44 is below 45, where lower is better.
    assert status(HIGHER) == "kvar till 2027: 3,2\u00a0procentenheter"
    assert status(LOWER) == "nått"
    assert status(WITHOUT) == "saknar värde"
    back = replace(HIGHER, fore=HIGHER.malniva - 1)
    assert status(back) == "kvar till 2027: 3,2\u00a0procentenheter, längre bort än tidigare"
    assert status(HIDDEN) == "värdet är dolt (..)"


def test_a_level_is_reached_by_the_number_as_it_is_written():
    # 79.95 is written 80,0 with one decimal.
    row = Malavstandsrad("a", "procent", 1, Riktning.hogre, 80, 2026, 2022, 79.95)
    assert reached(row)
    assert not reached(Malavstandsrad("a", "procent", 1, Riktning.hogre, 80, 2026, 2022, 79.94))
    assert reached(Malavstandsrad("a", "dagar", 0, Riktning.lagre, 80, 2026, 2022, 80.4))
    assert reached(WITHOUT) is None


def test_one_is_singular_an_index_has_no_unit_and_a_year_gone_by_is_no_time_left():
    def told(unit, now, target, year=2027):
        return status(Malavstandsrad("a", unit, 0, Riktning.hogre, target, year, 2022, now))

    assert told("procent", 49, 50) == "kvar till 2027: 1\u00a0procentenhet"
    assert told("index 0–100", 65, 70) == "kvar till 2027: 5"
    assert told("procent", 40, 50, 2022) == "kvar: 10\u00a0procentenheter"


def test_better_is_to_the_right_also_when_lower_is_better():
    for row in (HIGHER, LOWER):
        seen = Measured(lambda row=row: draw([row]))
        target, before, now = (box for _, box in seen.marks[-3:])
        middle = [(box[0] + box[2]) / 2 for box in (before, now, target)]
        assert middle[0] < middle[1]
        assert (middle[1] < middle[2]) == (row is HIGHER)  # the wait is shorter than aimed at


def test_the_alt_text_says_how_many_are_reached_and_what_is_left():
    alt = draw([HIGHER, LOWER, WITHOUT, HIDDEN]).alt
    assert "Vadstena har nått 1 av 2 målnivåer som går att jämföra." in alt
    assert "86,8\u00a0% 2022 mot målnivån 90,0\u00a0% 2027" in alt
    assert "Väntetid: nått, 44\u00a0dagar 2022 mot målnivån 45\u00a0dagar 2027." in alt
    assert "Går inte att jämföra: Nytt; Liten grupp." in alt


def test_the_table_holds_the_numbers_and_hides_the_hidden():
    data = draw([HIGHER, WITHOUT, HIDDEN]).data
    row = ["procent", "80,0 (2017)", "86,8 (2022)", "90,0 (2027)", "högre", "kvar till 2027: 3,2\u00a0procentenheter"]
    assert data.loc["Nöjda"].tolist() == row
    assert data.loc["Nytt", ["Tidigare", "Senaste"]].tolist() == ["–", "–"]
    assert data.loc["Liten grupp", "Senaste"] == ".."


def test_a_hidden_value_is_nowhere_even_when_it_is_given():
    row = Malavstandsrad("Liten grupp", "procent", 0, Riktning.hogre, 50, 2026, 2024, 37.0, 2019, 41.0, dold=True)
    seen = Measured(lambda: draw([row]))
    other = Measured(
        lambda: draw([Malavstandsrad(*[getattr(row, f) for f in row.__match_args__[:7]], None, 2019, 41.0, dold=True)])
    )
    assert "37" not in " ".join([*seen.written, seen.diagram.alt, *seen.diagram.data.to_numpy().ravel()])
    assert seen.diagram.svg == other.diagram.svg


def test_no_target_gives_no_picture_and_no_direction_is_refused():
    assert draw([]) is None
    with pytest.raises(ValueError, match="önskad riktning"):
        draw([Malavstandsrad("a", "procent", 0, Riktning.ingen, 50, 2026, 2022, 40.0)])


def test_nothing_overlaps_whatever_the_values():
    rng = random.Random(584)
    units = ("procent", "dagar", "index 0–100", "antal per 100 000 invånare 65 år och äldre")
    rows = [HIGHER, LOWER, WITHOUT, HIDDEN]
    for scale in (1, 50, 1e4, 1e9):
        for now, target, before in ((1, 1, 1), (1, 1, 0.99), (0, 1, 1), (1, 0.98, None), (None, 1, 0.5), (-1, 1, 0)):
            values = [None if v is None else v * scale for v in (now, target, before)]
            riktning = rng.choice([Riktning.hogre, Riktning.lagre])
            name = "Ett nyckeltal med ett ganska långt namn " * rng.randrange(1, 3)
            decimals = rng.randrange(3)
            year = None if before is None else 2017
            rows.append(
                Malavstandsrad(
                    name, rng.choice(units), decimals, riktning, values[1], 2027, 2022, values[0], year, values[2]
                )
            )
    # The three marks of a row may stand on one another: they are seen around each other.
    Measured(lambda: draw(rows)).check(marks_apart=False)
