"""The NumPy truth: every layer, network and count of the course, forward and backward."""

from .accounting import (
    activation_counts,
    conv_layer_volume,
    format_table,
    forward_memory,
    layer_receptive_fields,
    layer_shapes,
    memory_and_parameter_table,
    multiply_adds,
    parameter_counts,
    stack_parameter_count,
    stack_receptive_field,
    training_memory,
)
from .activations import (
    translation_sensitivity,
)
from .architectures import (
    ALEXNET_INPUT,
    C3_CONNECTIONS,
    FASHION_INPUT,
    LENET_INPUT,
    VGG_INPUT,
    ZFNET_INPUT,
    alexnet_input_size,
    alexnet_layers,
    alexnet_pretrained_layers,
    lenet_layers,
    lenet_sized_fully_connected_layers,
    original_lenet5_parameter_counts,
    small_vgg_layers,
    training_recipe,
    vgg16_pretrained_layers,
    vgg_layers,
    zfnet_layers,
)
from .backpropagation import (
    backward,
    forward_training,
)
from .classifier import (
    name_photo,
)
from .confusion import (
    confusion_matrix,
)
from .deconvnet import (
    backward_relu,
    max_pool_with_places,
    occlusion_map,
    project,
    unpool,
)
from .fast.blocks import (
    use_threads,
)
from .filter_gradients import (
    filter_gradient,
    image_gradient,
)
from .filters import (
    apply_filter,
    conv2d_naive,
    conv_as_matrix,
    conv_parameter_count,
    convolve2d,
    cross_correlate2d,
    edge_filters,
    gradient_magnitude,
)
from .geometry import (
    col2im,
    conv_output_size,
    im2col,
    pad_images,
    pair,
    same_padding,
)
from .gradients import (
    numerical_gradient,
)
from .images import (
    permute_pixels,
    random_crop,
    random_crop_flip,
    random_shift,
    shift_images,
)
from .layers.batch_norm import (
    batch_normalize,
    batch_normalize_backward,
    batch_normalize_inference,
    batch_statistics,
    update_running_statistics,
)
from .layers.conv import (
    conv2d_backward,
    conv2d_backward_plain,
    conv2d_forward,
    conv2d_forward_plain,
)
from .layers.dropout import (
    dropout,
    dropout_backward,
    dropout_mask,
)
from .layers.flatten import (
    flatten_images,
)
from .layers.linear import (
    linear_backward,
    linear_scores,
)
from .layers.local_response_norm import (
    local_response_normalize,
    local_response_normalize_backward,
)
from .layers.pool import (
    average_pool2d,
    average_pool2d_backward,
    average_pool2d_backward_plain,
    average_pool2d_plain,
    max_pool2d,
    max_pool2d_backward,
    max_pool2d_backward_plain,
    max_pool2d_plain,
    max_pool2d_winners,
    pool_output_shape,
)
from .layers.relu import (
    relu,
    relu_backward,
)
from .linear import (
    collapse_linear_layers,
    fully_connected_as_conv,
    fully_connected_parameter_count,
    two_layer_gradients,
    two_layer_scores,
)
from .losses import (
    ensemble_predict,
    softmax,
    softmax_cross_entropy,
    top_k_error,
)
from .networks import (
    features,
    forward,
    initialize,
    predict,
    pretrained,
    probabilities,
    transfer_features,
    vgg_forward,
)
from .optimizers import (
    one_cycle,
    reduce_on_plateau,
    sgd_momentum_step,
)
from .photo_networks import (
    photo_network,
)
from .pooling import (
    pool_parameter_count,
    strided_conv_as_pool,
)
from .receptive_fields import (
    receptive_field,
    receptive_fields,
)
from .residuals import (
    plain_twin,
    residual_backward,
    residual_block,
    residual_layers,
)
from .separable import (
    class_activation_map,
    depthwise_conv,
    global_average_pool,
    pointwise_conv,
    separable_parameter_count,
)
from .training import (
    Recipe,
    Trained,
    evaluate,
    load_parameters,
    save_parameters,
    train,
    train_ensemble,
)
