"""Nonsense in the folders of `submitted/`: each student there is read, or refused in a sentence."""

from __future__ import annotations

import os
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.classroom.folder import ClassFolder
from autograder.classroom.shown import is_name, shown
from autograder.classroom.submissions import file_digest, find_students, read_submission
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.notebooks import notebook_text
from tests.small_course import small_lesson

from .test_fuzz import fuzz
from .test_fuzz_messages import halves

HONEST = "honest"
"""Somebody beside all that, who handed in what was given out."""

OWN = ("01-small", "01-small.ipynb", "timestamp.txt", "data.csv", "mine.py", "x.zip", "Copy of 01")
ODD = (
    "..",
    ".git",
    "__MACOSX",
    "a\nb",
    "\x1b[2J",
    "<b>",
    "é",
    "x" * 200,
    "02-filters",
    "🙂",
    "-rf",
)
names = st.sampled_from(OWN + ODD) | halves.filter(lambda name: "/" not in name)
contents = (
    st.sampled_from([b"", b"{}", b"\xff", b"[" * 9_000, b"GIVEN", b"PK\x03\x04"]) | st.binary()
)
members = st.lists(st.tuples(st.sampled_from([*OWN, "../../x.ipynb", "a/b"]), contents), max_size=3)
files = st.one_of(
    st.tuples(st.just("file"), contents),
    st.tuples(st.just("link"), st.sampled_from(["/etc/passwd", "/dev/zero", ".", "..", "nothing"])),
    st.tuples(st.just("pipe"), st.none()),
    st.tuples(st.just("locked"), contents),
    st.tuples(st.just("zip"), members),
    st.tuples(st.just("nest"), st.integers(1, 30)),
)
trees = st.recursive(
    files,
    lambda inner: st.tuples(st.just("folder"), st.dictionaries(names, inner, max_size=4)),
    max_leaves=8,
)
handed_in = st.dictionaries(names, trees, max_size=4)


def make(path: Path, kind: str, what: object, given_out: bytes) -> None:
    """Lay something there, if the file system takes such a name."""
    if kind in ("file", "locked"):
        path.write_bytes(given_out if what == b"GIVEN" else what)
        path.chmod(0o000 if kind == "locked" else 0o600)
    elif kind == "link":
        path.symlink_to(what)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in dict(what).items():
                archive.writestr(name, given_out if data == b"GIVEN" else data)
    elif kind == "nest":
        (path / "/".join("d" * what)).mkdir(parents=True)
    else:
        path.mkdir()
        for name, inner in what.items():
            put(path, name, inner, given_out)


def put(place: Path, name: str, tree: tuple, given_out: bytes) -> None:
    with suppress(OSError, ValueError):
        named = os.fsdecode(name.encode("utf-8", "surrogatepass"))
        make(place / named, *tree, given_out)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory) -> Lesson:
    return small_lesson(tmp_path_factory.mktemp("trees"))


@pytest.fixture(scope="module")
def given_out(lesson) -> bytes:
    return notebook_text(compile_lesson(lesson).student).encode()


def is_sentence(text: str) -> bool:
    """Whether there is something to show, of a bounded length."""
    return shown(text).isprintable() and 0 < len(text) < 1_000


@fuzz
@given(handed_in)
def test_whatever_lies_in_submitted_everybody_is_read_or_refused(lesson, given_out, students):
    folder = ClassFolder(lesson.root / "class")
    shutil.rmtree(folder.root, ignore_errors=True)
    place = folder.submitted / HONEST / lesson.name
    place.mkdir(parents=True)
    (place / f"{lesson.name}.ipynb").write_bytes(given_out)
    for name, tree in students.items():
        put(folder.submitted, name, tree, given_out)
    found, strays = find_students(folder, lesson)
    assert HONEST in found
    assert all(map(is_sentence, strays))
    for student in found:
        read = read_submission(folder, lesson, student)
        assert not read.unreadable or is_sentence(read.unreadable)
        assert all(map(is_sentence, read.remarks))
        assert is_name(student)
        with suppress(OSError):
            file_digest(folder, lesson, student)
    assert read_submission(folder, lesson, HONEST).cells
    with pytest.raises(ClassroomError, match="handed in nothing"):
        find_students(folder, lesson, ["nobody at all"])
