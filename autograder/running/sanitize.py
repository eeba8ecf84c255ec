"""Making what strangers wrote safe to show: a page of theirs runs in their teacher's browser.

Outputs are built anew, from kinds that cannot hold a program: text, and pictures made of pixels.
Text that a page would read as HTML goes through a kept sanitizer, bleach, as nbconvert's own
`SanitizeHTML` does. But Markdown makes HTML of what was none before, so what the page's own
renderer makes of the text is looked at as well.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import bleach
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.markdown_mistune import (
    InvalidNotebook,
    IPythonRenderer,
    MarkdownWithMath,
)
from nbformat import NotebookNode

from autograder.lessons.notebooks import output_of

from .paths import without_paths

PICTURES = ("image/png", "image/jpeg")

LIVE_TEX = re.compile(
    r"(?<!\\)\\++(?=\s*+(?:href|url|require|def|newcommand|cssId|class|style|html\w*|unicode|bbox|data)\b)"
)
"""Commands by which a formula becomes a link, a style, or another formula. It looks once at each
run of backslashes: at each backslash, it would take time by their square."""

TABLES = frozenset(("table", "tbody", "td", "th", "thead", "tr"))
BLOCKS = frozenset(("br", "del", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "pre"))
TAGS = bleach.ALLOWED_TAGS | TABLES | BLOCKS | {"img", "span"}
"""All that Markdown makes, and bleach leaves."""

ATTRIBUTES = frozenset(("align", "alt", "class", "id", "start", "style", "title"))

SCHEMES = frozenset(("", "http", "https", "mailto"))
"""Of links. None is one to another place on the page."""

MOST_MARKUP, MOST_SIGNS = 20_000, 500
"""Characters of a text that is shown as Markdown, and of these of one sign that means something
there: its renderer takes time by their square."""

SIGNS = "\\[]<>(`*_~!|#$&:"
"""What means something in Markdown."""

WIDTH = 500
"""Characters of a line of text that is shown as it was typed. What nbconvert looks for in a page
takes time by the square of its lines."""

MOST_COLOURS, MOST_COPIED = 2_000, 200_000_000
"""Changes of color in a text. What makes HTML of them copies the rest of the text at each."""


def sanitize_outputs(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Rebuild the outputs of a cell from what is safe in them.

    Examples
    --------
    >>> told = {"text/html": "<script>alert(1)</script>", "text/plain": "<Photo>"}
    >>> sanitize_outputs([output_of("display_data", data=told)])[0].data
    {'text/plain': '<Photo>'}
    """
    return [safe for output in outputs if (safe := _clean(output)) is not None]


def _clean(output: NotebookNode) -> NotebookNode | None:
    kind = output.output_type
    if kind == "stream":
        name = "stderr" if output.name == "stderr" else "stdout"
        return output_of("stream", name=name, text=_text(output.text))
    if kind == "error":
        lines = _text("\n".join(map(str, output.traceback))).split("\n")
        return output_of(
            "error", ename=_text(output.ename), evalue=_text(output.evalue), traceback=lines
        )
    if kind not in ("display_data", "execute_result"):
        return None
    data = {}
    if "text/plain" in output.data:
        data["text/plain"] = _text(output.data["text/plain"])
    for name in PICTURES:
        if name in output.data and (picture := _pixels(output.data[name])):
            data[name] = picture
    if not data:
        data["text/plain"] = f"({', '.join(sorted(map(_text, output.data)))}: not shown)"
    count = output.get("execution_count")
    if kind == "execute_result":
        count = count if type(count) is int else None
        return output_of(kind, data=data, execution_count=count)
    return output_of(kind, data=data)


def _text(value: Any) -> str:
    """Text that can be written to a file, and shown without much work."""
    text = without_paths("".join(map(str, value)) if isinstance(value, list) else str(value))
    colours = text.count("\x1b")
    if colours > MOST_COLOURS or colours * len(text) > MOST_COPIED:
        text = strip_ansi(text).replace("\x1b", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def _pixels(value: Any) -> str | None:
    """A picture in base64, written anew; nothing if it is none."""
    try:
        return base64.b64encode(base64.b64decode(_text(value), validate=False)).decode() or None
    except (binascii.Error, ValueError):
        return None


def sanitize_verdict(told: Mapping[str, str]) -> dict[str, str]:
    r"""Make harmless what a judge's words repeat of an answer's: formulas, and what is no text.

    Examples
    --------
    >>> sanitize_verdict({"text/plain": r"It raised $\href{javascript:alert(1)}{x}$."})
    {'text/plain': 'It raised $href{javascript:alert(1)}{x}$.'}
    """
    return {kind: LIVE_TEX.sub("", _text(words)) for kind, words in told.items()}


def sanitize_markup(source: str, pictures: Iterable[str] = ()) -> str:
    """Make a text harmless that a page shows as Markdown; it may show the pictures so named.

    Examples
    --------
    >>> sanitize_markup("Filters <b>slide</b><script>alert(1)</script>.")
    'Filters <b>slide</b>&lt;script&gt;alert(1)&lt;/script&gt;.'
    >>> sanitize_markup("[See](javascript:alert(1))")
    '    [See](javascript:alert(1))'
    """
    if len(source) <= MOST_MARKUP and max(map(source.count, SIGNS)) <= MOST_SIGNS:
        clean = LIVE_TEX.sub("", bleach.clean(source))
        if _is_harmless(clean, pictures):
            return clean
    # As it was typed. A block of code is a page's own text: no link, no formula, no picture.
    lines = [part for line in source.splitlines() for part in _portions(line)]
    return "\n".join(f"    {escape(line, quote=False)}" for line in lines)


def _portions(line: str) -> list[str]:
    """A line in pieces that are not too wide; one at least."""
    return [line[start : start + WIDTH] for start in range(0, len(line) or 1, WIDTH)]


def _is_harmless(source: str, pictures: Iterable[str]) -> bool:
    """Whether a page that shows a Markdown text holds no program, and fetches nothing."""
    page = _Page()
    attachments = {name: {"image/png": "AAAA"} for name in pictures}
    renderer = IPythonRenderer(escape=False, attachments=attachments)
    try:
        page.feed(MarkdownWithMath(renderer=renderer).render(source))
    except InvalidNotebook:  # it asks for a picture that is not there
        return False
    page.close()
    return page.harmless and not LIVE_TEX.search("".join(page.text))


class _Page(HTMLParser):
    """Reads HTML as a browser does, and remembers whether it may be shown."""

    def __init__(self) -> None:
        super().__init__()
        self.harmless = True
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.harmless &= tag in TAGS and all(_is_fine(name, value) for name, value in attributes)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.harmless = False

    def handle_decl(self, decl: str) -> None:
        self.harmless = False

    def handle_pi(self, data: str) -> None:
        self.harmless = False

    def unknown_decl(self, data: str) -> None:
        self.harmless = False


def _is_fine(name: str, value: str | None) -> bool:
    if name == "src":
        return bool(value and re.match(r"data:image/(png|jpeg|gif);base64,", value))
    if name == "href":
        try:
            return urlsplit(value or "").scheme in SCHEMES
        except ValueError:
            return False
    return name in ATTRIBUTES


def sanitize_cells(notebook: NotebookNode, known: NotebookNode) -> None:
    """Clean the texts of a notebook that are not those of the lesson, in place.

    Code needs no cleaning: pages show it as code. Raw text they show as HTML.
    """
    own = {cell.id: cell.source for cell in known.cells}
    for cell in notebook.cells:
        if own.get(cell.id) == cell.source:
            continue
        if cell.cell_type == "markdown":
            cell.source = sanitize_markup(cell.source, cell.get("attachments", ()))
        elif cell.cell_type == "raw":
            cell.source = LIVE_TEX.sub("", escape(cell.source))
