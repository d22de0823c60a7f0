"""Another municipality starts from a draft of its own that is valid, readable and holds nothing of Vadstena's."""

import datetime as dt
import re

import pytest

from styrlib import kommuner, nykommun, process, project, snapshot, validate, yamltext
from styrlib.errors import InputError, StyrError
from styrlib.kommuner import Kommun
from styrlib.project import Project
from styrlib.styrmodell import Kommun as Kommunfil

from .conftest import run_styr

CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)[^)]*\)")  # in Markdown, to a file
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def here():
    return project.find()


@pytest.fixture(scope="module")
def raw(here):
    return snapshot.find(here.kolada)


@pytest.fixture(scope="module")
def names(raw):
    return {m["id"]: m["title"] for m in raw.catalogue("municipality") if m["type"] == "K"}


@pytest.fixture(scope="module")
def grupper(raw):
    return kommuner.grupper(raw.catalogue("municipality_groups"))


def test_every_municipality_gets_a_valid_file_with_its_code_name_and_similar_ones(names, grupper):
    assert len(names) == 290
    for code, name in names.items():
        texts = nykommun.model(Kommun(code, name), grupper, names, (), TODAY)
        content, _ = yamltext.parse(texts["kommun.yaml"], "kommun.yaml")
        read = Kommunfil.model_validate(content)
        assert (read.kommun, read.namn) == (code, name)
        assert read.perioder[0].ar == read.mandatperiod.fran == 2027
        similar = re.search(r"Liknande kommuner, övergripande: (.+)\.", texts["kommun.yaml"])[1].split(", ")
        assert len(similar) == 7
        assert name not in similar
        assert len(texts) == 5


def test_the_term_is_the_coming_one_once_its_election_has_been_held():
    assert nykommun.mandatperiod(dt.date(2026, 9, 1)) == (2023, 2026)
    assert nykommun.mandatperiod(dt.date(2026, 11, 21)) == (2027, 2030)
    assert nykommun.mandatperiod(dt.date(2027, 1, 1)) == (2027, 2030)


def test_every_kind_of_body_is_a_valid_model_that_says_it_is_a_draft(here, names, tmp_path):
    bodies = [
        "Kommunstyrelsen",
        "Skolnämnden",
        "Vård- och omsorgsnämnden",
        "Miljönämnden",
        "Fritidsnämnden",
        "Valnämnden",
    ]
    nykommun.create(here, Kommun("0980", names["0980"]), tmp_path / "g", bodies, today=TODAY)
    new = Project(tmp_path / "g")
    modell, _ = process.read_raw_model(new, snapshot.find(new.kolada))
    assert [n.namn for n in modell.namnder] == bodies
    assert len({n.kortnamn for n in modell.namnder}) == 6
    for namnd in modell.namnder:
        assert namnd.exempel
        assert namnd.grunduppdrag.text.startswith("Utkast att ändra")
        assert not namnd.uppdrag
        assert not namnd.dialoger
        assert all(m.nyckeltal and m.lankar and not m.bedomningar for m in namnd.malbilder)
    assert not any("Vadstena" in path.read_text(encoding="utf-8") for path in new.styrmodell.glob("*.yaml"))


@pytest.mark.parametrize(
    ("bodies", "sentence"),
    [
        (["Socialnämnden", "socialnämnden"], "står två gånger"),
        (["Medel"], "går inte att använda"),
        (["x: y"], "går inte att använda"),
        (["---"], "går inte att använda"),
    ],
)
def test_bodies_that_would_not_work_are_refused_and_nothing_is_left(here, tmp_path, bodies, sentence):
    with pytest.raises(InputError, match=sentence):
        nykommun.create(here, Kommun("0512", "Ydre"), tmp_path / "ny", bodies, today=TODAY)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(here, tmp_path):
    (tmp_path / "mitt.txt").write_text("x")
    with pytest.raises(InputError, match="är inte tom"):
        nykommun.create(here, Kommun("0512", "Ydre"), tmp_path, today=TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["mitt.txt"]


def test_a_full_disk_leaves_nothing_half_made(here, tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(nykommun, "write_text", full)
    with pytest.raises(StyrError, match="disken är full"):
        nykommun.create(here, Kommun("0512", "Ydre"), tmp_path / "ny", today=TODAY)
    assert list(tmp_path.iterdir()) == []


def test_the_handbook_comes_along_and_no_link_from_it_or_the_notebooks_is_dead(here, tmp_path):
    nykommun.create(here, Kommun("0512", "Ydre"), tmp_path / "ydre", today=TODAY)
    pages = [
        tmp_path / "ydre" / "README.md",
        *tmp_path.glob("ydre/docs/**/*.md"),
        *tmp_path.glob("ydre/notebooks/*.ipynb"),
    ]
    assert len(pages) > 30
    texts = {page: CODE.sub("", page.read_text(encoding="utf-8")) for page in pages}
    links = [(page, link) for page, text in texts.items() for link in LINK.findall(text)]
    assert (tmp_path / "ydre" / "notebooks" / "start.ipynb", "../docs/kom-igang.md") in links
    assert [(str(page), link) for page, link in links if not (page.parent / link).exists()] == []


def test_a_new_municipality_is_set_up_checked_and_reported_by_commands(project, tmp_path):
    made = run_styr(project, "ny", "ydre", "--ut", str(tmp_path / "Ydre å"))
    assert made.returncode == 0, made.stderr
    assert "Ydre (0512)" in made.stdout
    new = Project(tmp_path / "Ydre å")
    checked = run_styr(new, "kontrollera")
    assert "Traceback" not in checked.stderr
    assert validate.KOMMUN_FILE in {path.name for path in new.styrmodell.iterdir()}
    reported = run_styr(new, "rapport", "SN")
    assert reported.returncode == 0, reported.stderr
    page = (new.output / "0512" / "socialnamnden.html").read_text(encoding="utf-8")
    assert "Socialnämnden, Ydre kommun" in page
    assert "Exempel, inte beslutat" in page
    assert "Vadstena" not in page
    own = run_styr(new, "rapport", "--mall", "egna/mall")  # the template comes along, and is about nobody in particular
    assert own.returncode == 0, own.stderr
    page = (new.output / "0512" / "egna" / "mall.html").read_text(encoding="utf-8")
    assert "Ydre" in page
    assert "Vadstena" not in page
