"""Worked by hand: quarters, places, ties, groups and riket; and what is not said."""

import math

import pandas as pd
import pytest

from styrlib.falt import Jamforelse, Riktning
from styrlib.lage import FEWEST, Lage, Laget, Plats, judge

OWN = "0584"


def rows(values, ar=2022, kon="T"):
    """Return processed values from a dict code → value, with categories as the table has them."""
    frame = pd.DataFrame({"nyckeltal": "N00001", "kommun": list(values), "ar": ar, "kon": kon})
    frame = frame.assign(varde=pd.Series(list(values.values()), dtype="float64"), antal=None, status=None, dold=False)
    return frame.astype({"kommun": "category", "kon": "category", "ar": "int16"})


def country(own, others):
    """Return one's own value and the others', coded 1000 onwards."""
    return {OWN: own} | {f"{1000 + n}": value for n, value in enumerate(others)}


def ask(values, riktning=Riktning.hogre, ar=2022, grupper=None):
    frame = values if isinstance(values, pd.DataFrame) else rows(values)
    everyone = [code for code in frame["kommun"].unique() if code != "0000" and not code.startswith("00")]
    return judge(frame, OWN, riktning, ar, kommuner=everyone, grupper=grupper or {})


@pytest.mark.parametrize(
    ("worse", "laget", "plats", "andel"),
    [
        # 101 municipalities: the position is the number of worse ones in a hundred.
        (100, Laget.basta, 1, 1.0),
        (75, Laget.basta, 26, 0.75),
        (74, Laget.mitten, 27, 0.74),
        (50, Laget.mitten, 51, 0.50),
        (26, Laget.mitten, 75, 0.26),
        (25, Laget.samsta, 76, 0.25),
        (0, Laget.samsta, 101, 0.0),
    ],
)
@pytest.mark.parametrize("riktning", [Riktning.hogre, Riktning.lagre])
def test_quarters_and_places_follow_the_desired_direction(worse, laget, plats, andel, riktning):
    sign = 1 if riktning == Riktning.hogre else -1
    values = country(sign * (worse + 0.5), [sign * (n + 1) for n in range(100)])
    assert ask(values, riktning) == Lage(laget, 101, Plats(plats, 101), andel)


@pytest.mark.parametrize(
    ("tied", "andel", "laget"),
    [
        # 290 municipalities, the tied ones at 100 %: average rank from below 290 - (tied - 1) / 2, less 1, of 289.
        (200, 189.5 / 289, Laget.mitten),
        (146, 216.5 / 289, Laget.mitten),
        (145, 217 / 289, Laget.basta),
        (72, 253.5 / 289, Laget.basta),
        (290, 144.5 / 289, Laget.mitten),
    ],
)
def test_a_large_tie_at_the_top_is_not_the_best_quarter(tied, andel, laget):
    values = country(100.0, [100.0] * (tied - 1) + [50 + n / 10 for n in range(290 - tied)])
    found = ask(values)
    assert (found.laget, found.alla) == (laget, Plats(1, 290, tied))
    assert found.andel == pytest.approx(andel)


def test_equals_share_the_best_of_their_places():
    # Two better, then four equal, this one included, and 110 worse.
    found = ask(country(80.0, [90.0, 85.0, 80.0, 80.0, 80.0, *range(-30, 80)]))
    assert found.alla == Plats(3, 116, 4)


def test_values_are_equal_only_when_the_source_says_so_in_every_decimal():
    found = ask(country(87.12, [87.14, *range(100)]))
    assert found.alla == Plats(14, 102, 1)  # 88 to 99 are twelve, and 87.14


def test_without_a_desired_direction_nothing_is_good_or_bad():
    values = country(5.0, range(120)) | {"0000": 4.0}
    found = ask(values, Riktning.ingen, grupper={Jamforelse.lan: ["1000", "1001"]})
    assert found == Lage(None, 121)


def test_a_value_of_ones_own_that_is_missing_or_hidden_is_not_placed():
    group = {Jamforelse.lan: ["1000"]}
    without = {code: value for code, value in country(1.0, range(120)).items() if code != OWN}
    assert ask(country(None, range(120)), grupper=group) == Lage(Laget.saknas, 120)
    assert ask(without, grupper=group) == Lage(Laget.saknas, 120)
    assert ask(rows(country(1.0, range(120)), ar=2021)) == Lage(Laget.saknas, 0)


def test_only_the_whole_of_the_year_counts():
    frame = pd.concat(
        [
            rows(country(50.5, range(100))),
            rows(country(0.0, range(100, 200)), ar=2021),
            rows(country(0.0, range(200, 300)), kon="K"),
        ],
        ignore_index=True,
    )
    assert ask(frame).alla == Plats(50, 101)


def test_regions_and_riket_have_no_place():
    found = ask(country(50.5, range(100)) | {"0000": 99.0, "0005": 99.0})
    assert (found.med_varde, found.alla) == (101, Plats(50, 101))


def test_missing_values_are_not_zero():
    found = ask(country(-1.0, [*range(110), None, math.nan]))
    assert (found.med_varde, found.alla.plats) == (111, 111)


@pytest.mark.parametrize(("others", "judged"), [(FEWEST - 2, False), (FEWEST - 1, True)])
def test_among_too_few_the_place_among_all_is_not_judged_but_told_how_many(others, judged):
    found = ask(country(50.5, range(others)) | {"0000": 40.0}, grupper={Jamforelse.lan: ["1000"]})
    assert (found.laget != Laget.gar_inte_att_bedoma) is judged
    assert (found.alla is not None) is judged
    assert (found.andel is not None) is judged
    assert found.med_varde == others + 1
    assert found.grupper == {Jamforelse.lan: Plats(1, 2)}  # has rules of its own
    assert found.mot_riket == 1


@pytest.mark.parametrize(
    ("members", "plats"),
    [
        # 1007, 1008 and 1009 have 7, 8 and 9; 9998 and 9999 no value. One's own is 7.5.
        (["1007", "1008", "1009"], Plats(3, 4)),
        ([OWN, "1007", "1008", "1009"], Plats(3, 4)),
        (["1007", "1008", "9999"], Plats(2, 3)),
        (["1007", "9998", "9999"], None),
        ([OWN, "1007", "9999"], Plats(1, 2)),
        ([OWN, "9998", "9999"], None),
        ([OWN], None),
        ([], None),
    ],
)
def test_a_place_in_a_group_takes_two_thirds_of_its_members(members, plats):
    found = ask(country(7.5, range(120)), grupper={Jamforelse.liknande: members})
    assert found.grupper == {Jamforelse.liknande: plats}


def test_a_place_in_a_group_follows_the_direction_and_tells_ties():
    group = {Jamforelse.skr: ["1006", "1007", "1008"], Jamforelse.riket: []}
    found = ask(country(7.0, range(120)), Riktning.lagre, grupper=group)
    assert found.grupper == {Jamforelse.skr: Plats(2, 4, 2)}


@pytest.mark.parametrize(
    ("riktning", "riket", "mot_riket"),
    [
        (Riktning.hogre, 40.0, 1),
        (Riktning.hogre, 60.0, -1),
        (Riktning.hogre, 50.5, 0),
        (Riktning.lagre, 40.0, -1),
        (Riktning.lagre, 60.0, 1),
        (Riktning.hogre, None, None),
    ],
)
def test_riket_is_compared_by_its_own_value(riktning, riket, mot_riket):
    assert ask(country(50.5, range(120)) | {"0000": riket}, riktning).mot_riket == mot_riket


def test_the_order_of_rows_does_not_matter():
    frame = rows(country(50.5, range(120)) | {"0000": 3.0})
    group = {Jamforelse.lan: ["1001", "1099"]}
    assert ask(frame.sample(frac=1, random_state=1), grupper=group) == ask(frame, grupper=group)
