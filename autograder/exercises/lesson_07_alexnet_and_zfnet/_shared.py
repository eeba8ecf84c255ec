"""The published counts of AlexNet."""

from __future__ import annotations

ONE_TOWER, TWO = 62_378_344, 60_965_224

ALEXNET_BIASES = 96 + 256 + 384 + 384 + 256 + 4096 + 4096 + 1000
