"""A nyckeltal over time: the own series, what is ordinary for it, those beside it, the target, women and men.

Women and men get a panel of their own under the same years: four or five lines in one panel, two of
them from small groups that swing, hide the series that the picture is of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from styrlib import figures, swedish

HEIGHT, PANEL = 2.5, 1.3  # inches: the chart, and the panel with women and men
FULL = 100.0  # procent
MOST_TICKS = 6  # years with a label, beside the first
BAND = {"facecolor": "#dbe4ed", "edgecolor": "none"}
BROTT = {"color": figures.INK, "linewidth": 0.9}
SEXES = ("kvinnor", "man")

Band = tuple[float, float, int, int]


@dataclass(frozen=True)
class Line:
    """How one series of a chart is drawn; the dash and the mark tell them apart without colour."""

    label: str
    color: str
    style: str
    width: float
    marker: str
    fill: str = "full"

    def handle(self) -> Line2D:
        """Return what stands for the line in a legend."""
        return Line2D([], [], linewidth=self.width, marker=self.marker, markersize=4, **self.look)

    @property
    def look(self) -> dict[str, object]:
        """What all parts of the line have in common."""
        white = {"markerfacecolor": "white"} if self.fill == "none" else {}
        return {"color": self.color, "linestyle": self.style, **white}


def line_styles(kommun: str, barn: bool = False) -> dict[str, Line]:
    """Return the styles of the series that a chart over time may hold, in drawing order."""
    female, male = map(swedish.capitalised, swedish.SEXES[barn])
    return {
        "riket": Line("Riket", figures.NATION, ":", 1.6, ""),
        "liknande": Line("Liknande kommuner", figures.SIMILAR, "--", 1.5, ""),
        "kommun": Line(kommun, figures.OWN, "-", 2.2, "o"),
        "man": Line(male, figures.OWN, "--", 1.2, "s", "none"),
        "kvinnor": Line(female, figures.OWN, "-", 1.2, "o"),
    }


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
    message: str = "",
    note: str = "",
    source: str,
    key: str = "",
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
    message
        The sentence that the picture is to carry, said above it and first in the alt text.
    note
        What the reader has to know of this very series.
    source
        The line that says whose figures these are.
    key
        What tells the picture from one that looks the same in the same report.
    """
    lines, hidden = line_styles(kommun, barn), hidden or {}
    every = {kind: _open(data[kind], hidden.get(kind, ())) for kind in lines if kind in data}
    shown = {kind: s for kind, s in every.items() if len(s) and kind not in SEXES}
    sexes = {kind: s for kind, s in every.items() if len(s) and kind in SEXES and draw_sexes}
    years = pd.concat([*shown.values(), *sexes.values()]).index
    brott = sorted(year for year in brott if years.min() < year <= years.max())
    with mpl.rc_context({**figures.STYLE, "svg.hashsalt": title}):
        figure = Figure(figsize=(figures.WIDTH, HEIGHT + (PANEL if sexes else 0)), layout="constrained")
        panels = {"height_ratios": [HEIGHT, PANEL]} if sexes else {}
        axes, *below = figure.subplots(1 + bool(sexes), sharex=True, squeeze=False, **panels)[:, 0]
        entries = _draw(axes, shown, lines, brott)
        inside = _possible(band, shown, enhet) if band else ()
        if band:
            axes.fill_between([band[2] - 0.3, band[3] + 0.3], *inside, zorder=0, **BAND)
            entries.append((Patch(**BAND), "Vanlig variation"))
        if brott:
            entries.append((Line2D([], [], linestyle="none", marker="|", markersize=11, **BROTT), "Nytt sätt att mäta"))
        if target:
            _draw_target(axes, *target)
            label = f"Mål {target[1]}: {swedish.number(target[0], decimals)}{target_note}"
            entries.append((Line2D([], [], **figures.TARGET_MARK), label))
        _finish_y(axes, [*_ends(shown), *inside, *(target or ())[:1]], enhet)
        _label_last(axes, shown["kommun"], decimals)
        figures.legend(axes, entries)
        for panel in below:
            labels = [label for _, label in _latest(sexes, lines, shown["kommun"].index[-1], decimals)]
            handles = [handle for handle, _ in _draw(panel, sexes, lines, brott)]
            _finish_y(panel, _ends(sexes), enhet, nbins=3)
            figures.legend(panel, list(zip(handles, labels, strict=True)))
        _finish_x(axes, years, int(shown["kommun"].index[-1]), target)
        svg = figures.svg(figure, title + key)
    return figures.Diagram(
        title=title,
        svg=svg,
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
        ),
        caption=_caption(years, title, enhet),
        note=note,
        data=_table(every, lines, hidden, decimals),
        source=source,
        message=message,
    )


def _open(values: pd.Series, hidden: Sequence[int]) -> pd.Series:
    return values[~values.index.isin(hidden)]


def _draw(
    axes: Axes, shown: Mapping[str, pd.Series], lines: Mapping[str, Line], brott: Sequence[int]
) -> list[tuple[Artist, str]]:
    """Draw the series and where the way of measuring changed; return the legend's entries, the first last drawn."""
    for kind, values in shown.items():
        _draw_line(axes, lines[kind], values, brott)
    for year in brott:
        axes.axvline(year - 0.5, linestyle=(0, (4, 3)), **BROTT)
    return [(lines[kind].handle(), lines[kind].label) for kind in reversed(shown)]


def _draw_line(axes: Axes, line: Line, values: pd.Series, brott: Sequence[int]) -> None:
    """Draw a series; only a thin line where years are missing beyond its usual spacing, none across a brott."""
    for part in _parts(values, brott):
        axes.plot(part.index, part.to_numpy(), linewidth=0.7, clip_on=False, **line.look)
    for part in segments(values, brott):
        marker = line.marker or ("o" if len(part) == 1 else "")
        size = 4 if line.marker else 3
        look = {"linewidth": line.width, "marker": marker, "markersize": size, **line.look}
        axes.plot(part.index, part.to_numpy(), clip_on=False, **look)


def _possible(band: Band, shown: Mapping[str, pd.Series], enhet: str) -> tuple[float, float]:
    """Return the band's limits, cut where no series of the nyckeltal goes: below zero, above a hundred per cent."""
    ends = _ends(shown)
    lower = max(band[0], 0.0) if min(ends) >= 0 else band[0]
    return lower, min(band[1], FULL) if enhet == "procent" and max(ends) <= FULL else band[1]


def _draw_target(axes: Axes, level: float, year: int) -> None:
    axes.axhline(level, color=figures.TARGET, linewidth=0.6, clip_on=False)
    axes.plot([year], [level], clip_on=False, **figures.TARGET_MARK)


def _label_last(axes: Axes, own: pd.Series, decimals: int) -> None:
    """Write the latest value at its point, on the side that the line does not come from."""
    low, high = axes.get_ylim()
    place = (own.iloc[-1] - low) / (high - low)
    falling = len(own) > 1 and own.iloc[-1] < own.iloc[-2]
    falling = place > 0.95 or (falling and place > 0.05)  # neither into the legend nor into the years
    axes.annotate(
        swedish.number(own.iloc[-1], decimals),
        (own.index[-1], own.iloc[-1]),
        xytext=(0, -6 if falling else 6),
        textcoords="offset points",
        ha="center",
        va="top" if falling else "bottom",
        fontweight="bold",
        color=figures.OWN,
        path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )


def _parts(values: pd.Series, brott: Sequence[int]) -> list[pd.Series]:
    """Split a series by year where the way of measuring changed."""
    return [part for _, part in values.groupby(np.searchsorted(brott, values.index, side="right"))]


def segments(values: pd.Series, brott: Sequence[int] = ()) -> list[pd.Series]:
    """Split a series by year at every brott, and where the gap is longer than usual: a line would invent values."""
    gaps = values.index.to_series().diff()
    usual = gaps.median()
    return [part for run in _parts(values, brott) for _, part in run.groupby((gaps[run.index] > usual).cumsum())]


def _ends(shown: Mapping[str, pd.Series]) -> list[float]:
    return [f(s) for s in shown.values() for f in (min, max)]


def _finish_y(axes: Axes, ends: Sequence[float], enhet: str, nbins: int = 5) -> None:
    sns.despine(ax=axes)
    axes.grid(axis="y", color=figures.GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    lowest, highest = min(ends), max(ends)
    # A cropped axis makes a mountain of a wobble, so a percentage gets a fifth of its scale, or down to zero.
    level = max(abs(highest), abs(lowest), 1e-9)
    least = min(20.0, level) if enhet == "procent" else 0.1 * level
    room = max(least - (highest - lowest), 0.24 * (highest - lowest)) / 2
    low, high = lowest - room, highest + room
    if lowest >= 0 > low:  # room below zero, or above all, would suggest values that can't be
        low, high = 0.0, max(high, least)
    if enhet == "procent" and highest <= FULL < high:
        low, high = min(low, FULL - least), FULL
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=nbins, steps=[1, 2, 5, 10], min_n_ticks=3))
    ticks = axes.get_yticks()
    decimals = max(0, -math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: swedish.number(value, decimals)))


def _finish_x(axes: Axes, years: pd.Index, last: int, target: tuple[float, int] | None) -> None:
    """Put ticks at whole years, the latest value's year and the target's among them."""
    first = int(years.min())
    end = max(int(years.max()), target[1] if target else last)
    step = next((s for s in (1, 2, 3, 4, 5, 10, 20, 25) if (end - first) / s <= MOST_TICKS), 50)
    ticks = [*range(last, first - 1, -step)]
    if end - last >= step or end > last + 1:
        ticks.append(end)
    axes.set_xticks(sorted(ticks))
    axes.set_xlim(min(first, end - 2) - 0.3, end + 0.3)


def _caption(years: pd.Index, title: str, enhet: str) -> str:
    first, last = int(years.min()), int(years.max())
    unit = "" if enhet.casefold() in title.casefold() else f"{enhet}, "
    return f"{title}, {unit}{first if first == last else f'{first}–{last}'}."


def _table(
    every: Mapping[str, pd.Series], lines: Mapping[str, Line], hidden: Mapping[str, Sequence[int]], decimals: int
) -> pd.DataFrame:
    """Return all values as text by year; a column for each series that has a value, or hides one."""
    labels = {kind: line.label for kind, line in lines.items()}
    kommun = labels["kommun"]
    labels |= {kind: f"{labels[kind]}, {kommun}" for kind in SEXES}
    order = ("kommun", "liknande", "riket", "kvinnor", "man")
    kinds = [kind for kind in order if len(every.get(kind, ())) or len(hidden.get(kind, ()))]
    years = sorted(set().union(*(s.index for s in every.values()), *hidden.values()))
    columns = {labels[kind]: every.get(kind, pd.Series(dtype=float)).reindex(years) for kind in kinds}
    table = pd.DataFrame(columns, index=years).map(lambda value: swedish.number(value, decimals))
    for kind in kinds:
        table.loc[list(hidden.get(kind, ())), labels[kind]] = swedish.HIDDEN
    return table


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
    names = {"liknande": "liknande kommuner", "riket": "riket", **dict(zip(SEXES, swedish.SEXES[barn], strict=True))}
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
