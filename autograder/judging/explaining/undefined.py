"""Saying why an answer is not there to be judged: its cell has not run to where it is defined."""

from __future__ import annotations

import re

LINE = re.compile(r"\([^()]*?line (\d+)\)$")
"""How Python ends what it says of a text that is no program."""

NO_MODULE = re.compile(r"No module named '([^']+)'")

DEFINED = re.compile(
    r"^[^\S\n]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^[^\S\n]*(\w+)[ \t]*(?::[^=\n]*)?=(?!=)",
    re.MULTILINE,
)
"""Where a text defines a name."""

SYNTAX = ("SyntaxError", "IndentationError", "TabError")


def names_defined(source: str) -> dict[str, int]:
    """The names that a cell's text defines, be it a program or not, with the line of each.

    Examples
    --------
    >>> names_defined("import numpy\\nx: int = 3\\ndef f(:\\n    return x == 3")
    {'x': 2, 'f': 3}
    """
    names, line, at = {}, 1, 0
    for found in DEFINED.finditer(source):
        line += source.count("\n", at, found.start())
        at = found.start()
        names[found[1] or found[2]] = line
    return names


def missing_module(error: str, detail: str) -> str:
    """The module that an error is about, if it is about one that is not there.

    Examples
    --------
    >>> missing_module("ModuleNotFoundError", "No module named 'google.colab'")
    'google'
    """
    found = NO_MODULE.search(detail) if error in ("ModuleNotFoundError", "ImportError") else None
    return found[1].partition(".")[0] if found else ""


def why_undefined(name: str, error: str, detail: str, place: str = "here") -> str:
    """One sentence on the cell that should have defined a name, and ended in an error.

    Parameters
    ----------
    name : str
    error, detail : str
        The exception's class name and message.
    place : str
        Where the cell ran: "here", or "where notebooks are graded".

    Examples
    --------
    >>> why_undefined("relu", "SyntaxError", "'(' was never closed (cell.py, line 3)")
    "the cell with `relu` has a syntax error in line 3 ('(' was never closed): none of it has run."
    """
    cell = f"the cell with `{name}`"
    if error in SYNTAX:
        line = LINE.search(detail)
        where = f" in line {line[1]}" if line else ""
        said = LINE.sub("", detail).rstrip()
        return f"{cell} has a syntax error{where} ({said}): none of it has run."
    if module := missing_module(error, detail):
        return (
            f"{cell} stopped before `{name}` was defined, because there is no module "
            f"`{module}` {place}."
        )
    said = f"{error}: {detail}" if detail else error
    return f"{cell} stopped before `{name}` was defined ({said})."
