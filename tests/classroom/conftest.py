"""What many tests of a class need."""

from __future__ import annotations

from functools import cache

import pytest
from nbgrader import api

version = cache(api.get_alembic_version)
"""nbgrader asks another process for it whenever it begins a gradebook: once is enough here."""


@pytest.fixture(autouse=True)
def _version_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "get_alembic_version", version)
