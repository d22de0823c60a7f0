"""Municipalities and bodies by whatever name the user has for them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pandas as pd

from styrlib.errors import UnknownNameError
from styrlib.styrmodell import Namnd

RIKET = "0000"


def find_kommun(kommuner: pd.DataFrame, given: str | int) -> tuple[str, str]:
    """Return code and name of the municipality that is meant.

    Parameters
    ----------
    kommuner
        The processed table.
    given
        A code or a name in any case: "0561", "561", 561 (Papermill and YAML eat the
        zero), "Åtvidaberg", "åtvidabergs kommun".

    Raises
    ------
    UnknownNameError
        When there is no such municipality; Riket and regions are not municipalities.
    """
    own = kommuner[kommuner["slag"] == "K"]
    by_name = {name.casefold(): code for code, name in zip(own["kommun"], own["namn"], strict=True)}
    names = dict(zip(own["kommun"], own["namn"], strict=True))
    text = unicodedata.normalize("NFC", str(given).strip())  # macOS pastes å as two characters
    code = text.zfill(4) if text.isdigit() else None
    if code in names:
        return code, names[code]
    folded = text.casefold().removesuffix(" kommun").removesuffix(" stad")
    for name in (folded, folded.removesuffix("s")):
        if name in by_name:
            return by_name[name], names[by_name[name]]
    choices = [*names.values()] if code is None else [*names]
    raise UnknownNameError("kommunen", text, choices)


def find_namnd(namnder: Sequence[Namnd], given: str) -> Namnd:
    """Return the body that is meant by id, short name or name, in any case.

    Raises
    ------
    UnknownNameError
        When there is none; the choices are listed.
    """
    folded = unicodedata.normalize("NFC", str(given).strip()).casefold()
    for namnd in namnder:
        if folded in (namnd.id, namnd.kortnamn.casefold(), namnd.namn.casefold()):
            return namnd
    raise UnknownNameError("nämnden", str(given), [n.id for n in namnder])
