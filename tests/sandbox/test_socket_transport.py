"""The line to a forked kernel: nothing is lost, nothing mixed up, and nothing piles up."""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import threading
from collections.abc import Iterator
from queue import Empty

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.lessons.stub_package import write_stub_package
from autograder.running.execution import execute
from autograder.running.limits import Limits
from autograder.running.wall import Wall
from autograder.sandbox.inside.zygote import Line
from autograder.sandbox.socket_transport import MOST_WAITING, SocketClient

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    here.settimeout(20)
    with here, there:
        yield here, there


def message(kind: str, **content: object) -> bytes:
    return json.dumps({"msg_type": kind, "parent_header": {}, "content": content}).encode()


# Packets


def test_threads_and_processes_send_at_once_and_no_message_is_mixed_up(ends):
    here, there = ends
    sizes = [0, 1, Line.SIZE - 1, Line.SIZE, Line.SIZE + 1, 5 * Line.SIZE, 300_000]

    def speak(seed: int) -> None:
        line, draw = Line(there), random.Random(seed)
        for size in draw.sample(sizes, len(sizes)):
            line.send(bytes([seed]) * size)

    child = os.fork()
    if not child:
        speak(1)
        os._exit(0)
    speakers = [threading.Thread(target=speak, args=(seed,)) for seed in (2, 3, 4)]
    for speaker in speakers:
        speaker.start()
    line, heard = Line(here), []
    while len(heard) < 4 * len(sizes):
        whole = line.receive()
        if whole is not None:
            heard.append((len(whole), set(whole)))
    os.waitpid(child, 0)
    for speaker in speakers:
        speaker.join()
    expected = [(size, {seed} if size else set()) for seed in (1, 2, 3, 4) for size in sizes]
    assert sorted(heard, key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize(
    "packets",
    [
        [b"1234"],
        [b"12345678"],
        [b"12345678?x"],
        [b"12345678," + bytes(600), b"12345678," + bytes(600)],
        [b"%08d," % number for number in range(20)],
    ],
    ids=["short", "no mark", "another mark", "too long", "too many"],
)
def test_what_is_no_part_of_a_message_or_too_much_is_refused(ends, packets):
    here, there = ends
    for packet in packets:
        there.send(packet)
    line = Line(here, most=1000)
    with pytest.raises(ValueError, match="too large, or none"):
        while True:
            line.receive()


def test_what_has_been_put_together_counts_no_more(ends):
    here, there = ends
    line = Line(here, most=1000)
    for _ in range(5):
        there.send(b"12345678," + bytes(500))
        there.send(b"12345678." + bytes(200))
        assert line.receive() is None
        assert len(line.receive()) == 700


# Messages


def listening(ends: Ends, what):
    """Run a coroutine function on a client at one end; what it returns."""

    async def run():
        client = SocketClient(ends[0])
        try:
            return await what(client)
        finally:
            client.stop_channels()

    return asyncio.run(run())


def test_messages_come_in_order_and_by_channel(ends):
    async def take(client):
        kinds = [(await client.get_shell_msg())["msg_type"]]
        kinds += [(await client.next(1))[1]["msg_type"] for _ in range(2)]
        with pytest.raises(Empty):
            await client.next(0.05)
        return kinds

    for kind in ("status", "execute_reply", "stream"):
        Line(ends[1]).send(message(kind))
    assert listening(ends, take) == ["execute_reply", "status", "stream"]


def test_a_kernel_that_says_much_has_to_wait(ends):
    async def leave(client):
        client.start_channels()
        await asyncio.sleep(0.05)
        return len(client._waiting)

    ends[1].setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            Line(ends[1]).send(message("stream", text="x" * 10_000))
    assert listening(ends, leave) == MOST_WAITING


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"{}", b"\xff", b'{"msg_type": 1, "parent_header": {}}', b"[" * 100_000],
)
def test_what_is_no_message_is_an_error_and_none_beside_the_line(ends, text):
    Line(ends[1]).send(message("status"))
    Line(ends[1]).send(text)

    async def take(client):
        await client.next(1)
        for _ in range(2):
            with pytest.raises(ValueError, match="no message"):
                await client.next(1)

    listening(ends, take)


def test_the_end_is_heard_after_what_was_said_before_it(ends):
    Line(ends[1]).send(message("status"))
    ends[1].close()

    async def take(client):
        await client.next(1)
        with pytest.raises(EOFError):
            await client.next(1)

    listening(ends, take)


# What comes late, and from others


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory):
    stub = tmp_path_factory.mktemp("line") / "stub"
    write_stub_package(stub, ())
    return stub


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_output_of_threads_children_and_the_dying_is_kept(stub, warm):
    sources = [
        "import os, subprocess, sys, threading, time\nprint('first'); time.sleep(0.5); os._exit(1)",
        "import os, subprocess, sys, threading, time\n"
        "thread = threading.Thread(target=print, args=('from a thread',))\n"
        "thread.start(); thread.join()",
        "import warnings; warnings.simplefilter('ignore')  # of threads, from Python 3.12 on\n"
        "child = os.fork()\n"
        "if not child:\n    print('from a child', end=''); sys.stdout.flush(); os._exit(0)\n"
        "os.waitpid(child, 0); time.sleep(0.3)",
        "subprocess.run(['echo', 'from a program']); time.sleep(0.3)",
        "print('out'); sys.stdout.flush(); print('err', file=sys.stderr)",
        "print('before'); display('between'); print('after')",
        "print('x' * 200_000)",
    ]
    cells = [new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    done = execute(new_notebook(cells=cells), wall=Wall(stub, warm=warm))
    assert [kernel[:4] for kernel in done.kernels] == ["warm" if warm else "cold"] * 2
    said = [
        [out.get("text") or out.get("data", {}).get("text/plain") for out in cell.outputs]
        for cell in done.notebook.cells
    ]
    assert said[0][0] == "first\n"
    assert said[1:] == [
        ["from a thread\n"],
        ["from a child"],
        ["from a program\n"],
        ["out\n", "err\n"],
        ["before\n", "'between'", "after\n"],
        ["x" * 200_000 + "\n"],
    ]


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_a_cell_over_its_time_is_stopped_and_the_next_one_runs(stub, warm):
    sources = ["while True: pass", "import time\ntime.sleep(60)", "print('still here')"]
    cells = [new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    limits = Limits(cell_seconds=1, wall=4)
    done = execute(new_notebook(cells=cells), limits, wall=Wall(stub, warm=warm))
    assert list(done.outcomes.values()) == ["time", "time", "ok"]
    assert len(done.kernels) == 1
    assert done.notebook.cells[2].outputs[0].text == "still here\n"


def test_who_prints_much_waits_until_it_is_read_and_needs_no_memory_for_it(stub):
    sources = [
        "import resource\n"
        "def peak():\n    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10\n"
        "before = peak()\nfor _ in range(150): print('x' * (1 << 20))",
        "print(peak() - before, 'MiB')",
        "print('x' * (40 << 20))",
        "print('still here')",
    ]
    cells = [new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    limits = Limits(cell_output=10_000, notebook_output=100_000)
    done = execute(new_notebook(cells=cells), limits, wall=Wall(stub, warm=True))
    assert list(done.outcomes.values()) == ["ok"] * 4
    assert len(done.kernels) == 1
    assert done.problems == ("output: more than the grader keeps was written ('c0', 'c2')",)
    assert int(done.notebook.cells[1].outputs[0].text.split()[0]) < 30
    assert done.notebook.cells[3].outputs[0].text == "still here\n"
