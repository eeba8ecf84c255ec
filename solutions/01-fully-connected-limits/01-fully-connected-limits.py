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
# 01 · Fully connected networks: flatten a picture and see what it costs

The simplest way to give a picture to a network is to treat it like a row of a table: lay its pixels end
to end and give each of them a weight. It works. You will build such a network, and it will read
handwriting. Then you will put it to four tests, and see why photos ask for something else.
"""

# %% [markdown]
r"""
- **You will do**: write a two-layer network and its gradients in plain NumPy, and train it on real
  digits.
- **You will learn**: why layers need an activation, what flattening throws away, and what it costs in
  weights and in training examples.
- **You will need**: NumPy matrix products and the chain rule. Plan two and a half to three hours.
  *Gradients by the chain rule* is the hardest part; on a first reading you may stop before it and come
  back.
"""

# %% [markdown]
r"""
**How a lesson works.** You write a function; the cell below it draws your result beside the right one, and
the next cell checks it. Before each experiment stands **Predict**. Double-click the cell, write one
sentence after *My guess:*, and only then run the experiment. Nobody grades your guess, but a surprise
teaches you something only if you first said what you expected. Where a cell with `guess` follows, write it
there: it is compared with what comes out.

**If you are stuck**, run `from autograder import hint` and `hint("flatten-images")` in a cell of your own. And
you can always go on: until your function passes its check, the cells below use the course's, and say so.
"""

# %% role="given" id="limits-setup"
# No module named 'autograder'? Run  %pip install -e ../..  in a cell of your own, then restart the
# kernel: the course lies two folders above this notebook.
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products: more threads only wait for each other
import numpy as np

from autograder import check, explore, guess, look, progress
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
figures.rows_of_pictures(
    samples, "Handwriting, 28×28 pixels each: no two digits are alike.",
    # <!-- source: mnist -->
    "Four rows of nine handwritten digits: zeros, threes, fives and nines.",
)

# %% [markdown]
r"""
These digits are the first 10,000 of MNIST's *training* file (LeCun, Cortes and Burges, 1998). 1,500 of them
are held out, and every accuracy in this lesson is measured on those unless it says otherwise.
<!-- source: mnist --> So do not
compare it with results on MNIST's test set.
"""

# %% [markdown]
r"""
## Lay the image flat: flattening

A *fully connected* layer takes a row of numbers, so the picture has to become one. A gray picture has one
**channel**, a color picture three: red, green and blue. We go in reading order: the first channel row by row
from the top, then the next channel. We handle several images at once, a **batch**, and each becomes one row.

Nothing seems to be lost: all the numbers are still there.

**Your turn.** Write `flatten_images`. It should work however many axes an image has.
"""

# %% role="exercise" id="flatten-images"
def flatten_images(images):
    """Lay out each image as one row of numbers, in reading order.

    Parameters
    ----------
    images : (N, ...) ndarray
        A batch, such as (N, C, H, W) or (N, H, W).

    Returns
    -------
    (N, D) ndarray
        D is how many numbers one image holds. The dtype is that of `images`.
    """
    ### BEGIN SOLUTION
    return images.reshape(len(images), -1)
    ### END SOLUTION


# %% role="given" id="flatten-images-look"
look("flatten-images", flatten_images)

# %% role="check" id="flatten-images-check" points=1
check("flatten-images", flatten_images)

# %% role="test" id="flatten-images-test" points=3
# 3 points, run after you hand in: gray images and color ones, any number of axes, batches of all sizes,
# rectangles, any layout in memory, float32 that stays float32, and each number at its place.
### BEGIN HIDDEN TESTS
check("flatten-images", flatten_images, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
We cut 14×14 pixels out of the middle of a digit, and follow one pixel and its four neighbors into the row.

**Predict.** In the picture all five touch. How far apart are two of them in the row if one is above the other?
Put your guess in place of `None` below, and run the cell.
"""

# %%
guess("01-fully-connected-limits: one above the other", None)

# %%
small = test_images[602:603, :, 7:21, 7:21]
row = flatten_images(small)[0]
guess("01-fully-connected-limits: one above the other", result=small.shape[-1])
figures.neighbours(small[0, 0], row, (6, 7))

# %% [markdown]
r"""
**Explain.** "Above" has become "fourteen to the left", and nothing in the row says that fourteen is special.
The numbers are all there. What is gone is the information which of them were *neighbors*: the spatial
arrangement, often called the **topology**, of the picture.
<!-- follows: a word for what the sentence before describes -->
"""

# %% [markdown]
r"""
## A score for every class: the linear classifier

The simplest use of a row of numbers is a weighted sum: large positive weights for pixels that
speak for a class, negative weights for pixels that speak against it. Each class has its own row of weights.

$$
f(x) = W x + b
\qquad
f_{nk} = \sum_d W_{kd}\, x_{nd} + b_k
$$

The **bias** $b_k$ is the score of class $k$ when every pixel is 0. The class with the highest score is the
answer.

**Your turn.** Write `linear_scores` for a whole batch. Check which axis of `weights` holds the classes.
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
        In the dtype of the inputs: float32 stays float32.

    Raises
    ------
    ValueError
        If the rows of `x` and of `weights` differ in length, also where one of the lengths is 1.
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
# 3 points, run after you hand in: all sizes, as many classes as inputs, a single class or input, batches,
# any layout in memory, float32 that stays float32, and weights of the wrong length.
### BEGIN HIDDEN TESTS
check("linear-scores", linear_scores, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Which weights should we use? A natural first try: let the weights of class $k$ be the *average* $m_k$ of all
its digits. With the bias $-\tfrac12 \lVert m_k \rVert^2$, the highest score belongs to the nearest average, because

$$
\lVert x - m_k \rVert^2 = \lVert x \rVert^2 - 2 \bigl(m_k \cdot x - \tfrac12 \lVert m_k \rVert^2\bigr)
$$

and $\lVert x \rVert^2$ is the same for every class.

**Predict.** Guessing gets one digit in ten right.
<!-- follows: 150 / 1,500 = 0.1 --> How many in ten will this get right?
"""

# %%
guess("01-fully-connected-limits: in ten, by averages", None)

# %%
rows = flatten_images(images)
averages = np.stack([rows[labels == k].mean(axis=0) for k in range(10)])
scores = linear_scores(flatten_images(test_images), averages, -np.sum(averages**2, axis=1) / 2)
share = np.mean(scores.argmax(axis=1) == test_labels)
print(f"{share:.1%} of the held-out digits")
guess("01-fully-connected-limits: in ten, by averages", result=round(10 * share, 1))
templates = {str(k): average.reshape(28, 28) for k, average in enumerate(averages)}
grid(
    templates, "Each class's row of weights, put back into the form of a picture.",
    "Ten blurred white digits from 0 to 9; the 4 and the 9 look much alike.", columns=10,
)

# %% [markdown]
r"""
**Explain.** A linear classifier is a set of templates. It lays each template over the picture, pixel on
pixel, and the best match wins. One template for each class has to serve for all the ways to write a 4.
"""

# %% [markdown]
r"""
## Two layers and an activation: the multilayer perceptron

Let a first layer compute many scores, and a second layer compute the class scores from *those*. The
numbers between the two are the **hidden units**. Each of them passes through an **activation function**.
Ours is the **ReLU** (rectified linear unit): negative numbers become 0. Such a network is called a
*multilayer perceptron* (MLP).

$$
f(x) = W_2 \max(0,\; W_1 x + b_1) + b_2
$$

The first bias decides how large the weighted sum must be before a hidden unit is switched on.

LeCun et al. (1998) compare such networks on flattened pixels with convolutional ones on MNIST: one with layers
of 500 and 150 hidden units misread 2.95 % of the test digits, their convolutional LeNet-5
([lesson 06](../06-lenet/06-lenet.ipynb)) 0.95 %.

**Your turn.** Write `two_layer_scores`. You already have its layers.
"""

# %% [markdown]
r"""
<details>
<summary>Often read, not quite true: "f = W₂ max(0, W₁x)"</summary>

Many course notes print the formula without biases. That is a convenient shorthand, but a real layer has
them: without $b_1$ every hidden unit switches at a weighted sum of exactly 0, and a black picture always
scores 0 for every class.

</details>
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
        In the dtype of the inputs: float32 stays float32.

    Raises
    ------
    ValueError
        If the layers do not fit together: D of `x` and of `w1`, or H of `w1` and of `w2`.
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
# 3 points, run after you hand in: all sizes, batches, hidden units that are all on or all off, any layout
# in memory, float32 that stays float32, and layers that do not fit.
### BEGIN HIDDEN TESTS
check("two-layer-scores", two_layer_scores, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
What does the activation add? We fade one digit into another in small steps, which is a straight line from
one input to the other, and watch one score on the way. The weights are random, and the same with the ReLU
and without it.

**Predict.** Sketch both curves in your mind. What can the curve without the ReLU look like?

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
    {"with the ReLU": (share, bent[:, 0]), "without": (share, straight[:, 0])},
    "share of the second digit", "score of one class",
    "The same two layers. Without the ReLU the score can only rise or fall steadily.",
    "A digit fades into another; below, a straight line and a line with several corners.",
)

# %% [markdown]
r"""
**Explain.** Where a hidden unit switches on or off, the curve gets a new slope. Without the ReLU the middle
always scores the average of the two ends. So a linear network cannot give a high score to both digits and
a low score to everything between them.
"""

# %% [markdown]
r"""
## Without the activation, two linear layers are one

The straight line was no accident. Put one linear layer into another and multiply out:

$$
W_2 (W_1 x + b_1) + b_2 \;=\; W x + b
$$

So two linear layers are one linear layer, and by repeating the step, so are twenty. Without activations a
deep network computes nothing that one layer could not.

**Your turn.** Find $W$ and $b$, with a pen first. The order of the product matters, and one of
the biases passes through a layer.
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
        Both in the dtype of the inputs, as a tuple `(weights, bias)`.

    Raises
    ------
    ValueError
        If `w1` does not give as many numbers, H, as `w2` takes.
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

**Predict.** What share of their parameters does the collapsed layer need? How far apart are the scores?

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
**Explain.** The difference is rounding. For every choice of weights in the five layers there is one layer that
gives the same scores. Depth without an activation does not let a network express anything new.
"""

# %% [markdown]
r"""
## Count every connection: the number of parameters

*Fully connected* means what it says: every number of the image is connected to every unit of the first
layer, and each of those to every unit of the next. Each connection has a weight, and each unit has a bias.
Weights and biases together are the **parameters** of the network.

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
        A whole number: 632 and not 632.0.
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
# 3 points, run after you hand in: one layer and many, gray images and color ones, photos.
### BEGIN HIDDEN TESTS
check("fully-connected-parameter-count", fully_connected_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
### First test: larger pictures

We count the parameters of a single layer of 1,000 units on pictures of five sizes, from a digit to a film
frame in 4K. Each parameter takes four bytes (float32).

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
**Explain.** On a photo of 224×224 pixels, this first layer alone has more parameters than all sixteen layers of
VGG-16 (lesson 08). Training also keeps a gradient for each parameter, so the memory at least doubles.
<!-- follows: a number and its gradient are two numbers -->
[Lesson 02](../02-filters/02-filters.ipynb#The-number-of-parameters:-weight-sharing) builds a layer whose
parameter count does not depend on the size of the picture.
"""

# %% [markdown]
r"""
## From scores to a loss: softmax and cross-entropy

To learn, we need one number that says how wrong the scores are: the **loss**. **Softmax** turns each
sample's scores into probabilities; the **cross-entropy** is how surprised they are by the true label $y$:

$$
p_{nk} = \frac{e^{s_{nk}}}{\sum_j e^{s_{nj}}}
\qquad
L = \frac1N \sum_n -\log p_{n y_n}
$$

A sample that is confidently right costs almost nothing; one that is confidently wrong costs a lot. The
gradient is simple. For each score it is the probability of that class, and for the true class 1 less:

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
Here is the trap: $e^{1000}$ is too large for a floating-point number (*overflow*), and $e^{-1000}$ becomes 0
(*underflow*). But only *differences* between scores matter. Subtract the largest score $m_n$ of each
sample from its scores, and no exponential exceeds 1. For the loss, take the logarithm before you divide:

$$
-\log p_{ny} = \log \sum_j e^{s_{nj} - m_n} - (s_{ny} - m_n)
$$

**Your turn.** Write `softmax_cross_entropy`. It returns the mean loss and the gradient.
"""

# %% role="exercise" id="softmax-cross-entropy"
def softmax_cross_entropy(scores, labels):
    """Compute the cross-entropy loss of softmax(scores), and its gradient.

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
        Gradient of that mean with respect to the scores, in their dtype.
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
# 3 points, run after you hand in: few classes and many, batches, scores of ±1000, a true class far behind,
# the gradient against finite differences, equal scores, any layout in memory, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("softmax-cross-entropy", softmax_cross_entropy, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Now we can *learn* the templates, where before we took averages. Each weight connects a pixel to a score, so
its gradient is the gradient of the score times the pixel, summed over the samples. Then we change every
weight a little against its gradient, again and again: this is *gradient descent*.

**Predict.** Averages get 8 digits in 10 right.
<!-- computed: 80.7 % --> How many will the learned templates get right? Will they look
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
learned = {str(k): template.reshape(28, 28) for k, template in enumerate(weights)}
grid(
    learned, "Learned templates: blue pixels speak for the class, orange ones against it.",
    "Ten blurred templates; the one for 0 is an orange spot in a blue ring.", columns=10,
)

# %% [markdown]
r"""
**Explain.** A learned template does not draw the digit. It marks what sets it apart from the other nine: the
0 has an orange hole. Two habits from this experiment: before training, the loss should be near $\log K$;
and an accuracy should be compared with a simpler method on the same data, here 8 in 10.
<!-- computed: 80.7 % -->
"""

# %% [markdown]
r"""
## Gradients by the chain rule

Now the network with a hidden layer. To train it, we need the slope of the loss for *every* parameter. We
could measure each one: change one weight a little, and see how the loss changes (a *finite difference*).
"""

# %%
def new_network(hidden=100, seed=0):
    """Draw small random weights; lesson 06 says why this size. The biases are 0."""
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
print(f"loss {before:.5f}, after the change {after:.5f}: a slope of {(after - before) / 0.01:.3f}")
print(f"slopes still to find: {fully_connected_parameter_count((1, 28, 28), [100, 10]) - 1:,}")

# %% [markdown]
r"""
That takes one run of the network for each slope, at every step: far too slow. The chain rule gives all of
them in one backward pass. You have the gradient with respect to the scores, $g_{nk}$. For a weight, it is the
gradient of the weight's output times its input:

$$
\frac{\partial L}{\partial W_{2,kj}} = \sum_n g_{nk}\, h_{nj}
\qquad
\frac{\partial L}{\partial b_{2,k}} = \sum_n g_{nk}
$$

The gradient returns to a hidden unit along its connections, but only if the unit was on. Here $a$ is the
input of the ReLU, and $h = \max(0, a)$ its output:

$$
g^{\text{hidden}}_{nj} = \begin{cases} \sum_k g_{nk} W_{2,kj} & a_{nj} > 0 \\ 0 & \text{otherwise} \end{cases}
$$

For $W_1$ and $b_1$, use the first pair of formulas again, with $g^{\text{hidden}}$ and the input $x$.
"""

# %% [markdown]
r"""
**Your turn.** Write `two_layer_gradients`: go forward and keep what you will need, then go back. Each sum
over one index is a matrix product; the shapes tell you which one. You do not divide by N again:
`softmax_cross_entropy` has already done it.
"""

# %% role="exercise" id="two-layer-gradients"
def two_layer_gradients(x, labels, w1, b1, w2, b2):
    """Compute the loss of `two_layer_scores`, and its gradient for every parameter.

    Parameters
    ----------
    x : (N, D) ndarray
    labels : (N,) ndarray of int
    w1, b1, w2, b2 : ndarrays, as for `two_layer_scores`

    Returns
    -------
    loss : float
    gradients : dict
        With the keys "w1", "b1", "w2", "b2", each with its parameter's shape and dtype.
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

# %% role="test" id="two-layer-gradients-test" points=5
# 5 points, run after you hand in: all sizes, square ones too, batches, gradients against finite
# differences, a batch taken twice, any layout in memory, and float32 that stays float32.
### BEGIN HIDDEN TESTS
check("two-layer-gradients", two_layer_gradients, hidden=True)
### END HIDDEN TESTS

# %%
rows = flatten_images(images[:200])
_, gradients = two_layer_gradients(rows, labels[:200], **new_network())
print(f"the slope that we measured above, by the chain rule: {gradients['w2'][2, 5]:.3f}")

# %% [markdown]
r"""
## Train it: stochastic gradient descent

You have all the parts. Two small functions put them together. `train` takes small steps against the
gradient, each computed on a *mini-batch* of 50 digits drawn at random: that is **stochastic gradient
descent** (SGD). `accuracy` measures the share of digits that are read correctly.
"""

# %%
def train(net, images, labels, steps=2000, rate=0.3, seed=1):
    """Take small steps against the gradient; `net` changes. Returns the loss of each step."""
    rng, rows, losses = np.random.default_rng(seed), flatten_images(images), []
    for _ in range(steps):
        batch = rng.integers(len(rows), size=50)
        loss, gradients = two_layer_gradients(rows[batch], labels[batch], **net)
        for name, gradient in gradients.items():
            net[name] = net[name] - rate * gradient
        losses.append(loss)
    return np.array(losses)


def accuracy(net, images, labels):
    """The share of the images that the network reads correctly."""
    scores = two_layer_scores(flatten_images(images), **net)
    return np.mean(scores.argmax(axis=1) == labels)


# %% [markdown]
r"""
**Predict.** What is the loss of the very first step? How many held-out digits will the network get right, where
the learned templates get 9 in 10?

*My guess:*
"""

# %%
net = new_network()
losses = train(net, images, labels)
print(f"{accuracy(net, test_images, test_labels):.1%} of the held-out digits")
print(f"loss of the first step: {losses[0]:.2f}; of steps 1 to 50, on average: {losses[:50].mean():.2f}")
print(f"log 10 = {np.log(10):.2f}")
every = np.arange(25, 2000, 50)
curves(
    {"loss": (every, losses.reshape(-1, 50).mean(axis=1))}, "steps", "loss, mean of 50 steps",
    "Your network learns to read: fast at first, then ever more slowly. Each point is a mean of 50 "
    "steps, so the first one is already far below the loss of the first step.",
    "The loss falls steeply in the first 200 steps and slowly after that.", log=True,
)

# %% [markdown]
r"""
**Explain.** The loss starts near $\log 10 \approx 2.3$, a little above it because random weights already
prefer some classes. The curve does not show this: within the first 50 steps most of the loss is gone.

Your own network, in plain NumPy, reads handwriting. Next, see where it fails, and what its hidden units
respond to.
"""

# %%
guessed = two_layer_scores(flatten_images(test_images), **net).argmax(axis=1)
missed = np.flatnonzero(guessed != test_labels)[::5][:12]
figures.guesses(test_images[missed, 0], test_labels[missed], guessed[missed])

# %%
order = np.argsort(-np.abs(net["w2"]).sum(axis=0))[:9]  # the units with the largest weights
units = {"before": new_network()["w1"][order], "after": net["w1"][order]}
figures.rows_of_pictures(
    {name: weights.reshape(-1, 28, 28) for name, weights in units.items()},
    "Nine hidden units: noise before training, blue and orange strokes after it. Along the border, "
    "where pixels are almost always black, the noise has stayed.",
    "Two rows of nine small pictures: above, noise; below, blue and orange strokes within noise.",
)

# %% [markdown]
r"""
## Break it once: start from zeros

Why do we start from random weights? Zeros would be simpler, and would favor no class.

**Predict.** We train 300 steps from zeros. What is the loss at the end? Which of the four arrays have
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
**Explain.** No hidden unit is on, so the gradient of $W_2$ is 0; and $W_2$ is 0, so no gradient reaches $W_1$.
Only the last bias changes, and learns which digits are frequent. Equal numbers other than 0 would not
help: if all units of a layer start alike, they get equal gradients and stay copies of one another.
Random numbers break this symmetry.
"""

# %% [markdown]
r"""
## Second test: fewer examples (overfitting)

How many examples does the network need? We train fresh networks on the first 50 digits, on 100, and so on up
to all of them, each for 600 steps.

**Predict.** With 50 digits, about five of each: how many of those does the network get right? How many of the
held-out ones?

*My guess:*
"""

# %%
counts, seen, held_out = [50, 100, 250, 500, 1000, 2500, len(images)], [], []
for count in counts:
    young = new_network()
    train(young, images[:count], labels[:count], steps=600)
    seen.append(accuracy(young, images[:count], labels[:count]))
    held_out.append(accuracy(young, test_images, test_labels))
    print(f"{count:5,} digits: {seen[-1]:7.1%} of those, {held_out[-1]:.1%} of the held-out ones")
figures.appetite(counts, seen, held_out)

# %% [markdown]
r"""
**Explain.** With 50 digits the network gets all of those right and far fewer of the others: it has
learned them by heart. This is **overfitting**. Nothing tells the network that a stroke one pixel further
left is the same stroke, so it has to see many variants.
[Lesson 06](../06-lenet/06-lenet.ipynb#Little-to-learn-from:-few-training-images) repeats this experiment
with a convolutional network.
"""

# %% [markdown]
r"""
## Third test: shuffle the pixels

Does the network use the fact that some pixels are neighbors? If it does, it should suffer when we destroy the
neighborhoods. So we take one random order of the 784 positions (a **permutation**), and rearrange the pixels
of *every* picture in that same order.

Position $p$ of the result takes the pixel from position `order[p]`, both counted in reading order. The
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
        A new array, in the dtype of `images`.

    Raises
    ------
    ValueError
        If `order` is too short: it must have a place for each pixel.
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
# 3 points, run after you hand in: several images and channels, rectangles, any layout in memory, float32
# that stays float32, a picture that holds its own positions, and an order that is too short.
### BEGIN HIDDEN TESTS
check("permute-pixels", permute_pixels, hidden=True)
### END HIDDEN TESTS

# %%
shuffle = np.random.default_rng(7).permutation(784)
some = test_images[[20, 170, 320, 480, 602, 780, 905, 1100, 1400]]
figures.rows_of_pictures(
    {"as written": some[:, 0], "shuffled": permute_pixels(some, shuffle)[:, 0]},
    "The same digits, and the same pixels. Can you still read them?",
    "Nine digits, and below each the same pixels in another order: scattered white dots.",
)

# %% [markdown]
r"""
**Predict.** A fresh network learns from shuffled digits and is tested on shuffled digits. How many in 100 will
it get right, where the other network got almost 96?
"""

# %%
guess("01-fully-connected-limits: in a hundred, shuffled", None)

# %%
shuffled_net = new_network()
shuffled_losses = train(shuffled_net, permute_pixels(images, shuffle), labels)
shuffled_tests, another = permute_pixels(test_images, shuffle), new_network(seed=1)
train(another, images, labels)
for name, network, tests in (
    ("straight", net, test_images),
    ("straight, from another random start", another, test_images),
    ("shuffled", shuffled_net, shuffled_tests),
):
    share = accuracy(network, tests, test_labels)
    print(f"{name}: {share:.1%} of the held-out digits")
guess("01-fully-connected-limits: in a hundred, shuffled", result=round(100 * share))
every = np.arange(25, 2000, 50)
curves(
    {
        "straight digits": (every, losses.reshape(-1, 50).mean(axis=1)),
        "shuffled digits": (every, shuffled_losses.reshape(-1, 50).mean(axis=1)),
    },
    "steps", "loss, mean of 50 steps",
    "Two networks, one learning what you can read and one what you cannot: nearly the same curve.",
    "Two curves that fall together and cross many times.", log=True,
)

# %% [markdown]
r"""
It makes almost no difference: another random start changes the result as much. Is it an accident that they
are alike? Take the network trained on straight digits, rearrange the columns of its `w1` in the same order, and
show it shuffled digits.

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
**Explain.** A sum does not depend on the order of its terms. For each network on straight digits there is a
twin on shuffled digits with the same scores, and a random start is as likely to be the one as the other. So
training treats them alike. To a fully connected network a digit was a list of 784 unrelated numbers *all
along*.

We can even put the hidden units of the shuffled network back in order.
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
    "Two rows of nine small pictures: above, noise; below, the same pixels in order, as strokes.",
)

# %% [markdown]
r"""
## Fourth test: shift the picture

You read a 7 just as well when it stands a little further right. Does the network? We shift
digits by whole pixels: what leaves the picture is lost, and zeros come in on the other side. Negative numbers
shift up and to the left.

There are two traps. `np.roll` brings back on one side what left on the other, and a slice that ends at `-0`
is empty.

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
        A new array, in the dtype of `images`.
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
# several images and channels, two shifts in a row, any layout in memory, float32 that stays float32.
### BEGIN HIDDEN TESTS
check("shift-images", shift_images, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
MNIST's digits have a margin of about four pixels, so a small shift cuts nothing off. We shift all held-out
digits up, down, left and right by 0 to 6 pixels.

**Predict.** Draw the curve: what share does the network get right after one pixel, after three, after six?

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
    {"share read correctly": (steps, read)}, "shift in pixels", "share read correctly",
    "Above, one digit at each shift: you can read all seven. Below, the share of all held-out digits "
    "that the network reads correctly at that shift.",
    "A digit moves to the right; below, accuracy falls steeply to the level of guessing.",
    levels={"guessing": 0.1},
)

# %% [markdown]
r"""
**Predict.** We measure how different two pictures are by $\lVert x - x' \rVert$, pixel against pixel. After a shift
of how many pixels is a digit as far from *itself* as from some other digit?

*My guess:*
"""

# %%
def distance(pictures, others):
    """The median distance between pictures and others, pair by pair."""
    return np.median(np.linalg.norm(flatten_images(pictures - others), axis=1))


some, steps = images[:1000], np.arange(7)
itself = [distance(some, shift_images(some, 0, step)) for step in steps]
other = distance(some[:-1], some[1:])  # in random order: the next one is some other digit
print(f"further from itself than from another after {np.argmax(np.array(itself) > other)} pixels")
curves(
    {"from itself, shifted": (steps, itself), "from some other digit": (steps, [other] * 7)},
    "shift in pixels", "distance",
    "The median distance of 1,000 training digits from their shifted selves. After a shift of a few "
    "pixels, a digit is as far from itself as from some other.",
    "A rising curve that meets a level dashed line at a shift of a few pixels.",
)

# %% [markdown]
r"""
**Explain.** An upright stroke that moves sideways by its own width shares no pixel with where it was. For the
network it is a new picture: other inputs, with other weights. Nothing that the network learned at one place
is shared with another; it would have to learn it again there. A single pixel does little harm, because strokes
are two or three pixels wide.
"""

# %% [markdown]
r"""
How many pixels must a digit move before *your* network misreads it? Drag one and see, beside a convolutional
network such as [lesson 06](../06-lenet/06-lenet.ipynb) builds.
"""

# %%
explore("drag-the-digit", net)

# %% [markdown]
r"""
### Think it through

A friend says: "My fully connected network reads 95 of 100 digits.
<!-- computed: 95.6 % --> So flattening is fine; for photos I will
just make it larger." Answer in your own words, eight sentences at most:

1. What did the shuffled pixels show about what the network uses, and why *must* it be so?
2. Why does it fail on shifted digits, though each of them is easy to read?
3. What would "just larger" cost on photos, in memory and in examples?
4. For which data would you flatten without hesitation?
"""

# %% [markdown] role="question" id="why-flattening-is-a-bad-deal" points=4
r"""
### BEGIN SOLUTION
A network on shuffled pixels learns as well as on straight ones, so it makes no use of which pixels are
neighbors. It must be so: each hidden unit is a sum over all pixels, and if pixels and weights change places
alike the sum is the same. A shifted digit sends its strokes into other inputs, whose weights learned
something else or nothing; what was learned at one place is not shared with another. On photos the first
layer has a weight from each of some 150,000 numbers to every unit: 1,000 units make 150 million weights,
600 MB, and so many weights learn few examples by heart, while every variant at every place has to be shown.
<!-- follows: 3 × 224 × 224 = 150,528; 4 × 150,529,000 = 602,116,000 bytes -->
Flattening does no harm where neighborhood means nothing: a table of age, income and height may
have its columns in any order.

**To mark:**

- 1 point: shuffling changes nothing, so neighborhood is not used; with the reason (a sum has no order, or:
  permute the weights alike).
- 1 point: a shifted stroke meets other weights; nothing is shared between places.
- 1 point: the weights grow with the number of pixels (some figure or "four times for twice the side"), *and*
  more weights or more variants ask for more examples.
<!-- follows: 2 × 2 = 4 -->
- 1 point: data without neighborhood (tables, questionnaires, features already extracted), with the reason.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## Summary

- **Linear layer**: $f = Wx + b$, with $x \in \mathbb{R}^D$, $W$ of $K \times D$ and $b$ of $K$ numbers. Each row
  of $W$ is a template.
- **MLP**: $f = W_2 \max(0, W_1 x + b_1) + b_2$. Without the ReLU it equals one layer: $W = W_2 W_1$,
  $b = W_2 b_1 + b_2$.
- **Parameters** of a layer from $D$ to $K$ numbers: $(D + 1) \cdot K$; with $D = C \cdot H \cdot W$ they grow with
  every pixel.
- **Loss**: $L = -\frac1N \sum_n \log p_{n y_n}$ with softmax $p$; about $\log K$ before training. Its gradient is
  $(p - \text{one-hot}(y)) / N$.
- **SGD**: $w \leftarrow w - \eta\, \partial L / \partial w$ on random mini-batches, with learning rate $\eta$.
"""

# %% [markdown]
r"""
Flattening works for any data, and has a price: the parameters grow with every pixel, the neighborhoods are
lost, and what is learned at one place stays there. Next: [lesson 02, filters](../02-filters/02-filters.ipynb),
small patterns that keep the picture a picture.
"""

# %% [markdown]
r"""
## Further reading

- Rumelhart, Hinton and Williams (1986), *Learning representations by back-propagating errors*, Nature 323.
- LeCun, Bottou, Bengio and Haffner (1998), *Gradient-based learning applied to document recognition*,
  Proceedings of the IEEE 86: fully connected and convolutional networks on MNIST.
- Nair and Hinton (2010), *Rectified linear units improve restricted Boltzmann machines*, ICML.
- Zhang, Bengio, Hardt, Recht and Vinyals (2017), *Understanding deep learning requires rethinking
  generalization*, ICLR: networks that learn their examples by heart, random labels included.
"""

# %% [markdown]
r"""
## Five questions to recall

Look away from the page and answer aloud.

1. What is a row of the weights of a linear layer, seen as a picture?
2. What can ten linear layers without activations do that one cannot?
3. A picture gets twice as high and twice as wide.
<!-- follows: the question gives it --> What happens to the first layer's weights?
4. What loss does a network with K classes have if it finds all classes equally likely?
5. Why does a fully connected network learn shuffled digits as well as straight ones?

<details>
<summary>Answers</summary>

**1** A template: where pixels speak for the class, and where against it. **2** Nothing. **3** There are four
times as many.
<!-- follows: 2 × 2 = 4 --> **4** log K. **5** Each unit sums over all pixels, and a sum has no order.

</details>
"""

# %% [markdown]
r"""
## On your own

- Make it robust to shifts: train on digits that you shift at random by up to four pixels, and draw the curve
  again. What does it cost, in steps and in accuracy on digits that are not shifted?
- Give the network 5, 20, 100 and 500 hidden units. From where on do more units not help?
- Replace the ReLU by `np.minimum(a, 0)`, or by the absolute value. What matters about an activation?
"""

# %% role="given" id="limits-progress"
progress("01-fully-connected-limits")
