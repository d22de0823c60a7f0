"""What every picture shares: colours, and what stands with it: alt text, and its data as a table."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import quote

import pandas as pd

from styrlib import swedish, tidtagning
from styrlib.render import Html, render

WIDTH = 4.6  # inches: so small that text stays readable on a phone
GRID = "#d5dbe1"
OWN, SIMILAR, NATION = "#0b4f8a", "#a34700", "#5b6570"


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
        table = io.StringIO()
        writer = csv.writer(table, delimiter=";", lineterminator="\r\n")
        writer.writerow([self.data.index.name or "År", *self.data.columns])
        rows = zip(self.data.index, self.data.to_numpy().tolist(), strict=True)
        writer.writerows([key, *map(_plain, row)] for key, row in rows)
        return "data:text/csv;charset=utf-8," + quote("\ufeff" + table.getvalue(), safe=";")

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


P = ParamSpec("P")
D = TypeVar("D", Diagram, Diagram | None)


def timed(draw: Callable[P, D]) -> Callable[P, D]:
    """Count what a function that draws takes, under the picture's `title`."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> D:
        with tidtagning.part(f"bild: {kwargs['title']}"):
            return draw(*args, **kwargs)

    return drawn


def _plain(text: str) -> str:
    """Return a cell as a spreadsheet reads it: a missing value is empty, and a number has no spaces in it."""
    if text == swedish.MISSING:
        return ""
    number = text.replace("−", "-").replace(swedish.NBSP, "").replace("\u202f", "")
    return number if re.fullmatch(r"-?[0-9]+(,[0-9]+)?", number) else text
