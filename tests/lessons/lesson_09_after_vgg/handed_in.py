"""09-after-vgg: one perfect, one that ran out of time, three named mistakes.

chen-wei       the product for the sum: no facet of the forward pass is left: 0; the classifier
               is built on that block and has one, so its names are wrong too
dana-petrova   the first channel's filter everywhere: 0, for each facet has several channels; and
               the classifier is built on it
emil-larsen    a mean for a sum: 0; the open check fails as well
"""

from tests.sample_class.students import LESSONS_OWN, Assignment, Student, blank

WORDS = "Its training loss is higher, so it has not overfitted; the sum hands the input on."

PRODUCT = {
    "residual-block": """\
def residual_block(x, body, shortcut=None):
    passed = x if shortcut is None else shortcut(x)
    inside = body(x)
    if inside.shape != passed.shape:
        raise ValueError("shapes differ")
    return inside * passed
""",
}

HALVED = {
    "residual-backward": """\
def residual_backward(grad, body_backward, shortcut_backward=None):
    passed = grad if shortcut_backward is None else shortcut_backward(grad)
    return (body_backward(grad) + passed) / 2
""",
}

MEAN = {
    "class-activation-map": """\
def class_activation_map(maps, weights, label):
    return np.mean([w * m for w, m in zip(weights[label], maps)], axis=0)
""",
}

UNFINISHED = blank("name-photo", "class-activation-map")

STUDENTS = {
    "ada-okafor": Student(LESSONS_OWN, WORDS),
    "bruno-silva": Student(LESSONS_OWN | UNFINISHED),
    "chen-wei": Student(LESSONS_OWN | PRODUCT, WORDS),
    "dana-petrova": Student(LESSONS_OWN | HALVED, WORDS),
    "emil-larsen": Student(LESSONS_OWN | MEAN, WORDS),
}

POINTS = """
              residual-bl residual-ba residual-l dep sep nam cla
ada-okafor    4          4           4          4   4   4   4
bruno-silva   4          4           4          4   4   0   0
chen-wei      0          4           4          4   4   0   4
dana-petrova  4          0           4          4   4   4   4
emil-larsen   4          4           4          4   4   4   0
"""

FEEDBACK = {
    "bruno-silva": "not written yet",
    "chen-wei": "The two were multiplied; a residual block adds them.",
    "dana-petrova": "The gradient was split in halves.",
    "emil-larsen": "This is a mean over the maps; they add up, each by its weight.",
}

HANDED_IN = Assignment(STUDENTS, POINTS, FEEDBACK)
