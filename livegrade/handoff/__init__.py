"""Hand-off: what post gets of a day, made from the values of the library. One module a kind of file."""
