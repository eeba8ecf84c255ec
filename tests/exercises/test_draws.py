"""What is drawn comes to an end, whatever sizes are asked for."""

from dataclasses import replace

import pytest

from autograder.inside.limits import limited
from autograder.judging.trials import draw, settled_cases
from tests import banks

SECONDS = 20
"""Of processor time for one draw; most take a thousandth of one."""


@pytest.mark.parametrize(
    "exercise", [one for one in banks.exercises() if one.draw], ids=lambda x: x.id
)
@pytest.mark.parametrize("size", [1, 2])
def test_a_draw_of_the_smallest_sizes_ends(exercise, size):
    for case, _ in settled_cases(exercise, 0, hidden=True):
        for name in [name for name, value in case.sizes.items() if type(value) is int]:
            smaller = replace(case, sizes={**case.sizes, name: size})
            try:
                with limited(SECONDS):
                    draw(exercise, smaller, [1])
            except Exception:  # there is nothing of these sizes, and it says so
                continue
