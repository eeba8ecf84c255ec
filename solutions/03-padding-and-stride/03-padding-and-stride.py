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
# 03 · Padding, stride and receptive field: decide where the filter may go

In [lesson 02](../02-filters/02-filters.ipynb) the filter stopped at the border of the picture and moved one
pixel at a time. Here you decide how far over the border it may go (padding), how large its steps are
(stride), and how to compute all positions at once.

- **You will do**: write the full convolutional layer, first in loops and then as one matrix product, and
  time both.
- **You will learn**: the formula for output sizes, what padding does to the result, what a stride loses, and
  how much of a photo one number deep in a network has seen (its receptive field).
- **You will need**: lesson 02, NumPy's slices and `reshape`, and 2 to 3 hours. “How far padding reaches” may
  be skipped at first.
"""

# %% [markdown]
r"""
**Predict**, **Explain** and **Your turn** mean the same as in
[lesson 01](../01-fully-connected-limits/01-fully-connected-limits.ipynb): guess before you run a cell, compare,
and write a function that is checked at once.

**Before you begin**, run `autograder recall` in a terminal: it asks again what lessons 01 and 02 taught.
"""

# %% role="given" id="padding-setup"
# No module named 'autograder'? Run  %pip install -e ../..  in a cell of your own, then restart the
# kernel: the course lies two folders above this notebook.
import time

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import ask, catch, check, explore, guess, look, progress, watch
from autograder.datasets import IMAGENET_MEAN, IMAGENET_STD, load_photo
from autograder.datasets import load_alexnet_convs, load_vgg16_blocks
from autograder.figures import padding_and_stride as figures
from autograder.figures.raster import grid
from autograder.figures.tables import Column, draw_table

# %% role="given" id="padding-photo"
photo = load_photo("chelsea")  # height, width, and red, green, blue from 0 to 255

# %% [markdown]
r"""
## Why padding: the border is read least

A 3×3 filter slides over a 6×6 picture. Each pixel is read by every window that covers it.

**Predict.** How often is a pixel in the middle read? How often is a corner pixel read? Double-click here
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
**Explain.** Only one window covers a corner, so the pixel there has little influence on the result. And no
window can be centered on the border, so the feature map is smaller than the picture.

One remedy helps with both: let the filter go over the border. Then something must lie there.
"""

# %% [markdown]
r"""
## Padding: a frame around the picture

**Padding** puts a frame around each image: as many rows above as below, as many columns on the left as on
the right. The frame is filled with one number, by default 0 (*zero padding*). With *gray padding* it is 128,
halfway between black and white.

Only height and width grow. A batch of three color images stays a batch of three, and each image keeps its
three channels.

`pad` may be one number, or a pair: one for the height and one for the width. The helper `pair` below reads
both.
"""

# %% [markdown]
r"""
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
        Rows to add above and below, and columns to add left and right; 0 adds none.
    value : number
        What to fill the frame with.

    Returns
    -------
    (N, C, H + 2 * pad_h, W + 2 * pad_w) ndarray
        In the dtype of `images`: float32 stays float32, and bytes stay bytes.
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
# 3 points, run after you hand in: pads for height and width, a pad of 0, other values, several images
# and channels, images that are not square, and the dtype (float32 and bytes).
### BEGIN HIDDEN TESTS
check("pad-images", pad_images, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** A 4×4 picture gets a frame of one pixel. How large is it then? And in our 6×6 picture, how
often is the corner pixel read once there is a frame around it?

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
**Explain.** 4×4 padded by 1 becomes 6×6, because a frame has two sides. A 3×3 filter then gives 4×4 again.
"""

# %% [markdown]
r"""
<details><summary>Often read, not quite true: "4×4 padded by 1 becomes 5×5"</summary>

Some course notes print this. They count one side of the frame only.

</details>

Here are a black and a gray frame around Chelsea the cat, much wider than a layer would use.
"""

# %%
image = photo.transpose(2, 0, 1)[np.newaxis]  # channels come first
framed = {f"pad 40, value {value}": pad_images(image, 40, value)[0] for value in (0, 128)}
pictures = {name: picture.transpose(1, 2, 0) for name, picture in framed.items()}
grid(
    pictures, "A black frame makes a strong edge around this picture; a gray frame makes a weaker one.",
    "The same cat twice: in a wide black frame, and in a wide frame of middle gray.",
)

# %% [markdown]
r"""
## Output size and stride: count the places

A frame adds places where the window can stand. A larger step, the **stride**, skips some of them.
"""

# %% [markdown]
r"""
**Predict.** Take seven pixels and a window of three. How many places are there at stride 1, and at stride 2?
And with a frame of one pixel? Draw them before you look.

*My guess:*
"""

# %%
figures.places([(7, 3, 0, 1), (7, 3, 0, 2), (7, 3, 1, 1), (7, 3, 1, 2)])

# %% [markdown]
r"""
**Explain.** Put the window at the far left: that is one place. The pixels to its right, frame included, are
the room it has to move. Each step uses up one stride of that room.

$$
\text{places} = \frac{\text{size} + 2 \cdot \text{pad} - \text{kernel}}{\text{stride}} + 1
$$

If the last step does not end exactly at the border, this is not a whole number, and the layer does not fit.
If the window is larger than the padded picture, there is no place at all. We refuse both, with a `ValueError`
that names the numbers.
"""

# %% [markdown]
r"""
**Your turn.** Write `conv_output_size` for one direction. It returns an `int`: `//` divides into whole
numbers, `/` does not.
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
        A whole number of type `int`, and not 3.0.

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
# 3 points, run after you hand in: pads, strides, both together, a window with a single place, and
# refusals: counts that are not whole, and windows that are too large.
### BEGIN HIDDEN TESTS
check("conv-output-size", conv_output_size, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Catch it.** The case below is too simple: many wrong functions give the right number for it. Find one that
catches more of them. Can a single case catch them all, or does one catch what another lets through?
"""

# %%
catch("conv-output-size", 7, 3, 1, 1)

# %% [markdown]
r"""
No single case catches them all: where the sizes fit, nothing is rounded, and where they do not fit, a right
function gives no number to compare. Here is a layer that does not fit: a 6×6 picture, a 3×3 filter, stride 2.

**Predict.** What does your function say? And which pixels would never be read if we stopped at the last
place that fits?

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
    "How often a 3×3 filter of stride 2 reads each pixel. In the 6×6 picture it never reads the last "
    "row and the last column.",
)

# %% [markdown]
r"""
**Explore.** Which strides fit a picture of 13 rows and a window of 3? Which padding keeps the size for a window
of 5×3? Guess, then try it below: the explorer holds your `conv_output_size` against the right count. Do its
three tasks.
"""

# %%
explore("place-the-window", conv_output_size)

# %% [markdown]
r"""
## Break it once: round the size down

PyTorch does not refuse such a layer. It rounds down and says nothing. That costs a row and a
column, which sounds harmless. So let us do the same, four layers in a row.

To see what is read we use `NaN` as a dye. `NaN` spreads to every sum that it enters. If we dye one row of the
picture and no `NaN` comes out, then no output has read that row.
"""


# %%
def floored(picture):
    """A 3×3 filter of stride 2 that leaves out what does not fit, as PyTorch does."""
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
**Predict.** The picture is 62×62.
<!-- follows: the experiment gives it --> The four layers turn it into 30×30, 14×14, 6×6 and 2×2.
<!-- follows: a window of 3 with stride 2 stands at (n − 3) / 2 places, rounded down, and one more --> How many percent of
the pixels have no influence on any output? Put your guess in place of `None` below, and run the cell.
"""

# %%
guess("03-padding-and-stride: percent unread", None)

# %%
face = photo[30:278:4, 140:388:4].mean(axis=2)
read = {}
for name, layers in (("one layer", 1), ("four layers", 4)):
    read[name] = np.array([is_read(row, face, layers) for row in range(len(face))])
guess("03-padding-and-stride: percent unread", result=round(100 * (1 - read["four layers"].mean() ** 2)))
figures.unread(face, read)

# %% [markdown]
r"""
**Explain.** Each layer loses one row of *its* input. But neighboring rows of the second layer's input lie two
rows of the picture apart, and those of the third layer's input lie four apart. So the losses double from
layer to layer, always on the same two sides.
<!-- follows: 2 × 2 = 4 --> Nothing crashes. The network never sees that part of the
picture, and no message says so.
"""

# %% [markdown]
r"""
## Same padding: keep the size

Without padding, every layer with a kernel larger than 1×1 shrinks the picture.

**Predict.** A digit is 28×28. How many layers of 3×3 filters can you stack before the map is too small for
another one? And of 5×5 filters?

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
**Explain.** At stride 1, each layer takes off one pixel less than the side of its kernel. That limits how many
layers fit. **Same padding** gives back what the kernel takes: at stride 1 there are *as many places as
pixels*.

Half of the frame stands on each side.
<!-- follows: the frame is shared out evenly --> With equal sides that works only if the kernel has a middle pixel.
Count for 3, 5 and 7.
<!-- follows: the task gives the sizes --> An even kernel, such as 4, is refused with a `ValueError`.
"""

# %% [markdown]
r"""
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
        A whole number of type `int`.

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
## The whole convolutional layer

Now everything together: pad, then put the window at every place. The place in row $i$ and column $j$ begins
$i$ strides down and $j$ strides across in the *padded* picture. What happens under the window is what
[lesson 02](../02-filters/02-filters.ipynb#Every-filter,-every-image) did, and each place gets the bias of its filter once.

$$
y_{n f i j} = b_f + \sum_{c,\,u,\,v} \hat x_{n,\,c,\;i s_h + u,\;j s_w + v}\; w_{f\,c\,u\,v}
$$

Here $\hat x$ is the padded image, $b_f$ the bias of filter $f$, and $s_h$, $s_w$ are the strides. Sizes that do
not fit are refused: the helper `output_sides` asks your `conv_output_size` once for each direction.
"""

# %% [markdown]
r"""
**Your turn.** Write `conv2d_forward` with plain loops. Later you compare the fast version with it.
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
        One number for both directions, or one for the height and one for the width. The frame is zeros.

    Returns
    -------
    (N, F, H', W') ndarray
        In the dtype of `x`: float32 stays float32.

    Raises
    ------
    ValueError
        If a size does not fit, as in `conv_output_size`.
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

# %% role="test" id="conv2d-forward-test" points=5
# 5 points, run after you hand in: no padding, padding, strides, the bias, pairs for height and width,
# images and filters that are not square, several images, channels and filters, dtype, and refusals.
### BEGIN HIDDEN TESTS
check("conv2d-forward", conv2d_forward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Watch your own function at work: the cells that it reads and writes are marked, step by step. With a frame
of one pixel and stride 2, its first window covers only four pixels of the picture.
"""

# %%
numbers = np.arange(1.0, 26.0).reshape(1, 1, 5, 5)
watch(conv2d_forward, numbers, np.ones((1, 1, 3, 3)), np.zeros(1), 2, 1)

# %% [markdown]
r"""
**Your own code.** Once it passes its check, answer the questions below about *your* function: put your numbers in
place of the dots. They are about the worked example, which `look` drew above.
"""

# %%
ask("conv2d-forward", conv2d_forward, ..., ...)

# %% [markdown]
r"""
### Aliasing: what a stride leaves out

At stride 4 the window stands at about one place in sixteen. That is a sixteenth of the work, and of the
numbers. To see the effect of the stride alone we use a filter of one pixel with weight 1. For comparison, a
second filter takes the mean of 5×5 pixels.
"""

# %% [markdown]
r"""
**Predict.** What happens to the thin tiles at stride 2? At stride 4? And with the mean?

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
grid(
    pictures, "One roof, filtered in three ways. Follow the rows of tiles: in the third picture waves appear "
    "that the roof does not have.",
    "A tiled roof four times: as it is, with ragged tiles, with coarse waves in their place, and blurred.",
    columns=2,
)

# %% [markdown]
r"""
**Explain.** The tiles are about as wide as the steps. A filter that reads one pixel per step hits a ridge here
and a groove there, and produces waves that the roof does not have. This is *aliasing*. The mean loses the
tiles too, but hardly any waves appear. The filters of AlexNet's first layer step by 4 and read 11×11.
"""

# %% [markdown]
r"""
## im2col: every window a column

For each number of the map, Python cuts out a window, multiplies and adds: much bookkeeping, little
arithmetic. But all windows meet the same weights. Write each window as a *column* and the filter as a row,
and one matrix product computes all the sums.
"""

# %%
small = np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
windows = sliding_window_view(small, (2, 2)).reshape(6, 4)
figures.unroll(small, np.array([[1, 0], [0, -2]]), windows.T)

# %% [markdown]
r"""
The columns are in the reading order of the places. Within a column the order is that of a filter: channel 0,
its window row by row, then channel 1, and so on. This is the order of `weights[f].ravel()`, so each weight
meets the right number.

Each image of the batch gets its own matrix. It is called **im2col**, image to columns.

You may loop over the places, or use `sliding_window_view` as in lesson 02. In that case, check the order of
the axes before you reshape.
"""

# %% [markdown]
r"""
**Your turn.** Write `im2col`.
"""


# %% role="exercise" id="im2col"
def im2col(x, kernel_size, stride=1, pad=0):
    """Lay out every window as a column.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    kernel_size, stride, pad : int or (int, int)
        One number for both directions, or one for the height and one for the width.

    Returns
    -------
    (N, C * KH * KW, H' * W') ndarray
        Rows in the order (channel, row, column) of the window; columns in reading order. In the dtype of `x`.

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

# %% role="test" id="im2col-test" points=5
# 5 points, run after you hand in: several images and channels, no padding, padding, strides, pairs,
# images that are not square, float32 that stays float32, and sizes that do not fit.
### BEGIN HIDDEN TESTS
check("im2col", im2col, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Fast convolution: one matrix product

Flatten the filters into one row each: (F, C·KH·KW). Multiplied by the columns, (C·KH·KW, H'·W'), they give one
row of sums per filter: (F, H'·W'). NumPy's `@` does this for every image of the batch.

Two steps are left. Each *row* gets the bias of its filter. Then each row becomes a picture again.
"""

# %% [markdown]
r"""
**Your turn.** Write `conv2d_fast` without a loop over pixels. The look cell shows the same example as for
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
        One number for both directions, or one for the height and one for the width. The frame is zeros.

    Returns
    -------
    (N, F, H', W') ndarray
        What `conv2d_forward` returns, in the dtype of `x`.

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
# The tests do not measure the time; you do, below.
### BEGIN HIDDEN TESTS
check("conv2d-fast", conv2d_fast, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now time both on the same layer: two images of 3×32×32, ten 5×5 filters, stride 1, pad 2. Each is run
several times, and the shortest time counts.

**Predict.** Both do the same multiplications. How many times faster is the product? Aim for at least 20
times.
<!-- shown: Fast convolution: one matrix product -->

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

loops, fast = (seconds(run, *layer, times=5) for run in (conv2d_forward, conv2d_fast))
error = np.abs(conv2d_forward(*layer) - conv2d_fast(*layer)).max()
print(f"loops {1e3 * loops:.0f} ms, product {1e3 * fast:.2f} ms: {loops / fast:,.0f} times faster")
print(f"largest difference between the two: {error:.0e}")

laying, columns = seconds(im2col, x, 5, 1, 2, times=5), im2col(x, 5, 1, 2)
print(f"im2col alone takes {1e3 * laying:.2f} ms;")
print(f"its columns hold {columns.size / x.size:.0f} times as many numbers as the images")

# %% [markdown]
r"""
**Explain.** The loops call NumPy again for every number of the output, and each call does little. The product
starts once for each image, and compiled code (BLAS) does the rest.

The price is memory: a pixel stands in as many columns as there are windows that read it, up to 25 here.
cuDNN, NVIDIA's library for graphics cards, therefore lays out only a small part of the columns at a time
(Chetlur et al., 2014).
"""

# %% [markdown]
r"""
## How far padding reaches

The numbers in a frame are made up. Do they spoil the result? With a fast layer we can ask a real network: the
first seven convolutional layers of VGG-16, each with 3×3 filters and a frame of one pixel.

We cut a square out of a photo and pad it with *zero*, with *gray*, with the repeated *edge*, or with a mirror
image, *reflect*. Here we know the truth to compare with: what the photo shows beyond the cut.
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
Gray padding makes sense for the photo only. Between layers, where 0 means "nothing found", the gray variant
pads with zeros too.

**Predict.** Which padding disturbs the result least? And after seven layers, how many pixels from the border does
the disturbance reach? Put that number in place of `None`.
"""

# %%
guess("03-padding-and-stride: reach", None)

# %%
true = vgg_maps(wide, edge, edge)[..., 6:-6, 6:-6]  # one number of the map for 4×4 pixels

differences = {}
for first, later in ((zero, zero), (gray, zero), (edge, edge), (reflect, reflect)):
    change = np.abs(vgg_maps(cut, first, later) - true)[0].mean(axis=0)
    differences[first.__name__] = change / true.mean()

changed = np.max(list(differences.values()), axis=0)[16] > 0.001  # one row, through the middle
reach = 4 * np.count_nonzero(changed) // 2
print(f"reach: {reach} pixels of the photo")
guess("03-padding-and-stride: reach", result=reach)
for name, change in differences.items():
    print(f"{name:7} changes the outermost row by {change[0].mean():.0%} of the mean, all by {change.mean():.0%}")
for size in (128, 224, 448):
    print(f"untouched in a photo of {size}×{size}: {(1 - 2 * reach / size) ** 2:.0%}")
figures.reach(differences, step=4)

# %% [markdown]
r"""
**Explain.** It depends on where you look. *At* the border, zeros change this map by more than its own mean.
Twelve pixels further in, little of the change is left, and beyond the reach nothing at all. The larger the
picture, the smaller the affected share.

On this photo, *edge* and *reflect* disturb less than half as much as zeros, although this network was trained
with zeros.
<!-- computed: 35%, 14%, 15% -->
"""

# %% [markdown]
r"""
<details><summary>Often read, not quite true: "Padding hardly matters, because the border is small"</summary>

Many course notes say so. That holds for large pictures and few layers; compare the shares that the cell prints.

</details>
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
sees; everything further in is exactly what it would be without a frame.
<!-- shown: How far padding reaches --> Without padding every layer takes
kernel − 1 pixels off, so that small pictures are used up after a few layers and deep networks cannot be
built; and the pixels at the border are read by fewer windows, so what lies there counts less, the more so
from layer to layer.
<!-- shown: Why padding: the border is read least --> Around a photo that was cut out of a larger one lie real pixels: I would cut larger and
use them, and drop the surplus at the end; where there are none, repeat or mirror the border, since
that resembles what lay there better than a black frame, which is a strong edge that nobody photographed.

**To mark:**

- 1 point: only outputs whose window reaches the frame change, and the reach grows with each layer (or:
  half the receptive field); inside it nothing changes.
<!-- shown: How far padding reaches -->
- 1 point: the map shrinks at every layer, which limits the depth.
- 1 point: border pixels are read less often, so they have less of a say.
- 1 point: real neighbors if there are any; else edge or reflect, with the reason that zeros are an edge.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## Output volume and number of parameters

A classic exam question: the input is 32×32×3, and a layer has ten 5×5 filters, stride 1, pad 2. What shape
comes out, and how many numbers are learned?

Height and width follow from your formula. The depth of the output is the number of filters. Each filter is
as deep as its input, and sums over that depth. It has one weight for each number under it, and one bias.
"""

# %% [markdown]
r"""
<details><summary>Often read, not quite true: "The depth of the map is 3/3 = 1"</summary>

Some course notes divide the two depths. Nothing is divided: the three channels are added up.

</details>
"""

# %% [markdown]
r"""
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
        The output's shape (F, H', W') as a tuple, and the number of weights and biases. All of type `int`.

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
**Predict.** We keep this picture and these filters, and change only pad and stride. Which pads fit stride 2?
Does the number of parameters change?

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
**Explain.** The answer to the exam question stands at pad 2, stride 1: 10×32×32 and 760 parameters. Pad and
stride decide how *many* numbers come out, and never how many are learned. A frame that is equal on both sides
adds an even number of pixels, so it cannot mend an odd remainder: with stride 2 this layer never fits.
"""

# %% [markdown]
r"""
## Receptive field: how far one output sees

A number of the first layer depends on the pixels under its window. A number of the second layer depends on a
window *of those*. The patch of the picture that can influence one number is its **receptive field**.
"""

# %% [markdown]
r"""
**Predict.** After three layers of 3×3 filters, how many pixels wide is the patch? And if the first of them has
stride 2?

*My guess:*
"""

# %%
three = [(3, 1), (3, 1), (3, 1)]
figures.cones({"three layers, stride 1": three, "the first with stride 2": [(3, 2), *three[1:]]})

# %% [markdown]
r"""
**Explain.** Start at the picture. The first layer sees as many pixels as its kernel is wide. Each further layer
adds one number less than its kernel, because the number that it starts from is counted already.

How far apart in the picture are two neighboring numbers? After one layer of stride 2, two pixels; after two
such layers, four. So the strides of all layers *before* a layer multiply, and stretch what it adds. Its own
stride does not.
"""

# %% [markdown]
r"""
**Your turn.** Write `receptive_field`, from the picture to the last layer.
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
        A whole number of type `int`.
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
[Lesson 02](../02-filters/02-filters.ipynb#From-edges-to-parts) told you how much AlexNet's layers see, without the reason. Here is
the table of its layers; "shrink" keeps the largest number of each 3×3 window, with stride 2. Pads are left
out: they move the patch and do not change its size.
"""

# %% [markdown]
r"""
**Predict.** How many pixels of the cat's face does one number of layer 5 see, from left to right?
"""

# %%
guess("03-padding-and-stride: layer 5 sees", None)

# %%
rows = [("layer 1", 11, 4), ("shrink", 3, 2), ("layer 2", 5, 1), ("shrink", 3, 2)]
rows += [("layer 3", 3, 1), ("layer 4", 3, 1), ("layer 5", 3, 1)]

fields = {}
for i, (name, _, _) in enumerate(rows):
    if name != "shrink":
        fields[name] = receptive_field([row[1:] for row in rows[: i + 1]])
guess("03-padding-and-stride: layer 5 sees", result=fields["layer 5"])
unit_steps = receptive_field([(kernel, 1) for _, kernel, _ in rows])
print(f"with all strides 1, layer 5 would see {unit_steps} pixels")
figures.seen(photo[20:244, 112:336], fields)

# %% [markdown]
r"""
Check it with the dye. The real AlexNet gets a picture that is `NaN` everywhere except in its upper left
corner, and we look at the first number of each layer. If the corner is as large as the receptive field, that
number must come out clean. If the corner is one pixel smaller, it must not.
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
**Explain.** Your function is right to the pixel. In this network most of the growth comes from the strides, 163
pixels instead of 25: after them, each 3×3 filter sees 32 pixels more.
<!-- follows: 4 × 2 × 2 = 16 pixels from place to place, and a window of 3 reaches 2 × 16 = 32 further --> A stride makes maps small, and it lets few layers see far.
"""

# %% [markdown]
r"""
Which pixels of its patch can weigh most on a number? Point at the numbers of any row, and see.
"""

# %%
explore("where-does-it-look")

# %% [markdown]
r"""
**Explain.** Those in the middle: most paths through the layers lead there, and a single one to each corner. Luo
et al. (2016) call the part that counts most the *effective receptive field*.
"""

# %% [markdown]
r"""
## Summary and symbols

| symbol | meaning |
|---|---|
| $N, C, H, W$ | images in the batch, channels, height, width |
| $F$, $K_h, K_w$ | number of filters, height and width of a filter |
| $p$, $s$ | pad on each side, stride |
| $H' = (H + 2p - K)/s + 1$ | output size; if it is not whole, the layer does not fit |
| $p = (K - 1)/2$ | same padding, for odd $K$ at stride 1 |
| $F\,(C K_h K_w + 1)$ | parameters of the layer, biases included |
| $r_l = r_{l-1} + (K_l - 1)\, s_1 \cdots s_{l-1}$ | receptive field after layer $l$, with $r_0 = 1$ |
"""

# %% [markdown]
r"""
- Padding lets border pixels take part in more windows, and can keep the size. Its numbers are made up, and
  reach as far into the result as the receptive field does to one side.
- A stride saves work and lets later layers see further. A filter narrower than its stride skips pixels, and may
  show patterns that are not there (aliasing).
- With `im2col` a convolutional layer is one matrix product: faster, at the price of memory.
"""

# %% [markdown]
r"""
### Further reading

- V. Dumoulin and F. Visin (2016), *A guide to convolution arithmetic for deep learning*, arXiv:1603.07285.
- K. Chellapilla, S. Puri and P. Simard (2006), *High Performance Convolutional Neural Networks for Document
  Processing*: convolution as a matrix product.
- S. Chetlur and others (2014), *cuDNN: Efficient Primitives for Deep Learning*, arXiv:1410.0759.
- W. Luo, Y. Li, R. Urtasun and R. Zemel (2016), *Understanding the Effective Receptive Field in Deep
  Convolutional Neural Networks*, arXiv:1701.04128.

Before: [lesson 02, filters](../02-filters/02-filters.ipynb). Next:
[lesson 04, pooling and normalization](../04-pooling-and-normalization/04-pooling-and-normalization.ipynb).
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes and answer aloud.

1. Why is a corner pixel read less often, and what helps?
2. What is the formula for the output size? What is the + 1?
3. What happens at 6×6, 3×3, stride 2: by the formula, in this course, and in PyTorch?
4. Why is one matrix product faster than loops, and what does it cost?
5. Which strides stretch the receptive field of a layer?

<details><summary>Answers</summary>

- *1:* Only one window covers it. Padding helps.
- *2:* (size + 2·pad − kernel)/stride + 1; the first place.
<!-- follows: the formula of the lesson -->
- *3:* 2.5; a `ValueError`; rounded down to 2, and the last row and column are never read.
<!-- follows: (6 − 3) / 2 + 1 = 2.5 -->
- *4:* It starts once. It costs memory: up to KH·KW copies of a pixel.
- *5:* Those of all layers before it, multiplied; not its own.

</details>
"""

# %% [markdown]
r"""
## On your own

- Compute with `receptive_field` what a number of VGG-16's seventh convolutional layer sees; its two poolings
  before that are 2×2 with stride 2. How does it compare with the reach of the padding?
- Which pixels of its receptive field influence a number *most*? Change one pixel at a time by a little, and
  draw how much layer 3 of AlexNet changes.
- Time both layers with 1, 4, 16 and 64 filters. Where does the gain come from when there is one filter?
- Is there a pad with which AlexNet's first layer, 11×11 and stride 4, fits a 224×224 picture? Which sizes near
  224 fit? [Lesson 07](../07-alexnet-and-zfnet/07-alexnet-and-zfnet.ipynb#The-input-size:-224-or-227) comes back to this.
"""

# %%
progress("03-padding-and-stride")
