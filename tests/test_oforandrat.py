"""A run with nothing to do says so at once, and never when there is something to do."""

import json
import subprocess
import sys

import pytest

from styrlib import oforandrat, rakneord, swedish
from styrlib.oforandrat import Korning
from styrlib.project import Project

from .conftest import run_styr

HEAVY = {"pandas", "pyarrow", "pydantic", "matplotlib", "numpy", "babel", "papermill", "nbformat"}
RUN = Korning(2, "2024-08", "augusti 2024")
ASKED = {"slag": ["insatser"], "ar": ""}


@pytest.fixture
def litet(tmp_path):
    """Return a project that has little in it."""
    project = Project(tmp_path / "projekt")
    for path in (
        project.styrmodell / "kommun.yaml",
        project.styrmodell / "reportage" / "bilder" / "ko.png",
        project.agenda2030 / "mal.csv",
        project.kolada / "2024-08" / "manifest.json",
        project.kolada / "2024-08" / "data.parquet",
        project.root / "data" / "raw" / "internt" / "dialoger" / "x.md",
        project.notebooks / "10_namnd.ipynb",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a", encoding="utf-8")
    return project


@pytest.fixture
def korning(litet):
    """Return a folder with the pages of a run that is remembered."""
    out = litet.output
    pages = {}
    for name in ("index.html", "0584/en.html"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("sida", encoding="utf-8")
        pages[name] = oforandrat.stamp(out / name)
    oforandrat.remember(out, ASKED, oforandrat.indata(litet), RUN, pages)
    return out


def find(litet, asked=ASKED):
    """Return the run that is remembered, if all is as it was."""
    return oforandrat.find(litet.output, asked, oforandrat.indata(litet))


def test_a_run_is_remembered_as_long_as_all_is_as_it_was(litet, korning):
    assert find(litet) == RUN
    assert find(litet, {**ASKED, "ar": "2020"}) is None
    assert oforandrat.find(korning, ASKED, "") is None


@pytest.mark.parametrize(
    "name",
    [
        "data/raw/styrmodell/kommun.yaml",
        "data/raw/styrmodell/reportage/bilder/ko.png",
        "data/raw/agenda2030/mal.csv",
        "data/raw/kolada/2024-08/manifest.json",
        "data/raw/internt/dialoger/x.md",
        "notebooks/10_namnd.ipynb",
        "output/0584/en.html",
        "output/index.html",
    ],
)
def test_whatever_a_page_is_made_from_is_looked_at(litet, korning, name):
    assert korning.exists()
    path = litet.root / name
    path.write_text("b" * path.stat().st_size, encoding="utf-8")
    assert find(litet) is None
    path.unlink()
    assert find(litet) is None


def test_a_new_file_or_snapshot_is_seen_and_a_file_with_no_say_is_not(litet, korning):
    assert korning.exists()
    (litet.root / "README.md").write_text("x", encoding="utf-8")
    assert find(litet) == RUN
    new = litet.kolada / "2026-11" / "manifest.json"
    new.parent.mkdir()
    new.write_text("{}", encoding="utf-8")
    assert find(litet) is None


def test_code_templates_and_packages_are_part_of_the_program(tmp_path, monkeypatch):
    found = [oforandrat.program()]
    for name in ("modul.py", "templates/sida.html.j2", "templates/stil.css"):
        copy = tmp_path / name
        copy.parent.mkdir(exist_ok=True)
        copy.write_text("x", encoding="utf-8")
        monkeypatch.setattr(oforandrat, "PROGRAM", tmp_path)
        found.append(oforandrat.program())
    (tmp_path / "bibliotek" / "pandas-9.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "bibliotek")])
    found.append(oforandrat.program())
    assert len(set(found)) == 5
    assert oforandrat.program() == found[-1]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}', "null"])
def test_a_damaged_memory_of_a_run_is_none(litet, korning, content):
    (kept,) = korning.glob(".styr/korning-*.json")
    kept.write_text(content, encoding="utf-8")
    assert find(litet) is None


def test_a_run_with_a_page_that_is_not_known_is_not_remembered(litet):
    oforandrat.remember(litet.output, ASKED, oforandrat.indata(litet), RUN, {"0584/en.html": None})
    assert find(litet) is None
    oforandrat.remember(litet.output, ASKED, oforandrat.indata(litet), RUN, {})
    assert find(litet) is None


def test_what_is_said_is_right_for_one_page_and_for_many():
    assert list(oforandrat.lines(RUN, "Öppna index.html.", "27 månader")) == [
        "Inget har ändrats sedan förra körningen: alla 2 sidor är som de ska. Öppna index.html.",
        "Siffrorna ur Kolada är från augusti 2024, 27 månader gamla.",
    ]
    assert "sidan är som den ska" in next(oforandrat.lines(Korning(1, "2024-08", "x"), "", ""))


def test_counting_needs_no_babel_and_counts_as_babel_does():
    for n in (0, 1, 2, 12, 13, 999, 1000, 12345, -3):
        expected = "en dag" if n == 1 else f"{swedish.number(n)}\u00a0dagar" if n > 12 or n < 0 else None
        assert expected is None or rakneord.count(n, "en dag", "dagar") == expected


def test_nothing_heavy_is_imported_to_say_that_nothing_is_to_be_done():
    code = "import sys, styrlib.cli, styrlib.oforandrat, styrlib.rakneord; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not HEAVY & set(loaded.split())


@pytest.mark.usefixtures("tabeller")
def test_the_command_makes_only_what_must_be_made_and_says_so(project):
    out = project.output / "0584"

    def styr(*flags):
        result = run_styr(project, "rapport", "--slag", "insatser", "--slag", "erfarenhetsbank", *flags)
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()[0], [line for line in result.stderr.splitlines() if line.startswith("Klar")]

    said, made = styr()
    assert said == "2 av 2 rapporter är klara. Öppna output/index.html."
    assert len(made) == 2
    before = {path.name: oforandrat.stamp(path) for path in out.glob("*.html")}
    assert styr() == (
        "Inget har ändrats sedan förra körningen: alla 2 sidor är som de ska. Öppna output/index.html.",
        [],
    )
    (project.output / "index.html").unlink()
    assert styr() == ("Alla 2 sidor är redan som de ska. Öppna output/index.html.", [])
    assert (project.output / "index.html").exists()
    assert {path.name: oforandrat.stamp(path) for path in out.glob("*.html")} == before
    text = (out / "insatser.html").read_text(encoding="utf-8")
    (out / "insatser.html").write_text(text + "\n", encoding="utf-8")
    said, made = styr()
    assert said == "1 av 2 sidor var redan som de ska. 1 är gjord nu. Öppna output/index.html."
    assert made == ["Klar: 0584/insatser"]
    assert (out / "insatser.html").read_text(encoding="utf-8") == text
    assert json.loads((project.output / "rapporter.json").read_text(encoding="utf-8"))["rapporter"]
    assert len(styr("--tvinga")[1]) == 2
