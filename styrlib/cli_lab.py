"""The command that opens JupyterLab: the same on every system, in the project's folder, and silent towards the net."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from styrlib.errors import UnknownNameError
from styrlib.svenskcli import SwedishCommand

START = "start"
QUIET = (
    # Defaults of what the user can set: no question about news or kernel, Markdown shown as text to read,
    # all cells kept in the page, so that the browser's search and a screen reader find them, and arrow keys left
    # to a list that has focus, where they would move between cells.
    f"--LabApp.app_settings_dir={Path(__file__).parent / 'jupyterlab'}",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",  # the other kind asks the package index
    "--Application.log_level=ERROR",
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
    page = f"/lab/tree/{quote(books[wanted].relative_to(here.root).as_posix())}"
    arguments = [f"--ServerApp.root_dir={here.root}", f"--LabApp.default_url={page}", *QUIET]
    arguments += [f"--ServerApp.port={port}"] if port else []
    arguments += ["--no-browser"] if utan_webblasare else []
    click.echo("JupyterLab öppnas i webbläsaren. Låt fönstret vara öppet så länge du arbetar; Ctrl+C avslutar.")

    import zmq
    from jupyterlab.labapp import LabApp

    if zmq.has("curve"):  # ipykernel warns of each kernel that can be listened to
        arguments.append("--KernelManager.transport_encryption=auto")
    LabApp.launch_instance(arguments)


COMMANDS = (lab,)
