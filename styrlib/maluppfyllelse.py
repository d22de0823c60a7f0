"""Måluppfyllelse as figures suggest it: a count beside a person's bedömning, never in its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Utsikt(StrEnum):
    """The outlook for a target level, from the series' own way."""

    natt = "natt"  # the latest value is at the target level
    trolig = "trolig"  # the chance is large
    oviss = "oviss"  # neither large nor small
    otrolig = "otrolig"  # the chance is small
    gar_inte_att_bedoma = "gar_inte_att_bedoma"


@dataclass(frozen=True, slots=True)
class Forslag:
    """What the series says of a target level.

    `kravs` is the change a year that the target takes, and `takt` the present pace (both in the nyckeltal's
    unit a year); `chans` the chance (0 to 1) to be at the level in the target year.
    """

    utsikt: Utsikt
    malniva: float
    malar: int
    ar: int | None = None
    varde: float | None = None
    kravs: float | None = None
    takt: float | None = None
    chans: float | None = None
