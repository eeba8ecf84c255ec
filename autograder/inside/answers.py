"""Asking an answer for its result, and reducing what it says to plain data.

Everything a judge looks at has passed through `to_plain_data`: exact NumPy arrays, numbers, text,
tuples, lists and dicts of them. An object that only pretends to be one of these is a `Foreign`,
which equals nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import CoroutineType
from typing import Any, Protocol

import numpy as np

from .arguments import Arguments, Named, Seeded, with_gaps
from .functions import nameless
from .limits import TooSlow, captured, limited, many_calls
from .wire import Foreign

MAX_DETAIL = 300
"""Characters kept of an exception's message."""

MOST_BITS = 10_000
"""Of a whole number. Python writes down none that is much longer."""

NOT_WRITTEN = NotImplementedError.__name__
TOO_SLOW = TooSlow.__name__


@dataclass(frozen=True)
class Response:
    """What an answer did with one set of arguments.

    Either it returned (`value`), or it raised (`error`, the exception's class name, and `detail`,
    its message). Where that is that something is not written yet, `unwritten` names the function
    that said so; it is empty if the answer does nothing else. `changed` names the arguments that it
    wrote to; `printed` is what it printed meanwhile.
    """

    value: Any = None
    error: str | None = None
    detail: str = ""
    changed: tuple[str, ...] = ()
    printed: str = ""
    unwritten: str = ""


class Answer(Protocol):
    """Whoever answers: a function in this process, or one behind a wall."""

    def ask(self, arguments: Arguments) -> Response: ...

    def ask_all(self, several: Sequence[Arguments]) -> list[Response]: ...


@dataclass
class LocalAnswer:
    """A function of this process. It gets copies of the arguments and can't harm the originals.

    With `patience`, a call that takes more seconds than that is ended, and is the last.
    """

    function: Callable[..., Any]
    patience: float | None = None
    too_slow: TooSlow | None = None

    def ask(self, arguments: Arguments) -> Response:
        if self.too_slow is not None:  # it would be so again
            return Response(error=TOO_SLOW, detail=str(self.too_slow))
        given = {name: duplicate(value) for name, value in arguments.items()}
        with captured() as kept:
            try:
                with limited(self.patience):
                    returned = self.function(*given.values())
                value = to_plain_data(returned)
                if isinstance(returned, CoroutineType):  # or Python warns that nobody waits for it
                    returned.close()
            except KeyboardInterrupt:
                raise
            except TooSlow as error:
                self.too_slow = error
                return Response(error=TOO_SLOW, detail=str(error), printed=kept.getvalue())
            except BaseException as error:
                return Response(
                    error=error_name(error),
                    detail=message_of(error),
                    printed=kept.getvalue(),
                    unwritten=where_unwritten(self.function, error),
                )
        return Response(
            value,
            changed=changed(arguments, given),
            printed=kept.getvalue(),
        )

    def ask_all(self, several: Sequence[Arguments]) -> list[Response]:
        with many_calls():
            return [self.ask(arguments) for arguments in several]


def error_name(error: BaseException) -> str:
    """The class of an exception, by the best-known name it goes by.

    A subclass of `ValueError` is a `ValueError`: students may refuse with their own.
    """
    for known in (NotImplementedError, ValueError):
        if isinstance(error, known):
            return known.__name__
    return type(error).__name__


def where_unwritten(function: Callable[..., Any], error: BaseException) -> str:
    """The function that raised `NotImplementedError`; nothing if an answer does only that."""
    if not isinstance(error, NotImplementedError) or is_stub(function):
        return ""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_name if trace is not None else ""


def is_stub(function: Callable[..., Any]) -> bool:
    """Whether a function uses no name but its arguments' and that of what it raises.

    One that is kept by `functools.cache` is what it was before.
    """
    code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
    if code is None:
        return False
    arguments = code.co_argcount + code.co_kwonlyargcount
    return set(code.co_names) <= {NOT_WRITTEN} and code.co_nlocals == arguments


def message_of(error: BaseException) -> str:
    try:
        return str(error)[:MAX_DETAIL]
    except Exception:
        return ""


UNCHANGING = frozenset({int, float, bool, str, type(None)})
"""What nobody can write to, so that a copy is the same."""


def duplicate(value: Any) -> Any:
    """A deep copy that keeps the memory layout of arrays, gaps included.

    What stands for a generator or a function becomes one.
    """
    if type(value) in UNCHANGING:
        return value
    if isinstance(value, Seeded):
        return np.random.default_rng(value.seed)
    if isinstance(value, Named):
        return nameless(value.name)
    if isinstance(value, np.ndarray) and not (value.flags.c_contiguous or value.flags.f_contiguous):
        return with_gaps(value)
    if type(value) is np.ndarray and not value.dtype.hasobject:
        return value.copy("K")
    if isinstance(value, (list, tuple)):
        return type(value)(duplicate(item) for item in value)
    return copy.deepcopy(value)


def changed(before: Arguments, after: Arguments) -> tuple[str, ...]:
    """The names of the arguments that no longer hold what they held."""
    return tuple(name for name in before if not same_data(before[name], after[name]))


FEW_BYTES = 1 << 14
"""Of an array that is copied sooner than compared."""


def same_data(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return (
            before.shape == after.shape
            and before.dtype == after.dtype
            # Each question takes longer than the one before: that of numbers is for large arrays,
            # and for two zeros of which one is negative; the last is for arrays that hold a NaN.
            and bool(
                (before.nbytes <= FEW_BYTES and before.tobytes() == after.tobytes())
                or (before == after).all()
                or np.array_equal(before, after, equal_nan=True)
            )
        )
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(same_data(before[k], after[k]) for k in before)
    if isinstance(before, (list, tuple)):
        return len(before) == len(after) and all(map(same_data, before, after))
    if isinstance(before, (int, str)):
        return bool(before == after)
    return True


def arrays_in(value: Any, depth: int = 8) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif depth and isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from arrays_in(item, depth - 1)


def to_plain_data(value: Any, depth: int = 8) -> Any:
    """Reduce a value to exact base types; what can't be reduced becomes `Foreign`.

    An array without axes becomes the number that it is. Only a float that is not of 64 bits stays
    an array, so that its rounding is known.
    """
    if isinstance(value, np.ndarray):
        array = np.array(value, copy=True, subok=False)
        if array.dtype.kind not in "biuf":
            return Foreign(f"array of {array.dtype}")
        return array if array.ndim else to_plain_data(array[()])
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value) if int(value).bit_length() <= MOST_BITS else Foreign("giant whole number")
    if isinstance(value, np.floating):
        return float(value) if value.dtype.itemsize == 8 else np.array(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return str(value)
    if value is None:
        return None
    if depth:
        for base in (list, tuple):
            if isinstance(value, base):
                return base(to_plain_data(item, depth - 1) for item in value)
        if isinstance(value, dict):
            return {plain_key(key): to_plain_data(item, depth - 1) for key, item in value.items()}
    return Foreign(type(value).__name__)


def plain_key(key: Any) -> str | int:
    return int(key) if isinstance(key, (int, np.integer)) else str(key)
