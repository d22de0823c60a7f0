"""The model as it stood at the end of an earlier period: what was known then, and nothing later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from styrlib.errors import UnknownNameError
from styrlib.styrmodell import (
    Aktivitet,
    Ansokan,
    Dialog,
    Kommun,
    Las,
    Last,
    Malbild,
    Namnd,
    Nyckeltal,
    Overenskommelse,
    Part,
    Period,
    Styrmodell,
    Uppdrag,
)

# What a lock knows of a nyckeltal as it was, when a logged change has come after the period.
DEFINITION = ("forklaring", "enhet", "riktning", "malniva", "malar", "niva")
P = TypeVar("P", Aktivitet, Uppdrag, Overenskommelse)


def find_period(modell: Styrmodell, given: str) -> Period:
    """Return a period by id or name, or the current one when nothing is given.

    Raises
    ------
    UnknownNameError
        When the model has no such period.
    """
    if not given:
        return modell.aktuell
    for period in modell.perioder.values():
        if given.casefold() in (period.id, period.namn.casefold()):
            return period
    raise UnknownNameError("perioden", given, modell.perioder)


def as_of(modell: Styrmodell, period: Period) -> Styrmodell:
    """Return the model as it stood at the end of a period; unchanged for the current one or a later.

    Later bedömningar, comments, dialogues, applications, stories and changes are left out,
    as are uppdrag and aktiviteter that had not begun. The status is the one that `tidigare`
    tells for the period, or for the nearest one after it, or else today's. A nyckeltal with a
    logged change after the period is as the newest lock by then has it, unless it was changed
    between that lock and the end of the period. What is said of something that goes on, and of how an
    application turned out, is of today unless a period or a date says when: then it is left out.
    A nämnd that nothing is known of by then has come later, and is left out too.
    """
    order = list(modell.perioder)
    known = order[: order.index(period.id) + 1]
    if modell.aktuell.id in known:
        return modell
    locks = sorted((las for las in modell.las if las.datum <= period.till), key=lambda las: las.datum)
    cut = _Cut(frozenset(known), tuple(order[len(known) - 1 :]), period, locks[-1] if locks else None)
    updates: dict[str, Any] = {
        "kommun": cut.kommun(modell.kommun),
        "namnder": tuple(cut.namnd(n) for n in cut.existing(modell)),
        "reportage": tuple(r for r in modell.reportage if r.datum <= period.till),
        "las": tuple(cut.lock(las) for las in modell.las if las.ar <= period.ar),
    }
    if modell.medel:
        made = tuple(cut.ansokan(a) for a in modell.medel.ansokningar if cut.happened(a.datum))
        budget = tuple(b for b in modell.medel.budget if b.ar <= period.ar)
        updates["medel"] = modell.medel.model_copy(update={"ansokningar": made, "budget": budget})
    return _copy(modell, **updates)


def figures_until(modell: Styrmodell, period: Period) -> int | None:
    """Return the last year whose figures belong to a period; None for the current one."""
    return None if period.till >= modell.aktuell.till else last_year(period)


def last_year(period: Period) -> int:
    """Return the last whole year at the end of a period: one that ends before the year does has no figure of it."""
    return period.ar if (period.till.month, period.till.day) == (12, 31) else period.ar - 1


@dataclass(frozen=True)
class _Cut:
    known: frozenset[str]  # ids of the period and those before it
    later: tuple[str, ...]  # ids of the period and those after it, in order
    period: Period
    las: Las | None  # the newest that was decided by then

    def kommun(self, kommun: Kommun) -> Kommun:
        organ = tuple(_copy(o, uppdrag=self.all_uppdrag(o.uppdrag)) for o in kommun.ovriga_organ)
        return _copy(kommun, perioder=tuple(p for p in kommun.perioder if p.id in self.known), ovriga_organ=organ)

    def existing(self, modell: Styrmodell) -> list[Namnd]:
        """Return the nämnder that anything is known of by the end of the period; all when that is none."""
        rows = modell.publicering.rapporter if modell.publicering else ()
        named = {row.rapport for row in rows if row.period in self.known}
        named |= {n.namnd for las in modell.las if self.happened(las.datum) for n in las.nyckeltal}
        dated = (*(modell.medel.ansokningar if modell.medel else ()), *modell.reportage)
        named |= {part.namnd for part in dated if self.happened(part.datum)}
        return [n for n in modell.namnder if n.id in named or self.has_begun(n)] or list(modell.namnder)

    def has_begun(self, namnd: Namnd) -> bool:
        then = self.namnd(namnd)
        return (
            bool(then.uppdrag or then.dialoger or then.styrprinciper)
            or any(m.bedomningar or any(a.start for a in m.aktiviteter) for m in then.malbilder)
            or any(n.kommentarer for _, n in then.nyckeltal())
        )

    def lock(self, las: Las) -> Las:
        return _copy(las, avforda=tuple(a for a in las.avforda if self.happened(a.datum)))

    def ansokan(self, ansokan: Ansokan) -> Ansokan:
        """Return an application as it was: a decision without a date is today's, a result without one is not shown."""
        later: dict[str, Any] = {}
        if ansokan.redovisad is None or not self.happened(ansokan.redovisad):
            later |= {"anvant": None, "effekt": None, "redovisad": None}
        if ansokan.beslutad and not self.happened(ansokan.beslutad):
            later |= {"beviljat": None, "beslutad": None}
        return _copy(ansokan, **later)

    def namnd(self, namnd: Namnd) -> Namnd:
        return _copy(
            namnd,
            malbilder=tuple(self.malbild(m, self.locked(namnd, m)) for m in namnd.malbilder),
            uppdrag=self.all_uppdrag(namnd.uppdrag),
            dialoger=tuple(self.dialog(d) for d in namnd.dialoger if self.happened(d.datum)),
            styrprinciper=self.of_known(namnd.styrprinciper),
        )

    def locked(self, namnd: Namnd, malbild: Malbild) -> dict[str, Last]:
        rows = self.las.nyckeltal if self.las else ()
        return {n.nyckeltal: n for n in rows if (n.namnd, n.malbild) == (namnd.id, malbild.id)}

    def malbild(self, malbild: Malbild, locked: dict[str, Last]) -> Malbild:
        return _copy(
            malbild,
            nyckeltal=tuple(self.nyckeltal(n, locked.get(n.id)) for n in malbild.nyckeltal),
            bedomningar=self.of_known(malbild.bedomningar),
            aktiviteter=self.aktiviteter(malbild.aktiviteter),
        )

    def nyckeltal(self, nyckeltal: Nyckeltal, locked: Last | None) -> Nyckeltal:
        changes = tuple(a for a in nyckeltal.andringar if self.happened(a.datum))
        update = {"kommentarer": self.of_known(nyckeltal.kommentarer), "andringar": changes}
        changed_since = len(changes) < len(nyckeltal.andringar)
        if self.las and locked and changed_since and all(a.datum < self.las.datum for a in changes):
            update |= {key: getattr(locked, key) for key in DEFINITION}
        return _copy(nyckeltal, **update)

    def all_uppdrag(self, uppdrag: Iterable[Uppdrag]) -> tuple[Uppdrag, ...]:
        begun = [u for u in uppdrag if min(u.ar) <= self.period.ar]
        return tuple(_copy(self.then(u), aktiviteter=self.aktiviteter(u.aktiviteter)) for u in begun)

    def aktiviteter(self, aktiviteter: Iterable[Aktivitet]) -> tuple[Aktivitet, ...]:
        return tuple(self.then(a) for a in aktiviteter if a.start is None or self.happened(a.start))

    def dialog(self, dialog: Dialog) -> Dialog:
        return _copy(dialog, overenskommelser=tuple(self.then(o) for o in dialog.overenskommelser))

    def then(self, part: P) -> P:
        """Return the part with the status and texts that it had."""
        told = {t.period: t for t in part.tidigare}
        entry = next((told[id_] for id_ in self.later if id_ in told), None)
        if entry is None:
            return self.unsaid(part)
        told_then = entry.model_dump(exclude={"period"})
        update = {key: told_then[key] for key in told_then if key in type(part).model_fields}
        if isinstance(part, Aktivitet):
            update["kommentar"] = entry.hinder or entry.gjort  # never the one of today
        if isinstance(part, Overenskommelse):
            update["resultat"] = entry.gjort
        return _copy(part, **update)

    @staticmethod
    def unsaid(part: P) -> P:
        """Return a part whose status is today's, without the words of today on what still goes on."""
        if isinstance(part, Aktivitet) and not part.status.avslutad:
            return _copy(part, kommentar=None)
        if isinstance(part, Overenskommelse) and not part.status.avslutad:
            return _copy(part, resultat=None)
        return part

    def of_known(self, said: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(one for one in said if one.period in self.known)

    def happened(self, day: dt.date) -> bool:
        return day <= self.period.till


T = TypeVar("T", bound=Part)


def _copy(part: T, **update: Any) -> T:
    """Return a changed copy; a new object, so that nothing cached comes along."""
    return type(part).model_construct(**{**{name: getattr(part, name) for name in type(part).model_fields}, **update})
