"""The lesson compiler: reproducible, and it refuses what should not reach a student."""

from __future__ import annotations

import json

import pytest

from autograder.lessons.build import build, is_built
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.errors import LessonError
from autograder.lessons.refusals import refuse_answers_in_the_reference
from autograder.lessons.written import Written
from autograder.running.proving import prove

pytestmark = pytest.mark.proved

CHECK = 'check("conv-parameter-count", conv_parameter_count)\n'
HIDDEN = 'check("conv-parameter-count", conv_parameter_count, hidden=True)\n'
ANSWER = "    return num_filters * (in_channels * kh * kw + int(bias))\n"
CHECK_CELL = f'# %% role="check" id="conv-parameter-count-check" points=1\n{CHECK}'
TEST_CELL_LINE = '# %% role="test" id="conv-parameter-count-test" points=3\n'
EXERCISE_LINE = '# %% role="exercise" id="conv-parameter-count"\n'

REFUSED = {
    "not in the catalogue": (
        [
            (EXERCISE_LINE, '# %% role="exercise" id="conv-count"\n'),
        ],
        "no exercise 'conv-count' in the catalogue",
    ),
    "check's points differ": (
        [('conv-parameter-count-check" points=1', 'conv-parameter-count-check" points=2')],
        "points=2 here, but 1 in the catalogue",
    ),
    "test's points differ": (
        [('conv-parameter-count-test" points=3', 'conv-parameter-count-test" points=5')],
        "points=5 here, but 3 in the catalogue",
    ),
    "no check": ([(CHECK_CELL, "")], "comes before its test"),
    "no test": (
        [
            (f"{TEST_CELL_LINE}# 3 points, run after you hand in.\n", "# %%\n"),
            (f"### BEGIN HIDDEN TESTS\n{HIDDEN}### END HIDDEN TESTS\n", ""),
        ],
        "'conv-parameter-count' has no test",
    ),
    "next exercise too early": (
        [(CHECK_CELL, f"{EXERCISE_LINE.replace('count', 'again')}1\n\n{CHECK_CELL}")],
        "'conv-parameter-count' above has no check yet",
    ),
    "same id twice": (
        [("# %%\nnumber = 760", f"{EXERCISE_LINE}number = 760")],
        "the id 'conv-parameter-count' is taken by cell 4",
    ),
    "check of another exercise": (
        [(CHECK, 'check("conv2d-naive", conv_parameter_count)\n')],
        "the last expression of a check",
    ),
    "check hidden": ([(CHECK, HIDDEN + "\n")], "the last expression of a check"),
    "test not hidden": ([(HIDDEN, CHECK)], "the last expression of a test"),
    "check not last": ([(CHECK, f'{CHECK}print("done")\n')], "the last expression of a check"),
    "check assigned": ([(CHECK, f"done = {CHECK}")], "the last expression of a check"),
    "check not Python": ([(CHECK, f"({CHECK}")], "the last expression of a check"),
    "test not hidden from students": (
        [("### BEGIN HIDDEN TESTS\n", ""), ("### END HIDDEN TESTS\n", "")],
        "put the test between '### BEGIN HIDDEN TESTS'",
    ),
    "answer not marked": (
        [("    ### BEGIN SOLUTION\n    kh", "    kh"), ("int(bias))\n    ### END SOLUTION", "1)")],
        "mark the answer with '### BEGIN SOLUTION'",
    ),
    "answer never closed": (
        [("int(bias))\n    ### END SOLUTION\n", "int(bias))\n")],
        "'### BEGIN SOLUTION' is never closed",
    ),
    "answer closed twice": (
        [
            (
                "int(bias))\n    ### END SOLUTION\n",
                "1)\n    ### END SOLUTION\n    ### END SOLUTION\n",
            )
        ],
        "'### END SOLUTION' has no partner",
    ),
    "answer in a given cell": (
        [("number = 760", "### BEGIN SOLUTION\nnumber = 760\n### END SOLUTION")],
        "is for cells with the role exercise or question",
    ),
    "marks written otherwise": (
        [("    ### BEGIN SOLUTION\n    kh", "    # BEGIN SOLUTION\n    kh")],
        "write '# BEGIN SOLUTION' as '### BEGIN SOLUTION'",
    ),
    "mark scheme": (
        [("Why are filters small?", "### BEGIN MARK SCHEME\nEasy\n### END MARK SCHEME")],
        "write the mark scheme inside the solution",
    ),
    "answer shown in another cell": (
        [("number = 760", f"def solved(num_filters, in_channels, kh, kw, bias):\n{ANSWER}")],
        "which is part of what 'conv-parameter-count' hides",
    ),
    "model answer shown": (
        [("A layer learns", "Neighbouring pixels tell most about each other.\n\nA layer learns")],
        "which is part of what 'why-small' hides",
    ),
    "hidden test shown": (
        [("number = 760", 'check("conv-parameter-count", len, hidden = True)')],
        "still holds a hidden test",
    ),
    "answer in the reference that may be used": (
        [("import check\n", "import check\nimport autograder.reference.filters\n")],
        "which holds the answer of 'conv-parameter-count'",
    ),
    "an unknown key": ([("# %%\nnumber", '# %% tags=["x"]\nnumber')], "unknown key 'tags'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_for_what_it_says(name, write_lesson, small_catalogue):
    changes, says = REFUSED[name]
    lesson = write_lesson(*changes)
    with pytest.raises(LessonError) as error:
        build(lesson, small_catalogue)
    message = str(error.value)
    assert message.startswith(str(lesson.source))
    assert says in message
    assert "\n" not in message
    assert not lesson.student.exists()
    assert not lesson.instructor.exists()


@pytest.mark.parametrize(
    ("given", "exercise", "home"),
    [
        ("import autograder.reference.convolution", "conv2d-forward", "layers.conv"),
        ("from autograder.reference.rows import full_options", "relu", "layers.relu"),
        ("from autograder.reference.layers import pool", "max-pool2d", "layers.pool"),
        ("from autograder.reference import accounting", "layer-shapes", "accounting"),
    ],
)
def test_an_answer_is_found_in_whatever_folder_it_lies(write_lesson, given, exercise, home):
    from autograder.exercises import find

    lesson = write_lesson(("import check\n", f"import check\n{given}\n"))
    compiled = compile_lesson(lesson)
    with pytest.raises(LessonError) as error:
        refuse_answers_in_the_reference(lesson, compiled.master, (find(exercise),))
    assert str(error.value) == (
        f"{lesson.source}: it imports autograder.reference.{home}, or what imports it, "
        f"which holds the answer of '{exercise}'."
    )


def test_an_exercise_of_the_catalogue_that_is_not_asked_is_missed(write_lesson):
    from autograder.exercises import find

    lesson = write_lesson()
    with pytest.raises(LessonError, match=r"'conv2d-naive' is not asked"):
        build(lesson, (find("conv-parameter-count"), find("conv2d-naive")))


def test_a_lesson_that_the_catalogue_does_not_know(write_lesson):
    with pytest.raises(LessonError, match="There is no lesson '01-small'"):
        build(write_lesson())


FAILS_WHEN_RUN = {
    "wrong answer": (
        [("int(bias))\n    ### END", "2 * int(bias))\n    ### END")],
        "'conv-parameter-count-check'): with the lesson's own answer this earns 0 of 1 points",
    ),
    "right in what the check sees": (
        [("isinstance(kernel_size, int)", "kernel_size != (7, 1)")],
        "this earns 0 of 1 points",
    ),
    "another cell fails": (
        [("number = 760", "number = 760 / 0")],
        "the cell fails: ZeroDivisionError: division by zero",
    ),
    "a check that anything passes": (
        [("from autograder import check", "def check(*rest, hidden=False):\n    pass")],
        "the untouched notebook earns 1 points here",
    ),
}


@pytest.mark.parametrize("name", FAILS_WHEN_RUN)
def test_refused_for_what_it_does(name, write_lesson, small_catalogue):
    changes, says = FAILS_WHEN_RUN[name]
    lesson = write_lesson(*changes)
    with pytest.raises(LessonError) as error:
        build(lesson, small_catalogue, prove=prove)
    assert says in str(error.value)
    assert not lesson.student.exists()


def test_a_good_lesson_is_built_and_a_rebuild_changes_nothing(write_lesson, small_catalogue):
    lesson = write_lesson()
    assert not is_built(lesson)
    built = build(lesson, small_catalogue, prove=prove)
    assert built == Written([lesson.instructor, lesson.student])
    before = lesson.student.read_bytes(), lesson.student.stat().st_mtime_ns
    assert is_built(lesson)
    assert build(lesson, small_catalogue) == Written()
    assert before == (lesson.student.read_bytes(), lesson.student.stat().st_mtime_ns)
    lesson.source.write_text(lesson.source.read_text() + "\n# %%\n2 + 2\n")
    assert not is_built(lesson)


def test_the_students_notebook(write_lesson, small_catalogue):
    lesson = write_lesson()
    build(lesson, small_catalogue)
    notebook = json.loads(lesson.student.read_text())
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    assert list(cells) == [
        "count-the-numbers-01",
        "small-setup",
        "one-layer-01",
        "conv-parameter-count",
        "conv-parameter-count-check",
        "conv-parameter-count-test",
        "one-layer-02",
        "why-small",
    ]
    assert cells["conv-parameter-count"].endswith(
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )
    assert cells["conv-parameter-count-test"] == "# 3 points, run after you hand in."
    assert cells["why-small"] == "Why are filters small?\n\nYOUR ANSWER HERE"
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert "version" not in notebook["metadata"]["language_info"]
    assert all(not cell.get("outputs") for cell in notebook["cells"])
    assert notebook["cells"][6]["metadata"] == {}


def test_a_new_cell_renames_none_in_other_sections(write_lesson):
    lesson = write_lesson(("## One layer", "## One layer\n\nAs in the lecture."))
    before = [cell.id for cell in compile_lesson(lesson).student.cells]
    lesson = write_lesson(
        ("## One layer", '# Words\n"""\n\n# %%\n1\n\n# %% [markdown]\nr"""\n## One layer')
    )
    after = [cell.id for cell in compile_lesson(lesson).student.cells]
    assert [name for name in after if not name.startswith("words")] == before


def test_files_beside_the_source_go_to_students_but_sources_do_not(write_lesson, small_catalogue):
    lesson = write_lesson()
    folder = lesson.source.parent
    (folder / "pictures").mkdir()
    (folder / "pictures" / "cat.txt").write_text("a cat")
    (folder / "helper.py").write_text("secret = 42")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "helper.txt").write_text("cache")
    build(lesson, small_catalogue)
    given_out = {
        str(path.relative_to(lesson.student.parent))
        for path in lesson.student.parent.rglob("*")
        if path.is_file()
    }
    assert given_out == {"01-small.ipynb", "pictures/cat.txt"}


def test_a_source_that_is_not_text(write_lesson):
    lesson = write_lesson()
    lesson.source.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LessonError, match="cannot be read"):
        compile_lesson(lesson)
