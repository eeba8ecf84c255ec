"""What the class handed in for each lesson, and the grades worked out by hand.

Each exercise has 4 points: 1 for the check, and 3 for the hidden test. A wrong answer fails the
check, unless what it gets wrong is tried in the hidden test alone. Of the test's 3 points it keeps
its share of facets, cut to hundredths, if its plain values are right.

The facets of an exercise are those of its cases and properties in the catalogue, and one more: a
second call of the same function. What a function does to its inputs is told, and worth no points.
"""

from ..students import Assignment
from . import (
    alexnet_and_zfnet,
    backpropagation,
    filters,
    fully_connected_limits,
    lenet,
    padding_and_stride,
    pooling_and_normalization,
    vgg,
)

ASSIGNMENTS: dict[str, Assignment] = {
    "01-fully-connected-limits": fully_connected_limits.HANDED_IN,
    "02-filters": filters.HANDED_IN,
    "03-padding-and-stride": padding_and_stride.HANDED_IN,
    "04-pooling-and-normalization": pooling_and_normalization.HANDED_IN,
    "05-backpropagation": backpropagation.HANDED_IN,
    "06-lenet": lenet.HANDED_IN,
    "07-alexnet-and-zfnet": alexnet_and_zfnet.HANDED_IN,
    "08-vgg": vgg.HANDED_IN,
}
