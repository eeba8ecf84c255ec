"""The course's pictures: small matrices, photos, kernels, feature maps."""
