"""The municipality's own values: CSV files in `data/raw/styrmodell/lokala/`.

One file per body, as a spreadsheet saves it: semicolon or comma between columns,
decimal comma or point, with the columns of `MEANING`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from styrlib.errors import Problem, ProblemsError, reason, suggestions
from styrlib.falt import LOCAL_ID
from styrlib.files import listing

MEANING = {
    "nyckeltal": "id: L och tre till fem siffror, till exempel L203",
    "ar": "år",
    "kon": "T alla, K kvinnor, M män",
    "varde": "värdet, med komma eller punkt; tomt när det saknas",
    "antal": "hur många personer eller fall värdet bygger på; tomt för alla år när det är till exempel en kostnad",
}
"""The columns, with what each holds, in the order that they are written."""
COLUMNS = tuple(MEANING)
LONGEST = 100_000  # characters in a file
LARGEST = 1e9
DTYPES = {"nyckeltal": "str", "ar": "int16", "kon": "str", "varde": "float64", "antal": "Int32"}
Record = tuple[str, int, dict[str, str]]  # file, line, text by column


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
    records: list[Record] = []
    for path in listing(folder):
        name = f"{folder.name}/{path.name}"
        if path.suffix != ".csv":
            problems.append(Problem(name, 0, "", "Filen läses inte. Spara den som CSV, med namnet slutande på .csv."))
            continue
        records += of_csv(path, name, problems)
    return checked(records, problems)


def checked(records: Iterable[Record], problems: list[Problem]) -> pd.DataFrame:
    """Return the values of rows: parameters as `of_csv` gives them, the frame and what is raised as of `read`."""
    rows: list[dict[str, object]] = []
    seen: dict[tuple[object, ...], tuple[str, int]] = {}
    for name, line, record in records:
        row = _row(record, name, line, problems)
        if row is None:
            continue
        key = (row["nyckeltal"], row["ar"], row["kon"])
        if key in seen:
            there = "{}, rad {}".format(*seen[key])
            message = f"Värdet för {key[0]}, {key[1]}, {key[2]} finns redan på {there}. Ta bort det ena."
            problems.append(Problem(name, line, "", message))
        seen[key] = (name, line)
        rows.append(row)
    for (id_, year, sex), (name, line) in seen.items():
        if sex != "T" and (id_, year, "T") not in seen:
            message = f"{id_} har inget värde för alla (T) {year}. Lägg till raden; lämna värdet tomt om det saknas."
            problems.append(Problem(name, line, "", message))
    if problems:
        raise ProblemsError(problems)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(DTYPES)


def of_csv(path: Path, name: str, problems: list[Problem]) -> list[Record]:
    """Return the rows of a CSV file as text, and note what is wrong with the file.

    Parameters
    ----------
    path
        The file.
    name
        How problems name it.
    problems
        Gets what is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        message = "Filen är inte sparad som UTF-8. Välj ”CSV UTF-8” när du sparar i Excel."
        problems.append(Problem(name, 0, "", message))
        return []
    except OSError as error:
        problems.append(Problem(name, 0, "", f"Filen kan inte läsas: {reason(error)}."))
        return []
    if len(text) > LONGEST:
        message = f"Filen är större än {LONGEST} tecken. Kontrollera att den bara håller lokala nyckeltal."
        problems.append(Problem(name, 0, "", message))
        return []
    head = text.splitlines()[0] if text else ""
    delimiter = ";" if ";" in head else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    if not has_columns([c.strip() for c in reader.fieldnames or []], name, 1, problems):
        return []
    records: list[Record] = []
    for record in reader:
        if None in record or None in record.values():
            message = f"Raden har inte {len(COLUMNS)} kolumner. Kontrollera skiljetecknen."
            problems.append(Problem(name, reader.line_num, "", message))
        elif any(v.strip() for v in record.values()):
            records.append((name, reader.line_num, {k.strip(): v.strip() for k, v in record.items()}))
    return records


def has_columns(columns: Sequence[str], name: str, line: int, problems: list[Problem]) -> bool:
    """Return whether a heading has the columns that it must have, and note what is wrong with it."""
    absent = [c for c in COLUMNS if c not in columns]
    extra = [c for c in columns if c not in COLUMNS]
    if not absent and not extra and len(columns) == len(set(columns)):
        return True
    near = [f"”{c}” (menade du {s[0]}?)" if (s := suggestions(c, absent)) else f"”{c}”" for c in extra]
    message = f"Första raden ska vara {';'.join(COLUMNS)}."
    message += f" Saknas: {', '.join(absent)}." if absent else ""
    message += f" Okända: {', '.join(near)}." if near else ""
    message += "" if absent or extra else " En kolumn står två gånger."
    problems.append(Problem(name, line, "", message))
    return False


def _row(record: dict[str, str], name: str, line: int, problems: list[Problem]) -> dict[str, object] | None:
    row: dict[str, object] = {"nyckeltal": record["nyckeltal"], "kon": record["kon"].upper()}
    found = len(problems)

    def wrong(column: str, remedy: str) -> None:
        problems.append(Problem(name, line, column, f"”{record[column]}” går inte att använda. {remedy}"))

    if not LOCAL_ID.fullmatch(record["nyckeltal"]):
        wrong("nyckeltal", "Ett lokalt nyckeltal skrivs L och tre till fem siffror, till exempel L001.")
    if not (re.fullmatch(r"[0-9]{4}", record["ar"]) and 1990 <= int(record["ar"]) <= 2100):
        wrong("ar", "Skriv året med fyra siffror.")
    if row["kon"] not in ("T", "K", "M"):
        wrong("kon", "Skriv T (alla), K (kvinnor) eller M (män).")
    kinds = {"varde": float, "antal": int}
    forms = {"varde": r"-?[0-9]+(\.[0-9]+)?", "antal": r"-?[0-9]+"}
    remedies = {"varde": "Skriv ett tal, till exempel 12,5.", "antal": "Skriv ett heltal."}
    for column, kind in kinds.items():
        text = re.sub(r"[ \u00a0]", "", record[column]).replace(",", ".").replace("−", "-")
        if text and (not re.fullmatch(forms[column], text) or abs(float(text)) > LARGEST):
            wrong(column, remedies[column])
        else:
            row[column] = kind(text) if text else None
    if isinstance(row.get("antal"), int) and row["antal"] < 0:
        wrong("antal", "Ett antal kan inte vara mindre än noll.")
    if len(problems) > found:
        return None
    return {**row, "ar": int(record["ar"])}
