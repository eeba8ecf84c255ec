"""The set-up that `make` runs: it asks first, says what it does, and mends what was broken off."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tools import set_up, steps

ROOT = Path(__file__).resolve().parents[1]

UV = """#!/bin/sh
# In place of uv: it installs nothing, in two halves.
[ "$1" = --version ] && exit 0
packages=$(echo .venv/lib/python3*/site-packages)
echo "$@" >> asked
echo "Resolved 2 packages"
[ -e offline ] && { echo "error: there is no network"; exit 2; }
echo "# one" > $packages/one.py
[ -e slowly ] && exec sleep 100
[ -e broken ] && { echo "Installed 1 package"; exit 2; }
echo "# two" > $packages/two.py
mkdir -p $packages/matplotlib
echo "font_manager = None" > $packages/matplotlib/__init__.py
echo "Installed 2 packages"
"""


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A folder with all that the set-up reads, and a uv that needs no network."""
    course = tmp_path / "a course"
    for name in ("tools", "autograder/sandbox"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("autograder/__init__.py", "pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, course / name)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "uv").write_text(UV)
    (programs / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    return course


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "tools", *options]


def done(course: Path, *options: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(*options), cwd=course, capture_output=True, text=True, check=False
    )


def is_whole(course: Path) -> bool:
    packages = next((course / ".venv" / "lib").glob("python3*/site-packages"))
    there = {path.name for path in packages.glob("*.py")} >= {"one.py", "two.py"}
    marked = (course / ".venv" / ".unfinished").exists()
    runs = subprocess.run([course / ".venv" / "bin" / "python", "-c", "import one, two"])
    return there and not marked and runs.returncode == 0


def wait_until(there, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 120
    while not there():
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


MOMENTS = {
    "before there is anything": lambda venv: (venv / ".unfinished").exists(),
    "as soon as there is a Python": lambda venv: (venv / "bin" / "python").exists(),
    "between two packages": lambda venv: any(venv.glob("lib/python3*/site-packages/one.py")),
}


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_whenever_it_was_broken_off_the_next_run_mends_it(course, moment, kill):
    (course / "slowly").touch()
    process = subprocess.Popen(
        command(), cwd=course, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_until(lambda: MOMENTS[moment](course / ".venv"), process)
    os.killpg(process.pid, kill)
    _, told = process.communicate()
    assert "Traceback" not in told
    (course / "slowly").unlink()
    again = done(course)
    assert again.returncode == 0, again.stderr
    assert ".venv was left half made: making it anew." in again.stdout
    assert is_whole(course)


def test_ctrl_c_says_what_to_do(course):
    (course / "slowly").touch()
    process = subprocess.Popen(command(), cwd=course, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: (course / "asked").exists(), process)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate()
    assert process.returncode == 130
    assert told == "\nStopped. Run make again, and it mends what is half made.\n"


def test_what_is_there_is_left_alone_and_what_is_not_is_added_at_once(course):
    first = done(course)
    assert first.returncode == 0, first.stderr
    assert done(course).stdout == ""  # nothing to do, and nothing to say
    assert done(course, "--extra", "tests").returncode == 0
    assert done(course).stdout == ""  # what is there is more than what is asked for
    asked = (course / "asked").read_text().splitlines()
    assert [line.partition(" pip --editable ")[2] for line in asked] == [".", ".[tests]"]


def test_jupyterlab_asks_nothing_before_a_learner_begins_unless_somebody_has_set_it_up(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(set_up, "run", lambda *_, **__: None)
    (tmp_path / "lib" / "python3" / "site-packages").mkdir(parents=True)
    set_up.prepare(tmp_path)
    kept = tmp_path / "etc" / "jupyter" / "labconfig" / "page_config.json"
    assert json.loads(kept.read_text()) == {
        "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}
    }
    kept.write_text("{}")
    set_up.prepare(tmp_path)
    assert kept.read_text() == "{}"


def test_without_uv_pip_installs_it_all_at_once(course, monkeypatch, tmp_path):
    ran = []

    def run(words, command, **_):
        ran.append((words, [str(part) for part in command]))
        return steps.Step(code=0)

    monkeypatch.setattr(set_up, "run", run)
    set_up.make(tmp_path / ".venv", whole=False, with_uv=False)
    set_up.install(tmp_path / ".venv", ["tests"], with_uv=False)
    (made, venv), (words, pip) = ran
    assert made == "Making .venv (a few seconds)"
    assert venv[1:] == ["-m", "venv", str(tmp_path / ".venv")]
    assert words == "Installing the course with tests into .venv with pip (one to five minutes)"
    assert pip[1:4] == ["-m", "pip", "install"]
    assert pip[-2:] == ["--editable", ".[tests]"]


def test_a_change_of_the_projects_needs_is_installed(course):
    done(course)
    with (course / "pyproject.toml").open("a") as file:
        file.write("# Another.\n")
    assert ".venv is ready." in done(course).stdout


@pytest.mark.parametrize("stamp", ["", "[]", "{"])
def test_a_python_without_pip_is_none_whatever_made_it(course, stamp):
    python = course / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (course / ".venv" / "pyvenv.cfg").write_text(
        f"home = {Path(sys.base_prefix) / 'bin'}\ninclude-system-site-packages = false\n"
    )
    (course / ".venv" / ".installed").write_text(stamp)
    assert ".venv does not work where it is: making it anew." in done(course).stdout
    assert is_whole(course)


def test_a_course_that_was_moved_is_set_up_where_it_is(course, tmp_path):
    done(course)
    moved = course.rename(tmp_path / "elsewhere")
    assert ".venv does not work where it is: making it anew." in done(moved).stdout
    assert json.loads((moved / ".venv" / ".installed").read_text())["place"] == str(moved / ".venv")


def test_without_a_network_what_was_there_stays(course):
    done(course)
    (course / "offline").touch()
    told = done(course, "--extra", "tests")
    assert told.returncode == 1
    assert "error: there is no network" in told.stderr
    assert told.stderr.splitlines()[-1].startswith("The packages could not be installed")
    assert is_whole(course)
    assert done(course).stdout == ""


def test_an_installation_that_fails_half_way_is_made_anew(course):
    done(course)
    (course / "broken").touch()
    assert done(course, "--extra", "tests").returncode == 1
    (course / "broken").unlink()
    assert ".venv was left half made: making it anew." in done(course).stdout
    assert is_whole(course)


def test_two_at_once_do_not_get_in_each_others_way(course):
    (course / "slowly").touch()
    first = subprocess.Popen(command(), cwd=course, stderr=subprocess.DEVNULL)
    wait_until(lambda: (course / "asked").exists(), first)
    second = subprocess.Popen(command(), cwd=course, stdout=subprocess.PIPE, text=True)
    assert (
        second.stdout.readline() == "Another make is setting up here: waiting until it is done.\n"
    )
    (course / "slowly").unlink()
    first.terminate()
    first.wait()
    told, _ = second.communicate()
    assert second.returncode == 0
    assert ".venv was left half made: making it anew." in told
    assert is_whole(course)


def test_a_folder_of_somebody_elses_is_told(course, monkeypatch, capsys):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", ".venv/.unfinished")

    monkeypatch.setattr(set_up, "set_up", refuse)
    assert set_up.main([]) == 1
    assert capsys.readouterr().err == (
        ".venv/.unfinished cannot be written: it belongs to somebody else. Remove it, or make it "
        "yours (with sudo chown), and run make again.\n"
    )


# Asked for first


@pytest.fixture
def nothing_is_made(monkeypatch):
    def make(*_):
        pytest.fail("this takes long, and comes after what the system lacks")

    monkeypatch.setattr(set_up, "set_up", make)


def test_a_sandbox_that_does_not_work_is_said_before_anything_is_made(
    monkeypatch, capsys, nothing_is_made
):
    monkeypatch.setattr(set_up, "missing", lambda: "The sandbox needs user namespaces.")
    assert set_up.main(["--sandbox"]) == 1
    assert capsys.readouterr().err == "The sandbox needs user namespaces.\n"


def test_a_browser_that_is_not_there_is_said_before_anything_is_made(
    monkeypatch, capsys, nothing_is_made
):
    monkeypatch.setattr(set_up.shutil, "which", lambda name: None)
    monkeypatch.setattr(set_up.os, "geteuid", lambda: 1000)
    assert set_up.main(["--browser"]) == 1
    assert capsys.readouterr().err == "The tests need Chromium: sudo apt-get install chromium\n"


def test_root_on_debian_is_not_asked_but_helped(monkeypatch):
    ran = []
    there = {"apt-get": "/usr/bin/apt-get"}

    def run(words, command, env):
        ran.append(command[1:])
        if "install" in command:
            there[command[-1]] = f"/usr/bin/{command[-1]}"
        return steps.Step(code=0)

    monkeypatch.setattr(set_up, "run", run)
    monkeypatch.setattr(set_up.shutil, "which", there.get)
    monkeypatch.setattr(set_up.os, "geteuid", lambda: 0)
    set_up.ask_the_system(sandbox=False, browser=True)
    assert ran == [["update"], ["install", "-y", "chromium"]]


def recipe(target: str, folder: Path) -> str:
    return subprocess.run(
        ["make", "-n", target], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def test_make_asks_for_the_sandbox_before_it_grades(course):
    told = recipe("grade", course)
    assert 0 < told.index("-m tools --sandbox") < told.index("autograder grade")


def test_make_asks_for_all_that_tests_need_before_they_begin(course):
    told = recipe("test", course)
    asked = told.index("-m tools --extra tests --sandbox --browser")
    assert 0 < asked < told.index("/pytest -n")


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("no-such-python", "There is no no-such-python: install Python 3.11, 3.12 or 3.13"),
        ("false", "The course needs Python 3.11, 3.12 or 3.13, and false is another"),
    ],
)
def test_a_python_that_will_not_do_is_said(course, python, sentence):
    done = subprocess.run(
        ["make", f"PYTHON={python}"], cwd=course, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0  # make alone explains itself
    done = subprocess.run(
        ["make", "grade", f"PYTHON={python}"],
        cwd=course,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(sentence)


# Said


def test_nothing_is_silent_for_long(monkeypatch, capsys):
    monkeypatch.setattr(steps, "SILENCE", 0.2)
    program = "import time; print('Collecting numpy', flush=True); time.sleep(1)"
    assert steps.run("Installing (a while)", [sys.executable, "-c", program]).ended_well
    words, *lines = capsys.readouterr().out.splitlines()
    assert words == "Installing (a while)"
    assert lines[-1].endswith("s  Collecting numpy")
    assert 2 <= len(lines) <= 12


def test_what_the_set_up_waits_for_is_said_within_five_seconds():
    assert steps.SILENCE < 5


def test_a_step_that_fails_shows_its_last_words(capsys):
    program = "print(*range(100), sep='\\n'); raise SystemExit(3)"
    step = steps.run("Counting", [sys.executable, "-c", program])
    assert step.code == 3
    assert capsys.readouterr().err.split() == [str(n) for n in range(80, 100)]


def test_a_step_that_nobody_waits_for_is_ended(monkeypatch):
    begun = time.monotonic()
    ended = []
    stop = steps.end

    def end(process):
        stop(process)
        ended.append(process.returncode)

    monkeypatch.setattr(steps, "end", end)
    timer = threading.Timer(1, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        steps.run("Waiting", [sys.executable, "-c", "import time; time.sleep(600)"])
    assert ended[0] != 0
    assert time.monotonic() - begun < 300


# Quick tests


def test_quick_tests_look_at_nothing_in_a_browser():
    told = recipe("run-quick", ROOT)
    left_out = [ROOT / path for path in re.findall(r"--ignore=(\S+)", told)]
    assert [path for path in left_out if not path.exists()] == []
    opens = re.compile(r"chromium import|import jupyterlab")
    browsers = [p for p in (ROOT / "tests").rglob("test_*.py") if opens.search(p.read_text())]
    quick = [p for p in browsers if not {p, *p.parents} & set(left_out) and p != Path(__file__)]
    assert browsers
    assert quick == []
