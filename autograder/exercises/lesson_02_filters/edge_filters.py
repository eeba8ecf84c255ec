"""Give five 3×3 kernels that are worth knowing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder import reference

from ..model import Claim, Exercise, Mistake, Numbers, Property

TOP_DARK = np.repeat([[0.0], [0.0], [0.0], [9.0], [9.0], [9.0]], 6, axis=1)
"""A test picture: dark above, bright below, so its edge runs from left to right."""


def kernels_of(call) -> dict[str, np.ndarray]:
    kernels = call()
    return {name: np.asarray(kernels[name], dtype=float) for name in kernels}


def five_named_kernels(call, numbers: Numbers) -> Iterator[Claim]:
    kernels = kernels_of(call)
    yield Claim(sorted(kernels), sorted(reference.edge_filters()), "the names of the filters")
    for name, kernel in kernels.items():
        yield Claim(kernel.shape, (3, 3), f"the shape of {name!r}")
    different = {kernel.tobytes() for kernel in kernels.values()}
    yield Claim(len(different) == len(kernels), True, "no two filters are the same")


def answers_to_its_edge(name: str, picture: np.ndarray):
    def test(call, numbers: Numbers) -> Iterator[Claim]:
        kernel = kernels_of(call)[name]
        along = reference.cross_correlate2d(picture, kernel)
        across = reference.cross_correlate2d(picture.T, kernel)
        flat = reference.cross_correlate2d(np.ones((4, 4)), kernel)
        yield Claim(bool(np.abs(along).max() > 1e-6), True, f"{name!r} answers to a {name} edge")
        yield Claim(
            bool(np.abs(across).max() < 1e-9),
            True,
            f"{name!r} is silent on an edge that runs the other way",
        )
        yield Claim(bool(np.abs(flat).max() < 1e-9), True, f"{name!r} is silent where all is even")

    return test


def blur_blurs(call, numbers: Numbers) -> Iterator[Claim]:
    kernel = kernels_of(call)["blur"]
    noise = numbers.rng.normal(size=(20, 20))
    yield Claim(abs(float(kernel.sum()) - 1) < 1e-9, True, "'blur' sums to 1")
    yield Claim(bool((kernel >= 0).all()), True, "'blur' has no negative weight")
    smoothed = reference.cross_correlate2d(noise, kernel).std()
    yield Claim(bool(smoothed < 0.75 * noise.std()), True, "'blur' makes noise fainter")


def sharpen_sharpens(call, numbers: Numbers) -> Iterator[Claim]:
    kernel = kernels_of(call)["sharpen"]
    yield Claim(abs(float(kernel.sum()) - 1) < 1e-9, True, "'sharpen' sums to 1")
    for picture, way in ((TOP_DARK, "horizontal"), (TOP_DARK.T, "vertical")):
        response = reference.cross_correlate2d(picture, kernel)
        yield Claim(
            bool(response.max() > 9 and response.min() < 0),
            True,
            f"'sharpen' exaggerates a {way} edge",
        )


def identity_copies(call, numbers: Numbers) -> Iterator[Claim]:
    kernel = kernels_of(call)["identity"]
    image = numbers.rng.normal(size=(5, 6))
    copied = np.abs(reference.cross_correlate2d(image, kernel) - image[1:-1, 1:-1]).max() < 1e-9
    yield Claim(bool(copied), True, "'identity' changes nothing")
    diagonal = np.array_equal(kernel, np.eye(3))
    yield Claim(diagonal, False, "'identity' is not the identity matrix")


def with_kernel(**changed: np.ndarray):
    return lambda: {**reference.edge_filters(), **changed}


EXERCISE = Exercise(
    order=60,
    reference=reference.edge_filters,
    example=dict,
    properties=(
        Property("names", five_named_kernels, hidden=False),
        Property(
            "horizontal",
            answers_to_its_edge("horizontal", TOP_DARK),
            hidden=False,
        ),
        Property(
            "vertical",
            answers_to_its_edge("vertical", TOP_DARK.T),
            hidden=False,
        ),
        Property("blur", blur_blurs, hidden=False),
        Property("sharpen", sharpen_sharpens, hidden=False),
        Property("identity", identity_copies, hidden=False),
    ),
    heart=("horizontal", "vertical", "blur", "sharpen"),
    facet_words={
        "names": "five named kernels of 3×3",
        "horizontal": "the filter for horizontal edges",
        "vertical": "the filter for vertical edges",
        "blur": "the blur",
        "sharpen": "the sharpening filter",
        "identity": "the filter that changes nothing",
    },
    see="Five filters worth knowing",
    mistakes=(
        Mistake(
            "horizontal and vertical exchanged",
            with_kernel(
                horizontal=reference.edge_filters()["vertical"],
                vertical=reference.edge_filters()["horizontal"],
            ),
            '"horizontal" and "vertical" are exchanged: the filter for horizontal edges '
            "compares what is above with what is below.",
        ),
        Mistake(
            "blur does not sum to 1",
            with_kernel(blur=np.ones((3, 3))),
            "The blur does not sum to 1, so it changes the brightness of the picture.",
        ),
        Mistake(
            "sharpen does not sum to 1",
            with_kernel(sharpen=np.array([[0.0, -1, 0], [-1, 4, -1], [0, -1, 0]])),
            "The sharpening filter does not sum to 1: what you have finds edges and blackens "
            "the rest.",
        ),
        Mistake(
            "identity is a diagonal",
            with_kernel(identity=np.eye(3)),
            "The identity *matrix* is not the filter that changes nothing: it adds up three "
            "pixels along a diagonal.",
        ),
    ),
)
