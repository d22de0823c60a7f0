"""The content of a nämnd's report, section by section, as a notebook shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from styrlib import agenda2030, analysis, figures, kommuner, process, project, swedish, tables, tidsserie
from styrlib.kommuner import find_kommun, find_namnd
from styrlib.render import Html, render
from styrlib.styrmodell import (
    Bedomning,
    Grad,
    Jamforelse,
    Malbild,
    Namnd,
    Nyckeltal,
    Period,
    Riktning,
    Status,
    Styrmodell,
)

COMPARISONS = {
    Jamforelse.liknande: "Liknande kommuner",
    Jamforelse.lan: "Länet",
    Jamforelse.skr: "Samma kommungrupp",
    Jamforelse.alla: "Alla kommuner",
    Jamforelse.riket: "Riket",
}


@dataclass(frozen=True)
class Cell:
    """A value in a table: its text, and a note such as its year or base."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One nyckeltal in the table of a målbild."""

    nyckeltal: Nyckeltal
    namn: str
    cells: tuple[Cell, ...]


class Namndrapport:
    """Nämndens rapport: en metod per avsnitt.

    Made by `open_report`. Each section method returns `Html`, which a notebook shows.
    """

    def __init__(
        self,
        modell: Styrmodell,
        namnd: Namnd,
        kommun: tuple[str, str],
        ar: int | None,
        uttag: str,
        frames: dict[str, pd.DataFrame],
    ) -> None:
        self.modell, self.namnd, self.uttag = modell, namnd, uttag
        self.kommun, self.namn = kommun
        self.valt_ar = ar
        self.egen = self.kommun == modell.kommun.kommun
        self._frames = frames
        varden = frames["varden"]
        # Kolada also holds projections; without a chosen year nothing of it from after the extraction is shown.
        shown = varden["ar"] <= (ar or int(uttag[:4]))
        local = varden["nyckeltal"].isin([n.id for _, n in namnd.nyckeltal() if n.lokalt])
        self._varden = analysis.by_nyckeltal(varden[shown if ar else shown | local], list(self.nyckeltal))
        self._titles = frames["nyckeltal"].set_index("nyckeltal")

    @property
    def malbilder(self) -> tuple[Malbild, ...]:
        """Nämndens målbilder, i ordning."""
        return self.namnd.malbilder

    @cached_property
    def nyckeltal(self) -> dict[str, Nyckeltal]:
        """Nämndens nyckeltal efter id; lokala bara för den egna kommunen."""
        return {n.id: n for _, n in self.namnd.nyckeltal() if self.egen or not n.lokalt}

    @cached_property
    def overview(self) -> pd.DataFrame:
        """Senaste värde och jämförelser per nyckeltal: see `analysis.overview`."""
        return analysis.overview(self._varden, self.kommun, self._members)

    def sammanfattning(self) -> Html:
        """Rapportens första sida."""
        goals_met = {m.id: self._reached(m.nyckeltal) for m in self.malbilder}
        with_value = int(self.overview["varde"].notna().sum())
        return render(
            "sammanfattning.html.j2",
            rapport=self,
            bedomda=[(m, self.bedomningar(m), goals_met[m.id]) for m in self.malbilder],
            senaste=self._grades(),
            uppdrag=swedish.counted(Counter(u.status for u in self.namnd.uppdrag)),
            forsenade=[u for u in self.namnd.uppdrag if u.status is Status.forsenad],
            nadda=[sum(met) for met in zip(*goals_met.values(), strict=True)] or [0, 0],
            malar=sorted({n.malar for n in self.nyckeltal.values() if n.malar}),
            med_varde=with_value,
            nyaste=self._newest,
            atgarder=[(m, b[0]) for m in self.malbilder if (b := self.bedomningar(m)) and b[0].atgard],
        )

    def grunduppdrag(self) -> Html:
        """Grunduppdraget, verksamheterna och vem som ansvarar."""
        return render("grunduppdrag.html.j2", rapport=self, mal=self._goals)

    def malbild(self, malbild: Malbild) -> Html:
        """En målbild med bedömning, nyckeltal, diagram och aktiviteter."""
        chosen = [n for n in malbild.nyckeltal if n.id in self.nyckeltal]
        return render(
            "malbild.html.j2",
            rapport=self,
            malbild=malbild,
            verksamhet=self.namnd.verksamhet(malbild.verksamhet),
            bedomningar=self.bedomningar(malbild),
            kolumner=self._columns(),
            rader=[self._row(n) for n in chosen],
            diagram=[(n, self.short_name(n), self.diagram(n, malbild.id)) for n in chosen],
            mal=self._goals,
        )

    def diagram(self, nyckeltal: Nyckeltal, key: str = "") -> figures.Diagram | None:
        """Ett nyckeltal över tid, eller None när det inte finns några värden."""
        rows = self._varden[nyckeltal.id]
        own = analysis.series(rows, self.kommun)
        if own.empty:
            return None
        decimals = self._decimals(nyckeltal)
        data = {"kommun": own, "riket": analysis.series(rows, analysis.RIKET)}
        if not nyckeltal.jamforbart:
            del data["riket"]
        elif Jamforelse.liknande in self.modell.kommun.jamforelser:
            codes = self._members[Jamforelse.liknande][nyckeltal.id]
            means = analysis.group_mean(rows[rows["kon"] == "T"], codes)
            data["liknande"] = means.set_index("ar")["varde"].dropna()
        sexes = {"kvinnor": "K", "man": "M"}
        data |= {kind: analysis.series(rows, self.kommun, kon) for kind, kon in sexes.items()}
        columns = {"kommun": "T", **sexes}
        return tidsserie.over_time(
            data,
            title=self.short_name(nyckeltal),
            kommun=self.namn,
            enhet=nyckeltal.enhet,
            decimals=decimals,
            target=self._target(nyckeltal),
            target_note=" (exempel)" if self.namnd.exempel else "",
            note=nyckeltal.anmarkning or "",
            key=key,
            hidden={kind: analysis.hidden_years(rows, self.kommun, kon) for kind, kon in columns.items()},
            source=self._source(nyckeltal, "liknande" in data and len(data["liknande"]) > 0),
        )

    def uppdrag(self) -> Html:
        """Kommunfullmäktiges uppdrag till nämnden."""
        titles = {m.id: m.rubrik for m in self.malbilder}
        return render("uppdrag.html.j2", rapport=self, rubriker=titles, mal=self._goals)

    def agenda2030(self) -> Html:
        """Nämndens koppling till Agenda 2030, mål för mål."""
        links = self._frames["lankar"]
        links = links[links["namnd"] == self.namnd.id]
        if not self.egen:
            links = links[links["slag"] == "malbild"]
        used = {}
        for goal in self._goals:
            rows = agenda2030.nyckeltal_for_mal(self._frames["malkoppling"], self._frames["anvandning"], goal)
            ids = dict.fromkeys(rows.loc[rows["namnd"] == self.namnd.id, "nyckeltal"])
            used[goal] = [self.short_name(self.nyckeltal[i]) for i in ids if i in self.nyckeltal]
        by_goal = {goal: links[links["mal"] == goal].to_dict("records") for goal in self._goals}
        return render(
            "agenda2030.html.j2",
            rapport=self,
            mal=self._goals,
            lankar={goal: rows for goal, rows in by_goal.items() if rows or used[goal]},
            nyckeltal=used,
            utan=[goal for goal, rows in by_goal.items() if not rows],
        )

    def dialoger(self) -> Html:
        """Verksamhetsdialogerna: sammanfattning och överenskommelser."""
        recent = sorted(self.namnd.dialoger, key=lambda d: d.datum, reverse=True)
        return render("dialoger.html.j2", rapport=self, dialoger=recent)

    def om_rapporten(self) -> Html:
        """Källor, metod, teckenförklaring och vad som saknas."""
        frame = self.overview
        old = frame["ar"].notna() & (frame["ar"] <= self._newest - analysis.STALE_AFTER)
        ended = self._titles["upphorde"].reindex(frame.index)
        similar = self._members.get(Jamforelse.liknande, {})
        areas = {self.nyckeltal[i].liknande: codes for i, codes in similar.items() if codes}
        names = self._frames["kommuner"].set_index("kommun")["namn"]
        return render(
            "om_rapporten.html.j2",
            rapport=self,
            saknar=[self.short_name(self.nyckeltal[i]) for i in frame.index[frame["ar"].isna()]],
            dolda=[self.short_name(self.nyckeltal[i]) for i in frame.index[frame["dold"]]],
            gamla=[(self.short_name(self.nyckeltal[i]), frame.loc[i, "ar"]) for i in frame.index[old]],
            upphorda=[(self.short_name(self.nyckeltal[i]), ended[i]) for i in frame.index[ended.notna()]],
            nyckeltal=[(n, self._titles.loc[n.id]) for n in self.nyckeltal.values()],
            liknande={area: [names[c] for c in codes] for area, codes in sorted(areas.items())},
            grupper=[COMPARISONS[kind] for kind in self.modell.kommun.jamforelser if kind is not Jamforelse.riket],
            grader=list(Grad),
            statusar=self._statuses(),
        )

    def _statuses(self) -> dict[str, int]:
        """Return Kolada's own words for the municipality's missing values, and how often each stands."""
        rows = pd.concat([self._frames["varden"].iloc[:0], *self._varden.values()])
        own = rows[(rows["kommun"] == self.kommun) & rows["varde"].isna() & ~rows["dold"]]
        return {str(word): int(n) for word, n in own["status"].dropna().value_counts().items() if word}

    def bedomningar(self, malbild: Malbild) -> list[Bedomning]:
        """Målbildens bedömningar, den senaste först."""
        if not self.egen:
            return []
        order = list(self.modell.perioder)
        periods = self.modell.perioder
        made = [b for b in malbild.bedomningar if self.valt_ar is None or periods[b.period].ar <= self.valt_ar]
        return sorted(made, key=lambda b: order.index(b.period), reverse=True)

    @property
    def lokal_kalla(self) -> str:
        """Whose the local figures are, or that they are made up."""
        return "Påhittade siffror (exempel)." if self.namnd.exempel else f"Källa: {self.modell.kommun.namn} kommun."

    def short_name(self, nyckeltal: Nyckeltal) -> str:
        """Nyckeltalets korta namn, eller Koladas titel."""
        return nyckeltal.kortnamn or str(self._titles.loc[nyckeltal.id, "titel"])

    @cached_property
    def _goals(self) -> dict[int, dict[str, Any]]:
        return {int(goal["mal"]): goal for goal in self._frames["mal"].to_dict("records")}

    @cached_property
    def _newest(self) -> int:
        """Return the newest year that Kolada has any of the values for; 0 without values."""
        kolada = [i for i, n in self.nyckeltal.items() if not n.lokalt]
        years = self.overview.loc[kolada, "ar"].dropna()
        return int(years.max()) if len(years) else 0

    @cached_property
    def _members(self) -> dict[Jamforelse, dict[str, list[str]]]:
        """Return for each kind the codes that each nyckeltal is compared with; none for those that are not."""
        groups = self._frames["grupper"]
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

    def _grades(self) -> tuple[Period, dict[Grad, list[Malbild]]] | None:
        """Return the latest period that has a bedömning, and its målbilder by grade, the worst first."""
        every = [(b, m) for m in self.malbilder for b in self.bedomningar(m)]
        if not every:
            return None
        order = list(self.modell.perioder)
        latest = max((b.period for b, _ in every), key=order.index)
        worst_first = (Grad.inte, Grad.delvis, Grad.gar_inte_att_bedoma, Grad.i_huvudsak, Grad.uppfylld)
        found = {grad: [m for b, m in every if (b.period, b.grad) == (latest, grad)] for grad in worst_first}
        return self.modell.perioder[latest], {grad: malbilder for grad, malbilder in found.items() if malbilder}

    def _target(self, nyckeltal: Nyckeltal) -> tuple[float, int] | None:
        if not self.egen or nyckeltal.malniva is None or nyckeltal.malar is None:
            return None
        return nyckeltal.malniva, nyckeltal.malar

    def _reached(self, nyckeltal: Iterable[Nyckeltal]) -> tuple[int, int]:
        """Return how many latest values are at their target level, of how many that can be compared."""
        met = []
        for n in nyckeltal:
            target = self._target(n)
            value = self.overview["varde"].get(n.id)
            if target and pd.notna(value):
                value = round(value, self._decimals(n))  # as it is printed: 80,0 against "minst 80,0" is there
                met.append(value >= target[0] if n.riktning is Riktning.hogre else value <= target[0])
        return sum(map(bool, met)), len(met)

    @staticmethod
    def _target_text(nyckeltal: Nyckeltal, decimals: int) -> str:
        level = swedish.number(nyckeltal.malniva, decimals)
        if nyckeltal.malniva == 0 or (nyckeltal.malniva == 100 and nyckeltal.enhet == "procent"):
            return level  # nothing lies beyond: "minst 100" procent would be odd
        return f"{'minst' if nyckeltal.riktning is Riktning.hogre else 'högst'} {level}"

    def _decimals(self, nyckeltal: Nyckeltal) -> int:
        if nyckeltal.decimaler is not None:
            return nyckeltal.decimaler
        own = [value for kon in "TKM" for value in analysis.series(self._varden[nyckeltal.id], self.kommun, kon)]
        target = [nyckeltal.malniva] if nyckeltal.malniva is not None else []
        return swedish.decimals_for([*own, *target], nyckeltal.enhet)

    def _columns(self) -> list[str]:
        target = ["Mål"] if self.egen else []
        comparisons = [COMPARISONS[kind] for kind in self.modell.kommun.jamforelser]
        return ["Senaste värde", "Föregående", "Fem år tidigare", *target, *comparisons, "Kvinnor", "Män"]

    def _row(self, nyckeltal: Nyckeltal) -> Row:
        facts = self.overview.loc[nyckeltal.id]
        decimals = self._decimals(nyckeltal)

        def cell(value: Any, note: str = "", *, hidden: bool = False) -> Cell:
            text = swedish.HIDDEN if hidden else swedish.number(None if pd.isna(value) else value, decimals)
            return Cell(text, "" if text == swedish.MISSING else note)

        year = "" if pd.isna(facts["ar"]) else str(facts["ar"])
        base = "" if pd.isna(facts["antal"]) else f", bas {swedish.number(facts['antal'])}"
        cells = [
            cell(facts["varde"], f"{year}{base}", hidden=facts["dold"]),
            cell(facts["fore"], "" if pd.isna(facts["fore_ar"]) else str(facts["fore_ar"])),
            cell(facts["fem_ar"], str(facts["ar"] - 5) if year else "", hidden=facts["fem_ar_dold"]),
        ]
        if self.egen:
            target = self._target(nyckeltal)
            text = self._target_text(nyckeltal, decimals) if target else swedish.MISSING
            cells.append(Cell(text, f"till {target[1]}" if target else ""))
        for kind in self.modell.kommun.jamforelser:
            note = ""
            if kind is not Jamforelse.riket and nyckeltal.jamforbart:
                note = f"{facts[f'{kind}_antal']} av {len(self._members[kind][nyckeltal.id])}"
            cells.append(cell(facts[kind] if nyckeltal.jamforbart else None, note))
        cells += [cell(facts[name], hidden=facts[f"{name}_dold"]) for name in ("kvinnor", "man")]
        return Row(nyckeltal, self.short_name(nyckeltal), tuple(cells))

    def _source(self, nyckeltal: Nyckeltal, own_calculation: bool) -> str:
        if nyckeltal.lokalt:
            return self.lokal_kalla
        mean = " Liknande kommuner: egen beräkning, ovägt medel." if own_calculation else ""
        return f"Källa: Kolada.{mean}"


def open_report(namnd: str, kommun: str | int = "", ar: int = 0, uttag: str | int = "") -> Namndrapport:
    """Öppna en nämnds rapport.

    Parameters
    ----------
    namnd
        The body's id, short name or name.
    kommun
        Code or name of a municipality; the model's own when empty.
    ar
        Show figures up to this year; the latest when 0.
    uttag
        Name of the snapshot to use; the newest when empty.

    Raises
    ------
    UnknownNameError
        When body or municipality does not exist.
    InputError
        When there are no figures for the year.
    StyrError
        When raw can't be used.
    """
    here = project.find()
    made = process.ensure(here, str(uttag) or None)
    made.check_year(ar)
    modell = process.read_model(made.folder)
    chosen = find_namnd(modell.namnder, namnd)
    ids = [n.id for _, n in chosen.nyckeltal()]
    frames = {name: tables.read(made.folder, name) for name in tables.TABLES if name != "varden"}
    frames["varden"] = tables.read(made.folder, "varden", ids)
    unit = find_kommun(frames["kommuner"], modell.kommun.kommun if kommun == "" else kommun)
    return Namndrapport(modell, chosen, unit, int(ar) or None, made.uttag, frames)
