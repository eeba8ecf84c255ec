"""09-after-vgg: deeper than it would train; beyond the lecture."""

STUDENTS_WRITE = (
    "residual blocks, forward and back, a residual network as a table, depthwise and separable "
    "convolutions, a classifier that names their own photo, and where it looked"
)
"""As the table of lessons in the README has it."""
