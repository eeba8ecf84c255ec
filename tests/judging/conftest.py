import pytest

from autograder.judging.explaining import shrinking


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """Shrink to the end, so that what is said does not hang on how busy the machine is."""
    monkeypatch.setattr(shrinking, "SIZES_UNTIL", 60)
    monkeypatch.setattr(shrinking, "VALUES_UNTIL", 60)
