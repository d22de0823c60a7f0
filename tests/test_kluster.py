"""A real scheduler and real workers: pages come back as they are made here, whatever happens to a worker."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial

import nbformat
import psutil
import pytest

from styrlib import kluster, report
from styrlib.errors import InputError
from styrlib.project import Project
from styrlib.sidor import Slag

from .conftest import run_styr

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="Klustret prövas bara där processer gafflas.")
KS, SN = "kommunstyrelsen", "socialnamnden"
PARAMETERS = 'namnd = ""\nkommun = ""\nar = 0\nperiod = ""\nuttag = ""'
# What a page does is told by files in the project's folder, that are no part of what pages are made from.
CELL = """
import os, time
from pathlib import Path
from IPython.display import HTML
said = Path(os.environ["STYR_ROT"], "sagt")
(said / f"{os.getpid()}.borjat").write_text(str(os.getppid()))
while (said / "vanta").exists():
    time.sleep(0.02)
1 / (0 if (said / f"{namnd}.fel").exists() else 1)
HTML(f"<h1>{namnd} i {kommun}</h1><p>En kort sida.</p>")
"""


def small(root, data, text=CELL):
    """Return a project whose pages are made at once, with tables that are made already."""
    (root / "notebooks").mkdir(parents=True)
    (root / "sagt").mkdir()
    (root / "data").symlink_to(data)
    cells = [nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell(text)]
    for number, cell in enumerate(cells):
        cell.id = str(number)
    about = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=about)
    nbformat.write(notebook, root / "notebooks" / "10_namnd.ipynb")
    return Project(root)


def started(arguments, folder, log):
    """Start one of Dask's programs, in a session of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "STYR_ROT"}
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, "--no-dashboard", "--host", "127.0.0.1"],
            cwd=folder,
            env=environment | {"TMPDIR": str(log.parent)},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(process):
    """End a program, and wait for it."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def hem(bearbetat, tmp_path_factory):
    """Return the project that the workers have."""
    return small(tmp_path_factory.mktemp("kluster") / "projekt å", bearbetat.root / "data")


@contextmanager
def scheduler(folder):
    """Give the address of a scheduler."""
    told = folder / "schema.json"
    process = started(["scheduler", "--port", "0", "--scheduler-file", str(told)], folder, folder / "schema.log")
    try:
        until(told.exists)
        yield json.loads(told.read_text(encoding="utf-8"))["address"]
    finally:
        stop(process)


@contextmanager
def workers(address, project, *kinds):
    """Give a worker of each kind, as processes."""
    logs = [project.root.parent / f"arbetare-{time.monotonic_ns()}.log" for _ in kinds]
    found = [
        started(["worker", address, *kind.split()], project.root, log) for kind, log in zip(kinds, logs, strict=True)
    ]
    try:
        until(lambda: all("Registered to" in log.read_text(encoding="utf-8", errors="replace") for log in logs))
        yield found
    finally:
        for process in found:
            stop(process)


def until(holds, seconds=60):
    """Wait until something holds."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "Det hände aldrig."
        time.sleep(0.05)


@pytest.fixture(scope="module")
def address(hem):
    """Return a scheduler's address."""
    with scheduler(hem.root.parent) as found:
        yield found


@pytest.fixture(scope="module")
def kluster_(address, hem):
    """Return the address of a cluster with a worker of each kind: under a nanny, and with two threads."""
    with workers(address, hem, "--nanny --nthreads 1", "--no-nanny --nthreads 2"):
        yield address


@pytest.fixture(autouse=True)
def forget(hem):
    """Forget what the last test told the pages to do."""
    for path in (hem.root / "sagt").iterdir():
        path.unlink()


def planned(project, out, *codes):
    """Return a run of all nämnder's reports for some municipalities."""
    runs = [report.plan(project, slag=[Slag.namnd], kommun=code, out=out) for code in codes or ["0584"]]
    return report.replace(runs[0], plans=tuple(item for run in runs for item in run.plans))


def errors(outcomes):
    """Return what went wrong, by the end of the report's id."""
    return {outcome.plan.id.partition("/")[2]: outcome.error for outcome in outcomes if outcome.error}


def pages(out):
    """Return the pages in a folder."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.html")}


def test_pages_from_workers_of_each_kind_are_those_made_here_and_each_worker_is_warmed_once(kluster_, hem, tmp_path):
    came = []
    run = planned(hem, tmp_path / "dask", "0584", "0561", "0180")
    made = report.make(run, engine=partial(kluster.make, address=kluster_), done=came.append)
    assert errors(made) == {}
    assert [outcome.plan.id for outcome in made] == [item.id for item in run.plans]
    assert len(came) == len(made) == 12
    parents = [path.read_text() for path in (hem.root / "sagt").glob("*.borjat")]
    assert len(parents) == 12
    assert len(set(parents)) == 2
    report.make(planned(hem, tmp_path / "har", "0584", "0561", "0180"))
    assert pages(tmp_path / "dask") == pages(tmp_path / "har")


def test_after_a_run_on_a_cluster_nothing_has_changed(kluster_, hem, tmp_path):
    first = run_styr(hem, "rapport", "--slag", "namnd", "--ut", str(tmp_path), "--dask", kluster_)
    assert (first.returncode, first.stderr.count("Klar: 0584/")) == (0, 4), first.stderr
    assert len(first.stderr.splitlines()) == 4
    again = run_styr(hem, "rapport", "--slag", "namnd", "--ut", str(tmp_path))
    assert again.stdout.startswith("Inget har ändrats sedan förra körningen: alla 4 sidor är som de ska.")
    (tmp_path / "0584" / f"{SN}.html").unlink()
    third = run_styr(hem, "rapport", "--slag", "namnd", "--ut", str(tmp_path))
    assert third.stdout.startswith("3 av 4 sidor var redan som de ska. 1 är gjord nu.")


def test_a_notebook_that_fails_on_a_worker_is_kept_here(kluster_, hem, tmp_path):
    (hem.root / "sagt" / f"{SN}.fel").touch()
    made = report.make(planned(hem, tmp_path), engine=partial(kluster.make, address=kluster_))
    kept = tmp_path / "misslyckade" / f"0584-{SN}.ipynb"
    error = "10_namnd.ipynb, cell 3: Koden gav felet ZeroDivisionError: division by zero."
    assert errors(made) == {SN: f"{error} Se {kept}."}
    assert nbformat.read(kept, as_version=4).cells[-1].outputs[-1].ename == "ZeroDivisionError"
    assert len(pages(tmp_path)) == 3 + 1


def test_a_worker_with_other_files_says_so(kluster_, hem, bearbetat, tmp_path):
    other = small(tmp_path / "annat", bearbetat.root / "data", f"{CELL}\n# ett annat program")
    made = report.make(planned(other, tmp_path / "ut"), engine=partial(kluster.make, address=kluster_))
    told = f"En arbetare i klustret har andra filer eller ett annat program i {hem.root}. "
    assert list(errors(made).values()) == [f"{told}Kopiera dit samma projekt och starta om arbetaren."] * 4


def test_ctrl_c_stops_with_a_sentence_and_the_cluster_takes_the_next_run(kluster_, hem, tmp_path):
    (hem.root / "sagt" / "vanta").touch()
    running = subprocess.Popen(
        [sys.executable, "-m", "styrlib", "rapport", "--ut", str(tmp_path), "--slag", "namnd", "--dask", kluster_],
        cwd=hem.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    until(lambda: len(list((hem.root / "sagt").glob("*.borjat"))) >= 2)
    os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert (running.returncode, told.strip()) == (1, "Avbrutet. Det som redan var klart står kvar.")
    (hem.root / "sagt" / "vanta").unlink()
    assert errors(report.make(planned(hem, tmp_path), engine=partial(kluster.make, address=kluster_))) == {}


def at_work(project, count):
    """Return the processes that make pages, when they are so many."""
    said = project.root / "sagt"
    until(lambda: len(list(said.glob("*.borjat"))) >= count)
    return [int(path.stem) for path in said.glob("*.borjat")]


def killed_in_the_middle(address, hem, out, *, survivors):
    """Make reports with workers of which some die while all are at work; return the outcomes."""
    made = []
    (hem.root / "sagt" / "vanta").touch()
    engine = partial(kluster.make, address=address)
    run = planned(hem, out)
    with workers(address, hem, "--no-nanny --nthreads 1", "--no-nanny --nthreads 1") as processes:
        making = threading.Thread(target=lambda: made.extend(report.make(run, engine=engine)))
        making.start()
        children = at_work(hem, 2)
        mine = {child for one in processes[survivors:] for child in children if one.pid in above(child)}
        for process in processes[survivors:]:
            process.kill()
        until(lambda: not any(psutil.pid_exists(child) for child in mine))
        (hem.root / "sagt" / "vanta").unlink()
        making.join(120)
    assert len(mine) == 2 - survivors
    return made


def above(pid):
    """Return the processes that a process comes from."""
    return {parent.pid for parent in psutil.Process(pid).parents()}


def test_the_report_of_a_worker_that_dies_is_made_by_another(hem, tmp_path):
    folder = tmp_path / "schema"
    folder.mkdir()
    with scheduler(folder) as address:
        made = killed_in_the_middle(address, hem, tmp_path / "ut", survivors=1)
    assert [outcome.error for outcome in made] == [""] * 4


def test_when_no_worker_is_left_the_rest_are_told_as_not_made(hem, tmp_path, monkeypatch):
    monkeypatch.setattr(kluster, "PATIENCE", 2.0)
    folder = tmp_path / "schema"
    folder.mkdir()
    with scheduler(folder) as address:
        made = killed_in_the_middle(address, hem, tmp_path / "ut", survivors=0)
    assert {outcome.error for outcome in made} == {"Klustret har inga arbetare längre. Starta dem och kör igen."}
    assert len(made) == 4


def test_a_cluster_without_workers_is_a_sentence(hem, tmp_path, monkeypatch):
    monkeypatch.setattr(kluster, "PATIENCE", 1.0)
    run = planned(hem, tmp_path / "ut")
    with scheduler(tmp_path) as address, pytest.raises(InputError, match="har inga arbetare"):
        report.make(run, engine=partial(kluster.make, address=address))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("hej", "--dask ska vara schemaläggarens adress, till exempel tcp://10.0.0.5:8786, inte ”hej”."),
        ("tcp://127.0.0.1", "--dask ska vara schemaläggarens adress"),
        ("tcp://127.0.0.1:99999", "Ingen Dask-schemaläggare svarar på tcp://127.0.0.1:99999."),
        ("tcp://127.0.0.1:1", "Ingen Dask-schemaläggare svarar på tcp://127.0.0.1:1. Starta den med ”dask scheduler”"),
    ],
)
def test_an_address_that_leads_to_no_scheduler_is_told_at_once(hem, tmp_path, address, sentence):
    run = planned(hem, tmp_path)
    before = time.monotonic()
    with pytest.raises(InputError) as caught:
        report.make(run, engine=partial(kluster.make, address=address))
    assert str(caught.value).startswith(sentence)
    assert time.monotonic() - before < 10


def test_the_command_says_in_one_sentence_that_no_scheduler_answers(hem, tmp_path):
    result = run_styr(hem, "rapport", "--slag", "namnd", "--ut", str(tmp_path), "--dask", "tcp://127.0.0.1:1")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("Fel: Ingen Dask-schemaläggare svarar på tcp://127.0.0.1:1.")


def test_what_answers_but_is_no_scheduler_is_a_sentence(hem, tmp_path, monkeypatch):
    monkeypatch.setattr(kluster, "PATIENCE", 1.0)
    run = planned(hem, tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(InputError, match="är ingen Dask-schemaläggare"):
            report.make(run, engine=partial(kluster.make, address=address))


def test_without_dask_the_remedy_is_told(hem, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="Dask är inte installerat här"):
        kluster.make(hem, planned(hem, tmp_path).plans, print, address="tcp://127.0.0.1:1")


def test_nothing_to_make_asks_no_cluster(hem):
    assert kluster.make(hem, [], print, address="hej") == []
