"""02-filters: the whole class, with everything that can happen to a notebook.

goran-novak    7 of 8 facets: only sizes that are not square go wrong       3·7/8  = 2.625 → 2.62
ines-moreau    7 of 9: several images, and filters larger than an image     3·7/9  = 2.33
jamal-brooks   3 of 4: layers without biases are counted with them          3·3/4  = 2.25
katya-ivanova  4 of 6 filters are right                                     3·4/6  = 2
"""

from tests.lessons.lesson_02_filters import answers as wrote
from tests.sample_class.students import (
    LESSONS_OWN,
    Assignment,
    Student,
    add_cells,
    cut_in_half,
    delete,
)

WORDS = (
    "The same edge can be anywhere in a photo, so one filter serves everywhere. With fewer weights."
)

STUDENTS = {
    "ada-okafor": Student(LESSONS_OWN, WORDS),
    "bruno-silva": Student(wrote.LOOPS, WORDS),
    "chen-wei": Student(wrote.WINDOWS, WORDS),
    "dana-petrova": Student(wrote.FOURIER, WORDS),
    "emil-larsen": Student(),
    "farah-haddad": Student(wrote.LOOPS | wrote.FLIPPED, WORDS),
    "goran-novak": Student(wrote.WINDOWS | wrote.SQUARE),
    "hana-sato": Student(wrote.WINDOWS | wrote.BIAS_INSIDE, WORDS),
    "ines-moreau": Student(wrote.LOOPS | wrote.ONE_IMAGE, WORDS),
    "jamal-brooks": Student(wrote.FOURIER | wrote.ALWAYS_BIAS),
    "katya-ivanova": Student(LESSONS_OWN | wrote.EXCHANGED, WORDS),
    "liam-murphy": Student(LESSONS_OWN | wrote.SYNTAX_ERROR, WORDS),
    "mia-fischer": Student(LESSONS_OWN | wrote.ENDLESS, WORDS),
    "noor-rahman": Student(LESSONS_OWN, WORDS, change=delete("conv2d-naive-test")),
    "oskar-lind": Student(LESSONS_OWN | wrote.NOISY, WORDS, change=add_cells),
    "pia-costa": Student(LESSONS_OWN, WORDS, damage=cut_in_half),
}

POINTS = """
                cross  convolve apply  conv2d conv-p edge   gradient conv-as
ada-okafor      4      4        4      4      4      4      4        4
bruno-silva     4      4        4      4      4      4      4        4
chen-wei        4      4        4      4      4      4      4        4
dana-petrova    4      4        4      4      4      4      4        4
emil-larsen     0      0        0      0      0      0      0        0
farah-haddad    0      4        4      4      4      4      4        4
goran-novak     2.62   4        4      4      4      4      4        4
hana-sato       4      4        0      4      4      4      4        4
ines-moreau     4      4        4      2.33   4      4      4        4
jamal-brooks    4      4        4      4      2.25   4      4        4
katya-ivanova   4      4        4      4      4      2      4        4
liam-murphy     4      0        4      4      4      4      4        4
mia-fischer     4      4        4      4      4      4      4        0
noor-rahman     4      4        4      4      4      4      4        4
oskar-lind      4      4        4      4      4      4      4        4
pia-costa       0      0        0      0      0      0      0        0
"""

FEEDBACK = {
    "farah-haddad": "This is what you get when the kernel is flipped",
    "goran-novak": "The width of the output is taken from the height of the image.",
    "hana-sato": "The bias was added inside the sum",
    "ines-moreau": "Only the first image of the batch was filtered",
    "jamal-brooks": "was not looked at.",
    "katya-ivanova": "are exchanged: the filter for horizontal edges",
    "liam-murphy": "SyntaxError",
    "mia-fischer": "time: the cell needed more than",
    "noor-rahman": "deleted and put back: conv2d-naive-test",
    "pia-costa": "02-filters.ipynb is not JSON",
}

HANDED_IN = Assignment(
    STUDENTS,
    POINTS,
    FEEDBACK,
    looks=("mia-fischer", "noor-rahman", "pia-costa"),
    unread=("pia-costa",),
)
