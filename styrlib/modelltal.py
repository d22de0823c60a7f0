"""What the steering model says of a few nyckeltal, read without the rest of it: a chart does not wait for the whole.

Only the bodies' files that name a nyckeltal are read. What is wrong in them is told by `styr kontrollera`; here a
file that can't be read is passed over, and the caller told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from styrlib import yamltext
from styrlib.errors import StyrError
from styrlib.files import listing
from styrlib.styrmodell import Nyckeltal
from styrlib.validate import KOMMUN_FILE, SHARED

NO = ("nej", "false")  # as `falt.JaNej` reads them


class Modelltal(NamedTuple):
    """Nyckeltal by id, whose model it is (a municipality's code), and the files that could not be read.

    `exempel` holds the ids of those that a body describes as an example, with target levels that nobody has decided.
    """

    nyckeltal: dict[str, Nyckeltal]
    kommun: str
    olasta: tuple[str, ...]
    exempel: frozenset[str] = frozenset()


def read(folder: Path, ids: Collection[str]) -> Modelltal:
    """Return what the model says of some nyckeltal; those that it does not name are left out."""
    found: dict[str, Nyckeltal] = {}
    examples: set[str] = set()
    unread = []
    for path in listing(folder, "*.yaml"):
        if path.stem in SHARED:
            continue
        try:
            text = path.read_text(encoding="utf-8-sig")
            if any(id_ in text for id_ in ids):
                decided, described = _described(text)
                new = {n.id: n for n in described if n.id in ids and n.id not in found}
                found |= new
                examples |= set() if decided else new.keys()
        except (OSError, ValueError, StyrError):
            unread.append(path.name)
    try:
        content, _ = yamltext.read(folder / KOMMUN_FILE)
        kommun = str(content["kommun"]).zfill(4)
    except (StyrError, KeyError, TypeError):
        kommun = ""
    return Modelltal(found, kommun, tuple(unread), frozenset(examples))


@lru_cache(maxsize=16)
def _described(text: str) -> tuple[bool, tuple[Nyckeltal, ...]]:
    """Return whether a body's file is decided, and no example, and its nyckeltal."""
    content, _ = yamltext.parse(text, "")
    said = content.get("exempel") if isinstance(content, dict) else None
    return str(said).strip().casefold() in NO, tuple(_each(content))


def _each(content: Any) -> Iterator[Nyckeltal]:
    malbilder = content.get("malbilder") if isinstance(content, dict) else None
    for malbild in malbilder or ():
        for entry in (malbild.get("nyckeltal") if isinstance(malbild, dict) else None) or ():
            try:
                yield Nyckeltal.model_validate(entry)
            except ValidationError:
                continue
