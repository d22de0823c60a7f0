"""Where values come from: a snapshot on disk, or Kolada itself. Both answer the same questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial, wraps
from typing import ParamSpec, Protocol, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from styrlib import kolada, project, rakneord, snapshot, swedish
from styrlib.errors import StyrError
from styrlib.kolada import Question
from styrlib.transport import KoladaError, Row, Transport

P = ParamSpec("P")
Answer = TypeVar("Answer")


class Kalla(Protocol):
    """What can be asked for catalogues and values."""

    @property
    def stand(self) -> str:
        """How old the figures are, in words: `hämtat augusti 2024`."""

    @property
    def ar(self) -> int:
        """The year of extraction: later values are projections."""

    def catalogue(self, entity: str) -> list[Row]:
        """Return the entries of a catalogue."""

    def values(self, nyckeltal: Sequence[str], kommuner: Sequence[str], ar: Sequence[int]) -> pa.Table:
        """Return Kolada's values with its own column names; every year when none is given."""

    def outside(self, kommuner: Sequence[str]) -> frozenset[str]:
        """Return those that can't be asked about here."""


@dataclass(frozen=True)
class Uttag:
    """A whole snapshot on disk."""

    snapshot: snapshot.Snapshot

    @property
    def stand(self) -> str:
        """How old the figures are."""
        return f"hämtat {swedish.month(self.snapshot.name)}"

    @property
    def ar(self) -> int:
        """The year of extraction."""
        return int(self.snapshot.name[:4])

    @cache  # noqa: B019  (a client lives as long as its catalogues)
    def catalogue(self, entity: str) -> list[Row]:
        """Return the entries of a catalogue."""
        return self.snapshot.catalogue(entity)

    def values(self, nyckeltal: Sequence[str], kommuner: Sequence[str], ar: Sequence[int]) -> pa.Table:
        """Return the snapshot's values."""
        table = self.snapshot.table(nyckeltal).select(snapshot.DATA_SCHEMA.names).cast(snapshot.DATA_SCHEMA)
        table = table.filter(pc.is_in(table["municipality"], pa.array(kommuner, pa.string())))
        return table.filter(pc.is_in(table["period"], pa.array(ar, pa.int16()))) if ar else table

    def outside(self, kommuner: Sequence[str]) -> frozenset[str]:
        """Return those that the snapshot was never asked to hold."""
        return frozenset(kommuner) - self._units()

    @cache  # noqa: B019  (a client lives as long as its catalogues)
    def _units(self) -> frozenset[str]:
        return frozenset(self.snapshot.units())


def _or_offline(ask: Callable[P, Answer]) -> Callable[P, Answer]:
    """Let what can't be had from Kolada be told with which figures there are without it, and how old they are."""

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> Answer:
        try:
            return ask(*args, **kwargs)
        except KoladaError as error:
            try:
                name = snapshot.find(project.find().kolada).name
            except StyrError:
                raise error from None
            old = f"siffror från {swedish.month(name)} ({rakneord.age(name)} gamla)"
            raise KoladaError(f"{error} Utan nät finns {old}: skriv Kolada() utan direkt=True.") from error

    return asked


@dataclass(frozen=True)
class Direkt:
    """Kolada itself."""

    transport: Transport

    @property
    def stand(self) -> str:
        """How old the figures are."""
        return f"hämtat {swedish.date(dt.datetime.now().astimezone().date())}"

    @property
    def ar(self) -> int:
        """The year that it is."""
        return dt.datetime.now().astimezone().year

    @cache  # noqa: B019  (a client lives as long as its catalogues)
    @_or_offline
    def catalogue(self, entity: str) -> list[Row]:
        """Return the entries of a catalogue, asked for once."""
        return kolada.catalogue(self.transport, entity)

    @_or_offline
    def values(self, nyckeltal: Sequence[str], kommuner: Sequence[str], ar: Sequence[int]) -> pa.Table:
        """Return Kolada's values."""
        return _together(kolada.data(self._answers, nyckeltal, kommuner, ar))

    def outside(self, kommuner: Sequence[str]) -> frozenset[str]:  # noqa: ARG002
        """Return none: Kolada can be asked about everything."""
        return frozenset()

    @_or_offline
    def ask(self, questions: Sequence[Question]) -> pa.Table:
        """Return the answers to questions of any kind, one after the other."""
        return _together(self._answers(questions))

    @_or_offline
    def units(self, kommun: str) -> list[Row]:
        """Return a municipality's units."""
        return kolada.catalogue(self.transport, "ou", {"municipality": kommun})

    def _answers(self, questions: Sequence[Question]) -> Iterable[pa.Table]:
        return self.transport.each(partial(kolada.ask, self.transport), questions)


def _together(tables: Iterable[pa.Table]) -> pa.Table:
    parts = list(tables)
    return pa.concat_tables(parts).unify_dictionaries() if parts else snapshot.DATA_SCHEMA.empty_table()
