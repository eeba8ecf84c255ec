"""Starting a kernel with the Python that runs this, whatever kernels the machine knows."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import Popen
from time import monotonic

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

WITHOUT_DEBUGGER = (
    "import sys; sys.path[:1] == [''] and sys.path.pop(0); sys.modules['debugpy'] = None; "
    "from ipykernel import debugger, kernelapp; del sys.modules['debugpy']; "
    "kernelapp.launch_new_instance()"
)
"""What `ipykernel_launcher` does, but without debugpy, which takes a quarter of a start."""

LAUNCH = [sys.executable, "-c", WITHOUT_DEBUGGER, "-f", "{connection_file}"]


class OwnPython(AsyncKernelManager):
    """A kernel that runs as this user.

    Kernel and grader talk over sockets in `folder`, where nobody else listens; Windows has none.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(connection_file=str(folder / "kernel.json"))
        self._spent = 0.0
        if os.name == "posix":
            self.transport, self.ip = "ipc", str(folder / "socket")

    @property
    def kernel_spec(self) -> KernelSpec:
        """A kernel specification that is not looked up anywhere."""
        return KernelSpec(argv=list(LAUNCH), display_name="Python 3", language="python")

    @property
    def _process(self) -> Popen | None:
        """The kernel's own process, while there is one."""
        started = self.provisioner
        return started.process if isinstance(started, LocalProvisioner) else None

    def spent(self) -> float:
        """Seconds of processor time that the kernel has spent, and children that have ended.

        Where there is no `/proc` to tell, the time on the clock.
        """
        if not (hasattr(os, "sysconf") and Path("/proc/self/stat").exists()):
            return monotonic()
        if (process := self._process) is None:
            return self._spent
        with suppress(OSError):  # it has gone
            stat = Path(f"/proc/{process.pid}/stat").read_bytes()
            ticks = sum(map(int, stat.rpartition(b")")[2].split()[11:15]))
            self._spent = ticks / os.sysconf("SC_CLK_TCK")
        return self._spent

    def interrupt_now(self) -> bool:
        """Interrupt what it is doing, from whatever thread; whether that can be done."""
        if os.name != "posix":
            return False
        if (process := self._process) is not None:
            process.send_signal(signal.SIGINT)  # nothing is sent to one that has gone
        return True

    def end_now(self) -> None:
        """End it, from whatever thread."""
        if (process := self._process) is not None:
            process.kill()


def own_environment(folder: Path, seed: int) -> dict[str, str]:
    """What a kernel of this user gets: the user's environment, and what keeps runs alike."""
    environment = {
        **os.environ,
        "AUTOGRADER_SEED": str(seed),
        "IPYTHONDIR": str(folder / "ipython"),  # no start-up files of the grader's owner
        # Runs go side by side: BLAS threads of their own would only get in each other's way.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    environment.pop("MPLBACKEND", None)
    return environment
