"""Doing a class: here, by workers of Dask, and when workers die."""

from __future__ import annotations

import os
import pickle
import re
import socket
import ssl
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import dask
import psutil
import pytest
from distributed import Client, LocalCluster, Security

from autograder.classroom import workers
from autograder.classroom.cluster import cores_of
from autograder.classroom.workers import DEADLY, perform_all
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.errors import ClassroomError
from autograder.running.grade_submission import Assignment, Graded, Task
from autograder.running.handed_in import Submission
from autograder.running.handling import bounded
from autograder.running.wall import own_resources


def fake(task: Task) -> Graded:
    """Say who did it, and do what the student's name says."""
    name = task.submission.student
    if name == "raises":
        raise ValueError("no such luck")
    if name.startswith("slow"):
        sleep(0.5)
    if name == "deadly":
        os._exit(1)
    if name == "endless":
        with bounded("rebuilding it", 0.5):
            re.search(r"(a|a)*b", "a" * 60)
    if name == "hungry":
        with bounded("rebuilding it", memory=100 << 20):
            list(range(1 << 30))
    if name.startswith("/"):  # deadly the first time
        seen = Path(name)
        if not seen.exists():
            seen.touch()
            os._exit(1)
    cores = tuple(map(str, own_resources().cores))
    return Graded(str(os.getpid()), {}, (), (), "", kernels=cores)


@pytest.fixture
def tasks(write_lesson):
    assignment = pickle.dumps(Assignment("01-small", compile_lesson(write_lesson())))

    def make(*names: str):
        return (Task(assignment, Submission(name, "01-small", ()), 1) for name in names)

    return make


def small_cluster() -> LocalCluster:
    """A scheduler and a worker, spoken to as those elsewhere are, but both in this process."""
    return LocalCluster(
        n_workers=1,
        processes=False,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        memory_limit=0,
    )


def test_in_this_process_one_after_the_other(tasks):
    begun: list[str] = []
    done = dict(perform_all(tasks("ada", "raises", "bob"), begun=begun.append, work=fake))
    assert begun == ["ada", "raises", "bob"]
    assert done["ada"].notebook == str(os.getpid())
    assert str(done["raises"]) == "no such luck"


def test_workers_do_all_and_tasks_are_taken_as_they_are_needed(tasks):
    names = [f"student {number}" for number in range(40)]
    taken = []

    def watched():
        for task in tasks(*names):
            taken.append(task)
            yield task

    most = 0
    done = {}
    for count, (student, graded) in enumerate(perform_all(watched(), workers=2, work=fake)):
        most = max(most, len(taken) - count)
        done[student] = graded
    assert sorted(done) == sorted(names)
    assert most <= 2 * 3 + 1
    workers = {graded.notebook: graded.kernels for graded in done.values()}
    assert str(os.getpid()) not in workers
    assert sorted(workers.values()) == sorted((core,) for core in cores_of(2))


def test_a_cluster_is_not_asked_all_the_time_who_is_there(tasks, monkeypatch):
    asked: list[float] = []
    real = workers._threads
    monkeypatch.setattr(workers, "_threads", lambda of: asked.append(monotonic()) or real(of))
    began = monotonic()
    assert len(list(perform_all(tasks("slow", "ada", "slower"), workers=2, work=fake))) == 3
    assert len(asked) <= 2 + (monotonic() - began) / workers.GLANCE


def test_a_killed_workers_submissions_go_again_and_a_deadly_one_is_told(tasks, tmp_path):
    once = [str(tmp_path / "seen a"), str(tmp_path / "seen b")]
    names = ["ada", once[0], "deadly", "raises", "bob", once[1], "eve"]
    done = dict(perform_all(tasks(*names), workers=2, work=fake))
    assert sorted(done) == sorted(names)
    assert done["deadly"].looks == (DEADLY,)
    assert set(done["deadly"].points.values()) == {0.0}
    assert str(done["raises"]) == "no such luck"
    for name in ("ada", "bob", "eve", *once):
        assert done[name].notebook.isdecimal()


def test_work_that_does_not_end_ends_the_worker_and_is_told(tasks):
    """A worker's thread cannot be stopped in the middle of a search: its process ends."""
    names = ["ada", "endless", "hungry", "raises", "bob"]
    done = dict(perform_all(tasks(*names), workers=2, work=fake))
    assert sorted(done) == sorted(names)
    said = "rebuilding it took more than 100 MiB of memory: look at it alone"
    assert str(done["hungry"]) == said
    assert done["endless"].looks == (DEADLY,)
    assert set(done["endless"].points.values()) == {0.0}
    assert str(done["raises"]) == "no such luck"
    assert all(done[name].notebook.isdecimal() for name in ("ada", "bob"))


def test_a_cluster_elsewhere_does_the_same(tasks):
    security = Security.temporary()
    one = security.get_tls_config_for_role("client")
    settings = {
        "distributed.comm.tls.ca-file": one["ca_file"],
        "distributed.comm.tls.client.cert": one["cert"],
        "distributed.comm.tls.client.key": one["key"],
    }
    with (
        dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            memory_limit=0,
            security=security,
        ) as cluster,
    ):
        address = cluster.scheduler_address
        with pytest.raises(ClassroomError, match="asks for a certificate: set DASK_DISTRIBUTED__"):
            list(perform_all(tasks("ada"), scheduler=address, work=fake))
        with dask.config.set(settings):
            done = dict(perform_all(tasks("ada", "bob"), scheduler=address, work=fake))
    assert sorted(done) == ["ada", "bob"]


def test_a_cluster_that_is_open_to_everybody_is_refused_unless_it_is_wanted(tasks):
    for address in ("tcp://head:8786", "head:8786", "tcp://127.0.0.1:8786"):
        with pytest.raises(ClassroomError) as refused:
            list(perform_all(tasks("ada"), scheduler=address, work=fake))
        assert str(refused.value) == (
            f"The Dask scheduler at {address} runs whatever anybody who reaches it sends: start "
            "it with certificates and give its tls:// address (docs/cluster.md says how), or add "
            "--insecure-scheduler if nobody else can reach its network and its machines."
        )


def listening() -> list[int]:
    """The ports that this process and those below it listen at."""
    here = psutil.Process()
    found = [
        connection.laddr.port
        for process in (here, *here.children(recursive=True))
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    return sorted(set(found))


def answered(port: int) -> bytes:
    """What a port says to one who has no certificate: in plain words, and encrypted."""
    said = b""
    for wrap in (lambda plain: plain, stranger().wrap_socket):
        with (
            suppress(OSError),
            socket.create_connection(("127.0.0.1", port), 60) as plain,
            wrap(plain) as line,
        ):
            line.sendall(b"GET / HTTP/1.0\r\n\r\n")
            said += line.recv(1 << 10)
    return said


def stranger() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def test_another_user_of_the_machine_gets_nothing_from_any_port_of_a_running_grade(tasks):
    before = listening()
    done = perform_all(tasks("ada", "bob"), workers=2, work=fake)
    next(done)
    ports = [port for port in listening() if port not in before]
    assert len(ports) >= 3  # of the scheduler, and of each nanny and worker
    assert not [port for port in ports if port == 8787]
    for port in ports:
        assert not answered(port).startswith(b"HTTP"), port
        with (
            pytest.raises((OSError, ValueError)),
            dask.config.set({"distributed.comm.timeouts.connect": "2s"}),
        ):
            Client(f"tcp://127.0.0.1:{port}", set_as_default=False)
    assert len(list(done)) == 1


def test_a_cluster_that_lost_all_its_workers_is_told_in_a_sentence(tasks, monkeypatch):
    monkeypatch.setattr(workers, "WORKERLESS", 1.0)
    monkeypatch.setattr(workers, "GLANCE", 0.2)
    with small_cluster() as cluster:
        names = map(str, range(9))
        done = perform_all(
            tasks(*names), scheduler=cluster.scheduler_address, work=fake, insecure=True
        )
        next(done)
        cluster.scale(0)
        with pytest.raises(ClassroomError) as lost:
            list(done)
    assert str(lost.value) == (
        "The Dask cluster has no worker any more: see why its workers end, start some again, and "
        "grade again. What was recorded stays."
    )


def test_a_cluster_without_workers_is_told_in_a_sentence(tasks, monkeypatch):
    monkeypatch.setattr("autograder.classroom.cluster.CONNECT_SECONDS", 1)
    with (
        LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as cluster,
        pytest.raises(ClassroomError, match="has no workers: start some"),
    ):
        list(
            perform_all(tasks("ada"), scheduler=cluster.scheduler_address, work=fake, insecure=True)
        )


def test_a_cluster_whose_workers_have_no_sandbox_is_refused(tasks, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with small_cluster() as cluster:
        how = {"scheduler": cluster.scheduler_address, "work": fake, "insecure": True}
        with pytest.raises(ClassroomError, match=r"worker at .* cannot grade\. .*bubblewrap"):
            list(perform_all(tasks("ada"), sandboxed=True, **how))
        assert len(list(perform_all(tasks("ada"), sandboxed=False, **how))) == 1


def test_a_scheduler_that_goes_away_is_told_in_a_sentence(tasks):
    with small_cluster() as cluster:
        names = map(str, range(20))
        done = perform_all(
            tasks(*names), scheduler=cluster.scheduler_address, work=fake, insecure=True
        )
        next(done)
        cluster.close()
        with pytest.raises(ClassroomError, match="The Dask scheduler has gone"):
            list(done)


def test_a_scheduler_that_goes_away_with_a_result_is_told_in_a_sentence(tasks):
    async def hang_up(comm, **ignored) -> None:
        comm.abort()

    with small_cluster() as cluster:
        cluster.scheduler.handlers["gather"] = hang_up
        with pytest.raises(ClassroomError, match="The Dask scheduler has gone"):
            list(
                perform_all(
                    tasks("ada"), scheduler=cluster.scheduler_address, work=fake, insecure=True
                )
            )


def test_a_cluster_that_is_not_there_is_told_in_a_sentence(tasks, monkeypatch):
    monkeypatch.setattr("autograder.classroom.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(ClassroomError, match="There is no Dask scheduler at"):
        list(perform_all(tasks("ada"), scheduler="tcp://127.0.0.1:9", work=fake, insecure=True))


def test_a_cluster_with_another_version_is_refused(tasks, monkeypatch):
    monkeypatch.setattr("autograder.classroom.cluster.fingerprint", lambda: "another")
    with (
        small_cluster() as cluster,
        pytest.raises(ClassroomError, match="another version of the course"),
    ):
        list(
            perform_all(tasks("ada"), scheduler=cluster.scheduler_address, work=fake, insecure=True)
        )
