"""Drawing a trial: what went in, what came out, what is right, and the window that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.exercises import Exercise, Named, Seeded
from autograder.figures.matrices import Panel, Picture, draw_panels
from autograder.figures.style import FILTERS
from autograder.figures.tables import Column, draw_table, stacked
from autograder.inside.answers import NOT_WRITTEN, Response
from autograder.inside.functions import FUNCTIONS
from autograder.judging.comparing import SIDE_ASPECTS, Difference, in_words, is_shape
from autograder.judging.trials import Trial

from .printing import printed_alike
from .slicing import array_panels, window_of
from .tabulating import is_layers, is_table, layers_table, result_table, words

"""Parameters that hold filters or weights, which have a color of their own."""

GRADIENTS = ("grad",)

MOST_PARTS = 6
"""How many parts of a result are drawn where it can't be said which is wrong."""


def picture(exercise: Exercise, trial: Trial) -> Picture | None:
    """Draw a trial, or nothing where there is nothing to see."""
    if isinstance(trial.truth.value, bool):
        return None
    if trial.found and trial.found[0].aspect in SIDE_ASPECTS:
        return None  # the numbers are right
    compared = trial.response.error != NOT_WRITTEN
    layers = next((v for v in trial.arguments.values() if is_layers(v)), None)
    if is_table(trial.truth.value) and (not compared or not trial.response.error):
        table = result_table(trial, layers, settings(trial.arguments), compared)
        panels = list(argument_panels(trial, {}, settings_too=False))
        return stacked([draw_panels(panels), table] if panels else [table])
    alone = layers is None and all(is_setting(value) for value in trial.arguments.values())
    rows = [list(argument_panels(trial, windows(exercise, trial), settings_too=alone))]
    said = "" if alone else settings(trial.arguments)
    if compared:
        rows.append(list(result_panels("yours", "→", trial.response, exercise, trial)))
    sign = ("≠" if trial.found else "=") if compared else "→"
    rows.append(list(result_panels("expected", sign, trial.truth, exercise, trial)))
    if max(map(len, rows[1:])) < 2:  # one thing comes out: all fits on a line
        rows = [[panel for row in rows for panel in row]]
    rows = [row for row in rows if row]
    if not rows:
        return None
    caption = joined(said, other_parts(exercise, trial))
    drawings = [draw_panels(row) for row in rows[:-1]] + [draw_panels(rows[-1], caption=caption)]
    return stacked([layers_table(layers), *drawings] if layers else drawings)


def task(exercise: Exercise, trial: Trial) -> Picture:
    """Draw an exercise that has many right answers: what is asked, and what is there so far."""
    asked = dict.fromkeys(exercise.words(prop.facet) for prop in exercise.properties)
    pictures = [draw_table([Column("what is asked", list(asked))])]
    if is_layers(trial.response.value):
        pictures.append(layers_table(trial.response.value))
    elif not trial.response.error:
        own = replace(trial, truth=trial.response, found=[])
        pictures.append(draw_panels(list(result_panels("yours", "", own.response, exercise, own))))
    return stacked(pictures)


def joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


# -- what went in ----------------------------------------------------------------------------------


def windows(exercise: Exercise, trial: Trial) -> Mapping[str, tuple]:
    """The parts of the arguments that the first wrong number was made of."""
    first = trial.found[0] if trial.found else None
    if exercise.window is None or first is None or not first.where:
        return {}
    try:
        return exercise.window(trial.arguments, first.where)
    except Exception:  # it speaks of one result, and this is another
        return {}


def argument_panels(
    trial: Trial, window: Mapping[str, tuple], settings_too: bool
) -> Iterator[Panel]:
    """Draw the arguments; single numbers and shapes only where there is nothing else to draw."""
    for name, value in trial.arguments.items():
        kind = "filter" if name in FILTERS else "gradient" if name in GRADIENTS else "input"
        if is_layers(value) or (is_setting(value) and not settings_too):
            continue
        for label, array in arrays_of(name, value):
            part = tuple(window.get(name, ())) or likely_window(trial, array)
            yield from array_panels(label, array, kind, window=part)


def likely_window(trial: Trial, array: np.ndarray) -> tuple:
    """The image and the channel that a wrong number stands in, where an array has many."""
    first = trial.found[0] if trial.found else None
    result = members(trial.truth.value).get(first.path) if first else None
    if first is None or not first.where or not isinstance(result, np.ndarray):
        return ()
    return window_of(array.shape, result.shape, first.where)


def is_setting(value: Any) -> bool:
    """Whether an argument is best said in words beside a picture."""
    return isinstance(value, (int, float, str)) or is_shape(value)


def arrays_of(name: str, value: Any) -> Iterator[tuple[str, np.ndarray]]:
    """What of an argument can be drawn as numbers in rows."""
    if isinstance(value, (np.ndarray, int, float)):
        yield name, np.asarray(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from arrays_of(f"{name}[{key!r}]", item)
    elif isinstance(value, (list, tuple)):
        matrix = as_matrix(value)
        if matrix is not None:
            yield name, matrix
        elif not any(isinstance(item, dict) for item in value):  # `params` would fill the page
            for i, item in enumerate(value):
                yield from arrays_of(f"{name}[{i}]", item)


def as_matrix(value: Any) -> np.ndarray | None:
    """A list of numbers, or of equally long tuples of numbers, as an array."""
    rows = [item if isinstance(item, (list, tuple)) else (item,) for item in value]
    if not rows or len({len(row) for row in rows}) != 1 or not rows[0]:
        return None
    if not all(isinstance(number, (int, float)) for row in rows for number in row):
        return None
    return np.array(value)


def settings(arguments: Mapping[str, Any]) -> str:
    """The arguments that are not drawn, in words: "With stride = 2, pad = (1, 0)."."""
    said = []
    for name, value in arguments.items():
        if isinstance(value, Seeded):
            said.append(f"{name} = np.random.default_rng({value.seed})")
        elif isinstance(value, Named):
            meaning = (FUNCTIONS[value.name].__doc__ or value.name).splitlines()[0].rstrip(".")
            said.append(f"{name}: {meaning}")
        elif is_setting(value):
            said.append(f"{name} = {words(value)}")
    return f"With {', '.join(said)}." if said else ""


# -- what came out ---------------------------------------------------------------------------------


def result_panels(
    title: str, before: str, response: Response, exercise: Exercise, trial: Trial
) -> Iterator[Panel]:
    """Draw one side of the comparison: the part of the result that is wrong."""
    if response.error:
        yield Panel(title, None, title, note=f"raises {response.error}", before=before)
        return
    parts = members(response.value)
    for path in telling_paths(trial, parts):
        value = parts[path]
        label = f"{title} {part_name(exercise, path)}".strip()
        if isinstance(value, (np.ndarray, bool, int, float)):
            yield from part_panels(label, title, np.asarray(value), path, trial, before)
        elif is_shape(value):
            yield Panel(label, np.array(value), title, before=before)
        else:
            yield Panel(label, None, title, note=in_words(value), before=before)
        before = ""


def part_panels(
    label: str, kind: str, array: np.ndarray, path: tuple, trial: Trial, before: str
) -> Iterator[Panel]:
    """Draw an array of a result, the first wrong number ringed and all wrong ones marked."""
    twin = members(trial.truth.value).get(path)
    alike = twin is not None and array.shape == np.shape(twin) and array.ndim > 0
    difference = first_at(trial, path)
    where = difference.where if difference and alike else ()
    wrong = None
    if alike and kind == "yours":
        wrong = trial.measure.wrong(array, np.asarray(twin), path)
    yield from array_panels(
        label, array, kind, ring=where, wrong=wrong, before=before, digits=digits_of(trial, path)
    )


def digits_of(trial: Trial, path: tuple) -> int:
    """How many digits tell the wrong number from the right one in a picture."""
    difference = first_at(trial, path)
    if difference is None or not printed_alike(trial):
        return 3
    yours, wanted = float(difference.yours), float(difference.wanted)
    return next((n for n in range(4, 17) if f"{yours:.{n}g}" != f"{wanted:.{n}g}"), 17)


def first_at(trial: Trial, path: tuple) -> Difference | None:
    """The first difference in one part of a result."""
    return next((d for d in trial.found if d.path == path and d.aspect == "values"), None)


def members(value: Any, path: tuple = ()) -> dict[tuple, Any]:
    """The parts of a result by their place in it; a shape is one part."""
    if isinstance(value, dict) and value:
        items: Any = value.items()
    elif isinstance(value, (list, tuple)) and value and not is_shape(value):
        items = enumerate(value)
    else:
        return {path: value}
    return {p: v for key, item in items for p, v in members(item, (*path, key)).items()}


def telling_paths(trial: Trial, parts: Mapping[tuple, Any]) -> list[tuple]:
    """The first part that is wrong or, if it can't be told, all."""
    wrong = {d.path for d in trial.found if d.aspect not in SIDE_ASPECTS}
    telling = [path for path in parts if path in wrong]
    return telling[:1] or list(parts)[:MOST_PARTS]


def other_parts(exercise: Exercise, trial: Trial) -> str:
    """What of a result of several parts is not drawn, and whether it is right."""
    if not trial.found or trial.response.error or trial.truth.error:
        return ""
    parts = members(trial.truth.value)
    wrong = [path for path in parts if any(d.path == path for d in trial.found)]
    if not wrong or len(parts) < 2:
        return ""
    right = [path for path in parts if path not in wrong]
    said = (
        count_in_words(exercise, wrong[1:], "wrong too"),
        count_in_words(exercise, right, "right"),
    )
    return joined(*said)


def count_in_words(exercise: Exercise, paths: Sequence[tuple], what: str) -> str:
    names = [part_name(exercise, path) for path in paths]
    if not names:
        return ""
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} {what}."


def part_name(exercise: Exercise, path: tuple) -> str:
    """What a part of a result is called: by the catalogue's name, its key, or its number."""
    if path and isinstance(path[0], int) and path[0] < len(exercise.results):
        path = (exercise.results[path[0]], *path[1:])
    return str(path[0]) + "".join(f"[{key!r}]" for key in path[1:]) if path else ""
