"""Which pages there are: their notebooks, parameters, addresses and titles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from styrlib.falt import GOALS
from styrlib.styrmodell import Namnd, Styrmodell


class Slag(StrEnum):
    """A kind of page, in the order of the start page."""

    kommunoversikt = "kommunoversikt"
    namnd = "namnd"
    agenda2030 = "agenda2030"
    insatser = "insatser"
    erfarenhetsbank = "erfarenhetsbank"
    dialogblad = "dialogblad"


# What these say is summed over all nämnder; their name is also what publicering.yaml calls them.
GATHER_ALL = (Slag.kommunoversikt, Slag.agenda2030, Slag.insatser, Slag.erfarenhetsbank)

NOTEBOOKS = {
    Slag.kommunoversikt: "00_kommunoversikt.ipynb",
    Slag.namnd: "10_namnd.ipynb",
    Slag.dialogblad: "20_dialogblad.ipynb",
    Slag.agenda2030: "30_globalt_mal.ipynb",
    Slag.insatser: "40_insatser.ipynb",
    Slag.erfarenhetsbank: "50_erfarenhetsbank.ipynb",
}


@dataclass(frozen=True)
class Sida:
    """One page that can be made.

    Attributes
    ----------
    slag
        Its kind; the kind's notebook makes it.
    id
        Its address below the folder of a municipality or a period, without `.html`.
    titel
        What links to it say.
    rapport
        What publicering.yaml calls it; empty for working material, which is never published.
    parameters
        The notebook's own parameters, beside period and uttag.
    """

    slag: Slag
    id: str
    titel: str
    rapport: str
    parameters: dict[str, Any]

    @property
    def notebook(self) -> str:
        """The notebook's file name."""
        return NOTEBOOKS[self.slag]

    @property
    def facts(self) -> dict[str, str]:
        """What the page says of itself in its head."""
        return {"slag": self.slag, "titel": self.titel}


def all_pages(
    modell: Styrmodell, slag: Iterable[Slag], namnder: Iterable[Namnd], malnamn: Mapping[int, str] | None = None
) -> Iterator[Sida]:
    """Yield every page of some kinds, those of a single nämnd only for the given ones.

    Parameters
    ----------
    modell
        The steering model.
    slag
        The kinds that are wanted, in any order; pages come in the order of `Slag`.
    namnder
        The bodies whose own pages are wanted.
    malnamn
        The goals' names, for their pages' titles; without them a title is the number alone.
    """
    wanted, namnder = set(slag), list(namnder)
    goals = {goal: f"Mål {goal}" + (f": {malnamn[goal]}" if malnamn else "") for goal in GOALS}
    shared = {
        Slag.kommunoversikt: "Uppföljning till fullmäktige",
        Slag.insatser: "Aktiviteter och medel",
        Slag.erfarenhetsbank: "Erfarenhetsbank",
    }
    for kind in (kind for kind in Slag if kind in wanted):
        if kind is Slag.namnd:
            yield from (Sida(kind, n.id, n.namn, n.id, {"namnd": n.id}) for n in namnder)
        elif kind is Slag.dialogblad:
            yield from (sheet for namnd in namnder for sheet in _dialogblad(namnd))
        elif kind is Slag.agenda2030:
            yield Sida(kind, "agenda2030/oversikt", "Alla mål", "agenda2030", {"mal": 0})
            yield from (
                Sida(kind, f"agenda2030/mal-{g:02}", title, "agenda2030", {"mal": g}) for g, title in goals.items()
            )
        elif kind is not Slag.erfarenhetsbank or modell.reportage:
            yield Sida(kind, kind, shared[kind], kind, {})


def _dialogblad(namnd: Namnd) -> Iterator[Sida]:
    """Yield a sheet for every verksamhet that has a målbild to talk about."""
    followed = {m.verksamhet for m in namnd.malbilder}
    for verksamhet in namnd.verksamheter:
        if verksamhet.id in followed:
            title = f"{verksamhet.namn} ({namnd.kortnamn})"
            parameters = {"namnd": namnd.id, "verksamhet": verksamhet.id}
            yield Sida(Slag.dialogblad, f"dialogblad/{namnd.id}-{verksamhet.id}", title, "", parameters)
