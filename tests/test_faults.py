"""The fault matrix of a whole fetch: exactly the rows that there are, or one Swedish sentence and no snapshot.

Each row of the matrix is a fault that the server, the net or the disk does. After one that
ends in a sentence the same fetch is made again without it, and must then be whole.
"""

import datetime as dt
import errno
import math
import os

import pytest

from styrlib import hamta
from styrlib.errors import InputError, StyrError
from styrlib.transport import KoladaError, Transport

from . import kolada_server as k
from .test_hamta import ASKED, NOW, raw, world_values

ROWS = None  # the fault passes: every row comes
ALWAYS = math.inf


def vanish(server):
    """Let a nyckeltal leave Kolada after the catalogue was read."""

    def change(_answer, _request, server):
        server.world.data = {key: row for key, row in server.world.data.items() if key[0] != "N00003"}

    server.fail(change, "/v3/municipality_groups")


def full_disk(_server, monkeypatch, step):
    real, calls = os.fsync, []

    def fsync(handle):
        calls.append(handle)
        if len(calls) == step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)


def on(fault, where="/data/", times=1, skip=0):
    """Return what makes the server fail so."""
    return lambda server: server.fail(fault, where, times=times, skip=skip)


MATRIX = {
    "429 utan Retry-After": (on(k.too_many(None), times=2), ROWS),
    "429 med Retry-After i sekunder": (on(k.too_many(2), times=2), ROWS),
    "429 med Retry-After som datum": (on(k.too_many(20, date=True)), ROWS),
    "429 med obegripligt Retry-After": (on(k.too_many("snart")), ROWS),
    "429 med orimligt Retry-After": (on(k.too_many(6 * 3600), times=ALWAYS), "ber oss vänta i 360 minuter"),
    "429 hela tiden": (on(k.too_many(1), times=ALWAYS), "får för många frågor"),
    "500": (on(k.status(500)), ROWS),
    "503 i skurar": (on(k.status(503), "", times=3), ROWS),
    "503 hela tiden": (on(k.status(503), times=ALWAYS), "tillfälligt fel"),
    "svarar aldrig": (on(k.silent), ROWS),
    "svarar aldrig, hela tiden": (on(k.silent, times=ALWAYS), "svarade inte inom"),
    "droppar fram svaret": (on(k.sends(drip=0.05)), ROWS),
    "stannar mitt i svaret": (on(k.stalled), ROWS),
    "förbindelsen bryts mitt i": (on(k.reset), ROWS),
    "förbindelsen bryts hela tiden": (on(k.reset, times=ALWAYS), "bröts"),
    "svaret är kortare än utlovat": (on(k.short), ROWS),
    "halv JSON": (on(k.truncated), ROWS),
    "halv JSON hela tiden": (on(k.truncated, times=ALWAYS), "något annat än siffror"),
    "HTML med status 200": (on(k.html()), ROWS),
    "HTML med status 200, hela tiden": (on(k.html(), times=ALWAYS), "något annat än siffror"),
    "HTML i katalogen": (on(k.html(), "/v3/kpi", times=ALWAYS), "något annat än siffror"),
    "403 från en proxy": (on(k.html(403), times=ALWAYS), "Något på vägen släppte inte fram frågan"),
    "tomt svar": (on(k.empty), ROWS),
    "tomma values i varje svar": (on(k.no_values, times=ALWAYS), "svar var tomt"),
    "tom katalog": (on(k.no_values, "/v3/kpi", times=ALWAYS), "var tom"),
    "next_url i ring": (on(k.next_url("self"), times=ALWAYS), "hänvisade i en ring"),
    "next_url till första sidan": (on(k.next_url("first"), times=ALWAYS), "hänvisade i en ring"),
    "next_url till en annan dator": (on(k.next_url("http://127.0.0.2:9"), times=ALWAYS), "en annan dator"),
    "sidorna upprepar rader": (on(k.repeated(), times=ALWAYS), "samma rad flera gånger"),
    "sidorna upprepar rader en gång": (on(k.repeated(), "page=2"), ROWS),
    "fler rader än count säger": (on(k.altered(lambda e: e["values"].pop())), ROWS),
    "ett värde som är text": (
        on(k.altered(lambda e: e["values"][0]["values"][0].update(value="12,5")), times=ALWAYS),
        "inte går att förstå",
    ),
    "ett nyckeltal försvinner efter katalogen": (vanish, ROWS),
    "disken blir full när ett svar sparas": ((full_disk, 8), "disken är full"),
    "disken blir full när uttaget skrivs": ((full_disk, -1), "disken är full"),
}


@pytest.fixture
def server():
    with k.KoladaServer(k.World.generated(1)) as running:
        running.page_limit = 60  # several pages a question
        yield running


@pytest.fixture
def transport(server):
    return Transport(server.url, rate=math.inf, attempts=4, timeout=(1.0, 0.6), sleep=lambda _: None)


def rows_of(fetched):
    return {(r.kpi, r.municipality, r.period, r.gender): r.value for r in raw(fetched.snapshot).itertuples()}


def assert_whole(server, fetched):
    found, wanted = rows_of(fetched), world_values(server, set(ASKED))
    assert found.keys() == wanted.keys()
    assert all(math.isnan(found[key]) if value is None else found[key] == value for key, value in wanted.items())


@pytest.mark.parametrize(("fault", "outcome"), MATRIX.values(), ids=MATRIX)
def test_a_fault_ends_in_exactly_the_rows_or_in_one_sentence(server, transport, tmp_path, monkeypatch, fault, outcome):
    if isinstance(fault, tuple):
        make, step = fault
        make(server, monkeypatch, step if step > 0 else number_of_writes(server, tmp_path / "prov", monkeypatch))
    else:
        fault(server)
    if outcome is ROWS:
        assert_whole(server, hamta.fetch(tmp_path / "uttag", ASKED, transport, now=NOW))
        return
    with pytest.raises(StyrError, match=outcome) as caught:
        hamta.fetch(tmp_path / "uttag", ASKED, transport, now=NOW)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    assert [path.name for path in (tmp_path / "uttag").iterdir() if not path.name.startswith(".")] == []
    server.faults.clear()
    monkeypatch.undo()
    assert_whole(server, hamta.fetch(tmp_path / "uttag", ASKED, transport, now=NOW + dt.timedelta(minutes=5)))


def number_of_writes(server, folder, monkeypatch):
    """Return which write is the snapshot's last in an undisturbed fetch."""
    real, calls = os.fsync, []
    monkeypatch.setattr(os, "fsync", lambda handle: (calls.append(handle), real(handle)))
    hamta.fetch(folder, ASKED, Transport(server.url, rate=math.inf), now=NOW)
    return len(calls)


def test_no_request_asks_for_pages_of_another_size(server, transport, tmp_path):
    """A refused per_page can't happen to one who never sends it."""
    server.over_page_limit = 400
    assert_whole(server, hamta.fetch(tmp_path, ASKED, transport, now=NOW))
    first = [request for request in server.log if "page=" not in request.target]
    assert len(first) == 5  # four catalogues and one question
    assert not any("per_page" in request.target for request in first)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://kolada.invalid/v3", "Datorn hittar inte kolada.invalid"),
        ("https", "certifikat gick inte att lita på|Förbindelsen med Kolada bröts"),
        ("http://127.0.0.1:9/v3", "Förbindelsen med Kolada bröts"),
    ],
    ids=["okänd dator", "TLS", "stängd port"],
)
def test_a_server_that_can_not_be_reached_is_one_sentence(server, tmp_path, address, sentence):
    address = server.url.replace("http:", "https:") if address == "https" else address
    with pytest.raises(KoladaError, match=sentence):
        hamta.fetch(tmp_path, ASKED, Transport(address, attempts=2, sleep=lambda _: None), now=NOW)
    assert not list(tmp_path.glob("2*"))


def test_two_at_once_are_refused_and_the_first_is_undisturbed(server, transport, tmp_path):
    refused = []

    def second(*_):
        with pytest.raises(InputError, match="En annan hämtning pågår redan"):
            hamta.fetch(tmp_path, ASKED, transport, now=NOW)
        refused.append(True)

    assert_whole(server, hamta.fetch(tmp_path, ASKED, transport, now=NOW, progress=second))
    assert refused
