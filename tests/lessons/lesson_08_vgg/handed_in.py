"""08-vgg: one perfect, one that ran out of time, three named mistakes.

chen-wei       the plain values are a stack's, whose windows overlap: 0
dana-petrova   a rounded number is another number: 0; axes are reshaped and not moved: 0
emil-larsen    7 of 8 facets: all but several photos                  5·7/8 = 4.375 → 4.37
"""

from tests.sample_class.students import LESSONS_OWN, Assignment, Student, blank

WORDS = "Without ReLU the three are one filter with fewer free numbers; with ReLU they can do more."

SIDES_ADDED_UP = {
    "stack-receptive-field": """\
def stack_receptive_field(kernel, times):
    side = 0
    for _ in range(times):
        side += kernel
    return side
""",
}

ROUNDED = {
    "vgg16-parameter-count": """\
vgg16_parameter_count = 138_000_000
""",
    "pointwise-conv": """\
def pointwise_conv(x, weights, bias):
    mixed = x.reshape(len(x), *x.shape[2:], -1) @ weights.T + bias
    return mixed.transpose(0, 3, 1, 2)
""",
}

FIRST_PHOTO_ONLY = {
    "vgg-forward": """\
def run(layers, params, maps):
    for (kind, options), own in zip(layers, params):
        if kind == "conv":
            maps = conv2d_forward(maps, own["weights"], own["bias"], pad=options.get("pad", 0))
        elif kind == "relu":
            maps = np.maximum(maps, 0)
        elif kind == "max_pool":
            maps = max_pool2d(maps, options["size"])
        elif kind == "flatten":
            maps = maps.reshape(len(maps), -1)
        elif kind == "fully_connected":
            maps = maps @ own["weights"].T + own["bias"]
    return maps


def vgg_forward(layers, params, x):
    return run(layers, params, x[:1])
""",
}

# Filters cut out of digits, and scores by least squares: as good as steps downhill, and quicker.
WITHOUT_STEPS = LESSONS_OWN | {
    "capstone": """\
@cache
def capstone():
    rng = np.random.default_rng(0)
    layers = [
        ("conv", {"filters": 24, "kernel": 5}), ("relu", {}), ("average_pool", {"size": 4}),
        ("flatten", {}), ("fully_connected", {"units": 10}),
    ]
    pieces = []
    while len(pieces) < 24:
        i, (top, left) = rng.integers(len(digit_images)), rng.integers(4, 19, size=2)
        piece = digit_images[i, :, top:top + 5, left:left + 5]
        piece = piece - piece.mean()
        if np.linalg.norm(piece) > 1:
            pieces.append(piece / np.linalg.norm(piece))
    filters, bias = np.stack(pieces), np.full(24, -0.5, np.float32)
    seen = np.ones((len(digit_images), 865))
    for i in range(0, len(seen), 100):
        maps = np.maximum(conv2d_forward(digit_images[i:i + 100], filters, bias), 0)
        pooled = maps.reshape(len(maps), 24, 6, 4, 6, 4).mean(axis=(3, 5))
        seen[i:i + 100, :-1] = pooled.reshape(len(maps), -1)
    squares = seen.T @ seen + 0.001 * np.eye(865)
    fit = np.linalg.solve(squares, seen.T @ (2 * np.eye(10)[digit_labels] - 1)).T
    last = {"weights": fit[:, :-1], "bias": fit[:, -1]}
    return layers, [{"weights": filters, "bias": bias}, {}, {}, {}, last]
""",
}

UNFINISHED = blank("vgg-forward", "transfer-features", "capstone")

STUDENTS = {
    "ada-okafor": Student(WITHOUT_STEPS, WORDS),
    "bruno-silva": Student(WITHOUT_STEPS | UNFINISHED),
    "chen-wei": Student(WITHOUT_STEPS | SIDES_ADDED_UP, WORDS),
    "dana-petrova": Student(WITHOUT_STEPS | ROUNDED, WORDS),
    "emil-larsen": Student(WITHOUT_STEPS | FIRST_PHOTO_ONLY, WORDS),
}

POINTS = """
              vgg-l vgg16-parameter-c vgg-p vgg16-parameter-s stack-r stack-p act \
              vgg16-activation-c vgg16-activation-b mem vgg-m vgg-f poi glo tra cap
ada-okafor    4   2   2   2   2   2   4   2 2 6 2 6 4 4 4 8
bruno-silva   4   2   2   2   2   2   4   2 2 6 2 0 4 4 0 0
chen-wei      4   2   2   2   0   2   4   2 2 6 2 6 4 4 4 8
dana-petrova  4   0   2   2   2   2   4   2 2 6 2 6 0 4 4 8
emil-larsen   4   2   2   2   2   2   4   2 2 6 2 4.37 4 4 4 8
"""

FEEDBACK = {
    "bruno-silva": "not written yet",
    "chen-wei": "The sides were added up: neighboring windows overlap.",
    "dana-petrova": "This is the rounded number that is often quoted",
    "emil-larsen": "Only the first image went through.",
}

HANDED_IN = Assignment(STUDENTS, POINTS, FEEDBACK)
