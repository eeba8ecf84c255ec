"""Answers as students type them are refused, and something specific is said of most."""

import pytest

from autograder import judge
from autograder.exercises import find
from tests.banks.typed import typed, unslipped
from tests.banks.typed.slips import slipped
from tests.mutants.judged import Mutant, quietly
from tests.mutants.saying import is_false, said_of

SOME = list(typed())[::6]
"""One in six: `python -m tests.banks.typed` tries all."""


@pytest.mark.parametrize(("name", "answer"), list(unslipped()), ids=lambda one: str(one)[:24])
def test_a_text_is_right_as_it_stands(name, answer):
    assert judge(name, answer, hidden=True, seed=5).passed


def test_something_specific_is_said_of_four_in_five_and_no_name_is_false():
    kinds = []
    for name, what, answer in SOME:
        one = Mutant(find(name), "typed", what, answer)
        kind, verdict = quietly(said_of, one)
        assert kind != "passed", (name, what)
        assert kind != "name" or not quietly(is_false, one, verdict), (name, what)
        kinds.append(kind)
    assert kinds.count("plain") <= 0.2 * len(kinds)


def test_a_slip_has_to_stand_in_its_text():
    with pytest.raises(ValueError, match="there is no 'pad'"):
        slipped("size", "pad", "stride")
