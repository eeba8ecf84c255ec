"""What a learner calls in a lesson, called wrongly: one sentence that says what to write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder import ask, catch, check, explore, guess, hint, look, progress, solution, watch
from autograder.cli import main
from autograder.exercises import UnknownExercise
from autograder.inside.verdicts import WrongAnswer
from autograder.learning import record

CALLS = {
    "check": lambda name: check(name, right),
    "look": look,
    "ask": lambda name: ask(name, right),
    "catch": catch,
    "hint": hint,
    "solution": solution,
}

NAMES = {
    "cross_correlate2d": "Did you mean 'cross-correlate2d'?",
    "CROSS-CORELATE2D": "Did you mean 'cross-correlate2d'?",
    " RELU\n": "Did you mean 'relu'?",
    "volume": "Did you mean 'conv-layer-volume'?",
    "": "There is no exercise ''. The name of each stands in the `check` below its cell.",
    "x" * 5000: f"There is no exercise '{'x' * 60}'. The name of each stands in the `check`",
}

OTHERS = {
    "function": (lambda: 0, "such as 'flatten-images': this is a function."),
    "None": (None, "An exercise is called by its name in quotation marks"),
    "list": (["relu"], "this is of type list."),
    "array": (np.ones(2), "this is of type ndarray."),
}


def right(image, kernel):
    """The course's first function, by loops."""
    kh, kw = kernel.shape
    if kh > image.shape[0] or kw > image.shape[1]:
        raise ValueError("too large")
    out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1), image.dtype)
    for i, j in np.ndindex(out.shape):
        out[i, j] = np.sum(image[i : i + kh, j : j + kw] * kernel)
    return out


async def in_time(image, kernel):
    return right(image, kernel)


def in_steps(image, kernel):
    yield right(image, kernel)


@pytest.fixture(autouse=True)
def _kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / record.FILE).touch()


def said(capsys) -> str:
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_an_exercise_by_another_name_is_one_sentence(call):
    for name, sentence in [*NAMES.items(), *OTHERS.values()]:
        with pytest.raises(UnknownExercise) as error:
            call(name)
        assert sentence in str(error.value)
        assert error.value._render_traceback_() == [f"UnknownExercise: {error.value}"]


@pytest.mark.parametrize("name", [["02-filters"], {}, np.ones(2), 2, "02"], ids=repr)
def test_a_lesson_or_an_explorer_by_another_name_is_one_sentence(name, capsys):
    with pytest.raises(UnknownExercise, match=r"There is no lesson .*; there are 01-"):
        progress(name)
    explore(name)
    assert "; there are place-the-window" in said(capsys)


WRONG = {
    "async": (in_time, "a coroutine (that is what `async def` makes: write `def`) on `image`"),
    "yield": (in_steps, "a generator (that is what `yield` makes: write `return`) on `image`"),
    "dots": (lambda image, kernel: ..., "`...`, which stands for what is still to be written"),
    "called": (right(np.ones((3, 3)), np.ones((2, 2))), "hand in the function itself"),
}


@pytest.mark.parametrize(("answer", "sentence"), WRONG.values(), ids=WRONG)
@pytest.mark.filterwarnings("error")
def test_what_is_no_plain_function_is_told_what_to_write(answer, sentence):
    with pytest.raises(WrongAnswer) as error:
        check("cross-correlate2d", answer)
    assert sentence in str(error.value)


@pytest.mark.parametrize("number", [10**400, -(10**400)])
def test_a_number_that_no_float_holds_is_wrong(number):
    for answer in (number, [number], lambda: number):
        with pytest.raises(WrongAnswer):
            check("vgg16-parameter-count", answer)
    with pytest.raises(WrongAnswer):
        check("conv-parameter-count", lambda *arguments, **options: number)


@pytest.mark.parametrize("given", ["9", None, [1], {}, np.ones(3), True], ids=repr)
def test_an_answer_about_ones_code_that_is_no_number_is_asked_for_one(given, capsys):
    ask("cross-correlate2d", right, given)
    shown = said(capsys)
    assert "→ That is no number: write one in its place, without quotation marks." in shown
    assert "it is 4" not in shown
    assert not record.entries()


@pytest.mark.parametrize("number", [0, 4, "2", 2.0, True, [2], np.ones(2)], ids=repr)
def test_a_hint_that_is_not_there_is_one_sentence(number, capsys):
    hint("relu", number=number)
    assert said(capsys) == "There are 3 hints for relu: number=1, number=2 and number=3."


@pytest.mark.parametrize("why", [3, ["so"], np.ones(2)], ids=repr)
def test_a_reason_that_is_no_text_is_kept_as_one(why):
    hint("relu", why=why)
    assert record.entries()[0]["why"] == str(why)


CASES = {
    "too large": (([[10**400]], [[1]]), {}, "No array holds a number that large"),
    "tuples": ((((1, 2), (3, 4)), ((1,),)), {}, "2×2 and kernel of 1×1"),
    "a list": (([[1, 2]], [[0, 3]]), {"mistake": ["flip"]}, "There is no mistake “['flip']” here"),
}


@pytest.mark.parametrize(("case", "options", "sentence"), CASES.values(), ids=CASES)
def test_a_case_of_another_kind_is_tried_or_told(case, options, sentence, capsys):
    catch("convolve2d", *case, **options)
    assert sentence in said(capsys)


GUESSES = {
    "dots": (..., (), "Write your guess before you run the experiment."),
    "array for a choice": (np.ones(3), ("left", "right"), "is none of the choices: left, right."),
    "capitals": (" LEFT", ("left", "right"), "Your guess is kept: left."),
    "number in quotation marks": ("0.50", (), "Your guess is kept: 0.5."),
}


@pytest.mark.parametrize(("value", "choices", "sentence"), GUESSES.values(), ids=GUESSES)
def test_a_guess_of_another_kind_is_kept_or_told(value, choices, sentence, capsys):
    guess("02-filters: called wrongly", value, choices=choices)
    assert sentence in said(capsys)


@pytest.mark.parametrize("name", [["a"], np.ones(2), None], ids=repr)
def test_a_guess_by_a_name_that_is_no_text_is_kept(name, capsys):
    guess(name, 3)
    assert said(capsys) == "Your guess is kept: 3. Now run the experiment."


def all_of(*arguments):
    return arguments[0] + 1


FILMS = {
    "a result": (np.ones(3), (np.ones(3),), "watch is given your function itself"),
    "lists": (right, ([[1]], [[1]]), "such as np.array([[1, 2], [3, 4]])"),
}


@pytest.mark.parametrize(("function", "arguments", "sentence"), FILMS.values(), ids=FILMS)
def test_what_cannot_be_watched_is_one_sentence(function, arguments, sentence):
    with pytest.raises(ValueError) as error:
        watch(function, *arguments)
    assert sentence in str(error.value)
    assert error.value._render_traceback_() == [f"NotWatched: {error.value}"]


def test_a_function_of_any_arguments_is_watched_and_one_that_ends_python_is_stopped(capsys):
    watch(all_of, np.ones(3))
    assert "all_of at work" in said(capsys)
    watch(lambda x: exit(), np.ones(3))
    assert "it raised SystemExit" in said(capsys)


SPOILED = {
    "another form": '{"what": "check", "exercise": "relu", "passed": true}\n'.encode("utf-16"),
    "no text": bytes(range(256)),
    "cut short": b'{"what": "check", "exercise": "relu", "pas',
}


@pytest.mark.parametrize("data", SPOILED.values(), ids=SPOILED)
def test_progress_that_cannot_be_read_is_said_and_left_as_it_is(data, tmp_path, capsys):
    (tmp_path / record.FILE).write_bytes(data)
    assert main(["progress", "--in", str(tmp_path)]) == 0
    assert f"Nothing in {tmp_path / record.FILE} can be read: move it away" in said(capsys)
    assert (tmp_path / record.FILE).read_bytes() == data


def test_progress_that_an_editor_gave_a_mark_is_read(tmp_path):
    (tmp_path / record.FILE).write_bytes(b'\xef\xbb\xbf{"what": "check", "exercise": "relu"}\n')
    assert record.entries() == [{"what": "check", "exercise": "relu"}]


@pytest.mark.parametrize("command", ["check", "update"])
def test_a_notebook_that_is_not_there_is_named_before_its_lesson(command, tmp_path, capsys):
    for path in (tmp_path / "gone.ipynb", tmp_path):
        assert main([command, str(path)]) == 1
        assert capsys.readouterr().err.endswith(f"There is no notebook {path}.\n")


def test_an_answer_that_cannot_be_kept_is_not_said_to_be_asked_again(tmp_path, monkeypatch, capsys):
    lesson = Path(__file__).parents[2] / "notebooks" / "02-filters" / "02-filters.ipynb"
    (tmp_path / "02-filters").mkdir()
    (tmp_path / "02-filters" / "02-filters.ipynb").write_bytes(lesson.read_bytes())
    (tmp_path / record.FILE).unlink()
    (tmp_path / record.FILE).mkdir()
    monkeypatch.setattr("builtins.input", lambda asks: "3")
    assert main(["recall", "02-filters", "--in", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "Asked again" not in told.out
    assert f"Your answers cannot be kept: {tmp_path / record.FILE} cannot be written" in told.err
