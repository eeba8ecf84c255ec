"""The lessons to read: what a proof has run, with answers folded and hidden tests left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from giving_away import telling_cells
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from pictures_apart import Drawings, raw
from reference_pages.markup import slug
from wrong_answers import wrong_answer_html

from autograder.exercises import find
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course, Lesson
from autograder.lessons.notebooks import copy_of, notebook_text
from autograder.lessons.roles import role_of
from autograder.running.proving import kept_run

LINK = re.compile(
    r"\[(?P<words>[^\[\]]+)\]\(\.\./(?P<lesson>\d\d-[\w-]+)/(?P=lesson)\.ipynb(?P<anchor>#[^)]*)?\)"
)
SOLUTION = re.compile(r"^ *### (?:BEGIN|END) SOLUTION\n?", re.MULTILINE)
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS\n?", re.DOTALL)
MARKING = re.compile(r"^\*\*To mark:\*\*.*", re.DOTALL | re.MULTILINE)

MOST_LINES = 30
"""Of printed output; what is longer is folded."""

NOTE = """\
```{{admonition}} To read, or to write yourself
:class: note to-write
You read lesson {number} with its answers run. In the notebook you write every function yourself,
and each check says what is wrong and why: type `make learn` and open `{name}`.
```
"""


@dataclass(frozen=True)
class Page:
    """How the lessons are shown.

    Parameters
    ----------
    answers : bool
        Whether right answers are there, folded.
    drawings : Drawings
        Takes the drawings that stand in the lessons' HTML.
    lessons : frozenset of str
        The lessons that have a page.
    references : bool
        Whether exercises have pages of their own.
    """

    answers: bool
    drawings: Drawings
    lessons: frozenset[str]
    references: bool

    def link(self, found: re.Match[str]) -> str:
        """A link from lesson to lesson, as the pages lie; words alone where there is no page.

        A lesson names a section as JupyterLab does, with its heading's capitals and signs.
        """
        if found["lesson"] not in self.lessons:
            return found["words"]
        anchor = f"#{slug(found['anchor'])}" if found["anchor"] else ""
        return f"[{found['words']}]({found['lesson']}.ipynb{anchor})"


def write_pages(
    folder: Path, answers: bool, lessons: list[Lesson], drawings: Drawings, references: bool
) -> None:
    """Write a page for each lesson below `folder`.

    Parameters
    ----------
    folder : Path
        The pages' sources; lessons come into `lessons/`.
    answers : bool
        Whether the right answers are there, folded.
    lessons : list of Lesson
    drawings : Drawings
        Takes the drawings that stand in the lessons' HTML.
    references : bool
        Whether exercises have pages of their own, to be linked to.
    """
    home = folder / "lessons"
    home.mkdir(parents=True, exist_ok=True)
    names = frozenset(lesson.name for lesson in lessons)
    page = Page(answers, drawings, names, references)
    for lesson in lessons:
        notebook = page_of(lesson, page)
        (home / f"{lesson.name}.ipynb").write_text(notebook_text(notebook), encoding="utf-8")


def page_of(lesson: Lesson, page: Page) -> NotebookNode:
    """A lesson as a notebook that MyST-NB turns into a page."""
    compiled = compile_lesson(lesson)
    executed = kept_run(lesson, compiled)
    given = {cell.id: cell.source for cell in compiled.student.cells}
    telling = telling_cells(executed)
    cells = [
        part
        for cell in executed.cells
        for part in parts_of(cell, given[cell.id], page, cell.id in telling)
    ]
    number = lesson.name.partition("-")[0]
    cells.insert(1, text(NOTE.format(number=number, name=lesson.student.name)))
    for at, cell in enumerate(cells):
        cell.id = f"cell-{at}"
    metadata = {"kernelspec": executed.metadata.get("kernelspec", {})}
    return new_notebook(cells=cells, metadata=metadata)


def parts_of(
    cell: NotebookNode, given: str, page: Page, tells: bool = False
) -> Iterator[NotebookNode]:
    """What a page shows of a cell.

    Parameters
    ----------
    cell : NotebookNode
        With its answer, and with what it has shown.
    given : str
        Its source as students get it.
    page : Page
    tells : bool
        Whether what it has shown is the answer to an exercise that asks for a value.
    """
    role = role_of(cell)
    if role == "question":
        yield from question(cell.source, page.answers)
    elif cell.cell_type == "markdown":
        yield text(LINK.sub(page.link, cell.source))
    elif role == "exercise":
        yield text(f"```python\n{given.strip()}\n```", "stub")
        if page.answers:
            yield folded(f"```python\n{answer_of(cell.source)}\n```")
    elif role == "test":
        yield text(hidden_note(given))
    else:
        yield shown(cell, page, tells)
        if role == "check":
            yield from beside_the_check(cell, page)


def text(source: str, name: str = "") -> NotebookNode:
    return new_markdown_cell(f"::::{{container}} {name}\n{source}\n::::" if name else source)


def question(source: str, answers: bool) -> Iterator[NotebookNode]:
    """A question to answer in words; how it is marked is not for the page."""
    if answers:
        yield folded(MARKING.sub("", SOLUTION.sub("", source)).strip(), "one good answer")


def folded(source: str, what: str = "the answer") -> NotebookNode:
    head = f'<details class="answer">\n<summary>Try first, then open {what}</summary>'
    return text(f"{head}\n\n{source}\n\n</details>")


def answer_of(source: str) -> str:
    return SOLUTION.sub("", source).strip()


def hidden_note(given: str) -> str:
    """What the hidden tests look at, which the lesson tells students in a comment."""
    lines = [line.lstrip("# ") for line in given.splitlines() if line.startswith("#")]
    said = " ".join(line for line in lines if "HIDDEN TESTS" not in line)
    return f":::{{container}} hidden-note\n{said}\n:::" if said else ""


def shown(cell: NotebookNode, page: Page, tells: bool) -> NotebookNode:
    """A code cell with what it shows; imports, long prints and values to find are folded."""
    made = copy_of(cell)
    made.metadata = type(cell.metadata)()
    made.source = HIDDEN.sub("", cell.source)
    tags = []
    if cell.source.lstrip("# ").startswith("No module named") or is_imports(cell.source):
        tags.append("hide-input")
    if tells and not page.answers:
        made.outputs = []
    elif tells or printed_lines(cell) > MOST_LINES:
        tags.append("hide-output")
    if tags:
        made.metadata["tags"] = tags
    for output in made.outputs:
        html = output.get("data", {}).get("text/html")
        if html:
            output.data = {"text/html": page.drawings.take_out(html)}
    return made


def is_imports(source: str) -> bool:
    lines = [line for line in source.splitlines() if line and not line.startswith(("#", " ", ")"))]
    return bool(lines) and all(line.startswith(("import ", "from ")) for line in lines)


def printed_lines(cell: NotebookNode) -> int:
    return sum(out.text.count("\n") for out in cell.outputs if out.output_type == "stream")


CHECK = re.compile(r"^check\(\s*[\"']([\w-]+)[\"']", re.MULTILINE)


def beside_the_check(cell: NotebookNode, page: Page) -> Iterator[NotebookNode]:
    """What the check says of one wrong answer, and where all are that it knows."""
    for name in CHECK.findall(cell.source):
        html = page.drawings.take_out(wrong_answer_html(name))
        parts = [html, more(name) if page.references else ""]
        if any(parts):
            yield text(raw(f'<div class="wrong-answer">{"".join(parts)}</div>'))


def more(name: str) -> str:
    """A link to the page of an exercise's mistakes."""
    exercise = find(name)
    count = len(exercise.mistakes)
    words = f"all {count} mistakes that it knows" if count > 1 else "the mistake that it knows"
    address = f"../mistakes/{exercise.lesson}/{name}.html"
    return f'<p class="wrong-more"><a href="{address}">{name}: {words}</a></p>'


def all_lessons(names: list[str]) -> list[Lesson]:
    course = Course(Path(__file__).resolve().parents[1])
    return [course.lesson(name) for name in names] or course.lessons()
