"""Whatever is wrong with whichever answer, what is said of it is a whole sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder import judge
from autograder.exercises import catalogue, find
from autograder.inside.verdicts import Verdict, WrongAnswer


def raises(*given: Any, **named: Any) -> None:
    raise ValueError


def not_written(*given: Any, **named: Any) -> None:
    raise NotImplementedError


def returns(value: Any) -> Callable[..., Any]:
    return lambda *given, **named: value


FUNCTIONS = {
    "nothing": returns(None),
    "an empty text": returns(""),
    "an empty list": returns([]),
    "an empty table": returns({}),
    "an empty array": returns(np.zeros(0)),
    "nan": returns(float("nan")),
    "a false": returns(False),
    "an empty error": raises,
    "not written": not_written,
    "no arguments taken": lambda: 0,
    "None for the function": None,
    "a number for the function": 0,
    "a text for the function": "",
}
"""Answers that hold as little as an answer can."""

VALUES = (None, "", [], {}, 0, float("nan"), np.zeros(0), ())

SENTENCE = re.compile(r"[a-z0-9-]+: \w.*[.?!”]", re.DOTALL)


def assert_whole(verdict: Verdict) -> None:
    """What a page, a terminal and a traceback say of a verdict has a subject and an end."""
    error = WrongAnswer(verdict, shown=True)
    for said in (verdict.message, verdict.summary, " ".join(error._render_traceback_())):
        words = said.removeprefix("WrongAnswer: ")
        assert SENTENCE.fullmatch(words.replace("`", "")), said
        assert not re.search(r": \.|\(\)\.|“”|\s\.(\s|$)|\.\.(\s|$)", words), said


@pytest.mark.parametrize("exercise", catalogue().values(), ids=catalogue())
def test_every_verdict_of_an_empty_answer_is_a_sentence(exercise):
    answers = FUNCTIONS.values() if callable(exercise.reference) else VALUES
    for answer in answers:
        for hidden in (False, True):
            verdict = judge(exercise.id, answer, hidden, seed=1)
            if not verdict.passed:
                assert_whole(verdict)


def test_a_verdict_without_facets_says_its_sentence():
    verdict = Verdict("recognise-digits", False, 0, 1, message="recognise-digits: not handed in.")
    assert verdict.summary == "recognise-digits: not handed in."
    assert WrongAnswer(verdict, shown=True)._render_traceback_() == [
        "WrongAnswer: recognise-digits: not handed in."
    ]


@pytest.mark.parametrize("exercise", catalogue().values(), ids=catalogue())
def test_every_facet_and_every_mistake_has_words(exercise):
    facets = {case.facet for case in exercise.cases} | {p.facet for p in exercise.properties}
    assert all(exercise.words(facet).strip() for facet in facets)
    for mistake in exercise.mistakes:
        assert mistake.name.strip()
        assert re.fullmatch(r'["`\w].*[.?!]', mistake.sentence, re.DOTALL)


def test_a_count_that_is_no_whole_number_is_not_called_float32():
    right = find("confusion-matrix").reference
    said = judge("confusion-matrix", lambda *given: right(*given).astype(float), True, seed=1)
    assert said.message == (
        "confusion-matrix: whole numbers of an integer dtype. Your result is float64; int64 is "
        "asked for. The numbers are right in all cases tried; only the dtype is not."
    )


def test_a_second_fault_is_told_where_no_mistake_has_a_name():
    right = find("cross-correlate2d").reference

    def wrong(image, kernel):
        return (3 * right(image, kernel)).astype(np.float64)

    said = judge("cross-correlate2d", wrong, hidden=True, seed=1).message
    assert said.endswith("times 3. Besides, float32 comes back as float64.")


def test_one_part_that_is_wrong_in_a_claim_is_said_to_be_the_only_one():
    right = find("max-pool2d").reference

    def wrong(x, size, stride=None):
        return right(x, size, stride) + (x.shape[1] == 3 and x.shape[2:] == (6, 6))

    said = judge("max-pool2d", wrong, hidden=True, seed=1).message
    assert said.endswith("The cases of all other parts are right.")
