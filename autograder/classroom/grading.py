"""Grading a class: read what was handed in, have it run, record what came of it.

Nothing is held for long: a submission is read when a worker is near, and recorded soon after it has
run. What was recorded stays; a class whose grading was broken off goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from autograder.classroom.folder import ClassFolder
from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.notebooks import notebook_text
from autograder.running.digests import EVERYTHING, digests_of
from autograder.running.grade_submission import Assignment, Graded, Task, perform
from autograder.running.handed_in import Submission
from autograder.running.handling import bounded
from autograder.running.limits import Limits
from autograder.running.wall import refuse_shown
from autograder.sandbox.scratch import held

from .gradebook import ClassGradebook, Result, digest_of_cells
from .grades import Failure, Grade, reason_of
from .submissions import file_digest, read_submission
from .workers import perform_all

SEEDS = 1 << 63
"""How many seeds there are: the gradebook has room for them, and NumPy takes them."""

BATCH = 20
"""Submissions that are recorded together, at most."""

SECONDS = 2.0
"""How long a submission that has run waits for others, at most, before it is recorded."""


@dataclass(frozen=True)
class Options:
    """How a class is graded.

    Parameters
    ----------
    limits : Limits
        Of one notebook.
    seed : int or None
        Of the hidden cases, the same for everybody. By default every submission has its own.
    sandboxed : bool
        Off, the code that was handed in can do whatever this user can.
    workers : int or None
        Submissions that run side by side; by default one for each core.
    scheduler : str or None
        The address of a Dask cluster that does the runs.
    database : str or None
        The gradebook, if it is no file in the class's folder.
    again : bool
        Whether to run what has not changed since it was graded.
    everybody : bool
        Whether the students are all who handed in.
    insecure : bool
        Whether a cluster will do to which everybody can connect.
    """

    limits: Limits = field(default_factory=Limits)
    seed: int | None = None
    sandboxed: bool = True
    workers: int | None = None
    scheduler: str | None = None
    database: str | None = None
    again: bool = False
    everybody: bool = False
    insecure: bool = False

    def __post_init__(self) -> None:
        if self.seed is not None and not 0 <= self.seed < SEEDS:
            raise ValueError(f"a seed is a whole number from 0 to {SEEDS - 1}, not {self.seed}")
        if self.workers is not None and self.workers < 1:
            raise ValueError(f"there is at least one worker, not {self.workers}")


Report = Grade | Failure

Spent = Callable[[Mapping[str, float], Sequence[str]], None]


def grade_class(
    lesson: Lesson,
    folder: ClassFolder,
    students: Iterable[str],
    options: Options = Options(),
    begun: Callable[[str], None] = lambda student: None,
    spent: Spent = lambda phases, kernels: None,
    work: Callable[[Task], Graded] = perform,
    told: Callable[[str], None] = lambda sentence: None,
) -> Iterator[Report]:
    """Grade submissions, and record each soon after it has run.

    Parameters
    ----------
    lesson : Lesson
        Built.
    folder : ClassFolder
    students : iterable of str
        From `find_students`.
    options : Options
    begun : callable
        Told each student whose submission is handed out to be run.
    spent : callable
        Told the seconds that each phase of a submission took, and how its kernels were started.
    work : callable
        What is done with each submission, wherever that is.
    told : callable
        Told in sentences how the lesson has changed under those who were graded before.

    Yields
    ------
    Grade or Failure
        In the order in which they are recorded. Those that had been graded, and have not changed
        since, come first. Who cannot be graded now, but was before, has both. If the whole class is
        graded, those come last who are in the gradebook and not among the students any more.

    Raises
    ------
    ClassroomError
        If the gradebook cannot be used, or the cluster cannot be reached.
    """
    if options.sandboxed:
        refuse_shown(folder.root, lesson.root)
    compiled = compile_lesson(lesson)
    students = list(students)
    with (
        _alone_with(folder, lesson),
        ClassGradebook(folder, options.database, new=True) as book,
    ):
        with _unstopped():
            for sentence in book.register(lesson, compiled):
                told(sentence)
        way = GradingRun(lesson, folder, compiled, options, book, spent)
        todo = way.changed(students)
        unchanged = sorted(set(students) - set(todo))
        with _unstopped():
            book.keep_penalties(lesson)
            book.ask_for_missing_pages(lesson, unchanged)
            way.failures += book.write_pages_due(lesson)
        for names in _portions(unchanged, 500):
            yield from book.grades(lesson, names, way.failures)
        workers = min(options.workers or _cores(), len(todo))
        results = perform_all(
            way.tasks(todo),
            workers,
            options.scheduler,
            begun,
            work,
            options.sandboxed,
            options.insecure,
        )
        yield from way.recorded(results)
        if options.everybody:
            gone = {one.student for one in book.grades(lesson)} - set(students)
            yield from book.grades(lesson, sorted(gone))


@contextmanager
def _alone_with(folder: ClassFolder, lesson: Lesson) -> Iterator[None]:
    """See to it that nobody else grades a lesson of a class at the same time."""
    logs = folder.logs / lesson.name
    logs.mkdir(parents=True, exist_ok=True)
    with held(logs) as ours:
        if ours is False:
            raise ClassroomError(
                f"{lesson.name} of {folder.root} is being graded already: "
                "wait until that is done, or stop it."
            )
        yield


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _portions(names: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]


@contextmanager
def _unstopped() -> Iterator[None]:
    """Do something as a whole: Ctrl-C and its like are heard when it is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, _: heard.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    for number in heard[:1]:
        signal.raise_signal(number)


class GradingRun:
    """The submissions of one call of `grade_class`, on their way from file to gradebook."""

    def __init__(
        self,
        lesson: Lesson,
        folder: ClassFolder,
        compiled: Compiled,
        options: Options,
        book: ClassGradebook,
        spent: Spent,
    ) -> None:
        self.lesson = lesson
        self.folder = folder
        self.options = options
        self.book = book
        self.spent = spent
        assignment = Assignment.of(lesson, compiled, options.limits, options.sandboxed)
        self.assignment = pickle.dumps(assignment)
        self.seed = book.class_seed()
        # Whatever a grade depends on beside the submission itself.
        parts = (
            notebook_text(compiled.master),
            assignment.files,
            options.limits,
            options.sandboxed,
        )
        self.circumstances = repr((*parts, options.seed)).encode()
        self.exercises = digests_of(compiled.master)
        self.before = book.runs(lesson)
        self.reading: dict[str, Submission] = {}
        self.digests: dict[str, str] = {}
        self.failures: list[Failure] = []

    def changed(self, students: list[str]) -> list[str]:
        """Those whose submission has to be run: it, or what its grade rests on, has changed."""
        return [name for name in students if not self._stands(name) or self.options.again]

    def _stands(self, student: str) -> bool:
        """Whether what was graded before is what would be graded now."""
        return (
            self._is_same(student)
            and self.before[student].exercises == self.exercises
            and self.book.has_notebook(self.lesson, student)
        )

    def _is_same(self, student: str) -> bool:
        """Whether a submission is the one that was graded before, run with the same."""
        digest = self._digest(student)
        return student in self.before and self.before[student].digest == digest

    def _untouched(self, student: str) -> frozenset[str]:
        """Exercises of which nothing has changed since they were graded: their points stay."""
        before = self.before.get(student)
        if self.options.again or before is None or not self._is_same(student):
            return frozenset()
        same = {
            name for name, digest in self.exercises.items() if before.exercises.get(name) == digest
        }
        return frozenset(same if EVERYTHING in same else ())

    def _digest(self, student: str) -> str | None:
        if student not in self.digests:
            try:
                with bounded("reading it"):
                    handed = file_digest(self.folder, self.lesson, student)
            except Exception:
                return None  # whoever reads it next will say why
            self.digests[student] = hashlib.sha256(self.circumstances + handed).hexdigest()
        return self.digests[student]

    def tasks(self, students: Iterable[str]) -> Iterator[Task]:
        """The work, read as it is asked for."""
        for student in students:
            start = monotonic()
            try:
                with bounded("reading it"):
                    submission = read_submission(self.folder, self.lesson, student)
            except Exception as error:  # one bad submission must not stop the others
                self._fail(student, reason_of(error))
                continue
            if submission.unreadable and self._was_run(student):
                self._fail(student, submission.unreadable)
                continue
            self.reading[student] = submission
            self.spent({"read": monotonic() - start}, ())
            yield Task(self.assignment, submission, self._seed_of(submission))

    def _fail(self, student: str, reason: str) -> None:
        """Grade somebody not at all; what was recorded before is not touched."""
        stays = "; the grade of before stays" if student in self.before else ""
        self.failures.append(Failure(student, f"{reason}{stays}"))

    def _was_run(self, student: str) -> bool:
        return student in self.before and self.before[student].seed is not None

    def _seed_of(self, submission: Submission) -> int:
        """The same whenever the same cells are graded again, and nobody's guess."""
        student = submission.student
        if self.options.seed is not None:
            return self.options.seed
        before = self.before.get(student)
        if before is not None and before.seed is not None and self._is_same(student):
            return before.seed
        secret = f"{self.seed}/{self.lesson.name}/{student}/{digest_of_cells(submission)}"
        return int.from_bytes(hashlib.sha256(secret.encode()).digest()[:4])

    def _result(self, submission: Submission, graded: Graded) -> Result:
        student = submission.student
        digest, untouched = self.digests.get(student, ""), self._untouched(student)
        return Result(submission, digest, graded, self.exercises, untouched)

    def recorded(self, results: Iterator[tuple[str, Graded | Exception]]) -> Iterator[Report]:
        """Record what has run, a few at a time."""
        batch: list[Result] = []
        oldest = monotonic()
        try:
            for student, came in results:
                submission = self.reading.pop(student)
                if isinstance(came, Exception):
                    self._fail(student, reason_of(came))
                else:
                    oldest = oldest if batch else monotonic()
                    batch.append(self._result(submission, came))
                    self.spent(came.phases, came.kernels)
                if len(batch) >= BATCH or (batch and monotonic() - oldest >= SECONDS):
                    full, batch = batch, []
                    yield from self._record(full)
                yield from self._failed()
        except (KeyboardInterrupt, ClassroomError):
            if batch:
                self._record(batch)
            raise
        if batch:
            yield from self._record(batch)
        yield from self._failed()

    def _failed(self) -> Iterator[Report]:
        """Who was not graded, and the grades that such students have from before."""
        while self.failures:
            failure = self.failures.pop(0)
            yield failure
            if failure.what == Failure.what:
                yield from self.book.grades(self.lesson, [failure.student])

    def _record(self, batch: list[Result]) -> list[Grade]:
        """Record submissions together; one by one, if there is one among them that cannot be."""
        try:
            return self._record_together(batch)
        except ClassroomError:
            raise  # nobody's can be
        except Exception as error:
            if len(batch) == 1:
                self._fail(batch[0].submission.student, reason_of(error))
                return []
        return [grade for result in batch for grade in self._record([result])]

    def _record_together(self, batch: list[Result]) -> list[Grade]:
        start = monotonic()
        with _unstopped():
            self.failures += self.book.record(self.lesson, batch)
        names = [result.submission.student for result in batch]
        grades = self.book.grades(self.lesson, names, self.failures)
        self.spent({"record": monotonic() - start}, ())
        return grades
