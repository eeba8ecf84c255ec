"""08-vgg: small filters, deep stacks."""
