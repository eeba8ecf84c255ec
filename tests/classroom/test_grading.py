"""Grading a class: what is run again, and what is left of it when it is broken off."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from autograder.classroom.course import ClassFolder, Lesson
from autograder.classroom.grades import Failure
from autograder.classroom.grading import Options, grade_class

from . import broken_off

KILLS = int(os.environ.get("KILLS", "3"))
"""How often the grader is killed while it grades `10 + 4 * KILLS` submissions."""

MOST = 10 + 4 * KILLS


@pytest.fixture
def lesson(write_lesson) -> Lesson:
    lesson = write_lesson()
    lesson.student.parent.mkdir(parents=True)
    lesson.student.write_text(json.dumps({"cells": []}))
    return lesson


@pytest.fixture
def folder(lesson) -> ClassFolder:
    """A class in which four have handed in something."""
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, 4)
    return folder


def hand_in(folder: ClassFolder, lesson: Lesson, count: int) -> None:
    for number in range(count):
        place = folder.submitted / f"student-{number:04}" / lesson.name
        place.mkdir(parents=True, exist_ok=True)
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
        (place / f"{lesson.name}.ipynb").write_text(json.dumps({**notebook, "number": number}))


def students(count: int) -> list[str]:
    return [f"student-{number:04}" for number in range(count)]


def run(lesson: Lesson, folder: ClassFolder, count: int = 4, **options) -> tuple[list, list[str]]:
    """The grades, and for whom work was done."""
    begun: list[str] = []
    settings = Options(workers=1, **options)
    grades = list(
        grade_class(lesson, folder, students(count), settings, begun.append, work=broken_off.work)
    )
    return sorted(grades, key=lambda one: one.student), begun


def contents(folder: ClassFolder) -> dict[str, list]:
    """All that a gradebook says, ids left out."""
    engine = sa.create_engine(f"sqlite:///{folder.gradebook}")
    points = (
        "select s.student_id, b.name, g.auto_score, g.manual_score, g.needs_manual_grade "
        "from grade g join base_cell b on b.id = g.cell_id join submitted_notebook n "
        "on n.id = g.notebook_id join submitted_assignment s on s.id = n.assignment_id "
        "order by 1, 2"
    )
    with engine.connect() as connection:
        return {
            "points": [tuple(row) for row in connection.execute(sa.text(points))],
            "runs": [
                tuple(row)
                for row in connection.execute(
                    sa.text("select * from autograder_run order by student")
                )
            ],
            "comments": connection.scalar(sa.text("select count(*) from comment")),
        }


def test_what_has_not_changed_is_not_run_again(lesson, folder):
    grades, begun = run(lesson, folder)
    assert begun == students(4)
    before = contents(folder)
    again, begun = run(lesson, folder)
    assert begun == []
    assert again == grades
    assert contents(folder) == before
    assert run(lesson, folder, again=True)[1] == students(4)
    assert contents(folder) == before


def test_what_has_changed_is_run_again(lesson, folder):
    run(lesson, folder)
    path = folder.submitted / "student-0002" / lesson.name / f"{lesson.name}.ipynb"
    path.write_text(path.read_text() + " ")
    assert run(lesson, folder)[1] == ["student-0002"]
    assert run(lesson, folder, sandboxed=False)[1] == students(4)
    (path.parent / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
    assert "student-0002" in run(lesson, folder, sandboxed=False)[1]


def test_everybody_has_a_seed_that_stays(lesson, folder):
    grades, _ = run(lesson, folder)
    assert len({grade.seed for grade in grades}) == 4
    assert run(lesson, folder, again=True)[0] == grades
    same, _ = run(lesson, folder, seed=7)
    assert {grade.seed for grade in same} == {7}


def test_what_cannot_be_done_is_told_and_the_others_are_graded(lesson, folder, monkeypatch):
    def broken(task):
        if task.submission.student == "student-0001":
            raise RuntimeError("out of luck")
        return broken_off.work(task)

    results = list(grade_class(lesson, folder, students(4), Options(workers=1), work=broken))
    assert [one for one in results if isinstance(one, Failure)] == [
        Failure("student-0001", "RuntimeError: out of luck")
    ]
    assert len(results) == 4
    assert run(lesson, folder)[1] == ["student-0001"]


def test_a_log_says_where_the_time_went(lesson, folder):
    run(lesson, folder)
    log = json.loads((folder.logs / lesson.name / "student-0000.json").read_text())
    assert log["seconds"] == {"run": 0.02}
    assert log["looks"] == ["look here"]


def start(lesson: Lesson, count: int, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.classroom.broken_off", str(lesson.root), str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


def family(process: subprocess.Popen) -> list[int]:
    """The processes of a session."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                stat = (path / "stat").read_text()
            except OSError:
                continue
            words = stat.rpartition(")")[2].split()
            if int(words[3]) == process.pid and words[0] != "Z":
                found.append(int(path.name))
    return found


def gone(process: subprocess.Popen, seconds: float = 30) -> bool:
    """Whether nothing of a session is left, after some time."""
    end = time.monotonic() + seconds
    while family(process):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def undisturbed(lesson, folder, tmp_path) -> Iterator[dict]:
    """What the gradebook says in the end if nothing goes wrong; the class is as before then."""
    hand_in(folder, lesson, MOST)
    run(lesson, folder, 0)  # the class has its seed now
    kept = tmp_path / "kept"
    shutil.copytree(folder.root, kept)
    run(lesson, folder, MOST)
    expected = contents(folder)
    shutil.rmtree(folder.root)
    shutil.copytree(kept, folder.root)
    yield expected


def test_killed_again_and_again_it_ends_as_if_it_had_not_been(lesson, folder, undisturbed):
    rng = random.Random(5)
    graded: list[str] = []
    for _ in range(KILLS):
        process = start(lesson, MOST)
        enough = rng.randint(1, 6)
        while enough and (line := process.stdout.readline()):
            graded.append(line.strip())
            enough -= line.strip() not in graded[:-1]
        time.sleep(rng.random() * 0.1)
        victims = family(process)
        for victim in rng.sample(victims, len(victims)) if rng.random() < 0.3 else [process.pid]:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.kill()
        process.communicate()
        assert gone(process)
    process = start(lesson, MOST)
    said, complaint = process.communicate()
    assert process.returncode == 0, complaint
    assert sorted(said.split()) == students(MOST)
    assert contents(folder) == undisturbed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_hand_what_was_graded_is_recorded(number, lesson, folder, undisturbed):
    program = (
        "import signal\nsignal.signal(signal.SIGTERM, signal.default_int_handler)\n"
        "from pathlib import Path\nfrom tests.classroom.broken_off import main\n"
        f"main(Path({str(lesson.root)!r}), {MOST})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    first = process.stdout.readline().strip()
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    process.communicate()
    assert gone(process)
    assert first in {row[0] for row in contents(folder)["points"]}
    run(lesson, folder, MOST)
    assert contents(folder) == undisturbed


def test_on_a_full_disk_nothing_recorded_is_lost(lesson, folder, undisturbed):
    process = start(lesson, MOST, preexec_fn=lambda: limit_files(folder))
    _, complaint = process.communicate()
    assert process.returncode != 0
    assert "ClassroomError" in complaint or "File too large" in complaint
    run(lesson, folder, MOST)
    assert contents(folder) == undisturbed


def limit_files(folder: ClassFolder) -> None:
    """No file may grow: the gradebook can only get a little larger than it is."""
    import resource

    most = folder.gradebook.stat().st_size + 4096
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
