"""01-fully-connected-limits: right answers in the styles that students write."""

import numpy as np


def together(*pairs):
    for ours, theirs in pairs:
        if ours != theirs:
            raise ValueError(f"{ours} against {theirs}")


# --- flatten_images


def flatten_by_loops(images):
    rows = []
    for image in images:
        rows.append(list(image.flat))
    return np.array(rows, dtype=images.dtype)


def flatten_by_filling(images):
    result = np.empty((images.shape[0], images[0].size), images.dtype)
    for n, image in enumerate(images):
        result[n] = image.ravel()
    return result


# --- linear_scores


def scores_by_loops(x, weights, bias):
    together((x.shape[1], weights.shape[1]), (len(weights), len(bias)))
    result = np.zeros((len(x), len(weights)), x.dtype)
    for n in range(len(x)):
        for k in range(len(weights)):
            total = bias[k]
            for d in range(x.shape[1]):
                total += x[n, d] * weights[k, d]
            result[n, k] = total
    return result


def scores_by_einsum(x, weights, bias):
    together((x.shape[1], weights.shape[1]))
    return np.einsum("nd,kd->nk", x, weights) + bias


def scores_by_broadcasting(x, weights, bias):
    together((x.shape[1], weights.shape[1]))
    return (x[:, None, :] * weights[None, :, :]).sum(axis=2) + bias[None, :]


def scores_with_a_column_of_ones(x, weights, bias):
    together((x.shape[1], weights.shape[1]))
    longer = np.hstack([x, np.ones((len(x), 1), x.dtype)])
    return longer @ np.hstack([weights, bias[:, None]]).T


def scores_sample_by_sample(x, weights, bias):
    return np.stack([weights @ row + bias for row in x])


LINEAR = {
    "loops": scores_by_loops,
    "einsum": scores_by_einsum,
    "broadcasting": scores_by_broadcasting,
    "a column of ones": scores_with_a_column_of_ones,
    "sample by sample": scores_sample_by_sample,
}


# --- two_layer_scores


def two_layers_by(linear):
    def two_layer_scores(x, w1, b1, w2, b2):
        hidden = linear(x, w1, b1)
        hidden[hidden < 0] = 0
        return linear(hidden, w2, b2)

    return two_layer_scores


def two_layers_unit_by_unit(x, w1, b1, w2, b2):
    together((x.shape[1], w1.shape[1]), (len(w1), w2.shape[1]))
    scores = np.tile(b2, (len(x), 1))
    for weights, bias, out in zip(w1, b1, w2.T, strict=True):
        scores += np.outer(np.maximum(x @ weights + bias, 0), out)
    return scores


def two_layers_in_columns(x, w1, b1, w2, b2):
    hidden = w1 @ x.T + b1[:, None]
    return (w2 @ np.where(hidden > 0, hidden, np.zeros_like(hidden)) + b2[:, None]).T


# --- collapse_linear_layers


def collapse_by_loops(w1, b1, w2, b2):
    together((len(w1), w2.shape[1]))
    weights = np.zeros((len(w2), w1.shape[1]), w1.dtype)
    bias = b2.copy()
    for k in range(len(w2)):
        for h in range(len(w1)):
            weights[k] += w2[k, h] * w1[h]
            bias[k] += w2[k, h] * b1[h]
    return weights, bias


def collapse_by_probing(w1, b1, w2, b2):
    probes = np.vstack([np.zeros((1, w1.shape[1])), np.eye(w1.shape[1])]).astype(w1.dtype)
    scores = (probes @ w1.T + b1) @ w2.T + b2
    return (scores[1:] - scores[0]).T, scores[0]


def collapse_in_one_matrix(w1, b1, w2, b2):
    both = w2 @ np.column_stack([w1, b1])
    return both[:, :-1], both[:, -1] + b2


def collapse_by_einsum(w1, b1, w2, b2):
    together((len(w1), w2.shape[1]))
    return np.einsum("kh,hd->kd", w2, w1), np.einsum("kh,h->k", w2, b1) + b2


# --- fully_connected_parameter_count


def count_step_by_step(input_shape, layer_sizes):
    inputs = 1
    for side in input_shape:
        inputs *= side
    total = 0
    for size in layer_sizes:
        total += inputs * size + size
        inputs = size
    return total


def count_with_numpy(input_shape, layer_sizes):
    sizes = np.array([np.prod(input_shape), *layer_sizes], dtype=np.int64)
    return np.sum(sizes[:-1] * sizes[1:]) + np.sum(sizes[1:])


def count_by_recursion(input_shape, layer_sizes):
    if not layer_sizes:
        return 0
    channels, height, width = (*input_shape, 1, 1)[:3]
    here = (channels * height * width + 1) * layer_sizes[0]
    return here + count_by_recursion((layer_sizes[0],), layer_sizes[1:])


# --- softmax_cross_entropy


def loss_by_log_softmax(scores, labels):
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    n = scores.shape[0]
    grad = np.exp(log_p)
    grad[np.arange(n), labels] -= 1
    return -log_p[np.arange(n), labels].mean(), grad / n


def loss_by_logaddexp(scores, labels):
    total = np.logaddexp.reduce(scores, axis=1)
    picked = np.take_along_axis(scores, labels[:, None], axis=1)[:, 0]
    one_hot = (labels[:, None] == np.arange(scores.shape[1])).astype(scores.dtype)
    probabilities = np.exp(scores - total[:, None])
    return float(np.mean(total - picked)), (probabilities - one_hot) / len(scores)


def loss_by_loops(scores, labels):
    n, k = scores.shape
    loss, grad = 0.0, np.zeros_like(scores)
    for i in range(n):
        highest = max(scores[i])
        powers = [np.exp(scores[i, j] - highest) for j in range(k)]
        loss += np.log(sum(powers)) + highest - scores[i, labels[i]]
        for j in range(k):
            grad[i, j] = (powers[j] / sum(powers) - (j == labels[i])) / n
    return loss / n, grad


def loss_by_one_hot(scores, labels):
    one_hot = np.eye(scores.shape[1], dtype=scores.dtype)[labels]
    shifted = scores - scores.max(axis=1)[:, np.newaxis]
    powers = np.exp(shifted)
    normal = powers.sum(axis=1, keepdims=True)
    log_p = shifted - np.log(normal)
    return -(one_hot * log_p).sum() / len(scores), (powers / normal - one_hot) / len(scores)


# --- two_layer_gradients


def gradients_step_by_step(x, labels, w1, b1, w2, b2):
    z = x.dot(w1.T) + b1
    a = np.maximum(z, 0)
    loss, dscores = loss_by_log_softmax(a.dot(w2.T) + b2, labels)
    da = dscores.dot(w2)
    dz = da.copy()
    dz[z <= 0] = 0
    return loss, {
        "w1": dz.T.dot(x),
        "b1": np.sum(dz, axis=0),
        "w2": dscores.T.dot(a),
        "b2": np.sum(dscores, axis=0),
    }


def gradients_by_einsum(x, labels, w1, b1, w2, b2):
    hidden = np.maximum(np.einsum("nd,hd->nh", x, w1) + b1, 0)
    loss, grad = loss_by_logaddexp(np.einsum("nh,kh->nk", hidden, w2) + b2, labels)
    back = np.einsum("nk,kh,nh->nh", grad, w2, (hidden > 0).astype(x.dtype))
    return loss, {
        "b2": np.einsum("nk->k", grad),
        "w2": np.einsum("nk,nh->kh", grad, hidden),
        "b1": np.einsum("nh->h", back),
        "w1": np.einsum("nh,nd->hd", back, x),
    }


def gradients_sample_by_sample(x, labels, w1, b1, w2, b2):
    loss = 0.0
    grads = {
        name: np.zeros_like(value)
        for name, value in {"w1": w1, "b1": b1, "w2": w2, "b2": b2}.items()
    }
    for row, label in zip(x, labels, strict=True):
        z = w1 @ row + b1
        a = z * (z > 0)
        one_loss, grad = loss_by_one_hot((w2 @ a + b2)[None], np.array([label]))
        loss += one_loss / len(x)
        grad = grad[0] / len(x)
        back = (w2.T @ grad) * (z > 0)
        grads["w2"] += np.outer(grad, a)
        grads["b2"] += grad
        grads["w1"] += np.outer(back, row)
        grads["b1"] += back
    return loss, grads


# --- permute_pixels


def permute_by_loops(images, order):
    h, w = images.shape[2:]
    together((len(order), h * w))
    result = np.zeros_like(images)
    for place, source in enumerate(order):
        result[:, :, place // w, place % w] = images[:, :, source // w, source % w]
    return result


def permute_by_take(images, order):
    n, c = images.shape[:2]
    return np.take(images.reshape(n, c, -1), order, axis=2).reshape(images.shape)


def permute_by_rows_and_columns(images, order):
    h, w = images.shape[-2:]
    rows, columns = np.unravel_index(order.reshape(h, w), (h, w))
    return images[..., rows, columns]


def permute_by_matrix(images, order):
    n, c, h, w = images.shape
    together((len(order), h * w))
    matrix = np.eye(h * w, dtype=images.dtype)[:, order]
    return (images.reshape(n * c, h * w) @ matrix).reshape(n, c, h, w)


# --- shift_images


def shift_by_loops(images, down, right):
    h, w = images.shape[2:]
    result = np.zeros_like(images)
    for i in range(h):
        for j in range(w):
            if 0 <= i - down < h and 0 <= j - right < w:
                result[:, :, i, j] = images[:, :, i - down, j - right]
    return result


def shift_by_roll(images, down, right):
    result = np.roll(images, shift=(down, right), axis=(-2, -1))
    if down >= 0:
        result[:, :, :down] = 0
    else:
        result[:, :, down:] = 0
    if right >= 0:
        result[..., :right] = 0
    else:
        result[..., right:] = 0
    return result


def shift_by_padding(images, down, right):
    h, w = images.shape[2:]
    frame = [(0, 0), (0, 0), (abs(down), abs(down)), (abs(right), abs(right))]
    padded = np.pad(images, frame)
    top, left = abs(down) - down, abs(right) - right
    return padded[:, :, top : top + h, left : left + w]


def shift_by_matrices(images, down, right):
    h, w = images.shape[2:]
    rows = np.eye(h, k=-down, dtype=images.dtype)
    columns = np.eye(w, k=right, dtype=images.dtype)
    return rows @ images @ columns


ANSWERS = {
    "flatten-images": {
        "reshape -1": lambda images: images.reshape(images.shape[0], -1),
        "reshape with prod": lambda images: np.reshape(
            images, (len(images), int(np.prod(images.shape[1:])))
        ),
        "loops": flatten_by_loops,
        "filling": flatten_by_filling,
        "stack": lambda images: np.stack([image.flatten() for image in images]),
    },
    "linear-scores": {"matrix product": lambda x, weights, bias: x.dot(weights.T) + bias, **LINEAR},
    "two-layer-scores": {
        **{style: two_layers_by(linear) for style, linear in LINEAR.items()},
        "unit by unit": two_layers_unit_by_unit,
        "in columns": two_layers_in_columns,
    },
    "collapse-linear-layers": {
        "loops": collapse_by_loops,
        "probing": collapse_by_probing,
        "one matrix": collapse_in_one_matrix,
        "einsum": collapse_by_einsum,
    },
    "fully-connected-parameter-count": {
        "step by step": count_step_by_step,
        "numpy": count_with_numpy,
        "recursion": count_by_recursion,
    },
    "softmax-cross-entropy": {
        "log softmax": loss_by_log_softmax,
        "logaddexp": loss_by_logaddexp,
        "loops": loss_by_loops,
        "one-hot": loss_by_one_hot,
    },
    "two-layer-gradients": {
        "step by step": gradients_step_by_step,
        "einsum": gradients_by_einsum,
        "sample by sample": gradients_sample_by_sample,
    },
    "permute-pixels": {
        "loops": permute_by_loops,
        "take": permute_by_take,
        "rows and columns": permute_by_rows_and_columns,
        "a matrix": permute_by_matrix,
    },
    "shift-images": {
        "loops": shift_by_loops,
        "roll and blank": shift_by_roll,
        "pad and cut": shift_by_padding,
        "two matrices": shift_by_matrices,
    },
}
