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
# 08 · VGG: deep networks from small filters

AlexNet uses filters of 11×11, 5×5 and 3×3; ZFNet begins with 7×7. In 2014
Karen Simonyan and Andrew Zisserman decided once for all rows: 3×3 filters and 2×2 pooling, repeated.
<!-- source: simonyan-2015, section 2.1 --> Several such
networks together had a top-5 error of 7.3 % on ImageNet, after the last winner's 11.7 %.
<!-- source: russakovsky-2015 -->

- **You will do**: write VGG as tables, count its costs, run a photo through sixteen layers, and design a network of
  your own.
- **You will learn**: what small filters in a stack can do, where a network's memory and parameters are, and how its
  features serve another task.
- **You will need**: lessons 02 to 06, and three to four hours. What is *optional*, and *The whole way*, may be
  skipped on a first reading.

Before: [07 · AlexNet and ZFNet](../07-alexnet-and-zfnet/07-alexnet-and-zfnet.ipynb). After:
[09 · After VGG](../09-after-vgg/09-after-vgg.ipynb).
"""

# %% [markdown]
r"""
**How to use "Predict".** Before each experiment you find a question and a line for your guess. Write the guess
down before you run the cell, even if you are unsure. Then compare it with the result and read the
explanation. Guesses are never graded.

**Before you begin**, run `autograder recall` in a terminal: it asks again what lessons 01 to 07 taught.
"""

# %% [markdown]
r"""
Like lesson 06, this lesson imports fast layers. You wrote each of them in lessons 02 to 05; these compute the
same, only faster. You may use them in your answers too.
"""

# %% role="given" id="vgg-setup"
# No module named 'autograder'? Run  %pip install -e ../..  in a cell of your own, then restart the
# kernel: the course lies two folders above this notebook.
import os
import tracemalloc
from functools import cache
from itertools import accumulate
from math import prod
from time import perf_counter

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads of small products only wait for each other
import numpy as np

from autograder import check, explore, guess, look, progress
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
These functions read tables of layers, as in [lesson 06](../06-lenet/06-lenet.ipynb). We use them throughout.
"""

# %% role="given" id="vgg-shapes"
def pair(sides):
    """Height and width; an int stands for both."""
    return (sides, sides) if np.isscalar(sides) else tuple(sides)


def places(sides, kernel, stride, pad=0):
    """How many positions a window has, down and across."""
    counts = []
    for side, k, s, p in zip(sides, pair(kernel), pair(stride), pair(pad)):
        room = side + 2 * p - k
        if room < 0 or room % s:
            raise ValueError(f"a window of {k} in steps of {s} does not fit {side} + 2 · {p}")
        counts.append(room // s + 1)
    return tuple(counts)


# %% role="given" id="vgg-layer-shapes"
def shape_after(shape, row):
    """The shape that a row gives for an input of this shape."""
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
    """All output shapes, row by row."""
    return list(accumulate(layers, shape_after, initial=tuple(input_shape)))[1:]


# %% role="given" id="vgg-counts"
PHOTO = (3, 224, 224)  # channels, height, width


def parameter_counts(layers, input_shape):
    """The number of parameters of each row."""
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
## VGG-11 to VGG-19: five tables in one

The paper tests five networks, A to E.
<!-- source: simonyan-2015, table 1 --> All of them follow one plan:

- *convolutions* of 3×3 with stride 1 and padding 1, so that the maps keep their size, each followed by a ReLU;
- after each *block* a 2×2 max pooling, so that the maps are halved five times, from 224 to 7;
<!-- source: simonyan-2015, section 2.1 -->
- then flatten, and fully connected rows of 4096, 4096 and 1000 units.
<!-- source: simonyan-2015, section 2.1 --> The first two are followed by ReLU and
  then dropout with rate 0.5.
<!-- source: simonyan-2015, section 3.1 -->
"""

# %%
figures.five_columns()

# %% [markdown]
r"""
There is no local response normalization: the authors tried it in A, and it did not lower the error.
<!-- source: simonyan-2015, section 4.1 --> C has 1×1
filters in three places and was worse than D.
<!-- source: simonyan-2015, table 3 --> That leaves A, B, D and E, known as VGG-11, 13, 16 and 19.

**Your turn.** Write `vgg_layers`. Build the rows with a loop; you need not type nineteen layers four times.
"""

# %% role="exercise" id="vgg-layers"
def vgg_layers(depth):
    """Write a VGG network as a table, for photos of 3×224×224.

    Parameters
    ----------
    depth : int
        11, 13, 16 or 19: the number of convolutional and fully connected rows.

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
# 3 points, run after you hand in: the layers of all four networks, and ReLU and dropout between them.
### BEGIN HIDDEN TESTS
check("vgg-layers", vgg_layers, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Where the parameters are

VGG-16 is known as the network with "138 million parameters". Find the exact number with paper and pencil. A
convolution with F filters on C maps has $F \cdot (9C + 1)$ parameters. A fully connected row has a weight from
each input to each unit, and one bias for each unit.

Be careful with the first fully connected row: how many numbers does it read, after five poolings?

**Your turn.** Write down the number. You may also write it as a sum.
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
figures.filled_in(
    ["parameters"], {"parameters": vgg16_parameter_count}, "All weights and biases, from conv1_1 to fc8."
)

# %% role="check" id="vgg16-parameter-count-check" points=1
check("vgg16-parameter-count", vgg16_parameter_count)

# %% role="test" id="vgg16-parameter-count-test" points=1
# 1 point, run after you hand in: the same number.
### BEGIN HIDDEN TESTS
check("vgg16-parameter-count", vgg16_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
You have done it once by hand; the computer can do the rest. You have a table of each network, and a function
that counts.

**Your turn.** Give a dict from depth to the number of parameters: `{11: …, 13: …, 16: …, 19: …}`.
"""

# %% role="exercise" id="vgg-parameter-counts"
vgg_parameter_counts = None  # in place of None, a dict with four numbers
### BEGIN SOLUTION
vgg_parameter_counts = {
    depth: sum(parameter_counts(vgg_layers(depth), PHOTO)) for depth in (11, 13, 16, 19)
}
### END SOLUTION

# %% role="given" id="vgg-parameter-counts-look"
figures.filled_in(
    [11, 13, 16, 19], vgg_parameter_counts, "Do the numbers grow with the depth? By how much?"
)

# %% role="check" id="vgg-parameter-counts-check" points=1
check("vgg-parameter-counts", vgg_parameter_counts)

# %% role="test" id="vgg-parameter-counts-test" points=1
# 1 point, run after you hand in: the same numbers.
### BEGIN HIDDEN TESTS
check("vgg-parameter-counts", vgg_parameter_counts, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
From VGG-11 to VGG-19 there are eight more layers, and the number grows by 8 %.
<!-- follows: 143,667,240 / 132,863,336 ≈ 1.08 --> Which rows hold the rest?

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
figures.filled_in(
    ["conv", "fully_connected"], vgg16_parameter_split, "The two add up to all parameters of VGG-16."
)

# %% role="check" id="vgg16-parameter-split-check" points=1
check("vgg16-parameter-split", vgg16_parameter_split)

# %% role="test" id="vgg16-parameter-split-test" points=1
# 1 point, run after you hand in: the same numbers.
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
figures.shares(
    parts, "With more depth only the small part grows, the convolutions. The three fully connected rows hold about "
    "nine tenths.",
    # <!-- follows: 123,642,856 / 138,357,544 ≈ 0.89 -->
)

# %% [markdown]
r"""
**Explain.** 3×3 filters have few parameters, so more depth costs few. In VGG-16, 89 % of the parameters are in the
last three rows, and most of those in the one row that reads the 7×7 maps.
<!-- follows: 123,642,856 / 138,357,544 ≈ 0.89 --> GoogLeNet and ResNet have no such row. In
the section on 1×1 filters you build what they have in its place.
"""

# %% [markdown]
r"""
## The receptive field of a stack: three small filters for one large

How can 3×3 filters be enough? A number of the second layer sees 3×3 numbers of the first, and each of those sees
3×3 pixels. Neighboring windows overlap, so every layer adds $k - 1$ pixels to the **receptive field**, not $k$ (see
[lesson 03](../03-padding-and-stride/03-padding-and-stride.ipynb)).

**Your turn.** Write `stack_receptive_field`, for layers with stride 1, one after the other.
"""

# %% role="exercise" id="stack-receptive-field"
def stack_receptive_field(kernel, times):
    """Give the side of the receptive field of a stack of convolutions.

    Parameters
    ----------
    kernel : int
        Side of the filters.
    times : int
        The number of layers, all with stride 1.

    Returns
    -------
    int
        A whole number of pixels.
    """
    ### BEGIN SOLUTION
    return 1 + times * (kernel - 1)
    ### END SOLUTION


# %% role="given" id="stack-receptive-field-look"
look("stack-receptive-field", stack_receptive_field)

# %% role="check" id="stack-receptive-field-check" points=1
check("stack-receptive-field", stack_receptive_field)

# %% role="test" id="stack-receptive-field-test" points=1
# 1 point, run after you hand in: filters of all sides, even ones and 1×1, one layer and many.
### BEGIN HIDDEN TESTS
check("stack-receptive-field", stack_receptive_field, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
After a pooling, neighbors lie twice as far apart, so each layer adds twice as many pixels.
<!-- follows: a pooling has stride 2 -->

**Predict.** How many of the 224 pixels does one number see at the end of block 3? And of block 5? Put your guess of
the latter in place of `None` below, and run the cell.
"""

# %%
guess("08-vgg: block 5 sees", None)

# %%
photo = load_photo("chelsea")
seen, jump, fields = 1, 1, {}
for block, convolutions in enumerate((2, 2, 3, 3, 3), start=1):
    seen += jump * (stack_receptive_field(3, convolutions) - 1)
    fields[f"block {block}"] = seen
    seen, jump = seen + jump, 2 * jump  # pooling: one neighbor more, then twice the stride
guess("08-vgg: block 5 sees", result=fields["block 5"])
figures.nested_fields(photo[124:141, 174:191], photo[20:244, 70:294], fields)

# %% [markdown]
r"""
**Explain.** Before the first pooling every layer adds 2 pixels; in block 5 it adds 32.
<!-- follows: 2 × 2 × 2 × 2 × 2 = 32 --> That is how thirteen small
filters come to see nearly the whole photo.

Back to the left picture: three layers of 3×3 see as far as one layer of 7×7. What do they cost? Let all layers have C channels in and C
out, and leave out the biases. A layer with $k \times k$ filters then has $k^2 C^2$ weights: each of its C filters
reads all C channels.

**Your turn.** Write `stack_parameter_count`. The sides of a filter may differ: `kernel` is an int or a pair.
"""

# %% role="exercise" id="stack-parameter-count"
def stack_parameter_count(kernel, times, channels):
    """Count the weights of a stack of convolutions, without biases.

    Parameters
    ----------
    kernel : int or (int, int)
        Height and width of the filters; an int for square ones.
    times : int
        The number of layers.
    channels : int
        Of each layer, in and out.

    Returns
    -------
    int
        A whole number.
    """
    ### BEGIN SOLUTION
    return times * prod(pair(kernel)) * channels**2
    ### END SOLUTION


# %% role="given" id="stack-parameter-count-look"
look("stack-parameter-count", stack_parameter_count)

# %% role="check" id="stack-parameter-count-check" points=1
check("stack-parameter-count", stack_parameter_count)

# %% role="test" id="stack-parameter-count-test" points=1
# 1 point, run after you hand in: all sides, depths and channels, one layer, 1×1, and filters that are not
# square.
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
27C² weights instead of 49C², for the same receptive field. But do both use it in the same way? We count the paths
from each pixel to one number: we run stacks of filters of ones over a single bright pixel.

**Predict.** In one 7×7 filter of ones there is one path from each pixel. How many are there in three 3×3 filters of
ones?

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
**Explain.** There are 49 paths from the middle and one from a corner. So before any training, a stack of small
filters gives most weight to the middle of its receptive field. Luo and others (2016) call the part that counts the
*effective receptive field*.
"""

# %% [markdown]
r"""
How far does that go in a whole network? Point at numbers of VGG-16's rows: what is left of the corners of their
patches?
"""

# %%
explore("where-does-it-look", at="network=VGG-16&row=28&down=6&across=6")

# %%
paths = np.ones(1)  # in one direction, to a number of block 5; in two directions they multiply
for block, convolutions in zip((5, 4, 3, 2, 1), (3, 3, 3, 2, 2)):
    for _ in range(convolutions):
        paths = np.convolve(paths, np.ones(3))
    paths = np.repeat(paths, 2) if block > 1 else paths  # each number of a pooling reads two
middle = paths[len(paths) // 4 : -(len(paths) // 4)].sum() / paths.sum()
print(f"the middle quarter of {len(paths)}×{len(paths)} pixels: {middle**2:.0%} of all paths")
print(f"paths from a corner pixel, for one from the middle: {(paths[0] / paths.max()) ** 2:.0e}")

# %% [markdown]
r"""
**Explain.** Of the corners next to nothing is left. A number of block 5 *can* see 196×196 pixels, but about nine in ten paths
come from the middle quarter of them.
<!-- computed: 196, 88 % -->
"""

# %% [markdown]
r"""
### Break it once: a stack without ReLU

Three layers instead of one, with 27 weights instead of 49.
<!-- follows: 3 × 9 = 27 and 7 × 7 = 49 --> But does the *depth* itself do anything? We take out
the ReLUs.

**Predict.** Three random 3×3 filters in a row, with no ReLU between them: is there one 7×7 filter that does exactly
the same? Put your guess in place of `None` below, and run the cell.
"""

# %%
guess("08-vgg: one filter does the same", None, choices=("yes", "no"))

# %%
def stack(x, filters, bend):
    """Three layers of one channel, with the activation `bend` between them."""
    for i, weights in enumerate(filters):
        x = conv2d_forward(x if i == 0 else bend(x), weights, np.zeros(1))
    return x


rng = np.random.default_rng(0)
three = rng.normal(size=(3, 1, 1, 3, 3))
pixels = np.eye(49).reshape(49, 1, 7, 7)  # each one alone
one = stack(pixels, three, bend=lambda x: x).reshape(1, 1, 7, 7)  # what each adds to the output
gray = photo.mean(axis=2)[np.newaxis, np.newaxis] / 255 - 0.5
answers = conv2d_forward(gray, one, np.zeros(1))
gaps = {}
for name, bend in {"no ReLU": lambda x: x, "ReLU": lambda x: np.maximum(x, 0)}.items():
    gaps[name] = gap = np.abs(stack(gray, three, bend) - answers).max() / np.abs(answers).max()
    print(f"{name}: differs from the one 7×7 filter by up to {gap:.1g} × its largest response")
guess("08-vgg: one filter does the same", result="yes" if gaps["no ReLU"] < 1e-9 else "no")

# %% [markdown]
r"""
**Explain.** Without ReLUs the stack *is* one 7×7 filter, and it cannot be every 7×7 filter, since it has 27 numbers
for 49.
<!-- follows: 3 × 9 = 27 and 7 × 7 = 49 --> What it can do beyond that comes from the two ReLUs between the layers: fewer weights *and* more
non-linearity.
"""

# %% [markdown]
r"""
### What the ReLUs add: imitate the strength of an edge

How much is that? We need a task that no single filter can do. Lesson 02 has one: the *strength* of an edge,
$\sqrt{g_x^2 + g_y^2}$. It is large for an edge in any direction, from dark to bright or from bright to dark. A filter
that gives a large number for the one gives a negative number for the other.

We train three tables to give this strength in the middle of a window of 7×7 pixels: one 7×7 filter; three layers of
3×3 with four maps between them, without ReLU; and the same three with ReLU.
"""

# %%
sobel = np.array([[[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])
inner = gray[:, :, 2:-2, 2:-2]  # the middle of each 7×7 window is here
across, down = (conv2d_forward(inner, one, np.zeros(1)) for one in (sobel, sobel.swapaxes(2, 3)))
strength = np.hypot(across, down)[0, 0]
wanted = ((strength - strength.mean()) / strength.std()).astype(np.float32).ravel()
cat_gray = (gray / gray.std()).astype(np.float32)
looks = np.lib.stride_tricks.sliding_window_view(cat_gray[0], (7, 7), axis=(1, 2)).reshape(-1, 1, 7, 7)
print(f"{len(looks):,} windows of 7×7, a strength wanted for each")

# %% role="given" id="vgg-initialize"
def initialize(layers, input_shape, rng):
    """He initialization and biases of 0, as in lesson 06."""
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


# %% role="given" id="vgg-imitate"
def imitate(layers, seed, steps=2000, batch_size=64, learning_rate=0.01):
    """Train a table on 8,000 of the windows: what it gives for the whole cat."""
    rng = np.random.default_rng(seed)
    params = initialize(layers, (1, 7, 7), rng)
    velocities = [{name: np.zeros_like(own[name]) for name in own} for own in params]
    drawn = rng.permutation(len(looks))[:8000]
    for step in range(steps):
        batch, rate = rng.choice(drawn, batch_size), learning_rate * (1 - step / steps)
        scores, tape = forward_training(layers, params, looks[batch], rng)
        grad = (scores - wanted[batch, np.newaxis]) / batch_size  # of half the mean square
        for own, slopes, speed in zip(params, backward(layers, params, tape, grad), velocities):
            for name in own:
                own[name], speed[name] = sgd_momentum_step(own[name], slopes[name], speed[name], rate)
    return forward_training(layers, params, cat_gray, rng)[0].ravel()


# %% [markdown]
r"""
What a table *explains* is the share of the variance of the strengths that it gets right: 100 % for the strengths
themselves, 0 % for always giving their mean.

**Predict.** How many percent does each of the three explain?

*My guess:*
"""

# %%
def three_layers(*bend):
    conv = ("conv", {"filters": 4, "kernel": 3})
    return [conv, *bend, conv, *bend, ("conv", {"filters": 1, "kernel": 3}), ("flatten", {})]


tables = {
    "one 7×7": [("conv", {"filters": 1, "kernel": 7}), ("flatten", {})],
    "three 3×3, no ReLU": three_layers(), "three 3×3, ReLU": three_layers(("relu", {})),
}
panels = {"wanted": strength}
for name, layers in tables.items():
    given = [imitate(layers, seed) for seed in range(3)]
    shares = [1 - np.mean((values - wanted) ** 2) for values in given]  # wanted has variance 1
    print(f"{name}: explains " + ", ".join(f"{share:.0%}" for share in shares) + " (three seeds)")
    panels[name] = np.clip(given[0].reshape(strength.shape) * strength.std() + strength.mean(), 0, None)
grid(
    panels, "The strength of each edge of the cat, and what the three give, each on a scale of its own. Only with ReLU "
    "do the outlines appear whole.", columns=2,
    alt="Four gray pictures of a cat: outlines in white as wanted; two that look like a blurred photo in relief; "
    "and outlines again, with ReLU.",
)

# %% [markdown]
r"""
**Explain.** Without ReLU neither the depth nor four times as many weights help: the stack is still one filter, and no
filter gives a large number for both signs of an edge.
<!-- shown: What the ReLUs add: imitate the strength of an edge --> With ReLU the same table gets nearly everything right. One map can
respond to dark–bright, another to bright–dark, and the next layer adds them up.

The paper has a control for this at full size: network B with one 5×5 layer in place of each pair of 3×3 layers, which
sees as far but bends half as often.
<!-- source: simonyan-2015, section 4.1 --> Its top-1 error was 7 points higher (Simonyan and Zisserman, 2015, section 4.1).
"""

# %% [markdown]
r"""
### Think it through

A friend says: "Three 3×3 filters have 27 weights where one 7×7 has 49. So the stack can do less, and VGG is a
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
linear any more. It can respond to a combination, such as an edge beside a corner and only if both are there, and to
different things in different pictures, which no single filter can, since that always adds up the same weighted
pixels. What does not fall is the number of maps: each of the three layers makes a full volume which training has to
keep, with its gradient, for every image of the batch, so the stack stores three times as many activations as
the one layer (and there is one matrix product after the other instead of one).
<!-- follows: three layers instead of one -->

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

A network needs memory for two things: its parameters, and the **activations** that it computes for each photo.
[Lesson 05](../05-backpropagation/05-backpropagation.ipynb) counted the activations of VGG-16 by hand. Now we count
them for any table:

- the image itself is stored, and comes first;
- a convolution, a pooling, a normalization and a fully connected row store all numbers that they give;
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
        Whole numbers: the image first, then one for each row; 0 for "relu", "dropout" and "flatten".

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
# 3 points, run after you hand in, each a part: padding, stride, rectangles, overlapping pooling, normalization,
# rows that work in place, the large networks, sizes that do not fit.
### BEGIN HIDDEN TESTS
check("activation-counts", activation_counts, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now we put the two counts of VGG-16 beside each other, block by block.

**Predict.** Where are most activations stored: early, in the middle, or late? And where are the parameters?

*My guess:*
"""

# %%
NAMES = ["image", *(f"block {i}" for i in range(1, 6)), "fc6", "fc7", "fc8"]


def by_block(layers, counts):
    """Millions for the image, for each block with its pooling, and for each fully connected row."""
    sums, place = [counts[0], *[0] * 8], 1
    for (kind, _), count in zip(layers, counts[1:]):
        sums[place] += count
        place += kind in ("max_pool", "fully_connected")
    return np.array(sums) / 1e6


rows = vgg_layers(16)
stored = by_block(rows, activation_counts(rows, PHOTO))
learned = by_block(rows, [0, *parameter_counts(rows, PHOTO)])
figures.by_block(
    NAMES, {"activations, millions": stored, "parameters, millions": learned},
    "Left, the activations of one photo: mostly in the first blocks. Right, the parameters: mostly in fc6.",
)

# %% [markdown]
r"""
**Explain.** Each pooling leaves a quarter of the positions, and each block at most doubles the number of filters: so a
layer stores at most half as much as a layer of the block before.
<!-- follows: 2 / 4 = 0.5 --> The number of weights does not depend on the number
of positions. It grows with the channels on both sides: four times as many when both double.
<!-- follows: 2 × 2 = 4 -->
"""

# %% [markdown]
r"""
### What a mini-batch costs in training (optional)

In training, each stored activation also has a gradient, for every image. Parameters, their gradients and the
velocities exist once. That was `training_memory` in lesson 05.

**Predict.** VGG-19 has eight convolutions more than VGG-11. How many photos fit into 8 GiB at once with each of
them?

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
    "Training memory in float32 with momentum. The deeper the network, the steeper its line.",
    "Four rising lines that start near 1.5 GiB: VGG-11 the flattest, then VGG-13 and VGG-16, VGG-19 the steepest.",
)

# %% [markdown]
r"""
**Explain.** All four lines start at nearly the same height, since the networks have nearly as many parameters. What
another layer costs is its maps, for every image of the batch. VGG's authors used batches of 256 images, on four
graphics cards.
"""

# %% [markdown]
r"""
## A sum that does not add up

Many course notes show a table of what VGG-16 stores, row by row, which ends with: *total 24M × 4 bytes ≈ 96 MB per
image*. You can check it.

**Your turn.** How many numbers does VGG-16 store for one photo of 3×224×224, including the photo?
"""

# %% role="exercise" id="vgg16-activation-count"
vgg16_activation_count = None  # in place of None, the number
### BEGIN SOLUTION
vgg16_activation_count = sum(activation_counts(vgg_layers(16), PHOTO))
### END SOLUTION

# %% role="given" id="vgg16-activation-count-look"
figures.filled_in(
    ["activations"], {"activations": vgg16_activation_count}, "Numbers stored for one photo, the photo included."
)

# %% role="check" id="vgg16-activation-count-check" points=1
check("vgg16-activation-count", vgg16_activation_count)

# %% role="test" id="vgg16-activation-count-test" points=1
# 1 point, run after you hand in: the same number.
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
figures.filled_in(
    ["bytes"], {"bytes": vgg16_activation_bytes}, "A float32 number takes four bytes."
)

# %% role="check" id="vgg16-activation-bytes-check" points=1
check("vgg16-activation-bytes", vgg16_activation_bytes)

# %% role="test" id="vgg16-activation-bytes-test" points=1
# 1 point, run after you hand in: the same number.
### BEGIN HIDDEN TESTS
check("vgg16-activation-bytes", vgg16_activation_bytes, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Is it a matter of rounding? We add up the rows of that table.
"""

# %%
slide = [150, *[3200] * 2, 800, *[1600] * 2, 400, *[800] * 3, 200, *[400] * 3, 100, *[100] * 3, 25,
         4.096, 4.096, 1]  # thousands
rows = vgg_layers(16)
counts = activation_counts(rows, PHOTO)
print(f"{sum(counts) * 4 / 1e6:.1f} MB, or {sum(counts) * 4 / 2**20:.1f} MiB; the notes say 96 MB")
kinds = ["input", *(kind for kind, _ in rows)]
mine = [(kind, count) for kind, count in zip(kinds, counts) if count]
draw_table([
    Column("row", [*(kind for kind, _ in mine), "the rows added up", "the printed total"]),
    Column("course notes", [f"{1000 * s:,.0f}" for s in (*slide, sum(slide), 24e3)], "input",
           ring=(len(slide) + 1,)),
    Column("yours", [*(f"{count:,}" for _, count in mine), f"{sum(counts):,}", ""], "yours"),
], "Row by row the notes are right, if rounded. The printed total is not the sum of the rows.")

# %% [markdown]
r"""
**Explain.** The rows add up to 15.2 million numbers, 61 MB, not to 24 million and 96 MB.
<!-- follows: 4 × 15.2 ≈ 61 and 4 × 24 = 96 --> The rows are right and the
total is wrong. A total is easy to check, so check it.
"""

# %% [markdown]
r"""
## Multiply–adds: the work of a network

The third cost is work. A convolution uses each weight once at every position of its *output*; a fully connected
row uses each weight once. Biases are only added, and pooling only compares: they count 0.

**Your turn.** Write `memory_and_parameter_table`: all costs of a network side by side, the image first.
"""

# %% role="exercise" id="memory-and-parameter-table"
KEYS = ("layer", "shape", "activations", "parameters", "multiply_adds")


def memory_and_parameter_table(layers, input_shape):
    """Put the costs of a network side by side, row by row.

    Returns
    -------
    list of dict
        The image first, whose "layer" is "input"; then one for each row, with exactly the KEYS: its kind,
        the shape that comes out (a tuple), and in whole numbers activations, parameters, multiply–adds.

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

# %% role="test" id="memory-and-parameter-table-test" points=5
# 5 points, run after you hand in, each a part: the keys, shapes, activations, rows that work in place,
# parameters, multiply–adds, groups, sizes that do not fit.
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
figures.filled_in(
    [11, 13, 16, 19], vgg_multiply_adds, "Does the work grow as slowly with the depth as the parameters?"
)

# %% role="check" id="vgg-multiply-adds-check" points=1
check("vgg-multiply-adds", vgg_multiply_adds)

# %% role="test" id="vgg-multiply-adds-test" points=1
# 1 point, run after you hand in: the same numbers.
### BEGIN HIDDEN TESTS
check("vgg-multiply-adds", vgg_multiply_adds, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Most activations are early, most parameters late.

**Predict.** Where is most of the work?

*My guess:*
"""

# %%
table = memory_and_parameter_table(vgg_layers(16), PHOTO)
work = by_block(vgg_layers(16), [row["multiply_adds"] for row in table])
figures.by_block(
    NAMES, {"activations, M": stored, "parameters, M": learned, "multiply–adds, M": work},
    "Three costs of one network, in millions: activations early, work in the middle, parameters late.",
    # <!-- shown: Multiply–adds: the work of a network -->
)

# %% [markdown]
r"""
**Explain.** Work is weights times positions. Where the channels double, there are four times as many weights and a
quarter of the positions.
<!-- follows: 2 × 2 = 4 --> So the second layers of the first four blocks need equally many multiply–adds. The
fully connected rows, with 89 % of the parameters, need less than 1 % of the multiply–adds.
<!-- follows: 123,642,856 / 138,357,544 ≈ 0.89 and 123,633,664 / 15,470,264,320 ≈ 0.008 -->
"""

# %% [markdown]
r"""
Which rows of VGG-16 would you give up first, and what would that save? Change its table cell by cell.
"""

# %%
explore("the-ledger", vgg_layers(16), PHOTO)

# %% [markdown]
r"""
## Inference: a photo through sixteen layers

Now we run the network. `params` is a list with one dict for each row. Using a trained network without training it
further is called **inference**. There is no backward pass, so an activation may be discarded as soon as the next one is
computed, and a ReLU may overwrite its input. If photos run one by one, only two neighboring layers are in memory.

**Your turn.** Write `vgg_forward`, for any table with VGG's six kinds of rows. Write the loop over the rows as a
function of its own, `run`; you need it again. Dropout does nothing at inference. Do not change the photos.
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
    """Score photos one by one: (N, C, H, W) → (N, K), or maps if the table ends with maps.

    In the dtype of `x`, which is not written to, and in the memory that one photo needs.
    """
    ### BEGIN SOLUTION
    return np.concatenate([run(layers, params, photo[np.newaxis].copy()) for photo in x])
    ### END SOLUTION


# %% role="given" id="vgg-forward-look"
look("vgg-forward", vgg_forward)

# %% role="check" id="vgg-forward-check" points=1
check("vgg-forward", vgg_forward)

# %% role="test" id="vgg-forward-test" points=5
# 5 points, run after you hand in, each a part: one photo, several photos, rectangles, deep stacks, tables that
# end with maps, float32 that stays float32, and photos that are left as they were.
### BEGIN HIDDEN TESTS
check("vgg-forward", vgg_forward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Seven of the thirteen convolutions come with this course, trained on ImageNet; the whole network would be half a
gigabyte.
<!-- follows: 4 × 138,357,544 = 553,430,176 bytes --> The weights of the other nine rows are random, as before training, so the *scores* mean nothing. Time and
memory are those of the real VGG-16.
"""

# %% role="given" id="vgg-learned"
def with_learned(layers, params):
    """Put the trained weights into the first seven convolutions."""
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
**Predict.** 15 billion multiply–adds in NumPy on your computer: how many seconds? And how many MiB beside the
weights, if every activation is discarded in time?

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
Does the work of a row predict its time?

**Predict.** `fc6` needs about as many multiply–adds as the very first convolution. Does it take as long?

*My guess:*
"""

# %%
names = iter([f"conv{b}_{i + 1}" for b, n in enumerate((2, 2, 3, 3, 3), 1) for i in range(n)]
             + ["fc6", "fc7", "fc8"])
maps, measured = cat.copy(), {}
for row, own, costs in zip(vgg_layers(16), params, table[1:]):
    start = perf_counter()
    maps = vgg_forward([row], [own], maps)
    if costs["multiply_adds"]:
        measured[next(names)] = (costs["multiply_adds"], perf_counter() - start)
figures.work_and_time(measured)

# %% [markdown]
r"""
**Explain.** A convolution reads a weight from memory once and uses it at many positions. `fc6` has to read 400 MB
of weights for a single photo, and uses each weight once.
<!-- follows: 4 × 25,088 × 4,096 = 411,041,792 bytes --> So its time depends on the speed of the memory, not on that of
multiplying. In a batch, many photos would share one reading.
"""

# %% [markdown]
r"""
To what do the trained blocks respond in the photo of the cat? We show the six maps of each block that vary most.

**Predict.** What will the maps of the third block have lost, compared with those of the first?

*My guess:*
"""

# %%
rows = {}
for name, end in {"block 1": 4, "block 2": 9, "block 3": 16}.items():
    maps = vgg_forward(vgg_layers(16)[:end], params[:end], cat)[0]
    strongest = np.argsort(maps[:, 4:-4, 4:-4].std(axis=(1, 2)))[-6:]  # not for their borders
    rows[name] = [np.clip(m / np.quantile(m, 0.99), 0, 1) for m in maps[strongest]]
rows_of_pictures(
    rows, "The last convolution of each block, after its ReLU: 224, 112 and 56 pixels wide. From top to "
    "bottom the maps lose detail, and fewer positions respond.",
    # <!-- follows: 224 / 2 = 112 and 112 / 2 = 56 -->
    "Three rows of gray maps of a cat: shaded pictures at the top, outlines, sparse spots below.",
)

# %% [markdown]
r"""
## Filters of 1×1: mixing the channels of each pixel

3×3 is small. Is 1×1 of any use? Such a filter sees no neighborhood at all, but it still reads all *channels* of its
pixel. So it is a fully connected row that runs at each pixel, with the same weights everywhere. Lin, Chen and Yan
(2014) built networks of such rows; this layer is called a **pointwise** or 1×1 convolution.

$$
y_{n,f,i,j} = b_f + \sum_c w_{f,c} \, x_{n,c,i,j}
$$
"""

# %% [markdown]
r"""
A filter of 1×1 has one weight for each channel, so $F$ filters are a matrix of $(F, C)$. The layer is one matrix product
for each pixel, or a single one for all pixels of an image.

Mind the axes: `reshape` reads numbers in the order in which they lie, and never exchanges two axes.

**Your turn.** Write `pointwise_conv`.
"""

# %% role="exercise" id="pointwise-conv"
def pointwise_conv(x, weights, bias):
    """Mix the channels of each pixel: a convolution with filters of 1×1.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    weights : (F, C) ndarray
        One filter a row.
    bias : (F,) ndarray

    Returns
    -------
    (N, F, H, W) ndarray
        Of the dtype of `x`, which is not written to. ValueError if the filters are for another number
        of channels.

    Examples
    --------
    >>> pointwise_conv(np.array([[[[1.0, 2.0]], [[10.0, 20.0]]]]), np.array([[1.0, -1.0]]), np.array([0.5]))
    array([[[[ -8.5, -17.5]]]])
    """
    ### BEGIN SOLUTION
    if x.shape[1] != weights.shape[1]:
        raise ValueError(f"{x.shape[1]} channels, but filters for {weights.shape[1]}")
    pixels = x.reshape(len(x), x.shape[1], -1)  # (N, C, H·W)
    return (weights @ pixels + bias[:, np.newaxis]).reshape(len(x), -1, *x.shape[2:])
    ### END SOLUTION


# %% role="given" id="pointwise-conv-look"
look("pointwise-conv", pointwise_conv)

# %% role="check" id="pointwise-conv-check" points=1
check("pointwise-conv", pointwise_conv)

# %% role="test" id="pointwise-conv-test" points=3
# 3 points, run after you hand in: as many filters as channels and not, rectangles, batches, maps of one pixel,
# filters that do not fit, float32 that stays float32.
### BEGIN HIDDEN TESTS
check("pointwise-conv", pointwise_conv, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## The mean of the last maps: global average pooling

Now to the 124 million parameters at VGG's end. They are there because `fc6` has a weight for each of the 7×7
places of each map. But does it matter where in the photo the cat is?

**Global average pooling** takes the mean of each map: of 512 maps 512 numbers are left. No parameters, and no places.

**Your turn.** Write `global_average_pool`.
"""

# %% role="exercise" id="global-average-pool"
def global_average_pool(x):
    """Take the mean of each map.

    Parameters
    ----------
    x : (N, C, H, W) ndarray

    Returns
    -------
    (N, C) ndarray
        Of the dtype of `x`.

    Examples
    --------
    >>> global_average_pool(np.array([[[[1.0, 3.0]], [[10.0, 20.0]]]]))
    array([[ 2., 15.]])
    """
    ### BEGIN SOLUTION
    return x.mean(axis=(2, 3))
    ### END SOLUTION


# %% role="given" id="global-average-pool-look"
look("global-average-pool", global_average_pool)

# %% role="check" id="global-average-pool-check" points=1
check("global-average-pool", global_average_pool)

# %% role="test" id="global-average-pool-test" points=3
# 3 points, run after you hand in: maps of all sizes, rectangles, batches, one pixel, negative numbers, float32
# that stays float32.
### BEGIN HIDDEN TESTS
check("global-average-pool", global_average_pool, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now the arc closes that lesson 01 opened: there, *one* fully connected row of 1,000 units on a photo of 224×224 had 151
million parameters. We let VGG-16 end with the mean and one row, 512 → 1,000.

**Predict.** VGG-16 has 138.4 million parameters. How many millions are left? Put your guess in place of `None` below.
"""

# %%
guess("08-vgg: millions left", None)

# %%
def parts_of(layers):
    counted = list(zip(layers, parameter_counts(layers, PHOTO)))
    convolutions = sum(count for row, count in counted if row[0] == "conv")
    return {"convolutions": convolutions, "fully connected": sum(n for _, n in counted) - convolutions}


last = ("fully_connected", {"units": 1000})
ended = {
    "one row": [("flatten", {}), last], "VGG-16": vgg_layers(16),
    "VGG-16, mean": [*vgg_layers(16)[:31], ("average_pool", {"size": 7}), ("flatten", {}), last],
}
for name, layers in ended.items():
    print(f"{name}: {sum(parameter_counts(layers, PHOTO)):,} parameters")
guess("08-vgg: millions left", result=round(sum(parameter_counts(ended["VGG-16, mean"], PHOTO)) / 1e6, 1))
figures.shares(
    {name: parts_of(layers) for name, layers in ended.items()},
    "Three ways from a photo to 1,000 scores. What is left in the last bar are the convolutions.",
)

# %% [markdown]
r"""
**Explain.** The convolutions stay, and 123.6 million weights become half a million.
<!-- follows: 512 × 1,000 = 512,000 --> Does that cost accuracy? For
GoogLeNet, which has such an end, it *improved* top-1 accuracy by about 0.6 points (Szegedy and others, 2015,
section 5). You try it below, on clothes.

The mean and the row are both linear, so their order does not matter: we may score each *place* first, with a 1×1
convolution, and take the mean of the scores.
"""

# %% [markdown]
r"""
And something else is gone: the size. `fc6` needs 7×7 maps, and so photos of 224×224. A mean can be taken of maps of any
size.

**Predict.** What do both networks say of a photo of 160×160? And of one of 224×352?

*My guess:*
"""

# %%
rng = np.random.default_rng(7)
row = {"weights": rng.normal(0, 0.06, (1000, 512)).astype(np.float32), "bias": np.zeros(1000, np.float32)}
for height, width in ((160, 160), (224, 352)):
    part = as_vgg_reads(photo[np.newaxis, 38 : 38 + height, 90 : 90 + width])
    maps = vgg_forward(vgg_layers(16)[:31], params[:31], part)
    scores = global_average_pool(maps) @ row["weights"].T + row["bias"]
    by_place = pointwise_conv(maps, row["weights"], row["bias"])
    same = np.abs(global_average_pool(by_place) - scores).max() / np.abs(scores).max()
    print(f"{height}×{width}: maps of {maps.shape[2]}×{maps.shape[3]}, scores {scores.shape}; "
          f"each place scored first, they differ by {same:.0e} of the largest")
    try:
        vgg_forward(vgg_layers(16)[31:], params[31:], maps)
    except ValueError as refused:
        print("  fc6:", str(refused)[:60], "…")

# %% [markdown]
r"""
**Explain.** The convolutions and the mean take any size that the poolings fit; `fc6` refuses, since it has a weight
for each of 7×7 places. And the scores of each place, before the mean is taken, say *where* a class was seen. Lesson
09 draws them.
"""

# %% [markdown]
r"""
## Transfer learning: features that travel

VGG's convolutions took weeks to train. Are they useful for anything but ImageNet's thousand names? We take the
activations of a stack for an image, flatten them, and call them the **features** of the image. Then we train only a
linear classifier on top. This is one form of **transfer learning**.

Twenty small images at once run faster than one after the other, but a thousand at once need too much memory.
<!-- follows: the maps of each image are stored --> So run
them in batches; the last batch may be smaller.

**Your turn.** Write `transfer_features`.
"""

# %% role="exercise" id="transfer-features"
def transfer_features(layers, params, images, batch_size=20):
    """Compute the features of images: the flattened activations of a stack.

    Parameters
    ----------
    layers, params
        Of the stack, up to the row whose output is used.
    images : (N, C, H, W) ndarray
        Not written to.
    batch_size : int
        How many images run at once.

    Returns
    -------
    (N, D) ndarray
        The output of the last row, flattened in the order (C, H, W), in the dtype of `images`.
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
The other task is Fashion-MNIST: clothes in gray, 28 pixels wide, very different from ImageNet's photos.
<!-- source: provenance --> We give each
image to VGG framed to 32×32, and use the output of the second block's pooling as features.

The classifier is *ridge regression*: linear scores as close as possible to 1 for the right class and −1 for the
others, with a penalty on large weights. The strength of the penalty is chosen by leaving out each example once
(*leave-one-out validation*).
"""

# %% role="given" id="vgg-linear"
clothes = load_fashion()


def as_photos(images):
    """(N, 28, 28) bytes → what VGG reads, framed to 32×32."""
    framed = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    return as_vgg_reads(np.repeat(framed[..., np.newaxis], 3, axis=3))


def linear_accuracy(known, labels, unseen, their_labels):
    """The share of unseen images that a linear classifier names correctly."""
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
**Predict.** We describe 300 images of clothes in three ways: by their pixels, by features of VGG with its *trained*
filters, and by features of the same stack with *random* filters. Rank the three. What would each ranking tell you?

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
    print(f"{name:8} {known.shape[1]:5} numbers per image, {right:.1%} named correctly")

# %% [markdown]
r"""
The features are 128 maps of 8×8, one after the other. What if only the mean of each is kept?

**Predict.** 128 numbers in place of 8,192. How much of the accuracy is lost?

*My guess:*
"""

# %%
means = [global_average_pool(found.reshape(-1, 128, 8, 8)) for found in described["learned"]]
right = linear_accuracy(means[0], labels, means[1], their_labels)
print(f"means    {means[0].shape[1]:5} numbers per image, {right:.1%} named correctly")

# %% [markdown]
r"""
One draw of 300 images proves little. A longer run was made beforehand (`python -m benchmarks.vgg_lesson` in a clone
of the course, about eight minutes on one core): five draws each of 50 to 1,000 images, for each block.
<!-- source: benchmarks -->

**Predict.** Which stack gets better from block to block: the trained one, the random one, or both?

*My guess:*
"""

# %%
long_run = load_experiments("vgg")
transfer = long_run["transfer"]
chosen = ("learned, block 3", "learned, block 1", "random, block 3", "pixels")
figures.learning_curves(
    transfer["shown"], {name: transfer["accuracy"][name] for name in chosen},
    "Share of 1,000 unseen images named correctly. Bands: from the worst to the best of five draws.",
    # <!-- source: provenance -->
)

# %%
at = transfer["shown"].index(200)
for name, accuracies in transfer["accuracy"].items():
    print(f"{name:18} {np.mean(accuracies[at]):.1%} ± {np.std(accuracies[at]):.1%} from 200 images")

# %% [markdown]
r"""
**Explain.** Filters trained on photos also describe clothes, and in this experiment better from block to block. A random
stack beats the pixels too, but does not improve with more random layers. The difference between the two stacks is what
*training* contributed.

We used the pooling of blocks 1 to 3. The paper used the last hidden layer, `fc7` (4,096 numbers), and a linear
classifier on other photo collections: VOC 2007 and 2012, Caltech-101 and 256.
<!-- source: simonyan-2015, appendix B --> A layer just before the scores was trained
so that a *linear* classifier can separate a thousand classes; that makes it a good start for other classes.
<!-- source: yosinski-2014 -->
"""

# %% [markdown]
r"""
### Does depth pay?

We test VGG's claim at a small scale: networks of three blocks with 1, 2 or 3 convolutions each, all with about 20,000
parameters, so that deeper ones have fewer filters.
<!-- source: benchmarks --> Each was trained three times, beforehand, on 6,000 images of clothes
for ten epochs.
<!-- source: benchmarks --> Below them stands LeNet, with three times as many parameters.
<!-- follows: 61,706 / 20,000 ≈ 3 -->

**Predict.** Which depth is best? Does LeNet's size help it?

*My guess:*
"""

# %%
runs = long_run["depth"]
wrong = {
    f"{name} per block" if name != "LeNet" else name: 100 * np.array(made["errors"])
    for name, made in runs.items()
}
for name, made in runs.items():
    print(f"{name:6} {made['parameters']:6,} parameters, {100 * np.mean(made['errors']):.1f} % wrong")
figures.dots(
    wrong, "wrong, % of 1,000 unseen images",
    "A dot for each run, a bar at their mean. One percent is ten images: read small differences with care.",
    # <!-- follows: 10 / 1,000 = 0.01 -->
)

# %% [markdown]
r"""
**Explain.** There is no gain here: two convolutions per block do no better than one, and three do worse. Three runs
each cannot tell the first two apart. With equally many parameters a deeper network has to be a narrower one, and
ten epochs are few for ten layers. With one or two convolutions per block and a third of LeNet's parameters, the small
filters make about as many errors as LeNet.
<!-- follows: 20,000 / 61,706 ≈ 0.3 -->

VGG's claim is about wide networks and a million photos.
<!-- source: simonyan-2015, section 4 --> The paper's own numbers are:
<!-- source: simonyan-2015, table 3 -->
"""

# %%
paper = {"A": (11, 10.4), "B": (13, 9.9), "C": (16, 9.4), "D": (16, 8.8), "E": (19, 9.0)}
for name, (depth, error) in paper.items():
    print(f"{name}: {depth} layers, top-5 error {error:4} % on ImageNet's validation photos")

# %% [markdown]
r"""
These are from the paper's table 3, each network trained and tested at one image size.
<!-- source: simonyan-2015, table 3 --> From 11 to 16 layers the error
falls at every step; from 16 to 19 it does not, *at one size*. Trained at varying sizes (scale jittering), 19 layers
reach 8.0 % and 16 layers 8.1 %.
<!-- source: simonyan-2015, table 3 --> So VGG-19 is at best slightly better than VGG-16.

Deeper plain networks were then found to be harder to train; ResNet (He and others, 2015) solved that with residual
connections and reached 152 layers.
"""

# %% [markdown]
r"""
### Second in classification, first in localization

In the contest of 2014 VGG came second in *classification* (7.3 %, behind GoogLeNet's 6.7 %) and first in
*localization*.
<!-- source: russakovsky-2015 --> There a network also has to say *where* the object is, by a box. The box counts as right if the area
that it shares with the true box is at least half of the area that both cover together: this ratio is called
**intersection over union**, IoU.
<!-- source: russakovsky-2015 -->

**Predict.** The cup has a true box, and three boxes are guessed. Which of them count as right?

*My guess:*
"""

# %%
def overlap(one, other):
    """Intersection over union of two boxes (top, left, bottom, right)."""
    corners = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    shared = prod(np.maximum(corners[1] - corners[0], 0))
    areas = [prod(np.subtract(box[2:], box[:2])) for box in (one, other)]
    return shared / (sum(areas) - shared)


cup = (17, 173, 285, 405)
guesses = {"A": (17, 75, 388, 480), "B": (30, 190, 230, 400), "C": (60, 230, 330, 460)}
figures.boxes(load_photo("coffee"), cup, guesses, {name: overlap(cup, box) for name, box in guesses.items()})

# %% [markdown]
r"""
**Explain.** Only B. Box A holds the whole cup and is wrong all the same: most of it is saucer. To give a box, VGG's last
row has four numbers in place of 1,000 scores.
<!-- source: simonyan-2015, appendix A --> A guess is right if name *and* box are right; VGG's error in this task was
25.3 % (Simonyan and Zisserman, 2015, appendix A).
"""

# %% [markdown]
r"""
## Capstone: a network of your own

You have layers, tables, counts and a training loop. Now design a network of your own for digits: at most **10,000
parameters**, ten scores from an image of 1×28×28.
<!-- follows: the exercise `capstone` asks for it --> It is tested on 1,500 held-out digits.
<!-- follows: the exercise `capstone` says so --> 97 % correct earns all
points.
<!-- follows: the exercise `capstone` says so -->

The training loop is that of lesson 06, with one addition: the learning rate falls to 0 in a straight line, so that
fewer epochs are enough.
"""

# %% role="given" id="vgg-train"
def train(layers, params, images, labels, rng, epochs=10, batch_size=64, learning_rate=0.05):
    """Train a table of layers: the new parameters, and the mean loss of each epoch."""
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
**Your turn.** First try tables in cells of your own: count their parameters, train them, and keep 1,000 digits aside to
compare them.
<!-- follows: a proposal --> The file holds the digits sorted by class, so shuffle them. Start small: a wide first layer on the full
28×28 makes training slow.

Then write `capstone`, which returns the table and its trained parameters. `cache` keeps the result, so that the network
is trained only once, by the last line. Grading waits 20 seconds; aim for less than ten.
"""

# %% role="exercise" id="capstone"
@cache
def capstone():
    """Design and train a network for digits.

    Returns
    -------
    layers, params
        A table with at most 10,000 parameters that gives ten scores for an image of 1×28×28 with
        numbers from 0 to 1; and its trained parameters, one dict for each row.
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

# %% role="test" id="capstone-test" points=7
# 7 points, run after you hand in: how many held-out digits it recognizes. 90 %, 95 % and 97 % each earn a part.
### BEGIN HIDDEN TESTS
check("capstone", capstone, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
You learn the result on the held-out digits after handing in. Below are some digits that your network gets wrong
although it was trained on them. Could you read them?
"""

# %%
def misread():
    """Digits that your network gets wrong; a sentence where `run` does not know all of its rows."""
    mine, its_params = capstone()
    unknown = {kind for kind, _ in mine} - {kind for kind, _ in vgg_layers(16)}
    if unknown:
        return print(f"There is no picture here: `run` has no line for {', '.join(sorted(unknown))}.")
    read = transfer_features(mine, its_params, digit_images, batch_size=100).argmax(axis=1)
    missed = np.flatnonzero(read != digit_labels)
    count = sum(parameter_counts(mine, DIGIT))
    print(f"{count:,} parameters, {np.mean(read == digit_labels):.1%} of the training digits recognized")
    shown = missed[np.linspace(0, len(missed) - 1, min(12, len(missed))).astype(int)]
    return grid(
        {f"{digit_labels[i]} as {read[i]} ({i})": digit_images[i, 0] for i in shown},
        "The label, and what the network reads; in brackets, the position of the digit in the file.",
        alt="Handwritten digits that the network misreads: " + ", ".join(
            f"a {digit_labels[i]} that it takes for a {read[i]}" for i in shown) + ".",
        columns=6,
    )


misread()

# %% [markdown]
r"""
## The whole way: all networks of the course

One chart for the whole course: a fully connected network, as in lesson 01, then the tables of lessons 06 and 07 in
short form, then VGG.

**Predict.** VGG-16 has twice as many parameters as AlexNet.
<!-- follows: 138,357,544 / 62,378,344 ≈ 2.2 --> How many times the work does it need, and how many times
the memory?

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
published = {"AlexNet": 18.2, "ZFNet": 16.5, "VGG-16": 8.1, "VGG-19": 8.0}  # one network each
imagenet = {name: (error, "ImageNet, top 5") for name, error in published.items()}
ratios = np.array(costs["VGG-16"]) / costs["AlexNet"]
words = ("parameters", "work", "memory")
print("VGG-16 to AlexNet:", ", ".join(f"{r:.1f} × the {word}" for r, word in zip(ratios, words)))
figures.course_map(costs, {**digits_wrong, **imagenet})

# %% [markdown]
r"""
**Explain.** From AlexNet to VGG the parameters double, while work and memory grow several times.
<!-- follows: 138,357,544 / 62,378,344 ≈ 2.2 --> The two tasks have an
axis each, because their errors cannot be compared.

The ImageNet errors are those of *single* networks on the validation photos.
<!-- source: zeiler-2014, table 2 -->
<!-- source: simonyan-2015, table 3 --> AlexNet's and ZFNet's come from Zeiler and
Fergus (2014). VGG's come from table 3 of its paper, for networks trained at varying sizes. Ensembles do better: 16.4 % for AlexNet, 14.8 %
for ZFNet, 7.3 % for VGG.
<!-- source: russakovsky-2015 -->
<!-- source: zeiler-2014, table 2 --> The digit errors are this course's own, means of three runs with few epochs. LeNet-5 here is the
61,706-parameter table on 32×32; lesson 06 trains other versions for longer, and so shows other errors.
"""

# %% [markdown]
r"""
## Summary

- **VGG**: blocks of 3×3 convolutions (stride 1, padding 1) and 2×2 max pooling, 64 to 512 filters, then FC 4096, 4096,
  1000.
- **Receptive field** of $n$ layers $k \times k$ with stride 1: $1 + n(k - 1)$. **Weights**: $n k^2 C^2$.
- Without ReLU a stack is one larger filter; with ReLU it can respond to either sign of an edge, which no filter can.
- VGG-16: 138,357,544 parameters (89 % fully connected), 15,237,608 activations per image (58 MiB), 15,470,264,320
  multiply–adds.
<!-- computed: 138,357,544, 15,237,608, 15,470,264,320 -->
"""

# %% [markdown]
r"""
- **Inference** needs two layers in memory at a time; **training** keeps all activations, for each image of the batch.
- **1×1 filters** mix the channels of each pixel. With the **mean of the last maps** 15.2 million parameters are left, and
  any photo fits.
- **Transfer**: features of a trained network and a linear classifier.
- **Intersection over union** of two boxes: shared area over the area that both cover; right from 0.5 on.
<!-- source: russakovsky-2015 -->

$k$ kernel side, $n$ layers, $C$ channels, $F$ filters. A convolution has $F(k^2 C + 1)$ parameters.
"""

# %% [markdown]
r"""
### Further reading

- K. Simonyan, A. Zisserman (2015), *Very Deep Convolutional Networks for Large-Scale Image Recognition*, ICLR.
- C. Szegedy and others (2015), *Going Deeper with Convolutions*, CVPR: GoogLeNet.
- K. He, X. Zhang, S. Ren, J. Sun (2016), *Deep Residual Learning for Image Recognition*, CVPR: ResNet.
- J. Yosinski, J. Clune, Y. Bengio, H. Lipson (2014), *How transferable are features in deep neural networks?*, NIPS.
- M. Lin, Q. Chen, S. Yan (2014), *Network in Network*, ICLR: 1×1 convolutions and global average pooling.
- W. Luo, Y. Li, R. Urtasun, R. Zemel (2016), *Understanding the Effective Receptive Field in Deep Convolutional Neural
  Networks*, NIPS.
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes and answer aloud.

1. How far do three 3×3 layers see, what do they cost, and what do they have that one 7×7 lacks?
2. Where in VGG-16 are most activations, most parameters, most multiply–adds?
3. How do you find out whether a printed total is right?
4. Why does `fc6` take so long for so few multiply–adds?
5. What does a random stack tell you about a trained one?

<details><summary>Answers</summary>

- *1:* 7×7; 27C² instead of 49C² weights; two more ReLUs.
- *2:* Early; in `fc6`; in the middle blocks.
- *3:* Add up the rows.
- *4:* It reads 400 MB of weights and uses each once.
<!-- follows: 4 × 25,088 × 4,096 = 411,041,792 bytes -->
- *5:* How much comes from the architecture alone, without training.

</details>
"""

# %% [markdown]
r"""
## On your own

- GoogLeNet puts a 1×1 convolution before a 5×5 one, to have fewer channels there. With 256 channels in and out and
  64 between them: how many weights does that save?
- Write the table of configuration C, and compare its costs with those of D.
- Time `run` with 1, 4 and 16 photos. Which rows gain most from the batch?
- Do features of VGG help with digits as well? Use `load_digits` in place of the clothes.
- How small can your network be and still reach 97 %? Try 3,000 parameters, then 1,500.
- How would you show in one picture what a filter of the third block responds to?
"""

# %% role="given" id="vgg-progress"
progress("08-vgg")
