"""Internal notes are kept apart: found for the right sheet, lost nowhere, and read by no other code."""

import ast
import datetime as dt
import json

import pytest

from styrlib import interna
from styrlib.errors import InputError, ProblemsError
from styrlib.interna import Stycke, paragraphs
from styrlib.project import Project
from styrlib.report import plan
from styrlib.sidor import Slag
from styrlib.styrmodell import Namnd, Styrmodell

from .conftest import REPOSITORY


def namnd(id_, *verksamheter):
    fields = [{"id": v, "namn": v, "ansvarig": "Chef"} for v in verksamheter]
    content = {"id": id_, "namn": id_, "kortnamn": "AB", "ordning": 1, "exempel": "ja"}
    return Namnd.model_validate({**content, "grunduppdrag": {"text": "x"}, "verksamheter": fields})


MODEL = Styrmodell.model_construct(
    namnder=(namnd("skolan", "forskola", "grundskola"), namnd("a", "b-c"), namnd("a-b", "c"))
)


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / interna.FOLDER
    folder.mkdir(parents=True)
    return folder


def read(tmp_path, namnd="skolan", verksamhet="forskola"):
    return interna.read(Project(tmp_path), MODEL, namnd, verksamhet)


def test_a_verksamhet_gets_its_own_notes_the_newest_first(tmp_path, notes):
    (notes / "skolan-forskola-2025-11-12.md").write_text("Äldre.", encoding="utf-8")
    (notes / "skolan-forskola-2026-04-01.md").write_text("Nyare.", encoding="utf-8")
    (notes / "skolan-grundskola-2026-05-01.md").write_text("En annans.", encoding="utf-8")
    found = read(tmp_path)
    assert [note.datum for note in found] == [dt.date(2026, 4, 1), dt.date(2025, 11, 12)]
    assert [note.stycken[0].rader for note in found] == [("Nyare.",), ("Äldre.",)]


def test_no_notes_and_no_folder_is_nothing(tmp_path):
    assert read(tmp_path) == []


@pytest.mark.parametrize(
    "name",
    [
        "skolan-forskol-2026-01-01.md",
        "skolan-forskola.md",
        "skolan-forskola-2026-02-30.md",
        "forskola-2026-01-01.md",
        "skolan-forskola-2026-01-01.txt",
        "Skolan-forskola-2026-01-01.md",
    ],
)
def test_a_note_that_would_be_lost_is_told_and_its_text_is_not(tmp_path, notes, name):
    (notes / name).write_text("Hemligt.", encoding="utf-8")
    with pytest.raises(ProblemsError) as error:
        read(tmp_path)
    assert f"data/raw/internt/dialoger/{name}" in str(error.value)
    assert "Döp den till" in str(error.value)
    assert "Hemligt" not in str(error.value)


def test_a_name_that_fits_two_verksamheter_is_refused(tmp_path, notes):
    (notes / "a-b-c-2026-01-01.md").write_text("Vems?", encoding="utf-8")
    with pytest.raises(ProblemsError, match="passar två verksamheter"):
        read(tmp_path, "a", "b-c")


def test_markdown_becomes_headings_paragraphs_and_items():
    text = "# Rubrik\nEn rad\noch en till.\n\n- ett\n  som går vidare\n- två\nSist.\n## Nästa\n* tre\n"
    assert list(paragraphs(text)) == [
        Stycke("rubrik", ("Rubrik",)),
        Stycke("text", ("En rad och en till.",)),
        Stycke("punkter", ("ett som går vidare", "två")),
        Stycke("text", ("Sist.",)),
        Stycke("rubrik", ("Nästa",)),
        Stycke("punkter", ("tre",)),
    ]
    assert list(paragraphs("")) == []


def imported(source):
    """Return the modules of styrlib that a source imports, by any way of importing."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "styrlib":
            yield from [node.module.partition(".")[2]] if "." in node.module else (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.level:
            yield from [node.module or "", *(alias.name for alias in node.names)]
        if isinstance(node, ast.Import):
            yield from (alias.name.removeprefix("styrlib.") for alias in node.names)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.removeprefix("styrlib.")  # importlib.import_module("styrlib.interna")


def test_only_the_dialogblad_imports_what_reads_internal_notes():
    sources = {path.stem: path.read_text(encoding="utf-8") for path in (REPOSITORY / "styrlib").glob("*.py")}
    for path in (REPOSITORY / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources[path.name] = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    assert "interna" in set(imported(sources["dialogblad"]))
    importing = {name for name, source in sources.items() if "interna" in imported(source)}
    assert importing == {"dialogblad"}
    reaching = {name for name, source in sources.items() if "internt" in source and '"raw"' in source}
    assert reaching == {"interna", "fardigt", "oforandrat"}  # the last two only compare digests of the files


@pytest.mark.parametrize("slag", [[], [Slag.namnd], list(Slag)])
def test_nothing_but_dialogblad_can_be_made_with_internal_notes(tmp_path, slag):
    with pytest.raises(InputError, match="Lägg till --slag dialogblad"):
        plan(Project(tmp_path), slag=slag, internt=True)


def test_the_shipped_notes_are_marked_as_examples_and_git_keeps_new_ones_out():
    shipped = sorted((REPOSITORY / interna.FOLDER).glob("*.md"))
    assert len(shipped) >= 2
    examples = [path for path in shipped if path.read_text(encoding="utf-8").startswith("# Exempel")]
    assert len(examples) == 2
    assert f"{interna.FOLDER.as_posix()}/*" in (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()
