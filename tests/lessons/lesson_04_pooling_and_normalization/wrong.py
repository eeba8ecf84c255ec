"""04-pooling-and-normalization: wrong answers that the catalogue does not list."""

import numpy as np

from autograder import reference
from tests.lessons.lesson_03_padding_and_stride.wrong import (
    contiguous_only,
    first_shown,
    never_refused,
    only_if,
    spoiling,
)
from tests.lessons.lesson_04_pooling_and_normalization.right import both

# --- pooling ---


def pooling(right):
    """Ways in which either kind of pooling goes wrong."""

    def zeroed_if(condition):
        """Right, unless `condition(x, size, stride)` holds."""

        def wrong(x, size, stride=None):
            result = right(x, size, stride)
            steps = both(size if stride is None else stride)
            return np.zeros_like(result) if condition(x, both(size), steps) else result

        return wrong

    def height_only_checked(x, size, stride=None):
        steps = both(size if stride is None else stride)
        length = x.shape[3] - (x.shape[3] - both(size)[1]) % steps[1]
        return right(x[:, :, :, : max(length, both(size)[1])], size, stride)

    def too_large_gives_nothing(x, size, stride=None):
        if both(size)[0] > x.shape[2] or both(size)[1] > x.shape[3]:
            return np.zeros((*x.shape[:2], 0, 0), x.dtype)
        return right(x, size, stride)

    return {
        **never_refused(right),
        "only the height checked": height_only_checked,
        "too large a window gives nothing": too_large_gives_nothing,
        "last image left out": spoiling(right, lambda result: result[:-1]),
        "first image for all": spoiling(
            right, lambda result: np.repeat(result[:1], len(result), axis=0)
        ),
        "first channel for all": spoiling(
            right, lambda result: np.repeat(result[:, :1], result.shape[1], axis=1)
        ),
        "first row only": spoiling(right, lambda result: first_shown(result, 2)),
        "first column only": spoiling(right, lambda result: first_shown(result, 3)),
        "one row late": spoiling(right, lambda result: np.roll(result, 1, axis=2)),
        "images backwards": spoiling(right, lambda result: result[::-1]),
        "channels backwards": spoiling(right, lambda result: result[:, ::-1]),
        "maps laid flat": spoiling(right, lambda result: result.reshape(*result.shape[:2], -1)),
        "negative numbers cut": spoiling(right, lambda result: np.maximum(result, -0.5)),
        "rounded": spoiling(right, np.rint),
        "as large as before": lambda x, size, stride=None: np.repeat(
            right(x, size, stride), 2, axis=2
        ),
        "half precision": lambda x, *others: right(x.astype(np.float16), *others).astype(x.dtype),
        "padded": lambda x, size, stride=None: right(reference.pad_images(x, size), size, stride),
        "C order only": contiguous_only(right),
        "pairs break": lambda x, size, stride=None: right(
            x, int(size), None if stride is None else int(stride)
        ),
        # One for each part of the checks: right everywhere else.
        "wrong for windows of 3": zeroed_if(
            lambda x, size, stride: size == stride == (3, 3) and x.shape == (1, 1, 6, 6)
        ),
        "wrong where windows overlap": zeroed_if(
            lambda x, size, stride: (
                stride[0] == stride[1]
                and stride < size
                and len(x) == 1
                and x.shape[2] == x.shape[3]
                and bool((x > 0).any())
            )
        ),
        "wrong where windows leave gaps": zeroed_if(
            lambda x, size, stride: stride > size == (2, 2)
        ),
        "wrong for pairs": zeroed_if(
            lambda x, size, stride: size[0] != size[1] or stride[0] != stride[1]
        ),
        "wrong for what is not square": zeroed_if(
            lambda x, size, stride: (
                x.shape[2] != x.shape[3] and x.shape[0] == 1 == x.shape[1] and size[0] == size[1]
            )
        ),
        "wrong for several channels": zeroed_if(
            lambda x, size, stride: x.shape[0] == 1 and x.shape[1] > 2
        ),
        "wrong for several images": zeroed_if(
            lambda x, size, stride: len(x) > 1 and x.shape[2:] == (4, 4)
        ),
        "wrong below 0": zeroed_if(
            lambda x, size, stride: bool((x < -0.9).all()) and len(x) == 1 and x.shape[1] == 1
        ),
        "wrong for an even picture": zeroed_if(
            lambda x, size, stride: x.shape == (1, 1, 6, 6) and bool((x == x[0, 0, 0, 0]).all())
        ),
        "wrong for windows of one pixel": zeroed_if(lambda x, size, stride: size == (1, 1)),
        "wrong for three channels of 6×6": zeroed_if(
            lambda x, size, stride: x.shape == (1, 3, 6, 6)
        ),
    }


SHAPE = reference.pool_output_shape


def shape_if(condition):
    """Right, unless `condition(input_shape, size, stride)` holds."""

    def wrong(input_shape, size, stride=None):
        shape = SHAPE(input_shape, size, stride)
        steps = both(size if stride is None else stride)
        return (*shape[:2], shape[2] + condition(input_shape, both(size), steps))

    return wrong


SHAPES = {
    **never_refused(SHAPE),
    "a list": spoiling(SHAPE, list),
    "texts": spoiling(SHAPE, lambda shape: tuple(map(str, shape))),
    "one place more": spoiling(SHAPE, lambda shape: (shape[0], shape[1] + 1, shape[2] + 1)),
    "with a batch": spoiling(SHAPE, lambda shape: (1, *shape)),
    "flat": spoiling(SHAPE, lambda shape: int(np.prod(shape))),
    "memorised": lambda input_shape, size, stride=None: (96, 27, 27),
    "halved": lambda input_shape, size, stride=None: (
        input_shape[0],
        input_shape[1] // 2,
        input_shape[2] // 2,
    ),
    "only the height checked": lambda input_shape, size, stride=None: (
        *SHAPE((*input_shape[:2], both(size)[1]), size, stride)[:2],
        (input_shape[2] - both(size)[1]) // both(size if stride is None else stride)[1] + 1,
    ),
    "pairs break": lambda input_shape, size, stride=None: SHAPE(
        input_shape, int(size), None if stride is None else int(stride)
    ),
    # One for each part of the checks: right everywhere else.
    "wrong for 27 pixels": shape_if(lambda shape, size, stride: shape == (6, 27, 27)),
    "wrong for what is not square": shape_if(
        lambda shape, size, stride: shape[1] != shape[2] and size == stride and size[0] == size[1]
    ),
    "wrong where windows overlap": shape_if(
        lambda shape, size, stride: size > stride and size[0] == size[1]
    ),
    "wrong where windows leave gaps": shape_if(
        lambda shape, size, stride: size < stride and size[0] == size[1]
    ),
    "wrong for pairs": shape_if(lambda shape, size, stride: size[0] != size[1]),
}

AVERAGED = reference.strided_conv_as_pool


def averaged_if(condition):
    """Right, unless `condition(x, size)` holds."""

    def wrong(x, size):
        result = AVERAGED(x, size)
        return np.zeros_like(result) if condition(x, both(size)) else result

    return wrong


AVERAGES = {
    **never_refused(AVERAGED),
    "weights that do not sum to 1": spoiling(AVERAGED, lambda result: result * 0.9),
    "corner twice as heavy": lambda x, size: (
        AVERAGED(x, size) + x[:, :, :: both(size)[0], :: both(size)[1]] / 4
    ),
    "a trace of the other channels": lambda x, size: (
        AVERAGED(x, size) + AVERAGED(x, size).sum(axis=1, keepdims=True) * x.dtype.type(1e-3)
    ),
    "a bias": spoiling(AVERAGED, lambda result: result + result.dtype.type(1)),
    "flipped": lambda x, size: AVERAGED(x[:, :, ::-1, ::-1], size),
    "images backwards": spoiling(AVERAGED, lambda result: result[::-1]),
    "first row only": spoiling(AVERAGED, lambda result: first_shown(result, 2)),
    "square windows only": lambda x, size: AVERAGED(x, int(size)),
    "C order only": contiguous_only(AVERAGED),
    "half precision": lambda x, size: AVERAGED(x.astype(np.float16), size).astype(x.dtype),
    # One for each part of the checks: right everywhere else.
    "wrong for 6×6": averaged_if(lambda x, size: x.shape == (1, 1, 6, 6)),
    "wrong for several channels": averaged_if(
        lambda x, size: len(x) == 1 and x.shape[1] > 2 and bool(x[:, 1].any())
    ),
    "wrong for what is not square": averaged_if(
        lambda x, size: len(x) == 1 and x.shape[2] != x.shape[3] and size[0] == size[1]
    ),
    "wrong for pairs": averaged_if(lambda x, size: size[0] != size[1]),
    "wrong for several images": averaged_if(
        lambda x, size: len(x) > 1 and x.shape[2] == 4 and x.flags.c_contiguous
    ),
    "a trace in a black channel": lambda x, size: (
        AVERAGED(x, size) + (0 if x.shape[1] < 2 or x[:, 1].any() else 1)
    ),
}


# --- normalization ---

DAMPED = reference.local_response_normalize
PAPER = (5, 2.0, 1e-4, 0.75)


def with_settings(change):
    """The right formula with `change(n, k, alpha, beta)` in place of what was given."""

    def wrong(x, *settings):
        return DAMPED(x, *change(*settings, *PAPER[len(settings) :]))

    return wrong


def damped_if(condition):
    """Right, unless `condition(x, n, k, alpha, beta)` holds."""

    def wrong(x, *settings):
        result = DAMPED(x, *settings)
        return 0 * result if condition(x, *settings, *PAPER[len(settings) :]) else result

    return wrong


RESPONSES = {
    "the paper's constants always": lambda x, *settings: DAMPED(x),
    "n fixed at 5": with_settings(lambda n, k, alpha, beta: (5, k, alpha, beta)),
    "k fixed at 1": with_settings(lambda n, k, alpha, beta: (n, 1.0, alpha, beta)),
    "beta fixed at 0.75": with_settings(lambda n, k, alpha, beta: (n, k, alpha, 0.75)),
    "alpha and beta exchanged": with_settings(lambda n, k, alpha, beta: (n, k, beta, alpha)),
    "frameworks' k when none is given": lambda x, *settings: DAMPED(
        x, *settings, *(5, 1.0, 1e-4, 0.75)[len(settings) :]
    ),
    "frameworks' beta when none is given": lambda x, *settings: DAMPED(
        x, *settings, *(5, 2.0, 1e-4, 0.5)[len(settings) :]
    ),
    "images added in": lambda x, *settings: DAMPED(np.cumsum(x, axis=0).astype(x.dtype), *settings),
    "positive only": lambda x, *settings: np.maximum(DAMPED(x, *settings), 0),
    "channels backwards": lambda x, *settings: DAMPED(x, *settings)[:, ::-1],
    "only image 0": lambda x, *settings: first_shown(DAMPED(x, *settings), 0),
    "one channel further down": lambda x, n=5, *others: DAMPED(np.roll(x, 1, axis=1), n, *others),
    "half precision": lambda x, *settings: DAMPED(x.astype(np.float16), *settings).astype(x.dtype),
    "C order only": contiguous_only(DAMPED),
    "breaks with few channels": lambda x, n=5, *others: (
        DAMPED(x, n, *others) if x.shape[1] >= n else DAMPED(x[:, n:], n, *others)
    ),
    "a trace too much": lambda x, *settings: DAMPED(x, *settings) * x.dtype.type(1.001),
    # One for each part of the checks: right everywhere else.
    "wrong for 8 channels of one pixel": damped_if(lambda x, *settings: x.shape == (1, 8, 1, 1)),
    "wrong with what nobody gave": damped_if(lambda x, n, k, alpha, beta: alpha == 1e-4),
    "wrong at other settings": damped_if(lambda x, n, k, alpha, beta: k in (3.0, 0.5, 1.5)),
    "wrong for few channels": damped_if(lambda x, n, *settings: x.shape[1] < n),
    "wrong for what is not square": damped_if(lambda x, *settings: x.shape[2:] == (3, 5)),
    "wrong for three images": damped_if(lambda x, *settings: len(x) == 3),
    "wrong for a channel alone": damped_if(
        lambda x, *settings: np.count_nonzero(x) == 1 and x.shape[1] == 7
    ),
    "wrong for a loud channel": damped_if(
        lambda x, *settings: x.shape == (1, 9, 2, 2) and settings[0] == 3
    ),
}

NORMAL = reference.batch_normalize


def running():
    """The statistics of the first batch serve for all that follow."""
    kept = {}

    def wrong(x, gamma, beta, eps=1e-5):
        channels = x.shape[1]
        if channels not in kept:
            kept[channels] = reference.batch_statistics(x)
        return reference.batch_normalize_inference(x, gamma, beta, *kept[channels], eps)

    return wrong


def normal_if(condition):
    """Right, unless `condition(x, eps)` holds."""

    def wrong(x, gamma, beta, eps=1e-5):
        result = NORMAL(x, gamma, beta, eps)
        return 0 * result if condition(x, eps) else result

    return wrong


def by_deviation(x, gamma, beta, eps=1e-5):
    """Mean absolute deviation for the standard one."""
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    deviation = np.abs(x - mean).mean(axis=(0, 2, 3), keepdims=True)
    result = (x - mean) / (deviation + eps) * gamma[:, None, None] + beta[:, None, None]
    return result.astype(x.dtype)


def to_the_unit(x, gamma, beta, eps=1e-5):
    """Least to 0 and largest to 1."""
    least, most = x.min(axis=(0, 2, 3), keepdims=True), x.max(axis=(0, 2, 3), keepdims=True)
    result = (x - least) / (most - least + eps) * gamma[:, None, None] + beta[:, None, None]
    return result.astype(x.dtype)


UPDATE = reference.update_running_statistics
INFER = reference.batch_normalize_inference


def updated_in_place(running_mean, running_var, x, momentum=0.9):
    for kept, new in zip(
        (running_mean, running_var), UPDATE(running_mean, running_var, x, momentum), strict=True
    ):
        kept[...] = new
    return running_mean, running_var


def moving_of_its_own():
    """Keeps the statistics itself, whatever it is given."""
    kept = {}

    def wrong(running_mean, running_var, x, momentum=0.9):
        before = kept.get(x.shape[1], (running_mean, running_var))
        kept[x.shape[1]] = UPDATE(*before, x, momentum)
        return kept[x.shape[1]]

    return wrong


def plain_average(running_mean, running_var, x, momentum=0.9):
    return UPDATE(running_mean, running_var, x, 0.5)


def second_moment(running_mean, running_var, x, momentum=0.9):
    mean, _ = UPDATE(running_mean, running_var, x, momentum)
    square = (x * x).mean(axis=(0, 2, 3))
    return mean, (momentum * running_var + (1 - momentum) * square).astype(x.dtype)


def momentum_squared_variance(running_mean, running_var, x, momentum=0.9):
    mean, _ = UPDATE(running_mean, running_var, x, momentum)
    return mean, UPDATE(running_mean, running_var, x, momentum**2)[1]


def median_for_mean(running_mean, running_var, x, momentum=0.9):
    _, var = UPDATE(running_mean, running_var, x, momentum)
    middle = np.median(x, axis=(0, 2, 3))
    return (momentum * running_mean + (1 - momentum) * middle).astype(x.dtype), var


def first_image_kept(running_mean, running_var, x, momentum=0.9):
    return UPDATE(running_mean, running_var, x[:1] if x[:1, 0].size > 1 else x, momentum)


UPDATES = {
    "written in place": updated_in_place,
    "statistics of its own": moving_of_its_own(),
    "halfway always": plain_average,
    "mean of the squares": second_moment,
    "momentum squared for the variance": momentum_squared_variance,
    "median for the mean": median_for_mean,
    "first image only": first_image_kept,
    "mean alone": spoiling(UPDATE, lambda result: result[0]),
    "as a list": spoiling(UPDATE, list),
    "deviations": spoiling(UPDATE, lambda result: (result[0], np.sqrt(result[1]))),
    "mean negative": spoiling(UPDATE, lambda result: (-result[0], result[1])),
    "corrected for the start": lambda mean, var, x, momentum=0.9: tuple(
        values / x.dtype.type(1 - min(momentum, 0.5)) for values in UPDATE(mean, var, x, momentum)
    ),
    "default momentum 0.99": lambda mean, var, x, momentum=0.99: UPDATE(mean, var, x, momentum),
    "C order only": contiguous_only(UPDATE),
}

INFERENCES = {
    "eps of 1e-3 when none is given": lambda x, gamma, beta, mean, var, eps=1e-3: INFER(
        x, gamma, beta, mean, var, eps
    ),
    "eps twice": lambda x, gamma, beta, mean, var, eps=1e-5: INFER(
        x, gamma, beta, mean, var, 2 * eps
    ),
    "mean added": lambda x, gamma, beta, mean, var, *eps: INFER(x, gamma, beta, -mean, var, *eps),
    "gammas backwards": lambda x, gamma, beta, *rest: INFER(x, gamma[::-1], beta, *rest),
    "means backwards": lambda x, gamma, beta, mean, *rest: INFER(x, gamma, beta, mean[::-1], *rest),
    "variances backwards": lambda x, gamma, beta, mean, var, *eps: INFER(
        x, gamma, beta, mean, var[::-1], *eps
    ),
    "one variance for all": lambda x, gamma, beta, mean, var, *eps: INFER(
        x, gamma, beta, mean, np.full_like(var, var.mean()), *eps
    ),
    "gamma's size": lambda x, gamma, beta, *rest: INFER(x, np.abs(gamma), beta, *rest),
    "beta subtracted": lambda x, gamma, beta, *rest: INFER(x, gamma, -beta, *rest),
    "sign turned": lambda x, gamma, beta, *rest: -INFER(x, gamma, beta, *rest),
    "only image 0": spoiling(INFER, lambda result: first_shown(result, 0)),
    "no batch of one": lambda x, *rest: INFER(x, *rest) if len(x) > 1 else 0 * x,
    "variance squared": lambda x, gamma, beta, mean, var, *eps: INFER(
        x, gamma, beta, mean, var * var, *eps
    ),
    "half precision": lambda x, *rest: INFER(x.astype(np.float16), *rest).astype(x.dtype),
    "C order only": contiguous_only(INFER),
    "a tuple": lambda x, *rest: (INFER(x, *rest), rest[2]),
}

NORMALS = {
    "statistics of the first batch": running(),
    "mean absolute deviation": by_deviation,
    "from least to most": to_the_unit,
    "eps of 1e-3 when none is given": lambda x, gamma, beta, eps=1e-3: NORMAL(x, gamma, beta, eps),
    "eps twice": lambda x, gamma, beta, eps=1e-5: NORMAL(x, gamma, beta, 2 * eps),
    "gamma squared": lambda x, gamma, beta, *eps: NORMAL(x, gamma * gamma, beta, *eps),
    "gamma's size": lambda x, gamma, beta, *eps: NORMAL(x, np.abs(gamma), beta, *eps),
    "gammas backwards": lambda x, gamma, beta, *eps: NORMAL(x, gamma[::-1], beta, *eps),
    "betas backwards": lambda x, gamma, beta, *eps: NORMAL(x, gamma, beta[::-1], *eps),
    "beta subtracted": lambda x, gamma, beta, *eps: NORMAL(x, gamma, -beta, *eps),
    "sign turned": lambda x, gamma, beta, *eps: NORMAL(-x, gamma, beta, *eps),
    "statistics of the first image": lambda x, gamma, beta, eps=1e-5: (
        reference.batch_normalize_inference(x, gamma, beta, *reference.batch_statistics(x[:1]), eps)
    ),
    "statistics per row": lambda x, gamma, beta, eps=1e-5: (
        (x - x.mean(axis=(0, 3), keepdims=True))
        / np.sqrt(x.var(axis=(0, 3), keepdims=True) + eps)
        * gamma[:, None, None]
        + beta[:, None, None]
    ).astype(x.dtype),
    "only image 0": spoiling(NORMAL, lambda result: first_shown(result, 0)),
    "half precision": lambda x, *others: NORMAL(x.astype(np.float16), *others).astype(x.dtype),
    "C order only": contiguous_only(NORMAL),
    "a tuple": lambda x, *others: (NORMAL(x, *others), reference.batch_statistics(x)),
    # One for each part of the checks: right everywhere else.
    "wrong for 3 images of 3×3": normal_if(lambda x, eps: x.shape == (3, 1, 3, 3) and eps == 1e-5),
    "wrong for several channels": normal_if(lambda x, eps: x.shape[1] == 3 and len(x) == 4),
    "wrong for a large eps": normal_if(lambda x, eps: eps == 2.0),
    "wrong for one image": normal_if(lambda x, eps: len(x) == 1),
    "wrong for what is not square": normal_if(lambda x, eps: x.shape[2:] in ((2, 5), (4, 1))),
    "wrong for 4 images of 5×5": normal_if(lambda x, eps: x.shape == (4, 1, 5, 5)),
    "wrong for 2 images of 3×3": lambda x, gamma, beta, eps=1e-5: (
        NORMAL(x, gamma, beta, eps) + (x if x.shape == (2, 1, 3, 3) else 0)
    ),
}


# --- activations ---

RELU = reference.relu

RELUS = {
    "leaks a thousandth": lambda x: np.where(x > 0, x, x * x.dtype.type(1e-3)),
    "cut at 2": lambda x: np.clip(x, 0, x.dtype.type(2)),
    "squared": lambda x: RELU(x) ** 2,
    "exponential below 0": lambda x: np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1),
    "small numbers cut too": lambda x: np.where(x > 0.3, x, 0).astype(x.dtype),
    "one number": lambda x: np.maximum(x, 0).max(),
    "rounded": lambda x: np.rint(RELU(x)),
    "first axis only": lambda x: np.concatenate([RELU(x[:1]), x[1:]]),
    "laid flat": lambda x: RELU(x).ravel() if x.ndim > 1 else RELU(x),
    "images only": lambda x: RELU(x) if x.ndim == 4 else x.copy(),
    "C order only": contiguous_only(RELU),
    "half precision": lambda x: RELU(x).astype(np.float16).astype(x.dtype),
    "one for zero": lambda x: np.where(x == 0, 1, RELU(x)).astype(x.dtype),
    # One for each part of the checks: right everywhere else.
    "wrong for 2 images of 4×5": only_if(
        RELU, lambda x: x.copy(), lambda x: x.shape != (2, 3, 4, 5)
    ),
    "wrong for nothing but negatives": only_if(
        RELU, lambda x: x.copy(), lambda x: bool((x > -1).any())
    ),
    "wrong for rows": only_if(RELU, lambda x: x.copy(), lambda x: x.shape not in ((3, 5), (7,))),
    "cut at 50": lambda x: np.minimum(RELU(x), x.dtype.type(50)),
}

DROPPED = reference.dropout


def drop_exactly(x, rate, rng, training=True):
    """So many numbers, and always the first ones."""
    result = x / x.dtype.type(1 - rate) if training and rate else x.copy()
    if training:
        result.reshape(-1)[: int(rate * x.size)] = 0
    return result


def gaussian(x, rate, rng, training=True):
    if not training or not rate:
        return x.copy()
    noise = rng.normal(1, np.sqrt(rate / (1 - rate)), x.shape)
    return (x * noise).astype(x.dtype)


def columns_dropped(x, rate, rng, training=True):
    if not training:
        return x.copy()
    kept = rng.random((*x.shape[:-1], 1)) >= rate
    return (x * kept / (1 - rate)).astype(x.dtype)


def rescaled_by_what_is_left(x, rate, rng, training=True):
    if not training:
        return x.copy()
    kept = rng.random(x.shape) >= rate
    return (x * kept * (kept.size / kept.sum())).astype(x.dtype)


def filled_with_ones(x, rate, rng, training=True):
    if not training:
        return x.copy()
    return np.where(rng.random(x.shape) >= rate, x / (1 - rate), 1).astype(x.dtype)


def seeded_by_shape(x, rate, rng, training=True):
    return DROPPED(x, rate, np.random.default_rng(x.size), training)


DROPPINGS = {
    "the first numbers dropped": drop_exactly,
    "multiplied by noise": gaussian,
    "rows dropped": columns_dropped,
    "scaled by what is left": rescaled_by_what_is_left,
    "filled with ones": filled_with_ones,
    "always float64": lambda x, *others: DROPPED(x.astype(np.float64), *others),
    "drops half always": lambda x, rate, *others: DROPPED(x, 0.5 if rate else 0.0, *others),
    "too many at 0.2": lambda x, rate, rng, training=True: (
        x * (rng.random(x.shape) >= 0.28) / 0.8
        if training and rate == 0.2
        else DROPPED(x, rate, rng, training)
    ),
    "rate squared": lambda x, rate, *others: DROPPED(x, rate * rate, *others),
    "returns nothing": lambda *arguments: None,
    "a NaN": lambda *arguments: DROPPED(*arguments) * np.nan,
    "the mask as well": lambda *arguments: (DROPPED(*arguments), None),
    "writes to its input": lambda x, *others: x.__imul__(0) + DROPPED(x, *others),
    "drops at rate 0": lambda x, rate, *others: DROPPED(x, rate or 0.1, *others),
    "images only": lambda x, rate, *others: DROPPED(x, rate if x.ndim == 4 else 0.0, *others),
    "laid flat": lambda x, *others: DROPPED(x, *others).ravel(),
    "twice": lambda x, rate, rng, training=True: DROPPED(
        DROPPED(x, rate, rng, training), rate, rng, training
    ),
    "zeros at test time": lambda x, rate, rng, training=True: (
        DROPPED(x, rate, rng) if training else 0 * x
    ),
}


# --- the last layer ---

FILTERS = reference.fully_connected_as_conv


def filters_if(condition):
    def wrong(weights, input_shape):
        filters = FILTERS(weights, input_shape)
        return 0 * filters if condition(weights, input_shape) else filters.copy()

    return wrong


CLASSES = {
    **never_refused(FILTERS),
    "classes backwards": lambda weights, shape: FILTERS(weights[::-1], shape),
    "channels backwards": spoiling(FILTERS, lambda filters: filters[:, ::-1]),
    "rows backwards": spoiling(FILTERS, lambda filters: filters[:, :, ::-1]),
    "divided by the area": spoiling(FILTERS, lambda filters: filters / filters[0].size),
    "a batch axis": spoiling(FILTERS, lambda filters: filters[None]),
    "flat": spoiling(FILTERS, lambda filters: filters.reshape(len(filters), -1, 1)),
    "cut to fit": lambda weights, shape: np.resize(weights, (len(weights), *shape)),
    "half precision": lambda weights, shape: (
        FILTERS(weights, shape).astype(np.float16).astype(weights.dtype)
    ),
    "C order only": contiguous_only(FILTERS),
    "square images only": lambda weights, shape: FILTERS(
        weights, (shape[0], max(shape[1:]), min(shape[1:]))
    ),
    "first filter for all": spoiling(
        FILTERS, lambda filters: np.repeat(filters[:1], len(filters), axis=0)
    ),
    # One for each part of the checks: right everywhere else.
    "wrong for 3×3": filters_if(lambda weights, shape: shape == (1, 3, 3)),
    "wrong for several channels": filters_if(
        lambda weights, shape: shape[0] > 1 and shape[1] == shape[2]
    ),
    "wrong for what is not square": filters_if(
        lambda weights, shape: shape in ((1, 2, 3), (2, 4, 2))
    ),
    "wrong for the scores": filters_if(lambda weights, shape: shape == (1, 3, 3)),
    "wrong for parts of 2×2": filters_if(lambda weights, shape: shape == (1, 2, 2)),
    "weights of two images accepted": lambda weights, shape: (
        weights.reshape(-1, *shape)
        if weights.size % np.prod(shape) == 0
        else FILTERS(weights, shape)
    ),
    "too few accepted": lambda weights, shape: (
        FILTERS(weights, shape)
        if weights.shape[1] >= np.prod(shape)
        else np.zeros((len(weights), *shape), weights.dtype)
    ),
    "too many accepted": lambda weights, shape: FILTERS(weights[:, : int(np.prod(shape))], shape),
}


# --- sensitivity ---

MEASURED = reference.translation_sensitivity


def measured_if(condition):
    """Right, unless `condition(images, shift)` holds."""
    return lambda layer, images, shift: (
        MEASURED(layer, images, shift) + bool(condition(images, shift, layer))
    )


MEASURES = {
    "0": lambda *arguments: 0.0,
    "negative": lambda *arguments: -1 - MEASURED(*arguments),
    "half": lambda *arguments: MEASURED(*arguments) / 2,
    "root": lambda *arguments: MEASURED(*arguments) ** 0.5,
    "one number for each image": lambda layer, images, shift: np.array(
        [MEASURED(layer, image[None], shift) for image in images]
    ),
    "twice the shift": lambda layer, images, shift: MEASURED(layer, images, 2 * shift),
    "layer not asked": lambda layer, images, shift: float(shift),
    "a text": lambda *arguments: f"{MEASURED(*arguments):.0%}",
    "cut at 1": lambda *arguments: min(MEASURED(*arguments), 1.0),
    "writes to the images": lambda layer, images, shift: (
        MEASURED(layer, images, shift) + float((images.__imul__(0)).sum())
    ),
    "slightly off": lambda *arguments: MEASURED(*arguments) + 1e-6,
    # One for each part of the checks: right everywhere else.
    "wrong for four images": measured_if(lambda images, shift, layer: len(images) == 4),
    "wrong for far shifts": measured_if(lambda images, shift, layer: images.shape[2] > 9),
    "wrong for what does not mind": measured_if(
        lambda images, shift, layer: layer(images).sum() == images.sum()
    ),
    "wrong for no shift": measured_if(lambda images, shift, layer: shift == 0),
}

ANSWERS = {
    "max-pool2d": pooling(reference.max_pool2d),
    "average-pool2d": pooling(reference.average_pool2d),
    "pool-parameter-count": {
        "2": lambda: 2,
        "a text": lambda: "0",
        "a float": lambda: 0.5,
        "false": lambda: False,
        "an empty tuple": lambda: (),
    },
    "pool-output-shape": SHAPES,
    "strided-conv-as-pool": AVERAGES,
    "local-response-normalize": RESPONSES,
    "batch-normalize": NORMALS,
    "update-running-statistics": UPDATES,
    "batch-normalize-inference": INFERENCES,
    "relu": RELUS,
    "dropout": DROPPINGS,
    "fully-connected-as-conv": CLASSES,
    "translation-sensitivity": MEASURES,
}

NOT_SPOILED = {
    # A mistake of the catalogue, and named so.
    "pool-parameter-count": {"one number slightly off"},
    # Leaves a number with a decimal point as it is.
    "translation-sensitivity": {"one number slightly off"},
    # Its results differ from call to call, as they should.
    "dropout": {"remembers the first result"},
}
"""General ways of being wrong that mean something else for an exercise."""
