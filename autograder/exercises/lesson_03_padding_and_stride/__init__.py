"""03-padding-and-stride: where the filter may go.

Mistakes refuse the sizes that the right answer refuses, unless refusing is what they are about:
whoever makes the mistake and does not refuse either is recognized all the same.
"""

STUDENTS_WRITE = (
    "padding, output sizes, the whole layer, `im2col`, one matrix product, receptive fields"
)
"""As the table of lessons in the README has it."""
