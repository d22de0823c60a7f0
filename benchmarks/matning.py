"""What the benchmarks of fetching share: a server in a process of its own, and a fetch's measures.

It needs nothing but the standard library, so that any interpreter can measure with it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


@contextmanager
def server(folder: Path, *options: str) -> Iterator[str]:
    """Serve Kolada's table in another process, and give its address."""
    command = [sys.executable, str(ROOT / "tests" / "kolada_server.py"), "--shared", str(folder), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip()
            if not url:
                sys.exit("Testservern startade inte. Finns figures.parquet och katalogerna i mappen?")
            yield url
        finally:
            process.terminate()


def apart(python: Path | str, *arguments: Path | str, given: str = "") -> dict[str, Any]:
    """Run a script in a fresh process, and return the JSON of its last line."""
    command = [str(python), *map(str, arguments)]
    result = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(result.stderr)
    return json.loads(result.stdout.splitlines()[-1])


def measured(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Return what some work gave, with its wall and CPU seconds and the process's peak of memory in MB."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return done, {"wall": wall, "cpu": cpu, "peak": peak()}


def peak() -> float:
    """Return the process's peak of memory in MB."""
    try:  # getrusage counts the peak of the process that started this one too
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except OSError:
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def printed(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table with its numbers to the right."""
    cells = [list(map(str, row)) for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        first, *rest = (f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        print("  ".join([first.strip().ljust(widths[0]), *rest]))
