"""MIDI desks: knobs, faders and buttons that drive a session by the addresses of OSC, and show what it does."""
