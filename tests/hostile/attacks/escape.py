"""Getting out: the network, other processes, other users, other files, and staying on."""

from __future__ import annotations

from ..ground import ANYTHING, Attack


def trying(name: str, aim: str, first: str, **more) -> Attack:
    """A cell that tries to get out, and is to find everything shut."""
    return Attack(name, aim, first=first + "\ntried()", tried=True, **more)


def connecting(*attempts: str) -> str:
    """Each attempt is a statement that must fail with an OSError."""
    return (
        "import os, socket, struct\nsocket.setdefaulttimeout(0.3)\n"
        f"for attempt in {attempts!r}:\n"
        "    try:\n"
        "        exec(attempt)\n"
        "        leaked(attempt)\n"
        "    except (OSError, OverflowError):\n"
        "        pass"
    )


C = (
    "import ctypes, os\n"
    "libc = ctypes.CDLL(None, use_errno=True)\n"
    "def refused(result, what):\n"
    "    if result != -1:\n"
    "        leaked(what, result)\n"
)

ATTACKS = [
    trying(
        "TCP",
        "network",
        connecting(
            "socket.create_connection(('127.0.0.1', 22))",
            "socket.create_connection(('1.1.1.1', 80))",
            "socket.create_connection(('::1', 80))",
            "socket.create_connection(('169.254.169.254', 80))",
        ),
    ),
    trying(
        "UDP and names",
        "network",
        connecting(
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('8.8.8.8', 53))",
            "socket.getaddrinfo('example.com', 80)",
            "socket.gethostbyname('localhost.example.com')",
        ),
    ),
    trying(
        "raw and other sockets",
        "network",
        connecting(
            "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
            "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
            "socket.socket(40, socket.SOCK_STREAM)",
            "socket.socket(38, socket.SOCK_SEQPACKET)",
            "socket.socket(31, socket.SOCK_RAW)",
        ),
    ),
    trying(
        "Unix sockets outside",
        "network",
        connecting(
            *(
                f"socket.socket(socket.AF_UNIX).connect({path!r})"
                for path in (
                    "/var/run/docker.sock",
                    "/run/dbus/system_bus_socket",
                    "/tmp/.X11-unix/X0",
                    "\0/tmp/.X11-unix/X0",
                    "\0dbus",
                    "/run/systemd/private",
                )
            )
        ),
    ),
    trying(
        "the network is turned on",
        "network",
        "import subprocess\n"
        "for words in (['ip', 'link', 'add', 'x', 'type', 'dummy'], ['ip', 'addr', 'add',"
        " '10.0.0.1/8', 'dev', 'lo'], ['iptables', '-L'], ['nsenter', '-t', '1', '-n', 'true']):\n"
        "    try:\n"
        "        if subprocess.run(words, capture_output=True).returncode == 0:\n"
        "            leaked(words)\n"
        "    except OSError:\n"
        "        pass",
    ),
    trying(
        "other processes are traced",
        "processes",
        C + "refused(libc.ptrace(16, os.getppid(), 0, 0), 'attach')\n"
        "refused(libc.ptrace(16, 1, 0, 0), 'attach 1')\n"
        "try:\n"
        "    open('/proc/1/mem', 'r+b').read(1)\n"
        "    leaked('mem')\n"
        "except OSError:\n"
        "    pass",
    ),
    trying(
        "root by setuid",
        "users",
        "import os, stat, subprocess, glob\n"
        "for user in (0, 1, 60600, 65534):\n"
        "    for call in (os.setuid, os.seteuid, os.setgid):\n"
        "        try:\n"
        "            call(user)\n"
        "            leaked(call, user)\n"
        "        except OSError:\n"
        "            pass\n"
        "for path in glob.glob('/usr/bin/*') + glob.glob('/usr/sbin/*'):\n"
        "    if os.stat(path).st_mode & stat.S_ISUID and path.endswith(('su', 'mount', 'newgrp')):\n"
        "        done = subprocess.run([path, '-c', 'id -u'], capture_output=True, text=True,"
        " stdin=subprocess.DEVNULL)\n"
        "        if done.stdout.strip() == '0':\n"
        "            leaked(path)",
    ),
    trying(
        "namespaces, mounts, roots",
        "namespaces",
        C + "for flag in (0x10000000, 0x40000000, 0x00020000, 0x20000000):\n"
        "    refused(libc.unshare(flag), 'unshare')\n"
        "refused(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), 'mount')\n"
        "refused(libc.mount(b'none', b'/course', None, 32 | 4096, None), 'remount')\n"
        "refused(libc.umount2(b'/course/data', 2), 'umount')\n"
        "refused(libc.chroot(b'/tmp'), 'chroot')\n"
        "refused(libc.pivot_root(b'/tmp', b'/tmp') if hasattr(libc, 'pivot_root') else -1, 'root')\n"
        "for n in os.listdir('/proc/1/ns') if os.access('/proc/1/ns', os.R_OK) else ():\n"
        "    try:\n"
        "        refused(libc.setns(os.open('/proc/1/ns/' + n, os.O_RDONLY), 0), n)\n"
        "    except OSError:\n"
        "        pass",
    ),
    trying(
        "calls that no namespace divides",
        "system calls",
        C + "for number in (321, 323, 298, 425, 248, 250, 310, 319, 29, 68):\n"
        "    refused(libc.syscall(number, 0, 0, 0, 0, 0), number)\n"
        "for n in (246, 175, 169, 167):\n"
        "    refused(libc.syscall(n, 0, 0, 0, 0), n)",
    ),
    trying(
        "files outside are written",
        "files",
        "import os\n"
        "for path in ('/usr/x', '/course/autograder/__init__.py', '/course/data/x', '/etc/passwd',\n"
        "             '/run/sockets/x', '/run/kernel.json', '/proc/sys/kernel/core_pattern', '/x',\n"
        "             '/dev/x', '/proc/1/oom_score_adj', '/sys/fs/cgroup/release_agent',\n"
        "             '/proc/self/uid_map', '/opt/x', '/root/x'):\n"
        "    try:\n"
        "        open(path, 'a').write('x')\n"
        "        if not path.endswith('oom_score_adj'):\n"
        "            leaked(path)\n"
        "    except OSError:\n"
        "        pass\n"
        "for path in ('/course/autograder/__init__.py', '/run/sockets/judge', '/run/sockets'):\n"
        "    for call in (os.unlink, os.rmdir, lambda p: os.chmod(p, 0o777),\n"
        "                 lambda p: os.rename(p, p + 'x')):\n"
        "        try:\n"
        "            call(path)\n"
        "            leaked(path)\n"
        "        except OSError:\n"
        "            pass",
    ),
    trying(
        "a daemon outlives its cell",
        "processes",
        "import os, sys, time\n"
        "for _ in range(3):\n"
        "    if not os.fork():\n"
        "        os.setsid()\n"
        "        if os.fork():\n"
        "            os._exit(0)\n"
        "        os.closerange(0, 256)\n"
        "        while True:\n"
        "            time.sleep(1)",
    ),
    trying(
        "a daemon changes its name and waits for the next student",
        "processes",
        C + "import time\n"
        "if not os.fork():\n"
        "    os.setsid()\n"
        "    libc.prctl(15, b'systemd', 0, 0, 0)\n"
        "    libc.prctl(1, 0, 0, 0, 0)\n"
        "    libc.prctl(4, 0, 0, 0, 0)\n"
        "    while True:\n"
        "        open('/tmp/answers', 'a').write('x')\n"
        "        time.sleep(0.1)",
    ),
    Attack(
        "everybody is killed",
        "processes",
        first="import os\nos.kill(-1, 9)\nos.kill(1, 9)\nos.kill(os.getpid(), 9)",
        looks=ANYTHING,  # whether a kernel is the first process, whom nobody inside can kill
    ),
    Attack(
        "the parent is killed",
        "processes",
        first="import os\nos.kill(os.getppid(), 9)\nos.killpg(0, 9)",
        looks="the kernel died here",
    ),
    trying(
        "keys are pressed on the grader's terminal",
        "the terminal",
        "import fcntl, os\n"
        "for name in ('/dev/tty', '/dev/console', '/dev/pts/0', '/dev/stdin'):\n"
        "    try:\n"
        "        fcntl.ioctl(os.open(name, os.O_RDWR), 0x5412, b'x')\n"
        "        leaked(name)\n"
        "    except OSError:\n"
        "        pass",
    ),
    trying(
        "the kernel's sockets become links",
        "the kernel's channels",
        "import glob, os\n"
        "for path in glob.glob('/run/kernel/kernel-*'):\n"
        "    os.rename(path, path + '-')\n"
        "    os.symlink('/run/sockets/judge', path)\n"
        "    os.unlink(path)\n"
        "    os.rename(path + '-', path)",
    ),
    trying(
        "an open file is sent to the judge",
        "the judge's socket",
        "import array, os, socket\n"
        "for _ in range(20):\n"
        "    s = socket.socket(socket.AF_UNIX)\n"
        "    s.connect(os.environ['AUTOGRADER_JUDGE'])\n"
        "    files = array.array('i', [os.open('/dev/null', os.O_RDONLY)] * 9)\n"
        "    s.sendmsg([bytes(8)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])\n"
        "    s.close()\n"
        "    [os.close(n) for n in set(files)]",
    ),
    trying(
        "a shell through a magic",
        "processes",
        "get_ipython().system('touch /usr/owned; cat /etc/shadow; kill -9 1')\n"
        "get_ipython().run_line_magic('cd', '/')",
    ),
]
