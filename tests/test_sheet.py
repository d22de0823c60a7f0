import re
from itertools import pairwise

import pytest

from styrlib import sheet, wrapping


def test_things_stand_where_they_wish_when_there_is_room():
    # Middles 20 and 60 with size 10: they start at 15 and 55.
    assert sheet.spread([20, 60], [10, 10], 5, 100) == pytest.approx([15, 55])


def test_things_that_would_meet_share_the_move():
    # Both wish 15; with a gap of 5 their starts are 15 apart and the mean start stays 15: 7.5 and 22.5.
    assert sheet.spread([20, 20], [10, 10], 5, 100) == pytest.approx([7.5, 22.5])


def test_things_stay_within_the_room_and_in_order():
    starts = sheet.spread([98, 99, 2], [10, 10, 10], 5, 100)
    assert starts[0] >= 0
    assert starts[-1] + 10 <= 100
    assert all(b - a >= 15 - 1e-9 for a, b in pairwise(starts))


def test_a_key_breaks_between_its_entries_and_hangs_from_its_lead():
    entries = ["bättre", "sämre", "oförändrad", "går inte att bedöma"]
    places, height = sheet.key_places(entries, "Utveckling:", 250)
    assert {y for _, y in places} == {0.0, 14.0}
    assert height == 26.0
    start = wrapping.width("Utveckling:") + sheet.GAP
    assert places[0] == (start, 0.0)
    assert min(x for x, _ in places) == start


def test_dollar_signs_are_text_and_the_same_sheet_gives_the_same_bytes():
    def draw():
        with sheet.sheet(30, "x") as page:
            page.text(0, 0, ["5 $ och 6 $"])
            page.mark(10, 20, "D", filled=False)
            return page.svg("x")

    assert draw() == draw()
    assert "5 $ och 6 $" in re.sub(r"<[^>]+>", "", draw())


def test_marks_of_a_kind_at_several_places_share_their_shape():
    with sheet.sheet(20, "a") as page:
        page.mark([10.0, 30.0, 50.0], 10.0, "o", filled=False)
        svg = page.svg("a")
    uses = re.findall(r'<use [^>]*x="([\d.]+)" y="([\d.]+)"', svg)
    assert uses == [("10", "10"), ("30", "10"), ("50", "10")]
    assert len(re.findall('<path id="[^"]+-m', svg)) == 1
