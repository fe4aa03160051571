"""``dropcheck merge``: the results of shards as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dropcheck.cli.options import gate_options


@click.command("merge")
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--json",
    "json_file",
    default=Path("-"),
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write them here (`-`, the default: to standard output).",
)
@gate_options
def command(results: tuple[Path, ...], *, json_file: Path, **given: Any) -> int:
    """Join RESULTS of shards (or of several runs) into one file; exit codes are those of `dropcheck run`.

    Screenshots stay where they are; reports find them as long as they lie below the folder of that file. With 3
    it also ends when a shard is missing, or a part holds cases that can't be read.
    """
    from dropcheck.cli.outputs import Outputs, print_results
    from dropcheck.cli.running import fail_on, told
    from dropcheck.report.merging import merge
    from dropcheck.report.reading import left_out, load, notices
    from dropcheck.run.exit_codes import ExitCode, exit_code, first_of
    from dropcheck.run.results_file import with_pictures_from, write_results

    refused = fail_on(given)
    parts = [with_pictures_from(load(file), file.parent, json_file.parent) for file in results]
    joined = merge(parts)
    if str(json_file) == "-":
        print_results(joined)
        told(joined, Outputs(Path(), json_file=json_file), notices(joined))
    else:
        write_results(joined, json_file)
        told(joined, Outputs(json_file.parent), [*notices(joined), f"Results: {json_file}"])
    lost = ExitCode.ENVIRONMENT if left_out(joined) else ExitCode.OK
    return first_of([exit_code(joined, refused), lost])
