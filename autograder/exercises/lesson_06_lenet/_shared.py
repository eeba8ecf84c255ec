"""The published counts of LeNet-5."""

from __future__ import annotations

PUBLISHED = {
    "lenet": 61_706,
    "alexnet": 62_378_344,
    "two towers": 60_965_224,
    "zfnet": 62_357_608,
    "wide zfnet": 107_627_624,
    "vgg11": 132_863_336,
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
}
