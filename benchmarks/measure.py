"""Timing things in turn, and telling on what machine."""

from __future__ import annotations

import math
import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from autograder.reference.fast.caches import CACHES

Row = dict[str, str | float]


def environment(threads: int) -> dict[str, str]:
    """Give the environment of a measurement.

    NumPy's matrix products run on one thread each; where two threads are measured, the reference
    makes them itself. Torch's threads sleep while they wait, so that they leave the cores to
    NumPy, and variables that would choose NumPy's matrix product for another processor are unset.
    Memory that is freed is kept for the next to ask: what one form gives back to the system,
    another would have to wait for.
    """
    misleading = {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"}
    return {key: value for key, value in os.environ.items() if key not in misleading} | {
        "OPENBLAS_NUM_THREADS": "1",
        "OPENBLAS_THREAD_TIMEOUT": "4",
        "OMP_NUM_THREADS": str(threads),
        "OMP_WAIT_POLICY": "passive",
        "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
    }


def in_turn(forms: Mapping[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """Run all forms one after the other, again and again; give each one's median in ms.

    What disturbs the machine for a while then disturbs all alike. Their order changes from round
    to round, since each finds the caches and the free memory as the one before has left them.
    """
    times: dict[str, list[float]] = {name: [] for name in forms}
    for form in forms.values():
        form()
    order, shuffle = list(forms), random.Random(0).shuffle
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[order[0]]) < 5:
        shuffle(order)
        for name in order:
            start = time.perf_counter()
            forms[name]()
            times[name].append(1e3 * (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in times.items()}


def against_torch(times: Mapping[str, float]) -> Row:
    """Give a row's times, and NumPy's over torch's, each in the faster of its memory formats."""
    numpy, torch = (
        min(time for form, time in times.items() if form.startswith(library))
        for library in ("numpy", "torch")
    )
    return {**times, "ratio": numpy / torch}


def geometric_mean(ratios: Iterable[float]) -> float:
    ratios = list(ratios)
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def table(rows: Iterable[Row]) -> str:
    """Write rows with the same keys as a Markdown table; numbers with three digits."""
    rows = list(rows)
    head = list(rows[0])
    numeric = [isinstance(rows[0][key], float) for key in head]
    lines = [head, ["---:" if number else "---" for number in numeric]]
    lines += [[_written(row[key]) for key in head] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _written(value: str | float) -> str:
    if isinstance(value, str):
        return value
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{2 if value < 10 else 1}f}"


def machine() -> str:
    """Tell date, processor, caches, versions and the BLAS's kernel, as a paragraph."""
    import numpy as np

    cpu_info = Path("/proc/cpuinfo")
    lines = cpu_info.read_text().splitlines() if cpu_info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return (
        f"{date.today().isoformat()}; {names[0] if names else platform.machine()}, "
        f"{os.cpu_count()} cores, caches of one {caches()}; "
        f"Python {platform.python_version()}, NumPy {np.__version__} "
        f"({blas['name']} {blas['version']}, kernel {kernel()})"
    )


def caches(folder: Path = CACHES) -> str:
    """Tell the caches of data that a core has, from the first level on, and who shares them.

    Examples
    --------
    >>> caches(Path("nowhere"))
    'unknown'
    """
    told = []
    for entry in sorted(folder.glob("index*")):
        level, kind, size, shared = (
            (entry / name).read_text().strip()
            for name in ("level", "type", "size", "shared_cpu_list")
        )
        if kind != "Instruction":
            told.append(f"L{level} {size}" + (f" (cores {shared})" if shared.strip("0") else ""))
    return ", ".join(told) or "unknown"


def kernel() -> str:
    """Tell for which processor NumPy's BLAS has chosen its matrix product."""
    from threadpoolctl import threadpool_info

    kernels = [
        str(library.get("architecture", "unknown"))
        for library in threadpool_info()
        if library["user_api"] == "blas" and "numpy" in library["filepath"]
    ]
    return kernels[0] if kernels else "unknown"


def machine_with_torch() -> str:
    """The same of a comparison with torch, and what its figures are."""
    import torch

    return (
        f"{machine()}, torch {torch.__version__.split('+')[0]}. "
        "float32, medians of runs in turn, in milliseconds."
    )
