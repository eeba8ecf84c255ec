"""What all tests share."""

import gc
import os
from importlib.util import find_spec

import pytest

from tests.proofs import pytest_addoption, pytest_configure, pytest_report_teststatus
from tests.shares import pytest_xdist_make_scheduler
from tests.small_course import course, filters, lesson, small_catalogue, write_lesson

__all__ = ["course", "filters", "lesson", "small_catalogue", "write_lesson"]  # fixtures
__all__ += ["pytest_addoption", "pytest_configure", "pytest_report_teststatus"]
__all__ += ["pytest_xdist_make_scheduler"]

# Seconds of any test, for pytest-timeout: a wait that nothing ends must not take the suite with it.
os.environ.setdefault("PYTEST_TIMEOUT", "900")

# Run when they are named: a server of PostgreSQL is not needed for all else, and mutants take long.
collect_ignore = ["postgres", "mutants"]

# No tests: what other programs find in place of a package.
collect_ignore.append("starting_sooner")

# The torch referee runs where torch is: in the environment of the benchmarks.
if not find_spec("torch"):
    collect_ignore.append("torch_referee")

# The site is built where its packages are: `make site` installs them.
if not (find_spec("furo") and find_spec("myst_nb")):
    collect_ignore += ["site/test_site.py", "site/test_incremental.py"]


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Look for no garbage while tests are collected, and later none among what was collected.

    The one takes an eighth of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
