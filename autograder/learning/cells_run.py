"""What became of the cells that a learner ran: which names they did not get to define.

Python says nothing of that later: a cell with a syntax error leaves the stub in place, or whatever
the function was before, and a check of it would speak of something else.
"""

from __future__ import annotations

import re
import sys
from types import TracebackType
from typing import Any

from autograder.exercises import catalogue
from autograder.judging.explaining.undefined import names_defined, why_undefined

from .lesson_cells import cell_of_lesson, value_asked
from .standing_in import after_cell, before_cell

CALL = r"\b(?:ask|check|look|watch)\(\s*[\"']([\w-]+)[\"']\s*,\s*{}\b"
"""How a lesson asks for the answer to an exercise."""

RAISES = "raise NotImplementedError()"
"""What stands where an answer is to be written."""

_STOPPED: dict[str, str] = {}
"""For names that the last cell with them did not get to define: why, in one sentence."""


def watch_cells() -> None:
    """Remember from now on how each cell ends, where this runs in a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        shell.events.register("pre_run_cell", before_cell)
        shell.events.register("post_run_cell", after_cell)
        shell.events.register("post_run_cell", record_cell)
        shell.set_custom_exc((NameError, NotImplementedError), show_error)


def record_cell(result: Any) -> None:
    """Note which names a cell that has just run did not define, and which it did."""
    error = result.error_before_exec or result.error_in_exec
    stopped_at = _line_of(error) if error is not None else sys.maxsize
    for name, line in names_defined(result.info.raw_cell or "").items():
        if line < stopped_at:
            _STOPPED.pop(name, None)
        else:
            _STOPPED[name] = why_undefined(name, type(error).__name__, str(error))


def _line_of(error: BaseException) -> int:
    """The line of its cell in which an error ended it; 0 if none of the cell has run."""
    trace = error.__traceback__
    while trace is not None and not _is_of_a_cell(trace):
        trace = trace.tb_next
    return trace.tb_lineno if trace is not None else 0


def _is_of_a_cell(trace: TracebackType) -> bool:
    return trace.tb_frame.f_code.co_name.startswith(("<module>", "<cell line"))


def why_not_run(name: str) -> str:
    """Why the last cell with a name did not define it; nothing if it did, or there was none."""
    return _STOPPED.get(name, "")


def show_error(
    shell: Any,
    kind: type[BaseException],
    error: NameError | NotImplementedError,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show an error as a sentence, where an answer is not there: a function's, or a value's."""
    cell = shell.user_ns.get("In", [""])[-1]
    missing = isinstance(error, NameError)
    said = about_missing(error.name or "", cell) if missing else about_unwritten(error, cell)
    if said:
        vars(error)["_render_traceback_"] = lambda: [f"{kind.__name__}: {said}"]
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def about_unwritten(error: BaseException, cell: str) -> str:
    """One sentence on the own cell of an answer that is not written yet; nothing on others."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    exercise = trace.tb_frame.f_code.co_name.replace("_", "-")
    if exercise in catalogue() and exercise.replace("-", "_") in names_defined(cell):
        return f"{exercise}: not written yet. Put your code in place of `{RAISES}`."
    found = cell_of_lesson(None, cell) if _is_of_a_cell(trace) else None
    if found is None or not value_asked(found[0], cell):
        return ""
    return (
        f"{value_asked(found[0], cell)}: not written yet. Put your value in place of `None`, and "
        f"take the line `{RAISES}` out."
    )


def about_missing(name: str, cell: str) -> str:
    """One sentence on a name that a check in a cell asks for; nothing if none does.

    Examples
    --------
    >>> about_missing("relu", "check('relu', relu)")
    'relu: `relu` is not defined yet. Run the cell with it first; after a restart, run every cell.'
    """
    asked = re.search(CALL.format(re.escape(name)), cell) if name else None
    if asked is None:
        return ""
    why = why_not_run(name) or (
        f"`{name}` is not defined yet. Run the cell with it first; after a restart, run every cell."
    )
    return f"{asked[1]}: {why}"
