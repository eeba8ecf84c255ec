"""What is done with a whole notebook, whoever made it."""

from __future__ import annotations

import pickle

from nbformat import NotebookNode, v4


def copy_of(notebook: NotebookNode) -> NotebookNode:
    """A deep copy, in a fifth of the time that Python's own takes over so many small things."""
    return pickle.loads(pickle.dumps(notebook))


def notebook_text(notebook: NotebookNode) -> str:
    """A notebook as the text of its file, as nbgrader would write it."""
    return v4.writes(notebook).rstrip("\n") + "\n"
