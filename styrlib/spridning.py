"""Two nyckeltal over municipalities: a mark for each, how closely they follow, and what that does not say.

The words for Spearman's coefficient are Evans' (1996, *Straightforward Statistics for the Behavioral Sciences*), and
only used where chance alone gives so large a one at most one time in twenty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from styrlib import axlar, etiketter, swedish, wrapping
from styrlib.bildsiffror import Matt
from styrlib.etiketter import Ruta
from styrlib.figures import GRID, OWN, SIMILAR, Diagram
from styrlib.sheet import LEADING, WIDTH, Sheet
from styrlib.statistik import Samvariation
from styrlib.tabell import EGEN

LEVEL = 0.05  # how often chance may look like more
STRENGTHS = ((0.2, "mycket svagt"), (0.4, "svagt"), (0.6, "måttligt"), (0.8, "starkt"), (1.01, "mycket starkt"))
WARNING = (
    "Samvariation säger inget om orsak: båda kan bero på något tredje. "
    "Det som gäller kommuner behöver inte gälla människorna i dem. "
    "Små kommuner svänger mer av slumpen."
)
HEIGHT = 240.0  # points: the panel
DOT, MARKED = 4.5, 8.0  # points across
PALE = "#8c99a6"
LINES = 2  # of an axis' name
AWAY = 7.0  # points from a mark to its name


@dataclass(frozen=True)
class Samspel:
    """Two nyckeltal of one year.

    `x` and `y` hold values (float64) by municipality's code; those that have both are drawn. `namn` are names by code,
    `marked` the codes that are named in the picture, and `own` the one that is the user's.
    """

    ett: Matt
    annat: Matt
    x: pd.Series
    y: pd.Series
    namn: Mapping[str, str]
    marked: Sequence[str]
    own: str
    samvariation: Samvariation
    titel: str

    @property
    def both(self) -> pd.DataFrame:
        """The values of the municipalities that have both: columns x and y."""
        return pd.DataFrame({"x": self.x, "y": self.y}).dropna().sort_index()


def draw(s: Samspel) -> Diagram:
    """Draw the two, with the sentence that the coefficient allows and the warning that it needs."""
    both = s.both
    marked = [code for code in s.marked if code in both.index]
    across, x_decimals = axlar.values(both["x"].tolist(), s.ett.enhet, most=5)
    up, y_decimals = axlar.values(both["y"].tolist(), s.annat.enhet, most=5)
    up_name = _axis_name(s.annat, "↑", WIDTH)
    across_name = _axis_name(s.ett, "→", WIDTH)
    labels = [swedish.number(tick, y_decimals) for tick in up.ticks]
    furthest = wrapping.width(swedish.number(across.ticks[-1], x_decimals)) / 2 + 1
    left, right = max(map(wrapping.width, labels)) + 8, WIDTH - max(8.0, furthest)
    top = len(up_name) * LEADING + 8
    bottom = top + HEIGHT
    page = Sheet(bottom + LEADING * (1 + len(across_name)) + 8)

    def at(code: str) -> tuple[float, float]:
        return across.place(both["x"][code], left, right), up.place(both["y"][code], bottom, top)

    page.text(0, 0, up_name, bold=True)
    page.text(WIDTH, bottom + LEADING + 6, across_name, bold=True, align="right")
    for tick, label in zip(up.ticks, labels, strict=True):
        y = up.place(tick, bottom, top)
        page.line((left, right), (y, y), width=0.7, color=GRID)
        page.text(left - 6, y - LEADING / 2, [label], align="right")
    for tick in across.ticks:
        x = across.place(tick, left, right)
        page.line((x, x), (top, bottom), width=0.7, color=GRID)
        page.text(x, bottom + 4, [swedish.number(tick, x_decimals)], align="center")
    page.line((left, left, right), (top, bottom, bottom), width=0.8)
    for code in both.index:
        if code not in marked:
            page.mark(*at(code), "o", filled=False, size=DOT, color=PALE)
    for code in marked:
        own = code == s.own
        page.mark(*at(code), "o" if own else "D", size=MARKED + 1, color=OWN if own else SIMILAR, edge="white")
    named = [(s.namn[code], at(code), OWN if code == s.own else SIMILAR) for code in marked]
    named.sort(key=lambda each: (each[1][1], each[0]))
    etiketter.write(page, named, Ruta(left + 1, top, WIDTH, bottom), away=AWAY)
    message = _message(s, both)
    return Diagram(
        title=s.titel,
        svg=page.svg(),
        alt=f"{message} {_alt(s, both, marked)}",
        caption=f"{s.titel}, {s.samvariation.ar}. Varje punkt är en av {len(both)} kommuner. {_coefficient(s)}".strip(),
        note=f"{WARNING}{_sheer(s)}{_lacking(s, both)}",
        data=_table(s, both, as_text=True),
        source=_source(s),
        message=message,
        names_itself=True,
        siffror=_table(s, both, as_text=False),
    )


def _axis_name(matt: Matt, arrow: str, room: float) -> list[str]:
    unit = "" if not matt.enhet or matt.enhet.casefold() in matt.namn.casefold() else f" ({matt.enhet})"
    lines = wrapping.wrap(f"{matt.namn}{unit}\u00a0{arrow}", room, bold=True)
    if len(lines) <= LINES:
        return lines
    last = lines[LINES - 1]
    while wrapping.width(f"{last} …\u00a0{arrow}", bold=True) > room:
        last = last[:-1].rstrip()
    return [*lines[: LINES - 1], f"{last} …\u00a0{arrow}"]


def _certain(s: Samspel, both: pd.DataFrame) -> bool:
    from scipy import stats  # as in `statistik`

    return s.samvariation.spearman is not None and bool(stats.spearmanr(both["x"], both["y"]).pvalue <= LEVEL)


def _message(s: Samspel, both: pd.DataFrame) -> str:
    rho = s.samvariation.spearman
    if rho is None:
        some = f"bara {swedish.count(len(both), 'en kommun', 'kommuner')} har båda värdena"
        few = some if len(both) < 10 else "det ena nyckeltalet varierar inte"
        return f"Samvariationen går inte att bedöma: {few}."
    one, other = (f"”{matt.namn}”" for matt in (s.ett, s.annat))
    if not _certain(s, both):
        return f"{one} och {other} följs inte åt mer än slumpen kan ge bland {len(both)} kommuner."
    strength = next(word for limit, word in STRENGTHS if abs(rho) < limit)
    way = "högre" if rho > 0 else "lägre"
    among = f"Bland {len(both)} kommuner är sambandet {strength}"
    return f"{among}: de med högre {one} har oftare {way} {other}."


def _coefficient(s: Samspel) -> str:
    rho = s.samvariation.spearman
    return "" if rho is None else f"Spearmans rangkorrelation är {swedish.number(rho, 2)} (från −1 till 1)."


def _sheer(s: Samspel) -> str:
    """Say that sheer amounts follow size, and so go with much else that does."""
    sheer = not all(matt.jamforbart for matt in (s.ett, s.annat))
    return " Antal följer kommunens storlek, så sambandet kan handla om den." if sheer else ""


def _lacking(s: Samspel, both: pd.DataFrame) -> str:
    lack = len(s.namn) - len(both)
    some = swedish.capitalised(swedish.count(lack, "en kommun", "kommuner"))
    return f" {some} saknar något av värdena." if lack else ""


def _alt(s: Samspel, both: pd.DataFrame, marked: Sequence[str]) -> str:
    said = [
        f"{s.namn[code]} har {s.ett.namn} {_text(s.ett, both['x'], code)} och {s.annat.namn} "
        f"{_text(s.annat, both['y'], code)}."
        for code in marked
    ]
    return " ".join([f"Punktdiagram över {len(both)} kommuner {s.samvariation.ar}. {_coefficient(s)}", *said, WARNING])


def _text(matt: Matt, values: pd.Series, code: str) -> str:
    return swedish.in_text(values[code], matt.enhet, matt.decimals(values))


def _table(s: Samspel, both: pd.DataFrame, *, as_text: bool) -> pd.DataFrame:
    columns = {}
    for matt, name in ((s.ett, "x"), (s.annat, "y")):
        decimals = matt.decimals(both[name])
        values = both[name].map(lambda v, d=decimals: swedish.number(v, d)) if as_text else both[name]
        columns[f"{matt.namn} ({matt.id})"] = values.to_numpy()
    return pd.DataFrame(columns, index=pd.Index([s.namn[code] for code in both.index], name="Kommun"))


def _source(s: Samspel) -> str:
    sources = dict.fromkeys(matt.kalla for matt in (s.ett, s.annat) if matt.kalla != EGEN)
    return " ".join([*sources, "Egen beräkning: sambandet."])
