"""The networks of the course as tables: one row a layer, read from the image to the scores.

What a row is made of is said in `layers`.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from .layers.kind import Layers

#: (C, H, W) of the images that each network is made for.
LENET_INPUT = (1, 32, 32)
ALEXNET_INPUT = (3, 227, 227)
ZFNET_INPUT = (3, 225, 225)
VGG_INPUT = (3, 224, 224)
FASHION_INPUT = (1, 28, 28)

#: Which of S2's six maps each of C3's sixteen looks at (LeCun et al. 1998, table I).
C3_CONNECTIONS = (
    *((i, (i + 1) % 6, (i + 2) % 6) for i in range(6)),
    *((i, (i + 1) % 6, (i + 2) % 6, (i + 3) % 6) for i in range(6)),
    *((i, (i + 1) % 6, (i + 3) % 6, (i + 4) % 6) for i in range(3)),
    tuple(range(6)),
)

_VGG_BLOCKS = {
    11: (1, 1, 2, 2, 2),
    13: (2, 2, 2, 2, 2),
    16: (2, 2, 3, 3, 3),
    19: (2, 2, 4, 4, 4),
}


def lenet_layers() -> Layers:
    """LeNet-5 as it is built today: ReLU, max pooling, and C3 connected to all maps.

    Made for 1×32×32: digits of 28×28 in a frame of 2.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner (1998), *Gradient-based learning applied to document
    recognition*, figure 2.

    Examples
    --------
    >>> [options["filters"] for kind, options in lenet_layers() if kind == "conv"]
    [6, 16]
    """
    return [
        *_conv_relu(6, kernel=5),
        ("max_pool", {"size": 2}),
        *_conv_relu(16, kernel=5),
        ("max_pool", {"size": 2}),
        ("flatten", {}),
        *_hidden(120),
        *_hidden(84),
        ("fully_connected", {"units": 10}),
    ]


def original_lenet5_parameter_counts() -> dict[str, int]:
    """Count what the LeNet-5 of 1998 learns, layer by layer.

    C3 looks at three, four or six of the maps below it, never at all of them but once; each
    subsampling map has one coefficient and one bias. The output layer's codes were set by hand.

    References
    ----------
    LeCun et al. (1998), section II.B and table I.

    Examples
    --------
    >>> original_lenet5_parameter_counts()
    {'C1': 156, 'S2': 12, 'C3': 1516, 'S4': 32, 'C5': 48120, 'F6': 10164}
    >>> sum(original_lenet5_parameter_counts().values())
    60000
    """
    return {
        "C1": 6 * (5 * 5 + 1),
        "S2": 6 * 2,
        "C3": sum(len(maps) * 5 * 5 + 1 for maps in C3_CONNECTIONS),
        "S4": 16 * 2,
        "C5": 120 * (16 * 5 * 5 + 1),
        "F6": 84 * (120 + 1),
    }


def lenet_sized_fully_connected_layers() -> Layers:
    """A fully connected network as large as LeNet-5: 62,110 parameters, 404 more than it.

    Made for 1×32×32.
    """
    return [("flatten", {}), *_hidden(60), ("fully_connected", {"units": 10})]


def alexnet_layers(groups: int = 1) -> Layers:
    """AlexNet, on one tower or (`groups=2`) on the two of the paper's two GPUs.

    Made for 3×227×227; see `alexnet_input_size`.

    References
    ----------
    Krizhevsky, Sutskever, Hinton (2012), *ImageNet classification with deep convolutional neural
    networks*, section 3.5.

    Examples
    --------
    >>> [options["filters"] for kind, options in alexnet_layers() if kind == "conv"]
    [96, 256, 384, 384, 256]
    """
    return [
        *_conv_relu(96, kernel=11, stride=4),
        ("local_response_norm", {}),
        ("max_pool", {"size": 3, "stride": 2}),
        *_conv_relu(256, kernel=5, pad=2, groups=groups),
        ("local_response_norm", {}),
        ("max_pool", {"size": 3, "stride": 2}),
        *_conv_relu(384, kernel=3, pad=1),
        *_conv_relu(384, kernel=3, pad=1, groups=groups),
        *_conv_relu(256, kernel=3, pad=1, groups=groups),
        ("max_pool", {"size": 3, "stride": 2}),
        *_imagenet_classifier(),
    ]


def alexnet_input_size() -> int:
    """Find the side of AlexNet's images: the first from 224 on that an 11×11 filter fits, in 4s.

    (224 − 11)/4 + 1 = 54.25 is no size. The paper's 55 needs 227.

    Examples
    --------
    >>> alexnet_input_size()
    227
    """
    return next(size for size in count(224) if (size - 11) % 4 == 0)


def alexnet_pretrained_layers() -> Layers:
    """The five convolutions of "one weird trick" AlexNet, as learned weights for it exist.

    Made for 3×224×224. Its first layer does not fit and is rounded down.

    References
    ----------
    Krizhevsky (2014), *One weird trick for parallelizing convolutional neural networks*.
    """
    pool = ("max_pool", {"size": 3, "stride": 2})
    return [
        *_conv_relu(64, kernel=11, stride=4, pad=2, floor=True),
        pool,
        *_conv_relu(192, kernel=5, pad=2),
        pool,
        *_conv_relu(384, kernel=3, pad=1),
        *_conv_relu(256, kernel=3, pad=1),
        *_conv_relu(256, kernel=3, pad=1),
        pool,
    ]


def zfnet_layers(variant: str = "paper") -> Layers:
    """ZFNet: AlexNet with a finer first look, 7×7 in steps of 2.

    Made for 3×225×225. The paper's 224 does not fit: (224 + 2 − 7)/2 + 1 = 110.5, and the paper
    prints 110. One pixel more gives 111; a pad of 1 in the second convolution then makes
    111 → 55 → 27 → 13, and the 6×6 before the fully connected layers is the paper's again.

    Parameters
    ----------
    variant : {"paper", "slides"}
        `"slides"` widens the last three convolutions to 512, 1024, 512.

    References
    ----------
    Zeiler, Fergus (2014), *Visualizing and understanding convolutional networks*, figure 3; the
    wide layers are in its table 3.

    Raises
    ------
    ValueError
        For another variant.

    Examples
    --------
    >>> [options["filters"] for kind, options in zfnet_layers("slides") if kind == "conv"]
    [96, 256, 512, 1024, 512]
    """
    widths = {"paper": (384, 384, 256), "slides": (512, 1024, 512)}
    if variant not in widths:
        raise ValueError(f"no ZFNet is called {variant!r}; there are 'paper' and 'slides'")
    return [
        *_conv_relu(96, kernel=7, stride=2, pad=1),
        ("max_pool", {"size": 3, "stride": 2}),
        ("local_response_norm", {}),
        *_conv_relu(256, kernel=5, stride=2, pad=1),
        ("max_pool", {"size": 3, "stride": 2}),
        ("local_response_norm", {}),
        *(row for filters in widths[variant] for row in _conv_relu(filters, kernel=3, pad=1)),
        ("max_pool", {"size": 3, "stride": 2}),
        *_imagenet_classifier(),
    ]


def vgg_layers(depth: int) -> Layers:
    """VGG: 3×3 filters and 2×2 pools, 11, 13, 16 or 19 layers deep.

    Made for 3×224×224.

    References
    ----------
    Simonyan, Zisserman (2015), *Very deep convolutional networks for large-scale image
    recognition*, table 1 (A, B, D, E).

    Raises
    ------
    ValueError
        For another depth.

    Examples
    --------
    >>> sum(kind in ("conv", "fully_connected") for kind, _ in vgg_layers(16))
    16
    """
    if depth not in _VGG_BLOCKS:
        raise ValueError(f"no VGG is {depth} layers deep; there are 11, 13, 16 and 19")
    return [*_vgg_blocks(_VGG_BLOCKS[depth]), *_imagenet_classifier()]


def vgg16_pretrained_layers() -> Layers:
    """The first three blocks of VGG-16, as learned weights for them are small enough to ship."""
    return _vgg_blocks(_VGG_BLOCKS[16][:3])


def small_vgg_layers() -> Layers:
    """VGG's idea at the size of Fashion-MNIST, 1×28×28: two blocks of two 3×3 convolutions."""
    rows: Layers = []
    for filters in (16, 32):
        rows += [*_conv_relu(filters, kernel=3, pad=1) * 2, ("max_pool", {"size": 2})]
    return [
        *rows,
        ("flatten", {}),
        *_hidden(128),
        ("dropout", {"rate": 0.5}),
        ("fully_connected", {"units": 10}),
    ]


def training_recipe() -> dict[str, float]:
    """How AlexNet was trained.

    References
    ----------
    Krizhevsky, Sutskever, Hinton (2012), section 5; seven networks voted in the end.

    Examples
    --------
    >>> training_recipe()["batch_size"]
    128
    """
    return {
        "batch_size": 128,
        "momentum": 0.9,
        "learning_rate": 1e-2,
        "learning_rate_factor": 0.1,
        "weight_decay": 5e-4,
        "dropout": 0.5,
        "ensemble_size": 7,
    }


def _conv_relu(filters: int, **options: Any) -> Layers:
    return [("conv", {"filters": filters, **options}), ("relu", {})]


def _hidden(units: int) -> Layers:
    return [("fully_connected", {"units": units}), ("relu", {})]


def _vgg_blocks(times: tuple[int, ...]) -> Layers:
    rows: Layers = []
    for repeat, filters in zip(times, (64, 128, 256, 512, 512), strict=False):
        rows += [*_conv_relu(filters, kernel=3, pad=1) * repeat, ("max_pool", {"size": 2})]
    return rows


def _imagenet_classifier() -> Layers:
    hidden = [*_hidden(4096), ("dropout", {"rate": 0.5})]
    return [("flatten", {}), *hidden, *hidden, ("fully_connected", {"units": 1000})]
