"""A run on Dask workers: it comes to what a local run comes to, and what a lost worker had begun is done again."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from tests.run.runs import plan_of

import dropcheck
from dropcheck.engine.browsers import find_chromium
from dropcheck.events import CaseFinished, CaseStarted, Event, HopSeen
from dropcheck.result import Results
from dropcheck.run import cluster as cluster_module
from dropcheck.run.cluster_worker import Equipment, equipment
from dropcheck.run.errors import ClusterError
from dropcheck.run.options import KeepEvidence, RunOptions

distributed = pytest.importorskip("distributed", reason="Dask is missing: pip install distributed")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium here: run `dropcheck install`"),
]

_SUITE = """\
version: 1
suite: cluster
internet: local
release:
  title: Neon Hours
  artwork: cover.jpg
  spotify: https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl
checks: [artwork]
profiles: [chrome-android, instagram-android]
links:
  - {name: scheme, url: "https://bio.example/spotify-uri"}
  - {name: intent, url: "https://bio.example/intent-package"}
  - {name: page, url: "https://bio.example/mara"}
"""


class Listener:
    """Remembers events, and can do something at one."""

    def __init__(self, at: type[Event] | None = None, do: Any = None) -> None:
        self.events: list[Event] = []
        self._at, self._do = at, do

    def handle(self, event: Event) -> None:
        self.events.append(event)
        if self._at is not None and isinstance(event, self._at) and self._do is not None:
            do, self._do = self._do, None
            do(event)

    def close(self) -> None:
        pass

    def of(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    file = tmp_path / "suite.yaml"
    file.write_text(_SUITE, "utf-8")
    (tmp_path / "cover.jpg").write_bytes(Path("suites/neon-hours.jpg").read_bytes())
    return file


def _pictures(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.glob("evidence/*/*"))


def _options(tmp_path: Path, name: str, **given: Any) -> RunOptions:
    return RunOptions(out=tmp_path / name, jobs=4, **given)


def _told(results: Results) -> list[dict[str, Any]]:
    """What two runs must agree on: all but times, attempts of browsers and the names of workers."""
    told = []
    for case in results.cases:
        document = case.model_dump(mode="json")
        document["data"].pop("worker", None)
        document["data"].pop("seen", None)
        document.pop("duration_s")
        for hop in document["hops"] + ((document["otherwise"] or {}).get("hops") or []):
            hop.pop("t_ms")
        told.append(document)
    return told


def test_a_cluster_comes_to_what_a_local_run_comes_to(suite: Path, tmp_path: Path) -> None:
    listener = Listener()
    local = dropcheck.run(suite, options=_options(tmp_path, "local"))
    spread = dropcheck.run(
        suite, options=_options(tmp_path, "spread", cluster="local:2"), listeners=[listener]
    )
    assert _told(spread) == _told(local)
    assert len({case.data["worker"] for case in spread.cases}) == 2
    assert listener.of(HopSeen), "what happens on workers is told while it happens"
    assert any("artwork-sheet" in name for name in _pictures(tmp_path / "local"))
    assert _pictures(tmp_path / "spread") == _pictures(tmp_path / "local")
    for hop in (hop for case in spread.cases for hop in case.hops if hop.screenshot):
        assert (tmp_path / "spread" / str(hop.screenshot)).read_bytes().startswith(b"\x89PNG")


def test_a_worker_killed_in_the_middle_loses_nothing(
    suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clusters: list[Any] = []
    entered = cluster_module.Cluster.__aenter__

    async def remembered(self: Any) -> Any:
        clusters.append(self)
        return await entered(self)

    monkeypatch.setattr(cluster_module.Cluster, "__aenter__", remembered)
    victims: list[int] = []
    given: set[str] = set()

    def kill(_event: Event) -> None:
        # What a worker has begun may still be on its way to us; what it was given, the scheduler knows.
        nanny = next(iter(clusters[0]._local.workers.values()))
        given.update(
            task.key for task in clusters[0]._local.scheduler.workers[nanny.worker_address].processing
        )
        victims.append(nanny.pid)
        os.kill(nanny.pid, signal.SIGKILL)

    listener = Listener(CaseStarted, kill)
    options = _options(tmp_path, "killed", cluster="local:2", evidence=KeepEvidence.NONE)
    results = dropcheck.run(suite, options=options, listeners=[listener])
    assert victims
    assert results.run.status.value == "finished"
    assert len(results.cases) == 7
    assert not results.summary.error, [case.reason for case in results.cases]
    finished = [event.result.id for event in listener.of(CaseFinished)]
    assert sorted(finished) == sorted(set(finished)), "what had finished is not done again"
    begun = [event.case_id for event in listener.of(CaseStarted)]
    again = {case for case in begun if begun.count(case) > 1}
    assert all(any(key.endswith(case) for key in given) for case in again), "others go on as they were"


@pytest.mark.parametrize("address", ["local:0", "local:many", "tcp://127.0.0.1:9"])
def test_a_cluster_that_is_not_there_is_said(
    suite: Path, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "CONNECT_BOUND_S", 3.0)
    with pytest.raises(ClusterError, match=r"local:N|can't be reached"):
        dropcheck.run(suite, options=_options(tmp_path, "out", cluster=address))


def test_a_scheduler_without_workers_is_said(suite: Path, tmp_path: Path) -> None:
    async def run() -> None:
        from dropcheck.run.api import perform_plan
        from dropcheck.run.custom_checks import load_checks
        from dropcheck.run.plan_files import plan_files

        checks = load_checks(())
        async with distributed.Scheduler(port=0, dashboard_address=None, host="127.0.0.1") as scheduler:
            options = _options(tmp_path, "out", cluster=scheduler.address)
            await perform_plan(plan_files([suite], checks), checks, options)

    with pytest.raises(ClusterError, match="no workers"):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (Equipment({**equipment(()).versions, "dropcheck": "0.0.1"}), "0.0.1 there"),
        (Equipment(equipment(()).versions, ("chromium is not installed there",)), "lacks a browser"),
    ],
)
def test_a_worker_that_cannot_run_the_cases_is_named(
    suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Equipment, says: str
) -> None:
    async def answers(_client: Any, _function: Any, *_arguments: Any) -> dict[str, Equipment]:
        return {"tcp://worker-7": found}

    monkeypatch.setattr(distributed.Client, "run", answers)
    with pytest.raises(ClusterError, match=rf"worker-7.*{says}"):
        dropcheck.run(suite, options=_options(tmp_path, "out", cluster="local:1"))


def test_without_dask_the_extra_is_named(
    suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ClusterError, match="pip install distributed"):
        dropcheck.run(suite, options=_options(tmp_path, "out", cluster="local:1"))


def test_what_a_host_is_spared_is_the_runs_business_and_holds_back_no_worker() -> None:
    cluster = cluster_module.Cluster("local:2", plan_of(), RunOptions(per_host=1, per_host_rate=1.0), ())
    cluster.places = cluster._most_places = 8
    theirs = cluster._worker_options()
    assert (theirs.per_host, theirs.per_host_rate) == (8, 0.0)
