"""Asking for several things at once, but only of an answer that is right in each of them alone.

So one thing that an answer lacks costs the part of that name, and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .model import Arguments, Claim, Numbers, Property

Sizes = Mapping[str, Any]


def at_once(
    facet: str,
    reference: Callable[..., Any],
    draw: Callable[..., Arguments],
    whole: Sizes,
    parts: Sequence[Sizes],
) -> Property:
    """Ask for a combination of sizes of whoever is right in each part of it.

    Parameters
    ----------
    facet : str
        The part that is lost where all `parts` are right and `whole` is not.
    reference, draw : callable
        Of the exercise.
    whole : mapping
        The sizes of the combination.
    parts : sequence of mapping
        The sizes that an answer has to be right in before it is asked for `whole`.
    """

    def combined(call: Callable[..., Any], numbers: Numbers) -> Iterator[Claim]:
        if all(holds(call, reference, draw(numbers, **sizes)) for sizes in parts):
            arguments = draw(numbers, **whole)
            yield Claim(call(**arguments), reference(**arguments), "several at once", arguments)

    return Property(facet, combined)


def holds(call: Callable[..., Any], reference: Callable[..., Any], arguments: Arguments) -> bool:
    """Whether an answer gives what the reference gives."""
    wanted = reference(**arguments)
    try:
        return alike(call(**arguments), wanted)
    except Exception:  # whatever the answer does, it is not right
        return False


def alike(got: Any, wanted: Any) -> bool:
    """Whether two results are the same, but for rounding."""
    if isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(alike(got[k], wanted[k]) for k in wanted)
    if isinstance(wanted, tuple):
        return len(got) == len(wanted) and all(map(alike, got, wanted))
    return np.shape(got) == np.shape(wanted) and np.allclose(got, wanted)
