"""Every file that a person may edit is edited, every command run, and nothing of theirs is lost."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from autograder.lessons.build import build
from autograder.lessons.course import Lesson
from tests.sample_class.__main__ import main as hand_in
from tests.small_course import autograder

CHECKOUT = Path(__file__).resolve().parents[2]
NAME = "02-filters"

COMMANDS = [
    ("build", "--no-run", NAME),
    ("start", NAME),
    ("check", f"my-course/{NAME}/{NAME}.ipynb"),
    ("grade", NAME, "--class", "spring", "--no-sandbox", "--workers", "1"),
    ("grade", NAME, "--class", "spring", "--no-sandbox", "--workers", "1", "--force"),
    ("feedback", NAME, "--class", "spring"),
    ("report", NAME, "--class", "spring"),
    ("export", "--class", "spring", "--to", "grades.csv"),
    ("new", "exercise", NAME, "sharpen-image"),
    ("new", "lesson", "10-mine"),
]

EDITED = [
    f"solutions/{NAME}/{NAME}.py",
    f"solutions/{NAME}/{NAME}.ipynb",
    f"notebooks/{NAME}/{NAME}.ipynb",
    f"notebooks/{NAME}/notes.txt",
    f"my-course/{NAME}/{NAME}.ipynb",
    f"my-course/{NAME}/notes.txt",
    f"spring/submitted/ada/{NAME}/{NAME}.ipynb",
    "spring/nbgrader_config.py",
    "nbgrader_config.py",
    "grades.csv",
]


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course of one lesson, with a class of one student, in which every command has run."""
    root = tmp_path_factory.mktemp("edited") / "course"
    shutil.copytree(
        CHECKOUT / "solutions" / NAME,
        root / "solutions" / NAME,
        ignore=shutil.ignore_patterns("*.ipynb"),
    )
    shutil.copy(CHECKOUT / "nbgrader_config.py", root)
    (root / "notebooks").mkdir()
    (root / "solutions" / NAME / "notes.txt").write_text("what to bring")
    lesson = Lesson(NAME, root)
    build(lesson)
    handed_in = root / "spring" / "submitted" / "ada" / NAME
    handed_in.mkdir(parents=True)
    shutil.copy(lesson.student, handed_in)
    for command in COMMANDS[:-2]:
        autograder(*command, cwd=root)
    return root


def edit(path: Path) -> bytes:
    """Change a file as a person would; what it holds then."""
    if path.suffix == ".ipynb":
        notebook = json.loads(path.read_text(encoding="utf-8"))
        note = {"cell_type": "markdown", "id": "my-note", "metadata": {}, "source": ["Mine."]}
        notebook["cells"].insert(1, note)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    else:
        path.write_text(path.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    return path.read_bytes()


def test_what_a_person_wrote_is_where_it_was_or_where_they_are_told(course):
    written = {name: edit(course / name) for name in EDITED}
    said = ""
    for command in COMMANDS:
        done = autograder(*command, cwd=course)
        assert "Traceback" not in done.stderr
        said += done.stdout + done.stderr
    everything = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    for name, theirs in written.items():
        found = [path for path, held in everything.items() if held == theirs]
        assert found, f"what was written into {name} is lost"
        told = [path for path in found if str(path.relative_to(course)) in said]
        assert course / name in found or told, f"where {name} is now was not told"


def test_a_submission_of_the_sample_class_that_was_edited_is_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(CHECKOUT)
    monkeypatch.setattr(sys, "argv", ["sample_class", str(tmp_path), NAME])
    hand_in()
    path = tmp_path / "submitted" / "ada-okafor" / NAME / f"{NAME}.ipynb"
    theirs = edit(path)
    capsys.readouterr()
    hand_in()
    kept = tmp_path / f"{NAME} (yours).ipynb"
    assert kept.read_bytes() == theirs
    assert kept.name in capsys.readouterr().out
