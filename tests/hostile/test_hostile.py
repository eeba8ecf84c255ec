"""Every hostile submission of the bank: what it gets, and what it leaves behind.

Nothing that was not earned; every honest point beside it; not a byte changed outside; no process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import nbformat
import pytest

from autograder.running import wall

from .attacks import ATTACKS
from .ground import (
    HONEST_SUBMISSION,
    LIMITS,
    SECRET,
    SHORT,
    SPINNING,
    Attack,
    Ground,
    live_parts,
    tracked_files,
    use,
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def ground(tmp_path_factory) -> Iterator[Ground]:
    """The ground, with all that is kept warm. At the end git's files are as they were."""
    before = tracked_files()
    with pytest.MonkeyPatch.context() as patch:
        ground = Ground(tmp_path_factory.mktemp("h"))
        use(ground, patch)
        for limits in (LIMITS, SHORT, SPINNING):
            ground.run(replace(HONEST_SUBMISSION, limits=limits))
        yield ground
    assert tracked_files() == before


@pytest.fixture(scope="module")
def honest_page(ground) -> Counter[str]:
    """What runs in the page of an honest submission: all of it is nbgrader's and ours."""
    outcome = ground.run(HONEST_SUBMISSION)
    assert outcome.points == HONEST_SUBMISSION.points
    assert outcome.graded.looks == ()
    return live_parts(outcome.graded.page)


def test_the_bank_is_large_and_its_names_are_told_apart():
    names = [attack.name for attack in ATTACKS]
    assert len(names) >= 80
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("attack", "start"),
    [
        pytest.param(attack, start, id=attack.name if start == "warm" else f"{attack.name}, cold")
        for attack in ATTACKS
        for start in ("warm", *(["cold"] if attack.cold else []))
    ],
)
def test_an_attack_gains_nothing_and_leaves_nothing(
    attack: Attack, start: str, ground, honest_page, monkeypatch
):
    if start == "cold":
        monkeypatch.setattr(wall, "_zygote", lambda *_: None)
    outside, scraps = ground.outside(), ground.scraps()
    outcome = ground.run(attack)
    assert all(kernel.startswith(start) for kernel in outcome.graded.kernels)

    if attack.points is None:
        assert set(outcome.points) <= {"conv-parameter-count"}
    else:
        assert outcome.points == attack.points
    looks = "\n".join(outcome.graded.looks)
    if attack.looks is None:
        assert not looks
    else:
        assert attack.looks in looks
    assert ("TRIED" in outcome.said) >= attack.tried, outcome.said
    assert "LEAKED" not in outcome.said

    assert ground.outside() == outside
    assert ground.scraps() == scraps
    assert outcome.survivors == []
    assert outcome.seconds < attack.limits.notebook_seconds * attack.limits.wall + 60
    assert outcome.growth < attack.growth, f"{outcome.growth >> 20} MiB"

    for text in (outcome.graded.notebook, outcome.graded.page):
        assert SECRET not in text
        text.encode()
    assert live_parts(outcome.graded.page) - honest_page == Counter()
    nbformat.validate(nbformat.reads(outcome.graded.notebook, as_version=4))
