"""Several of the municipality's files changed together: first tried in a copy, then all replaced, or none."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from styrlib import process, snapshot
from styrlib.errors import InputError, StyrError
from styrlib.files import replacing
from styrlib.project import Project


@dataclass(frozen=True)
class Prov(Project):
    """The project with a copy of the municipality's files in place of its own."""

    kopia: Path

    @property
    def styrmodell(self) -> Path:
        """The copy."""
        return self.kopia


def trial(project: Project, new: Mapping[str, bytes], *, hamtas: bool = False) -> None:
    """Check the whole model as it would be; nothing of the project is touched.

    Parameters
    ----------
    project
        Whose model it is.
    new
        New content by file name.
    hamtas
        Whether the model may name nyckeltal of Kolada's that no snapshot has yet.

    Raises
    ------
    ProblemsError
        With every problem of the model with the new files.
    """
    with tempfile.TemporaryDirectory(prefix="styr-") as folder:
        copy = Path(folder) / "styrmodell"
        shutil.copytree(project.styrmodell, copy, ignore=shutil.ignore_patterns("schema", ".*", "~*"))
        for name, content in new.items():
            (copy / name).write_bytes(content)
        tried = Prov(project.root, copy)
        if hamtas:
            process.wanted(tried)
        else:
            process.read_raw_model(tried, snapshot.find(project.kolada))


def replace(folder: Path, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
    """Replace files, all or none: when one can't be written those before it are put back.

    Parameters
    ----------
    folder
        Where they are.
    old
        What they held when the change was made, by name.
    new
        What they are to hold, by name.

    Raises
    ------
    InputError
        When a file is no longer what it was; nothing is written.
    StyrError
        When a file can't be written.
    """
    for name in new:
        if (folder / name).read_bytes() != old[name]:
            raise InputError(f"{name} har ändrats under tiden. Inget är skrivet. Försök igen.")
        if not (folder / name).stat().st_mode & stat.S_IWUSR:
            raise StyrError(f"{folder / name} är skrivskyddad. Inget är skrivet. Ta bort skrivskyddet och försök igen.")
    done: list[str] = []
    try:
        for name, content in new.items():
            _write(folder / name, content)
            done.append(name)
    except StyrError:
        for name in done:
            _write(folder / name, old[name])
        raise


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(content)
