"""nbgrader's own commands on this tree: what it calls source and release has other names here."""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821 (traitlets puts it there)

c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "*.py",  # the lessons' sources hold the answers
]

# Plain `nbgrader autograde` runs what was handed in behind the wall too.
c.Autograde.autograde_preprocessors = [
    "autograder.running.nbgrader_autograde.ExecuteBehindTheWall",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The pages that students get back run no program, need no network and say what waits for a mark.
c.GenerateFeedback.exporter_class = "autograder.running.page.PageExporter"
c.GenerateFeedback.preprocessors = ["autograder.running.nbgrader_feedback.GetMarks"]

# For a new gradebook nbgrader runs `alembic`, which it looks for on PATH: a `.venv` that nobody has
# activated is not there.
TOOLS = str(Path(sys.executable).parent)
if TOOLS not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([TOOLS, os.environ.get("PATH", os.defpath)])
