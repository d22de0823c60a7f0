"""Kolada for an utredare: `Kolada()` answers in JupyterLab what politicians ask.

Names and codes mean what people mean by them; limits and paging are never met. The
figures come from the newest snapshot on disk, so all but `direkt=True` works offline. An
answer is a `Tabell`: a tidy frame with its source and with what did not come.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from styrlib import artal, given, kolada, statistik
from styrlib.artal import Artal
from styrlib.errors import InputError
from styrlib.given import Given
from styrlib.kallor import Direkt
from styrlib.katalog import Ids, Katalog
from styrlib.kommuner import Kommun, Places
from styrlib.snapshot import standing
from styrlib.stavning import in_swedish
from styrlib.tabell import EGEN, Tabell, absent, tidy

RECENT = 7  # years beyond those asked for in which a latest value is looked for first
NAMED = 3  # nyckeltal whose years are told where an answer is empty
ONE_YEAR = Artal(senaste=1)
TEN_YEARS = Artal(senaste=10)


@in_swedish
class Kolada(Katalog):
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

    # --- Hämta --------------------------------------------------------------------------------------------------------

    def hamta(
        self,
        nyckeltal: Given,
        kommun: Given | None = None,
        ar: Any = None,
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
            2022, "2015-2022", a range or list, "senaste", "senaste 10" (up to the latest year
            that each nyckeltal has for these municipalities), or "alla". Years after that of
            the fetch, which are projections, come only when they are named or with "alla".
            The last ten unless given; all with `sedan`.
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
        years = artal.parse(ar if ar is not None else "alla" if sedan is not None else "senaste 10")
        sexes = given.sexes(kon)
        if sedan is not None:
            since = given.day(sedan)
            some = itertools.product(*(kolada.blocks(part) or [()] for part in (ids.finns, [*places], years.ar)))
            questions = [kolada.Question(these, codes, ar=block, sedan=since) for these, codes, block in some]
            return self._answer(self._direkt().ask(questions), None, places, years, sexes, borttagna=borttagna)
        if given.is_all(nyckeltal) and isinstance(self._kalla, Direkt) and years.ar:
            some = itertools.product(kolada.blocks([*places]), kolada.blocks(years.ar))
            raw = self._kalla.ask([kolada.Question(kommuner=codes, ar=block) for codes, block in some])
            return self._answer(raw, ids, places, years, sexes, borttagna=borttagna)
        return self._values(ids, places, years, sexes, borttagna=borttagna)

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
        years, sexes = artal.parse(ar), given.sexes(kon)
        everything, everywhere = given.is_all(nyckeltal), given.is_all(enhet)
        if (everything or everywhere) and not years.ar:
            raise InputError("Skriv vilka år du vill ha när du hämtar allt, till exempel ar=2022.")
        if everything and everywhere:
            raise InputError("Välj nyckeltal eller enheter: allt om alla enheter är för mycket att hämta på en gång.")
        ids = self._ids(nyckeltal)
        if everywhere:
            names = {unit["id"]: unit["title"] for unit in source.catalogue("ou")}
        elif enhet is not None:
            names = dict.fromkeys(given.unit_ids(enhet), "")
        else:
            units = self.enheter(kommun, verksamhet)
            names = dict(zip(units["enhet"], units["namn"], strict=True))
        if not names:
            raise InputError("Inga enheter passar. Visa dem som finns med enheter().")
        parts = itertools.product(
            [()] if everything else kolada.blocks(ids.finns),
            [()] if everywhere else kolada.blocks([*names]),
            kolada.blocks(years.ar) or [()],
        )
        raw = source.ask([kolada.Question(some, enheter=units, ar=block, om="oudata") for some, units, block in parts])
        asked = None if everything or everywhere else ids
        found = self._answer(raw, asked, names, years, sexes, borttagna=borttagna)
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
        ids, own, sexes = self._ids(nyckeltal), self._places.find(self._own(kommun)), given.sexes(kon)
        everyone = self._places.find("alla") if given.share(tackning, "tackning") else {}
        found = self._values(ids, everyone | own, TEN_YEARS if tackning else Artal(), sexes)
        past = found[found["ar"] <= self._kalla.ar]
        chosen = statistik.latest(past, tackning, everyone or None)
        chosen = chosen[chosen["kommun"].isin(own)].reset_index(drop=True)
        return found.replaced(chosen, saknas=_without(chosen, ids, own))

    def tillgangliga_ar(self, nyckeltal: Given, kommun: Given | None = None) -> Tabell:
        """Visa vilka år det finns värden för."""
        ids, own = self._ids(nyckeltal), self._places.find(self._own(kommun))
        found = self._values(ids, own, Artal(), given.sexes(None))
        valued = found[found["varde"].notna()]
        rows = [
            (*key, artal.spans(set(some)), some.nunique())
            for key, some in valued.groupby(["nyckeltal", "kommun"])["ar"]
        ]
        years = pd.DataFrame(rows, columns=["nyckeltal", "kommun", "ar", "antal_ar"])
        return found.replaced(years, EGEN, _without(valued, ids, own))

    def forandring(
        self,
        nyckeltal: Given,
        kommun: Given | None = None,
        *,
        fran: int | str,
        till: int | str,
        kon: Given | None = None,
    ) -> Tabell:
        """Räkna ut förändringen mellan två år, i nyckeltalets enhet och i procent."""
        first, last = artal.one(fran), artal.one(till)
        if first == last:
            raise InputError(f"Förändringen ska vara mellan två olika år, inte {first} och {last}.")
        found = self.hamta(nyckeltal, kommun, [first, last], kon=kon)
        return found.kept(statistik.change(found, first, last), EGEN)

    def jamfor(
        self,
        nyckeltal: Given,
        kommun: str | int | None = None,
        *,
        med: Given = ("liknande", "länet", "skr", "riket"),
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
            nyckeltal (str), ar (int64), kon, jamforelse (str), varde, skillnad (float64: the
            municipality's value less this), med_varde, kommuner (int64: how many have a value,
            of how many).
        """
        ids, sexes = self._ids(nyckeltal), [given.sex(kon)]
        (code, name), *others = self._places.find(self._own(kommun)).items()
        if others:
            raise InputError("Jämför en kommun i taget: välj en som kommun= och de andra som med=.")
        places = Places(self._places.kommuner, self._places.grupper, Kommun(code, name))
        groups = {name: {code: name}} | {what: places.find(what) for what in given.listed(med, "med")}
        own = self._values(ids, {code: name}, artal.parse(ar), sexes)
        everyone = dict(itertools.chain.from_iterable(group.items() for group in groups.values()))
        years = Artal(tuple(sorted(set(own["ar"]))))
        found = self._values(ids, everyone, years, sexes) if years.ar else own
        source = f"Gruppernas medelvärden och skillnaderna: {EGEN} Övriga värden: {self._source}"
        return own.kept(statistik.compare(own, found, groups), source)

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
        ids, own = self._ids(nyckeltal), self._places.find(self._own(kommun))
        found = self._of_one_kind(ids, self._places.find(bland) | own, artal.parse(ar), [given.sex(kon)])
        ranked = statistik.rank(found, hogst_forst=bool(given.flag(hogst_forst, "hogst_forst")))
        chosen = ranked[ranked["kommun"].isin(own)].reset_index(drop=True)
        return found.replaced(chosen, EGEN, _without(chosen, ids, own))

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
        places = self._places.find(bland)
        found = self._of_one_kind(self._ids(nyckeltal), places, artal.parse(ar), given.sexes(kon))
        return found.replaced(statistik.distribution(found), EGEN)

    def samvariation(
        self, ett: str, annat: str, *, ar: Any = "senaste", bland: Given = "alla", kon: str = "T"
    ) -> statistik.Samvariation:
        """Räkna ut hur två nyckeltal samvarierar över kommunerna; det säger inget om orsak.

        Parameters
        ----------
        ett, annat
            Two ids.
        ar
            A year, or several, of which the latest that at least half of the municipalities
            have for both is taken; "senaste" looks among the last ten.
        bland, kon
            As in `rang`.
        """
        ids = [self._id(ett), self._id(annat)]
        if ids[0] == ids[1]:
            raise InputError("Välj två olika nyckeltal: ett samvarierar alltid med sig självt.")
        years = artal.parse(ar)
        years = TEN_YEARS if years == ONE_YEAR else years
        found = self._of_one_kind(Ids(ids, []), self._places.find(bland), years, [given.sex(kon)])
        return statistik.correlation(found, *ids)

    # --- Inre ---------------------------------------------------------------------------------------------------------

    def _of_one_kind(self, ids: Ids, places: Mapping[str, str], years: Artal, sexes: Sequence[str]) -> Tabell:
        """Return values to set beside each other: municipalities alone or regions alone, of a year that most have."""
        kinds = {self._places.kind(code) for code in places}
        if kinds not in ({"K"}, {"L"}):
            other = next(name for code, name in places.items() if self._places.kind(code) != "K")
            raise InputError(f"{other} är ingen kommun och kan inte räknas bland kommuner. Ta bort den.")
        if years != ONE_YEAR:
            return self._values(ids, places, years, sexes)
        found = self._values(ids, places, TEN_YEARS, sexes)
        return found.replaced(statistik.latest(found, statistik.COVERAGE))

    def _values(
        self,
        ids: Ids,
        places: Mapping[str, str],
        years: Artal,
        sexes: Sequence[str],
        *,
        borttagna: bool = False,
    ) -> Tabell:
        outside = self._kalla.outside([*places])
        if any(self._places.kind(code) == "grupp" for code in outside):
            raise InputError("Koladas medelvärden för grupper finns inte i uttaget. Fråga Kolada(direkt=True).")
        raw = self._raw(ids.finns, [*places], years)
        found = self._answer(raw, ids, places, years, sexes, borttagna=borttagna)
        if not found["varde"].notna().any():
            found.notis = self._which_years(ids.finns[:NAMED], places, years, sexes)
        return found

    def _which_years(self, ids: Sequence[str], places: Mapping[str, str], asked: Artal, sexes: Sequence[str]) -> str:
        """Return in a sentence that there is no value, and in which years there are."""
        where = f" för {next(iter(places.values()))}" if len(places) == 1 else ""
        nothing = " ".join(filter(None, [f"Det finns inget värde{where}", artal.spans(asked.ar)]))
        rows = tidy(self._raw(ids, [*places], Artal()), sexes) if asked != Artal() else pd.DataFrame()
        if rows.empty or not (has := rows["varde"].notna() & ~rows["borttaget"]).any():
            return f'{nothing}, och inte för något annat år. Pröva beskriv("{ids[0]}").' if ids else ""
        there = rows[has].groupby("nyckeltal")["ar"].unique()
        return f"{nothing}. " + " ".join(f"{id_} finns för {artal.spans(years)}." for id_, years in there.items())

    def _raw(self, ids: Sequence[str], codes: Sequence[str], years: Artal) -> pa.Table:
        if not years.senaste:
            return self._kalla.values(ids, codes, years.ar)
        newest = self._kalla.ar
        recent = self._kalla.values(ids, codes, range(newest - years.senaste - RECENT + 1, newest + 1))
        valued = standing(recent.filter(pc.is_valid(recent["value"])))
        latest = valued.group_by("kpi").aggregate([("period", "max")])
        # Of one whose latest year lies further back, all years are needed.
        enough = {id_ for id_, year in zip(*latest.to_pydict().values(), strict=True) if year > newest - RECENT}
        old = [id_ for id_ in ids if id_ not in enough]
        if not old:
            return recent
        kept = recent.filter(pc.is_in(recent["kpi"], pa.array([*enough], pa.string())))
        return pa.concat_tables([kept, self._kalla.values(old, codes, ())]).unify_dictionaries()

    def _answer(
        self,
        raw: pa.Table,
        ids: Ids | None,
        places: Mapping[str, str],
        years: Artal,
        sexes: Sequence[str],
        *,
        borttagna: bool,
    ) -> Tabell:
        """Return values as a table that says what it lacks of what was asked for; nothing when `ids` is None."""
        rows = tidy(raw, sexes)
        if years.senaste:
            rows = _up_to_latest(rows, years.senaste, self._kalla.ar)
        shown = rows if borttagna else rows[~rows["borttaget"]].drop(columns="borttaget").reset_index(drop=True)
        words = self._titles | dict(places)
        if ids is None:
            return Tabell(shown, kalla=self._source, forklaringar=words)
        number = len(ids.finns) * len(places) * (len(years.ar) or years.senaste or 1)
        lacking = partial(_lacking, rows, ids, [*places], years.ar, self._kalla.outside([*places]))
        return Tabell(shown, kalla=self._source, forklaringar=words, saknas=lacking, asked=number)


def _lacking(
    rows: pd.DataFrame, ids: Ids, places: Sequence[str], years: Sequence[int], outside: Collection[str] = ()
) -> pd.DataFrame:
    gone = pd.DataFrame(
        {"nyckeltal": ids.borta, "kommun": "", "ar": "", "orsak": "nyckeltalet finns inte"}, dtype="str"
    )
    found = absent(rows, ids.finns, places, years)
    found["orsak"] = found["orsak"].mask(found["kommun"].isin(outside), "finns inte i uttaget")
    return pd.concat([found, gone], ignore_index=True) if ids.borta else found


def _without(rows: pd.DataFrame, ids: Ids, places: Mapping[str, str]) -> partial[pd.DataFrame]:
    """Return what tells which places have no row at all, whatever the year."""
    present = rows[["nyckeltal", "kommun"]].assign(ar=0, varde=0.0, status="", borttaget=False)
    return partial(_lacking, present, ids, [*places], [0])


def _up_to_latest(rows: pd.DataFrame, count: int, newest: int) -> pd.DataFrame:
    """Return the last years of each nyckeltal, up to the latest in which any has a value and that is no projection."""
    valued = rows[rows["varde"].notna() & ~rows["borttaget"] & (rows["ar"] <= newest)]
    latest = rows["nyckeltal"].map(valued.groupby("nyckeltal")["ar"].max()).astype("float64")
    return rows[(rows["ar"] <= latest) & (rows["ar"] > latest - count)].reset_index(drop=True)
