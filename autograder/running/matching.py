"""Which cell of a notebook that was handed in stands for which cell of the lesson."""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.running.handed_in import HandedCell


@dataclass(frozen=True)
class Matched:
    """What stands for what.

    Parameters
    ----------
    chosen : dict
        For cells of the lesson by id: the place of the handed-in cell that stands for it.
    twice : tuple of str
        Ids that came more than once; the last one counts.
    told : tuple of str
        How cells were found that had lost their ids, in one sentence each.
    """

    chosen: dict[str, int]
    twice: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def match(cells: tuple[HandedCell, ...], student: NotebookNode) -> Matched:
    """Find the cells of a lesson among those that were handed in.

    Parameters
    ----------
    cells : tuple of HandedCell
    student : NotebookNode
        The lesson as students got it.
    """
    known = {cell.id for cell in student.cells}
    chosen: dict[str, int] = {}
    twice = []
    for at, cell in enumerate(cells):
        name = next((name for name in cell.ids if name in known), None)
        if name is None:
            continue
        if name in chosen and name not in twice:
            twice.append(name)
        chosen[name] = at
    return Matched(chosen, tuple(twice))


def plain(source: str) -> str:
    r"""A text without what editors and mail put at the ends of its lines, and nobody sees.

    Examples
    --------
    >>> plain("x = 1\r\ny = 2\u00a0 \r")
    'x = 1\ny = 2'
    """
    lines = source.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(map(str.rstrip, lines)).strip()
