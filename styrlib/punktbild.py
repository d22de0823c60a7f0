"""Municipalities beside each other: a row for each, its name, its mark on a common scale, and its value.

Ordered by value, so that the picture can be read; nothing is numbered, and colour says which municipality is meant
and never what is good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from styrlib import axlar, swedish, wrapping
from styrlib.bildsiffror import Matt, direction, enumerated
from styrlib.falt import Riktning
from styrlib.figures import GRID, NATION, OWN, SIMILAR, Diagram
from styrlib.kommuner import Kommun
from styrlib.sheet import LEADING, MARK, WIDTH, Sheet, key_places
from styrlib.svg import INK
from styrlib.tabell import EGEN

ROW = 15.0  # points from row to row
SIZE, OWN_SIZE = 7.0, 10.0  # points across a mark
GAP = 10.0  # points between a name and the scale, and between the scale and a value
BAND = "#e8eef5"  # behind the own row
MEAN = "Medelvärde"
TOP = 6.0


@dataclass(frozen=True)
class Jamforelse:
    """Municipalities beside each other one year.

    Attributes
    ----------
    matt, ar, kon
        The nyckeltal, the year and the sex.
    own
        The municipality that it is about; it need not have a value.
    varden
        Values (float64) by code of those that have one.
    namn
        Names by code of all that are compared.
    marked
        Codes that are marked beside the own.
    riket, medel
        Riket's value and the group's mean, where they are drawn.
    grupp
        What the others are called in a sentence.
    titel
        The picture's title.
    """

    matt: Matt
    own: Kommun
    ar: int
    kon: str
    varden: pd.Series
    namn: Mapping[str, str]
    marked: Sequence[str]
    riket: float | None
    medel: float | None
    grupp: str
    titel: str

    @property
    def decimaler(self) -> int:
        """Decimals that values are written with."""
        return self.matt.decimals(self.varden)

    @property
    def kalla(self) -> str:
        """Whose figures these are."""
        if self.medel is None or self.matt.kalla == EGEN:
            return self.matt.kalla
        return f"{self.matt.kalla} Egen beräkning: medelvärdet, som är ovägt."

    @property
    def order(self) -> list[str]:
        """Codes by value, the highest first, and by name where values are equal."""
        by_name = sorted(self.varden.index, key=lambda code: swedish.alphabetical(self.namn[code]))
        return self.varden[by_name].sort_values(ascending=False, kind="stable").index.tolist()

    @property
    def missing(self) -> list[str]:
        """Names of those without a value."""
        return [name for code, name in self.namn.items() if code not in self.varden.index]

    def text(self, value: float) -> str:
        """Return a value in running text."""
        return swedish.in_text(value, self.matt.enhet, self.decimaler)

    def number(self, value: float) -> str:
        """Return a value where its unit is known."""
        return swedish.number(value, self.decimaler)


def draw(j: Jamforelse) -> Diagram:
    """Draw a row for each municipality that has a value."""
    order = j.order
    entries = _entries(j)
    places, down = key_places([label for label, _ in entries])
    bold = {code for code in order if code in (j.own.kommun, *j.marked)}
    left = max(wrapping.width(j.namn[code], bold=code in bold) for code in order) + GAP
    right = WIDTH - max(wrapping.width(j.number(j.varden[code]), bold=code in bold) for code in order) - GAP
    ends = [*j.varden, *(value for value in (j.medel, j.riket) if value is not None)]
    axis, decimals = axlar.values(ends, j.matt.enhet, most=4)
    start = down + LEADING + TOP
    bottom = start + ROW * len(order) + 3
    page = Sheet(bottom + LEADING + 4)
    for (x, y), (label, symbol) in zip(places, entries, strict=True):
        symbol(page, x, y + LEADING / 2)
        page.text(x + MARK + 4, y, [label])

    def at(value: float) -> float:
        return axis.place(value, left + 4, right - 4)

    page.text(right, start - LEADING - 3, [_way(j)], align="right", color=NATION)
    for tick in axis.ticks:
        page.line((at(tick), at(tick)), (start, bottom), width=0.7, color=GRID)
        page.text(at(tick), bottom + 2, [swedish.number(tick, decimals)], align="center", color=NATION)
    for value, color, dash in ((j.riket, NATION, ":"), (j.medel, SIMILAR, "--")):
        if value is not None:
            page.line((at(value), at(value)), (start, bottom), width=1.4, color=color, dash=dash)
    for number, code in enumerate(order):
        _row(page, j, code, start + ROW * number, (left, right), at(j.varden[code]))
    return told(j, page.svg(), "Det högsta värdet står överst.")


def told(j: Jamforelse, picture: str, caption: str) -> Diagram:
    """Return a picture of municipalities with what is said of it, and with all their values; `caption` says how."""
    rows = pd.DataFrame(
        {"Värde": j.varden[j.order].to_numpy()}, index=pd.Index([j.namn[code] for code in j.order], name="Kommun")
    )
    lacking = pd.DataFrame({"Värde": [float("nan")] * len(j.missing)}, index=pd.Index(j.missing, name="Kommun"))
    others = {MEAN: j.medel, "Riket": j.riket}
    beside = pd.DataFrame(
        {"Värde": [value for value in others.values() if value is not None]},
        index=pd.Index([name for name, value in others.items() if value is not None], name="Kommun"),
    )
    numbers = pd.concat([part for part in (rows, lacking, beside) if len(part)]).rename_axis("Kommun")
    numbers.columns = [f"{j.ar}{_unit(j)}"]
    message = _message(j)
    return Diagram(
        title=j.titel,
        svg=picture,
        alt=f"{message} {_alt(j)}",
        caption=" ".join(filter(None, [f"{j.titel}{_unit(j)}, {j.ar}.", caption, direction(j.matt)])),
        note=_note(j),
        data=numbers.map(lambda value: swedish.number(value, j.decimaler)),
        source=j.kalla,
        message=message,
        siffror=numbers,
        decimaler=j.decimaler,
    )


def _row(page: Sheet, j: Jamforelse, code: str, top: float, ends: tuple[float, float], x: float) -> None:
    left, right = ends
    own, marked = code == j.own.kommun, code in j.marked
    middle = top + ROW / 2
    color = OWN if own else SIMILAR if marked else INK
    if own:
        page.area(0, top, WIDTH, ROW, BAND)
    page.line((left, right), (middle, middle), width=0.5, color=GRID)
    page.text(left - GAP, middle - LEADING / 2, [j.namn[code]], align="right", bold=own or marked, color=color)
    page.text(WIDTH, middle - LEADING / 2, [j.number(j.varden[code])], align="right", bold=own or marked, color=color)
    if own:
        page.mark(x, middle, "o", size=OWN_SIZE, color=OWN)
    elif marked:
        page.mark(x, middle, "D", size=SIZE + 1, color=SIMILAR)
    else:
        page.mark(x, middle, "o", filled=False, size=SIZE, color=NATION)


def _entries(j: Jamforelse) -> list[tuple[str, Callable[[Sheet, float, float], None]]]:
    middle = MARK / 2

    def line(color: str, dash: str) -> Callable[[Sheet, float, float], None]:
        return lambda page, x, y: page.line((x + middle, x + middle), (y - 6, y + 6), width=1.4, color=color, dash=dash)

    own = j.varden.get(j.own.kommun) is not None
    entries = [
        (own, j.own.namn, lambda page, x, y: page.mark(x + middle, y, "o", size=SIZE, color=OWN)),
        (bool(j.marked), "Markerad", lambda page, x, y: page.mark(x + middle, y, "D", size=SIZE + 1, color=SIMILAR)),
        (j.medel is not None, f"{MEAN}: {j.number(j.medel or 0)}", line(SIMILAR, "--")),
        (j.riket is not None, f"Riket: {j.number(j.riket or 0)}", line(NATION, ":")),
    ]
    return [(label, symbol) for there, label, symbol in entries if there]


def _way(j: Jamforelse) -> str:
    words = {Riktning.hogre: "bättre →", Riktning.lagre: "← bättre"}
    return words.get(j.matt.beskrivning.riktning, "högre →")


def _unit(j: Jamforelse) -> str:
    enhet = j.matt.enhet
    return "" if not enhet or enhet.casefold() in j.titel.casefold() else f", {enhet}"


def _message(j: Jamforelse) -> str:
    """Say the own value beside the others': how many have a higher one, or their mean."""
    own = j.varden.get(j.own.kommun)
    others = j.varden.drop(j.own.kommun, errors="ignore")
    if own is None:
        spread = f" {swedish.capitalised(j.grupp)} hade mellan {j.number(others.min())} och {j.text(others.max())}."
        return f"{j.own.namn} saknar värde för {j.ar}.{spread if len(others) > 1 else ''}"
    said = f"År {j.ar} hade {j.own.namn} {swedish.had(own, j.matt.enhet, j.decimaler)}"
    if len(others) == 1:
        code = others.index[0]
        return f"{said}, och {j.namn[code]} {j.text(others.iloc[0])}."
    if others.empty:
        return f"{said}. De andra saknar värde."
    beside = f" Medelvärdet för {j.grupp} var {j.text(j.medel)}." if j.medel is not None else ""
    return f"{said}. {_counted(j, own, others)}{beside}"


def _counted(j: Jamforelse, own: float, others: pd.Series) -> str:
    """Say how many of the others have a higher value, and how many a lower, by what a reader sees."""
    mine = swedish.rounded(own, j.decimaler)
    shown = [swedish.rounded(value, j.decimaler) for value in others]
    numbers = {
        "ett högre": sum(value > mine for value in shown),
        "ett lägre": sum(value < mine for value in shown),
        "samma": sum(value == mine for value in shown),
    }
    there = {what: number for what, number in numbers.items() if number}
    if len(there) == 1:
        (what,) = there
        return f"{'Båda' if len(shown) == 2 else f'Alla {len(shown)}'} andra hade {what} värde."
    first, *rest = there.items()
    counts = [f"{first[1]} {first[0]} värde", *(f"{number} {what}" for what, number in rest)]
    return f"Av {len(shown)} andra hade {swedish.listed(counts)}."


def _alt(j: Jamforelse) -> str:
    """Return the rows in words; of many only the ends."""
    each = [f"{j.namn[code]} {j.number(j.varden[code])}" for code in j.order]
    named = [f"{j.namn[code]} {j.number(j.varden[code])}" for code in j.marked if code in j.varden.index]
    if len(each) <= 15:
        return f"{j.titel} {j.ar}, från högst till lägst: {', '.join(each)}."
    marked = f" Markerade: {', '.join(named)}." if named else ""
    return f"{j.titel} {j.ar}: från {each[0]} till {each[-1]}, {len(each)} kommuner.{marked}"


def _note(j: Jamforelse) -> str:
    lack = f"Saknar värde: {enumerated(j.missing)}." if j.missing else ""
    sheer = "Antal följer kommunens storlek, så jämförelsen säger lite." if not j.matt.jamforbart else ""
    sex = {"K": "Värdena gäller kvinnor.", "M": "Värdena gäller män."}.get(j.kon, "")
    named = [f"{j.namn[code]} {j.text(j.varden[code])}" for code in j.marked if code in j.varden.index]
    marked = f"Markerade: {swedish.listed(named)}." if named and len(j.namn) > 60 else ""
    return " ".join(filter(None, [sex, marked, sheer, lack, j.matt.varning]))
