"""Tables of a trial: the first row that differs, with its layer, yours beside the expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np

from autograder.figures.matrices import Picture, format_number
from autograder.figures.tables import Column, draw_table
from autograder.inside.wire import Foreign
from autograder.judging.comparing import compare, in_words, is_shape
from autograder.judging.trials import Trial

CONTEXT = 2
"""Rows shown before and after the first that differs."""

MOST_ROWS = 7
"""A table of no more rows than this is shown whole."""


def is_table(value: Any) -> bool:
    """Whether a result is read row by row: a list, or a dict, that holds no arrays."""
    return isinstance(value, (list, dict)) and bool(value) and not holds_array(value)


def holds_array(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(holds_array, value))
    if isinstance(value, dict):
        return any(map(holds_array, value.values()))
    return isinstance(value, np.ndarray) and value.ndim > 0


def result_table(trial: Trial, layers: Any, caption: str, compared: bool) -> Picture:
    """Draw a result that is a table.

    Parameters
    ----------
    layers : list of rows, or None
        The table of layers among the arguments, to stand beside the result's rows.
    compared : bool
        Draw yours beside the expected; else only the expected. Rows that are dicts get a column
        for each field, and where one differs, the field that does, twice.
    """
    wanted = rows_of(trial.truth.value)
    yours = rows_of(trial.response.value) if compared else {}
    keys = [*wanted, *(key for key in yours if key not in wanted)]
    off = [
        i
        for i, key in enumerate(keys)
        if compared
        and (
            key not in yours
            or key not in wanted
            or compare(yours[key], wanted[key], trial.measure, (key,))
        )
    ]
    shown, skipped = excerpt(len(keys), off[0] if off else None)
    field = odd_field(trial, keys[off[0]], yours, wanted) if off else None
    ring = tuple(i for i, row in enumerate(shown) if off and row == off[0])
    wrong = tuple(i for i, row in enumerate(shown) if row in off)
    by_number = isinstance(trial.truth.value, list)
    columns = [Column("row" if by_number else "", [str(keys[row]) for row in shown])]
    if by_number and layers:
        names = layer_names(layers, len(wanted))
        columns.append(Column("layer", [names.get(row, "") for row in shown], "input"))
    if not off and (fields := fields_of(wanted)):
        kind = "yours" if compared else "expected"
        for number, name in enumerate(fields):
            title = name if number else f"{kind}: {name}"
            cells = [words(wanted[keys[row]][name]) for row in shown]
            columns.append(Column(title, cells, kind))
        return draw_table(columns, caption, skipped=skipped)
    end = f": {field}" if field else ""
    if compared:
        cells = [cell(yours, keys[row], field) for row in shown]
        columns.append(Column("yours" + end, cells, "yours", ring, wrong))
    cells = [cell(wanted, keys[row], field) for row in shown]
    columns.append(Column("expected" + end, cells, "expected"))
    return draw_table(columns, caption, skipped=skipped)


def rows_of(value: Any) -> dict[Any, Any]:
    """The rows of a list by number, those of a dict by name; what is neither has none."""
    if isinstance(value, dict):
        return value
    return dict(enumerate(value)) if isinstance(value, list) else {}


def excerpt(count: int, centre: int | None) -> tuple[list[int], list[int]]:
    """Which rows to show around one of them, and after which of those others are left out."""
    if count <= MOST_ROWS:
        return list(range(count)), []
    if centre is None:
        return list(range(MOST_ROWS)), [MOST_ROWS - 1]
    first, last = max(centre - CONTEXT, 0), min(centre + CONTEXT, count - 1)
    skipped = [-1] * (first > 0) + [last - first] * (last < count - 1)
    return list(range(first, last + 1)), skipped


def odd_field(trial: Trial, key: Any, yours: dict, wanted: dict) -> str | None:
    """The field in which a row that is a dict differs first."""
    mine, right = yours.get(key), wanted.get(key)
    if not isinstance(mine, dict) or not isinstance(right, dict):
        return None
    for field in right:
        if field not in mine or compare(mine[field], right[field], trial.measure):
            return field
    return None


def fields_of(rows: dict) -> list[str]:
    """The fields of rows that are dicts, which all have the same."""
    first, *others = rows.values()
    if not isinstance(first, dict) or any(
        not isinstance(row, dict) or row.keys() != first.keys() for row in others
    ):
        return []
    return list(first)


def cell(rows: dict, key: Any, field: str | None) -> str:
    if key not in rows:
        return "—"
    value = rows[key]
    if field and isinstance(value, dict):
        return words(value[field]) if field in value else "—"
    return words(value)


def words(value: Any) -> str:
    """What stands in a cell of a table."""
    if isinstance(value, (bool, str)):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float) or (isinstance(value, np.ndarray) and not value.ndim):
        return format_number(value)
    if is_layer(value):
        return layer_in_words(value)
    if isinstance(value, (list, tuple)):
        if is_shape(value):  # a comma between thousands would look like one between sides
            return str(value)
        ends = "()" if isinstance(value, tuple) else "[]"
        return ends[0] + ", ".join(map(words, value)) + ends[1]
    if isinstance(value, dict):
        return ", ".join(f"{key} {words(item)}" for key, item in value.items()) or "—"
    return in_words(value) if isinstance(value, Foreign) or value is None else str(value)


def is_layer(value: Any) -> TypeGuard[tuple[str, dict]]:
    """Whether a value is a row of a table of layers, `(kind, options)`."""
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], dict)
    )


def is_layers(value: Any) -> bool:
    """Whether a value is a table of layers."""
    return isinstance(value, (list, tuple)) and bool(value) and all(map(is_layer, value))


def layer_in_words(layer: tuple[str, dict]) -> str:
    kind, options = layer
    return ", ".join(
        [kind.replace("_", " "), *(f"{name} {words(value)}" for name, value in options.items())]
    )


def layer_names(layers: Sequence[Any], count: int) -> dict[int, str]:
    """The layers in words by the row of the result that they belong to.

    A result with one row more than there are layers begins with the input.
    """
    early = ["input"] if count == len(layers) + 1 else []
    return dict(enumerate([*early, *map(words, layers)]))


def layers_table(layers: Sequence[Any]) -> Picture:
    """Draw a table of layers that is among the arguments."""
    shown, skipped = excerpt(len(layers), None)
    return draw_table(
        [
            Column("row", [str(row) for row in shown]),
            Column("layer", [words(layers[row]) for row in shown], "input"),
        ],
        skipped=skipped,
    )
