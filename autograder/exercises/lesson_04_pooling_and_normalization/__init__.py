"""04-pooling-and-normalization: throwing away, on purpose.

Mistakes refuse the sizes that the right answer refuses, unless refusing is what they are about:
whoever makes the mistake and does not refuse either is recognized all the same.
"""

STUDENTS_WRITE = (
    "max and average pooling, local response and batch normalization with statistics that run, "
    "ReLU, dropout, a fully connected layer as a convolution"
)
"""As the table of lessons in the README has it."""
