"""The page a student gets back, as `nbgrader generate_feedback` makes it."""

from __future__ import annotations

from pathlib import Path

from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets import default

from autograder.classroom.folder import ClassFolder
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.running.handling import TooMuchWork, bounded
from autograder.running.nbgrader_feedback import GetMarks
from autograder.running.page import PageExporter


def write_page(folder: ClassFolder, url: str, lesson: Lesson, student: str) -> None:
    """Have nbgrader make the page of one student from the gradebook at `url`."""
    course = CourseDirectory(root=str(folder.root.resolve()), db_url=url)
    course.assignment_id = lesson.name
    course.student_id = student
    making = _Feedback(coursedir=course, force=True)
    try:
        making.start()
    except NbGraderException as error:
        if making.stopped:
            raise making.stopped from None  # nbgrader does not say why
        raise ClassroomError(f"No feedback could be made for {student!r}: {error}") from None


class _Feedback(GenerateFeedback):
    """nbgrader's pages for one named student: nbgrader itself takes names for patterns."""

    coursedir: CourseDirectory
    stopped: TooMuchWork | None = None

    @default("exporter_class")
    def _exporter_class_default(self) -> type[PageExporter]:
        return PageExporter

    @default("preprocessors")
    def _preprocessors_default(self) -> list[type[GetMarks]]:
        return [GetMarks]

    def init_notebooks(self) -> None:
        course = self.coursedir
        place = Path(self._format_source(course.assignment_id, course.student_id))
        self.assignments = {str(place): [str(place / f"{course.assignment_id}.ipynb")]}

    def convert_single_notebook(self, notebook_filename: str) -> None:
        try:
            with bounded("making its page"):
                super().convert_single_notebook(notebook_filename)
        except TooMuchWork as error:
            self.stopped = error
            raise
