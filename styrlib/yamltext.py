"""YAML read as text, with the line of every value.

Every scalar stays the text that the author wrote, so that `0114` is not 76 and `no` is
not false; the types are the model's business. Lines are kept so that a problem can be
told with its place.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

from styrlib.errors import Problem, ProblemsError, reason

Place = tuple[str | int, ...]
Lines = dict[Place, int]
QUOTED = "En text som börjar med något av tecknen * & ! % @ ` måste stå inom citattecken."

INDENT = "Indraget är fel på raden eller den ovanför. Nycklar som hör ihop börjar lika långt in."
ONE_KEY = re.compile(r"(- +)?\w+:(?! *\S.*:(\s|$)).*")  # a key, and no second colon that a text could hold
MISPLACED = ("mapping values", "block mapping start", "block sequence start", "'-'", "'?'")  # YAML's words


def read(path: Path, name: str | None = None) -> tuple[Any, Lines]:
    """Return the file's content, every scalar as text, and the line of each place in it.

    Parameters
    ----------
    path
        A YAML file in UTF-8.
    name
        How problems name the file; its file name unless given.

    Returns
    -------
    tuple
        Nested dicts, lists, str and None (an empty value), and a mapping from place
        (keys and 0-based indices) to 1-based line.

    Raises
    ------
    ProblemsError
        When the file can't be read as YAML, or gives a key twice.
    """
    name = name or path.name
    return parse(text_of(path, name), name)


def text_of(path: Path, name: str) -> str:
    """Return the text of a UTF-8 file; ProblemsError says what is wrong with it."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"Filen är inte sparad som UTF-8 (byte {error.start}). Spara om den med kodningen UTF-8."
        raise ProblemsError([Problem(name, 0, "", message)]) from error
    except OSError as error:
        message = f"Filen kan inte läsas: {reason(error)}."
        raise ProblemsError([Problem(name, 0, "", message)]) from error


def parse(text: str, name: str) -> tuple[Any, Lines]:
    """Return the content of a YAML text, as `read` does."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except RecursionError as error:
        message = "Filen har för många nivåer av klamrar eller indrag. Skriv den plattare."
        raise ProblemsError([Problem(name, 0, "", message)]) from error
    except MarkedYAMLError as error:
        raise ProblemsError([_syntax(name, text, error)]) from error
    except YAMLError as error:
        message = "Filen innehåller ett tecken som YAML inte tillåter. Ta bort osynliga tecken och spara som UTF-8."
        raise ProblemsError([Problem(name, 0, "", message)]) from error
    reader = _Reader(name)
    content = reader.content(node, ()) if node is not None else None
    if reader.problems:
        raise ProblemsError(reader.problems)
    return content, reader.lines


def place_text(place: Place) -> str:
    """Return a place as the user counts it: `malbilder[2].nyckeltal[1].id`."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def line_of(lines: Lines, place: Place) -> int:
    """Return the line of a place, or of its nearest parent that the file has."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


class _Reader:
    """Turns YAML nodes into plain Python, noting lines and problems on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: Lines = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def content(self, node: Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in self._seen:  # an alias: it could repeat, or hold, itself without end
            self._problem(place, node, "Referenser med & och * stöds inte. Skriv ut texten i stället.")
            return None
        self._seen.add(id(node))
        if str(node.tag or "").startswith("!"):  # a word that YAML takes for a type, and would leave out
            self._problem(place, node, f"”{node.tag}” läses inte som text. {QUOTED}")
        if isinstance(node, ScalarNode):
            plain = node.style is None  # only an unquoted empty value, ~ or null means "nothing"
            return None if plain and node.value in ("", "~", "null") else node.value
        if isinstance(node, SequenceNode):
            return [self.content(item, (*place, i)) for i, item in enumerate(node.value)]
        result: dict[str, Any] = {}
        for key, value in node.value:
            below = (*place, str(key.value))
            if not isinstance(key, ScalarNode):
                self._problem(place, key, "En nyckel måste vara ett enda ord. Ta bort klamrar och frågetecken.")
                continue
            if key.value in result:
                self._problem(below, key, f"Nyckeln ”{key.value}” står två gånger. Ta bort den ena eller slå ihop dem.")
            self.lines[below] = key.start_mark.line + 1
            result[key.value] = self.content(value, below)
        return result

    def _problem(self, place: Place, node: Node, message: str) -> None:
        self.problems.append(Problem(self.name, node.start_mark.line + 1, place_text(place), message))


def _syntax(name: str, text: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    rows = text.splitlines()
    row = rows[line - 1].strip() if 0 < line <= len(rows) else ""
    if any("\t" in r[: len(r) - len(r.lstrip())] for r in rows[max(0, line - 2) : line]):
        remedy = "Raden börjar med tabb; YAML tillåter bara blanksteg."
    elif error.problem and "mapping values" in error.problem and not ONE_KEY.fullmatch(row):
        remedy = "En text som innehåller kolon och blanksteg måste stå inom citattecken."
    elif error.problem and any(sign in error.problem for sign in MISPLACED):
        remedy = INDENT
    elif re.search(r"(^|[:-]\s+)[*&!%@`]", row):
        remedy = QUOTED
    elif error.problem and "end of stream" in error.problem:
        remedy = "Ett citattecken eller en klammer är öppnad men aldrig stängd."
    else:
        remedy = "Kontrollera indraget, kolon efter nycklar och att citattecken är stängda, även på raden ovanför."
    return Problem(name, line, "", f"Raden kan inte läsas som YAML: ”{row[:60]}”. {remedy}")
