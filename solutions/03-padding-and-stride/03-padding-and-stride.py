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
# Decide where the filter may go

In lesson 02 the filter stopped at the border, took one small step at a time, and took its time. Here we
lead it: how far over the border it may go, how large its steps are, and how to make all of them at once.

- **You will do**: write the full convolutional layer in loops and as one matrix product, and time both.
- **You will learn**: the law of sizes, what a frame does to the result, what a stride loses, and how much
  of a photo one number deep in a network has seen.
- **You will need**: lesson 02, NumPy's slices and `reshape`, and about 80 minutes.
"""

# %% role="given" id="padding-setup"
import time

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import check, look, progress, watch
from autograder.datasets import IMAGENET_MEAN, IMAGENET_STD, load_photo
from autograder.datasets import load_alexnet_convs, load_vgg16_blocks
from autograder.figures import padding_and_stride as figures
from autograder.figures.raster import grid
from autograder.figures.tables import Column, draw_table

# %% role="given" id="padding-photo"
photo = load_photo("chelsea")  # height, width, and red, green, blue from 0 to 255

# %% [markdown]
r"""
## The border is read least

A 3×3 filter visits a 6×6 picture. Each pixel is read by every window that covers it.

**Predict.** How often is a pixel in the middle read? How often the one in the corner? Double-click here
and write it down.

*My guess:*
"""

# %%
figures.how_often(
    {"windows that read a pixel": (6, 3)},
    "A 3×3 filter on a 6×6 picture: the deeper the blue, the more windows read the pixel.",
)

# %% [markdown]
r"""
**Explain.** Only one window reaches a corner; what lies there hardly has a say. And no window can have its
middle on the border, so the map is smaller than the picture.

One cure for both: let the filter go over the border. For that, something must lie there.
"""

# %% [markdown]
r"""
## A frame around the picture

**Padding** puts a frame around each image: as many rows above as below, as many columns left as right.
It is filled with one number. Mostly that is 0. The lecture also mentions *gray* padding: 128, halfway
between black and white.

Only height and width grow. A batch of three colour images stays a batch of three, and each stays three
channels deep.

`pad` may be one number, or two: one for the height and one for the width. The helper `pair` below reads
both alike.

**Your turn.** Write `pad_images`. Try it with a pad of 0, too.
"""


# %% role="given" id="padding-pair"
def pair(value):
    """Read one number as two: 2 means (2, 2), and (2, 3) stays as it is."""
    return (value, value) if np.isscalar(value) else tuple(value)


# %% role="exercise" id="pad-images"
def pad_images(images, pad, value=0):
    """Put a frame around each image.

    Parameters
    ----------
    images : (N, C, H, W) ndarray
    pad : int or (int, int)
        Rows to add above and below, and columns to add left and right.
    value : number
        What to fill the frame with.

    Returns
    -------
    (N, C, H + 2 * pad_h, W + 2 * pad_w) ndarray
        In the dtype of `images`.
    """
    ### BEGIN SOLUTION
    pad_h, pad_w = pair(pad)
    frame = ((0, 0), (0, 0), (pad_h, pad_h), (pad_w, pad_w))
    return np.pad(images, frame, constant_values=value)
    ### END SOLUTION


# %% role="given" id="pad-images-look"
look("pad-images", pad_images)

# %% role="check" id="pad-images-check" points=1
check("pad-images", pad_images)

# %% role="test" id="pad-images-test" points=3
# 3 points, run after you hand in: pads for height and width apart, a pad of 0, all fillings, several
# images and channels, bytes that stay bytes, and images left as they were.
### BEGIN HIDDEN TESTS
check("pad-images", pad_images, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** A 4×4 picture gets a frame of one pixel. How large is it then? And in our 6×6 picture, how
often is the corner read once it stands in a frame?

*My guess:*
"""

# %%
print("4×4, padded by 1:", pad_images(np.ones((1, 1, 4, 4)), 1).shape[2:])
figures.how_often(
    {"no frame": (6, 3), "a frame of one": (6, 3, 1)},
    "The same filter and picture; in the frame, the corner is read four times.",
)

# %% [markdown]
r"""
**Explain.** The lecture says that 4×4 padded by 1 becomes 5×5. In fact it becomes 6×6: a frame has two
sides. The lecture's next number is right again: a 3×3 filter makes 4×4 of that.

Here are a black and a gray frame around Chelsea, wider than anyone would use.
"""

# %%
image = photo.transpose(2, 0, 1)[np.newaxis]  # channels come first
framed = {f"pad 40, value {value}": pad_images(image, 40, value)[0] for value in (0, 128)}
pictures = {name: picture.transpose(1, 2, 0) for name, picture in framed.items()}
grid(
    pictures, "A black frame is a strong edge all around the picture; a gray one is a weaker edge."
)

# %% [markdown]
r"""
## Count the places

A frame adds places for the window to stand. Larger steps, a larger **stride**, skip some.

**Predict.** Seven pixels, a window of three. How many places are there at stride 1, and at stride 2? And
with a frame of one pixel? Draw them before you look.

*My guess:*
"""

# %%
figures.places([(7, 3, 0, 1), (7, 3, 0, 2), (7, 3, 1, 1), (7, 3, 1, 2)])

# %% [markdown]
r"""
**Explain.** Put the window down at the very left: one place. What lies to its right, frame included, is the
room it has to move. Each step uses up one stride of it.

$$
\text{places} = \frac{\text{size} + 2 \cdot \text{pad} - \text{kernel}}{\text{stride}} + 1
$$

If the steps do not end flush with the border, this is not a whole number, and the layer does not fit. If
the window is larger than the padded picture there is no place at all. We refuse both, with a `ValueError`
that names the numbers.

**Your turn.** Write `conv_output_size` for one direction. It returns an `int`.
"""


# %% role="exercise" id="conv-output-size"
def conv_output_size(size, kernel, pad=0, stride=1):
    """Count the places where a window can stand, in one direction.

    Parameters
    ----------
    size, kernel, pad, stride : int
        Pixels of the picture, of the window, of the frame on each side, and of a step.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the count is not a whole number, or less than 1.
    """
    ### BEGIN SOLUTION
    steps, left_over = divmod(size + 2 * pad - kernel, stride)
    if steps < 0 or left_over:
        raise ValueError(f"size {size}, kernel {kernel}, pad {pad}, stride {stride} do not fit")
    return steps + 1
    ### END SOLUTION


# %% role="given" id="conv-output-size-look"
look("conv-output-size", conv_output_size)

# %% role="check" id="conv-output-size-check" points=1
check("conv-output-size", conv_output_size)

# %% role="test" id="conv-output-size-test" points=3
# 3 points, run after you hand in: pads and strides together, a window with a single place, counts
# that are not whole, windows that are too large.
### BEGIN HIDDEN TESTS
check("conv-output-size", conv_output_size, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
The lecture's example of a layer that does not fit: a 6×6 picture, a 3×3 filter, stride 2.

**Predict.** What does your function say? And which pixels would nobody read if we just stopped at the
last place that fits?

*My guess:*
"""

# %%
try:
    print(conv_output_size(6, 3, stride=2))
except ValueError as refusal:
    print("ValueError:", refusal)
figures.places([(6, 3, 0, 2), (7, 3, 0, 2)])

# %%
figures.how_often(
    {"6×6: does not fit": (6, 3, 0, 2), "7×7: fits": (7, 3, 0, 2)},
    "How often a 3×3 filter of stride 2 reads each pixel. Of the 6×6 picture it never reads the last "
    "row and the last column.",
)

# %% [markdown]
r"""
## Break it once

PyTorch and its kin do not refuse. They round down without a word. It costs a row and a column, and who
would miss those? So let us do as they do, four layers in a row.

To see what is read we use a dye. `NaN` spreads to every sum that it enters: dye one row of the picture, and
if no `NaN` comes out, nobody has read that row.
"""


# %%
def floored(picture):
    """A 3×3 filter of stride 2, as frameworks run it: what does not fit is left out."""
    return sliding_window_view(picture, (3, 3))[::2, ::2].sum(axis=(2, 3))


def is_read(row, picture, layers):
    """Whether anything that comes out of so many layers depends on this row."""
    dyed = picture.copy()
    dyed[row] = np.nan
    for _ in range(layers):
        dyed = floored(dyed)
    return np.isnan(dyed).any()


# %% [markdown]
r"""
**Predict.** The picture is 62×62. The four layers make 30, 14, 6 and 2 of it. What share of the pixels does
no output depend on?

*My guess:*
"""

# %%
face = photo[30:278:4, 140:388:4].mean(axis=2)
read = {}
for name, layers in (("one layer", 1), ("four layers", 4)):
    read[name] = np.array([is_read(row, face, layers) for row in range(len(face))])
figures.unread(face, read)

# %% [markdown]
r"""
**Explain.** Each layer loses one row of *its* input. But a row of the second layer's input stands for two
rows of the picture, one of the third's for four: the losses double, always on the same two sides. Nothing
crashes. The network never sees that part of the world, and nobody is told.
"""

# %% [markdown]
r"""
## Keep the size

Without a frame, every layer takes something off.

**Predict.** A digit is 28×28. How many layers of 3×3 filters until nothing is left to filter? And of 5×5?

*My guess:*
"""

# %%
for kernel in (3, 5):
    sizes = [28]
    while sizes[-1] >= kernel:
        sizes.append(conv_output_size(sizes[-1], kernel))
    print(f"{kernel}×{kernel}: {len(sizes) - 1} layers,", *sizes)

# %% [markdown]
r"""
**Explain.** A kernel takes off one pixel less than its own side, at every layer. Deep networks could not be
deep. So they choose the frame that gives back what the kernel takes: at stride 1, *as many places as
pixels*. It is called **same** padding.

Half of the frame stands on each side. That works out only if there is a middle pixel, so that the kernel
reaches equally far both ways. Count for 3, 5 and 7. Then try 4: refuse it with a `ValueError`.

**Your turn.** Write `same_padding`.
"""


# %% role="exercise" id="same-padding"
def same_padding(kernel):
    """Give the pad that keeps the size at stride 1.

    Parameters
    ----------
    kernel : int
        Side of the filter.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the kernel is even: then no pad is the same on both sides.
    """
    ### BEGIN SOLUTION
    if kernel % 2 == 0:
        raise ValueError(f"a kernel of {kernel} has no middle pixel: no pad keeps the size")
    return kernel // 2
    ### END SOLUTION


# %% role="given" id="same-padding-look"
look("same-padding", same_padding)

# %% role="check" id="same-padding-check" points=1
check("same-padding", same_padding)

# %% role="test" id="same-padding-test" points=3
# 3 points, run after you hand in: small and large kernels, a kernel of one pixel, even kernels.
### BEGIN HIDDEN TESTS
check("same-padding", same_padding, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## The whole layer

Now everything at once: pad, then put the window down at every place. The place in row $i$ and column $j$
begins $i$ strides down and $j$ strides across in the *padded* picture. What happens under the window is
the same as in lesson 02, and each place gets its filter's bias once.

$$
y_{n f i j} = b_f + \sum_{c,\,u,\,v} \hat x_{n,\,c,\;i s_h + u,\;j s_w + v}\; w_{f\,c\,u\,v}
$$

Here $\hat x$ is the padded image. Sizes that do not fit are refused: the helper `output_sides` asks your
`conv_output_size`, once for each direction.

**Your turn.** Write `conv2d_forward` with plain loops. It will judge the fast one.
"""


# %% role="given" id="padding-output-sides"
def output_sides(image_shape, kernel_size, stride, pad):
    """Places down and places across; raises `ValueError` where a size does not fit."""
    sides = zip(image_shape, pair(kernel_size), pair(pad), pair(stride))
    return tuple(conv_output_size(*side) for side in sides)


# %% role="exercise" id="conv2d-forward"
def conv2d_forward(x, weights, bias, stride=1, pad=0):
    """Apply every filter to every image.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    weights : (F, C, KH, KW) ndarray
    bias : (F,) ndarray
    stride, pad : int or (int, int)
        For height and width. The frame is zeros.

    Returns
    -------
    (N, F, H', W') ndarray
        In the dtype of `x`.

    Raises
    ------
    ValueError
        If a size does not fit.
    """
    ### BEGIN SOLUTION
    kh, kw = weights.shape[2:]
    down, across = pair(stride)
    shape = (len(x), len(weights), *output_sides(x.shape[2:], (kh, kw), stride, pad))
    padded, output = pad_images(x, pad), np.zeros(shape, x.dtype)
    for n, f, i, j in np.ndindex(shape):
        window = padded[n, :, i * down : i * down + kh, j * across : j * across + kw]
        output[n, f, i, j] = np.sum(window * weights[f]) + bias[f]
    return output
    ### END SOLUTION


# %% role="given" id="conv2d-forward-look"
look("conv2d-forward", conv2d_forward)

# %% role="check" id="conv2d-forward-check" points=1
check("conv2d-forward", conv2d_forward)

# %% role="test" id="conv2d-forward-test" points=3
# 3 points, run after you hand in: strides and pads for height and width apart, all shapes, several
# images, channels and filters, float32 that stays float32, and sizes that do not fit.
### BEGIN HIDDEN TESTS
check("conv2d-forward", conv2d_forward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Watch your own function at work. Marked is what it reads and what it writes, step by step. With a frame of
one pixel and stride 2, its first window finds only four pixels of the picture.
"""

# %%
numbers = np.arange(1.0, 26.0).reshape(1, 1, 5, 5)
watch(conv2d_forward, numbers, np.ones((1, 1, 3, 3)), np.zeros(1), 2, 1)

# %% [markdown]
r"""
### What a stride leaves out

At stride 4 the window stands at one place in sixteen: a sixteenth of the work, and of the numbers. To see
the stride alone we take a filter of one pixel with weight 1; beside it, the mean of 5×5 pixels.

**Predict.** What becomes of the thin tiles at stride 2? At stride 4? And with the mean?

*My guess:*
"""

# %%
roof = load_photo("china")[100:257, 200:437].mean(axis=2)[np.newaxis, np.newaxis]
one, mean = np.ones((1, 1, 1, 1)), np.full((1, 1, 5, 5), 1 / 25)
maps = {
    "the picture": roof,
    "one pixel, stride 2": conv2d_forward(roof, one, np.zeros(1), stride=2),
    "one pixel, stride 4": conv2d_forward(roof, one, np.zeros(1), stride=4),
    "mean of 5×5, stride 4": conv2d_forward(roof, mean, np.zeros(1), stride=4),
}
pictures = {f"{name}: {m.shape[2]}×{m.shape[3]}": m[0, 0] for name, m in maps.items()}
grid(pictures, "One roof, four ways. Follow a row of tiles in each of them.", columns=2)

# %% [markdown]
r"""
**Explain.** The tiles are about as wide as the steps. Reading one pixel a step, the filter hits a ridge here
and a groove there, and paints waves that no roof has: *aliasing*. A filter that reads more than it steps
over loses the tiles too, but invents none. AlexNet's first layer steps by 4 and reads 11.
"""

# %% [markdown]
r"""
## Every window a column

For each number of the map, Python cuts out a window, multiplies and adds: much bookkeeping, little work. Yet
all windows meet the same weights. Stand each window up as a *column*, lay the filter down as a row, and one
matrix product makes all the sums.
"""

# %%
small = np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
windows = sliding_window_view(small, (2, 2)).reshape(6, 4)
figures.unroll(small, np.array([[1, 0], [0, -2]]), windows.T)

# %% [markdown]
r"""
The columns come in reading order of the places. Within a column, a filter's own order: first channel 0, its
window row by row, then channel 1, and so on. That is the order of `weights[f].ravel()`, so the right
numbers meet.

Each image of the batch gets a matrix of its own. The usual name is **im2col**, image to column.

You may loop over the places. Or take `sliding_window_view`, as lesson 02 did, and mind the order of the axes
before you reshape.

**Your turn.** Write `im2col`.
"""


# %% role="exercise" id="im2col"
def im2col(x, kernel_size, stride=1, pad=0):
    """Lay out every window as a column.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    kernel_size, stride, pad : int or (int, int)
        For height and width.

    Returns
    -------
    (N, C * KH * KW, H' * W') ndarray
        Rows in the order (channel, row, column) of the window; columns in reading order.

    Raises
    ------
    ValueError
        If a size does not fit.
    """
    ### BEGIN SOLUTION
    down, across = pair(stride)
    height, width = output_sides(x.shape[2:], kernel_size, stride, pad)
    windows = sliding_window_view(pad_images(x, pad), pair(kernel_size), axis=(2, 3))
    columns = windows[:, :, ::down, ::across].transpose(0, 1, 4, 5, 2, 3)
    return columns.reshape(len(x), -1, height * width)
    ### END SOLUTION


# %% role="given" id="im2col-look"
look("im2col", im2col)

# %% role="check" id="im2col-check" points=1
check("im2col", im2col)

# %% role="test" id="im2col-test" points=3
# 3 points, run after you hand in: several images and channels, strides and pads, pictures and windows
# that are not square, float32 that stays float32, and sizes that do not fit.
### BEGIN HIDDEN TESTS
check("im2col", im2col, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## One matrix product

Lay the filters flat, one row each: (F, C·KH·KW). Times the columns, (C·KH·KW, H'·W'), that gives one row
of sums for each filter: (F, H'·W'). NumPy's `@` does it for every image of the batch.

Two things are left. Each *row* gets its filter's bias. And each row becomes a picture again.

**Your turn.** Write `conv2d_fast`, without a loop over pixels. The look cell shows the same example as for
your loops.
"""


# %% role="exercise" id="conv2d-fast"
def conv2d_fast(x, weights, bias, stride=1, pad=0):
    """Apply every filter to every image, by one matrix product.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    weights : (F, C, KH, KW) ndarray
    bias : (F,) ndarray
    stride, pad : int or (int, int)
        For height and width. The frame is zeros.

    Returns
    -------
    (N, F, H', W') ndarray
        What `conv2d_forward` returns.

    Raises
    ------
    ValueError
        If a size does not fit.
    """
    ### BEGIN SOLUTION
    sides = output_sides(x.shape[2:], weights.shape[2:], stride, pad)
    columns = im2col(x, weights.shape[2:], stride, pad)
    maps = weights.reshape(len(weights), -1) @ columns + bias[:, np.newaxis]
    return maps.reshape(len(x), len(weights), *sides)
    ### END SOLUTION


# %% role="given" id="conv2d-fast-look"
look("conv2d-fast", conv2d_fast)

# %% role="check" id="conv2d-fast-check" points=1
check("conv2d-fast", conv2d_fast)

# %% role="test" id="conv2d-fast-test" points=3
# 3 points, run after you hand in: the tests of conv2d_forward once more, with more images and filters.
# Nobody takes the time; you do, below.
### BEGIN HIDDEN TESTS
check("conv2d-fast", conv2d_fast, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now time them on the lecture's layer: two images of 3×32×32, ten 5×5 filters, stride 1, pad 2.

**Predict.** Both do the same multiplications. How many times faster is the product? At least 20 times is
the aim.

*My guess:*
"""


# %%
def seconds(function, *arguments, times=1):
    """The shortest of several runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        function(*arguments)
        taken.append(time.perf_counter() - start)
    return min(taken)


# %%
rng = np.random.default_rng(0)
x, weights = rng.normal(size=(2, 3, 32, 32)), rng.normal(size=(10, 3, 5, 5))
layer = (x, weights, np.zeros(10), 1, 2)

loops, fast = seconds(conv2d_forward, *layer), seconds(conv2d_fast, *layer, times=20)
error = np.abs(conv2d_forward(*layer) - conv2d_fast(*layer)).max()
print(f"loops {1e3 * loops:.0f} ms, product {1e3 * fast:.2f} ms: {loops / fast:,.0f} times faster")
print(f"largest difference between the two: {error:.0e}")

laying, columns = seconds(im2col, x, 5, 1, 2, times=20), im2col(x, 5, 1, 2)
print(f"of the product's time, {laying / fast:.0%} goes into laying out columns;")
print(f"they hold {columns.size / x.size:.0f} times as many numbers as the images")

# %% [markdown]
r"""
**Explain.** Not the arithmetic was slow but starting it, once for every number. The product starts once,
and inside runs code that has been tuned for decades.

The price is memory: a pixel stands in as many columns as windows read it, 25 here. The first fast
networks paid it; today's libraries lay out a small part at a time.
"""

# %% [markdown]
r"""
## How far the frame reaches

A frame is made up. Does it not spoil the result? With a fast layer we can ask a real network: the first
seven layers of VGG-16, each with 3×3 filters and a frame of one pixel.

We cut a square out of a photo and frame it: with *zero*, with *gray*, with a repeated *edge*, or as if a
mirror stood there, *reflect*. For once the truth is at hand: what the photo shows beyond the cut.
"""

# %%
vgg = load_vgg16_blocks()
wide = photo[40:216, 100:276].transpose(2, 0, 1)[np.newaxis].astype(np.float32)
cut = wide[:, :, 24:-24, 24:-24]  # 128×128, and 24 pixels more are known on each side


def vgg_maps(images, first, later):
    """Seven layers; `first` frames the photo, `later` the maps in between."""
    x = (first(images) / 255 - IMAGENET_MEAN[:, None, None]) / IMAGENET_STD[:, None, None]
    for name in ("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3"):
        if name in ("conv2_1", "conv3_1"):  # lesson 04: keep the largest of each 2×2
            x = x.reshape(*x.shape[:2], x.shape[2] // 2, 2, x.shape[3] // 2, 2).max(axis=(3, 5))
        framed = x if name == "conv1_1" else later(x)
        x = np.maximum(conv2d_fast(framed, vgg[f"{name}.weight"], vgg[f"{name}.bias"]), 0)
    return x


# %%
def zero(x):
    return pad_images(x, 1)


def gray(x):
    return pad_images(x, 1, value=128)


def edge(x):
    return np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")


def reflect(x):
    return np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="reflect")


# %% [markdown]
r"""
Gray is a thing of the photo. Between layers, where 0 means "nothing found", the gray variant frames with
zeros too.

**Predict.** Which frame disturbs least? How many pixels from the border does the disturbance reach, after
seven layers?

*My guess:*
"""

# %%
true = vgg_maps(wide, edge, edge)[..., 6:-6, 6:-6]  # one number of the map for 4×4 pixels

differences = {}
for first, later in ((zero, zero), (gray, zero), (edge, edge), (reflect, reflect)):
    change = np.abs(vgg_maps(cut, first, later) - true)[0].mean(axis=0)
    differences[first.__name__] = change / true.mean()

changed = np.max(list(differences.values()), axis=0)[16] > 0.001  # one row, through the middle
reach = 4 * np.count_nonzero(changed) // 2
print(f"reach: {reach} pixels of the photo")
for size in (128, 224, 448):
    print(f"untouched in a photo of {size}×{size}: {(1 - 2 * reach / size) ** 2:.0%}")
figures.reach(differences, step=4)

# %% [markdown]
r"""
**Explain.** The lecture says that small edges hardly matter; in fact it depends on where you ask. *At* the
border, zeros change the map by more than its own mean; twelve pixels in, little is left; beyond the reach,
nothing at all. The larger the picture, the less that is.

A frame that looks like its surroundings disturbs less than half as much. Networks take zeros all the same:
they are cheap, and VGG learned with them, so it knows how a border looks.
"""

# %% [markdown]
r"""
### Think it through

A friend says: "Padding invents pixels. I leave it out, then my results are honest." In your own words, six
sentences at most:

1. Where is your friend right? Say how far the invention reaches.
2. What does your friend's network lose without padding? Name two things.
3. How would you frame a satellite photo that was cut out of a larger one, and why?
"""

# %% [markdown] role="question" id="is-padding-honest" points=4
r"""
### BEGIN SOLUTION
Padded numbers are made up, and every output whose window touches the frame is changed by them: with one 3×3
layer the outermost row only, and with each further layer one row more, as far as half of what the output
sees; everything further in is exactly what it would be without a frame. Without padding every layer takes
kernel − 1 pixels off, so that small pictures are used up after a few layers and deep networks cannot be
built; and the pixels at the border are read by fewer windows, so what lies there counts less, the more so
from layer to layer. Around a photo that was cut out of a larger one lie real pixels: I would cut larger and
use them, and drop the surplus at the end; where they are not to be had, repeat or mirror the border, since
that resembles what lay there better than a black frame, which is a strong edge that nobody photographed.

**To mark:**

- 1 point: only outputs whose window reaches the frame change, and the reach grows with each layer (or:
  half the receptive field); inside it nothing changes.
- 1 point: the map shrinks at every layer, which limits the depth.
- 1 point: border pixels are read less often, so they have less of a say.
- 1 point: real neighbours if there are any; else edge or reflect, with the reason that zeros are an edge.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## What a layer makes, what it costs

The lecture's question, now in full: the input is 32×32×3. Ten filters of 5×5, stride 1, pad 2. What
comes out, and how many numbers are learned?

The size is your law, once for the height and once for the width. The depth is the number of filters. The
lecture finds it by way of "3/3 = 1" for each filter; in fact nothing is divided: a filter is as deep as
its input, and that depth is *summed over*. Every filter has a weight for each number under it, and a bias.

**Your turn.** Work it out on paper, then write `conv_layer_volume` for any layer. Shapes are (C, H, W).
"""


# %% role="exercise" id="conv-layer-volume"
def conv_layer_volume(input_shape, num_filters, kernel, pad, stride):
    """Say what comes out of a layer, and what it learns.

    Parameters
    ----------
    input_shape : (int, int, int)
        Channels, height and width.
    num_filters, kernel, pad, stride : int

    Returns
    -------
    ((int, int, int), int)
        The output's shape (F, H', W'), and the number of weights and biases.

    Raises
    ------
    ValueError
        If a size does not fit.
    """
    ### BEGIN SOLUTION
    channels, height, width = input_shape
    sides = output_sides((height, width), kernel, stride, pad)
    return (num_filters, *sides), num_filters * (channels * kernel**2 + 1)
    ### END SOLUTION


# %% role="given" id="conv-layer-volume-look"
look("conv-layer-volume", conv_layer_volume)

# %% role="check" id="conv-layer-volume-check" points=1
check("conv-layer-volume", conv_layer_volume)

# %% role="test" id="conv-layer-volume-test" points=3
# 3 points, run after you hand in: all sizes and depths, pictures that are not square, pads, strides,
# and layers that do not fit.
### BEGIN HIDDEN TESTS
check("conv-layer-volume", conv_layer_volume, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** We keep the lecture's picture and filters and change pad and stride only. Which pads fit stride
2? Do the parameters change?

*My guess:*
"""


# %%
def made(pad, stride):
    """The volume in words, and the parameters."""
    try:
        shape, parameters = conv_layer_volume((3, 32, 32), 10, 5, pad, stride)
    except ValueError:
        return "does not fit", None
    return "×".join(map(str, shape)), parameters


# %%
table = {stride: [made(pad, stride) for pad in range(5)] for stride in (1, 2, 3)}
print("parameters, wherever it fits:", {p for made_ in table.values() for _, p in made_ if p})
columns = [Column("pad", [str(pad) for pad in range(5)])]
columns += [Column(f"stride {s}", [volume for volume, _ in table[s]], "output") for s in table]
draw_table(columns, "What ten 5×5 filters make of 3×32×32.")

# %% [markdown]
r"""
**Explain.** The lecture's answer stands at pad 2, stride 1. Where the filter goes decides how *much* comes
out, never how much is learned. And a frame that is
equal on both sides adds an even number, so it can't mend an odd remainder: with stride 2 this layer never
fits. Frameworks round down there, and you know what that means: one row, one column.
"""

# %% [markdown]
r"""
## How far one output sees

A number of the first layer has seen the pixels under its window. A number of the second has seen a window
*of those*. The patch of the picture that has a say in one number is its **receptive field**.

**Predict.** Three layers of 3×3: how many pixels wide is the patch? And if the first of them takes steps
of 2?

*My guess:*
"""

# %%
three = [(3, 1), (3, 1), (3, 1)]
figures.cones({"three layers, stride 1": three, "the first with stride 2": [(3, 2), *three[1:]]})

# %% [markdown]
r"""
**Explain.** Go up from the pixels. The first layer sees its kernel. Each further one reaches some numbers
further: one less than its kernel, since the number it starts from is counted already.

How far apart in the picture are two neighbouring numbers? After a layer of stride 2, two pixels; after two
such layers, four. So every stride *below* a layer stretches its reach; its own does not.

**Your turn.** Write `receptive_field`, from the picture upwards.
"""


# %% role="exercise" id="receptive-field"
def receptive_field(layers):
    """Say how many pixels wide the patch is that one output sees.

    Parameters
    ----------
    layers : list of (int, int)
        Kernel and stride of each layer, from the picture on.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    size, apart = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * apart
        apart *= stride
    return size
    ### END SOLUTION


# %% role="given" id="receptive-field-look"
look("receptive-field", receptive_field)

# %% role="check" id="receptive-field-check" points=1
check("receptive-field", receptive_field)

# %% role="test" id="receptive-field-test" points=3
# 3 points, run after you hand in: one layer and many, with and without strides, and outputs that are
# followed back pixel by pixel.
### BEGIN HIDDEN TESTS
check("receptive-field", receptive_field, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Lesson 02 told how much AlexNet's layers see and owed you the reason. Here is its table; "shrink" keeps
the largest of each 3×3 window, at every second place. Pads are left out: they move the patch and don't
change its size.

**Predict.** How much of the cat's face does one number of layer 5 see?

*My guess:*
"""

# %%
rows = [("layer 1", 11, 4), ("shrink", 3, 2), ("layer 2", 5, 1), ("shrink", 3, 2)]
rows += [("layer 3", 3, 1), ("layer 4", 3, 1), ("layer 5", 3, 1)]

fields = {}
for i, (name, _, _) in enumerate(rows):
    if name != "shrink":
        fields[name] = receptive_field([row[1:] for row in rows[: i + 1]])
figures.seen(photo[20:244, 112:336], fields)

# %% [markdown]
r"""
Do you believe it? Ask the dye. The real AlexNet gets a picture that is `NaN` everywhere but in its upper left
corner, and we look at the very first number of each layer. If the corner is as large as the field, it must
come out clean; if it is one pixel smaller, it must not.
"""

# %%
alexnet = load_alexnet_convs()


def first_number_is_clean(name, corner):
    """Run AlexNet, without padding, on a picture that is NaN but for a corner of so many pixels."""
    x = np.full((1, 3, 179, 179), np.nan, np.float32)
    x[..., :corner, :corner] = 0.5
    for layer_name, _, stride in rows:
        if layer_name == "shrink":
            x = sliding_window_view(x, (3, 3), axis=(2, 3))[:, :, ::2, ::2].max(axis=(4, 5))
        else:
            weights = alexnet[f"conv{layer_name[-1]}.weight"]
            x = np.maximum(conv2d_fast(x, weights, np.zeros(len(weights), x.dtype), stride), 0)
        if layer_name == name:
            return not np.isnan(x[0, :, 0, 0]).any()


# %%
for name, field in fields.items():
    clean = [first_number_is_clean(name, corner) for corner in (field, field - 1)]
    print(f"{name}: {field:3} pixels {'clean' if clean[0] else 'dyed'},", end=" ")
    print(f"{field - 1:3} pixels {'clean' if clean[1] else 'dyed'}")

# %% [markdown]
r"""
**Explain.** Your function is right to the pixel. Most of the growth comes from the strides: after them each
3×3 filter reaches 32 pixels further. That is what a stride is *for*. It makes maps small, and it lets few
layers see far.
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes to the page and answer aloud.

1. Why is a pixel in the corner read less often than one in the middle, and what helps?
2. Say the law of sizes. What is in the numerator, and what is the + 1?
3. What happens at 6×6, 3×3, stride 2: by the law, in this course, and in a framework?
4. Why is one matrix product so much faster than loops that do the same sums, and what does it cost?
5. Which strides stretch the receptive field of a layer, and which do not?
"""

# %% [markdown]
r"""
## On your own

- Work out with `receptive_field` what a number of VGG's seventh layer sees; its two shrinkings are 2×2 with
  stride 2. How does that go with the reach of the frame?
- Fill the dyed corner differently: which pixels of its field does a number *mostly* listen to? Change one
  pixel at a time by a little and draw how much layer 3 changes.
- Time both layers with 1, 4, 16 and 64 filters. Where does the gain come from when there is one filter?
- Look for a pad with which AlexNet's first layer, 11×11 and stride 4, fits a 224×224 picture. Can there be
  one? Which sizes near 224 do fit? Lesson 07 comes back to this.
"""

# %%
progress("03-padding-and-stride")
