"""04-pooling-and-normalization: one perfect, one that ran out of time, three named mistakes.

chen-wei       13 of 14 parts: only a height and a width of their own   3·13/14 = 2.785 → 2.78
dana-petrova   the plain values are wrong: nothing else counts          0
emil-larsen    6 of 7 parts: only the part that is dropped              3·6/7   = 2.571 → 2.57
"""

from tests.sample_class.students import LESSONS_OWN, Assignment, Student, blank

WORDS = (
    "Where in its window the winner stood. For naming a cat that is no loss, for drawing one it is."
)

HEIGHT_TWICE = {
    "average-pool2d": """\
def average_pool2d(x, size, stride=None):
    if stride is None:
        stride = size
    h, w = pair(size)
    sh, sw = pair(stride)
    rows, cols = places(x.shape[2:], size, stride)
    out = np.zeros(x.shape[:2] + (rows, cols), dtype=x.dtype)
    for r in range(rows):
        for c in range(cols):
            window = x[:, :, r * sh:r * sh + h, c * sw:c * sw + w]
            out[:, :, r, c] = window.sum(axis=(2, 3)) / h ** 2
    return out
""",
}

ALPHA_OVER_N = {
    "local-response-normalize": """\
def local_response_normalize(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    C = x.shape[1]
    out = np.zeros_like(x)
    for i in range(C):
        first, last = max(0, i - n // 2), min(C - 1, i + n // 2)
        squares = (x[:, first:last + 1] ** 2).sum(axis=1)
        out[:, i] = x[:, i] / (k + alpha / n * squares) ** beta
    return out
""",
}

RATE_KEPT = {
    "dropout": """\
def dropout(x, rate, rng, training=True):
    if not training:
        return x
    mask = rng.random(x.shape) < rate
    return x * mask / (1 - rate)
""",
}

UNFINISHED = blank("dropout", "fully-connected-as-conv", "translation-sensitivity")

STUDENTS = {
    "ada-okafor": Student(LESSONS_OWN, WORDS),
    "bruno-silva": Student(LESSONS_OWN | UNFINISHED),
    "chen-wei": Student(LESSONS_OWN | HEIGHT_TWICE, WORDS),
    "dana-petrova": Student(LESSONS_OWN | ALPHA_OVER_N, WORDS),
    "emil-larsen": Student(LESSONS_OWN | RATE_KEPT, WORDS),
}

POINTS = """
              max  average pool-p pool-o strided local batch update batch-n relu dropout fully tran
ada-okafor    4    4       2      4      4       6     4     4      4       4    4       4     4
bruno-silva   4    4       2      4      4       6     4     4      4       4    0       0     0
chen-wei      4    2.78    2      4      4       6     4     4      4       4    4       4     4
dana-petrova  4    4       2      4      4       0     4     4      4       4    4       4     4
emil-larsen   4    4       2      4      4       6     4     4      4       4    2.57    4     4
"""

FEEDBACK = {
    "bruno-silva": "not written yet",
    "chen-wei": "The sum was divided by the square of the window",
    "dana-petrova": "Alpha was divided by n",
    "emil-larsen": "The rate was taken for the chance to stay",
}

HANDED_IN = Assignment(STUDENTS, POINTS, FEEDBACK)
