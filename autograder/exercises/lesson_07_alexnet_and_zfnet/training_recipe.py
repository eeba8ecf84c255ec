"""Write down how AlexNet was trained."""

from __future__ import annotations

from autograder.reference import architectures

from ..model import Exercise, Mistake, case


def recipe_with(**other: float):
    return lambda: {**architectures.training_recipe(), **other}


EXERCISE = Exercise(
    order=120,
    reference=architectures.training_recipe,
    draw=lambda numbers: {},
    example=dict,
    cases=(case("values"),),
    facet_words={"values": "how AlexNet was trained"},
    see="The recipe",
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
    ),
)
