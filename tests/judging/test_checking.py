"""What a student reads: the messages are the product, so they are tested word for word."""

import signal
import time

import numpy as np
import pytest

import autograder
from autograder import WrongAnswer, check, judge, look, reference
from autograder.exercises import Exercise, Property, find
from autograder.exercises.model import Claim
from autograder.inside.answers import LocalAnswer
from autograder.judging.checking import SEED_VARIABLE, judge_answer

correlate = reference.cross_correlate2d


def raising(error):
    def answer(image, kernel):
        raise error

    return answer


def endless(image, kernel):
    return endless(image, kernel)


def refused(image, kernel):
    return correlate(image, kernel) if kernel.shape <= image.shape else None


def writing(image, kernel):
    result = correlate(image, kernel)
    image += 1
    return result


def caching():
    kept = {}

    def answer(image, kernel):
        return kept.setdefault((image.shape, kernel.shape), correlate(image, kernel))

    return answer


LESSON = [
    (
        raising(NotImplementedError()),
        "not written yet. Put your code in place of `raise NotImplementedError()`.",
    ),
    (
        lambda image, kernel: None,
        "values. Your function returns nothing (None): does it end with `return`? In all cases "
        "tried it returned nothing.",
    ),
    (
        lambda image, kernel: correlate(image, kernel).tolist(),
        "values. Your result is a list of 1 on `image` of 1×1 and `kernel` of 1×1; an array is "
        "expected. The numbers in it are right in all cases tried; only its type is not.",
    ),
    (
        lambda image, kernel: correlate(image, kernel) + 0j,
        "values. Your result is an array of complex128 on `image` of 1×1 and `kernel` of 1×1; an "
        "array is expected.",
    ),
    (
        lambda image, kernel: correlate(image, kernel) * np.nan,
        "values. At row 0, column 0, yours is nan; 1 is right. Wherever your result is wrong, it "
        "is not a number (nan) in places.",
    ),
    (
        lambda image, kernel: correlate(image, kernel)[:1, :1],
        "values. Your result has shape (1, 1) on `image` of 1×2 and `kernel` of 1×1; (1, 2) is "
        "right. Wherever your result is wrong, it is the right result, cut short along axes 0 and "
        "1.",
    ),
    (
        lambda image: image,
        "values. It is called as `cross_correlate2d(image, kernel)`; Python says: <lambda>() takes "
        "1 positional argument but 2 were given.",
    ),
    (
        raising(IndexError("index 3 is out of bounds")),
        "values. Your function raised IndexError (index 3 is out of bounds) on `image` of 1×1 and "
        "`kernel` of 1×1.",
    ),
    (
        raising(SystemExit()),
        "values. Your function raised SystemExit on `image` of 1×1 and `kernel` of 1×1.",
    ),
    (
        endless,
        "values. Your function calls itself without end on `image` of 1×1 and `kernel` of 1×1.",
    ),
    (
        writing,
        "inputs left as they were. Your function wrote to its input `image`: work on a copy. "
        "What comes back is right in all cases tried.",
    ),
    (
        lambda image, kernel: correlate(image, kernel).astype(int),
        "sizes that are not square. At row 0, column 0, yours is 0; 0.4 is right. Your result can "
        "hold whole numbers only (int64). Wherever your result is wrong, it is the right result "
        "without its decimals.",
    ),
    (
        reference.convolve2d,
        "values. At row 0, column 0, yours is 1; 0 is right. This is what you get when the kernel "
        "is flipped: that is true convolution, and comes next. See “Flip it or not”.",
    ),
]


@pytest.mark.parametrize(("answer", "message"), LESSON)
def test_what_the_lesson_says(answer, message):
    said = judge("cross-correlate2d", answer).message
    if "0.4 is right" in message:  # the numbers drawn are not whole, and are as they are
        begin, end = "sizes that are not square. At row ", message.partition("right. ")[2]
        assert said.startswith(f"cross-correlate2d: {begin}")
        assert said.endswith(f" is right. {end}")
    else:
        assert said == f"cross-correlate2d: {message}"


HIDDEN = [
    (
        lambda image, kernel: correlate(image, kernel) + 1,
        0,
        "values. Your result is wrong on `image` of 7×7 and `kernel` of 3×3. Wherever your result "
        "is wrong, it is too large by 1.",
    ),
    (
        lambda image, kernel: correlate(image, kernel).astype(float),
        2.62,
        "float32 stays float32. Your result is float64; what goes in as float32 stays so. The "
        "numbers are right in all cases tried; only the dtype is not.",
    ),
    (
        reference.convolve2d,
        0,
        "values. This is what you get when the kernel is flipped: that is true convolution, and "
        "comes next. See “Flip it or not”.",
    ),
]


@pytest.mark.parametrize(("answer", "points", "message"), HIDDEN)
def test_what_a_hidden_test_says_tells_no_right_number(answer, points, message):
    verdict = judge("cross-correlate2d", answer, hidden=True, seed=1)
    assert verdict.message == f"cross-correlate2d: {message}"
    assert verdict.picture is None
    assert verdict.points == pytest.approx(points)


def test_what_is_kept_from_one_call_to_the_next_is_asked_about():
    verdict = judge("cross-correlate2d", caching())
    assert not verdict.passed
    assert "a second call of the same function" in {f.words for f in verdict.facets if not f.passed}


def test_a_refusal_that_is_missing_is_asked_for():
    def accepts(image, kernel):
        fits = kernel.shape[0] <= image.shape[0] and kernel.shape[1] <= image.shape[1]
        return correlate(image, kernel) if fits else np.zeros((0, 0))

    verdict = judge("cross-correlate2d", accepts, hidden=True, seed=1)
    assert verdict.message == (
        "cross-correlate2d: sizes that do not fit are refused. Refuse on `image` of 3×5 and "
        "`kernel` of 4×2 with a ValueError that names the numbers; yours accepted "
        "it. All cases that must not be refused are right."
    )


def test_too_slow_is_said_once_and_costs_one_wait():
    def forever(image, kernel):
        while True:
            pass

    answer = LocalAnswer(forever, patience=0.2)
    verdict = judge_answer(find("cross-correlate2d"), answer, hidden=True, seed=1)
    assert verdict.points == 0
    assert verdict.message == (
        "cross-correlate2d: values. Your function had not returned after 20 seconds of computing "
        "on `image` of 7×7 and `kernel` of 3×3: look for a loop that does not end."
    )


def test_an_answer_that_sleeps_is_told_that_it_waits():
    answer = LocalAnswer(lambda image, kernel: time.sleep(600), patience=0.05)
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)  # the time-out of tests takes it
    try:
        verdict = judge_answer(find("cross-correlate2d"), answer, hidden=True, seed=1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)
    assert verdict.points == 0
    assert verdict.message == (
        "cross-correlate2d: values. Your function had not returned after 200 seconds, most of "
        "which it spent waiting on `image` of 7×7 and `kernel` of 3×3: take out what sleeps or "
        "waits for something."
    )


def test_a_property_says_what_does_not_hold_and_what_could_not_be_used():
    def zero(call, numbers):
        yield Claim(call(x=np.zeros(2)) + np.zeros(2), np.zeros(2), "nothing comes from nothing")

    exercise = Exercise("made-up", "00", abs, properties=(Property("values", zero),))

    def said(answer):
        return judge_answer(exercise, LocalAnswer(answer), hidden=True, seed=1).message

    assert (
        said(lambda x: x + 1) == "made-up: values. This does not hold: nothing comes from nothing."
    )
    assert said(lambda x: "zero") == (
        "made-up: values. What your function returns could not be used: it is a text."
    )
    assert said(lambda x: x[5]).startswith("made-up: values. Your function raised IndexError (")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (61_705, "values. Your result is wrong."),
        (
            61_706.0,
            "whole numbers are whole, and a tuple is a tuple. Your result has the right value, but "
            "it is a number with a decimal point; a whole number is asked for.",
        ),
    ],
)
def test_a_value_is_judged_as_one_and_never_told(value, message):
    said = judge("lenet-parameter-count", value).message
    assert said == f"lenet-parameter-count: {message}"
    assert judge("lenet-parameter-count", 61_706).passed


def test_a_number_that_is_still_none_is_not_written_yet():
    assert judge("lenet-parameter-count", None).message == (
        "lenet-parameter-count: not written yet. Put your value in place of `None`."
    )


def test_a_wrong_first_row_of_a_table_is_blamed_and_not_the_input():
    layers = reference.lenet_layers()
    layers[0] = ("conv", {"filters": 8, "kernel": 5})
    assert "row 0, conv, which gives 8×28×28" in judge("lenet-layers", lambda: layers).message


def test_what_a_function_prints_is_shown_for_the_case_shown():
    def chatty(image, kernel):
        print("image", image.shape)
        return correlate(image, kernel) + 1

    verdict = judge("cross-correlate2d", chatty)
    assert verdict.printed == "image (1, 1)\n"
    assert verdict.text.endswith("Your function printed:\nimage (1, 1)")
    assert judge("cross-correlate2d", chatty, hidden=True).printed == ""


def test_printing_what_is_right_passes_in_silence(capsys):
    def chatty(image, kernel):
        print("working")
        return correlate(image, kernel)

    check("cross-correlate2d", chatty)
    assert capsys.readouterr().out == (
        "✓ cross-correlate2d: the open checks pass. After handing in also: arrays that do not "
        "lie in memory row by row; a kernel with a single 1 copies the image; filtering a sum "
        "gives the sum of the filtered; more inputs that must be refused.\n"
    )


def test_a_pass_after_handing_in_leaves_nothing_to_be_asked():
    assert judge("cross-correlate2d", correlate, hidden=True, seed=1).text == (
        "✓ cross-correlate2d: right."
    )


def test_a_fraction_for_a_whole_number_costs_one_part():
    reference = find("conv-output-size").reference
    verdict = judge("conv-output-size", lambda *given: float(reference(*given)), True, seed=1)
    lost = [facet.facet for facet in verdict.facets if not facet.passed]
    assert lost == ["whole"]
    assert 2 < verdict.points < 3


def test_a_list_for_a_tuple_costs_one_part():
    reference = find("conv-layer-volume").reference

    def listed(*given):
        shape, parameters = reference(*given)
        return list(shape), parameters

    verdict = judge("conv-layer-volume", listed, hidden=True, seed=1)
    assert [facet.facet for facet in verdict.facets if not facet.passed] == ["whole"]
    assert verdict.message == (
        "conv-layer-volume: whole numbers are whole, and a tuple is a tuple. Your result at "
        "`shape` has the right value, but it is a list of 3; a tuple of 3 is asked for. "
        "The numbers are right in all cases tried; only their type is not."
    )


def test_a_function_without_arguments_is_not_given_away_by_a_wrong_try():
    for name in ("original-lenet5-parameter-counts", "alexnet-input-size", "pool-parameter-count"):
        verdict = judge(name, lambda: -1)
        assert verdict.picture is None
        assert "right" not in verdict.message
        assert "expected" not in verdict.message


def test_values_that_are_wrong_in_float32_are_no_lost_dtype():
    def less(image, kernel):
        result = correlate(image, kernel)
        return result + result.dtype.type(1) if result.dtype == np.float32 else result

    verdict = judge("cross-correlate2d", less, hidden=True, seed=1)
    assert verdict.message.startswith("cross-correlate2d: values. Your result is wrong on ")


def test_check_raises_one_sentence_and_shows_the_picture(capsys):
    with pytest.raises(WrongAnswer) as caught:
        check("cross-correlate2d", reference.convolve2d)
    assert caught.value._render_traceback_() == ["WrongAnswer: cross-correlate2d: kernel flipped."]
    assert "≠ expected 1×1" in capsys.readouterr().out


def test_check_returns_the_points_of_what_is_right_in_part(capsys):
    points = check("cross-correlate2d", lambda i, k: correlate(i, k).astype(float), hidden=True)
    assert points == 2.62
    assert "7 of 8 parts hold: 2.62 of 3 points." in capsys.readouterr().out


def test_a_verdict_can_be_drawn_again_from_its_seed(monkeypatch):
    monkeypatch.setenv(SEED_VARIABLE, "77")
    first = judge("conv2d-naive", reference.conv2d_naive, hidden=True)
    assert first.seed == 77
    monkeypatch.delenv(SEED_VARIABLE)
    seeds = {judge("cross-correlate2d", correlate, hidden=True).seed for _ in range(3)}
    assert len(seeds) == 3


def test_an_answer_that_knows_the_visible_cases_earns_nothing():
    seen = {}
    exercise = find("cross-correlate2d")
    judge("cross-correlate2d", lambda i, k: seen.setdefault(i.tobytes(), correlate(i, k)))
    known = {key: value.copy() for key, value in seen.items()}
    verdict = judge(exercise.id, lambda i, k: known.get(i.tobytes(), i), hidden=True)
    assert verdict.points == 0


def test_code_in_a_sentence_is_code_in_a_notebook():
    page = judge("cross-correlate2d", lambda i, k: i[:0])._repr_html_()
    assert '<code style="background:none;color:inherit">image</code>' in page
    assert "`" not in page.partition("<img")[0]


def test_look_draws_the_task_and_then_yours(capsys):
    look("cross-correlate2d")
    task = capsys.readouterr().out
    assert "expected 3×3" in task
    assert "yours" not in task
    look("cross-correlate2d", correlate)
    assert "→ yours 3×3" in capsys.readouterr().out


def test_everything_a_lesson_needs_is_a_name_of_the_package():
    assert {"check", "look", "watch", "judge"} <= set(autograder.__all__)
    for name in autograder.__all__:
        assert getattr(autograder, name)


def zeros_like(value, dtype):
    """A result of the same form that holds nothing but zeros."""
    if isinstance(value, (list, tuple)):
        return type(value)(zeros_like(item, dtype) for item in value)
    if isinstance(value, dict):
        return {name: zeros_like(item, dtype) for name, item in value.items()}
    return np.zeros(np.shape(value), dtype)


@pytest.mark.parametrize(
    "name", ["forward", "batch-normalize", "conv2d-backward", "softmax-cross-entropy"]
)
def test_zeros_of_half_precision_earn_nothing(name):
    reference = find(name).reference
    verdict = judge(name, lambda *given: zeros_like(reference(*given), np.float16), True, seed=3)
    assert verdict.points == 0
