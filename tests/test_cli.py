import errno

import pytest

from styrlib.cli import main
from styrlib.errors import reason


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        main(list(arguments), prog_name="styr")
    out, err = capsys.readouterr()
    return caught.value.code, out, err


@pytest.fixture
def here(project, monkeypatch):
    monkeypatch.delenv("STYR_ROT", raising=False)
    monkeypatch.chdir(project.root)
    return project


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["raport"], "Kommandot ”raport” finns inte. Menade du rapport?"),
        (["rapport", "--komun", "1"], "Flaggan ”--komun” finns inte. Menade du --kommun?"),
        (["rapport", "--kommun"], "Flaggan ”--kommun” behöver ett värde"),
        (["rapport", "--ar", "tjugo"], "--ar ska vara ett år med fyra siffror"),
        (["rapport", "--ar", "1890"], "Välj ett år från 2008 till"),
        (["rapport", "--ar", "0000"], "--ar ska vara ett år med fyra siffror"),
        (["rapport", "--ar", "2025"], "Välj ett år från 2008 till 2022"),
        (["rapport", "--kommun", "0000"], "Kommunen ”0000” finns inte"),
        (["rapport", "--ut", "data/raw/README.md"], "går inte att skriva i: en fil ligger där en mapp behövs"),
        (
            ["rapport", "Socialen"],
            "Nämnden ”Socialen” finns inte. Menade du socialnamnden? Det här finns: kommunstyrelsen,",
        ),
        (["rapport", "--kommun", "Atlantis"], "Kommunen ”Atlantis” finns inte"),
        (["bearbeta", "extra"], "fler ord än det förstår"),
    ],
)
@pytest.mark.usefixtures("here")
def test_bad_input_is_one_swedish_sentence_and_exit_code_2(capsys, arguments, sentence):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("Fel: ")
    assert sentence in err


def test_outside_a_project_the_way_back_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("STYR_ROT", raising=False)
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, "rapport")
    assert code == 2
    assert "Gå till mappen som innehåller data/ och notebooks/" in err


def test_a_variable_that_leads_astray_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STYR_ROT", str(tmp_path / "borta"))
    code, _, err = run(capsys, "rapport")
    assert code == 2
    assert "Miljövariabeln STYR_ROT" in err


def test_help_is_swedish(capsys):
    code, out, _ = run(capsys, "rapport", "--help")
    assert code == 0
    for word in ("Användning:", "Flaggor:", "Visa den här hjälpen.", "--kommun", "--ar", "--ut", "NÄMND"):
        assert word in out
    for word in ("Usage", "Options", "Show this"):
        assert word not in out


@pytest.mark.usefixtures("here")
def test_the_check_says_what_it_found(capsys):
    code, out, _ = run(capsys, "kontrollera", "--dag", "2026-08-31")
    assert code < 2  # what is not done by a day is no error of the files
    first, day, *_ = out.splitlines()
    assert first.startswith("Inga fel, ")
    assert "Vadstena: 4 nämnder, 20 målbilder, " in first
    assert "31 augusti 2026" in day


def test_the_check_tells_every_problem_with_its_place(here, capsys):
    path = here.styrmodell / "socialnamnden.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("riktning: lagre", "riktning: neråt", 2), encoding="utf-8")
    code, _, err = run(capsys, "kontrollera")
    assert code == 2
    assert err.startswith("Fel: 2 fel hittades i kommunens egna filer:\n")
    assert err.count("socialnamnden.yaml, rad ") == 2


@pytest.mark.usefixtures("here")
def test_processing_says_what_the_tables_hold(capsys):
    code, out, _ = run(capsys, "bearbeta")
    assert code == 0
    assert "Uttag från Kolada: 2024-08" in out


def test_without_a_snapshot_it_is_a_sentence(here, capsys):
    (here.kolada / "2024-08" / "manifest.json").unlink()
    code, _, err = run(capsys, "rapport")
    assert code == 2
    assert "Ett helt uttag från Kolada finns inte" in err


def test_a_file_that_excel_holds_open_is_told_to_be_so():
    assert "öppen i ett annat program" in reason(PermissionError(errno.EACCES, "Permission denied"))
