"""The pictures of lesson 06's experiments with many runs: starts and rates, and what leaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator

from autograder.figures.raster import Raster, canvas
from autograder.figures.style import INK, LINE, MARK, MUTED, SERIES

LOWEST, HIGHEST = 0.03, 1e5
"""What the axis of a loss shows."""


def grid_of_losses(
    runs: Mapping[tuple[float, float], tuple[Sequence[float], float]], classes: int = 10
) -> Raster:
    """Draw the losses of many short trainings, a row for each start and a column for each rate.

    Parameters
    ----------
    runs : mapping from (factor, learning rate) to (losses, share)
        The factor by which the first weights were multiplied; the loss of each epoch, which may be
        NaN or infinite; the share of held-out images read right.
    classes : int
        A network that knows nothing has a loss of log `classes`.
    """
    factors, rates = (sorted({key[i] for key in runs}) for i in (0, 1))
    told = []
    with canvas(0.95 * len(factors) + 0.75) as paper:
        grid = paper.figure.subplots(
            len(factors), len(rates), sharex=True, sharey=True, squeeze=False
        )
        for (factor, rate), (losses, share) in runs.items():
            axes = grid[factors.index(factor), rates.index(rate)]
            said = _one_training(axes, losses, share, classes)
            told.append(f"{factor:g} times He's, rate {rate:g}: {said}")
        for axes, rate in zip(grid[0], rates, strict=True):
            axes.set_title(f"learning rate {rate:g}")
        for axes, factor in zip(grid[:, 0], factors, strict=True):
            name = f"{Fraction(factor).limit_denominator(100)} × He's"
            axes.set_ylabel(name, rotation=0, ha="right", va="center", labelpad=10)
        for axes in grid[-1]:
            axes.set_xlabel("epochs")
        paper.figure.tight_layout(h_pad=0.4, w_pad=0.5)
        return paper.finish(
            "The loss of each training, and the share of held-out digits read at the end. Dashed: "
            f"log {classes}, the loss of a network that knows nothing. All axes are the same; from "
            "one line to the next the loss is a hundred times as large.",
            "Curves of loss. " + "; ".join(told) + ".",
        )


def _one_training(axes: Axes, losses: Sequence[float], share: float, classes: int) -> str:
    """Draw one curve, and say in words how it went."""
    values, nothing = np.asarray(losses, dtype=float), np.log(classes)
    fine = np.isfinite(values)
    said, color = f"reads {share:.0%}", SERIES[0]
    if not fine.all():
        said, color = f"diverged in epoch {np.argmin(fine) + 1}", MARK
    elif values[-1] > 0.98 * nothing:
        said, color = "learned nothing", MUTED
    axes.axhline(nothing, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
    epochs = np.arange(1, len(values) + 1)
    shown = np.clip(values[fine], LOWEST, HIGHEST)
    axes.semilogy(epochs[fine], shown, color=color, marker="o", markersize=2.5)
    axes.set_ylim(LOWEST, HIGHEST)
    axes.set_yticks([0.1, 10, 1000], ["0.1", "10", "1,000"])
    axes.minorticks_off()
    axes.text(
        0.97, 0.93, said, transform=axes.transAxes, ha="right", va="top", color=color, fontsize=9.5
    )
    return said


def told_and_true(runs: Mapping[str, Sequence[tuple[float, float]]], caption: str) -> Raster:
    """Draw the error that each run reported beside the one that it makes on new images.

    Parameters
    ----------
    runs : mapping from name to sequence of (told, true)
        Shares from 0 to 1.
    caption : str
    """
    most = max(len(pairs) for pairs in runs.values())
    step, means = 0.75 / most, []
    with canvas(max(0.95, 0.15 * most) * len(runs) + 1.15) as paper:
        axes = paper.figure.subplots()
        for row, (name, pairs) in enumerate(runs.items()):
            told, true = np.transpose(pairs)
            heights = row + step * (np.arange(len(told)) - (len(told) - 1) / 2)
            axes.hlines(heights, told, true, color=LINE, linewidth=2.5, zorder=1)
            labels = ("reported", "on new digits") if row == 0 else (None, None)
            for values, marker, color, label in zip(
                (told, true), "os", SERIES[1::-1], labels, strict=True
            ):
                axes.scatter(values, heights, 34, color=color, marker=marker, label=label, zorder=2)
            means.append(f"{name}: reported {told.mean():.1%}, on new digits {true.mean():.1%}")
        axes.set_yticks(range(len(runs)), list(runs), color=INK)
        axes.set(ylim=(len(runs) - 0.5, -0.5), xlim=(0, None), xlabel="read wrongly")
        axes.xaxis.set_major_locator(MultipleLocator(0.05))
        axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.grid(axis="y", visible=False)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
        paper.figure.tight_layout()
        return paper.finish(caption, "Means of the runs. " + "; ".join(means) + ".")
