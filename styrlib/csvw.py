"""Tables as CSV with CSVW metadata: files that a program can read without guessing.

Comma between columns, a decimal point and ISO dates, CRLF after each row, in UTF-8 with a byte order mark.
The mark lets Excel read å, ä and ö. The comma is a choice too: a Swedish Excel that opens the file by a
double click shows whole rows in one column, where it would with semicolons have made dates of 12.5.
A text is written as it is, also one that begins with = + - or @: the files are for programs, and a mark in front
of a text would change what was decided.

Sources: RFC 4180; W3C, Model for Tabular Data and Metadata on the Web, and Metadata Vocabulary for Tabular Data
(Recommendations 2015-12-17). The metadata's file name is one of the two that the former looks for.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from styrlib.oppnatabeller import SEPARATOR, Kalla, Kolumn, Tabell

METADATA = "csv-metadata.json"
CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "sv"}]
DIALECT = {
    "encoding": "utf-8",
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "lineTerminators": ["\r\n", "\n"],
}


@dataclass(frozen=True)
class Om:
    """What is said of a group of tables: title, description, publisher, licence and whose figures they hold.

    `licens` is an address, or empty when no licence is decided.
    """

    titel: str
    beskrivning: str
    utgivare: str
    licens: str
    kallor: Mapping[Kalla, str]


def write(tabell: Tabell, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a table as CSV; the same rows give the same bytes.

    Parameters
    ----------
    tabell
        Its columns.
    rows
        Column name → value: text, number, date, truth, or a sequence of ids; None, NaN and an
        absent name are an empty cell.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(tabell.namn)
    for row in rows:
        writer.writerow([cell(kolumn, row.get(kolumn.namn)) for kolumn in tabell.kolumner])
    return text.getvalue().encode("utf-8-sig")


def cell(kolumn: Kolumn, value: Any) -> str:
    """Return a value as it stands in a file."""
    if kolumn.lista:
        return SEPARATOR.join(str(item) for item in value or ())
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if kolumn.typ == "boolean":
        return "true" if value else "false"
    if kolumn.typ == "integer":
        return str(int(value))
    if kolumn.typ == "number":
        return _number(float(value))
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _number(value: float) -> str:
    """Return the shortest text that is the same number, without .0."""
    return str(int(value)) if value.is_integer() else repr(value)


def metadata(tabeller: Mapping[str, Tabell], om: Om) -> str:
    """Return the CSVW metadata of a group of tables, for the file `METADATA` beside them."""
    group: dict[str, Any] = {
        "@context": CONTEXT,
        "dc:title": om.titel,
        "dc:description": om.beskrivning,
        "dc:publisher": om.utgivare,
        "dc:language": "sv",
        **_licence(om),
        "dialect": DIALECT,
        "tables": [_table(name, tabell, om) for name, tabell in tabeller.items()],
    }
    return json.dumps(group, ensure_ascii=False, indent=2) + "\n"


def _licence(om: Om) -> dict[str, Any]:
    return {"dc:license": {"@id": om.licens}} if om.licens else {}


def _table(name: str, tabell: Tabell, om: Om) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(kolumn, required=kolumn.namn in tabell.nyckel) for kolumn in tabell.kolumner],
        "primaryKey": list(tabell.nyckel),
        "rowTitles": [tabell.nyckel[-1]],
    }
    if tabell.hanvisningar:
        schema["foreignKeys"] = [
            {
                "columnReference": list(h.fran),
                "reference": {"resource": f"{h.tabell}.csv", "columnReference": list(h.till)},
            }
            for h in tabell.hanvisningar
        ]
    return {
        "url": f"{name}.csv",
        "dc:title": tabell.titel,
        "dc:description": f"En rad är {tabell.rad}.",
        "dc:source": om.kallor[tabell.kalla],
        **_licence(om),
        "tableSchema": schema,
    }


def _column(kolumn: Kolumn, *, required: bool) -> dict[str, Any]:
    titles: Sequence[str] = [kolumn.namn, kolumn.titel]  # the first is the head in the file
    column: dict[str, Any] = {
        "name": kolumn.namn,
        "titles": list(dict.fromkeys(titles)),
        "dc:description": kolumn.betydelse,
        "datatype": kolumn.typ,
        "null": "",
        "required": required,
    }
    if kolumn.lista:
        column["separator"] = SEPARATOR
    return column
