"""Answers whose points once depended on the draw: on each of these seeds they earn the same.

`python -m tests.steady` asks it of all answers, on fifty seeds.
"""

import numpy as np
import pytest

from autograder.exercises import find
from tests.steady import answers_to, outcome

HALF = "wrong: float32 through half precision"

ONCE_UNSTEADY = {
    ("strided-conv-as-pool", HALF): (0, 27),
    ("dropout", "mistake 12: whole channels dropped"): (0, 9),
    ("dropout", "wrong: rows dropped"): (0, 9),
    ("translation-sensitivity", "mistake 9: wraps around"): (0, 7, 11),
    ("translation-sensitivity", "wrong: cut at 1"): (0, 4, 7),
    ("translation-sensitivity", "wrong: wrong for what does not mind"): (0, 1, 3),
    ("conv2d-backward", HALF): (0, 44),
    ("reduce-on-plateau", "mistake 11: compared with one epoch only"): (0, 1, 3, 4),
    ("reduce-on-plateau", "wrong: all drops at once"): (0, 15, 21),
    ("reduce-on-plateau", "wrong: by average"): (0, 6, 7),
    ("reduce-on-plateau", "wrong: with a margin"): (0, 35),
    ("layer-shapes", "mistake 7: square images assumed"): (0, 1, 2),
    ("layer-shapes", "wrong: square images only"): (0, 1, 2),
    ("initialize", "wrong: one draw for all rows"): (0, 1, 3),
    ("forward", "wrong: channels reversed"): (0, 9, 13),
    ("forward", "mistake 2: dropout scales"): (0, 26, 39),
    ("occlusion-map", "mistake 6: rounded down"): (0, 4),
    ("pointwise-conv", "wrong: as many filters as channels only"): (0, 2, 3),
    ("global-average-pool", HALF): (0, 7, 9),
}


@pytest.mark.parametrize(("exercise_id", "what"), ONCE_UNSTEADY)
def test_points_do_not_depend_on_the_draw(exercise_id, what):
    exercise = find(exercise_id)
    answer = dict(answers_to(exercise))[what]
    with np.errstate(all="ignore"):
        earned = [outcome(exercise, answer, seed) for seed in ONCE_UNSTEADY[exercise_id, what]]
    assert len({points for points, _ in earned}) == 1, earned
