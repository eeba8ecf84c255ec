"""Grading that is broken off, however: run again, it ends as if it had not been."""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from nbgrader.api import Gradebook

from autograder.classroom.folder import ClassFolder
from autograder.classroom.grading import Options, grade_class
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.sandbox.scratch import held, sweep
from tests.sandbox.test_sandbox import CHECKOUT, waited
from tests.small_course import small_lesson

from . import broken_off
from .broken_off import contents, file_url, hand_in, mark, students

KILLS = int(os.environ.get("KILLS", "4"))
"""How often something is killed in each of the tests that kill at random."""

SUBMISSIONS = int(os.environ.get("SUBMISSIONS", "24"))

REAL = os.environ.get("REAL", "") != ""
"""Whether submissions are run in kernels, and not by a stand-in."""


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Where graders and workers have their temporary folders."""
    with tempfile.TemporaryDirectory(prefix="k-") as folder:
        yield Path(folder)


def grade(lesson: Lesson, folder: ClassFolder) -> None:
    """Grade the class, undisturbed and in this process."""
    doing = broken_off.really if REAL else broken_off.work
    for _ in grade_class(lesson, folder, students(SUBMISSIONS), Options(workers=1), work=doing):
        pass


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """A class as it is before it is graded, and what is there then if nothing goes wrong.

    It has been graded once before, was marked by hand, and has handed in again.
    """
    lesson = small_lesson(tmp_path_factory.mktemp("before") / "course")
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, SUBMISSIONS)
    grade(lesson, folder)
    mark(file_url(folder), SUBMISSIONS)
    engine = sa.create_engine(file_url(folder))
    with engine.begin() as connection:
        connection.execute(sa.text("update autograder_run set digest = 'handed in again'"))
    engine.dispose()
    hand_in(folder, lesson, SUBMISSIONS, version=1)
    kept = lesson.root / "kept"
    shutil.copytree(folder.root, kept)
    grade(lesson, folder)
    expected = everything(folder)
    assert "Well said" in str(expected["gradebook"]["comments"])
    return kept, expected


@pytest.fixture
def folder(lesson: Lesson, before_and_after: tuple[Path, dict]) -> ClassFolder:
    shutil.copytree(before_and_after[0], lesson.root / "class")
    return ClassFolder(lesson.root / "class")


@pytest.fixture
def undisturbed(before_and_after: tuple[Path, dict]) -> dict:
    """What is there once `folder` is graded, if nothing goes wrong."""
    return before_and_after[1]


class Grader:
    """`tests.classroom.broken_off` for the class of a lesson, as often as it is started."""

    def __init__(self, lesson: Lesson, scratch: Path, *arguments: str) -> None:
        self.lesson = lesson
        self.scratch = scratch
        self.arguments = [*arguments, *["--real"][: REAL or 0]]
        self.notes = lesson.root / "notes"
        self.process: subprocess.Popen | None = None

    def start(self, seconds: float = 0.3, **options) -> subprocess.Popen:
        """Start it; each submission takes so many seconds, in which something can happen."""
        self.notes.write_text("")
        program = ["-m", "tests.classroom.broken_off", str(self.lesson.root), str(SUBMISSIONS)]
        self.process = subprocess.Popen(
            [sys.executable, *program, *self.arguments],
            cwd=CHECKOUT,
            env=self.environment(seconds),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )
        return self.process

    def environment(self, seconds: float) -> dict[str, str]:
        own = {"TMPDIR": str(self.scratch), "NOTES": str(self.notes)}
        return {**os.environ, **own, "WORK_SECONDS": str(seconds)}

    def begun(self) -> list[str]:
        """For whom work was begun since the last start, by whomever."""
        return self.notes.read_text().split()

    def finish(self) -> None:
        """Let it run to its end, which must be a good one."""
        said, complaint = self.start(0).communicate()
        assert self.process.returncode == 0, complaint
        assert sorted(said.split()) == students(SUBMISSIONS)


def holding(folder: Path) -> list[str]:
    """Processes that work in a folder, or have been told of it, or are shown something of it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            for file in ("cmdline", "environ", "mountinfo"):
                if os.fsencode(folder) in (process / file).read_bytes():
                    found.append(f"{process.name}: {(process / 'cmdline').read_bytes()[:200]}")
                    break
    return found


def recorded(folder: ClassFolder) -> set[str]:
    """Whose submission is recorded as it was handed in."""
    if not folder.gradebook.is_file():
        return set()
    engine = sa.create_engine(file_url(folder))
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("autograder_run"):
            return set()
        rows = connection.execute(sa.text("select student, digest from autograder_run")).all()
    engine.dispose()
    return {student for student, digest in rows if digest != "handed in again"}


def everything(folder: ClassFolder) -> dict[str, object]:
    """The gradebook, and every file that belongs to it; seconds left out."""
    files = {
        str(path.relative_to(folder.root)): re.sub(r'"seconds": \{[^}]*\}', "", path.read_text())
        for path in sorted(folder.root.rglob("*"))
        if path.is_file() and path != folder.gradebook
    }
    return {"gradebook": contents(file_url(folder)), **files}


class Victims:
    """Kills at random, and keeps count."""

    def __init__(self) -> None:
        self.rng = random.Random(5)
        self.killed: dict[str, int] = {}

    def kill(self, what: str, process: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
            self.killed[what] = self.killed.get(what, 0) + 1


def children(process: int) -> dict[int, str]:
    """The processes that a process has started, and their command lines."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == process:
                found[int(path.name)] = (path / "cmdline").read_text().replace("\0", " ")
    return found


def workers_of(process: int) -> list[int]:
    """The workers that Dask has started from a process, each of which can be killed.

    Where workers are forked from a server, it is the child that has children of its own.
    """
    started = children(process)
    servers = [number for number, line in started.items() if "forkserver" in line]
    spawned = [number for number, line in started.items() if "spawn_main" in line]
    return spawned + [number for server in servers for number in children(server)]


def kill_while_it_grades(grader: Grader, folder: ClassFolder, choose, before=lambda: None) -> None:
    """Kill `KILLS` times; whoever is chosen. A grader that has ended is started again."""
    victims = Victims()
    done: set[str] = set()
    while sum(victims.killed.values()) < KILLS:
        before()
        if grader.process is None or grader.process.poll() is not None:
            if grader.process is not None:
                _, complaint = grader.process.communicate()
                assert "Traceback" not in complaint, complaint
                done = recorded(folder)
            grader.start()
        if victims.rng.random() < 0.5:
            for _ in range(victims.rng.randint(1, 5)):  # submissions that are let through
                grader.process.stdout.readline()
            time.sleep(victims.rng.random() * 0.3)
        else:
            with suppress(subprocess.TimeoutExpired):
                grader.process.wait(victims.rng.random() * 10)
        what, process = choose(victims.rng)
        victims.kill(what, process)
        assert not done & set(grader.begun()), "somebody recorded was graded again"
        if what == "grader":
            grader.process.communicate()
    grader.process.kill()
    grader.process.communicate()
    print(f"killed: {victims.killed}")


def test_graders_and_workers_are_killed(lesson, folder, undisturbed, scratch):
    grader = Grader(lesson, scratch)

    def choose(rng: random.Random) -> tuple[str, int]:
        workers = workers_of(grader.process.pid)
        if workers and rng.random() < 0.7:
            return "worker", rng.choice(workers)
        return "grader", grader.process.pid

    kill_while_it_grades(grader, folder, choose)
    grader.finish()
    assert everything(folder) == undisturbed
    assert waited(lambda: not holding(scratch)), holding(scratch)
    assert list(scratch.iterdir()) == []


class Cluster:
    """A scheduler and two workers of Dask, processes that are started again when they have died."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.environment = environment
        self.processes: dict[str, subprocess.Popen] = {}

    def mend(self) -> None:
        if not self.alive("scheduler"):
            self.stop()
            here = ("--host", "127.0.0.1", "--port", str(self.port))
            self.start("scheduler", "scheduler", *here)
        for name in ("worker a", "worker b"):
            if not self.alive(name):
                self.start(name, "worker", self.address, "--nthreads", "1")

    def alive(self, name: str) -> bool:
        return name in self.processes and self.processes[name].poll() is None

    def start(self, name: str, *program: str) -> None:
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", "dask", *program, "--no-dashboard"],
            cwd=CHECKOUT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """End all, and those that do not heed it as well, as whoever runs a cluster does."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()


@pytest.fixture
def cluster(lesson: Lesson, scratch: Path) -> Iterator[Cluster]:
    own = {"DASK_TEMPORARY_DIRECTORY": str(lesson.root / "dask")}  # Dask sees to it by itself
    cluster = Cluster(Grader(lesson, scratch).environment(0.3) | own)
    yield cluster
    cluster.stop()


def test_graders_workers_nannies_and_the_scheduler_are_killed(
    lesson, folder, undisturbed, scratch, cluster, monkeypatch
):
    grader = Grader(lesson, scratch, "--scheduler", cluster.address)

    def choose(rng: random.Random) -> tuple[str, int]:
        what = rng.choice(("grader", "scheduler", "worker", "worker", "nanny"))
        nanny = cluster.processes[rng.choice(("worker a", "worker b"))].pid
        workers = workers_of(nanny)
        if what == "worker" and workers:
            return what, workers[0]
        if what in ("worker", "nanny"):
            return "nanny", nanny
        return what, (grader.process if what == "grader" else cluster.processes[what]).pid

    kill_while_it_grades(grader, folder, choose, cluster.mend)
    cluster.mend()
    grader.finish()
    cluster.stop()
    assert everything(folder) == undisturbed
    assert waited(lambda: not holding(scratch)), holding(scratch)
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    sweep()  # as the next to grade here would
    assert list(scratch.iterdir()) == []


def test_killed_while_the_gradebook_is_made(lesson, folder, scratch, tmp_path):
    folder.gradebook.unlink()
    grader = Grader(lesson, scratch, "--workers", "1")
    rng = random.Random(6)
    for _ in range(KILLS):
        process = grader.start()
        assert waited(folder.gradebook.exists)
        time.sleep(rng.random() * 0.5)
        process.kill()
        process.communicate()
    grade(lesson, folder)
    shutil.move(folder.gradebook, tmp_path / "disturbed.db")
    grade(lesson, folder)
    disturbed, expected = contents(f"sqlite:///{tmp_path}/disturbed.db"), contents(file_url(folder))
    for tables in (disturbed, expected):  # each class has a seed of its own
        tables["runs"] = [run[:2] for run in tables["runs"]]
    assert disturbed == expected


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_hand_what_was_graded_is_recorded(number, lesson, folder, undisturbed, scratch):
    grader = Grader(lesson, scratch)
    process = grader.start()
    first = process.stdout.readline().strip()
    assert len(grader.begun()) < SUBMISSIONS
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    _, complaint = process.communicate()
    assert complaint == "stopped\n"
    assert first in recorded(folder)
    assert waited(lambda: not holding(scratch)), holding(scratch)
    assert list(scratch.iterdir()) == []
    grade(lesson, folder)
    assert everything(folder) == undisturbed


def fill(gradebook: Path) -> int:
    """Make a gradebook that has to grow, and is larger than all other files; its size."""
    with Gradebook(f"sqlite:///{gradebook}") as book:
        for student in students(SUBMISSIONS)[SUBMISSIONS // 2 :]:
            book.remove_student(student)
        book.db.execute(sa.text("create table filler (text)"))
        book.db.execute(sa.text("insert into filler values (randomblob(3000000))"))
        book.db.commit()
        book.db.execute(sa.text("vacuum"))
    return gradebook.stat().st_size


def without_the_long_page(gradebook: Path) -> int:
    """Take away a page that has to be written again; less than it needs."""
    (page,) = (gradebook.parent / "feedback" / students(1)[0]).rglob("*.html")
    needed = page.stat().st_size
    page.unlink()
    return needed // 2


@pytest.mark.parametrize(
    ("most", "sentence"),
    [
        (
            without_the_long_page,
            "What came of the submissions cannot be written in .*: File too large",
        ),
        (fill, "The gradebook .*gradebook.db cannot be written to: .*disk"),
    ],
)
def test_on_a_full_disk_nothing_recorded_is_lost(
    most: Callable[[Path], int], sentence, lesson, folder, undisturbed, scratch
):
    bytes_ = most(folder.gradebook)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))

    grader = Grader(lesson, scratch, "--workers", "1")
    _, complaint = grader.start(0.15, preexec_fn=limit).communicate()
    assert grader.process.returncode == 1
    assert re.fullmatch(
        sentence + r".*What was recorded stays; mend that and grade again\.\n", complaint
    )
    grade(lesson, folder)
    assert everything(folder) == undisturbed


def test_a_gradebook_that_may_only_be_read(lesson, folder, undisturbed, scratch):
    url = f"sqlite:///file:{folder.gradebook}?mode=ro&uri=true"
    _, complaint = Grader(lesson, scratch, "--workers", "1", "--db", url).start(0).communicate()
    assert re.fullmatch(
        r"The gradebook .* cannot be written to: .*readonly.*grade again\.\n", complaint
    )
    grade(lesson, folder)
    assert everything(folder) == undisturbed


def test_a_lesson_of_a_class_is_graded_by_one_at_a_time(lesson, folder, undisturbed):
    with (
        held(folder.logs / lesson.name),
        pytest.raises(ClassroomError, match=r"01-small of .* is being graded already: wait"),
    ):
        grade(lesson, folder)
    grade(lesson, folder)
    assert everything(folder) == undisturbed
