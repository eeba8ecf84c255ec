"""No attack at all: what honest people leave in their notebooks, none of which costs a point."""

from __future__ import annotations

from ..ground import FULL, HONEST, Attack

RELU = "    return np.maximum(x, 0)"


def left_in(name: str, line: str, before: str = "", **more) -> Attack:
    """An honest submission with something left in one of its functions."""
    relu = f"{before}\ndef relu(x):\n" + "".join(f"    {one}\n" for one in line.split("\n")) + RELU
    return Attack(f"left in: {name}", "nothing", HONEST | {"relu": relu}, points=FULL, **more)


def beside(name: str, source: str) -> Attack:
    """An honest submission with something of the student's own before and after."""
    return Attack(f"left in: {name}", "nothing", HONEST, first=source, last=source, points=FULL)


PLOT = "import matplotlib.pyplot as plt\n"

ATTACKS = [
    left_in("plt.show() in a function", "plt.plot([1, 2])\nplt.show()", PLOT),
    left_in("a figure that is never closed", "plt.figure()\nplt.imshow(np.eye(4))", PLOT),
    left_in("prints for finding a mistake", "print('x is', x)\nprint('shape', np.shape(x))"),
    left_in(
        "a progress bar on stderr",
        "for i in range(20):\n    print(f'\\r{i * 5:3d}%|' + '#' * i, end='', file=sys.stderr)",
        "import sys",
    ),
    left_in("a progress bar on stdout", "for i in range(20): print(i, end='\\r', flush=True)"),
    left_in(
        "warnings of Python's",
        "warnings.warn('old')\nwarnings.warn('older', DeprecationWarning)",
        "import warnings",
    ),
    left_in("warnings of NumPy's", "np.array([1.0, -1.0]) / np.zeros(2)\nnp.log(np.zeros(1))"),
    left_in("a log", "logging.warning('relu of %s', x)\nlogging.error('!')", "import logging"),
    left_in("display of what goes in", "display(x)\ndisplay({'shape': np.shape(x)})"),
    left_in(
        "slow but right",
        "out = np.zeros(np.shape(x))\n"
        "for place in np.ndindex(np.shape(x)):\n"
        "    for _ in range(20):\n"
        "        out[place] = max(float(np.asarray(x)[place]), 0.0)",
    ),
    left_in("a wait", "time.sleep(0.02)", "import time"),
    left_in("a seed of its own", "np.random.seed(0)\nnp.random.rand(3)"),
    left_in("settings of NumPy's", "np.set_printoptions(precision=2)\nnp.seterr(all='warn')"),
    Attack(
        "left in: the clock around an answer",
        "nothing",
        HONEST | {"relu": f"import time\nstart = time.time()\ndef relu(x):\n{RELU}\nprint(start)"},
        last="%timeit -n 2 -r 2 relu(np.ones(3))\n%time relu(np.ones(3))",
        points=FULL,
    ),
    Attack(
        "left in: an example below the answer",
        "nothing",
        HONEST
        | {"relu": f"def relu(x):\n{RELU}\n\nprint(relu(np.array([-1.0, 2.0])))\nrelu(np.ones(2))"},
        points=FULL,
    ),
    beside("magics of IPython's", "%matplotlib inline\n%timeit -n 1 -r 1 sum(range(10))"),
    beside("text on stderr", "import sys\nprint('careful', file=sys.stderr)"),
    beside("a progress bar", "for i in range(50): print(f'\\r{i}/50', end='')"),
    beside("a plot", "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()"),
    beside("warnings turned into errors", "import warnings\nwarnings.simplefilter('error')"),
]
