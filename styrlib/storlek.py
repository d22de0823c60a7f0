"""The spread that municipalities of the same size have: an empirical funnel over population."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Storlek:
    """A value beside those of the municipalities nearest in population.

    `nedre` and `ovre` hold the middle 90 % of the `antal` municipalities' values; `utanfor` is 1 above, -1 below, 0 within.
    """

    nedre: float
    ovre: float
    antal: int
    utanfor: int
    minst: int  # inhabitants of the smallest and the largest among them
    storst: int
