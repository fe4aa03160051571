"""The pages every side visits: the local internet in a process of its own, so that all pay the same for it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

#: A button with `spotify:` behind it: one visit, one tap, one hand-off.
PLAIN_VISIT = "https://bio.example/spotify-uri"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the local internet listens on 127.0.0.1."""

    https: int
    http: int

    @property
    def host_rules(self) -> str:
        """Chromium's ``--host-resolver-rules`` that send every host here."""
        return f"MAP *:443 127.0.0.1:{self.https}, MAP *:80 127.0.0.1:{self.http}"

    @property
    def resolve_rules(self) -> tuple[str, str]:
        """The same for dropcheck's ``--resolve``."""
        return f"*:443:127.0.0.1:{self.https}", f"*:80:127.0.0.1:{self.http}"


@contextlib.contextmanager
def internet(latency_ms: int) -> Iterator[Ports]:
    """Serve the fixtures with `latency_ms` added to every answer while the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.internet", "--latency", str(latency_ms)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            yield Ports(**json.loads(server.stdout.readline()))
        finally:
            server.terminate()


async def _serve(latency_ms: int) -> None:
    from dropcheck.run.local_internet import local_internet

    async with local_internet(latency_ms=latency_ms) as served:
        print(json.dumps({"https": served.https_port, "http": served.http_port}), flush=True)
        # Whoever started this closes our input when it ends, however it ends.
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=int, default=0)
    asyncio.run(_serve(parser.parse_args().latency))
