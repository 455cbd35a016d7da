"""Drivers of converters."""
