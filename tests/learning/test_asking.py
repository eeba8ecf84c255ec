"""Questions about one's own code, answered by what it was seen doing."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.exercises import find
from autograder.learning import ask, record
from autograder.learning.asking import questions_about

LOOPS = """
def cross_correlate2d(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    if kh > h or kw > w:
        raise ValueError
    output = np.zeros((h - kh + 1, w - kw + 1), np.result_type(image, kernel))
    for i in range(output.shape[0]):
        for j in range(output.shape[1]):
            output[i, j] = np.sum(image[i : i + kh, j : j + kw] * kernel)
    return output
"""
AT_ONCE = """
def cross_correlate2d(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.sum(windows * kernel, axis=(2, 3))
"""


def written(source: str):
    names = {"np": np}
    exec(source, names)
    return names["cross_correlate2d"]


def answers(function) -> list[int]:
    return [one.answer for one in questions_about(find("cross-correlate2d"), function)]


def test_a_loop_is_asked_what_it_reads_how_often_and_what_twice_the_size_costs():
    assert answers(written(LOOPS)) == [4, 4, 49]  # a 2×2 kernel on 4×4, then on 8×8


def test_a_vectorized_function_is_asked_something_else():
    assert answers(written(AT_ONCE)) == [16]


def test_answers_are_compared_and_kept(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / record.FILE).touch()
    ask("cross-correlate2d", written(LOOPS), 4, 9)
    shown = " ".join(capsys.readouterr().out.split())
    assert "→ 4: right." in shown
    assert "→ You said 9; it is 4. Which line of yours makes it so?" in shown
    assert "→ 49" not in shown
    kept = record.entries(tmp_path / record.FILE)[-1]
    assert (kept["exercise"], kept["right"], kept["of"]) == ("cross-correlate2d", 1, 3)


def test_open_questions_give_nothing_away(capsys):
    ask("cross-correlate2d", written(LOOPS), ..., ..., ...)
    shown = " ".join(capsys.readouterr().out.split())
    assert "How many numbers of `image` does your function read in its last step?" in shown
    assert "49" not in shown
    assert 'ask("cross-correlate2d", cross_correlate2d, ..., ..., ...)' in shown


@pytest.mark.parametrize("answer", [None, lambda image, kernel: image])
def test_only_code_that_passes_is_asked_about(answer, capsys):
    ask("cross-correlate2d", answer)
    assert capsys.readouterr().out == (
        "cross-correlate2d: these questions are about code that passes its check. "
        "Come back when it does.\n"
    )


def test_nothing_is_asked_where_notebooks_are_graded(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    ask("cross-correlate2d", written(LOOPS))
    assert capsys.readouterr().out == ""
