"""Send something back through ReLU by one of three rules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case


def backward_and_input(
    numbers: Numbers, rule: str | None = None, zeros: bool = False, **sizes: int
) -> Arguments:
    """Draw the two, so that each pair of signs is among them; with some zeros in `x`, or none."""
    grad, x = numbers.array(*sizes.values()), numbers.array(*sizes.values())
    x[x == 0], grad[grad == 0] = 1, 1
    signs = np.resize([1.0, 1.0, -1.0, -1.0], x.shape).astype(x.dtype)
    x = numbers.lay_out(np.abs(x) * signs)
    signs = np.resize([1.0, -1.0, 1.0, -1.0], x.shape).astype(x.dtype)
    grad = numbers.lay_out((np.abs(grad) + 2) * signs)
    if zeros:
        x[..., ::3] = 0
    drawn: Arguments = {"grad": grad, "x": x}
    return drawn if rule is None else drawn | {"rule": rule}


def guided_is_both(call, numbers: Numbers):
    """What is guided has passed both other rules, one after the other."""
    given = backward_and_input(numbers, H=4, W=6)
    grad, x = given["grad"], given["x"]
    once = call(grad=grad, x=x, rule="gradient")
    yield Claim(
        call(grad=once, x=x, rule="deconvnet"),
        call(grad=grad, x=x, rule="guided"),
        "guided is the one rule after the other",
        {**given, "rule": "guided"},
    )


Wrong = Callable[[np.ndarray, np.ndarray], np.ndarray]


def by(
    gradient: Wrong | None = None, deconvnet: Wrong | None = None, guided: Wrong | None = None
) -> Callable[..., np.ndarray]:
    """Another answer for some rules; `wrong(grad, x)`."""
    answers = {"gradient": gradient, "deconvnet": deconvnet, "guided": guided}

    def backward_relu(grad, x, rule="gradient"):
        right, wrong = reference.backward_relu(grad, x, rule), answers[rule]
        return right if wrong is None else wrong(grad, x).astype(grad.dtype)

    return backward_relu


def rules_taken(**other: str):
    """Some rules taken for others."""

    def backward_relu(grad, x, rule="gradient"):
        return reference.backward_relu(grad, x, other.get(rule, rule))

    return backward_relu


def default_other(grad, x, rule="deconvnet"):
    return reference.backward_relu(grad, x, rule)


def every_rule(wrong):
    return by(wrong, wrong, wrong)


EXERCISE = Exercise(
    order=86,
    reference=reference.backward_relu,
    draw=backward_and_input,
    example=lambda: {
        "grad": np.array([[5.0, -5.0, 5.0, -5.0]]),
        "x": np.array([[2.0, 2.0, -2.0, -2.0]]),
        "rule": "guided",
    },
    terms=1,
    cases=(
        case("values", hidden=False, rule="gradient", H=2, W=4),
        case("values", rule="gradient", H=between(2, 5), W=between(4, 6)),
        case("deconvnet", hidden=False, rule="deconvnet", H=2, W=4),
        case("deconvnet", rule="deconvnet", H=between(2, 5), W=between(4, 6)),
        case("guided", hidden=False, rule="guided", H=2, W=4),
        case("guided", rule="guided", H=between(2, 5), W=between(4, 6)),
        case("default", hidden=False, H=2, W=4),
        case(
            "maps",
            rule="gradient",
            N=between(1, 3),
            C=between(1, 4),
            H=between(2, 4),
            W=between(4, 6),
            corners=({"N": 2, "C": 3, "H": 2, "W": 4},),
        ),
        case("zero", hidden=False, rule="gradient", zeros=True, H=2, W=4),
        case(
            "zero",
            rule="guided",
            zeros=True,
            H=between(2, 5),
            W=between(5, 8),
            corners=({"H": 4, "W": 7},),
            needs=("guided",),
        ),
        case("refused", hidden=False, rule="relu", H=2, W=4),
        case("refused", rule="both", H=2, W=4),
        case("dtype", dtype="float32", rule="gradient", H=2, W=4),
        case("layout", layout="strided", rule="gradient", H=between(2, 5), W=between(4, 6)),
    ),
    properties=(Property("both", guided_is_both, needs=("deconvnet", "guided")),),
    facet_words={
        "values": 'the rule "gradient"',
        "deconvnet": 'the rule "deconvnet"',
        "guided": 'the rule "guided"',
        "default": "no rule, which is that of the gradient",
        "maps": "batches of maps",
        "zero": "inputs of exactly 0, which let nothing through",
        "refused": "rules that are none are refused",
        "both": "guided is the one rule after the other",
    },
    see="Three rules for the way back through ReLU",
    mistakes=(
        Mistake(
            "the forward mask in the deconvnet's rule",
            rules_taken(deconvnet="gradient"),
            'With the rule "deconvnet" it was asked where `x` is positive, as for the gradient; it '
            "asks where `grad` is.",
        ),
        Mistake(
            "deconvnet is guided",
            rules_taken(deconvnet="guided"),
            'With the rule "deconvnet" it was asked of both; it asks of `grad` alone.',
        ),
        Mistake(
            "guided is deconvnet",
            rules_taken(guided="deconvnet"),
            'With the rule "guided" it was asked of `grad` alone; `x` has to be positive as well.',
        ),
        Mistake(
            "guided is the gradient",
            rules_taken(guided="gradient"),
            'With the rule "guided" it was asked of `x` alone; `grad` has to be positive as well.',
        ),
        Mistake(
            "gradient and deconvnet exchanged",
            rules_taken(gradient="deconvnet", deconvnet="gradient"),
            'The rules "gradient" and "deconvnet" are exchanged.',
        ),
        Mistake(
            "always the gradient",
            rules_taken(deconvnet="gradient", guided="gradient"),
            "`rule` was not looked at: this is always the gradient.",
        ),
        Mistake(
            "always the deconvnet",
            rules_taken(gradient="deconvnet", guided="deconvnet"),
            "`rule` was not looked at: this is always the deconvnet's way.",
        ),
        Mistake(
            "always guided",
            rules_taken(gradient="guided", deconvnet="guided"),
            "`rule` was not looked at: this is always guided.",
        ),
        Mistake(
            "guided by either",
            by(guided=lambda grad, x: grad * ((grad > 0) | (x > 0))),
            'With the rule "guided" one of the two was enough; both have to be positive.',
        ),
        Mistake(
            "absolute value",
            by(deconvnet=lambda grad, x: np.abs(grad)),
            'With the rule "deconvnet" what is negative lost its sign; it becomes 0.',
        ),
        Mistake(
            "mask for the numbers",
            every_rule(lambda grad, x: (grad > 0) & (x > 0)),
            "These are ones and zeros: where something passes, and not what.",
        ),
        Mistake(
            "ReLU forward",
            every_rule(lambda grad, x: np.maximum(x, 0)),
            "This is ReLU on the way forward: `grad` was not used.",
        ),
        Mistake(
            "zero lets through",
            by(
                lambda grad, x: grad * (x >= 0),
                None,
                lambda grad, x: np.maximum(grad, 0) * (x >= 0),
            ),
            "An input of exactly 0 let something through (`>=` for `>`).",
        ),
        Mistake(
            "another rule by default",
            default_other,
            "Without a rule it is the deconvnet's; it should be the gradient's.",
        ),
        Mistake(
            "everything passes",
            every_rule(lambda grad, x: grad),
            "Everything was let through.",
        ),
    ),
)
