"""Exact frame rates, SMPTE timecode and clocks. No float seconds cross these modules' borders."""
