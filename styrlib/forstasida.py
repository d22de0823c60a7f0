"""The lists of a report's first page: better, worse, apart, not judged, and what needs a decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from styrlib import storlek, swedish
from styrlib.falt import Riktning
from styrlib.namnduppfoljning import Namnduppfoljning
from styrlib.uppfoljning import Uppfoljning, Utvecklas
from styrlib.utveckling import Skal

MOST = 4  # of a list, so that the page is one paper
WHY = {
    Skal.for_fa_ar: "har för få värden",
    Skal.for_gammalt: "har för gamla värden",
    Skal.upphort: "uppdateras inte längre",
    Skal.avstannad: "har stannat av eller vänt",
    Skal.motstridigt: "pekar åt olika håll",
    Skal.en_andring: "har bara ändrats det senaste året",
    Skal.inget_varde: "saknar värde, eller så är det dolt",
}


@dataclass(frozen=True)
class Punkt:
    """A line of a list: its text, where it leads, and a note."""

    text: str
    lank: str
    skal: str = ""


@dataclass(frozen=True)
class Lista:
    """A list: its heading, how many of how many, its first lines, and where the rest are."""

    id: str
    rubrik: str
    antal: str
    alla: Sequence[Punkt]
    mer: str
    tom: str

    @property
    def punkter(self) -> Sequence[Punkt]:
        """The lines that are shown."""
        return self.alla if len(self.alla) <= MOST + 1 else self.alla[:MOST]  # never "1 till"

    @property
    def fler(self) -> int:
        """How many lines are left out."""
        return len(self.alla) - len(self.punkter)


def lists(n: Namnduppfoljning) -> Iterator[Lista]:
    """Yield the first page's lists, the clearest nyckeltal first in each."""
    if n.uppfoljningar:
        yield from _figures(n)
    if n.egen:
        waiting = [Punkt(a.rubrik, a.lank, a.skal) for a in n.arenden]
        yield Lista("behover-beslut", "Det här behöver beslut", "", waiting, "beslut", "Inget är försenat.")


def _figures(n: Namnduppfoljning) -> Iterator[Lista]:
    followed = sorted(n.uppfoljningar.values(), key=lambda u: -u.tydlighet)
    directed = [u for u in followed if u.nyckeltal.riktning is not Riktning.ingen]
    yield _changed(n, directed, Utvecklas.battre, "battre", "Det här har blivit bättre")
    yield _changed(n, directed, Utvecklas.samre, "samre", "Det här har blivit sämre")
    sized = [u for u in followed if u.storlek]
    apart = [u for u in sized if u.storlek and u.storlek.utanfor]
    chance = swedish.number(storlek.OUTSIDE * len(sized))
    yield Lista(
        "utmarker",
        "Det här är ovanligt för vår storlek",
        f"{len(apart)} av {len(sized)} nyckeltal, av slumpen väntas ungefär {chance}" if sized else "",
        [Punkt(u.namn, n.lank(u), _unusual(u)) for u in apart],
        "samma-storlek",
        "Inget." if sized else "Går inte att bedöma: för få kommuner är lika stora.",
    )
    unsure = Counter(WHY[u.utveckling.skal] for u in directed if u.utvecklas is Utvecklas.gar_inte_att_bedoma)
    yield Lista(
        "oklart",
        "Det här går inte att bedöma",
        f"utvecklingen för {unsure.total()} av {len(directed)} nyckeltal med önskad riktning",
        [Punkt(f"{number} {why}", "alla-nyckeltal") for why, number in unsure.most_common()],
        "alla-nyckeltal",
        "Utvecklingen går att bedöma för alla nyckeltal.",
    )


def _changed(n: Namnduppfoljning, directed: Sequence[Uppfoljning], way: Utvecklas, id_: str, title: str) -> Lista:
    judged = [u for u in directed if u.utvecklas is not Utvecklas.gar_inte_att_bedoma]
    found = [u for u in judged if u.utvecklas is way]
    count = f"{len(found)} av {len(judged)} nyckeltal som går att bedöma"
    return Lista(id_, title, count, [Punkt(u.namn, n.lank(u), _latest(u)) for u in found], "alla-nyckeltal", "Inget.")


def _latest(u: Uppfoljning) -> str:
    example = ", exempel" if u.exempel else ""
    return f"{swedish.with_unit(u.varde, u.nyckeltal.enhet, u.decimaler)} {u.ar}{example}"


def _unusual(u: Uppfoljning) -> str:
    return f"{'högt' if u.storlek and u.storlek.utanfor > 0 else 'lågt'}, {_latest(u)}"
