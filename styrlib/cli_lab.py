"""The command that opens JupyterLab: the same on every system, in the project's folder, and silent towards the net."""

from __future__ import annotations

import click

from styrlib.errors import UnknownNameError
from styrlib.svenskcli import SwedishCommand

START = "start"
QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",  # the other kind asks the package index
    "--ServerApp.log_level=WARN",
)


@click.command(cls=SwedishCommand, options_metavar="[FLAGGOR]")
@click.argument("anteckningsbok", default=START, metavar="[ANTECKNINGSBOK]")
@click.option("--port", type=int, metavar="NUMMER", help="Port på den egna datorn; en ledig om inget anges.")
@click.option("--utan-webblasare", is_flag=True, help="Visa bara adressen, och öppna ingen webbläsare.")
def lab(anteckningsbok: str, port: int | None, utan_webblasare: bool) -> None:
    """Öppna JupyterLab på startsidan, eller på en anteckningsbok, till exempel 03_over_tid."""
    from styrlib import project

    here = project.find()
    books = {
        path.relative_to(here.notebooks).with_suffix("").as_posix(): path
        for path in sorted(here.notebooks.rglob("*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts
    }
    wanted = anteckningsbok.removeprefix("notebooks/").removesuffix(".ipynb")
    if wanted not in books:
        raise UnknownNameError("anteckningsboken", anteckningsbok, books)
    arguments = [str(books[wanted]), f"--ServerApp.root_dir={here.root}", *QUIET]
    arguments += [f"--ServerApp.port={port}"] if port else []
    arguments += ["--no-browser"] if utan_webblasare else []
    click.echo("JupyterLab öppnas i webbläsaren. Låt fönstret vara öppet så länge du arbetar; Ctrl+C avslutar.")

    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(arguments)


COMMANDS = (lab,)
