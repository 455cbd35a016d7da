"""The per-frame engine: a look compiled for a pixel layout, run by a backend."""
