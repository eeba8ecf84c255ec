"""Running a notebook, as a pure function: notebook in, executed notebook and outcomes out.

Nothing here knows of students, lessons or gradebooks, so a run can happen anywhere. Whatever the
code in the notebook does, a run ends within its limits and says in one sentence which of them it
met. The kernel is started by `KERNEL_MANAGER`: a walled-in one goes there.
"""

from __future__ import annotations

import copy
import json
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Container, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL
from time import monotonic
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from .errors import KernelError


@dataclass(frozen=True)
class Limits:
    """How much one notebook may use before it is stopped.

    Parameters
    ----------
    cell_seconds, notebook_seconds : float
        Wall time. A cell over its time is interrupted and the next one runs; a notebook over its
        time ends there.
    cell_output, notebook_output : int
        Output kept, in characters. What comes after is dropped.
    kernel_deaths : int
        How often a dead kernel is replaced.
    """

    cell_seconds: float = 20
    notebook_seconds: float = 300
    cell_output: int = 4_000_000
    notebook_output: int = 30_000_000
    kernel_deaths: int = 3


@dataclass(frozen=True)
class Execution:
    """What came of a run.

    Parameters
    ----------
    notebook : NotebookNode
        A copy of the notebook, with the outputs of this run.
    outcomes : dict
        For every code cell by its id: `"ok"`, `"error"`, `"time"` (stopped), `"died"` (it took the
        kernel with it), `"not run"`, or `"left out"` as the caller asked.
    problems : tuple of str
        A sentence for each limit that was met.
    seconds : float
        Wall time of the whole run.
    seed : int
        What the hidden cases were drawn from.
    """

    notebook: NotebookNode
    outcomes: dict[str, str]
    problems: tuple[str, ...]
    seconds: float
    seed: int


class OwnPython(AsyncKernelManager):
    """Starts the kernel with the Python that runs this, whatever kernels the machine knows.

    Kernel and grader talk over sockets in `folder`, where nobody else listens; Windows has none.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(connection_file=str(folder / "kernel.json"))
        if os.name == "posix":
            self.transport, self.ip = "ipc", str(folder / "socket")

    @property
    def kernel_spec(self) -> KernelSpec:
        """A kernel specification that is not looked up anywhere."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )


KERNEL_MANAGER = OwnPython


def execute(
    notebook: NotebookNode,
    limits: Limits | None = None,
    seed: int = 0,
    files: Iterable[tuple[Path, Path]] = (),
    only: Container[str] | None = None,
) -> Execution:
    """Run the cells of a notebook, in a folder of its own.

    An error in one cell does not stop the next. When a cell kills the kernel, a new one runs the
    notebook from the top without that cell, and without those that ran over their time.

    Parameters
    ----------
    notebook : NotebookNode
        Left as it is. Cell ids must be unique. Tags such as `skip-execution` are obeyed, so take
        away those that a stranger may have written.
    limits : Limits, optional
    seed : int
        The hidden cases are drawn from it (`AUTOGRADER_SEED`).
    files : iterable of (Path, Path)
        What the notebook finds beside it: where a file is, and its path relative to the notebook.
    only : container of str, optional
        The ids of the cells to run; by default all.

    Raises
    ------
    KernelError
        If a kernel will not start at all.
    """
    start = monotonic()
    run = _Run(copy.deepcopy(notebook), limits or Limits(), only)
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        work = Path(folder, "work")
        work.mkdir()
        for path, relative in files:
            (work / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, work / relative)
        environment = {
            **os.environ,
            "AUTOGRADER_SEED": str(seed),
            "IPYTHONDIR": str(Path(folder, "ipython")),  # no start-up files of the grader's owner
            "NBGRADER_EXECUTION": "autograde",
            # Runs go side by side: BLAS threads of their own would only get in each other's way.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        environment.pop("MPLBACKEND", None)
        while run.once_more(Path(folder), environment):
            pass
    return Execution(run.notebook, run.outcomes, run.problems(), monotonic() - start, seed)


class _Run:
    """The state of one call of `execute`, across the kernels it takes."""

    def __init__(self, notebook: NotebookNode, limits: Limits, only: Container[str] | None) -> None:
        self.notebook = notebook
        self.limits = limits
        self.deadline = math.inf  # from when the first kernel is ready
        self.outcomes = {
            cell.id: "not run" if only is None or cell.id in only else "left out"
            for cell in notebook.cells
            if cell.cell_type == "code"
        }
        self.met: dict[str, list[str]] = {}  # a sentence for each limit, and the cells that met it
        self.dropped: list[str] = []  # ids of cells that wrote too much
        self.deaths = 0

    def problems(self) -> tuple[str, ...]:
        """A sentence for each limit that was met, with the cells that met it."""
        for name in self.dropped:
            self._note("output: more than the grader keeps was written", name)
        return tuple(
            f"{sentence} ({', '.join(map(repr, names))})" if names else sentence
            for sentence, names in self.met.items()
        )

    def once_more(self, folder: Path, environment: dict[str, str]) -> bool:
        """Run the notebook in a fresh kernel; whether that has to be done once more."""
        client = _Client(self.notebook, self.limits, self.dropped, KERNEL_MANAGER(folder))
        client.timeout_func = self._seconds_left
        with ExitStack() as stack:
            kernel = client.setup_kernel(
                cleanup_kc=True,
                cwd=str(folder / "work"),
                env=environment,
                stdout=DEVNULL,
                stderr=DEVNULL,
            )
            try:
                stack.enter_context(kernel)
            except RuntimeError as error:
                reason = f"A kernel could not be started on this machine: {error}"
                raise KernelError(reason) from error
            self.deadline = min(self.deadline, monotonic() + self.limits.notebook_seconds)
            for index, cell in enumerate(self.notebook.cells):
                if self.outcomes.get(cell.id) in (None, "died", "time", "left out"):
                    continue
                if monotonic() >= self.deadline:
                    self._stop(index)
                    return False
                if not self._run_cell(client, index, cell):
                    return self._replace_kernel(index)
        return False

    def _seconds_left(self, cell: NotebookNode) -> float:
        return max(0.1, min(self.limits.cell_seconds, self.deadline - monotonic()))

    def _run_cell(self, client: _Client, index: int, cell: NotebookNode) -> bool:
        """Run one cell; whether the kernel is still of use."""
        client.reply = {"status": "ok"}  # an empty cell is not sent, and has no reply
        try:
            client.execute_cell(cell, index)
        except (DeadKernelError, CellTimeoutError) as error:
            # A time-out that gets here is one whose interrupt the cell did not heed.
            stopped = isinstance(error, CellTimeoutError)
            self._fail(cell, "died", self._over_time() if stopped else "the kernel died here")
            return False
        if any(wish.get("source") == "ask_exit" for wish in client.reply.get("payload", ())):
            self._fail(cell, "died", "the kernel was told to quit here")
            return False
        if client.reply.get("ename") == TIME_OUT:
            self._fail(cell, "time", self._over_time())
        else:
            self.outcomes[cell.id] = client.reply["status"]
        return True

    def _over_time(self) -> str:
        if monotonic() >= self.deadline:
            return self._notebook_over_time()
        return f"time: the cell ran for more than {self.limits.cell_seconds:g} s"

    def _notebook_over_time(self) -> str:
        return f"time: the notebook ran for more than {self.limits.notebook_seconds:g} s"

    def _fail(self, cell: NotebookNode, outcome: str, sentence: str) -> None:
        self.outcomes[cell.id] = outcome
        cell.outputs.append(_sentence(sentence))
        self._note(sentence, cell.id)

    def _replace_kernel(self, index: int) -> bool:
        """Whether another kernel is to be started after the cell at `index` lost this one."""
        self.deaths += 1
        if self.deaths == self.limits.kernel_deaths:
            self._note(f"the notebook was given up after {self.deaths} dead kernels")
        elif monotonic() < self.deadline:
            return True
        self._stop(index + 1)
        return False

    def _stop(self, index: int) -> None:
        """Leave the cells from `index` on as not run, without outputs of an earlier kernel."""
        if monotonic() >= self.deadline:
            self._note(self._notebook_over_time())
        for cell in self.notebook.cells[index:]:
            if self.outcomes.get(cell.id) not in (None, "left out"):
                self.outcomes[cell.id] = "not run"
                cell.outputs = [_sentence("not run: the notebook was stopped before this cell")]

    def _note(self, sentence: str, *names: str) -> None:
        self.met.setdefault(sentence, []).extend(names)


TIME_OUT = "TimeLimit"

RESERVE = 20_000
"""Characters kept free for what a cell ends in: its error, or the number that is its grade."""


def _sentence(text: str) -> NotebookNode:
    """An output that says why there is no other."""
    return new_output("error", ename="Grader", evalue=text, traceback=[text])


class _Client(NotebookClient):
    """A client that keeps a bounded amount of output and remembers the last reply."""

    def __init__(
        self, notebook: NotebookNode, limits: Limits, dropped: list[str], kernel: AsyncKernelManager
    ) -> None:
        super().__init__(
            notebook,
            km=kernel,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout={"ename": TIME_OUT, "evalue": "", "traceback": []},
            iopub_timeout=5,
            raise_on_iopub_timeout=True,
            record_timing=False,
            shutdown_kernel="immediate",
            store_widget_state=False,
            startup_timeout=60,
        )
        self.limits = limits
        self.kept: dict[int, int] = {}
        self.dropped = dropped
        self.reply: dict[str, Any] = {}
        self.on_cell_executed = self._remember

    def _remember(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        self.reply = execute_reply["content"]

    def output(self, outs, msg, display_id, cell_index):
        """Keep an output while there is room for it; drop and note it otherwise."""
        size = _size(msg["content"])
        kept = self.kept.get(cell_index, 0)
        room = min(
            self.limits.cell_output - kept,
            self.limits.notebook_output - sum(self.kept.values()),
        )
        if msg["msg_type"] in ("error", "execute_result"):
            room += RESERVE
        if size > room:
            self._drop(outs, cell_index)
            return None
        self.kept[cell_index] = kept + size
        return super().output(outs, msg, display_id, cell_index)

    def _drop(self, outs: list[NotebookNode], cell_index: int) -> None:
        name = self.nb.cells[cell_index].id
        if name not in self.dropped:
            self.dropped.append(name)
            outs.append(
                new_output("stream", name="stdout", text="\n… more output than is kept …\n")
            )


def _size(content: Any) -> int:
    """About how many characters an output will take; each output counts for a few by itself."""
    if isinstance(content, str):
        return len(content)
    return 100 + len(json.dumps(content, default=str))
