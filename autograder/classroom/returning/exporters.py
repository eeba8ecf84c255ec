"""The same grade files as plugins of nbgrader's: `nbgrader export --exporter=…`."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin
from traitlets import Unicode

from autograder.classroom.collecting import Roster, read_origins, read_roster
from autograder.classroom.folder import ClassFolder
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.files import write_bytes_aside

from .grade_files import CANVAS, MOODLE, Line, canvas_file, exact, moodle_file


class _PlatformExport(ExportPlugin):
    """A platform's grade file of one assignment, by nbgrader's own points and penalties."""

    roster = Unicode("students.csv", help="the list that the platform exported").tag(config=True)
    platform = ""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file.

        Raises
        ------
        ClassroomError
            If it is not said which assignment is meant.
        """
        if len(self.assignment) != 1:
            raise ClassroomError("Name the lesson whose grades are exported: --assignment=LESSON.")
        lesson = Lesson(str(self.assignment[0]), Path.cwd())
        roster = read_roster(Path(self.roster)) if Path(self.roster).is_file() else None
        lines = self._lines(gradebook, lesson, roster)
        most = float(gradebook.find_assignment(lesson.name).max_score or 0.0)
        text = (
            canvas_file(lines, lesson.name, roster)
            if self.platform == CANVAS
            else moodle_file(lines, exact(most), roster)
        )
        path = Path(self.to or f"grades-{self.platform}.csv")
        write_bytes_aside(path, text.encode("utf-8-sig" if self.platform == CANVAS else "utf-8"))

    def _lines(self, gradebook: Gradebook, lesson: Lesson, roster: Roster | None) -> list[Line]:
        origins = read_origins(ClassFolder(Path.cwd()), lesson)
        lines = []
        for name in sorted(str(student.id) for student in gradebook.students):
            try:
                handed = gradebook.find_submission(lesson.name, name)
            except MissingEntry:
                continue
            penalty = float(handed.late_submission_penalty or 0.0)  # type: ignore[arg-type]
            points = max(0.0, float(handed.score or 0.0) - penalty)
            person = roster.of(name) if roster else None
            lines.append(Line(name, person, origins.get(name), exact(points)))
        return lines


class CanvasExport(_PlatformExport):
    """What Canvas's gradebook imports."""

    platform = CANVAS


class MoodleExport(_PlatformExport):
    """What Moodle takes for *Upload grading worksheet*."""

    platform = MOODLE
