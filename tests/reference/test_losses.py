import numpy as np
import pytest
import scipy
from onnx_node import run_node

from autograder.reference import (
    confusion_matrix,
    ensemble_predict,
    numerical_gradient,
    softmax,
    softmax_cross_entropy,
    top_k_error,
)


def test_softmax_and_its_loss_agree_with_scipy_and_onnxruntime():
    rng = np.random.default_rng(1)
    for _ in range(200):
        batch, classes = rng.integers(1, 9), rng.integers(2, 9)
        scores = 10 * rng.standard_normal((batch, classes))
        labels = rng.integers(classes, size=batch)
        loss, grad = softmax_cross_entropy(scores, labels)
        rows = np.arange(batch)
        logs = scipy.special.log_softmax(scores, axis=1)[rows, labels]
        assert loss == pytest.approx(-logs.mean(), rel=1e-12)
        expected = scipy.special.softmax(scores, axis=1)
        np.testing.assert_allclose(softmax(scores), expected, rtol=1e-12)
        expected[rows, labels] -= 1
        np.testing.assert_allclose(grad, expected / batch, rtol=1e-10, atol=1e-15)
        theirs = run_node("Softmax", scores.astype(np.float32), axis=1)
        np.testing.assert_allclose(softmax(scores.astype(np.float32)), theirs, rtol=1e-5, atol=1e-7)


def test_loss_gradient_agrees_with_central_differences():
    rng = np.random.default_rng(2)
    scores, labels = rng.standard_normal((5, 4)), rng.integers(4, size=5)
    numeric = numerical_gradient(lambda s: softmax_cross_entropy(s, labels)[0], scores)
    np.testing.assert_allclose(
        softmax_cross_entropy(scores, labels)[1], numeric, rtol=1e-6, atol=1e-9
    )


def test_scores_of_1000_do_not_overflow():
    scores = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]], np.float32)
    loss, grad = softmax_cross_entropy(scores, np.array([0, 0]))
    assert loss == 1000
    np.testing.assert_array_equal(grad, [[0, 0], [-0.5, 0.5]])
    assert grad.dtype == np.float32


def test_a_network_that_knows_nothing_loses_log_k():
    loss, _ = softmax_cross_entropy(np.zeros((3, 10)), np.array([0, 5, 9]))
    assert loss == pytest.approx(np.log(10))


@pytest.mark.parametrize(
    ("labels", "message"), [([0, 3], "0 to 3 with 3"), ([-1, 0], "-1 to 0"), ([0], r"\(2, 3\)")]
)
def test_labels_that_are_no_classes_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        softmax_cross_entropy(np.zeros((2, 3)), np.array(labels))


def test_top_k_error_counts_labels_outside_the_best_k():
    scores = np.array([[4.0, 3, 2, 1], [1, 2, 3, 4], [2, 4, 1, 3]])
    labels = np.array([1, 0, 1])
    assert [top_k_error(scores, labels, k) for k in (1, 2, 3, 4)] == pytest.approx(
        [2 / 3, 1 / 3, 1 / 3, 0]
    )


def test_equal_scores_go_to_the_lower_class_and_nan_is_never_best():
    assert top_k_error(np.zeros((1, 3)), np.array([0]), 1) == 0
    assert top_k_error(np.zeros((1, 3)), np.array([1]), 1) == 1
    assert top_k_error(np.array([[np.nan, -5.0]]), np.array([0]), 1) == 1
    assert top_k_error(np.array([[0, 255]], np.uint8), np.array([1]), 1) == 0


@pytest.mark.parametrize("k", [0, 4])
def test_k_must_be_a_number_of_classes(k):
    with pytest.raises(ValueError, match=f"k = {k} with 3"):
        top_k_error(np.zeros((1, 3)), np.array([0]), k)


def test_an_ensemble_averages_before_it_decides():
    votes = [np.array([[0.6, 0.4], [0.9, 0.1]]), np.array([[0.6, 0.4], [0.4, 0.6]])]
    votes.append(np.array([[0.1, 0.9], [0.4, 0.6]]))
    np.testing.assert_array_equal(ensemble_predict(votes), [1, 0])


def test_a_confusion_matrix_is_scipys_sparse_sum():
    rng = np.random.default_rng(7)
    labels, predictions = rng.integers(4, size=(2, 50)).astype(np.uint8)
    ones = np.ones(50, dtype=int)
    wanted = scipy.sparse.coo_matrix((ones, (labels, predictions)), shape=(6, 6)).toarray()
    np.testing.assert_array_equal(confusion_matrix(labels, predictions, 6), wanted)
