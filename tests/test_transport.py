"""The fault matrix: each fault ends in exactly the rows that there are, or in one Swedish sentence."""

import json
import math
import time
from urllib.request import urlopen

import pytest

from styrlib.errors import InputError
from styrlib.transport import KoladaError, TooManyPagesError, Transport

from . import kolada_server as k

PATH = "/data/kpi/N00001,N00004/municipality/0584,0180,0000"
ROW = dict[str, object]
QUERY = {"per_page": "10"}  # small pages, so that there are several


def key(row):
    return row["kpi"], row["municipality"], row["period"]


def distinct(rows):
    return len({key(row) for row in rows})


def asking(transport):
    """Return what asks for one unit."""
    return lambda unit: transport.rows(f"/data/kpi/N00001/municipality/{unit}", {}, ROW, distinct)


@pytest.fixture
def server():
    with k.KoladaServer(k.World.generated(1)) as running:
        yield running


@pytest.fixture
def waits():
    return []


@pytest.fixture
def transport(server, waits):
    return Transport(server.url, rate=math.inf, attempts=4, timeout=(1.0, 0.6), sleep=waits.append)


def expected(server):
    """Ask once and plainly, past every fault, for what the pages together must hold."""
    faults, server.faults = server.faults, []
    with urlopen(server.url + PATH) as answer:
        envelope = json.load(answer)
    server.faults = faults
    assert envelope["next_url"] is None
    return {key(row): row for row in envelope["values"]}


def test_all_pages_are_read(server, transport):
    rows = transport.rows(PATH, QUERY, ROW, distinct)
    assert {key(row): row for row in rows} == expected(server)
    assert len(rows) > 20
    assert len(server.log) == math.ceil(len(rows) / 10) + 1


PASSING = {
    "429 utan Retry-After": k.too_many(None),
    "429 med sekunder": k.too_many(3),
    "429 med datum": k.too_many(20, date=True),
    "429 med skräp": k.too_many("snart"),
    "500": k.status(500),
    "503": k.status(503),
    "svarar aldrig": k.silent,
    "stannar mitt i": k.stalled,
    "bryts mitt i": k.reset,
    "kortare än utlovat": k.short,
    "bryts före svaret": k.dropped,
    "halv JSON": k.truncated,
    "HTML med 200": k.html(),
    "tomt svar": k.empty,
    "inget kuvert": k.not_an_envelope,
    "fel antal": k.altered(lambda envelope: envelope["values"].pop()),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize("skip", [0, 1], ids=["första sidan", "andra sidan"])
def test_a_passing_fault_loses_and_invents_no_row(server, transport, fault, skip):
    server.fail(fault, times=2, skip=skip)
    rows = transport.rows(PATH, QUERY, ROW, distinct)
    assert {key(row): row for row in rows} == expected(server)
    assert len(rows) == len(expected(server))


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_stays_ends_in_a_sentence(server, transport, fault):
    server.fail(fault, times=math.inf, skip=1)
    with pytest.raises(KoladaError, match=r"^Kolada|^Förbindelsen|^Svaret") as caught:
        transport.rows(PATH, QUERY, ROW, distinct)
    assert "försökt 4 gånger" in str(caught.value)


LASTING = {
    "Retry-After på sex timmar": (k.too_many(6 * 3600), "ber oss vänta i 360 minuter"),
    "403 från en proxy": (k.html(403), "Något på vägen släppte inte fram frågan"),
    "404": (k.status(404), "tog inte emot frågan"),
    "410": (k.status(410), "tog inte emot frågan"),
    "omdirigering": (k.status(302, Location="http://127.0.0.2:9/"), "tog inte emot frågan"),
    "next_url i ring": (k.next_url("self"), "i en ring"),
    "next_url till första sidan": (k.next_url("first"), "i en ring"),
    "next_url till en annan dator": (k.next_url("http://127.0.0.2:9"), "en annan dator, 127.0.0.2. Inget"),
    "upprepade rader": (k.repeated(), "samma rad flera gånger"),
}


@pytest.mark.parametrize(("fault", "sentence"), LASTING.values(), ids=LASTING)
def test_a_lasting_fault_is_told_at_once_and_nothing_is_kept(server, transport, fault, sentence):
    server.fail(fault, times=math.inf, skip=1)
    with pytest.raises(KoladaError, match=sentence):
        transport.rows(PATH, QUERY, ROW, distinct)


def test_rows_repeated_once_are_asked_for_again(server, transport):
    server.fail(k.repeated(), "page=2", times=1)
    assert len(transport.rows(PATH, QUERY, ROW, distinct)) == len(expected(server))


def test_a_next_url_with_another_scheme_is_followed_on_the_own_server(server, transport):
    def other_scheme(envelope):
        if envelope["next_url"]:
            envelope["next_url"] = envelope["next_url"].replace("http://", "https://")

    server.fail(k.altered(other_scheme), times=math.inf)
    assert len(transport.rows(PATH, QUERY, ROW, distinct)) == len(expected(server))


def test_a_server_that_drips_is_given_up(server):
    transport = Transport(server.url, attempts=1, longest_answer=0.5)
    server.fail(k.sends(drip=0.3), times=math.inf)
    with pytest.raises(KoladaError, match="behövde mer än"):
        transport.rows(PATH, {}, ROW, distinct)


@pytest.mark.parametrize("address", ["api.kolada.se/v3", "http:///v3", "http://[::1/v3", "ftp://x/v3"])
def test_an_address_that_is_none_is_told_at_once(address):
    with pytest.raises(InputError, match="STYR_KOLADA_URL ska vara en adress"):
        Transport(address)


def test_an_empty_next_url_is_the_end(server, transport):
    server.fail(k.next_url(""), times=math.inf)
    assert len(transport.rows(PATH, {}, ROW, distinct)) == len(expected(server))


def test_what_the_server_asks_for_is_waited_for(server, transport, waits):
    server.fail(k.too_many(3), times=1)
    transport.rows(PATH, QUERY, ROW, distinct)
    assert max(waits) >= 2.9  # less what passed between the answer and the wait


def test_what_one_thread_is_asked_to_wait_for_all_wait_for(server):
    server.fail(k.too_many(1), "0584", times=1)
    transport = Transport(server.url, rate=math.inf, workers=1)
    list(transport.each(asking(transport), ["0584", "0114"]))
    times = [request.time for request in server.log]
    assert times[1] - times[0] >= 0.9
    assert [request.status for request in server.log] == [429, 200, 200]


def test_an_answer_with_more_pages_than_it_is_worth_is_given_up(server, transport):
    with pytest.raises(TooManyPagesError):
        transport.rows(PATH, QUERY, ROW, distinct, most=2)
    assert len(server.log) == 3


def test_an_unknown_host_is_told_at_once(waits):
    transport = Transport("http://kolada.invalid/v3", sleep=waits.append)
    with pytest.raises(KoladaError, match=r"Datorn hittar inte kolada\.invalid"):
        transport.rows("/kpi", {}, ROW, distinct)
    assert waits == []


def test_a_certificate_that_cannot_be_trusted_is_told(server):
    transport = Transport(server.url.replace("http:", "https:"), attempts=1)
    with pytest.raises(KoladaError, match=r"certifikat|Förbindelsen"):
        transport.rows("/kpi", {}, ROW, distinct)


def test_several_questions_are_answered_in_order_and_bounded(server):
    server.latency = 0.02
    transport = Transport(server.url, rate=math.inf, workers=3)
    units = ["0584", "0180", "0114", "0580", "0561"] * 4
    answers = list(transport.each(asking(transport), units))
    assert [rows[0]["municipality"] for rows in answers] == units
    assert 2 <= server.max_concurrency <= 3


def test_one_question_that_fails_fails_them_all(server, transport):
    server.fail(k.status(404), "0114", times=math.inf)
    with pytest.raises(KoladaError):
        list(transport.each(asking(transport), ["0584", "0114"]))


def test_the_rate_is_kept(server):
    transport = Transport(server.url, rate=20, workers=8)
    start = time.monotonic()
    list(transport.each(asking(transport), ["0584"] * 12))
    assert time.monotonic() - start >= 0.5
    assert server.rate <= 21


def test_the_client_says_who_it_is(server, transport):
    asking(transport)("0584")
    assert server.log[0].headers["User-Agent"].startswith("styrlib/")


@pytest.fixture
def environment(monkeypatch):
    """Return a way to set proxy and CA, with nothing of the machine's own left."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


def test_a_proxy_of_the_environment_is_asked(server, environment):
    environment.setenv("HTTP_PROXY", server.root)  # it takes whole addresses, as a proxy does
    assert asking(Transport("http://kolada.invalid/v3"))("0584")
    assert [r.target for r in server.log] == ["http://kolada.invalid/v3/data/kpi/N00001/municipality/0584"]


def test_a_proxy_is_not_asked_about_what_it_is_said_not_to_be(server, environment):
    environment.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    environment.setenv("NO_PROXY", "127.0.0.1")
    assert asking(Transport(server.url))("0584")


def test_a_proxy_that_does_not_answer_is_told(server, environment):
    environment.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(KoladaError, match="proxy släppte inte fram"):
        asking(Transport(server.url))("0584")


def test_certificates_that_are_not_where_they_are_said_to_be_are_told(environment):
    environment.setenv("REQUESTS_CA_BUNDLE", "/finns/inte.pem")
    with pytest.raises(KoladaError, match="Kontrollera REQUESTS_CA_BUNDLE"):
        Transport("https://127.0.0.1:9/v3").rows("/kpi", {}, ROW, distinct)


@pytest.mark.parametrize("address", ["http://localhost:99999/v3", "http://localhost:abc/v3", "http://exa mple/v3"])
def test_an_address_that_can_not_be_one_is_told_at_once(address):
    with pytest.raises(InputError, match="STYR_KOLADA_URL ska vara en adress"):
        Transport(address)
