"""What a written answer is marked by, read off the lesson's own answer to the question."""

from __future__ import annotations

import re

from nbformat import NotebookNode

from .roles import role_of

BEGINS = "**To mark:**"
"""The line below which a lesson's answer lists what earns points."""

ITEM = re.compile(r"^- (.+(?:\n {2,}.+)*)", re.MULTILINE)


def marking_schemes(instructor: NotebookNode) -> dict[str, list[str]]:
    """For every question of a lesson by its id, what its answer is marked by, as Markdown.

    Parameters
    ----------
    instructor : NotebookNode
        The lesson with its answers.
    """
    schemes = {
        cell.id: criteria(cell.source) for cell in instructor.cells if role_of(cell) == "question"
    }
    return {name: scheme for name, scheme in schemes.items() if scheme}


def criteria(answer: str) -> list[str]:
    r"""What an answer is marked by, each in a line; nothing if the lesson's answer does not say.

    Examples
    --------
    >>> criteria("Because.\n\n**To mark:**\n\n- 1 point: names it,\n  and why.\n- 1 point: how.")
    ['1 point: names it, and why.', '1 point: how.']
    """
    _, _, scheme = answer.partition(BEGINS)
    return [" ".join(item.split()) for item in ITEM.findall(scheme)]
