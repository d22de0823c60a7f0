"""Reports made by the workers of a Dask cluster, and written here when they come back.

Each worker has the project's environment and its folder, on a shared disk or as a copy. It makes a
report just as this machine would, in a process of its own, and sends the files back.
"""

from __future__ import annotations

import logging
import re
import socket
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from styrlib import arbetare, oforandrat, project
from styrlib.errors import InputError, StyrError
from styrlib.files import write_text
from styrlib.project import Project
from styrlib.report import Fardig, Outcome, Plan, compose, lost, put

ADDRESS = re.compile(r"(?P<kind>tcp|tls)://(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[^/:\s]+)):(?P<port>[0-9]{1,5})")
PATIENCE = 10.0  # seconds for a scheduler to answer, and for its first worker to be there
ABSENCE = 3  # times that long without a worker, in the middle of a run: a restarted one may come back


@dataclass(frozen=True)
class Gjort:
    """What a worker sends back: a report to be put in its place, or why there is none and its notebook."""

    made: Fardig | Outcome
    notebook: str | None = None


def make(here: Project, plans: Sequence[Plan], done: Callable[[Outcome], None], *, address: str) -> list[Outcome]:
    """Make reports on a cluster: an engine for `report.make`, when it knows the address.

    A report whose worker dies is given to another. When no worker is left, those not made are told so.

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
        When Dask is not installed, no scheduler answers, or it has no workers.
    """
    if not plans:
        return []
    outcomes: dict[str, Outcome] = {}
    with _client(address) as client:
        # One graph, so that the scheduler keeps the queue, and gives a worker no more than it can begin with.
        futures = client.map(on_worker, plans, mark=oforandrat.indata(here), pure=False)
        waiting = {future.key: (item, future) for item, future in zip(plans, futures, strict=True)}
        for key in _ended(client, futures):
            item, future = waiting.pop(key)
            outcomes[item.id] = _take(item, future)
            future.release()  # the worker need not keep the page
            done(outcomes[item.id])
    for item, _ in waiting.values():
        outcomes[item.id] = Outcome(item, "Klustret har inga arbetare längre. Starta dem och kör igen.")
        done(outcomes[item.id])
    return [outcomes[item.id] for item in plans]


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("Dask är inte installerat här. Kör: python -m pip install distributed.") from error
    _check_answer(address)
    for name in ("distributed", "distributed.client", "tornado.application"):  # what goes wrong is told in Swedish
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a worker with another program refuses by itself
        try:
            client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise _no_scheduler(address) from error
        with closing(client):
            try:
                client.wait_for_workers(1, timeout=PATIENCE)
            except TimeoutError as error:
                start = f"Starta dem med ”dask worker {address}” i projektets mapp."
                raise InputError(f"Dask-schemaläggaren på {address} har inga arbetare. {start}") from error
            yield client


def _check_answer(address: str) -> None:
    """Find out at once what Dask would try again and again, or wait for without end."""
    parts = ADDRESS.fullmatch(address)
    if not parts:
        raise InputError(f"--dask ska vara schemaläggarens adress, till exempel tcp://10.0.0.5:8786, inte ”{address}”.")
    try:
        line = socket.create_connection((parts["six"] or parts["host"], int(parts["port"])), PATIENCE)
    except (OSError, OverflowError) as error:
        start = "Starta den med ”dask scheduler”, eller rätta adressen."
        raise InputError(f"Ingen Dask-schemaläggare svarar på {address}. {start}") from error
    with line, suppress(OSError):
        if parts["kind"] == "tls" or line.recv(1):  # a scheduler speaks first
            return
    raise _no_scheduler(address)


def _no_scheduler(address: str) -> InputError:
    return InputError(f"Det som finns på {address} är ingen Dask-schemaläggare. Rätta adressen.")


def _ended(client: Any, futures: Iterable[Any]) -> Iterator[str]:
    """Yield the key of each future as it ends, until all have or there is no worker left to wait for."""
    ended: SimpleQueue[str] = SimpleQueue()
    left = 0
    for left, future in enumerate(futures, start=1):  # noqa: B007  (how many there are)
        future.add_done_callback(lambda one: ended.put(one.key))
    absent = 0
    while left and absent < ABSENCE:
        try:
            key = ended.get(timeout=PATIENCE)
        except Empty:
            absent = 0 if _workers(client) else absent + 1
        else:
            left -= 1
            yield key


def _workers(client: Any) -> int:
    try:
        return len(client.nthreads())
    except OSError:  # the scheduler is gone
        return 0


def _take(item: Plan, future: Any) -> Outcome:
    try:
        done: Gjort = future.result(timeout=PATIENCE)
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
    with tempfile.TemporaryDirectory(prefix="styr-kluster-") as folder:
        failed = Path(folder) / item.failed.name
        name = f"{item.egen}.ipynb" if item.egen else item.notebook.name
        mine = replace(item, notebook=here.notebooks / name, failed=failed)
        (made,) = arbetare.run([(here, mine)], compose, lost, arbetare.limits(1, item.tid))
        if isinstance(made, Outcome):
            made = replace(made, error=made.error.replace(str(failed), str(item.failed)))
        return Gjort(made, failed.read_text(encoding="utf-8") if failed.exists() else None)
