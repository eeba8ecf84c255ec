"""The grades the sample class must get, worked out by hand.

Each exercise has 4 points: 1 for the check, and 3 for the hidden test. A wrong answer fails the
check. Of the test's 3 it keeps its share of facets, if the plain values are right:

goran-novak    8 of 9 facets: only sizes that are not square go wrong       3·8/9  = 2.666 → 2.66
ines-moreau    7 of 10: batch, dtype and layout are tried on several images 3·7/10 = 2.1
jamal-brooks   4 of 5: layers without biases are counted with them          3·4/5  = 2.4
katya-ivanova  4 of 6 filters are right                                     3·4/6  = 2
"""

POINTS = """
                correlate convolve apply  conv2d count  edges  gradient matrix
ada-okafor      4         4        4      4      4      4      4        4
bruno-silva     4         4        4      4      4      4      4        4
chen-wei        4         4        4      4      4      4      4        4
dana-petrova    4         4        4      4      4      4      4        4
emil-larsen     0         0        0      0      0      0      0        0
farah-haddad    0         4        4      4      4      4      4        4
goran-novak     2.66      4        4      4      4      4      4        4
hana-sato       4         4        0      4      4      4      4        4
ines-moreau     4         4        4      2.1    4      4      4        4
jamal-brooks    4         4        4      4      2.4    4      4        4
katya-ivanova   4         4        4      4      4      2      4        4
liam-murphy     4         0        4      4      4      4      4        4
mia-fischer     4         4        4      4      4      4      4        0
noor-rahman     4         4        4      4      4      4      4        4
oskar-lind      4         4        4      4      4      4      4        4
pia-costa       0         0        0      0      0      0      0        0
"""

EXERCISES = (
    "cross-correlate2d",
    "convolve2d",
    "apply-filter",
    "conv2d-naive",
    "conv-parameter-count",
    "edge-filters",
    "gradient-magnitude",
    "conv-as-matrix",
)

FEEDBACK = {
    "farah-haddad": "This is what you get when the kernel is flipped",
    "goran-novak": "The width of the output is taken from the height of the image.",
    "hana-sato": "The bias was added inside the sum",
    "ines-moreau": "Only the first image of the batch was filtered",
    "jamal-brooks": "was not looked at.",
    "katya-ivanova": "are exchanged: the filter for horizontal edges",
    "liam-murphy": "SyntaxError",
    "mia-fischer": "time: the cell ran for more than",
    "noor-rahman": "deleted and put back: conv2d-naive-test",
    "pia-costa": "02-filters.ipynb is not JSON",
}
"""What a student reads in the page that comes back."""

LOOKS = ("mia-fischer", "noor-rahman", "pia-costa")
"""Whose work needs a look; all others' needs none."""


def expected_points() -> dict[str, dict[str, float]]:
    """The table above: the points of every student by exercise."""
    rows = [line.split() for line in POINTS.strip().splitlines()[1:]]
    return {name: dict(zip(EXERCISES, map(float, points), strict=True)) for name, *points in rows}
