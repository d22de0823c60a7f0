"""The whole check: the municipality's files read, and everything found in them, nämnd by nämnd."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from styrlib import kontrollkedja, kontrollmatt, kontrollsprak, process, snapshot
from styrlib.errors import ProblemsError
from styrlib.falt import LOCAL_ID, Malniva
from styrlib.fynd import Allvar, Fynd
from styrlib.granskning import Granskning
from styrlib.kallfiler import Kallfiler
from styrlib.kommuner import find_namnd
from styrlib.project import Project
from styrlib.regler import REGLER
from styrlib.styrmodell import Namnd, Styrmodell

UNUSABLE = REGLER["fil-gar-inte-att-anvanda"]


@dataclass(frozen=True)
class Resultat:
    """What a check found.

    Attributes
    ----------
    dag
        The day that dates were compared with.
    modell
        The steering model; None when its files can't be used.
    fynd
        By nämnd in the model's order (the whole municipality last), the worst first, then by file and line.
    """

    dag: dt.date
    modell: Styrmodell | None
    fynd: tuple[Fynd, ...]

    def for_namnder(self, namnder: Iterable[Namnd]) -> Resultat:
        """Return what concerns some nämnder."""
        wanted = {n.id for n in namnder}
        return Resultat(self.dag, self.modell, tuple(f for f in self.fynd if f.namnd in wanted))


def run(project: Project, dag: dt.date, namnder: Sequence[str] = ()) -> Resultat:
    """Check everything.

    Parameters
    ----------
    project
        Where the files are.
    dag
        The day that dates are compared with.
    namnder
        Ids, short names or names of the nämnder whose findings are wanted; all when empty.

    Raises
    ------
    UnknownNameError
        When there is no such nämnd.
    SnapshotError
        When there is no whole snapshot.
    ProblemsError
        When the files can't be used: see `unusable`.
    """
    g = read(project, dag)
    found = Resultat(dag, g.modell, in_order(g.modell, check(g)))
    return found.for_namnder([find_namnd(g.modell.namnder, n) for n in namnder]) if namnder else found


def unusable(error: ProblemsError, dag: dt.date) -> Resultat:
    """Return the problems of files that can't be used as findings."""
    rows = [Fynd(UNUSABLE, "", p.file, p.line, p.place, p.message) for p in error.problems]
    return Resultat(dag, None, tuple(rows))


def check(g: Granskning) -> list[Fynd]:
    """Return everything that is found, in no certain order."""
    return [*kontrollkedja.check(g), *kontrollmatt.check(g), *kontrollsprak.check(g)]


def in_order(modell: Styrmodell, fynd: Iterable[Fynd]) -> tuple[Fynd, ...]:
    """Return findings by nämnd, the whole municipality last, the worst first, then by file and line."""
    namnder, grades = [n.id for n in modell.namnder], list(Allvar)

    def key(f: Fynd) -> tuple[object, ...]:
        place = namnder.index(f.namnd) if f.namnd in namnder else len(namnder)
        return place, grades.index(f.regel.allvar), f.fil, f.rad, f.regel.kod, f.vad

    return tuple(sorted(dict.fromkeys(fynd), key=key))


def read(project: Project, dag: dt.date) -> Granskning:
    """Return what the checks read.

    Raises
    ------
    SnapshotError, ProblemsError
        When there is no whole snapshot, or the files can't be used.
    """
    raw = snapshot.find(project.kolada)
    raw.verify()
    modell, local = process.read_raw_model(project, raw)
    filer = Kallfiler(project.styrmodell)
    kf = {n.id for namnd in modell.namnder for _, n in namnd.nyckeltal() if n.niva is Malniva.kf}
    values = raw.data(kf or {""})  # an empty choice is none to the file format
    own = (values["municipality"] == modell.kommun.kommun) & values["value"].notna()
    there = values[own & ~values["isdeleted"].fillna(False).astype(bool)]
    with_value = {*there["kpi"].astype("str"), *local.loc[local["varde"].notna(), "nyckeltal"]}
    return Granskning(
        modell=modell,
        filer=filer,
        dag=dag,
        titlar=process.titles(project),
        i_kolada={entry["id"]: entry["title"] for entry in raw.catalogue("kpi")},
        med_varde=frozenset(with_value),
        lokala={f: _ids(filer, f) for f in filer.filer if f.startswith("lokala/")},
    )


def _ids(filer: Kallfiler, fil: str) -> tuple[str, ...]:
    """Return the ids of local nyckeltal that a CSV file has rows for."""
    first = (cell.strip(' "') for row in filer.filer[fil].rader for cell in row.replace(",", ";").split(";"))
    return tuple(dict.fromkeys(cell for cell in first if LOCAL_ID.fullmatch(cell)))
