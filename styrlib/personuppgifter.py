"""Personal data in a text, by its form: personnummer, e-mail addresses and Swedish telephone numbers.

A name has no form that tells it from another word, so names are not found.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# Ten or twelve digits: SFS 2023:363, 2 §. The last digit is a check digit; 60 is added to the day in a
# samordningsnummer, and a plus sign stands for the hyphen from the year in which a person turns a hundred.
PERSONNUMMER = re.compile(
    r"(?<!\d)(?P<sekel>18|19|20)?(?P<ar>\d\d)-?(?P<manad>\d\d)-?(?P<dag>\d\d)[-+–‐‑−]?[ \u00a0]?(?P<sist>\d{4})(?!\d)"
)
EPOST = re.compile(r"[^\s@<>()\[\],;:\"”“’'/]+@[^\s@<>()\[\],;:\"”“’'/]+\.[^\W\d_]{2,}")
# A zero or +46, an area code, and the rest unbroken or in groups of two or three: no year, sum or date is written so.
TELEFON = re.compile(
    r"(?<![\w+:.,/–-])(?:(?:\+|00)46[ \u00a0-]?(?:\(0\)[ \u00a0]?)?|0)[1-9]\d{0,2}"
    r"(?:\d{6,7}|[ \u00a0/–-]{1,3}(?:\d{5,8}|\d{2,3}(?:[ \u00a0-]\d{2,3}){1,3}))(?!\d)"
)
LEAST_DIGITS = 8  # of a telephone number with its area code
SAMORDNING = 60


class Slag(StrEnum):
    """What kind of personal data."""

    personnummer = "personnummer"
    epost = "epost"
    telefon = "telefon"


@dataclass(frozen=True)
class Traff:
    """Something that has the form of personal data: what, the text itself, and where it begins."""

    slag: Slag
    text: str
    start: int

    @property
    def maskerad(self) -> str:
        """The text so that it can be recognised in the file and used for nothing else."""
        kept = {Slag.personnummer: 2, Slag.epost: 1, Slag.telefon: 3}[self.slag]
        return f"{self.text[:kept]}…"


def find(text: str) -> list[Traff]:
    """Return everything that has the form of personal data, in order."""
    found = [*_personnummer(text), *_matches(EPOST, Slag.epost, text)]
    taken = [range(t.start, t.start + len(t.text)) for t in found]
    phones = [
        t
        for t in _matches(TELEFON, Slag.telefon, text)
        if sum(c.isdigit() for c in t.text) >= LEAST_DIGITS and not any(t.start in span for span in taken)
    ]
    return sorted([*found, *phones], key=lambda t: t.start)


def mask(text: str) -> str:
    """Return the text with everything that has the form of personal data masked."""
    for traff in reversed(find(text)):
        text = text[: traff.start] + traff.maskerad + text[traff.start + len(traff.text) :]
    return text


def _matches(pattern: re.Pattern[str], slag: Slag, text: str) -> Iterator[Traff]:
    for match in pattern.finditer(text):
        yield Traff(slag, match[0], match.start())


def _personnummer(text: str) -> Iterator[Traff]:
    for match in PERSONNUMMER.finditer(text):
        digits = match["ar"] + match["manad"] + match["dag"] + match["sist"]
        if _is_day(match) and luhn(digits):
            yield Traff(Slag.personnummer, match[0], match.start())


def _is_day(match: re.Match[str]) -> bool:
    year = int((match["sekel"] or "20") + match["ar"])  # 19 and 20 have the same leap years, but for the year 00
    day = int(match["dag"])
    try:
        dt.date(year, int(match["manad"]), day - SAMORDNING if day > SAMORDNING else day)
    except ValueError:
        return False
    return True


def luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(digits)]
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0
