"""Whether anything at all has changed since the last whole run: answered before anything heavy is imported.

A run that made, or found, every page keeps one small file in the reports' folder: a digest of all that pages are made
from, and size and time of each page. When all of it still holds there is nothing to do. When anything differs,
`fardigt` looks page by page.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from styrlib.errors import StyrError
from styrlib.files import sweep, write_text
from styrlib.project import Project

FORMAT = 1
FOLDER = ".styr"  # in the reports' folder: what is known of the pages that stand there
FAILED = "misslyckade"  # in the same place: notebooks of reports that could not be made
INTERNAL = "internt"  # where sheets with internal notes go: no start page lists them, and nothing publishes them
PROGRAM = Path(__file__).parent
ENDINGS = (".py", ".j2", ".css", ".js", ".csv", ".svg", ".yaml")


@dataclass(frozen=True)
class Korning:
    """The last whole run.

    Attributes
    ----------
    antal
        How many pages it had.
    uttag
        Name of the snapshot whose figures they show.
    manad
        The snapshot's date in words.
    """

    antal: int
    uttag: str
    manad: str


def program() -> str:
    """Return a digest of the code and templates, and of the versions of Python and all installed packages.

    A package's version stands in the name of its folder, so that none has to be opened.
    """
    digest = hashlib.sha256(sys.version.encode())
    files = (Path(folder) / name for folder, _, names in os.walk(PROGRAM) for name in names if name.endswith(ENDINGS))
    _add(digest, files, PROGRAM)
    for place in sys.path:
        if place and os.path.isdir(place):  # noqa: PTH112  (Path is slow, and this is the fast way)
            names = (entry.name for entry in os.scandir(place) if entry.name.endswith((".dist-info", ".egg-info")))
            digest.update("\0".join(sorted(names)).encode())
    return digest.hexdigest()


def indata(project: Project) -> str:
    """Return a digest of everything in the project that a page may be made from.

    Of a snapshot only its manifest is read: it holds the checksums of the others, and a snapshot never changes.
    Empty when something can't be read: then whoever makes the pages says so better.
    """
    try:
        return _indata(project)
    except OSError:
        return ""


def _indata(project: Project) -> str:
    digest = hashlib.sha256(program().encode())
    raw = project.root / "data" / "raw"
    snapshots = project.kolada.glob("*/manifest.json")
    folders = (project.styrmodell, project.agenda2030, raw / "internt")
    files = (Path(at) / name for folder in folders for at, _, names in os.walk(folder) for name in names)
    notebooks = [*project.notebooks.glob("*.ipynb"), *project.egna_anteckningsbocker]
    _add(digest, [*snapshots, *files, *notebooks], project.root)
    return digest.hexdigest()


def _add(digest: Any, files: Iterable[Path], root: Path) -> None:
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"\0{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)


def find(out: Path, arguments: Mapping[str, Any], inputs: str) -> Korning | None:
    """Return the last whole run with the same arguments, if all that it had is as it was.

    Parameters
    ----------
    out
        The reports' folder.
    arguments
        What was asked for.
    inputs
        From `indata`.
    """
    try:
        kept = json.loads(_place(out, arguments).read_text(encoding="utf-8"))
        same = kept["format"] == FORMAT and kept["indata"] == inputs != "" and kept["sidor"]
        if not same or any(stamp(out / name) != known for name, known in kept["sidor"].items()):
            return None
        return Korning(int(kept["antal"]), str(kept["uttag"]), str(kept["manad"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def remember(
    out: Path, arguments: Mapping[str, Any], inputs: str, korning: Korning, pages: Mapping[str, list[int] | None]
) -> None:
    """Keep what a whole run had; a folder that can't be written costs only that the next run looks closer.

    Parameters
    ----------
    out, arguments, inputs
        As for `find`. `inputs` is of before the run: what was saved during it is for the next one.
    korning
        What to say of it.
    pages
        Every file that must still stand, by its place in `out`, with its `stamp`.
    """
    if not inputs or None in pages.values():
        return
    kept = {"format": FORMAT, "indata": inputs, **vars(korning), "sidor": dict(pages)}
    try:
        write_text(_place(out, arguments), json.dumps(kept, ensure_ascii=False) + "\n")
    except StyrError:
        return


def clear(out: Path) -> None:
    """Remove what killed runs have left half-written in a reports' folder, and look only where reports are."""
    sweep(out)
    for own in ("[0-9][0-9][0-9][0-9]", FOLDER, FAILED, INTERNAL):
        for top in out.glob(own):
            for folder, _, _ in os.walk(top):
                sweep(Path(folder))


def stamp(path: Path | str) -> list[int] | None:
    """Return a file's size and time of change, in nanoseconds; None when it is not there."""
    try:
        facts = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return [facts.st_size, facts.st_mtime_ns]


def _place(out: Path, arguments: Mapping[str, Any]) -> Path:
    asked = json.dumps(arguments, sort_keys=True, ensure_ascii=False)
    return out / FOLDER / f"korning-{hashlib.sha256(asked.encode()).hexdigest()[:16]}.json"


def lines(korning: Korning, index: str, age: str) -> Iterator[str]:
    """Yield what the user is told when there is nothing to do.

    Parameters
    ----------
    korning
        From `find`.
    index
        The start page as the user sees it from where they stand.
    age
        How old the figures are, in words.
    """
    pages = f"alla {korning.antal} sidor är som de ska" if korning.antal > 1 else "sidan är som den ska"
    yield f"Inget har ändrats sedan förra körningen: {pages}. {index}"
    yield f"Siffrorna ur Kolada är från {korning.manad}, {age} gamla."
