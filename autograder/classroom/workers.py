"""Who does the runs: this process, or workers that Dask keeps on this machine or on many.

Dask hands a task to the next free worker, starts a new worker where one died, and gives the task to
another. Nothing here schedules anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from time import monotonic
from typing import TYPE_CHECKING

from autograder.lessons.errors import ClassroomError
from autograder.running.grade_submission import Graded, Task, give_up, perform
from autograder.running.version import fingerprint

from .cluster import LOST, OTHER_VERSION, client_of

if TYPE_CHECKING:
    from distributed import Client, Future

Done = tuple[str, Graded | Exception]
"""A student, and what came of their submission or why nothing could."""

DEADLY = "grading it ended the grader's worker twice: nothing was run, look at it by itself"

NO_WORKERS = (
    "The Dask cluster has no worker any more: see why its workers end, start some again, and grade "
    "again. What was recorded stays."
)

WORKERLESS = 600.0
"""Seconds without any worker after which no new one is expected: a nanny starts one in a few."""

GLANCE = 5.0
"""Seconds of waiting for a result after which it is time to see whether anybody is at work."""

AHEAD = 3
"""Submissions that are read and waiting, for each worker: the rest stays on disk."""


def perform_all(
    tasks: Iterator[Task],
    workers: int = 1,
    scheduler: str | None = None,
    begun: Callable[[str], None] = lambda student: None,
    work: Callable[[Task], Graded] = perform,
    sandboxed: bool = False,
    insecure: bool = False,
) -> Iterator[Done]:
    """Do all tasks, as many at a time as there are workers, in the order in which they end.

    Parameters
    ----------
    tasks : iterator of Task
        Taken as they are needed.
    workers : int
        Processes on this machine; with 1 the work is done in this one.
    scheduler : str, optional
        The address of a Dask cluster that does the work instead: `"tls://host:8786"`.
    begun : callable
        Told each student whose task is handed out.
    work : callable
        What is done with a task, wherever that is.
    sandboxed : bool
        Whether a cluster's workers must have a sandbox.
    insecure : bool
        Whether a cluster will do to which everybody can connect.

    Raises
    ------
    ClassroomError
        If the cluster cannot be reached or is lost on the way, or its workers cannot do the work.
    """
    if scheduler is None and workers <= 1:
        for task in tasks:
            begun(task.submission.student)
            try:
                yield task.submission.student, work(task)
            except Exception as error:
                yield task.submission.student, error
        return
    with client_of(workers, scheduler, sandboxed, insecure) as client:
        yield from _on_cluster(client, tasks, begun, work)


def _on_cluster(
    client: Client,
    tasks: Iterator[Task],
    begun: Callable[[str], None],
    work: Callable[[Task], Graded],
) -> Iterator[Done]:
    from distributed import KilledWorker

    waiting: dict[Future, Task] = {}
    suspects: list[Task] = []
    most = AHEAD * max(1, sum(_threads(client).values()))

    def fill_up() -> None:
        while len(waiting) < most and (task := next(tasks, None)) is not None:
            begun(task.submission.student)
            waiting[_submitted(client, work, task)] = task

    fill_up()
    while waiting:
        for future in _ended(client, waiting):
            task = waiting.pop(future)
            came = _outcome(client, future)
            if isinstance(came, KilledWorker):
                suspects.append(task)  # it, or one that was beside it
            else:
                yield task.submission.student, came
            future.release()
            fill_up()
    # Each by itself: whoever ends a worker now has done so alone.
    for task in suspects:
        (future,) = _ended(client, [_submitted(client, work, task)])
        came = _outcome(client, future)
        yield (
            task.submission.student,
            (give_up(task, DEADLY) if isinstance(came, KilledWorker) else came),
        )
        future.release()


def _submitted(client: Client, work: Callable[[Task], Graded], task: Task) -> Future:
    from distributed.client import ClosedClientError

    try:
        return client.submit(_with_the_same, fingerprint(), work, task, pure=False)
    except ClosedClientError:
        raise ClassroomError(LOST) from None


class _Watch:
    """A watch over a cluster while one waits: that somebody is there who could end the waiting."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._seen = monotonic()  # when a worker was last there

    def look(self) -> None:
        """Look whether there are workers.

        Raises
        ------
        ClassroomError
            If there was none for `WORKERLESS` seconds, or the scheduler has gone.
        """
        if _threads(self._client):
            self._seen = monotonic()
        elif monotonic() - self._seen >= WORKERLESS:
            raise ClassroomError(NO_WORKERS)


def _ended(client: Client, futures: Collection[Future]) -> list[Future]:
    """Wait until some have ended, as long as anybody is there who could end them."""
    from distributed import wait

    watch = _Watch(client)
    while not (ended := [future for future in futures if future.done()]):
        try:
            with client.as_current():
                wait(list(futures), timeout=GLANCE, return_when="FIRST_COMPLETED")
        except Exception:  # nothing in time; or one is canceled, and has ended
            watch.look()
    return ended


def _threads(client: Client) -> dict[str, int]:
    """The workers of a cluster, and how many threads each has."""
    try:
        # What a client says later, only one that is asynchronous does.
        return client.nthreads()  # type: ignore[return-value]
    except (OSError, RuntimeError):
        raise ClassroomError(LOST) from None


def _outcome(client: Client, future: Future) -> Graded | Exception:
    """What came of a task that has ended; `ClassroomError` if nobody can tell any more.

    The worker that had the result may have died with it: then the task is done again.
    """
    watch = _Watch(client)
    while True:
        try:
            return future.result(timeout=GLANCE)
        except Exception as error:
            if future.status == "error":
                return error  # the task's own
            if not isinstance(error, TimeoutError):
                raise ClassroomError(LOST) from None
            watch.look()


def _with_the_same(version: str, work: Callable[[Task], Graded], task: Task) -> Graded:
    """Do the work, unless this worker, which may have come late, would judge otherwise."""
    if fingerprint() != version:
        raise ClassroomError(OTHER_VERSION)
    return work(task)
