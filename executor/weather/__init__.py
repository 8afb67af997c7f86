"""The weather services: requests and the client that asks."""
