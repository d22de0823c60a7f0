"""What a warm process does before its first fork: import everything, and fill the caches that cost.

Imported by multiprocessing's fork server and by nothing else. It refuses to fork with more than one
thread, since a child would inherit the locks of the others, and nobody to open them. And it leaves no
file open, such as a font: children would share the place in it that they have read to.
"""

from __future__ import annotations

import gc
import os
import random
import string
import sys
from importlib import import_module
from pathlib import Path

# jsonschema, which nbformat asks for, would build a grammar of addresses for a second, to check what is not checked;
# a kernel asks for the debugger, and nobody debugs here.
LEFT_OUT = ("rfc3987_syntax", "debugpy")
sys.modules |= dict.fromkeys(LEFT_OUT)

import nbformat  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from styrlib import (  # noqa: E402
    dialogblad,
    erfarenhetsbank,
    execute,
    export,
    insatser,
    kommunoversikt,
    lasbarhet,
    malsida,
    namndrapport,
    render,
    report,
    swedish,
    wrapping,
)

# What a child needs: imported here, so that it is there.
IMPORTED = (dialogblad, erfarenhetsbank, execute, insatser, kommunoversikt, lasbarhet, malsida, namndrapport, report)
PARENT = os.getpid()
# What a kernel and a page import only when they come so far.
LATER = (
    *("ipykernel.debugger", "IPython.core.completerlib", "pandas.io.formats.csvs", "tornado.platform.asyncio"),
    *("IPython.core.oinspect", "IPython.core.crashhandler", "IPython.core.logger", "zmq.utils.garbage"),
    *("pandas.core.arrays.arrow.extension_types", "pandas.core.methods.to_dict", "pyarrow.dataset"),
    *("scipy.optimize", "scipy.stats"),
)
LETTERS = f"{string.ascii_letters}{string.digits}{string.punctuation}åäöÅÄÖé–−”·… {swedish.NBSP}"
REFUSED = 77  # exit code
# What pandas chooses by whether it is imported in a kernel.
IN_A_KERNEL = {"display.max_columns": 20, "display.encoding": "UTF-8"}


def _refuse_with_threads() -> None:
    if os.getpid() == PARENT and len(list(Path("/proc/self/task").iterdir())) > 1:
        os._exit(REFUSED)


def _be_new() -> None:
    """Give a child its own chance: all would else draw the same numbers."""
    random.seed()
    np.random.seed()  # noqa: NPY002  (a notebook may use it)


def _warm() -> None:
    for name in LATER:
        import_module(name)
    for name, value in IN_A_KERNEL.items():
        pd.set_option(name, value)
    for template in render.TEMPLATES.glob("*.j2"):
        render.environment().get_template(template.name)
    shown = nbformat.v4.new_output("display_data", {"text/html": '<h1>Rubrik</h1><h2 id="a">Del</h2><p>En mening.</p>'})
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[shown])])
    lasbarhet.problems(lasbarhet.of_page(export.page(book, footer="")))
    swedish.date(pd.Timestamp("2000-01-01").date())
    swedish.number(1.5, 1)
    for bold in (False, True):
        wrapping.width(LETTERS, bold=bold)


_warm()
for _name in LEFT_OUT:
    del sys.modules[_name]
os.register_at_fork(before=_refuse_with_threads, after_in_child=_be_new)
gc.collect()
gc.freeze()
