"""Room on paper: how high a text is, and how it is shortened, so that a sheet never needs one page more.

The heights are those of the sheet's own print style in `styr.css`, set in points there and here. Letters are
taken to be as wide as those of DejaVu Sans: it is the widest of the fonts that readers have for the page's
`system-ui`, and the one that the PDF embeds. `wrapping` measures it exactly, but takes matplotlib with it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")

MM = 72 / 25.4  # points
WIDTH = (210 - 2 * 14) * MM  # between the margins of A4
PAGE = (297 - 16 - 18) * MM  # the PDF's bottom margin is 2 mm larger than the browser's
# How wide letters are, as a share of their size: each is at most so wide in DejaVu Sans; others as in `_letter`.
LETTERS = {
    letter: share
    for letters, share in (("ijl'’|", 0.32), (" \u00a0.,:;/", 0.34), ("frtI()[]-", 0.42), ("acekvxyzsåäéL", 0.62))
    for letter in letters
} | dict.fromkeys("mwæœMWÆŒ%@©®¼½¾–—…", 1.0)
LATIN = 0x24F  # the last of the Latin letters; beyond it a letter may be an em wide and more
BOLD = 1.13  # × the width
BLANK = re.compile(r"[ \t\r\n]+")  # a no-break space is none
KEPT = 0.6  # of the room that a whole sentence must fill for the text to be cut after it


class Style(NamedTuple):
    """How a kind of text is set: size, line height and what stands around a block of it, in points."""

    size: float
    leading: float
    around: float
    bold: bool = False


H1 = Style(17, 20.4, 6, bold=True)
H2 = Style(12.5, 15.5, 12, bold=True)
BODY = Style(9.5, 12.8, 3)
SMALL = Style(9, 11.7, 3)
BOX = Style(9, 11.7, 12)
CELL = Style(9, 11.7, 0)
STRONG = CELL._replace(bold=True)
ROW = 5.5  # around the cells of a row, with the line below it


def shorten(text: str, most: int) -> str:
    """Return a text of at most `most` characters: cut after a sentence or a word, with an ellipsis."""
    text = BLANK.sub(" ", text).strip()
    if len(text) <= most:
        return text
    head = text[: most - 2]
    sentence = max(head.rfind(f"{end} ") for end in ".!?") + 1
    kept = head[:sentence] if sentence >= KEPT * most else head.rpartition(" ")[0] or head
    return f"{kept.rstrip(' ,;:–-')} …"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is at most, in points."""
    return sum(map(_letter, text)) * size * (BOLD if bold else 1)


def _letter(letter: str) -> float:
    if letter in LETTERS:
        return LETTERS[letter]
    if ord(letter) > LATIN:
        return 1.1
    return (0.79 if letter.isupper() else 0.64) if letter.isalnum() else 0.9


def lines(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """Return how many lines a text fills in a column `room` points wide; 0 without text."""
    count, used = 0, room
    space = width(" ", size, bold=bold)
    for word in BLANK.split(text.strip()) if text.strip() else ():
        wide = width(word, size, bold=bold)
        if used + space + wide <= room:
            used += space + wide
        else:
            parts = max(math.ceil(wide / room), 1)
            count, used = count + parts, wide - (parts - 1) * room
    return count


def height(style: Style, text: str, room: float = WIDTH) -> float:
    """Return how high a block of text is, in points; 0 without text."""
    count = lines(text, room, style.size, bold=style.bold)
    return count * style.leading + style.around if count else 0.0


def row_height(cells: Iterable[tuple[Sequence[tuple[Style, str]], float]]) -> float:
    """Return how high a row of a table is: each cell's blocks of text, and the share of the width that it has."""
    room = 8.0  # beside the text of a cell
    return ROW + max(
        sum(height(style, text, share * WIDTH - room) for style, text in blocks) for blocks, share in cells
    )


def first_that_fits(levels: Sequence[T], needed: Callable[[T], float], room: float = PAGE) -> T:
    """Return the first level, from the fullest to the barest, whose height there is room for; or the barest."""
    return next((level for level in levels if needed(level) <= room), levels[-1])
