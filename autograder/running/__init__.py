"""Running: one submission's life, from what was handed in to its points and pages."""

import autograder.lessons  # noqa: F401 (it spares nbformat's import a second and a half)
