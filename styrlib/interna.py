"""Internal notes from verksamhetsdialoger: only read here, only shown on a sheet that is asked for with them.

They are Markdown files beside the model, in data/raw/internt/dialoger, and never become part of it: nothing in
data/processed and no page that is published comes near them. `dialogblad` alone imports this module.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from styrlib.errors import Problem, ProblemsError
from styrlib.files import listing
from styrlib.project import Project
from styrlib.styrmodell import Styrmodell
from styrlib.yamltext import text_of

FOLDER = Path("data", "raw", "internt", "dialoger")
NAME = re.compile(r"(?P<om>[a-z0-9-]+)-(?P<datum>[0-9]{4}-[0-9]{2}-[0-9]{2})\.md")
HEADING = re.compile(r"#{1,6}\s+(.*)")
ITEM = re.compile(r"[-*]\s+(.*)")


@dataclass(frozen=True)
class Stycke:
    """Part of a note: `slag` is rubrik, text or punkter, and `rader` its text or its items."""

    slag: str
    rader: tuple[str, ...]


@dataclass(frozen=True)
class Anteckning:
    """The notes of one dialogue."""

    datum: dt.date
    stycken: tuple[Stycke, ...]


def read(project: Project, modell: Styrmodell, namnd: str, verksamhet: str) -> list[Anteckning]:
    """Return the notes of a verksamhet's dialogues, the newest first; none when there is no file.

    Parameters
    ----------
    project
        Where the files are.
    modell
        The steering model: every file must belong to one of its verksamheter.
    namnd, verksamhet
        Ids.

    Raises
    ------
    ProblemsError
        When a file's name does not say which dialogue it belongs to: a note must neither be lost nor
        come on another verksamhet's sheet.
    """
    owners: dict[str, list[tuple[str, str]]] = {}
    for n in modell.namnder:
        for v in n.verksamheter:
            owners.setdefault(f"{n.id}-{v.id}", []).append((n.id, v.id))
    problems, notes = [], []
    for path in listing(project.root / FOLDER):
        found = NAME.fullmatch(path.name)
        day = _day(found["datum"]) if found else None
        whose = owners.get(found["om"], []) if found else []
        if day is None or len(whose) != 1:
            problems.append(Problem(f"{FOLDER.as_posix()}/{path.name}", 0, "", _remedy(whose)))
        elif whose == [(namnd, verksamhet)]:
            notes.append(Anteckning(day, tuple(paragraphs(text_of(path, path.name)))))
    if problems:
        raise ProblemsError(problems)
    return sorted(notes, key=lambda note: note.datum, reverse=True)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _remedy(whose: list[tuple[str, str]]) -> str:
    if len(whose) > 1:
        return "Namnet passar två verksamheter. Ge en av dem ett annat id."
    return "Filen hör inte till någon dialog. Döp den till nämndens id, verksamhetens id och datum, med .md sist."


def paragraphs(markdown: str) -> Iterator[Stycke]:
    """Yield a note's headings, paragraphs and lists of items; other Markdown stands as it is written."""
    kind, held = "", []
    for line in [*markdown.splitlines(), ""]:
        text = line.strip()
        heading, item = HEADING.fullmatch(text), ITEM.fullmatch(text)
        now = "rubrik" if heading else "punkter" if item else "text" if text else ""
        if kind == "punkter" and now == "text" and line[:1].isspace():  # an item that goes on
            held[-1] = f"{held[-1]} {text}"
            continue
        if held and (now != kind or now == "rubrik"):
            yield _stycke(kind, held)
            held = []
        kind = now
        if now:
            held.append((heading or item)[1] if heading or item else text)


def _stycke(kind: str, held: list[str]) -> Stycke:
    return Stycke(kind, tuple(held) if kind == "punkter" else (" ".join(held),))
