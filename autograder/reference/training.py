"""Training a network: mini-batches, steps, schedules, and when to stop."""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .backpropagation import backward, forward_training
from .images import random_shift
from .losses import softmax_cross_entropy
from .networks import initialize, probabilities
from .optimizers import one_cycle, reduce_on_plateau, sgd_momentum_step
from .rows import Layers, Params, full_options, kind_of

#: How the names of what gradients move end; other parameters run along with the training.
MOVED = ("weights", "bias")


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes
    ----------
    epochs, batch_size : int
    learning_rate : float
        The highest of a one-cycle schedule, the first of the others.
    schedule : {"one_cycle", "plateau", "constant"}
        `"plateau"` divides by 10 when the validation loss stops improving; without validation
        images it watches the training loss.
    momentum, weight_decay : float
    furthest_shift : int
        Shift each training image by up to so many pixels, anew each epoch.
    early_stop : int or None
        Stop after so many epochs without a lower validation loss, and go back to the best.
    """

    epochs: int = 10
    batch_size: int = 64
    learning_rate: float = 0.05
    schedule: str = "one_cycle"
    momentum: float = 0.9
    weight_decay: float = 5e-4
    furthest_shift: int = 0
    early_stop: int | None = None

    def __post_init__(self) -> None:
        if self.schedule not in ("one_cycle", "plateau", "constant"):
            raise ValueError(
                f"no schedule is called {self.schedule!r}; "
                "there are 'one_cycle', 'plateau' and 'constant'"
            )
        if self.epochs < 1 or self.batch_size < 1:
            raise ValueError(
                f"{self.epochs} epochs of batches of {self.batch_size}: both must be at least 1"
            )


@dataclass
class Epoch:
    """What one epoch came to; validation is NaN without validation images."""

    loss: float
    learning_rate: float
    validation_loss: float = math.nan
    validation_error: float = math.nan


@dataclass
class Trained:
    """A trained network's parameters, and how it went."""

    params: Params
    history: list[Epoch] = field(default_factory=list)


def train(
    layers: Layers,
    images: np.ndarray,
    labels: np.ndarray,
    rng: np.random.Generator,
    recipe: Recipe | None = None,
    *,
    params: Params | None = None,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    progress: bool = True,
) -> Trained:
    """Train a network by stochastic gradient descent with momentum.

    The same seed gives the same network, on the same machine with as many threads.

    Parameters
    ----------
    layers : list of (kind, options)
        The last row gives scores.
    images : (N, C, H, W) ndarray of float32 or float64
    labels : (N,) ndarray of int
    rng : numpy.random.Generator
        Draws the first parameters, the order of the images, their shifts and what drops out.
    recipe : Recipe
    params : list of dict, optional
        Where to start from; they are not changed. Drawn by `initialize` if left out.
    validation : (images, labels), optional
        Looked at after each epoch, never trained on.
    progress : bool
        Show a line of progress on standard output.

    Returns
    -------
    Trained
        `params` and `history`.

    Raises
    ------
    ValueError
        If images and labels differ in number, images are not floating, or early stopping has no
        validation to go by.
    FloatingPointError
        If the loss is no longer a finite number: the learning rate is too high.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> images = rng.standard_normal((64, 1, 4, 4))
    >>> labels = (images.sum(axis=(1, 2, 3)) > 0).astype(int)
    >>> layers = [("fully_connected", {"units": 2})]
    >>> recipe = Recipe(epochs=20, batch_size=8)
    >>> trained = train(layers, images, labels, rng, recipe, progress=False)
    >>> trained.history[-1].loss < 0.1
    True
    """
    recipe = recipe or Recipe()
    if len(images) != len(labels) or not len(images):
        raise ValueError(f"{len(images)} images and {len(labels)} labels: one a piece is needed")
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"images of {images.dtype}: scale them to float32 first")
    if recipe.early_stop and validation is None:
        raise ValueError("early stopping needs validation images to know when")
    if params is None:
        params = initialize(layers, images.shape[1:], rng, images.dtype.type)
    velocities = zero_velocities(params)
    batches = math.ceil(len(images) / recipe.batch_size)
    steps = recipe.epochs * batches
    rate = recipe.learning_rate
    trained, best, waited = Trained(params), math.inf, 0
    line = ProgressLine(steps) if progress else None

    for epoch in range(recipe.epochs):
        losses = []
        order = rng.permutation(len(images))
        for number in range(batches):
            chosen = order[number * recipe.batch_size : (number + 1) * recipe.batch_size]
            batch = images[chosen]
            if recipe.furthest_shift:
                batch = random_shift(batch, recipe.furthest_shift, rng)
            step = epoch * batches + number
            if recipe.schedule == "one_cycle":
                rate = one_cycle(step, steps, recipe.learning_rate)
            loss, params = sgd_step(
                layers, params, velocities, batch, labels[chosen], rate, recipe, rng
            )
            if not math.isfinite(loss):
                raise FloatingPointError(
                    f"the loss became {loss} in epoch {epoch + 1}: "
                    f"try a learning rate below {rate:g}"
                )
            losses.append(loss * len(chosen))
            if line:
                line.show(step + 1, f"epoch {epoch + 1}/{recipe.epochs}  loss {loss:.3f}")
        result = Epoch(sum(losses) / len(images), rate)
        if validation is not None:
            result.validation_loss, result.validation_error = evaluate(layers, params, *validation)
        trained.history.append(result)

        if recipe.early_stop:
            if result.validation_loss < best:
                best, waited, trained.params = result.validation_loss, 0, params
            else:
                waited += 1
            if waited >= recipe.early_stop:
                break
        else:
            trained.params = params
        if recipe.schedule == "plateau":
            watched = [e.loss if validation is None else e.validation_loss for e in trained.history]
            rate = reduce_on_plateau(watched, rate)
    if line:
        line.close()
    return trained


def zero_velocities(params: Params) -> Params:
    """Start SGD at rest: zeros shaped like all that the gradient moves."""
    return [
        {name: np.zeros_like(array) for name, array in learned.items() if name.endswith(MOVED)}
        for learned in params
    ]


def sgd_step(
    layers: Layers,
    params: Params,
    velocities: Params,
    batch: np.ndarray,
    labels: np.ndarray,
    rate: float,
    recipe: Recipe,
    rng: np.random.Generator,
) -> tuple[float, Params]:
    """Take one step of gradient descent on a mini-batch.

    Parameters
    ----------
    layers, params
        As for `forward_training`; the parameters that came in are unchanged.
    velocities : list of dict
        From `zero_velocities`; those of this step are put in their place.
    batch, labels : (N, C, H, W) and (N,) ndarray
    rate : float
        The learning rate; the rest is in the recipe.
    recipe : Recipe
    rng : numpy.random.Generator

    Returns
    -------
    loss : float
        Before the step.
    params : list of dict
        After it.
    """
    scores, tape = forward_training(layers, params, batch, rng)
    loss, grad = softmax_cross_entropy(scores, labels)
    grads = backward(layers, params, tape, grad)
    stepped: Params = []
    for row, learned, velocity, gradient, kept in zip(
        layers, params, velocities, grads, tape, strict=True
    ):
        new = dict(learned)
        for name, slope in gradient.items():
            new[name], velocity[name] = sgd_momentum_step(
                learned[name], slope, velocity[name], rate, recipe.momentum, recipe.weight_decay
            )
        stepped.append({**new, **kind_of(row).running(learned, kept, full_options(row))})
    return loss, stepped


def train_ensemble(
    members: int,
    layers: Layers,
    images: np.ndarray,
    labels: np.ndarray,
    rng: np.random.Generator,
    recipe: Recipe | None = None,
    **options,
) -> list[Trained]:
    """Train the same network several times, from different first parameters.

    Parameters
    ----------
    members : int
    layers, images, labels, rng, recipe, **options
        As for `train`.

    Returns
    -------
    list of Trained
        Let them decide together with `ensemble_predict`.
    """
    return [
        train(layers, images, labels, member_rng, recipe, **options)
        for member_rng in rng.spawn(members)
    ]


def evaluate(
    layers: Layers, params: Params, images: np.ndarray, labels: np.ndarray
) -> tuple[float, float]:
    """Give the mean loss, and the fraction of wrong answers.

    Parameters
    ----------
    layers, params
        As for `forward`.
    images : (N, C, H, W) ndarray
    labels : (N,) ndarray of int
    """
    chances = probabilities(layers, params, images)
    right = chances[np.arange(len(labels)), labels]
    # A chance that has been rounded to 0 must not make the mean infinite.
    loss = -np.log(np.maximum(right, np.finfo(chances.dtype).tiny)).mean()
    return float(loss), float((chances.argmax(axis=1) != labels).mean())


def save_parameters(path: str | os.PathLike, params: Params) -> None:
    """Write a network's parameters to an `.npz` file.

    The file is written beside its place and then renamed: whoever interrupts, what was there
    before stays whole.

    Parameters
    ----------
    path : path of the file
    params : list of dict
    """
    path = Path(path)
    arrays = {
        f"{index}.{name}": array
        for index, learned in enumerate(params)
        for name, array in learned.items()
    }
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, rows=np.array(len(params)), **arrays)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def load_parameters(path: str | os.PathLike) -> Params:
    """Read parameters that `save_parameters` has written.

    Parameters
    ----------
    path : path of the file

    Returns
    -------
    list of dict
        One a row.

    Raises
    ------
    ValueError
        If the file is not one of those; nothing in it is ever run.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            params: Params = [{} for _ in range(int(file["rows"]))]
            for key in file.files:
                if key != "rows":
                    index, _, name = key.partition(".")
                    params[int(index)][name] = file[key]
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as problem:
        raise ValueError(f"{path} does not hold parameters that were saved here") from problem
    return params


class ProgressLine:
    """One line on standard output that is written over, a few times a second.

    Never on standard error, where nbgrader takes it for a failure. Where a line cannot be written
    over, as in a file, only the last state is written.
    """

    SECONDS_BETWEEN = 0.2

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.started = time.monotonic()
        self.shown = -math.inf
        self.text = ""
        stream = sys.stdout
        self.live = stream.isatty() or type(stream).__module__.startswith("ipykernel")

    def show(self, step: int, text: str) -> None:
        now = time.monotonic()
        left = (now - self.started) / step * (self.steps - step)
        done = int(20 * step / self.steps)
        bar = "█" * done + "·" * (20 - done)
        before = len(self.text)
        self.text = f"{bar} {text}  {_clock(left)} left"
        if self.live and now - self.shown >= self.SECONDS_BETWEEN:
            self.shown = now
            print(f"\r{self.text.ljust(before)}", end="", flush=True)

    def close(self) -> None:
        taken = f"{_clock(time.monotonic() - self.started)} taken"
        before = len(self.text)
        text = f"{self.text.rsplit('  ', 1)[0]}  {taken}".ljust(before)
        print(f"\r{text}" if self.live else text, flush=True)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
