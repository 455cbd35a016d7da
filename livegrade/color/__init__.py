"""Looks, look files and colour decisions, as exact values in float64. The per-frame work is the engine's."""
