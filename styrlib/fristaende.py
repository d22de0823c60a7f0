"""A picture that leaves its page: title, message and source stand in it, and it says the same wherever it is put."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from styrlib import svg, wrapping

SIZES = re.compile(r'viewBox="0 0 (\S+) (\S+)"')
BODY = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
EDGE = 8.0  # points around everything
LEADING = 12.5  # points from line to line
TITLE_SIZE, TITLE_LEADING = 11.0, 15.0
SOFT = "#5b6570"
BETWEEN = 20.0  # points from one picture to the next


class Bild(NamedTuple):
    """A picture and what is said of it."""

    titel: str
    budskap: str
    svg: str
    text: str  # below the picture
    alt: str


def alone(bilder: Sequence[Bild]) -> str:
    """Return pictures one below the other as an SVG file of its own, in points."""
    sizes = [tuple(float(size) for size in SIZES.search(bild.svg).groups()) for bild in bilder]  # type: ignore[union-attr]
    wide = max(width for width, _ in sizes)
    parts, top = [], EDGE
    for bild, (_, height) in zip(bilder, sizes, strict=True):
        size = f'font-size="{TITLE_SIZE:g}"'
        top = _written(parts, _title(bild.titel, wide), top, TITLE_LEADING, look=size, bold=True)
        top = _written(parts, wrapping.wrap(bild.budskap, wide) if bild.budskap else [], top + 1, LEADING) + 4
        body = BODY.search(bild.svg)
        assert body is not None
        parts.append(f'<g transform="translate({svg.number(EDGE)} {svg.number(top)})">{body[1]}</g>')
        top = _written(parts, wrapping.wrap(bild.text, wide), top + height + 4, LEADING, color=SOFT) + BETWEEN
    height = top - BETWEEN + EDGE
    said = [
        f"<title>{escape('; '.join(bild.titel for bild in bilder), quote=False)}</title>",
        f"<desc>{escape(' '.join(bild.alt for bild in bilder), quote=False)}</desc>",
        svg.area(0, 0, wide + 2 * EDGE, height, fill="#fff"),
    ]
    return svg.picture(wide + 2 * EDGE, height, [*said, *parts])


def _title(titel: str, room: float) -> list[str]:
    return wrapping.wrap(titel, room * svg.SIZE / TITLE_SIZE, bold=True)


def _written(
    parts: list[str],
    lines: Iterable[str],
    top: float,
    leading: float,
    *,
    look: str = "",
    bold: bool = False,
    color: str = svg.INK,
) -> float:
    """Write lines below one another, and return where the next would start."""
    for line in lines:
        written = svg.text(EDGE, top + 0.76 * leading, line, bold=bold, color=color)
        parts.append(written.replace("<text ", f"<text {look} ", 1) if look else written)
        top += leading
    return top
