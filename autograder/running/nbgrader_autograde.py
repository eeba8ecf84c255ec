"""The wall for plain `nbgrader autograde`: `nbgrader_config.py` puts it in place of `Execute`.

The course's own `autograder grade` does not need it; whoever has scripts around nbgrader's command
gets the same runs and the same points from it.
"""

from __future__ import annotations

import pickle
import secrets
from functools import cache

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course
from autograder.lessons.errors import ClassroomError
from autograder.lessons.roles import role_of
from autograder.running.handed_in import Submission, cells_from
from autograder.sandbox.requirements import missing

from .grade_submission import Assignment, Task, perform


class ExecuteBehindTheWall(NbGraderPreprocessor):
    """Runs a notebook in the sandbox, with the judge outside, and leaves points to be read."""

    sandboxed = Bool(
        True,
        help="Off, the code that was handed in can do whatever you can; noted in every result.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Put the executed notebook in place of what was handed in."""
        if self.sandboxed and (reason := missing()):
            raise ClassroomError(reason)
        name = resources["nbgrader"]["assignment"]
        cells, remarks = cells_from(nbformat.writes(nb).encode(), "the notebook")
        student = resources["nbgrader"].get("student", "")
        submission = Submission(student, name, cells, remarks=remarks)
        graded = perform(Task(_assignment(name, self.sandboxed), submission, secrets.randbits(32)))
        notebook = nbformat.reads(graded.notebook, as_version=4)
        for cell in notebook.cells:
            points = graded.points.get(cell.id)
            if role_of(cell) in ("check", "test") and points is not None:
                leave_points(cell, points)
        return notebook, resources


@cache
def _assignment(name: str, sandboxed: bool) -> bytes:
    lesson = Course.find().lesson(name)
    return pickle.dumps(Assignment.of(lesson, compile_lesson(lesson), sandboxed=sandboxed))


def leave_points(cell: NotebookNode, points: float) -> None:
    """Let the outputs of a graded cell say its points, as nbgrader reads them.

    The first error, line on stderr or number is the grade, and none of them is all the points.
    """
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"
    said = [output for output in cell.outputs if output.output_type != "execute_result"]
    earned = new_output("execute_result", {"text/plain": f"{points:g}"})
    cell.outputs = said if points == 0 and _fails(said) else [earned, *said]


def _fails(outputs: list[NotebookNode]) -> bool:
    return any(output.output_type == "error" for output in outputs)
