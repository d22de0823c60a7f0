"""Läge: where a municipality stands among others the same year, by the desired direction.

Quarters follow SKR's öppna jämförelser: the best 25 %, the middle 50 % and the worst 25 % of the municipalities
that have a value. Equal values stand at their average rank, so the many who share the top are not all the best 25 %.

Values are compared as the source gives them, often with six or eight decimals: equal is equal in all of them. Two
values that are printed alike may therefore have different places. Formula and limits stand in `docs/metod.md`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from styrlib import analysis
from styrlib.analysis import enough
from styrlib.falt import Jamforelse, Riktning
from styrlib.kommuner import RIKET

# About a third of all 290, so a quarter is at least 25 of them. With 100 drawn by lot 6 of 100 municipalities get
# another quarter than among all. Those who take part in a survey are not drawn by lot: fewer would be a club.
FEWEST = 100
QUARTER = 0.25
_SIGNS = {Riktning.hogre: 1, Riktning.lagre: -1}


class Laget(StrEnum):
    """The position among all municipalities, in quarters."""

    basta = "basta"
    mitten = "mitten"
    samsta = "samsta"
    saknas = "saknas"  # no value of the municipality's own
    gar_inte_att_bedoma = "gar_inte_att_bedoma"  # too few municipalities have a value


@dataclass(frozen=True, slots=True)
class Plats:
    """A place, 1 the best: of how many, and how many share it, this one included."""

    plats: int
    antal: int
    delad: int = 1


@dataclass(frozen=True, slots=True)
class Lage:
    """Where the municipality stands.

    `laget` is None where nothing says what is good or bad: no desired direction, or not comparable.
    `andel` is the position from 0, worst, to 1, best. `med_varde` counts the municipalities that have a value.
    `grupper` gives the place in each group, itself included; None where too few have a value.
    `mot_riket` is 1 better, 0 equal and -1 worse than riket. Where `laget` is None or `saknas` there are no places.
    """

    laget: Laget | None
    med_varde: int = 0
    alla: Plats | None = None
    andel: float | None = None
    grupper: Mapping[Jamforelse, Plats | None] = field(default_factory=dict)
    mot_riket: int | None = None


def judge(
    rows: pd.DataFrame,
    kommun: str,
    riktning: Riktning,
    ar: int,
    *,
    kommuner: Collection[str],
    grupper: Mapping[Jamforelse, Sequence[str]],
) -> Lage:
    """Judge where a municipality's value of one year stands.

    Parameters
    ----------
    rows
        Processed values of one nyckeltal: at least kommun, ar, kon and varde. Only kon T of the year is looked at.
    kommun
        The municipality's code.
    riktning
        The desired direction; `ingen` also where the values are not comparable.
    ar
        The year.
    kommuner
        Codes of all municipalities: no regions, and not riket.
    grupper
        Groups to find a place in → codes of their members, with or without the municipality itself. `riket` needs none.
    """
    values = analysis.of_year(rows, ar)
    everyone = {*kommuner, kommun}
    among = [value for code, value in values.items() if code in everyone]
    if riktning not in _SIGNS:
        return Lage(None, len(among))
    if kommun not in values:
        return Lage(Laget.saknas, len(among))
    sign, own = _SIGNS[riktning], values[kommun]
    groups = {kind: codes for kind, codes in grupper.items() if kind != Jamforelse.riket}
    rest = {
        "grupper": {kind: _in_group(values, kommun, codes, sign) for kind, codes in groups.items()},
        "mot_riket": int(np.sign(sign * (own - values[RIKET]))) if RIKET in values else None,
    }
    if len(among) < FEWEST:
        return Lage(Laget.gar_inte_att_bedoma, len(among), **rest)
    goodness = sign * np.array(among)
    andel = float(_shares(goodness, sign * own))
    return Lage(quarter(andel), len(among), _place(goodness, sign * own), andel, **rest)


def _shares(goodness: np.ndarray, of: Any) -> Any:
    """Return positions from 0, worst, to 1, best, by average rank: equals share their middle."""
    ordered = np.sort(goodness)
    below, not_above = np.searchsorted(ordered, of, "left"), np.searchsorted(ordered, of, "right")
    return (below + not_above - 1) / 2 / (len(ordered) - 1)


def standings(values: pd.Series, riktning: Riktning) -> pd.Series:
    """Return each municipality's position from 0, worst, to 1, best, by average rank: equals share their middle.

    Empty without a desired direction or with fewer than `FEWEST` municipalities.
    """
    if riktning not in _SIGNS or len(values) < FEWEST:
        return pd.Series(dtype=float)
    goodness = values.to_numpy(float) * _SIGNS[riktning]
    return pd.Series(_shares(goodness, goodness), index=values.index)


def quarter(andel: float) -> Laget:
    """Return the quarter of a position."""
    return Laget.basta if andel >= 1 - QUARTER else Laget.samsta if andel <= QUARTER else Laget.mitten


def place(goodness: pd.Series, kommun: str) -> Plats:
    """Return the place by competition ranking, the highest first: equals share the best of their places."""
    return _place(goodness.to_numpy(float), goodness[kommun])


def _place(goodness: np.ndarray, own: float) -> Plats:
    return Plats(int((goodness > own).sum()) + 1, len(goodness), int((goodness == own).sum()))


def _in_group(values: Mapping[str, float], kommun: str, members: Sequence[str], sign: int) -> Plats | None:
    """Return the place in a group, itself included, where two thirds of its members have a value.

    The same rule as for a group's mean; fewer would pass a part off as the whole.
    """
    codes = set(members)
    if not codes - {kommun} or not enough(len(codes & values.keys()), len(codes)):
        return None
    return _place(sign * np.array([values[code] for code in codes | {kommun} if code in values]), sign * values[kommun])
