"""07-alexnet-and-zfnet: one perfect, one that ran out of time, three named mistakes.

chen-wei       the plain values are wrong: nothing else counts             0
               and what was covered stays covered                          0
dana-petrova   the check in the lesson sees it: 0; 5 of 6 properties    3·5/6 = 2.5
emil-larsen    3 of 4: the layers of the wide network                      3·3/4 = 2.25
"""

from tests.sample_class.students import LESSONS_OWN, Assignment, Student, blank

WORDS = (
    "An interval that crosses 0 says that five seeds did not show it, not that there is nothing."
)

ONE_VOTE_EACH = {
    "ensemble-predict": """\
def ensemble_predict(list_of_probabilities):
    votes = np.array([p.argmax(axis=1) for p in list_of_probabilities])
    decided = [np.bincount(votes[:, n]).argmax() for n in range(votes.shape[1])]
    return np.array(decided)
""",
    "occlusion-map": """\
def occlusion_map(score, image, side, step, fill):
    whole, hidden = score(image), image.copy()
    lost = np.zeros((-(-image.shape[1] // step), -(-image.shape[2] // step)))
    for i, j in np.ndindex(lost.shape):
        square = np.s_[:, i * step:i * step + side, j * step:j * step + side]
        hidden[square] = np.reshape(fill, (-1, 1, 1))
        lost[i, j] = whole - score(hidden)
    return lost
""",
}

LAST_PLACE_LEFT_OUT = {
    "random-crop-flip": """\
def random_crop_flip(images, size, rng):
    h, w = (size, size) if isinstance(size, int) else size
    N, C, H, W = images.shape
    out = np.zeros((N, C, h, w), dtype=images.dtype)
    for i in range(N):
        top = rng.integers(0, max(H - h, 1))
        left = rng.integers(0, max(W - w, 1))
        out[i] = images[i, :, top:top + h, left:left + w]
        if rng.random() < 0.5:
            out[i] = out[i, :, :, ::-1]
    return out
""",
}

VARIANT_IGNORED = {
    "zfnet-layers": """\
def zfnet_layers(variant="paper"):
    def conv(filters, kernel, stride=1, pad=1):
        options = {"filters": filters, "kernel": kernel, "stride": stride, "pad": pad}
        return [("conv", options), ("relu", {})]

    pool = [("max_pool", {"size": 3, "stride": 2})]
    norm = [("local_response_norm", {})]
    rows = conv(96, 7, stride=2) + pool + norm + conv(256, 5, stride=2) + pool + norm
    rows += conv(384, 3) + conv(384, 3) + conv(256, 3) + pool + [("flatten", {})]
    for _ in range(2):
        rows += [("fully_connected", {"units": 4096}), ("relu", {}), ("dropout", {"rate": 0.5})]
    return rows + [("fully_connected", {"units": 1000})]
""",
    # Worked out on paper, where there was a variant.
    "zfnet-parameter-count": """\
zfnet_parameter_count = {"paper": 62_357_608, "slides": 107_627_624}
""",
}

UNFINISHED = blank("ensemble-predict", "top-k-error", "training-recipe")

STUDENTS = {
    "ada-okafor": Student(LESSONS_OWN, WORDS),
    "bruno-silva": Student(LESSONS_OWN | UNFINISHED),
    "chen-wei": Student(LESSONS_OWN | ONE_VOTE_EACH, WORDS),
    "dana-petrova": Student(LESSONS_OWN | LAST_PLACE_LEFT_OUT, WORDS),
    "emil-larsen": Student(LESSONS_OWN | VARIANT_IGNORED, WORDS),
}

POINTS = """
              alexnet-l alexnet-p alexnet-t alexnet-m alexnet-i zfnet-l zfnet-p zfnet-f max unp bac pro occ random ensemble top training
ada-okafor    4 2 2 4 2 4 2 2 6 4 4 8 4 4 4 4 2
bruno-silva   4 2 2 4 2 4 2 2 6 4 4 8 4 4 0 0 0
chen-wei      4 2 2 4 2 4 2 2 6 4 4 8 0 4 0 4 2
dana-petrova  4 2 2 4 2 4 2 2 6 4 4 8 4 2.5 4 4 2
emil-larsen   4 2 2 4 2 2.25 2 2 6 4 4 8 4 4 4 4 2
"""  # noqa: E501

FEEDBACK = {
    "bruno-silva": "not written yet",
    "chen-wei": "Each network had one vote",
    "dana-petrova": "The windows at the lower and at the right edge are never drawn",
    "emil-larsen": "is ignored: the wide network has 512, 1024 and 512 filters",
}

HANDED_IN = Assignment(STUDENTS, POINTS, FEEDBACK)
