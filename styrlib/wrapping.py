"""Text in lines that fit: how wide a text is, and where it may be broken.

Widths are of DejaVu Sans, the widest of the fonts that pictures name (see `svg.FONTS`), so what fits
here fits with the reader's own. A word too long for its line is divided before the last consonant that a
vowel follows, as Swedish divides words when nothing is known of their parts (enkonsonantsprincipen,
Språkrådet, *Svenska skrivregler*).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from io import BytesIO
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags

from styrlib.svg import SIZE

_FONTS = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
ASCENDER, DESCENDER = 1556 / 2048, 492 / 2048  # of a line, in sizes of the font, by its own table
_UNITS = 6400.0  # of the measure to a font size: 64ths of a point of a font of 100 points
_MARGIN = 1.02  # a renderer rounds each letter to its own grid
_LEAST = 3  # letters on each side of a hyphen
_DIVISION = re.compile(r"(?<=[^\W\d_])(?=[bcdfghjklmnpqrstvwxz][aeiouyåäöé])", re.IGNORECASE)


class Extent(NamedTuple):
    """How wide a line of text is, and how far it reaches above and below what its letters stand on, in points."""

    width: float
    above: float
    below: float


@lru_cache(maxsize=4096)
def extent(text: str, *, bold: bool = False, size: float = SIZE) -> Extent:
    """Return the extent of a line of text; one of low letters is as high as the font says that a line is."""
    wide, high, below = (size * value / _UNITS for value in _measured(text, bold=bold))
    return Extent(wide, max(high - below, ASCENDER * size), max(below, DESCENDER * size))


@lru_cache(maxsize=4096)
def width(text: str, *, bold: bool = False, size: float = SIZE) -> float:
    """Return how wide a line of text is, in points."""
    return _MARGIN * size * _measured(text, bold=bold)[0] / _UNITS


@lru_cache(maxsize=4096)
def _measured(text: str, *, bold: bool) -> tuple[float, float, float]:
    """Return width, height and depth of a line in `_UNITS`: letters one by one, ten times as fast as laid out at once.

    It lacks what a layout does besides, such as the ligature of f and l, which is a few thousandths narrower.
    """
    if not text:
        return 0.0, 0.0, 0.0
    _, advances, above, below = zip(*map(_letter, text, repeat(bold)), strict=True)
    return sum(advances) + sum(map(_kerning, text, text[1:], repeat(bold))), max(above) + max(below), max(below)


class _Letter(NamedTuple):
    """A letter: its number in the font, how far the next one stands from it, and its reach, in `_UNITS`."""

    index: int
    advance: float
    above: float
    below: float


@cache
def _letter(letter: str, bold: bool) -> _Letter:
    font = _font(bold=bold)
    glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    _, bottom, _, top = glyph.bbox
    return _Letter(font.get_char_index(ord(letter)), glyph.linearHoriAdvance / 2**10, top, -bottom)


@cache
def _kerning(left: str, right: str, bold: bool) -> float:
    indices = (_letter(letter, bold).index for letter in (left, right))
    return _font(bold=bold).get_kerning(*indices, Kerning.UNFITTED)


@cache
def _font(*, bold: bool) -> FT2Font:
    """Return the font that matplotlib brings: opened here, for its search of all the fonts there are takes long.

    In memory: forked processes share a file that is open, and would move each other's place in it.
    """
    font = FT2Font(BytesIO(Path(mpl.get_data_path(), "fonts", "ttf", _FONTS[bold]).read_bytes()))
    font.set_size(100.0, 72)
    return font


def wrap(text: str, room: float, *, bold: bool = False) -> list[str]:
    """Return a text as lines that are at most `room` points wide; at least one line.

    Lines break at spaces, never at a no-break space. A single letter wider than the room stands alone.
    """
    lines = [""]
    for word in re.split(r"[ \t\n\r]+", text):
        longer = f"{lines[-1]} {word}".lstrip()
        if width(longer, bold=bold) <= room:
            lines[-1] = longer
            continue
        *heads, rest = _divided(word, room, bold=bold)
        lines += [*heads, rest]
    return [line for line in lines if line] or [""]


def _divided(word: str, room: float, *, bold: bool) -> list[str]:
    """Return a word in parts that fit, with hyphens where it was divided."""
    parts = []
    while width(word, bold=bold) > room and len(word) > 1:
        at = _division(word, room, bold=bold)
        parts.append(word[:at] if word[at - 1] in "-–/" else f"{word[:at]}-")
        word = word[at:]
    return [*parts, word]


def _division(word: str, room: float, *, bold: bool) -> int:
    """Return how many letters to keep on the line: after a hyphen of the word's own, by rule, or as many as fit."""
    fitting = [at for at in range(1, len(word)) if width(f"{word[:at]}-", bold=bold) <= room]
    own = [at for at in fitting if word[at - 1] in "-–/"]
    by_rule = [m.start() for m in _DIVISION.finditer(word) if _LEAST <= m.start() <= len(word) - _LEAST]
    return max(own or set(fitting) & set(by_rule) or fitting or [1])
