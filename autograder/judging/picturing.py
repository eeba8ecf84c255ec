"""Drawing a trial: what went in, what came out, what is right, and the window that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np

from autograder.exercises import Exercise
from autograder.figures.matrices import Panel, Picture, draw_panels

from .answers import NOT_WRITTEN, Response
from .comparing import in_words, wrong_cells
from .trials import Trial

MOST_PANELS = 4
"""How many slices of one array are drawn; a shrunk case rarely has more."""

FILTERS = ("kernel", "weights")
"""Parameters that hold filters, which have a colour of their own."""


def picture(exercise: Exercise, trial: Trial, caption: str = "") -> Picture | None:
    """Draw a trial, or nothing where its parts are not numbers in rows."""
    if isinstance(trial.truth.value, bool):
        return None
    where = first_wrong(trial)
    window = exercise.window(trial.arguments, where) if exercise.window and where else {}
    panels = []
    for name, value in trial.arguments.items():
        panels += argument_panels(name, value, window.get(name))
    if trial.response.error != NOT_WRITTEN:
        panels += result_panels("yours", trial.response, exercise, where, trial.truth)
    panels += result_panels("expected", trial.truth, exercise, where, trial.response)
    return draw_panels(panels, caption=caption) if panels else None


def first_wrong(trial: Trial) -> tuple[int, ...]:
    """The index of the first wrong number, where there is one."""
    if not trial.found or trial.found[0].aspect != "values":
        return ()
    return trial.found[0].where


def argument_panels(name: str, value: Any, window: Any) -> Iterator[Panel]:
    kind = "filter" if name in FILTERS else "input"
    if isinstance(value, np.ndarray):
        yield from array_panels(name, value, kind, window)
    elif isinstance(value, (int, float)):
        yield Panel(name, np.array(value), kind)


def array_panels(
    name: str,
    array: np.ndarray,
    kind: str,
    window: Any = None,
    ring: tuple[int, ...] = (),
    wrong: np.ndarray | None = None,
    before: str = "",
) -> Iterator[Panel]:
    """One panel for each matrix of an array, those that matter only."""
    if array.ndim <= 2:
        cells = () if wrong is None else tuple(map(tuple, np.argwhere(np.atleast_2d(wrong))))
        yield Panel(
            name,
            array,
            kind,
            ring=(as_cell(ring),) if ring else (),
            window=as_window(window),
            wrong=cells,
            before=before,
        )
        return
    index = tuple(window) if window else ring[:-2]
    for leading in slices(array.shape[:-2], index)[:MOST_PANELS]:
        ringed = ring[-2:] if ring and ring[:-2] == leading else ()
        yield from array_panels(
            f"{name}[{', '.join(map(str, leading))}]",
            array[leading],
            kind,
            window[-2:] if window and len(window) == array.ndim else None,
            ringed,
            None if wrong is None else wrong[leading],
            before,
        )
        before = ""


def slices(shape: tuple[int, ...], index: tuple) -> list[tuple[int, ...]]:
    """The leading indices that `index` names; all of them along an axis it leaves open."""
    axes = []
    for axis, size in enumerate(shape):
        at = index[axis] if axis < len(index) else slice(None)
        axes.append([at] if isinstance(at, int) else list(range(size))[at])
    return list(product(*axes))


def as_cell(where: tuple[int, ...]) -> tuple[int, int]:
    return (0, where[0]) if len(where) == 1 else (where[-2], where[-1])


def as_window(window: Any) -> tuple[int, int, int, int] | None:
    if not window or len(window) != 2:
        return None
    rows, columns = window
    return rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start


def result_panels(
    title: str,
    response: Response,
    exercise: Exercise,
    where: tuple[int, ...],
    other: Response,
) -> Iterator[Panel]:
    """Draw one side of the comparison."""
    before = "→"
    if response.error:
        yield Panel(title, None, title, note=f"raises {response.error}", before=before)
        return
    members = parts(response.value, exercise)
    others = parts(other.value, exercise)
    for name, value in members.items():
        label = f"{title} {name}".strip()
        if isinstance(value, np.ndarray):
            twin = others.get(name)
            alike = isinstance(twin, np.ndarray) and twin.shape == value.shape
            wrong = wrong_cells(value, twin, exercise.terms) if alike and title == "yours" else None
            yield from array_panels(
                label, value, title, ring=where if alike else (), wrong=wrong, before=before
            )
        elif isinstance(value, (bool, int, float)):
            yield Panel(label, np.array(value), title, before=before)
        else:
            yield Panel(label, None, title, note=in_words(value), before=before)
        before = ""


def parts(value: Any, exercise: Exercise) -> Mapping[str, Any]:
    """The members of a result by name; a result that is one thing has no name."""
    if isinstance(value, dict):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, tuple) and exercise.results:
        return dict(zip(exercise.results, value, strict=False))
    return {"": value}
