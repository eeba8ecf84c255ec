"""Who does the runs: this process, or workers that Dask keeps on this machine or on many.

Dask hands a task to the next free worker, starts a new worker where one died, and gives the task to
another. Nothing here schedules anything.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import ClassroomError
from .runs import Graded, Task, give_up, perform
from .version import fingerprint

Done = tuple[str, Graded | Exception]
"""A student, and what came of their submission or why nothing could."""

DEADLY = "grading it ended the grader's worker twice: nothing was run, look at it by itself"

PATIENCE = "15s"
"""How long a scheduler may take to answer."""

AHEAD = 3
"""Submissions that are read and waiting, for each worker: the rest stays on disk."""


def perform_all(
    tasks: Iterator[Task],
    workers: int = 1,
    scheduler: str | None = None,
    begun: Callable[[str], None] = lambda student: None,
    work: Callable[[Task], Graded] = perform,
) -> Iterator[Done]:
    """Do all tasks, as many at a time as there are workers, in the order in which they end.

    Parameters
    ----------
    tasks : iterator of Task
        Taken as they are needed.
    workers : int
        Processes on this machine; with 1 the work is done in this one.
    scheduler : str, optional
        The address of a Dask cluster that does the work instead: `"tcp://host:8786"`.
    begun : callable
        Told each student whose task is handed out.
    work : callable
        What is done with a task, wherever that is.

    Raises
    ------
    ClassroomError
        If the cluster cannot be reached, or its workers have another version of the course.
    """
    if scheduler is None and workers <= 1:
        for task in tasks:
            begun(task.submission.student)
            try:
                yield task.submission.student, work(task)
            except Exception as error:
                yield task.submission.student, error
        return
    with _client(workers, scheduler) as client:
        yield from _on_cluster(client, tasks, begun, work)


def _on_cluster(
    client, tasks: Iterator[Task], begun: Callable[[str], None], work: Callable[[Task], Graded]
) -> Iterator[Done]:
    from distributed import KilledWorker, as_completed

    waiting: dict = {}  # the task of every future that is not done
    suspects: list[Task] = []
    results = as_completed(loop=client.loop)
    most = AHEAD * max(1, sum(client.nthreads().values()))

    def hand_out(task: Task) -> None:
        begun(task.submission.student)
        future = client.submit(work, task, pure=False)
        waiting[future] = task
        results.add(future)

    def more() -> None:
        while len(waiting) < most and (task := next(tasks, None)) is not None:
            hand_out(task)

    more()
    for future in results:
        task = waiting.pop(future)
        error = future.exception()
        if isinstance(error, KilledWorker):
            suspects.append(task)  # it, or one that was beside it
        else:
            yield task.submission.student, error or future.result()
        future.release()
        more()
    # Each by itself: whoever ends a worker now has done so alone.
    for task in suspects:
        future = client.submit(work, task, pure=False)
        error = future.exception()
        if isinstance(error, KilledWorker):
            yield task.submission.student, give_up(task, DEADLY)
        else:
            yield task.submission.student, error or future.result()
        future.release()


@contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator:
    import dask
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": 1,
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.admin.log-length": 100,
        "distributed.comm.timeouts.connect": PATIENCE,
    }
    for name in ("distributed", "distributed.nanny", "distributed.worker", "distributed.core"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with dask.config.set(settings):
        if scheduler is not None:
            try:
                client = Client(scheduler, set_as_default=False)
            except (OSError, ValueError) as error:
                raise ClassroomError(
                    f"There is no Dask scheduler at {scheduler}: start one with `dask scheduler`, "
                    f"or leave --scheduler out ({error})."
                ) from None
            with client:
                _same_version(client, scheduler)
                yield client
            return
        # Runs go side by side: BLAS threads of their own would only get in each other's way.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                memory_limit=0,  # what notebooks may use is bounded where they run
                dashboard_address="127.0.0.1:0",  # any free port: it cannot be left out
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client


def _same_version(client, scheduler: str) -> None:
    """Refuse a cluster that has no workers, or whose workers would judge otherwise."""
    found = client.run(_its_fingerprint)
    if not found:
        raise ClassroomError(
            f"The Dask scheduler at {scheduler} has no workers: start some with "
            f"`dask worker {scheduler} --nthreads 1`."
        )
    if set(found.values()) != {fingerprint()}:
        raise ClassroomError(
            "The workers have another version of the course than this machine: "
            "install the same on all."
        )


def _its_fingerprint() -> str:
    from autograder.classroom.version import fingerprint

    return fingerprint()
