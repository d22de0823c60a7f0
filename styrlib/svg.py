"""Inline SVG as text: lines, marks, areas and words at places in points, from the upper left corner.

Written straight out, for a picture whose places are known needs no drawing library: the same picture costs
much less time and half of the bytes. Nothing has an id, so that any number of pictures can share a page.
Text stays text: it scales, prints and can be read at any zoom.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

# Measured with DejaVu Sans, which is the widest of these: what fits when measured fits with the font that the
# reader has.
FONTS = "'DejaVu Sans', Verdana, Arial, 'Liberation Sans', sans-serif"
INK = "#1f2933"
SIZE = 9.0  # points: the smallest that is read on paper without effort
DASHES = {"-": (), "--": (3.7, 1.6), ":": (1.0, 1.65)}  # in widths of the line
ANCHORS = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}
# Corners from the middle, for a mark that is 1 across.
SHAPES = {
    "s": ((-0.5, 0.5), (0.5, 0.5), (0.5, -0.5), (-0.5, -0.5)),
    "D": ((0.0, 0.5**0.5), (0.5**0.5, 0.0), (0.0, -(0.5**0.5)), (-(0.5**0.5), 0.0)),
    "^": ((0.0, -0.5), (-0.5, 0.5), (0.5, 0.5)),
    "v": ((0.0, 0.5), (0.5, -0.5), (-0.5, -0.5)),
    "X": (
        *((-0.25, 0.5), (0.0, 0.25), (0.25, 0.5), (0.5, 0.25), (0.25, 0.0), (0.5, -0.25)),
        *((0.25, -0.5), (0.0, -0.25), (-0.25, -0.5), (-0.5, -0.25), (-0.25, 0.0), (-0.5, 0.25)),
    ),
}


def number(value: float) -> str:
    """Return a place as it is written: a hundredth of a point is finer than any screen or printer."""
    return f"{round(float(value), 2) + 0.0:.7g}"


def path(points: Iterable[tuple[float, float]]) -> str:
    """Return the data of a path through points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def stroke(data: str, *, color: str, width: float, dash: str | Sequence[float] = "-", cap: str = "") -> str:
    """Return a line along a path.

    Parameters
    ----------
    data
        From `path`, or written by hand.
    color, width
        Of the line; the width in points.
    dash
        A key of `DASHES`, or lengths of line and gap in widths of the line.
    cap
        How its ends look; cut straight off unless given.
    """
    lengths = DASHES[dash] if isinstance(dash, str) else dash
    dashed = f' stroke-dasharray="{" ".join(number(part * width) for part in lengths)}"' if lengths else ""
    ends = f' stroke-linecap="{cap}"' if cap else ""
    return f'<path d="{data}" fill="none" stroke="{color}" stroke-width="{number(width)}"{dashed}{ends}/>'


def area(x: float, y: float, width: float, height: float, *, fill: str, outline: str = "") -> str:
    """Return a rectangle; `outline` is what else is said of it, such as its stroke."""
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect {place} fill="{fill}"{outline}/>'


def outline(color: str, width: float, dash: str = "-") -> str:
    """Return the outline of an `area`."""
    dashes = " ".join(number(part * width) for part in DASHES[dash])
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f' stroke="{color}" stroke-width="{number(width)}" stroke-linejoin="miter"{dashed}'


def marks(places: Iterable[tuple[float, float]], shape: str, *, size: float, fill: str, edge: str, width: float) -> str:
    """Return a mark at each place, all alike: `o` for a circle, or a key of `SHAPES`; sizes are without the edge."""
    if shape == "o":
        radius = number(size / 2)
        drawn = [f'<circle cx="{number(x)}" cy="{number(y)}" r="{radius}"/>' for x, y in places]
    else:
        corners = [(size * dx, size * dy) for dx, dy in SHAPES[shape]]
        drawn = [f'<path d="{path((x + dx, y + dy) for dx, dy in corners)}Z"/>' for x, y in places]
    join = "" if shape == "o" else ' stroke-linejoin="miter"'
    return f'<g fill="{fill}" stroke="{edge}" stroke-width="{number(width)}"{join}>{"".join(drawn)}</g>'


def text(
    x: float, y: float, words: str, *, align: str = "left", bold: bool = False, color: str = INK, halo: bool = False
) -> str:
    """Return a line of text whose letters stand on `y`; a halo is the white edge that is drawn before the text."""
    weight = ' font-weight="700"' if bold else ""
    shade = f' fill="{color}"' if color != INK else ""
    edge = ' stroke="#fff" stroke-width="2.5"' if halo else ""
    look = f"{ANCHORS[align]}{weight}{shade}{edge}"
    return f'<text x="{number(x)}" y="{number(y)}"{look}>{escape(words, quote=False)}</text>'


def picture(width: float, height: float, parts: Iterable[str]) -> str:
    """Return a picture of a size in points; it scales with the page."""
    look = f'font-family="{FONTS}" font-size="{number(SIZE)}" fill="{INK}" stroke-linejoin="round"'
    head = f'<svg viewBox="0 0 {number(width)} {number(height)}" xmlns="http://www.w3.org/2000/svg" {look}>'
    return "\n".join([head, *parts, "</svg>"])
