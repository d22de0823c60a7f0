"""Måluppfyllelse as figures suggest it: a count beside a person's bedömning, never in its place.

The outlook for a target level takes the series to go on at a third of its present pace, as a random
walk with drift and steps of its own size. The value in the target year then has a Student t
distribution, and the chance is what of it lies at the level or beyond:

    middle  latest value + ⅓ × pace × years left
    scale   step × √(years left), where step² is the mean of (change)² / (years between) in the window
    degrees of freedom  values - 1

A third was chosen among seven shares of the pace, beside other ways to look ahead, on the series of
all municipalities. What the chances are worth is measured on other nyckeltal: `benchmarks/chans.py`,
`docs/metod.md`.

Where nothing lies beyond the level (0, or 100 procent) a series stops instead of passing, so the
chance is counted: the share of the years at the end, and more the nearer the latest of them is.

Words follow the calibrated language of Mastrandrea et al. (2010), *Guidance Note for Lead Authors
of the IPCC Fifth Assessment Report on Consistent Treatment of Uncertainties*: likely is at least
66 %, unlikely at most 33 %; here, since chances are said in tenths, at least 7 and at most 3 of 10.

Other sources: for the pace Theil (1950) and Sen (1968), as in `utveckling`; for the random walk with
drift Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, 3rd ed., 5.2 and 5.5;
that a trend does best to be damped Gardner and McKenzie (1985), "Forecasting trends in time series",
Management Science 31(10); for the share Jeffreys's prior, in Brown, Cai and DasGupta (2001),
"Interval estimation for a binomial proportion", Statistical Science 16(2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from styrlib import swedish
from styrlib.analysis import STALE_AFTER
from styrlib.falt import Grad, Riktning

WINDOW = 10  # years, the latest with a value included
FEWEST = 6  # values in the window
LONGEST = 5  # years ahead that the chance is tested for
PACE = 1 / 3  # how much of the present pace goes on
FADE = 0.6  # at an end: how much of the latest value's weight is left a year on
LIKELY, UNLIKELY = 0.65, 0.35  # what is said as at least 7 chances of 10, and as at most 3
SURE = 1 / 20  # chances are said no closer to never or always than this


class Utsikt(StrEnum):
    """The outlook for a target level, from the series' own way."""

    natt = "natt"  # the latest value is at the target level
    inte_natt = "inte_natt"  # the target year is past, and the latest value is not at the level
    trolig = "trolig"  # the chance is large
    oviss = "oviss"  # neither large nor small
    otrolig = "otrolig"  # the chance is small
    gar_inte_att_bedoma = "gar_inte_att_bedoma"


class Utsiktsskal(StrEnum):
    """Why there is no chance."""

    inget_varde = "inget_varde"
    inaktuellt = "inaktuellt"  # the latest value is too old to say where the municipality is now
    malaret_passerat = "malaret_passerat"  # the latest value is from the target year or later: compared only
    for_langt_fram = "for_langt_fram"  # the target year is further from the latest value than is tested
    for_fa_ar = "for_fa_ar"
    konstant = "konstant"  # a series that has not moved says nothing of how it moves


@dataclass(frozen=True, slots=True)
class Forslag:
    """What the series says of a target level.

    `kravs` is the change a year that the target takes (0 when the level is reached), and `takt` the present pace
    (both in the nyckeltal's unit a year); `chans` the chance (0 to 1) to be at the level in the target year, also
    for a level that is reached: it may be lost again. Without a chance, `skal` says why.
    """

    utsikt: Utsikt
    malniva: float
    malar: int
    ar: int | None = None
    varde: float | None = None
    kravs: float | None = None
    takt: float | None = None
    chans: float | None = None
    skal: Utsiktsskal | None = None


@dataclass(frozen=True, slots=True)
class Rakneforslag:
    """A målbild's nyckeltal counted: of `antal_med_mal` with a target, the figures point one way for `antal_bedomda`.

    `antal_bra` of those are at the level or likely to be there; for the rest the level is missed or unlikely.
    """

    grad: Grad
    antal_bra: int
    antal_bedomda: int
    antal_med_mal: int


def outlook(
    serie: pd.Series | Mapping[int, float | None],
    riktning: Riktning,
    malniva: float,
    malar: int,
    *,
    decimaler: int,
    enhet: str = "",
    nyaste: int | None = None,
) -> Forslag:
    """Return the outlook for a target level in a target year.

    Parameters
    ----------
    serie
        The nyckeltal's values by year; missing ones may be absent, None or NaN. Values before a break in
        how it is measured are to be left out by the caller.
    riktning
        Whether the level is the least (`hogre`) or the most (`lagre`).
    malniva, malar
        The level, in the nyckeltal's unit, and the year it is to be reached.
    decimaler
        How many decimals are printed: value and level are compared as a reader sees them.
    enhet
        The unit: only of procent is 100 the end.
    nyaste
        The newest year of the figures as a whole: a value more than `analysis.STALE_AFTER` years older
        is not taken for where the municipality is now, so even a reached level can't be judged.

    Raises
    ------
    ValueError
        When `riktning` is `ingen`: a level is reached from a side.
    """
    if riktning is Riktning.ingen:
        raise ValueError("En målnivå kräver en önskad riktning.")
    known = pd.Series({int(year): float(v) for year, v in serie.items() if not pd.isna(v) and np.isfinite(v)})
    known = known.astype(float).sort_index()
    if known.empty:
        return Forslag(Utsikt.gar_inte_att_bedoma, malniva, malar, skal=Utsiktsskal.inget_varde)
    ar, varde = int(known.index[-1]), float(known.iloc[-1])
    recent = known[known.index > ar - WINDOW]
    left = malar - ar
    sign = 1 if riktning is Riktning.hogre else -1
    reached = sign * (swedish.printed(varde, decimaler) - swedish.printed(malniva, decimaler)) >= 0
    takt = _pace(recent) if len(recent) >= FEWEST else None
    skal = Utsiktsskal.inaktuellt if nyaste and nyaste - ar > STALE_AFTER else _obstacle(recent, left)
    chans = None if skal else _chance(recent, takt, sign, malniva, left, decimaler, enhet)
    return Forslag(
        utsikt=_utsikt(chans, skal, reached=reached),
        malniva=malniva,
        malar=malar,
        ar=ar,
        varde=varde,
        kravs=None if left <= 0 else 0.0 if reached else (malniva - varde) / left,
        takt=takt,
        chans=chans,
        skal=skal,
    )


def suggest(forslag: Sequence[Forslag]) -> Rakneforslag:
    """Count a målbild's nyckeltal with a target: how many of those that point one way are well on the way.

    All is uppfylld, at least two thirds i_huvudsak, at least one third delvis, fewer inte. An open outlook is no
    failure: it is left out. Unless more than half of those with a target point one way it is
    gar_inte_att_bedoma. A count: nothing is weighed.
    """
    judged = [f for f in forslag if f.utsikt not in {Utsikt.gar_inte_att_bedoma, Utsikt.oviss}]
    good = sum(f.utsikt in {Utsikt.natt, Utsikt.trolig} for f in judged)
    of = len(judged)
    if 2 * of <= len(forslag):
        grad = Grad.gar_inte_att_bedoma
    elif good == of:
        grad = Grad.uppfylld
    else:
        grad = Grad.i_huvudsak if 3 * good >= 2 * of else Grad.delvis if 3 * good >= of else Grad.inte
    return Rakneforslag(grad, good, of, len(forslag))


def differs(grad_person: Grad, rakneforslag: Rakneforslag) -> bool:
    """Return whether a person's bedömning differs from what the figures suggest, so that a reader asks why.

    A person who can't judge where the figures can differs too: the reader sees an answer beside none. Where the
    figures can't be judged there is nothing to differ from.
    """
    return rakneforslag.grad is not Grad.gar_inte_att_bedoma and grad_person is not rakneforslag.grad


def chans_text(chans: float) -> str:
    """Return a chance in words, in tenths: closer than that it is not known.

    `ungefär 7 chanser av 10`, `mindre än 1 chans på 20`, `mer än 19 chanser på 20`.
    """
    if chans < SURE:
        return "mindre än 1 chans på 20"
    if chans > 1 - SURE:
        return "mer än 19 chanser på 20"
    tenths = min(max(int(10 * chans + 0.5), 1), 9)
    return f"ungefär {tenths} {'chans' if tenths == 1 else 'chanser'} av 10"


def spread(values: np.ndarray, years: np.ndarray) -> float:
    """Return the size of a step: the root mean square of the changes, each over the root of its years."""
    return float(np.sqrt(np.mean(np.diff(values) ** 2 / np.diff(years))))


def _pace(recent: pd.Series) -> float:
    from scipy import stats  # takes long to import, and only target levels ask for it

    return float(stats.theilslopes(recent, recent.index).slope)


def chans_at_level(
    latest: np.ndarray, takt: np.ndarray, step: np.ndarray, number: np.ndarray, left: int, level: np.ndarray
) -> np.ndarray:
    """Return the chance that values are at least `level` after `left` years, elementwise.

    `number` is how many values the pace and the step rest on.
    """
    from scipy import stats

    return stats.t.sf((level - latest - PACE * takt * left) / (step * left**0.5), number - 1)


def chans_at_end(share: np.ndarray, at: np.ndarray, left: int) -> np.ndarray:
    """Return the chance to be at an end that can't be passed, elementwise.

    `share` is the share of the years there, and `at` whether the latest is.
    """
    return FADE**left * at + (1 - FADE**left) * share


def share_at_end(times: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Return the share that `times` of `number` years suggest, by Jeffreys's prior: never quite 0 or 1."""
    return (times + 0.5) / (number + 1)


def _obstacle(recent: pd.Series, left: int) -> Utsiktsskal | None:
    if left <= 0:
        return Utsiktsskal.malaret_passerat
    if left > LONGEST:
        return Utsiktsskal.for_langt_fram
    if len(recent) < FEWEST:
        return Utsiktsskal.for_fa_ar
    return Utsiktsskal.konstant if recent.max() == recent.min() else None


def _chance(recent: pd.Series, takt: float, sign: int, malniva: float, left: int, decimaler: int, enhet: str) -> float:
    if _is_end(recent, sign, malniva, enhet):
        at = np.array([swedish.printed(v, decimaler) == swedish.printed(malniva, decimaler) for v in recent])
        return float(chans_at_end(share_at_end(at.sum(), len(at)), at[-1], left))
    # A value is printed as the level from half a last decimal before it.
    level = sign * float(swedish.printed(malniva, decimaler)) - 0.5 * 10.0**-decimaler
    step = spread(recent.to_numpy(), recent.index.to_numpy())
    return float(chans_at_level(sign * recent.iloc[-1], sign * takt, step, len(recent), left, level))


def _is_end(recent: pd.Series, sign: int, malniva: float, enhet: str) -> bool:
    """Return whether nothing lies beyond the level."""
    if sign > 0:
        return enhet == "procent" and malniva == 100 and recent.max() <= 100
    return malniva == 0 and recent.min() >= 0


def _utsikt(chans: float | None, skal: Utsiktsskal | None, *, reached: bool) -> Utsikt:
    if skal is Utsiktsskal.inaktuellt:
        return Utsikt.gar_inte_att_bedoma
    if reached:
        return Utsikt.natt
    if skal is Utsiktsskal.malaret_passerat:
        return Utsikt.inte_natt
    if chans is None:
        return Utsikt.gar_inte_att_bedoma
    return Utsikt.trolig if chans >= LIKELY else Utsikt.otrolig if chans < UNLIKELY else Utsikt.oviss
