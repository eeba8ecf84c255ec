"""A few sentences for a learner, with a picture where there is one."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape

from autograder.figures.matrices import Picture
from autograder.figures.style import CARD, INK, KINDS, MUTED
from autograder.inside.verdicts import PAGE, on_a_card


@dataclass(frozen=True)
class Card:
    """A heading, paragraphs, code to read and a picture; it shows itself where it is shown.

    Parameters
    ----------
    title : str
    paragraphs : tuple of str
        What stands between backticks is code.
    picture : Picture, optional
        Below the first paragraph's text.
    code : str
        A program, line by line, above the paragraphs.
    """

    title: str
    paragraphs: tuple[str, ...]
    picture: Picture | None = None
    code: str = ""

    @property
    def text(self) -> str:
        """The card for a terminal."""
        drawing = self.picture.text if self.picture else ""
        paragraphs = ["\n".join(textwrap.wrap(words, PAGE)) for words in self.paragraphs]
        return "\n\n".join(filter(None, [self.title, self.code, drawing, *paragraphs]))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": self.text}

    def _repr_html_(self) -> str:
        code = f"<pre style='color:{INK}'>{escape(self.code)}</pre>" if self.code else ""
        drawing = self.picture.html if self.picture else ""
        paragraphs = "".join(f"<p>{on_a_card(words)}</p>" for words in self.paragraphs)
        return (
            f'<div style="background:{CARD};color:{INK};border-left:5px solid {KINDS["input"]};'
            'padding:8px 12px;margin:4px 0;max-width:860px;line-height:1.45">'
            f'<div style="color:{MUTED};font-weight:bold">{on_a_card(self.title)}</div>'
            f"{code}{drawing}{paragraphs}</div>"
        )
