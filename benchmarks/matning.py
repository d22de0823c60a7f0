"""What benchmarks share: a server in a process of its own, and the measures of work and of other programs.

It needs nothing but the standard library, so that any interpreter can measure with it.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PR_SET_CHILD_SUBREAPER = 36  # of prctl(2)
ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),  # programs use this project, whatever is installed
    "STYR_ROT": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "",  # and keep what they compile, as a user's do
}


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


def ran(*command: object, samples: list[float] | None = None, every: float = 1.0) -> None:
    """Run a program with the project's code, and raise CalledProcessError with its words when it fails.

    `samples` is filled with the memory of the program's own process, in MB, as time goes.
    """
    words = [str(word) for word in command]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(words, cwd=ROOT, env=os.environ | ENVIRONMENT, stdout=said, stderr=said) as process,
    ):
        while samples is not None and process.returncode is None:
            samples.append(resident(process.pid))
            with suppress(subprocess.TimeoutExpired):
                process.wait(every)
        if process.wait():
            said.seek(0)
            raise subprocess.CalledProcessError(process.returncode, words, said.read())


def resident(pid: int) -> float:
    """Return the memory that a process has now, in MB; what it shares with its children counts as its own."""
    import psutil

    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).memory_info().rss / 2**20
    return 0.0


def timed(work: Callable[[], Any]) -> tuple[float, float, float]:
    """Return the wall seconds of some work, the CPU seconds of all that it ran, and those of all others.

    What others use of the machine meanwhile makes wall time longer, whoever they are.
    """
    adopt()
    there, before = {child.pid for child in own()}, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy, start = all_busy(), time.perf_counter()
    work()
    wall = time.perf_counter() - start
    for orphan in own():
        if orphan.pid not in there:
            os.waitpid(orphan.pid, 0)
    busy, after = all_busy() - busy, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, max(busy - cpu, 0.0)


def adopt() -> None:
    """Let this process inherit what a program leaves behind, such as the process that it forked others from.

    Nobody has waited for it, so that its time, and that of all its children, would otherwise be counted nowhere.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def own() -> list[Any]:
    """Return the processes that this one has to wait for."""
    import psutil

    return psutil.Process().children()


def all_busy() -> float:
    """Return the CPU seconds that all programs of the machine have used."""
    import psutil

    times = psutil.cpu_times()
    return times.user + times.system


def machine(*packages: str) -> str:
    """Return what the figures were measured on: processor, cores, load, Python and packages."""
    processor = platform.processor()
    with suppress(OSError, IndexError):
        known = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
        processor = known.split("model name")[1].partition(":")[2].splitlines()[0].strip()
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    computer = f"{processor}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before, {platform.system()}"
    return f"{computer}; Python {platform.python_version()}, {versions}"


def printed(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table with its numbers to the right."""
    cells = [list(map(str, row)) for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        first, *rest = (f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        print("  ".join([first.strip().ljust(widths[0]), *rest]))
