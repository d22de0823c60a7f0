"""The workbook and back, on a small model of our own: it does not change when the example data does."""

import csv
import datetime as dt
import io
import re
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from styrlib import kalkylcell, kalkylschema, platt, utbyte
from styrlib.cli import main
from styrlib.errors import StyrError
from styrlib.kalkylschema import Kolumn, Slag
from styrlib.project import Project
from styrlib.styrmodell import Namnd, Part

from .conftest import REPOSITORY, run_styr

MODEL = REPOSITORY / "tests" / "excel"
# Made by `filled_in` and saved by LibreOffice 7.4.7.2 (soffice --convert-to xlsx:"Calc MS Excel 2007 XML").
LIBREOFFICE = MODEL / "libreoffice.xlsx"
SOFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Return a project with the figures, made once: only the small model and the workbook change."""
    root = tmp_path_factory.mktemp("excel") / "projekt"
    for folder in ("kolada", "agenda2030"):
        shutil.copytree(REPOSITORY / "data" / "raw" / folder, root / "data" / "raw" / folder)
    (root / "data" / "raw" / "styrmodell").mkdir()
    return Project(root)


@pytest.fixture
def here(base, monkeypatch):
    """Return the project with the small model as it is shipped and nothing made of it, and stand in it."""
    for path in MODEL.glob("*.yaml"):
        shutil.copy(path, base.styrmodell)
    for path in base.root.iterdir():
        if path.name != "data":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    monkeypatch.delenv("STYR_ROT", raising=False)
    monkeypatch.chdir(base.root)
    return base


@pytest.fixture
def styr(here, capsys):
    """Return the command, run in the project: exit code, output, errors."""

    def run(*arguments):
        assert Path.cwd() == here.root
        with pytest.raises(SystemExit) as caught:
            main(list(map(str, arguments)), prog_name="styr")
        return (caught.value.code, *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def exported(base):
    """Return the bytes of the small model's workbook, made once."""
    for path in MODEL.glob("*.yaml"):
        shutil.copy(path, base.styrmodell)
    assert run_styr(base, "exportera", "--ut", "en.xlsx").returncode == 0
    return (base.root / "en.xlsx").read_bytes()


@pytest.fixture
def book(exported, here):
    """Return the workbook of the small model."""
    path = here.output / "styrmodell.xlsx"
    path.parent.mkdir()
    path.write_bytes(exported)
    return path


def edit(path, *changes):
    """Write (sheet, heading, row, value) into a workbook as a person does: no row is counted, only seen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = load_workbook(path)
    for blad, heading, row, value in changes:
        sheet = loaded[blad]
        heads = [str(cell.value).removesuffix(" *") for cell in sheet[1]]
        cell = sheet.cell(row, heads.index(heading) + 1)
        cell.value = value
        if isinstance(value, str) and not value.startswith("=="):
            cell.data_type = "s"
        elif isinstance(value, str):
            cell.value = value[1:]
    loaded.save(path)


def yaml_of(here):
    return (here.styrmodell / "provnamnden.yaml").read_text(encoding="utf-8")


ORIGINAL = (MODEL / "provnamnden.yaml").read_text(encoding="utf-8")


def changed_lines(here):
    before, after = ORIGINAL.splitlines(), yaml_of(here).splitlines()
    return [line for line in before if line not in after], [line for line in after if line not in before]


# The sheets


def test_every_class_in_a_list_has_a_sheet_and_every_field_a_column():
    by_class = {blad.cls: blad for blad in kalkylschema.sheets()}

    def look(cls):
        for name, hint in kalkylschema.hints(cls).items():
            one, item = kalkylschema.part_of(hint), kalkylschema.item_of(hint)
            if one or item:
                look(one or item)
            elif (cls, name) != (Namnd, "id") and cls in by_class:
                columns = {kolumn.falt.split(".")[0] for kolumn in by_class[cls].kolumner}
                assert name in columns, (cls, name)

    look(Namnd)
    for blad in by_class.values():
        headings = [kolumn.rubrik for kolumn in blad.kolumner]
        assert len(headings) == len(set(headings))
        assert len(blad.titel) <= 31


def test_a_new_field_turns_up_by_itself():
    class Ny(Part):
        id: kalkylschema.Id
        nytt_falt: kalkylcell.dt.date | None = None

    columns = {k.falt: k for k in kalkylschema._own(Ny)}
    assert columns["nytt_falt"].rubrik == "Nytt falt"
    assert columns["nytt_falt"].slag is Slag.datum


def test_what_belongs_to_something_comes_after_it():
    order = [blad.cls for blad in kalkylschema.sheets()]
    for blad in kalkylschema.sheets():
        for vag in blad.vagar:
            for above in vag.over:
                assert order.index(above) < order.index(blad.cls)


# The workbook


def test_the_workbook_is_made_for_people(book):
    loaded = load_workbook(book)
    assert loaded.sheetnames[:4] == ["Läs mig", "Kommun", "Perioder", "Nämnder"]
    assert loaded.properties.title == "Styrmodellen för Vadstena (exempel)"
    assert loaded.properties.language == "sv-SE"
    assert "Innehållet är exempel. Kommunen har inte beslutat det." in [c.value for c in loaded["Läs mig"]["A"]]
    assert loaded["Kommun"]["B3"].value == "0584"
    for blad in kalkylschema.sheets():
        sheet = loaded[blad.titel]
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes in {f"{letter}2" for letter in "BCDEF"}
        assert list(sheet.tables) == [blad.cls.__name__]
        assert all(cell.fill.fgColor.rgb != "00000000" for cell in sheet[1])
        assert sheet.print_title_rows == "$1:$1"
    judged = loaded["Bedömningar"]
    heads = [cell.value for cell in judged[1]]
    row = dict(zip(heads, [cell.value for cell in judged[2]], strict=True))
    assert row["Grad *"] == "Delvis uppfylld"
    assert row["Underlag"] == "Dialog, Besök"
    assert "Välj i listan." in judged.cell(1, heads.index("Grad *") + 1).comment.text
    lists = {str(rule.sqref): rule for rule in judged.data_validations.dataValidation}
    assert lists["D2:D5000"].type == "list"
    days = loaded["Aktiviteter"]
    start = days.cell(2, [c.value for c in days[1]].index("Start") + 1)
    assert (start.value, start.number_format) == (dt.datetime(2026, 1, 1), "yyyy-mm-dd")  # noqa: DTZ001
    goals = loaded["Länkar"]
    assert "16 Fredliga och inkluderande samhällen" in [c.value for row in goals for c in row]


def test_no_formula_is_ever_written(book):
    loaded = load_workbook(book)
    cells = [cell for sheet in loaded for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    dangerous = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "-"))]
    assert len(dangerous) == 2
    assert all(cell.quotePrefix for cell in dangerous)


def test_what_is_internal_is_nowhere_in_the_file(book, here, styr):
    styr("exportera", "--ersatt", "--csv", "platt")
    with zipfile.ZipFile(book) as parts:
        everything = "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    everything += "".join(path.read_text(encoding="utf-8-sig") for path in (here.root / "platt").iterdir())
    assert "Vi mäter." in everything
    assert "hemlighet" not in everything
    assert "Den första målbilden" not in everything  # a comment in the file


def test_the_workbook_is_made_where_one_expects_it(here, styr):
    code, out, err = styr("exportera")
    assert (code, err) == (0, "")
    assert "output/styrmodell.xlsx är klar: 15 rader från provnamnden." in out.replace("\\", "/")
    assert (here.output / "styrmodell.xlsx").stat().st_size > 10_000


def test_a_workbook_that_may_be_filled_in_is_not_overwritten(book, styr):
    before = book.read_bytes()
    code, _, err = styr("exportera")
    assert code == 2
    assert "finns redan och kan vara ifylld" in err
    assert book.read_bytes() == before
    assert styr("exportera", "--ersatt")[0] == 0


def test_one_body_can_be_chosen_and_a_wrong_name_is_told(styr):
    code, out, _ = styr("exportera", "--namnd", "PN", "--ut", "pn.xlsx")
    assert code == 0
    assert "provnamnden" in out
    assert "Nämnden ”XX” finns inte" in styr("exportera", "--namnd", "XX", "--ut", "x.xlsx")[2]
    assert "ska sluta på .xlsx" in styr("exportera", "--ut", "x.xls")[2]


def test_flat_files_are_defused_and_readable_by_a_program(here, styr):
    assert styr("exportera", "--csv", "platt")[0] == 0
    text = (here.root / "platt" / "malbilder.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert rows[0]["Rubrik"] == "'=SUMMA(A1): en rubrik som liknar en formel"
    assert platt.defused(-12.5) == "-12,5"
    assert [platt.defused(text) for text in ("@a", "+1", "\tb", "-", "a=b")] == ["'@a", "'+1", "'\tb", "'-", "a=b"]


# And back


def test_a_round_trip_without_changes_changes_nothing(book, here, styr):
    assert styr("importera", book, "--ja", "--ta-bort") == (0, "Arbetsboken ändrar inget.\n", "")
    assert yaml_of(here) == ORIGINAL


def filled_in(path):
    """Fill in a workbook as a chef does: change, clear, add a row of each kind."""
    edit(
        path,
        ("Bedömningar", "Grad", 2, "I huvudsak uppfylld"),
        ("Målbilder", "Text", 2, "Alla elever lär sig. Vi ser dem som behöver mer, direkt. Ingen lämnas utanför."),
        ("Målbilder", "Aspekter", 2, "Social, Ekonomisk"),
        ("Nyckeltal", "Målnivå", 2, "90,5"),
        ("Aktiviteter", "Slut", 2, dt.date(2026, 9, 30)),
        ("Uppdrag", "Prioriterat område", 2, None),
        ("Dialoger", "Deltagare", 2, "Ledamöter\nLärare\nElever"),
        ("Aktiviteter", "Nämnd", 3, "provnamnden"),
        ("Aktiviteter", "Hör till", 3, "Uppdrag"),
        ("Aktiviteter", "Vilken", 3, "mat"),
        ("Aktiviteter", "Id", 3, "provkok"),
        ("Aktiviteter", "Rubrik", 3, "=Ett provkök"),
        ("Aktiviteter", "Status", 3, "Ej påbörjad"),
        ("Länkar", "Nämnd", 5, "provnamnden"),
        ("Länkar", "Hör till", 5, "Aktivitet"),
        ("Länkar", "Vilken", 5, "provkok"),
        ("Länkar", "Mål i Agenda 2030", 5, "12 Hållbar konsumtion och produktion"),
        ("Länkar", "Skäl", 5, "Mindre svinn."),
    )


REMOVED_LINES = [
    "      Vi ser dem som behöver mer, i tid.",
    "    aspekter: social",
    "        malniva: 87,5",
    "        grad: delvis   # beslutas i september",
    "        slut: 2026-06-30",
    "    omrade: Klimat",
]
ADDED_LINES = [
    "      Vi ser dem som behöver mer, direkt.",
    "    aspekter: [social, ekonomisk]",
    "        malniva: 90,5",
    "        grad: i_huvudsak   # beslutas i september",
    "        slut: 2026-09-30",
    "    aktiviteter:",
    "      - id: provkok",
    "        rubrik: =Ett provkök",
    "        status: ej_paborjad",
    "        lankar:",
    "          - mal: 12",
    "            skal: Mindre svinn.",
    "      - Elever",
]


def check_filled_in(here, styr, path):
    code, out, err = styr("importera", path, "--ja")
    assert (code, err) == (0, "")
    assert (
        "provnamnden.yaml: målbild alla-lar, bedömning 2026-delar: grad: Delvis uppfylld → I huvudsak uppfylld" in out
    )
    assert "målbild alla-lar: text: … som behöver mer, i tid. Ingen lämnas utanför. → … som behöver mer, direkt." in out
    assert "målbild alla-lar, nyckeltal N15428 (Behöriga): målnivå: 87,5 → 90,5\n" in out
    assert "uppdrag mat: prioriterat område: Klimat → tomt\n" in out
    assert "uppdrag mat, ny rad, aktivitet provkok: =Ett provkök\n" in out
    assert "aktivitet provkok, ny rad, länk nr 1: mål 12\n" in out
    assert "9 ändringar i provnamnden.yaml." in out
    gone, come = changed_lines(here)
    assert gone == REMOVED_LINES
    assert [line for line in come if line != "    omrade: Klimat"] == [
        line for line in ADDED_LINES if line not in ORIGINAL.splitlines()
    ]
    assert styr("importera", path, "--ja")[1] == "Arbetsboken ändrar inget.\n"


def test_only_the_lines_that_say_something_else_are_written(book, here, styr):
    filled_in(book)
    check_filled_in(here, styr, book)


def test_a_workbook_saved_by_libreoffice_is_read_the_same(here, styr):
    check_filled_in(here, styr, LIBREOFFICE)


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice saknas")
def test_libreoffice_itself_saves_what_can_be_read(book, here, styr, tmp_path):
    filled_in(book)
    convert = [SOFFICE, "--headless", f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}", "--convert-to"]
    filter_ = "xlsx:Calc MS Excel 2007 XML"
    subprocess.run([*convert, filter_, "--outdir", tmp_path / "ut", book], check=True, capture_output=True)
    check_filled_in(here, styr, tmp_path / "ut" / book.name)


def test_nothing_is_written_unless_it_is_asked_for(book, here, styr):
    edit(book, ("Uppdrag", "Status", 2, "Klar"))
    for flags, said in (
        ((), "eller med --ja"),
        (("--provkor",), "provkörning"),
        (("--provkor", "--ja"), "provkörning"),
    ):
        code, out, _ = styr("importera", book, *flags)
        assert code == 0
        assert "uppdrag mat: status: Pågår → Klar" in out
        assert "En ändring i provnamnden.yaml. Inget är skrivet." in out
        assert said in out
        assert yaml_of(here) == ORIGINAL


@pytest.mark.parametrize(("answer", "written"), [("ja", True), ("nej", False), ("", False)])
def test_in_a_terminal_it_asks(book, here, styr, monkeypatch, answer, written):
    edit(book, ("Uppdrag", "Status", 2, "Klar"))
    terminal = io.StringIO(f"{answer}\n")
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)
    styr("importera", book)
    assert (yaml_of(here) != ORIGINAL) is written


def test_removed_rows_stay_unless_removal_is_asked_for(book, here, styr):
    loaded = load_workbook(book)
    loaded["Länkar"].delete_rows(3)
    loaded["Målbilder"].delete_rows(3)
    loaded.save(book)
    code, out, err = styr("importera", book, "--ja")
    assert (code, out) == (0, "Arbetsboken ändrar inget.\n")
    assert "målbild alla-trivs saknas i arbetsboken. Den står kvar. Ta bort den med --ta-bort." in err
    assert yaml_of(here) == ORIGINAL
    code, out, _ = styr("importera", book, "--ja", "--ta-bort")
    assert "målbild alla-lar, länk nr 1: tas bort" in out
    assert "alla-trivs" not in yaml_of(here)
    assert '"-1 plus @ och + är bara text"' not in yaml_of(here)
    assert "# Sist i filen." in yaml_of(here)


def test_what_belongs_to_a_removed_row_must_go_too(book, here, styr):
    loaded = load_workbook(book)
    loaded["Målbilder"].delete_rows(2)
    loaded.save(book)
    code, _, err = styr("importera", book, "--ja", "--ta-bort")
    assert code == 2
    assert "Blad Nyckeltal, rad 2: Raden hör till något som saknas i arbetsboken." in err
    assert yaml_of(here) == ORIGINAL


def change_file(here, before, after):
    text = yaml_of(here)
    assert before in text
    (here.styrmodell / "provnamnden.yaml").write_text(text.replace(before, after), encoding="utf-8")


def test_what_others_have_changed_since_is_not_turned_back(book, here, styr):
    change_file(here, "text: Skolan är trygg.", "text: Skolan är lugn.")
    edit(book, ("Uppdrag", "Status", 2, "Klar"))
    code, out, _ = styr("importera", book, "--ja")
    assert code == 0
    assert "En ändring" in out
    assert "Skolan är lugn." in yaml_of(here)


def test_what_both_have_changed_is_told_and_not_guessed(book, here, styr):
    change_file(here, "rubrik: Bättre mat", "rubrik: Godare mat")
    before = yaml_of(here)
    edit(book, ("Uppdrag", "Status", 2, "Klar"))
    code, _, err = styr("importera", book, "--ja")
    assert code == 2
    assert "Blad Uppdrag, rad 2: Raden är ändrad både här och i provnamnden.yaml sedan arbetsboken gjordes." in err
    assert yaml_of(here) == before


def test_a_row_added_by_others_is_neither_removed_nor_overwritten(book, here, styr):
    change_file(
        here,
        "        skal: Långa resor.\n",
        "        skal: Långa resor.\n      - mal: 5\n        skal: Alla får plats.\n",
    )
    before = yaml_of(here)
    assert styr("importera", book, "--ja", "--ta-bort") == (0, "Arbetsboken ändrar inget.\n", "")
    edit(book, *[("Länkar", *cell) for cell in NEW_LINK], ("Länkar", "Nr", 5, 3))
    code, _, err = styr("importera", book, "--ja")
    assert code == 2
    assert "Raden finns redan i filen, men fanns inte i arbetsboken" in err
    assert yaml_of(here) == before


NEW_LINK = [
    ("Nämnd", 5, "provnamnden"),
    ("Hör till", 5, "Målbild"),
    ("Vilken", 5, "alla-lar"),
    ("Mål i Agenda 2030", 5, 3),
    ("Skäl", 5, "Hälsa."),
]


@pytest.mark.parametrize("number", [None, 3, "3"])
def test_a_new_row_may_have_no_number_or_the_next(book, here, styr, number):
    edit(book, *[("Länkar", *cell) for cell in NEW_LINK], ("Länkar", "Nr", 5, number))
    code, out, _ = styr("importera", book, "--ja")
    assert code == 0
    assert "målbild alla-lar, ny rad, länk nr 3: mål 3" in out
    assert "        skal: Långa resor.\n      - mal: 3\n        skal: Hälsa.\n" in yaml_of(here)


def test_an_empty_cell_means_what_the_model_takes_for_granted(book, here, styr):
    edit(book, ("Länkar", "Riktning", 4, None), ("Nyckeltal", "Nivå", 2, None), ("Uppdrag", "Är ett exempel", 2, None))
    code, out, _ = styr("importera", book, "--ja")
    assert code == 0
    assert out.startswith("provnamnden.yaml: målbild alla-lar, länk nr 2: riktning: Motverkar → Bidrar\nEn ändring i ")
    assert "        riktning: bidrar\n" in yaml_of(here)


def test_an_internal_row_can_not_be_reached(book, here, styr):
    cells = {"Nämnd": "provnamnden", "Princip": "Tillit", "Period": "2026-delar", "Exempel": "x", "Att förbättra": "y"}
    edit(book, *[("Styrprinciper", heading, 3, value) for heading, value in cells.items()])
    code, _, err = styr("importera", book, "--ja")
    assert code == 2
    assert "Blad Styrprinciper, rad 3: Raden finns redan i filen" in err
    assert "hemlighet" not in err
    assert yaml_of(here) == ORIGINAL


def test_the_whole_model_is_checked_before_anything_is_written_and_told_by_its_cell(book, here, styr):
    edit(book, ("Uppdrag", "Målbilder", 2, "alla-larr"), ("Aktiviteter", "Slut", 2, dt.date(2025, 1, 1)))
    code, out, err = styr("importera", book, "--ja")
    assert (code, out) == (2, "")
    assert "2 fel i styrmodell.xlsx. Inget är ändrat." in err
    assert re.search(r"Blad Uppdrag, cell [A-Z]2: Målbilden ”alla-larr” finns inte. Menade du alla-lar eller", err)
    assert re.search(r"Blad Aktiviteter, cell [A-Z]2: Aktiviteten slutar innan den börjar", err)
    assert yaml_of(here) == ORIGINAL


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("Bedömningar", "Grad", 2, "Delvis upfylld"), "Menade du Delvis uppfylld? Välj bland: Uppfylld, I huvudsak"),
        (("Bedömningar", "Grad", 2, None), "Cellen är tom. Fyll i Grad"),
        (("Bedömningar", "Grad", 2, "==1+1"), "Här står en formel. Skriv värdet i stället"),
        (("Nyckeltal", "Målnivå", 2, "tolv"), "”tolv” är inget tal"),
        (("Nyckeltal", "Målnivå", 2, dt.date(2026, 5, 12)), "Excel har gjort om talet till ett datum"),
        (("Nyckeltal", "Målår", 2, 2026.5), "2026,5 är inget heltal"),
        (("Målbilder", "Rubrik", 2, dt.date(2026, 5, 12)), "Excel har gjort om texten till ett datum"),
        (("Målbilder", "Rubrik", 2, True), "SANT eller FALSKT"),
        (("Aktiviteter", "Start", 2, dt.date(1905, 7, 17)), "1905-07-17 är inget datum att lita på"),
        (("Aktiviteter", "Start", 2, "1/3 2026"), "”1/3 2026” är inget datum. Skriv år-månad-dag"),
        (("Länkar", "Mål i Agenda 2030", 2, 18), "Mål 18 finns inte"),
        (("Uppdrag", "Är ett exempel", 2, "kanske"), "varken ja eller nej"),
        (("Målbilder", "Aspekter", 2, "social och lokal"), "inget av valen"),
        (("Uppdrag", "Nämnd", 3, "okand"), "Blad Uppdrag, cell B3: Cellen är tom"),
    ],
)
def test_what_a_cell_can_not_hold_is_one_sentence_with_its_place(book, here, styr, change, sentence):
    edit(book, change)
    code, out, err = styr("importera", book, "--ja")
    assert (code, out) == (2, "")
    assert f"Blad {change[0]}, cell " in err
    assert sentence in err
    assert "Traceback" not in err
    assert yaml_of(here) == ORIGINAL


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda b: b["Uppdrag"].__setitem__("C1", "Titel"),
            "Blad Uppdrag, cell C1: Rubriken ”Titel” hör inte till mallen",
        ),
        (lambda b: b["Uppdrag"].__setitem__("C1", "Id"), "Rubriken ”Id” står två gånger"),
        (lambda b: b["Uppdrag"].__setitem__("Z3", "en anteckning"), "Blad Uppdrag, cell Z1: Kolumnen har ingen rubrik"),
        (lambda b: b["Uppdrag"].delete_cols(2), "Blad Uppdrag: Kolumnen Id saknas"),
        (
            lambda b: setattr(b["Uppdrag"], "title", "Uppdragen"),
            "Blad Uppdragen: Bladet hör inte till mallen. Ska det heta Uppdrag?",
        ),
        (lambda b: b["Uppdrag"].merge_cells("A3:B4"), "Blad Uppdrag, cell A3:B4: Cellerna är sammanslagna"),
        (
            lambda b: b["Uppdrag"].append([c.value for c in b["Uppdrag"][2]]),
            "Blad Uppdrag, rad 3: Raden är samma som rad 2",
        ),
        (lambda b: b["Kommun"].__setitem__("B3", "0114"), "Arbetsboken är gjord för kommun 0114, men det här är 0584"),
        (
            lambda b: b["Nämnder"].append(["nynamnden", "Ny", "NY", 9, "Ja", "Text"]),
            "En ny nämnd får först en egen fil",
        ),
    ],
)
def test_a_workbook_of_another_shape_is_refused(book, here, styr, change, sentence):
    loaded = load_workbook(book)
    change(loaded)
    loaded.save(book)
    code, _, err = styr("importera", book, "--ja")
    assert code == 2
    assert sentence in err
    assert yaml_of(here) == ORIGINAL


def test_a_column_or_sheet_that_is_taken_away_takes_nothing_from_the_files(book, here, styr):
    loaded = load_workbook(book)
    heads = [cell.value for cell in loaded["Uppdrag"][1]]
    loaded["Uppdrag"].delete_cols(heads.index("Slut") + 1)
    del loaded["Länkar"]
    del loaded["Ursprung"]
    loaded.save(book)
    code, out, err = styr("importera", book, "--ja", "--ta-bort")
    assert (code, out) == (0, "Arbetsboken ändrar inget.\n")
    assert "Obs: Blad Uppdrag: Kolumnen Slut saknas. Det som står i filerna är kvar." in err
    assert "Obs: Bladet Länkar saknas" in err
    assert "Obs: Bladet Ursprung saknas" in err
    assert yaml_of(here) == ORIGINAL


def test_without_its_origin_a_workbook_takes_nothing_away(book, here, styr):
    loaded = load_workbook(book)
    loaded["Uppdrag"].delete_rows(2)
    del loaded["Ursprung"]
    loaded.save(book)
    code, _, err = styr("importera", book, "--ja", "--ta-bort")
    assert code == 2
    assert "En rad i filerna finns inte i arbetsboken. Utan bladet Ursprung" in err
    code, out, err = styr("importera", book, "--ja")
    assert (code, out) == (0, "Arbetsboken ändrar inget.\n")
    assert "En rad i filerna finns inte i arbetsboken. Det som står i filerna är kvar." in err
    assert yaml_of(here) == ORIGINAL


def test_spaces_that_no_one_sees_and_empty_rows_mean_nothing(book, here, styr):
    edit(
        book,
        ("Uppdrag", "Rubrik", 2, "Bättre\u00a0mat  "),
        ("Uppdrag", "Status", 2, " pågår "),
        ("Uppdrag", "Rubrik", 9, "  "),
        ("Uppdrag", "Nämnd", 4000, "\u00a0"),
    )
    loaded = load_workbook(book)
    loaded["Uppdrag"].cell(1_048_576, 3).number_format = "@"
    loaded.save(book)
    assert styr("importera", book, "--ja") == (0, "Arbetsboken ändrar inget.\n", "")
    assert yaml_of(here) == ORIGINAL


def test_a_percentage_is_refused_rather_than_read_as_a_hundredth(book, styr):
    loaded = load_workbook(book)
    heads = [cell.value for cell in loaded["Nyckeltal"][1]]
    cell = loaded["Nyckeltal"].cell(2, heads.index("Målnivå") + 1)
    cell.value, cell.number_format = 0.9, "0%"
    loaded.save(book)
    assert "formaterad som procent" in styr("importera", book)[2]


# Files that are not to be opened


def with_part(path, name, data, *, compress=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "a", compress) as parts:
        parts.writestr(name, data)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("xl/vbaProject.bin", b"x", "innehåller makron"),
        ("xl/macrosheets/sheet1.xml", b"<x/>", "innehåller makron"),
        ("xl/externalLinks/externalLink1.xml", b"<x/>", "hämtar värden från andra filer"),
        ("xl/connections.xml", b"<x/>", "hämtar värden från andra filer"),
        ("xl/custom.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "inte hör till en arbetsbok (xl/custom.xml)"),
        ("xl/custom.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16"), "inte hör till en arbetsbok"),
        ("xl/media/stor.bin", bytes(70_000_000), "för stor när den packas upp"),
    ],
    ids=["vba", "xlm", "external", "connections", "doctype", "doctype-utf16", "bomb"],
)
def test_dangerous_parts_are_refused(book, here, styr, name, data, sentence):
    with_part(book, name, data)
    code, out, err = styr("importera", book, "--ja")
    assert (code, out) == (2, "")
    assert sentence in err
    assert yaml_of(here) == ORIGINAL


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.xlsm", b"PK\x03\x04", "slutar inte på .xlsx"),
        ("a.ods", b"PK\x03\x04", "slutar inte på .xlsx"),
        ("a.xlsx", b"Rubrik;Text\n", "ingen Excel-arbetsbok"),
        ("a.xlsx", b"", "ingen Excel-arbetsbok"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "låst med lösenord"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Workbook", "äldre format"),
    ],
)
def test_what_is_no_workbook_is_told(here, styr, name, data, sentence):
    (here.root / name).write_bytes(data)
    code, _, err = styr("importera", name, "--ja")
    assert code == 2
    assert sentence in err


def test_a_missing_or_damaged_file_is_told(book, here, styr):
    assert "kan inte läsas" in styr("importera", "borta.xlsx")[2]
    data = book.read_bytes()
    book.write_bytes(data[: len(data) // 2])
    assert styr("importera", book)[0] == 2
    with zipfile.ZipFile(here.root / "trasig.xlsx", "w") as parts:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            parts.writestr(name, "<inte><klar>")
    code, _, err = styr("importera", "trasig.xlsx")
    assert code == 2
    assert "skadad" in err
    Workbook().save(here.root / "tom.xlsx")
    assert styr("importera", "tom.xlsx")[:2] == (0, "Arbetsboken ändrar inget.\n")


# All or nothing


def test_when_one_file_can_not_be_written_none_is(tmp_path, monkeypatch):
    names = ("a.yaml", "b.yaml")
    old = {name: name.encode() for name in names}
    for name, data in old.items():
        (tmp_path / name).write_bytes(data)
    whole = utbyte._write

    def failing(path: Path, content: bytes) -> None:
        if path.name == "b.yaml":
            raise StyrError("full")
        whole(path, content)

    monkeypatch.setattr(utbyte, "_write", failing)
    with pytest.raises(StyrError, match="full"):
        utbyte.replace(tmp_path, old, dict.fromkeys(names, b"nytt"))
    assert {name: (tmp_path / name).read_bytes() for name in names} == old


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"ny")
    with pytest.raises(StyrError, match="har ändrats under tiden"):
        utbyte.replace(tmp_path, {"a.yaml": b"gammal"}, {"a.yaml": b"min"})
    assert (tmp_path / "a.yaml").read_bytes() == b"ny"


# One cell


@pytest.mark.parametrize(
    ("slag", "value", "plain"),
    [
        (Slag.tal, 12.5, "12,5"),
        (Slag.tal, "12,5", "12,5"),
        (Slag.tal, " 1\u00a0250,50 ", "1250,5"),
        (Slag.tal, "−3", "-3"),
        (Slag.tal, 90.0, "90"),
        (Slag.tal, 0.1 + 0.2, "0,3"),
        (Slag.heltal, "2026", "2026"),
        (Slag.datum, dt.datetime(2026, 3, 31), "2026-03-31"),  # noqa: DTZ001
        (Slag.datum, " 2026-03-31", "2026-03-31"),
        (Slag.janej, True, "ja"),
        (Slag.janej, "JA", "ja"),
        (Slag.text, 2026, "2026"),
        (Slag.text, "a\r\nb_x000D_ ", "a\nb"),
        (Slag.rader, " a \n\n b", "a\nb"),
        (Slag.id, "U21468 (Nöjda med hemtjänsten)", "U21468"),
        (Slag.mal, "3 God hälsa", "3"),
        (Slag.mal, 3.0, "3"),
        (Slag.text, None, ""),
    ],
)
def test_a_cell_says_the_same_whoever_saved_it(slag, value, plain):
    assert kalkylcell.plain(Kolumn("f", "F", slag), value) == plain
