"""The mistakes that are made in a whole layer, slow or fast."""

from __future__ import annotations

import numpy as np

from autograder import reference

from ..model import Mistake
from ._wrong_layers import (
    after,
    bias_along_the_width,
    channel_axis_padded,
    channels_apart,
    empty_slice_in_layer,
    every_place,
    exchanged,
    far_pixels_not_read,
    filters_and_channels_swapped,
    framed_by,
    framed_on_one_side,
    height_twice,
    layer_mistake,
    misread,
    only_first_image,
    other_bias,
    other_weights,
    read_windows,
    width_twice,
    window_at,
    windows_not_moved,
    zeros_from,
)

STRIDE_MISTAKES = (
    layer_mistake(
        "stride ignored",
        lambda x, weights, bias, stride, pad: every_place(x, weights, bias, pad),
        "The window stood at every place: the stride was left out.",
    ),
    layer_mistake(
        "stride ignored",
        windows_not_moved(rows=True, columns=True),
        "The output has the right size, but its windows lie one pixel apart: the stride was left "
        "out of where they begin.",
    ),
    misread(
        "stride used in one direction",
        lambda stride, pad, kernel: ((stride[0], 1), pad),
        "The stride was used going down only; across, the window moves by one pixel.",
    ),
    misread(
        "stride used in one direction",
        lambda stride, pad, kernel: ((1, stride[1]), pad),
        "The stride was used going across only; down, the window moves by one pixel.",
    ),
    layer_mistake(
        "stride used in one direction",
        windows_not_moved(rows=False, columns=True),
        "The output has the right size, but across its windows lie one pixel apart.",
    ),
    layer_mistake(
        "stride used in one direction",
        windows_not_moved(rows=True, columns=False),
        "The output has the right size, but down its windows lie one pixel apart.",
    ),
    misread(
        "stride's first number for both",
        lambda stride, pad, kernel: (stride[0], pad),
        "The step down was used across as well.",
    ),
    misread(
        "stride's second number for both",
        lambda stride, pad, kernel: (stride[1], pad),
        "The step across was used down as well.",
    ),
    misread(
        "stride's numbers exchanged",
        lambda stride, pad, kernel: (stride[::-1], pad),
        "The steps down and across are exchanged.",
    ),
    layer_mistake(
        "picture thinned out first",
        lambda x, weights, bias, stride, pad: reference.conv2d_forward(
            reference.pad_images(x, pad)[:, :, :: stride[0], :: stride[1]], weights, bias
        ),
        "The picture was thinned out before it was filtered: the stride moves the window, and "
        "inside the window no pixel is left out.",
    ),
    layer_mistake(
        "window as long as what is left",
        read_windows(
            lambda padded, i, j, stride, kernel: padded[
                :, :, i * stride[0] : i + kernel[0], j * stride[1] : j + kernel[1]
            ]
        ),
        "The window's beginning moves by the stride and its end does not, so that it shrinks "
        "from place to place.",
    ),
    layer_mistake(
        "stride inside the window",
        read_windows(
            lambda padded, i, j, stride, kernel: padded[
                :,
                :,
                i : i + kernel[0] * stride[0] : stride[0],
                j : j + kernel[1] * stride[1] : stride[1],
            ]
        ),
        "The stride spread the pixels inside the window; it is the window that takes the steps.",
    ),
)

PAD_MISTAKES = (
    misread(
        "pad ignored",
        lambda stride, pad, kernel: (stride, 0),
        "The padding was left out.",
    ),
    layer_mistake(
        "pad with edge values",
        framed_by("edge"),
        "The frame repeats the picture's border; the layer pads with zeros.",
    ),
    layer_mistake(
        "pad by mirroring",
        framed_by("reflect"),
        "The frame mirrors the picture; the layer pads with zeros.",
    ),
    layer_mistake(
        "pad by wrapping around",
        framed_by("wrap"),
        "The frame holds what stands on the picture's other side; the layer pads with zeros.",
    ),
    layer_mistake(
        "padded on one side only",
        framed_on_one_side(before=False),
        "All the padding stands below and on the right; each side gets its share.",
    ),
    layer_mistake(
        "padded on one side only",
        framed_on_one_side(before=True),
        "All the padding stands above and on the left; each side gets its share.",
    ),
    misread(
        "pad twice",
        lambda stride, pad, kernel: (stride, (2 * pad[0], 2 * pad[1])),
        "Each side got twice the pad.",
    ),
    misread(
        "pad's first number for both",
        lambda stride, pad, kernel: (stride, pad[0]),
        "The pad of the height was used for the width as well.",
    ),
    misread(
        "pad's second number for both",
        lambda stride, pad, kernel: (stride, pad[1]),
        "The pad of the width was used for the height as well.",
    ),
    misread(
        "pad's numbers exchanged",
        lambda stride, pad, kernel: (stride, pad[::-1]),
        "The pads of height and width are exchanged.",
    ),
    misread(
        "pad in one direction",
        lambda stride, pad, kernel: (stride, (pad[0], 0)),
        "Only rows were added; the columns of the padding are missing.",
    ),
    misread(
        "pad in one direction",
        lambda stride, pad, kernel: (stride, (0, pad[1])),
        "Only columns were added; the rows of the padding are missing.",
    ),
    misread(
        "padded to keep the size",
        lambda stride, pad, kernel: (stride, ((kernel[0] - 1) // 2, (kernel[1] - 1) // 2)),
        "The padding is the one that keeps the size, whatever `pad` says.",
    ),
    misread(
        "padded to keep the size",
        lambda stride, pad, kernel: (stride, ((kernel[0] - 1) // 2, (kernel[1] - 1) // 2)),
        "The padding is the one that keeps the size, whatever `pad` says.",
        floor=True,
    ),
    layer_mistake(
        "`p:-p` at pad 0",
        empty_slice_in_layer,
        "With a pad of 0 it breaks: a slice that ends at −0 holds nothing.",
    ),
    layer_mistake(
        "channel axis padded",
        channel_axis_padded,
        "The channel axis was padded too, so that the filters meet channels of zeros.",
    ),
    layer_mistake(
        "output padded",
        lambda x, weights, bias, stride, pad: reference.pad_images(
            reference.conv2d_forward(x, weights, bias, stride, 0, floor=True), pad
        ),
        "The zeros stand around the output; they belong around the input.",
    ),
    misread(
        "numbers of both pairs exchanged",
        lambda stride, pad, kernel: (stride[::-1], pad[::-1]),
        "Height and width are exchanged in stride and pad.",
    ),
    misread(
        "first number for both, twice",
        lambda stride, pad, kernel: (stride[0], pad[0]),
        "Of a pair of numbers, the first was used for height and width alike.",
    ),
    *(
        Mistake(
            "stride and pad exchanged",
            lambda x, weights, bias, pad=0, stride=1, floor=floor: reference.conv2d_forward(
                x, weights, bias, stride, pad, floor=floor
            ),
            "Stride and pad were read in the other order: the stride comes first.",
        )
        for floor in (True, False)
    ),
)

SHAPE_MISTAKES = (
    layer_mistake(
        "H and W swapped",
        read_windows(window_at, exchanged),
        "Height and width are exchanged: that only shows when the picture is not square.",
    ),
    layer_mistake(
        "height used for width",
        read_windows(window_at, height_twice),
        "The width of the output is taken from the height.",
    ),
    layer_mistake(
        "width used for height",
        read_windows(window_at, width_twice),
        "The height of the output is taken from the width.",
    ),
    layer_mistake(
        "square kernel assumed",
        read_windows(
            lambda padded, i, j, stride, kernel: window_at(padded, i, j, stride, kernel[:1] * 2)
        ),
        "The window was taken for a square as wide as the kernel is high.",
    ),
    layer_mistake(
        "output transposed",
        after(lambda result: result.swapaxes(2, 3)),
        "Rows and columns of the output are exchanged.",
    ),
    layer_mistake(
        "output transposed",
        read_windows(lambda padded, i, j, stride, kernel: window_at(padded, j, i, stride, kernel)),
        "The window of row i and column j was read at row j and column i.",
    ),
    layer_mistake(
        "slice cut at the far edge",
        after(lambda result: result[:, :, :-1, :-1]),
        "The last row and the last column of places are missing.",
    ),
    layer_mistake(
        "slice cut at the far edge",
        after(zeros_from(2, 3)),
        "The last row and the last column of the output were never filled in.",
    ),
    layer_mistake(
        "slice cut at the far edge",
        far_pixels_not_read,
        "The last row and the last column of the padded picture were never read.",
    ),
    layer_mistake(
        "filters last",
        after(lambda result: np.moveaxis(result, 1, -1)),
        "The maps came out as (N, H', W', F); the course keeps them as (N, F, H', W').",
    ),
    layer_mistake(
        "filters before images",
        after(lambda result: result.swapaxes(0, 1)),
        "The maps came out as (F, N, H', W'); the images come first.",
    ),
    Mistake(
        "rounds down silently",
        lambda x, weights, bias, stride=1, pad=0: reference.conv2d_forward(
            x, weights, bias, stride, pad, floor=True
        ),
        "A size that does not fit was cut: the last pixels are never read and nobody is told.",
    ),
)

FILTER_MISTAKES = (
    layer_mistake(
        "kernel flipped",
        other_weights(lambda weights: weights[:, :, ::-1, ::-1]),
        "The filters were flipped: deep learning's filters are cross-correlated as they are.",
    ),
    layer_mistake(
        "kernel flipped in one direction",
        other_weights(lambda weights: weights[:, :, ::-1]),
        "The filters were flipped top to bottom.",
    ),
    layer_mistake(
        "kernel flipped in one direction",
        other_weights(lambda weights: weights[:, :, :, ::-1]),
        "The filters were flipped left to right.",
    ),
    layer_mistake(
        "kernel transposed",
        lambda x, weights, bias, stride, pad: reference.conv2d_forward(
            x, weights.swapaxes(2, 3), bias, stride, pad, floor=True
        ),
        "Rows and columns of the filters are exchanged.",
    ),
    layer_mistake(
        "bias inside the sum",
        other_bias(lambda bias, weights: bias * weights[0].size),
        "The bias was added inside the sum, once for every weight; it comes once for each place.",
    ),
    layer_mistake(
        "bias once a channel",
        other_bias(lambda bias, weights: bias * weights.shape[1]),
        "The bias was added once for every channel; it comes once for each place.",
    ),
    layer_mistake(
        "bias left out",
        other_bias(lambda bias, weights: 0 * bias),
        "The biases are missing.",
    ),
    layer_mistake(
        "first bias for every filter",
        other_bias(lambda bias, weights: np.full_like(bias, bias[0])),
        "Every filter got the first filter's bias.",
    ),
    layer_mistake(
        "all biases for every filter",
        other_bias(lambda bias, weights: np.full_like(bias, bias.sum())),
        "Every filter got all biases together; each has its own.",
    ),
    layer_mistake(
        "bias along the width",
        bias_along_the_width,
        "The biases were spread along the width of the maps: they belong to the filter's axis.",
    ),
    layer_mistake(
        "filters and channels swapped",
        filters_and_channels_swapped,
        "The first axis of `weights` was read as channels and the second as filters; it is "
        "(F, C, KH, KW).",
    ),
    layer_mistake(
        "only image 0",
        after(only_first_image),
        "Only the first image of the batch was filtered; the others are still zero.",
    ),
    layer_mistake(
        "only image 0",
        after(lambda result: result[:1]),
        "Only the first image of the batch was filtered.",
    ),
    layer_mistake(
        "only image 0",
        after(lambda result: np.repeat(result[:1], len(result), axis=0)),
        "Every image of the batch got the result of the first.",
    ),
    layer_mistake(
        "only channel 0",
        lambda x, weights, bias, stride, pad: reference.conv2d_forward(
            x[:, :1], weights[:, :1], bias, stride, pad
        ),
        "Only the first channel was looked at.",
    ),
    layer_mistake(
        "channels not summed",
        channels_apart,
        "There is one map for each channel: a filter sums over all of them.",
    ),
    layer_mistake(
        "first filter for all",
        other_weights(lambda weights: np.repeat(weights[:1], len(weights), axis=0)),
        "Every map was made with the first filter.",
    ),
    layer_mistake(
        "mean instead of sum",
        other_weights(lambda weights: weights / weights.dtype.type(weights[0].size)),
        "This is the mean of the products under the filter; their sum is asked for.",
    ),
)

LAYER_MISTAKES = (*STRIDE_MISTAKES, *PAD_MISTAKES, *SHAPE_MISTAKES, *FILTER_MISTAKES)
