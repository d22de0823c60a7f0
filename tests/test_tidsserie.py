import re
from xml.etree import ElementTree as ET

import pandas as pd

from styrlib import tidsserie


def series(**years):
    return pd.Series({int(year[1:]): float(value) for year, value in years.items()})


def draw(own, **extra):
    options = {"title": "Nöjda", "kommun": "Vadstena", "enhet": "procent", "decimals": 1, "source": "Källa: Kolada."}
    target = extra.pop("target", None)
    return tidsserie.over_time({"kommun": own, **extra}, target=target, **options)


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
    data = tidsserie.over_time(
        {"kommun": OWN},
        title="Nöjda",
        kommun="Vadstena",
        enhet="procent",
        decimals=0,
        extra={"Kvinnor": series(y2018=70.0)},
        hidden={"Vadstena": [2017], "Kvinnor": [2019], "Män": [2019]},
        source="",
    ).data
    assert data.loc[2017].tolist() == ["..", "–", "–"]
    assert data.loc[2019, ["Kvinnor", "Män"]].tolist() == ["..", ".."]
    assert data.loc[2018, "Kvinnor"] == "70"


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


def test_all_equal_or_huge_or_negative_values_can_be_drawn():
    for values in ([5.0, 5.0], [0.0, 0.0], [1e9, 2e9], [-5.0, -6.0], [100.0, 100.0]):
        own = pd.Series(dict(zip((2020, 2021), values, strict=True)))
        assert "<svg" in draw(own).svg
