"""From a server to a snapshot: whole or not at all, and on from where it was."""

import datetime as dt
import math
import os
import random
import re
import signal
import subprocess
import sys
import time
from functools import partial

import pandas as pd
import pytest

from styrlib import hamta, kolada, snapshot
from styrlib.errors import InputError
from styrlib.transport import KoladaError, Transport

from . import kolada_server as k
from .conftest import run_styr

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
ASKED = ["N00001", "N00003", "N00004", "N00008", "N99999"]


# The command, which asks as fast as it can: `test_transport` shows that it else asks five times in a second.
UNHURRIED = """
import math
from styrlib.transport import Transport
Transport.__init__.__kwdefaults__["rate"] = math.inf
from styrlib.cli import main
main(prog_name="styr")
"""


@pytest.fixture
def styr(project):
    """Return the command, run in a fresh copy of the project."""
    return partial(run_styr, project, program=("-c", UNHURRIED))


@pytest.fixture
def server():
    with k.KoladaServer(k.World.generated(1)) as running:
        yield running


@pytest.fixture
def transport(server):
    return Transport(server.url, rate=math.inf, attempts=2, sleep=lambda _: None)


def raw(fetched):
    """Return a snapshot's values in an order that does not depend on the server's."""
    keys = ["kpi", "municipality", "period", "gender"]
    frame = fetched.data().astype({"kpi": "str", "municipality": "str", "gender": "str"})
    return frame.sort_values(keys, ignore_index=True)


def world_values(server, ids):
    """Return every value that the world holds for municipalities and riket, past HTTP and the library."""
    units = {m["id"] for m in server.world.municipalities if m["type"] == "K"} | {"0000"}
    return {
        (kpi, unit, period, v["gender"]): v["value"]
        for (kpi, unit, period), row in server.world.data.items()
        for v in row.values  # noqa: PD011  (no frame)
        if kpi in ids and unit in units and NOW.year - 16 <= period <= NOW.year and not v["isdeleted"]
    }


def test_a_snapshot_holds_exactly_what_the_server_has(server, transport, tmp_path):
    fetched = hamta.fetch(tmp_path, ASKED, transport, now=NOW)
    fetched.snapshot.verify()
    assert fetched.snapshot.name == "2026-11-21"
    assert fetched.gone == ("N99999",)
    rows = raw(fetched.snapshot)
    found = {(r.kpi, r.municipality, r.period, r.gender): r.value for r in rows.itertuples()}
    wanted = world_values(server, set(ASKED))
    assert found.keys() == wanted.keys()
    assert all(pd.isna(found[key]) if value is None else found[key] == value for key, value in wanted.items())
    assert set(rows["status"]) >= {"", "Missing"}
    assert {entry["id"] for entry in fetched.snapshot.catalogue("kpi")} == set(ASKED) - {"N99999"}
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == ["2026-11-21"]


def test_all_of_kolada_can_be_fetched(server, transport, tmp_path):
    fetched = hamta.fetch(tmp_path, None, transport, now=NOW)
    assert {e["id"] for e in fetched.snapshot.catalogue("kpi")} == {e["id"] for e in server.world.kpis}


def test_a_second_snapshot_of_a_day_gets_a_number_and_is_the_newest(transport, tmp_path):
    hamta.fetch(tmp_path, ASKED, transport, now=NOW)
    second = hamta.fetch(tmp_path, ["N00001"], transport, now=NOW + dt.timedelta(hours=1)).snapshot
    assert second.name == "2026-11-21-02"
    assert snapshot.find(tmp_path) == second
    assert hamta.fetch(tmp_path, ["N00001"], transport, now=NOW).snapshot.name == "2026-11-21-03"


def test_a_failed_fetch_leaves_no_snapshot_and_goes_on_where_it_was(tmp_path):
    with k.KoladaServer(k.World.generated(2, kpis=60, municipalities=60)) as server:
        transport = Transport(server.url, rate=math.inf, workers=1)
        fault = server.fail(k.status(404), "/data/", times=math.inf, skip=2)
        with pytest.raises(KoladaError):
            hamta.fetch(tmp_path, None, transport, now=NOW)
        assert not list(tmp_path.glob("2*"))
        before = {request.target for request in server.log if request.status == 200}
        assert len(before) == 6  # four catalogues and two questions
        server.faults.remove(fault)
        start = len(server.log)
        fetched = hamta.fetch(tmp_path, None, transport, now=NOW + dt.timedelta(hours=1))
        assert not before & {request.target for request in server.log[start:]}
        undisturbed = hamta.fetch(tmp_path / "annan", None, transport, now=NOW)
        pd.testing.assert_frame_equal(raw(fetched.snapshot), raw(undisturbed.snapshot))


def test_yesterdays_answers_are_not_mixed_with_todays(server, transport, tmp_path):
    fault = server.fail(k.status(404), "/data/", times=math.inf)
    with pytest.raises(KoladaError):
        hamta.fetch(tmp_path, ASKED, transport, now=NOW)
    server.faults.remove(fault)
    start = len(server.log)
    hamta.fetch(tmp_path, ASKED, transport, now=NOW + dt.timedelta(days=2))
    assert [r.path for r in server.log[start:]][:4] == [
        "/v3/kpi",
        "/v3/kpi_groups",
        "/v3/municipality",
        "/v3/municipality_groups",
    ]


@pytest.mark.parametrize("path", ["/v3/kpi", "/v3/kpi_groups", "/v3/municipality", "/v3/municipality_groups"])
def test_an_empty_catalogue_with_status_200_makes_no_snapshot(server, transport, tmp_path, path):
    fault = server.fail(k.no_values, lambda request: request.path == path, times=math.inf)
    with pytest.raises(KoladaError, match="var tom"):
        hamta.fetch(tmp_path, ASKED, transport, now=NOW)
    assert not list(tmp_path.glob("2*"))
    server.faults.remove(fault)
    assert hamta.fetch(tmp_path, ASKED, transport, now=NOW).snapshot.name == "2026-11-21"


def test_answers_without_any_value_make_no_snapshot(server, transport, tmp_path):
    server.fail(k.no_values, "/data/", times=math.inf)
    with pytest.raises(KoladaError, match="var tomt"):
        hamta.fetch(tmp_path, ASKED, transport, now=NOW)
    assert not list(tmp_path.glob("2*"))


@pytest.mark.parametrize(
    "edit",
    [
        lambda row: row["values"][0].update(value="-"),
        lambda row: row["values"][0].update(gender="X"),
        lambda row: row["values"].append(dict(row["values"][0])),
        lambda row: row.update(municipality="9999"),
        lambda row: row.update(values=None),
    ],
)
def test_rows_of_another_shape_or_question_are_refused_and_not_kept(server, transport, tmp_path, edit):
    fault = server.fail(k.altered(lambda envelope: edit(envelope["values"][0])), "/data/", times=math.inf)
    with pytest.raises(KoladaError, match="Inget av svaret behölls"):
        hamta.fetch(tmp_path, ASKED, transport, now=NOW)
    server.faults.remove(fault)
    hamta.fetch(tmp_path, ASKED, transport, now=NOW)


def test_a_kept_answer_that_a_crash_left_half_is_asked_for_again(server, transport, tmp_path):
    fault = server.fail(k.status(404), "/data/", times=math.inf)
    with pytest.raises(KoladaError):
        hamta.fetch(tmp_path, ASKED, transport, now=NOW)
    server.faults.remove(fault)
    for path in (tmp_path / ".hamtning").rglob("*.parquet"):
        path.write_bytes(path.read_bytes()[:20])
    assert hamta.fetch(tmp_path, ASKED, transport, now=NOW).snapshot.name == "2026-11-21"


def test_titles_with_odd_line_ends_survive(server, transport, tmp_path):
    server.world.kpis[0]["description"] = "a\u2028b\u0085c"
    fetched = hamta.fetch(tmp_path, None, transport, now=NOW)
    assert "a\u2028b\u0085c" in {entry["description"] for entry in fetched.snapshot.catalogue("kpi")}


def test_ctrl_c_does_not_wait_for_a_silent_server(project, server):
    server.fail(k.silent, times=math.inf)
    with subprocess.Popen(
        [sys.executable, "-m", "styrlib", "hamta"],
        cwd=project.root,
        env={**os.environ, "STYR_KOLADA_URL": server.url},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        while not server.log:
            time.sleep(0.1)
        os.killpg(running.pid, signal.SIGINT)
        _, err = running.communicate(timeout=15)
    assert running.returncode == 1
    assert "Avbrutet" in err


def test_two_fetches_at_once_are_refused(transport, tmp_path):
    with hamta.FileLock(tmp_path / ".hamtning.lock"), pytest.raises(InputError, match="En annan hämtning pågår"):
        hamta.fetch(tmp_path, ASKED, transport, now=NOW)


def test_withdrawn_values_come_marked_and_are_kept_as_they_are(server, transport, tmp_path):
    server.world.shows_deleted = True
    rows = raw(hamta.fetch(tmp_path, ["N00001", "N00004", "N00008"], transport, now=NOW).snapshot)
    assert rows["isdeleted"].any()


def shipped_world(project):
    """Return a world that holds what the embedded snapshot has of some nyckeltal, and its catalogue but for one."""
    raw = snapshot.find(project.kolada)
    world = k.World()
    world.kpis = [entry for entry in raw.catalogue("kpi") if entry["id"] != "U21401"]
    world.municipalities = raw.catalogue("municipality")
    world.municipality_groups = raw.catalogue("municipality_groups")
    world.kpi_groups = [{"id": "G2KPI1", "title": "Skola", "members": [{"member_id": "N15428", "member_title": "x"}]}]
    for r in raw.data(["N15428"]).itertuples():
        row = world.data.setdefault((r.kpi, r.municipality, r.period), k.Row([]))
        row.values.append(k.value(r.gender, r.value))  # noqa: PD011  (no frame)
    first = world.data["N15428", "0584", 2022].values[0]  # noqa: PD011
    first["value"] += 1
    return world


def test_the_command_fetches_tells_what_changed_and_the_reports_use_it(project, styr):
    with k.KoladaServer(shipped_world(project)) as server:
        result = styr("hamta", "--grupp", "skola", STYR_KOLADA_URL=server.url)
    assert result.returncode == 0, result.stderr
    today = dt.datetime.now().astimezone().date().isoformat()
    assert f"till data/raw/kolada/{today}/" in result.stdout
    # All other nyckeltal are in the catalogue, but have lost every value.
    assert re.search(
        r"Jämfört med uttaget 2024-08:\n  Värden: 1 ändrade, 0 nya, 0 för nya år, [0-9]{6,7} borttagna\.\n"
        r"  Värden för Vadstena: 1 ändrade, 0 nya, 0 för nya år, [0-9]{4} borttagna\.",
        result.stdout,
    )
    assert "Obs: U21401 finns inte i Kolada längre. Det följer målbilden Trygg äldreomsorg" in result.stderr
    assert styr("kontrollera").returncode == 1  # a decided nyckeltal that Kolada drops is still followed, and told
    assert f"Uttag från Kolada: {today}." in styr("bearbeta").stdout
    page = project.output / "uttag" / f"2024-08_{today}"
    assert f"Läs mer i output/uttag/{page.name}.html" in result.stdout
    assert page.with_name(f"{page.name}.html").read_text(encoding="utf-8").count("<h1") == 1
    assert page.with_name(f"{page.name}.csv").read_text(encoding="utf-8-sig").count("N15428;") == 1
    styr("rapport", "SN", "--uttag", "2024-08")
    report = (project.output / "0584" / "socialnamnden.html").read_text(encoding="utf-8")
    assert "Källa: Kolada, uttag 2024-08." in report
    compared = styr("jamfor-uttag", "2024-08", today, "--ut", "skillnad")
    assert compared.returncode == 0, compared.stderr
    assert sorted(path.suffix for path in (project.root / "skillnad").iterdir()) == [".csv", ".html"]


def test_all_of_kolada_is_fetched_and_what_the_model_lacks_is_told(project, styr):
    with k.KoladaServer(shipped_world(project)) as server:
        result = styr("hamta", "--alla", STYR_KOLADA_URL=server.url)
    assert result.returncode == 0, result.stderr
    assert "Obs: U21401 finns inte i Kolada längre. Det följer målbilden Trygg äldreomsorg" in result.stderr


def test_without_a_server_the_command_is_one_sentence_and_nothing_is_changed(project, styr):
    result = styr("hamta", STYR_KOLADA_URL="http://kolada.invalid/v3")
    assert result.returncode == 1
    assert result.stderr == (
        "Fel: Datorn hittar inte kolada.invalid. Kontrollera att den är ansluten till nätet. "
        "Rapporterna kan göras ändå, med siffrorna från augusti 2024.\n"
    )
    assert [path.name for path in project.kolada.glob("2*")] == ["2024-08"]


def test_an_unknown_group_is_told_with_suggestions(project, styr):
    with k.KoladaServer(shipped_world(project)) as server:
        result = styr("hamta", "--grupp", "Skolan", STYR_KOLADA_URL=server.url)
    assert result.returncode == 2
    assert "Gruppen ”Skolan” finns inte. Menade du Skola?" in result.stderr


def test_questions_hold_at_most_25_ids_and_cover_every_combination_once():
    ids = [f"N{i:05}" for i in range(60)]
    units = [f"{i:04}" for i in range(70)]
    years = range(2010, 2027)
    counted = {id_: 25 * (1 + i % 17) for i, id_ in enumerate(ids)}
    questions = [*kolada.sample_questions(ids, units, years), *kolada.other_questions(counted, ids, units, years)]
    covered = []
    for question in questions:
        assert max(map(len, (question.nyckeltal, question.kommuner, question.ar))) <= 25
        covered += [(kpi, code) for kpi in question.nyckeltal for code in question.kommuner]
    assert len(covered) == len(set(covered)) == 60 * 70


def test_pages_are_nearly_full():
    """At most 1.35 times the lower bound that paging allows, for the model's nyckeltal and the whole country."""
    randomness = random.Random(1)
    ids = [f"N{i:05}" for i in range(200)]
    years_of = {id_: randomness.randint(1, 17) for id_ in ids}
    units = [f"{i:04}" for i in range(291)]
    counted = {id_: 25 * years_of[id_] for id_ in ids}
    requests = 0
    years = range(2010, 2027)
    questions = [*kolada.sample_questions(ids, units, years), *kolada.other_questions(counted, ids, units, years)]
    for question in questions:
        rows = sum(years_of[id_] for id_ in question.nyckeltal) * len(question.kommuner)
        requests += max(1, math.ceil(rows / kolada.PAGE))
    bound = math.ceil(sum(years_of.values()) * len(units) / kolada.PAGE)
    assert requests <= 1.35 * bound


SCRIPT = """
import math, sys
from pathlib import Path
from styrlib import hamta
from styrlib.transport import Transport
hamta.fetch(Path(sys.argv[1]), None, Transport(sys.argv[2], rate=math.inf, workers=1))
"""


def test_twenty_kills_at_random_moments_and_a_last_run_give_the_undisturbed_snapshot(tmp_path):
    randomness = random.Random(7)
    with k.KoladaServer(k.World.generated(2, kpis=60, municipalities=80)) as server:
        whole = hamta.fetch(tmp_path / "ostort", None, Transport(server.url, rate=math.inf)).snapshot
        server.latency = 0.3
        disturbed = tmp_path / "stort"
        command = [sys.executable, "-c", SCRIPT, str(disturbed), server.url]
        for _ in range(20):
            with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
                time.sleep(randomness.uniform(0.2, 1.6))
                running.kill()
            for path in disturbed.glob("2*"):
                snapshot.Snapshot(path).verify()
        server.latency = 0.0
        if not list(disturbed.glob("2*")):
            subprocess.run(command, check=True)
        fetched = snapshot.find(disturbed)
        fetched.verify()
        pd.testing.assert_frame_equal(raw(fetched), raw(whole))
        assert fetched.manifest["files"]["data.parquet"]["rows"] == whole.manifest["files"]["data.parquet"]["rows"]
