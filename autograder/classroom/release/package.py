"""The package that students install: `autograder` without answers, hidden cases and grading."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from autograder.exercises import Exercise, package_of
from autograder.exercises.recorded import ENDING
from autograder.lessons.stub_package import PACKAGE, write_stub_package

from .data import keep_data
from .recording import recorded
from .reference import Parts, write_parts

NAME, WHOLE = "cnn_course_student", "cnn-course-autograder"

NEEDED = ("numpy", "matplotlib", "jupyterlab", "ipykernel", "ipython", "pillow")
"""What students have to install beside it; in the versions that the course asks for."""

JUDGING = ("judging", "watching", "learning")

NOT_JUDGING = ("outside.py", "solutions.py", "__pycache__")
"""What of these is for who grades, or knows the answers."""

CATALOGUE = ("__init__.py", "model.py", "spaces.py", "recorded.py")

EXERCISE = """\
from autograder.exercises.recorded import read

EXERCISE = read(__file__)
"""

ENTRANCE = '''\
"""What students use of the course: pictures, data, and checks that do not know the answers."""

from . import learning as _learning
from .inside.verdicts import Verdict, WrongAnswer
from .judging import judge
from .learning import catch, explore, guess, progress
from .watching import watch

LATER = {later!r}
"""Exercises that can only be checked by who knows the answer."""


def check(exercise_id, answer, hidden=False):
    """Check an answer; raise `WrongAnswer` if it is wrong."""
    if exercise_id in LATER:
        print(f"{{exercise_id}}: this is checked after you hand in.")
        return None
    return _learning.check(exercise_id, answer, hidden)


def look(exercise_id, answer=None):
    """Draw the worked example of an exercise, and yours beside it."""
    if exercise_id not in LATER:
        _learning.look(exercise_id, answer)


def ask(exercise_id, answer, *yours):
    """Ask about your own code, once it passes."""
    if exercise_id not in LATER:
        _learning.ask(exercise_id, answer, *yours)


def hint(exercise_id, answer=None, **options):
    """Show the next hint for an exercise."""
    if exercise_id in LATER:
        print(f"{{exercise_id}}: there are no hints for this one.")
    else:
        _learning.hint(exercise_id, answer, **options)


def solution(exercise_id):
    """There are no solutions here."""
    print("Your instructor has the solutions.")
'''

NOTHING_STANDS_IN = '''\
"""The course's functions are not here: nothing stands in for what is not written yet."""


def before_cell(info):
    """Nothing is done before a cell runs."""


def after_cell(result=None):
    """Nothing is done after one."""
'''

DATE = (2026, 1, 1, 0, 0, 0)
"""Of all files, so that the same course makes the same bytes."""


def write_package(
    folder: Path, exercises: Sequence[Exercise], parts: Parts, read: frozenset[str]
) -> list[str]:
    """Write the package into a new folder.

    Parameters
    ----------
    folder : Path
        Which does not exist yet.
    exercises : sequence of Exercise
        That students are asked.
    parts : Parts
        Of the reference, which they may use.
    read : frozenset of str
        The data files that they need.

    Returns
    -------
    list of str
        The exercises that it can only leave to the grader.
    """
    write_stub_package(folder, parts.declared)
    inside = folder / "autograder"
    write_parts(inside, parts)
    ignore = shutil.ignore_patterns(*NOT_JUDGING)
    for name in JUDGING:
        shutil.copytree(PACKAGE / name, inside / name, ignore=ignore)
    entrance = inside / "learning" / "__init__.py"
    entrance.write_text(_without_solutions(entrance.read_text(encoding="utf-8")), encoding="utf-8")
    nothing = inside / "learning" / "standing_in.py"
    nothing.write_text(NOTHING_STANDS_IN, encoding="utf-8")
    (inside / "exercises").mkdir()
    for name in CATALOGUE:
        shutil.copyfile(PACKAGE / "exercises" / name, inside / "exercises" / name)
    later = [one.id for one in exercises if not _write_exercise(inside / "exercises", one)]
    (inside / "__init__.py").write_text(ENTRANCE.format(later=later), encoding="utf-8")
    (folder / "data").rename(inside / "_data")
    keep_data(inside / "_data", read)
    return later


def _without_solutions(text: str) -> str:
    lines = [line for line in text.split("\n") if "solution" not in line]
    return "\n".join(lines)


def _write_exercise(catalogue: Path, exercise: Exercise) -> bool:
    """Write an exercise down, if that can be done."""
    place = catalogue / package_of(exercise.lesson)
    place.mkdir(exist_ok=True)
    (place / "__init__.py").write_text("", encoding="utf-8")
    data = recorded(exercise)
    if data is None:
        return False
    file = place / f"{exercise.function_name}.py"
    file.write_text(EXERCISE, encoding="utf-8")
    file.with_suffix(ENDING).write_bytes(data)
    return True


def wheel_of(folder: Path) -> tuple[str, bytes]:
    """A folder that holds a package as a wheel: its file name and its bytes."""
    number = _version()
    info = f"{NAME}-{number}.dist-info"
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    needs = "".join(f"Requires-Dist: {one}\n" for one in _needed())
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {NAME.replace('_', '-')}\nVersion: {number}\n"
        f"Requires-Python: >=3.11\n{needs}"
    ).encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    rows = [f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items()]
    files[f"{info}/RECORD"] = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    return f"{NAME}-{number}-py3-none-any.whl", zipped(files)


PACKED = (".jpg", ".npz", ".png", ".whl")
"""Ends of the names of files that would not get smaller."""


def zipped(files: dict[str, bytes]) -> bytes:
    """Files as a zip, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, DATE)
            info.external_attr = 0o644 << 16
            method = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, method)
    return out.getvalue()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _version() -> str:
    try:
        return version(WHOLE)
    except PackageNotFoundError:
        return "0"


def _needed() -> list[str]:
    """What the course asks for of the packages that students need."""
    try:
        asked = requires(WHOLE) or []
    except PackageNotFoundError:
        return list(NEEDED)
    names = {re.split(r"[^\w-]", one)[0].lower(): one for one in asked if "extra ==" not in one}
    return [names.get(name, name) for name in NEEDED]
