"""One mistake around another: what two that both change everything do together.

Most mistakes are written with the reference: they change what goes into it or what comes out. Such
a one goes around a second if it calls that in place of the reference.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

from autograder.exercises import Exercise, Mistake

PAIRS_MOST = 900
"""With more pairs of mistakes than this, an exercise is not searched for what two do together."""


@lru_cache(maxsize=16)
def compositions(exercise: Exercise) -> tuple[tuple[Mistake, Mistake, Callable[..., Any]], ...]:
    """Every mistake around every other of another name, and what the two do."""
    if len(exercise.mistakes) * (len(exercise.mistakes) - 1) > PAIRS_MOST:
        return ()
    exchanges = [(inner, Exchange(exercise.reference, inner.answer)) for inner in exercise.mistakes]
    return tuple(
        (outer, inner, exchange.of(outer.answer))
        for inner, exchange in exchanges
        for outer in exercise.mistakes
        if outer.name != inner.name
    )


def one_around(exercise: Exercise, outer: Mistake, inner: Mistake) -> Callable[..., Any]:
    """The outer mistake with the inner one in place of the reference."""
    return Exchange(exercise.reference, inner.answer).of(outer.answer)


class Exchange:
    """Copies of the catalogue's functions that call one function in place of another.

    The functions themselves stay as they are: others may be calling them.
    """

    home = "autograder.exercises"
    """Where the functions come from that are copied."""

    def __init__(self, old: Callable[..., Any], new: Callable[..., Any]) -> None:
        self.old, self.new = old, new
        self.made: dict[FunctionType, FunctionType] = {}

    def of(self, value: Any) -> Any:
        """The value itself, or what stands for it."""
        if value is self.old:
            return self.new
        if isinstance(value, ModuleType) and value.__name__.startswith("autograder.reference"):
            return Stand(self, value)
        if isinstance(value, FunctionType) and value.__module__.startswith(self.home):
            return self.made.get(value) or self.copied(value)
        return value

    def copied(self, function: FunctionType) -> FunctionType:
        names: dict[str, Any] = {"__builtins__": function.__globals__["__builtins__"]}
        cells = tuple(CellType() for _ in function.__closure__ or ())
        copy = FunctionType(function.__code__, names, function.__name__, None, cells)
        self.made[function] = copy  # before what it calls is copied: that may be itself
        copy.__defaults__ = tuple(map(self.of, function.__defaults__ or ())) or None
        copy.__kwdefaults__ = function.__kwdefaults__
        for cell, old in zip(cells, function.__closure__ or (), strict=True):
            cell.cell_contents = self.of(old.cell_contents)
        for name in names_in(function.__code__) & function.__globals__.keys():
            names[name] = self.of(function.__globals__[name])
        return copy


class Stand:
    """A module of the reference in which one function is another."""

    def __init__(self, exchange: Exchange, module: ModuleType) -> None:
        self._exchange, self._module = exchange, module

    def __getattr__(self, name: str) -> Any:
        return self._exchange.of(getattr(self._module, name))


def names_in(code: CodeType) -> set[str]:
    """The names that a function looks up outside of itself, those of functions in it included."""
    inside = (names_in(part) for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*inside)
