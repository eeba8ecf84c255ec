"""What a network as a table is made of: its rows, and what a row leaves out.

A row is `(kind, options)`; DEFAULTS names the kinds, and what an option is when it is left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Layer = tuple[str, dict[str, Any]]
Layers = list[Layer]
Params = list[dict[str, np.ndarray]]

REQUIRED = object()

#: Every kind of row. `floor` rounds a size that does not fit down, as frameworks do;
#: a pooling `stride` of None is the window's size.
DEFAULTS: dict[str, dict[str, Any]] = {
    "conv": {
        "filters": REQUIRED,
        "kernel": REQUIRED,
        "stride": 1,
        "pad": 0,
        "groups": 1,
        "floor": False,
    },
    "max_pool": {"size": REQUIRED, "stride": None, "floor": False},
    "average_pool": {"size": REQUIRED, "stride": None, "floor": False},
    "relu": {},
    "local_response_norm": {"n": 5, "k": 2.0, "alpha": 1e-4, "beta": 0.75},
    "batch_norm": {"eps": 1e-5},
    "dropout": {"rate": 0.5},
    "flatten": {},
    "fully_connected": {"units": REQUIRED},
}


def full_options(row: Layer) -> dict[str, Any]:
    """Fill in what a row leaves out.

    Raises
    ------
    ValueError
        If the kind or an option is unknown, or a needed option is missing.

    Examples
    --------
    >>> full_options(("max_pool", {"size": 2}))
    {'size': 2, 'stride': None, 'floor': False}
    """
    kind, given = row
    if kind not in DEFAULTS:
        raise ValueError(f"no kind of layer is called {kind!r}; there are {', '.join(DEFAULTS)}")
    unknown = given.keys() - DEFAULTS[kind].keys()
    if unknown:
        raise ValueError(
            f"{kind} has no option {sorted(unknown)[0]!r}; "
            f"it has {', '.join(DEFAULTS[kind]) or 'none'}"
        )
    options = {**DEFAULTS[kind], **given}
    missing = [name for name, value in options.items() if value is REQUIRED]
    if missing:
        raise ValueError(f"{kind} needs the option {missing[0]!r}")
    return options
