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
