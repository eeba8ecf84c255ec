"""What pytest-xdist gives to one worker: a file, or a share of one that takes long.

The tests of a file share what it has made once: a class that is graded, a kernel kept warm. So they
run in one worker, unless that would keep all others waiting at the end. A share makes for itself
what its tests have in common.
"""

from __future__ import annotations

import re
from zlib import crc32

import pytest

LESSON = re.compile(r"\[(\d\d)-")
START = re.compile(r"\[(cold|warm)")
FIRST_WORD = re.compile(r"\[(\w+)-")

BY_PARAMETER = {
    "tests/classroom/test_sample_class.py": (LESSON, "02"),
    "tests/running/test_proving.py": (LESSON, ""),
    "tests/sandbox/test_sandbox.py": (START, "warm"),
}
"""Files whose tests go together by what a pattern finds in their parameters, or by a word if it
finds nothing."""

BY_NUMBER = {
    "tests/hostile/test_hostile.py": (None, 3),
    "tests/judging/test_banks.py": (FIRST_WORD, 8),
    "tests/judging/test_degenerate.py": (None, 3),
    "tests/running/test_written_elsewhere.py": (None, 2),
    "tests/test_lint.py": (None, 8),
}
"""Files whose tests are dealt out, into so many shares: each by itself, or those together in which
a pattern finds the same. What is drawn for an exercise is drawn once for all answers to it."""


def share_of(nodeid: str) -> str:
    """A name that those tests have in common which one worker runs."""
    file = nodeid.partition("::")[0]
    if file in BY_PARAMETER:
        pattern, otherwise = BY_PARAMETER[file]
        found = pattern.search(nodeid)
        return f"{file} {found[1] if found else otherwise}"
    if file in BY_NUMBER:
        pattern, shares = BY_NUMBER[file]
        found = pattern.search(nodeid) if pattern else None
        return f"{file} {crc32((found[1] if found else nodeid).encode()) % shares}"
    return file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Shares(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return share_of(nodeid)

    return Shares(config, log)
