"""What each part of a training recipe is worth, and what chance alone could do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from autograder.figures.raster import Raster, canvas
from autograder.figures.style import INK, LINE, MARK, MUTED, POSITIVE, SERIES, mix

STUDENT_T = {4: 2.776, 6: 2.447}
"""97.5 % points of Student's t by degrees of freedom: what a mean of 5 or 7 runs may be off by."""


def together(
    networks: Sequence[int],
    mean: Sequence[float],
    lowest: Sequence[float],
    highest: Sequence[float],
    live: Sequence[float],
) -> Raster:
    """Draw the error of networks that decide together against their number.

    Parameters
    ----------
    networks : sequence of int
    mean, lowest, highest : sequence of float
        Over every choice of so many, from long training.
    live : sequence of float
        Of the first 1, 2, 3, ... networks of the lesson.
    """
    with canvas(3.1) as paper:
        axes = paper.figure.subplots()
        axes.fill_between(networks, lowest, highest, color=mix(POSITIVE, 0.25), linewidth=0)
        axes.plot(networks, mean, marker="o", label="60 epochs: mean of all choices")
        ours = np.arange(1, len(live) + 1)
        axes.plot(ours, live, marker="s", linestyle=(0, (5, 3)), label="yours, a few epochs")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.set(xlabel="networks that decide together", ylabel="error", xticks=list(networks))
        axes.legend()
        paper.figure.tight_layout()
        return paper.finish(
            "Error of an ensemble against the number of its networks. The band: the best and the "
            "worst choice of so many out of seven.",
            f"Two falling curves: {mean[0]:.1%} alone to {mean[-1]:.1%} together; yours "
            f"{live[0]:.1%} to {live[-1]:.1%}.",
        )


def trial(variants: Mapping[str, Mapping[str, Sequence[float]]], plain: str) -> Raster:
    """Draw what each part of a recipe changes, with what chance alone could do.

    Parameters
    ----------
    variants : mapping from name to {"test": errors, "train": errors}
        One error a seed, the same seeds in the same order.
    plain : str
        The variant that the others are compared with.
    """
    names = [name for name in variants if name != plain]
    with canvas(0.42 * len(names) + 1.0) as paper:
        left, right = paper.figure.subplots(1, 2, width_ratios=[2.3, 1])
        paper.figure.subplots_adjust(left=0.315, right=0.985, bottom=0.14, top=0.92, wspace=0.08)
        told = []
        base = np.array(variants[plain]["test"])
        for y, name in enumerate(names):
            change = 100 * (np.array(variants[name]["test"]) - base)
            mean, margin = change.mean(), interval(change)
            sure = abs(mean) > margin
            colour = MUTED if not sure else (SERIES[2] if mean < 0 else MARK)
            left.plot(change, np.full(len(change), y), "o", color=mix(colour, 0.35), markersize=5)
            left.plot([mean - margin, mean + margin], [y, y], color=colour, linewidth=3)
            left.plot([mean], [y], "D", color=colour, markersize=8)
            told.append(f"{name} {mean:+.1f} ± {margin:.1f}")
            for errors, shade in ((variants[name]["train"], 0.35), (variants[name]["test"], 1)):
                right.plot([100 * np.mean(errors)], [y], "o", color=mix(POSITIVE, shade))
        left.axvline(0, color=INK, linewidth=1.2)
        left.set_yticks(range(len(names)), names)
        left.tick_params(axis="y", labelcolor=INK, length=0)
        left.set(xlabel="change of the test error (points)", ylim=(len(names) - 0.5, -0.5))
        right.set(yticks=range(len(names)), ylim=(len(names) - 0.5, -0.5), xlabel="error (%)")
        right.tick_params(axis="y", labelleft=False, length=0)
        right.set_title("pale: training, full: test", fontsize=9.5)
        left.set_title("◀ fewer errors        more errors ▶", fontsize=9.5)
        return paper.finish(
            "Parts of the recipe, added to a plain network. Dots: seeds. Diamond and bar: their "
            "mean and its 95 % interval. Gray: the interval holds 0.",
            "Changes of the test error in points: " + "; ".join(told) + ".",
        )


def interval(change: np.ndarray) -> float:
    """Half the width of the 95 % interval of a mean of 5 or 7 runs."""
    return float(STUDENT_T[len(change) - 1] * change.std(ddof=1) / np.sqrt(len(change)))


def stairs(runs: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Raster:
    """Draw validation errors of several seeds, epoch by epoch, and where the steps got smaller.

    Parameters
    ----------
    runs : mapping from name to (errors, rates)
        (S, E) each: one row a seed, one column an epoch.
    """
    with canvas(3.1) as paper:
        axes = paper.figure.subplots()
        told = []
        for (name, (errors, rates)), colour in zip(runs.items(), SERIES, strict=False):
            epochs = np.arange(1, errors.shape[1] + 1)
            for one, rate in zip(errors, rates, strict=True):
                axes.plot(epochs, one, color=mix(colour, 0.3), linewidth=1)
                drops = np.flatnonzero(np.diff(rate) < 0)
                axes.plot(epochs[drops], one[drops], "v", color=colour, markersize=8)
            _mean_line(axes, epochs, errors.mean(axis=0), colour, name)
            told.append(f"{name} ends at {errors[:, -1].mean():.1%}")
        axes.plot([], [], "v", color=MUTED, markersize=8, label="learning rate divided by 10")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        ends = [errors[:, -1].mean() for errors, _ in runs.values()]
        axes.set(xlabel="epochs", ylabel="validation error", ylim=(None, 2 * min(ends)))
        axes.grid(color=LINE)
        axes.legend()
        paper.figure.tight_layout()
        return paper.finish(
            "Thin: one seed each. Thick: their mean. Triangles: the learning rate is divided by "
            "10. From there on the error of that seed settles.",
            "Falling curves. " + "; ".join(told) + ".",
        )


def _mean_line(axes: Axes, x: np.ndarray, y: np.ndarray, colour: str, name: str) -> None:
    axes.plot(x, y, color=colour, label=name)
