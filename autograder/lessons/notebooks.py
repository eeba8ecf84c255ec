"""What is done with a whole notebook, whoever made it."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode, from_dict, v4


class Notebook(NotebookNode):
    """A notebook that others, who copy it before they use it, copy in a third of the time."""

    def __deepcopy__(self, memo: object) -> Notebook:
        return _copied(self)


def copy_of(notebook: NotebookNode) -> Notebook:
    """A deep copy."""
    return Notebook(_copied(notebook))


def _copied(value: Any) -> Any:
    """The same again. It goes past what `NotebookNode` does with each item that is put in."""
    if isinstance(value, dict):
        node = type(value)()
        dict.update(node, {key: _copied(held) for key, held in value.items()})
        return node
    return [_copied(held) for held in value] if isinstance(value, list) else value


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
    return node_of({"output_type": kind, **parts})


def cell_of(kind: str, name: str) -> NotebookNode:
    """A cell without anything in it, which nbformat's own functions would have to look at too.

    Examples
    --------
    >>> cell_of("markdown", "why")
    {'id': 'why', 'cell_type': 'markdown', 'metadata': {}, 'source': ''}
    """
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return node_of({"id": name, "cell_type": kind, "metadata": {}, "source": "", **code})


def node_of(parts: dict[str, Any]) -> NotebookNode:
    """A notebook, or a part of one, from the dict that its file holds."""
    return NotebookNode({name: from_dict(part) for name, part in parts.items()})
