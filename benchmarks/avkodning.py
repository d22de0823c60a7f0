"""Time the way from a page's bytes to a frame, on one core.

    python benchmarks/avkodning.py [varv]

A page is Kolada's fullest: 5,000 rows with a value each for all, women and men. It goes
through what a fetch goes through: the envelope is decoded and checked, the rows become
columns, and the columns the frame that `Kolada.hamta` gives. Nothing is sent. The same is
done with many pages, which make one frame together, and with rows of one value each.
"""

from __future__ import annotations

import itertools
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from styrlib import kolada, transport  # noqa: E402
from styrlib.kolada import Question  # noqa: E402
from styrlib.tabell import tidy  # noqa: E402
from tests.kolada_server import dumps, value  # noqa: E402

PAGES = 40
AIM = 500_000  # values per second


class Kept(transport.Transport):
    """A transport that has its one answer already."""

    def __init__(self, content: bytes) -> None:
        super().__init__("http://localhost/v3")
        self.content = content

    def _get(self, _url: str, kind: type[transport.Item]) -> transport.Envelope[transport.Item]:
        return transport._envelope(self.content, kind)  # noqa: SLF001  (what is timed is what a fetch does)


def page(number: int, genders: str) -> tuple[Question, bytes]:
    """Return a question and the bytes of its answer of 5,000 rows."""
    chance = random.Random(number)
    ids = tuple(f"N{number * 25 + n:05d}" for n in range(25))
    question = Question(ids, tuple(f"{n:04d}" for n in range(114, 139)), ar=tuple(range(2015, 2023)))
    rows = [
        {
            "values": [value(gender, chance.uniform(0, 100)) for gender in genders],
            "kpi": id_,
            "period": year,
            "municipality": unit,
        }
        for id_, year, unit in itertools.product(question.nyckeltal, question.ar, question.kommuner)
    ]
    return question, dumps({"values": rows, "count": len(rows), "next_url": None, "previous_url": None})


def frame(pages: Sequence[tuple[Question, bytes]]) -> pd.DataFrame:
    """Return the pages' values as `Kolada.hamta` would."""
    tables = [kolada.ask(Kept(content), question) for question, content in pages]
    return tidy(pa.concat_tables(tables).unify_dictionaries())


def main() -> None:
    """Print values per second for each kind of page and number of pages."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    for genders, count in itertools.product(("TKM", "T"), (1, PAGES)):
        pages = [page(number, genders) for number in range(count)]
        values = len(frame(pages))
        rates = []
        for _ in range(runs):
            start = time.process_time()
            frame(pages)
            rates.append(values / (time.process_time() - start))
        middle, least, most = (f"{rate:,.0f}" for rate in (statistics.median(rates), min(rates), max(rates)))
        size = sum(len(content) for _, content in pages) / 2**20
        print(f"{count} pages, {len(genders)} values in a row, {values:,} values, {size:.1f} MB:")
        print(f"  {middle} values/s ({least}-{most}, {runs} runs); the aim is {AIM:,}")


if __name__ == "__main__":
    main()
