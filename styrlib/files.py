"""Files are written whole or not at all.

Everything is written under a temporary name in the same folder and renamed into
place, so that a reader, or the next run after a crash, meets the old file or the
new one and never half of either. The name tells which process writes, so that what a
killed one has left can be told from what is being written (`sweep`).
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from styrlib.errors import StyrError, reason

LEFT_BY_WINDOWS = ("desktop.ini", "thumbs.db")  # hidden there, and nothing that a person has put in a folder
HOST = re.sub(r"[^A-Za-z0-9-]", "-", platform.node())[:40] or "dator"
TEMPORARY = re.compile(r"\..+\.(?P<host>[^.]+)\.(?P<pid>[0-9]+)\.[^.]+\.tmp")
LEFT = 24 * 3600  # seconds after which nobody writes a file any longer, on whatever machine
PATIENCE = 600  # seconds to wait for another process


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
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.{HOST}.{os.getpid()}.", suffix=".tmp", dir=path.parent)
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


def sweep(folder: Path) -> None:
    """Remove the temporary files of `replacing` in a folder whose writers are gone; never those of one who writes now.

    A writer on this machine is gone when its process is, or when its number has been given to a younger process than
    the file. Of another machine, on a shared disk, only a file that is a day old is known to be left.

    Parameters
    ----------
    folder
        Looked through without its subfolders; it need not exist.
    """
    try:
        found = [(path, match) for path in folder.iterdir() if (match := TEMPORARY.fullmatch(path.name))]
    except OSError:
        return
    for path, match in found:
        with suppress(OSError):  # another run removes it too, or the folder is not ours to change
            written = path.stat().st_mtime
            here = match["host"] == HOST
            if written < time.time() - LEFT or (here and not _writes(int(match["pid"]), written)):
                path.unlink()


def _writes(pid: int, written: float) -> bool:
    """Whether the process that wrote a file lives; a younger one with its number is another."""
    import psutil

    try:
        return psutil.Process(pid).create_time() <= written + 1  # both are rounded
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Let one process at a time into the block; the others wait.

    Parameters
    ----------
    lock
        A file that is locked meanwhile, and stays. Where it can't be written the block is done without:
        what is wrong with the disk is told by what is to be written there.

    Raises
    ------
    StyrError
        When another process has been in the block for ten minutes.
    """
    from filelock import FileLock, Timeout

    held = FileLock(lock, timeout=PATIENCE)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        held.acquire()
    except Timeout as error:
        raise StyrError(f"En annan körning blir inte klar med {lock.parent}. Avbryt den och kör igen.") from error
    except OSError:
        yield
        return
    try:
        yield
    finally:
        held.release()


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
