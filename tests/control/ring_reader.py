"""A reader in a process of its own, which looks at every byte: `python ring_reader.py STREAM`.

It prints `ready`, reads as fast as it can until the stream ends or a line comes on its input, and prints what it saw as
JSON: `torn` pictures were put together from two. Each picture holds one value in all bytes, its index modulo 251.
"""

from __future__ import annotations

import json
import sys
import threading

from livegrade.control.ringreader import PictureReader

reader = PictureReader(sys.argv[1])
asked = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), asked.set()), daemon=True).start()
print("ready", flush=True)
read = torn = backwards = overtaken = last = 0
while not (asked.is_set() or reader.has_ended):
    reader.wait(0.2)
    picture = reader.newest()
    if picture is None:
        overtaken += 1
        continue
    read += 1
    torn += not (picture.pixels == picture.index % 251).all() or picture.index != picture.number
    backwards += picture.number < last
    last = picture.number
print(json.dumps({"read": read, "torn": torn, "backwards": backwards, "overtaken": overtaken, "last": last}))
