"""Formulas are set without a program or a network, whatever they hold."""

from __future__ import annotations

import time
from xml.etree import ElementTree

import nbformat
import pytest
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.lessons.course import Course
from autograder.running.formulas import ATTRIBUTES, ELEMENTS, set_formula

LESSONS = [lesson.name for lesson in Course.find().lessons()]


class Formulas(IPythonRenderer):
    """Collects the formulas of a text."""

    def __init__(self, **options):
        super().__init__(escape=False, **options)
        self.found: list[tuple[str, bool]] = []

    def block_math(self, body: str) -> str:
        self.found.append((body, True))
        return ""

    def inline_math(self, body: str) -> str:
        self.found.append((body, False))
        return ""

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")


@pytest.mark.parametrize("name", LESSONS)
def test_every_formula_of_the_lessons_is_set(name):
    notebook = nbformat.read(Course.find().lesson(name).student, 4)
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        formulas = Formulas(attachments=cell.get("attachments", {}))
        MarkdownWithMath(renderer=formulas).render(cell.source)
        for tex, block in formulas.found:
            made = ElementTree.fromstring(set_formula(tex, block))
            assert made.tag == "math", tex
            assert made.get("display") == ("block" if block else "inline")
            assert "\\" not in "".join(made.itertext()), tex


STRANGE = [
    r"\href{javascript:alert(1)}{x}",
    r"\text{<script>alert(1)</script>}",
    r"\style{background:url(http://evil.invalid)}{x}",
    r"\class{graded}{x}",
    r"\includegraphics{http://evil.invalid/x.png}",
    r"\hspace{9000em}x",
    r"\rule{9000em}{9000em}",
    r"\color{red}{x}",
    r"\mathbf{<img src=x onerror=alert(1)>}",
    'x" onmouseover="alert(1)',
    "&lt;script&gt;",
    "</math><script>alert(1)</script>",
    "{" * 500,
    r"\left(" * 160,
    "'" * 900,
    "x_" * 499,
    r"\sqrt{" * 29 + "}" * 29,
    r"\begin{matrix}" * 60,
    "a" * 5_000,
]


@pytest.mark.parametrize("tex", STRANGE, ids=range(len(STRANGE)))
@pytest.mark.parametrize("block", [False, True])
def test_a_formula_holds_nothing_that_does_anything(tex, block):
    started = time.process_time()
    made = ElementTree.fromstring(set_formula(tex, block))
    assert time.process_time() - started < 20
    if made.tag == "code":
        mark = "$$" if block else "$"
        assert made.text == f"{mark}{tex}{mark}"
        assert not made.attrib
        return
    for part in made.iter():
        assert part.tag in ELEMENTS
        assert set(part.attrib) <= set(ATTRIBUTES)
        assert all("000" not in value for value in part.attrib.values())


@pytest.mark.parametrize("tex", [r"\frac{1", r"\unknown x", "x_", r"\begin{tikzpicture}x"])
def test_what_is_not_understood_stays_as_it_was_typed(tex):
    assert set_formula(tex) == f"<code>${tex}$</code>"


def test_lines_of_a_derivation_stand_below_each_other():
    made = set_formula(r"\begin{aligned}a &= b \\ &= c\end{aligned}", block=True)
    assert made.count("<mtr>") == 2
