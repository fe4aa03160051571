"""``dropcheck demo``: a healthy release and its broken twin on the local internet."""

from __future__ import annotations

from typing import Any

import click

from dropcheck.cli.options import cache_option, engine_options, network_options, output_options

_OPENING = """\
A made-up release, Neon Hours by Mara Vale, and its broken twin. Everything is served on this machine: nothing
leaves it. dropcheck now taps each link the way a fan would, inside TikTok and Instagram, on both systems.
"""


@click.command("demo")
@network_options
@engine_options
@cache_option
@output_options
def command(**given: Any) -> int:
    """See it work: a healthy release and its broken twin, served on this machine alone.

    Ends with 0 when every case came out as the demo declares, with 1 when one didn't, and with 3 when
    something is missing here.
    """
    from rich.text import Text

    from dropcheck.cli.outputs import Outputs
    from dropcheck.cli.running import perform, run_options, story_console, written
    from dropcheck.cli.story import tell
    from dropcheck.places import data_folder
    from dropcheck.result import RunStatus, Verdict
    from dropcheck.run.custom_checks import load_checks
    from dropcheck.run.exit_codes import ExitCode
    from dropcheck.run.expectation import differences
    from dropcheck.run.plan_files import plan_files

    checks = load_checks()
    plan = plan_files([data_folder("suites") / "demo.yaml"], checks)
    outputs = Outputs.of(given)
    console = story_console(outputs)
    console.print(Text(_OPENING))
    results, lines = perform(plan, checks, run_options(given, outputs), outputs)
    tell(results, console, ["", *lines])
    if results.run.status is RunStatus.INTERRUPTED:
        return written(outputs, ExitCode.INTERRUPTED)
    found = {case.id: case for case in results.cases}
    declared = [case for case in plan.cases if case.expect is not None]
    wrong = {
        case.id: unlike
        for case in declared
        if case.expect is not None and (unlike := differences(case.expect, found[case.id]))
    }
    console.print()
    if not wrong:
        console.print(
            Text(
                f"All {len(declared)} cases came out as the demo declares: the healthy links work as well as"
                " anything can on each phone today, the twin's faults were all found.",
                "bold green",
            )
        )
        console.print(Text("Now yours:  dropcheck check YOUR-LINK --spotify YOUR-SONG", "dim"))
        return written(outputs, ExitCode.OK)
    console.print(Text(f"{len(wrong)} of {len(declared)} cases did not come out as declared:", "bold red"))
    for case_id, unlike in wrong.items():
        console.print(Text(f"  {case_id}: {'; '.join(unlike)}"), soft_wrap=True)
    undecided = {Verdict.SKIPPED, Verdict.ERROR}
    if all(found[case_id].verdict in undecided for case_id in wrong):
        console.print(Text("They could not be tried here; `dropcheck doctor` says what is missing."))
        return written(outputs, ExitCode.ENVIRONMENT)
    return written(outputs, ExitCode.FAILED)
