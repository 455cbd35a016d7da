"""Boxes and monitors that show a look, a module each, and what looks become for them."""
