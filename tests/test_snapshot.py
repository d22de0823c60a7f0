import csv
import json
import shutil

import pandas as pd
import pytest

from styrlib import snapshot
from styrlib.errors import InputError, SnapshotError

from .conftest import REPOSITORY

EMBEDDED = snapshot.find(REPOSITORY / "data" / "raw" / "kolada")
CATALOGUES = {
    "kpi": [{"id": "N00001", "title": "Ett"}],
    "municipality": [{"id": "0114", "title": "Upplands Väsby", "type": "K"}],
    "kpi_groups": [],
    "municipality_groups": [],
}
ORIGIN = {"source": "Källa: Kolada"}


def values(**columns):
    base = {"kpi": ["N00001"], "municipality": ["0114"], "period": [2020], "gender": ["T"], "value": [1.5]}
    return pd.DataFrame({**base, **columns})


def test_the_embedded_snapshot_is_whole():
    EMBEDDED.verify()
    assert EMBEDDED.manifest["source"] == "Källa: Kolada"
    assert EMBEDDED.manifest["extracted"] == EMBEDDED.name == "2024-08"


def test_the_embedded_snapshot_holds_what_the_four_namnder_need():
    data = EMBEDDED.data()
    kpi = {entry["id"] for entry in EMBEDDED.catalogue("kpi")}
    municipality = {m["id"]: m for m in EMBEDDED.catalogue("municipality")}
    own = {code for code, m in municipality.items() if m["type"] == "K"}
    assert len(own) == 290
    assert set(data["municipality"].unique()) == own | {"0000", "0005"}
    assert (data["period"].min(), data["period"].max()) == (2008, 2022)
    assert set(data["gender"].unique()) == {"T", "K", "M"}
    with (REPOSITORY / "data" / "raw" / "agenda2030" / "nyckeltal.csv").open(encoding="utf-8") as file:
        agenda = {row["nyckeltal"] for row in csv.DictReader(file)}
    assert len(agenda) == 84
    assert agenda <= kpi
    assert len(kpi - agenda) >= 120
    assert set(data["kpi"].unique()) <= kpi


def test_the_embedded_snapshot_holds_every_comparison_group():
    groups = EMBEDDED.catalogue("municipality_groups")
    titles = [g["title"] for g in groups if g["title"].startswith("Liknande kommuner")]
    areas = {title.removeprefix("Liknande kommuner").strip(", ").split(",")[0] for title in titles}
    assert {"grundskola", "äldreomsorg", "LSS", "övergripande", "ekonomiskt bistånd"} <= areas
    assert {"Östergötlands läns kommuner (ovägt medel)", "Alla kommuner (ovägt medel)"} <= {g["title"] for g in groups}


def test_the_embedded_snapshot_is_small_enough_for_git():
    assert sum(path.stat().st_size for path in EMBEDDED.folder.iterdir()) < 9e6
    assert all(path.stat().st_size < 10e6 for path in EMBEDDED.folder.iterdir())


def test_codes_keep_their_zeros_and_what_the_origin_did_not_say_is_missing(tmp_path):
    written = snapshot.write(tmp_path, "2026-11-21", [snapshot.table(values())], CATALOGUES, ORIGIN)
    row = written.data().iloc[0]
    assert (row["municipality"], row["value"]) == ("0114", 1.5)
    assert pd.isna(row["count"])
    assert pd.isna(row["status"])
    assert pd.isna(row["isdeleted"])


def test_a_missing_value_is_never_zero(tmp_path):
    data = values(value=[None], count=[0], status=["Missing"], isdeleted=[False])
    row = snapshot.write(tmp_path, "2026", [snapshot.table(data)], CATALOGUES, ORIGIN).data().iloc[0]
    assert pd.isna(row["value"])
    assert (row["count"], row["status"]) == (0, "Missing")


def test_some_nyckeltal_can_be_read_without_the_rest():
    assert set(EMBEDDED.data(["N15428"])["kpi"].astype(str)) == {"N15428"}


def test_a_snapshot_is_never_overwritten(tmp_path):
    snapshot.write(tmp_path, "2026-11-21", [snapshot.table(values())], CATALOGUES, ORIGIN)
    with pytest.raises(InputError, match="skrivs aldrig över"):
        snapshot.write(tmp_path, "2026-11-21", [snapshot.table(values(value=[9.0]))], CATALOGUES, ORIGIN)


def test_a_failed_write_leaves_nothing(tmp_path):
    with pytest.raises(KeyError):
        snapshot.write(tmp_path, "2026-11-21", [snapshot.table(values())], {"kpi": []}, ORIGIN)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_date_is_refused(tmp_path):
    with pytest.raises(InputError, match="är inget datum"):
        snapshot.write(tmp_path, "../bort", [snapshot.table(values())], CATALOGUES, ORIGIN)


def test_a_changed_or_missing_file_is_found(tmp_path):
    written = snapshot.write(tmp_path, "2026-11-21", [snapshot.table(values())], CATALOGUES, ORIGIN)
    path = written.folder / "kpi.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Ett", "Två"), encoding="utf-8")
    with pytest.raises(SnapshotError, match="är ändrad sedan uttaget gjordes"):
        written.verify()
    path.unlink()
    with pytest.raises(SnapshotError, match="saknas"):
        written.verify()


def test_the_newest_whole_snapshot_is_found(tmp_path):
    for name in ("2024-08", "2026-11-21", "2026-02"):
        snapshot.write(tmp_path, name, [snapshot.table(values())], CATALOGUES, ORIGIN)
    (tmp_path / "2027-01").mkdir()  # interrupted: no manifest
    shutil.copytree(tmp_path / "2026-02", tmp_path / "2026-02 - kopia")  # a file manager's copy
    shutil.copytree(tmp_path / "2026-02", tmp_path / ".2028.abc")  # killed before it was moved in
    assert snapshot.find(tmp_path).name == "2026-11-21"
    assert snapshot.find(tmp_path, "2026-02").name == "2026-02"
    with pytest.raises(SnapshotError, match="2025"):
        snapshot.find(tmp_path, "2025")


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"files": {"kpi.jsonl": {}}}', '{"files": []}'])
def test_a_broken_manifest_is_a_sentence(tmp_path, content):
    written = snapshot.write(tmp_path, "2026", [snapshot.table(values())], CATALOGUES, ORIGIN)
    (written.folder / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(SnapshotError, match="saknar ett läsbart manifest"):
        _ = snapshot.find(tmp_path).manifest


def test_the_same_data_give_the_same_snapshot(tmp_path):
    first = snapshot.write(tmp_path / "a", "2026", [snapshot.table(values())], CATALOGUES, ORIGIN)
    second = snapshot.write(tmp_path / "b", "2026", [snapshot.table(values())], CATALOGUES, ORIGIN)
    assert first.manifest == second.manifest
    assert (
        json.loads((first.folder / "manifest.json").read_text(encoding="utf-8"))["files"]["data.parquet"]["rows"] == 1
    )
