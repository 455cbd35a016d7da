"""Memory that two processes see: blocks made by one and mapped by the other. Standard library only, because the small
processes that hold a foreign runtime map blocks too.

A block has no name that could be left over: on Linux it is an anonymous file in memory, on other POSIX systems a file
that is unlinked at once, and its descriptor travels over the socket; on Windows it is a section that ends with its last
user. See docs/decisions/ndi-process.md.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import secrets
import sys
import tempfile
from typing import Any

_PROT_READ = 1


class Block:
    """A block of memory made by this process, zeroed and page-aligned. It lives as long as this object or an array
    made of it (`numpy.asarray(block)`: uint8, 1-D).

    `number`: unlike that of every other block of this process. `descriptor`: to be sent with `socket.send_fds`; -1 on
    Windows, where `tag` is what the other process needs.
    """

    _count = 0

    def __init__(self, size: int) -> None:
        """Raises OSError when there is no memory for `size` bytes."""
        Block._count += 1
        self.number = Block._count
        self.size = size
        self.tag = ""
        self.descriptor = -1
        if sys.platform == "win32":
            self.tag = f"livegrade-{secrets.token_hex(16)}"
            self._mapping = mmap.mmap(-1, size, tagname=self.tag)
        else:
            self.descriptor = _unnamed_file()
            os.ftruncate(self.descriptor, size)
            self._mapping = mmap.mmap(self.descriptor, size)
        self.address = _address(self._mapping)
        self.__array_interface__: dict[str, Any] = {
            "version": 3,
            "shape": (size,),
            "typestr": "|u1",
            "data": (self.address, False),
        }

    def __del__(self) -> None:
        if getattr(self, "descriptor", -1) >= 0:
            os.close(self.descriptor)


class Mapped:
    """Another process's block in this one. `address`: where it begins, until `close`."""

    def __init__(self, size: int, descriptor: int, tag: str, *, writable: bool) -> None:
        """Takes `descriptor` over. Raises OSError or ValueError where it is no such block."""
        self.size = size
        if sys.platform == "win32":
            self._mapping = mmap.mmap(-1, size, tagname=tag)
        else:
            try:
                self._mapping = mmap.mmap(descriptor, size)
            finally:
                os.close(descriptor)
        self.address = _address(self._mapping)
        if not writable and sys.platform != "win32":
            # mmap could map it so itself, but then ctypes would not tell the address.
            ctypes.CDLL(None).mprotect(ctypes.c_void_p(self.address), ctypes.c_size_t(size), _PROT_READ)

    def close(self) -> None:
        self.address = 0
        self._mapping.close()


def _unnamed_file() -> int:
    if sys.platform == "linux":
        return os.memfd_create("livegrade", os.MFD_CLOEXEC)
    else:
        descriptor, path = tempfile.mkstemp(prefix="livegrade-")
        os.unlink(path)
        return descriptor


def _address(mapping: mmap.mmap) -> int:
    """Where it lies; the object that tells it goes away at once, so that the mapping can be closed."""
    return ctypes.addressof(ctypes.c_char.from_buffer(mapping))
