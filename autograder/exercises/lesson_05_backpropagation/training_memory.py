"""Count the bytes that backpropagation has to keep for one mini-batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, one_of


def network_to_remember(
    numbers: Numbers,
    layers: int = 3,
    batch_size: int | None = None,
    bytes_per_number: int | None = None,
    optimizer_slots: int | None = None,
) -> Arguments:
    rng = numbers.rng
    arguments: Arguments = {
        "activation_counts": [int(n) for n in rng.integers(10, 1000, layers)],
        "parameter_count": int(rng.integers(100, 100_000)),
        "batch_size": int(rng.integers(2, 129)) if batch_size is None else batch_size,
    }
    if bytes_per_number is not None or optimizer_slots is not None:
        arguments["bytes_per_number"] = 4 if bytes_per_number is None else bytes_per_number
    if optimizer_slots is not None:
        arguments["optimizer_slots"] = optimizer_slots
    return arguments


def parts_add_up(call, numbers: Numbers) -> Iterator[Claim]:
    """The total is the sum of all the parts."""
    memory = dict(call(**network_to_remember(numbers, optimizer_slots=2)))
    total = memory.pop("total")
    yield Claim(total, sum(memory.values()), "the total is the sum of the other parts")


def one_more_image(call, numbers: Numbers) -> Iterator[Claim]:
    """One more image costs its activations and their gradients, and nothing else."""
    given = network_to_remember(numbers, batch_size=7)
    memory, more = call(**given), call(**{**given, "batch_size": 8})
    yield Claim(
        more["total"] - memory["total"],
        2 * 4 * sum(given["activation_counts"]),
        "one more image costs its activations and their gradients",
    )


def remembered(
    change: Callable[..., dict[str, int]] = lambda memory, counts, batch: {},
    arguments: Callable[..., tuple] = lambda *given: given,
) -> Callable[..., dict[str, int]]:
    """The right table for changed arguments, with some rows changed; the total follows."""

    def training_memory(
        activation_counts, parameter_count, batch_size, bytes_per_number=4, optimizer_slots=1
    ):
        given = (activation_counts, parameter_count, batch_size, bytes_per_number, optimizer_slots)
        memory = reference.training_memory(*arguments(*given))
        memory = {**memory, **change(memory, activation_counts, batch_size)}
        rest = sum(number for name, number in memory.items() if name != "total")
        return {**memory, "total": rest}

    return training_memory


def total_without(*names: str) -> Callable[..., dict[str, int]]:
    def training_memory(*given: Any) -> dict[str, int]:
        memory = reference.training_memory(*given)
        return {**memory, "total": memory["total"] - sum(memory[name] for name in names)}

    return training_memory


def rows(*names: str, times: Callable[[dict[str, int], int], int]):
    """Multiply some rows by the batch, or set them to nothing."""
    return lambda memory, counts, batch: {
        name: times(memory, batch) * memory[name] for name in names
    }


EXERCISE = Exercise(
    order=80,
    reference=reference.training_memory,
    draw=network_to_remember,
    example=lambda: {"activation_counts": [10, 5], "parameter_count": 100, "batch_size": 2},
    terms=1,
    cases=(
        case("values"),
        case("values", layers=8),
        case("batch", hidden=False, batch_size=1),
        case(
            "batch",
            batch_size=between(1, 200),
            layers=between(1, 6),
            corners=({"batch_size": 128},),
        ),
        case("bytes", hidden=False, bytes_per_number=2),
        case("bytes", bytes_per_number=one_of(8, 1, 2), layers=between(2, 6)),
        case("slots", hidden=False, optimizer_slots=2),
        case("slots", optimizer_slots=0),
        case(
            "slots",
            needs=("bytes",),
            bytes_per_number=one_of(2, 8),
            optimizer_slots=between(2, 5),
            corners=({"bytes_per_number": 2, "optimizer_slots": 3},),
        ),
        case("layers", hidden=False, layers=1),
        case("layers", layers=between(1, 25), corners=({"layers": 20},)),
    ),
    properties=(
        Property("sum", parts_add_up),
        Property("image", one_more_image),
    ),
    facet_words={
        "batch": "a batch of one, a large batch",
        "bytes": "numbers of another size",
        "slots": "optimizers that keep more, or nothing",
        "layers": "networks of one layer, and of many",
        "sum": "the total is the sum of the other parts",
        "image": "one more image costs its activations and their gradients",
    },
    see="What training has to remember: the memory of backpropagation",
    mistakes=(
        Mistake(
            "batch multiplies the parameters",
            remembered(
                rows(
                    "parameters",
                    "parameter_gradients",
                    "optimizer",
                    times=lambda memory, batch: batch,
                )
            ),
            "Everything was multiplied by the batch; the parameters are there once, whatever the "
            "batch.",
        ),
        Mistake(
            "batch multiplies the parameters",
            remembered(rows("parameters", times=lambda memory, batch: batch)),
            "The parameters were multiplied by the batch; they are there once.",
        ),
        Mistake(
            "batch multiplies the parameters' gradients",
            remembered(rows("parameter_gradients", times=lambda memory, batch: batch)),
            "The gradients of the parameters were multiplied by the batch; the images' shares are "
            "added up as they come.",
        ),
        Mistake(
            "batch ignored",
            remembered(
                arguments=lambda counts, parameters, batch, *rest: (counts, parameters, 1, *rest)
            ),
            "The batch was not looked at: every image of it has activations of its own.",
        ),
        Mistake(
            "gradients forgotten",
            remembered(rows("gradients", times=lambda memory, batch: 0)),
            "The gradients of the activations are missing: each activation gets one on the way "
            "back.",
        ),
        Mistake(
            "gradients forgotten",
            remembered(rows("gradients", "parameter_gradients", times=lambda memory, batch: 0)),
            "The gradients are missing, of the activations and of the parameters.",
        ),
        Mistake(
            "gradients forgotten",
            total_without("gradients"),
            "The total leaves out the gradients of the activations.",
        ),
        Mistake(
            "gradients of one image",
            remembered(lambda memory, counts, batch: {"gradients": memory["gradients"] // batch}),
            "The gradients of the activations are those of one image; the whole batch has them.",
        ),
        Mistake(
            "numbers, not bytes",
            remembered(
                arguments=lambda counts, parameters, batch, size, slots: (
                    counts,
                    parameters,
                    batch,
                    1,
                    slots,
                )
            ),
            "These are numbers; bytes are asked for.",
        ),
        Mistake(
            "4 bytes always",
            remembered(
                arguments=lambda counts, parameters, batch, size, slots: (
                    counts,
                    parameters,
                    batch,
                    4,
                    slots,
                )
            ),
            "`bytes_per_number` was not looked at: it is 4 whatever is asked for.",
        ),
        Mistake(
            "bits",
            remembered(
                arguments=lambda counts, parameters, batch, size, slots: (
                    counts,
                    parameters,
                    batch,
                    8 * size,
                    slots,
                )
            ),
            "These are bits; bytes are asked for.",
        ),
        Mistake(
            "optimizer forgotten",
            remembered(rows("optimizer", times=lambda memory, batch: 0)),
            "What the optimizer keeps is missing.",
        ),
        Mistake(
            "one slot always",
            remembered(
                arguments=lambda counts, parameters, batch, size, slots: (
                    counts,
                    parameters,
                    batch,
                    size,
                    1,
                )
            ),
            "`optimizer_slots` was not looked at: it is 1 whatever is asked for.",
        ),
        Mistake(
            "largest layer only",
            remembered(arguments=lambda counts, *rest: ([max(counts)], *rest)),
            "Only the largest layer's activations were counted: backpropagation has to keep them "
            "all.",
        ),
        Mistake(
            "last layer only",
            remembered(arguments=lambda counts, *rest: (counts[-1:], *rest)),
            "Only the last layer's activations were counted: backpropagation has to keep them all.",
        ),
        Mistake(
            "total without the optimizer",
            total_without("optimizer"),
            "The total leaves out what the optimizer keeps.",
        ),
    ),
)
