"""From a lesson's source to its notebooks: the instructor's, the master and the student's.

The student's notebook is made by nbgrader's own preprocessors in nbgrader's own order, so plain
`nbgrader generate_assignment` gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode

from .course import Lesson
from .errors import LessonError
from .notebooks import copy_of
from .refusals import refuse_loose_regions
from .source import read_source


@dataclass(frozen=True)
class Compiled:
    """The notebooks of one lesson.

    `master` is what a handed-in notebook is rebuilt from: the answers cut, the hidden tests still
    in. It is the state in which nbgrader records a lesson's cells in its gradebook.
    """

    instructor: NotebookNode
    master: NotebookNode
    student: NotebookNode


def compile_lesson(lesson: Lesson) -> Compiled:
    """Make the notebooks of a lesson from its source, without looking at what they say.

    Raises
    ------
    LessonError
        If the source is malformed.
    """
    instructor = read_source(lesson.source)
    refuse_loose_regions(lesson, instructor)
    master, student = release(instructor, lesson)
    return Compiled(instructor, master, student)


def release(instructor: NotebookNode, lesson: Lesson) -> tuple[NotebookNode, NotebookNode]:
    """Cut the answers, then the hidden tests: the master and the student's notebook."""
    from nbconvert.exporters.exporter import ResourcesDict

    # Importing nbgrader takes a second or two, so it is left to those who need it.
    from nbgrader.nbgraderformat import ValidationError
    from nbgrader.preprocessors import (
        CheckCellMetadata,
        ClearHiddenTests,
        ClearMarkScheme,
        ClearOutput,
        ClearSolutions,
        ComputeChecksums,
        LockCells,
    )

    # The order of nbgrader's GenerateAssignment; where it saves the cells is where we part them. At
    # its end it checks the metadata once more, which takes longest: nothing has changed them.
    to_master = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums)
    to_student = (ClearHiddenTests, ClearMarkScheme, ComputeChecksums)
    made = []
    notebook = instructor
    for steps in (to_master, to_student):
        notebook = copy_of(notebook)
        for step in steps:
            try:
                notebook, _ = step().preprocess(notebook, ResourcesDict())
            except (RuntimeError, ValidationError) as error:
                raise LessonError(f"{lesson.source}: nbgrader says: {error}") from None
        made.append(notebook)
    return made[0], made[1]
