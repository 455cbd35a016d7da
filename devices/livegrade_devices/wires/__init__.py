"""The wires that drivers speak over: TCP, UDP, serial, HTTP, WebSocket; each can be recorded and played back.

A driver asks `Wires` for what it needs and never opens a socket itself. Nothing here knows a protocol.
"""
