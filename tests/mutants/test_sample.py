"""Right answers with one change each, a sample of them: next to all are refused."""

import subprocess
import sys


def test_next_to_all_mutants_of_a_sample_are_refused():
    command = [sys.executable, "-m", "tests.mutants", "--sample"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
