"""An array that notes which of its cells are read and written.

`Watched` is an ndarray that knows which cells of which array its numbers came from. Slicing,
transposing or padding it moves that knowledge along; computing with it is a read, and its result
is an ordinary array.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

MOST_EVENTS = 20_000
"""After so many reads and writes nothing more is noted."""


@dataclass(frozen=True)
class Event:
    """Cells of one array, by their flat index, read or (with `values`) written."""

    source: int
    cells: np.ndarray
    values: np.ndarray | None = None


@dataclass
class Trace:
    """Everything that was noted in one run, and the arrays that it speaks of.

    `origins[i]` holds, for an array that the function made, the array and the cell from which
    each of its cells was copied; -1 where there is none.
    """

    arrays: list[np.ndarray] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    origins: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    def given(self, array: np.ndarray) -> Watched:
        """Watch an array that a function is given."""
        self.arrays.append(array)
        cells = np.arange(array.size).reshape(array.shape)
        return watched(array, self, len(self.arrays) - 1, cells)

    def made(self, array: np.ndarray) -> Watched:
        """Watch an array that a function makes, to see what it writes there."""
        result = self.given(array)
        nowhere = np.full(array.size, -1)
        self.origins[result.source] = (nowhere, nowhere.copy())
        return result

    def read(self, array: Any) -> None:
        """Note that an array is read; what was copied from elsewhere is read there."""
        if not isinstance(array, Watched) or array.log is None:
            return
        cells = np.unique(array.cells)
        cells = cells[cells >= 0]
        if array.source in self.origins:
            sources, places = (origin[cells] for origin in self.origins[array.source])
            for source in np.unique(sources[sources >= 0]):
                self.note(Event(int(source), np.unique(places[sources == source])))
        else:
            self.note(Event(array.source, cells))

    def copied(self, source: int, cells: np.ndarray, origin: Watched) -> None:
        """Note that numbers were copied, not read: into an array that the function made."""
        sources, places = self.origins[source]
        sources[cells] = origin.source
        places[cells] = origin.cells

    def wrote(self, source: int, cells: np.ndarray, values: np.ndarray) -> None:
        """Note that an array is written to, and what."""
        self.note(Event(source, np.ravel(cells), np.array(values).ravel()))

    def note(self, event: Event) -> None:
        if len(self.events) < MOST_EVENTS and event.cells.size:
            self.events.append(event)


class Watched(np.ndarray):
    """An array whose numbers are known by the array and the cell that they came from."""

    log: Trace | None
    source: int
    cells: np.ndarray

    def __array_finalize__(self, origin: Any) -> None:
        self.log = None  # what none of the methods below has made is not followed

    def __getitem__(self, index: Any) -> Any:
        part = bare(self)[bare(index)]
        if self.log is None:
            return part
        part_cells = np.asarray(self.cells[bare(index)])
        if isinstance(part, np.ndarray):
            return watched(part, self.log, self.source, part_cells)
        self.log.read(watched(np.asarray(part), self.log, self.source, part_cells))
        return part

    def __setitem__(self, index: Any, value: Any) -> None:
        index = bare(index)
        bare(self)[index] = bare(value)
        if self.log is None:
            return
        cells = np.asarray(self.cells[index])
        if self.source in self.log.origins and isinstance(value, Watched) and value.log:
            self.log.copied(self.source, cells, value)
        else:
            self.log.read(value)
        self.log.wrote(self.source, cells, bare(self)[index])

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        log = log_of(inputs, options)
        for value in inputs:
            log.read(value)
        result = getattr(ufunc, method)(*bare(inputs), **bare(options))
        outs = options.get("out", ())
        for out in outs:
            if isinstance(out, Watched) and out.log:
                log.wrote(out.source, out.cells, bare(out))
        return outs[0] if len(outs) == 1 else result

    def __array_function__(
        self, function: Callable, types: Any, arguments: tuple, options: dict
    ) -> Any:
        if function.__name__ in MOVES:
            return moved(function, *arguments, **options)
        if function.__name__ in BLIND:
            return function(*bare(arguments), **bare(options))
        log = log_of(arguments, options)
        for value in every((arguments, options)):
            log.read(value)
        return function(*bare(arguments), **bare(options))

    @property
    def T(self) -> Any:  # noqa: N802
        return self.transpose()


def watched(array: np.ndarray, log: Trace, source: int, cells: np.ndarray) -> Watched:
    result = array.view(Watched)
    result.log, result.source, result.cells = log, source, cells
    return result


def bare(value: Any) -> Any:
    """The ordinary array in a watched one, also inside tuples, lists and dicts."""
    if isinstance(value, Watched):
        return value.view(np.ndarray)
    if type(value) in (tuple, list):
        return type(value)(map(bare, value))
    if type(value) is dict:
        return {name: bare(item) for name, item in value.items()}
    return value


def every(value: Any) -> Iterator[Watched]:
    """All watched arrays among some arguments."""
    if isinstance(value, Watched):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from every(item)
    elif isinstance(value, dict):
        yield from every(tuple(value.values()))


def log_of(*values: Any) -> Trace:
    """The trace that arrays among some arguments write to, or one that nobody reads."""
    return next((array.log for array in every(values) if array.log), Trace())


# -- NumPy, as a watched function sees it ----------------------------------------------------------

# fmt: off
MOVES = frozenset((
    "pad", "transpose", "reshape", "ravel", "swapaxes", "moveaxis", "expand_dims", "squeeze",
    "flip", "fliplr", "flipud", "rot90", "roll", "repeat", "tile", "broadcast_to",
    "atleast_2d", "copy", "sliding_window_view",
))
"""Functions that move numbers and compute nothing."""

BLIND = frozenset(
    ("result_type", "can_cast", "common_type", "shape", "ndim", "size", *(
        f"{name}_like" for name in ("zeros", "ones", "empty", "full")
    ))
)
"""Functions that see an array's shape or dtype, and none of its numbers."""

MOVING_METHODS = ("transpose", "reshape", "ravel", "flatten", "swapaxes", "squeeze", "repeat")
READING_METHODS = (
    "all", "any", "argmax", "argmin", "argsort", "clip", "cumsum", "dot", "item", "max",
    "mean", "min", "nonzero", "prod", "round", "std", "sum", "tolist", "var",
)
# fmt: on
MAKERS = ("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like")
KEEPERS = ("array", "asarray", "ascontiguousarray")


def moved(function: Callable, array: Any, *arguments: Any, **options: Any) -> Any:
    """Move an array, and with it the knowledge of where its numbers came from."""
    arguments, options = bare(arguments), bare(options)
    result = function(bare(array), *arguments, **options)
    if not isinstance(array, Watched) or array.log is None:
        return result
    if function.__name__ == "pad":
        options.pop("constant_values", None)
        if "constant" in (*arguments[1:2], options.get("mode", "constant")):
            options["constant_values"] = -1
    return watched(result, array.log, array.source, function(array.cells, *arguments, **options))


def moving(name: str) -> Callable:
    def method(self: Watched, *arguments: Any, **options: Any) -> Any:
        return moved(getattr(np.ndarray, name), self, *arguments, **options)

    return method


def keeping(name: str) -> Callable:
    def method(self: Watched, *arguments: Any, **options: Any) -> Any:
        result = getattr(bare(self), name)(*arguments, **options)
        return watched(result, self.log, self.source, self.cells) if self.log else result

    return method


def reading(name: str) -> Callable:
    def method(self: Watched, *arguments: Any, **options: Any) -> Any:
        log = log_of(self)
        for value in every((self, arguments, options)):
            log.read(value)
        return getattr(bare(self), name)(*bare(arguments), **bare(options))

    return method


for _name in MOVING_METHODS:
    setattr(Watched, _name, moving(_name))
for _name in ("copy", "astype"):
    setattr(Watched, _name, keeping(_name))
for _name in READING_METHODS:
    setattr(Watched, _name, reading(_name))


class NumPy(ModuleType):
    """NumPy whose new arrays are watched too, for the time that one function runs."""

    def __init__(self, log: Trace) -> None:
        super().__init__("numpy")
        for name in MAKERS:
            setattr(self, name, self.maker(getattr(np, name), log))
        for name in KEEPERS:
            setattr(self, name, self.keeper(getattr(np, name)))

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    @staticmethod
    def maker(function: Callable, log: Trace) -> Callable:
        def make(*arguments: Any, **options: Any) -> Watched:
            return log.made(function(*bare(arguments), **bare(options)))

        return make

    @staticmethod
    def keeper(function: Callable) -> Callable:
        def keep(value: Any, *arguments: Any, **options: Any) -> Any:
            result = function(bare(value), *arguments, **options)
            if isinstance(value, Watched) and value.log and result.shape == value.shape:
                return watched(result, value.log, value.source, value.cells)
            for item in every(value):
                log_of(item).read(item)
            return result

        return keep


@contextmanager
def instrumented(function: Callable, log: Trace) -> Iterator[None]:
    """Let a function, and those beside it, find `NumPy` where they look for numpy."""
    scope: dict[str, Any] = getattr(inspect.unwrap(function), "__globals__", {})
    numpy = NumPy(log)
    mine = {getattr(np, name): getattr(numpy, name) for name in (*MAKERS, *KEEPERS)}
    before = {
        name: value
        for name, value in scope.items()
        if value is np or (callable(value) and any(value is known for known in mine))
    }
    scope.update({name: numpy if value is np else mine[value] for name, value in before.items()})
    try:
        yield
    finally:
        scope.update(before)
