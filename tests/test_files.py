"""A file is there whole or not at all, and nothing half-written is left where it was to be."""

import os
import subprocess
import sys
import threading
import time

import psutil
import pytest

from styrlib import files
from styrlib.errors import StyrError


@pytest.fixture
def dead():
    """Return the number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def temporary(folder, host, pid, age=0.0):
    """Leave a temporary file, as somebody who was killed did."""
    path = folder / f".sida.html.{host}.{pid}.abcd1234.tmp"
    path.write_text("halv", encoding="utf-8")
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_a_temporary_name_tells_who_writes_and_its_writer_is_never_disturbed(tmp_path):
    with files.replacing(tmp_path / "sida.html") as path:
        found = files.TEMPORARY.fullmatch(path.name)
        assert (found["host"], int(found["pid"])) == (files.HOST, os.getpid())
        path.write_text("hel", encoding="utf-8")
        files.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["sida.html"]


def test_what_a_dead_process_left_is_swept_and_nothing_else(tmp_path, dead):
    left = temporary(tmp_path, files.HOST, dead)
    others = [tmp_path / name for name in (".sida.html.tmp", "sida.html", f".{files.HOST}.{dead}.tmp", "x.tmp")]
    for path in others:
        path.write_text("x", encoding="utf-8")
    files.sweep(tmp_path)
    assert not left.exists()
    assert all(path.exists() for path in others)
    files.sweep(tmp_path / "finns inte")


def test_a_number_that_a_younger_process_has_been_given_is_not_the_writers(tmp_path):
    began = psutil.Process().create_time()
    older = temporary(tmp_path, files.HOST, os.getpid(), age=time.time() - began + 60)
    files.sweep(tmp_path)
    assert not older.exists()


def test_another_machine_is_left_a_day_to_write(tmp_path, dead):
    writing, left = (temporary(tmp_path, f"annan-{age}", dead, age) for age in (23 * 3600, 25 * 3600))
    files.sweep(tmp_path)
    assert writing.exists()
    assert not left.exists()


def test_one_at_a_time_is_let_in(tmp_path):
    inside, seen = [], []

    def enter():
        with files.alone(tmp_path / "mapp" / ".las"):
            inside.append(1)
            time.sleep(0.05)
            seen.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 4


def test_who_has_waited_long_enough_is_told_of_the_other(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    lock = tmp_path / ".las"
    holder = [sys.executable, "-c", "import sys; from filelock import FileLock\nwith FileLock(sys.argv[1]): input()"]
    with subprocess.Popen([*holder, lock], stdin=subprocess.PIPE) as held:
        while not lock.exists():
            time.sleep(0.01)
        time.sleep(0.1)
        with pytest.raises(StyrError, match="En annan körning blir inte klar med"), files.alone(lock):
            pass
        held.communicate(b"\n")
    with files.alone(lock):
        assert lock.exists()


def test_where_nothing_can_be_locked_the_work_is_done_all_the_same(tmp_path):
    (tmp_path / "fil").write_text("x", encoding="utf-8")
    with files.alone(tmp_path / "fil" / ".las"):
        entered = True
    assert entered
