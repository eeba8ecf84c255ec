"""A test that has passed is kept while nothing has changed of what it rests on."""

from __future__ import annotations

import pytest

from tests import proofs, shares

pytestmark = pytest.mark.proved(only=["tests"])

pytest_plugins = "pytester"

CONFTEST = """
from tests.proofs import pytest_addoption, pytest_configure, pytest_report_teststatus
"""

TESTS = """
import os
import pytest
from pathlib import Path

def note(what):
    with Path(os.environ["NOTES"]).open("a") as file:
        file.write(what + " ")

@pytest.fixture
def noting():
    note("fixture")

@pytest.mark.proved
def test_of_the_course(noting):
    note("course")

@pytest.mark.proved(only=["site"])
def test_of_site():
    note("site")

@pytest.mark.proved(only=[], on=lambda name: [os.environ.get(name, "")])
@pytest.mark.parametrize("name", ["ONE", "TWO"])
def test_of_parameters(name):
    note(name)

@pytest.mark.proved(only=[])
def test_that_may_fail():
    note("may-fail")
    assert "FAIL" not in os.environ

def test_without_a_mark():
    note("unmarked")
"""

EVERYTHING = ["fixture", "course", "site", "ONE", "TWO", "may-fail", "unmarked"]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run the tests of a checkout of its own; what they have noted, and how they ended."""
    monkeypatch.delenv("PROVE_AGAIN", raising=False)
    pytester.makeconftest(CONFTEST)
    pytester.mkdir("site")
    pytester.mkdir("autograder")
    tests = pytester.mkdir("tests")
    (tests / "test_some.py").write_text(TESTS)
    notes = pytester.path / ".notes"
    monkeypatch.setenv("NOTES", str(notes))

    def run(*arguments: str) -> tuple[list[str], dict[str, int]]:
        notes.write_text("")
        plain = ("-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(pytester.path))
        result = pytester.runpytest_inprocess(*plain, *(arguments or ["--keep-proofs"]))
        return notes.read_text().split(), result.parseoutcomes()

    return run


def test_what_has_passed_is_kept(run):
    assert run() == (EVERYTHING, {"passed": 6})
    assert run() == (["unmarked"], {"passed": 1, "kept": 5})


def test_everything_is_run_where_nobody_asks_to_keep_anything(run):
    run()
    assert run("-q") == (EVERYTHING, {"passed": 6})


def test_everything_is_run_on_demand(run, monkeypatch):
    run()
    monkeypatch.setenv("PROVE_AGAIN", "1")
    assert run() == (EVERYTHING, {"passed": 6})


@pytest.mark.parametrize(
    ("changed", "runs"),
    [
        ("autograder/judge.py", ["fixture", "course"]),
        ("site/page.md", ["site"]),
        ("pyproject.toml", EVERYTHING[:-1]),
        ("tests/test_some.py", EVERYTHING[:-1]),
        ("tests/helper.py", EVERYTHING[:-1]),
        ("tests/deeper/helper.py", EVERYTHING[:-1]),
        ("tests/test_others.py", []),
        ("README.md", []),
    ],
)
def test_what_rests_on_a_file_is_run_when_it_changes(run, pytester, changed, runs):
    run()
    path = pytester.path / changed
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as file:
        file.write("\n")
    assert run()[0] == [*runs, "unmarked"]


def test_whole_folders_are_as_if_they_were_marked(run, pytester):
    folder = pytester.path / "tests" / "classroom"
    folder.mkdir()
    (folder / "test_class.py").write_text("def test_class(): pass\n")
    assert run()[1] == {"passed": 7}
    assert run()[1] == {"passed": 1, "kept": 6}


@pytest.mark.parametrize(
    ("changed", "again"),
    [("autograder/reference/conv.py", 1), ("solutions/03-some/03-some.py", 0)],
)
def test_a_folder_rests_on_its_part_of_the_course(run, pytester, changed, again):
    folder = pytester.path / "tests" / "figures"
    folder.mkdir()
    (folder / "test_pictures.py").write_text(
        "import os\n"
        "from pathlib import Path\n"
        "def test_a_picture():\n"
        "    with Path(os.environ['NOTES']).open('a') as file:\n"
        "        file.write('picture ')\n"
    )
    assert run()[0].count("picture") == 1
    path = pytester.path / changed
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert run()[0].count("picture") == again


@pytest.mark.parametrize(
    ("file", "others"),
    [
        ("tests/classroom/test_broken_off.py", ["tests/sandbox/test_sandbox.py"]),
        (
            "tests/hostile/test_fuzz_trees.py",
            ["tests/hostile/test_fuzz.py", "tests/hostile/test_fuzz_messages.py"],
        ),
    ],
)
def test_a_test_rests_on_those_that_it_imports_from(pytestconfig, file, others):
    kept = proofs.Proofs(pytestconfig.rootpath, again=True, records=False)
    assert sorted(set(kept.tests_with(file))) == sorted([file, *others])


def test_what_rests_on_its_parameters_is_run_when_they_mean_something_else(run, monkeypatch):
    run()
    monkeypatch.setenv("TWO", "2")
    assert run()[0] == ["TWO", "unmarked"]


def test_how_much_is_tried_and_the_packages_count(run, monkeypatch):
    run()
    monkeypatch.setattr(proofs, "surroundings", lambda: "others")
    assert run()[0] == EVERYTHING


def test_a_failure_leaves_nothing_behind_and_is_found_again(run, monkeypatch):
    monkeypatch.setenv("FAIL", "1")
    run()
    assert run() == (["may-fail", "unmarked"], {"failed": 1, "passed": 1, "kept": 4})


def test_what_fails_is_kept_no_longer(run, monkeypatch):
    run()
    monkeypatch.setenv("FAIL", "1")
    monkeypatch.setenv("PROVE_AGAIN", "1")
    run()
    monkeypatch.delenv("PROVE_AGAIN")
    assert run()[0] == ["may-fail", "unmarked"]


def test_nothing_is_kept_of_a_run_during_which_a_file_was_changed(run, pytester):
    (pytester.path / "tests" / "test_writing.py").write_text(
        "from pathlib import Path\n"
        "def test_writing():\n"
        f"    Path({str(pytester.path / 'site' / 'page.md')!r}).write_text('changed')\n"
    )
    run()
    assert run()[0] == EVERYTHING


def test_a_file_of_digests_that_cannot_be_read_counts_as_none(run, pytester):
    run()
    (pytester.path / ".proofs" / "tests.json").write_text('{"half')
    assert run()[0] == EVERYTHING


def test_the_file_that_takes_longest_is_begun_first(run, pytester):
    tests = pytester.path / "tests"
    for name, seconds in (("brief", 0.0), ("long", 0.3), ("middling", 0.1)):
        (tests / f"test_{name}.py").write_text(
            "import time\n"
            "from test_some import note\n"
            f"def test_{name}():\n    time.sleep({seconds})\n    note({name!r})\n"
        )
    run()
    assert run()[0][:2] == ["long", "middling"]


@pytest.mark.parametrize("file", [*shares.BY_PARAMETER, *shares.BY_NUMBER, *proofs.LONGEST])
def test_what_is_begun_first_or_shared_out_is_there(pytestconfig, file):
    assert (pytestconfig.rootpath / file).is_file()


def test_tests_that_share_a_graded_class_or_a_file_run_in_one_worker():
    graded = "tests/classroom/test_sample_class.py::test"
    assert (
        shares.share_of(f"{graded}_needs_a_look[02-filters-ada-okafor]")
        == shares.share_of(f"{graded}_everybody_is_graded[02-filters]")
        == shares.share_of(f"{graded}_one_student_can_be_graded_again")
        != shares.share_of(f"{graded}_needs_a_look[03-padding-and-stride-ada-okafor]")
    )
    assert shares.share_of("tests/test_clean.py::test_some[02-one]") == "tests/test_clean.py"


def test_the_answers_to_an_exercise_are_judged_in_one_worker():
    bank = "tests/judging/test_banks.py::test_a_wrong_answer_fails"
    found = {shares.share_of(f"{bank}[conv2d-naive-{what}]") for what in ("loops", "no pad", "x")}
    assert len(found) == 1
