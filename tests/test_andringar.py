"""After a first fetch only what has changed is asked for, and the result is that of asking for everything."""

import datetime as dt
import math
import random

import pandas as pd
import pytest

from styrlib import hamta, kolada, snapshot
from styrlib.transport import Transport

from . import kolada_server as k
from .test_hamta import raw

FIRST = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
LATER = dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC)  # a new year, so the years asked for have moved too


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(kolada, "PAGE", 150)  # so that a small world takes many questions
    with k.KoladaServer(k.World.generated(3, kpis=30, municipalities=55)) as running:
        yield running


@pytest.fixture
def transport(server):
    return Transport(server.url, rate=math.inf, attempts=2, sleep=lambda _: None)


CHANGES = (
    {"value": 42.5, "status": "", "isdeleted": False},
    {"value": None, "status": "Missing", "isdeleted": False},
    {"value": 0, "count": 7, "status": "", "isdeleted": False},
    {"isdeleted": True},
)


def change(world, seed, share=0.01):
    """Do to a world what Kolada does in a month: revise, withdraw, add, drop, and publish a year."""
    rng = random.Random(seed)
    today = LATER.date().isoformat()
    for row in world.data.values():
        if rng.random() < share:
            row.updated = today
            rng.choice(row.values).update(rng.choice(CHANGES))
    world.kpis = [kpi for kpi in world.kpis if kpi["id"] != "N00012"]
    world.kpis.append({**world.kpis[8], "id": "N90000", "title": "Nytt nyckeltal"})
    world.municipalities.insert(0, {"id": "2999", "title": "Nykommun", "type": "K"})
    for unit in ("0584", "0180", "2999"):
        for year in (2024, 2025, 2026):
            world.data["N90000", unit, year] = k.Row([k.value("T", rng.random())], "2025-01-01")
    for kpi in ("N00009", "N00010"):
        world.data[kpi, "2999", 2024] = k.Row([k.value("T", rng.random())], "2024-01-01")
        for unit in ("0584", "2999"):
            world.data[kpi, unit, 2027] = k.Row([k.value("T", rng.random())], "2025-01-01")


def standing(fetched):
    """Return the values that stand: what a full answer holds of withdrawn ones nobody knows."""
    frame = raw(fetched.snapshot)
    return frame[~frame["isdeleted"].fillna(False)].drop(columns="isdeleted").reset_index(drop=True)


@pytest.mark.parametrize("shows_deleted", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_what_changed_put_into_what_was_is_the_whole_of_today(server, transport, tmp_path, seed, shows_deleted):
    server.world.shows_deleted = shows_deleted
    first = hamta.fetch(tmp_path, None, transport, now=FIRST)
    change(server.world, seed)
    start = len(server.log)
    changed = hamta.fetch(tmp_path, None, transport, now=LATER)
    questions = [r.target for r in server.log[start:] if "/data/" in r.target]
    assert changed.base == first.snapshot.name
    whole = hamta.fetch(tmp_path / "allt", None, transport, now=LATER)
    pd.testing.assert_frame_equal(standing(changed), standing(whole))
    assert changed.snapshot.catalogue("kpi") == whole.snapshot.catalogue("kpi")
    assert "N90000" in set(raw(changed.snapshot)["kpi"])
    assert "N00012" not in set(raw(changed.snapshot)["kpi"])
    changed.snapshot.verify()
    made = whole.snapshot.manifest["fetch"]["questions"]
    assert sum("from_date" in target for target in questions) <= math.ceil(30 / 25)
    assert len(questions) < made / 2


def test_a_third_fetch_builds_on_the_second(server, transport, tmp_path):
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    change(server.world, 1)
    hamta.fetch(tmp_path, None, transport, now=LATER)
    row = next(row for key, row in server.world.data.items() if key[:2] == ("N00010", "0584"))
    row.values[0].update(value=-17.5, status="", isdeleted=False)  # noqa: PD011  (no frame)
    row.updated = "2027-02-01"
    third = hamta.fetch(tmp_path, None, transport, now=LATER + dt.timedelta(days=20))
    assert third.base == "2027-01-15"
    assert -17.5 in set(raw(third.snapshot)["value"])
    whole = hamta.fetch(tmp_path / "allt", None, transport, now=LATER + dt.timedelta(days=20))
    pd.testing.assert_frame_equal(standing(third), standing(whole))


def test_an_answer_about_changes_that_is_not_whole_is_found_out_and_all_is_asked_for(server, transport, tmp_path):
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    change(server.world, 1, share=0.5)
    server.fail(k.no_values, "from_date", times=math.inf)
    fetched = hamta.fetch(tmp_path, None, transport, now=LATER)
    assert fetched.base is None
    server.faults.clear()
    whole = hamta.fetch(tmp_path / "allt", None, transport, now=LATER)
    pd.testing.assert_frame_equal(raw(fetched.snapshot), raw(whole.snapshot))


def test_all_is_asked_for_when_so_much_has_changed_that_it_is_cheaper(server, transport, tmp_path):
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    for row in server.world.data.values():
        row.updated = LATER.date().isoformat()
    server.page_limit = 400  # so that changes fill many pages
    assert hamta.fetch(tmp_path, None, transport, now=LATER).base is None


@pytest.mark.parametrize(
    ("now", "options"),
    [(LATER, {"whole": True}), (FIRST + dt.timedelta(days=100), {})],
    ids=["den som vill", "ett kvartal senare"],
)
def test_all_is_asked_for(server, transport, tmp_path, now, options):
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    start = len(server.log)
    assert hamta.fetch(tmp_path, None, transport, now=now, **options).base is None
    assert not any("from_date" in request.target for request in server.log[start:])


def test_changes_are_only_put_into_a_snapshot_from_the_same_server(transport, tmp_path):
    with k.KoladaServer(k.World.generated(3, kpis=30, municipalities=55)) as other:
        hamta.fetch(tmp_path, None, Transport(other.url, rate=math.inf), now=FIRST)
    assert hamta.fetch(tmp_path, None, transport, now=LATER).base is None


def test_an_interrupted_fetch_of_changes_goes_on(server, transport, tmp_path):
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    change(server.world, 2)
    fault = server.fail(k.status(404), "2999", times=math.inf)
    with pytest.raises(Exception, match="tog inte emot"):
        hamta.fetch(tmp_path, None, transport, now=LATER)
    assert snapshot.find(tmp_path).name == FIRST.date().isoformat()
    server.faults.remove(fault)
    start = len(server.log)
    fetched = hamta.fetch(tmp_path, None, transport, now=LATER + dt.timedelta(hours=1))
    assert fetched.base is not None
    assert not any("from_date" in request.target for request in server.log[start:])
    whole = hamta.fetch(tmp_path / "allt", None, transport, now=LATER)
    pd.testing.assert_frame_equal(standing(fetched), standing(whole))


def ask_both(transport, tmp_path):
    """Return what a fetch of changes and one of everything made."""
    changed = hamta.fetch(tmp_path, None, transport, now=LATER)
    whole = hamta.fetch(tmp_path / "allt", None, transport, now=LATER)
    pd.testing.assert_frame_equal(standing(changed), standing(whole))
    return changed


def test_what_was_published_without_a_new_date_is_asked_for_in_full(server, transport, tmp_path):
    """The day of a change may be that of the load, before the last fetch, and the value be shown after it."""
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    for unit in ("0584", "0180", "0114"):
        server.world.data["N00011", unit, 2026] = k.Row([k.value("T", 5.0)], "2026-11-01")
    for kpi in server.world.kpis:
        if kpi["id"] == "N00011":
            kpi["publ_period"] = "2026"
    assert ask_both(transport, tmp_path).base is not None


def test_one_whose_day_of_publication_has_passed_is_asked_for_in_full(server, transport, tmp_path):
    for kpi in server.world.kpis:
        if kpi["id"] == "N00011":
            kpi["publication_date"] = "2026-12-10"
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    server.world.data["N00011", "0584", 2026] = k.Row([k.value("T", 5.0)], "2026-11-01")
    assert ask_both(transport, tmp_path).base is not None


def test_a_row_that_loses_a_gender_without_a_word_is_asked_for_in_full(server, transport, tmp_path):
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    row = next(row for key, row in server.world.data.items() if key[:2] == ("N00009", "0584") and len(row.values) == 3)
    row.values = [entry for entry in row.values if entry["gender"] == "T"]  # noqa: PD011  (no frame)
    row.updated = "2027-01-01"
    assert ask_both(transport, tmp_path).base is not None


def test_an_answer_of_the_changed_gender_alone_is_understood(server, transport, tmp_path):
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    row = next(row for key, row in server.world.data.items() if key[:2] == ("N00009", "0584") and len(row.values) == 3)
    row.values[0].update(value=-1.5, status="", isdeleted=False)  # noqa: PD011  (no frame)
    row.updated = "2027-01-01"

    def only_the_first(envelope):
        for item in envelope["values"]:
            item["values"] = item["values"][:1]

    server.fail(k.altered(only_the_first), "from_date", times=math.inf)
    assert ask_both(transport, tmp_path).base is not None


@pytest.mark.parametrize("fault", [k.status(404), k.html(), k.altered(lambda e: e.pop("values"))])
def test_where_changes_can_not_be_asked_for_all_is(server, transport, tmp_path, fault):
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    server.fail(fault, "from_date", times=math.inf)
    fetched = ask_both(transport, tmp_path)
    assert fetched.base is None
    # What was tried in vain does not make the next fetch of changes look cheaper.
    whole = snapshot.find(tmp_path / "allt")
    assert fetched.snapshot.manifest["fetch"]["questions"] == whole.manifest["fetch"]["questions"]


def test_questions_of_a_given_up_attempt_are_not_counted(server, transport, tmp_path):
    hamta.fetch(tmp_path, None, transport, now=FIRST)
    change(server.world, 1, share=0.5)
    server.fail(k.no_values, "from_date", times=math.inf)  # answered, and found wanting when controlled
    fetched = hamta.fetch(tmp_path, None, transport, now=LATER)
    server.faults.clear()
    whole = hamta.fetch(tmp_path / "allt", None, transport, now=LATER)
    assert fetched.snapshot.manifest["fetch"]["questions"] == whole.snapshot.manifest["fetch"]["questions"]


def test_a_damaged_snapshot_is_not_built_on(transport, tmp_path):
    first = hamta.fetch(tmp_path, None, transport, now=FIRST).snapshot
    path = first.folder / "data.parquet"
    frame = pd.read_parquet(path)
    frame.loc[0, "value"] = 777777.0
    frame.to_parquet(path)
    assert ask_both(transport, tmp_path).base is None


@pytest.mark.parametrize("file", ["data.parquet", "manifest.json", "kpi.jsonl"])
def test_a_broken_snapshot_does_not_hinder_a_new_one(transport, tmp_path, file):
    path = hamta.fetch(tmp_path, None, transport, now=FIRST).snapshot.folder / file
    path.write_bytes(path.read_bytes()[:20])
    assert ask_both(transport, tmp_path).base is None


def test_a_snapshot_from_a_clock_that_was_ahead_is_not_built_on(transport, tmp_path):
    hamta.fetch(tmp_path, None, transport, now=LATER + dt.timedelta(days=30))
    assert hamta.fetch(tmp_path, None, transport, now=LATER).base is None


def test_an_interrupted_fetch_goes_on_with_other_nyckeltal(server, transport, tmp_path):
    ids = [kpi["id"] for kpi in server.world.kpis]
    fault = server.fail(k.status(404), "/data/", times=math.inf, skip=9)
    with pytest.raises(Exception, match="tog inte emot"):
        hamta.fetch(tmp_path, ids[1:], transport, now=FIRST)
    server.faults.remove(fault)
    asked = hamta.fetch(tmp_path, ids[:-1], transport, now=FIRST + dt.timedelta(hours=1))
    whole = hamta.fetch(tmp_path / "allt", ids[:-1], transport, now=FIRST)
    pd.testing.assert_frame_equal(raw(asked.snapshot), raw(whole.snapshot))


def test_a_new_snapshot_goes_as_far_back_as_the_newest_and_has_its_regions(server, transport, tmp_path):
    columns = ["kpi", "municipality", "period", "gender", "value"]
    old = pd.DataFrame([("N00001", unit, 2006, "T", 1.0) for unit in ("0005", "0000", "0584")], columns=columns)
    catalogues = {name: [] for name in snapshot.CATALOGUES}
    snapshot.write(tmp_path, "2024-08", [snapshot.table(old)], catalogues, {})
    server.world.data["N00001", "0005", 2006] = k.Row([k.value("T", 3.0)])
    fetched = hamta.fetch(tmp_path, ["N00001"], transport, now=FIRST).snapshot
    assert fetched.years() == list(range(2006, 2027))
    assert "0005" in fetched.units()
    rows = raw(fetched)
    assert rows.loc[(rows["municipality"] == "0005") & (rows["period"] == 2006), "value"].tolist() == [3.0]
