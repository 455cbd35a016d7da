"""Drivers of cameras, a folder for each maker."""
