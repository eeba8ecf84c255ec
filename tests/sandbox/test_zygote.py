"""Kernels forked from a zygote: the same as cold ones, alone, and never missed."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.lessons.stub_package import write_stub_package
from autograder.running.execution import Execution, execute
from autograder.running.wall import Wall
from autograder.sandbox import zygote as warm
from autograder.sandbox.provisioner import WORK, Mounts, Resources, SandboxedKernel
from autograder.sandbox.zygote import Forked, KernelZygote

from .test_sandbox import AT_FIRST, CHECKOUT, Inside, running, waited


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stub = tmp_path_factory.mktemp("warm") / "stub"
    write_stub_package(stub, ("geometry",))
    return stub


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> KernelZygote:
    return KernelZygote(Mounts(tmp_path_factory.mktemp("zygote")))


@pytest.fixture
def start(tmp_path: Path) -> Iterator:
    """Start kernels that are to come from a zygote; all end with the test."""
    started: list[Inside] = []

    def make(zygote: KernelZygote, **mounts) -> Inside:
        folder = tmp_path / str(len(started))
        (folder / "work").mkdir(parents=True)
        kernel = SandboxedKernel(folder, Mounts(folder / "work", **mounts), zygote=zygote)
        started.append(Inside(kernel))
        return started[-1]

    yield make
    for inside in started:
        inside.close()


def run(wall: Wall, *sources: str) -> Execution:
    cells = [new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    return execute(new_notebook(cells=cells), wall=wall)


def keepers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "zygote"]


# The same as a cold start

NOTEBOOK = """
import os, sys
print(os.getpid(), os.getcwd(), os.getsid(0) == os.getpid(), os.umask(0o22), sys.argv)
print(sys.orig_argv, sys.path, sys.flags, sys.executable, sys.getrecursionlimit(), __name__)
---
print(dict(os.environ))
print({"an", "order", "that", "hashes", "make"}, hash("a"))
---
import signal
print([(number, signal.getsignal(number)) for number in sorted(signal.valid_signals())])
import resource
print([resource.getrlimit(n) for n in range(resource.RLIMIT_RTPRIO)])
---
import gc
shown = set(sys.modules)
print(sorted(shown))
import warnings
print(warnings.filters)
---
import numpy
print(sorted(set(sys.modules) - shown), sorted(vars(numpy)))
print(warnings.filters, numpy.geterr())
---
import matplotlib
print(sorted(vars(matplotlib)), matplotlib.rcParams["backend"])
matplotlib.pyplot
---
import PIL, autograder
print(vars(PIL).keys(), sorted(set(sys.modules) - shown))
---
import matplotlib.pyplot as plt, matplotlib
print(sorted(vars(matplotlib)), dict(plt.rcParams))
---
plt.plot([1, 3, 2])
---
%matplotlib inline
plt.imshow(numpy.arange(6).reshape(2, 3))
plt.title("six")
plt.show()
---
from autograder.reference.geometry import pair
import autograder.datasets, numpy.fft
print(sorted(set(sys.modules) - shown), sorted(vars(autograder)), warnings.filters)
---
print(numpy.__spec__, plt.__spec__, plt.__loader__, pair, autograder.__spec__)
---
1 / 0
---
depth = 0
def deeper():
    global depth
    depth += 1
    deeper()
deeper()
---
print(depth, In[-1], Out)
warnings.warn("so wide")
numpy.ones(2) / 0
---
%history -n
---
import subprocess
print(subprocess.run("id; hostname; pwd; env | sort; ls -AR ~ /run/sockets", shell=True,
                     capture_output=True, text=True).stdout)
---
input("who?")
---
get_ipython().ask_exit
exit
"""


def test_a_notebook_cannot_tell(stub):
    def outputs(wall: Wall) -> list[str]:
        done = run(wall, *(source.strip() for source in NOTEBOOK.split("---\n")))
        failed = {name for name, outcome in done.outcomes.items() if outcome == "error"}
        assert failed == {"c5", "c12", "c13", "c17"}
        said = [f"{cell.execution_count} {joined(cell)}" for cell in done.notebook.cells]
        return [re.sub(r"0x[0-9a-f]{6,}", "0x…", text) for text in said]

    def joined(cell) -> str:
        """What a cell put out; text that came in several pieces is one."""
        text = "".join(out.pop("text") for out in cell.outputs if out.output_type == "stream")
        return f"{text} {[out for out in cell.outputs if out.output_type != 'stream']}"

    cold, forked = outputs(Wall(stub, warm=False)), outputs(Wall(stub))
    assert "image/png" in cold[8]
    assert "AttributeError" in cold[5]
    for here, there in zip(cold, forked, strict=True):
        assert here == there


def test_no_two_kernels_draw_the_same_numbers(stub):
    draw = "import random, numpy as np\nprint(random.random(), np.random.rand())"
    one, other = (run(Wall(stub), draw).notebook.cells[0].outputs[0].text for _ in range(2))
    assert not set(one.split()) & set(other.split())


def test_what_a_notebook_does_is_gone_with_it(start, zygote):
    one = start(zygote)
    one.run("""
        import builtins, os, numpy
        builtins.print, numpy.maximum, os.environ["x"] = None, None, "x"
        open("/tmp/x", "w"); open("x", "w")
    """)
    other = start(zygote)
    assert one.manager.warm
    assert other.manager.warm
    found = other.value("[os.environ.get('x'), os.listdir('/tmp'), os.listdir()]")
    assert found == [None, AT_FIRST, []]
    assert other.run("import numpy; print(numpy.maximum(1, 2))") == "2"


# Alone


def test_nothing_leads_from_a_kernel_to_its_zygote(start, zygote):
    inside = start(zygote)
    assert sorted(inside.value("[int(n) for n in os.listdir('/proc') if n.isdigit()]")) == [
        1,
        inside.value("os.getpid()"),
    ]
    first = inside.run("print(*(os.readlink(f'/proc/1/fd/{n}') for n in os.listdir('/proc/1/fd')))")
    assert set(first.split()) == {"/dev/null"}
    inside.run("""
        import os, signal
        for number in (-1, 1):
            os.kill(number, signal.SIGKILL)
    """)
    assert inside.run("print('still here')") == "still here"
    assert start(zygote).manager.warm


def test_the_first_process_inside_may_do_as_little_as_the_kernel(start, zygote):
    inside = start(zygote)

    def rights(number: int) -> list[str]:
        lines = inside.run(f"print(open('/proc/{number}/status').read())").splitlines()
        wanted = ("Uid", "Gid", "Groups", "Cap", "NoNewPrivs", "Seccomp")
        return [line for line in lines if line.startswith(wanted)]

    assert rights(1) == rights(inside.value("os.getpid()"))
    assert "CapBnd:\t0000000000000000" in rights(1)
    limits = "open(f'/proc/{}/limits').read()"
    assert inside.value(limits.format(1)) == inside.value(limits.format("self"))


def test_a_kernel_is_shown_no_shared_folder_but_its_own(start, zygote):
    one, other = start(zygote), start(zygote)
    for inside in (one, other):
        assert inside.value("os.listdir('/run/sockets')") == []
        assert inside.value("sorted(os.listdir('/run'))") == ["kernel", "kernel.json", "sockets"]
    keys = [inside.run("print(open('/run/kernel.json').read())") for inside in (one, other)]
    assert keys[0] != keys[1]


# Never missed


def test_a_zygote_that_dies_takes_its_kernels_along_and_is_replaced(start, tmp_path):
    zygote = KernelZygote(Mounts(tmp_path))
    inside = start(zygote)
    marker = f"{os.getpid()}.{id(zygote)}"
    inside.run(f"import subprocess; subprocess.Popen(['sleep', '{marker}'])")
    before = keepers()
    (thread,) = [thread for thread in before if thread is zygote._process._keeper]
    bubblewrap = parent_of_all(inside)
    os.kill(bubblewrap, signal.SIGKILL)
    assert waited(lambda: not inside.alive())
    assert waited(lambda: not running(marker))
    thread.join(30)
    assert start(zygote).manager.warm


def parent_of_all(inside: Inside) -> int:
    """The process of this machine's that a forked kernel descends from, and this one started."""
    number, ours = inside.manager.provisioner.pid, os.getpid()
    while True:
        stat = Path(f"/proc/{number}/stat").read_text()
        parent = int(stat.rpartition(")")[2].split()[1])
        if parent == ours:
            return number
        number = parent


def test_a_zygote_that_cannot_be_made_is_tried_once(start, tmp_path, monkeypatch):
    tried = []

    def fail(*arguments: object, **options: object) -> list[str]:
        tried.append(arguments)
        return ["false"]

    monkeypatch.setattr(warm, "warm_command", fail)
    zygote = KernelZygote(Mounts(tmp_path))
    for _ in range(2):
        inside = start(zygote)
        assert not inside.manager.warm
        assert inside.manager.cold.startswith("no kernel came of the zygote: ")
        assert inside.value("os.getcwd()") == WORK
    assert len(tried) == 1


def test_what_is_shown_below_a_folder_of_its_own_is_there_as_in_a_cold_start(start, tmp_path):
    shown = tmp_path / "shown"
    (shown / "deeper").mkdir(parents=True)
    (shown / "deeper/file").write_text("here")
    rooms = {"/tmp/a/python": shown, "/tmp/b": shown / "deeper/file"}
    zygote = KernelZygote(Mounts(tmp_path / "zygote", shown=rooms))
    seen = []
    for own in (zygote, None):
        inside = start(own, shown=rooms)
        assert inside.manager.warm is (own is not None)
        seen.append(
            inside.value("""[
            sorted(os.listdir('/tmp')), open('/tmp/a/python/deeper/file').read(),
            open('/tmp/b').read(), os.access('/tmp/a/python/deeper', os.W_OK),
            oct(os.stat('/tmp/a').st_mode),
        ]""")
        )
    assert seen[0] == seen[1] == [sorted({"a", "b", *AT_FIRST}), "here", "here", False, "0o40755"]


def test_a_run_says_how_its_kernels_were_started(stub):
    assert run(Wall(stub), "1", "import os; os._exit(1)", "2").kernels == ("warm", "warm")
    assert run(Wall(stub, warm=False), "1").kernels == ("cold: none was to be forked",)
    assert run(Wall(stub, sandboxed=False), "1").kernels == ("cold: there is no sandbox",)


def test_what_goes_wrong_inside_is_told(tmp_path, zygote):
    for name in ("sockets", "work"):
        (tmp_path / name).mkdir()
    (tmp_path / "inside.json").touch()
    (tmp_path / "work/big").write_bytes(bytes(1 << 21))
    mounts = Mounts(tmp_path / "work")
    with pytest.raises(warm.WarmError, match="No space left"):
        asyncio.run(zygote.fork(tmp_path, mounts, Resources(disk=1 << 20)))


def test_a_kernel_that_is_to_see_something_else_starts_cold(start, zygote):
    inside = start(zygote, environment={"MINE": "1"})
    assert not inside.manager.warm
    assert inside.value("os.environ['MINE']") == "1"


def test_a_kernel_runs_on_the_cores_that_it_is_given_and_cannot_leave_them(tmp_path, zygote):
    (core, *_) = cores = os.sched_getaffinity(0)
    pinned = KernelZygote(Mounts(tmp_path), cores=(core,))
    for number, own in enumerate((pinned, zygote)):
        folder = tmp_path / str(number)
        (folder / "work").mkdir(parents=True)
        mounts, resources = Mounts(folder / "work"), Resources(cores=(core,))
        inside = Inside(SandboxedKernel(folder, mounts, resources, own))
        assert inside.manager.warm is (own is pinned)
        assert inside.value("list(os.sched_getaffinity(0))") == [core]
        said = inside.run(f"import os; os.sched_setaffinity(0, {cores})")
        assert said == "PermissionError: [Errno 1] Operation not permitted"
        inside.close()
    assert os.sched_getaffinity(0) == cores


def test_a_zygote_ends_when_nobody_holds_it(start, tmp_path):
    before = keepers()
    zygote = KernelZygote(Mounts(tmp_path))
    inside = start(zygote)
    (keeper,) = set(keepers()) - set(before)
    del zygote
    assert inside.run("print('still here')") == "still here"
    inside.wait_for(inside.manager.shutdown_kernel(now=True))
    assert isinstance(inside.manager.provisioner.process, Forked | None)
    inside.manager.provisioner.zygote = inside.manager.provisioner.process = None
    keeper.join(30)
    assert not keeper.is_alive()


def test_walls_share_a_zygote_as_long_as_they_are_the_same(stub):
    before = set(keepers())
    for _ in range(2):
        assert run(Wall(stub, resources=Resources(cpu_seconds=7)), "1").outcomes == {"c0": "ok"}
    assert len(set(keepers()) - before) == 1


def test_nothing_outlives_a_grader_that_is_killed(tmp_path):
    marker = f"{os.getpid()}.{id(tmp_path)}"
    (tmp_path / "work").mkdir()
    code = f"""
        from pathlib import Path
        from autograder.sandbox.provisioner import Mounts
        from autograder.sandbox.zygote import KernelZygote
        from tests.sandbox.test_sandbox import Inside, SandboxedKernel
        folder = Path({str(tmp_path)!r})
        mounts = Mounts(folder / "work")
        inside = Inside(SandboxedKernel(folder, mounts, zygote=KernelZygote(mounts)))
        assert inside.manager.warm
        inside.run("import subprocess; subprocess.Popen(['setsid', 'sleep', '{marker}'])")
        print("ready", flush=True)
        inside.run("while True: pass")
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=CHECKOUT, stdout=subprocess.PIPE
    ) as grader:
        assert grader.stdout.readline() == b"ready\n"
        assert waited(lambda: running(marker))
        grader.kill()
    assert waited(lambda: not running(marker))
