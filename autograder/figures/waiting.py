"""Pictures that are drawn from a student's function, and wait until it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from html import escape
from numbers import Real
from typing import Any

from autograder.figures.matrices import Picture
from autograder.figures.tables import Column, draw_table


@dataclass(frozen=True)
class Waiting:
    """In place of a picture: which function has to be written first."""

    function: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": f"<p>{escape(str(self))}</p>", "text/plain": str(self)}

    def __str__(self) -> str:
        return f"The picture here is drawn from your `{self.function}`: write that first."


def once_written(draw: Callable[[], Any]) -> Callable[[], Any]:
    """Draw if everything that `draw` calls is written; else say what has to be written first.

    Parameters
    ----------
    draw : callable
        Draws a picture from functions that raise `NotImplementedError` until they are written.

    Returns
    -------
    callable
        Gives the picture, or a `Waiting`.

    Examples
    --------
    >>> def edges():
    ...     raise NotImplementedError()
    >>> print(once_written(lambda: edges() + 1)())
    The picture here is drawn from your `edges`: write that first.
    >>> once_written(lambda: "a picture")()
    'a picture'
    """

    @wraps(draw)
    def drawn() -> Any:
        try:
            return draw()
        except NotImplementedError as unwritten:
            trace = unwritten.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            return Waiting(trace.tb_frame.f_code.co_name if trace is not None else "function")

    return drawn


def filled_in(names: Sequence[Any], values: Any, caption: str) -> Picture:
    """Draw a table of a student's numbers, blank where there is none yet.

    Parameters
    ----------
    names : sequence
        The keys that are asked for.
    values : dict
        What there is so far; anything else counts as nothing.
    caption : str

    Examples
    --------
    >>> print(filled_in(("conv", "fully_connected"), {"conv": 1200}, "Both in whole numbers."))
                      yours
     conv             1,200
     fully_connected
    <BLANKLINE>
    Both in whole numbers.
    """
    given = values if isinstance(values, dict) else {}
    cells = [f"{given[n]:,}" if isinstance(given.get(n), Real) else "" for n in names]
    return draw_table([Column("", [*map(str, names)]), Column("yours", cells, "yours")], caption)
