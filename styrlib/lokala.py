"""The municipality's own values: CSV files in `data/raw/styrmodell/lokala/`.

One file per body, as a spreadsheet saves it: semicolon or comma between columns,
decimal comma or point, with the columns

========== ==========================================================
nyckeltal  id, L and three to five digits
ar         year
kon        T (all), K (women) or M (men)
varde      the value; empty when missing
antal      how many persons or cases it rests on; empty when not known
========== ==========================================================
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from styrlib.errors import Problem, ProblemsError, suggestions
from styrlib.styrmodell import LOCAL_ID

COLUMNS = ("nyckeltal", "ar", "kon", "varde", "antal")
DTYPES = {"nyckeltal": "str", "ar": "int16", "kon": "str", "varde": "float64", "antal": "Int32"}


def read(folder: Path) -> pd.DataFrame:
    """Return all local values.

    Returns
    -------
    DataFrame
        nyckeltal (str), ar (int16), kon (str: T, K, M), varde (float64), antal (Int32).

    Raises
    ------
    ProblemsError
        With every row that can't be used, by file and line.
    """
    problems: list[Problem] = []
    rows: list[dict[str, object]] = []
    seen: dict[tuple[object, ...], str] = {}
    for path in sorted(folder.glob("*.csv")):
        name = f"{folder.name}/{path.name}"
        for line, record in _records(path, name, problems):
            row = _row(record, name, line, problems)
            if row is None:
                continue
            key = (row["nyckeltal"], row["ar"], row["kon"])
            if key in seen:
                message = f"Värdet för {key[0]}, {key[1]}, {key[2]} finns redan på {seen[key]}. Ta bort det ena."
                problems.append(Problem(name, line, "", message))
            seen[key] = f"{name}, rad {line}"
            rows.append(row)
    if problems:
        raise ProblemsError(problems)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(DTYPES)


def suppress(values: pd.DataFrame, smallest_base: int) -> pd.DataFrame:
    """Hide values that rest on too few, and what would give them away.

    A value whose base is known and under `smallest_base` is hidden. When one of women and
    men is hidden for a year, so is the other, and the total when both could be had from
    it: a reader must not be able to subtract. A base of 0 hides too, for the same reason.

    Parameters
    ----------
    values
        As from `read`.
    smallest_base
        The smallest base that is shown.

    Returns
    -------
    DataFrame
        The same with the column dold (bool); varde and antal are missing where it is true.
    """
    small = (values["antal"] < smallest_base).fillna(False).astype(bool)
    keys = [values["nyckeltal"], values["ar"]]
    by_sex = values["kon"].isin(["K", "M"])
    any_sex = (small & by_sex).groupby(keys).transform("any")
    hidden = small | (by_sex & any_sex) | (by_sex & small.groupby(keys).transform("any"))
    result = values.assign(dold=hidden)
    result.loc[hidden, ["varde", "antal"]] = None
    return result


def _records(path: Path, name: str, problems: list[Problem]) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        message = "Filen är inte sparad som UTF-8. Välj ”CSV UTF-8” när du sparar i Excel."
        problems.append(Problem(name, 0, "", message))
        return []
    head = text.splitlines()[0] if text else ""
    delimiter = ";" if ";" in head else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [c.strip() for c in reader.fieldnames or []]
    absent = [c for c in COLUMNS if c not in columns]
    extra = [c for c in columns if c not in COLUMNS]
    if absent or extra:
        near = [f"”{c}” (menade du {s[0]}?)" if (s := suggestions(c, absent)) else f"”{c}”" for c in extra]
        message = f"Första raden ska vara {';'.join(COLUMNS)}."
        message += f" Saknas: {', '.join(absent)}." if absent else ""
        message += f" Okända: {', '.join(near)}." if near else ""
        problems.append(Problem(name, 1, "", message))
        return []
    records = []
    for record in reader:
        if None in record or None in record.values():
            message = f"Raden har inte {len(COLUMNS)} kolumner. Kontrollera skiljetecknen."
            problems.append(Problem(name, reader.line_num, "", message))
        elif any(v.strip() for v in record.values()):
            records.append((reader.line_num, {k.strip(): v.strip() for k, v in record.items()}))
    return records


def _row(record: dict[str, str], name: str, line: int, problems: list[Problem]) -> dict[str, object] | None:
    row: dict[str, object] = {"nyckeltal": record["nyckeltal"], "kon": record["kon"].upper()}
    found = len(problems)

    def wrong(column: str, remedy: str) -> None:
        problems.append(Problem(name, line, column, f"”{record[column]}” går inte att använda. {remedy}"))

    if not LOCAL_ID.fullmatch(record["nyckeltal"]):
        wrong("nyckeltal", "Ett lokalt nyckeltal skrivs L och tre till fem siffror, till exempel L001.")
    if not (record["ar"].isdigit() and 1990 <= int(record["ar"]) <= 2100):
        wrong("ar", "Skriv året med fyra siffror.")
    if row["kon"] not in ("T", "K", "M"):
        wrong("kon", "Skriv T (alla), K (kvinnor) eller M (män).")
    for column, kind, remedy in (
        ("varde", float, "Skriv ett tal, till exempel 12,5."),
        ("antal", int, "Skriv ett heltal."),
    ):
        text = record[column].replace("\u00a0", "").replace(" ", "").replace(",", ".").replace("−", "-")
        try:
            row[column] = kind(text) if text else None
        except ValueError:
            wrong(column, remedy)
        if row.get(column) is not None and (row[column] != row[column] or abs(row[column]) == float("inf")):
            wrong(column, remedy)
    if isinstance(row.get("antal"), int) and row["antal"] < 0:
        wrong("antal", "Ett antal kan inte vara mindre än noll.")
    if len(problems) > found:
        return None
    return {**row, "ar": int(record["ar"])}
