"""Make the environment of the course, or mend one that was left half made. `make` runs this.

    python3 -m tools                                     what learning needs, in .venv
    python3 -m tools --extra tests --sandbox --browser   what the tests need

It runs before anything is installed, so it uses Python's own library alone. What only the system
can provide is asked for first, before anything that takes long.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.sandbox.requirements import missing

from .steps import SetUpError, Step, run

ROOT = Path(__file__).resolve().parents[1]

UNFINISHED = ".unfinished"
"""In an environment that is being made or added to. Whoever finds it there makes the whole anew."""

INSTALLED = ".installed"
"""In an environment that is complete: what was installed, from which project, and where."""

LAB = "etc/jupyter/labconfig/page_config.json"
"""In an environment: what its JupyterLab does without."""

NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
"""It does not ask, over a learner's first page, whether it may tell news."""

LOG = "set-up.log"
"""In an environment: what was said while it was made."""

BROWSER = "chromium"

BROKEN_OFF = "{} was left half made: making it anew."
MOVED = "{} does not work where it is: making it anew."

NO_VENV = (
    "{} cannot make virtual environments: install its venv package (on Debian and Ubuntu: "
    "sudo apt-get install python3-venv) and run make again."
)
NOT_YOURS = (
    "{} cannot be written: it belongs to somebody else. Remove it, or make it yours (with sudo "
    "chown), and run make again."
)
NO_BROWSER = "The tests need Chromium: sudo apt-get install chromium"
NOT_INSTALLED = (
    "The packages could not be installed (see above, and {}): mend what is said there - most often "
    "it is the network - and run make again."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up what is asked for; returns the exit status."""
    options = parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):  # both end what was started
        signal.signal(number, signal.default_int_handler)
    try:
        ask_the_system(options.sandbox, options.browser)
        set_up(ROOT / options.folder, options.extra, options.pip)
    except PermissionError as error:
        print(NOT_YOURS.format(error.filename), file=sys.stderr)
        return 1
    except (SetUpError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run make again, and it mends what is half made.", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(description="Make the environment of the course, or mend it.")
    top.add_argument("--in", dest="folder", default=".venv", help="by default .venv")
    top.add_argument("--extra", action="append", default=[], help="tests, bench, postgresql, site")
    top.add_argument("--sandbox", action="store_true", help="notebooks will be graded")
    top.add_argument("--browser", action="store_true", help="pages will be looked at")
    top.add_argument("--pip", action="store_true", help="use pip, even where there is uv")
    return top


def ask_the_system(sandbox: bool, browser: bool) -> None:
    """Install what only the system can provide, or say what does.

    Raises
    ------
    SetUpError
        If something is missing that cannot be installed from here.
    """
    if sandbox and sys.platform.startswith("linux") and not shutil.which("bwrap"):
        install_from_debian("bubblewrap")
    if sandbox and (reason := missing()):
        raise SetUpError(reason)
    if browser and not shutil.which(BROWSER):
        install_from_debian(BROWSER)
        if not shutil.which(BROWSER):
            raise SetUpError(NO_BROWSER)


def install_from_debian(package: str) -> None:
    """Install a package of the system's, where that may be done."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words, command in (
        ("Asking Debian what there is", ["apt-get", "update"]),
        (f"Installing {package} (about a minute)", ["apt-get", "install", "-y", package]),
    ):
        if not run(words, command, env=environment).ended_well:
            return


def set_up(folder: Path, extras: Iterable[str], only_pip: bool = False) -> None:
    """Make `folder` an environment that holds the course with `extras`, unless it is one."""
    with alone(folder):
        known = installed(folder)
        wanted = sorted({*extras, *known.get("extras", ())})
        now = {"project": project(), "place": str(folder), "extras": wanted}
        whole = is_whole(folder, known)
        if whole and known == now:
            return
        with_uv = not only_pip and works(["uv", "--version"])
        make(folder, whole, with_uv)
        installing = install(folder, wanted, with_uv)
        if not installing.ended_well:
            if known and whole and not installing.has_begun_to_install:
                (folder / UNFINISHED).unlink()  # what was there is as it was
            raise SetUpError(NOT_INSTALLED.format(folder / LOG))
        prepare(folder)
        (folder / INSTALLED).write_text(json.dumps(now) + "\n", encoding="utf-8")
        (folder / UNFINISHED).unlink()
        print(f"{folder.name} is ready.")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other set-up works on the environment, nor what one has left running."""
    lock = os.open(folder.parent, os.O_RDONLY)
    os.set_inheritable(lock, True)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another make is setting up here: waiting until it is done.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def project() -> str:
    """A digest of what says what is to be installed."""
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()


def installed(folder: Path) -> dict:
    """What was installed in an environment; nothing, if it was not made here to the end."""
    try:
        known = json.loads((folder / INSTALLED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def is_whole(folder: Path, known: dict) -> bool:
    """Whether an environment is there which works: all of it, and where it lies."""
    if (folder / UNFINISHED).exists() or known.get("place", str(folder)) != str(folder):
        return False
    return works([folder / "bin" / "python", *(("-c", "") if known else ("-m", "pip", "-V"))])


def works(command: Sequence[str | Path]) -> bool:
    """Whether a command can be run, and ends well."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make(folder: Path, whole: bool, with_uv: bool) -> None:
    """Make a virtual environment, unless the one that is there is whole; and mark it unfinished."""
    words = BROKEN_OFF if (folder / UNFINISHED).exists() else MOVED
    if not whole and folder.exists() and any(folder.iterdir()):
        print(words.format(folder.name), flush=True)
    folder.mkdir(exist_ok=True)
    (folder / UNFINISHED).touch()
    if whole:
        return
    empty(folder)
    # If this runs in an environment, the Python behind it makes the new one: it stays.
    python = getattr(sys, "_base_executable", None) or sys.executable
    if not works([python, "-c", "import venv" if with_uv else "import ensurepip, venv"]):
        raise SetUpError(NO_VENV.format(python))
    options = ["--without-pip"] if with_uv else []
    words = f"Making {folder.name} (a few seconds)"
    if not run(words, [python, "-m", "venv", *options, folder]).ended_well:
        raise SetUpError(NO_VENV.format(python))


def empty(folder: Path) -> None:
    """Remove all that is in an environment but the mark that it is unfinished."""
    for path in folder.iterdir():
        if path.name == UNFINISHED:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def install(folder: Path, extras: Sequence[str], with_uv: bool) -> Step:
    """Install the course and all it needs at once."""
    what = ["--editable", f".[{','.join(extras)}]" if extras else "."]
    told = (
        f"Installing the course{' with ' if extras else ''}{', '.join(extras)} into {folder.name}"
    )
    python = folder / "bin" / "python"
    if with_uv:
        command = ["uv", "pip", "install", "--python", python, "pip", *what]
        words = f"{told} with uv (half a minute or so)"
    else:
        quiet = ["--disable-pip-version-check", "--no-compile", "--progress-bar", "off"]
        command = [python, "-m", "pip", "install", *quiet, *what]
        words = f"{told} with pip (one to five minutes)"
    return run(words, command, cwd=ROOT, log=folder / LOG)


def prepare(folder: Path) -> None:
    """Do once, and now, what would else make the first command slow, or ask before it begins."""
    if not (folder / LAB).exists():
        (folder / LAB).parent.mkdir(parents=True, exist_ok=True)
        (folder / LAB).write_text(json.dumps(NO_NEWS) + "\n", encoding="utf-8")
    python = folder / "bin" / "python"
    (packages,) = (folder / "lib").glob("python3*/site-packages")
    run(
        "Compiling the packages (about half a minute)",
        [python, "-m", "compileall", "-qq", "-j", "0", packages],
        shows=False,
    )
    run(
        "Making matplotlib's list of the fonts there are (a few seconds)",
        [python, "-c", "from matplotlib import font_manager"],
        shows=False,
    )
