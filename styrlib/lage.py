"""Läge: where a municipality stands among others the same year, by the desired direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from styrlib.styrmodell import Jamforelse


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
    `mot_riket` is 1 better, 0 equal and -1 worse than riket.
    """

    laget: Laget | None
    med_varde: int = 0
    alla: Plats | None = None
    andel: float | None = None
    grupper: Mapping[Jamforelse, Plats | None] = field(default_factory=dict)
    mot_riket: int | None = None
