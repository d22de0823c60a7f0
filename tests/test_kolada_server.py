"""The test server itself: that it says what the contract says, and fails as it is told to."""

import http.client
import itertools
import json
import socket
import statistics
import subprocess
import sys
import threading
import time
from email.utils import parsedate_to_datetime
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import requests
from urllib3.util.connection import is_connection_dropped

from . import kolada_server as k
from .conftest import SHARED as TEAM

SHARED = TEAM / "kolada"
WORLD = k.World.generated(1)
shared = pytest.mark.skipif(not SHARED.exists(), reason="the real table is not here")


@pytest.fixture
def server():
    with k.KoladaServer(k.World.generated(1)) as running:
        yield running


@pytest.fixture
def get(server):
    return lambda path: json.load(urlopen(server.url + path))


@pytest.fixture
def session():
    with requests.Session() as opened:
        yield opened


def ids(envelope):
    return [entry["id"] for entry in envelope["values"]]


def keys(envelope, kind="municipality"):
    return {(row["kpi"], row[kind], row["period"]) for row in envelope["values"]}


def live(table):
    return {key for key, row in table.items() if not all(entry["isdeleted"] for entry in row.values)}


def refusal(url):
    with pytest.raises(HTTPError) as caught:
        urlopen(url)
    with caught.value as answer:
        json.load(answer)
        return answer.status


# --- Routes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "facts"), k.LISTS.items())
def test_every_list_is_whole_and_answers_single_ids_in_an_envelope(get, name, facts):
    entries = getattr(WORLD, facts[0])
    whole = {"values": entries, "count": len(entries), "next_url": None, "previous_url": None}
    assert get(f"/{name}") == whole
    assert get(f"/{name}/{entries[0]['id']}") == whole | {"values": entries[:1], "count": 1}
    assert ids(get(f"/{name}/{entries[1]['id']},{entries[0]['id']},unknown")) == [e["id"] for e in entries[:2]]
    assert get(f"/{name}/unknown") == whole | {"values": [], "count": 0}


def test_lists_are_filtered(get):
    assert ids(get("/kpi?title=f%C3%96RE%20extra")) == ["N00002", "N00003"]
    assert ids(get("/kpi?title=SCB")) == []  # in descriptions alone
    assert ids(get("/kpi/N00001,N00002?title=resultat")) == ["N00002"]
    assert ids(get("/municipality?region_type=L")) == ["0001", "0005", "0000"]
    assert ids(get("/municipality?region_type=K"))[:2] == ["0584", "0180"]
    assert ids(get("/ou?municipality=0180")) == ["V15E018000001", "V23E018000001"]
    assert ids(get("/ou?municipality=0180&title=skola")) == ["V15E018000001"]


@pytest.mark.parametrize(
    "path", ["/kpi?titel=a", "/kpi?region_type=K", "/ou?from_date=2020-01-01", "/data/kpi/N00001/year/2020?title=a"]
)
def test_a_misnamed_parameter_finds_nothing(get, path):
    assert get(path)["values"] == []


def test_every_shape_of_data_selects_what_it_says(get):
    data, every = live(WORLD.data), WORLD.municipalities
    groups = {group["id"] for group in WORLD.municipality_groups}
    some = keys(get("/data/kpi/N00001,N00002/municipality/0180,0000/year/2020,2021"))
    assert some == {
        key for key in data if key[0] in {"N00001", "N00002"} and key[1] in {"0180", "0000"} and key[2] in {2020, 2021}
    }
    assert keys(get("/data/kpi/N00007/municipality/0114")) == {key for key in data if key[:2] == ("N00007", "0114")}
    whole = keys(get("/data/kpi/N00001/year/2020"))
    assert whole == {key for key in data if key[::2] == ("N00001", 2020)} | {("N00001", code, 2020) for code in groups}
    assert len(whole) > len(every)
    own = keys(get("/data/municipality/0580/year/2022,2023"))
    assert own == {key for key in data if key[1] == "0580" and key[2] in {2022, 2023}}
    row = get("/data/kpi/N00001/municipality/0180/year/2020")["values"][0]
    assert row == {
        "values": WORLD.data["N00001", "0180", 2020].values,
        "kpi": "N00001",
        "period": 2020,
        "municipality": "0180",
    }


def test_every_shape_of_unit_data_selects_what_it_says(get):
    data, unit = live(WORLD.oudata), "V15E018000001"
    assert keys(get(f"/oudata/kpi/U00005/ou/{unit}/year/2020"), "ou") == data & {("U00005", unit, 2020)}
    assert keys(get(f"/oudata/kpi/U00005/ou/{unit}"), "ou") == {key for key in data if key[1] == unit}
    assert keys(get("/oudata/kpi/U00005/year/2020"), "ou") == {key for key in data if key[2] == 2020}
    assert keys(get(f"/oudata/ou/{unit}/year/2020,2021"), "ou") == {
        k for k in data if k[1] == unit and k[2] in {2020, 2021}
    }
    own = keys(get("/oudata/municipality/0180/year/2020"), "ou")
    assert own == {key for key in data if key[1][4:8] == "0180" and key[2] == 2020} != set()
    assert get("/oudata/municipality/9999/year/2020")["values"] == []


@pytest.mark.parametrize("path", ["kpi/N99999/year/2020", "kpi/N00001/year/1900", "municipality/G999/year/2020"])
def test_unknown_ids_and_years_have_no_rows(get, path):
    assert get(f"/data/{path}") == {"values": [], "count": 0, "next_url": None, "previous_url": None}


def test_what_is_refused(server):
    many = ",".join(f"N{n:05d}" for n in range(26))
    for path, code in {
        "/v2/kpi": 410,
        "/v3/data/kpi/N00001": 404,
        "/v3/oudata/kpi/U00005": 404,
        "/v3/data/municipality/0180": 404,
        "/v3/data/kpi/N00001/ou/V15/year/2020": 404,
        "/v3/kpi/N00001/data": 404,
        "/v3/nothing": 404,
        f"/v3/kpi/{many}": 422,
        f"/v3/data/kpi/{many}/year/2020": 422,
        f"/v3/data/kpi/N00001/year/{','.join(map(str, range(1999, 2025)))}": 422,
        "/v3/data/kpi/N00001/year/i%20fjol": 422,
        "/v3/data/kpi/N00001/year/2020?from_date=igår".replace("å", "%C3%A5"): 422,
        "/v3/kpi?page=0": 422,
        "/v3/kpi?per_page=alla": 422,
        "/v3/kpi?per_page=5001": 400,
    }.items():
        assert refusal(server.root + path) == code, path
    server.over_ids_limit, server.over_page_limit = 400, 422
    assert refusal(f"{server.url}/kpi/{many}") == 400
    assert refusal(f"{server.url}/kpi?per_page=5001") == 422
    server.over_page_limit = None
    assert len(json.load(urlopen(f"{server.url}/kpi?per_page=9000"))["values"]) == 9


@pytest.mark.parametrize(
    "path",
    [
        "/kpi",
        "/data/kpi/N00001,N00002/year/2019,2020",
        "/municipality?title=a",
        "/data/kpi/N00001/municipality/0180?from_date=2025-01-01",
    ],
)
def test_pages_are_whole_and_count_only_themselves(server, get, path):
    whole = get(path)["values"]
    pages = [get(f"{path}{'&' if '?' in path else '?'}per_page=2")]
    while url := pages[-1]["next_url"]:
        assert url.startswith(server.url)
        pages.append(json.load(urlopen(url)))
    assert len(pages) == -(-len(whole) // 2) > 1
    assert [page["count"] for page in pages] == [len(page["values"]) for page in pages]
    assert list(itertools.chain.from_iterable(page["values"] for page in pages)) == whole
    assert pages[0]["previous_url"] is None
    assert json.load(urlopen(pages[1]["previous_url"])) == pages[0]


def test_data_asked_for_in_the_query_is_answered_as_in_the_path(get):
    question = "kpi_id=N00001&kpi_id=N00002&municipality_id=0180&municipality_id=0000&year=2020&year=2021"
    path = "/data/kpi/N00001,N00002/municipality/0180,0000/year/2020,2021"
    whole = get(path)
    assert whole["count"] > 2
    assert get(f"/data/?{question}") == get(f"/data?{question}&page=1&per_page=5000") == whole
    first = get(f"/data/?{question}&page=1&per_page=2")
    assert f"/v3/data/?{question}&page=2&per_page=2" in first["next_url"]
    second = json.load(urlopen(first["next_url"]))
    assert first["values"] + second["values"] == whole["values"][:4]
    assert get(f"/data/?{question}&from_date=2026-01-01") == get(f"{path}?from_date=2026-01-01")
    assert get("/data/?kpi_id=N00001&year=2020") == get("/data/kpi/N00001/year/2020")
    assert get(f"/data/?{question}&title=a")["values"] == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/data/", 404),
        ("/data?from_date=2020-01-01", 404),
        ("/data/?kpi_id=N00001", 404),
        ("/oudata/?kpi_id=U00005&year=2020", 404),
        ("/data/?kpi_id=N00001&year=i%20fjol", 422),
        (f"/data/?municipality_id=0180&year=2020&{'&'.join(f'kpi_id=N{n:05d}' for n in range(26))}", 422),
    ],
)
def test_what_is_refused_in_the_query(server, path, code):
    assert refusal(server.url + path) == code


def test_the_default_page_can_be_small(server, get):
    server.page_limit = 4
    assert get("/kpi")["count"] == 4
    assert "per_page=4" in get("/kpi")["next_url"]
    assert get("/kpi?page=9")["values"] == []


def test_a_group_is_the_unweighted_mean_of_its_members(server, get):
    members = ["0180", "0114", "0580"]
    for number, code in enumerate(members):
        server.world.data["N00002", code, 2020] = k.Row([k.value("T", number * 10)])
    server.world.data["N00002", "0561", 2020] = k.Row([k.value("T", None, "Missing")])
    server.world.data["N00002", "1480", 2020] = k.Row([k.value("T", 99, isdeleted=True)])
    (row,) = get("/data/kpi/N00002/municipality/G035001/year/2020")["values"]
    assert row["municipality"] == "G035001"
    assert row["values"] == [{"gender": "T", "count": 3, "status": "", "value": 10.0, "isdeleted": False}]
    own = server.world.data["N00002", "0584", 2020].values[0]["value"]
    both = get("/data/kpi/N00002/municipality/0584,G103000/year/2020")["values"]
    assert [row["municipality"] for row in both] == ["0584", "G103000"]
    assert both[1]["values"][0]["value"] == pytest.approx(statistics.mean([0, 10, 20, own]))


def test_from_date_answers_what_changed_and_what_was_withdrawn(server, get):
    path = "/data/kpi/N00002/municipality/0180/year/2020"
    server.world.data["N00002", "0180", 2020] = k.Row([k.value("T", 1, isdeleted=True)], "2026-11-20")
    assert get(path)["values"] == []
    assert get(f"{path}?from_date=2026-11-21")["values"] == []
    (row,) = get(f"{path}?from_date=2026-11-20")["values"]
    assert row["values"][0]["isdeleted"] is True
    server.world.shows_deleted = True
    assert get(path)["values"] == [row]
    changed = keys(get("/data/kpi/N00001/year/2020,2021?from_date=2026-01-01"))
    plain = {key for key in changed if not key[1].startswith("G")}
    assert plain == {
        key
        for key, row in WORLD.data.items()
        if key[0] == "N00001" and key[2] in {2020, 2021} and row.updated >= "2026-01-01"
    }


# --- The worlds -------------------------------------------------------------------------------------------------------


def test_the_generated_world_is_the_same_each_time():
    assert k.World.generated(1) == WORLD != k.World.generated(2)
    assert len(k.World.generated(kpis=12, municipalities=40, years=[2020]).municipalities) == 43


@pytest.mark.parametrize("seed", range(5))
def test_the_generated_world_is_awkward(seed):
    world = k.World.generated(seed)
    kpis = {kpi["id"]: kpi for kpi in world.kpis}
    entries = [entry for row in world.data.values() for entry in row.values]
    orders = {"".join(entry["gender"] for entry in row.values) for row in world.data.values()}
    assert {"T", "KMT", "TMK"} <= orders
    assert {entry["status"] for entry in entries} == {"", "Missing", k.SECRET}
    numbers = [entry["value"] for entry in entries if not entry["isdeleted"] and entry["value"] is not None]
    assert 0 in numbers
    assert min(numbers) < 0
    assert {entry["value"] is None for entry in entries if entry["isdeleted"]} == {True, False}
    possible = {(kpi, unit["id"], 2020) for kpi in kpis for unit in world.municipalities}
    assert possible - world.data.keys()
    assert {kpi for kpi, _, period in world.data if period > 2026} == {"N00007"}
    assert {unit for kpi, unit, _ in world.data if kpi == "N00006"} == {"0000", "0001", "0005"}
    assert max(period for kpi, _, period in world.data if kpi == "N00004") == 2021
    assert kpis["N00002"]["title"] == kpis["N00003"]["title"]
    assert kpis["N00004"]["title"].endswith("(-2021)")
    assert all(text in kpis["U00005"]["description"] for text in ("\\n", "<", "\u00a0", "\t"))
    assert all(kpi["description"].endswith("Källa: SCB.") for kpi in world.kpis)
    assert kpis["N00008"]["auspice"] is None
    assert {m["member_id"] for group in world.kpi_groups for m in group["members"]} - kpis.keys() == {"N99999"}
    assert "0584" not in {m["member_id"] for m in world.municipality_groups[0]["members"]}
    assert world.oudata


@pytest.fixture(scope="module")
def real():
    with k.KoladaServer(
        k.World.from_shared(SHARED, kpis=["N15428", "N00945", "N00914"], years=range(2018, 2023))
    ) as running:
        yield running


@shared
def test_the_real_table_answers(real):
    assert ids(json.load(urlopen(f"{real.url}/kpi"))) == ["N00945", "N15428"]  # N00914 had left the catalogue
    every = json.load(urlopen(f"{real.url}/data/kpi/N15428/year/2020"))
    assert 3500 <= every["count"] <= 3950
    (row,) = json.load(urlopen(f"{real.url}/data/kpi/N15428/municipality/0584/year/2020"))["values"]
    assert {entry["gender"]: entry["value"] for entry in row["values"]}["T"] == pytest.approx(89.70588235)
    assert row in every["values"]
    group = real.world.municipality_groups[0]["id"]
    (mean,) = json.load(urlopen(f"{real.url}/data/kpi/N15428/municipality/{group}/year/2020"))["values"]
    assert mean in every["values"]
    assert json.load(urlopen(f"{real.url}/oudata/kpi/N15428/year/2020"))["values"] == []


@shared
def test_the_real_tables_pages_are_whole(real):
    url, found = f"{real.url}/data/kpi/N15428,N00945/year/2018,2019,2020,2021,2022", []
    while url:
        page = json.load(urlopen(url))
        found += page["values"]
        url = page["next_url"]
    assert len(found) == len(keys({"values": found})) > 25_000
    last, more = real.world.page(k.Select("municipality", frozenset(["N15428"]), None, frozenset([2022])), 0, 5000)
    assert found[-len(last) :] == last
    assert not more


# --- Faults -----------------------------------------------------------------------------------------------------------


def test_faults_are_used_in_order_and_only_where_they_match(server, session):
    first = server.fail(k.status(500), "/kpi", times=2)
    server.fail(k.status(503), lambda request: request.query.get("page") == "2", skip=1)
    asked = ["/kpi", "/municipality", "/kpi", "/kpi", "/kpi?page=2", "/kpi?page=2", "/kpi?page=2"]
    assert [session.get(server.url + path).status_code for path in asked] == [500, 200, 500, 200, 200, 503, 200]
    assert first.seen == 6
    assert [request.status for request in server.log] == [500, 200, 500, 200, 200, 503, 200]


def test_a_burst_and_a_refused_parameter(server, session):
    server.fail(k.status(503, Retry_After="1"), times=5)
    answers = [session.get(f"{server.url}/kpi") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [503] * 5 + [200]
    assert answers[0].headers["Retry-After"] == "1"
    server.fail(k.status(400), "per_page=", times=9)
    assert session.get(f"{server.url}/kpi?per_page=10").status_code == 400
    assert session.get(f"{server.url}/kpi").ok


def test_429_asks_for_a_pause_in_every_way(server, session):
    for change in (k.too_many(2), k.too_many(120, date=True), k.too_many(6 * 3600), k.too_many("snart"), k.too_many()):
        server.fail(change)
    answers = [session.get(f"{server.url}/kpi") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {429}
    pauses = [answer.headers.get("Retry-After") for answer in answers]
    assert [pauses[0], *pauses[2:]] == ["2", "21600", "snart", None]
    assert 115 < parsedate_to_datetime(pauses[1]).timestamp() - time.time() <= 120


@pytest.mark.parametrize("code", [200, 403])
def test_html_for_people(server, session, code):
    server.fail(k.html(code))
    answer = session.get(f"{server.url}/kpi")
    assert (answer.status_code, answer.text[:15]) == (code, "<!DOCTYPE html>")
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("change", [k.truncated, k.empty, k.html()])
def test_answers_that_are_no_json(server, session, change):
    server.fail(change)
    answer = session.get(f"{server.url}/kpi")
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_json_that_says_something_else(server, get):
    server.fail(k.not_an_envelope)
    assert "values" not in get("/kpi")
    server.fail(k.no_values)
    assert get("/kpi") == {"values": [], "count": 0, "next_url": None, "previous_url": None}
    server.fail(k.altered(lambda envelope: envelope["values"].pop()))
    assert len(get("/kpi")["values"]) == get("/kpi")["count"] - 1


def test_next_url_goes_astray(server, get):
    server.page_limit = 4
    for to in ("self", "first", "http://127.0.0.2:1", ""):
        server.fail(k.next_url(to), "page=2")
    found = [get("/kpi?page=2")["next_url"] for _ in range(5)]
    assert found[0].endswith("/v3/kpi?page=2")
    assert found[1].endswith("/v3/kpi?page=1")
    assert found[2] == "http://127.0.0.2:1/v3/kpi?page=3"
    assert found[3] == found[4] == f"{server.url}/kpi?page=3&per_page=4"
    server.fail(k.next_url(""))
    assert get("/kpi?page=3")["next_url"] == ""


def test_a_page_repeats_rows_of_the_page_before(server, get):
    server.page_limit = 4
    server.fail(k.repeated(2), times=2)
    assert ids(get("/kpi")) == ["N00001", "N00002", "N00003", "N00004"]
    again = get("/kpi?page=2")
    assert ids(again) == ["N00003", "N00004", "U00005", "N00006", "N00007", "N00008"]
    assert again["count"] == 6


def test_slow_answers(server, session):
    server.fail(k.sends(delay=0.2))
    server.fail(k.sends(drip=0.02))
    for least in (0.2, 0.2):
        started = time.monotonic()
        assert session.get(f"{server.url}/kpi", timeout=0.5).json()["count"] == 9
        assert time.monotonic() - started >= least * 0.95
    server.fail(k.sends(delay=0.3))
    with pytest.raises(requests.ReadTimeout):
        session.get(f"{server.url}/kpi", timeout=0.05)


def test_an_answer_that_never_comes(server, session):
    server.fail(k.silent)
    with pytest.raises(requests.ReadTimeout):
        session.get(f"{server.url}/kpi", timeout=0.1)
    assert server.log[0].status is None
    server.fail(k.stalled)
    with pytest.raises(requests.ConnectionError, match="timed out"):
        session.get(f"{server.url}/kpi", timeout=0.1)
    assert session.get(f"{server.url}/kpi").ok


def test_answers_that_are_cut_short(server):
    server.fail(k.short)
    with urlopen(f"{server.url}/kpi") as answer, pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    assert len(caught.value.partial) == 40
    server.fail(k.reset, times=5)
    for _ in range(5):
        with pytest.raises(ConnectionResetError), urlopen(f"{server.url}/kpi") as answer:
            answer.read()
    server.fail(k.dropped)
    with pytest.raises(http.client.RemoteDisconnected):
        urlopen(f"{server.url}/kpi")


def test_a_kept_connection_is_closed_unsaid(server, session):
    server.fail(k.sends(end="close"))
    assert session.get(f"{server.url}/kpi").status_code == 200
    pools = session.get_adapter(server.url).poolmanager.pools
    (kept,) = [kept for key in pools.keys() for kept in pools[key].pool.queue if kept]  # noqa: SIM118  (no mapping)
    deadline = time.monotonic() + 10
    while not is_connection_dropped(kept) and time.monotonic() < deadline:  # the news takes its time on a busy machine
        time.sleep(0.01)
    assert session.get(f"{server.url}/kpi").status_code == 200
    assert [request.connection for request in server.log] == [0, 1]


def test_gzip_only_for_those_who_accept_it(server, session, get):
    server.gzip = True
    plain = get("/kpi")
    answer = session.get(f"{server.url}/kpi")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < len(answer.content)
    assert answer.json() == plain
    server.fail(k.truncated)
    with pytest.raises(requests.JSONDecodeError):
        session.get(f"{server.url}/kpi").json()
    server.fail(k.short)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.get(f"{server.url}/kpi")


# --- What the server knows --------------------------------------------------------------------------------------------


def test_the_log_tells_every_request(server, session):
    session.get(f"{server.url}/kpi", params={"title": "å b"}, headers={"User-Agent": "styr/1"})
    session.get(f"{server.url}/ou")
    with requests.Session() as other:
        other.get(f"{server.url}/ou?page=2")
    first, second, third = server.log
    assert (first.method, first.path, first.query, first.headers["user-agent"]) == (
        "GET",
        "/v3/kpi",
        {"title": "å b"},
        "styr/1",
    )
    assert [request.connection for request in server.log] == [0, 0, 1]
    assert first.time <= second.time <= third.time
    assert server.max_concurrency == 1
    assert server.rate == 3


def test_concurrency_is_seen(server):
    server.latency = 0.1
    threads = [threading.Thread(target=lambda: urlopen(f"{server.url}/kpi").read()) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.max_concurrency == 4


def test_one_client_at_a_time_is_never_counted_twice(server):
    for _ in range(200):
        urlopen(f"{server.url}/municipality_groups").read()
    assert server.max_concurrency == 1


def test_rate_is_the_most_within_a_second(server, get):
    for _ in range(3):
        get("/ou")
    for number, request in enumerate(server.log):
        request.time = number * 0.7
    assert server.rate == 2


def test_prerendered_answers_are_kept_with_their_pages(server, session, get):
    server.page_limit = 4
    server.prerender("/v3/kpi", "/v3/nothing")
    pages = [session.get(f"{server.url}/kpi").json(), get("/kpi?page=2&per_page=4"), get("/kpi?page=3&per_page=4")]
    server.world.kpis.clear()
    assert [get("/kpi"), get("/kpi?page=2&per_page=4"), get("/kpi?page=3&per_page=4")] == pages
    assert [page["count"] for page in pages] == [4, 4, 1]
    server.fail(k.html(503))
    assert refusal_of_html(server)
    assert get("/kpi") == pages[0]


def refusal_of_html(server):
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{server.url}/kpi")
    with caught.value as answer:
        return answer.status == 503 and answer.read().startswith(b"<!DOCTYPE")


def test_the_servers_own_errors_reach_the_test():
    server = k.KoladaServer(k.World())
    server.fail(k.altered(lambda _: 1 / 0))
    with pytest.raises(ZeroDivisionError), server, pytest.raises(http.client.RemoteDisconnected):
        urlopen(f"{server.url}/kpi")


def test_leaving_ends_idle_and_waiting_connections():
    before = threading.active_count()
    with k.KoladaServer(WORLD) as server:
        server.fail(k.silent)
        address = (urlsplit(server.url).hostname, server.server_port)
        idle, waiting = (socket.create_connection(address) for _ in range(2))
        waiting.sendall(b"GET /v3/kpi HTTP/1.1\r\nHost: x\r\n\r\n")
        while not server.log:
            time.sleep(0.01)
    assert threading.active_count() == before
    for connection in (idle, waiting):
        with connection:
            assert connection.recv(1) == b""


def test_it_runs_as_a_script():
    command = [sys.executable, k.__file__, "--latency", "0.05", "--prerender"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        started = time.monotonic()
        assert json.load(urlopen(f"{url}/kpi"))["count"] == 9
        assert time.monotonic() - started >= 0.05
        process.send_signal(2)
        assert process.wait(10) == 0
