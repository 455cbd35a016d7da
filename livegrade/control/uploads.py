"""Looks that clients send as they are, because they cannot name files of the session's machine. Bounded, one at a time,
and read beside the work of everybody else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from livegrade.beside import OneThread
from livegrade.color.files import look_of_bytes
from livegrade.color.look import Look
from livegrade.control.looks import MOST_NAME, PutLook, stem
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from aiohttp import web

MOST_BYTES = 16 << 20
"""Room for a cube of 65 points a side as text, twice."""
SENDING_S = 60.0
"""How long a look may take to arrive."""
STOP_S = 2.0
"""How long the end of a session waits for one that is being read."""


class Uploads:
    """Owns the thread that reads them. Of the loop's thread."""

    def __init__(self) -> None:
        self._reading = OneThread("livegrade-uploads", STOP_S)
        self._busy = False

    async def received(self, request: web.Request) -> PutLook:
        """The look in the body of a request. Raises UsageError, and LookFileError for what is none."""
        name, add = request.query.get("name", ""), request.query.get("add", "0")
        if not 0 < len(name) <= MOST_NAME:
            raise UsageError("the look has no name; say which kind of file it is, as in ?name=show.cube")
        if add not in ("0", "1"):
            raise UsageError("add is 1 or 0")
        if self._busy:
            raise UsageError("another look is being sent; try again in a moment")
        self._busy = True
        try:
            data = await _body(request)
            loop = asyncio.get_running_loop()
            content = await loop.run_in_executor(self._reading, look_of_bytes, name, data)
        finally:
            self._busy = False
        words = f"{name} {'added' if add == '1' else 'loaded'}"
        look = Look(content.nodes, content.title or stem(name))
        return PutLook(request.match_info["slot"], look, words, add=add == "1")

    def close(self) -> None:
        """Waits for what is read, for STOP_S."""
        self._reading.shutdown(cancel_futures=True)


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise UsageError(f"a look of {request.content_length} bytes is too large; {MOST_BYTES} are the most")
    data = bytearray()
    try:
        async with asyncio.timeout(SENDING_S):
            async for chunk in request.content.iter_chunked(1 << 16):
                data += chunk
                if len(data) > MOST_BYTES:
                    raise UsageError(f"this look is too large; {MOST_BYTES} bytes are the most")
    except TimeoutError:
        raise UsageError(f"the look did not arrive within {SENDING_S:g} seconds") from None
    return bytes(data)
