"""01-fully-connected-limits: why flattening an image is a bad deal."""
