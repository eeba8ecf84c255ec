import numpy as np
import pytest

from autograder.reference import (
    ALEXNET_INPUT,
    LENET_INPUT,
    VGG_INPUT,
    activation_counts,
    alexnet_layers,
    conv_layer_volume,
    features,
    format_table,
    forward_memory,
    initialize,
    layer_receptive_fields,
    layer_shapes,
    lenet_layers,
    memory_and_parameter_table,
    multiply_adds,
    parameter_counts,
    stack_parameter_count,
    stack_receptive_field,
    training_memory,
    vgg_layers,
)

MIXED = [
    ("conv", {"filters": 4, "kernel": (3, 5), "stride": (2, 1), "pad": (1, 0), "groups": 2}),
    ("batch_norm", {}),
    ("relu", {}),
    ("local_response_norm", {}),
    ("max_pool", {"size": (2, 3), "stride": (1, 2)}),
    ("average_pool", {"size": (2, 1)}),
    ("dropout", {"rate": 0.3}),
    ("flatten", {}),
    ("fully_connected", {"units": 7}),
]


def test_counted_shapes_and_parameters_are_those_of_a_real_run():
    params = initialize(MIXED, (6, 9, 11), np.random.default_rng(1))
    x = np.random.default_rng(2).standard_normal((2, 6, 9, 11), dtype=np.float32)
    shapes = [output.shape[1:] for _, output in features(MIXED, params, x)]
    assert layer_shapes(MIXED, (6, 9, 11)) == shapes
    counts = [
        sum(learned[name].size for name in ("weights", "bias") if learned) for learned in params
    ]
    assert parameter_counts(MIXED, (6, 9, 11)) == counts == [184, 8, 0, 0, 0, 0, 0, 0, 175]


def test_work_is_weights_times_places():
    assert multiply_adds(MIXED, (6, 9, 11)) == [180 * 5 * 7, 0, 0, 0, 0, 0, 0, 0, 168]


def test_in_place_layers_store_nothing():
    counts = activation_counts(MIXED, (6, 9, 11))
    assert counts == [594, 140, 140, 0, 140, 48, 24, 0, 0, 7]


def test_rectangular_fields_of_view():
    tall, wide = (layer_receptive_fields(MIXED, axis) for axis in (0, 1))
    assert [tuple(field) for field in tall[:6]] == [
        (3, 2, -1), (3, 2, -1), (3, 2, -1), (3, 2, -1), (5, 2, -1), (7, 4, -1),
    ]  # fmt: skip
    assert [field.size for field in wide[:6]] == [5, 5, 5, 5, 7, 7]
    assert tall[7:] == wide[7:] == [None, None]


def test_the_last_pool_of_vgg16_sees_212_pixels():
    fields = layer_receptive_fields(vgg_layers(16))
    pools = [
        field.size
        for (kind, _), field in zip(vgg_layers(16), fields, strict=True)
        if kind == "max_pool"
    ]
    assert pools == [6, 16, 44, 100, 212]


CONV = {"filters": 3, "kernel": 1}


@pytest.mark.parametrize(
    ("row", "shape", "message"),
    [
        (("conv", {**CONV, "kernel": 3, "stride": 2}), (1, 6, 6), r"row 0, conv on 1×6×6.*2\.5"),
        (("max_pool", {"size": 4}), (1, 6, 6), r"row 0, max_pool on 1×6×6"),
        (("conv", {**CONV, "groups": 2}), (4, 5, 5), "3 filters.*2 equal groups"),
        (("conv", CONV), (4,), "not flattened"),
        (("convolution", {}), (1, 6, 6), "'convolution'; there are conv, max_pool"),
        (("conv", {"filters": 3}), (1, 6, 6), "conv needs the option 'kernel'"),
        (("relu", {"slope": 3}), (1, 6, 6), "relu has no option 'slope'"),
    ],
)
def test_rows_that_make_no_sense_are_refused_by_number(row, shape, message):
    with pytest.raises(ValueError, match=message):
        layer_shapes([row], shape)


def test_the_lectures_question():
    assert conv_layer_volume((3, 32, 32), 10, 5, 2, 1) == ((10, 32, 32), 760)
    assert conv_layer_volume((2, 7, 9), 4, (3, 5), (0, 1), (2, 3)) == ((4, 3, 3), 124)
    with pytest.raises(ValueError, match=r"2\.5"):
        conv_layer_volume((1, 6, 6), 1, 3, 0, 2)


def test_small_filters_in_a_stack():
    for channels in (1, 10, 512):
        assert stack_parameter_count(3, 3, channels) == 27 * channels**2
        assert stack_parameter_count(7, 1, channels) == 49 * channels**2
    assert stack_receptive_field(3, 3) == stack_receptive_field(7, 1) == 7


def test_a_table_holds_the_input_and_every_row():
    table = memory_and_parameter_table(lenet_layers(), LENET_INPUT)
    assert len(table) == len(lenet_layers()) + 1
    assert table[0] == {
        "layer": "input", "shape": (1, 32, 32), "activations": 1024, "parameters": 0,
        "multiply_adds": 0,
    }  # fmt: skip
    assert sum(row["parameters"] for row in table) == 61_706
    assert [row["activations"] for row in table] == activation_counts(lenet_layers(), LENET_INPUT)


def test_training_keeps_activations_for_the_batch_and_parameters_once():
    counts = activation_counts(vgg_layers(16), VGG_INPUT)
    memory = training_memory(counts, 138_357_544, batch_size=32)
    assert memory == {
        "activations": 32 * 4 * 15_237_608,
        "gradients": 32 * 4 * 15_237_608,
        "parameters": 4 * 138_357_544,
        "parameter_gradients": 4 * 138_357_544,
        "optimizer": 4 * 138_357_544,
        "total": 32 * 8 * 15_237_608 + 12 * 138_357_544,
    }
    small = training_memory([3, 4], 5, 2, bytes_per_number=8, optimizer_slots=0)
    assert small["optimizer"] == 0 and small["total"] == 2 * 2 * 7 * 8 + 2 * 5 * 8


def test_a_forward_pass_holds_two_neighbours():
    memory = forward_memory(vgg_layers(16), VGG_INPUT)
    assert memory["activations"] == 2 * 4 * 64 * 224 * 224
    assert (
        forward_memory(vgg_layers(16), VGG_INPUT, batch_size=3)["activations"]
        == 3 * (memory["activations"])
    )
    assert memory["total"] == memory["activations"] + 4 * 138_357_544


def test_the_printed_table_reads_like_the_paper():
    text = format_table(alexnet_layers(groups=2), ALEXNET_INPUT)
    assert "conv 256@5×5 in 2 groups" in text
    assert "96×55×55" in text and "60,965,224" in text and "724,406,816" in text
    lines = text.splitlines()
    assert len(lines) == len(alexnet_layers()) + 4
    assert len({len(line) for line in lines[:-1]}) == 1
