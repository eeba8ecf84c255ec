"""05-backpropagation: how the filters are learned."""

STUDENTS_WRITE = (
    "numerical gradients, the way back through one filter and through every layer, momentum, the "
    "plateau rule, what training must remember"
)
"""As the table of lessons in the README has it."""
