"""Score photos with a network as large as VGG-16, in the memory of one photo."""

from __future__ import annotations

from autograder.reference import networks

from ..forward_passes import RUN_MISTAKES, run_example
from ..model import Exercise, between, case
from ._shared import draw_stack

STACK_MISTAKES = (
    "ReLU missing",
    "dropout active",
    "dropout scales",
    "ReLU on the scores",
    "softmax of the scores",
    "classes for scores",
    "only image 0",
    "average for max",
    "biases of convolutions left out",
    "biases of fully connected rows left out",
    "flattened with channels last",
    "flattened down the columns",
    "pad ignored",
)

EXERCISE = Exercise(
    order=120,
    reference=networks.vgg_forward,
    beside={"run": networks.forward},
    draw=draw_stack,
    example=run_example,
    smallest={"wide": 0, "hidden_rows": 0},
    terms=512,
    cases=(
        case("values", hidden=False, N=1),
        case("values", N=1, blocks=3, times=2),
        case("batch", hidden=False, N=3),
        case(
            "batch",
            N=between(2, 5),
            blocks=1,
            times=between(1, 2),
            side=between(1, 3),
            corners=({"N": 5, "times": 1, "side": 3},),
        ),
        case("rectangular", hidden=False, N=1, wide=1),
        case(
            "rectangular",
            N=1,
            blocks=between(1, 2),
            side=between(1, 3),
            wide=between(1, 2),
            corners=({"blocks": 1, "side": 3, "wide": 1},),
        ),
        case("maps", hidden=False, N=1, blocks=1, side=3, hidden_rows=0),
        case("deep", N=1, blocks=3, times=4, side=1),
        case("dtype", hidden=False, dtype="float32", N=1),
        case("layout", layout="strided", N=1),
        case("layout", layout="F", N=1),
    ),
    facet_words={"deep": "a deep stack", "maps": "a table that ends with maps"},
    test_points=5,
    see="Inference: a photo through sixteen layers",
    mistakes=tuple(m for m in RUN_MISTAKES if m.name in STACK_MISTAKES),
)
