"""What capture and outputs share: how sources and sinks are written as text, and the wrappers of transport libraries.
No pictures are made or judged here."""
