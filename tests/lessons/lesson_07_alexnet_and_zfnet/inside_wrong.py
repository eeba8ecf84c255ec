"""07-alexnet-and-zfnet: wrong answers to what looks inside that the catalogue does not list."""

import numpy as np

from autograder.reference import deconvnet


def then(right, change):
    return lambda *arguments, **named: change(right(*arguments, **named))


def places_then(change):
    return then(deconvnet.max_pool_with_places, change)


def no_overlap(pooled, places, shape):
    if len(np.unique(places)) < places[0, 0].size:
        raise ValueError("places that meet")
    return deconvnet.unpool(pooled, places, shape)


def weakly_guided(grad, x, rule="gradient"):
    back = deconvnet.backward_relu(grad, x, rule)
    return back / 2 if rule == "guided" else back


def no_pools(layers, params, x, layer, channel, rule="deconvnet"):
    if any(kind == "max_pool" for kind, _ in layers):
        raise KeyError("weights")
    return deconvnet.project(layers, params, x, layer, channel, rule)


def no_guidance(layers, params, x, layer, channel, rule="deconvnet"):
    if rule == "guided":
        raise NotImplementedError
    return deconvnet.project(layers, params, x, layer, channel, rule)


def written_into(score, image, side, step, fill):
    lost = deconvnet.occlusion_map(score, image, side, step, fill)
    image[:, :side, :side] = 0
    return lost


def whole_numbers_for_fill(score, image, side, step, fill):
    return deconvnet.occlusion_map(score, image, side, step, np.floor(fill))


ANSWERS = {
    "max-pool-with-places": {
        "a list of pairs": places_then(lambda both: list(zip(*both, strict=True))),
        "float64": places_then(lambda both: (both[0].astype(np.float64), both[1])),
        "places as floats": places_then(lambda both: (both[0], both[1].astype(float))),
        "flat": places_then(lambda both: (both[0].ravel(), both[1].ravel())),
        "squared": places_then(lambda both: (both[0] ** 2, both[1])),
        "nothing": lambda x, size, stride=None: None,
    },
    "unpool": {
        "nothing meets": no_overlap,
        "flat": then(deconvnet.unpool, np.ravel),
        "float64": then(deconvnet.unpool, lambda x: x.astype(np.float64)),
        "a hundredth more": then(deconvnet.unpool, lambda x: 1.01 * x),
        "upside down": then(deconvnet.unpool, lambda x: x[:, :, ::-1]),
        "nothing": lambda pooled, places, shape: None,
    },
    "backward-relu": {
        "half of what is guided": weakly_guided,
        "sign": then(deconvnet.backward_relu, np.negative),
        "flat": then(deconvnet.backward_relu, np.ravel),
        "float64": then(deconvnet.backward_relu, lambda x: x.astype(np.float64)),
        "squared": then(deconvnet.backward_relu, np.square),
        "nothing": lambda grad, x, rule="gradient": None,
    },
    "project": {
        "no pooling": no_pools,
        "not guided": no_guidance,
        "sign": then(deconvnet.project, np.negative),
        "mean of the channels": then(deconvnet.project, lambda x: x.mean(axis=1)),
        "without the first axis": then(deconvnet.project, lambda x: x[0]),
        "float64": then(deconvnet.project, lambda x: x.astype(np.float64)),
        "nothing": lambda layers, params, x, layer, channel, rule="deconvnet": None,
    },
    "occlusion-map": {
        "a list": then(deconvnet.occlusion_map, lambda lost: lost.tolist()),
        "absolute value plus one": then(deconvnet.occlusion_map, lambda lost: np.abs(lost) + 1),
        "what is above 0": then(deconvnet.occlusion_map, lambda lost: np.maximum(lost, 0) + 0.5),
        "flat": then(deconvnet.occlusion_map, np.ravel),
        "whole fills": whole_numbers_for_fill,
        "nothing": lambda score, image, side, step, fill: None,
    },
}
