"""A nyckeltal over time: the municipality's own series, those it is compared with, and the target."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from styrlib import figures, swedish

HEIGHT = 2.7  # inches
FULL = 100.0  # procent


@dataclass(frozen=True)
class Line:
    """How one series of a chart is drawn; the dash tells them apart without colour."""

    label: str
    color: str
    style: str
    width: float
    marker: str

    def handle(self) -> Line2D:
        """Return what stands for the line in a legend."""
        look = {"color": self.color, "linestyle": self.style, "linewidth": self.width}
        return Line2D([], [], marker=self.marker, markersize=4, **look)


def line_styles(kommun: str) -> dict[str, Line]:
    """Return the styles of the series that a chart over time may hold, in drawing order."""
    return {
        "riket": Line("Riket", figures.NATION, ":", 1.6, ""),
        "liknande": Line("Liknande kommuner", figures.SIMILAR, "--", 1.5, ""),
        "kommun": Line(kommun, figures.OWN, "-", 2.2, "o"),
    }


def over_time(
    data: Mapping[str, pd.Series],
    *,
    title: str,
    kommun: str,
    enhet: str,
    decimals: int,
    target: tuple[float, int] | None = None,
    target_note: str = "",
    extra: Mapping[str, pd.Series] | None = None,
    hidden: Mapping[str, Sequence[int]] | None = None,
    note: str = "",
    source: str,
    key: str = "",
) -> figures.Diagram:
    """Draw a nyckeltal over time.

    Parameters
    ----------
    data
        Series by year (float64, int index) under the keys of `line_styles`; `kommun` is
        required, and has at least one value.
    title
        The nyckeltal's short name.
    kommun
        The municipality's name.
    enhet, decimals
        Unit, and decimals that values are written with.
    target, target_note
        Target level and year, drawn as a mark with its own legend entry, and what to say of it.
    extra
        More series for the table alone, by label.
    hidden
        Years by column of the table whose value is hidden because it rests on too few.
    note
        What the reader has to know of this very series.
    source
        The line that says whose figures these are.
    key
        What tells the picture from one that looks the same in the same report.
    """
    lines = line_styles(kommun)
    shown = {key: s for key in lines if (s := data.get(key)) is not None and len(s)}
    with mpl.rc_context({**figures.STYLE, "svg.hashsalt": title}):
        figure = Figure(figsize=(figures.WIDTH, HEIGHT), layout="constrained")
        axes = figure.add_subplot()
        for kind, values in shown.items():
            _draw_line(axes, lines[kind], values)
        if target:
            _draw_target(axes, *target)
        _finish_y(axes, shown, enhet, target)
        _label_last(axes, shown["kommun"], decimals)
        _finish_x(axes, shown, target)
        entries = [(lines[kind].handle(), lines[kind].label) for kind in reversed(shown)]
        if target:
            label = f"Mål {target[1]}: {swedish.number(target[0], decimals)}{target_note}"
            entries.append((Line2D([], [], **figures.TARGET_MARK), label))
        figures.legend(axes, entries)
        svg = figures.svg(figure, title + key)
    return figures.Diagram(
        title=title,
        svg=svg,
        alt=_alt(shown, title, kommun, enhet, decimals, target),
        caption=_caption(shown, title, enhet),
        note=note,
        data=_table(shown, kommun, extra or {}, hidden or {}, decimals),
        source=source,
    )


def _draw_line(axes: Axes, line: Line, values: pd.Series) -> None:
    """Draw a series; only a thin line where years are missing beyond its usual spacing."""
    look = {"color": line.color, "linestyle": line.style, "clip_on": False}
    axes.plot(values.index, values.to_numpy(), linewidth=0.7, **look)
    for part in segments(values):
        marker = line.marker or ("o" if len(part) == 1 else "")
        size = 4 if line.marker else 3
        axes.plot(part.index, part.to_numpy(), linewidth=line.width, marker=marker, markersize=size, **look)


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


def segments(values: pd.Series) -> list[pd.Series]:
    """Split a series by year where the gap is longer than usual: a full line there would invent values."""
    gaps = values.index.to_series().diff()
    usual = gaps.median()
    return [part for _, part in values.groupby((gaps > usual).cumsum().to_numpy())]


def _finish_y(axes: Axes, shown: Mapping[str, pd.Series], enhet: str, target: tuple[float, int] | None) -> None:
    sns.despine(ax=axes)
    axes.grid(axis="y", color=figures.GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    ends = [f(s) for s in shown.values() for f in (min, max)] + ([target[0]] if target else [])
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
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10], min_n_ticks=3))
    ticks = axes.get_yticks()
    decimals = max(0, -math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: swedish.number(value, decimals)))


def _finish_x(axes: Axes, shown: Mapping[str, pd.Series], target: tuple[float, int] | None) -> None:
    """Put ticks at whole years, the latest value's year and the target's among them."""
    years = pd.concat(shown.values()).index
    first, last = int(years.min()), int(shown["kommun"].index[-1])
    end = max(int(years.max()), target[1] if target else last)
    step = next(s for s in (1, 2, 3, 4, 5, 10) if (last - first) / s <= 5)
    ticks = [*range(last, first - 1, -step)]
    if end - last >= step or end > last + 1:
        ticks.append(end)
    axes.set_xticks(sorted(ticks))
    axes.set_xlim(min(first, end - 2) - 0.3, end + 0.3)


def _caption(shown: Mapping[str, pd.Series], title: str, enhet: str) -> str:
    years = pd.concat(shown.values()).index
    first, last = int(years.min()), int(years.max())
    unit = "" if enhet.casefold() in title.casefold() else f"{enhet}, "
    return f"{title}, {unit}{first if first == last else f'{first}–{last}'}."


def _table(
    shown: Mapping[str, pd.Series],
    kommun: str,
    extra: Mapping[str, pd.Series],
    hidden: Mapping[str, Sequence[int]],
    decimals: int,
) -> pd.DataFrame:
    styles = line_styles(kommun)
    columns = {styles[key].label: shown[key] for key in reversed(styles) if key in shown}
    columns |= {label: values for label, values in extra.items() if len(values)}
    years = sorted(set().union(*(s.index for s in columns.values()), *hidden.values()))
    table = pd.DataFrame(columns, index=years).map(lambda value: swedish.number(value, decimals))
    for label, gone in hidden.items():
        if len(gone):
            table[label] = table.get(label, swedish.MISSING)
            table.loc[list(gone), label] = swedish.HIDDEN
    return table


def _alt(
    shown: Mapping[str, pd.Series],
    title: str,
    kommun: str,
    enhet: str,
    decimals: int,
    target: tuple[float, int] | None,
) -> str:
    own = shown["kommun"]

    def text(value: float) -> str:
        return swedish.with_unit(value, enhet, decimals)

    if len(own) == 1:
        parts = [f"Diagram: {title}. {kommun} har ett värde, {text(own.iloc[0])} ({own.index[0]})."]
    elif own.min() == own.max():
        parts = [f"Linjediagram: {title}. {kommun} har haft {text(own.iloc[0])} {own.index[0]}–{own.index[-1]}."]
    else:
        first, last = (f"{text(own.iloc[i])} ({own.index[i]})" for i in (0, -1))
        highest, lowest = (f"{text(own[year])} ({year})" for year in (own.idxmax(), own.idxmin()))
        parts = [
            f"Linjediagram: {title}. {kommun} gick från {first} till {last}.",
            f"Högst var värdet {highest} och lägst {lowest}.",
        ]
    year = own.index[-1]
    beside = [
        f"{name} {text(shown[key][year])}"
        for key, name in (("liknande", "liknande kommuner"), ("riket", "riket"))
        if key in shown and year in shown[key].index
    ]
    if beside:
        parts.append(f"Samma år: {swedish.listed(beside)}.")
    if target:
        parts.append(f"Målnivån är {text(target[0])} till {target[1]}.")
    return " ".join(parts)
