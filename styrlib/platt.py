"""The model as flat CSV files, one for each sheet of the workbook, for those who count in other programs."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from styrlib import kalkylschema
from styrlib.errors import fold
from styrlib.files import write_text
from styrlib.kalkylrader import Rad

# What a spreadsheet could take for a formula when it opens a CSV file, and what OWASP says of it ("CSV Injection"):
# an apostrophe in front makes it a text.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def write(folder: Path, rader: Mapping[str, Sequence[Rad]]) -> list[Path]:
    """Write one file per sheet, UTF-8 with a byte order mark, semicolons and decimal commas, as Excel in Swedish reads.

    Internal rows are left out. The files are for reading: only the workbook can be taken back.
    """
    paths = []
    for blad in kalkylschema.sheets():
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow(kolumn.rubrik for kolumn in blad.kolumner)
        for row in rader[blad.titel]:
            if not row.intern:
                writer.writerow(defused(row.visat[kolumn.falt]) for kolumn in blad.kolumner)
        path = folder / f"{fold(blad.titel).replace(' ', '-')}.csv"
        write_text(path, "\ufeff" + text.getvalue())
        paths.append(path)
    return paths


def defused(value: Any) -> str:
    """Return a value as text that no spreadsheet takes for a formula; a number is a number, also a negative one."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value).replace(".", ",")
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"'{value}" if value.startswith(DANGEROUS) else value
