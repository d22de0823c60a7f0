"""Count the questions of a whole fetch against the fewest that paging allows.

    python benchmarks/hamta.py FOLDER [nyckeltal …]

FOLDER holds Kolada's table as the test server reads it (`figures.parquet` and catalogues).
Without nyckeltal, those that the steering model needs are fetched, for every municipality
and riket and seventeen years. The bound is the number of rows divided by a page's 5,000.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from styrlib import hamta, kolada, process, project  # noqa: E402
from styrlib.transport import Transport  # noqa: E402
from tests.kolada_server import KoladaServer, World  # noqa: E402


def main() -> None:
    """Fetch once and print the count, the bound and their ratio."""
    ids = sys.argv[2:] or sorted(process.wanted(project.find(ROOT))[0])
    world = World.from_shared(Path(sys.argv[1]), kpis=ids)
    with KoladaServer(world) as server, tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        fetched = hamta.fetch(Path(folder), ids, Transport(server.url, rate=math.inf))
        seconds = time.perf_counter() - start
        data = fetched.snapshot.data()
        rows = len(data.drop_duplicates(["kpi", "municipality", "period"]))
        asked = sum(request.path.startswith("/v3/data/") for request in server.log)
    bound = math.ceil(rows / kolada.PAGE)
    units = data["municipality"].nunique()
    print(f"{len(ids)} nyckeltal, {units} units, {rows} rows, {len(data)} values, {seconds:.0f} s")
    print(f"{asked} questions for data; at least {bound} are needed: {asked / bound:.2f} times the bound")


if __name__ == "__main__":
    main()
