"""What a judge says of one answer, and how it shows itself."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape

from autograder.figures.matrices import Picture
from autograder.figures.style import CARD, INK, KINDS, MUTED

PAGE = 92
"""Characters of plain text across a notebook's page, which does not wrap it."""

CODE = '<code style="background:none;color:inherit">'


@dataclass(frozen=True)
class FacetResult:
    """Whether an answer passed everything that tests one facet."""

    facet: str
    words: str
    passed: bool

    @property
    def graded(self) -> bool:
        """Whether it is worth points.

        What a function leaves of its inputs is told but not graded: only the process it runs in
        can tell, and that is the student's own.
        """
        return self.facet != "untouched"


@dataclass(frozen=True)
class Verdict:
    """What came of judging one answer.

    Parameters
    ----------
    exercise : str
        The exercise's id.
    passed : bool
        Whether the whole answer is right.
    points, max_points : float
        Earned, by facet, and to be had.
    facets : tuple of FacetResult
    mistakes : tuple of str
        The names of the catalogued mistakes that the answer behaves like: none, one or two.
    message : str
        One or two sentences for the student. Of a right answer, what is asked only after handing
        in; empty if nothing is.
    picture : Picture or None
        The smallest failing case; none in hidden tests.
    printed : str
        What the answer printed on the case shown.
    seed : int
        What the hidden cases were drawn from: the same seed gives the same verdict.
    hidden : bool
    """

    exercise: str
    passed: bool
    points: float
    max_points: float
    facets: tuple[FacetResult, ...] = ()
    mistakes: tuple[str, ...] = ()
    message: str = ""
    picture: Picture | None = None
    printed: str = ""
    seed: int = 0
    hidden: bool = False

    @property
    def mistake(self) -> str | None:
        """The mistake that the answer behaves like, two joined by "and"; None if not known."""
        return " and ".join(self.mistakes) or None

    @property
    def summary(self) -> str:
        """The verdict in a few words; its sentence, where there are none for what is wrong."""
        if self.passed:
            return self.message or f"{self.exercise}: right."
        words = self.mistake or next((f.words for f in self.facets if not f.passed), "")
        return f"{self.exercise}: {words}." if words else self.message

    @property
    def score(self) -> str:
        """How much was earned, where part of it was."""
        if self.passed or not self.points:
            return ""
        if self.points == self.max_points:
            return "It keeps its points: what a function does to its inputs is not graded."
        held = [facet.passed for facet in self.facets if facet.graded]
        unit = "point" if self.max_points == 1 else "points"
        return (
            f"{sum(held)} of {len(held)} parts hold: {self.points:g} of {self.max_points:g} {unit}."
        )

    @property
    def text(self) -> str:
        """The whole verdict for a terminal."""
        if self.passed:
            return f"✓ {self.summary}"
        printed = f"Your function printed:\n{self.printed.rstrip()}" if self.printed else ""
        drawing = self.picture.text if self.picture else ""
        lines = ["✗ " + self.message, self.score, drawing, printed]
        return "\n".join(filter(None, lines))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": self.text}

    def _repr_html_(self) -> str:
        colour = KINDS["expected" if self.passed else "yours"]
        sign, words = ("✓", self.summary) if self.passed else ("✗", self.message)
        score = f'<div style="color:{MUTED}">{escape(self.score)}</div>' if self.score else ""
        drawing = self.picture.html if self.picture else ""
        printed = (
            f'<div style="color:{MUTED}">Your function printed:</div>'
            f'<pre style="color:{INK};margin:2px 0">{escape(self.printed.rstrip())}</pre>'
            if self.printed
            else ""
        )
        return (
            f'<div style="background:{CARD};color:{INK};border-left:5px solid {colour};'
            'padding:8px 12px;margin:4px 0;max-width:860px;line-height:1.45">'
            f'<div><span style="color:{colour};font-weight:bold">{sign}</span> {on_a_card(words)}'
            f"</div>{score}{drawing}{printed}</div>"
        )


def with_code(words: str) -> str:
    """A sentence as HTML, what stands between backticks as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(words))


def on_a_card(words: str) -> str:
    """The same on a light card, whose code keeps the card's colors where the page is dark."""
    return with_code(words).replace("<code>", CODE)


class WrongAnswer(AssertionError):
    """A checked answer is wrong. Its traceback is the sentence, not the stack."""

    def __init__(self, verdict: Verdict, shown: bool = False) -> None:
        super().__init__(verdict.message)
        self.verdict = verdict
        self.shown = shown

    def _render_traceback_(self) -> list[str]:
        """What IPython prints for it: short where the whole verdict stands just above."""
        said = self.verdict.summary if self.shown else self.verdict.message
        return textwrap.wrap(f"WrongAnswer: {said}", PAGE)


def settle(verdict: Verdict, shown: bool) -> float | None:
    """End a check: None if all is right, the points if a part is, `WrongAnswer` otherwise."""
    if verdict.passed:
        return None
    if verdict.points:
        return verdict.points
    raise WrongAnswer(verdict, shown) from None
