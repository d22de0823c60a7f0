"""Processes that do one job each, so that no job can harm another: at most so many, so long and so large.

Where the system can fork, a warm process that has imported everything forks one child per job; the
child ends with its job, so nothing of it is left for the next. Elsewhere a few processes are kept,
and the kernels that they start are the fresh ones.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from enum import Enum, auto
from multiprocessing import connection, forkserver, get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock, Thread, current_thread, main_thread
from typing import Any, TypeVar

import psutil

from styrlib.errors import DeadlineError

J = TypeVar("J")
R = TypeVar("R")
FORKS = sys.platform == "linux"  # macOS can, but its own libraries may not be used afterwards
NEED = 700 * 2**20  # bytes that a report takes with all that is imported
GRACE = 15.0  # seconds that a job has to end by itself when its time is out
LEAVE = 2.0  # seconds that a process has to end when its job has
WARM = "styrlib.varm"
ENVIRONMENT = {
    # Threads can't be forked: one per process is enough when there is a process per core.
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"),
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    # Memory that a report gives back it soon asks for again, and the system gives it a page at a time. Pieces of more
    # than 32 MB are the system's own affair.
    "MALLOC_TOP_PAD_": str(2**26),
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # as a kernel has it; read when matplotlib is imported
}


_shared = Lock()  # of what starting a process changes: a worker of a cluster may have several threads


class Besked(Enum):
    """What a process says to the one that started it."""

    steg = auto()
    klar = auto()
    fel = auto()


@dataclass(frozen=True)
class Ramar:
    """What the jobs may take.

    Attributes
    ----------
    antal
        How many at a time.
    tid
        Seconds for one.
    minne
        Bytes for one; kept to where processes are forked.
    """

    antal: int
    tid: float
    minne: int


@dataclass(frozen=True)
class Forlorad:
    """A process that ended without having finished its job.

    Attributes
    ----------
    steg
        The last that the job told of itself; None when it told nothing.
    kod
        The process's exit code, negative for a signal; None when it was stopped because its time was out.
    fel
        Name of the exception that the job raised, or empty.
    """

    steg: Any
    kod: int | None
    fel: str = ""


def limits(jobs: int, tid: float, antal: int | None = None) -> Ramar:
    """Return what some jobs may take on this machine: one per core, fewer when memory is short."""
    free = psutil.virtual_memory().available
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    antal = max(1, min(jobs, antal or min(cores, free // NEED)))
    return Ramar(antal, tid, max(2 * NEED, free // antal))


@dataclass(eq=False)
class _Process:
    process: BaseProcess
    connection: Connection
    once: bool
    index: int = 0
    steg: Any = None
    deadline: float = 0.0

    def give(self, index: int, job: Any, seconds: float) -> None:
        self.index, self.steg, self.deadline = index, None, time.monotonic() + seconds + GRACE
        with _shared:
            environment = dict(os.environ)
        self.connection.send((job, environment))

    def end(self) -> int | None:
        self.connection.close()
        self.process.join(LEAVE)
        if self.process.is_alive():  # its job is done, but a thread that the notebook started is not
            self.process.kill()
            self.process.join()
        return self.process.exitcode


def run(
    jobs: Sequence[J],
    work: Callable[[J, Callable[[Any], None], bool], R],
    lost: Callable[[J, Forlorad], R],
    ramar: Ramar,
    done: Callable[[R], None] = lambda _: None,
    *,
    forks: bool = FORKS,
) -> list[R]:
    """Do all jobs, and return their results in the jobs' order.

    Parameters
    ----------
    jobs
        What is to be done; each is sent to the process that does it.
    work
        A module's function that does a job, in a process of its own; called with the job, with what
        tells how far it has come, and with whether the process ends with the job.
    lost
        Gives the result of a job whose process ended without one, in this process.
    ramar
        What the jobs may take.
    done
        Called with each result as it comes.
    forks
        Whether each job gets a process forked from a warm one.
    """
    results: dict[int, R] = {}
    crew = _Crew(work, ramar, forks=forks)
    try:
        for index, found in crew.work_off(jobs):
            results[index] = lost(jobs[index], found) if isinstance(found, Forlorad) else found
            done(results[index])
    finally:
        crew.dismiss()
    return [results[index] for index in range(len(jobs))]


class _Crew:
    """The processes that there are: those that work, and those that wait for more."""

    def __init__(self, work: Callable[..., Any], ramar: Ramar, *, forks: bool) -> None:
        self._task, self._ramar, self._forks = work, ramar, forks
        self._busy: dict[Connection, _Process] = {}
        self._idle: list[_Process] = []

    def work_off(self, jobs: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """Yield the number of each job as it ends, with its result or how it was lost."""
        waiting = deque(enumerate(jobs))
        while waiting or self._busy:
            while waiting and len(self._busy) < self._ramar.antal:
                process = self._one()
                try:
                    process.give(*waiting.popleft(), self._ramar.tid)
                except OSError:  # it is gone before it has begun
                    yield process.index, Forlorad(None, process.end())
                else:
                    self._busy[process.connection] = process
            if not self._busy:
                continue
            patience = min(process.deadline for process in self._busy.values()) - time.monotonic()
            for ready in connection.wait(list(self._busy), max(patience, 0.0)):
                yield from self._hear(self._busy[ready])
            yield from self._stop_late()

    def dismiss(self) -> None:
        """End all processes; what they are doing is stopped."""
        for process in self._busy.values():
            process.process.kill()
        for process in (*self._idle, *self._busy.values()):
            process.end()

    def _one(self) -> _Process:
        if self._idle:
            return self._idle.pop()
        try:
            return _start(self._task, self._ramar, forks=self._forks)
        except (EOFError, ConnectionError):  # the warm process has refused to fork
            self._forks = False
            return _start(self._task, self._ramar, forks=False)

    def _hear(self, process: _Process) -> Iterator[tuple[int, Any]]:
        try:
            kind, what = process.connection.recv()
        except (EOFError, OSError):
            del self._busy[process.connection]
            yield process.index, Forlorad(process.steg, process.end())
            return
        if kind is Besked.steg:
            process.steg = what
            return
        del self._busy[process.connection]
        if process.once:
            process.end()
        else:
            self._idle.append(process)
        yield process.index, what if kind is Besked.klar else Forlorad(process.steg, 0, what)

    def _stop_late(self) -> Iterator[tuple[int, Forlorad]]:
        for process in [one for one in self._busy.values() if one.deadline < time.monotonic()]:
            del self._busy[process.connection]
            process.process.kill()
            process.end()
            yield process.index, Forlorad(process.steg, None)


def warm() -> None:
    """Let the warm process begin to import, while this one finds out what there is to do."""
    if FORKS:
        with undisturbed(), _environment():
            forkserver.set_forkserver_preload([WARM])
            forkserver.ensure_running()


def _start(work: Callable[..., Any], ramar: Ramar, *, forks: bool) -> _Process:
    if forks:
        warm()
    context = get_context("forkserver" if forks else "spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, work, ramar, forks), daemon=False)
    with _shared, _daemons_may_have_children(), undisturbed(), _environment():
        process.start()
    there.close()
    return _Process(process, here, once=forks)


def _serve(parent: Connection, work: Callable[..., Any], ramar: Ramar, forked: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    _follow_parent()
    if forked:
        _limit(ramar)
    while True:
        try:
            job, environment = parent.recv()
        except EOFError:
            return
        os.environ.clear()
        os.environ.update(environment | ENVIRONMENT)
        try:
            with _alarm(ramar.tid) if forked else nullcontext():
                result = work(job, lambda steg: parent.send((Besked.steg, steg)), forked)
        except Exception as error:  # noqa: BLE001  (of whatever kind: the parent makes it a sentence)
            parent.send((Besked.fel, type(error).__name__))
        else:
            parent.send((Besked.klar, result))
        if forked:
            return


def _limit(ramar: Ramar) -> None:
    """Let the child run out of memory by itself, and be the one that the system takes when there is none left."""
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (ramar.minne, ramar.minne))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise DeadlineError wherever the child is when its time is out, so that the notebook is kept as it is then."""

    def ring(*_: Any) -> None:
        raise DeadlineError(f"Rapporten tog mer än {seconds:.0f} sekunder och avbröts.")

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _follow_parent() -> None:
    """Stop when the parent dies."""
    parent = parent_process()
    if parent is not None:
        Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait to the end of the block; a process that is started in it never hears it at all.

    For what says something else than that it was interrupted: a process that starts, or the import of an extension.
    """
    if current_thread() is not main_thread():  # no Ctrl-C comes there
        yield
        return
    if not hasattr(signal, "pthread_sigmask"):
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
        return
    resource_tracker.ensure_running()  # would let Ctrl-C in again
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def _environment() -> Iterator[None]:
    """Start processes whose libraries have one thread each."""
    before = dict(os.environ)
    os.environ.update(ENVIRONMENT)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _daemons_may_have_children() -> Iterator[None]:
    """Let a worker of a cluster, which multiprocessing calls a daemon, start a process: it ends with its parent."""
    from multiprocessing import current_process

    config = current_process()._config  # noqa: SLF001  (there is no other way to say it)
    before = config.get("daemon")
    config["daemon"] = False
    try:
        yield
    finally:
        config["daemon"] = before
