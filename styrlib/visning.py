"""How a frame and a picture of matplotlib's show themselves when somebody's own notebook becomes a page.

An extension of IPython, loaded when `styr rapport --mall` runs a notebook and not in JupyterLab: only in the kernel is
it known which column holds numbers and which text. A number is written as Swedes do; text such as `0114` or a goal's
`4.1` stays as it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from styrlib import spar, swedish
from styrlib.render import render

INLINE = "module://matplotlib_inline.backend_inline"
MOST_DECIMALS = 3
YEARS = range(1800, 2200)  # whole numbers that may be years are written without a space


@dataclass(frozen=True)
class Ram:
    """A frame as text: its first `index` columns head the rows, and `slag` says what each holds: tal, dag or text."""

    rubriker: Sequence[str]
    rader: Sequence[Sequence[str]]
    slag: Sequence[str]
    index: int
    antal: int
    kolumner: int


def load_ipython_extension(shell: Any) -> None:
    """Let frames, series and figures show themselves in the house's way."""
    spar.begin_own()
    if "" not in sys.path:  # modules beside the notebook, as in JupyterLab
        sys.path.insert(0, "")
    html = shell.display_formatter.formatters["text/html"]
    html.for_type_by_name("pandas", "DataFrame", _shown)
    html.for_type_by_name("pandas", "Series", of_series)
    os.environ.setdefault("MPLBACKEND", INLINE)
    shell.display_formatter.format = _with_alt(shell.display_formatter.format)


def _shown(frame: pd.DataFrame) -> str:
    """Let a frame that shows itself in its own way, such as a `Tabell`, do so."""
    own = type(frame)._repr_html_ is not pd.DataFrame._repr_html_
    return frame._repr_html_() if own else of_frame(frame)


def of_series(series: pd.Series) -> str:
    """Return a series as a table of one column, named as the series is."""
    return of_frame(series.to_frame("värde" if series.name is None else series.name))


def of_frame(frame: pd.DataFrame) -> str:
    """Return a frame as a table.

    Parameters
    ----------
    frame
        Any. Its index is shown unless it only counts the rows. As many rows and columns are shown as pandas would
        (`display.max_rows`, `display.max_columns`).

    Returns
    -------
    str
        HTML, with text escaped.
    """
    rows, columns = pd.get_option("display.max_rows") or len(frame), pd.get_option("display.max_columns") or 0
    cut = frame.iloc[:rows, :columns] if columns and frame.shape[1] > columns else frame.iloc[:rows]
    counted = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    parts = [] if counted else [cut.index.get_level_values(level) for level in range(cut.index.nlevels)]
    headings = [*(_text(part.name or "") for part in parts), *(_name(name) for name in cut.columns)]
    series = [*(part.to_series() for part in parts), *(cut.iloc[:, i] for i in range(cut.shape[1]))]
    cells = [_cells(one) for one in series]
    ram = Ram(
        headings,
        list(zip(*cells, strict=True)),
        [_kind(one) for one in series],
        len(parts),
        len(frame),
        frame.shape[1] if cut.shape[1] < frame.shape[1] else 0,
    )
    return str(render("ram.html.j2", ram=ram))


def _name(name: Any) -> str:
    return " – ".join(_text(part) for part in name if part != "") if isinstance(name, tuple) else _text(name)


def _kind(series: pd.Series) -> str:
    if _is_number(series):
        return "tal"
    return "dag" if pd.api.types.is_datetime64_any_dtype(series) else "text"


def _is_number(series: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)


def _cells(series: pd.Series) -> list[str]:
    """Return a column as text: all numbers of it with as many decimals."""
    if not _is_number(series) or pd.api.types.is_complex_dtype(series):
        return [_text(value) for value in series]
    known = series.dropna().astype("float64")
    exact = [n for n in range(MOST_DECIMALS + 1) if known.round(n).eq(known).all()]  # as its author has rounded it
    decimals = exact[0] if exact else max(swedish.decimals_for(known, ""), _not_to_nothing(known))
    if not decimals and known.isin(YEARS).all():
        return [swedish.MISSING if pd.isna(value) else str(int(value)) for value in series]
    return [swedish.MISSING if pd.isna(value) else swedish.number(float(value), decimals) for value in series]


def _not_to_nothing(known: pd.Series) -> int:
    """Return how many decimals it takes for no small value to be written as 0; not more than a few."""
    small = known[known.ne(0)].abs().min()
    return next((n for n in range(MOST_DECIMALS) if round(small, n) > 0), MOST_DECIMALS)


def _text(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return swedish.MISSING
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat(" ", "minutes")
    return str(value)


def _with_alt(shown: Any) -> Any:
    """Add to what shows a picture of matplotlib's the text that stands for it: see `alt`."""

    def format_(obj: Any, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = shown(obj, include=include, exclude=exclude)
        if hasattr(obj, "savefig") and hasattr(obj, "axes"):
            for kind in data:
                if kind.startswith("image/"):
                    metadata[kind] = {**alt(obj), **(metadata.get(kind) or {})}
        return data, metadata

    return format_


def alt(figure: Any) -> dict[str, str]:
    """Return the text of a figure of matplotlib's: `alt` as its author has written it, or else `rubrik`, its titles.

    Parameters
    ----------
    figure
        Its author writes the text with `figure.set_label("…")`.
    """
    own = str(figure.get_label() or "").strip()
    titles = [
        figure.get_suptitle(),
        *(axes.get_title(loc) for axes in figure.axes for loc in ("left", "center", "right")),
    ]
    said = " ".join(". ".join(dict.fromkeys(title.strip() for title in titles if title.strip())).split())
    return {"alt": own} if own else {"rubrik": said} if said else {}
