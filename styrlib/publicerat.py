"""Which pages the public may see, which wait, and which are left out because a nämnd's report is not there yet."""

from __future__ import annotations

from dataclasses import dataclass

from styrlib import tidpunkt
from styrlib.falt import Tillstand
from styrlib.sidor import GATHER_ALL, Sida, Slag, all_pages
from styrlib.styrmodell import Namnd, Period, Publicering, Styrmodell

KINDS = tuple(slag for slag in Slag if slag is not Slag.dialogblad)  # working material is never published


@dataclass(frozen=True)
class Publik:
    """A page that the public may see, for one period.

    Attributes
    ----------
    sida
        The page.
    period
        The period that it is about.
    rad
        The decision: publicering.yaml's row.
    """

    sida: Sida
    period: Period
    rad: Publicering

    @property
    def adress(self) -> str:
        """Its permanent address below the site's folder."""
        return f"{self.period.id}/{self.sida.id}.html"


@dataclass(frozen=True)
class Utelamnad:
    """Pages that are decided to be published but gather nämnder whose reports are not."""

    titel: str
    period: Period
    saknar: tuple[Namnd, ...]


@dataclass(frozen=True)
class Urval:
    """What is published, newest period first and in the order of `Slag`, and what is not yet."""

    sidor: tuple[Publik, ...]
    utelamnade: tuple[Utelamnad, ...]
    vantar: tuple[tuple[str, Period], ...]  # decided (fastställd) and not published: title and period

    @property
    def perioder(self) -> tuple[Period, ...]:
        """The periods that have pages, newest first."""
        return tuple({sida.period.id: sida.period for sida in self.sidor}.values())

    def av(self, period: Period) -> tuple[Publik, ...]:
        """Return a period's pages."""
        return tuple(sida for sida in self.sidor if sida.period.id == period.id)

    def namnder(self, period: Period) -> tuple[str, ...]:
        """Return the ids of the nämnder whose own report is published for a period, in the model's order."""
        return tuple(s.sida.id for s in self.av(period) if s.sida.slag is Slag.namnd)


def select(modell: Styrmodell) -> Urval:
    """Return what publicering.yaml says may be published.

    Only rows that say `publicerad` count. A page that gathers all nämnder also needs every
    nämnd's report for the period, or it would show what is still an utkast.

    Parameters
    ----------
    modell
        The whole steering model of today.
    """
    public: list[Publik] = []
    left_out: dict[tuple[str, str], Utelamnad] = {}
    waits: dict[tuple[str, str], tuple[str, Period]] = {}
    for period in reversed(modell.perioder.values()):
        # A nämnd that a later election made holds up no earlier period: nothing of it is shown there.
        absent = tuple(n for n in tidpunkt.as_of(modell, period).namnder if not _is_public(modell, n.id, period))
        for sida in all_pages(modell, KINDS, modell.namnder):
            row = modell.publicerad(sida.rapport, period.id)
            key = (sida.rapport, period.id)
            title = sida.titel if sida.slag is not Slag.agenda2030 else "Agenda 2030"
            if row is None or row.tillstand is Tillstand.utkast:
                continue
            if row.tillstand is Tillstand.faststalld:
                waits[key] = (title, period)
            elif sida.slag in GATHER_ALL and absent:
                left_out[key] = Utelamnad(title, period, absent)
            else:
                public.append(Publik(sida, period, row))
    return Urval(tuple(public), tuple(left_out.values()), tuple(waits.values()))


def _is_public(modell: Styrmodell, rapport: str, period: Period) -> bool:
    row = modell.publicerad(rapport, period.id)
    return row is not None and row.tillstand is Tillstand.publicerad
