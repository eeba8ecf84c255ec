"""06-lenet: the first network that worked."""

STUDENTS_WRITE = (
    "LeNet as a table, its shapes and 61,706 parameters, the 60,000 of 1998, initialization, the "
    "forward pass, the training loop; digits never seen, which are confused; the whole way back"
)
"""As the table of lessons in the README has it."""
