"""What every picture shares: colours, and what stands with it: alt text, and its data as a table."""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import quote

import pandas as pd

from styrlib import bildpunkter, fristaende, kalkylblad, sparning, swedish, tidtagning
from styrlib.fristaende import Bild
from styrlib.kalkylblad import Blad
from styrlib.render import Html, render
from styrlib.stavning import in_swedish

WIDTH = 4.6  # inches: so small that text stays readable on a phone
GRID = "#d5dbe1"
OWN, SIMILAR, NATION = "#0b4f8a", "#a34700", "#5b6570"


@in_swedish
@dataclass(frozen=True)
class Diagram:
    """En bild med budskap, källa och siffror, som visar sig själv. Spara den med .spara("bild.png").

    Attributes
    ----------
    title, message
        What it is of, and the sentence to stand above it.
    svg, alt
        The picture, and the same in words.
    caption, note, source
        What stands below it: what is drawn, what the reader has to know, and whose figures they are.
    data
        The figures as text, as they are printed; the index has a name where it is not of years.
    names_itself
        Whether the message says what it is of.
    siffror, decimaler
        The same figures as numbers, index and columns as in `data`, for a workbook; and the decimals that they
        are shown with there. Read from `data` unless given.
    """

    title: str
    svg: str
    alt: str
    caption: str
    note: str
    data: pd.DataFrame
    source: str
    message: str = ""
    siffror: pd.DataFrame | None = None
    decimaler: int | None = None
    names_itself: bool = False

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

    def _repr_html_(self) -> Html:
        return on_paper(self)

    def __repr__(self) -> str:
        return "\n".join(filter(None, [self.title, self.message, self.caption, self.source]))

    @property
    def slutsats(self) -> Html:
        """Bildens slutsats med vad den gäller, uträknad ur siffrorna."""
        named = Html("") if self.names_itself else Html("<strong>{}:</strong> ").format(self.title)
        return Html("<p>{}{}</p>").format(named, self.message)

    def spara(self, path: str | os.PathLike[str]) -> Path:
        """Spara bilden som .png eller .svg, eller siffrorna som .xlsx."""
        return save([self], path)


@in_swedish
class Diagramlista(tuple[Diagram, ...]):
    """Flera bilder under varandra. Spara dem tillsammans med .spara("bilder.png")."""

    __slots__ = ()

    def __html__(self) -> Html:
        return Html("".join(one.__html__() for one in self))

    def _repr_html_(self) -> Html:
        return on_paper(self)

    @property
    def slutsats(self) -> Html:
        """Bildernas slutsatser, en mening för varje."""
        said = [Html("<li>{}: {}</li>").format(one.title, one.message) for one in self]
        return Html("<ul>{}</ul>").format(Html("").join(said))

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self))

    def spara(self, path: str | os.PathLike[str]) -> Path:
        """Spara alla bilderna i en .png eller .svg, eller siffrorna som .xlsx med ett blad för varje."""
        return save(self, path)


def on_paper(drawn: Diagram | Diagramlista) -> Html:
    """Return what is drawn on white: JupyterLab may have a dark theme, and the pictures have dark texts."""
    return Html('<div style="background:#fff;color:#1f2933">{}</div>').format(drawn)


def save(bilder: Sequence[Diagram], path: str | os.PathLike[str]) -> Path:
    """Write pictures as one file: one below the other, or a sheet of figures for each.

    Raises
    ------
    InputError, StyrError
        As `sparning.save`.
    """
    alone = [
        Bild(
            titel=one.title,
            budskap=one.message,
            svg=one.svg,
            text=" ".join(filter(None, [one.caption, one.note, one.source])),
            alt=one.alt,
        )
        for one in bilder
    ]
    return sparning.save(
        path,
        {
            ".png": lambda temporary: bildpunkter.png(fristaende.alone(alone), temporary),
            ".svg": lambda temporary: _write_svg(fristaende.alone(alone), temporary),
            ".xlsx": partial(kalkylblad.write_xlsx, blad=[_sheet(one) for one in bilder], om=_about(bilder)),
        },
    )


def _write_svg(picture: str, path: Path) -> None:
    path.write_text(picture + "\n", encoding="utf-8", newline="\n")


def _sheet(diagram: Diagram) -> Blad:
    """Return the figures with the index as the first column; numbers are numbers."""
    rows = diagram.data.map(_number) if diagram.siffror is None else diagram.siffror
    name = diagram.data.index.name or "År"
    return Blad(diagram.title, rows.rename_axis(name).reset_index(), diagram.decimaler)


def _about(bilder: Sequence[Diagram]) -> dict[str, str]:
    """Return what a workbook says of its figures."""
    several = len(bilder) > 1
    found = {}
    for number, one in enumerate(bilder, 1):
        mark = f" ({number})" if several else ""
        found |= {
            f"Titel{mark}": one.title,
            f"Slutsats{mark}": one.message,
            f"Vad det är{mark}": one.caption,
            f"Att tänka på{mark}": one.note,
            f"Källa{mark}": one.source,
        }
    return found


def _number(text: str) -> float | str | None:
    """Return a printed number as a number; a missing value as none, and any other text as it is."""
    plain = _plain(text)
    if re.fullmatch(r"-?[0-9]+(,[0-9]+)?", plain):
        return float(plain.replace(",", "."))
    return plain or None


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
