"""What a client makes of a session that is none, or not a good one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from livegrade.control import client as client_module
from livegrade.control.client import Client
from livegrade.control.messages import Meeting
from livegrade.errors import ControlError


@pytest.fixture
def stranger() -> Iterator[int]:
    """The port of somebody who talks without end."""

    class Talks(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            while not ended.is_set():
                try:
                    self.wfile.write(b"x" * 1000)
                except OSError:
                    return

        def log_message(self, format: str, *words: object) -> None:
            pass

    ended = threading.Event()
    with HTTPServer(("127.0.0.1", 0), Talks) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        ended.set()
        server.shutdown()
        thread.join()


def test_an_answer_without_end_is_a_sentence(stranger: int, monkeypatch) -> None:
    monkeypatch.setattr(client_module, "LARGEST", 3 << 20)
    with pytest.raises(ControlError, match=f"the session on port {stranger} answers with more than 3 MB"):
        Client(Meeting(stranger, 0, "")).state()
