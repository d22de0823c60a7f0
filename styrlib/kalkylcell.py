"""What a cell holds, in three forms: as the workbook shows it, as one plain text to compare by, and as YAML has it.

Everything that Excel and LibreOffice do to what a person types is taken care of here: numbers
that became text, texts that became dates, non-breaking spaces, percentages.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from styrlib.errors import InputError, suggestions
from styrlib.falt import GOALS
from styrlib.kalkylschema import Kolumn, Slag
from styrlib.yamlskriv import Ord

LONGEST = 32_767  # characters that a cell in Excel holds
YEARS = range(1990, 2101)
NUMBER = re.compile(r"[-−]?\d[\d ]*([.,]\d+)?")
LABEL = re.compile(r"^(\S+) \(.*$", re.DOTALL)  # "U21468 (Nöjda med hemtjänsten)"


class CellError(InputError):
    """What stands in a cell can't be used; the sentence says why and what to do, not where."""


def shown(kolumn: Kolumn, value: Any, mal: Mapping[int, str]) -> Any:
    """Return a value of the model as a cell shows it.

    Parameters
    ----------
    kolumn
        The column.
    value
        As the model has it: str, int, float, bool, date, an enum, a tuple of such, or None.
    mal
        Names of the 17 goals by number.

    Returns
    -------
    str, int, float, date or None
    """
    if value is None or value == ():
        return None
    if kolumn.slag is Slag.rader:
        return "\n".join(" ".join(one.split()) for one in value)
    if kolumn.flera:
        return ", ".join(str(_one(kolumn, one, mal)) for one in value)
    return _one(kolumn, value, mal)


def _one(kolumn: Kolumn, value: Any, mal: Mapping[int, str]) -> Any:
    if kolumn.slag is Slag.janej:
        return "Ja" if value else "Nej"
    if kolumn.slag is Slag.mal:
        return f"{value} {mal[value]}"
    if kolumn.slag is Slag.tal:
        return int(value) if value == int(value) else value
    return kolumn.val.get(str(value), value) if kolumn.slag is Slag.val else value


def plain(kolumn: Kolumn, value: Any, *, percent: bool = False) -> str:
    """Return what a cell says as one text that is the same whoever saved the workbook; empty for nothing.

    Parameters
    ----------
    kolumn
        The column.
    value
        What the cell holds: str, int, float, bool, datetime or None.
    percent
        Whether the cell shows its number as a percentage.

    Raises
    ------
    CellError
        When the column can't hold it.
    """
    text = clean(value) if isinstance(value, str) else None
    if value is None or text == "":
        return ""
    if isinstance(value, bool) and kolumn.slag is not Slag.janej:
        raise CellError("Excel har gjort om innehållet till SANT eller FALSKT. Skriv med en apostrof (') först.")
    if kolumn.flera:
        one = Kolumn(kolumn.falt, kolumn.rubrik, kolumn.slag, val=kolumn.val)
        parts = re.split(r"[,;\n]", text) if text is not None else [value]
        return ", ".join(p for part in parts if (p := plain(one, part, percent=percent)))
    return READERS[kolumn.slag](kolumn, value if text is None else text, percent)


def yaml(kolumn: Kolumn, text: str) -> Any:
    """Return what YAML is to hold for a text that `plain` gave and that is not empty."""
    if kolumn.slag is Slag.rader:
        return text.split("\n")
    if kolumn.flera:
        return [Ord(part) for part in text.split(", ")]
    return text if kolumn.slag is Slag.text else Ord(text)


def clean(text: str) -> str:
    """Return text without what word processors and spreadsheets add and no one sees."""
    text = text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[\u00a0\u202f]", " ", re.sub(r"[\u200b\ufeff]", "", text))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def _text(_: Kolumn, value: Any, _percent: bool) -> str:
    if isinstance(value, dt.date):
        raise CellError(
            "Excel har gjort om texten till ett datum. Formatera cellen som Text och skriv det som ska stå där."
        )
    if len(value if isinstance(value, str) else "") > LONGEST:
        raise CellError("Texten är för lång. Korta den.")
    return _number_text(value) if isinstance(value, int | float) else value


def _rows(kolumn: Kolumn, value: Any, percent: bool) -> str:
    return "\n".join(row for line in _text(kolumn, value, percent).split("\n") if (row := " ".join(line.split())))


def _id(kolumn: Kolumn, value: Any, percent: bool) -> str:
    text = " ".join(_text(kolumn, value, percent).split())
    return LABEL.sub(r"\1", text)


def _number(_: Kolumn, value: Any, percent: bool) -> str:
    if isinstance(value, dt.date):
        raise CellError("Excel har gjort om talet till ett datum. Formatera cellen som Tal och skriv talet igen.")
    if percent:
        raise CellError("Cellen är formaterad som procent. Formatera den som Tal och skriv till exempel 90.")
    if isinstance(value, str):
        text = " ".join(value.split())
        if not NUMBER.fullmatch(text):
            raise CellError(f"”{text[:60]}” är inget tal. Skriv bara siffror, till exempel 12,5.")
        value = float(text.replace(" ", "").replace(",", ".").replace("−", "-"))
    return _number_text(value)


def _number_text(value: float) -> str:
    # Fifteen digits are what a spreadsheet keeps: beyond them there is only its own rounding.
    text = f"{float(value):.15g}"
    if "e" in text or "n" in text:
        raise CellError(f"Talet {text} är för stort eller inget tal. Skriv ett vanligt tal.")
    return text.replace(".", ",")


def _whole(kolumn: Kolumn, value: Any, percent: bool) -> str:
    text = _number(kolumn, value, percent)
    if "," in text:
        raise CellError(f"{text} är inget heltal. Skriv ett tal utan decimaler.")
    return text


def _day(_: Kolumn, value: Any, _percent: bool) -> str:
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            raise CellError(f"”{value[:60]}” är inget datum. Skriv år-månad-dag, till exempel 2026-03-31.") from None
    if isinstance(value, dt.datetime):
        if value.time() != dt.time():
            raise CellError("Datumet har ett klockslag. Skriv bara år-månad-dag, till exempel 2026-03-31.")
        value = value.date()
    if not isinstance(value, dt.date) or value.year not in YEARS:
        given = value.isoformat() if isinstance(value, dt.date) else value
        raise CellError(f"{given} är inget datum att lita på. Skriv år-månad-dag, till exempel 2026-03-31.")
    return value.isoformat()


def _ja_nej(_: Kolumn, value: Any, _percent: bool) -> str:
    word = {"1": "ja", "0": "nej", "true": "ja", "false": "nej", "sant": "ja", "falskt": "nej"}
    text = str(value).casefold()
    text = word.get(text, text)
    if text not in ("ja", "nej"):
        raise CellError(f"”{str(value)[:60]}” är varken ja eller nej. Skriv ja eller nej.")
    return text


def _choice(kolumn: Kolumn, value: Any, _percent: bool) -> str:
    text = " ".join(str(value).split())
    by_word = {word.casefold(): key for key, word in kolumn.val.items()} | {key: key for key in kolumn.val}
    if text.casefold() not in by_word:
        near = suggestions(text, list(kolumn.val.values()), most=1)
        hint = f"Menade du {near[0]}? " if near else ""
        words = ", ".join(kolumn.val.values())
        raise CellError(f"”{text[:60]}” är inget av valen. {hint}Välj bland: {words}.")
    return by_word[text.casefold()]


def _goal(kolumn: Kolumn, value: Any, percent: bool) -> str:
    given = value.split(" ")[0].rstrip(".") if isinstance(value, str) else value
    try:
        text = _whole(kolumn, given, percent)
    except CellError:
        raise CellError(f"”{str(value)[:60]}” är inget av målen. Välj ett i listan, eller skriv 1–17.") from None
    if text not in map(str, GOALS):
        raise CellError(f"Mål {text} finns inte. Välj ett i listan, eller skriv 1–17.")
    return text


READERS = {
    Slag.text: _text,
    Slag.rader: _rows,
    Slag.id: _id,
    Slag.tal: _number,
    Slag.heltal: _whole,
    Slag.datum: _day,
    Slag.janej: _ja_nej,
    Slag.val: _choice,
    Slag.mal: _goal,
}
