"""08-vgg: small filters, deep stacks."""

STUDENTS_WRITE = (
    "VGG's tables, memory and multiply–adds, small filters for large, a photo through sixteen "
    "layers, 1×1 filters, the mean of the last maps, features that travel, a network of their own"
)
"""As the table of lessons in the README has it."""
