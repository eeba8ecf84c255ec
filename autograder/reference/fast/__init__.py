"""The same operations as in `layers`, faster: each form in a module of its own."""
