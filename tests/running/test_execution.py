"""Running a notebook: whatever its code does, the run ends, says why, and goes on where it can."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.lessons.errors import KernelError
from autograder.running import clock, execution
from autograder.running.execution import Execution, execute
from autograder.running.limits import Limits


def run(*sources: str, limits: Limits | None = None, **options) -> Execution:
    cells = [new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    return execute(new_notebook(cells=cells), limits, **options)


def printed(run: Execution, index: int) -> str:
    return "".join(o.text for o in run.notebook.cells[index].outputs if o.output_type == "stream")


def errors(run: Execution, index: int) -> list[str]:
    return [o.evalue for o in run.notebook.cells[index].outputs if o.output_type == "error"]


def test_every_cell_runs_and_the_notebook_given_is_left_alone():
    notebook = new_notebook(
        cells=[
            new_code_cell("x = 20", id="a"),
            new_markdown_cell("words", id="b"),
            new_code_cell("1 / 0", id="c"),
            new_code_cell("", id="d"),
            new_code_cell("x + 1", id="e"),
        ]
    )
    done = execute(notebook)
    assert done.outcomes == {"a": "ok", "c": "error", "d": "ok", "e": "ok"}
    assert done.problems == ()
    assert done.notebook.cells[4].outputs[0].data["text/plain"] == "21"
    assert all(not cell.get("outputs") for cell in notebook.cells)
    assert 0 < done.seconds < 60


def test_the_folder_is_private_and_holds_the_lessons_files(tmp_path):
    (tmp_path / "cat.txt").write_text("a cat")
    (tmp_path / "other.txt").write_text("not given")
    done = run(
        "from pathlib import Path\nprint(sorted(map(str, Path('.').rglob('*'))))",
        "Path('more.txt').write_text('x'); print(Path.cwd())",
        files=[(tmp_path / "cat.txt", Path("pictures/cat.txt"))],
    )
    assert printed(done, 0).strip() == "['pictures', 'pictures/cat.txt']"
    folder = Path(printed(done, 1).strip())
    assert folder != Path.cwd()
    assert not folder.exists()


def test_the_seed_reaches_the_notebook():
    done = run("import os\nprint(os.environ['AUTOGRADER_SEED'])", seed=1234)
    assert printed(done, 0).strip() == "1234"
    assert done.seed == 1234


def test_a_cell_over_its_time_is_stopped_and_the_next_one_runs():
    done = run("x = 1", "while True: pass", "print(x)", limits=Limits(cell_seconds=0.5))
    assert done.outcomes == {"c0": "ok", "c1": "time", "c2": "ok"}
    assert done.problems == ("time: the cell needed more than 0.5 s of processor time ('c1')",)
    assert errors(done, 1)[-1] == "time: the cell needed more than 0.5 s of processor time"
    assert printed(done, 2) == "1\n"


def test_waiting_is_not_working_but_it_ends_too():
    limits = Limits(cell_seconds=1, wall=4)
    done = run("import time\ntime.sleep(2)", "time.sleep(600)", "print('on')", limits=limits)
    assert done.outcomes == {"c0": "ok", "c1": "time", "c2": "ok"}
    assert done.problems == ("time: the cell ran for more than 4 s ('c1')",)


def test_children_that_have_ended_count_as_well():
    child = (
        "import os, time\n"
        "for _ in range(100):\n"
        "    if not os.fork():\n"
        "        end = time.process_time() + 0.2\n"
        "        while time.process_time() < end: pass\n"
        "        os._exit(0)\n"
        "    os.wait()"
    )
    done = run(child, limits=Limits(cell_seconds=0.5))
    assert done.problems == ("time: the cell needed more than 0.5 s of processor time ('c0')",)


def test_a_notebook_that_needs_more_than_its_time_ends_there():
    cells = [
        "import time\nend = time.process_time() + 0.4\nwhile time.process_time() < end: pass"
    ] * 9
    done = run(*cells, limits=Limits(notebook_seconds=1))
    assert "not run" in done.outcomes.values()
    assert "time: the notebook needed more than 1 s of processor time" in done.problems[-1]


def test_a_limit_that_is_met_twice_is_said_once():
    done = run("while True: pass", "while True: pass", limits=Limits(cell_seconds=0.5))
    said = "time: the cell needed more than 0.5 s of processor time ('c0', 'c1')"
    assert done.problems == (said,)


def test_a_cell_that_does_not_heed_its_interrupt_costs_a_kernel_and_no_more(monkeypatch):
    monkeypatch.setattr(clock, "GRACE", 0.5)
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    done = run("x = 1", stubborn, "print(x)", limits=Limits(cell_seconds=0.5))
    assert done.outcomes == {"c0": "ok", "c1": "died", "c2": "ok"}
    assert done.problems == ("time: the cell needed more than 0.5 s of processor time ('c1')",)
    assert printed(done, 2) == "1\n"


def test_a_dead_kernel_is_replaced_and_what_came_before_is_run_again():
    done = run("x = 1", "x += 1", "import os\nos._exit(0)", "x += 1", "print(x)")
    assert list(done.outcomes.values()) == ["ok", "ok", "died", "ok", "ok"]
    assert done.problems == ("the kernel died here ('c2')",)
    assert printed(done, 4) == "3\n"


def test_leaving_the_kernel_is_held_against_the_cell_that_left():
    done = run("x = 1", "quit()", "import sys\nsys.exit()", "print(x)")
    assert list(done.outcomes.values()) == ["ok", "died", "error", "ok"]
    assert done.problems == ("the kernel was told to quit here ('c1')",)
    assert printed(done, 3) == "1\n"


def test_a_notebook_that_kills_every_kernel_is_given_up():
    done = run(
        "import os", "os._exit(0)", "os._exit(1)", "print(1)", limits=Limits(kernel_deaths=2)
    )
    assert list(done.outcomes.values()) == ["ok", "died", "died", "not run"]
    assert done.problems[-1] == "the notebook was given up after 2 dead kernels"
    assert errors(done, 3) == ["not run: the notebook was stopped before this cell"]


def test_a_notebook_over_its_time_ends_there():
    limits = Limits(cell_seconds=60, notebook_seconds=1)
    done = run("x = 1", "while True: pass", "print(x)", limits=limits)
    assert done.outcomes == {"c0": "ok", "c1": "time", "c2": "not run"}
    assert done.problems == ("time: the notebook needed more than 1 s of processor time ('c1')",)
    assert errors(done, 2) == ["not run: the notebook was stopped before this cell"]


def test_a_flood_of_output_is_cut_and_the_grade_after_it_is_kept():
    limits = Limits(cell_output=10_000, notebook_output=18_000)
    flood = "for i in range(300): print('x' * 999, flush=True)\n2.5"
    done = run(flood, flood, limits=limits)
    kept = [sum(len(str(output)) for output in cell.outputs) for cell in done.notebook.cells]
    assert kept[0] < 15_000
    assert sum(kept) < 25_000
    for cell in done.notebook.cells:
        assert cell.outputs[-1].data["text/plain"] == "2.5"
        assert any("more output than is kept" in o.get("text", "") for o in cell.outputs)
    assert done.problems == ("output: more than the grader keeps was written ('c0', 'c1')",)


def test_outputs_without_number_are_cut_too():
    many = "from IPython.display import display\nfor i in range(800): display(i)"
    done = run(many, limits=Limits(cell_output=20_000))
    assert len(done.notebook.cells[0].outputs) < 300
    assert done.outcomes == {"c0": "ok"}


def test_warnings_and_logging_do_not_count_as_errors():
    done = run("import warnings\nwarnings.warn('slow')")
    assert done.outcomes == {"c0": "ok"}
    assert "slow" in printed(done, 0)


def test_a_machine_without_kernels_is_told_apart_from_a_bad_notebook(monkeypatch):
    class Broken(execution.OwnPython):
        @property
        def kernel_spec(self):
            spec = super().kernel_spec
            spec.argv = ["python", "-c", "pass"]
            return spec

    monkeypatch.setattr(execution, "KERNEL_MANAGER", Broken)
    with pytest.raises(KernelError, match="could not be started on this machine"):
        run("x = 1")
