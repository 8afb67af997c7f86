"""One module a strategy; each proposes candidates and decides nothing."""
