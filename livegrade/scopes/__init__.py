"""Measuring pictures: scope counts, their drawing with graticules, false colour and zebra."""
