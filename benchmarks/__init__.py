"""How fast the reference is, beside torch on the same processor: `python -m benchmarks --help`."""
