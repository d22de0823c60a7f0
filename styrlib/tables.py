"""The processed tables: what they are called, their columns, and how to read them.

`data/processed/` is made from raw by `process` and never edited by hand. This module is
the one place that says which tables there are; `docs/tabeller.md` is written from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from styrlib import spar, tidtagning
from styrlib.errors import StyrError


@dataclass(frozen=True)
class Table:
    """A processed table: one row per what, and its columns with dtype and meaning."""

    row: str
    columns: dict[str, tuple[str, str]]

    @property
    def dtypes(self) -> dict[str, str]:
        """Column name → pandas dtype."""
        return {name: dtype for name, (dtype, _) in self.columns.items()}


TABLES = {
    "varden": Table(
        "ett värde: nyckeltal, kommun, år och kön",
        {
            "nyckeltal": ("category", "nyckeltalets id, Koladas eller lokalt"),
            "kommun": ("category", "kommunkod, fyra siffror; 0000 är riket"),
            "ar": ("int16", "år"),
            "kon": ("category", "T alla, K kvinnor, M män"),
            "varde": ("float64", "värdet i nyckeltalets enhet; saknas när det inte finns eller är dolt"),
            "antal": (
                "Int32",
                "hur många ett lokalt värde bygger på; saknas när det inte är känt, som för Koladas",
            ),
            "status": ("str", "Koladas status, ordagrant"),
            "dold": ("bool", "sant när värdet är dolt för att det bygger på för få, eller skulle avslöja ett sådant"),
        },
    ),
    "nyckeltal": Table(
        "ett nyckeltal i uttaget eller ett lokalt",
        {
            "nyckeltal": ("str", "id"),
            "titel": ("str", "Koladas titel, eller kortnamnet för ett lokalt"),
            "producent": ("str", "vem som tar fram statistiken"),
            "delas_pa_kon": ("bool", "sant när det finns värden för kvinnor och män"),
            "verksamhetsomrade": ("str", "Koladas verksamhetsområde"),
            "upphorde": ("Int16", "sista år enligt titeln, (-YYYY)"),
            "tidigare_titel": ("str", "Koladas titel i uttaget före, om den var en annan"),
            "kalla": ("str", "Kolada eller kommunen"),
        },
    ),
    "kommuner": Table(
        "en kommun, en region eller riket",
        {
            "kommun": ("str", "kod, fyra siffror"),
            "namn": ("str", "namn"),
            "slag": ("str", "K kommun, L region eller riket"),
        },
    ),
    "grupper": Table(
        "en medlem i en jämförelsegrupp",
        {
            "grupp": ("str", "gruppens id i Kolada"),
            "titel": ("str", "gruppens titel i Kolada"),
            "slag": ("str", "liknande, lan, skr, alla eller ovrig"),
            "omrade": ("str", "verksamhetsområde för liknande kommuner"),
            "agare": ("str", "namnet på kommunen som gruppen liknar"),
            "medlem": ("str", "kod för medlemmen"),
        },
    ),
    "mal": Table(
        "ett av Agenda 2030:s 17 mål",
        {
            "mal": ("int8", "målets nummer"),
            "namn": ("str", "målets svenska namn"),
            "farg": ("str", "FN:s färg"),
            "aspekter": ("str", "hållbarhetsaspekter, åtskilda av komma"),
        },
    ),
    "malkoppling": Table(
        "en koppling mellan ett nyckeltal och ett globalt mål",
        {
            "nyckeltal": ("str", "id"),
            "mal": ("int8", "målets nummer"),
            "kalla": ("str", "RKA eller kommunen"),
            "sakerhet": ("str", "hur säker kopplingen är: hog, medel eller lag"),
            "skal": ("str", "kommunens skäl"),
        },
    ),
    "anvandning": Table(
        "ett nyckeltal som följer en målbild",
        {
            "namnd": ("str", "nämndens id"),
            "malbild": ("str", "målbildens id"),
            "nyckeltal": ("str", "nyckeltalets id"),
        },
    ),
    "lankar": Table(
        "en länk från styrmodellen till ett globalt mål",
        {
            "namnd": ("str", "nämndens id"),
            "slag": ("str", "grunduppdrag, malbild, uppdrag eller aktivitet"),
            "id": ("str", "id på det som länkar"),
            "rubrik": ("str", "rubrik på det som länkar"),
            "mal": ("int8", "målets nummer"),
            "riktning": ("str", "bidrar eller motverkar"),
            "skal": ("str", "varför"),
        },
    ),
    "revideringar": Table(
        "ett värde som skiljer sig från uttaget före",
        {
            "nyckeltal": ("str", "nyckeltalets id"),
            "kommun": ("str", "kommunkod, fyra siffror; 0000 är riket"),
            "ar": ("int64", "år"),
            "kon": ("str", "T alla, K kvinnor, M män"),
            "slag": ("str", "andrat, nytt, nytt ar eller borttaget"),
            "fore": ("float64", "värdet i uttaget före"),
            "efter": ("float64", "värdet i det här uttaget"),
        },
    ),
}


@tidtagning.part("läsa tabeller")
def read(
    processed: Path, name: str, nyckeltal: Iterable[str] | None = None, *, namnd: str | None = None
) -> pd.DataFrame:
    """Return a processed table, or only its rows of some nyckeltal or of a nämnd.

    Raises
    ------
    StyrError
        When the table has not been made.
    """
    path = processed / f"{name}.parquet"
    if not path.exists():
        raise StyrError(f"Tabellen {path} saknas. Kör ”styr bearbeta”.")
    rows = {} if nyckeltal is None else {"nyckeltal": sorted(nyckeltal) or [""]}
    rows |= {} if namnd is None else {"namnd": [namnd]}
    for column, keys in rows.items() or [("", ())]:
        spar.table(processed, name, column, keys)
    filters = [(column, "in", keys) for column, keys in rows.items()] or None
    with spar.unrecorded():
        return pd.read_parquet(path, filters=filters, partitioning=None).astype(TABLES[name].dtypes)


def documentation() -> str:
    """Return `docs/tabeller.md`: every table with its columns, in Swedish."""
    lines = [
        "# Tabeller i data/processed",
        "",
        "Tabellerna görs av `styr bearbeta` ur filerna i `data/raw` och skrivs om när de ändras.",
        "Ändra aldrig en tabell för hand. Den här sidan skrivs av `styr dokumentera`.",
    ]
    for name, table in TABLES.items():
        lines += [
            "",
            f"## {name}",
            "",
            f"En rad är {table.row}.",
            "",
            "| kolumn | typ | betydelse |",
            "| --- | --- | --- |",
        ]
        lines += [f"| `{column}` | {dtype} | {text} |" for column, (dtype, text) in table.columns.items()]
    return "\n".join(lines) + "\n"
