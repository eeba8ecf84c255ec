"""Tests that have passed are not run again while everything that they rest on is as it was.

A test in one of the folders below, or marked `proved`, rests on the course (in some folders on a
part of it), its own file and those of other tests from which that imports, all helpers of tests,
the packages and the machine; on files that the mark names besides; or on no more than the files and
folders of `only`, its own file and the helpers of its folder; and on what `on` returns, called with
its parameters.

With `--keep-proofs`, as `make test` has it, the digest of all that is kept when a test passes, and
while it is the same the test is reported as kept. What is kept is the digest of a success: a
failure leaves nothing behind, and is found again. `PROVE_AGAIN=1` in the environment has everything
run.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath

import pytest

from autograder.lessons.files import write_aside

COURSE = ("autograder", "data", "docs", "notebooks", "solutions")
PROGRAM = ("autograder", "data")
NOTHING_ABOVE = (
    *(f"autograder/{name}" for name in ("__init__.py", "datasets.py", "figures", "reference")),
    "data",
)

PROVED = {
    **{f"tests/{name}/": COURSE for name in ("classroom", "cli", "learning", "running")},
    **{f"tests/{name}/": NOTHING_ABOVE for name in ("figures", "reference")},
    **{f"tests/{name}/": PROGRAM for name in ("sandbox", "watching")},
    "tests/hostile/": (*PROGRAM, "docs"),
}
"""Folders all of whose tests are as if they were marked, with what of the course they rest on; most
tests that take long are there."""

HELPED_BY = ("pyproject.toml", "nbgrader_config.py", "tests/conftest.py", "tests/small_course.py")
FOLDERS = (*COURSE, ".ci", "benchmarks", "site", "tests", "tools")
PROGRAMS = ("bwrap", "chromium", "git")

ALLOWED = (
    "/proc/sys/user/max_user_namespaces",
    "/proc/sys/kernel/unprivileged_userns_clone",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
)
"""Files in which Linux says who may make a sandbox."""

SETTINGS = ("BANK_SEEDS", "FUZZ_EXAMPLES", "KILLS", "SUBMISSIONS", "REAL")
"""Names in the environment that say how much is tried."""

LONGEST = tuple(
    f"tests/{name}.py"
    for name in (
        *("running/test_proving", "hostile/test_hostile", "judging/test_banks"),
        *("classroom/test_sample_class", "classroom/test_broken_off", "sandbox/test_sandbox"),
        *("judging/test_whole_sentences", "running/test_written_elsewhere", "test_lint"),
        *("running/test_execution", "cli/test_without_unix", "cli/test_nothing_is_overwritten"),
        *("hostile/test_pages", "judging/test_degenerate", "running/test_nbgrader"),
        *("lessons/test_exposed", "lessons/test_skeletons", "classroom/test_gradebook"),
        *("learning/test_walk", "watching/test_watching", "classroom/test_accessible"),
        *("figures/explorers/test_every_explorer", "classroom/test_forty", "site/test_site"),
        *("test_packaging", "test_set_up"),
    )
)
"""Begun first, in this order, where nothing is known of an earlier run: no core is to wait for them
at the end."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--keep-proofs", action="store_true", help="keep what passes, by digest")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "proved(*also, only, on): kept as passed, see tests/proofs")
    if config.getoption("--keep-proofs"):
        config.pluginmanager.register(
            Proofs(
                config.rootpath,
                again=os.environ.get("PROVE_AGAIN", "") != "",
                records=not hasattr(config, "workerinput"),
            )
        )


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    if report.when == "call" and report.passed and is_kept(report):
        return "kept", "k", "KEPT"
    return None


class Proofs:
    """What was kept and what is, and which files of tests are begun first.

    Parameters
    ----------
    root : Path
        Of the checkout; in its folder `.proofs` are the digests, and the seconds of each file.
    again : bool
        Whether to run what need not be run.
    records : bool
        Whether this process sees the reports of all tests, as those that pytest-xdist starts do
        not.
    """

    def __init__(self, root: Path, *, again: bool, records: bool) -> None:
        self.root, self.records = root, records
        self.digests, self.seconds = root / ".proofs/tests.json", root / ".proofs/seconds.json"
        self.kept: dict[str, str] = {} if again else read(self.digests)
        self.files = digests_of_files(root)
        self.passed: dict[str, str] = {}
        self.failed: set[str] = set()
        self.spent: Counter[str] = Counter()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            marker = item.get_closest_marker("proved")
            course = next((PROVED[name] for name in PROVED if item.nodeid.startswith(name)), None)
            if marker:
                self.mark(item, self.digest_of(item, *marker.args, **marker.kwargs))
            elif course:
                self.mark(item, self.digest_of(item, course=course))
        due = self.due(items)
        items.sort(key=lambda item: -due[file_of(item.nodeid)])

    def mark(self, item: pytest.Item, digest: str) -> None:
        """Note a test's digest in its reports; have it do nothing if that is known."""
        item.user_properties.append(("proof", digest))
        if self.kept.get(item.nodeid) == digest:
            item.user_properties.append(("kept", True))
            item.setup = item.runtest = nothing

    def due(self, items: list[pytest.Item]) -> dict[str, float]:
        """How many seconds each file will take, as far as that is known."""
        count = Counter(file_of(item.nodeid) for item in items)
        kept = Counter(file_of(item.nodeid) for item in items if is_kept(item))
        first = {file: 60.0 + at for at, file in enumerate(reversed(LONGEST))}
        known = {**first, **read(self.seconds)}
        return {file: known.get(file, 0) * (1 - kept[file] / count[file]) for file in count}

    def digest_of(self, item: pytest.Item, *also: str, only=None, on=None, course=COURSE) -> str:
        """Of all that a test rests on."""
        file = file_of(item.nodeid)
        folder = "tests" if only is None else str(PurePosixPath(file).parent)
        others = (*self.tests_with(file), *also, *HELPED_BY)
        files = self.digest_of_paths((*(course if only is None else only), *others), folder)
        return text_digest([files, *(on(**item.callspec.params) if on else ())])

    @cache  # noqa: B019 - there is one of it as long as the program runs
    def digest_of_paths(self, named: tuple[str, ...], folder: str) -> str:
        """Of files and folders, of the helpers in a folder of tests, and of all around them."""
        return text_digest([*self.of_paths(named), *self.helpers(folder), surroundings()])

    @cache  # noqa: B019
    def of_paths(self, named: tuple[str, ...]) -> list[str]:
        inside = tuple(f"{name}/" for name in named)
        return [
            f"{path} {digest}"
            for path, digest in self.files.items()
            if path in named or path.startswith(inside)
        ]

    @cache  # noqa: B019
    def tests_with(self, file: str) -> tuple[str, ...]:
        """The file of a test, and those of others that it imports from."""
        text = (self.root / file).read_text(encoding="utf-8")
        found = re.findall(r"^from (?:tests\.(\w+))?\.(test_\w+) import", text, re.MULTILINE)
        here = PurePosixPath(file).parent
        imported = (
            str((here.parent / folder if folder else here) / name) for folder, name in found
        )
        return (file, *(one for name in imported for one in self.tests_with(f"{name}.py")))

    @cache  # noqa: B019
    def helpers(self, folder: str) -> list[str]:
        """Files in a folder of tests, and below, that are no tests themselves."""
        found = self.of_paths((folder,))
        return [line for line in found if not PurePosixPath(line).name.startswith("test_")]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.spent[file_of(report.nodeid)] += report.duration
        if report.outcome != "passed":
            self.failed.add(report.nodeid)
        elif digest := dict(report.user_properties).get("proof"):
            self.passed[report.nodeid] = digest

    def pytest_sessionfinish(self) -> None:
        """Keep what has passed, unless a file was changed meanwhile."""
        if not self.records or digests_of_files(self.root) != self.files:
            return
        known = {**read(self.digests), **self.passed}
        kept = {name: digest for name, digest in known.items() if name not in self.failed}
        longest = {**Counter(read(self.seconds)) | self.spent}
        self.digests.parent.mkdir(exist_ok=True)
        write_aside(self.digests, json.dumps(kept, indent=0, sort_keys=True))
        write_aside(self.seconds, json.dumps(longest, indent=0, sort_keys=True))


def nothing() -> None:
    """In place of a test that need not be run."""


def is_kept(test: pytest.Item | pytest.TestReport) -> bool:
    return dict(test.user_properties).get("kept", False)


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def digests_of_files(root: Path) -> dict[str, str]:
    """Every file of a checkout that is not made from others, and its digest."""
    found = [*root.glob("[!.]*"), *(path for name in FOLDERS for path in (root / name).rglob("*"))]
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(found)
        if path.is_file() and not is_made(path.relative_to(root))
    }


def is_made(path: Path) -> bool:
    return "__pycache__" in path.parts or (path.parts[0], path.suffix) == ("solutions", ".ipynb")


@cache
def surroundings() -> str:
    """The packages, the machine, and how much is tried."""
    packages = sorted(f"{found.name} {found.version}" for found in distributions())
    programs = [f"{name} {stamp(shutil.which(name))}" for name in PROGRAMS]
    settings = [f"{name}={os.environ.get(name)}" for name in SETTINGS]
    machine = [platform.platform(), platform.python_version(), str(os.geteuid())]
    machine += [Path(name).read_text() for name in ALLOWED if Path(name).is_file()]
    return text_digest([*packages, *programs, *settings, *machine])


def stamp(path: str | None) -> tuple[int, int] | None:
    found = Path(path).stat() if path else None
    return (found.st_size, found.st_mtime_ns) if found else None


def text_digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def read(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
