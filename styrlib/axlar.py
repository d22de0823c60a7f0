"""The axes of a chart over time: which values and years they go between, and which of them are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

FULL = 100.0  # procent
FEWEST_TICKS = 3
MOST_TICKS = 6  # years with a label, beside the first
STEPS = (20, 10, 5, 2, 1, 0.5, 0.2, 0.1)  # what is easy to count in, from wide to narrow
_NEAR = 1e-9  # of a step: differences of binary fractions, not of values


class Axis(NamedTuple):
    """Where an axis starts and ends, and what is written along it."""

    low: float
    high: float
    ticks: list[float]

    def place(self, value: float, start: float, end: float) -> float:
        """Return where a value is, between the places of the axis' start and end."""
        return start + (value - self.low) / (self.high - self.low) * (end - start)


def values(ends: Sequence[float], enhet: str, most: int = 5) -> tuple[Axis, int]:
    """Return the axis for values, and the decimals that its ticks need.

    Parameters
    ----------
    ends
        The least and the greatest of everything that is drawn, and whatever lies between.
    enhet
        Their unit; a percentage ends at 100.
    most
        The steps that the axis is parted in, at most.
    """
    lowest, highest = min(ends), max(ends)
    # A cropped axis makes a mountain of a wobble, so a percentage gets a fifth of its scale, or down to zero.
    level = max(abs(highest), abs(lowest), 1e-9)
    least = min(20.0, level) if enhet == "procent" else 0.1 * level
    room = max(least - (highest - lowest), 0.24 * (highest - lowest)) / 2
    low, high = lowest - room, highest + room
    if lowest >= 0 > low:  # room below zero, or above all, would suggest values that can't be
        low, high = 0.0, max(high, least)
    if enhet == "procent" and highest <= FULL < high:
        low, high = min(low, FULL - least), FULL
    step, ticks = _even(low, high, most)
    return Axis(low, high, ticks), max(0, -math.floor(math.log10(step) + 1e-9))


def _even(low: float, high: float, most: int) -> tuple[float, list[float]]:
    """Return the widest step of at least so many that the axis is parted in, and its multiples on the axis.

    Where that gives too few ticks, the step is the widest that gives enough.
    """
    raw = (high - low) / most
    scale = 10.0 ** math.floor(math.log10(raw))
    wide_enough = [step for step in STEPS if step * scale >= raw * (1 - _NEAR)]
    for step in (wide_enough[-1], *STEPS[len(wide_enough) :]):
        size = step * scale
        first, last = math.ceil(low / size - _NEAR), math.floor(high / size + _NEAR)
        ticks = [number * size for number in range(first, last + 1)]
        if len(ticks) >= FEWEST_TICKS:
            break
    return size, ticks


def years(first: int, newest: int, last: int, target: int | None) -> Axis:
    """Return the axis for years, with ticks at whole years: the own latest value's and the target's among them.

    Parameters
    ----------
    first, newest
        The first and last year of everything that is drawn.
    last
        The own latest value's year.
    target
        The target's year, if there is one.
    """
    end = max(newest, last if target is None else target)
    step = next((s for s in (1, 2, 3, 4, 5, 10, 20, 25) if (end - first) / s <= MOST_TICKS), 50)
    ticks = [*range(last, first - 1, -step)]
    if end - last >= step or end > last + 1:
        ticks.append(end)
    return Axis(min(first, end - 2) - 0.3, end + 0.3, sorted(ticks))
