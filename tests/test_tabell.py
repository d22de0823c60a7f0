"""The frame of an answer: its columns, what it lacks, how it shows itself."""

import copy
import pickle

import pandas as pd
import pyarrow as pa
import pytest
from bs4 import BeautifulSoup

from styrlib import snapshot, tabell
from styrlib.tabell import Tabell, absent, tidy

DTYPES = {
    "nyckeltal": "str",
    "kommun": "str",
    "ar": "int64",
    "kon": "str",
    "varde": "float64",
    "antal": "Int64",
    "status": "str",
    "borttaget": "bool",
}
SECRET = "Sekretess: underlaget är för litet"
ROWS = [
    ("N00002", "0114", 2021, "T", 0.0, 1, "", False),
    ("N00001", "0114", 2021, "T", None, 0, "Missing", False),
    ("N00001", "0114", 2020, "M", 2.5, 2, "", False),
    ("N00001", "0114", 2020, "K", None, None, None, None),
    ("N00001", "0114", 2020, "T", -1.0, 3, "", None),
    ("N00001", "0584", 2020, "T", None, 0, SECRET, False),
    ("N00001", "0584", 2021, "T", 9.0, 1, "", True),
    ("N00001", "0584", 2022, "T", None, 0, "", False),
]


def raw(rows=ROWS):
    names = snapshot.PLAIN_SCHEMA.names
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return pa.table(columns, schema=snapshot.PLAIN_SCHEMA)


# --- Tidy -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], []])
def test_a_tidy_frame_has_the_documented_columns_however_few_rows(rows):
    assert {name: str(dtype) for name, dtype in tidy(raw(rows)).dtypes.items()} == DTYPES


def test_rows_are_sorted_and_nothing_is_lost():
    found = tidy(raw())
    keys = list(found[["nyckeltal", "kommun", "ar", "kon"]].itertuples(index=False, name=None))
    assert keys == sorted(row[:4] for row in ROWS)
    assert found.index.tolist() == list(range(len(ROWS)))


def test_null_is_missing_and_zero_is_zero():
    found = tidy(raw()).set_index(["nyckeltal", "kommun", "ar", "kon"])
    for nyckeltal, kommun, ar, kon, varde, antal, status, borttaget in ROWS:
        row = found.loc[(nyckeltal, kommun, ar, kon)]
        assert pd.isna(row["varde"]) if varde is None else row["varde"] == varde
        assert pd.isna(row["antal"]) if antal is None else row["antal"] == antal
        assert pd.isna(row["status"]) if status is None else row["status"] == status
        assert row["borttaget"] == bool(borttaget)


def test_codes_stay_text():
    found = tidy(raw())
    assert "0114" in set(found["kommun"])
    assert {type(code) for code in found["kommun"]} == {str}


@pytest.mark.parametrize(("kon", "number"), [(["T"], 6), (["K"], 1), (["K", "M"], 2), ([], 0)])
def test_only_the_sexes_asked_for_are_kept(kon, number):
    found = tidy(raw(), kon)
    assert len(found) == number
    assert set(found["kon"]) <= set(kon)


def test_a_great_count_is_not_rounded():
    assert tidy(raw([("N00001", "0114", 2020, "T", 1.0, 2**31 - 1, "", False)]))["antal"].tolist() == [2147483647]


# --- What is lacking --------------------------------------------------------------------------------------------------


def lacking(rows, ids, places, years):
    found = absent(rows, ids, places, years)
    assert {str(dtype) for dtype in found.dtypes} == {"str"}
    assert found.columns.tolist() == ["nyckeltal", "kommun", "ar", "orsak"]
    return set(found.itertuples(index=False, name=None))


def test_what_did_not_come_is_told_with_the_reason():
    found = lacking(tidy(raw()), ["N00001", "N00002"], ["0114", "0584"], [2020, 2021, 2022])
    assert found == {
        ("N00001", "0114", "2021", "Kolada svarar ”Missing”"),
        ("N00001", "0114", "2022", "ingen rad"),
        ("N00001", "0584", "2020", f"Kolada svarar ”{SECRET}”"),
        ("N00001", "0584", "2021", "borttaget"),
        ("N00001", "0584", "2022", "tomt värde"),
        ("N00002", "0114", "2020, 2022", "ingen rad"),
        ("N00002", "0584", "2020–2022", "ingen rad"),
    }


def test_without_years_those_that_the_nyckeltal_has_for_any_place_are_meant():
    found = lacking(tidy(raw()), ["N00001", "N00002", "N00009"], ["0114", "0584"], ())
    assert ("N00001", "0114", "2022", "ingen rad") in found
    assert ("N00002", "0584", "2021", "ingen rad") in found
    assert ("N00009", "0114", "", "ingen rad") in found  # has no year to lack
    assert not any(id_ == "N00002" and place == "0114" for id_, place, _, _ in found)


def test_a_value_that_is_zero_is_not_lacking():
    assert lacking(tidy(raw()), ["N00002"], ["0114"], [2021]) == set()


def test_a_place_with_a_value_for_one_sex_is_not_lacking():
    assert lacking(tidy(raw()), ["N00001"], ["0114"], [2020]) == set()


def test_an_answer_without_rows_lacks_everything():
    assert lacking(tidy(raw([])), ["N00001"], ["0114", "0584"], [2020, 2021]) == {
        ("N00001", "0114", "2020–2021", "ingen rad"),
        ("N00001", "0584", "2020–2021", "ingen rad"),
    }


def test_a_question_about_nothing_lacks_nothing():
    assert lacking(tidy(raw([])), [], [], ()) == set()


# --- The table --------------------------------------------------------------------------------------------------------

KALLA = "Källa: Kolada, hämtat 21 november 2026."


def table(frame=None, **options):
    frame = pd.DataFrame({"nyckeltal": ["N00001"], "kommun": ["0114"], "varde": [0.5]}) if frame is None else frame
    return Tabell(frame, kalla=KALLA, **options)


def test_headings_are_spelled_as_swedish_and_columns_keep_their_names():
    found = table(pd.DataFrame({"senaste_ar": [2022], "delas_pa_kon": [True], "antal": [3]}))
    assert [th.text for th in soup(found).select("th")] == ["senaste år", "delas på kön", "antal"]
    assert found["senaste_ar"].tolist() == [2022]


def test_tables_on_a_page_are_no_landmarks_to_tell_apart():
    assert not soup(table()).select("[role=region]")


def test_a_table_is_a_frame_with_a_source():
    found = table()
    assert isinstance(found, pd.DataFrame)
    assert found.kalla == KALLA
    assert found.saknas.empty
    assert found.saknas.columns.tolist() == ["nyckeltal", "kommun", "ar", "orsak"]


@pytest.mark.parametrize(
    "computed",
    [
        lambda t: t[["varde"]] * 2,
        lambda t: t.assign(varde=1.0),
        lambda t: t.groupby("kommun").mean(numeric_only=True),
        lambda t: t.merge(t, on="kommun"),
        lambda t: pd.concat([t, t]),
        lambda t: t.rename(columns={"varde": "x"}),
        lambda t: t.pivot_table(index="kommun", values="varde"),
        lambda t: t[t["varde"] > 0],
        lambda t: t.describe(),
    ],
)
def test_what_is_computed_from_a_table_names_no_source(computed):
    found = computed(table())
    assert type(found) is pd.DataFrame
    assert "Kolada" not in repr(found)
    assert "Kolada" not in found.to_html()


def test_a_table_without_a_source_of_its_own_is_our_own_calculation():
    assert Tabell({"a": [1]}).kalla == "Egen beräkning."


def test_a_replaced_table_keeps_source_and_explanations_unless_others_are_given():
    first = table(forklaringar={"0114": "Upplands Väsby"})
    kept = first.replaced(pd.DataFrame({"kommun": ["0114"]}))
    assert (kept.kalla, kept.forklaringar) == (KALLA, {"0114": "Upplands Väsby"})
    assert first.replaced(pd.DataFrame(), tabell.EGEN).kalla == "Egen beräkning."


def test_renamed_columns_are_renamed_in_what_is_lacking_too():
    lacking = pd.DataFrame({"nyckeltal": ["N1"], "kommun": ["0114"], "ar": ["2020"], "orsak": ["ingen rad"]})
    found = table(saknas=lambda: lacking).renamed({"kommun": "enhet"})
    assert found.columns.tolist() == ["nyckeltal", "enhet", "varde"]
    assert found.saknas.columns.tolist() == ["nyckeltal", "enhet", "ar", "orsak"]
    assert found.kalla == KALLA


def test_changing_what_is_lacking_does_not_change_the_next_table():
    found = table()
    lacking = found.saknas
    lacking.loc[0] = ["N00001", "0114", "2022", "ingen rad"]
    assert found.saknas.empty
    assert table().saknas.empty


def soup(found):
    return BeautifulSoup(found._repr_html_(), "html.parser")


def test_a_notebook_shows_the_values_as_swedes_write_them_and_the_source():
    frame = pd.DataFrame(
        {"nyckeltal": ["N00001"] * 3, "kommun": ["0114", "0584", "0000"], "ar": [2022] * 3, "varde": [1234.5, None, 0]}
    )
    page = soup(table(frame, forklaringar={"0114": "Upplands Väsby", "0580": "Linköping", "N00001": "Antal <65 år"}))
    assert [th.text for th in page.select("th")] == ["nyckeltal", "kommun", "år", "värde"]
    cells = [[td.text.replace("\u00a0", " ") for td in tr.select("td")] for tr in page.select("tbody tr")]
    assert [row[1] for row in cells] == ["0114", "0584", "0000"]
    assert [row[2] for row in cells] == ["2022"] * 3
    assert cells[0][3].startswith("1 234,5")
    assert cells[1][3] == "–"
    assert float(cells[2][3].replace(",", ".")) == 0
    text = page.text.replace("\u00a0", " ")
    assert KALLA in text
    assert "0114 Upplands Väsby" in text
    assert "N00001 Antal <65 år" in text
    assert "Linköping" not in text  # not in the table
    assert all(th.get("scope") == "col" for th in page.select("th"))


def test_only_the_first_rows_are_shown_and_the_number_is_told():
    page = soup(table(pd.DataFrame({"a": range(1000)})))
    assert len(page.select("tbody tr")) == tabell.SHOWN
    assert f"{tabell.SHOWN} av 1000 rader visas." in page.text
    assert "rader visas" not in soup(table(pd.DataFrame({"a": range(tabell.SHOWN)}))).text


@pytest.mark.parametrize(("number", "text"), [(1, "1 rad i .saknas"), (2, "2 rader i .saknas")])
def test_what_is_lacking_is_told_in_notebook_and_text(number, text):
    lacking = pd.DataFrame({"nyckeltal": ["N1"] * number})
    found = table(saknas=lambda: lacking)
    assert text in soup(found).text
    assert text in repr(found)
    assert repr(found).splitlines()[-2:][0] == KALLA


def test_nothing_lacking_is_not_told():
    assert ".saknas" not in repr(table())
    assert ".saknas" not in soup(table()).text
    assert repr(table()).endswith(KALLA)


def test_what_kolada_wrote_is_shown_as_text_and_not_as_html():
    evil = "<script>alert(1)</script>"
    frame = pd.DataFrame({"nyckeltal": [evil], "status": ["<b>&amp;"]})
    page = soup(Tabell(frame, kalla="<i>källa</i>", forklaringar={evil: "<img src=x>"}))
    assert not page.select("script, b, img, i")
    assert evil in page.text
    assert "<b>&amp;" in page.text


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"nyckeltal": []}),
        pd.DataFrame({"varde": [None, None]}, dtype="float64"),
        pd.DataFrame({"kvartil": pd.array([None, 1], dtype="Int8"), "ja": [True, False]}),
        pd.DataFrame({"varde": [float("inf"), -0.0]}),
    ],
)
def test_any_frame_can_be_shown(frame):
    found = table(frame)
    assert KALLA in repr(found)
    assert len(soup(found).select("tbody tr")) == len(frame)


def test_a_table_can_be_kept_and_copied():
    found = table(forklaringar={"0114": "Upplands Väsby"})
    for other in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found), found.copy()):
        pd.testing.assert_frame_equal(pd.DataFrame(other), pd.DataFrame(found))


def test_a_table_of_an_answer_can_be_kept(tmp_path):
    rows = tidy(raw())
    found = table(rows)
    found.to_csv(tmp_path / "a.csv", index=False)
    back = pd.read_csv(tmp_path / "a.csv", dtype={"kommun": "str"})
    assert back["kommun"].tolist() == rows["kommun"].tolist()
    found.to_parquet(tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), rows)


def set_column(found):
    found["varde"] = found["varde"] * 2


def add_column(found):
    found["dubbelt"] = found["varde"] * 2


def set_place(found):
    found.loc[:, "varde"] = 0.0


@pytest.mark.parametrize("change", [set_column, add_column, set_place])
def test_a_table_that_is_changed_in_place_names_no_source(change):
    found = table()
    change(found)
    assert found.kalla == "Egen beräkning."
    assert "Kolada" not in repr(found)
    assert "Kolada" not in soup(found).text
    assert table().kalla == KALLA
