"""Zygotes: kernels are forked where all that they import has been imported already.

A `KernelZygote` is a process behind a wall like that of a kernel. It runs `inside.zygote` and never
any code of a notebook; on demand it forks the first process of a new kernel, which stands in
namespaces of its own and waits for a word.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import struct
import sys
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from select import POLLIN, poll
from subprocess import DEVNULL, Popen, TimeoutExpired
from typing import Any

from .bubblewrap import (
    CONNECTION,
    FOLDERS,
    KERNEL,
    LOWER,
    SOCKETS,
    WORK,
    WRITABLE,
    Mounts,
    Resources,
    pipes,
    warm_command,
)
from .handover import PROGRAM, fill, is_root, lay_out, started_on, with_fonts
from .scratch import scratch_folder
from .surroundings import pythons

KERNELS = (
    *("ipykernel.kernelapp", "ipykernel.zmqshell", "ipykernel.debugger", "runpy", "faulthandler"),
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger"),
    *("IPython.core.oinspect", "IPython.extensions.storemagic", "sqlite3"),
    "tornado.platform.asyncio",
)
"""What every kernel has imported by the time it runs a cell."""

NUMBERS = "numpy", "numpy.random"
PLOTTING = (
    *("matplotlib", "matplotlib.pyplot", "matplotlib.backends.backend_agg"),
    "IPython.core.pylabtools",
)
"""What many notebooks import.

`matplotlib_inline` is not among them: when it is imported it looks for a running IPython.
"""

TRACEBACKS = "stack_data", "pygments.formatters.terminal256"
"""What IPython imports for the first error that it shows: most submissions have one."""

BACKEND = "module://matplotlib_inline.backend_inline"

PROGRAMS = f"{KERNEL}/programs"
"""Where the programs inside are imported from. Kernels have a folder of their own over it."""

INSIDE = Path(__file__).with_name("inside")

START_SECONDS = 300  # seconds in which a zygote has to import all, and a kernel to stand
NUMBER, NUMBER_AS_ROOT = 2, 3  # of the kernel's process, as a cold start gives it
CREDENTIALS = struct.Struct("3i")  # process, user, group: `struct ucred` of unix(7)


class WarmError(RuntimeError):
    """No kernel came of a zygote. It can still be started cold."""


class Forked:
    """The first process of a forked kernel, as far as a `Popen` would show it.

    Parameters
    ----------
    pid : int
    line : socket
        On which it waits for a word before it forks the kernel, which is interrupted over it.
    talk : socket
        Over which the kernel's messages go.
    shared : Path
        What it is shown; goes when it goes.
    zygote : object
        Is held on to as long.
    """

    stdin = stdout = stderr = None
    returncode: int | None = None

    def __init__(
        self, pid: int, line: socket.socket, talk: socket.socket, shared: Path, zygote: object
    ) -> None:
        self.pid = pid
        self.talk = talk
        self._first = os.pidfd_open(pid)
        self._line = line
        self._shared = shared
        self._zygote = zygote

    def go(self) -> None:
        """Let the kernel run.

        Whoever gets the word still lives, so `pid` has been nobody else's before.
        """
        self._line.send(b"!")

    def interrupt(self) -> None:
        """Interrupt what the kernel is doing."""
        with suppress(OSError):  # it has gone, or has not heeded many
            self._line.send(b"!", socket.MSG_DONTWAIT)

    def poll(self) -> int | None:
        """0 once nothing is left of the kernel, and None until then."""
        try:
            return self.wait(0)
        except TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until nothing is left of the kernel. How it ended, only its parent is told."""
        if self.returncode is None:
            end = poll()
            end.register(self._first, POLLIN)
            if not end.poll(None if timeout is None else timeout * 1000):
                raise TimeoutExpired("kernel", timeout or 0.0)
            self.returncode = 0
            os.close(self._first)
            self._line.close()
            self.talk.close()
            shutil.rmtree(self._shared, ignore_errors=True)
        return self.returncode

    def kill(self) -> None:
        """Kill all that is left of the kernel."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._first, signal.SIGKILL)


class KernelZygote:
    """A process that forks kernels.

    It is started when it is first needed, and anew should it die. It ends with this process, or
    when nobody holds on to it any more; kernels that were forked from it end with it.

    Parameters
    ----------
    mounts : Mounts
        What its kernels are shown. Each has a working folder of its own, so `work` counts for
        nothing.
    modules : sequence of str, optional
        What is imported beyond what kernels need, in this order, `NUMBERS` among it. It does not
        show until a notebook imports it.
    cores : tuple of int, optional
        What it and its kernels run on, as in `Resources`.
    """

    def __init__(
        self,
        mounts: Mounts,
        modules: Sequence[str] = (*NUMBERS, *TRACEBACKS, *PLOTTING),
        cores: tuple[int, ...] = (),
    ) -> None:
        self._mounts = mounts
        self._modules = list(modules)
        self._cores = cores
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._failed = ""  # why, if its first kernel has

    async def fork(self, folder: Path, mounts: Mounts, resources: Resources) -> Forked:
        """Have the first process of a kernel forked; it stands, and waits for `Forked.go`.

        Parameters
        ----------
        folder : Path
            Holds `inside.json`, Jupyter's connection file, and the folder `sockets`.
        mounts : Mounts
            As the zygote's own, but for `work`.
        resources : Resources

        Raises
        ------
        WarmError
            If there is none, for whatever reason.
        """
        if replace(mounts, work=self._mounts.work) != self._mounts:
            raise WarmError("the zygote shows something else than the kernel is to see")
        if resources.cores != self._cores:
            raise WarmError("the zygote runs on other cores than the kernel is to")
        process = self._running()
        order = {
            "number": NUMBER_AS_ROOT if is_root() else NUMBER,
            "limits": resources.bounds(),
            "lower": LOWER,
            "writable": {path: resources.size(path) for path in WRITABLE},
            "folders": FOLDERS,
            "shown": [path for path in (*pythons(), *process.mounts.shown) if in_memory(path)],
            "work": WORK,
            "connection": CONNECTION,
            "sockets": SOCKETS,
        }
        try:
            shared = process.share(folder, mounts.work)
            pid, line, talk = await process.ask({"shared": f"{SOCKETS}/{shared.name}", **order})
            forked = Forked(pid, line, talk, shared, self)
        except (OSError, shutil.Error, WarmError) as error:
            reason = f"no kernel came of the zygote: {error}"
            self._failed = "" if process.worked else reason
            raise WarmError(reason) from error
        process.worked = True
        return forked

    def _running(self) -> _Process:
        with self._lock:
            if self._failed:
                raise WarmError(self._failed)
            if self._process is not None and self._process.ended():
                self._process.end()
                self._process = None
            if self._process is None:
                self._process = _Process(self._mounts, self._modules, self._cores)
                weakref.finalize(self, self._process.end)
            return self._process


class _Process:
    """What runs `inside.zygote`, and a folder that holds a shared one for each of its kernels.

    A shared folder is all that a kernel is shown of what is the grader's. Each is shown its own.
    """

    def __init__(self, mounts: Mounts, modules: Sequence[str], cores: tuple[int, ...]) -> None:
        self.mounts = with_fonts(mounts)
        self.worked = False
        self._folder = scratch_folder()
        folder = Path(self._folder.name)
        (folder / "inside.json").touch()
        lay_out(folder)
        self._shared = folder / "sockets"
        self._numbers = count()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, pipes(tcp=False) as (_, _, calls):
            orders = {
                "control": theirs.fileno(),
                "program": PROGRAM,
                "kernels": KERNELS,
                "modules": modules,
                "backend": BACKEND,
                "work": WORK,
            }
            module = f"{INSIDE.name}.{Path(__file__).stem}"
            program = [sys.executable, "-m", module, json.dumps(orders)]
            wall = warm_command(
                with_programs(self.mounts),
                Resources(),
                folder,
                program,
                calls=calls,
                root=is_root(),
            )
            started = threading.Event()
            self._keeper = threading.Thread(
                target=_keep,
                args=(wall, (theirs.fileno(), calls), cores, started),
                name="zygote",
                daemon=True,
            )
            self._keeper.start()
            started.wait()

    def ended(self) -> bool:
        """Whether it forks no more kernels."""
        return not self._keeper.is_alive()

    def end(self) -> None:
        """End it, and all kernels that it forked."""
        self._control.close()  # it ends when it hears of that
        self._keeper.join(START_SECONDS)
        self._folder.cleanup()

    def share(self, folder: Path, work: Path) -> Path:
        """Make a folder to share from what lies in the folder of a kernel, and its files."""
        shared = self._shared / str(next(self._numbers))
        (shared / "sockets").mkdir(parents=True)
        for path in (folder / "sockets").iterdir():
            os.link(path, shared / "sockets" / path.name)
        os.link(folder / "inside.json", shared / "connection")
        fill(shared / "work", work)
        for path in (shared, shared / "sockets"):
            path.chmod(0o755)
        return shared

    async def ask(self, order: dict[str, Any]) -> tuple[int, socket.socket, socket.socket]:
        """Order a kernel; its first process as it is numbered out here, and two lines to it."""
        line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        talk, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            with theirs, its:
                socket.send_fds(self._control, [b"!"], [theirs.fileno(), its.fileno()])
            line.send(json.dumps(order).encode())
            async with asyncio.timeout(START_SECONDS):
                await readable(line)
            word, credentials, _, _ = line.recvmsg(1 << 12, socket.CMSG_SPACE(CREDENTIALS.size))
            if word != b"stands":
                raise WarmError(word.decode() or "it has gone")
        except BaseException:
            line.close()
            talk.close()
            raise
        return CREDENTIALS.unpack(credentials[0][2])[0], line, talk


def _keep(
    wall: Sequence[str], numbers: Sequence[int], cores: tuple[int, ...], started: threading.Event
) -> None:
    """Start a process and stay until it ends: bubblewrap dies with the thread that started it."""
    try:
        with started_on(cores):
            process = Popen(
                wall,
                cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath)},
                pass_fds=numbers,
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=DEVNULL,
                start_new_session=True,
            )
    except OSError:  # which is noticed when it is asked for something
        return
    finally:
        started.set()
    process.wait()


def with_programs(mounts: Mounts) -> Mounts:
    """The mounts with the programs inside among them, to be imported before all else."""
    path = os.pathsep.join(filter(None, (PROGRAMS, mounts.environment.get("PYTHONPATH"))))
    return replace(
        mounts,
        shown={f"{PROGRAMS}/{INSIDE.name}": INSIDE, **mounts.shown},
        environment={**mounts.environment, "PYTHONPATH": path},
    )


@cache
def in_memory(path: str) -> bool:
    """Whether a path inside lies in what is each kernel's own: `WRITABLE`."""
    return any(Path(path).is_relative_to(own) for own in WRITABLE)


async def readable(file: int | socket.socket) -> None:
    """Wait until something can be read; of a process (a pidfd), until it has ended."""
    loop = asyncio.get_running_loop()
    heard = asyncio.Event()
    loop.add_reader(file, heard.set)
    try:
        await heard.wait()
    finally:
        loop.remove_reader(file)
