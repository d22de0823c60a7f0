"""Make nämnders' reports with as little machinery as can be: what the batch is measured against.

    python benchmarks/golv.py FOLDER CODE …

One interpreter imports everything once and forks two processes, which take the next report as
they come free. Each runs the cells of the nämnd's notebook in a plain namespace, with no kernel
and no Papermill, and puts what they show through the house's page. No time goes to remarks on the
texts, to a record of what stands, or to a report that fails: the first error ends it all.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Sequence
from pathlib import Path

for name in ("OPENBLAS", "OMP", "MKL"):  # before numpy and pyarrow are loaded
    os.environ[f"{name}_NUM_THREADS"] = "1"
os.environ["JE_ARROW_MALLOC_CONF"] = "background_thread:false"  # a thread would not live through a fork

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import IPython.display  # noqa: E402
import nbformat  # noqa: E402
from nbformat import NotebookNode  # noqa: E402

from styrlib import export, namndrapport, project, report  # noqa: E402, F401  (the notebook imports namndrapport)
from styrlib.files import write_text  # noqa: E402
from styrlib.sidor import Slag  # noqa: E402

PROCESSES = 2


def plans(folder: Path, codes: Sequence[str]) -> list[report.Plan]:
    """Return a plan for each nämnd of each municipality, as `styr rapport` would have it."""
    found = project.find(ROOT)
    runs = (report.plan(found, slag=[Slag.namnd], kommun=code, out=folder) for code in codes)
    return [item for run in runs for item in run.plans]


def executed(notebook: NotebookNode, parameters: dict[str, object]) -> NotebookNode:
    """Return a notebook with the outputs that its cells give with some parameters."""
    namespace: dict[str, object] = {}
    outputs: list[NotebookNode] = []

    def show(thing: object, kind: str = "display_data") -> None:
        data = {"text/html": thing._repr_html_(), "text/plain": repr(thing)}
        outputs.append(nbformat.v4.new_output(kind, data))

    IPython.display.display = show
    made = nbformat.from_dict(notebook)
    for cell in made.cells:
        if cell.cell_type != "code":
            continue
        tree, last = ast.parse(cell.source), None
        if isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)
        outputs = []
        exec(compile(tree, "cell", "exec"), namespace)
        if last and (value := eval(compile(last, "cell", "eval"), namespace)) is not None:
            show(value, "execute_result")
        cell.outputs = outputs
        if "parameters" in cell.metadata.get("tags", ()):
            namespace |= parameters
    return made


def make(item: report.Plan) -> None:
    """Make one report."""
    notebook = executed(nbformat.read(item.notebook, 4), item.parameters)
    about = {"footer": item.footer, "facts": item.facts, "tillstand": item.tillstand}
    write_text(item.html, export.page(notebook, start=(item.start, "Alla rapporter"), **about))


def main() -> None:
    """Share the reports out over the processes, and fail when one of them does."""
    items = plans(Path(sys.argv[1]), sys.argv[2:])
    os.environ["STYR_ROT"] = str(ROOT)
    waiting, filling = os.pipe()
    os.write(filling, b"".join(n.to_bytes(2) for n in range(len(items))))
    os.close(filling)
    children = []
    for _ in range(PROCESSES):
        if child := os.fork():
            children.append(child)
            continue
        while number := os.read(waiting, 2):
            make(items[int.from_bytes(number)])
        return
    failed = [child for child in children if os.waitpid(child, 0)[1]]
    if failed:
        sys.exit(f"{len(failed)} of {PROCESSES} processes failed.")


if __name__ == "__main__":
    main()
