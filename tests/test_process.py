import pandas as pd
import pytest

from styrlib import process, snapshot, tables
from styrlib.errors import ProblemsError, SnapshotError, StyrError
from styrlib.project import Project

from .conftest import copy_project


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Project:
    project = copy_project(tmp_path_factory.mktemp("process"))
    process.ensure(project)
    return project


def stamps(project):
    return {path.name: path.stat().st_mtime_ns for path in project.processed.iterdir()}


def test_every_table_has_its_documented_columns_and_dtypes(done):
    for name, table in tables.TABLES.items():
        frame = tables.read(done.processed, name)
        assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == table.dtypes, name
        assert len(frame) or name == "revideringar", name  # the embedded snapshot has none before it


def test_codes_are_text_with_their_zeros(done):
    assert "0114" in set(tables.read(done.processed, "kommuner")["kommun"])
    assert tables.read(done.processed, "varden", ["N15428"])["kommun"].astype(str).str.len().eq(4).all()


def test_no_value_is_changed_on_the_way(done):
    raw = snapshot.find(done.kolada).data(["N15428"])
    own = tables.read(done.processed, "varden", ["N15428"])
    keys = ["kommun", "ar", "kon"]
    raw = raw.rename(columns={"municipality": "kommun", "period": "ar", "gender": "kon", "value": "varde"})
    both = raw.merge(own, on=keys, suffixes=("_raw", ""), validate="one_to_one")
    assert len(both) == len(raw) == len(own) > 0
    pd.testing.assert_series_equal(both["varde"], both["varde_raw"], check_names=False)


def test_similar_groups_have_area_owner_and_seven_members(done):
    groups = tables.read(done.processed, "grupper")
    school = groups[
        (groups["slag"] == "liknande") & (groups["omrade"] == "grundskola") & (groups["agare"] == "Vadstena")
    ]
    assert len(school) == 7
    assert "0584" not in set(school["medlem"])
    assert groups.loc[groups["slag"] == "skr", "titel"].nunique() == 9
    assert groups.loc[groups["slag"] == "skr", "medlem"].nunique() == 290
    assert groups.loc[groups["slag"] == "lan", "medlem"].nunique() == 290


def test_a_discontinued_nyckeltal_has_its_last_year(done):
    known = tables.read(done.processed, "nyckeltal").set_index("nyckeltal")
    assert known.loc["N00914", "upphorde"] == 2021
    assert pd.isna(known.loc["N15428", "upphorde"])


def test_small_local_values_are_hidden_in_the_table(done):
    local = tables.read(done.processed, "varden", ["L201"])
    hidden = local[local["dold"]]
    assert len(hidden) >= 2
    assert hidden[["varde", "antal"]].isna().all(axis=None)


def test_nothing_is_made_again_when_nothing_has_changed(done):
    before = stamps(done)
    process.ensure(done)
    assert stamps(done) == before


def test_a_changed_file_is_seen(project):
    process.ensure(project)
    path = project.styrmodell / "kommun.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"2026.1"', '"2026.2"'), encoding="utf-8")
    process.ensure(project)
    assert process.read_model(project.processed).kommun.version == "2026.2"


def test_a_crash_half_way_is_made_good_by_the_next_run(project, monkeypatch):
    process.ensure(project)
    path = project.styrmodell / "kommun.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"2026.1"', '"2026.2"'), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(process, "write_text", lambda *_: (_ for _ in ()).throw(RuntimeError("strömavbrott")))
        with pytest.raises(RuntimeError):
            process.ensure(project)
    process.ensure(project)
    assert process.read_model(project.processed).kommun.version == "2026.2"


@pytest.mark.parametrize("name", ["varden.parquet", "kommuner.parquet", "styrmodell.json", "underlag.json"])
@pytest.mark.parametrize("content", [None, b"", b"[]"])
def test_damage_to_the_processed_data_is_made_good(done, name, content):
    path = done.processed / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    process.ensure(done)
    assert tables.read(done.processed, "varden", ["N15428"]).shape[0] > 0
    assert len(tables.read(done.processed, "kommuner")) == 312
    assert process.read_model(done.processed).kommun.kommun == "0584"


def test_bad_input_leaves_the_earlier_tables(project):
    process.ensure(project)
    before = stamps(project)
    path = project.styrmodell / "kommun.yaml"
    path.write_text("trasig", encoding="utf-8")
    with pytest.raises(StyrError):
        process.ensure(project)
    assert stamps(project) == before


def test_two_values_for_the_same_key_are_refused_not_chosen_between(project):
    data = pd.DataFrame(
        {"kpi": "N15428", "municipality": "0584", "period": 2022, "gender": ["T", "T"], "value": [1.0, 2.0]}
    )
    old = snapshot.find(project.kolada)
    catalogues = {name: old.catalogue(name) for name in snapshot.CATALOGUES}
    snapshot.write(project.kolada, "2026-11-21", [snapshot.table(data)], catalogues, {})
    with pytest.raises(SnapshotError, match="två värden"):
        process.ensure(project)


def test_withdrawn_values_are_left_out(project):
    data = pd.DataFrame(
        {
            "kpi": "N15428",
            "municipality": "0584",
            "period": [2021, 2022],
            "gender": "T",
            "value": [1.0, 2.0],
            "status": "",
            "isdeleted": [True, False],
        }
    )
    old = snapshot.find(project.kolada)
    catalogues = {name: old.catalogue(name) for name in snapshot.CATALOGUES}
    snapshot.write(project.kolada, "2026-11-21", [snapshot.table(data)], catalogues, {})
    process.ensure(project)
    assert tables.read(project.processed, "varden", ["N15428"])["ar"].tolist() == [2022]


def test_what_kolada_changed_since_the_snapshot_before_is_told(project):
    raw = snapshot.find(project.kolada)
    data = raw.data()
    own = (data["kpi"] == "N15428") & (data["municipality"] == "0584") & (data["gender"] == "T")
    before = data[own & (data["period"] == 2020)]["value"].iloc[0]
    data.loc[own & (data["period"] == 2020), "value"] = before + 1
    catalogues = {name: raw.catalogue(name) for name in snapshot.CATALOGUES}
    catalogues["kpi"] = [
        {**entry, "title": "Ny titel"} if entry["id"] == "N15428" else entry for entry in catalogues["kpi"]
    ]
    snapshot.write(project.kolada, "2026-11-21", [snapshot.table(data)], catalogues, {})
    process.ensure(project)
    changed = tables.read(project.processed, "revideringar")
    assert changed.to_numpy().tolist() == [["N15428", "0584", 2020, "T", "andrat", before, before + 1]]
    titles = tables.read(project.processed, "nyckeltal").set_index("nyckeltal")
    assert titles.loc["N15428", "titel"] == "Ny titel"
    assert titles["tidigare_titel"].dropna().index.tolist() == ["N15428"]


def test_a_local_value_of_a_year_to_come_is_told(project):
    path = project.styrmodell / "lokala" / "socialnamnden.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\nL201;2031;T;40;30\n", encoding="utf-8")
    with pytest.raises(ProblemsError, match="L201 har ett värde för 2031, efter den sista perioden, 2026"):
        process.ensure(project)
