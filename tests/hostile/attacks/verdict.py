"""Getting points without a right answer: patches, hooks, forgeries, replays, things that pretend."""

from __future__ import annotations

from ..ground import ANYTHING, FULL, HONEST, SHORT, Attack, cell_of

WRONG = "def relu(x):\n    return x\n"
RIGHT = {"conv-parameter-count": 4}
BOTH = {"conv-parameter-count": 4, "relu": 4}

# What an attacker needs to talk to the judge without the stub.
TALK = """\
import os, socket, struct, json, threading, time
from autograder.inside.wire import HEADER, Wire, encode
def knock():
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(2)
    connection.connect(os.environ["AUTOGRADER_JUDGE"])
    return connection
def request(name="relu", hidden=True, function=True, value=None):
    return encode({"check": name, "hidden": hidden, "callable": function, "value": value})
"""


def tag(name: str):
    """Tag every cell of a notebook."""

    def change(notebook: dict) -> None:
        for cell in notebook["cells"]:
            cell["metadata"]["tags"] = [name]

    return change


def patched(name: str, aim: str, first: str, relu: str = WRONG, **more) -> Attack:
    """A cell before a wrong answer that is to make it right, and must run to its end."""
    tried = more.pop("tried", True)
    return Attack(name, aim, {"relu": relu}, first=first + "\ntried()", tried=tried, **more)


def knocking(name: str, first: str, **more) -> Attack:
    """An answer that talks to the judge itself; `check` is out of the way."""
    return patched(name, "the judge's socket", TALK + first, **more)


def returning(name: str, expression: str, before: str = "", **more) -> Attack:
    """A function that returns something unexpected."""
    body = f"import numpy as np\n{before}\ndef relu(x):\n    return {expression}"
    return Attack(name, "what is returned", {"relu": body}, **more)


def skipped(name: str) -> Attack:
    return Attack(f"the tag {name}", "tags", {"relu": WRONG}, change=tag(name))


def silence(notebook: dict) -> None:
    for name in ("relu-check", "relu-test"):
        cell_of(notebook, name)["source"] = ""


ATTACKS = [
    skipped("skip-execution"),
    skipped("raises-exception"),
    skipped("nbgrader-skip"),
    Attack("no output at all", "silence", {"relu": WRONG}, change=silence, looks="changed and set"),
    patched(
        "showtraceback does nothing",
        "hooks",
        "shell = get_ipython()\n"
        "shell.showtraceback = lambda *a, **k: None\n"
        "shell.events.register('post_run_cell', lambda result: setattr(result, "
        "'error_in_exec', None))",
    ),
    patched(
        "an AST transformer takes the checks out",
        "hooks",
        "import ast, numpy.testing\n"
        "class Drop(ast.NodeTransformer):\n"
        "    def visit_Expr(self, node):\n"
        "        return ast.Pass() if 'check' in ast.dump(node) else node\n"
        "    def visit_Assert(self, node):\n"
        "        return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Drop())\n"
        "for name in dir(numpy.testing):\n"
        "    if name.startswith('assert'):\n"
        "        setattr(numpy.testing, name, lambda *a, **k: None)",
        points={},  # it takes out the honest answer's checks too
    ),
    patched(
        "an input transformer takes one check out",
        "hooks",
        "get_ipython().input_transformers_cleanup.append("
        "lambda lines: ['print(\"relu: right.\")'] if 'check(\"relu\"' in lines[0] else lines)",
    ),
    patched(
        "run_cell always succeeds",
        "hooks",
        "shell = get_ipython()\nold = shell.run_cell\n"
        "def run_cell(source, *a, **k):\n"
        "    done = old(source, *a, **k)\n"
        "    done.error_in_exec = done.error_before_exec = None\n"
        "    return done\n"
        "shell.run_cell = run_cell",
    ),
    patched(
        "np.allclose is always true",
        "patches",
        "import builtins, numpy as np\n"
        "for name in ('allclose', 'array_equal', 'isclose', 'all', 'any'):\n"
        "    setattr(np, name, lambda *a, **k: True)\n"
        "builtins.all = builtins.any = lambda *a: True",
    ),
    patched(
        "no AssertionError is left",
        "patches",
        "import builtins\nbuiltins.AssertionError = type('Fine', (BaseException,), {})",
    ),
    patched("check is another function", "patches", "check = lambda *a, **k: 3.0"),
    patched(
        "the package's check is another function",
        "patches",
        "import autograder\nautograder.check = lambda *a, **k: 3.0",
        points={},
    ),
    patched(
        "the package is replaced",
        "patches",
        "import sys, types\n"
        "fake = types.ModuleType('autograder')\n"
        "fake.check = lambda *a, **k: None\n"
        "for name in [n for n in sys.modules if n.startswith('autograder')]:\n"
        "    sys.modules[name] = fake\n"
        "check = fake.check",
        points={},
    ),
    patched(
        "the stub asks another function",
        "the stub",
        "from autograder.inside import answers\n"
        "from autograder.inside import stub as inside\n"
        "class Yes:\n"
        "    def __eq__(self, other): return True\n"
        "inside.LocalAnswer.ask = lambda self, given: answers.Response(Yes())",
        points={},
    ),
    patched(
        "plain lets everything through",
        "the stub",
        "from autograder.inside import answers\n"
        "from autograder.inside import stub as inside\n"
        "answers.to_plain_data = inside.to_plain_data = lambda value, depth=8: value",
        "class Yes:\n"
        "    shape = dtype = None\n"
        "    def __eq__(self, other): return True\n"
        "def relu(x):\n    return Yes()",
        points={},
    ),
    patched(
        "the wire says passed",
        "the stub",
        "from autograder.inside import wire\n"
        "send = wire.Wire.send\n"
        "def lie(self, value, *more):\n"
        "    value = dict(value, passed=True, points=3.0, max_points=3.0)\n"
        "    send(self, value, *more)\n"
        "wire.Wire.send = lie",
    ),
    patched(
        "the verdict is made at home",
        "the stub",
        "from autograder.inside import stub as inside\n"
        "from autograder.inside import verdicts\n"
        "inside.settle = lambda verdict, shown: verdict.max_points",
    ),
    patched(
        "the environment names another judge",
        "the stub",
        "import os, socket, threading\n"
        "from autograder.inside.wire import Wire\n"
        "fake = socket.socket(socket.AF_UNIX)\nfake.bind('/tmp/judge')\nfake.listen()\n"
        "def serve():\n"
        "    while True:\n"
        "        wire = Wire(fake.accept()[0])\n"
        "        said = wire.receive()\n"
        "        wire.send(dict(exercise=said['check'], passed=True, points=3.0, max_points=3.0))\n"
        "threading.Thread(target=serve, daemon=True).start()\n"
        "os.environ['AUTOGRADER_JUDGE'] = '/tmp/judge'",
        points={},
    ),
    patched(
        "what is changed is denied",
        "the stub",
        "from autograder.inside import answers\nanswers.changed = lambda before, after: ()",
        "import numpy as np\ndef relu(x):\n    return np.maximum(x, 0, out=x)",
        points=BOTH,  # the numbers are right, and what happens to inputs earns nothing
    ),
    knocking(
        "a frame says that all is right",
        "def check(name, function, hidden=False):\n"
        "    with knock() as connection:\n"
        "        connection.sendall(encode({'exercise': name, 'passed': True, 'points': 3.0,"
        " 'max_points': 3.0, 'hidden': hidden}))\n"
        "        connection.settimeout(1)\n"
        "        assert connection.recv(100) == b''\n"
        "import autograder\nautograder.check = check",
        points={},
    ),
    knocking(
        "a pickle is sent",
        "import pickle\n"
        "class Run:\n"
        "    def __reduce__(self):\n"
        "        return (os.system, ('touch /tmp/owned',))\n"
        "for data in (pickle.dumps(Run()), HEADER.pack(0, len(pickle.dumps(Run()))) "
        "+ pickle.dumps(Run()),\n"
        "             encode({'check': 'relu', 'value': pickle.dumps(Run()).decode('latin1')})):\n"
        "    with knock() as connection:\n"
        "        connection.sendall(data)\n"
        "        connection.shutdown(socket.SHUT_WR)\n"
        "        connection.recv(1 << 16)",
        tried=False,
    ),
    knocking(
        "frames of all wrong sizes",
        "for data in (HEADER.pack(2**32 - 1, 2**32 - 1), HEADER.pack(2**31, 0) + b'[' * 1000,\n"
        "             b'\\0' * 7, HEADER.pack(10, 10) + b'half', b'GET / HTTP/1.1\\r\\n\\r\\n',\n"
        "             HEADER.pack(200_000, 0) + b'[' * 200_000, request()[:-3], request() * 50,\n"
        "             HEADER.pack(900_003, 0) + b'[' + b'[],' * 300_000 + b'[]'):\n"
        "    with knock() as connection:\n"
        "        connection.sendall(data)\n"
        "        connection.shutdown(socket.SHUT_WR)\n"
        "        try:\n"
        "            connection.recv(1 << 16)\n"
        "        except OSError:\n"
        "            pass",
    ),
    knocking(
        "arrays of impossible shapes",
        "def answer(shape, kind='<f8', layout='rows', data=b''):\n"
        "    tree = json.dumps({'dict': [['value', {layout: [kind, shape]}]]}).encode()\n"
        "    return HEADER.pack(len(tree), len(data)) + tree + data\n"
        "class Odd:\n"
        "    answers = iter([answer((0, 2**62)), answer((0, 2**63)), answer((2**40,)),\n"
        "        answer((1,) * 30, layout='gaps', data=bytes(8)), answer((-1, -1), data=bytes(8)),\n"
        "        answer((1,), 'O', data=bytes(8)), answer((), '<c16', data=bytes(16))] * 9)\n"
        "def check(name, function, hidden=False):\n"
        "    if name != 'relu':\n"
        "        from autograder import check as honest\n"
        "        return honest(name, function, hidden)\n"
        "    with knock() as connection:\n"
        "        wire = Wire(connection)\n"
        "        connection.sendall(request(name, hidden))\n"
        "        while 'ask' in wire.receive():\n"
        "            connection.sendall(next(Odd.answers))",
    ),
    knocking(
        "answers of whole numbers without end",
        "from autograder.inside import stub as inside\n"
        "from autograder.inside import answers\n"
        "ask = inside.LocalAnswer.ask\n"
        "def huge(self, given):\n"
        "    if 'x' not in given:\n"
        "        return ask(self, given)\n"
        "    return answers.Response(10 ** 4000)\n"
        "inside.LocalAnswer.ask = huge",
    ),
    knocking(
        "nobody speaks on thirty connections",
        "held = [knock() for _ in range(30)]\n"
        "threading.Timer(1.5, lambda: [c.close() for c in held]).start()",
    ),
    knocking(
        "the answer is for another exercise",
        "from autograder import check as honest\n"
        "def check(name, function, hidden=False):\n"
        "    return honest('conv-parameter-count', conv_parameter_count, hidden)\n"
        "def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):\n"
        "    kh, kw = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size\n"
        "    return num_filters * (in_channels * kh * kw + int(bias))",
    ),
    knocking(
        "a verdict is replayed",
        "from autograder.inside import stub as inside\n"
        "class Tape(Wire):\n"
        "    kept = []\n"
        "    def receive(self, *more):\n"
        "        said = super().receive(*more)\n"
        "        Tape.kept.append(said)\n"
        "        return said\n"
        "    def send(self, value, *more):\n"
        "        if 'check' in value and value['check'] == 'relu':\n"
        "            value = dict(value, check='conv-parameter-count')\n"
        "        super().send(value, *more)\n"
        "        for said in Tape.kept[-1:]:\n"
        "            if 'passed' in said:\n"
        "                Tape.kept.clear()\n"  # once: which end hangs up first is a race
        "                super().send(said, *more)\n"
        "inside.Wire = Tape",
        points={"conv-parameter-count": 1},
    ),
    knocking(
        "the hidden test is asked for early",
        "from autograder import check as honest\n"
        "import numpy as np\n"
        "for hidden in (False, True):\n"
        "    try:\n"
        "        honest('relu', lambda x: np.maximum(x, 0), hidden=hidden)\n"
        "    except PermissionError as error:\n"
        "        assert 'not run by this cell' in str(error)",
    ),
    knocking(
        "the hidden test is asked for in the check's cell",
        "import autograder\nhonest = autograder.check\n"
        "def check(name, function, hidden=False):\n"
        "    return honest(name, function, hidden=True)\n"
        "autograder.check = check",
        points={"conv-parameter-count": 3},
        looks="lost by it: lenet-parameter-count",
    ),
    knocking(
        "two answers to each question",
        "from autograder.inside import stub as inside\n"
        "class Twice(Wire):\n"
        "    def send(self, value, *more):\n"
        "        super().send(value, *more)\n"
        "        if 'check' not in value:\n"
        "            super().send(value, *more)\n"
        "inside.Wire = Twice",
        points={},
    ),
    patched(
        "a fork answers too",
        "processes",
        "import os",
        "import os\nimport numpy as np\nforked = []\n"
        "def relu(x):\n"
        "    if not forked:\n"
        "        forked.append(os.fork())\n"
        "    return np.abs(x)",
        looks=ANYTHING,
        limits=SHORT,
    ),
    patched(
        "a thread answers later",
        "threads",
        "import threading, time",
        "import threading, time\nimport numpy as np\n"
        "def relu(x):\n"
        "    out = np.zeros_like(x)\n"
        "    def later():\n"
        "        time.sleep(0.05)\n"
        "        np.maximum(x, 0, out=out)\n"
        "    threading.Thread(target=later).start()\n"
        "    return out",
    ),
    patched(
        "the answer is found among the objects",
        "the judge's memory",
        "import gc, sys",
        "import gc, sys\n"
        "def relu(x):\n"
        "    frame = sys._getframe()\n"
        "    while frame:\n"
        "        for name in ('truth', 'wanted', 'expected', 'reference'):\n"
        "            if name in frame.f_locals:\n"
        "                return frame.f_locals[name]\n"
        "        frame = frame.f_back\n"
        "    for thing in gc.get_objects():\n"
        "        if type(thing).__name__ in ('Exercise', 'Trial', 'Verdict'):\n"
        "            return thing.reference(x)\n"
        "    return x",
    ),
    patched(
        "a timer of its own",
        "signals",
        "import signal\n"
        "signal.signal(signal.SIGALRM, lambda *a: None)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\n"
        "signal.signal(signal.SIGALRM, signal.SIG_IGN)",
    ),
    patched(
        "sys.settrace in every frame",
        "hooks",
        "import sys\n"
        "def trace(frame, event, arg):\n"
        "    for name in ('passed', 'points', 'verdict'):\n"
        "        if name in frame.f_locals:\n"
        "            frame.f_locals[name] = True\n"
        "    return trace\n"
        "sys.settrace(trace)",
        points=None,  # the honest check is traced as well, until an interrupt ends the trace
        looks=ANYTHING,
    ),
    Attack(
        "sys.exit in the answer",
        "the process",
        {"relu": "def relu(x):\n    import sys\n    sys.exit(0)"},
    ),
    Attack(
        "os._exit in the answer",
        "the process",
        {"relu": "def relu(x):\n    import os\n    os._exit(0)"},
        looks="the kernel died here",
    ),
    Attack(
        "exit() before the first exercise", "the process", first="exit()", looks="told to quit here"
    ),
    Attack(
        "KeyboardInterrupt in the answer",
        "the process",
        {"relu": "def relu(x):\n    raise KeyboardInterrupt"},
    ),
    Attack(
        "the socket is closed under the stub",
        "the judge's socket",
        {"relu": "def relu(x):\n    import os\n    os.closerange(60, 200)\n    return x"},
        looks=ANYTHING,
    ),
    Attack(
        "the socket is another file",
        "the judge's socket",
        {
            "relu": (
                "def relu(x):\n"
                "    import os, stat\n"
                "    for n in map(int, os.listdir('/proc/self/fd')):\n"
                "        try:\n"
                "            if stat.S_ISSOCK(os.fstat(n).st_mode) and n > 20:\n"
                "                pass\n"
                "        except OSError:\n"
                "            pass\n"
                "    import gc, socket\n"
                "    for s in gc.get_objects():\n"
                "        if isinstance(s, socket.socket) and s.fileno() > 0:\n"
                "            try:\n"
                "                if 'judge' in str(s.getpeername()):\n"
                "                    os.dup2(os.open('/dev/null', os.O_RDWR), s.fileno())\n"
                "            except OSError:\n"
                "                pass\n"
                "    return x"
            )
        },
    ),
    returning(
        "equal to everything",
        "Yes()",
        "class Yes:\n"
        "    shape, dtype, ndim = (2, 2), 'float64', 2\n"
        "    def __eq__(self, other): return True\n"
        "    def __bool__(self): return True\n"
        "    def __array__(self, *a, **k): raise TypeError\n"
        "    def __getattr__(self, name): return self",
    ),
    returning(
        "an ndarray that lies",
        "x.view(Liar)",
        "class Liar(np.ndarray):\n"
        "    def __array_ufunc__(self, *a, **k): return True\n"
        "    def __array_function__(self, *a, **k): return True\n"
        "    def __eq__(self, other): return np.ones(1, bool)\n"
        "    def __sub__(self, other): return np.zeros(1)\n"
        "    def astype(self, *a, **k): return self\n"
        "    def __array_finalize__(self, other): pass",
    ),
    returning(
        "a float that lies", "Liar(1.0)", "class Liar(float):\n    __eq__ = lambda a, b: True"
    ),
    returning("a list that lies", "Liar([1])", "class Liar(list):\n    __len__ = lambda s: 10**9"),
    returning("a generator", "(n for n in x)"),
    returning("a lambda", "lambda *a: x"),
    returning("NaN everywhere", "x * np.nan"),
    returning("objects in an array", "np.array([relu, None], object)"),
    returning("half floats of nothing", "np.zeros(x.shape, np.float16)"),
    returning("petabytes of one number", "np.broadcast_to(np.float64(0), (10**5, 10**5, 10**5))"),
    returning("a hundred megabytes", "np.zeros((100, 1 << 17))"),
    returning("a picture of a million cells", "np.zeros((1000, 1000))"),
    returning("many axes, out of order", "np.zeros((1, 2) * 8).transpose()"),
    returning("text with all that hurts", "'<script>alert(1)</script>\\x1b[31m\\0\\ud800' * 100"),
    returning(
        "a nest without a bottom", "deep()", "def deep(n=90):\n    return [deep(n-1)] if n else []"
    ),
    returning("a list in itself", "loop", "loop = []\nloop.append(loop)"),
    returning("a million of things", "[0] * 1_000_000", looks=ANYTHING),
    returning("a dict of all keys", "{None: 1, 1.5: 2, (1,): 3, 'ask': 4, True: 5}"),
    Attack(
        "an exception that attacks",
        "what is raised",
        {
            "relu": "class Bad(Exception):\n"
            "    def __str__(self): return '<script>x</script>\\ud800\\0' * 1000\n"
            "    def _render_traceback_(self): raise SystemExit\n"
            "Bad.__name__ = '<img src=x onerror=alert(1)>'\n"
            "def relu(x):\n    raise Bad"
        },
    ),
    Attack(
        "a cell that ends in an exception that attacks",
        "what is raised",
        {
            "relu": "class Bad(Exception):\n"
            "    def __str__(self): return '[x](javascript:alert(1)) <script>\\n# http://x' * 99\n"
            "Bad.__name__ = '<img src=x onerror=alert(1)>'\n"
            "raise Bad\ndef relu(x): ..."
        },
        looks="relu: the cell with `relu` stopped before `relu` was defined",
    ),
    Attack(
        "an exception that does not end",
        "what is raised",
        {
            "relu": "class Bad(Exception):\n"
            "    def __str__(self):\n"
            "        raise BaseException('no')\n"
            "def relu(x):\n    raise Bad"
        },
    ),
    Attack(
        "prints that are no text",
        "what is printed",
        {"relu": "def relu(x):\n    print('\\ud800<script>alert(1)</script>')\n    return -x"},
    ),
    Attack(
        "points from beyond the grave",
        "the process",
        {"relu": WRONG},
        first="import atexit\n"
        "class Ghost:\n"
        "    def __del__(self):\n"
        "        print('relu: right.')\n"
        "ghost = Ghost()\natexit.register(print, 'relu: right.')\ndel ghost\ntried()",
        tried=True,
    ),
    Attack(
        "a value that says yes",
        "a value exercise",
        {
            "lenet-parameter-count": "class Yes(int):\n"
            "    __eq__ = lambda a, b: True\n"
            "    __hash__ = int.__hash__\n"
            "lenet_parameter_count = Yes(1)"
        },
    ),
    Attack(
        "a function for a value",
        "a value exercise",
        {"lenet-parameter-count": "def lenet_parameter_count(*a):\n    return 61706"},
    ),
    Attack(
        "the value in many kinds",
        "a value exercise",
        {"lenet-parameter-count": "lenet_parameter_count = [61706, 61705, 61707, None]"},
    ),
    Attack(
        "right answers, hooks and all",
        "nothing",
        HONEST,
        first="get_ipython().showtraceback = lambda *a, **k: None\ntried()",
        points=FULL,
        tried=True,
    ),
]

KERNEL = """\
shell = get_ipython()
kernel = shell.kernel
session, parent = kernel.session, kernel.get_parent()
def say(kind, content, parent=parent):
    session.send(kernel.iopub_socket, kind, content, parent=parent)
def reply(content, parent=parent):
    session.send(kernel.shell_stream, 'execute_reply', content, parent=parent,
                 ident=kernel._parent_ident.get('shell', kernel._parent_ident)
                 if isinstance(kernel._parent_ident, dict) else kernel._parent_ident)
"""


def channel(name: str, first: str, **more) -> Attack:
    """A cell that talks on the kernel's own channels."""
    return Attack(
        name, "the kernel's channels", {"relu": WRONG}, first=KERNEL + first, cold=True, **more
    )


def line(name: str, first: str, **more) -> Attack:
    """A cell that talks on the line that a forked kernel has in place of channels."""
    first = f"{KERNEL}talk = kernel.parent.line.socket\n{first}"
    return Attack(name, "the kernel's line", {"relu": WRONG}, first=first, **more)


ATTACKS += [
    channel(
        "the kernel says that it is done, early",
        "reply({'status': 'ok', 'execution_count': 1, 'payload': [], 'user_expressions': {}})\n"
        "say('status', {'execution_state': 'idle'})\nimport time; time.sleep(0.5)\ntried()",
    ),
    channel(
        "a reply without a payload",
        "reply({'status': 'ok', 'execution_count': 1, 'payload': None})\ntried()",
        tried=True,
    ),
    channel(
        "a reply of another kind",
        "reply(['ok'])\ntried()",
        looks=ANYTHING,
    ),
    channel(
        "payloads that are none",
        "reply({'status': 'ok', 'payload': [1, None, {'source': ['ask_exit']}]})\ntried()",
        tried=True,
    ),
    channel(
        "messages that are none",
        "import json\n"
        "say('display_data', {'data': ['text/plain'], 'metadata': None})\n"
        "say('stream', {'name': 7, 'text': {}})\n"
        "say('status', {})\n"
        "kernel.iopub_socket.send_multipart([b'x', b'<IDS|MSG>', b'', b'{', b'{', b'{', b'{'])",
        looks="the kernel said what no kernel says here",
    ),
    channel(
        "an output of another cell is rewritten",
        "from IPython.display import display\n"
        "display('wrong', display_id='mine')\n"
        "say('update_display_data', {'data': {'text/plain': 'relu: right.'}, 'metadata': {},\n"
        "    'transient': {'display_id': 'mine'}})\n"
        "say('execute_result', {'data': {'text/plain': '3.0'}, 'metadata': {},"
        " 'execution_count': 1})\ntried()",
        tried=True,
    ),
    line(
        "packets that are none",
        "for packet in (b'.', b'12345678', b'12345678x' + b'{}', b'12345678.{', b'12345678.[]'):\n"
        "    talk.send(packet)",
        looks="the kernel said what no kernel says here",
    ),
    line(
        "a message that is nested without a bottom",
        "kernel.parent.line.send(b'[' * 3_000_000)",
        looks="the kernel said what no kernel says here",
    ),
    line(
        "a message that never ends, in packets",
        "while True: talk.send(b'12345678,' + bytes(1 << 16))",
        looks="the kernel said what no kernel says here",
    ),
    line(
        "beginnings of messages without end",
        "import os\nwhile True: talk.send(os.urandom(8) + b',')",
        looks="the kernel said what no kernel says here",
    ),
    line(
        "the line is cut",
        "import socket\ntalk.shutdown(socket.SHUT_RDWR)",
        looks="the kernel died here",
    ),
    line(
        "somebody else takes the requests",
        "import threading\n"
        "def take():\n    while True: talk.recv(1 << 17)\n"
        "for _ in range(9): threading.Thread(target=take, daemon=True).start()\ntried()",
        points=None,
        looks=ANYTHING,
        limits=SHORT,
    ),
    line(
        "nobody takes the requests, or the interrupts",
        "import os, time\nos.close(talk.fileno())\nos.close(kernel.parent.control.fileno())\n"
        "time.sleep(9)",
        looks=ANYTHING,
        limits=SHORT,
    ),
    channel(
        "messages of widgets",
        "say('comm_open', {'comm_id': 'x', 'target_name': 'jupyter.widget', 'data': 1})\n"
        "say('comm_msg', {'comm_id': 'x'})\ntried()",
        tried=True,
    ),
]
