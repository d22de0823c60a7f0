"""The two sides of a dialogblad: what goes on each, chosen by rule so that each is one printed page.

A side is tried at one level after another, from the fullest to the barest; the first that there is room for
is used. What a level leaves out is kept beside it, so that the sheet can say so.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from styrlib import swedish
from styrlib.bladrum import (
    BODY,
    BOX,
    CELL,
    H1,
    H2,
    PAGE,
    SMALL,
    STRONG,
    WIDTH,
    first_that_fits,
    height,
    row_height,
    shorten,
)
from styrlib.bladtal import RULE, Talrad, chosen
from styrlib.dialogfragor import LEAST, MOST, Val
from styrlib.falt import Grad
from styrlib.overenskommelser import Avtalat
from styrlib.styrmodell import Bedomning

NAMED = 3  # names in a list of what was left out
STATE = 14.0  # points: the line that says that the page is working material
FOOTER = 16.0
PASSED = "Datumet har passerat"
STATUS = STRONG._replace(around=4)  # a box around the word
LIST, QUESTION = WIDTH - 18, BODY._replace(bold=True)  # beside the numbers
ON_SCREEN = "Vad nyckeltalen mäter står på bladets webbsida."  # said on paper, when it is not there
IN_REPORT = "Hela texten står i nämndens rapport."
TABLE = 34.0  # caption, and a row of headings
SHARES = (0.50, 0.17, 0.19, 0.14)  # of the width of the table of agreements, as in styr.css
EMPTY_ROWS, EMPTY_ROW, EMPTY_HEAD = 3, 24.0, 34.0
LINE, FEWEST_LINES, MOST_LINES = 8 / 25.4 * 72, 3, 12


class Malbildstext(NamedTuple):
    """A målbild, its latest bedömning, and what the figures say for themselves when they differ."""

    id: str
    rubrik: str
    text: str
    ansvarig: str
    bedomning: Bedomning | None
    period: str
    siffror: Grad | None


class Framniva(NamedTuple):
    """How much there is room for on the front: målbilder, letters of each text, nyckeltal, what they measure."""

    malbilder: int
    text: int
    motivering: int
    atgard: int
    nyckeltal: int
    forklaringar: bool


FRONT = (
    Framniva(4, 2000, 2000, 1000, 6, forklaringar=True),
    Framniva(4, 2000, 2000, 1000, 6, forklaringar=False),
    Framniva(4, 900, 900, 500, 6, forklaringar=False),
    Framniva(3, 500, 500, 300, 6, forklaringar=False),
    Framniva(3, 350, 350, 200, 5, forklaringar=False),
    Framniva(2, 350, 350, 200, 4, forklaringar=False),
    Framniva(2, 250, 250, 150, 3, forklaringar=False),
    Framniva(1, 160, 160, 90, 3, forklaringar=False),
)


class Bakniva(NamedTuple):
    """How much there is room for on the back: agreements and questions, and letters of their texts."""

    overenskommelser: int
    text: int
    fragor: int
    fraga: int
    varfor: int


BACK = (
    Bakniva(8, 400, MOST, 200, 220),
    Bakniva(8, 400, 5, 200, 220),
    Bakniva(8, 200, 5, 200, 220),
    Bakniva(8, 200, LEAST, 200, 220),
    Bakniva(6, 120, LEAST, 160, 150),
    Bakniva(4, 100, LEAST, 160, 110),
    Bakniva(3, 80, LEAST, 130, 90),
    Bakniva(2, 60, LEAST, 110, 80),
)


@dataclass(frozen=True)
class Framsida:
    """What the front shows, and names of what it leaves out."""

    titel: str
    ingress: str
    rutor: tuple[tuple[str, str], ...]
    malbilder: tuple[Malbildstext, ...]
    rader: tuple[Talrad, ...]
    forklaringar: bool
    utelamnat: str
    under: str

    def height(self) -> float:
        """Return how high the side is on paper, in points."""
        head = (
            STATE
            + height(H1, self.titel)
            + height(SMALL, self.ingress)
            + sum(height(BOX, " ".join(r)) for r in self.rutor)
        )
        figures = height(H2, "Nyckeltal") + TABLE + sum(r.height(forklaringar=self.forklaringar) for r in self.rader)
        told = height(SMALL, f"{self.utelamnat} {IN_REPORT}") if self.utelamnat else 0
        return (
            head
            + sum(_malbild_height(m) for m in self.malbilder)
            + told
            + figures
            + height(SMALL, f"{self.under} {ON_SCREEN}")
        )


@dataclass(frozen=True)
class Rad:
    """An agreement on a row."""

    avtalat: Avtalat
    text: str
    ansvarig: str
    resultat: str

    def height(self) -> float:
        """Return how high the row is on paper, in points."""
        cells = (
            [(STRONG, self.text), (CELL, f"Dialogen {swedish.date(self.avtalat.dialog.datum)}. {self.resultat}")],
            [(STATUS, "Försenad")],
            [(CELL, self.ansvarig)],
            [(CELL, swedish.date(self.avtalat.overenskommelse.klar_senast)), (CELL, PASSED * self.avtalat.passerad)],
        )
        return row_height(zip(cells, SHARES, strict=True))


@dataclass(frozen=True)
class Baksida:
    """What the back shows, how many agreements it leaves out, and how many lines there are to write on."""

    forra: dt.date | None
    rader: tuple[Rad, ...]
    fler: int
    val: Val
    kortad: bool
    om: str
    linjer: int = FEWEST_LINES

    def height(self) -> float:
        """Return how high the side is on paper with the fewest lines to write on, in points."""
        agreed = height(H2, "Det vi har kommit överens om") + 2 * BODY.leading + BODY.around
        if self.rader:
            agreed += TABLE + sum(r.height() for r in self.rader)
        if self.fler or self.kortad:
            agreed += 2 * SMALL.leading + SMALL.around
        asked = sum(height(QUESTION, q.fraga, LIST) + height(SMALL, q.varfor, LIST) for q in self.val.fragor)
        around = height(H2, "Frågor") + height(SMALL, self.om)
        write = 2 * height(H2, "Anteckningar") + EMPTY_HEAD + EMPTY_ROWS * EMPTY_ROW
        return agreed + asked + around + write + FEWEST_LINES * LINE + FOOTER


def front(
    titel: str,
    ingress: str,
    rutor: Sequence[tuple[str, str]],
    malbilder: Sequence[Malbildstext],
    rader: Sequence[Talrad],
    kallor: str,
) -> Framsida:
    """Return the front of a sheet, at the fullest level that is one page.

    Parameters
    ----------
    titel, ingress
        The page's heading, and the line below it.
    rutor
        Notices at the top: what is most important, and the rest.
    malbilder, rader
        All of the verksamhet.
    kallor
        Where the figures come from.
    """

    def at(level: Framniva) -> Framsida:
        shown = [_shortened(m, level) for m in malbilder[: level.malbilder]]
        kept = chosen(rader, level.nyckeltal)
        left = [r.namn for r in rader if not any(r is one for one in kept)]
        more = [shorten(m.rubrik, 50) for m in malbilder[level.malbilder :]]
        return Framsida(
            titel=shorten(titel, 70),
            ingress=shorten(ingress, 220),
            rutor=tuple(rutor),
            malbilder=tuple(shown),
            rader=tuple(kept),
            forklaringar=level.forklaringar,
            utelamnat=_untold(more, cut=any(a != _shortened(b, ALL) for a, b in zip(shown, malbilder, strict=False))),
            under=f"{_below(kept, left)} {kallor}".strip(),
        )

    return at(first_that_fits(FRONT, lambda level: at(level).height()))


ALL = Framniva(10**6, 10**6, 10**6, 10**6, 10**6, forklaringar=True)


def back(forra: dt.date | None, avtalade: Sequence[Avtalat], fragor: Callable[[int], Val]) -> Baksida:
    """Return the back of a sheet, at the fullest level that is one page, with lines in the room that is left.

    Parameters
    ----------
    forra
        The day of the dialogue before, if there has been one.
    avtalade
        From `overenskommelser.to_follow_up`.
    fragor
        Returns the questions that are asked when there is room for so many.
    """

    def at(level: Bakniva) -> Baksida:
        rows = tuple(_row(a, level.text) for a in avtalade[: level.overenskommelser])
        cut = any(r.text.endswith("…") or r.resultat.endswith("…") for r in rows)
        val = fragor(level.fragor)
        asked = [
            replace(q, fraga=shorten(q.fraga, level.fraga), varfor=shorten(q.varfor, level.varfor)) for q in val.fragor
        ]
        fler = len(avtalade) - len(rows)
        return Baksida(forra, rows, fler, replace(val, fragor=tuple(asked)), cut, shorten(val.om, 240))

    side = at(first_that_fits(BACK, lambda level: at(level).height()))
    spare = int((PAGE - side.height()) // LINE)
    return replace(side, linjer=min(FEWEST_LINES + max(spare, 0), MOST_LINES))


def _row(a: Avtalat, letters: int) -> Rad:
    o = a.overenskommelse
    result = f"Resultat: {o.resultat}" if o.resultat else ""
    return Rad(a, shorten(o.text, letters), shorten(o.ansvarig, 70), shorten(result, letters))


def _shortened(m: Malbildstext, level: Framniva) -> Malbildstext:
    b = m.bedomning and m.bedomning.model_copy(
        update={
            "motivering": shorten(m.bedomning.motivering, level.motivering),
            "atgard": m.bedomning.atgard and shorten(m.bedomning.atgard, level.atgard),
            "skillnad": m.bedomning.skillnad and shorten(m.bedomning.skillnad, level.atgard),
            "av": shorten(m.bedomning.av, 90),
        }
    )
    return m._replace(
        rubrik=shorten(m.rubrik, 90), text=shorten(m.text, level.text), ansvarig=shorten(m.ansvarig, 90), bedomning=b
    )


def _malbild_height(m: Malbildstext) -> float:
    b = m.bedomning
    said = (
        height(H2, f"Målbild (exempel): {m.rubrik}") + height(BODY, m.text) + height(SMALL, f"Ansvarig: {m.ansvarig}.")
    )
    if b is None:
        return said + height(BODY, "Inte bedömd.")
    grade = height(BODY, "Senaste bedömningen: Går inte att bedöma, delår 2026") + 4  # a symbol
    facts = SMALL._replace(around=SMALL.around + 2)
    told = [b.motivering, f"Åtgärd: {b.atgard}" if b.atgard else ""]
    differs = (
        f"Siffrorna för sig: Går inte att bedöma. {b.skillnad or 'Ingen förklaring är skriven.'}" if m.siffror else ""
    )
    basis = f"Bedömt av: {b.av}. Underlag: dialog, enkät, besök, nyckeltal och granskning. Säkerhet: medel."
    return said + grade + sum(height(BODY, text) for text in (*told, differs)) + height(facts, basis)


def _untold(names: Sequence[str], *, cut: bool) -> str:
    """Say which målbilder are left out, and that texts are cut."""
    more = f"Verksamheten har fler målbilder: {_left_out(names)}. " if names else ""
    return f"{more}{'Texter som slutar med … är kortade för att få plats.' if cut else ''}".strip()


def _below(rows: Sequence[Talrad], left: Sequence[str]) -> str:
    """Say how the rows were chosen and what they leave out, and how they are read."""
    said = [f"{RULE} Får inte plats: {_left_out(left)}."] if left else []
    if any(r.spridning for r in rows):
        said.append(
            "Hälften av kommunerna ligger i den gråa rutan. Pricken är den egna kommunen, och åt höger är bättre."
        )
    if any(r.spridning and r.uppfoljning.lage.laget is None for r in rows):
        said.append("När ingen riktning är önskad är åt höger bara högre.")
    if any(r.uppfoljning.dold for r in rows):
        said.append("Tecknet .. betyder att värdet är dolt för att det bygger på för få.")
    return " ".join(said)


def _left_out(names: Sequence[str]) -> str:
    """Return names as a list that is never long."""
    if not names:
        return ""
    shown, rest = list(itertools.islice(names, NAMED)), len(names) - NAMED
    return swedish.listed([*shown, f"{swedish.numeral(rest, 'ett')} till"] if rest > 0 else shown)
