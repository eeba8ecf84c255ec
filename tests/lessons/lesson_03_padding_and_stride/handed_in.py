"""03-padding-and-stride: one perfect, one that ran out of time, three named mistakes.

chen-wei       14 of 15 parts: only the stride           5·14/15 = 4.666 → 4.66
dana-petrova   14 of 15: only the batch                  3·14/15 = 2.8
emil-larsen    4 of 5: only strides, which multiply      3·4/5   = 2.4
"""

from tests.sample_class.students import LESSONS_OWN, Assignment, Student, blank

WORDS = (
    "A frame of zeros is a lie about what lies outside, but only outputs near the border hear it."
)

STRIDE_DOWN_ONLY = {
    "conv2d-forward": """\
def conv2d_forward(x, weights, bias, stride=1, pad=0):
    N, C, H, W = x.shape
    F, C, KH, KW = weights.shape
    step = pair(stride)
    out_h, out_w = output_sides((H, W), (KH, KW), stride, pad)
    padded = pad_images(x, pad)
    out = np.zeros((N, F, out_h, out_w), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for r in range(out_h):
                for c in range(out_w):
                    top = r * step[0]
                    window = padded[n, :, top:top + KH, c:c + KW]
                    out[n, f, r, c] = (window * weights[f]).sum() + bias[f]
    return out
""",
}

IMAGES_MIXED = {
    "conv2d-fast": """\
def conv2d_fast(x, weights, bias, stride=1, pad=0):
    F = weights.shape[0]
    out_h, out_w = output_sides(x.shape[2:], weights.shape[2:], stride, pad)
    columns = np.hstack(list(im2col(x, weights.shape[2:], stride, pad)))
    out = weights.reshape(F, -1) @ columns + bias[:, None]
    return out.reshape(len(x), F, out_h, out_w)
""",
}

LAST_STRIDE = {
    "receptive-field": """\
def receptive_field(layers):
    side, previous_stride = 1, 1
    for kernel, stride in layers:
        side = side + (kernel - 1) * previous_stride
        previous_stride = stride
    return side
""",
}

STUDENTS = {
    "ada-okafor": Student(LESSONS_OWN, WORDS),
    "bruno-silva": Student(LESSONS_OWN | blank("im2col", "conv-layer-volume", "receptive-field")),
    "chen-wei": Student(LESSONS_OWN | STRIDE_DOWN_ONLY, WORDS),
    "dana-petrova": Student(LESSONS_OWN | IMAGES_MIXED, WORDS),
    "emil-larsen": Student(LESSONS_OWN | LAST_STRIDE, WORDS),
}

POINTS = """
              pad conv-out same conv2d-fo im2col conv2d-fa conv-layer receptive
ada-okafor    4   4        4    6         6      4         4          4
bruno-silva   4   4        4    6         0      0         0          0
chen-wei      4   4        4    4.66      6      4         4          4
dana-petrova  4   4        4    6         6      2.8       4          4
emil-larsen   4   4        4    6         6      4         4          2.4
"""

FEEDBACK = {
    "bruno-silva": "not written yet",
    "chen-wei": "across its windows lie one pixel apart",
    "dana-petrova": "The maps of several images stand in one",
    "emil-larsen": "Only the stride of the layer just before was counted",
}

HANDED_IN = Assignment(STUDENTS, POINTS, FEEDBACK)
