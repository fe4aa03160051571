"""``dropcheck serve``: the local internet alone."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import click


@click.command("serve")
@click.option(
    "--https-port", type=click.IntRange(0, 65535), default=0, help="Port for https (a free one by itself)."
)
@click.option(
    "--http-port", type=click.IntRange(0, 65535), default=0, help="Port for http (a free one by itself)."
)
@click.option(
    "--latency",
    type=click.IntRange(0, 60_000),
    default=0,
    metavar="MS",
    help="Milliseconds added to every answer.",
)
@click.option(
    "--ca",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the certificate authority here (PEM).",
)
def command(*, https_port: int, http_port: int, latency: int, ca: Path | None) -> int:
    """Serve the local internet on 127.0.0.1 until Ctrl-C, and say how to point a browser at it."""
    from dropcheck.run.local_internet import local_internet

    async def serve() -> None:
        async with local_internet(latency_ms=latency, https_port=https_port, http_port=http_port) as internet:
            if ca is not None:
                _write(ca, internet.ca_pem)
            rules = internet.resolve_rules()
            click.echo(f"Serving {len(internet.hosts)} hosts on 127.0.0.1 until Ctrl-C:")
            for host in internet.hosts:
                click.echo(f"  https://{host}/")
            resolve = " ".join(f"--resolve '{rule}'" for rule in rules)
            click.echo(f"\nWith dropcheck:  dropcheck run SUITE {resolve} --insecure")
            click.echo(
                'With Chromium:   chromium --user-data-dir="$(mktemp -d)" --ignore-certificate-errors'
                f" --host-resolver-rules='MAP *:443 127.0.0.1:{internet.https_port},"
                f"MAP *:80 127.0.0.1:{internet.http_port}'"
            )
            if ca is not None:
                click.echo(
                    f"With curl:       curl --cacert {ca} --connect-to ::127.0.0.1:{internet.https_port} URL"
                )
            await asyncio.Event().wait()

    def _write(file: Path, text: str) -> None:
        file.write_text(text, encoding="ascii")

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
    return 0
