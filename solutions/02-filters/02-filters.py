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
# 02 · Filters and the convolutional layer: slide a small pattern over a picture

The photo in this lesson has more than a hundred thousand pixels.
<!-- follows: the cat has 300 × 451 = 135,300 --> An edge or a stripe covers only a few of
them. So let a
small pattern, a **filter**, visit every place in the photo and report how well the place matches it.
That is the idea of the convolutional layer.
"""

# %% [markdown]
r"""
- **You will do**: write cross-correlation, convolution and a whole layer in plain NumPy, and apply
  them to a photo of a cat.
- **You will learn**: what a filter responds to, why it is as deep as its input, what it costs, and
  what the filters of a trained network look for.
- **You will need**: NumPy slices and loops, and
  [lesson 01](../01-fully-connected-limits/01-fully-connected-limits.ipynb), above all
  [Count every connection](../01-fully-connected-limits/01-fully-connected-limits.ipynb#Count-every-connection:-the-number-of-parameters).
  Plan two to two and a half hours. *A convolution is a matrix* may be skipped on a first
  reading.

**Predict** stands before each experiment, as in lesson 01: write your guess down before you run the cell.

**Before you begin**, run `autograder recall` in a terminal: it asks again what lesson 01 taught.
"""

# %% role="given" id="filters-setup"
# No module named 'autograder'? Run  %pip install -e ../..  in a cell of your own, then restart the
# kernel: the course lies two folders above this notebook.
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import ask, catch, check, explore, guess, look, progress
from autograder.datasets import IMAGENET_MEAN, IMAGENET_STD, load_alexnet_convs, load_photo
from autograder.figures import filters as figures
from autograder.figures.raster import curves, grid
from autograder.figures.sliding import slide

# %% role="given" id="filters-data"
photo = load_photo("chelsea")  # height, width, and red, green, blue from 0 to 255
gray = photo.mean(axis=2)
alexnet = load_alexnet_convs()  # the five convolution layers of a trained network

# %% [markdown]
r"""
## A cell that prefers one direction

In 1959 David Hubel and Torsten Wiesel recorded single cells in a cat's visual cortex while bars and spots
of light were shown on a screen. Many cells hardly responded until a bar had *their* direction.
<!-- source: hubel-1959 --> Then they
fired.

We build a simple model of such a cell. It holds a small pattern, multiplies what it sees by the pattern,
number by number, and adds up the products.
"""

# %% [markdown]
r"""
**Predict.** The cell below is made for a bar at 60°. We show it bars from 0° to 165°.
<!-- shown: A cell that prefers one direction --> How does its
response at 60° compare with the one at 45°? And with the one at 150°, at a right angle?

*My guess:*
"""

# %%
def bar(angle, size=15):
    """Paint a bright bar through the middle of a dark square, `angle` degrees from level."""
    steps = np.arange(size) - size // 2
    distance = np.sin(np.radians(angle)) * steps + np.cos(np.radians(angle)) * steps[:, None]
    return np.exp(-((distance / 1.5) ** 2))


cell = bar(60) - bar(60).mean()  # light on the bar excites the cell, light beside it inhibits
bars = {angle: bar(angle) for angle in range(0, 180, 15)}
answers = [max(0, np.sum(cell * picture)) for picture in bars.values()]
striped = alexnet["conv1.weight"][[22, 55, 41, 33, 27, 34, 18, 16]]
figures.oriented_cell(cell, bars, answers, striped)

# %% [markdown]
r"""
**Explain.** The sum is large where bright pixels meet positive numbers and dark pixels meet negative ones:
where the picture *looks like* the pattern. Turn the bar by fifteen degrees, and much of the response is gone.

The eight tiles are filters of AlexNet (lesson 07), a network that was trained only to name photos. Nobody
gave it these patterns. We chose eight that resemble the cell; you will see all 64 below.
<!-- shown: The convolutional layer -->
"""

# %% [markdown]
r"""
## One window

Take nine pixels from the rim of the cat's eye, and a filter that compares left with right. Everything
in this lesson is built from this one step: multiply, then add.
"""

# %%
left_to_right = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
eye = gray[103:106, 138:141].round()
figures.one_window(eye, left_to_right)

# %% [markdown]
r"""
The sum is positive: the patch is brighter on the right than on the left. Over a patch of one brightness it
would be 0, because the weights add up to 0.

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
## Break it once: pixels without a sign

A photo is stored as `uint8`: whole numbers from 0 to 255, without a sign. Here we subtract each pixel
from its right neighbor and ignore that.

**Predict.** What is 50 − 60 in a type that has no −10? Put your guess in place of `None` below, and run the cell.
"""

# %%
guess("02-filters: 50 - 60", None)

# %%
green = photo[:, :, 1]
wrong = green[:, 1:] - green[:, :-1]
right = green[:, 1:].astype(float) - green[:, :-1]
guess("02-filters: 50 - 60", result=(np.uint8([50]) - np.uint8([60]))[0])
print(f"differences: {wrong.min()} to {wrong.max()}, or {right.min():.0f} to {right.max():.0f}")
figures.wrapped_differences(wrong, right)

# %% [markdown]
r"""
**Explain.** Below 0 the numbers start again from 255, so −10 becomes 246, and NumPy gives no warning.
<!-- follows: 256 − 10 = 246 --> From
here on, every picture is converted to `float` first; `gray` already is.
"""

# %% [markdown]
r"""
## Cross-correlation and the feature map

### Slide, multiply, add

One window gives one number. All windows, in reading order, give a new picture: the **feature map**,
large where the image looks like the filter. The operation is called **cross-correlation**; the small
filter for one channel is also called a *kernel*.

$$
y_{ij} = \sum_{u}\sum_{v} x_{i+u,\;j+v}\; k_{uv}
$$

The kernel never leaves the image (a *valid* cross-correlation). A kernel as wide as the image fits at one
place only; with each column less there is one place more. So the map is a little smaller than the image.
Count the places in the picture below before you write code.

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
        In the dtype of the inputs: float32 stays float32.

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
# 3 points, run after you hand in: images and kernels of all shapes, any layout in memory, float32 that
# stays float32, an image that is left as it was, and a kernel too large for its image.
### BEGIN HIDDEN TESTS
check("cross-correlate2d", cross_correlate2d, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Your own code.** Do you know what it does? Once it passes its check, answer three questions about it: put your
numbers in place of the dots. The answers come from watching *your* function at work.
"""

# %%
ask("cross-correlate2d", cross_correlate2d, ..., ..., ...)

# %% [markdown]
r"""
Now apply it to the cat, once comparing left with right and once top with bottom.

**Predict.** Which of the two maps shows the whiskers best? Which shows the sides of the nose?

*My guess:*
"""

# %%
kernels = {"left to right": left_to_right, "top to bottom": left_to_right.T}
maps = {name: cross_correlate2d(gray[::2, ::2], kernel) for name, kernel in kernels.items()}
figures.filtered(
    photo, kernels, maps,
    "A cat; a map that shows its upright stripes; and one that shows its whiskers and eyelids.",
)

# %% [markdown]
r"""
**Explain.** A horizontal line differs from what is above and below it, but not from what is beside
it. So nearly horizontal whiskers and eyelids show in the second map. What runs up and down, such as the stripes
on the forehead and the sides of the nose, shows in the first.
"""

# %% [markdown]
r"""
**Explore.** A 3×3 kernel slides over a picture of 5×7. Which pixels does only one window read, and how many
windows read the pixel in the middle? Guess, then point at pixels and at numbers of the map below. Your own
map stands beside the right one. (Stride and padding wait for lesson 03.)
"""

# %%
explore(
    "place-the-window",
    cross_correlate2d,
    at="height=5&width=7&kernelHeight=3&kernelWidth=3&down=1&across=1",
)

# %% [markdown]
r"""
## Convolution

### Flip it or not

In mathematics, **convolution** turns the kernel by half a turn before it slides: the last row comes
first, and in each row the last number comes first.

$$
(x * k)_{ij} = \sum_{u}\sum_{v} x_{i+u,\;j+v}\; k_{K_H-1-u,\;K_W-1-v}
$$

The turn has its reasons: over the whole plane, image and kernel may change places, and a single bright
pixel paints the kernel the right way up. We write $\star$ for cross-correlation and $*$ for convolution.
Deep learning keeps the name and skips the turn: PyTorch's `conv2d` computes the cross-correlation.

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
        In the dtype of the inputs: float32 stays float32.

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
# dtype and refusals are those of cross_correlate2d.
### BEGIN HIDDEN TESTS
check("convolve2d", convolve2d, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Catch it.** A function that forgets the turn passes the case below: for this kernel both give the same.
Change the kernel until it is caught. What must a kernel have, so that the turn shows?
"""

# %%
catch("convolve2d", [[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 1], [1, 1]], mistake="not flipped")

# %% [markdown]
r"""
Does the turn matter? Let us *learn* a kernel instead of writing it by hand. We filter noise with a secret
kernel, and search for a kernel that gives the same result, by small steps that reduce the error (gradient
descent, as in lesson 01).

Both of your functions are linear in the kernel, so nine kernels with a single 1 are enough to predict them.
"""

# %%
def learn_kernel(layer, image, target, rate=0.2, steps=100):
    """Find the 3×3 kernel with which `layer` turns `image` into `target`."""
    shares = np.stack([layer(image, one) for one in np.eye(9).reshape(9, 3, 3)])
    kernel, losses = np.zeros(9), []
    for _ in range(steps):
        error = np.tensordot(kernel, shares, axes=1) - target
        losses.append(np.mean(error**2))
        kernel -= rate * np.mean(shares * error, axis=(1, 2))  # against the gradient
    return kernel.reshape(3, 3), losses


# %% [markdown]
r"""
**Predict.** One learner uses cross-correlation, the other convolution. Do both find the secret kernel? Whose
error falls faster?
"""

# %%
guess("02-filters: falls faster", None, choices=("cross-correlation", "convolution", "neither"))

# %%
noise = np.random.default_rng(0).normal(size=(40, 40))
secret = np.array([[1, 2, 0], [0, 0, -1], [4, 0, -2]])
target = np.sum(sliding_window_view(noise, (3, 3)) * secret, axis=(2, 3))

correlating, losses = learn_kernel(cross_correlate2d, noise, target)
convolving, other_losses = learn_kernel(convolve2d, noise, target)
gap = np.max(np.abs(np.subtract(losses, other_losses)))
guess("02-filters: falls faster", result="neither" if gap < 1e-9 else "one of them")
print(f"mean squared error: {losses[0]:.1f} before, {losses[-1]:.1e} after")
print(f"largest difference between the two learners, ever: {gap:.1e}")
figures.learned_both_ways(secret, correlating, convolving)

# %% [markdown]
r"""
**Explain.** The second learner found the same kernel, turned, and its own turn undoes that. At every step the
two have the same error. A learned filter comes out whichever way around its layer needs it, so a layer
that is learned can do without the flip. The flip matters when you write a kernel by hand.
"""

# %% [markdown]
r"""
## Filters for several channels

### As deep as the image

A color photo has three **channels**: red, green and blue. We say it is 3 *deep*. Its filter is as deep, with
one slice for each channel. Every slice is cross-correlated with its channel, and the results are *added*:
one filter gives one map. Finally the **bias**, a single number, is added once at each place.

$$
y_{ij} = b + \sum_{c}\sum_{u}\sum_{v} x_{c,\;i+u,\;j+v}\; w_{c\,u\,v}
$$

**Your turn.** Write `apply_filter`.
"""

# %% [markdown]
r"""
<details>
<summary>Often read, not quite true: "the depth of the map is 3/3 = 1"</summary>

Some course notes find the depth of the map by dividing the image's depth by the filter's. The 1 is
right, but nothing is divided: the products are *summed* over the depth, so any depth gives a single map.

</details>
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
        In the dtype of the image: float32 stays float32.

    Raises
    ------
    ValueError
        If the depths differ, also where one of them is 1, or if the filter is larger than the image.
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
# 3 points, run after you hand in: one to five channels, all shapes, any layout in memory, float32 that
# stays float32, inputs left as they were, and a filter that is not as deep as its image, or larger.
### BEGIN HIDDEN TESTS
check("apply-filter", apply_filter, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Here is a learned filter of AlexNet, with its three slices. In this course the channels come first, and
AlexNet was trained on pixels centered around 0, so a small function prepares the photo.
"""

# %%
def as_input(picture):
    """Prepare (H, W, 3) pixels for AlexNet: (3, H, W), about -2 to 2."""
    return ((picture / 255 - IMAGENET_MEAN) / IMAGENET_STD).transpose(2, 0, 1)


# %% [markdown]
r"""
**Predict.** The middle of the filter is green on a pink background. Where in the cat will it respond most?

*My guess:*
"""

# %%
small = photo[::3, ::3]
weights, bias = alexnet["conv1.weight"][37], alexnet["conv1.bias"][37]
answers = apply_filter(as_input(small), weights, bias)
figures.colour_filter(small, weights, answers)

# %% [markdown]
r"""
**Explain.** No single channel decides. Gray is equally strong in all three, so what the green slice adds, the
other two subtract; a green iris adds in the green slice and subtracts little in the others. The filter
measures a *difference* of colors.
"""

# %% [markdown]
r"""
## The convolutional layer

### Every filter, every image

A layer has many filters, and each makes its own map: F filters, F maps. Stacked, the maps form a volume, as
the image did, now F deep. Nothing is flattened, and the next layer takes the maps as its channels. Images
come in batches of N.

$$
y_{n f i j} = b_f + \sum_{c,\,u,\,v} x_{n,\,c,\;i+u,\;j+v}\; w_{f\,c\,u\,v}
$$

There are four indices on the left, so four loops around the window. This version is slow but easy to read.
[Lesson 03](../03-padding-and-stride/03-padding-and-stride.ipynb#The-whole-convolutional-layer) adds padding
and stride, and then computes the same layer without the loops.

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
        In the dtype of `x`: float32 stays float32.

    Raises
    ------
    ValueError
        If the depths differ, also where one of them is 1, or if the filters are larger than the
        images.
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
# 3 points, run after you hand in: several images, channels and filters, all shapes, any layout in memory,
# float32 that stays float32, inputs left as they were, and filters that are too deep, flat or large.
### BEGIN HIDDEN TESTS
check("conv2d-naive", conv2d_naive, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
You have written a convolutional layer. Here are the 64 filters of AlexNet's first layer. (Our weights are
those of the variant of 2014, by Krizhevsky, *One weird trick for parallelizing convolutional neural
networks*; the first layer of the network of 2012 has 96 filters.)
"""

# %%
figures.first_layer(alexnet["conv1.weight"])

# %% [markdown]
r"""
**Predict.** We apply filters 22, 27, 33, 37 and 21 to the cat, with your layer. Which will respond to the
eyes, which to the lids, and which to the fur?

*My guess:*
"""

# %%
chosen = [22, 27, 33, 37, 21]
weights, bias = alexnet["conv1.weight"][chosen], alexnet["conv1.bias"][chosen]
face = photo[40:210:2, 100:350:2]
maps = conv2d_naive(as_input(face)[np.newaxis], weights, bias)

names = [f"filter {i}" for i in chosen]
figures.filtered(
    face, dict(zip(names, weights)), dict(zip(names, maps[0])),
    "A cat's face and five maps: fine horizontal, vertical and slanted lines; blue irises for the "
    "green filter, orange ones for the pink filter.",
)

# %% [markdown]
r"""
**Explain.** Each map has one theme. Filter 22 responds to horizontal lines, most at the lids; 27 and 33 respond to
vertical and slanted lines, in fur and stripes. The green filter, 37, responds to the irises; for the pink one,
21, they are the opposite of its pattern. The next layer no longer looks at pixels. It looks at these maps.
"""

# %% [markdown]
r"""
### What it costs: multiply–accumulate operations

Every weight is used once at every place. One *multiply–accumulate* (MAC) is a product added to a
running sum, $a \cdot b + c$.

**Predict.** How many of them does a single photo take in AlexNet's first layer?

*My guess:*
"""

# %% [markdown]
r"""
<details>
<summary>Often read, not quite true: "FMA is another name for cross-correlation"</summary>

*Fused multiply–add* is a processor's instruction for the single step $a \cdot b + c$. A cross-correlation
consists of many such steps.

</details>
"""

# %%
costs = {
    "one 3×3 filter over the gray cat": (3 * 3, 298 * 449),
    "the five filters above": (5 * 3 * 11 * 11, 75 * 115),
    "AlexNet's first layer, one photo": (64 * 3 * 11 * 11, 55 * 55),
}
for what, (weights, places) in costs.items():
    print(f"{what:34} {weights:6,} weights × {places:7,} places = {weights * places:11,}")

# %% [markdown]
r"""
## The number of parameters: weight sharing

### Count the weights

How many parameters does a layer have? Look at one filter first: KH × KW weights in each of its C slices,
and one bias. Then take F such filters.

The size of the image does not appear in this count. The same filter is used at every place (**weight
sharing**), so a layer that was trained on small pictures runs on large ones without a single weight more.

**Your turn.** A common exam question: the input is 32×32×3, and there are ten 5×5 filters. How many
parameters are there? Work it out on paper, then write `conv_parameter_count` for any layer.
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
        A whole number: 760 and not 760.0.
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
**Predict.** With a border of zeros around the picture (padding, lesson 03), this layer makes ten maps of 32×32.
A fully connected layer with as many outputs needs a weight from each input to each output. How many times
as many parameters does it have?

*My guess:*
"""

# %%
inputs, outputs = 32 * 32 * 3, 32 * 32 * 10
counts = {
    "convolution": conv_parameter_count(3, 5, 10),
    "fully connected": (inputs + 1) * outputs,
}
print(f"{counts['fully connected'] / counts['convolution']:,.0f} times as many")
figures.parameter_bars(counts)

# %% [markdown]
r"""
**Explain.** In the fully connected layer every output has weights of its own, one for each of the 3,072 inputs.
<!-- follows: 32 × 32 × 3 = 3,072 -->
In the convolution all 1,024 outputs of a map share the same 75 weights and one bias.
<!-- follows: 32 × 32 = 1,024; 5 × 5 × 3 = 75 -->
"""

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
a bad bet where the place decides what a thing means, as with passport photos that are all centered, or a
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
## Edge detection, blurring and sharpening

### Five filters worth knowing

Filters were designed by hand long before networks learned them. These five are worth knowing by heart:

- `"horizontal"` responds to edges that *run* horizontally, so it compares above with below; `"vertical"`
  responds to edges that run vertically. Both give 0 where the brightness does not change.
- `"blur"` replaces each pixel by an average of its neighborhood and keeps the brightness.
- `"sharpen"` does the opposite: it increases the difference between a pixel and its neighbors, and keeps
  the brightness of an even area.
- `"identity"` changes nothing.

**Your turn.** Write them down as 3×3 arrays. Must the weights of each add up to 0 or to 1? Your
filters are judged by what they do to pictures.
"""

# %% role="exercise" id="edge-filters"
def edge_filters():
    """Give five filters that were designed by hand.

    Returns
    -------
    dict of (3, 3) float ndarrays
        With the keys "horizontal", "vertical", "blur", "sharpen" and "identity". The blur has
        no negative weight. An edge filter may have either sign.
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
eye = gray[60:160, 90:230]
maps = {name: cross_correlate2d(eye, kernel) for name, kernel in kernels.items()}
figures.filtered(
    eye, kernels, maps,
    "An eye of the cat and five maps: two of colored outlines, and a blurred, a sharpened and an "
    "unchanged eye in gray.",
)

# %% [markdown]
r"""
**Explain.** Look at the sums of the weights. Weights that add up to 0 ignore how bright a place is and respond
only to changes; weights that add up to 1 keep the brightness, so their maps still look like the photo.
"""

# %% [markdown]
r"""
**Explore.** Which filter finds the joints of a brick wall? And can you tell from a map which filter made it?
Guess, then paint your own filter below, cell by cell, and do the three tasks.
"""

# %%
explore("draw-a-filter", cross_correlate2d)

# %% [markdown]
r"""
## The gradient magnitude: Sobel's edge detector

### How strong is the edge

A horizontal edge excites one of the two edge filters, a slanted edge excites both. To get *one* strength that
hardly depends on the direction, treat the two responses as the legs of a right triangle:

$$
m = \sqrt{h^2 + v^2}
$$

Here $h$ and $v$ are the responses of the pair of filters that Irwin Sobel and Gary Feldman proposed in 1968:

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
# 3 points, run after you hand in: edges in all directions, pictures of all shapes, any layout in memory,
# float32 that stays float32, an even picture, and a picture turned by a quarter.
### BEGIN HIDDEN TESTS
check("gradient-magnitude", gradient_magnitude, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** We measure the same step, from 0 to 1, along three directions: horizontal, 45°, and steep (two
pixels down for each pixel to the side).
<!-- shown: The gradient magnitude: Sobel's edge detector --> Is it equally strong in all three?

*My guess:*
"""

# %%
rows, columns = np.mgrid[:9, :9]
steps = {"horizontal": rows > 4, "at 45°": rows + columns > 8, "steep": rows + 2 * columns > 12}
for name, picture in steps.items():
    print(f"{name:10} {gradient_magnitude(picture.astype(float)).max():.2f}")

# %% [markdown]
r"""
**Explain.** Nearly, but not quite: the steep edge counts about a tenth more than the horizontal one.
<!-- follows: 4.47 / 4.00 ≈ 1.1 --> Three
pixels by three are a coarse ruler for directions.

Now three photos.

**Predict.** What is strongest, the outlines of objects or their texture?

*My guess:*
"""

# %%
photos = {name: load_photo(name) for name in ("astronaut", "coffee", "china")}
grays = {name: picture[:400:3, :512:3].mean(axis=2) for name, picture in photos.items()}
strengths = {name: gradient_magnitude(picture) for name, picture in grays.items()}
bright = {name: np.minimum(m, np.percentile(m, 99)) for name, m in strengths.items()}
grid(
    bright, "How strong the edges are: white is strong, whatever the direction of the edge.",
    "Three dark pictures with white outlines: an astronaut, a cup of coffee, a Chinese building "
    "whose roofs are full of fine white lines.",
)

# %% [markdown]
r"""
**Explain.** The filter sees nine pixels, and no objects. For it, a roof tile counts as much as the outline of
a face. Telling them apart takes more than nine pixels: layers on top of layers, as in the last section.
"""

# %% [markdown]
r"""
## The convolutional layer as a fully connected layer

### A convolution is a matrix

*May be skipped on a first reading.* Flatten the image, as in lesson 01. Each output is then a weighted sum
of all pixels, with weight 0 for those outside its window. So there is a matrix $M$ with one row for each
output and one column for each pixel:

$$
M \cdot \text{flat image} = \text{flat feature map}
$$

So a convolution is a fully connected layer in which most weights are 0, and the others are the same
few numbers in every row. In the picture below, look at what lies between the rows of the kernel.

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
        `M` with `M @ image.ravel() == cross_correlate2d(image, kernel).ravel()`, in the dtype
        of the kernel.

    Raises
    ------
    ValueError
        If the kernel is larger than the image in either direction.
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
# 3 points, run after you hand in: all shapes, agreement with cross-correlation on fresh images, any layout
# in memory, float32 that stays float32, and a kernel too large for its image.
### BEGIN HIDDEN TESTS
check("conv-as-matrix", conv_as_matrix, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** Sobel's kernel on a 10×12 image: how many percent of the matrix are not zero?
"""

# %%
guess("02-filters: percent not zero", None)

# %%
sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
matrix = conv_as_matrix(sobel, (10, 12))
guess("02-filters: percent not zero", result=100 * np.mean(matrix != 0))
figures.wiring(matrix, (10, 12))

# %% [markdown]
r"""
**Explain.** *Sparse*: an output is connected to its window alone. *Tied*: all rows share one small set of
weights. A convolutional layer is a fully connected layer with two assumptions about pictures built in:
pixels that belong together are close together (**locality**), and a pattern means the same everywhere
(**weight sharing**).
"""

# %% [markdown]
r"""
## Deeper layers: a hierarchy of features

### From edges to parts

Now we stack layers. The filters of the second layer slide over the maps of the first, so what they see are
patterns *of edges*; the third layer sees patterns of those. Here are all five convolutional layers of
AlexNet, in a form without loops over pixels, which
[lesson 03](../03-padding-and-stride/03-padding-and-stride.ipynb#Fast-convolution:-one-matrix-product) builds.
Between some of them, AlexNet keeps the maximum of each 3×3 window (max pooling,
[lesson 04](../04-pooling-and-normalization/04-pooling-and-normalization.ipynb#Max-pooling:-keep-the-largest)).
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
**Predict.** From layer to layer, do the maps get finer or coarser? Are more or fewer of their numbers above 0?

*My guess:*
"""

# %%
square = photo[20:244, 112:336]
figures.layer_maps(square, all_layers(square))

# %% [markdown]
r"""
**Explain.** Coarser: 55×55 places in layer 1, 13×13 in layer 5.
<!-- shown: Deeper layers: a hierarchy of features --> And fewer numbers are above 0, as the shares beside
the rows say.

What does one channel of a deep layer respond to? To find out, we run our five photos through the network,
find the places where the channel responds most, and cut out what it saw there. One number of layer 5 sees
163×163 pixels, one of layer 1 only 11×11. These are their **receptive fields**;
[lesson 03](../03-padding-and-stride/03-padding-and-stride.ipynb#Receptive-field:-how-far-one-output-sees)
computes them.
"""

# %%
SEES = {1: (11, 4, -2), 2: (51, 8, -18), 3: (99, 16, -34), 5: (163, 16, -66)}  # size, step, start
album = [load_photo(name) for name in ("astronaut", "chelsea", "china", "coffee")]
album.append(np.stack([load_photo("camera")] * 3, axis=2))  # a gray one
album_maps = [all_layers(picture) for picture in album]


def favorites(number, channel, count=6):
    """The patches of our photos to which one channel responds most."""
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
**Predict.** We show two channels each of layers 1, 2, 3 and 5. From which layer on do you expect patterns that
have a name?

*My guess:*
"""

# %%
channels = [(1, 4), (1, 24), (2, 25), (2, 37), (3, 162), (3, 198), (5, 159), (5, 20)]
figures.patches(
    {f"layer {number}\nchannel {channel}": favorites(number, channel) for number, channel in channels}
)

# %% [markdown]
r"""
**Explain.** The channels of layer 1 respond to edges of one direction, those of layer 2 to parallel edges such
as roof tiles and columns. Most patches of channel 198 in layer 3 are round, and most of channel 159 in layer
5 show something round within a rim: an eye, a badge, a spoon. Channel 20 has no name that we would give it.

Be careful with such pictures: we chose these eight channels out of more than a thousand, five photos are
very few, and the names are ours.
<!-- follows: 64 + 192 + 384 + 256 + 256 = 1,152 --> Zeiler and Fergus (2014) did this with many more photos;
[lesson 07](../07-alexnet-and-zfnet/07-alexnet-and-zfnet.ipynb) comes back to it.
"""

# %% [markdown]
r"""
## Summary

- **Cross-correlation** of an image with a kernel of $K_H \times K_W$: $y_{ij} = \sum_{u,v} x_{i+u,j+v}\, k_{uv}$,
  a map of $(H - K_H + 1) \times (W - K_W + 1)$. **Convolution** turns the kernel by half a turn first.
- **Convolutional layer**: $x$ of $N \times C \times H \times W$, filters $w$ of $F \times C \times K_H \times K_W$,
  bias $b_f$; the output is $F$ deep. Each filter is as deep as its input, and its products are summed over
  the depth.
- **Parameters**: $F \cdot (C \cdot K_H \cdot K_W + 1)$, whatever the size of the image. **Multiply–accumulates**:
  the weights times the places.
- **Edge strength**: $m = \sqrt{h^2 + v^2}$ with Sobel's filters.
- As a matrix, a convolution is **sparse** and its weights are **tied**.
"""

# %% [markdown]
r"""
Before: [lesson 01, fully connected networks](../01-fully-connected-limits/01-fully-connected-limits.ipynb).
Next: [lesson 03, padding and stride](../03-padding-and-stride/03-padding-and-stride.ipynb).
"""

# %% [markdown]
r"""
## Further reading

- Hubel and Wiesel (1959), *Receptive fields of single neurones in the cat's striate cortex*, Journal of
  Physiology 148.
- LeCun et al. (1989), *Backpropagation applied to handwritten zip code recognition*, Neural Computation 1:
  filters that are learned, with shared weights.
- Krizhevsky, Sutskever and Hinton (2012), *ImageNet classification with deep convolutional neural
  networks*, NIPS: AlexNet.
- Zeiler and Fergus (2014), *Visualizing and understanding convolutional networks*, ECCV.
- Dumoulin and Visin (2016), *A guide to convolution arithmetic for deep learning*, arXiv:1603.07285.
"""

# %% [markdown]
r"""
## Five questions to recall

Look away from the page and answer aloud.

1. What does a filter's response say about the window under it?
2. How do convolution and cross-correlation differ, and why does that not matter to a trained network?
3. An input is 7 deep and a layer has 12 filters.
<!-- follows: the question gives it --> How deep is each filter, and how deep is the output?
4. Why does the size of the image not appear in the parameter count?
5. Which two properties does the matrix of a convolution have that other matrices lack?

<details>
<summary>Answers</summary>

**1** How well it matches the filter. **2** Convolution turns the kernel; a learned filter comes out turned as
needed. **3** 7 and 12.
<!-- follows: a filter is as deep as its input, and each gives one map --> **4** The same filter is used at every place. **5** Most entries are 0, and all rows
share the same few numbers.

</details>
"""

# %% [markdown]
r"""
## On your own

- Load `load_photo("brick")` and design a filter that responds to the joints but not to the bricks.
- Blur the cat ten times with your 3×3 filter. Which single filter does the same in one step, and how large
  is it?
- Give `learn_kernel` a photo instead of noise. It learns far more slowly. Plot both losses with `curves`
  and find out why: what do neighboring pixels have in common?
"""

# %% role="given" id="filters-progress"
progress("02-filters")
