"""Handen på hjärtat: what a nämnd has released of its own view of the styrprinciper.

Counts and words, never a mean and never a comparison between nämnder: a handful of persons have answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from styrlib.falt import Princip, Svar
from styrlib.styrmodell import Namnd, Period, Sjalvskattning, Styrmodell

FEWEST = 5  # answers: fewer could tell who said what, so only their number is shown
ANSWERS = {
    Svar.helt: "Stämmer helt",
    Svar.till_stor_del: "Till stor del",
    Svar.till_liten_del: "Till liten del",
    Svar.inte: "Stämmer inte",
    Svar.vet_inte: "Vet inte",
}


@dataclass(frozen=True)
class Fordelning:
    """The answers of a period: how many answered, and what, unless they are too few."""

    period: str
    svarade: int
    antal: dict[Svar, int] | None


@dataclass(frozen=True)
class Skattning:
    """A styrprincip as the nämnd sees it: the latest released period first."""

    namn: str
    betydelse: str
    exempel: str
    forbattring: str
    fordelningar: tuple[Fordelning, ...]


def released(modell: Styrmodell, namnd: Namnd) -> list[Skattning]:
    """Return the principles that a nämnd has released anything of, in the order of kommun.yaml.

    At most the two latest released periods are shown of each.
    """
    described = {p.princip: (p.namn, p.betydelse) for p in modell.kommun.styrprinciper}
    order = [*described, *(p for p in Princip if p not in described)]
    periods = modell.perioder
    found = []
    for princip in order:
        rows = [s for s in namnd.styrprinciper if s.princip is princip and s.slappt]
        rows.sort(key=lambda s: list(periods).index(s.period), reverse=True)
        if rows:
            name, meaning = described.get(princip, (princip.capitalize(), ""))
            spread = tuple(_spread(s, periods[s.period]) for s in rows[:2] if s.svar)
            found.append(Skattning(name, meaning, rows[0].exempel, rows[0].forbattring, spread))
    return found


def _spread(entry: Sjalvskattning, period: Period) -> Fordelning:
    total = sum(entry.svar.values())
    return Fordelning(period.namn, total, {s: entry.svar.get(s, 0) for s in Svar} if total >= FEWEST else None)
