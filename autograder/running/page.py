"""The page that a student gets back: points, answers, outputs and comments, as one HTML file.

Nothing runs on it and nothing is fetched for it. `page_of` makes it where the runs are, without a
gradebook; nbgrader's own commands make the same page with `PageExporter` (see
`autograder.running.nbgrader_feedback`).
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode

from autograder.inside.verdicts import with_code

from .formulas import set_formula
from .page_code import code_html
from .page_marks import total_of
from .page_parts import UNANSWERED as NO_ANSWER
from .page_parts import parts_of
from .sanitize import sanitize_markup

TEMPLATES, TEMPLATE = Path(__file__).with_name("templates"), "student_page"

MOST_CELLS, MOST_CHARACTERS = 500, 50_000
"""Cells whose HTML is remembered, and characters of one."""

LEVELS = 2
"""By how much headings of a lesson stand lower on a page, below the page's own."""

ABROAD = re.compile(r"(?:https?:|mailto:)", re.IGNORECASE)
"""How a link begins that does not need the lesson's own folder."""

PICTURE = re.compile(r"<img\b([^<>]*+)>")
DESCRIPTION = "No description has been provided for this image"
"""nbconvert's, where a picture has none."""

HEAD = re.compile(r'<meta charset="utf-8" ?/>')
"""In the template. What stands before it is no text of anybody's."""

POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'\" />\n"
    '<meta name="referrer" content="no-referrer" />'
)
"""What a browser is told: no program runs on a page, and nothing is fetched for it."""


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
    untouched = set(untouched)
    for cell in notebook.cells:
        metadata = cell.metadata.get("nbgrader", {})
        if metadata.get("solution"):
            metadata["comment"] = NO_ANSWER if cell.id in untouched else None
        if metadata.get("grade"):
            metadata["score"] = points[cell.id] or 0.0
            metadata["waits"] = points[cell.id] is None
    told = {"notebook": lesson, "assignment": lesson, "student": student, "late_penalty": 0}
    page, _ = _exporter().from_notebook_node(notebook, {"nbgrader": told})
    return page


@cache
def _exporter() -> PageExporter:
    return PageExporter()


class _Renderer(IPythonRenderer):
    """Markdown as nbconvert shows it, with its formulas set and its headings below the page's."""

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        level = min(6, level + LEVELS)
        return f"<h{level}>{text}</h{level}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link, if it leads anywhere from a page that stands alone."""
        return super().link(text, url, title) if ABROAD.match(url) else text

    def block_code(self, code: str, info: str | None = None) -> str:
        if (info or "").split()[:1] in (["python"], ["py"]):
            return code_html(code) + "\n"
        return f"<pre><code>{escape(code, quote=False)}</code></pre>\n"

    def block_math(self, body: str) -> str:
        # It can be moved on a narrow page: with the keyboard too.
        return set_formula(body, block=True).replace("<math ", '<math tabindex="0" ', 1)

    def inline_math(self, body: str) -> str:
        return set_formula(body)

    def latex_environment(self, name: str, body: str) -> str:
        return set_formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)


class _Compiled(BytecodeCache):
    """Templates as this process has compiled them, for all exporters that it makes.

    nbgrader makes one for each student whose page is made anew.
    """

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


COMPILED = _Compiled()


class PageExporter(HTMLExporter):
    """nbconvert's exporter with the course's own page, for runs and for nbgrader alike.

    It makes the HTML of a cell once, however many pages show it: most cells are the lesson's, and
    look the same in every page. nbconvert also reads a page again when it is made, to describe
    pictures that nobody has described; here that is done to each cell.
    """

    def __init__(self, **options: Any) -> None:
        own = {"template_name": TEMPLATE, "extra_template_basedirs": [str(TEMPLATES)]}
        super().__init__(**{**options, **own})
        self.raw_template = (
            "{%- extends 'index.html.j2' -%}"
            "{%- block any_cell scoped -%}"
            "{{ cell | known or cell | new(super()) }}"
            "{%- endblock any_cell -%}"
        )
        self.environment.bytecode_cache = COMPILED
        self.register_filter("known", self._known_html)
        self.register_filter("new", self._new_html)
        self.register_filter("words", words_html)
        self.register_filter("comment", comment_html)
        self.register_filter("sentence", with_code)
        self.register_filter("highlight_code", code_html)
        self._known: OrderedDict[str, str] = OrderedDict()

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """A page, as the template makes it, and `guarded`."""
        resources = self._init_resources(resources)
        resources["course"] = {}
        widgets = WidgetsDataTypeFilter(
            notebook_metadata=self._nb_metadata, parent=self, resources=resources
        )
        self.register_filter("filter_data_type", widgets)
        page, resources = super(HTMLExporter, self).from_notebook_node(nb, resources, **options)
        return guarded(page), resources

    def _preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Without two more copies, and a look after each step at whether it is still a notebook."""
        for step in self._preprocessors:
            nb, resources = step(nb, resources)
        told = resources["nbgrader"]
        resources["course"]["total"] = total_of(nb, told["late_penalty"])
        resources["course"]["parts"] = parts_of(nb, told["notebook"])
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


def _html_of(source: str, attachments: dict[str, dict[str, str]]) -> str:
    renderer = _Renderer(escape=False, attachments=attachments)
    return MarkdownWithMath(renderer=renderer).render(source)


def words_html(cell: NotebookNode) -> str:
    """The HTML of a text cell."""
    return _html_of(cell.source, cell.get("attachments", {}))


def comment_html(comment: str) -> str:
    """A person's comment: Markdown, of which what could run or fetch stands as it was typed.

    Examples
    --------
    >>> comment_html("Well *done*: <script>alert(1)</script>")
    '<p>Well <em>done</em>: &lt;script&gt;alert(1)&lt;/script&gt;</p>\\n'
    """
    return _html_of(sanitize_markup(comment), {})


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
        If it has no head to say it in.
    """
    mark = HEAD.search(page)
    end = page.find("</head>")
    if mark is None or end < mark.end():
        raise ValueError("the template has no head where the policy of a page belongs")
    return f"{page[: mark.end()]}\n{POLICY}{page[mark.end() :]}"


def _key(cell: NotebookNode) -> str:
    """All that the HTML of a cell depends on."""
    return json.dumps(cell)
