import pytest

from autograder.reference import (
    ALEXNET_INPUT,
    C3_CONNECTIONS,
    FASHION_INPUT,
    LENET_INPUT,
    VGG_INPUT,
    ZFNET_INPUT,
    activation_counts,
    alexnet_input_size,
    alexnet_layers,
    alexnet_pretrained_layers,
    conv_output_size,
    layer_shapes,
    lenet_layers,
    lenet_sized_fully_connected_layers,
    memory_and_parameter_table,
    multiply_adds,
    original_lenet5_parameter_counts,
    parameter_counts,
    small_vgg_layers,
    training_recipe,
    vgg16_pretrained_layers,
    vgg_layers,
    zfnet_layers,
)


def learned(layers, input_shape):
    return [count for count in parameter_counts(layers, input_shape) if count]


@pytest.mark.parametrize(
    ("layers", "input_shape", "parameters", "work"),
    [
        (lenet_layers(), LENET_INPUT, 61_706, 416_520),
        (alexnet_layers(), ALEXNET_INPUT, 62_378_344, 1_135_256_096),
        (alexnet_layers(groups=2), ALEXNET_INPUT, 60_965_224, 724_406_816),
        (zfnet_layers(), ZFNET_INPUT, 62_357_608, None),
        (zfnet_layers("slides"), ZFNET_INPUT, 107_627_624, None),
        (vgg_layers(11), VGG_INPUT, 132_863_336, 7_609_090_048),
        (vgg_layers(13), VGG_INPUT, 133_047_848, 11_308_466_176),
        (vgg_layers(16), VGG_INPUT, 138_357_544, 15_470_264_320),
        (vgg_layers(19), VGG_INPUT, 143_667_240, 19_632_062_464),
    ],
)
def test_parameters_and_work_are_those_of_the_papers(layers, input_shape, parameters, work):
    assert sum(parameter_counts(layers, input_shape)) == parameters
    if work is not None:
        assert sum(multiply_adds(layers, input_shape)) == work


def test_lenet_row_by_row():
    assert learned(lenet_layers(), LENET_INPUT) == [156, 2_416, 48_120, 10_164, 850]
    shapes = layer_shapes(lenet_layers(), LENET_INPUT)
    assert [shape for shape in shapes if len(shape) == 3][::3] == [(6, 28, 28), (16, 10, 10)]
    assert (16, 5, 5) in shapes and shapes[-1] == (10,)


def test_the_lenet_of_1998():
    counts = original_lenet5_parameter_counts()
    assert counts == {"C1": 156, "S2": 12, "C3": 1516, "S4": 32, "C5": 48120, "F6": 10164}
    assert sum(counts.values()) == 60_000


def test_c3_is_connected_as_in_the_papers_table():
    # Table I, read column by column: the rows of S2 that each map of C3 is joined to.
    columns = "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345"
    assert ["".join(map(str, sorted(maps))) for maps in C3_CONNECTIONS] == columns.split()


def test_a_connected_network_as_large_as_lenet():
    count = sum(parameter_counts(lenet_sized_fully_connected_layers(), LENET_INPUT))
    assert count == 62_110
    assert 0 <= count - 61_706 < 0.01 * 61_706


def test_alexnet_row_by_row():
    assert learned(alexnet_layers(), ALEXNET_INPUT) == [
        34_944, 614_656, 885_120, 1_327_488, 884_992, 37_752_832, 16_781_312, 4_097_000,
    ]  # fmt: skip
    shapes = layer_shapes(alexnet_layers(), ALEXNET_INPUT)
    assert (96, 55, 55) in shapes and (256, 6, 6) in shapes


def test_alexnet_needs_227():
    assert alexnet_input_size() == 227
    with pytest.raises(ValueError, match=r"row 0, conv on 3×224×224: .*54\.25"):
        layer_shapes(alexnet_layers(), (3, 224, 224))


def test_alexnet_with_learned_weights_rounds_down():
    shapes = layer_shapes(alexnet_pretrained_layers(), (3, 224, 224))
    kinds = [kind for kind, _ in alexnet_pretrained_layers()]
    convs = [shape for kind, shape in zip(kinds, shapes, strict=True) if kind == "conv"]
    assert convs == [(64, 55, 55), (192, 27, 27), (384, 13, 13), (256, 13, 13), (256, 13, 13)]


def test_zfnet_looks_finer_and_ends_as_alexnet_does():
    with pytest.raises(ValueError, match=r"110\.5"):
        conv_output_size(224, 7, pad=1, stride=2)
    shapes = layer_shapes(zfnet_layers(), ZFNET_INPUT)
    for shape in ((96, 55, 55), (256, 13, 13), (256, 6, 6), (9216,)):
        assert shape in shapes
    assert zfnet_layers()[0][1]["kernel"] == 7
    assert (512, 6, 6) in layer_shapes(zfnet_layers("slides"), ZFNET_INPUT)


def test_vgg_is_made_of_3x3_and_2x2():
    for depth in (11, 13, 16, 19):
        layers = vgg_layers(depth)
        convs = [options for kind, options in layers if kind == "conv"]
        assert all(options["kernel"] == 3 and options["pad"] == 1 for options in convs)
        assert len(convs) + 3 == depth
        assert [options for kind, options in layers if kind == "max_pool"] == [{"size": 2}] * 5
        assert (512, 7, 7) in layer_shapes(layers, VGG_INPUT)
    assert sum(learned(vgg_layers(16), VGG_INPUT)[:13]) == 14_714_688
    assert sum(learned(vgg_layers(16), VGG_INPUT)[13:]) == 123_642_856


def test_vgg16_holds_58_mebibytes_an_image_not_96():
    counts = activation_counts(vgg_layers(16), VGG_INPUT)
    assert sum(counts) == 15_237_608
    assert round(4 * sum(counts) / 2**20, 1) == 58.1


def test_vgg16_keeps_its_memory_early_and_its_parameters_late():
    table = memory_and_parameter_table(vgg_layers(16), VGG_INPUT)
    early, late = table[: len(table) // 3], table[-8:]
    assert sum(row["activations"] for row in early) > 0.75 * 15_237_608
    assert sum(row["parameters"] for row in late) == 123_642_856


def test_the_learned_start_of_vgg16_is_its_first_seven_convolutions():
    start = vgg16_pretrained_layers()
    assert start == vgg_layers(16)[: len(start)]
    assert sum(kind == "conv" for kind, _ in start) == 7


def test_the_small_vgg_fits_fashion_mnist():
    assert layer_shapes(small_vgg_layers(), FASHION_INPUT)[-1] == (10,)


def test_unknown_networks_are_refused():
    with pytest.raises(ValueError, match="15 layers deep; there are 11, 13, 16 and 19"):
        vgg_layers(15)
    with pytest.raises(ValueError, match="'poster'; there are 'paper' and 'slides'"):
        zfnet_layers("poster")


def test_the_recipe_is_alexnets():
    assert training_recipe() == {
        "batch_size": 128,
        "momentum": 0.9,
        "learning_rate": 0.01,
        "learning_rate_factor": 0.1,
        "weight_decay": 0.0005,
        "dropout": 0.5,
        "ensemble_size": 7,
    }
