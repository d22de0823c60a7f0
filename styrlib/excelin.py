"""A workbook read as cells, after everything that could harm or deceive has been refused.

Nothing in the file is run, computed or fetched. What the cells mean is said elsewhere.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET  # the parts are searched for a DOCTYPE before they are parsed

from styrlib.errors import InputError, reason

LARGEST = 60_000_000  # bytes when unpacked: the whole model of a small municipality takes three
MOST_PARTS = 500
MOST_COLUMNS = 100
LAST_ROW = 1_048_576
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how a locked workbook, or one from before 2007, begins
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
AGAIN = "Gör en ny arbetsbok med ”styr exportera” och för in ändringarna där."


class WorkbookError(InputError):
    """All that is wrong with a workbook, one sentence each."""

    def __init__(self, name: str, sentences: Iterable[str]) -> None:
        self.sentences = list(dict.fromkeys(sentences))
        n = len(self.sentences)
        head = "Ett fel" if n == 1 else f"{n} fel"
        super().__init__(f"{head} i {name}. Inget är ändrat.\n" + "\n".join(f"  {one}" for one in self.sentences))


@dataclass(frozen=True)
class Cell:
    """What a cell holds, and whether it shows a percentage."""

    value: Any
    percent: bool = False


Row = tuple[int, list[Cell]]  # number on the sheet, cells from column A


def place(blad: str, row: int, column: int = 0) -> str:
    """Return a place as the user sees it: `Blad Bedömningar, cell D7`; column counts from 1, 0 is the whole row."""
    from openpyxl.utils import get_column_letter

    return f"Blad {blad}, cell {get_column_letter(column)}{row}" if column else f"Blad {blad}, rad {row}"


def read(path: Path, again: str = AGAIN) -> dict[str, list[Row]]:
    """Return the cells of every sheet that holds any, by the sheet's name; empty rows are left out.

    `again` says how to make the workbook anew, where it can't be mended.

    Raises
    ------
    WorkbookError
        When the file is no workbook, holds more than cells, or a cell holds a formula or an error.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise WorkbookError(path.name, [f"Filen kan inte läsas: {reason(error)}. Kontrollera namnet."]) from error
    try:
        wrong = _wrong_kind(path, start) or _wrong_parts(path, again)
        found = {} if wrong else _cells(path, wrong)
    except Exception as error:  # (a damaged file can make the reader fail in any way)
        sentence = f"Filen är skadad och kan inte läsas. Öppna den i Excel och spara den på nytt, eller: {again}"
        raise WorkbookError(path.name, [sentence]) from error
    if wrong:
        raise WorkbookError(path.name, wrong)
    return found


def _wrong_parts(path: Path, again: str) -> list[str]:
    with zipfile.ZipFile(path) as parts:
        return _too_much(parts, again) or _dangers(parts, again) or _merged(parts)


def _wrong_kind(path: Path, start: bytes) -> list[str]:
    if start == OLE:
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            return ["Filen är låst med lösenord. Ta bort lösenordet i Excel (Arkiv, Info, Skydda arbetsbok) och spara."]
        return ["Filen är sparad i ett äldre format. Spara den som Excel-arbetsbok (.xlsx)."]
    if path.suffix.casefold() != ".xlsx":
        return ["Filens namn slutar inte på .xlsx. Spara den som Excel-arbetsbok (.xlsx), utan makron."]
    return (
        [] if zipfile.is_zipfile(path) else ["Filen är ingen Excel-arbetsbok. Spara den som Excel-arbetsbok (.xlsx)."]
    )


def _too_much(parts: zipfile.ZipFile, again: str) -> list[str]:
    """Return why a file is not to be unpacked."""
    infos = parts.infolist()
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > LARGEST:
        return [f"Filen är för stor när den packas upp. Ta bort det som inte hör till mallen, eller: {again}"]
    if any(info.flag_bits & 1 for info in infos):
        return ["Filen är låst med lösenord. Spara den utan lösenord."]
    return []


def _dangers(parts: zipfile.ZipFile, again: str) -> list[str]:
    """Return why a file is not to be opened."""
    infos = parts.infolist()
    names = [info.filename.casefold() for info in infos]
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        return ["Filen är ingen Excel-arbetsbok. Spara den som Excel-arbetsbok (.xlsx)."]
    if any("vbaproject" in name or "macrosheets/" in name or "activex/" in name for name in names):
        return ["Filen innehåller makron, som kan köra program. Spara den som Excel-arbetsbok (.xlsx) utan makron."]
    if any("externallinks/" in name or name.endswith("connections.xml") for name in names):
        return ["Filen hämtar värden från andra filer. Bryt länkarna i Excel (Data, Redigera länkar) och spara."]
    for info in infos:
        if info.filename.casefold().endswith((".xml", ".rels", ".vml")):
            text = parts.read(info).replace(b"\0", b"")  # also when it is written in UTF-16
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                return [f"Filen innehåller något som inte hör till en arbetsbok ({info.filename}). {again}"]
            if info.filename.casefold() == "[content_types].xml" and b"macroEnabled" in text:
                return ["Filen är en arbetsbok med makron. Spara den som Excel-arbetsbok (.xlsx) utan makron."]
    return []


def _merged(parts: zipfile.ZipFile) -> list[str]:
    """Return the merged cells, which hide what stands in all but the first of them."""
    targets = {
        relation.get("Id"): relation.get("Target", "").lstrip("/").removeprefix("xl/")
        for relation in _xml(parts, "xl/_rels/workbook.xml.rels")
    }
    found = []
    for sheet in _xml(parts, "xl/workbook.xml").iter(f"{MAIN}sheet"):
        name = f"xl/{targets.get(sheet.get(RELATION), '')}"
        text = parts.read(name).decode("utf-8", "replace") if name in parts.namelist() else ""
        found += [
            f"Blad {sheet.get('name')}, cell {area}: Cellerna är sammanslagna. Dela dem i Excel och spara."
            for area in re.findall(r"<(?:\w+:)?mergeCell\b[^>]*?ref=\"([A-Z0-9:]+)\"", text)
        ]
    return found


def _xml(parts: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(parts.read(name))  # noqa: S314  (without DOCTYPE there are no entities to expand)


def _cells(path: Path, problems: list[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the reader leaves out, such as a theme, is not needed
        from openpyxl import load_workbook  # here, so that a chart does not wait for it

        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # the size that the file claims may be a million empty rows, or too small
                if rows := list(_rows(sheet, problems)):
                    found[sheet.title] = rows
        finally:
            book.close()
    return found


def _rows(sheet: Any, problems: list[str]) -> Iterator[Row]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > LAST_ROW:
            raise ValueError(number)
        cells = [_cell(sheet.title, number, at, cell, problems) for at, cell in enumerate(row[:MOST_COLUMNS], 1)]
        if any(cell.value not in (None, "") for cell in cells):
            yield number, cells


def _cell(blad: str, row: int, column: int, cell: Any, problems: list[str]) -> Cell:
    where = place(blad, row, column)
    if cell.data_type == "f":
        problems.append(f"{where}: Här står en formel. Skriv värdet i stället, eller formatera cellen som Text.")
    elif cell.data_type == "e":
        problems.append(f"{where}: Här står ett fel från Excel, {cell.value}. Skriv värdet i stället.")
    else:
        return Cell(cell.value, "%" in str(getattr(cell, "number_format", "")))
    return Cell(None)
