"""The shell of kwx: network, clock, environment, secrets and the command line."""
