"""livegrade: live monitoring, live grading and look management for the film set.

Importing this package loads the standard library only; numpy, PyAV, NDI and the native extension are loaded by the
modules that use them.
"""

__version__ = "0.1.0"
