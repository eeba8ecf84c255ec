"""The suite; `python -m tests.NAME` starts a part of it by itself."""

from pathlib import Path

import autograder.lessons  # noqa: F401 - before nbformat, whose start it makes a second shorter

SOONER = {"PYTHONPATH": str(Path(__file__).parent / "starting_sooner")}
"""In the environment of nbgrader and JupyterLab, does the same for them."""
