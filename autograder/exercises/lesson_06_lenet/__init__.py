"""06-lenet: the first network that worked."""
