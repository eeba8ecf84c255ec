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
# Flatten a picture and see what it costs

Before convolutional networks, a picture was read like a row of a table: lay its pixels end to end and
weigh each of them. It works. You will build it, and it will read handwriting. Then you will put it to
four tests, and learn why nobody reads photos that way any more.

- **You will do**: write a two-layer network and its gradients in plain NumPy, and train it on real
  digits.
- **You will learn**: what a layer without an activation is worth, what flattening forgets, and what it
  costs in weights, in examples and in trust.
- **You will need**: NumPy matrix products, the chain rule, and about 90 minutes.
"""

# %% role="given" id="limits-setup"
import numpy as np

from autograder import check, look, progress
from autograder.datasets import load_digits
from autograder.figures import fully_connected_limits as figures
from autograder.figures.raster import curves, grid

# %% role="given" id="limits-digits"
data = load_digits()
mixed = np.random.default_rng(0).permutation(len(data["labels"]))  # they come sorted
images = (data["images"][mixed, np.newaxis] / 255).astype("float32")  # (N, 1, 28, 28), 0 to 1
labels = data["labels"][mixed].astype(int)
test_images = (data["held_out_images"][:, np.newaxis] / 255).astype("float32")
test_labels = data["held_out_labels"].astype(int)  # 150 of each digit, never learned from

# %%
samples = {f"some {k}s": test_images[test_labels == k, 0][:9] for k in (0, 3, 5, 9)}
figures.rows_of_pictures(samples, "Handwriting, 28×28 pixels each: no two digits are alike.")

# %% [markdown]
r"""
These digits are the first 10,000 of MNIST's *training* file. 1,500 of them are held out, and every
accuracy in this lesson is measured on those. So do not compare it with results on MNIST's test set.
"""

# %% [markdown]
r"""
## Lay the image flat

A fully connected layer takes a row of numbers, so the picture has to become one. Reading order: the first
channel, row by row from the top, then the next channel. Each image of the batch becomes one row.

Nothing is lost, it seems. All the numbers are still there.

**Your turn.** Write `flatten_images`. It should not mind how many axes an image has.
"""

# %% role="exercise" id="flatten-images"
def flatten_images(images):
    """Lay out each image as one row of numbers, in reading order.

    Parameters
    ----------
    images : (N, ...) ndarray
        A batch, such as (N, C, H, W).

    Returns
    -------
    (N, D) ndarray
        D is how many numbers one image holds.
    """
    ### BEGIN SOLUTION
    return images.reshape(len(images), -1)
    ### END SOLUTION


# %% role="given" id="flatten-images-look"
look("flatten-images", flatten_images)

# %% role="check" id="flatten-images-check" points=1
check("flatten-images", flatten_images)

# %% role="test" id="flatten-images-test" points=3
# 3 points, run after you hand in: grey images and coloured ones, batches of all sizes, rectangles,
# float32 that stays float32, and each number at its place.
### BEGIN HIDDEN TESTS
check("flatten-images", flatten_images, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
We cut 14×14 pixels out of the middle of a digit, and follow one pixel and its four neighbours into the row.

**Predict.** In the picture all five touch. How far apart are they in the row?

*My guess:*
"""

# %%
small = test_images[602:603, :, 7:21, 7:21]
row = flatten_images(small)[0]
figures.neighbours(small[0, 0], row, (6, 7))

# %% [markdown]
r"""
**Explain.** "Above" has become "fourteen to the left", and nothing in the row says that fourteen is special.
The numbers are all there. What is gone is which of them were *neighbours*. Mathematicians call that the
topology of the picture.
"""

# %% [markdown]
r"""
## A score for every class

The simplest thing to do with a row of numbers is to weigh them and add up: large weights for pixels that
speak for a class, negative ones for pixels that speak against it. One row of weights for each class.

$$
f(x) = W x + b
\qquad
f_{nk} = \sum_d W_{kd}\, x_{nd} + b_k
$$

The **bias** $b_k$ is what class $k$ scores on an empty picture. The class with the highest score wins.

**Your turn.** Write `linear_scores` for a whole batch. Mind which axis of `weights` is the classes.
"""

# %% role="exercise" id="linear-scores"
def linear_scores(x, weights, bias):
    """Score each row of `x` for each class.

    Parameters
    ----------
    x : (N, D) ndarray
    weights : (K, D) ndarray
        One row for each class.
    bias : (K,) ndarray

    Returns
    -------
    (N, K) ndarray

    Raises
    ------
    ValueError
        If the rows of `x` and of `weights` differ in length.
    """
    ### BEGIN SOLUTION
    if x.shape[1] != weights.shape[1]:
        raise ValueError(f"rows of {x.shape[1]} numbers, weights for {weights.shape[1]}")
    return x @ weights.T + bias
    ### END SOLUTION


# %% role="given" id="linear-scores-look"
look("linear-scores", linear_scores)

# %% role="check" id="linear-scores-check" points=1
check("linear-scores", linear_scores)

# %% role="test" id="linear-scores-test" points=3
# 3 points, run after you hand in: all sizes, as many classes as inputs, a single class, float32 that
# stays float32, and weights of the wrong length.
### BEGIN HIDDEN TESTS
check("linear-scores", linear_scores, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Which weights? Try the obvious: as weights of class $k$ take the *average* of all its digits, $m_k$. With
the bias $-\tfrac12 \lVert m_k \rVert^2$ the highest score then belongs to the nearest average.

**Predict.** Guessing reads one digit in ten. How many of ten does this read?

*My guess:*
"""

# %%
rows = flatten_images(images)
averages = np.stack([rows[labels == k].mean(axis=0) for k in range(10)])
scores = linear_scores(flatten_images(test_images), averages, -np.sum(averages**2, axis=1) / 2)
print(f"{np.mean(scores.argmax(axis=1) == test_labels):.1%} of the held-out digits")
templates = {str(k): average.reshape(28, 28) for k, average in enumerate(averages)}
grid(templates, "Each class's row of weights, put back into the form of a picture.", columns=10)

# %% [markdown]
r"""
**Explain.** A linear layer is a set of stencils. It lays each over the picture, pixel on pixel, and the
best match wins. One stencil for each class has to serve for all the ways to write a 4.
"""

# %% [markdown]
r"""
## Two layers and a bend

Let a first layer make many scores, of parts and of variants, and a second one weigh *those*. Between the
two stands the **activation**. Ours is the ReLU: negative numbers become 0.

$$
f(x) = W_2 \max(0,\; W_1 x + b_1) + b_2
$$

The lecture says "f = W₂ max(0, W₁x)" and leaves it there; in fact each layer has its bias, and the first
one decides from where on a hidden unit is switched on.

**Your turn.** Write `two_layer_scores`. You already have its layers.
"""

# %% role="exercise" id="two-layer-scores"
def two_layer_scores(x, w1, b1, w2, b2):
    """Score with one hidden layer.

    Parameters
    ----------
    x : (N, D) ndarray
    w1, b1 : (H, D) and (H,) ndarray
        First layer, to H hidden units.
    w2, b2 : (K, H) and (K,) ndarray
        Second layer, to K classes.

    Returns
    -------
    (N, K) ndarray

    Raises
    ------
    ValueError
        If the layers do not fit together.
    """
    ### BEGIN SOLUTION
    hidden = np.maximum(linear_scores(x, w1, b1), 0)
    return linear_scores(hidden, w2, b2)
    ### END SOLUTION


# %% role="given" id="two-layer-scores-look"
look("two-layer-scores", two_layer_scores)

# %% role="check" id="two-layer-scores-check" points=1
check("two-layer-scores", two_layer_scores)

# %% role="test" id="two-layer-scores-test" points=3
# 3 points, run after you hand in: all sizes, hidden units that are all on or all off, float32 that
# stays float32, and layers that do not fit.
### BEGIN HIDDEN TESTS
check("two-layer-scores", two_layer_scores, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
What does the bend buy? We walk in a straight line from one digit to another, fading over, and watch a
score on the way. The weights are drawn at random; with the ReLU and without it, they are the same.

**Predict.** Sketch both curves in your mind. What can a curve without the bend look like?

*My guess:*
"""

# %%
two = flatten_images(test_images[[310, 905]])
share = np.linspace(0, 1, 101)
walk = np.outer(1 - share, two[0]) + np.outer(share, two[1])
rng = np.random.default_rng(19)
w1, b1 = rng.normal(size=(12, 784)), rng.normal(size=12)
w2, b2 = rng.normal(size=(1, 12)), np.zeros(1)
straight = linear_scores(linear_scores(walk, w1, b1), w2, b2)
bent = two_layer_scores(walk, w1, b1, w2, b2)
figures.along_the_way(
    walk[::10].reshape(-1, 28, 28),
    {"with the bend": (share, bent[:, 0]), "without": (share, straight[:, 0])},
    "how far along", "score of one class",
    "The same two layers. Without the bend the score can only rise or fall steadily.",
    "A digit fades into another; below, a straight line and a line with several bends.",
)

# %% [markdown]
r"""
**Explain.** Each hidden unit switches on or off somewhere along the way, and there the curve gets a new
slope. Without the ReLU the middle always scores the average of the ends. Such a layer cannot say "this
one or that one, but nothing between".
"""

# %% [markdown]
r"""
## Without the bend, one layer

The straight line was no accident. Put one linear layer into another and multiply out:

$$
W_2 (W_1 x + b_1) + b_2 \;=\; W x + b
$$

So two linear layers are one, and by the same step so are twenty. Without activations a deep network
is an expensive way to write a shallow one.

**Your turn.** Find $W$ and $b$. Do it with a pen first. The order of the product matters, and one of
the biases has a way to go.
"""

# %% role="exercise" id="collapse-linear-layers"
def collapse_linear_layers(w1, b1, w2, b2):
    """Find the one layer that equals two with nothing between.

    Parameters
    ----------
    w1, b1 : (H, D) and (H,) ndarray
        The layer that is applied first.
    w2, b2 : (K, H) and (K,) ndarray

    Returns
    -------
    weights : (K, D) ndarray
    bias : (K,) ndarray

    Raises
    ------
    ValueError
        If the layers do not fit together.
    """
    ### BEGIN SOLUTION
    return w2 @ w1, w2 @ b1 + b2
    ### END SOLUTION


# %% role="given" id="collapse-linear-layers-look"
look("collapse-linear-layers", collapse_linear_layers)

# %% role="check" id="collapse-linear-layers-check" points=1
check("collapse-linear-layers", collapse_linear_layers)

# %% role="test" id="collapse-linear-layers-test" points=3
# 3 points, run after you hand in: all sizes, the same scores as the two layers on fresh inputs,
# float32 that stays float32, and layers that do not fit.
### BEGIN HIDDEN TESTS
check("collapse-linear-layers", collapse_linear_layers, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now a deep one: five linear layers with no activation, on real digits.

**Predict.** Of its numbers, what share does the collapsed layer need? How far apart are the scores?

*My guess:*
"""

# %%
sizes = [784, 500, 400, 300, 200, 10]
rng = np.random.default_rng(0)
deep = [
    (rng.normal(size=(outputs, inputs)) / np.sqrt(inputs), rng.normal(size=outputs))
    for inputs, outputs in zip(sizes, sizes[1:])
]
scores = flatten_images(test_images)
one = deep[0]
for layer in deep[1:]:
    one = collapse_linear_layers(*one, *layer)
for layer in deep:
    scores = linear_scores(scores, *layer)
gap = np.abs(scores - linear_scores(flatten_images(test_images), *one)).max()
numbers = [sum(w.size + b.size for w, b in layers) for layers in (deep, [one])]
print(f"five layers: {numbers[0]:,} numbers; one layer: {numbers[1]:,}")
print(f"scores up to {np.abs(scores).max():.1f}; largest difference: {gap:.0e}")

# %% [markdown]
r"""
**Explain.** The difference is rounding. Everything the five layers can do, the one can do. Depth without
a bend buys nothing.
"""

# %% [markdown]
r"""
## Count every wire

*Fully connected* means what it says: a wire from every number of the image to every unit of the first layer,
from each of those to every unit of the next. Each wire has a weight, each unit a bias.

**Your turn.** Write `fully_connected_parameter_count` for any image and any number of layers. Work out the
example below on paper before you run it.
"""

# %% role="exercise" id="fully-connected-parameter-count"
def fully_connected_parameter_count(input_shape, layer_sizes):
    """Count the weights and biases of fully connected layers on top of an image.

    Parameters
    ----------
    input_shape : tuple of int
        Of one image, (C, H, W).
    layer_sizes : sequence of int
        How many units each layer has, first layer first.

    Returns
    -------
    int
    """
    ### BEGIN SOLUTION
    channels, height, width = input_shape
    inputs, total = channels * height * width, 0
    for units in layer_sizes:
        total += (inputs + 1) * units
        inputs = units
    return total
    ### END SOLUTION


# %% role="given" id="fully-connected-parameter-count-look"
look("fully-connected-parameter-count", fully_connected_parameter_count)

# %% role="check" id="fully-connected-parameter-count-check" points=1
check("fully-connected-parameter-count", fully_connected_parameter_count)

# %% role="test" id="fully-connected-parameter-count-test" points=3
# 3 points, run after you hand in: one layer and many, grey images and coloured ones, photos.
### BEGIN HIDDEN TESTS
check("fully-connected-parameter-count", fully_connected_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**First test: larger pictures.** A single layer of 1,000 units, on a digit, a thumbnail, a photo as
networks take it, a film frame, and a frame in 4K. Each number takes four bytes.

**Predict.** Does the layer for the 4K frame fit into your computer's memory?

*My guess:*
"""

# %%
shapes = {
    "digit": (1, 28, 28),
    "thumbnail": (3, 32, 32),
    "photo": (3, 224, 224),
    "full HD": (3, 1080, 1920),
    "4K": (3, 2160, 3840),
}
for name, shape in shapes.items():
    count = fully_connected_parameter_count(shape, [1000])
    print(f"{name:9} {count:14,} numbers {4 * count / 2**30:7.3f} GiB")

# %%
sides = 2 ** np.arange(5, 13)
counts = [fully_connected_parameter_count((3, side, side), [1000]) for side in sides]
points = {
    name: (np.sqrt(h * w), fully_connected_parameter_count((c, h, w), [1000]))
    for name, (c, h, w) in shapes.items()
    if c == 3
}
figures.growth(sides, counts, points, {"all of VGG-16, lesson 08": 138_357_544})

# %% [markdown]
r"""
**Explain.** The first layer alone, on a photo, holds more than all sixteen layers of VGG-16. And training
keeps a gradient beside each weight, so the memory at least doubles. Lesson 02 builds a layer whose count
does not mention the size of the picture at all.
"""

# %% [markdown]
r"""
## From scores to surprise

To learn, we need one number that says how wrong the scores are. Turn each sample's scores into
probabilities, the **softmax**, then ask how surprised they are by the true label $y$:

$$
p_{nk} = \frac{e^{s_{nk}}}{\sum_j e^{s_{nj}}}
\qquad
L = \frac1N \sum_n -\log p_{n y_n}
$$

Sure and right costs nothing. Sure and wrong costs a lot. The gradient is simple: along each score, the
probability that it was given; along the true one, 1 less.

$$
\frac{\partial L}{\partial s_{nk}} = \frac{1}{N} \bigl(p_{nk} - [k = y_n]\bigr)
\qquad
[k = y_n] = 1 \text{ for the true class, else } 0
$$
"""

# %%
with np.errstate(over="ignore"):
    print("exp of 1, 10, 100, 1000:", np.exp([1.0, 10.0, 100.0, 1000.0]))
print("exp of -1000:", np.exp(-1000.0))

# %% [markdown]
r"""
There is the trap: a score of 1,000 is not rare, and its power is no number. But only *differences* of
scores matter. Take the largest score $m_n$ of the sample off all of them, and no power exceeds 1. For the loss,
take the logarithm before you divide:

$$
-\log p_{ny} = \log \sum_j e^{s_{nj} - m_n} - (s_{ny} - m_n)
$$

**Your turn.** Write `softmax_cross_entropy`. It returns the mean loss and the gradient.
"""

# %% role="exercise" id="softmax-cross-entropy"
def softmax_cross_entropy(scores, labels):
    """Measure how surprised softmax(scores) is by the labels, and which way is better.

    Parameters
    ----------
    scores : (N, K) ndarray
        Of any size, also ±1000.
    labels : (N,) ndarray of int

    Returns
    -------
    loss : float
        Mean over the batch.
    grad : (N, K) ndarray
        Gradient of that mean with respect to the scores.
    """
    ### BEGIN SOLUTION
    samples = np.arange(len(scores))
    shifted = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    loss = np.mean(np.log(powers.sum(axis=1)) - shifted[samples, labels])
    grad = powers / powers.sum(axis=1, keepdims=True)
    grad[samples, labels] -= 1
    return float(loss), grad / len(scores)
    ### END SOLUTION


# %% role="given" id="softmax-cross-entropy-look"
look("softmax-cross-entropy", softmax_cross_entropy)

# %% role="check" id="softmax-cross-entropy-check" points=1
check("softmax-cross-entropy", softmax_cross_entropy)

# %% role="test" id="softmax-cross-entropy-test" points=3
# 3 points, run after you hand in: few classes and many, scores of ±1000, a true class far behind, the
# slope measured by nudging, equal scores, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("softmax-cross-entropy", softmax_cross_entropy, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
With that we can *learn* stencils, where before we took averages. Each weight joins a pixel to a score.
The gradient along the weight is the one along the score times the pixel, summed over the samples. We go
downhill in small steps.

**Predict.** Averages read 8 digits of 10. How many will the learned stencils read? And will they look
like digits?

*My guess:*
"""

# %%
rows, weights, bias = flatten_images(images), np.zeros((10, 784)), np.zeros(10)
rng = np.random.default_rng(0)
for step in range(600):
    batch = rng.integers(len(rows), size=50)
    loss, grad = softmax_cross_entropy(linear_scores(rows[batch], weights, bias), labels[batch])
    if step == 0:
        print(f"loss before learning: {loss:.4f}; log 10 = {np.log(10):.4f}")
    weights -= 0.2 * grad.T @ rows[batch]
    bias -= 0.2 * grad.sum(axis=0)

right = linear_scores(flatten_images(test_images), weights, bias).argmax(axis=1) == test_labels
print(f"{right.mean():.1%} of the held-out digits")
stencils = {str(k): stencil.reshape(28, 28) for k, stencil in enumerate(weights)}
grid(stencils, "Learned: blue pixels speak for the class, orange ones against it.", columns=10)

# %% [markdown]
r"""
**Explain.** A learned stencil does not draw the digit. It marks what tells it from the other nine: the
0 has an orange hole. Two checks to keep for life: a network that knows nothing has the loss $\log K$, and
a number means little without the number it has to beat.
"""

# %% [markdown]
r"""
## Which way is better

Now the network with the bend. It needs a slope for *every* number it holds. We could find each by nudging:
change one weight a little, and see what the loss does.
"""

# %%
def new_network(hidden=100, seed=0):
    """Draw small random weights; lesson 06 says why of this size. The biases are 0."""
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.normal(0, np.sqrt(2 / 784), (hidden, 784)).astype("float32"),
        "b1": np.zeros(hidden, "float32"),
        "w2": rng.normal(0, np.sqrt(2 / hidden), (10, hidden)).astype("float32"),
        "b2": np.zeros(10, "float32"),
    }


# %%
rows, net = flatten_images(images[:200]), new_network()
before, _ = softmax_cross_entropy(two_layer_scores(rows, **net), labels[:200])
net["w2"][2, 5] += 0.01
after, _ = softmax_cross_entropy(two_layer_scores(rows, **net), labels[:200])
print(f"loss {before:.5f}, after the nudge {after:.5f}: a slope of {(after - before) / 0.01:.3f}")
print(f"slopes still to find: {fully_connected_parameter_count((1, 28, 28), [100, 10]) - 1:,}")

# %% [markdown]
r"""
One run of the network for each slope, at every step: too slow. The chain rule gives all of them in one go
back. You have the gradient along the scores, $g_{nk}$. Along a weight, it is the one along its output times
its input:

$$
\frac{\partial L}{\partial W_{2,kj}} = \sum_n g_{nk}\, h_{nj}
\qquad
\frac{\partial L}{\partial b_{2,k}} = \sum_n g_{nk}
$$

To a hidden unit the gradient comes back along its wires, but only if the unit was on. Here $a$ is what the
ReLU received, $h = \max(0, a)$:

$$
g^{\text{hidden}}_{nj} = \begin{cases} \sum_k g_{nk} W_{2,kj} & a_{nj} > 0 \\ 0 & \text{otherwise} \end{cases}
$$

For $W_1$ and $b_1$, the first pair of formulas again.
"""

# %% [markdown]
r"""
**Your turn.** Write `two_layer_gradients`: forward, keeping what you will need, then back. Each sum over
one index is a matrix product; the shapes tell you which one. Where do you divide by N? You already did.
"""

# %% role="exercise" id="two-layer-gradients"
def two_layer_gradients(x, labels, w1, b1, w2, b2):
    """Find the loss of `two_layer_scores`, and its slope along every parameter.

    Parameters
    ----------
    x : (N, D) ndarray
    labels : (N,) ndarray of int
    w1, b1, w2, b2 : ndarrays, as for `two_layer_scores`

    Returns
    -------
    loss : float
    gradients : dict
        With the keys "w1", "b1", "w2", "b2", each shaped like its parameter.
    """
    ### BEGIN SOLUTION
    before = linear_scores(x, w1, b1)
    hidden = np.maximum(before, 0)
    loss, grad = softmax_cross_entropy(linear_scores(hidden, w2, b2), labels)
    grad_hidden = (grad @ w2) * (before > 0)
    return loss, {
        "w1": grad_hidden.T @ x, "b1": grad_hidden.sum(axis=0),
        "w2": grad.T @ hidden, "b2": grad.sum(axis=0),
    }
    ### END SOLUTION


# %% role="given" id="two-layer-gradients-look"
look("two-layer-gradients", two_layer_gradients)

# %% role="check" id="two-layer-gradients-check" points=1
check("two-layer-gradients", two_layer_gradients)

# %% role="test" id="two-layer-gradients-test" points=3
# 3 points, run after you hand in: all sizes, square ones too, slopes measured by nudging, a batch
# taken twice, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("two-layer-gradients", two_layer_gradients, hidden=True)
### END HIDDEN TESTS

# %%
rows = flatten_images(images[:200])
_, gradients = two_layer_gradients(rows, labels[:200], **new_network())
print(f"the slope that we nudged out above, by the chain rule: {gradients['w2'][2, 5]:.3f}")

# %% [markdown]
r"""
## Train it

You have all the parts. Two small functions put them to work: one goes downhill, each step on 50 digits
drawn at random, and one counts the digits read right.
"""

# %%
def train(net, images, labels, steps=2000, rate=0.3, seed=1):
    """Go downhill in small steps; `net` changes. Returns the loss of each step."""
    rng, rows, losses = np.random.default_rng(seed), flatten_images(images), []
    for _ in range(steps):
        batch = rng.integers(len(rows), size=50)
        loss, gradients = two_layer_gradients(rows[batch], labels[batch], **net)
        for name, gradient in gradients.items():
            net[name] = net[name] - rate * gradient
        losses.append(loss)
    return np.array(losses)


def accuracy(net, images, labels):
    """The share of the images that the network reads right."""
    scores = two_layer_scores(flatten_images(images), **net)
    return np.mean(scores.argmax(axis=1) == labels)


# %% [markdown]
r"""
**Predict.** At which loss does it start? How many held-out digits will it read, where the stencils read 9
of 10?

*My guess:*
"""

# %%
net = new_network()
losses = train(net, images, labels)
print(f"{accuracy(net, test_images, test_labels):.1%} of the held-out digits")
every = np.arange(25, 2000, 50)
curves(
    {"loss": (every, losses.reshape(-1, 50).mean(axis=1))}, "steps", "loss, mean of 50 steps",
    "Your network, learning to read: fast at first, then ever more slowly.", log=True,
)

# %% [markdown]
r"""
Your own network, in plain NumPy, reads handwriting. See where it fails, and what its hidden units
look at.
"""

# %%
guessed = two_layer_scores(flatten_images(test_images), **net).argmax(axis=1)
missed = np.flatnonzero(guessed != test_labels)[::5][:12]
figures.guesses(test_images[missed, 0], test_labels[missed], guessed[missed])

# %%
order = np.argsort(-np.abs(net["w2"]).sum(axis=0))[:9]  # the units the scores listen to most
units = {"before": new_network()["w1"][order], "after": net["w1"][order]}
figures.rows_of_pictures(
    {name: weights.reshape(-1, 28, 28) for name, weights in units.items()},
    "Nine hidden units: noise at first, then strokes in blue and orange, each at its own place. "
    "Along the border, where pixels are always black, the noise has stayed.",
)

# %% [markdown]
r"""
## Break it once

Why random weights at the start? Zeros look tidier, and fairer to all.

**Predict.** We train 300 steps from zeros. What is the loss in the end? Which of the four arrays have
changed at all?

*My guess:*
"""

# %%
tidy = {name: np.zeros_like(values) for name, values in new_network().items()}
stuck = train(tidy, images, labels, steps=300)
print(f"loss: {stuck[:50].mean():.3f} at first, {stuck[-50:].mean():.3f} at the end")
print(f"{accuracy(tidy, test_images, test_labels):.1%} of the held-out digits")
for name, values in tidy.items():
    print(f"{name}: largest number {np.abs(values).max():.3f}")

# %% [markdown]
r"""
**Explain.** No hidden unit is on, so $W_2$ has no slope; $W_2$ is 0, so nothing comes back to $W_1$. Only the
last bias moves, and learns which digits are frequent. Even with equal numbers other than 0 all hidden
units would stay copies of one another. Chance has to tell them apart.
"""

# %% [markdown]
r"""
## Teach it with less

**Second test: few examples.** A child needs a handful of each digit. We train fresh networks on the first 50
digits, on 100, and so on up to all, each for 600 steps.

**Predict.** With 50 digits, about five of each: how many of those does the network get right? How many of the
held-out ones?

*My guess:*
"""

# %%
counts, seen, held_out = [50, 100, 250, 500, 1000, 2500, 8500], [], []
for count in counts:
    young = new_network()
    train(young, images[:count], labels[:count], steps=600)
    seen.append(accuracy(young, images[:count], labels[:count]))
    held_out.append(accuracy(young, test_images, test_labels))
    print(f"{count:5,} digits: {seen[-1]:7.1%} of those, {held_out[-1]:.1%} of the held-out ones")
figures.appetite(counts, seen, held_out)

# %% [markdown]
r"""
**Explain.** With far more numbers to set than digits to set them by, the network learns them by
heart. Nothing told it that a stroke one pixel further left is the same stroke, so it must see each
variant. Lesson 06 repeats this curve with a network that knows better.
"""

# %% [markdown]
r"""
## Shuffle the pixels

**Third test: no neighbours.** If flattening keeps what matters in a picture, then a network must suffer when
we destroy it. So take one random order of the 784 positions, and deal the pixels of *every* picture out in
that same order.

Place $p$ of the result takes the pixel that stood at place `order[p]`, both in reading order. The
channels of a pixel move together.

**Your turn.** Write `permute_pixels`.
"""

# %% role="exercise" id="permute-pixels"
def permute_pixels(images, order):
    """Put the pixels of every image, and every channel, in the same new order.

    Parameters
    ----------
    images : (N, C, H, W) ndarray
    order : (H * W,) ndarray of int
        Place p of the result takes the pixel at place `order[p]`, in reading order.

    Returns
    -------
    (N, C, H, W) ndarray

    Raises
    ------
    ValueError
        If `order` does not have a place for each pixel.
    """
    ### BEGIN SOLUTION
    n, c, h, w = images.shape
    if len(order) != h * w:
        raise ValueError(f"{len(order)} places for the {h * w} pixels of a {h}×{w} image")
    return images.reshape(n, c, h * w)[:, :, order].reshape(n, c, h, w)
    ### END SOLUTION


# %% role="given" id="permute-pixels-look"
look("permute-pixels", permute_pixels)

# %% role="check" id="permute-pixels-check" points=1
check("permute-pixels", permute_pixels)

# %% role="test" id="permute-pixels-test" points=3
# 3 points, run after you hand in: several images and channels, rectangles, float32 that stays float32,
# a picture that holds its own positions, and an order that is too short.
### BEGIN HIDDEN TESTS
check("permute-pixels", permute_pixels, hidden=True)
### END HIDDEN TESTS

# %%
shuffle = np.random.default_rng(7).permutation(784)
some = test_images[[20, 170, 320, 480, 602, 780, 905, 1100, 1400]]
figures.rows_of_pictures(
    {"as written": some[:, 0], "shuffled": permute_pixels(some, shuffle)[:, 0]},
    "The same digits, and the same pixels. Can you still read them?",
)

# %% [markdown]
r"""
**Predict.** A fresh network learns from shuffled digits and is tested on shuffled digits. How many will it
read, where the other read 95 of 100?

*My guess:*
"""

# %%
shuffled_net = new_network()
shuffled_losses = train(shuffled_net, permute_pixels(images, shuffle), labels)
shuffled_tests = permute_pixels(test_images, shuffle)
for name, network, tests in (
    ("straight", net, test_images), ("shuffled", shuffled_net, shuffled_tests)
):
    print(f"{name}: {accuracy(network, tests, test_labels):.1%} of the held-out digits")
every = np.arange(25, 2000, 50)
curves(
    {
        "straight digits": (every, losses.reshape(-1, 50).mean(axis=1)),
        "shuffled digits": (every, shuffled_losses.reshape(-1, 50).mean(axis=1)),
    },
    "steps", "loss, mean of 50 steps",
    "Two networks, one learning what you can read and one what you cannot.", log=True,
)

# %% [markdown]
r"""
It makes no difference; a few digits in 1,500 are the luck of the start. Is that an accident? Take the network
trained on straight digits, deal out the columns of its `w1` in the same order, and show it shuffled ones.

**Predict.** How far apart are the scores?

*My guess:*
"""

# %%
rows = flatten_images(permute_pixels(test_images, shuffle))
twin = {**net, "w1": net["w1"][:, shuffle]}
scores = two_layer_scores(flatten_images(test_images), **net)
print(f"scores up to {np.abs(scores).max():.1f}")
print(f"largest difference: {np.abs(two_layer_scores(rows, **twin) - scores).max():.0e}")

# %% [markdown]
r"""
**Explain.** A sum does not care about the order of its terms. For each network on straight digits there is a
twin on shuffled ones that scores the same, so neither is harder to find. To a fully connected network a
digit was a list of 784 unrelated numbers *all along*.

We can even put the units of the shuffled network back in order.
"""

# %%
back = np.argsort(shuffle)  # where each pixel went
order = np.argsort(-np.abs(shuffled_net["w2"]).sum(axis=0))[:9]
units = shuffled_net["w1"][order].reshape(-1, 1, 28, 28)
ordered = permute_pixels(units, back)
figures.rows_of_pictures(
    {"as learned": units[:, 0], "back in order": ordered[:, 0]},
    "Hidden units of the network that only ever saw shuffled digits: put back in order, their noise "
    "turns out to be strokes.",
)

# %% [markdown]
r"""
## Move the picture

**Fourth test: a step to the side.** Nobody reads a 7 worse for standing a little further right. We move
digits by whole pixels: what leaves the picture is lost, and zeros come in behind it. Negative numbers
move up and to the left.

Two traps lie here. `np.roll` brings in again what left. And a slice that ends at `-0` is empty.

**Your turn.** Write `shift_images`. Which rows of the result receive anything, and which rows of the image do
they come from?
"""

# %% role="exercise" id="shift-images"
def shift_images(images, down, right):
    """Shift images by whole pixels; what leaves is lost, and zeros come in.

    Parameters
    ----------
    images : (N, C, H, W) ndarray
    down, right : int
        Pixels; negative numbers shift up and left. They may exceed the image.

    Returns
    -------
    (N, C, H, W) ndarray
    """
    ### BEGIN SOLUTION
    shifted = np.zeros_like(images)
    height, width = images.shape[2:]
    for row in range(max(down, 0), min(height + down, height)):
        for column in range(max(right, 0), min(width + right, width)):
            shifted[:, :, row, column] = images[:, :, row - down, column - right]
    return shifted
    ### END SOLUTION


# %% role="given" id="shift-images-look"
look("shift-images", shift_images)

# %% role="check" id="shift-images-check" points=1
check("shift-images", shift_images)

# %% role="test" id="shift-images-test" points=3
# 3 points, run after you hand in: all directions, no shift at all, shifts beyond the border, rectangles,
# several images and channels, there and back, float32 that stays float32.
### BEGIN HIDDEN TESTS
check("shift-images", shift_images, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Around the digits there is a margin of about four pixels, so a small shift cuts nothing off. We move all held-out digits up,
down, left and right by 0 to 6 pixels.

**Predict.** Draw the curve: how many does the network read after one pixel, after three, after six?

*My guess:*
"""

# %%
steps, read = np.arange(7), []
for step in steps:
    ways = [(step, 0), (-step, 0), (0, step), (0, -step)]
    moved = [shift_images(test_images, down, right) for down, right in ways]
    read.append(np.mean([accuracy(net, pictures, test_labels) for pictures in moved]))
    print(f"{step} pixels: {read[-1]:.1%}")
figures.along_the_way(
    [shift_images(test_images[480:481], 0, step)[0, 0] for step in steps],
    {"share read right": (steps, read)}, "shift in pixels", "share read right",
    "You read all seven. The network, a digit moved as far as the one above each point.",
    "A digit moves to the right; below, accuracy falls steeply to the level of guessing.",
    levels={"guessing": 0.1},
)

# %% [markdown]
r"""
**Predict.** Measure how far a picture is from another by $\lVert x - x' \rVert$, pixel against pixel, as a
stencil does. After how many pixels is a digit as far from *itself* as from some other digit?

*My guess:*
"""

# %%
def distance(pictures, others):
    """The median distance between pictures and others, pair by pair."""
    return np.median(np.linalg.norm(flatten_images(pictures - others), axis=1))


some, steps = images[:1000], np.arange(7)
itself = [distance(some, shift_images(some, 0, step)) for step in steps]
other = distance(some[:-1], some[1:])  # in random order: the next one is some other digit
curves(
    {"from itself, shifted": (steps, itself), "from some other digit": (steps, [other] * 7)},
    "shift in pixels", "distance",
    "A few pixels to the side, and a digit is as far from itself as from some other.",
)

# %% [markdown]
r"""
**Explain.** A stroke that moves by its own width meets none of its old pixels. For the network it is a new
picture, made of other inputs with other weights. What it learned at one place it knows at that place
only, and would have to learn again for all others.
"""

# %% [markdown]
r"""
### Think it through

A friend says: "My fully connected network reads 95 of 100 digits. So flattening is fine; for photos I just
make it larger." Answer in your own words, eight sentences at most:

1. What did the shuffled pixels show about what the network uses, and why *must* it be so?
2. Why does it fail on shifted digits, though each of them is easy to read?
3. What would "just larger" cost on photos, in memory and in examples?
4. For which data would you flatten with a good conscience?
"""

# %% [markdown] role="question" id="why-flattening-is-a-bad-deal" points=4
r"""
### BEGIN SOLUTION
A network on shuffled pixels learns as well as on straight ones, so it makes no use of which pixels are
neighbours. It must be so: each hidden unit is a sum over all pixels, and if pixels and weights change places
alike the sum is the same. A shifted digit sends its strokes into other inputs, whose weights learned
something else or nothing; what was learned at one place is not shared with another. On photos the first
layer has a weight from each of some 150,000 numbers to every unit: 1,000 units make 150 million weights,
600 MB, and so many weights learn few examples by heart, while every variant at every place has to be shown.
Flattening does no harm where neighbourhood means nothing: a table of age, income and height may
have its columns in any order.

**To mark:**

- 1 point: shuffling changes nothing, so neighbourhood is not used; with the reason (a sum has no order, or:
  permute the weights alike).
- 1 point: a shifted stroke meets other weights; nothing is shared between places.
- 1 point: the weights grow with the number of pixels (some figure or "four times for twice the side"), *and*
  more weights or more variants ask for more examples.
- 1 point: data without neighbourhood (tables, questionnaires, features already extracted), with the reason.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## The bill

Flattening is a deal: one simple layer for any data, and this is what it takes in return. The weights grow
with every pixel. The neighbours are forgotten. What is learned in one place stays there. Examples have to
make up for all of it.

Lesson 02 makes a better deal: small filters that keep the picture a picture.
"""

# %% [markdown]
r"""
## Five questions to recall

Close your eyes to the page and answer aloud.

1. What is a row of the weights of a linear layer, seen as a picture?
2. Ten linear layers without activations: what can they do that one cannot?
3. A picture gets twice as high and twice as wide. What happens to the first layer's weights?
4. What loss has a network with K classes that knows nothing?
5. Why does a fully connected network learn shuffled digits as well as straight ones?
"""

# %% [markdown]
r"""
## On your own

- Teach it to bear shifts: train on digits that you move at random by up to four pixels, and draw the curve
  again. What do you pay, in steps and in accuracy on digits that stand still?
- Give the network 5, 20, 100 and 500 hidden units. Where does more no longer help?
- Turn the ReLU around: try `np.minimum`, or the absolute value. What matters about the bend?
"""

# %% role="given" id="limits-progress"
progress("01-fully-connected-limits")
