"""Showing what strangers named: on a terminal, in a sentence, in a spreadsheet."""

from __future__ import annotations

import unicodedata

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet would run."""

CONTROLS = frozenset(("Cc", "Cs", "Zl", "Zp"))
"""Unicode's categories of what is no part of a name: controls, halves, ends of lines."""


MARKUP = frozenset('<>&"\\')
"""Characters that nbgrader's Formgrader puts into its pages and programs as they are."""


def shown(text: str) -> str:
    r"""A text in one line, in which whatever would not be seen, or would move, stands written out.

    Examples
    --------
    >>> print(shown("ada\x1b[2J\nbob: 8 of 8"), shown("ad\u202ea"), shown("Zoë Ōno"))
    ada\x1b[2J\nbob: 8 of 8 ad\u202ea Zoë Ōno
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown_lines(text: str) -> str:
    """A text of several lines that are our own."""
    return "\n".join(map(shown, text.split("\n")))


def csv_cell(text: str) -> str:
    r"""A text that a spreadsheet takes for text.

    Examples
    --------
    >>> csv_cell("=HYPERLINK(1)"), csv_cell("ada")
    ("'=HYPERLINK(1)", 'ada')
    """
    return f"'{shown(text)}" if text.lstrip(" ").startswith(FORMULAS) else shown(text)


def is_name(text: str) -> bool:
    r"""Whether a text may be somebody's name: there is no control character in it.

    Examples
    --------
    >>> is_name("Ada Lovelace"), is_name("ada\nbob")
    (True, False)
    """
    return not any(unicodedata.category(character) in CONTROLS for character in text)


def markup_in(text: str) -> str:
    r"""The first character of a name that a page of Formgrader's would run; nothing if none is.

    Apostrophes are no such character: people are called O'Brien.

    Examples
    --------
    >>> markup_in("<b>ada"), markup_in("Conor O'Brien")
    ('<', '')
    """
    return next((character for character in text if character in MARKUP), "")
