"""The command: its help, its messages, its exit status."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from autograder.lessons.course import Lesson
from tests.small_course import autograder, autograder_itself

COMMANDS = (
    *(
        "build",
        "new",
        "collect",
        "grade",
        "check",
        "progress",
        "hint",
        "solution",
        "recall",
        "feedback",
        "report",
        "history",
        "export",
        "return",
        "overrule",
        "verdict",
        "doctor",
        "compare",
        "mark",
        "release",
        "teaching",
        "quiz",
    ),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps_with_examples(command, tmp_path):
    done = autograder(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"examples:\n  autograder {command}" in done.stdout


def test_help_names_every_command_and_imports_nothing_slow(tmp_path):
    program = (
        "import sys\nfrom autograder.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "slow = {'numpy', 'nbgrader', 'nbclient', 'nbformat', 'jupytext', 'rich', 'IPython'}\n"
        "print('SLOW', sorted(slow & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "SLOW []" in done.stdout
    assert all(f"\n    {command} " in done.stdout for command in COMMANDS)


def says(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a command that could not do its job."""
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_errors_are_one_sentence(filters: Lesson, tmp_path):
    course = filters.root
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    # The course is shared: other tests may have brought more lessons into it by now.
    lessons = ", ".join(sorted(path.name for path in (course / "solutions").iterdir()))
    assert says(autograder("build", "03", cwd=course)) == (
        f"autograder build: There is no lesson '03'; there are: {lessons}."
    )
    assert "There is no folder" in says(
        autograder("grade", filters.name, "--class", nothing, cwd=course)
    )
    assert "Nothing has been graded" in says(
        autograder("report", filters.name, "--class", nothing, cwd=course)
    )
    assert "Nothing has been graded" in says(autograder("export", "--class", nothing, cwd=course))
    (nothing / "02-filters.ipynb").write_text("{")
    assert "02-filters.ipynb is not JSON" in says(
        autograder("check", nothing / "02-filters.ipynb", cwd=course)
    )
    assert "There is no notebook gone.ipynb." in says(
        autograder("check", "gone.ipynb", "--lesson", filters.name, cwd=course)
    )


def test_a_lesson_that_is_refused_is_one_sentence(write_lesson):
    lesson = write_lesson()
    done = autograder_itself("build", "--no-run", cwd=lesson.root)
    progress, message = done.stderr.splitlines()
    assert (done.returncode, progress) == (1, "1/1 01-small: refused")
    assert message.startswith(f"autograder build: {lesson.source}: There is no lesson '01-small'")


def test_check_tells_a_student_where_they_stand(filters: Lesson, tmp_path):
    notebook = json.loads(filters.student.read_text())
    for cell in notebook["cells"]:
        if cell["id"] == "conv-parameter-count":
            cell["source"] = (
                "def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):\n"
                "    kh, kw = np.broadcast_to(kernel_size, 2).tolist()\n"
                "    return num_filters * (in_channels * kh * kw + bool(bias))"
            )
        if cell["id"] == "edge-filters":
            cell["source"] = "def edge_filters():\n    return {}"
    copy = tmp_path / "my-copy.ipynb"
    copy.write_text(json.dumps(notebook))
    before = copy.read_bytes()
    done = autograder_itself("check", copy, "--lesson", filters.name, cwd=filters.root)
    assert done.returncode == 1
    assert "  right  conv-parameter-count\n" in done.stdout
    assert "  -----  edge-filters: " in done.stdout
    assert done.stdout.endswith(
        "1 of 8 exercises pass their check.\nNext: cross-correlate2d. "
        'In the notebook, hint("cross-correlate2d") says where to look.\n'
    )
    assert copy.read_bytes() == before
