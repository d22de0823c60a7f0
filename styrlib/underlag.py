"""What every page is made from: the model as of a period, the tables, and whose figures they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from styrlib import process, project, spar, tables, tidpunkt
from styrlib.falt import Malniva
from styrlib.kommuner import find_kommun
from styrlib.namnduppfoljning import POPULATION, Namnduppfoljning
from styrlib.styrmodell import Namnd, Part, Period, Styrmodell

N = TypeVar("N", bound=Namnduppfoljning)


class Tabeller(dict[str, pd.DataFrame]):
    """The processed tables by name, each read when it is first asked for, and only the rows that are meant.

    Parameters
    ----------
    folder
        Where the processed tables are.
    nyckeltal
        Whose rows are meant, beside the population's, in the tables that describe nyckeltal and their values.
    namnd
        Id of the nämnd whose rows are meant, in the tables of links and use; all nämnder's when empty.
    """

    def __init__(self, folder: Path, nyckeltal: Iterable[str], namnd: str = "") -> None:
        super().__init__()
        self.folder, self.nyckeltal, self.namnd = folder, {POPULATION, *nyckeltal}, namnd

    def __missing__(self, name: str) -> pd.DataFrame:
        """Read a table the first time."""
        whose = self.namnd if self.namnd and name in ("lankar", "anvandning") else None
        described = name in ("varden", "nyckeltal", "revideringar") or (name == "anvandning" and not whose)
        ids = self.nyckeltal if described else None
        self[name] = tables.read(self.folder, name, ids, namnd=whose)
        return self[name]


@dataclass(frozen=True)
class Underlag:
    """The model as it stood in a period, and where the tables are.

    Attributes
    ----------
    modell
        The steering model, cut to what was known in `period`.
    period
        The chosen period; the current one unless another was asked for.
    ar
        Last year whose figures are shown; None for the latest.
    uttag
        Name of the raw snapshot.
    folder
        Where the processed tables are.
    fore
        The model cut to what was known in the period before (`forra`), if there is any.
    """

    modell: Styrmodell
    period: Period
    ar: int | None
    uttag: str
    folder: Path
    fore: Styrmodell | None = None

    @property
    def forra(self) -> Period | None:
        """The period before, if the model has any."""
        before = [p for p in self.modell.perioder.values() if p.till < self.period.till]
        return before[-1] if before else None

    @property
    def rotter(self) -> dict[str, Part | None]:
        """The parts of the model that a page begins to read from, by the name of the attribute."""
        return {"modell": self.modell, "fore": self.fore, "period": self.period}

    def table(self, name: str) -> pd.DataFrame:
        """Return a processed table: see `tables.TABLES`."""
        return tables.read(self.folder, name)

    def frames(self, nyckeltal: Iterable[str], namnd: str = "") -> Tabeller:
        """Return the processed tables by name: the rows of some nyckeltal and the population, of a nämnd or of all."""
        return Tabeller(self.folder, nyckeltal, namnd)

    def namnd(
        self,
        namnd: Namnd,
        *,
        kommun: str | int = "",
        nivaer: Iterable[Malniva] = (Malniva.namnd, Malniva.kf),
        frames: dict[str, pd.DataFrame] | None = None,
        cls: type[N] = Namnduppfoljning,
    ) -> N:
        """Return a nämnd's follow-up.

        Parameters
        ----------
        namnd
            One of the model's bodies.
        kommun
            Code or name of a municipality; the model's own when empty.
        nivaer
            Which nyckeltal are shown, by whom they are followed up for.
        frames
            From `frames`, when several nämnder share them; read when None.
        cls
            A subclass to make.
        """
        if frames is None:
            frames = self.frames((n.id for _, n in namnd.nyckeltal()), namnd.id)
        unit = find_kommun(frames["kommuner"], self.modell.kommun.kommun if kommun == "" else kommun)
        return cls(self.modell, namnd, unit, self.ar, self.uttag, frames, tuple(nivaer))


def read(*, period: str = "", ar: int = 0, uttag: str | int = "") -> Underlag:
    """Make the processed data current, and return what a page is made from.

    Parameters
    ----------
    period
        Id or name of a period: the model as it stood then; the current one when empty.
    ar
        Show figures up to this year; the latest of the period when 0.
    uttag
        Name of the snapshot to use; the newest when empty.

    Raises
    ------
    UnknownNameError
        When there is no such period.
    InputError
        When there are no figures for the year.
    StyrError
        When raw can't be used.
    """
    here = project.find()
    with spar.unrecorded():
        made = process.ensure(here, str(uttag) or None)
        made.check_year(int(ar))
        given = of(made, process.read_model(made.folder), period=period, ar=int(ar))
    spar.begin(here.root, made.folder, given.rotter, given.ar)
    return given


def of(made: process.Processed, whole: Styrmodell, *, period: str = "", ar: int = 0) -> Underlag:
    """Return what a page is made from, as of a period of a model: see `read`."""
    chosen = tidpunkt.find_period(whole, period)
    limit = ar or tidpunkt.figures_until(whole, chosen)
    given = Underlag(tidpunkt.as_of(whole, chosen), chosen, limit, made.uttag, made.folder)
    return replace(given, fore=tidpunkt.as_of(whole, given.forra)) if given.forra else given
