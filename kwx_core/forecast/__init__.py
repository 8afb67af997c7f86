"""What we believe: evidence, channels, distributions of the daily extreme, fair values."""
