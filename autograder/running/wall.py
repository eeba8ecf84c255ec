"""The wall between a stranger's code and the grader: what a kernel finds behind it.

A kernel gets the stub package, the data, and the judge's socket. In the sandbox there is nothing
else; without it (`--no-sandbox`) the code runs as the grader's own user, and only the verdict is
out of its reach.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Container
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from autograder.datasets import data_folder
from autograder.inside.stub import SOCKET_VARIABLE
from autograder.judging.checking import Witness
from autograder.judging.outside import OutsideJudge
from autograder.judging.tried import Tried
from autograder.lessons.errors import ClassroomError
from autograder.lessons.stub_package import DIGITS
from autograder.sandbox.handover import font_list
from autograder.sandbox.provisioner import SOCKETS, Mounts, Resources, SandboxedKernel
from autograder.sandbox.surroundings import shown_folders
from autograder.sandbox.zygote import NUMBERS, PLOTTING, TRACEBACKS, KernelZygote

from .kernels import OwnPython

COURSE = "/course"
"""Where the stub lies in the sandbox."""

PASSED_ON = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Environment variables that a machine may need to compute right."""


CORES_VARIABLE = "AUTOGRADER_CORES"
"""The environment variable that tells a worker on which cores its kernels run: `"0,1"`."""


def own_resources() -> Resources:
    """How much a kernel of this process may use: of the cores, those that it was told of."""
    told = os.environ.get(CORES_VARIABLE, "")
    return Resources(cores=tuple(int(core) for core in told.split(",") if core))


@dataclass(frozen=True)
class Wall:
    """What a run is kept behind.

    Parameters
    ----------
    stub : Path
        A folder made by `write_stub_package`.
    sandboxed : bool
        Off, the code can read, write and call whatever the grader's user can.
    resources : Resources
        How much it may use, in the sandbox.
    warm : bool
        Whether kernels in the sandbox are forked where that is possible, or all start cold.
    witness : callable
        Told on this side what shows that an answer is wrong.
    """

    stub: Path
    sandboxed: bool = True
    resources: Resources = field(default_factory=Resources)
    warm: bool = True
    witness: Witness = field(default=lambda *_: None, compare=False)

    def judge(self, folder: Path, seed: int, asked: Container[str], tried: Tried) -> OutsideJudge:
        """The judge of a kernel started in `folder`."""
        return OutsideJudge(self.socket(folder), seed, asked, tried, self.witness)

    def socket(self, folder: Path) -> Path:
        """Where the judge listens, for a kernel started in `folder`."""
        sockets = folder / "sockets"
        sockets.mkdir(mode=0o700, exist_ok=True)
        return sockets / "judge"

    def limit_behind(self, ename: str, evalue: str) -> str | None:
        """The sentence of the limit behind an error that a cell ended in, if one was."""
        return self.resources.behind(ename, evalue) if self.sandboxed else None

    def kernel(self, folder: Path) -> tuple[OwnPython | SandboxedKernel, dict[str, str]]:
        """A kernel yet to be started in `folder`, with its environment.

        `folder` holds `work`, which the notebook finds around itself.
        """
        if not self.sandboxed:
            environment = {
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(folder),
                "MPLCONFIGDIR": str(folder_with_fonts(folder)),
                "PYTHONPATH": str(self.stub),
                **_environment(self.socket(folder)),
            }
            return OwnPython(folder), environment
        zygote = _zygote(self, os.getpid()) if self.warm else None
        return SandboxedKernel(folder, self.mounts(folder / "work"), self.resources, zygote), {}

    def mounts(self, work: Path) -> Mounts:
        """What a kernel in the sandbox is shown."""
        return Mounts(
            work=work,
            shown={
                f"{COURSE}/autograder": self.stub / "autograder",
                f"{COURSE}/data": data_folder(),
                f"{COURSE}/data/{DIGITS}": self.stub / "data" / DIGITS,
            },
            environment={"PYTHONPATH": COURSE, **_environment(Path(SOCKETS, "judge"))},
        )


def folder_with_fonts(folder: Path) -> Path:
    """A folder for matplotlib in another, with its list of fonts if there is one."""
    place = folder / "matplotlib"
    place.mkdir(exist_ok=True)
    if fonts := font_list():
        shutil.copyfile(fonts, place / fonts.name)
    return place


def _environment(judge: Path) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        SOCKET_VARIABLE: str(judge),
        "PIP_NO_INDEX": "1",  # `pip install` in a cell fails at once, and does not wait for a net
        # Runs go side by side: BLAS threads of their own would only get in each other's way.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


@lru_cache(maxsize=2)
def _zygote(wall: Wall, process: int) -> KernelZygote:
    """The zygote of a wall in a process, which a process forked from it does not share."""
    paths = [path.relative_to(wall.stub) for path in wall.stub.glob("autograder/**/*.py")]
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths}
    figures = {name for name in names if name.startswith("autograder.figures")}
    others = sorted(names - figures)
    modules = [*NUMBERS, *others, *TRACEBACKS, *PLOTTING, *sorted(figures)]
    return KernelZygote(wall.mounts(wall.stub), modules, wall.resources.cores)


def refuse_shown(*folders: Path) -> None:
    """Refuse folders that every submission could read, for lying in what the sandbox shows.

    Raises
    ------
    ClassroomError
    """
    for folder in folders:
        for shown in (*shown_folders(), data_folder()):
            if folder.resolve().is_relative_to(shown.resolve()):
                raise ClassroomError(
                    f"{folder} lies in {shown}, which every submission can read: move it "
                    "elsewhere, for instance to your home, and grade there."
                )
