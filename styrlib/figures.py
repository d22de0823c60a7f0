"""Figures: a frame in, a picture with alt text and its data as a table out.

Drawn without pyplot, so that nothing is left open and no state is shared. The picture
is inline SVG with real text: it scales, prints and can be read at any zoom. The same
data give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from styrlib import swedish
from styrlib.render import Html, render

WIDTH, HEIGHT = 4.6, 2.7  # inches: so small that text stays readable on a phone
INK, GRID = "#1f2933", "#d5dbe1"
OWN, SIMILAR, NATION, TARGET = "#0b4f8a", "#a34700", "#5b6570", "#1f2933"
STYLE = {
    **sns.axes_style("ticks"),
    "font.family": "sans-serif",
    # Measured with DejaVu Sans, which matplotlib brings and which is the widest of these:
    # what fits when measured fits with the font that the reader has.
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "Liberation Sans"],
    "font.size": 9,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.fonttype": "none",
}
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


@dataclass(frozen=True)
class Diagram:
    """A figure that shows itself in a notebook and in a report."""

    title: str
    svg: str
    alt: str
    caption: str
    data: pd.DataFrame
    source: str

    def __html__(self) -> Html:
        return render("diagram.html.j2", diagram=self)

    _repr_html_ = __html__


@dataclass(frozen=True)
class Line:
    """How one series of a chart is drawn; the dash tells them apart without colour."""

    label: str
    color: str
    style: str
    width: float
    marker: str


def line_styles(kommun: str) -> dict[str, Line]:
    """Return the styles of the series that a chart over time may hold, in drawing order."""
    return {
        "riket": Line("Riket", NATION, ":", 1.6, ""),
        "liknande": Line("Liknande kommuner", SIMILAR, "--", 1.5, ""),
        "kommun": Line(kommun, OWN, "-", 2.2, "o"),
    }


def over_time(
    data: Mapping[str, pd.Series],
    *,
    title: str,
    kommun: str,
    enhet: str,
    decimals: int,
    target: tuple[float, int] | None = None,
    extra: Mapping[str, pd.Series] | None = None,
    source: str,
) -> Diagram:
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
    target
        Target level and year, drawn as a mark with its own legend entry.
    extra
        More series for the table alone, by label.
    source
        The line that says whose figures these are.
    """
    shown = {key: s for key in line_styles(kommun) if (s := data.get(key)) is not None and len(s)}
    with mpl.rc_context({**STYLE, "svg.hashsalt": title}):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        axes = figure.add_subplot()
        for key, values in shown.items():
            _draw_line(axes, line_styles(kommun)[key], values)
        if target:
            level, year = target
            label = f"Mål {year}: {swedish.number(level, decimals)}"
            axes.plot(
                [year], [level], linestyle="none", marker="D", markersize=6, color=TARGET, fillstyle="none", label=label
            )
            axes.axhline(level, color=TARGET, linewidth=0.8, linestyle=(0, (1, 3)))
        _finish_axes(axes, shown, enhet)
        svg = _svg(figure, title)
    table = _table(shown, kommun, extra or {}, decimals)
    unit = f"{enhet}, {_span(pd.concat(shown.values()).index)}"
    return Diagram(
        title=title,
        svg=svg,
        alt=_alt(shown, title, kommun, enhet, decimals, target),
        caption=f"{title}, {unit}.",
        data=table,
        source=source,
    )


def _draw_line(axes: Axes, line: Line, values: pd.Series) -> None:
    """Draw a series; only a thin line where years are missing beyond its usual spacing."""
    look = {"color": line.color, "linestyle": line.style}
    axes.plot(values.index, values.to_numpy(), linewidth=0.7, **look)
    for i, part in enumerate(segments(values)):
        axes.plot(
            part.index,
            part.to_numpy(),
            linewidth=line.width,
            marker=line.marker or ("o" if len(part) == 1 else ""),
            markersize=4 if line.marker else 3,
            label=line.label if i == 0 else None,
            **look,
        )


def segments(values: pd.Series) -> list[pd.Series]:
    """Split a series by year where the gap is longer than usual: a full line there would invent values."""
    gaps = values.index.to_series().diff()
    usual = gaps.median()
    return [part for _, part in values.groupby((gaps > usual).cumsum().to_numpy())]


def _finish_axes(axes: Axes, shown: Mapping[str, pd.Series], enhet: str) -> None:
    sns.despine(ax=axes)
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10], min_n_ticks=3))
    low, high = axes.get_ylim()
    lowest = min(float(s.min()) for s in shown.values())
    highest = max(float(s.max()) for s in shown.values())
    if lowest >= 0:
        low = max(low, 0.0)  # room below zero, or above all, would suggest values that can't be
    if enhet == "procent" and highest <= 100:
        high = min(high, 100.0)
    axes.set_ylim(low, high if high > low else low + 1)
    ticks = axes.get_yticks()
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: swedish.number(value, decimals)))
    handles, labels = axes.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda i: (labels[i].startswith("Mål "), -i))
    axes.legend(
        [handles[i] for i in order],
        [labels[i] for i in order],
        loc="lower left",
        bbox_to_anchor=(0, 1.01),
        ncols=2,
        frameon=False,
        fontsize=9,
        borderpad=0.1,
        handlelength=2.2,
    )


def _svg(figure: Figure, salt: str) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata=NO_METADATA)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # Ids are only unique within one picture, and a report holds many.
    prefix = "d" + hashlib.sha256((salt + svg).encode()).hexdigest()[:8] + "-"
    svg = re.sub(r'\b(id="|xlink:href="#|url\(#)', lambda m: m[1] + prefix, svg)
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
    return svg.strip()


def _table(shown: Mapping[str, pd.Series], kommun: str, extra: Mapping[str, pd.Series], decimals: int) -> pd.DataFrame:
    styles = line_styles(kommun)
    columns = {styles[key].label: shown[key] for key in reversed(styles) if key in shown}
    columns |= {label: values for label, values in extra.items() if len(values)}
    frame = pd.DataFrame(columns).sort_index()
    return frame.map(lambda value: swedish.number(value, decimals))


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
        parts = [f"Diagram: {title}. {kommun} har ett värde, {text(own.iloc[0])} år {own.index[0]}."]
    else:
        first, last = (f"{text(own.iloc[i])} år {own.index[i]}" for i in (0, -1))
        highest, lowest = (f"{year}, {text(own[year])}" for year in (own.idxmax(), own.idxmin()))
        parts = [
            f"Linjediagram: {title}. {kommun} gick från {first} till {last}.",
            f"Högst var värdet {highest}, och lägst {lowest}.",
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


def _span(years: pd.Index) -> str:
    first, last = int(years.min()), int(years.max())
    return str(first) if first == last else f"{first}–{last}"
