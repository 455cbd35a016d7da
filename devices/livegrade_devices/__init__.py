"""Drivers for LUT boxes, cameras, routers and recorders: what is asked of a device, how it is reached, what it says.

A device is described by what it can do and never by its name (`device.py`); `hub.py` keeps many of them connected in
one thread. Drivers know colour, time and errors, and nothing of sessions, pictures or windows.
"""
