"""What has changed from one period to the next: bedömningar, status, dialogues and decided nyckeltal.

Two models are compared, each as it stood at the end of its period (`tidpunkt.as_of`). Nothing is said of why
something has changed, and a bedömning that is missing is never taken for a low one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from styrlib.falt import Grad, Malniva, Status
from styrlib.styrmodell import (
    Aktivitet,
    Andring,
    Las,
    Last,
    Malbild,
    Namnd,
    Nyckeltal,
    Organ,
    Overenskommelse,
    Period,
    Styrmodell,
    Uppdrag,
)

SCALE = (Grad.inte, Grad.delvis, Grad.i_huvudsak, Grad.uppfylld)  # from low to high; the fifth step has no place here
DEFINITION = {
    "kortnamn": "namnet",
    "forklaring": "förklaringen",
    "enhet": "enheten",
    "riktning": "den önskade riktningen",
    "malniva": "målnivån",
    "malar": "målåret",
    "niva": "vem det följs upp för",
}
P = TypeVar("P", Uppdrag, Aktivitet, Overenskommelse)


class Forandringsslag(StrEnum):
    """What has changed."""

    bedomning = "bedomning"
    uppdrag = "uppdrag"
    aktivitet = "aktivitet"
    overenskommelse = "overenskommelse"
    dialog = "dialog"
    nyckeltal = "nyckeltal"


class Handelse(StrEnum):
    """How it has changed: `ny` and `borta` are of what only one of the models has."""

    ny = "ny"
    andrad = "andrad"
    borta = "borta"


@dataclass(frozen=True)
class Forandring:
    """One change.

    Attributes
    ----------
    slag, handelse
        What has changed, and how.
    namnd
        Id of the nämnd, or of another body that answers for an uppdrag.
    rubrik
        What it is called: for a dialogue the verksamhet, for a bedömning the målbild.
    lank
        Where in the nämnd's report it stands; empty when it does not.
    fore, efter
        Grade or status the period before and now; None when there was or is none.
    datum
        Of a dialogue, or of a logged change.
    text
        What was changed, of a nyckeltal.
    """

    slag: Forandringsslag
    handelse: Handelse
    namnd: str
    rubrik: str
    lank: str
    fore: Grad | Status | None = None
    efter: Grad | Status | None = None
    datum: dt.date | None = None
    text: str = ""

    @property
    def steg(self) -> int:
        """How many steps up the scale a bedömning has gone; 0 when the two can't be compared."""
        if self.fore in SCALE and self.efter in SCALE:
            return SCALE.index(Grad(self.efter)) - SCALE.index(Grad(self.fore))
        return 0


@dataclass(frozen=True)
class Forandringar:
    """All changes since the period before, in the model's order.

    `forra` is None for the first period: then there is nothing to compare with. When no målbild is judged for one
    of the periods (`bedomda_fore`, `bedomda_nu` are 0) no bedömning counts as changed.
    """

    forra: Period | None = None
    bedomda_fore: int = 0
    bedomda_nu: int = 0
    alla: tuple[Forandring, ...] = ()

    def av(self, *slag: Forandringsslag) -> list[Forandring]:
        """Return the changes of some kinds."""
        return [f for f in self.alla if f.slag in slag]


def between(nu: Styrmodell, period: Period, fore: Styrmodell | None, forra: Period | None) -> Forandringar:
    """Return what has changed from one period to the next.

    Parameters
    ----------
    nu, period
        The model as of a period.
    fore, forra
        The model as of the period before it; None when there is no such period.
    """
    if fore is None or forra is None:
        return Forandringar(bedomda_nu=_judged(nu, period))
    judged = _judged(fore, forra), _judged(nu, period)
    before = {n.id: n for n in fore.namnder}
    found: list[Forandring] = []
    for namnd in nu.namnder:
        old = before.get(namnd.id)
        found += _bedomningar(namnd, period, old, forra, comparable=all(judged))
        found += _all_uppdrag(namnd, old, period)
        found += _aktiviteter(namnd, old)
        found += _dialoger(namnd, old, forra)
        found += _logged(namnd, forra)
    earlier = {o.id: o for o in fore.kommun.ovriga_organ}
    for organ in nu.kommun.ovriga_organ:
        found += _all_uppdrag(organ, earlier.get(organ.id), period)
    found += _locked(nu, period, fore, forra)
    return Forandringar(forra, *judged, tuple(found))


def graded(malbild: Malbild, period: Period) -> Grad | None:
    """Return the grade of a målbild for a period; None when it is not judged."""
    return next((b.grad for b in malbild.bedomningar if b.period == period.id), None)


def _judged(modell: Styrmodell, period: Period) -> int:
    return sum(graded(m, period) is not None for n in modell.namnder for m in n.malbilder)


def _bedomningar(
    namnd: Namnd, period: Period, old: Namnd | None, forra: Period, *, comparable: bool
) -> Iterator[Forandring]:
    """Yield changed bedömningar; without `comparable` only the målbilder that came or went."""
    before = {m.id: m for m in old.malbilder} if old else {}
    now = {m.id: m for m in namnd.malbilder}
    for malbild in (*namnd.malbilder, *(m for id_, m in before.items() if id_ not in now)):
        handelse = _handelse(malbild.id in before, malbild.id in now)
        grades = [
            graded(models[malbild.id], when) if malbild.id in models else None
            for models, when in ((before, forra), (now, period))
        ]
        if handelse is not Handelse.andrad or (comparable and grades[0] != grades[1]):
            anchor = f"malbild-{malbild.id}" if malbild.id in now else ""
            yield Forandring(Forandringsslag.bedomning, handelse, namnd.id, malbild.rubrik, anchor, *grades)


def _all_uppdrag(organ: Namnd | Organ, old: Namnd | Organ | None, period: Period) -> Iterator[Forandring]:
    before = {u.id: u for u in old.uppdrag} if old else {}
    begun = {u.id: u for u in organ.uppdrag if min(u.ar) <= period.ar or u.id in before}
    for id_, (was, now) in _pairs(before, begun).items():
        anchor = f"uppdrag-{id_}" if now else ""
        yield from _moved(Forandringsslag.uppdrag, organ.id, was, now, (was or now).rubrik, anchor)


def _aktiviteter(namnd: Namnd, old: Namnd | None) -> Iterator[Forandring]:
    before = {a.id: a for a, _ in _with_anchor(old)}
    for aktivitet, anchor in _with_anchor(namnd):
        was = before.get(aktivitet.id)
        yield from _moved(Forandringsslag.aktivitet, namnd.id, was, aktivitet, aktivitet.rubrik, anchor)


def _with_anchor(namnd: Namnd | None) -> list[tuple[Aktivitet, str]]:
    if namnd is None:
        return []
    parts = [(f"malbild-{m.id}", m.aktiviteter) for m in namnd.malbilder]
    parts += [(f"uppdrag-{u.id}", u.aktiviteter) for u in namnd.uppdrag]
    return [(aktivitet, anchor) for anchor, aktiviteter in parts for aktivitet in aktiviteter]


def _dialoger(namnd: Namnd, old: Namnd | None, forra: Period) -> Iterator[Forandring]:
    """Yield new dialogues, and the agreements of all."""
    before = _agreed(old)
    for dialog in namnd.dialoger:
        if dialog.datum > forra.till:
            name = namnd.verksamhet(dialog.verksamhet).namn
            yield Forandring(Forandringsslag.dialog, Handelse.ny, namnd.id, name, "dialoger", datum=dialog.datum)
    for key, now in _agreed(namnd).items():
        title = now.text.rstrip(".")
        yield from _moved(Forandringsslag.overenskommelse, namnd.id, before.get(key), now, title, "dialoger")


def _agreed(namnd: Namnd | None) -> dict[tuple[dt.date, str, str], Overenskommelse]:
    """Return the agreements by what knows them again: they have no id."""
    dialoger = namnd.dialoger if namnd else ()
    return {(d.datum, d.verksamhet, o.text): o for d in dialoger for o in d.overenskommelser}


def _logged(namnd: Namnd, forra: Period) -> Iterator[Forandring]:
    """Yield the logged changes of the nyckeltal that politicians follow, once each."""
    first: dict[str, tuple[Malbild, Nyckeltal]] = {}
    for malbild, nyckeltal in namnd.nyckeltal():
        if nyckeltal.niva is not Malniva.verksamhet:
            first.setdefault(nyckeltal.id, (malbild, nyckeltal))
    for malbild, nyckeltal in first.values():
        anchor, name = f"{malbild.id}-{nyckeltal.id}", nyckeltal.kortnamn or nyckeltal.id
        for change in _fresh(nyckeltal, forra):
            text = f"{change.vad} Skäl: {change.skal}"
            yield Forandring(
                Forandringsslag.nyckeltal, Handelse.andrad, namnd.id, name, anchor, datum=change.datum, text=text
            )


def _fresh(nyckeltal: Nyckeltal, forra: Period) -> list[Andring]:
    return [change for change in nyckeltal.andringar if change.datum > forra.till]


def _locked(nu: Styrmodell, period: Period, fore: Styrmodell, forra: Period) -> Iterator[Forandring]:
    """Yield how the decided set differs from the one of the period before, when both have one."""
    now, was = _lock(nu, period), _lock(fore, forra)
    if now is None or was is None or now.ar == was.ar:
        return
    logged = {(n.id, k.id) for n in nu.namnder for _, k in n.nyckeltal() if _fresh(k, forra)}
    for old, new in _pairs(_by_place(was), _by_place(now)).values():
        told, last = _difference(old, new, now.ar), new or old
        if told and last and (last.namnd, last.nyckeltal) not in logged:
            handelse = _handelse(old is not None, new is not None)
            anchor = f"{last.malbild}-{last.nyckeltal}" if new else ""
            yield Forandring(
                Forandringsslag.nyckeltal, handelse, last.namnd, last.kortnamn, anchor, datum=now.datum, text=told
            )


def _lock(modell: Styrmodell, period: Period) -> Las | None:
    return max((las for las in modell.las if las.ar <= period.ar), key=lambda las: las.ar, default=None)


def _by_place(las: Las) -> dict[tuple[str, str], Last]:
    return {(n.namnd, n.nyckeltal): n for n in las.nyckeltal if n.niva is not Malniva.verksamhet}


def _difference(old: Last | None, new: Last | None, year: int) -> str:
    if old is None:
        return f"Nytt bland de beslutade för {year}."
    if new is None:
        return f"Inte längre bland de beslutade för {year}."
    changed = [words for key, words in DEFINITION.items() if getattr(old, key) != getattr(new, key)]
    return f"Ändrat: {', '.join(changed)}." if changed else ""


def _moved(
    slag: Forandringsslag, namnd: str, was: P | None, now: P | None, title: str, anchor: str
) -> Iterator[Forandring]:
    """Yield the change of status between two versions of one part, if there is any."""
    statuses = was.status if was else None, now.status if now else None
    if statuses[0] != statuses[1]:
        yield Forandring(slag, _handelse(was is not None, now is not None), namnd, title, anchor, *statuses)


def _handelse(before: bool, now: bool) -> Handelse:
    if before and now:
        return Handelse.andrad
    return Handelse.ny if now else Handelse.borta


K = TypeVar("K")
V = TypeVar("V")


def _pairs(before: Mapping[K, V], now: Mapping[K, V]) -> dict[K, tuple[V | None, V | None]]:
    """Return each part's two versions, in the order of now, those that are gone last."""
    keys: Iterable[K] = dict.fromkeys([*now, *before])
    return {key: (before.get(key), now.get(key)) for key in keys}
