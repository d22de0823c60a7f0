"""Answers on their way to a snapshot: kept as they come, so that an interrupted fetch goes on where it was.

`data/raw/kolada/.hamtning/` holds one file per answered question, in a folder per vintage:
answers older than a day are thrown away, and what an earlier run asked and this one does
not is never read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from styrlib import kolada, snapshot
from styrlib.files import replacing, write_text
from styrlib.kolada import Question
from styrlib.transport import Row, Transport

FORMAT = 2  # of the kept answers
SAME_VINTAGE = dt.timedelta(days=1)
PART = 500_000  # values in memory at once while a snapshot is put together


class Stage:
    """The answers of one fetch.

    Parameters
    ----------
    root
        The folder that holds them.
    transport
        The way to the server.
    now
        The time; answers of a fetch that began within a day are used again.
    progress
        Called with how many questions are answered, of how many.
    """

    def __init__(
        self, root: Path, transport: Transport, now: dt.datetime, progress: Callable[[int, int], None]
    ) -> None:
        self.root, self.transport, self.progress = root, transport, progress
        self.base = transport.base
        self.asked = 0  # questions for data
        self._files: dict[str, dict[Path, None]] = defaultdict(dict)
        self.started = self._began(now)
        if not now - SAME_VINTAGE < self.started <= now:
            self.clear()
            self.started = now
        # Answers of another fetch can't be met even where the system would not remove them.
        self.folder = root / self.started.strftime("%Y%m%dT%H%M%S%f")
        self.folder.mkdir(parents=True, exist_ok=True)
        facts = {"format": FORMAT, "base": self.base, "started": self.started.isoformat()}
        write_text(root / "borjade.json", json.dumps(facts))

    def catalogue(self, entity: str) -> list[Row]:
        """Return a catalogue, asked for once."""
        path = self.folder / f"{entity}.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # nothing, or what a crash of the machine left
            rows = kolada.catalogue(self.transport, entity)
            write_text(path, json.dumps(rows, ensure_ascii=False))
            return rows

    def ask(self, question: Question) -> pa.Table:
        """Return an answer that is not kept."""
        return kolada.ask(self.transport, question)

    def answers(self, folder: str, questions: Sequence[Question], most: float = math.inf) -> Iterator[pa.Table]:
        """Yield the answer to each question, asking only those that are not kept whole.

        Parameters
        ----------
        folder
            Where answers are kept: one question may be asked in more than one way.
        questions
            What to ask.
        most
            Pages that one answer is worth.
        """
        paths = {question: self._path(folder, question) for question in questions}
        missing = {question: None for question, path in paths.items() if not _is_whole(path)}
        asked = self.transport.each(partial(kolada.ask, self.transport, most=most), missing)
        total = self.asked + len(questions)
        for question, path in paths.items():
            if question in missing:
                table = next(asked)
                with replacing(path) as temporary:
                    # Small row groups, so that a few nyckeltal can be found without reading the rest.
                    pq.write_table(by_nyckeltal(snapshot.plain(table)), temporary, row_group_size=2_000)
            else:
                table = pq.read_table(path, partitioning=None)
            self._files[folder][path] = None
            self.asked += 1
            self.progress(self.asked, total)
            yield table

    def number(self, folder: str) -> int:
        """Return how many questions this fetch has asked in one way, or found answered."""
        return len(self._files[folder])

    def kept(self, folder: str, ids: Sequence[str] | None = None) -> pa.Table:
        """Return what this fetch has asked, about some nyckeltal or all."""
        files = list(self._files[folder])
        if not files:
            return snapshot.PLAIN_SCHEMA.empty_table()
        chosen = None if ids is None else ds.field("kpi").isin(list(ids))
        return ds.dataset(files, schema=snapshot.PLAIN_SCHEMA).to_table(filter=chosen)

    def clear(self) -> None:
        """Remove everything that is kept."""
        shutil.rmtree(self.root, ignore_errors=True)

    def _began(self, now: dt.datetime) -> dt.datetime:
        try:
            kept = json.loads((self.root / "borjade.json").read_text(encoding="utf-8"))
            started = dt.datetime.fromisoformat(kept["started"])
            same = (kept["format"], kept["base"]) == (FORMAT, self.base) and started.tzinfo is not None
        except (OSError, ValueError, KeyError, TypeError):
            same = False
        return started if same else now - SAME_VINTAGE

    def _path(self, folder: str, question: Question) -> Path:
        name = hashlib.sha256(f"{question.path}{question.query}".encode()).hexdigest()
        return self.folder / folder / f"{name}.parquet"


def sizes(tables: Iterable[pa.Table]) -> Counter[str]:
    """Return how many values tables hold of each nyckeltal."""
    found: Counter[str] = Counter()
    for table in tables:
        found.update({entry["values"]: entry["counts"] for entry in table["kpi"].value_counts().to_pylist()})
    return found


def parts(counted: Counter[str]) -> Iterator[list[str]]:
    """Yield nyckeltal in order, as many at a time as fit in memory."""
    part: list[str] = []
    room = PART
    for id_ in sorted(counted):
        if part and counted[id_] > room:
            yield part
            part, room = [], PART
        part.append(id_)
        room -= counted[id_]
    if part:
        yield part


def by_nyckeltal(table: pa.Table) -> pa.Table:
    """Return a table in the order that a snapshot has."""
    return table.sort_by([(key, "ascending") for key in ("kpi", "municipality", "gender", "period")])


def _is_whole(path: Path) -> bool:
    """Tell whether an answer is kept whole: a crash of the machine may have left a part."""
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return False
    return True
