"""Tell what a nämnd's report costs when all is imported: CPU seconds for each part of the work.

    python benchmarks/bilder.py [runs]

Every part is timed where it is entered, less the parts that it calls. The sections are called as the
notebook calls them, without a kernel. The first report of a run also fills the caches.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jinja2
from nbformat.v4 import new_code_cell, new_notebook, new_output

sys.path.insert(0, str(Path(__file__).parent.parent))

from styrlib import agendabild, export, helhet, lasbarhet, malavstand, remsa, rodtrad, tidsserie, underlag
from styrlib.namndrapport import open_report

PARTS = ("reading", "statistics", "drawing", "templates", "export", "readability")
PICTURES = (
    (agendabild, "goals"),
    (helhet, "whole"),
    (malavstand, "distance"),
    (remsa, "strip"),
    (rodtrad, "thread"),
    (tidsserie, "over_time"),
)
JUDGED = ("overview", "uppfoljningar", "gamla", "grader", "arenden", "samrorelser", "revideringar")

spent: dict[str, float] = defaultdict(float)
entered: list[list[Any]] = []  # the parts that are under way: name, and the time since which it has not been counted


@contextmanager
def counted(part: str) -> Iterator[None]:
    """Count the CPU time of a block to a part, and not to the part that it is within."""
    now = time.process_time()
    if entered:
        outer, since = entered[-1]
        spent[outer] += now - since
    entered.append([part, now])
    try:
        yield
    finally:
        now = time.process_time()
        name, since = entered.pop()
        spent[name] += now - since
        if entered:
            entered[-1][1] = now


def watch(owner: Any, name: str, part: str) -> None:
    """Count every call of a function to a part."""
    work: Callable[..., Any] = getattr(owner, name)

    def watched(*args: Any, **kwargs: Any) -> Any:
        with counted(part):
            return work(*args, **kwargs)

    setattr(owner, name, watched)


def report(namnd: str) -> tuple[str, int]:
    """Make a nämnd's report, and return it as HTML with the number of its pictures."""
    with counted("statistics"):
        rapport = open_report(namnd)
        for name in JUDGED:
            getattr(rapport, name)
    with counted("templates"):
        sections = [rapport.sammanfattning(), rapport.i_korthet(), rapport.grunduppdrag()]
        sections += [rapport.malbild(malbild) for malbild in rapport.malbilder]
        sections += [rapport.uppdrag(), rapport.agenda2030(), rapport.dialoger(), rapport.styrprinciper()]
        sections += [rapport.fordjupning(), rapport.om_rapporten()]
    outputs = [new_output("display_data", {"text/html": str(section)}) for section in sections]
    notebook = new_notebook(cells=[new_code_cell(outputs=[output]) for output in outputs])
    with counted("export"):
        html = export.page(notebook, footer="", start=("../index.html", "Alla rapporter"))
    with counted("readability"):
        lasbarhet.problems(lasbarhet.of_page(html))
    return html, html.count("<svg")


def main() -> None:
    """Print every report of every run, and the median of a whole run."""
    os.environ.setdefault("STYR_ROT", str(Path(__file__).parent.parent))
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for owner, name in PICTURES:
        watch(owner, name, "drawing")
    watch(underlag, "read", "reading")
    watch(underlag.Underlag, "frames", "reading")
    watch(jinja2.Template, "render", "templates")
    namnder = [namnd.id for namnd in underlag.read().modell.namnder]
    totals = []
    print("CPU seconds")
    print(f"{'run':>3}  {'nämnd':<32}", *(f"{part:>11}" for part in (*PARTS, "total", "pictures", "kB")))
    for run in range(1, runs + 1):
        whole: dict[str, float] = defaultdict(float)
        for namnd in namnder:
            spent.clear()
            html, pictures = report(namnd)
            row = [spent[part] for part in PARTS]
            for part, seconds in zip(PARTS, row, strict=True):
                whole[part] += seconds
            print(
                f"{run:>3}  {namnd:<32}",
                *(f"{seconds:>11.3f}" for seconds in (*row, sum(row))),
                f"{pictures:>11} {len(html.encode()) // 1000:>11}",
            )
        totals.append([*(whole[part] for part in PARTS), sum(whole.values())])
    print(
        f"{'':>3}  {'all, median of the runs':<32}",
        *(f"{statistics.median(t):>11.3f}" for t in zip(*totals, strict=True)),
    )


if __name__ == "__main__":
    main()
