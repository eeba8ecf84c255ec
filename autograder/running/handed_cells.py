"""One cell of a notebook as it was handed in. Whatever is wrong with it costs that cell at most.

What cannot be used is left out and told by the number of the cell; nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from autograder.lessons.roles import is_cell_id

MOST_IN_A_CELL = 100_000
"""Characters of the text of a cell: who reads it takes a thousand times its memory."""

MOST_DOTS = 1_000
"""In one dotted name: what colors code takes time by their square."""

DOTTED = re.compile(r"(?:\.\w*+)++")

DATA = re.compile(
    r"data:([\w.+-]{1,60}/[\w.+-]{1,60});(?:[\w=-]{1,40};)?base64,([A-Za-z0-9+/=%_-]*+)",
    re.IGNORECASE,
)
"""A file as text, as Colab pastes pictures. Possessive: every letter is looked at once."""

FORMATS = ("image/png", "image/jpeg", "image/jpg", "image/gif")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class HandedCell:
    """One cell of a handed-in notebook.

    Parameters
    ----------
    cell_type : str
        `"code"`, `"markdown"` or `"raw"`.
    source : str
    ids : tuple of str
        The names it goes by, the surest first.
    pictures : tuple of (str, str)
        Of a text cell: the names by which the text asks for pictures, and the pictures in base64,
        which may be anything.
    number : int
        Its place in the file, from 1.
    """

    cell_type: str
    source: str
    ids: tuple[str, ...]
    pictures: tuple[tuple[str, str], ...] = ()
    number: int = field(default=0, compare=False)


class Remarks:
    """What there is to say about cells: each thing once, with the cells it is true of."""

    def __init__(self) -> None:
        self._cells: dict[str, list[str]] = {}

    def about(self, label: str) -> Tell:
        """What tells something about one cell."""
        return lambda sentence: self._cells.setdefault(sentence, []).append(label)

    def sentences(self) -> tuple[str, ...]:
        """One for each thing that was told."""
        return tuple(f"{sentence}: {_listed(cells)}" for sentence, cells in self._cells.items())


def _listed(labels: list[str]) -> str:
    r"""Cells by their labels.

    >>> _listed(["3"]), _listed(["3", "5 (relu)"])
    ('cell 3', 'cells 3, 5 (relu)')
    """
    labels = list(dict.fromkeys(labels))
    more = f" and {len(labels) - 10} more" if len(labels) > 10 else ""
    return f"{'cell' if len(labels) == 1 else 'cells'} {', '.join(labels[:10])}{more}"


def read_cells(cells: Iterable[Any], remarks: Remarks) -> list[HandedCell]:
    """Read what should be cells; what is none is left out and told."""
    read = (_read_cell(cell, number, remarks) for number, cell in enumerate(cells, 1))
    return [cell for cell in read if cell is not None]


def _read_cell(cell: Any, number: int, remarks: Remarks) -> HandedCell | None:
    if not isinstance(cell, dict):
        remarks.about(str(number))("damaged and left out")
        return None
    ids = _ids(cell)
    tell = remarks.about(label(number, ids))
    kind = _kind(cell, tell)
    source = tidy(_source(cell, tell))
    pictures = {}
    if kind == "markdown":
        pictures = _attachments(cell, tell)
        source, pasted = _without_pasted(source, taken=set(pictures), tell=tell)
        pictures |= pasted
    elif len(source) > MOST_IN_A_CELL:
        source = _without_data(source, tell)
    return HandedCell(kind, _within_limits(source, tell), ids, tuple(pictures.items()), number)


def label(number: int, ids: tuple[str, ...]) -> str:
    """How a cell is called in a sentence.

    >>> label(3, ()), label(5, ("relu",))
    ('3', '5 (relu)')
    """
    name = next((name for name in ids if is_cell_id(name)), None)
    return f"{number} ({name})" if name and len(name) <= 40 else str(number)


def _ids(cell: dict) -> tuple[str, ...]:
    """nbgrader's own id, the cell's, and the one that Colab writes."""
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    ids = (grade_id, cell.get("id"), metadata.get("id"))
    return tuple(name for name in ids if isinstance(name, str) and is_text(name))


def _kind(cell: dict, tell: Tell) -> str:
    kind = cell.get("cell_type")
    kind = kind.lower() if isinstance(kind, str) and len(kind) <= 20 else ""
    if kind in ("code", "markdown", "raw"):
        return kind
    if kind in ("heading", "html"):  # of older formats
        return "markdown"
    if isinstance(cell.get("outputs"), list) or "execution_count" in cell:
        tell("of no known kind, and taken for code")
        return "code"
    tell("of no known kind, and shown as plain text")
    return "raw"


def _source(cell: dict, tell: Tell) -> str:
    """The text of a cell: format 3 calls that of code its input."""
    source = cell.get("source", cell.get("input"))
    parts = source if isinstance(source, list) else [source]
    text = "".join(str(part) for part in parts if isinstance(part, str | int | float))
    if not all(isinstance(part, str) for part in parts):
        tell("damaged text")
    if not is_text(text):
        text = whole_characters(text)
        if "\ufffd" in text:
            tell("damaged text, half a character is shown as \ufffd")
    level = cell.get("level")
    if cell.get("cell_type") == "heading" and type(level) is int and 1 <= level <= 6:
        return f"{'#' * level} {text}"
    return text


def whole_characters(text: str) -> str:
    r"""A text whose halves of characters are joined, or replaced where one is missing.

    >>> whole_characters("\ud83d\ude00") == "\U0001f600", whole_characters("\ud83d!")
    (True, '\ufffd!')
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_text(text: str) -> bool:
    """Whether a string can be written to a file: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def tidy(source: str) -> str:
    r"""A text without what editors and mail leave in it unseen, and Python stumbles over.

    These are carriage returns, a byte order mark at the start, and non-breaking spaces at the ends
    of lines.

    >>> tidy("\ufeffx = 1\r\ny = 2\u00a0\r")
    'x = 1\ny = 2\n'
    """
    source = source.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\u00a0" not in source:
        return source
    return "\n".join(map(_without_hard_spaces, source.split("\n")))


def _without_hard_spaces(line: str) -> str:
    short = line.rstrip(" \t\u00a0")
    return short if "\u00a0" in line[len(short) :] else line


def _attachments(cell: dict, tell: Tell) -> dict[str, str]:
    """Pictures that JupyterLab and VS Code keep beside the text, in base64 by name."""
    metadata = cell.get("metadata")
    inner = metadata.get("attachments") if isinstance(metadata, dict) else None
    found = {}
    for attachments in (inner, cell.get("attachments")):
        for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
            picture = _picture_in(bundle)
            if picture is None:
                tell("a file in the text is no PNG, JPEG or GIF, and is not shown")
            elif is_text(name):
                found[name] = picture
    return found


def _picture_in(bundle: Any) -> str | None:
    if not isinstance(bundle, dict):
        return None
    for kind in FORMATS:
        value = bundle.get(kind)
        value = "".join(filter(is_string, value)) if isinstance(value, list) else value
        if isinstance(value, str) and value.isascii():
            return value
    return None


def is_string(value: Any) -> bool:
    """Whether something is a string."""
    return isinstance(value, str)


def _without_pasted(source: str, taken: set[str], tell: Tell) -> tuple[str, dict[str, str]]:
    """A Markdown text that asks by name for the pictures that were pasted into it."""
    pasted: dict[str, str] = {}

    def by_name(found: re.Match) -> str:
        if found[1].lower() not in FORMATS:
            tell("a file in the text is no PNG, JPEG or GIF, and is not shown")
            return f"data:{found[1]}"
        name = f"pasted-{len(pasted) + 1}"
        while name in taken:
            name += "-again"
        pasted[name] = found[2].replace("%3D", "=").replace("%2B", "+").replace("%2F", "/")
        return f"attachment:{name}"

    return DATA.sub(by_name, source), pasted


def _without_data(source: str, tell: Tell) -> str:
    """A text without the files that were pasted into it, which no program needs."""
    short = DATA.sub(r"data:\1;base64,", source)
    if short != source:
        tell("a picture among the code was left out")
    return short


def _within_limits(source: str, tell: Tell) -> str:
    if len(source) > MOST_IN_A_CELL:
        tell(f"longer than {MOST_IN_A_CELL:,} characters, and cut there")
        source = source[:MOST_IN_A_CELL]
    short = DOTTED.sub(_with_fewer_dots, source)
    if short != source:
        tell(f"more than {MOST_DOTS:,} dots in a row were cut")
    return short


def _with_fewer_dots(found: re.Match) -> str:
    """A dotted name, cut before its dots are too many."""
    if found[0].count(".") < MOST_DOTS:
        return found[0]
    return ".".join(found[0].split(".", 100)[:100])
