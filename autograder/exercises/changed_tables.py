"""Tables of layers as people misremember them: rows changed, left out or exchanged."""

from __future__ import annotations

from typing import Any

from autograder.reference import architectures

from .tables import Layers


def changed(change, table=architectures.alexnet_layers):
    """A table with its rows given to `change`, which gets their number among their kind too."""

    def layers(*arguments: Any) -> Layers:
        seen: dict[str, int] = {}
        rows = []
        for kind, options in table(*arguments):
            rows += change((kind, options), seen.get(kind, 0))
            seen[kind] = seen.get(kind, 0) + 1
        return rows

    return layers


def conv_with(which: tuple[int, ...], table=architectures.alexnet_layers, **options: Any):
    return changed(
        lambda row, number: [
            (row[0], {**row[1], **options}) if row[0] == "conv" and number in which else row
        ],
        table,
    )


def without(kind: str, which: tuple[int, ...] = tuple(range(99)), table=None):
    return changed(
        lambda row, number: [] if row[0] == kind and number in which else [row],
        table or architectures.alexnet_layers,
    )


def pools_before_norms(table):
    """Exchange each norm and the pooling row beside it."""

    def layers(*arguments: Any) -> Layers:
        swapped = {"max_pool", "local_response_norm"}
        rows = table(*arguments)
        for i in range(len(rows) - 1):
            before = rows[i - 1][0] if i else ""
            if {rows[i][0], rows[i + 1][0]} == swapped and before not in swapped:
                rows[i], rows[i + 1] = rows[i + 1], rows[i]
        return rows

    return layers
