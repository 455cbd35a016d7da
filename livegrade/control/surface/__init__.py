"""What things with knobs, faders and buttons say and hear: one table of addresses for OSC and MIDI alike.

Words of an address become commands, and the state of the session the values that a surface shows; nothing here knows
how either travels.
"""
