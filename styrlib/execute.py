"""Run a parameterised notebook with Papermill; failures become one Swedish sentence.

In a kernel of its own, or in this very process when it was made for just this notebook: see `motor`.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
import zmq
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from traitlets.config import Config

from styrlib import errors, motor
from styrlib.errors import ReportError, StyrError
from styrlib.files import write_text

ENGINE = "styr"
OWN = "styrlib.visning"  # the extension of IPython that own notebooks have
LATE = "Rapporten tog mer än {} sekunder och avbröts."
UNREADABLE = (OSError, ValueError, AttributeError, KeyError, TypeError)  # what a notebook that is none gives
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class KeepingEngine(NBClientEngine):
    """Papermill's own engine, that keeps a failed notebook instead of saving after every cell."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        keep: Callable[[NotebookNode], None],
        **kwargs: Any,
    ) -> None:
        """Execute as the base class does; have the notebook kept unless all cells succeed."""
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
        except Exception:
            keep(nb_man.nb)
            raise
        if any(cell.metadata.get("papermill", {}).get("exception") for cell in nb_man.nb.cells):
            keep(nb_man.nb)


papermill_engines.register(ENGINE, KeepingEngine)


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    failed: Path,
    *,
    timeout: int,
    here: bool = False,
    step: Callable[[int], None] = lambda _: None,
    egen: bool = False,
) -> NotebookNode:
    """Return the notebook executed with the parameters; no file is written when it succeeds.

    Parameters
    ----------
    notebook
        A notebook with a cell tagged `parameters`.
    parameters
        Values by name; each must stand in that cell.
    failed
        Where the notebook is kept, as far as it came, when a cell fails.
    timeout
        Seconds that one cell may take in a kernel of its own, or that the whole notebook has here, where
        whoever made the process keeps the time.
    here
        Whether the cells run in this process, which must not be used for another notebook afterwards.
    step
        Called with the number of each cell of code, from 0 for the notebook's first cell, before it runs.
    egen
        Whether it is somebody's own: then it runs in its folder, as in JupyterLab, and frames show themselves as on
        a page of the house.

    Raises
    ------
    ReportError
        When the notebook can't be read, a parameter does not exist, a cell fails or
        hangs, or the kernel dies.
    """
    logging.getLogger("papermill").setLevel(logging.ERROR)
    path = str(notebook).replace("{", "{{").replace("}", "}}")  # Papermill runs paths through str.format
    try:
        known = parameters if egen else papermill.inspect_notebook(path)  # an own one's were looked at when planned
    except UNREADABLE as error:
        raise ReportError(f"Anteckningsboken {notebook} kan inte läsas. Återställ den.") from error
    unknown = sorted(set(parameters) - set(known))
    if unknown:  # Papermill only warns, and the default would be used in silence
        names = ", ".join(known) or "inga"
        raise ReportError(f"{notebook.name} har ingen parameter ”{unknown[0]}”. Parametrar som finns: {names}.")
    begun: list[int] = []
    ended: list[tuple[str, str]] = []
    start = time.monotonic()
    try:
        with _kernel(timeout, here=here, tillagg=[OWN] if egen else []) as kernel:
            return papermill.execute_notebook(
                path,
                None,
                parameters=dict(parameters),
                engine_name=ENGINE,
                language="python",
                kernel_name="python3",  # the one of this environment, whatever an editor saved in the notebook
                progress_bar=False,
                cwd=str(notebook.parent) if egen else None,
                on_cell_execute=lambda cell, cell_index: (begun.append(cell_index), step(cell_index)),  # noqa: ARG005
                keep=lambda nb: ended.append((_place(nb, begun[-1] if begun else None), keep(failed, nb))),
                **kernel,
            )
    except PapermillExecutionError as error:
        late = here and time.monotonic() - start >= timeout  # whatever the cell has made of being stopped
        what = LATE.format(timeout) if late else _cause(error)
    except CellTimeoutError:
        what = LATE.format(timeout)
    except DeadKernelError:
        what = "Processen avslutades mitt i arbetet, kanske för att minnet tog slut."
    place, kept = ended[-1]
    raise ReportError(f"{notebook.name}{place}: {what} {kept}")


def keep(failed: Path, notebook: NotebookNode) -> str:
    """Write a notebook that failed, and return a sentence: where it is, or why it could not be written."""
    try:
        write_text(failed, nbformat.writes(notebook))
    except StyrError as error:
        return str(error)
    return f"Se {failed}."


def keep_unfinished(
    notebook: Path, parameters: Mapping[str, Any], failed: Path, cell: int | None, reason: str
) -> ReportError:
    """Write a notebook whose process is gone, with its parameters, and say what happened where.

    Parameters
    ----------
    notebook, parameters, failed
        As in `execute`.
    cell
        Number of the cell that ran, from 0; None when none did.
    reason
        A Swedish sentence.
    """
    try:
        nb = parameterize_notebook(load_notebook_node(str(notebook)), dict(parameters), kernel_name="python3")
    except UNREADABLE:  # it has been changed or removed meanwhile
        return ReportError(f"{notebook.name}: {reason}")
    if cell is not None and cell < len(nb.cells):
        nb.cells[cell].outputs = [nbformat.v4.new_output("error", ename="Avbruten", evalue=reason, traceback=[reason])]
    return ReportError(f"{notebook.name}{_place(nb, cell)}: {reason} {keep(failed, nb)}")


def _place(notebook: NotebookNode, cell: int | None) -> str:
    """Return which cell a notebook came to, as Jupyter counts; nothing when it came to none."""
    return "" if cell is None else f", cell {sum(one.cell_type == 'code' for one in notebook.cells[: cell + 1])}"


@contextmanager
def _kernel(timeout: int, *, here: bool, tillagg: list[str]) -> Iterator[dict[str, Any]]:
    """Give what Papermill's engine needs to run the cells in a kernel of this kind."""
    if here:
        yield {"km": motor.Hanterare(tillagg=tillagg)}  # whoever made the process for this notebook keeps time
        return
    with tempfile.TemporaryDirectory(prefix="styr-") as sockets:
        yield {
            "execution_timeout": timeout,
            "shutdown_kernel": "immediate",  # nothing is left to save, and it saves half a second
            "config": _transport(Path(sockets)),
            "extra_arguments": [f"--IPKernelApp.extensions={name}" for name in tillagg],
        }


def _transport(folder: Path) -> Config:
    """Return how to talk with the kernel: without TCP where the system can.

    Two kernels that start at once may be given the same TCP port, and ipykernel 7.3+ warns
    for every kernel whose TCP is not encrypted.
    """
    if os.name == "posix":
        return Config({"KernelManager": {"transport": "ipc", "ip": str(folder / "k")}})
    return Config({"KernelManager": {"transport_encryption": "auto" if zmq.has("curve") else "disabled"}})


def _cause(error: PapermillExecutionError) -> str:
    own = getattr(errors, error.ename, None)
    if isinstance(own, type) and issubclass(own, StyrError):
        return error.evalue
    if error.ename == "MemoryError":
        return "Minnet tog slut."
    said = ANSI.sub("", error.evalue).rstrip(".")
    return f"Koden gav felet {error.ename}: {said}." if said else f"Koden gav felet {error.ename}."
