"""Stage posted: what we mean to tell the exchange, and what the order list says became of it."""
