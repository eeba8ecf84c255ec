"""The programs that run inside the sandbox, where nothing of ours but these can be imported."""
