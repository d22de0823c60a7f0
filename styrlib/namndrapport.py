"""The sections of a nämnd's report, as a notebook shows them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from styrlib import (
    beslutade,
    forstasida,
    korthet,
    meningar,
    namndbilder,
    overenskommelser,
    sjalvskattning,
    storlek,
    swedish,
    underlag,
)
from styrlib.falt import Beslutsniva, Grad, Jamforelse, Riktning, Status
from styrlib.kommuner import find_namnd
from styrlib.konsskillnad import Skillnad
from styrlib.namnduppfoljning import Namnduppfoljning
from styrlib.render import Html, render
from styrlib.styrmodell import Malbild, Nyckeltal
from styrlib.uppfoljning import Uppfoljning, Utvecklas, since_break

COMPARISONS = {
    Jamforelse.liknande: "Liknande kommuner",
    Jamforelse.lan: "Länet",
    Jamforelse.skr: "Samma kommungrupp",
    Jamforelse.alla: "Alla kommuner",
    Jamforelse.riket: "Riket",
}

LEVELS = list(Beslutsniva)


@dataclass(frozen=True)
class Cell:
    """A value in a table: its text, and a note such as its year or base."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One nyckeltal in the table of a målbild."""

    uppfoljning: Uppfoljning
    cells: tuple[Cell, ...]


class Namndrapport(Namnduppfoljning):
    """Nämndens rapport: en metod per avsnitt.

    Made by `open_report`. Each section method returns `Html`, which a notebook shows.
    """

    def sammanfattning(self) -> Html:
        """Första sidan: det nämnden bör veta, på ett papper."""
        return render(
            "sammanfattning.html.j2",
            rapport=self,
            meningar=korthet.five(
                list(self.uppfoljningar.values()),
                grader=self.grader,
                obedomda=len(self.malbilder) - self.grader.total() if self.grader else 0,
                uppdrag=self.statusar(self.namnd.uppdrag) if self.egen else None,
                beslut=len(self.arenden) if self.egen else None,
                exempel=[a.rubrik for a in self.arenden],
            ),
            bild=namndbilder.whole(self),
            listor=list(forstasida.lists(self)),
        )

    def i_korthet(self) -> Html:
        """Målbilderna, det som behöver beslut och vägen till målen."""
        return render(
            "i_korthet.html.j2",
            rapport=self,
            uppdragsstatus=swedish.counted(self.statusar(self.namnd.uppdrag)),
            aktivitetsstatus=swedish.counted(
                self.statusar([a for a, _ in self.aktiviteter]), swedish.COUNTED_AKTIVITETER
            ),
            atgarder=[(m, b[0].atgard) for m in self.malbilder if (b := self.bedomningar(m)) and b[0].atgard],
            bilder=[(m, bild) for m in self.malbilder if (bild := namndbilder.targets(self, m))],
        )

    def grunduppdrag(self) -> Html:
        """Grunduppdraget, verksamheterna och vem som ansvarar."""
        asked = [(m, d) for m in self.malbilder for d in m.delegering]
        levels = Counter(d.niva for _, d in asked if d.niva)
        return render(
            "grunduppdrag.html.j2",
            rapport=self,
            mal=self._goals,
            bild=namndbilder.thread(self, self._goals),
            delegering=asked,
            nivaer={level: levels[level] for level in LEVELS if levels[level]},
        )

    def malbild(self, malbild: Malbild) -> Html:
        """En målbild med bedömning, nyckeltal, diagram och aktiviteter."""
        followed = self.foljda(malbild)
        return render(
            "malbild.html.j2",
            rapport=self,
            malbild=malbild,
            verksamhet=self.namnd.verksamhet(malbild.verksamhet),
            bedomningar=self.bedomningar(malbild),
            kolumner=self._columns(),
            rader=[self._row(u) for u in followed],
            remsa=namndbilder.strip(self, malbild),
            kort=[(u, meningar.sentences(u, self.newest), namndbilder.over_time(self, u)) for u in followed],
            mal=self._goals,
            delegering=sorted(malbild.delegering, key=lambda d: LEVELS.index(d.niva) if d.niva else len(LEVELS)),
        )

    def uppdrag(self) -> Html:
        """Kommunfullmäktiges uppdrag till nämnden."""
        titles = {m.id: m.rubrik for m in self.malbilder}
        return render("uppdrag.html.j2", rapport=self, rubriker=titles, mal=self._goals)

    def agenda2030(self) -> Html:
        """Nämndens koppling till Agenda 2030, mål för mål."""
        links = self.frames["lankar"]
        uppdrag = [u for u in self.namnd.uppdrag if u.status is not Status.avbruten]
        parts = (*self.namnd.malbilder, *self.namnd.uppdrag)
        going = [a for p in parts for a in p.aktiviteter if a.status is not Status.avbruten]
        counted = {self.namnd.id, *(p.id for p in (*self.namnd.malbilder, *uppdrag, *going))}
        links = links[(links["namnd"] == self.namnd.id) & links["id"].isin(counted)]  # the table is of today
        if not self.egen:
            links = links[links["slag"] == "malbild"]
        used_by = self.frames["anvandning"]
        followed = {*used_by.loc[used_by["namnd"] == self.namnd.id, "nyckeltal"]} & self.nyckeltal.keys()
        linked = self.frames["malkoppling"].groupby("mal")["nyckeltal"].agg(list)
        used = {
            goal: [self.short_name(self.nyckeltal[i]) for i in linked.get(goal, []) if i in followed]
            for goal in self._goals
        }
        by_goal = {goal: links[links["mal"] == goal].to_dict("records") for goal in self._goals}
        return render(
            "agenda2030.html.j2",
            rapport=self,
            bild=namndbilder.goals(self, self._goals, by_goal),
            mal=self._goals,
            lankar={goal: rows for goal, rows in by_goal.items() if rows or used[goal]},
            nyckeltal=used,
            utan=[goal for goal, rows in by_goal.items() if not rows],
        )

    def dialoger(self) -> Html:
        """Verksamhetsdialogerna: det som inte är klart från någon av dem, sedan varje dialog."""
        recent = sorted(self.namnd.dialoger, key=lambda d: d.datum, reverse=True)
        remaining = overenskommelser.still_open(recent, (self.period or self.modell.aktuell).till)
        agreed = sum(len(d.overenskommelser) for d in recent)
        return render("dialoger.html.j2", rapport=self, dialoger=recent, oppna=remaining, antal=agreed)

    def styrprinciper(self) -> Html:
        """Handen på hjärtat: det som nämnden har beslutat att visa av sin självskattning."""
        return render(
            "styrprinciper.html.j2",
            rapport=self,
            skattningar=sjalvskattning.released(self.modell, self.namnd),
            svar=sjalvskattning.ANSWERS,
            minst=sjalvskattning.FEWEST,
        )

    def fordjupning(self) -> Html:
        """Mer som siffrorna säger: alla nyckeltal, kvinnor och män, det som rör sig ihop, det som är ändrat."""
        followed = self.uppfoljningar
        every = list(followed.values())
        gaps = [u for u in every if u.konsskillnad and u.konsskillnad.skillnad is not Skillnad.gar_inte_att_bedoma]
        sized = [u for u in every if u.storlek]
        renamed = self.titlar["tidigare_titel"].reindex(list(followed)).dropna()
        uncommented = {m.id: [u for u in self.foljda(m) if not u.nyckeltal.kommentarer] for m in self.malbilder}
        return render(
            "fordjupning.html.j2",
            rapport=self,
            alla=every,
            varfor=forstasida.WHY,
            kon=[(u, meningar.konsskillnad(u)) for u in gaps if u.konsskillnad.skillnad is Skillnad.saker],
            med_kon=len(gaps),
            storlek=[(u, meningar.storlek(u)) for u in sized if u.storlek.utanfor],
            med_storlek=len(sized),
            vantade=swedish.number(storlek.OUTSIDE * len(sized)),
            par=[(*(followed[id_] for id_ in p.nyckeltal), p) for p in self.samrorelser],
            revideringar=self._revised(),
            brott=[
                (u, b) for u in every for b in u.nyckeltal.brott if len(u.serie) and u.serie.index[0] < b.ar <= u.ar
            ],
            omdopta=[(followed[id_], title) for id_, title in renamed.items()],
            upphorda=[(followed[id_], year) for id_, year in self.upphorda.items()],
            gamla=[(followed[id_], year) for id_, year in self.gamla.items()],
            saknar=[u for u in every if u.ar is None],
            dolda=[u for u in every if u.dold],
            okommenterade=[u for u in every if not u.nyckeltal.kommentarer],
            beslutade=beslutade.decided(self) if self.egen else None,
            matborda=[(m, len(self.foljda(m)), uncommented[m.id]) for m in self.malbilder],
        )

    def om_rapporten(self) -> Html:
        """Så läser du rapporten: tecken, metod och källor."""
        similar = self.members.get(Jamforelse.liknande, {})
        areas = {self.nyckeltal[i].liknande: codes for i, codes in similar.items() if codes}
        names = self.frames["kommuner"].set_index("kommun")["namn"]
        return render(
            "om_rapporten.html.j2",
            rapport=self,
            nyckeltal=[(n, self.titlar.loc[n.id]) for n in self.nyckeltal.values()],
            liknande={area: [names[c] for c in codes] for area, codes in sorted(areas.items())},
            grupper=[COMPARISONS[kind] for kind in self.modell.kommun.jamforelser if kind is not Jamforelse.riket],
            grader=list(Grad),
            utvecklas=list(Utvecklas),
            statussteg=list(Status),
            statusar=self._statuses(),
            verksamhetens=len({n.id for _, n in self.namnd.nyckeltal() if n.niva not in self.nivaer}),
        )

    @cached_property
    def _goals(self) -> dict[int, dict[str, Any]]:
        return {int(goal["mal"]): goal for goal in self.frames["mal"].to_dict("records")}

    def _revised(self) -> list[tuple[Uppfoljning, dict[str, Any]]]:
        """Return the values that Kolada has changed so that a reader can see it, with the texts before and after."""
        rows = []
        for row in self.revideringar.to_dict("records"):
            u = self.uppfoljningar[row["nyckeltal"]]
            before, after = (
                swedish.with_unit(None if pd.isna(value) else value, u.nyckeltal.enhet, u.decimaler)
                for value in (row["fore"], row["efter"])
            )
            if before != after:
                rows.append((u, {**row, "fore": before, "efter": after}))
        return rows

    def _statuses(self) -> dict[str, int]:
        """Return Kolada's own words for the municipality's missing values, and how often each stands."""
        rows = pd.concat([self.frames["varden"].iloc[:0], *self.varden.values()])
        own = rows[(rows["kommun"] == self.kommun) & rows["varde"].isna() & ~rows["dold"]]
        return {str(word): int(n) for word, n in own["status"].dropna().value_counts().items() if word}

    def _columns(self) -> list[str]:
        target = ["Mål"] if self.egen else []
        comparisons = [COMPARISONS[kind] for kind in self.modell.kommun.jamforelser]
        return ["Senaste värde", "Föregående", "Fem år tidigare", *target, *comparisons, "Kvinnor", "Män"]

    def _row(self, u: Uppfoljning) -> Row:
        facts, nyckeltal = self.overview.loc[u.nyckeltal.id], u.nyckeltal
        comparable = since_break(u.serie, nyckeltal).index

        def cell(value: Any, note: str = "", *, hidden: bool = False) -> Cell:
            text = swedish.HIDDEN if hidden else swedish.number(None if pd.isna(value) else value, u.decimaler)
            return Cell(text, "" if text == swedish.MISSING else note)

        year = "" if u.ar is None else str(u.ar)
        five_ago, five = (u.ar or 0) - 5, facts["fem_ar"]
        base = "" if u.bas is None else f", bas {swedish.number(u.bas)}"
        cells = [
            cell(facts["varde"], f"{year}{base}", hidden=u.dold),
            cell(facts["fore"] if facts["fore_ar"] in comparable else None, str(facts["fore_ar"])),
            cell(five if five_ago in comparable else None, str(five_ago), hidden=facts["fem_ar_dold"]),
        ]
        if self.egen:
            target = self.target(nyckeltal)
            text = target_text(nyckeltal, u.decimaler) if target else swedish.MISSING
            cells.append(Cell(text, f"till {target[1]}" if target else ""))
        for kind in self.modell.kommun.jamforelser:
            note = ""
            if kind is not Jamforelse.riket and nyckeltal.jamforbart:
                note = f"{facts[f'{kind}_antal']} av {len(self.members[kind][nyckeltal.id])}"
            cells.append(cell(facts[kind] if nyckeltal.jamforbart else None, note))
        cells += [cell(facts[name], hidden=facts[f"{name}_dold"]) for name in ("kvinnor", "man")]
        return Row(u, tuple(cells))


def target_text(nyckeltal: Nyckeltal, decimals: int) -> str:
    """Return a target level with the side of it that is wanted: `minst 90,0`."""
    level = swedish.number(nyckeltal.malniva, decimals)
    if nyckeltal.malniva == 0 or (nyckeltal.malniva == 100 and nyckeltal.enhet == "procent"):
        return level  # nothing lies beyond: "minst 100" procent would be odd
    return f"{'minst' if nyckeltal.riktning is Riktning.hogre else 'högst'} {level}"


def open_report(
    namnd: str, kommun: str | int = "", ar: int = 0, period: str = "", uttag: str | int = ""
) -> Namndrapport:
    """Öppna en nämnds rapport.

    Parameters
    ----------
    namnd
        The body's id, short name or name.
    kommun
        Code or name of a municipality; the model's own when empty.
    ar
        Show figures up to this year; the latest when 0.
    period
        Id or name of a period: the report as of its end; the current one when empty.
    uttag
        Name of the snapshot to use; the newest when empty.

    Raises
    ------
    UnknownNameError
        When body, municipality or period does not exist.
    InputError
        When there are no figures for the year.
    StyrError
        When raw can't be used.
    """
    given = underlag.read(period=period, ar=ar, uttag=uttag)
    return given.namnd(find_namnd(given.modell.namnder, namnd), kommun=kommun, cls=Namndrapport)
