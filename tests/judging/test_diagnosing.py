"""A mistake is named where it explains everything, two where both do, none where it is unsure."""

from dataclasses import replace

import numpy as np
import pytest

from autograder import judge, reference
from autograder.exercises import Case, Exercise, Mistake, find
from autograder.inside.answers import LocalAnswer
from autograder.judging.diagnosis.composing import one_around
from autograder.judging.diagnosis.diagnosing import diagnose
from autograder.judging.diagnosis.mistaken import Claimed, Mistaken

conv2d = reference.conv2d_naive


def flipped(x, weights, bias):
    return conv2d(x, weights[:, :, ::-1, ::-1], bias)


def first_image(x, weights, bias):
    result = conv2d(x, weights, bias)
    result[1:] = 0
    return result


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (flipped, ("kernel flipped",)),
        (lambda x, w, b: flipped(x, w, 0 * b), ("kernel flipped", "bias left out")),
        (lambda x, w, b: first_image(x, w, 0 * b), ("only image 0", "bias left out")),
        (lambda x, w, b: flipped(x, w, 0 * b)[:, ::-1], ()),
        (lambda x, w, b: conv2d(x, w, b) + 1, ()),
        (lambda x, w, b: conv2d(x, w, b) * np.nan, ()),
        (lambda x, w, b: 1 / 0, ()),
    ],
)
def test_layers(answer, names, hidden):
    verdict = judge("conv2d-naive", answer, hidden=hidden, seed=5 if hidden else None)
    assert not verdict.passed
    assert verdict.mistakes == names
    assert verdict.mistake == (" and ".join(names) or None)


def test_two_mistakes_whose_effects_cancel_do_not_explain_a_right_result():
    """Without ReLU, and with |x| for ReLU, are off by as much in opposite directions."""

    def writes(x, w1, b1, w2, b2):
        result = find("two-layer-scores").reference(x, w1, b1, w2, b2)
        x *= 0
        return result

    verdict = judge("two-layer-scores", writes, hidden=True, seed=0)
    assert verdict.mistakes == ()
    assert "wrote to its input `x`" in verdict.message


def test_two_mistakes_in_different_parts_of_a_dict():
    right = reference.edge_filters()
    spoiled = {
        **right,
        "horizontal": right["vertical"],
        "vertical": right["horizontal"],
        "blur": np.ones((3, 3)),
    }
    verdict = judge("edge-filters", lambda: spoiled, hidden=True, seed=0)
    assert verdict.mistakes == ("horizontal and vertical exchanged", "blur does not sum to 1")


def test_broken_claims_alone_are_no_mistake():
    """A nonsense identity breaks the same claim as the diagonal, and is not called one."""
    spoiled = {**reference.edge_filters(), "identity": np.triu(np.ones((3, 3)))}
    assert judge("edge-filters", lambda: spoiled, hidden=True, seed=0).mistakes == ()


def test_a_crash_alone_is_no_mistake():
    """Height and width exchanged crashes on rectangles; so does much else."""

    def only_squares(image, kernel):
        if image.shape[0] != image.shape[1]:
            raise IndexError("index 4 is out of bounds")
        return reference.cross_correlate2d(image, kernel)

    assert judge("cross-correlate2d", only_squares, hidden=True, seed=0).mistakes == ()


def besides(answer):
    verdict = judge("conv2d-naive", answer, hidden=True, seed=2)
    assert verdict.mistakes == ("kernel flipped",)
    return verdict.message.partition("Besides, ")[2]


def test_a_lost_dtype_is_told_beside_the_mistake():
    said = besides(lambda x, w, b: flipped(x, w, b).astype(float))
    assert said == "float32 comes back as float64."


def test_a_written_input_is_told_beside_the_mistake():
    def writes(x, weights, bias):
        result = flipped(x, weights, bias)
        weights[...] = 0
        return result

    assert besides(writes) == "it writes to its input `weights`."


def test_a_missing_refusal_is_told_beside_the_mistake():
    def accepts(x, weights, bias):
        depth = min(x.shape[1], weights.shape[1])
        return flipped(x[:, :depth], weights[:, :depth], bias)

    assert besides(accepts) == "sizes that do not fit are not refused with a ValueError."


def test_nothing_is_told_besides_where_nothing_is():
    assert besides(flipped) == ""


def test_a_mistake_is_named_whether_bad_sizes_are_refused_or_not():
    def refusing(image, kernel):
        if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
            raise ValueError(f"{kernel.shape} does not fit into {image.shape}")
        height, width = kernel.shape
        padded = np.pad(image, (((height - 1) // 2, height // 2), ((width - 1) // 2, width // 2)))
        return reference.cross_correlate2d(padded, kernel)

    verdict = judge("cross-correlate2d", refusing, hidden=True, seed=1)
    assert verdict.mistakes == ("padded to the image's size",)


def one_on(*numbers):
    return lambda k: int(k in numbers)


@pytest.mark.parametrize(
    ("third", "names"), [(one_on(2, 3, 5), ()), (one_on(5), ("on two", "on three"))]
)
def test_a_pair_is_not_named_where_a_third_mistake_explains_each_part_as_well(third, names):
    """Of two possible results only, the wrong one looks like many a mistake."""
    exercise = Exercise(
        "made-up",
        "00",
        one_on(),
        draw=lambda numbers, k: {"k": k},
        example=lambda: {"k": 0},
        cases=[Case("values", {"k": k}) for k in range(6)],
        mistakes=[
            Mistake("on two", one_on(2), "", ""),
            Mistake("on three", one_on(3), "", ""),
            Mistake("another", third, "", ""),
        ],
    )
    found = diagnose(exercise, LocalAnswer(one_on(2, 3)), seed=1).mistakes
    assert tuple(mistake.name for mistake in found) == names


conv_layer = find("conv2d-forward").reference


def turned(x, weights, bias, stride=1, pad=0):
    return conv_layer(x, weights[:, :, ::-1, ::-1], bias, stride, pad)


def turned_int_only(x, weights, bias, stride=1, pad=0):
    return turned(x, weights, bias, stride + 0, 2 * (pad + 0) // 2)


def turned_not_without_frame(x, weights, bias, stride=1, pad=0):
    result = turned(x, weights, bias, stride, pad)
    return result if np.all(np.array(pad)) else 0.5 * result + 3


def turned_where_one_channel(x, weights, bias, stride=1, pad=0):
    result = turned(x, weights, bias, stride, pad)
    return result if len(weights[0]) == 1 else np.sin(result)


@pytest.mark.parametrize(
    ("answer", "besides"),
    [
        (turned_int_only, "it stops with TypeError on some of the inputs."),
        (turned_not_without_frame, "something else is wrong in this part: no frame at all."),
        (turned_where_one_channel, "something else is wrong in this part: several channels."),
    ],
)
def test_a_mistake_is_named_where_one_part_is_wrong_besides(answer, besides):
    verdict = judge("conv2d-forward", answer, hidden=True, seed=4)
    assert verdict.mistakes == ("kernel flipped",)
    assert verdict.message.endswith(f"Besides, {besides}")


def test_a_mistake_that_shows_in_the_odd_part_alone_is_not_named():
    """With two channels this is a bias for each channel; it is the bias taken twice."""

    def twice(x, weights, bias, stride=1, pad=0):
        return conv_layer(x, weights, 2 * bias, stride, pad)

    assert judge("conv2d-forward", twice, hidden=True, seed=4).mistakes == ()


def test_floats_for_whole_numbers_do_not_hide_a_mistake():
    def steps(size, kernel, pad=0, stride=1):
        return float(find("conv-output-size").reference(size, kernel, pad, stride) - 1)

    verdict = judge("conv-output-size", steps, hidden=True, seed=4)
    assert verdict.mistakes == ("+ 1 forgotten",)


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        (lambda x, w, b: find("linear-scores").reference(x, w, 0 * b).T, "classes first"),
        (lambda x, w, b: (find("linear-scores").reference(x, w, -b)).T, "classes first"),
    ],
)
def test_two_mistakes_that_change_everything_are_both_named(outer, inner):
    verdict = judge("linear-scores", outer, hidden=True, seed=4)
    assert len(verdict.mistakes) == 2
    assert inner in verdict.mistakes
    assert "Two things at once." in verdict.message


def test_two_mistakes_are_named_where_nothing_is_known_of_what_they_do_together():
    """Stride ignored and a flipped kernel: each is seen alone, with steps of 1 or kernels of 1."""

    def both(x, weights, bias, stride=1, pad=0):
        if np.all(np.array(stride) == 1):
            return turned(x, weights, bias, stride, pad)
        return turned(x, weights, bias, 1, pad)

    verdict = judge("conv2d-forward", both, hidden=True, seed=4)
    assert "kernel flipped" in verdict.mistakes


def test_two_mistakes_are_named_whose_result_has_a_form_that_neither_gives():
    """The mean over the channels where that over the places is meant, with its axes exchanged."""
    verdict = judge("global-average-pool", lambda x: x.mean(axis=1).T, hidden=True, seed=4)
    assert set(verdict.mistakes) == {"over channels", "transposed"}


def test_two_mistakes_that_cancel_explain_no_result_of_zeros():
    tiny = find("numerical-gradient").reference
    verdict = judge("numerical-gradient", lambda f, x, h=1e-5: 1e-10 * tiny(f, x, h), True, 7)
    assert verdict.mistakes != ("divided by h", "sign")


def test_one_mistake_around_another_leaves_both_as_they_are():
    exercise = find("cross-correlate2d")
    by_name = {mistake.name: mistake for mistake in exercise.mistakes}
    outer, inner = by_name["kernel transposed"], by_name["mean instead of sum"]
    image, kernel = np.arange(20.0).reshape(4, 5), np.array([[1.0, 2.0], [3.0, 5.0]])
    turned_kernel = exercise.reference(image, kernel.T)
    assert np.allclose(one_around(exercise, outer, inner)(image, kernel), turned_kernel / 4)
    assert np.allclose(outer.answer(image, kernel), turned_kernel)


def counted(calls, function):
    def counting(*given):
        calls.append(function)
        return function(*given)

    return counting


@pytest.mark.parametrize("exercise_id", ["conv2d-naive", "edge-filters"])
def test_the_next_wrong_answer_asks_the_mistakes_nothing_more(exercise_id):
    exercise, calls = find(exercise_id), []
    known = [replace(m, answer=counted(calls, m.answer)) for m in exercise.mistakes]
    counting = replace(exercise, mistakes=tuple(known))
    wrong = LocalAnswer(exercise.mistakes[0].answer)
    first = diagnose(counting, wrong, seed=8)
    asked = len(calls)
    assert asked
    assert diagnose(counting, wrong, seed=8) == first
    assert len(calls) == asked
    diagnose(counting, wrong, seed=9)
    assert len(calls) > asked


def test_nobody_can_write_to_what_is_kept_of_a_mistake():
    kept = Mistaken.of(find("conv2d-naive"), 8).response(0, 0).value
    parts = [part.value for part in Claimed.of(find("edge-filters"), 8).right()]
    for array in (kept, next(part for part in parts if isinstance(part, np.ndarray))):
        with pytest.raises(ValueError, match="read-only"):
            array += 1


def test_a_name_is_given_only_if_the_mistake_does_the_same_with_other_inputs():
    """The kernel flipped on the cases of the seed asked for; something else on those drawn anew."""
    flipped = find("convolve2d").reference
    asked = []

    def fickle(image, kernel):
        asked.append(1)
        return flipped(image, kernel) * (1 if len(asked) <= count else 2)

    count = 10**6
    verdict = judge("cross-correlate2d", fickle, hidden=True, seed=3)
    assert verdict.mistakes == ("kernel flipped",)
    count, asked[:] = len(asked) // 2, []
    assert judge("cross-correlate2d", fickle, hidden=True, seed=3).mistakes == ()


def test_a_mistake_that_is_lost_in_the_rounding_of_a_lost_dtype_is_named():
    exercise = find("local-response-normalize")
    wrong = next(m.answer for m in exercise.mistakes if m.name == "all channels")

    def in_float32(*given, **named):
        return wrong(*given, **named).astype(np.float32)

    assert judge(exercise.id, in_float32, hidden=True, seed=7).mistakes == ("all channels",)


def test_a_claim_that_is_broken_by_chance_hides_no_mistake():
    """Weights as wide as 1 lie around 0 in their own measure, whichever are drawn first."""
    by_name = {mistake.name: mistake.answer for mistake in find("initialize").mistakes}

    def others(layers, input_shape, rng):
        return by_name["not scaled"](layers, input_shape, np.random.default_rng(rng.spawn(1)[0]))

    named = {judge("initialize", others, hidden=True, seed=seed).mistakes for seed in range(8)}
    assert named == {("not scaled",)}
