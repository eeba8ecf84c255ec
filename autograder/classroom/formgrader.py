"""What JupyterLab's Formgrader needs to find in the folder of a class."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from autograder.lessons.course import Course
from autograder.lessons.files import write_aside

from .folder import ClassFolder

SETTINGS = """\
\"\"\"nbgrader's settings for this class. Its lessons lie in the course's own folder.\"\"\"

c = get_config()  # noqa: F821 (traitlets puts it there)

load_subconfig("nbgrader_config.py", path={course!r})  # noqa: F821
c.CourseDirectory.source_directory = {solutions!r}
c.CourseDirectory.release_directory = {notebooks!r}
"""


def write_settings(folder: ClassFolder, course: Course) -> None:
    """Write `nbgrader_config.py` for a class outside the course, unless it has one."""
    file = folder.root / "nbgrader_config.py"
    root = course.root.resolve()
    if file.exists() or folder.root.resolve() == root or not (root / file.name).is_file():
        return
    text = SETTINGS.format(
        course=str(root), solutions=str(root / "solutions"), notebooks=str(root / "notebooks")
    )
    write_aside(file, text)


def how_to_open(folder: ClassFolder) -> str:
    """The command that opens Formgrader for a class, as one types it.

    Examples
    --------
    >>> how_to_open(ClassFolder(Path("/spring class"))).startswith("cd '/spring class' && ")
    True
    """
    jupyter = Path(sys.executable).with_name("jupyter")
    return f"cd {shlex.quote(str(folder.root.resolve()))} && {shlex.quote(str(jupyter))} lab"
