"""The index of exercises and mistakes: a page an exercise, a section a mistake, one page of all."""

from __future__ import annotations

import ast
import hashlib
import inspect
from collections import Counter
from collections.abc import Iterator
from functools import partial

from autograder.exercises import LESSONS, Exercise, Mistake, Property, of_lesson
from autograder.judging.checking import gives_away
from autograder.learning.solutions import code_of

from .keeping import Drawn
from .lesson_text import function_of, short_title, stub_of, task_of
from .markup import code, drawing, folded, lesson_link, page, pages_below, sentence_case, slug
from .smallest import Shown

INTRODUCTION = """\
Each exercise of the course, how it is checked, and every mistake that the course knows, with the
smallest case in which it fails. If your own code goes wrong, look for the exercise, or type here
what Python said or what you see. [What Python says](errors.md) lists the messages.
"""

SEARCH = '<div class="find-mistakes" data-of="{}"></div>'
"""Where the page's program puts the field to search in. It names the state of what is searched, so
that the page is another where that is."""

LEFT_OUT = (
    "What is right in a wrong value, here or as the answer of another exercise, is left out (…)."
)

UP = "../../"
"""From the page of an exercise to the folder of all pages."""


# -- the page of all ------------------------------------------------------------------------------


def index_page(searched: str = "") -> str:
    """All exercises by lesson, each with its mistakes.

    Parameters
    ----------
    searched : str
        The text of the file that the page loads to search in.
    """
    count = sum(len(exercise.mistakes) for lesson in LESSONS for exercise in of_lesson(lesson))
    exercises = sum(len(of_lesson(lesson)) for lesson in LESSONS)
    said = f"{INTRODUCTION}\nThere are {exercises} exercises and {count:,} mistakes."
    lessons = [block for lesson in LESSONS for block in lesson_blocks(lesson)]
    return page(
        "# Exercises and mistakes",
        said,
        SEARCH.format(hashlib.sha256(searched.encode()).hexdigest()[:8]),
        *lessons,
        pages_below(["errors", *(f"{lesson}/index" for lesson in LESSONS)]),
    )


def lesson_blocks(lesson: str) -> Iterator[str]:
    """A lesson's exercises, each with the names of its mistakes folded."""
    yield f"## [{short_title(lesson)}]({lesson}/index.md)"
    for exercise in of_lesson(lesson):
        path = f"{lesson}/{exercise.id}.md"
        yield f"### [{exercise.id}]({path})"
        yield what_for(exercise)
        links = [f"- [{title}]({path}#{slug(title)})" for title in titles(exercise)]
        yield folded(f"{len(links)} mistakes", "\n".join(links))


def lesson_page(lesson: str) -> str:
    """The exercises of one lesson."""
    rows = [f"- [{one.id}]({one.id}.md): {what_for(one)}" for one in of_lesson(lesson)]
    where = f"The exercises of {lesson_link('the lesson', lesson, up=UP)}, in its order."
    names = [exercise.id for exercise in of_lesson(lesson)]
    return page(f"# {short_title(lesson)}", where, "\n".join(rows), pages_below(names))


def what_for(exercise: Exercise) -> str:
    """What an exercise is for, in the first line of its docstring."""
    function = function_of(exercise.lesson, exercise.id)
    says = (ast.get_docstring(function) or "") if function else "A value to work out."
    return says.partition("\n")[0]


# -- the page of one exercise ---------------------------------------------------------------------


def exercise_page(exercise: Exercise, made: Drawn, answers: bool) -> str:
    """One exercise: its task, its picture, what it is checked by, and each of its mistakes."""
    blocks = [
        f"# {exercise.id}",
        where_from(exercise),
        task_of(exercise.lesson, exercise.id, UP),
        code(stub_of(exercise.lesson, exercise.id)),
        drawing(made.task) if made.task else "",
    ]
    if answers:
        blocks.append(folded("Try first: the answer", code(code_of(exercise))))
    blocks += ["## Checked by", checks(exercise), "## Mistakes"]
    blocks += [LEFT_OUT] if not callable(exercise.reference) or gives_away(exercise) else []
    pairs = zip(exercise.mistakes, titles(exercise), made.mistakes, strict=True)
    sections = (mistake_section(exercise, *pair) for pair in pairs)
    return page(*blocks, *sections)


def where_from(exercise: Exercise) -> str:
    """What is asked for, in which lesson, and under which heading."""
    kind = "A function to write" if callable(exercise.reference) else "A value to work out"
    lesson = lesson_link(short_title(exercise.lesson), exercise.lesson, up=UP)
    return f"{kind}, in lesson {lesson}: {heading_link(exercise, exercise.see)}."


def heading_link(exercise: Exercise, heading: str) -> str:
    """A link to where the lesson explains something."""
    if not heading:
        return lesson_link("the lesson", exercise.lesson, up=UP)
    return lesson_link(f"“{heading}”", exercise.lesson, heading, up=UP)


def checks(exercise: Exercise) -> str:
    """What an answer is checked by: facets of cases, and properties in a sentence each."""
    if not callable(exercise.reference):
        return "The value itself, as plain numbers."
    facets = dict.fromkeys(case.facet for case in exercise.cases)
    if exercise.example and exercise.draw and "values" not in facets:
        facets = {"values": None, **facets}
    told = {prop.facet for prop in exercise.properties if sentence_of(prop)}
    lines = [exercise.words(facet) for facet in facets if facet not in told]
    lines += [sentence_of(prop) or exercise.words(prop.facet) for prop in exercise.properties]
    return "\n".join(f"- {sentence_case(line)}" for line in dict.fromkeys(lines))


def sentence_of(prop: Property) -> str:
    """What the test of a property says of itself; empty where it says nothing."""
    test = prop.test
    says = inspect.getdoc(test.func if isinstance(test, partial) else test) or ""
    return " ".join(says.partition("\n\n")[0].split())


def titles(exercise: Exercise) -> list[str]:
    """The heading of each mistake: its name, numbered where several have the same."""
    names = [sentence_case(mistake.name) for mistake in exercise.mistakes]
    often, seen = Counter(names), Counter[str]()
    made = []
    for name in names:
        seen[name] += 1
        made.append(f"{name} ({seen[name]} of {often[name]})" if often[name] > 1 else name)
    return made


def mistake_section(exercise: Exercise, mistake: Mistake, title: str, shown: Shown) -> str:
    """One mistake: its sentence, its smallest failing case, what the judge and Python say."""
    told = [shown.says] if shown.says else []
    if shown.late:
        told.append("The open check lets it pass: the test after handing in finds it.")
    told.append(f"See {heading_link(exercise, exercise.heading(mistake))}.")
    return page(
        f"### {title}",
        f"**{mistake.sentence}**",
        drawing(shown.svg) if shown.svg else "",
        code(shown.raises, "text") if shown.raises else "",
        " ".join(told),
    ).rstrip("\n")
