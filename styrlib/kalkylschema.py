"""Which sheets and columns the workbook has: read off the classes of the model, so that a new field turns up by itself.

Every class that stands in a list somewhere under a nämnd has a sheet, and every field that is
no such list has a column. A class that stands in several lists (an aktivitet under a målbild or
an uppdrag) has one sheet, whose rows say what they belong to.
"""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from styrlib import styrmodell, swedish
from styrlib.falt import Beslutsniva, Goal, Id, Malniva, NyckeltalId, Princip
from styrlib.styrmodell import Namnd, Part


class Slag(StrEnum):
    """What a cell holds."""

    text = "text"
    rader = "rader"  # several texts, one on each line
    id = "id"
    tal = "tal"
    heltal = "heltal"
    datum = "datum"
    janej = "janej"
    val = "val"
    mal = "mal"


@dataclass(frozen=True)
class Kolumn:
    """A column: which field it is, what it is called and what it may hold."""

    falt: str  # key in the YAML file, with a full stop between levels; "#…" for what only says where the row belongs
    rubrik: str
    slag: Slag
    beskrivning: str = ""
    kravs: bool = False
    flera: bool = False  # several values with commas between
    nyckel: bool = False  # says which row it is
    val: Mapping[str, str] = field(default_factory=dict)  # value in the YAML file → the word shown
    forval: str = ""  # what an empty cell means, as YAML has it

    @property
    def visad(self) -> str:
        """The heading as it is shown: an asterisk says that the column must be filled in."""
        return f"{self.rubrik} *" if self.kravs else self.rubrik


@dataclass(frozen=True)
class Vag:
    """A way from a nämnd to a list: its keys, the class that holds it and the classes of the lists on the way."""

    falt: tuple[str, ...]
    agare: type[Part]
    over: tuple[type[Part], ...]


@dataclass(frozen=True)
class Blad:
    """A sheet: one class of the model, a row for each."""

    cls: type[Part]
    titel: str
    kolumner: tuple[Kolumn, ...]
    vagar: tuple[Vag, ...]

    @property
    def egen_nyckel(self) -> tuple[str, ...]:
        """The fields that tell the rows of one list apart."""
        return own_key(self.cls)


NR = "#nr"
NAMND = "#namnd"
HOR_TILL = "#hor_till"
VILKEN = "#vilken"
# The order of the sheets, each with the name of one and of many; a class that is not named here comes last.
TITLES: dict[str, tuple[str, str]] = {
    "Namnd": ("Nämnd", "Nämnder"),
    "Verksamhet": ("Verksamhet", "Verksamheter"),
    "Malbild": ("Målbild", "Målbilder"),
    "Nyckeltal": ("Nyckeltal", "Nyckeltal"),
    "Bedomning": ("Bedömning", "Bedömningar"),
    "Kommentar": ("Kommentar", "Kommentarer"),
    "Uppdrag": ("Uppdrag", "Uppdrag"),
    "Aktivitet": ("Aktivitet", "Aktiviteter"),
    "Dialog": ("Dialog", "Dialoger"),
    "Overenskommelse": ("Överenskommelse", "Överenskommelser"),
    "Delegering": ("Delegering", "Delegering"),
    "Lank": ("Länk", "Länkar"),
    "Tidigare": ("Tidigare läge", "Tidigare lägen"),
    "Andring": ("Ändring", "Ändringar"),
    "Seriebrott": ("Seriebrott", "Seriebrott"),
    "Sjalvskattning": ("Självskattning", "Styrprinciper"),
    "Grunduppdrag": ("Grunduppdrag", "Grunduppdrag"),
}
HEADINGS = {
    "anmarkning": "Anmärkning",
    "ar": "År",
    "aterstar": "Återstår",
    "atgard": "Åtgärd",
    "barn": "Gäller barn",
    "beslutas_av": "Beslutas av",
    "exempel": "Är ett exempel",
    "forbattring": "Att förbättra",
    "forklaring": "Förklaring",
    "fraga": "Fråga",
    "kalla": "Källa",
    "klar_senast": "Klar senast",
    "lagar": "Lagar och styrdokument",
    "liknande": "Liknande kommuner, område",
    "mal": "Mål i Agenda 2030",
    "malar": "Målår",
    "malbilder": "Målbilder",
    "malniva": "Målnivå",
    "matar": "Mätår",
    "narmare": "Närmare invånaren",
    "niva": "Nivå",
    "omrade": "Prioriterat område",
    "overenskommelser": "Överenskommelser",
    "rullande": "Rullande medelvärde, antal år",
    "sakerhet": "Säkerhet",
    "skal": "Skäl",
    "slappt": "Släppt",
    "svar": "Svar",
}
WORDS: dict[type[Enum], dict[str, str]] = {
    Malniva: {"verksamhet": "Verksamheten", "namnd": "Nämnden", "kf": "Kommunfullmäktige"},
    Beslutsniva: {"kf": "Kommunfullmäktige", "namnd": "Nämnden"},
    Princip: {"rattssakerhet": "Rättssäkerhet"},
}
INTERNAL = {styrmodell.Sjalvskattning: "slappt"}  # rows that are shown only when the field is ja


@cache
def sheets() -> tuple[Blad, ...]:
    """Return the sheets in order; what a row belongs to always has an earlier sheet."""
    ways: dict[type[Part], list[Vag]] = {Namnd: []}
    for cls, vag in _ways(Namnd, (), (), Namnd):
        ways.setdefault(cls, []).append(vag)
    order = list(TITLES)
    known = sorted(ways, key=lambda cls: order.index(cls.__name__) if cls.__name__ in order else len(order))
    return tuple(
        Blad(cls, title(cls, many=True), (*_keys(cls, ways[cls]), *_own(cls)), tuple(ways[cls])) for cls in known
    )


def title(cls: type[Part], *, many: bool = False) -> str:
    """Return what a class is called where users meet it."""
    return TITLES.get(cls.__name__, (cls.__name__, cls.__name__))[many]


def own_key(cls: type[Part]) -> tuple[str, ...]:
    """Return the fields that tell apart the items of one list; empty when only their number does."""
    names = set(cls.model_fields)
    return next((key for key in (("id",), ("princip", "period"), ("period",)) if names.issuperset(key)), ())


def unique(cls: type[Part]) -> bool:
    """Return whether an id is given once in a nämnd, so that it needs nothing before it."""
    return hints(cls).get("id") == Id


@cache
def hints(cls: type[Part]) -> dict[str, Any]:
    """Return the annotations of a class, None taken away."""
    return {
        name: _not_none(hint)
        for name, hint in get_type_hints(cls, include_extras=True).items()
        if name in cls.model_fields
    }


def part_of(hint: Any) -> type[Part] | None:
    """Return the class when a field is one part, such as the grunduppdrag."""
    hint = _bare(hint)
    return hint if isinstance(hint, type) and issubclass(hint, Part) else None


def item_of(hint: Any) -> type[Part] | None:
    """Return the class when a field is a list of parts."""
    hint = _bare(hint)
    return part_of(get_args(hint)[0]) if get_origin(hint) is tuple else None


def _ways(
    cls: type[Part], keys: tuple[str, ...], over: tuple[type[Part], ...], agare: type[Part]
) -> Iterator[tuple[type[Part], Vag]]:
    for name, hint in hints(cls).items():
        if (one := part_of(hint)) is not None:
            yield from _ways(one, (*keys, name), over, one)
        elif (item := item_of(hint)) is not None:
            yield item, Vag((*keys, name), agare, over)
            yield from _ways(item, (*keys, name), (*over, item), item)


def reference(over: tuple[type[Part], ...]) -> tuple[type[Part], ...]:
    """Return the classes whose keys say which item is meant: from the last one whose id is unique in a nämnd."""
    start = max((i for i, cls in enumerate(over) if unique(cls)), default=0)
    return over[start:]


def _keys(cls: type[Part], ways: list[Vag]) -> Iterator[Kolumn]:
    namnd = "Nämnden som raden hör till." if cls is not Namnd else "Nämndens id. En ny nämnd behöver en egen fil."
    yield Kolumn(NAMND, "Nämnd", Slag.id, namnd, kravs=True, nyckel=True)
    if len(ways) > 1:
        words = {vag.agare.__name__: title(vag.agare) for vag in ways}
        about = f"Vad raden hör till: {swedish.listed((w.casefold() for w in words.values()), 'eller')}."
        yield Kolumn(HOR_TILL, "Hör till", Slag.val, about, kravs=True, nyckel=True, val=words)
        alone = [title(vag.agare).casefold() for vag in ways if not reference(vag.over)]
        about = "Id på det som raden hör till." + (f" Tomt för {alone[0]}: det finns bara ett." if alone else "")
        yield Kolumn(VILKEN, "Vilken", Slag.id, about, kravs=not alone, nyckel=True)
    else:
        for above in reference(ways[0].over) if ways else ():
            what = "Id" if own_key(above) else "Numret"
            about = f"{what} på det som raden hör till, på bladet {title(above, many=True)}."
            yield Kolumn(f"#{above.__name__}", title(above), Slag.id, about, kravs=True, nyckel=True)
    if cls is not Namnd and not own_key(cls):
        about = "Radens nummer. Lämna tomt på en ny rad, eller skriv nästa nummer."
        yield Kolumn(NR, "Nr", Slag.heltal, about, nyckel=True)


def _own(cls: type[Part], prefix: str = "", heading: str = "") -> Iterator[Kolumn]:
    keys = own_key(cls)
    for name, hint in hints(cls).items():
        info = cls.model_fields[name]
        if cls is Namnd and name == "id":
            continue
        if (one := part_of(hint)) is not None:
            yield from _own(one, f"{prefix}{name}.", f"{title(one)}: ")
        elif get_origin(_bare(hint)) is dict:
            yield from _counts(f"{prefix}{name}", name, hint)
        elif item_of(hint) is None:
            slag, flera, val = _kind(hint)
            yield Kolumn(
                f"{prefix}{name}",
                _heading(cls, name, heading),
                slag,
                _about(info, slag, val, flera=flera),
                kravs=info.is_required(),
                flera=flera,
                nyckel=name in keys and not prefix,
                val=val,
                forval=_default(info),
            )


def _default(info: FieldInfo) -> str:
    if info.is_required() or info.default in (None, ()):
        return ""
    return ("ja" if info.default else "nej") if isinstance(info.default, bool) else str(info.default)


def _counts(falt: str, name: str, hint: Any) -> Iterator[Kolumn]:
    """Yield a column for each choice of a field that counts choices."""
    for choice, word in _choices(get_args(_bare(hint))[0]).items():
        yield Kolumn(f"{falt}.{choice}", f"{_word(name)}: {word.casefold()}", Slag.heltal, "Antal svar.")


def _heading(cls: type[Part], name: str, before: str) -> str:
    if name == "exempel" and _kind(hints(cls)[name])[0] is Slag.text:
        return "Exempel"
    own = _word(name)
    return f"{before}{own.casefold()}" if before else own


def _word(name: str) -> str:
    return HEADINGS.get(name, swedish.capitalised(name.replace("_", " ")))


def _kind(hint: Any) -> tuple[Slag, bool, dict[str, str]]:
    """Return what a field's cells hold, whether several, and the choices."""
    if hint == Goal:
        return Slag.mal, False, {}
    if hint in (Id, NyckeltalId):
        return Slag.id, False, {}
    bare = _bare(hint)
    if get_origin(bare) is tuple:
        slag, _, val = _kind(_not_none(get_args(bare)[0]))
        return (Slag.rader, False, {}) if slag is Slag.text else (slag, True, val)
    if isinstance(bare, type) and issubclass(bare, Enum):
        return Slag.val, False, _choices(bare)
    simple = {bool: Slag.janej, int: Slag.heltal, float: Slag.tal, dt.date: Slag.datum, str: Slag.text}
    return simple[bare], False, {}


def _choices(enum: type[Enum]) -> dict[str, str]:
    # Two enums may share a value, so the words are those whose key is of this very enum.
    words = {str(key): word for key, word in swedish.WORDS.items() if type(key) is enum} | WORDS.get(enum, {})
    values = [str(one.value) for one in enum]
    return {value: swedish.capitalised(words.get(value, value.replace("_", " "))) for value in values}


def _about(info: FieldInfo, slag: Slag, val: Mapping[str, str], *, flera: bool) -> str:
    """Return the field's own description, in the words that the workbook shows."""
    about = (info.description or "").replace(" i kommun.yaml", ", se bladet Perioder")
    if slag is Slag.id and not about:
        about = "Små bokstäver a–z, siffror och bindestreck. Ändra inte ett id: annat hänvisar till det."
    for value, word in val.items():
        about = re.sub(rf"\b{value}\b", word.casefold(), about)
    how = {
        Slag.rader: "En per rad i cellen: Alt och Retur gör ny rad.",
        Slag.datum: "Skriv år-månad-dag.",
        Slag.janej: "Ja eller nej.",
        Slag.mal: "Välj i listan.",
        Slag.val: "Välj i listan."
        if not flera
        else f"Skriv en eller flera med komma mellan: {', '.join(val.values())}.",
    }.get(slag, "Skriv med komma mellan." if flera else "")
    return " ".join(swedish.capitalised(part) for part in (about, how) if part)


def _bare(hint: Any) -> Any:
    return _bare(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def _not_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        rest = [one for one in get_args(hint) if one is not type(None)]
        return rest[0] if len(rest) == 1 else hint
    return hint
