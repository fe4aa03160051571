"""Messages to a webhook on loopback: sent, tried again, and never telling the address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from dropcheck.cli.notify import send


class Receiver(HTTPServer):
    answers: list[int]
    got: list[dict[str, object]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert isinstance(self.server, Receiver)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append(json.loads(body))
            self.send_response(self.server.answers.pop(0))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = Receiver(("127.0.0.1", 0), Handler)
    server.answers, server.got = [200], []
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def address(server: Receiver) -> str:
    return f"http://127.0.0.1:{server.server_port}/services/T0/B0/s3cr3t"


def test_a_message_arrives_as_json(receiver: Receiver):
    assert send(address(receiver), {"text": "hello"}) is None
    assert receiver.got == [{"text": "hello"}]


def test_a_receiver_that_is_down_for_a_moment_gets_it_later(receiver: Receiver):
    receiver.answers = [503, 200]
    assert send(address(receiver), {"text": "x"}, sleep=lambda _: None) is None
    assert len(receiver.got) == 2


def test_a_refusal_is_told_without_the_address(receiver: Receiver):
    receiver.answers = [404]
    said = send(address(receiver), {"text": "x"}, sleep=lambda _: None)
    assert said == "127.0.0.1 refused the message (404)"


def test_nobody_there_is_told_after_three_tries():
    pauses: list[float] = []
    said = send("http://127.0.0.1:9/s3cr3t", {"text": "x"}, sleep=pauses.append)
    assert said is not None
    assert "s3cr3t" not in said
    assert len(pauses) == 2
