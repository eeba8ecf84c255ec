"""Wrong answers as students type them: a whole function, with one slip in its text.

The slips are such as stand in homework that was published: an axis, a window off by one, `/` for
`//`, height for width, zeros on one side only, a mean for a sum, the batch forgotten, something
changed in place, a result too early. None of them was looked up in the catalogue before it was
written: what is said of them shows how the judge does on answers that nobody foresaw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Slips = dict[str, tuple[str, str]]
"""For each slip, what stands in the text and what is typed in its place."""

ONES: dict[str, tuple[str, Slips]] = {}
"""For each exercise, the text of a right answer, and its slips."""

ONES["linear-scores"] = (
    """
def linear_scores(x, weights, bias):
    if x.shape[1] != weights.shape[1]:
        raise ValueError(x.shape)
    scores = np.zeros((x.shape[0], weights.shape[0]), dtype=x.dtype)
    for i in range(x.shape[0]):
        for k in range(weights.shape[0]):
            scores[i, k] = np.sum(x[i] * weights[k]) + bias[k]
    return scores
""",
    {
        "bias of the image": ("bias[k]", "bias[i % len(bias)]"),
        "the first image alone": ("x[i] *", "x[0] *"),
        "max for sum": ("np.sum(x[i] * weights[k])", "np.max(x[i] * weights[k])"),
        "mean for sum": ("np.sum(x[i]", "np.mean(x[i]"),
        "plus for times": ("x[i] * weights[k]", "x[i] + weights[k]"),
        "the last class left out": ("range(weights.shape[0]):", "range(weights.shape[0] - 1):"),
        "added up": ("scores[i, k] =", "scores[i, k] = scores[i, k - 1] +"),
        "returned within the loop": ("    return scores", "        return scores"),
        "bias subtracted": ("+ bias[k]", "- bias[k]"),
        "the sum of all biases": ("bias[k]", "bias.sum()"),
    },
)

ONES["two-layer-scores"] = (
    """
def two_layer_scores(x, w1, b1, w2, b2):
    if x.shape[1] != w1.shape[1] or w1.shape[0] != w2.shape[1]:
        raise ValueError((x.shape, w1.shape, w2.shape))
    hidden = x @ w1.T + b1
    hidden = np.maximum(0, hidden)
    return hidden @ w2.T + b2
""",
    {
        "ReLU before the bias": ("x @ w1.T + b1", "np.maximum(0, x @ w1.T) + b1"),
        "ReLU at the end too": (
            "return hidden @ w2.T + b2",
            "return np.maximum(0, hidden @ w2.T + b2)",
        ),
        "no ReLU": ("hidden = np.maximum(0, hidden)", "pass"),
        "minimum": ("np.maximum", "np.minimum"),
        "one number for all": ("np.maximum(0, hidden)", "np.max(hidden)"),
        "absolute": ("np.maximum(0, hidden)", "np.abs(hidden)"),
        "second bias forgotten": (" + b2", ""),
        "first bias forgotten": (" + b1", ""),
        "w2 not transposed": ("w2.T", "w2"),
        "sigmoid": ("np.maximum(0, hidden)", "1 / (1 + np.exp(-hidden))"),
        "leaky": ("np.maximum(0, hidden)", "np.maximum(0.01 * hidden, hidden)"),
    },
)

ONES["softmax-cross-entropy"] = (
    """
def softmax_cross_entropy(scores, labels):
    n = scores.shape[0]
    scores = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p = p / p.sum(axis=1, keepdims=True)
    logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(n), labels].mean()
    grad = p.copy()
    grad[np.arange(n), labels] -= 1
    return loss, grad / n
""",
    {
        "sign": ("-logp", "logp"),
        "not divided by the batch": ("grad / n", "grad"),
        "sum of losses": (".mean()", ".sum()"),
        "softmax down the columns": ("p = p / p.sum(axis=1", "p = p / p.sum(axis=0"),
        "gradient is the softmax": ("grad[np.arange(n), labels] -= 1", "pass"),
        "one-hot added": ("-= 1", "+= 1"),
        "all columns of the labels": ("grad[np.arange(n), labels]", "grad[:, labels]"),
        "log of base 2": ("np.log(", "np.log2("),
        "the gradient first": ("return loss, grad / n", "return grad / n, loss"),
        "softmax returned": ("return loss, grad / n", "return loss, p"),
        "divided by all numbers": ("grad / n", "grad / scores.size"),
        "unstable": ("scores - scores.max(axis=1, keepdims=True)", "scores"),
    },
)

ONES["flatten-images"] = (
    """
def flatten_images(images):
    rows = []
    for image in images:
        rows.append(image.reshape(-1))
    return np.array(rows)
""",
    {
        "one long row": ("np.array(rows)", "np.concatenate(rows)"),
        "channels last": ("image.reshape(-1)", "image.transpose(1, 2, 0).reshape(-1)"),
        "columns first": ("image.reshape(-1)", "image.transpose(0, 2, 1).reshape(-1)"),
        "the first channel": ("image.reshape(-1)", "image[0].reshape(-1)"),
        "as columns": ("np.array(rows)", "np.array(rows).T"),
        "mean over channels": ("image.reshape(-1)", "image.mean(axis=0).reshape(-1)"),
        "a list": ("np.array(rows)", "rows"),
        "returned within the loop": ("    return np", "        return np"),
        "the first left out": ("in images:", "in images[1:]:"),
        "backwards": ("image.reshape(-1)", "image.reshape(-1)[::-1]"),
    },
)

ONES["cross-correlate2d"] = (
    """
def cross_correlate2d(image, kernel):
    H, W = image.shape
    KH, KW = kernel.shape
    if KH > H or KW > W:
        raise ValueError((H, W, KH, KW))
    out = np.zeros((H - KH + 1, W - KW + 1), dtype=image.dtype)
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):
            out[i, j] = np.sum(image[i:i + KH, j:j + KW] * kernel)
    return out
""",
    {
        "one place less": ("range(H - KH + 1)", "range(H - KH)"),
        "one column less": ("np.zeros((H - KH + 1, W - KW + 1)", "np.zeros((H - KH + 1, W - KW)"),
        "height for width": ("j:j + KW]", "j:j + KH]"),
        "max for sum": ("np.sum(", "np.max("),
        "mean": ("np.sum(", "np.mean("),
        "matrix product": ("* kernel)", "@ kernel)"),
        "exchanged": ("out[i, j]", "out[j, i]"),
        "window one further": ("image[i:i + KH", "image[i + 1:i + KH + 1"),
        "kernel turned by a quarter": ("* kernel)", "* np.rot90(kernel))"),
        "as large as the image": ("np.zeros((H - KH + 1, W - KW + 1)", "np.zeros((H, W)"),
        "steps of two": ("range(W - KW + 1)", "range(0, W - KW + 1, 2)"),
    },
)

ONES["conv2d-naive"] = (
    """
def conv2d_naive(x, weights, bias):
    N, C, H, W = x.shape
    F, D, KH, KW = weights.shape
    if C != D or KH > H or KW > W:
        raise ValueError((x.shape, weights.shape))
    out = np.zeros((N, F, H - KH + 1, W - KW + 1), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(H - KH + 1):
                for j in range(W - KW + 1):
                    window = x[n, :, i:i + KH, j:j + KW]
                    out[n, f, i, j] = (window * weights[f]).sum() + bias[f]
    return out
""",
    {
        "the last channel alone": ("x[n, :, i", "x[n, -1:, i"),
        "a mean over channels": ("(window * weights[f]).sum()", "(window * weights[f]).sum() / C"),
        "bias times": (".sum() + bias[f]", ".sum() * bias[f]"),
        "bias of the first": ("bias[f]", "bias[0]"),
        "bias inside": (
            "(window * weights[f]).sum() + bias[f]",
            "(window * weights[f] + bias[f]).sum()",
        ),
        "the first filter": ("weights[f])", "weights[0])"),
        "the first image": ("x[n, :", "x[0, :"),
        "filters and images exchanged": ("return out", "return out.transpose(1, 0, 2, 3)"),
        "each filter's channel": ("window * weights[f]", "window * weights[f, 0]"),
        "added to the last": ("= (window", "+= out[n, f - 1, i, j] + (window"),
        "channels kept": ("(window * weights[f]).sum()", "(window * weights[f]).sum(axis=(1, 2))"),
    },
)

ONES["conv-parameter-count"] = (
    """
def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    kh, kw = kernel_size
    count = in_channels * kh * kw * num_filters
    if bias:
        count += num_filters
    return count
""",
    {
        "one bias": ("count += num_filters", "count += 1"),
        "a bias for each channel": ("count += num_filters", "count += in_channels"),
        "bias for each weight": ("count += num_filters", "count *= 2"),
        "kernel not squared": ("kh * kw", "kh"),
        "channels forgotten": ("in_channels * kh", "kh"),
        "filters forgotten": (" * num_filters", ""),
        "bias always": ("if bias:", "if True:"),
        "height twice": ("kh * kw", "kh * kh"),
        "sum of sides": ("kh * kw", "(kh + kw)"),
        "bias for each filter and channel": ("+= num_filters", "+= num_filters * in_channels"),
    },
)

ONES["pad-images"] = (
    """
def pad_images(images, pad, value=0):
    if isinstance(pad, int):
        pad = (pad, pad)
    ph, pw = pad
    N, C, H, W = images.shape
    out = np.full((N, C, H + 2 * ph, W + 2 * pw), value, dtype=images.dtype)
    out[:, :, ph:ph + H, pw:pw + W] = images
    return out
""",
    {
        "on one side": ("H + 2 * ph, W + 2 * pw", "H + ph, W + pw"),
        "zeros always": ("value, dtype", "0, dtype"),
        "at the corner": ("ph:ph + H, pw:pw + W", ":H, :W"),
        "exchanged": ("ph, pw = pad", "pw, ph = pad"),
        "height for both": ("ph, pw = pad", "ph, pw = pad[0], pad[0]"),
        "one more": ("H + 2 * ph", "H + 2 * ph + 1"),
        "at the end": ("ph:ph + H, pw:pw + W", "2 * ph:, 2 * pw:"),
        "the first image": ("= images", "= images[0]"),
        "channels padded too": ("(N, C, H", "(N, C + 2, H"),
        "negative slices": ("ph:ph + H, pw:pw + W", "ph:-ph, pw:-pw"),
    },
)

ONES["conv-output-size"] = (
    """
def conv_output_size(size, kernel, pad=0, stride=1):
    room = size + 2 * pad - kernel
    if room < 0 or room % stride != 0:
        raise ValueError((size, kernel, pad, stride))
    return room // stride + 1
""",
    {
        "a fraction": ("room // stride", "room / stride"),
        "pad once": ("2 * pad", "pad"),
        "one too few": ("// stride + 1", "// stride"),
        "one before the division": ("room // stride + 1", "(room + 1) // stride"),
        "kernel added": ("- kernel", "+ kernel"),
        "rounded up": ("room // stride + 1", "-(-room // stride) + 2"),
        "stride forgotten": ("room // stride + 1", "room + 1"),
        "never refused": ("if room < 0 or room % stride != 0:", "if False:"),
        "half the kernel": ("- kernel", "- kernel // 2"),
        "None for refusing": ("raise ValueError((size, kernel, pad, stride))", "return None"),
    },
)

CONV = """
def conv2d_forward(x, weights, bias, stride=1, pad=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (pad, pad) if isinstance(pad, int) else pad
    N, C, H, W = x.shape
    F, D, KH, KW = weights.shape
    if C != D or len(bias) != F:
        raise ValueError((x.shape, weights.shape))
    if (H + 2 * ph - KH) % sh or (W + 2 * pw - KW) % sw or KH > H + 2 * ph or KW > W + 2 * pw:
        raise ValueError((H, W, KH, KW))
    OH = (H + 2 * ph - KH) // sh + 1
    OW = (W + 2 * pw - KW) // sw + 1
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((N, F, OH, OW), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    top, left = i * sh, j * sw
                    window = padded[n, :, top:top + KH, left:left + KW]
                    out[n, f, i, j] = np.sum(window * weights[f]) + bias[f]
    return out
"""

ONES["conv2d-forward"] = (
    CONV,
    {
        "stride forgotten in the window": ("i * sh, j * sw", "i, j"),
        "strides exchanged": ("i * sh, j * sw", "i * sw, j * sh"),
        "padded at the end only": ("(ph, ph), (pw, pw)", "(0, 2 * ph), (0, 2 * pw)"),
        "padded by the edge": ("(pw, pw)))", "(pw, pw)), mode='edge')"),
        "height for width": ("left:left + KW", "left:left + KH"),
        "bias left out": (" + bias[f]", ""),
        "sizes without padding": ("OH = (H + 2 * ph - KH)", "OH = (H - KH)"),
        "a fraction": ("(H + 2 * ph - KH) // sh + 1", "(H + 2 * ph - KH) / sh + 1"),
        "the picture for the frame": ("window = padded[", "window = x["),
        "window one less": ("top:top + KH", "top:top + KH - 1"),
        "filter turned": ("* weights[f])", "* weights[f][:, ::-1, ::-1])"),
        "bias for each window": ("out[n, f, i, j] =", "out[n, f, i, j] = bias[f] +"),
        "channels and filters exchanged": ("weights[f])", "weights[:, f % D])"),
        "the last pixel of the step": ("i * sh, j * sw", "i * sh + sh - 1, j * sw + sw - 1"),
    },
)

ONES["receptive-field"] = (
    """
def receptive_field(layers):
    size, step = 1, 1
    for kernel, stride in layers:
        size = size + (kernel - 1) * step
        step = step * stride
    return size
""",
    {
        "step first": (
            "size = size + (kernel - 1) * step",
            "step = step * stride; size = size + (kernel - 1) * step; step = step // stride",
        ),
        "kernels added up": ("(kernel - 1) * step", "kernel * step"),
        "strides added": ("step * stride", "step + stride"),
        "strides ignored": ("step = step * stride", "pass"),
        "its own stride alone": ("step = step * stride", "step = stride"),
        "starts at 0": ("size, step = 1, 1", "size, step = 0, 1"),
        "kernel and stride exchanged": ("for kernel, stride in", "for stride, kernel in"),
        "squared": ("return size", "return size * size"),
        "returned within the loop": ("    return size", "        return size"),
        "step returned": ("return size", "return step"),
    },
)

POOL = """
def max_pool2d(x, size, stride=None):
    if stride is None:
        stride = size
    kh, kw = (size, size) if isinstance(size, int) else size
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    N, C, H, W = x.shape
    if kh > H or kw > W or (H - kh) % sh or (W - kw) % sw:
        raise ValueError((x.shape, size, stride))
    OH, OW = (H - kh) // sh + 1, (W - kw) // sw + 1
    out = np.zeros((N, C, OH, OW), dtype=x.dtype)
    for i in range(OH):
        for j in range(OW):
            window = x[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out
"""

ONES["max-pool2d"] = (
    POOL,
    {
        "max over channels": ("window.max(axis=(2, 3))", "window.max(axis=(1, 2, 3))[:, None]"),
        "the largest of all": ("window.max(axis=(2, 3))", "window.max()"),
        "mean": ("window.max", "window.mean"),
        "min": ("window.max", "window.min"),
        "argmax": ("window.max(axis=(2, 3))", "window.reshape(N, C, -1).argmax(axis=2)"),
        "largest size": ("window.max(", "np.abs(window).max("),
        "0 at least": ("window.max(axis=(2, 3))", "np.maximum(0, window.max(axis=(2, 3)))"),
        "steps of one": ("i * sh:i * sh + kh, j * sw:j * sw + kw", "i:i + kh, j:j + kw"),
        "steps of the size": ("i * sh:i * sh + kh", "i * kh:i * kh + kh"),
        "height for width": ("j * sw:j * sw + kw", "j * sw:j * sw + kh"),
        "windows of one step": (
            "i * sh:i * sh + kh, j * sw:j * sw + kw",
            "i * sh:i * sh + sh, j * sw:j * sw + sw",
        ),
        "stride 1 where none is given": ("stride = size", "stride = 1"),
    },
)

ONES["average-pool2d"] = (
    POOL.replace("max_pool2d", "average_pool2d").replace("window.max", "window.mean"),
    {
        "sum": ("window.mean", "window.sum"),
        "divided by 4": ("window.mean(axis=(2, 3))", "window.sum(axis=(2, 3)) / 4"),
        "divided by the height squared": (
            "window.mean(axis=(2, 3))",
            "window.sum(axis=(2, 3)) / kh**2",
        ),
        "divided by the stride": (
            "window.mean(axis=(2, 3))",
            "window.sum(axis=(2, 3)) / (sh * sw)",
        ),
        "median": ("window.mean(axis=(2, 3))", "np.median(window, axis=(2, 3))"),
        "over the batch too": ("window.mean(axis=(2, 3))", "window.mean(axis=(0, 2, 3))"),
        "over channels": ("window.mean(axis=(2, 3))", "window.mean(axis=(1, 2, 3))[:, None]"),
        "halves of largest and least": (
            "window.mean(axis=(2, 3))",
            "(window.max(axis=(2, 3)) + window.min(axis=(2, 3))) / 2",
        ),
        "steps exchanged": ("i * sh:i * sh + kh, j * sw:", "i * sw:i * sw + kh, j * sh:"),
        "rounded": ("window.mean(axis=(2, 3))", "np.round(window.mean(axis=(2, 3)))"),
    },
)

ONES["batch-normalize"] = (
    """
def batch_normalize(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    normal = (x - mean) / np.sqrt(var + eps)
    return gamma.reshape(1, -1, 1, 1) * normal + beta.reshape(1, -1, 1, 1)
""",
    {
        "for each image": ("mean = x.mean(axis=(0, 2, 3)", "mean = x.mean(axis=(2, 3)"),
        "over all channels": ("x.var(axis=(0, 2, 3)", "x.var(axis=(0, 1, 2, 3)"),
        "divided by the variance": ("np.sqrt(var + eps)", "(var + eps)"),
        "eps outside": ("np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
        "gamma and beta exchanged": (
            "gamma.reshape(1, -1, 1, 1) * normal + beta.reshape",
            "beta.reshape(1, -1, 1, 1) * normal + gamma.reshape",
        ),
        "sample variance": ("keepdims=True)\n    normal", "keepdims=True, ddof=1)\n    normal"),
        "mean added": ("x - mean", "x + mean"),
        "no shift": (" + beta.reshape(1, -1, 1, 1)", ""),
        "squares": (
            "x.var(axis=(0, 2, 3), keepdims=True)",
            "(x**2).mean(axis=(0, 2, 3), keepdims=True)",
        ),
        "scaled before": ("(x - mean)", "(gamma.reshape(1, -1, 1, 1) * x - mean)"),
        "eps left out": ("var + eps", "var"),
    },
)

ONES["relu-backward"] = (
    """
def relu_backward(grad, x):
    return (grad * (x > 0)).astype(grad.dtype)
""",
    {
        "where the gradient is positive": ("(x > 0)", "(grad > 0)"),
        "0 passes": ("x > 0", "x >= 0"),
        "forward": ("grad * (x > 0)", "np.maximum(0, x)"),
        "times x": ("(x > 0)", "np.maximum(0, x)"),
        "the mask": ("grad * (x > 0)", "(x > 0)"),
        "the other side": ("x > 0", "x < 0"),
        "forward of the gradient": ("grad * (x > 0)", "np.maximum(0, grad)"),
        "sign": ("(x > 0)", "np.sign(x)"),
        "leaky": ("(x > 0)", "np.where(x > 0, 1, 0.01)"),
        "all passes": ("(x > 0)", "1"),
    },
)

ONES["max-pool2d-backward"] = (
    """
def max_pool2d_backward(grad, x, size, stride=None):
    if stride is None:
        stride = size
    kh, kw = (size, size) if isinstance(size, int) else size
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    out = np.zeros_like(x)
    N, C, OH, OW = grad.shape
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    window = x[n, c, i * sh:i * sh + kh, j * sw:j * sw + kw]
                    a, b = np.unravel_index(window.argmax(), window.shape)
                    out[n, c, i * sh + a, j * sw + b] += grad[n, c, i, j]
    return out
""",
    {
        "= for +=": ("+= grad", "= grad"),
        "the least": ("window.argmax()", "window.argmin()"),
        "place without its window": ("i * sh + a, j * sw + b", "a, b"),
        "a 1": ("+= grad[n, c, i, j]", "+= 1"),
        "the first corner": ("i * sh + a, j * sw + b", "i * sh, j * sw"),
        "exchanged": ("a, b = np", "b, a = np"),
        "spread": ("+= grad[n, c, i, j]", "+= grad[n, c, i, j] / (kh * kw)"),
        "times the largest": ("+= grad[n, c, i, j]", "+= grad[n, c, i, j] * window.max()"),
        "first channel's windows": ("window = x[n, c,", "window = x[n, 0,"),
        "steps of the size": ("i * sh:i * sh + kh", "i * kh:i * kh + kh"),
        "as large as the gradient": ("np.zeros_like(x)", "np.zeros_like(grad)"),
    },
)

ONES["conv2d-backward"] = (
    """
def conv2d_backward(grad, x, weights, stride=1, pad=0):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (pad, pad) if isinstance(pad, int) else pad
    N, C, H, W = x.shape
    F, D, KH, KW = weights.shape
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dpad = np.zeros_like(padded)
    dw = np.zeros_like(weights)
    db = grad.sum(axis=(0, 2, 3))
    for n in range(N):
        for f in range(F):
            for i in range(grad.shape[2]):
                for j in range(grad.shape[3]):
                    t, l = i * sh, j * sw
                    g = grad[n, f, i, j]
                    dpad[n, :, t:t + KH, l:l + KW] += g * weights[f]
                    dw[f] += g * padded[n, :, t:t + KH, l:l + KW]
    return dpad[:, :, ph:ph + H, pw:pw + W], dw, db
""",
    {
        "dw = for +=": ("dw[f] +=", "dw[f] ="),
        "dx = for +=": ("+= g * weights[f]", "= g * weights[f]"),
        "the frame left on": ("dpad[:, :, ph:ph + H, pw:pw + W], dw", "dpad, dw"),
        "divided by the batch": (
            "return dpad[:, :, ph:ph + H, pw:pw + W], dw, db",
            "return dpad[:, :, ph:ph + H, pw:pw + W], dw / N, db / N",
        ),
        "bias by the mean": ("grad.sum(axis=(0, 2, 3))", "grad.mean(axis=(0, 2, 3))"),
        "bias of each image": ("grad.sum(axis=(0, 2, 3))", "grad.sum(axis=(2, 3))"),
        "stride forgotten": ("t, l = i * sh, j * sw", "t, l = i, j"),
        "weights first": ("W], dw, db", "W], db, dw"),
        "filter turned": ("g * weights[f]", "g * weights[f][:, ::-1, ::-1]"),
        "bias times": ("db = grad.sum(axis=(0, 2, 3))", "db = grad.sum()"),
        "the first image alone": ("for n in range(N)", "for n in range(1)"),
        "ends cut": ("ph:ph + H, pw:pw + W], dw", "ph:-ph, pw:-pw], dw"),
    },
)

ONES["sgd-momentum-step"] = (
    """
def sgd_momentum_step(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = momentum * velocity - lr * (grad + weight_decay * weights)
    return weights + velocity, velocity
""",
    {
        "uphill": ("- lr *", "+ lr *"),
        "velocity subtracted": ("weights + velocity", "weights - velocity"),
        "rate outside": ("momentum * velocity - lr * (grad", "momentum * velocity - (grad"),
        "mixed": (
            "momentum * velocity - lr * (grad",
            "momentum * velocity - (1 - momentum) * lr * (grad",
        ),
        "velocity first": (
            "return weights + velocity, velocity",
            "return velocity, weights + velocity",
        ),
        "the weights alone": ("return weights + velocity, velocity", "return weights + velocity"),
        "decay subtracted": ("grad + weight_decay", "grad - weight_decay"),
        "no momentum": ("momentum * velocity -", "-"),
        "decay without rate": (
            "lr * (grad + weight_decay * weights)",
            "lr * grad - weight_decay * weights",
        ),
        "weights plus the old": (
            "velocity = momentum * velocity",
            "old = velocity\n    velocity = momentum * velocity",
        ),
        "Nesterov": (
            "weights + velocity, velocity",
            "weights + momentum * velocity - lr * grad, velocity",
        ),
        "in place": (
            "return weights + velocity, velocity",
            "weights += velocity\n    return weights, velocity",
        ),
    },
)
ONES["sgd-momentum-step"][1].pop("weights plus the old")

ONES["numerical-gradient"] = (
    """
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(np.float64).copy()
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + h
        up = f(x.copy())
        x[index] = kept - h
        down = f(x.copy())
        x[index] = kept
        grad[index] = (up - down) / (2 * h)
    return grad
""",
    {
        "divided by h": ("(2 * h)", "h"),
        "forward difference": ("(up - down) / (2 * h)", "(up - f(x.copy())) / h"),
        "the other way": ("up - down", "down - up"),
        "not set back": ("x[index] = kept\n        grad", "grad"),
        "all at once": ("x[index] = kept + h", "x = x + h"),
        "times": ("/ (2 * h)", "* (2 * h)"),
        "half of h": ("/ (2 * h)", "/ 2 * h"),
        "h fixed": ("    x = x.astype", "    h = 0.1\n    x = x.astype"),
        "the sum": ("up - down", "up + down"),
        "the last alone": ("return grad", "return grad[index]"),
    },
)

ONES["reduce-on-plateau"] = (
    """
def reduce_on_plateau(history, lr, factor=0.1, patience=3):
    best, wait = float("inf"), 0
    for loss in history:
        if loss < best:
            best, wait = loss, 0
        else:
            wait += 1
            if wait == patience:
                lr, wait = lr * factor, 0
    return lr
""",
    {
        "equal is better": ("loss < best", "loss <= best"),
        "one late": ("wait == patience", "wait > patience"),
        "not reset after a drop": ("lr, wait = lr * factor, 0", "lr = lr * factor"),
        "divided": ("lr * factor", "lr / factor"),
        "not reset by a better one": ("best, wait = loss, 0", "best = loss"),
        "compared with the last": ("wait += 1", "wait += 1; best = loss"),
        "larger is better": ('float("inf"), 0', 'float("-inf"), 0'),
        "ten always": ("lr * factor", "lr * 0.1"),
        "factor subtracted": ("lr * factor", "lr - factor"),
        "returned at the first drop": ("lr, wait = lr * factor, 0", "return lr * factor"),
    },
)

ONES["top-k-error"] = (
    """
def top_k_error(scores, labels, k):
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(k)
    wrong = 0
    for row, label in zip(scores, labels):
        best = np.argsort(row)[::-1][:k]
        if label not in best:
            wrong += 1
    return wrong / len(labels)
""",
    {
        "accuracy": ("not in", "in"),
        "the lowest": ("[::-1][:k]", "[:k]"),
        "only the k-th": ("label not in best", "label != best[-1]"),
        "only the best": ("label not in best", "label != best[0]"),
        "not divided": ("wrong / len(labels)", "wrong"),
        "by classes": ("/ len(labels)", "/ scores.shape[1]"),
        "in percent": ("wrong / len(labels)", "100 * wrong / len(labels)"),
        "one too many": ("[:k]", "[:k + 1]"),
        "whole": ("wrong / len", "wrong // len"),
        "values for places": ("np.argsort(row)", "np.sort(row)"),
    },
)

ONES["confusion-matrix"] = (
    """
def confusion_matrix(labels, predictions, classes):
    table = np.zeros((classes, classes), dtype=int)
    for label, guess in zip(labels, predictions):
        table[label, guess] += 1
    return table
""",
    {
        "transposed": ("[label, guess]", "[guess, label]"),
        "1 at most": ("+= 1", "= 1"),
        "shares": ("return table", "return table / len(labels)"),
        "floats": ("dtype=int", "dtype=float"),
        "only the right ones": ("[label, guess]", "[label, label]"),
        "too small": ("(classes, classes)", "(max(labels) + 1, max(labels) + 1)"),
        "rows that sum to 1": ("return table", "return table / table.sum(axis=1, keepdims=True)"),
        "the first left out": ("zip(labels, predictions)", "zip(labels[1:], predictions[1:])"),
        "only the wrong ones": (
            "table[label, guess] += 1",
            "table[label, guess] += label != guess",
        ),
    },
)


def typed() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every slip: the exercise's id, what is wrong, the function."""
    for name, (source, slips) in ONES.items():
        for what, (old, new) in slips.items():
            if source.count(old) < 1:
                raise ValueError(f"{name}, {what}: there is no {old!r}")
            yield name, what, made(name, source.replace(old, new, 1))


def made(name: str, source: str) -> Callable[..., Any]:
    names: dict[str, Any] = {"np": np}
    exec(compile(source, "typed", "exec"), names)
    return names[name.replace("-", "_")]
