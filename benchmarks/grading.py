"""Grading a class: `autograder grade` beside plain nbgrader and Otter, on the same submissions.

Each grader is started as its user would start it, and its start counts. The class is the sample
class of lesson 02, but for the notebook that never ends and the file that is none, over and over;
each copy's cells are signed, so no two are the same. The slower graders get each kind once.

Otter is measured where there is a command `otter`: beside this Python, or on the PATH, so that it
can have an environment of its own (`pip install otter-grader ipykernel numpy matplotlib pillow`).
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import find_students, read_submission
from autograder.exercises import Arguments, find
from autograder.inside.answers import LocalAnswer, Response, to_plain_data
from autograder.judging.checking import judge_handed
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course
from autograder.lessons.roles import exercise_of, role_of
from autograder.running.cells_to_run import cells_to_run
from autograder.running.rebuild import rebuild
from tests.sample_class.assignments import ASSIGNMENTS
from tests.sample_class.students import Student, write_submissions

from .measure import table

LESSON = "02-filters"
ENDLESS, DAMAGED = "mia-fischer", "pia-costa"

FEW, MANY = 20, 100
"""Submissions in two classes: what the larger takes more is not the start."""

ROUNDS = 5
"""How often ours grades each class; the others, who take many times as long, do once."""

COUNTING = "total = 0\nfor number in range(30_000_000):\n    total += number"
"""Work that two processors can do side by side, if a machine lets them."""

KERNELS = 5, 25
"""Kernels, forked from a zygote, in which nothing is run: what a submission takes at least.
What the more take longer is not the start."""

OTTER = 4
"""Notebooks that Otter grades, one of each kind from the beginning of the class."""


@dataclass(frozen=True)
class Run:
    """What a command took, seconds on the clock and of the processor, and what it said."""

    wall: float
    processor: float
    said: str = ""


def main() -> str:
    """Measure all, and write it down."""
    with tempfile.TemporaryDirectory(prefix="grading-") as name:
        root = Path(name)
        handed = {count: write_class(root / str(count), count) for count in (FEW, MANY)}
        kinds = write_class(root / "kinds", len(people()))
        rounds = in_rounds(
            ROUNDS,
            {
                (workers, count): partial(grade, root / str(count), workers)
                for workers in (2, 1)
                for count in handed
            }
            | {("counting", processes): partial(count_up, processes) for processes in (2, 1)}
            | {("kernels", count): partial(empty_kernels, count) for count in KERNELS},
        )
        # Noise only ever slows down.
        ours = {name: min(runs, key=lambda run: run.wall) for name, runs in rounds.items()}
        rows = [row("`nbgrader autograde`", len(kinds), stock(root / "stock", root / "kinds"))]
        if otter := shutil.which("otter", path=search_path()):
            some = kinds[:OTTER]
            rows.append(row("`otter run`", len(some), with_otter(otter, root, some)))
        rows.append(row("`autograder grade`, two workers", MANY, ours[2, MANY]))
        rows.append(row("`autograder grade`, one worker", MANY, ours[1, MANY]))
        own = json.loads(output_of([__name__, str(root / str(MANY))]))
        cells = how_many_run(root / "kinds", kinds)
    fastest = rows[-2]["a minute"]
    for one in rows:
        one["two workers of ours do"] = f"{fastest / one['a minute']:.1f} times as many"
    return "\n\n".join(
        [
            table(rows),
            f"All start-up counts. The bars: 10 times nbgrader, 20 times Otter. {cells} The others "
            "run all of them, without a sandbox and with nothing that judges from outside.",
            _workers(rounds),
            _processor(rounds, own),
            f"`autograder --help` answers in {help_seconds():.2f} s (bar 0.3).",
        ]
    )


def in_rounds(rounds: int, commands: dict[Any, Callable[[], Run]]) -> dict[Any, list[Run]]:
    """Run all in turn, again and again."""
    runs = [{name: command() for name, command in commands.items()} for _ in range(rounds)]
    return {name: [run[name] for run in runs] for name in commands}


def row(grader: str, count: int, run: Run) -> dict[str, str | float]:
    return {
        "grader": grader,
        "submissions": str(count),
        "seconds": run.wall,
        "seconds each": run.wall / count,
        "a minute": 60 * count / run.wall,
    }


def _workers(rounds: dict[Any, list[Run]]) -> str:
    def walls(*name: object) -> np.ndarray:
        return np.array([run.wall for run in rounds[name]])

    one, two = (walls(n, MANY) - walls(n, FEW) for n in (1, 2))
    whole = walls(1, MANY) / (2 * walls(2, MANY))
    counting = walls("counting", 1) / walls("counting", 2)
    return (
        f"Two workers instead of one: of each, {_spread(one / (2 * two))} is of use (bar 90%), "
        f"from the submissions beyond the first {FEW}; with the start, {_spread(whole)}. Of two "
        f"Pythons that only count, side by side on this machine, it is {_spread(counting)}. "
        f"Medians of {ROUNDS} rounds in which all take turns, and the whole range. Once started, "
        f"two workers do {60 * (MANY - FEW) / np.median(two):.0f} a minute."
    )


def _spread(shares: np.ndarray) -> str:
    return f"{np.median(shares):.0%} ({shares.min():.0%} to {shares.max():.0%})"


def _processor(rounds: dict[Any, list[Run]], own: float) -> str:
    few, many = (np.array([run.processor for run in rounds[1, count]]) for count in (FEW, MANY))
    each = np.median(many - few) / (MANY - FEW)
    start = np.median(few) - FEW * each
    kernel = kernel_seconds(rounds)
    return (
        f"Processor time, one worker: {1000 * each:.0f} ms for each submission once started, on "
        f"the whole machine, of which {1000 * own:.0f} ms are the submission's own code, run in a "
        f"plain Python that has imported everything. What the grader adds is "
        f"{1000 * (each - own):.0f} ms: kernel, sandbox, judge, page, gradebook. That is "
        f"{(each - own) / kernel:.1f} times (bar 2.2) the {1000 * kernel:.0f} ms of a kernel in "
        f"which nothing is run, forked behind the same wall in the same rounds. The start takes "
        f"{start:.1f} s once."
    )


def people() -> dict[str, Student]:
    """One of each kind."""
    students = ASSIGNMENTS[LESSON].students
    return {name: one for name, one in students.items() if name not in (ENDLESS, DAMAGED)}


def write_class(folder: Path, count: int) -> list[str]:
    """Write a class that hands in `count` notebooks; the students' names."""
    kinds = list(people().items())
    students = {}
    for number in range(count):
        kind, student = kinds[number % len(kinds)]
        name = f"{number:03}-{kind}"
        students[name] = replace(student, change=signed(student, name))
    lesson = Course.find().lesson(LESSON)
    write_submissions(folder, lesson, replace(ASSIGNMENTS[LESSON], students=students))
    return list(students)


def signed(student: Student, name: str):
    def change(notebook: NotebookNode) -> None:
        student.change(notebook)
        for cell in notebook.cells:
            if role_of(cell) == "exercise":
                cell.source += f"\n# {name}"
            elif role_of(cell) == "question":
                cell.source += f"\n\n{name}"

    return change


# --- graders -----------------------------------------------------------------------------------


def grade(folder: Path, workers: int) -> Run:
    """The course's own command, with all that it has: sandbox, judge, warm kernels."""
    for made in ("gradebook.db", "autograded", "feedback", "logs"):
        shutil.rmtree(folder / made, ignore_errors=True)
        (folder / made).unlink(missing_ok=True)
    command = ["grade", LESSON, "--class", str(folder), "--workers", str(workers)]
    return timed([sys.executable, "-m", "autograder.cli", *command], Course.find().root)


def count_up(processes: int) -> Run:
    """Some Pythons at once that only count."""
    script = "\n".join(
        [
            "import subprocess, sys",
            f"command = [sys.executable, '-c', {COUNTING!r}]",
            f"started = [subprocess.Popen(command) for _ in range({processes})]",
            "sys.exit(max(process.wait() for process in started))",
        ]
    )
    return timed([sys.executable, "-c", script], Course.find().root)


def empty_kernels(count: int) -> Run:
    """A process that starts so many kernels, in which nothing is run, as for submissions."""
    return timed([sys.executable, "-m", "benchmarks.kernels", str(count)], Course.find().root)


def kernel_seconds(rounds: dict[Any, list[Run]]) -> float:
    """Processor time of one kernel in which nothing is run."""
    few, many = (np.array([run.processor for run in rounds["kernels", n]]) for n in KERNELS)
    return float(np.median(many - few)) / (max(KERNELS) - min(KERNELS))


def stock(root: Path, folder: Path) -> Run:
    """nbgrader on a course of its own, with no settings: the same lesson, the same notebooks."""
    source = root / "source" / LESSON
    source.mkdir(parents=True)
    lesson = Course.find().lesson(LESSON)
    nbformat.write(compile_lesson(lesson).instructor, source / f"{LESSON}.ipynb")
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    shutil.copytree(folder / "submitted", root / "submitted")
    nbgrader = [sys.executable, "-m", "nbgrader"]
    timed([*nbgrader, "generate_assignment", LESSON], root)
    return timed([*nbgrader, "autograde", LESSON], root)


def with_otter(otter: str, root: Path, students: list[str]) -> Run:
    """Otter without a container, a notebook at a time, as it wants it."""
    work = root / "otter"
    (work / "tests").mkdir(parents=True)
    for exercise, arguments in ASKED.items():
        function = find(exercise).function_name
        test = OTTER_TEST.format(name=exercise, function=function, arguments=arguments)
        (work / "tests" / f"{function}.py").write_text(test)
    timed([otter, "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"], work)
    notebooks = []
    for student in students:
        path = root / "kinds" / "submitted" / student / LESSON / f"{LESSON}.ipynb"
        notebooks.append(work / f"{student}.ipynb")
        nbformat.write(for_otter(nbformat.read(path, 4)), notebooks[-1])
    runs = [
        timed([otter, "run", "-a", "autograder.zip", str(notebook)], work) for notebook in notebooks
    ]
    return Run(sum(run.wall for run in runs), sum(run.processor for run in runs))


def for_otter(notebook: NotebookNode) -> NotebookNode:
    """The same notebook, with Otter's checks in place of ours."""
    cells = [new_code_cell("import otter\ngrader = otter.Notebook()", id="otter")]
    for cell in notebook.cells:
        if role_of(cell) == "check" and exercise_of(cell.id) in ASKED:
            cells.append(new_code_cell(f'grader.check("{exercise_of(cell.id)}")', id=cell.id))
        elif role_of(cell) not in ("check", "test"):
            cells.append(cell)
    notebook.cells = cells
    return notebook


OTTER_TEST = """\
from otter.test_files import test_case

OK_FORMAT = False
name = "{name}"
points = 4


@test_case(points=4, hidden=False)
def test_answer(env):
    import numpy as np
    from autograder import reference

    rng = np.random.default_rng(1)
    for _ in range(10):
        arguments = ({arguments})
        mine = env["{function}"](*arguments)
        right = reference.{function}(*arguments)
        assert np.shape(mine) == np.shape(right)
        assert np.allclose(mine, right)
"""

ASKED = {
    "cross-correlate2d": "rng.random((7, 9)), rng.random((3, 2))",
    "convolve2d": "rng.random((7, 9)), rng.random((3, 2))",
    "apply-filter": "rng.random((3, 7, 9)), rng.random((3, 3, 2)), 1.5",
    "conv2d-naive": "rng.random((2, 3, 7, 9)), rng.random((4, 3, 3, 2)), rng.random(4)",
    "conv-parameter-count": "3, (3, 5), 8",
    "gradient-magnitude": "rng.random((7, 9)),",
    "conv-as-matrix": "rng.random((3, 2)), (5, 6)",
}
"""The exercises that have one right answer, each with arguments."""


def timed(command: list[str], folder: Path, root: Path | None = None) -> Run:
    """Run a command in a folder to its end, with the modules of a tree, by default this one."""
    path = str(root or Course.find().root)
    environment = {**os.environ, "PATH": search_path(), "PYTHONPATH": path}
    with (
        tempfile.TemporaryDirectory() as name,
        tempfile.TemporaryFile("w+", errors="replace") as said,
    ):
        counts = Path(name, "counts")
        start, before = time.perf_counter(), machine_seconds()
        process = subprocess.Popen(
            [*counting(counts), *command],
            cwd=folder,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        process.wait()
        wall, processor = time.perf_counter() - start, machine_seconds() - before
        said.seek(0)
        text = said.read()
        if process.returncode:
            sys.exit(f"{command} failed:\n{text[-2000:]}")
        return Run(wall, counted(counts) or processor, text)


def counting(counts: Path) -> list[str]:
    """What a command is put behind to have the processor time of all its processes counted.

    Those that are killed with their namespace leave their time to nobody, so it takes Linux's
    `perf`, which need not be there.
    """
    perf = shutil.which("perf")
    return [perf, "stat", "-x,", "-e", "task-clock", "-o", str(counts), "--"] if perf else []


def counted(counts: Path) -> float | None:
    """Seconds in what `perf stat` has written, `1234.56,msec,task-clock,…`; None if it has not."""
    lines = counts.read_text().splitlines() if counts.exists() else []
    found = [line.split(",")[0] for line in lines if ",task-clock," in line]
    return float(found[0]) / 1000 if found and found[0][0].isdigit() else None


def machine_seconds() -> float:
    """Seconds that this machine's processors have worked: without `perf` it should do nothing else.

    Source: *proc_stat(5)*.
    """
    words = Path("/proc/stat").read_text().split()
    return sum(map(int, words[1:4])) / os.sysconf("SC_CLK_TCK")


def search_path() -> str:
    """Where commands are looked for: beside this Python too, for nbgrader needs one from there."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])


def help_seconds() -> float:
    """`autograder --help`, the median of some."""
    command = [sys.executable, "-m", "autograder.cli", "--help"]
    return statistics.median(timed(command, Course.find().root).wall for _ in range(9))


def output_of(module: list[str]) -> str:
    """What a module of the benchmarks says, run in a process of its own, with arguments."""
    command = [sys.executable, "-m", *module]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


# --- the submissions' own code -------------------------------------------------------------------


class Timed(LocalAnswer):
    """An answer whose function's own processor time is added up."""

    def ask(self, arguments: Arguments) -> Response:
        function = self.function

        def counted(*given):
            start = time.process_time()
            try:
                return function(*given)
            finally:
                Timed.seconds += time.process_time() - start

        self.function = counted
        try:
            return super().ask(arguments)
        finally:
            self.function = function

    seconds = 0.0


def own_seconds(folder: Path) -> float:
    """Processor time of a submission's own code, on average.

    It is the code of the cells that a grading run runs, in a process that has imported everything
    and read nothing, and of the functions that the judge asks, as often as it asks them; what the
    judge does itself is not in it.
    """
    import matplotlib.pyplot  # noqa: F401

    import autograder

    def check(name: str, answer: object, hidden: bool = False) -> None:
        exercise = find(name)
        asked = Timed(answer, exercise.patience) if callable(answer) else None
        judge_handed(exercise, asked, to_plain_data(answer), hidden, seed=1)

    autograder.check = check
    autograder.look = autograder.progress = lambda *_: None
    cells = [needed_sources(folder, student) for student in students_of(folder)]
    for module in {line for sources in cells for _, source in sources for line in imports(source)}:
        importlib.import_module(module)
    return statistics.mean(in_a_fork(run_once, sources) for sources in cells)


def imports(source: str) -> list[str]:
    """The modules that a cell imports; none if it is no Python."""
    with contextlib.suppress(SyntaxError):
        nodes = list(ast.walk(ast.parse(source)))
        whole = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
        names = [node.names for node in nodes if isinstance(node, ast.Import)]
        return [*whole, *(alias.name for some in names for alias in some)]
    return []


def run_once(sources: list[tuple[str | None, str]]) -> float:
    """The processor time of cells, each with its role."""
    names: dict[str, object] = {"__name__": "__main__"}
    seconds = 0.0
    for role, source in sources:
        asked, start = Timed.seconds, time.process_time()
        with contextlib.suppress(Exception), hushed():
            exec(compile(source, "cell", "exec"), names)
        whole = time.process_time() - start
        seconds += Timed.seconds - asked if role in ("check", "test") else whole
    return seconds


def in_a_fork(function: Callable[[Any], float], argument: object) -> float:
    """What a function returns in a process of its own."""
    reader, writer = os.pipe()
    if not os.fork():
        os.write(writer, f"{function(argument)!r}\n".encode())
        os._exit(0)
    os.wait()
    with os.fdopen(reader) as said, os.fdopen(writer, "w"):
        return float(said.readline())


@contextlib.contextmanager
def hushed():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def students_of(folder: Path) -> list[str]:
    return find_students(ClassFolder(folder), Course.find().lesson(LESSON))[0]


def needed_sources(folder: Path, student: str) -> list[tuple[str | None, str]]:
    """The role and the text of each cell that a grading run runs."""
    lesson = Course.find().lesson(LESSON)
    compiled = compile_lesson(lesson)
    submission = read_submission(ClassFolder(folder), lesson, student)
    notebook = rebuild(compiled.master, compiled.student, submission).notebook
    needed = cells_to_run(notebook, compiled.master)
    return [(role_of(cell), cell.source) for cell in notebook.cells if cell.id in needed]


def how_many_run(folder: Path, students: list[str]) -> str:
    run = statistics.median(len(needed_sources(folder, student)) for student in students)
    lesson = compile_lesson(Course.find().lesson(LESSON)).master
    code = sum(cell.cell_type == "code" for cell in lesson.cells)
    return (
        f"Of the {code} code cells `autograder grade` runs the {run:.0f} or so that grades depend "
        "on, and leaves out the lesson's experiments."
    )


if __name__ == "__main__":
    print(json.dumps(own_seconds(Path(sys.argv[1]))))
