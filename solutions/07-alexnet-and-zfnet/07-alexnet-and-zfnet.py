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
# Win with eight layers and a recipe

In 2012 a network of eight layers entered a contest for photos, and won it by so much that nearly all
others gave up what they had been doing for decades. Its parts were known. You have written most of them
yourself. This lesson puts them together, and asks of each: does it help, and how do we know?

- **You will do**: write AlexNet and ZFNet as tables, count them to the last number, and put the tricks of
  their training on trial.
- **You will learn**: why there are two towers, where a famous paper misprints its own input, what a stride of 4
  does to a picture, and how to tell an effect from luck.
- **You will need**: lessons 02 to 06, and about 90 minutes.
"""

# %% role="given" id="alexnet-setup"
import numpy as np

from autograder import check, look, progress
from autograder.datasets import (
    IMAGENET_MEAN, IMAGENET_STD, load_alexnet_convs, load_digits, load_experiments, load_fashion,
    load_photo,
)
from autograder.figures import alexnet_and_zfnet as figures
from autograder.figures.filters import strongest_places
from autograder.figures.raster import curves, grid
from autograder.figures.tables import Column, draw_table

# %% [markdown]
r"""
Big networks need fast layers. You wrote each of these in lessons 02 to 05; here they come in their quickest
form. Those of `minibatch` keep a batch as (H, C, W, N), so that many small images go through at once.
"""

# %% role="given" id="alexnet-fast-layers"
from autograder.reference.convolution import conv2d_forward
from autograder.reference.geometry import output_shape, pair
from autograder.reference.minibatch import (
    batch_innermost, conv_backward, conv_forward, max_pool_backward, max_pool_forward,
)
from autograder.reference.normalization import local_response_normalize
from autograder.reference.optimizers import sgd_momentum_step
from autograder.reference.pooling import max_pool2d
from autograder.reference.rows import full_options

# %% [markdown]
r"""
## The year the line broke

ImageNet's contest shows a program photos of a thousand kinds of things. It may guess five names for
each; the *top-5 error* counts the photos whose own name was not among them.

**Predict.** The winners erred in 28.2 % of the photos in 2010, and in 25.8 % a year later. Go on: what would
you expect for 2012?

*My guess:*
"""

# %%
winners = {
    2010: ("NEC-UIUC", 28.2), 2011: ("XRCE", 25.8), 2012: ("AlexNet", 16.4),
    2013: ("Clarifai", 11.7), 2014: ("GoogLeNet", 6.7), 2015: ("ResNet", 3.57),
    2016: ("Trimps-S.", 2.99), 2017: ("SENet", 2.25),
}
figures.contest(winners, human=5.1, marked=2012)

# %% [markdown]
r"""
**Explain.** One step of nine points, and no way back: each winner after it is a convolutional network.
*Sources:* the contest's result pages; AlexNet's and ResNet's papers; Russakovsky and others (2015) for the
one person who sat down and did the test.

The lecture says ZFNet won in 2013 with 11.7 %; in fact that was Clarifai, the company of ZFNet's first
author. ZFNet's paper reports 14.8 %. VGG, second in 2014, had 7.3 %.
"""

# %% [markdown]
r"""
## AlexNet as a table

What the paper says of its layers, in short. *ReLU follows every layer but the last.*

- Convolutions: 96 filters of 11×11 in steps of 4; 256 of 5×5; 384, 384 and 256 of 3×3.
- After the first two: local response normalization, then max pooling, 3×3 in steps of 2. After the
  fifth: the same pooling, no normalization.
- Fully connected: 4096, 4096, 1000 units, the first two with dropout at 0.5 on what they give.

It does not print the pads. It prints sizes: the second convolution keeps its 27×27, the last three
their 13×13. That is enough.
"""

# %% [markdown]
r"""
The kinds of rows, as in lesson 06:

`("conv", {"filters": …, "kernel": …, "stride": …, "pad": …, "groups": …})`,
`("max_pool", {"size": …, "stride": …})`, `("relu", {})`, `("local_response_norm", {})`,
`("dropout", {"rate": …})`, `("flatten", {})`, `("fully_connected", {"units": …})`.

**Your turn.** Write `alexnet_layers`. In the second, fourth and fifth convolution put `groups` as it comes; the
next section says what it is for.
"""

# %% role="exercise" id="alexnet-layers"
def alexnet_layers(groups=1):
    """AlexNet as a table of layers, from the image to 1000 scores.

    Parameters
    ----------
    groups : int
        1 for one tower, 2 for the two of the paper.

    Returns
    -------
    list of (kind, options)
        Made for images of 3×227×227.
    """
    ### BEGIN SOLUTION
    relu, norm, drop = ("relu", {}), ("local_response_norm", {}), ("dropout", {"rate": 0.5})
    pool = ("max_pool", {"size": 3, "stride": 2})
    return [
        ("conv", {"filters": 96, "kernel": 11, "stride": 4}), relu, norm, pool,
        ("conv", {"filters": 256, "kernel": 5, "pad": 2, "groups": groups}), relu, norm, pool,
        ("conv", {"filters": 384, "kernel": 3, "pad": 1}), relu,
        ("conv", {"filters": 384, "kernel": 3, "pad": 1, "groups": groups}), relu,
        ("conv", {"filters": 256, "kernel": 3, "pad": 1, "groups": groups}), relu, pool,
        ("flatten", {}),
        ("fully_connected", {"units": 4096}), relu, drop,
        ("fully_connected", {"units": 4096}), relu, drop,
        ("fully_connected", {"units": 1000}),
    ]
    ### END SOLUTION


# %% role="given" id="alexnet-layers-look"
look("alexnet-layers", alexnet_layers)

# %% role="check" id="alexnet-layers-check" points=1
check("alexnet-layers", alexnet_layers)

# %% role="test" id="alexnet-layers-test" points=3
# 3 points, run after you hand in: every row that works, and what is done in place between them, on one
# tower and on two.
### BEGIN HIDDEN TESTS
check("alexnet-layers", alexnet_layers, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
To read the table we need two functions of lesson 06. Put yours in their place, if you like.
"""

# %% role="given" id="alexnet-layer-shapes"
def layer_shapes(layers, input_shape):
    """Yours of lesson 06: what comes out of each row."""
    shape, shapes = tuple(input_shape), []
    for row in layers:
        kind, options = row[0], full_options(row)
        if kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "fully_connected":
            shape = (options["units"],)
        elif kind == "conv":
            sides = output_shape(shape[1:], options["kernel"], options["stride"], options["pad"])
            shape = (options["filters"], *sides)
        elif kind == "max_pool":
            shape = (shape[0], *output_shape(shape[1:], options["size"], options["stride"]))
        shapes.append(shape)
    return shapes


# %% role="given" id="alexnet-parameter-counts"
def parameter_counts(layers, input_shape):
    """Yours of lesson 06: how many numbers each row learns."""
    befores = [tuple(input_shape), *layer_shapes(layers, input_shape)]
    counts = []
    for row, before in zip(layers, befores):
        kind, options = row[0], full_options(row)
        if kind == "conv":
            maps_read = before[0] // options["groups"]
            counts.append(options["filters"] * (maps_read * np.prod(pair(options["kernel"])) + 1))
        elif kind == "fully_connected":
            counts.append(options["units"] * (before[0] + 1))
        else:
            counts.append(0)
    return [int(count) for count in counts]


# %% [markdown]
r"""
### Sixty million

The paper's abstract speaks of "60 million parameters". Now you can say it exactly.

Take the largest row on paper first: the first fully connected layer gets 256 maps of 6×6, flattened. How many
weights, how many biases?

**Your turn.** Set `alexnet_parameter_count` to the number of parameters of AlexNet on one tower, for images
of 3×227×227.
"""

# %% role="exercise" id="alexnet-parameter-count"
alexnet_parameter_count = None  # all weights and biases, one tower
### BEGIN SOLUTION
alexnet_parameter_count = sum(parameter_counts(alexnet_layers(), (3, 227, 227)))
### END SOLUTION

# %% role="given" id="alexnet-parameter-count-look"
shapes = layer_shapes(alexnet_layers(), (3, 227, 227))
figures.sheet(
    alexnet_layers(), {"gives": shapes}, "What each layer gives. What it learns is for you to find."
)

# %% role="check" id="alexnet-parameter-count-check" points=1
check("alexnet-parameter-count", alexnet_parameter_count)

# %% role="test" id="alexnet-parameter-count-test" points=3
# 3 points, run after you hand in: the number once more.
### BEGIN HIDDEN TESTS
check("alexnet-parameter-count", alexnet_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Two towers

The graphics card of 2012 had 3 GB of memory. So the authors cut the network in two, one half on each of two
cards. Half of the filters live on each card, and mostly read only the maps that are there already. That is
what **groups** means: with two, a filter reads half of the maps.

In the first and the third convolution, and in all fully connected layers, everybody reads everything:
there the cards talk to each other.
"""

# %%
figures.towers(alexnet_layers(groups=2))

# %% [markdown]
r"""
**Predict.** Cut in two, how many parameters does the whole network save: half of them, a tenth, less?

*My guess:*

**Your turn.** Set `alexnet_two_towers_parameter_count`.
"""

# %% role="exercise" id="alexnet-two-towers-parameter-count"
alexnet_two_towers_parameter_count = None  # all weights and biases, two towers
### BEGIN SOLUTION
alexnet_two_towers_parameter_count = sum(parameter_counts(alexnet_layers(2), (3, 227, 227)))
### END SOLUTION

# %% role="given" id="alexnet-two-towers-parameter-count-look"
one_tower = parameter_counts(alexnet_layers(), (3, 227, 227))
figures.sheet(
    alexnet_layers(2), {"learns on one tower": one_tower}, "Which of these numbers change on two towers?"
)

# %% role="check" id="alexnet-two-towers-parameter-count-check" points=1
check("alexnet-two-towers-parameter-count", alexnet_two_towers_parameter_count)

# %% role="test" id="alexnet-two-towers-parameter-count-test" points=3
# 3 points, run after you hand in: the number once more.
### BEGIN HIDDEN TESTS
check("alexnet-two-towers-parameter-count", alexnet_two_towers_parameter_count, hidden=True)
### END HIDDEN TESTS

# %%
saved = 1 - alexnet_two_towers_parameter_count / alexnet_parameter_count
print(f"two towers save {saved:.1%} of the parameters")

# %% [markdown]
r"""
### Where the work is

**Explain.** Next to nothing. But parameters were not the trouble. A filter's weights are used again at every
place of its map, so a small layer can be much work. Lesson 02 called one step of it a *multiply–add*: a
product, added to a running sum.

How many does a row take for one image? Each number it gives is a sum over the weights of one filter, or one
unit. Biases are not multiplied, and we count convolutions and fully connected rows only.
"""

# %% [markdown]
r"""
**Your turn.** Write `multiply_adds`, one number a row. Shapes and parameters tell you all: how many places,
how many weights? Groups then take care of themselves.
"""

# %% role="exercise" id="alexnet-multiply-adds"
def multiply_adds(layers, input_shape):
    """Count the multiply–adds of each row, for one image.

    Parameters
    ----------
    layers : list of (kind, options)
    input_shape : (C, H, W)

    Returns
    -------
    list of int
        0 for rows that learn nothing.
    """
    ### BEGIN SOLUTION
    shapes = layer_shapes(layers, input_shape)
    learned = parameter_counts(layers, input_shape)
    return [
        (count - shape[0]) * int(np.prod(shape[1:])) if count else 0
        for count, shape in zip(learned, shapes)
    ]
    ### END SOLUTION


# %% role="given" id="alexnet-multiply-adds-look"
tiny = [("conv", {"filters": 2, "kernel": 3}), ("flatten", {}), ("fully_connected", {"units": 10})]
print("a 1×5×5 image gives", layer_shapes(tiny, (1, 5, 5)))
print("2 filters × 9 weights × 9 places = 162; 10 units × 18 weights = 180")
print("yours:", multiply_adds(tiny, (1, 5, 5)))

# %% role="given" id="alexnet-work"
def work():
    """The multiply–adds of AlexNet, on one tower and on two."""
    return {towers: sum(multiply_adds(alexnet_layers(towers), (3, 227, 227))) for towers in (1, 2)}


# %% role="check" id="alexnet-multiply-adds-check" points=1
check("alexnet-multiply-adds", work())

# %% role="test" id="alexnet-multiply-adds-test" points=3
# 3 points, run after you hand in: AlexNet on one tower and on two.
### BEGIN HIDDEN TESTS
check("alexnet-multiply-adds", work(), hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** Which layers hold most of the parameters, and which do most of the work?

*My guess:*
"""

# %%
table = alexnet_layers(groups=2)
figures.two_bars(
    table,
    {
        "parameters": parameter_counts(table, (3, 227, 227)),
        "multiply–adds": multiply_adds(table, (3, 227, 227)),
    },
)

# %%
print(f"two towers save {1 - work()[2] / work()[1]:.0%} of the work")

# %% [markdown]
r"""
**Explain.** Two layers hold nearly all parameters, the convolutions do nearly all of the work. The towers cut
the convolutions, so they save work. Today one card has room for all of it, and the towers are gone. Groups
came back years later, to make networks cheap on purpose.
"""

# %% [markdown]
r"""
## 224 or 227

The paper, the lecture and half of the internet say that AlexNet reads images of 224×224. Its first layer has
filters of 11×11 in steps of 4 and no pad, and gives maps of 55×55. Let us ask a layer.
"""

# %%
filters, no_bias = np.zeros((96, 3, 11, 11), np.float32), np.zeros(96, np.float32)
photo_224 = np.zeros((1, 3, 224, 224), np.float32)
try:
    conv2d_forward(photo_224, filters, no_bias, stride=4)
except ValueError as refusal:
    print("ValueError:", refusal)

# %%
figures.last_steps([224, 225, 226], kernel=11, stride=4)

# %% [markdown]
r"""
None of these. The lecture says 224; in fact nothing in the paper's own table works with it.

**Your turn.** Write `alexnet_input_size`: the smallest size from 224 on that the first layer fits. Check that
it gives 55.
"""

# %% role="exercise" id="alexnet-input-size"
def alexnet_input_size():
    """Find the side of AlexNet's images: the first from 224 on with a whole number of places.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    size = 224
    while (size - 11) % 4:
        size += 1
    return size
    ### END SOLUTION


# %% role="given" id="alexnet-input-size-look"
size = alexnet_input_size()
figures.last_steps([224, size], kernel=11, stride=4)

# %% role="check" id="alexnet-input-size-check" points=1
check("alexnet-input-size", alexnet_input_size)

# %% role="test" id="alexnet-input-size-test" points=3
# 3 points, run after you hand in: the size once more.
### BEGIN HIDDEN TESTS
check("alexnet-input-size", alexnet_input_size, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
The learned AlexNet that ships with this course *does* read 224. How? It is a later one, with a pad of 2, and
frameworks round down what does not fit.

**Predict.** $(224 + 2 \cdot 2 - 11)/4 + 1$ is no whole number either. What size do its maps have, and what is
lost?

*My guess:*
"""

# %%
alexnet = load_alexnet_convs()  # the 64/192/384/256/256 network of 2014
weights, bias = alexnet["conv1.weight"], alexnet["conv1.bias"]
maps = conv2d_forward(photo_224, weights, bias, stride=4, pad=2, floor=True)
exact = (224 + 2 * 2 - 11) / 4 + 1
print(f"exactly {exact}, rounded down {maps.shape[2]}")
print(f"the last window ends at pixel {54 * 4 + 11 - 2} of the photo's 224")

# %% [markdown]
r"""
**Explain.** The pad brings it close enough, and what goes unread is a column of the frame. It works, but nobody
should have to guess. Sizes belong in the table, and a layer that refuses is a friend.
"""

# %% [markdown]
r"""
## ZFNet is a diff of two tables

A year later Matthew Zeiler and Rob Fergus looked *into* AlexNet: which patches excite a channel, what do the
first filters see? They found dead filters and false patterns, and blamed the first layer: too large, in steps
too wide. Their cure is a short diff:

- the first convolution: 7×7 in steps of 2, pad 1;
- the second: in steps of 2, pad 1;
- pooling *before* normalization, both times; one tower.

The wide variant has 512, 1024 and 512 filters in the last three convolutions. The lecture takes that for
ZFNet; in fact it is an experiment in the paper's Table 3.
"""

# %% [markdown]
r"""
ZFNet has a misprint of its own, and we come to it. For now: images of 3×225×225, a pixel more than the paper
says, so that everything fits.

**Your turn.** Write `zfnet_layers`. You may start from your own table.
"""

# %% role="exercise" id="zfnet-layers"
def zfnet_layers(variant="paper"):
    """ZFNet as a table of layers, from the image to 1000 scores.

    Parameters
    ----------
    variant : {"paper", "slides"}
        "slides" for 512, 1024 and 512 filters in the last three convolutions.

    Returns
    -------
    list of (kind, options)
        Made for images of 3×225×225.
    """
    ### BEGIN SOLUTION
    relu, norm = ("relu", {}), ("local_response_norm", {})
    pool = ("max_pool", {"size": 3, "stride": 2})
    widths = (512, 1024, 512) if variant == "slides" else (384, 384, 256)
    rows = [
        ("conv", {"filters": 96, "kernel": 7, "stride": 2, "pad": 1}), relu, pool, norm,
        ("conv", {"filters": 256, "kernel": 5, "stride": 2, "pad": 1}), relu, pool, norm,
    ]
    for filters in widths:
        rows += [("conv", {"filters": filters, "kernel": 3, "pad": 1}), relu]
    return [*rows, pool, *alexnet_layers()[-8:]]
    ### END SOLUTION


# %% role="given" id="zfnet-layers-look"
look("zfnet-layers", zfnet_layers)

# %% role="check" id="zfnet-layers-check" points=1
check("zfnet-layers", zfnet_layers)

# %% role="test" id="zfnet-layers-test" points=3
# 3 points, run after you hand in: every row that works, and what is done in place between them, of both
# variants.
### BEGIN HIDDEN TESTS
check("zfnet-layers", zfnet_layers, hidden=True)
### END HIDDEN TESTS

# %%
figures.diff({"AlexNet": alexnet_layers(), "ZFNet": zfnet_layers()})

# %% [markdown]
r"""
**Predict.** The first layer's filters have shrunk from 11×11 to 7×7. Does ZFNet have far fewer parameters
than AlexNet, somewhat fewer, or nearly as many? And the wide one?

*My guess:*

**Your turn.** Set `zfnet_parameter_count`, for images of 3×225×225.
"""

# %% role="exercise" id="zfnet-parameter-count"
zfnet_parameter_count = {"paper": None, "slides": None}
### BEGIN SOLUTION
for variant in zfnet_parameter_count:
    zfnet_parameter_count[variant] = sum(parameter_counts(zfnet_layers(variant), (3, 225, 225)))
### END SOLUTION

# %% role="given" id="zfnet-parameter-count-look"
wide = zfnet_layers("slides")
figures.sheet(
    wide, {"gives": layer_shapes(wide, (3, 225, 225))},
    "The wide ZFNet. How much does the first fully connected layer read now?",
)

# %% role="check" id="zfnet-parameter-count-check" points=1
check("zfnet-parameter-count", zfnet_parameter_count)

# %% role="test" id="zfnet-parameter-count-test" points=3
# 3 points, run after you hand in: both numbers once more.
### BEGIN HIDDEN TESTS
check("zfnet-parameter-count", zfnet_parameter_count, hidden=True)
### END HIDDEN TESTS

# %%
networks = {
    "AlexNet": (alexnet_layers(), (3, 227, 227)),
    "ZFNet": (zfnet_layers(), (3, 225, 225)),
    "wide ZFNet": (zfnet_layers("slides"), (3, 225, 225)),
}
columns = [Column("", ["first maps", "parameters", "of these, conv 1", "multiply–adds"])]
for name, (rows, image) in networks.items():
    learned, worked = parameter_counts(rows, image), multiply_adds(rows, image)
    first = " × ".join(map(str, layer_shapes(rows, image)[0]))
    numbers = [f"{n:,}" for n in (sum(learned), learned[0], sum(worked))]
    columns.append(Column(name, [first, *numbers], "output"))
draw_table(columns, "The diff in numbers: as many parameters, finer maps, and the work that they cost.")

# %% [markdown]
r"""
**Explain.** The parameters hardly notice: the first layer never had many. The *maps* are four times as large.
ZFNet does not know more, it looks closer.
"""

# %% [markdown]
r"""
### A misprint in figure 3

The paper shows images of 224×224, filters of 7×7 in steps of 2, and maps of 110×110. Its pad is not
printed; 1 comes nearest.

**Your turn.** Put the numbers into the formula of lesson 03, with pad 1 and *without rounding*, and set
`zfnet_first_size` to what comes out.
"""

# %% role="exercise" id="zfnet-first-size"
zfnet_first_size = None  # not rounded
### BEGIN SOLUTION
zfnet_first_size = (224 + 2 * 1 - 7) / 2 + 1
### END SOLUTION

# %% role="given" id="zfnet-first-size-look"
figures.last_steps([224 + 2, 225 + 2], kernel=7, stride=2, formula=False)

# %% role="check" id="zfnet-first-size-check" points=1
check("zfnet-first-size", zfnet_first_size)

# %% role="test" id="zfnet-first-size-test" points=3
# 3 points, run after you hand in: the number once more.
### BEGIN HIDDEN TESTS
check("zfnet-first-size", zfnet_first_size, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Two famous papers, two inputs that do not fit. Both networks ran, of course: the programs knew better than the
figures.
"""

# %% [markdown]
r"""
### What a stride of 4 does

Was the cure right? Take the learned first layer, let it visit *every* place of a photo, and keep every second
or every fourth number. Steps of 2 can carry ripples of 4 pixels and longer, steps of 4 only those of 8. What
is finer does not vanish: it comes back disguised as a coarse pattern, as wheels on film seem to turn
backwards. This is **aliasing**.
"""

# %%
def as_input(picture):
    """Prepare (H, W, 3) pixels for the learned AlexNet: (1, 3, H, W), around 0."""
    return ((picture / 255 - IMAGENET_MEAN) / IMAGENET_STD).transpose(2, 0, 1)[np.newaxis]


cat = load_photo("chelsea")[20:244, 112:336]
answers = conv2d_forward(as_input(cat), weights, bias)[0]  # every place


def too_fine(maps, step):
    """The share of each map's energy that steps of so many pixels cannot carry."""
    energy = np.abs(np.fft.fft2(maps - maps.mean(axis=(1, 2), keepdims=True))) ** 2
    down, across = (np.abs(np.fft.fftfreq(size)) for size in maps.shape[1:])
    fine = np.maximum(down[:, np.newaxis], across) > 0.5 / step
    return energy[:, fine].sum(axis=1) / energy.sum(axis=(1, 2))


# %% [markdown]
r"""
**Predict.** Of a typical filter's answer, what share is too fine for steps of 4? And for steps of 2?

*My guess:*
"""

# %%
lost = {step: too_fine(answers, step) for step in (4, 2)}
for step, share in lost.items():
    print(f"steps of {step}: {np.median(share):4.0%} of the middle filter's answer is too fine,", end=" ")
    print(f"and most of the answer of {np.sum(share > 0.5)} filters")
figures.shares({f"steps of {step}": share for step, share in lost.items()})

# %%
hit = np.argmax(lost[4] - lost[2])
part = answers[hit, 60:132, 20:92]
figures.folded(
    {f"steps of {step}": part[::step, ::step] for step in (1, 2, 4)},
    f"A part of filter {hit}'s map. With steps of 2 you still see the stripes. With steps of 4 there "
    "are blotches instead, which no fur has.",
)

# %% [markdown]
r"""
**Explain.** Every third filter looks for stripes that steps of 4 turn into something else; steps of 2 keep
most of them. ZFNet's authors were right, and halving the step was the right cure.
"""

# %% [markdown]
r"""
### Look inside

They found that by looking. We can too: here is the whole stack of five learned convolutions.
"""

# %%
def stack(picture):
    """The maps of all five layers, by name."""
    x, maps = as_input(picture).astype(np.float32), {}
    for number, (stride, pad, pool) in enumerate([(4, 2, 1), (1, 2, 1), (1, 1, 0), (1, 1, 0), (1, 1, 0)], 1):
        weights, bias = alexnet[f"conv{number}.weight"], alexnet[f"conv{number}.bias"]
        x = np.maximum(conv2d_forward(x, weights, bias, stride, pad, floor=True), 0)
        maps[f"layer {number}"] = x[0]
        x = max_pool2d(x, 3, 2, floor=True) if pool else x
    return maps


astronaut = load_photo("astronaut")[0:448:2, 20:468:2]
maps = stack(astronaut)
figures.maps_of(astronaut, maps)

# %% [markdown]
r"""
Which channels of layer 5 does the photo excite most, and what are they looking for? ZFNet's way to ask: show
the network many photos and cut out the patches that excite a channel most. (It then ran the layers backwards,
to see *which pixels* of a patch did it. We take a simpler way below.)
"""

# %%
album = [load_photo(name) for name in ("astronaut", "chelsea", "china", "coffee")]
inside = [stack(picture)["layer 5"] for picture in album]


def favourites(channel, count=6):
    """What layer 5 saw where the channel answers most: 163 pixels, one place every 16."""
    cut = []
    for photo, row, column in strongest_places([maps[channel] for maps in inside], count, apart=4):
        edge = np.pad(album[photo], ((163, 163), (163, 163), (0, 0)), constant_values=235)
        top, left = 163 - 66 + 16 * row, 163 - 66 + 16 * column
        cut.append(edge[top : top + 163, left : left + 163])
    return cut


# %%
strongest = maps["layer 5"].max(axis=(1, 2))
excited = np.argsort(strongest)[::-1][:3]
figures.favourites_of({f"layer 5\nchannel {channel}": favourites(channel) for channel in excited})

# %% [markdown]
r"""
**Predict.** We slide a grey square over the photo and watch these three channels. Where must the square be to
silence each of them?

*My guess:*
"""

# %%
def cover(picture, top, left, side=48):
    """The picture with a grey square on it."""
    hidden = picture.copy()
    hidden[top : top + side, left : left + side] = 124
    return hidden


starts = range(0, 177, 22)
answers = np.array([
    [stack(cover(astronaut, top, left))["layer 5"].max(axis=(1, 2)) for left in starts]
    for top in starts
])
lost = 1 - answers / strongest
shares = {f"channel {c}": lost[:, :, c] for c in excited}
figures.covered(astronaut, cover(astronaut, 66, 88), shares, side=48)

# %% [markdown]
r"""
**Explain.** Each channel hangs on one place: the suit, the face, the helmet. Nobody told it what to look at,
and the names are ours. This is how ZFNet's authors made sure that a network which says "dog" had looked at
the dog and not at the lawn.
"""

# %% [markdown]
r"""
## More images for nothing

The table is half of the story. Sixty million numbers learn 1.2 million photos by heart if you let them. So
never show the same photo twice: cut a random window out of it, and mirror every other one, left to right.

AlexNet cuts windows of 224×224 out of photos of 256×256, each image at its own place and with its own toss of
a coin, anew each time.

**Your turn.** Write `random_crop_flip`. Ask `rng` for everything that is left to chance.
"""

# %% role="exercise" id="random-crop-flip"
def random_crop_flip(images, size, rng):
    """Cut a window out of each image by chance, and mirror about half of them left to right.

    Parameters
    ----------
    images : (N, C, H, W) ndarray
    size : int or (int, int)
        Height and width of the windows; an int for square ones.
    rng : numpy.random.Generator

    Returns
    -------
    (N, C, h, w) ndarray
        In the dtype of `images`. Every place where a window fits is as likely as any other.
    """
    ### BEGIN SOLUTION
    height, width = (size, size) if np.isscalar(size) else size
    cut = []
    for image in images:
        top = rng.integers(image.shape[1] - height + 1)
        left = rng.integers(image.shape[2] - width + 1)
        window = image[:, top : top + height, left : left + width]
        cut.append(window[:, :, ::-1] if rng.random() < 0.5 else window)
    return np.stack(cut)
    ### END SOLUTION


# %% role="given" id="random-crop-flip-look"
coffee = load_photo("coffee")[::2, ::2].transpose(2, 0, 1)  # (3, 200, 300)
windows = random_crop_flip(np.stack([coffee] * 8), (150, 225), np.random.default_rng(3))
grid(
    {"the photo": coffee.transpose(1, 2, 0)}
    | {f"window {i}": window.transpose(1, 2, 0) for i, window in enumerate(windows, 1)},
    "One photo and eight windows out of it. The cup stands elsewhere in each, and its handle changes sides.",
)

# %% role="check" id="random-crop-flip-check" points=1
check("random-crop-flip", random_crop_flip)

# %% role="test" id="random-crop-flip-test" points=3
# 3 points, run after you hand in: windows of all shapes, every place and both sides by chance, for each image
# its own, the same from the same generator, and numbers that keep their dtype.
### BEGIN HIDDEN TESTS
check("random-crop-flip", random_crop_flip, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** How many different images of 224×224 are in one photo of 256×256? The paper says 2048.

*My guess:*
"""

# %%
places = 256 - 224 + 1
print(f"{places} places down × {places} across × 2 sides = {places * places * 2:,}")
print(f"the paper's: 32 × 32 × 2 = {32 * 32 * 2:,}")

# %% [markdown]
r"""
The third number in this lesson that a careful reader can mend. The window may start at any pixel from 0 to
32, and that is 33 places.
"""

# %% [markdown]
r"""
### A small AlexNet

Does it help? ImageNet is out of our reach, clothes are not: 28×28 pixels, ten kinds, and only 1,000 images to
learn from, so that there is something to learn by heart. A frame of 4 around them leaves room for windows of
31×31. Like 227, this is a size that fits: 31 → 15 → 7 → 3.
"""

# %%
fashion = load_fashion()
mixed = np.random.default_rng(2012).permutation(6000)[:1000]


def framed(pictures):
    """(N, 28, 28) pixels → (N, 1, 36, 36), as spread out as weights by He expect."""
    return np.pad(pictures / np.float32(255 * 0.35), ((0, 0), (4, 4), (4, 4)))[:, np.newaxis]


def middle(images, size, rng):
    """Cut the window out of the middle: no chance at all."""
    first = (images.shape[2] - size) // 2
    return images[:, :, first : first + size, first : first + size]


images, labels = framed(fashion["train_images"][mixed]), fashion["train_labels"][mixed].astype(int)
test_images, test_labels = framed(fashion["test_images"]), fashion["test_labels"].astype(int)

# %% [markdown]
r"""
The network is AlexNet in small: a convolution with a stride, overlapping pooling, one more of each, two fully
connected layers. Forward and backward are made of your layers of lessons 02 to 05.
"""

# %%
def new_network(seed):
    """Weights by He, biases 0: lesson 06."""
    rng, network = np.random.default_rng(seed), {}
    shapes = {"conv1": (16, 1, 5, 5), "conv2": (32, 16, 3, 3), "hidden": (128, 288), "scores": (10, 128)}
    for name, shape in shapes.items():
        spread = np.sqrt(2 / np.prod(shape[1:]))
        weights = rng.normal(0, spread, shape).astype(np.float32)
        network[name] = [weights, np.zeros(shape[0], np.float32)]
    return network


def forward(network, images):
    """Scores (N, 10), and what the way back needs."""
    x, kept = batch_innermost(images), []
    for name, stride in (("conv1", 2), ("conv2", 1)):
        maps = np.maximum(conv_forward(x, *network[name], stride, pad=1), 0)
        kept.append((name, stride, x, maps, max_pool_forward(maps, 3, 2)))
        x = kept[-1][-1]
    flat = x.reshape(-1, len(images))
    hidden = np.maximum(network["hidden"][0] @ flat + network["hidden"][1][:, np.newaxis], 0)
    scores = network["scores"][0] @ hidden + network["scores"][1][:, np.newaxis]
    return scores.T, (kept, flat, hidden)


# %%
def backward(network, kept, grad):
    """The slope of every weight and bias, given those of the scores (N, 10)."""
    layers, flat, hidden = kept
    grad, slopes = grad.T, {}
    for name, x in (("scores", hidden), ("hidden", flat)):
        slopes[name] = [grad @ x.T, grad.sum(axis=1)]
        grad = (network[name][0].T @ grad) * (x > 0)
    grad = grad.reshape(layers[-1][-1].shape)
    for name, stride, x, maps, pooled in reversed(layers):
        grad = max_pool_backward(grad, maps, pooled, 3, 2) * (maps > 0)
        grad, *slopes[name] = conv_backward(grad, x, network[name][0], stride, pad=1)
    return slopes


def softmax(scores):
    """Scores (N, 10) as probabilities: each row sums to 1."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# %% [markdown]
r"""
Training is the loop of lesson 06. `cut` says how a batch is cut out: `middle`, or your `random_crop_flip`.
"""

# %%
def train(images, labels, cut=middle, seed=0, epochs=8, watch=None):
    """Train a new network; `watch` looks at it after each epoch."""
    rng, network, seen = np.random.default_rng(seed), new_network(seed), []
    names = np.eye(10, dtype=np.float32)
    speeds = {name: [np.zeros_like(a) for a in arrays] for name, arrays in network.items()}
    for _ in range(epochs):
        for chosen in np.array_split(rng.permutation(len(images)), len(images) // 32):
            scores, kept = forward(network, cut(images[chosen], 31, rng))
            grad = (softmax(scores) - names[labels[chosen]]) / len(chosen)
            for name, slopes in backward(network, kept, grad).items():
                for i, slope in enumerate(slopes):
                    network[name][i], speeds[name][i] = sgd_momentum_step(
                        network[name][i], slope, speeds[name][i], lr=0.01)
        seen.append(watch(network) if watch else None)
    return network, np.array(seen)


def chances(network, images):
    """What the network believes of each image: (N, 10) probabilities."""
    return softmax(forward(network, middle(images, 31, None))[0])


def error(network, images, labels):
    """The share of images that are called by a wrong name."""
    return np.mean(chances(network, images).argmax(axis=1) != labels)


# %% [markdown]
r"""
**Predict.** Two networks, 16 times through the same 1,000 images: one always sees the middle, one sees your
windows. Which errs less on the images that it learns from? Which one on new ones?

*My guess:*
"""

# %%
def both(network):
    return error(network, images, labels), error(network, test_images, test_labels)


series, epochs = {}, np.arange(1, 17)
for name, cut in (("middle", middle), ("windows", random_crop_flip)):
    _, seen = train(images, labels, cut, epochs=16, watch=both)
    series |= {f"{name}, known": (epochs, 100 * seen[:, 0]), f"{name}, new": (epochs, 100 * seen[:, 1])}
    print(f"{name:8} known {seen[-1, 0]:6.1%}   new {seen[-1, 1]:6.1%}   gap {seen[-1] @ [-1, 1]:6.1%}")
curves(series, "epochs", "error (%)", "One network learns its images by heart. The other cannot: it hardly sees one twice.")

# %% [markdown]
r"""
**Explain.** The gap between known and new images shrinks to a fraction. Whether new images are read *better*
is another matter: what cannot be learned by heart takes longer to learn at all. One seed and 16 epochs do not
tell; the long runs at the end of the lesson do.
"""

# %% [markdown]
r"""
## Break it once

Mirrored clothes are clothes. What about digits?

**Predict.** The same network learns 1,000 digits, once from the middle, once with your windows and their
mirror images. Which digits will suffer?

*My guess:*
"""

# %%
digits = load_digits()
some = np.random.default_rng(0).permutation(8500)[:1000]
digit_images, digit_labels = framed(digits["images"][some]), digits["labels"][some].astype(int)
new_images, new_labels = framed(digits["held_out_images"]), digits["held_out_labels"].astype(int)

wrong = {}
for name, cut in (("middle", middle), ("windows and mirror", random_crop_flip)):
    network, _ = train(digit_images, digit_labels, cut, epochs=12)
    named = chances(network, new_images).argmax(axis=1)
    wrong[name] = [np.mean(named[new_labels == digit] != digit) for digit in range(10)]
    print(f"{name:18} {np.mean(named != new_labels):.1%} of the held-out digits misread")

# %%
columns = [Column("digit", [str(digit) for digit in range(10)])]
columns += [Column(name, [f"{e:.0%}" for e in errors], "output") for name, errors in wrong.items()]
draw_table(columns, "Misread, digit by digit. Which mirrored digit looks like which other?")

# %% [markdown]
r"""
**Explain.** Augmentation is knowledge: "the name stays when *this* is done to the image". Said of a mirrored
shirt it is true and helps. Said of a mirrored digit it is a lie, and the network pays for believing it. No
error message tells.
"""

# %% [markdown]
r"""
## Seven networks decide together

A cheap way to err less: train the same network several times, each from other first weights, and let them
decide together. Average their probabilities for each image; the largest mean wins.

Averages, not votes. A network that is sure should count for more than two that waver.

**Your turn.** Write `ensemble_predict`.
"""

# %% role="exercise" id="ensemble-predict"
def ensemble_predict(list_of_probabilities):
    """Let several networks decide together.

    Parameters
    ----------
    list_of_probabilities : list of (N, K) ndarray
        One array a network, one row an image.

    Returns
    -------
    (N,) ndarray of int
        The class with the highest mean probability.
    """
    ### BEGIN SOLUTION
    return np.mean(list_of_probabilities, axis=0).argmax(axis=1)
    ### END SOLUTION


# %% role="given" id="ensemble-predict-look"
look("ensemble-predict", ensemble_predict)

# %% role="check" id="ensemble-predict-check" points=1
check("ensemble-predict", ensemble_predict)

# %% role="test" id="ensemble-predict-test" points=3
# 3 points, run after you hand in: two networks to seven, one that is sure against many that waver, single
# networks and single images.
### BEGIN HIDDEN TESTS
check("ensemble-predict", ensemble_predict, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Seven networks, a few epochs each. Only their first weights and the order of the images differ.

**Predict.** One of them errs in about a quarter of the images. All seven together?

*My guess:*
"""

# %%
seven = [train(images, labels, seed=seed, epochs=6)[0] for seed in range(7)]
beliefs = [chances(network, test_images) for network in seven]
alone = [np.mean(belief.argmax(axis=1) != test_labels) for belief in beliefs]
live = [np.mean(ensemble_predict(beliefs[:m]) != test_labels) for m in range(1, 8)]
print(f"alone {min(alone):.1%} to {max(alone):.1%}, together {live[-1]:.1%}")

# %% [markdown]
r"""
Seven runs of 60 epochs, judged by 5,000 images, were made beforehand. Beside them, yours:
"""

# %%
committed = load_experiments("alexnet")
known = committed["together"]
print(f"seven: average {known['mean'][-1]:.1%}, majority vote {known['majority_vote']:.1%}")
figures.together(known["networks"], known["mean"], known["lowest"], known["highest"], live)

# %% [markdown]
r"""
**Explain.** Each network has slips of its own, and they average out; what all of them get wrong stays. Here a
majority vote does no worse; your exercise shows when it does. It
costs seven trainings and seven runs for each photo. AlexNet: one network 18.2 % top-5 error, five together
16.4 %.

The lecture says that seven brought it to 15.4 %; the paper says 15.3 %, and two of the seven had been trained
on more photos first. Those two were not just another throw of the dice.
"""

# %% [markdown]
r"""
## Five guesses

Why five? A photo may show a dog *and* a ball, and its one name is "ball". With five guesses, nobody is
punished for the dog. An image counts as an error when its name is not among the $k$ highest scores.

**Your turn.** Write `top_k_error`: the fraction of errors.
"""

# %% role="exercise" id="top-k-error"
def top_k_error(scores, labels, k):
    """Measure how often the right class is not among the k best guesses.

    Parameters
    ----------
    scores : (N, K) ndarray
    labels : (N,) ndarray of int
        The right classes.
    k : int
        Number of guesses.

    Returns
    -------
    float
        From 0, never, to 1, always.

    Raises
    ------
    ValueError
        If k is not between 1 and K.
    """
    ### BEGIN SOLUTION
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"{k} guesses among {scores.shape[1]} classes")
    guesses = np.argsort(scores, axis=1)[:, -k:]
    return float(np.mean(~(guesses == labels[:, np.newaxis]).any(axis=1)))
    ### END SOLUTION


# %% role="given" id="top-k-error-look"
look("top-k-error", top_k_error)

# %% role="check" id="top-k-error-check" points=1
check("top-k-error", top_k_error)

# %% role="test" id="top-k-error-test" points=3
# 3 points, run after you hand in: one guess and many, single images, as many guesses as classes, and a k that
# is no number of guesses.
### BEGIN HIDDEN TESTS
check("top-k-error", top_k_error, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** Your seven networks, one to five guesses. Who guesses blindly is right with $k$ guesses out of
ten how often?

*My guess:*
"""

# %%
guesses, mean_belief = range(1, 6), np.mean(beliefs, axis=0)
draw_table([
    Column("guesses", [str(k) for k in guesses]),
    Column("seven", [f"{top_k_error(mean_belief, test_labels, k):.1%}" for k in guesses], "output"),
    Column("blind, of 10", [f"{1 - k / 10:.0%}" for k in guesses], "input"),
    Column("blind, of 1,000", [f"{1 - k / 1000:.1%}" for k in guesses], "input"),
], "Errors. The second guess mends most of what is left.")

# %% [markdown]
r"""
**Explain.** The measure must fit the number of classes. Five of ten would flatter anybody; five of a thousand
is hardly a gift. So never compare a top-5 error with a top-1 error: AlexNet's 16.4 % and our number above are
different things.
"""

# %% [markdown]
r"""
## The recipe

What AlexNet's paper says about its training:

> batches of 128 · SGD with momentum 0.9 · learning rate from 0.01 on, divided by 10 when the
> validation error stops improving · weight decay 0.0005 · dropout of one half in the fully connected layers ·
> the entry: seven networks averaged

**Your turn.** Write it down as numbers. The factor is what the rate is *multiplied* by.
"""

# %% role="exercise" id="training-recipe"
def training_recipe():
    """How AlexNet was trained.

    Returns
    -------
    dict
        With the keys "batch_size", "momentum", "learning_rate", "learning_rate_factor",
        "weight_decay", "dropout" and "ensemble_size".
    """
    ### BEGIN SOLUTION
    return {
        "batch_size": 128, "momentum": 0.9, "learning_rate": 0.01, "learning_rate_factor": 0.1,
        "weight_decay": 0.0005, "dropout": 0.5, "ensemble_size": 7,
    }
    ### END SOLUTION


# %% role="given" id="training-recipe-look"
recipe = training_recipe()
draw_table(
    [Column("", list(recipe)), Column("yours", [f"{value:g}" for value in recipe.values()], "yours")],
    "Does each number stand beside its name? A batch is a number of images, a rate is small.",
)

# %% role="check" id="training-recipe-check" points=1
check("training-recipe", training_recipe)

# %% role="test" id="training-recipe-test" points=3
# 3 points, run after you hand in: all seven numbers once more.
### BEGIN HIDDEN TESTS
check("training-recipe", training_recipe, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
### Every part on trial

Did all of it help? The paper gives a number for some parts, and none says what another seed would have given.
On our scale we can ask: the small AlexNet is trained plain, its pools side by side, then with *one* part of
the recipe at a time. Five seeds each, 60 epochs on 1,000 clothes; 1,000 more for the plateau rule to watch;
judged by 5,000 others.

**Predict.** Normalization, overlapping pools, dropout, weight decay, smaller steps on a plateau, windows and
mirrors. Which of them help a network that has 1,000 images? Does anything harm?

*My guess:*
"""

# %%
variants = committed["variants"]
plain = np.array(variants["none of it"]["test"])
print(f"plain: {plain.mean():.1%} of new images wrong, seeds from {plain.min():.1%} to {plain.max():.1%}")
figures.trial(variants, plain="none of it")

# %% [markdown]
r"""
**Explain.** Read the bars before the diamonds. A bar that crosses 0 says: with five seeds, luck could have done
this. So most parts show nothing *sure* here, which is not the same as doing nothing. One bar just misses 0;
among eight bars, that much can happen by luck.

And all parts together do harm. Look right: the training error has risen too. A network so small, trained so
briefly, cannot learn against so many brakes. AlexNet was more than a thousand times larger.
"""

# %% [markdown]
r"""
### What did the normalization do

A good result deserves more doubt than a bad one. What does normalization do to the numbers of *our* network?

**Predict.** Strong answers should be damped more than weak ones. By how much does the factor differ between
them?

*My guess:*
"""

# %%
x = batch_innermost(middle(images[:100], 31, None))
maps = np.maximum(conv_forward(x, *seven[0]["conv1"], 2, pad=1), 0)
factors = (local_response_normalize(maps) / np.maximum(maps, 1e-9))[maps > 0.01]
print(f"answers up to {maps.max():.1f}, multiplied by {factors.min():.4f} to {factors.max():.4f}")
print(f"two to the power of -3/4: {2**-0.75:.4f}")

# %% [markdown]
r"""
**Explain.** All numbers are divided by nearly the same constant. The paper's constants are made for pixels up
to 255, ours are around 1, and next to $k = 2$ the neighbours' squares vanish. Whatever helped here, *it was
not that neighbours damp each other*: to divide by one number would do the same. The name of a part is not an
explanation.
"""

# %% [markdown]
r"""
### Smaller steps

Windows and mirrors gained little by themselves. Why?

**Predict.** A network that never sees an image twice: what will its error do from epoch to epoch if the steps
stay large?

*My guess:*
"""

# %%
figures.stairs({
    name: (np.array(variants[name]["validation"]), np.array(variants[name]["rates"]))
    for name in ("windows and mirrors", "windows, mirrors, smaller steps")
})

# %% [markdown]
r"""
**Explain.** Large steps on images that never repeat keep jumping about; small ones settle, a point lower in the
mean. Alone, neither windows nor smaller steps showed a thing. Parts of a recipe need each other, and a trial of
one at a time cannot see that.

What gained most, and surely, came before: seven networks that decide together.
"""

# %% [markdown]
r"""
### Think it through

A friend reads our chart and says: "Normalization, dropout and the rest: a point here and there. AlexNet won
because it was large, the recipe was for show." In your own words, eight sentences at most:

1. What does the chart show, and what can five seeds and 1,000 images not show? Use one part as your example.
2. Give one reason why a part could matter more for AlexNet than for the small network.
3. Which experiment would settle it for that part? Say what you would hold fixed, how often you would run it,
   and what result would prove your friend right.
"""

# %% [markdown] role="question" id="what-the-trial-shows" points=4
r"""
### BEGIN SOLUTION
Of the parts tried alone only normalization has an interval that leaves out 0, and barely; dropout's reaches from about
one point better to a little worse. That says that five seeds on 1,000 images did not show an effect of dropout, not
that it has none: the network is small, every part was tried alone, and all of them together even did harm, because the
training error rose. Dropout could matter more for AlexNet, whose 60 million numbers can learn 1.2 million photos by
heart, and which was trained for 90 epochs. To settle it I would take a network many times larger and train it to the end
on the same images, with and without dropout, everything else fixed: first weights, batches, schedule; ten seeds each. If
the interval of the differences lay within a quarter of a point of 0, my friend would be right about dropout; if it lay
wholly below that, he would be wrong.

**To mark:**

- 1 point: reads the chart rightly: which interval excludes 0 for the part chosen, or that it crosses 0, and
  that the latter means "not seen here", not "does nothing".
- 1 point: a limit of the experiment: few seeds, small network and images, short training, each part alone
  (parts may need each other), constants made for another scale.
- 1 point: a reason tied to size: sixty million parameters can learn by heart what a small network cannot;
  longer training; larger activations, for which the constants of the normalization were made.
- 1 point: an experiment that changes one thing, holds data, schedule and seeds fixed, repeats it with several
  seeds, and names in advance the result that would prove the friend right.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes to the page and answer aloud.

1. Where are AlexNet's parameters, where is its work, and which of the two do groups save?
2. Why can 224 not be the size of AlexNet's images?
3. What did ZFNet change, and what was wrong with steps of 4?
4. Why average probabilities and not votes? What kind of error does no ensemble mend?
5. An average of five runs is better by half a point. What do you ask before you believe it?
"""

# %% [markdown]
r"""
## On your own

- AlexNet also changed the light of its images: it added multiples of the main directions of the photos'
  colours. Find these directions for one of our photos with `np.linalg.eigh`, add some by chance, and look.
- The paper tests with ten windows an image: four corners, the middle, and their mirrors. Average `chances`
  over the ten. What does your network gain?
- Cover another photo, and find out what its strongest channel looks at. Is it always the thing with the name?
- Let `train` take a `rate` that `reduce_on_plateau` of lesson 05 lowers. How many epochs until your windows
  pay?
- Write the 2014 network, the one whose learned filters we used, as a third table, and draw the diff.
"""

# %% role="given" id="alexnet-progress"
progress("07-alexnet-and-zfnet")
