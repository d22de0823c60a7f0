"""One nyckeltal over time for a chart of its own: what is drawn, how it is judged, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from styrlib import analysis, meningar, swedish, tidsserie, uppfoljning, wrapping
from styrlib.artal import Artal
from styrlib.bildsiffror import Matt
from styrlib.errors import InputError
from styrlib.figures import Diagram
from styrlib.kommuner import Kommun
from styrlib.tabell import EGEN
from styrlib.tidsbild import Line
from styrlib.uppfoljning import Uppfoljning
from styrlib.utveckling import Skal

# Beside `tidsserie`'s own: the dash and the mark tell them apart without colour.
STYLES = (("#6b3d8f", "--", "s"), ("#1b6e53", ":", "^"), ("#8a5a00", "--", "D"), ("#5b6570", ":", "v"))
USUAL = {"Riket": "riket", "Liknande kommuner": "liknande"}  # what `tidsserie` has a style for
THICK = 2.6  # points: a line that is marked
SEXES = {"kvinnor": "K", "man": "M"}


@dataclass(frozen=True)
class Tidsfraga:
    """What a chart over time is to show.

    Attributes
    ----------
    own
        The municipality.
    groups
        What is drawn beside it: what it is called → its members.
    years
        Which years.
    kon
        The sex that the chart is of.
    both
        Whether women and men get a panel of their own.
    thick
        Which of the groups have a thicker line.
    titel
        In place of the nyckeltal's name, or "".
    malkommun
        The municipality whose target levels the model holds.
    tell_lack
        Whether to say which of the groups have no values: not of those that nobody asked for.
    """

    own: Kommun
    groups: Mapping[str, Mapping[str, str]]
    years: Artal
    kon: str
    both: bool
    thick: Sequence[str]
    titel: str
    malkommun: str
    tell_lack: bool = True


SHORT = 110  # points: a name in the key that leaves room for another beside it


def draw(matt: Matt, asked: Tidsfraga) -> Diagram:
    """Draw a nyckeltal over time, with its judgement.

    Raises
    ------
    InputError
        When there is no value to draw.
    """
    own, told = asked.own, matt.beskrivning
    rows = matt.rader
    if asked.kon != "T":
        rows = rows[rows["kon"] == asked.kon].assign(kon="T")
    years = _years(rows, own.kommun, asked.years)
    hidden = {name: _within(analysis.hidden_years(rows, own.kommun, kon), years) for name, kon in _KINDS.items()}
    serie = _cut(analysis.series(rows, own.kommun), years)
    if serie.empty and hidden["kommun"]:
        raise InputError(f"Alla värden för {own.namn} är dolda: de bygger på för få personer eller ärenden.")
    if serie.empty:
        raise matt.nothing(own, asked.years.ar, asked.kon)
    last = max([int(serie.index[-1]), *hidden["kommun"]])
    decimals = matt.decimals(serie)
    followed = _followed(matt, rows[rows["ar"] <= last], own, decimals, _stale(matt, serie, asked.years))
    judged = followed.utveckling
    data = {"kommun": serie}
    data |= {name: _cut(analysis.series(rows, own.kommun, kon), years) for name, kon in SEXES.items()}
    beside = {name: _cut(_mean(rows, members), years) for name, members in asked.groups.items()}
    drawn = {name: values for name, values in beside.items() if len(values)}
    data |= {USUAL.get(name, name): values for name, values in drawn.items()}
    lacking = [name for name in beside if name not in drawn] if asked.tell_lack else []
    means = [name for name in drawn if len(asked.groups[name]) > 1]
    target, example = _target(matt, asked), " (exempel)" if matt.exempel else ""
    whose = f" Målnivå: {own.namn} kommuns styrmodell{example}." if target else ""
    return tidsserie.over_time(
        data,
        title=asked.titel or _title(matt, asked),
        kommun=own.namn,
        enhet=matt.enhet,
        decimals=decimals,
        band=None if judged.nedre is None else (judged.nedre, judged.ovre or 0.0, judged.fran or last, last),
        brott=[b.ar for b in told.brott],
        target=target,
        # beside a long name there is no room for it in the key, and the source says it
        target_note=example if max(map(wrapping.width, drawn), default=0) <= SHORT else "",
        draw_sexes=asked.both,
        barn=told.barn,
        hidden=hidden,
        others=_styles(drawn, asked.thick),
        over_gaps=False,
        # the year of the fetch has few values yet
        message=_message(followed, 0 if asked.years.ar else matt.senaste - 1, own.namn),
        note=_note(matt, followed, lacking, sexes=asked.both, there=any(len(data[name]) for name in SEXES)),
        source=_source(matt, means, band=judged.nedre is not None) + whose,
    )


_KINDS = {"kommun": "T", **SEXES}


def _years(rows: pd.DataFrame, kommun: str, asked: Artal) -> set[int]:
    """Return the years that are drawn; with "senaste 5" those up to the municipality's latest."""
    every = set(rows["ar"])
    if asked.ar:
        return every & set(asked.ar)
    own = analysis.series(rows, kommun).index
    if asked.senaste and len(own):
        return {year for year in every if own[-1] - asked.senaste < year <= own[-1]}
    return every


def _within(some: Sequence[int], years: set[int]) -> list[int]:
    return [year for year in some if year in years]


def _cut(serie: pd.Series, years: set[int]) -> pd.Series:
    return serie[serie.index.isin(years)]


def _mean(rows: pd.DataFrame, members: Mapping[str, str]) -> pd.Series:
    """Return a municipality's values by year, or a group's unweighted mean where two thirds have a value."""
    if len(members) == 1:
        return analysis.series(rows, next(iter(members)))
    return analysis.group_series(rows, [*members])


def _followed(matt: Matt, rows: pd.DataFrame, own: Kommun, decimals: int, inaktuell: Skal | None) -> Uppfoljning:
    """Judge the series by the same rules as a report does."""
    facts = analysis.overview({matt.id: rows}, own.kommun, {}).loc[matt.id]
    return uppfoljning.follow_up(
        matt.beskrivning,
        rows,
        facts,
        namn=matt.namn,
        kommun=(own.kommun, own.namn),
        decimaler=decimals,
        kommuner=[own.kommun],
        grupper={},
        folkmangd=pd.Series(dtype=float),
        mal=None,
        inaktuell=inaktuell,
    )


def _stale(matt: Matt, serie: pd.Series, asked: Artal) -> Skal | None:
    """Return why the latest value is no longer of today; of years that were chosen, nothing is said to be old."""
    if asked.ar or serie.empty:
        return None
    if matt.upphorde is not None:
        return Skal.upphort
    return Skal.for_gammalt if serie.index[-1] < matt.senaste - analysis.STALE_AFTER else None


def _target(matt: Matt, asked: Tidsfraga) -> tuple[float, int] | None:
    """Return the target level and its year; only of the model's own municipality, and of all."""
    told = matt.beskrivning
    if asked.own.kommun != asked.malkommun or asked.kon != "T" or told.malniva is None or told.malar is None:
        return None
    return told.malniva, told.malar


def _styles(drawn: Mapping[str, pd.Series], thick: Sequence[str]) -> dict[str, Line]:
    """Return the styles of the series that `tidsserie` does not know, and of those that are marked."""
    usual = {line.label: line for line in tidsserie.line_styles("").values()}
    unknown = [name for name in drawn if name not in USUAL]
    found = {name: Line(name, color, dash, 1.4, mark, "none") for name, (color, dash, mark) in zip(unknown, STYLES)}  # noqa: B905
    found |= {USUAL[name]: usual[name] for name in drawn if name in USUAL and name in thick}
    return {  # the last one drawn first, for a key names them from the top of the pile
        key: Line(line.label, line.color, line.style, THICK, line.marker, "full") if line.label in thick else line
        for key, line in reversed(found.items())
    }


def _title(matt: Matt, asked: Tidsfraga) -> str:
    female, male = swedish.SEXES[matt.beskrivning.barn]
    return matt.namn + {"K": f", {female}", "M": f", {male}"}.get(asked.kon, "")


def _message(followed: Uppfoljning, senaste: int, kommun: str) -> str:
    """Say the latest value, old or not as seen from a year, and whether the series moves more than chance makes it."""
    value = meningar.value(followed, senaste, kommun)
    return value if followed.varde is None else f"{value} {meningar.utveckling(followed)}"


def _note(matt: Matt, followed: Uppfoljning, missing: Sequence[str], *, sexes: bool, there: bool) -> str:
    lack = f"{swedish.listed(missing)} har för få värden att rita." if missing else ""
    breaks = " ".join(f"{b.ar}: {b.vad.rstrip('.')}." for b in matt.beskrivning.brott)
    gap = meningar.konsskillnad(followed) if there else "Det finns inga värden för kvinnor och män."
    return " ".join(filter(None, [gap if sexes else "", matt.beskrivning.anmarkning or breaks, lack, matt.varning]))


def _source(matt: Matt, means: Sequence[str], *, band: bool) -> str:
    ours = [f"{swedish.lower_first(name)} (ovägt medel)" for name in means] + (["vanlig variation"] if band else [])
    if not ours or matt.kalla == EGEN:
        return matt.kalla
    return f"{matt.kalla} Egen beräkning: {swedish.listed(ours)}."
