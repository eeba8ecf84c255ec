"""The classroom: a class is collected, graded, recorded and reported, on top of nbgrader."""

import autograder.lessons  # noqa: F401 (it spares nbformat's import a second and a half)
