"""From outputs to points."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.preprocessors import ComputeChecksums

from autograder.lessons.roles import nbgrader_metadata
from autograder.running.execution import Execution
from autograder.running.marks import marks

STDERR = new_output("stream", name="stderr", text="RuntimeWarning: divide by zero")
STDOUT = new_output("stream", name="stdout", text="2")
WRONG = new_output("error", ename="WrongAnswer", evalue="no", traceback=["no"])


def result(text: str) -> NotebookNode:
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


def points(outputs: list[NotebookNode], outcome: str) -> float | None:
    cell = new_code_cell("check()", id="relu-test", outputs=outputs)
    options = {"role": "test", "id": "relu-test", "points": 3}
    cell.metadata["nbgrader"] = nbgrader_metadata(options, "code", "here")
    run = Execution(new_notebook(cells=[cell]), {"relu-test": outcome}, (), 1.0, 0)
    return marks(run)["relu-test"]


@pytest.mark.parametrize(
    ("outputs", "outcome", "earned"),
    [
        ([], "ok", 3),
        ([STDOUT], "ok", 3),
        ([STDERR], "ok", 3),
        ([STDERR, result("1.5")], "ok", 1.5),
        ([result("0.0")], "ok", 0),
        ([result("3")], "ok", 3),
        ([result("3.1")], "ok", 0),
        ([result("-1")], "ok", 0),
        ([result("nan")], "ok", 0),
        ([result("'full marks'")], "ok", 0),
        ([new_output("execute_result", data={}, execution_count=1)], "ok", 0),
        ([WRONG], "error", 0),
        ([result("3.0")], "error", 0),
        ([], "time", 0),
        ([], "died", 0),
        ([], "not run", 0),
    ],
)
def test_points_of_a_test(outputs, outcome, earned):
    assert points(outputs, outcome) == earned


def test_a_question_left_untouched_earns_nothing_and_an_answer_waits_for_a_person():
    options = {"role": "question", "id": "why", "points": 4}
    cell = new_markdown_cell("YOUR ANSWER HERE", id="why")
    cell.metadata["nbgrader"] = NotebookNode(nbgrader_metadata(options, "markdown", "here"))
    notebook, _ = ComputeChecksums().preprocess(new_notebook(cells=[cell]), {})
    assert marks(Execution(notebook, {}, (), 1.0, 0)) == {"why": 0}
    notebook.cells[0].source = "Because."
    assert marks(Execution(notebook, {}, (), 1.0, 0)) == {"why": None}
