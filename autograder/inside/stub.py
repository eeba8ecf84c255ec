"""What `autograder` is inside the wall: it lets the judge ask the student's functions, no more.

It knows no exercise and no right answer, and nothing it says is believed: the judge outside
chooses the inputs, compares what comes back, and keeps the verdict.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import Any

from .answers import LocalAnswer, Response, to_plain_data
from .limits import many_calls
from .verdicts import Verdict, settle
from .wire import Gone, Wire, WireError

__all__ = [
    "ask",
    "catch",
    "check",
    "explore",
    "guess",
    "hint",
    "look",
    "progress",
    "solution",
    "watch",
]

SOCKET_VARIABLE = "AUTOGRADER_JUDGE"
"""The environment variable that names the judge's socket."""


def check(exercise_id: str, answer: Any, hidden: bool = False) -> float | None:
    """Have an answer judged; raise `WrongAnswer` if it is wrong."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ[SOCKET_VARIABLE])
        wire = Wire(connection)
        wire.send(
            {
                "check": exercise_id,
                "hidden": bool(hidden),
                "callable": callable(answer),
                "value": to_plain_data(answer),
            }
        )
        asked = LocalAnswer(answer)
        with many_calls():
            while "ask" in (said := wire.receive()):
                asked.patience = said["patience"]
                with suppress(Gone):  # the judge has heard enough, and its word comes next
                    for arguments in said["ask"]:
                        answer_with(asked.ask(arguments), wire)
    if said.get("refused"):
        raise PermissionError(said["refused"])
    return settle(Verdict(**said), shown=True)


def answer_with(response: Response, wire: Wire) -> None:
    """Send a response; if it is too much for a frame, that."""
    said = {name: held for name, held in vars(response).items() if name == "value" or held}
    try:
        wire.send(said)
    except Gone:
        raise
    except WireError as error:
        wire.send({"error": "WireError", "detail": str(error)})


def silent(*arguments: Any, **options: Any) -> None:
    """What is for the student at home shows nothing here: pictures, progress and help."""


ask = look = watch = progress = hint = solution = catch = guess = explore = silent
