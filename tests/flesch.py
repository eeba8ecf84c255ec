"""How hard English text is to read, by Flesch and Kincaid (1975)."""

from __future__ import annotations

import re
from collections.abc import Sequence


def grade(sentences: Sequence[str]) -> float:
    """The grade of some sentences: years at school that they ask of their readers.

    Examples
    --------
    >>> round(grade(["The cat sat on the mat."]), 1)
    -1.4
    """
    told = [word for sentence in sentences for word in words(sentence)]
    syllables = sum(map(syllables_of, told))
    return 0.39 * len(told) / len(sentences) + 11.8 * syllables / len(told) - 15.59


def words(sentence: str) -> list[str]:
    return re.findall(r"[A-Za-z]+(?:['’][a-z]+)?", sentence)


def syllables_of(word: str) -> int:
    """About how many syllables an English word has.

    Examples
    --------
    >>> [syllables_of(word) for word in ("cat", "layer", "convolution", "pixels", "made")]
    [1, 2, 4, 2, 1]
    """
    word = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiou]+|(?<![aeiou])y(?![aeiou])", word))
    silent = re.search(r"[^aeiouyl]e[sd]?$|[^l]le[sd]$", word) and not re.search(
        r"(?:[td]ed|[sxz]es|[cs]hes|[cg]es)$", word
    )
    return max(groups - bool(silent), 1)
