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
# Throw away, on purpose

A convolutional layer says of every place how much it looks like every filter. Nobody needs to know
it that exactly. This lesson is about the small layers between the large ones, those that *discard*:
exact places, loudness, whatever is negative, and now and then a number by pure chance.

- **You will do**: write pooling, two kinds of normalization, ReLU and dropout, and build a network
  that finds digits all over a page.
- **You will learn**: what each of these layers gives up, what it gets in return, and how to measure
  it.
- **You will need**: lessons 02 and 03, NumPy's `max`, `mean` and their `axis`, and about 85
  minutes.
"""

# %% role="given" id="pooling-setup"
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import check, look, progress, watch
from autograder.datasets import IMAGENET_MEAN, IMAGENET_STD, load_alexnet_convs
from autograder.datasets import load_digits, load_photo
from autograder.figures import pooling_and_normalization as figures
from autograder.figures.fully_connected_limits import rows_of_pictures
from autograder.figures.raster import curves, grid
from autograder.figures.tables import Column, draw_table

# %% [markdown]
r"""
Three helpers from lessons 02 and 03. `places` counts where a window can stand, and refuses what
does not fit. `conv2d` is the fast layer, without padding and bias.
"""

# %% role="given" id="pooling-helpers"
def pair(value):
    """Read one number as two: 2 means (2, 2), and (2, 3) stays as it is."""
    return (value, value) if np.isscalar(value) else tuple(value)


def places(image_shape, size, stride):
    """Places down and places across; raises `ValueError` where windows do not fit."""
    counts = []
    for side, kernel, step in zip(image_shape, pair(size), pair(stride)):
        steps, left_over = divmod(side - kernel, step)
        if steps < 0 or left_over:
            raise ValueError(f"windows of {kernel} at stride {step} do not fit into {side} pixels")
        counts.append(steps + 1)
    return tuple(counts)


# %% role="given" id="pooling-conv2d"
def conv2d(x, weights, stride=1):
    """Apply filters (F, C, KH, KW) to images (N, C, H, W); the answer has the dtype of `x`."""
    places(x.shape[2:], weights.shape[2:], stride)  # refuses what does not fit
    down, across = pair(stride)
    windows = sliding_window_view(x, weights.shape[2:], axis=(2, 3))[:, :, ::down, ::across]
    maps = np.tensordot(windows, weights.astype(x.dtype), axes=((1, 4, 5), (1, 2, 3)))
    return maps.transpose(0, 3, 1, 2)


# %% [markdown]
r"""
## More numbers than the photo

Here is AlexNet's first layer once more, at work on the cat.

**Predict.** A layer is there to find what matters. The photo has 227×227 pixels of three numbers
each. Does the layer put out more numbers than that, or fewer? Double-click here and write it down.

*My guess:*
"""

# %%
alexnet = load_alexnet_convs()
cat = load_photo("chelsea")[20:247, 112:339]
x = ((cat / 255 - IMAGENET_MEAN) / IMAGENET_STD).transpose(2, 0, 1)[np.newaxis].astype("float32")
answers = conv2d(x, alexnet["conv1.weight"], stride=4) + alexnet["conv1.bias"][:, None, None]
maps = np.maximum(answers, 0)
print(f"photo {x.shape[1:]}: {x.size:,} numbers; maps {maps.shape[1:]}: {maps.size:,} numbers")
rim = {f"channel {c}": maps[0, c] for c in (17, 47, 5, 59, 37)}
grid({"the photo": cat, **rim}, "Five of its 64 maps: bright where the filter fits.", columns=6)

# %% [markdown]
r"""
**Explain.** More. And look what they say: a thin bright line along the rim of the eye, next to a
lot of black. Whether the rim runs through this number or the next, who cares? That there *is* a
rim, here, this strong: that is the news.
"""

# %% [markdown]
r"""
## Keep the largest

So let windows stand side by side, and of each keep its largest number. That is **max pooling**. A
piece of the rim, rounded, with windows of 2×2:
"""

# %%
patch = maps[0, 50, 22:28, 5:11].round().astype(int)
largest = sliding_window_view(patch, (2, 2))[::2, ::2].max(axis=(2, 3))
figures.pooled(patch, largest, 2, "A quarter of the numbers. The line is still there, and as bright.")

# %% [markdown]
r"""
Each channel is pooled by itself: the eye must not drown the nose. Usually the window steps by its
own size, but `stride` can say otherwise. Sizes that do not fit are refused; `places` does that.

Two traps. A picture and a window may be wider than high. And a window may hold nothing but negative
numbers: its largest is then negative.

**Your turn.** Write `max_pool2d`. Loop over the places.
"""

# %% role="exercise" id="max-pool2d"
def max_pool2d(x, size, stride=None):
    """Keep the largest number of each window, channel by channel.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride : int or (int, int)
        Of the window, and of its steps: as large as the window if left out.

    Returns
    -------
    (N, C, H', W') ndarray, in the dtype of `x`

    Raises
    ------
    ValueError
        If the windows do not fit.
    """
    ### BEGIN SOLUTION
    (high, wide), (down, across) = pair(size), pair(size if stride is None else stride)
    output = np.empty((*x.shape[:2], *places(x.shape[2:], size, (down, across))), x.dtype)
    for i, j in np.ndindex(output.shape[2:]):
        window = x[:, :, i * down : i * down + high, j * across : j * across + wide]
        output[:, :, i, j] = window.max(axis=(2, 3))
    return output
    ### END SOLUTION


# %% role="given" id="max-pool2d-look"
look("max-pool2d", max_pool2d)

# %% role="check" id="max-pool2d-check" points=1
check("max-pool2d", max_pool2d)

# %% role="test" id="max-pool2d-test" points=3
# 3 points, run after you hand in: windows that overlap and windows with gaps, rectangles, several images
# and channels, nothing but negative numbers, float32 that stays float32, and sizes that do not fit.
### BEGIN HIDDEN TESTS
check("max-pool2d", max_pool2d, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
See your own function at work, on windows that overlap: 3×3 with stride 2.
"""

# %%
numbers = np.array([[1, 0, 2, 0, 3], [0, 9, 0, 4, 0], [2, 0, 8, 0, 1], [0, 5, 0, 7, 0], [3, 0, 6, 0, 2]])
watch(max_pool2d, numbers[np.newaxis, np.newaxis].astype(float), 3, 2)

# %% [markdown]
r"""
## Take the mean

The obvious alternative is not to choose at all: **average pooling** keeps the mean of each window.
LeNet did nearly that, in 1998. Same windows, same steps, same refusals.

**Your turn.** Write `average_pool2d`. How many numbers does a window of 2×3 hold?
"""

# %% role="exercise" id="average-pool2d"
def average_pool2d(x, size, stride=None):
    """Take the mean of each window, channel by channel.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride : int or (int, int)
        Of the window, and of its steps: as large as the window if left out.

    Returns
    -------
    (N, C, H', W') ndarray, in the dtype of `x`

    Raises
    ------
    ValueError
        If the windows do not fit.
    """
    ### BEGIN SOLUTION
    (high, wide), (down, across) = pair(size), pair(size if stride is None else stride)
    output = np.empty((*x.shape[:2], *places(x.shape[2:], size, (down, across))), x.dtype)
    for i, j in np.ndindex(output.shape[2:]):
        window = x[:, :, i * down : i * down + high, j * across : j * across + wide]
        output[:, :, i, j] = window.mean(axis=(2, 3))
    return output
    ### END SOLUTION


# %% role="given" id="average-pool2d-look"
look("average-pool2d", average_pool2d)

# %% role="check" id="average-pool2d-check" points=1
check("average-pool2d", average_pool2d)

# %% role="test" id="average-pool2d-test" points=3
# 3 points, run after you hand in: the same windows as for the maximum, and an even picture that
# stays even.
### BEGIN HIDDEN TESTS
check("average-pool2d", average_pool2d, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
We pool the cat's maps three times, as AlexNet does in the course of its layers: windows of 3×3,
stride 2. Once we keep the largest, once the mean.

**Predict.** Which of the two still shows the eye at the end? How bright is the brightest number
then, compared with the beginning?

*My guess:*
"""

# %%
def three_times(pool, x):
    """The maps before, and after each of three poolings; 27, 13 and then 6 places across."""
    steps = [x]
    for _ in range(3):
        side = (steps[-1].shape[2] - 3) // 2 * 2 + 3  # leave out a last row that does not fit
        steps.append(pool(steps[-1][:, :, :side, :side], 3, 2))
    return steps


# %%
rows = {}
for name, pool in (("largest", max_pool2d), ("mean", average_pool2d)):
    steps = three_times(pool, maps)
    peaks = [np.mean(step.max(axis=(2, 3))) for step in steps]
    print(f"{name:8} brightest number of a map:", *(f"{peak / peaks[0]:4.0%}" for peak in peaks))
    rows |= {f"channel {c}\n{name}": [step[0, c] for step in steps] for c in (17, 37)}
titles = [f"{step.shape[2]}×{step.shape[3]}" for step in steps]
figures.stages(rows, titles, "Under the maximum bright lines stay bright, and grow fat; in the mean they drown.")

# %% [markdown]
r"""
**Explain.** The maximum asks *is it here?* and the mean asks *how much of it is here?* A line one
number wide fills a third of a window at most; its mean is dim, and the mean of means dimmer still.
"""

# %% [markdown]
r"""
Is the maximum better, then? Ask it about nothing at all: noise, around 0.

**Predict.** After three poolings, what will each of the two say of it?

*My guess:*
"""

# %%
noise = np.random.default_rng(0).normal(size=(1, 20, 55, 55))
for name, pool in (("largest", max_pool2d), ("mean", average_pool2d)):
    print(f"{name:8}", *(f"{step.mean():6.2f} ± {step.std():.2f}" for step in three_times(pool, noise)))

# %% [markdown]
r"""
**Explain.** Of many random numbers one is always large, and the maximum believes it. The mean lets
noise cancel. So networks like the maximum after a ReLU, where most numbers are 0 and a large one
means something, and the mean at the very end, where a whole map becomes one number.
"""

# %% [markdown]
r"""
## Nothing to learn, less to carry

A convolutional layer learns its weights. And a pooling layer? Look for the numbers in your two
functions that training could change.

**Your turn.** Two short ones. First, `pool_parameter_count`: how many weights and biases does a
pooling layer learn?
"""

# %% role="exercise" id="pool-parameter-count"
def pool_parameter_count():
    """Count what a pooling layer learns.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    return 0
    ### END SOLUTION


# %% role="given" id="pool-parameter-count-look"
# All that AlexNet has learned up to its fifth layer. It pools after layers 1, 2 and 5.
for name, learned in alexnet.items():
    print(f"{name:12} {learned.size:8,} numbers")

# %% role="check" id="pool-parameter-count-check" points=1
check("pool-parameter-count", pool_parameter_count)

# %% role="test" id="pool-parameter-count-test" points=3
# 3 points, run after you hand in.
### BEGIN HIDDEN TESTS
check("pool-parameter-count", pool_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Second: what shape comes out? Height and width obey lesson 03's law, with a pad of 0:

$$
\frac{\text{size} - \text{window}}{\text{stride}} + 1
$$

And the depth? Think of what a window of channel 3 knows of channel 4.

**Your turn.** Write `pool_output_shape`. Work out the example below on paper first: it is AlexNet's
first pooling layer, as in the paper.
"""

# %% role="exercise" id="pool-output-shape"
def pool_output_shape(input_shape, size, stride=None):
    """Give the shape of one pooled image.

    Parameters
    ----------
    input_shape : (int, int, int)
        Depth, height and width of one image.
    size, stride : int or (int, int)
        As for `max_pool2d`.

    Returns
    -------
    (int, int, int)

    Raises
    ------
    ValueError
        If the windows do not fit.
    """
    ### BEGIN SOLUTION
    depth, *sides = input_shape
    return (depth, *places(sides, size, size if stride is None else stride))
    ### END SOLUTION


# %% role="given" id="pool-output-shape-look"
look("pool-output-shape", pool_output_shape)

# %% role="check" id="pool-output-shape-check" points=1
check("pool-output-shape", pool_output_shape)

# %% role="test" id="pool-output-shape-test" points=3
# 3 points, run after you hand in: all sizes, windows and strides that are not square, sizes that do
# not fit.
### BEGIN HIDDEN TESTS
check("pool-output-shape", pool_output_shape, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
What pooling saves shows downstream. AlexNet pools three times; after the last it lays the maps
flat, and 4,096 units look at all of them.

**Predict.** How many times more weights would that layer have without the last pooling?

*My guess:*
"""

# %%
inputs = [(64, 55, 55), (192, 27, 27), (256, 13, 13)]
outputs = [pool_output_shape(shape, 3, 2) for shape in inputs]
print(f"weights after it: {4096 * np.prod(inputs[2]):,}, or with it {4096 * np.prod(outputs[2]):,}")
columns = [Column("pooling after", ["layer 1", "layer 2", "layer 5"])]
for name, shapes, kind in (("in", inputs, "input"), ("out", outputs, "output")):
    columns.append(Column(name, [f"{c} × {h} × {w}" for c, h, w in shapes], kind))
    columns.append(Column("numbers", [f"{np.prod(shape):,}" for shape in shapes], kind))
draw_table(columns, "Three poolings in AlexNet: each passes on about a quarter, and learns nothing.")

# %% [markdown]
r"""
### Windows that overlap

The lecture says that usually the stride is as large as the window. Its own example is different:
AlexNet's windows of 3×3 step by 2. The usual way, its 55 places do not even fit.
"""

# %%
for size, stride in ((2, 2), (3, 3), (3, 2)):
    try:
        print(f"windows of {size}, stride {stride}:", pool_output_shape((64, 55, 55), size, stride))
    except ValueError as refusal:
        print("ValueError:", refusal)

# %% [markdown]
r"""
**Predict.** In the patch below, in how many windows of 3×3 with stride 2 can one number be the
largest?

*My guess:*
"""

# %%
patch = maps[0, 50, 22:29, 5:12].round().astype(int)
figures.winners(
    patch,
    {"won, 2×2, stride 2": (2, 2), "won, 3×3, stride 2": (3, 2)},
    "How many windows each number wins; windows of zeros have no winner. Windows of 2×2 leave out the last row "
    "and column; windows of 3×3 share their borders.",
)

# %% [markdown]
r"""
**Explain.** Up to four. Every number is read, and a bright one in a shared row or column is told to
all windows around it. The paper reports 0.4 % less top-1 error than with 2×2 windows. Most later
networks went back to 2×2.
"""

# %% [markdown]
r"""
## Pooling is a convolution too

The mean is a weighted sum with equal weights. So average pooling *is* a convolution: a filter as
large as the window, a stride as large as the filter.

One thing is different. A filter in a layer looks at all channels and adds them up. Here each
channel must keep to itself. C channels in, C maps out: filter number c has weights for channel c,
and for the others?

**Your turn.** Write `strided_conv_as_pool`: make the filters, then call `conv2d`.
"""

# %% role="exercise" id="strided-conv-as-pool"
def strided_conv_as_pool(x, size):
    """Pool by averages with one call of `conv2d`.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size : int or (int, int)
        Of the windows, which stand side by side.

    Returns
    -------
    (N, C, H', W') ndarray, as from `average_pool2d`

    Raises
    ------
    ValueError
        If the windows do not fit.
    """
    ### BEGIN SOLUTION
    channels, (high, wide) = x.shape[1], pair(size)
    weights = np.zeros((channels, channels, high, wide), x.dtype)
    for c in range(channels):
        weights[c, c] = 1 / (high * wide)
    return conv2d(x, weights, stride=size)
    ### END SOLUTION


# %% role="given" id="strided-conv-as-pool-look"
look("strided-conv-as-pool", strided_conv_as_pool)

# %% role="check" id="strided-conv-as-pool-check" points=1
check("strided-conv-as-pool", strided_conv_as_pool)

# %% role="test" id="strided-conv-as-pool-test" points=3
# 3 points, run after you hand in: several images and channels, channels that are black, rectangles,
# float32 that stays float32, and sizes that do not fit.
### BEGIN HIDDEN TESTS
check("strided-conv-as-pool", strided_conv_as_pool, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
### A stride instead of pooling

If pooling is a convolution with a stride, why not give the stride to the layer before it, and skip
pooling? The layer saves three quarters of its work, or more. Many networks do so.

We try it on digits. "Stride only" takes every fourth pixel; the others pool windows of 4×4. Below
each digit is the same one, a pixel further right.

**Predict.** Which of the three changes least by that pixel?

*My guess:*
"""

# %%
data = load_digits()
ways = {
    "stride only": lambda x: x[:, :, ::4, ::4],
    "largest": lambda x: max_pool2d(x, 4),
    "mean": lambda x: strided_conv_as_pool(x, 4),
}

# %%
rows = {}
for name, index in (("a 4", 610), ("a 7", 1150)):
    digit = (data["held_out_images"][index] / 255)[np.newaxis, np.newaxis]
    for how, image in ((name, digit), (f"{name}, moved", np.roll(digit, 1, axis=3))):
        rows[how] = [image[0, 0], *(way(image)[0, 0] for way in ways.values())]
figures.stages(rows, ["28×28", *ways], "Compare each pair: a stride alone changes most.")

# %%
some = (data["held_out_images"][::15, np.newaxis] / 255).astype("float32")
for name, way in ways.items():
    before, after = way(some), way(np.roll(some, 1, axis=3))
    change = np.sqrt(np.sum((after - before) ** 2) / np.sum(before**2))
    print(f"{name:12} changes by {change:.0%}, over {len(some)} digits")

# %% [markdown]
r"""
**Explain.** One pixel makes and unmakes strokes where only a stride thins out the picture. The
pools look at every pixel and change less. A *learned* filter as wide as its stride looks at every
pixel too, and that is what networks without pooling use. It has weights to learn, where pooling has
none.
"""

# %%
print(f"pooling: {pool_parameter_count()} weights")
print(f"learned 2×2 filters with stride 2, 64 channels in and out: {64 * 64 * 2 * 2 + 64:,} weights")

# %% [markdown]
r"""
## Neighbours damp each other

The lecture's section on normalization layers is one line. Here are the two that mattered.

AlexNet used **local response normalization**: at each place, a channel's answer is divided by
something that grows with the answers of its neighbours, channels $i - n/2$ to $i + n/2$.

$$
b_i = a_i \Big/ \Bigl( k + \alpha \sum_{j = \max(0,\; i - n/2)}^{\min(C - 1,\; i + n/2)} a_j^2 \Bigr)^{\beta}
$$

Loud neighbourhoods turn themselves down, as nerve cells do. Round $n/2$ down. At both ends the
window has fewer channels.

**Your turn.** Write `local_response_normalize`.
"""

# %% role="exercise" id="local-response-normalize"
def local_response_normalize(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    """Damp each number by what its neighbouring channels answer at the same place.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    n : int
        Channels in the window, fewer at both ends.
    k, alpha, beta : float
        The paper's constants.

    Returns
    -------
    (N, C, H, W) ndarray
        In the dtype of `x`.
    """
    ### BEGIN SOLUTION
    output = np.empty_like(x)
    for i in range(x.shape[1]):
        window = x[:, max(0, i - n // 2) : i + n // 2 + 1]
        output[:, i] = x[:, i] / (k + alpha * np.sum(window**2, axis=1)) ** beta
    return output
    ### END SOLUTION


# %% role="given" id="local-response-normalize-look"
look("local-response-normalize", local_response_normalize)

# %% role="check" id="local-response-normalize-check" points=1
check("local-response-normalize", local_response_normalize)

# %% role="test" id="local-response-normalize-test" points=3
# 3 points, run after you hand in: other constants, windows wider than there are channels, a channel
# that answers alone, rectangles, several images, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("local-response-normalize", local_response_normalize, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
The paper's constants are made for pixels from 0 to 255. Our AlexNet gets smaller ones, so we bring
its answers back to that scale. And we multiply by $k^\beta$ afterwards: what has silent neighbours
then stays as it is.

**Predict.** Which answers lose the larger *share*, strong or weak ones?

*My guess:*
"""

# %%
loud = maps * float(255 * IMAGENET_STD.mean())
damped = local_response_normalize(loud) * 2**0.75
busiest = np.unravel_index(loud[0].sum(axis=0).argmax(), loud.shape[2:])
figures.damping(loud[0], damped[0], busiest)

# %% [markdown]
r"""
What for? Photos are taken in all kinds of light. We halve the contrast of the cat, and look at the
strongest hundredth of the answers.

**Predict.** Without normalization they should be halved. And with it?

*My guess:*
"""

# %%
strong = loud > np.percentile(loud, 99)
for contrast in (1, 0.5, 0.25):
    answers = conv2d(contrast * x, alexnet["conv1.weight"], stride=4)
    answers = np.maximum(answers + alexnet["conv1.bias"][:, None, None], 0)
    answers *= float(255 * IMAGENET_STD.mean())
    evened = local_response_normalize(answers) * 2**0.75
    before, after = (np.mean(a[strong] / b[strong]) for a, b in ((answers, loud), (evened, damped)))
    print(f"contrast {contrast:4}: {before:5.1%} of the answers before, {after:6.1%} after")

# %% [markdown]
r"""
**Explain.** Strong answers lose most, so a faint picture and a bright one come out more alike; at
half the contrast the strong ones are as strong as before. What counts is how a channel does *among
its neighbours*.

Two cautions. Our network was trained without this layer, so which channels are neighbours is an
accident here. And VGG, two years later, found that it gained nothing by it and left it out.
"""

# %% [markdown]
r"""
## One scale for every channel

What replaced it looks along the other axes. **Batch normalization** takes one channel at a time,
over *all images of the batch and all places*, and gives it mean 0 and variance 1. Then the channel
gets a scale $\gamma_c$ and a shift $\beta_c$ of its own, which are learned.

$$
y = \gamma_c\, \frac{x - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}} + \beta_c
$$

The variance divides by the count of numbers, and the small $\varepsilon$ keeps an even channel from
a division by 0.

**Your turn.** Write `batch_normalize`. Which axes do you average over, and how do you line up
$\gamma$ with the channels?
"""

# %% role="exercise" id="batch-normalize"
def batch_normalize(x, gamma, beta, eps=1e-5):
    """Give each channel of the batch its own mean and scale.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    gamma, beta : (C,) ndarray
        Scale and shift of each channel.
    eps : float
        Added to the variance, inside the root.

    Returns
    -------
    (N, C, H, W) ndarray
        In the dtype of `x`.
    """
    ### BEGIN SOLUTION
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    variance = x.var(axis=(0, 2, 3), keepdims=True)
    even = (x - mean) / np.sqrt(variance + eps)
    return gamma[:, np.newaxis, np.newaxis] * even + beta[:, np.newaxis, np.newaxis]
    ### END SOLUTION


# %% role="given" id="batch-normalize-look"
look("batch-normalize", batch_normalize)

# %% role="check" id="batch-normalize-check" points=1
check("batch-normalize", batch_normalize)

# %% role="test" id="batch-normalize-test" points=3
# 3 points, run after you hand in: several images and channels, a batch of one, an even channel, an eps
# that matters, pictures of more contrast, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("batch-normalize", batch_normalize, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
First on AlexNet's answers to the cat, before the ReLU, with all scales 1 and all shifts 0.

**Predict.** Before: do you expect 64 filters of one layer to answer about equally strongly?

*My guess:*
"""

# %%
ones, zeros = np.ones(64, "float32"), np.zeros(64, "float32")
answers = conv2d(x, alexnet["conv1.weight"], stride=4) + alexnet["conv1.bias"][:, None, None]
figures.channel_scales({"before": answers, "after": batch_normalize(answers, ones, zeros)})

# %% [markdown]
r"""
**Explain.** By no means. The next layer would have to cope with all these ranges, and while layer 1
learns, with ranges that move. After it, every channel speaks equally loudly.

What that is worth shows in depth. Twenty layers of random weights, with a ReLU after each, on real
digits. The right size of weights keeps the numbers alive; lesson 06 says which it is. We take 0.7
times that size, and 1.4 times.

**Predict.** How large are the numbers after 20 layers?

*My guess:*
"""

# %%
def through(images, size, layers=20, normalize=False):
    """The spread of the numbers after each of many layers of 100 random units."""
    rng, x, spreads = np.random.default_rng(0), images.reshape(len(images), -1), []
    for _ in range(layers):
        x = x @ rng.normal(0, size * np.sqrt(2 / x.shape[1]), (x.shape[1], 100))
        if normalize:  # each unit is a channel of one place
            x = batch_normalize(x[:, :, None, None], np.ones(100), np.zeros(100))[:, :, 0, 0]
        x = np.maximum(x, 0)
        spreads.append(x.std())
    return np.arange(1, layers + 1), np.array(spreads)


# %%
some = data["held_out_images"][::10] / 255
spreads = {f"weights × {size}": through(some, size) for size in (0.7, 1.0, 1.4)}
evened = {size: through(some, size, normalize=True) for size in (0.7, 1.0, 1.4)}
for size, (_, spread) in evened.items():
    print(f"normalized, weights × {size}: {spread[0]:.2f} after 1 layer, {spread[-1]:.2f} after 20")
spreads["any of them, normalized"] = evened[1.0]
curves(
    spreads, "layer", "spread of the numbers",
    "Weights too small fade away, weights too large explode. Normalized, all stay level.", log=True,
)

# %% [markdown]
r"""
**Explain.** A factor a little wrong, 20 times over, is a thousandfold. Numbers that vanish teach
nothing and numbers that explode end in `inf`. With batch normalization the size of the weights
drops out: any start will do, and training may take larger steps.
"""

# %% [markdown]
r"""
## Break it once

A trained network is put to work. A user sends a single photo; the last layers hold one number for
each channel. So the batch is one image with maps of 1×1.

**Predict.** Three different inputs, one at a time, through your `batch_normalize`. What comes out?

*My guess:*
"""

# %%
rng = np.random.default_rng(3)
for _ in range(3):
    alone = rng.normal(size=(1, 4, 1, 1))
    out = batch_normalize(alone, gamma=np.ones(4), beta=np.array([0.1, 0.2, 0.3, 0.4]))
    print("in", alone.ravel().round(2), " out", out.ravel())

# %% [markdown]
r"""
**Explain.** Always $\beta$. A single number *is* its own mean; nothing is left of the input. And in
a batch of two, each image's result depends on the other.

So this is the layer's *training* mode. While it trains, a network keeps a running average of
$\mu_c$ and $\sigma_c^2$, and at work it uses those instead. Whoever forgets to switch over has a
network that answers the same to everything.
"""

# %% [markdown]
r"""
## Only what is positive

The bend of lesson 01 discards as well: everything below 0. "Not this pattern" and "the very
opposite of this pattern" become the same.

$$
\text{relu}(x) = \max(0, x)
$$

**Your turn.** Write `relu`, for arrays of any shape. One line will do.
"""

# %% role="exercise" id="relu"
def relu(x):
    """Keep what is positive, and put 0 for the rest.

    Parameters
    ----------
    x : ndarray
        Of any shape.

    Returns
    -------
    ndarray
        Of the same shape and dtype.
    """
    ### BEGIN SOLUTION
    return np.maximum(x, 0)
    ### END SOLUTION


# %% role="given" id="relu-look"
look("relu", relu)

# %% role="check" id="relu-check" points=1
check("relu", relu)

# %% role="test" id="relu-test" points=3
# 3 points, run after you hand in: all shapes, nothing but negative numbers, float32 that stays
# float32, and an input left as it was.
### BEGIN HIDDEN TESTS
check("relu", relu, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Convolution, then ReLU, then pooling: that is the usual order. On a phone every operation counts.

**Predict.** Could we pool first and then cut off the negative numbers? With the maximum? With the
mean?

*My guess:*
"""

# %%
answers = conv2d(x, alexnet["conv1.weight"], stride=4) + alexnet["conv1.bias"][:, None, None]
print(f"of the answers, {np.mean(relu(answers) == 0):.0%} become 0")
for name, pool in (("largest", max_pool2d), ("mean", average_pool2d)):
    usual, swapped = pool(relu(answers), 3, 2), relu(pool(answers, 3, 2))
    print(f"{name:8} numbers that differ: {np.mean(usual != swapped):.0%}")

# %% [markdown]
r"""
**Explain.** Cutting off below 0 never changes which number is the largest. So the two layers may
change places, and the ReLU then has a quarter of the work. In a mean, negative numbers take
something off the positive ones; after the ReLU they cannot.
"""

# %% [markdown]
r"""
## Drop some, by chance

The last way to discard looks like vandalism. While the network trains, **dropout** sets each number
to 0 with the chance `rate`, afresh at every step. No unit can rely on any one other. AlexNet needed
it for its two largest layers, at a rate of 0.5.

To keep sums as they are on the average, what stays is divided by $1 - \text{rate}$. Then there is
nothing to do at test time: `training=False` returns the numbers as they came.

Chance comes from `rng`, a NumPy generator: `rng.random(shape)` draws numbers from 0 to 1.

**Your turn.** Write `dropout`.
"""

# %% role="exercise" id="dropout"
def dropout(x, rate, rng, training=True):
    """Drop numbers by chance, and scale the others so that the mean stays.

    Parameters
    ----------
    x : ndarray
        Of any shape.
    rate : float
        Chance of each number to be dropped, below 1.
    rng : numpy.random.Generator
        Where chance comes from.
    training : bool
        If not, `x` comes out as it went in.

    Returns
    -------
    ndarray
        Of the same shape and dtype.
    """
    ### BEGIN SOLUTION
    if not training:
        return x
    stays = rng.random(x.shape) >= rate
    return x * stays / (1 - rate)
    ### END SOLUTION


# %% role="given" id="dropout-look"
figures.dropped(dropout, np.arange(1.0, 13.0).reshape(3, 4))

# %% role="check" id="dropout-check" points=1
check("dropout", dropout)

# %% role="test" id="dropout-test" points=3
# 3 points, run after you hand in: several rates, a chance for each number of its own, the same numbers
# from the same generator, nothing at test time, all shapes, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("dropout", dropout, hidden=True)
### END HIDDEN TESTS

# %%
digit = (data["held_out_images"][1150] / 255).astype("float32")
rng = np.random.default_rng(0)
rates = {f"rate {rate}": [dropout(digit, rate, rng) for _ in range(6)] for rate in (0.2, 0.5, 0.8)}
rows_of_pictures(rates, "One digit, dropped anew each time. You can still read it; so must the network.")

# %% [markdown]
r"""
We let it work on the stencils of lesson 01: a score for each class, learned by small steps. `spoil`
is what happens to the rows of pixels before each step.
"""

# %%
def train(rows, labels, classes=10, steps=600, rate=0.2, spoil=lambda rows, rng: rows):
    """Learn weights (K, D) and biases (K,) that score rows; lesson 01 says how."""
    rng, weights = np.random.default_rng(0), np.zeros((classes, rows.shape[1]), rows.dtype)
    bias = np.zeros(classes, rows.dtype)
    for _ in range(steps):
        drawn = rng.integers(len(rows), size=50)
        batch = spoil(rows[drawn], rng)
        scores = batch @ weights.T + bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        grad = powers / powers.sum(axis=1, keepdims=True) - np.eye(classes)[labels[drawn]]
        weights -= rate / 50 * (grad.T @ batch).astype(rows.dtype)
        bias -= rate / 50 * grad.sum(axis=0).astype(rows.dtype)
    return weights, bias


def accuracy(rows, labels, weights, bias):
    """The share of the rows whose own class scores highest."""
    return np.mean(np.argmax(rows @ weights.T + bias, axis=1) == labels)


# %%
mixed = np.random.default_rng(0).permutation(len(data["labels"]))  # they come sorted
images = (data["images"][mixed, np.newaxis] / 255).astype("float32")
labels = data["labels"][mixed].astype(int)
test_images = (data["held_out_images"][:, np.newaxis] / 255).astype("float32")
test_labels = data["held_out_labels"].astype(int)

# %% [markdown]
r"""
**Predict.** Two learners see the same 1,000 digits, one of them through dropout at rate 0.5. Then
pixels of the held-out digits go missing. Which learner minds less? And who reads *whole* digits
better?

*My guess:*
"""

# %%
rows, test_rows = images[:1000].reshape(1000, -1), test_images.reshape(1500, -1)
learners = {
    "learned from whole digits": train(rows, labels),
    "learned through dropout": train(rows, labels, spoil=lambda rows, rng: dropout(rows, 0.5, rng)),
}
missing, series = np.linspace(0, 0.9, 10), {}
for name, learner in learners.items():
    spoilt = [dropout(test_rows, share, np.random.default_rng(1)) for share in missing]
    series[name] = missing, np.array([accuracy(rows, test_labels, *learner) for rows in spoilt])
    print(f"{name}: whole {series[name][1][0]:.1%}, half missing {series[name][1][5]:.1%}")
curves(
    series, "share of the pixels missing", "held-out digits read",
    "With pixels missing, the learner that is used to it reads more.",
)

# %% [markdown]
r"""
**Explain.** Dropout spreads the evidence over many pixels, so the loss of some costs less. On whole
digits it gains little here: so small a network hardly learns by heart. AlexNet's sixty million
numbers do; without dropout, its paper says, it showed "substantial overfitting".
"""

# %% [markdown]
r"""
## The last layer is a filter too

At the end of a network stands a fully connected layer: lay the maps flat, one score for each class.
That ties the network to one size of picture. Or does it?

A row of its weights has one number for each channel and place. Fold it back to (C, H, W), and it is
a *filter as large as the maps*. On those it has one place to stand, and gives the score. On larger
maps it **slides**.

Flat rows are in the order channel, row, column.

**Your turn.** Write `fully_connected_as_conv`. Refuse weights that are not as long as the image.
"""

# %% role="exercise" id="fully-connected-as-conv"
def fully_connected_as_conv(weights, input_shape):
    """Read fully connected weights as filters as large as their input.

    Parameters
    ----------
    weights : (K, C * H * W) ndarray
    input_shape : (int, int, int)
        Depth, height and width of the images that the weights are for.

    Returns
    -------
    (K, C, H, W) ndarray

    Raises
    ------
    ValueError
        If the weights are for images of another size.
    """
    ### BEGIN SOLUTION
    if weights.shape[1] != np.prod(input_shape):
        raise ValueError(f"{weights.shape[1]} weights a class do not fit images of {input_shape}")
    return weights.reshape(len(weights), *input_shape)
    ### END SOLUTION


# %% role="given" id="fully-connected-as-conv-look"
look("fully-connected-as-conv", fully_connected_as_conv)

# %% role="check" id="fully-connected-as-conv-check" points=1
check("fully-connected-as-conv", fully_connected_as_conv)

# %% role="test" id="fully-connected-as-conv-test" points=3
# 3 points, run after you hand in: the scores of the fully connected layer, on larger images the scores
# of each part, all sizes, float32 that stays float32, and weights of the wrong length.
### BEGIN HIDDEN TESTS
check("fully-connected-as-conv", fully_connected_as_conv, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Let us build a network to try it on. Its convolution is drawn by hand: Sobel's edges of lesson 02,
in eight directions. Then ReLU, then max pooling, 4×4 with stride 2. Only the last layer learns.

For thousands of digits loops are slow, so here is the fast form: the maximum of each column of a
window, then of those.
"""

# %%
def edges(images):
    """Eight maps: how strongly the picture brightens in each of eight directions."""
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
    turns = np.arange(8)[:, np.newaxis, np.newaxis] * np.pi / 4
    filters = np.cos(turns) * sobel + np.sin(turns) * sobel.T
    return np.maximum(conv2d(images, filters[:, np.newaxis]), 0)


def fast_max_pool(x, size, stride):
    """What `max_pool2d` does."""
    x = sliding_window_view(x, size, axis=2)[:, :, ::stride].max(axis=4)
    return sliding_window_view(x, size, axis=3)[:, :, :, ::stride].max(axis=4)


def features(images):
    """Convolution, ReLU, pooling, a few hundred images at a time."""
    chunks = np.array_split(images, -(-len(images) // 500))
    return np.concatenate([fast_max_pool(edges(chunk), 4, 2) for chunk in chunks])


# %%
few = edges(test_images[:5])
print("the two agree:", np.array_equal(fast_max_pool(few, 4, 2), max_pool2d(few, 4, 2)))

# %% [markdown]
r"""
On a page there are also places without a digit. So we add an eleventh class, *nothing*: halves of
digits, and pieces of two digits, as a window meets them between the digits.
"""

# %%
def nothing(digits):
    """Windows between digits: the end of one and the beginning of another, or of none."""
    others = digits[::-1]
    beside = np.concatenate([digits[..., 14:], others[..., :14]], axis=3)
    below = np.concatenate([digits[:, :, 14:], others[:, :, :14]], axis=2)
    left, right, top, bottom = beside.copy(), beside.copy(), below.copy(), below.copy()
    left[..., 14:], right[..., :14], top[:, :, 14:], bottom[:, :, :14] = 0, 0, 0, 0
    return np.concatenate([beside, below, left, right, top, bottom])


# %%
between = nothing(images[:500])
rows_of_pictures({"nothing": between[::340, 0]}, "Windows that are no digit, from two digits or one.")

# %%
seen = features(np.concatenate([images[:4000], between]))
is_what = np.concatenate([labels[:4000], np.full(len(between), 10)])
weights, bias = train(seen.reshape(len(seen), -1), is_what, classes=11, steps=1500, rate=0.05)
read = accuracy(features(test_images).reshape(1500, -1), test_labels, weights, bias)
print(f"maps {seen.shape[1:]}, weights {weights.shape}; {read:.1%} of the held-out digits")

# %% [markdown]
r"""
The layer's weights are for maps of 8×12×12: one digit. Now a page of 84×196 with seven held-out
digits. We feed the *page*, once.

**Predict.** How large is the score map, for each of the eleven classes?

*My guess:*
"""

# %%
rng = np.random.default_rng(6)
page, written = np.zeros((1, 1, 84, 196), "float32"), []
for top, left in ((4, 8), (44, 30), (12, 64), (48, 92), (8, 120), (50, 150), (14, 162)):
    chosen = rng.integers(len(test_images))
    page[0, 0, top : top + 28, left : left + 28] += test_images[chosen, 0]
    written.append((top, left, test_labels[chosen]))
page = np.minimum(page, 1)

# %%
def score(page):
    """The scores of every window, one map a class: (11, H', W')."""
    filters = fully_connected_as_conv(weights, (8, 12, 12))
    return conv2d(features(page), filters)[0] + bias[:, np.newaxis, np.newaxis]


def as_chances(scores):
    """Softmax over the classes, at each place."""
    powers = np.exp(scores - scores.max(axis=0))
    return powers / powers.sum(axis=0)


# %%
scores = score(page)
window = features(page[:, :, 4:32, 8:36]).reshape(1, -1) @ weights.T + bias
print("scores:", scores.shape)
print(f"one window, cut out and laid flat: {np.abs(window[0] - scores[:, 2, 4]).max():.0e} away")
shown = {f"is it a {k}?": as_chances(scores)[k] for k in (4, 5, 9, 6, 3)}
shown["is it nothing?"] = as_chances(scores)[10]
grid(shown, "Six of the eleven maps: bright where the window of 28×28 holds that digit.")

# %% [markdown]
r"""
**Explain.** Each number of a map is the score of one window, exactly as if we had cut it out;
windows lie two pixels apart, as pooling steps by 2. The layers below worked once for all of them.

To read the page we take the peaks: chances above 0.9 that are the largest in their neighbourhood.
For that you have a function.
"""

# %%
chances = as_chances(score(page))[:10]  # without "nothing"
best = chances.max(axis=0)
around = max_pool2d(np.pad(best, 6)[np.newaxis, np.newaxis], size=13, stride=1)[0, 0]
peaks = np.argwhere((best == around) & (best > 0.9))
finds = [(2 * i, 2 * j, int(chances[:, i, j].argmax())) for i, j in peaks]
print(f"pixels read: {page.size:,}; window by window: {best.size * 28 * 28:,}")
print("written, left to right:", *(int(label) for _, _, label in written))
figures.found(page[0, 0], finds, 28, written)

# %% [markdown]
r"""
**Explain.** Look at the orange box. The label of that digit says 3. Who is mistaken, the network or
whoever labelled it? Real data is like that: some errors are the labels'.

You have built a convolutional network, and it finds things. It errs now and then: only its last
layer has learned, and lesson 05 teaches the others. Many networks that find things rest on this
trick, and VGG was tested by it on photos of any size.
"""

# %% [markdown]
r"""
## How much does a shift matter

All through this lesson we said that pooling makes shifts matter less. How much less? Let us
measure. Move the images by some pixels, down and right. Compare the layer's outputs $f$ before and
after, image by image, against how large they were:

$$
\frac{1}{N} \sum_n \frac{\lVert f(\text{moved}_n) - f(\text{image}_n) \rVert}{\lVert f(\text{image}_n) \rVert}
$$

The bars are the Euclidean length over all numbers of one image's output, `np.linalg.norm`. 0 means:
the layer did not notice.

**Your turn.** Write `translation_sensitivity`. The layer takes (N, C, H, W); its output may have
any shape behind the N.
"""

# %% role="given" id="pooling-shift-images"
def shift_images(images, down, right):
    """Move images down and right; zeros come in. Lesson 01 has the other directions too."""
    height, width = images.shape[2:]
    return np.pad(images, ((0, 0), (0, 0), (down, 0), (right, 0)))[:, :, :height, :width]


# %% role="exercise" id="translation-sensitivity"
def translation_sensitivity(layer, images, shift):
    """Measure how much a layer's output changes, relatively, when its input moves.

    Parameters
    ----------
    layer : callable
        (N, C, H, W) ndarray → (N, ...) ndarray.
    images : (N, C, H, W) ndarray
    shift : int
        Pixels, down and right.

    Returns
    -------
    float
        The mean over the images.
    """
    ### BEGIN SOLUTION
    still = layer(images).reshape(len(images), -1)
    moved = layer(shift_images(images, shift, shift)).reshape(len(images), -1)
    change = np.linalg.norm(moved - still, axis=1) / np.linalg.norm(still, axis=1)
    return float(np.mean(change))
    ### END SOLUTION


# %% role="given" id="translation-sensitivity-look"
look("translation-sensitivity", translation_sensitivity)

# %% role="check" id="translation-sensitivity-check" points=1
check("translation-sensitivity", translation_sensitivity)

# %% role="test" id="translation-sensitivity-test" points=3
# 3 points, run after you hand in: layers that mind a shift and layers that do not, shifts of several
# pixels and of none, one image and many.
### BEGIN HIDDEN TESTS
check("translation-sensitivity", translation_sensitivity, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Thirty digits, one pixel down and right; the edges of the last section; windows from 1×1 to 14×14.

**Predict.** Sketch three curves against the size of the window: largest, mean, and stride only.

*My guess:*
"""

# %%
def framed_edges(images):
    """The eight maps, 28×28 like the digits: windows of 2, 4, 7, 14 and 28 fit."""
    return edges(np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1))))


# %%
some, series = test_images[::50], {}
for name, pool, sizes in (
    ("largest", max_pool2d, (1, 2, 4, 7, 14)),
    ("mean", average_pool2d, (1, 2, 4, 7, 14)),
    ("stride only", lambda x, size: x[:, :, ::size, ::size], (1, 2, 4, 7)),
):
    change = [translation_sensitivity(lambda x: pool(framed_edges(x), k), some, 1) for k in sizes]
    series[name] = sizes, change
    print(f"{name:12}", *(f"{k}×{k} {value:.2f} " for k, value in zip(sizes, change)))
curves(
    series, "side of the window", "relative change",
    "What one pixel's shift changes: less after pooling in larger windows, ever more after a stride.",
)

# %% [markdown]
r"""
**Explain.** A stride alone forgets most of the numbers and gains no tolerance at all. Both pools
gain with the size of the window. But at usual sizes, 2 or 3, what they give is modest: tolerance,
*not* indifference. Networks earn the rest by pooling several times, and by training on shifted
pictures.
"""

# %% [markdown]
r"""
Then why not pool the whole map at once, and be indifferent? We train the last layer on windows of
4, of 14 and of the whole map, and on bare pixels as lesson 01 did. Then the held-out digits wander
to the right.

**Predict.** Who reads unshifted digits best? Whose curve is flattest?

*My guess:*
"""

# %%
def forgetting(images, size):
    """Edges, then the largest of windows of this size, laid flat; size 0: the bare pixels."""
    if size:
        images = fast_max_pool(framed_edges(images), size, size)
    return images.reshape(len(images), -1)


# %%
some, answers, shifts, series = test_images[::3], test_labels[::3], np.arange(7), {}
for size in (0, 4, 14, 28):
    rows = np.concatenate([forgetting(chunk, size) for chunk in np.array_split(images[:3000], 6)])
    learner = train(rows, labels)
    moved = [forgetting(shift_images(some, 0, shift), size) for shift in shifts]
    name = f"windows of {size}" if size else "bare pixels"
    series[name] = shifts, np.array([accuracy(rows, answers, *learner) for rows in moved])
    print(f"{name:13}", *(f"{share:5.0%}" for share in series[name][1]))
curves(
    series, "pixels to the right", "held-out digits read",
    "The larger the windows, the flatter the curve. It is paid for on the left.",
)

# %% [markdown]
r"""
**Explain.** Whoever forgets nothing minds every pixel. Whoever forgets all places minds none, and
cannot read, because *where* the strokes are makes the digit. Between the two lies the art: throw
away a little, look for larger patterns in what is left, throw away a little again. That is why
convolution and pooling take turns.
"""

# %% [markdown]
r"""
### Think it through

A friend wants to count the cells in pictures from a microscope, and to mark the middle of each. In
your own words, eight sentences at most:

1. What does max pooling forget about a picture, and what does it keep?
2. Why does that help to say *whether* there is a cell?
3. Why does it hurt here, and what could your friend use instead?
4. Her network has batch normalization and is to run on one picture at a time. What has to be done
   about it, and why?
"""

# %% [markdown] role="question" id="what-pooling-throws-away" points=4
r"""
### BEGIN SOLUTION
Max pooling keeps how strongly each pattern answers somewhere in a window, and forgets where in the
window, how often, and everything weaker. To say whether there is a cell, its exact place does not
matter: a shift of a pixel leaves most of the maxima as they are, so one learned pattern serves for
many positions, and later layers have fewer numbers to look at. Here the place is the answer itself:
after three poolings of 2×2 a mark can be off by up to 7 pixels, and two cells in one window count
as one. She can pool less, make steps smaller, let windows overlap, keep the maps from before
pooling and join them with the later ones, or slide a classifier over the picture and take its
peaks. In training, batch normalization uses the mean and variance of the batch; with one picture
these are the picture's own, and the result would depend on what it was computed with. So averages
of mean and variance are kept while training, and used at work.

**To mark:**

- 1 point: keeps the strength of the strongest answer in a window; forgets its place in it (or: how
  many, and all others).
- 1 point: a shifted pattern gives (nearly) the same answer, so *whether* gets easier; or names the
  smaller maps with a reason.
- 1 point: the place, or the number of cells in one window, is what is asked for; *and* one workable
  alternative.
- 1 point: statistics of a batch do not exist for one picture (they are the picture's own); use
  those gathered in training.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes to the page and answer aloud.

1. What does the maximum of a window tell you that the mean does not, and the other way round?
2. How many parameters has a pooling layer, and what does it do to the depth?
3. Which numbers share a mean in batch normalization? Which damp each other in AlexNet's?
4. Why may max pooling and ReLU change places, and average pooling and ReLU not?
5. How can a network that was trained on 28×28 read a whole page in one go?
"""

# %% [markdown]
r"""
## On your own

- Pool with the *smallest* number, or with the second largest. What do they keep of the cat's maps?
- Blur the edges with a 3×3 mean before you take every fourth of them. Where does "stride only" land
  on the sensitivity curve? The idea returned to large networks in 2019, as anti-aliasing.
- Give `nothing` the windows in which the page's wrong boxes stood, and train again. Do the boxes
  go?
"""

# %%
progress("04-pooling-and-normalization")
