"""Mutants are made one change at a time, and one that passes is shown to be equivalent or not."""

import ast

import pytest

from autograder.exercises import find
from tests.mutants.__main__ import page, tried
from tests.mutants.changes import changed
from tests.mutants.judged import Mutant, differs, is_refused, mutants_of, source_of

SOURCE = """
def f(a, b, flag=True):
    total = 0.5
    for i in range(3):
        if a[i] < b[1:]:
            total += np.sum(a, axis=0) * -b
    return total
"""


def words():
    return {said.partition(": ")[2] for said, _ in changed(ast.parse(SOURCE).body[0])}


@pytest.mark.parametrize(
    "change",
    [
        "4 for 3",
        "2 for 3",
        "False for True",
        "1.0 for 0.5",
        "a[i] < b[1:] by LtE",
        "a[i] < b[1:] forced to True",
        "a[i] < b[1:] forced to False",
        "1: without its lower",
        "b for a",
        "mean for sum",
        "np.sum(a, axis=0) without axis",
        "-b of the other sign",
        "total += np.sum(a, axis=0) * -b with = alone",
        "total = 0.5 deleted",
    ],
)
def test_each_kind_of_change_is_made(change):
    assert change in words()


def test_a_mutant_differs_from_its_source_in_one_place():
    function = ast.parse(SOURCE).body[0]
    before = ast.dump(function)
    for _, make in changed(function):
        assert ast.dump(make()) != before
    assert ast.dump(function) == before


def mutant(answer):
    return Mutant(find("cross-correlate2d"), "made up", "by hand", answer)


def test_a_mutant_that_one_draw_finds_is_refused():
    assert is_refused(mutant(lambda image, kernel: image), 1)
    assert not is_refused(mutant(find("cross-correlate2d").reference), 1)


def test_a_survivor_that_differs_somewhere_is_no_equivalent():
    reference = find("cross-correlate2d").reference

    def wrong_at_nine(image, kernel):
        return reference(image, kernel) + (image.shape[0] == 9)

    assert "'H': 9" in differs(mutant(wrong_at_nine))
    assert differs(mutant(reference)) == ""
    assert differs(mutant(reference), until=0) is None


def test_the_table_counts_and_lists_what_was_missed():
    right = find("cross-correlate2d").reference
    counts, missed = tried([mutant(right), mutant(lambda image, kernel: 0)], float("inf"))
    assert missed == []
    assert "| cross-correlate2d | 2 | 1 | 1 | 0 | 0 |" in page(counts, ["one, that, differs: {}"])
    assert "- one, that, differs: {}" in page(counts, ["one, that, differs: {}"])


def test_closures_have_no_source_of_their_own():
    scale = 2
    assert source_of(lambda image: image) is None
    assert source_of(lambda image: scale * image) is None
    assert len(list(mutants_of(find("cross-correlate2d"), 1))) >= 3
