"""A file of one's own nyckeltal, as CSV or Excel: read, checked, and small numbers hidden.

The rules and the sentences are those of the model's own files (`lokala`), and what is hidden is hidden by the same
rules (`rojandekontroll`). What is hidden is not kept: nothing can be computed from it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from styrlib import artal, kalkylcell, lokala, process, project, rojandekontroll, tables
from styrlib.errors import InputError, Problem
from styrlib.falt import Riktning, unit_name
from styrlib.kalkylschema import Kolumn, Slag
from styrlib.kommuner import find_kommun
from styrlib.lokala import COLUMNS, Record
from styrlib.stavning import in_swedish
from styrlib.styrmodell import Nyckeltal
from styrlib.tabell import KEYS, SEXES, Tabell

if TYPE_CHECKING:
    from styrlib import excelin

DOLD = "dold"
WHY = "dolt: för få, eller skulle röja ett dolt värde"  # short: pandas cuts at 50 characters
AGAIN = "Gör en ny arbetsbok med bara de fem kolumnerna."
DTYPES = {
    "nyckeltal": "str",
    "kommun": "str",
    "ar": "int64",
    "kon": "str",
    "varde": "float64",
    "antal": "Int64",
    "status": "str",
}
CELLS = {name: Kolumn(name, name, Slag.tal if name in ("ar", "varde", "antal") else Slag.text) for name in COLUMNS}


@in_swedish
def las_lokala(
    fil: str | os.PathLike[str],
    *,
    blad: str | None = None,
    enhet: str | Mapping[str, str] = "",
    namn: str | Mapping[str, str] = "",
    rullande: int | Mapping[str, int] | None = None,
    minsta_bas: int | None = None,
    kommun: str | int | None = None,
) -> Tabell:
    """Läs egna nyckeltal ur en CSV- eller Excelfil: kontrollerade, och med små tal dolda.

    Parameters
    ----------
    fil
        A .csv (UTF-8; semicolon or comma between columns) or .xlsx file, from the working folder or the project's, with
        the columns nyckeltal (L and three to
        five digits), ar, kon (T, K, M), varde and antal (how many it rests on; empty where it rests on no persons).
    blad
        Which sheet of a workbook, when several hold something.
    enhet, namn, rullande
        Of nyckeltal that the steering model does not know: unit ("procent" is a share of persons, "antal" a number of
        them), name, and over how many years the value is a rolling mean. One for all, or a dict by id.
    minsta_bas
        The smallest base that is shown; the model's own limit unless given.
    kommun
        Whose figures they are, by name or code; the model's municipality unless given.

    Returns
    -------
    Tabell
        nyckeltal, kommun (str), ar (int64), kon (str), varde (float64), antal (Int64: the base), status (str: "dold"
        where a value is hidden, else missing), sorted, as from `Kolada().hamta`. What is hidden is missing; `saknas`
        tells which and why.

    Raises
    ------
    ProblemsError
        With every row that can't be used, by file and line.
    InputError
        When the file can't be read, or a unit is needed and not given.
    """
    here = project.find()
    path = next((p for p in (Path(fil), here.root / fil) if p.is_file()), Path(fil))
    values = lokala.checked(*_records(path, blad))
    if values.empty:
        raise InputError(f"{path.name} har inga värden: bara rubriken. Skriv en rad per värde under den.")
    made = process.ensure(here)
    modell = process.read_model(made.folder)
    known = {one.id: one for namnd in modell.namnder for _, one in namnd.nyckeltal()}
    ids = [*dict.fromkeys(values["nyckeltal"])]
    told = {id_: known.get(id_) or _unknown(id_, path.name, enhet, namn, rullande) for id_ in ids}
    _refuse_other_units(told, known, enhet)
    limit = modell.kommun.minsta_bas if minsta_bas is None else _limit(minsta_bas)
    code, place = find_kommun(tables.read(made.folder, "kommuner"), modell.kommun.kommun if kommun is None else kommun)
    shown = rojandekontroll.suppress(values, told, limit)
    # As Kolada's titles, a name ends with its unit: charts and readers know it by that.
    words = {id_: f"{one.kortnamn or id_}, {one.enhet}" for id_, one in told.items()} | {code: place}
    found = som_kolada(shown, code, f"Källa: {path.name}, {place} kommuns egen fil.", words)
    found.notis = _note(shown, limit, modell.kommun.minsta_bas)
    return found


def som_kolada(values: pd.DataFrame, kommun: str, kalla: str, forklaringar: dict[str, str]) -> Tabell:
    """Return values in the shape that `Kolada().hamta` gives.

    Parameters
    ----------
    values
        nyckeltal, ar, kon, varde, antal, dold, and status where there is one; varde and antal are missing where dold.
    kommun
        The code of the municipality.
    kalla, forklaringar
        As of `Tabell`.
    """
    given = values["status"] if "status" in values else pd.Series(index=values.index, dtype="str")
    status = given.astype("str").replace("", None).mask(values["dold"], DOLD)
    frame = values.assign(kommun=kommun, status=status)[list(DTYPES)].astype(DTYPES)
    order = frame["kon"].map({sex: i for i, sex in enumerate(SEXES)})
    frame = frame.assign(i=order).sort_values([*KEYS[:3], "i"]).drop(columns="i").reset_index(drop=True)
    lacking = frame.loc[frame["varde"].isna(), [*KEYS, "status"]]
    return Tabell(frame, kalla=kalla, forklaringar=forklaringar, saknas=partial(_lacking, lacking), asked=1)


def _lacking(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what has no value and why, as `Tabell.saknas` tells it."""
    why = rows["status"].replace(DOLD, WHY).fillna("tomt värde")
    spans = rows.assign(orsak=why).groupby(["nyckeltal", "kommun", "orsak"], sort=False)["ar"]
    return spans.agg(lambda years: artal.spans(set(years))).reset_index()[["nyckeltal", "kommun", "ar", "orsak"]]


def _records(path: Path, blad: str | None) -> tuple[list[Record], list[Problem]]:
    problems: list[Problem] = []
    if not path.is_file():
        near = ", ".join(sorted(p.name for p in path.parent.glob("*") if p.suffix.casefold() in (".csv", ".xlsx"))[:8])
        hint = f"I mappen finns: {near}." if near else "Kontrollera namnet och mappen."
        raise InputError(f"Filen {path} finns inte. {hint}")
    if path.suffix.casefold() == ".xlsx":
        return _of_sheet(path, blad, problems), problems
    if path.suffix.casefold() != ".csv":
        raise InputError(f"{path.name} är varken CSV eller Excel. Spara den som .csv eller .xlsx.")
    return lokala.of_csv(path, path.name, problems), problems


def _of_sheet(path: Path, blad: str | None, problems: list[Problem]) -> list[Record]:
    from styrlib import excelin  # charts need this module, and no workbooks

    book = excelin.read(path, AGAIN)
    if not book:
        raise InputError(f"{path.name} är tom. Skriv {', '.join(COLUMNS)} på första raden, och ett värde per rad.")
    if blad is None and len(book) > 1:
        names = ", ".join(f"”{name}”" for name in book)
        raise InputError(f"{path.name} har flera blad med innehåll: {names}. Skriv vilket, med blad=.")
    name = blad if blad is not None else next(iter(book))
    if name not in book:
        raise InputError(f"Bladet ”{name}” finns inte i {path.name}, eller är tomt. Det här finns: {', '.join(book)}.")
    (line, heading), *rows = book[name]
    columns = [kalkylcell.clean(str(cell.value)) if cell.value is not None else "" for cell in heading]
    while columns and not columns[-1]:
        columns.pop()
    where = f"{path.name}, blad {name}"
    if not lokala.has_columns(columns, where, line, problems):
        return []
    return [(where, n, record) for n, cells in rows if (record := _record(cells, columns, where, n, problems))]


def _record(
    cells: list[excelin.Cell], columns: list[str], name: str, line: int, problems: list[Problem]
) -> dict[str, str]:
    record, found = dict.fromkeys(columns, ""), len(problems)
    for column, cell in zip(columns, cells, strict=False):
        try:
            record[column] = kalkylcell.plain(CELLS[column], cell.value, percent=cell.percent)
        except kalkylcell.CellError as error:
            problems.append(Problem(name, line, column, str(error)))
    return record if len(problems) == found else {}


def _unknown(id_: str, name: str, enhet: Any, namn: Any, rullande: Any) -> Nyckeltal:
    """Return what the rules need to know of a nyckeltal that the model does not have."""
    unit, window = _of(enhet, id_), _of(rullande, id_)
    if not unit:
        how = f'las_lokala("{name}", enhet="procent")'
        raise InputError(f"{id_} finns inte i styrmodellen. Skriv enheten, så att små tal döljs rätt: {how}.")
    if window is not None and (isinstance(window, bool) or not isinstance(window, int) or window < 2):
        raise InputError(f"rullande= ska vara ett antal år, minst 2, inte {window!r}.")
    return Nyckeltal.model_construct(
        id=id_,
        kortnamn=_of(namn, id_) or id_,
        enhet=unit_name(str(unit).strip()),
        riktning=Riktning.ingen,
        rullande=window,
    )


def _refuse_other_units(told: Mapping[str, Nyckeltal], known: Mapping[str, Nyckeltal], enhet: Any) -> None:
    """Refuse a unit that is not the model's: the rules would hide too little."""
    for id_, one in told.items():
        given = _of(enhet, id_) if isinstance(enhet, Mapping) else ""
        if id_ in known and given and unit_name(given) != one.enhet:
            raise InputError(f"{id_} har enheten ”{one.enhet}” i styrmodellen, inte ”{given}”. Ta bort enhet= för det.")


def _of(given: Any, id_: str) -> Any:
    return given.get(id_) if isinstance(given, Mapping) else given


def _limit(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise InputError(f"minsta_bas= ska vara ett heltal, minst 1, inte {given!r}.")
    return given


def _note(shown: pd.DataFrame, limit: int, usual: int) -> str:
    n = int(shown["dold"].sum())
    said = f"{n} av {len(shown)} värden är dolda: basen är under {limit}, eller så skulle de röja ett sådant värde."
    said = said if n else f"Inget värde behövde döljas: ingen bas är under {limit}."
    return f"{said} Styrmodellens gräns är {usual}: visa inte tabellen för andra." if limit < usual else said
