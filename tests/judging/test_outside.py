"""Asking a function behind a wire: several sets of arguments go together, responses one by one."""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import numpy as np

from autograder.inside.answers import LocalAnswer, Response
from autograder.inside.stub import answer_with
from autograder.inside.wire import Gone, Wire
from autograder.judging.outside import DIED, MOST_ASKED, UNREADABLE, RemoteAnswer, portions

ASKED = [{"x": np.full(3, float(number))} for number in range(5)]


@contextmanager
def remote(student: Callable[[Wire], None]) -> Iterator[RemoteAnswer]:
    """An answer at whose other end `student` speaks, and then hangs up."""
    own, other = socket.socketpair()

    def run() -> None:
        with Wire(other) as wire, suppress(Gone):  # if nobody listens any more
            student(wire)

    thread = threading.Thread(target=run)
    thread.start()
    with Wire(own) as wire:
        yield RemoteAnswer(wire, 5.0, math.inf)
    thread.join()


def test_several_are_sent_together_and_answered_in_order():
    frames = []

    def student(wire: Wire) -> None:
        frames.append(wire.receive())
        for arguments in frames[0]["ask"]:
            answer_with(LocalAnswer(lambda x: x * 2).ask(arguments), wire)

    with remote(student) as answer:
        responses = answer.ask_all(ASKED)
    assert len(frames) == 1
    for asked, response in zip(ASKED, responses, strict=True):
        np.testing.assert_array_equal(response.value, asked["x"] * 2)


def test_what_was_answered_before_the_end_counts():
    def student(wire: Wire) -> None:
        wire.receive()
        answer_with(Response(1), wire)
        answer_with(Response(2), wire)

    with remote(student) as answer:
        responses = answer.ask_all(ASKED)
        assert [response.value for response in responses] == [1, 2, None, None, None]
        assert [response.error for response in responses] == [None, None, DIED, DIED, DIED]
        assert answer.ask(ASKED[0]).error == DIED


def test_who_says_what_is_no_response_is_not_heard_any_more():
    def student(wire: Wire) -> None:
        wire.receive()
        answer_with(Response(1), wire)
        wire.send("nonsense")
        for number in range(3):
            answer_with(Response(number), wire)

    with remote(student) as answer:
        responses = answer.ask_all(ASKED)
    assert [response.error for response in responses] == [None, *[UNREADABLE] * 4]


def test_large_arrays_go_by_themselves():
    large = {"x": np.zeros(MOST_ASKED)}
    small = {"x": np.zeros(1), "layers": [("conv", {"kernel": (1, 2)})]}
    parts = list(portions([small, small, large, large, small]))
    assert [len(part) for part in parts] == [2, 1, 1, 1]
    assert list(portions([])) == []
