"""A dispute over a verdict: it is run again from its recorded seed, and shows what it rested on.

The student's code runs in the sandbox, as it does when a class is graded; nothing is recorded.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import nbformat

from autograder.exercises import Exercise, UnknownExercise, find
from autograder.figures.matrices import Picture
from autograder.judging.checking import Witness
from autograder.judging.explaining.picturing import picture
from autograder.judging.explaining.sentences import sentence
from autograder.judging.trials import Trial
from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.roles import exercise_of, role_of
from autograder.running.grade_submission import Assignment, Graded, Task, perform
from autograder.running.limits import Limits

from .folder import ClassFolder
from .gradebook import ClassGradebook
from .gradebook.reading import Recorded
from .submissions import read_submission

Work = Callable[[Task, Witness], Graded]
"""`perform`, or what stands in for it."""


@dataclass(frozen=True)
class Shown:
    """One part of an exercise that fails, and the first case in which it does.

    Parameters
    ----------
    words : str
        Of the part.
    sentence : str
        What is wrong, and what would be right.
    picture : Picture or None
        The case: what went in, the student's result, the right one.
    """

    words: str
    sentence: str
    picture: Picture | None


@dataclass(frozen=True)
class Dispute:
    """A verdict, what it rested on, and who else got the same.

    Parameters
    ----------
    recorded : Recorded
        As the gradebook has it.
    again : dict or None
        What came of it this time; `None` if no verdict did.
    shown : tuple of Shown
        First what the verdict speaks of.
    source : str
        The student's code.
    others : tuple of Recorded
        Other students whose verdict names the same part first.
    judged : int
        How many other students have a verdict.
    """

    recorded: Recorded
    again: dict | None
    shown: tuple[Shown, ...]
    source: str
    others: tuple[Recorded, ...]
    judged: int

    @property
    def max_points(self) -> float:
        return find(self.recorded.exercise).test_points

    @property
    def stands(self) -> bool:
        """Whether the verdict came out as it is recorded."""
        again = self.again or {}
        return (again.get("passed"), again.get("points")) == (
            self.recorded.passed,
            self.recorded.points,
        )

    @property
    def same_mistake(self) -> list[str]:
        """The other students who made the same mistake, if it has a name."""
        mistake = self.recorded.mistake
        return [one.student for one in self.others if mistake and one.mistake == mistake]


def replay(
    lesson: Lesson,
    folder: ClassFolder,
    book: ClassGradebook,
    student: str,
    exercise: str,
    sandboxed: bool = True,
    work: Work = perform,
) -> Dispute:
    """Run a student's notebook again with the seed of a verdict, and keep what fails.

    Raises
    ------
    ClassroomError
        If there is no such exercise, no such student, or no verdict that can be run again.
    """
    compiled = compile_lesson(lesson)
    known = _exercise(lesson, compiled, exercise)
    recorded, others = _recorded(book, lesson, student, known)
    submission = read_submission(folder, lesson, student)
    if submission.unreadable:
        raise ClassroomError(
            f"What {student!r} handed in cannot be run again: {submission.unreadable}."
        )
    seen = _Seen(known.id)
    assignment = Assignment.of(lesson, compiled, Limits(), sandboxed)
    graded = work(Task(pickle.dumps(assignment), submission, recorded.seed or 0), seen)
    return Dispute(
        recorded,
        next((one for one in graded.verdicts if one["cell"] == recorded.cell), None),
        tuple(_shown(known, seen.trials)),
        _source(graded, known.id),
        tuple(one for one in others if _fails_the_same(one, recorded)),
        len(others),
    )


@dataclass
class _Seen:
    """What the judge found wrong with the answer to one exercise in its hidden cases."""

    name: str
    trials: Sequence[Trial] = field(default_factory=list)

    def __call__(self, exercise: Exercise, hidden: bool, trials: Sequence[Trial]) -> None:
        if hidden and exercise.id == self.name and not self.trials:
            self.trials = list(trials)


def _exercise(lesson: Lesson, compiled: Compiled, name: str) -> Exercise:
    """An exercise of a lesson by its name."""
    asked = [exercise_of(c.id) for c in compiled.master.cells if role_of(c) == "test"]
    questions = [cell.id for cell in compiled.master.cells if role_of(cell) == "question"]
    if name in questions:
        raise ClassroomError(
            f"{name} is a question that a person marks: there is no verdict to run again."
        )
    if name not in asked:
        raise ClassroomError(
            f"{lesson.name} has no exercise {name!r}; there are: {', '.join(asked)}."
        )
    try:
        return find(name)
    except UnknownExercise as error:
        raise ClassroomError(str(error)) from None


def _recorded(
    book: ClassGradebook, lesson: Lesson, student: str, exercise: Exercise
) -> tuple[Recorded, list[Recorded]]:
    """The verdict on a student's hidden test, and those of all others."""
    if not book.grades(lesson, [student]):
        raise ClassroomError(
            f"{student!r} has no grade for {lesson.name} yet: "
            f"run `autograder grade {lesson.name} --student {student}` first."
        )
    rows = [one for one in book.verdicts(lesson) if one.exercise == exercise.id and one.hidden]
    own = next((one for one in rows if one.student == student), None)
    if own is None or own.seed is None:
        raise ClassroomError(
            f"No verdict on {exercise.id} is recorded for {student!r}: its hidden test was not "
            "judged. The page of the student says why."
        )
    return own, [one for one in rows if one.student != student]


def _fails_the_same(one: Recorded, other: Recorded) -> bool:
    """Whether two answers are wrong, and lost the same part first, if the exercise has parts."""
    first = one.facets.split(", ")[0]
    return not (one.passed or other.passed) and first == other.facets.split(", ")[0]


def _shown(exercise: Exercise, trials: Sequence[Trial]) -> list[Shown]:
    """Of each part that fails the first case, in the order in which they were found."""
    first: dict[str, Trial] = {}
    for trial in trials:
        first.setdefault(trial.facet, trial)
    return [
        Shown(
            exercise.words(facet),
            sentence(exercise, trial).removeprefix(f"{exercise.id}: "),
            picture(exercise, trial),
        )
        for facet, trial in first.items()
    ]


def _source(graded: Graded, name: str) -> str:
    """The code of an answer, as it ran."""
    cells = nbformat.reads(graded.notebook, as_version=4).cells
    return next((cell.source for cell in cells if cell.id == name), "")
