"""An IPython kernel whose messages all go over one line, where others have sockets and threads.

What a notebook sees of a kernel is ipykernel's own, the shell, the streams and the display; only
the way of the messages is another. A kernel that is forked has most of its start behind it: all of
it that opens nothing and starts no thread.

It runs by itself behind the wall, like `zygote`: what it needs is ipykernel.
"""

from __future__ import annotations

import os
import queue
import re
import sys
import threading
import time
from asyncio import get_running_loop
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel
from IPython.core.application import BaseIPythonApplication
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.session import Session

if TYPE_CHECKING:
    from ipykernel.zmqshell import ZMQInteractiveShell
    from tornado.platform.asyncio import BaseAsyncIOLoop

ESCAPES = re.compile(
    r"^[^\S\n]*[%!?,;/]|=[\s\\]*[%!]|\?[^\S\n]*$"
    r"|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|\r(?!\n)",
    re.MULTILINE,
)
"""Found in every cell in which a token means something to IPython and nothing to Python, or where
a line ends in another way than most."""

WAITING = re.compile("async|await")
"""Found in every cell that waits for something outside of functions."""


class SocketSession(Session):
    """Messages as they are, for they go where nobody else can send any."""

    line: Any = None

    def send(
        self,
        stream: object,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        ident: object = None,
        buffers: object = None,
        track: bool = False,
        header: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> dict[str, Any] | None:
        if isinstance(msg_or_type, str):
            message = self.msg(msg_or_type, content, parent, header, metadata)
        else:
            message = msg_or_type
        if os.getpid() != self.pid:
            return None
        self.line.send(self.pack(message))
        return message

    def feed_identities(self, msg_list: list[bytes], copy: bool = True) -> tuple[list, list]:
        return [], msg_list

    def deserialize(
        self, msg_list: list[bytes], content: bool = True, copy: bool = True
    ) -> dict[str, Any]:
        return self.unpack(msg_list[-1])


class Public(IOPubThread):
    """Sends at once what ipykernel hands to a thread; what is to be sent later, a thread sends."""

    def __init__(self) -> None:
        self.thread = None  # which the streams take for one that has ended
        self.io_loop = self
        self.lock = threading.RLock()
        self._waiting: queue.SimpleQueue[tuple[float, Callable[[], None]]] = queue.SimpleQueue()

    def start(self) -> None:
        # Private, as what `threading` itself does for its locks, and so in no stub.
        renew = self.lock._at_fork_reinit  # type: ignore[attr-defined]
        os.register_at_fork(after_in_child=renew)
        threading.Thread(target=self._send_late, name="IOPub", daemon=True).start()

    def schedule(self, f: Callable[[], None]) -> None:
        f()

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        self._waiting.put((time.monotonic() + seconds, call))

    def _send_late(self) -> None:
        while True:
            due, call = self._waiting.get()
            time.sleep(max(0.0, due - time.monotonic()))
            call()


class Stream(OutStream):
    """A stream none of whose pieces overtakes another. It holds little: who writes more waits."""

    MOST = 1 << 20
    """Characters that it holds."""

    pub_thread: Public
    _held = 0

    def write(self, string: str) -> int | None:
        if isinstance(string, str) and len(string) > self.MOST:
            self.writelines(
                string[start : start + self.MOST] for start in range(0, len(string), self.MOST)
            )
            return len(string)
        written = super().write(string)
        self._held += len(string)
        if self._held >= self.MOST:
            self.flush()
        return written

    def _flush(self) -> None:
        with self.pub_thread.lock:
            self._held = 0
            super()._flush()


class Unkept(dict):
    """In place of all output so far, which IPython keeps for a magic of its own: it may be much."""

    def __missing__(self, execution_count: int) -> list:
        return []


class SocketKernel(IPythonKernel):
    """IPython's kernel, without a debugger and without shells beside its own."""

    shell: ZMQInteractiveShell
    parent: SocketKernelApp
    io_loop: BaseAsyncIOLoop
    _execute_sleep = 0.0  # ipykernel waits for its thread

    @property
    def _supports_kernel_subshells(self) -> bool:
        return False

    def start(self) -> None:
        self.shell.exit_now = False
        self._own = os.getpid()
        Kernel.start(self)
        self.io_loop.asyncio_loop.add_reader(self.parent.line.socket, self._take)
        threading.Thread(target=self._be_interrupted, name="Control", daemon=True).start()

    def _publish_execute_input(self, code: str, parent: dict, execution_count: int) -> None:
        """Nobody reads it: who asks knows what was asked."""

    def _publish_status(self, status: str, channel: str, parent: dict | None = None) -> None:
        """Say when a request is done; that it has begun is no news to who sent it."""
        if status != "busy":
            super()._publish_status(status, channel, parent)

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing waits behind a request that fails: the next is sent when it is answered."""

    def _take(self) -> None:
        if os.getpid() != self._own:
            os._exit(0)  # a fork of the kernel has come back to its loop: requests are not for it
        request = self.parent.line.receive()
        if request is not None:
            get_running_loop().create_task(self.shell_main(None, [b"", request]))

    def _be_interrupted(self) -> None:
        while self.parent.control.recv(1):
            self._send_interrupt_children()


class SocketKernelApp(IPKernelApp):
    """The application of ipykernel, begun before the fork and ended after it."""

    line: Any = None
    control: Any = None
    shell: ZMQInteractiveShell

    def prepare(self, arguments: list[str]) -> None:
        """Do what opens nothing and starts no thread."""
        BaseIPythonApplication.initialize(self, arguments)
        self.init_pdb()
        self.configure_tornado_logger()
        self.log.setLevel(self.log_level)  # or what nobody is shown is put into words all the same
        self.session = SocketSession(parent=self)
        self.iopub_thread = Public()
        self.kernel = SocketKernel.instance(
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_thread,
            shell_channel_thread=SimpleNamespace(parent_thread=threading.current_thread()),
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.init_shell()
        look_before_parsing(self.shell)
        if self.shell.history_manager is not None:
            self.shell.history_manager.outputs = Unkept()
        self.init_extensions()

    def initialize(self, argv: list[str] | None = None) -> None:
        self.session.line, self.session.pid = self.line, os.getpid()
        self.init_io()
        self.init_signal()
        self.init_path()
        self.init_gui_pylab()
        self.init_code()
        if self.shell.history_manager is not None:
            self.shell.history_manager.dir_hist[:] = [Path.cwd()]
        sys.stdout.flush()
        sys.stderr.flush()

    def init_io(self) -> None:
        self.iopub_thread.start()
        streams = [Stream(self.session, self.iopub_thread, name) for name in ("stdout", "stderr")]
        sys.stdout, sys.stderr = self.kernel._stdout, self.kernel._stderr = streams
        hook = ZMQDisplayHook(self.session, self.iopub_thread)
        vars(hook)["get_execution_count"] = lambda: self.kernel.execution_count
        self.displayhook = sys.displayhook = hook
        self.patch_io()


def look_before_parsing(shell: InteractiveShell) -> None:
    """Let a shell parse a cell once, not five times, if it is Python and nothing else.

    Before each cell is compiled IPython takes it apart for magics and compiles it to see whether it
    waits for anything, twice; in most cells a glance tells.
    """
    manager = shell.input_transformer_manager
    known, transform = list(manager.token_transformers), manager.do_token_transforms
    waits = shell.should_run_async

    def do_token_transforms(lines: list[str]) -> list[str]:
        if manager.token_transformers == known and not ESCAPES.search("".join(lines)):
            return lines
        return transform(lines)

    def should_run_async(raw_cell: str, **told: Any) -> bool:
        cell = told.get("transformed_cell") or raw_cell
        return WAITING.search(cell) is not None and waits(raw_cell, **told)

    manager.do_token_transforms = do_token_transforms
    shell.should_run_async = should_run_async


def prepare(arguments: list[str]) -> SocketKernelApp:
    """The application that `IPKernelApp.launch_instance` ends, in each kernel."""
    application = SocketKernelApp.instance()
    application.prepare(arguments)
    return application
