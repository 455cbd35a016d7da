"""Sony cameras: VISCA."""
