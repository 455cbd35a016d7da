"""The camera catalogue as data: curves, gamuts, models, each with the maker's document. `color.camera` looks things up.

What a maker does not publish is None. Nothing here is guessed, measured or taken from a look file.
"""
