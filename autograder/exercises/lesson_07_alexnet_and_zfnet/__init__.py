"""07-alexnet-and-zfnet: the network that won, and the one that looked into it."""
