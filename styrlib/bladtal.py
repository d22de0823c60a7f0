"""The nyckeltal of a dialogblad: which are shown, and what is said of each on one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from styrlib import forstasida, lage, meningar, swedish
from styrlib.bladrum import CELL, STRONG, row_height, shorten
from styrlib.lage import Laget
from styrlib.namnduppfoljning import Namnduppfoljning
from styrlib.remsrad import scale_of
from styrlib.uppfoljning import Uppfoljning, Utvecklas

LEAST, MOST = 3, 6
RULE = (
    "Först väljs nyckeltal som har ändrats säkert åt något håll, sedan de med målnivå, "
    "sedan de i den bästa eller sämsta fjärdedelen."
)
LEFT, RIGHT = 4.0, 116.0  # ends of the strip, in its own points
SHARES = (0.31, 0.17, 0.27, 0.25)  # of the table's width, as in styr.css
STRIP = 11.0  # points that the strip is high
MOVING = (Utvecklas.battre, Utvecklas.samre, Utvecklas.okar, Utvecklas.minskar)


@dataclass(frozen=True)
class Spridning:
    """Where the middle half of all municipalities lie, in words and along a strip, and the own value there."""

    text: str
    undre: float
    ovre: float
    egen: float


@dataclass(frozen=True)
class Talrad:
    """A nyckeltal on a row; `utan` says why there is no spread."""

    uppfoljning: Uppfoljning
    namn: str
    forklaring: str
    varde: str
    ar: str
    mal: str
    spridning: Spridning | None
    utan: str
    varfor: str

    def height(self, *, forklaringar: bool) -> float:
        """Return how high the row is on paper, in points."""
        beside = [(CELL, self.spridning.text), (STRONG, "fjärdedelen")] if self.spridning else [(CELL, self.utan)]
        cells = (
            [(STRONG, self.namn), (CELL, self.forklaring if forklaringar else "")],
            [(CELL, self.varde), (CELL, self.ar)],
            beside,
            [(STRONG, "Oförändrad"), (CELL, self.varfor), (CELL, self.mal)],  # every word is one line with its mark
        )
        return row_height(zip(cells, SHARES, strict=True)) + (STRIP if self.spridning else 0)


def chosen(rows: Sequence[Talrad], most: int) -> list[Talrad]:
    """Return at most so many rows by the rule in `RULE`, in the order that they were given."""
    ranked = sorted(range(len(rows)), key=lambda i: (_rank(rows[i].uppfoljning), i))[:most]
    return [rows[i] for i in sorted(ranked)]


def _rank(u: Uppfoljning) -> int:
    if u.varde is None:
        return 4
    reasons = (u.utvecklas in MOVING, u.forslag is not None, u.lage.laget in {Laget.basta, Laget.samsta})
    return reasons.index(True) if True in reasons else 3


def row(n: Namnduppfoljning, u: Uppfoljning) -> Talrad:
    """Return a nyckeltal as the sheet shows it, its texts no longer than there is room for."""
    unsure = u.utvecklas is Utvecklas.gar_inte_att_bedoma
    base = "" if u.bas is None else f", bas {swedish.number(u.bas)}"
    spridning = _spread(n, u)
    return Talrad(
        uppfoljning=u,
        namn=shorten(f"{u.namn}{' (exempel)' if u.exempel else ''}", 60),
        forklaring=shorten(u.nyckeltal.forklaring, 160),
        varde=swedish.HIDDEN if u.dold else shorten(swedish.with_unit(u.varde, u.nyckeltal.enhet, u.decimaler), 60),
        ar="" if u.ar is None else f"{u.ar}{base}",
        mal=shorten(f"Mål: {meningar.level_text(u)} till {u.forslag.malar}", 60) if u.forslag else "",
        spridning=spridning,
        utan="" if spridning else _why_not(u),
        varfor=forstasida.WHY[u.utveckling.skal] if unsure else "",
    )


def _spread(n: Namnduppfoljning, u: Uppfoljning) -> Spridning | None:
    if not u.nyckeltal.jamforbart or u.varde is None or u.inaktuell or u.fa_fall:
        return None
    rows = n.varden[u.nyckeltal.id]
    of_year = rows[(rows["ar"] == u.ar) & (rows["kon"] == "T") & rows["kommun"].isin(n.kommunkoder)]
    values = of_year["varde"].dropna().astype(float)
    if len(values) < lage.FEWEST:
        return None
    low, high = (float(end) for end in values.quantile([lage.QUARTER, 1 - lage.QUARTER]))
    scale = scale_of(values, u.nyckeltal.riktning)
    ends = sorted(scale.place(end, LEFT, RIGHT) for end in (low, high))
    text = f"Hälften har {swedish.interval(low, high, '', u.decimaler)}"
    return Spridning(text, *ends, scale.place(u.varde, LEFT, RIGHT))


def _why_not(u: Uppfoljning) -> str:
    if u.varde is None:
        return "Inget värde att jämföra"
    if u.nyckeltal.lokalt:
        return "Kommunens eget nyckeltal"
    if not u.nyckeltal.jamforbart:
        return "Antal jämförs inte"
    if u.fa_fall:
        return "För få fall för att jämföras"
    return "För gammalt för att jämföras" if u.inaktuell else "För få kommuner har ett värde"
