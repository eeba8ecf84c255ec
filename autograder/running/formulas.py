"""Formulas that a browser sets by itself: MathML made of TeX, with no program and no network.

The TeX may be a student's. What becomes of it is written anew, element by element, from a list of
elements and attributes that can do nothing but be looked at. A formula that is not understood, or
that asks for more, stays as it was typed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from itertools import accumulate
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

from .handling import TooMuchWork

MOST_CHARACTERS, MOST_LEVELS, MOST_ELEMENTS = 1_000, 30, 3_000
"""Of one formula: its text, how deep its braces go, and what becomes of it."""

ELEMENTS = frozenset(
    (
        *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mstyle", "mpadded"),
        *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts"),
        *("mfrac", "msqrt", "mroot", "mtable", "mtr", "mtd", "mphantom", "menclose", "none"),
    )
)

PARTS = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
"""How many elements these hold. With fewer, something has been left out of the TeX."""

WORD = re.compile(r"[a-z-]{1,40}(?: [a-z-]{1,40}){0,20}")
SIZE = re.compile(r"-?\d{0,2}(?:\.\d{1,4})?(?:em|ex|pt|px)?|[1-3]?\d\d%")
SPACE = re.compile(r"[0-4]?(?:\.\d{1,4})?em")

ATTRIBUTES = {
    **dict.fromkeys(("display", "form", "mathvariant", "notation"), WORD),
    **dict.fromkeys(("accent", "accentunder", "displaystyle", "fence", "largeop"), WORD),
    **dict.fromkeys(("movablelimits", "separator", "stretchy", "symmetric"), WORD),
    **dict.fromkeys(("columnalign", "columnlines", "rowlines", "rowalign", "frame"), WORD),
    **dict.fromkeys(("linethickness", "maxsize", "minsize", "scriptlevel"), SIZE),
    **dict.fromkeys(("lspace", "rspace", "width", "rowspacing", "columnspacing"), SPACE),
}
"""What an attribute may be. The others are left out, and so is one that is anything else."""


class NoFormula(ValueError):
    """A text that is not understood, or that asks for more than a formula needs."""


@lru_cache(maxsize=2_000)
def set_formula(tex: str, block: bool = False) -> str:
    r"""A formula as HTML: MathML, or its TeX as code where that cannot be made.

    Parameters
    ----------
    tex : str
        Without the dollars around it.
    block : bool
        Whether it stands in a line of its own.

    Examples
    --------
    >>> set_formula("x")
    '<math display="inline"><mrow><mi>x</mi></mrow></math>'
    >>> set_formula(r"\unknown{x}")
    '<code>$\\unknown{x}$</code>'
    """
    try:
        return _mathml(tex, block)
    except NoFormula:
        mark = "$$" if block else "$"
        return f"<code>{escape(mark + tex + mark, quote=False)}</code>"


def _mathml(tex: str, block: bool) -> str:
    steps = ({"{": 1, "}": -1}.get(sign, 0) for sign in tex)
    if len(tex) > MOST_CHARACTERS or max(accumulate(steps), default=0) > MOST_LEVELS:
        raise NoFormula("too large")
    try:
        known = tex.replace("{aligned}", "{align*}")
        made = convert_to_element(known, display="block" if block else "inline")
    except TooMuchWork:
        raise
    except Exception as error:  # it raises whatever comes over TeX that is none
        raise NoFormula("not understood") from error
    if sum(1 for _ in made.iter()) > MOST_ELEMENTS:
        raise NoFormula("too large")
    if r"\&" not in tex and any(unescape(part.text or "") == "&" for part in made.iter()):
        raise NoFormula("columns of a kind that is not known")
    return _written(made)


def _written(element: Element) -> str:
    """An element as text, from nothing but what is named above."""
    if element.tag not in ELEMENTS:
        raise NoFormula(f"an element {element.tag}")
    if len(element) != PARTS.get(element.tag, len(element)):
        raise NoFormula("something is missing")
    text = unescape(element.text or "")
    if "\\" in text and element.tag != "mtext" and text != "\\":
        raise NoFormula("a command that is not known")
    inside = escape(text, quote=False) + "".join(map(_written, element))
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.attrib.items()
        if name in ATTRIBUTES and ATTRIBUTES[name].fullmatch(value)
    )
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"
