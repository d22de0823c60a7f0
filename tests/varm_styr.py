"""The command, run many times from one process that has imported everything: each run is a process of its own.

A run as a user makes it spends most of its time on imports. Here a server forks each run, and all runs share one warm
process for their pages: so fifty runs can be killed while one waits. Everything after the imports is the real thing.

On stdin one request per line, as JSON, and on stdout one answer per line: `kor` starts a run and gives its number,
`vanta` gives how a run ended. The first line is the number of the warm process, whose children the pages are.
"""

import json
import os
import signal
import subprocess
import sys
import time
from multiprocessing import forkserver, process

import psutil

from styrlib import arbetare

from .conftest import REPOSITORY


def serve():
    """Answer requests until there are no more."""
    from styrlib import cli, korning, report, underlag  # noqa: F401  (so that the runs need not)

    def tell(answer):
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()

    arbetare.warm()
    tell(forkserver._forkserver._forkserver_pid)
    for line in sys.stdin:
        request = json.loads(line)
        if "vanta" in request:
            _, status = os.waitpid(request["vanta"], 0)
            tell(os.waitstatus_to_exitcode(status))
        else:
            tell(os.fork() or run(cli, **request))


def run(cli, kor, rot, miljo, ut, fel):
    """Be a run, and end with it."""
    for place, number in ((os.devnull, 0), (ut, 1), (fel, 2)):
        opened = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(rot)
    process.ORIGINAL_DIR = rot
    os.environ.update(miljo)
    # The warm process is the server's child, and not to be waited for here.
    forkserver.ensure_running = forkserver._forkserver.ensure_running = lambda: None
    code = 1
    try:
        cli.main(kor)
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class Korning:
    """A run that has begun."""

    def __init__(self, varm, folder, pid):
        self._varm, self._folder, self.pid = varm, folder, pid

    def kill(self):
        """Kill it as hard as can be; it may have ended already."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self):
        """Wait until it and its pages have ended, and return what a run of a command gives."""
        code = self._varm.ask({"vanta": self.pid})
        out, err = (self._folder / f"{name}.txt" for name in ("ut", "fel"))
        return subprocess.CompletedProcess([], code, out.read_text("utf-8"), err.read_text("utf-8"))


class Varm:
    """The server, and what one asks it for."""

    def __init__(self, folder):
        self._folder, self._runs = folder, 0
        self._begin()

    def _begin(self):
        self._server = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=REPOSITORY,
            env={**os.environ, **arbetare.ENVIRONMENT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._warm = psutil.Process(int(self._server.stdout.readline()))

    def ask(self, request):
        """Send a request, and return the answer."""
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def start(self, project, *arguments, **miljo):
        """Begin a run of `styr rapport`."""
        # A run that is killed while it asks for a page takes the fork server with it (python/cpython: `recvfds` raises
        # EOFError in its loop). A user's run has one of its own, so nobody is left to miss it; here the next run would.
        if self._warm.status() == psutil.STATUS_ZOMBIE:
            self.close()
            self._begin()
        self._runs += 1
        folder = self._folder / str(self._runs)
        folder.mkdir()
        said = {name: str(folder / f"{name}.txt") for name in ("ut", "fel")}
        request = {"kor": ["rapport", *arguments], "rot": str(project.root), "miljo": miljo, **said}
        return Korning(self, folder, self.ask(request))

    def run(self, project, *arguments, **miljo):
        """Run `styr rapport`, and return what it gave."""
        return self.start(project, *arguments, **miljo).wait()

    def pages(self):
        """Return the processes that make pages now."""
        return self._warm.children()

    def calm(self):
        """Wait until no page is being made: those whose run is dead end by themselves."""
        deadline = time.monotonic() + 10
        while self.pages():
            assert time.monotonic() < deadline, "A page outlived its run."
            time.sleep(0.005)

    def close(self):
        """End the server; the warm process ends with it."""
        self._server.stdin.close()
        self._server.wait(10)
        self._server.stdout.close()


if __name__ == "__main__":
    serve()
