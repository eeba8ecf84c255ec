"""A client of a kernel that keeps a bounded amount of what it says, and waits a bounded time."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from contextlib import suppress
from queue import Empty
from time import monotonic
from typing import TYPE_CHECKING, Any

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict

from autograder.lessons.notebooks import output_of
from autograder.sandbox.socket_transport import MOST_MESSAGE, MOST_WAITING, SocketClient

from .guard import Guard
from .kernels import OwnPython
from .limits import Limits
from .messages import Clear, Idle, Output, Reply, read_message, read_reply

if TYPE_CHECKING:  # the sandbox needs Linux, and a learner's own check does not
    from autograder.sandbox.provisioner import SandboxedKernel

TIME_OUT = "TimeLimit"

RESERVE = 20_000
"""Characters kept free for what a cell ends in: its error, or the number that is its grade."""


START = 600
"""Seconds that a kernel may take to be ready, on the busiest machine."""

HEED = 60
"""Seconds in which a cell that is interrupted has to end."""

LATE = 60.0
"""Seconds after its time at which a cell is given up, whatever its kernel still says."""

BRIEF = 0.005
"""Seconds on the clock in which no cell gets beyond a limit: so it is not looked for one."""


class Client(NotebookClient):
    """A client that keeps a bounded amount of output and remembers the last reply."""

    km: OwnPython | SandboxedKernel
    kc: AsyncKernelClient
    timeout_func: Callable[[NotebookNode], float]

    def __init__(
        self,
        notebook: NotebookNode,
        limits: Limits,
        dropped: list[str],
        kernel: OwnPython | SandboxedKernel,
    ) -> None:
        super().__init__(
            notebook,
            km=kernel,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout={"ename": TIME_OUT, "evalue": "", "traceback": []},
            iopub_timeout=HEED,
            raise_on_iopub_timeout=True,
            record_timing=False,
            shutdown_kernel="immediate",
            store_widget_state=False,
            startup_timeout=START,
        )
        self.limits = limits
        self.kept: dict[int, int] = {}
        self.dropped = dropped
        self.reply = Reply(ok=True)
        self.deadline = math.inf
        self.context: zmq.asyncio.Context | None = None
        self.guard: Guard | None = None
        self.on_cell_executed = self._remember
        self.clear_before_next_output = False

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
        kernel = self.kc
        left_out = self.skip_cells_with_tag in cell.metadata.get("tags", ())
        if left_out or not cell.source.strip() or not isinstance(kernel, SocketClient):
            return await super().async_execute_cell(
                cell, cell_index, execution_count, store_history
            )
        cell.outputs = []
        self.clear_before_next_output = False
        self.code_cells_executed += 1
        try:
            asked = kernel.execute(cell.source, store_history=store_history, stop_on_error=False)
            reply = await self._answer(kernel, asked, cell, cell_index)
        except EOFError:
            raise DeadKernelError("Kernel died") from None
        self._remember(cell, cell_index, reply)
        return cell

    async def _answer(
        self, kernel: SocketClient, asked: str, cell: NotebookNode, cell_index: int
    ) -> dict[str, Any]:
        """Take all messages that answer a request; the reply among them, or that of a time-out."""
        reply, idle, late = None, False, False
        end = monotonic() + self.timeout_func(cell)
        while reply is None or not idle:
            try:
                name, message = await kernel.next(max(0.0, end - monotonic()))
            except Empty:
                if late:
                    raise CellTimeoutError("the interrupt was not heeded") from None
                await self.km.interrupt_kernel()
                late, end = True, monotonic() + HEED
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
        self.begun, self.deadline = monotonic(), deadline + LATE
        self.reply = Reply(ok=True)  # an empty cell is not sent, and has no reply

    def _remember(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        self.reply = read_reply(execute_reply)

    def why_it_died(self) -> str | None:
        """The limit that ended the kernel, if one did."""
        if self.guard is not None and self.guard.met:
            return "output: more than the grader can hold was written"
        return getattr(self.km, "reason", None)

    def limit_met(self) -> str | None:
        """The limit that a cell which has ended left the kernel beyond, if there is one."""
        if monotonic() - self.begun < BRIEF:
            return None
        look = getattr(self.km, "limit_met", None)
        return look() if look else None

    def process_message(self, msg, cell, cell_index):
        """Take one message, while there is time and room for it."""
        if monotonic() > self.deadline:
            raise CellTimeoutError("the kernel does not stop talking")
        cell.execution_count = self.code_cells_executed  # our own count, whatever the kernel's is
        said = read_message(msg)
        if isinstance(said, Idle):
            raise CellExecutionComplete
        if isinstance(said, Clear):
            self._clear(cell.outputs, said.wait, cell_index)
        elif isinstance(said, Output) and not self._has_room(said, cell_index):
            self._drop(cell.outputs, cell_index)
        elif isinstance(said, Output):
            self._keep(cell.outputs, said, cell_index)

    def _clear(self, outs: list[NotebookNode], wait: bool, cell_index: int) -> None:
        """Take away what a cell has put out, now or before its next output."""
        self.clear_before_next_output = wait
        if not wait:
            outs[:] = []
            self.clear_display_id_mapping(cell_index)

    def _keep(self, outs: list[NotebookNode], said: Output, cell_index: int) -> None:
        """Add an output to a cell, and set it in the place of others of its name."""
        for cell, places in self._display_id_map.get(said.display, {}).items():
            for place in places:
                self.nb.cells[cell].outputs[place].data = from_dict(said.content["data"])
        if said.kind == "update_display_data":
            return
        if self.clear_before_next_output:
            self._clear(outs, False, cell_index)
        if said.display:
            places = self._display_id_map.setdefault(said.display, {})
            places.setdefault(cell_index, []).append(len(outs))
        counted = {"execution_count": self.code_cells_executed}
        outs.append(
            output_of(said.kind, **said.content, **counted)
            if said.kind == "execute_result"
            else output_of(said.kind, **said.content)
        )

    def _has_room(self, said: Output, cell_index: int) -> bool:
        size = _size(said) * (1 + self._places(said))
        kept = self.kept.get(cell_index, 0)
        room = min(
            self.limits.cell_output - kept,
            self.limits.notebook_output - sum(self.kept.values()),
        )
        if said.kind in ("error", "execute_result"):
            room += RESERVE
        if size > room:
            return False
        self.kept[cell_index] = kept + size
        return True

    def _places(self, said: Output) -> int:
        """How many earlier outputs an output replaces."""
        return sum(map(len, self._display_id_map.get(said.display, {}).values()))

    def _drop(self, outs: list[NotebookNode], cell_index: int) -> None:
        name = self.nb.cells[cell_index].id
        if name not in self.dropped:
            self.dropped.append(name)
            outs.append(output_of("stream", name="stdout", text="\n… more output than is kept …\n"))


def _size(said: Output) -> int:
    """About how many characters an output will take; each output counts for a few by itself."""
    return 100 + len(said.display) + len(json.dumps(said.content))
