"""Which cell of a notebook that was handed in stands for which cell of the lesson.

A cell is known by its id. Copying a notebook, or another program, can take ids away, double them or
make new ones. Then a cell is found by what is in it: its text as it was given out, the name that an
exercise asks for, or, for an answer in words, the question's text above it. A cell in which none of
these is certain stands for none: nobody's answer is put to another exercise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from nbformat import NotebookNode

from autograder.lessons.roles import exercise_of, role_of

from .handed_in import HandedCell

DEFINED = r"^(?:(?:async[ \t]+)?def|class)[ \t]+{0}\b|^{0}[ \t]*(?::[^=\n]{{0,80}})?=(?!=)"
"""Where a cell makes a name; a cell that is no Python yet is read too."""

MADE = re.compile(DEFINED.format(r"(\w+)"), re.MULTILINE)

SHORTEST_OPENING = 12
"""Characters of a first line by which a changed cell is known."""


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
    matching = _Matching(cells, student)
    matching.by_id()
    matching.by_text()
    matching.by_name()
    matching.by_opening()
    matching.by_question()
    return Matched(matching.chosen, tuple(matching.twice), tuple(matching.told()))


@lru_cache(maxsize=1000)
def plain(source: str) -> str:
    r"""A text without what editors and mail put at the ends of its lines, and nobody sees.

    Examples
    --------
    >>> plain("x = 1\r\ny = 2\u00a0 \r")
    'x = 1\ny = 2'
    """
    lines = source.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(map(str.rstrip, lines)).strip()


def main_name(exercise: str, stub: str) -> str | None:
    """The name that an exercise asks for, from its stub; `None` if it makes none.

    Examples
    --------
    >>> main_name("two-layers", "SIZE = 3\\ndef two_layers(x):\\n    ...\\ndef shape(): ...")
    'two_layers'
    >>> main_name("count", "number = None")
    'number'
    """
    made = [first or second for first, second in MADE.findall(stub)]
    called = exercise.replace("-", "_")
    return called if called in made else made[-1] if made else None


def makes(source: str, name: str) -> bool:
    """Whether a cell's text makes a name at its top level."""
    return _making(name).search(source) is not None


@lru_cache(maxsize=1000)
def _making(name: str) -> re.Pattern:
    return re.compile(DEFINED.format(re.escape(name)), re.MULTILINE)


@dataclass
class _Matching:
    """One notebook that is matched to its lesson, step by step."""

    cells: tuple[HandedCell, ...]
    student: NotebookNode
    chosen: dict[str, int] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)
    best_of_two: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lesson = {cell.id: cell for cell in self.student.cells}
        self.given = {cell.id: plain(cell.source) for cell in self.student.cells}
        self.handed = [plain(cell.source) for cell in self.cells]
        self.known_texts = {
            self.given[cell.id] for cell in self.student.cells if role_of(cell) != "question"
        }
        self.taken: set[int] = set()

    def _choose(self, name: str, at: int) -> None:
        self.chosen[name] = at
        self.taken.add(at)

    def _missing(self, *roles: str | None) -> list[str]:
        """Cells of the lesson, in its order, that nothing stands for yet."""
        return [
            name
            for name, cell in self.lesson.items()
            if name not in self.chosen and (not roles or role_of(cell) in roles)
        ]

    def _free(self, places: Iterable[int] | None = None) -> list[int]:
        """Places of handed-in cells that stand for nothing yet."""
        places = range(len(self.cells)) if places is None else places
        return [at for at in places if at not in self.taken]

    def by_id(self) -> None:
        """Cells that carry an id of the lesson; of several the last that may be it."""
        places: dict[str, list[int]] = {}
        for at, cell in enumerate(self.cells):
            name = next((name for name in cell.ids if name in self.lesson), None)
            if name is not None:
                places.setdefault(name, []).append(at)
        for name, found in places.items():
            fitting = [at for at in found if self._fits(name, at)] or found
            self._choose(name, fitting[-1])
            if len(found) > 1:
                (self.twice if fitting[-1] == found[-1] else self.best_of_two).append(name)

    def _fits(self, name: str, at: int) -> bool:
        """Whether one of several cells of an id looks like the one that is meant."""
        text, given, role = self.handed[at], self.given[name], role_of(self.lesson[name])
        if role == "exercise":
            wanted = main_name(name, given)
            return wanted is None or makes(text, wanted)
        if role == "question":
            return text != given and text not in self.given.values()
        return text == given

    def by_text(self) -> None:
        """Cells whose text is as it was given out."""
        free: dict[str, list[int]] = {}
        for at in self._free():
            free.setdefault(self.handed[at], []).append(at)
        for name in self._missing("given", "check", "test", None):
            if self.given[name] and (found := free.get(self.given[name])):
                self._choose(name, found.pop(0))
                self.texts.append(name)

    def by_name(self) -> None:
        """Answers, by the name that their exercise asks for."""
        for name in self._missing("exercise"):
            wanted = main_name(name, self.given[name])
            if wanted is None:
                continue
            found = [at for at in self._free() if makes(self.handed[at], wanted)]
            code = [at for at in found if self.cells[at].cell_type == "code"]
            own = [at for at in code or found if self.handed[at] != self.given[name]]
            if found := self._before_check(name, own or found):
                self._choose(name, found[-1])
                self.names.append(name)

    def _before_check(self, exercise: str, places: list[int]) -> list[int]:
        """Those places that stand above the exercise's check, where any does."""
        check = next((n for n in self.chosen if exercise_of(n) == exercise and n != exercise), None)
        if check is None:
            return places
        return [at for at in places if at < self.chosen[check]] or places

    def by_opening(self) -> None:
        """Cells whose text was changed below its first line."""
        openings: dict[str, list[str]] = {}
        for name, text in self.given.items():
            openings.setdefault(_opening(text), []).append(name)
        free: dict[str, list[int]] = {}
        for at in self._free():
            free.setdefault(_opening(self.handed[at]), []).append(at)
        for name in self._missing("given", "check", "test", None):
            opening = _opening(self.given[name])
            if len(opening) >= SHORTEST_OPENING and len(openings[opening]) == 1:
                found = [at for at in free.get(opening, ()) if self._is_most(name, at)]
                if found:
                    self._choose(name, found[-1])
                    self.texts.append(name)

    def _is_most(self, name: str, at: int) -> bool:
        """Whether half of a cell's lines, or more, are in a handed-in cell."""
        lines = set(filter(None, self.given[name].split("\n")))
        return 2 * len(lines & set(self.handed[at].split("\n"))) >= len(lines)

    def by_question(self) -> None:
        """Answers in words, by the question's text right above them."""
        above = dict(zip([*self.lesson][1:], self.lesson, strict=False))
        for name in self._missing("question"):
            found = self._below(above.get(name))
            if found:
                own = [at for at in found if self.handed[at] != self.given[name]]
                self._choose(name, (own or found)[0])
                self.questions.append(name)

    def _below(self, above: str | None) -> list[int]:
        """Places of texts that stand right below a cell of the lesson, or below a copy of it."""
        if above not in self.chosen:
            return []
        copies = {at for at, text in enumerate(self.handed) if text == self.given[above]}
        known, free = self.taken | copies, False
        found = []
        for at, cell in enumerate(self.cells):
            if at in known or self.handed[at] in self.known_texts:
                free = at in copies or at == self.chosen[above]
            elif free and cell.cell_type != "code" and self.handed[at]:
                found.append(at)
        return found

    def told(self) -> Iterable[str]:
        """What somebody should know of how cells were found."""
        if self.best_of_two:
            yield f"there twice, the one with the answer counts: {', '.join(self.best_of_two)}"
        texts = [name for name in self.texts if role_of(self.lesson[name])]
        ways = (
            (texts, "its text", "their text"),
            (self.names, "the name it defines", "the names they define"),
            (self.questions, "the question above it", "the questions above them"),
        )
        found = [_found_by(names, one, many) for names, one, many in ways if names]
        if found:
            yield f"without their ids, and found by what is in them: {'; '.join(found)}"


def _opening(text: str) -> str:
    return text.split("\n", 1)[0]


def _found_by(names: list[str], one: str, many: str) -> str:
    """Cells that were found in one way.

    >>> _found_by(["relu"], "its text", "their text")
    'relu by its text'
    >>> _found_by(list("abcd"), "its text", "their text")
    '4 cells by their text'
    """
    if len(names) == 1:
        return f"{names[0]} by {one}"
    return f"{', '.join(names) if len(names) <= 3 else f'{len(names)} cells'} by {many}"
