"""05-backpropagation: how the filters are learned."""
