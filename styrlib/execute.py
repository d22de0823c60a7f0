"""Run a parameterised notebook with Papermill; failures become one Swedish sentence."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
import zmq
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from styrlib import errors
from styrlib.errors import ReportError, StyrError
from styrlib.files import write_text

ENGINE = "styr"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class KeepingEngine(NBClientEngine):
    """Papermill's own engine, that keeps a failed notebook instead of saving after every cell."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, failed: Path, **kwargs: Any
    ) -> None:
        """Execute as the base class does; write the notebook to `failed` unless all cells succeed."""
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
        except Exception:
            write_text(failed, nbformat.writes(nb_man.nb))
            raise
        if any(cell.metadata.get("papermill", {}).get("exception") for cell in nb_man.nb.cells):
            write_text(failed, nbformat.writes(nb_man.nb))


papermill_engines.register(ENGINE, KeepingEngine)


def execute(notebook: Path, parameters: Mapping[str, Any], failed: Path, *, timeout: int) -> NotebookNode:
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
        Seconds that one cell may take.

    Raises
    ------
    ReportError
        When the notebook can't be read, a parameter does not exist, a cell fails or
        hangs, or the kernel dies.
    """
    logging.getLogger("papermill").setLevel(logging.ERROR)
    path = str(notebook).replace("{", "{{").replace("}", "}}")  # Papermill runs paths through str.format
    try:
        known = papermill.inspect_notebook(path)
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise ReportError(f"Anteckningsboken {notebook} kan inte läsas. Återställ den.") from error
    unknown = sorted(set(parameters) - set(known))
    if unknown:  # Papermill only warns, and the default would be used in silence
        names = ", ".join(known) or "inga"
        raise ReportError(f"{notebook.name} har ingen parameter ”{unknown[0]}”. Parametrar som finns: {names}.")
    try:
        with tempfile.TemporaryDirectory(prefix="styr-") as sockets:
            return papermill.execute_notebook(
                path,
                None,
                parameters=dict(parameters),
                engine_name=ENGINE,
                kernel_name="python3",  # the one of this environment, whatever an editor saved in the notebook
                progress_bar=False,
                execution_timeout=timeout,
                shutdown_kernel="immediate",  # nothing is left to save, and it saves half a second
                config=_transport(Path(sockets)),
                failed=failed,
            )
    except PapermillExecutionError as error:
        what = f"{notebook.name}, cell {error.exec_count}: {_cause(error)}"
    except CellTimeoutError:
        what = f"{notebook.name}: En cell tog mer än {timeout} sekunder och avbröts."
    except DeadKernelError:
        what = f"{notebook.name}: Kärnan dog, kanske för att minnet tog slut."
    raise ReportError(f"{what} Se {failed}.")


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
    return f"Koden gav felet {error.ename}: {ANSI.sub('', error.evalue).rstrip('.')}."
