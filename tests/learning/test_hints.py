"""Hints rise from where to look to a task that is solved, and none gives the answer away."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import WrongAnswer, check, hint, solution
from autograder.exercises import Exercise, UnknownExercise, catalogue, find
from autograder.learning import hints, progressing, record, solutions, switches
from tests import generated
from tests.learning.reading import hints_of, reading_grade, words_of
from tests.small_course import autograder


@pytest.fixture(autouse=True)
def nothing_done_before(monkeypatch, tmp_path):
    for name in ("_GIVEN", "_CHECKED"):
        monkeypatch.setattr(hints, name, {})
    monkeypatch.setattr(progressing, "_TRIED", set())
    monkeypatch.setattr(progressing, "_LATEST", {})
    lesson = tmp_path / "02-filters"
    lesson.mkdir()
    monkeypatch.chdir(lesson)


def all_hints(exercise: Exercise) -> list:
    wrong = exercise.mistakes[0].answer
    passed = [] if callable(wrong) else [hints.card(exercise, 2, exercise.reference)]
    return [*passed, *(card for cards in hints_of(exercise) for card in cards)]


@pytest.mark.parametrize("exercise", catalogue().values(), ids=lambda one: one.id)
def test_a_hint_is_short_and_plain(exercise):
    for card in all_hints(exercise):
        text = words_of(card)
        assert 80 <= len(text.split()) <= 160, (card.title, len(text.split()))
        assert reading_grade(text) <= 9, (card.title, reading_grade(text))
        assert f'hint("{exercise.id}", why="…")' in text


@pytest.mark.parametrize("exercise", catalogue().values(), ids=lambda one: one.id)
def test_no_hint_gives_the_answer_away(exercise):
    text = " ".join(card.text for card in all_hints(exercise))
    code = solutions.code_of(exercise)
    body = [line.strip() for line in code.splitlines() if not line.strip().startswith("def ")]
    assert not [line for line in body if len(line) > 12 and line in text]
    if isinstance(exercise.reference, int | float):
        assert str(exercise.reference) not in text.replace(",", "")


def test_the_table_of_hints_has_every_exercise():
    listed = re.findall(r"^\| ([\w-]+) \|", generated.HINTS.read_text(encoding="utf-8"), re.M)
    missing = [name for name in catalogue() if name not in listed]
    assert not missing, f"docs/hints.md lacks {', '.join(missing)}; run `make survey`"


def test_the_second_speaks_of_your_own_answer():
    exercise = find("convolve2d")
    with pytest.raises(WrongAnswer):
        check(exercise.id, exercise.mistakes[0].answer)
    card = hints.card(exercise, 2, hints.answer_of(exercise))
    assert card.paragraphs[0].startswith(
        "Your answer does just what this slip does: “not flipped”. Do not mend it yet."
    )
    assert "Why does “not flipped” give another result here?" in card.paragraphs[1]
    assert "yours" in card.picture.text


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "There is nothing of yours to ask about yet"),
        (find("relu").reference, "Your answer passes its check"),
        (lambda x: x * 0.5 + 1, "Your answer does not hold for this yet: “the worked example”"),
    ],
)
def test_the_second_knows_how_an_answer_stands(answer, says):
    card = hints.card(find("relu"), 2, answer)
    assert card.paragraphs[0].startswith(says)
    assert 80 <= len(words_of(card).split()) <= 160


@pytest.mark.parametrize("name", ["conv2d-forward", "max-pool2d", "receptive-field", "forward"])
def test_the_third_solves_a_task_that_is_not_the_lessons_own(name):
    card = hints.card(find(name), 3)
    assert card.title.endswith("a task like it, solved")
    assert "expected" in card.picture.text or "=" in card.picture.text


def test_what_is_always_the_same_has_no_sibling():
    assert hints.card(find("pool-parameter-count"), 3).picture is None


def test_they_rise_and_are_kept(capsys):
    for number in (1, 2, 3, 3):
        hint("relu")
        assert f"Hint {number} of 3 for relu" in capsys.readouterr().out
    hint("relu", number=1)
    assert "Hint 1 of 3 for relu" in capsys.readouterr().out
    hint("relu", why="because negative\nnumbers <say> nothing")
    kept = record.entries()
    assert [entry["number"] for entry in kept if entry["what"] == "hint"] == [1, 2, 3, 3, 1, 3]
    (why,) = [entry for entry in kept if entry["what"] == "why"]
    assert (why["hint"], why["why"]) == (3, "because negative\nnumbers <say> nothing")


def test_the_next_kernel_goes_on_where_the_last_one_stopped(capsys, monkeypatch):
    hint("relu")
    monkeypatch.setattr(hints, "_GIVEN", {})
    hint("relu")
    assert "Hint 2 of 3 for relu" in capsys.readouterr().out.split("\n\n", 1)[1]


def test_a_solution_comes_after_an_honest_try(capsys):
    def relu(x):
        raise NotImplementedError

    solution("relu")
    with pytest.raises(WrongAnswer):
        check("relu", relu)
    solution("relu")
    assert capsys.readouterr().out.count("Try relu first, and run its check") == 2
    with pytest.raises(WrongAnswer):
        check("relu", abs)
    capsys.readouterr()
    solution("relu")
    shown = capsys.readouterr().out
    assert "np.maximum(x, 0)" in shown
    assert "• " in shown


def test_a_solution_comes_at_once_to_whoever_insists(capsys):
    solution("dropout", anyway=True)
    assert "def dropout(" in capsys.readouterr().out


@pytest.mark.parametrize("exercise", catalogue().values(), ids=lambda one: one.id)
def test_every_exercise_has_a_solution_to_read(exercise):
    code = solutions.code_of(exercise)
    assert re.search(rf"\b{exercise.function_name}\b|\breturn\b", code)
    for never in ("SOLUTION", "NotImplementedError", "hidden=True", '"""'):
        assert never not in code
    compile(code, exercise.id, "exec")


def test_without_the_lessons_sources_the_reference_is_shown(monkeypatch, tmp_path):
    monkeypatch.setattr(solutions, "SOURCES", tmp_path)
    assert "def conv2d_forward" in solutions.code_of(find("conv2d-forward"))
    assert solutions.code_of(find("lenet-parameter-count")) == "lenet_parameter_count = 61706"


@pytest.mark.parametrize("name", record.GRADING)
def test_neither_is_there_when_a_class_is_graded(name, monkeypatch, capsys):
    monkeypatch.setenv(name, "1")
    hint("relu")
    solution("relu", anyway=True)
    assert capsys.readouterr().out == ""
    assert record.entries() == []


def test_both_are_silent_behind_the_wall():
    program = (
        "from autograder.inside import stub\n"
        "assert {'hint', 'solution'} <= set(stub.__all__)\n"
        "stub.hint('relu'); stub.solution('relu', anyway=True)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b""


def test_an_instructor_switches_them_off(capsys, tmp_path):
    (tmp_path / switches.FILE).write_text("[help]\nhints = false\nsolutions = false\n")
    hint("relu")
    solution("relu", anyway=True)
    assert capsys.readouterr().out == "".join(f"{words}\n" for words in switches.OFF.values())
    (tmp_path / switches.FILE).write_text("[help]\nsolutions = false\n")
    hint("relu")
    assert "Hint 1 of 3" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "help = 3", "[help", "[help]\nhints = 'no'\n", "\0"])
def test_settings_that_say_nothing_switch_nothing_off(text, tmp_path):
    (tmp_path / switches.FILE).write_text(text)
    assert switches.is_on("hints")


def test_an_exercise_that_is_not_there_is_named():
    for ask in (hint, solution):
        with pytest.raises(UnknownExercise, match="Did you mean 'relu'"):
            ask("relo")


def test_the_commands(tmp_path):
    assert "Hint 3 of 3 for relu" in autograder("hint", "relu", "--number", 3, cwd=tmp_path).stdout
    done = autograder("solution", "relu", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        "autograder solution: No answer of yours to relu has been checked yet: try it first, "
        "or say --anyway.\n"
    )
    Path(tmp_path, record.FILE).write_text(
        json.dumps({"what": "check", "exercise": "relu", "passed": False}) + "\n"
    )
    assert "np.maximum" in autograder("solution", "relu", cwd=tmp_path).stdout
