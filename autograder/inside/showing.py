"""Showing a thing where the student is: a notebook or a terminal."""

from __future__ import annotations

import codecs
import sys
from typing import Any

FALLBACK = "autograder-fallback"
"""The error handler for consoles that lack a sign we use: they get one that is much like it."""

SUBSTITUTES = str.maketrans(
    {
        **dict.fromkeys("✓✔", "+"),
        **dict.fromkeys("✗✘", "x"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("‘’", "'"),
        **dict.fromkeys("–—−‑", "-"),
        **dict.fromkeys("∗·•", "*"),
        "×": "x",
        "…": "...",
        "→": "->",
        "←": "<-",
        "≠": "!=",
        "≤": "<=",
        "≥": ">=",
        "≈": "~",
        "√": "sqrt ",
        "½": "1/2",
        "∂": "d",
        "²": "^2",
        "³": "^3",
        "\u00a0": " ",
        "\u2009": " ",
    }
)


def _substituted(error: UnicodeError) -> tuple[str, int]:
    """What stands for the signs that an encoding lacks: `codecs.register_error` calls it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end].translate(SUBSTITUTES)
    return signs.encode("ascii", "replace").decode(), error.end


codecs.register_error(FALLBACK, _substituted)


def show(thing: Any) -> None:
    """Show something: as a picture in a notebook, as text in a terminal; words as words in both."""
    if _in_a_notebook() and not isinstance(thing, str):
        from IPython.display import display

        display(thing)
    else:
        print(writable(getattr(thing, "text", thing), sys.stdout.encoding))


def _in_a_notebook() -> bool:
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")


def writable(text: Any, encoding: str | None) -> str:
    """A text as a console can write it that has only the signs of an encoding.

    Examples
    --------
    >>> writable("✓ 3 × 3 → “right”", "cp1252")
    '+ 3 × 3 -> “right”'
    >>> writable("✓ 3 × 3 → “right”", "ascii")
    '+ 3 x 3 -> "right"'
    """
    encoding = encoding or "utf-8"
    return str(text).encode(encoding, FALLBACK).decode(encoding)
