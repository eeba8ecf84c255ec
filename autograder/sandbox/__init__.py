"""The sandbox: kernels for strangers' code, under bubblewrap. It imports nothing else of ours."""
