"""Cells run in a real kernel, as JupyterLab runs them."""

import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from styrlib import execute


def run_cells(sources, *, allow_errors=False):
    """Return the notebook of these cells, executed."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    with tempfile.TemporaryDirectory(prefix="styr-") as sockets:
        config = execute._transport(Path(sockets))
        return NotebookClient(book, kernel_name="python3", allow_errors=allow_errors, config=config).execute()
