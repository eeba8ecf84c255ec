"""Running a notebook, as a pure function: notebook in; executed notebook, outcomes, verdicts out.

Nothing here knows of students, lessons or gradebooks, so a run can happen anywhere. Whatever the
code in the notebook does, a run ends within its limits and says in one sentence which of them it
met. Behind a `Wall` the code is a stranger's: it runs contained, what it is asked is judged on this
side, and nothing that it says of itself is believed.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import shutil
import threading
from collections.abc import Callable, Container, Iterable, Mapping
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from subprocess import DEVNULL
from time import monotonic
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.inside.verdicts import Verdict
from autograder.judging.outside import Due, OutsideJudge
from autograder.lessons.errors import KernelError
from autograder.lessons.notebooks import copy_of, output_of
from autograder.sandbox.scratch import scratch_folder
from autograder.sandbox.socket_transport import MOST_MESSAGE, MOST_WAITING, SocketClient

from .kernels import OwnPython
from .sanitize import sanitize_outputs, sanitize_verdict
from .wall import Wall


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
    notebook from the top without that cell, and without those that ran over their time.

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
    """
    start = monotonic()
    files = list(files)
    run = _Run(copy_of(notebook), limits or Limits(), seed, files, only, wall, due or {})
    asyncio.run(run.to_the_end())
    if wall is not None:
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
        self.phases = dict.fromkeys(("start", "cells", "judge", "stop"), 0.0)
        self.kernels: list[str] = []
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

    async def to_the_end(self) -> None:
        """Run the notebook in as many kernels as it takes."""
        again = True
        while again:
            with ExitStack() as stack:
                folder = Path(stack.enter_context(scratch_folder()))
                self._lay_out_files(folder / "work")
                judge = None
                if self.wall is None:
                    kernel: AsyncKernelManager = KERNEL_MANAGER(folder)
                    environment = self._environment(folder)
                else:
                    kernel, environment = self.wall.kernel(folder)
                    asked = {exercise for exercise, _ in self.due.values()}
                    judge = stack.enter_context(
                        OutsideJudge(self.wall.socket(folder), self.seed, asked)
                    )
                client = _Client(self.notebook, self.limits, self.dropped, kernel)
                again = await self._in_one_kernel(client, judge, folder / "work", environment)
                if judge is not None:
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

    def _environment(self, folder: Path) -> dict[str, str]:
        """What a kernel without a wall gets: this user's environment, and what keeps runs alike."""
        environment = {
            **os.environ,
            "AUTOGRADER_SEED": str(self.seed),
            "IPYTHONDIR": str(folder / "ipython"),  # no start-up files of the grader's owner
            # Runs go side by side: BLAS threads of their own would only get in each other's way.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        environment.pop("MPLBACKEND", None)
        return environment

    async def _in_one_kernel(
        self, client: _Client, judge: OutsideJudge | None, work: Path, environment: dict[str, str]
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
                client.guard = _Guard(client.km.provisioner.end)
                client.guard.start()
                stack.callback(client.guard.stop)
            ready = monotonic()
            self.phases["start"] += ready - begun
            stack.callback(self._cells_done, ready)
            self.deadline = min(self.deadline, ready + self.limits.notebook_seconds)
            for index, cell in enumerate(self.notebook.cells):
                if self.outcomes.get(cell.id) in (None, "died", "time", "left out"):
                    continue
                if monotonic() >= self.deadline:
                    self._stop(index)
                    return False
                if judge is not None:
                    judge.begin(self.due.get(cell.id), monotonic() + self._seconds_left(cell))
                useful = await self._run_cell(client, index, cell)
                if judge is not None:
                    self.verdicts[cell.id] = judge.end()
                if not useful:
                    return self._replace_kernel(index)
        return False

    def _cells_done(self, ready: float) -> None:
        self.last_cell = monotonic()
        self.phases["cells"] += self.last_cell - ready

    def _seconds_left(self, cell: NotebookNode) -> float:
        return max(0.1, min(self.limits.cell_seconds, self.deadline - monotonic()))

    async def _run_cell(self, client: _Client, index: int, cell: NotebookNode) -> bool:
        """Run one cell; whether the kernel is still of use."""
        client.begin(monotonic() + self._seconds_left(cell))
        try:
            await client.async_execute_cell(cell, index)
        except CellTimeoutError:
            # A time-out that gets here is one whose interrupt the cell did not heed.
            self._fail(cell, "died", self._over_time())
            return False
        except DeadKernelError:
            if asyncio.current_task().cancelling():  # nbclient takes any cancelling for this
                raise asyncio.CancelledError from None
            self._fail(cell, "died", client.why_it_died() or "the kernel died here")
            return False
        except Exception:  # a kernel in strange hands may say anything
            self._fail(cell, "died", "the kernel said what no kernel says here")
            return False
        if client.asked_to_exit():
            self._fail(cell, "died", "the kernel was told to quit here")
            return False
        if client.reply.get("ename") == TIME_OUT:
            self._fail(cell, "time", self._over_time())
        elif client.reply.get("status") == "ok":
            self.outcomes[cell.id] = "ok"
        else:
            self.outcomes[cell.id] = "error"
            self._note_limit_behind(client.reply, cell)
        return True

    def _note_limit_behind(self, reply: dict[str, Any], cell: NotebookNode) -> None:
        """Say which limit an error comes from, if it comes from one."""
        error = str(reply.get("ename", "")), str(reply.get("evalue", ""))
        sentence = self.wall.limit_behind(*error) if self.wall else None
        if sentence:
            cell.outputs.append(_sentence(sentence))
            self._note(sentence, cell.id)

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
    return output_of("error", ename="Grader", evalue=text, traceback=[text])


MOST_GROWTH = 1 << 30
"""Bytes that the grader's own memory may grow by in a run. A message may have parts without end,
and the library that takes them keeps them all until the last."""

LATE = 10.0
"""Seconds after its time at which a cell is given up, whatever its kernel still says."""


class _Guard(threading.Thread):
    """Ends a kernel that fills the grader's memory, whose loop may be busy with the judge."""

    def __init__(self, end: Callable[[], None]) -> None:
        super().__init__(name="memory guard", daemon=True)
        self.met = False
        self._end = end
        self._most = _resident() + MOST_GROWTH
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(0.05):
            if _resident() > self._most:
                self.met = True
                self._end()
                return

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self.join()


def _resident() -> int:
    """Bytes of this process that are in memory."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


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
        self.deadline = math.inf
        self.context: zmq.asyncio.Context | None = None
        self.guard: _Guard | None = None
        self.on_cell_executed = self._remember

    async def async_start_new_kernel_client(self) -> AsyncKernelClient:
        """Connect to the kernel and wait until it listens and is heard."""
        self.context = zmq.asyncio.Context()
        self.context.setsockopt(zmq.MAXMSGSIZE, MOST_MESSAGE)
        self.context.setsockopt(zmq.RCVHWM, MOST_WAITING)
        self.context.setsockopt(zmq.RECONNECT_IVL, 10)
        self.kc = self.km.client(context=self.context)
        self.kc.start_channels(stdin=False, hb=False)
        await self._until_it_is_heard(monotonic() + self.startup_timeout)
        self.kc.allow_stdin = False
        return self.kc

    async def _until_it_is_heard(self, deadline: float) -> None:
        """Ask the kernel for a sign of life until it answers, and is heard on its public channel.

        What it says there before the connection stands is lost, the answer to a question too.
        """
        answered = False
        while monotonic() < deadline:
            self.kc.kernel_info()
            for _ in range(10):
                with suppress(Empty):
                    if not answered:
                        await self.kc.get_shell_msg(timeout=0.05)
                        answered = True
                    await self.kc.get_iopub_msg(timeout=0.05)
                    return
                if not await self.km.is_alive():
                    raise RuntimeError("it died before it was ready")
        raise RuntimeError(f"it was not ready within {self.startup_timeout} s")

    async def stop(self) -> None:
        """End the kernel, and the connection to it."""
        await self._async_cleanup_kernel()
        if self.context is not None:
            self.context.destroy(linger=0)
            self.context = None

    async def async_execute_cell(
        self,
        cell: NotebookNode,
        cell_index: int,
        execution_count: int | None = None,
        store_history: bool = True,
    ) -> NotebookNode:
        """Run a cell. Where all messages come in order, a loop that takes them is enough."""
        left_out = self.skip_cells_with_tag in cell.metadata.get("tags", ())
        if left_out or not cell.source.strip() or not isinstance(self.kc, SocketClient):
            return await super().async_execute_cell(
                cell, cell_index, execution_count, store_history
            )
        cell.outputs = []
        self.clear_before_next_output = False
        self.code_cells_executed += 1
        try:
            asked = self.kc.execute(cell.source, store_history=store_history, stop_on_error=False)
            reply = await self._answer(asked, cell, cell_index)
        except EOFError:
            raise DeadKernelError("Kernel died") from None
        self._remember(cell, cell_index, reply)
        return cell

    async def _answer(self, asked: str, cell: NotebookNode, cell_index: int) -> dict[str, Any]:
        """Take all messages that answer a request; the reply among them, or that of a time-out."""
        reply, idle, late = None, False, False
        end = monotonic() + self._get_timeout(cell)
        while reply is None or not idle:
            try:
                name, message = await self.kc.next(max(0.0, end - monotonic()))
            except Empty:
                if late:
                    raise CellTimeoutError("the interrupt was not heeded") from None
                await self.km.interrupt_kernel()
                late, end = True, monotonic() + self.iopub_timeout
                continue
            if message["parent_header"].get("msg_id") != asked:
                continue
            if name == "shell":
                reply = message
                continue
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                idle = True
        return {"content": {**self.error_on_timeout, "status": "error"}} if late else reply

    def begin(self, deadline: float) -> None:
        """A cell begins that has to end by `deadline`."""
        self.deadline = deadline + LATE
        self.reply = {"status": "ok"}  # an empty cell is not sent, and has no reply

    def _remember(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        said = execute_reply["content"]
        self.reply = said if isinstance(said, dict) else {}

    def asked_to_exit(self) -> bool:
        """Whether the kernel asked, with its reply, to be let go."""
        wishes = self.reply.get("payload")
        return isinstance(wishes, list) and any(
            isinstance(wish, dict) and wish.get("source") == "ask_exit" for wish in wishes
        )

    def why_it_died(self) -> str | None:
        """The limit that ended the kernel, if one did."""
        if self.guard is not None and self.guard.met:
            return "output: more than the grader can hold was written"
        return getattr(self.km, "reason", None)

    def process_message(self, msg, cell, cell_index):
        """Take one message, while there is time and room for it."""
        if monotonic() > self.deadline:
            raise CellTimeoutError("the kernel does not stop talking")
        kind = msg["msg_type"]
        if kind.startswith("comm"):  # widgets live at home
            return None
        if kind in OUTPUTS and not self._has_room(msg, cell_index):
            self._drop(cell.outputs, cell_index)
            return None
        return super().process_message(msg, cell, cell_index)

    def _has_room(self, msg: dict[str, Any], cell_index: int) -> bool:
        size = _size(msg["content"]) * (1 + self._places(msg["content"]))
        kept = self.kept.get(cell_index, 0)
        room = min(
            self.limits.cell_output - kept,
            self.limits.notebook_output - sum(self.kept.values()),
        )
        if msg["msg_type"] in ("error", "execute_result"):
            room += RESERVE
        if size > room:
            return False
        self.kept[cell_index] = kept + size
        return True

    def _places(self, content: dict[str, Any]) -> int:
        """How many earlier outputs an output replaces."""
        transient = content.get("transient")
        name = transient.get("display_id") if isinstance(transient, dict) else None
        return sum(map(len, self._display_id_map.get(name, {}).values())) if name else 0

    def _drop(self, outs: list[NotebookNode], cell_index: int) -> None:
        name = self.nb.cells[cell_index].id
        if name not in self.dropped:
            self.dropped.append(name)
            outs.append(output_of("stream", name="stdout", text="\n… more output than is kept …\n"))


OUTPUTS = {"stream", "display_data", "update_display_data", "execute_result", "error"}
"""What a kernel can say that is kept."""


def _size(content: Any) -> int:
    """About how many characters an output will take; each output counts for a few by itself."""
    return 100 + len(json.dumps(content, default=str))
