"""What a workbook that has been filled in says: its rows by field, and all that is wrong with headings and cells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from styrlib import excelut, kalkylcell, kalkylschema
from styrlib.errors import suggestions
from styrlib.excelin import AGAIN, Cell, Row, place
from styrlib.kalkylrader import Nyckel
from styrlib.kalkylschema import Blad


@dataclass(frozen=True)
class Ifylld:
    """A row of the workbook: where it stands and what it says, by field, for the columns that the sheet has."""

    blad: Blad
    nummer: int
    kolumner: Mapping[str, int]  # field → column, from 1
    plain: Mapping[str, str]

    def at(self, falt: str = "") -> str:
        """Return the place of a field's cell, or of the whole row."""
        return place(self.blad.titel, self.nummer, self.kolumner.get(falt, 0))


class Lasning:
    """A workbook being read: its rows, what is wrong and what is to be told."""

    def __init__(self, bok: Mapping[str, list[Row]]) -> None:
        self.bok = bok
        self.fel: list[str] = []
        self.anmarkningar: list[str] = []

    def sheets(self) -> dict[str, list[Ifylld]]:
        """Return the rows of the model's sheets that the workbook has, by title."""
        known = {blad.titel: blad for blad in kalkylschema.sheets()}
        for titel in self.bok:
            if titel not in known and titel not in excelut.OWN:
                near = suggestions(titel, known, most=1)
                hint = f"Ska det heta {near[0]}? " if near else ""
                message = f"Bladet hör inte till mallen. {hint}Byt tillbaka namnet eller ta bort bladet."
                self.fel.append(f"Blad {titel}: {message}")
        found = {}
        for titel, blad in known.items():
            if titel in self.bok:
                found[titel] = self._filled(blad, self.bok[titel])
            else:
                self.anmarkningar.append(f"Bladet {titel} saknas eller är tomt. Där ändras inget.")
        return found

    def _filled(self, blad: Blad, rows: list[Row]) -> list[Ifylld]:
        """Return the rows of a sheet, with all that is wrong in its cells noted."""
        number, heads = rows[0]
        columns: dict[str, int] = {}
        by_head = {kolumn.rubrik.casefold(): kolumn for kolumn in blad.kolumner}
        widest = max(len(cells) for _, cells in rows)
        for at, cell in enumerate([*heads, *[Cell(None)] * (widest - len(heads))], 1):
            text = kalkylcell.clean(str(cell.value or "")).removesuffix("*").strip()
            kolumn = by_head.get(text.casefold())
            if kolumn is None and (text or any(_holds(row, at) for _, row in rows[1:])):
                near = suggestions(text, [k.rubrik for k in blad.kolumner], most=1)
                hint = f"Ska den heta {near[0]}? " if near else ""
                what = f"Rubriken ”{text[:60]}” hör inte till mallen." if text else "Kolumnen har ingen rubrik."
                self.fel.append(f"{place(blad.titel, number, at)}: {what} {hint}Rätta den eller ta bort kolumnen.")
            elif kolumn is not None and kolumn.falt in columns:
                self.fel.append(f"{place(blad.titel, number, at)}: Rubriken ”{text}” står två gånger. Ta bort en.")
            elif kolumn is not None:
                columns[kolumn.falt] = at
        absent = [kolumn for kolumn in blad.kolumner if kolumn.falt not in columns]
        for kolumn in absent:
            if kolumn.nyckel:
                self.fel.append(f"Blad {blad.titel}: Kolumnen {kolumn.rubrik} saknas. {AGAIN}")
            else:
                note = f"Blad {blad.titel}: Kolumnen {kolumn.rubrik} saknas. Det som står i filerna är kvar."
                self.anmarkningar.append(note)
        if any(kolumn.nyckel for kolumn in absent):
            return []
        return [row for number, cells in rows[1:] if (row := self._one(blad, number, cells, columns)) is not None]

    def _one(self, blad: Blad, number: int, cells: list[Cell], columns: dict[str, int]) -> Ifylld | None:
        plain: dict[str, str] = {}
        right = True
        for kolumn in blad.kolumner:
            at = columns.get(kolumn.falt)
            if at is None:
                continue
            cell = cells[at - 1] if at <= len(cells) else Cell(None)
            try:
                plain[kolumn.falt] = kalkylcell.plain(kolumn, cell.value, percent=cell.percent)
            except kalkylcell.CellError as error:
                right = False
                self.fel.append(f"{place(blad.titel, number, at)}: {error}")
        if right and not any(plain.values()):
            return None  # only spaces
        for kolumn in blad.kolumner:
            if kolumn.kravs and plain.get(kolumn.falt) == "":
                right = False
                at = place(blad.titel, number, columns[kolumn.falt])
                self.fel.append(f"{at}: Cellen är tom. Fyll i {kolumn.rubrik}, eller töm hela raden.")
        forval = {kolumn.falt: kolumn.forval for kolumn in blad.kolumner}
        plain = {falt: text or forval[falt] for falt, text in plain.items()}
        return Ifylld(blad, number, columns, plain) if right else None


def origin(bok: Mapping[str, list[Row]]) -> dict[tuple[str, Nyckel], str]:
    """Return what the rows were when the workbook was made, as fingerprints; empty when that is not known."""
    found = {}
    for _, cells in bok.get(excelut.URSPRUNG, [])[1:]:
        texts = [str(cell.value) for cell in cells[:3]]
        try:
            titel, key, was = texts
            found[titel, tuple(str(part) for part in json.loads(key))] = was
        except (ValueError, TypeError):
            return {}
    return found


def wrong_kommun(bok: Mapping[str, list[Row]], kommun: str) -> list[str]:
    """Return why a workbook of another municipality is refused."""
    for number, cells in bok.get(excelut.KOMMUN, []):
        values = [str(cell.value) for cell in cells[:2]]
        if values[0] == excelut.KOD and values[1:] and values[1].zfill(4) != kommun:
            at = place(excelut.KOMMUN, number, 2)
            return [f"{at}: Arbetsboken är gjord för kommun {values[1]}, men det här är {kommun}. Välj rätt fil."]
    return []


def _holds(cells: list[Cell], column: int) -> bool:
    return column <= len(cells) and cells[column - 1].value not in (None, "")
