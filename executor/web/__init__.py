"""Read-only HTTP on loopback: is it alive, is it ready, how does it do."""
