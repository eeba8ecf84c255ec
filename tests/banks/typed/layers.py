"""What is typed in lessons 04 to 07: pooling, normalization, ways back, steps, scores."""

from __future__ import annotations

from .slips import Slips

ONES: dict[str, tuple[str, Slips]] = {}
"""For each exercise, the text of a right answer, and its slips."""

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
ONES["numerical-gradient"] = (
    """
def numerical_gradient(f, x, h=1e-5):
    dtype, x = x.dtype, x.astype(np.float64)
    grad = np.zeros(x.shape, dtype)
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
        "h fixed": (
            "    dtype, x = x.dtype, x.astype",
            "    h = 0.1\n    dtype, x = x.dtype, x.astype",
        ),
        "the sum": ("up - down", "up + down"),
        "the last alone": ("return grad", "return grad[index]"),
    },
)

ONES["reduce-on-plateau"] = (
    """
def reduce_on_plateau(history, lr, factor=0.1, patience=3):
    best, wait, drop = float("inf"), 0, False
    for error in history:
        drop = False
        if error < best:
            best, wait = error, 0
        else:
            wait += 1
            if wait == patience:
                drop, wait = True, 0
    return lr * factor if drop else lr
""",
    {
        "equal is better": ("error < best", "error <= best"),
        "one late": ("wait == patience", "wait > patience"),
        "drops for good": ("drop, wait = True, 0", "drop = True"),
        "divided": ("lr * factor", "lr / factor"),
        "waits on after a better one": ("best, wait = error, 0", "best = error"),
        "compared with the last": ("wait += 1", "wait += 1; best = error"),
        "larger is better": ("error < best", "error > best"),
        "ten always": ("lr * factor", "lr * 0.1"),
        "factor subtracted": ("lr * factor", "lr - factor"),
        "once dropped, always": ("        drop = False\n        if", "        if"),
        "one early": ("wait == patience", "wait == patience - 1"),
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
