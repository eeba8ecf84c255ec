"""01-fully-connected-limits: one perfect, one that ran out of time, three named mistakes.

chen-wei       9 of 12 facets : scores far below zero, a right class a thousand below the others,
               and scores of ±1000 overflow                                3·9/12  = 2.25
dana-petrova   the plain values are wrong: nothing else counts             0
emil-larsen    likewise                                                    0
"""

from tests.sample_class.students import LESSONS_OWN, Assignment, Student, blank

WORDS = "Flattened, a picture forgets which pixels were neighbours, and every pixel costs weights."

OVERFLOW = {
    "softmax-cross-entropy": """\
def softmax_cross_entropy(scores, labels):
    N = len(scores)
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss = -np.log(probabilities[np.arange(N), labels]).mean()
    grad = probabilities.copy()
    grad[np.arange(N), labels] -= 1
    return loss, grad / N
""",
}

INVERSE = {
    "permute-pixels": """\
def permute_pixels(images, order):
    N, C, H, W = images.shape
    if len(order) != H * W:
        raise ValueError(f"order has {len(order)} entries, but there are {H * W} pixels")
    flat = images.reshape(N, C, H * W)
    shuffled = np.zeros_like(flat)
    for new, old in enumerate(order):
        shuffled[:, :, old] = flat[:, :, new]
    return shuffled.reshape(images.shape)
""",
}

ROLLED = {
    "shift-images": """\
def shift_images(images, down, right):
    return np.roll(np.roll(images, down, axis=2), right, axis=3)
""",
}

UNFINISHED = blank("two-layer-gradients", "permute-pixels", "shift-images")

STUDENTS = {
    "ada-okafor": Student(LESSONS_OWN, WORDS),
    "bruno-silva": Student(LESSONS_OWN | UNFINISHED),
    "chen-wei": Student(LESSONS_OWN | OVERFLOW, WORDS),
    "dana-petrova": Student(LESSONS_OWN | INVERSE, WORDS),
    "emil-larsen": Student(LESSONS_OWN | ROLLED, WORDS),
}

POINTS = """
              flatten linear two-layer-s collapse fully softmax two-layer-g permute shift
ada-okafor    4       4      4           4        4     4       6           4       4
bruno-silva   4       4      4           4        4     4       0           0       0
chen-wei      4       4      4           4        4     2.25    6           4       4
dana-petrova  4       4      4           4        4     4       6           0       4
emil-larsen   4       4      4           4        4     4       6           4       0
"""

FEEDBACK = {
    "bruno-silva": "not written yet",
    "chen-wei": "The exponentials leave the range of floating-point numbers",
    "dana-petrova": "This is the inverse permutation",
    "emil-larsen": "What left on one side came in again on the other",
}

HANDED_IN = Assignment(STUDENTS, POINTS, FEEDBACK)
