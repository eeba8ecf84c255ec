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
# 09 · After VGG: residual networks, depthwise convolutions, and a network that names your photo

[Lesson 08](../08-vgg/08-vgg.ipynb) ended on a plateau: VGG's step from 16 to 19 layers brought next to nothing. The
winner of the next year's contest had networks of up to 152 layers.
<!-- source: he-2016 --> This lesson goes beyond the lecture, and shows
what changed.

- **You will do**: watch a deep network train worse than a shallow one, cure it with a sum, take a
  convolution apart, and have a whole ImageNet classifier name a photo of your own.
- **You will learn**: residual connections, depthwise and pointwise convolutions, class activation maps.
- **You will need**: lessons [03](../03-padding-and-stride/03-padding-and-stride.ipynb),
  [05](../05-backpropagation/05-backpropagation.ipynb), [06](../06-lenet/06-lenet.ipynb) and 08, and two to three
  hours.
"""

# %% [markdown]
r"""
Where it says **Predict**, write down a guess before you run the next cell; nobody grades it.

**Before you begin**, run `autograder recall` in a terminal: it asks again what lessons 01 to 08 taught.
"""

# %% role="given" id="after-vgg-setup"
# No module named 'autograder'? Run  %pip install -e ../..  in a cell of your own, then restart the
# kernel: the course lies two folders above this notebook.
import os
from math import prod

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products: more threads only wait for each other
import numpy as np

from autograder import check, look, progress
from autograder.datasets import load_class_names, load_digits, load_efficientnet
from autograder.datasets import data_path, read_photo
from autograder.figures import after_vgg as figures
from autograder.figures.raster import curves


def pair(sides):
    """Height and width; an int stands for both."""
    return (sides, sides) if np.isscalar(sides) else tuple(sides)

# %% [markdown]
r"""
## Deeper, and worse

VGG's authors trained 11, 13, 16 and 19 layers, and the last step hardly helped (lesson 08). What happens
further on? We try it on digits: 2,000 of them, padded to 32×32 and averaged to 16×16.
<!-- follows: 28 + 2 × 2 = 32 -->
"""

# %%
from autograder.reference import average_pool2d


def prepare(images):
    padded = np.pad(images[:, None].astype(np.float32) / 255, ((0, 0), (0, 0), (2, 2), (2, 2)))
    return average_pool2d(padded, 2)


digits = load_digits()
chosen = np.random.default_rng(0).permutation(len(digits["labels"]))[:2000]
images, labels = prepare(digits["images"][chosen]), digits["labels"][chosen]
held_out, held_out_labels = prepare(digits["held_out_images"]), digits["held_out_labels"]
mean, std = images.mean(), images.std()
images, held_out = (images - mean) / std, (held_out - mean) / std

# %% [markdown]
r"""
Our *plain* network is simple: 3×3 convolutions of eight filters, each followed by batch normalization
and ReLU; then the mean of each map, and ten scores. We train 8, 20 and 40 such layers, behind a first one
that makes eight maps of the digit. The training cell below takes about half a minute.
"""

# %% [markdown]
r"""
**Predict.** A network of 40 layers can do all that one of 8 can: 32 of its layers only have to hand on
what they get.
<!-- follows: 40 − 8 = 32 --> Which one reaches the lowest loss on the digits it *trains* on?

*My guess:*
"""

# %%
from autograder.reference.training import Recipe, evaluate, train

RECIPE = Recipe(epochs=4, batch_size=64, learning_rate=0.05, weight_decay=0.0)


def plain_layers(depth, filters=8):
    rows = []
    for _ in range(depth + 1):
        rows += [("conv", {"filters": filters, "kernel": 3, "pad": 1}), ("batch_norm", {}), ("relu", {})]
    return [*rows, ("average_pool", {"size": 16}), ("flatten", {}), ("fully_connected", {"units": 10})]


def learn(layers):
    """Train a network; its loss in each epoch, and how many held-out digits it gets wrong."""
    trained = train(layers, images, labels, np.random.default_rng(1), RECIPE, progress=False)
    _, wrong = evaluate(layers, trained.params, held_out, held_out_labels)
    return [epoch.loss for epoch in trained.history], wrong


# %%
depths = (8, 20, 40)
plain = {depth: learn(plain_layers(depth)) for depth in depths}
for depth, (losses, wrong) in plain.items():
    print(f"{depth} layers: loss {losses[-1]:.2f} on the digits it trains on, {wrong:.0%} wrong on others")

# %% [markdown]
r"""
**Explain.** The deepest network does worst, on the very digits it trains on. So this is not
*overfitting*: that would show as a low loss here and a high one elsewhere. Nor are 40 layers unable to
do better, for they could copy the 8. Gradient descent just does not find it. He and colleagues called
this *degradation* (2015).
"""

# %% [markdown]
r"""
## A way around the layers

It is hard for layers to learn to hand on what they get. So we do it for them, and add the input to what
they make of it:

$$
y = \text{body}(x) + x
$$

Now a body that gives zeros hands everything on. It has to learn only the difference, the *residual*.
"""

# %%
figures.detour(["conv 3×3", "batch norm", "ReLU", "conv 3×3", "batch norm"])

# %% [markdown]
r"""
A sum needs two equal shapes. Where the body makes smaller maps, or more of them, the shortcut has to do
the same: there it is a layer of its own, usually a 1×1 convolution.
<!-- source: he-2016, section 3.3 -->
"""

# %% [markdown]
r"""
Mind NumPy: it adds arrays of different shapes without a word where it can repeat one of them
(*broadcasting*). A block must refuse that.

**Your turn.** Write `residual_block`.
"""

# %% role="exercise" id="residual-block"
def residual_block(x, body, shortcut=None):
    """Add to what some layers make of `x` the input itself, or what a shortcut makes of it.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    body, shortcut : callable
        Each takes an array like `x` and returns one. Without a shortcut, `x` passes as it is.

    Returns
    -------
    (N, F, H', W') ndarray
        Of the dtype of `x`; `x` is not written to. ValueError if the two shapes differ.

    Examples
    --------
    >>> residual_block(np.array([[[[1.0, -2.0]]]]), lambda x: 10 * x)
    array([[[[ 11., -22.]]]])
    """
    ### BEGIN SOLUTION
    inside = body(x)
    passed = x if shortcut is None else shortcut(x)
    if inside.shape != passed.shape:
        raise ValueError(f"the body gives {inside.shape} and the shortcut {passed.shape}")
    return inside + passed
    ### END SOLUTION


# %% role="given" id="residual-block-look"
look("residual-block", residual_block)

# %% role="check" id="residual-block-check" points=1
check("residual-block", residual_block)

# %% role="test" id="residual-block-test" points=3
# 3 points, run after you hand in: other bodies and shortcuts, smaller maps, shapes that differ, dtype.
### BEGIN HIDDEN TESTS
check("residual-block", residual_block, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Both ways back

How does the gradient get back through a sum? Nudge one number of $x$. The sum moves because the body's
result moves, and again because $x$ itself is in it. So what comes back along both ways is added up:

$$
\frac{\partial L}{\partial x} = \text{body}^{\leftarrow}(g) + g
$$

Here $g$ is the gradient at the sum, and $\text{body}^{\leftarrow}$ is the body's way back, as in lesson 05.

**Your turn.** Write `residual_backward`.
"""

# %% role="exercise" id="residual-backward"
def residual_backward(grad, body_backward, shortcut_backward=None):
    """Send a gradient back through both ways of a residual block.

    Parameters
    ----------
    grad : (N, F, H', W') ndarray
        Gradient of the loss with respect to the sum.
    body_backward, shortcut_backward : callable
        Each takes the gradient at its output and returns that at its input. Without a shortcut of
        its own, `x` had passed as it was.

    Returns
    -------
    (N, C, H, W) ndarray
        Gradient with respect to `x`, of the dtype of `grad`; `grad` is not written to.

    Examples
    --------
    >>> residual_backward(np.array([[[[1.0, -2.0]]]]), lambda grad: 10 * grad)
    array([[[[ 11., -22.]]]])
    """
    ### BEGIN SOLUTION
    through = body_backward(grad)
    return through + (grad if shortcut_backward is None else shortcut_backward(grad))
    ### END SOLUTION


# %% role="given" id="residual-backward-look"
look("residual-backward", residual_backward)

# %% role="check" id="residual-backward-check" points=1
check("residual-backward", residual_backward)

# %% role="test" id="residual-backward-test" points=3
# 3 points, run after you hand in: other bodies and shortcuts, larger maps on the way back, dtype.
### BEGIN HIDDEN TESTS
check("residual-backward", residual_backward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Let us try it before we build on it. A stack of 40 layers, each of which multiplies by a matrix that
shrinks what it gets a little: what is left of a gradient at the first layer, with shortcuts and without?

**Predict.** By which factor does the gradient change, each way?

*My guess:*
"""

# %%
rng = np.random.default_rng(0)
steps = [0.5 * rng.standard_normal((30, 30)) / np.sqrt(30) for _ in range(40)]
straight = detoured = rng.standard_normal((30, 1))
size = np.linalg.norm(straight)
for step in reversed(steps):
    straight = step.T @ straight
    detoured = residual_backward(detoured, lambda grad: step.T @ grad)
print(f"plain: {np.linalg.norm(straight) / size:.0e} of it")
print(f"with shortcuts: {np.linalg.norm(detoured) / size:.0e} times as much")

# %% [markdown]
r"""
**Explain.** Without shortcuts, 40 factors below 1 multiply to almost nothing. With them, each factor is 1
plus something, and nothing vanishes; here the gradient even grows. These were matrices without batch
normalization: further down we measure the real networks.
"""

# %% [markdown]
r"""
## The table and its plain twin

Tables of layers get one more kind of row, `("residual", {"rows": [...], "projection": False})`. Its
rows are the body. With `"projection": True` the shortcut is a 1×1 convolution, learned like any other;
we ask for it only where the number of channels changes.
"""

# %% [markdown]
r"""
A residual network for our 16×16 digits then goes like this:

- one convolution, batch normalization, ReLU;
- for each entry of `channels` a *stage* of `blocks` residual rows, each followed by ReLU. The body is
  conv, batch norm, ReLU, conv, batch norm;
- a 2×2 max pool between two stages;
- at the end an average pool over the whole map, flatten, and ten scores.

All convolutions are 3×3 with pad 1, and have as many filters as their stage has channels.
"""

# %% [markdown]
r"""
The first convolution has the channels of the first stage. With 16×16 pixels and one pool between
stages, the last maps are 16, 8 or 4 pixels wide: that is the size of the average pool.

**Your turn.** Write `residual_layers`.
"""

# %% role="exercise" id="residual-layers"
def residual_layers(blocks, channels):
    """Write a residual network as a table, for digits of 1×16×16.

    Parameters
    ----------
    blocks : int
        Residual rows in each stage.
    channels : sequence of int
        Filters in each stage, one number a stage.

    Returns
    -------
    list of (kind, options)
        The kinds "conv", "batch_norm", "relu", "residual", "max_pool", "average_pool", "flatten"
        and "fully_connected".
    """
    ### BEGIN SOLUTION
    def conv(filters):
        return ("conv", {"filters": filters, "kernel": 3, "pad": 1})

    rows, before = [conv(channels[0]), ("batch_norm", {}), ("relu", {})], channels[0]
    for stage, filters in enumerate(channels):
        if stage > 0:
            rows.append(("max_pool", {"size": 2}))
        body = [conv(filters), ("batch_norm", {}), ("relu", {}), conv(filters), ("batch_norm", {})]
        for _ in range(blocks):
            rows.append(("residual", {"rows": body, "projection": filters != before}))
            rows.append(("relu", {}))
            before = filters
    side = 16 // 2 ** (len(channels) - 1)
    return [*rows, ("average_pool", {"size": side}), ("flatten", {}), ("fully_connected", {"units": 10})]
    ### END SOLUTION


# %% role="given" id="residual-layers-look"
look("residual-layers", residual_layers)

# %% role="check" id="residual-layers-check" points=1
check("residual-layers", residual_layers)

# %% role="test" id="residual-layers-test" points=3
# 3 points, run after you hand in: one stage and several, with channels that change and that do not.
### BEGIN HIDDEN TESTS
check("residual-layers", residual_layers, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now your table against its plain twin: the same convolutions in the same order, with nothing but the
sums taken out. As many parameters, the same recipe, the same first numbers drawn. The cell takes another
half minute.
"""

# %% [markdown]
r"""
**Predict.** At which depth do the shortcuts help most?

*My guess:*
"""

# %%
residual = {depth: learn(residual_layers(depth // 2, (8,))) for depth in depths}
runs = {
    f"{name}, {depth} layers": (np.arange(1, 5), np.array(found[depth][0]))
    for name, found in (("plain", plain), ("residual", residual))
    for depth in (8, 40)
}
curves(
    runs, "epoch", "loss on the digits it trains on",
    "With five times as many layers, the plain network hardly learns any more. Its residual twin does.",
    # <!-- follows: 40 / 8 = 5 -->
)

# %%
figures.against_depth(
    depths,
    {name: [100 * found[depth][1] for depth in depths]
     for name, found in (("plain", plain), ("residual", residual))},
    "held-out digits wrong, %",
    "The same convolutions, with a sum around every two of them and without.",
)

# %% [markdown]
r"""
**Explain.** With each step in depth the plain network gets worse, so the shortcuts help most at 40 layers,
where the plain network has hardly begun. The deep residual network starts with the largest loss of
all: twenty sums make large numbers. Another seed moves all of this a little. On ImageNet, He and colleagues found the same
with 18 and 34 layers, and won the contest of 2015 with networks of up to 152.
<!-- source: he-2016 -->
"""

# %% [markdown]
r"""
### The gradient, measured

Our matrices above said that gradients vanish without shortcuts. Is that what stops the plain network?
Measure: draw first numbers, send 64 digits through and the gradient back, and take no step at all.
"""

# %% [markdown]
r"""
**Predict.** How large is the gradient at the *first* filters, with 8, 20 and 40 layers? Plain, and residual?

*My guess:*
"""

# %%
from autograder.reference import initialize, softmax_cross_entropy
from autograder.reference.backpropagation import backward as slopes_of, forward_training


def first_gradient(layers, seed):
    """The mean size of the gradient at the first filters, before any step."""
    rng = np.random.default_rng(seed)
    params = initialize(layers, (1, 16, 16), rng)
    scores, tape = forward_training(layers, params, images[:64], rng)
    _, grad = softmax_cross_entropy(scores, labels[:64])
    return np.abs(slopes_of(layers, params, tape, grad)[0]["weights"]).mean()


# %%
sizes = {
    "plain": [np.mean([first_gradient(plain_layers(d), seed) for seed in range(3)]) for d in depths],
    "residual": [np.mean([first_gradient(residual_layers(d // 2, (8,)), seed) for seed in range(3)])
                 for d in depths],
}
curves(
    {name: (np.array(depths), np.array(found)) for name, found in sizes.items()},
    "layers behind the first", "gradient at the first filters",
    "Mean of three starts, before any step. Nothing vanishes; in the plain network the gradient explodes.",
    log=True,
)

# %% [markdown]
r"""
**Explain.** Nothing vanishes: each batch normalization scales up what has become small, and with it what comes back.
In the plain network the gradient *explodes*, more than a hundredfold from 8 to 40 layers.
<!-- shown: The gradient, measured --> With shortcuts it grows
a few times. So an explanation that sounds right has to be measured, too.
"""

# %% [markdown]
r"""
<details><summary>Often read, not quite true: “residual networks cured the vanishing gradient”</summary>

He and colleagues thought vanishing gradients an *unlikely* cause, since their plain networks had batch
normalization (2015, section 4.1). Later work found that just this makes gradients explode with depth (Yang and
others, 2019), and that those of deep plain networks look like noise, which shortcuts reduce (Balduzzi and
others, 2017).

</details>
"""

# %% [markdown]
r"""
## One filter a channel

The sum was one step after VGG. Another was to take the convolution itself apart. A filter of
lesson 02 does two things at once: it looks at a *neighborhood*, and it *mixes* all channels. A **depthwise
convolution** does only the first: each channel has one filter of its own, and nothing is summed over
channels.

**Your turn.** Write `depthwise_conv`, with everything that `conv2d_forward` of lesson 03 could do.
"""

# %% role="exercise" id="depthwise-conv"
def depthwise_conv(x, weights, bias, stride=1, pad=0):
    """Slide one filter over each channel, and sum over no channel.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    weights : (C, KH, KW) ndarray
        One filter a channel.
    bias : (C,) ndarray
    stride, pad : int or (int, int)

    Returns
    -------
    (N, C, H', W') ndarray
        Of the dtype of `x`; `x` is not written to.

    Raises
    ------
    ValueError
        If the windows do not fit, as in lesson 03, or there is not one filter for each channel.
    """
    ### BEGIN SOLUTION
    if x.shape[1] != len(weights):
        raise ValueError(f"{x.shape[1]} channels, but {len(weights)} filters")
    (down, across), (top, left) = pair(stride), pair(pad)
    x = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    sides = []
    for side, kernel, step in zip(x.shape[2:], weights.shape[1:], (down, across)):
        if side < kernel or (side - kernel) % step:
            raise ValueError(f"windows of {kernel} in steps of {step} do not fit {side} pixels")
        sides.append((side - kernel) // step + 1)
    result = np.zeros((*x.shape[:2], *sides), x.dtype) + bias[:, None, None]
    for i, j in np.ndindex(weights.shape[1:]):
        seen = x[:, :, i : i + sides[0] * down : down, j : j + sides[1] * across : across]
        result += weights[:, i, j, None, None] * seen
    return result
    ### END SOLUTION

# %% role="given" id="depthwise-conv-look"
look("depthwise-conv", depthwise_conv)

# %% role="check" id="depthwise-conv-check" points=1
check("depthwise-conv", depthwise_conv)

# %% role="test" id="depthwise-conv-test" points=3
# 3 points, run after you hand in: batches, rectangles, strides, pads, pairs, sizes that do not fit, dtype.
### BEGIN HIDDEN TESTS
check("depthwise-conv", depthwise_conv, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## What it saves

The mixing is done afterwards, by filters of 1×1: a **pointwise convolution**. The two together are a
*separable* convolution. It cannot do all that the layer of lesson 02 can, but it costs far less:
$C K^2$ weights for the neighborhoods and $C F$ for the mixing, where that layer has $C F K^2$.

**Your turn.** Write `separable_parameter_count`, without biases. The kernel may be a pair.
"""

# %% role="exercise" id="separable-parameter-count"
def separable_parameter_count(in_channels, out_channels, kernel):
    """Count the weights of a depthwise and a pointwise layer, and of the layer they stand for.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel : int or (int, int)

    Returns
    -------
    separable, full : int
        Whole numbers, in a tuple, without biases.
    """
    ### BEGIN SOLUTION
    area = prod(pair(kernel))
    return in_channels * (area + out_channels), in_channels * out_channels * area
    ### END SOLUTION


# %% role="given" id="separable-parameter-count-look"
look("separable-parameter-count", separable_parameter_count)

# %% role="check" id="separable-parameter-count-check" points=1
check("separable-parameter-count", separable_parameter_count)

# %% role="test" id="separable-parameter-count-test" points=3
# 3 points, run after you hand in: kernels of all sides, pairs, 1×1, and a single channel.
### BEGIN HIDDEN TESTS
check("separable-parameter-count", separable_parameter_count, hidden=True)
### END HIDDEN TESTS

# %%
for channels in (3, 64, 512):
    separable, full = separable_parameter_count(channels, 2 * channels, 3)
    print(f"{channels} → {2 * channels}: {separable:,} instead of {full:,}, {full / separable:.1f} times fewer")

# %% [markdown]
r"""
## A network that names your photo

Sums, 1×1 filters, one filter a channel, and the mean of the last maps: out of these **EfficientNet-Lite0**
is built (after Tan and Le, 2019), with one usual convolution in front and 1,000 scores at the end. Its publishers report 75.1 % of ImageNet's validation photos named right at the first guess.
<!-- source: tan-2019 --> VGG-16 in
torchvision has 71.6 %, with 138 million parameters.
<!-- source: torchvision --> The course's `data` folder holds
EfficientNet-Lite0.
"""

# %% [markdown]
r"""
Its table has rows of kinds that you have just written. Below they are run, with *your* functions.
"""

# %% role="given" id="photo-rows"
def pad_to_fit(x, kernel, stride):
    """Pad so that ⌈side / stride⌉ numbers come out; an odd zero goes right and below."""
    sides = []
    for side in x.shape[2:]:
        total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        sides.append((total // 2, total - total // 2))
    return np.pad(x, ((0, 0), (0, 0), *sides))


def pointwise(x, own, options):
    """Mix the channels of each pixel: one matrix product."""
    mixed = own["weights"] @ x.reshape(*x.shape[:2], -1) + own["bias"][:, None]
    return mixed.reshape(len(x), -1, *x.shape[2:])


def windows(x, own, options):
    """The usual convolution, for the first row alone: every window times every filter."""
    step = options["stride"]
    seen = np.lib.stride_tricks.sliding_window_view(pad_to_fit(x, 3, step), (3, 3), axis=(2, 3))
    product = np.tensordot(seen[:, :, ::step, ::step], own["weights"], ((1, 4, 5), (1, 2, 3)))
    return np.moveaxis(product + own["bias"], -1, 1)


# %% role="given" id="photo-run"
def depthwise(x, own, options):
    padded = pad_to_fit(x, own["weights"].shape[-1], options["stride"])
    return depthwise_conv(padded, own["weights"], own["bias"], stride=options["stride"])


STEPS = {
    "conv": windows,
    "pointwise": pointwise,
    "depthwise": depthwise,
    "relu6": lambda x, own, options: np.clip(x, 0, 6),  # ReLU, with a ceiling of 6
    "residual": lambda x, own, options: residual_block(x, lambda y: run(options["rows"], own, y)),
    "global_average_pool": lambda x, own, options: x.mean(axis=(2, 3)),
    "fully_connected": lambda x, own, options: x @ own["weights"].T + own["bias"],
}


def run(layers, params, x):
    """Run the rows of a photo network on `x`, an (N, C, H, W) array."""
    for (kind, options), own in zip(layers, params):
        x = STEPS[kind](x, own, options)
    return x


# %% [markdown]
r"""
What is left is to hand it a photo and to read its answer. The network was trained on numbers from −1 to
1, channels first: $(p / 255 - 0.5) / 0.5$ for each number $p$ of the photo, as float32. Its scores become
*shares* by softmax, as in lesson 01.

**Your turn.** Write `name_photo`, by means of `run`.
"""

# %% role="exercise" id="name-photo"
def name_photo(network, photo, k=5):
    """Name what is to be seen in a photo.

    Parameters
    ----------
    network : dict
        `"layers"` and `"params"`, for `run`; `"names"`, a list with the name of each class.
    photo : (H, W, 3) uint8 ndarray
        Of any height and width.
    k : int
        How many names.

    Returns
    -------
    list of (str, float)
        The k likeliest names with their shares, the likeliest first. The shares of all classes
        sum to 1.
    """
    ### BEGIN SOLUTION
    x = (photo.astype(np.float32).transpose(2, 0, 1)[None] / 255 - 0.5) / 0.5
    scores = run(network["layers"], network["params"], x)[0]
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    return [(network["names"][i], shares[i]) for i in np.argsort(-shares)[:k]]
    ### END SOLUTION


# %% role="given" id="name-photo-look"
look("name-photo", name_photo)

# %% role="check" id="name-photo-check" points=1
check("name-photo", name_photo)

# %% role="test" id="name-photo-test" points=3
# 3 points, run after you hand in: small networks of the same kinds of rows, and photos of all sizes.
### BEGIN HIDDEN TESTS
check("name-photo", name_photo, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now the real one. `read_photo` cuts the middle square out of a photo and scales it to 224×224, the size
the network was trained on.
<!-- source: tan-2019 -->

**Predict.** What will it call a cat's face, a cup of coffee, a man with a camera, a Chinese pagoda?

*My guess:*
"""

# %%
from autograder.reference import photo_network

stored = load_efficientnet()
print(f"{sum(numbers.size for numbers in stored.values()):,} parameters")
network = photo_network(stored, load_class_names())
photos = [
    read_photo(data_path(name)) for name in ("chelsea.png", "coffee.png", "camera.png", "china.jpg")
]
figures.named(photos, [name_photo(network, photo) for photo in photos])

# %% [markdown]
r"""
It knows 1,000 names, and must choose among them: there is none for a pagoda, and none for a man. It
answers with what stands beside him.

Try it on a photo of your own: put it beside this notebook, and write its name in place of the cat's.
"""

# %%
my_photo = data_path("chelsea.png")  # for example "my-photo.jpg"
mine = read_photo(my_photo)
figures.named([mine], [name_photo(network, mine)])

# %% [markdown]
r"""
## Where did it look?

The last rows are a mean over each map, and one fully connected row: score $= \sum_c w_c \cdot
\text{mean}(\text{map}_c)$. A sum of means is the mean of a sum. So we may add up the *maps*, each by its
weight for one class, and leave out the mean: then we see which places the score comes from. That is a
**class activation map** (Zhou and colleagues, 2015).

**Your turn.** Write `class_activation_map`.
"""

# %% role="exercise" id="class-activation-map"
def class_activation_map(maps, weights, label):
    """Add up the last maps as one class weighs them.

    Parameters
    ----------
    maps : (C, H, W) ndarray
        Before they are averaged.
    weights : (K, C) ndarray
        Of the last, fully connected row.
    label : int
        Which of the K classes.

    Returns
    -------
    (H, W) ndarray
        Of the dtype of `maps`. Its mean is the score of the class, without the bias.
    """
    ### BEGIN SOLUTION
    return np.tensordot(weights[label], maps, axes=1)
    ### END SOLUTION


# %% role="given" id="class-activation-map-look"
look("class-activation-map", class_activation_map)

# %% role="check" id="class-activation-map-check" points=1
check("class-activation-map", class_activation_map)

# %% role="test" id="class-activation-map-test" points=3
# 3 points, run after you hand in: maps of all sizes, every class, dtype; and the mean is the score.
### BEGIN HIDDEN TESTS
check("class-activation-map", class_activation_map, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** The camera man: which places speak for *tripod*, and which for *reflex camera*?

*My guess:*
"""

# %%
man = photos[2]
x = (man.astype(np.float32).transpose(2, 0, 1)[None] / 255 - 0.5) / 0.5
maps = run(network["layers"][:-2], network["params"][:-2], x)[0]
weights, names = network["params"][-1]["weights"], network["names"]
figures.looked(man, {
    name: class_activation_map(maps, weights, names.index(name))
    for name in ("tripod", "reflex camera", "espresso")
})

# %% [markdown]
r"""
**Explain.** For *tripod* speak the legs, for *reflex camera* what is at the man's face; *espresso* finds nothing.
The maps are only 7×7, so the picture is coarse. But nobody ever told the network where anything is: it was
trained on names alone. Since the score is a mean over places, each place adds its own share, and we can look it up.
"""

# %% [markdown]
r"""
## In your own words

A friend says: "A network of 40 layers can compute everything that one of 8 can.
<!-- shown: Deeper, and worse --> So if it is worse, it
must have overfitted." Which of your numbers above says that it has not? What is the matter instead, and
what does the sum change about it, on the way forward and on the way back?
"""

# %% [markdown] role="question" id="why-residuals" points=4
r"""
### BEGIN SOLUTION
Overfitting means a low loss on the digits the network trains on and a high one on others. The plain network of 40
layers has a *higher* loss than that of 8 on its own training digits, so it has not even learned those.
<!-- shown: Deeper, and worse --> It could
compute what the small one does, if 32 of its layers handed on what they get, but gradient descent does not find
such numbers: to hand something on exactly is hard to learn for a stack of convolutions and ReLUs.
<!-- source: he-2016, section 3.1 --> With the sum,
handing on is what a block does when its body gives zeros, so each body has only to learn what to change. On the way
back the gradient at the sum also reaches the block's input as it is, beside what comes through the body, so the first layers
get a gradient that has not gone through 40 factors.

**To mark:**

- 1 point: compares losses on the *training* digits, and says that overfitting would lower them.
- 1 point: the small network is contained in the large one, but it is not found (optimization, not capacity).
- 1 point: forward: a body of zeros hands on the input; only the difference is learned.
- 1 point: back: the gradient passes the sum unchanged, in addition to the body's part.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## Summary

| what | formula | weights |
|---|---|---|
| residual block | $y = \text{body}(x) + x$, back: $\text{body}^{\leftarrow}(g) + g$ | those of the body |
| projection | a 1×1 convolution on the shortcut, where shapes change | $C F$ |
| depthwise convolution | one filter a channel, no sum over channels | $C K^2$ |
| pointwise convolution | 1×1, mixes the channels of a pixel | $C F$ |
| class activation map | $\sum_c w_{k,c} \, \text{map}_c$ | none |

*C*: channels in, *F*: channels out, *K*: side of the kernel, *k*: the class, *g*: the gradient at the sum.
"""

# %% [markdown]
r"""
### Further reading

- M. Lin, Q. Chen, S. Yan (2013), *Network in network*.
- K. He, X. Zhang, S. Ren, J. Sun (2015), *Deep residual learning for image recognition*.
- B. Zhou and others (2015), *Learning deep features for discriminative localization*.
- A. Howard and others (2017), *MobileNets*.
- D. Balduzzi and others (2017), *The shattered gradients problem*. G. Yang and others (2019), *A mean field
  theory of batch normalization*.
- M. Tan, Q. Le (2019), *EfficientNet*. Lite0's table and accuracy: `models/official/efficientnet/lite` in
  TensorFlow's repository `tpu` (2020).
"""

# %% [markdown]
r"""
## Five questions to recall

Answer aloud without looking back, then unfold the answers.

1. How do you tell degradation from overfitting?
2. What does a residual block give if its body gives zeros?
3. Why does the gradient not vanish in it?
4. Which two jobs of a convolution do depthwise and pointwise layers do apart, and what does that save?
5. Why is the mean of a class activation map the score of the class?

<details><summary>Answers</summary>

- *1:* By the training loss: overfitting lowers it, degradation raises it.
- *2:* Its input.
- *3:* The sum hands it on as it is; the body's part is added. (With batch normalization it would rather explode without.)
- *4:* Looking at a neighborhood, and mixing channels: $C (K^2 + F)$ weights instead of $C F K^2$.
- *5:* Both add up weight times map; only the order differs.

</details>
"""

# %% [markdown]
r"""
## On your own

- Train with three other seeds. How much do the numbers move, and which conclusions stand?
- Give `row_backward` of [lesson 06](../06-lenet/06-lenet.ipynb) one more kind of row, `"residual"`: its rows go
  back by your `backward`, and the sum by your `residual_backward`.
- Leave batch normalization out of the blocks. How deep can you still go?
- Put ReLU before the sum instead of after it. What can a block then no longer do?
- Cover parts of your photo with a gray square. When does the name change?
- Scale a photo to 160×160 or 320×320 before you ask. Why does the network take it at all?

"""

# %% role="given" id="after-vgg-progress"
progress("09-after-vgg")
