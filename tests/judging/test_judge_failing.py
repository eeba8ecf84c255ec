"""An exception inside the judge is nobody's loss; data that no judge can bear is its owner's."""

from __future__ import annotations

import socket
from pathlib import Path
from time import monotonic

import pytest

from autograder.inside.wire import Wire
from autograder.judging import outside
from autograder.judging.outside import Due, OutsideJudge

DUE: Due = ("lenet-parameter-count", True)
REQUEST = {"check": DUE[0], "hidden": True, "callable": False, "value": 61_706}


def asked(judge: OutsideJudge) -> dict:
    judge.begin(DUE, monotonic() + 60)
    with socket.socket(socket.AF_UNIX) as knocking:
        knocking.connect(judge.socket.getsockname())
        Wire(knocking).send(REQUEST)
        judge.serve()
    return judge.end()


def raising(error: Exception):
    def judge_handed(*_):
        raise error

    return judge_handed


@pytest.mark.parametrize("error", [ValueError("a\nseed"), TypeError("x"), KeyError(1)])
def test_a_judge_that_fails_gives_no_verdict_and_says_so(error, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(outside, "judge_handed", raising(error))
    with OutsideJudge(tmp_path / "judge", 1) as judge:
        assert asked(judge) == {}
        assert judge.failure.startswith(f"the judge itself failed ({type(error).__name__}: ")
        assert judge.failure.isprintable()


@pytest.mark.parametrize("error", [MemoryError(), OverflowError(), RecursionError()])
def test_what_no_judge_can_bear_earns_nothing_with_a_sentence(error, tmp_path, monkeypatch):
    monkeypatch.setattr(outside, "judge_handed", raising(error))
    with OutsideJudge(tmp_path / "judge", 1) as judge:
        verdict = asked(judge)[DUE]
    assert judge.failure == ""
    assert (verdict.passed, verdict.points) == (False, 0)
    assert verdict.message == "lenet-parameter-count: what was returned could not be judged."
