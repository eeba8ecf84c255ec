"""What is done with a whole notebook, whoever made it."""

from __future__ import annotations

import pickle
from typing import Any

from nbformat import NotebookNode, from_dict, v4


class Notebook(NotebookNode):
    """A notebook that others, who copy it before they use it, copy in a fifth of the time."""

    def __deepcopy__(self, memo: object) -> Notebook:
        return copy_of(self)


def copy_of(notebook: NotebookNode) -> Notebook:
    """A deep copy."""
    # Python's own goes from one to the next of so many small things.
    return Notebook(pickle.loads(pickle.dumps(dict(notebook))))


def notebook_text(notebook: NotebookNode) -> str:
    """A notebook as the text of its file, as nbgrader would write it."""
    return v4.writes(notebook).rstrip("\n") + "\n"


def output_of(kind: str, **parts: Any) -> NotebookNode:
    """An output of a cell, all of whose parts are known to be sound.

    nbformat's own `new_output` looks at whether it is one, which takes ten times as long.

    Examples
    --------
    >>> output_of("display_data", data={"text/plain": "2"})
    {'output_type': 'display_data', 'metadata': {}, 'data': {'text/plain': '2'}}
    """
    if kind in ("display_data", "execute_result"):
        parts = {"metadata": {}, **parts}
    return from_dict({"output_type": kind, **parts})
