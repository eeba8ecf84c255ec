"""Write down how AlexNet was trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.reference import architectures

from ..model import Claim, Exercise, Mistake, Numbers, Property

WORDS = {
    "batch_size": "how many images a batch has",
    "momentum": "the momentum",
    "learning_rate": "the learning rate at the start",
    "learning_rate_factor": "what the learning rate is multiplied by",
    "weight_decay": "the weight decay",
    "dropout": "the rate of dropout",
    "ensemble_size": "how many networks were averaged",
}

WHOLE = ("batch_size", "ensemble_size")


def recipe_with(**other: float):
    return lambda: {**architectures.training_recipe(), **other}


def number(recipe: Any, name: str) -> float:
    """A number of the recipe; NaN, which equals nothing, where there is none."""
    value = recipe.get(name) if isinstance(recipe, dict) else None
    return float(value) if isinstance(value, (int, float)) else float("nan")


def holds(name: str):
    right = float(architectures.training_recipe()[name])

    def test(call, numbers: Numbers) -> Iterator[Claim]:
        found = number(call(), name)
        yield Claim(abs(found - right) < 1e-9, True, f"`{name}` is the paper's; yours is {found:g}")

    return test


def whole_numbers(call, numbers: Numbers) -> Iterator[Claim]:
    recipe = call()
    for name in WHOLE:
        value = recipe.get(name) if isinstance(recipe, dict) else None
        yield Claim(type(value) is int, True, f"`{name}` is a whole number")


def nothing_but(call, numbers: Numbers) -> Iterator[Claim]:
    recipe = call()
    names = sorted(map(str, recipe)) if isinstance(recipe, dict) else []
    yield Claim(names == sorted(WORDS), True, "the dict has the seven keys, and no others")


EXERCISE = Exercise(
    order=120,
    reference=architectures.training_recipe,
    example=dict,
    properties=(
        *(Property(name, holds(name), hidden=False) for name in WORDS),
        Property("whole", whole_numbers, hidden=False),
        Property("keys", nothing_but, hidden=False),
    ),
    # Whoever fills in one round number everywhere meets the factor of 0.1 or the dropout of 0.5.
    heart=("batch_size", "momentum", "learning_rate", "weight_decay", "ensemble_size"),
    facet_words={**WORDS, "whole": "whole numbers where things are counted", "keys": "the names"},
    test_points=1,
    see="The training recipe: momentum, weight decay, dropout",
    mistakes=(
        Mistake(
            "divided by 10 as a factor of 10",
            recipe_with(learning_rate_factor=10.0),
            "The factor is 10: the learning rate would grow each time.",
        ),
        Mistake(
            "weight decay of 5e-3",
            recipe_with(weight_decay=5e-3),
            "The weight decay is ten times too strong.",
        ),
        Mistake(
            "weight decay of 5e-5",
            recipe_with(weight_decay=5e-5),
            "The weight decay is ten times too weak.",
        ),
        Mistake(
            "learning rate of 1e-3",
            recipe_with(learning_rate=1e-3),
            "The learning rate starts ten times too low.",
        ),
        Mistake(
            "learning rate of 0.1",
            recipe_with(learning_rate=0.1),
            "The learning rate starts ten times too high.",
        ),
        Mistake(
            "batches of 256",
            recipe_with(batch_size=256),
            "256 is the batch of VGG, and the size of AlexNet's photos before cropping.",
        ),
        Mistake(
            "momentum of 0.99",
            recipe_with(momentum=0.99),
            "The momentum is 0.99; it was 0.9.",
        ),
        Mistake(
            "dropout of 0.8",
            recipe_with(dropout=0.8),
            "Dropout of another rate: half of the units were dropped.",
        ),
        Mistake(
            "five networks",
            recipe_with(ensemble_size=5),
            "Five networks averaged to 16.4%; the entry that won had seven.",
        ),
        Mistake(
            "in percent",
            recipe_with(dropout=50.0),
            "The dropout is in percent; a fraction is asked for.",
        ),
        Mistake(
            "whole numbers with a point",
            recipe_with(batch_size=128.0, ensemble_size=7.0),
            "Images and networks are counted: 128.0 has a decimal point, 128 is a whole number.",
        ),
        Mistake(
            "batch with a point",
            recipe_with(batch_size=128.0),
            "Images are counted: 128.0 has a decimal point, 128 is a whole number.",
        ),
    ),
)
