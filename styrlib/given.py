"""What a caller gives, made into what is meant, or refused in a sentence before anything is asked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

from styrlib.errors import InputError, UnknownNameError, fold

Given = str | int | Iterable[str | int]
ALL = "alla"
KON = {"T": ("t", "totalt", "alla"), "K": ("k", "kvinnor", "flickor"), "M": ("m", "män", "pojkar")}
# Which units (OU) an id is of, by its first three characters.
VERKSAMHETER = {
    "förskola": ("V11",),
    "grundskola": ("V15",),
    "gymnasieskola": ("V17",),
    "hemtjänst": ("V21",),
    "särskilt boende": ("V23",),
    "LSS": ("V25", "V26", "V29", "V30"),
    "SoL": ("V31", "V32", "V34"),
}
UNIT = re.compile(r"V\d{2}[A-Z]\d+")


def is_all(given: object) -> bool:
    """Tell whether everything is meant: "alla", in any case."""
    return isinstance(given, str) and given.strip().casefold() == ALL


def listed(given: object, what: str) -> list[str]:
    """Return one name or code, or several in any shape, as a list of text.

    Raises
    ------
    InputError
        When it is neither text, an integer nor several of these; `what` is the Swedish noun for it.
    """
    if hasattr(given, "columns"):
        raise InputError(f'{what} är en tabell. Välj en kolumn i den, till exempel tabell["nyckeltal"].')
    if isinstance(given, (str, Integral)):
        items = [given]
    elif isinstance(given, Iterable) and not isinstance(given, (bytes, dict)):
        items = list(given)
    else:
        items = [None]
    wrong = [item for item in items if isinstance(item, bool) or not isinstance(item, (str, Integral))]
    if wrong:
        raise InputError(f"{what} ska vara text, eller en lista med texter, inte {wrong[0] or given!r}.")
    if not items:
        raise InputError(f"{what} är en tom lista. Skriv minst ett namn, en kod eller ett id.")
    return [" ".join(str(item).split()) for item in items]


def text(given: object, what: str) -> str:
    """Return text, or raise InputError."""
    if not isinstance(given, str):
        raise InputError(f"{what} ska vara text, inte {shown(given)}.")
    return given


def shown(given: object) -> str:
    """Return what was given as a sentence can hold it: a table would fill the page."""
    return "en tabell" if hasattr(given, "columns") else f"”{given}”" if isinstance(given, str) else repr(given)


def flag(given: object, what: str) -> bool | None:
    """Return True, False or None for no matter which, or raise InputError."""
    if given is not None and not isinstance(given, bool):
        raise InputError(f"{what} ska vara True eller False, inte {given!r}.")
    return given


def share(given: object, what: str) -> float:
    """Return a share from 0 to 1, or raise InputError."""
    if isinstance(given, bool) or not isinstance(given, Real) or not 0 <= given <= 1:
        raise InputError(f"{what} ska vara ett tal från 0 till 1, till exempel 0.5, inte {given!r}.")
    return float(given)


def day(given: object) -> dt.date:
    """Return a day, of a date, a time or text such as `2026-11-21`, or raise InputError."""
    if isinstance(given, dt.datetime):
        return given.date()
    if isinstance(given, dt.date):
        return given
    if isinstance(given, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", given.strip()):
        try:
            return dt.date.fromisoformat(given.strip())
        except ValueError:
            pass
    raise InputError(f"”{given}” är inget datum. Skriv till exempel 2026-11-21.")


def sexes(given: object) -> list[str]:
    """Return T, K and M for what is meant; all of them for None. Raises InputError."""
    if given is None:
        return [*KON]
    found = []
    for one in listed(given, "Kön"):
        match = [sex for sex, words in KON.items() if one.casefold() in words]
        if not match:
            raise InputError(f"”{one}” är inget kön. Skriv alla, kvinnor eller män (T, K eller M).")
        found += match
    return found


def sex(given: object) -> str:
    """Return one of T, K and M, or raise InputError."""
    found = sexes(given)
    if len(found) != 1:
        raise InputError("Välj ett kön i taget: alla, kvinnor eller män (T, K eller M).")
    return found[0]


def prefixes(verksamhet: object) -> tuple[str, ...]:
    """Return what the ids of a kind of units begin with; anything for "". Raises UnknownNameError."""
    name = text(verksamhet, "Verksamheten").strip()
    kinds = {fold(kind): some for kind, some in VERKSAMHETER.items()}
    if not name or re.fullmatch(r"[Vv]\d{2}", name):
        return (name.upper(),)
    if fold(name) not in kinds:
        raise UnknownNameError("verksamheten", name, VERKSAMHETER)
    return kinds[fold(name)]


def unit_ids(enhet: Any) -> list[str]:
    """Return ids of units (OU) in capitals, or raise InputError."""
    ids = [id_.upper() for id_ in listed(enhet, "Enheten")]
    for id_ in ids:
        if not UNIT.fullmatch(id_):
            raise InputError(f"”{id_}” är inget id för en enhet. Visa dem som finns med enheter().")
    return list(dict.fromkeys(ids))
