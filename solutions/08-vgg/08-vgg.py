# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
r"""
# Build deep from the smallest filter

AlexNet looks with 11×11, then 5×5, then 3×3. ZFNet with 7×7. Every row was a decision. In 2014 Karen
Simonyan and Andrew Zisserman took nearly all decisions away: 3×3 filters, 2×2 pools, and again, and
again. The error on ImageNet fell from 11.7 % to 7.3 %.

- **You will do**: build the VGG networks, count what they learn, store and multiply, run a photo
  through all sixteen layers, and design a network of your own.
- **You will learn**: why small filters in a stack beat a large one, where a network's memory and
  parameters sit, and what its features are good for elsewhere.
- **You will need**: lessons 02 to 06, and about 90 minutes.
"""

# %% [markdown]
r"""
This lesson is built on fast layers, as lesson 06 was. You have written each of them in lessons 02 to
05: these are the same, tuned. You may use them in your answers too.
"""

# %% role="given" id="vgg-setup"
import tracemalloc
from functools import cache
from itertools import accumulate
from math import prod
from time import perf_counter

import numpy as np

from autograder import check, look, progress
from autograder.datasets import IMAGENET_MEAN, IMAGENET_STD, load_digits, load_fashion
from autograder.datasets import load_experiments, load_photo, load_vgg16_blocks
from autograder.figures import vgg as figures
from autograder.figures.fully_connected_limits import rows_of_pictures
from autograder.figures.raster import curves, grid
from autograder.figures.tables import Column, draw_table
from autograder.reference.backpropagation import backward, forward_training
from autograder.reference.convolution import conv2d_forward
from autograder.reference.losses import softmax_cross_entropy
from autograder.reference.optimizers import sgd_momentum_step
from autograder.reference.pooling import max_pool2d

# %% [markdown]
r"""
And these are yours of lesson 06, for tables of every kind. We go through them again and again.
"""

# %% role="given" id="vgg-shapes"
def pair(sides):
    """Height and width; an int stands for both."""
    return (sides, sides) if np.isscalar(sides) else tuple(sides)


def places(sides, kernel, stride, pad=0):
    """How many places a window has, down and across."""
    counts = []
    for side, k, s, p in zip(sides, pair(kernel), pair(stride), pair(pad)):
        room = side + 2 * p - k
        if room < 0 or room % s:
            raise ValueError(f"a window of {k} in steps of {s} does not fit {side} + 2 · {p}")
        counts.append(room // s + 1)
    return tuple(counts)


# %% role="given" id="vgg-layer-shapes"
def shape_after(shape, row):
    """What a row makes of an input of that shape."""
    kind, o = row
    if kind == "conv":
        sides = places(shape[1:], o["kernel"], o.get("stride", 1), o.get("pad", 0))
        return (o["filters"], *sides)
    if kind in ("max_pool", "average_pool"):
        return (shape[0], *places(shape[1:], o["size"], o.get("stride") or o["size"]))
    if kind == "flatten":
        return (prod(shape),)
    return (o["units"],) if kind == "fully_connected" else shape


def layer_shapes(layers, input_shape):
    """Every output shape, row by row."""
    return list(accumulate(layers, shape_after, initial=tuple(input_shape)))[1:]


# %% role="given" id="vgg-counts"
PHOTO = (3, 224, 224)  # channels, height, width


def parameter_counts(layers, input_shape):
    """What each row learns."""
    counts, shape = [], tuple(input_shape)
    for row in layers:
        (kind, o), count = row, 0
        if kind == "conv":
            window = shape[0] // o.get("groups", 1) * prod(pair(o["kernel"]))
            count = o["filters"] * (window + 1)
        if kind == "fully_connected":
            count = o["units"] * (prod(shape) + 1)
        if kind == "batch_norm":
            count = 2 * shape[0]
        counts.append(count)
        shape = shape_after(shape, row)
    return counts


# %% [markdown]
r"""
## Five tables in one

The paper tries five networks, A to E. All of them are one table:

- *convolutions* of 3×3, stride 1, pad 1, so that maps keep their size, each followed by a ReLU;
- after each *block* a 2×2 max pool, so that maps are halved five times, from 224 to 7;
- then flatten, and fully connected rows of 4096, 4096 and 1000. The first two are followed by ReLU and
  then dropout of 0.5.
"""

# %%
figures.five_columns()

# %% [markdown]
r"""
No normalization of responses any more: the authors tried it in A, and it did not help. C has 1×1
filters in places, and was worse than D. That leaves A, B, D and E, known as VGG-11, 13, 16 and 19.

**Your turn.** Write `vgg_layers`. Build rows with a loop; you need not type nineteen layers four times.
"""

# %% role="exercise" id="vgg-layers"
def vgg_layers(depth):
    """Write a VGG network as a table, for photos of 3×224×224.

    Parameters
    ----------
    depth : int
        11, 13, 16 or 19: how many convolutional and fully connected rows.

    Returns
    -------
    list of (kind, options)
        The kinds "conv", "relu", "max_pool", "flatten", "fully_connected" and "dropout".
    """
    ### BEGIN SOLUTION
    blocks = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
    rows = []
    for times, filters in zip(blocks[depth], (64, 128, 256, 512, 512)):
        rows += [("conv", {"filters": filters, "kernel": 3, "pad": 1}), ("relu", {})] * times
        rows += [("max_pool", {"size": 2})]
    rows += [("flatten", {})]
    rows += [("fully_connected", {"units": 4096}), ("relu", {}), ("dropout", {"rate": 0.5})] * 2
    return [*rows, ("fully_connected", {"units": 1000})]
    ### END SOLUTION


# %% role="given" id="vgg-layers-look"
look("vgg-layers", vgg_layers)

# %% role="check" id="vgg-layers-check" points=1
check("vgg-layers", vgg_layers)

# %% role="test" id="vgg-layers-test" points=3
# 3 points, run after you hand in: the rows of all four networks, in order, and what lies between them.
### BEGIN HIDDEN TESTS
check("vgg-layers", vgg_layers, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Where the parameters are

VGG-16 is known as the network of "138 million parameters". Take paper and pencil, and find the number
exactly. A convolution of F filters on C maps has $F \cdot (9C + 1)$; a fully connected row has a weight
from each input to each unit, and one bias a unit.

Mind the first fully connected row. How many numbers does it read, after five pools?

**Your turn.** Write down the number. A sum will do as well.
"""

# %% role="exercise" id="vgg16-parameter-count"
vgg16_parameter_count = None  # in place of None, the number
### BEGIN SOLUTION
vgg16_convolutions = sum(
    filters * (9 * depth + 1)
    for depth, filters in [
        (3, 64), (64, 64), (64, 128), (128, 128), (128, 256), *[(256, 256)] * 2,
        (256, 512), *[(512, 512)] * 5,
    ]
)
vgg16_parameter_count = vgg16_convolutions + (512 * 7 * 7 + 1) * 4096 + 4097 * 4096 + 4097 * 1000
### END SOLUTION

# %% role="given" id="vgg16-parameter-count-look"
look("vgg16-parameter-count", vgg16_parameter_count)

# %% role="check" id="vgg16-parameter-count-check" points=1
check("vgg16-parameter-count", vgg16_parameter_count)

# %% role="test" id="vgg16-parameter-count-test" points=3
# 3 points, run after you hand in: the same number.
### BEGIN HIDDEN TESTS
check("vgg16-parameter-count", vgg16_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
That was once by hand. The other three leave to the machine: you have a table of each, and a function
that counts.

**Your turn.** Give a dict from depth to the number of all parameters: `{11: …, 13: …, 16: …, 19: …}`.
"""

# %% role="exercise" id="vgg-parameter-counts"
vgg_parameter_counts = None  # in place of None, a dict with four numbers
### BEGIN SOLUTION
vgg_parameter_counts = {
    depth: sum(parameter_counts(vgg_layers(depth), PHOTO)) for depth in (11, 13, 16, 19)
}
### END SOLUTION

# %% role="given" id="vgg-parameter-counts-look"
look("vgg-parameter-counts", vgg_parameter_counts)

# %% role="check" id="vgg-parameter-counts-check" points=1
check("vgg-parameter-counts", vgg_parameter_counts)

# %% role="test" id="vgg-parameter-counts-test" points=3
# 3 points, run after you hand in: the same numbers.
### BEGIN HIDDEN TESTS
check("vgg-parameter-counts", vgg_parameter_counts, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Eight layers more, and the count hardly grows. Which rows hold the rest?

**Your turn.** Split VGG-16's parameters by kind: a dict with the keys `"conv"` and `"fully_connected"`.
"""

# %% role="exercise" id="vgg16-parameter-split"
vgg16_parameter_split = None  # in place of None, a dict with two numbers
### BEGIN SOLUTION
vgg16_parameter_split = {
    kind: sum(
        count
        for row, count in zip(vgg_layers(16), parameter_counts(vgg_layers(16), PHOTO))
        if row[0] == kind
    )
    for kind in ("conv", "fully_connected")
}
### END SOLUTION

# %% role="given" id="vgg16-parameter-split-look"
look("vgg16-parameter-split", vgg16_parameter_split)

# %% role="check" id="vgg16-parameter-split-check" points=1
check("vgg16-parameter-split", vgg16_parameter_split)

# %% role="test" id="vgg16-parameter-split-test" points=3
# 3 points, run after you hand in: the same numbers.
### BEGIN HIDDEN TESTS
check("vgg16-parameter-split", vgg16_parameter_split, hidden=True)
### END HIDDEN TESTS

# %%
parts = {}
for depth in (11, 13, 16, 19):
    counted = list(zip(vgg_layers(depth), parameter_counts(vgg_layers(depth), PHOTO)))
    parts[f"VGG-{depth}"] = {
        "convolutions": sum(count for row, count in counted if row[0] == "conv"),
        "fully connected": sum(count for row, count in counted if row[0] == "fully_connected"),
    }
figures.shares(parts)

# %% [markdown]
r"""
**Explain.** A 3×3 filter is so cheap that depth costs next to nothing. Sixteen layers deep, nine
parameters of ten sit in the last three rows, and most of those in the single row that reads the 7×7
maps. Later networks average the maps first, and that row is gone.
"""

# %% [markdown]
r"""
## Three small filters for one large

How can a network get by on 3×3? A number of the second layer sees 3×3 numbers of the first, and each of
those sees 3×3 pixels. Neighbouring windows overlap, so every layer adds $k - 1$ pixels to what is seen,
not $k$.

**Your turn.** Write `stack_receptive_field`, for layers of stride 1 on top of each other.
"""

# %% role="exercise" id="stack-receptive-field"
def stack_receptive_field(kernel, times):
    """Give the side of the patch that one output of a stack sees.

    Parameters
    ----------
    kernel : int
        Side of the filters.
    times : int
        How many layers, all of stride 1.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    return 1 + times * (kernel - 1)
    ### END SOLUTION


# %% role="given" id="stack-receptive-field-look"
look("stack-receptive-field", stack_receptive_field)

# %% role="check" id="stack-receptive-field-check" points=1
check("stack-receptive-field", stack_receptive_field)

# %% role="test" id="stack-receptive-field-test" points=3
# 3 points, run after you hand in: filters of all sides, even ones and 1×1, one layer and many.
### BEGIN HIDDEN TESTS
check("stack-receptive-field", stack_receptive_field, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Behind a pool, neighbours lie twice as far apart, so each layer adds twice as many pixels.

**Predict.** How many of the 224 pixels does one number see at the end of block 3, of block 5?

*My guess:*
"""

# %%
photo = load_photo("chelsea")
seen, jump, fields = 1, 1, {}
for block, convolutions in enumerate((2, 2, 3, 3, 3), start=1):
    seen += jump * (stack_receptive_field(3, convolutions) - 1)
    fields[f"block {block}"] = seen
    seen, jump = seen + jump, 2 * jump  # the pool: one neighbour more, then steps twice as long
figures.nested_fields(photo[117:148, 167:198], photo[20:244, 70:294], fields)

# %% [markdown]
r"""
So three layers of 3×3 see what one of 7×7 sees. What do they cost? Let all layers have C channels in
and C out, and leave out the biases. A layer of $k \times k$ then has $k^2 C^2$ weights: each of its C
filters reads all C channels.

**Your turn.** Write `stack_parameter_count`.
"""

# %% role="exercise" id="stack-parameter-count"
def stack_parameter_count(kernel, times, channels):
    """Count the weights of convolutions on top of each other, without biases.

    Parameters
    ----------
    kernel : int or (int, int)
        Sides of the filters.
    times : int
        How many layers.
    channels : int
        Of each layer, in and out.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    return times * prod(pair(kernel)) * channels**2
    ### END SOLUTION


# %% role="given" id="stack-parameter-count-look"
look("stack-parameter-count", stack_parameter_count)

# %% role="check" id="stack-parameter-count-check" points=1
check("stack-parameter-count", stack_parameter_count)

# %% role="test" id="stack-parameter-count-test" points=3
# 3 points, run after you hand in: all sides, depths and channels, one layer, and 1×1.
### BEGIN HIDDEN TESTS
check("stack-parameter-count", stack_parameter_count, hidden=True)
### END HIDDEN TESTS

# %%
channels = 256
for kernel, times in ((3, 1), (5, 1), (3, 2), (7, 1), (3, 3)):
    count, side = stack_parameter_count(kernel, times, channels), stack_receptive_field(kernel, times)
    size = f"{count // channels**2} C² = {count:,}"
    print(f"{times} × {kernel}×{kernel}: sees {side}×{side}, {size} weights")

# %% [markdown]
r"""
27C² instead of 49C², for the same patch. Is it the same, though? Count the ways from each pixel to one
number: run stacks of ones over a single bright pixel.

**Predict.** One 7×7 of ones reaches every pixel in one way. And three 3×3 of ones?

*My guess:*
"""

# %%
spot, ones = np.zeros((1, 1, 7, 7)), np.ones((1, 1, 3, 3))
spot[0, 0, 3, 3] = 1
panels = {"one 7×7": np.ones((7, 7), int)}
for layers in (1, 2, 3):
    spot = conv2d_forward(spot, ones, np.zeros(1), pad=1)
    if layers > 1:
        panels[f"{layers} × 3×3"] = spot[0, 0].round().astype(int)
figures.ways(panels)

# %% [markdown]
r"""
**Explain.** The middle is reached in 49 ways, a corner in one. A stack sees 7×7 and looks at the
middle. That suits photos: what lies close by tells most.
"""

# %% [markdown]
r"""
### Break it once

Three layers instead of one, and 27 for 49. But who says that the *depth* does anything? We take the
ReLUs out.

**Predict.** Three random 3×3 filters in a row, no ReLU between. Is there one 7×7 filter that does
exactly the same?

*My guess:*
"""

# %%
def stack(x, filters, bend):
    """Three layers of one channel, with `bend` between them."""
    for i, weights in enumerate(filters):
        x = conv2d_forward(x if i == 0 else bend(x), weights, np.zeros(1))
    return x


rng = np.random.default_rng(0)
three = rng.normal(size=(3, 1, 1, 3, 3))
pixels = np.eye(49).reshape(49, 1, 7, 7)  # each one alone
one = stack(pixels, three, bend=lambda x: x).reshape(1, 1, 7, 7)  # what each adds to the output
grey = photo.mean(axis=2)[np.newaxis, np.newaxis] / 255 - 0.5
answers = conv2d_forward(grey, one, np.zeros(1))
for name, bend in {"no ReLU": lambda x: x, "ReLU": lambda x: np.maximum(x, 0)}.items():
    gap = np.abs(stack(grey, three, bend) - answers).max() / np.abs(answers).max()
    print(f"{name}: differs from the one 7×7 by up to {gap:.1g} × its largest answer")

# %% [markdown]
r"""
**Explain.** Without ReLUs a stack is a 7×7 filter, and only some of them: 27 numbers can't make every
49. All it gains, it gains from the two bends between. Fewer weights *and* more bends: that is the
    trade.
"""

# %% [markdown]
r"""
### Think it through

A friend says: "Three 3×3 have 27 weights where one 7×7 has 49. So the stack can do less, and VGG is a
compromise to save memory." In your own words, six sentences at most:

1. In what sense is she right? Think of the networks without ReLU.
2. What can the stack do that no single 7×7 filter can, and why?
3. Which costs of a network does the stack *not* lower? Think of what training keeps.
"""

# %% [markdown] role="question" id="why-small-filters" points=4
r"""
### BEGIN SOLUTION
She is right about straight lines: without ReLUs three 3×3 layers collapse into one 7×7 filter, and with 27 numbers for
49 they reach only some of those filters, mostly such as look at the middle. With ReLUs between them the stack is not
linear any more. It can answer to a combination, such as an edge beside a corner and only if both are there, and to
different things in different pictures, which no single filter can, since that always adds up the same weighted
pixels. What does not fall is the number of maps: each of the three layers makes a full volume which training has to
keep, with its gradient, for every image of the batch, so the stack stores three times as many activations as
the one layer (and there is one matrix product after the other instead of one).

**To mark:**

- 1 point: without ReLU the stack is one linear 7×7 filter, and a restricted one (fewer free numbers).
- 1 point: the ReLUs between make it non-linear: it can do what a weighted sum cannot.
- 1 point: says why that matters with an example (features of features, combinations, conditions).
- 1 point: activations grow with the number of layers, or: more steps one after the other.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## Memory early, parameters late

A network costs memory twice: for what it has learned, and for what it makes of each photo. Lesson 05
counted the second for VGG-16 by hand. Now for any table:

- the image itself is stored, and stands first;
- a convolution, a pool, a normalization and a fully connected row store all numbers that they give;
- ReLU, dropout and flatten work in place: 0.

**Your turn.** Write `activation_counts`. `layer_shapes` does most of it.
"""

# %% role="exercise" id="activation-counts"
def activation_counts(layers, input_shape):
    """Count the numbers that a network stores for one image, row by row.

    Parameters
    ----------
    layers : list of (kind, options)
    input_shape : (C, H, W)

    Returns
    -------
    list of int
        The image first, then one a row; 0 for "relu", "dropout" and "flatten".

    Raises
    ------
    ValueError
        If a size does not fit.
    """
    ### BEGIN SOLUTION
    in_place = ("relu", "dropout", "flatten")
    counts = [prod(input_shape)]
    for (kind, _), shape in zip(layers, layer_shapes(layers, input_shape)):
        counts.append(0 if kind in in_place else prod(shape))
    return counts
    ### END SOLUTION


# %% role="given" id="activation-counts-look"
look("activation-counts", activation_counts)

# %% role="check" id="activation-counts-check" points=1
check("activation-counts", activation_counts)

# %% role="test" id="activation-counts-test" points=3
# 3 points, run after you hand in: tables of all kinds, rectangles, normalization, the large networks, and
# sizes that do not fit.
### BEGIN HIDDEN TESTS
check("activation-counts", activation_counts, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Put the two counts of VGG-16 beside each other, block by block.

**Predict.** Where will most numbers be stored: early, in the middle, late? And where do the parameters
sit?

*My guess:*
"""

# %%
NAMES = ["image", *(f"block {i}" for i in range(1, 6)), "fc6", "fc7", "fc8"]


def by_block(layers, counts):
    """Millions for the image, for each block with its pool, and for each fully connected row."""
    sums, place = [counts[0], *[0] * 8], 1
    for (kind, _), count in zip(layers, counts[1:]):
        sums[place] += count
        place += kind in ("max_pool", "fully_connected")
    return np.array(sums) / 1e6


rows = vgg_layers(16)
stored = by_block(rows, activation_counts(rows, PHOTO))
learned = by_block(rows, [0, *parameter_counts(rows, PHOTO)])
figures.by_block(
    NAMES, {"numbers stored, millions": stored, "parameters, millions": learned},
    "Left, what one photo leaves behind in memory. Right, what was learned. They hardly meet.",
)

# %% [markdown]
r"""
**Explain.** Each pool leaves a quarter of the places, each block at most doubles the filters: so a
layer stores half of what one in the block before did. The weights of a filter do not know how many
places it visits; they grow with the depth on both sides, four times when both double.
"""

# %% [markdown]
r"""
### What a batch costs

In training, each stored number gets a gradient, for every image; parameters, gradients and velocities
exist once. That was `training_memory` of lesson 05.

**Predict.** VGG-19 has eight convolutions more than VGG-11. How many photos at once fit into 8 GiB with
each?

*My guess:*
"""

# %%
batches, lines = np.arange(1, 129), {}
for depth in (11, 13, 16, 19):
    an_image = 2 * 4 * sum(activation_counts(vgg_layers(depth), PHOTO))
    once = 3 * 4 * sum(parameter_counts(vgg_layers(depth), PHOTO))
    lines[f"VGG-{depth}"] = (batches, (once + an_image * batches) / 2**30)
    print(f"VGG-{depth}: {once / 2**30:.2f} GiB once, {an_image / 2**20:.0f} MiB an image: "
          f"{(8 * 2**30 - once) // an_image} images in 8 GiB")
curves(
    lines, "images in a batch", "GiB",
    "Training memory in float32 with momentum. Depth decides how steep.",
)

# %% [markdown]
r"""
**Explain.** All four start at nearly the same height, since the parameters hardly differ. What a layer
more costs is its maps, for every image of the batch. VGG's authors took batches of 256, on four cards.
"""

# %% [markdown]
r"""
## A sum that does not add up

A slide known all over the world, the lecture's too, lists what VGG-16 stores, row by row, and ends in:
*total 24M × 4 bytes ≈ 96 MB an image*. You have the means to check.

**Your turn.** How many numbers does VGG-16 store for one photo of 3×224×224, the photo included?
"""

# %% role="exercise" id="vgg16-activation-count"
vgg16_activation_count = None  # in place of None, the number
### BEGIN SOLUTION
vgg16_activation_count = sum(activation_counts(vgg_layers(16), PHOTO))
### END SOLUTION

# %% role="given" id="vgg16-activation-count-look"
look("vgg16-activation-count", vgg16_activation_count)

# %% role="check" id="vgg16-activation-count-check" points=1
check("vgg16-activation-count", vgg16_activation_count)

# %% role="test" id="vgg16-activation-count-test" points=3
# 3 points, run after you hand in: the same number.
### BEGIN HIDDEN TESTS
check("vgg16-activation-count", vgg16_activation_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Your turn.** And how many bytes is that, in float32?
"""

# %% role="exercise" id="vgg16-activation-bytes"
vgg16_activation_bytes = None  # in place of None, the number
### BEGIN SOLUTION
vgg16_activation_bytes = 4 * vgg16_activation_count
### END SOLUTION

# %% role="given" id="vgg16-activation-bytes-look"
look("vgg16-activation-bytes", vgg16_activation_bytes)

# %% role="check" id="vgg16-activation-bytes-check" points=1
check("vgg16-activation-bytes", vgg16_activation_bytes)

# %% role="test" id="vgg16-activation-bytes-test" points=3
# 3 points, run after you hand in: the same number.
### BEGIN HIDDEN TESTS
check("vgg16-activation-bytes", vgg16_activation_bytes, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Is it a matter of rounding? We add up the slide's own rows.
"""

# %%
slide = [150, *[3200] * 2, 800, *[1600] * 2, 400, *[800] * 3, 200, *[400] * 3, 100, *[100] * 3, 25,
         4.096, 4.096, 1]  # thousands
rows = vgg_layers(16)
counts = activation_counts(rows, PHOTO)
print(f"{sum(counts) * 4 / 1e6:.1f} MB, or {sum(counts) * 4 / 2**20:.1f} MiB; the slide says 96 MB")
kinds = ["input", *(kind for kind, _ in rows)]
mine = [(kind, count) for kind, count in zip(kinds, counts) if count]
draw_table([
    Column("row", [*(kind for kind, _ in mine), "the rows added up", "the slide's total"]),
    Column("the slide", [f"{1000 * s:,.0f}" for s in (*slide, sum(slide), 24e3)], "input",
           ring=(len(slide) + 1,)),
    Column("yours", [*(f"{count:,}" for _, count in mine), f"{sum(counts):,}", ""], "yours"),
], "Row by row the slide is right, if rounded. Its total is not the total of its rows.")

# %% [markdown]
r"""
**Explain.** The lecture says 24M numbers, 96 MB; in fact it is 15.2M, 61 MB. The rows were right, the
sum was not, and for years hardly anyone added up. So do it: a total is the easiest number in the world
to check.
"""

# %% [markdown]
r"""
## Multiply and add

The third cost is work. A convolution uses each weight once at every place of its *output*; a fully
connected row uses each of its weights once. Biases are only added, and pools only compare: they count
nothing.

**Your turn.** Write `memory_and_parameter_table`: all costs of a network side by side, the image first.
"""

# %% role="exercise" id="memory-and-parameter-table"
KEYS = ("layer", "shape", "activations", "parameters", "multiply_adds")


def memory_and_parameter_table(layers, input_shape):
    """Put the costs of a network side by side, row by row.

    Returns
    -------
    list of dict
        The image first, whose "layer" is "input"; then one a row, with KEYS: its kind, the shape
        that comes out, numbers stored, parameters, multiply–adds.

    Raises
    ------
    ValueError
        If a size does not fit.
    """
    ### BEGIN SOLUTION
    shapes = [tuple(input_shape), *layer_shapes(layers, input_shape)]
    stored, learned = activation_counts(layers, input_shape), [0, *parameter_counts(layers, input_shape)]
    table = []
    for (kind, _), shape, *counts in zip([("input", {}), *layers], shapes, stored, learned):
        works = kind in ("conv", "fully_connected")  # its biases, one an output channel, only add
        work = (counts[1] - shape[0]) * prod(shape[1:]) if works else 0
        table.append(dict(zip(KEYS, (kind, shape, *counts, work))))
    return table
    ### END SOLUTION


# %% role="given" id="memory-and-parameter-table-look"
look("memory-and-parameter-table", memory_and_parameter_table)

# %% role="check" id="memory-and-parameter-table-check" points=1
check("memory-and-parameter-table", memory_and_parameter_table)

# %% role="test" id="memory-and-parameter-table-test" points=3
# 3 points, run after you hand in: tables of all kinds, rectangles, groups, the large networks, and sizes
# that do not fit.
### BEGIN HIDDEN TESTS
check("memory-and-parameter-table", memory_and_parameter_table, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Your turn.** Give the multiply–adds of all four networks: `{11: …, 13: …, 16: …, 19: …}`.
"""

# %% role="exercise" id="vgg-multiply-adds"
vgg_multiply_adds = None  # in place of None, a dict with four numbers
### BEGIN SOLUTION
vgg_multiply_adds = {
    depth: sum(row["multiply_adds"] for row in memory_and_parameter_table(vgg_layers(depth), PHOTO))
    for depth in (11, 13, 16, 19)
}
### END SOLUTION

# %% role="given" id="vgg-multiply-adds-look"
look("vgg-multiply-adds", vgg_multiply_adds)

# %% role="check" id="vgg-multiply-adds-check" points=1
check("vgg-multiply-adds", vgg_multiply_adds)

# %% role="test" id="vgg-multiply-adds-test" points=3
# 3 points, run after you hand in: the same numbers.
### BEGIN HIDDEN TESTS
check("vgg-multiply-adds", vgg_multiply_adds, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Memory sits early and parameters late.

**Predict.** And the work?

*My guess:*
"""

# %%
table = memory_and_parameter_table(vgg_layers(16), PHOTO)
work = by_block(vgg_layers(16), [row["multiply_adds"] for row in table])
figures.by_block(
    NAMES, {"numbers stored, M": stored, "parameters, M": learned, "multiply–adds, M": work},
    "One network, three costs, three different places. The work is in the middle.",
)

# %% [markdown]
r"""
**Explain.** Work is weights times places. Where the channels double, the weights are four times as
many, and the places a quarter. So the second layer of each of the first four blocks works equally hard.
The fully connected rows, with nine parameters of ten, do less than one multiplication in a hundred.
"""

# %% [markdown]
r"""
## A photo through sixteen layers

Now run it. `params` is a list, one dict a row. In use, nothing waits for a way back, so an activation
may be forgotten as soon as the next one exists, and a ReLU can overwrite what it gets. With photos one
by one, no more than two neighbouring layers are held at any time.

**Your turn.** Write `vgg_forward`, for any table of VGG's six kinds of rows. Write the loop over the
rows as a function of its own, `run`: you need it again. Dropout is silent in use. Leave the photos as
they are.
"""

# %% role="exercise" id="vgg-forward"
def run(layers, params, maps):
    """Send (N, C, H, W) images through all rows at once; `maps` may be overwritten."""
    ### BEGIN SOLUTION
    for (kind, options), own in zip(layers, params):
        if kind == "conv":
            steps = options.get("stride", 1), options.get("pad", 0)
            maps = conv2d_forward(maps, own["weights"], own["bias"], *steps)
        elif kind == "relu":
            np.maximum(maps, 0, out=maps)
        elif kind == "max_pool":
            maps = max_pool2d(maps, options["size"], options.get("stride"))
        elif kind == "flatten":
            maps = maps.reshape(len(maps), -1)
        elif kind == "fully_connected":
            maps = maps @ own["weights"].T + own["bias"]
    return maps
    ### END SOLUTION


def vgg_forward(layers, params, x):
    """Score photos one by one, in the memory of one: (N, C, H, W) → (N, K), or maps."""
    ### BEGIN SOLUTION
    return np.concatenate([run(layers, params, photo[np.newaxis].copy()) for photo in x])
    ### END SOLUTION


# %% role="given" id="vgg-forward-look"
look("vgg-forward", vgg_forward)

# %% role="check" id="vgg-forward-check" points=1
check("vgg-forward", vgg_forward)

# %% role="test" id="vgg-forward-test" points=3
# 3 points, run after you hand in: several photos, rectangles, deep stacks, tables that end with maps,
# float32 that stays float32, and photos that are left as they were.
### BEGIN HIDDEN TESTS
check("vgg-forward", vgg_forward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Seven of the thirteen convolutions come with this course, learned on a million photos; the whole network
would be half a gigabyte. The other nine rows we draw at random, as before training. So the *scores*
mean nothing. The time and the memory are those of the real one.
"""

# %% role="given" id="vgg-initialize"
def initialize(layers, input_shape, rng):
    """He's random weights and biases of 0: yours of lesson 06."""
    params = []
    for (kind, o), before in zip(layers, [tuple(input_shape), *layer_shapes(layers, input_shape)]):
        own = {}
        if kind in ("conv", "fully_connected"):
            outputs = o["filters"] if kind == "conv" else o["units"]
            window = (before[0], *pair(o["kernel"])) if kind == "conv" else (prod(before),)
            weights = rng.standard_normal((outputs, *window), dtype=np.float32)
            weights *= np.float32(np.sqrt(2 / prod(window)))
            own = {"weights": weights, "bias": np.zeros(outputs, np.float32)}
        params.append(own)
    return params


# %% role="given" id="vgg-learned"
def with_learned(layers, params):
    """Put the learned weights into the first seven convolutions."""
    blocks = iter(load_vgg16_blocks().values())
    convolutions = [i for i, (kind, _) in enumerate(layers) if kind == "conv"][:7]
    learned = {i: {"weights": next(blocks), "bias": next(blocks)} for i in convolutions}
    return [learned.get(i, own) for i, own in enumerate(params)]


def as_vgg_reads(pictures):
    """(N, H, W, 3) from 0 to 255 → (N, 3, H, W) around 0."""
    around_zero = (pictures / 255 - IMAGENET_MEAN) / IMAGENET_STD
    return around_zero.transpose(0, 3, 1, 2).astype(np.float32)


cat = as_vgg_reads(photo[np.newaxis, 38:262, 90:314])


# %% [markdown]
r"""
**Predict.** 15 billion multiply–adds, on your machine, in NumPy: how many seconds? And how many MiB
beside the weights, if everything is forgotten in time?

*My guess:*
"""

# %%
vgg16 = vgg_layers(16)
params = with_learned(vgg16, initialize(vgg16, PHOTO, np.random.default_rng(0)))
scores = vgg_forward(vgg16, params, cat)  # once to warm up

# %%
vgg16 = vgg_layers(16)
tracemalloc.start()
start = perf_counter()
scores = vgg_forward(vgg16, params, cat)
seconds = perf_counter() - start
_, peak = tracemalloc.get_traced_memory()
tracemalloc.stop()
weights = sum(array.nbytes for own in params for array in own.values())
speed = vgg_multiply_adds[16] / seconds / 1e9
print(f"{scores.shape} scores in {seconds:.2f} s: {speed:.0f} billion multiply–adds a second")
print(f"weights {weights / 2**20:.0f} MiB; at most {peak / 2**20:.0f} MiB beside them; "
      f"everything kept would be {vgg16_activation_bytes / 2**20:.0f} MiB")

# %% [markdown]
r"""
Row by row: does the work foretell the time?

**Predict.** `fc6` multiplies as much as the very first convolution. Does it take as long?

*My guess:*
"""

# %%
names = iter([f"conv{b}_{i + 1}" for b, n in enumerate((2, 2, 3, 3, 3), 1) for i in range(n)]
             + ["fc6", "fc7", "fc8"])
maps, measured = cat.copy(), {}
for row, own, costs in zip(vgg_layers(16), params, table[1:]):
    start = perf_counter()
    maps = run([row], [own], maps)
    if costs["multiply_adds"]:
        measured[next(names)] = (costs["multiply_adds"], perf_counter() - start)
figures.work_and_time(measured)

# %% [markdown]
r"""
**Explain.** A convolution fetches a weight once and uses it at thousands of places. `fc6` has to fetch
400 MB for a single photo, and uses each number once. Its time is the memory's, not the multiplier's. A
batch of photos would share the fetching.
"""

# %% [markdown]
r"""
What do the learned blocks see in the cat? From each block the six maps that answer most.

**Predict.** What will the maps of the third block have lost, and what gained?

*My guess:*
"""

# %%
rows = {}
for name, end in {"block 1": 4, "block 2": 9, "block 3": 16}.items():
    maps = vgg_forward(vgg_layers(16)[:end], params[:end], cat)[0]
    strongest = np.argsort(maps[:, 4:-4, 4:-4].std(axis=(1, 2)))[-6:]  # not for their borders
    rows[name] = [np.clip(m / np.quantile(m, 0.99), 0, 1) for m in maps[strongest]]
rows_of_pictures(
    rows, "The last convolution of each block, after its ReLU: 224, 112 and 56 pixels wide.",
    "Three rows of grey maps of a cat: shaded pictures at the top, outlines, sparse spots below.",
)

# %% [markdown]
r"""
## Features that travel

Thirteen convolutions took weeks to learn. Are they good for anything but ImageNet's thousand names?
Take what a stack *sees* in a picture, flatten it, and call it the picture's description. Then learn
only a linear classifier on top.

Twenty small pictures at once are faster than one after the other, a thousand at once are too many. So
run in batches, also when the last one is not full.

**Your turn.** Write `transfer_features`.
"""

# %% role="exercise" id="transfer-features"
def transfer_features(layers, params, images, batch_size=20):
    """Describe images by what a stack sees in them.

    Parameters
    ----------
    layers, params
        Of the stack, up to where its features are taken.
    images : (N, C, H, W) ndarray
        Left as they are.
    batch_size : int
        How many images to run at once.

    Returns
    -------
    (N, D) ndarray
        What comes out of the last row, flattened in the order (C, H, W).
    """
    ### BEGIN SOLUTION
    features = []
    for start in range(0, len(images), batch_size):
        maps = run(layers, params, images[start : start + batch_size].copy())
        features.append(maps.reshape(len(maps), -1))
    return np.concatenate(features)
    ### END SOLUTION


# %% role="given" id="transfer-features-look"
look("transfer-features", transfer_features)

# %% role="check" id="transfer-features-check" points=1
check("transfer-features", transfer_features)

# %% role="test" id="transfer-features-test" points=3
# 3 points, run after you hand in: batches of all sizes, rectangles, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("transfer-features", transfer_features, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
The other task: clothes, grey, 28 pixels wide. Nothing like ImageNet's photos. We give each piece to VGG
as a photo of 32×32, and take what the second block's pool gives.

The classifier is *ridge regression*: the linear scores closest to 1 for the right class and −1 for all
others, with a pull towards small weights. How strong a pull, it finds out itself, by leaving out each
example once.
"""

# %% role="given" id="vgg-linear"
clothes = load_fashion()


def as_photos(images):
    """(N, 28, 28) bytes → what VGG reads, framed to 32×32."""
    framed = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    return as_vgg_reads(np.repeat(framed[..., np.newaxis], 3, axis=3))


def linear_accuracy(known, labels, unseen, their_labels):
    """The share of unseen images that a linear classifier names right."""
    mean, spread = known.mean(axis=0), known.std()
    known, unseen = (known - mean) / spread, (unseen - mean) / spread
    targets = 2 * np.eye(10)[labels] - 1
    alike, best = (known @ known.T).astype(float), (-1, None)
    for pull in 10.0 ** np.arange(-4, 2) * alike.trace() / len(alike):
        inverse = np.linalg.inv(alike + pull * np.eye(len(alike)))
        shares = inverse @ targets
        left_out = targets - shares / inverse.diagonal()[:, np.newaxis]
        right = np.mean(left_out.argmax(axis=1) == labels)
        best = max(best, (right, shares), key=lambda one: one[0])
    return np.mean((unseen @ known.T @ best[1]).argmax(axis=1) == their_labels)


# %% [markdown]
r"""
**Predict.** Three descriptions of 300 pieces of clothing: the pixels; what VGG saw with its *learned*
filters; and what the same stack sees with *random* ones. Rank them. What would each rank tell you?

*My guess:*
"""

# %%
rng = np.random.default_rng(8)
some = rng.permutation(len(clothes["train_images"]))[:300]
stack_rows, shape = vgg_layers(16)[:10], (3, 32, 32)
drawn = initialize(stack_rows, shape, np.random.default_rng(1))
labels, their_labels = clothes["train_labels"][some], clothes["test_labels"][:500]
both = [clothes["train_images"][some], clothes["test_images"][:500]]
described = {"pixels": [images.reshape(len(images), -1) / 255 for images in both]}
for name, own in {"random": drawn, "learned": params[:10]}.items():
    described[name] = [transfer_features(stack_rows, own, as_photos(images)) for images in both]
for name, (known, unseen) in described.items():
    right = linear_accuracy(known, labels, unseen, their_labels)
    print(f"{name:8} {known.shape[1]:5} numbers an image, {right:.1%} named right")

# %% [markdown]
r"""
One draw of 300 proves little. A longer run, made for this lesson, drew five times from 50 to 1,000
pieces, for each block.

**Predict.** Which gets better from block to block: the learned stack, the random one, both?

*My guess:*
"""

# %%
long_run = load_experiments("vgg")
transfer = long_run["transfer"]
chosen = ("learned, block 3", "learned, block 1", "random, block 3", "pixels")
figures.learning_curves(
    transfer["shown"], {name: transfer["accuracy"][name] for name in chosen},
    "Bands: from the worst to the best of five draws. 1,000 unseen images.",
)

# %%
at = transfer["shown"].index(200)
for name, accuracies in transfer["accuracy"].items():
    print(f"{name:18} {np.mean(accuracies[at]):.1%} ± {np.std(accuracies[at]):.1%} from 200 pieces")

# %% [markdown]
r"""
**Explain.** Filters learned on photos of dogs and ships describe shirts, and the better the deeper. A
random stack beats pixels too, by its shape alone; but more random layers bring nothing. What lies
between the two is what *learning* gave. The paper found the same on other photo collections, with the
row before the scores, `fc7`.
"""

# %% [markdown]
r"""
### Does depth pay?

VGG's claim in small: networks of three blocks with 1, 2 or 3 convolutions each, all with about 20,000
parameters, so that deeper ones have fewer filters. Trained on 6,000 pieces of clothing for ten epochs,
three times each. Below them LeNet, with three times the parameters.

**Predict.** Which depth is best? Does LeNet's size help it?

*My guess:*
"""

# %%
runs = long_run["depth"]
wrong = {
    f"{name} a block" if name != "LeNet" else name: 100 * np.array(made["errors"])
    for name, made in runs.items()
}
for name, made in runs.items():
    print(f"{name:6} {made['parameters']:6,} parameters, {100 * np.mean(made['errors']):.1f} % wrong")
figures.dots(
    wrong, "wrong, % of 1,000 unseen pieces",
    "A dot a run, a bar at their mean. One percent is ten pieces: read small differences with care.",
)

# %% [markdown]
r"""
**Explain.** No gain here: two a block do no better than one, and three do worse. Run again, the means
move by about as much as the first two differ. For the same parameters a deeper network has to be a
thinner one, and ten epochs are few for ten layers. What does hold up is the small filter: with one or
two a block and a third of LeNet's parameters, about as many errors as LeNet. The claim of 2014 was
about wide networks and a million photos, and there it looked like this:
"""

# %%
paper = {"A": (11, 10.4), "B": (13, 9.9), "C": (16, 9.4), "D": (16, 8.8), "E": (19, 9.0)}
for name, (depth, error) in paper.items():
    print(f"{name}: {depth} layers, {error:4} % of ImageNet's validation photos wrong, top 5")

# %% [markdown]
r"""
These are the paper's own, table 3, trained and tested at one size. From 11 to 16 depth pays on every
step; from 16 to 19 no more. There the authors stopped. It took another idea, in 2015, to go on to a
hundred layers.
"""

# %% [markdown]
r"""
## From a blank cell

You have everything: layers, tables, counts, a loop. Now design a network of your own, for digits: at
most **10,000 parameters**, ten scores from an image of 1×28×28. It is tried on 1,500 digits that were
kept apart. 97 % earns all points.

Your loop of lesson 06 is here, with one addition: the rate falls to 0 in a straight line, which saves
epochs.
"""

# %% role="given" id="vgg-train"
def train(layers, params, images, labels, rng, epochs=10, batch_size=64, learning_rate=0.05):
    """Train a table: the new parameters, and the mean loss of each epoch."""
    velocities = [{name: np.zeros_like(own[name]) for name in own} for own in params]
    history, step, steps = [], 0, epochs * -(-len(images) // batch_size)
    for _ in range(epochs):
        order, losses = rng.permutation(len(images)), []
        for start in range(0, len(images), batch_size):
            batch = order[start : start + batch_size]
            scores, tape = forward_training(layers, params, images[batch], rng)
            loss, grad = softmax_cross_entropy(scores, labels[batch])
            slopes, rate = backward(layers, params, tape, grad), learning_rate * (1 - step / steps)
            moved = [
                {n: sgd_momentum_step(own[n], slope[n], v[n], rate) for n in own}
                for own, slope, v in zip(params, slopes, velocities)
            ]
            params = [{n: both[0] for n, both in row.items()} for row in moved]
            velocities = [{n: both[1] for n, both in row.items()} for row in moved]
            losses.append(loss)
            step += 1
        history.append(float(np.mean(losses)))
    return params, history


# %% role="given" id="vgg-digits"
digits = load_digits()
digit_images = digits["images"][:, np.newaxis].astype(np.float32) / 255  # (8500, 1, 28, 28)
digit_labels = digits["labels"].astype(int)
DIGIT = (1, 28, 28)

# %% [markdown]
r"""
**Your turn.** First try tables in cells of your own: count them, train them, and keep 1,000 digits
aside to compare them on. The file holds the digits in order of their class, so shuffle. Start small: a
wide first layer on the full 28×28 is what makes training slow.

Then write `capstone`, which returns the table and what it learned. `cache` keeps the result, so that
the network is trained once, by the last line. A grader waits 20 seconds; stay well under ten.
"""

# %% role="exercise" id="capstone"
@cache
def capstone():
    """Design and train a network for digits.

    Returns
    -------
    layers, params
        A table of at most 10,000 parameters that makes ten scores of an image of 1×28×28, from 0
        to 1; and its learned parameters, one dict a row.
    """
    ### BEGIN SOLUTION
    layers = [
        ("conv", {"filters": 12, "kernel": 5}), ("relu", {}), ("max_pool", {"size": 4}),
        ("conv", {"filters": 32, "kernel": 3}), ("relu", {}),
        ("flatten", {}), ("fully_connected", {"units": 10}),
    ]
    chance = np.random.default_rng(2014)
    drawn = initialize(layers, DIGIT, chance)
    return layers, train(layers, drawn, digit_images, digit_labels, chance, epochs=6)[0]
    ### END SOLUTION


_ = capstone()  # trains here, once


# %% role="given" id="capstone-look"
look("capstone", capstone)

# %% role="check" id="capstone-check" points=1
check("capstone", capstone)

# %% role="test" id="capstone-test" points=3
# 3 points, run after you hand in: how many of the digits kept apart it reads. 90 %, 95 % and 97 % each
# earn a part.
### BEGIN HIDDEN TESTS
check("capstone", capstone, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
How it does on the digits kept apart you learn after handing in. These are some that it can't read
though it learned from them. Could you?
"""

# %%
mine, its_params = capstone()
read = transfer_features(mine, its_params, digit_images, batch_size=100).argmax(axis=1)
missed = np.flatnonzero(read != digit_labels)
count = sum(parameter_counts(mine, DIGIT))
print(f"{count:,} parameters, {np.mean(read == digit_labels):.1%} of the known digits read right")
shown = missed[np.linspace(0, len(missed) - 1, min(12, len(missed))).astype(int)]
grid(
    {f"{digit_labels[i]} as {read[i]} ({i})": digit_images[i, 0] for i in shown},
    "What the writer meant, and what the network reads; in brackets, the digit's place in the file.",
    columns=6,
)

# %% [markdown]
r"""
## The whole way

One chart for the whole course: the fully connected network that opened it, then the tables of lessons
06 and 07, written short, then VGG.

**Predict.** VGG-16 has twice AlexNet's parameters. How many times its work, how many times its memory?

*My guess:*
"""

# %%
def conv(filters, kernel, stride=1, pad=0):
    return ("conv", {"filters": filters, "kernel": kernel, "stride": stride, "pad": pad})


def ends(*units):
    return [("flatten", {}), *(("fully_connected", {"units": count}) for count in units)]


pool, halve = ("max_pool", {"size": 3, "stride": 2}), ("max_pool", {"size": 2})
norm = ("local_response_norm", {})
late = [conv(384, 3, pad=1), conv(384, 3, pad=1), conv(256, 3, pad=1), pool, *ends(4096, 4096, 1000)]
networks = {
    "FC": (ends(60, 10), (1, 32, 32)),
    "LeNet-5": ([conv(6, 5), halve, conv(16, 5), halve, *ends(120, 84, 10)], (1, 32, 32)),
    "AlexNet": ([conv(96, 11, 4), norm, pool, conv(256, 5, pad=2), norm, pool, *late], (3, 227, 227)),
    "ZFNet": ([conv(96, 7, 2, 1), pool, norm, conv(256, 5, 2, 1), pool, norm, *late], (3, 225, 225)),
}

# %%
networks |= {f"VGG-{depth}": (vgg_layers(depth), PHOTO) for depth in (16, 19)}
costs = {}
for name, (rows, shape) in networks.items():
    its = memory_and_parameter_table(rows, shape)
    sums = [sum(row[key] for row in its) for key in ("parameters", "multiply_adds", "activations")]
    costs[name] = (*sums[:2], 4 * sums[2])  # float32
digits_wrong = {name: (100 * np.mean(runs), "digits") for name, runs in long_run["map"].items()}
published = {"AlexNet": 16.4, "ZFNet": 14.8, "VGG-16": 7.3}  # top 5 of 1,000 names, test images
imagenet = {name: (error, "ImageNet, top 5") for name, error in published.items()}
ratios = np.array(costs["VGG-16"]) / costs["AlexNet"]
words = ("parameters", "work", "memory")
print("VGG-16 to AlexNet:", ", ".join(f"{r:.1f} × the {word}" for r, word in zip(ratios, words)))
figures.course_map(costs, {**digits_wrong, **imagenet})

# %% [markdown]
r"""
**Explain.** Weights that are shared made pictures affordable; depth, with the smallest filter there is,
made them understood. The price moved: from parameters to work and memory. Mind the errors' footing: the
digits are this course's; 16.4 % is AlexNet without extra data, 14.8 % ZFNet's own paper (11.7 % was a
company's entry), 7.3 % is an ensemble of seven VGGs, second in 2014 for names and first for places.
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes to the page and answer aloud.

1. What do three 3×3 layers see, what do they cost, and what do they have that a 7×7 has not?
2. Where in VGG-16 is most memory, where are most parameters, where is most work? Why in three places?
3. How would you find out whether a total on a slide is right?
4. Why does `fc6` take so long for so few multiplications?
5. What does a random stack tell you about a learned one?
"""

# %% [markdown]
r"""
## On your own

- Put a single average over the 7×7 maps in place of `flatten` and the first two fully connected rows.
  What does VGG-16 cost then?
- Write the table of configuration C, and explain from its costs why its authors dropped it.
- Time `run` with 1, 4 and 16 photos. Which rows gain most by the batch?
- Do features of VGG help on digits as well? Take `load_digits` in place of the clothes.
- How small can your network get and still read 97 %? Try 3,000 parameters, then 1,500.
- How would you show a stranger, in one picture, what a filter of the third block looks for?
"""

# %% role="given" id="vgg-progress"
progress("08-vgg")
