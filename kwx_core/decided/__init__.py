"""What we decide: candidates, gates, sizes, and one verdict with one reason."""
