"""Show whether the memory of a fetch grows with the number of nyckeltal.

    python benchmarks/minne.py FOLDER [antal …]

FOLDER holds Kolada's table as the test server reads it (`figures.parquet` and catalogues).
The first 250, 500 and 1,000 of the table's nyckeltal, and all of them, are fetched into a
snapshot, each in a fresh process, for every municipality and riket, 2006-2022. The server
runs in a process of its own and makes each answer when it is asked for, so that wall time
is mostly the server's; CPU and memory are the fetch's alone.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import sys
import tempfile
from pathlib import Path

import pandas as pd
from matning import ROOT, apart, measured, printed, server

NOW = dt.datetime(2022, 12, 31, tzinfo=dt.UTC)  # the table's last year is the fetch's
ONE = "--en"


def fetch(url: str) -> None:
    """Fetch the nyckeltal that standard input names, and print the measures as JSON."""
    sys.path.insert(0, str(ROOT))
    from styrlib import hamta
    from styrlib.transport import Transport

    ids = sys.stdin.read().split() or None
    with tempfile.TemporaryDirectory() as folder:
        imported = measured(lambda: None)[1]["peak"]
        work = lambda: hamta.fetch(Path(folder), ids, Transport(url, rate=math.inf), now=NOW)  # noqa: E731
        fetched, measures = measured(work)
        values = fetched.snapshot.manifest["files"]["data.parquet"]["rows"]
        asked = fetched.snapshot.manifest["fetch"]["questions"]
    print(json.dumps(measures | {"imported": imported, "values": values, "asked": asked}))


def main() -> None:
    """Fetch more and more, and print what it took."""
    if sys.argv[1] == ONE:
        return fetch(sys.argv[2])
    folder = Path(sys.argv[1])
    catalogue = pd.read_csv(folder / "kpi.csv", dtype=str)
    having = pd.read_parquet(folder / "figures.parquet", columns=["kpi"])["kpi"].unique()
    known = sorted(set(catalogue.loc[catalogue["in_catalogue"] == "2026-03", "id"]) & set(having))
    counts = [int(text) for text in sys.argv[2:]] or [250, 500, 1000, len(known)]
    rows = []
    with server(folder, "--kpis", ",".join(known)) as url:
        for count in counts:
            given = "" if count >= len(known) else " ".join(known[:count])
            found = apart(sys.executable, __file__, ONE, url, given=given)
            numbers = (found["asked"], f"{found['values']:,}", *(f"{found[name]:.0f}" for name in ("wall", "cpu")))
            rows.append([min(count, len(known)), *numbers, *(f"{found[name]:.0f}" for name in ("imported", "peak"))])
    printed(["nyckeltal", "questions", "values", "wall, s", "CPU, s", "MB after imports", "MB at most"], rows)
    return None


if __name__ == "__main__":
    main()
