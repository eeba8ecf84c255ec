"""What is handed to a kernel over the wall: the files that it is to find inside."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from .bubblewrap import CONNECTION, MATPLOTLIB, STUDENT, WORK, Mounts

PROGRAM = (
    *(sys.executable, "-m", "ipykernel_launcher", "-f", CONNECTION),
    "--InteractiveShellApp.ignore_cwd=True",  # with PYTHONSAFEPATH, for the sake of older IPythons
    "--HistoryManager.hist_file=:memory:",  # as nbclient has it
)
"""What runs inside."""


def lay_out(folder: Path) -> None:
    """Put what a wall is made with (`bubblewrap.command`) into a folder, beside what is there."""
    (folder / "sockets").mkdir(exist_ok=True)
    (folder / "passwd").write_text(f"student:x:1000:1000::{WORK}:/bin/sh\n")
    if is_root():
        let_in(folder)


def let_in(folder: Path) -> None:
    """Let the user inside use what root has made; outside, `folder` is closed to all others."""
    folder.chmod(0o700)
    for path in folder.iterdir():
        if path.is_file():
            path.chmod(0o644)
    (folder / "sockets").chmod(0o755)
    for path in (folder / "sockets").iterdir():
        if path.is_socket():
            path.chmod(0o666)


def fill(work: Path, source: Path) -> None:
    """Copy files to a working folder, and make them the student's."""
    shutil.copytree(source, work, symlinks=True, copy_function=shutil.copyfile, dirs_exist_ok=True)
    for path in (work, *work.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
        if is_root():
            os.chown(path, STUDENT, STUDENT, follow_symlinks=False)


@cache
def font_list() -> Path | None:
    """Matplotlib's list of this machine's fonts; without it, each kernel would make it anew."""
    import matplotlib
    from matplotlib import font_manager  # makes the list, the first time

    version = font_manager.FontManager.__version__
    path = Path(matplotlib.get_cachedir(), f"fontlist-v{version}.json")
    return path if path.is_file() else None


def with_fonts(mounts: Mounts) -> Mounts:
    """The mounts with matplotlib's list of fonts among them, if there is one."""
    fonts = font_list()
    if fonts is None:
        return mounts
    return replace(mounts, shown={f"{MATPLOTLIB}/{fonts.name}": fonts, **mounts.shown})


@contextmanager
def started_on(cores: tuple[int, ...]) -> Iterator[None]:
    """Have whatever this thread starts in the block run on these cores; on all if none is named."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def is_root() -> bool:
    """Whether the grader can become anybody."""
    return os.geteuid() == 0
