"""Who wrote the same as whom: what students wrote alone, compared in pairs.

Fingerprints are chosen by winnowing over tokens, in which variables have no names: S. Schleimer,
D. S. Wilkerson and A. Aiken, *Winnowing: local algorithms for document fingerprinting*, SIGMOD
2003.
"""

from .pairs import Pair, Work, similar_pairs

__all__ = ["Pair", "Work", "similar_pairs"]
