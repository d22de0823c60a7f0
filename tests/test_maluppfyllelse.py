"""Worked by hand: outlooks, what can't be judged and why, counts for a målbild; and chances that hold."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from styrlib.falt import Grad, Riktning
from styrlib.maluppfyllelse import (
    Forslag,
    Rakneforslag,
    Utsikt,
    Utsiktsskal,
    chans_text,
    differs,
    outlook,
    suggest,
)

HOGRE, LAGRE = Riktning.hogre, Riktning.lagre
NATT, INTE, TROLIG, OVISS, OTROLIG, VET_EJ = Utsikt
EXAMPLE = [70, 72, 71, 73, 72, 74]


def years(values, last=2022):
    return pd.Series(dict(zip(range(last - len(values) + 1, last + 1), values, strict=True)), dtype=float)


def look(values, level, year=2024, riktning=HOGRE, decimaler=0, **more):
    return outlook(years(values), riktning, level, year, decimaler=decimaler, **more)


def test_the_example_of_the_method_page():
    # Fifteen slopes: -1, -1, 0, ½ six times, 0.8, 1, 1, 2, 2, 2; the eighth is ½. Changes 2, -1, 2, -1 and 2: their
    # squares sum to 14: a step is √(14/5) = 1.67. Two years on: 74 + ⅓ × ½ × 2 = 74.33, the scale 1.67 × √2 = 2.37.
    # 76 is printed from 75.5: (75.5 - 74.33) / 2.37 = 0.493. Of t with 5 degrees of freedom 32 % lie above that.
    found = look(EXAMPLE, 76)
    assert (found.ar, found.varde, found.kravs, found.takt) == (2022, 74, 1, 0.5)
    assert found.chans == pytest.approx(0.32, abs=0.005)
    assert (found.utsikt, found.skal) == (OTROLIG, None)
    assert chans_text(found.chans) == "ungefär 3 chanser av 10"


def test_the_example_at_an_end():
    # Four of six years at 100: (4 + ½) / 7 = 0.643. The latest keeps 0.6² = 0.36 of its weight: 0.36 + 0.64 × 0.643.
    found = look([100, 98, 100, 100, 99, 100], 100, enhet="procent")
    assert found.chans == pytest.approx(0.771, abs=0.001)
    assert (found.utsikt, found.kravs) == (NATT, 0)
    # Of 0 the same, whatever the unit; the latest not there: 0.64 × (1 + ½) / 7.
    found = look([3, 2, 0, 1, 2, 1], 0, riktning=LAGRE)
    assert found.chans == pytest.approx(0.137, abs=0.001)
    assert found.utsikt is OTROLIG


def test_100_is_an_end_of_procent_only_and_0_of_what_is_never_below():
    assert (
        look([90, 95, 92, 96, 94, 98], 100, enhet="elever").chans
        > look([90, 95, 92, 96, 94, 98], 100, enhet="procent").chans
    )
    assert look([101, 95, 92, 96, 94, 98], 100, enhet="procent").chans > 0.2
    assert look([-1, 3, 2, 4, 2, 1], 0, riktning=LAGRE).chans > look([0, 3, 2, 4, 2, 1], 0, riktning=LAGRE).chans


REASONS = {
    "no value": ([], 2024, Utsiktsskal.inget_varde),
    "only missing": ([None, math.nan], 2024, Utsiktsskal.inget_varde),
    "five values": ([70, 72, 71, 73, 72], 2024, Utsiktsskal.for_fa_ar),
    "six values, but over more than ten years": ([70, 72, *[None] * 5, 71, 73, 72, 74], 2024, Utsiktsskal.for_fa_ar),
    "never moved": ([74] * 10, 2024, Utsiktsskal.konstant),
    "six years ahead": (EXAMPLE, 2028, Utsiktsskal.for_langt_fram),
}


@pytest.mark.parametrize(("values", "year", "reason"), REASONS.values(), ids=REASONS)
def test_what_can_not_be_judged_has_a_reason_and_no_chance(values, year, reason):
    found = look(values, 76, year)
    assert (found.utsikt, found.skal, found.chans) == (VET_EJ, reason, None)


def test_five_years_ahead_and_six_values_are_enough():
    assert look(EXAMPLE, 76, 2027).chans > look(EXAMPLE, 76, 2024).chans > 0


@pytest.mark.parametrize("values", [[74, 75], [74] * 10, [70, 72, 71, 73, 72, 74]])
def test_a_reached_level_is_reached_though_no_chance_can_be_given(values):
    found = look(values, 74, 2030)
    assert (found.utsikt, found.chans, found.kravs) == (NATT, None, 0)


def test_a_value_that_is_too_old_is_no_reached_level():
    assert look(EXAMPLE, 74, nyaste=2025).utsikt is NATT
    found = look(EXAMPLE, 74, nyaste=2026)
    assert (found.utsikt, found.skal, found.varde) == (VET_EJ, Utsiktsskal.inaktuellt, 74)


@pytest.mark.parametrize("year", [2022, 2019])
def test_when_the_target_year_is_past_the_latest_value_is_compared_and_no_more(year):
    missed, met = look(EXAMPLE, 76, year), look(EXAMPLE, 74, year)
    assert (missed.utsikt, missed.skal, missed.chans, missed.kravs) == (INTE, Utsiktsskal.malaret_passerat, None, None)
    assert (met.utsikt, met.skal) == (NATT, Utsiktsskal.malaret_passerat)


def test_values_are_compared_as_they_are_printed():
    values = [70, 72, 71, 73, 72, 79.96]
    assert look(values, 80, decimaler=1).utsikt is NATT
    assert look(values, 80, decimaler=2).utsikt is not NATT
    assert look([70, 72, 71, 73, 72, 0.25], 0.3, decimaler=1).utsikt is not INTE  # a half is rounded up: 0,3
    assert look([70, 72, 71, 73, 72, 0.25], 0.3, 2022, decimaler=1).utsikt is NATT
    assert look([70, 72, 71, 73, 72, 5.4], 5.4, riktning=LAGRE, decimaler=1).utsikt is NATT


def test_a_reached_level_has_a_chance_too_for_it_may_be_lost():
    steady, falling = look([73, 74, 73, 74, 73, 74], 74), look([99, 94, 89, 84, 79, 74], 74)
    assert steady.utsikt is falling.utsikt is NATT
    assert falling.chans < 0.4 < steady.chans


def test_lower_is_better_mirrors_higher_is_better():
    mirrored = look([-v for v in EXAMPLE], -76, riktning=LAGRE)
    found = look(EXAMPLE, 76)
    assert mirrored.chans == pytest.approx(found.chans)
    assert (mirrored.utsikt, mirrored.kravs, mirrored.takt) == (found.utsikt, -found.kravs, -found.takt)


def test_a_level_further_away_has_a_smaller_chance():
    chances = [look(EXAMPLE, level).chans for level in (74, 75, 76, 78, 82, 90)]
    assert chances == sorted(chances, reverse=True)
    assert look(EXAMPLE, 90).utsikt is OTROLIG


def test_a_steep_and_steady_rise_makes_a_near_level_likely():
    rising = [50, 55, 60, 65, 70, 75, 80]
    assert look(rising, 81, 2026).utsikt is TROLIG
    assert look(EXAMPLE, 75).utsikt is OVISS


def test_gap_years_count_as_the_years_they_are():
    # Changes over two years: a step of 2/√2 a year, as is right for a walk.
    found = outlook({2012: 0, 2014: 2, 2016: 0, 2018: 2, 2020: 0, 2022: 2}, HOGRE, 5, 2023, decimaler=0)
    assert (found.ar, found.skal) == (2022, Utsiktsskal.for_fa_ar)  # 2012 is not among the latest ten
    found = outlook({2013: 0, 2014: 2, 2016: 0, 2018: 2, 2020: 0, 2022: 2}, HOGRE, 5, 2023, decimaler=0)
    # Pace: of fifteen slopes the median is 0. Step² = (4 + 4 × 2) / 5; 4.5 - 2 = 2.5 is 2.5 / √2.4 = 1.61 steps.
    assert found.takt == 0
    assert found.chans == pytest.approx(stats.t.sf(2.5 / math.sqrt(2.4), 5))


def test_a_level_without_a_side_is_refused():
    with pytest.raises(ValueError, match="riktning"):
        look(EXAMPLE, 76, riktning=Riktning.ingen)


def test_chances_of_random_walks_hold():
    # Walks of 15 years without drift: of levels said to have a chance of 20 to 40 per cent, so many are reached.
    chance = np.random.default_rng(11)
    said, happened = [], []
    for _ in range(400):
        walk = np.round(50 + np.cumsum(chance.normal(0, 2, 13)), 1)
        found = outlook(dict(enumerate(walk[:10], 2013)), HOGRE, round(walk[9] + 2, 1), 2025, decimaler=1)
        said.append(found.chans)
        happened.append(walk[12] >= round(walk[9] + 2, 1))
    assert np.mean(happened) == pytest.approx(np.mean(said), abs=0.06)


CHANCES = {
    0.0: "mindre än 1 chans på 20",
    0.049: "mindre än 1 chans på 20",
    0.05: "ungefär 1 chans av 10",
    0.14: "ungefär 1 chans av 10",
    0.15: "ungefär 2 chanser av 10",
    0.349: "ungefär 3 chanser av 10",
    0.65: "ungefär 7 chanser av 10",
    0.95: "ungefär 9 chanser av 10",
    0.951: "mer än 19 chanser på 20",
    1.0: "mer än 19 chanser på 20",
}


@pytest.mark.parametrize(("chans", "text"), CHANCES.items())
def test_a_chance_is_said_in_tenths(chans, text):
    assert chans_text(chans) == text


def some(*utsikter):
    return [Forslag(utsikt, 80, 2024) for utsikt in utsikter]


COUNTS = {
    "all": ([NATT, TROLIG, NATT], Grad.uppfylld, 3, 3),
    "one of one": ([NATT], Grad.uppfylld, 1, 1),
    "two of three": ([NATT, TROLIG, OTROLIG], Grad.i_huvudsak, 2, 3),
    "three of five": ([NATT, NATT, TROLIG, INTE, OTROLIG], Grad.delvis, 3, 5),
    "one of three": ([TROLIG, INTE, OTROLIG], Grad.delvis, 1, 3),
    "one of four": ([NATT, OTROLIG, OTROLIG, INTE], Grad.inte, 1, 4),
    "none": ([INTE, OTROLIG], Grad.inte, 0, 2),
    "an open outlook is no failure": ([NATT, NATT, OVISS], Grad.uppfylld, 2, 2),
    "more than half point one way": ([NATT, NATT, VET_EJ], Grad.uppfylld, 2, 2),
    "half point one way": ([NATT, VET_EJ], Grad.gar_inte_att_bedoma, 1, 1),
    "fewer than half point one way": ([NATT, VET_EJ, OVISS], Grad.gar_inte_att_bedoma, 1, 1),
    "none points one way": ([OVISS], Grad.gar_inte_att_bedoma, 0, 0),
    "none can be judged": ([VET_EJ], Grad.gar_inte_att_bedoma, 0, 0),
    "no target": ([], Grad.gar_inte_att_bedoma, 0, 0),
}


@pytest.mark.parametrize(("utsikter", "grad", "good", "judged"), COUNTS.values(), ids=COUNTS)
def test_a_malbild_is_counted(utsikter, grad, good, judged):
    assert suggest(some(*utsikter)) == Rakneforslag(grad, good, judged, len(utsikter))


def test_a_person_differs_from_figures_that_can_be_judged():
    figures = suggest(some(NATT, NATT))
    assert not differs(Grad.uppfylld, figures)
    assert differs(Grad.delvis, figures)
    assert differs(Grad.gar_inte_att_bedoma, figures)


@pytest.mark.parametrize("grad", list(Grad))
def test_no_one_differs_from_figures_that_can_not_be_judged(grad):
    assert not differs(grad, suggest([]))
