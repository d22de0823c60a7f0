"""What the repository promises about itself: set-up, structure, generated files, clean notebooks."""

import ast
import json
import re
import subprocess
import sys
import tomllib

import jsonschema
import papermill
import pytest
from ruamel.yaml import YAML

from styrlib import document, process, snapshot, validate
from styrlib.cli import main
from styrlib.falt import Beslutsniva, Grad, Status
from styrlib.project import Project

from .conftest import REPOSITORY

PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
REQUIRED = PYPROJECT["project"]["dependencies"]
STYRMODELL = REPOSITORY / "data" / "raw" / "styrmodell"
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))


def test_environment_yml_and_pyproject_agree():
    listed = YAML(typ="safe").load(REPOSITORY / "environment.yml")["dependencies"]
    names = {item for item in listed if isinstance(item, str)}
    names -= {"pip", f"python{PYPROJECT['project']['requires-python']}"}
    (only_on_pip,) = (item["pip"] for item in listed if isinstance(item, dict))
    assert names | set(only_on_pip) - {"--editable ."} == set(REQUIRED)


def test_the_lock_has_every_package_with_hashes_and_no_addresses():
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock, re.MULTILINE))
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    for requirement in [*REQUIRED, *(package for extra in extras for package in extra)]:
        assert re.match(r"[a-z0-9.-]+", requirement)[0].replace(".", "-") in locked
    assert "://" not in lock
    assert "index-url" not in lock
    entries = re.split(r"\n(?=[a-z0-9])", lock)
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry.splitlines()[0])
    assert not (REPOSITORY / "uv.lock").exists()


def test_imports_go_one_way_as_the_architecture_says():
    page = (REPOSITORY / "docs" / "arkitektur.md").read_text(encoding="utf-8")
    stations = re.findall(r"^\| `([a-z0-9_]+)` \|", page, re.MULTILINE)
    modules = {path.stem for path in (REPOSITORY / "styrlib").glob("*.py")} - {"__init__", "__main__"}
    assert sorted(stations) == sorted(modules)
    for name in modules:
        tree = ast.parse((REPOSITORY / "styrlib" / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("styrlib"):
                package, _, module = node.module.partition(".")
                imported = [module] if module else [alias.name for alias in node.names]
                assert all(stations.index(other) < stations.index(name) for other in imported), (
                    package,
                    name,
                    imported,
                )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_committed_without_outputs_and_thin(path):
    result = subprocess.run(
        [sys.executable, "-m", "nbstripout", "--verify", str(path)], capture_output=True, check=False
    )
    assert result.returncode == 0, result.stdout
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert len("".join(cell["source"]).splitlines()) <= 10


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.stem != "start"], ids=lambda path: path.name)
def test_every_parameter_is_explained_and_can_be_run_as_it_is(path):
    parameters = papermill.inspect_notebook(str(path))
    assert parameters
    for parameter in parameters.values():
        assert len(parameter["help"]) > 20
        assert parameter["default"]
        assert parameter["inferred_type_name"] != "None"


def test_generated_files_are_current():
    for path, text in document.generated(Project(REPOSITORY), main).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run styr dokumentera"


def plain(node):
    """Turn what YAML gives an editor into what JSON Schema judges."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(item) for item in node]
    return node if isinstance(node, (str, int, float, bool, type(None))) else str(node)


@pytest.mark.parametrize("path", sorted(STYRMODELL.glob("*.yaml")), ids=lambda path: path.name)
def test_the_schema_accepts_the_model_and_sees_a_wrong_key(path):
    name = path.stem if path.stem in validate.SHARED else "namnd"
    schema = json.loads((STYRMODELL / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    content = plain(YAML(typ="safe").load(path))
    assert list(validator.iter_errors(content)) == []
    assert list(validator.iter_errors({**content, "malbider": []}))
    assert path.read_text(encoding="utf-8").startswith(f"# yaml-language-server: $schema=schema/{name}.schema.json")


def test_the_shipped_model_is_rich_and_marked_as_an_example():
    paths = [path for path in STYRMODELL.glob("*.yaml") if path.stem not in validate.SHARED]
    assert len(paths) == 4
    for path in paths:
        namnd = YAML(typ="safe").load(path)
        assert namnd["exempel"] == "ja"
        assert len(namnd["malbilder"]) >= 4
        assert all(3 <= len(malbild["nyckeltal"]) <= 7 for malbild in namnd["malbilder"])
        assert all(malbild["bedomningar"] and malbild["lankar"] for malbild in namnd["malbilder"])
        assert namnd["uppdrag"]
        assert namnd["dialoger"]
        assert namnd["styrprinciper"]
    directions = {
        link.get("riktning", "bidrar")
        for path in paths
        for m in YAML(typ="safe").load(path)["malbilder"]
        for link in m["lankar"]
    }
    assert directions == {"bidrar", "motverkar"}


def linked(node):
    """Yield each part of the model that links to goals, with its links."""
    if isinstance(node, dict):
        if node.get("lankar"):
            yield node, node["lankar"]
        for value in node.values():
            yield from linked(value)
    elif isinstance(node, list):
        for item in node:
            yield from linked(item)


def test_the_shipped_model_shows_every_part_of_the_steering_model():
    model, _ = process.read_raw_model(Project(REPOSITORY), snapshot.find(Project(REPOSITORY).kolada))
    periods = set(model.perioder)
    assert len(periods) == 4
    malbilder = [m for n in model.namnder for m in n.malbilder]
    assert all({b.period for b in m.bedomningar} == periods for m in malbilder)
    assert {b.grad for m in malbilder for b in m.bedomningar} == set(Grad)
    assert all(2 <= len(m.delegering) <= 4 and all(d.niva for d in m.delegering) for m in malbilder)
    assert {d.niva for m in malbilder for d in m.delegering} == set(Beslutsniva)
    uppdrag = [u for body in (*model.namnder, *model.kommun.ovriga_organ) for u in body.uppdrag]
    assert {u.omrade for u in uppdrag} == set(model.kommun.prioriterade_omraden)
    assert {s for u in uppdrag for s in (u.status, *(t.status for t in u.tidigare))} == set(Status)
    assert all(2 <= len(n.dialoger) <= 3 for n in model.namnder)
    judged = {(n.id, s.period, s.princip): s for n in model.namnder for s in n.styrprinciper}
    assert len(judged) == 4 * 2 * 6
    assert all(7 <= sum(s.svar.values()) <= 11 for s in judged.values())
    assert len({namnd for (namnd, _, _), s in judged.items() if s.slappt}) == 2


def test_the_shipped_model_has_conflicts_between_goals_and_a_few_gaps_to_tell():
    parts = [part for path in STYRMODELL.glob("*.yaml") for part in linked(YAML(typ="safe").load(path))]
    links = [link for _, own in parts for link in own]
    assert len([link for link in links if "skal" not in link]) == 1
    assert 1 <= len(set(range(1, 18)) - {int(link["mal"]) for link in links}) <= 2
    both = [part for part, own in parts if {link.get("riktning", "bidrar") for link in own} == {"bidrar", "motverkar"}]
    assert any("start" in part for part in both)  # an aktivitet, beside målbilder and uppdrag


def test_only_real_commitments_are_not_examples():
    real = {
        uppdrag["rubrik"]
        for path in STYRMODELL.glob("*.yaml")
        for uppdrag in YAML(typ="safe").load(path).get("uppdrag", [])
        if uppdrag.get("exempel") == "nej"
    }
    assert real == {
        "Utveckla hamnområdet inklusive siloområdet",
        "Stärka samverkan mellan näringsliv och kommun om kompetensförsörjning",
        "Utveckla Tycklinge udde till naturreservat och friluftsområde",
        "Utreda fria arbetsskor och arbetskläder för vård- och omsorgspersonal",
    }


def test_every_command_in_readme_exists():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z-]+)", readme)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    named = set(re.findall(r"`styr ([a-z-]+)", readme))
    assert named == set(main.commands)


def test_no_large_file_is_committed():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    ).stdout
    sizes = [(REPOSITORY / name).stat().st_size for name in listed.split("\0") if name and (REPOSITORY / name).exists()]
    if not sizes:
        pytest.skip("Inte ett git-arkiv: filernas storlek kan inte prövas.")
    assert max(sizes) < 10e6
    assert sum(sizes) < 40e6


def test_every_block_of_the_style_sheet_is_closed_before_the_next_begins():
    depth = 0
    for line in (REPOSITORY / "styrlib" / "templates" / "styr.css").read_text(encoding="utf-8").splitlines():
        assert not (line.startswith(("/*", "@media")) and depth), line
        depth += line.count("{") - line.count("}")
        assert depth >= 0, line
    assert depth == 0
