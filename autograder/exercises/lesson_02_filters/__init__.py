"""02-filters: a filter is a small pattern slid over the image."""

STUDENTS_WRITE = (
    "cross-correlation, convolution, one filter, a layer, edge filters, a convolution as a matrix"
)
"""As the table of lessons in the README has it."""
