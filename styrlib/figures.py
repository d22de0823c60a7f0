"""What every picture shares: colours, type, the key, and inline SVG with alt text and its data as a table.

Drawn without pyplot, so that nothing is left open and no state is shared. The picture
is inline SVG with real text: it scales, prints and can be read at any zoom. The same
data give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from styrlib import swedish
from styrlib.render import Html, render

WIDTH = 4.6  # inches: so small that text stays readable on a phone
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
TARGET_MARK = {"linestyle": "none", "marker": "D", "markersize": 6, "color": TARGET, "fillstyle": "none"}
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


@dataclass(frozen=True)
class Diagram:
    """A figure that shows itself in a notebook and in a report; `message` is the sentence to stand above it."""

    title: str
    svg: str
    alt: str
    caption: str
    note: str
    data: pd.DataFrame
    source: str
    message: str = ""

    @property
    def csv(self) -> str:
        """The data as a CSV file in an address of its own, as Swedish spreadsheets read it: nothing is loaded."""
        plain = self.data.map(_plain)
        plain.index.name = plain.index.name or "År"
        text = plain.to_csv(sep=";", lineterminator="\r\n")
        return "data:text/csv;charset=utf-8," + quote("\ufeff" + text, safe=";")

    @property
    def filename(self) -> str:
        """What the CSV file is called when it is saved."""
        folded = (
            unicodedata.normalize("NFKD", self.title.casefold().replace("–", "-")).encode("ascii", "ignore").decode()
        )
        return f"{re.sub('[^a-z0-9]+', '-', folded).strip('-') or 'siffror'}.csv"

    def __html__(self) -> Html:
        return render("diagram.html.j2", diagram=self)

    _repr_html_ = __html__


def _plain(text: str) -> str:
    """Return a cell as a spreadsheet reads it: a missing value is empty, and a number has no spaces in it."""
    if text == swedish.MISSING:
        return ""
    number = text.replace("−", "-").replace(swedish.NBSP, "").replace("\u202f", "")
    return number if re.fullmatch(r"-?[0-9]+(,[0-9]+)?", number) else text


def legend(axes: Axes, entries: Sequence[tuple[Artist, str]]) -> None:
    """Put a legend above the axes, in two columns from the picture's left edge: what is drawn, and its name."""
    axes.legend(
        [handle for handle, _ in entries],
        [label for _, label in entries],
        loc="lower left",
        bbox_to_anchor=(0, 1.03),
        bbox_transform=blended_transform_factory(axes.figure.transFigure, axes.transAxes),
        ncols=2,
        frameon=False,
        fontsize=9,
        borderpad=0.1,
        handlelength=2.2,
    )


def svg(figure: Figure, salt: str) -> str:
    """Return a figure as inline SVG that scales with the page and whose ids no other picture has.

    Parameters
    ----------
    figure
        Drawn within `mpl.rc_context` with `STYLE` and an `svg.hashsalt`, so that the bytes are the same each time.
    salt
        What tells the picture from one that looks the same in the same report.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata=NO_METADATA)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    # Ids are only unique within one picture, and a report holds many.
    prefix = "d" + hashlib.sha256((salt + text).encode()).hexdigest()[:8] + "-"
    text = re.sub(r'\b(id="|xlink:href="#|url\(#)', lambda m: m[1] + prefix, text)
    text = re.sub(r' (?:width|height)="[\d.]+pt"', "", text, count=2)
    return text.strip()
