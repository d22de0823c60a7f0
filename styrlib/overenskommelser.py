"""What was agreed in verksamhetsdialoger: what is still open, and what came of the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from styrlib.styrmodell import Dialog, Overenskommelse


@dataclass(frozen=True)
class Avtalat:
    """An agreement, the dialogue it comes from, and whether its date has passed without it being done."""

    overenskommelse: Overenskommelse
    dialog: Dialog
    passerad: bool

    @property
    def oppen(self) -> bool:
        """Whether something remains to be done."""
        return not self.overenskommelse.status.avslutad


def agreed(dialoger: Iterable[Dialog], dag: dt.date) -> list[Avtalat]:
    """Return all agreements, those of the oldest dialogue first.

    Parameters
    ----------
    dialoger
        In any order.
    dag
        The day that dates are seen from.
    """
    return [
        Avtalat(o, d, passerad=o.status.over_tiden(o.klar_senast, dag))
        for d in sorted(dialoger, key=lambda d: d.datum)
        for o in d.overenskommelser
    ]


def still_open(dialoger: Iterable[Dialog], dag: dt.date) -> list[Avtalat]:
    """Return the agreements that remain, whichever dialogue they come from, the oldest first."""
    return [a for a in agreed(dialoger, dag) if a.oppen]


def to_follow_up(dialoger: Sequence[Dialog], dag: dt.date) -> list[Avtalat]:
    """Return what a next dialogue begins with: all that remains, the oldest first, then what the last one led to."""
    last = max((d.datum for d in dialoger), default=None)
    every = agreed(dialoger, dag)
    return [a for a in every if a.oppen] + [a for a in every if not a.oppen and a.dialog.datum == last]
