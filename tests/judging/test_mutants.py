"""Mutants are made one change at a time, and one that passes is shown to be equivalent or not."""

import ast
import os
import signal
import time
from dataclasses import replace

import pytest

from autograder.exercises import find
from tests.mutants.__main__ import heard, tried
from tests.mutants.apart import Apart
from tests.mutants.changes import changed
from tests.mutants.judged import Mutant, differs, is_refused, mutants_of, source_of
from tests.mutants.kept import Kept
from tests.mutants.page import page
from tests.mutants.saying import is_false, said_of

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
        "1: with its lower one more",
        "range(3) with its end -1",
        "np.sum(a, axis=0) * -b without its right side",
        "np.sum(a, axis=0) * -b by Add",
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


def test_a_mutant_that_takes_as_long_as_its_origin_does_not_differ(monkeypatch):
    monkeypatch.setattr("tests.mutants.judged.PATIENCE", 0.05)
    reference = find("cross-correlate2d").reference

    def slow(image, kernel):
        while image.shape[0] > 5:
            pass
        return reference(image, kernel)

    made = replace(mutant(slow), origin=slow)
    assert differs(made, count=8) == ""
    assert "'H'" in differs(replace(made, origin=reference), count=8)


def test_the_table_counts_and_lists_what_was_missed():
    right = find("cross-correlate2d").reference
    found = tried([mutant(right), mutant(lambda image, kernel: 0)], 1)
    assert found == {"mutants": 2, "refused": 1, "equivalent": 1, "missed": []}
    found["missed"] = [["loops", "one for two", 1, "{}"]]
    text = page(["cross-correlate2d"], {"cross-correlate2d": found}, {})
    assert "| cross-correlate2d | 2 | 1 | 1 | 0 | 0 |" in text
    assert "- cross-correlate2d, loops, one for two: 1 of 3 draws; differs for {}" in text
    text = page([], {}, {}, {"only": 3, "claim": 1})
    assert "| something specific, read strictly | 3 | 75.0\N{NO-BREAK SPACE}% |" in text
    assert "| something specific, read widely | 4 | 100.0\N{NO-BREAK SPACE}% |" in text
    one = {"digest": "", "no pairs": {"right": 3, "none": 1}, "around": {"right": 4}}
    text = page([], {}, {}, composed={"im2col": one, "pad-images": {"around": {"none": 2}}})
    assert "| around | 6 | 4 | 66.7\N{NO-BREAK SPACE}% | 2 | 0 |" in text
    assert "| **all** | 10 | 7 | 70.0\N{NO-BREAK SPACE}% | 3 | 0 |" in text


def ends_its_process(image, kernel):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_mutant_that_ends_its_process_is_refused_and_ends_nothing_else():
    right = find("cross-correlate2d").reference
    mutants = [mutant(ends_its_process), mutant(right)]
    found = tried(mutants, 1, sizes=5)
    assert found == {"mutants": 2, "refused": 1, "equivalent": 1, "missed": []}
    assert heard(mutants[:1]) == {"ended": 1, "false": []}
    text = page([], {}, {"cross-correlate2d": {"ended": 1, "plain": 1, "false": []}})
    assert (
        "| that it ended its process, or was ended after minutes | 1 | 50.0\N{NO-BREAK SPACE}% |"
        in text
    )


def test_who_does_not_answer_is_ended_and_the_next_is_asked():
    with Apart(time.sleep, longest=0.1) as apart:
        assert apart.ask(3600, ended="ended") == "ended"
        apart.longest = 600
        assert apart.ask(0, ended="ended") is None


def test_what_goes_wrong_apart_is_told():
    with Apart(lambda: 1 // 0) as apart, pytest.raises(RuntimeError, match="division by zero"):
        apart.ask(ended=None)


def test_it_is_told_what_is_said_of_a_mutant():
    right = find("cross-correlate2d").reference
    flipped = mutant(find("convolve2d").reference)
    kind, verdict = said_of(flipped)
    assert (kind, verdict.mistake) == ("name", "kernel flipped")
    assert not is_false(flipped, verdict)
    assert is_false(mutant(lambda image, kernel: 2 * right(image, kernel)), verdict)
    assert said_of(mutant(lambda image, kernel: 3 * right(image, kernel)))[0] == "symptom"
    assert said_of(mutant(lambda image, kernel: image + "1"))[0] in ("error", "plain")
    assert said_of(mutant(lambda image, kernel: right(image, kernel).tolist()))[0] == "only"
    assert said_of(mutant(right))[0] == "passed"


def test_what_was_found_is_kept_while_nothing_changes(tmp_path):
    exercise = find("same-padding")
    store = Kept(tmp_path / "kept.json", ["one text"])
    assert store.of(exercise) is None
    store.keep(exercise, {"mutants": 3, "missed": []})
    store.keep(find("im2col"), {"mutants": 4, "missed": []})
    assert store.of(exercise)["mutants"] == 3
    assert Kept(tmp_path / "kept.json", ["another text"]).of(exercise) is None


def test_closures_and_the_helpers_of_an_answer_are_changed_too():
    names = {words.partition(",")[0] for _, words in words_of("apply-filter")}
    assert "`loops`" in names
    styles = {style for style, _ in words_of("convolve2d")}
    assert {"loops", "einsum", "fft"} <= styles


def words_of(name):
    return [(mutant.style, mutant.words) for mutant in mutants_of(find(name))]


def test_lambdas_have_no_source_of_their_own():
    assert source_of(lambda image: image) is None
    assert len(list(mutants_of(find("cross-correlate2d"), 1))) >= 3
