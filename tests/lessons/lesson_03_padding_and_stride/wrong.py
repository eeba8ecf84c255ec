"""03-padding-and-stride: wrong answers that the catalogue does not list."""

import numpy as np

from autograder import reference
from tests.lessons.lesson_03_padding_and_stride.right import (
    all_loops,
    both,
    columns_by_loops,
    divmod_size,
    halved,
)

pad_images = reference.pad_images
output_size = reference.conv_output_size
same_padding = reference.same_padding
conv2d = reference.conv2d_forward
im2col = reference.im2col
volume = reference.conv_layer_volume
field = reference.receptive_field


def refusing_with(answer, how):
    """Right, but sizes that do not fit are not refused as asked."""

    def wrong(*arguments):
        try:
            return answer(*arguments)
        except ValueError:
            return how(*arguments)

    return wrong


def assertion(*arguments):
    raise AssertionError("does not fit")


def nothing(*arguments):
    return None


NOT_REFUSED = {"refuses by an assertion": assertion, "returns None for refusing": nothing}


def never_refused(answer):
    return {what: refusing_with(answer, how) for what, how in NOT_REFUSED.items()}


def only_if(right, other, condition):
    """Right only where `condition(*arguments)` holds; elsewhere it does something else."""

    def wrong(*arguments):
        return right(*arguments) if condition(*arguments) else other(*arguments)

    return wrong


def row_by_row(array):
    """Read the memory of an array as if it lay row by row."""
    return np.frombuffer(array.tobytes("A"), array.dtype).reshape(array.shape)


def contiguous_only(answer):
    """Right for arrays that lie row by row, or at least without gaps."""

    def wrong(x, *others):
        if x.flags.c_contiguous:
            return answer(x, *others)
        if x.flags.f_contiguous:
            return answer(row_by_row(x), *others)
        gapless = np.lib.stride_tricks.as_strided(x, x.shape, np.ascontiguousarray(x).strides)
        return answer(gapless, *others)

    return wrong


def spoiling(answer, change):
    return lambda *arguments: change(answer(*arguments))


def first_shown(array, axis):
    """Zero everywhere but at the first index along an axis."""
    array = array.copy()
    array[(slice(None),) * axis + (slice(1, None),)] = 0
    return array


# --- pad_images ---


def one_ring_of_value(images, pad, value=0):
    h, w = both(pad)
    inner = pad_images(images, (min(h, 1), min(w, 1)), value)
    return pad_images(inner, (h - min(h, 1), w - min(w, 1)))


def value_above_and_below_only(images, pad, value=0):
    h, w = both(pad)
    return pad_images(pad_images(images, (0, w)), (h, 0), value)


def square_images_only(images, pad, value=0):
    n, c, height, width = images.shape
    h, w = both(pad)
    side = max(height, width)
    result = np.full((n, c, side + 2 * h, side + 2 * w), value, images.dtype)
    result[:, :, h : h + height, w : w + width] = images
    return result


PADS = {
    "only image 0 padded": spoiling(pad_images, lambda result: first_shown(result, 0)),
    "only channel 0 padded": spoiling(pad_images, lambda result: first_shown(result, 1)),
    "one pixel more": lambda images, pad, value=0: np.pad(
        pad_images(images, pad, value), ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=value
    ),
    "one row late": spoiling(pad_images, lambda result: np.roll(result, 1, axis=2)),
    "value cut to a whole number": lambda images, pad, value=0: pad_images(images, pad, int(value)),
    "negative value refused": lambda images, pad, value=0: pad_images(images, pad, max(value, 0)),
    "one ring of the value": one_ring_of_value,
    "value above and below only": value_above_and_below_only,
    "square images only": square_images_only,
    "pad 0 taken for 1": lambda images, pad, value=0: pad_images(images, pad or 1, value),
    "pad of at most 1": lambda images, pad, value=0: pad_images(
        images, min(pad, 1) if isinstance(pad, int) else pad, value
    ),
    "first image's corner as value": lambda images, pad, value=0: pad_images(
        images, pad, value or images.flat[0] * 1e-3
    ),
    "the sum of a pair for both": lambda images, pad, value=0: pad_images(
        images, pad if isinstance(pad, int) else sum(pad), value
    ),
    "pairs break": lambda images, pad, value=0: (
        pad_images(images, pad * 1, value)
        if isinstance(pad, int)
        else pad_images(images, None, value)
    ),
    "memorised": lambda images, pad, value=0: (
        pad_images(images, pad, value)
        if images.shape[:2] == (1, 1) and images.shape[2] <= 2
        else np.full_like(pad_images(images, pad), value)
    ),
    "C order only": contiguous_only(pad_images),
    "overlapping corners doubled": lambda images, pad, value=0: (
        pad_images(images, pad)
        + pad_images(np.zeros_like(images), pad, value)
        + np.pad(
            np.zeros_like(pad_images(images, (0, both(pad)[1]))),
            ((0, 0), (0, 0), (both(pad)[0],) * 2, (0, 0)),
            constant_values=value,
        )
    ).astype(images.dtype),
    "half precision": lambda images, pad, value=0: (
        pad_images(images.astype(np.float16), pad, value).astype(images.dtype)
        if images.dtype.kind == "f"
        else pad_images(images, pad, value)
    ),
    "writes into the picture when there is nothing to pad": lambda images, pad, value=0: (
        images.__iadd__(1) if pad == 0 else pad_images(images, pad, value)
    ),
    # One for each part of the checks: right everywhere else.
    "wrong for 4×5": only_if(
        pad_images,
        lambda images, *others: pad_images(0 * images, *others),
        lambda images, *others: images.shape != (1, 1, 4, 5),
    ),
    "wrong for pairs": only_if(
        pad_images,
        lambda images, pad: pad_images(images, pad[::-1]),
        lambda images, pad, *value: isinstance(pad, int) or bool(value) or 0 in pad,
    ),
    "wrong for three channels and more": only_if(
        pad_images,
        lambda images, *others: pad_images(images[:, :1], *others),
        lambda images, *others: images.shape[1] < 3,
    ),
    "wrong for three images and more": only_if(
        pad_images,
        lambda images, *others: pad_images(images[:1], *others),
        lambda images, *others: len(images) < 3,
    ),
    "sevens for zeros around 3×3": only_if(
        pad_images,
        lambda images, pad, value=0: pad_images(images, pad, 7),
        lambda images, pad, value=0: (images.shape, pad, value) != ((1, 1, 3, 3), 2, 0),
    ),
}


# --- sizes ---

SIZES = {
    **never_refused(output_size),
    "one more": spoiling(output_size, lambda places: places + 1),
    "a text": spoiling(output_size, str),
    "a tuple": spoiling(output_size, lambda places: (places, places)),
    "worked example only": lambda size, kernel, pad=0, stride=1: 4,
    "refuses every stride that is even": only_if(
        output_size,
        assertion,
        lambda size, kernel, pad=0, stride=1: stride % 2 or size in (6, 224) or size < 5,
    ),
    "fit asked of the size alone": only_if(
        output_size,
        lambda *arguments: output_size(1, 2),
        lambda size, kernel, pad=0, stride=1: size % stride == 0,
    ),
    "no place less": only_if(
        output_size,
        lambda *arguments: output_size(1, 2),
        lambda size, kernel, pad=0, stride=1: size + 2 * pad > kernel,
    ),
    "never fewer than one place": lambda size, kernel, pad=0, stride=1: (
        max(output_size(size, kernel, pad, stride), 1) if size + 2 * pad >= kernel else 1
    ),
    "0 for a window that is too large": lambda size, kernel, pad=0, stride=1: (
        output_size(size, kernel, pad, stride) if size + 2 * pad >= kernel else 0
    ),
    "too large a window only refused without padding": lambda size, kernel, pad=0, stride=1: (
        output_size(size, kernel, pad, stride) if size + 2 * pad >= kernel or not pad else 0
    ),
    "fraction refused only at stride 2": lambda size, kernel, pad=0, stride=1: (
        output_size(size, kernel, pad, stride)
        if stride == 2 or size + 2 * pad < kernel
        else output_size(size, kernel, pad, stride, floor=True)
    ),
    "padding only where the stride is 1": lambda size, kernel, pad=0, stride=1: (
        output_size(size, kernel, pad, stride)
        if stride == 1 or not pad
        else output_size(size, kernel, 0, stride, floor=True)
    ),
    "stride only where there is no padding": lambda size, kernel, pad=0, stride=1: output_size(
        size, kernel, pad, 1 if pad and size > 5 else stride
    ),
    "pad at most 2": lambda size, kernel, pad=0, stride=1: (
        output_size(size, kernel, min(pad, 2), stride, floor=True)
        if (size + 2 * pad - kernel) % stride == 0
        else output_size(size, kernel, pad, stride)
    ),
    "stride at most 4": lambda size, kernel, pad=0, stride=1: (
        output_size(size, kernel, pad, stride)
        if stride < 5 or pad
        else output_size(size, kernel, pad, 4, floor=True)
    ),
    "off for large pictures": only_if(
        output_size,
        lambda *arguments: output_size(*arguments) + 1,
        lambda size, *others: size < 150,
    ),
    # One for each part of the checks: right everywhere else.
    "wrong for 28 pixels": only_if(
        output_size, lambda size, kernel: size, lambda size, *others: size != 28
    ),
    "wrong with padding alone": only_if(
        output_size,
        lambda size, kernel, pad: size,
        lambda size, kernel, *others: len(others) != 1 or size < 5,
    ),
    "wrong with padding and stride": only_if(
        output_size,
        lambda size, kernel, pad, stride: output_size(size, kernel, pad, stride) + 1,
        lambda size, kernel, pad=0, stride=1: size < 7 or not pad or stride == 1,
    ),
    "off for a picture of 9": only_if(
        output_size,
        lambda size, kernel, pad=0, stride=1: output_size(size, kernel, pad, stride) + 1,
        lambda size, kernel, pad=0, stride=1: (size, kernel, pad, stride) != (9, 2, 0, 1),
    ),
}

KEPT = {
    **never_refused(same_padding),
    "a pair": spoiling(same_padding, lambda pad: (pad, pad)),
    "worked example only": lambda kernel: 2 if kernel % 2 else same_padding(kernel),
    "refuses odd, takes even": lambda kernel: (
        same_padding(kernel) if kernel % 2 == 0 else same_padding(kernel + 1)
    ),
    "looked up": lambda kernel: (
        {3: 1, 5: 2, 7: 3}.get(kernel, 0) if kernel % 2 else same_padding(kernel)
    ),
    "refuses a kernel of 1": lambda kernel: same_padding(kernel if kernel > 1 else 2),
    "1 for a kernel of 1": lambda kernel: same_padding(kernel) or 1,
    "even kernels get nothing": lambda kernel: halved(kernel) if kernel % 2 else 0,
    "only small even kernels refused": lambda kernel: (
        kernel // 2 if kernel > 9 else same_padding(kernel)
    ),
    "negative": lambda kernel: -same_padding(kernel),
    "a text": lambda kernel: str(same_padding(kernel)),
    # One for each part of the checks: right everywhere else.
    "wrong for large kernels": lambda kernel: same_padding(kernel) + (kernel > 11),
    "wrong for a kernel of 9": lambda kernel: 0 if kernel == 9 else same_padding(kernel),
}


# --- the layer ---


def images_added_up(x, weights, bias, stride=1, pad=0):
    return np.cumsum(conv2d(x, weights, bias, stride, pad), axis=0).astype(x.dtype)


def places_added_up(x, weights, bias, stride=1, pad=0):
    result = conv2d(x, weights, bias, stride, pad)
    flat = result.reshape(*result.shape[:2], -1)
    return np.cumsum(flat, axis=2).astype(x.dtype).reshape(result.shape)


def kept_frame():
    """The padded image of one call is the canvas of the next of the same size."""
    canvas = {}

    def wrong(x, weights, bias, stride=1, pad=0):
        padded = pad_images(x, pad)
        key = (padded.shape, padded.dtype.str)
        kept = canvas.setdefault(key, np.zeros_like(padded))
        kept += padded
        return conv2d(kept, weights, bias, stride)

    return wrong


def accumulating():
    """The output of one call is the beginning of the next of the same size."""
    totals = {}

    def wrong(x, weights, bias, stride=1, pad=0):
        result = conv2d(x, weights, bias, stride, pad)
        key = (result.shape, result.dtype.str)
        totals[key] = totals.get(key, 0) + result
        return totals[key].copy()

    return wrong


def padded_with(number):
    return lambda x, weights, bias, stride=1, pad=0: conv2d(
        pad_images(x, pad, number), weights, bias, stride
    )


def misread(change, where):
    """Right but for other numbers for stride and pad where `where(stride, pad)` says so."""

    def wrong(x, weights, bias, stride=1, pad=0):
        result = conv2d(x, weights, bias, stride, pad)
        steps, frame = both(stride), both(pad)
        if not where(steps, frame):
            return result
        return conv2d(x, weights, bias, *change(steps, frame), floor=True)

    return wrong


def corner_only(x, weights, bias, stride=1, pad=0):
    result = conv2d(x, weights, bias, stride, pad)
    result[:, :, 1:, 1:] = 0
    return result


def without_last_pixel_of_window(x, weights, bias, stride=1, pad=0):
    weights = weights.copy()
    if weights[0].size > 1:
        weights[:, -1, -1, -1] = 0
    return conv2d(x, weights, bias, stride, pad)


def never_refuses(x, weights, bias, stride=1, pad=0):
    try:
        return conv2d(x, weights, bias, stride, pad, floor=True)
    except ValueError:
        return np.zeros((len(x), len(weights), 0, 0), x.dtype)


def height_only_checked(x, weights, bias, stride=1, pad=0):
    output_size(x.shape[2], weights.shape[2], both(pad)[0], both(stride)[0])
    return conv2d(x, weights, bias, stride, pad, floor=True)


def width_only_checked(x, weights, bias, stride=1, pad=0):
    output_size(x.shape[3], weights.shape[3], both(pad)[1], both(stride)[1])
    return conv2d(x, weights, bias, stride, pad, floor=True)


def pad_with_no_check(x, weights, bias, stride=1, pad=0):
    """Whether the windows fit is asked of the picture without its padding."""
    result = conv2d(x, weights, bias, stride, pad)
    if both(pad) != (0, 0):
        return result
    conv2d(x, weights, bias, stride)
    return result


def too_large_gives_nothing(x, weights, bias, stride=1, pad=0):
    (h, w), (kh, kw) = both(pad), weights.shape[2:]
    if kh > x.shape[2] + 2 * h or kw > x.shape[3] + 2 * w:
        return np.zeros((len(x), len(weights), 0, 0), x.dtype)
    return conv2d(x, weights, bias, stride, pad)


def memorised(x, weights, bias, stride=1, pad=0):
    result = conv2d(x, weights, bias, stride, pad)
    return result if result.size <= 16 else np.zeros_like(result)


def rearranged(change):
    return lambda x, weights, bias, stride=1, pad=0: conv2d(*change(x, weights, bias), stride, pad)


def zeroed_if(condition):
    """Right, unless `condition(x, weights, stride, pad)` holds."""

    def wrong(x, weights, bias, stride=1, pad=0):
        result = conv2d(x, weights, bias, stride, pad)
        wrong_here = condition(x, weights, both(stride), both(pad))
        return np.zeros_like(result) if wrong_here else result

    return wrong


def breaks_if(condition):
    """Right, but breaks where `condition(x, weights, stride, pad)` holds."""

    def wrong(x, weights, bias, stride=1, pad=0):
        if condition(x, weights, stride, pad):
            raise TypeError("unsupported operand type(s)")
        return conv2d(x, weights, bias, stride, pad)

    return wrong


def half_precision(x, weights, bias, stride=1, pad=0):
    arrays = (array.astype(np.float16) for array in (x, weights, bias))
    return all_loops(*arrays, stride, pad).astype(x.dtype)


def bias_not_for_last_filter(x, weights, bias, stride=1, pad=0):
    bias = bias.copy()
    bias[-1] = 0
    return conv2d(x, weights, bias, stride, pad)


def wide_pad_cut(x, weights, bias, stride=1, pad=0):
    """Padding at least as wide as the kernel is cut, "since nothing is there anyway"."""
    frame = tuple(min(p, k - 1) for p, k in zip(both(pad), weights.shape[2:], strict=True))
    if both(pad) == frame:
        return conv2d(x, weights, bias, stride, pad)
    inner = conv2d(x, weights, bias, 1, frame)
    return inner[:, :, :: both(stride)[0], :: both(stride)[1]]


def bias_only_on_the_picture(x, weights, bias, stride=1, pad=0):
    """Windows that see nothing but padding are left at zero."""
    result = conv2d(x, weights, bias, stride, pad)
    seen = conv2d(np.ones_like(x), np.ones_like(weights), np.zeros_like(bias), stride, pad)
    return np.where(seen > 0, result, 0).astype(x.dtype)


LAYER = {
    **never_refused(conv2d),
    "images added up": images_added_up,
    "places added up": places_added_up,
    "canvas kept between calls": kept_frame(),
    "totals kept between calls": accumulating(),
    "padded with ones": padded_with(1),
    "padded with gray": padded_with(128),
    "stride 2 for every stride above 1": misread(
        lambda stride, pad: (tuple(min(s, 2) for s in stride), pad),
        lambda stride, pad: max(stride) > 2,
    ),
    "pad 1 for every pad": misread(
        lambda stride, pad: (stride, tuple(min(p, 1) for p in pad)),
        lambda stride, pad: max(pad) > 1,
    ),
    "padding forgotten when there is a stride": misread(
        lambda stride, pad: (stride, 0), lambda stride, pad: max(stride) > 1 and pad != (0, 0)
    ),
    "stride forgotten when there is padding": misread(
        lambda stride, pad: (1, pad), lambda stride, pad: max(stride) > 1 and pad != (0, 0)
    ),
    "larger stride for both": misread(
        lambda stride, pad: (max(stride), pad), lambda stride, pad: stride[0] != stride[1]
    ),
    "larger pad for both": misread(
        lambda stride, pad: (stride, max(pad)), lambda stride, pad: pad[0] != pad[1]
    ),
    "corner only": corner_only,
    "window's last pixel left out": without_last_pixel_of_window,
    "wide padding cut": wide_pad_cut,
    "no bias on the padding": bias_only_on_the_picture,
    "never refuses": never_refuses,
    "only the height checked": height_only_checked,
    "only the width checked": width_only_checked,
    "too large a filter gives nothing": too_large_gives_nothing,
    "small outputs only": memorised,
    "one row late": spoiling(conv2d, lambda result: np.roll(result, 1, axis=2)),
    "one column early": spoiling(conv2d, lambda result: np.roll(result, -1, axis=3)),
    "one axis less for one image": spoiling(
        conv2d, lambda result: result[0] if len(result) == 1 else result
    ),
    "squeezed": spoiling(conv2d, np.squeeze),
    "negative sums cut": spoiling(conv2d, lambda result: np.maximum(result, 0)),
    "absolute values": spoiling(conv2d, np.abs),
    "rounded": spoiling(conv2d, np.rint),
    "half precision": half_precision,
    "filters backwards": rearranged(lambda x, weights, bias: (x, weights[::-1], bias)),
    "channels backwards": rearranged(lambda x, weights, bias: (x, weights[:, ::-1], bias)),
    "images backwards": rearranged(lambda x, weights, bias: (x[::-1], weights, bias)),
    "images turned": rearranged(lambda x, weights, bias: (x[..., ::-1, ::-1], weights, bias)),
    "bias subtracted": rearranged(lambda x, weights, bias: (x, weights, -bias)),
    "bias cut to a whole number": rearranged(lambda x, weights, bias: (x, weights, np.trunc(bias))),
    "biases backwards": rearranged(lambda x, weights, bias: (x, weights, bias[::-1])),
    "last filter without bias": bias_not_for_last_filter,
    "last image left out": zeroed_if(lambda x, weights, stride, pad: len(x) == 3),
    "pairs break": breaks_if(
        lambda x, weights, stride, pad: isinstance(stride, tuple) or isinstance(pad, tuple)
    ),
    "empty slice breaks at pad 0": breaks_if(lambda x, weights, stride, pad: 0 in both(pad)),
    "breaks on several images": breaks_if(lambda x, weights, stride, pad: len(x) > 1),
    "breaks on pictures that are not square": breaks_if(
        lambda x, weights, stride, pad: x.shape[2] != x.shape[3]
    ),
    "breaks on kernels that are not square": breaks_if(
        lambda x, weights, stride, pad: weights.shape[2] != weights.shape[3]
    ),
    "C order only": contiguous_only(conv2d),
    "weights in C order only": lambda x, weights, *others: (
        conv2d(x, row_by_row(weights), *others)
        if weights.flags.f_contiguous
        else conv2d(x, weights, *others)
    ),
    # One for each part of the checks: right everywhere else.
    "wrong for one pixel": zeroed_if(lambda x, weights, stride, pad: x.shape[2:] == (1, 1)),
    "wrong at stride 1 with padding": zeroed_if(
        lambda x, weights, stride, pad: stride == (1, 1) and pad[0] == pad[1] > 0 and len(x) == 1
    ),
    "wrong at strides without padding": zeroed_if(
        lambda x, weights, stride, pad: stride[0] == stride[1] > 1 and pad == (0, 0) and len(x) == 1
    ),
    "wrong at strides with padding": zeroed_if(
        lambda x, weights, stride, pad: (
            stride[0] == stride[1] > 1 and pad[0] == pad[1] > 0 and len(x) == 1
        )
    ),
    "wrong at pairs": zeroed_if(
        lambda x, weights, stride, pad: stride[0] != stride[1] and len(x) == 1
    ),
    "wrong for pictures that are not square": zeroed_if(
        lambda x, weights, stride, pad: (
            (stride, pad) == ((1, 1), (0, 0)) and len(x) == 1 and x.shape[2] != x.shape[3]
        )
    ),
    "wrong for 4×4 in a frame": zeroed_if(
        lambda x, weights, stride, pad: x.shape == (1, 1, 4, 4) and pad == (1, 1)
    ),
    "wrong for 4×5": zeroed_if(lambda x, weights, stride, pad: x.shape == (1, 1, 4, 5)),
    "wrong for a single 1": zeroed_if(
        lambda x, weights, stride, pad: np.count_nonzero(weights) == 1 and weights.size == 9
    ),
    "wrong where the first pixel is black": zeroed_if(
        lambda x, weights, stride, pad: x.shape == (1, 1, 6, 6) and not x[..., 0, 0].any()
    ),
    "wrong for three channels": zeroed_if(
        lambda x, weights, stride, pad: weights.shape[1] == 3 and weights.shape[2] > 1
    ),
    "wrong for four filters": zeroed_if(lambda x, weights, stride, pad: len(weights) == 4),
}


OF_COLUMNS = (
    "refuses by an assertion",
    "images added up",
    "canvas kept between calls",
    "padded with gray",
    "larger stride for both",
    "only the height checked",
    "too large a filter gives nothing",
    "last image left out",
    "squeezed",
    "half precision",
    "filters backwards",
    "channels backwards",
    "biases backwards",
    "C order only",
)
"""Wrong layers that serve for the one by columns as well."""


# --- columns ---


def columns_if(condition):
    """Right, unless `condition(x, kernel, stride, pad)` holds."""

    def wrong(x, kernel_size, stride=1, pad=0):
        columns = im2col(x, kernel_size, stride, pad)
        wrong_here = condition(x, both(kernel_size), both(stride), both(pad))
        return np.zeros_like(columns) if wrong_here else columns

    return wrong


def columns_misread(change, where):
    def wrong(x, kernel_size, stride=1, pad=0):
        columns = im2col(x, kernel_size, stride, pad)
        steps, frame = both(stride), both(pad)
        if not where(steps, frame):
            return columns
        stride, pad = change(steps, frame)
        return im2col(x, kernel_size, stride, pad)

    return wrong


COLUMNS = {
    **never_refused(im2col),
    "one column less": spoiling(im2col, lambda columns: columns[:, :, :-1]),
    "columns backwards": spoiling(im2col, lambda columns: columns[:, :, ::-1]),
    "first column last": spoiling(im2col, lambda columns: np.roll(columns, -1, axis=2)),
    "only channel 0": lambda x, kernel_size, stride=1, pad=0: im2col(
        np.concatenate([x[:, :1], 0 * x[:, 1:]], axis=1), kernel_size, stride, pad
    ),
    "channels backwards": lambda x, *others: im2col(x[:, ::-1], *others),
    "images backwards": lambda x, *others: im2col(x[::-1], *others),
    "pad at most 2": columns_misread(
        lambda stride, pad: (stride, tuple(min(p, 2) for p in pad)),
        lambda stride, pad: max(pad) > 2,
    ),
    "larger pad for both": columns_misread(
        lambda stride, pad: (stride, max(pad)), lambda stride, pad: pad[0] != pad[1]
    ),
    "padded with ones": lambda x, kernel_size, stride=1, pad=0: im2col(
        pad_images(x, pad, 1), kernel_size, stride
    ),
    "half precision": lambda x, *others: im2col(x.astype(np.float16), *others).astype(x.dtype),
    "never changes the shape": lambda x, *others: im2col(x, *others).reshape(len(x), -1),
    "C order only": contiguous_only(im2col),
    "pairs break": lambda x, kernel_size, stride=1, pad=0: columns_by_loops(
        x, kernel_size, int(stride), int(pad)
    ),
    "height only checked": lambda x, kernel_size, stride=1, pad=0: (
        im2col(x, kernel_size, stride, pad)
        if (x.shape[2] + 2 * both(pad)[0] - both(kernel_size)[0]) % both(stride)[0]
        or x.shape[3] + 2 * both(pad)[1] < both(kernel_size)[1]
        or (x.shape[3] + 2 * both(pad)[1] - both(kernel_size)[1]) % both(stride)[1] == 0
        else im2col(x[:, :, :, :-1], kernel_size, stride, pad)
    ),
    # One for each part of the checks: right everywhere else.
    "wrong for one place": columns_if(
        lambda x, kernel, stride, pad: x.shape[2:] == kernel and not any(pad)
    ),
    "wrong for windows of 2×2 in 5×5": columns_if(
        lambda x, kernel, stride, pad: (x.shape, kernel) == ((1, 1, 5, 5), (2, 2))
    ),
    "wrong for several channels": columns_if(
        lambda x, kernel, stride, pad: len(x) == 1 and x.shape[1] > 1 and x.shape[2] == x.shape[3]
    ),
    "wrong at strides": columns_if(
        lambda x, kernel, stride, pad: stride[0] == stride[1] > 1 and pad == (0, 0) and len(x) == 1
    ),
    "wrong with padding": columns_if(
        lambda x, kernel, stride, pad: (
            pad[0] == pad[1] > 0 and stride[0] == stride[1] and len(x) == 1
        )
    ),
    "wrong at pairs": columns_if(
        lambda x, kernel, stride, pad: stride[0] != stride[1] and len(x) == 1
    ),
    "wrong for what is not square": columns_if(
        lambda x, kernel, stride, pad: (
            len(x) == 1
            and (stride, pad) == ((1, 1), (0, 0))
            and (x.shape[2] != x.shape[3] or kernel[0] != kernel[1])
        )
    ),
    "wrong for several images": columns_if(
        lambda x, kernel, stride, pad: (
            len(x) > 1 and x.dtype == np.float64 and x.flags.c_contiguous and stride == (1, 1)
        )
    ),
}


# --- counts ---


def volume_if(condition):
    """Right, unless `condition(shape, pad, stride)` holds for the volume that comes out."""

    def wrong(input_shape, num_filters, kernel, pad, stride):
        shape, parameters = volume(input_shape, num_filters, kernel, pad, stride)
        return shape, parameters + bool(condition(shape, pad, stride))

    return wrong


VOLUMES = {
    **never_refused(volume),
    "one more place": spoiling(
        volume, lambda result: ((result[0][0], result[0][1] + 1, result[0][2] + 1), result[1])
    ),
    "shape only": spoiling(volume, lambda result: result[0]),
    "parameters only": spoiling(volume, lambda result: result[1]),
    "flat": spoiling(volume, lambda result: (*result[0], result[1])),
    "a list for the shape": spoiling(volume, lambda result: (list(result[0]), result[1])),
    "texts": spoiling(volume, lambda result: (tuple(map(str, result[0])), result[1])),
    "memorised": lambda *arguments: ((10, 32, 32), 760),
    "bias for every channel": lambda input_shape, num_filters, *others: (
        volume(input_shape, num_filters, *others)[0],
        volume(input_shape, num_filters, *others)[1] + num_filters * (input_shape[0] - 1),
    ),
    "input size in the parameters": lambda input_shape, *others: (
        volume(input_shape, *others)[0],
        volume(input_shape, *others)[1] * input_shape[1],
    ),
    "only the height checked": lambda input_shape, num_filters, kernel, pad, stride: (
        (
            num_filters,
            divmod_size(input_shape[1], kernel, pad, stride),
            (input_shape[2] + 2 * pad - kernel) // stride + 1,
        ),
        num_filters * (input_shape[0] * kernel**2 + 1),
    ),
    # One for each part of the checks: right everywhere else.
    "wrong for 28 places": spoiling(
        volume, lambda result: (result[0], result[1] + (result[0][1:] == (28, 28)))
    ),
    "wrong for what is not square": volume_if(
        lambda shape, pad, stride: shape[1] != shape[2] and not pad and stride == 1
    ),
    "wrong with padding": volume_if(lambda shape, pad, stride: pad and stride == 1),
    "wrong at strides": volume_if(lambda shape, pad, stride: not pad and stride > 1),
    "wrong with padding and strides": volume_if(lambda shape, pad, stride: pad and stride > 1),
    "pad once": lambda input_shape, num_filters, kernel, pad, stride: (
        (
            num_filters,
            *(
                reference.conv_output_size(side, kernel, pad, stride) - (pad + stride - 1) // stride
                for side in input_shape[1:]
            ),
        ),
        volume(input_shape, num_filters, kernel, pad, stride)[1],
    ),
}

FIELDS = {
    "a float": lambda layers: float(field(layers)),
    "a pair": lambda layers: (field(layers), field(layers)),
    "7": lambda layers: 7,
    "two more": lambda layers: field(layers) + 2,
    "first layer left out": lambda layers: field(layers[1:]),
    "last layer left out": lambda layers: field(layers[:-1]),
    "first two layers only": lambda layers: field(layers[:2]),
    "largest kernel": lambda layers: max(kernel for kernel, _ in layers),
    "product of strides": lambda layers: int(np.prod([stride for _, stride in layers])),
    "all kernels 3": lambda layers: field([(3, stride) for _, stride in layers]),
    "all strides the first": lambda layers: field([(kernel, layers[0][1]) for kernel, _ in layers]),
    "kernel and stride exchanged": lambda layers: field([(s, k) for k, s in layers]),
    "empties the list": lambda layers: field([layers.pop(0) for _ in range(len(layers))]),
    "at most five layers": lambda layers: field(layers[:5]),
    # One for each part of the checks: right everywhere else.
    "wrong without strides": lambda layers: (
        field(layers) + (len(layers) == 4 and all(stride == 1 for _, stride in layers))
    ),
    "wrong for one layer": lambda layers: field(layers) + (len(layers) == 1),
    "wrong for two layers": lambda layers: (
        field(layers) + (len(layers) == 2 and layers not in ([(3, 1), (3, 1)], [(5, 3), (4, 2)]))
    ),
    "wrong where three strides add up": lambda layers: (
        field(layers) + (len(layers) > 3 and any(stride > 1 for _, stride in layers))
    ),
    "wrong for the traced": lambda layers: field(layers) + (layers == [(2, 1), (5, 1), (3, 1)]),
}

ANSWERS = {
    "pad-images": PADS,
    "conv-output-size": SIZES,
    "same-padding": KEPT,
    "conv2d-forward": LAYER,
    "im2col": COLUMNS,
    "conv2d-fast": {
        **{what: LAYER[what] for what in LAYER if what in OF_COLUMNS or what.startswith("wrong")},
        "bias once for each tap": lambda x, weights, bias, stride=1, pad=0: conv2d(
            x, weights, bias * weights.shape[2], stride, pad
        ),
        "columns only": lambda x, weights, bias, stride=1, pad=0: im2col(
            x, weights.shape[2:], stride, pad
        ),
        "one map for all": lambda x, weights, bias, stride=1, pad=0: conv2d(
            x, weights, bias, stride, pad
        ).sum(axis=1, keepdims=True),
    },
    "conv-layer-volume": VOLUMES,
    "receptive-field": FIELDS,
}

NOT_SPOILED = {
    # For a single number this is a mistake of the catalogue, and named so.
    "same-padding": {"one number slightly off"},
    "conv-output-size": {"one number slightly off"},
    "receptive-field": {"one number slightly off"},
}
"""General ways of being wrong that mean something else for an exercise."""
