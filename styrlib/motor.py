"""A kernel without sockets: the cells run in this very process, in ipykernel's own shell.

For a process that makes one notebook and ends. Papermill drives it as it drives any kernel, so
parameters, tags, provenance and error cells stay Papermill's; what differs from a kernel of its own
is what `tests/test_motor.py` lists.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

from ipykernel import ipkernel
from ipykernel.inprocess.blocking import BlockingInProcessKernelClient
from ipykernel.inprocess.ipkernel import InProcessKernel
from ipykernel.inprocess.manager import InProcessKernelManager
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.zmqshell import ZMQInteractiveShell
from traitlets import List, Type, Unicode, default


class Karna(InProcessKernel):
    """A kernel that has the process to itself: its streams stay, and take what other programs write too."""

    # A cell that awaits asks for the thread that subshells are told by, and here there are neither.
    _supports_kernel_subshells = False
    shell_class = Type(ZMQInteractiveShell)

    def __init__(self, **traits: Any) -> None:
        with _no_modules():
            super().__init__(**traits)
        self.shell_channel_thread = SimpleNamespace(parent_thread=None)
        sys.stdout, sys.stderr = self.stdout, self.stderr

    def _redirected_io(self) -> AbstractContextManager[None]:
        return nullcontext()

    @default("iopub_thread")
    def _default_iopub_thread(self) -> IOPubThread:
        """Return a thread that is not started: what is shown and written is then sent at once, with no hand-over."""
        return IOPubThread(self._underlying_iopub_socket)

    @default("stdout")
    def _default_stdout(self) -> OutStream:
        return OutStream(self.session, self.iopub_thread, "stdout")

    @default("stderr")
    def _default_stderr(self) -> OutStream:
        return OutStream(self.session, self.iopub_thread, "stderr")


@contextmanager
def _no_modules() -> Iterator[None]:
    """Spare a kernel that begins the list of all modules, which only a debugger asks for.

    To look at a module is to change how many hold it: a forked process would copy a fifth of what it shares.
    """
    ipkernel.sys = SimpleNamespace(**vars(sys) | {"modules": {}})
    try:
        yield
    finally:
        ipkernel.sys = sys


class Klient(BlockingInProcessKernelClient):
    """A client whose requests are awaited in the loop that runs, so that a cell may await too."""

    async def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Run a cell, and return the id of the request; all its messages are then there to be read."""
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": stop_on_error,
        }
        message = self.session.msg("execute_request", content)
        stream = self.kernel.shell_stream
        self.session.send(stream, message)
        await self.kernel.dispatch_shell(stream.recv_multipart())
        _, reply = self.session.recv(stream, copy=False)
        self.shell_channel.call_handlers(reply)
        return message["header"]["msg_id"]

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return at once: what is in the process is there."""

    def is_alive(self) -> bool:
        """Whether the kernel lives: as long as who asks."""
        return True


class Hanterare(InProcessKernelManager):
    """Starts the kernel of this process, once, with extensions of IPython."""

    tillagg = List(Unicode())

    def start_kernel(self, **_: Any) -> None:
        """Start the kernel."""
        self.kernel = Karna(parent=self, session=self.session)
        for name in self.tillagg:
            self.kernel.shell.extension_manager.load_extension(name)

    def client(self, **_: Any) -> Klient:
        """Return a client of the kernel."""
        return Klient(kernel=self.kernel, session=self.session, parent=self)

    def shutdown_kernel(self, **_: Any) -> None:
        """Leave the kernel as it is: the process ends with it."""
