"""Whoever reads what a command prints may stop reading; the command goes on."""

import shlex
import subprocess
import sys

PRINTING = """
import sys
from autograder.cli.options import print_json
for number in range(20_000):
    print_json({"number": number})
print("all done", file=sys.stderr)
"""


def piped_to_head(program: str) -> subprocess.CompletedProcess[str]:
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(program)} | head -1"
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)


def test_json_lines_that_nobody_reads_any_more_do_not_stop_the_work():
    done = piped_to_head(PRINTING)
    assert done.stdout == '{"number": 0}\n'
    assert done.stderr == "all done\n"


def test_help_that_nobody_reads_to_its_end_is_no_error():
    done = piped_to_head("import sys; from autograder.cli import main; sys.exit(main(['--help']))")
    assert done.stderr == ""
