"""The exchange: requests, signatures, answers and the client that sends."""
