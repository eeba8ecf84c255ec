"""05-backpropagation: right answers in the styles that students write."""

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view


def two(value):
    return (value, value) if isinstance(value, int) else value


# --- numerical_gradient


def nudge_and_restore(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        here = x[index]
        x[index] = here + h
        above = f(x)
        x[index] = here - h
        below = f(x)
        x[index] = here
        gradient[index] = (above - below) / (2 * h)
    return gradient


def nudge_by_adding(f, x, h=1e-5):
    gradient = np.zeros(x.shape, x.dtype)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        index = it.multi_index
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        below = f(x)
        x[index] += h
        gradient[index] = (above - below) / (2 * h)
        it.iternext()
    return gradient


def nudge_copies(f, x, h=1e-5):
    slopes = []
    for index in np.ndindex(*x.shape):
        upper, lower = x.copy(), x.copy()
        upper[index] += h
        lower[index] -= h
        slopes.append((f(upper) - f(lower)) / (2.0 * h))
    return np.array(slopes, dtype=x.dtype).reshape(x.shape)


def nudge_by_unit_vectors(f, x, h=1e-5):
    units = np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + h * unit) - f(x - h * unit)) / (2 * h) for unit in units]
    return np.reshape(slopes, x.shape).astype(x.dtype)


# --- relu_backward


def relu_by_mask(grad, x):
    result = grad.copy()
    result[x <= 0] = 0
    return result


def relu_by_where(grad, x):
    return np.where(x > 0, grad, np.zeros_like(grad))


def relu_by_loops(grad, x):
    result = np.zeros_like(grad)
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            result[index] = grad[index]
    return result


def relu_by_heaviside(grad, x):
    return grad * np.heaviside(x, 0).astype(grad.dtype)


# --- conv2d_backward


def conv_by_loops(grad, x, weights, stride=1, pad=0):
    (sh, sw), (ph, pw) = two(stride), two(pad)
    n, f, out_h, out_w = grad.shape
    kh, kw = weights.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    grad_padded, grad_weights = np.zeros_like(padded), np.zeros_like(weights)
    grad_bias = np.zeros(f, grad.dtype)
    for image in range(n):
        for k in range(f):
            for i in range(out_h):
                for j in range(out_w):
                    g = grad[image, k, i, j]
                    rows, columns = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
                    grad_padded[image, :, rows, columns] += g * weights[k]
                    grad_weights[k] += g * padded[image, :, rows, columns]
                    grad_bias[k] += g
    height, width = x.shape[2:]
    return grad_padded[:, :, ph : ph + height, pw : pw + width], grad_weights, grad_bias


def conv_by_kernel_cells(grad, x, weights, stride=1, pad=0):
    (sh, sw), (ph, pw) = two(stride), two(pad)
    out_h, out_w = grad.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    grad_padded, grad_weights = np.zeros_like(padded), np.zeros_like(weights)
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            seen = (..., slice(a, a + sh * out_h, sh), slice(b, b + sw * out_w, sw))
            grad_padded[seen] += np.einsum("nfij,fc->ncij", grad, weights[:, :, a, b])
            grad_weights[:, :, a, b] = np.einsum("nfij,ncij->fc", grad, padded[seen])
    height, width = x.shape[2:]
    inside = grad_padded[:, :, ph : ph + height, pw : pw + width]
    return inside, grad_weights, np.einsum("nfij->f", grad)


def conv_by_flipped_kernel(grad, x, weights, stride=1, pad=0):
    (sh, sw), (ph, pw) = two(stride), two(pad)
    n, f, out_h, out_w = grad.shape
    kh, kw = weights.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    grad_weights = np.einsum("nfij,ncijab->fcab", grad, windows)
    spread = np.zeros((n, f, (out_h - 1) * sh + 1, (out_w - 1) * sw + 1), grad.dtype)
    spread[:, :, ::sh, ::sw] = grad
    spread = np.pad(spread, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
    around = sliding_window_view(spread, (kh, kw), axis=(2, 3))
    grad_padded = np.einsum("nfijab,fcab->ncij", around, weights[:, :, ::-1, ::-1])
    height, width = x.shape[2:]
    inside = grad_padded[:, :, ph : ph + height, pw : pw + width]
    return inside, grad_weights, grad.sum(axis=(0, 2, 3))


def conv_by_columns(grad, x, weights, stride=1, pad=0):
    (sh, sw), (ph, pw) = two(stride), two(pad)
    n, c, height, width = x.shape
    f, _, kh, kw = weights.shape
    out_h, out_w = grad.shape[2:]
    padded = np.ascontiguousarray(np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw))))
    s = padded.strides
    views = as_strided(
        padded,
        (n, c, kh, kw, out_h, out_w),
        (s[0], s[1], s[2], s[3], s[2] * sh, s[3] * sw),
    )
    columns = views.reshape(n, c * kh * kw, out_h * out_w)
    flat = grad.reshape(n, f, out_h * out_w)
    grad_weights = (flat @ columns.transpose(0, 2, 1)).sum(axis=0).reshape(weights.shape)
    back = (weights.reshape(f, -1).T @ flat).reshape(n, c, kh, kw, out_h, out_w)
    positions = np.arange(padded[0, 0].size).reshape(padded.shape[2:])
    where = sliding_window_view(positions, (kh, kw))[::sh, ::sw].transpose(2, 3, 0, 1)
    grad_padded = np.zeros((n, c, positions.size), grad.dtype)
    np.add.at(grad_padded, (slice(None), slice(None), where), back)
    grad_padded = grad_padded.reshape(padded.shape)
    inside = grad_padded[:, :, ph : ph + height, pw : pw + width]
    return inside, grad_weights, flat.sum(axis=(0, 2))


# --- max_pool2d_backward


def max_pool_by_loops(grad, x, size, stride=None):
    (kh, kw), (sh, sw) = two(size), two(size if stride is None else stride)
    result = np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad.shape):
        best, winner = -np.inf, None
        for a in range(i * sh, i * sh + kh):
            for b in range(j * sw, j * sw + kw):
                if x[n, c, a, b] > best:
                    best, winner = x[n, c, a, b], (a, b)
        result[(n, c, *winner)] += grad[n, c, i, j]
    return result


def max_pool_by_argmax(grad, x, size, stride=None):
    (kh, kw), (sh, sw) = two(size), two(stride or size)
    n, c, out_h, out_w = grad.shape
    result = np.zeros_like(x)
    images, channels = np.ogrid[:n, :c]
    for i in range(out_h):
        for j in range(out_w):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].reshape(n, c, -1)
            a, b = np.divmod(window.argmax(axis=2), kw)
            result[images, channels, i * sh + a, j * sw + b] += grad[:, :, i, j]
    return result


def max_pool_by_add_at(grad, x, size, stride=None):
    kernel, (sh, sw) = two(size), two(size if stride is None else stride)
    n, c, out_h, out_w = grad.shape
    windows = sliding_window_view(x, kernel, axis=(2, 3))[:, :, ::sh, ::sw]
    first = windows.reshape(*grad.shape, -1).argmax(axis=-1)
    a, b = np.unravel_index(first, kernel)
    images, channels, rows, columns = np.ogrid[:n, :c, :out_h, :out_w]
    result = np.zeros_like(x)
    np.add.at(result, (images, channels, rows * sh + a, columns * sw + b), grad)
    return result


def max_pool_by_masks(grad, x, size, stride=None):
    (kh, kw), (sh, sw) = two(size), two(size if stride is None else stride)
    out_h, out_w = grad.shape[2:]
    places = [
        (..., slice(a, a + sh * out_h, sh), slice(b, b + sw * out_w, sw))
        for a in range(kh)
        for b in range(kw)
    ]
    highest = np.max([x[place][..., :out_h, :out_w] for place in places], axis=0)
    result, open_still = np.zeros_like(x), np.ones(grad.shape, bool)
    for place in places:
        wins = open_still & (x[place][..., :out_h, :out_w] == highest)
        result[place][..., :out_h, :out_w] += np.where(wins, grad, 0)
        open_still &= ~wins
    return result


# --- average_pool2d_backward


def average_pool_by_loops(grad, x_shape, size, stride=None):
    (kh, kw), (sh, sw) = two(size), two(size if stride is None else stride)
    result = np.zeros(x_shape, grad.dtype)
    for i in range(grad.shape[2]):
        for j in range(grad.shape[3]):
            share = grad[:, :, i, j][:, :, None, None] / (kh * kw)
            result[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += share
    return result


def average_pool_by_cells(grad, x_shape, size, stride=None):
    (kh, kw), (sh, sw) = two(size), two(size if stride is None else stride)
    out_h, out_w = grad.shape[2:]
    result = np.zeros(x_shape, dtype=grad.dtype)
    for a in range(kh):
        for b in range(kw):
            result[:, :, a : a + sh * out_h : sh, b : b + sw * out_w : sw][
                :, :, :out_h, :out_w
            ] += grad / (kh * kw)
    return result


def average_pool_by_matrices(grad, x_shape, size, stride=None):
    (kh, kw), (sh, sw) = two(size), two(size if stride is None else stride)

    def spread(count, length, kernel, step):
        matrix = np.zeros((length, count), grad.dtype)
        for i in range(count):
            matrix[i * step : i * step + kernel, i] = 1 / kernel
        return matrix

    rows = spread(grad.shape[2], x_shape[2], kh, sh)
    columns = spread(grad.shape[3], x_shape[3], kw, sw)
    return np.einsum("ai,ncij,bj->ncab", rows, grad, columns)


# --- sgd_momentum_step


def step_spelled_out(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    decayed = grad + weight_decay * weights
    velocity = momentum * velocity - lr * decayed
    return weights + velocity, velocity


def step_in_copies(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    new_velocity, new_weights = velocity.copy(), weights.copy()
    new_velocity *= momentum
    new_velocity -= lr * grad
    new_velocity -= lr * weight_decay * weights
    new_weights += new_velocity
    return new_weights, new_velocity


def step_number_by_number(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    new_velocity, new_weights = np.empty_like(velocity), np.empty_like(weights)
    for index in np.ndindex(weights.shape):
        slope = grad[index] + weight_decay * weights[index]
        new_velocity[index] = momentum * velocity[index] - lr * slope
        new_weights[index] = weights[index] + new_velocity[index]
    return new_weights, new_velocity


# --- reduce_on_plateau


def plateau_from_the_best(history, lr, factor=0.1, patience=3):
    waited = len(history) - 1 - history.index(min(history))
    return lr * factor if waited and waited % patience == 0 else lr


def plateau_with_numpy(history, lr, factor=0.1, patience=3):
    waited = len(history) - 1 - int(np.argmin(history))
    return lr * factor if waited > 0 and not waited % patience else lr


def plateau_epoch_by_epoch(history, lr, factor=0.1, patience=3):
    best, waited, drop = np.inf, 0, False
    for error in history:
        drop = False
        if error < best:
            best, waited = error, 0
            continue
        waited += 1
        if waited == patience:
            drop, waited = True, 0
    if drop:
        lr = lr * factor
    return lr


# --- training_memory


def memory_spelled_out(counts, parameters, batch, size=4, slots=1):
    activations = 0
    for count in counts:
        activations += count * batch * size
    table = {
        "activations": activations,
        "gradients": activations,
        "parameters": parameters * size,
        "parameter_gradients": parameters * size,
        "optimizer": slots * parameters * size,
    }
    table["total"] = sum(table.values())
    return table


def memory_with_numpy(counts, parameters, batch, size=4, slots=1):
    activations = np.sum(counts) * batch
    return {
        "total": size * (2 * activations + (2 + slots) * parameters),
        "optimizer": size * slots * parameters,
        "parameter_gradients": size * parameters,
        "parameters": size * parameters,
        "gradients": size * activations,
        "activations": size * activations,
    }


# --- one filter on one image ----------------------------------------------------------------------


def weights_by_places(grad, image):
    (rows, columns), (height, width) = grad.shape, image.shape
    to_kernel = np.zeros((height - rows + 1, width - columns + 1), image.dtype)
    kh, kw = to_kernel.shape
    for i in range(rows):
        for j in range(columns):
            to_kernel += grad[i, j] * image[i : i + kh, j : j + kw]
    return to_kernel


def weights_one_by_one(grad, image):
    h, w = grad.shape
    result = np.empty((image.shape[0] - h + 1, image.shape[1] - w + 1), dtype=image.dtype)
    for a, b in np.ndindex(*result.shape):
        result[a, b] = np.sum(grad * image[a : a + h, b : b + w])
    return result


def weights_by_windows(grad, image):
    return np.tensordot(sliding_window_view(image, grad.shape), grad, axes=2)


def weights_by_einsum(grad, image):
    return np.einsum("abij,ij->ab", sliding_window_view(image, grad.shape), grad)


def weights_by_product(grad, image):
    windows = sliding_window_view(image, grad.shape)
    return (windows.reshape(-1, grad.size) @ grad.reshape(-1)).reshape(windows.shape[:2])


def weights_by_convolving(grad, image):
    """A correlation is a convolution with the slopes turned round."""
    turned = np.flip(grad)
    rows, columns = np.subtract(image.shape, grad.shape) + 1
    result = np.zeros((rows, columns), image.dtype)
    for (i, j), slope in np.ndenumerate(turned[::-1, ::-1]):
        result = result + slope * image[i : i + rows, j : j + columns]
    return result


def pixels_by_stamps(grad, kernel):
    (rows, columns), (kh, kw) = grad.shape, kernel.shape
    image = np.zeros((rows + kh - 1, columns + kw - 1), grad.dtype)
    for i in range(rows):
        for j in range(columns):
            image[i : i + kh, j : j + kw] += grad[i, j] * kernel
    return image


def pixels_by_flipping(grad, kernel):
    kh, kw = kernel.shape
    padded = np.pad(grad, ((kh - 1, kh - 1), (kw - 1, kw - 1)))
    return weights_by_windows(kernel[::-1, ::-1], padded)


def pixels_by_weights(grad, kernel):
    """All slopes at once, moved by each weight's place."""
    (h, w), (kh, kw) = grad.shape, kernel.shape
    total = np.zeros((h + kh - 1, w + kw - 1), dtype=grad.dtype)
    for (a, b), weight in np.ndenumerate(kernel):
        total[a : a + h, b : b + w] += weight * grad
    return total


def pixels_one_by_one(grad, kernel):
    (h, w), (kh, kw) = grad.shape, kernel.shape
    image = np.zeros((h + kh - 1, w + kw - 1), grad.dtype)
    for p, q in np.ndindex(*image.shape):
        for a in range(kh):
            for b in range(kw):
                if 0 <= p - a < h and 0 <= q - b < w:
                    image[p, q] += grad[p - a, q - b] * kernel[a, b]
    return image


def pixels_by_transposed_matrix(grad, kernel):
    height, width = np.add(grad.shape, kernel.shape) - 1
    matrix = np.zeros((grad.size, height * width), grad.dtype)
    for row, (i, j) in enumerate(np.ndindex(*grad.shape)):
        for (a, b), weight in np.ndenumerate(kernel):
            matrix[row, (i + a) * width + j + b] = weight
    return (matrix.T @ grad.ravel()).reshape(height, width)


def pixels_by_rows(grad, kernel):
    """Row against row with NumPy's own convolution, which is a full one."""
    image = np.zeros(np.add(grad.shape, kernel.shape) - 1, grad.dtype)
    for i, slopes in enumerate(grad):
        for a, weights in enumerate(kernel):
            image[i + a] += np.convolve(slopes, weights)
    return image


# --- batch normalization --------------------------------------------------------------------------


def normal_in_one_formula(grad, x, gamma, eps=1e-5):
    axes, n = (0, 2, 3), x.size // x.shape[1]
    mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    root = np.sqrt(var + eps)
    normal = (x - mean) / root
    to_beta = grad.sum(axis=axes)
    to_gamma = (grad * normal).sum(axis=axes)
    scale = gamma.reshape(1, -1, 1, 1) / (n * root)
    inner = n * grad - to_beta.reshape(1, -1, 1, 1) - normal * to_gamma.reshape(1, -1, 1, 1)
    return scale * inner, to_gamma, to_beta


def normal_step_by_step(grad, x, gamma, eps=1e-5):
    """Along the graph of the paper: normalized numbers, variance, mean, x."""
    axes = (0, 2, 3)
    n = x.size // x.shape[1]
    centred = x - x.mean(axis=axes, keepdims=True)
    var = (centred**2).mean(axis=axes, keepdims=True)
    inverse = 1 / np.sqrt(var + eps)
    to_normal = grad * gamma[:, None, None]
    to_var = (to_normal * centred).sum(axis=axes, keepdims=True) * (-0.5 * inverse**3)
    to_mean = -(to_normal * inverse).sum(axis=axes, keepdims=True)
    to_x = to_normal * inverse + to_var * 2 * centred / n + to_mean / n
    return to_x, (grad * centred * inverse).sum(axis=axes), grad.sum(axis=axes)


def normal_channel_by_channel(grad, x, gamma, eps=1e-5):
    to_x, to_gamma, to_beta = np.empty_like(x), np.empty_like(gamma), np.empty_like(gamma)
    for c in range(x.shape[1]):
        g, channel = grad[:, c], x[:, c]
        root = np.sqrt(channel.var() + eps)
        normal = (channel - channel.mean()) / root
        to_gamma[c], to_beta[c] = (g * normal).sum(), g.sum()
        to_x[:, c] = gamma[c] / root * (g - g.mean() - normal * (g * normal).mean())
    return to_x, to_gamma, to_beta


def normal_in_rows(grad, x, gamma, eps=1e-5):
    n, c, h, w = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, c)
    slopes = grad.transpose(0, 2, 3, 1).reshape(-1, c)
    root = (rows.var(axis=0) + eps) ** 0.5
    normal = (rows - rows.mean(axis=0)) / root
    to_rows = slopes - slopes.mean(axis=0) - normal * (slopes * normal).mean(axis=0)
    to_x = (gamma / root * to_rows).reshape(n, h, w, c).transpose(0, 3, 1, 2)
    return to_x, (slopes * normal).sum(axis=0), slopes.sum(axis=0)


def normal_by_einsum(grad, x, gamma, eps=1e-5):
    n = x[:, 0].size
    mean = np.einsum("nchw->c", x) / n
    centred = x - mean[:, None, None]
    inverse = 1 / np.sqrt(np.einsum("nchw,nchw->c", centred, centred) / n + eps)
    normal = np.einsum("nchw,c->nchw", centred, inverse)
    to_gamma = np.einsum("nchw,nchw->c", grad, normal)
    to_beta = np.einsum("nchw->c", grad)
    free = grad - to_beta[:, None, None] / n - normal * to_gamma[:, None, None] / n
    return np.einsum("nchw,c->nchw", free, gamma * inverse), to_gamma, to_beta


def normal_by_projection(grad, x, gamma, eps=1e-5):
    """Take out of the slopes what mean and variance absorb."""

    def mean_of(values):
        return values.mean(axis=(0, 2, 3), keepdims=True)

    centred = x - mean_of(x)
    spread = mean_of(centred * centred) + eps
    to_x = (grad - mean_of(grad)) - centred * (mean_of(grad * centred) / spread)
    root = np.sqrt(spread)
    return (
        to_x * (gamma[None, :, None, None] / root),
        np.sum(grad * centred / root, axis=(0, 2, 3)),
        np.sum(grad, axis=(0, 2, 3)),
    )


ANSWERS = {
    "numerical-gradient": {
        "nudge and restore": nudge_and_restore,
        "adding": nudge_by_adding,
        "copies": nudge_copies,
        "unit vectors": nudge_by_unit_vectors,
    },
    "relu-backward": {
        "mask": relu_by_mask,
        "where": relu_by_where,
        "loops": relu_by_loops,
        "heaviside": relu_by_heaviside,
    },
    "filter-gradient": {
        "places": weights_by_places,
        "weight by weight": weights_one_by_one,
        "windows": weights_by_windows,
        "einsum": weights_by_einsum,
        "product": weights_by_product,
        "convolved": weights_by_convolving,
    },
    "image-gradient": {
        "stamps": pixels_by_stamps,
        "flipped": pixels_by_flipping,
        "weights": pixels_by_weights,
        "pixel by pixel": pixels_one_by_one,
        "transposed matrix": pixels_by_transposed_matrix,
        "rows": pixels_by_rows,
    },
    "conv2d-backward": {
        "loops": conv_by_loops,
        "kernel cells": conv_by_kernel_cells,
        "flipped kernel": conv_by_flipped_kernel,
        "columns": conv_by_columns,
    },
    "max-pool2d-backward": {
        "loops": max_pool_by_loops,
        "argmax": max_pool_by_argmax,
        "add.at": max_pool_by_add_at,
        "masks": max_pool_by_masks,
    },
    "average-pool2d-backward": {
        "loops": average_pool_by_loops,
        "cells": average_pool_by_cells,
        "matrices": average_pool_by_matrices,
    },
    "batch-normalize-backward": {
        "one formula": normal_in_one_formula,
        "step by step": normal_step_by_step,
        "channel by channel": normal_channel_by_channel,
        "rows": normal_in_rows,
        "einsum": normal_by_einsum,
        "projection": normal_by_projection,
    },
    "sgd-momentum-step": {
        "spelled out": step_spelled_out,
        "in copies": step_in_copies,
        "number by number": step_number_by_number,
    },
    "reduce-on-plateau": {
        "from the best": plateau_from_the_best,
        "numpy": plateau_with_numpy,
        "epoch by epoch": plateau_epoch_by_epoch,
    },
    "training-memory": {
        "spelled out": memory_spelled_out,
        "numpy": memory_with_numpy,
        "positional": lambda *given: memory_spelled_out(*given),
    },
}
