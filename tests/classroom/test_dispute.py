"""A verdict run again from its seed: the hidden case that fails, and who else fails it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder import cli
from autograder.classroom.dispute import Dispute, replay
from autograder.classroom.dispute_report import dispute_lines, dispute_page
from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.grading import Options, grade_class
from autograder.exercises import find
from autograder.inside.answers import LocalAnswer
from autograder.judging.checking import Witness, judge_handed
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.running.grade_submission import Graded, Task, perform

from . import broken_off
from .broken_off import GRADED, hand_in

EXERCISE = "conv-parameter-count"
WRONG = {1: "int(bias)", 2: "int(bias)", 3: "num_filters"}
"""What four students add for the biases, by number; the first adds nothing wrong."""


def answer_of(number: int):
    add = WRONG.get(number, "num_filters * int(bias)")
    source = (
        "def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):\n"
        "    kh, kw = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size\n"
        f"    return num_filters * in_channels * kh * kw + {add}\n"
    )
    names: dict = {}
    exec(source, names)
    return names["conv_parameter_count"]


def work(task: Task, witness: Witness = lambda *_: None) -> Graded:
    """The verdict that a run would bring, without one."""
    number = int(task.submission.student.removeprefix("student-"))
    graded = broken_off.graded(task, number)
    exercise = find(EXERCISE)
    answer = LocalAnswer(answer_of(number), exercise.patience)
    verdict = judge_handed(exercise, answer, None, True, task.seed, witness)
    said = {"cell": GRADED[1], "exercise": EXERCISE, "hidden": True, "passed": verdict.passed}
    said |= {"points": verdict.points, "mistake": verdict.mistake or "", "seed": verdict.seed}
    said |= {"facets": ", ".join(one.facet for one in verdict.facets if not one.passed)}
    return replace(graded, verdicts=({**said, "message": verdict.message},))


@pytest.fixture
def folder(lesson: Lesson) -> ClassFolder:
    """A class of four that has been graded."""
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, 4)
    names = broken_off.students(4)
    list(grade_class(lesson, folder, names, Options(workers=1), work=work))
    return folder


def dispute(lesson: Lesson, folder: ClassFolder, student: str, name: str = EXERCISE) -> Dispute:
    with ClassGradebook(folder) as book:
        return replay(lesson, folder, book, student, name, work=work)


def test_the_case_that_fails_is_shown_with_both_results_and_who_else_fails_it(lesson, folder):
    found = dispute(lesson, folder, "student-0001")
    assert found.stands
    assert found.shown[0].sentence
    said = "\n".join(dispute_lines(found))
    assert f"from seed {found.recorded.seed}." in said
    assert "Run again from that seed, it comes out the same." in said
    assert "yours" in said
    assert "expected" in said
    assert "of 3 others fail the same part first: student-0002" in said
    assert found.recorded.message in said


def test_who_makes_the_same_mistake_is_named(lesson, folder):
    found = dispute(lesson, folder, "student-0001")
    assert found.recorded.mistake
    assert found.same_mistake == ["student-0002"]


def test_a_right_answer_has_nothing_to_show(lesson, folder):
    found = dispute(lesson, folder, "student-0000")
    assert found.shown == ()
    assert list(dispute_lines(found))[1:] == [
        f"{EXERCISE}: right.",
        "Run again from that seed, it comes out the same.",
        "",
    ]


def test_what_has_changed_since_is_told(lesson, folder, monkeypatch):
    monkeypatch.setitem(WRONG, 1, "num_filters * int(bias)")
    said = list(dispute_lines(dispute(lesson, folder, "student-0001")))
    assert said[2] == (
        "Run again from that seed, it earns 3 of 3: "
        "what was handed in, or the exercise, has changed since it was graded."
    )


def test_the_page_of_a_dispute_is_one_file_without_a_program(lesson, folder):
    found = dispute(lesson, folder, "student-0001")
    evil = replace(found, source="<script>x</script>")
    page = dispute_page(evil, "<b>")
    assert "<svg" in page
    assert "<script" not in page
    assert "<b>:" not in page
    assert "default-src 'none'" in page


REFUSED = {
    ("nobody", EXERCISE): "'nobody' has no grade for 01-small yet: "
    "run `autograder grade 01-small --student nobody` first.",
    ("student-0001", "relu"): "01-small has no exercise 'relu'; there are: conv-parameter-count.",
    ("student-0001", "why-small"): "why-small is a question that a person marks: "
    "there is no verdict to run again.",
}


@pytest.mark.parametrize(("student", "name"), REFUSED)
def test_what_cannot_be_run_again_is_one_sentence(student, name, lesson, folder):
    with pytest.raises(ClassroomError) as error:
        dispute(lesson, folder, student, name)
    assert str(error.value) == REFUSED[student, name]


def test_a_test_that_was_never_judged_has_no_verdict(lesson, folder):
    list(grade_class(lesson, folder, ["student-0001"], Options(again=True), work=broken_off.work))
    with pytest.raises(ClassroomError, match="No verdict on conv-parameter-count is recorded"):
        dispute(lesson, folder, "student-0001")


def test_what_was_handed_in_and_cannot_be_read_any_more_is_told(lesson, folder):
    notebook = folder.submitted / "student-0001" / lesson.name / f"{lesson.name}.ipynb"
    notebook.write_text("{")
    with pytest.raises(ClassroomError, match="What 'student-0001' handed in cannot be run again"):
        dispute(lesson, folder, "student-0001")


def test_in_the_sandbox_it_comes_out_as_it_was_graded(lesson, capsys, monkeypatch):
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, 2)
    list(grade_class(lesson, folder, ["student-0001"], Options(workers=1), work=perform))
    before = {path: path.read_bytes() for path in folder.root.rglob("*") if path.is_file()}
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.chdir(lesson.root)
    where = ["--class", str(folder.root), "--open"]
    assert cli.main(["verdict", lesson.name, "student-0001", EXERCISE, *where]) == 0
    said = capsys.readouterr().out
    assert "Run again from that seed, it comes out the same." in said
    assert "yours" in said
    (page,) = folder.root.glob(f"reports/{lesson.name}/student-0001/*.html")
    assert opened == [page.as_uri()]
    assert "(in_channels * kh * kw + int(bias)) + " in page.read_text()
    after = {path: path.read_bytes() for path in before}
    assert after == before, "nothing that was recorded has changed"
