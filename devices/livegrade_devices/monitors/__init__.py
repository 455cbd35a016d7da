"""Drivers of monitors."""
