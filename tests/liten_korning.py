"""A project whose pages are made in a moment, and go wrong when a test wants it."""

import shutil

import nbformat
import papermill

from styrlib.project import Project
from styrlib.sidor import NOTEBOOKS, Slag

from .conftest import REPOSITORY

KS, SN, KUN, SBN = "kommunstyrelsen", "socialnamnden", "kultur-och-utbildningsnamnden", "samhallsbyggnadsnamnden"
OWN = (KS, SN, KUN, SBN)
TITLES = {Slag.namnd: "namnd", Slag.agenda2030: 'f"Mål {mal}"'}
# What is to go wrong stands in a file outside the project, so that nothing that pages are made from changes with it.
HARM = """\
import os
from pathlib import Path

skada = Path(os.environ.get("SKADA", ""), f"{sida}.py")
exec(skada.read_text(encoding="utf-8") if skada.is_file() else "")"""
PAGE = """\
from IPython.display import HTML

HTML(f"<h1>{sida}</h1><p>Det går bra för {sida}.</p>")"""


def make(root, processed):
    """Return a project with the real data, tables that are made already, and notebooks that do next to nothing."""
    project = Project(root)
    project.notebooks.mkdir(parents=True)
    (root / "data").mkdir()
    (root / "data" / "raw").symlink_to(REPOSITORY / "data" / "raw")
    shutil.copytree(processed, project.processed)
    for slag, title in TITLES.items():
        real = REPOSITORY / "notebooks" / NOTEBOOKS[slag]
        notebook = nbformat.v4.new_notebook(metadata=nbformat.read(real, 4).metadata)
        known = papermill.inspect_notebook(str(real))
        parameters = "\n".join(f"{name} = {one['default']}" for name, one in known.items())
        sources = (parameters, f"sida = {title}\n{HARM}", PAGE)
        notebook.cells = [nbformat.v4.new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
        notebook.cells[0].metadata.tags = ["parameters"]
        nbformat.write(notebook, project.notebooks / NOTEBOOKS[slag])
    return project


def pages(out):
    """Return every page of a municipality, and the lists of them, by address."""
    found = [*out.glob("[0-9]*/**/*.html"), out / "index.html", out / "rapporter.json"]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found if path.exists()}


def left(root):
    """Return the temporary files below a folder."""
    return [path.name for path in root.rglob("*.tmp")]
