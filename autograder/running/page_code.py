"""Code on a page, in colors: of words, texts, numbers, comments and the names that are defined.

Pygments reads it; what is written around each of its tokens would be most of a page.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

CLASSES: dict[_TokenType, str] = {
    Comment: "c",
    Keyword: "k",
    Operator.Word: "k",
    String: "s",
    Number: "m",
    Name.Function: "f",
    Name.Class: "f",
    Name.Decorator: "f",
}
"""What has a color, and the class that `page.css` gives it; the rest has none."""

PYTHON = PythonLexer()


def code_html(source: str) -> str:
    """A cell's code as HTML.

    Examples
    --------
    >>> code_html("return x < 3")
    '<pre><span class="k">return</span> x &lt; <span class="m">3</span></pre>'
    """
    tokens = ((_class_of(kind), text) for kind, text in PYTHON.get_tokens(source))
    parts = (
        _colored(kind, "".join(text for _, text in group))
        for kind, group in groupby(tokens, lambda token: token[0])
    )
    return f"<pre>{''.join(parts).rstrip()}</pre>"


def _class_of(kind: _TokenType) -> str:
    """The class of a token's kind, or of the nearest kind that it is one of."""
    known: _TokenType | None = kind
    while known is not None and known not in CLASSES:
        known = known.parent
    return CLASSES[known] if known is not None else ""


def _colored(kind: str, text: str) -> str:
    inside = escape(text, quote=False)
    return f'<span class="{kind}">{inside}</span>' if kind else inside
