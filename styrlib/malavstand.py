"""Distance to target: where a nyckeltal was, where it is, and where it is to be.

Each nyckeltal has a scale of its own, from the least to the greatest of its own numbers, so lengths can't be
compared between rows; the numbers can be read, and are written. Better is always to the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from styrlib import sheet, swedish, wrapping
from styrlib.falt import Riktning
from styrlib.figures import GRID, NATION, OWN, Diagram, timed
from styrlib.sheet import LEADING, MARK, WIDTH
from styrlib.svg import INK

TARGET_SIZE, BEFORE_SIZE, NOW_SIZE = 16.0, 11.0, 8.5  # points across: what stands on the same place is seen around
DIAMOND = 2**-0.5  # a diamond's side for its width
BETWEEN = 9.0  # points between two labels on a line
LEADER = 6.0  # points into a label that the line from its mark ends
LOWER = "lägre är bättre"
BETTER = "bättre →"
KEY = (
    ("tidigare", "o", False, NATION),
    ("senaste", "o", True, OWN),
    ("mål", "D", False, INK),
    ("nått mål", "D", True, INK),
)


@dataclass(frozen=True)
class Malavstandsrad:
    """A nyckeltal with a target level: values in `enhet`, written with `decimaler` decimals.

    `fore` is the value five years before, or the first there is, of the year `fore_ar`. `varde` is None when it
    is missing, and when it is hidden (`dold`) because it rests on too few. `riktning` is `hogre` or `lagre`.
    """

    namn: str
    enhet: str
    decimaler: int
    riktning: Riktning
    malniva: float
    malar: int
    ar: int | None = None
    varde: float | None = None
    fore_ar: int | None = None
    fore: float | None = None
    dold: bool = False


class _Label(NamedTuple):
    x: float  # points, of what it stands for
    text: str
    bold: bool

    @property
    def width(self) -> float:
        return wrapping.width(self.text, bold=self.bold)


@timed
def distance(rows: Sequence[Malavstandsrad], *, title: str, kommun: str, source: str, note: str = "") -> Diagram | None:
    """Draw how far each nyckeltal is from its target level; None when no nyckeltal has one.

    Whether a level is reached is judged by the numbers as they are written. The line between before and now joins
    two values: it says nothing of a trend.

    Parameters
    ----------
    rows
        One per nyckeltal, in order.
    title
        What the picture is called.
    kommun
        The municipality's name.
    source
        The line that says whose figures these are.
    note
        What the reader has to know of this very picture.

    Raises
    ------
    ValueError
        When a nyckeltal has no desired direction: then no level can be aimed at.
    """
    if wrong := [row.namn for row in rows if row.riktning is Riktning.ingen]:
        raise ValueError(f"{wrong[0]}: en målnivå kräver en önskad riktning.")
    if not rows:
        return None
    places, key_height = sheet.key_places([name for name, *_ in KEY], width=WIDTH - wrapping.width(BETTER) - BETWEEN)
    laid = [_Laid(row) for row in rows]
    page = sheet.Sheet(key_height + sum(part.height for part in laid))
    for (x, y), (name, shape, filled, color) in zip(places, KEY, strict=True):
        page.mark(
            x + MARK / 2, y + 6, shape, filled=filled, color=color, size=MARK * (DIAMOND if shape == "D" else 1) + 1
        )
        page.text(x + MARK + 4, y, [name])
    page.text(WIDTH, 0, [BETTER], align="right", color=NATION)
    y = key_height
    for part in laid:
        y = part.draw(page, y)
    return Diagram(
        title=title,
        svg=page.svg(),
        alt=_alt(rows, title, kommun),
        caption=f"{swedish.genitive(kommun)} avstånd till sina målnivåer. Varje nyckeltal har sin egen skala.",
        note=note,
        data=_table(rows),
        source=source,
    )


def reached(row: Malavstandsrad) -> bool | None:
    """Return whether the latest value, as it is written, is at the target level; None without a value."""
    if (left := _left(row)) is None:
        return None
    return left <= 0


def status(row: Malavstandsrad) -> str:
    """Return in words whether the target is reached and, if not, what is left: `kvar till 2027: 3,2 procentenheter`."""
    left = _left(row)
    if left is None:
        return f"värdet är dolt ({swedish.HIDDEN})" if row.dold else "saknar värde"
    if left <= 0:
        return "nått"
    until = f" till {row.malar}" if row.ar is None or row.ar < row.malar else ""
    return f"kvar{until}: {_gap(row, left)}{', längre bort än tidigare' if receding(row) else ''}"


def receding(row: Malavstandsrad) -> bool:
    """Return whether the latest value is farther from a target level that is not reached than the one before."""
    left, before = _left(row), None if row.fore is None else _left(replace(row, varde=row.fore, dold=False))
    return left is not None and left > 0 and before is not None and left > before


def _gap(row: Malavstandsrad, gap: float) -> str:
    """Return a difference with its unit; one of an index has none."""
    text = swedish.number(gap, row.decimaler)
    if row.enhet == "procent":
        return f"{text}{swedish.NBSP}{'procentenhet' if text == '1' else 'procentenheter'}"
    return text if row.enhet.startswith("index") else swedish.with_unit(gap, row.enhet, row.decimaler)


def _left(row: Malavstandsrad) -> float | None:
    """Return what is left to the target level in the desired direction; None without a value."""
    if row.varde is None or row.dold:
        return None
    gap = swedish.printed(row.malniva, row.decimaler) - swedish.printed(row.varde, row.decimaler)
    return float(gap if row.riktning is Riktning.hogre else -gap)


def _number(row: Malavstandsrad, value: float | None) -> str:
    """Return a value with its unit where that is short; the row's heading has the others."""
    return swedish.with_unit(value, row.enhet if row.enhet == "procent" else "", row.decimaler)


class _Laid:
    """A row with its places: name and unit, status, line, labels."""

    def __init__(self, row: Malavstandsrad) -> None:
        self.row = row
        unit = "" if row.enhet == "procent" or row.enhet.casefold() in row.namn.casefold() else f", {row.enhet}"
        self.name = wrapping.wrap(row.namn + unit, WIDTH, bold=True)
        self.lower = row.riktning is Riktning.lagre
        self.status = wrapping.wrap(status(row), WIDTH - (wrapping.width(LOWER) + BETWEEN if self.lower else 0))
        self.places = _places(row)
        words = {"fore": f"{row.fore_ar}: ", "nu": f"{row.ar}: ", "mal": f"mål {row.malar}: "}
        values = {"fore": row.fore, "nu": row.varde, "mal": row.malniva}
        labels = [_Label(x, words[key] + _number(row, values[key]), key == "nu") for key, x in self.places.items()]
        labels.sort(key=lambda label: label.x)
        fits = sum(label.width + BETWEEN for label in labels) - BETWEEN <= WIDTH
        self.lines = [labels] if fits else [[label] for label in labels]
        self.height = 12 + LEADING * (len(self.name) + len(self.status) + len(self.lines)) + TARGET_SIZE + 7

    def draw(self, page: sheet.Sheet, top: float) -> float:
        """Draw the row from a height on, and return where the next one starts."""
        y = page.text(0, top + 12, self.name, bold=True)
        if self.lower:
            page.text(WIDTH, y, [LOWER], align="right", color=NATION)
        y = page.text(0, y, self.status) + 2 + TARGET_SIZE / 2
        self._draw_labels(page, y, y + TARGET_SIZE / 2 + 5)
        self._draw_line(page, y)
        return top + self.height

    def _draw_line(self, page: sheet.Sheet, y: float) -> None:
        """Draw the way behind and, unless the target is reached, the way left; then the marks, the greatest first."""
        page.line([0, WIDTH], [y, y], width=0.8, color=GRID)
        met = bool(reached(self.row))
        now, target = self.places.get("nu"), self.places["mal"]
        before = self.places.get("fore")
        if now is not None and before is not None:
            back = receding(self.row)  # a way back must not look like a way towards
            page.line([before, now], [y, y], width=1.2 if back else 2.2, color=NATION if back else OWN)
        if now is not None and not met:
            page.line([now, target], [y, y], width=1.2, dash=":")
        page.mark(target, y, "D", filled=met, size=TARGET_SIZE * DIAMOND + 1)
        if before is not None:
            page.mark(before, y, "o", filled=False, size=BEFORE_SIZE, color=NATION)
        if now is not None:
            page.mark(now, y, "o", size=NOW_SIZE + 1, color=OWN, edge="white")

    def _draw_labels(self, page: sheet.Sheet, y: float, top: float) -> None:
        """Write the numbers below the line at `y`; a thin line joins one to its mark when it had to move from it."""
        for number, labels in enumerate(self.lines):
            starts = sheet.spread([label.x for label in labels], [label.width for label in labels], BETWEEN, WIDTH)
            for label, left in zip(labels, starts, strict=True):
                page.text(left, top + number * LEADING, [label.text], bold=label.bold)
                right = left + label.width
                if not left - 1 <= label.x <= right + 1:
                    page.line([label.x, min(max(label.x, left + LEADER), right - LEADER)], [y, top], width=0.5)


def _places(row: Malavstandsrad) -> dict[str, float]:
    """Return where before, now and target stand in points, better to the right; the middle when all are equal."""
    values = {"fore": row.fore, "nu": None if row.dold else row.varde, "mal": row.malniva}
    known = {
        key: value if row.riktning is Riktning.hogre else -value for key, value in values.items() if value is not None
    }
    low, high = min(known.values()), max(known.values())
    room = WIDTH - 2 * TARGET_SIZE
    return {
        key: TARGET_SIZE + room * ((value - low) / (high - low) if high > low else 0.5) for key, value in known.items()
    }


def _alt(rows: Sequence[Malavstandsrad], title: str, kommun: str) -> str:
    met = [row for row in rows if reached(row)]
    left = [row for row in rows if reached(row) is False]
    without = [row for row in rows if reached(row) is None]
    told = len(met) + len(left)
    parts = [f"{title}. {kommun} har nått {len(met)} av {told} målnivåer som går att jämföra."]
    parts += [f"{row.namn}: nått, {_told(row)}." for row in met]
    parts += [f"{row.namn}: {status(row)}, {_told(row)}." for row in left]
    if without:
        parts.append(f"Går inte att jämföra: {'; '.join(row.namn for row in without)}.")
    return " ".join(parts)


def _told(row: Malavstandsrad) -> str:
    """Return the latest value and the target level in words."""
    now, target = (_valued(row, value) for value in (row.varde, row.malniva))
    return f"{now} {row.ar} mot målnivån {target} {row.malar}"


def _valued(row: Malavstandsrad, value: float | None) -> str:
    """Return a value with its unit, an index without."""
    return swedish.with_unit(value, "" if row.enhet.startswith("index") else row.enhet, row.decimaler)


def _table(rows: Sequence[Malavstandsrad]) -> pd.DataFrame:
    table = [
        {
            "Nyckeltal": row.namn,
            "Enhet": row.enhet,
            "Tidigare": _dated(row, row.fore, row.fore_ar),
            "Senaste": swedish.HIDDEN if row.dold else _dated(row, row.varde, row.ar),
            "Mål": _dated(row, row.malniva, row.malar),
            "Bättre": swedish.WORDS[row.riktning].removesuffix(" är bättre"),
            "Avstånd": status(row),
        }
        for row in rows
    ]
    return pd.DataFrame(table).set_index("Nyckeltal")


def _dated(row: Malavstandsrad, value: float | None, year: int | None) -> str:
    return swedish.MISSING if value is None else f"{swedish.number(value, row.decimaler)} ({year})"
