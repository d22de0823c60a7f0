"""Text in lines that fit: how wide a text is, and where it may be broken.

Widths are of DejaVu Sans, the widest of the fonts that pictures name (see `figures.STYLE`), so what fits
here fits with the reader's own. A word too long for its line is divided before the last consonant that a
vowel follows, as Swedish divides words when nothing is known of their parts (enkonsonantsprincipen,
Språkrådet, *Svenska skrivregler*).
"""

from __future__ import annotations

import re
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

SIZE = 9.0  # points: the smallest that is read on paper without effort
_FONT = "DejaVu Sans"
_MARGIN = 1.02  # a renderer rounds each letter to its own grid
_LEAST = 3  # letters on each side of a hyphen
_DIVISION = re.compile(r"(?<=[^\W\d_])(?=[bcdfghjklmnpqrstvwxz][aeiouyåäöé])", re.IGNORECASE)
_measure = TextToPath()


@lru_cache(maxsize=4096)
def width(text: str, *, bold: bool = False, size: float = SIZE) -> float:
    """Return how wide a line of text is, in points."""
    font = FontProperties(family=_FONT, size=size, weight="bold" if bold else "normal")
    return _MARGIN * _measure.get_text_width_height_descent(text, font, ismath=False)[0]


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
