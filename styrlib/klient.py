"""Kolada for an utredare: `Kolada()` answers in JupyterLab what politicians ask.

Names and codes mean what people mean by them; limits and paging are never met. The
figures come from the newest snapshot on disk, so all but `direkt=True` works offline. An
answer is a `Tabell`: a tidy frame with its source and with what did not come.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from styrlib import agenda2030, artal, kolada, kommuner, project, snapshot, statistik, swedish, tabell, yamltext
from styrlib import nyckeltal as nyckeltal_
from styrlib.artal import Artal
from styrlib.errors import InputError, StyrError, UnknownNameError, fold
from styrlib.kallor import Direkt, Kalla, Uttag
from styrlib.kommuner import RIKET, Kommun, Places
from styrlib.render import Html, render
from styrlib.sok import Sokindex
from styrlib.styrmodell import KOLADA_ID
from styrlib.tabell import EGEN, Tabell, absent, tidy
from styrlib.transport import Transport
from styrlib.validate import KOMMUN_FILE

# Which units (OU) an id is of, by its first three characters.
VERKSAMHETER = {
    "förskola": ("V11",),
    "grundskola": ("V15",),
    "gymnasieskola": ("V17",),
    "hemtjänst": ("V21",),
    "särskilt boende": ("V23",),
    "LSS": ("V25", "V26", "V29", "V30"),
    "SoL": ("V31", "V32", "V34"),
}
KON = {"T": ("t", "totalt", "alla"), "K": ("k", "kvinnor", "flickor"), "M": ("m", "män", "pojkar")}
RECENT = 7  # years beyond those asked for in which a latest value is looked for first
Given = str | int | Iterable[str | int]


@dataclass(frozen=True)
class Beskrivning:
    """What a nyckeltal is, and what there is of it.

    Attributes
    ----------
    nyckeltal, titel, beskrivning, enhet, producent, omrade, perspektiv, kommuntyp, nasta_publicering
        From the catalogue; None where Kolada does not say.
    delas_pa_kon, har_enheter
        Whether there are values for women and men, and for units.
    upphorde
        The last year of one that has ended.
    mal
        Agenda 2030's goals that it follows, by RKA's selection.
    ar
        How many municipalities have a value, by year.
    kalla
        The source.
    """

    nyckeltal: str
    titel: str
    beskrivning: str | None
    enhet: str | None
    producent: str | None
    omrade: str | None
    perspektiv: str | None
    kommuntyp: str | None
    delas_pa_kon: bool
    har_enheter: bool
    upphorde: int | None
    nasta_publicering: str | None
    mal: tuple[int, ...]
    ar: dict[int, int]
    kalla: str

    def _repr_html_(self) -> Html:
        return render("beskrivning.html.j2", b=self, facts=self._facts())

    def __repr__(self) -> str:
        facts = [f"  {name}: {text}" for name, text in self._facts().items()]
        return "\n".join([f"{self.nyckeltal} {self.titel}", *(self.beskrivning or "").splitlines(), *facts, self.kalla])

    def _facts(self) -> dict[str, str]:
        unsaid = "anges inte"
        kinds = {"K": "kommuner", "L": "regioner", "A": "kommuner och regioner"}
        facts = {
            "Enhet": self.enhet or "framgår inte av titeln",
            "Producent": self.producent or unsaid,
            "Område": ", ".join(filter(None, (self.omrade, self.perspektiv))) or unsaid,
            "Finns för": kinds.get(self.kommuntyp or "", unsaid) + (", även enheter" if self.har_enheter else ""),
            "Kvinnor och män": "ja" if self.delas_pa_kon else "nej",
            "År med värden": "inga",
        }
        if self.ar:
            fewest, most = min(self.ar.values()), max(self.ar.values())
            number = f"{most}" if fewest == most else f"{fewest} till {most}"
            facts["År med värden"] = f"{artal.spans(self.ar)}, för {number} kommuner"
        if self.mal:
            facts["Agenda 2030"] = f"mål {swedish.listed(map(str, self.mal))}, enligt RKA:s urval"
        if self.upphorde:
            facts["Upphörde efter"] = str(self.upphorde)
        elif self.nasta_publicering:
            facts["Nästa publicering"] = self.nasta_publicering
        return facts


class Kolada:
    """Koladas nyckeltal: sök, beskriv, hämta, jämför.

    Parameters
    ----------
    kommun
        The user's own municipality, by name or code; the steering model's unless given.
    uttag
        Name of the snapshot to use; the newest whole one unless given.
    direkt
        Ask Kolada itself instead of a snapshot.
    transport
        The way to Kolada, for `direkt`; made from `STYR_KOLADA_URL` unless given.
    """

    def __init__(
        self,
        kommun: str | int | None = None,
        *,
        uttag: str | None = None,
        direkt: bool = False,
        transport: Transport | None = None,
    ) -> None:
        self._kalla: Kalla = (
            Direkt(transport or Transport()) if direkt else Uttag(snapshot.find(project.find().kolada, uttag))
        )
        self._given = kommun

    def __repr__(self) -> str:
        own = self._places.own
        return f"Kolada, {self._kalla.stand}" + (f", för {own.namn}" if own else "")

    # --- Hitta --------------------------------------------------------------------------------------------------------

    def omraden(self) -> Tabell:
        """Visa Koladas verksamhetsområden och hur många nyckeltal de har."""
        counted = self._nyckeltal["omrade"].value_counts().rename_axis("omrade").rename("nyckeltal")
        return Tabell(counted.reset_index(), kalla=self._source)

    def sok(
        self,
        text: str = "",
        *,
        omrade: str | None = None,
        grupp: str | None = None,
        kon: bool | None = None,
        enheter: bool | None = None,
        agenda2030: bool | None = None,
        mal: int | None = None,
        levande: bool | None = None,
    ) -> Tabell:
        """Sök nyckeltal på ord i id, titel och beskrivning; de bästa träffarna först.

        Parameters
        ----------
        text
            Words in any form and any case, with or without å, ä and ö.
        omrade
            Part of an operating area's name: "grundskola".
        grupp
            One of Kolada's groups of nyckeltal, by title or id.
        kon, enheter
            Whether it is divided by sex; whether there are values for units.
        agenda2030
            Whether it is in RKA's Agenda 2030 selection.
        mal
            The goal that it follows, 1 to 17.
        levande
            Whether it is still measured.

        Returns
        -------
        Tabell
            nyckeltal, titel, enhet, omrade (str), delas_pa_kon, har_enheter (bool), upphorde (Int16).

        Raises
        ------
        UnknownNameError
            When there is no such area or group.
        """
        found = self._index(text)
        if omrade is not None:
            areas = self._nyckeltal["omrade"].dropna().unique()
            chosen = [area for area in areas if fold(omrade) in fold(area)]
            if not chosen:
                raise UnknownNameError("området", omrade, sorted(areas))
            found = found[found["omrade"].isin(chosen)]
        if grupp is not None:
            found = found[found["nyckeltal"].isin(kolada.group_members(self._kalla.catalogue("kpi_groups"), grupp))]
        for wanted, column in ((kon, found["delas_pa_kon"]), (enheter, found["har_enheter"])):
            found = found if wanted is None else found[column.reindex(found.index) == wanted]
        if levande is not None:
            found = found[found["upphorde"].isna() == levande]
        if agenda2030 is not None:
            found = found[found["nyckeltal"].isin(self._mal["nyckeltal"]) == agenda2030]
        if mal is not None:
            if mal not in range(1, 18):
                raise InputError(f"Målet ska vara 1–17, inte {mal}.")
            found = found[found["nyckeltal"].isin(self._mal.loc[self._mal["mal"] == mal, "nyckeltal"])]
        columns = ["nyckeltal", "titel", "enhet", "omrade", "delas_pa_kon", "har_enheter", "upphorde"]
        return Tabell(found[columns].reset_index(drop=True), kalla=self._source)

    def beskriv(self, nyckeltal: str) -> Beskrivning:
        """Beskriv ett nyckeltal: vad det mäter, vem som tar fram det och vilka år som finns."""
        id_ = self._id(nyckeltal)
        row = self._nyckeltal.set_index("nyckeltal").loc[id_]
        places = self._places.find("alla")
        counted = statistik.coverage(tidy(self._kalla.values([id_], [*places], ())))
        years = counted.groupby("ar")["kommuner"].max()
        facts = {name: None if pd.isna(value) else value for name, value in row.items()}
        facts |= {name: bool(facts[name]) for name in ("delas_pa_kon", "har_enheter")}
        facts |= {"upphorde": facts["upphorde"] and int(facts["upphorde"])}
        goals = tuple(sorted(int(goal) for goal in self._mal.loc[self._mal["nyckeltal"] == id_, "mal"]))
        ar = {int(year): int(count) for year, count in years.items()}
        return Beskrivning(nyckeltal=id_, mal=goals, ar=ar, kalla=self._source, **facts)

    def kommuner(self, text: str = "") -> Tabell:
        """Visa kommuner och regioner, alla eller dem med en text i namnet."""
        own = self._places.kommuner
        found = own[[fold(text) in fold(name) for name in own["namn"]]]
        return Tabell(found.reset_index(drop=True), kalla=self._source)

    def grupper(self, text: str = "") -> Tabell:
        """Visa Koladas grupper av kommuner och hur många medlemmar de har."""
        counted = self._places.grupper.groupby(["grupp", "titel", "slag"], sort=False).size().rename("medlemmar")
        found = counted.reset_index()
        found = found[[fold(text) in fold(title) for title in found["titel"]]]
        return Tabell(found.reset_index(drop=True), kalla=self._source)

    def medlemmar(self, grupp: Given) -> Tabell:
        """Visa kommunerna i en grupp: "Östergötlands län", "liknande:grundskola", "skr"."""
        found = self._places.find(grupp)
        return Tabell(list(found.items()), columns=["kommun", "namn"], dtype="str", kalla=self._source)

    def nyckeltalsgrupper(self, text: str = "") -> Tabell:
        """Visa Koladas grupper av nyckeltal och hur många nyckeltal de har."""
        groups = [g for g in self._kalla.catalogue("kpi_groups") if fold(text) in fold(g["title"])]
        rows = [(g["id"], g["title"], len(g["members"])) for g in groups]
        return Tabell(rows, columns=["grupp", "titel", "medlemmar"], kalla=self._source)

    def enheter(self, kommun: Given | None = None, verksamhet: str = "", text: str = "") -> Tabell:
        """Visa enheter (skolor, förskolor, boenden) i en kommun.

        Parameters
        ----------
        kommun
            Municipalities, as in `hamta`; one's own unless given.
        verksamhet
            förskola, grundskola, gymnasieskola, hemtjänst, särskilt boende, LSS, SoL, or the
            first characters of an id, "V15".
        text
            Part of the unit's name.

        Returns
        -------
        Tabell
            enhet, namn, kommun, verksamhet (str).
        """
        source = self._direkt()
        prefixes = _prefixes(verksamhet)
        places = self._places.find(self._own(kommun))
        kinds = {prefix: name for name, some in VERKSAMHETER.items() for prefix in some}
        rows = [
            (unit["id"], unit["title"], unit.get("municipality", code), kinds.get(unit["id"][:3], unit["id"][:3]))
            for code in places
            for unit in source.units(code)
            if unit["id"].startswith(prefixes) and fold(text) in fold(unit["title"])
        ]
        names = ["enhet", "namn", "kommun", "verksamhet"]
        return Tabell(rows, columns=names, kalla=self._source, forklaringar=places)

    # --- Hämta --------------------------------------------------------------------------------------------------------

    def hamta(
        self,
        nyckeltal: Given,
        kommun: Given | None = None,
        ar: Any = "senaste 10",
        *,
        kon: Given | None = None,
        sedan: dt.date | str | None = None,
        borttagna: bool = False,
    ) -> Tabell:
        """Hämta värden: ett eller flera nyckeltal, kommuner och år.

        Parameters
        ----------
        nyckeltal
            An id or several, the title of one of Kolada's groups, or "alla".
        kommun
            A name or code or several, mixed, in any case: "Vadstena", "0584", "riket", "alla",
            "Östergötlands län", "liknande:grundskola". A group means its members; "medel:" and
            a group's name mean Kolada's own value for it. One's own municipality unless given.
        ar
            2022, "2015-2022", a range or list, "senaste", "senaste 10" (up to each nyckeltal's
            latest year), or "alla". Years after that of the fetch, which are projections, come
            only when they are named or with "alla".
        kon
            "T", "K", "M", or "alla", "kvinnor", "män"; all there are unless given.
        sedan
            Only what Kolada has changed since this day (YYYY-MM-DD); asks Kolada itself.
        borttagna
            Keep values that Kolada has withdrawn, and a column that tells which they are.

        Returns
        -------
        Tabell
            nyckeltal, kommun (str), ar (int64), kon (str), varde (float64, in the nyckeltal's
            unit), antal (Int64: how many units Kolada has put the value together of, not how
            many people it rests on), status (str: Kolada's, verbatim); one row per value,
            sorted. `varde` is missing where Kolada says so; `saknas` also tells what has no row.

        Raises
        ------
        UnknownNameError
            When there is no such nyckeltal, municipality or group.
        InputError
            When a year or sex is none, or a name can mean several things.
        KoladaError
            When Kolada can't be asked.
        """
        ids = self._ids(nyckeltal)
        places = self._places.find(self._own(kommun))
        years = artal.parse(ar)
        if sedan is not None:
            raw = self._direkt().ask(_changes(ids, [*places], years.ar, _day(sedan)))
        elif nyckeltal == "alla" and isinstance(self._kalla, Direkt) and years.ar:
            some = itertools.product(kolada.blocks([*places]), kolada.blocks(years.ar))
            raw = self._kalla.ask([kolada.Question(kommuner=codes, ar=block) for codes, block in some])
        else:
            raw = self._values(ids, [*places], years)
        return self._answer(raw, ids, places, years, kon, borttagna=borttagna, listed=sedan is None)

    def hamta_enheter(
        self,
        nyckeltal: Given,
        enhet: Given | None = None,
        ar: Any = "senaste 10",
        *,
        kommun: Given | None = None,
        verksamhet: str = "",
        kon: Given | None = None,
        borttagna: bool = False,
    ) -> Tabell:
        """Hämta värden för enheter: skolor, förskolor, boenden.

        Parameters
        ----------
        nyckeltal, ar, kon, borttagna
            As in `hamta`; "alla" nyckeltal need years.
        enhet
            Ids, such as "V15E058400101", or "alla" in the country; those of `kommun` and
            `verksamhet` unless given.
        kommun, verksamhet
            As in `enheter`.

        Returns
        -------
        Tabell
            As from `hamta`, with `enhet` in place of `kommun`.
        """
        source = self._direkt()
        ids = self._ids(nyckeltal)
        years = artal.parse(ar)
        names = self._units(source, enhet, kommun, verksamhet)
        everything, everywhere = nyckeltal == "alla", enhet == "alla"
        if (everything or everywhere) and not years.ar:
            raise InputError("Skriv vilka år du vill ha när du hämtar allt, till exempel ar=2022.")
        parts = itertools.product(
            [()] if everything else kolada.blocks(ids),
            [()] if everywhere else kolada.blocks([*names]),
            kolada.blocks(years.ar) or [()],
        )
        raw = source.ask([kolada.Question(some, enheter=units, ar=block, om="oudata") for some, units, block in parts])
        found = self._answer(raw, ids, names, years, kon, borttagna=borttagna, listed=not (everything or everywhere))
        return found.renamed({"kommun": "enhet"})

    # --- Räkna --------------------------------------------------------------------------------------------------------

    def senaste(
        self, nyckeltal: Given, kommun: Given | None = None, *, tackning: float = 0.0, kon: Given | None = None
    ) -> Tabell:
        """Hämta det senaste värdet, eller det senaste året som tillräckligt många kommuner har.

        Parameters
        ----------
        nyckeltal, kommun, kon
            As in `hamta`.
        tackning
            Least share, 0 to 1, of the municipalities that have a value in the fullest of the
            last ten years; with 0, each municipality's own latest value.
        """
        found = self.hamta(nyckeltal, "alla" if tackning else kommun, kon=kon)
        chosen = statistik.latest(found, tackning)
        if tackning:
            chosen = chosen[chosen["kommun"].isin(self._places.find(self._own(kommun)))]
        return found.replaced(chosen.reset_index(drop=True), saknas=self._without(nyckeltal, kommun, chosen))

    def tillgangliga_ar(self, nyckeltal: Given, kommun: Given | None = None) -> Tabell:
        """Visa vilka år det finns värden för."""
        found = self.hamta(nyckeltal, kommun, "alla")
        years = found[found["varde"].notna()].groupby(["nyckeltal", "kommun"])["ar"]
        rows = [(*key, artal.spans(set(some)), some.nunique()) for key, some in years]
        return found.replaced(pd.DataFrame(rows, columns=["nyckeltal", "kommun", "ar", "antal_ar"]))

    def forandring(
        self, nyckeltal: Given, kommun: Given | None = None, *, fran: int, till: int, kon: Given | None = None
    ) -> Tabell:
        """Räkna ut förändringen mellan två år, i nyckeltalets enhet och i procent."""
        found = self.hamta(nyckeltal, kommun, [fran, till], kon=kon)
        return found.replaced(statistik.change(found, fran, till), EGEN)

    def jamfor(
        self,
        nyckeltal: Given,
        kommun: str | int | None = None,
        *,
        med: Sequence[str] = ("liknande", "länet", "skr", "riket"),
        ar: Any = "senaste",
        kon: str = "T",
    ) -> Tabell:
        """Jämför en kommun med liknande kommuner, länet, SKR:s kommungrupp, riket eller egna val.

        A group's mean is unweighted and missing when fewer than two thirds of its members have
        a value; riket's is Kolada's value, usually weighted.

        Parameters
        ----------
        nyckeltal, kommun, ar, kon
            As in `hamta`; one municipality, the latest year in which it has a value.
        med
            What to compare with, as in `hamta`: "liknande:grundskola", "Finspång", "riket".

        Returns
        -------
        Tabell
            nyckeltal, jamforelse (str), ar (int64), kon (str), varde, skillnad (float64: the
            municipality's value less this), med_varde, kommuner (int64: how many have a value,
            of how many).
        """
        (code, name), *others = self._places.find(self._own(kommun)).items()
        if others:
            raise InputError("Jämför en kommun i taget: välj en som kommun= och de andra som med=.")
        places = Places(self._places.kommuner, self._places.grupper, Kommun(code, name))
        own = self.hamta(nyckeltal, code, ar, kon=kon)
        groups = {name: {code: name}} | {what: places.find(what) for what in ([med] if isinstance(med, str) else med)}
        codes = list(dict.fromkeys(code for group in groups.values() for code in group))
        everyone = self.hamta(nyckeltal, codes, sorted(set(own["ar"])) or "senaste", kon=kon)
        source = f"Gruppernas medelvärden och skillnaderna: {EGEN} Övriga värden: {self._source}"
        return everyone.replaced(statistik.compare(own, everyone, groups), source)

    def rang(
        self,
        nyckeltal: Given,
        kommun: Given | None = None,
        *,
        ar: Any = "senaste",
        hogst_forst: bool = True,
        bland: Given = "alla",
        kon: str = "T",
    ) -> Tabell:
        """Räkna ut kommunens plats och fjärdedel bland alla kommuner, eller bland dem du väljer.

        Parameters
        ----------
        nyckeltal, kommun, kon
            As in `hamta`.
        ar
            As in `hamta`; "senaste" is the latest year that at least half of them have.
        hogst_forst
            Whether the highest value has place 1. Kolada does not say what is good.
        bland
            Among which municipalities.

        Returns
        -------
        Tabell
            nyckeltal, kommun (str), ar (int64), kon (str), varde (float64), plats,
            antal_kommuner (int64), kvartil (Int8: 1 holds place 1; missing under ten).
        """
        own = self._places.find(self._own(kommun))
        for code, name in own.items():
            if code == RIKET or code.startswith("G"):
                raise InputError(f"{name} har ingen plats bland kommuner: det är ett medelvärde. Välj en kommun.")
        places = [*self._places.find(bland), *own]
        found = self.hamta(nyckeltal, places, "senaste 10" if _is_latest(ar) else ar, kon=kon)
        among = statistik.latest(found, statistik.COVERAGE) if _is_latest(ar) else found
        ranked = statistik.rank(among, hogst_forst=hogst_forst)
        chosen = ranked[ranked["kommun"].isin(own)].reset_index(drop=True)
        return found.replaced(chosen, EGEN, self._without(nyckeltal, kommun, chosen))

    def fordelning(
        self, nyckeltal: Given, *, ar: Any = "senaste", bland: Given = "alla", kon: Given | None = None
    ) -> Tabell:
        """Räkna ut hur värdena fördelar sig över kommunerna: lägst, fjärdedelar, högst, medel och spridning.

        Parameters
        ----------
        nyckeltal, ar, bland, kon
            As in `rang`.

        Returns
        -------
        Tabell
            nyckeltal (str), ar (int64), kon (str), kommuner (int64: how many have a value),
            lagst, undre_kvartil, median, ovre_kvartil, hogst, medel, standardavvikelse
            (float64, the nyckeltal's unit; the mean is unweighted).
        """
        found = self.hamta(nyckeltal, bland, "senaste 10" if _is_latest(ar) else ar, kon=kon)
        among = statistik.latest(found, statistik.COVERAGE) if _is_latest(ar) else found
        return found.replaced(statistik.distribution(among), EGEN)

    def samvariation(
        self, ett: str, annat: str, *, ar: Any = "senaste", bland: Given = "alla", kon: str = "T"
    ) -> statistik.Samvariation:
        """Räkna ut hur två nyckeltal samvarierar över kommunerna; det säger inget om orsak.

        Parameters
        ----------
        ett, annat
            Two ids.
        ar
            A year, or "senaste": the latest that at least half of the municipalities have for both.
        bland, kon
            As in `rang`.
        """
        ids = [self._id(ett), self._id(annat)]
        found = self.hamta(ids, bland, "senaste 10" if _is_latest(ar) else ar, kon=kon)
        return statistik.correlation(found, *ids)

    # --- Inre ---------------------------------------------------------------------------------------------------------

    @cached_property
    def _nyckeltal(self) -> pd.DataFrame:
        return nyckeltal_.catalogue(self._kalla.catalogue("kpi"))

    @cached_property
    def _index(self) -> Sokindex:
        return Sokindex(self._nyckeltal)

    @cached_property
    def _mal(self) -> pd.DataFrame:
        """RKA's selection: nyckeltal and the goal that it follows."""
        return agenda2030.read_selection(project.find().agenda2030)

    @cached_property
    def _places(self) -> Places:
        units = kommuner.kommuner(self._kalla.catalogue("municipality"))
        groups = kommuner.grupper(self._kalla.catalogue("municipality_groups"))
        given = self._given if self._given is not None else _of_the_model()
        return Places(units, groups, None if given is None else Kommun(*kommuner.find_kommun(units, given)))

    @property
    def _source(self) -> str:
        return f"Källa: Kolada, {self._kalla.stand}."

    def _direkt(self) -> Direkt:
        if not isinstance(self._kalla, Direkt):
            raise InputError("Det här finns inte i uttaget. Fråga Kolada direkt: Kolada(direkt=True).")
        return self._kalla

    def _own(self, kommun: Given | None) -> Given:
        if kommun is not None:
            return kommun
        if self._places.own is None:
            raise InputError('Skriv vilken kommun du menar, till exempel kommun="Vadstena".')
        return self._places.own.kommun

    def _id(self, given: object) -> str:
        text = str(given).strip().upper()
        if text not in self._titles:
            missing = f"{text} finns inte" if KOLADA_ID.fullmatch(text) else f"”{given}” är inget nyckeltal"
            near = self._index(str(given))["nyckeltal"].head(3)
            hint = "; ".join(f"{id_} {self._titles[id_]}" for id_ in near)
            remedy = f"Menade du {hint}?" if len(near) else "Sök med sok()."
            offline = "" if isinstance(self._kalla, Direkt) else f" i uttaget, {self._kalla.stand}"
            raise InputError(f"{missing}{offline}. {remedy}")
        return text

    def _ids(self, given: Given) -> list[str]:
        if given == "alla":
            return [*self._titles]
        if isinstance(given, str) and not KOLADA_ID.fullmatch(given.strip().upper()):
            groups = self._kalla.catalogue("kpi_groups")
            if any(given.casefold() in (g["id"].casefold(), g["title"].casefold()) for g in groups):
                return [id_ for id_ in kolada.group_members(groups, given) if id_ in self._titles]
        ids = list(dict.fromkeys(self._id(one) for one in ([given] if isinstance(given, (str, int)) else given)))
        if not ids:
            raise InputError("Inget nyckeltal är valt. Skriv ett id, till exempel N15428, eller sök med sok().")
        return ids

    @cached_property
    def _titles(self) -> dict[str, str]:
        return dict(zip(self._nyckeltal["nyckeltal"], self._nyckeltal["titel"], strict=True))

    def _without(self, nyckeltal: Given, kommun: Given | None, found: pd.DataFrame) -> Callable[[], pd.DataFrame]:
        """Return what tells which of the municipalities asked about are not in a result."""
        rows = found.assign(borttaget=False, status="")
        return cache(partial(absent, rows, self._ids(nyckeltal), [*self._places.find(self._own(kommun))], ()))

    def _units(self, source: Direkt, enhet: Given | None, kommun: Given | None, verksamhet: str) -> dict[str, str]:
        if enhet == "alla":
            return {unit["id"]: unit["title"] for unit in source.catalogue("ou")}
        if enhet is not None:
            return {str(unit).strip().upper(): "" for unit in ([enhet] if isinstance(enhet, (str, int)) else enhet)}
        units = self.enheter(kommun, verksamhet)
        if units.empty:
            raise InputError("Inga enheter passar. Visa dem som finns med enheter().")
        return dict(zip(units["enhet"], units["namn"], strict=True))

    def _values(self, ids: Sequence[str], codes: Sequence[str], years: Artal) -> pa.Table:
        if not years.senaste:
            return self._kalla.values(ids, codes, years.ar)
        newest = self._kalla.ar
        recent = self._kalla.values(ids, codes, range(newest - years.senaste - RECENT + 1, newest + 1))
        valued = recent.filter(pc.is_valid(recent["value"]))["kpi"].unique().to_pylist()
        old = [id_ for id_ in ids if id_ not in set(valued)]
        return pa.concat_tables([recent, self._kalla.values(old, codes, ())]) if old else recent

    def _answer(
        self,
        raw: pa.Table,
        ids: Sequence[str],
        places: Mapping[str, str],
        years: Artal,
        kon: Given | None,
        *,
        borttagna: bool,
        listed: bool,
    ) -> Tabell:
        rows = tidy(raw, _sexes(kon))
        if years.senaste:
            rows = _up_to_latest(rows, years.senaste, self._kalla.ar)
        lacking = cache(partial(absent, rows, ids, [*places], years.ar)) if listed else tabell.NOTHING.copy
        standing = rows if borttagna else rows[~rows["borttaget"]].drop(columns="borttaget").reset_index(drop=True)
        return Tabell(standing, kalla=self._source, forklaringar=self._titles | dict(places), saknas=lacking)


def _is_latest(ar: object) -> bool:
    return artal.parse(ar).senaste == 1


def _of_the_model() -> str | None:
    """Return the steering model's municipality, where one stands in a project."""
    try:
        content, _ = yamltext.read(project.find().styrmodell / KOMMUN_FILE)
        return content["kommun"]
    except (StyrError, KeyError, TypeError):
        return None


def _day(given: dt.date | str) -> dt.date:
    try:
        return given if isinstance(given, dt.date) else dt.date.fromisoformat(given)
    except ValueError as error:
        raise InputError(f"”{given}” är inget datum. Skriv till exempel 2026-11-21.") from error


def _changes(ids: Sequence[str], codes: Sequence[str], years: Sequence[int], since: dt.date) -> list[kolada.Question]:
    parts = itertools.product(kolada.blocks(ids), kolada.blocks(codes), kolada.blocks(years) or [()])
    return [kolada.Question(some, places, ar=block, sedan=since) for some, places, block in parts]


def _sexes(given: Given | None) -> list[str]:
    if given is None:
        return [*KON]
    found = []
    for one in [given] if isinstance(given, (str, int)) else given:
        match = [sex for sex, words in KON.items() if str(one).strip().casefold() in words]
        if not match:
            raise InputError(f"”{one}” är inget kön. Skriv alla, kvinnor eller män (T, K eller M).")
        found += match
    return found


def _prefixes(verksamhet: str) -> tuple[str, ...]:
    """Return what the ids of a kind of units begin with."""
    kinds = {fold(name): prefixes for name, prefixes in VERKSAMHETER.items()}
    if not verksamhet or re.fullmatch(r"[Vv]\d{2}", verksamhet):
        return (verksamhet.upper(),)
    if fold(verksamhet) not in kinds:
        raise UnknownNameError("verksamheten", verksamhet, VERKSAMHETER)
    return kinds[fold(verksamhet)]


def _up_to_latest(rows: pd.DataFrame, count: int, newest: int) -> pd.DataFrame:
    """Return the last years of each nyckeltal, up to the latest in which any has a value and that is no projection."""
    valued = rows[rows["varde"].notna() & ~rows["borttaget"] & (rows["ar"] <= newest)]
    latest = rows["nyckeltal"].map(valued.groupby("nyckeltal")["ar"].max())
    return rows[(rows["ar"] <= latest) & (rows["ar"] > latest - count)].reset_index(drop=True)
