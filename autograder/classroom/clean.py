"""Making what strangers wrote safe to show: a page of theirs runs in their teacher's browser.

Outputs are built anew, from kinds that cannot hold a program: text, and pictures made of pixels.
Text that a page would read as HTML goes through a kept sanitizer, bleach, as nbconvert's own
`SanitizeHTML` does.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

import bleach
from nbformat import NotebookNode
from nbformat.v4 import new_output

PICTURES = ("image/png", "image/jpeg")

LIVE_TEX = re.compile(
    r"\\(?=\s*(?:href|url|require|def|newcommand|cssId|class|style|html\w*|unicode|bbox|data)\b)"
)
"""Commands by which a formula becomes a link, a style, or another formula."""


def clean_outputs(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Rebuild the outputs of a cell from what is safe in them.

    Examples
    --------
    >>> told = {"text/html": "<script>alert(1)</script>", "text/plain": "<Photo>"}
    >>> clean_outputs([new_output("display_data", told)])[0].data
    {'text/plain': '<Photo>'}
    """
    return [safe for output in outputs if (safe := _clean(output)) is not None]


def _clean(output: NotebookNode) -> NotebookNode | None:
    kind = output.output_type
    if kind == "stream":
        name = "stderr" if output.name == "stderr" else "stdout"
        return new_output("stream", name=name, text=_text(output.text))
    if kind == "error":
        return new_output(
            "error",
            ename=_text(output.ename),
            evalue=_text(output.evalue),
            traceback=[_text(line) for line in output.traceback],
        )
    if kind not in ("display_data", "execute_result"):
        return None
    data = {}
    if "text/plain" in output.data:
        data["text/plain"] = _text(output.data["text/plain"])
    for name in PICTURES:
        if picture := _pixels(output.data.get(name)):
            data[name] = picture
    if not data:
        data["text/plain"] = f"({', '.join(sorted(map(_text, output.data)))}: not shown)"
    count = output.get("execution_count")
    if kind == "execute_result":
        return new_output(kind, data, execution_count=count if type(count) is int else None)
    return new_output(kind, data)


def _text(value: Any) -> str:
    """Text that can be written to a file."""
    text = "".join(map(str, value)) if isinstance(value, list) else str(value)
    return text.encode("utf-8", "replace").decode("utf-8")


def _pixels(value: Any) -> str | None:
    """A picture in base64, written anew; nothing if it is none."""
    try:
        return base64.b64encode(base64.b64decode(_text(value), validate=False)).decode() or None
    except (binascii.Error, ValueError):
        return None


def clean_markup(source: str) -> str:
    """Make a text harmless that a page shows as Markdown or as it stands.

    Examples
    --------
    >>> clean_markup("Filters <b>slide</b><script>alert(1)</script>.")
    'Filters <b>slide</b>&lt;script&gt;alert(1)&lt;/script&gt;.'
    """
    return LIVE_TEX.sub("", bleach.clean(source))


def clean_cells(notebook: NotebookNode, known: NotebookNode) -> None:
    """Clean the texts of a notebook that are not those of the lesson, in place.

    Code needs no cleaning: pages show it as code.
    """
    own = {cell.id: cell.source for cell in known.cells}
    for cell in notebook.cells:
        if cell.cell_type != "code" and own.get(cell.id) != cell.source:
            cell.source = clean_markup(cell.source)
