"""The strip: where a municipality's values stand among all municipalities', one strip per nyckeltal.

Every municipality is a thin line, so that the reader sees the place and how close the others are: forty
places may be a tenth of a percentage point. Where there is a desired direction, better is to the right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from styrlib import remsrad, wrapping
from styrlib.falt import Riktning
from styrlib.figures import NATION, OWN, SIMILAR, Diagram, timed
from styrlib.lage import Laget
from styrlib.remsrad import BIN, Remsrad, Scale, scale_of
from styrlib.sheet import LEADING, MARK, WIDTH, Sheet, key_places
from styrlib.svg import INK

MIDDLE = "#f6f7f9"
QUARTERS = {Laget.samsta: "#eedbc8", Laget.basta: "#a6cde1"}  # apart in grey too: light, and darker
TICK = "#5b6570"
LEFT, RIGHT = 8.0, WIDTH - 8.0  # points: the strip's ends, with room for half a mark beyond
BREAK = 0.65 * BIN  # points from a cut end to its break
HEIGHT, ABOVE, BETWEEN = 15.0, 10.0, 11.0  # points: the strip, the room for riket above it, the room between rows
GRID = 0.4  # points: finer than the lines are wide, and so coarse that the path stays short
LINES = 3  # of a name
WIDEST = 0.65  # of the strip: a value with its unit


@timed
def strip(rows: Sequence[Remsrad], *, title: str, kommun: str, source: str, beside: str = "") -> Diagram:
    """Draw where the municipality stands among all, one strip per nyckeltal.

    Parameters
    ----------
    rows
        At least one.
    title
        What the nyckeltal have in common, such as the målbild.
    kommun
        The municipality's name.
    source
        The line that says whose figures these are.
    beside
        What the municipalities beside the own one are called, where they are not the similar ones.

    Raises
    ------
    ValueError
        Without rows.
    """
    if not rows:
        raise ValueError("a strip needs at least one row")
    entries = _entries(rows, kommun, beside)
    places, down = key_places([label for label, _ in entries])
    starts, height = [], down + LEADING + 8
    for row in rows:
        starts.append(height)
        height += _height(row)
    page = Sheet(height)
    for (x, y), (label, symbol) in zip(places, entries, strict=True):
        symbol(page, x, y + LEADING / 2)
        page.text(x + MARK + 4, y, [label])
    directed = any(row.riktning is not Riktning.ingen for row in rows)
    page.text(RIGHT, down + 4, ["bättre →" if directed else "högre →"], align="right")
    for row, top in zip(rows, starts, strict=True):
        _draw_row(page, row, top, say_direction=directed)
    message = remsrad.message(rows, kommun)
    return Diagram(
        title=title,
        svg=page.svg(),
        alt=remsrad.alt(rows, message),
        caption=f"{title}. Varje smalt streck är en kommun, eller flera med samma värde.",
        note="",
        data=remsrad.table(rows, kommun),
        source=source,
        message=message,
    )


def _name(row: Remsrad) -> list[str]:
    """Return the name in lines beside the value, with an ellipsis where there is no more room."""
    room = RIGHT - LEFT - wrapping.width(_value(row), bold=True) - 8
    lines = wrapping.wrap(row.namn, room, bold=True)
    if len(lines) <= LINES:
        return lines
    last = lines[LINES - 1]
    while wrapping.width(f"{last} …", bold=True) > room:
        last = last[:-1].rstrip()
    return [*lines[: LINES - 1], f"{last.rstrip('-,')} …"]


def _value(row: Remsrad) -> str:
    """Return the own value; a unit that would leave the name too little room stands in the table alone."""
    if row.own is None:
        return "saknar värde"
    text = row.text(row.own)
    return text if wrapping.width(text, bold=True) <= WIDEST * (RIGHT - LEFT) else row.number(row.own)


def _height(row: Remsrad) -> float:
    return (len(_name(row)) + 2) * LEADING + ABOVE + HEIGHT + BETWEEN


def _draw_row(page: Sheet, row: Remsrad, top: float, *, say_direction: bool) -> None:
    page.text(RIGHT, top, [_value(row)], align="right", bold=row.own is not None, color=OWN)
    top = page.text(LEFT, top, _name(row), bold=True)
    top = page.text(LEFT, top, [", ".join(filter(None, (str(row.ar), row.note)))], color=NATION) + ABOVE
    known = row.known
    if known.empty:
        page.text(LEFT, top, ["Ingen kommun har något värde."])
        return
    scale = scale_of(known, row.riktning)
    _draw_zones(page, row, scale, top)
    _draw_ticks(page, known, scale, top)
    middle = top + HEIGHT / 2
    if similar := [_x(scale, known[code]) for code in row.liknande if code in known.index and code != row.kommun]:
        page.mark(similar, middle, "o", filled=False, size=6.5, color=SIMILAR)
    if _given(row.riket):
        page.mark(_x(scale, row.riket), top - 4.5, "v", color=NATION)
    if row.own is not None:
        _draw_own(page, _x(scale, row.own), middle, HEIGHT / 2 + 3)
    _draw_ends(page, row, scale, top + HEIGHT + 3, say_direction=say_direction)


def _draw_zones(page: Sheet, row: Remsrad, scale: Scale, top: float) -> None:
    """Shade the strip, with the best and the worst quarter apart where there is a desired direction."""
    page.area(LEFT, top, RIGHT - LEFT, HEIGHT, MIDDLE)
    for quarter, color in QUARTERS.items():
        inside = row.quarter(quarter)
        if inside.empty:
            continue
        rest = row.known.drop(inside.index)
        # Equal values share their place, so a quarter and the rest are apart.
        edge = (inside.min() + rest.max()) / 2 if inside.min() > rest.max() else (inside.max() + rest.min()) / 2
        x = _x(scale, edge)
        start, end = (x, RIGHT) if quarter == Laget.basta else (LEFT, x)
        page.area(start, top, end - start, HEIGHT, color)


def _x(scale: Scale, value: float) -> float:
    return scale.place(value, LEFT, RIGHT)


def _draw_ticks(page: Sheet, known: pd.Series, scale: Scale, top: float) -> None:
    """Draw a line for each municipality as one path, and strokes where the scale is broken."""
    xs = np.unique([round(_x(scale, value) / GRID) * GRID for value in known])
    page.strokes(xs, round(top), round(top + HEIGHT), width=0.6, color=TICK)
    for cut, at_right in zip(scale.cut, (scale.reverse, not scale.reverse), strict=True):
        if cut:
            _draw_break(page, RIGHT - BREAK if at_right else LEFT + BREAK, top + HEIGHT / 2, HEIGHT / 2 + 2)


def _draw_break(page: Sheet, x: float, y: float, reach: float) -> None:
    page.line((x - 1, x + 1), (y + reach, y - reach), width=5.0, color="white")
    for aside in (-2.0, 2.0):
        page.line((x + aside - 1, x + aside + 1), (y + reach, y - reach), width=1.0, color=INK)


def _draw_own(page: Sheet, x: float, y: float, reach: float) -> None:
    for width, color in ((4.4, "white"), (2.4, OWN)):
        page.line((x, x), (y - reach, y + reach), width=width, color=color)
    page.mark(x, y, "o", size=10.5, color=OWN, edge="white")


def _draw_ends(page: Sheet, row: Remsrad, scale: Scale, top: float, *, say_direction: bool) -> None:
    """Write the outermost values at their ends, and the direction where it is not the usual one."""
    lowest, highest = row.known.min(), row.known.max()
    if lowest == highest:
        who = "En kommun" if len(row.known) == 1 else f"Alla {len(row.known)} kommuner"
        page.text(WIDTH / 2, top, [f"{who} har {row.text(lowest)}"], align="center")
        return
    left, right = (highest, lowest) if scale.reverse else (lowest, highest)
    page.text(LEFT, top, [row.number(left)])
    page.text(RIGHT, top, [row.number(right)], align="right")
    words = {Riktning.lagre: "lägre är bättre", Riktning.ingen: "högre →"}
    if say_direction and row.riktning in words:
        page.text(WIDTH / 2, top, [words[row.riktning]], align="center", color=NATION)


Symbol = Callable[[Sheet, float, float], None]


def _entries(rows: Sequence[Remsrad], kommun: str, beside: str) -> list[tuple[str, Symbol]]:
    """Return the key: what is in any of the strips, and how it is drawn."""
    middle = MARK / 2
    drawn = [row for row in rows if not row.known.empty]
    shaded = {quarter for row in drawn for quarter in QUARTERS if len(row.quarter(quarter))}

    def area(quarter: Laget) -> Symbol:
        return lambda page, x, y: page.area(x, y - 5, MARK, 10, QUARTERS[quarter])

    entries = [
        (any(row.own is not None for row in rows), kommun, lambda page, x, y: _draw_own(page, x + middle, y, 5.5)),
        (
            any(row.known.index.isin(row.liknande).any() for row in drawn),
            beside or "Liknande kommuner",
            lambda page, x, y: page.mark(x + middle, y, "o", filled=False, size=6.5, color=SIMILAR),
        ),
        (
            any(_given(row.riket) for row in drawn),
            "Riket",
            lambda page, x, y: page.mark(x + middle, y, "v", color=NATION),
        ),
        (
            bool(drawn),
            "En kommun",
            lambda page, x, y: page.line((x + middle, x + middle), (y - 5, y + 5), width=0.6, color=TICK),
        ),
        (Laget.samsta in shaded, "Sämsta fjärdedelen", area(Laget.samsta)),
        (Laget.basta in shaded, "Bästa fjärdedelen", area(Laget.basta)),
        (
            any(any(scale_of(row.known, row.riktning).cut) for row in drawn),
            "Bruten skala",
            lambda page, x, y: _draw_break(page, x + middle, y, 5.0),
        ),
    ]
    return [(label, symbol) for there, label, symbol in entries if there]


def _given(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
