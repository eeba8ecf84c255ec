"""Kernels behind a wall: strangers' code without a network, others' files or a way to stay.

A `SandboxedKernel` is used like any kernel manager of Jupyter. The sockets of a kernel that starts
cold lie in a bounded file system inside, so nothing that the code writes touches a disk; the grader
reaches them through an open folder (`/proc/self/fd/…`), which also keeps their names below the 107
bytes that a Unix socket's may have. Nothing is written to from both sides. A kernel that is forked
has a socket without a name in their place (`socket_transport`).

The end is always the same: the first process inside dies, and Linux kills all others in its process
namespace before it reports that death. Should the grader die, so do they. A kernel also dies with
the *thread* that started it.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, Popen
from time import monotonic
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from .bubblewrap import KERNEL, SOCKETS, WORK, Mounts, Resources, command, pipes
from .handover import PROGRAM, fill, is_root, lay_out, started_on, with_fonts
from .requirements import missing
from .scratch import scratch_folder
from .socket_transport import SocketClient
from .watchdog import Watchdog
from .zygote import Forked, KernelZygote, WarmError, readable

__all__ = [
    "SOCKETS",
    "WORK",
    "Mounts",
    "Resources",
    "SandboxProvisioner",
    "SandboxedKernel",
    "missing",
]

START_SECONDS, END_SECONDS = 300, 300  # when to give up waiting, on the busiest machine


class SandboxProvisioner(LocalProvisioner):
    """Starts an IPython kernel in a sandbox, whatever the kernel specification says.

    A `SandboxedKernel` sets its attributes. Used by name in a kernel specification
    (`autograder-sandbox`), it shows the kernel the folder that it is started in.

    Attributes
    ----------
    folder : Path or None
        Where the sandbox's few files outside are.
    mounts : Mounts or None
    resources : Resources
    zygote : KernelZygote or None
        Where to have the kernel forked. It is started cold if there is none, or none comes of it.
    cold : str
        Why the kernel was not forked, if it was not.
    """

    parent: KernelManager
    process: Popen | Forked | None

    folder: Path | None = None
    mounts: Mounts | None = None
    resources = Resources()
    zygote: KernelZygote | None = None
    cold = ""

    _own_folder: tempfile.TemporaryDirectory | None = None
    _first: int | None = None  # the first process inside (a pidfd)
    _root: int | None = None  # the root folder inside (an open folder)
    _sockets: int | None = None  # the kernel's sockets (an open folder; its number stays the same)
    _watchdog: Watchdog | None = None

    @property
    def reason(self) -> str | None:
        """The limit that ended the kernel, in one sentence; None if it died by itself."""
        return self._watchdog and self._watchdog.reason

    @property
    def spent(self) -> float:
        """Seconds of processor time that all inside has spent, as of a moment ago."""
        return self._watchdog.meter.seconds if self._watchdog else 0.0

    def limit_met(self) -> str | None:
        """The limit that all inside is beyond now, in one sentence; it is ended then."""
        return self._watchdog and self._watchdog.look_now()

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Prepare the files outside, and the command."""
        if self.mounts is None:
            if not kwargs.get("cwd"):
                raise RuntimeError(
                    "A sandboxed kernel is shown the folder that it is started in: name one."
                )
            self.mounts = Mounts(Path(kwargs["cwd"]))
        for path in (self.mounts.work, *self.mounts.shown.values()):
            if not path.exists():
                raise RuntimeError(
                    f"The sandbox cannot show the notebook {path}, which is not there."
                )
        if self.folder is None:
            self._own_folder = scratch_folder()
            self.folder = Path(self._own_folder.name)
        (self.folder / "sockets").mkdir(exist_ok=True)
        if self._sockets is None:
            self._sockets = os.open(self.folder, os.O_PATH | os.O_DIRECTORY)
        self.kernel_spec.interrupt_mode = "message"  # a signal would stop at the wall
        self.parent.transport = "ipc"
        self.parent.ip = f"/proc/self/fd/{self._sockets}/kernel"
        self.parent.connection_file = str(self.folder / "kernel.json")
        kwargs = await super().pre_launch(**kwargs)
        info = {**self.connection_info, "ip": f"{KERNEL}/kernel"}
        info["key"] = info["key"].decode()
        (self.folder / "inside.json").write_text(json.dumps(info), encoding="utf-8")
        lay_out(self.folder)
        return {
            **kwargs,
            "cmd": list(PROGRAM),
            "cwd": "/",
            "env": {"PATH": os.environ.get("PATH", os.defpath)},
            "stdout": kwargs.get("stdout", DEVNULL),
            "stderr": kwargs.get("stderr", DEVNULL),
        }

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel, from the zygote if there is one, and put its files beside it."""
        self._close()
        self._watchdog = None
        if self.folder is None or self.mounts is None:
            raise RuntimeError("A kernel is launched after what `pre_launch` prepares.")
        self.cold = "" if self.zygote else "none was to be forked"
        try:
            if self.zygote is None or not await self._fork(self.zygote, self.folder, self.mounts):
                await self._start(cmd, self.folder, self.mounts, **kwargs)
        except BaseException:
            await self.kill()
            raise
        inside = f"/proc/self/fd/{self._root}"
        self._watchdog = Watchdog(inside, self.resources, self.end, self._ended)
        self._watchdog.start()
        return self.connection_info

    async def _fork(self, zygote: KernelZygote, folder: Path, mounts: Mounts) -> bool:
        """Have the kernel forked; whether that has come to something."""
        try:
            forked = await zygote.fork(folder, mounts, self.resources)
            self.process, self.pid = forked, forked.pid
            self._first = os.pidfd_open(self.pid)
            if not self._open(self.pid):
                raise WarmError("its folders cannot be opened")
            forked.go()
        except (OSError, WarmError) as error:
            self.cold = str(error)
            await self.kill()
            self.process = None
        return self.process is not None

    async def _start(self, cmd: list[str], folder: Path, mounts: Mounts, **kwargs: Any) -> None:
        """Start the kernel from nothing."""
        with pipes() as (status, writer, calls):
            wall = command(
                with_fonts(mounts),
                self.resources,
                folder,
                cmd,
                status=writer,
                calls=calls,
                root=is_root(),
            )
            kwargs["pass_fds"] = (writer, calls)
            with started_on(self.resources.cores):
                await super().launch_kernel(wall, **kwargs)
            os.set_blocking(status, False)
            await self._enter(status)
        try:
            fill(Path(f"/proc/self/fd/{self._root}{WORK}"), mounts.work)
        except (OSError, shutil.Error) as error:
            raise RuntimeError(
                f"The notebook's files cannot be copied into the sandbox: {error}"
            ) from error

    async def _enter(self, status: int) -> None:
        """Get hold of the sandbox as soon as it stands."""
        said = b""
        deadline = monotonic() + START_SECONDS
        while self.process and self.process.poll() is None and monotonic() < deadline:
            if self._first is None:
                with suppress(BlockingIOError):
                    said += os.read(status, 1 << 12)
                if b"}" in said:
                    first = json.loads(said)["child-pid"]
                    with suppress(ProcessLookupError):
                        self._first = os.pidfd_open(first)
            elif self._open(first):
                return
            await asyncio.sleep(0.001)
        raise RuntimeError(missing() or "The sandbox could not be set up; start again.")

    def _open(self, first: int) -> bool:
        """Open the folders that the first process inside sees, if it has put them up."""
        try:
            self._root = os.open(f"/proc/{first}/root", os.O_PATH | os.O_DIRECTORY)
        except OSError:
            return False
        stands = not os.path.samestat(os.fstat(self._root), Path("/").stat())
        if stands and self._sockets is not None:
            try:
                sockets = os.open(KERNEL.lstrip("/"), os.O_PATH | os.O_DIRECTORY, dir_fd=self._root)
            except OSError:
                pass
            else:
                os.dup2(sockets, self._sockets, inheritable=False)
                os.close(sockets)
                return True
        os.close(self._root)
        self._root = None
        return False

    def end(self) -> None:
        """Kill all that is inside."""
        try:
            if self._first is not None:
                signal.pidfd_send_signal(self._first, signal.SIGKILL)
            elif self.process is not None:
                self.process.kill()
        except ProcessLookupError:
            pass

    def _ended(self, seconds: float) -> bool:
        """Whether all that was inside has ended; wait so long for it."""
        if self._first is None:
            return True
        poll = select.poll()
        poll.register(self._first, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    async def poll(self) -> int | None:
        """The exit status once nothing is left inside, and None until then.

        When the program ends by itself, bubblewrap reports it a moment before all others are gone.
        """
        status = await super().poll()
        if status is not None and self._first is not None and not self._ended(0):
            return None
        return status

    async def kill(self, restart: bool = False) -> None:
        """Kill all that is inside, and wait until it has gone."""
        if self.process is None:
            return
        self.end()
        with suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                if self._first is not None:
                    await readable(self._first)
                while await self.poll() is None:
                    await asyncio.sleep(0.001)
        self._close()

    async def terminate(self, restart: bool = False) -> None:
        """The same as `kill`: there is nothing inside to be saved."""
        await self.kill(restart)

    async def send_signal(self, signum: int) -> None:
        """No signal crosses the wall, but for those that end the kernel."""
        if signum in (signal.SIGTERM, signal.SIGKILL):
            await self.kill()

    async def cleanup(self, restart: bool = False) -> None:
        """Give back what the sandbox held outside."""
        await super().cleanup(restart)
        self._close()
        if restart:
            return
        if self._sockets is not None:
            os.close(self._sockets)
            self._sockets = None
        if self._own_folder is not None:
            self._own_folder.cleanup()
            self._own_folder = self.folder = None

    def _close(self) -> None:
        """Stop watching, and let go of the inside."""
        if self._watchdog is not None:
            self._watchdog.stop()
        for number in (self._first, self._root):
            if number is not None:
                os.close(number)
        self._first = self._root = None


class SandboxedKernel(AsyncKernelManager):
    """A kernel in a sandbox.

    Parameters
    ----------
    folder : Path
        A fresh, private folder. The kernel finds the Unix sockets that the caller has put in its
        folder `sockets` in `SOCKETS`.
    mounts : Mounts
        What the kernel is shown.
    resources : Resources, optional
        How much it may use.
    zygote : KernelZygote, optional
        A zygote for kernels with such mounts. Where none comes of it, the kernel starts cold.
    """

    provisioner: SandboxProvisioner

    def __init__(
        self,
        folder: Path,
        mounts: Mounts,
        resources: Resources = Resources(),  # noqa: B008
        zygote: KernelZygote | None = None,
    ) -> None:
        super().__init__(connection_file=str(folder / "kernel.json"), transport="ipc")
        self._kernel_spec = KernelSpec(
            display_name="Python 3", language="python", interrupt_mode="message"
        )
        self.provisioner = SandboxProvisioner(kernel_spec=self._kernel_spec, parent=self)
        self.provisioner.folder = folder
        self.provisioner.mounts = mounts
        self.provisioner.resources = resources
        self.provisioner.zygote = zygote

    @property
    def reason(self) -> str | None:
        """The limit that ended the kernel, in one sentence; None if it died by itself."""
        return self.provisioner.reason

    @property
    def warm(self) -> bool:
        """Whether the running kernel was forked."""
        return isinstance(self.provisioner.process, Forked)

    @property
    def cold(self) -> str:
        """Why the running kernel was not forked; empty if it was."""
        return self.provisioner.cold

    async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
        if not isinstance(self.provisioner, SandboxProvisioner):
            raise RuntimeError("A sandboxed kernel is started by nothing but the sandbox.")
        return await super()._async_pre_start_kernel(**kw)

    def spent(self) -> float:
        """Seconds of processor time that all inside has spent, as of a moment ago."""
        return self.provisioner.spent

    def limit_met(self) -> str | None:
        """The limit that all inside is beyond now, in one sentence; it is ended then."""
        return self.provisioner.limit_met()

    def interrupt_now(self) -> bool:
        """Interrupt what it is doing, from whatever thread; whether that can be done."""
        kernel = self.provisioner.process
        if not isinstance(kernel, Forked):
            return False
        kernel.interrupt()
        return True

    def end_now(self) -> None:
        """End all that is inside, from whatever thread."""
        self.provisioner.end()

    def client(self, **kwargs: Any) -> AsyncKernelClient:
        """A client for the kernel as it was started."""
        kernel = self.provisioner.process
        if isinstance(kernel, Forked):
            return SocketClient(kernel.talk, parent=self)
        # jupyter_client names the client of managers that are not asynchronous here.
        return super().client(**kwargs)  # type: ignore[return-value]

    async def _async_interrupt_kernel(self) -> None:
        """Interrupt what is running; at the end that would only be one more message to wait for."""
        if not self.shutting_down and not self.interrupt_now():
            await super()._async_interrupt_kernel()

    interrupt_kernel = _async_interrupt_kernel
