"""Pages of `docs/` with their computations run: what stands below each is what it gives now."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from doctest import DocTestParser, Example
from io import StringIO
from typing import Any

from .markup import code

BLOCK = re.compile(r"^```python\n(>>> .*?)^```$", re.MULTILINE | re.DOTALL)


def computed(text: str) -> str:
    """A page whose blocks of examples are followed by what they really give.

    The blocks of a page share their names, as in one session.

    Examples
    --------
    >>> computed("```python\\n>>> 1 / 0\\n\\n```").splitlines()[-2]
    'ZeroDivisionError: division by zero'
    """
    names: dict[str, Any] = {}

    def run(block: re.Match) -> str:
        parts = DocTestParser().get_examples(block[1])
        return code("\n".join(said(example, names) for example in parts), "pycon")

    return BLOCK.sub(run, text)


def said(example: Example, names: dict[str, Any]) -> str:
    """One example as typed, and what came of it."""
    first, *rest = example.source.rstrip("\n").split("\n")
    typed = "\n".join([f">>> {first}", *(f"... {line}" for line in rest)])
    return f"{typed}\n{outcome(example, names)}".rstrip("\n")


def outcome(example: Example, names: dict[str, Any]) -> str:
    """What an example prints, or the error that it ends with."""
    printed = StringIO()
    try:
        with redirect_stdout(printed):
            exec(compile(example.source, "<page>", "single"), names)
    except Exception as error:
        return f"{printed.getvalue()}{type(error).__name__}: {error}"
    return printed.getvalue()
