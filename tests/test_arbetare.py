"""A job that goes wrong harms no other, and is told as what it was."""

import dataclasses
import os
import time

import psutil
import pytest

from styrlib import arbetare
from tests.arbetsprov import work

FORKS = pytest.param(True, marks=pytest.mark.skipif(not arbetare.FORKS, reason="Systemet gafflar inga processer."))


@pytest.fixture(autouse=True)
def short_grace(monkeypatch):
    monkeypatch.setattr(arbetare, "GRACE", 1.0)


def run(jobs, *, forks, tid=3.0, antal=2, done=lambda _: None):
    ramar = dataclasses.replace(arbetare.limits(len(jobs), tid, antal), minne=2 * 2**30)
    return arbetare.run(jobs, work, lambda job, lost: (job, lost), ramar, done, forks=forks)


@pytest.mark.parametrize("forks", [FORKS, False])
def test_each_way_of_going_wrong_is_told_and_the_others_are_done(forks):
    jobs = ["klar", "fel", "klar", "ut", "klar", "dödad", "klar"]
    made = run(jobs, forks=forks, tid=60)
    told = {job: (lost.steg, lost.kod, lost.fel) for job, lost in (made[i] for i in (1, 3, 5))}
    assert told == {
        "fel": ("fel", 0, "ZeroDivisionError"),
        "ut": ("ut", 3, ""),
        "dödad": ("dödad", -9, ""),
    }
    assert [made[i][1] for i in (0, 2, 4, 6)] == [forks] * 4


@pytest.mark.skipif(not arbetare.FORKS, reason="Systemet gafflar inga processer.")
def test_forked_jobs_have_a_process_each():
    pids = [pid for pid, _ in run(["klar"] * 5, forks=True, tid=60)]
    assert len(set(pids)) == 5


@pytest.mark.skipif(not arbetare.FORKS, reason="Systemet gafflar inga processer.")
def test_forked_jobs_share_no_open_file():
    assert run(["filer"], forks=True, tid=60) == [[]]


def test_kept_processes_are_used_again():
    pids = [pid for pid, _ in run(["klar"] * 5, forks=False, tid=60, antal=1)]
    assert len(set(pids)) == 1


@pytest.mark.skipif(not arbetare.FORKS, reason="Minnet begränsas bara där processer gafflas.")
def test_a_job_that_takes_all_memory_gets_an_error_of_its_own():
    made = run(["minne", "klar"], forks=True, tid=60)
    assert made[0][1].fel == "MemoryError"
    assert made[1][1] is True


@pytest.mark.parametrize("forks", [FORKS, False])
def test_a_job_without_end_is_stopped_when_its_time_is_out(forks):
    run(["klar"], forks=forks)  # warm, so that the time is the job's
    before = time.monotonic()
    made = run(["döv", "klar"], forks=forks, tid=2.0)
    assert made[0] == ("döv", arbetare.Forlorad("döv", None))
    assert made[1][1] is forks
    assert time.monotonic() - before < 60


@pytest.mark.skipif(not arbetare.FORKS, reason="Bara en gafflad process håller tiden själv.")
def test_a_forked_job_may_say_itself_that_its_time_is_out():
    (_, lost), _ = run(["slinga", "klar"], forks=True, tid=1.0)
    assert lost.fel == "DeadlineError"


@pytest.mark.parametrize("forks", [FORKS, False])
def test_a_process_that_is_gone_before_its_job_is_told_too(monkeypatch, forks):
    real, first = arbetare._start, []

    def start(*arguments, **named):
        made = real(*arguments, **named)
        if not first:
            first.append(made)
            made.process.kill()
            made.process.join()
        return made

    monkeypatch.setattr(arbetare, "_start", start)
    lost, done = run(["klar", "klar"], forks=forks, tid=60, antal=1)
    assert lost == ("klar", arbetare.Forlorad(None, -9))
    assert done[1] is forks


def test_results_come_as_they_are_done_and_are_returned_in_order():
    came = []
    made = run(["klar"] * 4, forks=False, tid=60, done=came.append)
    assert sorted(map(str, came)) == sorted(map(str, made))


def test_an_error_of_the_caller_leaves_no_process():
    def fail(_):
        raise KeyboardInterrupt

    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with pytest.raises(KeyboardInterrupt):
        run(["klar", "slinga", "klar"], forks=False, tid=60, done=fail)
    left = {child for child in psutil.Process().children(recursive=True) if child.pid not in before}
    assert [child for child in left if "resource_tracker" not in " ".join(child.cmdline())] == []


def test_there_are_fewer_at_a_time_when_memory_is_short(monkeypatch):
    class Short:
        available = 3 * arbetare.NEED

    monkeypatch.setattr(arbetare.psutil, "virtual_memory", Short)
    monkeypatch.setattr(arbetare.os, "sched_getaffinity", lambda _: range(64), raising=False)
    assert arbetare.limits(100, 1.0).antal == 3
    assert arbetare.limits(2, 1.0).antal == 2
    assert arbetare.limits(100, 1.0, 5).antal == 5


def test_the_environment_is_the_callers(monkeypatch):
    monkeypatch.setenv("PROV", "satt efteråt")
    assert arbetare.run(["PROV"], environment_of, lambda *lost: lost, arbetare.limits(1, 60)) == ["satt efteråt"]


def environment_of(job, tell, alone):  # noqa: ARG001
    return os.environ.get(job)
