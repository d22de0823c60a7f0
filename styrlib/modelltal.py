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


class Modelltal(NamedTuple):
    """Nyckeltal by id, whose model it is (a municipality's code), and the files that could not be read."""

    nyckeltal: dict[str, Nyckeltal]
    kommun: str
    olasta: tuple[str, ...]


def read(folder: Path, ids: Collection[str]) -> Modelltal:
    """Return what the model says of some nyckeltal; those that it does not name are left out."""
    found: dict[str, Nyckeltal] = {}
    unread = []
    for path in listing(folder, "*.yaml"):
        if path.stem in SHARED:
            continue
        try:
            text = path.read_text(encoding="utf-8-sig")
            if any(id_ in text for id_ in ids):
                found |= {n.id: n for n in _described(text) if n.id in ids and n.id not in found}
        except (OSError, ValueError, StyrError):
            unread.append(path.name)
    try:
        content, _ = yamltext.read(folder / KOMMUN_FILE)
        kommun = str(content["kommun"]).zfill(4)
    except (StyrError, KeyError, TypeError):
        kommun = ""
    return Modelltal(found, kommun, tuple(unread))


@lru_cache(maxsize=16)
def _described(text: str) -> tuple[Nyckeltal, ...]:
    content, _ = yamltext.parse(text, "")
    return tuple(_each(content))


def _each(content: Any) -> Iterator[Nyckeltal]:
    malbilder = content.get("malbilder") if isinstance(content, dict) else None
    for malbild in malbilder or ():
        for entry in (malbild.get("nyckeltal") if isinstance(malbild, dict) else None) or ():
            try:
                yield Nyckeltal.model_validate(entry)
            except ValidationError:
                continue
