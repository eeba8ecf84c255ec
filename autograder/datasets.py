"""The course's real data: digits, clothes, photographs, learned filters.

Everything is read from `data/`, in a checkout or inside an installed package; nothing is ever
downloaded. `data/README.md` says where each file came from and under what terms.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

HELD_OUT = 1500
SPLIT_SEED = 20240229
"""`load_digits` keeps the same 150 digits of each class apart, chosen by this seed."""

CHECKSUMS = {
    "alexnet-convs.npz": "662e2b3c4ffdee8ba3312093f1ecd779841d9cf2363cbeaaf5af006160ef3bdf",
    "alexnet-experiments.json": "b3c95f3e6385a5a08b1ed26b5ccc46c4137ac2de53228e0574ef708a4e2ee28c",
    "astronaut.png": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    "brick.png": "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf",
    "camera.png": "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a",
    "chelsea.png": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
    "china.jpg": "8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29",
    "coffee.png": "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
    "digit-networks.npz": "de060ac60e51c3599ddab84a65996088f563a4293827352b088f4538b46ce2e9",
    "digits.npz": "0217e13bd0668deb198aa7d305edbf0331eb89f8a6e7dd226e03d1aa3a9bd4ef",
    "efficientnet-lite0.npz": "86097bdfa09d784ccd4d51c8011462c32ff6603bc798495a845ab013ece45e70",
    "fashion.npz": "ff940e5ddccf9f8d3244a27b22ebbee206f3807a9648c73e227e4df1d0fbf59d",
    "imagenet-classes.txt": "ee4fa67b1dd46919ef87529b70e25bdd1ec9ebd350de3ad426e6640eb70320a1",
    "vgg-experiments.json": "2aeb2b105acf95a318f738f367b006dd91bf74838030d165f6a84c502ce97778",
    "vgg16-blocks1-3.npz": "ad00012fbe31e0d8746dd47707fa808d106fda687deaf0ef010e5d25b30658c1",
}
"""SHA-256 of every file in `data/`."""

PHOTOS = ("astronaut", "brick", "camera", "chelsea", "china", "coffee")


class DataError(FileNotFoundError):
    """A data file is missing or is not the one the course was written with; or a photo is none.

    A notebook shows the sentence alone.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def data_folder() -> Path:
    """The folder that holds the data: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent
    for folder in (package.parent / "data", package / "_data"):
        if any((folder / name).is_file() for name in CHECKSUMS):
            return folder
    raise DataError(
        "The course's data was not found. Install the package from its checkout with "
        "`make setup`, or keep the folder `data` beside the folder `autograder`."
    )


def data_path(name: str) -> Path:
    """The path of one data file; `DataError` where there is none of that name."""
    path = data_folder() / name
    if not path.is_file():
        there = sorted(one.name for one in data_folder().iterdir() if one.name in CHECKSUMS)
        raise DataError(f"There is no data file {name!r}; there are {', '.join(there)}.")
    return path


def verify(name: str) -> None:
    """Raise `DataError` unless the file holds the bytes the course was written with."""
    digest = hashlib.sha256(data_path(name).read_bytes()).hexdigest()
    if digest != CHECKSUMS[name]:
        raise DataError(f"data/{name} has changed: get it again from the course's repository.")


def load_photo(name: str) -> np.ndarray:
    """Load a photograph.

    Parameters
    ----------
    name : str
        One of `PHOTOS`.

    Returns
    -------
    (H, W, 3) or (H, W) uint8 ndarray
        RGB for a color photograph; `brick` and `camera` are gray.

    Examples
    --------
    >>> load_photo("chelsea").shape
    (300, 451, 3)
    """
    from PIL import Image

    if name not in PHOTOS:
        raise DataError(f"There is no photo {name!r}; there are {', '.join(PHOTOS)}.")
    suffix = "jpg" if name == "china" else "png"
    with Image.open(data_path(f"{name}.{suffix}")) as image:
        return np.array(image.convert("RGB") if image.mode not in ("L", "RGB") else image)


def read_photo(path: str | Path, side: int = 224) -> np.ndarray:
    """Read a photo of one's own: its middle square, in the size that a network takes.

    Parameters
    ----------
    path : str or Path
        Of a file in any format that Pillow reads. It is turned as the camera says; what is
        transparent is laid on white, and of a film the first picture is taken.
    side : int
        Of the square that comes back, in pixels.

    Returns
    -------
    (side, side, 3) uint8 ndarray

    Raises
    ------
    DataError
        If there is no such file, it is no photo, or one of more than 179 million pixels.

    Examples
    --------
    >>> read_photo(data_path("chelsea.png")).shape
    (224, 224, 3)
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                photo = _in_color(ImageOps.exif_transpose(image))
    except FileNotFoundError:
        raise DataError(
            f"There is no file {str(path)!r}: put your photo beside the notebook, and write its "
            "name with its ending, such as 'cat.jpg'."
        ) from None
    except Image.DecompressionBombError:
        raise DataError(
            f"{str(path)!r} has too many pixels to be read: save it smaller, 4,000 pixels wide at "
            "most, and try that."
        ) from None
    except (OSError, ValueError, SyntaxError):
        raise DataError(
            f"{str(path)!r} cannot be read as a photo: save it as JPEG or PNG, and try that."
        ) from None
    return np.asarray(ImageOps.fit(photo, (side, side), Image.Resampling.BICUBIC))


def _in_color(image: Picture) -> Picture:
    """An image as red, green and blue, in bytes; what is transparent is laid on white."""
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits: Pillow itself would cut off all above 255
        gray = (np.asarray(image) // 257).clip(0, 255).astype(np.uint8)
        return Image.fromarray(gray).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    ground = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(ground, seen).convert("RGB")


def load_digits() -> dict[str, np.ndarray]:
    """Load the 10,000 handwritten digits, split once and for all.

    The digits are the first 10,000 of MNIST's *training* file, so an accuracy on the held-out part
    is not a result on MNIST's test set.

    Returns
    -------
    dict
        `"images" (8500, 28, 28) uint8` and `"labels" (8500,) uint8` to learn from, and
        `"held_out_images" (1500, 28, 28)` and `"held_out_labels"`, 150 of each class.

    Examples
    --------
    >>> load_digits()["images"].shape
    (8500, 28, 28)
    """
    digits = _arrays("digits.npz")
    if "held_out_labels" in digits:  # where work is graded, the file has no digit that counts
        return digits
    images, labels = digits["images"], digits["labels"]
    kept = _held_out(labels)
    return {
        "images": images[~kept],
        "labels": labels[~kept],
        "held_out_images": images[kept],
        "held_out_labels": labels[kept],
    }


def _held_out(labels: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(SPLIT_SEED)
    kept = np.zeros(len(labels), dtype=bool)
    for digit in range(10):
        kept[rng.choice(np.flatnonzero(labels == digit), HELD_OUT // 10, replace=False)] = True
    return kept


def load_fashion() -> dict[str, np.ndarray]:
    """Load Fashion-MNIST's small sample.

    Returns
    -------
    dict
        `"train_images" (6000, 28, 28) uint8`, `"train_labels" (6000,)`,
        `"test_images" (1000, 28, 28)`, `"test_labels"`; all ten classes equally often.
    """
    return _arrays("fashion.npz")


@lru_cache
def load_alexnet_convs() -> dict[str, np.ndarray]:
    """Load the five convolution layers of an AlexNet trained on ImageNet.

    The network is the 64/192/384/256/256 variant of "One weird trick for parallelizing
    convolutional neural networks" (Krizhevsky, 2014), not the 2012 paper's.

    Returns
    -------
    dict
        `"conv1.weight" (64, 3, 11, 11)` … `"conv5.weight" (256, 256, 3, 3)` and the biases,
        float32. Input: RGB in 0..1, less `IMAGENET_MEAN`, over `IMAGENET_STD`.
    """
    return {name: _read_only(array) for name, array in _arrays("alexnet-convs.npz").items()}


@lru_cache
def load_vgg16_blocks() -> dict[str, np.ndarray]:
    """Load the first seven convolution layers of a VGG-16 trained on ImageNet.

    Returns
    -------
    dict
        `"conv1_1.weight" (64, 3, 3, 3)` … `"conv3_3.weight" (256, 256, 3, 3)` and the biases,
        float32; the same input as `load_alexnet_convs`.
    """
    return {name: _read_only(array) for name, array in _arrays("vgg16-blocks1-3.npz").items()}


@lru_cache
def load_efficientnet() -> dict[str, np.ndarray]:
    """Load EfficientNet-Lite0, a whole classifier of photos trained on ImageNet.

    Returns
    -------
    dict
        `"stem.weight" (32, 3, 3, 3)`, for blocks 0 to 15 `"N.expand.weight"` (but for block 0),
        `"N.depthwise.weight"` and `"N.project.weight"`, then `"head.weight"`, `"fc.weight"`, and
        the biases, float32. Input: RGB in 0..1, less 0.5, over 0.5.
    """
    return {name: _read_only(array) for name, array in _arrays("efficientnet-lite0.npz").items()}


def load_digit_networks() -> dict[str, list[dict[str, np.ndarray]]]:
    """Load what two small networks have learned from the digits, as lesson 06 prepares them.

    Returns
    -------
    dict
        `"lenet"`, for the rows of `lenet_layers`, and `"fully_connected"`, for those of
        `lenet_sized_fully_connected_layers`: for each row `"weights"` and `"bias"`, or nothing.

    Examples
    --------
    >>> load_digit_networks()["lenet"][0]["weights"].shape
    (6, 1, 5, 5)
    """
    params: dict[str, list[dict[str, np.ndarray]]] = {
        "lenet": [{} for _ in range(12)],
        "fully_connected": [{} for _ in range(4)],
    }
    for name, array in _arrays("digit-networks.npz").items():
        network, row, part = name.split(".")
        params[network][int(row)][part] = array
    return params


def load_class_names() -> list[str]:
    """Load the names of ImageNet's 1,000 classes, in the order of the scores."""
    return data_path("imagenet-classes.txt").read_text(encoding="utf-8").splitlines()


def load_experiments(lesson: str) -> dict[str, Any]:
    """Load the numbers of a lesson's long experiments, which take minutes to run.

    Parameters
    ----------
    lesson : str
        `"alexnet"` or `"vgg"`; scripts in `benchmarks/` made the numbers.
    """
    return json.loads(data_path(f"{lesson}-experiments.json").read_text(encoding="utf-8"))


IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
IMAGENET_STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)


def imagenet_classes() -> list[str]:
    """The names of ImageNet's 1,000 classes, in the usual order."""
    return data_path("imagenet-classes.txt").read_text(encoding="utf-8").splitlines()


def _arrays(name: str) -> dict[str, np.ndarray]:
    with np.load(data_path(name), allow_pickle=False) as file:
        return {
            key: file[key].astype(np.float32) if file[key].dtype == np.float16 else file[key]
            for key in file.files
        }


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
