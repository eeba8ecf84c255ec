"""Who does the runs: this process, or workers that Dask keeps on this machine or on many.

Dask hands a task to the next free worker, starts a new worker where one died, and gives the task to
another. Nothing here schedules anything.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from autograder.lessons.errors import ClassroomError
from autograder.running.grade_submission import Graded, Task, give_up, perform
from autograder.running.version import fingerprint
from autograder.sandbox.scratch import scratch_folder, sweep

Done = tuple[str, Graded | Exception]
"""A student, and what came of their submission or why nothing could."""

DEADLY = "grading it ended the grader's worker twice: nothing was run, look at it by itself"

LOST = (
    "The Dask scheduler has gone: start it and its workers again, and grade again. "
    "What was recorded stays."
)

OTHER_VERSION = (
    "The workers have another version of the course than this machine: install the same on all."
)

PATIENCE = "15s"
"""How long a scheduler may take to answer, and its first worker to come."""

DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
"""What workers run first: Ctrl-C reaches them too, and is for the grader alone to hear."""

AHEAD = 3
"""Submissions that are read and waiting, for each worker: the rest stays on disk."""


def perform_all(
    tasks: Iterator[Task],
    workers: int = 1,
    scheduler: str | None = None,
    begun: Callable[[str], None] = lambda student: None,
    work: Callable[[Task], Graded] = perform,
    sandboxed: bool = False,
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
    sandboxed : bool
        Whether a cluster's workers must have a sandbox.

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
    with _client(workers, scheduler, sandboxed) as client:
        yield from _on_cluster(client, tasks, begun, work)


def _on_cluster(
    client, tasks: Iterator[Task], begun: Callable[[str], None], work: Callable[[Task], Graded]
) -> Iterator[Done]:
    from distributed import KilledWorker, as_completed
    from distributed.client import ClosedClientError

    waiting: dict = {}  # the task of every future that is not done
    suspects: list[Task] = []
    results = as_completed(loop=client.loop)
    try:
        most = AHEAD * max(1, sum(client.nthreads().values()))
    except OSError:
        raise ClassroomError(LOST) from None

    def submit(task: Task):
        try:
            return client.submit(_with_the_same, fingerprint(), work, task, pure=False)
        except ClosedClientError:
            raise ClassroomError(LOST) from None

    def hand_out(task: Task) -> None:
        begun(task.submission.student)
        future = submit(task)
        waiting[future] = task
        results.add(future)

    def more() -> None:
        while len(waiting) < most and (task := next(tasks, None)) is not None:
            hand_out(task)

    more()
    for future in results:
        task = waiting.pop(future)
        came = _outcome(future)
        if isinstance(came, KilledWorker):
            suspects.append(task)  # it, or one that was beside it
        else:
            yield task.submission.student, came
        future.release()
        more()
    if waiting:
        raise ClassroomError(LOST)
    # Each by itself: whoever ends a worker now has done so alone.
    for task in suspects:
        future = submit(task)
        came = _outcome(future)
        if isinstance(came, KilledWorker):
            came = give_up(task, DEADLY)
        yield task.submission.student, came
        future.release()


def _outcome(future) -> Graded | Exception:
    """What came of a task, or why nothing did; `ClassroomError` if nobody can tell any more."""
    try:
        return future.result()
    except Exception as error:
        if future.status == "error":
            return error  # the task's own
        raise ClassroomError(LOST) from None


def _with_the_same(version: str, work: Callable[[Task], Graded], task: Task) -> Graded:
    """Do the work, unless this worker, which may have come late, would judge otherwise."""
    if fingerprint() != version:
        raise ClassroomError(OTHER_VERSION)
    return work(task)


@contextmanager
def _client(workers: int, scheduler: str | None, sandboxed: bool) -> Iterator:
    import dask
    from distributed import Client

    settings = {
        "distributed.scheduler.allowed-failures": 1,
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.admin.log-length": 100,
        "distributed.comm.timeouts.connect": PATIENCE,
        "distributed.worker.preload": [DEAF],
    }
    for name in ("", ".client", ".core", ".nanny", ".scheduler", ".worker"):
        logging.getLogger(f"distributed{name}").setLevel(logging.CRITICAL)
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
                _fit(client, scheduler, sandboxed)
                yield client
            return
        # Runs go side by side: BLAS threads of their own would only get in each other's way.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        with (
            scratch_folder() as folder,
            dask.config.set({"temporary-directory": folder}),
            _local_cluster(workers) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client
        sweep()  # what workers left that were killed


def _local_cluster(workers: int):
    from distributed import LocalCluster

    try:
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            memory_limit=0,  # what notebooks may use is bounded where they run
            dashboard_address="127.0.0.1:0",  # any free port: it cannot be left out
            silence_logs=logging.CRITICAL,
        )
    except RuntimeError as error:
        raise ClassroomError(
            f"The workers could not be started ({error.__cause__ or error}): grade again, "
            "with --workers 1 if that does not help."
        ) from None


def _fit(client, scheduler: str, sandboxed: bool) -> None:
    """Refuse a cluster that has no workers, or whose workers would judge otherwise or not at all.

    A worker without a sandbox would be done with each submission at once, and so be given all.
    """
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        found = client.run(_look_there, on_error="ignore")
    except TimeoutError:
        raise ClassroomError(
            f"The Dask scheduler at {scheduler} has no workers: start some with "
            f"`dask worker {scheduler} --nthreads 1`."
        ) from None
    except OSError:
        raise ClassroomError(LOST) from None
    for worker, (version, lacking) in found.items():
        if version != fingerprint():
            raise ClassroomError(OTHER_VERSION)
        if sandboxed and lacking:
            raise ClassroomError(f"The worker at {worker} cannot grade. {lacking}")


def _look_there() -> tuple[str, str | None]:
    """The version of a worker, and why it has no sandbox, if it has none."""
    from autograder.running.version import fingerprint
    from autograder.sandbox.provisioner import missing

    return fingerprint(), missing()
