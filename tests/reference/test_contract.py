"""Every exercise's function exists under its name, and is called as the contract says."""

import inspect

import pytest

from autograder import reference
from autograder.reference import ways_back

SIGNATURES = """
flatten_images(images)
linear_scores(x, weights, bias)
two_layer_scores(x, w1, b1, w2, b2)
collapse_linear_layers(w1, b1, w2, b2)
fully_connected_parameter_count(input_shape, layer_sizes)
softmax_cross_entropy(scores, labels)
two_layer_gradients(x, labels, w1, b1, w2, b2)
permute_pixels(images, order)
shift_images(images, down, right)
cross_correlate2d(image, kernel)
convolve2d(image, kernel)
apply_filter(image, weights, bias)
conv2d_naive(x, weights, bias)
conv_parameter_count(in_channels, kernel_size, num_filters, bias=True)
edge_filters()
gradient_magnitude(image)
conv_as_matrix(kernel, image_shape)
pad_images(images, pad, value=0)
conv_output_size(size, kernel, pad=0, stride=1)
same_padding(kernel)
conv2d_forward(x, weights, bias, stride=1, pad=0)
im2col(x, kernel_size, stride=1, pad=0)
conv_layer_volume(input_shape, num_filters, kernel, pad, stride)
receptive_field(layers)
max_pool2d(x, size, stride=None)
average_pool2d(x, size, stride=None)
pool_parameter_count()
strided_conv_as_pool(x, size)
local_response_normalize(x, n=5, k=2.0, alpha=0.0001, beta=0.75)
batch_normalize(x, gamma, beta, eps=1e-05)
update_running_statistics(running_mean, running_var, x, momentum=0.9)
batch_normalize_inference(x, gamma, beta, running_mean, running_var, eps=1e-05)
relu(x)
dropout(x, rate, rng, training=True)
fully_connected_as_conv(weights, input_shape)
translation_sensitivity(layer, images, shift)
numerical_gradient(f, x, h=1e-05)
relu_backward(grad, x)
filter_gradient(grad, image)
image_gradient(grad, kernel)
conv2d_backward(grad, x, weights, stride=1, pad=0)
max_pool2d_backward(grad, x, size, stride=None)
average_pool2d_backward(grad, x_shape, size, stride=None)
batch_normalize_backward(grad, x, gamma, eps=1e-05)
sgd_momentum_step(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0)
reduce_on_plateau(history, lr, factor=0.1, patience=3)
training_memory(activation_counts, parameter_count, batch_size, bytes_per_number=4, \
optimizer_slots=1)
lenet_layers()
layer_shapes(layers, input_shape)
parameter_counts(layers, input_shape)
original_lenet5_parameter_counts()
forward(layers, params, x)
confusion_matrix(labels, predictions, classes)
alexnet_layers(groups=1)
alexnet_input_size()
zfnet_layers(variant='paper')
random_crop_flip(images, size, rng)
ensemble_predict(list_of_probabilities)
top_k_error(scores, labels, k)
max_pool_with_places(x, size, stride=None)
unpool(pooled, places, shape)
backward_relu(grad, x, rule='gradient')
project(layers, params, x, layer, channel, rule='deconvnet')
occlusion_map(score, image, side, step, fill)
training_recipe()
vgg_layers(depth)
stack_parameter_count(kernel, times, channels)
stack_receptive_field(kernel, times)
activation_counts(layers, input_shape)
memory_and_parameter_table(layers, input_shape)
vgg_forward(layers, params, x)
pointwise_conv(x, weights, bias)
global_average_pool(x)
""".strip().splitlines()


@pytest.mark.parametrize("signature", SIGNATURES)
def test_the_contracts_signature(signature):
    name = signature.partition("(")[0]
    positional = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(getattr(reference, name)).parameters.values()
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
    ]
    assert f"{name}({', '.join(map(str, positional))})" == signature


def test_backward_of_lesson_06_has_the_contracts_signature():
    """It is no part of `reference` itself, where the fast way back of training has this name."""
    parameters = list(inspect.signature(ways_back.backward).parameters)
    assert parameters == ["layers", "params", "caches", "grad"]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("pool_output_shape", ["input_shape", "size", "stride"]),
        ("initialize", ["layers", "input_shape", "rng"]),
        ("transfer_features", ["layers", "params", "images"]),
        ("train", ["layers", "images", "labels", "rng"]),
    ],
)
def test_functions_that_take_more_than_the_contract_begin_as_it_does(name, parameters):
    assert list(inspect.signature(getattr(reference, name)).parameters)[: len(parameters)] == (
        parameters
    )
