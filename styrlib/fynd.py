"""What a finding is: a rule, how serious it is, and where in the files it was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from styrlib.personuppgifter import mask


class Allvar(StrEnum):
    """How serious something is, the worst first."""

    fel = "fel"
    varning = "varning"
    rad = "rad"

    @property
    def exit_code(self) -> int:
        """What the command ends with when nothing is worse."""
        return {Allvar.fel: 2, Allvar.varning: 1, Allvar.rad: 0}[self]


ORD = {Allvar.fel: "Fel", Allvar.varning: "Varning", Allvar.rad: "Råd"}
MEANING = {
    Allvar.fel: "måste rättas innan något publiceras",
    Allvar.varning: "styrkedjan är bruten, eller något är inte gjort",
    Allvar.rad: "kan bli bättre, men behöver inte ändras",
}


@dataclass(frozen=True)
class Regel:
    """One thing that is checked.

    Attributes
    ----------
    kod
        Never changes: other programs may know it.
    allvar
        How serious it is.
    rubrik, varfor, atgard
        What it is called, why it matters and what to do, in Swedish.
    """

    kod: str
    allvar: Allvar
    rubrik: str
    varfor: str
    atgard: str


@dataclass(frozen=True)
class Fynd:
    """Something that was found.

    Attributes
    ----------
    regel
        Which rule.
    namnd
        The nämnd's id; empty when it concerns the whole municipality.
    fil, rad, plats
        File from `data/raw/styrmodell`, line (0 when there is none) and place in the file.
    vad
        What was found, in Swedish. Personal data in it is masked.
    """

    regel: Regel
    namnd: str
    fil: str
    rad: int
    plats: str
    vad: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "vad", mask(self.vad))

    @property
    def var(self) -> str:
        """File and line, as the user looks them up."""
        return f"{self.fil}, rad {self.rad}" if self.rad else self.fil


def worst(fynd: Iterable[Fynd]) -> Allvar:
    """Return how serious the worst is; `rad` of nothing at all."""
    found = {f.regel.allvar for f in fynd}
    return next((allvar for allvar in Allvar if allvar in found), Allvar.rad)


def counts(fynd: Iterable[Fynd]) -> dict[Allvar, int]:
    """Return how many there are of each, the worst first, with 0 where there is none."""
    found = Counter(f.regel.allvar for f in fynd)
    return {allvar: found[allvar] for allvar in Allvar}
