"""A sheet to draw on, measured in points from its upper left corner: text, marks, lines and boxes.

For pictures that are laid out rather than plotted: every text has a place of its own that was measured
beforehand (`wrapping`), so that nothing overlaps. Marks have the shapes that tell without colour.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from styrlib import figures, svg, wrapping
from styrlib.svg import INK

WIDTH = figures.WIDTH * 72  # points
LEADING = 12.0  # points from line to line
ASCENT = 9.0  # points from the top of a line to what its letters stand on; Å has its ring within
MARK = 8.0  # points across a mark
GAP = 9.0  # points between the entries of a key


class Sheet:
    """What is drawn on, of a size in points. Areas lie below lines and marks, and texts above both."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        self.width, self.height = width, height
        self._areas: list[str] = []
        self._lines: list[str] = []
        self._texts: list[str] = []

    def text(
        self,
        x: float,
        top: float,
        lines: Sequence[str],
        *,
        align: str = "left",
        bold: bool = False,
        color: str = INK,
        halo: bool = False,
    ) -> float:
        """Write lines below one another, with a white edge if asked to, and return where the next would start."""
        for number, line in enumerate(lines):
            y, look = top + ASCENT + number * LEADING, {"align": align, "bold": bold, "color": color}
            # Two texts, for not all that show SVG can draw the edge of one below its letters.
            self._texts += [svg.text(x, y, line, **look, halo=edge) for edge in ((True, False) if halo else (False,))]
        return top + len(lines) * LEADING

    def mark(
        self,
        x: float | Sequence[float],
        y: float,
        shape: str,
        *,
        filled: bool = True,
        size: float = MARK,
        color: str = INK,
        edge: str | None = None,
    ) -> None:
        """Put a mark, or one at each x; a shape of `svg.marks`. A hollow one covers the lines that it is on."""
        places = [(float(each), y) for each in np.atleast_1d(x)]
        fill = color if filled else "#fff"
        self._lines.append(svg.marks(places, shape, size=size - 1, fill=fill, edge=edge or color, width=1.2))

    def ring(self, x: float, y: float, *, size: float, width: float, color: str = INK) -> None:
        """Put a circle around a place, that what is within it is seen through; a white edge keeps it apart."""
        for thick, shade in ((width + 1.8, "#fff"), (width, color)):
            self._lines.append(svg.marks([(x, y)], "o", size=size, fill="none", edge=shade, width=thick))

    def shape(self, data: str, *, fill: str, edge: str = "#fff", width: float) -> None:
        """Fill an area of any shape, with its edge; above the areas before it."""
        look = f'fill="{fill}" stroke="{edge}" stroke-width="{svg.number(width)}"'
        self._areas.append(f'<path d="{data}" {look}/>')

    def outline(self, data: str, *, width: float, color: str = INK) -> None:
        """Draw the edge of an area above all areas, on a white one that keeps it apart."""
        for thick, shade in ((width + 1.6, "#fff"), (width, color)):
            self._lines.append(svg.stroke(data, color=shade, width=thick))

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        *,
        width: float,
        color: str = INK,
        dash: str | Sequence[float] = "-",
    ) -> None:
        """Draw a line through points."""
        self._lines.append(svg.stroke(svg.path(zip(xs, ys, strict=True)), color=color, width=width, dash=dash))

    def strokes(self, xs: Sequence[float], top: float, bottom: float, *, width: float, color: str = INK) -> None:
        """Draw upright lines of the same height, as one path."""
        start, end = svg.number(top), svg.number(bottom)
        data = "".join(f"M{svg.number(x)} {start}V{end}" for x in xs)
        self._lines.append(svg.stroke(data, color=color, width=width))

    def curve(
        self, start: tuple[float, float], end: tuple[float, float], *, color: str, dash: str | Sequence[float] = "-"
    ) -> None:
        """Draw a thin curve between two points that leaves and arrives level; white edges keep crossings apart."""
        middle = (start[0] + end[0]) / 2
        places = (svg.number(value) for value in (*start, middle, start[1], middle, end[1], *end))
        data = "M{} {}C{} {} {} {} {} {}".format(*places)
        self._areas.append(svg.stroke(data, color="#fff", width=3.0))
        self._areas.append(svg.stroke(data, color=color, width=1.0, dash=dash))

    def area(self, x: float, top: float, width: float, height: float, color: str) -> None:
        """Fill a rectangle."""
        self._areas.append(svg.area(x, top, width, height, fill=color))

    def box(
        self, x: float, top: float, width: float, height: float, *, fill: str, thick: float = 0.8, dash: str = "-"
    ) -> None:
        """Draw a rectangle with an outline."""
        self._areas.append(svg.area(x, top, width, height, fill=fill, outline=svg.outline(INK, thick, dash)))

    def svg(self) -> str:
        """Return the sheet as inline SVG."""
        return svg.picture(self.width, self.height, [*self._areas, *self._lines, *self._texts])


def spread(middles: Sequence[float], sizes: Sequence[float], gap: float, room: float) -> list[float]:
    """Return where things in order start on a line, each as near its wished middle as order and distance allow.

    The least moves, squared, are an isotonic regression of the wishes less the room that those before take.
    What takes more than the room starts at 0 and goes on beyond it.
    """
    if not len(sizes):
        return []
    from scipy.optimize import isotonic_regression  # takes long to import, and most pictures do without

    before = np.concatenate([[0.0], np.cumsum(np.asarray(sizes, dtype=float) + gap)])
    wished = np.asarray(middles, dtype=float) - np.asarray(sizes, dtype=float) / 2 - before[:-1]
    last = max(room - (before[-1] - gap), 0.0)
    return (np.clip(isotonic_regression(wished).x, 0.0, last) + before[:-1]).tolist()


def key_places(
    entries: Sequence[str], lead: str = "", width: float = WIDTH, symbol: float = MARK
) -> tuple[list[tuple[float, float]], float]:
    """Return where the entries of a key stand, from its corner, and how high it becomes; lines break between entries.

    `lead` is a word before them, to be written in the corner, and `symbol` how wide their symbols are.
    """
    start = wrapping.width(lead) + GAP if lead else 0.0
    places, x, y = [], start, 0.0
    for entry in entries:
        wide = symbol + 4 + wrapping.width(entry)
        if x > start and x + wide > width:
            x, y = start, y + LEADING + 2
        places.append((x, y))
        x += wide + GAP
    return places, y + LEADING
