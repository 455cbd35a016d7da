"""ARRI cameras: the status of the web remote, tally, and CAP."""
