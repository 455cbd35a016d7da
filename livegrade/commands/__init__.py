"""The commands behind the command line, one module each: from text to values, the call, and what the user reads."""
