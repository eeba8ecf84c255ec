"""The files of a new exercise or lesson, begun for an author to fill in.

What is left open is marked `To fill in:`. The tests name every such place until it is filled in.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from pathlib import Path

from autograder.exercises import package_of

from .course import Course, Lesson
from .errors import ClassroomError
from .files import write_aside

LESSON_NAME = re.compile(r"\d\d(-[a-z0-9]+)+")
EXERCISE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

ORDER = re.compile(r"^    order=(\d+),$", re.MULTILINE)
STEP = 10
"""How far apart exercises of a lesson are numbered, so that others may come between them."""

EXERCISE = '''\
"""To fill in: what students do here, in one line."""

from __future__ import annotations

import numpy as np

from ..model import Arguments, Exercise, Mistake, Numbers, case


def {function}(x: np.ndarray) -> np.ndarray:
    """To fill in: the right answer; take it from `autograder.reference` once it is there."""
    return 2 * x


def draw(numbers: Numbers, N: int) -> Arguments:
    """To fill in: how the arguments of one call are drawn, in the order of the signature."""
    return {{"x": numbers.array(N)}}


EXERCISE = Exercise(
    order={order},
    reference={function},
    draw=draw,
    example=lambda: {{"x": np.array([1.0, 2.0, 3.0])}},
    # To fill in: cases, the plainest first; those that are not hidden are shown in the lesson.
    cases=(
        case("values", hidden=False, N=3),
        case("values", N=5),
        case("dtype", dtype="float32", N=4),
        case("layout", layout="strided", N=4),
    ),
    # To fill in: the heading in the lesson that explains it.
    see="",
    mistakes=(
        # To fill in: what people get wrong; the answer is the wrong function itself.
        Mistake(
            "left as it was",
            lambda x: x.copy(),
            "The numbers came out as they went in.",
        ),
    ),
)
'''

CELLS = '''\
# %% [markdown]
r"""
## To fill in: a heading

To fill in: why one would want this, in a few sentences.

**Your turn.** Write `{function}`.
"""

# %% role="exercise" id="{id}"
def {function}(x):
    """To fill in: what it does, its arguments with their shapes, and what it returns."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% role="given" id="{id}-look"
look("{id}", {function})

# %% role="check" id="{id}-check" points=1
check("{id}", {function})

# %% role="test" id="{id}-test" points=3
# 3 points, run after you hand in: to fill in.
### BEGIN HIDDEN TESTS
check("{id}", {function}, hidden=True)
### END HIDDEN TESTS
'''
"""What an author puts into the lesson for a new exercise."""

SOURCE = '''\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
r"""
# To fill in: a title with a verb

To fill in: a promise, in a few sentences.

- **You will do**: to fill in.
- **You will learn**: to fill in.
- **You will need**: to fill in.
"""

# %% role="given" id="{id}-setup"
import numpy as np

from autograder import check, look, progress

# %% [markdown]
r"""
## In your own words

To fill in: a question whose answer a person reads.
"""

# %% [markdown] role="question" id="why-{id}" points=4
r"""
### BEGIN SOLUTION
To fill in: a good answer.

**To mark:**

- 4 points: to fill in.
### END SOLUTION
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes to the page and answer aloud.

1. To fill in: a question.
2. To fill in: a question.
3. To fill in: a question.
4. To fill in: a question.
5. To fill in: a question.
"""

# %% [markdown]
r"""
## On your own

- To fill in: something to try.
"""

# %% role="given" id="{id}-progress"
progress("{lesson}")
'''

EXERCISES = '''\
"""{lesson}: to fill in."""

# To fill in: what students write in this lesson.
STUDENTS_WRITE = "to fill in"
"""As the table of lessons in the README has it."""
'''

RIGHT = '''\
"""{lesson}: right answers in the styles that students write."""

ANSWERS = {{}}
'''

WRONG = '''\
"""{lesson}: wrong answers that the catalogue does not list."""

ANSWERS = {{}}
'''

HANDED_IN = '''\
"""{lesson}: what the sample class handed in, and what it must get."""

from tests.sample_class.students import LESSONS_OWN, Assignment, Student

# To fill in: one who is right, and some who make mistakes of the catalogue.
STUDENTS = {{
    "ada-okafor": Student(LESSONS_OWN, "To fill in: an answer to the written question."),
}}

# To fill in: the points of those who answer in a way of their own, a column for each exercise.
POINTS = """
ada-okafor
"""

FEEDBACK = {{}}

HANDED_IN = Assignment(STUDENTS, POINTS, FEEDBACK)
'''


def new_lesson(course: Course, lesson: str) -> list[Path]:
    """Write those files of a lesson that are not there yet.

    Returns
    -------
    list of Path
        What was written; files that are there are left alone.

    Raises
    ------
    ClassroomError
        If the name is none for a lesson, its number is taken, or all its files are there.
    """
    if not LESSON_NAME.fullmatch(lesson):
        raise ClassroomError(
            f"{lesson!r} cannot be the name of a lesson: write two digits and words in small "
            "letters, with hyphens between them, as in 09-after-vgg."
        )
    _refuse_taken_number(course, lesson)
    written = _write_new(lesson_files(course, lesson))
    if not written:
        raise ClassroomError(f"{lesson} has all its files already: nothing was written.")
    return written


def lesson_files(course: Course, lesson: str) -> dict[Path, str]:
    """The files that a lesson must have, and how they begin; its notebook is built from them."""
    fields = {"lesson": lesson, "id": lesson[3:]}
    tests = course.root / "tests" / "lessons" / package_of(lesson)
    texts = {
        Lesson(lesson, course.root).source: SOURCE,
        _exercises(course) / package_of(lesson) / "__init__.py": EXERCISES,
        tests / "__init__.py": "",
        tests / "right.py": RIGHT,
        tests / "wrong.py": WRONG,
        tests / "handed_in.py": HANDED_IN,
    }
    return {path: text.format(**fields) for path, text in texts.items()}


def _refuse_taken_number(course: Course, lesson: str) -> None:
    others = {other.name for other in course.lessons()} - {lesson}
    same = [other for other in sorted(others) if other.startswith(lesson[:3])]
    if same:
        raise ClassroomError(f"Lesson {lesson[:2]} is {same[0]} already: take another number.")


def new_exercise(course: Course, lesson: str, exercise: str) -> tuple[Path, str]:
    """Write the file of a new exercise.

    Returns
    -------
    Path, str
        The file, and the cells that the lesson needs for it.

    Raises
    ------
    ClassroomError
        If there is no such lesson, the id is none for an exercise, or there is one of that id.
    """
    name = exercise.replace("-", "_")
    if not EXERCISE_ID.fullmatch(exercise) or keyword.iskeyword(name):
        raise ClassroomError(
            f"{exercise!r} cannot be the id of an exercise: write the name of its function in "
            "small letters, with hyphens for underscores, as in max-pool2d."
        )
    folder = _exercises(course) / package_of(lesson)
    if not LESSON_NAME.fullmatch(lesson) or not folder.is_dir():
        raise ClassroomError(
            f"There is no lesson {lesson!r} in the catalogue; "
            "`autograder new lesson NN-name` begins one."
        )
    taken = sorted(folder.parent.glob(f"lesson_*/{name}.py"))
    if taken:
        where = taken[0].relative_to(course.root)
        raise ClassroomError(f"{where} is there already: nothing was written.")
    text = EXERCISE.format(function=name, order=_next_order(folder))
    _write_new({folder / f"{name}.py": text})
    return folder / f"{name}.py", CELLS.format(function=name, id=exercise)


def _next_order(folder: Path) -> int:
    """The number behind the last exercise of a lesson."""
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("[!_]*.py")]
    orders = [int(number) for text in texts for number in ORDER.findall(text)]
    return (max(orders, default=0) // STEP + 1) * STEP


def _exercises(course: Course) -> Path:
    """The folder of the catalogue, in the checkout that the course lies in."""
    folder = course.root / "autograder" / "exercises"
    if not folder.is_dir():
        raise ClassroomError(
            f"{course.root} holds lessons but no `autograder/exercises`: "
            "run this in a checkout of the course."
        )
    return folder


def _write_new(texts: Mapping[Path, str]) -> list[Path]:
    """Write files where there are none."""
    missing = [path for path in texts if not path.exists()]
    for path in missing:
        write_aside(path, texts[path])
    return missing
