"""The course's own feedback page for plain `nbgrader generate_feedback` and Formgrader.

`nbgrader_config.py` puts `GetMarks` in place of `GetGrades`, and `PageExporter` in place of the
exporter whose page runs programs and needs a network.
"""

from __future__ import annotations

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades


class GetMarks(GetGrades):
    """Points and comments from the gradebook, and what a person still has to do or has done."""

    def _get_score(self, cell: NotebookNode, resources: ResourcesDict) -> None:
        super()._get_score(cell, resources)
        own = cell.metadata.nbgrader
        grade = self.gradebook.find_grade(
            own["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        own["waits"] = bool(grade.needs_manual_grade)
        overruled = grade.auto_score is not None and grade.manual_score is not None
        own["checked"] = grade.auto_score if overruled else None
