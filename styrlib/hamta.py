"""`styr hamta`: a new whole snapshot from Kolada, or none.

Each answered question is kept in `data/raw/kolada/.hamtning/` as it comes, so that an
interrupted fetch (Ctrl-C, power, kill) goes on where it was. The snapshot itself is written
beside and moved in when all answers are there. Answers older than a day are thrown away:
a snapshot never mixes vintages.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

from styrlib import kolada, snapshot
from styrlib.errors import InputError
from styrlib.files import write_text
from styrlib.transport import KoladaError, Query, Row, Transport

YEARS = 17  # the year of the fetch and the sixteen before it
RIKET = "0000"
STAGE = ".hamtning"
SAME_VINTAGE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Fetched:
    """A finished fetch."""

    snapshot: snapshot.Snapshot
    gone: tuple[str, ...]  # asked for, but not in Kolada's catalogue
    empty: tuple[str, ...]  # in the catalogue, but without a value for these units and years


def fetch(
    folder: Path,
    nyckeltal: Iterable[str] | None,
    transport: Transport,
    *,
    now: dt.datetime | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Fetched:
    """Fetch nyckeltal for every municipality and riket into a new snapshot.

    Parameters
    ----------
    folder
        `data/raw/kolada`.
    nyckeltal
        Ids; all that Kolada has when None.
    transport
        The way to the server.
    now
        The time of the fetch; the snapshot is named after its day.
    progress
        Called with how many questions are answered, of how many.

    Raises
    ------
    InputError
        When today's snapshot exists already, or another fetch is going on.
    KoladaError
        When an answer can't be had; what was answered is kept for the next try.
    """
    now = now or dt.datetime.now().astimezone()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".hamtning.lock", blocking=False):
            return _fetch(folder, nyckeltal, transport, now, progress)
    except Timeout as error:
        raise InputError("En annan hämtning pågår redan i samma mapp. Vänta tills den är klar.") from error


def _fetch(
    folder: Path,
    nyckeltal: Iterable[str] | None,
    transport: Transport,
    now: dt.datetime,
    progress: Callable[[int, int], None],
) -> Fetched:
    stage = _Stage(folder / STAGE, transport, now)
    name = stage.started.date().isoformat()
    if (folder / name).exists():
        stage.clear()
        if stage.started.date() < now.date():
            return _fetch(folder, nyckeltal, transport, now, progress)
        raise InputError(f"Uttaget {folder / name} finns redan. Ett nytt kan hämtas i morgon.")
    catalogues = {entity: stage.catalogue(entity) for entity in snapshot.CATALOGUES}
    units = [*sorted(m["id"] for m in catalogues["municipality"] if m["type"] == "K"), RIKET]
    _check_catalogues(catalogues, units, stage)
    known = {entry["id"] for entry in catalogues["kpi"]}
    asked = known if nyckeltal is None else set(nyckeltal)
    ids = sorted(asked & known)
    years = range(stage.started.year - YEARS + 1, stage.started.year + 1)
    sample = kolada.sample_queries(ids, units, years)
    first = [row for rows in stage.answers(sample, progress, len(sample)) for row in rows]
    rest = kolada.other_queries(first, ids, units, years)
    total = len(sample) + len(rest)
    frames = [_frame(first), *(_frame(rows) for rows in stage.answers(rest, progress, total, len(sample)))]
    data = pd.concat(frames, ignore_index=True)
    if data.empty or data.duplicated(["kpi", "municipality", "period", "gender"]).any():
        stage.clear()
        raise KoladaError(
            "Koladas svar var tomt eller hade samma värde två gånger. Inget uttag gjordes. Försök senare."
        )
    catalogues["kpi"] = [entry for entry in catalogues["kpi"] if entry["id"] in asked]
    origin = {
        "source": "Källa: Kolada",
        "origin": f"Fetched from {transport.base}, {stage.started.isoformat(timespec='seconds')}.",
        "limits": [f"{len(ids)} nyckeltal, {years[0]}-{years[-1]}, {len(units) - 1} municipalities and Riket."],
    }
    written = snapshot.write(folder, name, data, catalogues, origin)
    stage.clear()
    return Fetched(written, tuple(sorted(asked - known)), tuple(sorted(set(ids) - set(data["kpi"]))))


def _check_catalogues(catalogues: dict[str, list[Row]], units: Sequence[str], stage: _Stage) -> None:
    """Refuse an empty catalogue: it has come with status 200, and a snapshot of nothing would be the newest."""
    codes = {m["id"] for m in catalogues["municipality"]}
    if not all(catalogues.values()) or RIKET not in codes or len(units) == 1:
        stage.clear()
        raise KoladaError(
            "Koladas lista över nyckeltal, kommuner eller grupper var tom. Inget uttag gjordes. Försök senare."
        )


class _Stage:
    """Answers on their way to a snapshot, one file per question, in a folder per vintage."""

    def __init__(self, folder: Path, transport: Transport, now: dt.datetime) -> None:
        self.root, self.transport = folder, transport
        self.started = self._began(now)
        if not now - SAME_VINTAGE < self.started <= now:
            self.clear()
            self.started = now
        # Answers of another fetch can't be met even where the system would not remove them.
        self.folder = folder / self.started.strftime("%Y%m%dT%H%M%S%f")
        write_text(folder / "borjade.json", json.dumps({"base": transport.base, "started": self.started.isoformat()}))

    def catalogue(self, entity: str) -> list[Row]:
        """Return a catalogue, asked for once."""
        path = f"/{entity}"
        return self._read(path) or self._write(path, kolada.catalogue(self.transport, entity))

    def answers(
        self, queries: Sequence[Query], progress: Callable[[int, int], None], total: int, done: int = 0
    ) -> Iterator[list[Row]]:
        """Yield the rows of each question, asking only those that are not kept whole."""
        missing = {path: None for path, _ in queries if self._read(path) is None}
        asked = self.transport.rows_of([(path, {}) for path in missing], kolada.data_key)
        for i, (path, _) in enumerate(queries, start=done + 1):
            if path in missing:
                rows = next(asked)
                kolada.check_rows(path, rows)
                yield self._write(path, rows)
            else:
                yield self._read(path) or []
            progress(i, total)

    def clear(self) -> None:
        """Remove everything that is kept."""
        shutil.rmtree(self.root, ignore_errors=True)

    def _began(self, now: dt.datetime) -> dt.datetime:
        try:
            kept = json.loads((self.root / "borjade.json").read_text(encoding="utf-8"))
            started = dt.datetime.fromisoformat(kept["started"])
            same = kept["base"] == self.transport.base and started.tzinfo is not None
        except (OSError, ValueError, KeyError, TypeError):
            same = False
        return started if same else now - SAME_VINTAGE

    def _read(self, path: str) -> list[Row] | None:
        """Return what is kept of an answer; nothing where a crash of the machine left a part."""
        try:
            return json.loads(self._path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def _write(self, path: str, rows: list[Row]) -> list[Row]:
        write_text(self._path(path), json.dumps(rows, ensure_ascii=False))
        return rows

    def _path(self, path: str) -> Path:
        return self.folder / f"{hashlib.sha256(path.encode()).hexdigest()}.json"


def _frame(rows: Sequence[Row]) -> pd.DataFrame:
    """Return rows of data as the raw snapshot's columns: one line per gender."""
    columns: dict[str, list[Any]] = {
        "kpi": [row["kpi"] for row in rows for _ in row["values"]],
        "municipality": [row["municipality"] for row in rows for _ in row["values"]],
        "period": [row["period"] for row in rows for _ in row["values"]],
    }
    for name in ("gender", "value", "count", "status", "isdeleted"):
        columns[name] = [value.get(name) for row in rows for value in row["values"]]
    dtypes = {"period": "int16", "value": "float64", "count": "Int32", "isdeleted": "boolean"}
    return pd.DataFrame(columns).astype(dtypes)
