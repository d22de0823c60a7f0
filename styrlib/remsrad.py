"""One nyckeltal among all municipalities: its scale, its quarters, and what there is to say of it.

"Egen beräkning": places, quarters and quartiles are counted here, of Kolada's values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from styrlib import lage, swedish
from styrlib.falt import Riktning
from styrlib.lage import Laget

FAR = 3.0  # × the distance between the quartiles: Tukey's outer fence
BIN, BEYOND = 14.0, 4.0  # points: for those beyond a cut end, and beyond an end that is not cut
IN_BIN = 0.25  # of the bin, from its end: where those beyond stand, away from the break


@dataclass(frozen=True)
class Remsrad:
    """One nyckeltal of one year, for all municipalities.

    Attributes
    ----------
    namn, enhet, decimaler
        What it is called, its unit, and decimals that values are written with.
    riktning
        The desired direction.
    ar
        The year of all values.
    varden
        Values (float64) by code of all municipalities that have one, the own among them.
    kommun, liknande
        The own code, and those of the similar ones; those without a value may be among them.
    riket
        Riket's value, if there is one.
    note
        What more to say beside the year, such as the place.
    """

    namn: str
    enhet: str
    decimaler: int
    riktning: Riktning
    ar: int
    varden: pd.Series
    kommun: str
    liknande: Sequence[str] = ()
    riket: float | None = None
    note: str = ""

    @cached_property
    def known(self) -> pd.Series:
        """The values that are there."""
        return self.varden.dropna().astype(float)

    @property
    def own(self) -> float | None:
        """The own value."""
        return None if self.kommun not in self.known.index else float(self.known[self.kommun])

    @cached_property
    def quarters(self) -> pd.Series:
        """The quarter of each municipality by code, as `lage` judges it; empty where it judges none."""
        return lage.standings(self.known, self.riktning).map(lage.quarter)

    @property
    def laget(self) -> Laget | None:
        """The quarter that the own value is in."""
        return Laget(self.quarters[self.kommun]) if self.kommun in self.quarters.index else None

    def text(self, value: float | None) -> str:
        """Return a value with its unit."""
        return swedish.with_unit(value, self.enhet, self.decimaler)

    def number(self, value: float | None) -> str:
        """Return a value as it is written where its unit is known."""
        return swedish.number(value, self.decimaler)

    @property
    def place(self) -> str:
        """The own place in words; nothing without a value."""
        if self.own is None:
            return ""
        which = " från högst" if self.riktning is Riktning.ingen else ""
        found = lage.place(-self.known if self.riktning is Riktning.lagre else self.known, self.kommun)
        return f"plats {found.plats} av {found.antal}{which}"

    def quarter(self, laget: Laget) -> pd.Series:
        """Return the values of a quarter."""
        return self.known[(self.quarters == laget).to_numpy()] if len(self.quarters) else self.known[:0]


class Scale(NamedTuple):
    """Values to places: even between `low` and `high`; those beyond a cut end share one place there."""

    low: float
    high: float
    cut: tuple[bool, bool]
    reverse: bool

    def place(self, value: float, left: float, right: float) -> float:
        """Return where between two ends a value stands, or just beyond: riket may be outside an end that is not cut."""
        before, after = (BIN if cut else 0.0 for cut in self.cut)
        length = right - left
        if value < self.low:
            along = before * IN_BIN if self.cut[0] else -BEYOND
        elif value > self.high:
            along = length - after * IN_BIN if self.cut[1] else length + BEYOND
        elif self.high == self.low:
            along = length / 2
        else:
            along = before + (value - self.low) / (self.high - self.low) * (length - before - after)
        return right - along if self.reverse else left + along


def scale_of(values: pd.Series, riktning: Riktning) -> Scale:
    """Return the scale that a strip's values are set on; far outliers do not squeeze the rest.

    The scale ends at the outermost values within Tukey's outer fences, three quartile distances beyond the
    quartiles (Tukey 1977, *Exploratory Data Analysis*), and is cut where there are values beyond. When the
    quartiles are equal, half of the values or more are one value: there is nothing to squeeze, and no cut.
    """
    every = values.to_numpy(float)
    lower, upper = np.quantile(every, [0.25, 0.75])
    reach = FAR * (upper - lower) if upper > lower else math.inf
    inside = every[(every >= lower - reach) & (every <= upper + reach)]
    low, high = float(inside.min()), float(inside.max())
    cut = bool(every.min() < low), bool(every.max() > high)
    return Scale(low, high, cut, riktning is Riktning.lagre)


def message(rows: Sequence[Remsrad], kommun: str) -> str:
    """Return in one sentence how many values are in the best and the worst quarter."""
    quarters = [row.laget for row in rows if row.laget is not None]
    if not quarters:
        return f"Det går inte att säga om {kommun} ligger bra eller dåligt till bland kommunerna."
    best, worst = quarters.count(Laget.basta), quarters.count(Laget.samsta)
    if len(quarters) == 1 and not best and not worst:
        return f"{kommun} ligger i mitten bland kommunerna."
    if len(quarters) == 1:
        return f"{kommun} hör till den {'bästa' if best else 'sämsta'} fjärdedelen av kommunerna."
    every = _numeral(len(quarters))
    if not best and not worst:
        which = "varken till den bästa eller till den sämsta fjärdedelen"
        return f"{kommun} hör {which} av kommunerna i något av {every} nyckeltal."
    said = [("bästa", best), ("sämsta", worst)] if best else [("sämsta", worst), ("bästa", best)]
    (one, number), (other, rest) = said
    return (
        f"{kommun} hör till den {one} fjärdedelen av kommunerna i {_numeral(number)} av {every} nyckeltal "
        f"och till den {other} i {_numeral(rest)}."
    )


def _numeral(number: int) -> str:
    return {0: "inget", 1: "ett"}.get(number) or (
        swedish.NUMERALS[number] if number < len(swedish.NUMERALS) else str(number)
    )


def alt(rows: Sequence[Remsrad], first: str) -> str:
    """Return the strips in words: the message, what stands out with its extremes, and what does not."""
    groups = {
        "Bästa fjärdedelen": [_told(row) for row in rows if row.laget is Laget.basta],
        "Sämsta fjärdedelen": [_told(row) for row in rows if row.laget is Laget.samsta],
        "I mitten": [_briefly(row) for row in rows if row.laget is Laget.mitten],
        "Utan önskad riktning": [_told(row) for row in rows if row.own is not None and row.riktning is Riktning.ingen],
        "För få kommuner för en plats": [
            row.namn for row in rows if row.own is not None and row.laget is None and row.riktning is not Riktning.ingen
        ],
        "Saknar värde": [row.namn for row in rows if row.own is None],
    }
    said = [f"{group}: {'; '.join(items)}." for group, items in groups.items() if items]
    return " ".join([first, *said])


def _briefly(row: Remsrad) -> str:
    return f"{row.namn} {row.text(row.own)}, {row.place}"


def _told(row: Remsrad) -> str:
    return f"{_briefly(row)}, lägst {row.number(row.known.min())} och högst {row.number(row.known.max())}"


def table(rows: Sequence[Remsrad], kommun: str) -> pd.DataFrame:
    """Return the strips' figures as text: one row per nyckeltal, named in the index with its unit."""
    records = [
        {
            "År": str(row.ar),
            kommun: row.number(row.own),
            "Plats": row.place.removeprefix("plats ") or swedish.MISSING,
            "Lägst": row.number(row.known.min()),
            "Undre kvartil": row.number(row.known.quantile(0.25)),
            "Median": row.number(row.known.median()),
            "Övre kvartil": row.number(row.known.quantile(0.75)),
            "Högst": row.number(row.known.max()),
            "Riket": row.number(row.riket),
        }
        for row in rows
    ]
    names = [f"{row.namn}, {row.enhet}" for row in rows]
    return pd.DataFrame(records, index=pd.Index(names, name="Nyckeltal"))
