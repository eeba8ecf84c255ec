"""Commands as an ordinary user has them: nothing but one folder may be written to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]

NOBODY = 65534


def as_anybody(home: Path, *more: str) -> list[str]:
    """What stands before a command so that an ordinary user runs it, who owns `home` alone.

    Whoever runs the tests as root has Python and the course where nobody else can look: these are
    shown, to be read only. `more` are options of bwrap's.
    """
    needed = [sys.prefix, sys.base_prefix, str(CHECKOUT), str(home)]
    before = ["bwrap", "--dev-bind", "/", "/", *_opened(needed)]
    for path in needed:
        before += ["--bind" if path == str(home) else "--ro-bind", path, path]
    before += more
    if os.geteuid() != 0:
        return before
    for path in (home, *home.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    return [*before, "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def _opened(needed: list[str]) -> Iterator[str]:
    """Options that put open folders in the place of those that only their owner may enter."""
    above = [parent for path in needed for parent in Path(path).parents]
    closed = {parent for parent in above if not parent.stat().st_mode & 1}
    closed = closed if os.geteuid() == 0 else set()
    for folder in sorted(closed):
        yield from ("--perms", "0755", "--tmpfs", str(folder))
    for parent in sorted({one for one in above if closed & set(one.parents)}):
        yield from ("--perms", "0755", "--dir", str(parent))
