"""The page that a student gets back, as `nbgrader generate_feedback` makes it, without a gradebook.

nbgrader's own command asks the gradebook for every cell of every page. What it would be told of a
submission that was just graded is known here, so the pages can be made where the runs are.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nbconvert import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
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

MOST_MAGIC = 3_000
"""Characters of a cell that is coloured as IPython's: that takes time by their square."""

MAGIC = re.compile("[%!?]")
"""Found in all that IPython's lexer takes for anything but Python."""

PICTURE = re.compile(r"<img\b([^<>]*+)>")
DESCRIPTION = "No description has been provided for this image"
"""nbconvert's, where a picture has none."""

HEAD = re.compile(r'<meta charset="utf-8" ?/>')
"""In nbgrader's template. What stands before it is no text of anybody's."""

POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'\" />\n"
    '<meta name="referrer" content="no-referrer" />'
)
"""What a browser is told: no program runs on a page, and nothing is fetched for it."""

SCRIPT = re.compile(r"<script\b[^>]*+>.*?</script>", re.DOTALL | re.IGNORECASE)
"""In nbgrader's template: it fetches what draws formulas."""


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
    return guarded(page)


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
        special = language or "magics_language" in (metadata or ()) or MAGIC.search(source)
        if special and len(source) <= MOST_MAGIC:
            return super().__call__(source, language, metadata)
        return highlight(source or " ", self._python, self._formatter)


class _Exporter(HTMLExporter):
    """nbconvert's exporter, but it makes the HTML of a cell once, however many pages show it.

    Most cells are the lesson's, and look the same in every page. nbconvert also reads a page again
    when it is made, to describe pictures that nobody has described; here that is done to each cell.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.raw_template = (
            "{%- extends 'index.html.j2' -%}"
            "{%- block any_cell scoped -%}"
            "{{ cell | known or cell | new(super()) }}"
            "{%- endblock any_cell -%}"
        )
        self.register_filter("known", self._known_html)
        self.register_filter("new", self._new_html)
        self._known: OrderedDict[str, str] = OrderedDict()

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """A page, as the template makes it."""
        resources = self._init_resources(resources)
        widgets = WidgetsDataTypeFilter(
            notebook_metadata=self._nb_metadata, parent=self, resources=resources
        )
        self.register_filter("filter_data_type", widgets)
        return super(HTMLExporter, self).from_notebook_node(nb, resources, **options)

    def _preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Without two more copies, and a look after each step at whether it is still a notebook."""
        for step in self._preprocessors:
            nb, resources = step(nb, resources)
        return nb, resources

    def _known_html(self, cell: NotebookNode) -> str:
        """The HTML of a cell that was made before, or nothing."""
        key = _key(cell)
        if key not in self._known:
            return ""
        self._known.move_to_end(key)
        return self._known[key]

    def _new_html(self, cell: NotebookNode, html: str) -> str:
        """The HTML of a cell that the template has just made."""
        html = PICTURE.sub(_described, html)
        if len(html) <= MOST_CHARACTERS:
            if len(self._known) == MOST_CELLS:
                self._known.popitem(last=False)  # what no page has shown for longest
            self._known[_key(cell)] = html
        return html


def _described(picture: re.Match[str]) -> str:
    """A picture, with a description if it had none."""
    inside = picture[1]
    if re.search(r"\salt=", inside):
        return picture[0]
    return f'<img{inside.rstrip(" /")} alt="{DESCRIPTION}">'


def guarded(page: str) -> str:
    """A page that tells the browser to run no program, and to fetch nothing.

    Raises
    ------
    ValueError
        If it is no page of nbgrader's.
    """
    mark = HEAD.search(page)
    end = page.find("</head>")
    if mark is None or end < mark.end():
        raise ValueError("nbgrader's template has no head where the policy of a page belongs")
    top = SCRIPT.sub("", page[mark.end() : end])
    return f"{page[: mark.end()]}\n{POLICY}{top}{page[end:]}"


class GuardedExporter(HTMLExporter):
    """nbconvert's exporter, for pages that nbgrader makes: they run no program either."""

    def __init__(self, **options: Any) -> None:
        super().__init__(filters={"highlight_code": _Highlight()}, **options)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """A page, as the template makes it, and `guarded`."""
        page, resources = super().from_notebook_node(nb, resources, **options)
        return guarded(page), resources


def _key(cell: NotebookNode) -> str:
    """All that the HTML of a cell depends on."""
    return json.dumps(cell)
