"""What stands above a finding is true of the case that is shown."""

import pytest

from autograder import judge, reference
from autograder.exercises import Case, find
from autograder.judging.explaining.headings import TRUE_OF

conv2d = find("conv2d-forward").reference


def test_steps_are_not_named_above_a_stride_of_one():
    """Wrong with a stride of its own for height, and in the smallest case without any."""

    def off(x, weights, bias, stride=1, pad=0):
        result = conv2d(x, weights, bias, stride, pad)
        return result + (pad not in (0, (0, 0)))

    said = judge("conv2d-forward", off).message
    assert "steps of more than 1" not in said
    assert said.startswith(
        ("conv2d-forward: values. ", "conv2d-forward: zeros around the picture. ")
    )


TRUE = [
    ("batch", {"N": 2}, {"N": 1}),
    ("channels", {"C": 3}, {"C": 1}),
    ("filters", {"F": 2}, {"F": 1}),
    ("rectangular", {"H": 2, "W": 3}, {"H": 2, "W": 2}),
    ("rectangular", {"H": 2, "W": 2, "KH": 1, "KW": 2}, {"H": 2, "W": 2, "KH": 1, "KW": 1}),
    ("stride", {"stride": (1, 2)}, {"stride": (1, 1)}),
    ("padding", {"pad": 1}, {"pad": 0}),
    ("both", {"stride": 2, "pad": 1}, {"stride": 2, "pad": 0}),
    ("pair", {"stride": (1, 2)}, {"stride": (2, 2), "H": 3, "W": 3}),
]


@pytest.mark.parametrize(("facet", "true", "false"), TRUE)
def test_a_common_facet_says_what_makes_a_case_its_own(facet, true, false):
    assert TRUE_OF[facet](Case(facet, true))
    assert not TRUE_OF[facet](Case(facet, false))


def test_a_batch_is_not_named_above_a_single_image():
    def off(x, weights, bias):
        return reference.conv2d_naive(x, weights, bias) + 1

    verdict = judge("conv2d-naive", off)
    assert verdict.message.startswith("conv2d-naive: values. ")


def test_a_pair_of_equal_numbers_is_a_pair_where_a_number_was_expected():
    def no_pairs(grad, x, weights, stride=1, pad=0):
        return find("conv2d-backward").reference(grad, x, weights, stride + 0, pad + 0)

    verdict = judge("conv2d-backward", no_pairs, hidden=True, seed=1)
    assert [facet.facet for facet in verdict.facets if not facet.passed] == ["pair"]
    assert verdict.message.startswith("conv2d-backward: a pair for the stride or the pad. ")


def test_a_zero_is_never_called_minus_zero():
    product = find("residual-block").mistakes[0].answer
    assert "yours is 0; -1 is right" in judge("residual-block", product).message
