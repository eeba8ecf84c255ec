"""The suite; `python -m tests.NAME` starts a part of it by itself."""

import sys
from pathlib import Path

# As `autograder.lessons` does, and says why; parts of the suite import nbformat before it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

SOONER = {"PYTHONPATH": str(Path(__file__).parent / "starting_sooner")}
"""In the environment of nbgrader and JupyterLab, does the same for them."""
