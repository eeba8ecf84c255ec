"""`doctor` says what is enforced on a machine, what is not, and the one thing to do."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.classroom import machine as examined
from autograder.classroom.doctor import Finding, findings, is_safe
from autograder.classroom.folder import ClassFolder
from autograder.classroom.machine import Inside, Machine, look_inside, readers_of, this_machine
from autograder.cli import main
from autograder.sandbox.requirements import attempt, missing

SOUND = Machine(versions={"bubblewrap": "0.8.0"}, free={Path("/class"): 9 << 30})


def lacks(machine: Machine) -> list[Finding]:
    return [row for row in findings(machine) if not row.enforced]


def test_on_a_sound_machine_everything_is_enforced():
    assert lacks(SOUND) == []
    assert is_safe(findings(SOUND))


ESSENTIAL = {
    "Sandbox": replace(SOUND, no_sandbox="The sandbox needs bubblewrap: install it.", inside=None),
    "Inside the sandbox": replace(SOUND, inside=None),
    "System calls": replace(SOUND, inside=Inside(seccomp=False)),
    "Network": replace(SOUND, inside=Inside(network=("eth0",))),
    "Files": replace(SOUND, inside=Inside(writable=("/usr/lib",))),
    "Limits": replace(SOUND, inside=Inside(unbounded=("NPROC",))),
    "Class folder, from inside": replace(SOUND, shown="The class lies in /usr/lib: move it."),
    "Class folder, for you": replace(SOUND, unwritable=(Path("/class"),)),
    "Disk": replace(SOUND, free={Path("/class"): 9 << 30, Path("/tmp"): 1 << 20}),
}
"""By the row that says so: machines on which no class should be graded."""

OTHERS = {
    "Memory for everybody": replace(SOUND, memory=3 << 30, cores=8),
    "Class folder, for others on this machine": replace(SOUND, readers=("everybody",)),
    "Disk": replace(SOUND, free={Path("/class"): 1 << 30}),
    "Open files": replace(SOUND, open_files=256),
}


@pytest.mark.parametrize("name", ESSENTIAL)
def test_what_is_essential_and_missing_is_told_and_fails(name):
    (row,) = lacks(ESSENTIAL[name])
    assert row.name == name
    assert row.means.endswith(".")
    assert row.do.endswith(".")
    assert not is_safe([row])


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_only_worse_is_told_and_fails_nothing(name):
    (row,) = lacks(OTHERS[name])
    assert row.name == name
    assert row.means.endswith(".")
    assert is_safe([row])


def test_memory_says_how_many_workers_there_is_room_for():
    (row,) = lacks(replace(SOUND, memory=5 << 30, cores=8))
    assert row.do.startswith("Grade with --workers 2,")


@pytest.mark.parametrize(
    ("mode", "readers"),
    [(0o700, []), (0o750, ["its group"]), (0o755, ["its group", "everybody"]), (0o744, [])],
)
def test_who_else_may_read_a_folder(mode, readers, tmp_path, monkeypatch):
    place = tmp_path / "class"
    place.mkdir()
    place.chmod(mode)
    for above in (tmp_path, *tmp_path.parents):
        if above == Path(tempfile.gettempdir()):
            break
        above.chmod(0o755)
    assert list(readers_of(place)) == readers
    tmp_path.chmod(0o700)
    assert list(readers_of(place)) == []


def test_a_class_within_what_is_shown_inside_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.running.wall.shown_folders", lambda: [tmp_path])
    monkeypatch.setattr(examined, "missing", lambda: "No sandbox here: get one.")
    found = this_machine(ClassFolder(tmp_path / "."))
    assert "which every submission can read" in found.shown
    assert (found.no_sandbox, found.inside) == ("No sandbox here: get one.", None)


def test_a_program_in_the_sandbox_finds_what_the_threat_model_says():
    assert missing() is None
    assert look_inside() == Inside(processes=3)
    assert attempt("import no_such_module").returncode == 1


def test_the_command_prints_it_and_fails_only_where_something_essential_is_missing(
    tmp_path, monkeypatch, capsys
):
    for name, status in (("Open files", 0), ("Network", 1)):
        machine = (OTHERS | ESSENTIAL)[name]
        monkeypatch.setattr(examined, "this_machine", lambda folder, machine=machine: machine)
        assert main(["doctor", "--class", str(tmp_path)]) == status
        out = capsys.readouterr().out
        assert out.startswith("bubblewrap 0.8.0\nyes       Sandbox: bubblewrap 0.8.0 works")
        assert f"{'MISSING' if status else 'no':9} {name}: " in out
        assert main(["doctor", "--class", str(tmp_path), "--json"]) == status
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [row["name"] for row in rows[1:] if not row["enforced"]] == [name]


def test_a_class_that_is_not_there_is_one_sentence(tmp_path, capsys):
    assert main(["doctor", "--class", str(tmp_path / "gone")]) == 1
    assert (
        capsys.readouterr().err == f"autograder doctor: There is no folder {tmp_path / 'gone'}.\n"
    )
