"""The picture of a nyckeltal over time: panels below one another under the same years, each with a key above it.

How much room there is for a panel depends on the texts around it, and where its key stands on how high it is. So
the room is found twice: first for panels of the usual size, then for those that came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from styrlib import figures, svg, wrapping
from styrlib.axlar import Axis
from styrlib.svg import INK

WIDTH = figures.WIDTH * 72  # points
PAD = 3.0  # points around a panel and its texts
TICK, TICK_GAP = 3.5, 3.5  # points: a tick, and from it to its text
AWAY = 6.0  # points from a point to what is written at it
KEY_ABOVE = 0.03  # of a panel's height, from the panel to its key
KEY_EDGE, KEY_PAD = 4.5, 0.9  # points outside and inside the edge of a key
HANDLE, HANDLE_GAP, HANDLE_HEIGHT = 19.8, 7.2, 6.3  # points: what stands for a line, and from there to its text
ROW_GAP, COLUMN_GAP = 4.5, 18.0  # points between the rows and the columns of a key
COLUMNS = 2  # of a key
AXIS, GRIDLINE, LEVEL, THIN = 0.8, 0.7, 0.6, 0.7  # points: widths of lines
BAND, BROTT, BROTT_DASH = "#dbe4ed", 0.9, (4.0, 3.0)
TARGET_SIZE = 6.0  # points across a side


@dataclass(frozen=True)
class Line:
    """How one series of a chart is drawn; the dash and the mark tell them apart without colour."""

    label: str
    color: str
    style: str
    width: float
    marker: str
    fill: str = "full"

    def draw(self, places: Sequence[tuple[float, float]], *, size: float, marker: str | None = None) -> list[str]:
        """Return the line through places with a mark, its own unless given, at each of them."""
        marker = self.marker if marker is None else marker
        drawn = [self.thin(places, self.width)] if len(places) > 1 else []
        if marker:
            face = "#fff" if self.fill == "none" else self.color
            drawn.append(svg.marks(places, marker, size=size, fill=face, edge=self.color, width=1.0))
        return drawn

    def thin(self, places: Sequence[tuple[float, float]], width: float = THIN) -> str:
        """Return a line through places, without marks."""
        cap = "round" if self.style == "-" else ""
        return svg.stroke(svg.path(places), color=self.color, width=width, dash=self.style, cap=cap)

    def handle(self, x: float, y: float) -> list[str]:
        """Return what stands for the line in a key, from `x` on and with its middle at `y`."""
        middle = [(x + HANDLE / 2, y)] if self.marker else []
        whole = self.thin([(x, y), (x + HANDLE, y)], self.width)
        return [whole, *(self.draw(middle, size=4) if middle else [])]


class Drawn(NamedTuple):
    """A series as it is drawn: its parts that a thin line joins, and within them those without gaps."""

    line: Line
    parts: list[pd.Series]
    runs: list[pd.Series]


@dataclass(frozen=True)
class Panel:
    """What one panel shows.

    `wanted` is its share of the height in points; `key` holds what is explained above it: a `Line`, or the word
    `band`, `brott` or `target`, and its text. `newest` is the point that is written at: year, value, text, and
    whether the text stands below.
    """

    wanted: float
    axis: Axis
    labels: list[str]
    series: list[Drawn]
    key: list[tuple[Line | str, str]]
    brott: Sequence[int] = ()
    band: tuple[float, float, float, float] | None = None  # from and to year, lower and upper value
    target: tuple[float, int] | None = None
    newest: tuple[int, float, str, bool] | None = None


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass
class _Key:
    """A key with its texts' extents: where each entry stands, from the place that its first row's letters stand on."""

    entries: Sequence[tuple[Line | str, str]]
    places: list[tuple[float, float]] = field(default_factory=list)
    above: float = 0.0
    below: float = 0.0
    right: float = 0.0

    def __post_init__(self) -> None:
        rows = -(-len(self.entries) // COLUMNS)
        x = KEY_EDGE + KEY_PAD
        for start in range(0, len(self.entries), rows):
            extents = [wrapping.extent(text) for _, text in self.entries[start : start + rows]]
            y = 0.0
            for before, now in zip([None, *extents], extents, strict=False):
                y += before.below + ROW_GAP + now.above if before else 0.0
                self.places.append((x, y))
            self.above = max(self.above, extents[0].above)
            self.below = max(self.below, y + extents[-1].below)
            self.right = x + HANDLE + HANDLE_GAP + max(extent.width for extent in extents)
            x = self.right + COLUMN_GAP

    def base(self, panel: _Box) -> float:
        """Return what the first row's letters stand on, above a panel."""
        return panel.top - KEY_ABOVE * panel.height - KEY_EDGE - KEY_PAD - self.below

    def draw(self, panel: _Box) -> list[str]:
        """Return the key above a panel."""
        base, drawn = self.base(panel), []
        for (sign, text), (x, y) in zip(self.entries, self.places, strict=True):
            drawn += _sign(sign, x, base + y - HANDLE_HEIGHT / 2)
            drawn.append(svg.text(x + HANDLE + HANDLE_GAP, base + y, text))
        return drawn


def _sign(sign: Line | str, x: float, y: float) -> list[str]:
    if isinstance(sign, Line):
        return sign.handle(x, y)
    if sign == "band":
        return [svg.area(x, y - HANDLE_HEIGHT / 2, HANDLE, HANDLE_HEIGHT, fill=BAND)]
    if sign == "brott":
        return [svg.stroke(svg.path([(x + HANDLE / 2, y - 5.5), (x + HANDLE / 2, y + 5.5)]), color=INK, width=1.0)]
    return [_diamond(x + HANDLE / 2, y)]


def _diamond(x: float, y: float) -> str:
    return svg.marks([(x, y)], "D", size=TARGET_SIZE, fill="none", edge=INK, width=1.0)


def picture(panels: Sequence[Panel], years: Axis) -> str:
    """Return the panels as inline SVG, one below another, the years below the last."""
    height = sum(panel.wanted for panel in panels)
    keys = [_Key(panel.key) for panel in panels]
    # What a panel takes of a picture before its texts are known; only where the key stands depends on it.
    room = 0.77 * height / (1 + 0.1 * (len(panels) - 1))
    boxes, top = [], 0.12 * height
    for panel in panels:
        part = room * panel.wanted / height
        boxes.append(_Box(0.125 * WIDTH, top, 0.9 * WIDTH, top + part))
        top += part + 0.1 * room
    for _ in range(2):
        boxes = _fitted(panels, keys, boxes, years, height)
    parts = []
    for panel, key, box in zip(panels, keys, boxes, strict=True):
        parts += ['<g class="panel">', *_panel(panel, box, years, last=panel is panels[-1]), *key.draw(box), "</g>"]
    return svg.picture(WIDTH, height, parts)


def _fitted(
    panels: Sequence[Panel], keys: Sequence[_Key], boxes: Sequence[_Box], years: Axis, height: float
) -> list[_Box]:
    """Return panels that leave the room which all texts around them take, as they stand now."""
    left = right = 0.0
    above, below = [], []
    for panel, key, box in zip(panels, keys, boxes, strict=True):
        around = [_Box(KEY_EDGE, key.base(box) - key.above - KEY_PAD, key.right + KEY_PAD, box.top)]
        labels = [wrapping.extent(label) for label in panel.labels]
        left_of = TICK + TICK_GAP + max(label.width for label in labels)
        lowest = panel.axis.place(panel.axis.ticks[0], box.bottom, box.top) + labels[0].above / 2 + labels[0].below
        around.append(box._replace(left=box.left - left_of, bottom=max(box.bottom + TICK, lowest)))
        if panel is panels[-1]:
            texts = [(years.place(year, box.left, box.right), wrapping.extent(str(year))) for year in years.ticks]
            bottom = box.bottom + TICK + TICK_GAP + max(text.above + text.below for _, text in texts)
            around += [_Box(x - text.width / 2, box.top, x + text.width / 2, bottom) for x, text in texts]
        if panel.newest:
            x, baseline, extent = _written(panel, box, years)
            around.append(
                _Box(x - extent.width / 2, baseline - extent.above, x + extent.width / 2, baseline + extent.below)
            )
        left = max(left, *(box.left - part.left for part in around))
        right = max(right, *(part.right - box.right for part in around))
        above.append(max(box.top - min(part.top for part in around), 0.0) + PAD)
        below.append(max(max(part.bottom for part in around) - box.bottom, 0.0) + PAD)
    each = (height - sum(above) - sum(below)) / height
    fitted, top = [], 0.0
    for panel, over, under in zip(panels, above, below, strict=True):
        fitted.append(_Box(left + PAD, top + over, WIDTH - right - PAD, top + over + each * panel.wanted))
        top = fitted[-1].bottom + under
    return fitted


def _written(panel: Panel, box: _Box, years: Axis) -> tuple[float, float, wrapping.Extent]:
    """Return where the newest value's text has its middle, what it stands on, and its extent."""
    assert panel.newest is not None
    year, value, text, below = panel.newest
    x, y = years.place(year, box.left, box.right), panel.axis.place(value, box.bottom, box.top)
    extent = wrapping.extent(text, bold=True)
    return x, y + AWAY + extent.above if below else y - AWAY - extent.below, extent


def _panel(panel: Panel, box: _Box, years: Axis, *, last: bool) -> list[str]:
    def at(year: float, value: float) -> tuple[float, float]:
        return years.place(year, box.left, box.right), panel.axis.place(value, box.bottom, box.top)

    drawn = []
    if panel.band:
        start, end = max(panel.band[0], years.low), min(panel.band[1], years.high)
        (x, bottom), (right, top) = at(start, panel.band[2]), at(end, panel.band[3])
        drawn.append(svg.area(x, top, right - x, bottom - top, fill=BAND))
    drawn += _scale(panel, box)
    drawn += _years(years, box, written=last)
    for line, parts, runs in panel.series:
        drawn += [line.thin([at(*point) for point in _points(part)]) for part in parts if len(part) > 1]
        for run in runs:
            marker = line.marker or ("o" if len(run) == 1 else "")
            drawn += line.draw([at(*point) for point in _points(run)], size=4 if line.marker else 3, marker=marker)
    for year in panel.brott:
        x, _ = at(year - 0.5, panel.axis.low)
        data = svg.path([(x, box.bottom), (x, box.top)])
        drawn.append(svg.stroke(data, color=INK, width=BROTT, dash=BROTT_DASH))
    if panel.target:
        x, y = at(panel.target[1], panel.target[0])
        drawn.append(svg.stroke(svg.path([(box.left, y), (box.right, y)]), color=INK, width=LEVEL, cap="round"))
        drawn.append(_diamond(x, y))
    edges = [(box.left, box.top), (box.left, box.bottom), (box.right, box.bottom)]
    drawn.append(svg.stroke(svg.path(edges), color=INK, width=AXIS, cap="square"))
    if panel.newest:
        x, baseline, _ = _written(panel, box, years)
        look = {"align": "center", "bold": True, "color": figures.OWN}
        # Two texts, for not all that show SVG can draw the edge of one below its letters.
        drawn += [svg.text(x, baseline, panel.newest[2], **look, halo=halo) for halo in (True, False)]
    return drawn


def _points(series: pd.Series) -> list[tuple[float, float]]:
    return list(zip(series.index.tolist(), series.tolist(), strict=True))


def _scale(panel: Panel, box: _Box) -> list[str]:
    """Return the lines of the values' axis, each with its tick and its text."""
    ys = [panel.axis.place(value, box.bottom, box.top) for value in panel.axis.ticks]
    grid = "".join(f"M{svg.number(box.left)} {svg.number(y)}H{svg.number(box.right)}" for y in ys)
    ticks = "".join(f"M{svg.number(box.left)} {svg.number(y)}h-{TICK}" for y in ys)
    x = box.left - TICK - TICK_GAP
    texts = [
        svg.text(x, y + wrapping.extent(label).above / 2, label, align="right")
        for y, label in zip(ys, panel.labels, strict=True)
    ]
    return [
        svg.stroke(grid, color=figures.GRID, width=GRIDLINE),
        svg.stroke(ticks, color=INK, width=AXIS),
        *texts,
    ]


def _years(years: Axis, box: _Box, *, written: bool) -> list[str]:
    """Return the ticks of the years, and their texts where they are written."""
    xs = [years.place(year, box.left, box.right) for year in years.ticks]
    ticks = "".join(f"M{svg.number(x)} {svg.number(box.bottom)}v{TICK}" for x in xs)
    y = box.bottom + TICK + TICK_GAP
    texts = [
        svg.text(x, y + wrapping.extent(str(year)).above, str(year), align="center")
        for x, year in zip(xs, years.ticks, strict=True)
        if written
    ]
    return [svg.stroke(ticks, color=INK, width=AXIS), *texts]
