"""The wall and the judge: what it costs to run what was handed in as strangers' code.

Kernels are started as a grading run starts them, in turn: behind the wall from nothing, forked from
a zygote, and without a sandbox. A case is put to the same function in this process, and in
another through the judge's socket.
"""

from __future__ import annotations

import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from nbformat.v4 import new_notebook

from autograder.exercises import Arguments
from autograder.inside.answers import LocalAnswer
from autograder.inside.stub import SOCKET_VARIABLE
from autograder.inside.wire import Wire
from autograder.judging.outside import RemoteAnswer
from autograder.lessons.stub_package import write_stub_package
from autograder.running.execution import execute
from autograder.running.wall import Wall
from autograder.sandbox.bubblewrap import Mounts, Resources, command, pipes
from autograder.sandbox.handover import is_root, lay_out

from .measure import table

ROUNDS = 31
"""Kernels of each kind."""

CASES = {6: 1500, 362: 200}
"""Sides of a square image, and how often it is asked about: 288 bytes, and 1 MiB."""


def main() -> str:
    """Measure all, and write it down."""
    return "\n\n".join([kernels(), commands(), cases()])


def milliseconds(seconds: list[float]) -> float:
    return 1000 * statistics.median(seconds)


# --- the wall ----------------------------------------------------------------------------------


def kernels() -> str:
    """Kernels until they answer."""
    with tempfile.TemporaryDirectory(prefix="wall-") as name:
        stub = Path(name, "stub")
        write_stub_package(stub, ())
        walls = {
            "without a sandbox": Wall(stub, sandboxed=False),
            "in the sandbox, from nothing": Wall(stub, warm=False),
            "in the sandbox, forked from a zygote": Wall(stub),
        }
        took: dict[str, list[float]] = {kind: [] for kind in walls}
        for _ in range(ROUNDS + 1):
            for kind, wall in walls.items():
                took[kind].append(execute(new_notebook(), wall=wall).phases["start"])
    medians = {kind: milliseconds(seconds[1:]) for kind, seconds in took.items()}
    # Round by round, for a machine's pace changes from one to the next.
    plain, cold, warm = (seconds[1:] for seconds in took.values())
    adds, saves = (
        milliseconds([a - b for a, b in zip(*pair, strict=True)])
        for pair in ((cold, plain), (cold, warm))
    )
    rows = [{"a kernel, until it answers": kind, "ms": ms} for kind, ms in medians.items()]
    return (
        f"{table(rows)}\n\nMedians of {ROUNDS} in turn. The sandbox adds {adds:.0f} ms "
        f"(bar 30) to a start from nothing; the zygote takes {saves:.0f} ms off again."
    )


def commands() -> str:
    """The wall's command line, around a program that does nothing."""
    with tempfile.TemporaryDirectory(prefix="wall-") as name:
        folder = Path(name)
        (folder / "work").mkdir()
        lay_out(folder)
        took: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(ROUNDS + 1):
            for walled, seconds in took.items():
                with pipes() as (_, status, calls):
                    wall = command(
                        Mounts(folder / "work"),
                        Resources(),
                        folder,
                        ["/bin/true"],
                        status=status,
                        calls=calls,
                        root=is_root(),
                    )
                    program = wall if walled else ["/bin/true"]
                    start = time.perf_counter()
                    subprocess.run(program, pass_fds=(status, calls), cwd="/", check=True)
                    seconds.append(time.perf_counter() - start)
    walled, bare = (milliseconds(seconds[1:]) for seconds in took.values())
    return (
        f"Of that, `bwrap` with all its mounts takes {walled - bare:.1f} ms: a program that does "
        f"nothing takes {bare:.1f} ms without it and {walled:.1f} ms with it."
    )


# --- the judge ---------------------------------------------------------------------------------


def without_rim(image: np.ndarray) -> np.ndarray:
    """What is asked: it takes no time, and gives back about as much as it was given."""
    return image[1:, 1:].copy()


STUDENT = """\
from autograder.inside.stub import check
from benchmarks.wall import without_rim

check("cross-correlate2d", without_rim)
"""
"""What runs at the other end: the code of every kernel, and the same function."""


def cases() -> str:
    rows = []
    for side, count in CASES.items():
        image = np.random.default_rng(0).random((side, side))
        ask: Arguments = {"image": image}
        near = LocalAnswer(without_rim, 20.0)
        with far_answer() as far:
            inside = each(lambda ask=ask, near=near: near.ask(ask), count)
            outside = each(lambda ask=ask, far=far: far.ask(ask), count)
        with echo(image.nbytes) as there_and_back:
            copying = each(lambda image=image: (there_and_back(image), image.copy()), count)
        rows.append(
            {
                "a case": f"{image.nbytes:,} bytes",
                "in this process, ms": inside,
                "through the socket, ms": outside,
                "copying, ms": copying,
                "the protocol, ms": outside - inside - copying,
            }
        )
    return (
        f"{_digits(rows)}\n\nThe bar is 1 ms a case beside the copying: the same bytes to another "
        "process and back through a bare socket, and into an array of one's own."
    )


@contextmanager
def echo(size: int) -> Iterator[Callable[[np.ndarray], None]]:
    """A process that sends back `size` bytes as they come, and a function that sends them."""

    def receive(connection: socket.socket, room: memoryview) -> None:
        while room and (count := connection.recv_into(room)):
            room = room[count:]

    own, other = socket.socketpair()
    process = os.fork()
    if not process:
        own.close()
        room = bytearray(size)
        while other.recv(1, socket.MSG_PEEK):
            receive(other, memoryview(room))
            other.sendall(room)
        os._exit(0)
    other.close()
    room = bytearray(size)

    def there_and_back(array: np.ndarray) -> None:
        own.sendall(array)
        receive(own, memoryview(room))

    with own:
        yield there_and_back
    os.waitpid(process, 0)


def _digits(rows: list[dict]) -> str:
    """The table, with as many digits as small times need."""
    return table(
        [
            {key: value if isinstance(value, str) else f"{value:.3f}" for key, value in row.items()}
            for row in rows
        ]
    )


def each(do: Callable[[], object], count: int) -> float:
    """The median of many, in milliseconds."""
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        do()
        seconds.append(time.perf_counter() - start)
    return milliseconds(seconds)


@contextmanager
def far_answer() -> Iterator[RemoteAnswer]:
    """The function in another process, behind the judge's wire."""
    with (
        tempfile.TemporaryDirectory(prefix="wall-") as folder,
        socket.socket(socket.AF_UNIX) as own,
    ):
        own.bind(f"{folder}/judge")
        own.listen()
        environment = {**os.environ, SOCKET_VARIABLE: f"{folder}/judge"}
        process = subprocess.Popen([sys.executable, "-c", STUDENT], env=environment)
        with Wire(own.accept()[0]) as wire:
            wire.receive()
            yield Endless(wire, 20.0, math.inf)
            told = {"exercise": "", "passed": True, "points": 1.0, "max_points": 1.0}
            wire.send({**told, "mistakes": (), "message": "", "hidden": False})
        process.wait()


class Endless(RemoteAnswer):
    """One that may be asked more often than in one check."""

    def ask_all(self, several):
        self.wire.received = 0
        return super().ask_all(several)
