"""Reports made by the workers of a Dask cluster, and written here when they come back.

Each worker has the project's environment and its folder, on a shared disk or as a copy. It makes a
report just as this machine would, in a process of its own, and sends the files back.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from styrlib import arbetare, process, project
from styrlib.errors import InputError, StyrError
from styrlib.files import replacing
from styrlib.project import Project
from styrlib.report import TIMEOUT, Outcome, Plan, lost, make_one

PATIENCE = 20  # seconds for a scheduler to answer


@dataclass(frozen=True)
class Gjort:
    """What a worker sends back: the outcome, and the files by what they are."""

    outcome: Outcome
    filer: dict[str, bytes]


def make(address: str, here: Project, plans: Sequence[Plan], done: Callable[[Outcome], None]) -> list[Outcome]:
    """Make reports on a cluster.

    Parameters
    ----------
    address
        The scheduler's, such as `tcp://10.0.0.5:8786`.
    here
        The project that the plans are of.
    plans
        What is to be made; the pages are written on this machine, where the plans say.
    done
        Called with each outcome as it comes.

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

        mark = fingerprint(here)
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
        made: Gjort = future.result()
        for name, path in _targets(item).items():
            if name in made.filer:
                with replacing(path) as temporary:
                    temporary.write_bytes(made.filer[name])
    except StyrError as error:
        return Outcome(item, str(error))
    except Exception as error:  # noqa: BLE001  (the worker died, or the cluster did, of anything)
        return Outcome(item, f"Arbetaren i klustret försvann ({type(error).__name__}). Kör igen.")
    if not made.outcome.error:
        item.failed.unlink(missing_ok=True)
    return replace(made.outcome, plan=item)


def _targets(item: Plan) -> dict[str, Path]:
    return {"html": item.html, "pdf": item.pdf, "failed": item.failed}


def fingerprint(here: Project) -> str:
    """Return what two machines must agree on to make the same pages: the code, the notebooks and the raw files."""
    digest = hashlib.sha256(process.ensure(here).fingerprint.encode())
    code = Path(__file__).parent
    for folder, pattern in ((code, "**/*.py"), (code / "templates", "**/*"), (here.notebooks, "*.ipynb")):
        for path in sorted(path for path in folder.glob(pattern) if path.is_file()):
            digest.update(f"\0{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def on_worker(item: Plan, mark: str) -> Gjort:
    """Make one report on a worker, in a process of its own.

    Raises
    ------
    InputError
        When the worker has no project, or other files than the one who asks.
    """
    here = project.find()
    if fingerprint(here) != mark:
        raise InputError(
            f"En arbetare i klustret har andra filer eller ett annat program i {here.root}. "
            "Kopiera dit samma projekt och starta om arbetaren."
        )
    with tempfile.TemporaryDirectory(prefix="styr-kluster-") as name:
        folder = Path(name)
        mine = replace(
            item,
            notebook=here.notebooks / item.notebook.name,
            html=folder / item.html.name,
            failed=folder / item.failed.name,
        )
        (outcome,) = arbetare.run([(here, mine)], make_one, lost, arbetare.limits(1, TIMEOUT))
        files = {kind: path.read_bytes() for kind, path in _targets(mine).items() if path.exists()}
        return Gjort(replace(outcome, error=outcome.error.replace(str(mine.failed), str(item.failed))), files)
