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
    read = {table["url"]: rows(files[table["url"]]) for table in group["tables"]}
    if group["@context"] != CONTEXT:
        yield "@context"
    if set(read) | {"csv-metadata.json"} != set(files):
        yield "files without metadata"
    for table in group["tables"]:
        head, records = read[table["url"]]
        if [column["name"] for column in table["tableSchema"]["columns"]] != head:
            yield f"{table['url']}: head"
            continue
        for column in table["tableSchema"]["columns"]:
            for fault in _faults(column, [record[column["name"]] for record in records]):
                yield f"{table['url']}: {column['name']}: {fault}"
        yield from _broken_keys(table, {url: records for url, (_, records) in read.items()})


def _faults(column, texts):
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", column["name"]) or column["name"] not in column["titles"]:
        yield "name and titles"
    for text in texts:
        parts = text.split(column["separator"]) if "separator" in column and text else [text]
        if text == column["null"]:
            if column["required"]:
                yield "missing"
        elif not all(re.fullmatch(FORMS[column["datatype"]], part) for part in parts):
            yield f"{text!r} is no {column['datatype']}"


def _broken_keys(table, tables):
    def key(url, names):
        return [tuple(record.get(name) for name in names) for record in tables[url]]

    own = key(table["url"], table["tableSchema"]["primaryKey"])
    if len(set(own)) < len(own):
        yield f"{table['url']}: the primary key repeats"
    for foreign in table["tableSchema"].get("foreignKeys", []):
        there = foreign["reference"]
        known = key(there["resource"], there["columnReference"])
        if len(set(known)) < len(known) or not set(key(table["url"], foreign["columnReference"])) <= set(known):
            yield f"{table['url']}: {foreign['columnReference']} leads nowhere"
