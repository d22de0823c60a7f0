"""The kernel without sockets gives what a kernel of its own gives, and nothing of one notebook is left for the next."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import nbformat
import pytest

from styrlib import arbetare, execute, report, sidor

needs_fork = pytest.mark.skipif(not arbetare.FORKS, reason="Motorn används bara där systemet kan gaffla processer.")

# What a notebook may do: each is a cell.
CELLS = [
    "a = 1\nprint(a)",
    "a + 1",
    "print('ett'); print('fel', file=__import__('sys').stderr); print('två')",
    "from IPython.display import HTML, clear_output, display\nvisat = display(HTML('<b>1</b>'), display_id='x')",
    "visat.update(HTML('<i>2</i>'))",
    "print('före'); clear_output(); print('efter')",
    "await __import__('asyncio').sleep(0.01); 5",
    "import asyncio; asyncio.get_event_loop().is_running()",
    "import threading; threading.current_thread() is threading.main_thread()",
    "import __main__; (__name__, __main__.a)",
    "type(get_ipython()).__name__",
    "import os; os.system('echo utanför')",
    "!echo skal",
    "{k: os.environ.get(k) for k in ('TERM', 'CLICOLOR', 'FORCE_COLOR', 'PAGER', 'GIT_PAGER', 'MPLBACKEND')}",
    "import matplotlib; matplotlib.get_backend()",
    "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.title('Åäö');",
    "plt.get_fignums()",
    "sorted(k for k, v in matplotlib.rcParams.items() if v != matplotlib.rcParamsDefault[k])",
    "import pandas as pd; pd.DataFrame({'a': [1.5, None], 'b': ['x', 'y']})",
    "pd.DataFrame([range(40)])",
    "from pandas._config.config import _registered_options as known\n[(k, pd.get_option(k)) for k in sorted(known)]",
    "import numpy as np; np.geterr(), np.get_printoptions()",
    "import seaborn as sns; sns.color_palette()[0]",
    "import warnings; warnings.warn('varning')",
    "import logging; logging.warning('loggat'); logging.getLogger().level",
    "%precision 2\n3.14159",
    "class A:\n    def _repr_html_(self): return '<p>A</p>'\nA()",
    "raise_later = [1, 2]; raise_later",
    "_ ; Out[2]; In[1]",
    "import locale, sys; locale.setlocale(locale.LC_ALL), sys.stdout.encoding, sys.flags.dev_mode",
    "import io; plt.figure(figsize=(2, 2)); plt.bar(['å', 'ö'], [1, 2]); plt.show()",
    "try:\n    input('fråga')\nexcept Exception as error:\n    print(type(error).__name__)",
    "def f(x):\n    return 1 / x\nf(0)",
]
TEMPORARY = re.compile(r"ipykernel_[0-9]+|0x[0-9a-f]+")  # the process's number, and addresses in its memory


def notebook(path, cells):
    """Write a notebook with a `parameters` cell and some more."""
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in ["namn: str = ''", *cells]])
    nb.cells[0].metadata.tags = ["parameters"]
    nb.metadata.kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(nb, path)
    return path


def outcome(job, tell, alone):  # noqa: ARG001
    """Run a notebook in this worker, and return its cells' outputs as text; a failed one's as it was kept."""
    path, failed = job
    try:
        made = execute.execute(path, {}, failed, timeout=60, here=alone)
    except execute.ReportError:
        made = nbformat.read(failed, 4)
    return [json.dumps(cell.get("outputs", []), sort_keys=True, ensure_ascii=False) for cell in made.cells]


def run(paths, folder, *, forks, antal=1):
    jobs = [(path, folder / f"fel-{forks}-{path.name}") for path in paths]
    ramar = arbetare.limits(len(jobs), 120, antal)
    return arbetare.run(jobs, outcome, lambda job, lost: pytest.fail(f"{job}: {lost}"), ramar, forks=forks)


@needs_fork
def test_cells_give_what_they_give_in_a_kernel_of_their_own(tmp_path):
    path = notebook(tmp_path / "prov.ipynb", CELLS)
    (here,), (fresh,) = run([path], tmp_path, forks=True), run([path], tmp_path, forks=False)
    assert len(here) == len(fresh) > len(CELLS)
    cells = zip(["", "", *CELLS], here, fresh, strict=False)
    differ = [(cell, own, other) for cell, own, other in cells if TEMPORARY.sub("", own) != TEMPORARY.sub("", other)]
    assert differ == []


LEAKS = [
    "import matplotlib; matplotlib.rcParams['font.size'] = 99",
    "import matplotlib.pyplot as plt; plt.figure()",
    "import pandas as pd; pd.set_option('display.max_rows', 3)",
    "import numpy as np; np.random.seed(1); np.seterr(all='raise'); np.set_printoptions(precision=1)",
    "import random; random.seed(1)",
    "import os; os.environ['LACKA'] = '1'; os.chdir('/')",
    "import sys; sys.path.insert(0, '/lacka'); sys.modules['lacka'] = sys",
    "import builtins; builtins.lacka = 1; lacka = 2",
    "import warnings; warnings.simplefilter('error')",
    "import logging; logging.getLogger().setLevel(1)",
    "import locale; locale.setlocale(locale.LC_ALL, 'C')",
    "from styrlib import swedish; swedish.MISSING = 'läcka'",
    "import decimal; decimal.getcontext().prec = 2",
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "import matplotlib as mpl; mpl.colormaps.register(mpl.colormaps['viridis'], name='lacka')",
    "import gc; gc.disable(); sys.setrecursionlimit(500)",
]
SEEN = [
    "import matplotlib as mpl; mpl.rcParams['font.size'], 'lacka' in mpl.colormaps",
    "import matplotlib.pyplot as plt; plt.get_fignums()",
    "import pandas as pd; pd.get_option('display.max_rows')",
    "import numpy as np; np.geterr(), np.get_printoptions()['precision']",
    "import os; os.environ.get('LACKA'), os.getcwd() == '/'",
    "import sys; '/lacka' in sys.path, 'lacka' in sys.modules, sys.getrecursionlimit()",
    "import builtins; hasattr(builtins, 'lacka'), 'lacka' in globals()",
    "import warnings; any(f[0] == 'error' for f in warnings.filters)",
    "import logging; logging.getLogger().level",
    "import locale; locale.setlocale(locale.LC_ALL)",
    "from styrlib import swedish; swedish.MISSING",
    "import decimal; decimal.getcontext().prec",
    "import signal; signal.getsignal(signal.SIGTERM)",
    "import gc; gc.isenabled()",
]


@needs_fork
def test_nothing_of_one_notebook_is_left_for_the_next(tmp_path):
    leaking, seeing = notebook(tmp_path / "lacker.ipynb", LEAKS), notebook(tmp_path / "ser.ipynb", SEEN)
    before, _, after = run([seeing, leaking, seeing], tmp_path, forks=True)
    assert after == before


@needs_fork
def test_random_numbers_are_new_in_each_notebook(tmp_path):
    draws = "import random, numpy as np; (random.random(), np.random.random())"
    one, other = run([notebook(tmp_path / f"{n}.ipynb", [draws]) for n in "ab"], tmp_path, forks=True)
    assert one != other


WITH_A_THREAD = """
import threading, time
import styrlib.varm
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
"""
USING_IT = """
import sys
from styrlib import arbetare
import trad, arbetsprov
arbetare.WARM = "trad"
ramar = arbetare.limits(2, 60, 2)
if __name__ == "__main__":
    print(arbetare.run([1, 2], arbetsprov.alone, lambda job, lost: lost, ramar))
"""


@needs_fork
def test_a_parent_with_threads_refuses_to_fork_and_the_work_is_done_all_the_same(tmp_path):
    (tmp_path / "trad.py").write_text(WITH_A_THREAD)
    (tmp_path / "arbetsprov.py").write_text("def alone(job, tell, alone):\n    return job, alone\n")
    (tmp_path / "kor.py").write_text(USING_IT.replace("import trad, arbetsprov", "import arbetsprov"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    made = subprocess.run(
        [sys.executable, tmp_path / "kor.py"], capture_output=True, text=True, env=environment, check=False
    )
    assert (made.stdout.strip(), made.stderr, made.returncode) == ("[(1, False), (2, False)]", "", 0)


@needs_fork
@pytest.mark.usefixtures("tabeller")
def test_every_notebook_gives_the_same_page_in_a_forked_process_as_in_a_kernel_of_its_own(project, tmp_path):
    made = {}
    for forks in (True, False):
        run = report.plan(project, out=tmp_path / str(forks))
        first = {item.notebook: item for item in reversed(run.plans)}
        outcomes = report.make(replace(run, plans=tuple(first.values())), forks=forks)
        assert [outcome.error for outcome in outcomes] == [""] * len(first)
        made[forks] = {outcome.plan.id: outcome.plan.html.read_bytes() for outcome in outcomes}
    assert {path.name for path in first} == set(sidor.NOTEBOOKS.values())
    assert made[True] == made[False]
    assert max(map(len, made[True].values())) < 1_500_000  # bytes: a nämnd's report opens at once, on a phone too
