"""Swedish for readers: numbers, dates, and the words for the model's grades.

Babel formats; the process's locale is never touched.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

import numpy as np
from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

from styrlib.falt import Aspekt, Beslutsniva, Grad, Lankriktning, Riktning, Sakerhet, Status, Underlag
from styrlib.rakneord import NBSP, NUMERALS, age, count

__all__ = ["NBSP", "NUMERALS", "age", "count"]

LOCALE = Locale("sv", "SE")
MISSING = "–"
HIDDEN = ".."

WORDS = {
    Grad.uppfylld: "Uppfylld",
    Grad.i_huvudsak: "I huvudsak uppfylld",
    Grad.delvis: "Delvis uppfylld",
    Grad.inte: "Inte uppfylld",
    Grad.gar_inte_att_bedoma: "Går inte att bedöma",
    Status.ej_paborjad: "Ej påbörjad",
    Status.pagar: "Pågår",
    Status.klar: "Klar",
    Status.forsenad: "Försenad",
    Status.avbruten: "Avbruten",
    Underlag.dialog: "dialog",
    Underlag.enkat: "enkät",
    Underlag.besok: "besök",
    Underlag.nyckeltal: "nyckeltal",
    Underlag.granskning: "granskning",
    Sakerhet.hog: "hög",
    Sakerhet.medel: "medel",
    Sakerhet.lag: "låg",
    Aspekt.ekologisk: "ekologisk",
    Aspekt.social: "social",
    Aspekt.ekonomisk: "ekonomisk",
    Lankriktning.bidrar: "Bidrar",
    Lankriktning.motverkar: "Motverkar",
    Beslutsniva.kf: "Kommunfullmäktige",
    Beslutsniva.namnd: "Nämnden",
    Beslutsniva.utskott: "Utskott",
    Beslutsniva.delegat: "Delegat",
    Riktning.hogre: "högre är bättre",
    Riktning.lagre: "lägre är bättre",
    Riktning.ingen: "ingen önskad riktning",
    # The steps of `lage.Laget`, `uppfoljning.Utvecklas`, `konsskillnad.Skillnad` and `maluppfyllelse.Utsikt`, which
    # lie below this module.
    "battre": "Bättre",
    "oforandrad": "Oförändrad",
    "samre": "Sämre",
    "okar": "Ökar",
    "minskar": "Minskar",
    "basta": "Bästa fjärdedelen",
    "mitten": "Mitten",
    "samsta": "Sämsta fjärdedelen",
    "saknas": "Värde saknas",
    "saker": "Säker skillnad",
    "osaker": "Osäker skillnad",
    "natt": "På målnivån",
    "inte_natt": "Inte på målnivån",
    "trolig": "Målet nås troligen",
    "oviss": "Ovisst om målet nås",
    "otrolig": "Målet nås troligen inte",
}
# Målbilder are common gender, uppdrag neuter: one word when there is one, another when there are several.
COUNTED = {
    Grad.uppfylld: ("är uppfylld", "är uppfyllda"),
    Grad.i_huvudsak: ("är i huvudsak uppfylld", "är i huvudsak uppfyllda"),
    Grad.delvis: ("är delvis uppfylld", "är delvis uppfyllda"),
    Grad.inte: ("är inte uppfylld", "är inte uppfyllda"),
    Grad.gar_inte_att_bedoma: ("går inte att bedöma", "går inte att bedöma"),
    Status.klar: ("är klart", "är klara"),
    Status.pagar: ("pågår", "pågår"),
    Status.forsenad: ("är försenat", "är försenade"),
    Status.ej_paborjad: ("är inte påbörjat", "är inte påbörjade"),
    Status.avbruten: ("är avbrutet", "är avbrutna"),
}
COUNTED_AKTIVITETER = {
    Status.klar: ("är klar", "är klara"),
    Status.pagar: ("pågår", "pågår"),
    Status.forsenad: ("är försenad", "är försenade"),
    Status.ej_paborjad: ("är inte påbörjad", "är inte påbörjade"),
    Status.avbruten: ("är avbruten", "är avbrutna"),
}
ONE_OF = {
    "dagar": "dag",
    "elever": "elev",
    "gånger": "gång",
    "minuter": "minut",
    "månader": "månad",
    "nätter": "natt",
    "personer": "person",
    "platser": "plats",
    "procentenheter": "procentenhet",
    "timmar": "timme",
    "veckor": "vecka",
}
SEXES = {False: ("kvinnor", "män"), True: ("flickor", "pojkar")}  # by whether a nyckeltal is about children


@lru_cache(maxsize=16_384)
def number(value: float | None, decimals: int = 0) -> str:
    """Return a number as Swedes write it, `1 234,5`, or a dash when it is missing."""
    if value is None or not math.isfinite(value):
        return MISSING
    return _pattern(decimals).apply(rounded(value, decimals), LOCALE).replace("-", "−")


@cache
def _pattern(decimals: int) -> NumberPattern:
    return parse_pattern(f"#,##0.{'0' * decimals}" if decimals else "#,##0")


def rounded(value: float, decimals: int = 0) -> float:
    """Return a number as it is printed: see `printed`."""
    return float(printed(value, decimals)) + 0.0  # + 0.0: never "−0"


def printed(value: float, decimals: int = 0) -> Decimal:
    """Return a number exactly as it is printed: a half is rounded up, as readers were taught."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def with_unit(value: float | None, enhet: str, decimals: int = 0) -> str:
    """Return a number with its unit: `87,1 %`, `65 337 kr per invånare`, `12` (antal)."""
    text = number(value, decimals)
    unit = "%" if enhet == "procent" else enhet.removeprefix("antal").strip()
    return text if text == MISSING or not unit else f"{text}{NBSP}{unit.replace(' ', NBSP, 1)}"


def in_text(value: float | None, enhet: str, decimals: int = 0) -> str:
    """Return a number with its unit as running text has it: `87,1 procent`, `1 dag`, `67 på skalan 0–100`."""
    if enhet == "procent" and value in (0, 100):
        decimals = 0  # all and none are exact
    return _with_words(number(value, decimals), enhet)


def had(value: float | None, enhet: str, decimals: int = 0) -> str:
    """Return what someone had: `87,1 procent`, and of a number that has no unit `värdet 605`."""
    text = in_text(value, enhet, decimals)
    return f"värdet {text}" if text == number(value, decimals) else text


def difference(value: float | None, enhet: str, decimals: int = 0) -> str:
    """Return a difference with its unit: between percentages it is `3,2 procentenheter`."""
    return _with_words(number(value, decimals), {"procent": "procentenheter"}.get(enhet, enhet), scale=False)


def interval(low: float, high: float, enhet: str, decimals: int = 0) -> str:
    """Return two ends with their unit: `69,1–77,9 procent`, `−3,2 till 4,0 procent`."""
    if enhet == "procent" and all(end in (0, 100) for end in (low, high)):
        decimals = 0
    ends = [number(end, decimals) for end in (low, high)]
    between = " till " if ends[0].startswith("−") else "–"
    return _with_words(ends[0] if ends[0] == ends[1] else between.join(ends), enhet)


def _with_words(text: str, enhet: str, *, scale: bool = True) -> str:
    unit = enhet.removeprefix("antal").strip()
    if unit.split(" ")[0] == "index":  # no word to count in: only the scale says something
        ends = unit.removeprefix("index").strip()
        unit = f"på skalan {ends}" if ends and scale else ""
    if text == "1":
        first, _, rest = unit.partition(" ")
        unit = f"{ONE_OF.get(first, first)} {rest}".strip()
    return text if text == MISSING or not unit else f"{text}{NBSP}{unit}"


def numeral(n: int, one: str = "en") -> str:
    """Return a whole number in words up to twelve; `one` is `ett` of neuter nouns."""
    return one if n == 1 else NUMERALS[n] if 0 <= n < len(NUMERALS) else number(n)


def capitalised(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def decimals_for(values: Iterable[float], enhet: str) -> int:
    """Return how many decimals a series needs: no more than a reader can use."""
    finite = np.array([v for v in values if v is not None and math.isfinite(v)], dtype=float)
    if finite.size == 0 or np.all(finite == np.round(finite)):
        return 0
    if enhet == "procent":
        return 1
    size = float(np.median(np.abs(finite)))
    return 0 if size >= 1000 else 1 if size >= 3 else 2


def date(day: dt.date | None) -> str:
    """Return a date as `21 november 2026`, or a dash."""
    return MISSING if day is None else format_date(day, format="d MMMM y", locale=LOCALE)


def month(extracted: str) -> str:
    """Return the date of extraction in words, as exactly as the folder's name knows it."""
    parts = [int(part) for part in extracted.split("-")][:3]  # a fourth numbers the day's snapshots
    day = dt.date(*[*parts, 1, 1][:3])
    pattern = {1: "y", 2: "MMMM y", 3: "d MMMM y"}[len(parts)]
    return format_date(day, format=pattern, locale=LOCALE)


def when(extracted: str) -> str:
    """Return the date of extraction as it stands in a sentence: `i augusti 2024`, `den 21 november 2026`, `2024`."""
    return ("", "i ", "den ")[min(extracted.count("-"), 2)] + month(extracted)


def counted(found: Mapping[Grad | Status, int], words: Mapping[Grad | Status, tuple[str, str]] = COUNTED) -> str:
    """Return `2 är delvis uppfyllda och 1 är uppfylld`, in the order of the scale."""
    return listed(
        f"{found[key]} {one if found[key] == 1 else many}" for key, (one, many) in words.items() if found.get(key)
    )


def listed(items: Iterable[str], last_word: str = "och") -> str:
    """Return `a, b och c`."""
    *head, last = list(items) or [""]
    return f"{', '.join(head)} {last_word} {last}" if head else last


def lower_first(text: str) -> str:
    """Return text as it stands inside a sentence; IFO and LSS stay as they are."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def genitive(name: str) -> str:
    """Return a name's genitive: Vadstenas, Borås, Ydres."""
    return name if name[-1:].casefold() in "sxz" else f"{name}s"


def alphabetical(name: str) -> str:
    """Return a key that sorts names as Swedes do: å, ä and ö after z, in any case."""
    return name.casefold().translate(_LAST)


_LAST = str.maketrans({"å": "{", "ä": "|", "ö": "}"})
