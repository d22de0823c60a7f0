"""The model as a workbook that a chef can fill in.

Nothing is computed and nothing can run: texts are written as texts whatever they begin with,
no cells are merged, and there are no pictures, macros or links.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from styrlib import kalkylrader, kalkylschema
from styrlib.errors import InputError
from styrlib.files import replacing
from styrlib.kalkylcell import LONGEST
from styrlib.kalkylrader import Rad
from styrlib.kalkylschema import NAMND, Blad, Kolumn, Slag
from styrlib.styrmodell import Styrmodell

README = "Läs mig"
KOMMUN = "Kommun"
PERIODER = "Perioder"
LISTOR = "Listor"
URSPRUNG = "Ursprung"
OWN = (README, KOMMUN, PERIODER, LISTOR, URSPRUNG)  # sheets that are no part of the model's content
KOD = "Kommunkod"

LAST = 5000  # the last row that has lists to choose from
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet could take for a formula (OWASP, CSV Injection)
HEAD = {True: PatternFill("solid", fgColor="3A3A3A"), False: PatternFill("solid", fgColor="0B4F6C")}
KEY_FILL = PatternFill("solid", fgColor="F2F2F2")
LINE = Border(bottom=Side("thin", color="BFBFBF"))
TOP = Alignment(wrap_text=True, vertical="top")
FORMATS = {Slag.heltal: "0", Slag.tal: "General", Slag.datum: "yyyy-mm-dd"}
PAGE = 190  # characters of a column's width on a landscape page, still legible
LINE_HEIGHT = 15.0  # points
CHOSEN = {  # fields whose values are named elsewhere in the model, and the list of those names
    NAMND: "Nämnd",
    "#Malbild": "Målbild",
    "#Nyckeltal": "Nyckeltal",
    "period": "Period",
    "verksamhet": "Verksamhet",
    "omrade": "Prioriterat område",
    "liknande": "Liknande kommuner, område",
}
FROZEN = 64  # the widest that stays in place when one scrolls sideways: on a small screen the rest must have room


class _Row(RowDimension):
    """A row whose height is a start: the program fits it anew when the row is edited."""

    @property
    def customHeight(self) -> bool:  # noqa: N802  (openpyxl's name)
        """Never: a height that is said to be custom stays when the text grows."""
        return False


def write(path: Path, modell: Styrmodell, rader: Mapping[str, Sequence[Rad]], mal: Mapping[int, str]) -> None:
    """Write the workbook, whole or not at all.

    Parameters
    ----------
    path
        The file, .xlsx.
    modell
        The checked model, of which only what the rows show is written.
    rader
        Rows by title of their sheet, as `kalkylrader.rows` gives them; internal ones are left out.
    mal
        Names of the 17 goals by number.
    """
    book = Workbook()
    book.properties.title = f"Styrmodellen för {modell.kommun.namn}{' (exempel)' if modell.exempel else ''}"
    book.properties.language = "sv-SE"
    book.properties.creator = "Styr"
    shown = {titel: [row for row in some if not row.intern] for titel, some in rader.items()}
    _read_me(book.active, modell, [row.namnd for row in shown["Nämnder"]])
    _kommun(book, modell)
    lists = _lists(modell, shown, mal)
    for blad in kalkylschema.sheets():
        _sheet(book.create_sheet(blad.titel), blad, shown[blad.titel], lists)
    _list_sheet(book, lists)
    _origin(book, shown)
    with replacing(path) as temporary:
        book.save(temporary)


def _read_me(sheet: Worksheet, modell: Styrmodell, namnder: Sequence[str]) -> None:
    sheet.title = README
    kommun = modell.kommun
    lines = [
        (f"Styrmodellen för {kommun.namn}", "Title"),
        (f"Styrmodellens version: {kommun.version}. Nämnder: {', '.join(namnder)}.", ""),
        *([("Innehållet är exempel. Kommunen har inte beslutat det.", "")] if modell.exempel else []),
        ("Vad arbetsboken är", "Headline 2"),
        ("Varje blad är en del av styrmodellen: målbilder, nyckeltal, bedömningar, uppdrag och så vidare.", ""),
        ("Du ändrar i bladen och lämnar tillbaka filen. Utredaren läser in den och ser alla ändringar först.", ""),
        ("Så fyller du i", "Headline 2"),
        ("1. Välj det blad du ska ändra i. Filtrera på din nämnd med pilen i rubriken Nämnd.", ""),
        ("2. Skriv över det som ska ändras. Rubriker med * måste vara ifyllda.", ""),
        ("3. Ny rad: skriv på den första tomma raden under tabellen. Fyll i de grå kolumnerna först.", ""),
        ("4. Många rutor har en lista att välja ur. Peka på en rubrik, så står det vad som ska stå där.", ""),
        ("5. Spara som Excel-arbetsbok (.xlsx) och lämna tillbaka filen.", ""),
        ("Att tänka på", "Headline 2"),
        ("De grå kolumnerna säger vilken rad det är. Ändra dem inte på rader som redan finns.", ""),
        ("En rad som du tar bort försvinner inte av sig själv. Säg till utredaren om den ska bort.", ""),
        ("Skriv funktion, aldrig namn på en person. Skriv inga personuppgifter.", ""),
        ("Skriv inga formler, slå inte ihop celler och byt inte namn på rubriker eller blad.", ""),
        ("Datum skrivs år-månad-dag, till exempel 2026-03-31. Tal skrivs med komma: 12,5.", ""),
        (f"Bladen {KOMMUN}, {PERIODER} och {LISTOR} är till för att läsa. Det du ändrar där läses inte in.", ""),
        (f"Ett dolt blad, {URSPRUNG}, minns hur raderna såg ut. Med det skrivs ingen annans ändring över.", ""),
    ]
    for i, (text, style) in enumerate(lines, 1):
        cell = sheet.cell(i, 1)
        if style:
            cell.style = style
            cell.font = Font(name="Calibri", bold=True, size=18 if style == "Title" else 13, color="0B4F6C")
        _put(cell, text)
        cell.alignment = TOP
    sheet.column_dimensions["A"].width = 100
    sheet.sheet_view.showGridLines = False
    _heights(sheet)
    sheet.row_dimensions[1].height = 2 * LINE_HEIGHT
    _paper(sheet, landscape=False)


def _kommun(book: Workbook, modell: Styrmodell) -> None:
    kommun = modell.kommun
    facts = [
        ("Kommun", kommun.namn),
        (KOD, kommun.kommun),
        ("Styrmodellens version", kommun.version),
        ("Mandatperiod", f"{kommun.mandatperiod.fran}–{kommun.mandatperiod.till}"),
        ("Prioriterade områden", "\n".join(kommun.prioriterade_omraden)),
    ]
    _plain_sheet(book.create_sheet(KOMMUN), ["Uppgift", "Värde"], facts, [26, 50])
    periods = [(p.id, p.namn, p.ar, p.fran, p.till) for p in modell.perioder.values()]
    _plain_sheet(book.create_sheet(PERIODER), ["Period", "Namn", "År", "Från", "Till"], periods, [16, 20, 8, 13, 13])


def _lists(modell: Styrmodell, shown: Mapping[str, Sequence[Rad]], mal: Mapping[int, str]) -> dict[str, list[str]]:
    """Return what there is to choose from, by the key of the columns that choose (see `_list_of`)."""
    areas = {row.visat["liknande"] for row in shown["Nyckeltal"] if row.visat["liknande"]}
    lists = {
        "Ja eller nej": ["Ja", "Nej"],
        "Mål i Agenda 2030": [f"{number} {name}" for number, name in mal.items()],
        "Nämnd": [row.namnd for row in shown["Nämnder"]],
        "Period": list(modell.perioder),
        "Prioriterat område": list(modell.kommun.prioriterade_omraden),
        "Liknande kommuner, område": sorted(areas),
    }
    for blad in kalkylschema.sheets():
        for kolumn in blad.kolumner:
            words = list(kolumn.val.values())
            if kolumn.slag is Slag.val and not kolumn.flera and words not in lists.values():
                name = kolumn.rubrik if kolumn.rubrik not in lists else f"{kolumn.rubrik}, {blad.titel.casefold()}"
                lists[name] = words
    for titel, key in (("Verksamheter", "Verksamhet"), ("Målbilder", "Målbild")):
        lists[key] = list(dict.fromkeys(row.visat["id"] for row in shown[titel]))
    lists["Nyckeltal"] = list(dict.fromkeys(kalkylrader.labelled(row.led[-1]) for row in shown["Nyckeltal"]))
    return {name: values for name, values in lists.items() if values}


def _sheet(sheet: Worksheet, blad: Blad, rows: Sequence[Rad], lists: Mapping[str, list[str]]) -> None:
    for at, kolumn in enumerate(blad.kolumner, 1):
        letter = get_column_letter(at)
        head = sheet.cell(1, at)
        _head(head, kolumn.visad, key=kolumn.nyckel)
        if kolumn.beskrivning:
            head.comment = Comment(
                kolumn.beskrivning, "Styr", height=40 + 18 * (len(kolumn.beskrivning) // 34), width=260
            )
        values = [row.visat[kolumn.falt] for row in rows]
        dimension = sheet.column_dimensions[letter]
        dimension.width = _width(kolumn, values)
        dimension.number_format = _format(kolumn)
        dimension.alignment = TOP
        for number, value in enumerate(values or [None], 2):
            cell = sheet.cell(number, at)
            _put(cell, int(value) if kolumn.slag is Slag.heltal and str(value).isdigit() else value)
            cell.number_format = "0" if isinstance(cell.value, int) and kolumn.flera else _format(kolumn)
            cell.alignment, cell.border = TOP, LINE
            if kolumn.nyckel:
                cell.fill = KEY_FILL
        rule = _rule(kolumn, lists)
        if rule is not None:
            rule.add(f"{letter}2:{letter}{LAST}")
            sheet.add_data_validation(rule)
    last = get_column_letter(len(blad.kolumner))
    table = Table(displayName=blad.cls.__name__, ref=f"A1:{last}{max(len(rows), 1) + 1}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(table)
    sheet.freeze_panes = _frozen(sheet, blad)
    _heights(sheet)
    _paper(sheet, landscape=True)
    sheet.print_title_cols = f"A:{get_column_letter(sum(1 for kolumn in blad.kolumner if kolumn.nyckel))}"


def _rule(kolumn: Kolumn, lists: Mapping[str, list[str]]) -> DataValidation | None:
    """Return what Excel checks while one types; what the files say is checked when the workbook is read."""
    name, only = _choice_list(kolumn, lists)
    if name in lists:
        at = get_column_letter(list(lists).index(name) + 1)
        rule = DataValidation("list", formula1=f"{LISTOR}!${at}$2:${at}${len(lists[name]) + 1}", allow_blank=True)
        # A new målbild or verksamhet is not in the list yet: Excel then asks, and does not refuse.
        rule.errorStyle = "stop" if only else "warning"
        rule.error = "Välj i listan." if only else "Det finns inte i listan. Är det nytt på ett annat blad?"
    elif kolumn.slag is Slag.datum:
        rule = DataValidation("date", operator="greaterThan", formula1="32874", allow_blank=True)
        rule.error = "Skriv ett datum: år-månad-dag, till exempel 2026-03-31."
    elif kolumn.slag is Slag.heltal and not kolumn.flera:
        rule = DataValidation("whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        rule.error = "Skriv ett heltal."
    elif kolumn.slag is Slag.tal:
        rule = DataValidation(
            "decimal", operator="between", formula1="-1000000000", formula2="1000000000", allow_blank=True
        )
        rule.error = "Skriv ett tal, till exempel 12,5."
    else:
        return None
    rule.errorTitle = kolumn.rubrik[:32]
    rule.showErrorMessage = True
    return rule


def _choice_list(kolumn: Kolumn, lists: Mapping[str, list[str]]) -> tuple[str, bool]:
    """Return the list that a column's values are chosen from, if any, and whether nothing else will do."""
    if kolumn.flera:
        return "", False
    if kolumn.slag is Slag.val:
        return next(name for name, values in lists.items() if values == list(kolumn.val.values())), True
    fixed = {Slag.janej: "Ja eller nej", Slag.mal: "Mål i Agenda 2030"}.get(kolumn.slag, "")
    return (fixed, True) if fixed else (CHOSEN.get(kolumn.falt, ""), False)


def _list_sheet(book: Workbook, lists: Mapping[str, list[str]]) -> None:
    sheet = book.create_sheet(LISTOR)
    for at, (name, values) in enumerate(lists.items(), 1):
        _head(sheet.cell(1, at), name, key=False)
        for number, value in enumerate(values, 2):
            cell = sheet.cell(number, at)
            _put(cell, value)
            cell.number_format = "@"
        sheet.column_dimensions[get_column_letter(at)].width = min(max(len(name), *map(len, values)) + 3, 50)
    sheet.freeze_panes = "A2"
    _paper(sheet, landscape=True)


def _origin(book: Workbook, shown: Mapping[str, Sequence[Rad]]) -> None:
    """Write what each row was, so that an import tells the chef's changes from others' (see `kalkyljamforelse`)."""
    rows = [
        (titel, json.dumps(row.nyckel, ensure_ascii=False), kalkylrader.digest(row.plain))
        for titel, some in shown.items()
        for row in some
    ]
    sheet = book.create_sheet(URSPRUNG)
    _plain_sheet(sheet, ["Blad", "Rad", "Spår"], rows, [20, 60, 20])
    sheet.sheet_state = "hidden"


def _plain_sheet(sheet: Worksheet, heads: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[int]) -> None:
    for at, (head, width) in enumerate(zip(heads, widths, strict=True), 1):
        _head(sheet.cell(1, at), head, key=False)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for number, row in enumerate(rows, 2):
        for at, value in enumerate(row, 1):
            cell = sheet.cell(number, at)
            _put(cell, value)
            cell.number_format = "yyyy-mm-dd" if isinstance(value, dt.date) else "@" if isinstance(value, str) else "0"
            cell.alignment, cell.border = TOP, LINE
    sheet.freeze_panes = "A2"
    _heights(sheet)
    _paper(sheet, landscape=True)


def _head(cell: Cell, text: str, *, key: bool) -> None:
    _put(cell, text)
    cell.font = Font(name="Calibri", bold=True, color="FFFFFF")
    cell.fill = HEAD[key]
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.number_format = "@"


def _put(cell: Cell, value: Any) -> None:
    """Write a value; a text is a text whatever it begins with."""
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise InputError(f"En text är längre än {LONGEST} tecken och får inte plats i en cell: ”{value[:60]} …”")
        # Excel reads _x000D_ in a text as a character's number; the first underscore is escaped to keep it text.
        cell.value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(DANGEROUS)
    else:
        cell.value = value


def _format(kolumn: Kolumn) -> str:
    return "@" if kolumn.flera else FORMATS.get(kolumn.slag, "@")


def _width(kolumn: Kolumn, values: Sequence[Any]) -> float:
    """Return a column's width in characters: enough for its words, at most what one reads easily."""
    longest = max((len(line) for value in values if value is not None for line in str(value).split("\n")), default=0)
    least = {Slag.datum: 13, Slag.text: 22, Slag.rader: 40}.get(kolumn.slag, 10)
    most = 60 if kolumn.slag in (Slag.text, Slag.rader) else 34
    head = max(map(len, kolumn.visad.split()), default=0) + 5  # the filter's arrow needs room
    return min(max(longest + 2, head, least), most) if longest <= 100 else most


def _frozen(sheet: Worksheet, blad: Blad) -> str:
    """Return the cell above and left of which all stays in place: headings, and the row's key if it is narrow."""
    keys = sum(1 for kolumn in blad.kolumner if kolumn.nyckel)
    width = sum(sheet.column_dimensions[get_column_letter(at)].width for at in range(1, keys + 1))
    return f"{get_column_letter(keys + 1)}2" if width <= FROZEN else "B2"


def _heights(sheet: Worksheet) -> None:
    """Give every row room for its wrapped text: LibreOffice does not do so by itself."""
    for row in sheet.iter_rows():
        lines = max(_lines(cell.value, sheet.column_dimensions[cell.column_letter].width) for cell in row)
        sheet.row_dimensions[row[0].row] = _Row(sheet, index=row[0].row, ht=lines * LINE_HEIGHT + 3)


def _lines(value: Any, width: float) -> int:
    """Return how many lines a cell takes; words leave about a tenth of each line empty."""
    return sum(max(1, math.ceil(len(line) * 1.1 / width)) for line in str(value or "").split("\n"))


def _paper(sheet: Worksheet, *, landscape: bool) -> None:
    width = sum(dimension.width for dimension in sheet.column_dimensions.values())
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = math.ceil(width / PAGE)
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1" if landscape else None
    sheet.oddFooter.center.text = "&A, sida &P av &N"
