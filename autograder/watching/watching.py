"""`watch`: a student's own function at work, the cells it reads and the cell it writes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np

from autograder.figures.player import Film, Sheet, Step, draw_steps
from autograder.figures.style import FILTERS
from autograder.inside.answers import NOT_WRITTEN, duplicate, error_name, message_of
from autograder.inside.limits import TooSlow, captured, limited
from autograder.inside.showing import show

from .instruments import MOST_EVENTS, Trace, Watched, bare, instrumented
from .stepping import Move, in_words, moves

MOST_STEPS = 300
MOST_CELLS = 400
"""A film of more steps, or of larger matrices, would fill the notebook."""

MOST_SHEETS = 4
"""Matrices drawn of one array."""

CALL_SECONDS = 20.0
"""Seconds that the function may take."""

TOLD = 3
"""Steps told in the text."""


class NotWatched(ValueError):
    """Something cannot be watched. Its traceback is the sentence, not the stack."""

    def _render_traceback_(self) -> list[str]:
        return [f"NotWatched: {self}"]


def watch(function: Callable[..., Any], *arguments: Any) -> None:
    """Show a function at work: which cells it reads at each step, and which it writes.

    Parameters
    ----------
    function : callable
        Yours. It runs once, on copies of the arguments.
    *arguments
        What it is called with; small arrays make the best film.

    Raises
    ------
    ValueError
        If there is no array among the arguments, or one is too large to be drawn.

    Examples
    --------
    >>> def doubled(row):
    ...     result = np.zeros(2)
    ...     for i in range(2):
    ...         result[i] = 2 * row[i]
    ...     return result
    >>> watch(doubled, np.array([3.0, 4.0]))
    doubled at work: 2 steps.
      1. reads [0] of row, writes 6 to [0] of the result
      2. reads [1] of row, writes 8 to [1] of the result
    """
    show(film(function, *arguments))


def film(function: Callable[..., Any], *arguments: Any) -> Film | str:
    """What `watch` shows: a film, or a sentence where there is nothing to see."""
    if not callable(function):
        raise NotWatched(
            "watch is given your function itself, by its name alone, and then what to call it with."
        )
    given = argument_names(function, arguments)
    arrays = {n: v for n, v in given.items() if isinstance(v, np.ndarray) and v.ndim}
    require_small(arrays)
    log = Trace()
    handed = {n: log.given(duplicate(v)) for n, v in arrays.items()}
    result, stopped = run(function, [handed.get(n, duplicate(v)) for n, v in given.items()], log)
    called = getattr(function, "__name__", "the function")
    if stopped == NOT_WRITTEN:
        return f"{called} is not written yet, so there is nothing to watch."
    target = written_array(result, log, len(arrays))
    steps = moves(log.events, len(arrays), target)[:MOST_STEPS]
    if not steps:
        return (
            f"{called} was not seen reading a cell"
            + (f" before it stopped: {stopped}." if stopped else ".")
            + " What it reads by way of as_strided, or of another library, can't be watched."
        )
    names = [*arrays]
    pages = [*arrays.values()]
    if target is not None:
        pages.append(bare(log.arrays[target]))
    elif isinstance(result, np.ndarray) and result.ndim and not stopped:
        pages.append(bare(result))
    shapes = [page.shape for page in pages]
    words = [in_words(step, names, shapes) for step in steps]
    sheets, place = lay_out(names, pages, steps, written=target is not None)
    drawn = [
        Step(*(place(step, len(arrays))), said) for step, said in zip(steps, words, strict=True)
    ]
    return draw_steps(sheets, drawn, story(called, steps, words, names, shapes, log, stopped))


def argument_names(function: Callable[..., Any], arguments: tuple) -> dict[str, Any]:
    """The arguments by the names that the function gives them."""
    try:
        names = dict(inspect.signature(function).bind(*arguments).arguments)
    except (TypeError, ValueError):
        names = {}
    if [id(value) for value in names.values()] == [id(value) for value in arguments]:
        return names
    return {f"argument {i}": value for i, value in enumerate(arguments, 1)}


def require_small(arrays: dict[str, np.ndarray]) -> None:
    if not arrays:
        raise NotWatched(
            "watch needs an array among the arguments, such as np.array([[1, 2], [3, 4]]): "
            "it shows which cells are read."
        )
    for name, array in arrays.items():
        if np.prod(array.shape[-2:]) > MOST_CELLS:
            size = "×".join(map(str, array.shape[-2:]))
            raise NotWatched(
                f"{name} is too large to be drawn: {size}. Watch one of at most {MOST_CELLS} "
                "numbers."
            )


def run(function: Callable[..., Any], given: Sequence[Any], log: Trace) -> tuple[Any, str]:
    """Call a function on watched arrays; say why, if it does not come to its end."""
    with captured(), instrumented(function, log):
        try:
            with limited(CALL_SECONDS):
                return function(*given), ""
        except TooSlow:
            return None, f"it had not returned after {CALL_SECONDS:g} seconds"
        except (Exception, SystemExit) as error:
            if isinstance(error, NotImplementedError):
                return None, NOT_WRITTEN
            return None, f"it raised {error_name(error)} ({message_of(error)})"


def written_array(result: Any, log: Trace, inputs: int) -> int | None:
    """The array that the function made and wrote its result into, if there is one."""
    if isinstance(result, Watched) and result.log and result.source >= inputs:
        return result.source
    written = [e.source for e in log.events if e.values is not None and e.source >= inputs]
    # A copy of an input, padded say, is filled at one go and only read from then on.
    filled = {source for source, (origin, _) in log.origins.items() if (origin >= 0).any()}
    return next((source for source in reversed(written) if source not in filled), None)


def lay_out(
    names: Sequence[str], pages: Sequence[np.ndarray], steps: Sequence[Move], written: bool
) -> tuple[list[Sheet], Callable[[Move, int], tuple[dict, dict]]]:
    """One sheet for each matrix, those that are touched first, and where each cell lies."""
    sheets: list[Sheet] = []
    where: dict[tuple[int, int], tuple[int, tuple[int, int]]] = {}
    for number, page in enumerate(pages):
        is_result = number == len(names)
        name = "result" if is_result else names[number]
        kind = "output" if is_result else "filter" if name in FILTERS else "input"
        matrices = np.atleast_2d(page).reshape(-1, *np.atleast_2d(page).shape[-2:])
        size = matrices[0].size
        touched = [
            cell // size
            for step in steps
            for cell in (step.writes if is_result else step.reads.get(number, ()))
        ]
        for matrix in islice(dict.fromkeys([*touched, *range(len(matrices))]), MOST_SHEETS):
            leading = np.unravel_index(matrix, page.shape[:-2]) if page.ndim > 2 else ()
            title = f"{name}[{', '.join(map(str, leading))}]" if len(leading) else name
            for cell in range(size):
                row, column = divmod(cell, matrices.shape[2])
                where[number, matrix * size + cell] = (len(sheets), (row, column))
            sheets.append(Sheet(title, matrices[matrix], kind, written and is_result))

    def place(step: Move, result: int) -> tuple[dict, dict]:
        reads: dict[int, set] = {}
        numbers: dict[int, dict] = {}
        for source, cells in step.reads.items():
            for cell in cells:
                if (source, cell) in where:
                    sheet, at = where[source, cell]
                    reads.setdefault(sheet, set()).add(at)
        for cell, value in step.writes.items():
            if (result, cell) in where:
                sheet, at = where[result, cell]
                numbers.setdefault(sheet, {})[at] = value
        return reads, numbers

    return sheets, place


def story(
    called: str,
    steps: Sequence[Move],
    words: Sequence[str],
    names: Sequence[str],
    shapes: Sequence[tuple[int, ...]],
    log: Trace,
    stopped: str,
) -> str:
    """The film in words."""
    count = "1 step" if len(steps) == 1 else f"{len(steps)} steps"
    at_once = [
        name
        for source, name in enumerate(names)
        if len(steps) == 1 and len(steps[0].reads.get(source, ())) == np.prod(shapes[source])
    ]
    lines = [f"{called} at work: {count}."]
    if at_once:
        lines.append(
            f"It reads all of {' and '.join(at_once)} at once: a vectorized call, whose steps "
            "happen inside NumPy."
        )
    lines += [f"  {number}. {said}" for number, said in enumerate(words[:TOLD], 1)]
    if len(words) > TOLD:
        lines += ["  …"] * (len(words) > TOLD + 1) + [f"  {len(words)}. {words[-1]}"]
    if len(steps) == MOST_STEPS or len(log.events) == MOST_EVENTS:
        lines.append("The film ends here; the function went on.")
    if stopped:
        lines.append(f"Then {stopped}.")
    return "\n".join(lines)
