"""All nämnders aktiviteter together: how far they have come, and which are late and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from styrlib.falt import Status
from styrlib.styrmodell import Aktivitet, Malbild, Namnd, Styrmodell, Uppdrag


@dataclass(frozen=True)
class Insats:
    """An aktivitet with the målbild or uppdrag that it belongs to, and whose it is."""

    namnd: Namnd
    hor_till: Malbild | Uppdrag
    aktivitet: Aktivitet

    @property
    def i_uppdrag(self) -> bool:
        """Whether it belongs to an uppdrag rather than a målbild."""
        return isinstance(self.hor_till, Uppdrag)

    @property
    def lank(self) -> str:
        """Where it stands in the nämnd's report, beside this page."""
        return f"{self.namnd.id}.html#{'uppdrag' if self.i_uppdrag else 'malbild'}-{self.hor_till.id}"

    @property
    def skal(self) -> str:
        """Why it is late, in the verksamhet's own words; the obstacle of its uppdrag in their absence, or nothing."""
        hindrance = self.hor_till.hinder if isinstance(self.hor_till, Uppdrag) else None
        return self.aktivitet.kommentar or hindrance or ""

    def forsenad(self, till: dt.date) -> bool:
        """Whether it is late by a day: it says so, or its end has passed without it having ended."""
        return self.aktivitet.status.sen(self.aktivitet.slut, till)


def every(modell: Styrmodell) -> list[Insats]:
    """Return all nämnders aktiviteter in the model's order, those of målbilder first in each."""
    return [
        Insats(namnd, part, aktivitet)
        for namnd in modell.namnder
        for part in (*namnd.malbilder, *namnd.uppdrag)
        for aktivitet in part.aktiviteter
    ]


def by_namnd(insatser: Iterable[Insats]) -> dict[str, list[Insats]]:
    """Return the aktiviteter by the nämnd's id, in their order."""
    found: dict[str, list[Insats]] = {}
    for insats in insatser:
        found.setdefault(insats.namnd.id, []).append(insats)
    return found


def by_status(insatser: Iterable[Insats]) -> Counter[Status]:
    """Return how many aktiviteter there are of each status."""
    return Counter(insats.aktivitet.status for insats in insatser)


def late(insatser: Iterable[Insats], till: dt.date) -> list[Insats]:
    """Return what is late by a day, the earliest end first and what has none last."""
    found = [insats for insats in insatser if insats.forsenad(till)]
    return sorted(found, key=lambda i: (i.aktivitet.slut or dt.date.max, i.namnd.ordning))
