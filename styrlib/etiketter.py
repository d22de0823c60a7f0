"""Names beside their marks: each at the side where it covers least of what is already there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from styrlib import wrapping
from styrlib.sheet import LEADING, Sheet

FAR = 9.0  # points further away than the nearest places, for a name that has no room there
OUTSIDE = 1e6  # how bad it is to leave the picture, in square points


class Ruta(NamedTuple):
    """A rectangle in points, from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def over(self, other: Ruta) -> float:
        """Return how much two have in common, in square points."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(wide, 0.0) * max(high, 0.0)


def write(
    page: Sheet,
    namn: Sequence[tuple[str, tuple[float, float], str]],
    inside: Ruta,
    taken: Sequence[Ruta] = (),
    away: float = 7.0,
) -> None:
    """Write names in bold, each as near its mark as there is room, with a line to the mark from further away.

    Parameters
    ----------
    page
        The sheet.
    namn
        Name, the middle of its mark, and colour.
    inside
        Where names may be.
    taken
        What is not to be covered, beside the marks and the names themselves.
    away
        Points from the middle of a mark to its name.
    """
    marks = [Ruta(x - away + 2, y - away + 2, x + away - 2, y + away - 2) for _, (x, y), _ in namn]
    placed: list[Ruta] = []
    for number, (name, at, color) in enumerate(namn):
        others = [*taken, *placed, *(mark for i, mark in enumerate(marks) if i != number)]
        wide = wrapping.width(name, bold=True)
        best = min(_places(at, wide, away), key=lambda place: _cost(place, inside, others))
        placed.append(best)
        near = Ruta(at[0] - away - 2, at[1] - away - 2, at[0] + away + 2, at[1] + away + 2)
        if not best.over(near):
            end = min(max(at[0], best.left), best.right), min(max(at[1], best.top), best.bottom)
            page.line((at[0], end[0]), (at[1], end[1]), width=0.8, color=color)
        page.text(best.left, best.top, [name], bold=True, color=color, halo=True)


def _places(at: tuple[float, float], wide: float, away: float) -> Iterator[Ruta]:
    """Yield where a name may stand, the best place first."""
    x, y = at
    for reach in (away, away + FAR, away + 2 * FAR, away + 4 * FAR):
        corner = 0.7 * reach
        for left, middle in (
            (x + reach, y),
            (x - reach - wide, y),
            (x + corner, y - corner - LEADING / 2),
            (x + corner, y + corner + LEADING / 2),
            (x - corner - wide, y - corner - LEADING / 2),
            (x - corner - wide, y + corner + LEADING / 2),
            (x - wide / 2, y - reach - LEADING / 2),
            (x - wide / 2, y + reach + LEADING / 2),
        ):
            yield Ruta(left, middle - LEADING / 2, left + wide, middle + LEADING / 2)


def _cost(place: Ruta, inside: Ruta, others: Sequence[Ruta]) -> float:
    whole = (place.right - place.left) * (place.bottom - place.top)
    outside = whole - place.over(inside)
    return (OUTSIDE if outside > 0.5 else 0.0) + sum(place.over(other) for other in others)
