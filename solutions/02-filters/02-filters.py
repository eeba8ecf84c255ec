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
# Slide a small pattern over a picture

A photo has a hundred thousand pixels. An edge, an eye, a stripe needs only a few of them. So let a
small pattern, a **filter**, visit every place in the photo and say how much the place looks like it.
That one idea is the convolutional layer.

- **You will do**: write cross-correlation, convolution and a whole layer in plain NumPy, and turn
  them on a cat.
- **You will learn**: what a filter answers to, why its depth is its input's depth, what it costs, and
  what the filters of a trained network look for.
- **You will need**: NumPy slices and loops, and about 75 minutes.
"""

# %% role="given" id="filters-setup"
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import check, look, progress
from autograder.datasets import IMAGENET_MEAN, IMAGENET_STD, load_alexnet_convs, load_photo
from autograder.figures import filters as figures
from autograder.figures.raster import curves, grid
from autograder.figures.sliding import slide

# %% role="given" id="filters-data"
photo = load_photo("chelsea")  # height, width, and red, green, blue from 0 to 255
grey = photo.mean(axis=2)
alexnet = load_alexnet_convs()  # the five convolution layers of a trained network

# %% [markdown]
r"""
## A cell that likes one direction

In 1959 David Hubel and Torsten Wiesel listened to single cells in a cat's visual cortex while bars
of light crossed a screen. A cell stayed almost silent until a bar had *its* direction. Then it fired.

We build such a cell. It holds a small pattern, multiplies what it sees by the pattern, number by
number, and adds up.
"""

# %% [markdown]
r"""
**Predict.** The cell below is made for a bar at 60°. We show it bars from 0° to 165°. How does its
answer at 60° compare with the one at 45°? And at 150°, across? Double-click here and write it down.

*My guess:*
"""

# %%
def bar(angle, size=15):
    """Paint a bright bar through the middle of a dark square, `angle` degrees from level."""
    steps = np.arange(size) - size // 2
    distance = np.sin(np.radians(angle)) * steps + np.cos(np.radians(angle)) * steps[:, None]
    return np.exp(-((distance / 1.5) ** 2))


cell = bar(60) - bar(60).mean()  # light on the bar excites, light beside it calms
bars = {angle: bar(angle) for angle in range(0, 180, 15)}
answers = [max(0, np.sum(cell * picture)) for picture in bars.values()]
striped = alexnet["conv1.weight"][[22, 55, 41, 33, 27, 34, 18, 16]]
figures.oriented_cell(cell, bars, answers, striped)

# %% [markdown]
r"""
**Explain.** The sum is large where bright meets positive and dark meets negative: where the picture
*looks like* the pattern. Turn the bar by fifteen degrees
and much of that is gone.

The eight tiles come from a network that saw nothing but photos and their names. It arrived at much
the same patterns as the cat.
"""

# %% [markdown]
r"""
## One window

Take nine pixels from the rim of the cat's eye and a filter that compares left with right. Everything
in this lesson is made of this one step: multiply, then add.
"""

# %%
left_to_right = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
eye = grey[103:106, 138:141].round()
figures.one_window(eye, left_to_right)

# %% [markdown]
r"""
The sum is positive: brighter on the right than on the left. Over an even patch it would be 0,
because the weights add up to 0.

Now let the window move, one pixel at a time, and keep the sums in order.
"""

# %%
steps = np.array([[1, 1, 1, 9, 9], [1, 1, 1, 9, 9], [1, 1, 9, 9, 9], [1, 9, 9, 9, 9]])
windows = sliding_window_view(steps, (3, 3))
slide(
    steps,
    left_to_right,
    np.sum(windows * left_to_right, axis=(2, 3)),
    "Each stop of the window gives one number of the feature map, in reading order.",
)

# %% [markdown]
r"""
## Break it once

A photo is stored as `uint8`: whole numbers from 0 to 255, and no sign. Here we subtract each pixel
from its right neighbour without thinking about that.

**Predict.** What is 50 − 60 in a type that knows no −10?

*My guess:*
"""

# %%
green = photo[:, :, 1]
wrong = green[:, 1:] - green[:, :-1]
right = green[:, 1:].astype(float) - green[:, :-1]
print("50 - 60 =", np.uint8([50]) - np.uint8([60]))
print(f"differences: {wrong.min()} to {wrong.max()}, or {right.min():.0f} to {right.max():.0f}")
figures.wrapped_differences(wrong, right)

# %% [markdown]
r"""
**Explain.** Below 0 the count starts again from 255, so −10 turns into 246. NumPy says nothing. From
here on every picture becomes `float` first; `grey` already is.
"""

# %% [markdown]
r"""
## Slide, multiply, add

One window gives one number. All windows, in reading order, give a new picture: the **feature map**,
large where the image looks like the filter. The step is called *cross-correlation*.

$$
y_{ij} = \sum_{u}\sum_{v} x_{i+u,\;j+v}\; k_{uv}
$$

The kernel never leaves the image. A kernel as wide as the image has a single place across; each column
less gives one place more. So the map is a little smaller than the image. In the picture below, count
the places before you code.

**Your turn.** Write `cross_correlate2d`. Two loops over the places are fine.
"""

# %% role="exercise" id="cross-correlate2d"
def cross_correlate2d(image, kernel):
    """Slide `kernel` over `image`; at each place, multiply and add what lies under it.

    Parameters
    ----------
    image : (H, W) ndarray
    kernel : (KH, KW) ndarray

    Returns
    -------
    (H - KH + 1, W - KW + 1) ndarray

    Raises
    ------
    ValueError
        If the kernel is larger than the image in either direction.
    """
    ### BEGIN SOLUTION
    (height, width), (kh, kw) = image.shape, kernel.shape
    if kh > height or kw > width:
        raise ValueError(f"a {kh}×{kw} kernel does not fit into a {height}×{width} image")
    output = np.zeros((height - kh + 1, width - kw + 1), np.result_type(image, kernel))
    for i, j in np.ndindex(output.shape):
        output[i, j] = np.sum(image[i : i + kh, j : j + kw] * kernel)
    return output
    ### END SOLUTION


# %% role="given" id="cross-correlate2d-look"
look("cross-correlate2d", cross_correlate2d)

# %% role="check" id="cross-correlate2d-check" points=1
check("cross-correlate2d", cross_correlate2d)

# %% role="test" id="cross-correlate2d-test" points=3
# 3 points, run after you hand in: images and kernels of all shapes, float32 that stays float32,
# an image that is left as it was, and a kernel too large for its image.
### BEGIN HIDDEN TESTS
check("cross-correlate2d", cross_correlate2d, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now turn it on the cat, once comparing left with right and once top with bottom.

**Predict.** Which of the two maps shows the whiskers best? Which the sides of the nose?

*My guess:*
"""

# %%
kernels = {"left to right": left_to_right, "top to bottom": left_to_right.T}
maps = {name: cross_correlate2d(grey[::2, ::2], kernel) for name, kernel in kernels.items()}
figures.filtered(photo, kernels, maps)

# %% [markdown]
r"""
**Explain.** A line that runs across differs from what is above and below it, not from what is beside
it. So near-level whiskers and lids show in the second map, upright stripes in the first.
"""

# %% [markdown]
r"""
## Flip it or not

In mathematics, **convolution** turns the kernel by half a turn before it slides: the last row comes
first, and in each row the last number comes first.

$$
(x * k)_{ij} = \sum_{u}\sum_{v} x_{i+u,\;j+v}\; k_{K_H-1-u,\;K_W-1-v}
$$

The turn has its reasons: image and kernel may change places, and a single bright pixel paints the
kernel the right way up. Deep learning keeps the name and skips the turn. What PyTorch calls
`conv2d` is cross-correlation.

**Your turn.** Write `convolve2d`. You already have most of it.
"""

# %% role="exercise" id="convolve2d"
def convolve2d(image, kernel):
    """Convolve as mathematicians do: with the kernel turned by half a turn.

    Parameters
    ----------
    image : (H, W) ndarray
    kernel : (KH, KW) ndarray

    Returns
    -------
    (H - KH + 1, W - KW + 1) ndarray

    Raises
    ------
    ValueError
        If the kernel is larger than the image in either direction.
    """
    ### BEGIN SOLUTION
    return cross_correlate2d(image, kernel[::-1, ::-1])
    ### END SOLUTION


# %% role="given" id="convolve2d-look"
look("convolve2d", convolve2d)

# %% role="check" id="convolve2d-check" points=1
check("convolve2d", convolve2d)

# %% role="test" id="convolve2d-test" points=3
# 3 points, run after you hand in: as before, and that one bright pixel paints the kernel.
### BEGIN HIDDEN TESTS
check("convolve2d", convolve2d, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Does the turn matter? Let us *learn* a kernel instead of writing it. We filter noise with a secret
kernel, and search for a kernel that does the same, by small steps that make the error smaller.

Both of your functions are linear in the kernel: nine kernels with a single 1 tell us all about them.
"""

# %%
def learn_kernel(layer, image, target, rate=0.2, steps=100):
    """Find the 3×3 kernel with which `layer` turns `image` into `target`."""
    shares = np.stack([layer(image, one) for one in np.eye(9).reshape(9, 3, 3)])
    kernel, losses = np.zeros(9), []
    for _ in range(steps):
        error = np.tensordot(kernel, shares, axes=1) - target
        losses.append(np.mean(error**2))
        kernel -= rate * np.mean(shares * error, axis=(1, 2))  # downhill; lesson 05 says why
    return kernel.reshape(3, 3), losses


# %% [markdown]
r"""
**Predict.** One learner cross-correlates, the other convolves. Do both reach the secret kernel? Whose
error falls faster?

*My guess:*
"""

# %%
noise = np.random.default_rng(0).normal(size=(40, 40))
secret = np.array([[1, 2, 0], [0, 0, -1], [4, 0, -2]])
target = np.sum(sliding_window_view(noise, (3, 3)) * secret, axis=(2, 3))

correlating, losses = learn_kernel(cross_correlate2d, noise, target)
convolving, other_losses = learn_kernel(convolve2d, noise, target)
gap = np.max(np.abs(np.subtract(losses, other_losses)))
print(f"mean squared error: {losses[0]:.1f} before, {losses[-1]:.1e} after")
print(f"largest difference between the two learners, ever: {gap:.1e}")
figures.learned_both_ways(secret, correlating, convolving)

# %% [markdown]
r"""
**Explain.** The second learner found the same kernel, turned; its own turn undoes that. Step by step
the two err equally. A learned filter comes out whichever way round its layer needs, so frameworks save
themselves the flip. It matters only when you write a kernel by hand.
"""

# %% [markdown]
r"""
## As deep as the image

A colour photo is three layers deep: red, green, blue. Its filter is as deep, one slice for each channel.
Every slice is compared with its channel, and the answers are *added*: one filter, one flat map. At the
end each place gets the **bias**, a single number, once.

$$
y_{ij} = b + \sum_{c}\sum_{u}\sum_{v} x_{c,\;i+u,\;j+v}\; w_{c\,u\,v}
$$

The lecture finds the depth of the map by "3/3 = 1". The 1 is right, but nothing is divided: the
depth is summed over.

**Your turn.** Write `apply_filter`.
"""

# %% role="exercise" id="apply-filter"
def apply_filter(image, weights, bias):
    """Apply one filter, as deep as the image.

    Parameters
    ----------
    image : (C, H, W) ndarray
    weights : (C, KH, KW) ndarray
    bias : float

    Returns
    -------
    (H - KH + 1, W - KW + 1) ndarray

    Raises
    ------
    ValueError
        If the depths differ, or the filter is larger than the image.
    """
    ### BEGIN SOLUTION
    if len(image) != len(weights):
        raise ValueError(f"an image {len(image)} deep, a filter {len(weights)} deep")
    maps = [cross_correlate2d(channel, kernel) for channel, kernel in zip(image, weights)]
    return np.sum(maps, axis=0) + np.asarray(bias, maps[0].dtype)
    ### END SOLUTION


# %% role="given" id="apply-filter-look"
look("apply-filter", apply_filter)

# %% role="check" id="apply-filter-check" points=1
check("apply-filter", apply_filter)

# %% role="test" id="apply-filter-test" points=3
# 3 points, run after you hand in: one to five channels, all shapes, float32 that stays float32,
# inputs left as they were, and a filter that is not as deep as its image.
### BEGIN HIDDEN TESTS
check("apply-filter", apply_filter, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Here is a real one: a filter of AlexNet, with its three slices. Channels come first in this course, and
AlexNet wants its pixels around 0, so a small function prepares the photo.
"""

# %%
def as_input(picture):
    """Prepare (H, W, 3) pixels for AlexNet: (3, H, W), about -2 to 2."""
    return ((picture / 255 - IMAGENET_MEAN) / IMAGENET_STD).transpose(2, 0, 1)


# %% [markdown]
r"""
**Predict.** The filter's middle is green on a background of pink. Where in the cat will it answer most?

*My guess:*
"""

# %%
small = photo[::3, ::3]
weights, bias = alexnet["conv1.weight"][37], alexnet["conv1.bias"][37]
answers = apply_filter(as_input(small), weights, bias)
figures.colour_filter(small, weights, answers)

# %% [markdown]
r"""
**Explain.** No single channel decides. Grey is in all three alike, so what the green slice gives the
other two take back; a green iris excites the one and leaves the others calm. The filter measures a
*difference* of colours.
"""

# %% [markdown]
r"""
## Every filter, every image

A layer has many filters, and each makes a map of its own: F filters, F maps. Stacked, they are a volume
like the image was, F deep: nothing is flattened, and the next layer takes them as its channels. Images
come in batches of N.

$$
y_{n f i j} = b_f + \sum_{c,\,u,\,v} x_{n,\,c,\;i+u,\;j+v}\; w_{f\,c\,u\,v}
$$

Four indices on the left: four loops around the window. This is the slow and honest version; lesson 03
makes it fast, and this one will be the judge of that.

**Your turn.** Write `conv2d_naive`. Each filter has its own bias.
"""

# %% role="exercise" id="conv2d-naive"
def conv2d_naive(x, weights, bias):
    """Apply every filter to every image: stride 1, no padding.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    weights : (F, C, KH, KW) ndarray
    bias : (F,) ndarray

    Returns
    -------
    (N, F, H - KH + 1, W - KW + 1) ndarray

    Raises
    ------
    ValueError
        If the depths differ, or the filters are larger than the images.
    """
    ### BEGIN SOLUTION
    return np.stack(
        [[apply_filter(image, w, b) for w, b in zip(weights, bias)] for image in x]
    )
    ### END SOLUTION


# %% role="given" id="conv2d-naive-look"
look("conv2d-naive", conv2d_naive)

# %% role="check" id="conv2d-naive-check" points=1
check("conv2d-naive", conv2d_naive)

# %% role="test" id="conv2d-naive-test" points=3
# 3 points, run after you hand in: several images, channels and filters, all shapes, float32 that
# stays float32, inputs left as they were, and filters that are not as deep as the images.
### BEGIN HIDDEN TESTS
check("conv2d-naive", conv2d_naive, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
You have written a convolutional layer. Here are the 64 filters of AlexNet's first one.
"""

# %%
figures.first_layer(alexnet["conv1.weight"])

# %% [markdown]
r"""
**Predict.** We run numbers 22, 27, 33, 37 and 21 over the cat, with your layer. Which will find the eyes?
Which the lids, which the fur?

*My guess:*
"""

# %%
chosen = [22, 27, 33, 37, 21]
weights, bias = alexnet["conv1.weight"][chosen], alexnet["conv1.bias"][chosen]
face = photo[40:210:2, 100:350:2]
maps = conv2d_naive(as_input(face)[np.newaxis], weights, bias)

names = [f"filter {i}" for i in chosen]
figures.filtered(face, dict(zip(names, weights)), dict(zip(names, maps[0])))

# %% [markdown]
r"""
**Explain.** Each map has one theme: lines of one direction, or one colour. The green filter finds the
irises; to the pink one they are the opposite of what it wants. The next layer does not look at pixels any
more. It looks at these maps.
"""

# %% [markdown]
r"""
### What it costs

Every weight is multiplied once at every place. One *multiply–accumulate* is a product added to a
running sum. The lecture gives FMA as another name for cross-correlation. *Fused multiply–add* is the
processor's instruction for that one step, $a \cdot b + c$; cross-correlation is made of many of them. How
many for a single photo in AlexNet's first layer, do you think?
"""

# %%
costs = {
    "one 3×3 filter over grey Chelsea": (3 * 3, 298 * 449),
    "the five filters above": (5 * 3 * 11 * 11, 75 * 115),
    "AlexNet's first layer, one photo": (64 * 3 * 11 * 11, 55 * 55),
}
for what, (weights, places) in costs.items():
    print(f"{what:34} {weights:6,} weights × {places:7,} places = {weights * places:11,}")

# %% [markdown]
r"""
## Count the weights

How many numbers does a layer learn? Look at one filter first: KH × KW weights in each of its C slices,
and one bias. Then take F such filters.

Something is missing from this count: the size of the image. The same filter serves at every place, so a
layer that has learned on small pictures runs on large ones with not a weight more.

**Your turn.** The lecture asks it like this: the input is 32×32×3, there are ten 5×5 filters; how many
parameters? Work it out on paper, then write `conv_parameter_count` for any layer.
"""

# %% role="exercise" id="conv-parameter-count"
def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):
    """Count the numbers that a convolutional layer learns.

    Parameters
    ----------
    in_channels : int
        Depth of the input.
    kernel_size : int or (int, int)
        Height and width of a filter; an int for a square one.
    num_filters : int
    bias : bool
        Whether each filter has a bias.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    kh, kw = (kernel_size, kernel_size) if np.isscalar(kernel_size) else kernel_size
    return num_filters * (in_channels * kh * kw + int(bias))
    ### END SOLUTION


# %% role="given" id="conv-parameter-count-look"
look("conv-parameter-count", conv_parameter_count)

# %% role="check" id="conv-parameter-count-check" points=1
check("conv-parameter-count", conv_parameter_count)

# %% role="test" id="conv-parameter-count-test" points=3
# 3 points, run after you hand in: all sizes, kernels that are not square, layers without biases.
### BEGIN HIDDEN TESTS
check("conv-parameter-count", conv_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** With a border of zeros around the picture, lesson 03, the lecture's layer makes ten maps of
32×32. A fully connected layer
with as many outputs needs a weight from each input to each output. How many times more?

*My guess:*
"""

# %%
inputs, outputs = 32 * 32 * 3, 32 * 32 * 10
counts = {
    "convolution": conv_parameter_count(3, 5, 10),
    "fully connected": (inputs + 1) * outputs,
}
print(f"{counts['fully connected'] / counts['convolution']:,.0f} times more")
figures.parameter_bars(counts)

# %% [markdown]
r"""
### Think it through

The same filter is used at every place of the picture. In your own words, five sentences at most:

1. Why is that a good bet for photos?
2. For what kind of picture would it be a bad one, and why?
3. What becomes of a feature map when the photo is shifted by three pixels?
"""

# %% [markdown] role="question" id="why-filters-share" points=4
r"""
### BEGIN SOLUTION
An edge, an eye or a texture can turn up anywhere in a photo and looks the same there, so what was learned
at one place is of use at all others, and far fewer weights have to be learned from the same photos. It is
a bad bet where the place decides what a thing means, as with passport photos that are all centred, or a
spreadsheet's columns: there the eyes are always in the same spot, and other features serve other spots.
When the photo is shifted by three pixels the feature map shifts by three pixels as well, and apart from the
border its numbers stay the same.

**To mark:**

- 1 point: patterns may appear anywhere and look the same there, so one detector serves at every place.
- 1 point: names the gain: fewer weights, or every place of every photo teaches the same filter.
- 1 point: an example in which the place matters (aligned faces, tables, spectrograms along the frequency),
  with a reason.
- 1 point: the map shifts by three pixels too; only what falls off or comes in at the border differs.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## Five filters worth knowing

Before networks learned them, people drew filters by hand. Five are worth knowing by heart:

- `"horizontal"` answers to edges that *run* level, so it compares above with below; `"vertical"` to
  edges that run upright. Both are silent where all is even.
- `"blur"` makes each pixel the average of its neighbourhood and keeps the brightness.
- `"sharpen"` does the reverse: it adds to a pixel what sets it apart from its neighbours.
- `"identity"` changes nothing.

**Your turn.** Write them down as 3×3 arrays. What must the weights of each add up to: 0 or 1? Your
filters are judged by what they do to pictures.
"""

# %% role="exercise" id="edge-filters"
def edge_filters():
    """Draw five filters by hand.

    Returns
    -------
    dict of (3, 3) float ndarrays
        With the keys "horizontal", "vertical", "blur", "sharpen" and "identity".
    """
    ### BEGIN SOLUTION
    horizontal = np.array([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]])
    return {
        "horizontal": horizontal,
        "vertical": horizontal.T,
        "blur": np.ones((3, 3)) / 9,
        "sharpen": np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]),
        "identity": np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),
    }
    ### END SOLUTION


# %% role="given" id="edge-filters-look"
look("edge-filters", edge_filters)

# %% role="check" id="edge-filters-check" points=1
check("edge-filters", edge_filters)

# %% role="test" id="edge-filters-test" points=3
# 3 points, run after you hand in: each filter on pictures with edges both ways, noise, and nothing.
### BEGIN HIDDEN TESTS
check("edge-filters", edge_filters, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** Of the five maps, which will still look like a photo of a cat? What decides it?

*My guess:*
"""

# %%
kernels = edge_filters()
eye = grey[60:160, 90:230]
maps = {name: cross_correlate2d(eye, kernel) for name, kernel in kernels.items()}
figures.filtered(eye, kernels, maps)

# %% [markdown]
r"""
**Explain.** Look at the sums. Weights that add up to 0 forget how bright a place is and keep only how it
changes; weights that add up to 1 keep the brightness.
"""

# %% [markdown]
r"""
## How strong is the edge

A slanted edge wakes both edge filters a little, a level one wakes only one. To get *one* strength that
does not depend on the direction, treat the two answers as the sides of a right-angled triangle:

$$
m = \sqrt{h^2 + v^2}
$$

Here $h$ and $v$ are the answers of Sobel's pair of 1968:

$$
\begin{pmatrix} -1 & -2 & -1 \\ 0 & 0 & 0 \\ 1 & 2 & 1 \end{pmatrix}
\qquad
\begin{pmatrix} -1 & 0 & 1 \\ -2 & 0 & 2 \\ -1 & 0 & 1 \end{pmatrix}
$$

**Your turn.** Write `gradient_magnitude` with these two and your own `cross_correlate2d`.
"""

# %% role="exercise" id="gradient-magnitude"
def gradient_magnitude(image):
    """Measure how strong the edge is at each place, whichever way it runs.

    Parameters
    ----------
    image : (H, W) float ndarray

    Returns
    -------
    (H - 2, W - 2) ndarray
        The root of the summed squares of Sobel's two answers, in the dtype of `image`.
    """
    ### BEGIN SOLUTION
    sobel = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], dtype=image.dtype)
    h, v = cross_correlate2d(image, sobel), cross_correlate2d(image, sobel.T)
    return np.sqrt(h**2 + v**2)
    ### END SOLUTION


# %% role="given" id="gradient-magnitude-look"
look("gradient-magnitude", gradient_magnitude)

# %% role="check" id="gradient-magnitude-check" points=1
check("gradient-magnitude", gradient_magnitude)

# %% role="test" id="gradient-magnitude-test" points=3
# 3 points, run after you hand in: edges in all directions, pictures of all shapes, float32 that
# stays float32, an even picture, and a picture turned by a quarter.
### BEGIN HIDDEN TESTS
check("gradient-magnitude", gradient_magnitude, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** On three photos: what is strongest, the outline of things or their texture?

*My guess:*
"""

# %%
photos = {name: load_photo(name) for name in ("astronaut", "coffee", "china")}
greys = {name: picture[:400:3, :512:3].mean(axis=2) for name, picture in photos.items()}
strengths = {name: gradient_magnitude(picture) for name, picture in greys.items()}
bright = {name: np.minimum(m, np.percentile(m, 99)) for name, m in strengths.items()}
grid(bright, "How strong the edges are: white is strong, whichever way the edge runs.")

# %% [markdown]
r"""
**Explain.** The filter sees nine pixels and no things. To it a roof tile counts as much as the outline of
a face. Telling them apart takes filters on top of filters.
"""

# %% [markdown]
r"""
## A convolution is a matrix

Lay the image flat, row after row. Each output is then a weighted sum of all pixels, with weight 0 for
those outside its window. So there is a matrix $M$ with one row for each output and one column for each
pixel:

$$
M \cdot \text{flat image} = \text{flat feature map}
$$

A convolution *is* a fully connected layer. But most of its weights are 0, and the others are the same
few numbers in every row. In the picture below, see what lies between the rows of the kernel.

**Your turn.** Write `conv_as_matrix`.
"""

# %% role="exercise" id="conv-as-matrix"
def conv_as_matrix(kernel, image_shape):
    """Write a cross-correlation as one matrix.

    Parameters
    ----------
    kernel : (KH, KW) ndarray
    image_shape : (int, int)
        Height and width of the images it is for.

    Returns
    -------
    (H' * W', H * W) ndarray
        `M` with `M @ image.ravel() == cross_correlate2d(image, kernel).ravel()`.

    Raises
    ------
    ValueError
        If the kernel is larger than the image.
    """
    ### BEGIN SOLUTION
    pixels = np.eye(np.prod(image_shape), dtype=kernel.dtype)  # one image for each pixel
    columns = [cross_correlate2d(pixel.reshape(image_shape), kernel).ravel() for pixel in pixels]
    return np.stack(columns, axis=1)
    ### END SOLUTION


# %% role="given" id="conv-as-matrix-look"
look("conv-as-matrix", conv_as_matrix)

# %% role="check" id="conv-as-matrix-check" points=1
check("conv-as-matrix", conv_as_matrix)

# %% role="test" id="conv-as-matrix-test" points=3
# 3 points, run after you hand in: all shapes, agreement with cross-correlation on fresh images,
# float32 that stays float32, and a kernel too large for its image.
### BEGIN HIDDEN TESTS
check("conv-as-matrix", conv_as_matrix, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** A 3×3 kernel on a 10×12 image: what share of the matrix is not zero?

*My guess:*
"""

# %%
sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
figures.wiring(conv_as_matrix(sobel, (10, 12)), (10, 12))

# %% [markdown]
r"""
**Explain.** *Sparse*: an output is wired to its window alone. *Tied*: all rows share one small set of
weights. A convolutional layer is a fully connected layer that was told two things about pictures in
advance: what belongs together lies together, and a pattern is the same pattern everywhere.
"""

# %% [markdown]
r"""
## From edges to parts

Now stack layers. The second layer's filters slide over the first one's maps, so what it sees is a
pattern *of edges*; the third sees patterns of those. Here are all five layers of AlexNet, in a form
that needs no loop over pixels. Lesson 03 builds it; the maximum of each 3×3 window comes in lesson 04.
"""

# %%
def layer(x, number, stride=1, pad=1):
    """One layer of AlexNet: all filters at once, then negative answers become 0."""
    weights, bias = alexnet[f"conv{number}.weight"], alexnet[f"conv{number}.bias"]
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    windows = sliding_window_view(x, weights.shape[2:], axis=(1, 2))[:, ::stride, ::stride]
    maps = np.tensordot(weights, windows, axes=((1, 2, 3), (0, 3, 4)))
    return np.maximum(maps + bias[:, np.newaxis, np.newaxis], 0)


def shrink(x):
    """Keep the largest of each 3×3 window, at every second place."""
    return sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::2, ::2].max(axis=(3, 4))


# %%
def all_layers(picture):
    """The feature maps of all five layers, by name."""
    conv1 = layer(as_input(picture), 1, stride=4, pad=2)
    conv2 = layer(shrink(conv1), 2, pad=2)
    conv3 = layer(shrink(conv2), 3)
    conv4 = layer(conv3, 4)
    conv5 = layer(conv4, 5)
    return {"layer 1": conv1, "layer 2": conv2, "layer 3": conv3, "layer 4": conv4, "layer 5": conv5}


# %% [markdown]
r"""
**Predict.** From layer to layer, do the maps get sharper or coarser? Fuller or emptier?

*My guess:*
"""

# %%
square = photo[20:244, 112:336]
figures.layer_maps(square, all_layers(square))

# %% [markdown]
r"""
What does one channel of a deep layer look for? Ask it: run all our photos through the network, find
the places where the channel answers most, and cut out what it saw there. A number of layer 5 sees
163×163 pixels, one of layer 1 only 11×11; lesson 03 works these out.
"""

# %%
SEES = {1: (11, 4, -2), 2: (51, 8, -18), 3: (99, 16, -34), 5: (163, 16, -66)}  # size, step, start
album = [load_photo(name) for name in ("astronaut", "chelsea", "china", "coffee")]
album.append(np.stack([load_photo("camera")] * 3, axis=2))  # a grey one
album_maps = [all_layers(picture) for picture in album]


def favourites(number, channel, count=6):
    """What the places saw that excite one channel most."""
    size, step, start = SEES[number]
    answers = [maps[f"layer {number}"][channel] for maps in album_maps]
    cut = []
    for i, row, column in figures.strongest_places(answers, count, apart=size // step // 3 + 1):
        edge = np.pad(album[i], ((size, size), (size, size), (0, 0)), constant_values=235)
        top, left = start + row * step + size, start + column * step + size
        cut.append(edge[top : top + size, left : left + size])
    return cut


# %% [markdown]
r"""
**Predict.** Two channels each of layers 1, 2, 3 and 5. From which layer on do you expect things with a
name?

*My guess:*
"""

# %%
channels = [(1, 4), (1, 24), (2, 25), (2, 37), (3, 162), (3, 198), (5, 159), (5, 20)]
figures.patches(
    {f"layer {number}\nchannel {channel}": favourites(number, channel) for number, channel in channels}
)

# %% [markdown]
r"""
**Explain.** Layer 1 wants an edge of one direction. Layer 2 wants rows of them. Layer 3 begins to
answer to textures and round shapes, layer 5 to a disc within a ring, be it an eye or a badge, and to heads.

A caution: we chose these eight channels out of more than a thousand, and the names are ours. Many channels
have none.
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes to the page and answer aloud.

1. What does a filter's answer say about the window under it?
2. Convolution and cross-correlation: what is the difference, and why does no trained network mind?
3. An input is 7 deep and a layer has 12 filters. How deep is each filter, and how deep is the output?
4. Why does the size of the image not appear in the parameter count?
5. What two things are true of the matrix of a convolution that are not true of any matrix?
"""

# %% [markdown]
r"""
## On your own

- Load `load_photo("brick")` and draw a filter by hand that finds the joints but not the bricks.
- Blur the cat ten times with your 3×3 filter. Which single filter does the same at one go, and how large
  is it?
- Give `learn_kernel` a photo instead of noise. It learns far more slowly. Plot both losses with `curves`
  and find out why: what do neighbouring pixels have in common?
"""

# %% role="given" id="filters-progress"
progress("02-filters")
