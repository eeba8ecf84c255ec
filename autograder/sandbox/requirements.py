"""What the sandbox needs of a machine, and what to do where it is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .bubblewrap import Mounts, Resources, command, pipes
from .scratch import scratch_folder


def missing() -> str | None:
    """What keeps kernels from being walled in here: one sentence that says what to do, or None."""
    if not sys.platform.startswith("linux"):
        return "The sandbox needs Linux: grade on a Linux machine, or in a virtual one."
    if not shutil.which("bwrap"):
        return (
            "The sandbox needs bubblewrap: install it (on Debian and Ubuntu: "
            "sudo apt-get install bubblewrap; on Fedora: sudo dnf install bubblewrap)."
        )
    for tool in ("prlimit", "setpriv"):
        if not shutil.which(tool):
            return f"The sandbox needs {tool}: install the package util-linux."
    try:
        tried = attempt("")
    except (ValueError, subprocess.TimeoutExpired) as error:
        return f"The sandbox does not work on this machine: {error}."
    return None if tried.returncode == 0 else _advice(tried.stderr.strip().partition("\n")[0])


def attempt(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program of Python's in a sandbox like a kernel's.

    Raises
    ------
    ValueError, subprocess.TimeoutExpired
        If the sandbox cannot be set up.
    """
    with scratch_folder() as name:
        folder = Path(name)
        (folder / "sockets").mkdir()
        with pipes() as (_, writer, calls):
            return subprocess.run(
                command(
                    Mounts(folder / "sockets"),
                    Resources(),
                    folder,
                    [sys.executable, "-c", program],
                    status=writer,
                    calls=calls,
                    root=os.geteuid() == 0,
                ),
                cwd="/",
                pass_fds=(writer, calls),
                capture_output=True,
                text=True,
                errors="replace",
                timeout=30,
                check=False,
            )


APPARMOR_PROFILE = (
    "abi <abi/4.0>,\ninclude <tunables/global>\n"
    "profile bwrap /usr/bin/bwrap flags=(unconfined) {\n  userns,\n}\n"
)
"""Lets bubblewrap, and no other program, make user namespaces.

Source: Ubuntu Security, *Restricted unprivileged user namespaces* (23.10 and later).
"""


def _advice(complaint: str) -> str:
    """What to do when bubblewrap says `complaint`."""
    if _setting("kernel.apparmor_restrict_unprivileged_userns") == "1":
        return (
            "The sandbox needs user namespaces, which AppArmor refuses here to all programs but "
            "those that a profile names: allow them to bubblewrap alone with "
            f"printf {APPARMOR_PROFILE!r} | sudo tee /etc/apparmor.d/bwrap && "
            "sudo apparmor_parser -r /etc/apparmor.d/bwrap"
        )
    for setting, bad, good in (
        ("kernel.unprivileged_userns_clone", "0", "1"),
        ("user.max_user_namespaces", "0", "10000"),
    ):
        if _setting(setting) == bad:
            return (
                "The sandbox needs user namespaces, which this system refuses: "
                f"allow them with sudo sysctl -w {setting}={good}."
            )
    if "Unknown option" in complaint:
        return f"The sandbox needs bubblewrap 0.8 or newer: update it ({complaint})."
    return (
        f"The sandbox does not work on this machine: {complaint or 'bwrap failed'} (inside a "
        "container, it must be allowed to make namespaces; see its --privileged option)."
    )


def _setting(name: str) -> str:
    """A setting of this system; empty if it has none of that name."""
    file = Path("/proc/sys", *name.split("."))
    return file.read_text().strip() if file.exists() else ""
