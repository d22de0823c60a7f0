"""Compare this project's client with koladapy: time, memory and questions for the same values.

    python benchmarks/klient.py FOLDER [--nyckeltal N] [--varv R] [--python PATH]

FOLDER holds Kolada's table as the test server reads it (`figures.parquet` and catalogues).
Every municipality and riket, 2006-2022, are fetched for the nyckeltal that the steering
model needs, or for N of the table's nyckeltal, drawn the same way each time. The server
runs in a process of its own and answers after 50 ms; each client fetches in a fresh
process, by turns, without a limit on its rate. A first round is not counted: in it the
server renders its answers.

koladapy is in the dependency group `benchmark`. `--python` names another interpreter that
has it, so that the project's own environment can be left alone.
"""

from __future__ import annotations

import argparse
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
from matning import ROOT, apart, printed, server

sys.path.insert(0, str(ROOT))

from styrlib import kolada, process, project

KEYS = ["kpi", "municipality", "period", "gender"]
CLIENTS = ("styrlib", "koladapy")
LATENCY = 0.05
FASTER, CPU = 4, 3  # how many times as much koladapy is to take


def drawn(folder: Path, count: int | None) -> list[str]:
    """Return those of the steering model's nyckeltal that the table has, or some of the table's."""
    catalogue = pd.read_csv(folder / "kpi.csv", dtype=str)
    having = pd.read_parquet(folder / "figures.parquet", columns=["kpi"])["kpi"].unique()
    known = catalogue.loc[(catalogue["in_catalogue"] == "2026-03") & catalogue["id"].isin(having), "id"]
    if count is None:
        return sorted(set(known) & set(process.wanted(project.find(ROOT))[0]))
    return sorted(known.sort_values().sample(count, random_state=0))


def same(one: Path, other: Path) -> None:
    """End the program unless two fetches gave the same keys and exactly the same values."""
    ours, theirs = (
        pd.read_parquet(path).astype({key: "str" for key in KEYS if key != "period"}) for path in (one, other)
    )
    both = ours.merge(theirs, on=KEYS, how="outer", indicator=True, validate="one_to_one", suffixes=("", "_other"))
    lonely = both[both["_merge"] != "both"]
    differing = both[(both["value"] != both["value_other"]) & ~(both["value"].isna() & both["value_other"].isna())]
    if len(lonely) or len(differing):
        sys.exit(f"Svaren skiljer sig:\n{pd.concat([lonely, differing])}")


def main() -> None:
    """Run the rounds, compare the values, and print medians and ratios."""
    parser = argparse.ArgumentParser(description="Compare this project's client with koladapy.")
    parser.add_argument("folder", type=Path, help="Kolada's table as the test server reads it")
    parser.add_argument("--nyckeltal", type=int, help="how many of the table's; without it those of the steering model")
    parser.add_argument("--varv", type=int, default=5, help="counted rounds")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="an interpreter that has koladapy")
    options = parser.parse_args()
    pythons = {"styrlib": Path(sys.executable), "koladapy": options.python}
    if subprocess.run([options.python, "-c", "import koladapy"], capture_output=True, check=False).returncode:
        sys.exit("koladapy saknas: kör ”pip install --group benchmark”, eller ange med --python en tolk som har det.")
    ids = drawn(options.folder, options.nyckeltal)
    script = ROOT / "benchmarks" / "en_klient.py"
    serving = ("--kpis", ",".join(ids), "--latency", str(LATENCY), "--prerender")
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in CLIENTS}
    with server(options.folder, *serving) as url, tempfile.TemporaryDirectory() as folder:
        out = {name: Path(folder) / f"{name}.parquet" for name in CLIENTS}
        for number in range(options.varv + 1):
            for name in CLIENTS:
                measures = apart(pythons[name], script, name, url, out[name], given=" ".join(ids))
                if number:
                    rounds[name].append(measures)
            same(*out.values())
    report(ids, rounds)


def report(ids: list[str], rounds: dict[str, list[dict[str, float]]]) -> None:
    """Print the medians, their ratios and whether they are what they are to be."""
    facts = rounds["styrlib"][0]
    bound = math.ceil(facts["rows"] / kolada.PAGE)
    print(f"{len(ids)} nyckeltal, {facts['rows']} rows, {facts['values']} values, the same from both clients")
    print(f"Median (least-most) of {len(rounds['styrlib'])} rounds, {LATENCY * 1000:.0f} ms latency:")
    middle = {
        name: {kind: statistics.median(one[kind] for one in some) for kind in facts} for name, some in rounds.items()
    }
    shown = []
    for kind, title, form in (
        ("wall", "wall, s", ".2f"),
        ("cpu", "CPU, s", ".2f"),
        ("peak", "peak of memory, MB", ".0f"),
    ):
        spans = [
            f"{middle[name][kind]:{form}} ({min(o[kind] for o in some):{form}}-{max(o[kind] for o in some):{form}})"
            for name, some in rounds.items()
        ]
        shown.append([title, *spans, f"{middle['koladapy'][kind] / middle['styrlib'][kind]:.1f}"])
    for kind, title in (("requests", "requests"), ("data", "of them for data")):
        shown.append([title, *(f"{middle[name][kind]:.0f}" for name in CLIENTS), ""])
    shown.append(
        ["of them for data, times the bound", *(f"{middle[name]['data'] / bound:.2f}" for name in CLIENTS), ""]
    )
    printed(["", *CLIENTS, "koladapy/styrlib"], shown)
    print(f"The bound is {bound} requests: {facts['rows']} rows, {kolada.PAGE} on a page.")
    wall, cpu = (middle["koladapy"][kind] / middle["styrlib"][kind] for kind in ("wall", "cpu"))
    for name, ratio, least in (("wall time", wall, FASTER), ("CPU", cpu, CPU)):
        judged = "as" if ratio >= least else "NOT as"
        print(f"{name}: {ratio:.1f} times as much with koladapy, {judged} aimed at ({least})")


if __name__ == "__main__":
    main()
