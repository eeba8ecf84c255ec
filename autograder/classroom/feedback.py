"""The page that a student gets back, as `nbgrader generate_feedback` makes it, without a gradebook.

nbgrader's own command asks the gradebook for every cell of every page. What it would be told of a
submission that was just graded is known here, so the pages can be made where the runs are.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

NO_ANSWER = "No response."
"""nbgrader's comment on a cell that was left as it was."""

BOOTSTRAP = ("static", "node_modules", "bootstrap", "dist", "css")

MOST_CELLS, MOST_CHARACTERS = 500, 50_000
"""Cells whose HTML is remembered, and characters of one."""

MAGIC = re.compile("[%!?]")
"""Found in all that IPython's lexer takes for anything but Python."""

PLACE = re.compile(r"<!--cell (\d+)-->")
"""Stands in a page for the HTML of a cell."""

GAP = "<!--cell-->"
"""Stands in the HTML of a cell for its code."""

AROUND = ("html", "body", "main", "div")
"""What a cell stands in, in a page."""


def page_of(
    notebook: NotebookNode,
    lesson: str,
    student: str,
    points: Mapping[str, float | None],
    untouched: Iterable[str],
) -> str:
    """A feedback page as HTML. `notebook` is marked with the points, in place.

    Parameters
    ----------
    notebook : NotebookNode
        Executed and clean.
    points : mapping
        For every graded cell by its id; `None` where a person has yet to mark it.
    untouched : iterable of str
        Ids of the cells meant for an answer that hold none.
    """
    best = 0.0
    untouched = set(untouched)
    for cell in notebook.cells:
        metadata = cell.metadata.get("nbgrader", {})
        if metadata.get("solution"):
            metadata["comment"] = NO_ANSWER if cell.id in untouched else None
        if metadata.get("grade"):
            metadata["score"] = points[cell.id] or 0.0
            best += metadata["points"]
    resources = {
        "nbgrader": {
            "notebook": lesson,
            "assignment": lesson,
            "student": student,
            "score": sum(value or 0.0 for value in points.values()),
            "max_score": best,
            "late_penalty": 0,
        }
    }
    page, _ = _exporter().from_notebook_node(notebook, resources)
    return page


@cache
def _exporter() -> HTMLExporter:
    # What nbgrader's GenerateFeedback would tell it; but importing that takes a second.
    formgrader = Path(find_spec("nbgrader").origin).parent / "server_extensions" / "formgrader"
    return _Exporter(
        template_name="feedback",
        extra_template_basedirs=[str(formgrader / "templates")],
        extra_template_paths=[str(formgrader.joinpath(*BOOTSTRAP))],
        preprocessors=[CSSHTMLHeaderPreprocessor],
        filters={"highlight_code": _Highlight()},
    )


class _Highlight(Highlight2HTML):
    """nbconvert's colours, in half the time: it tries forty kinds of magic before each word."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._python = PythonLexer()
        self._formatter = HtmlFormatter(cssclass=f" highlight hl-{self.pygments_lexer}")

    def __call__(self, source: str, language: str | None = None, metadata: Any = None) -> str:
        if language or "magics_language" in (metadata or ()) or MAGIC.search(source):
            return super().__call__(source, language, metadata)
        return highlight(source or " ", self._python, self._formatter)


class _Exporter(HTMLExporter):
    """nbconvert's exporter, but it makes the HTML of a cell once, however many pages show it.

    Most cells are the lesson's, and look the same in every page. nbconvert reads each page again
    after it has made it, which takes longer than that; in what it reads, comments stand for the
    cells, and in a new cell for its code.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.raw_template = (
            "{%- extends 'index.html.j2' -%}"
            "{%- block any_cell scoped -%}"
            "{{ cell | known or cell | new(super()) }}"
            "{%- endblock any_cell -%}"
        )
        self.register_filter("known", self._place_known)
        self.register_filter("new", self._place_new)
        self._known: OrderedDict[str, tuple[str, str, str]] = OrderedDict()
        self._shown: list[str] = []
        self._as_a_whole = False

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        self._shown = []
        # Comments of its own might be taken for places, or swallow some.
        self._as_a_whole = "<!--" in json.dumps(nb)
        page, resources = super().from_notebook_node(nb, resources, **options)
        return (page if self._as_a_whole else self._filled(page)), resources

    def _preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Without two more copies, and a look after each step at whether it is still a notebook."""
        for step in self._preprocessors:
            nb, resources = step(nb, resources)
        return nb, resources

    def register_filter(self, name: str, jinja_filter: Any) -> Any:
        if name == "highlight_code":
            jinja_filter = partial(self._place_code, jinja_filter)
        return super().register_filter(name, jinja_filter)

    def _place_code(self, highlight: Callable[..., str], source: str, metadata: Any = None) -> str:
        """The place of a cell's code, in colours."""
        html = highlight(source, metadata=metadata)
        if self._as_a_whole:
            return html
        html = html.strip()
        # As it would be written again: quotes, all of which stand in text, need no code there.
        html = html.replace('class=" ', 'class="', 1).replace("&quot;", '"').replace("&#39;", "'")
        return self._place("", html, "")

    def _place_known(self, cell: NotebookNode) -> str:
        """The place of a cell that was made before, or nothing."""
        key = _key(cell)
        if self._as_a_whole or key not in self._known:
            return ""
        self._known.move_to_end(key)
        return self._place(*self._known[key])

    def _place_new(self, cell: NotebookNode, html: str) -> str:
        """The place of a cell that the template has just made; itself, if it has no clear end."""
        core = html.strip()
        # The same cell with other code is written in the same way.
        numbers, frame = PLACE.findall(core), PLACE.sub(GAP, core)
        again = _known_again if len(frame) <= MOST_CHARACTERS else _written_again
        written = None if self._as_a_whole else again(frame)
        if written is None:
            return html
        before, after = html.split(core, 1)
        for number in numbers:
            written = written.replace(GAP, self._shown[int(number)], 1)
        if len(html) <= MOST_CHARACTERS:
            if len(self._known) == MOST_CELLS:
                self._known.popitem(last=False)  # what no page has shown for longest
            self._known[_key(cell)] = before, written, after
        return self._place(before, written, after)

    def _filled(self, html: str) -> str:
        return PLACE.sub(lambda place: self._shown[int(place[1])], html)

    def _place(self, before: str, html: str, after: str) -> str:
        self._shown.append(html)
        return f"{before}<!--cell {len(self._shown) - 1}-->{after}"


def _key(cell: NotebookNode) -> str:
    """All that the HTML of a cell depends on."""
    return json.dumps(cell, sort_keys=True)


def _written_again(html: str) -> str | None:
    """The HTML of a cell as nbconvert writes what it has read.

    None if it is not whole by itself: if it leaves something open, or ends what it has not begun.
    """
    if not (html.startswith("<") and html.endswith(">")):
        return None
    begin, end = "".join(f"<{name}>" for name in AROUND), "".join(f"</{n}>" for n in AROUND[::-1])
    read: Any = BeautifulSoup(f"{begin}{html}<hr/>{end}", "html.parser")
    for name in AROUND:
        if [inner.name for inner in read.contents] != [name]:
            return None
        (read,) = read.contents
    if read.contents[-1].name != "hr":
        return None
    read.contents[-1].extract()
    for picture in read.select("img:not([alt])"):
        picture["alt"] = "No description has been provided for this image"
    return read.decode_contents()


_known_again = lru_cache(maxsize=MOST_CELLS)(_written_again)
