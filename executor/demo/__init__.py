"""A month of the real loop over real HTTP against the paper exchange, with nothing from outside."""
