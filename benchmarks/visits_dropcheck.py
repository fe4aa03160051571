"""dropcheck's own side: the same visits as cases of one suite, through its public `run`."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import dropcheck
from benchmarks.internet import PLAIN_VISIT, Ports
from benchmarks.phone import PROFILE
from benchmarks.tally import Tally
from dropcheck.events import CaseFinished, EngineReady, Event
from dropcheck.result import Verdict
from dropcheck.run.options import KeepEvidence, RunOptions

_SUITE = """\
version: 1
suite: visits
release: {{spotify: "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"}}
profiles: [{profile}]
links:
"""
_LINK = "  - {{name: visit-{n}, url: '{url}?n={n}', checks: [{{escape: {{to: app}}}}]}}\n"


def write_suite(folder: Path, visits: int) -> Path:
    """Write a suite of `visits` links, each visited once."""
    file = folder / "visits.yaml"
    links = "".join(_LINK.format(n=n, url=PLAIN_VISIT) for n in range(visits))
    file.write_text(_SUITE.format(profile=PROFILE) + links, "utf-8")
    return file


class Clock:
    """A listener that notes when the browser stood ready and when each case finished."""

    def __init__(self) -> None:
        self.tally = Tally()

    def handle(self, event: Event) -> None:
        """Note the moment."""
        if isinstance(event, EngineReady):
            self.tally.began = time.monotonic()
        elif isinstance(event, CaseFinished):
            assert event.result.verdict is Verdict.PASS, f"{event.result.id}: {event.result.reason}"
            self.tally.finished.append(time.monotonic())

    def close(self) -> None:
        """Nothing is held open."""


def main(ports: Ports, visits: int, at_once: int | None, *, evidence: bool, cluster: str | None) -> None:
    """Make `visits` visits, `at_once` at a time (None: as a run does by itself), here or on `cluster`."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        options = RunOptions(
            jobs=at_once,
            per_host=visits,
            resolve=ports.resolve_rules,
            insecure=True,
            out=Path(folder) / "out",
            evidence=KeepEvidence.ALL if evidence else KeepEvidence.NONE,
            cluster=cluster,
        )
        results = dropcheck.run(write_suite(Path(folder), visits), options=options, listeners=[clock])
    assert results.summary.pass_ == visits, results.summary
    clock.tally.tell()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--https", type=int, required=True)
    parser.add_argument("--http", type=int, required=True)
    parser.add_argument("--visits", type=int, required=True)
    parser.add_argument("--at-once", type=int)
    parser.add_argument("--evidence", action="store_true")
    parser.add_argument("--cluster")
    given = parser.parse_args()
    ports = Ports(given.https, given.http)
    main(ports, given.visits, given.at_once, evidence=given.evidence, cluster=given.cluster)
