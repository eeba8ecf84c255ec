"""Small matrices side by side, as one drawing: the input, the filter, yours, the expected.

The drawing is a self-contained SVG for notebooks, and aligned text for terminals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.figures.embedding import embedded
from autograder.figures.layouts import PanelLayout, svg
from autograder.figures.numerals import format_number
from autograder.figures.panels import Panel

__all__ = ["Panel", "Picture", "draw_panels", "format_number"]


@dataclass(frozen=True)
class Picture:
    """A drawing that shows itself in a notebook and reads as text in a terminal.

    Parameters
    ----------
    svg : str
    text : str
    player : str
        HTML that shows more than the drawing, where that can move.
    """

    svg: str
    text: str
    player: str = ""

    @property
    def html(self) -> str:
        """The drawing for a page."""
        return self.player or embedded(self.svg)

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


def draw_panels(panels: Sequence[Panel], caption: str = "", alt: str = "") -> Picture:
    """Draw matrices side by side, with signs between them.

    Parameters
    ----------
    panels : sequence of Panel
    caption : str
        A line under the drawing that says what to see.
    alt : str
        What a reader who cannot see the drawing should know; the text form if left out.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If a panel holds an array of more than two dimensions, or its kind is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> print(draw_panels([Panel("yours", np.array([[1, 2], [3, 40]]), "yours", ring=((1, 1),))]))
    yours 2×2
       1    2
       3  [40]
    """
    layouts = [PanelLayout(panel) for panel in panels]
    # Yours is colored on the scale of what was expected, so that equal numbers look equal.
    yours = [layout for layout in layouts if layout.panel.kind == "yours"]
    wanted = [layout for layout in layouts if layout.panel.kind == "expected"]
    if len(yours) == len(wanted):
        for mine, right in zip(yours, wanted, strict=True):
            mine.scale = right.scale or mine.scale
    text = "\n\n".join(
        ["\n".join(layout.text_lines()) for layout in layouts] + ([caption] if caption else [])
    )
    return Picture(svg=svg(layouts, caption, alt or text), text=text)
