"""The judge outside: it asks the functions of a process it does not trust, and keeps the verdicts.

What is judged is what the instructor's notebook says: while one of its cells runs, the hidden test
that this cell names can be asked for, once, and no other. The checks that lessons show can be asked
for at any time; they earn something in their own cell only.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from autograder.exercises import Arguments, Exercise, UnknownExercise, find
from autograder.inside.answers import MAX_DETAIL, TOO_SLOW, Response, arrays_in
from autograder.inside.limits import MAX_PRINTED, WALL
from autograder.inside.verdicts import Verdict
from autograder.inside.wire import Gone, Wire, WireError

from .checking import Witness, fail, judge_handed
from .tried import Tried

Due = tuple[str, bool]
"""A check that a cell names: the exercise's id, and whether its hidden cases are tried."""

DIED = "KernelDied"
UNREADABLE = "WireError"
"""What is said to have been raised by a function that cannot be asked any more."""

SLACK = 1.0
"""Seconds that a call may take beyond what it may before the judge stops waiting for it."""

MOST_ANSWERED = 1 << 26
"""Bytes of all that is answered in one check: all of it is kept until the verdict."""

MOST_ASKED = 1 << 16
"""Bytes of arrays that are sent together."""

MOST_WORDS, MOST_REASON = 2_000, 300
"""Characters of what a verdict says, and of what an error of the judge's own says."""

UNBEARABLE = (MemoryError, OverflowError, RecursionError)
"""What is raised over data that is larger, or nested deeper, than can be judged."""

SHORT = 60.0
"""Seconds for what should take none: to say what is to be checked."""


@dataclass
class RemoteAnswer:
    """A function behind a wire. What it returns when it is given nothing is its value: `note`d."""

    wire: Wire
    patience: float
    deadline: float
    late: Callable[[], bool] = lambda: False
    note: Callable[[Any], None] = lambda value: None
    gone: str = ""

    def ask(self, arguments: Arguments) -> Response:
        """Have the function called. Once it has failed to answer in time it is not asked again."""
        return self.ask_all([arguments])[0]

    def ask_all(self, several: Sequence[Arguments]) -> list[Response]:
        """Have the function called with one after the other.

        They are sent together: going to and fro for each would cost more than most of the calls.
        """
        responses: list[Response] = []
        for some in portions(several):
            if not self.gone:
                with self._in_time() as end:
                    self.wire.send({"ask": some, "patience": self.patience}, end)
            responses += [self._next() for _ in some]
        for arguments, response in zip(several, responses, strict=True):
            if not arguments:
                self.note(response.value)
        return responses

    def _next(self) -> Response:
        """The next response, or why there is none."""
        if not self.gone:
            with self._in_time() as end:
                room = MOST_ANSWERED - self.wire.received
                return response_of(self.wire.receive(end, room, gaps=False))
        return Response(error=self.gone)

    @contextmanager
    def _in_time(self) -> Iterator[float]:
        """Give the time by which something is to be done, and note why nothing more can be."""
        end = min(self.deadline, monotonic() + self.patience * WALL + SLACK)
        try:
            yield end
        except Gone:
            self.gone = TOO_SLOW if self.late() or monotonic() >= end else DIED
        except WireError:
            self.gone = UNREADABLE


def portions(several: Sequence[Arguments]) -> Iterator[list[Arguments]]:
    """Split what is to be asked into parts of some 64 KB, and one at least.

    >>> import numpy as np
    >>> [len(part) for part in portions([{"x": np.zeros(4000)}] * 5)]
    [2, 2, 1]
    """
    part: list[Arguments] = []
    room = MOST_ASKED
    for arguments in several:
        size = sum(array.nbytes for array in arrays_in(arguments))
        if part and size > room:
            yield part
            part, room = [], MOST_ASKED
        part.append(arguments)
        room -= size
    if part:
        yield part


def response_of(said: Any) -> Response:
    """A response as it came over the wire; what has no business in one is left out.

    Raises
    ------
    WireError
        If it is none.
    """
    if not isinstance(said, dict):
        raise WireError("the frame holds no response")
    error, detail, printed = said.get("error"), said.get("detail", ""), said.get("printed", "")
    unwritten = said.get("unwritten", "")
    changed = said.get("changed", ())
    if not (
        (error is None or isinstance(error, str))
        and isinstance(detail, str)
        and isinstance(printed, str)
        and isinstance(unwritten, str)
        and isinstance(changed, tuple)
        and all(isinstance(name, str) for name in changed)
    ):
        raise WireError("the frame holds a damaged response")
    return Response(
        None if error else said.get("value"),
        _text(error, 100) if error else None,
        _text(detail, MAX_DETAIL),
        tuple(_text(name, 100) for name in changed[:10]),
        _text(printed, MAX_PRINTED),
        _text(unwritten, 100),
    )


def _text(said: str, most: int) -> str:
    """The beginning of a text, such as can be written to a file."""
    return said[:most].encode("utf-8", "replace").decode("utf-8")


class OutsideJudge:
    """Listens on a socket that a kernel can reach, and judges what its cells hand in.

    Parameters
    ----------
    path : Path
        Of the socket, which is made.
    seed : int
        Draws the hidden cases.
    exercises : container of str, optional
        The ids of those that can be asked for. Others may cost more than the notebook may use.
    tried : Tried, optional
        Counts the values that are handed in, over all the kernels of a notebook.
    witness : callable, optional
        Told what shows that an answer is wrong.
    """

    def __init__(
        self,
        path: Path,
        seed: int,
        exercises: Container[str] | None = None,
        tried: Tried | None = None,
        witness: Witness = lambda *_: None,
    ) -> None:
        self.seed = seed
        self.witness = witness
        self.exercises = exercises
        self.tried = tried or Tried()
        self.due: Due | None = None
        self.verdicts: dict[Due, Verdict] = {}
        self.deadline = 0.0
        self.failure = ""  # the judge's own, in a sentence without its end
        self.seconds = 0.0  # spent judging, the answers' own time included
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        path.chmod(0o666)  # the kernel may run as somebody else; the folder is closed to others
        self.socket.listen()
        self.socket.setblocking(False)

    def __enter__(self) -> OutsideJudge:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def begin(
        self,
        due: Due | None,
        deadline: float,
        late: Callable[[], bool] = lambda: False,
        found: Mapping[Due, Verdict] | None = None,
    ) -> None:
        """A cell begins to run that names the check `due`, or none.

        It ends by `deadline` of the clock on the wall; `late` tells whether it is over its time. Of
        what is asked for several times the first verdict stands, and so does what was `found` while
        the cell ran before, in a kernel that has died since.
        """
        self.due, self.verdicts, self.deadline, self.late = due, dict(found or {}), deadline, late

    def end(self) -> dict[Due, Verdict]:
        """The cell has ended: what was found while it ran."""
        self.deadline = 0.0
        return self.verdicts

    def serve(self) -> None:
        """Deal with one who knocks. Whatever they say, nothing is raised and it ends in time."""
        try:
            connection, _ = self.socket.accept()
        except OSError:
            return
        start = monotonic()
        with Wire(connection) as wire:
            try:
                wire.send(self._reply(wire), self.deadline)
            except WireError:
                pass
            except Exception as error:
                said = " ".join(str(error).split())[:MOST_REASON]
                self.failure = (
                    f"the judge itself failed ({type(error).__name__}: {said}), "
                    "so nothing was recorded: please report it with the notebook"
                )
        self.seconds += monotonic() - start

    def _reply(self, wire: Wire) -> dict[str, Any]:
        said = wire.receive(min(self.deadline, monotonic() + SHORT), MOST_ANSWERED, gaps=False)
        if not isinstance(said, dict) or not isinstance(said.get("check"), str):
            raise WireError("the frame holds no request")
        name, hidden = said["check"], said.get("hidden") is True
        if hidden and (name, hidden) != self.due:
            return {"refused": f"The hidden test of {name!r} is not run by this cell."}
        try:
            if self.exercises is not None and name not in self.exercises:
                raise UnknownExercise(f"This lesson has no exercise {name[:80]!r}.")
            exercise = find(name)
        except UnknownExercise as error:
            return {"refused": str(error)}
        function = None
        if said.get("callable") is True:
            note = partial(self.tried.note, name)
            function = RemoteAnswer(wire, exercise.patience, self.deadline, self.late, note)
        elif not callable(exercise.reference):
            self.tried.note(name, said.get("value"))
        if (name, hidden) not in self.verdicts:
            # Judging takes time in which another may have knocked; nobody is let in meanwhile.
            verdict = self._judge(exercise, function, said.get("value"), hidden)
            self.verdicts[name, hidden] = _short(verdict)
        return told(self.verdicts[name, hidden])

    def _judge(
        self, exercise: Exercise, function: RemoteAnswer | None, value: Any, hidden: bool
    ) -> Verdict:
        """The verdict: that nothing is earned, where plain data is more than a judge can bear.

        Whatever else is raised is no fault of the answer's.
        """
        try:
            return judge_handed(exercise, function, value, hidden, self.seed, self.witness)
        except UNBEARABLE:
            message = f"{exercise.id}: what was returned could not be judged."
            return fail(exercise, hidden, self.seed, message)


def _short(verdict: Verdict) -> Verdict:
    """A verdict of bounded length: what an answer calls things may stand in its sentence."""
    if len(verdict.message) <= MOST_WORDS:
        return verdict
    return replace(verdict, message=f"{verdict.message[:MOST_WORDS]}…")


def told(verdict: Verdict) -> dict[str, Any]:
    """What the student's side learns of a verdict: no picture, no facets, no seed."""
    return {
        "exercise": verdict.exercise,
        "passed": verdict.passed,
        "points": verdict.points,
        "max_points": verdict.max_points,
        "mistakes": verdict.mistakes,
        "message": verdict.message,
        "hidden": verdict.hidden,
    }
