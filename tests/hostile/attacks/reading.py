"""Reading what is not a student's to read. `leaked` is called with whatever was got."""

from __future__ import annotations

from pathlib import Path

from ..ground import Attack


def looking(name: str, aim: str, first: str, **more) -> Attack:
    """A cell that looks for something, finds nothing, and runs to its end."""
    return Attack(name, aim, first=first + "\ntried()", tried=True, **more)


def importing(*names: str) -> str:
    return (
        "import importlib\n"
        f"for name in {names!r}:\n"
        "    try:\n"
        "        module = importlib.import_module(name)\n"
        "        if module.__file__:\n"  # a package that looks empty has no file
        "            leaked(name)\n"
        "    except ImportError:\n"
        "        pass"
    )


def beside(*names: str):
    """Hand in files beside the notebook."""

    def write(place: Path) -> None:
        for name in names:
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("print('LEAKED', __file__)\n")

    return write


ATTACKS = [
    looking(
        "the hidden tests in the history",
        "hidden tests",
        "for text in [*In, *_ih, *map(str, get_ipython().history_manager.get_range())]:\n"
        "    if 'hidden=' + 'True' in text:\n"
        "        leaked(text)",
    ),
    Attack(
        "the hidden cases in the frames of the stack",
        "hidden tests",
        {
            "relu": "def relu(x):\n"
            "    import sys, linecache, inspect\n"
            "    frame = sys._getframe(1)\n"
            "    while frame:\n"
            "        for value in [*frame.f_locals.values(), *frame.f_globals.values()]:\n"
            "            if type(value).__name__ in ('Exercise', 'Case', 'Mistake', 'Trial'):\n"
            "                print('LEAKED', value)\n"
            "        frame = frame.f_back\n"
            "    lines = ''.join(''.join(e[2]) for e in linecache.cache.values() if len(e) > 2)\n"
            "    if 'Mistake(' + 'name' in lines:\n"
            "        print('LEAKED linecache')\n"
            "    return x"
        },
        last="tried()",
        tried=True,
    ),
    looking(
        "the exercises and the reference are imported",
        "the reference",
        importing(
            "autograder.reference.activations",
            "autograder.exercises.lesson_04_pooling_and_normalization.max_pool2d",
            "autograder.exercises.model",
            "autograder.judging.checking",
            "autograder.lessons.stub_package",
            "autograder.cli",
            "solutions",
            "tests.lessons",
        ),
    ),
    looking(
        "libraries that know convolution",
        "the reference",
        importing("scipy.signal", "torch", "torchvision", "onnxruntime", "skimage", "sklearn"),
    ),
    looking(
        "the whole file system is searched for notebooks and gradebooks",
        "files",
        "import os\n"
        "skip = ('/proc', '/sys', '/dev')\n"
        "for top, folders, files in os.walk('/'):\n"
        "    folders[:] = [f for f in folders if os.path.join(top, f) not in skip\n"
        "                  and f not in ('site-packages', 'lib', 'lib64', 'share', 'include')]\n"
        "    for name in files:\n"
        "        if name.endswith(('.ipynb', '.db')) or name.startswith(('gradebook', 'id_', '.netrc')):\n"
        "            leaked(top, name)\n"
        "    for name in folders:\n"
        "        if name in ('submitted', 'autograded', 'solutions', 'notebooks', '.git', '.ssh'):\n"
        "            leaked(top, name)",
    ),
    looking(
        "the homes",
        "files",
        "import os, pathlib, sys\n"
        "for place in ('/root', '/home', os.path.expanduser('~'), os.path.expanduser('~root')):\n"
        "    try:\n"
        "        for name in os.listdir(place):\n"
        "            if name not in ('work', 'student', '.matplotlib', '.ipython', '.cache',"
        " '.config') and not sys.base_prefix.startswith(os.path.join(place, name)):\n"
        "                leaked(place, name)\n"
        "    except OSError:\n"
        "        pass",
    ),
    looking(
        "the environment",
        "the environment",
        "import os\n"
        "for name in os.environ:\n"
        "    if any(word in name for word in ('TOKEN', 'SEED', 'SECRET', 'PYTEST', 'JPY')) and name != 'PYTHONHASHSEED':\n"
        "        leaked(name)",
    ),
    looking(
        "the environments and memories of other processes",
        "/proc",
        "import os\n"
        "for n in filter(str.isdigit, os.listdir('/proc')):\n"
        "    for name in ('environ', 'cmdline', 'maps'):\n"
        "        try:\n"
        "            text = open(f'/proc/{n}/{name}', 'rb').read()\n"
        "        except OSError:\n"
        "            continue\n"
        "        if b'A_TOK' + b'EN' in text:\n"
        "            leaked(n, name)\n"
        "    for name in ('root', 'cwd'):\n"
        "        try:\n"
        "            if 'submitted' in os.listdir(f'/proc/{n}/{name}'):\n"
        "                leaked(n, name)\n"
        "        except OSError:\n"
        "            pass",
    ),
    looking(
        "the machine's memory and its kernel's secrets",
        "/proc",
        "for name in ('/dev/mem', '/dev/kmem', '/dev/port', '/proc/kcore', '/proc/kmsg',\n"
        "             '/proc/sysrq-trigger', '/etc/shadow', '/sys/kernel/security', '/dev/sda'):\n"
        "    try:\n"
        "        if open(name, 'rb').read(8):\n"
        "            leaked(name)\n"
        "    except OSError:\n"
        "        pass",
    ),
    looking(
        "the judge's process through its socket",
        "the judge's socket",
        "import os, socket, struct\n"
        "s = socket.socket(socket.AF_UNIX)\ns.connect(os.environ['AUTOGRADER_JUDGE'])\n"
        "pid, uid, gid = struct.unpack('3i', s.getsockopt(socket.SOL_SOCKET, 17, 12))\n"
        "if pid and os.path.exists(f'/proc/{pid}/environ'):\n"
        "    try:\n"
        "        open(f'/proc/{pid}/environ').read()\n"
        "        leaked(pid)\n"
        "    except OSError:\n"
        "        pass\n"
        "s.close()",
    ),
    looking(
        "the digits that count",
        "data",
        "from autograder.datasets import load_digits\n"
        "digits = load_digits()\n"
        "known = {image.tobytes() for image in digits['images']}\n"
        "if any(image.tobytes() not in known for image in digits['held_out_images']):\n"
        "    leaked('digits')",
    ),
    looking(
        "exercises of other lessons are asked for",
        "the judge's time",
        "from autograder import check as ask\n"
        "for name in ('vgg-forward', 'capstone', 'train', 'x' * 100_000, '../relu', ''):\n"
        "    try:\n"
        "        ask(name, lambda *a: 0)\n"
        "        leaked(name)\n"
        "    except PermissionError as error:\n"
        "        assert len(str(error)) < 300",
    ),
    looking(
        "expected numbers in the hidden test's words",
        "hidden tests",
        "import autograder\nhonest = autograder.check\n"
        "def check(name, function, hidden=False):\n"
        "    try:\n"
        "        return honest(name, function, hidden)\n"
        "    except AssertionError as error:\n"
        "        if hidden and any(c.isdigit() for c in str(error)):\n"
        "            leaked(error)\n"
        "        raise",
    ),
    looking(
        "modules beside the notebook",
        "the folder",
        "import numpy, json, os\nassert 'site-packages' in numpy.__file__",
        folder=beside("numpy.py", "json.py", "sitecustomize.py", "autograder/__init__.py"),
        looks="'numpy.py' was handed in too, and not looked at",
    ),
    looking(
        "start-up files of IPython",
        "the folder",
        "import os",
        folder=beside(
            ".ipython/profile_default/startup/00.py",
            "ipython_config.py",
            "ipython_kernel_config.py",
            "usercustomize.py",
            ".pythonrc.py",
        ),
        looks="'usercustomize.py' was handed in too, and not looked at",
    ),
    looking(
        "the settings of the sandbox",
        "/proc",
        "import os\n"
        "for line in open('/proc/self/mountinfo'):\n"
        "    if any(word in line for word in ('submitted', 'gradebook', 'solutions')):\n"
        "        leaked(line)\n"
        "for n in os.listdir('/proc/self/fd'):\n"
        "    target = os.readlink(f'/proc/self/fd/{n}') if os.path.lexists(f'/proc/self/fd/{n}')"
        " else ''\n"
        "    if target.startswith('/') and not target.startswith(('/dev', '/proc', '/tmp',"
        " '/home/student', '/run', '/usr')):\n"
        "        leaked(target)",
    ),
]
