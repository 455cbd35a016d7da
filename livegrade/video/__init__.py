"""What a picture is on its way through the program: formats, pixel layouts, frames, buffers, and the edges between
threads. No processing."""
