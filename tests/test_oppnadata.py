"""Open data say what the published reports say, in a form that a program can check."""

import datetime as dt
import json
from dataclasses import replace

import pandas as pd
import pytest

from styrlib import csvw, oppnadata, process, tidpunkt, underlag, webbdata
from styrlib.oppnatabeller import TABELLER, Kalla, Kolumn, Tabell
from styrlib.styrmodell import Ansokan, Medel, Reportage, Sjalvskattning, Utgivare

from .conftest import copy_project
from .csvw_granskning import problems, rows

NOW, BEFORE = "2026-delar", "2025-helar"
KS, SN = "kommunstyrelsen", "socialnamnden"
TEXT = Kolumn("text", "Text", "string", "")
SMALL = Tabell(
    "Små",
    "en rad",
    Kalla.kommunen,
    (
        Kolumn("id", "Id", "string", ""),
        TEXT,
        Kolumn("tal", "Tal", "number", ""),
        Kolumn("antal", "Antal", "integer", ""),
        Kolumn("sant", "Sant", "boolean", ""),
        Kolumn("dag", "Dag", "date", ""),
        Kolumn("flera", "Flera", "string", "", lista=True),
    ),
    ("id",),
)


def one(**values):
    return rows(csvw.write(SMALL, [{"id": "0114", **values}]))[1][0]


def test_a_value_is_written_so_that_it_can_be_read_back_and_missing_is_empty():
    row = one(tal=75.0, antal=3, sant=False, dag=dt.date(2026, 8, 31), flera=("a", "b"))
    assert row == {
        "id": "0114",
        "text": "",
        "tal": "75",
        "antal": "3",
        "sant": "false",
        "dag": "2026-08-31",
        "flera": "a b",
    }
    assert one(tal=0.1 + 0.2)["tal"] == repr(0.1 + 0.2)
    missing = one(tal=float("nan"), antal=pd.NA, sant=None, flera=())
    assert set(missing.values()) == {"0114", ""}
    assert one(tal=0.0, antal=0)["tal"] == "0"


@pytest.mark.parametrize("text", ['Å, "ä"; ö', "rad ett\nrad två", "=1+1", "-5", "@SUMMA", "+46", "'"])
def test_a_text_is_written_word_for_word(text):
    assert one(text=text)["text"] == text


def test_the_file_has_a_mark_that_excel_reads_and_rows_that_end_as_rfc_4180_says():
    data = csvw.write(SMALL, [{"id": "a"}])
    assert data == "\ufeffid,text,tal,antal,sant,dag,flera\r\na,,,,,,\r\n".encode()


@pytest.fixture(scope="module")
def base(tmp_path_factory, bearbetat):
    """Return what the example's pages are made from, with funds, a story and self-assessments in it."""
    project = copy_project(tmp_path_factory.mktemp("oppna data") / "projekt", bearbetat)
    made = process.ensure(project)
    modell = process.read_model(made.folder)
    link = [{"mal": 4, "skal": "Därför."}]
    sn = next(n for n in modell.namnder if n.id == SN)
    own = {"princip": "tillit", "period": NOW, "forbattring": "Mer."}
    released = Sjalvskattning(**own, exempel="SLÄPPT", svar={"helt": 4, "inte": 1}, slappt=True)
    few = Sjalvskattning(**own, exempel="FÅ", svar={"helt": 3, "inte": 1}, slappt=True)
    hidden = Sjalvskattning(**own, exempel="KANARIE", slappt=False)
    earlier = Sjalvskattning(**{**own, "period": BEFORE}, exempel="TIDIGARE", slappt=True)
    sn = sn.model_copy(update={"styrprinciper": (released, few, hidden, earlier)})
    asked = Ansokan(
        id="a",
        rubrik="Träd",
        namnd=SN,
        verksamhet=sn.verksamheter[0].id,
        datum="2026-01-01",
        syfte="S",
        sokt=10,
        lankar=link,
    )
    story = Reportage(
        id="r",
        rubrik="R",
        datum="2026-01-02",
        namnd=SN,
        verksamhet=sn.verksamheter[0].id,
        ingress="I",
        lankar=link,
        text="T",
    )
    modell = modell.model_copy(
        update={
            "kommun": modell.kommun.model_copy(update={"utgivare": None}),
            "namnder": tuple(sn if n.id == SN else n.model_copy(update={"styrprinciper": ()}) for n in modell.namnder),
            "medel": Medel(namn="Medel", beskrivning="B", exempel=True, ansokningar=(asked,)),
            "reportage": (story,),
        }
    )
    return underlag.Underlag(modell, modell.perioder[NOW], None, made.uttag, made.folder)


@pytest.fixture(scope="module")
def all_rows(base):
    return oppnadata.tabeller(base, [n.id for n in base.modell.namnder], ["insatser", "erfarenhetsbank"])


@pytest.fixture(scope="module")
def files(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("skrivet")
    webbdata.write(folder, base, [KS, SN], {"insatser"})
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_files_agree_with_their_metadata(files):
    assert list(problems(files)) == []
    assert set(files) == {f"{name}.csv" for name in TABELLER} | {csvw.METADATA}


def test_the_validator_sees_what_is_wrong(files):
    def broken(name, old, new):
        assert old in files[name]
        return list(problems({**files, name: files[name].replace(old, new, 1)}))

    assert broken("varden.csv", b"L101,2019", b"L999,2019")  # leads nowhere
    assert broken("varden.csv", b"L101,2019,M", b"L101,2019,K")  # a key twice
    assert broken("varden.csv", b"72.9", b"72:9")
    assert broken("varden.csv", b"L101,2019,K", b"L101,,K")  # a key is never empty
    assert broken("varden.csv", b",false", b",nej")
    assert broken("varden.csv", b"varde", b"vaerde")


def test_metadata_says_licence_and_source_of_each_table_and_explains_each_column(files, base, tmp_path):
    group = json.loads(files[csvw.METADATA])
    assert "dc:license" not in group  # nobody has decided one
    for table in group["tables"]:
        assert table["dc:title"]
        assert "Vadstena kommun" in table["dc:source"] or "Kolada" in table["dc:source"]
        assert all(column["dc:description"].endswith(".") for column in table["tableSchema"]["columns"])
    assert "exempel, inte beslutat" in group["dc:description"]
    utgivare = Utgivare(namn="Vadstena kommun", adress="https://v.example/x", kontakt="a@v.example")
    kommun = base.modell.kommun.model_copy(update={"utgivare": utgivare})
    webbdata.write(tmp_path, replace(base, modell=base.modell.model_copy(update={"kommun": kommun})), [KS], set())
    group = json.loads((tmp_path / csvw.METADATA).read_text(encoding="utf-8"))
    licences = [table["dc:license"]["@id"] for table in group["tables"]]
    assert set(licences) == {"https://creativecommons.org/publicdomain/zero/1.0/"}


def test_only_the_published_namnder_are_in_any_table(files, base):
    others = [n for n in base.modell.namnder if n.id not in {KS, SN}]
    text = b"".join(files.values()).decode()
    for namnd in others:
        assert namnd.id not in text
        assert all(m.text not in text for m in namnd.malbilder)
        assert all(d.sammanfattning not in text for d in namnd.dialoger)
    own = {n.id for namnd in base.modell.namnder if namnd.id in {KS, SN} for _, n in namnd.nyckeltal()}
    assert {row["nyckeltal"] for row in rows(files["varden.csv"])[1]} <= own


def test_a_hidden_value_is_empty_with_its_base_and_flagged(base, all_rows):
    table = base.table("varden")
    hidden = table[table["dold"]]
    assert len(hidden)
    by_key = {(r["nyckeltal"], r["ar"], r["kon"]): r for r in all_rows["varden"]}
    for row in hidden.itertuples():
        found = by_key[row.nyckeltal, row.ar, row.kon]
        assert (found["varde"], found["antal"], found["dold"]) == (None, None, True)
    assert sum(r["dold"] for r in all_rows["varden"]) == len(hidden)


def test_a_table_that_forgot_to_empty_a_hidden_value_does_not_give_it_away(base):
    follow_up = base.namnd(base.modell.namnder[0])
    follow_up.varden["L101"] = follow_up.varden["L101"].assign(dold=True)
    assert {r["varde"] for r in oppnadata._varden(follow_up, "L101")} == {None}


def test_values_are_the_municipalitys_own_and_means_are_missing_when_too_few_have_a_value(base, all_rows):
    table = base.table("varden")
    shown = table[(table["nyckeltal"] == "N15428") & (table["kommun"] == "0584") & table["varde"].notna()]
    expected = {(r.ar, r.kon): r.varde for r in shown.itertuples()}
    found = {(r["ar"], r["kon"]): r["varde"] for r in all_rows["varden"] if r["nyckeltal"] == "N15428"}
    assert found == expected
    means = [r for r in all_rows["jamforelser"] if r["jamforelse"] == "liknande"]
    assert any(pd.isna(r["varde"]) for r in means)
    assert all(r["antal_kommuner"] > 0 for r in means)
    assert not any(r["nyckeltal"].startswith("L") for r in all_rows["jamforelser"])


def test_nyckeltal_that_only_a_verksamhet_follows_are_left_out(base, all_rows):
    namnd = base.modell.namnder[0]
    malbild = namnd.malbilder[0]
    first = malbild.nyckeltal[0]
    inner = malbild.model_copy(
        update={"nyckeltal": (first.model_copy(update={"niva": "verksamhet"}), *malbild.nyckeltal[1:])}
    )
    namnd = namnd.model_copy(update={"malbilder": (inner, *namnd.malbilder[1:])})
    found = oppnadata.tabeller(replace(base, modell=base.modell.model_copy(update={"namnder": (namnd,)})), [namnd.id])
    for name in ("nyckeltal", "varden", "malbildsnyckeltal"):
        assert first.id in {row["nyckeltal"] for row in all_rows[name]}
        assert first.id not in {row["nyckeltal"] for row in found[name]}


def test_only_released_self_assessments_of_the_period_and_no_answers_of_a_few(all_rows):
    found = all_rows["sjalvskattningar"]
    assert [row["marks"] for row in found] == ["SLÄPPT", "FÅ"]
    assert (found[0]["svarade"], found[0]["helt"], found[0]["till_liten_del"]) == (5, 4, 0)
    assert (found[1]["svarade"], found[1]["helt"], found[1]["till_liten_del"]) == (4, None, None)


def test_funds_and_stories_are_there_only_when_their_pages_are(base, all_rows):
    assert [row["ansokan"] for row in all_rows["medel"]] == ["a"]
    assert {"ansokan", "reportage"} <= {row["slag"] for row in all_rows["lankar"]}
    without = oppnadata.tabeller(base, [SN])
    assert without["medel"] == []
    assert not {"ansokan", "reportage"} & {row["slag"] for row in without["lankar"]}
    assert oppnadata.tabeller(base, [KS], ["insatser"])["medel"] == []


def test_an_earlier_period_holds_only_what_was_known_then(base):
    period = base.modell.perioder[BEFORE]
    then = replace(base, modell=tidpunkt.as_of(base.modell, period), period=period)
    found = oppnadata.tabeller(then, [SN])
    assert {row["period"] for row in found["bedomningar"]} == {BEFORE}
    assert all(row["datum"] <= period.till for row in found["dialoger"])
    assert [row["marks"] for row in found["sjalvskattningar"]] == ["TIDIGARE"]


def test_examples_are_marked_in_every_table_that_the_municipality_writes(all_rows):
    for name in ("namnder", "malbilder", "uppdrag", "aktiviteter", "dialoger", "lankar", "sjalvskattningar", "medel"):
        assert all(row["exempel"] is True for row in all_rows[name] if row.get("slag") != "uppdrag"), name
    made_up = {row["nyckeltal"]: row["varden_exempel"] for row in all_rows["nyckeltal"]}
    assert made_up["L101"]
    assert not made_up["N15428"]
