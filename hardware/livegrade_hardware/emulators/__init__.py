"""One package per family of devices."""
