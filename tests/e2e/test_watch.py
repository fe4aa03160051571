"""A release watched as its user would: due runs over the local internet, and a message only when something changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from dropcheck.cli.program import end_with

pytestmark = pytest.mark.e2e
#: No link and no browser: the Sound Page alone, as the local internet's TikTok shows it.
SUITE = """
suite: neon-hours
internet: local
release:
  title: Neon Hours
  artists: [Mara Vale]
  isrc: QZABC2600001
  released: {released}
  tiktok_sound: https://www.tiktok.com/music/neon-hours-73000000000000000{sound}
checks: [sound_page: {{services: spotify}}]
"""
LINKED, NOT_LINKED = "01", "04"


class Receiver(HTTPServer):
    got: list[tuple[str, dict[str, Any]]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert isinstance(self.server, Receiver)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.server.got.append((self.path, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = Receiver(("127.0.0.1", 0), Handler)
    server.got = []
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_only_a_change_is_told_and_a_restart_forgets_nothing(
    tmp_path: Path, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    released = (now - dt.timedelta(hours=70)).isoformat()
    file = tmp_path / "neon-hours.yaml"
    base = f"http://127.0.0.1:{receiver.server_port}"
    hooks = ["--webhook", f"{base}/hook", "--slack", f"{base}/slack"]

    def watched(sound: str, *hours: int) -> tuple[int, str]:
        """Every call is a process of its own in real life: nothing is kept but what lies in the folder."""
        file.write_text(SUITE.format(released=released, sound=sound))
        times = ",".join(f"{one}h" for one in hours)
        out = ["--out", str(tmp_path / "watch"), "--once", "--at", times]
        code = end_with(["watch", str(file), *out, *hooks])
        return code, capsys.readouterr().out

    code, said = watched(NOT_LINKED, 60)
    assert code == 1
    assert [path for path, _ in receiver.got] == ["/hook", "/slack"]
    assert "leads to no store" in json.dumps(receiver.got)
    receiver.got.clear()

    code, said = watched(NOT_LINKED, 60)
    assert (code, "Nothing is due" in said, receiver.got) == (0, True, [])

    code, said = watched(NOT_LINKED, 60, 64)
    assert (code, "nothing changed" in said, receiver.got) == (1, True, [])

    code, said = watched(LINKED, 60, 64, 66)
    assert code == 0
    assert [path for path, _ in receiver.got] == ["/hook", "/slack"]
    receiver.got.clear()

    assert end_with(["history", "--out", str(tmp_path / "watch")]) == 0
    assert capsys.readouterr().out.count("neon-hours") >= 1
