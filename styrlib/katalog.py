"""What Kolada has: nyckeltal, municipalities, groups and units, found by whatever name the user has.

`Katalog` is the half of the client that finds; `klient.Kolada` is the whole of it.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import pandas as pd

from styrlib import agenda2030, given, kolada, kommuner, project, snapshot, statistik, yamltext
from styrlib import nyckeltal as nyckeltal_
from styrlib.beskrivning import Beskrivning
from styrlib.errors import InputError, StyrError, UnknownNameError, fold
from styrlib.falt import GOALS, KOLADA_ID, LOCAL_ID
from styrlib.given import Given
from styrlib.kallor import Direkt, Kalla, Uttag
from styrlib.kommuner import Kommun, Places
from styrlib.sok import Sokindex, stam
from styrlib.tabell import EGEN, Tabell, tidy
from styrlib.transport import Transport
from styrlib.validate import KOMMUN_FILE


class Ids(NamedTuple):
    """Which nyckeltal are meant: those that there are, and those that a group has though they are gone."""

    finns: list[str]
    borta: list[str]


class Katalog:
    """Vad Kolada har: sök och beskriv. Its parameters are those of `klient.Kolada`."""

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

    @property
    def kommun(self) -> str | None:
        """Din kommun: den som svaren gäller när du inte skriver någon."""
        return self._places.own and self._places.own.namn

    def omraden(self) -> Tabell:
        """Visa Koladas verksamhetsområden och hur många nyckeltal de har."""
        counted = self._nyckeltal["omrade"].value_counts().rename_axis("omrade").rename("nyckeltal")
        return Tabell(counted.reset_index())

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
        found, whole = self._index.hits(given.text(text, "Sökorden"))
        if omrade is not None:
            found = found[found["omrade"].isin(self._areas(given.text(omrade, "Området")))]
        if grupp is not None:
            groups = self._kalla.catalogue("kpi_groups")
            found = found[found["nyckeltal"].isin(kolada.group_members(groups, given.text(grupp, "Gruppen")))]
        for wanted, column in (
            (given.flag(kon, "kon"), "delas_pa_kon"),
            (given.flag(enheter, "enheter"), "har_enheter"),
        ):
            found = found if wanted is None else found[found[column] == wanted]
        if given.flag(levande, "levande") is not None:
            found = found[found["upphorde"].isna() == levande]
        if given.flag(agenda2030, "agenda2030") is not None:
            found = found[found["nyckeltal"].isin(self._mal["nyckeltal"]) == agenda2030]
        if mal is not None:
            number = int(mal) if isinstance(mal, str) and mal.isdecimal() else mal
            if number not in GOALS:
                raise InputError(f"Målet ska vara ett tal från 1 till 17, inte {mal!r}.")
            found = found[found["nyckeltal"].isin(self._mal.loc[self._mal["mal"] == number, "nyckeltal"])]
        columns = ["nyckeltal", "titel", "enhet", "omrade", "delas_pa_kon", "har_enheter", "upphorde"]
        if found.empty:
            notis = "Inget nyckeltal passar. Pröva färre eller andra ord."
        else:
            notis = "" if whole else "Inget nyckeltal har alla orden. De här har något av dem."
        return Tabell(found[columns].reset_index(drop=True), kalla=self._source, notis=notis)

    def beskriv(self, nyckeltal: str) -> Beskrivning:
        """Beskriv ett nyckeltal: vad det mäter, vem som tar fram det och vilka år som finns."""
        id_ = self._id(nyckeltal)
        row = self._nyckeltal.set_index("nyckeltal").loc[id_]
        facts = {name: None if pd.isna(value) else value for name, value in row.items()}
        facts |= {name: bool(facts[name]) for name in ("delas_pa_kon", "har_enheter")}
        facts |= {"upphorde": facts["upphorde"] and int(facts["upphorde"])}
        places = self._places.find("alla regioner" if facts["kommuntyp"] == "L" else "alla")
        rows = tidy(self._kalla.values([id_], [*places], ()))
        years = statistik.coverage(rows[~rows["borttaget"]]).groupby("ar")["kommuner"].max()
        try:
            goals = self._mal.loc[self._mal["nyckeltal"] == id_, "mal"]
        except InputError:  # outside a project
            goals = pd.Series(dtype="int64")
        return Beskrivning(
            nyckeltal=id_,
            mal=tuple(sorted(int(goal) for goal in goals)),
            ar={int(year): int(count) for year, count in years.items()},
            kalla=self._source,
            **facts,
        )

    def kommuner(self, text: str = "") -> Tabell:
        """Visa kommuner och regioner, alla eller dem med en text i namnet."""
        own, part = self._places.kommuner, fold(given.text(text, "Texten"))
        found = own[[part in fold(name) for name in own["namn"]]]
        return Tabell(found.reset_index(drop=True), kalla=self._source)

    def grupper(self, text: str = "") -> Tabell:
        """Visa Koladas grupper av kommuner och hur många medlemmar de har."""
        counted = self._places.grupper.groupby(["grupp", "titel", "slag"], sort=False).size().rename("medlemmar")
        found, part = counted.reset_index(), fold(given.text(text, "Texten"))
        found = found[[part in fold(title) for title in found["titel"]]]
        return Tabell(found.reset_index(drop=True), kalla=f"{self._source} Antalet medlemmar: {EGEN}")

    def medlemmar(self, grupp: Given) -> Tabell:
        """Visa kommunerna i en grupp: "Östergötlands län", "liknande:grundskola", "skr"."""
        found = self._places.find(grupp)
        return Tabell(list(found.items()), columns=["kommun", "namn"], dtype="str", kalla=self._source)

    def nyckeltalsgrupper(self, text: str = "") -> Tabell:
        """Visa Koladas grupper av nyckeltal och hur många nyckeltal de har."""
        part = fold(given.text(text, "Texten"))
        groups = [g for g in self._kalla.catalogue("kpi_groups") if part in fold(g["title"])]
        dtypes = {"grupp": "str", "titel": "str", "medlemmar": "int64"}
        rows = pd.DataFrame([(g["id"], g["title"], len(g["members"])) for g in groups], columns=list(dtypes))
        return Tabell(rows.astype(dtypes), kalla=f"{self._source} Antalet medlemmar: {EGEN}")

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
        prefixes, part = given.prefixes(verksamhet), fold(given.text(text, "Texten"))
        places = self._places.find(self._own(kommun))
        kinds = {prefix: name for name, some in given.VERKSAMHETER.items() for prefix in some}
        rows = [
            (unit["id"], unit["title"], unit.get("municipality", code), kinds.get(unit["id"][:3], unit["id"][:3]))
            for code in places
            for unit in source.units(code)
            if unit["id"].startswith(prefixes) and part in fold(unit["title"])
        ]
        names = ["enhet", "namn", "kommun", "verksamhet"]
        return Tabell(rows, columns=names, dtype="str", kalla=self._source, forklaringar=places)

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

        def groups() -> pd.DataFrame:
            return kommuner.grupper(self._kalla.catalogue("municipality_groups"))

        def own() -> Kommun | None:
            given = self._given if self._given is not None else _of_the_model()
            return None if given is None else Kommun(*kommuner.find_kommun(units, given))

        return Places(units, groups, own)

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

    def _areas(self, omrade: str) -> list[str]:
        areas = sorted(self._nyckeltal["omrade"].dropna().unique())
        for part in (fold(omrade), stam(omrade)):
            if found := [area for area in areas if part in fold(area)]:
                return found
        raise UnknownNameError("området", omrade, {area.split()[0].strip(",") for area in areas})

    def _id(self, wanted: object) -> str:
        """Return the id of a nyckeltal that there is."""
        text = given.text(wanted, "Nyckeltalet").strip()
        if text.upper() in self._titles:
            return text.upper()
        if LOCAL_ID.fullmatch(text.upper()):
            own = f'Modell().nyckeltal("{text.upper()}").varden'
            raise InputError(f"{text.upper()} är kommunens eget och finns inte i Kolada. Värdena ger {own}.")
        missing = f"{text.upper()} finns inte" if KOLADA_ID.fullmatch(text.upper()) else f"”{text}” är inget nyckeltal"
        offline = "" if isinstance(self._kalla, Direkt) else f" i uttaget, {self._kalla.stand}"
        near = self._index(text)["nyckeltal"].head(3) if len(text) > 2 else []
        hint = "; ".join(f"{id_} {self._titles[id_]}" for id_ in near)
        raise InputError(f"{missing}{offline}. " + (f"Menade du {hint}?" if hint else "Sök med sok()."))

    def _ids(self, wanted: Given) -> Ids:
        """Return the ids of what is meant: ids, and titles of Kolada's groups."""
        if given.is_all(wanted):
            return Ids([*self._titles], [])
        found: dict[str, bool] = {}
        for text in given.listed(wanted, "Nyckeltalet"):
            groups = [] if KOLADA_ID.fullmatch(text.upper()) else self._kalla.catalogue("kpi_groups")
            try:
                found |= {id_: id_ in self._titles for id_ in kolada.group_members(groups, text)}
            except UnknownNameError:
                found[self._id(text)] = True
        return Ids([id_ for id_, there in found.items() if there], [id_ for id_, there in found.items() if not there])

    @cached_property
    def _titles(self) -> dict[str, str]:
        return dict(zip(self._nyckeltal["nyckeltal"], self._nyckeltal["titel"], strict=True))


def _of_the_model() -> str | None:
    """Return the steering model's municipality, where one stands in a project."""
    try:
        content, _ = yamltext.read(project.find().styrmodell / KOMMUN_FILE)
        return content["kommun"]
    except (StyrError, KeyError, TypeError):
        return None
