"""The fund for work with the global goals: what was there, applied for, granted and used, and what is not known yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from styrlib.styrmodell import Ansokan, Medel


@dataclass(frozen=True)
class Medelsar:
    """A year of the fund; all sums in kronor.

    Attributes
    ----------
    ar
        The year, by when an application came in.
    budget
        What there was to share out; None when no one has said.
    ansokningar
        The year's applications, the latest first.
    """

    ar: int
    budget: int | None
    ansokningar: Sequence[Ansokan]

    @property
    def sokt(self) -> int:
        """All that was applied for."""
        return sum(a.sokt for a in self.ansokningar)

    @property
    def oavgjorda(self) -> list[Ansokan]:
        """Applications that no one has decided yet."""
        return [a for a in self.ansokningar if a.beviljat is None]

    @property
    def beviljade(self) -> list[Ansokan]:
        """Applications that were granted something."""
        return [a for a in self.ansokningar if a.beviljat]

    @property
    def avslagna(self) -> list[Ansokan]:
        """Applications that were refused."""
        return [a for a in self.ansokningar if a.beviljat == 0]

    @property
    def beviljat(self) -> int:
        """All that was granted so far."""
        return _total(a.beviljat for a in self.beviljade)

    @property
    def redovisade(self) -> list[Ansokan]:
        """Granted applications whose use is known."""
        return [a for a in self.beviljade if a.anvant is not None]

    @property
    def oredovisade(self) -> list[Ansokan]:
        """Granted applications whose use is not known yet."""
        return [a for a in self.beviljade if a.anvant is None]

    @property
    def anvant(self) -> int | None:
        """What the accounted applications used; None when none is accounted for."""
        return _total(a.anvant for a in self.redovisade) if self.redovisade else None

    @property
    def inte_anvant(self) -> int | None:
        """What the accounted applications were granted and did not use; None when none is accounted for."""
        return None if self.anvant is None else _total(a.beviljat for a in self.redovisade) - self.anvant

    @property
    def inte_fordelat(self) -> int | None:
        """What is left to grant of the budget, less than zero when too much was granted; None without a budget."""
        return None if self.budget is None else self.budget - self.beviljat


def by_year(medel: Medel) -> list[Medelsar]:
    """Return every year that has a budget or an application, the latest first."""
    budgets = {b.ar: b.belopp for b in medel.budget}
    recent = sorted(medel.ansokningar, key=lambda a: (a.datum, a.id), reverse=True)
    years = sorted({*budgets, *(a.datum.year for a in recent)}, reverse=True)
    return [Medelsar(year, budgets.get(year), [a for a in recent if a.datum.year == year]) for year in years]


def beslut(ansokan: Ansokan) -> str:
    """Return what became of an application, in a word or two."""
    if ansokan.beviljat is None:
        return "Inte avgjord än"
    if ansokan.beviljat == 0:
        return "Avslag"
    return "Delvis beviljad" if ansokan.beviljat < ansokan.sokt else "Beviljad"


def _total(sums: Iterable[int | None]) -> int:
    return sum(n for n in sums if n is not None)
