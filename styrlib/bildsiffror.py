"""The figures of an utredare's chart: of Kolada's ids or of a table, with names, units and what the model says.

A chart never fetches more than it draws. What it is asked for and can't show is told in a sentence that says what
there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from styrlib import analysis, artal, given, modelltal, project, swedish
from styrlib import nyckeltal as nyckeltal_
from styrlib.artal import Artal
from styrlib.errors import InputError, StyrError
from styrlib.falt import LOCAL_ID, Riktning
from styrlib.given import Given
from styrlib.klient import Kolada
from styrlib.kommuner import GROUPS, RIKET, Kommun
from styrlib.lokalfil import DOLD
from styrlib.malnyckeltal import AMOUNT
from styrlib.modelltal import Modelltal
from styrlib.styrmodell import Nyckeltal
from styrlib.tabell import EGEN, Tabell

REQUIRED = ("nyckeltal", "kommun", "ar", "varde")
OPTIONAL = {"kon": "T", "dold": False, "antal": pd.NA}  # columns that a table may lack, and what then holds
GROUP_NAMES = {"liknande": "Liknande kommuner", "lan": "Länet", "skr": "Samma kommungrupp"}
UNREAD = "Filen {} i styrmodellen går inte att läsa, så brott, mål och riktning kan saknas här."
Chosen = Given | pd.DataFrame


@dataclass(frozen=True)
class Matt:
    """A nyckeltal that a chart is of.

    Attributes
    ----------
    beskrivning
        As the steering model describes it, or as Kolada's catalogue does: then without desired direction and breaks.
    titel, namn
        Kolada's title, and the short name that the model has for it.
    rader
        Its values: kommun (str), ar (int64), kon (str), varde (float64), antal (Int64: how many it rests on, missing
        where that is not known), dold (bool: hidden, and then without value).
    kalla
        Whose values they are, as a sentence.
    upphorde
        The last year of one that has ended.
    senaste
        The newest year that is shown: projections come later.
    varning
        What the reader has to know where the steering model could not be read.
    exempel
        Whether the model describes it as an example, with a target level that nobody has decided.
    """

    beskrivning: Nyckeltal
    titel: str
    namn: str
    rader: pd.DataFrame
    kalla: str
    upphorde: int | None
    senaste: int
    varning: str = ""
    exempel: bool = False

    @property
    def id(self) -> str:
        """The id."""
        return self.beskrivning.id

    @property
    def enhet(self) -> str:
        """The unit, empty where it is not known."""
        return self.beskrivning.enhet

    @property
    def jamforbart(self) -> bool:
        """Whether another municipality's value says anything beside it: sheer amounts follow size."""
        return self.beskrivning.jamforbart and not AMOUNT.fullmatch(self.enhet)

    def decimals(self, values: Sequence[float] | pd.Series) -> int:
        """Return how many decimals values are written with."""
        if self.beskrivning.decimaler is not None:
            return self.beskrivning.decimaler
        return swedish.decimals_for(values, self.enhet)

    def of(self, kon: str, ar: int | None = None) -> pd.Series:
        """Return the values of a sex and a year by municipality, missing ones left out."""
        rows = self.rader[(self.rader["kon"] == kon) & self.rader["varde"].notna()]
        rows = rows if ar is None else rows[rows["ar"] == ar]
        return rows.set_index("kommun")["varde"].astype(float)

    def years(self, kommun: str, kon: str = "T") -> list[int]:
        """Return the years that a municipality has a value for."""
        rows = self.rader[(self.rader["kommun"] == kommun) & (self.rader["kon"] == kon) & self.rader["varde"].notna()]
        return sorted(rows["ar"].unique().tolist())

    def nothing(self, kommun: Kommun, asked: Sequence[int], kon: str = "T") -> InputError:
        """Return what is said when there is no value to draw, with the years that there are."""
        there = self.years(kommun.kommun, kon)
        who = {"K": " för kvinnor", "M": " för män"}.get(kon, "")
        lack = f"{kommun.namn} har inget värde för {self.id}, {self.titel}{who}"
        if there:
            return InputError(f"{lack}, {artal.spans(asked)}. Det finns värden för {artal.spans(there)}.")
        if kon != "T" and self.years(kommun.kommun):
            return InputError(f"{lack}. Nyckeltalet delas inte på kön. Ta bort kon=.")
        others = sorted(self.rader.loc[self.rader["varde"].notna(), "ar"].unique().tolist())
        hint = f"Andra har värden för {artal.spans(others)}." if others else "Välj ett annat nyckeltal."
        return InputError(f"{lack}. {hint}")


class Siffror(Kolada):
    """Kolada, as a chart asks it: of one municipality, and of what is beside it.

    Parameters
    ----------
    kommun
        A name or code; the steering model's municipality for None or "".
    """

    def __init__(self, kommun: str | int | None = None) -> None:
        if isinstance(kommun, bool) or not isinstance(kommun, (str, int, type(None))):
            raise InputError("Välj en kommun i taget som kommun=, och de andra som med=.")
        if isinstance(kommun, str) and kommun.partition(":")[0].strip().casefold() in GROUPS:
            raise InputError(f"”{kommun}” är flera kommuner. Skriv dem som med=, eller bland= i en karta.")
        super().__init__(kommun if kommun != "" else None)

    @property
    def egen(self) -> Kommun:
        """The municipality that the chart is about."""
        self._own(None)  # says what to do when there is none
        assert self._places.own is not None
        return self._places.own

    @staticmethod
    def others_in(table: Chosen, own: str) -> list[str]:
        """Return the codes in a table of values beside the own one; none where it is no such table."""
        if not isinstance(table, pd.DataFrame) or not {"kommun", "varde"} <= {*table}:
            return []
        codes = table["kommun"].astype("str").str.zfill(4).unique()
        return [code for code in codes if code not in (own, RIKET)]

    @property
    def egen_eller_ingen(self) -> str:
        """The code of the user's own municipality; nothing where none is known."""
        return self._places.own.kommun if self._places.own else ""

    def places(self, asked: object) -> dict[str, str]:
        """Return name by code of what is meant: see `kommuner.Places.find`."""
        return self._places.find(asked)

    def only_municipalities(self, places: Mapping[str, str]) -> dict[str, str]:
        """Return the municipalities among places: no regions, and not riket."""
        return {code: name for code, name in places.items() if self._places.kind(code) == "K"}

    def groups(self, med: Given | None) -> dict[str, dict[str, str]]:
        """Return what to compare with: what it is called → its members, names by code; the own is not one of them."""
        found = {}
        for text in given.listed(med, "med") if med is not None and not _empty(med) else ():
            members = self.places(text)
            found[_called(text, members)] = members
        return {name: members for name, members in found.items() if list(members) != [self.egen.kommun]}

    def matt(self, nyckeltal: Chosen, places: Mapping[str, str], ar: Artal) -> list[Matt]:
        """Return the nyckeltal that are meant, with the values of places.

        Parameters
        ----------
        nyckeltal
            Ids, of Kolada or local ones of the steering model, or a table of values, or one of nyckeltal such as
            `sok` gives.
        places
            Names by code.
        ar
            Which years are named: values after that of the fetch come only then.
        """
        if isinstance(nyckeltal, pd.DataFrame) and "varde" not in nyckeltal and "nyckeltal" in nyckeltal:
            nyckeltal = list(dict.fromkeys(nyckeltal["nyckeltal"]))
        if isinstance(nyckeltal, pd.DataFrame):
            return self._of_table(nyckeltal)
        asked = given.listed(nyckeltal, "Nyckeltalet")
        if any(_is_local(text) for text in asked):
            each = ([self._own_of_model(text)] if _is_local(text) else self.matt(text, places, ar) for text in asked)
            return [matt for some in each for matt in some]
        ids = self._ids(nyckeltal)
        if ids.borta or not ids.finns:
            raise InputError(f"{(ids.borta or ['Inget nyckeltal'])[0]} finns inte längre i Kolada.")
        values = self.hamta(ids.finns, [*places], "alla")  # all, to say which years there are and to judge the last
        newest = max([self._kalla.ar, *ar.ar])
        rows = values[values["ar"] <= newest].assign(dold=False, antal=pd.array([pd.NA], dtype="Int64")[0])
        return self._described(ids.finns, rows.astype({"antal": "Int64"}), values.kalla, newest)

    def _own_of_model(self, id_: str) -> Matt:
        """Return a local nyckeltal of the steering model, which Kolada knows nothing of."""
        from styrlib.modell import Modell  # only for these: it reads the whole model

        return one(self._of_table(Modell().nyckeltal(id_).varden))

    def _of_table(self, table: pd.DataFrame) -> list[Matt]:
        missing = [name for name in REQUIRED if name not in table]
        if missing:
            raise InputError(f"Tabellen saknar kolumnen {missing[0]}. Den ska ha nyckeltal, kommun, ar, kon och varde.")
        kalla = table.kalla if isinstance(table, Tabell) else EGEN
        rows = pd.DataFrame(table).assign(kommun=table["kommun"].astype("str").str.zfill(4))
        try:
            rows = rows.assign(ar=rows["ar"].astype("int64"), varde=rows["varde"].astype("float64"))
        except (ValueError, TypeError) as error:
            raise InputError("I tabellen ska ar vara hela årtal och varde vara tal.") from error
        rows = rows.assign(**{name: rows.get(name, absent) for name, absent in OPTIONAL.items()})
        own = rows["nyckeltal"].astype("str").str.fullmatch(LOCAL_ID.pattern)
        rows["antal"] = rows["antal"].where(own)  # Kolada counts units there, not people
        if "status" in rows:
            rows["dold"] = rows["dold"].astype(bool) | rows["status"].eq(DOLD).fillna(value=False).astype(bool)
        rows["varde"] = rows["varde"].mask(rows["dold"].astype(bool))
        ids = [str(id_) for id_ in dict.fromkeys(rows["nyckeltal"])]
        if not ids:
            raise InputError(getattr(table, "notis", "") or "Tabellen är tom, så det finns inget att rita.")
        names = dict(getattr(table, "forklaringar", {}))
        newest = int(rows["ar"].max())
        rows = rows.astype({"antal": "Int64", "dold": "bool"})
        return self._described(ids, rows, kalla, newest, names)

    def _described(
        self,
        ids: Sequence[str],
        rows: pd.DataFrame,
        kalla: str,
        newest: int,
        titles: Mapping[str, str] | None = None,
    ) -> list[Matt]:
        model = self.model(ids)
        catalogue = self._nyckeltal.set_index("nyckeltal")
        titles = self._titles | dict(titles or {})
        parts = analysis.by_nyckeltal(rows, ids)
        found = []
        for id_ in ids:
            told = model.nyckeltal.get(id_)
            title = titles.get(id_, told.kortnamn if told and told.kortnamn else id_)
            ended = catalogue["upphorde"].get(id_)
            part = parts[id_]
            if told and told.matar:
                part = part[part["ar"].isin(told.matar)]
            found.append(
                Matt(
                    beskrivning=told or _plain(id_, title),
                    titel=title,
                    namn=(told.kortnamn if told else None) or short(title),
                    rader=part.reset_index(drop=True),
                    kalla=kalla,
                    upphorde=None if ended is None or pd.isna(ended) else int(ended),
                    senaste=newest,
                    varning=UNREAD.format(swedish.listed(model.olasta)) if model.olasta else "",
                    exempel=id_ in model.exempel,
                )
            )
        return found

    def model(self, ids: Sequence[str] = ()) -> Modelltal:
        """Return what the steering model says of nyckeltal, and whose it is; nothing outside a project."""
        try:
            return modelltal.read(project.find().styrmodell, ids)
        except StyrError:
            return Modelltal({}, "", ())


def short(titel: str) -> str:
    """Return a title without the unit that ends it, and the year that it ended: both are said elsewhere."""
    text = " ".join(nyckeltal_.ENDED.sub("", titel).split())
    head, comma, last = text.rpartition(",")
    return head if comma and nyckeltal_.enhet(last) else text


def one(found: Sequence[Matt]) -> Matt:
    """Return the only nyckeltal of a chart that shows one."""
    if len(found) != 1:
        raise InputError(f"Bilden visar ett nyckeltal i taget, och du har valt {len(found)}. Välj ett.")
    return found[0]


def marked(markera: Given | None, shown: Mapping[str, str], siffror: Siffror) -> list[str]:
    """Return the codes of the municipalities that are to be marked; the user's own, if it is shown, for None.

    Raises
    ------
    InputError
        When one is not in the picture.
    """
    if markera is None:
        own = siffror.egen_eller_ingen
        return [own] if own in shown else []
    found = []
    for text in () if _empty(markera) else given.listed(markera, "markera"):
        codes = [code for code in siffror.places(text) if code in shown]
        if not codes:
            raise InputError(f"”{text}” finns inte i bilden. Där finns {enumerated(shown.values())}.")
        found += codes
    return list(dict.fromkeys(found))


def enumerated(names: Iterable[str], most: int = 8) -> str:
    """Return names as a sentence lists them; of many only how many more there are."""
    names = list(names)
    kept = names if len(names) <= most + 1 else names[:most]
    return swedish.listed([*kept, f"{len(names) - most} till"] if len(kept) < len(names) else kept)


def year_of(ar: Any) -> int | None:
    """Return the year that is asked for, or None for the latest."""
    years = artal.parse(ar)
    if years == Artal(senaste=1):
        return None
    if len(years.ar) != 1:
        raise InputError(f'Bilden visar ett år. Skriv till exempel ar=2022 eller ar="senaste", inte ”{ar}”.')
    return years.ar[0]


def direction(matt: Matt) -> str:
    """Return what the model says is good, as a sentence; nothing where it says nothing."""
    if matt.beskrivning.riktning is Riktning.ingen:
        return ""
    return f"{swedish.capitalised(swedish.WORDS[matt.beskrivning.riktning])}, enligt styrmodellen."


def _plain(id_: str, title: str) -> Nyckeltal:
    """Return what is known of a nyckeltal that the model does not have: no more than its title says."""
    unit = nyckeltal_.enhet(title) or ""
    return Nyckeltal.model_construct(id=id_, forklaring=title, enhet=unit, riktning=Riktning.ingen)


def _is_local(text: str) -> bool:
    return LOCAL_ID.fullmatch(text.upper()) is not None


def _empty(value: object) -> bool:
    return isinstance(value, (str, Sequence)) and len(value) == 0


def _called(text: str, members: Mapping[str, str]) -> str:
    """Return what a comparison is called in a key."""
    kind, *rest = (part.strip() for part in text.split(":"))
    if kind.casefold() in GROUPS:
        return ", ".join([GROUP_NAMES[GROUPS[kind.casefold()]], *rest])
    if list(members) == [RIKET]:
        return "Riket"
    if len(members) == 1:
        return next(iter(members.values()))
    return "Alla kommuner" if given.is_all(text) else swedish.capitalised(text)
