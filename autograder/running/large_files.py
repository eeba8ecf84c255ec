"""Large notebook files, read in little memory.

Text with one wide character takes four times its bytes, and a list of numbers twenty times. Nearly
all of a large notebook is what its cells put out, which is not looked at, and pictures, which are
plain letters.
"""

from __future__ import annotations

import json
import re

LARGE = 1_000_000
"""Bytes of a file over which it is worth while to take its outputs out before it is read."""

MOST_OF_TEXT = 8_000_000
"""Bytes of a notebook beside its outputs and pictures."""

# Possessive, and content with a text that does not end: they look at every byte once.
TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
OPENING = re.compile(rb'"outputs"\s*+:\s*+\[')
UP_TO_OUTPUTS = re.compile(rb'(?:[^"]++|(?!' + OPENING.pattern + rb")" + TEXT + rb")*+", re.DOTALL)
FLAT = rb'(?:[^"\[\]]++|' + TEXT + rb")"
BRACKETS = re.compile(rb"(?:" + FLAT + rb"|\[" + FLAT + rb"*+\])*+(\[++|\]++)", re.DOTALL)
TEXTS = re.compile(rb'"(?P<plain>(?:[^"\\\x80-\xff]++|\\[n/])++)"|' + TEXT, re.DOTALL)
WIDE = re.compile(rb"[\x80-\xff]++")

LEAST_OF_A_PICTURE = 1_000
"""Bytes of a plain text that is no part of what counts as text."""


def without_outputs(data: bytes) -> bytes:
    r"""The JSON of a notebook in which no cell has put out anything; damaged JSON stays damaged.

    >>> without_outputs(b'{"source": "\\"outputs\\": [1]", "outputs": [{"text": ["]"]}]}')
    b'{"source": "\\"outputs\\": [1]", "outputs": []}'
    """
    view, parts, start = memoryview(data), [], 0
    while (before := UP_TO_OUTPUTS.match(data, start)) and (
        opening := OPENING.match(data, before.end())
    ):
        closing = _closing(data, opening.end())
        if closing is None:
            break
        parts.append(view[start : opening.end()])
        start = closing
    return b"".join((*parts, view[start:])) if parts else data


def _closing(data: bytes, start: int) -> int | None:
    """Where a list ends whose inside begins there; `None` if it does not end."""
    depth, at = 1, start
    while brackets := BRACKETS.match(data, at):
        first, at = brackets.span(1)
        if data[first] == ord("["):
            depth += at - first
        elif at - first < depth:
            depth -= at - first
        else:
            return first + depth - 1
    return None


def bytes_of_text(data: bytes) -> int:
    """How much of the JSON of a notebook is something else than long plain texts."""
    plain = (found.end("plain") - found.start("plain") for found in TEXTS.finditer(data))
    return len(data) - sum(size for size in plain if size >= LEAST_OF_A_PICTURE)


def in_ascii(data: bytes) -> bytes:
    r"""The same JSON in plain letters: decoded, it takes a byte for each.

    Raises
    ------
    UnicodeDecodeError
        If it is not UTF-8.

    Examples
    --------
    >>> in_ascii('["naïve"]'.encode())
    b'["na\\u00efve"]'
    """
    return data if data.isascii() else WIDE.sub(_escaped, data)


def _escaped(found: re.Match[bytes]) -> bytes:
    return json.dumps(found.group().decode()).encode()[1:-1]
