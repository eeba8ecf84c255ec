"""What many tests of a class need."""

from __future__ import annotations

from functools import cache

import pytest
from nbgrader import api

from autograder.classroom.gradebook.opening import newest_version

version = cache(newest_version)
"""nbgrader asks another process for it whenever it begins a gradebook."""


@pytest.fixture(autouse=True)
def _version_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "get_alembic_version", version)
