"""What a run costs that has nothing to do, and what following a page's reading costs.

    python benchmarks/oforandrat.py [rounds]

Three rows, each with the raw figures of every round, in wall and CPU seconds:

* `styr rapport` when nothing has changed, for the pages of this municipality and for every municipality's reports (290
  times four, made up: a record, a trace that they share, and a small file in each page's place);
* the same without the memory of the last run, when each record must be looked at: as after a change that concerns none;
* a nämnd's report made in one process, by turns without and with its reading followed.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from statistics import median

from styrlib import fardigt, oforandrat, process, project, report, spar, tables
from styrlib.namndrapport import open_report
from styrlib.oforandrat import Korning
from styrlib.report import Plan

ROOT = Path(__file__).parent.parent


def copy(folder: Path) -> project.Project:
    """Copy what pages are made from, and make its tables."""
    for name in ("data/raw", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    here = project.Project(folder)
    process.ensure(here)
    return here


def stand(here: project.Project, plans: list[Plan], out: Path) -> None:
    """Let every planned page stand: a file in its place, and a record that has read what a nämnd's report reads."""
    traces = {}
    for item in plans:
        kind = item.parameters.get("namnd", "")
        if kind not in traces:
            making = fardigt.Gjord(here)
            with spar.follow() as followed:
                if kind:
                    open_report(kind)
            traces[kind] = followed, making.read(followed)
        item.html.parent.mkdir(parents=True, exist_ok=True)
        item.html.write_bytes(item.id.encode())
        followed, read = traces[kind]
        page = (item.html, item.id.encode())
        fardigt.remember(item.post, grund=item.grund, followed=followed, read=read, page=page, paper=None, cost={})
    for name in ("index.html", "rapporter.json"):
        (out / name).write_text(name, encoding="utf-8")


def country(here: project.Project, out: Path) -> list[Plan]:
    """Plan the four nämnder's reports of all municipalities."""
    units = tables.read(here.processed, "kommuner")
    codes = units.loc[units["slag"] == "K", "kommun"].tolist()
    kinds = [report.Slag.namnd]
    return [item for code in codes for item in report.plan(here, slag=kinds, kommun=code, out=out, tvinga=True).plans]


def timed(work: Callable[[], object], whose: int) -> tuple[float, float]:
    """Return wall and CPU seconds of some work, of this process or of those that it waits for."""
    before, wall = resource.getrusage(whose), time.perf_counter()
    work()
    wall, after = time.perf_counter() - wall, resource.getrusage(whose)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def told(what: str, rounds: list[tuple[float, float]]) -> None:
    """Print the medians, and all rounds."""
    wall, cpu = (median(column) for column in zip(*rounds, strict=True))
    raw = "  ".join(f"{w:.2f}/{c:.2f}" for w, c in rounds)
    print(f"{what}: wall {wall:.2f} s, CPU {cpu:.2f} s (each round: {raw})")


def command(here: project.Project, out: Path, asked: dict[str, object], plans: list[Plan], rounds: int) -> None:
    """Measure the command with nothing to do, and the look at every record when the memory of the run is lost."""
    run = report.Run(here, process.read_model(here.processed), "2024-08", out, tuple(plans))
    korning = Korning(len(plans), run.uttag, "augusti 2024")
    oforandrat.remember(out, asked, oforandrat.indata(here), korning, report.stamps(run))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "styrlib", "rapport", "--ut", str(out)]

    def ask() -> None:
        said = subprocess.run(line, cwd=here.root, env=environment, capture_output=True, text=True, check=True).stdout
        assert f"alla {len(plans)} sidor är som de ska" in said, said

    told(f"{len(plans)} pages, nothing changed", [timed(ask, resource.RUSAGE_CHILDREN) for _ in range(rounds)])
    made = process.ensure(here)

    def look() -> None:
        by = fardigt.Granskning(here, made, run.modell)
        assert all(by.current(p.post, p.html, p.grund, period="", ar=0, paper=None) for p in plans)

    told(f"{len(plans)} records looked at, one by one", [timed(look, resource.RUSAGE_SELF) for _ in range(rounds)])


def followed(rounds: int) -> None:
    """Measure a nämnd's report without and with its reading followed, by turns."""
    found: dict[bool, list[tuple[float, float]]] = {False: [], True: []}

    def make() -> None:
        rapport = open_report("socialnamnden")
        for part in (rapport.sammanfattning, rapport.i_korthet, rapport.grunduppdrag):
            part()
        for malbild in rapport.malbilder:
            rapport.malbild(malbild)
        for name in ("uppdrag", "agenda2030", "dialoger", "styrprinciper", "fordjupning", "om_rapporten"):
            getattr(rapport, name)()

    make()
    for _ in range(rounds):
        for on, rows in found.items():
            with spar.follow() if on else nullcontext():
                rows.append(timed(make, resource.RUSAGE_SELF))
    for on, rows in found.items():
        told(f"socialnamnden, reading {'followed' if on else 'not followed'}", rows)
    plain, with_trace = (median(cpu for _, cpu in found[on]) for on in (False, True))
    print(f"following costs {100 * (with_trace / plain - 1):.1f} % of CPU (medians)")


def main() -> None:
    """Measure."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="styr-matning-") as name:
        here = copy(Path(name) / "projekt")
        os.environ[project.ROOT_VARIABLE] = str(here.root)
        asked = {"namnder": [], "kommun": "", "slag": [], "period": "", "ar": "", "uttag": ""}
        asked = json.loads(json.dumps(asked | {"pdf": False, "internt": False}))
        for what in ("own", "country"):
            out = Path(name) / what
            plans = list(report.plan(here, out=out, tvinga=True).plans) if what == "own" else country(here, out)
            stand(here, plans, out)
            command(here, out, asked, plans, rounds)
        followed(rounds)


if __name__ == "__main__":
    main()
