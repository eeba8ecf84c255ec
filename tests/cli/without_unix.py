"""`python -m tests.cli.without_unix ARGUMENT …`: the command where Windows lacks what Unix has.

Other people's libraries have ways of their own on Windows; they are imported first. Then everything
that only Unix has is taken away from ours.
"""

from __future__ import annotations

import asyncio
import builtins
import importlib
import os
import select
import signal
import socket
import sys

MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}

CALLS = {
    os: ("fork", "geteuid", "getuid", "pidfd_open", "setsid", "sysconf", "O_DIRECTORY", "O_PATH"),
    select: ("poll",),
    signal: ("SIGALRM", "SIGKILL", "pidfd_send_signal", "setitimer"),
    socket: ("AF_UNIX", "SOCK_SEQPACKET", "send_fds"),
}

LIBRARIES = (
    *("IPython", "ipykernel.kernelapp", "jupyter_client.asynchronous", "jupytext", "matplotlib"),
    *("nbclient", "nbconvert", "nbgrader.api", "nbgrader.apps", "nbgrader.converters", "numpy"),
    *("jupyter_client.provisioning", "rich.progress", "sqlalchemy", "zmq.asyncio", "alembic"),
    *("distributed", "PIL.Image", "bleach", "pygments", "multiprocessing.pool"),
)


def take_away_modules() -> None:
    real = builtins.__import__

    def without(name, globals=None, locals=None, fromlist=(), level=0):
        ours = str((globals or {}).get("__name__", "")).startswith("autograder")
        if ours and name.partition(".")[0] in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, globals, locals, fromlist, level)

    builtins.__import__ = without


def take_away_calls() -> None:
    """Let modules of ours get an `AttributeError` where they ask for what Windows lacks."""
    for owner, names in CALLS.items():
        owner.__class__ = type("Module", (type(owner),), {"__getattribute__": guarded(names)})


def guarded(names: tuple[str, ...]):
    def get(module: object, name: str) -> object:
        if name in names and asks_ours(sys._getframe(1)):
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        return object.__getattribute__(module, name)

    return get


def asks_ours(frame) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("autograder")


def main() -> int:
    asyncio.new_event_loop().close()
    for library in LIBRARIES:
        importlib.import_module(library)
    assert not [name for name in sys.modules if name.startswith("autograder")]
    take_away_modules()
    take_away_calls()
    from autograder.cli import main as command

    if sys.argv[1] == "grade":  # whose first question it is; others' libraries would heed it too
        sys.platform = "win32"
    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
