"""Showing a thing where the student is: a notebook or a terminal."""

from __future__ import annotations

from typing import Any


def show(thing: Any) -> None:
    """Show something: as a picture in a notebook, as text in a terminal."""
    try:
        from IPython import get_ipython
    except ImportError:
        shell = None
    else:
        shell = get_ipython()
    if shell is not None and hasattr(shell, "kernel"):
        from IPython.display import display

        display(thing)
    else:
        print(getattr(thing, "text", thing))
