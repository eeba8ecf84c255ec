"""What all tests share."""

from importlib.util import find_spec

# The torch referee runs where torch is: in the environment of the benchmarks.
collect_ignore = [] if find_spec("torch") else ["torch_referee"]
