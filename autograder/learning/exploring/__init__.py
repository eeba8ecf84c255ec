"""Explorers in a lesson: the picture in one's hand, and one's own function beside it.

What an explorer is given by Python is one file a piece: `place_the_window.given` for
`place-the-window`. It computes what the learner's function returns, once, so that the explorer
needs no kernel afterwards.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from autograder.datasets import DataError
from autograder.figures.explorers import EXPLORERS, embed
from autograder.inside.showing import show
from autograder.learning.exploring.kept import kept
from autograder.learning.exploring.trying import NotShown
from autograder.learning.switches import is_graded


def explore(name: str, *own: Any, at: str = "") -> None:
    """Open an explorer: change a setting and see at once what follows from it.

    Parameters
    ----------
    name : str
        Which one: `"place-the-window"`, `"draw-a-filter"`, `"where-does-it-look"`, `"the-ledger"`
        or `"drag-the-digit"`.
    *own
        What is yours, if you like: a function whose results are shown beside the right ones, with
        = or ≠; for the explorers of networks a table of rows; for the digits two trained networks.
    at : str, optional
        The setting to begin with, as the explorer itself writes it down.

    Examples
    --------
    >>> explore("place-the-window")
    Place the window: Choose the size of a picture, a window, its stride and the padding; see where the window stands, what it computes there, and which pixels it never reads.
    >>> explore("place-the-widow")
    There is no explorer 'place-the-widow'; there are place-the-window, draw-a-filter, where-does-it-look, the-ledger, drag-the-digit.
    """  # noqa: E501
    if is_graded():
        return
    if str(name) not in EXPLORERS:
        show(f"There is no explorer {str(name)[:60]!r}; there are {', '.join(EXPLORERS)}.")
        return
    try:
        data = _given_or_told(name, *own)
    except (ImportError, DataError):
        show(f"“{EXPLORERS[name].title}” needs more of the course than is installed here.")
    else:
        show(embed(name, {**data, "at": at} if at else data))


def _given_or_told(name: str, *own: Any) -> dict[str, Any]:
    """What an explorer is given; of what it cannot show it is told why."""
    try:
        return given(name, *own)
    except NotShown as reason:
        show(str(reason))
        return given(name)


def given(name: str, *own: Any) -> dict[str, Any]:
    """What an explorer is given: photographs, trained networks, and the learner's own results.

    Raises
    ------
    NotShown
        If what is the learner's own cannot be shown in this explorer; its text says why.
    """
    data = kept(name, *own)
    if data is not None:
        return data
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    return module.given(*own)


def data_of(name: str) -> frozenset[str]:
    """The data files that an explorer reads; none for one that does not exist.

    Examples
    --------
    >>> sorted(data_of("draw-a-filter"))
    ['brick.png', 'chelsea.png']
    """
    if name not in EXPLORERS:
        return frozenset()
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    return frozenset(module.DATA)
