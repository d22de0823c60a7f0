r"""Make the snapshot that the project embeds, from an open copy of Kolada's database.

Not part of the daily way: the snapshot is committed. It is here so that anyone with the
same sources can make the same snapshot again:

    python -m styrlib.embed --figures figures.parquet --kpi kpi.csv \
        --municipality municipality.csv --groups municipality_groups.csv \
        --kpi-groups kpi_groups.csv --agenda agenda2030.csv \
        --selection data/raw/urval.csv --extracted 2024-08
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from styrlib import snapshot

FIRST, LAST = 2008, 2022
REGIONS = ("0000", "0005")  # Riket and Region Östergötland, beside the 290 municipalities
FLAGS = {"True": True, "False": False}


def embed(sources: argparse.Namespace) -> snapshot.Snapshot:
    """Write the embedded snapshot from the given sources; see the module's docstring."""
    municipality = _records(sources.municipality)
    units = {m["id"] for m in municipality if m["type"] == "K"} | set(REGIONS)
    chosen = {r["nyckeltal"] for r in _records(sources.selection)} | {r["kpi_id"] for r in _records(sources.agenda)}
    filters = [("kpi", "in", chosen), ("municipality", "in", units), ("period", ">=", FIRST), ("period", "<=", LAST)]
    data = pd.read_parquet(sources.figures, filters=filters)
    known = _records(sources.kpi)
    titles = {m["id"]: m["title"] for m in municipality}
    origin = {
        "source": "Källa: Kolada",
        "origin": (
            "Values as Kolada answered in August 2024, through an open copy of its public database; "
            "catalogue, municipalities and groups as of March 2026."
        ),
        "limits": [
            f"{len(chosen)} nyckeltal, {FIRST}-{LAST}, 290 municipalities, Region Östergötland and Riket.",
            "The copy kept neither status nor count: an absent value may be missing or confidential.",
            "Descriptions are not included; kpi.jsonl's producer comes from them.",
            "The day of extraction is not known, only the month.",
        ],
    }
    catalogues = {
        "kpi": [_kpi(record) for record in known if record["id"] in chosen],
        "kpi_groups": _groups(sources.kpi_groups, "kpi", {kpi["id"]: kpi["title"] for kpi in known}),
        "municipality": municipality,
        "municipality_groups": _groups(sources.groups, "member_id", titles),
    }
    return snapshot.write(sources.out, sources.extracted, [snapshot.table(data)], catalogues, origin, compression=19)


def _records(path: Path) -> list[dict[str, str]]:
    return pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records")


def _kpi(record: dict[str, str]) -> dict[str, Any]:
    return {key: FLAGS.get(value, value or None) for key, value in record.items()}


def _groups(path: Path, member: str, titles: dict[str, str]) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for row in _records(path):
        group = groups.setdefault(row["group_id"], {"id": row["group_id"], "title": row["group_title"], "members": []})
        group["members"].append({"member_id": row[member], "member_title": titles.get(row[member])})
    return [groups[key] for key in sorted(groups)]


def main() -> None:
    """Run `embed` from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("figures", "kpi", "municipality", "groups", "kpi-groups", "agenda", "selection"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--extracted", required=True, help="date of extraction: YYYY-MM or YYYY-MM-DD")
    parser.add_argument("--out", type=Path, default=Path("data/raw/kolada"))
    written = embed(parser.parse_args())
    print(f"{written.folder}: {written.manifest['files']['data.parquet']['rows']} values")


if __name__ == "__main__":
    main()
