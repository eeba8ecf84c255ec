"""06-lenet: one perfect, one that ran out of time, three named mistakes.

Only one of them trained a network to the end: that takes far longer than all other answers.

chen-wei       the only case there is fails                                 0
dana-petrova   4 of 5 facets: the spread is the variance                    3·4/5 = 2.4
emil-larsen    11 of 12 facets: windows that overlap, and what one does to
               its inputs is not counted                                    5·11/12 = 4.58
"""

from tests.sample_class.students import LESSONS_OWN, Assignment, Student, blank

WORDS = "A fully connected layer could do it too, but it would have to learn every place by itself."

C3_READS_ALL = {
    "original-lenet5-parameter-counts": """\
def original_lenet5_parameter_counts():
    counts = {"C1": (25 + 1) * 6, "S2": 2 * 6, "C3": (6 * 25 + 1) * 16, "S4": 2 * 16}
    counts["C5"] = (16 * 25 + 1) * 120
    counts["F6"] = (120 + 1) * 84
    return counts
""",
}

VARIANCE = {
    "initialize": """\
def initialize(layers, input_shape, rng):
    params, shape = [], input_shape
    for (kind, options), after in zip(layers, layer_shapes(layers, input_shape)):
        size = None
        if kind == "conv":
            size = (after[0], shape[0] // options.get("groups", 1), *pair(options["kernel"]))
        if kind == "fully_connected":
            size = (after[0], int(np.prod(shape)))
        if size is None:
            params.append({})
        else:
            scale = 2 / np.prod(size[1:])
            weights = (rng.standard_normal(size) * scale).astype(np.float32)
            params.append({"weights": weights, "bias": np.zeros(size[0], dtype=np.float32)})
        shape = after
    return params
""",
}

POOLS_SIDE_BY_SIDE = {
    "forward": """\
def forward(layers, params, x):
    for (kind, options), p in zip(layers, params):
        if kind == "conv":
            x = conv2d_forward(
                x, p["weights"], p["bias"], options.get("stride", 1), options.get("pad", 0)
            )
        if kind == "max_pool":
            x = max_pool2d(x, options["size"])
        if kind == "average_pool":
            x = average_pool2d(x, options["size"])
        if kind == "relu":
            x = np.maximum(x, 0)
        if kind == "flatten":
            x = x.reshape(len(x), -1)
        if kind == "fully_connected":
            x = x.reshape(len(x), -1) @ p["weights"].T + p["bias"]
    return x
""",
}

NO_TIME_TO_TRAIN = blank("recognise-digits")

STUDENTS = {
    "ada-okafor": Student(LESSONS_OWN, WORDS),
    "bruno-silva": Student(LESSONS_OWN | blank("forward", "train", "recognise-digits")),
    "chen-wei": Student(LESSONS_OWN | C3_READS_ALL | NO_TIME_TO_TRAIN, WORDS),
    "dana-petrova": Student(LESSONS_OWN | VARIANCE | NO_TIME_TO_TRAIN, WORDS),
    "emil-larsen": Student(LESSONS_OWN | POOLS_SIDE_BY_SIDE | NO_TIME_TO_TRAIN, WORDS),
}

POINTS = """
              lenet-l layer parameter lenet-p original initialize forward train recognise conf backw
ada-okafor    4       4     4         2       4        4          6       8     4         4    8
bruno-silva   4       4     4         2       4        4          0       0     0         4    8
chen-wei      4       4     4         2       0        4          6       8     0         4    8
dana-petrova  4       4     4         2       4        2.4        6       8     0         4    8
emil-larsen   4       4     4         2       4        4          4.58    8     0         4    8
"""

FEEDBACK = {
    "bruno-silva": "not written yet",
    "chen-wei": "C3 was counted as reading all six maps with every filter",
    "dana-petrova": "The weights were scaled by 2 / fan-in",
    "emil-larsen": "The stride of a pooling row was not looked at",
}

HANDED_IN = Assignment(STUDENTS, POINTS, FEEDBACK)
