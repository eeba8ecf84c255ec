"""07-alexnet-and-zfnet: right answers to what looks inside, in the styles that students write."""

import itertools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.reference.convolution import conv2d_backward, conv2d_forward


def two(sides):
    return (sides, sides) if np.isscalar(sides) else tuple(sides)


def fitting(sides, size, stride):
    """How many windows fit, down and across."""
    counts = []
    for side, window, step in zip(sides, two(size), two(stride), strict=True):
        if side < window or (side - window) % step:
            raise ValueError(f"windows of {window} in steps of {step} do not fit {side}")
        counts.append((side - window) // step + 1)
    return counts


# --- pooling with places --------------------------------------------------------------------------


def places_by_loops(x, size, stride=None):
    stride = size if stride is None else stride
    (kh, kw), (down, across) = two(size), two(stride)
    rows, columns = fitting(x.shape[2:], size, stride)
    pooled = np.zeros((*x.shape[:2], rows, columns), dtype=x.dtype)
    places = np.zeros(pooled.shape, dtype=int)
    for n, c, i, j in itertools.product(*map(range, pooled.shape)):
        best = None
        for row in range(i * down, i * down + kh):
            for column in range(j * across, j * across + kw):
                if best is None or x[n, c, row, column] > x[n, c, best[0], best[1]]:
                    best = row, column
        pooled[n, c, i, j] = x[n, c, best[0], best[1]]
        places[n, c, i, j] = best[0] * x.shape[3] + best[1]
    return pooled, places


def places_by_windows(x, size, stride=None):
    stride = size if stride is None else stride
    (kh, kw), (down, across) = two(size), two(stride)
    rows, columns = fitting(x.shape[2:], size, stride)
    windows = sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::down, ::across]
    flat = windows.reshape(*windows.shape[:4], kh * kw)
    best = flat.argmax(axis=-1)
    row = best // kw + down * np.arange(rows)[:, None]
    column = best % kw + across * np.arange(columns)
    return flat.max(axis=-1), row * x.shape[3] + column


def places_from_numbered_maps(x, size, stride=None):
    """A map of numbers beside each map, cut into the same windows."""
    stride = size if stride is None else stride
    fitting(x.shape[2:], size, stride)
    (kh, kw), (down, across) = two(size), two(stride)
    numbers = np.arange(x.shape[2] * x.shape[3]).reshape(1, 1, *x.shape[2:])
    cut = [
        sliding_window_view(one, (kh, kw), axis=(2, 3))[:, :, ::down, ::across].reshape(
            *one.shape[:2], -1, kh * kw
        )
        for one in (x, np.broadcast_to(numbers, x.shape))
    ]
    best = cut[0].argmax(axis=-1)[..., None]
    shape = (*x.shape[:2], *fitting(x.shape[2:], size, stride))
    return tuple(np.take_along_axis(one, best, axis=-1).reshape(shape) for one in cut)


def places_by_unravel(x, size, stride=None):
    stride = size if stride is None else stride
    (kh, kw), (down, across) = two(size), two(stride)
    rows, columns = fitting(x.shape[2:], size, stride)
    pooled = np.empty((*x.shape[:2], rows, columns), x.dtype)
    places = np.empty(pooled.shape, np.int64)
    for index in np.ndindex(pooled.shape):
        n, c, i, j = index
        window = x[n, c, i * down : i * down + kh, j * across : j * across + kw]
        r, s = np.unravel_index(np.argmax(window), window.shape)
        pooled[index] = window.max()
        places[index] = np.ravel_multi_index((i * down + r, j * across + s), x.shape[2:])
    return pooled, places


def places_by_shifts(x, size, stride=None):
    """All windows at once, one place of the window after the other."""
    stride = size if stride is None else stride
    (kh, kw), (down, across) = two(size), two(stride)
    rows, columns = fitting(x.shape[2:], size, stride)
    pooled, places = None, None
    for i, j in np.ndindex(kh, kw):
        seen = x[:, :, i : i + rows * down : down, j : j + columns * across : across]
        row, column = i + down * np.arange(rows)[:, None], j + across * np.arange(columns)
        at = np.broadcast_to(row * x.shape[3] + column, seen.shape)
        if pooled is None:
            pooled, places = seen.copy(), at.copy()
        better = seen > pooled
        pooled, places = np.where(better, seen, pooled), np.where(better, at, places)
    return pooled, places


def unpool_by_loops(pooled, places, shape):
    result = np.zeros(shape, dtype=pooled.dtype)
    for n, c, i, j in itertools.product(*map(range, pooled.shape)):
        row, column = divmod(places[n, c, i, j], shape[3])
        result[n, c, row, column] += pooled[n, c, i, j]
    return result


def unpool_by_add_at(pooled, places, shape):
    result = np.zeros((shape[0], shape[1], shape[2] * shape[3]), pooled.dtype)
    n, c = np.indices(pooled.shape)[:2]
    np.add.at(result, (n, c, places), pooled)
    return result.reshape(shape)


def unpool_by_counting(pooled, places, shape):
    maps = []
    for values, at in zip(
        pooled.reshape(-1, pooled[0, 0].size), places.reshape(-1, places[0, 0].size), strict=True
    ):
        maps.append(np.bincount(at, weights=values, minlength=shape[2] * shape[3]))
    return np.array(maps).reshape(shape).astype(pooled.dtype)


def unpool_map_by_map(pooled, places, shape):
    result = np.zeros(shape, pooled.dtype)
    for n in range(shape[0]):
        for c in range(shape[1]):
            np.add.at(result[n, c].reshape(-1), places[n, c].ravel(), pooled[n, c].ravel())
    return result


def unpool_by_unravel(pooled, places, shape):
    result = np.zeros(shape, pooled.dtype)
    rows, columns = np.unravel_index(places, shape[2:])
    n = np.arange(shape[0])[:, None, None, None]
    c = np.arange(shape[1])[None, :, None, None]
    np.add.at(result, (n, c, rows, columns), pooled)
    return result


# --- the way back ---------------------------------------------------------------------------------


def rule_by_branches(grad, x, rule="gradient"):
    if rule == "gradient":
        return grad * (x > 0)
    if rule == "deconvnet":
        return np.maximum(grad, 0)
    if rule == "guided":
        return np.maximum(grad, 0) * (x > 0)
    raise ValueError(rule)


def rule_by_table(grad, x, rule="gradient"):
    masks = {
        "gradient": x > 0,
        "deconvnet": grad > 0,
        "guided": (x > 0) & (grad > 0),
    }
    if rule not in masks:
        raise ValueError("no such rule")
    return np.where(masks[rule], grad, 0).astype(grad.dtype)


def rule_in_a_copy(grad, x, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    back = grad.copy()
    if rule in ("gradient", "guided"):
        back[x <= 0] = 0
    if rule in ("deconvnet", "guided"):
        back[grad <= 0] = 0
    return back


def rule_number_by_number(grad, x, rule="gradient"):
    passes = {
        "gradient": lambda g, v: v > 0,
        "deconvnet": lambda g, v: g > 0,
        "guided": lambda g, v: v > 0 and g > 0,
    }
    if rule not in passes:
        raise ValueError(rule)
    back = np.zeros(grad.shape, grad.dtype)
    for index in np.ndindex(grad.shape):
        if passes[rule](grad[index], x[index]):
            back[index] = grad[index]
    return back


def rule_by_products(grad, x, rule="gradient"):
    match rule:
        case "gradient":
            return grad * (np.sign(x) == 1)
        case "deconvnet":
            return grad * (np.sign(grad) == 1)
        case "guided":
            return grad * ((np.sign(x) == 1) * (np.sign(grad) == 1))
        case _:
            raise ValueError("gradient, deconvnet or guided")


def one_for_the_strongest(maps, channel):
    back = np.zeros(maps.shape, maps.dtype)
    row, column = np.unravel_index(np.argmax(maps[0, channel]), maps.shape[2:])
    back[0, channel, row, column] = 1
    return back


def project_with_a_tape(layers, params, x, layer, channel, rule="deconvnet"):
    tape = []
    for (kind, options), own in zip(layers[: layer + 1], params, strict=False):
        if kind == "conv":
            steps = options.get("stride", 1), options.get("pad", 0)
            tape.append((kind, x, own["weights"], steps))
            x = conv2d_forward(x, own["weights"], own["bias"], *steps)
        elif kind == "relu":
            tape.append((kind, x, None, None))
            x = np.maximum(x, 0)
        else:
            before = x
            x, places = places_by_windows(x, options["size"], options.get("stride"))
            tape.append((kind, before, places, None))
    back = one_for_the_strongest(x, channel)
    for kind, before, own, steps in reversed(tape):
        if kind == "conv":
            back = conv2d_backward(back, before, own, *steps)[0]
        elif kind == "relu":
            back = rule_by_branches(back, before, rule)
        else:
            back = unpool_by_add_at(back, own, before.shape)
    return back


def project_by_recursion(layers, params, x, layer, channel, rule="deconvnet"):
    def descend(number, x):
        if number > layer:
            return one_for_the_strongest(x, channel)
        kind, options = layers[number]
        own = params[number]
        if kind == "conv":
            steps = options.get("stride", 1), options.get("pad", 0)
            y = conv2d_forward(x, own["weights"], own["bias"], *steps)
            return conv2d_backward(descend(number + 1, y), x, own["weights"], *steps)[0]
        if kind == "relu":
            return rule_by_table(descend(number + 1, np.maximum(x, 0)), x, rule)
        y, places = places_by_loops(x, options["size"], options.get("stride"))
        return unpool_map_by_map(descend(number + 1, y), places, x.shape)

    return descend(0, x)


def project_with_closures(layers, params, x, layer, channel, rule="deconvnet"):
    """Each row leaves a function that goes its way back."""
    ways = []
    for number in range(layer + 1):
        kind, options = layers[number]
        if kind == "conv":
            weights, bias = params[number]["weights"], params[number]["bias"]
            steps = {"stride": options.get("stride", 1), "pad": options.get("pad", 0)}
            y = conv2d_forward(x, weights, bias, **steps)
            ways.append(lambda g, x=x, w=weights, s=steps: conv2d_backward(g, x, w, **s)[0])
        elif kind == "relu":
            y = x * (x > 0)
            ways.append(lambda g, x=x: rule_in_a_copy(g, x, rule))
        else:
            y, places = places_by_shifts(x, options["size"], options.get("stride"))
            ways.append(lambda g, p=places, s=x.shape: unpool_by_loops(g, p, s))
        x = y
    back = one_for_the_strongest(x, channel)
    while ways:
        back = ways.pop()(back)
    return back


def stamped(grad, x, weights, stride, pad):
    """The way back of a convolution: each number stamps its filter onto the picture."""
    (down, across), (top, left) = two(stride), two(pad)
    (kh, kw), (height, width) = weights.shape[2:], x.shape[2:]
    framed = np.zeros((1, x.shape[1], height + 2 * top, width + 2 * left), x.dtype)
    for f, i, j in np.argwhere(grad[0]):
        rows = slice(i * down, i * down + kh)
        columns = slice(j * across, j * across + kw)
        framed[0, :, rows, columns] += grad[0, f, i, j] * weights[f]
    return framed[:, :, top : top + height, left : left + width]


def project_by_stamps(layers, params, x, layer, channel, rule="deconvnet"):
    inputs, places = [x], {}
    for number in range(layer + 1):
        kind, options = layers[number]
        own = params[number]
        if kind == "conv":
            steps = options.get("stride", 1), options.get("pad", 0)
            inputs.append(conv2d_forward(inputs[-1], own["weights"], own["bias"], *steps))
        elif kind == "max_pool":
            both = places_by_unravel(inputs[-1], options["size"], options.get("stride"))
            inputs.append(both[0])
            places[number] = both[1]
        else:
            inputs.append(np.maximum(inputs[-1], 0))
    back = one_for_the_strongest(inputs[-1], channel)
    for number in range(layer, -1, -1):
        kind, options = layers[number]
        before = inputs[number]
        if kind == "conv":
            steps = options.get("stride", 1), options.get("pad", 0)
            back = stamped(back, before, params[number]["weights"], *steps)
        elif kind == "relu":
            back = rule_by_products(back, before, rule)
        else:
            back = unpool_by_counting(back, places[number], before.shape)
    return back


def project_in_two_lists(layers, params, x, layer, channel, rule="deconvnet"):
    befores, switches = [], []
    for row, own in list(zip(layers, params, strict=True))[: layer + 1]:
        befores.append(x)
        switches.append(None)
        if row[0] == "max_pool":
            x, switches[-1] = places_from_numbered_maps(x, row[1]["size"], row[1].get("stride"))
        elif own:
            steps = row[1].get("stride", 1), row[1].get("pad", 0)
            x = conv2d_forward(x, own["weights"], own["bias"], *steps)
        else:
            x = np.where(x > 0, x, 0).astype(x.dtype)
    back = one_for_the_strongest(x, channel)
    for i in reversed(range(layer + 1)):
        if switches[i] is not None:
            back = unpool_by_unravel(back, switches[i], befores[i].shape)
        elif params[i]:
            steps = layers[i][1].get("stride", 1), layers[i][1].get("pad", 0)
            back = conv2d_backward(back, befores[i], params[i]["weights"], *steps)[0]
        else:
            back = rule_number_by_number(back, befores[i], rule)
    return back


# --- occlusion ------------------------------------------------------------------------------------


def covered_by_ranges(score, image, side, step, fill):
    whole = score(image)
    rows = []
    for top in range(0, image.shape[1], step):
        row = []
        for left in range(0, image.shape[2], step):
            hidden = image.copy()
            hidden[:, top : top + side, left : left + side] = np.reshape(fill, (-1, 1, 1))
            row.append(whole - score(hidden))
        rows.append(row)
    return np.array(rows)


def covered_channel_by_channel(score, image, side, step, fill):
    channels, height, width = image.shape
    fills = [fill] * channels if np.isscalar(fill) else list(fill)
    lost = np.empty((-(-height // step), -(-width // step)))
    for i in range(lost.shape[0]):
        for j in range(lost.shape[1]):
            hidden = np.array(image)
            for c in range(channels):
                hidden[c, i * step : i * step + side, j * step : j * step + side] = fills[c]
            lost[i, j] = score(image) - score(hidden)
    return lost


def covered_by_masks(score, image, side, step, fill):
    _, height, width = image.shape
    gray = np.zeros_like(image) + np.asarray(fill, image.dtype).reshape(-1, 1, 1)
    down, across = np.arange(height)[:, None], np.arange(width)
    lost = np.zeros((int(np.ceil(height / step)), int(np.ceil(width / step))))
    for i, j in np.ndindex(*lost.shape):
        inside = (down >= i * step) & (down < i * step + side)
        inside = inside & (across >= j * step) & (across < j * step + side)
        lost[i, j] = score(image) - score(np.where(inside, gray, image))
    return lost


def covered_and_restored(score, image, side, step, fill):
    """One copy, mended after each square."""
    work, whole = image.copy(), score(image)
    tops, lefts = range(0, image.shape[1], step), range(0, image.shape[2], step)
    lost = np.zeros((len(tops), len(lefts)))
    for (i, top), (j, left) in itertools.product(enumerate(tops), enumerate(lefts)):
        square = np.s_[:, top : top + side, left : left + side]
        work[square] = np.asarray(fill).reshape(-1, 1, 1)
        lost[i, j] = whole - score(work)
        work[square] = image[square]
    return lost


def covered_in_one_line(score, image, side, step, fill):
    def hidden(top, left):
        copy = image.copy()
        copy[:, top : top + side, left : left + side] = (
            fill if np.ndim(fill) == 0 else np.array(fill)[:, None, None]
        )
        return copy

    return np.array(
        [
            [score(image) - score(hidden(top, left)) for left in range(0, image.shape[2], step)]
            for top in range(0, image.shape[1], step)
        ]
    )


ANSWERS = {
    "max-pool-with-places": {
        "loops": places_by_loops,
        "windows": places_by_windows,
        "numbered maps": places_from_numbered_maps,
        "unravel": places_by_unravel,
        "shifts": places_by_shifts,
    },
    "unpool": {
        "loops": unpool_by_loops,
        "add.at": unpool_by_add_at,
        "bincount": unpool_by_counting,
        "map by map": unpool_map_by_map,
        "unravel": unpool_by_unravel,
    },
    "backward-relu": {
        "branches": rule_by_branches,
        "a table": rule_by_table,
        "in a copy": rule_in_a_copy,
        "number by number": rule_number_by_number,
        "products": rule_by_products,
    },
    "project": {
        "a tape": project_with_a_tape,
        "recursion": project_by_recursion,
        "closures": project_with_closures,
        "stamps": project_by_stamps,
        "two lists": project_in_two_lists,
    },
    "occlusion-map": {
        "ranges": covered_by_ranges,
        "channel by channel": covered_channel_by_channel,
        "masks": covered_by_masks,
        "restored": covered_and_restored,
        "one line": covered_in_one_line,
    },
}
