"""The 17 global goals in one picture: what contributes to each, and what works against it.

One mark per link, so that they can be counted; the links say how many, not how much. A goal's UN colour stands
in an outlined square beside its number and name: six of the colours are too pale to carry anything alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from styrlib import sheet, swedish, wrapping
from styrlib.falt import GOALS
from styrlib.figures import GRID, NATION, OWN, SIMILAR, Diagram, timed
from styrlib.sheet import LEADING, MARK, WIDTH
from styrlib.svg import INK

NONE = "ingen koppling"
SWATCH = 10.0  # points: the square with the goal's colour
NUMBER = SWATCH + 20  # points to the right edge of the goal's number
NAME = NUMBER + 5
NAME_ROOM = 145.0
PITCH = MARK + 1  # points from mark to mark
COUNT = 16.0  # points for a count of two digits
ROW_GAP = 5.0
LEFT, RIGHT = "motverkar", "bidrar"
SHAPES = {RIGHT: ("s", True, OWN), LEFT: ("X", True, SIMILAR)}


@dataclass(frozen=True)
class Malrad:
    """A global goal: number, Swedish name, UN colour, and how many links contribute and work against."""

    mal: int
    namn: str
    farg: str
    bidrar: int = 0
    motverkar: int = 0


@timed
def goals(rows: Sequence[Malrad], *, title: str, source: str, note: str = "") -> Diagram:
    """Draw the links to each of the 17 goals; goals without any are shown too.

    Parameters
    ----------
    rows
        The 17 goals in order.
    title
        What the picture is called.
    source
        The line that says whose links these are.
    note
        What the reader has to know of this very picture.

    Raises
    ------
    ValueError
        When the goals are not 1–17 in order.
    """
    if [row.mal for row in rows] != list(GOALS):
        raise ValueError("Bilden visar alla 17 mål, i ordning.")
    left, right = _sides(rows)
    axis = WIDTH - right * PITCH - COUNT - 4
    names = [wrapping.wrap(row.namn, NAME_ROOM) for row in rows]
    heights = [
        max(len(lines) * LEADING, -(-row.bidrar // right) * PITCH, -(-row.motverkar // left) * PITCH) + ROW_GAP
        for lines, row in zip(names, rows, strict=True)
    ]
    head = LEADING + 4
    page = sheet.Sheet(head + sum(heights))
    page.text(axis - 4, 0, [f"← {LEFT}"], align="right", color=NATION)
    page.text(axis + 4, 0, [f"{RIGHT} →"], color=NATION)
    y = head
    for row, lines, high in zip(rows, names, heights, strict=True):
        middle = y + high / 2
        page.line([0, WIDTH], [y, y], width=0.6, color=GRID)
        top = middle - len(lines) * LEADING / 2
        page.box(0.5, top + (LEADING - SWATCH) / 2, SWATCH, SWATCH, fill=row.farg)
        page.text(NUMBER, top, [str(row.mal)], align="right", bold=True)
        page.text(NAME, top, lines, color=INK if row.bidrar or row.motverkar else NATION)
        if not row.bidrar and not row.motverkar:
            page.text(axis + 4, middle - LEADING / 2, [NONE], color=NATION)
        _draw_marks(page, axis, middle, RIGHT, row.bidrar, right)
        _draw_marks(page, axis, middle, LEFT, row.motverkar, left)
        y += high
    page.line([axis, axis], [head, y], width=0.8)
    return Diagram(
        title=title,
        svg=page.svg(),
        alt=_alt(rows, title),
        caption="Kopplingar till de 17 globala målen. Ett märke är en koppling.",
        note=note,
        data=_table(rows),
        source=source,
    )


def _sides(rows: Sequence[Malrad]) -> tuple[int, int]:
    """Return how many marks a line holds on each side; more than that go on below."""
    least = round((wrapping.width(f"← {LEFT}") - COUNT) / PITCH + 0.5)
    room = int((WIDTH - NAME - NAME_ROOM - 2 * (COUNT + 4) - 4) / PITCH)
    left = min(max(least, *(row.motverkar for row in rows)), room // 2)
    return left, room - left


def _draw_marks(page: sheet.Sheet, axis: float, middle: float, side: str, number: int, across: int) -> None:
    """Draw one side's marks outwards from the axis, in lines, and their number after the first line."""
    if not number:
        return
    sign = 1 if side == RIGHT else -1
    shape, filled, color = SHAPES[side]
    lines = -(-number // across)
    for i in range(number):
        line, place = divmod(i, across)
        x = axis + sign * (4 + PITCH * (place + 0.5))
        page.mark(x, middle + (line - (lines - 1) / 2) * PITCH, shape, filled=filled, color=color)
    x = axis + sign * (4 + PITCH * min(number, across) + 3)
    page.text(x, middle - LEADING / 2, [str(number)], align="left" if side == RIGHT else "right")


def _alt(rows: Sequence[Malrad], title: str) -> str:
    linked = [row for row in rows if row.bidrar or row.motverkar]
    if not linked:
        return f"{title}. Inget av de 17 globala målen har någon koppling."
    helps, hinders = sum(row.bidrar for row in rows), sum(row.motverkar for row in rows)
    number = f"{helps + hinders} kopplingar till {len(linked)} av de {len(GOALS)} globala målen"
    parts = [f"{title}. {number}: {helps} bidrar och {hinders} motverkar."]
    most = max(row.bidrar for row in rows)
    if most:
        parts.append(f"Flest bidrar till {swedish.listed(_named(row) for row in rows if row.bidrar == most)}: {most}.")
    if hinders:
        against = [f"{_named(row)} ({row.motverkar})" for row in rows if row.motverkar]
        parts.append(f"Det som motverkar gäller {swedish.listed(against)}.")
    empty = [str(row.mal) for row in rows if row not in linked]
    if empty:
        parts.append(f"Ingen koppling till mål {swedish.listed(empty)}.")
    return " ".join(parts)


def _named(row: Malrad) -> str:
    return f"mål {row.mal} {row.namn}"


def _table(rows: Sequence[Malrad]) -> pd.DataFrame:
    table = [
        {"Mål": f"{row.mal} {row.namn}", "Bidrar": str(row.bidrar), "Motverkar": str(row.motverkar)} for row in rows
    ]
    return pd.DataFrame(table).set_index("Mål")
