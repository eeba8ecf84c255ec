"""05-backpropagation: one perfect, one that ran out of time, three named mistakes.

chen-wei       8 of 9 facets: what passes at 0                             3·8/9 = 2.66
dana-petrova   13 of 14 facets: no padding                                 7·13/14 = 6.5
emil-larsen    12 of 13 facets: ties                                       5·12/13 = 4.61
"""

from tests.sample_class.students import LESSONS_OWN, Assignment, Student, blank

WORDS = "The way back needs what each layer saw on the way forward, for every image of the batch."

PASSES_AT_0 = {
    "relu-backward": """\
def relu_backward(grad, x):
    out = grad.copy()
    out[x < 0] = 0
    return out
""",
}

FRAME_CUT_AT_0 = {
    "conv2d-backward": """\
def conv2d_backward(grad, x, weights, stride=1, pad=0):
    sh, sw = pair(stride)
    ph, pw = pair(pad)
    F, C, KH, KW = weights.shape
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dx, dw = np.zeros_like(xp), np.zeros_like(weights)
    for n, f, i, j in np.ndindex(grad.shape):
        a, b = i * sh, j * sw
        dw[f] += grad[n, f, i, j] * xp[n, :, a:a + KH, b:b + KW]
        dx[n, :, a:a + KH, b:b + KW] += grad[n, f, i, j] * weights[f]
    return dx[:, :, ph:-ph, pw:-pw], dw, grad.sum(axis=(0, 2, 3))
""",
}

ALL_TIES_PAID = {
    "max-pool2d-backward": """\
def max_pool2d_backward(grad, x, size, stride=None):
    h, w = pair(size)
    sh, sw = pair(stride or size)
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad.shape):
        rows, cols = slice(i * sh, i * sh + h), slice(j * sw, j * sw + w)
        winners = x[n, c, rows, cols] == x[n, c, rows, cols].max()
        dx[n, c, rows, cols] += winners * grad[n, c, i, j]
    return dx
""",
}

UNFINISHED = blank("sgd-momentum-step", "reduce-on-plateau", "training-memory")

STUDENTS = {
    "ada-okafor": Student(LESSONS_OWN, WORDS),
    "bruno-silva": Student(LESSONS_OWN | UNFINISHED),
    "chen-wei": Student(LESSONS_OWN | PASSES_AT_0, WORDS),
    "dana-petrova": Student(LESSONS_OWN | FRAME_CUT_AT_0, WORDS),
    "emil-larsen": Student(LESSONS_OWN | ALL_TIES_PAID, WORDS),
}

POINTS = """
              numerical relu filter image conv2d max  average batch sgd reduce training
ada-okafor    4         4    4      4     8      6    4       8     4   4      4
bruno-silva   4         4    4      4     8      6    4       8     0   0      0
chen-wei      4         2.66 4      4     8      6    4       8     4   4      4
dana-petrova  4         4    4      4     6.5  6    4       8     4   4      4
emil-larsen   4         4    4      4     8      4.61 4       8     4   4      4
"""

FEEDBACK = {
    "bruno-silva": "not written yet",
    "chen-wei": "At an input of exactly 0 the gradient came through",
    "dana-petrova": "a slice `p:-p` holds nothing when p is 0",
    "emil-larsen": "Every one of the tied maxima got the whole gradient",
}

HANDED_IN = Assignment(STUDENTS, POINTS, FEEDBACK)
