"""Guesses made before an experiment, and held against it when it runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograder.inside.showing import show

from . import record
from .switches import is_graded

CLOSE = 0.1
"""How far off a number may be, as a part of the right one, and still be a good guess."""

MOST = 200
"""Characters of a guess that are kept."""

_GUESSES: dict[str, Any] = {}
_RESULTS: dict[str, Any] = {}
"""What was guessed in this process, and what came out, by name."""


def guess(name: str, value: Any = None, *, choices: Sequence[str] = (), result: Any = None) -> None:
    """Commit to a guess before an experiment, or hold it against what came out.

    Parameters
    ----------
    name : str
        The lesson and the question: `"02-filters: strongest"`.
    value : number or text, optional
        Your guess. It can be changed until the result is there.
    choices : sequence of str
        What can be guessed, if not a number.
    result : number or text, optional
        What came out. The experiment's own cell says so.

    Examples
    --------
    >>> guess("02-filters: edges", "left", choices=("left", "right"))
    Your guess is kept: left. Now run the experiment.
    >>> guess("02-filters: edges", result="right")
    You guessed left, and it is right. What did you not expect? That is the thing to remember.
    """
    if is_graded():
        return
    name, value = str(name), _chosen(value, choices)
    if result is not None:
        _show_outcome(name, result)
    elif value is None or value is ...:
        offered = f" Choose one of {', '.join(choices)}." if choices else ""
        show(f"Write your guess before you run the experiment.{offered}")
    elif choices and _plain(value) not in choices:
        show(f"{_spelled(value)!r} is none of the choices: {', '.join(choices)}.")
    elif name in _results():
        show("The result is known already: your first guess stays.")
    else:
        _GUESSES[name] = _plain(value)
        record.add("guess", name=name, value=_plain(value))
        show(f"Your guess is kept: {_spelled(value)}. Now run the experiment.")


def _chosen(value: Any, choices: Sequence[str]) -> Any:
    """A guess as it is offered, or as the number that it spells."""
    if not isinstance(value, str):
        return value
    said = value.strip().lower()
    if not choices:
        return value if (number := _spelled_out(said)) is None else number
    return next((one for one in choices if str(one).lower() == said), value)


def _spelled_out(said: str) -> float | None:
    try:
        return _number(float(said))
    except ValueError:
        return None


def _show_outcome(name: str, result: Any) -> None:
    guessed = _guesses().get(name)
    if guessed is None:
        show(f"It is {_spelled(result)}. Next time, guess first: a surprise stays with you.")
        return
    if name not in _results():
        _RESULTS[name] = _plain(result)
        record.add("result", name=name, value=_plain(result), good=is_good(guessed, result))
    if is_good(guessed, result):
        show(f"You guessed {_spelled(guessed)}, and it is {_spelled(result)}. Well foreseen.")
    else:
        show(
            f"You guessed {_spelled(guessed)}, and it is {_spelled(result)}. What did you not "
            "expect? That is the thing to remember."
        )


def is_good(guessed: Any, result: Any) -> bool:
    """Whether a guess was right; a number may be a tenth off.

    Examples
    --------
    >>> is_good(0.5, 0.52), is_good(0.5, 0.9), is_good("left", "left"), is_good("left", 3)
    (True, False, True, False)
    """
    mine, right = _number(guessed), _number(result)
    if mine is not None and right is not None:
        return math.isclose(mine, right, rel_tol=CLOSE, abs_tol=1e-9)
    return str(guessed).strip().lower() == str(result).strip().lower()


def fared(lesson: str) -> str:
    """How the guesses of a lesson fared, in a sentence; nothing if none was made."""
    names = {name for name in _results() if name.startswith(lesson)}
    good = [name for name in names if is_good(_guesses().get(name), _results()[name])]
    if not names:
        return ""
    return f"{len(good)} of your {len(names)} guesses were right."


def _guesses() -> dict[str, Any]:
    return {**_kept("guess"), **_GUESSES}


def _results() -> dict[str, Any]:
    return {**_kept("result"), **_RESULTS}


def _kept(kind: str) -> dict[str, Any]:
    return {name: entry.get("value") for name, entry in record.latest(kind, "name").items()}


def _plain(value: Any) -> Any:
    """A guess as it is kept: a number, or the beginning of a text."""
    number = _number(value)
    return str(value)[:MOST] if number is None else number


def _spelled(value: Any) -> str:
    """A number with the digits that one reads; a text as it is."""
    number = _number(value)
    return str(value)[:MOST] if number is None else f"{number:.10g}"


def _number(value: Any) -> float | None:
    """What a number is; `None` for what is none, or is no finite one."""
    if isinstance(value, bool | str):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return float(f"{number:.6g}") if math.isfinite(number) else None
