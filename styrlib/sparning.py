"""A file that an utredare asks for by its name: the ending says the kind, and every fault is one sentence."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from styrlib import errors
from styrlib.errors import InputError
from styrlib.files import replacing


def save(path: str | os.PathLike[str], writers: Mapping[str, Callable[[Path], None]]) -> Path:
    """Write the file that is asked for, whole or not at all, and return where it is.

    Parameters
    ----------
    path
        The file; relative to the folder that one stands in.
    writers
        Ending (".png") → what writes such a file where it is told to. The first one is suggested for a missing ending.

    Raises
    ------
    InputError
        When the name has no ending that can be written, or its folder does not exist.
    StyrError
        When the file can't be written: it is open in Excel, or the disk is full.
    """
    if not isinstance(path, (str, os.PathLike)) or not str(path).strip():
        raise InputError(f"Filnamnet ska vara text, till exempel ”figur{next(iter(writers))}”, inte {path!r}.")
    wanted = Path(path).expanduser()
    ending = wanted.suffix.casefold()
    if ending not in writers:
        kinds = swedish_list(list(writers))
        what = f"ändelsen {wanted.suffix}" if ending else "ett namn utan ändelse"
        hint = wanted.with_suffix(next(iter(writers))).name
        raise InputError(f"{wanted.name} har {what}, som inte går att spara. Välj {kinds}, till exempel {hint}.")
    if not wanted.parent.is_dir():
        raise InputError(f"Mappen {wanted.parent} finns inte. Skapa den först, eller välj en annan.")
    try:
        with wanted.open("r+b"):  # Windows lets a file that is open in Excel be replaced by nobody: told at once
            pass
    except FileNotFoundError:
        pass
    except OSError as error:
        raise errors.StyrError(
            f"Filen {wanted} kan inte skrivas över: {errors.reason(error)}. Stäng den och spara igen."
        ) from error
    with replacing(wanted) as temporary:
        writers[ending](temporary)
    return wanted


def swedish_list(endings: list[str]) -> str:
    """Return `.png, .svg eller .xlsx`."""
    *head, last = endings
    return f"{', '.join(head)} eller {last}" if head else last
