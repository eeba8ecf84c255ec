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
# 06 · LeNet: build the network that learned to read

In the 1990s machines read millions of bank checks a day, and inside some of them sat a network with sixty thousand
weights.
<!-- source: lecun-1998, abstract and section II.B --> You have written every layer it is made of. Now you put them together, and teach the whole to read.

- **You will do**: turn a table of rows into shapes, counts, weights and scores; train LeNet on real digits until
  it reads at least 985 of 1,000 that it has never seen.
<!-- follows: the exercise `recognise-digits` asks for it -->
- **You will learn**: what each row costs, how large the first weights must be, which checks come before
  training, and what the network knows that a fully connected one of its size does not.
- **You will need**: lessons 01 to [05](../05-backpropagation/05-backpropagation.ipynb), and three hours; four
  with the five sections that may be skipped on a first reading.
"""

# %% [markdown]
r"""
Where it says **Predict**, write down a guess before you run the next cell; nobody grades it.

**Before you begin**, run `autograder recall` in a terminal: it asks again what lessons 01 to 05 taught.
"""

# %% role="given" id="lenet-setup"
# No module named 'autograder'? Run  %pip install -e ../..  in a cell of your own, then restart the
# kernel: the course lies two folders above this notebook.
import os
from math import prod

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products: more threads only wait for each other
import numpy as np

from autograder import catch, check, explore, guess, look, progress
from autograder.datasets import load_digits, load_fashion
from autograder.figures import lenet as figures
from autograder.figures.fully_connected_limits import along_the_way, guesses, rows_of_pictures
from autograder.figures.lenet_experiments import grid_of_losses, told_and_true
from autograder.figures.raster import curves, grid

# %% [markdown]
r"""
Your own layers are right, and slow. To train on thousands of digits, this lesson may use the course's fast ones:
the same names, the same arguments, the same answers.
<!-- follows: the training set has thousands --> Further down you put your own in their place and
compare.
"""

# %% role="given" id="lenet-layers-of-the-course"
from autograder.reference.activations import relu, relu_backward
from autograder.reference.backpropagation import backward as slopes_of, forward_training
from autograder.reference.convolution import conv2d_backward, conv2d_forward
from autograder.reference.geometry import output_shape, pair
from autograder.reference.images import permute_pixels, shift_images
from autograder.reference.linear import flatten_images, linear_backward, linear_scores
from autograder.reference.losses import softmax_cross_entropy
from autograder.reference.optimizers import sgd_momentum_step
from autograder.reference.pooling import average_pool2d, average_pool2d_backward
from autograder.reference.pooling import max_pool2d, max_pool2d_backward, pool_output_shape
from autograder.reference.rows import full_options

backward = slopes_of  # its former name in this lesson, for answers that were written with it

# %% [markdown]
r"""
The digits are those of [lesson 01](../01-fully-connected-limits/01-fully-connected-limits.ipynb): the first 10,000
of MNIST's *training* file, 1,500 of them held out, so an accuracy here is none on MNIST's test set.
<!-- source: mnist --> LeNet wants a
frame of 2 pixels around them, so that a stroke at the rim can still be in the middle of a window, and pixels with a
spread of about 1.
<!-- source: lecun-1998, section II.B -->
"""

# %% role="given" id="lenet-digits"
def as_input(pictures):
    """Prepare (N, 28, 28) bytes for LeNet: (N, 1, 32, 32) float32."""
    pixels = pictures[:, np.newaxis].astype("float32") / 80
    return np.pad(pixels, ((0, 0), (0, 0), (2, 2), (2, 2)))


data = load_digits()
mixed = np.random.default_rng(0).permutation(len(data["labels"]))  # they come sorted
images, labels = as_input(data["images"][mixed]), data["labels"][mixed].astype(int)
test_images = as_input(data["held_out_images"])
test_labels = data["held_out_labels"].astype(int)  # 150 of each digit, never learned from
lenet, start, net, history = [], [], [], []  # to be filled by your functions, further down

# %%
ten = {f"a {k}": test_images[150 * k + 3, 0] for k in range(10)}
grid(
    ten, f"What comes in: 32×32 pixels, a spread of {images.std():.2f}.",
    "Ten handwritten digits from 0 to 9, white on black, each in the middle of its picture with an empty frame "
    "around it.",
    columns=10,
)

# %% [markdown]
r"""
<details><summary>Often read, not quite true: “LeNet-5 was the first convolutional network”</summary>

Fukushima's *Neocognitron* had such layers in 1980, without a way to learn them from errors. Yann LeCun's network of
1989 learned zip codes by backpropagation. LeNet-5, of 1998, is the one whose table everybody knows.

</details>
"""

# %% [markdown]
r"""
## A network is a table: LeNet-5

Read a network from the image to the scores and you read rows. From here on a network *is* a list of rows,
each with a kind and its options:

- `("conv", {"filters": 6, "kernel": 5})`, if needed with `"stride"`, `"pad"`, `"groups"`,
- `("max_pool", {"size": 2})`, or `"average_pool"`; the stride is the size unless given,
- `("relu", {})`, `("flatten", {})`, `("dropout", {"rate": 0.5})`,
- `("batch_norm", {})` and `("local_response_norm", {})`, the normalizations of lesson 04,
- `("fully_connected", {"units": 84})`.
"""

# %% [markdown]
r"""
LeNet-5 as it is built today, for images of 1×32×32 that have their frame already: twice a convolution with
5×5 filters, ReLU and 2×2 max pooling, with 6 filters and then 16.
<!-- shown: A network is a table: LeNet-5 --> Then the maps are laid flat, and fully connected
rows follow: 120 units, 84, and one for each of the ten digits. A ReLU comes after every row that learns, but for
the last: a score below 0 says something too.

**Your turn.** Write `lenet_layers`.
"""

# %% role="exercise" id="lenet-layers"
def lenet_layers():
    """Write down LeNet-5 in its modern form, for images of 1×32×32.

    Returns
    -------
    list of (str, dict)
        One row a layer, from the image to the ten scores.
    """
    ### BEGIN SOLUTION
    return [
        ("conv", {"filters": 6, "kernel": 5}), ("relu", {}), ("max_pool", {"size": 2}),
        ("conv", {"filters": 16, "kernel": 5}), ("relu", {}), ("max_pool", {"size": 2}),
        ("flatten", {}),
        ("fully_connected", {"units": 120}), ("relu", {}),
        ("fully_connected", {"units": 84}), ("relu", {}),
        ("fully_connected", {"units": 10}),
    ]
    ### END SOLUTION


# %% role="given" id="lenet-layers-look"
look("lenet-layers", lenet_layers)

# %% role="check" id="lenet-layers-check" points=1
check("lenet-layers", lenet_layers)

# %% role="test" id="lenet-layers-test" points=3
# 3 points, run after you hand in: every row, and what stands between them.
### BEGIN HIDDEN TESTS
check("lenet-layers", lenet_layers, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## Shapes, row by row: the output sizes

A table says nothing of sizes, yet they are all in it: each row turns the shape before it into the next.

- A convolution gives as many maps as it has filters; its sides follow lesson 03, `output_shape`.
- Pooling keeps the depth; its sides follow lesson 04, `pool_output_shape`.
- Flattened, a shape has one side, the product of all.
- A fully connected row gives its units. All other rows leave the shape alone.

`full_options(row)` fills in what a row leaves out. A size that does not fit must be refused, and both helpers do
that.

**Your turn.** Write `layer_shapes`.
"""

# %%
print(full_options(("conv", {"filters": 6, "kernel": 5})))
print(output_shape((32, 40), kernel_size=(5, 3), stride=1, pad=(0, 1)))
print(pool_output_shape((6, 28, 28), size=2, stride=None))

# %% role="exercise" id="layer-shapes"
def layer_shapes(layers, input_shape):
    """Follow the shape of one image through a table.

    Parameters
    ----------
    layers : list of (kind, options)
    input_shape : (C, H, W)

    Returns
    -------
    list of tuple of int
        The shape after each row, without the batch: whole numbers, in tuples.

    Raises
    ------
    ValueError
        If a window does not fit a whole number of times.
    """
    ### BEGIN SOLUTION
    shapes, shape = [], tuple(input_shape)
    for row in layers:
        kind, options = row[0], full_options(row)
        if kind == "conv":
            window = options["kernel"], options["stride"], options["pad"]
            shape = (options["filters"], *output_shape(shape[1:], *window))
        elif kind in ("max_pool", "average_pool"):
            shape = pool_output_shape(shape, options["size"], options["stride"])
        elif kind == "flatten":
            shape = (prod(shape),)
        elif kind == "fully_connected":
            shape = (options["units"],)
        shapes.append(shape)
    return shapes
    ### END SOLUTION


# %% role="given" id="layer-shapes-look"
look("layer-shapes", layer_shapes)

# %% role="check" id="layer-shapes-check" points=1
check("layer-shapes", layer_shapes)

# %% role="test" id="layer-shapes-test" points=3
# 3 points, run after you hand in: tables of all kinds, pads, strides, windows that overlap, images and
# kernels that are not square, the large networks of lessons 07 and 08, and sizes that do not fit.
### BEGIN HIDDEN TESTS
check("layer-shapes", layer_shapes, hidden=True)
### END HIDDEN TESTS

# %%
lenet = lenet_layers()  # the table of this lesson

# %%
shapes = layer_shapes(lenet, (1, 32, 32))
figures.architecture(lenet, (1, 32, 32), shapes)

# %% [markdown]
r"""
**Predict.** Somebody forgets the frame and feeds digits of 28×28. Does the table still work? And with 30×30?

*My guess:*
"""

# %%
for side in (32, 30, 29, 28):
    try:
        maps = layer_shapes(lenet, (1, side, side))[5]
        print(f"{side}×{side}: {maps} before they are laid flat")
    except ValueError as refusal:
        print(f"{side}×{side}: refused, {refusal}")

# %% [markdown]
r"""
**Explain.** A table is a promise about sizes. Some images fit through, with smaller maps at the end and hence other
weights in the first fully connected row; others fail on the way. Check shapes before weights.
"""

# %% [markdown]
r"""
## What each row learns: parameter counts

Count, as in lesson 02:

- a filter has a weight for each number in its window, through *all* the maps it reads, and one bias;
- a unit of a fully connected row has a weight for each number it gets, and one bias;
- `"batch_norm"` learns a scale and a shift for each channel: 2C numbers;
- all other rows learn nothing: 0.

With `"groups": 2` maps and filters are split in two halves, and each filter reads only the maps of its half.
<!-- follows: that is what two groups are -->
LeNet has no groups; lesson 07 will need them.

**Your turn.** Write `parameter_counts`. The shape *before* each row is what you need.
"""

# %% role="exercise" id="parameter-counts"
def parameter_counts(layers, input_shape):
    """Count the numbers that each row learns.

    Parameters
    ----------
    layers : list of (kind, options)
    input_shape : (C, H, W)

    Returns
    -------
    list of int
        Weights and biases of each row, as whole numbers: 2C for "batch_norm", 0 for a row that learns nothing.

    Raises
    ------
    ValueError
        If a window does not fit a whole number of times.
    """
    ### BEGIN SOLUTION
    counts = []
    befores = [tuple(input_shape), *layer_shapes(layers, input_shape)]
    for row, before in zip(layers, befores):
        kind, options = row[0], full_options(row)
        if kind == "conv":
            depth = before[0] // options["groups"]
            counts.append(options["filters"] * (depth * prod(pair(options["kernel"])) + 1))
        elif kind == "fully_connected":
            counts.append(options["units"] * (prod(before) + 1))
        else:
            counts.append(2 * before[0] if kind == "batch_norm" else 0)
    return counts
    ### END SOLUTION


# %% role="given" id="parameter-counts-look"
look("parameter-counts", parameter_counts)

# %% role="check" id="parameter-counts-check" points=1
check("parameter-counts", parameter_counts)

# %% role="test" id="parameter-counts-test" points=3
# 3 points, run after you hand in: tables of all kinds, groups, batch normalization, kernels that are not
# square, sizes that do not fit, and the published totals of LeNet, AlexNet, ZFNet and VGG.
### BEGIN HIDDEN TESTS
check("parameter-counts", parameter_counts, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
A function can be wrong in a way that you would never be on paper. So take paper: how many numbers does LeNet
learn? Five rows learn something. Work each out, add up, and write the total here *before* you ask your
function.

**Your turn.** Put your number in place of `None`.
"""

# %% role="exercise" id="lenet-parameter-count"
lenet_parameter_count = None
### BEGIN SOLUTION
lenet_parameter_count = 156 + 2_416 + 48_120 + 10_164 + 850
### END SOLUTION

# %% role="check" id="lenet-parameter-count-check" points=1
check("lenet-parameter-count", lenet_parameter_count)

# %% role="test" id="lenet-parameter-count-test" points=1
# 1 point, run after you hand in: the same number.
### BEGIN HIDDEN TESTS
check("lenet-parameter-count", lenet_parameter_count, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Predict.** Which row learns most, and what share of the whole? Which row multiplies most, to read one digit?

*My guess:*
"""

# %%
learned = parameter_counts(lenet, (1, 32, 32))
places = [prod(shape[1:]) if row[0] == "conv" else 1 for row, shape in zip(lenet, shapes)]
biases = [shape[0] if count else 0 for shape, count in zip(shapes, learned)]
work = [(count - bias) * n for count, bias, n in zip(learned, biases, places)]
figures.costs(lenet, shapes, learned, work)

# %% [markdown]
r"""
**Explain.** The convolutions learn one number in twenty-four and do most of the work, because each weight is used
at every place of a map.
<!-- follows: (156 + 2,416) / 61,706 ≈ 0.04, and 1 / 24 ≈ 0.04 --> Where the maps are laid flat it is the other way round. AlexNet and VGG, in the next two
lessons, share that shape.
"""

# %% [markdown]
r"""
Which row would you change to halve LeNet's parameters? Change your table cell by cell, beside a larger one.
"""

# %%
explore("the-ledger", lenet)

# %% [markdown]
r"""
## The table of 1998: the original LeNet-5

*May be skipped on a first reading.* The paper's own network differs.
<!-- source: lecun-1998, section II.B --> It has layers C1, S2, C3, S4, C5, F6:

- **C1**: 6 filters of 5×5, as today.
<!-- source: lecun-1998, section II.B -->
- **S2**: each map is halved.
<!-- source: lecun-1998, section II.B --> The four numbers of a window are added up, times *one* coefficient, plus *one* bias; both
  are learned, for each map.
- **C3**: 16 filters of 5×5, each reading only *some* of the six maps, as the picture below says.
<!-- source: lecun-1998, table I -->
- **S4**: like S2, on 16 maps.
<!-- source: lecun-1998, section II.B -->
- **C5**: 120 filters of 5×5, reading all 16 maps; they are 5×5 themselves.
<!-- source: lecun-1998, section II.B -->
- **F6**: 84 units, fully connected.
<!-- source: lecun-1998, section II.B -->

The ten output codes were drawn by hand.
<!-- source: lecun-1998, section II.B -->
"""

# %% role="given" id="original-lenet5-parameter-counts-look"
reads = [[(i + k) % 6 for k in range(3)] for i in range(6)]  # three neighbors
reads += [[(i + k) % 6 for k in range(4)] for i in range(6)]  # four neighbors
reads += [[(i + k) % 6 for k in (0, 1, 3, 4)] for i in range(3)]  # two and two
reads += [[0, 1, 2, 3, 4, 5]]  # all
figures.connections(reads, maps=6)

# %% [markdown]
r"""
Why so sparse? It saved work, said the authors, and it broke the symmetry: filters that get different maps are
forced to look for different things.
<!-- source: lecun-1998, section II.B -->

**Your turn.** Write `original_lenet5_parameter_counts`: what each of the six layers learned. You know that you are
right when they add up to exactly 60,000, as the paper says.
<!-- source: lecun-1998, section II.B --> `reads` is yours to use.
"""

# %% role="exercise" id="original-lenet5-parameter-counts"
def original_lenet5_parameter_counts():
    """Count what the LeNet-5 of 1998 learned.

    Returns
    -------
    dict of int
        With the keys "C1", "S2", "C3", "S4", "C5" and "F6"; whole numbers.
    """
    ### BEGIN SOLUTION
    return {
        "C1": 6 * (5 * 5 + 1), "S2": 6 * 2,
        "C3": sum(len(maps) * 5 * 5 + 1 for maps in reads), "S4": 16 * 2,
        "C5": 120 * (16 * 5 * 5 + 1), "F6": 84 * (120 + 1),
    }
    ### END SOLUTION


# %% role="check" id="original-lenet5-parameter-counts-check" points=1
check("original-lenet5-parameter-counts", original_lenet5_parameter_counts)

# %% role="test" id="original-lenet5-parameter-counts-test" points=3
# 3 points, run after you hand in: all six layers, row by row.
### BEGIN HIDDEN TESTS
check("original-lenet5-parameter-counts", original_lenet5_parameter_counts, hidden=True)
### END HIDDEN TESTS

# %%
old = original_lenet5_parameter_counts()
print(f"1998: {sum(old.values()):,}; today: {sum(learned):,}")
print(f"C3 reads all maps: {learned[3] - old['C3']:+}; pools learn nothing: {-old['S2'] - old['S4']:+};",
      f"scores are learned: {learned[-1]:+}")

# %% [markdown]
r"""
## A good start: weight initialization

Weights begin as chance. How large? A unit that reads $n$ numbers, its *fan-in*, adds up $n$ products, so the mean
square of its answer is

$$
n \cdot \sigma^2 \cdot \text{mean square of what it reads}
$$

where $\sigma$ is the weights' standard deviation. The ReLU then throws the negative half away.
<!-- follows: the numbers lie around 0, and half of them are negative --> To come out as
large as it went in, each row needs (He and others, 2015)
<!-- source: he-rectifiers-2015 -->

$$
\sigma = \sqrt{2 / n}
$$

For a filter, $n$ counts its whole window, through all maps that it reads. Biases start at 0.
"""

# %% role="given" id="initialize-look"
fan_in = {"conv 6": 1 * 25, "conv 16": 6 * 25, "120 units": 400, "84 units": 120, "10 units": 84}
figures.bells(fan_in)

# %% [markdown]
r"""
The parameters of a network are a list with one dict a row: `{"weights": …, "bias": …}`, or `{}` where nothing is
learned. Filters are `(F, C, KH, KW)`, where C is what one filter reads; the weights of units are `(K, D)`.

**Your turn.** Write `initialize`. Draw from `rng.normal` and turn the numbers into `float32`: they take half
the bytes of `float64`.
<!-- follows: 64 / 32 = 2 -->
"""

# %% role="exercise" id="initialize"
def initialize(layers, input_shape, rng):
    """Draw the first parameters of a network: normal weights as He and others have them.

    Parameters
    ----------
    layers : list of (kind, options)
    input_shape : (C, H, W)
    rng : numpy.random.Generator
        All chance comes from here.

    Returns
    -------
    list of dict
        One a row: "weights" and "bias" for "conv" and "fully_connected", {} for others. Weights are normal with
        a standard deviation of √(2 / fan-in), biases are 0; both are float32.
    """
    ### BEGIN SOLUTION
    params = []
    befores = [tuple(input_shape), *layer_shapes(layers, input_shape)]
    for row, before in zip(layers, befores):
        kind, options = row[0], full_options(row)
        if kind == "conv":
            depth = before[0] // options["groups"]
            shape = (options["filters"], depth, *pair(options["kernel"]))
        elif kind == "fully_connected":
            shape = (options["units"], prod(before))
        else:
            params.append({})
            continue
        weights = rng.normal(0, np.sqrt(2 / prod(shape[1:])), shape).astype("float32")
        params.append({"weights": weights, "bias": np.zeros(shape[0], "float32")})
    return params
    ### END SOLUTION


# %% role="check" id="initialize-check" points=1
check("initialize", initialize)

# %% role="test" id="initialize-test" points=3
# 3 points, run after you hand in: shapes of all rows, groups, the spread of the weights, biases of 0, and
# that all chance comes from `rng`.
### BEGIN HIDDEN TESTS
check("initialize", initialize, hidden=True)
### END HIDDEN TESTS

# %%
start = initialize(lenet, (1, 32, 32), np.random.default_rng(2))

# %%
drawn = [own["weights"] for own in initialize(lenet, (1, 32, 32), np.random.default_rng(2)) if own]
figures.bells(fan_in, dict(zip(fan_in, drawn)))

# %% [markdown]
r"""
Does it matter? We stack twelve rows of 200 units, send digits through, and measure how large the numbers are after
each row. Then again with all weights half as large, and twice as large.
<!-- shown: A good start: weight initialization -->

**Predict.** By how much will the three differ after twelve rows?

*My guess:*
"""

# %%
deep = [("flatten", {}), *[("fully_connected", {"units": 200}), ("relu", {})] * 12]


def sizes(factor):
    """The root mean square of the numbers, before the stack and after each of its rows."""
    stack = initialize(deep, (1, 32, 32), np.random.default_rng(0))
    x = flatten_images(test_images[::10])
    measured = [np.sqrt(np.mean(x**2))]
    for own in filter(None, stack):  # the rows that learn
        x = relu(linear_scores(x, factor * own["weights"], own["bias"]))
        measured.append(np.sqrt(np.mean(x**2)))
    return np.array(measured)


# %%
tried = {"twice as large": sizes(2), "He's": sizes(1), "half as large": sizes(0.5)}
print({name: f"{found[-1] / found[0]:.2g}" for name, found in tried.items()})
curves(
    {name: (np.arange(13), found) for name, found in tried.items()}, "rows", "size of the numbers",
    "Only one choice neither fades nor explodes.", log=True,
)

# %% [markdown]
r"""
**Explain.** A factor of two a row is a factor of four thousand after twelve.
<!-- follows: 2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 = 4,096 --> Numbers that fade take their slopes
along: lesson 05 showed what then becomes of learning. This is the size that lessons 01 and 05 used without a word.
"""

# %% [markdown]
r"""
## Run the table: the forward pass

Now the table comes to life: the image goes in at the top, each row does its work with its parameters, and what comes
out of the last is the answer. A network in use needs no dropout: that row rests.

**Your turn.** Write `forward`. The layers are imported, with the arguments that you know:
`conv2d_forward(x, weights, bias, stride, pad)`, `max_pool2d(x, size, stride)`, `average_pool2d`, `relu(x)`,
`flatten_images(x)`, `linear_scores(x, weights, bias)`.
"""

# %% role="exercise" id="forward"
def forward(layers, params, x):
    """Run a whole network, as it is used once it has learned.

    Parameters
    ----------
    layers : list of (kind, options)
    params : list of dict
        One a row.
    x : (N, C, H, W) ndarray

    Returns
    -------
    ndarray
        What the last row gives: (N, K) scores, or maps. In the dtype of `x`.
    """
    ### BEGIN SOLUTION
    for row, own in zip(layers, params):
        kind, options = row[0], full_options(row)
        if kind == "conv":
            x = conv2d_forward(x, **own, stride=options["stride"], pad=options["pad"])
        elif kind == "max_pool":
            x = max_pool2d(x, options["size"], options["stride"])
        elif kind == "average_pool":
            x = average_pool2d(x, options["size"], options["stride"])
        elif kind == "relu":
            x = relu(x)
        elif kind == "flatten":
            x = flatten_images(x)
        elif kind == "fully_connected":
            x = linear_scores(x, **own)
    return x
    ### END SOLUTION


# %% role="given" id="forward-look"
look("forward", forward)

# %% role="check" id="forward-check" points=1
check("forward", forward)

# %% role="test" id="forward-test" points=5
# 5 points, run after you hand in: LeNet and other tables, dropout, average pooling, pads, strides, windows
# that overlap, rectangles, a table that ends in maps, float32 that stays float32, images one by one.
### BEGIN HIDDEN TESTS
check("forward", forward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Your functions look names up when they run. So your own layer of lesson 03 can take the place of the course's: put it
here, and compare.
"""

# %% role="given" id="lenet-plug-in"
def my_conv2d_forward(x, weights, bias, stride=1, pad=0):
    """Put your own here, from lesson 03 (or 02: LeNet needs neither stride nor pad)."""
    (kh, kw), (n, _, h, w) = weights.shape[2:], x.shape
    maps = np.zeros((n, len(weights), h - kh + 1, w - kw + 1), x.dtype)
    for i, j in np.ndindex(maps.shape[2:]):
        window = x[:, :, i : i + kh, j : j + kw]
        maps[:, :, i, j] = np.tensordot(window, weights, axes=((1, 2, 3), (1, 2, 3))) + bias
    return maps


# %%
fast, theirs = forward(lenet, start, test_images[:20]), conv2d_forward
conv2d_forward = my_conv2d_forward  # from here on `forward` runs yours
slow = forward(lenet, start, test_images[:20])
conv2d_forward = theirs  # and now the course's again
print(f"scores up to {np.abs(fast).max():.2f}, largest difference {np.abs(slow - fast).max():.0e}")

# %% [markdown]
r"""
### Before training: is it sane?

A network that knows nothing should be surprised by each of ten digits alike: a loss of $\log 10$.

**Predict.** Will a fresh LeNet have that loss? Put your guess in place of `None` below, and run the cell.
"""

# %%
guess("06-lenet: a loss of log 10", None, choices=("yes", "no"))

# %%
loud = forward(lenet, start, images[:1000])
quiet_start = [*start[:-1], {**start[-1], "weights": start[-1]["weights"] / 10}]
quiet = forward(lenet, quiet_start, images[:1000])
print(f"log 10 = {np.log(10):.2f}")
first_losses = []
for name, scores in (("as drawn", loud), ("last row divided by 10", quiet)):
    loss, _ = softmax_cross_entropy(scores, labels[:1000])
    first_losses.append(loss)
    print(f"{name}: scores spread by {scores.std():.2f}, loss {loss:.2f}")
guess("06-lenet: a loss of log 10", result="yes" if abs(first_losses[0] - np.log(10)) < 0.2 else "no")

# %% [markdown]
r"""
**Explain.** It knows nothing, and is sure of itself all the same. Scores of that spread are firm opinions, mostly
wrong ones, and they cost more than having none. With quiet scores the loss is $\log 10$ as it should be. We go on with
the loud ones, and training will cope; a first loss *far* from both would point to a fault.
"""

# %% [markdown]
r"""
## The loop that learns: mini-batch training

All that is left is the loop. In each epoch every image is used once: an order is drawn by chance, and cut into
mini-batches. For each batch, four calls:

- `scores, tape = forward_training(layers, params, x, rng)` runs the table and keeps what the way back needs;
- `loss, grad = softmax_cross_entropy(scores, labels)`;
- `grads = slopes_of(layers, params, tape, grad)` gives a list like `params`;
- `sgd_momentum_step(weights, grad, velocity, lr)` steps, for every array, with a velocity that starts
  at 0.
"""

# %% role="given" id="train-look"
figures.epoch(np.random.default_rng(3).permutation(11), batch_size=4)

# %% [markdown]
r"""
Four traps. Images and labels are taken in the *same* order. The last batch may be small, and counts too. The
velocity starts at 0 *once* and is kept from epoch to epoch. And `params` are not yours to change: build new lists.

**Your turn.** Write `train`.
"""

# %% role="exercise" id="train"
def train(layers, params, images, labels, rng, epochs=10, batch_size=64, learning_rate=0.05):
    """Train a network by steps downhill with a momentum of 0.9.

    Parameters
    ----------
    layers : list of (kind, options)
    params : list of dict
        Where to start; left as they are.
    images : (N, C, H, W) ndarray
    labels : (N,) ndarray of int
    rng : numpy.random.Generator
        Draws the order of the images, anew for each epoch.

    Returns
    -------
    params : list of dict
        What was learned.
    losses : list of float
        The mean loss of an image over all batches of the epoch, for each epoch.
    """
    ### BEGIN SOLUTION
    velocity = [{name: np.zeros_like(values) for name, values in own.items()} for own in params]
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for first in range(0, len(images), batch_size):
            batch = order[first : first + batch_size]
            scores, tape = forward_training(layers, params, images[batch], rng)
            loss, grad = softmax_cross_entropy(scores, labels[batch])
            total += loss * len(batch)
            stepped = []
            for own, slopes, speed in zip(params, slopes_of(layers, params, tape, grad), velocity):
                new = {}
                for name in own:
                    new[name], speed[name] = sgd_momentum_step(
                        own[name], slopes[name], speed[name], learning_rate
                    )
                stepped.append(new)
            params = stepped
        losses.append(float(total / len(images)))
    return params, losses
    ### END SOLUTION


# %% role="check" id="train-check" points=1
check("train", train)

# %% role="test" id="train-test" points=7
# 7 points, run after you hand in: digits that a small network has not seen, batches that are not full, an
# order that comes from `rng`, and parameters left as they were.
### BEGIN HIDDEN TESTS
check("train", train, hidden=True)
### END HIDDEN TESTS

# %%
def accuracy(layers, params, images, labels):
    """The share of the images whose highest score is that of their label."""
    return np.mean(forward(layers, params, images).argmax(axis=1) == labels)


# %% [markdown]
r"""
### Can it learn by heart? Overfitting a hundred digits

The last check before real training: a hundred digits, many times over. A network that cannot learn *these* by heart has
a fault somewhere.

**Predict.** How many of the hundred will it read? And how many of a hundred *held-out* ones? Put your guess of the
latter in place of `None` below, and run the cell.
"""

# %%
guess("06-lenet: held out, of a hundred", None)

# %%
hundred, names = images[:100], labels[:100]
by_heart, losses = train(lenet, start, hundred, names, np.random.default_rng(0), 40, 20, 0.01)
print(f"loss: {losses[0]:.2f} after one epoch, {losses[-1]:.4f} after 40")
print(f"{accuracy(lenet, by_heart, hundred, names):.0%} of the hundred,",
      f"{accuracy(lenet, by_heart, test_images, test_labels):.1%} of the held-out digits")
guess("06-lenet: held out, of a hundred", result=round(100 * accuracy(lenet, by_heart, test_images, test_labels)))
curves(
    {"loss": (np.arange(1, 41), losses)}, "epochs", "loss",
    "A hundred digits, learned by heart.", log=True,
)

# %% [markdown]
r"""
**Explain.** All hundred, and far fewer of those it has not seen. That is not learning to read. It shows that the
way forward, the way back and the steps work together. It does not show everything: digits with *wrong* labels can be
learned by heart as well. Only now is it worth your time to train.
"""

# %% [markdown]
r"""
## Break it once

A start from zeros did nothing in lesson 01. So give all weights of a row the same number, $1/n$: each unit
takes the mean of what it reads. Now scores do arrive, and slopes come back.

**Predict.** After the same training, what will the six filters look like? How many of the hundred does it read?

*My guess:*
"""

# %%
alike = [
    {**own, "weights": np.full_like(own["weights"], 1 / own["weights"][0].size)} if own else {}
    for own in start
]
stuck, losses = train(lenet, alike, hundred, names, np.random.default_rng(0), 40, 20, 0.01)
print(f"loss {losses[-1]:.2f}; {accuracy(lenet, stuck, hundred, names):.0%} of the hundred")
rows_of_pictures(
    {"by chance": by_heart[0]["weights"][:, 0], "all alike": stuck[0]["weights"][:, 0]},
    "The six filters after the same lessons. Above, each has its own pattern; below, six times the same.",
    # <!-- follows: equal filters stay equal -->
    "Two rows of six small filters. Above, blue and orange squares are mixed, differently in each filter; below, all "
    "six filters are the same to the last square.",
    signed=True,
)

# %% [markdown]
r"""
**Explain.** Filters that are alike give maps that are alike, so the rows above cannot tell them apart and send
each of them the same slope. After any number of steps they are still one filter, six times. Chance must make the
first difference; learning only enlarges it.
"""

# %% [markdown]
r"""
## Two knobs at once: initialization and learning rate

*May be skipped on a first reading.* How far may the start be from He's, and does it matter which learning rate comes
with it? Try five starts with four rates: twenty trainings of a small network on 300 digits, a few seconds in all.

**Predict.** In which corners of that grid will nothing be learned, and where will the loss grow beyond all bounds?

*My guess:*
"""

# %%
small = [("average_pool", {"size": 2}), ("flatten", {}),
         *[("fully_connected", {"units": 40}), ("relu", {})] * 4, ("fully_connected", {"units": 10})]


def try_out(factor, rate, seed=0):
    """Train from He's start times a factor: the losses, and the share of held-out digits read."""
    rng = np.random.default_rng(seed)
    begin = [
        {**own, "weights": factor * own["weights"]} if own else {}
        for own in initialize(small, (1, 32, 32), rng)
    ]
    with np.errstate(all="ignore"):  # some numbers will grow beyond all bounds
        learned, losses = train(small, begin, images[:300], labels[:300], rng, 15, 32, rate)
        return losses, accuracy(small, learned, test_images, test_labels)


# %%
trials = {
    (factor, rate): try_out(factor, rate)
    for factor in (1 / 8, 1 / 2, 1, 2, 8)
    for rate in (0.0003, 0.003, 0.03, 0.3)
}
grid_of_losses(trials)

# %% [markdown]
r"""
**Explain.** From He's start the network learns at rates a hundredfold apart.
<!-- computed: 0.0003, 0.03 --> Weights half as large want a large rate,
weights twice as large a small one; an eighth or eight times as large, and none of the four helps.
<!-- shown: Two knobs at once: initialization and learning rate --> Too large a step
*diverges*: numbers grow until they are none any more (NaN). Or the loss ends at $\log 10$: a wild step has left a row
in which no ReLU lets anything through, and no slope comes back. Try `seed=1`: what stays?
"""

# %% [markdown]
r"""
## Digits it has never seen: training and testing

Now in earnest, with two things added. A digit that leans a little, or is a little wider, or stands two pixels further
left, is still that digit. So every epoch bends all images anew: more examples for nothing. And the steps are small at
first, while the weights are wild, and get smaller towards the end, as on lesson 05's stairs.
"""

# %% role="given" id="lenet-bend"
def bend(images, rng, amount=0.12):
    """Stretch, lean and move images of 32×32 at random, in fifty groups; the same sizes come out."""
    row, column = np.indices((32, 32)) - 15.5
    bent = np.empty_like(images)
    for group in np.array_split(rng.permutation(len(images)), 50):
        tall, turn, lean, wide = rng.uniform(-amount, amount, 4)
        down, right = rng.uniform(-2, 2, 2)
        from_row = np.rint((1 + tall) * row + turn * column + down + 15.5).clip(0, 31).astype(int)
        from_column = np.rint(lean * row + (1 + wide) * column + right + 15.5).clip(0, 31).astype(int)
        bent[group] = images[group][:, :, from_row, from_column]
    return bent


# %%
one = np.repeat(images[1:2], 300, axis=0)
bent = bend(one, np.random.default_rng(0))[:10]
grid(
    {str(i): picture[0] for i, picture in enumerate(bent)}, "One digit, ten times bent.",
    "The same handwritten digit ten times: in some it leans, in some it is wider or narrower, in some it stands "
    "nearer to an edge, and it can be read in all.",
    columns=10,
)

# %% role="given" id="lenet-study"
def study(params, rates, rng):
    """Train LeNet one epoch at each rate, on images bent anew; the parameters, and the losses."""
    course = []
    for rate in rates:
        bent = bend(images, rng)
        params, losses = train(lenet, params, bent, labels, rng, epochs=1, learning_rate=rate)
        course += losses
    return params, course


# %% [markdown]
r"""
**Predict.** Lesson 01's network read 956 of 1,000 held-out digits. How many *errors* in 1,000 will LeNet make after
twenty-four epochs? Put your guess in place of `None` below, and run the cell. Each of the cells after it trains for
five to ten seconds.
"""

# %%
guess("06-lenet: errors in a thousand", None)

# %% role="given" id="lenet-epochs-1-to-4"
rng = np.random.default_rng(3)
net, course = study(start, [0.003] + [0.01] * 3, rng)
history += course
print(f"{accuracy(lenet, net, test_images, test_labels):.2%} of the held-out digits after 4 epochs")

# %% role="given" id="lenet-epochs-5-to-8"
net, course = study(net, [0.01] * 4, rng)
history += course
print(f"{accuracy(lenet, net, test_images, test_labels):.2%} after 8")

# %% role="given" id="lenet-epochs-9-to-12"
net, course = study(net, [0.01] * 4, rng)
history += course
print(f"{accuracy(lenet, net, test_images, test_labels):.2%} after 12")

# %% role="given" id="lenet-epochs-13-to-16"
net, course = study(net, [0.01] * 3 + [0.003], rng)
history += course
print(f"{accuracy(lenet, net, test_images, test_labels):.2%} after 16")

# %% role="given" id="lenet-epochs-17-to-20"
net, course = study(net, [0.003] * 4, rng)
history += course
print(f"{accuracy(lenet, net, test_images, test_labels):.2%} after 20")

# %% role="given" id="lenet-epochs-21-to-24"
net, course = study(net, [0.003] + [0.001] * 3, rng)
history += course
print(f"{accuracy(lenet, net, test_images, test_labels):.2%} after 24")
guess("06-lenet: errors in a thousand", result=round(1000 * (1 - accuracy(lenet, net, test_images, test_labels))))

# %%
curves(
    {"loss": (np.arange(1, len(history) + 1), history)}, "epochs", "loss",
    "The loss on bent digits: it falls fast at first, then ever more slowly, with a step where the rate first falls.",
    log=True,
)

# %% [markdown]
r"""
Most digits are an easy case; near the border between two, one pixel decides. So let the network look five times,
with the digit as it is and moved by one pixel each way, and add up the scores.

**Predict.** Of the digits that it misreads at one look, how many will five looks save? How many will they spoil?

*My guess:*
"""

# %% role="given" id="lenet-looks"
def look_five_times(images):
    """LeNet's scores for each image, added up over five looks."""
    moves = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
    return sum(forward(lenet, net, shift_images(images, *move)) for move in moves)


# %%
once = forward(lenet, net, test_images).argmax(axis=1) == test_labels
often = look_five_times(test_images).argmax(axis=1) == test_labels
print(f"one look: {once.mean():.2%}; five looks: {often.mean():.2%}")
print(f"saved by looking again: {np.sum(often & ~once)}; spoiled by it: {np.sum(once & ~often)}")

# %% [markdown]
r"""
**Explain.** Compare the two counts: digits are saved and others are spoiled, and on a network that is right this often
hardly anything is gained for five times the work.
<!-- computed: 99.13, 99.07 --> Use it or leave it.

**Your turn.** Write `recognise_digits`: pictures as they come from the file go in, digits come out. Prepare them
with `as_input`, let your network look, and name the best score.

The grader keeps the labels to itself: it sends the 1,500 held-out pictures, and asks for 985 of 1,000.
<!-- follows: the exercise `recognise-digits` asks for it -->
"""

# %% role="exercise" id="recognise-digits"
def recognise_digits(images):
    """Read handwritten digits with the network that you have trained.

    Parameters
    ----------
    images : (N, 28, 28) uint8 ndarray

    Returns
    -------
    (N,) ndarray of int
        The digit in each image, 0 to 9.
    """
    ### BEGIN SOLUTION
    return look_five_times(as_input(images)).argmax(axis=1)
    ### END SOLUTION


# %% role="given" id="recognise-digits-look"
@figures.once_written
def ten_digits():
    some = data["held_out_images"][75::150]
    said = recognise_digits(some)
    return grid(
        {f"read as {digit}": picture for digit, picture in zip(said, some)},
        "Ten held-out digits, and what your network reads.",
        f"Ten handwritten digits, one of each kind from 0 to 9, read as {', '.join(map(str, said))}.",
        columns=10,
    )


ten_digits()

# %% role="check" id="recognise-digits-check" points=1
check("recognise-digits", recognise_digits)

# %% role="test" id="recognise-digits-test" points=3
# 3 points, run after you hand in: all held-out digits, in another order, alone and among others.
### BEGIN HIDDEN TESTS
check("recognise-digits", recognise_digits, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
## What has it learned?

**Predict.** Six filters of 5×5. What will they look for?

*My guess:*
"""

# %%
fresh = initialize(lenet, (1, 32, 32), np.random.default_rng(2))
first, last = fresh[0]["weights"][:, 0], net[0]["weights"][:, 0]
rows_of_pictures(
    {"before": first, "after": last, "after − before": last - first},
    "The six filters of the first row, before and after, and what training added to each. The fine pattern of "
    "most is still that of the first draw; the last row shows what was learned.",
    "Three rows of six small filters in blue and orange. Those before and after training share much of a random "
    "pattern; in their differences, in the last row, neighboring squares more often have the same color.",
)

# %%
def stages(params, image):
    """What comes out of the rows that matter, for one image."""
    named = {"image": 0, "6 maps": 2, "pooled": 3, "16 maps": 5, "pooled again": 6, "120 units": 9,
             "84 units": 11, "scores": 12}
    return {name: forward(lenet[:n], params[:n], image)[0] for name, n in named.items()}


figures.through(stages(net, test_images[[1203]]), [str(k) for k in range(10)])

# %% [markdown]
r"""
**Explain.** The first maps still show the digit, and each map has other strokes of it bright. The second maps are too
coarse to show it: they say that there is something like *their* pattern, and roughly where. Then it is only numbers.

And the digits it reads wrongly: would you have read them?
"""

# %%
guessed = recognise_digits(data["held_out_images"])
missed = np.flatnonzero(guessed != test_labels)[:12]
print(f"{np.sum(guessed != test_labels)} of {len(guessed):,} read wrongly")
guesses(test_images[missed, 0], test_labels[missed], guessed[missed])

# %% [markdown]
r"""
### Which digits are confused?

*May be skipped on a first reading.* One number, the accuracy, hides *which* digits are taken for which. A **confusion matrix** counts that: one row for
each true class, one column for each predicted one. What is right lies on the diagonal.

**Your turn.** Write `confusion_matrix`. Mind two traps: a pair of classes may come several times, and labels may be
stored in bytes, which end at 255.
<!-- follows: 2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 − 1 = 255 -->
"""

# %% role="exercise" id="confusion-matrix"
def confusion_matrix(labels, predictions, classes):
    """Count how often each class was taken for each.

    Parameters
    ----------
    labels, predictions : (N,) ndarray of whole numbers, of any integer dtype
        The truth, and what was predicted, from 0 to `classes` − 1.
    classes : int

    Returns
    -------
    (K, K) ndarray of int
        One row a true class, one column a predicted one, also for classes that never come.

    Examples
    --------
    >>> confusion_matrix(np.array([0, 0, 1, 2]), np.array([0, 2, 1, 2]), 3)
    array([[1, 0, 1],
           [0, 1, 0],
           [0, 0, 1]])
    """
    ### BEGIN SOLUTION
    counts = np.zeros((classes, classes), dtype=int)
    for label, prediction in zip(labels, predictions):
        counts[label, prediction] += 1
    return counts
    ### END SOLUTION


# %% role="given" id="confusion-matrix-look"
look("confusion-matrix", confusion_matrix)

# %% role="check" id="confusion-matrix-check" points=1
check("confusion-matrix", confusion_matrix)

# %% role="test" id="confusion-matrix-test" points=3
# 3 points, run after you hand in, each a part: classes that never come, a single image, two classes, labels in bytes.
### BEGIN HIDDEN TESTS
check("confusion-matrix", confusion_matrix, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
**Catch it.** `counts[labels, predictions] += 1` counts each pair once, and passes the case below. Change the labels or
the predictions until it is caught.
"""

# %%
catch("confusion-matrix", np.array([0, 1, 2]), np.array([0, 2, 1]), 3, mistake="each pair once")

# %% [markdown]
r"""
Your network makes too few errors to see a pattern. So look at one that has trained for a single epoch as well.

**Predict.** Which two digits will the younger one confuse most often?

*My guess:*
"""

# %%
young, _ = study(start, [0.003], np.random.default_rng(5))
early = forward(lenet, young, test_images).argmax(axis=1)
table = confusion_matrix(test_labels, early, 10)
figures.confusion(table)

# %%
worst = np.max(table - np.diag(np.diag(table)))  # so that both tables have the same colors
figures.confusion(confusion_matrix(test_labels, guessed, 10), worst)

# %% [markdown]
r"""
**Explain.** The young network's errors are not spread evenly. A few pairs collect most of them: digits that share
strokes. And a pair need not be confused equally often both ways: compare the cell of its largest count with the one on
the other side of the diagonal. Training has emptied nearly all cells. What is left are single digits, here and there.
"""

# %% [markdown]
r"""
## A fair contest

[Lesson 01](../01-fully-connected-limits/01-fully-connected-limits.ipynb) made a promise: a network that knows what a
picture is does better. Is it the knowledge, or only more
numbers? Let a fully connected network of the same size compete, with the same lessons. (Does
a rate of 0.005 or 0.05 suit it better than 0.02? Try it.)
"""

# %%
flat = [("flatten", {}), ("fully_connected", {"units": 60}), ("relu", {}),
        ("fully_connected", {"units": 10})]
sizes_of = {
    name: sum(parameter_counts(table, (1, 32, 32))) for name, table in (("LeNet", lenet), ("flat", flat))
}
print("numbers learned:", sizes_of)
print(f"multiplications for one digit: LeNet {sum(work):,}, flat {sizes_of['flat'] - 70:,}")

# %%
def compete(images, labels, epochs=6, seed=0):
    """Train both networks alike, on images as they are; the parameters of both, by name."""
    learned = {}
    for name, table in (("LeNet", lenet), ("fully connected", flat)):
        rng = np.random.default_rng(seed)
        params = initialize(table, (1, 32, 32), rng)
        for rate, part in ((0.02, 0.7), (0.004, 0.3)):
            rounds = round(part * epochs)
            params, _ = train(table, params, images, labels, rng, rounds, learning_rate=rate)
        learned[name] = params
    return learned


tables = {"LeNet": lenet, "fully connected": flat}


def shares(learned, images, labels):
    return {name: accuracy(tables[name], own, images, labels) for name, own in learned.items()}


# %% [markdown]
r"""
Three disciplines. **Digits** as they are. **Shuffled** digits: lesson 01's fixed permutation of the pixels, which
made no difference there. **Clothes**: Fashion-MNIST, 6,000 small pictures of shirts, shoes and bags. Each cell
trains both networks, for about ten seconds.

**Predict.** How far apart will the two be in each?

*My guess:*
"""

# %%
straight, results = {}, {}
straight = compete(images, labels)
results["digits"] = shares(straight, test_images, test_labels)

# %%
shuffle = np.random.default_rng(7).permutation(784)
dealt = as_input(permute_pixels(data["images"][mixed], shuffle))
dealt_tests = as_input(permute_pixels(data["held_out_images"], shuffle))
results["shuffled digits"] = shares(compete(dealt, labels), dealt_tests, test_labels)

# %%
clothes = load_fashion()
order = np.random.default_rng(0).permutation(6000)
dressed = compete(as_input(clothes["train_images"][order]), clothes["train_labels"][order].astype(int), 8)
results["clothes"] = shares(dressed, as_input(clothes["test_images"]), clothes["test_labels"])
figures.contest(results, "Same size, same lessons, same images.")

# %% [markdown]
r"""
**Explain.** This is one run of each; the next section but one has three. On digits and on clothes LeNet is ahead.
<!-- shown: A fair contest -->
Shuffle the pixels, and it falls far *behind*: it counts on
neighbors that belong together, and now they do not. The flat network never did, and loses nothing. So it was the
knowledge, not the number of weights. One thing is not equal, though: sharing weights means using them often, and LeNet
does more work.
<!-- computed: 416,520, 62,040 -->
"""

# %% [markdown]
r"""
### A step to the side: shifted digits

**Predict.** Lesson 01's curve again: digits moved by up to six pixels. Neither network has seen a moved digit; a
third curve is `net`, which has.

*My guess:*
"""

# %%
every_third, kinds = test_images[::3], test_labels[::3]
read = {"LeNet": [], "fully connected": [], "LeNet that studied moved digits": []}
for step in range(7):
    ways = [(step, 0), (-step, 0), (0, step), (0, -step)]
    moved = np.concatenate([shift_images(every_third, *way) for way in ways])
    both = shares(straight, moved, np.tile(kinds, 4))
    both["LeNet that studied moved digits"] = accuracy(lenet, net, moved, np.tile(kinds, 4))
    for name, share in both.items():
        read[name].append(share)
walking = [shift_images(every_third[[150]], 0, step)[0, 0] / 3.2 for step in range(7)]
along_the_way(
    walking, {name: (np.arange(7), found) for name, found in read.items()},
    "moved by (pixels)", "read right",
    "Convolution and pooling forgive a step or two; having seen moved digits does the rest.",
    "Three curves that fall from left to right, the fully connected network's first.",
)

# %% [markdown]
r"""
**Explain.** A moved digit makes moved maps, and pooling forgets a pixel. But the rows after the flattening are
as rigid as ever. The rest must come from examples.
"""

# %% [markdown]
r"""
How far must a single digit move before each of your two networks misreads it, and what do their maps show on
the way? Drag it.
"""

# %%
explore("drag-the-digit", (flat, straight["fully connected"]), (lenet, straight["LeNet"]))

# %% [markdown]
r"""
### Little to learn from: few training images

**Predict.** With 100 digits, ten of each: by how much is LeNet ahead? With 1,000?

*My guess:*
"""

# %%
counts, runs = [100, 300, 1000], {"LeNet": [], "fully connected": []}
for count, rounds in zip(counts, (60, 30, 10)):
    found = [
        shares(compete(images[first : first + count], labels[first : first + count], rounds, seed=first),
               test_images, test_labels)
        for first in (0, 1000, 2000)  # three sets of digits, three starts
    ]
    for name in runs:
        runs[name].append([one[name] for one in found])
figures.by_count(counts, runs, "digits to learn from",
                 "Three runs each, with other digits and other chance; the line is their mean.")

# %% [markdown]
r"""
**Explain.** With a hundred digits luck still has a say: the runs overlap. From three hundred on they do not, and LeNet
needs fewer digits to read as well: the distance between the two lines, from left to right, says how many fewer.
<!-- shown: Little to learn from: few training images --> What is
built in need not be learned.
"""

# %% [markdown]
r"""
## Keep the test apart: data leakage

*May be skipped on a first reading.* Held-out digits stand for all digits that a network will ever meet. They do so only
as long as nothing about them gets into training. If something does, that is **leakage**: the error that is reported
is too low, and nothing in the program looks wrong.
"""

# %% [markdown]
r"""
Begin with the mean. Often the mean image is subtracted before training, as AlexNet's authors did. It is a number taken
from data, so take it from the *training* images alone, and subtract that same mean from the held-out ones.

**Predict.** Somebody takes the mean of *all* images, with the 1,500 held-out ones among them.
<!-- source: mnist --> How much lower is the
error that comes out?

*My guess:*
"""

# %%
def learn_flat(images, labels, rng, rate=0.02):
    """Train the small fully connected network from a new start; its parameters."""
    fresh = initialize(flat, (1, 32, 32), rng)
    return train(flat, fresh, images, labels, rng, epochs=10, learning_rate=rate)[0]


def wrong(learned, images, labels):
    return 1 - accuracy(flat, learned, images, labels)


# %%
few = images[:300]
for name, seen in (("the training images", few), ("all images", np.concatenate([few, test_images]))):
    mean, errors = seen.mean(axis=0), []
    for seed in range(5):
        learned = learn_flat(few - mean, labels[:300], np.random.default_rng(seed))
        errors.append(wrong(learned, test_images - mean, test_labels))
    print(f"less the mean of {name}: {np.mean(errors):.1%} of the held-out digits read wrongly,",
          f"{min(errors):.1%} to {max(errors):.1%} in five runs")

# %% [markdown]
r"""
Hardly any: a mean of so many digits says next to nothing about each of them. The rule is kept all the same, since other
slips of this kind are not small, and from outside they look alike.

Here is one. Three hundred digits are few, so make ten moved copies of each. *Then* hold out a fifth of the 3,000
pictures.
<!-- follows: 300 × 10 = 3,000 -->

**Predict.** Which error will be reported? And which one do digits show that are really new?

*My guess:*
"""

# %%
def move(pictures, rng):
    """Each picture moved by at most one pixel each way."""
    return np.concatenate([shift_images(one[np.newaxis], *rng.integers(-1, 2, 2)) for one in pictures])


def both_errors(rng, hold_out_first):
    """The error on what was held out, and that on new digits, moved alike."""
    chosen = rng.permutation(len(images))[:300]
    if hold_out_first:
        kept, out = np.repeat(chosen[60:], 10), np.repeat(chosen[:60], 10)
    else:
        kept, out = np.split(rng.permutation(np.repeat(chosen, 10)), [2400])
    learned = learn_flat(move(images[kept], rng), labels[kept], rng)
    reported = wrong(learned, move(images[out], rng), labels[out])
    return reported, wrong(learned, move(test_images, rng), test_labels)


# %%
ways = {"copied, then held out": False, "held out, then copied": True}
told_and_true(
    {name.replace(", ", ",\n"): [both_errors(np.random.default_rng(seed), first) for seed in range(6)]
     for name, first in ways.items()},
    "Six runs each, with other digits: a line joins what a run reports and what new digits show.",
)

# %% [markdown]
r"""
**Explain.** Nearly every held-out picture had brothers among those that were learned: other copies of the same digit. The
network knew these, and the report hides most of its error. So **hold out first**, and do all else afterwards, with the
training part alone. Then the two errors agree but for chance: sixty different digits are few.
"""

# %% [markdown]
r"""
The third leak needs no slip at all. Forty networks differ in their rate and their chance. Somebody holds out a hundred
digits, tries all forty on them, and reports the error of the best. So that luck has little say, fifteen people do
so, each with a hundred digits of their own.

**Predict.** Of the fifteen, how many report an error that is too low?

*My guess:*
"""

# %%
right = []
for seed in range(40):
    rate = (0.003, 0.01, 0.03)[seed % 3]
    learned = learn_flat(few, labels[:300], np.random.default_rng(seed), rate)
    right.append(forward(flat, learned, test_images).argmax(axis=1) == test_labels)
right = np.array(right)  # one row a network, one column a held-out digit

# %%
people = len(test_labels) // 100
hundreds = np.random.default_rng(0).permutation(len(test_labels))[: 100 * people].reshape(people, 100)
found = []
for own in hundreds:
    best = right[:, own].mean(axis=1).argmax()
    found.append((1 - right[best, own].mean(), 1 - np.delete(right[best], own).mean()))
told_and_true(
    {"the best\nof forty": found},
    "A line for each person: the error of the network that is best on a hundred digits, on these and on the others.",
)

# %% [markdown]
r"""
**Explain.** The best of forty is partly able and partly lucky on just these digits, and luck does not carry over to
others. So whoever chooses, be it a rate or when to stop, needs three parts: **training** digits to learn from,
**validation** digits to choose by, and **test** digits for one last look. The 1,500 of this lesson have been looked at
often, by us too as we wrote it: take its accuracies as a little too good.
<!-- shown: Digits it has never seen: training and testing -->
"""

# %% [markdown]
r"""
## The way back through a table: backpropagation

*May be skipped on a first reading.* All slopes so far came from the course's `slopes_of`. It is a short loop, and now you
write it. Each row knows its own way back from lesson 05. `row_backward` asks the right one: it is told what the row
read, `x`, and the slopes along what it gave, `grad`.
"""

# %% role="given" id="lenet-row-backward"
def row_backward(row, own, x, grad):
    """One row's way back: the gradients of its own numbers, by name, and that of what it read."""
    (kind, _), options = row, full_options(row)
    if kind in ("conv", "fully_connected"):
        sides = (options["stride"], options["pad"]) if kind == "conv" else ()
        back = conv2d_backward if kind == "conv" else linear_backward
        grad_x, grad_weights, grad_bias = back(grad, x, own["weights"], *sides)
        return {"weights": grad_weights, "bias": grad_bias}, grad_x
    if kind == "relu":
        return {}, relu_backward(grad, x)
    if kind == "max_pool":
        return {}, max_pool2d_backward(grad, x, options["size"], options["stride"])
    if kind == "average_pool":
        return {}, average_pool2d_backward(grad, x.shape, options["size"], options["stride"])
    return {}, grad.reshape(x.shape)  # "flatten"


# %% role="given" id="lenet-what-each-row-read"
def what_each_read(layers, params, x):
    """What went into each row, and what came out of the last."""
    caches = []
    for i in range(len(layers)):
        caches.append(x)
        x = forward(layers[i : i + 1], params[i : i + 1], x)
    return caches, x


# %% [markdown]
r"""
The gradient comes in below the last row and goes up. What a row sends on is what the row above it gets.

**Your turn.** Write `backward`. Call `row_backward` once for each row.
"""

# %% role="exercise" id="backward"
def backward(layers, params, caches, grad):
    """Send a gradient back through a whole table, from its last row to its first.

    Parameters
    ----------
    layers : list of (kind, options)
        Rows of "conv", "fully_connected", "relu", "max_pool", "average_pool" and "flatten".
    params : list of dict
        One a row.
    caches : list of ndarray
        What each row has read: `caches[0]` are the images.
    grad : ndarray
        The gradient of the loss along what came out of the last row.

    Returns
    -------
    grads : list of dict
        One a row, in the order of the table: the gradients of "weights" and "bias", or {} where nothing is
        learned.
    grad_x : ndarray
        The gradient along the images, in their shape and dtype. Return both as a tuple.
    """
    ### BEGIN SOLUTION
    grads = [{} for _ in layers]
    for number in reversed(range(len(layers))):
        grads[number], grad = row_backward(layers[number], params[number], caches[number], grad)
    return grads, grad
    ### END SOLUTION


# %% role="given" id="backward-look"
look("backward", backward)

# %% role="check" id="backward-check" points=1
check("backward", backward)

# %% role="test" id="backward-test" points=7
# 7 points, run after you hand in, each a part: tables that end with maps, average pooling, pads, strides, windows that
# overlap, rectangles, several images, float32 that stays float32, and slopes measured by nudging.
### BEGIN HIDDEN TESTS
check("backward", backward, hidden=True)
### END HIDDEN TESTS

# %% [markdown]
r"""
Does LeNet learn by it? A few steps downhill on the hundred digits, by your own loop; of the course's are only the rows'
ways back and the loss.
<!-- shown: Can it learn by heart? Overfitting a hundred digits -->

**Predict.** And `grad_x`, the slopes along the pixels: where in a digit will they be large?

*My guess:*
"""

# %%
own = start
for step in range(31):
    caches, scores = what_each_read(lenet, own, hundred)
    loss, grad = softmax_cross_entropy(scores, names)
    grads, grad_x = backward(lenet, own, caches, grad)
    if step % 10 == 0:
        print(f"step {step:2}: loss {loss:.2f}")
    own = [{name: values - 0.02 * slope[name] for name, values in row.items()} for row, slope in zip(own, grads)]

# %%
caches, scores = what_each_read(lenet, net, hundred[:4])
_, grad = softmax_cross_entropy(scores, names[:4])
_, grad_x = backward(lenet, net, caches, grad)
rows_of_pictures(
    {"digit": hundred[:4, 0], "slopes": grad_x[:, 0]},
    "Below each digit the slopes of the loss along its pixels, each picture on a scale of its own. Blue: a brighter "
    "pixel would raise the loss. Orange: it would lower it.",
    "Four handwritten digits, and below each a picture in which blue and orange dots are mixed: strong around the "
    "strokes of the digit, pale towards the border.",
)

# %% [markdown]
r"""
**Explain.** The loss falls, as it does by right slopes. (It might by wrong ones too; the check has compared yours with
slopes measured by nudging.) Along the pixels they say which change would make the network more wrong. They are a noisy
picture: strongest around the strokes, weak at the empty border. Lesson 07 makes more of such pictures.
"""

# %% [markdown]
r"""
### Think it through

A colleague says: "Both networks have 62,000 numbers.
<!-- computed: 61706, 62110 --> A fully connected layer can compute anything that a convolution
can. So the convolution cannot be better." In your own words, eight sentences at most:

1. What is right about this, and what does it overlook?
2. Which two experiments of this lesson speak to it, and what does each of them show?
3. Name data for which you would expect no gain from a convolution, and say why.
"""

# %% [markdown] role="question" id="why-equal-size-is-not-equal" points=4
r"""
### BEGIN SOLUTION
A fully connected layer can indeed hold any convolution: a matrix, most of whose entries are 0 and the others tied (lesson 02). But that
matrix needs a weight for every pair of pixel and output, so at 62,000 numbers it can have only sixty hidden units, while sharing lets LeNet
have thousands of outputs.
<!-- follows: its first row gives 6 × 28 × 28 = 4,704 --> And that a solution exists does not mean that it is found from a few thousand examples: the flat network
has to learn for each place anew what a stroke looks like.
<!-- shown: A fair contest --> Shuffling the pixels takes LeNet's lead away and leaves the flat network as
it was, so the lead came from neighbors belonging together.
<!-- shown: A fair contest --> With few digits LeNet is ahead by much, so what is
built in need not be learned.
<!-- shown: Little to learn from: few training images --> I expect no gain for columns of a table, say the results of a blood test, because columns that stand side by
side have nothing to do with each other, and a pattern in one place means something else in another.

**To mark:**

- 1 point: right that a fully connected layer can express it; but with tied and missing weights the same numbers go further, or:
  being able to express is not finding it from the data at hand.
- 1 point: shuffled pixels, with what it shows (the gain rests on neighborhood).
- 1 point: a second experiment with what it shows (few digits: prior knowledge saves examples; moved digits: patterns are found
  wherever they are; clothes: it is not only about digits).
- 1 point: data without neighborhood or where place decides the meaning (tables, permuted pixels), with a reason.
- Half a point for a right claim without its reason.
### END SOLUTION
"""

# %% [markdown]
r"""
## Summary

| symbol | meaning |
|---|---|
| (kind, options) | one row of a table; a network is a list of rows |
| (C, H, W) | shape of one image or stack of maps, without the batch |
| $F \cdot (C/g \cdot KH \cdot KW + 1)$ | parameters of a convolution with $F$ filters in $g$ groups |
| $K \cdot (D + 1)$ | parameters of a fully connected row, $D$ numbers in and $K$ units |
| $n$, $\sigma = \sqrt{2/n}$ | fan-in, and the standard deviation of He's weights |
| epoch, mini-batch | one pass over all images; the images of one step |
"""

# %% [markdown]
r"""
In short:

- Shapes come before weights: follow the image through the table, and refuse what does not fit.
- LeNet-5 learns 61,706 numbers in its modern form, 60,000 in 1998.
<!-- computed: 61,706, 60,000 -->
- Before training: is the first loss near $\log K$? Can it learn a hundred images by heart?
- Hold out first. What is computed, copied or chosen with the held-out images makes the reported error too low.
- Filters that start alike stay alike.
- At equal size the convolution wins where neighbors belong together, and loses where they do not.
"""

# %% [markdown]
r"""
### Further reading

- K. Fukushima (1980), *Neocognitron*, Biological Cybernetics 36.
- Y. LeCun and others (1989), *Backpropagation Applied to Handwritten Zip Code Recognition*, Neural Computation 1.
- Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998), *Gradient-Based Learning Applied to Document Recognition*,
  Proceedings of the IEEE 86: LeNet-5.
- K. He, X. Zhang, S. Ren, J. Sun (2015), *Delving Deep into Rectifiers*, ICCV: the start of the weights.

**Next**: [lesson 07](../07-alexnet-and-zfnet/07-alexnet-and-zfnet.ipynb) takes the same kind of table to a million
photos.
"""

# %% [markdown]
r"""
## Five questions to recall

Answer aloud without looking back, then unfold the answers.

1. Which row of LeNet learns most, and which does most of the work? Why are they not the same?
2. Today's form and the table of 1998: name three differences.
<!-- source: lecun-1998, section II.B -->
3. What is fan-in, and what goes wrong in a deep stack if the weights are twice too large?
4. Which two checks come before training in earnest, and what do they show?
5. What did shuffling the pixels do to each of the two networks, and why?

<details><summary>Answers</summary>

- *1:* First fully connected row; convolutions: weights used everywhere.
- *2:* Learned pools, sparse C3, fixed codes.
- *3:* Numbers a unit reads; each row doubles them.
<!-- follows: twice the weights, twice the sum -->
- *4:* First loss near $\log 10$; a hundred by heart: the parts work together.
<!-- shown: Can it learn by heart? Overfitting a hundred digits -->
- *5:* LeNet fell behind, needing neighbors; the flat one lost nothing.
<!-- shown: A fair contest -->

</details>
"""

# %% [markdown]
r"""
## On your own

- Let `forward` run on your own `max_pool2d` of lesson 04 as well. What does an epoch cost then?
- Put average pooling into the table in place of max pooling, as in 1998. Does it read worse?
- Train with every weight twice as large as He's. From which learning rate on does it fail?
- Find the smallest table that reads 98 of 100. How many parameters does it have?
- Let `net` read your own handwriting: 28×28 pixels, white on black, the digit 20 pixels high and centered.
"""

# %% role="given" id="lenet-progress"
progress("06-lenet")
