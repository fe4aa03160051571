"""What `run`, `check` and `demo` have in common: run a plan, write the reports, tell the story."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from rich.console import Console

from dropcheck.cli.live import progress
from dropcheck.cli.options import words
from dropcheck.cli.outputs import Outputs
from dropcheck.cli.story import tell
from dropcheck.cli.streams import without_commands
from dropcheck.result import Results
from dropcheck.run.api import run_plan
from dropcheck.run.custom_checks import Checks
from dropcheck.run.errors import OutputError
from dropcheck.run.evidence import TRACES, prepare_folder, trace_of
from dropcheck.run.exit_codes import ExitCode, FailOn, exit_code, first_of
from dropcheck.run.folder_lock import only_run_in
from dropcheck.run.history import FILE_NAME, History, HistoryError
from dropcheck.run.options import KeepEvidence, RunOptions
from dropcheck.suite import Plan

#: Columns where no terminal says how wide it is.
_LOG_WIDTH = 110


def run_options(given: dict[str, Any], outputs: Outputs) -> RunOptions:
    """Take the run's options out of a command's parameters."""
    return RunOptions(
        jobs=given.pop("jobs", None),
        per_host=given.pop("per_host", 4),
        per_host_rate=given.pop("per_host_rate", 120.0),
        case_bound_s=given.pop("case_timeout", 180.0),
        engines=tuple(given.pop("engines", ())),
        resolve=tuple(given.pop("resolve", ())),
        insecure=given.pop("insecure", False),
        checks=tuple(given.pop("checks_files", ())),
        out=outputs.out,
        evidence=KeepEvidence(given.pop("evidence", "all")),
        trace=given.pop("trace", False),
        resume=given.pop("resume", False),
        send_analytics=given.pop("send_analytics", False),
        account=given.pop("account", None),
        cluster=given.pop("cluster", None),
        keep_answers=not given.pop("no_cache", False),
    )


def fail_on(given: dict[str, Any]) -> frozenset[FailOn]:
    """Take the gate's options out of a command's parameters."""
    named = words(given.pop("fail_on"))
    return frozenset(FailOn) if given.pop("strict") else frozenset(FailOn(word) for word in named)


def perform(plan: Plan, checks: Checks, options: RunOptions, outputs: Outputs) -> tuple[Results, list[str]]:
    """Run the plan, showing how it goes; write the reports and return the results with a line for each.

    Another run that writes into the same folder is waited for.
    """
    with only_run_in(prepare_folder(options.out)) if options.out is not None else nullcontext():
        return _performed(plan, checks, options, outputs)


def _performed(
    plan: Plan, checks: Checks, options: RunOptions, outputs: Outputs
) -> tuple[Results, list[str]]:
    stream = sys.stderr if str(outputs.json_file) == "-" else sys.stdout
    try:
        results = run_plan(plan, checks, options, [progress(stream)])
    except OutputError as error:
        if error.results is None:
            raise
        # The disk is full; what was found is told all the same, and written where there is room.
        results = error.results
        outputs.failures.append(error)
    lines = outputs.write(results)
    traced = sum(1 for case in results.cases if trace_of(case) is not None)
    if traced and options.out is not None:
        lines.append(f"Traces: {traced} in {options.out / TRACES}; see one with `playwright show-trace FILE`")
    if options.out is not None:
        try:
            History(options.out / FILE_NAME).add(results)
        except HistoryError as error:
            # A history that can't be kept is no reason to lose the run.
            lines.append(str(error))
    return results, lines


def story_console(outputs: Outputs) -> Console:
    """Where the story goes: standard output, unless the results go there."""
    stream = sys.stderr if str(outputs.json_file) == "-" else sys.stdout
    width = None if stream.isatty() else _LOG_WIDTH
    return Console(file=without_commands(stream), width=width, highlight=False, markup=False, emoji=False)


def gated(results: Results, outputs: Outputs, refused: frozenset[FailOn]) -> ExitCode:
    """Return the exit code, held against the baseline where there is one; what couldn't be written is told."""
    worse = None
    if outputs.previous is not None:
        from dropcheck.report.comparison import worse_than

        worse = [changed.case for changed in worse_than(outputs.previous, results)]
    return written(outputs, exit_code(results, refused, worse))


def written(outputs: Outputs, code: ExitCode) -> ExitCode:
    """Return `code`, unless something that was asked for couldn't be written; that is told and has a code too."""
    from dropcheck.cli.problems import told as told_problem

    codes = [ExitCode(told_problem(failure)) for failure in outputs.failures]
    return first_of([code, *codes])


def told(results: Results, outputs: Outputs, lines: Sequence[str]) -> None:
    """Tell the story of a run, and where its reports are."""
    tell(results, story_console(outputs), ["", *lines])
