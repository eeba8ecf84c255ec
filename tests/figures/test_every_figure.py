"""What every picture of a lesson must be: told in words, and the same each time it is drawn."""

import copy

import pytest

from tests.figures import (
    test_after_vgg,
    test_alexnet_and_zfnet,
    test_backpropagation,
    test_fully_connected_limits,
    test_lenet,
    test_pooling_and_normalization,
    test_vgg,
)

FIGURES = {
    f"{module.__name__.rpartition('test_')[2]}: {name}": figure
    for module in (
        test_fully_connected_limits,
        test_pooling_and_normalization,
        test_backpropagation,
        test_lenet,
        test_alexnet_and_zfnet,
        test_vgg,
        test_after_vgg,
    )
    for name, figure in module.FIGURES.items()
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_words_and_is_the_same_each_time(name):
    figure, arguments = FIGURES[name]
    before = copy.deepcopy(arguments)
    picture, again = figure(*arguments), figure(*arguments)
    assert len(picture.alt) > 10
    assert picture.caption
    assert picture.image == again.image
    assert repr(arguments) == repr(before)
