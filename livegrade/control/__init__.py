"""The one way to drive a running session: typed commands, its state as numbered patches, HTTP and WebSocket.

Every face of the program is a client of what is here and imports nothing but `control.client`.
"""
