import math
import re
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from styrlib import lage, remsa, remsrad
from styrlib.falt import Riktning
from styrlib.lage import Laget
from styrlib.remsa import Remsrad

from . import bildmatt, textboxes

SVG = "{http://www.w3.org/2000/svg}"


def row(values, **given):
    """A row; values by place get the codes 0001, 0002 …, and 0001 is the own."""
    varden = pd.Series(list(values), [f"{n:04}" for n in range(1, len(values) + 1)], dtype=float)
    options = {"namn": "Nöjda", "enhet": "procent", "decimaler": 1, "riktning": Riktning.hogre, "ar": 2022}
    return Remsrad(**options | {"varden": varden, "kommun": "0001"} | given)


def draw(*rows, kommun="Vadstena", **given):
    return remsa.strip(rows, title="En målbild", kommun=kommun, source="Källa: Kolada.", **given)


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]


def strokes(svg):
    """The places of the municipalities' lines, per strip from the left."""
    paths = re.findall(r'd="((?:M[\d.]+ [\d.]+V[\d.]+)+)"', svg.replace("\n", ""))
    found = [[float(x) for x in re.findall(r"M([\d.]+) ", path)] for path in paths]
    return [xs for xs in found if len(xs) > 1]


def marks(svg, color):
    """The places of the marks of a colour, without the key's."""
    return [x for _, x, y, _, fill, edge in bildmatt.marks(svg) if color in (fill, edge) and y > 50]


@pytest.fixture
def ten_are_enough(monkeypatch):
    monkeypatch.setattr(lage, "FEWEST", 10)


TEN = [50, 10, 20, 30, 40, 60, 70, 80, 90, 100]


def test_the_table_has_the_own_value_the_place_and_the_quartiles():
    # TEN in order is 10, 20 … 100. Half way from 50 to 60 is 55; a quarter of the way, at 0.25 × 9 = 2.25
    # steps from 10, is 32.5, and three quarters, at 6.75 steps, 77.5. From the highest, 50 is number six.
    table = draw(row(TEN, riket=48.0)).data
    assert table.index.name == "Nyckeltal"
    assert table.loc["Nöjda, procent"].to_dict() == {
        "År": "2022",
        "Vadstena": "50,0",
        "Plats": "6 av 10",
        "Lägst": "10,0",
        "Undre kvartil": "32,5",
        "Median": "55,0",
        "Övre kvartil": "77,5",
        "Högst": "100,0",
        "Riket": "48,0",
    }
    assert draw(row(TEN, riktning=Riktning.lagre)).data["Plats"].tolist() == ["5 av 10"]
    assert draw(row(TEN, riktning=Riktning.ingen)).data["Plats"].tolist() == ["6 av 10 från högst"]


def test_better_is_always_to_the_right():
    higher, lower = (row(TEN, riktning=way, riket=20.0) for way in (Riktning.hogre, Riktning.lagre))
    for given, better in ((higher, False), (lower, True)):
        svg = draw(given).svg
        (own,), (riket,) = marks(svg, "#0b4f8a"), marks(svg, "#5b6570")
        assert (riket > own) is better  # 20 against 50
        assert "bättre →" in texts(svg)
    ends = texts(draw(lower).svg)
    assert ends.index("100,0") < ends.index("10,0")  # from the left
    assert "lägre är bättre" in ends
    assert "lägre är bättre" not in texts(draw(higher).svg)


def test_without_a_desired_direction_there_is_neither_better_nor_quarters():
    diagram = draw(row(TEN, riktning=Riktning.ingen))
    assert "högre →" in texts(diagram.svg)
    assert not {"bättre →", "Bästa fjärdedelen", "Sämsta fjärdedelen"} & set(texts(diagram.svg))
    assert "Det går inte att säga om Vadstena ligger bra eller dåligt till" in diagram.message
    assert "Utan önskad riktning: Nöjda 50,0\u00a0%, plats 6 av 10 från högst" in diagram.alt


def test_every_municipality_is_a_line_at_its_place():
    (xs,) = strokes(draw(row([0, 25, 50, 100])).svg)
    # The strip goes from 8 to 331.2 − 8 = 323.2: 0 at 8, 25 at 8 + 315.2 / 4 = 86.8, 50 at 165.6.
    assert xs == pytest.approx([8, 86.8, 165.6, 323.2], abs=remsa.GRID / 2 + 1e-6)


def test_the_best_and_worst_quarter_are_shaded_where_lage_judges_them(monkeypatch):
    def shades(diagram):
        return {color for color in remsa.QUARTERS.values() if f'fill="{color}"' in diagram.svg}

    assert shades(draw(row(range(100)))) == set(remsa.QUARTERS.values())
    assert shades(draw(row(range(99)))) == set()
    monkeypatch.setattr(lage, "FEWEST", 10)
    assert shades(draw(row([5.0] * 12))) == set()
    # Nine of ten share their middle place, 5 from the best of 0 to 9: no quarter of theirs, and one is last.
    assert shades(draw(row([100.0] * 9 + [80.0]))) == {remsa.QUARTERS[Laget.samsta]}


def test_a_unit_too_long_for_the_row_stands_in_the_table_alone():
    unit = "kronor per invånare 65 år och äldre, exklusive hyra och allt annat"
    diagram = draw(row(TEN, enhet=unit))
    assert "50,0" in texts(diagram.svg)
    assert unit in diagram.data.to_csv()
    assert "Nöjda" in texts(diagram.svg)


@pytest.mark.usefixtures("ten_are_enough")
def test_the_quarters_part_between_the_municipalities():
    # Of twelve in order, numbers 1–3 are the best quarter and 10–12 the worst.
    given = row(range(1, 13))
    assert given.quarter(Laget.basta).tolist() == [10, 11, 12]
    assert given.quarter(Laget.samsta).tolist() == [1, 2, 3]
    areas = re.findall(rf'<rect x="([\d.]+)"[^>]*fill="{remsa.QUARTERS[Laget.basta]}"', draw(given).svg)
    # Between 9 and 10: 8 + (9.5 − 1) / 11 × 315.2 = 251.56.
    assert float(areas[-1]) == pytest.approx(251.56, abs=0.01)


def test_far_outliers_do_not_squeeze_the_rest_and_are_still_told():
    values = [50, *np.linspace(40, 60, 40), 5000]
    diagram = draw(row(values, riktning=Riktning.ingen, decimaler=0))
    (xs,) = strokes(diagram.svg)
    assert sum(x < 323.2 - remsrad.BIN + 0.5 for x in xs) >= 40  # spread over the strip
    assert xs[-1] == pytest.approx(323.2 - remsrad.BIN * remsrad.IN_BIN, abs=remsa.GRID)
    assert "5\u00a0000" in texts(diagram.svg)
    assert "Bruten skala" in texts(diagram.svg)
    assert diagram.data["Högst"].tolist() == ["5\u00a0000"]
    assert "Bruten skala" not in texts(draw(row(values[:-1])).svg)


def test_the_scale_ends_at_the_last_value_within_three_quartile_distances():
    # Quartiles of 0 … 8 and 100, ten values: 2.25 and 6.75, so the fences are 2.25 − 13.5 and 6.75 + 13.5.
    scale = remsrad.scale_of(pd.Series([*range(9), 100.0]), Riktning.hogre)
    assert (scale.low, scale.high, scale.cut) == (0.0, 8.0, (False, True))
    equal = remsrad.scale_of(pd.Series([0.0] * 9 + [100.0]), Riktning.hogre)
    assert (equal.low, equal.high, equal.cut) == (0.0, 100.0, (False, False))


def test_an_own_value_at_either_end_or_far_outside_is_drawn_inside_the_picture():
    rest = list(np.linspace(40, 60, 40))
    for own, end in ((60.0, 323.2), (40.0, 8.0), (900.0, 323.2 - 3.5), (-900.0, 8 + 3.5)):
        (x,) = marks(draw(row([own, *rest])).svg, "#0b4f8a")
        assert x == pytest.approx(end)


def test_a_missing_own_value_is_said_and_the_others_still_drawn():
    diagram = draw(row([math.nan, *TEN]), row(TEN, namn="Trygga"))
    assert "saknar värde" in texts(diagram.svg)
    assert len(strokes(diagram.svg)) == 2
    assert "Saknar värde: Nöjda." in diagram.alt
    assert diagram.data.iloc[0][["Vadstena", "Plats"]].tolist() == ["–", "–"]


@pytest.mark.parametrize("values", [[], [math.nan]])
def test_no_values_at_all_is_said(values):
    diagram = draw(row(values))
    assert "Ingen kommun har något värde." in texts(diagram.svg)
    assert diagram.data["Median"].tolist() == ["–"]
    assert not {"Vadstena", "En kommun", "Riket"} & set(texts(diagram.svg))


def test_equal_values_are_said_to_be_equal():
    assert "Alla 12 kommuner har 100,0\u00a0%" in texts(draw(row([100.0] * 12)).svg)
    assert "En kommun har 100,0\u00a0%" in texts(draw(row([100.0])).svg)


def test_the_similar_and_riket_are_marked_and_explained_only_when_there():
    given = row(TEN, liknande=["0001", "0002", "0003", "9999"], riket=55.0)
    svg = draw(given).svg
    # 10 is at the left end, and 20 is a ninth of 315.2 from it: 8 + 35.02. Never the own, nor one without a value.
    assert marks(svg, "#a34700") == pytest.approx([8.0, 43.02], abs=0.01)
    assert {"Liknande kommuner", "Riket"} <= set(texts(svg))
    alone = texts(draw(row(TEN, liknande=["9999"], riket=math.nan)).svg)
    assert not {"Liknande kommuner", "Riket"} & set(alone)


def test_riket_outside_all_municipalities_is_drawn_beyond_the_end():
    (x,) = marks(draw(row(TEN, riket=200.0)).svg, "#5b6570")
    assert x == pytest.approx(323.2 + remsrad.BEYOND)


def in_quarter(number):
    """A row whose own value is in a quarter, of twelve."""
    return row([{1: 99.0, 2: 6.5, 4: 0.0}[number], *range(1, 12)])


@pytest.mark.usefixtures("ten_are_enough")
@pytest.mark.parametrize(
    ("quarters", "said"),
    [
        ([1, 1, 2, 4], "till den bästa fjärdedelen av kommunerna i två av fyra nyckeltal och till den sämsta i ett."),
        ([4, 2], "till den sämsta fjärdedelen av kommunerna i ett av två nyckeltal och till den bästa i inget."),
        ([2, 2], "varken till den bästa eller till den sämsta fjärdedelen av kommunerna i något av två nyckeltal."),
        ([1], "hör till den bästa fjärdedelen av kommunerna."),
        ([4], "hör till den sämsta fjärdedelen av kommunerna."),
        ([2], "ligger i mitten bland kommunerna."),
    ],
)
def test_the_message_counts_the_quarters(quarters, said):
    diagram = draw(*[in_quarter(number) for number in quarters])
    assert diagram.message.startswith("Vadstena ")
    assert diagram.message.endswith(said)
    assert diagram.alt.startswith(diagram.message)


@pytest.mark.usefixtures("ten_are_enough")
def test_the_alt_text_tells_what_stands_out_with_the_extremes():
    alt = draw(in_quarter(1), row([6.5, *range(1, 12)], namn="Trygga"), row(TEN[:5], namn="Få")).alt
    assert "Bästa fjärdedelen: Nöjda 99,0\u00a0%, plats 1 av 12, lägst 1,0 och högst 99,0." in alt
    assert "I mitten: Trygga 6,5\u00a0%, plats 6 av 12." in alt
    assert "För få kommuner för en plats: Få." in alt


def test_a_long_name_is_wrapped_and_then_shortened():
    long = "Andel brukare som är mycket eller ganska nöjda med sin hemtjänst i ordinärt boende " * 3
    found = texts(draw(row(TEN, namn=long, enhet="kr per invånare 65 år och äldre")).svg)
    lines = [text for text in found if text and text.rstrip(" …") in long and len(text) > 8]
    assert len(lines) == remsa.LINES
    assert lines[-1].endswith(" …")


def test_the_same_data_give_the_same_bytes():
    assert draw(row(TEN)).svg == draw(row(TEN)).svg


def test_codes_may_be_categories_as_they_are_in_the_processed_tables():
    given = row(TEN, liknande=["0002"])
    codes = pd.CategoricalIndex(given.varden.index, categories=[*given.varden.index, "9999"], name="kommun")
    assert draw(row(TEN, liknande=["0002"], varden=given.varden.set_axis(codes))).svg == draw(given).svg


def test_a_strip_needs_a_row():
    with pytest.raises(ValueError, match="at least one row"):
        draw()


def likely(rng, kommuner=290):
    """A row that looks as Kolada's do: kinds of units, spreads and names, with gaps and outliers."""
    enhet, decimaler, values = [
        ("procent", 1, np.clip(rng.normal(85, 8, kommuner), 0, 100)),
        ("kr per invånare 65 år och äldre", 0, rng.lognormal(11, 0.3, kommuner)),
        ("antal per 100 000 invånare", 0, rng.lognormal(5, 1.2, kommuner)),
        ("index 0–100", 0, np.round(rng.normal(70, 5, kommuner))),
        ("tusen kr per invånare", 1, rng.normal(-3, 6, kommuner)),
    ][rng.integers(5)]
    values[rng.random(kommuner) < rng.choice([0.0, 0.1, 0.9])] = np.nan
    return row(
        values,
        namn=("Barn i förskola", "Väntetid på besked om försörjningsstöd", "Andel elever " * 9)[rng.integers(3)],
        enhet=enhet,
        decimaler=decimaler,
        riktning=rng.choice(list(Riktning)),
        kommun=f"{rng.integers(1, kommuner + 1):04}",
        liknande=[f"{n:04}" for n in rng.integers(1, kommuner + 1, 7)],
        riket=float(np.nanmean(values)),
        note="plats 243 av 287",
    )


def test_text_is_readable_and_never_on_other_text_for_municipalities_of_all_kinds(monkeypatch):
    found = textboxes.collected(monkeypatch)
    rng = np.random.default_rng(584)
    for number in range(29):  # every tenth of 290
        name = ("Ydre", "Upplands Väsby", "Malung-Sälen", "Vadstena")[number % 4]
        diagram = draw(*[likely(rng) for _ in range(rng.integers(1, 8))], kommun=name)
        assert diagram.alt
    assert len(found) == 29
    assert textboxes.faults(found) == []


def test_the_picture_is_small():
    seven = [row(np.linspace(0, 100, 290), liknande=[f"{n:04}" for n in range(2, 9)], riket=50.0) for _ in range(7)]
    one = len(draw(seven[0]).svg)
    assert (len(draw(*seven).svg) - one) / 6 < 8000  # bytes per row, the lines as far apart as they can be
