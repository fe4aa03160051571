"""A whole run in one call."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dropcheck.check.custom import CustomCheck
from dropcheck.device.load import load_profiles
from dropcheck.engine.select import EngineChoice, make_engine
from dropcheck.events import Listener
from dropcheck.result import Results
from dropcheck.run.custom_checks import Checks, load_checks
from dropcheck.run.errors import OutputError
from dropcheck.run.evidence import prepare_folder
from dropcheck.run.folder_lock import only_run_in
from dropcheck.run.journal import NAME as JOURNAL_NAME
from dropcheck.run.journal import Journal, Recorded, read_journal
from dropcheck.run.options import RunOptions
from dropcheck.run.plan_files import plan_files
from dropcheck.run.results_file import NAME as RESULTS_NAME
from dropcheck.run.results_file import write_results
from dropcheck.run.runner import Runner
from dropcheck.suite import Case, Plan, Selection, Suite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dropcheck.run.cluster import Cluster


def run(
    suites: str | Path | Suite | Iterable[str | Path | Suite],
    *,
    profiles: str | Sequence[str] = (),
    links: str | Sequence[str] = (),
    checks: str | Sequence[str] = (),
    tags: str = "",
    custom: Iterable[str | Path | CustomCheck] = (),
    listeners: Iterable[Listener] = (),
    options: RunOptions | None = None,
    **settings: Any,
) -> Results:
    """Run suites (files, folders, or suites made in memory) and return the results.

    `profiles`, `links`, `checks` (names) and `tags` select cases as the options of ``dropcheck run`` do; `custom` are
    checks of one's own or files with them. `settings` are fields of `RunOptions` (``jobs=4``,
    ``resolve=["bio.example:443:203.0.113.7"]``, ``insecure=True``, ``out=Path("reports")``).

    Raises `dropcheck.suite.SuiteError` for a suite or a selection that can't be used,
    `dropcheck.run.errors.RunError` for what can't be loaded or written, `dropcheck.network.ResolveError` for
    a rule of `resolve`; a case that goes wrong is a verdict, never an exception.
    """
    paths = [suites] if isinstance(suites, (str, Path, Suite)) else list(suites)
    chosen = options or RunOptions(**settings)
    loaded = load_checks([*custom, *chosen.checks])
    plan = plan_files(paths, loaded, Selection(_names(profiles), _names(links), _names(checks), tags))
    return run_plan(plan, loaded, chosen, listeners)


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def run_plan(plan: Plan, checks: Checks, options: RunOptions, listeners: Iterable[Listener] = ()) -> Results:
    """Run the cases of a plan in a new event loop; Ctrl-C and SIGTERM end it with what was found so far.

    It waits for another run that writes into the same folder. Raises `OutputError`, `JournalError`, `ClusterError`,
    `ResolveError`.
    """
    with only_run_in(prepare_folder(options.out)) if options.out is not None else nullcontext():
        return asyncio.run(perform_plan(plan, checks, options, listeners))


async def perform_plan(
    plan: Plan, checks: Checks, options: RunOptions, listeners: Iterable[Listener] = ()
) -> Results:
    """Run the cases of a plan in the running event loop; raises as `run_plan` does.

    A caller that cancels it gets control back once the browsers are gone; what had finished is in the journal.
    """
    out = prepare_folder(options.out) if options.out is not None else None
    earlier = Recorded()
    if out is not None and options.resume:
        earlier = read_journal(out / JOURNAL_NAME)
    async with AsyncExitStack() as stack:
        # The cluster comes before the journal: one that can't be reached must not cost an earlier run's.
        cluster = await _cluster(plan, options, stack)
        journal = [Journal(out / JOURNAL_NAME, resume=options.resume)] if out is not None else []
        runner = _runner(plan, checks, options, [*journal, *listeners], cluster)
        with _stopping(runner.stop):
            try:
                done = {case.id: found for case in plan.cases if (found := earlier.of(case)) is not None}
                await runner.start(plan.cases, plan.profiles, taken_over=len(done))
                for engine in earlier.engines:
                    runner.take_over(engine)
                for found in done.values():
                    runner.take_over(found)
                await runner.perform(case for case in plan.cases if case.id not in done)
                results = as_planned(await runner.finish(), plan.cases)
                results.run.selected = plan.selected
            except BaseException:
                # A caller that cancels must not leave browsers behind.
                await runner.abandon()
                raise
    if out is not None:
        try:
            write_results(results, out / RESULTS_NAME)
        except OutputError as error:
            error.results = results
            raise
    if cluster is not None and cluster.lost is not None:
        raise cluster.lost
    return results


def as_planned(results: Results, cases: Iterable[Case]) -> Results:
    """Return `results` with what the plan knows of each case: its place, by which shards are joined in order, and
    the verdict its suite declares (`expect`)."""
    planned = {case.id: case for case in cases}
    for result in results.cases:
        if (case := planned.get(result.id)) is not None:
            result.number = case.number
            if case.expect is not None:
                result.data["expected"] = case.expect.verdict.value
    return results


async def _cluster(plan: Plan, options: RunOptions, stack: AsyncExitStack) -> Cluster | None:
    if options.cluster is None:
        return None
    from dropcheck.run.cluster import Cluster

    choice = EngineChoice.parse(options.engines)
    profiles = load_profiles()
    engines = dict.fromkeys(choice.engine_of(profiles[name]) for name in plan.profiles)
    return await stack.enter_async_context(Cluster(options.cluster, plan, options, tuple(engines)))


def _runner(
    plan: Plan, checks: Checks, options: RunOptions, listeners: Iterable[Listener], cluster: Cluster | None
) -> Runner:
    kind: Callable[..., Runner] = Runner
    if cluster is not None:
        from dropcheck.run.cluster import ClusterRunner

        kind = partial(ClusterRunner, cluster=cluster)
        options = replace(options, jobs=cluster.places)
    return kind(
        plan.suites,
        checks.functions(),
        load_profiles(),
        options,
        listeners,
        choose=EngineChoice.parse(options.engines),
        make=make_engine,
    )


@contextmanager
def _stopping(stop: Callable[[], None]) -> Iterator[None]:
    """While it lasts, Ctrl-C and SIGTERM call `stop`; a second one ends the program at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in signals}

    def asked(number: int, _frame: object = None) -> None:
        signal.signal(number, signal.SIG_DFL)
        loop.call_soon_threadsafe(stop)

    for number in signals:
        with suppress(ValueError, OSError):
            signal.signal(number, asked)
    try:
        yield
    finally:
        for number in signals:
            with suppress(ValueError, OSError):
                signal.signal(number, before[number])
