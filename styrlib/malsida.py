"""The sections of Agenda 2030's pages, one per goal and one over all, as a notebook shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from styrlib import malkarta, malnyckeltal, swedish, underlag
from styrlib.errors import InputError
from styrlib.falt import GOALS, Aspekt, Jamforelse
from styrlib.malkarta import Luckor, Malkonflikt, Record
from styrlib.malnyckeltal import Malnyckeltal
from styrlib.render import Html, render
from styrlib.underlag import Underlag

UP = "../"  # from the folder of these pages to the municipality's
COMPARISONS = {Jamforelse.liknande: "Liknande kommuner", Jamforelse.riket: "Riket"}
ALL = ""  # the column of sums
NO_REASON = "Alla kopplingar har ett skäl."


@dataclass(frozen=True)
class Lucka:
    """What may be missing: each place with its address, if any; `tom` says that nothing is."""

    rubrik: str
    punkter: Sequence[tuple[str, str]]
    tom: str
    text: str = ""


class Malsidor:
    """What all of Agenda 2030's pages start from.

    Parameters
    ----------
    given
        From `underlag.read`.
    mal
        The goal that the page is about; 0 for all goals.
    """

    def __init__(self, given: Underlag, mal: int = 0) -> None:
        self.underlag, self.modell, self.period = given, given.modell, given.period
        self.namn = given.modell.kommun.namn
        self.mal = {int(goal["mal"]): goal for goal in given.table("mal").to_dict("records")}
        self.aspekter = given.modell.kommun.aspekter.mal
        self.lankar = malkarta.lankar(given.modell, mal)

    @property
    def uttag(self) -> str:
        """Uttaget ur Kolada."""
        return self.underlag.uttag

    @cached_property
    def konflikter(self) -> list[Malkonflikt]:
        """Det som bidrar till ett mål och motverkar ett annat."""
        return malkarta.konflikter(self.lankar, self.aspekter)

    def om_sidan(self) -> Html:
        """Så är sidan gjord: källor och metod."""
        return render("om_malen.html.j2", sida=self)

    def _no_reason(self, rows: Sequence[Record]) -> Lucka:
        told = [(f"{r['rubrik']}, {r['organnamn']}: {r['riktning']} mål {r['mal']}", UP + r["adress"]) for r in rows]
        return Lucka("Kopplingar utan skäl", told, NO_REASON)


class Malsida(Malsidor):
    """Ett globalt mål: en metod per avsnitt.

    Made by `open_mal`. Each section method returns `Html`, which a notebook shows.
    """

    def __init__(self, given: Underlag, mal: int) -> None:
        super().__init__(given, mal)
        self.nr, self.facts = mal, self.mal[mal]
        self.rader = self.lankar[self.lankar["mal"] == mal]

    def inledning(self) -> Html:
        """Målet, det viktigaste om det, och vägen till de andra målen."""
        return render("mal_inledning.html.j2", sida=self, meningar=list(self._sentences()))

    def kopplingar(self) -> Html:
        """Det som bidrar till målet, och det som motverkar det."""
        ways = {way: self.rader[self.rader["riktning"] == way].to_dict("records") for way in ("bidrar", "motverkar")}
        return render("mal_kopplingar.html.j2", sida=self, rader=ways)

    def malkonflikter(self) -> Html:
        """De målkonflikter som rör målet."""
        return render("malkonflikter.html.j2", sida=self, konflikter=self.berorda, alla=False)

    def luckor(self) -> Html:
        """Det som saknas för målet."""
        linked = set(self.rader["organ"])
        without = [(n.namn, "") for n in self.modell.namnder if n.id not in linked]
        missing = Lucka(
            "Nämnder utan koppling till målet",
            without,
            "Alla nämnder har någon koppling till målet.",
            "Alla mål rör inte alla nämnder.",
        )
        reasons = self._no_reason(self.rader[self.rader["skal"] == ""].to_dict("records"))
        return render("malluckor.html.j2", luckor=[missing, *([reasons] if len(self.rader) else [])])

    def nyckeltal(self) -> Html:
        """Nyckeltalen för målet, med kommunens siffror."""
        return render(
            "mal_nyckeltal.html.j2",
            sida=self,
            rader=self.foljda,
            jamforelser={k: word for k, word in COMPARISONS.items() if k in self.modell.kommun.jamforelser},
            oanvanda=sum(not n.anvands for n in self.foljda),
            utan_varde=sum(n.ar is None for n in self.foljda),
        )

    @cached_property
    def foljda(self) -> list[Malnyckeltal]:
        """Nyckeltalen för målet, de som en nämnd följer först."""
        ids = malnyckeltal.ids(self.underlag.table("malkoppling"), self.nr)
        frames = self.underlag.frames(ids)
        return malnyckeltal.follow(self.nr, self.modell, frames, ar=self.underlag.ar, uttag=self.uttag)

    @cached_property
    def berorda(self) -> list[Malkonflikt]:
        """Målkonflikterna som rör målet."""
        return [k for k in self.konflikter if k.touches(self.nr)]

    def _sentences(self) -> Iterator[str]:
        for_, against = (int((self.rader["riktning"] == way).sum()) for way in ("bidrar", "motverkar"))
        if for_ + against:
            first = swedish.capitalised(swedish.count(for_, "en koppling", "kopplingar")) if for_ else "Ingen koppling"
            second = swedish.numeral(against) if against else "ingen"
            yield f"{first} bidrar till målet och {second} motverkar det."
        else:
            yield "Ingen har skrivit någon koppling till målet än."
        if self.berorda:
            yield f"Målet är med i {swedish.count(len(self.berorda), 'en målkonflikt', 'målkonflikter')}."
        used = sum(bool(n.anvands) for n in self.foljda)
        if self.foljda:
            yield f"Nämnderna följer {_of(used, len(self.foljda))} som hör till målet."
        else:
            yield "RKA har inte valt något nyckeltal för målet."


class Maloversikt(Malsidor):
    """Alla 17 mål: en metod per avsnitt, med samma namn som för ett mål."""

    @cached_property
    def organ(self) -> dict[str, str]:
        """Nämnderna, och de andra organ som har någon koppling: namn efter id."""
        return malkarta.organ(self.modell, self.lankar)

    def inledning(self) -> Html:
        """Det viktigaste om alla mål."""
        return render("malkarta_inledning.html.j2", sida=self, meningar=list(self._sentences()))

    def kopplingar(self) -> Html:
        """Nämnderna och målen, och nämnderna och hållbarhetsaspekterna."""
        bodies = list(self.organ)
        return render(
            "malkarta.html.j2",
            sida=self,
            kolumner={**{id_: _breakable(name) for id_, name in self.organ.items()}, ALL: "Alla"},
            mal=_cells(malkarta.matris(self.lankar, bodies), "mal"),
            aspekt=_cells(malkarta.aspektmatris(self.lankar, bodies, self.aspekter), "aspekt"),
            aspekter={a: [goal for goal in GOALS if a in self.aspekter[goal]] for a in Aspekt},
        )

    def malkonflikter(self) -> Html:
        """Alla målkonflikter."""
        return render("malkonflikter.html.j2", sida=self, konflikter=self.konflikter, alla=True)

    def luckor(self) -> Html:
        """Det som ingen har kopplat."""
        return render("malluckor.html.j2", luckor=list(self._gaps(self.utan)))

    def nyckeltal(self) -> Html:
        """Hur många av målens nyckeltal som nämnderna följer."""
        return render("malkarta_nyckeltal.html.j2", sida=self, rader=self._followed())

    @cached_property
    def utan(self) -> Luckor:
        """Det som ingen har kopplat."""
        return malkarta.luckor(self.modell, self.lankar)

    def _sentences(self) -> Iterator[str]:
        ways = self.lankar["riktning"].value_counts()
        if not len(self.lankar):
            yield "Ingen har skrivit någon koppling till de globala målen än."
            return
        written = swedish.count(len(self.lankar), "en koppling", "kopplingar")
        for_, against = (int(ways.get(way, 0)) for way in ("bidrar", "motverkar"))
        yield (
            f"Verksamheterna har skrivit {written} till de globala målen: "
            f"{swedish.number(for_)} bidrar och {swedish.number(against)} motverkar."
        )
        if self.utan.mal:
            goals = swedish.listed(map(str, self.utan.mal))
            yield f"{17 - len(self.utan.mal)} av de 17 målen har minst en koppling. Mål {goals} har ingen."
        else:
            yield "Alla 17 mål har minst en koppling."
        if self.konflikter:
            several = swedish.count(len(self.konflikter), "ett fall", "fall")
            yield f"I {several} bidrar samma arbete till ett mål men motverkar ett annat."
        missing = len(self.utan.utan_skal)
        reasons = swedish.capitalised(swedish.count(missing, "en koppling", "kopplingar"))
        yield f"{reasons} saknar skäl." if missing else NO_REASON
        rows = self._followed()
        used, of = (sum(row[key] for row in rows) for key in ("foljs", "antal"))
        yield f"Nämnderna följer {_of(used, of)} som hör till målen."

    def _gaps(self, found: Luckor) -> Iterator[Lucka]:
        yield Lucka("Mål utan koppling", [self._goal(g) for g in found.mal], "Alla mål har minst en koppling.")
        if found.mal_bredvid:
            beside = "De är inte kopplade till något grunduppdrag eller uppdrag, och inte till någon målbild."
            yield Lucka(
                "Mål som bara har ansökningar eller reportage", [self._goal(g) for g in found.mal_bredvid], "", beside
            )
        yield self._no_reason(found.utan_skal)
        yield Lucka(
            "Nämnder utan koppling till en hållbarhetsaspekt",
            [
                (f"{self.organ[id_]}: {swedish.listed(swedish.WORDS[a] for a in aspects)}", f"{UP}{id_}.html")
                for id_, aspects in found.aspekter.items()
            ],
            "Alla nämnder har någon koppling till varje aspekt.",
        )
        yield Lucka(
            "Målbilder utan mål",
            [(f"{m.rubrik}, {n.namn}", f"{UP}{n.id}.html#malbild-{m.id}") for n, m in found.malbilder],
            "Alla målbilder är kopplade till minst ett mål.",
        )

    def _goal(self, mal: int) -> tuple[str, str]:
        return f"{mal} {self.mal[mal]['namn']}", address(mal)

    def _followed(self) -> list[dict[str, Any]]:
        """Return for each goal how many nyckeltal follow it, how many a nämnd uses, and which nämnder."""
        links, use = self.underlag.table("malkoppling"), self.underlag.table("anvandning")
        rows = []
        for goal in GOALS:
            ids = malnyckeltal.ids(links, goal)
            used = use[use["nyckeltal"].isin(ids)]
            names = [n.namn for n in self.modell.namnder if (used["namnd"] == n.id).any()]
            rows.append({"mal": goal, "antal": len(ids), "foljs": used["nyckeltal"].nunique(), "namnder": names})
        return rows


def address(mal: int) -> str:
    """Return the address of a goal's page, from the others' folder."""
    return f"mal-{mal:02}.html"


def _of(part: int, whole: int) -> str:
    """Return `fem av de åtta nyckeltal`, or `inget av de åtta nyckeltal`."""
    every = f"{'de ' if whole > 1 else ''}{swedish.numeral(whole, 'ett')} nyckeltal"
    return f"{swedish.numeral(part, 'ett') if part else 'inget'} av {every}"


def _breakable(name: str) -> str:
    """Return a body's name with a soft hyphen where a narrow column may break it: no browser has to know Swedish."""
    return re.sub(r"(?<=\w)(byggnads|nämnden|styrelsen)", "\u00ad\\1", name)


def _cells(counts: pd.DataFrame, column: str) -> Mapping[tuple[Any, str], tuple[int, int]]:
    """Return (goal or aspect, body) → how many links contribute and work against; the body `ALL` has the sums."""
    sums = counts.groupby(column)[["bidrar", "motverkar"]].sum().reset_index().assign(organ=ALL)
    counts = pd.concat([counts, sums])
    return {
        (key, body): (int(for_), int(against))
        for body, key, for_, against in counts[["organ", column, "bidrar", "motverkar"]].itertuples(index=False)
    }


def open_mal(mal: int, period: str = "", uttag: str | int = "") -> Malsida | Maloversikt:
    """Öppna ett globalt måls sida, eller översikten över alla.

    Parameters
    ----------
    mal
        The goal's number; 0 for the overview.
    period
        Id or name of a period: the model as it stood then; the current one when empty.
    uttag
        Name of the snapshot to use; the newest when empty.

    Raises
    ------
    InputError
        When there is no such goal.
    UnknownNameError
        When there is no such period.
    StyrError
        When raw can't be used.
    """
    if mal and mal not in GOALS:
        raise InputError(f"Mål {mal} finns inte. Välj ett mål från 1 till 17, eller 0 för alla mål.")
    given = underlag.read(period=period, uttag=uttag)
    return Malsida(given, mal) if mal else Maloversikt(given)
