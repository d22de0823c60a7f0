"""The decided nyckeltal as a nämnd's report lists them: every one, with or without a value, and what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from styrlib import lasning, swedish
from styrlib.falt import Malniva
from styrlib.lasning import Skillnad, Slag
from styrlib.namnduppfoljning import Namnduppfoljning
from styrlib.styrmodell import Las, Last
from styrlib.uppfoljning import Uppfoljning


@dataclass(frozen=True)
class Beslutat:
    """A decided nyckeltal: its id and name, the anchor where it is followed (or empty), and what is said of it."""

    id: str
    namn: str
    lank: str
    fakta: str


@dataclass(frozen=True)
class Beslutade:
    """What was decided for the year of a report's period.

    Attributes
    ----------
    ar
        The year.
    las
        The lock; None when the year has none.
    malbilder
        Title of each målbild with its decided nyckeltal, in the order of the decision.
    skillnader
        What differs between the lock and what is followed: see `lasning.differences`.
    """

    ar: int
    las: Las | None
    malbilder: Sequence[tuple[str, Sequence[Beslutat]]]
    skillnader: Sequence[Skillnad]

    @cached_property
    def antal(self) -> int:
        """How many different nyckeltal the nämnd has in the lock."""
        return len({n.id for _, some in self.malbilder for n in some})

    @property
    def tillagda(self) -> bool:
        """Whether every difference is a nyckeltal that has come after the decision."""
        return bool(self.skillnader) and all(s.slag is Slag.tillagt for s in self.skillnader)


def decided(n: Namnduppfoljning) -> Beslutade:
    """Return what was decided for the year of the model's current period, as it concerns a nämnd."""
    ar = n.modell.aktuell.ar
    las = lasning.for_year(n.modell, ar)
    if las is None:
        return Beslutade(ar, None, (), ())
    titles = n.titlar["titel"].to_dict()
    changed = lasning.differences(n.modell, las, titles, n.namnd)
    return Beslutade(ar, las, tuple(_by_malbild(n, las, changed)), tuple(changed))


def _by_malbild(n: Namnduppfoljning, las: Las, changed: Sequence[Skillnad]) -> Iterator[tuple[str, Sequence[Beslutat]]]:
    gone = {(s.malbild, s.nyckeltal) for s in changed if s.slag is Slag.borttaget}
    titles = {m.id: m.rubrik for m in n.malbilder}
    groups: dict[str, list[Beslutat]] = {}
    for one in las.nyckeltal:
        if one.namnd == n.namnd.id:
            u = n.uppfoljningar.get(one.nyckeltal)
            dropped = (one.malbild, one.nyckeltal) in gone
            row = Beslutat(
                one.nyckeltal, one.kortnamn, n.lank(u) if u and not dropped else "", _facts(one, u, dropped=dropped)
            )
            groups.setdefault(titles.get(one.malbild, one.malbild), []).append(row)
    yield from groups.items()


def _facts(one: Last, u: Uppfoljning | None, *, dropped: bool) -> str:
    target = f"mål {lasning.target(one)}; " if one.malniva is not None else ""
    if dropped:
        return f"{target}följs inte längre"
    if u is None:
        whose = "följs av verksamheten" if one.niva is Malniva.verksamhet else "visas inte här"
        return f"{target}{whose}"
    if u.dold:
        return f"{target}senaste värdet är dolt"
    if u.ar is None:
        return f"{target}värde saknas"
    return f"{target}senast {swedish.with_unit(u.varde, u.nyckeltal.enhet, u.decimaler)} ({u.ar})"
