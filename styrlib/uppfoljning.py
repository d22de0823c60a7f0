"""Everything that is said of one nyckeltal for one municipality, gathered in one place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd

from styrlib import analysis, konsskillnad, lage, maluppfyllelse, storlek, swedish, tidtagning, utveckling
from styrlib.falt import Jamforelse, Riktning
from styrlib.konsskillnad import Konsskillnad
from styrlib.lage import Lage
from styrlib.maluppfyllelse import Forslag, Utsikt, Utsiktsskal
from styrlib.storlek import Storlek
from styrlib.styrmodell import Nyckeltal
from styrlib.utveckling import Judged, Skal, Utveckling

FEWEST_CASES = 5
PER = re.compile(r"per ([0-9][0-9 \u00a0]*)")
INAKTUELL = (Skal.for_gammalt, Skal.upphort)


class Utvecklas(StrEnum):
    """Utveckling seen from the desired direction; where there is none, only up or down."""

    battre = "battre"
    oforandrad = "oforandrad"
    samre = "samre"
    okar = "okar"
    minskar = "minskar"
    gar_inte_att_bedoma = "gar_inte_att_bedoma"


@dataclass(frozen=True)
class Uppfoljning:
    """One nyckeltal followed up: its latest value, and the judgements of it.

    `serie` holds the municipality's shown values by year; `ar` and `varde` the latest (a hidden
    value is still the latest: `dold`). `bas` is how many it rests on, where known. `bredvid` holds
    the comparisons' values of the same year.
    `exempel` says that its values are made up, to show what a report can look like, and `fa_fall` that the
    value stands for so few cases that one more would move it far among the municipalities.
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
    exempel: bool = False
    fa_fall: bool = False

    @property
    def inaktuell(self) -> bool:
        """Whether the latest value is too old to be said of today, or the nyckeltal is discontinued."""
        return self.utveckling.skal in INAKTUELL

    @property
    def utvecklas(self) -> Utvecklas:
        """Where the series is going, seen from the desired direction."""
        way = utveckling.NUMBERS[self.utveckling.utveckling]
        if way in (0, utveckling.NOT_JUDGED):
            return Utvecklas(self.utveckling.utveckling)
        if self.nyckeltal.riktning is Riktning.ingen:
            return Utvecklas.okar if way > 0 else Utvecklas.minskar
        return Utvecklas.battre if (way > 0) == (self.nyckeltal.riktning is Riktning.hogre) else Utvecklas.samre

    @property
    def tydlighet(self) -> float:
        """How far the latest value lies from the middle of the ordinary variation, in halves of its width."""
        low, high = self.utveckling.nedre, self.utveckling.ovre
        if self.varde is None or low is None or high is None or high == low:
            return 0.0
        return abs(self.varde - (low + high) / 2) / ((high - low) / 2)


def measured(rows: pd.DataFrame, nyckeltal: Nyckeltal) -> pd.DataFrame:
    """Leave out the years between measurements, in which the source repeats the value before."""
    return rows[rows["ar"].isin(nyckeltal.matar)] if nyckeltal.matar else rows


def since_break(serie: pd.Series, nyckeltal: Nyckeltal) -> pd.Series:
    """Return the years that are measured as the latest one is."""
    if serie.empty:
        return serie
    first = max((b.ar for b in nyckeltal.brott if b.ar <= serie.index[-1]), default=int(serie.index[0]))
    return serie[serie.index >= first]


@tidtagning.part("räkna statistik")
def follow_up(
    nyckeltal: Nyckeltal,
    rows: pd.DataFrame,
    facts: pd.Series,
    *,
    namn: str,
    kommun: tuple[str, str],
    decimaler: int,
    kommuner: Collection[str],
    grupper: Mapping[Jamforelse, Sequence[str]],
    folkmangd: pd.Series,
    mal: tuple[float, int] | None,
    inaktuell: Skal | None,
    exempel: bool = False,
) -> Uppfoljning:
    """Judge one nyckeltal for one municipality.

    Parameters
    ----------
    nyckeltal
        As the model describes it.
    rows
        Its processed values for all municipalities, limited to the years that may be shown.
    facts
        Its row of `analysis.overview`.
    namn
        What the report calls it.
    kommun
        Code and name.
    decimaler
        How many decimals its values are printed with.
    kommuner
        Codes of all municipalities.
    grupper
        Kind of comparison → its members; empty for those that it is not compared with.
    folkmangd
        Inhabitants by municipality.
    mal
        Target level and year.
    inaktuell
        Why the latest value is no longer of today, if it is not: then nothing is judged of it.
    exempel
        Whether its values are made up.
    """
    code, name = kommun
    serie = analysis.series(rows, code)
    year = None if pd.isna(facts["ar"]) else int(facts["ar"])
    comparable = since_break(serie, nyckeltal)
    rolling = {"xmr": utveckling.XMR_ROLLING, "level": utveckling.LEVEL_ROLLING} if nyckeltal.rullande else {}
    few = few_cases(nyckeltal.enhet, facts["varde"], folkmangd.get(code))
    placed = nyckeltal.jamforbart and not inaktuell and not few
    direction = nyckeltal.riktning if placed else Riktning.ingen
    sexes = [since_break(analysis.series(rows, code, kon), nyckeltal) for kon in "KM"]
    known = not pd.isna(facts["varde"])
    return Uppfoljning(
        nyckeltal=nyckeltal,
        namn=namn,
        kommun=name,
        decimaler=decimaler,
        serie=serie,
        ar=year,
        varde=float(facts["varde"]) if known else None,
        dold=bool(facts["dold"]),
        bas=None if pd.isna(facts["antal"]) else int(facts["antal"]),
        bredvid={kind: None if pd.isna(facts[kind]) else float(facts[kind]) for kind in grupper},
        lage=_as_printed(
            lage.judge(rows, code, direction, year or 0, kommuner=kommuner, grupper=grupper),
            facts["varde"],
            facts.get(Jamforelse.riket),
            decimaler,
        ),
        utveckling=Judged(Utveckling.gar_inte_att_bedoma, inaktuell, len(comparable))
        if inaktuell
        else utveckling.judge(comparable, year, **rolling),
        konsskillnad=None if inaktuell else konsskillnad.judge(*sexes),
        storlek=storlek.judge(rows, code, year, kommuner=kommuner, invanare=folkmangd) if placed and year else None,
        exempel=exempel,
        fa_fall=few,
        forslag=_outlook(nyckeltal, comparable, mal, decimaler, current=known and not inaktuell) if mal else None,
    )


def few_cases(enhet: str, varde: float, invanare: float | None) -> bool:
    """Return whether a rate stands for fewer than five cases among all inhabitants, and so among any of them."""
    per = PER.search(enhet)
    if per is None or invanare is None or pd.isna(varde):
        return False
    return bool(varde / int(re.sub(r"[^0-9]", "", per[1])) * invanare < FEWEST_CASES)


def _outlook(
    nyckeltal: Nyckeltal, serie: pd.Series, mal: tuple[float, int], decimaler: int, *, current: bool
) -> Forslag:
    if not current:  # an older value must not stand for where the municipality is now
        return Forslag(Utsikt.gar_inte_att_bedoma, *mal, skal=Utsiktsskal.inaktuellt)
    return maluppfyllelse.outlook(serie, nyckeltal.riktning, *mal, decimaler=decimaler, enhet=nyckeltal.enhet)


def _as_printed(found: Lage, own: float, riket: float | None, decimaler: int) -> Lage:
    """Let equal be what a reader sees as equal: 87,1 is not worse than rikets 87,1."""
    if found.mot_riket and riket is not None and swedish.rounded(own, decimaler) == swedish.rounded(riket, decimaler):
        return replace(found, mot_riket=0)
    return found
