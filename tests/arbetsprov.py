"""Jobs for the tests of worker processes: each harms its own process in some way."""

import contextlib
import os
import signal
import time
from pathlib import Path


def work(job, tell, alone):
    """Do what a job's name says."""
    tell(job)
    return {
        "klar": lambda: (os.getpid(), alone),
        "fel": lambda: 1 / 0,
        "ut": lambda: os._exit(3),
        "dödad": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "filer": _files,
        "minne": lambda: len(bytearray(10**13)),
        "slinga": _loop,
        "döv": _deaf,
    }[job]()


def _files():
    places = [place for place in Path("/proc/self/fd").iterdir() if int(place.name) > 2 and place.is_file()]
    return [str(place.readlink()) for place in places]


def _loop():
    while True:
        time.sleep(0.01)


def _deaf():
    while True:
        with contextlib.suppress(Exception):  # as a careless notebook does
            time.sleep(0.01)
