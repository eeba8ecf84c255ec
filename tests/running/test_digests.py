"""What a verdict rests on: a digest that changes with it, and with nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.exercises import catalogue
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course
from autograder.running import digests, sources
from autograder.running.digests import EVERYTHING, digests_of, exercise_digest

CACHES = [
    function
    for module in (digests, sources)
    for function in vars(module).values()
    if hasattr(function, "cache_clear")
]


@cache
def masters():
    """The lessons as they are held against submissions, by name."""
    return {one.name: compile_lesson(one).master for one in Course.find().lessons()}


@pytest.fixture(scope="module")
def before() -> dict[str, dict[str, str]]:
    """The digests of the checkout, of which `edit` changes a copy."""
    return {name: digests_of(master) for name, master in masters().items()}


@pytest.fixture(autouse=True, scope="module")
def read_once() -> Iterator[None]:
    """What a text uses is worked out once, whichever copy it lies in: most of it stays as it is."""
    uses_of, used_in = sources._uses_of.__wrapped__, digests._used_in
    known: dict[tuple[str, ...], frozenset] = {}

    def uses_of_text(module: str) -> frozenset:
        key = module, sources.source_of(module).text
        if key not in known:
            known[key] = uses_of(module)
        return known[key]

    def used_in_cells(master) -> frozenset:
        key = tuple(cell.source for cell in master.cells)
        if key not in known:
            known[key] = used_in(master)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "_uses_of", uses_of_text)
        patch.setattr(digests, "_used_in", used_in_cells)
        yield


@pytest.fixture
def edit(tmp_path: Path, monkeypatch) -> Iterator[Callable[..., None]]:
    """Change files of a copy of the package, whose digests are then asked for."""
    shutil.copytree(
        sources.ROOT / "autograder",
        tmp_path / "autograder",
        ignore=shutil.ignore_patterns("__pycache__"),
    )

    def forget() -> None:
        for function in CACHES:
            if function is not catalogue:
                function.cache_clear()

    def change(name: str, old: str, new: str) -> None:
        path = tmp_path / "autograder" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        forget()

    for module in (digests, sources):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    forget()
    yield change
    monkeypatch.undo()
    forget()


def touched(before: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    """The exercises whose digests have changed, by lesson; lessons without any left out."""
    now = {name: digests_of(master) for name, master in masters().items()}
    changed = {
        name: {one for one, digest in now[name].items() if before[name][one] != digest}
        for name in now
    }
    return {name: ones for name, ones in changed.items() if ones}


def test_every_exercise_that_a_lesson_asks_has_a_digest():
    for name, master in masters().items():
        found = digests_of(master)
        assert set(found) > {EVERYTHING}, name
        assert set(found) - {EVERYTHING} <= set(catalogue())
        assert all(len(digest) == 64 for digest in found.values())
        assert len(set(found.values())) == len(found)


def test_a_corrected_case_touches_its_exercise_alone(before, edit):
    edit("exercises/lesson_02_filters/conv2d_naive.py", 'case("', 'case( "')
    assert touched(before) == {"02-filters": {"conv2d-naive"}}


def test_a_tolerance_touches_its_exercise_alone(before, edit):
    edit("exercises/lesson_05_backpropagation/numerical_gradient.py", "Exercise(", "Exercise( ")
    assert touched(before) == {"05-backpropagation": {"numerical-gradient"}}


def test_a_corrected_right_answer_touches_those_that_rest_on_it(before, edit):
    edit("reference/optimizers.py", "import", "import ")
    found = touched(before)
    assert {"sgd-momentum-step", "reduce-on-plateau"} <= found["05-backpropagation"]
    assert "numerical-gradient" not in found["05-backpropagation"]
    assert not {"02-filters", "03-padding-and-stride"} & set(found)


def test_what_exercises_of_a_lesson_share_touches_those_that_use_it(before, edit):
    edit("exercises/lesson_02_filters/_shared.py", "import", "import ")
    found = touched(before)
    assert set(found) == {"02-filters"}
    assert {"cross-correlate2d", "convolve2d"} <= found["02-filters"]
    assert "edge-filters" not in found["02-filters"]


@pytest.mark.parametrize(
    "file",
    [
        "judging/comparing.py",
        "judging/checking.py",
        "inside/stub.py",
        "inside/wire.py",
        "exercises/model.py",
        "exercises/spaces.py",
        "running/marks.py",
        "running/matching.py",
    ],
)
def test_the_judge_touches_everything(before, edit, file):
    edit(file, "import", "import ")
    found = touched(before)
    assert set(found) == set(masters())
    assert all(EVERYTHING in ones for ones in found.values())


@pytest.mark.parametrize("file", ["classroom/report.py", "cli/author.py", "running/page.py"])
def test_what_no_verdict_rests_on_touches_nothing(before, edit, file):
    edit(file, "import", "import ")
    assert touched(before) == {}


def test_data_touch_those_that_are_tried_on_them(before, edit, tmp_path, monkeypatch):
    data = tmp_path / "data"
    shutil.copytree(digests.data_folder(), data)
    (data / "digits.npz").write_bytes(b"other digits")
    monkeypatch.setattr(digests, "data_folder", lambda: data)
    for function in CACHES:
        function.cache_clear()
    found = touched(before)
    assert "recognise-digits" in found["06-lenet"]
    assert all("numerical-gradient" not in ones for ones in found.values())


def test_what_the_cells_of_a_lesson_use_touches_that_lesson(edit):
    code = "from autograder.figures import layouts\nfrom autograder import check\n%magic\n"
    whole = new_notebook(cells=[new_code_cell(code)])
    broken = digests_of(whole)
    fine = new_notebook(cells=[new_code_cell(code.replace("%magic\n", ""))])
    found = digests_of(fine)
    assert found != broken, "a cell that is no Python is left out"
    edit("figures/layouts.py", "import", "import ")
    assert digests_of(fine)[EVERYTHING] != found[EVERYTHING]
    assert digests_of(whole) == broken


def test_an_exercise_that_is_not_in_the_catalogue_has_no_digest():
    assert exercise_digest("no-such-exercise") == ""
