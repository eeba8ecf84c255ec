"""A proof is kept as the digest of a success: a change asks for another; no failure is kept."""

import pytest
from nbformat import v4

from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course, Lesson
from autograder.lessons.errors import LessonError
from autograder.lessons.notebooks import notebook_text
from autograder.running import digests, proving
from autograder.running.proving import kept_run, prove, prove_once

COURSE = Course.find()


@pytest.mark.parametrize("lesson", COURSE.lessons(), ids=lambda lesson: lesson.name)
def test_a_lesson_passes_its_own_checks_and_gives_nothing_for_nothing(lesson):
    prove_once(lesson, compile_lesson(lesson))


@pytest.fixture
def runs(monkeypatch) -> list[str]:
    """The lessons that were really proved."""
    proved: list[str] = []

    def run(lesson, compiled):
        proved.append(lesson.name)
        return compiled.instructor

    monkeypatch.setattr(proving, "prove", run)
    return proved


def proved_again(lesson: Lesson, runs: list[str]) -> bool:
    before = len(runs)
    prove_once(lesson, compile_lesson(lesson))
    return len(runs) > before


def test_what_has_not_changed_is_proved_once(write_lesson, runs):
    assert proved_again(write_lesson(), runs)
    assert not proved_again(write_lesson(), runs)


def test_the_notebook_that_ran_is_kept_and_made_again_where_it_was_lost(write_lesson, runs):
    lesson = write_lesson()
    assert proved_again(lesson, runs)
    kept = lesson.run.read_text(encoding="utf-8")
    lesson.run.unlink()
    assert proved_again(lesson, runs)
    assert lesson.run.read_text(encoding="utf-8") == kept


CHANGES = {
    "an answer": ("int(bias)", "bool(bias)"),
    "a hidden test": ("conv_parameter_count, hidden=True", "conv_parameter_count,  hidden=True"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_another_code_is_proved(change, write_lesson, runs):
    proved_again(write_lesson(), runs)
    assert proved_again(write_lesson(change), runs)


def test_another_text_is_not_proved_and_stands_between_what_was_shown(write_lesson, runs):
    proved_again(write_lesson(), runs)
    lesson = write_lesson(("its weights and its biases", "its weights, and its biases"))
    assert not proved_again(lesson, runs)
    compiled, ran = compile_lesson(lesson), v4.reads(lesson.run.read_text(encoding="utf-8"))
    for number, cell in enumerate(c for c in ran.cells if c.cell_type == "code"):
        cell.outputs = [v4.new_output("stream", text=f"{number}")]
    lesson.run.write_text(notebook_text(ran), encoding="utf-8")
    shown = kept_run(lesson, compiled)
    assert [cell.source for cell in shown.cells] == [c.source for c in compiled.instructor.cells]
    told = [c.outputs[0].text for c in shown.cells if c.cell_type == "code"]
    assert told == [f"{number}" for number in range(len(told))]


def test_another_file_beside_the_lesson_is_proved(write_lesson, runs):
    lesson = write_lesson()
    (lesson.source.parent / "cat.txt").write_text("a cat")
    proved_again(lesson, runs)
    (lesson.source.parent / "cat.txt").write_text("a dog")
    assert proved_again(lesson, runs)


@pytest.mark.parametrize("part", ["exercise_digest", "modules_digest", "judge_digest", "versions"])
def test_another_catalogue_package_judge_or_python_is_proved(part, write_lesson, runs, monkeypatch):
    lesson = write_lesson()
    proved_again(lesson, runs)
    monkeypatch.setattr(digests, part, lambda *_: "another")
    assert proved_again(lesson, runs)


def test_a_failure_is_not_kept(write_lesson):
    lesson = write_lesson(("+ int(bias)", "- int(bias)"))
    for _ in range(2):
        with pytest.raises(LessonError, match="with the lesson's own answer this earns"):
            prove_once(lesson, compile_lesson(lesson))
    assert not lesson.proof.exists()


def test_a_success_before_does_not_hide_a_failure(write_lesson):
    lesson = write_lesson()
    prove_once(lesson, compile_lesson(lesson))
    lesson = write_lesson(("+ int(bias)", "- int(bias)"))
    with pytest.raises(LessonError):
        prove_once(lesson, compile_lesson(lesson))


def test_a_proof_can_be_asked_for_all_the_same(write_lesson):
    lesson = write_lesson(("+ int(bias)", "- int(bias)"))
    compiled = compile_lesson(lesson)
    lesson.proof.parent.mkdir()
    lesson.proof.write_text(digests.proof_digest(lesson, compiled) + "\n")
    lesson.run.write_text(notebook_text(compiled.instructor))
    prove_once(lesson, compiled)
    with pytest.raises(LessonError):
        prove(lesson, compiled)
