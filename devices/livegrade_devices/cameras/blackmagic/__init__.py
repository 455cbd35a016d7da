"""Blackmagic cameras."""
