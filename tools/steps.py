"""Run one step of a set-up: say what it does, show that it goes on, and what went wrong."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TextIO

SILENCE = 4.0
"""Seconds after which a step that is still at work says so."""

LAST = 20
"""Lines of a failed step that are shown."""

INSTALLING = ("Installing collected packages", "Uninstalled ", "Installed ")
"""How pip and uv begin the line from which on packages change."""


class SetUpError(Exception):
    """The set-up cannot go on; its words say why, and what to do."""


@dataclass
class Step:
    """What a command has said so far, and how it ended."""

    lines: list[str] = field(default_factory=list)
    code: int | None = None

    @property
    def ended_well(self) -> bool:
        return self.code == 0

    @property
    def has_begun_to_install(self) -> bool:
        return any(line.startswith(INSTALLING) for line in self.lines)

    def hear(self, said: TextIO, log: Path | None) -> None:
        """Take what is said until the end, and keep it in a file."""
        with said:
            for line in said:
                self.lines.append(line.strip())
                if log is not None:
                    with log.open("a", encoding="utf-8") as file:
                        file.write(line)

    def now(self) -> str:
        """What is being done, as the command says it, on one short line."""
        said = next((line for line in reversed(self.lines) if line), "")
        return said if len(said) <= 70 else f"{said[:69]}…"


def run(
    words: str,
    command: Sequence[str | Path],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
    shows: bool = True,
) -> Step:
    """Run a command to its end.

    Parameters
    ----------
    words : str
        What it does, and about how long that takes: said first.
    command : sequence of str or Path
    cwd, env : optional
        As for `subprocess.Popen`.
    log : Path, optional
        A file that what the command says is added to.
    shows : bool
        Whether what the command says last is shown while it runs, and what it said when it fails.

    Returns
    -------
    Step
    """
    print(words, flush=True)
    step = Step()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        close_fds=False,  # the lock is held until the last that works here has ended
    )
    listener = threading.Thread(target=step.hear, args=(process.stdout, log), daemon=True)
    listener.start()
    try:
        wait(process, step if shows else None)
    except BaseException:
        end(process)
        raise
    finally:
        listener.join(10)
    step.code = process.returncode
    if shows and not step.ended_well:
        print(*step.lines[-LAST:], sep="\n", file=sys.stderr, flush=True)
    return step


def wait(process: subprocess.Popen, step: Step | None) -> None:
    """Wait for a command; say every few seconds that it is still at work, and at what."""
    begun = monotonic()
    while True:
        try:
            process.wait(SILENCE)
            return
        except subprocess.TimeoutExpired:
            doing = (step and step.now()) or "at work"
            print(f"  {monotonic() - begun:3.0f} s  {doing}", flush=True)


def end(process: subprocess.Popen) -> None:
    """End a command that nobody waits for any more."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
