"""An exercise that was written down: its open cases and what is right there, without the answer.

What students get of a course (`autograder release`) has such exercises only. The reference and the
mistakes are tables from arguments to results; whatever else they are asked, they do not know.
"""

from __future__ import annotations

import builtins
import hashlib
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograder.inside.wire import decode, encode

from .model import Arguments, Case, Exercise, Mistake, Numbers, Property

KEPT = (
    *("order", "see", "heart", "results", "terms", "rough", "patience", "facet_words"),
    *("check_points", "test_points"),
)
"""What of an exercise is plain data, and written down as it is."""

ENDING = ".recorded"
"""Of the file beside an exercise's own."""


class NotRecorded(LookupError):
    """Something was asked for that was not written down."""


class Table:
    """A function as a table of its results.

    Parameters
    ----------
    name : str
    parameters : list of (str, bool, object)
        Each one's name, whether it has a default, and which.
    results : mapping
        By the key of the arguments: `{"value": …}`, or `{"error": …, "detail": …}`.
    """

    def __init__(self, name: str, parameters: list, results: Mapping[str, Mapping]) -> None:
        self.__name__ = name
        self.__signature__ = inspect.Signature(
            [
                inspect.Parameter(
                    parameter,
                    inspect.Parameter.POSITIONAL_OR_KEYWORD,
                    default=default if has_one else inspect.Parameter.empty,
                )
                for parameter, has_one, default in parameters
            ]
        )
        self._results = results

    def __call__(self, *arguments: Any) -> Any:
        """The result for these arguments, if it was written down."""
        found = self._results.get(key_of(arguments))
        if found is None:
            raise NotRecorded("This was not written down.")
        if found.get("error"):
            known = getattr(builtins, found["error"], ValueError)
            raise known(found.get("detail", ""))
        return found["value"]


def key_of(arguments: Any) -> str:
    """What arguments are known by: their numbers, whatever they lie in.

    Examples
    --------
    >>> key_of((np.ones(3), 2)) == key_of((np.ones(6)[::2], 2)), key_of((1,)) == key_of((2,))
    (True, False)
    """
    return hashlib.sha256(encode([_plain(one) for one in arguments])).hexdigest()


def _plain(value: Any) -> Any:
    """A value in which arrays lie row by row, and functions and generators are but their kind."""
    if isinstance(value, np.ndarray):
        return np.ascontiguousarray(value)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    plain = value is None or isinstance(value, bool | int | float | str)
    return value if plain else f"a {type(value).__name__}"


def read(file: str) -> Exercise:
    """The exercise that is written down beside a file of the catalogue's."""
    data = decode(Path(file).with_suffix(ENDING).read_bytes())
    drawn: list[Arguments] = [case.pop("arguments") for case in data["cases"]]

    def draw(numbers: Numbers) -> Arguments:
        return drawn[int(numbers.of)]

    name, parameters = Path(file).stem, data["parameters"]
    return Exercise(
        reference=Table(name, parameters, data["right"]),
        draw=draw,
        example=(lambda: data["example"]) if data["example"] is not None else None,
        cases=[
            Case(hidden=False, of=str(number), **{**case, "needs": tuple(case["needs"])})
            for number, case in enumerate(data["cases"])
        ],
        mistakes=[
            Mistake(one["name"], Table(name, parameters, one["said"]), one["sentence"], one["see"])
            for one in data["mistakes"]
        ],
        # What only the grader asks is named after a pass, and no more is known of it.
        properties=[Property(facet, lambda call, numbers: ()) for facet in data["left"]],
        **data["kept"],
    )
