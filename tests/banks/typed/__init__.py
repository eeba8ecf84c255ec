"""Wrong answers as students type them: a whole function, with one slip in its text.

The slips are such as stand in homework that was published: an axis, a window off by one, `/` for
`//`, height for width, zeros on one side only, a mean for a sum, the batch forgotten, something
changed in place, a result too early. None of them was looked up in the catalogue before it was
written: what is said of them shows how the judge does on answers that nobody foresaw. `python -m
tests.banks.typed [ID…]` prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import filters, layers
from .slips import made, slipped

ONES = {**filters.ONES, **layers.ONES}
"""For each exercise, the text of a right answer, and its slips."""


def typed() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every slip: the exercise's id, what is wrong, the function."""
    for name, (source, slips) in ONES.items():
        for what, (old, new) in slips.items():
            yield name, what, made(name, slipped(source, old, new))


def unslipped() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The right answers themselves."""
    for name, (source, _) in ONES.items():
        yield name, made(name, source)
