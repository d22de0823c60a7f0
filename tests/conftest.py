"""Parts that several tests share: a project of their own, the command, finished reports, a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

from styrlib import arbetare, process
from styrlib.project import ROOT_VARIABLE, Project

from . import liten_webb

if TYPE_CHECKING:
    from .varm_styr import Varm  # which is also a program, and asks for this module

REPOSITORY = Path(__file__).parent.parent
SHARED = REPOSITORY.parent / "shared"
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
Styr = Callable[..., subprocess.CompletedProcess[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make tillganglighet` test the whole published site, and a changed answer be written into the docs."""
    parser.addoption("--tillganglighet", metavar="FIL", help="pröva output/webb med axe, och skriv resultatet hit")
    parser.addoption("--skriv-svar", action="store_true", help="skriv in vad koden i docs/ svarar nu, och dess bilder")


def copy_project(target: Path, made: Project | None = None) -> Project:
    """Copy what a report is made from, and the tables of another copy, where one is given, but nothing else."""
    shutil.copytree(REPOSITORY / "data" / "raw", target / "data" / "raw")
    shutil.copytree(REPOSITORY / "notebooks", target / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    if made:
        shutil.copytree(made.processed, target / "data" / "processed")
    return Project(target)


def run_styr(
    project: Project, *arguments: str, program: Sequence[str] = ("-m", "styrlib"), **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the real command in a project, as a user does."""
    environment = {**os.environ, **variables}
    environment.pop("STYR_ROT", None)
    return subprocess.run(
        [sys.executable, *program, *arguments],
        cwd=project.root,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(autouse=True)
def no_root_is_left() -> Iterator[None]:
    """Stop a test that leaves its own project as the one that every later test would find."""
    before = os.environ.get(ROOT_VARIABLE)  # of a module's fixture
    yield
    assert os.environ.get(ROOT_VARIABLE) == before


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a fresh copy of the project's raw data and notebooks."""
    return copy_project(tmp_path / "projekt")


@pytest.fixture
def tabeller(project: Project, bearbetat: Project) -> None:
    """Give the fresh copy its tables: for tests of what comes after, which the making of them would only delay."""
    shutil.copytree(bearbetat.processed, project.processed, dirs_exist_ok=True)


@pytest.fixture
def styr(project: Project) -> Styr:
    """Return the command, run in the fresh copy."""
    return lambda *arguments, **variables: run_styr(project, *arguments, **variables)


@pytest.fixture(scope="module")
def varm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Varm]:
    """Return what runs `styr rapport` without waiting for imports."""
    if not arbetare.FORKS:
        pytest.skip("Systemet gafflar inga processer.")
    from .varm_styr import Varm

    varm = Varm(tmp_path_factory.mktemp("varm"))
    yield varm
    varm.close()


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that is made once, however many processes run the tests."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    root = factory.getbasetemp().parent if parallel else factory.getbasetemp()
    with FileLock(root / f"{name}.lock"):
        folder, done = root / name, root / f"{name}.klar"
        if not done.exists():
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def bearbetat(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project whose tables are made, to be read and not changed."""

    def make(folder: Path) -> None:
        process.ensure(copy_project(folder / "projekt"))

    return Project(once(tmp_path_factory, "bearbetat", make) / "projekt")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, bearbetat: Project) -> Project:
    """Return a project whose reports have been made, for Vadstena and for another municipality."""

    def make(folder: Path) -> None:
        project = copy_project(folder / "projekt å", bearbetat)
        for arguments in (
            ("--slag", "namnd"),
            ("KUN", "--kommun", "Åtvidaberg"),
            ("SN", "--ar", "2016", "--ut", "aldre"),
        ):
            result = run_styr(project, "rapport", *arguments)
            assert result.returncode == 0, result.stderr

    return Project(once(tmp_path_factory, "gjort", make) / "projekt å")


@pytest.fixture(scope="session")
def pages(made: Project) -> list[Path]:
    """Return every finished page."""
    found = sorted([*made.output.rglob("*.html"), *(made.root / "aldre").rglob("*.html")])
    assert len(found) == 4 + 1 + 1 + 1 + 1  # own, Åtvidaberg's, start page, an older year and its start page
    return found


@pytest.fixture(scope="session")
def webb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small published site, in a path with å and a space; what the command said lies beside."""

    def make(folder: Path) -> None:
        project = copy_project(folder / "webb på delad disk")
        liten_webb.cut(project)
        result = run_styr(project, "publicera")
        assert result.returncode == 0, result.stderr
        (folder / "ut.txt").write_text(result.stdout, encoding="utf-8")
        (folder / "obs.txt").write_text(result.stderr, encoding="utf-8")

    return once(tmp_path_factory, "webbplats", make) / "webb på delad disk" / "output" / "webb"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return headless Chromium; CI has it, elsewhere its absence is said aloud."""
    if CHROMIUM is None:
        message = "Chromium saknas: sidorna prövas inte i en webbläsare. Installera det med apt-get install chromium."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()
