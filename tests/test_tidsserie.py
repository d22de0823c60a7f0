import re
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from styrlib import axlar, figures, tidsserie

from . import bildmatt, textboxes


def series(**years):
    return pd.Series({int(year[1:]): float(value) for year, value in years.items()})


OPTIONS = {"title": "Nöjda", "kommun": "Vadstena", "enhet": "procent", "decimals": 1, "source": "Källa: Kolada."}
PICTURED = ("band", "brott", "target", "target_note", "hidden", "message", "enhet", "decimals", "title")


def draw(own, **given):
    options = OPTIONS | {key: given.pop(key) for key in PICTURED if key in given}
    return tidsserie.over_time({"kommun": own, **given}, **options)


def curves(svg):
    """The coordinates of each curve that is drawn, without axes, ticks and lines for levels."""
    paths = [path for path in ET.fromstring(svg).iter(f"{bildmatt.SVG}path") if path.get("fill") == "none"]
    colors = {figures.OWN, figures.SIMILAR, figures.NATION}
    return [bildmatt.points(path.get("d")) for path in paths if path.get("stroke") in colors]


OWN = series(y2018=80.0, y2019=90.5, y2020=85.0)


def test_the_alt_text_says_message_extremes_comparison_and_target():
    alt = draw(OWN, riket=series(y2020=82.0), target=(95.0, 2026)).alt
    assert "gick från 80,0\u00a0% (2018) till 85,0\u00a0% (2020)" in alt
    assert "Högst var värdet 90,5\u00a0% (2019) och lägst 80,0\u00a0% (2018)" in alt
    assert "riket 82,0\u00a0%" in alt
    assert "Målnivån är 95,0\u00a0% till 2026" in alt


def test_a_single_value_is_said_to_be_one():
    assert "har ett värde, 80,0\u00a0% (2018)" in draw(series(y2018=80.0)).alt


def test_a_series_that_stands_still_is_said_to():
    assert "har haft 100,0\u00a0% 2018–2019" in draw(series(y2018=100.0, y2019=100.0)).alt


def test_the_data_stand_in_a_table_with_gaps_as_dashes():
    data = draw(OWN, riket=series(y2018=70.0, y2020=72.0)).data
    assert list(data.columns) == ["Vadstena", "Riket"]
    assert data.loc[2019].tolist() == ["90,5", "–"]


def test_a_hidden_year_is_not_taken_for_a_missing_one():
    data = draw(
        OWN, decimals=0, kvinnor=series(y2018=70.0), hidden={"kommun": [2017], "kvinnor": [2019], "man": [2019]}
    ).data
    assert list(data.columns) == ["Vadstena", "Kvinnor, Vadstena", "Män, Vadstena"]
    assert data.loc[2017].tolist() == ["..", "–", "–"]
    assert data.loc[2019, ["Kvinnor, Vadstena", "Män, Vadstena"]].tolist() == ["..", ".."]
    assert data.loc[2018, "Kvinnor, Vadstena"] == "70"


def test_a_hidden_value_leaves_no_trace_even_when_it_is_given():
    hidden = {"kommun": [2020], "kvinnor": [2020]}
    with_it = draw(series(y2018=80, y2019=90, y2020=13), kvinnor=series(y2019=70, y2020=7), hidden=hidden)
    without = draw(series(y2018=80, y2019=90), kvinnor=series(y2019=70), hidden=hidden)
    assert (with_it.svg, with_it.alt) == (without.svg, without.alt)
    assert with_it.data.loc[2020].tolist() == ["..", ".."]


def test_the_alt_text_begins_with_the_message_and_never_with_looks():
    diagram = draw(OWN, message="Ingen säker förändring.")
    assert diagram.message == "Ingen säker förändring."
    assert diagram.alt.startswith("Ingen säker förändring. Nöjda. Vadstena gick")
    assert draw(OWN).alt.startswith("Nöjda. Vadstena gick")
    assert "diagram" not in diagram.alt.casefold()


@pytest.mark.parametrize(
    ("band", "said"),
    [
        ((70.0, 95.0, 2018, 2020), "mellan 70,0\u00a0% och 95,0\u00a0%. Det senaste värdet ligger inom"),
        ((86.0, 95.0, 2018, 2020), "mellan 86,0\u00a0% och 95,0\u00a0%. Det senaste värdet ligger under"),
        ((70.0, 84.0, 2018, 2020), "mellan 70,0\u00a0% och 84,0\u00a0%. Det senaste värdet ligger över"),
        ((70.0, 104.0, 2018, 2020), "minst 70,0\u00a0%. Det senaste värdet ligger inom"),  # none is above a hundred
        ((-4.0, 95.0, 2018, 2020), "högst 95,0\u00a0%. Det senaste värdet ligger inom"),
        ((-4.0, 104.0, 2018, 2020), "Det senaste värdet ligger inom"),
    ],
)
def test_what_is_ordinary_is_told_without_values_that_cannot_be(band, said):
    diagram = draw(OWN, band=band)
    assert said in diagram.alt
    assert "104" not in diagram.alt
    assert "−4" not in diagram.alt
    assert ">Vanlig variation</text>" in diagram.svg
    assert "Vanlig variation" not in draw(OWN).svg


def test_the_whole_band_is_inside_the_picture():
    assert ">60</text>" in draw(OWN, band=(60.0, 95.0, 2018, 2020)).svg
    assert ">60</text>" not in draw(OWN).svg


def test_lines_are_not_drawn_across_a_new_way_of_measuring_and_the_words_do_not_compare_across():
    own = series(y2015=50, y2016=60, y2017=80, y2018=85, y2019=83)
    whole, parted = draw(own, riket=own - 5), draw(own, riket=own - 5, brott=[2017])
    # A thin and a thick line for each of 2 series: 4 curves of 5 years; parted, 4 of 3.
    points = [len(curve) for curve in curves(whole.svg)]
    assert (points.count(5), points.count(3)) == (4, 0)
    points = [len(curve) for curve in curves(parted.svg)]
    assert (points.count(5), points.count(3)) == (0, 4)
    assert ">Nytt sätt att mäta</text>" in parted.svg
    assert "ändrades 2017" in parted.alt
    assert "från 80,0\u00a0% (2017) till 83,0\u00a0% (2019)" in parted.alt
    assert "50,0" not in parted.alt
    assert "ändrades" not in whole.alt


@pytest.mark.parametrize("year", [2010, 2018, 2030])
def test_a_new_way_of_measuring_that_parts_no_values_is_not_drawn(year):
    assert draw(OWN, brott=[year]).svg == draw(OWN).svg
    assert "ändrades" not in draw(OWN, brott=[year]).alt


def test_women_and_men_are_drawn_told_and_set_in_the_table():
    women, men = series(y2018=82.0, y2020=88.0), series(y2018=78.0, y2019=81.5)
    diagram = draw(OWN, kvinnor=women, man=men)
    assert ">Kvinnor: 88,0</text>" in diagram.svg
    assert ">Män: 81,5 (2019)</text>" in diagram.svg  # not of the same year as the others
    assert "kvinnor 88,0\u00a0%" in diagram.alt
    assert "män" not in diagram.alt  # no value of the year that is spoken of
    assert diagram.data.loc[2019].tolist() == ["90,5", "–", "81,5"]


def test_women_and_men_differ_in_dash_and_mark_and_not_only_in_colour():
    lines = tidsserie.line_styles("Vadstena")
    assert lines["kvinnor"].style != lines["man"].style
    assert (lines["kvinnor"].marker, lines["kvinnor"].fill) != (lines["man"].marker, lines["man"].fill)
    assert len({(line.style, line.marker) for line in lines.values()}) >= 4


def test_one_value_does_not_stretch_time_and_the_last_year_is_always_marked():
    texts = re.findall(r">(\d{4})</text>", draw(series(y2022=83.0)).svg)
    assert texts == ["2022"]
    years = re.findall(r">(\d{4})</text>", draw(series(y2008=1, y2015=2, y2022=3), target=(4.0, 2026)).svg)
    assert {"2022", "2026"} <= set(years)


def test_a_percentage_is_not_drawn_on_a_scale_that_makes_wobble_drama():
    ticks = [
        float(t) for t in re.findall(r">(\d+)</text>", draw(series(y2020=90.0, y2021=93.0)).svg) if float(t) <= 100
    ]
    assert max(ticks) - min(ticks) >= 10


def test_the_same_data_give_the_same_bytes():
    assert draw(OWN).svg == draw(OWN).svg


def test_the_municipality_and_the_target_are_named_in_the_picture():
    svg = draw(OWN, target=(95.0, 2026)).svg
    texts = [element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert "Vadstena" in texts
    assert "Mål 2026: 95,0" in texts


def test_a_target_beyond_the_values_is_inside_the_picture():
    svg = draw(series(y2020=90.0, y2021=96.0), target=(120.0, 2026)).svg
    assert ">120</text>" in svg


def test_a_series_is_split_where_years_are_missing_beyond_the_usual():
    assert [list(p.index) for p in tidsserie.segments(series(y2010=1, y2011=2, y2012=3, y2015=4))] == [
        [2010, 2011, 2012],
        [2015],
    ]
    assert len(tidsserie.segments(series(y2010=1, y2012=2, y2014=3))) == 1  # every second year is its usual
    assert len(tidsserie.segments(series(y2010=1))) == 1


def test_a_series_is_split_at_each_new_way_of_measuring():
    parts = tidsserie.segments(series(y2010=1, y2011=2, y2012=3, y2015=4, y2016=5), [2012, 2016])
    assert [list(part.index) for part in parts] == [[2010, 2011], [2012], [2015], [2016]]


def test_text_is_readable_and_never_on_other_text(monkeypatch):
    found = textboxes.collected(monkeypatch)
    rng = np.random.default_rng(584)
    for _ in range(12):
        last = int(rng.integers(2012, 2023))
        years = range(last - int(rng.integers(0, 14)), last + 1)
        level = 10.0 ** rng.integers(0, 6)
        own = pd.Series(level * rng.uniform(0.5, 1.5, len(years)), years)
        draw(
            own,
            title="Ett namn",
            enhet="kr per invånare",
            decimals=0 if level > 100 else 2,
            riket=own * 1.1,
            liknande=own * 0.9,
            kvinnor=own * rng.uniform(0.5, 1.5),
            man=own[:-1],
            band=(level * 0.6, level * 1.3, years[0], last),
            brott=[last - 2],
            target=(level, last + 4),
            target_note=" (exempel)",
        )
    assert len(found) == 12
    assert textboxes.faults(found) == []


def test_text_that_is_outside_small_or_on_other_text_would_be_seen():
    boxes = [
        ("ett", (0, 0, 20, 10), 9.0),
        ("två", (15, 5, 30, 15), 8.0),
        ("tre", (0, 9.5, 10, 15), 9.0),
        ("fyra", (32, 0, 42, 10), 9.0),
    ]
    assert textboxes.faults([(boxes, 40.0, 40.0)]) == ["small: två", "outside: fyra", "ett on två"]


def test_all_equal_or_huge_or_negative_values_can_be_drawn():
    for values in ([5.0, 5.0], [0.0, 0.0], [1e9, 2e9], [-5.0, -6.0], [100.0, 100.0]):
        own = pd.Series(dict(zip((2020, 2021), values, strict=True)))
        assert "<svg" in draw(own).svg


def test_a_long_series_and_a_target_far_off_have_few_years_on_the_axis():
    axis = draw(series(y1950=1, y2022=3), target=(5.0, 2100)).svg
    years = [int(text) for text in re.findall(r">(\d{4})</text>", axis)]
    assert years[-1] == 2100
    assert len(years) <= axlar.MOST_TICKS + 2
