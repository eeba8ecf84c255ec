"""A learner's function called with many settings: each result, or in words what went wrong."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from time import monotonic
from typing import Any, NamedTuple

SECONDS = 4.0
"""How long a function is tried. Settings that are not reached by then are shown as not tried."""


class NotShown(ValueError):
    """A function that an explorer has no use for."""


class Failure(NamedTuple):
    """Where a function gave no result: the number of the sentence that says why."""

    number: int


class Trying:
    """Calls a function until time is up; what it prints is not shown, each failure is kept once.

    Parameters
    ----------
    function : callable

    Attributes
    ----------
    errors : list of str
        What went wrong, in words that follow the call: "raised ValueError".
    """

    def __init__(self, function: Callable) -> None:
        self.function = function
        self.errors = ["raised ValueError"]
        self.end = monotonic() + SECONDS

    def call(self, *arguments: Any) -> Any:
        """What the function returns; a `Failure`; None when time is up."""
        if monotonic() > self.end:
            return None
        try:
            with warnings.catch_warnings(), redirect_stdout(StringIO()):
                warnings.simplefilter("ignore")
                return self.function(*arguments)
        except (Exception, SystemExit) as error:
            return self.failure(f"raised {type(error).__name__}")

    def failure(self, words: str) -> Failure:
        """A failure in words that follow the call."""
        if words not in self.errors:
            self.errors.append(words)
        return Failure(self.errors.index(words))


def parameters_of(function: Callable) -> int:
    """How many arguments a function takes by position; `NotShown` for what cannot be called."""
    if not callable(function):
        raise NotShown("The second argument is your function, without a call: its name alone.")
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 0
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(each.kind in kinds for each in parameters)


def name_of(function: Callable) -> str:
    """A function's name, as a call of it begins."""
    return getattr(function, "__name__", type(function).__name__)
