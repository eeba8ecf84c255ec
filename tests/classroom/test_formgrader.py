"""Formgrader finds a class that lies outside the course, and its first gradebook."""

import os
import subprocess
import sys

import pytest
from nbgrader.api import Gradebook

from autograder.classroom.folder import ClassFolder
from autograder.classroom.formgrader import how_to_open, write_settings
from autograder.lessons.course import Course, Lesson
from tests import SOONER

LIST = """
import json, os
from pathlib import Path
from nbgrader.apps import NbGrader
from nbgrader.apps.api import NbGraderAPI
app = NbGrader()
app.initialize(["--log-level=ERROR"])
print(json.dumps([one["name"] for one in NbGraderAPI(app.coursedir).get_assignments()]))
"""


def assignments(cwd) -> str:
    """What Formgrader lists where it is started, without an activated environment."""
    done = subprocess.run(
        [sys.executable, "-c", LIST],
        cwd=cwd,
        env={**os.environ, **SOONER, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.fixture
def spring(tmp_path, filters: Lesson) -> ClassFolder:
    folder = ClassFolder(tmp_path / "a spring class")
    folder.submitted.mkdir(parents=True)
    write_settings(folder, Course(filters.root))
    return folder


def test_the_lessons_of_the_course_are_listed_for_a_class_elsewhere(spring):
    assert '"02-filters"' in assignments(spring.root)
    assert spring.gradebook.is_file()
    Gradebook(f"sqlite:///{spring.gradebook}").close()


def test_settings_that_are_there_stay(spring, filters):
    file = spring.root / "nbgrader_config.py"
    file.write_text("# mine")
    write_settings(spring, Course(filters.root))
    assert file.read_text() == "# mine"


def test_the_courses_own_folder_has_its_own(filters):
    before = (filters.root / "nbgrader_config.py").read_bytes()
    write_settings(ClassFolder(filters.root), Course(filters.root))
    assert (filters.root / "nbgrader_config.py").read_bytes() == before


def test_the_command_that_opens_it_can_be_typed(spring):
    words = how_to_open(spring)
    assert words.startswith(f"cd '{spring.root}' && ")
    assert words.endswith("jupyter lab")
