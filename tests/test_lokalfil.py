"""A file of one's own nyckeltal: what is read, what is refused and how it is said, what is hidden."""

import pickle
import re
import struct

import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from styrlib import Kolada, las_lokala, over_tid
from styrlib.errors import InputError, ProblemsError, UnknownNameError
from styrlib.excelin import WorkbookError
from styrlib.tabell import EGEN

from .conftest import REPOSITORY

HEAD = "nyckeltal;ar;kon;varde;antal\n"
COLUMNS = HEAD.strip().split(";")
EXAMPLE = REPOSITORY / "notebooks" / "exempel" / "exempel-dagverksamhet.csv"
SMALL = f"""{HEAD}L901;2022;T;75,8;66
L901;2022;K;76,9;39
L901;2022;M;74,1;27
L901;2023;T;77,5;40
L901;2023;K;77,778;37
L901;2023;M;66,667;3
"""


@pytest.fixture(autouse=True, scope="module")
def inside(bearbetat):
    """Stand in a project whose tables are made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STYR_ROT", str(bearbetat.root))
        yield bearbetat


@pytest.fixture
def csv(tmp_path):
    """Return a maker of CSV files."""

    def make(text, name="siffror.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return make


@pytest.fixture
def xlsx(tmp_path):
    """Return a maker of workbooks: rows by sheet."""

    def make(change=lambda _: None, **sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        change(book)
        path = tmp_path / "siffror.xlsx"
        book.save(path)
        return path

    return make


def rows(frame):
    return [tuple(None if pd.isna(v) else v for v in row) for row in frame.itertuples(index=False, name=None)]


# --- What is read -----------------------------------------------------------------------------------------------------


def test_values_come_in_kolada_s_shape_with_their_file_as_source(csv):
    found = las_lokala(csv(f"{HEAD}L901;2023;T;75,8;66\nL901;2022;T;;\n"), enhet="procent", namn="Trygga")
    kolada = Kolada().hamta("N15428")
    assert {n: str(d) for n, d in found.dtypes.items()} == {n: str(d) for n, d in kolada.dtypes.items()}
    assert rows(found) == [
        ("L901", "0584", 2022, "T", None, None, None),
        ("L901", "0584", 2023, "T", 75.8, 66, None),
    ]
    assert found.kalla == "Källa: siffror.csv, Vadstena kommuns egen fil."
    assert found.forklaringar == {"L901": "Trygga, procent", "0584": "Vadstena"}
    joined = found.merge(kolada, on=["kommun", "ar", "kon"], how="left")
    assert list(joined["varde_y"].notna()) == [year in set(kolada["ar"]) for year in found["ar"]]
    assert joined["varde_y"].notna().any()


def test_what_is_changed_no_longer_names_the_file(csv):
    found = las_lokala(csv(SMALL), enhet="procent")
    found.loc[0, "varde"] = 1.0
    assert found.kalla == EGEN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (f"{HEAD}L901;2023;T;1 075,5;66\n", "utf-8"),
        (f"{HEAD}L901;2023;t;1075.5;66\n", "utf-8-sig"),
        ("antal,nyckeltal,ar,kon,varde\n66,L901,2023,T,1075.5\n", "utf-8"),
        (f"{HEAD}L901;2023;T;1075,5;66\n;;;;\n".replace("\n", "\r\n"), "utf-8"),
    ],
)
def test_csv_is_read_as_any_spreadsheet_saves_it(csv, text, encoding):
    assert rows(las_lokala(csv(text, encoding=encoding), enhet="kr")) == [("L901", "0584", 2023, "T", 1075.5, 66, None)]


@pytest.mark.parametrize(
    "row", [["L901", 2023.0, "T", "75,8", 66.0], ["L901 ", "2023", "t", 75.8, "66"], ["L901", 2023, "T", "75.8", 66]]
)
def test_excel_is_read_whatever_the_cells_hold_their_numbers_as(xlsx, row):
    found = las_lokala(xlsx(Blad1=[COLUMNS, row]), enhet="procent")
    assert rows(found) == [("L901", "0584", 2023, "T", 75.8, 66, None)]
    assert found.kalla == "Källa: siffror.xlsx, Vadstena kommuns egen fil."


def test_one_sheet_of_several_is_chosen_by_name_and_empty_ones_do_not_count(xlsx):
    good, other = [COLUMNS, ["L901", 2023, "T", 1, None]], [["anteckningar"]]
    assert len(las_lokala(xlsx(Siffror=good, Tom=[]), enhet="kr")) == 1
    path = xlsx(Siffror=good, Annat=other)
    with pytest.raises(InputError, match="har flera blad med innehåll: ”Siffror”, ”Annat”"):
        las_lokala(path, enhet="kr")
    assert len(las_lokala(path, blad="Siffror", enhet="kr")) == 1
    with pytest.raises(InputError, match=r"Bladet ”siffra” finns inte .* Det här finns: Siffror, Annat"):
        las_lokala(path, blad="siffra", enhet="kr")


def test_a_file_is_found_from_the_project_s_folder_too(inside, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = las_lokala("notebooks/exempel/exempel-dagverksamhet.csv", enhet="procent")
    assert len(found) == len(EXAMPLE.read_text(encoding="utf-8").splitlines()) - 1
    assert "exempel" in found.kalla
    assert (inside.root / "notebooks" / "exempel").is_dir()


def test_the_figures_can_be_another_municipality_s(csv):
    found = las_lokala(csv(SMALL), enhet="procent", kommun="finspång")
    assert set(found["kommun"]) == {"0562"}
    assert found.forklaringar["0562"] == "Finspång"
    with pytest.raises(UnknownNameError, match="Menade du Finspång"):
        las_lokala(csv(SMALL), enhet="procent", kommun="Finspong")


# --- What is hidden ---------------------------------------------------------------------------------------------------


def test_a_small_base_hides_its_value_and_the_one_that_would_give_it_away(csv):
    found = las_lokala(csv(SMALL), enhet="procent")
    hidden = found[found["status"] == "dold"]
    assert [*zip(hidden["ar"], hidden["kon"], strict=True)] == [(2023, "K"), (2023, "M")]
    assert hidden[["varde", "antal"]].isna().all(axis=None)
    assert found.loc[found["status"].isna(), "varde"].notna().all()
    assert rows(found.saknas) == [("L901", "0584", "2023", "dolt: för få, eller skulle röja ett dolt värde")]
    assert found.notis.startswith("2 av 6 värden är dolda: basen är under 5")
    assert "dold" in found._repr_html_()


def test_what_is_hidden_is_nowhere_in_the_table(csv):
    found = las_lokala(csv(SMALL), enhet="procent")
    kept = pickle.dumps([found, found.saknas, found._original, found._lacking])
    assert {value: struct.pack("<d", value) in kept for value in (75.8, 77.778, 66.667)} == {
        75.8: True,
        77.778: False,
        66.667: False,
    }


def test_the_limit_is_the_model_s_unless_another_is_given_and_a_lower_one_is_warned_of(csv):
    path = csv(SMALL)
    assert las_lokala(path, enhet="procent", minsta_bas=1)["varde"].notna().all()
    assert (
        "Styrmodellens gräns är 5: visa inte tabellen för andra."
        in las_lokala(path, enhet="procent", minsta_bas=1).notis
    )
    strict = las_lokala(path, enhet="procent", minsta_bas=30)
    assert set(strict.loc[strict["status"] == "dold", "ar"]) == {2022, 2023}
    assert strict.notis.endswith("värde.")
    for wrong in (0, True, 2.5, "5"):
        with pytest.raises(InputError, match="minsta_bas= ska vara ett heltal"):
            las_lokala(path, enhet="procent", minsta_bas=wrong)


def test_nothing_to_hide_is_said_too(csv):
    found = las_lokala(csv(f"{HEAD}L901;2023;T;75,8;66\n"), enhet="procent")
    assert found.notis == "Inget värde behövde döljas: ingen bas är under 5."


def test_a_nyckeltal_that_nobody_has_described_needs_a_unit_and_one_of_the_model_has_its_own(csv):
    path = csv(SMALL)
    with pytest.raises(
        InputError, match=re.escape('Skriv enheten, så att små tal döljs rätt: las_lokala("siffror.csv"')
    ):
        las_lokala(path)
    assert len(las_lokala(path, enhet={"L901": "%"})) == 6
    known = csv(f"{HEAD}L201;2023;T;41,7;24\n", "kand.csv")
    assert las_lokala(known).forklaringar["L201"] == "Till arbete eller studier efter insats, procent"
    assert las_lokala(known, enhet="kr").forklaringar["L201"].endswith(", procent")
    with pytest.raises(InputError, match="L201 har enheten ”procent” i styrmodellen, inte ”kr”"):
        las_lokala(known, enhet={"L201": "kr"})


def test_a_rolling_mean_is_hidden_by_the_rules_for_rolling_means(csv):
    text = HEAD + "".join(f"L901;{year};T;{n};300\n" for year, n in zip(range(2018, 2022), (3, 2, 3, 2), strict=True))
    assert las_lokala(csv(text), enhet="antal")["varde"].notna().all()
    assert (las_lokala(csv(text), enhet="antal", rullande=3)["status"] == "dold").sum() == 2
    assert (las_lokala(csv(text), enhet="antal", rullande={"L901": 3})["status"] == "dold").sum() == 2
    with pytest.raises(InputError, match="rullande= ska vara ett antal år"):
        las_lokala(csv(text), enhet="antal", rullande=1)


# --- What is refused --------------------------------------------------------------------------------------------------


def test_all_that_is_wrong_is_told_at_once_with_file_and_row(csv):
    text = f"{HEAD}L9;2022;T;3;\nL901;22;X;tre;1,5\nL901;2023;K;1;9\nL902;2023;T;1;9\nL902;2023;T;2;9\nL902;2023\n"
    with pytest.raises(ProblemsError) as told:
        las_lokala(csv(text), enhet="procent")
    said = {(problem.line, problem.place) for problem in told.value.problems}
    assert said == {(2, "nyckeltal"), (3, "ar"), (3, "kon"), (3, "varde"), (3, "antal"), (4, ""), (6, ""), (7, "")}
    assert {problem.file for problem in told.value.problems} == {"siffror.csv"}


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("nyckeltal;år;kon;varde;antal\n", "utf-8", "Saknas: ar. Okända: ”år” (menade du ar?)"),
        ("nyckeltal;ar;kon;varde\n", "utf-8", "Saknas: antal"),
        ("nyckeltal;ar;kon;varde;antal;antal\n", "utf-8", "En kolumn står två gånger"),
        ("nyckeltal;ar;kon;värde;antal\n", "latin-1", "inte sparad som UTF-8. Välj ”CSV UTF-8”"),
        ("", "utf-8", "Första raden ska vara nyckeltal;ar;kon;varde;antal"),
        (HEAD, "utf-8", "siffror.csv har inga värden: bara rubriken"),
    ],
)
def test_a_csv_in_the_wrong_form_is_refused_with_the_remedy(csv, text, encoding, said):
    with pytest.raises(InputError, match=re.escape(said)):
        las_lokala(csv(text, encoding=encoding))


def test_a_file_that_is_not_there_is_answered_with_those_that_are(csv, tmp_path):
    csv(SMALL, "egna.csv")
    with pytest.raises(InputError, match=r"egen\.csv finns inte. I mappen finns: egna\.csv"):
        las_lokala(tmp_path / "egen.csv")
    with pytest.raises(InputError, match="Kontrollera namnet och mappen"):
        las_lokala(tmp_path / "ingen" / "egen.csv")
    with pytest.raises(InputError, match="varken CSV eller Excel"):
        las_lokala(csv(SMALL, "egna.txt"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda b: b["A"].__setitem__("D2", "=1+1"), "Blad A, cell D2: Här står en formel"),
        (lambda b: b["A"].merge_cells("A2:B2"), "Blad A, cell A2:B2: Cellerna är sammanslagna"),
        (lambda b: b["A"].__setitem__("A1", "Nyckeltal"), "siffror.xlsx, blad A, rad 1: Första raden ska vara"),
        (lambda b: b["A"].__setitem__("B2", pd.Timestamp("2023-01-01")), "rad 2: ar: Excel har gjort om talet"),
        (lambda b: b["A"].__setitem__("D2", "många"), "rad 2: varde: ”många” är inget tal"),
        (lambda b: b["A"].__setitem__("E2", 1.5), "rad 2: antal: ”1,5” går inte att använda"),
        (lambda b: setattr(b["A"]["D2"], "number_format", "0%"), "rad 2: varde: Cellen är formaterad som procent"),
        (lambda b: b["A"].delete_rows(1, 9), "siffror.xlsx är tom"),
    ],
)
def test_a_workbook_that_can_not_be_used_is_refused_with_its_cell(xlsx, change, said):
    path = xlsx(change, A=[COLUMNS, ["L901", 2023, "T", 75.8, 66]])
    with pytest.raises(InputError, match=re.escape(said)):
        las_lokala(path, enhet="procent")


def test_what_is_no_workbook_is_refused_without_talk_of_the_model_s_template(tmp_path, xlsx):
    path = tmp_path / "text.xlsx"
    path.write_text("hej", encoding="utf-8")
    with pytest.raises(WorkbookError, match="Filen är ingen Excel-arbetsbok"):
        las_lokala(path)
    damaged = xlsx(A=[COLUMNS]).read_bytes()
    path.write_bytes(damaged.replace(b"<sheetData>", b"<sheetDat>"))
    broken = bytearray(damaged)
    broken[len(broken) // 2 : len(broken) // 2 + 40] = bytes(40)
    path.write_bytes(broken)
    with pytest.raises(WorkbookError) as told:
        las_lokala(path)
    assert "styr exportera" not in str(told.value)


def test_a_chart_of_the_file_shows_what_is_hidden_as_hidden_and_not_as_missing(csv):
    text = SMALL + "".join(f"L901;{year};T;75,0;60\n" for year in range(2016, 2022)) + "L901;2021;K;;\n"
    drawn = over_tid(las_lokala(csv(text), enhet="procent", namn="Trygga"), med=None, kon="kvinnor och män")
    figures = BeautifulSoup(drawn._repr_html_(), "html.parser").find("table")
    cells = {tr.find("th").get_text(): [td.get_text() for td in tr.find_all("td")] for tr in figures.find_all("tr")[1:]}
    assert cells["2023"] == ["77,5", "..", ".."]
    assert cells["2022"] == ["75,8", "76,9", "74,1"]
    assert cells["2021"][1:] == ["–", "–"]
    assert "siffror.csv" in drawn._repr_html_()
