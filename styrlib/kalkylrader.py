"""The rows of the workbook's sheets, from the model: what each says, and where in the YAML file it stands."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from styrlib import kalkylcell, kalkylschema
from styrlib.errors import InputError
from styrlib.kalkylschema import HOR_TILL, INTERNAL, NAMND, NR, VILKEN, Blad, item_of, part_of
from styrlib.styrmodell import Dialog, Namnd, Nyckeltal, Overenskommelse, Part
from styrlib.yamltext import Place

Nyckel = tuple[str, ...]  # the plain texts of a row's key columns


@dataclass(frozen=True)
class Led:
    """A step on the way to an item: its class, its key in its list, and what a reader knows it by."""

    cls: type[Part]
    nyckel: str
    etikett: str = ""


@dataclass(frozen=True)
class Rad:
    """A row: its sheet, where it stands and what its cells show."""

    blad: Blad
    namnd: str  # id, which is the file's name
    plats: Place  # in the nämnd's file
    led: tuple[Led, ...]  # what the item stands in, and itself
    visat: Mapping[str, Any]  # by field, key columns too
    intern: bool  # never shown outside the municipality

    @property
    def plain(self) -> dict[str, str]:
        """The texts to compare by, of all fields."""
        return {kolumn.falt: kalkylcell.plain(kolumn, self.visat[kolumn.falt]) for kolumn in self.blad.kolumner}

    @property
    def nyckel(self) -> Nyckel:
        """What tells the row from the others of its sheet."""
        return key_of(self.blad, self.plain)


def rows(namnder: Iterable[Namnd], mal: Mapping[int, str]) -> dict[str, list[Rad]]:
    """Return all rows by the title of their sheet, in the order of the files.

    Parameters
    ----------
    namnder
        The bodies, from the checked model.
    mal
        Names of the 17 goals by number.

    Raises
    ------
    InputError
        When two items can't be told apart.
    """
    by_class = {blad.cls: blad for blad in kalkylschema.sheets()}
    found: dict[str, list[Rad]] = {blad.titel: [] for blad in by_class.values()}
    for namnd in namnder:
        for part, agare, place, led in _parts(namnd):
            row = _row(by_class[type(part)], namnd.id, part, agare, place, led, mal)
            found[row.blad.titel].append(row)
    for titel, some in found.items():
        for key, times in Counter(row.nyckel for row in some).items():
            if times > 1:
                where = ", ".join(filter(None, key[1:]))
                raise InputError(f"{titel}: {where} finns flera gånger i {key[0]}.yaml. Slå ihop dem eller ta bort en.")
    return found


def key_of(blad: Blad, plain: Mapping[str, str]) -> Nyckel:
    """Return what tells a row from the others of its sheet."""
    return tuple(plain.get(kolumn.falt, "") for kolumn in blad.kolumner if kolumn.nyckel)


def digest(plain: Mapping[str, str]) -> str:
    """Return a short fingerprint of what a row says; empty cells and the order of columns do not count."""
    said = json.dumps({key: text for key, text in sorted(plain.items()) if text}, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def reference(led: Sequence[Led]) -> Nyckel:
    """Return the keys that say which item is meant, within its nämnd."""
    wanted = kalkylschema.reference(tuple(one.cls for one in led))
    return tuple(one.nyckel for one in led[len(led) - len(wanted) :])


def labelled(led: Led) -> str:
    """Return a key with what a reader knows it by, as a cell that refers to it shows both."""
    return f"{led.nyckel} ({led.etikett})" if led.etikett else led.nyckel


def own_key(cls: type[Part], get: Callable[[str], Any], index: int) -> str:
    """Return the key of an item among those of its list: its id, its period or its number."""
    return " ".join(str(get(name)) for name in kalkylschema.own_key(cls)) or str(index + 1)


def _parts(
    part: Part, place: Place = (), led: tuple[Led, ...] = ()
) -> Iterator[tuple[Part, type[Part] | None, Place, tuple[Led, ...]]]:
    """Yield a nämnd and every item of every list in it, with the class that holds it, its place and the way there."""
    if not place:
        yield part, None, (), ()
    for name, hint in kalkylschema.hints(type(part)).items():
        value = getattr(part, name)
        if part_of(hint):
            yield from _parts(value, (*place, name), led)
        elif cls := item_of(hint):
            for i, item in enumerate(value):
                below = (*led, Led(cls, own_key(cls, lambda key, item=item: getattr(item, key), i), _label(item)))
                yield item, type(part), (*place, name, i), below
                yield from _parts(item, (*place, name, i), below)


def _label(item: Part) -> str:
    """Return what a reader knows an item by, whose key says nothing."""
    if isinstance(item, Nyckeltal):
        return item.kortnamn or ""
    if isinstance(item, Dialog):
        return f"{item.datum}, {item.verksamhet}"
    return shorten(item.text, 40, placeholder=" …") if isinstance(item, Overenskommelse) else ""


def _row(
    blad: Blad,
    namnd: str,
    part: Part,
    agare: type[Part] | None,
    place: Place,
    led: tuple[Led, ...],
    mal: Mapping[int, str],
) -> Rad:
    keys = reference(led[:-1])
    label = labelled(led[-2]).removeprefix(led[-2].nyckel) if len(led) > 1 else ""
    place_words = {
        NAMND: namnd,
        HOR_TILL: kalkylschema.title(agare) if agare else None,
        VILKEN: "/".join(keys) + label if keys else None,
        NR: place[-1] + 1 if place else None,
    }
    above = [*keys[:-1], keys[-1] + label] if keys else []
    columns = [kolumn.falt for kolumn in blad.kolumner]
    place_words |= dict(zip([f for f in columns if f.startswith("#") and f not in place_words], above, strict=False))
    shown = {
        kolumn.falt: place_words[kolumn.falt]
        if kolumn.falt in place_words
        else kalkylcell.shown(kolumn, _value(part, kolumn.falt), mal)
        for kolumn in blad.kolumner
    }
    hidden = INTERNAL.get(type(part))
    return Rad(blad, namnd, place, led, shown, bool(hidden) and not getattr(part, hidden))


def _value(part: Any, falt: str) -> Any:
    for step in falt.split("."):
        part = part.get(step) if isinstance(part, Mapping) else getattr(part, step)
    return part
