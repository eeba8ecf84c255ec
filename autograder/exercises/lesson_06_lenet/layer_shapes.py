"""Give the shape of one image after each row of a table."""

from __future__ import annotations

from autograder.reference import accounting

from .. import counting
from ..model import Exercise, Mistake
from ..reading_tables import (
    REFUSED_CASES,
    SMALLEST_TABLE,
    TABLE_CASES,
    TABLE_WORDS,
    draw_table,
    small_table_example,
)
from ..tables import Layers, Shape


def image_first(shapes: list[Shape], layers: Layers, input_shape: Shape) -> list[Shape]:
    return [input_shape, *shapes]


EXERCISE = Exercise(
    order=20,
    reference=accounting.layer_shapes,
    draw=draw_table,
    example=small_table_example,
    smallest=SMALLEST_TABLE,
    cases=(*TABLE_CASES, *REFUSED_CASES),
    facet_words=TABLE_WORDS,
    see="Shapes, row by row: the output sizes",
    mistakes=(
        Mistake(
            "pad ignored",
            counting.on_rows(accounting.layer_shapes, counting.without_pad),
            "The pad of a convolution was not looked at.",
        ),
        Mistake(
            "stride ignored",
            counting.on_rows(accounting.layer_shapes, counting.without_stride),
            "The stride of a convolution was not looked at.",
        ),
        Mistake(
            "pooling changes depth",
            counting.pooled_depth,
            "Pooling made the maps fewer: it works on each map apart, so the depth stays.",
        ),
        Mistake(
            "batch counted in",
            counting.shapes_then(lambda shapes, *_: [(1, *shape) for shape in shapes]),
            "The shapes have a batch axis in front; the shape of one image is asked for.",
        ),
        Mistake(
            "pad counted once",
            counting.shapes_along(lambda n, k, s, p: (n + p - k) // s + 1),
            "The pad was counted once; it stands on both sides.",
        ),
        Mistake(
            "one forgotten",
            counting.shapes_along(lambda n, k, s, p: (n + 2 * p - k) // s),
            "Every size is one too small: the place where the window starts counts as well.",
        ),
        Mistake(
            "rounded down",
            counting.on_rows(accounting.layer_shapes, counting.as_they_are),
            "A size that does not fit was rounded down instead of refused.",
        ),
        Mistake(
            "square images assumed",
            counting.shapes_along(counting.rounded_down, columns=lambda shape: shape[1]),
            "The width was computed from the height of the image.",
        ),
        Mistake(
            "square kernels assumed",
            counting.on_rows(accounting.layer_shapes, counting.square_kernels),
            "Of a kernel of two numbers only the first was used.",
        ),
        Mistake(
            "pooling stride fixed to size",
            counting.on_rows(accounting.layer_shapes, counting.pools_side_by_side),
            "The stride of a pooling row was not looked at: windows may overlap.",
        ),
        Mistake(
            "pooling stride 1 when left out",
            counting.on_rows(accounting.layer_shapes, counting.pools_by_one),
            "A pooling row without a stride was given stride 1; its windows lie side by side.",
        ),
        Mistake(
            "pooling left out",
            counting.on_rows(accounting.layer_shapes, counting.no_pools),
            "Pooling left the size as it was.",
        ),
        Mistake(
            "channels last",
            counting.shapes_then(lambda shapes, *_: [(*shape[1:], *shape[:1]) for shape in shapes]),
            "The shapes are (H, W, C); the course keeps them as (C, H, W).",
        ),
        Mistake(
            "input listed too",
            counting.shapes_then(image_first),
            "The shape of the input stands first; one shape for each row is asked for.",
        ),
        Mistake(
            "last shape only",
            counting.shapes_then(lambda shapes, *_: shapes[-1]),
            "Only the last shape came back; one for each row is asked for.",
        ),
    ),
)
