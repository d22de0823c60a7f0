"""Municipalities, regions, groups and bodies by whatever name the user has for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from styrlib.errors import InputError, UnknownNameError, fold
from styrlib.styrmodell import Namnd
from styrlib.transport import Row

RIKET = "0000"
SIMILAR = re.compile(r"Liknande kommuner,? (?P<omrade>.+?), (?P<agare>.+), (?P<ar>\d{4})")
COUNTY = re.compile(r".+ läns kommuner \(ovägt medel\)")
# SKR's kommungruppsindelning 2023, by the titles that Kolada gives its nine groups.
SKR_GROUPS = frozenset(
    f"{title} (ovägt medel)"
    for title in (
        "Storstäder",
        "Pendlingskommun nära storstad",
        "Större stad",
        "Pendlingskommun nära större stad",
        "Lågpendlingskommun nära större stad",
        "Mindre stad/tätort",
        "Pendlingskommun nära mindre tätort",
        "Landsbygdskommun, ej nära större stad",
        "Landsbygdskommun med besöksnäring",
    )
)
ALL = "Alla kommuner (ovägt medel)"


class Kommun(NamedTuple):
    """A municipality's code and name."""

    kommun: str
    namn: str


def kommuner(rows: Iterable[Row]) -> pd.DataFrame:
    """Return Kolada's municipalities and regions: kommun, namn, slag (str: K kommun, L region or riket)."""
    found = ((row["id"], row["title"], row["type"]) for row in rows)
    return pd.DataFrame(found, columns=["kommun", "namn", "slag"], dtype="str")


def grupper(rows: Iterable[Row]) -> pd.DataFrame:
    """Return the members of Kolada's groups of municipalities, each group sorted by what it is.

    Returns
    -------
    DataFrame
        grupp, titel (str), slag (str: liknande, lan, skr, alla, ovrig), omrade, agare (str:
        of similar municipalities), medlem (str: code); one row per member.
    """
    found = []
    for group in rows:
        title = group["title"]
        similar = SIMILAR.fullmatch(title)
        if similar:
            kind = "liknande"
        elif COUNTY.fullmatch(title):
            kind = "lan"
        elif title in SKR_GROUPS:
            kind = "skr"
        else:
            kind = "alla" if title == ALL else "ovrig"
        facts = {"grupp": group["id"], "titel": title, "slag": kind}
        facts |= {"omrade": similar["omrade"], "agare": similar["agare"]} if similar else {}
        found += [{**facts, "medlem": member["member_id"]} for member in group["members"]]
    return pd.DataFrame(found, columns=["grupp", "titel", "slag", "omrade", "agare", "medlem"], dtype="str")


def members(grupper: pd.DataFrame, slag: str, kommun: str, namn: str, omrade: str | None = None) -> list[str]:
    """Return the codes of the municipalities that a municipality is compared with.

    Parameters
    ----------
    grupper
        The processed table.
    slag
        liknande, lan, skr or alla.
    kommun, namn
        The municipality's code and name: similar groups are named after it, and it is
        never among its own; of the others it is a member, as in Kolada's own values.
    omrade
        The area of similar municipalities; other kinds ignore it.

    Returns
    -------
    list of str
        Sorted codes; empty where Kolada has no such group.
    """
    kind = grupper[grupper["slag"] == slag]
    if slag == "liknande":
        own = kind[(kind["agare"] == namn) & (kind["omrade"] == omrade)]
        newest = own["titel"].max()  # the year ends the title
    else:
        own = kind[kind["grupp"].isin(kind.loc[kind["medlem"] == kommun, "grupp"])]
        newest = own["titel"].min()
    found = sorted(own.loc[own["titel"] == newest, "medlem"])
    return [] if found == [kommun] else found  # Gotland is its own county: nothing to compare with


def find_kommun(kommuner: pd.DataFrame, given: str | int) -> tuple[str, str]:
    """Return code and name of the municipality that is meant.

    Parameters
    ----------
    kommuner
        The processed table.
    given
        A code or a name in any case: "0561", "561", 561 (Papermill and YAML eat the
        zero), "Åtvidaberg", "åtvidabergs kommun".

    Raises
    ------
    UnknownNameError
        When there is no such municipality; Riket and regions are not municipalities.
    """
    own = kommuner[kommuner["slag"] == "K"]
    by_name = {name.casefold(): code for code, name in zip(own["kommun"], own["namn"], strict=True)}
    names = dict(zip(own["kommun"], own["namn"], strict=True))
    text = unicodedata.normalize("NFC", str(given).strip())  # macOS pastes å as two characters
    code = text.zfill(4) if text.isdigit() else None
    if code in names:
        return code, names[code]
    folded = text.casefold().removesuffix(" kommun").removesuffix(" stad")
    for name in (folded, folded.removesuffix("s")):
        if name in by_name:
            return by_name[name], names[by_name[name]]
    choices = [*names.values()] if code is None else [*names]
    raise UnknownNameError("kommunen", text, choices)


def find_namnd(namnder: Sequence[Namnd], given: str) -> Namnd:
    """Return the body that is meant by id, short name or name, in any case.

    Raises
    ------
    UnknownNameError
        When there is none; the choices are listed.
    """
    folded = unicodedata.normalize("NFC", str(given).strip()).casefold()
    for namnd in namnder:
        if folded in (namnd.id, namnd.kortnamn.casefold(), namnd.namn.casefold()):
            return namnd
    raise UnknownNameError("nämnden", str(given), [n.id for n in namnder])


class Places:
    """Everything that a value can be about, found by name or code.

    Parameters
    ----------
    kommuner, grupper
        The frames of the functions with those names.
    own
        The user's own municipality: whose similar municipalities, county and SKR group
        "liknande", "länet" and "skr" mean.
    """

    def __init__(self, kommuner: pd.DataFrame, grupper: pd.DataFrame, own: Kommun | None = None) -> None:
        self.kommuner, self.grupper, self.own = kommuner, grupper, own
        self.names = dict(zip(kommuner["kommun"], kommuner["namn"], strict=True))
        titles = grupper[grupper["slag"] != "liknande"].drop_duplicates("grupp")
        self._titles = dict(zip(titles["grupp"], titles["titel"], strict=True))

    def find(self, given: object) -> dict[str, str]:
        """Return name by code of what is meant, in the order given.

        Parameters
        ----------
        given
            A name or code, or several: "Vadstena", "0584", 584, "riket", "Region
            Östergötland", "alla", "alla regioner". A group means its members: "Östergötlands
            län", "G33615", "länet", "skr", "liknande" (övergripande), "liknande:grundskola",
            "liknande:grundskola:Åtvidaberg". With "medel:" before it, Kolada's own value
            for the group is meant.

        Raises
        ------
        UnknownNameError
            When there is no such name; the nearest are suggested.
        InputError
            When a name can mean several things, or needs a municipality of one's own.
        """
        items = [given] if isinstance(given, (str, int)) else given
        if not isinstance(items, Iterable):
            raise InputError(f"Kommunen ska vara ett namn eller en kod, inte {given!r}.")
        found: dict[str, str] = {}
        for item in items:
            found |= self._find_one(unicodedata.normalize("NFC", " ".join(str(item).split())))
        if not found:
            raise InputError("Ingen kommun är vald. Skriv ett namn eller en kod, till exempel Vadstena eller 0584.")
        return found

    def _find_one(self, text: str) -> dict[str, str]:
        kind, *rest = (part.strip() for part in text.casefold().split(":"))
        if kind == "liknande":
            return self._similar(*rest)
        if kind == "medel" and rest:
            group = self._group(text.split(":", 1)[1].strip())
            return {group: self._titles[group].removesuffix(" (ovägt medel)") + " (Koladas medelvärde)"}
        if kind in ("lan", "län", "länet", "lanet", "skr"):
            own = self._own(text)
            return self._named(members(self.grupper, "skr" if kind == "skr" else "lan", own.kommun, own.namn))
        if kind in ("alla", "alla kommuner", "alla regioner"):
            region = kind == "alla regioner"
            chosen = (self.kommuner["slag"] == "KL"[region]) & (self.kommuner["kommun"] != RIKET)
            return self._named(self.kommuner.loc[chosen, "kommun"])
        code = text.zfill(4)
        return {code: self.names[code]} if code in self.names else self._by_name(text)

    def _by_name(self, text: str) -> dict[str, str]:
        choices: dict[str, set[str]] = {}
        for code, name in self.names.items():
            choices.setdefault(name, set()).add(code)
        for group, title in self._titles.items():
            for name in _group_names(group, title):
                choices.setdefault(name, set()).add(group)
        for matches in (_exactly, _folded):
            found = set().union(*(codes for name, codes in choices.items() if matches(text, name)))
            if len(found) == 1:
                (code,) = found
                return {code: self.names[code]} if code in self.names else self._members(code)
            if found:
                break
        shown = [*self.names.values(), *(_short(t) for t in self._titles.values() if not t.startswith("Liknande"))]
        near = [name for name in shown if fold(text) in fold(name)]
        if len(near) > 1 and len(text) > 2:
            near.sort(key=lambda name: (not fold(name).startswith(fold(text)), name))
            listed = ", ".join(f"”{name}”" for name in near[:8])
            raise InputError(f"”{text}” kan betyda flera: {listed}. Skriv hela namnet eller koden.")
        raise UnknownNameError("kommunen eller gruppen", text, shown)

    def _group(self, text: str) -> str:
        by_name = {fold(name): group for group, title in self._titles.items() for name in _group_names(group, title)}
        if fold(text) not in by_name:
            raise UnknownNameError("gruppen", text, [_short(title) for title in self._titles.values()])
        return by_name[fold(text)]

    def _similar(self, omrade: str = "övergripande", kommun: str = "") -> dict[str, str]:
        owner = Kommun(*find_kommun(self.kommuner, kommun)) if kommun else self._own("liknande")
        own = self.grupper[(self.grupper["slag"] == "liknande") & (self.grupper["agare"] == owner.namn)]
        areas = {fold(area): area for area in own["omrade"].unique()}
        if fold(omrade) not in areas:
            raise UnknownNameError("området", omrade, sorted(areas.values()))
        return self._named(members(self.grupper, "liknande", *owner, areas[fold(omrade)]))

    def _own(self, text: str) -> Kommun:
        if self.own is None:
            message = f'”{text}” behöver veta vilken kommun som är din. Skriv till exempel Kolada(kommun="Vadstena").'
            raise InputError(message)
        return self.own

    def _members(self, group: str) -> dict[str, str]:
        return self._named(self.grupper.loc[self.grupper["grupp"] == group, "medlem"])

    def _named(self, codes: Iterable[str]) -> dict[str, str]:
        return {code: self.names.get(code, code) for code in codes}


def _group_names(group: str, title: str) -> list[str]:
    """Return what a group may be called: its id, its title, and the title without what nobody says."""
    short = _short(title)
    return list(dict.fromkeys([group, title, title.removesuffix(" (ovägt medel)"), short]))


def _short(title: str) -> str:
    return title.removesuffix(" (ovägt medel)").replace(" läns kommuner", " län")


def _exactly(text: str, name: str) -> bool:
    return text.casefold() in (name.casefold(), f"{name} kommun".casefold(), f"{name}s kommun".casefold())


def _folded(text: str, name: str) -> bool:
    return fold(text) in (fold(name), fold(f"{name} kommun"), fold(f"{name}s kommun"), fold(f"{name} stad"))
