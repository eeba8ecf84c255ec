"""01-fully-connected-limits: why flattening an image is a bad deal."""

STUDENTS_WRITE = (
    "linear scores, two layers, softmax cross-entropy and its gradients; a network trained on "
    "digits, and where it fails"
)
"""As the table of lessons in the README has it."""
