"""A nyckeltal over time: the own series, what is ordinary for it, those beside it, the target, women and men.

Women and men get a panel of their own under the same years: four or five lines in one panel, two of
them from small groups that swing, hide the series that the picture is of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from styrlib import axlar, figures, swedish, tidsbild
from styrlib.axlar import FULL
from styrlib.tidsbild import Drawn, Line, Panel

HEIGHT, PANEL = 2.5 * 72, 1.3 * 72  # points: the chart, and the panel with women and men
SEXES = ("kvinnor", "man")

Band = tuple[float, float, int, int]


def line_styles(kommun: str, barn: bool = False, others: Mapping[str, Line] | None = None) -> dict[str, Line]:
    """Return the styles of the series that a chart over time may hold, in drawing order."""
    female, male = map(swedish.capitalised, swedish.SEXES[barn])
    extra = dict(others or {})
    usual = {
        "riket": Line("Riket", figures.NATION, ":", 1.6, ""),
        "liknande": Line("Liknande kommuner", figures.SIMILAR, "--", 1.5, ""),
        "kommun": Line(kommun, figures.OWN, "-", 2.2, "o"),
        "man": Line(male, figures.OWN, "--", 1.2, "s", "none"),
        "kvinnor": Line(female, figures.OWN, "-", 1.2, "o"),
    }
    return extra | usual | extra  # before the usual ones, and in place of one with the same key


@figures.timed
def over_time(
    data: Mapping[str, pd.Series],
    *,
    title: str,
    kommun: str,
    enhet: str,
    decimals: int,
    band: Band | None = None,
    brott: Collection[int] = (),
    target: tuple[float, int] | None = None,
    target_note: str = "",
    draw_sexes: bool = True,
    barn: bool = False,
    hidden: Mapping[str, Sequence[int]] | None = None,
    others: Mapping[str, Line] | None = None,
    over_gaps: bool = True,
    message: str = "",
    note: str = "",
    source: str,
) -> figures.Diagram:
    """Draw a nyckeltal over time.

    Parameters
    ----------
    data
        Series by year (float64, int index, ascending) under the keys of `line_styles`; `kommun`
        is required, and has at least one value that is not hidden.
    title
        The nyckeltal's short name.
    kommun
        The municipality's name.
    enhet, decimals
        Unit, and decimals that values are written with.
    band
        What is ordinary for the own series: lower and upper limit, in the nyckeltal's unit, and the
        first and last year that it is true of; as `utveckling.judge` finds it.
    brott
        First years of a new way of measuring. Lines are not drawn across, and the alt text does
        not compare across.
    target, target_note
        Target level and year, drawn as a mark with its own legend entry, and what to say of it.
    draw_sexes
        Whether women and men are drawn; otherwise they stand in the table alone.
    barn
        Whether women and men are girls and boys.
    hidden
        Years by key of `data` whose value is hidden because it rests on too few: a mark in the table,
        and out of the picture and its alt text even when `data` holds them.
    others
        Styles of more series in `data`, by their keys: drawn first, and named after the usual ones.
    over_gaps
        Whether a thin line joins what lies on each side of missing years.
    message
        The sentence that the picture is to carry, said above it and first in the alt text.
    note
        What the reader has to know of this very series.
    source
        The line that says whose figures these are.
    """
    lines, hidden = line_styles(kommun, barn, others), hidden or {}
    every = {kind: _open(data[kind], hidden.get(kind, ())) for kind in lines if kind in data}
    shown = {kind: s for kind, s in every.items() if len(s) and kind not in SEXES}
    sexes = {kind: s for kind, s in every.items() if len(s) and kind in SEXES and draw_sexes}
    years = pd.concat([*shown.values(), *sexes.values()]).index
    brott = sorted(year for year in brott if years.min() < year <= years.max())
    target_text = f"Mål {target[1]}: {swedish.number(target[0], decimals)}{target_note}" if target else ""
    own = shown["kommun"]
    inside = _possible(band, shown, enhet) if band else None
    explained = [
        ("band", "Vanlig variation", band),
        ("brott", "Nytt sätt att mäta", brott),
        ("target", target_text, target),
    ]
    axis, axis_decimals = axlar.values([*_ends(shown), *(inside or ()), *(target or ())[:1]], enhet)
    panels = [
        Panel(
            wanted=HEIGHT,
            axis=axis,
            labels=[swedish.number(tick, axis_decimals) for tick in axis.ticks],
            series=_drawn(shown, lines, brott, over_gaps=over_gaps),
            key=[
                *((lines[kind], lines[kind].label) for kind in reversed(shown)),
                *((sign, text) for sign, text, there in explained if there),
            ],
            brott=brott,
            band=(band[2] - 0.3, band[3] + 0.3, *inside) if band and inside else None,
            target=target,
            newest=_newest(own, axis, decimals),
        )
    ]
    if sexes:
        axis, axis_decimals = axlar.values(_ends(sexes), enhet, most=3)
        panels.append(
            Panel(
                wanted=PANEL,
                axis=axis,
                labels=[swedish.number(tick, axis_decimals) for tick in axis.ticks],
                series=_drawn(sexes, lines, brott, over_gaps=over_gaps),
                key=[(lines[kind], text) for kind, text in _latest(sexes, lines, own.index[-1], decimals)],
                brott=brott,
            )
        )
    along = axlar.years(int(years.min()), int(years.max()), int(own.index[-1]), target[1] if target else None)
    return figures.Diagram(
        title=title,
        svg=tidsbild.picture(panels, along),
        alt=_alt(
            {**shown, **sexes},
            title,
            kommun,
            enhet,
            decimals,
            band=band,
            brott=brott,
            target=target,
            barn=barn,
            message=message,
            lines=lines,
        ),
        caption=_caption(years, title, enhet),
        note=note,
        data=_table(every, lines, hidden, decimals),
        source=source,
        message=message,
        siffror=_numbers(every, lines, hidden),
        decimaler=decimals,
    )


def _open(values: pd.Series, hidden: Sequence[int]) -> pd.Series:
    return values[~values.index.isin(hidden)]


def _drawn(
    shown: Mapping[str, pd.Series], lines: Mapping[str, Line], brott: Sequence[int], *, over_gaps: bool
) -> list[Drawn]:
    """Return the series parted: at most a thin line where years are missing beyond its usual spacing, none at brott."""
    return [
        Drawn(lines[kind], _parts(values, brott) if over_gaps else [], segments(values, brott))
        for kind, values in shown.items()
    ]


def _possible(band: Band, shown: Mapping[str, pd.Series], enhet: str) -> tuple[float, float]:
    """Return the band's limits, cut where no series of the nyckeltal goes: below zero, above a hundred per cent."""
    ends = _ends(shown)
    lower = max(band[0], 0.0) if min(ends) >= 0 else band[0]
    return lower, min(band[1], FULL) if enhet == "procent" and max(ends) <= FULL else band[1]


def _newest(own: pd.Series, axis: axlar.Axis, decimals: int) -> tuple[int, float, str, bool]:
    """Return the latest value to be written at its point, on the side that the line does not come from."""
    place = axis.place(own.iloc[-1], 0.0, 1.0)
    falling = len(own) > 1 and own.iloc[-1] < own.iloc[-2]
    below = place > 0.95 or (falling and place > 0.05)  # neither into the key nor into the years
    return int(own.index[-1]), float(own.iloc[-1]), swedish.number(own.iloc[-1], decimals), bool(below)


def _parts(values: pd.Series, brott: Sequence[int]) -> list[pd.Series]:
    """Split a series by year where the way of measuring changed."""
    return _split(values, [int(np.searchsorted(values.index, year)) for year in sorted(brott)])


def segments(values: pd.Series, brott: Sequence[int] = ()) -> list[pd.Series]:
    """Split a series by year at every brott, and where the gap is longer than usual: a line would invent values."""
    gaps = np.diff(values.index)
    long = np.flatnonzero(gaps > np.median(gaps)) + 1 if len(gaps) else []
    return _split(values, [*long, *np.searchsorted(values.index, sorted(brott))])


def _split(values: pd.Series, at: Iterable[int]) -> list[pd.Series]:
    """Return a series in parts that begin at some of its places."""
    ends = sorted({0, len(values), *map(int, at)})
    return [values.iloc[start:end] for start, end in pairwise(ends)]


def _ends(shown: Mapping[str, pd.Series]) -> list[float]:
    return [f(s) for s in shown.values() for f in (min, max)]


def _caption(years: pd.Index, title: str, enhet: str) -> str:
    first, last = int(years.min()), int(years.max())
    unit = "" if enhet.casefold() in title.casefold() else f"{enhet}, "
    return f"{title}, {unit}{first if first == last else f'{first}–{last}'}."


def _table(
    every: Mapping[str, pd.Series], lines: Mapping[str, Line], hidden: Mapping[str, Sequence[int]], decimals: int
) -> pd.DataFrame:
    """Return all values as text by year; a column for each series that has a value, or hides one."""
    years = _years(every, hidden)
    columns = {}
    for kind, label in _columns(every, lines, hidden).items():
        known, unseen = dict(every.get(kind, ())), {*hidden.get(kind, ())}
        columns[label] = [
            swedish.HIDDEN if year in unseen else swedish.number(known.get(year), decimals) for year in years
        ]
    return pd.DataFrame(columns, index=years)


def _numbers(
    every: Mapping[str, pd.Series], lines: Mapping[str, Line], hidden: Mapping[str, Sequence[int]]
) -> pd.DataFrame:
    """Return all values by year, float64: what is hidden is missing."""
    years = _years(every, hidden)
    columns = {}
    for kind, label in _columns(every, lines, hidden).items():
        known, unseen = dict(every.get(kind, ())), {*hidden.get(kind, ())}
        columns[label] = [np.nan if year in unseen else float(known.get(year, np.nan)) for year in years]
    return pd.DataFrame(columns, index=years)


def _years(every: Mapping[str, pd.Series], hidden: Mapping[str, Sequence[int]]) -> list[int]:
    return sorted(set().union(*(s.index for s in every.values()), *hidden.values()))


def _columns(
    every: Mapping[str, pd.Series], lines: Mapping[str, Line], hidden: Mapping[str, Sequence[int]]
) -> dict[str, str]:
    """Return what the columns are called, by the series' keys: the own one first, women and men last."""
    usual = [kind for kind in ("kommun", "liknande", "riket") if kind in lines]
    order = [*usual, *(kind for kind in lines if kind not in (*usual, *SEXES)), *SEXES]
    labels = {kind: line.label for kind, line in lines.items()}
    labels |= {kind: f"{labels[kind]}, {labels['kommun']}" for kind in SEXES}
    return {kind: labels[kind] for kind in order if len(every.get(kind, ())) or len(hidden.get(kind, ()))}


def _latest(
    beside: Mapping[str, pd.Series], lines: Mapping[str, Line], year: int, decimals: int
) -> list[tuple[str, str]]:
    """Return each sex and its latest value, with the year unless it is the own latest value's."""
    result = []
    for kind, values in reversed(beside.items()):
        when = "" if values.index[-1] == year else f" ({values.index[-1]})"
        result.append((kind, f"{lines[kind].label}: {swedish.number(values.iloc[-1], decimals)}{when}"))
    return result


def _alt(
    shown: Mapping[str, pd.Series],
    title: str,
    kommun: str,
    enhet: str,
    decimals: int,
    *,
    band: Band | None,
    brott: Sequence[int],
    target: tuple[float, int] | None,
    barn: bool,
    message: str,
    lines: Mapping[str, Line],
) -> str:
    """Return the picture in words: the message, the own series and its extremes, then what it is to be seen beside."""

    def text(value: float) -> str:
        return swedish.with_unit(value, enhet, decimals)

    own = shown["kommun"]
    sentences = [message, f"{title}."] if message else [f"{title}."]
    since = [year for year in brott if year <= own.index[-1]]
    if since:
        sentences.append(
            f"Sättet att mäta ändrades {swedish.listed(map(str, since))}. Bara värden därefter beskrivs här."
        )
        own = own[own.index >= since[-1]]
    sentences += _movement(own, kommun, text)
    if band:
        sentences.append(_ordinary(band, _possible(band, shown, enhet), own.iloc[-1], text))
    year = own.index[-1]
    names = {"liknande": "liknande kommuner", "riket": "riket"}
    names |= {kind: line.label for kind, line in lines.items() if kind not in ("kommun", *names, *SEXES)}
    names |= dict(zip(SEXES, swedish.SEXES[barn], strict=True))
    beside = [f"{name} {text(shown[k][year])}" for k, name in names.items() if k in shown and year in shown[k].index]
    if beside:
        sentences.append(f"Samma år: {swedish.listed(beside)}.")
    if target:
        sentences.append(f"Målnivån är {text(target[0])} till {target[1]}.")
    return " ".join(sentences)


def _movement(own: pd.Series, kommun: str, text: Callable[[float], str]) -> list[str]:
    """Return where the own series started and ended, and its extremes."""
    if len(own) == 1:
        return [f"{kommun} har ett värde, {text(own.iloc[0])} ({own.index[0]})."]
    if own.min() == own.max():
        return [f"{kommun} har haft {text(own.iloc[0])} {own.index[0]}–{own.index[-1]}."]
    first, last = (f"{text(own.iloc[i])} ({own.index[i]})" for i in (0, -1))
    highest, lowest = (f"{text(own[year])} ({year})" for year in (own.idxmax(), own.idxmin()))
    return [
        f"{kommun} gick från {first} till {last}.",
        f"Högst var värdet {highest} och lägst {lowest}.",
    ]


def _ordinary(band: Band, inside: tuple[float, float], latest: float, text: Callable[[float], str]) -> str:
    """Return the band in words, a limit beyond what the nyckeltal can be left out, and where the latest value is."""
    lower, upper, first, last = band
    ends = [
        f"{word} {text(value)}"
        for word, value, limit in zip(("minst", "högst"), band[:2], inside, strict=True)
        if value == limit
    ]
    span = f"mellan {text(lower)} och {text(upper)}" if len(ends) == 2 else "".join(ends)
    place = "över" if latest > upper else "under" if latest < lower else "inom"
    said = f"Vanliga värden {first}–{last} är {span}. " if span else ""
    return f"{said}Det senaste värdet ligger {place} den vanliga variationen."
