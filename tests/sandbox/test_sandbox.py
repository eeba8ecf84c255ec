"""The sandbox: what code inside can see, reach and use, and what is left when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from autograder.sandbox import requirements, seccomp
from autograder.sandbox.bubblewrap import HOME, MATPLOTLIB, WRITABLE
from autograder.sandbox.handover import font_list
from autograder.sandbox.provisioner import (
    SOCKETS,
    WORK,
    Mounts,
    Resources,
    SandboxedKernel,
    SandboxProvisioner,
    missing,
)
from autograder.sandbox.scratch import scratch_folder
from autograder.sandbox.surroundings import SETTINGS, pythons
from autograder.sandbox.zygote import KernelZygote
from tests.anybody import as_anybody

CHECKOUT = Path(__file__).resolve().parents[2]
MIB = 1 << 20

AT_FIRST = sorted({path.split("/")[2] for path in pythons() if path.startswith("/tmp/")})
"""What a kernel finds in `/tmp`: nothing, unless the Python that it runs on lies there."""


class Inside:
    """A running kernel, to be told what to run."""

    def __init__(self, manager: AsyncKernelManager, **options) -> None:
        self.manager = manager
        self.wait_for = asyncio.new_event_loop().run_until_complete
        try:
            self.wait_for(manager.start_kernel(**options))
        except BaseException:
            self.close()
            raise
        self.client = self.wait_for(self._connect())

    async def _connect(self):
        client = self.manager.client()
        client.start_channels(hb=False)
        await self._until_heard(client)
        return client

    async def _until_heard(self, client) -> None:
        for _ in range(6000):
            client.kernel_info()
            with contextlib.suppress(Empty):
                await client.get_shell_msg(timeout=0.1)
                await client.get_iopub_msg(timeout=0.1)
                return
        raise AssertionError("the kernel does not answer")

    def run(self, code: str, seconds: float = 600) -> str:
        """Run code; what it printed, and the error that it ended in."""
        return self.wait_for(asyncio.wait_for(self._run(textwrap.dedent(code)), seconds))

    async def _run(self, code: str) -> str:
        said: list[str] = []
        asked = self.client.execute(code, allow_stdin=False)
        while True:
            message = await self.client.get_iopub_msg()
            content = message["content"]
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "error":
                said.append(f"{content['ename']}: {content['evalue']}")
            said.append(content.get("text", ""))
            if content.get("execution_state") == "idle":
                break
        return "".join(said).strip()

    def value(self, expression: str, imports: str = "import os, socket, sys, pathlib"):
        return json.loads(self.run(f"{imports}\nimport json; print(json.dumps({expression}))"))

    def alive(self) -> bool:
        return self.wait_for(self.manager.is_alive())

    def dies(self, code: str) -> str | None:
        """Run code that ends the kernel; why it ended."""
        self.client.execute(textwrap.dedent(code))
        assert waited(lambda: not self.alive()), "the kernel is still alive"
        return self.manager.reason

    def restart(self) -> None:
        self.client.stop_channels()  # it may still hold words of the kernel before
        self.wait_for(self.manager.restart_kernel(now=True))
        self.client = self.wait_for(self._connect())

    def close(self) -> None:
        loop = self.wait_for.__self__
        if hasattr(self, "client"):
            self.client.stop_channels()
            self.wait_for(self.manager.shutdown_kernel(now=True))
        loop.close()


def waited(condition: Callable[[], bool], seconds: float = 300) -> bool:
    """Wait for a condition, and say whether it came."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def running(marker: str) -> list[str]:
    """The processes of this machine that have a word in their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if marker.encode() in (process / "cmdline").read_bytes().split(b"\0"):
                found.append(process.name)
    return found


Start = Callable[..., Inside]


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> KernelZygote:
    return KernelZygote(Mounts(tmp_path_factory.mktemp("warm")))


@pytest.fixture(params=["cold", "warm"])
def start(request, tmp_path: Path, zygote: KernelZygote) -> Iterator[Start]:
    """Start kernels, cold or warm; all end with the test."""
    started: list[Inside] = []
    forked_from = zygote if request.param == "warm" else None

    def make(resources: Resources | None = None, folder: str = "k") -> Inside:
        home = tmp_path / folder
        work = home / "work"
        work.mkdir(parents=True)
        kernel = SandboxedKernel(home, Mounts(work), resources or Resources(), forked_from)
        started.append(Inside(kernel))
        assert kernel.warm is (forked_from is not None)
        return started[-1]

    yield make
    for inside in started:
        inside.close()


@pytest.fixture(scope="module")
def secret() -> str:
    return "a word that only the grader knows"


@pytest.fixture(scope="module", params=["cold", "warm"])
def inside(request, tmp_path_factory: pytest.TempPathFactory, secret: str) -> Iterator[Inside]:
    """A kernel that tests look around in, and leave as it is."""
    folder = tmp_path_factory.mktemp("sandbox")
    for name in ("sockets", "work/data", "course/stub"):
        (folder / name).mkdir(parents=True)
    (folder / "work/numpy.py").write_text("raise RuntimeError('not NumPy')")
    (folder / "work/data/cat.txt").write_text("a cat")
    (folder / "course/stub/__init__.py").write_text("word = 'from the stub'")
    (folder / "secret.txt").write_text(secret)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "sockets/judge"))
    listener.listen()

    def answer() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(connection.recv(100).upper())

    threading.Thread(target=answer, daemon=True).start()
    mounts = Mounts(
        folder / "work",
        shown={"/course": folder / "course"},
        environment={"PYTHONPATH": "/course", "AUTOGRADER_SEED": "7"},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", secret)
        patch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "local-provisioner")
        forked_from = KernelZygote(mounts) if request.param == "warm" else None
        started = Inside(SandboxedKernel(folder, mounts, zygote=forked_from))
    assert started.manager.warm is (forked_from is not None)
    yield started
    started.close()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


# What is seen inside


@pytest.mark.parametrize("kind", ["net", "pid", "ipc", "uts", "cgroup", "user", "mnt"])
def test_a_kernel_has_namespaces_of_its_own(inside, kind):
    link = f"/proc/self/ns/{kind}"
    assert inside.value(f"os.readlink({link!r})") != str(Path(link).readlink())


def test_nothing_is_in_the_file_system_but_what_was_shown(inside):
    files = inside.run("""
        import json, os, sys
        left_out = {"/proc", "/dev", "/usr", "/run/kernel", "/lib", sys.prefix, sys.base_prefix}
        found = []
        for folder, folders, names in os.walk("/"):
            paths = {name: os.path.join(folder, name) for name in folders + names}
            found += [paths[name] for name in names]
            folders[:] = [name for name in folders if paths[name] not in left_out]
        print(json.dumps(found))
    """)
    system = ("/etc/fonts/", "/etc/alternatives/", f"{HOME}/.ipython/")
    assert sorted(name for name in json.loads(files) if not name.startswith(system)) == [
        "/course/stub/__init__.py",
        *sorted(path for path in SETTINGS if Path(path).is_file()),
        "/etc/passwd",
        f"{MATPLOTLIB}/{font_list().name}",
        f"{WORK}/data/cat.txt",
        f"{WORK}/numpy.py",
        "/run/kernel.json",
        "/run/sockets/judge",
    ]


def test_the_course_the_home_and_other_peoples_files_are_not_there(inside, tmp_path):
    (tmp_path / "gradebook.db").write_text("marks")
    for path in (
        CHECKOUT / "solutions",
        CHECKOUT / "autograder",
        CHECKOUT / ".git",
        Path.home() / ".profile",
        Path.home() / ".cache",
        tmp_path,
        Path("/etc/shadow"),
        Path("/var"),
        Path("/home") / os.environ.get("USER", "root"),
    ):
        assert inside.value(f"os.path.exists({str(path)!r})") is False, path


def test_of_python_there_is_what_a_kernel_needs_and_nothing_else(inside):
    for name in ("numpy", "matplotlib.pyplot", "IPython", "PIL", "json", "sqlite3", "ctypes"):
        assert inside.run(f"import {name}") == "", name
    for name in ("scipy", "pytest", "jupytext", "nbgrader", "distributed", "pip", "setuptools"):
        assert "ModuleNotFoundError" in inside.run(f"import {name}"), name
    found = inside.run("""
        import os, sys
        for folder, folders, files in os.walk("/"):
            if folder == "/proc":
                folders.clear()
            for name in folders + files:
                if name in ("scipy", "pip", "pip.conf", "gradebook.db") or name.endswith(".pth"):
                    print(os.path.join(folder, name))
    """)
    assert found == ""


def test_of_the_base_interpreter_there_are_no_packages(inside):
    base = subprocess.run(
        [
            sys._base_executable,
            "-I",
            "-c",
            "import site; print(*site.getsitepackages(), sep='\\n')",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert base
    own = str(Path(pytest.__file__).parents[1])
    for folder in base:
        if folder != own:
            listed = f"os.listdir({folder!r}) if os.path.isdir({folder!r}) else []"
            assert inside.value(listed) == [], folder


def test_a_shell_finds_what_it_needs(inside):
    assert inside.run("!echo hello | tr a-z A-Z") == "HELLO"
    assert inside.run("!python -c 'import numpy; print(numpy.ones(2))'") == "[1. 1.]"


def test_only_the_bounded_folders_can_be_written_to(inside):
    tried = inside.run("""
        import os, sys
        open_ones = set()
        for folder, folders, _ in os.walk("/"):
            if folder == "/proc" or folder.count("/") > 4:
                folders.clear()  # the system and Python, which go on like that
            try:
                os.mkdir(f"{folder}/tried")
                os.rmdir(f"{folder}/tried")
                open_ones.add(folder)
            except OSError:
                pass
        tops = {f for f in open_ones if os.path.dirname(f) not in open_ones}
        print(sorted(tops))
    """)
    assert tried == str(sorted(WRITABLE))
    for path in (sys.executable, f"{sys.prefix}/pyvenv.cfg", "/course/stub/__init__.py"):
        answer = inside.run(f"open({path!r}, 'r+b')")
        assert "OSError" in answer or "PermissionError" in answer


def test_nothing_is_inherited_from_the_graders_environment(inside, secret):
    environment = inside.value("dict(os.environ)")
    assert secret not in environment.values()
    assert environment["AUTOGRADER_SEED"] == "7"
    assert not [name for name in environment if name.startswith("JPY_")]
    open_files = inside.run("""
        import subprocess
        listing = ['ls', '-l', f'/proc/{os.getpid()}/fd']
        print(subprocess.run(listing, capture_output=True, text=True).stdout)
    """)
    assert "eventpoll" in open_files
    assert str(CHECKOUT) not in open_files
    assert str(inside.manager.provisioner.folder) not in open_files


def test_the_user_inside_is_an_ordinary_one_that_cannot_become_another(inside):
    status = dict(
        line.split(":\t", 1)
        for line in inside.run("print(open('/proc/self/status').read())").splitlines()
        if ":\t" in line
    )
    assert status["Uid"].split() == status["Gid"].split() == ["1000"] * 4
    assert status["Groups"].strip() in ("", "65534", "1000")
    assert status["NoNewPrivs"] == "1"
    for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb"):
        if kind != "Bnd" or os.geteuid() == 0:
            assert int(status[f"Cap{kind}"], 16) == 0, kind
    root = inside.manager.provisioner._root
    seen = Path(f"/proc/self/fd/{root}/proc/{inside.value('os.getpid()')}/status").read_text()
    (uid,) = {line.split()[1] for line in seen.splitlines() if line.startswith("Uid:")}
    assert int(uid) == (os.geteuid() or 60600)
    assert "Errno" in inside.run("import os; os.setuid(0)")


def test_no_user_namespace_can_be_made_inside(inside):
    answer = inside.run("""
        import ctypes, os, subprocess
        libc = ctypes.CDLL(None, use_errno=True)
        tried = subprocess.run(["unshare", "-U", "true"], stderr=subprocess.DEVNULL)
        print(libc.unshare(0x10000000), tried.returncode)
    """)
    assert answer.startswith("-1 1")


def test_there_is_no_network(inside):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        for address in ("127.0.0.1", "10.0.0.1", "8.8.8.8"):
            code = f"import socket; socket.create_connection(({address!r}, {port}), 2)"
            assert "Error" in inside.run(code)
    assert "gaierror" in inside.run("import socket; socket.getaddrinfo('example.org', 80)")
    datagram = "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('8.8.8.8', 53))"
    assert "Error" in inside.run(f"import socket; {datagram}")
    interfaces = inside.run("print(open('/proc/net/dev').read())")
    assert [line.split(":")[0].strip() for line in interfaces.splitlines()[2:]] == ["lo"]


def test_sockets_that_no_namespace_divides_are_refused(inside, tmp_path):
    families = (socket.AF_VSOCK, socket.AF_ALG, socket.AF_PACKET)
    ours = (socket.AF_INET, socket.AF_NETLINK) if inside.manager.warm else ()
    for family in (*families, socket.AF_INET6, *ours):
        answer = inside.run(f"import socket; socket.socket({int(family)}, socket.SOCK_STREAM)")
        assert f"[Errno {errno.EAFNOSUPPORT}]" in answer, family
    assert "PermissionError" in inside.run("import os; os.memfd_create('x')")
    for number in ("shmget", "ptrace", "keyctl", "io_uring_setup"):
        call = seccomp.numbers_of(os.uname().machine)[number]
        answer = inside.run(f"""
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            print(libc.syscall({call}, 0, 4096, 0o1600, 0), ctypes.get_errno())
        """)
        assert answer == f"-1 {errno.EPERM}", number


def test_abstract_sockets_outside_cannot_be_reached(inside):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0autograder-test")
        listener.listen()
        code = "socket.socket(socket.AF_UNIX).connect('\\0autograder-test')"
        assert "ConnectionRefusedError" in inside.run(f"import socket; {code}")


def test_the_callers_sockets_can_be_spoken_to(inside):
    answer = inside.run(f"""
        import socket
        with socket.socket(socket.AF_UNIX) as s:
            s.connect("{SOCKETS}/judge")
            s.sendall(b"hello")
            print(s.recv(100))
    """)
    assert answer == "b'HELLO'"


def test_a_module_beside_the_notebook_shadows_nothing(inside):
    assert inside.run("import numpy; print(numpy.arange(3).sum())") == "3"
    assert inside.value("'' in sys.path or os.getcwd() in sys.path") is False
    assert inside.run("import site; print(site.ENABLE_USER_SITE)") == "False"
    assert inside.run("import stub; print(stub.word)") == "from the stub"


def test_the_kernel_works_on_copies_of_the_files(inside):
    assert inside.value("os.getcwd()") == WORK
    assert (
        inside.run("open('data/cat.txt', 'a').write('!'); print(open('data/cat.txt').read())")
        == "a cat!"
    )
    folder = inside.manager.provisioner.folder
    assert (folder / "work/data/cat.txt").read_text() == "a cat"
    inside.run("open('data/cat.txt', 'w').write('a cat')")


def test_a_plot_makes_no_list_of_fonts(inside):
    answer = inside.run("""
        import logging, os
        logging.basicConfig(level=logging.INFO)
        import matplotlib.pyplot as plt
        figure = plt.figure(); figure.text(0, 0, "text"); figure.savefig("x.png")
        os.remove("x.png")
        import matplotlib
        print(os.listdir(matplotlib.get_cachedir()))
    """)
    assert answer == str([font_list().name])


def test_an_interrupt_reaches_the_cell(inside):
    async def interrupt() -> None:
        await asyncio.sleep(0.5)
        await inside.manager.interrupt_kernel()

    task = inside.wait_for.__self__.create_task(interrupt())
    assert "KeyboardInterrupt" in inside.run("while True: pass")
    inside.wait_for(task)
    assert inside.run("print('still here')") == "still here"


def test_signals_do_not_cross_the_wall(inside):
    inside.wait_for(inside.manager.signal_kernel(signal.SIGINT))
    assert inside.run("print('still here')") == "still here"


# How much may be used


def test_the_memory_of_all_processes_together_is_bounded(start):
    inside = start(Resources(memory=600 * MIB))
    assert (
        inside.dies("""
        import os, time
        for _ in range(4):
            if not os.fork():
                x = bytearray(200 << 20)
                time.sleep(60)
        time.sleep(60)
    """)
        == "memory: the notebook needed more than 600 MiB"
    )


def test_shared_memory_counts_once(start):
    inside = start(Resources(memory=600 * MIB))
    assert (
        inside.run("""
        import os, time, warnings
        warnings.simplefilter("ignore")  # of threads, from Python 3.12 on
        x = bytearray(200 << 20)
        children = []
        for _ in range(4):
            child = os.fork()
            if not child:
                time.sleep(1)
                os._exit(0)
            children.append(child)
        print([os.waitpid(child, 0)[1] for child in children])
    """)
        == "[0, 0, 0, 0]"
    )
    assert inside.manager.reason is None


def test_files_in_memory_count_as_memory(start):
    inside = start(Resources(memory=600 * MIB, disk=1 << 30))
    assert (
        inside.dies("""
        for number in range(20):
            with open(f"/dev/shm/{number}", "wb") as file:
                file.write(bytes(50 << 20))
    """)
        == "memory: the notebook needed more than 600 MiB"
    )


def test_processor_time_is_bounded_even_if_the_signal_is_ignored(start):
    inside = start(Resources(cpu_seconds=2))
    assert (
        inside.dies("""
        import signal
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass
    """)
        == "processor time: the notebook needed more than 2 s"
    )


@pytest.mark.parametrize(
    "bomb",
    [
        "while True:\n    try: os.fork()\n    except OSError: pass",
        "while True:\n    try: threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "    except RuntimeError: time.sleep(0.1)",
    ],
    ids=["processes", "threads"],
)
def test_processes_and_threads_are_bounded(start, bomb):
    inside = start(Resources(processes=40))
    reason = inside.dies(f"import os, threading, time\n{bomb}")
    assert reason == "processes: the notebook ran 40 processes and threads at once"


def test_the_disk_is_bounded(start):
    inside = start(Resources(disk=20 * MIB))
    assert (
        inside.dies("""
        import time
        for number in range(9):
            with open(str(number), "wb") as file:
                file.write(bytes(5 << 20))
        time.sleep(60)
    """)
        == "disk: the notebook wrote more than 20 MiB to one folder"
    )


def test_so_are_empty_files(start):
    inside = start(Resources(disk=2 * MIB))
    assert (
        inside.dies("""
        import os
        os.mkdir("/tmp/x")
        for number in range(100_000):
            os.symlink("x", f"/tmp/x/{number}")
    """)
        == "disk: the notebook wrote more than 2 MiB to one folder"
    )


def test_the_sockets_folder_is_bounded(start):
    inside = start()
    assert (
        inside.dies("""
        import time
        file = open("/run/kernel/x", "wb", buffering=0)
        file.write(bytes(2 << 20))
        time.sleep(60)
    """)
        == "sockets: the notebook put more than 1 MiB into the folder of the kernel's sockets"
    )


def test_other_limits_raise_an_error_that_has_a_sentence(start):
    resources = Resources(memory=600 * MIB, file_bytes=MIB, open_files=128)
    inside = start(resources)
    for code, sentence in (
        (
            "import numpy; numpy.ones((1000, 1000, 100))",
            "memory: the notebook needed more than 600 MiB",
        ),
        (
            "open('/tmp/x', 'wb').write(bytes(2 << 20))",
            "file size: the notebook wrote a file of more than 1 MiB",
        ),
        (
            "files = [open('/dev/null') for _ in range(200)]",
            "open files: the notebook held more files open than the 128 that a process may",
        ),
    ):
        ename, _, evalue = inside.run(code).partition(": ")
        assert resources.behind(ename, evalue) == sentence
        assert inside.manager.reason is None


def test_open_files_of_all_processes_are_bounded(start):
    resources = Resources(open_files=128)
    assert start(resources).dies("""
        import os, socket, time
        for _ in range(40):
            if not os.fork():
                pairs = [socket.socketpair() for _ in range(30)]
                time.sleep(60)
        time.sleep(60)
    """) == resources.sentence("open_files")


FILL = """
import os, time
for _ in range(2):
    if not os.fork():
        own = bytearray(255 << 20)
        time.sleep(600)
"""
"""Leaves about 100 of 650 MiB: in two processes, since one alone may not have so much."""

HOLDING = {
    "pairs of sockets": """
        import os, socket, time
        for _ in range(6):
            if not os.fork():
                held = [socket.socketpair() for _ in range(100)]
                time.sleep(600)
        time.sleep(600)
    """,
    "connections that nobody accepts": """
        import socket, time
        listeners, number = [], 0
        while True:
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(f"/tmp/{len(listeners)}")
            listener.listen(128)
            listeners.append(listener)
            for _ in range(100):
                with socket.socket(socket.AF_UNIX) as line:
                    line.connect(listener.getsockname())
                    line.setblocking(False)
                    try:
                        line.send(bytes(1 << 17))
                    except OSError:
                        pass
            time.sleep(0.1)
    """,
    "pipes": """
        import os, time
        for _ in range(10):
            if not os.fork():
                held = [os.pipe() for _ in range(200)]
                time.sleep(600)
        time.sleep(600)
    """,
    "terminals": """
        import os, time
        for _ in range(10):
            if not os.fork():
                held = [os.openpty() for _ in range(90)]
                time.sleep(600)
        time.sleep(600)
    """,
    "mappings": """
        import ctypes, os, time
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 4
        libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        start = libc.mmap(None, 240 << 20, 3, 0x4022, -1, 0)
        for page in range(0, 60_000, 2):
            libc.mprotect(start + (page << 12), 4096, 1)
        for _ in range(4):
            if not os.fork():
                time.sleep(600)
        time.sleep(600)
    """,
    "locks": """
        import fcntl, time
        held = [open(f"/tmp/{number}", "a+") for number in range(1_500)]
        for file in held:
            for place in range(0, 700, 2):
                fcntl.lockf(file, fcntl.LOCK_EX, 1, place)
        time.sleep(600)
    """,
}
"""Ways to have Linux hold memory that no process is seen to have, about 120 MiB."""


def test_what_is_filled_is_not_yet_too_much(start):
    inside = start(Resources(memory=650 * MIB, open_files=3000))
    inside.run(FILL)
    time.sleep(1)  # in which the watchdog looks many times
    assert inside.run("print(3)") == "3"


@pytest.mark.parametrize("how", HOLDING)
def test_what_linux_holds_for_a_notebook_counts_as_its_memory(start, how):
    inside = start(Resources(memory=650 * MIB, open_files=3000))
    reason = inside.dies(FILL + textwrap.dedent(HOLDING[how]))
    assert reason.startswith("memory: the notebook needed more than ")


def test_what_runs_inside_gives_way_to_the_judge_and_cannot_help_it(start):
    inside = start()
    assert int(inside.run("import os; print(os.nice(0))")) == min(19, os.nice(0) + 5)
    assert (
        inside.run("""
        try:
            os.setpriority(os.PRIO_PROCESS, 0, -5)
        except PermissionError:
            print("no")
    """).strip()
        == "no"
    )


def test_an_ordinary_error_has_no_limit_behind_it():
    assert Resources().behind("ValueError", "[Errno 9] is a funny name") is None
    assert Resources().behind("AssertionError", "MemoryError") is None


# How it ends


def test_a_kernel_that_dies_by_itself_has_no_reason(start):
    inside = start()
    assert inside.dies("import os; os._exit(3)") is None


def test_nothing_outlives_the_kernel(start):
    for end in ("import os; os._exit(0)", None):
        inside = start(folder=str(end)[-3:])
        marker = f"{time.time_ns()}"
        inside.run(f"""
            import subprocess
            for _ in range(3):
                code = "setsid nohup sleep {marker} & setsid sleep {marker}"
                subprocess.Popen(["sh", "-c", code])
        """)
        assert waited(lambda marker=marker: len(running(marker)) == 6)
        if end:
            inside.dies(end)
        else:
            inside.wait_for(inside.manager.shutdown_kernel(now=True))
        assert running(marker) == []


def test_a_limit_ends_all_that_is_inside(start):
    inside = start(Resources(disk=2 * MIB))
    marker = f"{time.time_ns()}"
    inside.run(f"import subprocess; subprocess.Popen(['setsid', 'sleep', '{marker}'])")
    assert waited(lambda: running(marker))
    assert "disk" in inside.dies("open('x', 'wb').write(bytes(3 << 20))\nwhile True: pass")
    assert running(marker) == []


def test_nothing_outlives_a_grader_that_is_killed(tmp_path):
    marker = f"{time.time_ns()}"
    (tmp_path / "work").mkdir()
    code = f"""
        from pathlib import Path
        from autograder.sandbox.provisioner import Mounts
        from tests.sandbox.test_sandbox import Inside, SandboxedKernel
        folder = Path({str(tmp_path)!r})
        inside = Inside(SandboxedKernel(folder, Mounts(folder / "work")))
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
    assert waited(lambda: not running(marker) and not running(str(tmp_path / "sockets")))


def test_a_kernel_can_be_restarted_and_finds_everything_as_at_first(start):
    inside = start(Resources(disk=2 * MIB))
    (inside.manager.provisioner.folder / "work/x.txt").write_text("x")
    assert "disk" in inside.dies("open('y', 'wb').write(bytes(3 << 20))\nwhile True: pass")
    inside.restart()
    assert inside.manager.reason is None
    assert inside.value("os.listdir()") == ["x.txt"]
    inside.restart()
    assert inside.value("os.listdir('/tmp')") == AT_FIRST


def test_nothing_is_left_open_or_mounted_outside(start, tmp_path):
    def state() -> tuple:
        links = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
        folders = [link for link in links if link.exists() and link.is_dir()]
        watchers = [t for t in threading.enumerate() if t.name == "sandbox watchdog"]
        return len(folders), len(watchers), Path("/proc/self/mounts").read_text()

    scratch_folder().cleanup()  # this process holds a folder of its own from the first on
    before = state()
    inside = start()
    assert state()[:2] != before[:2]
    inside.wait_for(inside.manager.shutdown_kernel(now=True))
    assert state() == before
    assert sorted(path.name for path in (tmp_path / "k").iterdir()) == [
        "inside.json",
        "passwd",
        "sockets",
        "work",
    ]


def test_two_kernels_know_nothing_of_each_other(start):
    one, two = start(folder="one"), start(folder="two")
    one.run("open('/tmp/x', 'w').write('x'); open('/dev/shm/x', 'w'); open('x', 'w')")
    assert two.value("[os.listdir(f) for f in ('/tmp', '/dev/shm', '.')]") == [AT_FIRST, [], []]
    assert two.value("len([name for name in os.listdir('/proc') if name.isdigit()])") <= 3
    assert "disk" not in (one.dies("import os; os._exit(0)") or "")
    assert two.run("print('still here')") == "still here"


def test_a_folder_may_have_any_name(start):
    inside = start(folder="--bind a b's ü\n{connection_file} %s" + "x" * 200)
    assert inside.value("os.getcwd()") == WORK


# How it is chosen


def test_a_kernel_is_started_by_nothing_but_the_sandbox(tmp_path):
    manager = SandboxedKernel(tmp_path, Mounts(tmp_path))
    manager.provisioner = LocalProvisioner(kernel_spec=manager.kernel_spec, parent=manager)
    with pytest.raises(RuntimeError, match="nothing but the sandbox"):
        asyncio.run(manager._async_pre_start_kernel())


def test_as_a_provisioner_it_shows_the_folder_that_it_is_started_in(tmp_path):
    (tmp_path / "cat.txt").write_text("a cat")
    manager = AsyncKernelManager()
    spec = KernelSpec(argv=["/bin/false"], language="python")
    manager._kernel_spec = spec
    manager.provisioner = SandboxProvisioner(kernel_spec=spec, parent=manager)
    with pytest.raises(RuntimeError, match="name one"):
        asyncio.run(manager.provisioner.pre_launch())
    inside = Inside(manager, cwd=str(tmp_path))
    try:
        assert inside.value("[os.getcwd(), os.listdir()]") == [WORK, ["cat.txt"]]
    finally:
        inside.close()


def test_files_that_do_not_fit_are_told_before_anything_runs(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work/big").write_bytes(bytes(2 * MIB))
    manager = SandboxedKernel(tmp_path, Mounts(tmp_path / "work"), Resources(disk=MIB))
    with pytest.raises(RuntimeError, match="cannot be copied into the sandbox"):
        Inside(manager)


def test_what_is_not_there_cannot_be_shown(tmp_path):
    manager = SandboxedKernel(tmp_path, Mounts(tmp_path, shown={"/x": tmp_path / "none"}))
    with pytest.raises(RuntimeError, match="none, which is not there"):
        Inside(manager)


def test_a_machine_without_bubblewrap_is_told_how_to_get_it(tmp_path, monkeypatch):
    assert missing() is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "sudo apt-get install bubblewrap" in missing()
    for name in ("prlimit", "setpriv", "bwrap"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'bwrap: Unknown option --x' >&2; exit 1\n")
        (tmp_path / name).chmod(0o755)
    assert missing().startswith("The sandbox needs bubblewrap 0.8 or newer")


def test_on_ubuntu_bubblewrap_alone_is_allowed_what_apparmor_refuses(monkeypatch):
    settings = {"kernel.apparmor_restrict_unprivileged_userns": "1"}
    monkeypatch.setattr(requirements, "_setting", lambda name: settings.get(name, ""))
    advice = requirements._advice("bwrap: setting up uid map: Permission denied")
    assert advice == (
        "The sandbox needs user namespaces, which AppArmor refuses here to all programs but those "
        "that a profile names: allow them to bubblewrap alone with printf 'abi "
        r"<abi/4.0>,\ninclude <tunables/global>\nprofile bwrap /usr/bin/bwrap flags=(unconfined) "
        r"{\n  userns,\n}\n' | sudo tee /etc/apparmor.d/bwrap && sudo apparmor_parser -r "
        "/etc/apparmor.d/bwrap"
    )
    profile = advice.partition("printf '")[2].partition("'")[0]
    written = subprocess.run(["printf", profile], capture_output=True, text=True, check=True)
    assert written.stdout == requirements.APPARMOR_PROFILE
    assert "sysctl" not in advice


def test_calls_of_an_unknown_machine_are_not_guessed():
    with pytest.raises(ValueError, match="riscv64"):
        seccomp.program("riscv64")


AS_ANYBODY = """namespaces or python_there or packages or linux_holds or nothing_is_in
    or only_the_bounded or ordinary_one
    or no_user_namespace or spoken_to or copies or interrupt or memory_of_all or processes_and
    or outlives_the_kernel"""


if os.geteuid() == 0:  # or else all others have run as an ordinary user

    def test_it_holds_for_an_ordinary_grader_as_well(tmp_path_factory):
        home = tmp_path_factory.mktemp("nobody")
        shutil.copy(font_list(), home)
        done = subprocess.run(
            [
                *as_anybody(home),
                *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__),
                *("-k", " ".join(AS_ANYBODY.split()), f"--basetemp={home / 'tmp'}"),
            ],
            cwd=CHECKOUT,
            env={
                **os.environ,
                **dict.fromkeys(("HOME", "MPLCONFIGDIR", "TMPDIR"), str(home)),
                "USER": "nobody",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
        passed, word, *_ = done.stdout.splitlines()[-1].split()
        assert word.startswith("passed")
        assert int(passed) > 30
