"""One explorer as one HTML document: its modules, its style and its data, and nothing from outside.

The modules are joined as they are written: what they import of each other stands before them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from autograder.figures.explorers.themes import variables

FOLDER = Path(__file__).resolve().parent


class Explorer(NamedTuple):
    """What is said of an explorer where it cannot run: its title, and what it lets one do."""

    title: str
    sentence: str


EXPLORERS = {
    "place-the-window": Explorer(
        "Place the window",
        "Choose the size of a picture, a window, its stride and the padding; see where the window "
        "stands, what it computes there, and which pixels it never reads.",
    ),
}
"""The explorers by the names of their modules."""

IMPORT = re.compile(r'^import \{[^}]*\} from "\./(?P<file>[\w.-]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)

DOCUMENT = Template(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="icon" href="data:,"><title>$title</title><style>$style</style></head><body>'
    '<noscript>$title needs JavaScript.</noscript><script type="application/json" id="data">$data'
    '</script><script type="module">\n$script</script></body></html>'
)


def document(name: str, data: Mapping[str, Any] | None = None) -> str:
    """An explorer as a whole page.

    Parameters
    ----------
    name : str
        A key of `EXPLORERS`.
    data : mapping, optional
        What the explorer is given: plain data that JSON can hold. ``at`` is the state to begin
        with, as a link keeps it; ``open`` shows everything at once, without a guess.

    Raises
    ------
    KeyError
        If there is no such explorer.

    Examples
    --------
    >>> page = document("place-the-window", {"at": "height=5"})
    >>> page.startswith("<!doctype html>"), "http://www.w3.org/2000/svg" in page, "import " in page
    (True, True, False)
    """
    title = EXPLORERS[name].title
    return DOCUMENT.substitute(
        title=escape(title),
        style=style(name),
        data=as_json(data or {}),
        script=joined(f"{name}.mjs"),
    )


def as_json(data: Mapping[str, Any]) -> str:
    """Data as a script element may hold it: no text in it can end the element."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


@cache
def style(name: str) -> str:
    """The frame's style and the explorer's own, in the course's colours, light and dark."""
    own = [file for file in ("frame.css", f"{name}.css") if (FOLDER / file).is_file()]
    return variables() + "".join((FOLDER / file).read_text(encoding="utf-8") for file in own)


@cache
def joined(file: str) -> str:
    """A module with all that it imports before it, as one module."""
    return "".join(_alone(each) for each in modules(file))


def modules(file: str, seen: tuple[str, ...] = ()) -> list[str]:
    """The files that make a module, each after those it imports."""
    found = list(seen)
    for wanted in _imported(file):
        if wanted not in found:
            found = modules(wanted, tuple(found))
    return [*found, file]


def _imported(file: str) -> Iterator[str]:
    text = (FOLDER / file).read_text(encoding="utf-8")
    return (match["file"] for match in IMPORT.finditer(text))


def _alone(file: str) -> str:
    text = (FOLDER / file).read_text(encoding="utf-8")
    return EXPORT.sub("", IMPORT.sub("", text))
