"""A lesson run as by a newcomer who has solved every exercise but one, for each exercise in turn.

All cells run in one process, as in a notebook. Before an exercise's cell the process forks, and
the copy goes on with that cell as it was given out. A cell that took long is not run again where
nothing that it reads can have come from the exercise left out: its names get what they had with all
solved.

    python -m tests.lessons.unsolved LESSON [EXERCISE…]
"""

from __future__ import annotations

import ast
import json
import os
import pickle
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.exercises import Exercise, of_lesson
from autograder.learning.cells_run import watch_cells
from autograder.learning.standing_in import ONCE_WRITTEN, WATCHED, answers_of
from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.lessons.course import Course
from autograder.lessons.notebooks import notebook_text

DEAR = 0.5
"""Seconds from which a cell is spared a second run."""

DEFINING = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
"""What of a cell that is not run again is run all the same: it takes no time."""


@dataclass
class Ran:
    """What a cell did: what it said, and how it failed if it did."""

    id: str
    text: str
    said: str = ""
    error: str = ""
    seconds: float = 0.0
    spared: bool = False


@dataclass
class Walk:
    """A lesson's cells, solved and as given out, and a notebook in which they run."""

    lesson: str
    solved: list[NotebookNode]
    given: dict[str, str]
    shell: Any
    kept: dict[str, dict[str, bytes]] = field(default_factory=dict)

    @classmethod
    def of(cls, lesson: str) -> Walk:
        """Begin in the current folder, which gets the notebook as given out."""
        compiled = compile_lesson(Course.find().lesson(lesson))
        Path(f"{lesson}.ipynb").write_text(notebook_text(compiled.student), encoding="utf-8")
        given = {cell.id: cell.source for cell in compiled.student.cells}
        return cls(lesson, solved_cells(compiled), given, new_shell())

    def in_turn(self, exercises: Iterable[Exercise]) -> Iterator[tuple[str, list[Ran]]]:
        """What each cell does from an exercise on that is left out, for each of some exercises."""
        wanted = {exercise.id: exercise for exercise in exercises}
        if len(wanted) > 1:
            self.kept = in_a_copy(self.remembering)
        for at, cell in enumerate(self.solved):
            if exercise := wanted.get(cell.id):
                yield cell.id, in_a_copy(lambda at=at, e=exercise: self.without(e, at))
            self.run(cell, cell.source) if cell.id not in self.kept else self.recall(cell)

    def remembering(self) -> dict[str, dict[str, bytes]]:
        """Run all with every answer, and keep what cells that take long have made."""
        kept = {}
        for cell in self.solved:
            before = self.state(names_read(cell.source))
            if self.run(cell, cell.source).seconds > DEAR:
                after = self.state({*before, *names_bound(cell.source)})
                kept[cell.id] = {n: v for n, v in after.items() if before.get(n) != v}
        return kept

    def without(self, exercise: Exercise, at: int) -> list[Ran]:
        """Go on from a cell without its answer."""
        doubtful = {name for name, _ in answers_of(exercise)}
        ran = []
        for cell in self.solved[at:]:
            text = self.given[cell.id] if cell.id == exercise.id else cell.source
            reads = names_read(text)
            if cell.id in self.kept and not reads & doubtful:
                self.recall(cell)
                ran.append(Ran(cell.id, text, spared=True))
                continue
            before = {} if not reads & doubtful else self.state(reads)
            ran.append(self.run(cell, text))
            if reads & doubtful:
                doubtful |= names_bound(text)
                doubtful |= {n for n, was in before.items() if self.state([n]).get(n) != was}
        return ran

    def state(self, names: Iterable[str]) -> dict[str, bytes]:
        """What could be changed by a cell that reads it, as bytes."""
        found = {}
        for name in names:
            value = self.shell.user_ns.get(name)
            if value is not None and not callable(value) and type(value).__name__ != "module":
                try:
                    found[name] = pickle.dumps(value)
                except (pickle.PicklingError, AttributeError, TypeError):
                    continue
        return found

    def run(self, cell: NotebookNode, text: str) -> Ran:
        """Run a cell as Jupyter does."""
        from IPython.utils.capture import capture_output

        begun = time.process_time()
        with capture_output() as shown:
            result = self.shell.run_cell(text, cell_id=cell.id, store_history=True)
        failed = result.error_before_exec or result.error_in_exec
        error = f"{type(failed).__name__}: {failed}" if failed else ""
        return Ran(cell.id, text, shown.stdout, error or shown.stderr, time.process_time() - begun)

    def recall(self, cell: NotebookNode) -> None:
        """Give a cell's names what they had when all was solved."""
        body = ast.parse(cell.source).body
        defined: list[ast.stmt] = [one for one in body if isinstance(one, DEFINING)]
        exec(compile(ast.Module(defined, []), cell.id, "exec"), self.shell.user_ns)
        self.shell.user_ns.update({n: pickle.loads(v) for n, v in self.kept[cell.id].items()})


def solved_cells(compiled: Compiled) -> list[NotebookNode]:
    """A lesson's code cells with all answers.

    What is asked after handing in is in no notebook of a learner's.
    """
    return [
        cell if cell.metadata.get("nbgrader", {}).get("solution") else student
        for cell, student in zip(compiled.instructor.cells, compiled.student.cells, strict=True)
        if cell.cell_type == "code"
    ]


def new_shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settings = Config()
    settings.HistoryManager.enabled = False
    shell: Any = InteractiveShell.instance(colors="NoColor", config=settings)
    watch_cells()
    shell.display_formatter.active_types = shell.display_formatter.format_types
    return shell


def names_bound(text: str) -> set[str]:
    """The names that a cell gives a meaning, but for those of loops and functions in it."""
    nodes = list(ast.walk(ast.parse(text)))
    named = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names = [node for node in nodes if isinstance(node, ast.Name)]
    return named | {node.id for node in names if not isinstance(node.ctx, ast.Load)}


def names_read(text: str) -> set[str]:
    """The names that a cell reads, also in functions that it defines."""
    return {
        node.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def in_a_copy(work: Callable[[], Any]) -> Any:
    """What some work returns, done in a fork of this process, which stays as it was."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "wb") as out:
            try:
                pickle.dump(work(), out)
            except BaseException:
                traceback.print_exc()
                out.flush()
                os._exit(1)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as back:
        done = back.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("A copy of the notebook's process failed: see above.")
    return pickle.loads(done)


def faults(exercise: Exercise, ran: list[Ran]) -> Iterator[str]:
    """What stops a newcomer who left one exercise out, or is not told what stands in."""
    functions = {one.id for one in of_lesson(exercise.lesson) if callable(one.reference)}
    for cell in ran:
        own = cell.id in (f"{exercise.id}-look", f"{exercise.id}-check")
        helped = {name for name, _ in answers_of(exercise) if f"`{name}`" in helping(cell.said)}
        if cell.error and not is_unwritten(exercise, cell):
            yield f"{cell.id}: {cell.error}"
        elif own and helped:
            yield f"{cell.id}: shows the course's answer for the learner's"
        elif not (own or cell.spared or cell.id in functions or ONCE_WRITTEN.search(cell.text)):
            for name in calls_at_once(cell.text) & {name for name, _ in answers_of(exercise)}:
                if name not in helped | {*WATCHED.findall(cell.text)}:
                    yield f"{cell.id}: does not say that the course's {name} stands in"


def helping(said: str) -> str:
    """The line in which a cell says what stands in."""
    return next((line for line in said.splitlines() if "used the course's" in line), "")


def calls_at_once(text: str) -> set[str]:
    """The functions that a cell calls outside of those it defines."""
    body = [one for one in ast.parse(text).body if not isinstance(one, DEFINING)]
    nodes = [node for one in body for node in at_once(one)]
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    return {called.id for called in calls if isinstance(called, ast.Name)}


def at_once(node: ast.AST) -> Iterator[ast.AST]:
    """A part of a program and all in it that runs when it does."""
    yield node
    if not isinstance(node, ast.Lambda):
        for inner in ast.iter_child_nodes(node):
            yield from at_once(inner)


def is_unwritten(exercise: Exercise, cell: Ran) -> bool:
    """Whether a cell is the exercise's own, and ends in a sentence that it is not written yet."""
    if cell.id == exercise.id:
        return "not written yet. Put your" in cell.said
    expected = cell.error.startswith("WrongAnswer: ") and "not written yet" in cell.error
    return cell.id == f"{exercise.id}-check" and expected


def main(lesson: str, *names: str) -> None:
    exercises = [one for one in of_lesson(lesson) if one.id in names or not names]
    for name, ran in Walk.of(lesson).in_turn(exercises):
        print(json.dumps([name, [asdict(one) for one in ran]]), flush=True)


if __name__ == "__main__":
    from tests.lessons import unsolved  # what is pickled must be found by its name

    unsolved.main(*sys.argv[1:])
