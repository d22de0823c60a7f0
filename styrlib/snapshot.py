"""The raw snapshot: what Kolada answered, as it answered, in one dated folder.

`data/raw/kolada/<date of extraction>/` holds one file per endpoint of Kolada's API,
with Kolada's own field names, and a manifest:

=========================  ==========================================================
file                       content
=========================  ==========================================================
data.parquet               kpi (str), municipality (str), period (int16), gender (str),
                           value (float64), count (Int32), status (str), isdeleted (bool);
                           null where the origin did not say
kpi.jsonl                  the catalogue entries of the snapshot's nyckeltal
kpi_groups.jsonl           Kolada's own groups of nyckeltal, with members
municipality.jsonl         municipalities and regions, Riket included
municipality_groups.jsonl  groups with members: similar municipalities, counties, SKR groups
manifest.json              origin, date, row counts, checksums
=========================  ==========================================================

Forbidden here: renaming, picking years, filling in, computing. A snapshot is whole or
does not exist: the manifest is written last, inside a folder that is then moved in.
The folder's name is the date of extraction, as exactly as it is known (`2024-08`,
`2026-11-21`), so that names sort by age.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from styrlib.errors import InputError, SnapshotError, StyrError, reason
from styrlib.files import sha256

FORMAT = 1
DATE = re.compile(r"\d{4}(-\d\d){0,3}")
CATALOGUES = ("kpi", "kpi_groups", "municipality", "municipality_groups")
NAME = pa.dictionary(pa.int32(), pa.string())
DATA_SCHEMA = pa.schema(
    [
        ("kpi", NAME),
        ("municipality", NAME),
        ("period", pa.int16()),
        ("gender", NAME),
        ("value", pa.float64()),
        ("count", pa.int32()),
        ("status", pa.string()),
        ("isdeleted", pa.bool_()),
    ]
)
KEYS = ["kpi", "municipality", "period", "gender"]
PLAIN_SCHEMA = pa.schema([field.with_type(pa.string()) if field.type == NAME else field for field in DATA_SCHEMA])


@dataclass(frozen=True)
class Snapshot:
    """One whole raw snapshot on disk."""

    folder: Path

    @property
    def name(self) -> str:
        """The date of extraction, which is the folder's name."""
        return self.folder.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest as written."""
        try:
            manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
            whole = all({"rows", "sha256"} <= set(facts) for facts in manifest["files"].values())
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            whole = False
        if not whole:
            raise SnapshotError(f"Uttaget {self.folder} saknar ett läsbart manifest.json. Återställ det.")
        return manifest

    def table(self, nyckeltal: Iterable[str] | None = None, columns: list[str] | None = None) -> pa.Table:
        """Return the values, all or of some nyckeltal, with the columns of `DATA_SCHEMA` or some of them."""
        filters = None if nyckeltal is None else [("kpi", "in", sorted(nyckeltal))]
        path = self.folder / "data.parquet"
        try:
            # partitioning=None: a folder called a=b must not become a column
            return pq.read_table(path, columns=columns, filters=filters, partitioning=None)
        except (OSError, pa.ArrowException) as error:
            raise SnapshotError(f"Filen {path} är skadad. Återställ den.") from error

    def data(self, nyckeltal: Iterable[str] | None = None) -> pd.DataFrame:
        """Return the values as a frame, with Kolada's own column names."""
        kinds = {pa.int32(): pd.Int32Dtype(), pa.bool_(): pd.BooleanDtype()}
        return self.table(nyckeltal).to_pandas(types_mapper=kinds.get)

    def years(self) -> list[int]:
        """Return the years that the snapshot was asked to hold, else those that it has, in order."""
        made = self.manifest.get("fetch")
        if made:
            return list(range(made["years"][0], made["years"][1] + 1))
        return sorted(self.table(columns=["period"])["period"].unique().to_pylist())

    def units(self) -> list[str]:
        """Return the municipalities and regions that the snapshot was asked to hold, else those that it has."""
        made = self.manifest.get("fetch")
        if made:
            return list(made["units"])
        return sorted(self.table(columns=["municipality"])["municipality"].unique().to_pylist())

    def catalogue(self, name: str) -> list[dict[str, Any]]:
        """Return the entries of one of `CATALOGUES` as Kolada gave them."""
        path = self.folder / f"{name}.jsonl"
        if path.name not in self.manifest["files"]:
            raise SnapshotError(f"Uttaget {self.name} saknar Koladas lista {name}. Gör ett nytt med ”styr hamta”.")
        try:
            # Not splitlines(): a title may hold U+2028, which JSON does not escape.
            return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        except (OSError, ValueError) as error:
            raise SnapshotError(f"Filen {path} är skadad. Återställ den.") from error

    def verify(self) -> None:
        """Check every file against the manifest.

        Raises
        ------
        SnapshotError
            When a file is missing or differs from what was written.
        """
        for file, facts in self.manifest["files"].items():
            path = self.folder / file
            if not path.exists() or sha256(path) != facts["sha256"]:
                what = "saknas" if not path.exists() else "är ändrad sedan uttaget gjordes"
                message = f"Filen {path} {what}. Återställ den; råa uttag ändras aldrig."
                raise SnapshotError(message)


def all_whole(folder: Path) -> list[Snapshot]:
    """Return every whole snapshot in `folder`, the oldest first."""
    # A folder that is still being written has a name of another form.
    found = sorted(path.parent for path in folder.glob("*/manifest.json") if DATE.fullmatch(path.parent.name))
    return [Snapshot(path) for path in found]


def find(folder: Path, name: str | None = None) -> Snapshot:
    """Return the newest whole snapshot in `folder`, or the one called `name`.

    Raises
    ------
    SnapshotError
        When there is none.
    """
    every = all_whole(folder)
    whole = [found for found in every if name is None or name == found.name]
    if not whole:
        what = f"Uttaget ”{name}” finns inte" if name is not None else "Ett helt uttag från Kolada finns inte"
        choices = f" Det här finns: {', '.join(found.name for found in every)}." if every else " Kör ”styr hamta”."
        raise SnapshotError(f"{what} i {folder}.{choices}")
    return whole[-1]


def write(
    folder: Path,
    name: str,
    parts: Iterable[pa.Table],
    catalogues: Mapping[str, list[dict[str, Any]]],
    origin: Mapping[str, Any],
    *,
    compression: int = 9,
) -> Snapshot:
    """Write a snapshot beside its place and move it in.

    Parameters
    ----------
    folder
        `data/raw/kolada`.
    name
        Date of extraction: YYYY, YYYY-MM or YYYY-MM-DD, with -02 and so on for more of a day.
    parts
        The columns of `DATA_SCHEMA`, some nyckeltal at a time, sorted by nyckeltal.
    catalogues
        Entries for each of `CATALOGUES`.
    origin
        What the manifest says about source, terms and limits.
    compression
        Level of zstd: 19 is 4 % smaller than 9 and takes ten times as long.

    Raises
    ------
    InputError
        When the name is no date or the snapshot exists already: raw is never overwritten.
    StyrError
        When it can't be written (full disk, no permission).
    """
    if not DATE.fullmatch(name):
        raise InputError(f"”{name}” är inget datum. Skriv uttagets datum som 2026-11-21 eller 2026-11.")
    target = folder / name
    if target.exists():
        raise InputError(f"Uttaget {target} finns redan. Råa uttag skrivs aldrig över: välj ett annat datum.")
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=folder))
    try:
        rows = {"data.parquet": _write_data(parts, beside / "data.parquet", compression)}
        for entity in CATALOGUES:
            lines = [json.dumps(entry, ensure_ascii=False) + "\n" for entry in catalogues[entity]]
            (beside / f"{entity}.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
            rows[f"{entity}.jsonl"] = len(lines)
        manifest = {
            "format": FORMAT,
            "extracted": name,
            **origin,
            "files": {file: {"rows": n, "sha256": sha256(beside / file)} for file, n in rows.items()},
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        (beside / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
        for file in beside.iterdir():  # all of it is on the disk before it counts as a snapshot
            with file.open("r+b") as written:
                os.fsync(written.fileno())
        beside.chmod(0o755)
        beside.rename(target)
    except OSError as error:
        raise StyrError(f"Uttaget {target} kunde inte skrivas: {reason(error)}. Inget tidigare är ändrat.") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Snapshot(target)


def table(frame: pd.DataFrame) -> pa.Table:
    """Return a frame's values as one part of a snapshot: in order, and with nothing where a column is lacking."""
    frame = frame.reindex(columns=DATA_SCHEMA.names)
    keys = ["kpi", "municipality", "gender", "period"]
    frame = frame.astype({key: "str" for key in keys if key != "period"}).sort_values(keys, kind="stable")
    return pa.Table.from_pandas(frame, schema=DATA_SCHEMA, preserve_index=False)


def plain(table: pa.Table) -> pa.Table:
    """Return a table with its names as text, which tables can be joined by."""
    return table.select(PLAIN_SCHEMA.names).cast(PLAIN_SCHEMA)


def within(table: pa.Table, units: Sequence[str], years: Sequence[int]) -> pa.Table:
    """Return the rows of some units and years."""
    inside = pc.is_in(table["municipality"], pa.array(units, pa.string()))
    return table.filter(pc.and_(inside, pc.is_in(table["period"], pa.array(years, pa.int16()))))


def standing(table: pa.Table) -> pa.Table:
    """Return the rows that Kolada has not withdrawn."""
    return table.filter(pc.invert(pc.coalesce(table["isdeleted"], pa.scalar(value=False))))


def _write_data(parts: Iterable[pa.Table], path: Path, compression: int) -> int:
    rows = 0
    # Small row groups in nyckeltal order let a reader fetch a few nyckeltal without the rest;
    # plain values compress to five sixths of dictionary-coded ones (measured on the embedded snapshot).
    with pq.ParquetWriter(
        path,
        DATA_SCHEMA,
        compression="zstd",
        compression_level=compression,
        use_dictionary=["kpi", "municipality", "gender"],
    ) as writer:
        for part in parts:
            writer.write_table(part.cast(DATA_SCHEMA), row_group_size=50_000)
            rows += part.num_rows
    return rows
