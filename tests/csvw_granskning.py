"""A small validator of CSV files against their CSVW metadata, as far as the project uses it."""

import csv
import io
import json
import re

CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "sv"}]
FORMS = {
    "string": r"(?s).*",
    "integer": r"[-+]?[0-9]+",
    "number": r"[-+]?([0-9]+(\.[0-9]+)?)([eE][-+]?[0-9]+)?",
    "boolean": r"true|false",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}


def rows(data):
    """Return the head and the records of a CSV file in bytes."""
    assert data.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    return found[0], [dict(zip(found[0], record, strict=True)) for record in found[1:]]


def problems(files):
    """Yield every fault of a group of tables.

    `files` holds name → bytes: the metadata and the files that lie beside it.
    """
    group = json.loads(files["csv-metadata.json"])
    if group["@context"] != CONTEXT:
        yield "@context"
    tables = {}
    for table in group["tables"]:
        head, records = rows(files[table["url"]])
        columns = table["tableSchema"]["columns"]
        tables[table["url"]] = records
        if [column["name"] for column in columns] != head:
            yield f"{table['url']}: head"
        for column in columns:
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", column["name"]) or column["name"] not in column["titles"]:
                yield f"{table['url']}: {column['name']}: name and titles"
            for record in records:
                text = record[column["name"]]
                parts = text.split(column["separator"]) if "separator" in column and text else [text]
                if text == column["null"]:
                    if column["required"]:
                        yield f"{table['url']}: {column['name']}: missing"
                elif not all(re.fullmatch(FORMS[column["datatype"]], part) for part in parts):
                    yield f"{table['url']}: {column['name']}: {text!r} is no {column['datatype']}"
        key = [tuple(record[name] for name in table["tableSchema"]["primaryKey"]) for record in records]
        if len(set(key)) < len(key):
            yield f"{table['url']}: the primary key repeats"
    for table in group["tables"]:
        for foreign in table["tableSchema"].get("foreignKeys", []):
            there = foreign["reference"]
            known = [tuple(r[name] for name in there["columnReference"]) for r in tables[there["resource"]]]
            used = {tuple(r[name] for name in foreign["columnReference"]) for r in tables[table["url"]]}
            if len(set(known)) < len(known) or not used <= set(known):
                yield f"{table['url']}: {foreign['columnReference']} leads nowhere"
    if set(tables) | {"csv-metadata.json"} != set(files):
        yield "files without metadata"
