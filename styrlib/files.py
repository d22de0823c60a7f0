"""Files are written whole or not at all.

Everything is written under a temporary name in the same folder and renamed into
place, so that a reader, or the next run after a crash, meets the old file or the
new one and never half of either.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from styrlib.errors import StyrError, reason

LEFT_BY_WINDOWS = ("desktop.ini", "thumbs.db")  # hidden there, and nothing that a person has put in a folder


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write to, and move it to `path` when the block succeeds.

    Raises
    ------
    StyrError
        When the file can't be written (full disk, no permission); `path` is untouched.
    """
    temporary = None
    try:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StyrError(f"Mappen {path.parent} kan inte skapas: {reason(error)}. Välj en annan.") from error
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # mkstemp makes it private; a report is to be read
        with temporary.open("r+b") as written:  # Windows syncs only what can be written
            os.fsync(written.fileno())
        temporary.replace(path)
    except OSError as error:
        raise StyrError(f"Filen {path} kunde inte skrivas: {reason(error)}. Inget tidigare är ändrat.") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder to fill, and put it in place of `path` when the block succeeds.

    The earlier folder stands until then. Should the machine stop between the two renames,
    the earlier folder is put back the next time. One caller at a time.

    Raises
    ------
    StyrError
        When the folder can't be made or moved; the earlier one stands.
    """
    before = path.with_name(f".{path.name}-forra")
    new = path.with_name(f".{path.name}-ny")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if before.exists() and not path.exists():
            before.rename(path)
        for left in (before, new):
            if left.exists():
                shutil.rmtree(left)
        new.mkdir()
        yield new
        if path.exists():
            path.rename(before)
        try:
            new.rename(path)
        except OSError:
            if before.exists():
                before.rename(path)
            raise
        shutil.rmtree(before, ignore_errors=True)
    except OSError as error:
        message = f"Mappen {path} kunde inte bytas ut: {reason(error)}. Den gamla står kvar. Stäng filer som är öppna."
        raise StyrError(message) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def listing(folder: Path, pattern: str = "*") -> list[Path]:
    """Return the files that a person put in a folder: no folders, nothing hidden, no editor's locks."""
    return sorted(
        path
        for path in folder.glob(pattern)
        if path.is_file() and not path.name.startswith((".", "~")) and path.name.casefold() not in LEFT_BY_WINDOWS
    )


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def sha256(path: Path) -> str:
    """Return the file's SHA-256 as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
