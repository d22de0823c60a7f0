"""Years by whatever way the user has of saying them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from numbers import Integral
from typing import NamedTuple

from styrlib.errors import InputError
from styrlib.given import is_all

FIRST, LAST = 1900, 2200
SPAN = re.compile(r"\s*(\d{4})\s*(?:[-–—]\s*(\d{4}))?\s*")
LATEST = re.compile(r"senaste(?:\s+(\d{1,3})(?:\s+år(?:en)?)?)?")
HINT = "Skriv till exempel 2022, 2015–2022, senaste, senaste 10 eller alla."


class Artal(NamedTuple):
    """Which years are meant.

    Attributes
    ----------
    ar
        The years in order; none of them where `senaste` says how many, or all are meant.
    senaste
        How many, up to each nyckeltal's latest; 0 where it is not so that they are chosen.
    """

    ar: tuple[int, ...] = ()
    senaste: int = 0


def parse(given: object) -> Artal:
    """Return the years that are meant.

    Parameters
    ----------
    given
        2022, "2022", "2015-2022", range(2015, 2023), a list of any of these, "senaste",
        "senaste 10", or "alla" (None).

    Raises
    ------
    InputError
        When it is no year.
    """
    if given is None or is_all(given):
        return Artal()
    if isinstance(given, str) and (match := LATEST.fullmatch(given.strip().casefold())):
        count = int(match[1] or 1)
        if count:
            return Artal(senaste=count)
    years = sorted(set(_years(given)))
    if not years:
        raise InputError(f"Inget år är valt. {HINT}")
    return Artal(tuple(years))


def one(given: object) -> int:
    """Return a single year, or raise InputError."""
    found = parse(given)
    if len(found.ar) != 1:
        raise InputError(f"Skriv ett år, till exempel 2022, inte ”{given}”.")
    return found.ar[0]


def _years(given: object) -> Iterable[int]:
    if isinstance(given, str) and (match := SPAN.fullmatch(given)):
        first, last = int(match[1]), int(match[2] or match[1])
        if FIRST <= first <= last <= LAST:
            return range(first, last + 1)
    elif isinstance(given, Integral) and not isinstance(given, bool) and FIRST <= given <= LAST:
        return [int(given)]
    elif isinstance(given, Iterable) and not isinstance(given, (str, bytes)):
        return [year for item in given for year in _years(item)]
    raise InputError(f"”{given}” är inget år. {HINT}")


def spans(years: Iterable[int]) -> str:
    """Return years as people write them: `2013–2015, 2020`."""
    parts: list[list[int]] = []
    for year in sorted(years):
        if parts and parts[-1][-1] == year - 1:
            parts[-1].append(year)
        else:
            parts.append([year])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]}–{part[-1]}" for part in parts)
