"""What every check reads: the model with its files, the day, and what Kolada and the local files have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from styrlib import yamltext
from styrlib.fynd import Fynd
from styrlib.kallfiler import Kallfiler
from styrlib.regler import REGLER
from styrlib.styrmodell import Aktivitet, Malbild, Namnd, Nyckeltal, Styrmodell, Uppdrag
from styrlib.validate import KOMMUN_FILE
from styrlib.yamltext import Place


@dataclass(frozen=True)
class Granskning:
    """What the checks read.

    Attributes
    ----------
    modell
        The steering model, with every part in the order of its file.
    filer
        Its files as they are written.
    dag
        The day that dates are compared with.
    titlar
        Title by id of every nyckeltal that any snapshot has.
    i_kolada
        Title by id of those that the newest snapshot has.
    med_varde
        Ids of nyckeltal on KF's level with a value for the municipality.
    lokala
        Ids in each of the files of local values, by the file's name.
    """

    modell: Styrmodell
    filer: Kallfiler
    dag: dt.date
    titlar: Mapping[str, str]
    i_kolada: Mapping[str, str]
    med_varde: frozenset[str]
    lokala: Mapping[str, tuple[str, ...]]

    def fynd(self, kod: str, fil: str, place: Place, vad: str, hit: str = "") -> Fynd:
        """Return a finding at a place; `hit` is a text on the row that is meant."""
        line = self.filer.line(fil, place, hit)
        return Fynd(REGLER[kod], self.filer.owner(fil, place), fil, line, yamltext.place_text(place), vad)

    def namn(self, nyckeltal: Nyckeltal) -> str:
        """Return what a nyckeltal is called, with its id."""
        name = nyckeltal.kortnamn or self.titlar.get(nyckeltal.id)
        return f"{nyckeltal.id} {name}" if name else nyckeltal.id


def file_of(namnd: Namnd) -> str:
    """Return the name of a nämnd's file."""
    return f"{namnd.id}.yaml"


def malbilder(g: Granskning) -> Iterator[tuple[str, Place, Malbild]]:
    """Yield every målbild with its file and place."""
    for namnd in g.modell.namnder:
        for i, malbild in enumerate(namnd.malbilder):
            yield file_of(namnd), ("malbilder", i), malbild


def nyckeltal(g: Granskning) -> Iterator[tuple[str, Place, Nyckeltal]]:
    """Yield every nyckeltal with its file and place."""
    for fil, place, malbild in malbilder(g):
        for j, one in enumerate(malbild.nyckeltal):
            yield fil, (*place, "nyckeltal", j), one


def uppdrag(g: Granskning) -> Iterator[tuple[str, Place, Uppdrag]]:
    """Yield every uppdrag with its file and place, those of the bodies without a file last."""
    for namnd in g.modell.namnder:
        for i, one in enumerate(namnd.uppdrag):
            yield file_of(namnd), ("uppdrag", i), one
    for i, organ in enumerate(g.modell.kommun.ovriga_organ):
        for j, one in enumerate(organ.uppdrag):
            yield KOMMUN_FILE, ("ovriga_organ", i, "uppdrag", j), one


def aktiviteter(g: Granskning) -> Iterator[tuple[str, Place, Aktivitet]]:
    """Yield every aktivitet, of målbilder and uppdrag, with its file and place."""
    for fil, place, part in (*malbilder(g), *uppdrag(g)):
        for j, one in enumerate(part.aktiviteter):
            yield fil, (*place, "aktiviteter", j), one
