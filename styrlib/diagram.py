"""The charts that an utredare calls: a nyckeltal over time, municipalities beside each other, two nyckeltal at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd

from styrlib import analysis, artal, bildsiffror, given, overtid, punktbild, remsa, spridning, statistik, swedish
from styrlib.artal import Artal
from styrlib.bildsiffror import Chosen, Matt, Siffror
from styrlib.errors import InputError
from styrlib.figures import Diagram, Diagramlista
from styrlib.given import Given
from styrlib.klient import TEN_YEARS
from styrlib.kommuner import RIKET, Kommun
from styrlib.overtid import Tidsfraga
from styrlib.remsrad import Remsrad
from styrlib.stavning import in_swedish

Path = str | os.PathLike[str]
BESIDE: Given = ("liknande", "riket")
MOST_LINES = 4  # beside the own: more can't be told apart
MOST_CHARTS = 12
MOST_ROWS = 60  # municipalities with a row each; beyond that they are a strip
BOTH = ("kvinnor och män", "kvinnor och man", "båda", "k och m")
D = TypeVar("D", Diagram, Diagram | Diagramlista)


@in_swedish
def over_tid(
    nyckeltal: Chosen,
    kommun: str | int | None = None,
    *,
    med: Given | None = BESIDE,
    ar: Any = "alla",
    kon: Given | None = None,
    titel: str = "",
    markera: Given | None = None,
    spara: Path | None = None,
) -> Diagram | Diagramlista:
    """Rita ett nyckeltal över tid, och säg om utvecklingen är en signal eller går att förklara med slumpen.

    No line is drawn over missing years or where the steering model says that the way of measuring changed. The band
    is what is ordinary for the series, and the sentence above the chart the judgement of `utveckling`.

    Parameters
    ----------
    nyckeltal
        An id, several, or a table of values (nyckeltal, kommun, ar, kon, varde).
    kommun
        A name or code; one's own municipality unless given.
    med
        At most four to draw beside it, as in `Kolada.jamfor`; a group is drawn as its unweighted mean. None or "" for
        none. Sheer amounts, which follow size, are drawn alone unless `med` is given.
    ar
        Which years are drawn, as in `Kolada.hamta`. The judgement looks at the ten years up to the last of them.
    kon
        "T", "K" or "M" for that series; ["K", "M"] or "kvinnor och män" for women and men in a panel of their own.
    titel
        In place of the nyckeltal's name.
    markera
        Which of those beside are drawn with a thicker line: names as in the key.
    spara
        A file to save to as well: .png, .svg or .xlsx.

    Returns
    -------
    Diagram
        Or a Diagramlista with one chart for each of several nyckeltal.

    Raises
    ------
    UnknownNameError
        When there is no such municipality or group.
    InputError
        When there is no such nyckeltal, no value for those years, or `markera` is not in the picture.
    """
    siffror, years = Siffror(kommun), artal.parse(ar)
    own, groups = siffror.egen, siffror.groups(med)
    if len(groups) > MOST_LINES:
        raise InputError(f"Bilden rymmer {MOST_LINES} jämförelser, och du har valt {len(groups)}. Välj färre i med=.")
    kon_, both = _sexes(kon)
    thick = _thick(markera, groups, own)
    places = {own.kommun: own.namn} | {code: name for group in groups.values() for code, name in group.items()}
    found = siffror.matt(nyckeltal, places, years)
    if len(found) > MOST_CHARTS:
        raise InputError(f"Det blir {len(found)} bilder. Välj högst {MOST_CHARTS} nyckeltal.")
    drawn = [
        overtid.draw(
            matt,
            Tidsfraga(
                own=own,
                groups=groups if matt.jamforbart or med != BESIDE else {},
                years=years,
                kon=kon_,
                both=both,
                thick=thick,
                titel=given.text(titel, "titel="),
                malkommun=siffror.model().kommun,
                tell_lack=med != BESIDE,
            ),
        )
        for matt in found
    ]
    return _saved(drawn[0] if len(drawn) == 1 else Diagramlista(drawn), spara)


@in_swedish
def jamfor_kommuner(
    nyckeltal: Chosen,
    kommun: str | int | None = None,
    *,
    med: Given | None = None,
    ar: Any = "senaste",
    kon: str = "T",
    titel: str = "",
    markera: Given | None = None,
    spara: Path | None = None,
) -> Diagram:
    """Rita kommuner bredvid varandra ett år: liknande, länet, egna val eller alla.

    Up to sixty municipalities have a row each, the highest value at the top, which says nothing of good or bad; more
    are drawn as a strip with a line for each. A mean is drawn when two thirds of the group have a value.

    Parameters
    ----------
    nyckeltal
        An id, or a table of values (nyckeltal, kommun, ar, kon, varde) of one nyckeltal.
    kommun
        A name or code; one's own municipality unless given.
    med
        As in `Kolada.hamta`: "liknande", "länet", ["Åtvidaberg", "Finspång"], "alla". "liknande" unless given; of a
        table those that it has. Riket is drawn as a line where there is a value.
    ar
        A year, or "senaste": the municipality's own latest, or, where it has none, the latest that most have.
    kon
        "T", "K" or "M".
    titel
        In place of the nyckeltal's name.
    markera
        Municipalities to mark beside the own one.
    spara
        A file to save to as well: .png, .svg or .xlsx.

    Raises
    ------
    UnknownNameError
        When there is no such municipality or group.
    InputError
        When there is no such nyckeltal, no value that year, or `markera` is not in the picture.
    """
    siffror = Siffror(kommun)
    own, sex, year = siffror.egen, given.sex(kon), bildsiffror.year_of(ar)
    med = med if med is not None else siffror.others_in(nyckeltal, own.kommun) or "liknande"
    others = siffror.only_municipalities(siffror.places(med))
    if not others.keys() - {own.kommun}:
        raise InputError('Välj minst en annan kommun att jämföra med, till exempel med="liknande".')
    every = {own.kommun: own.namn} | others
    wanted = Artal((year,)) if year else Artal()
    matt = bildsiffror.one(siffror.matt(nyckeltal, {**every, RIKET: "Riket"}, wanted))
    marked = [code for code in bildsiffror.marked(markera, every, siffror) if code != own.kommun]
    year = year or _year(matt, own, [*every], sex)
    values = matt.of(sex, year)
    values = values[values.index.isin([*every])]
    if values.empty:
        raise matt.nothing(own, [year], sex)
    riket = matt.of(sex, year).get(RIKET) if matt.jamforbart else None
    shown = punktbild.Jamforelse(
        matt=matt,
        own=own,
        ar=year,
        kon=sex,
        varden=values,
        namn=every,
        marked=marked,
        riket=riket,
        medel=_mean(values, [*others]),
        grupp=_group_name(med, siffror, others),
        titel=given.text(titel, "titel=") or matt.namn,
    )
    return _saved(_strip(shown, siffror) if len(every) > MOST_ROWS else punktbild.draw(shown), spara)


@in_swedish
def samvariation(
    ett: Chosen,
    annat: Chosen,
    *,
    kommun: str | int | None = None,
    ar: Any = "senaste",
    bland: Given = "alla",
    kon: str = "T",
    markera: Given | None = None,
    titel: str = "",
    spara: Path | None = None,
) -> Diagram:
    """Rita två nyckeltal mot varandra, en punkt för varje kommun; det säger inget om orsak.

    Parameters
    ----------
    ett, annat
        Two ids, along the horizontal and the vertical axis; or tables of values of one nyckeltal each.
    kommun
        A name or code; one's own municipality unless given.
    ar
        A year, or several, of which the latest that at least half of the municipalities have for both is taken;
        "senaste" looks among the last ten.
    bland
        Among which municipalities, as in `Kolada.hamta`.
    kon
        "T", "K" or "M".
    markera
        Municipalities to name in the picture; `kommun` unless given.
    titel
        In place of the nyckeltal's names.
    spara
        A file to save to as well: .png, .svg or .xlsx.

    Raises
    ------
    UnknownNameError
        When there is no such municipality or group.
    InputError
        When there is no such nyckeltal, both are the same, no year has both, or `markera` is not in the picture.
    """
    siffror, sex, years = Siffror(kommun), given.sex(kon), artal.parse(ar)
    places = siffror.only_municipalities(siffror.places(bland))
    if not places:
        raise InputError('Välj bland kommuner, till exempel bland="alla" eller bland="länet".')
    pair = [bildsiffror.one(siffror.matt(each, places, years)) for each in (ett, annat)]
    if pair[0].id == pair[1].id:
        raise InputError("Välj två olika nyckeltal: ett samvarierar alltid med sig självt.")
    rows = pd.concat([_asked(matt, years, sex).assign(nyckeltal=matt.id) for matt in pair])
    rows = rows[rows["kommun"].isin([*places])]
    found = statistik.correlation(rows, *(matt.id for matt in pair))
    if found.ar is None:
        there = [artal.spans(matt.rader.loc[matt.rader["varde"].notna(), "ar"].unique()) for matt in pair]
        spans = " och ".join(f"{matt.id} för {years or 'inget år'}" for matt, years in zip(pair, there, strict=True))
        which = f"Inget av åren {artal.spans(years.ar)} har" if len(years.ar) > 1 else "Inget år har"
        lack = f"År {years.ar[0]} har inte" if len(years.ar) == 1 else which
        raise InputError(f"{lack} båda nyckeltalen. Värden finns: {spans}.")
    drawn = spridning.draw(
        spridning.Samspel(
            ett=pair[0],
            annat=pair[1],
            x=_of_year(rows, pair[0], found.ar),
            y=_of_year(rows, pair[1], found.ar),
            namn=places,
            marked=bildsiffror.marked(markera, places, siffror),
            own=siffror.egen_eller_ingen,
            samvariation=found,
            titel=given.text(titel, "titel=") or f"{pair[0].namn} och {swedish.lower_first(pair[1].namn)}",
        )
    )
    return _saved(drawn, spara)


def _sexes(kon: Given | None) -> tuple[str, bool]:
    """Return the sex that a chart is of, and whether women and men are drawn too."""
    if kon is None:
        return "T", False
    if isinstance(kon, str) and kon.strip().casefold() in BOTH:
        return "T", True
    chosen = given.sexes(kon)
    return (chosen[0], False) if len(chosen) == 1 else ("T", True)


def _thick(markera: Given | None, groups: Mapping[str, object], own: Kommun) -> list[str]:
    names = {name.casefold(): name for name in (*groups, own.namn)}
    wanted = given.listed(markera, "markera") if markera else []
    for text in wanted:
        if text.casefold() not in names:
            raise InputError(f"”{text}” finns inte i bilden. Där finns {bildsiffror.enumerated(names.values())}.")
    return [names[text.casefold()] for text in wanted]


def _saved(drawn: D, spara: Path | None) -> D:
    if spara is not None:
        drawn.spara(spara)
    return drawn


def _year(matt: Matt, own: Kommun, codes: Sequence[str], kon: str) -> int:
    """Return the municipality's own latest year, or the latest that enough of the others have."""
    own_years = matt.years(own.kommun, kon)
    if own_years:
        return own_years[-1]
    rows = matt.rader[(matt.rader["kon"] == kon) & matt.rader["kommun"].isin(codes)]
    chosen = statistik.latest(rows.assign(nyckeltal=matt.id), statistik.COVERAGE)
    if chosen.empty:
        raise matt.nothing(own, (), kon)
    return int(chosen["ar"].max())


def _mean(values: pd.Series, codes: Sequence[str]) -> float | None:
    """Return a group's unweighted mean when two thirds of at least three have a value.

    The own municipality counts where the group has it, as in `Kolada.jamfor`: in its county, not among similar ones.
    """
    among = values[values.index.isin(codes)]
    return float(among.mean()) if len(codes) > 2 and analysis.enough(len(among), len(codes)) else None


def _group_name(med: Given, siffror: Siffror, others: Mapping[str, str]) -> str:
    """Return what the others are called in a sentence."""
    names = [swedish.lower_first(name) for name, members in siffror.groups(med).items() if len(members) > 1]
    if len(names) != 1:
        return f"de andra {len(others)}" if len(others) > 1 else "den andra"
    return f"kommunerna i {names[0]}" if names[0] in ("länet", "samma kommungrupp") else names[0]


def _strip(shown: punktbild.Jamforelse, siffror: Siffror) -> Diagram:
    """Draw all municipalities as a strip: a line for each, the own and the marked ones on top."""
    matt = shown.matt
    similar = shown.marked or list(next(iter(siffror.groups("liknande").values()), ()))
    row = Remsrad(
        namn=shown.titel,
        enhet=matt.enhet,
        decimaler=shown.decimaler,
        riktning=matt.beskrivning.riktning,
        ar=shown.ar,
        varden=shown.varden,
        kommun=shown.own.kommun,
        liknande=similar,
        riket=shown.riket,
    )
    beside = bildsiffror.enumerated([shown.namn[code] for code in shown.marked], 3) if shown.marked else ""
    strip = remsa.strip([row], title=shown.titel, kommun=shown.own.namn, source=shown.kalla, beside=beside)
    return punktbild.told(shown, strip.svg, "Varje smalt streck är en kommun, eller flera med samma värde.")


def _asked(matt: Matt, years: Artal, kon: str) -> pd.DataFrame:
    """Return the values that are looked among; of "senaste" the last ten years."""
    rows = matt.rader[matt.rader["kon"] == kon]
    if years.ar:
        return rows[rows["ar"].isin(years.ar)]
    number = TEN_YEARS.senaste if years.senaste == 1 else years.senaste
    return rows[rows["ar"] > rows["ar"].max() - number] if number else rows


def _of_year(rows: pd.DataFrame, matt: Matt, ar: int) -> pd.Series:
    own = rows[(rows["nyckeltal"] == matt.id) & (rows["ar"] == ar)]
    return own.set_index("kommun")["varde"].dropna()
