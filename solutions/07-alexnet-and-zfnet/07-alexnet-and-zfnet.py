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
# 07 · AlexNet and ZFNet: winning with eight layers and a recipe

In 2012 a network of eight layers won a contest for photos by a wide margin.
<!-- source: krizhevsky-2012, sections 3.5 and 6 --> You have written most of its parts
yourself. This lesson puts them together and asks of each: does it help, and how do we know?

- **You will do**: write AlexNet and ZFNet as tables, count their parameters, see what a channel responds to, and
  test the parts of their training recipe.
- **You will learn**: why AlexNet has two towers, which input size it really has, what a stride of 4 does to a
  picture, and how to tell an effect from luck.
<!-- source: krizhevsky-2012, section 3.5 -->
- **You will need**: lessons 02 to 06, and four to five hours. On a first reading you may skip what is *optional*,
  and *Remember where* to *Cover it*.

Before: [06 · LeNet](../06-lenet/06-lenet.ipynb). After: [08 · VGG](../08-vgg/08-vgg.ipynb).
"""

# %% [markdown]
r"""
**How to use "Predict".** Before each experiment you find a question and a line for your guess. Write the guess
down before you run the cell, even if you are unsure. Then compare it with the result and read the
explanation. Guesses are never graded.

**Before you begin**, run `autograder recall` in a terminal: it asks again what lessons 01 to 06 taught.
"""

# %% role="given" id="alexnet-setup"
# No module named 'autograder'? Run  %pip install -e ../..  in a cell of your own, then restart the
# kernel: the course lies two folders above this notebook.
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products: more threads only wait for each other
import numpy as np

from autograder import check, explore, guess, look, progress
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
Large networks need fast layers. You wrote each of these in lessons 02 to 05; here we import faster versions
of them. Those in `minibatch` store a batch as (H, C, W, N), so that many small images are processed at once.
"""

# %% role="given" id="alexnet-fast-layers"
from autograder.reference.convolution import conv2d_backward, conv2d_forward
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
## The ImageNet contest (ILSVRC), 2010 to 2017

In the ImageNet contest a program sees photos of a thousand kinds of things. It may guess five names for each
photo. The *top-5 error* is the share of photos whose true name was not among the five.

**Predict.** The winners were wrong on 28.2 % of the photos in 2010 and on 25.8 % in 2011.
<!-- source: russakovsky-2015 --> What would you expect
for 2012? In which later year will the error have halved again? Which winner is the first to fall below the
5.1 % of a trained person?

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
**Explain.** In 2012 the error fell by nine points at once, and every later winner is a convolutional network.
<!-- source: ilsvrc -->
From AlexNet's 16.4 % it more than halved by 2014 (6.7 %) and almost halved again by 2015 (3.57 %): GoogLeNet has 22 layers
with weights, ResNet 152.
<!-- source: ilsvrc -->
<!-- source: szegedy-2015, section 5 -->
<!-- source: he-2016 --> That is when networks became deep. ResNet is also the first winner below the line.

That line, 5.1 %, is one trained annotator on 1,500 photos.
<!-- source: russakovsky-2015 --> A second one made 12 % errors on 258 photos
(Russakovsky and others, 2015). So "better than a person" means: better than one person who practiced on this
list of names, where 120 of the 1,000 are breeds of dogs.
<!-- source: russakovsky-2015 -->
"""

# %% [markdown]
r"""
<details><summary>Often read, not quite true: "ZFNet won in 2013 with 11.7 %"</summary>

The winning entry was Clarifai's, the company of ZFNet's first author. ZFNet's own paper reports 14.8 % for an
ensemble.
<!-- source: zeiler-2014, table 2 --> VGG was second in 2014 with 7.3 %; the winner, GoogLeNet, had 6.7 %.
<!-- source: russakovsky-2015 -->

</details>
"""

# %% [markdown]
r"""
## AlexNet as a table

This is what the paper says about its layers.
<!-- source: krizhevsky-2012, section 3.5 --> *A ReLU follows every layer except the last.*

- Convolutions: 96 filters of 11×11 with stride 4; 256 of 5×5; 384, 384 and 256 of 3×3.
<!-- source: krizhevsky-2012, section 3.5 -->
- After each of the first two: local response normalization, then max pooling, 3×3 with stride 2.
<!-- source: krizhevsky-2012, sections 3.3 to 3.5 --> After the
  fifth: the pooling alone.
- Fully connected: 4096, 4096 and 1000 units.
<!-- source: krizhevsky-2012, section 3.5 --> Dropout with rate 0.5 follows the ReLU of the first two.
<!-- source: krizhevsky-2012, section 4.2 -->

The paper does not print the padding.
<!-- source: krizhevsky-2012, section 3.5 --> It follows from the sizes: the second convolution keeps its maps at 27×27,
the last three theirs at 13×13.
<!-- shown: AlexNet as a table -->

<details><summary>Often read, not quite true: "AlexNet was the first to use ReLU"</summary>

Nair and Hinton used it in 2010. AlexNet's paper showed how much faster a network learns with it than with tanh.

</details>
"""

# %% [markdown]
r"""
A table has the kinds of rows that you know from [lesson 06](../06-lenet/06-lenet.ipynb):

`("conv", {"filters": …, "kernel": …, "stride": …, "pad": …, "groups": …})`,
`("max_pool", {"size": …, "stride": …})`, `("relu", {})`, `("local_response_norm", {})`,
`("dropout", {"rate": …})`, `("flatten", {})`, `("fully_connected", {"units": …})`.

**Your turn.** Write `alexnet_layers`. Pass `groups` on to the second, fourth and fifth convolution; the next
section explains what it is for.
"""

# %% role="exercise" id="alexnet-layers"
def alexnet_layers(groups=1):
    """Write AlexNet as a table of layers, from the image to 1000 scores.

    Parameters
    ----------
    groups : int
        1 for one tower, 2 for the two towers of the paper.

    Returns
    -------
    list of (kind, options)
        For images of 3×227×227.
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
# 3 points, run after you hand in: the layers, and ReLU and dropout between them, on one tower and on two.
### BEGIN HIDDEN TESTS
check("alexnet-layers", alexnet_layers, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
To read the table we need two functions from lesson 06. You may replace them with your own.
"""

# %% role="given" id="alexnet-layer-shapes"
def layer_shapes(layers, input_shape):
    """The shape that comes out of each row, as in lesson 06."""
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
    """How many parameters each row has, as in lesson 06."""
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
### Sixty million parameters

The paper's abstract speaks of "60 million parameters".
<!-- source: krizhevsky-2012, abstract --> You can now compute the exact number.

Start with the largest row, on paper: the first fully connected layer reads 256 maps of 6×6, flattened. How many
weights and how many biases does it have?

**Your turn.** Set `alexnet_parameter_count` to the number of parameters of AlexNet on one tower, for images
of 3×227×227.
"""

# %% role="exercise" id="alexnet-parameter-count"
alexnet_parameter_count = None  # all weights and biases, one tower
### BEGIN SOLUTION
alexnet_parameter_count = sum(parameter_counts(alexnet_layers(), (3, 227, 227)))
### END SOLUTION

# %% role="given" id="alexnet-parameter-count-look"
@figures.once_written
def outputs():
    shapes = layer_shapes(alexnet_layers(), (3, 227, 227))
    caption = "The shape that each layer gives. How many parameters it has is for you to find."
    return figures.sheet(alexnet_layers(), {"gives": shapes}, caption)


outputs()

# %% role="check" id="alexnet-parameter-count-check" points=1
check("alexnet-parameter-count", alexnet_parameter_count)

# %% role="test" id="alexnet-parameter-count-test" points=1
# 1 point, run after you hand in: the number once more.
### BEGIN HIDDEN TESTS
check("alexnet-parameter-count", alexnet_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Two towers: convolution in groups

The graphics cards that the authors used in 2012 had 3 GB of memory.
<!-- source: krizhevsky-2012, section 3.2 --> So they split the network over two cards:
each holds half of the filters.
<!-- source: krizhevsky-2012, section 3.2 --> In most layers a filter reads only the maps that are on its own card.
<!-- source: krizhevsky-2012, section 3.5 --> This is
what **groups** means: with two groups, a filter reads half of the maps.
<!-- follows: two groups share the maps -->

In the third convolution and in the fully connected layers every filter or unit reads everything: only there do
the cards exchange data. The first convolution needs no exchange, since both cards hold the photo.
"""

# %%
figures.towers(alexnet_layers(groups=2))

# %% [markdown]
r"""
**Predict.** How many parameters does the whole network save when it is split: half of them, a tenth, less?

*My guess:*

**Your turn.** Set `alexnet_two_towers_parameter_count`.
"""

# %% role="exercise" id="alexnet-two-towers-parameter-count"
alexnet_two_towers_parameter_count = None  # all weights and biases, two towers
### BEGIN SOLUTION
alexnet_two_towers_parameter_count = sum(parameter_counts(alexnet_layers(2), (3, 227, 227)))
### END SOLUTION

# %% role="given" id="alexnet-two-towers-parameter-count-look"
@figures.once_written
def on_one_tower():
    counts = parameter_counts(alexnet_layers(), (3, 227, 227))
    caption = "Which of these numbers change on two towers?"
    return figures.sheet(alexnet_layers(2), {"parameters on one tower": counts}, caption)


on_one_tower()

# %% role="check" id="alexnet-two-towers-parameter-count-check" points=1
check("alexnet-two-towers-parameter-count", alexnet_two_towers_parameter_count)

# %% role="test" id="alexnet-two-towers-parameter-count-test" points=1
# 1 point, run after you hand in: the number once more.
### BEGIN HIDDEN TESTS
check("alexnet-two-towers-parameter-count", alexnet_two_towers_parameter_count, hidden=True)
### END HIDDEN TESTS

# %%
saved = 1 - alexnet_two_towers_parameter_count / alexnet_parameter_count
print(f"two towers save {saved:.1%} of the parameters")

# %% [markdown]
r"""
### Where the work is: multiply–adds

**Explain.** Very few: about 2 %.
<!-- follows: 60,965,224 / 62,378,344 ≈ 0.98 --> But there is a second cost. A filter's weights are used again at every position
of its map, so a layer with few weights can still need much computing. Lesson 02 called one step of it a
*multiply–add*: a product that is added to a running sum.

How many multiply–adds does a row need for one image? Each number that it gives is a sum over the weights of one
filter or one unit. Biases are only added, and we count convolutions and fully connected rows only.
"""

# %% [markdown]
r"""
**Your turn.** Write `multiply_adds`, one number for each row. The shapes tell you how many positions there are,
the parameters how many weights. Groups are then counted correctly without further work.
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
print("2 filters × 9 weights × 9 positions = 162; 10 units × 18 weights = 180")


@figures.once_written
def counted():
    return f"yours: {multiply_adds(tiny, (1, 5, 5))}"


counted()

# %% role="given" id="alexnet-work"
def work():
    """The multiply–adds of AlexNet, on one tower and on two; None as long as nothing is written."""
    try:
        return {n: sum(multiply_adds(alexnet_layers(n), (3, 227, 227))) for n in (1, 2)}
    except NotImplementedError:
        return None


# %% role="check" id="alexnet-multiply-adds-check" points=1
check("alexnet-multiply-adds", work())

# %% role="test" id="alexnet-multiply-adds-test" points=3
# 3 points, run after you hand in: AlexNet on one tower and on two.
### BEGIN HIDDEN TESTS
check("alexnet-multiply-adds", work(), hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** Which layers hold most of the parameters, and which need most of the multiply–adds?

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
**Explain.** Two layers hold about nine tenths of the parameters, and the convolutions do about nine tenths of the
work.
<!-- follows: (37,752,832 + 16,781,312) / 62,378,344 ≈ 0.87; 92 % of the multiply–adds, says the chart --> The towers split convolutions, so what they save is work. Grouped convolution came back later as a
way to make networks cheaper on purpose, for example in ResNeXt (Xie and others, 2017).
"""

# %% [markdown]
r"""
## The input size: 224 or 227

The paper says that AlexNet reads images of 224×224, and many course notes repeat it. Its first layer has filters
of 11×11 with stride 4, and gives maps of 55×55.
<!-- source: krizhevsky-2012, section 3.5 --> We ask a layer whether that fits without padding.
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
None of these sizes fits. With 224 and no padding, the paper's 55×55 cannot come out.
<!-- computed: 54.25 -->

**Your turn.** Write `alexnet_input_size`: the smallest size, from 224 on, that the first layer fits exactly.
Check that it gives maps of 55.
<!-- follows: (227 − 11) / 4 + 1 = 55 -->
"""

# %% role="exercise" id="alexnet-input-size"
def alexnet_input_size():
    """Find the side of AlexNet's images: the first from 224 on with a whole number of places.

    Returns
    -------
    int
        A whole number, without a decimal point.
    """
    ### BEGIN SOLUTION
    size = 224
    while (size - 11) % 4:
        size += 1
    return size
    ### END SOLUTION


# %% role="given" id="alexnet-input-size-look"
@figures.once_written
def last_windows():
    return figures.last_steps([224, alexnet_input_size()], kernel=11, stride=4)


last_windows()

# %% role="check" id="alexnet-input-size-check" points=1
check("alexnet-input-size", alexnet_input_size)

# %% role="test" id="alexnet-input-size-test" points=1
# 1 point, run after you hand in: the size once more.
### BEGIN HIDDEN TESTS
check("alexnet-input-size", alexnet_input_size, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
The trained AlexNet that comes with this course *does* read 224. It is a later version, of 2014, with a padding
of 2, and frameworks round the size down where it does not fit.
<!-- source: krizhevsky-2014 -->

**Predict.** $(224 + 2 \cdot 2 - 11)/4 + 1$ is not a whole number either. Which size do its maps have, and which
pixels are never read?

*My guess:*
"""

# %%
alexnet = load_alexnet_convs()  # the 64/192/384/256/256 network of 2014
weights, bias = alexnet["conv1.weight"], alexnet["conv1.bias"]
maps = conv2d_forward(photo_224, weights, bias, stride=4, pad=2, floor=True)
exact = (224 + 2 * 2 - 11) / 4 + 1
print(f"exactly {exact}, rounded down {maps.shape[2]}")
print(f"padded, the photo has {224 + 2 * 2} pixels; the last window ends at pixel {54 * 4 + 11}")

# %% [markdown]
r"""
**Explain.** With the padding, rounding down gives 55 again.
<!-- computed: 55.25 --> What is never read is the last row and the last column of
the padding, so no pixel of the photo is lost. It works, but you cannot see it in the paper.
<!-- source: krizhevsky-2012, section 3.5 --> This is why our
layers refuse sizes that do not fit.
"""

# %% [markdown]
r"""
## ZFNet is a diff of two tables

A year later Matthew Zeiler and Rob Fergus looked *into* AlexNet: which patches activate a channel most, and what
do the first filters respond to? They found dead filters and aliasing, and traced both to the first layer: its
filters are too large and its stride too wide.
<!-- source: zeiler-2014, section 4.1 --> They changed only a few rows:

- the first convolution: 7×7 with stride 2, padding 1;
<!-- shown: Two misfits in ZFNet's figure 3 -->
- the second convolution: stride 2, padding 1;
<!-- shown: Two misfits in ZFNet's figure 3 -->
- pooling comes *before* normalization, both times; one tower.

A wide variant has 512, 1024 and 512 filters in the last three convolutions.
<!-- source: zeiler-2014, table 3 --> Many course notes call that one
ZFNet; in the paper it is one of the experiments in Table 3.
"""

# %% [markdown]
r"""
The sizes in ZFNet's figure do not fit either; we come to that below. For now we use images of 3×225×225, one pixel
more than the paper says, so that everything fits.
<!-- source: zeiler-2014, figure 3 -->

**Your turn.** Write `zfnet_layers`. You may start from your own table.
"""

# %% role="exercise" id="zfnet-layers"
def zfnet_layers(variant="paper"):
    """Write ZFNet as a table of layers, from the image to 1000 scores.

    Parameters
    ----------
    variant : {"paper", "slides"}
        "slides" for 512, 1024 and 512 filters in the last three convolutions.

    Returns
    -------
    list of (kind, options)
        For images of 3×225×225. A padding of 0 in the second convolution, which gives the 26×26 of the
        paper's figure, counts as right too.
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
# 3 points, run after you hand in: the layers, and ReLU and dropout between them, of both variants.
### BEGIN HIDDEN TESTS
check("zfnet-layers", zfnet_layers, hidden=True)
### END HIDDEN TESTS

# %%
figures.diff({"AlexNet": alexnet_layers(), "ZFNet": zfnet_layers()})

# %% [markdown]
r"""
**Predict.** The filters of the first layer have shrunk from 11×11 to 7×7. Does ZFNet have far fewer parameters
than AlexNet, somewhat fewer, or nearly as many? And the wide variant?

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
@figures.once_written
def wide_outputs():
    wide = zfnet_layers("slides")
    caption = "The wide ZFNet. How many numbers does the first fully connected layer read now?"
    return figures.sheet(wide, {"gives": layer_shapes(wide, (3, 225, 225))}, caption)


wide_outputs()

# %% role="check" id="zfnet-parameter-count-check" points=1
check("zfnet-parameter-count", zfnet_parameter_count)

# %% role="test" id="zfnet-parameter-count-test" points=1
# 1 point, run after you hand in: both numbers once more.
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
draw_table(columns, "Nearly as many parameters, larger first maps, and the multiply–adds that they cost.")

# %% [markdown]
r"""
**Explain.** The number of parameters hardly changes, because the first layer never had many. Its *maps* have four
times as many positions, and that costs work.
<!-- follows: 111 × 111 / (55 × 55) ≈ 4.1 --> ZFNet does not store more; it samples the photo more finely.
"""

# %% [markdown]
r"""
How much of a photo does a number of AlexNet's last convolution see, and of ZFNet's? Whose neighbors look closer
together? Point at both.
"""

# %%
explore("where-does-it-look", alexnet_layers(), (3, 227, 227))

# %% [markdown]
r"""
**Explain.** In the last convolution the neighbors of both networks look 16 pixels apart, and a number of ZFNet sees even
less of the photo (139 pixels across instead of 163).
<!-- follows: 7 + 2 × 2 + 4 × 4 + 8 × 2 + 16 × 2 × 3 = 139 --> The difference is at the beginning: there ZFNet's neighbors look 2
pixels apart, and AlexNet's 4.
"""

# %% [markdown]
r"""
### Two misfits in ZFNet's figure 3

The paper's figure shows images of 224×224, filters of 7×7 with stride 2, and maps of 110×110.
<!-- source: zeiler-2014, figure 3 --> The padding is
not printed; 1 comes nearest.
<!-- source: zeiler-2014, figure 3 -->

**Your turn.** Put the numbers into the output size formula of
[lesson 03](../03-padding-and-stride/03-padding-and-stride.ipynb), with padding 1 and *without rounding*, and
set `zfnet_first_size` to the result.
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

# %% role="test" id="zfnet-first-size-test" points=1
# 1 point, run after you hand in: the number once more.
### BEGIN HIDDEN TESTS
check("zfnet-first-size", zfnet_first_size, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
The second misfit is in the next layer. The figure prints 26×26 for the second convolution, and 13×13 after its
3×3 pooling with stride 2.
<!-- source: zeiler-2014, figure 3 --> A padding of 0 gives the 26, but then the pooling does not fit: (26 − 3)/2 + 1 = 12.5.
A padding of 1 gives 27, which fits and gives 13.
<!-- follows: (27 − 3) / 2 + 1 = 13 --> That is why we use 1, and accept 0 as well.
"""

# %% [markdown]
r"""
### What a stride of 4 does: aliasing

Were they right about the stride? We take the trained first layer, let it visit *every* position of a photo, and
keep every second or every fourth number. With stride 2 we can keep waves of 4 pixels and longer, with stride
4 only waves of 8 pixels and longer. Finer waves do not vanish: they reappear as a false coarse pattern, just as
wheels on film can seem to turn backward. This is **aliasing**.
"""

# %%
def as_input(picture):
    """Prepare (H, W, 3) pixels for the learned AlexNet: (1, 3, H, W), around 0."""
    return ((picture / 255 - IMAGENET_MEAN) / IMAGENET_STD).transpose(2, 0, 1)[np.newaxis]


cat = load_photo("chelsea")[20:244, 112:336]
answers = conv2d_forward(as_input(cat), weights, bias)[0]  # every place


def too_fine(maps, step):
    """The share of each map's energy that is too fine for a stride of `step` pixels."""
    energy = np.abs(np.fft.fft2(maps - maps.mean(axis=(1, 2), keepdims=True))) ** 2
    down, across = (np.abs(np.fft.fftfreq(size)) for size in maps.shape[1:])
    fine = np.maximum(down[:, np.newaxis], across) > 0.5 / step
    return energy[:, fine].sum(axis=1) / energy.sum(axis=(1, 2))


# %% [markdown]
r"""
**Predict.** Which share of a typical filter's response is too fine for stride 4? And for stride 2?

*My guess:*
"""

# %%
lost = {step: too_fine(answers, step) for step in (4, 2)}
for step, share in lost.items():
    print(f"stride {step}: {np.median(share):4.0%} of the median filter's response is too fine,", end=" ")
    print(f"and more than half of it for {np.sum(share > 0.5)} of {len(share)} filters")
figures.shares({f"stride {step}": share for step, share in lost.items()})

# %%
hit = np.argmax(lost[4] - lost[2])
part = answers[hit, 60:132, 20:92]
figures.folded(
    {f"stride {step}": part[::step, ::step] for step in (1, 2, 4)},
    f"A part of the map of filter {hit}. With stride 2 the stripes are still there. With stride 4 there "
    "are blotches that are not in the photo.",
)

# %% [markdown]
r"""
**Explain.** On this photo, a good part of the filters respond mainly to stripes that stride 4 turns into something
else, and stride 2 keeps most of them. This agrees with what ZFNet's authors saw; whether it lowers the *error*, a
single photo cannot show. They report a lower one, by 1.7 points for one network (Zeiler and Fergus, 2014).
"""

# %% [markdown]
r"""
### Look inside: feature maps

They found this by looking inside the network. We can do that too: here are all five trained convolutions.
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
Which channels of layer 5 respond most strongly to this photo, and to what do they respond? ZFNet's authors showed
the network many photos and cut out the patches with the strongest response of a channel.
"""

# %%
album = [load_photo(name) for name in ("astronaut", "chelsea", "china", "coffee")]
inside = [stack(picture)["layer 5"] for picture in album]


def favorites(channel, count=6):
    """The patches with the channel's strongest responses: 163 pixels wide, one position every 16."""
    cut = []
    for photo, row, column in strongest_places([maps[channel] for maps in inside], count, apart=4):
        edge = np.pad(album[photo], ((163, 163), (163, 163), (0, 0)), constant_values=235)
        top, left = 163 - 66 + 16 * row, 163 - 66 + 16 * column
        cut.append(edge[top : top + 163, left : left + 163])
    return cut


# %%
strongest = maps["layer 5"].max(axis=(1, 2))
excited = np.argsort(strongest)[::-1][:3]
figures.favourites_of({f"layer 5\nchannel {channel}": favorites(channel) for channel in excited})

# %% [markdown]
r"""
Then they asked the question of this section: *which pixels* of a patch caused the response? They sent it back, from
the last layer to the first, by a **deconvnet**.
<!-- source: zeiler-2014, section 2.1 --> You have all that it takes: lesson 05 sent gradients back the same
way.

What follows may be skipped on a first reading, up to *Data augmentation*.
"""

# %% [markdown]
r"""
## Remember where: the places of the maxima

A max pooling forgets where each maximum was. To send anything back, we have to keep that. Let each map have a
number for each pixel, in reading order: row · W + column. So a *place* is one whole number.

**Your turn.** Write `max_pool_with_places`. Where several numbers of a window are the largest, the first in reading
order wins, as in lesson 05.
"""

# %% role="exercise" id="max-pool-with-places"
def max_pool_with_places(x, size, stride=None):
    """Keep the largest number of each window, and where in its map it was.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride : int or (int, int)
        `stride` defaults to `size`.

    Returns
    -------
    pooled, places : (N, C, H', W') ndarray
        The largest numbers, in the dtype of `x`; and, as int, row · W + column in the map `x[n, c]`.
        ValueError if the windows do not fit, as from `max_pool2d`.

    Examples
    --------
    >>> max_pool_with_places(np.array([[[[1.0, 5.0, 0.0, 2.0], [3.0, 4.0, 7.0, 0.0]]]]), 2)
    (array([[[[5., 7.]]]]), array([[[[1, 6]]]]))
    """
    ### BEGIN SOLUTION
    pooled = max_pool2d(x, size, stride)  # refuses what does not fit
    (height, width), (down, across) = pair(size), pair(size if stride is None else stride)
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))
    numbers = windows[:, :, ::down, ::across].reshape(*pooled.shape, height * width)
    row, column = np.divmod(numbers.argmax(axis=-1), width)
    row += down * np.arange(pooled.shape[2])[:, np.newaxis]
    column += across * np.arange(pooled.shape[3])
    places = row * x.shape[3] + column
    return pooled, places
    ### END SOLUTION


# %% role="given" id="max-pool-with-places-look"
look("max-pool-with-places", max_pool_with_places)

# %% role="check" id="max-pool-with-places-check" points=1
check("max-pool-with-places", max_pool_with_places)

# %% role="test" id="max-pool-with-places-test" points=5
# 5 points, run after you hand in, each a part: channels, batches, overlapping windows, rectangles, windows that are
# not square, equal and negative numbers, sizes that do not fit, dtype.
### BEGIN HIDDEN TESTS
check("max-pool-with-places", max_pool_with_places, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Back where it was: unpooling

**Unpooling** puts each number back where its maximum was, and leaves zeros elsewhere. Where windows overlap, one
place may have won several of them; then the numbers add up.

**Your turn.** Write `unpool`. `pooled` may be anything of that shape: usually it is what comes back from later layers.
<!-- shown: From one number back to the picture -->
"""

# %% role="exercise" id="unpool"
def unpool(pooled, places, shape):
    """Put each number back where it came from, and zeros elsewhere.

    Parameters
    ----------
    pooled : (N, C, H', W') ndarray
    places : (N, C, H', W') ndarray of int
        row · W + column in the map, for each number.
    shape : (N, C, H, W)
        Of what went into the pooling layer.

    Returns
    -------
    (N, C, H, W) ndarray
        Of the dtype of `pooled`. Numbers that meet at one place add up.

    Examples
    --------
    >>> unpool(np.array([[[[5.0, 7.0]]]]), np.array([[[[1, 6]]]]), (1, 1, 2, 4))
    array([[[[0., 5., 0., 0.],
             [0., 0., 7., 0.]]]])
    """
    ### BEGIN SOLUTION
    back = np.zeros((*shape[:2], shape[2] * shape[3]), pooled.dtype)
    n, c = np.indices(pooled.shape)[:2]
    np.add.at(back, (n, c, places), pooled)  # += would count a place once
    return back.reshape(shape)
    ### END SOLUTION


# %% role="given" id="unpool-look"
look("unpool", unpool)

# %% role="check" id="unpool-check" points=1
check("unpool", unpool)

# %% role="test" id="unpool-test" points=3
# 3 points, run after you hand in, each a part: channels, batches, overlapping windows, rectangles, numbers that meet, dtype.
### BEGIN HIDDEN TESTS
check("unpool", unpool, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Three rules for the way back through ReLU

There are three ways back through ReLU, and they differ only in what is let through:

- **gradient** (Simonyan and others, 2014): where the *input* was positive, as in lesson 05;
- **deconvnet** (Zeiler and Fergus, 2014): where what *comes back* is positive, whatever the input was;
- **guided** backpropagation (Springenberg and others, 2015): where both are.

**Your turn.** Write `backward_relu`. At exactly 0 nothing passes; any other rule is refused with a `ValueError`.
"""

# %% role="exercise" id="backward-relu"
def backward_relu(grad, x, rule="gradient"):
    """Send something back through ReLU by one of three rules.

    Parameters
    ----------
    grad, x : ndarray of the same shape
        What comes back, and what had gone into ReLU.
    rule : str
        "gradient", "deconvnet" or "guided".

    Returns
    -------
    ndarray
        Of the shape and dtype of `grad`, which is not written to. ValueError for any other rule.
    """
    ### BEGIN SOLUTION
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(f"there is no rule {rule!r}")
    if rule != "deconvnet":
        grad = grad * (x > 0)
    return grad if rule == "gradient" else np.maximum(grad, 0)
    ### END SOLUTION


# %% role="given" id="backward-relu-look"
look("backward-relu", backward_relu)

# %% role="check" id="backward-relu-check" points=1
check("backward-relu", backward_relu)

# %% role="test" id="backward-relu-test" points=3
# 3 points, run after you hand in, each a part: the three rules, none, inputs of 0, rules that do not exist, dtype.
### BEGIN HIDDEN TESTS
check("backward-relu", backward_relu, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## From one number back to the picture

Now all the way. Run the rows of a table forward up to row `layer`, and keep what went into each of them. In the
map of `channel` put a 1 at the place of its largest number, and zeros everywhere else. Then go back, row by row:

- *conv*: `conv_backward_to_input` below, which is lesson 05's;
- *ReLU*: your `backward_relu`, by the rule;
- *max pooling*: your `unpool`, with the places kept on the way forward.
"""

# %% role="given" id="conv-backward-to-input"
def conv_backward_to_input(grad, x, weights, stride=1, pad=0):
    """What comes back to the input `x` of a convolution: the first result of `conv2d_backward`."""
    return conv2d_backward(grad, x, weights, stride, pad)[0]


# %% [markdown]
r"""
**Your turn.** Write `project`, for tables of the kinds "conv", "relu" and "max_pool". With the rule "gradient" it
must give the gradient of the channel's largest number; the hidden test compares it with central differences.
"""

# %% role="exercise" id="project"
def project(layers, params, x, layer, channel, rule="deconvnet"):
    """Send the strongest number of one channel back to the picture.

    Parameters
    ----------
    layers, params : list of (kind, options), list of dict
        "conv" (stride 1 and pad 0 if left out), "relu", "max_pool" (stride as size if left out).
    x : (1, C, H, W) ndarray
    layer, channel : int
        Which row's output, the first being 0, and which of its channels.
    rule : str
        For `backward_relu`.

    Returns
    -------
    (1, C, H, W) ndarray
        What comes back to `x` from a 1 at the largest number, in the dtype of `x`.
    """
    ### BEGIN SOLUTION
    inputs, places = [x], {}
    for number, ((kind, o), own) in enumerate(zip(layers[: layer + 1], params)):
        steps = o.get("stride", 1), o.get("pad", 0)
        if kind == "conv":
            x = conv2d_forward(x, own["weights"], own["bias"], *steps)
        elif kind == "relu":
            x = np.maximum(x, 0)
        else:
            x, places[number] = max_pool_with_places(x, o["size"], o.get("stride"))
        inputs.append(x)
    back = np.zeros_like(x)
    back[0, channel].flat[x[0, channel].argmax()] = 1
    for number in range(layer, -1, -1):
        (kind, o), before = layers[number], inputs[number]
        if kind == "conv":
            steps = o.get("stride", 1), o.get("pad", 0)
            back = conv_backward_to_input(back, before, params[number]["weights"], *steps)
        elif kind == "relu":
            back = backward_relu(back, before, rule)
        else:
            back = unpool(back, places[number], before.shape)
    return back
    ### END SOLUTION


# %% role="given" id="project-look"
look("project", project)

# %% role="check" id="project-check" points=1
check("project", project)

# %% role="test" id="project-test" points=7
# 7 points, run after you hand in, each a part: the three rules and none, pooling, strides, padding, rows in the middle of
# a table, rectangles, dtype, and the numerical gradient.
### BEGIN HIDDEN TESTS
check("project", project, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Here are the five trained convolutions as a table. On photos of 223×223 every size fits.
<!-- follows: with its padding of 2, (223 + 4 − 11) / 4 + 1 = 55 -->
"""

# %%
def trained_table():
    """The trained AlexNet up to layer 5, as rows and parameters."""
    pool, rows, params = ("max_pool", {"size": 3, "stride": 2}), [], []
    for number, (filters, kernel, stride, pad) in enumerate(
        [(64, 11, 4, 2), (192, 5, 1, 2), (384, 3, 1, 1), (256, 3, 1, 1), (256, 3, 1, 1)], 1
    ):
        options = {"filters": filters, "kernel": kernel, "stride": stride, "pad": pad}
        learned = {"weights": alexnet[f"conv{number}.weight"], "bias": alexnet[f"conv{number}.bias"]}
        rows += [("conv", options), ("relu", {}), *([pool] if number <= 2 else [])]
        params += [learned, {}, *([{}] if number <= 2 else [])]
    return rows, params


rows, params = trained_table()
person = load_photo("astronaut")[0:446:2, 20:466:2]
image = as_input(person).astype(np.float32)

# %% [markdown]
r"""
**Predict.** Three rules, one photo, and the dozen channels of layer 5 that respond most. Which rule's pictures will
you be able to read?

*My guess:*
"""

# %%
def seen(channel):
    """The patch of the photo that a channel's strongest number sees, and what each rule sends back."""
    back = {rule: project(rows, params, image, 11, channel, rule)[0] for rule in
            ("gradient", "deconvnet", "guided")}
    touched = np.argwhere(np.abs(back["deconvnet"]).sum(axis=0) > 0)
    (top, left), (bottom, right) = touched.min(axis=0), touched.max(axis=0) + 1
    return {"photo": person[top:bottom, left:right],
            **{rule: found[:, top:bottom, left:right] for rule, found in back.items()}}


dozen = np.argsort(strongest)[::-1][:12]
figures.projected({f"{channel}": seen(channel) for channel in dozen})

# %% [markdown]
r"""
**Explain.** The gradient tells the truth about small changes, and looks like noise. The deconvnet shows shapes
coarsely, and the guided pictures are sharp: outlines, a collar, a face. It is tempting to say: *that* is what the
channel looks for.

Adebayo and others (2018) tested such pictures with a simple experiment: they shuffled the weights of the network. A
picture of what the network has *learned* must then change.
"""

# %% [markdown]
r"""
We do the same, from the last layer down. A last row, which picks the same place each time, keeps the pictures comparable.

**Predict.** With the weights of layers 5, 4 and 3 shuffled the network knows nothing any more. How much do the
pictures of the three rules change?

*My guess:*
"""

# %%
channel, width = dozen[0], 13
found = stack(person)["layer 5"][channel]
picks = np.zeros((1, 256, width, width), np.float32)
picks[0, channel].flat[found.argmax()] = 1
picking = [*rows[:11], ("conv", {"filters": 1, "kernel": width})]  # without the last ReLU
likeness, rng, mixed = {rule: [] for rule in ("gradient", "deconvnet", "guided")}, np.random.default_rng(0), list(params)
first = {rule: None for rule in likeness}
for shuffled in (None, 10, 8, 6, 3):  # rows of layers 5, 4, 3 and 2
    if shuffled is not None:
        own = params[shuffled]
        mixed[shuffled] = {**own, "weights": rng.permutation(own["weights"].ravel()).reshape(own["weights"].shape)}
    for rule in likeness:
        last = {"weights": picks, "bias": np.zeros(1, np.float32)}
        back = project(picking, [*mixed[:11], last], image, 11, 0, rule).ravel()
        first[rule] = back if first[rule] is None else first[rule]
        likeness[rule].append(np.corrcoef(first[rule], back)[0, 1])
figures.shuffled_from_above(["none", "5", "5, 4", "5 to 3", "5 to 2"], likeness)

# %% [markdown]
r"""
**Explain.** The gradient's picture is gone with the first shuffled layer. The guided picture is still much the same when
three layers of five are noise: its rule keeps what the *photo's* edges give, whoever asks. Only with layer 2 does it go.
A picture that is easy to read is not yet an explanation.
"""

# %% [markdown]
r"""
## Cover it, and see what is lost: occlusion

The paper's other way to look inside needs no way back at all.
<!-- source: zeiler-2014, section 4.2 --> Slide a gray square over the photo, and see how much
of the response is lost with each place covered (*occlusion*).

The square's upper left corner is at every multiple of `step` inside the picture: at 0, step, 2 · step, … in both
directions. At the right and lower border the square is cut off.

**Your turn.** Write `occlusion_map`. Work on copies: each square covers a fresh picture.
"""

# %% role="exercise" id="occlusion-map"
def occlusion_map(score, image, side, step, fill):
    """Cover a picture in one place after the other, and see what it costs.

    Parameters
    ----------
    score : callable
        Takes a (C, H, W) ndarray and returns a number.
    image : (C, H, W) ndarray
        Not written to.
    side, step : int
        Side of the square, and its steps, in pixels.
    fill : number or (C,) ndarray
        What the square is filled with: one number for all channels, or one for each.

    Returns
    -------
    (⌈H / step⌉, ⌈W / step⌉) ndarray of float64
        `score(image)` less `score(covered)`, for each place.
    """
    ### BEGIN SOLUTION
    _, height, width = image.shape
    whole, tops, lefts = score(image), range(0, height, step), range(0, width, step)
    lost = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = image.copy()
            covered[:, top : top + side, left : left + side] = np.reshape(fill, (-1, 1, 1))
            lost[i, j] = whole - score(covered)
    return lost
    ### END SOLUTION


# %% role="given" id="occlusion-map-look"
look("occlusion-map", occlusion_map)

# %% role="check" id="occlusion-map-check" points=1
check("occlusion-map", occlusion_map)

# %% role="test" id="occlusion-map-test" points=3
# 3 points, run after you hand in, each a part: rectangles, steps, the border, channels, fills, one for each channel.
### BEGIN HIDDEN TESTS
check("occlusion-map", occlusion_map, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
We cover the photo and watch the three strongest channels. A fill of 0 is the mean color of ImageNet's photos.

**Predict.** Where must the square be to silence each of them? Compare with what the guided pictures show.

*My guess:*
"""

# %%
def response(channel):
    """A score: the channel's strongest number in layer 5."""
    def score(picture):
        x = picture[np.newaxis]
        for (kind, o), own in zip(rows, params):
            if kind == "conv":
                x = conv2d_forward(x, own["weights"], own["bias"], o["stride"], o["pad"])
            else:
                x = np.maximum(x, 0) if kind == "relu" else max_pool2d(x, o["size"], o["stride"])
        return float(x[0, channel].max())
    return score


side, step = 48, 32
lost = {f"channel {channel}": occlusion_map(response(channel), image[0], side, step, 0)
        / response(channel)(image[0]) for channel in excited}
example = person.copy()
example[64 : 64 + side, 96 : 96 + side] = 255 * IMAGENET_MEAN
figures.covered(person, example, lost, side, step)

# %% [markdown]
r"""
**Explain.** In this photo each of the three channels depends on one place. Nobody told the network what to look
for; any name that we give to a channel is ours. ZFNet's authors used the same test on the network's *scores*, to
see whether a network that says "dog" depends on the dog or on its surroundings. Unlike a guided picture, occlusion
asks the network itself.
"""

# %% [markdown]
r"""
## Data augmentation: random crops and mirror images

The table is half of the story.
<!-- follows: the training is the other --> Sixty million parameters can memorize much of 1.2 million photos.
<!-- source: krizhevsky-2012, sections 3 and 4 --> So AlexNet hardly
ever sees the same image twice: it cuts a random window out of each photo, and mirrors about half of the windows
left to right.
<!-- source: krizhevsky-2012, section 4.1 --> This is called **data augmentation**.

AlexNet cuts windows of 224×224 out of photos of 256×256. Position and mirroring are drawn anew for each
image, each time it is used.

**Your turn.** Write `random_crop_flip`. Draw everything random from `rng`.
"""

# %% role="exercise" id="random-crop-flip"
def random_crop_flip(images, size, rng):
    """Cut a random window out of each image, and mirror about half of them left to right.

    Parameters
    ----------
    images : (N, C, H, W) ndarray
    size : int or (int, int)
        Height and width of the windows; an int for square ones.
    rng : numpy.random.Generator
        The only source of random numbers.

    Returns
    -------
    (N, C, h, w) ndarray
        In the dtype of `images`, which may be uint8. Every position where a window fits is equally likely.
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


@figures.once_written
def eight_windows():
    cut = random_crop_flip(np.stack([coffee] * 8), (150, 225), np.random.default_rng(3))
    shown = {f"window {i}": window.transpose(1, 2, 0) for i, window in enumerate(cut, 1)}
    return grid(
        {"the photo": coffee.transpose(1, 2, 0)} | shown,
        "One photo and eight windows out of it. The cup is at another place in each, and its handle "
        "changes sides.",
        "A photo of a cup of coffee on its saucer, and eight smaller cuts of it. In each the cup is a little "
        "further left, right, up or down, and some cuts are mirrored.",
    )


eight_windows()

# %% role="check" id="random-crop-flip-check" points=1
check("random-crop-flip", random_crop_flip)

# %% role="test" id="random-crop-flip-test" points=3
# 3 points, run after you hand in, each of these a part: square windows, windows that are not square, every
# position and both sides by chance, each image its own, all from `rng`, and the dtype kept.
### BEGIN HIDDEN TESTS
check("random-crop-flip", random_crop_flip, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** How many different images of 224×224 are in one photo of 256×256? The paper says 2048.
<!-- source: krizhevsky-2012, section 4.1 --> Put your guess in
place of `None` below, and run the cell.
"""

# %%
guess("07-alexnet-and-zfnet: images in a photo", None)

# %%
places = 256 - 224 + 1
guess("07-alexnet-and-zfnet: images in a photo", result=2 * places**2)
print(f"{places} places down × {places} across × 2 sides = {places * places * 2:,}")
print(f"the paper's: 32 × 32 × 2 = {32 * 32 * 2:,}")

# %% [markdown]
r"""
The window may start at any pixel from 0 to 32, and that makes 33 positions, not 32.
<!-- follows: 32 + 1 = 33 --> (The paper may have
left out the last one on purpose; it does not say.)
<!-- source: krizhevsky-2012, section 4.1 -->
"""

# %% [markdown]
r"""
### A small AlexNet

Does it help? ImageNet is too large for us, but Fashion-MNIST is not: clothes in 28×28 pixels, ten kinds.
<!-- source: provenance --> We learn
from only 1,000 images, so that a network can memorize them. A frame of 4 pixels around each image leaves room for
windows of 31×31. Like 227, this is a size that fits: 31 → 15 → 7 → 3.
<!-- follows: (31 + 2 − 5) / 2 + 1 = 15 and (15 − 3) / 2 + 1 = 7, as are (7 + 2 − 3) / 1 + 1 = 7 and (7 − 3) / 2 + 1 = 3 -->
"""

# %%
fashion = load_fashion()
mixed = np.random.default_rng(2012).permutation(6000)[:1000]


def framed(pictures):
    """(N, 28, 28) pixels → (N, 1, 36, 36), scaled as He initialization expects."""
    return np.pad(pictures / np.float32(255 * 0.35), ((0, 0), (4, 4), (4, 4)))[:, np.newaxis]


def middle(images, size, rng):
    """Cut the window out of the middle; nothing is random."""
    first = (images.shape[2] - size) // 2
    return images[:, :, first : first + size, first : first + size]


images, labels = framed(fashion["train_images"][mixed]), fashion["train_labels"][mixed].astype(int)
test_images, test_labels = framed(fashion["test_images"]), fashion["test_labels"].astype(int)

# %% [markdown]
r"""
The network is a small AlexNet: a convolution with a stride, overlapping pooling, one more of each, and two fully
connected layers. Forward and backward pass are made of the layers of lessons 02 to 05.
"""

# %%
def new_network(seed):
    """He initialization, biases 0, as in lesson 06."""
    rng, network = np.random.default_rng(seed), {}
    shapes = {"conv1": (16, 1, 5, 5), "conv2": (32, 16, 3, 3), "hidden": (128, 288), "scores": (10, 128)}
    for name, shape in shapes.items():
        spread = np.sqrt(2 / np.prod(shape[1:]))
        weights = rng.normal(0, spread, shape).astype(np.float32)
        network[name] = [weights, np.zeros(shape[0], np.float32)]
    return network


def forward(network, images):
    """Scores (N, 10), and what the backward pass needs."""
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
    """The gradient of every weight and bias, given that of the scores (N, 10)."""
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
Training is the loop of lesson 06. `cut` is the function that cuts the windows: `middle`, or your
`random_crop_flip`.
"""

# %%
def train(images, labels, cut=middle, seed=0, epochs=8, watch=None):
    """Train a new network; `watch` is called with it after each epoch."""
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
    """The network's probabilities for each image: (N, 10)."""
    return softmax(forward(network, middle(images, 31, None))[0])


def error(network, images, labels):
    """The share of images that get a wrong name."""
    return np.mean(chances(network, images).argmax(axis=1) != labels)


# %% [markdown]
r"""
**Predict.** Two networks go through the same 1,000 images 16 times: one always sees the middle, one sees your
windows. Which one makes fewer errors on new images? And on the images that it learned from? Put your guess of the
latter in place of `None` below, and run the cell.
"""

# %%
guess("07-alexnet-and-zfnet: fewer errors on known images", None, choices=("middle", "windows"))

# %%
def both(network):
    return error(network, images, labels), error(network, test_images, test_labels)


series, epochs = {}, np.arange(1, 17)
for name, cut in (("middle", middle), ("windows", random_crop_flip)):
    _, seen = train(images, labels, cut, epochs=16, watch=both)
    series |= {f"{name}, known": (epochs, 100 * seen[:, 0]), f"{name}, new": (epochs, 100 * seen[:, 1])}
    print(f"{name:8} known {seen[-1, 0]:6.1%}   new {seen[-1, 1]:6.1%}   gap {seen[-1] @ [-1, 1]:6.1%}")
guess("07-alexnet-and-zfnet: fewer errors on known images", result=min(("middle", "windows"), key=lambda name: series[f"{name}, known"][1][-1]))
curves(
    series, "epochs", "error (%)",
    "Error on known and on new images. Trained on the middle, the two drift apart; with windows they stay close.",
    "Four falling curves. Middle: known images fall towards 0, new ones stay far above. Windows: both close together.",
)

# %% [markdown]
r"""
**Explain.** With windows the gap between known and new images (*overfitting*) is much smaller. Whether new images
are recognized *better* is another question: a network that cannot memorize its images has to train longer. One
seed and 16 epochs do not answer it; the longer runs at the end of the lesson do.
"""

# %% [markdown]
r"""
### Fooled by one step (optional)

With `project` you can also ask about a *decision*. A fully connected layer is a convolution over the whole map
(lesson 04), so the small network is a table of convolutions, and its scores are ten channels of one pixel. The
gradient of a score says which pixels it hangs on: a **saliency map** (Simonyan and others, 2014).

It also says how to change the score. Goodfellow and others (2015) took one small step in the *sign* of the
gradient, the same size for every pixel.
"""

# %%
def as_rows(network):
    """The small network as rows and parameters, its fully connected layers as convolutions."""
    hidden, bias = network["hidden"]
    hidden = hidden.reshape(128, 3, 32, 3).transpose(0, 2, 1, 3)  # stored as (H, C, W)
    names, scores = network["scores"]
    less = ("max_pool", {"stride": 2, "size": 3})
    rows = [("conv", {"filters": 16, "kernel": 5, "stride": 2, "pad": 1}), ("relu", {}), less,
            ("conv", {"filters": 32, "kernel": 3, "pad": 1}), ("relu", {}), less,
            ("conv", {"filters": 128, "kernel": 3}), ("relu", {}), ("conv", {"filters": 10, "kernel": 1})]
    learned = [network["conv1"], network["conv2"], (hidden, bias), (names[..., None, None], scores)]
    params = [{} for _ in rows]
    for place, (weights, bias) in zip((0, 3, 6, 8), learned):
        params[place] = {"weights": weights, "bias": bias}
    return rows, params


# %%
clothes_net, _ = train(images, labels, random_crop_flip, epochs=16)
small_rows, small_params = as_rows(clothes_net)


def step_away(image, label):
    """The signs of the step that helps the runner-up against the right name most."""
    order = np.argsort(chances(clothes_net, image)[0])[::-1]
    other = order[0] if order[0] != label else order[1]
    window = middle(image, 31, None)
    slopes = [project(small_rows, small_params, window, 8, name, "gradient") for name in (other, label)]
    return np.pad(np.sign(slopes[0] - slopes[1]), ((0, 0), (0, 0), (2, 3), (2, 3)))


# %% [markdown]
r"""
**Predict.** Each pixel may change by 0 to 10 % of the way from black to white. From which step on is half of what
was right wrong?

*My guess:*
"""

# %%
asked, white = np.arange(150), 1 / 0.35  # images are scaled by 1 / 0.35
steps = np.concatenate([step_away(test_images[i : i + 1], test_labels[i]) for i in asked])
by_chance = np.random.default_rng(0).choice([-1, 1], steps.shape).astype(np.float32)


def moved(images, size, signs):
    """The images after a step; pixels stay between black and white."""
    return np.clip(images + size * white * signs, 0, white)


sizes = np.linspace(0, 0.1, 6)
wrong = {
    name: (100 * sizes, [100 * error(clothes_net, moved(test_images[asked], size, signs), test_labels[asked])
                         for size in sizes])
    for name, signs in (("signs of the gradient", steps), ("signs by chance", by_chance))
}
curves(wrong, "size of the step, % of white", "wrong, %",
       "The same change of every pixel, with the gradient's signs and by chance.",
       "Two curves from the same point. With the gradient's signs the error climbs steeply; by chance it hardly rises.")

# %%
CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
named = [chances(clothes_net, moved(test_images[asked], size, steps)).argmax(axis=1) for size in (0, 0.06)]
chosen = np.flatnonzero((named[0] == test_labels[asked]) & (named[1] != test_labels[asked]))[0]
shown = test_images[chosen : chosen + 1]
saliency = project(small_rows, small_params, middle(shown, 31, None), 8, test_labels[chosen], "gradient")
grid(
    {CLOTHES[named[0][chosen]]: shown[0, 0], "saliency": saliency[0, 0], "signs of the step": steps[chosen, 0],
     f"now: {CLOTHES[named[1][chosen]]}": moved(shown, 0.06, steps[chosen])[0, 0]},
    "A picture, the gradient of its score, the signs of the step, and the picture after a step of 6 %.", columns=4,
    alt=f"A {CLOTHES[named[0][chosen]]}; a gradient like noise, strongest inside it; a pattern of plus and minus; and the "
    f"same picture, slightly grainy, which the network calls {CLOTHES[named[1][chosen]]}.",
)

# %% [markdown]
r"""
**Explain.** Chance does far less: its changes cancel each other. The gradient's signs all push the same way, and with
hundreds of pixels many tiny pushes add up.
<!-- follows: 31 × 31 = 961 --> You would not take the second picture for anything else.
"""

# %% [markdown]
r"""
## Break it once: the wrong augmentation

Mirrored clothes are still clothes. What about digits?

**Predict.** The same network learns 300 digits three times: from the middle, from random windows *without* mirror
images, and with your `random_crop_flip`. Rank the three. Which digits will suffer from the mirror?

*My guess:*
"""

# %%
digits = load_digits()
some = np.random.default_rng(0).permutation(len(digits["labels"]))[:300]
digit_images, digit_labels = framed(digits["images"][some]), digits["labels"][some].astype(int)
new_images, new_labels = framed(digits["held_out_images"]), digits["held_out_labels"].astype(int)


def windows_only(images, size, rng):
    """Random windows, as upright as they were: no mirror images."""
    tops, lefts = rng.integers(images.shape[2] - size + 1, size=(2, len(images)))
    return np.stack([x[:, i : i + size, j : j + size] for x, i, j in zip(images, tops, lefts)])


# %%
wrong = {}
cuts = {"middle": middle, "windows": windows_only, "windows and mirror": random_crop_flip}
for name, cut in cuts.items():
    network, _ = train(digit_images, digit_labels, cut, epochs=80)
    named = chances(network, new_images).argmax(axis=1)
    wrong[name] = [np.mean(named[new_labels == digit] != digit) for digit in range(10)]
    print(f"{name:18} {np.mean(named != new_labels):.1%} of the held-out digits misread")

# %%
columns = [Column("digit", [str(digit) for digit in range(10)])]
columns += [Column(name, [f"{e:.0%}" for e in errors], "output") for name, errors in wrong.items()]
draw_table(columns, "Share misread, digit by digit. Which mirrored digit looks like which other digit?")

# %% [markdown]
r"""
**Explain.** Augmentation states a fact to the network: "the name stays the same when *this* is done to the image".
For a shifted digit the statement is true, and the windows alone lower the error. For a mirrored digit
it is false, and the error rises above that of no augmentation at all. No error message tells you. (With
`epochs=120` and the seeds 0 to 2: middle 8.9 to 9.3 %, windows 5.5 to 7.9 %, with mirror 9.1 to 11.5 %.)
<!-- follows: the cell above, run with `epochs=120` and `seed` 0, 1 and 2 -->
"""

# %% [markdown]
r"""
## Ensembles: seven networks decide together

A simple way to make fewer errors: train the same network several times, each from other initial weights, and let
them decide together. This is an **ensemble**. Average their probabilities for each image; the class with the
largest mean wins.

With averages, unlike votes, a network that is sure counts for more than one that is not.

**Your turn.** Write `ensemble_predict`.
"""

# %% role="exercise" id="ensemble-predict"
def ensemble_predict(list_of_probabilities):
    """Let several networks decide together.

    Parameters
    ----------
    list_of_probabilities : list of (N, K) ndarray
        One array for each network, one row for each image.

    Returns
    -------
    (N,) ndarray of int
        For each image the class with the highest mean probability.
    """
    ### BEGIN SOLUTION
    return np.mean(list_of_probabilities, axis=0).argmax(axis=1)
    ### END SOLUTION


# %% role="given" id="ensemble-predict-look"
look("ensemble-predict", ensemble_predict)

# %% role="check" id="ensemble-predict-check" points=1
check("ensemble-predict", ensemble_predict)

# %% role="test" id="ensemble-predict-test" points=3
# 3 points, run after you hand in: two to seven networks, one that is sure against several that are not, a
# single network, a single image.
### BEGIN HIDDEN TESTS
check("ensemble-predict", ensemble_predict, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
We train seven networks for a few epochs each. Only their initial weights and the order of the images differ.

**Predict.** One of them is wrong on about a quarter of the images.
<!-- computed: 21.9, 27.0 --> On how many percent are all seven together wrong?
Put your guess in place of `None` below, and run the cell.
"""

# %%
guess("07-alexnet-and-zfnet: percent wrong together", None)

# %%
seven = [train(images, labels, seed=seed, epochs=6)[0] for seed in range(7)]
beliefs = [chances(network, test_images) for network in seven]
alone = [np.mean(belief.argmax(axis=1) != test_labels) for belief in beliefs]
live = [np.mean(ensemble_predict(beliefs[:m]) != test_labels) for m in range(1, 8)]
print(f"alone {min(alone):.1%} to {max(alone):.1%}, together {live[-1]:.1%}")
guess("07-alexnet-and-zfnet: percent wrong together", result=round(100 * live[-1], 1))

# %% [markdown]
r"""
Seven runs of 60 epochs, tested on 5,000 images, were made beforehand with `python -m benchmarks.alexnet_lesson`
in a clone of the course (about ten minutes on one core, with those of the trial below).
<!-- source: benchmarks --> We draw them beside yours:
"""

# %%
committed = load_experiments("alexnet")
known = committed["together"]
print(f"seven: average {known['mean'][-1]:.1%}, majority vote {known['majority_vote']:.1%}")
figures.together(known["networks"], known["mean"], known["lowest"], known["highest"], live)

# %% [markdown]
r"""
**Explain.** Errors that only one network makes are outvoted by the others; errors that all of them make remain.
In this run the majority vote did slightly *better* than the average (17.5 against 17.8 %), so averaging is not always
the better rule. The example in your exercise is a case where it is.

An ensemble costs seven trainings, and seven forward passes for each photo. For AlexNet: one network 18.2 % top-5
error, five networks 16.4 %.
<!-- source: krizhevsky-2012, section 6 and table 2 -->
"""

# %% [markdown]
r"""
<details><summary>Often read, not quite true: "Seven networks brought AlexNet to 15.4 %"</summary>
<!-- source: course-notes -->

The paper says 15.3 %.
<!-- source: krizhevsky-2012, section 6 --> And two of the seven networks were pre-trained on more photos (the ImageNet release of fall
2011).
<!-- source: krizhevsky-2012, section 6 --> So they differ from the other five in more than their initial weights.

</details>
"""

# %% [markdown]
r"""
## Five guesses: the top-5 error

Why five? A photo may show a dog *and* a ball, while its only label is "ball". With five guesses, naming the dog
first costs nothing. In the top-$k$ error, an image counts as an error if its label is not among the $k$ highest
scores.

**Your turn.** Write `top_k_error`, the fraction of errors.
"""

# %% role="exercise" id="top-k-error"
def top_k_error(scores, labels, k):
    """Measure how often the right class is not among the k highest scores.

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
# 3 points, run after you hand in: one guess and many, a single image, as many guesses as classes, and values of
# k that must be refused.
### BEGIN HIDDEN TESTS
check("top-k-error", top_k_error, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** Your seven networks may make one to five guesses. How often would a blind guesser be wrong with $k$
guesses out of ten?

*My guess:*
"""

# %%
guesses, mean_belief = range(1, 6), np.mean(beliefs, axis=0)
draw_table([
    Column("guesses", [str(k) for k in guesses]),
    Column("seven", [f"{top_k_error(mean_belief, test_labels, k):.1%}" for k in guesses], "output"),
    Column("blind, of 10", [f"{1 - k / 10:.0%}" for k in guesses], "input"),
    Column("blind, of 1,000", [f"{1 - k / 1000:.1%}" for k in guesses], "input"),
], "Errors. Compare the step from one guess to two with the steps after it.")

# %% [markdown]
r"""
**Explain.** The measure must fit the number of classes. Five guesses out of ten are right half of the time by
chance, five out of a thousand almost never.
<!-- computed: 50%, 99.5% --> And never compare a top-5 error with a top-1 error: AlexNet's 16.4 % and
our number above measure different things.
"""

# %% [markdown]
r"""
## The training recipe: momentum, weight decay, dropout

This is what AlexNet's paper says about its training:

> batches of 128 · SGD with momentum 0.9 · learning rate from 0.01 on, divided by 10 when the
> validation error stops improving · weight decay 0.0005 · dropout of one half in the fully connected layers ·
> the entry: seven networks averaged
<!-- source: krizhevsky-2012, sections 4.2, 5 and 6 -->

**Your turn.** Write it down as numbers. The factor is what the learning rate is *multiplied* by.
"""

# %% role="exercise" id="training-recipe"
def training_recipe():
    """Write down how AlexNet was trained.

    Returns
    -------
    dict
        With the keys "batch_size", "momentum", "learning_rate", "learning_rate_factor",
        "weight_decay", "dropout" (the fraction that is dropped) and "ensemble_size". Images and networks
        are whole numbers.
    """
    ### BEGIN SOLUTION
    return {
        "batch_size": 128, "momentum": 0.9, "learning_rate": 0.01, "learning_rate_factor": 0.1,
        "weight_decay": 0.0005, "dropout": 0.5, "ensemble_size": 7,
    }
    ### END SOLUTION


# %% role="given" id="training-recipe-look"
@figures.once_written
def yours():
    recipe = training_recipe()
    numbers = [f"{value:g}" for value in recipe.values()]
    return draw_table(
        [Column("", list(recipe)), Column("yours", numbers, "yours")],
        "Does each number stand beside its name? A batch is a number of images, a rate is small.",
    )


yours()

# %% role="check" id="training-recipe-check" points=1
check("training-recipe", training_recipe)

# %% role="test" id="training-recipe-test" points=1
# 1 point, run after you hand in: each of the seven numbers is a part of them.
### BEGIN HIDDEN TESTS
check("training-recipe", training_recipe, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
### Every part of the recipe on trial (an ablation)

Did every part help? The paper gives a number for some parts, but never says how much another seed would have
changed it.
<!-- source: krizhevsky-2012, sections 3 and 4 --> At our scale we can ask. The small AlexNet is trained without any of them, with pooling windows side by
side, then with *one* part at a time: five seeds each, 60 epochs on 1,000 clothes, tested on 5,000 others.
<!-- source: benchmarks --> The plateau
rule watches another 1,000.
<!-- source: benchmarks --> These runs were made beforehand too (`python -m benchmarks.alexnet_lesson`).

**Predict.** Normalization, overlapping pooling, dropout, weight decay, a falling learning rate, windows and mirrors:
which of them help a network that has 1,000 images? Does any of them do harm?

*My guess:*
"""

# %%
variants = committed["variants"]
plain = np.array(variants["none of it"]["test"])
print(f"plain: {plain.mean():.1%} of new images wrong, seeds from {plain.min():.1%} to {plain.max():.1%}")
figures.trial(variants, plain="none of it")

# %% [markdown]
r"""
**Explain.** Look at the bars before the diamonds. A bar that crosses 0 says that with five seeds the difference
could be chance. So for most parts this experiment shows no sure effect, which is not the same as no effect. One bar
just misses 0; among eight bars that can happen by chance too.

How many seeds would be enough? The difference of two means varies by about $\sqrt{2/n}$ times the spread of one run.
Single runs spread by about half a point here.
<!-- shown: Every part of the recipe on trial (an ablation) --> To see a gain of 0.3 points at twice that variation, $n$ must be near
$2 \cdot (2 \cdot 0.5/0.3)^2 \approx 22$ seeds each.
<!-- follows: 2 × (2 × 0.5 / 0.3) × (2 × 0.5 / 0.3) ≈ 22 -->

All parts together do harm: on the right you see that the training error rises as well. AlexNet has more than a
thousand times as many parameters as this network.
<!-- follows: 62,378,344 / 43,338 ≈ 1439 -->
"""

# %% [markdown]
r"""
### What did local response normalization do? (optional)

A good result deserves at least as much doubt as a bad one. What does the normalization do to the numbers in *our*
network?

**Predict.** Strong responses should be damped more than weak ones. By how much does the factor differ between them?

*My guess:*
"""

# %%
x = batch_innermost(middle(images[:100], 31, None))
maps = np.maximum(conv_forward(x, *seven[0]["conv1"], 2, pad=1), 0)
factors = (local_response_normalize(maps) / np.maximum(maps, 1e-9))[maps > 0.01]
print(f"responses up to {maps.max():.1f}, multiplied by {factors.min():.4f} to {factors.max():.4f}")
print(f"two to the power of -3/4: {2**-0.75:.4f}")

# %% [markdown]
r"""
**Explain.** All numbers are multiplied by nearly the same constant. The paper chose its constants on a validation set,
for its own network.
<!-- source: krizhevsky-2012, section 3.3 --> Our numbers are small, and beside $k = 2$ the squares of the neighboring channels hardly count.
So if something helped here, it was not that neighbors damp each other: dividing by one fixed number would do the same.
"""

# %% [markdown]
r"""
### Smaller steps: the learning rate schedule

Windows and mirrors gained little by themselves. Does the learning rate play a part in that?

**Predict.** A network hardly ever sees the same image twice.
<!-- follows: 33 × 33 × 2 = 2,178 windows of each photo --> What will its error do from epoch to epoch if the
learning rate stays as it is?

*My guess:*
"""

# %%
figures.stairs({
    name: (np.array(variants[name]["validation"]), np.array(variants[name]["rates"]))
    for name in ("windows and mirrors", "windows, mirrors, smaller steps")
})

# %% [markdown]
r"""
**Explain.** At a constant learning rate the error keeps going up and down; with smaller steps it settles, about one
point lower in the mean of five seeds.
<!-- computed: 19.3%, 18.2% --> Alone, neither windows nor smaller steps had a sure effect. Parts of a recipe can
need each other, and an ablation of one part at a time cannot see that.

The largest sure gains in this lesson are others: the ensemble, and windows *without* mirrors for the digits.
"""

# %% [markdown]
r"""
### Think it through

A friend looks at our chart and says: "Normalization, dropout and the rest: a point here and there. AlexNet won
because it was large, and the recipe did not matter." In your own words, eight sentences at most:

1. What does the chart show, and what can five seeds and 1,000 images not show? Use one part as your example.
2. Give one reason why a part could matter more for AlexNet than for the small network.
3. Which experiment would settle it for that part? Say what you would hold fixed, how often you would run it,
   and what result would prove your friend right.
"""

# %% [markdown] role="question" id="what-the-trial-shows" points=4
r"""
### BEGIN SOLUTION
Of the parts tried alone only normalization has an interval that leaves out 0, and barely; dropout's reaches from about
one point better to a little worse.
<!-- follows: −0.4 ± 0.6 points, in the chart of the trial --> That says that five seeds on 1,000 images did not show an effect of dropout, not
that it has none: the network is small, every part was tried alone, and all of them together even did harm, because the
training error rose.
<!-- shown: Every part of the recipe on trial (an ablation) --> Dropout could matter more for AlexNet, whose 60 million numbers can learn 1.2 million photos by
heart, and which was trained for 90 epochs.
<!-- source: krizhevsky-2012, abstract and section 5 --> To settle it I would take a network many times larger and train it to the end
on the same images, with and without dropout, everything else fixed: first weights, batches, schedule; ten seeds each.
<!-- follows: a proposal --> If
the interval of the differences lay within a quarter of a point of 0, my friend would be right about dropout; if it lay
wholly below that, he would be wrong.
<!-- follows: a proposal -->

**To mark:**

- 1 point: reads the chart rightly: which interval excludes 0 for the part chosen, or that it crosses 0, and
  that the latter means "not seen here", not "does nothing".
- 1 point: a limit of the experiment: few seeds, small network and images, short training, each part alone
  (parts may need each other), constants made for another scale.
- 1 point: a reason tied to size: sixty million parameters can learn by heart what a small network cannot;
  longer training; larger activations, for which the constants of the normalization were made.
<!-- source: krizhevsky-2012, sections 3.3 and 4 -->
- 1 point: an experiment that changes one thing, holds data, schedule and seeds fixed, repeats it with several
  seeds, and names in advance the result that would prove the friend right.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## Summary

- **AlexNet** (227×227): conv 96@11×11/4, 256@5×5, 384, 384 and 256@3×3, overlapping pooling, FC 4096, 4096, 1000.
  62,378,344 parameters; 60,965,224 in two groups.
<!-- follows: what `alexnet-parameter-count` and `alexnet-two-towers-parameter-count` ask for; computed below -->
- **Grouped convolution** with $g$ groups: a filter reads $C/g$ channels.
- **Multiply–adds** of a convolution: weights × output positions. $H' = (H + 2P - K)/S + 1$ must be whole.
- **ZFNet**: AlexNet with 7×7/2 first and stride 2 in the second convolution.
<!-- source: zeiler-2014, figure 3 -->
- **Aliasing**: stride $S$ keeps only waves of $2S$ pixels and longer.
- **Looking inside**: a number sent back to the photo; **occlusion**.
- **Augmentation** says which changes keep the label. **Ensemble**: mean of the probabilities, then argmax.
- **Top-$k$ error**: share of images whose label is not among the $k$ highest scores.

$C$ channels, $H$ height, $H'$ output height, $K$ kernel side, $P$ padding, $S$ stride, $g$ groups, $n$ runs.
"""

# %% [markdown]
r"""
### Further reading

- A. Krizhevsky, I. Sutskever, G. Hinton (2012), *ImageNet Classification with Deep Convolutional Neural Networks*,
  NIPS.
- M. Zeiler, R. Fergus (2014), *Visualizing and Understanding Convolutional Networks*, ECCV.
- K. Simonyan, A. Vedaldi, A. Zisserman (2014), *Deep Inside Convolutional Networks*: saliency.
- J. Springenberg and others (2015), *Striving for Simplicity*: guided backpropagation.
- I. Goodfellow, J. Shlens, C. Szegedy (2015), *Explaining and Harnessing Adversarial Examples*, ICLR.
- J. Adebayo and others (2018), *Sanity Checks for Saliency Maps*, NeurIPS.
- O. Russakovsky and others (2015), *ImageNet Large Scale Visual Recognition Challenge*, IJCV 115.
- V. Nair, G. Hinton (2010), *Rectified Linear Units Improve Restricted Boltzmann Machines*, ICML: ReLU before
  AlexNet.
- N. Srivastava and others (2014), *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, JMLR 15.
- A. Krizhevsky (2014), *One weird trick for parallelizing convolutional neural networks*: the later AlexNet.
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes and answer aloud.

1. Where are AlexNet's parameters, where is its work, and which of the two do groups save?
2. Why can 224 not be the size of AlexNet's images?
3. What did ZFNet change, and what was wrong with a stride of 4?
4. How do averages differ from votes? Which errors can no ensemble correct?
5. The mean of five runs is better by half a point.
<!-- follows: the question gives it --> What do you ask before you believe it?

<details><summary>Answers</summary>

- *1:* Parameters: fully connected layers. Work: convolutions. Groups save work.
- *2:* It gives 54.25; the maps have 55.
<!-- follows: (224 + 2 × 2 − 11) / 4 + 1 = 55.25, rounded down 55 -->
- *3:* 7×7 with stride 2 first; stride 4 causes aliasing.
<!-- source: zeiler-2014, figure 3 -->
- *4:* A sure network counts for more. Errors that all members share.
- *5:* How much do single runs spread, and how many parts were tried?

</details>
"""

# %% [markdown]
r"""
## On your own

- AlexNet also changed the colors of its images: it added random multiples of the principal components of the
  RGB values. Compute these for one of our photos with `np.linalg.eigh`, add some, and look at the result.
- The paper tests with ten windows for each image: four corners, the middle, and their mirror images. Average
  `chances` over the ten. What does your network gain?
- Cover another photo, and find out what its strongest channel depends on.
- Send back a number of layer 2 or 3. What do the three rules show there?
- Let `train` take a learning rate that `reduce_on_plateau` of lesson 05 lowers. After how many epochs do your
  windows lower the error?
- Write the 2014 network, whose trained filters we used, as a third table, and draw the diff.
"""

# %% role="given" id="alexnet-progress"
progress("07-alexnet-and-zfnet")
