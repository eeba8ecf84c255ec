"""02-filters: a filter is a small pattern slid over the image."""
