"""What is typed in lessons 01 to 03: scores, filters, sizes, layers."""

from __future__ import annotations

from .slips import Slips

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
