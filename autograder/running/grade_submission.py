"""One submission, from what was handed in to its points and pages: the part that runs anywhere.

`perform` takes plain data and gives plain data; it reads no class folder and opens no gradebook. So
it can be another process's work, or another machine's.
"""

from __future__ import annotations

import atexit
import gc
import html
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.inside.verdicts import Verdict
from autograder.judging.checking import Witness
from autograder.lessons.compiling import Compiled
from autograder.lessons.course import Lesson
from autograder.lessons.marking_scheme import marking_schemes
from autograder.lessons.stub_package import reference_used, write_stub_package
from autograder.running.handed_in import Submission
from autograder.sandbox.scratch import scratch_folder

from .cells_to_run import cells_to_run
from .execution import Execution, execute
from .handling import bounded
from .lesson_calls import run_unshadowed
from .limits import Limits
from .losses import explain_losses
from .marks import checks_due, marks, points_without_a_run
from .page import page_of
from .pictures import with_safe_pictures, without_pictures
from .rebuild import answer_names, rebuild
from .sanitize import sanitize_cells, sanitize_verdict
from .writing import checked_text

if TYPE_CHECKING:
    from .wall import Wall


@dataclass(frozen=True)
class Assignment:
    """What all submissions of a lesson are held against.

    Parameters
    ----------
    name : str
        Of the lesson.
    compiled : Compiled
    files : tuple of (str, bytes)
        What the notebook finds beside it: relative paths, and what is in the files.
    limits : Limits
    sandboxed : bool
        Off, the code that was handed in can do whatever this user can.
    """

    name: str
    compiled: Compiled
    files: tuple[tuple[str, bytes], ...] = ()
    limits: Limits = field(default_factory=Limits)
    sandboxed: bool = True

    @classmethod
    def of(
        cls,
        lesson: Lesson,
        compiled: Compiled,
        limits: Limits = Limits(),  # noqa: B008, it is frozen
        sandboxed: bool = True,
    ) -> Assignment:
        """The assignment of a lesson as it lies in its course."""
        files = tuple(
            (relative.as_posix(), path.read_bytes()) for path, relative in lesson.extra_files()
        )
        return cls(lesson.name, compiled, files, limits, sandboxed)


@dataclass(frozen=True)
class Task:
    """One submission to be run: `assignment` is a pickled `Assignment`, the same for all."""

    assignment: bytes
    submission: Submission
    seed: int


@dataclass(frozen=True)
class Graded:
    """What came of a submission.

    Parameters
    ----------
    notebook : str
        The notebook as a file's text, with its outputs and the grader's notes.
    points : dict
        For every graded cell by its id; `None` where a person has to mark it.
    untouched : tuple of str
        Ids of the cells meant for an answer that hold none.
    looks : tuple of str
        Why somebody should look at it, one sentence each.
    page : str
        The feedback as HTML, if no person has given points or comments.
    seed : int or None
        `None` if nothing ran.
    phases : dict
        Seconds that each part of the work took.
    kernels : tuple of str
        For every kernel that was started, `"warm"` if it was forked, or why it was not.
    verdicts : tuple of dict
        What the judge said of each check and test, as plain data.
    """

    notebook: str
    points: dict[str, float | None]
    untouched: tuple[str, ...]
    looks: tuple[str, ...]
    page: str
    seed: int | None = None
    phases: dict[str, float] = field(default_factory=dict)
    kernels: tuple[str, ...] = ()
    verdicts: tuple[dict[str, Any], ...] = ()


def perform(task: Task, witness: Witness = lambda *_: None) -> Graded:
    """Run one submission. If it could not be read, nothing runs and nothing is earned.

    Parameters
    ----------
    task : Task
    witness : callable, optional
        Told what shows that an answer is wrong, hidden cases too.
    """
    assignment, wall = _ready(task.assignment)
    compiled, wall = assignment.compiled, replace(wall, witness=witness)
    watch = _Stopwatch()
    with watch("rebuild"), bounded("rebuilding it"):
        submission = with_safe_pictures(task.submission)
        rebuilt = rebuild(compiled.master, compiled.student, submission)
        needed = cells_to_run(rebuilt.notebook, compiled.master)
    notebook, run = rebuilt.notebook, None
    looks = [*submission.remarks, *rebuilt.changes]
    if submission.unreadable:
        looks = [submission.unreadable, *submission.remarks]
        points = points_without_a_run(notebook)
    else:
        due = checks_due(compiled.master)
        with watch("run"), _laid_out((*assignment.files, *submission.beside)) as files:
            run = run_unshadowed(
                notebook,
                compiled.master,
                lambda made, more: execute(
                    made, assignment.limits, task.seed, files, needed | more, wall, due
                ),
                modules=any(name.endswith(".py") for name, _ in submission.beside),
            )
        points = marks(run, due, _untouched(notebook, compiled.master))
        notebook = run.notebook
        looks += [*run.problems, *explain_losses(run, answer_names(compiled.master))]
        watch.seconds |= run.phases
        if not assignment.sandboxed:
            looks.append("run without a sandbox")
    with bounded("making its page"):
        return finish(assignment, submission, notebook, points, looks, run, watch, rebuilt.added)


def give_up(task: Task, reason: str) -> Graded:
    """What is recorded of a submission that cannot be run at all: no points, and the reason."""
    assignment = pickle.loads(task.assignment)
    submission = replace(without_pictures(task.submission), cells=())  # what could not be borne
    notebook = rebuild(assignment.compiled.master, assignment.compiled.student, submission).notebook
    points = points_without_a_run(notebook)
    looks = [reason, *submission.remarks]
    return finish(assignment, submission, notebook, points, looks, None, _Stopwatch(), 0)


def finish(
    assignment: Assignment,
    submission: Submission,
    notebook: NotebookNode,
    points: dict[str, float | None],
    looks: list[str],
    run: Execution | None,
    watch: _Stopwatch,
    added: int,
) -> Graded:
    """Write what was found into the notebook and on a page."""
    untouched = _untouched(notebook, assignment.compiled.master)
    sanitize_cells(notebook, assignment.compiled.master)
    notes: dict[str, Any] = {"added_cells": added, "looks": looks}
    notes["criteria"] = marking_schemes(assignment.compiled.instructor)
    if run is not None:
        notes["seed"] = run.seed
        notes["verdicts"] = _for_the_page(run, assignment.compiled.master)
    notebook.metadata["autograder"] = notes
    if looks:
        text = "\n".join(
            ["**The grader notes:**", "", *(f"- {html.escape(look)}" for look in looks)]
        )
        notebook.cells.insert(0, new_markdown_cell(text, id="grader_notes"))
    with watch("write"):
        text = checked_text(notebook)
    with watch("page"):
        page = page_of(notebook, assignment.name, submission.student, points, untouched)
    seed, kernels = (run.seed, run.kernels) if run is not None else (None, ())
    said = _verdicts(run, assignment.compiled.master) if run is not None else ()
    return Graded(text, points, untouched, tuple(looks), page, seed, watch.seconds, kernels, said)


def _due_verdicts(
    run: Execution, master: NotebookNode
) -> Iterator[tuple[str, bool, Verdict | None]]:
    """For each check and test of a lesson, whether it is hidden and what the judge found."""
    for cell, (name, hidden) in checks_due(master).items():
        yield cell, hidden, run.verdicts.get(cell, {}).get((name, hidden))


def _for_the_page(run: Execution, master: NotebookNode) -> dict[str, dict[str, Any]]:
    """What a student reads of each verdict: its sentence, and the parts that hold and do not."""
    return {
        cell: {
            "passed": verdict.passed,
            "mistake": verdict.mistake or "",
            "said": sanitize_verdict({"": verdict.message})[""],
            "held": [one.words for one in verdict.facets if one.passed],
            "lost": [one.words for one in verdict.facets if not one.passed],
        }
        for cell, _, verdict in _due_verdicts(run, master)
        if verdict is not None
    }


def _verdicts(run: Execution, master: NotebookNode) -> tuple[dict[str, Any], ...]:
    """What the judge said of each check and test of a lesson, as plain data."""
    return tuple(
        {
            "cell": cell,
            "exercise": verdict.exercise,
            "hidden": hidden,
            "passed": verdict.passed,
            "points": verdict.points,
            "mistake": verdict.mistake or "",
            "facets": ", ".join(one.facet for one in verdict.facets if not one.passed),
            "message": verdict.message,
            "seed": verdict.seed,
        }
        for cell, hidden, verdict in _due_verdicts(run, master)
        if verdict is not None
    )


def _untouched(notebook: NotebookNode, master: NotebookNode) -> tuple[str, ...]:
    """Ids of the cells meant for an answer that are as they were given out."""
    own = {cell.id: cell.source for cell in master.cells}
    return tuple(
        cell.id
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("solution") and own.get(cell.id) == cell.source
    )


class _Stopwatch:
    """Seconds by name of phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, phase: str) -> Iterator[None]:
        start = perf_counter()
        yield
        self.seconds[phase] = self.seconds.get(phase, 0.0) + perf_counter() - start


@contextmanager
def _laid_out(files: tuple[tuple[str, bytes], ...]) -> Iterator[list[tuple[Path, Path]]]:
    """The files of a assignment on disk: where each is, and its relative path."""
    if not files:
        yield []
        return
    with scratch_folder() as folder:
        for name, data in files:
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        yield [(Path(folder, name), Path(name)) for name, _ in files]


@lru_cache(maxsize=2)
def _ready(assignment: bytes) -> tuple[Assignment, Wall]:
    """A assignment, and the wall for it, whose stub stands as long as this process."""
    from .wall import Wall, own_resources  # need Linux, and who only reads grades does not

    opened: Assignment = pickle.loads(assignment)
    folder = scratch_folder()
    atexit.register(folder.cleanup)
    stub = Path(folder.name, "stub")
    write_stub_package(stub, reference_used(opened.compiled.master))
    gc.collect()
    gc.freeze()  # what all submissions need is not searched for garbage again
    return opened, Wall(stub, opened.sandboxed, own_resources())
