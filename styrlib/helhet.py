"""The whole in one picture: where every nyckeltal stands among all municipalities, and where it is going.

One row per målbild and one mark per nyckeltal. Läge is told by place and utveckling by shape, so that the two
are never mixed; nothing is added up across nyckeltal. Who judged them is the caller's business.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from styrlib import lage, sheet, swedish, wrapping
from styrlib.figures import GRID, NATION, OWN, Diagram, timed
from styrlib.sheet import LEADING, MARK, WIDTH

WORDS = {
    "battre": "bättre",
    "samre": "sämre",
    "oforandrad": "oförändrad",
    "gar_inte_att_bedoma": "går inte att bedöma",
    "okar": "ökar",
    "minskar": "minskar",
}
PHRASES = {
    "battre": "har blivit bättre",
    "samre": "har blivit sämre",
    "oforandrad": "är oförändrade",
    "gar_inte_att_bedoma": "går inte att bedöma",
    "okar": "ökar utan att det är bättre eller sämre",
    "minskar": "minskar utan att det är bättre eller sämre",
}
UNDIRECTED = ("okar", "minskar")  # neither better nor worse
SHAPES = {"battre": ("^", True), "samre": ("v", True), "oforandrad": ("s", True), "gar_inte_att_bedoma": ("s", False)}
ZONES = {"samsta": "sämsta fjärdedelen", "mitten": "mitten", "basta": "bästa fjärdedelen"}
EDGES = {"samsta": (0.0, 0.25), "mitten": (0.25, 0.75), "basta": (0.75, 1.0)}
TINTS = {"samsta": "#f4e9e1", "mitten": "#f6f7f9", "basta": "#e3eef4"}
COLUMN = 66.0  # points for "12 utan läge"
STRIP = WIDTH - COLUMN
LEAD = "Utveckling:"
PITCH = MARK + 1  # points from mark to mark


class Helhetstal(NamedTuple):
    """One nyckeltal: its place from 0, worst, to 1, best, and its utveckling as a key of `WORDS`.

    `laget` (a key of `ZONES`) says which quarter it counts to; from the place unless given.
    """

    namn: str
    andel: float | None
    utveckling: str
    laget: str | None = None


@dataclass(frozen=True)
class Helhetsrad:
    """A målbild and its nyckeltal, as `Helhetstal` or tuples of the same parts."""

    rubrik: str
    nyckeltal: Sequence[tuple[str, float | None, str] | Helhetstal]


class _Row(NamedTuple):
    rubrik: str
    tal: list[Helhetstal]


@timed
def whole(rows: Sequence[Helhetsrad], *, title: str, kommun: str, source: str, note: str = "") -> Diagram | None:
    """Draw läge and utveckling of all nyckeltal, målbild by målbild; None when there is no nyckeltal at all.

    A mark stands wholly within its quarter, so it may be moved by half its width from its exact place; marks
    that would cover one another are stacked. A nyckeltal without a place is counted beside, never drawn.

    Parameters
    ----------
    rows
        One per målbild, in order.
    title
        What the picture is called, such as the nämnd's name.
    kommun
        The municipality's name.
    source
        The line that says whose figures these are.
    note
        What the reader has to know of this very picture.

    Raises
    ------
    ValueError
        When a place is outside 0–1, or a nyckeltal without desired direction has one.
    KeyError
        When an utveckling or a läge has a name that is not known.
    """
    known = [_Row(row.rubrik, [_checked(Helhetstal(*item)) for item in row.nyckeltal]) for row in rows]
    every = [tal for row in known for tal in row.tal]
    if not every:
        return None
    placed = [_placed(row.tal) for row in known]
    names = [wrapping.wrap(row.rubrik, WIDTH, bold=True) for row in known]
    heights = [6 + PITCH * max([level + 1 for *_, level in marks], default=1) + 1 for marks in placed]
    entries = [WORDS[key] for key in SHAPES]
    places, key_height = sheet.key_places(entries, LEAD)
    head = key_height + 8 + 2 * LEADING + 7
    total = head + sum(len(lines) * LEADING + 3 + high + 9 for lines, high in zip(names, heights, strict=True))
    page = sheet.Sheet(total)
    page.text(0, 0, [LEAD], color=NATION)
    for (x, y), key, word in zip(places, SHAPES, entries, strict=True):
        page.mark(x + MARK / 2, y + 6, SHAPES[key][0], filled=SHAPES[key][1], color=OWN)
        page.text(x + MARK + 4, y, [word])
    for name, (low, high) in EDGES.items():
        lines = wrapping.wrap(ZONES[name], (high - low) * STRIP - 2)
        top = key_height + 8 + (2 - len(lines)) * LEADING
        page.text((low + high) / 2 * STRIP, top, lines, align="center", color=NATION)
    y = head
    for row, lines, marks, high in zip(known, names, placed, heights, strict=True):
        y = page.text(0, y, lines, bold=True) + 3
        _draw_row(page, row, marks, y, high)
        y += high + 9
    without = sum(tal.andel is None for tal in every)
    return Diagram(
        title=title,
        svg=page.svg(),
        alt=_alt(every, title, kommun),
        caption=_caption(kommun, len(every), without),
        note=note,
        data=_table(known),
        source=source,
    )


def zone(tal: Helhetstal) -> str | None:
    """Return which quarter a nyckeltal counts to; None without a place."""
    if tal.andel is None:
        return None
    return tal.laget or lage.quarter(tal.andel)


def _checked(tal: Helhetstal) -> Helhetstal:
    if tal.andel is None or math.isnan(tal.andel):
        return tal._replace(andel=None)
    if not 0 <= tal.andel <= 1:
        raise ValueError(f"{tal.namn}: läget {tal.andel} är inte mellan 0 och 1.")
    if tal.utveckling in UNDIRECTED:
        raise ValueError(f"{tal.namn}: utan önskad riktning finns inget läge.")
    return tal


def _placed(tal: Sequence[Helhetstal]) -> list[tuple[Helhetstal, float, int]]:
    """Return each mark's place in points and its level, so that no two on a level touch."""
    reach = PITCH / 2
    found = []
    for item in tal:
        if item.andel is not None:
            low, high = (edge * STRIP for edge in EDGES[zone(item) or ""])
            found.append((item, min(max(item.andel * STRIP, low + reach), high - reach)))
    ends: list[float] = []
    placed = []
    for item, x in sorted(found, key=lambda pair: pair[1]):
        level = next((i for i, end in enumerate(ends) if end + PITCH <= x), len(ends))
        ends[level : level + 1] = [x]
        placed.append((item, x, level))
    return placed


def _draw_row(
    page: sheet.Sheet, row: _Row, marks: Sequence[tuple[Helhetstal, float, int]], top: float, high: float
) -> None:
    for name, (low, end) in EDGES.items():
        page.area(low * STRIP, top, (end - low) * STRIP, high, TINTS[name])
    for _, x in (EDGES["samsta"], EDGES["mitten"]):
        page.line([x * STRIP] * 2, [top, top + high], width=0.8, color=GRID)
    for tal, x, level in marks:
        shape, filled = SHAPES[tal.utveckling]
        page.mark(x, top + high - 3.5 - PITCH * (level + 0.5), shape, filled=filled, color=OWN)
    without = len(row.tal) - len(marks)
    if not row.tal:
        page.text(STRIP / 2, top + high / 2 - LEADING / 2, ["inga nyckeltal"], align="center")
    elif without:
        page.text(WIDTH, top + high / 2 - LEADING / 2, [f"{without} utan läge"], align="right")


def _caption(kommun: str, number: int, without: int) -> str:
    text = f"{swedish.genitive(kommun)} läge bland landets kommuner och utveckling, {number} nyckeltal."
    if not without:
        return text
    return (
        f"{text} {without} av dem saknar läge: ingen önskad riktning, inget aktuellt värde, för få fall "
        "eller inget att jämföra med."
    )


def _alt(every: Sequence[Helhetstal], title: str, kommun: str) -> str:
    by_zone = {name: [tal.namn for tal in every if zone(tal) == name] for name in ZONES}
    going = {key: [tal.namn for tal in every if tal.utveckling == key] for key in WORDS}
    placed = sum(map(len, by_zone.values()))
    counts = [f"{len(going[key])} {phrase}" for key, phrase in PHRASES.items() if going[key] or key in SHAPES]
    places = f"{len(by_zone['basta'])} i bästa fjärdedelen, {len(by_zone['mitten'])} i mitten"
    lage = f"Av {swedish.genitive(kommun)} {len(every)} nyckeltal har {placed} ett läge bland landets kommuner"
    parts = [
        f"{title}. {lage}: {places} och {len(by_zone['samsta'])} i sämsta fjärdedelen.",
        f"Utveckling: {swedish.listed(counts)}.",
    ]
    which = {
        "I bästa fjärdedelen": by_zone["basta"],
        "I sämsta fjärdedelen": by_zone["samsta"],
        "Bättre": going["battre"],
        "Sämre": going["samre"],
    }
    return " ".join(parts + [f"{label}: {'; '.join(names)}." for label, names in which.items() if names])


def _table(rows: Sequence[_Row]) -> pd.DataFrame:
    table = [
        {
            "Nyckeltal": tal.namn,
            "Målbild": row.rubrik,
            "Läge": ZONES[name] if (name := zone(tal)) else swedish.MISSING,
            "Från sämst (0) till bäst (100)": swedish.number(None if tal.andel is None else 100 * tal.andel),
            "Utveckling": WORDS[tal.utveckling],
        }
        for row in rows
        for tal in row.tal
    ]
    return pd.DataFrame(table).set_index("Nyckeltal")
