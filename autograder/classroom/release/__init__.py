"""What students get: notebooks, data, and a package that checks without knowing the answers."""

from .contents import Released, release

__all__ = ["Released", "release"]
