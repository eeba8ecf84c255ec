"""Send the gradient back through a whole table, one row's way back after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.reference import networks, numerical_gradient
from autograder.reference.ways_back import backward, row_backward

from ..forward_passes import run_example
from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case
from ..reading_tables import PADS, SMALLEST_TABLE, TABLE_WORDS
from ..tables import Layers
from .forward import draw_run

Params = list[dict[str, np.ndarray]]
Back = tuple[Params, np.ndarray]


def read_by_each(layers: Layers, params: Params, x: np.ndarray) -> list[np.ndarray]:
    """What goes into each row, and at the end what comes out of the last."""
    reads = [x]
    for row, own in zip(layers, params, strict=True):
        reads.append(networks.forward([row], [own], reads[-1]))
    return reads


def with_way_back(numbers: Numbers, layers: Layers, params: Params, x: np.ndarray) -> Arguments:
    *caches, out = read_by_each(layers, params, x)
    grad = numbers.array(*out.shape)
    return {"layers": layers, "params": params, "caches": caches, "grad": grad}


def draw_back(numbers: Numbers, N: int = 2, alike: int = 0, **sizes: Any) -> Arguments:
    """A table, its parameters, what each row has read, and what comes back.

    With `alike` all rows read as many numbers as they give: a row's cache, its parameters and its
    gradient then fit every other row.
    """
    if not alike:
        return with_way_back(numbers, **draw_run(numbers, N, **sizes))
    layers: Layers = [("fully_connected", {"units": alike}), ("relu", {})] * 2
    layers = [*layers, ("fully_connected", {"units": alike})]
    params: Params = [
        {"weights": numbers.array(alike, alike), "bias": numbers.array(alike)}
        if row[0] == "fully_connected"
        else {}
        for row in layers
    ]
    return with_way_back(numbers, layers, params, numbers.array(N, alike))


def back_example() -> Arguments:
    run = run_example()
    *caches, out = read_by_each(**run)
    grad = np.arange(1.0, out.size + 1).reshape(out.shape)
    return {"layers": run["layers"], "params": run["params"], "caches": caches, "grad": grad}


def slopes_of_the_network(call, numbers: Numbers) -> Iterator[Claim]:
    """The gradients are the slopes of Σ grad · output, by central differences."""
    given = draw_back(numbers, N=2, blocks=1, pool=2, hidden_rows=2)
    layers, params, grad = given["layers"], given["params"], given["grad"]
    grads, grad_x = call(**given)

    def total(x: np.ndarray) -> float:
        return float((grad * networks.forward(layers, params, x)).sum())

    wanted = numerical_gradient(total, given["caches"][0], 1e-6)
    yield Claim(slopes_agree(grad_x, wanted), True, "`grad_x` is the slope along the images")
    for number in (0, len(layers) - 1):
        for name, values in params[number].items():

            def along(new: np.ndarray, number: int = number, name: str = name) -> float:
                changed = [*params]
                changed[number] = {**params[number], name: new}
                return float((grad * networks.forward(layers, changed, given["caches"][0])).sum())

            yield Claim(
                slopes_agree(grads[number][name], numerical_gradient(along, values, 1e-6)),
                True,
                f"in row {number}, {layers[number][0]}, `{name}` has its slope",
            )


def slopes_agree(got: Any, wanted: np.ndarray) -> bool:
    """Whether a gradient agrees with one by central differences, to their precision."""
    got = np.asarray(got)
    by = 1e-5 * max(1.0, float(np.abs(wanted).max(initial=0)))
    return got.shape == wanted.shape and bool(np.allclose(got, wanted, rtol=1e-4, atol=by))


def then(change: Callable[[Params, np.ndarray], Any]) -> Callable[..., Any]:
    """The right gradients, then something done to them."""
    return lambda layers, params, caches, grad: change(*backward(layers, params, caches, grad))


def walked(
    order: Callable[[range], Any] = reversed,
    cache_of: Callable[[int, int], int] = lambda number, rows: number,
    own_of: Callable[[int, Params], int] = lambda number, params: number,
    passed_on: tuple[str, ...] = (),
    hands_on: bool = True,
) -> Callable[..., Back]:
    """The loop that students write, with one of its steps changed."""

    def loop(layers: Layers, params: Params, caches: list, grad: np.ndarray) -> Back:
        grads: Params = [{} for _ in layers]
        for number in order(range(len(layers))):
            if layers[number][0] in passed_on:
                continue
            own = params[own_of(number, params)]
            x = caches[cache_of(number, len(layers))]
            grads[number], below = row_backward(layers[number], own, x, grad)
            grad = below if hands_on else grad
        return grads, grad if hands_on else below

    return loop


def next_that_learns(number: int, params: Params) -> int:
    """The row after this one that learns as much as it; of the last it is the row itself."""
    like = [i for i in range(number + 1, len(params)) if bool(params[i]) == bool(params[number])]
    return like[0] if like else number


def stopped_early(layers: Layers, params: Params, caches: list, grad: np.ndarray) -> Back:
    grads, below = backward(layers[1:], params[1:], caches[1:], grad)
    own, _ = row_backward(layers[0], params[0], caches[0], below)
    return [own, *grads], below


EXERCISE = Exercise(
    order=100,
    reference=backward,
    draw=draw_back,
    example=back_example,
    smallest={**SMALLEST_TABLE, "alike": 2},
    results=("grads", "grad_x"),
    terms=512,
    cases=(
        case("values", N=2, blocks=2, pool=2, hidden_rows=3),
        case("values", N=2, alike=4),
        case("values", N=3, alike=between(3, 6)),
        case("values", hidden=False, N=1, blocks=1, pool=2, hidden_rows=2),
        case("alike", hidden=False, N=2, alike=3),
        case("alike", N=1, alike=between(4, 8)),
        case("maps", hidden=False, N=2, blocks=1),
        case(
            "maps",
            N=between(1, 3),
            blocks=between(1, 2),
            kernel=between(2, 4),
            pool=2,
            corners=({"N": 2, "blocks": 2, "kernel": 3},),
        ),
        case("average", N=2, blocks=1, pool=2, average=True, hidden_rows=1),
        case("padding", N=2, blocks=2, pad=1, pool=2),
        case("stride", needs=("padding",), N=2, blocks=1, stride=2, pad=1, hidden_rows=1),
        case(
            "overlap",
            N=between(1, 2),
            blocks=1,
            pool=between(2, 3),
            step=between(1, 3),
            where=lambda sizes: sizes.pool != sizes.step,
            corners=({"N": 2, "pool": 3, "step": 2},),
        ),
        case("rectangular", N=1, blocks=1, wide=True, hidden_rows=2, pool=2),
        case("rectangular", needs=PADS, N=1, blocks=1, pairs=True, wide=True, hidden_rows=1),
        case("batch", hidden=False, N=4, blocks=1, pool=2, hidden_rows=1),
        case("dtype", hidden=False, dtype="float32", N=2, blocks=1, pool=2, hidden_rows=2),
        case("layout", layout="F", N=2, blocks=1, pool=2, hidden_rows=2),
    ),
    properties=(Property("slope", slopes_of_the_network),),
    facet_words={
        **TABLE_WORDS,
        "alike": "rows that read as many numbers as they give",
        "average": "average pooling",
        "maps": "a table that ends with maps",
        "slope": "the gradients are the slopes of the network, by central differences",
    },
    test_points=7,
    see="The way back through a table: backpropagation",
    mistakes=(
        Mistake(
            "rows forwards",
            walked(order=iter),
            "The rows were gone through from the first to the last; the gradient comes in at the "
            "last row and goes up.",
        ),
        Mistake(
            "gradients from the last row to the first",
            then(lambda grads, grad_x: (grads[::-1], grad_x)),
            "The gradients stand in the order in which they were found; `grads` is like `params`, "
            "the first row first.",
        ),
        Mistake(
            "grad not handed on",
            walked(hands_on=False),
            "Each row was given the gradient of the scores; it needs the one that the row below it "
            "in the table sends up.",
        ),
        Mistake(
            "ReLU passed over",
            walked(passed_on=("relu",)),
            "The gradient went past the ReLU rows unchanged; a ReLU stops it where it had stopped "
            "the number.",
        ),
        Mistake(
            "outputs for inputs",
            walked(cache_of=lambda number, rows: min(number + 1, rows - 1)),
            "Each row was given what the next one had read, its own output; `caches[i]` is what "
            "row i read.",
        ),
        Mistake(
            "parameters of another row",
            walked(own_of=next_that_learns),
            "The gradient went back through the weights of the next row that learns; each row has "
            "its own.",
        ),
        Mistake(
            "grad_x left out",
            then(lambda grads, grad_x: grads),
            "Only the gradients of the parameters came back; that of the images belongs with them.",
        ),
        Mistake(
            "order of the two exchanged",
            then(lambda grads, grad_x: (grad_x, grads)),
            "The gradient of the images came first; `grads` is first, then `grad_x`.",
        ),
        Mistake(
            "rows that learn nothing left out",
            then(lambda grads, grad_x: ([own for own in grads if own], grad_x)),
            "`grads` has entries for the rows that learn alone; a row that learns nothing has an "
            "empty dict.",
        ),
        Mistake(
            "None for rows that learn nothing",
            then(lambda grads, grad_x: ([own or None for own in grads], grad_x)),
            "Rows that learn nothing have None; an empty dict is asked for.",
        ),
        Mistake(
            "divided by the batch again",
            lambda layers, params, caches, grad: backward(
                layers, params, caches, grad / len(caches[0])
            ),
            "All gradients were divided by the number of images: whether the loss is a mean is in "
            "`grad` already.",
        ),
        Mistake(
            "stops below the first row",
            stopped_early,
            "`grad_x` is what came back to the output of the first row; it has to go through that "
            "row too.",
        ),
    ),
)
