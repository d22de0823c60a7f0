"""Everything that is said of one nyckeltal for one municipality, gathered in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from styrlib.konsskillnad import Konsskillnad
from styrlib.lage import Lage
from styrlib.maluppfyllelse import Forslag
from styrlib.storlek import Storlek
from styrlib.styrmodell import Jamforelse, Nyckeltal
from styrlib.utveckling import Judged


@dataclass(frozen=True)
class Uppfoljning:
    """One nyckeltal followed up: its latest value, and the judgements of it.

    `serie` holds the municipality's shown values by year; `ar` and `varde` the latest (a hidden value is still
    the latest: `dold`). `bas` is how many it rests on, where known. `bredvid` holds the comparisons' values of the same year.
    """

    nyckeltal: Nyckeltal
    namn: str
    kommun: str
    decimaler: int
    serie: pd.Series
    ar: int | None
    varde: float | None
    dold: bool
    bas: int | None
    bredvid: Mapping[Jamforelse, float | None]
    lage: Lage
    utveckling: Judged
    konsskillnad: Konsskillnad | None
    storlek: Storlek | None
    forslag: Forslag | None
