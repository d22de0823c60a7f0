"""Time `styr rapport` against what a user would otherwise do: papermill and nbconvert per report.

    python benchmarks/rapport.py [runs]

The two take turns, so that the ratio holds when the machine's speed drifts.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
NAMNDER = sorted(p.stem for p in (ROOT / "data" / "raw" / "styrmodell").glob("*.yaml") if p.stem != "kommun")


def ours(out: Path) -> None:
    """Make all reports with one command."""
    run(BIN / "styr", "rapport", "--ut", out)


def naive(out: Path) -> None:
    """Make all reports as a shell loop does."""
    for namnd in NAMNDER:
        executed = out / f"{namnd}.ipynb"
        run(
            BIN / "papermill",
            ROOT / "notebooks" / "10_namnd.ipynb",
            executed,
            "-p",
            "namnd",
            namnd,
            "--no-progress-bar",
        )
        run(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed)


def run(*command: str | Path) -> None:
    """Run one command, and fail loudly when it fails."""
    environment = {**os.environ, "STYR_ROT": str(ROOT)}
    result = subprocess.run(
        [str(c) for c in command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode:
        sys.exit(result.stderr)


def timed(work: object) -> tuple[float, float]:
    """Return wall and CPU seconds of one run in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        work(Path(folder))
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print every pair and the medians."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    timed(ours)  # warms the file cache and makes the processed data
    pairs = [(timed(ours), timed(naive)) for _ in range(runs)]
    print(f"{len(NAMNDER)} reports, {os.cpu_count()} processors; seconds")
    for (wall, cpu), (naive_wall, naive_cpu) in pairs:
        print(f"styr: wall {wall:.1f} cpu {cpu:.1f}   shell loop: wall {naive_wall:.1f} cpu {naive_cpu:.1f}")
    for i, name in enumerate(("wall", "cpu")):
        ratio = statistics.median(other[i] / own[i] for own, other in pairs)
        print(f"{name}: the shell loop takes {ratio:.1f} times as much (median of {runs})")


if __name__ == "__main__":
    main()
