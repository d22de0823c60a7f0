"""The utredare's notebooks, run in a real kernel as committed and with other parameters, and exported as a page."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from styrlib import execute, export

from .conftest import REPOSITORY, copy_project

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("0[1-9]_*.ipynb"))
# What each is run with beside its own: another municipality, another nyckeltal, other years and groups.
OTHER = {
    "01_hitta_nyckeltal": {"mal": 4, "sokord": "behöriga", "nyckeltal": "N15428", "kommun": "0561"},
    "02_jamfor_kommuner": {"kommun": "0561", "nyckeltal": "N20900", "grupp": "Skåne län", "ar": "2021"},
    "03_over_tid": {"kommun": "Finspång", "nyckeltal": "N00097", "med": ["Åtvidaberg"], "ar": "2012-2022"},
    "04_samvariation": {"kommun": "1480", "ett": "N03926", "annat": "N05401", "bland": "Östergötlands län"},
    "05_lokala_nyckeltal": {"enhet": "poäng", "bredvid": "N15428", "kommun": "Finspång"},
    "06_karta": {"kommun": "0561", "nyckeltal": "U21468", "grupp": "Norrbottens län", "ar": "2022"},
}


@pytest.fixture(scope="module")
def here(tmp_path_factory, bearbetat):
    """Return a project of one's own, where notebooks run as they do in JupyterLab."""
    return copy_project(tmp_path_factory.mktemp("anteckningsböcker") / "projekt", bearbetat)


def run(project, path, parameters, monkeypatch):
    monkeypatch.chdir(project.notebooks)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # whatever asks the network fails at once
    failed = project.root / "misslyckad.ipynb"
    return execute.execute(project.notebooks / path.name, parameters, failed, timeout=120)


def outputs(notebook):
    """Return all that the cells have shown, by cell; what is written to stderr is a fault."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", output["text"]
            found.append(output.get("data", {}))
    return found


def own_code(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("other", [False, True], ids=["as committed", "with other parameters"])
def test_a_notebook_runs_from_top_to_bottom_and_ends_with_its_answer(path, other, here, monkeypatch):
    parameters = OTHER.get(path.stem, {}) if other else {}
    if other and not parameters:
        pytest.skip("Anteckningsboken har inga andra parametrar att prövas med här.")
    notebook = run(here, path, parameters, monkeypatch)
    shown = outputs(notebook)
    assert shown
    last = BeautifulSoup(shown[-1]["text/html"], "html.parser").get_text(" ", strip=True)
    assert last.endswith(".")
    assert all(svg.get("aria-label") for html in shown for svg in svgs(html))
    page = export.page(notebook, footer="Sidfot")
    assert page.count("<h1") == 1
    assert "Traceback" not in page
    assert str(here.root) not in page


def svgs(shown):
    return BeautifulSoup(shown.get("text/html", ""), "html.parser").find_all("svg")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_its_question_first_and_uses_public_names_alone(path):
    notebook = nbformat.read(path, as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    assert re.match(r"# .+\?\n|# .+\?$", first.source), first.source.splitlines()[0]
    code = own_code(notebook)
    assert "from styrlib." not in code
    assert "import styrlib" not in code
    imported = {
        name.strip() for names in re.findall(r"from styrlib import ([^\n]+)", code) for name in names.split(",")
    }
    from styrlib import PUBLIC

    assert imported <= set(PUBLIC)


def test_the_answer_is_that_of_the_parameters(here, monkeypatch):
    notebook = run(here, Path("02_jamfor_kommuner.ipynb"), {"kommun": "0512"}, monkeypatch)
    answer = BeautifulSoup(outputs(notebook)[-1]["text/html"], "html.parser").get_text()
    assert "yrkesprogram, åk 9: År 2022 hade Ydre " in answer
