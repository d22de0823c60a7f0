"""The command that opens JupyterLab: what it starts, where, and what it never asks for."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jupyterlab.handlers.announcements import NeverCheckForUpdate
from jupyterlab.labapp import LabApp

from styrlib import cli_lab

from .conftest import REPOSITORY


@pytest.fixture
def started(monkeypatch):
    """Return a function that runs the command, and what JupyterLab would have been started with."""
    given = []
    monkeypatch.setattr(LabApp, "launch_instance", given.append)
    monkeypatch.chdir(REPOSITORY / "docs")

    def run(*arguments):
        given.clear()
        result = CliRunner().invoke(cli_lab.lab, arguments, catch_exceptions=False)
        assert result.exit_code == 0
        assert "JupyterLab öppnas" in result.output
        return given[0]

    return run


def test_it_opens_the_start_page_in_the_project_wherever_one_stands(started):
    arguments = started()
    assert f"--ServerApp.root_dir={REPOSITORY}" in arguments
    assert "--LabApp.default_url=/lab/tree/notebooks/start.ipynb" in arguments
    assert "--no-browser" not in arguments


@pytest.mark.parametrize("name", ["10_namnd", "10_namnd.ipynb", "notebooks/10_namnd.ipynb"])
def test_it_opens_another_notebook_by_its_name_or_file(started, name):
    arguments = started(name, "--port", "8899", "--utan-webblasare")
    assert "--LabApp.default_url=/lab/tree/notebooks/10_namnd.ipynb" in arguments
    assert "--ServerApp.port=8899" in arguments
    assert "--no-browser" in arguments


def test_jupyterlab_takes_the_settings_and_asks_nothing_of_the_net(started):
    app = LabApp()
    app.parse_command_line([one for one in started() if one.startswith("--LabApp")])
    assert app.news_url is None
    assert app.check_for_updates_class is NeverCheckForUpdate
    assert app.extension_manager == "readonly"
    overrides = json.loads((REPOSITORY / "styrlib" / "jupyterlab" / "overrides.json").read_text(encoding="utf-8"))
    assert app.app_settings_dir == str(REPOSITORY / "styrlib" / "jupyterlab")
    for plugin, settings in overrides.items():
        package, _, name = plugin.partition(":")
        schema = json.loads((Path(app.schemas_dir) / package / f"{name}.json").read_text(encoding="utf-8"))
        assert settings.keys() <= schema["properties"].keys()


def test_no_key_that_is_typed_in_a_list_is_a_command_on_the_notebook():
    chosen = REPOSITORY / "styrlib" / "jupyterlab" / "overrides.json"
    overrides = json.loads(chosen.read_text(encoding="utf-8"))["@jupyterlab/shortcuts-extension:shortcuts"]["shortcuts"]
    schema = Path(LabApp().schemas_dir) / "@jupyterlab" / "notebook-extension" / "tracker.json"
    anywhere = ".jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus"
    theirs = [
        {name: one[name] for name in ("command", "keys", "selector")}
        for one in json.loads(schema.read_text(encoding="utf-8"))["jupyter.lab.shortcuts"]
        if one["selector"] == anywhere
        and one["keys"]
        and all(len(key) == 1 or key.startswith("Arrow") for key in one["keys"])
    ]
    assert len(theirs) > 12
    for one in theirs:
        assert {**one, "disabled": True} in overrides
        assert {**one, "selector": f"{anywhere}:not(select)"} in overrides
    assert len(overrides) == 2 * len(theirs)


def test_a_notebook_that_does_not_exist_is_told_with_the_nearest(styr):
    result = styr("lab", "strat")
    assert result.returncode == 2
    assert result.stderr.startswith("Fel: Anteckningsboken ”strat” finns inte. Menade du start?")
    assert "Traceback" not in result.stderr


def test_the_help_is_swedish(styr):
    result = styr("lab", "--help")
    assert result.returncode == 0
    assert "Öppna JupyterLab på startsidan" in result.stdout
