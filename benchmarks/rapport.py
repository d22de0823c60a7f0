"""Time the batch of nämnders' reports against what else could be done, and see that it holds for the whole country.

    python benchmarks/rapport.py [ROW …] [--varv N] [--naiva N] [--kommuner N] [--ut FOLDER]

| row | work | against | goal |
| --- | --- | --- | --- |
| namnder | the model's nämnder | a shell loop: papermill and jupyter nbconvert for each | wall 5×, CPU 3× |
| sextio | those of 15 municipalities: 60 | the same loop | wall 7× |
| golv | the 60 | the floor, `golv.py`: the pages must be alike, byte for byte | at most 1.25 of its wall |
| dask | the 60 on Dask with two workers | one worker | wall 1.8× |
| landet | those of all municipalities, `--kommun alla` | the 60, per report | at most 1.1 |
| oforandrat | the whole country again, with nothing changed | | under 2 s of CPU |

All rows unless some are named. Every run is a fresh program and, but for the last row, has an empty folder to write in.
The two sides take turns, so that a ratio holds when the machine's speed drifts; a ratio is the median of the rounds'
ratios. CPU is of a program and all that it has waited for; what others used meanwhile is told too: when that is much,
the machine was not free, and wall times say little. The 60 are one call of `report.make` with two workers,
which is what `styr rapport` calls.

The shell loop runs for `--naiva` of the 60, spread evenly over nämnder and municipalities, and is scaled.
The whole country takes long: `--ut` keeps its folder, and lets `oforandrat` begin from one that is made.
A row that the project's code can't do is told with the command's own words, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from matning import ENVIRONMENT, ROOT, machine, ran, timed

BIN = Path(sys.executable).parent
STYR = (sys.executable, "-m", "styrlib")
MODEL = sorted((ROOT / "data/raw/styrmodell").glob("*.yaml"))
NAMNDER = [path.stem for path in MODEL if "\ngrunduppdrag:" in path.read_text(encoding="utf-8")]
# The model's own, then every twentieth of the country's.
CODES = "0584 0184 0484 0662 0860 1257 1284 1427 1470 1497 1860 1984 2161 2380 2514"
ONE = "--en"
PACKAGES = ("papermill", "nbconvert", "ipykernel", "matplotlib", "pandas", "numpy", "pyarrow")
Cost = tuple[float, float, float]  # seconds: wall, CPU, and CPU of others meanwhile


def naive(folder: Path, reports: list[tuple[str, str]]) -> None:
    """Make reports as a shell loop does: a kernel, and two programs, for each."""
    for code, namnd in reports:
        made = folder / f"{code}-{namnd}.ipynb"
        chosen = ("-p", "namnd", namnd, "-r", "kommun", code)
        ran(BIN / "papermill", ROOT / "notebooks/10_namnd.ipynb", made, *chosen, "--no-progress-bar")
        ran(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", made)


def batch(folder: Path, codes: list[str], workers: int = 2, dask: str = "") -> None:
    """Make the reports of some municipalities with one call of `report.make`, in a program of its own."""
    ran(sys.executable, __file__, ONE, folder, workers, dask or "-", *codes)
    wanted = {f"{code}/{namnd}.html" for code in codes for namnd in NAMNDER}
    missing = wanted - {path.relative_to(folder).as_posix() for path in folder.glob("*/*.html")}
    if missing:
        sys.exit(f"Not made: {sorted(missing)}")


def make_batch(folder: str, workers: str, dask: str, *codes: str) -> None:
    """Be the program that `batch` runs."""
    sys.path.insert(0, str(ROOT))
    from dataclasses import replace
    from functools import partial

    from styrlib import arbetare

    if dask == "-":
        arbetare.warm()  # first of all, as the command does
    from styrlib import kluster, project, report
    from styrlib.sidor import Slag

    runs = [report.plan(project.find(), slag=[Slag.namnd], kommun=code, out=Path(folder)) for code in codes]
    run = replace(runs[0], plans=tuple(item for one in runs for item in one.plans))
    engine = None if dask == "-" else partial(kluster.make, address=dask)
    outcomes = report.make(run, workers=int(workers), engine=engine)
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors or len(outcomes) != len(run.plans):
        sys.exit("\n".join(errors) or "Some reports have no outcome.")


def turns(rounds: int, works: dict[str, Callable[[Path], None]]) -> dict[str, list[Cost]]:
    """Return wall and CPU seconds of each work in each round, printed as they come."""
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for number in range(1, rounds + 1):
        for name, work in works.items():
            with tempfile.TemporaryDirectory() as folder:
                costs[name].append(timed(lambda work=work, folder=folder: work(Path(folder))))
            print(f"  round {number}: {name}: {raw(costs[name][-1])}", flush=True)
    return costs


def raw(cost: Cost) -> str:
    """Return a cost in words."""
    wall, cpu, others = cost
    return f"wall {wall:.2f} s, CPU {cpu:.2f} s (others {others:.1f} s)"


def told(name: str, upper: list[Cost], lower: list[Cost], goal: str, part: int = 0, scale: float = 1) -> None:
    """Print the median of a ratio, and the goal beside it."""
    ratio = statistics.median(scale * a[part] / b[part] for a, b in zip(upper, lower, strict=True))
    print(f"  {name}: {ratio:.2f}; goal: {goal}", flush=True)


def namnder(given: argparse.Namespace) -> None:
    own = [(CODES[:4], namnd) for namnd in NAMNDER]
    styr = lambda folder: ran(*STYR, "rapport", "--slag", "namnd", "--ut", folder)  # noqa: E731
    costs = turns(given.varv, {"styr rapport": styr, "shell loop": lambda folder: naive(folder, own)})
    told("shell loop / styr rapport, wall", costs["shell loop"], costs["styr rapport"], "at least 5")
    told("shell loop / styr rapport, CPU", costs["shell loop"], costs["styr rapport"], "at least 3", part=1)


def sextio(given: argparse.Namespace) -> None:
    every = [(code, namnd) for code in given.koder for namnd in NAMNDER]
    step = len(every) // given.naiva
    some = every[::step][: given.naiva]
    print(f"  the loop runs for {len(some)} of the {len(every)} reports; its figures are scaled in the ratio")
    costs = turns(
        given.varv, {"batch": lambda folder: batch(folder, given.koder), "loop": lambda folder: naive(folder, some)}
    )
    told("shell loop, scaled / batch, wall", costs["loop"], costs["batch"], "at least 7", scale=len(every) / len(some))


def golv(given: argparse.Namespace) -> None:
    pages: dict[str, dict[str, bytes]] = {}

    def kept(name: str, work: Callable[[Path], None], folder: Path) -> None:
        work(folder)
        pages[name] = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("*/*.html")}

    ours = lambda folder: batch(folder, given.koder)  # noqa: E731
    floor = lambda folder: ran(sys.executable, ROOT / "benchmarks/golv.py", folder, *given.koder)  # noqa: E731
    costs = turns(
        given.varv,
        {"batch": lambda folder: kept("batch", ours, folder), "floor": lambda folder: kept("floor", floor, folder)},
    )
    names = pages["batch"].keys() | pages["floor"].keys()
    differ = sorted(name for name in names if pages["batch"].get(name) != pages["floor"].get(name))
    if differ:
        sys.exit(f"{len(differ)} of {len(names)} pages differ from the floor's: {', '.join(differ[:8])}")
    print(f"  all {len(names)} pages are alike")
    told("batch / floor, wall", costs["batch"], costs["floor"], "at most 1.25")
    told("batch / floor, CPU", costs["batch"], costs["floor"], "none", part=1)


def dask(given: argparse.Namespace) -> None:
    from distributed import LocalCluster

    os.environ.update(ENVIRONMENT)  # the workers' too

    def on(workers: int) -> None:
        """Make the batch on a cluster whose start is not timed."""
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
            tempfile.TemporaryDirectory() as folder,
        ):
            address = cluster.scheduler_address
            costs[workers].append(timed(lambda: batch(Path(folder), given.koder, workers, address)))
        print(f"  on {workers}: {raw(costs[workers][-1])}", flush=True)

    costs: dict[int, list[Cost]] = {2: [], 1: []}
    for _ in range(given.varv):
        for workers in costs:
            on(workers)
    told("one worker / two, wall", costs[1], costs[2], "at least 1.8")


def country(folder: Path) -> tuple[Cost, int, list[float]]:
    """Return what the whole country's reports cost, how many there are, and the parent's memory as time goes."""
    memory: list[float] = []
    cost = timed(lambda: ran(*STYR, "rapport", "--kommun", "alla", "--slag", "namnd", "--ut", folder, samples=memory))
    return cost, len(list(folder.glob("[0-9]*/*.html"))), memory


def whole(given: argparse.Namespace) -> nullcontext[str] | tempfile.TemporaryDirectory[str]:
    """Return the folder of the whole country."""
    return nullcontext(given.ut) if given.ut else tempfile.TemporaryDirectory()


def landet(given: argparse.Namespace) -> None:
    every = len(given.koder) * len(NAMNDER)
    with whole(given) as folder:
        if any(Path(folder).glob("[0-9]*/*.html")):
            sys.exit(f"{folder} has pages already. Give an empty folder.")
        cost, count, memory = country(Path(folder))
    print(f"  the whole country, {count} reports: {raw(cost)}")
    costs = turns(given.varv, {"batch": lambda folder: batch(folder, given.koder)})
    for part, name in enumerate(("wall", "CPU")):
        few = statistics.median(each[part] for each in costs["batch"]) / every
        one = cost[part] / count
        print(
            f"  {name} per report: {one:.3f} s of {count}, {few:.3f} s of {every}: {one / few:.2f}; goal: at most 1.1"
        )
    tenths = [max(memory[len(memory) * n // 10 : len(memory) * (n + 1) // 10] or [0]) for n in range(10)]
    print("  memory of the parent, MB at most in each tenth of the time: " + " ".join(f"{mb:.0f}" for mb in tenths))


def oforandrat(given: argparse.Namespace) -> None:
    with whole(given) as folder:
        if not any(Path(folder).glob("[0-9]*/*.html")):
            country(Path(folder))
        before = {path: path.stat().st_mtime_ns for path in Path(folder).glob("[0-9]*/*.html")}
        for _ in range(given.varv):
            cost, count, _ = country(Path(folder))
            print(f"  nothing changed, {count} reports: {raw(cost)}; goal: under 2 s of CPU")
        again = sum(path.stat().st_mtime_ns != time for path, time in before.items())
    if again:
        sys.exit(f"{again} of {count} pages were written again.")


ROWS = {row.__name__: row for row in (namnder, sextio, golv, dask, landet, oforandrat)}


def main() -> None:
    """Measure the rows that are asked for."""
    if sys.argv[1:2] == [ONE]:
        make_batch(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row", nargs="*", metavar="ROW", help=f"{', '.join(ROWS)}; all unless given")
    parser.add_argument("--varv", type=int, default=3, help="rounds")
    parser.add_argument("--naiva", type=int, default=12, help="how many of the 60 the shell loop makes")
    parser.add_argument("--kommuner", type=int, default=15, help="municipalities, where fewer are wanted")
    parser.add_argument("--ut", metavar="FOLDER", help="the whole country's folder, which is kept")
    given = parser.parse_args()
    given.koder = CODES.split()[: given.kommuner]
    every = len(given.koder) * len(NAMNDER)
    if unknown := set(given.row) - set(ROWS):
        parser.error(f"No row is called {', '.join(unknown)}.")
    if "sextio" in (given.row or ROWS) and (
        not 1 <= given.naiva <= every or (given.naiva < every and math.gcd(every // given.naiva, len(NAMNDER)) > 1)
    ):
        parser.error(f"With --naiva {given.naiva} the loop would not make as many reports of each nämnd.")
    print(machine(*PACKAGES))
    ran(*STYR, "bearbeta")  # the processed tables are made, and the files are in the system's cache
    failed = False
    for name in given.row or ROWS:
        print(f"{name}:", flush=True)
        try:
            ROWS[name](given)
        except subprocess.CalledProcessError as error:
            failed = True
            print(f"  not measured, the program failed: {error.output.strip().splitlines()[-1]}")
        except ImportError as error:
            failed = True
            print(f"  not measured: {error}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
