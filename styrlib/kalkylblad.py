"""Frames as a workbook or a CSV file to count on with: numbers are numbers, codes are text, nothing is a formula.

The workbook's last sheet, and the CSV file's last line, say whose figures they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from styrlib.platt import DANGEROUS, defused

SOURCE = "Om siffrorna"
NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")  # what Excel does not have in a sheet's name
LONGEST_NAME = 31  # characters of a sheet's name
WIDEST = 60  # characters of a column
NARROWEST = 9


class Blad(NamedTuple):
    """A sheet: its name, its frame, and the decimals that its fractions are shown with, or None for as they are."""

    namn: str
    rader: pd.DataFrame
    decimaler: int | None = None


def write_xlsx(path: Path, blad: Sequence[Blad], om: Mapping[str, str]) -> None:
    """Write a workbook: a sheet for each frame, and one that says what they are.

    Parameters
    ----------
    path
        The file.
    blad
        At least one; a frame's columns are written as they are named.
    om
        What is said of the figures: heading → text. Empty texts are left out.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "Styr"
    book.properties.language = "sv-SE"
    taken: set[str] = {SOURCE.casefold()}
    for one in blad:
        sheet = book.create_sheet(_sheet_name(one.namn, taken))
        _fill(sheet, one)
    about = book.create_sheet(SOURCE)
    for number, (heading, text) in enumerate(((h, t) for h, t in om.items() if t), 1):
        for column, said in ((1, heading), (2, text)):
            cell = about.cell(number, column)
            _put(cell, said)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        about.cell(number, 1).font = Font(bold=True)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 22, 90
    whole = io.BytesIO()  # on a full disk the library would leave a complaint of its own
    book.save(whole)
    path.write_bytes(whole.getvalue())


def write_csv(path: Path, rader: pd.DataFrame, om: str) -> None:
    """Write a CSV file as a Swedish Excel opens it: semicolons, decimal commas, and a byte order mark.

    Texts that a spreadsheet could take for a formula get an apostrophe in front. The source is the last line,
    after an empty one.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([defused(str(name)) for name in rader.columns])
    for row in rader.astype("object").itertuples(index=False, name=None):
        writer.writerow([defused(_value(value)) for value in row])
    writer.writerow([])
    writer.writerow([defused(om)])
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def _fill(sheet: Any, blad: Blad) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, name in enumerate(blad.rader.columns, 1):
        cell = sheet.cell(1, number)
        _put(cell, str(name))
        cell.font = Font(bold=True)
    shown = f"#,##0.{'0' * blad.decimaler}" if blad.decimaler else "#,##0"
    for line, row in enumerate(blad.rader.astype("object").itertuples(index=False, name=None), 2):
        for number, given in enumerate(row, 1):
            cell = sheet.cell(line, number)
            value = _value(given)
            _put(cell, value)
            if isinstance(value, float) and blad.decimaler is not None:
                cell.number_format = shown
    for number, name in enumerate(blad.rader.columns, 1):
        texts = [str(name), *(str(value) for value in blad.rader.iloc[:200, number - 1] if isinstance(value, str))]
        wide = max(NARROWEST, *(len(text) for text in texts)) + 2
        sheet.column_dimensions[get_column_letter(number)].width = min(wide, WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _put(cell: Any, value: Any) -> None:
    """Write a value; a text is a text whatever it begins with, or looks like."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.number_format = "@"
        if value.startswith(DANGEROUS):
            cell.quotePrefix = True
    elif value is not None:
        cell.value = value


def _value(value: Any) -> Any:
    """Return a cell as plain Python; None where it is missing."""
    if value is None or (not isinstance(value, (list, tuple, dict)) and pd.isna(value)):
        return None
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return "ja" if value else "nej"
    plain = value.item() if hasattr(value, "item") else value
    return plain if isinstance(plain, (int, float, str)) else str(plain)


def _sheet_name(wanted: str, taken: set[str]) -> str:
    name = NO_SHEET_NAME.sub(" ", wanted).strip()[:LONGEST_NAME].strip() or "Siffror"
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{name[: LONGEST_NAME - 4]} ({number})"
    taken.add(name.casefold())
    return name
