"""Every kind of exercise has a picture, and each says as text what it shows."""

import xml.etree.ElementTree as ET

import numpy as np

from autograder import judge, reference
from autograder.exercises import Case, Exercise, Named, Seeded, find
from autograder.inside.answers import LocalAnswer
from autograder.judging.explaining.picturing import picture
from autograder.judging.trials import attempt


def drawn(reference, answer, arguments, **fields):
    exercise = Exercise("made-up", "00", reference, **fields)
    trial = attempt(exercise, LocalAnswer(answer), arguments, "values", Case("values"))
    drawing = picture(exercise, trial)
    if drawing is not None:
        ET.fromstring(drawing.svg)
    return drawing


def lines(drawing):
    return [line.rstrip() for line in drawing.text.splitlines()]


LAYERS = [
    ("conv", {"filters": 6, "kernel": 5}),
    *[("relu", {})] * 5,
    ("max_pool", {"size": 2}),
    ("flatten", {}),
    ("fully_connected", {"units": 10}),
]


def test_a_filter_case_shows_input_filter_window_and_both_results():
    verdict = judge("cross-correlate2d", reference.convolve2d)
    assert verdict.picture.text == (
        "image 1×2\n"
        "  0   1\n"
        "  window: rows 0 to 0, columns 0 to 1\n"
        "\n"
        "kernel 1×2\n"
        "  1   0\n"
        "\n"
        "→ yours 1×1\n"
        " [1]\n"
        "\n"
        "≠ expected 1×1\n"
        " [0]"
    )


def test_a_table_of_shapes_shows_the_first_row_that_differs_with_its_layer():
    right = [(6, 28, 28)] * 6 + [(6, 14, 14), (1176,), (10,)]
    wrong = [(6, 28, 28)] * 6 + [(3, 14, 14), (588,), (10,)]
    drawing = drawn(
        lambda layers, input_shape: right,
        lambda layers, input_shape: wrong,
        {"layers": LAYERS, "input_shape": (1, 32, 32)},
    )
    assert lines(drawing) == [
        " row  layer                      yours          expected",
        " ⋮",
        " 4    relu                       (6, 28, 28)    (6, 28, 28)",
        " 5    relu                       (6, 28, 28)    (6, 28, 28)",
        " 6    max pool, size 2           [(3, 14, 14)]  (6, 14, 14)",
        " 7    flatten                    (588,)         (1176,)",
        " 8    fully connected, units 10  (10,)          (10,)",
        "",
        "With input_shape = (1, 32, 32).",
    ]


def test_a_table_that_begins_with_the_input_says_so():
    drawing = drawn(lambda layers: [784, 6, 0], lambda layers: [784, 7, 0], {"layers": LAYERS[:2]})
    assert lines(drawing)[1:3] == [
        " 0    input                      784    784",
        " 1    conv, filters 6, kernel 5  [7]    6",
    ]


def test_a_list_of_dicts_shows_the_field_that_differs():
    right = [{"layer": "conv", "parameters": 156}, {"layer": "pool", "parameters": 0}]
    wrong = [right[0], {"layer": "pool", "parameters": 12}]
    drawing = drawn(lambda: right, lambda: wrong, {})
    assert lines(drawing) == [
        " row  yours: parameters  expected: parameters",
        " 0    156                156",
        " 1    [12]               0",
    ]


def test_a_list_of_dicts_that_is_right_or_only_asked_for_has_a_column_for_each_field():
    right = [{"layer": "conv", "shape": (6, 28, 28)}, {"layer": "flatten", "shape": (4704,)}]

    def stub():
        raise NotImplementedError

    for answer, whose in ((lambda: right, "yours"), (stub, "expected")):
        assert lines(drawn(lambda: right, answer, {})) == [
            f" row  {whose}: layer".ljust(len(f" row  {whose}: layer")) + "  shape",
            " 0    conv".ljust(len(f" row  {whose}: layer")) + "  (6, 28, 28)",
            " 1    flatten".ljust(len(f" row  {whose}: layer")) + "  (4704,)",
        ]


def test_a_dict_of_numbers_is_a_table_and_a_missing_row_is_a_dash():
    drawing = drawn(lambda: {"w": 1200, "total": 0.5}, lambda: {"total": 0.5}, {})
    assert lines(drawing) == [
        "        yours  expected",
        " w      [—]    1,200",
        " total  0.500  0.500",
    ]


def test_of_several_gradients_the_first_wrong_one_is_drawn_and_the_others_are_named():
    def gradients(x):
        return x, x + 1, x + 2

    drawing = drawn(
        gradients,
        lambda x: (x, x, x),
        {"x": np.array([[1.0, 2.0]])},
        results=("grad_x", "grad_weights", "grad_bias"),
    )
    assert "→ yours grad_weights 1×2" in lines(drawing)
    assert "≠ expected grad_weights 1×2" in lines(drawing)
    assert lines(drawing)[-1] == "grad_bias is wrong too. grad_x is right."


def test_settings_are_told_and_arrays_are_drawn():
    drawing = drawn(
        lambda x, f, rng, stride, pad: x,
        lambda x, f, rng, stride, pad: x + 1,
        {
            "x": np.array([3.0]),
            "f": Named("half_square"),
            "rng": Seeded(7),
            "stride": 2,
            "pad": (1, 0),
        },
    )
    assert lines(drawing)[:2] == ["x 1", "  3"]
    assert lines(drawing)[-1] == (
        "With f: ½ Σ x², whose gradient is x, rng = np.random.default_rng(7), stride = 2, "
        "pad = (1, 0)."
    )


def test_single_numbers_are_drawn_where_there_is_nothing_else():
    drawing = drawn(lambda size, kernel: 4, lambda size, kernel: 3, {"size": 6, "kernel": 3})
    assert lines(drawing) == [
        *("size", "  6", "", "kernel", "  3", ""),
        *("→ yours", "  3", "", "≠ expected", "  4"),
    ]


def test_lists_of_numbers_are_drawn_as_rows():
    drawing = drawn(lambda layers: 7, lambda layers: 9, {"layers": [(3, 1), (3, 1), (3, 1)]})
    assert lines(drawing)[:4] == ["layers 3×2", "  3   1", "  3   1", "  3   1"]


def test_of_many_matrices_the_one_with_the_first_wrong_number_is_drawn():
    x = np.zeros((3, 4, 2, 2))
    wrong = x.copy()
    wrong[2, 1, 1, 0] = 5
    drawing = drawn(
        lambda x: x,
        lambda x: wrong,
        {"x": x},
        window=lambda arguments, where: {"x": (where[0], slice(0, 2), slice(0, 1), slice(0, 2))},
    )
    titles = [line for line in lines(drawing) if line and not line.startswith(" ")]
    assert titles == ["x[2, 0] 2×2", "x[2, 1] 2×2", "→ yours[2, 1] 2×2", "≠ expected[2, 1] 2×2"]
    assert " [5]  0" in drawing.text
    assert drawing.text.count("window: rows 0 to 0, columns 0 to 1") == 2


def test_matrices_beyond_the_first_few_are_counted():
    drawing = drawn(lambda x: 1.0, lambda x: 2.0, {"x": np.zeros((9, 2, 2))})
    assert "x[3] 2×2" in lines(drawing)
    assert "x[4] 2×2" not in lines(drawing)
    assert "  and 5 more" in lines(drawing)


def test_a_large_matrix_is_left_out_around_the_wrong_number():
    x = np.zeros((30, 40))
    wrong = x.copy()
    wrong[20, 25] = 8
    drawing = drawn(lambda x: x, lambda x: wrong, {"x": x})
    assert "[8]" in drawing.text
    assert "…" in drawing.text
    assert max(map(len, lines(drawing))) < 90


def test_an_exception_is_drawn_as_an_empty_frame():
    def raises(x):
        raise IndexError("far")

    drawing = drawn(lambda x: x, raises, {"x": np.ones(2)})
    assert "→ yours\n  raises IndexError\n" in drawing.text


def test_a_foreign_result_is_drawn_in_words():
    drawing = drawn(lambda x: x, lambda x: "three", {"x": np.ones(2)})
    assert "→ yours\n  a text\n" in drawing.text


def test_there_is_no_picture_where_the_numbers_are_right():
    single = drawn(lambda x: x + 1, lambda x: x + np.float64(1), {"x": np.ones(2, np.float32)})
    assert single is None


def test_the_task_alone_is_drawn_while_the_stub_still_raises():
    exercise = find("cross-correlate2d")

    def stub(image, kernel):
        raise NotImplementedError

    trial = attempt(exercise, LocalAnswer(stub), exercise.example(), "example")
    drawing = picture(exercise, trial)
    assert "yours" not in drawing.text
    assert "→ expected 3×3" in drawing.text


def test_between_a_right_answer_and_what_is_expected_stands_an_equals_sign():
    exercise = find("cross-correlate2d")
    trial = attempt(exercise, LocalAnswer(exercise.reference), exercise.example(), "example")
    assert "= expected 3×3" in picture(exercise, trial).text
