"""Per-pixel code: portable headers, the native extension built from them, and the CUDA text."""
