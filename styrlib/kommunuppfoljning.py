"""The whole municipality's follow-up for a period: nämnder side by side, KF's uppdrag, the way over the periods.

Everything is counted from the model as of the period; the figures come from the nämnder's own follow-ups, so that a
nyckeltal is judged here as it is in the nämnd's report. Nothing is added up to a grade, and nobody is ranked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from styrlib import forandringar, maluppfyllelse
from styrlib.falt import Grad, Malniva, Status
from styrlib.forandringar import Forandringar, graded
from styrlib.namnduppfoljning import Namnduppfoljning, late_because
from styrlib.styrmodell import Malbild, Namnd, Organ, Period, Styrmodell, Uppdrag
from styrlib.uppfoljning import Uppfoljning

NO_AREA = "Utan område"
DEVIATES = (Grad.delvis, Grad.inte)


@dataclass(frozen=True)
class Namndrad:
    """A nämnd in numbers: its målbilder by grade for the period, its uppdrag by status, and what else is late."""

    namnd: Namnd
    grader: Mapping[Grad, int]
    obedomda: int
    uppdrag: Mapping[Status, int]
    sena_aktiviteter: int
    sena_overenskommelser: int


@dataclass(frozen=True)
class Uppdragsrad:
    """An uppdrag with who answers for it, how it stood the period before (None if not), and why it is late."""

    uppdrag: Uppdrag
    svarar: Namnd | Organ
    fore: Uppdrag | None
    sent: str

    @property
    def id(self) -> str:
        """An anchor that no other body's uppdrag has."""
        return f"uppdrag-{self.svarar.id}-{self.uppdrag.id}"

    @property
    def omrade(self) -> str:
        """The priority area, or that there is none."""
        return self.uppdrag.omrade or NO_AREA


@dataclass(frozen=True)
class Fraga:
    """Something that waits for a decision or an explanation: what, why, of whom, and where it stands."""

    rubrik: str
    skal: str
    svarar: Namnd | Organ
    lank: str


@dataclass(frozen=True)
class KfNyckeltal:
    """A nyckeltal that kommunfullmäktige follows, and the nämnd whose målbild it follows."""

    uppfoljning: Uppfoljning
    namnd: Namnd
    lank: str


class Kommunuppfoljning:
    """Hela kommunens uppföljning för en period.

    Parameters
    ----------
    modell, period
        The steering model as of a period.
    fore, forra
        The model as of the period before; None when there is no such period.
    foljda
        The nämnder's follow-ups by id, of all nyckeltal that politicians follow; a nämnd without one has no figures.
    """

    def __init__(
        self,
        modell: Styrmodell,
        period: Period,
        *,
        fore: Styrmodell | None = None,
        forra: Period | None = None,
        foljda: Mapping[str, Namnduppfoljning] | None = None,
    ) -> None:
        self.modell, self.period, self.fore, self.forra = modell, period, fore, forra
        self.foljda = foljda or {}

    @cached_property
    def forandringar(self) -> Forandringar:
        """Vad som har ändrats sedan förra perioden."""
        return forandringar.between(self.modell, self.period, self.fore, self.forra)

    @cached_property
    def namnder(self) -> list[Namndrad]:
        """Nämnderna i modellens ordning, aldrig rangordnade."""
        return [self._namnd(n) for n in self.modell.namnder]

    @property
    def grader(self) -> Counter[Grad]:
        """Antal målbilder efter bedömning för perioden, i hela kommunen."""
        return sum((Counter(rad.grader) for rad in self.namnder), Counter())

    @property
    def obedomda(self) -> int:
        """Antal målbilder som inte är bedömda för perioden."""
        return sum(rad.obedomda for rad in self.namnder)

    @cached_property
    def uppdrag(self) -> list[Uppdragsrad]:
        """Alla fullmäktiges uppdrag, efter område och år: nämndernas först, sedan bolagens och de andra organens."""
        rows = [self._uppdrag(u, svarar) for svarar in self._svarar for u in svarar.uppdrag]
        order = list(self.omraden)
        return sorted(rows, key=lambda r: (order.index(r.omrade), min(r.uppdrag.ar), max(r.uppdrag.ar)))

    @cached_property
    def omraden(self) -> tuple[str, ...]:
        """De prioriterade områdena i kommunens ordning; sist de uppdrag som inte har något område."""
        used = [u.omrade or NO_AREA for svarar in self._svarar for u in svarar.uppdrag]
        areas = dict.fromkeys([*self.modell.kommun.prioriterade_omraden, *used])
        return (*(a for a in areas if a != NO_AREA), *([NO_AREA] if NO_AREA in areas else []))

    @property
    def pagaende(self) -> dict[str, list[Uppdragsrad]]:
        """Uppdragen som inte är avslutade, efter område; områden utan något är inte med."""
        found = {area: [r for r in self.uppdrag if r.omrade == area and not self._over(r)] for area in self.omraden}
        return {area: rows for area, rows in found.items() if rows}

    @property
    def avslutade(self) -> list[Uppdragsrad]:
        """Uppdragen som är klara eller avbrutna och vars år är slut."""
        return [r for r in self.uppdrag if self._over(r)]

    @property
    def matris(self) -> dict[str, Counter[Status]]:
        """Antal uppdrag efter område och status."""
        return {area: Counter(r.uppdrag.status for r in self.uppdrag if r.omrade == area) for area in self.omraden}

    @property
    def vag(self) -> list[tuple[Namnd, list[tuple[Malbild, list[Grad | None]]]]]:
        """Bedömningarna av varje målbild, period för period, nämnd för nämnd."""
        return [(n, [(m, [graded(m, p) for p in self.perioder]) for m in n.malbilder]) for n in self.modell.namnder]

    @property
    def perioder(self) -> list[Period]:
        """Perioderna till och med den valda."""
        return [p for p in self.modell.perioder.values() if p.till <= self.period.till]

    @property
    def atgarder(self) -> list[tuple[Namnd, Malbild, Grad, str]]:
        """Vad som görs åt målbilder som är delvis eller inte uppfyllda för perioden."""
        return [
            (n, m, b.grad, b.atgard)
            for n in self.modell.namnder
            for m in n.malbilder
            for b in m.bedomningar
            if b.period == self.period.id and b.grad in DEVIATES and b.atgard
        ]

    @cached_property
    def nyckeltal(self) -> list[KfNyckeltal]:
        """Nyckeltalen som fullmäktige följer, i nämndernas ordning; var och en en gång."""
        found: dict[str, KfNyckeltal] = {}
        for namnd in self.modell.namnder:
            if n := self.foljda.get(namnd.id):
                for id_, u in n.uppfoljningar.items():
                    if u.nyckeltal.niva is Malniva.kf:
                        found.setdefault(id_, KfNyckeltal(u, namnd, f"{namnd.id}.html#{n.lank(u)}"))
        return list(found.values())

    @property
    def nivaer(self) -> Counter[Malniva]:
        """Antal nyckeltal efter vem de följs upp för; var och en räknas en gång."""
        return Counter(
            {nyckeltal.id: nyckeltal.niva for n in self.modell.namnder for _, nyckeltal in n.nyckeltal()}.values()
        )

    @cached_property
    def fragor(self) -> list[Fraga]:
        """Det som behöver beslut eller förklaring: sena uppdrag, och bedömningar som saknas eller inte förklaras."""
        late = [Fraga(r.uppdrag.rubrik, f"Uppdraget {r.sent}.", r.svarar, f"#{r.id}") for r in self.uppdrag if r.sent]
        return late + [fraga for namnd in self.modell.namnder for fraga in self._unexplained(namnd)]

    @property
    def _svarar(self) -> tuple[Namnd | Organ, ...]:
        return (*self.modell.namnder, *self.modell.kommun.ovriga_organ)

    def _namnd(self, namnd: Namnd) -> Namndrad:
        grades = [graded(m, self.period) for m in namnd.malbilder]
        aktiviteter = [a for part in (*namnd.malbilder, *namnd.uppdrag) for a in part.aktiviteter]
        agreed = [o for d in namnd.dialoger for o in d.overenskommelser]
        return Namndrad(
            namnd,
            Counter(g for g in grades if g),
            grades.count(None),
            Counter(u.status for u in namnd.uppdrag),
            sum(bool(self._late(a.status, a.slut)) for a in aktiviteter),
            sum(bool(self._late(o.status, o.klar_senast)) for o in agreed),
        )

    def _uppdrag(self, uppdrag: Uppdrag, svarar: Namnd | Organ) -> Uppdragsrad:
        before = (*self.fore.namnder, *self.fore.kommun.ovriga_organ) if self.fore else ()
        then = (u for organ in before if organ.id == svarar.id for u in organ.uppdrag if u.id == uppdrag.id)
        return Uppdragsrad(uppdrag, svarar, next(then, None), self._late(uppdrag.status, uppdrag.slut))

    def _late(self, status: Status, end: dt.date | None) -> str:
        return late_because(status, end, self.period, neuter=True)

    def _over(self, row: Uppdragsrad) -> bool:
        return row.uppdrag.status.avslutad and max(row.uppdrag.ar) < self.period.ar

    def _unexplained(self, namnd: Namnd) -> Iterator[Fraga]:
        unjudged = [m for m in namnd.malbilder if graded(m, self.period) is None]
        if unjudged and len(unjudged) == len(namnd.malbilder):
            yield Fraga(namnd.namn, "Ingen målbild är bedömd för perioden.", namnd, f"{namnd.id}.html")
            return
        for malbild in namnd.malbilder:
            link = f"{namnd.id}.html#malbild-{malbild.id}"
            if malbild in unjudged:
                yield Fraga(malbild.rubrik, "Målbilden är inte bedömd för perioden.", namnd, link)
            elif self._differs(namnd, malbild):
                yield Fraga(malbild.rubrik, "Bedömningen skiljer sig från siffrorna utan förklaring.", namnd, link)

    def _differs(self, namnd: Namnd, malbild: Malbild) -> bool:
        """Return whether the bedömning differs from what the figures suggest, and no one has said why."""
        made = next(b for b in malbild.bedomningar if b.period == self.period.id)
        n = self.foljda.get(namnd.id)
        return n is not None and not made.skillnad and maluppfyllelse.differs(made.grad, n.rakneforslag(malbild))
