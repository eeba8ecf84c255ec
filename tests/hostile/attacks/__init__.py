"""The attacks, by what they go for."""

from . import (
    carried,
    escape,
    handling,
    honest,
    messages,
    notebooks,
    pages,
    reading,
    resources,
    verdict,
)

ATTACKS = [
    *verdict.ATTACKS,
    *reading.ATTACKS,
    *resources.ATTACKS,
    *escape.ATTACKS,
    *notebooks.ATTACKS,
    *pages.ATTACKS,
    *messages.ATTACKS,
    *handling.ATTACKS,
    *carried.ATTACKS,
    *honest.ATTACKS,
]
