"""08-vgg: small filters, deep stacks."""

STUDENTS_WRITE = (
    "VGG's tables, memory and multiply–adds, small filters for large, a photo through sixteen "
    "layers, features that travel, and a network of their own"
)
"""As the table of lessons in the README has it."""
