"""The instructor's guide: at most five pages, and every command on it is run."""

from __future__ import annotations

import json
import pickle
import re
import shlex
from functools import partial
from pathlib import Path

import pytest

from autograder.classroom import grading
from autograder.classroom.marking.server import MarkingServer
from autograder.cli import author, main
from autograder.lessons.course import Lesson
from autograder.lessons.notebooks import notebook_text
from autograder.lessons.roles import role_of
from autograder.running.grade_submission import Graded, Task
from autograder.running.rebuild import rebuild
from tests.classroom.downloads import Member, canvas_list, zip_file

GUIDE = Path(__file__).parents[1] / "docs" / "instructors.md"

COMMANDS = re.findall(r"^\$ (.+)$", GUIDE.read_text(encoding="utf-8"), re.M)

MEMBERS = [Member("Ada", "Lovelace", "ada", 5001), Member("Bob", "Ross", "bob", 5002)]

LINES_OF_A_PAGE = 50


def half(task: Task) -> Graded:
    """What came of a submission, without a run: half of all points."""
    compiled = pickle.loads(task.assignment).compiled
    notebook = rebuild(compiled.master, compiled.student, task.submission).notebook
    points = {
        cell.id: None if role_of(cell) == "question" else cell.metadata.nbgrader.points / 2
        for cell in compiled.master.cells
        if "points" in cell.metadata.get("nbgrader", {})
    }
    text = notebook_text(notebook)
    return Graded(text, points, (), (), "<p>A page.</p>", task.seed, {"run": 0.1}, ("warm",))


@pytest.fixture
def taught(filters: Lesson, tmp_path: Path, monkeypatch) -> Lesson:
    """The real lesson, with a platform's zip and list of a small class beside it."""
    root = tmp_path / "course"
    root.mkdir()
    for name in ("solutions", "notebooks", "nbgrader_config.py"):
        (root / name).symlink_to(filters.root / name)
    data = filters.student.read_bytes()
    zip_file(
        root / "submissions.zip",
        {one.canvas(9 + at, "a.ipynb"): data for at, one in enumerate(MEMBERS)},
    )
    monkeypatch.chdir(root)
    monkeypatch.setattr(grading, "grade_class", partial(grading.grade_class, work=half))
    monkeypatch.setattr(author, "build_one", lambda lesson, **how: (lesson, [], []))
    monkeypatch.setattr(MarkingServer, "serve_forever", mark_all)
    return Lesson(filters.name, root)


def mark_all(server: MarkingServer) -> None:
    """Give every answer a point, and press Ctrl-C."""
    for number, answer in enumerate(server.marking.answers()):
        server.marking.mark(number, 1, "Why?", [answer.points, answer.comment])
    raise KeyboardInterrupt


def run(command: str, root: Path) -> int:
    """Run a line of the guide; grading and marking go without a second process or a browser."""
    program, *words = shlex.split(command)
    if program == "mkdir":
        place = root / words[-1]
        place.mkdir(mode=int(words[1], 8))
        (place / "students.csv").write_text(canvas_list(MEMBERS), encoding="utf-8")
        return 0
    assert program == "autograder"
    more = {"grade": ["--workers", "1", "--no-sandbox"], "mark": ["--no-browser"]}
    scale = ["--scale"] if words[0] == "return" else []
    return main([*words, *more.get(words[0], []), *scale])


def test_every_command_of_the_guide_does_its_job(taught: Lesson, capsys):
    for command in COMMANDS:
        assert run(command, taught.root) == 0, (command, capsys.readouterr())
    spring = taught.root.parent / "spring"
    name = taught.name
    for file in (
        f"reports/{name}.html",
        f"reports/{name}-compare.html",
        f"returned/{name}/grades-canvas.csv",
        f"feedback/ada/{name}/{name}.html",
    ):
        assert (spring / file).is_file(), file
    totals = (taught.root / "totals.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in totals] == ["student", "ada", "bob"]
    assert json.loads((spring / "collected" / f"{name}.json").read_text())["ada"]["number"]


def test_the_guide_names_every_command_of_an_instructor_in_at_most_five_pages():
    named = {shlex.split(command)[1] for command in COMMANDS if command.startswith("autograder")}
    assert named >= {
        *("doctor", "collect", "grade", "report", "mark", "feedback", "history", "overrule"),
        *("compare", "return", "export", "build", "release", "teaching", "quiz"),
    }
    assert len(GUIDE.read_text(encoding="utf-8").splitlines()) <= 5 * LINES_OF_A_PAGE
