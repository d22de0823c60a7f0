"""A nämnd's follow-up for one municipality: all that a report says, before it is written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from styrlib import analysis, kommuner, maluppfyllelse, samrorelse, swedish, tidpunkt, uppfoljning
from styrlib.falt import Grad, Jamforelse, Malniva, Status
from styrlib.maluppfyllelse import Rakneforslag
from styrlib.samrorelse import Samrorelse
from styrlib.styrmodell import Aktivitet, Bedomning, Malbild, Namnd, Nyckeltal, Period, Styrmodell, Uppdrag
from styrlib.uppfoljning import Uppfoljning
from styrlib.utveckling import Skal

POPULATION = "N01951"  # inhabitants, by Kolada


@dataclass(frozen=True)
class Arende:
    """Something that waits for the nämnd: what, why, and where in the report it stands."""

    rubrik: str
    skal: str
    lank: str


class Namnduppfoljning:
    """Nämndens uppföljning: värden, bedömningar och vad de tillsammans säger.

    Parameters
    ----------
    modell, namnd
        The steering model and one of its bodies.
    kommun
        Code and name of the municipality whose figures are shown.
    ar
        Last year that is shown; None for the latest.
    uttag
        Name of the raw snapshot.
    frames
        The processed tables by name; `varden` holds the body's nyckeltal and the population.
    nivaer
        Which nyckeltal are shown, by whom they are followed up for: a verksamhet's own are not for the politicians.
    """

    def __init__(
        self,
        modell: Styrmodell,
        namnd: Namnd,
        kommun: tuple[str, str],
        ar: int | None,
        uttag: str,
        frames: dict[str, pd.DataFrame],
        nivaer: tuple[Malniva, ...] = (Malniva.namnd, Malniva.kf),
    ) -> None:
        self.modell, self.namnd, self.uttag, self.frames = modell, namnd, uttag, frames
        self.kommun, self.namn = kommun
        self.nivaer = nivaer
        self.valt_ar = ar
        self.egen = self.kommun == modell.kommun.kommun
        varden = frames["varden"]
        # Kolada also holds projections; without a chosen year nothing of it from after the extraction is shown.
        local = varden["nyckeltal"].isin([n.id for _, n in namnd.nyckeltal() if n.lokalt])
        shown = varden[(local | (varden["ar"] <= int(uttag[:4]))) & (varden["ar"] <= (ar or varden["ar"].max()))]
        by_id = analysis.by_nyckeltal(shown, list(self.nyckeltal))
        self.varden = {id_: uppfoljning.measured(rows, self.nyckeltal[id_]) for id_, rows in by_id.items()}
        self._folkmangd = shown[(shown["nyckeltal"] == POPULATION) & (shown["kon"] == "T")]
        self._invanare: dict[Any, pd.Series] = {}
        self.titlar = frames["nyckeltal"].set_index("nyckeltal")

    @property
    def malbilder(self) -> tuple[Malbild, ...]:
        """Nämndens målbilder, i ordning."""
        return self.namnd.malbilder

    @cached_property
    def nyckeltal(self) -> dict[str, Nyckeltal]:
        """Nämndens nyckeltal på de nivåer som visas, efter id; lokala bara för den egna kommunen."""
        shown = [n for _, n in self.namnd.nyckeltal() if n.niva in self.nivaer]
        return {n.id: n for n in shown if self.egen or not n.lokalt}

    @cached_property
    def overview(self) -> pd.DataFrame:
        """Senaste värde och jämförelser per nyckeltal: see `analysis.overview`."""
        return analysis.overview(self.varden, self.kommun, self.members)

    @cached_property
    def uppfoljningar(self) -> dict[str, Uppfoljning]:
        """Allt som sägs om varje nyckeltal, efter id."""
        return {
            id_: uppfoljning.follow_up(
                n,
                self.varden[id_],
                self.overview.loc[id_],
                namn=self.short_name(n),
                kommun=(self.kommun, self.namn),
                decimaler=self.decimals(n),
                kommuner=self.kommunkoder,
                grupper={kind: self.members[kind][id_] for kind in self.modell.kommun.jamforelser},
                folkmangd=self._population(self.overview.loc[id_, "ar"]),
                mal=self.target(n),
                inaktuell=self._stale(id_),
                exempel=n.lokalt and self.namnd.exempel,
            )
            for id_, n in self.nyckeltal.items()
        }

    @cached_property
    def kommunkoder(self) -> list[str]:
        """Alla kommuners koder: inte regioner, inte riket."""
        units = self.frames["kommuner"]
        return units.loc[units["slag"] == "K", "kommun"].tolist()

    @property
    def lokal_kalla(self) -> str:
        """Källan för lokala värden."""
        return f"Källa: {self.modell.kommun.namn} kommun{' (exempel)' if self.namnd.exempel else ''}."

    def foljda(self, malbild: Malbild) -> list[Uppfoljning]:
        """Målbildens nyckeltal som de följs upp, i ordning."""
        return [self.uppfoljningar[n.id] for n in malbild.nyckeltal if n.id in self.nyckeltal]

    def lank(self, u: Uppfoljning) -> str:
        """Where in the report the nyckeltal stands: under the first målbild that it follows."""
        return next(f"{m.id}-{n.id}" for m, n in self.namnd.nyckeltal() if n.id == u.nyckeltal.id)

    def _population(self, year: Any) -> pd.Series:
        """Return inhabitants by municipality the year, or the nearest one before that has any."""
        key = None if pd.isna(year) else int(year)
        if key not in self._invanare:
            self._invanare[key] = self._population_of(key)
        return self._invanare[key]

    def _population_of(self, year: int | None) -> pd.Series:
        rows = self._folkmangd if year is None else self._folkmangd[self._folkmangd["ar"] <= year]
        return rows[rows["ar"] == rows["ar"].max()].set_index("kommun")["varde"].dropna()

    def short_name(self, nyckeltal: Nyckeltal) -> str:
        """Nyckeltalets korta namn, eller Koladas titel."""
        return nyckeltal.kortnamn or str(self.titlar.loc[nyckeltal.id, "titel"])

    @cached_property
    def newest(self) -> int:
        """Return the newest year that Kolada has any of the values for; 0 without values."""
        kolada = [i for i, n in self.nyckeltal.items() if not n.lokalt]
        years = self.overview.loc[kolada, "ar"].dropna()
        return int(years.max()) if len(years) else 0

    @cached_property
    def gamla(self) -> dict[str, int]:
        """Nyckeltal vars senaste värde är minst tre år äldre än det nyaste, med årtalet."""
        years = self.overview["ar"]
        old = years.notna() & (years <= self.newest - analysis.STALE_AFTER)
        return {str(i): int(years[i]) for i in self.overview.index[old]}

    @cached_property
    def upphorda(self) -> dict[str, int]:
        """Nyckeltal som Kolada har slutat uppdatera, med sista årtalet."""
        ended = self.titlar["upphorde"].reindex(self.overview.index).dropna()
        return {str(i): int(year) for i, year in ended.items() if not self.valt_ar or year <= self.valt_ar}

    def _stale(self, id_: str) -> Skal | None:
        if self.upphorda.get(id_, self.newest) < self.newest:
            return Skal.upphort
        return Skal.for_gammalt if id_ in self.gamla else None

    @cached_property
    def members(self) -> dict[Jamforelse, dict[str, list[str]]]:
        """Return for each kind the codes that each nyckeltal is compared with; none for those that are not."""
        groups = self.frames["grupper"]
        found: dict[tuple[Jamforelse, str], list[str]] = {}
        result: dict[Jamforelse, dict[str, list[str]]] = {}
        for kind in self.modell.kommun.jamforelser:
            result[kind] = {}
            for id_, nyckeltal in self.nyckeltal.items():
                key = kind, nyckeltal.liknande if kind is Jamforelse.liknande else ""
                if key not in found:
                    found[key] = kommuner.members(groups, kind, self.kommun, self.namn, key[1])
                result[kind][id_] = found[key] if nyckeltal.jamforbart else []
        return result

    def decimals(self, nyckeltal: Nyckeltal) -> int:
        """Return how many decimals the nyckeltal is printed with."""
        if nyckeltal.decimaler is not None:
            return nyckeltal.decimaler
        own = [value for kon in "TKM" for value in analysis.series(self.varden[nyckeltal.id], self.kommun, kon)]
        target = [nyckeltal.malniva] if nyckeltal.malniva is not None else []
        return swedish.decimals_for([*own, *target], nyckeltal.enhet)

    def target(self, nyckeltal: Nyckeltal) -> tuple[float, int] | None:
        """Return target level and year; only the own municipality has any."""
        if not self.egen or nyckeltal.malniva is None or nyckeltal.malar is None:
            return None
        return nyckeltal.malniva, nyckeltal.malar

    def bedomningar(self, malbild: Malbild) -> list[Bedomning]:
        """Målbildens bedömningar, den senaste först."""
        if not self.egen:
            return []
        order = list(self.modell.perioder)
        periods = self.modell.perioder
        limit = self.valt_ar
        made = [b for b in malbild.bedomningar if limit is None or tidpunkt.last_year(periods[b.period]) <= limit]
        return sorted(made, key=lambda b: order.index(b.period), reverse=True)

    @cached_property
    def period(self) -> Period | None:
        """Den senaste period som någon målbild är bedömd för."""
        judged = {b.period for m in self.malbilder for b in self.bedomningar(m)}
        return next((p for id_, p in reversed(self.modell.perioder.items()) if id_ in judged), None)

    @cached_property
    def grader(self) -> Counter[Grad]:
        """Antal målbilder efter bedömning för den senaste perioden."""
        return Counter(b.grad for m in self.malbilder if (b := self.bedomd(m)))

    def bedomd(self, malbild: Malbild) -> Bedomning | None:
        """Målbildens bedömning för den senaste perioden, om den är gjord."""
        made = self.bedomningar(malbild)
        return made[0] if made and self.period and made[0].period == self.period.id else None

    def rakneforslag(self, malbild: Malbild) -> Rakneforslag:
        """Vad siffrorna säger om målbildens målnivåer: ett antal, bredvid en människas bedömning."""
        return maluppfyllelse.suggest([u.forslag for u in self.foljda(malbild) if u.forslag])

    def skiljer_sig(self, malbild: Malbild) -> bool:
        """Om den senaste bedömningen skiljer sig från räkneförslaget."""
        made = self.bedomningar(malbild)
        return bool(made) and maluppfyllelse.differs(made[0].grad, self.rakneforslag(malbild))

    @property
    def aktiviteter(self) -> list[tuple[Aktivitet, Malbild | Uppdrag]]:
        """Nämndens aktiviteter, med den målbild eller det uppdrag som de hör till."""
        parts: Sequence[Malbild | Uppdrag] = (*self.malbilder, *self.namnd.uppdrag)
        return [(a, part) for part in parts for a in part.aktiviteter] if self.egen else []

    def statusar(self, of: Sequence[Uppdrag | Aktivitet]) -> Counter[Status]:
        """Antal efter status."""
        return Counter(item.status for item in of)

    @cached_property
    def arenden(self) -> list[Arende]:
        """Det som behöver ett beslut eller en förklaring, det försenade först."""
        return list(self._waiting()) if self.egen and (self.period or not self.valt_ar) else []

    def _waiting(self) -> Iterator[Arende]:
        agreed = [o for d in self.namnd.dialoger for o in d.overenskommelser]
        late = [("Uppdraget", u.rubrik, u.status, u.slut, f"uppdrag-{u.id}") for u in self.namnd.uppdrag]
        late += [("Aktiviteten", a.rubrik, a.status, a.slut, _anchor(part)) for a, part in self.aktiviteter]
        late += [("Överenskommelsen", o.text.rstrip("."), o.status, o.klar_senast, "dialoger") for o in agreed]
        for kind, title, status, end, anchor in late:
            if reason := late_because(status, end, self.period, neuter=kind == "Uppdraget"):
                yield Arende(title, f"{kind} {reason}.", anchor)
        for m in self.malbilder:
            if not self.bedomd(m):
                yield Arende(m.rubrik, "Målbilden är inte bedömd för perioden.", _anchor(m))
            elif self.skiljer_sig(m) and not self.bedomningar(m)[0].skillnad:
                yield Arende(m.rubrik, "Bedömningen skiljer sig från siffrorna utan förklaring.", _anchor(m))

    @cached_property
    def samrorelser(self) -> list[Samrorelse]:
        """De par av nyckeltal vars ändringar följs åt mer än slumpen gör."""
        current = [u for u in self.uppfoljningar.values() if not u.inaktuell]
        return samrorelse.find({u.nyckeltal.id: uppfoljning.since_break(u.serie, u.nyckeltal) for u in current})

    @cached_property
    def revideringar(self) -> pd.DataFrame:
        """Kommunens värden som Kolada har ändrat sedan förra uttaget: rader ur tabellen `revideringar`."""
        rows = self.frames["revideringar"]
        own = (rows["kommun"] == self.kommun) & rows["nyckeltal"].isin(list(self.nyckeltal))
        changed = rows["slag"].isin(["andrat", "borttaget"]) & (rows["ar"] <= (self.valt_ar or int(self.uttag[:4])))
        return rows[own & changed].reset_index(drop=True)


def late_because(status: Status, end: dt.date | None, period: Period | None, *, neuter: bool) -> str:
    """Return why something has not come as far as it should by the end of a period, or nothing."""
    late, ready = ("försenat", "klart") if neuter else ("försenad", "klar")
    if status is Status.forsenad:
        return f"är {late}" + (f", med slutdatum {swedish.date(end)}" if end else "")
    if period and end and status.over_tiden(end, period.till):
        return f"skulle vara {ready} {swedish.date(end)} men är det inte"
    return ""


def _anchor(part: Malbild | Uppdrag) -> str:
    return f"{'malbild' if isinstance(part, Malbild) else 'uppdrag'}-{part.id}"
