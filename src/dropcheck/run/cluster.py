"""A run on a Dask cluster: one case a task, the runner here, the browsers on the workers.

The queue, the limits per host, the journal and the results stay with the runner of this process, so that a
run on a cluster comes to what a local run comes to. A worker keeps its browsers warm from case to case. Dask
gives the cases of a worker that was lost to others; nothing that had finished is done again.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import dataclasses
import importlib
import logging
import math
import re
import secrets
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from dropcheck.check.model import CheckResult
from dropcheck.events import CaseFinished, Event
from dropcheck.report.ndjson import decode
from dropcheck.result import CaseResult, Release, Verdict
from dropcheck.run.cluster_worker import BrowserPool, Equipment, Performed, equipment, perform_on_worker
from dropcheck.run.errors import ClusterError
from dropcheck.run.evidence import EvidenceFolder, trace_of
from dropcheck.run.options import RunOptions, default_jobs
from dropcheck.run.performance import case_result
from dropcheck.run.runner import Runner
from dropcheck.run.traces import explain
from dropcheck.suite import Case, Plan

#: Seconds a scheduler, its workers and their first answer may take.
CONNECT_BOUND_S = 30.0
#: Seconds the workers of ``local:N`` may take to start and to answer: each loads a Python of its own, all at once.
LOCAL_BOUND_S = 120.0
#: Seconds each step of leaving it may take.
CLOSE_BOUND_S = 15.0
_SCHEDULER = re.compile(r"(?:[a-z]+://)?[^\s:/]+:\d{1,5}|[a-z]+://\[[0-9a-f:]+\]:\d{1,5}", re.IGNORECASE)
_INSTALL = "pip install distributed"
_LOCAL = "local:"
#: Dask looks at itself by the clock, in each of its processes, whether or not a case runs: stacks of its threads a
#: hundred times a second, its event loop fifty times, its memory ten times (`memory_limit` above 0), its machine
#: twice. Nobody looks at what it finds in ``local:N``, and its cost was a tenth of a short case's.
_QUIET = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
}


class Cluster:
    """The workers a run uses; an async context manager. `address` is a scheduler's or ``local:N``.

    Entering raises `ClusterError` where Dask isn't installed, the scheduler can't be reached, or a worker has
    another dropcheck or none of the browsers the run needs.
    """

    def __init__(self, address: str, plan: Plan, options: RunOptions, engines: Sequence[str]) -> None:
        self._address, self._plan, self._options = address, plan, options
        self._engines = tuple(engines)
        self._client: Any = None
        self._local: Any = None
        self._topic = ""
        self._runner: ClusterRunner | None = None
        #: Cases the workers hold at once.
        self.places = 0
        self._most_places = 0
        #: Why the run could not go on; its results are what had finished.
        self.lost: ClusterError | None = None

    async def __aenter__(self) -> Self:
        try:
            dask = _dask()
            await self._connect(dask)
            await self._inspect()
            pool = BrowserPool(self._plan.suites, self._worker_options(), self._topic)
            await self._client.register_plugin(pool, name=self._topic)
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    def serve(self, runner: ClusterRunner) -> None:
        """Hand the events of the workers to `runner` from now on."""
        self._runner = runner
        self._client.subscribe_topic(self._topic, self._heard)

    async def perform(self, case: Case) -> Performed:
        """Have a worker perform `case`; raises `ClusterError` when the scheduler is gone."""
        future = self._client.submit(
            perform_on_worker,
            case,
            self._topic,
            key=f"{self._topic}-{case.id}",
            pure=False,
            retries=0,
        )
        try:
            performed: Performed = await future
        except concurrent.futures.CancelledError as error:
            # Dask's word for a scheduler that went away; a run that is stopped raises asyncio's.
            raise ClusterError(_gone(self._address)) from error
        except _dask().KilledWorker:
            what = "worker after worker ended while it ran it, more often than the cluster allows"
            return Performed(CaseFinished(case_result(case, CheckResult(Verdict.ERROR, what))), {})
        except OSError as error:
            raise ClusterError(_gone(self._address)) from error
        finally:
            future.release()
        return performed

    async def _connect(self, dask: Any) -> None:
        # What goes wrong is said by us; Dask would tell it again, with tracebacks.
        for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._topic = f"dropcheck-{secrets.token_hex(4)}"
        if self._address.startswith(_LOCAL):
            await self._start_local(dask)
            self._client = await dask.Client(self._local, asynchronous=True, set_as_default=False)
            try:
                await self._client.wait_for_workers(self._local_workers(), timeout=LOCAL_BOUND_S)
            except TimeoutError:
                raise ClusterError(
                    f"the workers of --cluster {self._address} did not start within {LOCAL_BOUND_S:g} s;"
                    " give this machine fewer of them"
                ) from None
            return
        if not _SCHEDULER.fullmatch(self._address):
            raise ClusterError(
                f"--cluster {self._address}: write a scheduler's address, as in tcp://host:8786, or local:2"
            )
        try:
            self._client = await dask.Client(
                self._address, asynchronous=True, timeout=CONNECT_BOUND_S, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise ClusterError(_gone(self._address)) from error

    def _local_workers(self) -> int:
        text = self._address.removeprefix(_LOCAL)
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= 256):
            raise ClusterError(f"--cluster {self._address}: write local:N with N workers, as in local:2")
        return int(text)

    async def _start_local(self, dask: Any) -> None:
        workers = self._local_workers()
        with importlib.import_module("dask.config").set(_QUIET):
            # The workers' processes get these settings from here, those that are started anew too.
            self._local = await dask.LocalCluster(
                n_workers=workers,
                threads_per_worker=max(1, math.ceil((self._options.jobs or default_jobs()) / workers)),
                processes=True,
                asynchronous=True,
                dashboard_address=None,
                # Without its dashboard a scheduler still answers HTTP: on every interface, and on one port for all.
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                host="127.0.0.1",
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )

    async def _inspect(self) -> None:
        """Refuse workers that would come to other results than this machine, or to none."""
        threads: Mapping[str, int] = await self._client.nthreads()
        if not threads:
            raise ClusterError(
                f"the scheduler at {self._address} has no workers; start some with `dask worker`"
            )
        self.places = sum(threads.values())
        self._most_places = max(threads.values())
        bound = LOCAL_BOUND_S if self._local is not None else CONNECT_BOUND_S
        try:
            found: Mapping[str, Equipment] = await asyncio.wait_for(
                self._client.run(equipment, self._engines), bound
            )
        except TimeoutError:
            raise ClusterError(f"the workers at {self._address} don't answer") from None
        except Exception as error:
            raise ClusterError(
                f"a worker at {self._address} can't run dropcheck ({type(error).__name__}: {error});"
                " install the same dropcheck there as here"
            ) from error
        ours = equipment(())
        for worker, has in found.items():
            if has.versions != ours.versions:
                theirs = ", ".join(
                    f"{name} {has.versions.get(name)} there and {version} here"
                    for name, version in ours.versions.items()
                    if has.versions.get(name) != version
                )
                raise ClusterError(
                    f"the worker {worker} has other versions: {theirs}; install the same on both"
                )
            if has.missing:
                raise ClusterError(f"the worker {worker} lacks a browser: {'; '.join(has.missing)}")

    def _worker_options(self) -> RunOptions:
        # What a host is spared is this process's business; a worker takes what it is given.
        return dataclasses.replace(
            self._options,
            jobs=self._most_places,
            per_host=self.places,
            per_host_rate=0.0,
            resume=False,
            cluster=None,
        )

    def _heard(self, event: tuple[Any, list[str]]) -> None:
        if self._runner is not None:
            for line in event[1]:
                self._runner.heard(decode(line))

    async def _close(self) -> None:
        # A cluster that is gone has nothing left to end, whatever it says.
        if self._client is not None:
            with contextlib.suppress(Exception):
                unregistered = self._client.unregister_worker_plugin(name=self._topic)
                await asyncio.wait_for(unregistered, CLOSE_BOUND_S)
        for part in (self._client, self._local):
            if part is not None:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(part.close(), CLOSE_BOUND_S)


class ClusterRunner(Runner):
    """A runner whose cases are performed by the workers of a cluster."""

    def __init__(self, *arguments: Any, cluster: Cluster, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._cluster = cluster
        cluster.serve(self)

    def heard(self, event: Event) -> None:
        """Pass on an event of a worker."""
        self._emit(event)

    async def _perform_case(self, case: Case) -> tuple[CaseResult, Release | None]:
        try:
            performed = await self._cluster.perform(case)
        except ClusterError as error:
            self._cluster.lost = self._cluster.lost or error
            self.stop()
            # The case has no result: it is left for `--resume`, as every case that hadn't begun.
            raise asyncio.CancelledError from error
        for event in performed.events:
            self.heard(event)
        if self._options.out is not None and performed.files:
            folder = self._folder or EvidenceFolder(self._options.out, self._options.evidence)
            folder.take(performed.files)
            if trace_of(performed.finished.result) is not None:
                with contextlib.suppress(OSError):
                    explain(self._options.out)
        return performed.finished.result, performed.finished.release


def _dask() -> Any:
    try:
        import distributed
    except ImportError:
        raise ClusterError(f"--cluster needs Dask Distributed; install it with {_INSTALL}") from None
    return distributed


def _gone(address: str) -> str:
    return (
        f"the scheduler at {address} can't be reached; start it with `dask scheduler`, or use --cluster local:N."
        " What had finished is in the journal: --resume goes on from there"
    )
