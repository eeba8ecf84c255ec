"""Running a notebook, as a pure function: notebook in; executed notebook, outcomes, verdicts out.

Nothing here knows of students, lessons or gradebooks, so a run can happen anywhere. Whatever the
code in the notebook does, a run ends within its limits and says in one sentence which of them it
met. Behind a `Wall` the code is a stranger's: it runs contained, what it is asked is judged on this
side, and nothing that it says of itself is believed.
"""

from __future__ import annotations

import asyncio
import math
import shutil
from collections.abc import Container, Iterable, Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL
from time import monotonic
from typing import TYPE_CHECKING

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.inside.verdicts import Verdict
from autograder.judging.outside import Due, OutsideJudge
from autograder.judging.tried import Tried
from autograder.lessons.errors import JudgeError, KernelError
from autograder.lessons.notebooks import copy_of, output_of
from autograder.sandbox.scratch import scratch_folder

from .client import TIME_OUT, Client
from .clock import Clock, clock_of
from .guard import Guard
from .handling import bounded
from .kernels import OwnPython, own_environment
from .limits import Limits
from .messages import Reply
from .sanitize import sanitize_outputs, sanitize_verdict

if TYPE_CHECKING:  # the sandbox needs Linux, and a learner's own check does not
    from autograder.sandbox.provisioner import SandboxedKernel

    from .wall import Wall


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
    verdicts : dict
        Behind a wall, for cells by id: what the judge found while the cell ran, by check.
    phases : dict
        Wall time in seconds of starting kernels (`start`), running cells (`cells`), the judge's
        work while they ran (`judge`), and stopping kernels (`stop`).
    kernels : tuple of str
        For every kernel that was started, `"warm"` if it was forked, or why it was not.
    """

    notebook: NotebookNode
    outcomes: dict[str, str]
    problems: tuple[str, ...]
    seconds: float
    seed: int
    verdicts: dict[str, dict[Due, Verdict]] = field(default_factory=dict)
    phases: dict[str, float] = field(default_factory=dict)
    kernels: tuple[str, ...] = ()


KERNEL_MANAGER = OwnPython


def execute(
    notebook: NotebookNode,
    limits: Limits | None = None,
    seed: int = 0,
    files: Iterable[tuple[Path, Path]] = (),
    only: Container[str] | None = None,
    wall: Wall | None = None,
    due: Mapping[str, Due] | None = None,
) -> Execution:
    """Run the cells of a notebook, in a folder of its own.

    An error in one cell does not stop the next. When a cell kills the kernel, a new one runs the
    notebook from the top without that cell, and without those that ran over their time. What the
    judge found in a cell before stands.

    Parameters
    ----------
    notebook : NotebookNode
        Left as it is. Cell ids must be unique. Tags such as `skip-execution` are obeyed, so take
        away those that a stranger may have written.
    limits : Limits, optional
    seed : int
        The hidden cases are drawn from it. Behind a wall it is not told.
    files : iterable of (Path, Path)
        What the notebook finds beside it: where a file is, and its path relative to the notebook.
    only : container of str, optional
        The ids of the cells to run; by default all.
    wall : Wall, optional
        What the code runs behind. Without one it runs as this user, and judges itself.
    due : mapping, optional
        Behind a wall, for cells by id: the check that counts while the cell runs.

    Raises
    ------
    KernelError
        If a kernel will not start at all.
    JudgeError
        If the judge itself failed.
    """
    start = monotonic()
    files = list(files)
    run = _Run(copy_of(notebook), limits or Limits(), seed, files, only, wall, due or {})
    asyncio.run(run.to_the_end())
    if wall is not None:
        with bounded("cleaning what it put out"):
            run.put_verdicts_first()
    seconds = monotonic() - start
    return Execution(
        run.notebook,
        run.outcomes,
        run.problems(),
        seconds,
        seed,
        run.verdicts,
        run.phases,
        tuple(run.kernels),
    )


class _Run:
    """The state of one call of `execute`, across the kernels it takes."""

    def __init__(
        self,
        notebook: NotebookNode,
        limits: Limits,
        seed: int,
        files: list[tuple[Path, Path]],
        only: Container[str] | None,
        wall: Wall | None,
        due: Mapping[str, Due],
    ) -> None:
        self.seed = seed
        self.files = files
        self.wall = wall
        self.due = due
        self.verdicts: dict[str, dict[Due, Verdict]] = {}
        self.tried = Tried()
        self.phases: dict[str, float] = dict.fromkeys(("start", "cells", "judge", "stop"), 0.0)
        self.kernels: list[str] = []
        self.notebook = notebook
        self.limits = limits
        self.deadline = math.inf  # by the clock on the wall, from when the first kernel is ready
        self.clock: Clock | None = None  # of the kernel that runs
        self.spent_before = 0.0  # processor time, in kernels that are gone
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
        for sentence in self.tried.sentences():
            self._note(sentence)
        return tuple(
            f"{sentence} ({', '.join(map(repr, names))})" if names else sentence
            for sentence, names in self.met.items()
        )

    async def to_the_end(self) -> None:
        """Run the notebook in as many kernels as it takes."""
        again = True
        while again:
            with ExitStack() as stack:
                folder = Path(stack.enter_context(scratch_folder()))
                self._lay_out_files(folder / "work")
                judge = None
                if self.wall is None:
                    kernel: OwnPython | SandboxedKernel = KERNEL_MANAGER(folder)
                    environment = own_environment(folder, self.seed)
                else:
                    kernel, environment = self.wall.kernel(folder)
                    asked = {exercise for exercise, _ in self.due.values()}
                    judge = stack.enter_context(
                        self.wall.judge(folder, self.seed, asked, self.tried)
                    )
                client = Client(self.notebook, self.limits, self.dropped, kernel)
                again = await self._in_one_kernel(client, judge, folder / "work", environment)
                if judge is not None:
                    if judge.failure:
                        raise JudgeError(judge.failure)
                    self.phases["judge"] += judge.seconds
                self.phases["stop"] += monotonic() - self.last_cell

    def put_verdicts_first(self) -> None:
        """Set the judge's word above what a cell put out, of which only what is safe stays."""
        for cell in self.notebook.cells:
            if cell.cell_type == "code":
                verdicts = self.verdicts.get(cell.id, {}).values()
                words = [
                    output_of("display_data", data=sanitize_verdict(v._repr_mimebundle_()))
                    for v in verdicts
                ]
                cell.outputs = [*words, *sanitize_outputs(cell.outputs)]

    def _lay_out_files(self, work: Path) -> None:
        work.mkdir()
        for path, relative in self.files:
            (work / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, work / relative)

    async def _in_one_kernel(
        self, client: Client, judge: OutsideJudge | None, work: Path, environment: dict[str, str]
    ) -> bool:
        """Run the notebook in a fresh kernel; whether that has to be done once more."""
        client.timeout_func = self._seconds_left
        begun = monotonic()
        async with AsyncExitStack() as stack:
            try:
                await client.async_start_new_kernel(
                    cwd=str(work), env=environment, stdout=DEVNULL, stderr=DEVNULL
                )
                stack.push_async_callback(client.stop)
                await client.async_start_new_kernel_client()
            except RuntimeError as error:
                reason = f"A kernel could not be started on this machine: {error}"
                raise KernelError(reason) from error
            cold = getattr(client.km, "cold", "there is no sandbox")
            self.kernels.append(f"cold: {cold}" if cold else "warm")
            if judge is not None:
                loop = asyncio.get_running_loop()
                loop.add_reader(judge.socket, judge.serve)
                stack.callback(loop.remove_reader, judge.socket)
            if self.wall is not None and self.wall.sandboxed:
                client.guard = Guard(client.km.end_now)
                client.guard.start()
                stack.callback(client.guard.stop)
            clock = self.clock = clock_of(client.km)
            clock.start()
            stack.callback(self._clock_stops, clock)
            ready = monotonic()
            self.phases["start"] += ready - begun
            stack.callback(self._cells_done, ready)
            longest = self.limits.notebook_seconds * self.limits.wall
            self.deadline = min(self.deadline, ready + longest)
            for index, cell in enumerate(self.notebook.cells):
                if self.outcomes.get(cell.id) in (None, "died", "time", "left out"):
                    continue
                if self._notebook_is_over():
                    self._stop(index)
                    return False
                if judge is not None:
                    end = monotonic() + self._seconds_left(cell)
                    # What was found in an earlier kernel stands: nobody is asked a second time.
                    found = self.verdicts.get(cell.id)
                    judge.begin(self.due.get(cell.id), end, lambda: clock.late, found)
                clock.begin(min(self._left(), self.limits.cell_seconds))
                useful = await self._run_cell(client, index, cell)
                clock.finish()
                if judge is not None:
                    self.verdicts[cell.id] = judge.end()
                if not useful:
                    return self._replace_kernel(index)
        return False

    def _cells_done(self, ready: float) -> None:
        self.last_cell = monotonic()
        self.phases["cells"] += self.last_cell - ready

    def _clock_stops(self, clock: Clock) -> None:
        clock.stop()
        self.spent_before += clock.total()
        self.clock = None

    def _is_late(self) -> bool:
        return self.clock is not None and self.clock.late

    def _seconds_left(self, cell: NotebookNode) -> float:
        """How long a cell may take by the clock on the wall."""
        longest = self.limits.cell_seconds * self.limits.wall
        return max(0.1, min(longest, self.deadline - monotonic()))

    async def _run_cell(self, client: Client, index: int, cell: NotebookNode) -> bool:
        """Run one cell; whether the kernel is still of use."""
        client.begin(monotonic() + self._seconds_left(cell))
        try:
            await client.async_execute_cell(cell, index)
        except CellTimeoutError:
            # A time-out that gets here is one whose interrupt the cell did not heed.
            self._fail(cell, "died", self._over_time())
            return False
        except DeadKernelError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # nbclient takes any cancelling for this
                raise asyncio.CancelledError from None
            late = self._over_time() if self._is_late() else None
            self._fail(cell, "died", client.why_it_died() or late or "the kernel died here")
            return False
        except Exception:  # a kernel in strange hands may say anything
            self._fail(cell, "died", "the kernel said what no kernel says here")
            return False
        if client.reply.leaves:
            self._fail(cell, "died", "the kernel was told to quit here")
            return False
        if limit := client.limit_met():  # before the next cell dies of it
            self._fail(cell, "died", limit)
            return False
        if client.reply.ok:
            self.outcomes[cell.id] = "ok"
        elif self._is_late() or client.reply.ename == TIME_OUT:
            self._fail(cell, "time", self._over_time())
        else:
            self.outcomes[cell.id] = "error"
            self._note_limit_behind(client.reply, cell)
        return True

    def _note_limit_behind(self, reply: Reply, cell: NotebookNode) -> None:
        """Say which limit an error comes from, if it comes from one."""
        sentence = self.wall.limit_behind(reply.ename, reply.evalue) if self.wall else None
        if sentence:
            cell.outputs.append(_sentence(sentence))
            self._note(sentence, cell.id)

    def _over_time(self) -> str:
        """Which limit of time was met."""
        if self._notebook_is_over():
            return self._notebook_over_time()
        if self._is_late():
            return (
                f"time: the cell needed more than {self.limits.cell_seconds:g} s of processor time"
            )
        return f"time: the cell ran for more than {self.limits.cell_seconds * self.limits.wall:g} s"

    def _notebook_is_over(self) -> bool:
        return self._left() <= 0 or monotonic() >= self.deadline

    def _notebook_over_time(self) -> str:
        if self._left() <= 0:
            most = self.limits.notebook_seconds
            return f"time: the notebook needed more than {most:g} s of processor time"
        most = self.limits.notebook_seconds * self.limits.wall
        return f"time: the notebook ran for more than {most:g} s"

    def _left(self) -> float:
        """Seconds of processor time that the notebook has left."""
        spent = self.clock.total() if self.clock else 0.0
        return self.limits.notebook_seconds - self.spent_before - spent

    def _fail(self, cell: NotebookNode, outcome: str, sentence: str) -> None:
        self.outcomes[cell.id] = outcome
        cell.outputs.append(_sentence(sentence))
        self._note(sentence, cell.id)

    def _replace_kernel(self, index: int) -> bool:
        """Whether another kernel is to be started after the cell at `index` lost this one."""
        self.deaths += 1
        if self.deaths == self.limits.kernel_deaths:
            self._note(f"the notebook was given up after {self.deaths} dead kernels")
        elif not self._notebook_is_over():
            return True
        self._stop(index + 1)
        return False

    def _stop(self, index: int) -> None:
        """Leave the cells from `index` on as not run, without outputs of an earlier kernel."""
        if self._notebook_is_over():
            self._note(self._notebook_over_time())
        for cell in self.notebook.cells[index:]:
            if self.outcomes.get(cell.id) not in (None, "left out"):
                self.outcomes[cell.id] = "not run"
                cell.outputs = [_sentence("not run: the notebook was stopped before this cell")]

    def _note(self, sentence: str, *names: str) -> None:
        self.met.setdefault(sentence, []).extend(names)


def _sentence(text: str) -> NotebookNode:
    """An output that says why there is no other."""
    return output_of("error", ename="Grader", evalue=text, traceback=[text])
