"""Measure the reference beside torch, and grading; print tables, keep them in `benchmarks/results`.

Each form of the reference and number of threads is measured in a process of its own, whose
environment is set here; that needs `pip install -e '.[bench]'`. The machine should have nothing
else to do.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

from .measure import environment, machine, machine_with_torch

# What is measured, its heading, and on how many threads.
SUBJECTS = {
    "layers": ("Convolutional layers", [1]),
    "vgg16": ("VGG-16, one image, forward", [1, 2]),
    "pooling": ("Pooling", [1]),
    "lenet": ("LeNet-5, a training epoch", [1]),
    "ladder": ("From seven loops to the fastest form", [1]),
}
GRADING = {
    "grading": "Grading a class",
    "wall": "The wall and the judge",
    "scale": "The grader's own work",
    "explorers": "The explorers",
}
WITHOUT_HEADING = ("ladder", "scale")
"""Tables that are included by a page which has a heading of its own."""

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    known = [*SUBJECTS, *GRADING]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m benchmarks\n  python -m benchmarks layers --seconds 0.5",
    )
    parser.add_argument("subject", nargs="*", help=f"{', '.join(known)}; all when left out")
    parser.add_argument(
        "--seconds", type=float, default=2.0, help="for each comparison (%(default)s)"
    )
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        return _child(json.loads(arguments.child))
    unknown = set(arguments.subject) - set(known)
    if unknown:
        parser.error(
            f"no such subject: {', '.join(sorted(unknown))}; choose from {', '.join(known)}"
        )
    for subject in arguments.subject or known:
        if subject in GRADING:
            module = importlib.import_module(f".{subject}", __package__)
            _keep(subject, GRADING[subject], [module.main(), f"{machine()}."])
        else:
            _measure(subject, arguments.seconds)
    return 0


def _measure(subject: str, seconds: float) -> None:
    heading, thread_counts = SUBJECTS[subject]
    module = importlib.import_module(f".{subject}", __package__)
    rows = {
        threads: _in_child({"subject": subject, "threads": threads, "seconds": seconds}, threads)
        for threads in thread_counts
    }
    if subject == "vgg16":
        memory = {form: _in_child({"memory": form}, threads=1) for form in module.FORMS}
        parts = [
            module.report([row for some in rows.values() for row in some], max(thread_counts)),
            "Memory of a forward pass beside the weights, in MiB, on one thread: "
            + ", ".join(f"{form} {mebibytes:.0f}" for form, mebibytes in memory.items())
            + ".",
        ]
    else:
        parts = [module.report(some, threads) for threads, some in rows.items()]
    _keep(subject, heading, [*parts, machine_with_torch()])


def _keep(subject: str, heading: str, parts: list[str]) -> None:
    """Print what was measured, and write it down."""
    title = [] if subject in WITHOUT_HEADING else [f"# {heading}"]
    text = "\n\n".join([*title, *parts]) + "\n"
    print(text)
    RESULTS.mkdir(exist_ok=True)
    aside = RESULTS / f"{subject}.md.new"
    aside.write_text(text)
    aside.replace(RESULTS / f"{subject}.md")


def _in_child(request: dict, threads: int):
    command = [sys.executable, "-m", __package__, "--child", json.dumps(request)]
    done = subprocess.run(command, env=environment(threads), stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"measuring {request} failed: see above")
    return json.loads(done.stdout)


def _child(request: dict) -> int:
    if "memory" in request:
        from .vgg16 import measure_memory

        answer = measure_memory(request["memory"])
    else:
        module = importlib.import_module(f".{request['subject']}", __package__)
        answer = module.measure(request["threads"], request["seconds"])
    sys.stdout.write(json.dumps(answer))
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
