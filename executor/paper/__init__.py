"""A stand-in for the exchange that shares no code with the core whose books it tests."""
