import math
from pathlib import Path

import numpy as np
import pytest

from autograder.reference import (
    Recipe,
    ensemble_predict,
    evaluate,
    initialize,
    lenet_layers,
    load_parameters,
    pad_images,
    predict,
    probabilities,
    save_parameters,
    train,
    train_ensemble,
)

DIGITS = Path(__file__).resolve().parents[2] / "data" / "digits.npz"
SOFTMAX = [("flatten", {}), ("fully_connected", {"units": 3})]
NORMALIZED = [("conv", {"filters": 4, "kernel": 3}), ("batch_norm", {}), ("relu", {}), *SOFTMAX]


def stripes(count, seed, channels=1):
    """Images of three classes: bright above, in the middle or below."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(3, size=count)
    images = 0.5 * rng.standard_normal((count, channels, 6, 8))
    for image, label in zip(images, labels, strict=True):
        image[:, 2 * label : 2 * label + 2] += 1
    return images, labels


def digits(start, stop):
    """Some of the digits, which the file has in order of class, in a random order."""
    with np.load(DIGITS, allow_pickle=False) as file:
        images, labels = file["images"], file["labels"]
    some = np.random.default_rng(0).permutation(len(images))[start:stop]
    return pad_images(images[some, None].astype(np.float32) / 255, 2), labels[some]


def trained_on_stripes(seed=0, layers=SOFTMAX, **options):
    recipe = Recipe(**{"epochs": 8, "batch_size": 16, **options.pop("recipe", {})})
    return train(
        layers, *stripes(90, 1), np.random.default_rng(seed), recipe, progress=False, **options
    )


def test_lenet_learns_to_read_digits():
    images, labels = digits(0, 1500)
    recipe = Recipe(epochs=4, furthest_shift=1)
    trained = train(
        lenet_layers(), images, labels, np.random.default_rng(0), recipe, progress=False
    )
    _, error = evaluate(lenet_layers(), trained.params, *digits(9000, 9500))
    assert error < 0.15
    assert trained.history[0].loss > 2 * trained.history[-1].loss


def test_lenet_can_learn_a_hundred_digits_by_heart():
    images, labels = digits(0, 100)
    recipe = Recipe(epochs=25, batch_size=20, weight_decay=0)
    trained = train(
        lenet_layers(), images, labels, np.random.default_rng(1), recipe, progress=False
    )
    np.testing.assert_array_equal(predict(lenet_layers(), trained.params, images), labels)


def test_a_seed_gives_the_same_network_and_another_seed_another():
    options = {"recipe": {"furthest_shift": 1}, "layers": NORMALIZED}
    first, again, other = (trained_on_stripes(seed, **options) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.params[0]["weights"], again.params[0]["weights"])
    assert [epoch.loss for epoch in first.history] == [epoch.loss for epoch in again.history]
    assert not np.allclose(first.params[0]["weights"], other.params[0]["weights"])


def test_training_starts_from_given_parameters_and_leaves_them():
    start = initialize(SOFTMAX, (1, 6, 8), np.random.default_rng(2), np.float64)
    before = start[1]["weights"].copy()
    trained = trained_on_stripes(params=start)
    np.testing.assert_array_equal(start[1]["weights"], before)
    assert not np.allclose(trained.params[1]["weights"], before)


def test_running_statistics_follow_the_images():
    trained = trained_on_stripes(layers=NORMALIZED)
    _, error = evaluate(NORMALIZED, trained.params, *stripes(200, 3))
    assert error < 0.05
    assert trained.params[1]["running_mean"].any()


def test_weight_decay_keeps_weights_small():
    free, bound = (trained_on_stripes(recipe={"weight_decay": decay}) for decay in (0.0, 0.1))
    assert np.linalg.norm(bound.params[1]["weights"]) < np.linalg.norm(free.params[1]["weights"])


def test_schedules():
    rates = {
        schedule: [
            epoch.learning_rate
            for epoch in trained_on_stripes(
                recipe={"schedule": schedule, "learning_rate": 0.5, "epochs": 15},
                validation=(stripes(60, 4)[0], np.random.default_rng(5).integers(3, size=60)),
            ).history
        ]
        for schedule in ("one_cycle", "plateau", "constant")
    }
    assert rates["constant"] == [0.5] * 15
    assert rates["one_cycle"][-1] == pytest.approx(0) and max(rates["one_cycle"]) > 0.4
    # The labels are noise: validation soon stops improving.
    assert rates["plateau"][0] == 0.5 and rates["plateau"][-1] <= 0.05


def test_early_stopping_goes_back_to_the_best():
    images, _ = stripes(60, 6)
    noise = np.random.default_rng(7).integers(3, size=60)
    trained = trained_on_stripes(
        recipe={"epochs": 200, "early_stop": 3, "schedule": "constant"}, validation=(images, noise)
    )
    losses = [epoch.validation_loss for epoch in trained.history]
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 3 < 200
    assert evaluate(SOFTMAX, trained.params, images, noise)[0] == pytest.approx(losses[best])


def test_validation_is_reported_and_never_trained_on():
    validation = stripes(60, 8)
    trained = trained_on_stripes(validation=validation)
    plain = trained_on_stripes()
    np.testing.assert_array_equal(trained.params[1]["weights"], plain.params[1]["weights"])
    last = trained.history[-1]
    loss, error = evaluate(SOFTMAX, trained.params, *validation)
    assert (last.validation_loss, last.validation_error) == (loss, error)
    assert math.isnan(plain.history[-1].validation_loss)


def test_an_ensemble_errs_no_more_than_its_members_do_on_average():
    images, labels = stripes(300, 9)
    recipe = Recipe(epochs=2, batch_size=30, learning_rate=0.05)
    members = train_ensemble(
        4, SOFTMAX, *stripes(90, 1), np.random.default_rng(10), recipe, progress=False
    )
    chances = [probabilities(SOFTMAX, member.params, images) for member in members]
    errors = [(chance.argmax(axis=1) != labels).mean() for chance in chances]
    assert len(set(errors)) > 1
    assert (ensemble_predict(chances) != labels).mean() <= np.mean(errors)


def test_a_rate_that_is_too_high_is_named():
    images, labels = stripes(90, 1)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="learning rate below"):
        train(
            [*NORMALIZED[:1], ("flatten", {}), ("fully_connected", {"units": 3})],
            1e150 * images,
            labels,
            np.random.default_rng(0),
            Recipe(learning_rate=1e10, schedule="constant"),
            progress=False,
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [({"schedule": "random"}, "'random'; there are 'one_cycle'"), ({"epochs": 0}, "0 epochs")],
)
def test_recipes_that_make_no_sense_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**options)


def test_what_cannot_be_trained_on_is_refused():
    with pytest.raises(ValueError, match="images of uint8"):
        train(SOFTMAX, np.zeros((2, 1, 2, 2), np.uint8), np.zeros(2, int), np.random.default_rng(0))
    with pytest.raises(ValueError, match="2 images and 3 labels"):
        train(SOFTMAX, np.zeros((2, 1, 2, 2)), np.zeros(3, int), np.random.default_rng(0))
    with pytest.raises(ValueError, match="validation images"):
        trained_on_stripes(recipe={"early_stop": 2})


def test_progress_goes_to_standard_output_only_and_can_be_quiet(capsys):
    trained_on_stripes()
    assert capsys.readouterr() == ("", "")
    train(SOFTMAX, *stripes(30, 1), np.random.default_rng(0), Recipe(epochs=2))
    out, err = capsys.readouterr()
    assert "epoch 2/2" in out and "taken" in out and err == ""
    assert out.count("\n") == 1 and "\r" not in out  # a file gets the last state, once


def test_parameters_come_back_as_they_were(tmp_path):
    params = initialize(NORMALIZED, (1, 6, 8), np.random.default_rng(11))
    path = tmp_path / "network.npz"
    save_parameters(path, params)
    back = load_parameters(path)
    assert [learned.keys() for learned in back] == [learned.keys() for learned in params]
    for ours, theirs in zip(back, params, strict=True):
        for name, array in ours.items():
            np.testing.assert_array_equal(array, theirs[name])
            assert array.dtype == theirs[name].dtype
    assert [file.name for file in tmp_path.iterdir()] == ["network.npz"]


def test_an_interrupted_save_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "network.npz"
    save_parameters(path, [{"weights": np.ones(3)}])

    class Interrupting:
        def __array__(self, *args, **kwargs):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_parameters(path, [{"weights": Interrupting()}])
    np.testing.assert_array_equal(load_parameters(path)[0]["weights"], 1)
    assert [file.name for file in tmp_path.iterdir()] == ["network.npz"]


def test_files_that_hold_something_else_are_refused(tmp_path):
    text, other, objects = (tmp_path / name for name in ("a.npz", "b.npz", "c.npz"))
    text.write_text("not an archive")
    np.savez(other, weights=np.ones(3))
    np.savez(objects, rows=np.array(1), **{"0.weights": np.array([{}], dtype=object)})
    for path in (text, other, objects):
        with pytest.raises(ValueError, match=f"{path.name} does not hold parameters"):
            load_parameters(path)
    with pytest.raises(FileNotFoundError):
        load_parameters(tmp_path / "missing.npz")
