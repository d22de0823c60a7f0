"""A sheet to draw on, measured in points from its upper left corner: text, marks, lines and boxes.

For pictures that are laid out rather than plotted: every text has a place of its own that was measured
beforehand (`wrapping`), so that nothing overlaps. Marks have the shapes that tell without colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from scipy.optimize import isotonic_regression

from styrlib import figures, wrapping
from styrlib.figures import INK

WIDTH = figures.WIDTH * 72  # points
LEADING = 12.0  # points from line to line
ASCENT = 9.0  # points from the top of a line to what its letters stand on; Å has its ring within
MARK = 8.0  # points across a mark
GAP = 9.0  # points between the entries of a key


class Sheet:
    """What is drawn on; made by `sheet`."""

    def __init__(self, width: float, height: float) -> None:
        self._figure = Figure(figsize=(width / 72, height / 72))
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, width), ylim=(height, 0))
        self._axes.set_axis_off()

    def text(
        self, x: float, top: float, lines: Sequence[str], *, align: str = "left", bold: bool = False, color: str = INK
    ) -> float:
        """Write lines below one another, and return where the next would start."""
        for number, line in enumerate(lines):
            look = {"ha": align, "va": "baseline", "weight": "bold" if bold else "normal", "color": color}
            # What stands between two dollar signs is text too.
            self._axes.text(x, top + ASCENT + number * LEADING, line, size=wrapping.SIZE, parse_math=False, **look)
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
        """Put a mark, or one at each x; `shape` as matplotlib calls it. A hollow one covers the lines that it is on."""
        look = {"markersize": size - 1, "markeredgewidth": 1.2, "markeredgecolor": edge or color}
        xs = np.atleast_1d(x)
        ys = np.full(xs.shape, y)
        self._axes.plot(xs, ys, marker=shape, linestyle="none", markerfacecolor=color if filled else "white", **look)

    def line(
        self, xs: Sequence[float], ys: Sequence[float], *, width: float, color: str = INK, dash: str = "-"
    ) -> None:
        """Draw a line through points."""
        self._axes.plot(xs, ys, linewidth=width, color=color, linestyle=dash, solid_capstyle="butt")

    def curve(self, start: tuple[float, float], end: tuple[float, float], *, color: str, dash: str = "-") -> None:
        """Draw a thin curve between two points that leaves and arrives level; white edges keep crossings apart."""
        middle = (start[0] + end[0]) / 2
        path = Path([start, (middle, start[1]), (middle, end[1]), end], [Path.MOVETO, *[Path.CURVE4] * 3])
        for width, shade, style in ((3.0, "white", "-"), (1.0, color, dash)):
            self._axes.add_patch(PathPatch(path, fill=False, linewidth=width, edgecolor=shade, linestyle=style))

    def area(self, x: float, top: float, width: float, height: float, color: str) -> None:
        """Fill a rectangle."""
        self._axes.add_patch(Rectangle((x, top), width, height, facecolor=color, linewidth=0))

    def box(
        self, x: float, top: float, width: float, height: float, *, fill: str, thick: float = 0.8, dash: str = "-"
    ) -> None:
        """Draw a rectangle with an outline."""
        look = {"facecolor": fill, "edgecolor": INK, "linewidth": thick, "linestyle": dash}
        self._axes.add_patch(Rectangle((x, top), width, height, **look))

    def svg(self, salt: str) -> str:
        """Return the sheet as inline SVG: see `figures.svg`."""
        return figures.svg(self._figure, salt)


@contextmanager
def sheet(height: float, salt: str, width: float = WIDTH) -> Iterator[Sheet]:
    """Give a sheet of a size in points, with the look that all pictures share while it is drawn on."""
    with mpl.rc_context({**figures.STYLE, "svg.hashsalt": salt}):
        yield Sheet(width, height)


def spread(middles: Sequence[float], sizes: Sequence[float], gap: float, room: float) -> list[float]:
    """Return where things in order start on a line, each as near its wished middle as order and distance allow.

    The least moves, squared, are an isotonic regression of the wishes less the room that those before take.
    What takes more than the room starts at 0 and goes on beyond it.
    """
    if not len(sizes):
        return []
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
