"""07-alexnet-and-zfnet: the network that won, and the one that looked into it."""

STUDENTS_WRITE = (
    "AlexNet's and ZFNet's tables, two towers, 224 or 227, what a channel saw sent back by three "
    "rules, occlusion, augmentation, ensembles, top-5 errors, the recipe"
)
"""As the table of lessons in the README has it."""
