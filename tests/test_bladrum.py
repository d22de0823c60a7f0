"""Room on paper: nothing is taken to be smaller than it is, and what is cut says so."""

import random

import pytest

from styrlib import bladrum, wrapping, yamltext
from styrlib.bladrum import BODY, PAGE, first_that_fits, height, lines, row_height, shorten, width

from .conftest import REPOSITORY


def texts():
    """Return texts of the shipped model, of all kinds and lengths."""
    content, _ = yamltext.read(REPOSITORY / "data" / "raw" / "styrmodell" / "socialnamnden.yaml")
    found, waiting = [], [content]
    while waiting:
        part = waiting.pop()
        waiting += part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
        found += [part] if isinstance(part, str) and " " in part else []
    return found


def test_a_text_is_never_taken_to_be_narrower_or_of_fewer_lines_than_measured():
    found = texts()
    assert len(found) > 100
    for text in random.Random(584).sample(found, 40):
        for bold in (False, True):
            assert width(text, 9, bold=bold) >= wrapping.width(text, size=9, bold=bold) / 1.02, text
            assert lines(text, 200, 9, bold=bold) >= len(wrapping.wrap(text, 200, bold=bold)) - 1


def test_every_letter_of_a_latin_text_has_room():
    for letter in map(chr, [*range(33, 127), *range(161, 256)]):
        for bold in (False, True):
            # Seven in a row, as one letter alone may stick out a little from its own width.
            measured = wrapping.width(letter * 7, size=10, bold=bold) / 1.02
            assert width(letter * 7, 10, bold=bold) >= measured * 0.93, letter


@pytest.mark.parametrize("most", [40, 80, 200])
def test_a_shortened_text_is_short_begins_as_it_did_and_says_that_it_is_cut(most):
    for text in texts():
        short = shorten(text, most)
        assert len(short) <= most
        if len(" ".join(text.split(" "))) <= most:
            assert short == text.strip()
        else:
            assert short.endswith(" …")
            assert text.startswith(short.removesuffix(" …"))


def test_a_text_is_cut_after_a_sentence_when_that_fills_the_room():
    assert shorten("Det gick bra. Men sedan hände något annat.", 20) == "Det gick bra. …"
    assert shorten("Ja. Men sedan hände något helt annat i den delen.", 30) == "Ja. Men sedan hände något …"
    assert shorten("x" * 50, 20) == "x" * 18 + " …"
    assert shorten("2\u00a0243 per invånare", 60) == "2\u00a0243 per invånare"  # a number is not parted


def test_a_word_without_end_fills_lines_of_its_own():
    assert lines("x" * 1000, 100, 9) >= 1000 * 0.55 * 9 / 100
    assert lines("", 100, 9) == 0
    assert height(BODY, "") == 0
    assert height(BODY, "ord") == BODY.leading + BODY.around


def test_a_row_is_as_high_as_its_highest_cell():
    one, many = [(bladrum.CELL, "kort")], [(bladrum.CELL, "ett långt stycke " * 10)]
    assert row_height([(one, 0.5), (many, 0.5)]) == row_height([(many, 0.5), (one, 0.5)])
    assert row_height([(many, 0.5), (one, 0.5)]) > row_height([(one, 0.5), (one, 0.5)])


def test_the_first_level_with_room_is_used_and_else_the_barest():
    heights = random.Random(1).sample(range(1, 2000), 20)
    chosen = first_that_fits(heights, float)
    fitting = [h for h in heights if h <= PAGE]
    assert chosen == fitting[0]
    assert first_that_fits([3000, 2000], float) == 2000
