"""What an archive package holds of the project: the model, the figures, the notebooks and the program, as files.

Only what is named here is taken, so that internal notes, what is made and what lies there by chance never come along.
What a self-assessment says that its nämnd has not released is taken out: to archive a draft would make it a
public document (tryckfrihetsförordningen 2 kap. 12 §), and no page shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

import styrlib
from styrlib import snapshot, validate, yamltext
from styrlib.errors import InputError, ProblemsError, reason
from styrlib.files import listing
from styrlib.project import Project

PROGRAM = Path(styrlib.__file__).parent
BESIDE = ("pyproject.toml", "requirements.lock", "environment.yml", "README.md", "LICENSE")  # of the program
# Folders below data/raw/styrmodell, and how the names of their files end.
MODELL = {
    ".": (".yaml",),
    "lokala": (".csv",),
    "las": (".yaml",),
    "las/ersatta": (".yaml",),
    "reportage": (".md",),
    "reportage/bilder": (".png", ".jpg", ".jpeg"),
    "schema": (".json",),
}
NOT_HERE = "Inte med i arkivet, för nämnden har inte släppt skattningen."


def of_project(project: Project) -> tuple[dict[str, bytes], int]:
    """Return the project's own files by their place in it, and how many self-assessments were emptied.

    All whole snapshots come along, since reports tell what has changed between them.

    Raises
    ------
    InputError
        When a file can't be read, or a self-assessment can't be taken out of it.
    """
    found: dict[str, bytes] = {}
    cut = 0
    raw = [
        *(p for folder, ends in MODELL.items() for p in _files(project.styrmodell / folder, ends)),
        *listing(project.agenda2030),
        *(p for whole in snapshot.all_whole(project.kolada) for p in listing(whole.folder)),
        *_files(project.notebooks, (".ipynb",)),
    ]
    for path in raw:
        data = _bytes(path)
        if path.parent == project.styrmodell and path.stem not in validate.SHARED:
            text, number = without_unreleased(data.decode("utf-8-sig"), path.name)
            data, cut = text.encode() if number else data, cut + number
        found[path.relative_to(project.root).as_posix()] = data
    return found, cut


def of_program() -> tuple[dict[str, bytes], list[str]]:
    """Return the program's files by their place in a project, and the names of those that it lacks here.

    A program that was installed from a wheel has no pyproject.toml beside it.
    """
    inside = [p for p in sorted(PROGRAM.rglob("*")) if p.is_file() and not _made(p.relative_to(PROGRAM))]
    found = {f"styrlib/{p.relative_to(PROGRAM).as_posix()}": _bytes(p) for p in inside}
    there = [name for name in BESIDE if (PROGRAM.parent / name).is_file()]
    found |= {name: _bytes(PROGRAM.parent / name) for name in there}
    return found, [name for name in BESIDE if name not in there]


def _made(path: Path) -> bool:
    return path.suffix == ".pyc" or any(part.startswith((".", "__pycache__")) for part in path.parts)


def _files(folder: Path, ends: tuple[str, ...]) -> Iterator[Path]:
    yield from (path for path in listing(folder) if path.suffix in ends)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"Filen {path} kan inte läsas: {reason(error)}. Inget arkiv är skrivet.") from error


def without_unreleased(text: str, name: str) -> tuple[str, int]:
    """Return a nämnd's YAML without what the self-assessments say that are not released, and how many they were.

    That they are there is told by the nämnd's report, so each keeps its place, principle and period. Everything
    else stays as it was written, line by line.

    Parameters
    ----------
    text
        The whole file.
    name
        How an error names it.

    Raises
    ------
    InputError
        When an entry is not written on lines of its own.
    """
    content, _ = yamltext.parse(text, name)
    entries = content.get("styrprinciper") if isinstance(content, dict) else None
    number = sum(not _released(entry) for entry in entries or [])
    if not number:
        return text, 0
    emptied = [entry if _released(entry) else _emptied(entry) for entry in entries]
    lines = text.splitlines(keepends=True)
    key, places = _places(text)
    result: list[str] = []
    done = key + 1  # lines before this one are in the result, or out of it
    result += lines[:done]
    for entry, (first, column, last) in zip(emptied, places, strict=True):
        if _released(entry):
            result += lines[done : last + 1]
        else:  # the comments in front of it go too
            result += [
                f"{lines[first][:column] if i == 0 else ' ' * column}{key}: {value}\n"
                for i, (key, value) in enumerate(entry.items())
            ]
        done = last + 1
    if not _released(emptied[-1]):
        done += sum(1 for _ in _remarks(lines[done:]))
    changed = "".join(result + lines[done:])
    if _parsed(changed, name) != {**content, "styrprinciper": emptied}:
        message = "Självskattningar som inte är släppta kan inte tas bort ur {}. Skriv varje uppgift på en egen rad."
        raise InputError(f"{message.format(name)} Inget arkiv är skrivet.")
    return changed, number


def _emptied(entry: dict[str, str]) -> dict[str, str]:
    return {"princip": entry["princip"], "period": entry["period"], "exempel": NOT_HERE, "forbattring": NOT_HERE}


def _parsed(text: str, name: str) -> object:
    try:
        return yamltext.parse(text, name)[0]
    except ProblemsError:
        return None


def _released(entry: object) -> bool:
    return isinstance(entry, dict) and str(entry.get("slappt", "nej")).casefold() in {"ja", "true"}


def _places(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Return the line of the key, and of each entry its first line, its column and its last line, from 0."""
    root = YAML(typ="safe", pure=True).compose(text)
    assert isinstance(root, MappingNode)
    key, value = next((k, v) for k, v in root.value if k.value == "styrprinciper")
    assert isinstance(value, SequenceNode)
    return key.start_mark.line, [(n.start_mark.line, n.start_mark.column, _last(n)) for n in value.value]


def _last(node: Node) -> int:
    if isinstance(node, ScalarNode):
        # A folded text ends where the next thing begins.
        ends_before = node.end_mark.column == 0 and node.end_mark.line > node.start_mark.line
        return node.end_mark.line - 1 if ends_before else node.end_mark.line
    parts = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
    return max((_last(part) for part in parts), default=node.start_mark.line)


def _remarks(lines: list[str]) -> Iterator[str]:
    """Return the indented comments, and empty lines among them, that the lines begin with."""
    return takewhile(lambda line: line[:1].isspace() and line.lstrip()[:1] in {"", "#"}, lines)
