"""The numbered states of a session for many clients: each gets a snapshot and then patches in order, and one that is
too slow for them a snapshot again. Nobody waits for a client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from livegrade.control.messages import ENCODER, Patch, Snapshot, Told
from livegrade.control.state import changes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from livegrade.control.messages import Change

QUEUE = 64
"""Messages that wait for a client; one more, and they give way to a snapshot."""


class Subscriber:
    """The messages for one client, encoded. Of the loop's thread."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._waiting: list[bytes] = []
        self._own: list[bytes] = []
        self._is_new = True
        self._overrun = False
        self._wake = asyncio.Event()

    def tell(self, message: bytes) -> None:
        """A patch or an event that follows the one before; never waits."""
        if not self._is_new:
            self._waiting.append(message)
            if len(self._waiting) > QUEUE:
                self._waiting.clear()
                self._is_new = True
        self._wake.set()

    def answer(self, message: bytes) -> bool:
        """A message to this client alone, after the patches before it. False where too many wait already; the client is
        given up then, for it would miss this one."""
        if len(self._own) >= QUEUE:
            self._overrun = True
            return False
        self._own.append(message)
        self._wake.set()
        return True

    async def next(self) -> list[bytes]:
        """What there is to send, at least one message. Raises ConnectionAbortedError for a client that is given up."""
        while not (self._is_new or self._waiting or self._own):
            self._wake.clear()
            await self._wake.wait()
        if self._overrun:
            raise ConnectionAbortedError
        state = [self._publisher.snapshot()] if self._is_new else self._waiting
        self._is_new, ready = False, [*state, *self._own]
        self._waiting, self._own = [], []
        return ready


class Publisher:
    """Of the loop's thread. `build`: makes the tree of now; `happened`: what happened after the event of a number, and
    the number of the last."""

    def __init__(self, build: Callable[[], Any], happened: Callable[[int], tuple[Sequence[Any], int]]) -> None:
        self._build = build
        self._happened = happened
        self._told = happened(0)[1]
        self._tree = build()
        self._number = 1
        self._subscribers: set[Subscriber] = set()
        self._followers: list[Callable[[Any, list[Change]], None]] = []

    def follow(self, told: Callable[[Any, list[Change]], None]) -> None:
        """Calls `told` with each new tree and what has changed in it, from now on; the tree is not to be changed."""
        self._followers.append(told)
        told(self._tree, [])

    def subscribe(self) -> Subscriber:
        self.publish()
        subscriber = Subscriber(self)
        self._subscribers.add(subscriber)
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)

    def publish(self) -> None:
        """Tells everybody what has changed since the last time."""
        tree = self._build()
        found = changes(self._tree, tree)
        if not found:
            return
        self._tree = tree
        self._number += 1
        message = ENCODER.encode(Patch(self._number, found))
        for subscriber in self._subscribers:
            subscriber.tell(message)
        for told in self._followers:
            told(tree, found)

    def tick(self) -> None:
        """The same, and what has happened, where anybody listens; else nothing needs to be worked out."""
        happened, self._told = self._happened(self._told)
        if not self._subscribers and not self._followers:
            return
        self.publish()
        for message in [ENCODER.encode(Told(event)) for event in happened]:
            for subscriber in self._subscribers:
                subscriber.tell(message)

    def snapshot(self) -> bytes:
        """The state that was published last."""
        return ENCODER.encode(Snapshot(self._number, self._tree))
