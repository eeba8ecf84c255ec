"""A drawing as an image of the page: it is seen where SVG is taken out of HTML.

JupyterLab takes SVG out of a notebook that it does not trust, one from a friend or from another
computer, and leaves its texts; images stay.
"""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape, unescape


def embedded(svg: str) -> str:
    """An image element that holds a drawing, and says what it shows in the drawing's own words.

    Examples
    --------
    >>> embedded('<svg xmlns="http://www.w3.org/2000/svg"><title>A cat</title></svg>')[:45]
    '<img alt="A cat" style="display:block;max-wid'
    """
    words = re.findall(r"<(?:title|desc)>(.*?)</(?:title|desc)>", svg, re.DOTALL)
    alt = escape("\n".join(dict.fromkeys(map(unescape, words))))
    data = b64encode(svg.encode()).decode("ascii")
    return (
        f'<img alt="{alt}" style="display:block;max-width:100%;height:auto" '
        f'src="data:image/svg+xml;base64,{data}" />'
    )
