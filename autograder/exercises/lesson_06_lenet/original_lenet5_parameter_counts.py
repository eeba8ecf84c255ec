"""Count what the LeNet-5 of 1998 learns, layer by layer."""

from __future__ import annotations

from autograder.reference import architectures

from ..model import Exercise, Mistake, case


def counts_of_1998(**changed: int):
    return lambda: {**architectures.original_lenet5_parameter_counts(), **changed}


EXERCISE = Exercise(
    order=50,
    reference=architectures.original_lenet5_parameter_counts,
    draw=lambda numbers: {},
    example=dict,
    cases=(case("values"),),
    facet_words={"values": "the table of 1998, row by row"},
    see="The table of 1998: the original LeNet-5",
    mistakes=(
        Mistake(
            "C3 fully connected",
            counts_of_1998(C3=2416),
            "C3 was counted as reading all six maps with every filter; its table of connections "
            "gives most filters three or four.",
        ),
        Mistake(
            "subsampling without parameters",
            counts_of_1998(S2=0, S4=0),
            "The subsampling rows learn something in 1998: a coefficient and a bias for each map.",
        ),
        Mistake(
            "four weights in a window",
            counts_of_1998(S2=30, S4=80),
            "A weight was counted for each of the four numbers in a window; they share one "
            "coefficient.",
        ),
        Mistake(
            "subsampling biases forgotten",
            counts_of_1998(S2=6, S4=16),
            "The biases of the subsampling rows are missing.",
        ),
        Mistake(
            "connections counted",
            lambda: {
                "C1": 122_304,
                "S2": 5_880,
                "C3": 151_600,
                "S4": 2_000,
                "C5": 48_120,
                "F6": 10_164,
            },
            "These are the connections; a weight that is shared by many of them is learned once.",
        ),
        Mistake(
            "biases forgotten",
            lambda: {"C1": 150, "S2": 6, "C3": 1500, "S4": 16, "C5": 48_000, "F6": 10_080},
            "The biases are missing.",
        ),
        Mistake(
            "one bias for each map read",
            counts_of_1998(C3=1560),
            "C3 got a bias for every map that a filter reads; each filter has one.",
        ),
        Mistake(
            "C3 reads three maps",
            counts_of_1998(C3=16 * 76),
            "All sixteen filters of C3 were counted as reading three maps; that holds for the "
            "first six.",
        ),
        Mistake(
            "C5 reads one map",
            counts_of_1998(C5=120 * 26),
            "C5 was counted as reading one map; it reads all sixteen.",
        ),
        Mistake(
            "output layer counted",
            counts_of_1998(output=850),
            "The output layer was counted; its codes were set by hand in 1998.",
        ),
        Mistake(
            "output layer counted",
            counts_of_1998(OUTPUT=840),
            "The output layer was counted; its codes were set by hand in 1998.",
        ),
    ),
)
