from itertools import pairwise

import pytest

from styrlib import sheet, wrapping

from . import bildmatt


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


def test_the_same_sheet_gives_the_same_bytes_and_what_is_written_is_text():
    def draw():
        page = sheet.Sheet(30)
        page.text(0, 0, ["5 $ och <b>6</b> & 7"])
        page.mark(10, 20, "D", filled=False)
        return page.svg()

    assert draw() == draw()
    assert [text for text, *_ in bildmatt.texts(draw())] == ["5 $ och <b>6</b> & 7"]


def test_marks_of_a_kind_at_several_places_are_told_once_how_they_look():
    page = sheet.Sheet(20)
    page.mark([10.0, 30.0, 50.0], 10.0, "o", filled=False)
    assert [mark[:3] for mark in bildmatt.marks(page.svg())] == [("o", 10, 10), ("o", 30, 10), ("o", 50, 10)]
    assert page.svg().count("stroke=") == 1


def test_texts_lie_above_lines_and_lines_above_areas_whatever_is_drawn_first():
    page = sheet.Sheet(20)
    page.text(0, 0, ["Överst"])
    page.line([0, 9], [0, 0], width=1)
    page.area(0, 0, 9, 9, "#fff")
    svg = page.svg()
    assert svg.index("<rect") < svg.index("<path") < svg.index("<text")
