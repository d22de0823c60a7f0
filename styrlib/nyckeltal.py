"""Kolada's catalogue of nyckeltal in the project's words, and what its titles and descriptions hold.

Kolada gives no field for a nyckeltal's unit, its producer, or the year after which it
ended: the first and the last stand in the title, the producer ends the description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from styrlib.transport import Row

ENDED = re.compile(r"\s*\(- ?(\d{4})\)\s*$")
YES_NO = re.compile(r"Ja ?= ?1,? ?Nej ?= ?0", re.IGNORECASE)
# A unit that goes on (`antal/1000 inv`, `kr/inv 80+`), and one that is a word by itself.
LONG = re.compile(r"(antal|kr|tkr|mkr|miljoner kronor|kg|gram|ton|[kMG]Wh|liter|kbm|km|meter|hektar|dagar|timmar)\b.*")
SHORT = re.compile(
    r"(index|poäng|procentenheter|minuter|år|balanstal|meritvärde|kvadratkilometer)(?: (\(max = \d+\))| .*)?"
)
COLUMNS = {
    "nyckeltal": "str",
    "titel": "str",
    "beskrivning": "str",
    "enhet": "str",
    "producent": "str",
    "delas_pa_kon": "bool",
    "har_enheter": "bool",
    "kommuntyp": "str",
    "omrade": "str",
    "perspektiv": "str",
    "upphorde": "Int16",
    "nasta_publicering": "str",
}


def catalogue(rows: Iterable[Row]) -> pd.DataFrame:
    """Return Kolada's catalogue entries in the project's words.

    Parameters
    ----------
    rows
        Entries of `kpi` as Kolada gives them.

    Returns
    -------
    DataFrame
        nyckeltal, titel, beskrivning, enhet, producent (str), delas_pa_kon, har_enheter
        (bool), kommuntyp (str: K kommun, L region, A both), omrade, perspektiv (str),
        upphorde (Int16: the last year, of one that has ended), nasta_publicering (str:
        YYYY-MM-DD); missing where Kolada does not say. In the order of the rows.
    """
    found = [
        {
            "nyckeltal": row["id"],
            "titel": row["title"],
            "beskrivning": beskrivning(row.get("description")),
            "enhet": enhet(row["title"]),
            "producent": row.get("producer") or producent(row.get("description")),
            "delas_pa_kon": bool(row.get("is_divided_by_gender")),
            "har_enheter": bool(row.get("has_ou_data")),
            "kommuntyp": row.get("municipality_type"),
            "omrade": row.get("operating_area"),
            "perspektiv": row.get("perspective"),
            "upphorde": upphorde(row["title"]),
            "nasta_publicering": row.get("publication_date"),
        }
        for row in rows
    ]
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS)


def upphorde(titel: str) -> int | None:
    """Return the last year of a nyckeltal that has ended, by `(-2021)` at the end of its title."""
    match = ENDED.search(titel)
    return int(match[1]) if match else None


def enhet(titel: str) -> str | None:
    """Return the unit that a title ends in: `procent`, `kr/inv`, `antal/1000 inv`; None where it says none."""
    text = re.sub(r"\s+", " ", re.sub(r"Källa:.*", "", ENDED.sub("", titel)))
    if YES_NO.search(text):
        return "1 ja, 0 nej"
    for part in reversed(text.split(",")):
        part = part.strip().rstrip(".")  # noqa: PLW2901
        if "(%)" in part or part in ("procent", "%"):
            return "procent"
        if LONG.fullmatch(part):
            return part
        if match := SHORT.fullmatch(part):
            return " ".join(filter(None, match.groups()))
    return None


def producent(description: str | None) -> str | None:
    """Return who makes the statistics, by `Källa: SCB.` at the end of a description."""
    match = re.search(r"Källa: (.+?)\.?\s*$", beskrivning(description) or "")
    return match[1] if match else None


def beskrivning(description: str | None) -> str | None:
    """Return a description as readable text: Kolada's has a backslash and an n for a new line, tabs and hard spaces."""
    if not description:
        return None
    lines = description.replace("\\n", "\n").replace("\xa0", " ").replace("\t", " ").splitlines()
    return "\n".join(line for line in (re.sub(" +", " ", line).strip() for line in lines) if line)
