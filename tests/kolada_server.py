"""A real HTTP server on loopback that speaks Kolada's API v3, and fails on demand.

Tests start it around a small `World`; benchmarks run it in a process of its own:

    python kolada_server.py --shared DIR --port 8765 --latency 0.05

Where the contract leaves something open, the server has an attribute for it.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import math
import random
import re
import socket
import struct
import sys
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from email.message import Message
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

Item = dict[str, Any]
Read = Callable[[], dict[str, "Row"]]
Change = Callable[["Answer", "Request", "KoladaServer"], None]

SECRET = "Sekretess: underlaget är för litet"  # nobody has recorded the real text
UPDATED = ("2024-03-01", "2025-06-15", "2026-02-20", "2026-10-30")
KNOWN = ("0584 Vadstena", "0180 Stockholm", "0114 Upplands Väsby", "0580 Linköping", "0561 Åtvidaberg", "1480 Göteborg")
REGIONS = ("0001 Region Stockholm", "0005 Region Östergötland", "0000 Riket")
LISTS = {
    "kpi": ("kpis", ()),
    "kpi_groups": ("kpi_groups", ()),
    "municipality": ("municipalities", ("region_type",)),
    "municipality_groups": ("municipality_groups", ()),
    "ou": ("ous", ("municipality",)),
}
ROUTES = {
    "data": {"kpi municipality year", "kpi municipality", "kpi year", "municipality year"},
    "oudata": {"kpi ou year", "kpi ou", "kpi year", "ou year", "municipality year"},
}
# Open: data may be asked for in the query too, each id in a parameter of its own. The contract does not list it and
# nobody has recorded an answer, but one public client relies on it; here it is answered as the same question in a path.
IN_QUERY = {"kpi_id": "kpi", "municipality_id": "municipality", "year": "year"}


def dumps(content: Any) -> bytes:
    """Render JSON as the service does: compact and in UTF-8."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


# --- The data ---------------------------------------------------------------------------------------------------------


@dataclass
class Row:
    """What is known of one kpi, unit and period: a value per gender, and the day it last changed."""

    values: list[Item]
    updated: str = UPDATED[0]


@dataclass(frozen=True)
class Select:
    """What a data request asks for; None is everything."""

    kind: str
    kpis: frozenset[str] | None = None
    units: frozenset[str] | None = None
    periods: frozenset[int] | None = None
    since: str | None = None


def value(
    gender: str, number: float | None, status: str = "", *, isdeleted: bool = False, count: int | None = None
) -> Item:
    """Return one value in Kolada's shape."""
    count = int(number is not None) if count is None else count
    return {"gender": gender, "count": count, "status": status, "value": number, "isdeleted": isdeleted}


@dataclass
class World:
    """What the server answers from; everything may be changed between requests."""

    kpis: list[Item] = field(default_factory=list)
    kpi_groups: list[Item] = field(default_factory=list)
    municipalities: list[Item] = field(default_factory=list)
    municipality_groups: list[Item] = field(default_factory=list)
    ous: list[Item] = field(default_factory=list)
    data: dict[tuple[str, str, int], Row] = field(default_factory=dict)
    oudata: dict[tuple[str, str, int], Row] = field(default_factory=dict)
    shows_deleted: bool = False  # whether withdrawn values are answered without from_date too
    lengths: dict[tuple[Select, str, int], int] | None = None  # rows per kpi and period, where they can't change

    @classmethod
    def generated(
        cls, seed: int = 0, *, kpis: int = 9, municipalities: int = 6, years: Iterable[int] = range(2019, 2030)
    ) -> World:
        """Return a small world with everything awkward in it, the same for the same arguments.

        N00001 is divided by gender, N00002 is not and shares its title with N00003, N00004 ended in 2021, U00005 has
        units and an ugly description, N00006 has regions alone, N00007 looks ahead, N00008 is often 0 or negative and
        has empty fields, N00009 and later are ordinary.
        """
        return _generated(cls(), random.Random(seed), kpis, municipalities, list(years))

    @classmethod
    def from_shared(
        cls, path: Path, *, kpis: Iterable[str] | None = None, years: Iterable[int] | None = None, gone: bool = False
    ) -> World:
        """Return the real table's world, read when asked; `gone` keeps the kpis that had left the catalogue by 2026."""
        return SharedWorld.read(path, kpis, years, gone)

    def cells(self, select: Select, needed: frozenset[str] | None) -> Iterator[tuple[str, int, Read]]:
        """Yield each kpi and period that is asked for, with a way to read its rows by unit."""
        found: dict[tuple[str, int], dict[str, Row]] = {}
        for (kpi, unit, period), row in (self.oudata if select.kind == "ou" else self.data).items():
            asked = ((select.kpis, kpi), (needed, unit), (select.periods, period))
            if all(wanted is None or item in wanted for wanted, item in asked):
                found.setdefault((kpi, period), {})[unit] = row
        for (kpi, period), cell in found.items():
            yield kpi, period, partial(dict, cell)

    def page(self, select: Select, start: int, size: int) -> tuple[list[Item], bool]:
        """Return `size` rows from `start` on, and whether there are more."""
        units, groups = select.units, {}
        if select.kind == "municipality":
            asked = (group for group in self.municipality_groups if units is None or group["id"] in units)
            groups = {group["id"]: [member["member_id"] for member in group["members"]] for group in asked}
        members = {member for group in groups.values() for member in group}
        found: list[Item] = []
        for kpi, period, read in self.cells(select, None if units is None else units | members):
            if self.lengths and (known := self.lengths.get((select, kpi, period), math.inf)) <= start:
                start -= int(known)  # without this the last of 500 pages would render all of them
                continue
            cell = read()
            rows = {unit: row for unit, row in cell.items() if units is None or unit in units} | _means(cell, groups)
            shown = ((unit, self._shown(row, select.since)) for unit, row in rows.items())
            where = {"kpi": kpi, "period": period}
            block = [{"values": values} | where | {select.kind: unit} for unit, values in shown if values]
            if self.lengths is not None:
                self.lengths[select, kpi, period] = len(block)
            found += block[start : start + size + 1 - len(found)]
            start = max(start - len(block), 0)
            if len(found) > size:
                break
        return found[:size], len(found) > size

    def _shown(self, row: Row, since: str | None) -> list[Item]:
        if since is None and not self.shows_deleted:
            return [entry for entry in row.values if not entry["isdeleted"]]
        return row.values if row.updated >= (since or "") else []


def _means(cell: dict[str, Row], groups: dict[str, list[str]]) -> dict[str, Row]:
    pools: dict[str, dict[str, float]] = {}
    for unit, row in cell.items():
        for entry in row.values:
            if entry["value"] is not None and not entry["isdeleted"]:
                pools.setdefault(entry["gender"], {})[unit] = entry["value"]
    found = {}
    for group, members in groups.items():
        values = []
        for gender, pool in pools.items():
            if numbers := [pool[unit] for unit in members if unit in pool]:
                values.append(value(gender, sum(numbers) / len(numbers), count=len(numbers)))
        if values:
            found[group] = Row(values, max(cell[unit].updated for unit in members if unit in cell))
    return found


class SharedWorld(World):
    """The team's copy of the real table; 7 million values stay in columns until they are asked for."""

    @classmethod
    def read(cls, path: Path, kpis: Iterable[str] | None, years: Iterable[int] | None, gone: bool) -> SharedWorld:
        """Read the catalogues, and the figures of some kpis and years or of all."""
        import pandas as pd

        def records(name: str) -> list[Item]:
            return pd.read_csv(Path(path) / name, dtype=str, keep_default_na=False).to_dict("records")

        wanted = None if kpis is None else set(kpis)
        known = [record for record in records("kpi.csv") if gone or record["in_catalogue"] == "2026-03"]
        known = [record for record in known if wanted is None or record["id"] in wanted]
        municipalities = records("municipality.csv")
        titles = {unit["id"]: unit["title"] for unit in municipalities}
        world = cls(
            kpis=[_shared_kpi(record) for record in known],
            kpi_groups=_shared_groups(records("kpi_groups.csv"), "kpi", {k["id"]: k["title"] for k in known}),
            municipalities=municipalities,
            municipality_groups=_shared_groups(records("municipality_groups.csv"), "member_id", titles),
            lengths={},
        )
        filters = [("kpi", "in", [record["id"] for record in known])]
        filters += [] if years is None else [("period", "in", list(years))]
        frame = pd.read_parquet(Path(path) / "figures.parquet", filters=filters)
        world._where = frame.groupby(["kpi", "period"], observed=True).indices
        world._periods = sorted(frame["period"].unique().tolist())
        world._columns = [frame[name].to_numpy() for name in ("municipality", "gender", "value")]
        return world

    def cells(self, select: Select, needed: frozenset[str] | None) -> Iterator[tuple[str, int, Read]]:
        """Yield each kpi and period that is asked for; the shared table has no units' data."""
        kpis = sorted(select.kpis or (kpi["id"] for kpi in self.kpis)) if select.kind == "municipality" else []
        for kpi, period in itertools.product(kpis, sorted(select.periods or self._periods)):
            if (kpi, period) in self._where:
                yield kpi, period, partial(self._cell, self._where[kpi, period], needed)

    def _cell(self, where: Any, needed: frozenset[str] | None) -> dict[str, Row]:
        cell: dict[str, Row] = {}
        for unit, gender, number in zip(*(column[where].tolist() for column in self._columns), strict=True):
            if needed is None or unit in needed:
                absent = math.isnan(number)
                entry = value(gender, None if absent else number, "Missing" if absent else "")
                cell.setdefault(unit, Row([], "2024-08-01")).values += [entry]
        return cell


def _shared_kpi(record: Item) -> Item:
    producer, _ = record.pop("producer"), record.pop("in_catalogue")
    flags = {name: record[name] in {"True", "1"} for name in ("is_divided_by_gender", "has_ou_data")}
    # RKA's sentences are not in the copy: this one has only their form.
    description = f"Beskrivningen av {record['title']} finns hos Kolada.\\nKälla: {producer}."
    return {name: text or None for name, text in record.items()} | flags | {"description": description}


def _shared_groups(records: list[Item], member: str, titles: dict[str, str]) -> list[Item]:
    groups: dict[str, Item] = {}
    for record in records:
        group = groups.setdefault(record["group_id"], _group(record["group_id"], record["group_title"], {}))
        code = record[member]
        group["members"].append({"member_id": code, "member_title": titles.get(code, code)})
    return list(groups.values())


def _group(code: str, title: str, members: dict[str, str]) -> Item:
    listed = [{"member_id": member, "member_title": name} for member, name in members.items()]
    return {"id": code, "title": title, "members": listed}


def _generated(world: World, rng: random.Random, kpis: int, municipalities: int, years: list[int]) -> World:
    units = [*KNOWN, *(f"{2600 + n} Kommun {n}" for n in range(municipalities))][:municipalities]
    world.municipalities = [
        {"id": unit[:4], "title": unit[5:], "type": "L" if unit in REGIONS else "K"} for unit in (*units, *REGIONS)
    ]
    own = {text[:4]: text[5:] for text in units}
    regions = {text[:4]: text[5:] for text in REGIONS[:-1]}
    similar = dict(list(own.items())[1:8])  # the municipality itself is never among them
    world.municipality_groups = [
        _group("G035001", "Liknande kommuner grundskola, Vadstena, 2025", similar),
        _group("G148075", "Liknande kommuner, övergripande, Vadstena, 2025", dict(reversed(similar.items()))),
        _group("G103000", "Alla kommuner (ovägt medel)", own),
        _group("G104000", "Alla regioner (ovägt medel)", regions),
    ]
    world.kpis = [_generated_kpi(number) for number in range(1, kpis + 1)]
    titles = {kpi["id"]: kpi["title"] for kpi in world.kpis}
    world.kpi_groups = [
        _group("G2KPI150159", "Agenda 2030", {"N00001": titles["N00001"], "N99999": "Ett som har försvunnit"}),
        _group("G2KPI150160", "Alla nyckeltal", titles),
    ]
    for number, (code, title) in enumerate(own.items()):
        for prefix, kind in (("V15", "skola"), ("V23", "boende")):
            world.ous.append({"id": f"{prefix}E{code}{number:05d}", "title": f"{title}s {kind}", "municipality": code})
    turn = itertools.count(rng.randrange(23))  # a prime, so that no unit or year always gets the same
    for kpi, period in itertools.product(world.kpis, years):
        ends = {"N00004": 2021, "N00007": 9999}.get(kpi["id"], 2025)
        if period > ends:
            continue
        inside = [unit for unit in world.municipalities if unit["type"] == "L" or kpi["municipality_type"] != "L"]
        for table, having in ((world.data, inside), (world.oudata, world.ous if kpi["has_ou_data"] else [])):
            for unit in having:
                if row := _generated_row(rng, kpi, next(turn)):
                    table[kpi["id"], unit["id"], period] = row
    return world


def _generated_kpi(number: int) -> Item:
    title = {
        2: "Resultat före extraordinära poster, andel (%)",
        3: "Resultat före extraordinära poster, andel (%)",
        4: "Behöriga till yrkesprogram, andel (%) (-2021)",
    }.get(number, f"Nyckeltal {number}, andel (%)")
    ugly = "Antal <65 år\tdelat med\u00a0100.\\nAvser kommunen.\\n\\n" if number == 5 else f"Andel nummer {number}. "
    return {
        "id": f"{'U' if number == 5 else 'N'}{number:05d}",
        "title": title,
        "description": ugly + "Källa: SCB.",
        "is_divided_by_gender": number in {1, 4, 5} or number > 8,
        "municipality_type": {1: "A", 6: "L"}.get(number, "K"),
        "auspice": None if number == 8 else "E",
        "operating_area": "Kommunen, övergripande",
        "perspective": None if number == 8 else "Resurser",
        "prel_publication_date": None if number in {3, 8} else "2026-04-01",
        "publication_date": None if number == 8 else "2026-08-28",
        "publ_period": None if number == 8 else "2025",
        "has_ou_data": number == 5,
    }


def _generated_row(rng: random.Random, kpi: Item, turn: int) -> Row | None:
    genders = ["T", "K", "M"] if kpi["is_divided_by_gender"] else ["T"]
    rng.shuffle(genders)
    numbers = [rng.choice((0, -3.25, 12.5)) if kpi["id"] == "N00008" else rng.uniform(0, 100) for _ in genders]
    values = [value(gender, number) for gender, number in zip(genders, numbers, strict=True)]
    match turn % 23:
        case 0:
            return None
        case 5:
            values = [value(gender, None, "Missing") for gender in genders]
        case 9:
            values = [value(gender, None, SECRET) for gender in genders]
        case 13:
            values = [value(gender, None, isdeleted=True) for gender in genders]
        case 17:  # nobody knows whether a withdrawn value is still shown
            values = [entry | {"isdeleted": True} for entry in values]
        case 20:
            values = [value("K", None, "Missing") if entry["gender"] == "K" else entry for entry in values]
    return Row(values, rng.choice(UPDATED))


# --- Faults -----------------------------------------------------------------------------------------------------------


@dataclass
class Request:
    """One request as the server saw it."""

    method: str
    target: str
    headers: Message
    connection: int
    concurrency: int
    time: float = field(default_factory=time.monotonic)
    status: int | None = None  # None: nothing was answered

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters; repeated ids are joined by commas, as they are in a path."""
        found: dict[str, str] = {}
        for name, text in parse_qsl(urlsplit(self.target).query, keep_blank_values=True):
            found[name] = f"{found[name]},{text}" if name in IN_QUERY and name in found else text
        return found


@dataclass
class Answer:
    """What is sent, and how badly."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    delay: float = 0.0  # seconds before the headers; inf never answers
    drip: float = 0.0  # seconds between the ten pieces of the body
    sent: int | None = None  # bytes of the body that leave; -1 keeps the headers too
    end: str = ""  # "close", "reset" or "stall" instead of waiting for the next request


@dataclass
class Fault:
    """A change of the answers to some requests: those that match, after `skip` of them, `times` times."""

    change: Change
    where: str | Callable[[Request], bool] = ""
    times: float = 1
    skip: int = 0
    seen: int = 0

    def fires(self, request: Request) -> bool:
        """Count a request that matches, and tell whether it is to fail."""
        if not (self.where in request.target if isinstance(self.where, str) else self.where(request)):
            return False
        self.seen += 1
        return self.skip < self.seen <= self.skip + self.times


def sends(**changes: Any) -> Change:
    """Answer with some of `Answer`'s fields changed: delay, drip, sent, end, body, status."""

    def change(answer: Answer, _request: Request, _server: KoladaServer) -> None:
        for name, content in changes.items():
            setattr(answer, name, content)

    return change


def status(code: int, **headers: str) -> Change:
    """Answer with an error in JSON."""
    headers = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
    return sends(status=code, body=dumps({"detail": HTTPStatus(code).phrase}), headers=headers)


def too_many(retry_after: float | str | None = None, *, date: bool = False) -> Change:
    """Answer 429, asking for a pause in seconds, as an HTTP date, in any words, or not at all."""

    def change(answer: Answer, request: Request, server: KoladaServer) -> None:
        pause = formatdate(time.time() + float(retry_after or 0), usegmt=True) if date else retry_after
        status(429, **({} if pause is None else {"Retry_After": str(pause)}))(answer, request, server)

    return change


def html(code: int = 200) -> Change:
    """Answer with a page for people: an outage with status 200, or a proxy's 403."""
    page = "<!DOCTYPE html><html><title>Avbrott</title><p>Tjänsten är tillfälligt otillgänglig.</html>".encode()
    return sends(status=code, body=page, headers={"Content-Type": "text/html; charset=utf-8"})


def truncated(answer: Answer, _request: Request, _server: KoladaServer) -> None:
    """Answer with half the JSON and a Content-Length that agrees."""
    answer.body = answer.body[: len(answer.body) // 2]


def altered(edit: Callable[[Item], Any]) -> Change:
    """Answer with an envelope that `edit` has changed in place."""

    def change(answer: Answer, _request: Request, _server: KoladaServer) -> None:
        envelope = json.loads(answer.body)
        edit(envelope)
        answer.body = dumps(envelope)

    return change


def next_url(to: str) -> Change:
    """Point next_url at the page itself ("self"), at "first", at another host (its root), or end with "" for null."""

    def change(answer: Answer, request: Request, server: KoladaServer) -> None:
        page = int(request.query.get("page", 1))
        number = {"self": page, "first": 1}.get(to, page + 1)
        root = server.root if to in {"self", "first"} else to
        url = server.link(request.path, request.query | {"page": str(number)}, root)
        altered(lambda e: e.update(next_url=url if to else e["next_url"] or ""))(answer, request, server)

    return change


def repeated(rows: int = 1) -> Change:
    """Begin a page with the last rows of the page before it."""

    def change(answer: Answer, request: Request, server: KoladaServer) -> None:
        page = int(request.query.get("page", 1))
        if page > 1:
            before = server.envelope(request.path, request.query | {"page": str(page - 1)})["values"][-rows:]
            edit = altered(lambda e: e.update(values=before + e["values"], count=len(before) + e["count"]))
            edit(answer, request, server)

    return change


silent = sends(delay=math.inf)  # until the client gives up
dropped = sends(sent=-1, end="close")  # not even headers, as when a kept connection has grown old
short = sends(sent=40, end="close")  # less than Content-Length says
reset = sends(sent=40, end="reset")
stalled = sends(sent=40, end="stall")
empty = sends(body=b"")
not_an_envelope = sends(body=b'{"detail":"Service temporarily unavailable"}')
no_values = altered(lambda envelope: envelope.update(values=[], count=0, next_url=None))


# --- The server -------------------------------------------------------------------------------------------------------


class RefusalError(Exception):
    """A status that the service refuses a request with, and why."""


class KoladaServer(ThreadingHTTPServer):
    """Kolada's API at `url`; a context manager that answers while it is open."""

    daemon_threads = False  # so that leaving waits for every connection, and nothing of one test reaches the next
    request_queue_size = 128

    def __init__(self, world: World, *, port: int = 0, latency: float = 0.0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.world = world
        self.latency = latency
        self.root = f"http://127.0.0.1:{self.server_port}"
        self.url = f"{self.root}/v3"
        self.page_limit = 5000  # rows on a page, unless fewer are asked for
        self.over_page_limit: int | None = 400  # the status of asking for more; None gives `page_limit` rows
        self.ids_limit = 25
        self.over_ids_limit = 422
        self.gzip = False  # whether clients that accept it get it
        self.faults: list[Fault] = []
        self.log: list[Request] = []
        self.errors: list[BaseException] = []
        self.lock = threading.Lock()
        self.numbers = itertools.count()
        self._busy = 0
        self._open: set[Any] = set()
        self._rendered: dict[tuple[str, bool], Answer] | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.stop()
        if self.errors:
            raise self.errors[0]

    def stop(self) -> None:
        """End every connection and wait for it."""
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def fail(
        self, change: Change, where: str | Callable[[Request], bool] = "", *, times: float = 1, skip: int = 0
    ) -> Fault:
        """Add a fault; of several that match a request, the first one added is used."""
        self.faults.append(Fault(change, where, times, skip))
        return self.faults[-1]

    def prerender(self, *targets: str) -> None:
        """Keep every answer's bytes from now on, and render these (`/v3/…`) with all their pages at once.

        A world that is changed afterwards is not seen: this is for benchmarks.
        """
        self._rendered = {}
        for target in targets:
            following: str | None = target
            while following:
                answer = self.answer(Request("GET", following, Message(), -1, 0), None)
                url = json.loads(answer.body).get("next_url")
                following = url and url.removeprefix(self.root)

    @property
    def max_concurrency(self) -> int:
        """The most requests that were being answered at once."""
        return max((request.concurrency for request in self.log), default=0)

    @property
    def rate(self) -> int:
        """The most requests that came within one second."""
        times = sorted(request.time for request in self.log)
        return max((bisect_right(times, start + 1.0) - number for number, start in enumerate(times)), default=0)

    def enter(self, method: str, target: str, headers: Message, connection: int) -> tuple[Request, Fault | None]:
        """Log a request and find its fault."""
        with self.lock:
            self._busy += 1
            request = Request(method, target, headers, connection, self._busy)
            self.log.append(request)
            return request, next((fault for fault in self.faults if fault.fires(request)), None)

    def leave(self) -> None:
        with self.lock:
            self._busy -= 1

    def answer(self, request: Request, fault: Fault | None) -> Answer:
        zipped = self.gzip and "gzip" in request.headers.get("Accept-Encoding", "")
        kept = self._rendered if fault is None else None
        if kept is not None and (request.target, zipped) in kept:
            return kept[request.target, zipped]
        try:
            answer = Answer(dumps(self.envelope(request.path, request.query)))
        except RefusalError as error:
            code, why = error.args
            answer = Answer(dumps({"detail": why}), code)
        if fault is not None:
            fault.change(answer, request, self)
        if zipped:
            answer = replace(answer, body=gzip.compress(answer.body, 1, mtime=0))
            answer.headers = answer.headers | {"Content-Encoding": "gzip"}
        if kept is not None:
            kept[request.target, zipped] = answer
        return answer

    def link(self, path: str, query: dict[str, str], root: str | None = None) -> str:
        parts = {name: text.split(",") if name in IN_QUERY else [text] for name, text in query.items()}
        return f"{root or self.root}{path}?{urlencode(parts, doseq=True, quote_via=quote)}"

    def envelope(self, path: str, query: dict[str, str]) -> Item:
        """Answer a request as the contract says."""
        match path.removeprefix("/").split("/"):
            case ["v2", *_]:
                raise RefusalError(410, "Gone")
            case ["v3", name, *rest] if name in LISTS and len(rest) <= 1:
                found = partial(self._list, name, self._ids(rest[0]) if rest else None)
                allowed = {"title", *LISTS[name][1]}
            case ["v3", name, *rest] if name in ROUTES and len(rest) % 2 == 0 and " ".join(rest[::2]) in ROUTES[name]:
                asked = {kind: self._ids(ids) for kind, ids in zip(rest[::2], rest[1::2], strict=True)}
                found = partial(self._data, "ou" if name == "oudata" else "municipality", asked)
                allowed = {"from_date"}
            case ["v3", "data"] | ["v3", "data", ""] if " ".join(self._kinds(query).values()) in ROUTES["data"]:
                asked = {kind: self._ids(query[name]) for name, kind in self._kinds(query).items()}
                found = partial(self._data, "municipality", asked)
                allowed = {"from_date", *IN_QUERY}
            case _:
                raise RefusalError(404, "Not Found")
        page, size = (self._number(query, name) for name in ("page", "per_page"))
        page, size = page or 1, size or self.page_limit
        if size > self.page_limit and self.over_page_limit is not None:
            raise RefusalError(self.over_page_limit, f"per_page: at most {self.page_limit}")
        size = min(size, self.page_limit)
        values, more = [], False
        if query.keys() <= allowed | {"page", "per_page"}:  # a misnamed parameter finds nothing
            values, more = found(query, (page - 1) * size, size)
        before, after = (self.link(path, query | {"page": str(n), "per_page": str(size)}) for n in (page - 1, page + 1))
        return {
            "values": values,
            "count": len(values),
            "next_url": after if more else None,
            "previous_url": before if page > 1 else None,
        }

    @staticmethod
    def _kinds(query: dict[str, str]) -> dict[str, str]:
        return {name: kind for name, kind in IN_QUERY.items() if name in query}

    def _ids(self, segment: str) -> list[str]:
        ids = unquote(segment).split(",")
        if len(ids) > self.ids_limit:
            raise RefusalError(self.over_ids_limit, f"at most {self.ids_limit} ids")
        return ids

    @staticmethod
    def _number(query: dict[str, str], name: str) -> int | None:
        if name in query and not re.fullmatch(r"[1-9]\d*", query[name]):
            raise RefusalError(422, f"{name}: a positive integer")
        return int(query[name]) if name in query else None

    def _list(
        self, name: str, ids: list[str] | None, query: dict[str, str], start: int, size: int
    ) -> tuple[list, bool]:
        attribute, _ = LISTS[name]
        found = [
            entry
            for entry in getattr(self.world, attribute)
            if (ids is None or entry["id"] in ids)
            and query.get("title", "").casefold() in entry["title"].casefold()
            and query.get("region_type", entry.get("type")) == entry.get("type")
            and query.get("municipality", entry.get("municipality")) == entry.get("municipality")
        ]
        return found[start : start + size], len(found) > start + size

    def _data(
        self, kind: str, asked: dict[str, list[str]], query: dict[str, str], start: int, size: int
    ) -> tuple[list[Item], bool]:
        years, since = asked.get("year", []), query.get("from_date")
        if not all(re.fullmatch(r"\d{4}", year) for year in years):
            raise RefusalError(422, "year: four digits")
        if since is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d", since):
            raise RefusalError(422, "from_date: YYYY-MM-DD")
        units = asked.get(kind)
        if kind == "ou" and "municipality" in asked:
            units = [unit["id"] for unit in self.world.ous if unit["municipality"] in asked["municipality"]]
        wanted = (None if ids is None else frozenset(ids) for ids in (asked.get("kpi"), units))
        periods = frozenset(map(int, years)) if years else None
        return self.world.page(Select(kind, *wanted, periods, since), start, size)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)  # so that it can be ended
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Keep the server's own errors for the test to see; clients may leave when they like."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self.errors.append(error)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: KoladaServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the last byte is sent alone and must not wait

    def setup(self) -> None:
        super().setup()
        self.number = next(self.server.numbers)

    def log_message(self, *_: object) -> None:
        pass  # the server has a log of its own

    def do_GET(self) -> None:
        request, fault = self.server.enter(self.command, self.path, self.headers, self.number)
        with ExitStack() as busy:
            busy.callback(self.server.leave)
            self._wait(self.server.latency)
            answer = self.server.answer(request, fault)
            self._wait(answer.delay)
            request.status = answer.status if answer.sent != -1 else None
            head = self._head(answer)
            whole = b"" if answer.sent == -1 else head + answer.body[: answer.sent]
            step = max(len(answer.body) // 10, 1)
            cuts = [0, *(range(len(head), len(whole) - 1, step) if answer.drip else ()), max(len(whole) - 1, 0)]
            for start, stop in itertools.pairwise(cuts):
                self.wfile.write(whole[start:stop])
                self._wait(answer.drip)
            if answer.end == "stall":
                self._wait(math.inf)
            busy.close()  # before the last byte, after which the same client's next request may come
            self.wfile.write(whole[-1:])
        if answer.end == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.rfile.close()  # the socket's last user but one
            self.connection.close()
        self.close_connection = bool(answer.end) or self.close_connection

    def _head(self, answer: Answer) -> bytes:
        lines = {"Date": self.date_time_string(), "Content-Length": str(len(answer.body))} | answer.headers
        text = "".join(f"{name}: {content}\r\n" for name, content in lines.items())
        return f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n{text}\r\n".encode("latin-1")

    def _wait(self, seconds: float) -> None:
        """Wait, but not for a client that has left."""
        if seconds <= 0:
            return
        self.connection.settimeout(None if seconds == math.inf else seconds)
        try:
            self.connection.recv(1, socket.MSG_PEEK)  # a client says nothing while it waits for an answer
        except TimeoutError:
            self.connection.settimeout(None)
            return
        raise ConnectionAbortedError


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve Kolada's API v3 on loopback.")
    parser.add_argument("--shared", type=Path, help="the folder of the real table; without it a small made-up world")
    parser.add_argument("--kpis", type=lambda text: text.split(","), help="N15428,N00945: only these")
    parser.add_argument("--years", type=lambda text: text.split("-"), help="2010-2022: only these")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--gzip", action="store_true")
    parser.add_argument("--prerender", action="store_true", help="keep each answer's bytes: measure the second round")
    options = parser.parse_args()
    world = World.generated()
    if options.shared:
        years = options.years and range(int(options.years[0]), int(options.years[-1]) + 1)
        world = World.from_shared(options.shared, kpis=options.kpis, years=years)
    server = KoladaServer(world, port=options.port, latency=options.latency)
    server.gzip = options.gzip
    if options.prerender:
        server.prerender()
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.serve_forever()
    server.stop()


if __name__ == "__main__":
    main()
