"""Clusters of Dask: one on this machine that nobody else can use, or one that others have started.

Whoever reaches a scheduler or a worker of Dask has it run what they like, as the user that started
it. So all connections are encrypted, and opened only to those who hold the cluster's certificate.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from typing import TYPE_CHECKING

from autograder.lessons.errors import ClassroomError
from autograder.running.version import fingerprint
from autograder.running.wall import CORES_VARIABLE
from autograder.sandbox.scratch import scratch_folder, sweep, tempfile_in_scratch

if TYPE_CHECKING:
    from distributed import Client, SpecCluster

LOST = (
    "The Dask scheduler has gone: start it and its workers again, and grade again. "
    "What was recorded stays."
)

OTHER_VERSION = (
    "The workers have another version of the course than this machine: install the same on all."
)

CONNECT_SECONDS = 60
"""How long a scheduler may take to answer, and its first worker to come."""

DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
"""What workers run first: Ctrl-C reaches them too, and is for the grader alone to hear."""

SETTINGS = {
    "distributed.scheduler.allowed-failures": 1,
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.admin.log-length": 100,
    "distributed.worker.preload": [DEAF],
    "distributed.worker.multiprocessing-method": "forkserver",
}

PRELOADED = ["distributed", "autograder.classroom.nodes", "autograder.running.grade_submission"]
"""What takes workers longest to import: it is imported once, and workers are forked from there."""


@contextmanager
def client_of(
    workers: int, scheduler: str | None, sandboxed: bool, insecure: bool = False
) -> Iterator[Client]:
    """A client of the cluster at an address, or of one that is made on this machine.

    Raises
    ------
    ClassroomError
        If there is no such cluster, it is open to everybody, or it cannot do the work.
    """
    if scheduler is None:
        _begin_imports()
    import dask.config
    import distributed  # sets levels of its own, and so has to be there first

    for name in ("", ".client", ".core", ".nanny", ".scheduler", ".utils", ".worker"):
        logging.getLogger(f"{distributed.__name__}{name}").setLevel(logging.CRITICAL)
    with dask.config.set({**SETTINGS, "distributed.comm.timeouts.connect": CONNECT_SECONDS}):
        if scheduler is None:
            with _on_this_machine(workers) as client:
                yield client
            return
        refuse_open(scheduler, insecure)
        with _connected(scheduler) as client:
            _fit(client, scheduler, sandboxed)
            yield client


def refuse_open(scheduler: str, insecure: bool) -> None:
    """Refuse the address of a cluster that lets everybody in, unless it is wanted.

    Raises
    ------
    ClassroomError
        Also where a certificate is needed and none is set.
    """
    from distributed import Security

    if not scheduler.startswith("tls://"):
        if insecure:
            return
        raise ClassroomError(
            f"The Dask scheduler at {scheduler} runs whatever anybody who reaches it sends: "
            "start it with certificates and give its tls:// address (docs/cluster.md says how), or "
            "add --insecure-scheduler if nobody else can reach its network and its machines."
        )
    known = Security().get_tls_config_for_role("client")
    if not (known.get("ca_file") and known.get("cert")):
        raise ClassroomError(
            "A tls:// scheduler asks for a certificate: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE "
            "and DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT (docs/cluster.md says how)."
        )


def _connected(scheduler: str) -> Client:
    from distributed import Client

    try:
        return Client(scheduler, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClassroomError(
            f"There is no Dask scheduler at {scheduler}: start one with `dask scheduler`, "
            f"or leave --scheduler out ({error})."
        ) from None


def _begin_imports() -> None:
    """Start the process that workers are forked from, while this one imports the same."""
    # Runs go side by side: BLAS threads of their own would only get in each other's way.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    forkserver.set_forkserver_preload(PRELOADED)
    with tempfile_in_scratch():  # its socket's folder stays behind if this process is killed
        forkserver.ensure_running()


@contextmanager
def _on_this_machine(workers: int) -> Iterator[Client]:
    import dask.config
    from distributed import Client

    with (
        scratch_folder() as folder,
        dask.config.set({"temporary-directory": folder}),
        _local_cluster(workers) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client
    sweep()  # what workers left that were killed


def _local_cluster(workers: int) -> SpecCluster:
    """What `LocalCluster` makes, with nodes that open no port for browsers."""
    from distributed import Security, SpecCluster

    from .nodes import QuietNanny, QuietScheduler

    security = Security.temporary()
    common = {"host": "127.0.0.1", "protocol": "tls://", "security": security}
    worker = {
        **common,
        "nthreads": 1,
        "memory_limit": 0,  # what notebooks may use is bounded where they run
        "silence_logs": logging.CRITICAL,
    }
    try:
        return SpecCluster(
            scheduler={"cls": QuietScheduler, "options": {**common, "dashboard": False}},
            workers={
                n: {"cls": QuietNanny, "options": {**worker, "env": {CORES_VARIABLE: cores}}}
                for n, cores in enumerate(cores_of(workers))
            },
            security=security,
            silence_logs=logging.CRITICAL,  # type: ignore[arg-type]  # a level: see its code
        )
    except RuntimeError as error:
        raise ClassroomError(
            f"The workers could not be started ({error.__cause__ or error}): grade again, "
            "with --workers 1 if that does not help."
        ) from None


def cores_of(workers: int) -> list[str]:
    """On which core what each worker starts for strangers runs, so that none slows another's down.

    Where there are more workers than cores, some share one.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return [str(cores[n % len(cores)]) if cores else "" for n in range(workers)]


def _fit(client: Client, scheduler: str, sandboxed: bool) -> None:
    """Refuse a cluster that has no workers, or whose workers would judge otherwise or not at all.

    A worker without a sandbox would be done with each submission at once, and so be given all.
    """
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        # What a client says later, only one that is asynchronous does.
        found: dict = client.run(_look_there, on_error="ignore")  # type: ignore[assignment]
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
    from autograder.sandbox.requirements import missing

    return fingerprint(), missing()
