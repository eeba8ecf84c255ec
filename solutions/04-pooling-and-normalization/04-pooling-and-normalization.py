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
# 04 · Pooling, normalization and dropout: throwing information away on purpose

A convolutional layer reports how well every filter matches at every position. The next layer needs
far less detail than that. This lesson is about the small layers between the large ones, which
*discard* something: exact positions, overall strength, negative numbers, and sometimes a number by chance.

- **You will do**: write pooling, two kinds of normalization (one with statistics for later), ReLU and
  dropout, and build a network that finds digits on a page.
- **You will learn**: what each of these layers gives up, what it gains, and how to measure that.
- **You will need**: [lesson 02](../02-filters/02-filters.ipynb#Every-filter,-every-image) and
  [lesson 03](../03-padding-and-stride/03-padding-and-stride.ipynb#Output-size-and-stride:-count-the-places), NumPy's `max`, `mean` and their
  `axis`, and about 4 hours. You may stop after *Statistics for later* and come back.
  *Which numbers share a mean* may be skipped on a first reading.
"""

# %% [markdown]
r"""
If the next cell finds no module `autograder`, install the course as its README says; on Linux and macOS
`make learn` does it.
"""

# %% role="given" id="pooling-setup"
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import catch, check, guess, look, progress, watch
from autograder.datasets import IMAGENET_MEAN, IMAGENET_STD, load_alexnet_convs
from autograder.datasets import load_digits, load_photo
from autograder.figures import pooling_and_normalization as figures
from autograder.figures.fully_connected_limits import rows_of_pictures
from autograder.figures.raster import curves, grid
from autograder.figures.tables import Column, draw_table

# %% [markdown]
r"""
**Before you begin**, run `autograder recall` in a terminal: it asks again what lessons 01 to 03 taught.

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

**Predict.** The photo has 227×227 pixels of three numbers each. Does the layer put out more numbers
than that, or fewer? Double-click here and write it down.

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
grid(
    {"the photo": cat, **rim}, "Five of its 64 maps: bright where the filter fits.",
    "A cat's face and five nearly black maps with thin bright lines along its eyes and stripes.", columns=6,
)

# %% [markdown]
r"""
**Explain.** More. Look at what they say: a thin bright line along the rim of the eye, beside a lot of
black. It does not matter whether the edge passes through this number or the one beside it. What
matters is that there *is* an edge here, and how strong it is.
"""

# %% [markdown]
r"""
## Max pooling: keep the largest

So we put windows side by side and keep the largest number of each. This is **max pooling**. Here is
a piece of the rim, rounded, with windows of 2×2:
"""

# %%
patch = maps[0, 50, 22:28, 5:11].round().astype(int)
largest = sliding_window_view(patch, (2, 2))[::2, ::2].max(axis=(2, 3))
figures.pooled(patch, largest, 2, "A quarter of the numbers. The line is still there, and as bright.")
# <!-- follows: 1 / (2 × 2) = 0.25 -->

# %% [markdown]
r"""
Each channel is pooled on its own (the depth does not change), so a strong response to one feature
cannot hide a weak response to another. By default the window moves by its own size; `stride` can say
otherwise. Sizes that do not fit are refused with a `ValueError`; `places` does that.

Two traps: a picture and a window may be wider than high. And a window can be negative throughout;
its maximum is then negative too. Starting the search at 0 is a classic bug.
"""

# %% [markdown]
r"""
**Your turn.** Write `max_pool2d`. Loop over the places.
"""

# %% role="exercise" id="max-pool2d"
def max_pool2d(x, size, stride=None):
    """Keep the largest number of each window, channel by channel.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride : int or (int, int)
        Of the window and of its steps, one number or one for height and one for width. Without a
        stride, the steps are as large as the window.

    Returns
    -------
    (N, C, H', W') ndarray, in the dtype of `x`: float32 stays float32

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
# 3 points, run after you hand in: the default stride and other strides, pairs, images that are not
# square, several images and channels, negative windows, float32 that stays float32, and refusals.
### BEGIN HIDDEN TESTS
check("max-pool2d", max_pool2d, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Catch it.** A search for the largest number that starts at 0 passes the case below. Change the numbers until
it is caught. What must a window hold, so that the wrong start shows?
"""

# %%
catch("max-pool2d", [[[[1, -2], [3, 0]]]], 2, mistake="starts from 0")

# %% [markdown]
r"""
Watch your own function at work, on windows that overlap: 3×3 with stride 2.
"""

# %%
numbers = np.array([[1, 0, 2, 0, 3], [0, 9, 0, 4, 0], [2, 0, 8, 0, 1], [0, 5, 0, 7, 0], [3, 0, 6, 0, 2]])
watch(max_pool2d, numbers[np.newaxis, np.newaxis].astype(float), 3, 2)

# %% [markdown]
r"""
## Average pooling: take the mean

**Average pooling** keeps the mean of each window. LeNet-5 used a variant of it in 1998 (with a learned
factor and bias). Windows, steps and refusals are the same as for the maximum.

**Your turn.** Write `average_pool2d`. How many numbers does a window of 2×3 hold?
"""

# %% role="exercise" id="average-pool2d"
def average_pool2d(x, size, stride=None):
    """Take the mean of each window, channel by channel.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride : int or (int, int)
        Of the window and of its steps, one number or one for height and one for width. Without a
        stride, the steps are as large as the window.

    Returns
    -------
    (N, C, H', W') ndarray, in the dtype of `x`: float32 stays float32

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
We pool the cat's maps three times with windows of 3×3 and stride 2, once by the maximum and once by
the mean.

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
figures.stages(
    rows, titles, "On one gray scale: under the maximum bright lines stay bright and grow thick; under the mean "
    "they fade.",
    "Maps of an eye in four columns, ever coarser. Two rows end in white blocks, two in almost black ones.",
)

# %% [markdown]
r"""
**Explain.** The maximum asks *is it here?* and the mean asks *how much of it is here?* A line one
number wide fills at most a third of a 3×3 window, so its mean is smaller.
<!-- follows: three of nine places --> All maps of a row are drawn
on one gray scale: the mean's maps are darker, but relative to their own average their peaks stand out
as well.
"""

# %% [markdown]
r"""
Is the maximum better, then? Try both on noise around 0, in which there is nothing to find.

**Predict.** After three poolings, what does each of the two report?

*My guess:*
"""

# %%
noise = np.random.default_rng(0).normal(size=(1, 20, 55, 55))
for name, pool in (("largest", max_pool2d), ("mean", average_pool2d)):
    print(f"{name:8}", *(f"{step.mean():6.2f} ± {step.std():.2f}" for step in three_times(pool, noise)))

# %% [markdown]
r"""
**Explain.** Among many random numbers one is large, and the maximum reports it. In the mean, noise
cancels. ResNet, for example, uses both: a maximum after its first layer, and at the very end a mean
over the whole map (*global average pooling*; He et al., 2015).
"""

# %% [markdown]
r"""
## Pooling has no parameters and shrinks the maps

A convolutional layer learns its weights. What about a pooling layer? Look for numbers in your two
functions that training could change.

**Your turn.** Two short functions. First, `pool_parameter_count`: how many weights and biases does a
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

# %% role="test" id="pool-parameter-count-test" points=1
# 1 point, run after you hand in.
### BEGIN HIDDEN TESTS
check("pool-parameter-count", pool_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Second: what shape comes out? Height and width follow the formula of
[lesson 03](../03-padding-and-stride/03-padding-and-stride.ipynb#Output-size-and-stride:-count-the-places),
with a pad of 0:

$$
\frac{\text{size} - \text{window}}{\text{stride}} + 1
$$

And the depth? Does a window of channel 3 contain anything of channel 4?
"""

# %% [markdown]
r"""
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
        A tuple of whole numbers: depth, height and width.

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
# 3 points, run after you hand in: the default stride and other strides, pairs, images that are not
# square, and sizes that do not fit.
### BEGIN HIDDEN TESTS
check("pool-output-shape", pool_output_shape, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Pooling saves weights further on. AlexNet pools three times; after the last pooling it flattens the
maps, and 4,096 units look at all of them.

**Predict.** How many times as many weights would that layer have without the last pooling?
Put your guess in place of `None` below, and run the cell.
"""

# %%
guess("04-pooling-and-normalization: times as many weights", None)

# %%
inputs = [(64, 55, 55), (192, 27, 27), (256, 13, 13)]
outputs = [pool_output_shape(shape, 3, 2) for shape in inputs]
guess("04-pooling-and-normalization: times as many weights", result=np.prod(inputs[2]) / np.prod(outputs[2]))
print(f"weights after it: {4096 * np.prod(inputs[2]):,}, or with it {4096 * np.prod(outputs[2]):,}")
columns = [Column("pooling after", ["layer 1", "layer 2", "layer 5"])]
for name, shapes, kind in (("in", inputs, "input"), ("out", outputs, "output")):
    columns.append(Column(name, [f"{c} × {h} × {w}" for c, h, w in shapes], kind))
    columns.append(Column("numbers", [f"{np.prod(shape):,}" for shape in shapes], kind))
draw_table(columns, "Three poolings in AlexNet: each passes on about a quarter, and learns nothing.")
# <!-- follows: 27 × 27 / (55 × 55) ≈ 0.24 -->

# %% [markdown]
r"""
### Overlapping pooling

The stride is often as large as the window. AlexNet is different: its windows of 3×3 step by 2, so that
they overlap. With windows of 2×2 side by side, its maps of 55×55 do not even fit.
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
**Explain.** Up to four, at a corner that four windows share. The AlexNet paper reports 0.4 points less
top-1 error than with 2×2 windows at stride 2.
<!-- source: krizhevsky-2012, section 3.4 --> VGG used 2×2; GoogLeNet and ResNet use 3×3 with stride 2.
<!-- source: simonyan-2015, section 2.1 -->
<!-- source: szegedy-2015, table 1 -->
<!-- source: he-2016, table 1 -->
"""

# %% [markdown]
r"""
## Average pooling is a strided convolution

The mean is a weighted sum with equal weights. So average pooling *is* a convolution: the filter is as
large as the window, and the stride as large as the filter.

One thing is different. A filter of lesson 02 looks at all channels and adds them up. Here each channel
stays on its own. C channels come in and C maps come out: filter number c has weights for channel c,
and for the others?
"""

# %% [markdown]
r"""
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
    (N, C, H', W') ndarray, as from `average_pool2d`, in the dtype of `x`

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
# 3 points, run after you hand in: several images and channels, images that are not square, pairs,
# float32 that stays float32, and sizes that do not fit.
### BEGIN HIDDEN TESTS
check("strided-conv-as-pool", strided_conv_as_pool, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
### Strided convolution instead of pooling

If pooling is a convolution with a stride, why not give the stride to the layer before it, and leave
out pooling? At stride 2, that layer saves about three quarters of its work.
<!-- follows: one window in four is left --> Springenberg et al.
(2014) built networks in this way.

We try it on digits. "Stride only" takes every fourth pixel; the other two pool windows of 4×4. Below
each digit is the same digit, one pixel further right.
"""

# %% [markdown]
r"""
**Predict.** Which of the three changes least by that pixel? Put your guess in place of `None`
below, and run the cell.
"""

# %%
guess("04-pooling-and-normalization: changes least", None, choices=("stride only", "largest", "mean"))

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
figures.stages(
    rows, ["28×28", *ways], "Compare each pair, column by column: which column changes most?",
    "A 4 and a 7, each also one pixel further right, and three coarse pictures of 7×7 blocks made of each.",
)

# %%
some, changes = (data["held_out_images"][::15, np.newaxis] / 255).astype("float32"), {}
for name, way in ways.items():
    before, after = way(some), way(np.roll(some, 1, axis=3))
    changes[name] = change = np.sqrt(np.sum((after - before) ** 2) / np.sum(before**2))
    print(f"{name:12} changes by {change:.0%}, over {len(some)} digits")
guess("04-pooling-and-normalization: changes least", result=min(changes, key=changes.get))

# %% [markdown]
r"""
**Explain.** A stride alone changes most: one pixel decides whether a stroke is seen at all. The poolings look
at every pixel and change less. A *learned* filter that is at least as wide as its stride looks at every
pixel too. It has weights to learn; pooling has none.
"""

# %%
print(f"pooling: {pool_parameter_count()} weights")
print(f"learned 2×2 filters with stride 2, 64 channels in and out: {64 * 64 * 2 * 2 + 64:,} weights")

# %% [markdown]
r"""
## Local response normalization: neighbors damp each other

Several kinds of normalization layers exist. Here are two: the one that AlexNet used, and batch
normalization.

In **local response normalization** (LRN), a channel's answer at each place is divided by something
that grows with the answers of its neighbors, channels $i - n/2$ to $i + n/2$.

$$
b_i = a_i \Big/ \Bigl( k + \alpha \sum_{j = \max(0,\; i - n/2)}^{\min(C - 1,\; i + n/2)} a_j^2 \Bigr)^{\beta}
$$

Strong neighbors damp each other, an idea that the AlexNet paper takes from real neurons. Round $n/2$
down. At both ends the window has fewer channels.
"""

# %% [markdown]
r"""
**Your turn.** Write `local_response_normalize`.
"""

# %% role="exercise" id="local-response-normalize"
def local_response_normalize(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    """Damp each number by what its neighboring channels answer at the same place.

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

# %% role="test" id="local-response-normalize-test" points=5
# 5 points, run after you hand in: the paper's constants and others, the ends of the window, a channel
# that answers alone, images that are not square, several images, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("local-response-normalize", local_response_normalize, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
The paper's constants suit pixels from 0 to 255.
<!-- source: krizhevsky-2012, section 3.3 --> Our AlexNet gets smaller numbers, so we bring its
answers back to that scale. Afterwards we multiply by $k^\beta$: an answer whose whole neighborhood is
weak then stays nearly as it is.

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
Why would anyone want this? Photos are taken in all kinds of light. We halve the contrast of the cat,
and look at the strongest hundredth of the answers.
<!-- shown: Local response normalization: neighbors damp each other -->

**Predict.** Without normalization they should be halved.
<!-- follows: a convolution without bias is linear --> And with it?

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
**Explain.** Strong answers lose most, so a faint picture and a bright one come out more alike. What is left
depends more on how strong a channel is *compared with its neighbors*.

Two cautions. Our network was trained without this layer, so which channels are neighbors is arbitrary
here. And the VGG paper (2014) reports that LRN did not improve its network A, and leaves it out.
"""

# %% [markdown]
r"""
## Batch normalization: one scale for every channel

**Batch normalization** (Ioffe and Szegedy, 2015) averages along other axes. It takes one channel at a
time, over *all images of the batch and all places*, and gives it mean 0 and variance 1. Then the
channel gets its own scale $\gamma_c$ and shift $\beta_c$, which are learned.

$$
y = \gamma_c\, \frac{x - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}} + \beta_c
$$

The variance is the mean of the squared deviations (division by $n$, not $n - 1$). The small
$\varepsilon$ prevents a division by 0 where all numbers of a channel are equal.
"""

# %% [markdown]
r"""
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
# 3 points, run after you hand in: several channels, a batch of one image, eps, gamma and beta, images
# that are not square, pictures of more contrast, and float32 that stays float32.
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
**Explain.** No: their ranges differ widely. After batch normalization, all channels have the same mean
and spread. The paper explains its gain by ranges that no longer move during training; Santurkar et
al. (2018) dispute that this is the reason.
<!-- source: ioffe-2015 -->
<!-- source: santurkar-2018 -->

A measurable effect: twenty layers of random weights, with a ReLU after each, on real digits. One size
of weights keeps the numbers level;
[lesson 06](../06-lenet/06-lenet.ipynb#A-good-start:-weight-initialization) says which. We take 0.7 times that
size, and 1.4 times.
"""

# %% [markdown]
r"""
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
    "Weights that are too small make the numbers fade, and too large ones make them explode; normalized, they stay "
    "level.", log=True,
)

# %% [markdown]
r"""
**Explain.** A factor of 0.7 or 1.4, applied 20 times, becomes a factor of about a thousand.
<!-- follows: 1.4²⁰ is about 840, and 0.7²⁰ about 1/1250 -->
With batch normalization the *size* of the weights cancels out. (Other properties of the start still
matter: weights that are all zero stay useless.)
"""

# %% [markdown]
r"""
## Break it once: batch normalization of a single image

A trained network is used on a single photo (*inference*), and its last layers hold one number per
channel. So the batch is one image with maps of 1×1.

**Predict.** Three different inputs, one at a time, through your `batch_normalize`. What comes out?
Put your guess in place of `None` below, and run the cell.
"""

# %%
guess("04-pooling-and-normalization: what comes out", None, choices=("the inputs", "zeros", "always beta"))

# %%
rng, beta = np.random.default_rng(3), np.array([0.1, 0.2, 0.3, 0.4])
for _ in range(3):
    alone = rng.normal(size=(1, 4, 1, 1))
    out = batch_normalize(alone, gamma=np.ones(4), beta=beta)
    print("in", alone.ravel().round(2), " out", out.ravel())
always = "always beta" if np.allclose(out.ravel(), beta) else "something else"
guess("04-pooling-and-normalization: what comes out", result=always)

# %% [markdown]
r"""
**Explain.** Always $\beta$. A single number *is* its own mean, so nothing is left of the input. And in a
batch of two, each image's result depends on the other.

What you wrote is the layer's *training* mode. Without another mode for inference, this layer
gives the same output for every single input.
"""

# %% [markdown]
r"""
## Statistics for later: running averages

So the network keeps its own $\mu_c$ and $\sigma_c^2$ for later. They follow the batches of training, a
little at each step: **running averages**, with a *momentum* $m$, the part of the old value that stays:

$$
\mu \leftarrow m\,\mu + (1 - m)\,\mu_\text{batch}
\qquad
\sigma^2 \leftarrow m\,\sigma^2 + (1 - m)\,\sigma^2_\text{batch}
$$

One detail: the variance that is kept is the *unbiased* one, divided by $n - 1$, where $n$ counts all
numbers of a channel in the batch. PyTorch keeps the same (but its `momentum` is $1 - m$).
"""

# %% [markdown]
r"""
**Your turn.** Write `update_running_statistics`. It returns new arrays and leaves the old ones alone.
"""

# %% role="exercise" id="update-running-statistics"
def update_running_statistics(running_mean, running_var, x, momentum=0.9):
    """Let the kept statistics follow those of one mini-batch.

    Parameters
    ----------
    running_mean, running_var : (C,) ndarray
        Kept so far, one number for each channel.
    x : (N, C, H, W) ndarray
        The batch; each channel holds at least two numbers.
    momentum : float
        The part of the old statistics that stays.

    Returns
    -------
    mean, var : (C,) ndarray
        To be kept from now on, in the dtype of what was given: float32 stays float32. The batch's
        variance is divided by n − 1.
    """
    ### BEGIN SOLUTION
    batch_mean = x.mean(axis=(0, 2, 3))
    batch_var = x.var(axis=(0, 2, 3), ddof=1)
    mean = momentum * running_mean + (1 - momentum) * batch_mean
    return mean, momentum * running_var + (1 - momentum) * batch_var
    ### END SOLUTION


# %% role="given" id="update-running-statistics-look"
look("update-running-statistics", update_running_statistics)

# %% role="check" id="update-running-statistics-check" points=1
check("update-running-statistics", update_running_statistics)

# %% role="test" id="update-running-statistics-test" points=3
# 3 points, run after you hand in: several channels, other momenta and the default, a batch of one
# image, images that are not square, many steps on one batch, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("update-running-statistics", update_running_statistics, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
At inference, the kept statistics take the place of the batch's. Nothing else changes.

**Your turn.** Write `batch_normalize_inference`.
"""

# %% role="exercise" id="batch-normalize-inference"
def batch_normalize_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """Normalize each channel with statistics that were kept in training.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
        A batch of any size, also of one image.
    gamma, beta : (C,) ndarray
        Scale and shift of each channel.
    running_mean, running_var : (C,) ndarray
    eps : float
        Added to the variance, inside the root.

    Returns
    -------
    (N, C, H, W) ndarray
        In the dtype of `x`.
    """
    ### BEGIN SOLUTION
    slope = gamma / np.sqrt(running_var + eps)
    even = (x - running_mean[:, np.newaxis, np.newaxis]) * slope[:, np.newaxis, np.newaxis]
    return even + beta[:, np.newaxis, np.newaxis]
    ### END SOLUTION


# %% role="given" id="batch-normalize-inference-look"
look("batch-normalize-inference", batch_normalize_inference)

# %% role="check" id="batch-normalize-inference-check" points=1
check("batch-normalize-inference", batch_normalize_inference)

# %% role="test" id="batch-normalize-inference-test" points=3
# 3 points, run after you hand in: several channels, a batch of one number, eps, gamma and beta,
# images that are not square, an image alone and in a batch, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("batch-normalize-inference", batch_normalize_inference, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now on digits: one random filter, and batches of 16, one after another. The statistics start at 0 and 1.

**Predict.** Sketch the kept mean over 100 batches, for momenta of 0.5, 0.9 and 0.99. Which one is the
steadiest? Which one is late?

*My guess:*
"""

# %%
rng = np.random.default_rng(0)
strokes = conv2d(data["images"][::4, np.newaxis] / 255, rng.normal(0, 0.4, (1, 1, 5, 5)))
means = {"all images": (np.arange(101), np.full(101, strokes.mean()))}
for momentum in (0.5, 0.9, 0.99):
    kept, mean = [0.0], (np.zeros(1), np.ones(1))
    for _ in range(100):
        batch = strokes[rng.integers(len(strokes), size=16)]
        mean = update_running_statistics(*mean, batch, momentum)
        kept.append(float(mean[0][0]))
    means[f"momentum {momentum}"] = np.arange(101), np.array(kept)
curves(means, "batches", "kept mean", "A large momentum makes the mean steady, and late.")

# %% [markdown]
r"""
**Explain.** With 0.5 the mean jumps with every batch. With 0.99 it averages over about a hundred
batches, and so takes about that long to forget the 0 that it started from.

Does it matter which statistics are used? We put one digit among different companions.

**Predict.** By how much does its result change: in a mixed batch, among ones only, and alone?

*My guess:*
"""

# %%
one, zero = np.ones(1), np.zeros(1)
kept = strokes.mean(axis=(0, 2, 3)), strokes.var(axis=(0, 2, 3), ddof=1)
names = data["labels"][::4]
digit = strokes[names == 8][:1]
wanted = batch_normalize_inference(digit, one, zero, *kept)
mixed, same = rng.permutation(len(names))[:31], np.flatnonzero(names == 1)[:31]
for name, chosen in {"mixed": mixed, "ones only": same, "alone": []}.items():
    batch = np.concatenate([digit, strokes[np.array(chosen, int)]])
    own = batch_normalize(batch, one, zero)[:1]
    change = np.linalg.norm(own - wanted) / np.linalg.norm(wanted)
    print(f"an 8, {name:9}: batch statistics change it by {change:4.0%}, kept ones by 0%")

# %% [markdown]
r"""
**Explain.** With statistics of the batch, an answer depends on who else is asked. (Alone it changes
little here, since 24×24 places are many numbers; above, of one place, all was lost.)
<!-- follows: 24 × 24 = 576 --> The kept ones
treat every image alike.
[Lesson 05](../05-backpropagation/05-backpropagation.ipynb#Forget-the-switch:-batch-normalization-without-kept-statistics)
trains such a network and counts the errors that a forgotten switch makes.
"""

# %% [markdown]
r"""
### Which numbers share a mean: batch, layer and group normalization

*May be skipped on a first reading.* The trouble came from sharing a mean with other images. Two relatives do not. **Layer normalization**
(Ba et al., 2016) takes one image at a time and averages over all its channels. **Group normalization**
(Wu and He, 2018) averages over a few of them. Neither needs statistics for later.

**Predict.** In the picture, each column of a panel is one image, each row one channel. Cells of one
number share a mean. Which panel is which?

*My guess:*
"""

# %%
figures.shared_means(images=3, channels=4, groups=2)

# %% [markdown]
r"""
**Explain.** A is batch normalization: across a row, all images. B is layer normalization: down a column,
one image. C is group normalization: half a column.
<!-- shown: Which numbers share a mean: batch, layer and group normalization --> One cell holds all places $H \times W$ of one
channel of one image. We check C: a group's mean is 0 afterwards. And an image of three times the contrast, in
the same batch, comes out the same.
<!-- shown: Which numbers share a mean: batch, layer and group normalization -->
"""

# %%
def group_normalize(x, groups, eps=1e-5):
    """Without scale and shift: one mean for each group of channels of each image."""
    parts = x.reshape(len(x), groups, -1)
    mean, var = parts.mean(axis=2, keepdims=True), parts.var(axis=2, keepdims=True)
    return ((parts - mean) / np.sqrt(var + eps)).reshape(x.shape)


both = answers.repeat(2, axis=0)
both[1] *= 3  # a second image of three times the contrast
even = group_normalize(both, groups=8)
print(f"first group's mean: {even[0, :8].mean():.1e}")
print(f"difference of the two images afterwards: {np.abs(even[0] - even[1]).max():.1e}")

# %% [markdown]
r"""
## ReLU: keep only what is positive

The ReLU of
[lesson 01](../01-fully-connected-limits/01-fully-connected-limits.ipynb#Two-layers-and-an-activation:-the-multilayer-perceptron)
discards too: everything below 0. "Not this pattern" and "the opposite of this pattern" both become 0.

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
# 3 points, run after you hand in: small and large numbers, negative ones, arrays of any shape, and
# float32 that stays float32.
### BEGIN HIDDEN TESTS
check("relu", relu, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Convolution, then ReLU, then pooling: AlexNet and VGG use this order.

**Predict.** Could we pool first and apply the ReLU afterwards? With the maximum? With the mean?

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
**Explain.** The ReLU never turns a smaller number into a larger one, so the maximum and the ReLU may
change places, and the ReLU then has about a quarter of the work.
<!-- follows: pooling with stride 2 leaves about a quarter of the numbers --> In a mean, negative numbers cancel
part of the positive ones; after the ReLU they cannot.
"""

# %% [markdown]
r"""
## Dropout: drop some numbers by chance

While the network trains, **dropout** sets each number to 0 with probability `rate`, drawn anew at every
step. The idea is that no unit can rely on one other unit (Krizhevsky et al., 2012). AlexNet used it in its first two fully connected layers,
at a rate of 0.5.

To keep sums the same on average, what remains is divided by $1 - \text{rate}$ (*inverted dropout*).
Then nothing has to be done at test time: `training=False` returns the numbers as they came.

The random numbers come from `rng`, a NumPy generator, and from nowhere else: `rng.random(shape)` draws
numbers from 0 to 1.
"""

# %% [markdown]
r"""
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
        Probability of each number to be dropped, below 1.
    rng : numpy.random.Generator
        Where the random numbers come from: the same generator drops the same numbers.
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
# 3 points, run after you hand in: several rates, scaling, each number on its own, the same numbers
# from the same generator, nothing at test time, arrays of any shape, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("dropout", dropout, hidden=True)
### END HIDDEN TESTS

# %%
digit = (data["held_out_images"][1150] / 255).astype("float32")
rng = np.random.default_rng(0)
rates = {f"rate {rate}": [dropout(digit, rate, rng) for _ in range(6)] for rate in (0.2, 0.5, 0.8)}
rows_of_pictures(
    rates, "One digit with other pixels dropped each time. The network has to read it all the same.",
    "Three rows of a handwritten 7 with holes: few at rate 0.2, half of it gone at 0.5, a few dots left at 0.8.",
)

# %% [markdown]
r"""
We try it on the linear classifier of lesson 01: one score per class, learned in small steps. `spoil` is
what happens to the rows of pixels before each step.
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
**Predict.** Two classifiers see the same 1,000 digits, one of them through dropout at rate 0.5. Then
pixels of the held-out digits go missing. Which of the two loses less? And which reads *whole* digits
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
    spoiled = [dropout(test_rows, share, np.random.default_rng(1)) for share in missing]
    series[name] = missing, np.array([accuracy(rows, test_labels, *learner) for rows in spoiled])
    print(f"{name}: whole {series[name][1][0]:.1%}, half missing {series[name][1][5]:.1%}")
curves(
    series, "share of the pixels missing", "held-out digits read",
    "When many pixels are missing, the classifier that was trained with dropout reads more digits.",
)

# %% [markdown]
r"""
**Explain.** Trained with missing pixels, the classifier loses less when pixels are missing. On whole digits it
gains little in this run: half a point, of one training each.
<!-- shown: Dropout: drop some numbers by chance --> AlexNet has sixty million parameters; without
dropout, its paper says, it showed "substantial overfitting".
<!-- source: krizhevsky-2012, abstract and section 4.2 -->
"""

# %% [markdown]
r"""
## A fully connected layer as a convolution

At the end of AlexNet stands a fully connected layer: the maps are flattened, and each class gets a
score. Does that tie the network to one size of picture?

A row of its weights has one number for each channel and place. Reshape it to (C, H, W), and it is a
*filter as large as the maps*. On those maps it has one place to stand, and gives the score. On larger
maps it **slides**.

Flat rows are in the order channel, row, column.
"""

# %% [markdown]
r"""
**Your turn.** Write `fully_connected_as_conv`. Refuse rows whose length is not C·H·W with a `ValueError`.
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
        In the dtype of `weights`.

    Raises
    ------
    ValueError
        If a row of weights does not hold C * H * W numbers.
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
# 3 points, run after you hand in: several classes and channels, the same scores, on larger images the
# scores of each part, images that are not square, dtype, and weights of the wrong length.
### BEGIN HIDDEN TESTS
check("fully-connected-as-conv", fully_connected_as_conv, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Let us build a network to try it on. Its convolution is fixed: the Sobel filters of lesson 02, in
eight directions. Then come ReLU and max pooling, 4×4 with stride 2. Only the last layer learns.

For thousands of digits loops are slow, so here is a faster form: the maximum of each column of a
window, then the maximum of those.
<!-- follows: the loop asks Python for each window -->
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
rows_of_pictures(
    {"nothing": between[::340, 0]}, "Windows that are no digit, from two digits or one.",
    "Nine windows with halves of digits: some cut off at the border, some with parts of two.",
)

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
grid(
    {"the page, 84×196": page[0, 0]}, "Seven held-out digits, scattered over one page.",
    "A black page with seven white handwritten digits in two loose rows.", columns=1,
)

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
grid(
    shown, "Six of the eleven maps of this page: bright where the window of 28×28 holds that digit.",
    "Five dark maps with a few bright spots each; the map of nothing is bright between the digits.",
)

# %% [markdown]
r"""
**Explain.** Each number of a map is the score of one window, as if we had cut it out. The windows lie two
pixels apart, because pooling steps by 2. The layers below are computed once for all of them.

To read the page we take the peaks: probabilities above 0.9 that are the largest in their
neighborhood. `max_pool2d` finds them.
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
**Explain.** Look at the orange box. The label of that digit says 3. Who is mistaken, the network or the
person who labeled it? Some errors are errors of the labels.

You have built a convolutional network that finds things. Only its last layer has learned;
[lesson 05](../05-backpropagation/05-backpropagation.ipynb) teaches the others. The VGG paper tests
its networks in this way (fully connected layers turned into convolutions) on whole photos.
"""

# %% [markdown]
r"""
## Translation sensitivity: how much does a shift matter

This lesson said that pooling makes shifts matter less. How much less? Move the images by some pixels,
down *and* right; zeros come in. Compare the layer's outputs $f$ before and after, image by image,
relative to their size:

$$
\frac{1}{N} \sum_n \frac{\lVert f(\text{moved}_n) - f(\text{image}_n) \rVert}{\lVert f(\text{image}_n) \rVert}
$$

The double bars are the Euclidean length over all numbers of one image's output, `np.linalg.norm`.
Take the quotient for each image first, then the mean. 0 means that the shift changed nothing.
"""

# %% [markdown]
r"""
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
        Pixels, down and right; zeros come in. May be 0.

    Returns
    -------
    float
        The mean over the images of each image's relative change.
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
# 3 points, run after you hand in: the formula image by image, outputs of many numbers, zeros at the
# border, both directions, shifts of several pixels and of none, and a layer that ignores shifts.
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
    "What one pixel's shift changes: less after pooling with larger windows, and no less after larger strides.",
)

# %% [markdown]
r"""
**Explain.** A stride alone discards most of the numbers and gains no tolerance. Both poolings gain with
the size of the window. With windows of 2×2 the gain is modest: tolerance to shifts, *not* **invariance**.

A convolution with stride 1 does something else. It is **equivariant**: shift the picture, and its map shifts
along (apart from the border). The pooling after it forgets a little of *where*.
"""

# %% [markdown]
r"""
Then why not pool the whole map at once? We train the last layer on windows of 4, of 14 and of the
whole map, and on bare pixels as in lesson 01. Then we shift the held-out digits to the right.

**Predict.** Which one reads unshifted digits best? Whose curve is flattest?

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
    "The larger the windows, the flatter the curve. Windows of 4 read unshifted digits best; much larger ones cost.",
)

# %% [markdown]
r"""
**Explain.** Windows of 4 read best, and better than bare pixels at every shift. After pooling whole maps of
*edges*, no shift matters, but the digits can hardly be told apart, because *where* the strokes are makes the
digit. ResNet pools whole maps all the same, at its very end: those are not maps of edges but of large patterns,
and it is trained with that mean. So networks discard a little, look for larger patterns in what is left, and
discard a little again.
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
as one.
<!-- follows: 2 × 2 × 2 − 1 = 7 --> She can pool less, make steps smaller, let windows overlap, keep the maps from before
pooling and join them with the later ones, or slide a classifier over the picture and take its
peaks. In training, batch normalization uses the mean and variance of the batch; with one picture
these are the picture's own, and the result would depend on what it was computed with. So averages
of mean and variance are kept while training, and used at inference.

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
## Summary and symbols

| layer | formula | keeps, and discards |
|---|---|---|
| max pooling | largest of each window | strength; not the place |
| average pooling | mean of each window | amount; not the place |
| local response norm. | $a_i / (k + \alpha \sum_j a_j^2)^\beta$, $j$ among $n$ channels | strength compared with neighbors; not strength alone |
| batch norm. | $\gamma_c (x - \mu_c)/\sqrt{\sigma_c^2 + \varepsilon} + \beta_c$, over $N, H, W$ | differences; not scale and mean |
| layer, group norm. | the same, over $C, H, W$ or a few channels of one image | differences in an image |
| ReLU | $\max(0, x)$ | what is positive |
| dropout | $x \cdot \text{mask} / (1 - \text{rate})$ in training | what chance leaves |
"""

# %% [markdown]
r"""
Pooling has no parameters and leaves the depth as it is; $H' = (H - \text{size})/\text{stride} + 1$.
A fully connected layer is a convolution whose filters are as large as its input.
"""

# %% [markdown]
r"""
### Further reading

- Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998), *Gradient-Based Learning Applied to Document Recognition*.
- A. Krizhevsky, I. Sutskever and G. Hinton (2012), *ImageNet Classification with Deep Convolutional Neural
  Networks*: overlapping pooling, local response normalization.
- N. Srivastava and others (2014), *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*.
- J. Springenberg and others (2014), *Striving for Simplicity: The All Convolutional Net*.
- S. Ioffe and C. Szegedy (2015), *Batch Normalization*; S. Santurkar and others (2018), *How Does Batch
  Normalization Help Optimization?*
- J. Ba, J. Kiros and G. Hinton (2016), *Layer Normalization*; Y. Wu and K. He (2018), *Group Normalization*.
- R. Zhang (2019), *Making Convolutional Networks Shift-Invariant Again*.

Before: [lesson 03, padding and stride](../03-padding-and-stride/03-padding-and-stride.ipynb). Next:
[lesson 05, backpropagation](../05-backpropagation/05-backpropagation.ipynb).
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes and answer aloud.

1. What does the maximum of a window tell you that the mean does not, and the other way round?
2. How many parameters has a pooling layer, and what does it do to the depth?
3. Which numbers share a mean in batch normalization? Which mean serves at inference?
4. Why may max pooling and ReLU change places, and average pooling and ReLU not?
5. How can a network trained on 28×28 read a whole page?

<details><summary>Answers</summary>

- *1:* That a pattern is there; how much of it there is.
- *2:* None. The depth stays.
- *3:* One channel in all images and places; the one kept in training.
- *4:* ReLU keeps the order of numbers; in a mean, negative ones count.
- *5:* Its last layer becomes filters, which slide.

</details>
"""

# %% [markdown]
r"""
## On your own

- Pool with the *smallest* number, or with the second largest. What do they keep of the cat's maps?
- Blur the edges with a 3×3 mean before you take every fourth of them. Where does "stride only" land
  on the sensitivity curve? This is the idea of anti-aliased networks (Zhang, 2019).
- Put more than seven digits on the page, or digits that touch. When does the network miss one, or find
  one that is not there? Add such windows to `nothing`, train again, and compare.
"""

# %%
progress("04-pooling-and-normalization")
