"""Reports made by the workers of a Dask cluster, and written here when they come back.

Each worker has the project's environment and its folder, on a shared disk or as a copy. It makes a
report just as this machine would, in a process of its own, and sends the files back.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from styrlib import arbetare, oforandrat, project
from styrlib.errors import InputError, StyrError
from styrlib.files import write_text
from styrlib.project import Project
from styrlib.report import Fardig, Outcome, Plan, compose, lost, put

PATIENCE = 20  # seconds for a scheduler to answer


@dataclass(frozen=True)
class Gjort:
    """What a worker sends back: a report to be put in its place, or why there is none and its notebook."""

    made: Fardig | Outcome
    notebook: str | None = None


def make(here: Project, plans: Sequence[Plan], done: Callable[[Outcome], None], *, address: str) -> list[Outcome]:
    """Make reports on a cluster: an engine for `report.make`, when it knows the address.

    Parameters
    ----------
    here
        The project that the plans are of.
    plans
        What is to be made; the pages are written on this machine, where the plans say.
    done
        Called with each outcome as it comes.
    address
        The scheduler's, such as `tcp://10.0.0.5:8786`.

    Returns
    -------
    list of Outcome
        In the order of the plans.

    Raises
    ------
    InputError
        When Dask is not installed, or no scheduler answers.
    """
    outcomes: dict[str, Outcome] = {}
    with _client(address) as client:
        from distributed import as_completed

        mark = oforandrat.indata(here)
        futures = {client.submit(on_worker, item, mark, key=f"{item.id}-{os.urandom(8).hex()}"): item for item in plans}
        for future in as_completed(futures):
            item = futures[future]
            outcome = _take(item, future)
            outcomes[item.id] = outcome
            future.release()
            done(outcome)
    return [outcomes[item.id] for item in plans]


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("Dask är inte installerat. Kör: pip install distributed.") from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"Ingen Dask-schemaläggare svarar på {address}. Starta den med ”dask scheduler”, eller rätta adressen."
        ) from error
    try:
        yield client
    finally:
        client.close()


def _take(item: Plan, future: Any) -> Outcome:
    try:
        done: Gjort = future.result()
        if done.notebook is not None:
            write_text(item.failed, done.notebook)
    except StyrError as error:
        return Outcome(item, str(error))
    except Exception as error:  # noqa: BLE001  (the worker died, or the cluster did, of anything)
        return Outcome(item, f"Arbetaren i klustret försvann ({type(error).__name__}). Kör igen.")
    return put(item, done.made) if isinstance(done.made, Fardig) else replace(done.made, plan=item)


def on_worker(item: Plan, mark: str) -> Gjort:
    """Make one report on a worker, in a process of its own.

    Raises
    ------
    InputError
        When the worker has no project, or other files than the one who asks.
    """
    here = project.find()
    if oforandrat.indata(here) != mark:
        raise InputError(
            f"En arbetare i klustret har andra filer eller ett annat program i {here.root}. "
            "Kopiera dit samma projekt och starta om arbetaren."
        )
    with tempfile.TemporaryDirectory(prefix="styr-kluster-") as name:
        failed = Path(name) / item.failed.name
        mine = replace(item, notebook=here.notebooks / item.notebook.name, failed=failed)
        (made,) = arbetare.run([(here, mine)], compose, lost, arbetare.limits(1, item.tid))
        if isinstance(made, Outcome):
            made = replace(made, error=made.error.replace(str(failed), str(item.failed)))
        return Gjort(made, failed.read_text(encoding="utf-8") if failed.exists() else None)
