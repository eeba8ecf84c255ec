"""The program in a zygote: with everything imported, it forks a kernel whenever it is asked to.

It is run as `python -m inside.zygote` behind the wall, where there is no course: what it needs is
the standard library, Linux, and what kernels import. No code of a notebook runs in it, ever.

For each kernel it forks a child. The child gives itself namespaces and forks the first process in
them, which puts up the file system that is the kernel's own, gives every right up, tells the
grader that it stands, and waits for its word. Then it forks the kernel, and ends when that ends.

Source: *namespaces(7)*, *user_namespaces(7)*, *capabilities(7)*, *unix(7)*.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import resource
import shutil
import signal
import socket
import struct
import sys
import types
import warnings
from contextlib import suppress
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_loader
from pathlib import Path
from typing import Any, NoReturn

LIBC = ctypes.CDLL(None, use_errno=True)

# What is of one's own: mounts, control groups, host name, IPC, users, processes, network.
NAMESPACES = 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000
NOSUID, NODEV, NOEXEC, BIND, PRIVATE = 2, 4, 8, 0x5000, 0x44000
DROP_FROM_BOUNDING_SET, NO_NEW_RIGHTS, AMBIENT, CLEAR_ALL = 24, 38, 47, 4
CAPABILITY_VERSION = 0x20080522
DEVICES_ON_TERMINALS = "newinstance,ptmxmode=0666,mode=620"


@dataclass
class ImportStep:
    """What the import of a module has brought of one package.

    Parameters
    ----------
    modules : dict
        By name.
    needs : list of ImportStep
        What it has brought of others, and what it has found there.
    filters : list
        Filters of warnings that it has put before all others.
    """

    modules: dict[str, types.ModuleType]
    needs: list[ImportStep]
    filters: list[tuple]

    def __post_init__(self) -> None:
        self.hidden = False
        self.specs = {name: module.__spec__ for name, module in self.modules.items()}
        self.attributes = [
            (sys.modules[package], last, module)
            for name, module in self.modules.items()
            for package, _, last in [name.rpartition(".")]
            if package and package not in self.modules
            if getattr(sys.modules[package], last, None) is module
        ]

    def hide(self) -> None:
        """Leave nothing of it to be seen."""
        self.hidden = True
        for name in self.modules:
            del sys.modules[name]
        for package, name, _ in self.attributes:
            delattr(package, name)

    def show(self) -> None:
        """Bring it back, after all that it needs."""
        for step in self.needs:
            if step.hidden:
                step.show()
        self.hidden = False
        sys.modules.update(self.modules)
        for attribute in self.attributes:
            setattr(*attribute)
        # A list, of which the stub says only that it is a sequence.
        warnings.filters[:0] = self.filters  # type: ignore[index]
        with warnings.catch_warnings():
            pass  # so that Python notices


class Parked(MetaPathFinder, Loader):
    """Modules that have been imported, but do not show until somebody imports them.

    Were they simply there, `import matplotlib` would give `matplotlib.pyplot` as well.
    """

    def __init__(self) -> None:
        self.steps: dict[str, ImportStep] = {}  # for each module

    def park(self, name: str) -> None:
        """Import a module, and hide it again with all that came with it."""
        before = set(sys.modules)
        with warnings.catch_warnings():
            filters = list(warnings.filters)
            with suppress(Exception):  # whoever wants it will be told why it cannot be had
                importlib.import_module(name)
            found = {name: sys.modules[name] for name in sys.modules if name not in before}
            needs = list({id(step): step for n, step in self.steps.items() if n in found}.values())
            known = [*filters, *(filter for step in needs for filter in step.filters)]
            new = [filter for filter in warnings.filters if filter not in known]
        packages: dict[str, dict[str, types.ModuleType]] = {name.partition(".")[0]: {}}
        for module in found:
            if module not in self.steps:
                packages.setdefault(module.partition(".")[0], {})[module] = found[module]
        own, *others = packages.values()
        needs += [ImportStep(modules, [], []) for modules in others]
        for step in (ImportStep(own, needs, new), *needs):
            self.steps |= dict.fromkeys(step.modules, step)
            step.hide()

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        step = self.steps.get(name)
        return spec_from_loader(name, self) if step is not None and step.hidden else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        self.steps[spec.name].show()
        return sys.modules[spec.name]

    def exec_module(self, module: types.ModuleType) -> None:
        """It has been run; it only gets back what the import system has just put over it."""
        if module.__spec__ is not None:
            name = module.__spec__.name
            module.__spec__ = self.steps[name].specs[name]


class Line:
    """Messages over a socket that keeps packets apart; a large message takes several.

    Whoever has the socket can send, processes and threads, without a word to each other: a packet
    says which message it is a part of, and whether it is the last.

    Parameters
    ----------
    socket : socket
        Of the kind `SOCK_SEQPACKET`.
    most : float
        Bytes that may wait for the rest of their message.
    """

    SIZE = 1 << 16
    NAME = 8

    def __init__(self, socket: socket.socket, most: float = float("inf")) -> None:
        self.socket = socket
        self.most = most
        self._waiting = 0
        self._parts: dict[bytes, list[bytes]] = {}

    def send(self, message: bytes) -> None:
        """Send a message, and wait until there is room for it."""
        name = os.urandom(self.NAME)
        for start in range(0, len(message) or 1, self.SIZE):
            last = start + self.SIZE >= len(message)
            part = memoryview(message)[start : start + self.SIZE]
            self.socket.sendmsg([name, b"." if last else b",", part])

    def receive(self) -> bytes | None:
        """Take one packet; a message, if it ends one.

        Raises
        ------
        EOFError
            If the other side has gone.
        ValueError
            If it breaks the rules.
        """
        packet = self.socket.recv(self.SIZE + self.NAME + 1)
        if not packet:
            raise EOFError("the line has ended")
        name, mark, part = (
            packet[: self.NAME],
            packet[self.NAME : self.NAME + 1],
            packet[self.NAME + 1 :],
        )
        if mark == b"." and name not in self._parts:
            return part
        self._waiting += len(part) + 100
        if self._waiting > self.most or mark not in (b".", b","):
            raise ValueError("a message is too large, or none")
        self._parts.setdefault(name, []).append(part)
        if mark == b",":
            return None
        parts = self._parts.pop(name)
        self._waiting -= sum(len(part) + 100 for part in parts)
        return b"".join(parts)


def wait_for_orders(control: socket.socket) -> list[socket.socket]:
    """Fork children on demand; return, in each of them, its two lines to the grader."""
    gc.collect()
    gc.freeze()
    while True:
        word, lines, _, _ = socket.recv_fds(control, 1, 2)
        if not word:
            os._exit(0)  # the grader has gone
        child = os.fork()
        if not child:
            control.close()
            return [socket.socket(fileno=line) for line in lines]
        for line in lines:
            os.close(line)
        os.waitpid(child, 0)


def isolate() -> None:
    """Make namespaces of one's own; return in the first process in them."""
    uid, gid = os.geteuid(), os.getegid()
    call("unshare", NAMESPACES)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"1000 {uid} 1")
    Path("/proc/self/gid_map").write_text(f"1000 {gid} 1")
    if os.fork():
        os._exit(0)


def set_up_file_system(order: dict[str, Any], made: str) -> None:
    """Put up what is the kernel's own, over what is shown of the zygote's."""
    call("mount", None, b"/", None, PRIVATE, None)
    mount("proc", "/proc", NOSUID | NODEV | NOEXEC)
    mount("devpts", "/dev/pts", NOSUID | NOEXEC, DEVICES_ON_TERMINALS)
    shown = {path: os.open(path, os.O_PATH) for path in order["shown"]}
    prepared = os.open(made, os.O_PATH)
    for path, size in order["writable"].items():
        mount("tmpfs", path, NOSUID | NODEV, f"size={size},mode=1777")
    for path in order["folders"]:
        Path(path).mkdir()
        Path(path).chmod(0o777)
    for path, number in shown.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if Path(f"/proc/self/fd/{number}").is_dir():
            Path(path).mkdir(exist_ok=True)
        else:
            Path(path).touch()
        bind(f"/proc/self/fd/{number}", path)
        os.close(number)
    shutil.copytree(f"/proc/self/fd/{prepared}", made)
    os.close(prepared)
    shutil.copytree(
        order["shared"] + "/work",
        order["work"],
        symlinks=True,
        copy_function=shutil.copyfile,
        dirs_exist_ok=True,
    )
    bind(order["shared"] + "/connection", order["connection"])
    bind(order["shared"] + "/sockets", order["sockets"])  # which covers what others share


def give_up_rights(order: dict[str, Any]) -> None:
    """Become an ordinary process that is bounded, and can become nothing else."""
    with suppress(FileNotFoundError):
        Path("/proc/sys/kernel/ns_last_pid").write_text(str(order["number"] - 1))
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    for right in range(int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
        call("prctl", DROP_FROM_BOUNDING_SET, right, 0, 0, 0)
    call("prctl", AMBIENT, CLEAR_ALL, 0, 0, 0)
    call("capset", struct.pack("Ii", CAPABILITY_VERSION, 0), bytes(24))
    call("prctl", NO_NEW_RIGHTS, 1, 0, 0, 0)
    os.nice(order["lower"])
    for name, bounds in order["limits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), bounds)


def be_first(kernel: int) -> NoReturn:
    """Bury all who die in these namespaces, until the kernel does; Linux kills what is left."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # so that nobody inside can send it
    while True:
        dead, status = os.wait()
        if dead == kernel:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def hide_programs() -> None:
    """Leave nothing to be seen of where this program and the kernel's were imported from."""
    folder = str(Path(__file__).parents[1])
    sys.path.remove(folder)
    os.environ["PYTHONPATH"] = os.environ["PYTHONPATH"].removeprefix(folder).lstrip(os.pathsep)
    if not os.environ["PYTHONPATH"]:
        del os.environ["PYTHONPATH"]
    for name in [name for name in sys.modules if name.partition(".")[0] == __package__]:
        del sys.modules[name]
    for known in [known for known in sys.path_importer_cache if known.startswith(folder)]:
        del sys.path_importer_cache[known]


def begin_session(program: list[str]) -> None:
    """Be what `python -m module …` is."""
    os.setsid()
    module = find_spec(program[2])
    if module is None or module.origin is None:
        raise ModuleNotFoundError(program[2])
    sys.orig_argv[:] = program
    sys.argv[:] = [module.origin, *program[3:]]


def call(name: str, *arguments: object) -> None:
    """Call a function of the C library that returns -1 when it fails."""
    if getattr(LIBC, name)(*arguments) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def mount(kind: str, path: str, flags: int, options: str = "") -> None:
    call("mount", kind.encode(), path.encode(), kind.encode(), flags, options.encode())


def bind(source: str, path: str) -> None:
    """Show something in another place, with all that is put over it.

    What could not be written to still cannot.
    """
    call("mount", source.encode(), path.encode(), None, BIND, None)


def become_kernel(
    control: int,
    program: list[str],
    kernels: list[str],
    modules: list[str],
    backend: str,
    work: str,
) -> None:
    """Import everything and wait; return in each kernel."""
    from .kernel import prepare

    hide_programs()
    for name in kernels:
        with suppress(ImportError):  # other versions have other modules
            importlib.import_module(name)
    parked = Parked()
    sys.meta_path.insert(0, parked)
    os.environ["MPLBACKEND"] = backend  # as the kernel will; matplotlib reads it when imported
    for name in modules:
        parked.park(name)
    del os.environ["MPLBACKEND"]
    os.chdir(work)
    application = prepare(program[3:])
    orders, talk = wait_for_orders(socket.socket(fileno=control))
    try:
        order = json.loads(orders.recv(1 << 16))
        isolate()
        set_up_file_system(order, application.ipython_dir)
        give_up_rights(order)
        orders.send(b"stands")
        if orders.recv(1) != b"!":
            os._exit(1)
        if kernel := os.fork():
            orders.close()
            talk.close()
            be_first(kernel)
    except BaseException as error:
        orders.send(f"{type(error).__name__}: {error}".encode()[:1000])
        os._exit(1)
    application.line, application.control = Line(talk), orders
    os.chdir(work)
    # Python's own generator of random numbers sees to itself after a fork, NumPy's does not.
    parked.steps["numpy.random"].modules["numpy.random"].seed()
    begin_session(program)


if __name__ == "__main__":
    become_kernel(**json.loads(sys.argv[1]))
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()  # from here, so that the stack is as deep as in a cold start
