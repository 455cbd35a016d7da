"""Drivers of routers."""
