"""Drivers of recorders."""
