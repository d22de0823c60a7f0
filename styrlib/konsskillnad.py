"""The gap between women and men in one municipality's series, and whether it is more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Skillnad(StrEnum):
    """What the gap is over the years."""

    saker = "saker"  # the years agree on who is higher
    osaker = "osaker"  # it changes sides, or is no larger than the years' own variation
    gar_inte_att_bedoma = "gar_inte_att_bedoma"  # too few years


@dataclass(frozen=True, slots=True)
class Konsskillnad:
    """Women and men the latest year that has both: the gap is women less men, in the nyckeltal's unit.

    `antal` years were compared, from the year `fran`. `vanlig` is the median gap of those years.
    """

    ar: int
    kvinnor: float
    man: float
    skillnad: Skillnad
    vanlig: float | None
    antal: int
    fran: int

    @property
    def gap(self) -> float:
        """Women's value less men's."""
        return self.kvinnor - self.man
