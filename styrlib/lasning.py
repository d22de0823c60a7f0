"""The set of nyckeltal that was decided for a year, and what has changed since.

Auditors elsewhere find that indicators are reworded or dropped after kommunfullmäktige has decided them. Here the
decided set is locked as it was; every difference from it is told, with the reason for it or that none is given.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from styrlib import swedish
from styrlib.falt import Malniva
from styrlib.styrmodell import Andring, Las, Last, Malbild, Namnd, Nyckeltal, Styrmodell

NIVAER = {Malniva.verksamhet: "verksamheten", Malniva.namnd: "nämnden", Malniva.kf: "kommunfullmäktige"}
DEFINITION = tuple(key for key in Last.model_fields if key not in ("nyckeltal", "namnd", "malbild"))
# What is compared, under the name that readers meet. The target level and its year are one decision.
FALT = {
    "malbild": "Målbild",
    "kortnamn": "Namn",
    "forklaring": "Förklaring",
    "enhet": "Enhet",
    "riktning": "Önskad riktning",
    "malniva": "Mål",
    "niva": "Följs av",
}


class Slag(StrEnum):
    """What has happened to a nyckeltal since the decision."""

    andrat = "andrat"
    noterat = "noterat"  # something is logged, and nothing that is locked differs
    borttaget = "borttaget"
    tillagt = "tillagt"


# Before and after of a nyckeltal that has not been changed in any of `FALT`.
WHOLE = {
    Slag.noterat: ("som beslutat", "som beslutat"),
    Slag.borttaget: ("följdes", "följs inte längre"),
    Slag.tillagt: ("fanns inte med", "följs"),
}


@dataclass(frozen=True)
class Skillnad:
    """One difference between what was decided and what is followed.

    Attributes
    ----------
    slag
        What kind.
    namnd, malbild, nyckeltal
        Ids; the målbild is the one where it stands, or stood.
    namn
        The short name, as it was decided, or of an added one as it is.
    falt
        Key of what was changed; empty unless `slag` is `andrat`.
    fore, efter
        What was decided and what holds, as readers see them.
    loggat
        What is written about it, dated the day of the decision or later, the oldest first; empty when nothing is.
    """

    slag: Slag
    namnd: str
    malbild: str
    nyckeltal: str
    namn: str
    fore: str
    efter: str
    falt: str = ""
    loggat: tuple[Andring, ...] = ()

    @property
    def vad(self) -> str:
        """What differs, in a word or two."""
        words = {Slag.noterat: "Bara en anteckning", Slag.borttaget: "Borttaget", Slag.tillagt: "Tillagt"}
        return FALT[self.falt] if self.slag is Slag.andrat else words[self.slag]


def lock(modell: Styrmodell, ar: int, datum: dt.date, titlar: Mapping[str, str], diarienummer: str = "") -> Las:
    """Return the model's nyckeltal as decided for a year.

    Parameters
    ----------
    modell
        The steering model; it has at least one nyckeltal.
    ar, datum
        The year, and the day of the decision.
    titlar
        Kolada's title by id, for a nyckeltal without a short name of its own.
    diarienummer
        The decision's number, if there is one.
    """
    rows = [_locked(namnd.id, m, n, titlar) for namnd in modell.namnder for m, n in namnd.nyckeltal()]
    las = Las(ar=ar, datum=datum, diarienummer=diarienummer or None, exempel=modell.exempel, nyckeltal=tuple(rows))
    return las.model_copy(update={"kontrollsumma": checksum(las)})


def checksum(las: Las) -> str:
    """Return a digest (SHA-256, the first 16 hexadecimal digits) of what was decided.

    What has been dropped since (`avforda`) is written by hand and is no part of it.
    """
    decided = las.model_dump(mode="json", include={"ar", "datum", "diarienummer", "ersatter", "nyckeltal"})
    text = json.dumps(decided, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def for_year(modell: Styrmodell, ar: int) -> Las | None:
    """Return the lock of a year, if there is one."""
    return next((las for las in modell.las if las.ar == ar), None)


def differences(modell: Styrmodell, las: Las, titlar: Mapping[str, str], namnd: Namnd | None = None) -> list[Skillnad]:
    """Return everything that differs between a lock and the model: by nämnd, then in the lock's order.

    A nyckeltal is followed from målbild to målbild within a nämnd: it has moved rather than been dropped.
    A difference is logged by the nyckeltal's own `andringar`, by the lock's `avforda`, or by a later lock that
    decides the same thing as the model now has.

    Parameters
    ----------
    modell
        The steering model as it is.
    las
        One of its locks.
    titlar
        Kolada's title by id, for a nyckeltal without a short name of its own.
    namnd
        Whose differences are wanted; all nämnder's unless given.
    """
    bodies = modell.namnder if namnd is None else (namnd,)
    now = [_locked(body.id, m, n, titlar) for body in bodies for m, n in body.nyckeltal()]
    decided = [n for n in las.nyckeltal if namnd is None or n.namnd == namnd.id]
    later = [other for other in modell.las if other.ar > las.ar]
    found = _Comparison(modell, las, later, bodies, decided).rows(now)
    order = {namnd.id: i for i, namnd in enumerate(modell.namnder)}
    return sorted(found, key=lambda s: order.get(s.namnd, len(order)))


def _locked(namnd: str, malbild: Malbild, nyckeltal: Nyckeltal, titlar: Mapping[str, str]) -> Last:
    own = {key: getattr(nyckeltal, key) for key in DEFINITION}
    name = nyckeltal.kortnamn or titlar.get(nyckeltal.id) or nyckeltal.id
    return Last(nyckeltal=nyckeltal.id, namnd=namnd, malbild=malbild.id, **{**own, "kortnamn": name})


class _Comparison:
    def __init__(
        self, modell: Styrmodell, las: Las, later: Sequence[Las], bodies: Iterable[Namnd], decided: Sequence[Last]
    ) -> None:
        self.las, self.later, self.decided = las, later, decided
        self.titles = {(namnd.id, m.id): m.rubrik for namnd in bodies for m in namnd.malbilder}
        concerned = {n.nyckeltal for n in decided} | {n.id for namnd in bodies for _, n in namnd.nyckeltal()}
        written: dict[str, dict[Andring, None]] = {}
        for namnd in modell.namnder:
            for _, n in namnd.nyckeltal():
                if n.id in concerned:
                    written.setdefault(n.id, {}).update({a: None for a in n.andringar if a.datum >= las.datum})
        self.written = {id_: tuple(sorted(a, key=lambda one: one.datum)) for id_, a in written.items()}

    def rows(self, now: Sequence[Last]) -> Iterator[Skillnad]:
        """Yield every difference."""
        left = {_key(n): n for n in now}
        pairs = [(n, left.pop(_key(n), None)) for n in self.decided]
        for decided, same in pairs:
            moved = same or next((n for n in left.values() if _key(n)[::2] == _key(decided)[::2]), None)
            if moved is None:
                yield self._row(Slag.borttaget, decided, loggat=self._dropped(decided))
                continue
            left.pop(_key(moved), None)
            changed = list(self._changed(decided, moved))
            yield from changed
            if not changed and (logged := self.written.get(decided.nyckeltal, ())):
                yield self._row(Slag.noterat, decided, loggat=logged)
        for added in left.values():
            logged = self.written.get(added.nyckeltal) or self._decided_later(added, DEFINITION)
            yield self._row(Slag.tillagt, added, loggat=logged)

    def _changed(self, decided: Last, now: Last) -> Iterator[Skillnad]:
        for key in FALT:
            keys = ("malniva", "malar") if key == "malniva" else (key,)
            if any(getattr(decided, k) != getattr(now, k) for k in keys):
                yield Skillnad(
                    Slag.andrat,
                    now.namnd,
                    now.malbild,
                    now.nyckeltal,
                    decided.kortnamn,
                    self._shown(decided, key),
                    self._shown(now, key),
                    key,
                    self.written.get(now.nyckeltal) or self._decided_later(now, keys),
                )

    @staticmethod
    def _row(slag: Slag, one: Last, loggat: tuple[Andring, ...]) -> Skillnad:
        return Skillnad(slag, one.namnd, one.malbild, one.nyckeltal, one.kortnamn, *WHOLE[slag], loggat=loggat)

    def _dropped(self, decided: Last) -> tuple[Andring, ...]:
        told = [a for a in self.las.avforda if a.nyckeltal == decided.nyckeltal and a.datum >= self.las.datum]
        rows = tuple(Andring(datum=a.datum, vad="Nyckeltalet följs inte längre.", skal=a.skal) for a in told)
        if rows or decided.nyckeltal in self.written:  # it may still stand under another målbild, and be told there
            return rows or self.written[decided.nyckeltal]
        gone = next((o for o in self.later if _key(decided) not in {_key(n) for n in o.nyckeltal}), None)
        return _again(gone) if gone else ()

    def _decided_later(self, now: Last, keys: Sequence[str]) -> tuple[Andring, ...]:
        """Return the news that a later lock has decided what the model now has."""
        for other in self.later:
            for n in other.nyckeltal:
                if _key(n) == _key(now) and all(getattr(n, key) == getattr(now, key) for key in keys):
                    return _again(other)
        return ()

    def _shown(self, one: Last, key: str) -> str:
        if key == "malbild":
            return self.titles.get((one.namnd, one.malbild), one.malbild)
        if key == "malniva":
            return target(one)
        if key == "riktning":
            return swedish.WORDS[one.riktning]
        return NIVAER[one.niva] if key == "niva" else str(getattr(one, key))


def _key(one: Last) -> tuple[str, str, str]:
    return one.namnd, one.malbild, one.nyckeltal


def _again(las: Las) -> tuple[Andring, ...]:
    return (Andring(datum=las.datum, vad=f"Beslutat på nytt för {las.ar}.", skal=f"Nyckeltalen för {las.ar}."),)


def target(one: Last) -> str:
    """Return a target level as readers see it: `högst 45 dagar till 2027`."""
    if one.malniva is None:
        return "ingen målnivå"
    ends = one.enhet == "procent" and one.malniva in (0, 100)  # nothing lies beyond: "minst 100 procent" would be odd
    word = "" if ends else {"hogre": "minst ", "lagre": "högst "}.get(one.riktning, "")
    decimals = len(f"{one.malniva:.4f}".rstrip("0").partition(".")[2])
    return f"{word}{swedish.in_text(one.malniva, one.enhet, decimals)} till {one.malar}"
