"""What the page on unattended runs shows can be run as it stands."""

import ast
import re
import shlex
from types import SimpleNamespace

import pytest
from ruamel.yaml import YAML

from styrlib import korning, report, svenskcli
from styrlib.cli import main
from styrlib.project import Project

from .conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "batch.md").read_text(encoding="utf-8")


def blocks(language):
    """Return the page's blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def check_styr(words):
    """Say whether the command takes these words, without doing anything."""
    context = main.make_context("styr", list(words), resilient_parsing=False)
    name, command, rest = main.resolve_command(context, [*context._protected_args, *context.args])
    command.make_context(name, rest, parent=context)


def commands(text):
    """Return the words after `styr` of every command in a text."""
    return [
        shlex.split(found)
        for found in re.findall(r"(?:^|[`/\s\"])styr (rapport[^`\n|>\"&]*)", text)
        if not found.startswith("rapport.")
    ]


def test_every_command_on_the_page_is_one_that_the_program_takes():
    found = commands(PAGE)
    assert len(found) > 8
    assert ["rapport", "--kommun", "alla", "--dask", "tcp://10.0.0.5:8786"] in found
    for words in found:
        check_styr([word.removesuffix(".") for word in words])


def test_the_crontab_line_has_five_times_and_a_command_with_a_lock_and_a_log():
    (line,) = "".join(blocks("crontab")).splitlines()
    *times, command = line.split(maxsplit=5)
    assert all(re.fullmatch(r"[0-9*,/-]+", time) for time in times)
    assert "%" not in command  # a new line, to cron
    assert re.search(r"flock -n \S+ \.venv/bin/styr rapport >> \S+ 2>&1 \|\| tail", command)


def test_the_workflow_is_yaml_that_makes_and_keeps_the_reports():
    (text,) = blocks("yaml")
    workflow = YAML(typ="safe").load(text)
    (job,) = workflow["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert runs == ["make .venv/.ready", ".venv/bin/styr rapport"]
    assert "\n$(READY):" in (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    steps = {step["uses"].partition("@")[0]: step.get("with", {}) for step in job["steps"] if "uses" in step}
    assert steps["actions/upload-artifact"]["path"] == "output/"
    named = re.search(r"hashFiles\((.*?)\)", text)[1]
    assert all((REPOSITORY / name).is_file() for name in re.findall(r"'(.*?)'", named))


def test_the_python_compiles_and_runs_the_command():
    (text,) = blocks("python")
    words = [
        node.value.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.keyword) and node.arg == "bash_command" and isinstance(node.value, ast.Constant)
    ]
    assert words == ["cd /srv/styr && .venv/bin/styr rapport"]


def test_dasks_own_commands_have_the_flags_that_the_page_shows():
    cli = {name: pytest.importorskip(f"distributed.cli.dask_{name}").main for name in ("scheduler", "worker")}
    shown = [line.split() for block in blocks("sh") for line in block.splitlines() if line.startswith("dask ")]
    assert {words[1] for words in shown} == set(cli)
    for _, name, *rest in shown:
        known = {option for parameter in cli[name].params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= known


def test_the_page_says_how_long_a_page_may_take_and_names_the_manifest_and_what_may_become_of_a_page():
    assert report.TIMEOUT == 5 * 60
    assert "En sida får ta fem minuter." in PAGE
    assert f"`{korning.FILE}`" in PAGE
    results = re.search(r"^`resultat` är (.*)\.$", PAGE, re.MULTILINE)[1]
    outcome = report.Outcome(None)
    wrong = report.Outcome(None, "Fel.")
    said = [
        korning._result(*given)["resultat"] for given in ((False, outcome), (True, None), (False, wrong), (False, None))
    ]
    assert re.findall("`(.*?)`", results) == said


def test_the_page_names_all_that_the_manifest_tells(tmp_path):
    modell = SimpleNamespace(kommun=SimpleNamespace(version="1"))
    run = SimpleNamespace(project=Project(tmp_path), modell=modell, uttag="2024-08", plans=(), standing=frozenset())
    table = PAGE.partition("| nyckel | innehåll |")[2].partition("\n\n")[0]
    named = [name for row in table.splitlines() for name in re.findall("`(.*?)`", row.split("|")[1] if row else "")]
    assert named == list(korning.manifest(run, [], {}, 1.0))


def test_the_line_of_a_log_is_the_one_that_is_written():
    shown = svenskcli.pace(120, 1160, 212)
    assert f"Klar: 0561/socialnamnden ({shown})\n" in PAGE
