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
# 05 · Backpropagation: send the error back and let the filters learn

So far you drew your filters by hand, or borrowed them from AlexNet. Nobody drew AlexNet's. For each of its
millions of numbers training asks, over and over: would more of it make the error larger or smaller?
This lesson asks that question, first by brute force, then for all numbers at once.

- **You will do**: write the way back through every layer, and the step downhill; find a filter from pictures
  alone, and train a small network on digits.
- **You will learn**: how to prove a gradient right, why momentum helps, when to take smaller steps,
  and what all of it costs in memory.
- **You will need**: lessons [02](../02-filters/02-filters.ipynb) to
  [04](../04-pooling-and-normalization/04-pooling-and-normalization.ipynb), the chain rule, and three to four hours.
  Batch normalization and the plateau may be skipped on a first reading.
"""

# %% [markdown]
r"""
Where it says **Predict**, write down a guess before you run the next cell. A guess that turns out wrong is what
makes you remember the answer; nobody grades it.

**Before you begin**, run `autograder recall` in a terminal: it asks again what lessons 01 to 04 taught.

If the next cell finds no module `autograder`, install the course as its README says; on Linux and macOS
`make learn` does it.
"""

# %% role="given" id="backpropagation-setup"
import os
import tracemalloc

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products: more threads only wait for each other
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import catch, check, guess, look, progress, watch
from autograder.datasets import load_alexnet_convs, load_digits, load_photo
from autograder.figures import backpropagation as figures
from autograder.figures.raster import curves, grid

# %% role="given" id="backpropagation-photo"
gray = load_photo("chelsea").mean(axis=2)
gray = (gray - gray.mean()) / gray.std()  # around 0: steps downhill like that
no_bias = np.zeros(1)

# %% [markdown]
r"""
You know the way forward. Here it is once more, in the form that
[lesson 03](../03-padding-and-stride/03-padding-and-stride.ipynb) arrived at. Use `pair` and `windows` as you like.
"""

# %% role="given" id="backpropagation-forward"
def pair(sides):
    """Height and width; an int stands for both."""
    return (sides, sides) if np.isscalar(sides) else sides


def windows(x, size, stride=1):
    """All windows of (N, C, H, W) images, as a view: (N, C, H', W', KH, KW)."""
    (down, right), axes = pair(stride), (2, 3)
    return sliding_window_view(x, pair(size), axis=axes)[:, :, ::down, ::right]


def conv2d_forward(x, weights, bias, stride=1, pad=0):
    """Your layer of lesson 03."""
    top, left = pair(pad)
    x = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    seen = windows(x, weights.shape[2:], stride)
    maps = np.tensordot(seen, weights, axes=((1, 4, 5), (1, 2, 3)))
    return maps.transpose(0, 3, 1, 2) + bias[:, np.newaxis, np.newaxis]


# %% [markdown]
r"""
## A filter to be found

Somebody ran a filter over the cat. Suppose you have the picture before and the picture after, and not the
filter. Could you find it?
"""

# %%
sobel = np.array([[[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])  # (F, C, KH, KW)
answers = conv2d_forward(gray[np.newaxis, np.newaxis], sobel, no_bias)[0, 0]
grid(
    {"before": gray - gray.min(), "after": np.clip(answers, -3, 3)},
    "All that the learner gets to see. The filter between the two is what it has to find.",
    "A gray photo of a cat, and a map of it: blue and orange lines along upright edges, pale elsewhere.", columns=2,
)

# %% [markdown]
r"""
We know: it was Sobel's. The learner does not. It gets sixteen snippets of the cat, 8×8 pixels each, with the
answers wanted there, and a number that says how wrong a kernel is.
"""

# %%
corners = np.random.default_rng(22).integers((60, 90), (192, 292), size=(16, 2))
snippets = np.stack([gray[i : i + 8, j : j + 8] for i, j in corners])[:, np.newaxis]
wanted = conv2d_forward(snippets, sobel, no_bias)


def error_of(kernel):
    """Half the mean square of what is missing between the kernel's answers and the wanted ones."""
    return np.mean((conv2d_forward(snippets, kernel, no_bias) - wanted) ** 2) / 2


print(f"error of the empty kernel: {error_of(np.zeros((1, 1, 3, 3))):.3f}")
print(f"error of Sobel's: {error_of(sobel)}")

# %% [markdown]
r"""
## Nudge and look: the numerical gradient

Nine numbers, and for each the same question: which way is better? Ask it plainly. Put one number up by a
little $h$ and look at the error; put it down by as much and look again. The **slope** is the difference over
the distance:

$$
\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}
$$

Here $e_i$ is 1 at number $i$ and 0 elsewhere. All slopes together are the **gradient**, shaped like $x$.
Looking to both sides is called *central differences*.

**Your turn.** Write `numerical_gradient` for arrays of any shape. `x` must be the same afterwards.
"""

# %% role="exercise" id="numerical-gradient"
def numerical_gradient(f, x, h=1e-5):
    """Measure the slope of `f` along each number of `x`, by nudging it both ways.

    Parameters
    ----------
    f : callable
        Takes an ndarray like `x`, returns a number.
    x : ndarray
        Of any shape; unchanged afterwards.
    h : float
        How far to nudge.

    Returns
    -------
    ndarray
        Shaped like `x`, in its dtype: float32 stays float32.
    """
    ### BEGIN SOLUTION
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[place] = h
        gradient[place] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    return gradient
    ### END SOLUTION


# %% role="given" id="numerical-gradient-look"
look("numerical-gradient", numerical_gradient)

# %% role="check" id="numerical-gradient-check" points=1
check("numerical-gradient", numerical_gradient)

# %% role="test" id="numerical-gradient-test" points=3
# 3 points, run after you hand in: rows, matrices and more, functions in which every number feels the
# others, other nudges, float32 that stays float32, and an `x` that is left as it was.
### BEGIN HIDDEN TESTS
check("numerical-gradient", numerical_gradient, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Ask the nine numbers of an empty kernel, and take one step against their slopes.

**Predict.** What pattern will the slopes show?

*My guess:*
"""

# %%
empty = np.zeros((1, 1, 3, 3))
slopes = numerical_gradient(error_of, empty)
stepped = empty - 0.2 * slopes
print(f"error {error_of(empty):.3f}, after one step {error_of(stepped):.3f}")
figures.one_step(empty[0, 0], slopes[0, 0], stepped[0, 0])

# %% [markdown]
r"""
**Explain.** Less on the left, more on the right: one step has found the idea of Sobel's filter. All the
learner does from here on is ask again and step again.
"""

# %% [markdown]
r"""
How small should a nudge be? We need a function whose slopes are known exactly. Lesson 01 has one: the cross-entropy
loss of softmax, with your gradient.

**Predict.** From $h = 0.1$ we go down to $10^{-14}$. Is the smallest nudge the best? Put your guess in place of
`None` below, and run the cell.
"""

# %%
guess("05-backpropagation: the smallest nudge is best", None, choices=("yes", "no"))

# %% role="given" id="backpropagation-loss"
def softmax_cross_entropy(scores, labels):
    """Yours of lesson 01: mean loss, and its gradient along the scores."""
    samples = np.arange(len(scores))
    shifted = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    loss = np.mean(np.log(powers.sum(axis=1)) - shifted[samples, labels])
    grad = powers / powers.sum(axis=1, keepdims=True)
    grad[samples, labels] -= 1
    return float(loss), grad / len(scores)


# %%
def loss_of(scores):
    return softmax_cross_entropy(scores, [3])[0]


scores = np.random.default_rng(2).normal(size=(1, 10))
_, exact = softmax_cross_entropy(scores, [3])
steps, both, one = 10.0 ** -np.arange(1, 15), [], []
for h in steps:
    ahead = [[(loss_of(scores + h * e) - loss_of(scores)) / h for e in np.eye(10)]]
    one.append(np.abs(ahead - exact).max())
    both.append(np.abs(numerical_gradient(loss_of, scores, h) - exact).max())
guess("05-backpropagation: the smallest nudge is best", result="yes" if np.argmin(both) == len(steps) - 1 else "no")
figures.nudges(steps, {"one side": one, "both sides": both})

# %% [markdown]
r"""
**Explain.** Looking to both sides, ten times smaller a nudge makes the error a *hundred* times smaller: the
curve's bend cancels out.
<!-- follows: the error grows with the square of the nudge, and 10 × 10 = 100 --> But the two values come closer and closer, and a float64 has only about sixteen digits:
their difference keeps fewer and fewer of them.
<!-- follows: 53 bits are 53 × 0.301 ≈ 16 decimal digits --> Around $10^{-5}$ is best.
"""

# %% [markdown]
r"""
So nudging is exact enough. Is it fast enough?

**Predict.** Take the convolutions of one AlexNet alone (the variant of 2014, which the course keeps), at a tenth
of a second a run: how many days does *one* step take? Put your guess in place of `None` below, and run the cell.
"""

# %%
guess("05-backpropagation: days for one step", None)

# %%
numbers = sum(array.size for array in load_alexnet_convs().values())
days = 2 * numbers * 0.1 / 86400
print(f"{numbers:,} numbers, two runs each: {days:.1f} days for one step")
guess("05-backpropagation: days for one step", result=round(days, 1))

# %% [markdown]
r"""
## One question for every layer: the chain rule

There is a better way, called **backpropagation**, and every layer does its part on its own. It is told the slope of the loss along each
number that it *gave*. It answers with the slope along each number that it *got*:

$$
\frac{\partial L}{\partial x} \;=\; \sum_{y} \frac{\partial L}{\partial y} \cdot \frac{\partial y}{\partial x}
$$

That is the chain rule. From the loss back to the pixels, layer by layer: one backward pass gives *all* slopes.
In code the slopes that come in are called `grad`.
"""

# %% [markdown]
r"""
## Through the bend: the gradient of the ReLU

The ReLU is the simplest layer. What is positive passes, with slope 1; what is negative becomes 0, and a
nudge changes nothing, so its slope is 0:

$$
\text{grad}_x = \begin{cases} \text{grad} & x > 0 \\ 0 & \text{otherwise} \end{cases}
$$

The *input* decides who passes. The gradient may well be negative. And exactly at the bend, where there
is no slope, we agree on 0.

**Your turn.** Write `relu_backward`.
"""

# %% role="exercise" id="relu-backward"
def relu_backward(grad, x):
    """Send a gradient back through max(0, x).

    Parameters
    ----------
    grad : ndarray
        Gradient of the loss with respect to what the ReLU gave.
    x : ndarray of the same shape
        What the ReLU got.

    Returns
    -------
    ndarray of the same shape
        Gradient with respect to `x`, in the dtype of `grad`; 0 where `x` is 0.
    """
    ### BEGIN SOLUTION
    return grad * (x > 0)
    ### END SOLUTION


# %% role="given" id="relu-backward-look"
look("relu-backward", relu_backward)

# %% role="check" id="relu-backward-check" points=1
check("relu-backward", relu_backward)

# %% role="test" id="relu-backward-test" points=3
# 3 points, run after you hand in: rows, matrices and batches of images, zeros, slopes measured by
# nudging, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("relu-backward", relu_backward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Before the ReLU, networks bent with the *sigmoid*, $1 / (1 + e^{-x})$, or with *tanh*, which is a sigmoid
stretched to run from −1 to 1.
<!-- source: lecun-bottou-1998 --> We send a digit through twelve random layers, with each of the three, and a gradient all
the way back.
<!-- shown: Through the bend: the gradient of the ReLU --> The weights have the usual spread: $1/\sqrt{n}$ for $n$ inputs, for ReLU $\sqrt{2/n}$ (lesson 06 says why).
<!-- source: lecun-bottou-1998, section 4.6 -->
<!-- source: he-rectifiers-2015 -->

**Predict.** Nowhere is the slope of a sigmoid above 1/4, and the slope of tanh reaches 1 at 0.
<!-- follows: the slope of a sigmoid is s (1 − s), at most 0.5 × 0.5 = 0.25 --> After twelve layers, how
much of the gradient is left?

*My guess:*
"""

# %%
digits = load_digits()
halved = digits["images"].reshape(-1, 1, 14, 2, 14, 2).mean(axis=(3, 5)) / 255  # (N, 1, 14, 14)


def fade(bend, back, gain, depth=12):
    """The mean size of a gradient after 0, 1, 2, ... layers on its way back."""
    rng, x, kept = np.random.default_rng(0), halved[0].ravel(), []
    for _ in range(depth):
        weights = rng.normal(0, gain / np.sqrt(196), (196, 196))
        kept.append((weights, weights @ x))
        x = bend(weights @ x)
    grad, sizes = rng.normal(size=196), []
    for weights, before in reversed(kept):
        sizes.append(np.abs(grad).mean())
        grad = weights.T @ back(grad, before)
    return np.array([*sizes, np.abs(grad).mean()])


# %%
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_backward(grad, x):
    return grad * sigmoid(x) * (1 - sigmoid(x))


faded = {
    "ReLU": fade(lambda x: np.maximum(x, 0), relu_backward, np.sqrt(2)),
    "tanh": fade(np.tanh, lambda grad, x: grad * (1 - np.tanh(x) ** 2), 1),
    "sigmoid": fade(sigmoid, sigmoid_backward, 1),
}
large = fade(sigmoid, sigmoid_backward, 8)
for name, sizes in {**faded, "sigmoid, weights 8 times as large": large}.items():
    print(f"{name}: {sizes[-1] / sizes[0]:.2g} of the gradient arrives")
curves(
    {name: (np.arange(13), sizes) for name, sizes in faded.items()}, "layers on the way back",
    "mean size of the gradient", "With sigmoid the gradient shrinks by the same factor at each layer.",
    "Three lines from the last layer back to the first: ReLU level, tanh a little lower at each layer, sigmoid straight "
    "down to a hundred-millionth.", log=True,
)

# %% [markdown]
r"""
**Explain.** Where a ReLU is on, the gradient passes whole. Behind twelve sigmoids next to nothing reaches the first
layers: the *vanishing gradient*. What counts is slope times weight: with weights eight times as large the sigmoids pass
a good part of it.
<!-- computed: 0.42 --> So the weights at the start must fit the activation; lesson 06 chooses them for ReLU.

AlexNet's authors had another reason for ReLU: speed. On CIFAR-10 a network of four layers reached 25 % training error six
times faster with ReLU than with tanh (their figure 1).
<!-- source: krizhevsky-2012, section 3.1 and figure 1 --> They were not the first to use it: Nair and Hinton did in 2010.
"""

# %% [markdown]
r"""
## Back through a convolution

Look at a single place. Its output is the window times the filter, summed, plus the bias. Nudge a pixel of
the window, and the output moves by the *weight* on it. Nudge a weight, and it moves by the *pixel* under
it. Nudge the bias, and the output moves by exactly the nudge.

So a slope $g$ coming in gives $g$ times the filter to the window, $g$ times the window to the filter, and
$g$ to the bias. A pixel lies in many windows, a weight is used at every place: whatever each collects
is *added up*.
"""

# %%
picture = np.array([[1, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 1]])
figures.handed_back(picture, np.array([[1, 2], [0, -1]]), np.array([[1, 0, 2], [-1, 3, 0]]))

# %% [markdown]
r"""
### To the filter: correlate the picture with the slopes

First one filter on one picture. Weight $(a, b)$ met pixel $(i + a, j + b)$ at place $(i, j)$, and it was used
at every place:

$$
\frac{\partial L}{\partial w_{ab}} \;=\; \sum_{i,\,j} g_{ij} \; x_{i+a,\; j+b}
$$

This is lesson 02's cross-correlation: the slopes are the filter, and the picture is the picture.

**Your turn.** Write `filter_gradient`. How large is the filter, if you only have the picture and the slopes?
"""

# %% role="exercise" id="filter-gradient"
def filter_gradient(grad, image):
    """Send the slopes of a map back to the filter that made it.

    Parameters
    ----------
    grad : (H', W') ndarray
        Gradient of the loss with respect to the map; stride 1, no padding.
    image : (H, W) ndarray
        What the filter was slid over.

    Returns
    -------
    (KH, KW) ndarray
        Gradient with respect to the filter, in the dtype of what was given: float32 stays float32.
    """
    ### BEGIN SOLUTION
    return np.tensordot(sliding_window_view(image, grad.shape), grad, axes=2)
    ### END SOLUTION


# %% role="given" id="filter-gradient-look"
look("filter-gradient", filter_gradient)

# %% role="check" id="filter-gradient-check" points=1
check("filter-gradient", filter_gradient)

# %% role="test" id="filter-gradient-test" points=3
# 3 points, run after you hand in: maps and filters of all sizes, rectangles, a single place, slopes
# measured by nudging, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("filter-gradient", filter_gradient, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
### To the picture: convolve the slopes with the kernel

Now the other way. Pixel $(p, q)$ lay under weight $(a, b)$ when the window stood at $(p - a, q - b)$:

$$
\frac{\partial L}{\partial x_{pq}} \;=\; \sum_{a,\,b} g_{p-a,\; q-b} \; w_{ab}
$$

**Predict.** Mind the minus signs. Let a single slope be 1 and all others 0. What does the picture get: the filter
as it is, or the filter turned by half a turn?

*My guess:*
"""

# %% [markdown]
r"""
A minus in the index means lesson 02's *true convolution*: the kernel is flipped and slid over the slopes. Here it may
hang over the border as long as one number of it touches them: a **full** convolution. A place without a slope
counts as 0.

**Your turn.** Write `image_gradient`. You may flip, pad and slide. Or stamp: add `grad[i, j]` times the kernel
to window $(i, j)$. Both give the same.
"""

# %% role="exercise" id="image-gradient"
def image_gradient(grad, kernel):
    """Send the slopes of a map back to the picture that it was made of.

    Parameters
    ----------
    grad : (H', W') ndarray
        Gradient of the loss with respect to the map; stride 1, no padding.
    kernel : (KH, KW) ndarray
        The filter that made the map.

    Returns
    -------
    (H, W) ndarray
        Gradient with respect to the picture, in the dtype of what was given: float32 stays float32.
    """
    ### BEGIN SOLUTION
    (rows, columns), (kh, kw) = grad.shape, kernel.shape
    to_image = np.zeros((rows + kh - 1, columns + kw - 1), grad.dtype)
    for i, j in np.ndindex(grad.shape):
        to_image[i : i + kh, j : j + kw] += grad[i, j] * kernel
    return to_image
    ### END SOLUTION


# %% role="given" id="image-gradient-look"
look("image-gradient", image_gradient)

# %% role="check" id="image-gradient-check" points=1
check("image-gradient", image_gradient)

# %% role="test" id="image-gradient-test" points=3
# 3 points, run after you hand in: maps and filters of all sizes, rectangles, a single place, slopes
# measured by nudging, the transposed matrix, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("image-gradient", image_gradient, hidden=True)
### END HIDDEN TESTS

# %%
crooked = np.array([[1.0, 2, 3], [4, 0, 0], [5, 0, 0]])
sparse = np.zeros((4, 6))
sparse[0, 0], sparse[2, 4], sparse[2, 5] = 1, 1, 2
figures.stamped(
    sparse, crooked, image_gradient(sparse, crooked),
    "Each slope stamps the filter, times itself, into its window. The two on the right overlap.",
)

# %% [markdown]
r"""
**Explain.** As it is. Each slope stamps the filter, times itself, into its window, and stamps that overlap add up. The
flip belongs to whoever looks from the pixel: it sees the slopes around it in reversed order.
"""

# %% [markdown]
r"""
In lesson 02 a convolution was a matrix $M$. Its way back is the same matrix with rows and columns exchanged: your
`image_gradient` *is* what frameworks call the **transposed convolution**. The next cell compares them.
"""

# %%
kernel, slopes = sobel[0, 0], np.random.default_rng(1).normal(size=(4, 6))
pixels = np.eye(6 * 8).reshape(-1, 1, 6, 8)  # pictures with one bright pixel: the columns of M
matrix = conv2d_forward(pixels, sobel, no_bias).reshape(6 * 8, -1).T
back = (matrix.T @ slopes.ravel()).reshape(6, 8)
gap = np.abs(back - image_gradient(slopes, kernel)).max()
print(f"M has the shape {matrix.shape}; largest difference {gap:.0e}")

# %% [markdown]
r"""
Networks that *draw* use it on the way forward: it makes a large map out of a small one (Dumoulin and Visin, 2016,
chapter 4, draw all its kinds).
"""

# %% [markdown]
r"""
### The whole layer: images, channels, filters, stride and padding

A layer has many channels and filters. Each channel of each filter does what you just wrote, and what meets is added: a
pixel's channel collects from all filters, a weight from all images.
"""

# %% [markdown]
r"""
With padding, the windows lie on the *padded* picture: send the slopes there first and cut the frame off
at the end. Mind pad 0. With a stride, window $(i, j)$ begins at row $i \cdot \text{stride}$: stamping works as before.

**Your turn.** Write `conv2d_backward`. A loop over the places is fine. Is the loss a mean over the batch? That
is in `grad` already.
"""

# %% role="exercise" id="conv2d-backward"
def conv2d_backward(grad, x, weights, stride=1, pad=0):
    """Send a gradient back through a convolutional layer.

    Parameters
    ----------
    grad : (N, F, H', W') ndarray
        Gradient of the loss with respect to the layer's output.
    x : (N, C, H, W) ndarray
        What the layer got.
    weights : (F, C, KH, KW) ndarray
    stride, pad : int or (int, int)
        As on the way forward; a pair is (height, width). 0 means no padding.

    Returns
    -------
    grad_x, grad_weights, grad_bias : ndarrays
        Gradients with respect to `x`, `weights` and the bias: (N, C, H, W), (F, C, KH, KW), (F,).
        In the dtype of what was given: float32 stays float32.
    """
    ### BEGIN SOLUTION
    (down, right), (top, left) = pair(stride), pair(pad)
    (height, width), (kh, kw) = x.shape[2:], weights.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    grad_padded, grad_weights = np.zeros_like(padded), np.zeros_like(weights)
    for i, j in np.ndindex(grad.shape[2:]):
        here = np.s_[:, :, i * down : i * down + kh, j * right : j * right + kw]
        slopes = grad[:, :, i, j]  # (N, F)
        grad_padded[here] += np.tensordot(slopes, weights, axes=1)
        grad_weights += np.tensordot(slopes.T, padded[here], axes=1)
    grad_x = grad_padded[:, :, top : top + height, left : left + width]
    return grad_x, grad_weights, grad.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% role="given" id="conv2d-backward-look"
look("conv2d-backward", conv2d_backward)

# %% role="check" id="conv2d-backward-check" points=1
check("conv2d-backward", conv2d_backward)

# %% role="test" id="conv2d-backward-test" points=7
# 7 points, run after you hand in: several images, channels and filters, rectangles, stride and padding
# in each direction, slopes measured by nudging, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("conv2d-backward", conv2d_backward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now put the two ways side by side, on the empty kernel and the cat.

**Predict.** To how many digits do they agree? How many runs of the layer does each take?

*My guess:*
"""

# %%
difference = conv2d_forward(snippets, empty, no_bias) - wanted
_, slopes, _ = conv2d_backward(difference / difference.size, snippets, empty)
gap = np.abs(slopes - numerical_gradient(error_of, empty)).max()
print(f"slopes up to {np.abs(slopes).max():.3f}, largest difference {gap:.0e}")
print(f"runs: {2 * empty.size} by nudging, one there and one back by the chain rule")

# %% [markdown]
r"""
**Explain.** Eighteen runs against two is not much. For a whole AlexNet, with 61 million numbers, it is 122 million
against two.
<!-- follows: 2 × 60,965,224 = 121,930,448 --> This comparison is called a *gradient check*: nudging is slow and hard to get wrong, so it judges every
backward pass that you will ever write.
"""

# %% [markdown]
r"""
### Find the filter: gradient descent

Ask, step, ask again: **gradient descent**. We write it so that the layer may turn its kernel by half a
turn first, as mathematicians convolve. The slopes then belong to the turned kernel, and are
turned back.
"""

# %%
def find(steps, rate, turned=False):
    """Search the filter from an empty kernel: every kernel on the way, and its error."""
    flip = np.s_[..., ::-1, ::-1] if turned else np.s_[...]
    kernel, kernels, errors = np.zeros((1, 1, 3, 3)), [], []
    for _ in range(steps + 1):
        difference = conv2d_forward(snippets, kernel[flip], no_bias) - wanted
        _, slopes, _ = conv2d_backward(difference / difference.size, snippets, kernel[flip])
        kernels.append(kernel[0, 0])
        errors.append(np.mean(difference**2) / 2)
        kernel = kernel - rate * slopes[flip]
    return kernels, np.array(errors)


def some(kernels, moments=(1, 10, 100, 300)):
    return {f"step {moment}": kernels[moment] for moment in moments}


# %% [markdown]
r"""
**Predict.** One learner correlates, the other convolves. What will the second one find? And which of them errs
less?

*My guess:*
"""

# %%
kernels, errors = find(300, rate=0.1)
figures.found(some(kernels), sobel[0, 0], "Found from pictures alone, by a layer that correlates.")

# %%
turned, turned_errors = find(300, rate=0.1, turned=True)
print(f"largest difference of the errors, ever: {np.abs(errors - turned_errors).max():.2g}")
figures.found(
    some(turned), sobel[0, 0],
    "The same by a layer that convolves. It finds the filter turned, and its own turn undoes that.",
)

# %% [markdown]
r"""
**Explain.** Whether a layer flips its kernel does not matter once the kernel is learned
([lesson 02](../02-filters/02-filters.ipynb) claimed it); here you see why. Step by step the two make the same pictures.

But both are slow. The error is tiny and the kernel still not right: neighboring pixels are much alike, so a weight
that is too large can hide behind a neighbor that is too small. We come back to this with momentum.
"""

# %% [markdown]
r"""
## Only the winner is paid: back through max pooling

Going forward, max pooling keeps the largest number of each window and forgets the rest. Nudge a loser, and nothing
happens. Nudge the winner, and the output moves by exactly the nudge. So the winner takes the window's whole slope:

$$
\text{grad}_x \text{ at } p \;=\; \sum_{\text{windows won by } p} \text{grad of that window}
$$

Mind the sum. Where windows overlap, one large number may win several. And when two are equally large, the
first in reading order is paid, and only that one.

**Your turn.** Write `max_pool2d_backward`. A loop over the outputs is fine.
"""

# %% role="exercise" id="max-pool2d-backward"
def max_pool2d_backward(grad, x, size, stride=None):
    """Hand the gradient of each window to the number that won it.

    Parameters
    ----------
    grad : (N, C, H', W') ndarray
        Gradient of the loss with respect to the pooled output.
    x : (N, C, H, W) ndarray
        What the pooling layer got.
    size, stride : int or (int, int)
        Of the window, and of its steps; a pair is (height, width). `stride` defaults to `size`.

    Returns
    -------
    (N, C, H, W) ndarray
        Gradient with respect to `x`, in its dtype. Of tied numbers the first in reading order wins.
    """
    ### BEGIN SOLUTION
    (kh, kw), (down, right) = pair(size), pair(stride or size)
    grad_x = np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad.shape):
        top, left = i * down, j * right
        window = x[n, c, top : top + kh, left : left + kw]
        row, column = divmod(window.argmax(), kw)
        grad_x[n, c, top + row, left + column] += grad[n, c, i, j]
    return grad_x
    ### END SOLUTION


# %% role="given" id="max-pool2d-backward-look"
look("max-pool2d-backward", max_pool2d_backward)

# %% role="check" id="max-pool2d-backward-check" points=1
check("max-pool2d-backward", max_pool2d_backward)

# %% role="test" id="max-pool2d-backward-test" points=5
# 5 points, run after you hand in: several images and channels, windows that overlap or leave gaps,
# rectangles, ties, slopes measured by nudging, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("max-pool2d-backward", max_pool2d_backward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Catch it.** With `=` in place of `+=` a number is paid once, however many windows it wins. The case below does not
show it. Change the stride or the numbers until it is caught. What must the windows do?
"""

# %%
catch("max-pool2d-backward", [[[[1, 2]]]], [[[[5, 0, 7, 3]]]], size=(1, 2), stride=(1, 2), mistake="= for +=")

# %% [markdown]
r"""
See your own function at work: which cells it reads, and where it writes. The 9 wins two windows; see it
collect.
"""

# %%
numbers = np.array([[[[1.0, 2, 5], [9, 0, 3], [4, 6, 7]]]])
watch(max_pool2d_backward, np.array([[[[10.0, 20], [30, 40]]]]), numbers, 2, 1)

# %% [markdown]
r"""
## Everyone gets a share: back through average pooling

In average pooling there is no winner. Each number of the window moves the output by one part in as many as there
are in the window, so each gets that share of the slope. Where windows overlap, the shares add up.

What the numbers *were* does not matter any more. The way back asks only for the shape of the picture.

**Your turn.** Write `average_pool2d_backward`.
"""

# %% role="exercise" id="average-pool2d-backward"
def average_pool2d_backward(grad, x_shape, size, stride=None):
    """Share the gradient of each window out among its numbers.

    Parameters
    ----------
    grad : (N, C, H', W') ndarray
        Gradient of the loss with respect to the pooled output.
    x_shape : (N, C, H, W)
        Shape of what the pooling layer got.
    size, stride : int or (int, int)
        Of the window, and of its steps; a pair is (height, width). `stride` defaults to `size`.

    Returns
    -------
    (N, C, H, W) ndarray
        Gradient with respect to the input, in the dtype of `grad`.
    """
    ### BEGIN SOLUTION
    (kh, kw), (down, right) = pair(size), pair(stride or size)
    grad_x = np.zeros(x_shape, grad.dtype)
    for i, j in np.ndindex(grad.shape[2:]):
        top, left = i * down, j * right
        share = grad[:, :, i : i + 1, j : j + 1] / (kh * kw)
        grad_x[:, :, top : top + kh, left : left + kw] += share
    return grad_x
    ### END SOLUTION


# %% role="given" id="average-pool2d-backward-look"
look("average-pool2d-backward", average_pool2d_backward)

# %% role="check" id="average-pool2d-backward-check" points=1
check("average-pool2d-backward", average_pool2d_backward)

# %% role="test" id="average-pool2d-backward-test" points=3
# 3 points, run after you hand in: several images and channels, windows that overlap or leave gaps,
# rectangles, slopes measured by nudging, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("average-pool2d-backward", average_pool2d_backward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Send the same slopes, all 1, back into a piece of the cat through 5×5 windows at every third place.

**Predict.** What will the two pictures of who was paid look like? What do their sums have in common?

*My guess:*
"""

# %%
eye = gray[np.newaxis, np.newaxis, 96:128, 124:171]
ones = np.ones(windows(eye, 5, 3).shape[:4])
paid = {
    "max": max_pool2d_backward(ones, eye, 5, 3)[0, 0],
    "average": average_pool2d_backward(ones, eye.shape, 5, 3)[0, 0],
}
for name, slopes in paid.items():
    print(f"{name}: {np.mean(slopes > 0):.0%} of the pixels paid, {slopes.sum():.0f} in all")
grid(
    {"the picture": eye[0, 0] - eye.min(), **paid},
    "Who is paid, each picture on a scale of its own: the brightest of max pooling got "
    f"{paid['max'].max():.0f}, the brightest of average pooling {paid['average'].max():.2f}.",
    "A piece of the cat's eye; single bright pixels, scattered on black; and a regular lattice of grays.",
)

# %% [markdown]
r"""
**Explain.** Both hand on all that they got. Average pooling gives every pixel a small share, more where windows
overlap; max pooling gives all of it to the few pixels that won.
"""

# %% [markdown]
r"""
## Through the mean and the variance: back through batch normalization

*May be skipped on a first reading, with the experiment that uses it.* Batch normalization takes the $n$ numbers of a
channel (all images, all places), normalizes them, $\hat x = (x - \mu) / \sqrt{\sigma^2 + \varepsilon}$, and gives
$\gamma \hat x + \beta$. Two of its slopes are familiar: $\beta$ was added everywhere and collects $\sum g$;
$\gamma$ multiplied $\hat x$ and collects $\sum g\,\hat x$.
"""

# %% [markdown]
r"""
A nudge of one $x$ acts in three ways. It moves its own output. It moves the *mean*, and with it all outputs of the
channel. And it moves the *variance*, and with it all outputs again. Added up, the three are

$$
\frac{\partial L}{\partial x} \;=\; \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}}
\Bigl( g \;-\; \overline{g} \;-\; \hat x\;\overline{g\,\hat x} \Bigr)
$$

A bar is the mean over the channel's $n$ numbers: the second term is the way through $\mu$, the third the one through
$\sigma^2$.
"""

# %% [markdown]
r"""
**Predict.** Let every slope that comes in be 1. What arrives at $x$?

*My guess:*

**Your turn.** Write `batch_normalize_backward`, for the layer in training mode.
"""

# %% role="exercise" id="batch-normalize-backward"
def batch_normalize_backward(grad, x, gamma, eps=1e-5):
    """Send a gradient back through batch normalization, and through the batch's statistics.

    Parameters
    ----------
    grad : (N, C, H, W) ndarray
        Gradient of the loss with respect to the layer's output.
    x : (N, C, H, W) ndarray
        What the layer got.
    gamma : (C,) ndarray
        Scale of each channel.
    eps : float
        Added to the variance (the one that divides by n), inside the root.

    Returns
    -------
    grad_x, grad_gamma, grad_beta : ndarrays
        Gradients with respect to `x`, `gamma` and `beta`: (N, C, H, W), (C,), (C,). In the dtype
        of what was given: float32 stays float32.
    """
    ### BEGIN SOLUTION
    over = (0, 2, 3)
    root = np.sqrt(x.var(axis=over, keepdims=True) + eps)
    normal = (x - x.mean(axis=over, keepdims=True)) / root
    free = grad - grad.mean(axis=over, keepdims=True)
    free = free - normal * (grad * normal).mean(axis=over, keepdims=True)
    grad_x = gamma[:, np.newaxis, np.newaxis] / root * free
    return grad_x, (grad * normal).sum(axis=over), grad.sum(axis=over)
    ### END SOLUTION


# %% role="given" id="batch-normalize-backward-look"
look("batch-normalize-backward", batch_normalize_backward)

# %% role="check" id="batch-normalize-backward-check" points=1
check("batch-normalize-backward", batch_normalize_backward)

# %% role="test" id="batch-normalize-backward-test" points=7
# 7 points, run after you hand in: several channels, a batch of one image, channels of one place, eps,
# rectangles, slopes measured by nudging, equal slopes, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("batch-normalize-backward", batch_normalize_backward, hidden=True)
### END HIDDEN TESTS

# %% role="given" id="backpropagation-normalize"
def batch_normalize_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """Yours of lesson 04: with statistics that are given."""
    slope = gamma / np.sqrt(running_var + eps)
    even = (x - running_mean[:, np.newaxis, np.newaxis]) * slope[:, np.newaxis, np.newaxis]
    return even + beta[:, np.newaxis, np.newaxis]


def batch_normalize(x, gamma, beta, eps=1e-5):
    """Yours of lesson 04: with the statistics of the batch."""
    mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    return batch_normalize_inference(x, gamma, beta, mean, var, eps)


def update_running_statistics(running_mean, running_var, x, momentum=0.9):
    """Yours of lesson 04: what is kept follows the batches."""
    mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3), ddof=1)
    new = 1 - momentum
    return momentum * running_mean + new * mean, momentum * running_var + new * var


# %%
rng = np.random.default_rng(4)
batch, slopes_in = rng.normal(size=(2, 3, 2, 2, 3))
scale, shift = np.array([1.0, 2.0]), np.zeros(2)
equal, _, _ = batch_normalize_backward(np.ones_like(batch), batch, scale)
print(f"equal slopes: {np.abs(equal).max():.0e} arrives")
nudged = numerical_gradient(lambda x: np.sum(slopes_in * batch_normalize(x, scale, shift)), batch)
gap = np.abs(nudged - batch_normalize_backward(slopes_in, batch, scale)[0]).max()
print(f"any slopes: {gap:.0e} away from those by nudging")

# %% [markdown]
r"""
**Explain.** Nothing. Make all numbers of a channel larger by the same amount, and the layer gives what it gave before;
so no such change can lower the loss. What mean and variance absorb is taken out of the slopes.
"""

# %% [markdown]
r"""
## There and back: backpropagation through a network

Now a whole network, small enough to see through: four 5×5 filters, ReLU, 2×2 max pooling, and ten scores.
On the way forward it keeps what the way back will ask for.
"""

# %%
def new_network(seed=0):
    """Random weights, sized as lesson 06 will explain; black corners stay off the bend."""
    rng = np.random.default_rng(seed)
    return {
        "filters": rng.normal(0, np.sqrt(2 / 25), (4, 1, 5, 5)), "bias": np.full(4, 0.1),
        "weights": rng.normal(0, np.sqrt(1 / 100), (10, 100)), "offsets": np.zeros(10),
    }


def forward(net, x):
    """The scores, and all that was made on the way to them."""
    conv = conv2d_forward(x, net["filters"], net["bias"])
    relu = np.maximum(conv, 0)
    pool = windows(relu, 2, 2).max(axis=(4, 5))
    scores = pool.reshape(len(x), -1) @ net["weights"].T + net["offsets"]
    return scores, {"image": x, "conv": conv, "relu": relu, "pool": pool}


# %%
def backward(net, kept, grad, bend=relu_backward):
    """The slopes along all numbers of the network, and along all that was made on the way."""
    image, conv, relu, pool = kept.values()
    to_pool = (grad @ net["weights"]).reshape(pool.shape)
    to_relu = max_pool2d_backward(to_pool, relu, 2)
    to_conv = bend(to_relu, conv)
    to_image, filters, bias = conv2d_backward(to_conv, image, net["filters"])
    weights, offsets = grad.T @ pool.reshape(len(pool), -1), grad.sum(axis=0)
    return (
        {"filters": filters, "bias": bias, "weights": weights, "offsets": offsets},
        {"image": to_image, "conv": to_conv, "relu": to_relu, "pool": to_pool},
    )


# %% [markdown]
r"""
**Predict.** We show a fresh network one digit. Where along the way back do slopes vanish? Which pixels will
matter in the end?

*My guess:*
"""

# %%
mixed = np.random.default_rng(0).permutation(len(halved))  # they come sorted
images, labels = halved[mixed], digits["labels"][mixed].astype(int)
net, one = new_network(), [21]
scores, kept = forward(net, images[one])
loss, grad = softmax_cross_entropy(scores, labels[one])
_, slopes = backward(net, kept, grad)
stages = {name: (kept[name][0], slopes[name][0]) for name in kept}
alive = {name: f"{np.mean(slope != 0):.0%}" for name, slope in slopes.items()}
print(f"a {labels[one][0]}; loss {loss:.2f}, log 10 = {np.log(10):.2f}")
print("slopes that are not 0:", alive)
figures.there_and_back({**stages, "scores": (scores[0], grad[0])}, labels[one][0])

# %% [markdown]
r"""
**Explain.** Read the lower row from the right. The loss wants more of the true score, less of the others. Max
pooling pays one number in four.
<!-- follows: a window of 2 × 2 = 4 --> The ReLU stops hardly any more: where a window is off altogether, and only there,
its winner is off too. The filters spread the rest over the pixels: dark ones too, for a little light there would change
the scores.

Does it all fit together? The gradient check decides.
"""

# %%
few, names = images[:8], labels[:8]


def measured(name):
    """The slopes along one of the network's arrays, by nudging."""
    def loss(values):
        return softmax_cross_entropy(forward({**net, name: values}, few)[0], names)[0]
    return numerical_gradient(loss, net[name])


scores, kept = forward(net, few)
slopes, _ = backward(net, kept, softmax_cross_entropy(scores, names)[1])
for name in ("filters", "bias", "offsets"):
    gap = np.abs(slopes[name] - measured(name)).max() / np.abs(slopes[name]).max()
    print(f"{name:8} differ by {gap:.0e} of the largest slope")

# %% [markdown]
r"""
## One step downhill: momentum and weight decay

We know the slopes. How should we step? Against them, by a **learning rate** *lr*: that alone is *stochastic
gradient descent*, SGD. A ball that rolls also keeps some of its speed: **momentum** $m$. And **weight decay**
$\lambda$ pulls every weight gently to 0:

$$
v \leftarrow m\,v - \text{lr}\,(g + \lambda w)
\qquad
w \leftarrow w + v
$$

This is the rule that trained AlexNet, with $m = 0.9$ and $\lambda = 0.0005$.

**Your turn.** Write `sgd_momentum_step`. It returns new arrays and leaves the old ones alone.
"""

# %% role="exercise" id="sgd-momentum-step"
def sgd_momentum_step(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    """Take one step downhill: v ← m v − lr (g + λ w), then w ← w + v.

    Parameters
    ----------
    weights, grad, velocity : ndarrays of the same shape
    lr, momentum, weight_decay : float

    Returns
    -------
    weights, velocity : ndarrays
        After the step, in the dtype of `weights`: float32 stays float32.
    """
    ### BEGIN SOLUTION
    velocity = momentum * velocity - lr * (grad + weight_decay * weights)
    return weights + velocity, velocity
    ### END SOLUTION


# %% role="given" id="sgd-momentum-step-look"
look("sgd-momentum-step", sgd_momentum_step)

# %% role="check" id="sgd-momentum-step-check" points=1
check("sgd-momentum-step", sgd_momentum_step)

# %% role="test" id="sgd-momentum-step-test" points=3
# 3 points, run after you hand in: first steps and later ones, all shapes, each default, no momentum, no
# decay, coasting without a gradient, inputs left as they were, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("sgd-momentum-step", sgd_momentum_step, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
What is it good for? Take a filter so small that you can see *all* of it: two weights, side by side. The one
sought is $(-1, 1)$. For each pair of weights there is an error: a landscape.

**Predict.** Neighboring pixels are much alike. What shape does that give the landscape?

*My guess:*
"""

# %%
steps_up = conv2d_forward(snippets, np.array([[[[-1.0, 1.0]]]]), no_bias)


def walk(momentum, steps=40, rate=0.2):
    """Walk down from (2, 1.4): the two weights after each step."""
    weights, velocity = np.array([[[[2.0, 1.4]]]]), np.zeros((1, 1, 1, 2))
    path = [weights.ravel()]
    for _ in range(steps):
        difference = conv2d_forward(snippets, weights, no_bias) - steps_up
        _, grad, _ = conv2d_backward(difference / difference.size, snippets, weights)
        weights, velocity = sgd_momentum_step(weights, grad, velocity, rate, momentum)
        path.append(weights.ravel())
    return np.array(path)


# %%
sides = np.linspace(-2.7, 2.7, 61), np.linspace(-2.7, 2.7, 61)
pairs = np.stack(np.meshgrid(*sides)).reshape(2, -1).T  # all pairs of weights, as filters
answers = conv2d_forward(snippets, pairs.reshape(-1, 1, 1, 2), np.zeros(len(pairs)))
errors_at = np.mean((answers - steps_up) ** 2, axis=(0, 2, 3)).reshape(61, 61) / 2
figures.ravine(sides, errors_at, {"plain": walk(momentum=0.0), "with momentum": walk(momentum=0.9)})

# %% [markdown]
r"""
**Explain.** A ravine. Raise one weight and lower the other, and hardly anything happens: the pixels under them are
nearly equal. Raise both, and the error shoots up. The plain walk falls to the floor
and then creeps. Along the floor all slopes point the same way, and there the ball gathers speed.
"""

# %% [markdown]
r"""
Back to Sobel's filter, which the plain learner had not found after 300 steps.

**Predict.** How many steps will it take now, at the same rate?

*My guess:*
"""

# %%
def find_rolling(steps, rate, momentum=0.9):
    kernel, velocity, kernels = np.zeros((1, 1, 3, 3)), np.zeros((1, 1, 3, 3)), []
    for _ in range(steps + 1):
        difference = conv2d_forward(snippets, kernel, no_bias) - wanted
        _, slopes, _ = conv2d_backward(difference / difference.size, snippets, kernel)
        kernels.append(kernel[0, 0])
        kernel, velocity = sgd_momentum_step(kernel, slopes, velocity, rate, momentum)
    return kernels


rolling = find_rolling(300, rate=0.1)
far = {
    name: [np.abs(kernel - sobel[0, 0]).max() for kernel in kernels_seen]
    for name, kernels_seen in {"plain": kernels, "with momentum": rolling}.items()
}
curves(
    {name: (np.arange(301), values) for name, values in far.items()}, "steps",
    "largest wrong weight", "How far the worst weight is from Sobel's, at the same rate.", log=True,
)

# %%
early = some(find_rolling(100, rate=0.1), (1, 10, 30, 100))
figures.found(early, sobel[0, 0], "Found with momentum, in a third of the steps.")
# <!-- computed: 100, 300 -->

# %% [markdown]
r"""
**Explain.** After a hundred steps the ball is closer than the plain walk after three hundred. The bumps in
its curve are the ball itself, rolling past the bottom and back.
"""

# %% [markdown]
r"""
### Learn to read

Everything is ready for the network: your way back through each layer, and your step. One step uses a
**mini-batch** of eight digits, drawn at random.
"""

# %%
test_images = digits["held_out_images"].reshape(-1, 1, 14, 2, 14, 2).mean(axis=(3, 5)) / 255
test_labels = digits["held_out_labels"].astype(int)


def train(net, steps=200, rate=0.03, bend=relu_backward):
    """Train on mini-batches of 8; `net` changes. Returns the loss of each step."""
    rng, losses = np.random.default_rng(1), []
    velocity = {name: np.zeros_like(values) for name, values in net.items()}
    for _ in range(steps):
        batch = rng.integers(len(images), size=8)
        scores, kept = forward(net, images[batch])
        loss, grad = softmax_cross_entropy(scores, labels[batch])
        for name, slope in backward(net, kept, grad, bend)[0].items():
            net[name], velocity[name] = sgd_momentum_step(net[name], slope, velocity[name], rate)
        losses.append(loss)
    return np.array(losses)


def accuracy(net):
    """The share of the held-out digits that the network reads right."""
    return np.mean(forward(net, test_images)[0].argmax(axis=1) == test_labels)


# %% [markdown]
r"""
**Predict.** It takes 200 steps, so it sees one digit in five.
<!-- follows: 200 × 8 / 8,500 ≈ 0.2 --> How many of a hundred will it read? Put your guess in
place of `None` below, and run the cell.
"""

# %%
guess("05-backpropagation: read of a hundred", None)

# %%
reader = new_network()
losses = train(reader)
print(f"{accuracy(new_network()):.1%} of the held-out digits before, {accuracy(reader):.1%} after")
guess("05-backpropagation: read of a hundred", result=round(100 * accuracy(reader)))
every, mean = np.arange(5, 200, 10), losses.reshape(-1, 10).mean(axis=1)
curves({"loss": (every, mean)}, "steps", "loss, mean of 10 steps", "Your layers, learning to read.")

# %%
tiles = {
    f"{i} {when}": network["filters"][i, 0]
    for i in range(4) for when, network in {"before": new_network(), "after": reader}.items()
}
grid(
    tiles, "The four filters. Noise before; after, bands of blue beside bands of orange.",
    "Four filters of 5×5, each before and after: scattered blue and orange, then a blue band beside an orange one.",
    columns=8,
)

# %% [markdown]
r"""
**Explain.** Nobody drew these. They came from the errors at the other end of the network, sent back through
pooling and ReLU by functions that you wrote. Lesson 06 does it with a larger network.
"""

# %% [markdown]
r"""
## Break it once

Somebody forgets the mask: their ReLU lets every slope through on the way back.

**Predict.** What will the loss of such a network do in training?

*My guess:*
"""

# %%
def broken(grad, x):
    return grad


lame = new_network()
wrong = train(lame, bend=broken).reshape(-1, 10).mean(axis=1)
print(f"{accuracy(lame):.1%} of the held-out digits")
curves(
    {"right": (every, mean), "broken": (every, wrong)}, "steps", "loss, mean of 10 steps",
    "Without the other curve beside it, who would suspect the broken one?",
)

# %%
scores, kept = forward(net, few)
grad = softmax_cross_entropy(scores, names)[1]
right, (slopes, through) = backward(net, kept, grad)[1], backward(net, kept, grad, bend=broken)
passed = np.count_nonzero(right["conv"]) / np.count_nonzero(through["conv"])
print(f"of the slopes that come through the broken ReLU, {passed:.0%} come through a right one")
gap = np.abs(slopes["filters"] - measured("filters")).max() / np.abs(slopes["filters"]).max()
print(f"broken: the filters' slopes differ by {gap:.0%} of the largest slope")

# %% [markdown]
r"""
**Explain.** It learns, only less well! Most slopes are right, since max pooling has already stopped nearly all that the mask would
stop, and the slopes of the last layer are right in any case. A falling loss proves nothing. The gradient check finds the
fault at once.
"""

# %% [markdown]
r"""
### Forget the switch: batch normalization without kept statistics

*May be skipped on a first reading.* Our network gets one layer more: 32 hidden units, normalized. It trains on
mini-batches of 32, by your own way back, and keeps statistics as it goes.
"""

# %%
def normal_network(seed=0):
    rng = np.random.default_rng(seed)
    net = new_network(seed)
    net |= {"hidden": rng.normal(0, np.sqrt(1 / 100), (32, 100)), "gamma": np.ones(32)}
    return net | {"beta": np.zeros(32), "weights": rng.normal(0, np.sqrt(1 / 32), (10, 32))}


def up_to_hidden(net, x):
    """The maps, and the hidden units before they are normalized: (N, 32, 1, 1)."""
    conv = conv2d_forward(x, net["filters"], net["bias"])
    relu = np.maximum(conv, 0)
    pool = windows(relu, 2, 2).max(axis=(4, 5))
    return conv, relu, pool, (pool.reshape(len(x), -1) @ net["hidden"].T)[:, :, None, None]


def after_hidden(net, even):
    units = np.maximum(even, 0)[:, :, 0, 0]
    return units, units @ net["weights"].T + net["offsets"]


# %%
def normal_step(net, kept, x, labels):
    """All slopes of one mini-batch, and the statistics kept after it."""
    conv, relu, pool, raw = up_to_hidden(net, x)
    even = batch_normalize(raw, net["gamma"], net["beta"])
    units, scores = after_hidden(net, even)
    _, grad = softmax_cross_entropy(scores, labels)
    to_even = relu_backward((grad @ net["weights"])[:, :, None, None], even)
    to_raw, gamma, beta = batch_normalize_backward(to_even, raw, net["gamma"])
    to_pool = (to_raw[:, :, 0, 0] @ net["hidden"]).reshape(pool.shape)
    to_conv = relu_backward(max_pool2d_backward(to_pool, relu, 2), conv)
    _, filters, bias = conv2d_backward(to_conv, x, net["filters"])
    slopes = {
        "filters": filters, "bias": bias, "gamma": gamma, "beta": beta,
        "hidden": to_raw[:, :, 0, 0].T @ pool.reshape(len(x), -1),
        "weights": grad.T @ units, "offsets": grad.sum(axis=0),
    }
    return slopes, update_running_statistics(*kept, raw)


# %%
normal, kept_now = normal_network(), (np.zeros(32), np.ones(32))
speed = {name: np.zeros_like(values) for name, values in normal.items()}
rng = np.random.default_rng(1)
for _ in range(200):
    batch = rng.integers(len(images), size=32)
    slopes, kept_now = normal_step(normal, kept_now, images[batch], labels[batch])
    for name, slope in slopes.items():
        normal[name], speed[name] = sgd_momentum_step(normal[name], slope, speed[name], 0.03)

# %% [markdown]
r"""
Now it reads the held-out digits: once with the kept statistics, and four times with those of the batch, as if somebody
had forgotten to switch from training to inference.

**Predict.** Order the four: batches of 100 mixed digits; of 100 digits sorted by class; of two; of one. Which is as
good as the kept statistics, and which is the worst?

*My guess:*
"""

# %%
def wrong_in(order, size, kept=None):
    """The share of held-out digits read wrong, in batches of this size."""
    wrong = 0
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        raw = up_to_hidden(normal, test_images[chosen])[3]
        how = batch_normalize if kept is None else batch_normalize_inference
        even = how(raw, normal["gamma"], normal["beta"], *(kept or ()))
        wrong += np.sum(after_hidden(normal, even)[1].argmax(axis=1) != test_labels[chosen])
    return wrong / len(order)


anyhow = np.random.default_rng(5).permutation(len(test_labels))
by_class = np.argsort(test_labels, kind="stable")
print(f"kept statistics, any batch: {wrong_in(by_class, 100, kept_now):.1%} wrong")
ways = {"100 mixed": (anyhow, 100), "100 of a class": (by_class, 100)}
for name, (order, size) in {**ways, "2": (anyhow, 2), "1": (anyhow, 1)}.items():
    print(f"the batch's own, {name:14}: {wrong_in(order, size):5.1%} wrong")

# %% [markdown]
r"""
**Explain.** In large mixed batches the batch's statistics are close to the kept ones, and nobody notices. Among digits of
one class, what they have in common is taken off as the mean: the very thing that tells the class. Of two digits, each is
measured against the other. And one alone is its own mean: its hidden units are all $\beta$, and every digit gets the same
answer.

So a network may do well in its test and fail in use, by one forgotten switch.
"""

# %% [markdown]
r"""
## When the error stops falling: the learning rate on a plateau

Mini-batches are a lottery. Far from the goal that matters little. Close to it, a large step follows the noise, and
the error stops falling: a **plateau**. AlexNet's authors watched the validation error, and divided the rate by
ten whenever it stopped improving. As a rule for one epoch:

- count the epochs since the last *new best*; an equal error is no improvement;
- when the count reaches `patience`, and again at each further multiple of it, return `lr * factor`;
- otherwise return `lr`.

**Your turn.** Write `reduce_on_plateau`.
"""

# %% role="exercise" id="reduce-on-plateau"
def reduce_on_plateau(history, lr, factor=0.1, patience=3):
    """Choose the next epoch's learning rate: smaller where the error has stopped falling.

    Parameters
    ----------
    history : sequence of float
        Validation error after each epoch so far; lower is better.
    lr : float
        Rate of the last epoch.
    factor : float
        What to multiply it by.
    patience : int
        Epochs without a new best before the rate drops, and again before each next drop.

    Returns
    -------
    float
        Rate of the next epoch.
    """
    ### BEGIN SOLUTION
    waited = len(history) - 1 - int(np.argmin(history))
    return lr * factor if waited and waited % patience == 0 else lr
    ### END SOLUTION


# %% role="given" id="reduce-on-plateau-look"
look("reduce-on-plateau", reduce_on_plateau)

# %% role="check" id="reduce-on-plateau-check" points=1
check("reduce-on-plateau", reduce_on_plateau)

# %% role="test" id="reduce-on-plateau-test" points=3
# 3 points, run after you hand in: errors that fall, that stop once or for long, that equal the best, and
# other factors and patiences.
### BEGIN HIDDEN TESTS
check("reduce-on-plateau", reduce_on_plateau, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
We search Sobel's filter a last time, from bad data: four snippets a step, their answers full of noise.
After each epoch of 20 steps the error is measured on clean ones.
"""

# %%
def epochs(rate, rule=None, count=30, seed=0):
    """Search the filter with momentum; the error and the rate of each epoch."""
    rng, errors, rates = np.random.default_rng(seed), [], []
    kernel = velocity = np.zeros((1, 1, 3, 3))
    for _ in range(count):
        for _ in range(20):
            four = rng.integers(len(snippets), size=4)
            noisy = wanted[four] + rng.normal(0, 2, wanted[four].shape)
            difference = conv2d_forward(snippets[four], kernel, no_bias) - noisy
            _, grad, _ = conv2d_backward(difference / difference.size, snippets[four], kernel)
            kernel, velocity = sgd_momentum_step(kernel, grad, velocity, rate)
        errors.append(error_of(kernel))
        rates.append(rate)
        rate = rule(errors, rate) if rule else rate
    return errors, rates


# %% [markdown]
r"""
**Predict.** Three runs: large steps all along, small steps all along, and your rule. Sketch the three curves.

*My guess:*
"""

# %%
def four_runs(rate, rule=None):
    """The error and the rate of each epoch, for four seeds: (4, 2, epochs)."""
    return np.array([epochs(rate, rule, seed=seed) for seed in range(4)])


def mean_of(runs):
    """The geometric mean over runs, for what is drawn on a logarithmic axis."""
    return np.exp(np.log(runs).mean(axis=0))


# %%
large, ruled = four_runs(0.03), four_runs(0.03, reduce_on_plateau)
figures.staircase({
    "large steps": mean_of(large), "your rule": mean_of(ruled), "small steps": mean_of(four_runs(0.003)),
})

# %% [markdown]
r"""
The curves are means of four runs, because a single run jumps about. In each run the rate falls at an epoch of its
own. So we line the runs up at their first drop, and compare each with its twin: the same seed, with large steps all
along.

**Predict.** What will the error do at the drop?

*My guess:*
"""

# %%
drops, around = [int(np.argmax(rates < 0.03)) for _, rates in ruled], np.arange(-4, 5)
lined_up = {
    name: (around, mean_of(np.array([errors[drop + around] for (errors, _), drop in zip(runs, drops)])))
    for name, runs in (("large steps", large), ("your rule", ruled))
}
print(f"the first drop comes after {min(drops)} to {max(drops)} epochs")
curves(
    lined_up, "epochs from the first drop", "error on clean pictures", "Until the drop the two are the same runs.",
    "Two curves that are one up to the drop. There that of the rule falls at once and stays low; the other jumps about.",
    log=True,
)

# %% [markdown]
r"""
**Explain.** At the drop the error falls at once, by a large factor, and then levels out: a stair. (Just before it the
error is especially high, because the rule waits for three bad epochs.) Small steps average the noise of many
mini-batches; they just should not be the first ones.
"""

# %% [markdown]
r"""
## What training has to remember: the memory of backpropagation

To *use* a network, each layer's numbers may be thrown away once the next layer has them. To *train* it they must
wait. Convolution asks for its input on the way back, the ReLU for its signs, max pooling for its winners.

**Predict.** Look at `forward` above. The batch grows from 1 to 10 to 100 images. Which grows with it: what
`forward` keeps, the parameters, or both?

*My guess:*
"""

# %%
parameters = sum(values.nbytes for values in net.values())
for count in (1, 10, 100):
    _, kept = forward(net, images[:count])
    held = sum(values.nbytes for values in kept.values())
    print(f"batch of {count:3}: {held:9,} bytes kept, {parameters:6,} bytes of parameters")

# %% [markdown]
r"""
Many course notes say that mini-batches multiply what backpropagation stores, and leave it at that. Here is how much
it is:

- **activations**: every number a layer makes, for each image of the batch;
- **gradients** of the activations: as many again on the way back;
- **parameters**, **parameter gradients**, and what the **optimizer** keeps (with momentum, one velocity for each
  parameter). These exist once, however large the batch: the images' shares of a gradient are *added up*.

**Your turn.** Write `training_memory`, in bytes.
"""

# %% role="exercise" id="training-memory"
def training_memory(
    activation_counts, parameter_count, batch_size, bytes_per_number=4, optimizer_slots=1
):
    """Count the bytes that training keeps for one mini-batch.

    Parameters
    ----------
    activation_counts : sequence of int
        Numbers that each layer makes for one image, the image itself first.
    parameter_count, batch_size, bytes_per_number : int
    optimizer_slots : int
        Numbers that the optimizer keeps for each parameter: 1 with momentum.

    Returns
    -------
    dict of int
        With the keys "activations", "gradients", "parameters", "parameter_gradients",
        "optimizer" and "total".
    """
    ### BEGIN SOLUTION
    activations = sum(activation_counts) * batch_size * bytes_per_number
    parameters = parameter_count * bytes_per_number
    memory = {
        "activations": activations, "gradients": activations, "parameters": parameters,
        "parameter_gradients": parameters, "optimizer": parameters * optimizer_slots,
    }
    return {**memory, "total": sum(memory.values())}
    ### END SOLUTION


# %% role="given" id="training-memory-look"
look("training-memory", training_memory)

# %% role="check" id="training-memory-check" points=1
check("training-memory", training_memory)

# %% role="test" id="training-memory-test" points=3
# 3 points, run after you hand in: few layers and many, all batches, numbers of 2 and 8 bytes, and
# optimizers that keep more or nothing.
### BEGIN HIDDEN TESTS
check("training-memory", training_memory, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Does the formula know what our network really held?
"""

# %%
counts = [values[0].size for values in kept.values()]
said = training_memory(counts, parameters // 8, batch_size=100, bytes_per_number=8)
print("numbers for one image:", dict(zip(kept, counts)))
print(f"activations, said {said['activations']:,} bytes, held {held:,} bytes")

# %% [markdown]
r"""
That is what `forward` keeps. Is it also what the program holds at its peak? Python can measure that.

**Predict.** How large is the peak of one forward and backward pass, against the formula's total?

*My guess:*
"""

# %%
def peak(count):
    """The most memory that one pass there and back holds at any moment, in bytes."""
    batch, names = images[:count], labels[:count]
    tracemalloc.start()
    scores, kept = forward(net, batch)
    backward(net, kept, softmax_cross_entropy(scores, names)[1])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


for count in (10, 50, 100):
    total = training_memory(counts, parameters // 8, count, bytes_per_number=8)["total"]
    print(f"batch of {count:3}: peak {peak(count):9,} bytes, the formula says {total:9,}")

# %% [markdown]
r"""
**Explain.** Both grow with the batch in a straight line. The peak lies above the formula, which counts no working
space: here that is mostly the windows, copied side by side for one matrix product.
"""

# %% [markdown]
r"""
Now a real one. VGG-16 takes a photo of 224×224 through thirteen 3×3 convolutions in five blocks, halves
the picture after each block, and ends in three fully connected layers.
<!-- source: simonyan-2015, table 1 --> Its ReLUs work in place, so they
keep nothing of their own.
"""

# %%
counts, learned, depth = [3 * 224 * 224], 0, 3
blocks = ((64, 2, 224), (128, 2, 112), (256, 3, 56), (512, 3, 28), (512, 3, 14))
for filters, layers, side in blocks:
    for _ in range(layers):
        counts.append(filters * side * side)
        learned += (depth * 3 * 3 + 1) * filters
        depth = filters
    counts.append(filters * side * side // 4)  # pooled
for inputs, units in ((512 * 7 * 7, 4096), (4096, 4096), (4096, 1000)):
    counts.append(units)
    learned += (inputs + 1) * units
print(f"{sum(counts):,} activations for one photo, {learned:,} parameters")

# %% [markdown]
r"""
**Predict.** In training on a batch of 128 photos, what takes most: the 138 million parameters and their company,
or the activations? How many GiB in all?

*My guess:*
"""

# %%
sizes = (1, 16, 128)
figures.memory_table(
    {f"batch of {size}": training_memory(counts, learned, size) for size in sizes},
    "VGG-16 in training with momentum, 4 bytes a number. Only the first two rows grow.",
)

# %%
batches = np.arange(1, 257)
memories = [training_memory(counts, learned, int(size)) for size in batches]
cards = {f"a card of {size} GiB": size * 2**30 for size in (8, 24)}
figures.memory_growth(batches, memories, cards)

# %%
single, double = (training_memory(counts, learned, size)["total"] for size in (1, 2))
an_image, once = double - single, 2 * single - double
forward_only = max(a + b for a, b in zip(counts, counts[1:])) * 4
print(f"once: {once / 2**30:.2f} GiB; each image: {an_image / 2**20:.0f} MiB more")
print(f"activations weigh more from a batch of {once // an_image + 1} on")
print(f"largest batch on a card of 8 GiB: {(8 * 2**30 - once) // an_image}")
print(f"to use the network on one photo, activations: {forward_only / 2**20:.1f} MiB at a time")

# %% [markdown]
r"""
**Explain.** Training needs a fixed part, and one for each image. From a small batch on the images decide, and the
card's memory limits the batch. A real program may also save: each activation's gradient can go once the layer
before it has been served. *Gradient checkpointing* (Chen and others, 2016) keeps only some activations and computes the others again on the way back.
"""

# %% [markdown]
r"""
### Think it through

A friend's card is full at a batch of 64. She may not change the network. In your own words, eight sentences
at most:

1. Why must training keep the activations, when using the network need not? Name what two of the layers ask
   for on the way back.
2. Why does the batch multiply the activations, but not the parameters and their gradients?
3. Give two ways to train on less memory, and say what each of them costs.
"""

# %% [markdown] role="question" id="why-training-remembers" points=4
r"""
### BEGIN SOLUTION
On the way back each layer needs what it saw on the way forward: a convolution multiplies the incoming slopes by
its input to get the gradient of its filters, the ReLU needs the sign of its input, max pooling the place of each
winner. The last layer's activations are asked for first and the first layer's last, so nearly everything has to
wait until the loss is known. When a network is only used, nothing is asked for later, and a layer's numbers may
go as soon as the next layer has them. Each image has activations of its own, but all images use the same
parameters, and their shares of a parameter's gradient are added into one sum. To save memory she can halve the batch (and add
up the gradients of two halves before each step, which costs nothing but some speed), keep only some activations
and compute the others again on the way back (about one more forward pass), use numbers of 2 bytes (less
precision), or take an optimizer without velocities (more steps).
<!-- source: chen-2016 -->

**To mark:**

- 1 point: the way back needs what the way forward made, and needs it after the loss is known; with two examples
  (input of a convolution or of a fully connected layer, sign at the ReLU, winners of max pooling).
- 1 point: to use a network, a layer's numbers can go once the next layer has them.
- 1 point: activations exist for each image; parameters are shared and their gradients are summed over the batch.
- 1 point: two ways, each with its cost (half a point for each).
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## Summary

| symbol | meaning |
|---|---|
| $L$ | the loss, one number for a mini-batch |
| $x$, $y$ | what a layer gets and gives |
| `grad` | $\partial L / \partial y$, what arrives from behind; each layer answers with $\partial L / \partial x$ |
| $h$, $e_i$ | size and direction of a nudge in the numerical gradient |
| lr, $m$, $\lambda$ | learning rate, momentum, weight decay |
| $v$, $w$ | velocity, weights: $v \leftarrow m v - \text{lr}(g + \lambda w)$, $w \leftarrow w + v$ |
"""

# %% [markdown]
r"""
In short:

- ReLU: the gradient passes where $x > 0$.
- Convolution: the window collects the filter, the filter collects the window, the bias collects $g$. For one filter,
  that is a full convolution (transposed convolution) to the picture and a correlation to the filter.
- Max pooling: the winner takes all. Average pooling: equal shares. Shares of overlapping windows add up.
- Batch normalization: what mean and variance absorb is taken out of the slopes.
- Plateau rule: multiply the rate by `factor` after `patience` epochs without a new best.
- Memory: 2 × activations × batch + (2 + slots) × parameters, times the bytes of a number.
<!-- shown: What training has to remember: the memory of backpropagation -->
"""

# %% [markdown]
r"""
### Further reading

- D. Rumelhart, G. Hinton, R. Williams (1986), *Learning representations by back-propagating errors*, Nature 323.
- Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998), *Efficient BackProp*.
- V. Nair, G. Hinton (2010), *Rectified Linear Units Improve Restricted Boltzmann Machines*, ICML.
- A. Krizhevsky, I. Sutskever, G. Hinton (2012), *ImageNet Classification with Deep Convolutional Neural Networks*,
  NIPS: sections 3.1 and 5.
- S. Ioffe, C. Szegedy (2015), *Batch Normalization*: section 3 has its way back.
- V. Dumoulin, F. Visin (2016), *A guide to convolution arithmetic for deep learning*: transposed convolution.
- T. Chen, B. Xu, C. Zhang, C. Guestrin (2016), *Training Deep Nets with Sublinear Memory Cost*.

**Next**: [lesson 06](../06-lenet/06-lenet.ipynb) builds a whole network from these parts and trains it.
"""

# %% [markdown]
r"""
## Five questions to recall

Answer aloud without looking back, then unfold the answers.

1. Why look to both sides when you nudge, and why not nudge by $10^{-14}$?
2. A slope $g$ arrives at one place of a feature map. What does it give to the window, to the filter, to the
   bias?
3. Two windows overlap and the same number wins both. What does it get?
4. In what kind of landscape does momentum help, and why do photos make such landscapes?
5. You double the batch.
<!-- follows: the question gives it --> Which parts of the memory double?

<details><summary>Answers</summary>

- *1:* Error falls with $h^2$, not $h$; at $10^{-14}$ rounding is left.
- *2:* $g$ times the filter; $g$ times the window; $g$.
- *3:* The sum of both gradients.
- *4:* A ravine: neighboring pixels are alike.
- *5:* The activations and their gradients.

</details>
"""

# %% [markdown]
r"""
## On your own

- Give `find` the snippets of `load_photo("brick")`, or noise. How many steps does each take? Compare
  the eigenvalues of the windows' covariance.
- Put average pooling into the network in place of max pooling. What changes in `backward`, in
  the picture of the way back, in the accuracy?
- Start the network's biases at 0 and repeat the gradient check. One array disagrees, and no code is
  wrong. What do black corners have to do with it?
- Raise the rate of `find` by and by. From where on does the error explode, and how does that rate go
  with the steepest direction of the ravine?
- Go down the slopes of the *pixels* instead: change the picture of a 4 until your network reads a 9.
"""

# %% role="given" id="backpropagation-progress"
progress("05-backpropagation")
