"""The municipality's files as they are written: which line a place has, whose it is, and every text in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from styrlib import yamltext
from styrlib.files import listing
from styrlib.validate import FRONT_MATTER, SHARED
from styrlib.yamltext import Lines, Place


@dataclass(frozen=True)
class Kallfil:
    """A file that has been read: its content, the line of each place, and its rows."""

    namn: str
    innehall: Any
    lines: Lines
    rader: tuple[str, ...]


class Kallfiler:
    """All files of a model that can be read.

    Parameters
    ----------
    folder
        `data/raw/styrmodell`.

    Raises
    ------
    ProblemsError
        When a YAML file can't be read; `validate.read_styrmodell` tells all such problems.
    """

    def __init__(self, folder: Path) -> None:
        self.filer: dict[str, Kallfil] = {}
        for path in [*listing(folder, "*.yaml"), *listing(folder / "las", "*.yaml")]:
            name = path.relative_to(folder).as_posix()
            text = yamltext.text_of(path, name)
            self._add(name, *yamltext.parse(text, name), text)
        for path in listing(folder / "reportage", "*.md"):
            self._add_story(path, path.relative_to(folder).as_posix())
        for path in listing(folder / "lokala", "*.csv"):
            name = path.relative_to(folder).as_posix()
            self._add(name, None, {}, yamltext.text_of(path, name))

    def _add(self, name: str, content: Any, lines: Lines, text: str) -> None:
        self.filer[name] = Kallfil(name, content, lines, tuple(text.splitlines()))

    def _add_story(self, path: Path, name: str) -> None:
        text = yamltext.text_of(path, name)
        if match := FRONT_MATTER.fullmatch(text):
            content, lines = yamltext.parse("\n" + match["yaml"], name)  # the first line is the row of hyphens
            lines["text",] = text[: match.start("text")].count("\n") + 1
            self._add(name, {**content, "text": match["text"]}, lines, text)

    def line(self, fil: str, place: Place, hit: str = "") -> int:
        """Return the line of a place, or of the first row from there on that has the text `hit`."""
        file = self.filer[fil]
        start = yamltext.line_of(file.lines, place)
        rows = range(start, len(file.rader) + 1) if hit else ()
        return next((n for n in rows if hit in file.rader[n - 1]), start)

    def at(self, fil: str, place: Place) -> Any:
        """Return what stands at a place; None where nothing does."""
        node = self.filer[fil].innehall
        for step in place:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return None
        return node

    def owner(self, fil: str, place: Place = ()) -> str:
        """Return the id of the nämnd that a place concerns; empty for the whole municipality."""
        stem = fil.rpartition("/")[2].partition(".")[0]
        if fil.startswith("lokala/") or ("/" not in fil and stem not in SHARED):
            return stem
        whole, part = self.at(fil, ("namnd",)), self.at(fil, (*place[:2], "namnd"))
        return next((owner for owner in (whole, part) if isinstance(owner, str)), "")

    def texts(self) -> Iterator[tuple[str, Place, str]]:
        """Yield file, place and text of everything that a person has written; the lock holds nothing of its own."""
        for file in self.filer.values():
            content = file.innehall
            if file.namn.startswith("las/"):
                content = {key: value for key, value in content.items() if key in ("avforda", "ersatter")}
            for place, text in _strings(content, ()):
                yield file.namn, place, text


def _strings(node: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _strings(value, (*place, key))
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from _strings(value, (*place, i))
