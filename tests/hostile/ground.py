"""The ground that hostile submissions are tried on: a small lesson, a class, what must not change.

An attack is data (`Attack`). `Ground` hands it in, has it graded as any submission is, and knows
what lies around the grader: canaries whose bytes are compared, processes that must be gone, and
secrets that must be on no page.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from time import monotonic

import nbformat

from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import read_submission
from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.lessons.course import Lesson
from autograder.running import client, clock, wall
from autograder.running.grade_submission import Assignment, Graded, Task, perform
from autograder.running.limits import Limits
from autograder.sandbox.provisioner import Resources

CHECKOUT = Path(__file__).resolve().parents[2]

SOURCE = '''\
# %% [markdown]
r"""
# What a layer does
"""

# %% role="given" id="hostile-setup"
import numpy as np
from autograder import check

# %% role="exercise" id="relu"
def relu(x):
    """Keep what is positive."""
    ### BEGIN SOLUTION
    return np.maximum(x, 0)
    ### END SOLUTION

# %% role="check" id="relu-check" points=1
check("relu", relu)

# %% role="test" id="relu-test" points=3
### BEGIN HIDDEN TESTS
check("relu", relu, hidden=True)
### END HIDDEN TESTS

# %% role="exercise" id="conv-parameter-count"
def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):
    """Count what a layer learns."""
    ### BEGIN SOLUTION
    kh, kw = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    return num_filters * (in_channels * kh * kw + int(bias))
    ### END SOLUTION

# %% role="check" id="conv-parameter-count-check" points=1
check("conv-parameter-count", conv_parameter_count)

# %% role="test" id="conv-parameter-count-test" points=3
### BEGIN HIDDEN TESTS
check("conv-parameter-count", conv_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% role="exercise" id="lenet-parameter-count"
lenet_parameter_count = None
### BEGIN SOLUTION
lenet_parameter_count = 61_706
### END SOLUTION

# %% role="check" id="lenet-parameter-count-check" points=1
check("lenet-parameter-count", lenet_parameter_count)

# %% role="test" id="lenet-parameter-count-test" points=1
### BEGIN HIDDEN TESTS
check("lenet-parameter-count", lenet_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown] role="question" id="why-layers" points=2
r"""
Why are there layers?

### BEGIN SOLUTION
One alone is too simple.
### END SOLUTION
"""
'''

HONEST = {
    "relu": "def relu(x):\n    return np.maximum(x, 0)",
    "conv-parameter-count": (
        "def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):\n"
        "    kh, kw = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size\n"
        "    return num_filters * (in_channels * kh * kw + int(bias))"
    ),
    "lenet-parameter-count": "lenet_parameter_count = 61_706",
}
"""A right answer to each exercise."""

FULL = {"relu": 4.0, "conv-parameter-count": 4.0, "lenet-parameter-count": 2.0}
"""What right answers earn."""

CALLS = """\
def tried(*what):
    print("TRIED", *what)
def leaked(*what):
    print("LEAKED", *what)
"""
"""What attacks call: the one when they have run to their end, the other when they got something."""

LIMITS = Limits(cell_seconds=4, notebook_seconds=30, wall=20, cell_output=400_000)
SPINNING = Limits(cell_seconds=2, notebook_seconds=20, wall=60, cell_output=400_000)
"""For what uses up processor time, which a busy machine gives it slowly."""

SHORT = Limits(cell_seconds=2, notebook_seconds=20, wall=5, cell_output=400_000)
"""Two and no more: for each, kernels are kept warm, whose processes are no survivors."""

RESOURCES = Resources(memory=900 << 20, cpu_seconds=60, disk=24 << 20, file_bytes=12 << 20)

GROWTH = 300 << 20
"""Bytes that the grader may need more, at its peak, for any submission."""

SECRET = "a-canary-sings-here"


ANYTHING = ""
"""In place of a sentence where it depends on the machine which limit is met first, if any."""


@dataclass(frozen=True)
class Attack:
    """One hostile submission, and what must come of it.

    Parameters
    ----------
    name : str
    aim : str
        In a word or two, what is attacked.
    answers : mapping
        Sources of the lesson's cells by id, beside one honest answer, to "conv-parameter-count".
    first : str
        Code of a cell that the student put before the first exercise. It may call `CALLS`.
    last : str
        Code of a cell at the end.
    change : callable, optional
        What else was done to the notebook, as JSON.
    file : callable, optional
        Makes the bytes of the file from the notebook's text.
    folder : callable, optional
        What else was done in the folder that was handed in.
    points : mapping or None
        What each exercise must earn; those not named earn nothing. None where the attack may cost
        the honest answer its points, or some of them.
    looks : str or None
        Part of the sentence in the report; None if there must be none, "" where there may be one.
    tried : bool
        Whether the attack must have run to its end, by its own account.
    limits : Limits
    growth : int
        Bytes that the grader may need more, at its peak.
    cold : bool
        Whether it is tried on a kernel that starts cold too, whose messages go another way.
    """

    name: str
    aim: str
    answers: Mapping[str, str] = field(default_factory=dict)
    first: str = ""
    last: str = ""
    change: Callable[[dict], None] | None = None
    file: Callable[[str], bytes] | None = None
    folder: Callable[[Path], None] | None = None
    points: Mapping[str, float] | None = field(default_factory=lambda: {"conv-parameter-count": 4})
    looks: str | None = None
    tried: bool = False
    limits: Limits = LIMITS
    growth: int = GROWTH
    cold: bool = False


HONEST_SUBMISSION = Attack("an honest submission", "nothing", HONEST, points=FULL)


def code(source: str) -> dict:
    """A code cell as it stands in a file."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def markdown(source: str) -> dict:
    """A text cell as it stands in a file."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def cell_of(notebook: dict, name: str) -> dict:
    """The cell of that id."""
    return next(cell for cell in notebook["cells"] if cell.get("id") == name)


@dataclass(frozen=True)
class Outcome:
    """What came of an attack, and what was seen around it."""

    graded: Graded
    points: dict[str, float]
    said: str
    seconds: float
    growth: int
    survivors: list[str]


class Ground:
    """A class folder, a home and a temporary folder, in which submissions are graded one by one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "home"
        self.folder = ClassFolder(root / "class")
        self.temporary = root / "tmp"
        self.lesson = Lesson("01-hostile", root / "course")
        self._plant()
        self.compiled: Compiled = compile_lesson(self.lesson)

    def _plant(self) -> None:
        """Put down what a stranger would like to read, or to change."""
        self.lesson.source.parent.mkdir(parents=True)
        self.lesson.source.write_text(SOURCE)
        self.temporary.mkdir()
        for path in (
            self.home / ".ssh/id_ed25519",
            self.home / ".netrc",
            self.home / ".config/token",
            self.folder.gradebook,
            self.folder.submitted / "ada/01-hostile/notes.txt",
            self.folder.autograded / "ada/01-hostile/01-hostile.ipynb",
            self.folder.feedback / "ada/01-hostile/01-hostile.html",
            self.root / "elsewhere/secret.ipynb",
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(SECRET)

    def outside(self) -> dict[str, str]:
        """A digest of everything on the ground, but for what the students themselves handed in."""
        return {
            str(path.relative_to(self.root)): _digest(path)
            for path in sorted(self.root.rglob("*"))
            if not path.is_relative_to(self.temporary)
            and not path.is_relative_to(self.folder.submitted / "eve")
        }

    def scraps(self) -> set[str]:
        """What the grader has left in the temporary folder; a house is kept from run to run."""
        return {path.name for path in self.temporary.iterdir() if not (path / "house").is_dir()}

    def survivors(self) -> set[str]:
        """Every process that sees a house of this grader: all that the sandbox ever started."""
        houses = [path.stat() for path in self.temporary.glob("*/house/autograder")]
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                seen = (process / "root/course/autograder").stat()
                if any(os.path.samestat(seen, house) for house in houses):
                    found.add(process.name)
        return found

    def hand_in(self, attack: Attack) -> None:
        """Write what `eve` hands in."""
        notebook = json.loads(nbformat.writes(self.compiled.student))
        own = {"conv-parameter-count": HONEST["conv-parameter-count"], **attack.answers}
        for cell in notebook["cells"]:
            cell["source"] = own.get(cell["id"], cell["source"])
        if attack.first:
            at = notebook["cells"].index(cell_of(notebook, "relu"))
            notebook["cells"].insert(at, code(CALLS + attack.first))
        if attack.last:
            notebook["cells"].append(code(CALLS + attack.last))
        if attack.change:
            attack.change(notebook)
        place = self.folder.submitted / "eve" / self.lesson.name
        subprocess.run(["rm", "-rf", str(place)], check=True)
        place.mkdir(parents=True)
        text = json.dumps(notebook)
        data = attack.file(text) if attack.file else text.encode()
        (place / f"{self.lesson.name}.ipynb").write_bytes(data)
        if attack.folder:
            attack.folder(place)

    def run(self, attack: Attack) -> Outcome:
        """Hand in, and have it graded."""
        self.hand_in(attack)
        before, kept = _memory("VmRSS"), self.survivors()
        Path("/proc/self/clear_refs").write_text("5")  # begin a new peak
        start = monotonic()
        assignment = Assignment.of(self.lesson, self.compiled, attack.limits)
        submission = read_submission(self.folder, self.lesson, "eve")
        graded = perform(Task(_pickled(assignment), submission, seed=7))
        seconds = monotonic() - start
        return Outcome(
            graded,
            points_of(graded),
            said(graded),
            seconds,
            _memory("VmHWM") - before,
            sorted(self.survivors() - kept),
        )


_assignments: dict[str, bytes] = {}


def _pickled(assignment: Assignment) -> bytes:
    """The same bytes for the same assignment, as a class has them: it is unpacked once."""
    return _assignments.setdefault(repr(assignment.limits), pickle.dumps(assignment))


def points_of(graded: Graded) -> dict[str, float]:
    """Points by exercise: check and test together. The question waits for a person."""
    total: Counter[str] = Counter()
    for name, points in graded.points.items():
        if not name.startswith("why"):
            total[name.removesuffix("-check").removesuffix("-test")] += points
    return {name: points for name, points in total.items() if points}


def said(graded: Graded) -> str:
    """All that the cells of a graded notebook put out."""
    notebook = nbformat.reads(graded.notebook, as_version=4)
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return "\n".join(
        "".join(output.get("text", "")) + output.get("evalue", "") + str(output.get("data", ""))
        for output in outputs
    )


def tracked_files() -> str:
    """A digest of every file of the checkout that git knows."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True
    ).stdout.split(b"\0")
    digest = hashlib.sha256()
    for name in sorted(filter(None, names)):
        path = CHECKOUT / os.fsdecode(name)
        digest.update(name + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


def live_parts(page: str) -> Counter[str]:
    """All in a page that runs, or makes a browser fetch something, and how often."""
    reader = _Live()
    reader.feed(page)
    reader.close()
    return reader.found


class _Live(HTMLParser):
    RUNS = frozenset(("script", "iframe", "object", "embed", "form", "base", "meta", "link"))
    ADDRESSES = frozenset(("srcdoc", "formaction", "xlink:href", "srcset", "src"))

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in self.RUNS:
            self.found[tag] += 1
        for name, value in attributes:
            address = "".join((value or "").split()).lower()
            if (
                name.startswith("on")
                or (name in self.ADDRESSES and not address.startswith(("data:image/", "#")))
                or (name == "href" and re.match(r"(?!https?:|mailto:)[^/?#]*:", address))
            ):
                self.found[f"{tag} {name}={value}"] += 1


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return "folder" if path.is_dir() else "something else"


def _memory(name: str) -> int:
    """Bytes: a figure of this process from `/proc`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) << 10
    raise KeyError(name)


def use(ground: Ground, monkeypatch) -> None:
    """Let the grader work on this ground: its home, its temporary folder, its secrets.

    Who does not heed that the time is over is waited for, but not for minutes.
    """
    monkeypatch.setattr(clock, "GRACE", 1.0)
    monkeypatch.setattr(client, "HEED", 6)
    monkeypatch.setattr(client, "LATE", 10.0)
    monkeypatch.setattr(wall, "own_resources", lambda: RESOURCES)
    monkeypatch.setattr(tempfile, "tempdir", str(ground.temporary))
    monkeypatch.setenv("HOME", str(ground.home))
    monkeypatch.setenv("A_TOKEN", SECRET)
