"""What `autograder` is inside the wall: it lets the judge ask the student's functions, no more.

It knows no exercise and no right answer, and nothing it says is believed: the judge outside
chooses the inputs, compares what comes back, and keeps the verdict.
"""

from __future__ import annotations

import os
import socket
from typing import Any

from .answers import LocalAnswer, plain
from .verdicts import Verdict, settle
from .wire import Wire, WireError

__all__ = ["check", "look", "progress", "watch"]

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
                "value": plain(answer),
            }
        )
        asked = LocalAnswer(answer)
        while "ask" in (said := wire.receive()):
            asked.patience = said["patience"]
            response = asked.ask(said["ask"])
            try:
                wire.send(vars(response))
            except WireError as error:  # nothing was sent: the result is too much for a frame
                wire.send({"error": "WireError", "detail": str(error)})
    if said.get("refused"):
        raise PermissionError(said["refused"])
    return settle(Verdict(**said), shown=True)


def silent(*arguments: Any, **options: Any) -> None:
    """`look`, `watch` and `progress` are for the student at home, and show nothing here."""


look = watch = progress = silent
