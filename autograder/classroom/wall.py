"""The wall between a stranger's code and the grader: what a kernel finds behind it.

A kernel gets a house (the package as it is inside, and the data) and the judge's socket. In the
sandbox there is nothing else; without it (`--no-sandbox`) the code runs as the grader's own user,
and only the verdict is out of its reach.
"""

from __future__ import annotations

import os
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager

from autograder.datasets import data_folder
from autograder.judging.inside import SOCKET_VARIABLE

from .house import DIGITS, PACKAGE
from .kernels import OwnPython
from .sandbox import SOCKETS, Resources, Room, SandboxedKernel

COURSE = "/course"
"""Where the house stands in the sandbox."""

PASSED_ON = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Environment variables that a machine may need to compute right."""

HIDDEN_LIBRARIES = ("scipy", "torch", "torchvision", "onnxruntime", "sklearn", "skimage", "cv2")
"""Libraries that know convolution. A graded notebook does not see them where they are installed."""


@dataclass(frozen=True)
class Wall:
    """What a run is kept behind.

    Parameters
    ----------
    house : Path
        A folder made by `house.furnish`.
    sandboxed : bool
        Off, the code can read, write and call whatever the grader's user can.
    resources : Resources
        How much it may use, in the sandbox.
    """

    house: Path
    sandboxed: bool = True
    resources: Resources = field(default_factory=Resources)

    def socket(self, folder: Path) -> Path:
        """Where the judge listens, for a kernel started in `folder`."""
        sockets = folder / "sockets"
        sockets.mkdir(mode=0o700, exist_ok=True)
        return sockets / "judge"

    def limit_behind(self, ename: str, evalue: str) -> str | None:
        """The sentence of the limit behind an error that a cell ended in, if one was."""
        return self.resources.behind(ename, evalue) if self.sandboxed else None

    def kernel(self, folder: Path) -> tuple[AsyncKernelManager, dict[str, str]]:
        """A kernel yet to be started in `folder`, with its environment.

        `folder` holds `work`, which the notebook finds around itself.
        """
        judge = f"{SOCKETS}/judge" if self.sandboxed else str(self.socket(folder))
        environment = {
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            SOCKET_VARIABLE: judge,
            # Runs go side by side: BLAS threads of their own would only get in each other's way.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        if not self.sandboxed:
            environment = {
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(folder),
                "PYTHONPATH": str(self.house),
                **environment,
            }
            return OwnPython(folder), environment
        room = Room(
            work=folder / "work",
            shown={
                f"{COURSE}/autograder": self.house / "autograder",
                f"{COURSE}/data": data_folder(),
                f"{COURSE}/data/{DIGITS}": self.house / "data" / DIGITS,
            },
            environment={"PYTHONPATH": COURSE, **environment},
            hidden=hidden_folders(),
        )
        return SandboxedKernel(folder, room, self.resources), {}


def hidden_folders() -> list[Path]:
    """Installed packages that must look empty: ours, and those that know the answers."""
    site = Path(sysconfig.get_path("purelib"))
    named = [site / name for name in HIDDEN_LIBRARIES]
    return [path for path in (site / PACKAGE.name, *named) if path.is_dir()]
