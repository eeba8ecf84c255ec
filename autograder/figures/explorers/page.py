"""One explorer as one HTML document: its modules, its style and its data, and nothing from outside.

Modules stand in it one after the other, each behind those it imports, as they are written but for
their comments and margins. A page that is no file cannot import any: so each becomes a function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
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
    "draw-a-filter": Explorer(
        "Draw a filter",
        "Paint the numbers of a filter, for one channel or for three, and see what it makes of a "
        "photo; find the filter behind a result, and watch gradient descent find it too.",
    ),
    "where-does-it-look": Explorer(
        "Where does it look",
        "Point at a number of any row of a network; see which pixels can reach it, and how much "
        "each of them can weigh.",
    ),
    "the-ledger": Explorer(
        "The ledger",
        "Change the tables of two networks cell by cell; see what every row costs in parameters, "
        "work and memory.",
    ),
    "drag-the-digit": Explorer(
        "Drag the digit",
        "Move a digit pixel by pixel, or shuffle its pixels; see how two networks read it.",
    ),
}
"""The explorers by the names of their modules."""

FROM = r'\{(?P<names>[^}]*)\} from "\./(?P<file>[\w.-]+)";\n'
IMPORT = re.compile(rf"^import {FROM}", re.MULTILINE)
PASSED_ON = re.compile(rf"^export {FROM}", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:function|const) (?P<name>\w+))", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
MARGIN = re.compile(r"^\s+", re.MULTILINE)

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
    """The frame's style and the explorer's own, in the course's colors, light and dark."""
    own = [file for file in ("frame.css", f"{name}.css") if (FOLDER / file).is_file()]
    rules = "".join((FOLDER / file).read_text(encoding="utf-8") for file in own)
    return variables() + MARGIN.sub("", rules)


@cache
def joined(file: str) -> str:
    """A module with all that it imports before it, as one script without comments."""
    return "const modules = {};\n" + "".join(_as_function(each) for each in modules(file))


def modules(file: str, seen: tuple[str, ...] = ()) -> list[str]:
    """The files that make a module, each after those it imports."""
    found = list(seen)
    for wanted in _imported(file):
        if wanted not in found:
            found = modules(wanted, tuple(found))
    return [*found, file]


def _imported(file: str) -> list[str]:
    text = _text(file)
    return [match["file"] for form in (IMPORT, PASSED_ON) for match in form.finditer(text)]


def _as_function(file: str) -> str:
    """A module as a function with names of its own, which returns what the module exports."""
    text = _text(file)
    exported = [match["name"] for match in EXPORT.finditer(text)]
    passed_on = [f'...modules["{match["file"]}"]' for match in PASSED_ON.finditer(text)]
    body = EXPORT.sub("", PASSED_ON.sub("", IMPORT.sub(_as_constants, text)))
    result = ", ".join([*passed_on, *exported])
    return f'modules["{file}"] = (() => {{\n{body}return {{ {result} }};\n}})();\n'


def _as_constants(match: re.Match[str]) -> str:
    return f'const {{{match["names"]}}} = modules["{match["file"]}"];\n'


def _text(file: str) -> str:
    bare = COMMENT.sub("", (FOLDER / file).read_text(encoding="utf-8"))
    return MARGIN.sub("", bare)
