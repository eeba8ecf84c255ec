"""Taking more than there is: bombs, floods, fillers, and what never ends."""

from __future__ import annotations

from ..ground import ANYTHING, SHORT, SPINNING, Attack, code, markdown
from .verdict import KERNEL


def bomb(name: str, first: str, looks: str | None, **more) -> Attack:
    """A cell that takes too much of something."""
    more.setdefault("aim", "resources")
    return Attack(name, first=first, looks=looks, **more)


def writing(place: str) -> str:
    return (
        "import os\n"
        f"for n in range(100):\n    with open('{place}/' + str(n), 'wb') as file:\n"
        "        file.write(os.urandom(1 << 20))"
    )


FLOOD = """\
import threading, time
begun = []
def flood():
    def pour():
        kernel = get_ipython().kernel
        while True:
            kernel.session.send(kernel.iopub_socket, 'stream',
                {'name': 'stdout', 'text': 'x' * (15 << 20)}, parent=kernel.get_parent())
    begun.append(True)
    threading.Thread(target=pour, daemon=True).start()
"""


NOBODYS_MEMORY = """\
import ctypes, fcntl, mmap, os, socket
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 4
for flags in (0x21, 0x23, 0x40022, 0x40021):
    if libc.mmap(None, 4 << 20, 3, flags, -1, 0) != ctypes.c_void_p(-1).value:
        leaked('mmap', flags)
reader, writer = os.pipe()
here, there = socket.socketpair()
for attempt in (
    lambda: mmap.mmap(-1, 1 << 20),
    lambda: mmap.mmap(os.open('/dev/zero', os.O_RDWR), 1 << 20),
    lambda: fcntl.fcntl(writer, 1031, 1 << 20),
    lambda: here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 23),
    lambda: here.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23),
    lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    lambda: socket.socket(socket.AF_UNIX).listen(4096),
    lambda: os.memfd_create('x'),
):
    try:
        leaked(attempt())
    except OSError:
        pass
names = ('shmget', 'msgget', 'semget', 'io_setup', 'vmsplice', 'inotify_init1', 'userfaultfd')
for name in names:
    if hasattr(libc, name) and getattr(libc, name)(0, 4096, 0o1600, 0) >= 0:
        leaked(name)
rt = ctypes.CDLL('librt.so.1', use_errno=True)
if rt.mq_open(b'/q', 0o102, 0o600, None) >= 0:
    leaked('mq_open')
tried()
"""

SIXTY = """\
import os, time
for _ in range(50):
    if not os.fork():
        while True: pass
time.sleep(600)
"""

UNSEEN = """\
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
def spin():
    end = time.process_time() + 0.03
    while time.process_time() < end: pass
    os._exit(0)
for _ in range(4):
    if not os.fork():
        while True:
            if not os.fork():
                spin()
            try:
                os.wait()
            except ChildProcessError:
                pass
time.sleep(600)
"""

HONEST_WAIT = """\
import subprocess, time
import matplotlib.pyplot as plt
time.sleep(3)
subprocess.run(['sh', '-c', 'for n in 1 2 3 4 5; do ls / >/dev/null; done'], check=True)
plt.plot([1, 2, 3]); plt.show(); plt.close('all')
tried()
"""

HONEST_HOLDINGS = """\
import multiprocessing, os, socket, subprocess, tempfile, threading
with multiprocessing.get_context('fork').Pool(3) as pool:
    assert sum(pool.map(abs, range(-99, 0))) == 4950
pairs = [socket.socketpair() for _ in range(20)] + [os.pipe() for _ in range(20)]
assert subprocess.run(['sh', '-c', 'echo hello'], capture_output=True).stdout == b'hello\\n'
threads = [threading.Thread(target=int) for _ in range(20)]
[thread.start() for thread in threads], [thread.join() for thread in threads]
with tempfile.TemporaryFile() as file:
    file.write(bytes(1 << 20))
tried()
"""


def long_cell(kind: str, source: str):
    def change(notebook: dict) -> None:
        notebook["cells"].append((code if kind == "code" else markdown)(source))

    return change


ATTACKS = [
    bomb(
        "sixty processes spin",
        SIXTY,
        "time: the cell needed more than 2 s of processor time",
        aim="the neighbours' time",
        limits=SPINNING,
    ),
    bomb(
        "children that nobody waits for spin, one after the other",
        UNSEEN,
        "time: the cell needed more than 2 s of processor time",
        aim="the neighbours' time",
        limits=SPINNING,
    ),
    bomb(
        "an honest wait: seconds of sleep, a child that is waited for, a plot",
        HONEST_WAIT,
        None,
        aim="nothing",
        tried=True,
        limits=SHORT,
    ),
    bomb(
        "memory that no process shows: shared mappings, queues, pages in pipes",
        NOBODYS_MEMORY,
        None,
        aim="memory that nobody counts",
        tried=True,
        cold=True,
    ),
    bomb(
        "what a lesson may well do: processes, pipes, sockets, threads, files",
        HONEST_HOLDINGS,
        None,
        aim="nothing",
        tried=True,
        cold=True,
    ),
    bomb("a list without end", "x = [0]\nwhile True: x += x", "memory: the notebook needed more"),
    bomb(
        "an array larger than memory",
        "import numpy as np\nnp.ones((1 << 17, 1 << 13))",
        "memory: the notebook needed more than 900 MiB",
    ),
    bomb(
        "memory in many processes",
        "import os, time\n"
        "for _ in range(8):\n"
        "    if not os.fork():\n"
        "        x = bytearray(200 << 20); time.sleep(9)\n"
        "time.sleep(9)",
        "memory: the notebook needed more",
    ),
    bomb("/dev/shm is filled", writing("/dev/shm"), "disk: the notebook wrote more"),
    bomb("/tmp is filled", writing("/tmp"), "disk: the notebook wrote more"),
    bomb("the working folder is filled", writing("."), "disk: the notebook wrote more"),
    bomb(
        "a file without end",
        "with open('big', 'wb') as file:\n    while True: file.write(bytes(1 << 20))",
        "file size: the notebook wrote a file",
    ),
    bomb(
        "a hundred thousand empty files",
        "for n in range(100_000): open(f'/tmp/{n}', 'w').close()",
        "disk: the notebook wrote more",
    ),
    bomb(
        "a fork bomb",
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        "processes: the notebook ran",
    ),
    bomb(
        "a thread bomb",
        "import threading, time\n"
        "while True: threading.Thread(target=time.sleep, args=(60,)).start()",
        "processes: the notebook ran",
    ),
    bomb(
        "open files without end",
        "held = [open('/dev/null') for _ in range(10_000)]",
        "open files: the notebook held more",
    ),
    bomb(
        "the kernel's folder of sockets is filled",
        "open('/run/kernel/x', 'wb').write(bytes(2 << 20))",
        "sockets: the notebook put more",
    ),
    bomb("sleep without end", "import time\ntime.sleep(999)", "time: the cell ran", limits=SHORT),
    bomb(
        "a loop that ignores interrupts",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "time: the cell needed",
        limits=SPINNING,
    ),
    bomb(
        "a power that takes a year",
        "x = 10 ** 10 ** 9",
        "time: the cell needed",
        limits=SPINNING,
    ),
    bomb(
        "an answer that never comes",
        "",
        "time: the cell needed",
        answers={"relu": "def relu(x):\n    while True: pass"},
        limits=SPINNING,
    ),
    bomb(
        "an answer that swallows its own end",
        "",
        "time: the cell needed",
        answers={
            "relu": "def relu(x):\n"
            "    while True:\n"
            "        try:\n"
            "            while True: pass\n"
            "        except BaseException: pass"
        },
        limits=SPINNING,
    ),
    bomb(
        "a deadlock",
        "import threading\nthreading.Lock().acquire(); l = threading.Lock()\n"
        "l.acquire(); l.acquire()",
        "time: the cell ran",
        limits=SHORT,
    ),
    bomb("input() waits for nobody", "input('name? ')", None),
    bomb(
        "recursion without end",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
        ANYTHING,
    ),
    bomb("a null pointer", "import ctypes\nctypes.string_at(0)", "the kernel died here"),
    bomb(
        "every cell kills the kernel",
        "import os\nos.kill(os.getpid(), 9)",
        "given up after 3 dead kernels",
        answers={"relu": "import os\nos.kill(os.getpid(), 9)"},
        last="",
        change=long_cell("code", "import os\nos.kill(os.getpid(), 9)"),
    ),
    bomb(
        "a gigabyte of output",
        "for _ in range(1000): print('x' * (1 << 20))\ntried()",
        ANYTHING,
        cold=True,
    ),
    bomb(
        "a hundred thousand outputs",
        "from IPython.display import display\nfor n in range(100_000): display(n)",
        "output: more than the grader keeps was written",
        cold=True,
    ),
    bomb(
        "one output in ten thousand places",
        "from IPython.display import display, update_display\n"
        "for n in range(10_000): display(n, display_id='x')\n"
        "update_display('y' * 1_000_000, display_id='x')\ntried()",
        "output: more than the grader keeps was written",
        aim="the grader's memory",
    ),
    bomb(
        "colours without end",
        "print('\\x1b[31mx' * 30_000)\ntried()",
        None,
        aim="the grader's time",
        tried=True,
    ),
    bomb(
        "a message in parts without end",
        "import zmq, time\n" + KERNEL + "part = zmq.Frame(bytes(8 << 20))\n"
        "socket = kernel.iopub_thread.socket\n"
        "for _ in range(2000):\n"
        "    socket.send(part, zmq.SNDMORE, copy=False)\n"
        "socket.send(b'')\ntime.sleep(9)",
        ANYTHING,
        aim="the grader's memory",
        growth=3 << 30,
        cold=True,
    ),
    bomb(
        "messages while the judge is busy",
        "",
        ANYTHING,
        aim="the grader's memory",
        answers={
            "relu": FLOOD + "def relu(x):\n    if not begun:\n        flood()\n    time.sleep(9)"
        },
        limits=SHORT,
    ),
    bomb(
        "messages from several threads at once",
        "",
        ANYTHING,
        aim="the grader's memory",
        answers={"relu": FLOOD + "def relu(x):\n    flood()\n    time.sleep(9)"},
        points=None,  # two such at once are none of a kernel's messages, in whatever cell they meet
        limits=SHORT,
    ),
    bomb(
        "a hundred megabytes in every answer",
        "",
        None,
        aim="the judge's memory",
        answers={"relu": "import numpy as np\ndef relu(x):\n    return np.zeros((5000, 1500))"},
    ),
    bomb(
        "a cell that is too long to be parsed",
        "",
        "longer than 100,000 characters, and cut there: cell",
        aim="the grader's memory",
        change=long_cell("code", "x = [" + "1," * 300_000 + "]"),
    ),
    bomb(
        "a program that is too deep to be parsed",
        "",
        "more than 1,000 dots in a row were cut: cell",
        aim="the grader's stack",
        change=long_cell("code", "x" + ".a" * 45_000),
    ),
    bomb(
        "text that takes Markdown an hour",
        "",
        "why-layers: the answer stood beside the question's own cell",
        aim="the grader's time",
        change=long_cell("markdown", "\\(" * 45_000),
    ),
    bomb(
        "more cells than a lesson can have",
        "",
        "is longer than 1,000 cells",
        aim="the grader's time",
        change=lambda notebook: notebook["cells"].extend([code("1")] * 2000),
    ),
    bomb(
        "connections to the judge without end",
        "import os, socket, threading\n"
        "def knock():\n"
        "    while True:\n"
        "        try:\n"
        "            socket.socket(socket.AF_UNIX).connect(os.environ['AUTOGRADER_JUDGE'])\n"
        "        except OSError: pass\n"
        "threading.Thread(target=knock, daemon=True).start()\ntried()",
        "",  # a judge that is slow to accept leaves them in the sender's own memory, which may end it
        aim="the judge's socket",
        tried=True,
        points=None,
    ),
    bomb(
        "a judge that is not read",
        "import os, socket, time\n"
        "from autograder.inside.wire import encode\n"
        "held = []\n"
        "for _ in range(3):\n"
        "    s = socket.socket(socket.AF_UNIX)\n"
        "    s.connect(os.environ['AUTOGRADER_JUDGE'])\n"
        "    s.sendall(encode({'check': 'relu', 'callable': True}))\n"
        "    held.append(s)\n"
        "time.sleep(9)",
        "time: the cell ran",
        aim="the judge's socket",
        limits=SHORT,
    ),
]
