"""What tests of charts share: the snapshot's values read past the library, values of one's own, and a chart's texts."""

import re

import pandas as pd

from styrlib.tabell import Tabell

from . import bildmatt
from .conftest import REPOSITORY

ELIGIBLE, VADSTENA = "N15428", "0584"


def raw(*kpis):
    """Return the snapshot's values for all, as Kolada gives them."""
    names = {"kpi": "str", "municipality": "str", "gender": "str", "period": "int64"}
    frame = pd.read_parquet(REPOSITORY / "data" / "raw" / "kolada" / "2024-08" / "data.parquet").astype(names)
    return frame[frame["kpi"].isin(kpis) & (frame["gender"] == "T")]


def of_year(raw, kpi, year):
    rows = raw[(raw["kpi"] == kpi) & (raw["period"] == year)].set_index("municipality")["value"].dropna()
    return rows[[code for code in rows.index if re.fullmatch(r"(?!00)\d{4}", code)]]


def local(values, first=2015, **columns):
    """Return values of one's own as a table."""
    years = range(first, first + len(values))
    rows = {"nyckeltal": "L101", "kommun": VADSTENA, "ar": years, "kon": "T", "varde": values}
    return Tabell(pd.DataFrame(rows | columns), kalla="Källa: Vadstena kommun.")


def texts(diagram):
    return [text for text, *_ in bildmatt.texts(diagram.svg)]


def said(text):
    return text.replace("\u00a0", " ")
