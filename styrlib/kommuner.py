"""Municipalities, regions, groups and bodies by whatever name the user has for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from styrlib.errors import InputError, UnknownNameError, fold
from styrlib.given import listed
from styrlib.styrmodell import Namnd
from styrlib.transport import Row

RIKET = "0000"
# What one's own groups may be called → their kind.
GROUPS = {"liknande": "liknande", "lan": "lan", "län": "lan", "länet": "lan", "lanet": "lan", "skr": "skr"}
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
    found: list[tuple[str | None, ...]] = []
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
        facts = (group["id"], title, kind, *((similar["omrade"], similar["agare"]) if similar else (None, None)))
        found += [(*facts, member["member_id"]) for member in group["members"]]
    return pd.DataFrame(found, columns=["grupp", "titel", "slag", "omrade", "agare", "medlem"], dtype="str")


def group_of(grupper: pd.DataFrame, slag: str, kommun: str, namn: str, omrade: str | None = None) -> str | None:
    """Return the id of the group that a municipality is compared with, or None: parameters as for `members`."""
    kind = grupper[grupper["slag"] == slag]
    if slag == "liknande":
        own = kind[(kind["agare"] == namn) & (kind["omrade"] == omrade)]
        newest = own["titel"].max()  # the year ends the title
    else:
        own = kind[kind["grupp"].isin(kind.loc[kind["medlem"] == kommun, "grupp"])]
        newest = own["titel"].min()
    found = own.loc[own["titel"] == newest, "grupp"]
    return None if found.empty else str(found.iloc[0])


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
    group = group_of(grupper, slag, kommun, namn, omrade)
    found = sorted(grupper.loc[grupper["grupp"] == group, "medlem"])
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
    kommuner
        The frame of the function with that name.
    grupper
        The frame of the function with that name, or what makes it when it is needed.
    own
        The user's own municipality, whose similar municipalities, county and SKR group
        "liknande", "länet" and "skr" mean; or what finds it when it is needed.
    """

    def __init__(
        self,
        kommuner: pd.DataFrame,
        grupper: pd.DataFrame | Callable[[], pd.DataFrame],
        own: Kommun | Callable[[], Kommun | None] | None = None,
    ) -> None:
        self.kommuner, self._given_groups, self._given_own = kommuner, grupper, own
        self.names = dict(zip(kommuner["kommun"], kommuner["namn"], strict=True))
        self._kinds = dict(zip(kommuner["kommun"], kommuner["slag"], strict=True)) | {RIKET: "riket"}

    @cached_property
    def grupper(self) -> pd.DataFrame:
        """The members of Kolada's groups."""
        return self._given_groups() if callable(self._given_groups) else self._given_groups

    @cached_property
    def own(self) -> Kommun | None:
        """The user's own municipality."""
        return self._given_own() if callable(self._given_own) else self._given_own

    @cached_property
    def _titles(self) -> dict[str, str]:
        groups = self.grupper.drop_duplicates("grupp")
        return dict(zip(groups["grupp"], groups["titel"], strict=True))

    def kind(self, code: str) -> str:
        """Return what a code is: K (municipality), L (region), riket or grupp."""
        return self._kinds.get(code, "grupp")

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
        found: dict[str, str] = {}
        for item in listed(given, "Kommunen"):
            found |= self._find_one(unicodedata.normalize("NFC", item))
        return found

    def _find_one(self, text: str) -> dict[str, str]:
        kind = text.casefold().partition(":")[0].strip()
        if kind == "medel":
            group = self._group(text.partition(":")[2].strip())
            return {group: f"{self._titles[group].removesuffix(' (ovägt medel)')} (Koladas medelvärde)"}
        if text.casefold() in ("alla", "alla kommuner", "alla regioner"):
            wanted = "L" if text.casefold() == "alla regioner" else "K"
            return {code: name for code, name in self.names.items() if self.kind(code) == wanted}
        code = text.zfill(4) if text.isdigit() else text
        if code in self.names:
            return {code: self.names[code]}
        if kind in GROUPS or (re.fullmatch(r"[Gg]\d+", text) and text.upper() in self._titles):
            found = self._members(self._group(text))
            if kind in GROUPS and self.own and list(found) == [self.own.kommun]:
                raise InputError(f"{self.own.namn} är ensam i gruppen ”{text}”: det finns inget att jämföra med.")
            return found
        code = self._by_name(text)
        return {code: self.names[code]} if code in self.names else self._members(code)

    def _by_name(self, text: str) -> str:
        """Return the code of the place or group with a name."""
        exact = [code for code, name in self.names.items() if _exactly(text, name)]
        if len(exact) == 1:
            return exact[0]
        named = [*self.names.items(), *((group, name) for group in self._titles for name in self._group_names(group))]
        for matches in (_exactly, _folded):
            found = {code for code, name in named if matches(text, name)}
            if len(found) == 1:
                return found.pop()
            if found:
                break
        shown = [*self.names.values(), *(_short(t) for t in self._titles.values() if not t.startswith("Liknande"))]
        near = [f"{self.names.get(code, self._titles.get(code))} ({code})" for code in sorted(found)]
        if not found and len(text) > 2:
            near = [name for name in dict.fromkeys(shown) if fold(text) in fold(name)]
            near.sort(key=lambda name: (not fold(name).startswith(fold(text)), name))
        if len(near) > 1:
            choices = ", ".join(f"”{name}”" for name in near[:8])
            raise InputError(f"”{text}” kan betyda flera: {choices}. Skriv hela namnet eller koden.")
        areas = self.grupper["omrade"].dropna().unique()
        own = ["liknande", "länet", "skr", *(f"liknande:{area}" for area in areas)]
        raise UnknownNameError("kommunen eller gruppen", text, [*shown, *own])

    def _group(self, text: str) -> str:
        """Return the id of the group that is meant."""
        kind, *rest = (part.strip() for part in text.casefold().split(":"))
        if kind == "liknande" and len(rest) <= 2:
            return self._similar(*rest)
        if kind in GROUPS and not rest:
            own = self._own(text)
            found = group_of(self.grupper, GROUPS[kind], own.kommun, own.namn)
            if found is None:
                raise InputError(f"Kolada har ingen sådan grupp för {own.namn}: ”{text}”.")
            return found
        if text.upper() in self._titles:
            return text.upper()
        code = self._by_name(text)
        if code not in self._titles:
            raise InputError(f"{self.names[code]} är ingen grupp. Visa dem som finns med grupper().")
        return code

    def _similar(self, omrade: str = "övergripande", kommun: str = "") -> str:
        owner = Kommun(*find_kommun(self.kommuner, kommun)) if kommun else self._own("liknande")
        own = self.grupper[(self.grupper["slag"] == "liknande") & (self.grupper["agare"] == owner.namn)]
        areas = {fold(area): area for area in own["omrade"].unique()}
        if not areas:
            raise InputError(f"Kolada har inga liknande kommuner för {owner.namn}.")
        if fold(omrade) not in areas:
            raise UnknownNameError("området", omrade, sorted(areas.values()))
        found = group_of(self.grupper, "liknande", *owner, areas[fold(omrade)])
        assert found is not None
        return found

    def _own(self, text: str) -> Kommun:
        if self.own is None:
            message = f'”{text}” behöver veta vilken kommun som är din. Skriv till exempel Kolada(kommun="Vadstena").'
            raise InputError(message)
        return self.own

    def _members(self, group: str) -> dict[str, str]:
        codes = self.grupper.loc[self.grupper["grupp"] == group, "medlem"]
        return {code: self.names.get(code, code) for code in sorted(codes)}

    def _group_names(self, group: str) -> set[str]:
        """Return what a group may be called: its title, and the title without what nobody says."""
        title = self._titles[group]
        return {title, title.removesuffix(" (ovägt medel)"), _short(title)}


def _short(title: str) -> str:
    return title.removesuffix(" (ovägt medel)").replace(" läns kommuner", " län")


def _exactly(text: str, name: str) -> bool:
    return text.casefold() in (name.casefold(), f"{name} kommun".casefold(), f"{name}s kommun".casefold())


def _folded(text: str, name: str) -> bool:
    return fold(text) in (fold(name + end) for end in ("", " kommun", "s kommun", " stad", "s stad"))
