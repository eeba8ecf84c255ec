"""What students wrote in 02-filters: right answers in three styles, and answers with one mistake.

Every style stands on its own: no answer calls another, so that one mistake costs one exercise.
"""

LOOPS = {
    "cross-correlate2d": """\
def cross_correlate2d(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    cols = image.shape[1] - kernel.shape[1] + 1
    if rows < 1 or cols < 1:
        raise ValueError(f"kernel {kernel.shape} is too big for image {image.shape}")
    out = np.zeros((rows, cols), dtype=image.dtype)
    for r in range(rows):
        for c in range(cols):
            total = 0.0
            for a in range(kernel.shape[0]):
                for b in range(kernel.shape[1]):
                    total += image[r + a, c + b] * kernel[a, b]
            out[r, c] = total
    return out
""",
    "convolve2d": """\
def convolve2d(image, kernel):
    kh, kw = kernel.shape
    rows = image.shape[0] - kh + 1
    cols = image.shape[1] - kw + 1
    if rows < 1 or cols < 1:
        raise ValueError(f"kernel {kernel.shape} is too big for image {image.shape}")
    out = np.zeros((rows, cols), dtype=image.dtype)
    for r in range(rows):
        for c in range(cols):
            for a in range(kh):
                for b in range(kw):
                    out[r, c] += image[r + kh - 1 - a, c + kw - 1 - b] * kernel[a, b]
    return out
""",
    "apply-filter": """\
def apply_filter(image, weights, bias):
    C, H, W = image.shape
    D, KH, KW = weights.shape
    if C != D:
        raise ValueError(f"image has {C} channels but the filter has {D}")
    if KH > H or KW > W:
        raise ValueError(f"a {KH}x{KW} filter does not fit a {H}x{W} image")
    out = np.zeros((H - KH + 1, W - KW + 1), dtype=image.dtype)
    for r in range(H - KH + 1):
        for c in range(W - KW + 1):
            out[r, c] = (image[:, r:r + KH, c:c + KW] * weights).sum() + bias
    return out
""",
    "conv2d-naive": """\
def conv2d_naive(x, weights, bias):
    N, C, H, W = x.shape
    F, D, KH, KW = weights.shape
    if C != D:
        raise ValueError(f"images have {C} channels but filters have {D}")
    if KH > H or KW > W:
        raise ValueError(f"{KH}x{KW} filters do not fit {H}x{W} images")
    out = np.zeros((N, F, H - KH + 1, W - KW + 1), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for r in range(H - KH + 1):
                for c in range(W - KW + 1):
                    patch = x[n, :, r:r + KH, c:c + KW]
                    out[n, f, r, c] = np.sum(patch * weights[f]) + bias[f]
    return out
""",
    "conv-parameter-count": """\
def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    total = 0
    for _ in range(num_filters):
        total += in_channels * kernel_size[0] * kernel_size[1]
        if bias:
            total += 1
    return total
""",
    "edge-filters": """\
def edge_filters():
    return {
        "horizontal": np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]], dtype=float),
        "vertical": np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]], dtype=float),
        "blur": np.full((3, 3), 1 / 9),
        "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], dtype=float),
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=float),
    }
""",
    "gradient-magnitude": """\
def gradient_magnitude(image):
    H, W = image.shape
    out = np.zeros((H - 2, W - 2), dtype=image.dtype)
    for r in range(H - 2):
        for c in range(W - 2):
            p = image[r:r + 3, c:c + 3]
            gy = (p[2, 0] + 2 * p[2, 1] + p[2, 2]) - (p[0, 0] + 2 * p[0, 1] + p[0, 2])
            gx = (p[0, 2] + 2 * p[1, 2] + p[2, 2]) - (p[0, 0] + 2 * p[1, 0] + p[2, 0])
            out[r, c] = np.sqrt(gx ** 2 + gy ** 2)
    return out
""",
    "conv-as-matrix": """\
def conv_as_matrix(kernel, image_shape):
    H, W = image_shape
    KH, KW = kernel.shape
    rows, cols = H - KH + 1, W - KW + 1
    if rows < 1 or cols < 1:
        raise ValueError(f"kernel {kernel.shape} is too big for an image {image_shape}")
    M = np.zeros((rows * cols, H * W), dtype=kernel.dtype)
    for r in range(rows):
        for c in range(cols):
            for a in range(KH):
                for b in range(KW):
                    M[r * cols + c, (r + a) * W + (c + b)] = kernel[a, b]
    return M
""",
}

WINDOWS = {
    "cross-correlate2d": """\
def cross_correlate2d(image, kernel):
    # sliding_window_view raises ValueError by itself if the kernel is too large
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel)
""",
    "convolve2d": """\
def convolve2d(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijab,ab->ij", windows, np.flip(kernel))
""",
    "apply-filter": """\
def apply_filter(image, weights, bias):
    if image.shape[0] != weights.shape[0]:
        raise ValueError(f"depths differ: {image.shape[0]} and {weights.shape[0]}")
    windows = np.lib.stride_tricks.sliding_window_view(image, weights.shape)[0]
    return np.einsum("ijcab,cab->ij", windows, weights) + image.dtype.type(bias)
""",
    "conv2d-naive": """\
def conv2d_naive(x, weights, bias):
    if x.shape[1] != weights.shape[1]:
        raise ValueError(f"{x.shape[1]} channels in the images, {weights.shape[1]} in the filters")
    windows = np.lib.stride_tricks.sliding_window_view(x, weights.shape[2:], axis=(2, 3))
    return np.einsum("ncijab,fcab->nfij", windows, weights) + bias[:, None, None]
""",
    "conv-parameter-count": """\
def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):
    kh, kw = np.broadcast_to(kernel_size, 2).tolist()
    return num_filters * (in_channels * kh * kw + bool(bias))
""",
    "edge-filters": """\
def edge_filters():
    smooth, difference = np.array([1.0, 2.0, 1.0]), np.array([-1.0, 0.0, 1.0])
    identity = np.zeros((3, 3))
    identity[1, 1] = 1
    blur = np.outer(smooth, smooth) / 16
    return {
        "horizontal": np.outer(difference, smooth),
        "vertical": np.outer(smooth, difference),
        "blur": blur,
        "sharpen": 3 * identity - 2 * np.ones((3, 3)) / 9,
        "identity": identity,
    }
""",
    "gradient-magnitude": """\
def gradient_magnitude(image):
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    smooth = np.array([1, 2, 1], dtype=image.dtype)
    slope = np.array([-1, 0, 1], dtype=image.dtype)
    down = np.einsum("ijab,a,b->ij", windows, slope, smooth)
    right = np.einsum("ijab,a,b->ij", windows, smooth, slope)
    return np.hypot(down, right)
""",
    "conv-as-matrix": """\
def conv_as_matrix(kernel, image_shape):
    H, W = image_shape
    places = np.arange(H * W).reshape(H, W)
    windows = np.lib.stride_tricks.sliding_window_view(places, kernel.shape)
    windows = windows.reshape(-1, kernel.size)
    M = np.zeros((len(windows), H * W), dtype=kernel.dtype)
    np.put_along_axis(M, windows, np.broadcast_to(kernel.ravel(), windows.shape), axis=1)
    return M
""",
}

FOURIER = {
    "cross-correlate2d": """\
def cross_correlate2d(image, kernel):
    (H, W), (KH, KW) = image.shape, kernel.shape
    if KH > H or KW > W:
        raise ValueError(f"a {KH}x{KW} kernel does not fit into a {H}x{W} image")
    # correlation theorem; in float64, because float32 transforms lose too many digits
    spectrum = np.fft.rfft2(image.astype(float))
    spectrum = spectrum * np.conj(np.fft.rfft2(kernel.astype(float), (H, W)))
    circular = np.fft.irfft2(spectrum, (H, W))
    return circular[: H - KH + 1, : W - KW + 1].astype(image.dtype)
""",
    "convolve2d": """\
def convolve2d(image, kernel):
    (H, W), (KH, KW) = image.shape, kernel.shape
    if KH > H or KW > W:
        raise ValueError(f"a {KH}x{KW} kernel does not fit into a {H}x{W} image")
    spectrum = np.fft.rfft2(image.astype(float)) * np.fft.rfft2(kernel.astype(float), (H, W))
    return np.fft.irfft2(spectrum, (H, W))[KH - 1 :, KW - 1 :].astype(image.dtype)
""",
    "apply-filter": """\
def apply_filter(image, weights, bias):
    (C, H, W), (D, KH, KW) = image.shape, weights.shape
    if C != D or KH > H or KW > W:
        raise ValueError(f"a filter of {weights.shape} on an image of {image.shape}")
    sc, sh, sw = image.strides
    windows = np.lib.stride_tricks.as_strided(
        image, (H - KH + 1, W - KW + 1, C, KH, KW), (sh, sw, sc, sh, sw), writeable=False
    )
    return (np.tensordot(windows, weights, 3) + bias).astype(image.dtype)
""",
    "conv2d-naive": """\
def conv2d_naive(x, weights, bias):
    (N, C, H, W), (F, D, KH, KW) = x.shape, weights.shape
    if C != D or KH > H or KW > W:
        raise ValueError(f"filters of {weights.shape} on images of {x.shape}")
    sn, sc, sh, sw = x.strides
    windows = np.lib.stride_tricks.as_strided(
        x, (N, H - KH + 1, W - KW + 1, C, KH, KW), (sn, sh, sw, sc, sh, sw), writeable=False
    )
    columns = windows.reshape(N * (H - KH + 1) * (W - KW + 1), C * KH * KW)
    scores = columns @ weights.reshape(F, -1).T + bias
    return scores.reshape(N, H - KH + 1, W - KW + 1, F).transpose(0, 3, 1, 2)
""",
    "conv-parameter-count": """\
def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):
    area = kernel_size**2 if np.ndim(kernel_size) == 0 else kernel_size[0] * kernel_size[1]
    weights = in_channels * area * num_filters
    return weights + num_filters if bias else weights
""",
    "edge-filters": """\
def edge_filters():
    center = np.pad([[1.0]], 1)
    sobel = np.array([[3.0, 10.0, 3.0], [0.0, 0.0, 0.0], [-3.0, -10.0, -3.0]])
    return {
        "identity": center,
        "blur": np.ones((3, 3)) / 9,
        "sharpen": 10 * center - np.ones((3, 3)),
        "horizontal": sobel,
        "vertical": np.rot90(sobel),
    }
""",
    "gradient-magnitude": """\
def gradient_magnitude(image):
    # Sobel is separable: a difference one way, a 1-2-1 average the other way
    rows = image[:-2] + 2 * image[1:-1] + image[2:]
    cols = image[:, :-2] + 2 * image[:, 1:-1] + image[:, 2:]
    across = rows[:, 2:] - rows[:, :-2]
    down = cols[2:] - cols[:-2]
    return np.abs(across + 1j * down).astype(image.dtype)
""",
    "conv-as-matrix": """\
def conv_as_matrix(kernel, image_shape):
    room = np.subtract(image_shape, kernel.shape)
    if min(room) < 0:
        raise ValueError(f"kernel {kernel.shape} does not fit into an image of {image_shape}")
    stamp = np.pad(kernel, [(0, room[0]), (0, room[1])])
    rows = [np.roll(stamp, (r, c), (0, 1)).ravel() for r, c in np.ndindex(*(room + 1))]
    return np.stack(rows)
""",
}

FLIPPED = {
    "cross-correlate2d": """\
def cross_correlate2d(image, kernel):
    kernel = kernel[::-1, ::-1]   # turn the kernel, as in the maths lecture
    rows = image.shape[0] - kernel.shape[0] + 1
    cols = image.shape[1] - kernel.shape[1] + 1
    if rows < 1 or cols < 1:
        raise ValueError("kernel too big")
    out = np.zeros((rows, cols), dtype=image.dtype)
    for r in range(rows):
        for c in range(cols):
            out[r, c] = (image[r:r + kernel.shape[0], c:c + kernel.shape[1]] * kernel).sum()
    return out
""",
}

SQUARE = {
    "cross-correlate2d": """\
def cross_correlate2d(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("kernel too big")
    n = len(image) - len(kernel) + 1
    out = np.zeros((n, n), dtype=image.dtype)
    for r in range(n):
        for c in range(n):
            patch = image[r:r + kernel.shape[0], c:c + kernel.shape[1]]
            out[r, c] = (patch * kernel).sum()
    return out
""",
}

BIAS_INSIDE = {
    "apply-filter": """\
def apply_filter(image, weights, bias):
    C, H, W = image.shape
    D, KH, KW = weights.shape
    if C != D:
        raise ValueError("channels differ")
    if KH > H or KW > W:
        raise ValueError("filter too big")
    out = np.zeros((H - KH + 1, W - KW + 1), dtype=image.dtype)
    for r in range(H - KH + 1):
        for c in range(W - KW + 1):
            out[r, c] = np.sum(image[:, r:r + KH, c:c + KW] * weights + bias)
    return out
""",
}

ONE_IMAGE = {
    "conv2d-naive": """\
def conv2d_naive(x, weights, bias):
    N, C, H, W = x.shape
    F, D, KH, KW = weights.shape
    if C != D:
        raise ValueError("channels differ")
    out = np.zeros((N, F, H - KH + 1, W - KW + 1), dtype=x.dtype)
    for f in range(F):
        for r in range(H - KH + 1):
            for c in range(W - KW + 1):
                out[0, f, r, c] = np.sum(x[0, :, r:r + KH, c:c + KW] * weights[f]) + bias[f]
    return out
""",
}

ALWAYS_BIAS = {
    "conv-parameter-count": """\
def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):
    if type(kernel_size) is int:
        kernel_size = kernel_size, kernel_size
    per_filter = in_channels * kernel_size[0] * kernel_size[1] + 1
    return per_filter * num_filters
""",
}

EXCHANGED = {
    "edge-filters": """\
def edge_filters():
    return {
        "horizontal": np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
        "vertical": np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]]),
        "blur": np.ones((3, 3)) / 9,
        "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "identity": np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    }
""",
}

SYNTAX_ERROR = {
    "convolve2d": """\
def convolve2d(image, kernel):
    return cross_correlate2d(image, np.flip(kernel)
""",
}

ENDLESS = {
    "conv-as-matrix": """\
def conv_as_matrix(kernel, image_shape):
    H, W = image_shape
    KH, KW = kernel.shape
    M = np.zeros(((H - KH + 1) * (W - KW + 1), H * W), dtype=kernel.dtype)
    row = 0
    while row < len(M):
        r, c = divmod(row, W - KW + 1)
        for a in range(KH):
            M[row, (r + a) * W + c:(r + a) * W + c + KW] = kernel[a]
    return M
""",
}

NOISY = {
    "gradient-magnitude": """\
import warnings

def gradient_magnitude(image):
    print("gradient of", image.shape)
    warnings.warn("slow version, rewrite with slices")
    down = image[2:] - image[:-2]
    right = image[:, 2:] - image[:, :-2]
    np.log(np.zeros(1))   # divide by zero: a warning, not an error
    down = down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]
    right = right[:-2] + 2 * right[1:-1] + right[2:]
    return np.sqrt(down ** 2 + right ** 2)
""",
}
