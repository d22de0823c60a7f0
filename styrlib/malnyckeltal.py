"""The nyckeltal that follow a goal, with a municipality's figures, whether a nämnd uses them or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from styrlib import agenda2030, analysis, kommuner, lage, swedish
from styrlib.falt import LOCAL_ID, Jamforelse, Riktning, Sakerhet
from styrlib.lage import Laget
from styrlib.nyckeltal import enhet as unit_of
from styrlib.styrmodell import Malbild, Namnd, Nyckeltal, Styrmodell
from styrlib.uppfoljning import few_cases, measured

POPULATION = "N01951"  # inhabitants, by Kolada
COMPARED = (Jamforelse.liknande, Jamforelse.riket)
# Sheer amounts: they follow a municipality's size, so nothing can be read from standing beside another's.
AMOUNT = re.compile(
    r"(antal|kg|ton|kbm|liter|[kMG]Wh|km|hektar|kvadratkilometer|kr|tkr|mkr|miljoner kronor)( CO2-ekv)?"
)


@dataclass(frozen=True)
class Malnyckeltal:
    """A nyckeltal that follows a goal.

    Attributes
    ----------
    id, titel
        Kolada's, or a local one's.
    kortnamn
        What the nämnd that uses it calls it; empty when none does.
    enhet
        Unit; empty where Kolada's title says none.
    fran_rka, sakerhet, skal
        Whose mapping to the goal it is, how sure, and the municipality's reason when the mapping is its own.
    ar, varde, dold
        The latest value; a hidden one is still the latest. None without values.
    decimaler
        How many decimals its values are printed with.
    bredvid
        The comparisons of the same year: kind → value, None when missing. Empty for amounts that follow size.
    lage
        The quarter among all municipalities; None where no desired direction is known, or nothing can be said.
    upphorde
        Last year of a discontinued one.
    anvands
        Who follows it, under which målbild.
    exempel
        Whether the values are made up.
    """

    id: str
    titel: str
    kortnamn: str
    enhet: str
    fran_rka: bool
    sakerhet: Sakerhet
    skal: str
    ar: int | None
    varde: float | None
    dold: bool
    decimaler: int
    bredvid: Mapping[Jamforelse, float | None]
    lage: Laget | None
    upphorde: int | None
    anvands: tuple[tuple[Namnd, Malbild], ...]
    exempel: bool

    @property
    def text(self) -> str:
        """The latest value as it is printed."""
        return swedish.HIDDEN if self.dold else swedish.number(self.varde, self.decimaler)

    def beside(self, kind: Jamforelse) -> str:
        """Return a comparison as it is printed."""
        return swedish.number(self.bredvid.get(kind), self.decimaler)


def ids(malkoppling: pd.DataFrame, mal: int) -> list[str]:
    """Return the nyckeltal that follow a goal, in the table's order."""
    return list(dict.fromkeys(malkoppling.loc[malkoppling["mal"] == mal, "nyckeltal"]))


def follow(
    mal: int, modell: Styrmodell, frames: Mapping[str, pd.DataFrame], *, ar: int | None, uttag: str
) -> list[Malnyckeltal]:
    """Return the nyckeltal that follow a goal: those that a nämnd uses first, else in the table's order.

    Läge is judged as in the nämnd's report: not of values three years behind the newest, of a discontinued
    nyckeltal, or of fewer than five cases.

    Parameters
    ----------
    mal
        The goal's number.
    modell
        The steering model: whose municipality, desired directions and units.
    frames
        The processed tables by name; `varden` holds the goal's nyckeltal and the population.
    ar
        Last year that is shown; None for the latest.
    uttag
        Name of the raw snapshot: Kolada's projections beyond it are not shown.
    """
    linked = agenda2030.nyckeltal_for_mal(frames["malkoppling"], frames["anvandning"], mal)
    values = frames["varden"]
    local = values["nyckeltal"].astype(str).str.fullmatch(LOCAL_ID.pattern)
    shown = values[(local | (values["ar"] <= int(uttag[:4]))) & (values["ar"] <= (ar or values["ar"].max()))]
    found = _Found(modell, frames, analysis.by_nyckeltal(shown, [POPULATION, *dict.fromkeys(linked["nyckeltal"])]))
    made = [found.one(str(id_), rows) for id_, rows in linked.groupby("nyckeltal", sort=False)]
    return sorted(made, key=lambda n: not n.anvands)


class _Found:
    """What all nyckeltal of a goal are judged with."""

    def __init__(self, modell: Styrmodell, frames: Mapping[str, pd.DataFrame], rows: dict[str, pd.DataFrame]) -> None:
        self.modell, self.rows, self.groups = modell, rows, frames["grupper"]
        self.kommun, self.namn = modell.kommun.kommun, modell.kommun.namn
        self.titles = frames["nyckeltal"].set_index("nyckeltal")
        units = frames["kommuner"]
        self.every = units.loc[units["slag"] == "K", "kommun"].tolist()
        own = [analysis.series(r, self.kommun).index.max() for id_, r in rows.items() if not LOCAL_ID.fullmatch(id_)]
        self.newest = max((int(year) for year in own if not pd.isna(year)), default=0)
        self.known = {n.id: n for namnd in modell.namnder for _, n in namnd.nyckeltal()}

    def one(self, id_: str, links: pd.DataFrame) -> Malnyckeltal:
        first, used, facts = links.iloc[0], self._used(id_, links), self.titles.loc[id_]
        model = self.known.get(id_)
        rows = measured(self.rows[id_], model) if model else self.rows[id_]
        unit = (model.enhet if model else unit_of(facts["titel"])) or ""
        comparable = model.jamforbart if model else not AMOUNT.fullmatch(unit)
        area = model.liknande if model else "övergripande"
        kinds = [kind for kind in COMPARED if kind in self.modell.kommun.jamforelser]
        members = {kind: {id_: self._members(kind, area)} for kind in kinds if comparable}
        row = analysis.overview({id_: rows}, self.kommun, members).loc[id_]
        ended = None if pd.isna(facts["upphorde"]) else int(facts["upphorde"])
        year = None if pd.isna(row["ar"]) else int(row["ar"])
        stale = year is None or year <= self.newest - analysis.STALE_AFTER or (ended or self.newest) < self.newest
        return Malnyckeltal(
            id=id_,
            titel=str(facts["titel"]),
            kortnamn=(model.kortnamn or "") if model else "",
            enhet=unit,
            fran_rka=first["kalla"] == "RKA",
            sakerhet=Sakerhet(first["sakerhet"]),
            skal="" if pd.isna(first["skal"]) else str(first["skal"]),
            ar=year,
            varde=_number(row["varde"]),
            dold=bool(row["dold"]),
            decimaler=self._decimals(rows, model, unit),
            bredvid={kind: _number(row[kind]) for kind in members},
            lage=None if stale or not comparable else self._lage(rows, model, year, row["varde"]),
            upphorde=ended,
            anvands=used,
            exempel=bool(LOCAL_ID.fullmatch(id_)) and any(namnd.exempel for namnd, _ in used),
        )

    def _used(self, id_: str, links: pd.DataFrame) -> tuple[tuple[Namnd, Malbild], ...]:
        pairs = set(zip(links["namnd"], links["malbild"], strict=True))
        return tuple(
            (namnd, malbild)
            for namnd in self.modell.namnder
            for malbild, nyckeltal in namnd.nyckeltal()
            if nyckeltal.id == id_ and (namnd.id, malbild.id) in pairs
        )

    def _members(self, kind: Jamforelse, area: str) -> list[str]:
        return kommuner.members(self.groups, kind, self.kommun, self.namn, area)

    def _decimals(self, rows: pd.DataFrame, model: Nyckeltal | None, unit: str) -> int:
        if model and model.decimaler is not None:
            return model.decimaler
        own = [value for kon in "TKM" for value in analysis.series(rows, self.kommun, kon)]
        target = [model.malniva] if model and model.malniva is not None else []
        return swedish.decimals_for([*own, *target], unit)

    def _lage(self, rows: pd.DataFrame, model: Nyckeltal | None, year: int, value: Any) -> Laget | None:
        if model is None or model.riktning is Riktning.ingen or few_cases(model.enhet, value, self._inhabitants(year)):
            return None
        return lage.judge(rows, self.kommun, model.riktning, year, kommuner=self.every, grupper={}).laget

    def _inhabitants(self, year: int) -> float | None:
        known = analysis.series(self.rows[POPULATION], self.kommun)
        until = known[known.index <= year]
        return float(until.iloc[-1]) if len(until) else None


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
