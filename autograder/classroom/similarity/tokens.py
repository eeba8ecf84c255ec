"""A text as tokens that stay the same when variables are renamed and lines are laid out anew."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pygments.lexers import PythonLexer
from pygments.token import Comment, Name, String, Text

VARIABLE, STRING = "V", "S"

KEPT = frozenset(dir(builtins)) | frozenset(keyword.kwlist)
"""Words that nobody renames."""

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Written:
    """A token, and the line that it stands in, counted from 0."""

    text: str
    line: int


def code_tokens(code: str) -> list[Written]:
    """The tokens of a Python program, which may have faults.

    Examples
    --------
    >>> [token.text for token in code_tokens("total += x[i].sum()  # all")]
    ['V', '+', '=', 'V', '[', 'V', ']', '.', 'sum', '(', ')']
    """
    found: list[Written] = []
    for kind, text, line in _lexed(code):
        if kind in Comment or kind in String.Doc or (kind in Text and not text.strip()):
            continue
        if kind in String:
            if not found or found[-1].text != STRING:
                found.append(Written(STRING, line))
        elif kind in Name and not _is_kept(text, found):
            found.append(Written(VARIABLE, line))
        else:
            found += [Written(part, line) for part in text.split()]
    return found


def _is_kept(name: str, before: list[Written]) -> bool:
    """Whether a name says what is used: an attribute, a builtin."""
    return name in KEPT or (bool(before) and before[-1].text == ".")


@cache
def _lexer() -> PythonLexer:
    return PythonLexer(stripnl=False, ensurenl=False)


def _lexed(code: str) -> Iterator[tuple[Any, str, int]]:
    line = 0
    for kind, text in _lexer().get_tokens(code):
        yield kind, text, line
        line += text.count("\n")


def word_tokens(text: str) -> list[Written]:
    """The words of an answer in prose.

    Examples
    --------
    >>> [token.text for token in word_tokens("Small *filters*\\nsee edges.")]
    ['small', 'filters', 'see', 'edges']
    """
    return [
        Written(word.casefold(), number)
        for number, line in enumerate(text.split("\n"))
        for word in WORD.findall(line)
    ]
