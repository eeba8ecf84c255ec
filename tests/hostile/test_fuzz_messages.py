"""Nonsense from a kernel, and nonsense for names: it is read, or refused, and nothing else."""

from __future__ import annotations

import csv
import io
import json
from types import SimpleNamespace

import nbformat
from hypothesis import given
from hypothesis import strategies as st
from nbclient.exceptions import CellExecutionComplete
from nbformat.v4 import new_code_cell, new_notebook

from autograder.classroom.gradebook.submissions import time_of
from autograder.classroom.grades import Grade
from autograder.classroom.report import grade_csv, grade_line
from autograder.classroom.shown import is_name, shown
from autograder.running.client import Client
from autograder.running.limits import Limits
from autograder.running.messages import READERS, NoMessage, Reply, read_reply
from autograder.running.sanitize import sanitize_outputs

from .ground import live_parts
from .test_fuzz import fuzz, trees

halves = st.text(st.characters(exclude_categories=()), max_size=8)
values = trees | halves | st.just("<script>alert(1)</script>") | st.integers(10**20, 10**30)
kinds = st.sampled_from([*READERS, "status", "clear_output", "comm_msg", "execute_input", "x"])
fields = st.sampled_from(
    [
        *("name", "text", "data", "metadata", "transient", "execution_count", "ename", "evalue"),
        *("traceback", "wait", "execution_state", "status", "payload", "comm_id"),
    ]
)
data = st.dictionaries(
    st.sampled_from(["text/plain", "image/png", "text/html", "application/json"]) | halves,
    values,
    max_size=3,
)
sound = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["stdout", "stderr"]),
        "text": halves,
        "data": data,
        "ename": halves,
        "evalue": halves,
        "traceback": st.lists(halves, max_size=3),
        "execution_state": st.sampled_from(["idle", "busy"]),
        "transient": st.fixed_dictionaries({"display_id": st.sampled_from(["a", "b"])}),
        "execution_count": values,
    },
)
contents = sound | st.dictionaries(fields, values, max_size=6) | values
messages = st.fixed_dictionaries({"msg_type": kinds | values, "content": contents}) | values


def client() -> Client:
    """One that has just asked for its only cell to be run."""
    notebook = new_notebook(cells=[new_code_cell("1", id="c")])
    made = Client(notebook, Limits(), [], SimpleNamespace())
    made.code_cells_executed = 1
    return made


@fuzz
@given(st.lists(messages, max_size=6))
def test_whatever_a_kernel_says_the_notebook_stays_one(said):
    here = client()
    (cell,) = here.nb.cells
    for message in said:
        try:
            here.process_message(message, cell, 0)
        except (NoMessage, CellExecutionComplete):
            continue
    assert cell.execution_count in (None, 1)
    cell.outputs = sanitize_outputs(cell.outputs)
    nbformat.validate(here.nb)
    nbformat.writes(here.nb).encode()


@fuzz
@given(st.fixed_dictionaries({"content": contents}) | values)
def test_whatever_a_kernel_replies_it_is_a_reply_or_none(said):
    try:
        reply = read_reply(said)
    except NoMessage:
        return
    assert isinstance(reply, Reply)
    (reply.ename + reply.evalue).encode()


@fuzz
@given(halves)
def test_whatever_somebody_is_called_it_is_one_line_and_no_formula(name):
    line = shown(name)
    assert line.isprintable()
    assert is_name(name) or line != name
    grade = Grade(name, "02", 1, 2, {}, looks=(name,))
    assert grade_line(grade).isprintable()
    _, row = csv.reader(io.StringIO(grade_csv([grade])))
    assert not row[0].lstrip().startswith(("=", "+", "-", "@"))
    assert json.dumps(grade.as_json()).isascii()
    assert not live_parts(line) or "<" in name


@fuzz
@given(st.text(max_size=40) | st.from_regex(r"[0-9hms:. +TZ-]{1,60}", fullmatch=True))
def test_whatever_a_timestamp_says_it_is_a_time_or_none(text):
    assert time_of(text) is None or time_of(text).year
