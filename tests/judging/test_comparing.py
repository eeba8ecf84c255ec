"""Right numbers pass in every style; anything else is a difference, said by its kind."""

import numpy as np
import pytest

from autograder.exercises import find
from autograder.inside.answers import Response, to_plain_data
from autograder.judging.comparing import compare, differences
from autograder.judging.measuring import Measure
from autograder.reference import conv2d_naive
from tests.banks import right_answers


def found(yours, wanted, measure=None):
    return [
        (d.aspect, d.path)
        for d in compare(to_plain_data(yours), to_plain_data(wanted), measure or Measure())
    ]


def test_equal_things_have_no_difference():
    wanted = {"a": (np.arange(4.0), [1, "x", None]), "b": 2.5}
    assert found(wanted, wanted) == []


@pytest.mark.parametrize(
    ("yours", "wanted", "aspect"),
    [
        (None, np.ones(2), "kind"),
        ([1.0, 1.0], np.ones(2), "kind"),
        (np.ones(2, dtype=object), np.ones(2), "kind"),
        (np.ones((1, 2)), np.ones(2), "shape"),
        (np.ones((2, 1)), np.ones((2, 2)), "shape"),
        (np.float64(1), np.ones(1), "kind"),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "values"),
        (np.array([np.nan]), np.array([np.nan]), "values"),
        (float("nan"), float("nan"), "values"),
        (np.array([np.inf]), np.array([1.0]), "values"),
        (np.array([1.0]), np.array([np.inf]), "values"),
        (np.ones(2, np.float32), np.ones(2), "dtype"),
        (np.ones(2, int), np.ones(2), "dtype"),
        (760.0, 760, "whole"),
        (760.5, 760, "kind"),
        (True, 1, "kind"),
        (761, 760, "values"),
        ([6, 28, 28], (6, 28, 28), "whole"),
        ((6, 28, 27), (6, 28, 28), "values"),
        (tuple(np.array([[6], [28]])), (6, 28), "kind"),
        ([1, 2], [1, 2, 3], "length"),
        ({"a": 1}, {"b": 1}, "keys"),
    ],
)
def test_each_way_of_being_wrong_has_its_aspect(yours, wanted, aspect):
    assert found(yours, wanted)[0][0] == aspect


def test_equal_infinities_agree():
    assert found(np.array([np.inf, 1.0]), np.array([np.inf, 1.0])) == []


def test_a_single_number_has_no_dtype_to_keep():
    for yours in (2, 2.0, np.float32(2), np.float64(2), np.array(2.0)):
        assert found(yours, 2.0) == []
        assert found(yours, np.float32(2)) == []


def test_the_largest_difference_is_found_where_it_is():
    yours, wanted = np.zeros((2, 3, 4)), np.zeros((2, 3, 4))
    yours[0, 1, 1] = 1e-4
    yours[1, 0, 2] = yours[1, 2, 3] = 5
    (difference,) = compare({"g": yours}, {"g": wanted}, Measure())
    assert (difference.path, difference.where) == (("g",), (1, 0, 2))
    assert (difference.yours, difference.wanted) == (5.0, 0.0)


def test_a_nan_is_further_off_than_any_number():
    (difference,) = compare(np.array([9.0, np.nan, 0.0]), np.zeros(3), Measure())
    assert difference.where == (1,)


def test_two_wrong_answers_agree_where_neither_is_a_number():
    one = np.array([np.nan, 1.0])
    assert Measure().between_answers().wrong(one, one.copy()).tolist() == [False, False]
    assert Measure().between_answers().wrong(one, np.ones(2)).tolist() == [True, False]


def test_a_list_for_a_tuple_is_compared_all_the_same():
    assert found([6, 28, 28], (6, 28, 28)) == [("whole", ())]
    assert found([6, 28, 27], (6, 28, 28)) == [("whole", ()), ("values", ())]
    assert found((6.0, 28, 28), (6, 28, 28)) == [("whole", (0,))]


@pytest.mark.parametrize(
    ("yours", "wanted"),
    [
        (np.array([3, 4]), [3, 4]),
        (np.array([3.0, 4.0]), [3, 4]),
        (np.array([[1, 2], [3, 4]]), [(1, 2), (3, 4)]),
        (np.array([6, 14, 14]), (6, 14, 14)),
    ],
)
def test_an_array_of_counts_for_a_list_is_compared_all_the_same(yours, wanted):
    right = compare(yours, to_plain_data(wanted), Measure())
    assert {difference.aspect for difference in right} == {"whole"}
    wrong = compare(yours + 1, to_plain_data(wanted), Measure())
    assert {difference.aspect for difference in wrong} - {"whole"}


def test_errors_that_cancel_in_the_sum_are_found():
    wanted = np.arange(6.0)
    yours = wanted + np.array([1e-6, -1e-6, 0, 0, 0, 0])
    assert yours.mean() == wanted.mean()
    assert found(yours, wanted) == [("values", ())]


def test_values_come_before_what_happened_to_the_inputs():
    response = Response(np.zeros(2, np.float32), changed=("x",))
    aspects = [d.aspect for d in differences(response, Response(np.ones(2)), Measure())]
    assert aspects[0] == "values"
    assert sorted(aspects[1:]) == ["dtype", "untouched"]


def layer(dtype, seed=0):
    rng = np.random.default_rng(seed)
    shapes = ((2, 3, 6, 7), (4, 3, 3, 2), (4,))
    x, weights, bias = (rng.normal(size=shape).astype(dtype) for shape in shapes)
    return {"x": x, "weights": weights, "bias": bias}


@pytest.mark.parametrize(("dtype", "coarser"), [(np.float32, np.float16), (np.float64, np.float32)])
def test_computing_in_a_coarser_dtype_is_wrong(dtype, coarser):
    """What a thousandfold tolerance would let through in float32 is caught."""
    arguments = layer(dtype)
    measure = Measure.of(find("conv2d-naive"), arguments)
    coarse = conv2d_naive(*(a.astype(coarser) for a in arguments.values())).astype(dtype)
    wanted = conv2d_naive(*arguments.values())
    assert measure.wrong(coarse, wanted).any()
    if dtype == np.float32:
        off = np.abs(coarse - wanted).max()
        assert off < 1000 * measure.tolerance(coarse, wanted, np.abs(wanted).max())


STYLES = [
    pytest.param(exercise, answer, id=f"{exercise.id}-{style}")
    for exercise, style, answer in right_answers()
    if exercise.lesson == "02-filters" and exercise.id in ("cross-correlate2d", "conv2d-naive")
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("exercise", "answer"), STYLES)
def test_right_styles_stay_five_times_below_the_tolerance(exercise, answer, dtype):
    for seed in range(5):
        arguments = layer(dtype, seed)
        if exercise.id == "cross-correlate2d":
            x, weights, _ = arguments.values()
            arguments = {"image": x[0, 0], "kernel": weights[0, 0]}
        wanted = exercise.reference(*arguments.values())
        yours = answer(*arguments.values())
        scale = np.abs(wanted).max()
        tolerance = Measure.of(exercise, arguments).tolerance(yours, wanted, scale)
        assert np.abs(yours - wanted).max() * 5 <= tolerance


def test_cancelling_sums_are_measured_by_the_size_of_their_terms():
    image = np.array([[1e8, 1.0, -1e8]])
    arguments = {"image": image, "kernel": np.ones((1, 3))}
    measure = Measure.of(find("cross-correlate2d"), arguments)
    assert not measure.wrong(np.array([[1.0 + 1e-8]]), np.array([[1.0]])).any()
    assert measure.wrong(np.array([[1.1]]), np.array([[1.0]])).any()


def test_a_rough_method_is_allowed_its_own_error_and_no_more():
    wanted = np.array([1.0, 2.0])
    assert not Measure(rough=1e-6).wrong(wanted + 1e-6, wanted).any()
    assert Measure(rough=1e-6).wrong(wanted + 3e-6, wanted).any()
