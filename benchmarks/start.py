"""Time what an utredare waits for at the start: an import, the command's help, the first chart in a fresh kernel.

    python benchmarks/start.py [--varv N]

| work | goal |
| --- | --- |
| `import styrlib` after `import pandas`, against `import pandas` | at most 0.35 |
| a public name too, against the same | none: it is what a notebook's first cell costs |
| `styr --help` | under 0.3 s of CPU |
| `over_tid("N15428")` in a fresh kernel, whose own start counts | under 3 s of CPU |

Each round is a fresh process; the figures are medians of the rounds' CPU seconds, and the ratios those of medians
taken in the same rounds.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections.abc import Callable

from matning import ENVIRONMENT, ROOT, machine, printed, ran, timed

CELL = 'from styrlib import over_tid\nover_tid("N15428")'
SPENT = "import time; print(time.process_time())"


def imports(statement: str) -> Callable[[], float]:
    """Return what gives the CPU seconds of a statement in a fresh interpreter, its own start not counted."""
    code = f"import time; begun = time.process_time(); {statement}; print(time.process_time() - begun)"
    command = [sys.executable, "-c", code]
    return lambda: float(subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=True).stdout)


def environment() -> dict[str, str]:
    import os

    return os.environ | ENVIRONMENT


def command(*words: str) -> Callable[[], float]:
    """Return what gives the CPU seconds of a command, from start to end."""
    return lambda: timed(lambda: ran(*words))[1]


def kernel(cell: str) -> Callable[[], float]:
    """Return what gives the CPU seconds of a fresh kernel that has run a cell, from its start on."""

    def run() -> float:
        from jupyter_client.manager import start_new_kernel

        manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT / "notebooks"), env=environment())
        try:
            said: list[str] = []
            for code in (cell, SPENT):
                reply = client.execute_interactive(
                    code, timeout=120, output_hook=lambda message: said.append(_of(message))
                )
                if reply["content"]["status"] != "ok":
                    sys.exit(f"The cell failed: {reply['content']['evalue']}")
            return float("".join(said).split()[-1])
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    return run


def _of(message: dict) -> str:
    return message["content"].get("text", "") if message["msg_type"] == "stream" else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--varv", type=int, default=7, help="rounds")
    given = parser.parse_args()
    works = {
        "import pandas": imports("import pandas"),
        "import styrlib, after pandas": imports("import pandas; begun = time.process_time(); import styrlib"),
        "from styrlib import Kolada, after pandas": imports(
            "import pandas; begun = time.process_time(); from styrlib import Kolada"
        ),
        "styr --help": command(sys.executable, "-m", "styrlib", "--help"),
        "a fresh kernel": kernel("pass"),
        "a fresh kernel and its first chart": kernel(CELL),
    }
    print(machine("pandas", "numpy", "matplotlib", "ipykernel"))
    for work in works.values():
        work()  # what is compiled the first time is kept, and the files are in the system's cache
    spent = {name: [] for name in works}
    for _ in range(given.varv):
        for name, work in works.items():
            spent[name].append(work())
    medians = {name: statistics.median(every) for name, every in spent.items()}
    printed(
        ["CPU, s", "median", "least", "most", "of import pandas"],
        [
            [
                name,
                *(f"{x:.3f}" for x in (medians[name], min(every), max(every))),
                f"{medians[name] / medians['import pandas']:.2f}",
            ]
            for name, every in spent.items()
        ],
    )


if __name__ == "__main__":
    main()
