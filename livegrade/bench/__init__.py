"""The benchmark: our engine against the best open implementations, in one run on one machine."""
